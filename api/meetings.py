"""Meetings: many cases on one agenda, attendance, recusals and results, decided together by two confirmations."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, fields, validate

from api import shapes, signing
from api.contract import SIGNED_IN, Asked, Door
from api.shapes import Anything, Asking, At, Clause, Facts, On, Paging, PersonRef, Shape, Spoken, UnitRef
from api.tasks import MEETING_STATUSES, Agenda, CaseRef, Outcome, TaskItem
from engine import meetings, views

door = Door("meetings", __name__, description="Committees and assemblies that decide many cases in one sitting.")

_ID = validate.Length(min=1, max=40)
_LONG = validate.Length(max=20_000)
_TASKS = fields.List(fields.String(validate=_ID), required=True, validate=validate.Length(min=1, max=meetings.MOST))
_TIME = validate.Regexp(r"^([01][0-9]|2[0-3]):[0-5][0-9]$")


def _rev() -> fields.Field[Any]:
    return fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1, max=shapes.LARGEST)
    )


class MeetingHead(Shape):
    """When, where and by whom a meeting is held."""

    id = fields.String()
    kind = fields.String()
    name = Spoken()
    status = fields.String(validate=validate.OneOf(MEETING_STATUSES))
    status_label = Spoken()
    unit = fields.Nested(UnitRef)
    held_on = On()
    starts_at = fields.String(allow_none=True)
    place = fields.String(allow_none=True)
    recorder = fields.Nested(PersonRef)
    chair = fields.Nested(PersonRef, allow_none=True)


class MeetingLine(MeetingHead):
    """One meeting of a list; ``asks_me``: it waits for the asker as its chair."""

    items = fields.Integer()
    asks_me = fields.Boolean()


class MeetingCandidate(Shape):
    """An open task of the asker that a meeting decides; tasks of one ``group`` go on one agenda."""

    task = fields.Nested(TaskItem)
    kind = fields.String()
    name = Spoken()
    meets = fields.Nested(UnitRef)
    group = fields.String()
    agenda = fields.Nested(Agenda, allow_none=True)


class MeetingCandidates(Shape):
    items = fields.List(fields.Nested(MeetingCandidate))


class Attendee(Shape):
    """Somebody on the attendance list; ``exempt`` is not counted as eligible, null has not been said."""

    person = fields.Nested(PersonRef)
    has_vote = fields.Boolean()
    status = fields.String(allow_none=True, validate=validate.OneOf(meetings.ATTENDED))
    status_label = Spoken(allow_none=True)
    reason = fields.String(allow_none=True)


class MeetingCounts(Shape):
    eligible = fields.Integer()
    present = fields.Integer()
    leave = fields.Integer()
    absent = fields.Integer()
    exempt = fields.Integer()
    unsaid = fields.Integer()
    observers = fields.Integer()


class Aside(Shape):
    """Somebody who leaves for an item: by a ``rule`` or as its subject, or as the recorder says (``is_given``)."""

    person = fields.Nested(PersonRef)
    why = Spoken()
    rule = fields.String(allow_none=True)
    is_given = fields.Boolean()
    reason = fields.String(allow_none=True)


class ItemCounted(Shape):
    """The arithmetic of an item, and in words."""

    eligible = fields.Integer()
    present = fields.Integer()
    recused = fields.Integer()
    needed_present = fields.Integer(allow_none=True)
    needed_for = fields.Integer(allow_none=True)
    is_quorate = fields.Boolean()
    is_carried = fields.Boolean(allow_none=True)
    text = Spoken()


class AnswerLine(Shape):
    label = Spoken()
    value = Anything(allow_none=True)


class Votes(Shape):
    """Totals; who voted how is kept nowhere."""

    for_ = fields.Integer(allow_none=True, attribute="for", data_key="for")
    against = fields.Integer(allow_none=True)
    abstain = fields.Integer(allow_none=True)
    invalid = fields.Integer(allow_none=True)


class MeetingItem(Shape):
    """One case on the agenda; ``filled`` are the fields of its step's form that the meeting writes, ``proposed`` those
    that it writes where the recorder leaves them empty."""

    task = fields.String()
    number = fields.Integer()
    case = fields.Nested(CaseRef)
    name = Spoken()
    step = fields.String(allow_none=True)
    definition_name = Spoken()
    hindrance = Spoken(allow_none=True)
    is_secret = fields.Boolean()
    recused = fields.List(fields.Nested(Aside))
    counted = fields.Nested(ItemCounted)
    votes = fields.Nested(Votes)
    decision = fields.String(allow_none=True)
    decision_label = Spoken(allow_none=True)
    outcomes = fields.List(fields.Nested(Outcome))
    outcome_computed = fields.Boolean()
    opinion = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    answers = Facts()
    lines = fields.List(fields.Nested(AnswerLine))
    filled = fields.List(fields.String())
    proposed = fields.List(fields.String())
    clause = fields.Nested(Clause, allow_none=True)


class Meeting(MeetingHead):
    """A whole meeting, with minutes as far as they can be written from its facts (``skeleton``).

    ``signature``: the ways (password, drawing) by which whoever submits it signs, once, what the steps of its agenda
    want signed; empty where none does.
    """

    items = fields.List(fields.Nested(MeetingItem))
    attendance = fields.List(fields.Nested(Attendee))
    counts = fields.Nested(MeetingCounts)
    minutes = fields.String()
    skeleton = Spoken()
    rev = fields.Integer()
    because = fields.String(allow_none=True)
    created_at = At()
    submitted_at = At(allow_none=True)
    confirmed_at = At(allow_none=True)
    closed_at = At(allow_none=True)
    signature = fields.List(fields.String())
    signed_at = At(allow_none=True)
    can = fields.List(
        fields.String(validate=validate.OneOf(("edit", "submit", "confirm", "send_back", "cancel", "take_over")))
    )


class MeetingsQuery(Paging):
    status = fields.String(load_default=None, validate=validate.OneOf(MEETING_STATUSES))


class NewMeeting(Asking):
    """``tasks``: open tasks that one meeting decides; unit, kind and voters follow from them."""

    tasks = _TASKS
    held_on = On(load_default=None, allow_none=True)
    starts_at = fields.String(load_default=None, allow_none=True, validate=_TIME)
    place = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))


class MeetingChange(Asking):
    """What is not given stays."""

    held_on = On()
    starts_at = fields.String(allow_none=True, validate=_TIME)
    place = fields.String(allow_none=True, validate=validate.Length(max=200))
    chair = fields.String(allow_none=True, validate=_ID)
    minutes = fields.String(validate=validate.Length(max=50_000))
    rev = _rev()


class MoreItems(Asking):
    tasks = _TASKS
    rev = _rev()


class VotesGiven(Asking):
    for_ = fields.Integer(load_default=None, allow_none=True, strict=True, attribute="for", data_key="for")
    against = fields.Integer(load_default=None, allow_none=True, strict=True)
    abstain = fields.Integer(load_default=None, allow_none=True, strict=True)
    invalid = fields.Integer(load_default=None, allow_none=True, strict=True)


class AsideGiven(Asking):
    person = fields.String(required=True, validate=_ID)
    reason = fields.String(required=True, validate=validate.Length(max=300))


class ItemChange(Asking):
    """The result of one item; what is not given stays. ``answers``: what of the form the meeting does not fill."""

    votes = fields.Nested(VotesGiven(unknown=RAISE), allow_none=True)
    decision = fields.String(allow_none=True, validate=validate.Length(max=60))
    opinion = fields.String(allow_none=True, validate=_LONG)
    reason = fields.String(allow_none=True, validate=_LONG)
    answers = Facts()
    recused = fields.List(fields.Nested(AsideGiven(unknown=RAISE)), validate=validate.Length(max=200))
    rev = _rev()


class Attended(Asking):
    """``person``: an id, or the number of an observer; ``status`` null takes an observer off again."""

    person = fields.String(required=True, validate=_ID)
    status = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(meetings.ATTENDED))
    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=300))


class Attendance(Asking):
    attendance = fields.List(
        fields.Nested(Attended(unknown=RAISE)), required=True, validate=validate.Length(min=1, max=1000)
    )
    rev = _rev()


class Order(Asking):
    """``tasks``: every task of the agenda once, in the order wanted."""

    tasks = _TASKS
    rev = _rev()


class Submission(Asking):
    """``signature``: for all the items whose step wants one."""

    rev = _rev()
    signature = signing.field()


class MeetingReason(Asking):
    reason = fields.String(required=True, validate=_LONG)


def _whole(asked: Asked, meeting_id: str) -> Any:
    return views.meetings.meeting(asked.db, asked.actor, asked.moment, meeting_id)


@door.opens("GET", "/meetings", policy=SIGNED_IN, answer=shapes.page_of(MeetingLine), query=MeetingsQuery)
def listed(asked: Asked) -> Any:
    """The meetings that the asker keeps or chairs, newest first; whoever may read every case sees all."""
    given = {"status": asked.query["status"], "limit": asked.query["limit"]}
    return asked.page(*views.meetings.found(asked.db, asked.actor, asked.moment, cursor=asked.cursor, **given))


@door.opens("GET", "/meetings/candidates", policy=SIGNED_IN, answer=MeetingCandidates)
def candidates(asked: Asked) -> Any:
    """The asker's open tasks that a meeting decides, at most 200."""
    return {"items": views.meetings.candidates(asked.db, asked.actor, asked.moment)}


