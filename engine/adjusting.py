"""A calendar is adjusted: which terms that moves, seen beforehand; recorded; and every open term worked out anew.

The adjustment is one transaction, and each case that it may concern another: ``sweep`` finds open tasks whose terms
rest on an older adjustment, whoever opened them at the same moment, on whichever server, and leaves none.
"""

from __future__ import annotations

import csv
import io
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, func, insert, select, union_all
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql.elements import ColumnElement

from engine import actors, calendars, cases, definitions, machine, tables, terms, trail
from engine.actors import Actor
from engine.calendars import OFFICE, Book
from engine.errors import FieldError, Forbidden, Incident, NotFound, Refused, Text, Unfit
from engine.gates import World
from engine.store import Moment, Store, for_update, new_id
from engine.trail import Kind

_log = logging.getLogger("liuhen.adjusting")
PERMISSION = "directory.manage"
MOST_DAYS = 1_000
MOST_LOOKED_AT = 2_000
"""Open tasks that a preview works out; a real adjustment does all of them, case by case."""
_V, _T, _C = tables.calendar_versions.c, tables.tasks.c, tables.cases.c


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Days (worked, off, or null: as it would be otherwise) with their names; a whole year's notice; office hours."""

    days: Mapping[date, tuple[bool | None, str]] = field(default_factory=dict)
    year: int | None = None
    hours: tuple[tuple[time, time], ...] | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """An open task whose term an adjustment moves."""

    task: Mapping[str, Any]
    case: Mapping[str, Any]
    old: terms.Term
    new: terms.Term


@dataclass(frozen=True, slots=True)
class MovedTimer:
    """A timer event whose time an adjustment moves."""

    element: str
    case: Mapping[str, Any]
    old: datetime
    new: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """What an adjustment would move; ``open`` tasks and cases with timer events rest on a calendar, ``looked_at`` of
    them were worked out."""

    moved: tuple[Moved, ...]
    timers: tuple[MovedTimer, ...]
    looked_at: int
    open: int


# ---------------------------------------------------------------- reading what was sent


def read_csv(text: str) -> dict[date, tuple[bool | None, str]]:
    """``day,worked,name`` a line, worked being yes, no (or 班, 休) or empty; a heading may stand first.

    Raises ``Unfit`` with the number of each line that is wrong.
    """
    found: dict[date, tuple[bool | None, str]] = {}
    errors: list[FieldError] = []
    for number, line in enumerate(csv.reader(io.StringIO(text.lstrip("\ufeff"))), 1):
        cells = [c.strip() for c in line]
        if not any(cells) or (number == 1 and cells[0].lower() in ("day", "date", "日期")):
            continue
        try:
            day = date.fromisoformat(cells[0].replace("/", "-"))
            worked = _WORKED[cells[1].lower() if len(cells) > 1 else ""]
        except (ValueError, KeyError):
            errors.append(FieldError(f"csv[{number - 1}]", "err_line", _LINE.format(line=number)))
            continue
        if day in found:
            errors.append(FieldError(f"csv[{number - 1}]", "err_day_twice", _TWICE.format(day=day.isoformat())))
        found[day] = (worked, cells[2][:100] if len(cells) > 2 else "")
    if errors:
        raise Unfit(errors=errors[:50])
    return found


_WORKED: Mapping[str, bool | None] = {
    **dict.fromkeys(("yes", "true", "1", "work", "worked", "班", "上班", "是"), True),
    **dict.fromkeys(("no", "false", "0", "off", "休", "放假", "否"), False),
    "": None,
}
_LINE = Text("第 {line} 行看不懂：应为 日期,班或休,名称。", "Line {line} is not: day,yes or no,name.")
_TWICE = Text("{day} 出现了两次。", "{day} stands there twice.")


def calendar_of(db: Connection, given: str, on: date) -> tuple[str, str | None]:
    """The id of a calendar, and of its unit: ``office``, or a unit's id or code. Raises ``NotFound``."""
    if given == OFFICE:
        return OFFICE, None
    unit = actors.unit_by(db, given, on)
    return unit.id, unit.id


def line_of(db: Connection, unit: str | None, on: date) -> tuple[str, ...]:
    """A unit and those above it, the nearest first: whose days count for it."""
    return (unit, *(u.id for u in actors.ancestors(db, unit, on))) if unit else ()


# ---------------------------------------------------------------- beforehand

_RESTING = (
    select(tables.tasks, *[c.label(f"case__{c.name}") for c in tables.cases.c])
    .join_from(tables.tasks, tables.cases, _T.case_id == tables.cases.c.id)
    .where(_T.status.in_(cases.OPEN_STATUSES), _T.calendar_no.is_not(None), tables.cases.c.status == cases.RUNNING)
)


_WAITING = select(tables.cases).where(
    _C.status == cases.RUNNING,
    _C.id.in_(select(tables.timers.c.case_id).where(tables.timers.c.calendar_no.is_not(None))),
)


