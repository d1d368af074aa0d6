"""Tasks: one task with its form, and the approver's verbs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from api import shapes, signing
from api.attachments import Attachment
from api.contract import SIGNED_IN, Asked, Door
from api.shapes import (
    Anything,
    Asking,
    At,
    Clause,
    Facts,
    Label,
    On,
    PersonRef,
    Shape,
    Spoken,
    SuspensionShape,
    UnitRef,
)
from engine import actors, cases, extending, handing, log, meetings, returning, tasks, views
from engine.errors import NotFound
from engine.machine.counting import BASES, RULES, SIDES

door = Door("tasks", __name__, description="What people are asked to do, and their doing it.")

TASK_STATUSES = (
    *("held", "open", "confirming", "waiting"),
    *("completed", "returned", "cancelled", "signed", "given_back", "transferred"),
)
PARTS = ("sign", "entrust", "transfer")


class CaseRef(Shape):
    id = fields.String()
    number = fields.String()
    title = Spoken()


class Due(Shape):
    """When a task ends: ``on``, and ``at`` where hours are counted; ``text`` is the arithmetic."""

    on = On(allow_none=True)
    at = At(allow_none=True)
    state = fields.String(validate=validate.OneOf(("none", "running", "near", "late", "paused", "closed")))
    remaining = Spoken(allow_none=True)
    text = Spoken(allow_none=True)
    extended = fields.Integer()
    provisional = fields.Boolean()


class Extended(Shape):
    """More time that a task was given."""

    by = fields.Nested(PersonRef, allow_none=True)
    at = At()
    reason = fields.String()
    length = Spoken()


class DueWhole(Due):
    """``earliest`` and ``latest`` are a date or a time: from and until when it can be completed."""

    clause = fields.Nested(Clause, allow_none=True)
    paused_since = At(allow_none=True)
    earliest = fields.String(allow_none=True)
    latest = fields.String(allow_none=True)
    extensions = fields.List(fields.Nested(Extended))


class WhyMe(Shape):
    """Why the task asks the asker: by which rule, as of which day; ``for`` whom that is absent, and until when."""

    rule = fields.String()
    text = Spoken()
    since = On(allow_none=True)
    until = On(allow_none=True)
    for_ = fields.Nested(PersonRef, allow_none=True, attribute="for", data_key="for")


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
    part = fields.String(allow_none=True, validate=validate.OneOf(PARTS))
    purpose = fields.String(validate=validate.OneOf(("act", "confirm")), allow_none=True)
    opened_at = At()
    age_days = fields.Integer()
    due_on = On(allow_none=True)
    due = fields.Nested(Due, allow_none=True)
    is_late = fields.Boolean()
    claimed_by = fields.Nested(PersonRef, allow_none=True)
    started_by = fields.Nested(PersonRef, allow_none=True)
    acting_for = fields.Nested(PersonRef, allow_none=True)
    is_unread = fields.Boolean()
    summary = fields.List(fields.Nested(Label))
    why = fields.List(Spoken())
    why_me = fields.Nested(WhyMe, allow_none=True)
    marks = fields.List(fields.String())
    mark_labels = fields.Dict(keys=fields.String(), values=Spoken())
    decision = fields.String(allow_none=True)
    decision_label = Spoken(allow_none=True)
    completed_at = At(allow_none=True)
    void_at = At(allow_none=True)
    can_withdraw = fields.Boolean()
    batch_refusal = Spoken(allow_none=True)
    undo_until = At(allow_none=True)
    rev = fields.Integer()


class PartShape(Shape):
    """What somebody else was asked for: to sign (``mode``, ``rule``), to do the work, or to have it from now on."""

    id = fields.String()
    part = fields.String(validate=validate.OneOf(PARTS))
    status = fields.String(validate=validate.OneOf(TASK_STATUSES))
    person = fields.Nested(PersonRef, allow_none=True)
    asked_by = fields.Nested(PersonRef, allow_none=True)
    asked = fields.String(allow_none=True)
    mode = fields.String(allow_none=True, validate=validate.OneOf(cases.parts.MODES))
    mode_label = Spoken(allow_none=True)
    rule = fields.String(allow_none=True, validate=validate.OneOf(cases.parts.RULES))
    verdict = fields.String(allow_none=True, validate=validate.OneOf(("agree", "disagree")))
    opinion = fields.String(allow_none=True)
    by = fields.Nested(PersonRef, allow_none=True)
    acting_for = fields.Nested(PersonRef, allow_none=True)
    at = At(allow_none=True)
    is_void = fields.Boolean()


class Signer(Shape):
    """One of those asked to countersign: who signed and what they said, or whom it asks."""

    task = fields.String()
    status = fields.String(validate=validate.OneOf(TASK_STATUSES))
    by = fields.Nested(PersonRef, allow_none=True)
    acting_for = fields.Nested(PersonRef, allow_none=True)
    holders = fields.List(Spoken())
    decision_label = Spoken(allow_none=True)
    side = fields.String(allow_none=True, validate=validate.OneOf(SIDES))
    opinion = fields.String(allow_none=True)
    at = At(allow_none=True)


class CountersignShape(Shape):
    """How far a countersignature has come; of a secret ballot only how many of those asked have voted.

    ``needed`` have to agree, where that is known before it is over; ``quorum`` have to vote; ``sentence`` says both.
    """

    element = fields.String()
    name = Spoken()
    rule = fields.String(validate=validate.OneOf(RULES))
    base = fields.String(allow_none=True, validate=validate.OneOf(BASES))
    share = fields.String(allow_none=True)
    asked = fields.Integer()
    voted = fields.Integer()
    needed = fields.Integer(allow_none=True)
    quorum = fields.Integer(allow_none=True)
    is_secret = fields.Boolean()
    agree = fields.Integer(allow_none=True)
    against = fields.Integer(allow_none=True)
    abstain = fields.Integer(allow_none=True)
    sentence = Spoken()
    signers = fields.List(fields.Nested(Signer))
    more = fields.Integer()


class Outcome(Shape):
    """A decision the asker may choose, and why not where it is not enabled."""

    value = fields.String()
    label = Spoken()
    kind = fields.String(validate=validate.OneOf(("agree", "return", "reject", "neutral")))
    opinion = fields.String(validate=validate.OneOf(("required", "optional", "none")))
    is_partial = fields.Boolean()
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


class Demands(Shape):
    """What the step demands besides answers: attachments, and how it has to be signed."""

    least = fields.Integer()
    least_for = fields.List(
        Spoken(), metadata={"description": "The outcomes that demand them, in words; empty: whatever the outcome is."}
    )
    most = fields.Integer(allow_none=True)
    types = fields.List(fields.String())
    clause = fields.Nested(Clause, allow_none=True)
    signature = fields.List(fields.String(validate=validate.OneOf(("password", "drawing"))))
    signed_outcomes = fields.List(fields.String())


class DraftWords(Shape):
    """What the asker has typed beside the answers, on whatever machine."""

    decision = fields.String(allow_none=True)
    opinion = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    at = At()


class TaskDuty(Shape):
    """A rule of separation that holds on the step; ``why`` is there where it holds for the asker."""

    rule = fields.String()
    text = Spoken()
    basis = Spoken(allow_none=True)
    enforcement = fields.String(validate=validate.OneOf(("block", "warn", "report")))
    why = Spoken(allow_none=True)


MEETING_STATUSES = (meetings.DRAFT, meetings.SUBMITTED, meetings.CONFIRMED, meetings.CANCELLED)


class Agenda(Shape):
    """The open agenda on which a task is; ``meeting`` is null for whoever may not see it.

    ``may_take_over``: its recorder has left or is absent, and the asker may hold it.
    """

    meeting = fields.String(allow_none=True)
    may_take_over = fields.Boolean()
    name = Spoken()
    held_on = On()
    status = fields.String(validate=validate.OneOf(MEETING_STATUSES))
    recorder = fields.Nested(PersonRef)


class TaskMeeting(Shape):
    """A meeting decides the step: of which kind, and on whose agenda the task is."""

    kind = fields.String()
    name = Spoken()
    agenda = fields.Nested(Agenda, allow_none=True)


class TaskWhole(TaskItem):
    """One task with its form and everything the asker needs to act."""

    due = fields.Nested(DueWhole, allow_none=True)
    documentation = Spoken(allow_none=True)
    form = Anything(allow_none=True)
    values = Facts()
    context = Facts()
    outcomes = fields.List(fields.Nested(Outcome))
    outcome_computed = fields.Boolean()
    business_date = fields.Nested(BusinessDate, allow_none=True)
    can = fields.List(fields.String())
    attachments = fields.List(fields.Nested(Attachment))
    demands = fields.Nested(Demands)
    draft = fields.Nested(DraftWords, allow_none=True)
    urged_until = At(allow_none=True)
    pending = fields.Nested(Pending, allow_none=True)
    own_part = fields.Nested(PartShape, allow_none=True)
    parts = fields.List(fields.Nested(PartShape))
    countersign = fields.Nested(CountersignShape, allow_none=True)
    held = fields.List(fields.Nested(Held))
    suspension = fields.Nested(SuspensionShape, allow_none=True)
    clauses = fields.List(fields.Nested(Clause))
    duties = fields.List(fields.Nested(TaskDuty))
    meeting = fields.Nested(TaskMeeting, allow_none=True)


class CaseState(CaseRef):
    status = fields.String()


class ReceiptShape(Shape):
    """The entry that keeps this act: its chain, its place there and its hash.

    ``note`` says so under the signature of the log (a C2SP signed note), for whoever acted to keep; ``liuhen verify
    --receipt`` reads it. It is null where the log's key cannot be opened.
    """

    chain = fields.String()
    seq = fields.Integer()
    hash = fields.String()
    at = At()
    note = fields.String(allow_none=True)


class Done(Shape):
    """What an act led to: the task, the case, the asker's next task in it or who has it now, and the receipt."""

    task = fields.Nested(TaskItem)
    case = fields.Nested(CaseState)
    next_task = fields.Nested(TaskItem, allow_none=True)
    now_with = fields.List(Spoken())
    receipt = fields.Nested(ReceiptShape, allow_none=True)


