"""Units: the structure of the office as of today, and the source of every unit picker."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import SIGNED_IN, Asked, Door
from api.shapes import On, Paging, Shape, Spoken, UnitRef
from engine import actors

door = Door("units", __name__, description="The units of the office and their line of subordination.")


class UnitShape(Shape):
    """One unit as it stands today."""

    id = fields.String()
    code = fields.String()
    name = Spoken()
    kind = fields.String()
    kind_name = Spoken()
    parent = fields.String(allow_none=True)
    can_approve_members = fields.Boolean()
    has_branch_committee = fields.Boolean()
    term_started_on = On(allow_none=True)
    term_expires_on = On(allow_none=True)
    status = fields.String(validate=validate.OneOf(actors.UNIT_STATUSES))


class RosterShape(Shape):
    """How many people the unit and everything below it has."""

    full_members = fields.Integer()
    voting_members = fields.Integer()
    probationary_members = fields.Integer()
    development_targets = fields.Integer()
    activists = fields.Integer()
    applicants = fields.Integer()


class UnitWhole(UnitShape):
    """One unit with its line upwards and its figures."""

    ancestors = fields.List(fields.Nested(UnitRef))
    roster = fields.Nested(RosterShape)


class UnitQuery(Paging):
    q = fields.String(load_default="", validate=validate.Length(max=200))
    kind = fields.String(load_default=None, validate=validate.Length(max=40))
    parent = fields.String(load_default=None, validate=validate.Length(max=40))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=1000))


@door.opens("GET", "/units", policy=SIGNED_IN, answer=shapes.page_of(UnitShape), query=UnitQuery)
def units(asked: Asked) -> Any:
    """Units by code; ``q`` searches names and codes, ``parent`` (id or code) gives those directly below."""
    given = asked.query
    return asked.page(
        *actors.find_units(
            asked.db,
            asked.actor,
            asked.moment,
            q=given["q"],
            kind=given["kind"],
            parent=given["parent"],
            cursor=asked.cursor,
            limit=given["limit"],
        )
    )


@door.opens("GET", "/units/<unit>", policy=SIGNED_IN, answer=UnitWhole)
def unit(asked: Asked, unit: str) -> Any:
    """One unit (id or code)."""
    today = asked.moment.today
    known = actors.unit_by(asked.db, unit, today)
    return {
        **actors.unit_item(known),
        "ancestors": [
            {"id": above.id, "code": above.code, "name": above.text}
            for above in actors.ancestors(asked.db, known.id, today)
        ],
        "roster": actors.roster(asked.db, known.id, today),
    }
