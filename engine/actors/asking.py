"""Who is asking: the person behind an account, with posts, memberships and permissions of today."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Connection,
)

from engine.actors.directory import STANDING, posts_from
from engine.actors.words import PERMISSIONS, Actor, Membership
from engine.store import Moment


def of_account(
    db: Connection,
    account: Any,
    moment: Moment,
    source: str = "",
    *,
    key_id: str | None = None,
    scopes: frozenset[str] = frozenset({"read", "write"}),
) -> Actor:
    """The actor behind an account row (``id``, ``person_id``): the person with their posts and memberships today.

    Permissions come from posts in the office itself; a program's key narrows them to its scopes.
    """
    rows = db.execute(STANDING, {"id": account.person_id, "on": moment.today}).all()
    known = next(r for r in rows if r.what == "person")
    posts = posts_from(r for r in rows if r.what == "post")
    allowed: frozenset[str] = frozenset().union(*(PERMISSIONS.get(p.role, frozenset()) for p in posts if p.in_office))
    return Actor(
        account_id=account.id,
        person_id=account.person_id,
        name=known.name,
        name_en=known.name_en,
        posts=posts,
        permissions=allowed if key_id is None else allowed & scopes,
        source=source,
        key_id=key_id,
        memberships=tuple(
            Membership(r.unit_id, r.role, r.from_on, r.to_on, bool(r.rights_suspended))
            for r in rows
            if r.what == "membership"
        ),
        scopes=scopes,
    )
