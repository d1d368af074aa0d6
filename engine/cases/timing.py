"""The terms of tasks as rows: written when a task opens, stood still, gone on, moved, and every timer of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from engine import actors, calendars, gates, machine, outbox, tables, terms
from engine.cases.asking import asked
from engine.cases.seeing import let_see
from engine.cases.work import OPEN_STATUSES, Work
from engine.definitions import Definition
from engine.errors import Incident, Text
from engine.gates import World
from engine.machine import Element
from engine.outbox import Notice
from engine.store import Moment, Statement, new_id
from engine.terms import Ring, Term
from engine.trail import Kind
from engine.vocabulary import keys

INSERT_TIMERS = Statement(
    insert(tables.timers), *("id", "case_id", "task_id", "node", "purpose", "level", "due_at", "calendar_no")
)

_WORDS = ("due", "remind", "publicity", "notAfter")
"""Any of them makes a task know time."""


def timer(
    work: Work,
    task_id: str | None,
    node: int | None,
    purpose: str,
    due_at: datetime,
    level: int | None = None,
    calendar_no: int | None = None,
) -> dict[str, Any]:
    """The row of a timer."""
    return {
        "id": new_id(),
        "case_id": work.case_id,
        "task_id": task_id,
        "node": node,
        "purpose": purpose,
        "level": level,
        "due_at": due_at,
        "calendar_no": calendar_no,
    }


def wake_by(work: Work, due_at: datetime) -> None:
    """The clock looks at the case at that time, or earlier."""
    current = work.changes.get("wake_at", work.row["wake_at"])
    work.changes["wake_at"] = due_at if current is None else min(current, due_at)


# ---------------------------------------------------------------- a task closes


def times(work: Work, task: Mapping[str, Any]) -> dict[str, int | None]:
    """How long a task that closes now had waited until somebody took it in hand, and was worked on from then on.

    Seconds of office hours, by the calendar of the case's unit as it is now. Whoever does a task without having claimed
    it or kept a draft takes it in hand at that moment, and nobody knows how long they worked on it.
    """
    asked_before = work.world.uses_calendar
    calendar = work.world.calendar
    work.world.uses_calendar = asked_before  # no term rests on it
    opened, closed = task["opened_at"].astimezone(work.moment.zone), work.moment.local
    if task["taken_at"] is None:
        return {"wait_seconds": max(0, calendar.working_time_between(opened, closed)), "work_seconds": None}
    taken = task["taken_at"].astimezone(work.moment.zone)
    return {
        "wait_seconds": max(0, calendar.working_time_between(opened, taken)),
        "work_seconds": max(0, calendar.working_time_between(taken, closed)),
    }


# ---------------------------------------------------------------- a task opens


NO_TERM: Mapping[str, Any] = {"due_on": None, "due_at": None, "due_why": None, "calendar_no": None}


def new_term(
    work: Work, element: Element, task_id: str, opened: datetime | None = None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The columns of a task's term, and its timers; whether any of the task's words asked a calendar is remembered."""
    opened = opened or work.moment.now
    if not any(element.words.all(word) for word in _WORDS):
        return {**NO_TERM, "calendar_no": _rests_on(work.world)}, []
    context = gates.reading_context(work.world, element)
    since = [keys(w["while"]) for w in element.words.all("pause") if "while" in w]
    pauses = _earlier(work, {key for named in since for key in named}) if since else []
    term = terms.work_out(work.world, element, opened, context, pauses)
    rings = terms.rings(work.world, element, term, opened, context)
    rows = [timer(work, task_id, None, r.purpose, r.at, r.level) for r in rings]
    extend = element.words.one("extend") or {}
    if term.on is not None and {"role", "person"} & set(extend):
        let_see(work, asked(work.world, element.id, extend, context))  # or else they could not find it
    return {**term.columns, "calendar_no": _rests_on(work.world)}, rows


def _rests_on(world: World) -> int | None:
    return world.calendars.number if world.uses_calendar else None


