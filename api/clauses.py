"""Puts the clause that a refusal names into words: the refusal knows its id, the case's definition its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine import definitions, separation, tables
from engine.errors import NotFound

_OF_CASE = select(tables.cases.c.definition_id).where(tables.cases.c.id == bindparam("id"))
_OF_TASK = (
    select(tables.cases.c.definition_id)
    .join_from(tables.tasks, tables.cases, tables.cases.c.id == tables.tasks.c.case_id)
    .where(tables.tasks.c.id == bindparam("id"))
)


def spoken(db: Connection, clause: str, path: Mapping[str, str], sent: Any) -> dict[str, Any] | None:
    """The clause as the asked-for task, case or definition words it, else the office's rule of separation of that id;
    ``None`` where none of them knows it."""
    found = None
    if "task_id" in path:
        found = db.execute(_OF_TASK, {"id": path["task_id"]}).scalar()
    elif "case_id" in path:
        found = db.execute(_OF_CASE, {"id": path["case_id"]}).scalar()
    elif isinstance(sent, Mapping) and isinstance(sent.get("definition"), str):
        try:
            found = definitions.read(db, sent["definition"], sent.get("version")).id
        except NotFound:
            return None
    definition = definitions.load(db, found) if found is not None else None
    known = definition.clause(clause) if definition is not None else None
    if known is not None:
        return known.as_view()
    own = definition.duties.rule(clause) if definition is not None else None
    rule = own or separation.in_force(db).rule(clause)
    return None if rule is None else {"id": rule.id, "text": rule.text, "article": rule.basis}