_LONG = validate.Length(max=20_000)


class Act(Asking):
    """The answers to the form, the decision where there is one to choose, and what the asker says to it."""

    answers = Facts(load_default=dict)
    decision = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))
    opinion = fields.String(load_default=None, allow_none=True, validate=_LONG)
    reason = fields.String(load_default=None, allow_none=True, validate=_LONG)


class Asks(Shape):
    """Whom a step would ask: posts and people, and how many people more than are named."""

    holders = fields.List(Spoken())
    people = fields.List(fields.Nested(PersonRef))
    more = fields.Integer()


class AheadStep(Asks):
    """A step that would come: ``kind`` is a task, a case of another procedure, or ``depends``: one of ``options``."""

    element = fields.String()
    name = Spoken()
    step = fields.String(allow_none=True)
    stage_name = Spoken(allow_none=True)
    kind = fields.String(validate=validate.OneOf(("task", "case", "depends")))
    due_on = On(allow_none=True)
    is_held = fields.Boolean()
    is_vacant = fields.Boolean()
    why = fields.List(Spoken())
    options = fields.List(Spoken())


class AheadShape(Shape):
    """What a deed would lead to: who confirms it first, what opens next, and the steps that probably follow."""

    confirm = fields.Nested(Asks, allow_none=True)
    next = fields.List(fields.Nested(AheadStep))
    is_ended = fields.Boolean()
    outcome_label = Spoken(allow_none=True)
    chain = fields.List(fields.Nested(AheadStep))


