"""The organisation as it was, is and will be: the tree of a day, what one unit was when, and who holds its posts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, or_, select

from engine import actors, tables
from engine.errors import Text

_U, _S, _P, _O, _K = tables.units.c, tables.unit_states.c, tables.people.c, tables.posts.c, tables.task_candidates.c

MOST_CHANGES = 200
_STATES = (
    select(
        _S.unit_id,
        _U.code,
        *(_S.from_on, _S.to_on, _S.name, _S.name_en, _S.kind, _S.parent_id, _S.can_approve_members),
        *(_S.term_started_on, _S.term_expires_on, _S.status, _S.basis),
    )
    .join_from(tables.unit_states, tables.units, _U.id == _S.unit_id)
    .order_by(_S.from_on, _U.code)
)
_HELD = (
    select(*(_O.id, _O.role, _O.unit_id, _O.person_id, _O.from_on, _O.to_on, _O.basis), _P.number, _P.name, _P.name_en)
    .join_from(tables.posts, tables.people, _P.id == _O.person_id)
    .order_by(_O.role, _O.from_on, _P.number)
)


def unit_states(db: Connection, unit_id: str) -> list[dict[str, Any]]:
    """Every period of a unit, newest first: what it was called, what it was and under whom.

    ``changed`` names what is otherwise than in the period before: name, kind, parent, can_approve_members, term,
    status; ``founded`` in the first.
    """
    rows = db.execute(_STATES.where(_S.unit_id == unit_id)).mappings().all()
    parents = _names(db, {r["parent_id"]: r["from_on"] for r in rows if r["parent_id"]})
    found = [
        {
            "from_on": row["from_on"],
            "to_on": row["to_on"],
            "name": Text(row["name"], row["name_en"]),
            "kind": row["kind"],
            "kind_name": actors.kind_name(row["kind"]),
            "parent": parents.get(row["parent_id"]),
            "can_approve_members": bool(row["can_approve_members"]),
            "term_started_on": row["term_started_on"],
            "term_expires_on": row["term_expires_on"],
            "status": row["status"],
            "basis": row["basis"],
            "changed": _changed(rows[at - 1] if at else None, row),
        }
        for at, row in enumerate(rows)
    ]
    return found[::-1]


_LOOKED_AT = {
    "name": ("name", "name_en"),
    "kind": ("kind",),
    "parent": ("parent_id",),
    "can_approve_members": ("can_approve_members",),
    "term": ("term_started_on", "term_expires_on"),
    "status": ("status",),
}
CHANGES = ("founded", *_LOOKED_AT)


def _changed(before: RowMapping | None, after: RowMapping) -> list[str]:
    if before is None:
        return ["founded"]
    return [name for name, columns in _LOOKED_AT.items() if any(before[c] != after[c] for c in columns)]


def changes_between(db: Connection, since: date, until: date) -> list[dict[str, Any]]:
    """What becomes otherwise in the structure on the days from ``since`` to ``until``, the first day first.

    At most ``MOST_CHANGES``. The office's first structure is no change and is left out, and so is a new term alone.
    """
    begun = select(func.min(_S.from_on)).scalar_subquery()
    rows = db.execute(_STATES.where(_S.from_on.between(since, until), _S.from_on > begun)).mappings().all()
    touched = sorted({r["unit_id"] for r in rows})
    before = {
        (r["unit_id"], r["to_on"]): r
        for r in db.execute(_STATES.where(_S.unit_id.in_(touched), _S.to_on.is_not(None))).mappings()
    }
    found = [
        {
            "on": row["from_on"],
            "unit": {"id": row["unit_id"], "code": row["code"], "name": Text(row["name"], row["name_en"])},
            "status": row["status"],
            "changed": _changed(before.get((row["unit_id"], row["from_on"])), row),
            "basis": row["basis"],
        }
        for row in rows
    ]
    return [one for one in found if one["changed"] not in ([], ["term"])][:MOST_CHANGES]


def _names(db: Connection, wanted: Mapping[str, date]) -> dict[str, dict[str, Any]]:
    """Units by id, each as it was called on the day given with it, or else as it is called at last."""
    found: dict[str, dict[str, Any]] = {}
    for id_, on in wanted.items():
        known = actors.unit(db, id_, on) or actors.unit_by(db, id_)
        found[id_] = {"id": id_, "code": known.code, "name": known.text}
    return found


def posts_at(db: Connection, unit_id: str, on: date, *, past: bool = False) -> list[dict[str, Any]]:
    """Who holds which post of a unit on a day, or will hold one later; ``past``: also who held one before."""
    query = _HELD.where(_O.unit_id == bindparam("unit"))
    if not past:
        query = query.where(or_(_O.to_on.is_(None), _O.to_on > on))
    known = actors.unit(db, unit_id, on) or actors.unit_by(db, unit_id)
    return [_post(row, known.kind, on) for row in db.execute(query, {"unit": unit_id}).mappings()]


def _post(row: RowMapping, kind: str, on: date) -> dict[str, Any]:
    ended = row["to_on"] is not None and row["to_on"] <= on
    return {
        "id": row["id"],
        "role": row["role"],
        "role_name": actors.role_name(row["role"], kind),
        "person": {"id": row["person_id"], "name": Text(row["name"], row["name_en"])},
        "number": row["number"],
        "from_on": row["from_on"],
        "to_on": row["to_on"],
        "basis": row["basis"],
        "state": "over" if ended else "coming" if row["from_on"] > on else "current",
    }


def open_tasks(db: Connection, unit_id: str) -> tuple[int, dict[str, int]]:
    """How many open tasks ask a unit's own posts and members now: all of them, and by role."""
    holders = {actors.holder(role, unit_id): role for role in (*actors.POST_ROLES, *actors.STATUSES)}
    waits = (_K.holder.in_(list(holders)), _K.is_listed.is_(True))
    each = select(_K.holder, func.count(_K.task_id.distinct()).label("n")).where(*waits).group_by(_K.holder)
    total = db.execute(select(func.count(_K.task_id.distinct())).where(*waits)).scalar_one()
    return int(total), {holders[row.holder]: int(row.n) for row in db.execute(each)}
