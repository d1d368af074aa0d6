"""A task closes: it asks nobody and waits for nothing any more."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select, update

from engine import tables
from engine.cases.work import Work
from engine.store import Statement
from engine.trail import Kind


def cancel_task(work: Work, task_id: str, element: str) -> None:
    table, asked = tables.tasks, tables.task_candidates
    work.touched.update(work.db.execute(select(asked.c.holder).where(asked.c.task_id == task_id)).scalars())
    work.db.execute(update(table).where(table.c.id == task_id).values(status="cancelled"))
    forget_task(work, task_id)
    work.note(Kind.TASK_CANCELLED, task=task_id, element=element)


_DELETE_CANDIDATES = Statement(
    delete(tables.task_candidates).where(tables.task_candidates.c.task_id == bindparam("task"))
)
_DELETE_TASK_TIMERS = Statement(delete(tables.timers).where(tables.timers.c.task_id == bindparam("task")))


def forget_task(work: Work, task_id: str, *, has_timers: bool = True) -> None:
    """A closed task asks nobody and waits for nothing."""
    _DELETE_CANDIDATES.write(work.db, {"task": task_id})
    if has_timers:
        _DELETE_TASK_TIMERS.write(work.db, {"task": task_id})