class Completion(Act):
    """``rev`` is the task's as it was read, so that nobody overwrites what changed meanwhile."""

    rev = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1, max=shapes.LARGEST)
    )


class SignedCompletion(Completion):
    """``signature``: what a step that is signed demands besides."""

    signature = signing.field()


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


class Extension(Asking):
    reason = fields.String(required=True, validate=_LONG)


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


class Transfer(Asking):
    """``to`` is a person (id or number)."""

    to = fields.String(required=True, validate=validate.Length(min=1, max=40))
    reason = fields.String(required=True, validate=_LONG)


class Entrusting(Asking):
    """``to`` is a person (id or number), ``opinion`` what they are asked."""

    to = fields.String(required=True, validate=validate.Length(min=1, max=40))
    opinion = fields.String(load_default=None, allow_none=True, validate=_LONG)


class GivingBack(Asking):
    """What was done: answers to the form, a decision as a proposal, and an opinion for whoever entrusted it."""

    answers = Facts(load_default=dict)
    decision = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))
    opinion = fields.String(load_default=None, allow_none=True, validate=_LONG)


_PEOPLE = validate.Length(max=handing.MOST_SIGNERS)


class Signers(Asking):
    """``add`` and ``remove`` are people (ids or numbers); who is added needs a ``mode``, a removal its ``reason``."""

    add = fields.List(fields.String(validate=validate.Length(min=1, max=40)), load_default=list, validate=_PEOPLE)
    remove = fields.List(fields.String(validate=validate.Length(min=1, max=40)), load_default=list, validate=_PEOPLE)
    mode = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(cases.parts.MODES))
    rule = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(cases.parts.RULES))
    opinion = fields.String(load_default=None, allow_none=True, validate=_LONG)
    reason = fields.String(load_default=None, allow_none=True, validate=_LONG)