def _earlier(work: Work, elements: set[str]) -> list[tuple[datetime, datetime]]:
    """When one of some steps was open and is not any more: the clock of what counts from before stood still."""
    table = tables.tasks.c
    query = select(table.opened_at, table.completed_at).where(
        table.case_id == work.case_id, table.element.in_(sorted(elements)), table.completed_at.is_not(None)
    )
    return [(row.opened_at, row.completed_at) for row in work.db.execute(query)]


def open_held(work: Work, task_id: str, element: Element, node: int) -> dict[str, Any]:
    """What changes of a term that counts from the opening, when a task that was held opens after all."""
    due, publicity = element.words.one("due") or {}, element.words.one("publicity") or {}
    counted = [w for w in (due, publicity, *element.words.all("remind")) if {"after", "for"} & set(w)]
    if all(w.get("from", "opened") != "opened" for w in counted):
        return {}
    work.world.local, work.world.uses_calendar = work.live.locals_of(node), False
    columns, rows = new_term(work, element, task_id)
    work.world.local = {}
    _DELETE_RINGS.run(work.db, {"task": task_id})
    _insert(work, rows)
    return columns


# ---------------------------------------------------------------- the clock stands still, and goes on

_OPEN = Statement(
    select(tables.tasks).where(
        tables.tasks.c.case_id == bindparam("case"),
        tables.tasks.c.status.in_(OPEN_STATUSES),
    )
)
_pausing: dict[str, bool] = {}


def _may_pause(definition: Definition) -> bool:
    found = _pausing.get(definition.id)
    if found is None:
        found = any(e.words.one("pause") for e in definition.blueprint.of_kind(*machine.TASKS))
        if len(_pausing) > 1_000:
            _pausing.clear()
        _pausing[definition.id] = found
    return found


def keep_pauses(work: Work) -> None:
    """Whatever a deed changed: the clocks of open tasks stop or go on as their words say."""
    if not _may_pause(work.definition):
        return
    rows = _OPEN.all(work.db, {"case": work.case_id})
    at_work = {row["element"] for row in rows}
    for row in rows:
        element = work.definition.element(row["element"])
        if not element.words.one("pause") or row["due_on"] is None:
            continue
        work.world.local = work.live.locals_of(row["node"])
        word = _paused_by(work.world, element, at_work)
        if word is not None and row["paused_at"] is None:
            _pause(work, row, word)
        elif word is None and row["paused_at"] is not None:
            _resume(work, row, element)
    work.world.local = {}


def _paused_by(world: World, element: Element, at_work: set[str]) -> Mapping[str, str] | None:
    context: Mapping[str, Any] | None = None
    for word in element.words.all("pause"):
        if "while" in word:
            if at_work & (set(keys(word["while"])) - {element.id}):
                return word
            continue
        context = gates.reading_context(world, element) if context is None else context
        if world.evaluate(word["when"], context, element.id) is True:
            return word
    return None


def _pause(work: Work, row: Mapping[str, Any], word: Mapping[str, str]) -> None:
    _DELETE_RINGS.run(work.db, {"task": row["id"]})
    _write(work.db, row["id"], {"paused_at": work.moment.now})
    work.note(
        Kind.TASK_PAUSED,
        task=row["id"],
        element=row["element"],
        old=terms.of_row(row).said(work.moment.zone),
        clause=word.get("clause"),
    )


def _resume(work: Work, row: Mapping[str, Any], element: Element) -> None:
    was = terms.of_row(row)
    work.world.uses_calendar = False
    term = terms.changed(work.world, element, was, terms.paused(row["paused_at"], work.moment.now))
    _keep(work, {**row, "paused_at": None}, element, term)
    work.note(
        Kind.TASK_RESUMED,
        task=row["id"],
        element=row["element"],
        old=was.said(work.moment.zone),
        new=term.said(work.moment.zone),
        since=row["paused_at"].isoformat(),
    )


def stand_still(work: Work, clause: str | None) -> None:
    """The case is suspended: every clock of it that goes stops."""
    for row in _OPEN.all(work.db, {"case": work.case_id}):
        if row["due_on"] is not None and row["paused_at"] is None:
            _pause(work, row, {"clause": clause} if clause else {})