@door.opens("POST", "/meetings", policy=SIGNED_IN, body=NewMeeting, answer=Meeting, status=201)
def create(asked: Asked) -> Any:
    """Call a meeting on open tasks; the asker keeps its minutes."""
    given = dict(asked.body)
    return _whole(asked, meetings.create(asked.db, asked.actor, asked.moment, given.pop("tasks"), **given))


@door.opens("GET", "/meetings/<meeting_id>", policy=SIGNED_IN, answer=Meeting)
def read(asked: Asked, meeting_id: str) -> Any:
    """A whole meeting: agenda, attendance, results with their arithmetic, minutes."""
    return _whole(asked, meeting_id)


@door.opens("PATCH", "/meetings/<meeting_id>", policy=SIGNED_IN, body=MeetingChange, answer=Meeting)
def change(asked: Asked, meeting_id: str) -> Any:
    """Change date, time, place, chair or minutes of a draft."""
    given = dict(asked.body)
    rev = given.pop("rev")
    meetings.change(asked.db, asked.actor, asked.moment, meeting_id, given, rev)
    return _whole(asked, meeting_id)


@door.opens("POST", "/meetings/<meeting_id>/items", policy=SIGNED_IN, body=MoreItems, answer=Meeting)
def add(asked: Asked, meeting_id: str) -> Any:
    """Put more open tasks on the agenda."""
    meetings.add(asked.db, asked.actor, asked.moment, meeting_id, asked.body["tasks"], asked.body["rev"])
    return _whole(asked, meeting_id)


