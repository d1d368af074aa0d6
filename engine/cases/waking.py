"""What the passing of time does to a case: reminders, overdue marks, timers; and what stops it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from engine import gates, machine, tables, trail
from engine.actors import Actor
from engine.cases.asking import asked
from engine.cases.seeing import let_see
from engine.cases.settling import settle
from engine.cases.work import FAILED, OPEN_STATUSES, RUNNING, Work, stuck, take
from engine.errors import Incident, NotFound, NotNow, Text
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
    try:
        for timer in sorted(due, key=lambda t: (t.due_at, t.id)):
            if timer.purpose in ("remind", "overdue"):
                _remind(work, timer)
        step = machine.wake(work.live, work.world.environment())
    except Incident as e:
        raise stuck(work.definition, e) from e
    if done := [t.id for t in due if t.purpose != "node"]:
        db.execute(delete(tables.timers).where(tables.timers.c.id.in_(done)))
    work.recount = True
    settle(work, step)


def fail(db: Connection, moment: Moment, case_id: str, reason: str) -> None:
    """Stop the clock of a case that cannot go on, with an entry; somebody has to look."""
    table = tables.cases
    stop = update(table).where(table.c.id == case_id, table.c.status == RUNNING).values(status=FAILED, wake_at=None)
    if db.execute(stop).rowcount == 1:  # or else it has ended meanwhile, or another node's clock was faster
        trail.append(db, moment, Actor.clock(), chain=case_id, kind=Kind.CASE_FAILED, reason=reason[:500])


def retry(db: Connection, actor: Actor, moment: Moment, case_id: str) -> None:
    """Let a failed case go on: the cause was mended."""
    if "directory.manage" not in actor.permissions:
        raise NotFound()
    table = tables.cases
    # Due at once: the clock wakes it, and settles what has become of it.
    go_on = update(table).where(table.c.id == case_id, table.c.status == FAILED)
    if db.execute(go_on.values(status=RUNNING, wake_at=moment.now)).rowcount == 0:
        if db.execute(select(table.c.id).where(table.c.id == case_id)).scalar() is None:
            raise NotFound()
        raise NotNow(Text("该事项没有故障。", "The case has no fault."), code="err_not_failed")
    trail.append(db, moment, actor, chain=case_id, kind=Kind.CASE_RETRIED)


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
