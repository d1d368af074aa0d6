"""Units: the structure of the office as of today or another day, and the source of every unit picker."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import SIGNED_IN, Asked, Door, may
from api.shapes import Asking, On, Paging, PersonRef, Shape, Spoken, UnitRef
from engine import actors, views
from engine.errors import FieldError, Text, Unfit

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
    below = fields.String(load_default=None, validate=validate.Length(max=40))
    on = On(load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=1000))


class AsOf(Asking):
    """A day; today where nothing is said."""

    on = On(load_default=None)


class UnitPostsQuery(AsOf):
    past = fields.Boolean(load_default=False)


class UnitPost(Shape):
    """A post of a unit with whoever holds it: ``to_on`` is the first day without it, ``open_tasks`` ask it now."""

    id = fields.String()
    role = fields.String()
    role_name = Spoken()
    person = fields.Nested(PersonRef)
    number = fields.String()
    from_on = On()
    to_on = On(allow_none=True)
    basis = fields.String(allow_none=True)
    state = fields.String(validate=validate.OneOf(("coming", "current", "over")))
    open_tasks = fields.Integer()


class UnitPosts(Shape):
    """The posts of a unit as of a day; ``open_tasks``: what asks its posts and members now."""

    on = On()
    open_tasks = fields.Integer()
    items = fields.List(fields.Nested(UnitPost))


class UnitState(Shape):
    """What a unit was from a day to another; ``changed``: what is otherwise than before."""

    from_on = On()
    to_on = On(allow_none=True)
    name = Spoken()
    kind = fields.String()
    kind_name = Spoken()
    parent = fields.Nested(UnitRef, allow_none=True)
    can_approve_members = fields.Boolean()
    term_started_on = On(allow_none=True)
    term_expires_on = On(allow_none=True)
    status = fields.String(validate=validate.OneOf(actors.UNIT_STATUSES))
    basis = fields.String(allow_none=True)
    changed = fields.List(fields.String(validate=validate.OneOf(views.UNIT_CHANGES)))


class StructureQuery(Asking):
    since = On(required=True)
    until = On(required=True)


class StructureChange(Shape):
    """A day on which a unit becomes otherwise."""

    on = On()
    unit = fields.Nested(UnitRef)
    status = fields.String(validate=validate.OneOf(actors.UNIT_STATUSES))
    changed = fields.List(fields.String(validate=validate.OneOf(views.UNIT_CHANGES)))
    basis = fields.String(allow_none=True)


class Word(Shape):
    id = fields.String()
    name = Spoken()


class DirectoryWords(Shape):
    """What posts and kinds of unit are called, for the forms that change the directory."""

    roles = fields.List(fields.Nested(Word))
    kinds = fields.List(fields.Nested(Word))


WATCHERS = may("directory.manage", "permissions.read", "cases.read_all", "trail.verify")
"""Who sees the whole of the directory with its history: the administrators and the auditors."""


@door.opens("GET", "/units", policy=SIGNED_IN, answer=shapes.page_of(UnitShape), query=UnitQuery)
def units(asked: Asked) -> Any:
    """Units by code, today or ``on`` a day; ``q`` searches names and codes, ``parent`` (id or code): directly below,
    ``below``: on every level below."""
    given = asked.query
    return asked.page(
        *actors.find_units(
            asked.db,
            asked.actor,
            asked.moment,
            q=given["q"],
            kind=given["kind"],
            parent=given["parent"],
            below=given["below"],
            cursor=asked.cursor,
            limit=given["limit"],
            on=given["on"],
        )
    )


@door.opens("GET", "/units/changes", policy=WATCHERS, answer=shapes.page_of(StructureChange), query=StructureQuery)
def changes(asked: Asked) -> Any:
    """What becomes otherwise in the structure between two days, both inclusive; the first 200 changes."""
    since, until = asked.query["since"], asked.query["until"]
    if until < since:
        text = Text("截止日期不能早于开始日期。", "The last day cannot lie before the first.")
        raise Unfit(errors=[FieldError("until", "err_dates_reversed", text)])
    return asked.page(views.changes_between(asked.db, since, until), None)


@door.opens("GET", "/units/words", policy=SIGNED_IN, answer=DirectoryWords)
def words(asked: Asked) -> Any:
    """The posts and the kinds of unit that there are."""
    return {
        "roles": [{"id": id_, "name": name} for id_, name in actors.POST_ROLES.items()],
        "kinds": [{"id": id_, "name": name} for id_, name in actors.UNIT_KINDS.items()],
    }


@door.opens("GET", "/units/<unit>/posts", policy=WATCHERS, answer=UnitPosts, query=UnitPostsQuery)
def posts(asked: Asked, unit: str) -> Any:
    """The posts of a unit with their terms: held on a day or later; ``past``: those that have ended too."""
    on = asked.query["on"] or asked.moment.today
    id_ = actors.unit_by(asked.db, unit).id
    total, by_role = views.open_tasks(asked.db, id_)
    held = views.posts_at(asked.db, id_, on, past=asked.query["past"])
    items = [{**post, "open_tasks": by_role.get(post["role"], 0)} for post in held]
    return {"on": on, "open_tasks": total, "items": items}


@door.opens("GET", "/units/<unit>/history", policy=WATCHERS, answer=shapes.page_of(UnitState))
def history(asked: Asked, unit: str) -> Any:
    """What a unit was when, the newest period first; days to come among them."""
    return asked.page(views.unit_states(asked.db, actors.unit_by(asked.db, unit).id), None)


@door.opens("GET", "/units/<unit>", policy=SIGNED_IN, answer=UnitWhole, query=AsOf)
def unit(asked: Asked, unit: str) -> Any:
    """One unit (id or code), today or on another day."""
    today = asked.query["on"] or asked.moment.today
    known = actors.unit_by(asked.db, unit, today)
    return {
        **actors.unit_item(known),
        "ancestors": [
            {"id": above.id, "code": above.code, "name": above.text}
            for above in actors.ancestors(asked.db, known.id, today)
        ],
        "roster": actors.roster(asked.db, known.id, today),
    }
