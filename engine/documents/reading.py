"""What a case has issued and received, and one document as it was issued; whoever may read the case may read it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from engine import cases, tables
from engine.actors import Actor
from engine.cases.issuing import VOIDED
from engine.errors import NotFound, Text

D = tables.documents.c
_E, _F, _V = tables.document_events.c, tables.document_cases.c, tables.case_viewers.c

_newest = tables.document_events.alias("newest")
IS_NEWEST = (_E.document_id == D.id) & (
    _E.seq == select(func.max(_newest.c.seq)).where(_newest.c.document_id == D.id).scalar_subquery()
)
WITH_STATE = tables.documents.outerjoin(tables.document_events, IS_NEWEST)
STATE = (_E.what, _E.by_id.label("changed_by"), _E.reason.label("changed_because"), _E.at.label("changed_at"))


def of_case(db: Connection, actor: Actor, case_id: str) -> list[dict[str, Any]]:
    """The documents that a case has issued or received, in the order in which they were made; raises ``NotFound``.

    The person whom the case is about sees those that were issued for them too, and no others.
    """
    scope = cases.scope_of(db, actor, case_id)
    if scope is None:
        raise NotFound()
    filed = exists().where(_F.case_id == case_id, _F.document_id == D.id)
    which: ColumnElement[bool] = or_(D.case_id == case_id, filed)
    if scope != "full":
        which = (D.case_id == case_id) & D.for_subject
    query = select(tables.documents, *STATE).select_from(WITH_STATE).where(which).order_by(D.id)
    return [_shown(dict(row), case_id) for row in db.execute(query).mappings()]


def find(db: Connection, actor: Actor, document_id: str) -> dict[str, Any]:
    """One document as it was issued, for whoever sees a case that it belongs to; raises ``NotFound``."""
    query = select(tables.documents, *STATE).select_from(WITH_STATE).where(D.id == document_id)
    row = db.execute(query).mappings().first()
    if row is None or not _may_read(db, actor, dict(row)):
        raise NotFound()
    return _shown(dict(row), row["case_id"])


def _may_read(db: Connection, actor: Actor, row: Mapping[str, Any]) -> bool:
    scope = cases.scope_of(db, actor, row["case_id"])
    if scope == "full" or (scope == "own" and row["for_subject"]):
        return True
    # Of the cases with which it was filed, which may be many, only those that the reader may see at all.
    seen = exists().where(_V.case_id == _F.case_id, _V.holder.in_(actor.holders), _V.scope == "full")
    return db.execute(select(_F.case_id).where(_F.document_id == row["id"], seen).limit(1)).first() is not None


def _shown(row: Mapping[str, Any], case_id: str) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("id", "case_id", "task_id", "element", "kind", "unit_id", "number")},
        **{name: row[name] for name in ("dated_on", "content", "sha256", "issued_by", "at")},
        **described(row, json.loads(row["content"])),
        "is_whole": hashlib.sha256(row["content"].encode()).hexdigest() == row["sha256"],
        "is_received": row["case_id"] != case_id,
    }


def described(row: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """What every list says of a document: its title and kind, and whether, by whom and why it is void.

    ``row`` has the columns of ``STATE``.
    """
    is_void = row["what"] == VOIDED
    reason = json.loads(row["changed_because"]) if row["changed_because"] else {}
    return {
        "title": Text.of(content["title"]),
        "kind_name": Text.of(content["kind_name"]),
        "is_void": is_void,
        "void_by": row["changed_by"] if is_void else None,
        "void_at": row["changed_at"] if is_void else None,
        "void_because": reason.get("text") or None if is_void else None,
    }
