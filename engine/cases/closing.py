"""A task closes: it asks nobody and waits for nothing any more, and nor do its parts."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select, update

from engine import tables
from engine.cases.work import OPEN_STATUSES, Work
from engine.store import Statement
from engine.trail import Kind

_T = tables.tasks.c
_CANCEL = (
    update(tables.tasks).where(_T.id == bindparam("task"), _T.status.in_(OPEN_STATUSES)).values(status="cancelled")
)


def cancel_task(work: Work, task_id: str, element: str) -> None:
    """Cancel an open task and its parts; one that was cancelled along with another already stays as it is."""
    asked = tables.task_candidates
    touched = work.db.execute(select(asked.c.holder).where(asked.c.task_id == task_id)).scalars().all()
    if work.db.execute(_CANCEL, {"task": task_id}).rowcount == 0:
        return
    work.touched.update(touched)
    forget_task(work, task_id)
    work.note(Kind.TASK_CANCELLED, task=task_id, element=element)
    cancel_parts(work, task_id)


_OPEN_PARTS = select(_T.id, _T.element).where(_T.of_task == bindparam("task"), _T.status.in_(OPEN_STATUSES))


def cancel_parts(work: Work, task_id: str) -> None:
    """Nobody need sign or do any more what was asked of them as a part of a task that closes."""
    for row in work.db.execute(_OPEN_PARTS, {"task": task_id}).all():
        cancel_task(work, row.id, row.element)


_DELETE_CANDIDATES = Statement(
    delete(tables.task_candidates).where(tables.task_candidates.c.task_id == bindparam("task"))
)
_DELETE_TASK_TIMERS = Statement(delete(tables.timers).where(tables.timers.c.task_id == bindparam("task")))


_DELETE_EXCLUSIONS = Statement(
    delete(tables.task_exclusions).where(tables.task_exclusions.c.task_id == bindparam("task"))
)


def forget_task(work: Work, task_id: str, *, has_timers: bool = True, has_exclusions: bool = True) -> None:
    """A closed task asks nobody, waits for nothing, and nobody need be kept away from it."""
    _DELETE_CANDIDATES.write(work.db, {"task": task_id})
    if has_exclusions:
        _DELETE_EXCLUSIONS.write(work.db, {"task": task_id})
    if has_timers:
        _DELETE_TASK_TIMERS.write(work.db, {"task": task_id})
