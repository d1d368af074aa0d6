"""A case as it stood after one of its entries, what differs between two moments, and the ticks of its slider."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.cases import STATUSES, ElementState
from api.contract import SIGNED_IN, Asked, Door
from api.shapes import Anything, At, On, PersonRef, Shape, Spoken, UnitRef
from api.trail import EntryShape
from engine.views import relived

door = Door("reliving", __name__, description="Cases as they stood.")

_SEQ = validate.Range(min=1, max=shapes.LARGEST)


class MomentTick(Shape):
    """One entry on the slider: somebody decided (act), a term was over (late), somebody intervened (admin), a step."""

    seq = fields.Integer()
    at = At()
    kind = fields.String()
    mark = fields.String(validate=validate.OneOf(("act", "late", "admin", "step")))


class MomentList(Shape):
    items = fields.List(fields.Nested(MomentTick))


class DueThen(Shape):
    """A term as it stood: a day or a minute, the entry that set it, and its arithmetic where it is still known."""

    on = fields.String()
    entry = fields.Integer(allow_none=True)
    text = Spoken(allow_none=True)
    is_known = fields.Boolean()


class OpenThen(Shape):
    """A task that was open: whom it asked, who those were that day, and its term."""

    id = fields.String()
    element = fields.String()
    name = Spoken()
    step = fields.String(allow_none=True)
    status = fields.String()
    part = fields.String(allow_none=True)
    since = At()
    opened_in = fields.Integer()
    claimed_by = fields.Nested(PersonRef, allow_none=True)
    holders = fields.List(Spoken())
    people = fields.List(fields.Nested(PersonRef))
    more = fields.Integer()
    due = fields.Nested(DueThen, allow_none=True)
    is_late = fields.Boolean()
    is_paused = fields.Boolean()
    held_by = fields.List(Spoken())


class DoneThen(Shape):
    """Something that had been done by then; ``entry`` is where it is recorded."""

    task = fields.String()
    element = fields.String()
    name = Spoken()
    step = fields.String(allow_none=True)
    status = fields.String()
    entry = fields.Integer(allow_none=True)
    at = At()
    business_on = On(allow_none=True)
    by = fields.Nested(PersonRef, allow_none=True)
    acting_for = fields.Nested(PersonRef, allow_none=True)
    confirmed_by = fields.Nested(PersonRef, allow_none=True)
    decision_label = Spoken(allow_none=True)
    is_void = fields.Boolean()
    is_late = fields.Boolean()
    marks = fields.List(fields.String())
    mark_labels = fields.Dict(keys=fields.String(), values=Spoken())


class ValueThen(Shape):
    """A value that stood, who wrote it and when.

    ``how``: plain; opened (it fits the commitment in its entry); erased; altered (it does not fit).
    """

    field = fields.String()
    label = Spoken()
    value = Anything(allow_none=True)
    how = fields.String(validate=validate.OneOf(("plain", "opened", "erased", "altered")))
    by = fields.Nested(PersonRef, allow_none=True)
    acting_for = fields.Nested(PersonRef, allow_none=True)
    at = At()
    entry = fields.Integer()
    name = Spoken(allow_none=True)
    is_new = fields.Boolean()


class AttachmentThen(Shape):
    id = fields.String()
    name = fields.String(allow_none=True)
    sha256 = fields.String()
    by = fields.Nested(PersonRef, allow_none=True)
    at = At()
    entry = fields.Integer()


class DocumentThen(Shape):
    id = fields.String()
    name = Spoken()
    number = fields.String(allow_none=True)
    is_void = fields.Boolean()
    sha256 = fields.String(allow_none=True)
    entry = fields.Integer()


class OpinionThen(Shape):
    entry = fields.Integer()
    at = At()
    by = fields.Nested(PersonRef, allow_none=True)
    name = Spoken(allow_none=True)
    text = fields.String()


class RuleInput(Shape):
    name = fields.String()
    value = Anything(allow_none=True)


class RuleThen(Shape):
    """A decision that had been made: which rules fired, with which inputs."""

    entry = fields.Integer()
    decision = Spoken()
    value = Anything(allow_none=True)
    rules = fields.List(fields.String())
    inputs = fields.List(fields.Nested(RuleInput))


class Difference(Shape):
    """One thing that differs between two moments; null: there was none."""

    sometimes = frozenset({"task", "field"})

    what = fields.String(
        validate=validate.OneOf(
            ("status", "version", "unit", "task", "due", "holder", "value", "attachment", "document")
        )
    )
    name = Spoken()
    before = Anything(allow_none=True)
    after = Anything(allow_none=True)
    task = fields.String()
    field = fields.String()


class CaseThen(Shape):
    """A case as it stood after one of its entries; ``changes`` is what differs from the moment before (``since``).

    ``unknown`` says what the entries do not tell.
    """

    id = fields.String()
    number = fields.String()
    title = Spoken()
    entry = fields.Nested(EntryShape)
    last = fields.Integer()
    at = At()
    business_on = On()
    definition = fields.String()
    definition_name = Spoken()
    version = fields.Integer()
    status = fields.String(validate=validate.OneOf(STATUSES))
    outcome = fields.String(allow_none=True)
    outcome_label = Spoken(allow_none=True)
    unit = fields.Nested(UnitRef, allow_none=True)
    started_by = fields.Nested(PersonRef, allow_none=True)
    open_tasks = fields.List(fields.Nested(OpenThen))
    done = fields.List(fields.Nested(DoneThen))
    values = fields.List(fields.Nested(ValueThen))
    attachments = fields.List(fields.Nested(AttachmentThen))
    documents = fields.List(fields.Nested(DocumentThen))
    opinions = fields.List(fields.Nested(OpinionThen))
    rules = fields.List(fields.Nested(RuleThen))
    incidents = fields.List(Spoken())
    elements = fields.Dict(keys=fields.String(), values=fields.Nested(ElementState))
    unknown_ = fields.List(Spoken(), data_key="unknown", attribute="unknown")
    changes = fields.List(fields.Nested(Difference))
    since = fields.Integer(allow_none=True)


class Drawing(Shape):
    """The diagram of one version, with the names of its elements."""

    xml = fields.String()
    texts = fields.Dict(keys=fields.String(), values=Spoken())


class AccessThen(Shape):
    """What the step might do with a field: write, read, or it was hidden."""

    field = fields.String()
    label = Spoken()
    access = fields.String()


class AskedThen(Shape):
    """Whom the step asked, and who those were that day."""

    holder = Spoken()
    people = fields.List(fields.Nested(PersonRef))


class OptionThen(Shape):
    value = fields.String()
    label = Spoken()
    is_chosen = fields.Boolean()


class Screen(Shape):
    """What lay before whoever acted: the form of that version, what was known, what they might do and decide."""

    entry = fields.Integer()
    at = At()
    kind = fields.String()
    element = fields.String()
    name = Spoken()
    version = fields.Integer()
    sha256 = fields.String()
    form_name = fields.String(allow_none=True)
    form = Anything(allow_none=True)
    values = shapes.Facts()
    known = fields.List(fields.Nested(ValueThen))
    access = fields.List(fields.Nested(AccessThen))
    by = fields.Nested(PersonRef, allow_none=True)
    acting_for = fields.Nested(PersonRef, allow_none=True)
    asked = fields.List(fields.Nested(AskedThen))
    due = fields.Nested(DueThen, allow_none=True)
    options = fields.List(fields.Nested(OptionThen))
    decision_label = Spoken(allow_none=True)
    opinion = fields.String(allow_none=True)
    reason = Anything(allow_none=True)
    source = fields.String(allow_none=True)
    gates = fields.List(fields.String())
    unknown_ = fields.List(Spoken(), data_key="unknown", attribute="unknown")


class ScreenQuery(shapes.Asking):
    entry = fields.Integer(required=True, validate=_SEQ)


class MomentQuery(shapes.Asking):
    entry = fields.Integer(load_default=None, validate=_SEQ)


class BetweenQuery(shapes.Asking):
    first = fields.Integer(required=True, data_key="from", validate=_SEQ)
    second = fields.Integer(required=True, data_key="to", validate=_SEQ)


class DrawingQuery(shapes.Asking):
    version = fields.Integer(required=True, validate=_SEQ)


class Differences(Shape):
    items = fields.List(fields.Nested(Difference))


@door.opens("GET", "/cases/<case_id>/trail/at", policy=SIGNED_IN, answer=CaseThen, query=MomentQuery)
def at(asked: Asked, case_id: str) -> Any:
    """The case as it stood after an entry; without one, after the last."""
    return relived.at(asked.db, asked.actor, asked.moment, case_id, asked.query["entry"])


@door.opens("GET", "/cases/<case_id>/trail/moments", policy=SIGNED_IN, answer=MomentList)
def moments(asked: Asked, case_id: str) -> Any:
    """Every moment of a case, oldest first."""
    return {"items": relived.moments(asked.db, asked.actor, case_id)}


@door.opens("GET", "/cases/<case_id>/trail/differences", policy=SIGNED_IN, answer=Differences, query=BetweenQuery)
def differences(asked: Asked, case_id: str) -> Any:
    """Field by field what differs between two moments."""
    given = asked.query
    found = relived.between(asked.db, asked.actor, asked.moment, case_id, given["first"], given["second"])
    return {"items": found}


@door.opens("GET", "/cases/<case_id>/trail/diagram", policy=SIGNED_IN, answer=Drawing, query=DrawingQuery)
def diagram(asked: Asked, case_id: str) -> Any:
    """The diagram of a version that the case has been on."""
    return relived.diagram_of(asked.db, asked.actor, case_id, asked.query["version"])


@door.opens("GET", "/cases/<case_id>/trail/screen", policy=SIGNED_IN, answer=Screen, query=ScreenQuery)
def screen(asked: Asked, case_id: str) -> Any:
    """The screen at a decision: form, data, permissions, whom it asked and what could be decided, as of then."""
    entry = asked.query["entry"]
    return relived.screen(asked.db, asked.actor, asked.moment, case_id, entry, asked.language)
