"""Cases: starting, searching, reading, ending early; the diagram and the entries of one case."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import SIGNED_IN, Asked, Door
from api.shapes import Asking, At, Facts, Label, On, Paging, PersonRef, Shape, Spoken, SuspensionShape, UnitRef
from api.tasks import Act, AheadShape, CountersignShape, Done, ReceiptShape, done, signed
from api.trail import EntryShape, ReadingQuery
from engine import cases, tasks, views
from engine.cases import starting

door = Door("cases", __name__, description="The runs of procedures.")

STATUSES = ("running", "ended", "cancelled", "suspended", "failed")


class StepShape(Shape):
    """One step of the procedure, and how far it has come in this case."""

    step = fields.String(allow_none=True)
    element = fields.String()
    name = Spoken()
    stage = fields.String(allow_none=True)
    stage_name = Spoken(allow_none=True)
    status = fields.String(validate=validate.OneOf(("done", "open", "held", "pending")))
    done_on = On(allow_none=True)
    done_by = fields.Nested(PersonRef, allow_none=True)
    times = fields.Integer()


class OpenTask(Shape):
    """A task of the case that somebody has now."""

    id = fields.String()
    element = fields.String()
    name = Spoken()
    step = fields.String(allow_none=True)
    status = fields.String()
    due_on = On(allow_none=True)
    is_late = fields.Boolean()
    since = At()
    claimed_by = fields.Nested(PersonRef, allow_none=True)
    holders = fields.List(Spoken())
    people = fields.List(fields.Nested(PersonRef))
    more = fields.Integer()
    mine = fields.Boolean()


class ActShape(Shape):
    """Something that was done in the case: by whom, for whom, and since when it had lain there."""

    task = fields.String()
    element = fields.String()
    name = Spoken()
    step = fields.String(allow_none=True)
    status = fields.String(validate=validate.OneOf(("completed", "returned", "signed", "given_back", "transferred")))
    to = Spoken(allow_none=True)
    by = fields.Nested(PersonRef, allow_none=True)
    acting_for = fields.Nested(PersonRef, allow_none=True)
    confirmed_by = fields.Nested(PersonRef, allow_none=True)
    opened_at = At()
    at = At()
    decision_label = Spoken(allow_none=True)
    is_late = fields.Boolean()
    is_void = fields.Boolean()


class CaseItem(Shape):
    """One line of a list of cases."""

    id = fields.String()
    number = fields.String()
    title = Spoken()
    definition = fields.String()
    definition_name = Spoken()
    version = fields.Integer()
    status = fields.String(validate=validate.OneOf(STATUSES))
    outcome = fields.String(allow_none=True)
    outcome_label = Spoken(allow_none=True)
    unit = fields.Nested(UnitRef, allow_none=True)
    business_key = fields.String(allow_none=True)
    started_by = fields.Nested(PersonRef)
    started_at = At()
    ended_at = At(allow_none=True)
    incidents = fields.Integer()
    summary = fields.List(fields.Nested(Label))


class OpenIncident(Shape):
    """What stands still in the case, and why; ``element`` is null where the whole case does."""

    id = fields.String()
    element = fields.String(allow_none=True)
    element_name = Spoken()
    reason = Spoken()
    at = At()


class LinkedCase(Shape):
    """A case that called this one, or that it has called."""

    id = fields.String()
    number = fields.String()
    status = fields.String(validate=validate.OneOf(STATUSES))


class CalledCase(Shape):
    """A case that this one has called: where it is, how far it has come, whether it is late, how often it was urged.

    ``sees``: whether the asker may open it.
    """

    id = fields.String()
    number = fields.String()
    definition = fields.String()
    definition_name = Spoken()
    unit = fields.Nested(UnitRef)
    status = fields.String(validate=validate.OneOf(STATUSES))
    outcome = fields.String(allow_none=True)
    outcome_label = Spoken(allow_none=True)
    started_at = At()
    ended_at = At(allow_none=True)
    steps = fields.List(Spoken())
    due_on = On(allow_none=True)
    is_late = fields.Boolean()
    urged = fields.Integer()
    summary = fields.List(fields.Nested(Label))
    sees = fields.Boolean()


class CaseWhole(CaseItem):
    """One case as the asker may see it. ``started_for``: for whom somebody else started it."""

    started_for = fields.Nested(PersonRef, allow_none=True)
    now = At()
    parent = fields.Nested(LinkedCase, allow_none=True)
    called = fields.List(fields.Nested(LinkedCase))

    suspension = fields.Nested(SuspensionShape, allow_none=True)
    data = Facts()
    marks = fields.List(fields.String())
    mark_labels = fields.Dict(keys=fields.String(), values=Spoken())
    steps = fields.List(fields.Nested(StepShape))
    open_tasks = fields.List(fields.Nested(OpenTask))
    countersigns = fields.List(fields.Nested(CountersignShape))
    acts = fields.List(fields.Nested(ActShape))
    open_incidents = fields.List(fields.Nested(OpenIncident))
    can = fields.List(fields.String())


class CaseStarted(CaseWhole):
    """The case that was started, with the receipt of the entry that says so."""

    receipt = fields.Nested(ReceiptShape)


class ElementState(Shape):
    status = fields.String(validate=validate.OneOf(("done", "open", "held", "stopped")))
    times = fields.Integer()


class Diagram(Shape):
    """The diagram of the case's version, and how far the case has come on it."""

    xml = fields.String()
    elements = fields.Dict(keys=fields.String(), values=fields.Nested(ElementState))
    texts = fields.Dict(keys=fields.String(), values=Spoken())


