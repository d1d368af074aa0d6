"""Puts the clause that a refusal names into words: the refusal knows its id, the case's definition its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine import definitions, tables
from engine.errors import NotFound

_OF_CASE = select(tables.cases.c.definition_id).where(tables.cases.c.id == bindparam("id"))
_OF_TASK = (
    select(tables.cases.c.definition_id)
    .join_from(tables.tasks, tables.cases, tables.cases.c.id == tables.tasks.c.case_id)
    .where(tables.tasks.c.id == bindparam("id"))
)


def spoken(db: Connection, clause: str, path: Mapping[str, str], sent: Any) -> dict[str, Any] | None:
    """The clause as the asked-for task, case or definition words it; ``None`` where none of them knows it."""
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
    if found is None:
        return None
    known = definitions.load(db, found).clause(clause)
    return None if known is None else known.as_view()
