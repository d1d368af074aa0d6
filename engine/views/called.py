"""The cases that one case has called, as a table: where each of them is, how far it has come, whether it is late."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, bindparam, select

from engine import cases, definitions, gates, tables
from engine.actors import Actor
from engine.errors import NotFound
from engine.store import Moment
from engine.views.naming import CASE_COLUMNS, Names, summary

_C, _T, _V, _R = tables.cases.c, tables.tasks.c, tables.case_viewers.c, tables.reminders.c

_CALLED = select(*CASE_COLUMNS).where(_C.parent_id == bindparam("case")).order_by(_C.number)
_TASKS = (
    select(_T.id, _T.case_id, _T.element, _T.due_on, _T.due_at, _T.is_late, _R.at.label("urged_at"), _R.times)
    .join_from(tables.tasks, tables.cases, _T.case_id == _C.id)
    .outerjoin(tables.reminders, _R.task_id == _T.id)
    .where(
        _C.parent_id == bindparam("case"),
        _C.status.in_(("running", "suspended")),
        _T.status.in_(("open", "confirming")),
    )
    .order_by(_T.opened_at, _T.id)
)


def called_cases(db: Connection, actor: Actor, moment: Moment, case_id: str) -> list[dict[str, Any]]:
    """The cases that a case has called, by number: all of them for whoever sees the whole of the caller.

    ``sees``: whether the asker may open it. Raises ``NotFound``.
    """
    scope = cases.scope_of(db, actor, case_id)
    if scope is None:
        raise NotFound()
    rows = db.execute(_CALLED, {"case": case_id}).mappings().all()
    seen = _seen(db, actor, case_id)
    if scope != "full":
        rows = [row for row in rows if row["id"] in seen]
    at_work: dict[str, list[Any]] = {}
    for task in db.execute(_TASKS, {"case": case_id}):
        at_work.setdefault(task.case_id, []).append(task)
    names = Names(db, moment.today)
    names.expect([], [row["unit_id"] for row in rows], [])
    found = []
    for row in rows:
        definition = definitions.load(db, row["definition_id"])
        tasks = at_work.get(row["id"], [])
        found.append(
            {
                "id": row["id"],
                "number": row["number"],
                "definition": definition.key,
                "definition_name": definition.name,
                "unit": names.unit(row["unit_id"]),
                "status": row["status"],
                "outcome": row["outcome"],
                "outcome_label": definition.text(f"outcome.{row['outcome']}", row["outcome"])
                if row["outcome"]
                else None,
                "started_at": row["started_at"],
                "ended_at": row["ended_at"],
                "steps": [definition.element_name(e) for e in dict.fromkeys(t.element for t in tasks)],
                "due_on": min((t.due_on for t in tasks if t.due_on), default=None),
                "is_late": any(gates.is_overdue(t, moment) for t in tasks),
                "urged": max((t.times or 0 for t in tasks), default=0),
                "summary": summary(row, definition),
                "sees": row["id"] in seen,
            }
        )
    return found


def _seen(db: Connection, actor: Actor, case_id: str) -> set[str]:
    """Ids of the called cases that the asker may open."""
    query = select(_C.id).where(_C.parent_id == case_id)
    if "cases.read_all" not in actor.permissions:
        query = query.join(tables.case_viewers, and_(_V.case_id == _C.id, _V.holder.in_(actor.holders)))
    return set(db.execute(query).scalars())
