"""Who is asking: the person behind an account, with posts, memberships and permissions of today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine import tables
from engine.actors.delegations import standing_in
from engine.actors.directory import memberships_among, posts_among, with_standing
from engine.actors.words import PERMISSIONS, Actor
from engine.store import Moment, Statement

_ASKER = tables.people.alias("asker")
_STANDING = Statement(
    with_standing(select(_ASKER.c.id.label("person_id")), _ASKER.c.id).where(_ASKER.c.id == bindparam("id"))
)


def of_account(
    db: Connection,
    account: Any,
    moment: Moment,
    source: str = "",
    *,
    key_id: str | None = None,
    scopes: frozenset[str] = frozenset({"read", "write"}),
) -> Actor:
    """The actor behind an account row (``id``, ``person_id``): the person with their posts and memberships today."""
    rows = _STANDING.all(db, {"id": account.person_id, "on": moment.today})
    return of_standing(db, moment, rows, account.id, account.person_id, source, key_id=key_id, scopes=scopes)


def seconded(actor: Actor, second: Actor, proposal: str) -> Actor:
    """The same actor, whose deed a second person has confirmed: their entries say so."""
    return replace(actor, confirmed_by=second.person_id, proposal=proposal)


def of_standing(
    db: Connection,
    moment: Moment,
    rows: Sequence[Mapping[str, Any]],
    account_id: str | None,
    person_id: str,
    source: str = "",
    *,
    key_id: str | None = None,
    scopes: frozenset[str] = frozenset({"read", "write"}),
) -> Actor:
    """The actor in the rows of a statement ``with_standing``.

    Permissions come from posts in the office itself; a program's key narrows them to its scopes. Nobody's permissions
    are delegated. One more statement only for whoever stands in for somebody today.
    """
    posts = posts_among(rows)
    allowed: frozenset[str] = frozenset().union(*(PERMISSIONS.get(p.role, frozenset()) for p in posts if p.in_office))
    return Actor(
        account_id=account_id,
        person_id=person_id,
        name=rows[0]["person_name"],
        name_en=rows[0]["person_name_en"],
        posts=posts,
        permissions=allowed if key_id is None else allowed & scopes,
        source=source,
        key_id=key_id,
        memberships=memberships_among(rows),
        scopes=scopes,
        delegations=standing_in(db, person_id, moment.today) if rows[0]["stands_in"] else (),
    )