class Verb(Shape):
    """One way to hand the task over: whether it is possible now, what it does, and to whom it may go."""

    verb = fields.String(validate=validate.OneOf(handing.VERBS))
    is_possible = fields.Boolean()
    why_not = Spoken(allow_none=True)
    effect = Spoken()
    reach = Spoken(allow_none=True)
    clause = fields.Nested(Clause, allow_none=True)


class Verbs(Shape):
    items = fields.List(fields.Nested(Verb))


class PostHeld(Shape):
    role = fields.String()
    role_name = Spoken()
    unit = fields.Nested(UnitRef)


class Receiver(Shape):
    """Somebody to whom the task may go; ``why_not`` where a duty keeps them from it."""

    id = fields.String()
    number = fields.String()
    name = Spoken()
    unit = fields.Nested(UnitRef, allow_none=True)
    posts = fields.List(fields.Nested(PostHeld))
    why_not = Spoken(allow_none=True)


class Receivers(Shape):
    items = fields.List(fields.Nested(Receiver))


class ReceiverQuery(Asking):
    q = fields.String(load_default="", validate=validate.Length(max=200))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=50))


class Draft(Asking):
    """What somebody has typed so far: the answers, and the words beside them."""

    answers = Facts(required=True)
    decision = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))
    opinion = fields.String(load_default=None, allow_none=True, validate=_LONG)
    reason = fields.String(load_default=None, allow_none=True, validate=_LONG)


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


@door.opens(
    "POST",
    "/tasks/<task_id>/completion",
    policy=SIGNED_IN,
    body=SignedCompletion,
    answer=Done,
    before=signing.read,
    before_where=signing.is_signed,
)
def complete(asked: Asked, task_id: str) -> Any:
    """Complete the task, or propose its completion where a second person has to confirm."""
    given = {**asked.body, "signature": asked.prepared}
    return done(asked, tasks.complete(asked.db, asked.actor, asked.moment, task_id, **given))


@door.opens("POST", "/tasks/<task_id>/preview", policy=SIGNED_IN, body=Act, answer=AheadShape, works="reading")
def preview(asked: Asked, task_id: str) -> Any:
    """What completing the task so would lead to: nothing is written, and a refusal is that of the completion."""
    return views.completion_ahead(asked.db, asked.actor, asked.moment, task_id, **asked.body)


@door.opens("POST", "/tasks/<task_id>/confirmation", policy=SIGNED_IN, body=Confirmation, answer=Done)
def confirm(asked: Asked, task_id: str) -> Any:
    """The second person confirms what the first entered, or sends it back to them."""
    return done(
        asked, tasks.confirm(asked.db, asked.actor, asked.moment, task_id, asked.body["agree"], asked.body["opinion"])
    )


@door.opens("POST", "/tasks/<task_id>/extension", policy=SIGNED_IN, body=Extension, answer=TaskWhole)
def extend(asked: Asked, task_id: str) -> Any:
    """More time for the task, with a reason: by whoever its step lets extend it, not more often than it says."""
    extending.extend(asked.db, asked.actor, asked.moment, task_id, asked.body["reason"])
    return views.task(asked.db, asked.actor, asked.moment, task_id, asked.language)


@door.opens("GET", "/tasks/<task_id>/returns", policy=SIGNED_IN, answer=Returns)
def returns(asked: Asked, task_id: str) -> Any:
    """Where the task may be returned to, and for each place whose task disappears and which opinions become void."""
    return views.returns(asked.db, asked.actor, asked.moment, task_id)


@door.opens("POST", "/tasks/<task_id>/return", policy=SIGNED_IN, body=Return, answer=DoneBack)
def return_(asked: Asked, task_id: str) -> Any:
    """Send the case back, with an opinion: along a way that was drawn, or to an earlier step."""
    what = returning.return_(asked.db, asked.actor, asked.moment, task_id, **asked.body)
    return _with_note(asked, views.returned(asked.db, asked.actor, asked.moment, what))


@door.opens("POST", "/tasks/<task_id>/withdrawal", policy=SIGNED_IN, body=Withdrawal, answer=DoneBack)
def withdraw(asked: Asked, task_id: str) -> Any:
    """Whoever completed the task takes it back, as long as nobody has acted on it."""
    what = returning.withdraw(asked.db, asked.actor, asked.moment, task_id, asked.body["reason"])
    return _with_note(asked, views.returned(asked.db, asked.actor, asked.moment, what))


@door.opens("POST", "/tasks/<task_id>/undo", policy=SIGNED_IN, answer=DoneBack)
def undo(asked: Asked, task_id: str) -> Any:
    """Take back whole what was done in a batch, before anything of it has left the house."""
    what = returning.undo(asked.db, asked.actor, asked.moment, task_id)
    return _with_note(asked, views.returned(asked.db, asked.actor, asked.moment, what))


