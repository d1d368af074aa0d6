"""Tasks: the worklist of whoever asks, one task with its form, and the approver's verbs."""

from __future__ import annotations

import json
from typing import Any

from marshmallow import RAISE, fields, validate

from api import shapes
from api.contract import SIGNED_IN, Asked, Door
from api.shapes import Anything, Asking, At, Clause, Facts, Label, On, Paging, PersonRef, Shape, Spoken, UnitRef
from engine import returning, tasks, views

door = Door("tasks", __name__, description="What people are asked to do, and their doing it.")

BOXES = ("todo", "done", "started", "copied", "delegated", "drafts")
TASK_STATUSES = ("held", "open", "confirming", "completed", "returned", "cancelled")


class CaseRef(Shape):
    id = fields.String()
    number = fields.String()
    title = Spoken()


class TaskItem(Shape):
    """One line of a worklist."""

    id = fields.String()
    case = fields.Nested(CaseRef)
    definition = fields.String()
    definition_name = Spoken()
    element = fields.String()
    name = Spoken()
    step = fields.String(allow_none=True)
    stage = fields.String(allow_none=True)
    unit = fields.Nested(UnitRef, allow_none=True)
    status = fields.String(validate=validate.OneOf(TASK_STATUSES))
    purpose = fields.String(validate=validate.OneOf(("act", "confirm")), allow_none=True)
    opened_at = At()
    age_days = fields.Integer()
    due_on = On(allow_none=True)
    is_late = fields.Boolean()
    claimed_by = fields.Nested(PersonRef, allow_none=True)
    summary = fields.List(fields.Nested(Label))
    why = fields.List(Spoken())
    marks = fields.List(fields.String())
    mark_labels = fields.Dict(keys=fields.String(), values=Spoken())
    decision = fields.String(allow_none=True)
    decision_label = Spoken(allow_none=True)
    completed_at = At(allow_none=True)
    void_at = At(allow_none=True)
    can_withdraw = fields.Boolean()
    rev = fields.Integer()


class Outcome(Shape):
    """A decision the asker may choose, and why not where it is not enabled."""

    value = fields.String()
    label = Spoken()
    kind = fields.String(validate=validate.OneOf(("agree", "return", "reject", "neutral")))
    opinion = fields.String(validate=validate.OneOf(("required", "optional")))
    enabled = fields.Boolean()
    reason = Spoken(allow_none=True)


class BusinessDate(Shape):
    """Which answer is the date of the act, and the days it may have."""

    field = fields.String()
    earliest = On(allow_none=True)
    latest = On(allow_none=True)
    late_before = On(allow_none=True)


class Pending(Shape):
    """What the first person entered, waiting for the second."""

    by = fields.Nested(PersonRef)
    at = At()
    values = Facts()
    decision = fields.String(allow_none=True)
    decision_label = Spoken(allow_none=True)
    opinion = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


class Held(Shape):
    """Why a task cannot open yet, and from when it could."""

    code = fields.String()
    message = Spoken()
    clause = Anything(allow_none=True)
    earliest = On(allow_none=True)


class TaskWhole(TaskItem):
    """One task with its form and everything the asker needs to act."""

    documentation = Spoken(allow_none=True)
    form = Anything(allow_none=True)
    values = Facts()
    context = Facts()
    outcomes = fields.List(fields.Nested(Outcome))
    outcome_computed = fields.Boolean()
    business_date = fields.Nested(BusinessDate, allow_none=True)
    can = fields.List(fields.String())
    pending = fields.Nested(Pending, allow_none=True)
    held = fields.List(fields.Nested(Held))
    clauses = fields.List(fields.Nested(Clause))


class CaseState(CaseRef):
    status = fields.String()


class ReceiptShape(Shape):
    """The entry that keeps this act: its chain, its place there and its hash."""

    chain = fields.String()
    seq = fields.Integer()
    hash = fields.String()
    at = At()


class Done(Shape):
    """What an act led to: the task, the case, the asker's next task in it or who has it now, and the receipt."""

    task = fields.Nested(TaskItem)
    case = fields.Nested(CaseState)
    next_task = fields.Nested(TaskItem, allow_none=True)
    now_with = fields.List(Spoken())
    receipt = fields.Nested(ReceiptShape, allow_none=True)


