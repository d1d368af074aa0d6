"""What a worklist reads: a row of ``task_candidates`` carries what a page sorts and filters by, and follows its task.

A page is then one range of an index for each holder, however many tasks are open. Whatever changes a task or the
status of its case is followed by ``follow``, in the same transaction; only what opens tasks writes the rows at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, insert, literal, or_, select, update

from engine import tables
from engine.cases.work import OPEN_STATUSES, RUNNING, SUSPENDED
from engine.store import Statement

NEVER = date(9999, 12, 31)
"""The key of a task without a last day: behind all others."""

_K, _T = tables.task_candidates.c, tables.tasks.c

INSERT = Statement(
    insert(tables.task_candidates),
    *("task_id", "holder", "purpose", "is_listed", "due_key", "opened_at", "definition_key", "unit_id", "claimed_by"),
    "has_exclusions",
)


def listed(
    task: Mapping[str, Any], holders: Iterable[str], definition_key: str, *, has_exclusions: bool = False
) -> list[dict[str, Any]]:
    """The rows of a task of a running case that has just been opened, or is held."""
    return [
        {
            "task_id": task["id"],
            "holder": holder,
            "purpose": "act",
            "is_listed": task["status"] == "open",
            "due_key": task["due_on"] or NEVER,
            "opened_at": task["opened_at"],
            "definition_key": definition_key,
            "unit_id": task["unit_id"],
            "claimed_by": None,
            "has_exclusions": has_exclusions,
        }
        for holder in holders
    ]


_C, _D = tables.cases.c, tables.definitions.c
_NEW = {
    _K.is_listed: and_(
        _C.status.in_((RUNNING, SUSPENDED)),  # of a suspended case they are seen, and cannot be done
        or_(
            and_(_K.purpose == "act", _T.status == "open"),
            and_(_K.purpose == "confirm", _T.status == "confirming"),
        ),
    ),
    _K.due_key: func.coalesce(_T.due_on, literal(NEVER)),
    _K.opened_at: _T.opened_at,
    _K.definition_key: _D.key,
    _K.unit_id: _T.unit_id,
    _K.claimed_by: _T.claimed_by,
    _K.has_exclusions: exists().where(tables.task_exclusions.c.task_id == _K.task_id),
}
_FOLLOW = Statement(
    update(tables.task_candidates)
    .where(
        _T.id == _K.task_id,
        _T.case_id == _C.id,
        _D.id == _C.definition_id,
        _C.id == bindparam("case"),
        _T.status.in_(OPEN_STATUSES),
        or_(*(column.is_distinct_from(value) for column, value in _NEW.items())),
    )
    .values(_NEW)
    .returning(_K.holder)
)


_FOLLOW_MANY = (
    update(tables.task_candidates)
    .where(
        _T.id == _K.task_id,
        _T.case_id == _C.id,
        _D.id == _C.definition_id,
        _C.id.in_(bindparam("cases", expanding=True)),
        _T.status.in_(OPEN_STATUSES),
        or_(*(column.is_distinct_from(value) for column, value in _NEW.items())),
    )
    .values(_NEW)
)


_HOLDERS = Statement(
    select(_K.holder)
    .join_from(tables.task_candidates, tables.tasks, _T.id == _K.task_id)
    .where(_T.case_id == bindparam("case"))
    .distinct()
)


def holders(db: Connection, case_id: str) -> set[str]:
    """Everybody whom the open tasks of a case ask."""
    return {row["holder"] for row in _HOLDERS.all(db, {"case": case_id})}


def follow_many(db: Connection, case_ids: Sequence[str]) -> None:
    """Bring the rows of the open tasks of some cases up to date at once."""
    db.execute(_FOLLOW_MANY, {"cases": list(case_ids)})


def follow(db: Connection, case_id: str) -> list[str]:
    """Bring the rows of a case's open tasks up to date; gives the holders in those that had to be."""
    return [row["holder"] for row in _FOLLOW.all(db, {"case": case_id})]