def go_on(work: Work) -> None:
    """The case goes on: every clock of it that no word keeps standing goes on."""
    rows = _OPEN.all(work.db, {"case": work.case_id})
    at_work = {row["element"] for row in rows}
    for row in rows:
        if row["paused_at"] is None:
            continue
        element = work.definition.element(row["element"])
        work.world.local = work.live.locals_of(row["node"])
        if _paused_by(work.world, element, at_work) is None:
            _resume(work, row, element)
    work.world.local = {}


# ---------------------------------------------------------------- moved


def extend(work: Work, row: Mapping[str, Any], element: Element, change: Mapping[str, Any], clause: str | None) -> Term:
    """More time for a task, with an entry; levels of escalation begin anew."""
    was = terms.of_row(row)
    if work.row["status"] != "running" or was.on is None:
        raise Incident(element.id, _NO_TERM)
    work.world.uses_calendar = False
    term = terms.changed(work.world, element, was, change)
    marks = sorted({*json.loads(row["marks"]), "extended"})
    _keep(work, {**row, "marks": json.dumps(marks)}, element, term)
    work.note(
        Kind.TASK_EXTENDED,
        task=row["id"],
        element=element.id,
        old=was.said(work.moment.zone),
        new=term.said(work.moment.zone),
        reason=change.get("reason") or None,
        clause=clause,
    )
    _tell(work, row, Notice.TASK_EXTENDED, {"old": was.said(work.moment.zone), "new": term.said(work.moment.zone)})
    return term


_NO_TERM = Text("没有可延长的期限", "there is no term to extend")


def extend_others(work: Work, element: Element, outcome: str | None, reason: str | None) -> None:
    """An extension by decision: completing a step moves the terms of others that are open."""
    words = [w for w in element.words.all("extends") if not keys(w.get("outcome")) or outcome in keys(w.get("outcome"))]
    if not words:
        return
    context = gates.reading_context(work.world, element)
    for row in _OPEN.all(work.db, {"case": work.case_id}):
        for word in words:
            if row["element"] in keys(word["task"]) and row["due_on"] is not None:
                target = work.definition.element(row["element"])
                by = work.actor.person_id
                change = terms.extension(work.world, element, word["by"], context, by, reason or "")
                extend(work, row, target, change, word.get("clause"))


def recount(work: Work, was: Callable[[int], calendars.Book], because: Mapping[str, Any]) -> machine.Step | None:
    """Work the terms of a case's open tasks and its timers out by the calendars as they are now.

    ``was`` gives the calendars of an earlier number. ``because`` are the facts of the adjustment, for the entries.
    Gives what the machine did, where it has timers that rest on a calendar.
    """
    _recount_terms(work, was, because)
    newest = work.world.calendars.number
    if all(wait.calendars in (None, newest) for wait in work.live.waits()):
        return None
    step, moved = machine.renew(work.live, work.world.environment(), by_calendars(work.world, was), newest)
    zone = work.moment.zone
    for one in moved:
        old, new = (at.astimezone(zone).isoformat(timespec="minutes")[:16] for at in (one.old, one.new))
        work.note(Kind.TIMER_MOVED, element=one.element, old=old, new=new, **because)
    work.recount = True
    return step


def by_calendars(
    world: World, was: Callable[[int], calendars.Book]
) -> Callable[[datetime, int | None], machine.Environment]:
    """The world at an earlier moment with the calendars of a number, or with those of ``world``."""
    return lambda at, number: world.then(at, None if number is None else was(number)).environment()


def _recount_terms(work: Work, was: Callable[[int], calendars.Book], because: Mapping[str, Any]) -> None:
    for row in _OPEN.all(work.db, {"case": work.case_id}):
        if row["calendar_no"] is None or row["calendar_no"] >= work.world.calendars.number:
            continue
        element = work.definition.element(row["element"])
        old, new = renew(work.world, work.live.locals_of(row["node"]), row, element, was(row["calendar_no"]))
        same = (old.on, old.at) == (new.on, new.at)
        work.world.uses_calendar = True
        # Where an expression says what it said, the term stands as it is, whatever else has happened meanwhile.
        is_asked = "end" in old.facts
        _keep(work, row, element, terms.of_row(row) if same and is_asked else new)
        if not same:
            work.is_listed = False
            work.note(
                Kind.TASK_TERM_CHANGED,
                task=row["id"],
                element=element.id,
                old=old.said(work.moment.zone),
                new=new.said(work.moment.zone),
                **because,
            )
            _tell(
                work,
                row,
                Notice.TASK_TERM_CHANGED,
                {"old": old.said(work.moment.zone), "new": new.said(work.moment.zone)},
            )