class BoxQuery(Paging):
    box = fields.String(load_default="todo", validate=validate.OneOf(BOXES))
    definition = fields.String(load_default=None, validate=validate.Length(max=60))
    case = fields.String(load_default=None, validate=validate.Length(max=40))
    due_before = On(load_default=None)
    q = fields.String(load_default=None, validate=validate.Length(max=200))
    sort = fields.String(load_default="due", validate=validate.OneOf(("due", "opened", "completed")))


_LONG = validate.Length(max=20_000)


class Act(Asking):
    """The answers to the form, the decision where there is one to choose, and what the asker says to it."""

    answers = Facts(load_default=dict)
    decision = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))
    opinion = fields.String(load_default=None, allow_none=True, validate=_LONG)
    reason = fields.String(load_default=None, allow_none=True, validate=_LONG)


class Completion(Act):
    """``rev`` is the task's as it was read, so that nobody overwrites what changed meanwhile."""

    rev = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1, max=shapes.LARGEST)
    )


class Confirmation(Asking):
    agree = fields.Boolean(required=True)
    opinion = fields.String(load_default=None, allow_none=True, validate=_LONG)


class Return(Asking):
    """``to`` is an outcome by which the task can be returned, an earlier step (its element), or ``submitter``.

    ``straight``, where the procedure leaves it open: the corrected step comes straight back to the asker.
    """

    to = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))
    opinion = fields.String(required=True, validate=_LONG)
    answers = Facts(load_default=dict)
    straight = fields.Boolean(load_default=None, allow_none=True)


class Withdrawal(Asking):
    reason = fields.String(required=True, validate=_LONG)


class UndoneTask(Shape):
    """A completion that becomes, or became, void: it stays readable."""

    task = fields.String()
    element = fields.String()
    name = Spoken()
    by = fields.Nested(PersonRef, allow_none=True)
    at = At()
    decision = fields.String(allow_none=True)
    decision_label = Spoken(allow_none=True)
    opinion = fields.String(allow_none=True)


class GoneTask(Shape):
    """A task that somebody has now and would have no more; ``task`` is null where no person has it."""

    task = fields.String(allow_none=True)
    element = fields.String()
    name = Spoken()
    holders = fields.List(Spoken())


class ReturnTarget(Shape):
    """One place to return to: ``drawn`` by the designer, or a ``step`` that was done; ``redone`` counts the steps."""

    to = fields.String()
    kind = fields.String(validate=validate.OneOf(("drawn", "step")))
    name = Spoken()
    step = fields.String(allow_none=True)
    is_submitters = fields.Boolean()
    goes_to = fields.List(fields.Nested(PersonRef))
    redone = fields.Integer()
    void = fields.List(fields.Nested(UndoneTask))
    gone = fields.List(fields.Nested(GoneTask))


class Returns(Shape):
    """Where a task may be returned to; ``mode`` says what comes after the correction."""

    mode = fields.String(validate=validate.OneOf(("again", "straight", "ask")))
    clause = fields.Nested(Clause, allow_none=True)
    targets = fields.List(fields.Nested(ReturnTarget))


class StepRef(Shape):
    element = fields.String()
    name = Spoken()


class DoneBack(Done):
    """What a return or a withdrawal led to: the step that is open again, and what became void."""

    target = fields.Nested(StepRef, allow_none=True)
    straight = fields.Boolean()
    void = fields.List(fields.Nested(UndoneTask))


class Draft(Asking):
    answers = Facts(required=True)


class BatchItem(Completion):
    task = fields.String(required=True, validate=validate.Length(max=40))


class Batch(Asking):
    """Completions of several tasks."""

    items = fields.List(
        fields.Nested(BatchItem(unknown=RAISE)), required=True, validate=validate.Length(min=1, max=200)
    )


class BatchAnswer(Shape):
    """What became of one of them: either ``done`` or ``problem``."""

    task = fields.String()
    status = fields.Integer()
    done = fields.Nested(Done, allow_none=True)
    problem = fields.Nested(shapes.Problem, allow_none=True)


class BatchDone(Shape):
    items = fields.List(fields.Nested(BatchAnswer))


@door.opens("GET", "/tasks", policy=SIGNED_IN, answer=shapes.page_of(TaskItem), query=BoxQuery)
def box(asked: Asked) -> Any:
    """The asker's worklist: what is to do, what was done, what the asker started."""
    given = {name: value for name, value in asked.query.items() if name not in ("cursor", "limit")}
    return asked.page(
        *views.box(asked.db, asked.actor, asked.moment, cursor=asked.cursor, limit=asked.query["limit"], **given)
    )


