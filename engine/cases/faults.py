"""Incidents as rows: what could not go on, where, and why; a path of a case, or a whole case.

A path that stopped is a node of the machine that is open as an incident; the rest of its case goes on. A whole case
stops (``node`` null, status failed) where the clock could not move it at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from engine import tables, trail
from engine.actors import Actor
from engine.calendars import Calendar
from engine.cases import listing, telling
from engine.cases.work import FAILED, RUNNING, Work
from engine.errors import Text
from engine.machine import Fault
from engine.store import Moment, Statement, announce, new_id
from engine.trail import Kind

NOBODY = "nobody_asked"
"""``details["cause"]`` where an assignment rule names nobody: an appointment heals it."""
LONGEST_DETAILS = 20_000
RETRY = "retry"
"""The purpose of the timer by which the clock tries such an incident again."""

_I, _T, _J = tables.incidents.c, tables.timers.c, tables.jobs.c
_INSERT = Statement(insert(tables.incidents), "id", "case_id", "node", "element", "reason", "details", "opened_at")
_CLOSE = (
    update(tables.incidents)
    .where(_I.case_id == bindparam("case"), _I.node == bindparam("at"), _I.resolved_at.is_(None))
    .values(resolved_at=bindparam("new_at"), resolved_by=bindparam("new_by"), resolution=bindparam("new_resolution"))
)
_OPEN_NODES = select(_I.node).where(
    _I.case_id == bindparam("case"), _I.node.in_(bindparam("nodes", expanding=True)), _I.resolved_at.is_(None)
)
_OPEN_AT = select(_I.id).where(_I.case_id == bindparam("case"), _I.node == bindparam("at"), _I.resolved_at.is_(None))
_NO_RETRY = delete(tables.timers).where(
    _T.case_id == bindparam("case"), _T.node == bindparam("at"), _T.purpose == RETRY
)
_NO_JOB = (
    update(tables.jobs)
    .where(_J.case_id == bindparam("case"), _J.node == bindparam("at"), _J.status == "failed")
    .values(status="cancelled")
)


def record(work: Work, faults: Sequence[Fault]) -> None:
    """Paths that stopped: a row for whoever mends, an entry for whoever audits."""
    if not faults:
        return
    # What stops again where it has just been retried is one incident after the other, never two at once.
    nodes = [fault.node for fault in faults]
    still = work.db.execute(_OPEN_NODES, {"case": work.case_id, "nodes": nodes}).scalars().all()
    close(work, still)
    rows = []
    for fault in faults:
        rows.append(
            {
                "id": new_id(),
                "case_id": work.case_id,
                "node": fault.node,
                "element": fault.element,
                "reason": json.dumps(fault.reason.as_json(), ensure_ascii=False),
                "details": _details(fault.details),
                "opened_at": work.moment.now,
            }
        )
        work.note(Kind.CASE_STOPPED, element=fault.element, reason=fault.reason.as_json(), incident=rows[-1]["id"])
        if fault.details.get("cause") == NOBODY:
            look_again(work, fault.node)
    _INSERT.insert(work.db, rows)
    telling.stopped(work.db, work.moment, work.actor, work.case_id, [fault.element for fault in faults])
    work.changes["faults"] = work.changes.get("faults", work.row["faults"]) + len(rows)


def close(work: Work, nodes: Sequence[int]) -> None:
    """These paths go on, or are no more; ``work.mended`` says what was done to them."""
    closed = 0
    for node in nodes:
        place = {"case": work.case_id, "at": node}
        done = {
            "new_at": work.moment.now,
            "new_by": work.actor.person_id,
            "new_resolution": work.mended.get(node, "gone"),
        }
        for incident in work.db.execute(_OPEN_AT, place).scalars():
            work.untold.setdefault("resolved", []).append(incident)
        closed += work.db.execute(_CLOSE, {**place, **done}).rowcount
        work.db.execute(_NO_RETRY, place)
        work.db.execute(_NO_JOB, place)
    if closed:
        work.changes["faults"] = max(0, work.changes.get("faults", work.row["faults"]) - closed)


def look_again(work: Work, node: int) -> None:
    """Let the clock try an incident again when the next working day begins."""
    due = next_look(work.moment, work.world.calendar)
    row = {"id": new_id(), "case_id": work.case_id, "task_id": None, "node": node, "purpose": RETRY, "due_at": due}
    work.db.execute(insert(tables.timers), row)
    current = work.changes.get("wake_at", work.row["wake_at"])
    work.changes["wake_at"] = due if current is None else min(current, due)


def next_look(moment: Moment, calendar: Calendar) -> datetime:
    """When the next working day begins."""
    return moment.midnight(calendar.add_working_days(moment.today, 1))


def fail(db: Connection, moment: Moment, case_id: str, reason: Text | str) -> None:
    """Stop the clock of a case that cannot go on, with an incident and an entry; somebody has to look."""
    table, said = tables.cases, Text.of(reason)
    stop = update(table).where(table.c.id == case_id, table.c.status == RUNNING)
    values = {"status": FAILED, "wake_at": None, "faults": table.c.faults + 1}
    if db.execute(stop.values(**values)).rowcount == 0:
        return  # it has ended meanwhile, or another node's clock was faster
    listing.follow(db, case_id)
    announce(db, listing.holders(db, case_id))
    row = {"id": new_id(), "case_id": case_id, "node": None, "element": "", "details": "{}", "opened_at": moment.now}
    db.execute(insert(tables.incidents), {**row, "reason": json.dumps(said.as_json(), ensure_ascii=False)})
    trail.append(
        db,
        moment,
        Actor.clock(),
        chain=case_id,
        kind=Kind.CASE_FAILED,
        reason=said.as_json(),
        incident=row["id"],
    )
    telling.stopped(db, moment, Actor.clock(), case_id, [""])


def reason_of(stored: str) -> Text:
    """The sentence of an incident's row in both languages."""
    try:
        return Text.of(json.loads(stored))
    except ValueError:
        return Text(stored, stored)


def _details(given: Mapping[str, Any]) -> str:
    """What was known of a fault, as JSON of bounded length."""
    text = json.dumps(given, ensure_ascii=False, default=str)
    if len(text) <= LONGEST_DETAILS:
        return text
    return json.dumps({k: v[:500] if isinstance(v, str) else None for k, v in given.items()}, ensure_ascii=False)
