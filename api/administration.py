"""Who may what in the office: the posts that give permissions, which ones, and who holds them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api import shapes
from api.contract import Asked, Door, may
from api.shapes import PersonRef, Shape, Spoken
from engine import views

door = Door("administration", __name__, description="Who may what in the office.")


class Permission(Shape):
    id = fields.String()
    text = Spoken()


class RolePermissions(Shape):
    """A post in the office itself, what it allows, and who holds it today."""

    role = fields.String()
    role_name = Spoken()
    is_administrator = fields.Boolean()
    permissions = fields.List(fields.Nested(Permission))
    holders = fields.List(fields.Nested(PersonRef))


@door.opens(
    "GET", "/permissions", policy=may("permissions.read", "trail.verify"), answer=shapes.page_of(RolePermissions)
)
def permissions(asked: Asked) -> Any:
    """The posts that give permissions over the office, and who holds them."""
    return asked.page(views.administration.permissions(asked.db, asked.moment), None)
