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
from engine.store import Moment, Store

SCALE = 0.02
"""Of the report's year: as much as about two minutes of one core allow."""
BEFORE = 30
"""Days between the publication of the procedures and the first day."""


def years() -> list[Told]:
    """What is told of every procedure that is shipped."""
    return [one for folder in folders.all_in() if (one := read(folder)) is not None]


def earliest(now: Moment) -> Moment:
    """A moment before the first day: when the procedures of the demonstration were published."""
    days = 365 + max((one.earlier for one in years()), default=0) + BEFORE
    return Moment(now.now - timedelta(days=days + 1), now.zone)


def make(
    store: Store, *, scale: float = SCALE, seed: int = 1, tell: Callable[[str], None] = lambda _sentence: None
) -> tuple[Lived, Reckoning] | None:
    """Live the year that ended yesterday; nothing where the office already has a case of which somebody knows."""
    with store.reading() as db:
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
