"""Somebody leaves: what they hold, who could take it over, and the hand-over of all of it by two persons."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, ValidationError, fields, validate, validates_schema

from api import shapes
from api.contract import Answer, Asked, Door, may
from api.proposing import ProposalShape, perform, waiting
from api.shapes import Asking, On, PersonRef, Shape, Spoken, UnitRef
from engine import actors, administration, views
from engine.administration import leaving

door = Door("handover", __name__, description="Whoever leaves hands over every open task.")

LEAVERS = may("directory.manage")
MOST_TASKS = 5_000
MOST_PEOPLE = 50
_KEY = validate.Length(min=1, max=40)


class HeldPost(Shape):
    id = fields.String()
    role = fields.String()
    role_name = Spoken()
    unit = fields.Nested(UnitRef)
    from_on = On()
    to_on = On(allow_none=True)


class HeldTask(Shape):
    """An open task that asks whoever leaves. ``goes``: ``to`` somebody, ``stays`` with the others, is ``left`` to who
    takes the place of somebody who is not there; ``undecided`` and ``refused`` keep everything where it is."""

    id = fields.String()
    case = fields.String()
    number = fields.String()
    definition_name = Spoken()
    element = fields.String()
    name = Spoken()
    unit = fields.Nested(UnitRef)
    due_on = On(allow_none=True)
    status = fields.String()
    part = fields.String(allow_none=True)
    is_claimed = fields.Boolean()
    is_only = fields.Boolean()
    can_hand_over = fields.Boolean()
    candidates = fields.List(fields.Nested(PersonRef))
    goes = fields.String(validate=validate.OneOf(leaving.GOES))
    to = fields.Nested(PersonRef, allow_none=True)
    rule = fields.String(allow_none=True)
    why = Spoken(allow_none=True)


class HeldDelegation(Shape):
    id = fields.String()
    from_ = fields.Nested(PersonRef, attribute="from", data_key="from")
    to = fields.Nested(PersonRef)
    from_on = On()
    to_on = On()


class Named(Shape):
    id = fields.String()
    name = fields.String()


class HeldAccount(Named):
    state = fields.String(validate=validate.OneOf(views.administration.STATES))


class HeldMeeting(Shape):
    """A meeting that is not closed and that they record or chair."""

    id = fields.String()
    name = Spoken()
    held_on = On()
    role = fields.String(validate=validate.OneOf(("recorder", "chair")))


class NumberedPerson(Shape):
    id = fields.String()
    number = fields.String()
    name = Spoken()


class HandoverPlan(Shape):
    """What somebody holds, and what would become of it; ``refused`` counts the tasks that keep it from being done."""

    person = fields.Nested(NumberedPerson)
    posts_until = On()
    posts = fields.List(fields.Nested(HeldPost))
    tasks = fields.List(fields.Nested(HeldTask))
    tasks_total = fields.Integer()
    delegations = fields.List(fields.Nested(HeldDelegation))
    keys = fields.List(fields.Nested(Named))
    drafts = fields.Integer()
    views = fields.Integer()
    channels = fields.List(fields.Nested(Named))
    meetings = fields.List(fields.Nested(HeldMeeting))
    account = fields.Nested(HeldAccount, allow_none=True)
    refused = fields.Integer()


class HandoverQuery(Asking):
    """``to`` (id or number): what would become of the tasks if that person took them over."""

    to = fields.String(load_default=None, validate=_KEY)


class TaskGoes(Asking):
    """Where one task goes: ``to`` somebody, or it is left on purpose."""

    task = fields.String(required=True, validate=_KEY)
    to = fields.String(load_default=None, allow_none=True, validate=_KEY)
    leave = fields.Boolean(load_default=False)

    @validates_schema
    def _one_of_both(self, data: dict[str, Any], **_: Any) -> None:
        if bool(data.get("to")) == bool(data.get("leave")):
            raise ValidationError("Say to whom it goes, or leave it.", "to")


class Leaving(Asking):
    """People by id or number. ``to`` takes over whatever nobody else is asked for; ``tasks`` says it of single tasks;
    ``leave_rest`` leaves whatever cannot go. ``posts_until`` is the first day without posts; today where not said."""

    to = fields.String(load_default=None, allow_none=True, validate=_KEY)
    tasks = fields.List(
        fields.Nested(TaskGoes(unknown=RAISE)), load_default=list, validate=validate.Length(max=MOST_TASKS)
    )
    leave_rest = fields.Boolean(load_default=False)
    posts_until = On(load_default=None, allow_none=True)
    reason = fields.String(required=True, validate=validate.Length(max=2000))
    preview = fields.Boolean(load_default=False)


class Taker(Shape):
    """Somebody who could take a task over; ``rule`` and ``why`` say what keeps them from it."""

    id = fields.String()
    number = fields.String()
    name = Spoken()
    unit = fields.Nested(UnitRef, allow_none=True)
    rule = fields.String(allow_none=True)
    why = Spoken(allow_none=True)


class TakerQuery(Asking):
    q = fields.String(load_default="", validate=validate.Length(max=200))
    unit = fields.String(load_default=None, validate=_KEY)
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=MOST_PEOPLE))


@door.opens("GET", "/people/<person>/handover", policy=LEAVERS, answer=HandoverPlan, query=HandoverQuery)
def held(asked: Asked, person: str) -> Any:
    """Everything somebody holds: open tasks with who else is asked, posts, delegations, keys, drafts."""
    given = {**asked.query, "tasks": [], "leave_rest": False, "posts_until": None, "reason": ""}
    return _looked_at(asked, plan(asked, given, person))


@door.opens(
    "GET",
    "/people/<person>/handover/tasks/<task_id>/people",
    policy=LEAVERS,
    answer=shapes.page_of(Taker),
    query=TakerQuery,
)
def takers(asked: Asked, person: str, task_id: str) -> Any:
    """People who could take over one task, and what keeps others from it: the rules of separation, above all."""
    given = asked.query
    people, _ = actors.find_people(
        asked.db, asked.actor, asked.moment, q=given["q"], unit=given["unit"], limit=given["limit"]
    )
    known = [p["id"] for p in people]
    told = administration.candidates(asked.db, asked.actor, asked.moment, person, task_id, known)
    items = [{**p, "rule": (told[p["id"]] or (None,))[0], "why": (told[p["id"]] or (None, None))[1]} for p in people]
    return asked.page(items, None)


@door.opens(
    "POST",
    "/people/<person>/handover",
    policy=LEAVERS,
    body=Leaving,
    answer=HandoverPlan,
    or_status=202,
    or_answer=ProposalShape,
    reads_where=lambda body: isinstance(body, dict) and body.get("preview") is True,
)
def hand_over(asked: Asked, person: str) -> Answer:
    """Propose to end somebody's posts and account and to hand over every open task; ``preview`` only looks.

    Refused with an error for each task that nobody may take and that is not left on purpose.
    """
    wanted = plan(asked, asked.body, person)
    if asked.body["preview"]:
        return Answer(_looked_at(asked, wanted))
    return waiting(asked, perform(asked, "person.leave", wanted, asked.body["reason"]))


def plan(asked: Asked, given: dict[str, Any], person: str) -> dict[str, Any]:
    """The plan of the act, with ids."""
    today = asked.moment.today

    def known(key: str | None) -> str | None:
        return actors.person_by(asked.db, key, today).id if key else None

    return {
        "person": known(person),
        "to": known(given["to"]),
        "tasks": {t["task"]: {"leave": True} if t["leave"] else {"to": known(t["to"])} for t in given["tasks"]},
        "leave_rest": given["leave_rest"],
        "until": (given["posts_until"] or today).isoformat(),
        "reason": given["reason"],
    }


def _looked_at(asked: Asked, wanted: dict[str, Any]) -> dict[str, Any]:
    found = administration.survey(asked.db, asked.actor, asked.moment, wanted)
    return views.administration.handover(asked.db, asked.moment, found)
