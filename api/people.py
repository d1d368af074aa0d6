"""People: the source of every person picker. Never a telephone number or a date of birth."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import SIGNED_IN, Asked, Door
from api.shapes import Paging, Shape, Spoken, UnitRef
from engine import actors

door = Door("people", __name__, description="The people of the office, as far as the asker may look.")


class PostRef(Shape):
    """A post that a person holds today."""

    role = fields.String()
    role_name = Spoken()
    unit = fields.Nested(UnitRef)


class PersonShape(Shape):
    """One person to choose."""

    id = fields.String()
    number = fields.String()
    name = Spoken()
    unit = fields.Nested(UnitRef, allow_none=True)
    posts = fields.List(fields.Nested(PostRef))


class PeopleQuery(Paging):
    q = fields.String(load_default="", validate=validate.Length(max=200))
    unit = fields.String(load_default=None, validate=validate.Length(max=40))
    role = fields.String(load_default=None, validate=validate.Length(max=60))
    status = fields.String(load_default=None, validate=validate.Length(max=200))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=200))


@door.opens("GET", "/people", policy=SIGNED_IN, answer=shapes.page_of(PersonShape), query=PeopleQuery)
def people(asked: Asked) -> Any:
    """People by number; ``unit`` means it and everything below, ``status`` is one or several with commas."""
    given = asked.query
    return asked.page(
        *actors.find_people(
            asked.db,
            asked.actor,
            asked.moment,
            q=given["q"],
            unit=given["unit"],
            role=given["role"],
            status=[one for one in (given["status"] or "").split(",") if one] or None,
            cursor=asked.cursor,
            limit=given["limit"],
        )
    )