class CaseQuery(Paging):
    q = fields.String(load_default=None, validate=validate.Length(max=200))
    definition = fields.String(load_default=None, validate=validate.Length(max=60))
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    unit = fields.String(load_default=None, validate=validate.Length(max=40))
    business_key = fields.String(load_default=None, validate=validate.Length(max=200))
    mine = fields.Boolean(load_default=None)
    called = fields.Boolean(
        load_default=None,
        metadata={
            "description": "With the cases that another one called which the asker may see too. Left open, they are "
            "left out of the whole list, and found where q, definition, unit or business_key are given."
        },
    )


class Start(Asking):
    """What to start, for which unit (id or code), with which answers to the start form."""

    definition = fields.String(required=True, validate=validate.Length(max=60))
    version = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1, max=shapes.LARGEST)
    )
    business_key = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    unit = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    data = Facts(load_default=dict)


class StartPreview(Asking):
    """The same before it is started: as much of the form as has been filled in."""

    definition = fields.String(required=True, validate=validate.Length(max=60))
    unit = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    data = Facts(load_default=dict)


class Reason(Asking):
    reason = fields.String(required=True, validate=validate.Length(max=20_000))


@door.opens("POST", "/cases", policy=SIGNED_IN, body=Start, answer=CaseStarted, status=201)
def start(asked: Asked) -> Any:
    """Start a case; whoever started it gets a receipt to keep, as for every act on a task."""
    given = asked.body
    case = cases.start(
        asked.db,
        asked.actor,
        asked.moment,
        definition=given["definition"],
        version=given["version"],
        unit=given["unit"],
        business_key=given["business_key"],
        answers=given["data"],
    )
    return {
        **views.case(asked.db, asked.actor, asked.moment, case),
        "receipt": signed(asked, starting.receipt_of_start(asked.db, case)),
    }


@door.opens("POST", "/cases/preview", policy=SIGNED_IN, body=StartPreview, answer=AheadShape, works="reading")
def preview(asked: Asked) -> Any:
    """Who would get the case first and the steps that follow; nothing is started and no number is used up."""
    given = asked.body
    return views.start_ahead(asked.db, asked.actor, asked.moment, given["definition"], given["unit"], given["data"])


