"""What an administrator's move would do, and the moves of a case: elements and who has them, nothing of the content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from engine import cases, definitions, moving, tables
from engine.actors import Actor
from engine.definitions import Definition
from engine.store import Moment
from engine.views.naming import Names

_T = tables.tasks.c


def move_preview(db: Connection, moment: Moment, found: moving.Preview) -> dict[str, Any]:
    """Whose task disappears, what opens for whom, what becomes void, and whether every way still ends."""
    definition = definitions.load(db, found.definition_id)
    names = Names(db, moment.today)
    nodes = [o.node for o in found.gone]
    rows = db.execute(
        select(tables.tasks).where(
            _T.case_id == found.case_id,
            (_T.node.in_(nodes) & _T.status.in_(cases.OPEN_STATUSES)) | _T.node.in_(found.void),
        )
    ).mappings()
    by_node = {r["node"]: r for r in rows}
    return {
        "gone": [
            {
                **_named(o.element, definition),
                "kind": o.kind,
                "task": by_node[o.node]["id"] if o.node in by_node else None,
                "holders": [names.holder(h) for h in json.loads(by_node[o.node]["why"])] if o.node in by_node else [],
            }
            for o in found.gone
        ],
        "opened": [
            {**_named(o.element, definition), "kind": o.kind, "holders": [names.holder(h) for h in o.holders]}
            for o in found.opened
        ],
        "void": [_named(by_node[n]["element"], definition) for n in found.void if n in by_node],
        "ends": found.ends,
        "sound": found.verdict.answer,
        "waiting": [_named(e, definition) for e in found.verdict.waiting],
    }


def moves(db: Connection, actor: Actor, moment: Moment, case_id: str) -> list[dict[str, Any]]:
    """The moves of a case, newest first."""
    rows, names = moving.moves_of(db, actor, case_id), Names(db, moment.today)
    return [_move(row, definitions.load(db, row["definition_id"]), actor, names) for row in rows]


def _move(row: Mapping[str, Any], definition: Definition, actor: Actor, names: Names) -> dict[str, Any]:
    plan = json.loads(row["plan"])
    is_open = row["status"] == "proposed"
    return {
        "id": row["id"],
        "status": row["status"],
        "reason": row["reason"],
        "cancel": [_named(e, definition) for e in plan["cancelled"]],
        "start": [_named(e, definition) for e in plan["start"]],
        "proposed_by": names.person(row["proposed_by"]),
        "proposed_at": row["proposed_at"],
        "decided_by": names.person(row["decided_by"]),
        "decided_at": row["decided_at"],
        "can_confirm": is_open and actor.may(moving.PERMISSION) and actor.person_id != row["proposed_by"],
    }


def _named(element: str, definition: Definition) -> dict[str, Any]:
    return {"element": element, "name": definition.element_name(element)}
