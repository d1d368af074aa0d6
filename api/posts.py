"""Posts: who holds what, where; appointing and ending, by whoever manages the directory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import SIGNED_IN, Asked, Door, may
from api.proposing import ProposalShape, perform, waiting
from api.shapes import Asking, On, PersonRef, Shape, Spoken, UnitRef
from engine import actors, views
from engine.errors import FieldError, Text, Unfit

door = Door("posts", __name__, description="Posts: a person, a role and a unit.")


class PostShape(Shape):
    """A post that is held today."""

    role = fields.String()
    role_name = Spoken()
    unit = fields.Nested(UnitRef)
    person = fields.Nested(PersonRef)


class PostPeriod(PostShape):
    """A period of a post; ``to_on`` is the first day without it."""

    id = fields.String()
    from_on = On()
    to_on = On(allow_none=True)
    basis = fields.String(allow_none=True)


class PostQuery(Asking):
    person = fields.String(load_default=None, validate=validate.Length(max=40))
    unit = fields.String(load_default=None, validate=validate.Length(max=40))
    role = fields.String(load_default=None, validate=validate.OneOf(sorted(actors.POST_ROLES)))


class Appointment(Asking):
    """A person (id or number) is given a post at a unit (id or code) from a day on; ``reason`` is for a second person,
    where it takes one (the basis where nothing is said)."""

    person = fields.String(required=True, validate=validate.Length(max=40))
    role = fields.String(required=True, validate=validate.OneOf(sorted(actors.POST_ROLES)))
    unit = fields.String(required=True, validate=validate.Length(max=40))
    from_on = On(load_default=None)
    to_on = On(load_default=None, allow_none=True)
    basis = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=2000))


class Ending(Asking):
    """``on`` is the first day on which the post is no longer held; today where nothing is said."""

    person = fields.String(required=True, validate=validate.Length(max=40))
    role = fields.String(required=True, validate=validate.OneOf(sorted(actors.POST_ROLES)))
    unit = fields.String(required=True, validate=validate.Length(max=40))
    on = On(load_default=None)
    basis = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=2000))


WATCHERS = may("directory.manage", "permissions.read", "cases.read_all", "trail.verify")


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


@door.opens("GET", "/posts/history", policy=WATCHERS, answer=shapes.page_of(PostPeriod), query=PostQuery)
def history(asked: Asked) -> Any:
    """Every period of posts, of a person or at a unit, newest first; the newest 200."""
    given, today = asked.query, asked.moment.today
    if not given["person"] and not given["unit"]:
        text = Text("请给出人员或单位。", "Name a person or a unit.")
        raise Unfit(errors=[FieldError("person", "err_required", text)])
    return asked.page(
        views.administration.post_history(
            asked.db,
            asked.moment,
            person=actors.person_by(asked.db, given["person"], today).id if given["person"] else None,
            unit=actors.unit_by(asked.db, given["unit"]).id if given["unit"] else None,
            role=given["role"],
        ),
        None,
    )


@door.opens(
    "POST",
    "/posts",
    policy=may("directory.manage"),
    body=Appointment,
    answer=PostShape,
    status=201,
    or_status=202,
    or_answer=ProposalShape,
)
def appoint(asked: Asked) -> Any:
    """Give somebody a post; refused where one person would hold two administrator roles (sod_20).

    A post that gives permissions over the office takes a second person.
    """
    plan = appointment(asked, asked.body)
    done = perform(asked, "post.appoint", plan, asked.body["reason"] or asked.body["basis"])
    if done.proposal is not None:
        return waiting(asked, done)
    on = date.fromisoformat(plan["from_on"])
    person = actors.person_by(asked.db, plan["person"], on)
    unit = actors.unit_by(asked.db, plan["unit"], on)
    post = actors.Post(plan["role"], unit.id, unit.code, unit.text, unit.kind)
    return _item(post, person.id, {person.id: person.text})


@door.opens(
    "POST",
    "/posts/ending",
    policy=may("directory.manage"),
    body=Ending,
    status=204,
    or_status=202,
    or_answer=ProposalShape,
)
def end(asked: Asked) -> Any:
    """Somebody no longer holds a post. The post of an administrator takes a second person."""
    done = perform(asked, "post.end", ending(asked, asked.body), asked.body["reason"] or asked.body["basis"])
    return waiting(asked, done) if done.proposal is not None else None


def appointment(asked: Asked, given: Mapping[str, Any]) -> dict[str, Any]:
    """The plan of an appointment, with ids."""
    from_on: date = given["from_on"] or asked.moment.today
    return {
        "person": actors.person_by(asked.db, given["person"], from_on).id,
        "role": given["role"],
        "unit": actors.unit_by(asked.db, given["unit"], from_on).id,
        "from_on": from_on.isoformat(),
        "to_on": given["to_on"].isoformat() if given["to_on"] else None,
        "basis": given["basis"],
    }


def ending(asked: Asked, given: Mapping[str, Any]) -> dict[str, Any]:
    """The plan of an ending, with ids."""
    on: date = given["on"] or asked.moment.today
    return {
        "person": actors.person_by(asked.db, given["person"], on).id,
        "role": given["role"],
        "unit": actors.unit_by(asked.db, given["unit"], on).id,
        "on": on.isoformat(),
        "basis": given["basis"],
    }


def _item(post: actors.Post, person: str, names: dict[str, Text]) -> dict[str, Any]:
    return {
        "role": post.role,
        "role_name": post.role_text,
        "unit": {"id": post.unit_id, "code": post.unit_code, "name": post.unit_name},
        "person": {"id": person, "name": names[person]},
    }