@door.opens("GET", "/cases", policy=SIGNED_IN, answer=shapes.page_of(CaseItem), query=CaseQuery)
def search(asked: Asked) -> Any:
    """The cases the asker may see, newest first."""
    given = {name: value for name, value in asked.query.items() if name not in ("cursor", "limit")}
    return asked.page(
        *views.find_cases(
            asked.db,
            asked.actor,
            asked.moment,
            cursor=asked.cursor,
            limit=asked.query["limit"],
            **{name: value for name, value in given.items() if value is not None},
        )
    )


@door.opens("GET", "/cases/<case_id>", policy=SIGNED_IN, answer=CaseWhole)
def case(asked: Asked, case_id: str) -> Any:
    """One case: its steps, its open tasks, its data."""
    return views.case(asked.db, asked.actor, asked.moment, case_id)


@door.opens("POST", "/cases/<case_id>/cancellation", policy=SIGNED_IN, body=Reason, answer=CaseWhole)
def cancel(asked: Asked, case_id: str) -> Any:
    """End a case before its time, with a reason."""
    cases.cancel(asked.db, asked.actor, asked.moment, case_id, asked.body["reason"])
    return views.case(asked.db, asked.actor, asked.moment, case_id)


class StandingShape(Shape):
    """How a case stands, for whoever may say so without seeing it."""

    id = fields.String()
    number = fields.String()
    status = fields.String(validate=validate.OneOf(STATUSES))


@door.opens("POST", "/cases/<case_id>/suspension", policy=SIGNED_IN, body=Reason, answer=StandingShape)
def suspend(asked: Asked, case_id: str) -> Any:
    """Let a running case stand still, with a reason: its tasks are seen and cannot be done, its terms stop."""
    cases.suspend(asked.db, asked.actor, asked.moment, case_id, asked.body["reason"])
    return views.standing(asked.db, case_id)


@door.opens("POST", "/cases/<case_id>/resumption", policy=SIGNED_IN, body=Reason, answer=StandingShape)
def resume(asked: Asked, case_id: str) -> Any:
    """Let a suspended case go on, with a reason; its terms move by the time it stood still."""
    cases.resume(asked.db, asked.actor, asked.moment, case_id, asked.body["reason"])
    return views.standing(asked.db, case_id)


@door.opens("POST", "/cases/<case_id>/withdrawal", policy=SIGNED_IN, body=Reason, answer=CaseWhole)
def withdraw(asked: Asked, case_id: str) -> Any:
    """The person the case is about takes the application back, with a reason."""
    cases.withdraw(asked.db, asked.actor, asked.moment, case_id, asked.body["reason"])
    return views.case(asked.db, asked.actor, asked.moment, case_id)


@door.opens("POST", "/cases/<case_id>/steps/<element>/completion", policy=SIGNED_IN, body=Act, answer=Done)
def attempt(asked: Asked, case_id: str, element: str) -> Any:
    """Complete the open task of a step; a step that is not open is refused, and the attempt is recorded."""
    return done(asked, tasks.attempt(asked.db, asked.actor, asked.moment, case_id, element, **asked.body))


@door.opens("GET", "/cases/<case_id>/called", policy=SIGNED_IN, answer=shapes.page_of(CalledCase))
def called(asked: Asked, case_id: str) -> Any:
    """The cases that a case has called, as a table: all of them for whoever sees the whole of the caller."""
    return asked.page(views.called_cases(asked.db, asked.actor, asked.moment, case_id), None)


@door.opens("GET", "/cases/<case_id>/diagram", policy=SIGNED_IN, answer=Diagram)
def diagram(asked: Asked, case_id: str) -> Any:
    """The diagram, with what is done, open and held."""
    return views.diagram(asked.db, asked.actor, asked.moment, case_id)


@door.opens("GET", "/cases/<case_id>/trail", policy=SIGNED_IN, answer=shapes.page_of(EntryShape), query=ReadingQuery)
def entries(asked: Asked, case_id: str) -> Any:
    """The entries of the case, oldest first."""
    return asked.page(
        *views.entries(
            asked.db, asked.actor, asked.moment, case_id, after=asked.cursor or 0, limit=asked.query["limit"]
        )
    )
