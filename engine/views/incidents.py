"""Incidents as whoever mends sees them: where, why and since when, and of the case nothing but its number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from engine import cases, definitions, tables
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import NotFound, Text
from engine.store import Moment
from engine.views.naming import Names

_I, _C = tables.incidents.c, tables.cases.c
_COLUMNS = (*tables.incidents.c, _C.number, _C.definition_id, _C.subject_id, _C.started_by, _C.status)
_VALUES = frozenset({"inputs", "value"})
"""Details that hold values of the case: for those who may see the whole case."""


def incidents(
    db: Connection,
    actor: Actor,
    moment: Moment,
    cursor: Any = None,
    limit: int = 50,
    *,
    definition: str | None = None,
    everything: bool = False,
) -> tuple[list[dict[str, Any]], Any]:
    """The open incidents of the whole office, or with ``everything`` also those that were mended; newest first."""
    query = select(*_COLUMNS).join_from(tables.incidents, tables.cases, _C.id == _I.case_id)
    if definition:
        keys = tables.definitions.c
        query = query.where(_C.definition_id.in_(select(keys.id).where(keys.key == definition)))
    return _told(db, actor, moment, query, cursor, limit, everything, "cases.read_all" in actor.permissions)


def incidents_of(
    db: Connection,
    actor: Actor,
    moment: Moment,
    case_id: str,
    cursor: Any = None,
    limit: int = 50,
    *,
    everything: bool = False,
) -> tuple[list[dict[str, Any]], Any]:
    """The same of one case, for those who mend and those who may see the whole case; raises ``NotFound``."""
    sees_all = cases.scope_of(db, actor, case_id) == "full"
    is_there = db.execute(select(_C.id).where(_C.id == case_id)).first() is not None
    if not is_there or not (sees_all or actor.may("cases.mend")):
        raise NotFound()
    query = select(*_COLUMNS).join_from(tables.incidents, tables.cases, _C.id == _I.case_id)
    return _told(db, actor, moment, query.where(_I.case_id == case_id), cursor, limit, everything, sees_all)


def _told(
    db: Connection,
    actor: Actor,
    moment: Moment,
    query: Any,
    cursor: Any,
    limit: int,
    everything: bool,
    sees_all: bool,
) -> tuple[list[dict[str, Any]], Any]:
    query = query.order_by(_I.opened_at.desc(), _I.id.desc()).limit(limit + 1)
    if not everything:
        query = query.where(_I.resolved_at.is_(None))
    if cursor:
        at, id_ = datetime.fromisoformat(cursor[0]), cursor[1]
        query = query.where(or_(_I.opened_at < at, and_(_I.opened_at == at, _I.id < id_)))
    rows = db.execute(query).mappings().all()
    names = Names(db, moment.today)
    items = [
        _item(actor, dict(row), definitions.load(db, row["definition_id"]), names, sees_all) for row in rows[:limit]
    ]
    last = rows[limit - 1] if len(rows) > limit else None
    return items, [last["opened_at"].isoformat(), last["id"]] if last else None


def _item(actor: Actor, row: Mapping[str, Any], definition: Definition, names: Names, sees_all: bool) -> dict[str, Any]:
    details = {k: v for k, v in json.loads(row["details"]).items() if sees_all or k not in _VALUES}
    is_open = row["resolved_at"] is None
    is_own = actor.person_id is not None and actor.person_id in (row["subject_id"], row["started_by"])
    can = []
    if is_open and actor.may("cases.mend") and not is_own:
        can = ["retry"] if row["node"] is None else ["retry", "skip"]
    return {
        "id": row["id"],
        "case": row["case_id"],
        "number": row["number"],
        "definition": definition.key,
        "definition_name": definition.name,
        "element": row["element"] or None,
        "element_name": definition.element_name(row["element"]) if row["element"] else None,
        "reason": cases.reason_of(row["reason"]),
        "details": details,
        "at": row["opened_at"],
        "ways": cases.ways(definition, row["element"]) if "skip" in can else [],
        "can": can,
        "resolution": row["resolution"],
        "resolved_at": row["resolved_at"],
        "resolved_by": names.person(row["resolved_by"]) if not is_open else None,
    }


def stopped(db: Connection, definition: Definition, case_id: str) -> list[dict[str, Any]]:
    """The open incidents of a case as its page shows them."""
    query = select(_I.id, _I.element, _I.reason, _I.opened_at).where(_I.case_id == case_id, _I.resolved_at.is_(None))
    return [
        {
            "id": row.id,
            "element": row.element or None,
            "element_name": definition.element_name(row.element) if row.element else Text("整个事项", "The whole case"),
            "reason": cases.reason_of(row.reason),
            "at": row.opened_at,
        }
        for row in db.execute(query.order_by(_I.opened_at, _I.id))
    ]