@door.opens("GET", "/tasks/<task_id>", policy=SIGNED_IN, answer=TaskWhole)
def task(asked: Asked, task_id: str) -> Any:
    """One task with form, values, outcomes and what the asker can do."""
    return views.task(asked.db, asked.actor, asked.moment, task_id, asked.language)


@door.opens("POST", "/tasks/<task_id>/claim", policy=SIGNED_IN, answer=TaskWhole)
def claim(asked: Asked, task_id: str) -> Any:
    """The asker takes the task; a second one is told who was first."""
    tasks.claim(asked.db, asked.actor, asked.moment, task_id)
    return views.task(asked.db, asked.actor, asked.moment, task_id, asked.language)


@door.opens("POST", "/tasks/<task_id>/release", policy=SIGNED_IN, answer=TaskWhole)
def release(asked: Asked, task_id: str) -> Any:
    """The asker puts the task back."""
    tasks.release(asked.db, asked.actor, asked.moment, task_id)
    return views.task(asked.db, asked.actor, asked.moment, task_id, asked.language)


@door.opens("POST", "/tasks/<task_id>/completion", policy=SIGNED_IN, body=Completion, answer=Done)
def complete(asked: Asked, task_id: str) -> Any:
    """Complete the task, or propose its completion where a second person has to confirm."""
    return _done(asked, tasks.complete(asked.db, asked.actor, asked.moment, task_id, **asked.body))


@door.opens("POST", "/tasks/<task_id>/confirmation", policy=SIGNED_IN, body=Confirmation, answer=Done)
def confirm(asked: Asked, task_id: str) -> Any:
    """The second person confirms what the first entered, or sends it back to them."""
    return _done(
        asked, tasks.confirm(asked.db, asked.actor, asked.moment, task_id, asked.body["agree"], asked.body["opinion"])
    )


@door.opens("GET", "/tasks/<task_id>/returns", policy=SIGNED_IN, answer=Returns)
def returns(asked: Asked, task_id: str) -> Any:
    """Where the task may be returned to, and for each place whose task disappears and which opinions become void."""
    return views.returns(asked.db, asked.actor, asked.moment, task_id)


@door.opens("POST", "/tasks/<task_id>/return", policy=SIGNED_IN, body=Return, answer=DoneBack)
def return_(asked: Asked, task_id: str) -> Any:
    """Send the case back, with an opinion: along a way that was drawn, or to an earlier step."""
    what = returning.return_(asked.db, asked.actor, asked.moment, task_id, **asked.body)
    return views.returned(asked.db, asked.actor, asked.moment, what)


@door.opens("POST", "/tasks/<task_id>/withdrawal", policy=SIGNED_IN, body=Withdrawal, answer=DoneBack)
def withdraw(asked: Asked, task_id: str) -> Any:
    """Whoever completed the task takes it back, as long as nobody has acted on it."""
    what = returning.withdraw(asked.db, asked.actor, asked.moment, task_id, asked.body["reason"])
    return views.returned(asked.db, asked.actor, asked.moment, what)


@door.opens("PUT", "/tasks/<task_id>/draft", policy=SIGNED_IN, body=Draft, status=204)
def draft(asked: Asked, task_id: str) -> None:
    """Keep unfinished answers; nobody else sees them."""
    tasks.draft(asked.db, asked.actor, asked.moment, task_id, asked.body["answers"])


@door.opens("POST", "/tasks/batch", policy=SIGNED_IN, body=Batch, answer=BatchDone, works="by itself", max_body=4 << 20)
def batch(asked: Asked) -> Any:
    """Complete many tasks, each in a transaction of its own and answered by itself: one refusal stops no other.

    Under an Idempotency-Key each task acts once, also where the request is sent again after half of it was done.
    """
    return {"items": [_one_of_many(asked, item) for item in asked.body["items"]]}


def _one_of_many(asked: Asked, item: dict[str, Any]) -> dict[str, Any]:
    given = dict(item)
    task_id = given.pop("task")

    def act(own: Asked) -> dict[str, Any]:
        return _done(own, tasks.complete(own.db, own.actor, own.moment, task_id, **given))

    part = f"{task_id} {json.dumps(given, sort_keys=True)}"
    return {"task": task_id, **asked.apart(part, act, _DONE)}


_DONE = Done()


def _done(asked: Asked, what: tasks.Done) -> dict[str, Any]:
    return views.done(asked.db, asked.actor, asked.moment, what)
