"""What the passing of time does to a case: reminders, overdue marks, timers, incidents that heal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from engine import actors, gates, machine, outbox, tables, terms
from engine.actors import Actor
from engine.cases import faults, mending, vacant
from engine.cases.asking import asked
from engine.cases.seeing import let_see
from engine.cases.settling import settle
from engine.cases.work import OPEN_STATUSES, RUNNING, Work, stuck, take
from engine.errors import Incident
from engine.outbox import Notice
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
            if timer.purpose in terms.PURPOSES:
                _ring(work, timer)
            elif timer.purpose == vacant.PURPOSE:
                vacant.ring(work, timer)
        step = machine.wake(work.live, work.world.environment())
    except Incident as e:
        raise stuck(work.definition, e) from e
    if done := [t.id for t in due if t.purpose not in ("node", faults.RETRY)]:
        db.execute(delete(tables.timers).where(tables.timers.c.id.in_(done)))
    settle(work, step)


def _ring(work: Work, timer: Any) -> None:
    """A reminder, the end of a term, or a level of escalation has come."""
    table = tables.tasks
    found = work.db.execute(select(table).where(table.c.id == timer.task_id)).mappings().first()
    if found is None or found["status"] not in OPEN_STATUSES:
        return
    task = dict(found)
    element = work.definition.element(task["element"])
    holders = [actors.holder_of(task["claimed_by"])] if task["claimed_by"] else json.loads(task["why"])
    term = terms.of_row(task)
    if timer.purpose == terms.REMIND:
        work.note(Kind.TASK_REMINDED, task=task["id"], element=task["element"], asked=json.loads(task["why"]))
        _tell(work, task, Notice.TASK_REMINDED, holders, term.said(work.moment.zone))
        return
    work.world.local = work.live.locals_of(task["node"])
    context = gates.reading_context(work.world, element)
    wanted = terms.levels(element)[timer.level : timer.level + 1] if timer.purpose == terms.ESCALATE else [None]
    words = [w for w in element.words.all("escalate") if w.get("after") in wanted]
    told = [h for who in words for h in asked(work.world, element.id, who, context)]
    work.world.local = {}
    let_see(work, told)
    clause = next((w["clause"] for w in words if "clause" in w), (element.words.one("due") or {}).get("clause"))
    facts = {"due_on": task["due_on"].isoformat() if task["due_on"] else None, "escalated_to": told, "clause": clause}
    mine = update(table).where(table.c.id == task["id"])
    if timer.purpose == terms.ESCALATE:
        why = {**(term.why or {}), "told": [*(term.why or {}).get("told", ()), timer.level]}
        work.db.execute(mine.values(due_why=json.dumps(why, ensure_ascii=False, sort_keys=True)))
        work.note(Kind.TASK_ESCALATED, task=task["id"], element=task["element"], level=timer.level + 1, **facts)
        _tell(work, task, Notice.TASK_ESCALATED, told, term.said(work.moment.zone))
        return
    marks = sorted({*json.loads(task["marks"]), "late"})
    work.db.execute(mine.values(is_late=True, marks=json.dumps(marks)))
    work.note(Kind.TASK_OVERDUE, task=task["id"], element=task["element"], **facts)
    _tell(work, task, Notice.TASK_OVERDUE, [*holders, *told], term.said(work.moment.zone))


def _tell(work: Work, task: Mapping[str, Any], kind: Notice, holders: list[str], due: str | None) -> None:
    facts = {"element": task["element"], **({"due": due} if due else {})}
    outbox.tell(work.db, work.moment, kind, holders, case_id=work.case_id, task_id=task["id"], facts=facts)
