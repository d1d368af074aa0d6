"""Posts: who holds what, where; appointing and ending, by whoever manages the directory."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import SIGNED_IN, Asked, Door, may
from api.shapes import Asking, On, PersonRef, Shape, Spoken, UnitRef
from engine import actors, trail
from engine.errors import FieldError, NotFound, Text, Unfit

door = Door("posts", __name__, description="Posts: a person, a role and a unit.")


class PostShape(Shape):
    """A post that is held today."""

    role = fields.String()
    role_name = Spoken()
    unit = fields.Nested(UnitRef)
    person = fields.Nested(PersonRef)


class PostQuery(Asking):
    person = fields.String(load_default=None, validate=validate.Length(max=40))
    unit = fields.String(load_default=None, validate=validate.Length(max=40))
    role = fields.String(load_default=None, validate=validate.OneOf(sorted(actors.POST_ROLES)))


class Appointment(Asking):
    """A person (id or number) is given a post at a unit (id or code) from a day on."""

    person = fields.String(required=True, validate=validate.Length(max=40))
    role = fields.String(required=True, validate=validate.OneOf(sorted(actors.POST_ROLES)))
    unit = fields.String(required=True, validate=validate.Length(max=40))
    from_on = On(load_default=None)
    to_on = On(load_default=None, allow_none=True)
    basis = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))


class Ending(Asking):
    """``on`` is the first day on which the post is no longer held; today where nothing is said."""

    person = fields.String(required=True, validate=validate.Length(max=40))
    role = fields.String(required=True, validate=validate.OneOf(sorted(actors.POST_ROLES)))
    unit = fields.String(required=True, validate=validate.Length(max=40))
    on = On(load_default=None)
    basis = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))


@door.opens("GET", "/posts", policy=SIGNED_IN, answer=shapes.page_of(PostShape), query=PostQuery)
def posts(asked: Asked) -> Any:
    """The posts of one person, or who holds a role at one unit, today."""
    given, today = asked.query, asked.moment.today
    if given["person"]:
        known = actors.person_by(asked.db, given["person"], today)
        return asked.page([_item(post, known.id, {known.id: known.text}) for post in known.posts], None)
    if not given["unit"] or not given["role"]:
        raise Unfit(
            errors=[
                FieldError(
                    "person",
                    "err_required",
                    Text("请给出人员，或者单位和职务。", "Name a person, or a unit and a role."),
                )
            ]
        )
    unit = actors.unit_by(asked.db, given["unit"], today)
    holding = actors.holders(asked.db, given["role"], unit.id, today)
    names = actors.names(asked.db, holding)
    post = actors.Post(given["role"], unit.id, unit.code, unit.text, unit.kind)
    return asked.page([_item(post, person, names) for person in holding], None)


@door.opens("POST", "/posts", policy=may("directory.manage"), body=Appointment, answer=PostShape, status=201)
def appoint(asked: Asked) -> Any:
    """Give somebody a post; refused where one person would hold two administrator roles (sod_20)."""
    given = asked.body
    from_on: date = given["from_on"] or asked.moment.today
    person = actors.person_by(asked.db, given["person"], from_on)
    unit = actors.unit_by(asked.db, given["unit"], from_on)
    actors.appoint(asked.db, asked.moment, person.id, given["role"], unit.id, from_on, given["to_on"], given["basis"])
    _record(asked, person.id, given["role"], unit.id, from_on=from_on, to_on=given["to_on"])
    return _item(
        actors.Post(given["role"], unit.id, unit.code, unit.text, unit.kind), person.id, {person.id: person.text}
    )


@door.opens("POST", "/posts/ending", policy=may("directory.manage"), body=Ending, status=204)
def end(asked: Asked) -> None:
    """Somebody no longer holds a post."""
    given = asked.body
    on: date = given["on"] or asked.moment.today
    person = actors.person_by(asked.db, given["person"], on)
    unit = actors.unit_by(asked.db, given["unit"], on)
    held = actors.post_ids(asked.db, person.id, given["role"], unit.id, actors.day_before(on))
    if not held:
        raise NotFound(
            Text("没有这一任职记录，或该任职已经结束。", "There is no such post, or it has already ended."),
            code="err_post_not_found",
        )
    for post in held:
        actors.end_post(asked.db, asked.moment, post, on)
    _record(asked, person.id, given["role"], unit.id, to_on=on)


def _record(asked: Asked, person: str, role: str, unit: str, **days: date | None) -> None:
    trail.append(
        asked.db,
        asked.moment,
        asked.actor,
        kind=trail.Kind.POST_CHANGED,
        person=person,
        role=role,
        unit=unit,
        reason=asked.body["basis"],
        **{name: day.isoformat() for name, day in days.items() if day},
    )


def _item(post: actors.Post, person: str, names: dict[str, Text]) -> dict[str, Any]:
    return {
        "role": post.role,
        "role_name": post.role_text,
        "unit": {"id": post.unit_id, "code": post.unit_code, "name": post.unit_name},
        "person": {"id": person, "name": names[person]},
    }