@door.opens("PATCH", "/meetings/<meeting_id>/items/<item_id>", policy=SIGNED_IN, body=ItemChange, answer=Meeting)
def decide(asked: Asked, meeting_id: str, item_id: str) -> Any:
    """Write down what was decided of one item."""
    given = dict(asked.body)
    rev = given.pop("rev")
    meetings.decide(asked.db, asked.actor, meeting_id, item_id, given, rev)
    return _whole(asked, meeting_id)


@door.opens("DELETE", "/meetings/<meeting_id>/items/<item_id>", policy=SIGNED_IN, answer=Meeting)
def take_off(asked: Asked, meeting_id: str, item_id: str) -> Any:
    """Take one item off the agenda; its task stays open."""
    meetings.take_off(asked.db, asked.actor, meeting_id, item_id)
    return _whole(asked, meeting_id)


@door.opens("PUT", "/meetings/<meeting_id>/order", policy=SIGNED_IN, body=Order, answer=Meeting)
def put_in_order(asked: Asked, meeting_id: str) -> Any:
    """Put the items of a draft in another order."""
    meetings.put_in_order(asked.db, asked.actor, meeting_id, asked.body["tasks"], asked.body["rev"])
    return _whole(asked, meeting_id)


@door.opens("PUT", "/meetings/<meeting_id>/attendance", policy=SIGNED_IN, body=Attendance, answer=Meeting)
def attend(asked: Asked, meeting_id: str) -> Any:
    """Write down who is there; only those named change."""
    rows = asked.body["attendance"]
    meetings.attend(asked.db, asked.actor, asked.moment, meeting_id, rows, asked.body["rev"])
    return _whole(asked, meeting_id)


@door.opens(
    "POST",
    "/meetings/<meeting_id>/submit",
    policy=SIGNED_IN,
    body=Submission,
    answer=Meeting,
    before=signing.read,
    before_where=signing.is_signed,
)
def submit(asked: Asked, meeting_id: str) -> Any:
    """The recorder submits it to the chair; an item that could not be completed is named with its rule and article."""
    meetings.submit(asked.db, asked.actor, asked.moment, meeting_id, asked.body["rev"], asked.prepared)
    return _whole(asked, meeting_id)


@door.opens("POST", "/meetings/<meeting_id>/confirm", policy=SIGNED_IN, answer=Meeting)
def confirm(asked: Asked, meeting_id: str) -> Any:
    """The chair confirms: every task of the agenda is completed with its result, or none is."""
    meetings.confirm(asked.db, asked.actor, asked.moment, meeting_id)
    return _whole(asked, meeting_id)


@door.opens("POST", "/meetings/<meeting_id>/send_back", policy=SIGNED_IN, body=MeetingReason, answer=Meeting)
def send_back(asked: Asked, meeting_id: str) -> Any:
    """The chair does not confirm, or the recorder takes it back: a draft again."""
    meetings.send_back(asked.db, asked.actor, asked.moment, meeting_id, asked.body["reason"])
    return _whole(asked, meeting_id)


@door.opens("POST", "/meetings/<meeting_id>/cancel", policy=SIGNED_IN, body=MeetingReason, answer=Meeting)
def cancel(asked: Asked, meeting_id: str) -> Any:
    """It is not held, or decided nothing: its tasks are free."""
    meetings.cancel(asked.db, asked.actor, asked.moment, meeting_id, asked.body["reason"])
    return _whole(asked, meeting_id)


@door.opens("POST", "/meetings/<meeting_id>/takeover", policy=SIGNED_IN, body=MeetingReason, answer=Meeting)
def take_over(asked: Asked, meeting_id: str) -> Any:
    """Keep its minutes instead of a recorder who has left or is absent: whoever may do every task, with a reason."""
    meetings.take_over(asked.db, asked.actor, asked.moment, meeting_id, asked.body["reason"])
    return _whole(asked, meeting_id)
