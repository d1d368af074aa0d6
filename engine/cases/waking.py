"""What the passing of time does to a case: reminders, overdue marks, timers, incidents that heal."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from engine import gates, machine, tables
from engine.actors import Actor
from engine.cases import faults, mending
from engine.cases.asking import asked
from engine.cases.seeing import let_see
from engine.cases.settling import settle
from engine.cases.work import OPEN_STATUSES, RUNNING, Work, stuck, take
from engine.errors import Incident
from engine.store import Moment
from engine.trail import Kind

_ALL_TIMERS = select(tables.timers).where(tables.timers.c.case_id == bindparam("case"))


def wake(db: Connection, moment: Moment, case_id: str) -> None:
    """Do everything of a case that is due: remind, mark overdue, fire its timers, open what was held.

    Raises ``Stuck`` where the case cannot go on; the caller records it with ``fail``.
    """
    work = take(db, Actor.clock(), moment, case_id)
    if work.row["status"] != RUNNING:
        return
    due = [t for t in db.execute(_ALL_TIMERS, {"case": case_id}) if t.due_at <= moment.now]
    work.recount = True
    try:
        for timer in [t for t in due if t.purpose == faults.RETRY]:
            db.execute(delete(tables.timers).where(tables.timers.c.id == timer.id))
            healed = mending.heal(work, timer)
            if healed is not None:
                settle(work, healed)  # what else is due stays due: the case is met again at once
                return
        for timer in sorted(due, key=lambda t: (t.due_at, t.id)):
            if timer.purpose in ("remind", "overdue"):
                _remind(work, timer)
        step = machine.wake(work.live, work.world.environment())
    except Incident as e:
        raise stuck(work.definition, e) from e
    if done := [t.id for t in due if t.purpose not in ("node", faults.RETRY)]:
        db.execute(delete(tables.timers).where(tables.timers.c.id.in_(done)))
    settle(work, step)


def _remind(work: Work, timer: Any) -> None:
    table = tables.tasks
    task = work.db.execute(select(table).where(table.c.id == timer.task_id)).first()
    if task is None or task.status not in OPEN_STATUSES:
        return
    element = work.definition.element(task.element)
    if timer.purpose == "remind":
        work.note(Kind.TASK_REMINDED, task=task.id, element=task.element, asked=json.loads(task.why))
        return
    marks = [*json.loads(task.marks), "late"] if "late" not in json.loads(task.marks) else json.loads(task.marks)
    work.db.execute(update(table).where(table.c.id == task.id).values(is_late=True, marks=json.dumps(marks)))
    context = gates.reading_context(work.world, element)
    told = [h for who in element.words.all("escalate") for h in asked(work.world, element.id, who, context)]
    let_see(work, told)
    due = element.words.one("due") or {}
    work.note(
        Kind.TASK_OVERDUE,
        task=task.id,
        element=task.element,
        due_on=task.due_on.isoformat() if task.due_on else None,
        escalated_to=told,
        clause=due.get("clause"),
    )
