"""Pickers: the people and units that somebody may choose from. Never a telephone number, never a birth date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    String,
    bindparam,
    or_,
    select,
)

from engine import tables
from engine.actors.directory import ALL_POSTS, SUBTREE, UNITS, holds_on, posts_from, subtree, unit_by, unit_from
from engine.actors.words import STATUSES, Actor, Post, Unit, kind_name
from engine.errors import Text
from engine.store import Moment, like

_U, _S, _P, _M, _R, _O = (
    tables.units.c,
    tables.unit_states.c,
    tables.people.c,
    tables.memberships.c,
    tables.relations.c,
    tables.posts.c,
)


def find_people(
    db: Connection,
    actor: Actor,
    moment: Moment,
    q: str = "",
    unit: str | None = None,
    role: str | None = None,
    status: str | Sequence[str] | None = None,
    cursor: str | None = None,
    limit: int = 20,
) -> tuple[list[dict[str, Any]], str | None]:
    """People to choose from: name, number, unit and posts, never a telephone number or a date of birth.

    ``unit`` (id or code) means the unit and everything below it. Who holds a post may look in the whole office, a
    member in the own branch; anybody else finds only themselves (an applicant does not see others).
    Answers with the items and the cursor of the next page.
    """
    on = moment.today
    known = select(_P.id, _P.number, _P.name, _P.name_en).order_by(_P.number)
    values: dict[str, Any] = {"on": on}
    if not (actor.posts or actor.may("directory.manage") or actor.may("cases.read_all")):
        own = [m.unit_id for m in actor.memberships if m.status in ("full_member", "probationary_member")]
        known = known.where(
            or_(
                _P.id == actor.person_id,
                _P.id.in_(select(_M.person_id).where(_M.unit_id.in_(own), holds_on(_M))),
            )
        )
    for number, word in enumerate(q.split()[:5]):
        pattern = f"w{number}"
        values[pattern] = like(word)
        known = known.where(
            or_(
                *(
                    column.ilike(bindparam(pattern, type_=String), escape="\\")
                    for column in (_P.name, _P.name_en, _P.number)
                )
            )
        )
    statuses = [status] if isinstance(status, str) else list(status or ())
    if unit is not None:
        values["id"] = unit_by(db, unit, on).id
    if statuses or (unit is not None and role is None):
        within = select(_M.person_id).where(holds_on(_M))
        if statuses:
            within = within.where(_M.status.in_(statuses))
        if unit is not None:
            within = within.where(_M.unit_id.in_(SUBTREE))
        known = known.where(_P.id.in_(within))
    if role is not None:
        if role in STATUSES:
            having = select(_M.person_id).where(_M.status == role, holds_on(_M))
            at: Any = _M.unit_id
        else:
            having = select(_O.person_id).where(_O.role == role, holds_on(_O))
            at = _O.unit_id
        if unit is not None:
            having = having.where(at.in_(SUBTREE))
        known = known.where(_P.id.in_(having))
    if cursor:
        known = known.where(_P.number > cursor)
    limit = max(1, min(limit, 200))
    rows = db.execute(known.limit(limit + 1), values).all()
    return _shown(db, on, rows[:limit]), (rows[limit - 1].number if len(rows) > limit else None)


def shown_people(db: Connection, moment: Moment, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Some people as a picker shows them, by number."""
    query = select(_P.id, _P.number, _P.name, _P.name_en).where(_P.id.in_(ids)).order_by(_P.number)
    return _shown(db, moment.today, db.execute(query).all())


def _shown(db: Connection, on: date, page: Sequence[Any]) -> list[dict[str, Any]]:
    ids = [r.id for r in page]
    posts: dict[str, list[Post]] = {}
    for row in db.execute(ALL_POSTS.where(_O.person_id.in_(ids)), {"on": on}) if ids else ():
        posts.setdefault(row.person_id, []).extend(posts_from([row]))
    homes: dict[str, dict[str, Any]] = {}
    for home in db.execute(_HOMES.where(_M.person_id.in_(ids)), {"on": on}) if ids else ():
        homes[home.person_id] = {"id": home.unit_id, "code": home.code, "name": Text(home.name, home.name_en)}
    return [
        {
            "id": r.id,
            "number": r.number,
            "name": Text(r.name, r.name_en),
            "unit": homes.get(r.id),
            "posts": [
                {
                    "role": p.role,
                    "role_name": p.role_text,
                    "unit": {"id": p.unit_id, "code": p.unit_code, "name": p.unit_name},
                }
                for p in posts.get(r.id, ())
            ],
        }
        for r in page
    ]


_HOMES = (
    select(_M.person_id, _M.unit_id, _U.code, _S.name, _S.name_en)
    .join_from(tables.memberships, tables.units, _U.id == _M.unit_id)
    .join(tables.unit_states, _S.unit_id == _U.id)
    .where(holds_on(_M), holds_on(_S))
    .order_by(_M.from_on)
)


def find_units(
    db: Connection,
    actor: Actor,
    moment: Moment,
    q: str = "",
    kind: str | None = None,
    parent: str | None = None,
    below: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
    on: date | None = None,
) -> tuple[list[dict[str, Any]], str | None]:
    """Units to choose from, by code. The structure of the office is open to everybody who is signed in.

    ``parent`` (id or code): directly below it; ``below``: on every level below it, dissolved ones left out; ``on``:
    another day than today.
    """
    on = on or moment.today
    values: dict[str, Any] = {"on": on}
    known = UNITS.where(holds_on(_S)).order_by(_U.code)
    for number, word in enumerate(q.split()[:5]):
        pattern = f"w{number}"
        values[pattern] = like(word)
        known = known.where(
            or_(
                *(
                    column.ilike(bindparam(pattern, type_=String), escape="\\")
                    for column in (_S.name, _S.name_en, _U.code)
                )
            )
        )
    if kind is not None:
        known = known.where(_S.kind == kind)
    if parent is not None:
        known = known.where(_S.parent_id == unit_by(db, parent, on).id)
    if below is not None:
        top = unit_by(db, below, on).id
        known = known.where(_U.id.in_(sorted(subtree(db, top, on) - {top})), _S.status != "dissolved")
    if cursor:
        known = known.where(_U.code > cursor)
    limit = max(1, min(limit, 1000))
    rows = [unit_from(row) for row in db.execute(known.limit(limit + 1), values)]
    page = rows[:limit]
    return [unit_item(u) for u in page], (page[-1].code if len(rows) > limit else None)


def unit_item(known: Unit) -> dict[str, Any]:
    """A unit as lists show it."""
    return {
        "id": known.id,
        "code": known.code,
        "name": known.text,
        "kind": known.kind,
        "kind_name": kind_name(known.kind),
        "parent": known.parent_id,
        "can_approve_members": known.can_approve_members,
        "has_branch_committee": known.has_branch_committee,
        "term_started_on": known.term_started_on,
        "term_expires_on": known.term_expires_on,
        "status": known.status,
    }