@door.opens("GET", "/tasks/<task_id>/verbs", policy=SIGNED_IN, answer=Verbs)
def verbs(asked: Asked, task_id: str) -> Any:
    """How the task could be handed over now: each with what it would do, to whom it may go, and why not."""
    return {"items": views.verbs(asked.db, asked.actor, asked.moment, task_id)}


@door.opens("GET", "/tasks/<task_id>/verbs/<verb>/people", policy=SIGNED_IN, answer=Receivers, query=ReceiverQuery)
def receivers(asked: Asked, task_id: str, verb: str) -> Any:
    """The people to whom the task may go by a verb: the source of its person picker."""
    if verb not in ("transfer", "entrust", "add_signer"):
        raise NotFound()
    found = views.people_to_hand_to(asked.db, asked.actor, asked.moment, task_id, verb, **asked.query)
    return {"items": found}


@door.opens("POST", "/tasks/<task_id>/transfer", policy=SIGNED_IN, body=Transfer, answer=Done)
def transfer(asked: Asked, task_id: str) -> Any:
    """Give the task away for good; from now on it asks that person alone."""
    to = _person(asked, asked.body["to"])
    return done(asked, handing.transfer(asked.db, asked.actor, asked.moment, task_id, to, asked.body["reason"]))


@door.opens("POST", "/tasks/<task_id>/delegation", policy=SIGNED_IN, body=Entrusting, answer=Done)
def entrust(asked: Asked, task_id: str) -> Any:
    """Let somebody do the work, who gives it back; the asker completes it."""
    to = _person(asked, asked.body["to"])
    return done(asked, handing.entrust(asked.db, asked.actor, asked.moment, task_id, to, asked.body["opinion"]))


@door.opens("POST", "/tasks/<task_id>/giving-back", policy=SIGNED_IN, body=GivingBack, answer=Done)
def give_back(asked: Asked, task_id: str) -> Any:
    """The work that was entrusted is done; it goes back to whoever entrusted it."""
    return done(asked, handing.give_back(asked.db, asked.actor, asked.moment, task_id, **asked.body))


@door.opens("POST", "/tasks/<task_id>/taking-back", policy=SIGNED_IN, body=Withdrawal, answer=Done)
def take_back(asked: Asked, task_id: str) -> Any:
    """What was entrusted, or waits for signatures, comes back before it was given."""
    return done(asked, handing.take_back(asked.db, asked.actor, asked.moment, task_id, asked.body["reason"]))


@door.opens("POST", "/tasks/<task_id>/signers", policy=SIGNED_IN, body=Signers, answer=Done)
def signers(asked: Asked, task_id: str) -> Any:
    """Add people who have to sign, or let some go who have not signed yet."""
    given = dict(asked.body)
    add = [_person(asked, p) for p in given.pop("add")]
    remove = [_person(asked, p) for p in given.pop("remove")]
    return done(asked, handing.change_signers(asked.db, asked.actor, asked.moment, task_id, add, remove, **given))


@door.opens("POST", "/tasks/<task_id>/consent", policy=SIGNED_IN, body=Confirmation, answer=Done)
def consent(asked: Asked, task_id: str) -> Any:
    """An added signer agrees, or says why not."""
    body = asked.body
    return done(asked, handing.consent(asked.db, asked.actor, asked.moment, task_id, body["agree"], body["opinion"]))


def _person(asked: Asked, id_or_number: str) -> str:
    return actors.person_by(asked.db, id_or_number, asked.moment.today).id


@door.opens("PUT", "/tasks/<task_id>/draft", policy=SIGNED_IN, body=Draft, status=204)
def draft(asked: Asked, task_id: str) -> None:
    """Keep unfinished answers; nobody else sees them."""
    tasks.draft(asked.db, asked.actor, asked.moment, task_id, **asked.body)


def done(asked: Asked, what: tasks.Done) -> dict[str, Any]:
    return _with_note(asked, views.done(asked.db, asked.actor, asked.moment, what))


def _with_note(asked: Asked, found: dict[str, Any]) -> dict[str, Any]:
    """What an act led to, with its receipt under the signature of the log."""
    return {**found, "receipt": signed(asked, found["receipt"])}


def signed(asked: Asked, given: Mapping[str, Any]) -> dict[str, Any]:
    """A receipt (``chain``, ``seq``, ``hash``, ``at``) with its note under the signature of the log."""
    facts = (given[name] for name in ("chain", "seq", "hash", "at"))
    note = log.receipt(asked.db, asked.store.settings, asked.moment, *facts)
    return {**given, "note": note}
