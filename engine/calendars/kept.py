"""The days of its own that an office keeps: rows that are only added, and a book of all calendars as they stand.

A process keeps the book it has read under the id of the newest adjustment, which is read in the transaction of every
deed that needs a calendar (``NEWEST``, along with the case): whichever server made the adjustment, the first deed after
its COMMIT works with it.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine import tables
from engine.calendars.days import HOURS, Calendar, build, national
from engine.store import Statement, once, recall

OFFICE = "office"
"""The id of the calendar of the whole office; that of a unit's calendar is the unit's."""

_V, _D = tables.calendar_versions.c, tables.calendar_days.c
NEWEST = select(_V.id).order_by(_V.number.desc()).limit(1).scalar_subquery()
"""The id of the newest adjustment, to be read along with a row: null where there is none."""
_NEWEST = Statement(select(NEWEST.label("id")))
_ASKED = "newest calendar"
"""In place of ``NEWEST`` where nobody has read it."""


@dataclass(frozen=True, slots=True)
class Own:
    """What one calendar says by itself."""

    days: Mapping[date, tuple[bool, str, int]]
    """Day → worked?, its name, the number of the adjustment."""
    noticed: frozenset[int] = frozenset()
    """Years whose notice was brought in."""
    hours: tuple[tuple[time, time], ...] | None = None


@dataclass(frozen=True)
class Book:
    """Every calendar as of one adjustment; immutable."""

    number: int = 0
    own: Mapping[str, Own] = field(default_factory=dict)
    _made: dict[tuple[str, ...], Calendar] = field(default_factory=dict, compare=False, repr=False)

    @property
    def has_units(self) -> bool:
        """Whether any unit has days of its own, so that it matters which units are above a unit."""
        return any(id_ != OFFICE for id_ in self.own)

    def calendar(self, line: Sequence[str] = ()) -> Calendar:
        """The calendar of a unit: ``line`` is its id and those of the units above it, the nearest first.

        For each day the nearest that says something counts; last comes the office, then the national notices.
        """
        wanted = tuple(id_ for id_ in (*line, OFFICE) if id_ in self.own)
        if not wanted:
            return national()
        found = self._made.get(wanted)
        if found is None:
            found = self._made[wanted] = self._build(wanted)
        return found

    def _build(self, wanted: Sequence[str]) -> Calendar:
        days: dict[date, bool] = {}
        noticed: set[int] = set()
        hours = HOURS
        for id_ in reversed(wanted):
            own = self.own[id_]
            days |= {day: is_worked for day, (is_worked, _, _) in own.days.items()}
            noticed |= own.noticed
            hours = own.hours or hours
        return build(days, noticed, hours)

    def adjusted(
        self,
        calendar: str,
        days: Mapping[date, tuple[bool | None, str]],
        year: int | None = None,
        hours: Sequence[tuple[time, time]] | None = None,
    ) -> Book:
        """The book as it would be after another adjustment."""
        number = self.number + 1
        was = self.own.get(calendar, Own({}))
        kept = {day: said for day, said in was.days.items() if day not in days}
        new = {day: (is_worked, name, number) for day, (is_worked, name) in days.items() if is_worked is not None}
        noticed = was.noticed | ({year} if year is not None else set())
        own = Own({**kept, **new}, noticed, tuple(hours) if hours else was.hours)
        return Book(number, {**self.own, calendar: own})


_VERSIONS = select(tables.calendar_versions).where(_V.number <= bindparam("number")).order_by(_V.number)
_DAYS = select(tables.calendar_days).where(_D.number <= bindparam("number")).order_by(_D.number, _D.day)
_NUMBER = select(_V.number).where(_V.id == bindparam("id"))
_LAST = select(_V.number).order_by(_V.number.desc()).limit(1)

_kept: OrderedDict[str, Book] = OrderedDict()
_NONE = Book()


def told(db: Connection, newest: str | None) -> None:
    """What ``NEWEST`` gave in this transaction: nobody need ask again."""
    recall(db, (_ASKED,), newest)


def book(db: Connection) -> Book:
    """The calendars as this transaction sees them; ``newest`` is what ``NEWEST`` gave in it."""
    newest: str | None = once(db, (_ASKED,), lambda: (_NEWEST.first(db, {}) or {})["id"])
    if newest is None:
        return _NONE
    found = _kept.get(newest)
    if found is None:
        found = _kept[newest] = book_at(db, db.execute(_NUMBER, {"id": newest}).scalar_one())
        while len(_kept) > 32:
            _kept.popitem(last=False)
    return found


def book_at(db: Connection, number: int) -> Book:
    """The calendars as they were after one adjustment; adjustments are only ever added."""
    found = _NONE
    days: dict[int, dict[date, tuple[bool | None, str]]] = {}
    for row in db.execute(_DAYS, {"number": number}):
        days.setdefault(row.number, {})[row.day] = (row.is_worked, row.name)
    for row in db.execute(_VERSIONS, {"number": number}):
        after = found.adjusted(row.calendar_id, days.get(row.number, {}), row.year, hours_of(row.hours))
        found = Book(row.number, after.own)
    return found


def newest_number(db: Connection) -> int:
    """The number of the newest adjustment; 0 where there is none."""
    return db.execute(_LAST).scalar() or 0


def history(db: Connection, calendar: str) -> list[dict[str, Any]]:
    """The adjustments of one calendar, newest first: rows with their days."""
    rows = db.execute(
        select(tables.calendar_versions).where(_V.calendar_id == calendar).order_by(_V.number.desc())
    ).mappings()
    found = [{**row, "hours": hours_of(row["hours"]), "days": []} for row in rows]
    by_number = {row["number"]: row for row in found}
    days = select(tables.calendar_days).where(_D.number.in_(list(by_number))).order_by(_D.day)
    for day in db.execute(days).mappings():
        by_number[day["number"]]["days"].append(dict(day))
    return found


def hours_of(text: str | None) -> tuple[tuple[time, time], ...] | None:
    """Office hours as a row keeps them."""
    if text is None:
        return None
    return tuple((time.fromisoformat(since), time.fromisoformat(until)) for since, until in json.loads(text))