def preview(db: Connection, actor: Actor, moment: Moment, calendar: str, adjustment: Adjustment) -> Preview:
    """Which open tasks' terms and timer events an adjustment would move, from when to when; nothing changes."""
    _check(actor, adjustment)
    now = calendars.book(db)
    then = now.adjusted(calendar, adjustment.days, adjustment.year, adjustment.hours)
    count = db.execute(select(func.count()).select_from(_RESTING.subquery())).scalar_one()
    rows = db.execute(_RESTING.order_by(_T.due_on, _T.id).limit(MOST_LOOKED_AT)).mappings().all()
    found = [m for m in (_moved(db, actor, moment, dict(r), now, then) for r in rows) if m is not None]
    waiting = db.execute(_WAITING.order_by(_C.id).limit(MOST_LOOKED_AT)).mappings().all()
    timers = [moved for row in waiting for moved in _moved_timers(db, actor, moment, dict(row), then)]
    more = db.execute(select(func.count()).select_from(_WAITING.subquery())).scalar_one()
    return Preview(tuple(found), tuple(timers), len(rows) + len(waiting), count + more)


def _moved_timers(
    db: Connection, actor: Actor, moment: Moment, case: Mapping[str, Any], then: Book
) -> list[MovedTimer]:
    definition = definitions.load(db, case["definition_id"])
    world = World(db, actor, moment, definition, cases.case_facts(case, moment), {}, book=then)
    live = machine.thaw(definition.blueprint, case["state"], world.environment())
    world.variables = live.variables
    moved = machine.renewals(live, cases.by_calendars(world, lambda number: calendars.book_at(db, number)))
    return [MovedTimer(one.element, case, one.old, one.new) for one in moved]


def _moved(db: Connection, actor: Actor, moment: Moment, row: dict[str, Any], now: Book, then: Book) -> Moved | None:
    case = {k.removeprefix("case__"): v for k, v in row.items() if k.startswith("case__")}
    definition = definitions.load(db, case["definition_id"])
    element = definition.element(row["element"])
    facts = cases.case_facts(case, moment)
    world = World(db, actor, moment, definition, facts, {}, book=then)
    local: Mapping[str, Any] = {}
    if "end" in terms.of_row(row).facts:
        glance = machine.glance(case["state"])
        world.variables = dict(glance.variables)
        local = glance.locals_of(row["node"], definition.blueprint)
    try:
        old, new = cases.renew(world, local, row, element, now)
    except Incident:
        return None  # what its definition cannot work out is told when it is really done
    if (old.on, old.at) == (new.on, new.at):
        return None
    return Moved(row, case, old, new)


def _check(actor: Actor, adjustment: Adjustment) -> None:
    if PERMISSION not in actor.permissions:
        raise Forbidden(needs=[PERMISSION])
    errors: list[FieldError] = []
    if len(adjustment.days) > MOST_DAYS:
        errors.append(FieldError("days", "err_too_many", _MANY.format(n=MOST_DAYS)))
    if adjustment.year is not None:
        if not 1900 <= adjustment.year <= 2999:
            errors.append(FieldError("year", "err_year", Text("没有这一年。", "There is no such year.")))
        others = [d for d in adjustment.days if d.year != adjustment.year]
        # A holiday at New Year may begin or end in the neighbouring year.
        if any(abs(d.year - adjustment.year) > 1 for d in others):
            errors.append(FieldError("days", "err_other_year", _OTHER.format(year=adjustment.year)))
    if adjustment.hours is not None:
        edges = [edge for pair in adjustment.hours for edge in pair]
        if not edges or edges != sorted(set(edges)):
            errors.append(FieldError("hours", "err_hours", _HOURS))
    if errors:
        raise Unfit(errors=errors)


_MANY = Text("一次最多 {n} 天。", "At most {n} days at a time.")
_OTHER = Text("有的日期不在 {year} 年前后。", "Some of the days are far from {year}.")
_HOURS = Text("办公时间应先后有序、互不重叠。", "Office hours follow one another and do not overlap.")


# ---------------------------------------------------------------- really


def adjust(
    db: Connection,
    actor: Actor,
    moment: Moment,
    calendar: str,
    unit: str | None,
    adjustment: Adjustment,
    reason: str,
    basis: str | None = None,
) -> int:
    """Add an adjustment to a calendar, with an entry on the office's chain; gives its number.

    What was said before stays readable. The terms move by ``sweep``, after the COMMIT.
    """
    _check(actor, adjustment)
    if not reason.strip():
        raise Unfit(errors=[FieldError("reason", "required", Text("请说明理由。", "Give the reason."))])
    if not adjustment.days and adjustment.year is None and adjustment.hours is None:
        raise Unfit(errors=[FieldError("days", "required", Text("没有任何调整。", "There is nothing to adjust."))])
    trail.hold(db, trail.OFFICE)  # two adjustments at the same moment take their numbers one after the other
    number = calendars.newest_number(db) + 1
    hours = [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in adjustment.hours] if adjustment.hours else None
    db.execute(
        insert(tables.calendar_versions).values(
            number=number,
            id=new_id(),
            calendar_id=calendar,
            unit_id=unit,
            year=adjustment.year,
            hours=json.dumps(hours) if hours else None,
            reason=reason.strip(),
            basis=basis or None,
            set_by=actor.person_id,
            at=moment.now,
        )
    )
    days = sorted(adjustment.days.items())
    if days:
        rows = [{"number": number, "day": day, "is_worked": worked, "name": name} for day, (worked, name) in days]
        db.execute(insert(tables.calendar_days), rows)
    trail.append(
        db,
        moment,
        actor,
        kind=Kind.CALENDAR_CHANGED,
        calendar=calendar,
        unit=unit,
        number=number,
        year=adjustment.year,
        hours=hours,
        days=[
            {"day": day.isoformat(), "worked": worked, **({"name": name} if name else {})}
            for day, (worked, name) in days
        ],
        reason=reason.strip(),
        basis=basis or None,
    )
    return number


