"""The directory: a change of the organisation tried before it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, fields, validate

from api.contract import Asked, Door, may
from api.proposing import ProposalShape, perform, waiting
from api.shapes import Asking, On, PersonRef, Shape, Spoken, UnitRef
from engine import actors, reorganising, views
from engine.reorganising import Change

door = Door("directory", __name__, description="Changes of the organisation, tried first.")

_KEY = validate.Length(max=40)


class TrialChange(Asking):
    """One change: people by id or number, units by id or code; ``on`` is the first day on which it holds.

    ``into`` is the unit into which another goes up, or under which a new or a moved one stands.
    """

    kind = fields.String(required=True, validate=validate.OneOf(reorganising.KINDS))
    person = fields.String(load_default=None, allow_none=True, validate=_KEY)
    role = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(sorted(actors.POST_ROLES)))
    unit = fields.String(load_default=None, allow_none=True, validate=_KEY)
    into = fields.String(load_default=None, allow_none=True, validate=_KEY)
    may = fields.Boolean(load_default=None, allow_none=True)
    code = fields.String(load_default=None, allow_none=True, validate=_KEY)
    name = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    name_en = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    unit_kind = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(sorted(actors.UNIT_KINDS)))
    basis = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    on = On(load_default=None, allow_none=True)


class Trial(Asking):
    changes = fields.List(
        fields.Nested(TrialChange(unknown=RAISE)),
        required=True,
        validate=validate.Length(min=1, max=reorganising.MOST_CHANGES),
    )


class TouchedTask(Shape):
    """An open task that would ask others; ``is_left``: nobody."""

    id = fields.String()
    case = fields.String()
    number = fields.String()
    element = fields.String()
    name = Spoken()
    unit = fields.Nested(UnitRef)
    is_left = fields.Boolean()
    before = fields.List(fields.Nested(PersonRef))
    after = fields.List(fields.Nested(PersonRef))


class TouchedStep(Shape):
    """A step of a procedure that would have nobody in a unit."""

    definition = fields.String()
    definition_name = Spoken()
    element = fields.String()
    name = Spoken()
    unit = fields.Nested(UnitRef)
    holders = fields.List(Spoken())


class TouchedDuty(Shape):
    """Two steps that two people have to do, for which a unit would have one."""

    rule = fields.String()
    definition = fields.String()
    definition_name = Spoken()
    element = fields.String()
    name = Spoken()
    other = Spoken()
    unit = fields.Nested(UnitRef)


class TouchedDelegation(Shape):
    """A delegation that would end with the post."""

    id = fields.String()
    from_ = fields.Nested(PersonRef, attribute="from", data_key="from")
    to = fields.Nested(PersonRef)
    until = On()


class TouchedTasks(Shape):
    items = fields.List(fields.Nested(TouchedTask))
    total = fields.Integer()


class TouchedSteps(Shape):
    items = fields.List(fields.Nested(TouchedStep))
    total = fields.Integer()


class TouchedDuties(Shape):
    items = fields.List(fields.Nested(TouchedDuty))
    total = fields.Integer()


class TouchedDelegations(Shape):
    items = fields.List(fields.Nested(TouchedDelegation))
    total = fields.Integer()


class TrialOutlook(Shape):
    """What the changes would lead to; ``left`` counts the open tasks that would have nobody.

    ``is_more``: more units or tasks would be touched than were looked at.
    """

    on = On()
    tasks = fields.Nested(TouchedTasks)
    left = fields.Integer()
    steps = fields.Nested(TouchedSteps)
    duties = fields.Nested(TouchedDuties)
    delegations = fields.Nested(TouchedDelegations)
    is_more = fields.Boolean()


class Reorganising(Trial):
    """The changes, why they are made, and whether they are only looked at."""

    reason = fields.String(required=True, validate=validate.Length(max=2000))
    preview = fields.Boolean(load_default=False)


@door.opens(
    "POST",
    "/directory/changes",
    policy=may("directory.manage"),
    body=Reorganising,
    answer=TrialOutlook,
    or_status=202,
    or_answer=ProposalShape,
)
def change(asked: Asked) -> Any:
    """Propose changes of the organisation to a second person, all or none of them; ``preview`` only tries them."""
    if asked.body["preview"]:
        return trial(asked)
    return waiting(asked, perform(asked, "organisation.change", plan(asked, asked.body), asked.body["reason"]))


def plan(asked: Asked, given: Mapping[str, Any]) -> dict[str, Any]:
    """The plan of the changes, with days as text."""
    today = asked.moment.today
    changes = [{**one, "on": (one["on"] or today).isoformat()} for one in given["changes"]]
    return {"changes": changes, "reason": given["reason"]}


@door.opens(
    "POST",
    "/directory/trials",
    policy=may(reorganising.PERMISSION, reorganising.SECOND),
    body=Trial,
    answer=TrialOutlook,
    idempotent=False,
)
def trial(asked: Asked) -> Any:
    """What some changes would do to open tasks, to the steps of procedures, to duties and delegations; none is made."""
    today = asked.moment.today
    changes = [Change(**{**given, "on": given["on"] or today}) for given in asked.body["changes"]]
    return views.outlook(asked.db, asked.moment, reorganising.try_out(asked.db, asked.actor, asked.moment, changes))
