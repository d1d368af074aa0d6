"""Administrators among the people of the office: who they are, and that none of the three offices is ever empty."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, exists, func, or_, select

from engine import actors, tables
from engine.actors import ADMIN_ROLES
from engine.errors import Forbidden, Text
from engine.store import Moment

_O, _A = tables.posts.c, tables.accounts.c


def administrator_posts(db: Connection, person_id: str, on: date) -> list[str]:
    """The roles of an administrator that somebody has, now or from a later day on."""
    query = select(_O.role).where(
        _O.person_id == person_id, _O.role.in_(sorted(ADMIN_ROLES)), or_(_O.to_on.is_(None), _O.to_on > on)
    )
    return sorted(set(db.execute(query).scalars()))


def keep_one(db: Connection, moment: Moment, person_id: str, roles: Iterable[str]) -> None:
    """Raises ``Forbidden`` where nobody who can sign in would be left in one of the roles of an administrator."""
    root = actors.root(db, moment.today)
    if root is None:
        return
    for role in sorted(set(roles) & ADMIN_ROLES):
        usable = exists().where(_A.person_id == _O.person_id, _A.disabled_at.is_(None))
        others = select(func.count()).where(
            *(_O.role == role, _O.unit_id == root.id, _O.person_id != person_id, _O.from_on <= moment.today, usable),
            or_(_O.to_on.is_(None), _O.to_on > moment.today),
        )
        if not db.execute(others).scalar_one():
            raise Forbidden(
                Text(
                    "这是最后一名{role}，请先任命另一人。", "This is the last {role}: appoint another one first."
                ).format(role=actors.role_name(role)),
                code="err_last_administrator",
            )