def renew(
    world: World, local: Mapping[str, Any], row: Mapping[str, Any], element: Element, was: calendars.Book
) -> tuple[Term, Term]:
    """A task's term by the calendars as they were, and by those of ``world``; parameters are those of its opening."""
    kept = terms.of_row(row)
    if not kept.facts:
        return kept, kept
    then = Moment(row["opened_at"], world.moment.zone)
    found = []
    for book in (was, world.calendars):
        seen = World(world.db, world.actor, then, world.definition, world.case, world.variables, local, book=book)
        context = gates.reading_context(seen, element) if "end" in kept.facts else {}
        found.append(terms.renewed(seen, element, kept, context))
    # Of a length the old end is the one that stands; only an expression has to be asked what it said.
    return (found[0] if "end" in kept.facts else kept), found[1]


def _keep(work: Work, row: Mapping[str, Any], element: Element, term: Term) -> None:
    """Write a term that moved, and set its timers anew."""
    now = work.moment
    is_over = (term.at is not None and now.now >= term.at) or (
        term.at is None and term.on is not None and now.today > term.on
    )
    is_late = bool(row["is_late"]) and is_over
    if row["is_late"] and not is_late:
        term = replace(term, why={k: v for k, v in (term.why or {}).items() if k != "told"})
    work.is_listed = False
    _write(
        work.db,
        row["id"],
        {
            **term.columns,
            "is_late": is_late,
            "marks": row["marks"],
            "paused_at": row["paused_at"],
            "calendar_no": _rests_on(work.world) if work.world.uses_calendar else row["calendar_no"],
        },
    )
    if row["paused_at"] is None:
        _ring_anew(work, row, element, term, is_late)


_DELETE_RINGS = Statement(
    delete(tables.timers).where(
        tables.timers.c.task_id == bindparam("task"), tables.timers.c.purpose.in_(terms.PURPOSES)
    )
)
_PENDING = select(func.count()).where(
    tables.timers.c.task_id == bindparam("task"), tables.timers.c.purpose == terms.REMIND
)


def _ring_anew(work: Work, row: Mapping[str, Any], element: Element, term: Term, is_late: bool) -> None:
    pending = work.db.execute(_PENDING, {"task": row["id"]}).scalar_one()
    _DELETE_RINGS.run(work.db, {"task": row["id"]})
    work.world.local = work.live.locals_of(row["node"])
    context = gates.reading_context(work.world, element)
    found = terms.rings(work.world, element, term, row["opened_at"], context, is_late)
    work.world.local = {}
    ahead = [r for r in found if r.purpose != terms.REMIND or r.at > work.moment.now]
    if pending > sum(r.purpose == terms.REMIND for r in ahead):
        # A reminder that had not come yet lies behind now: it comes at once.
        ahead.append(Ring(terms.REMIND, work.moment.now))
    _insert(work, [timer(work, row["id"], None, r.purpose, r.at, r.level) for r in ahead])


def _insert(work: Work, rows: Iterable[dict[str, Any]]) -> None:
    new = list(rows)
    if new:
        INSERT_TIMERS.insert(work.db, new)
        wake_by(work, min(row["due_at"] for row in new))


def _write(db: Connection, task_id: str, values: Mapping[str, Any]) -> None:
    db.execute(update(tables.tasks).where(tables.tasks.c.id == task_id).values(**values))


def _tell(work: Work, row: Mapping[str, Any], kind: Notice, facts: Mapping[str, Any]) -> None:
    holders = [actors.holder_of(row["claimed_by"])] if row["claimed_by"] else json.loads(row["why"])
    outbox.tell(
        work.db,
        work.moment,
        kind,
        holders,
        case_id=work.case_id,
        task_id=row["id"],
        facts={"element": row["element"], **{k: v for k, v in facts.items() if v}},
        besides=work.actor.person_id,
    )
