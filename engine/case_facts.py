"""What FEEL may ask of other cases: the newest about a person, and the files and documents that a case holds."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine import tables

_C, _D, _T, _A, _F = tables.cases.c, tables.definitions.c, tables.tasks.c, tables.attachments.c, tables.files.c
_P = tables.documents.c

_LATEST = (
    select(_C.id, _C.number, _C.unit_id, _C.status, _C.outcome)
    .join_from(tables.cases, tables.definitions, _C.definition_id == _D.id)
    .where(_D.key == bindparam("key"), _C.subject_id == bindparam("person"), _C.id != bindparam("own"))
    .order_by(_C.started_at.desc(), _C.id.desc())
    .limit(1)
)
_OPEN = select(_T.element).where(
    _T.case_id == bindparam("case"),
    _T.status.in_(("open", "held", "confirming", "waiting")),
    _T.of_task.is_(None),
)
_FILES = (
    select(_A.name, _A.sha256, _F.size, _T.element)
    .join_from(tables.attachments, tables.files, _A.sha256 == _F.sha256)
    .join(tables.cases, _C.id == _A.case_id)
    .outerjoin(tables.tasks, _T.id == _A.task_id)
    .where(_C.number == bindparam("number"), _A.removed_at.is_(None))
    .order_by(_A.at, _A.id)
)


_PAPERS = (
    select(_P.kind, _P.number, _P.sha256, _P.element)
    .join_from(tables.documents, tables.cases, _C.id == _P.case_id)
    .where(_C.number == bindparam("number"))
    .order_by(_P.id)
)


def host_functions(db: Connection, own: str | None) -> dict[str, Callable[..., Any]]:
    """``latest case(definition, person)`` → ``{number, unit, status, outcome, open}`` or null, ``open`` being the steps
    that wait; ``attachments of(number)`` → rows ``{step, name, sha256, size}``, ``documents of(number)`` → rows
    ``{step, kind, number, sha256}``, each in the order in which they came.

    ``own`` is the case that asks: it never finds itself.
    """

    def latest_case(definition: Any, person: Any) -> Any:
        if not isinstance(definition, str) or not isinstance(person, str):
            return None
        row = db.execute(_LATEST, {"key": definition, "person": person, "own": own or ""}).first()
        if row is None:
            return None
        return {
            "number": row.number,
            "unit": row.unit_id,
            "status": row.status,
            "outcome": row.outcome,
            "open": sorted(set(db.execute(_OPEN, {"case": row.id}).scalars())),
        }

    def attachments_of(number: Any) -> Any:
        if not isinstance(number, str):
            return None
        return [
            {"step": row.element, "name": row.name, "sha256": row.sha256, "size": Decimal(row.size)}
            for row in db.execute(_FILES, {"number": number})
        ]

    def documents_of(number: Any) -> Any:
        if not isinstance(number, str):
            return None
        return [
            {"step": row.element, "kind": row.kind, "number": row.number, "sha256": row.sha256}
            for row in db.execute(_PAPERS, {"number": number})
        ]

    return {"latest case": latest_case, "attachments of": attachments_of, "documents of": documents_of}