# ---------------------------------------------------------------- the terms follow


def _behind(table: Table, *also: ColumnElement[bool]) -> Select[Any]:
    """The first case, after one, that has something which rests on an older adjustment."""
    query = select(table.c.case_id).join(tables.cases, _C.id == table.c.case_id)
    return (
        query.where(
            _C.status == cases.RUNNING,  # others are met when they go on
            table.c.calendar_no.is_not(None),
            table.c.calendar_no < select(func.max(_V.number)).scalar_subquery(),
            table.c.case_id > bindparam("after"),
            *also,
        )
        .order_by(table.c.case_id)
        .limit(1)
    )


_EACH = [_behind(tables.tasks, _T.status.in_(cases.OPEN_STATUSES)), _behind(tables.timers)]
_BEHIND = select(func.min(union_all(*(select(one.subquery()) for one in _EACH)).subquery().c.case_id))
_STATUS = select(tables.cases.c.id).where(tables.cases.c.id == bindparam("case"))


def sweep(store: Store, limit: int = 10_000) -> int:
    """Work out anew what rests on an older adjustment, case by case; gives how many cases were done."""
    done, after = 0, ""
    while done < limit:
        with store.reading() as db:  # without the write lock, and usually there is nothing
            case_id = db.execute(_BEHIND, {"after": after}).scalar()
        if case_id is None:
            break
        after = case_id
        if _recount(store, case_id):
            done += 1
    return done


def _recount(store: Store, case_id: str) -> bool:
    """One case, unless somebody has it in hand: it is met again."""
    try:
        with store.transaction() as db:
            lock = _STATUS.with_for_update(skip_locked=True) if for_update(db) else _STATUS
            if db.execute(lock, {"case": case_id}).scalar() is None:
                return False
            moment = store.moment(db)
            work = cases.take(db, Actor.clock(), moment, case_id)
            if work.row["status"] != cases.RUNNING:
                return False
            cases.settle(work, cases.recount(work, lambda number: calendars.book_at(db, number), _because(db)))
    except OperationalError:
        raise
    except (Refused, NotFound) as e:
        _log.error("the terms of case %s cannot be worked out: %s", case_id, type(e).__name__)
        with store.transaction() as db:
            _lay_aside(db, case_id)
    return True


def _lay_aside(db: Connection, case_id: str) -> None:
    """A case whose terms cannot be worked out keeps those it has, and does not stand in the way of others."""
    newest = calendars.newest_number(db)
    for table in (tables.tasks, tables.timers):
        resting = table.c.case_id == case_id, table.c.calendar_no.is_not(None)
        db.execute(table.update().where(*resting).values(calendar_no=newest))


def _because(db: Connection) -> dict[str, Any]:
    """The newest adjustment as facts of an entry."""
    row = db.execute(select(tables.calendar_versions).order_by(_V.number.desc()).limit(1)).mappings().one()
    return {
        "calendar": row["calendar_id"],
        "number": row["number"],
        "reason": row["reason"],
        **({"basis": row["basis"]} if row["basis"] else {}),
    }


def days_of(book: Book, line: Sequence[str], year: int) -> list[dict[str, Any]]:
    """Every day of a year that is not as weeks usually are, and every day that a calendar says something of.

    ``{day, is_worked, name, national, own, calendar, number}``; ``national`` is what the notice says (null: nothing),
    ``own`` whether a calendar of the office decides it.
    """
    off, on = calendars.national_days()
    calendar, speaking = book.calendar(line), [own for own in (*line, OFFICE) if own in book.own]
    found: list[dict[str, Any]] = []
    day = date(year, 1, 1)
    while day.year == year:
        said = next(((own, book.own[own].days[day]) for own in speaking if day in book.own[own].days), None)
        national = False if day in off else True if day in on else None
        if said is not None or national is not None:
            found.append(
                {
                    "day": day,
                    "is_worked": calendar.is_working_day(day),
                    "name": said[1][1] if said else None,
                    "holiday": off.get(day) or on.get(day),
                    "national": national,
                    "own": said is not None,
                    "calendar": said[0] if said else None,
                    "number": said[1][2] if said else None,
                }
            )
        day = date.fromordinal(day.toordinal() + 1)
    return found
