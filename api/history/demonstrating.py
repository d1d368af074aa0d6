"""A year that has just ended, for the demonstration office: lived on the virtual clock, looked at on the system's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, func, select

from api import folders
from api.app import create_app
from api.history.living import Life, Lived
from api.history.reckoning import Reckoning, reckon
from api.history.told import OFFICE, Told, read, read_office
from engine import tables
from engine.errors import NotNow, Text
from engine.store import Moment, Store

SCALE = 0.01
"""Of the report's year: as much as about two minutes of one core allow."""
STOPPED = Text(
    "上次生成的一年中断在 {day}，不能接着走：请换一个空的数据库（SQLite 删去文件），重新开始。",
    "The year that was begun here stopped on {day} and cannot go on: begin again in an empty database "
    "(on SQLite, remove its file).",
)
BEFORE = 30
"""Days between the publication of the procedures and the first day."""


def years() -> list[Told]:
    """What is told of every procedure that is shipped."""
    return [one for folder in folders.all_in() if (one := read(folder)) is not None]


def published(now: Moment, key: str | None = None) -> Moment:
    """When a procedure was published of whose year ``now`` is the end: a month before its first case.

    Without a key before every other one. What starts by itself, in every unit whatever the scale, is published in the
    last month: nobody would do most of it in the year.
    """
    told = [one for one in years() if key in (None, one.key)]
    is_unbidden = key is not None and any(one.cases and one.start is None for one in told)
    days = 0 if is_unbidden else 365 + max((one.earlier for one in told), default=0)
    return Moment(now.now - timedelta(days=days + BEFORE + 1), now.zone)


def make(
    store: Store, *, scale: float = SCALE, seed: int = 1, tell: Callable[[str], None] = lambda _sentence: None
) -> tuple[Lived, Reckoning] | None:
    """Live the year that ended yesterday; nothing where the office already has a case of which somebody knows.

    Raises ``NotNow`` where such a year was interrupted: what happens next in it nobody remembers.
    """
    with store.reading() as db:
        stopped = db.execute(select(tables.virtual_clock.c.now)).scalar()
        if stopped is not None and not store.settings.is_virtual:
            day = stopped.astimezone(store.settings.zone).date().isoformat()
            raise NotNow(STOPPED.format(day=day), code="err_year_interrupted")
        if db.execute(select(tables.cases.c.id).limit(1)).first() is not None:
            return None
        incidents = db.execute(select(func.count()).select_from(tables.incidents)).scalar_one()
        last = store.moment(db).today - timedelta(days=1)
    virtual = Store(replace(store.settings, clock="virtual"))
    try:
        life = Life(
            virtual,
            create_app(virtual),
            years(),
            read_office(folders.PROCESSES / OFFICE),
            last=last,
            scale=scale,
            seed=seed,
            tell=tell,
        )
        lived = life.live()
        found = reckon(virtual, lived, since=incidents)
        with virtual.transaction() as db:
            db.execute(delete(tables.virtual_clock))
    finally:
        virtual.close()
    return lived, found
