"""Corrections: what a completed step recorded, corrected by a new record of two persons; the old one stays."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import SIGNED_IN, Asked, Door
from api.shapes import Anything, Asking, At, Facts, PersonRef, Shape, Spoken
from api.trail import Change
from engine import correcting
from engine.views import corrections

door = Door("corrections", __name__, description="What a completed step recorded, corrected by two persons.")


class CorrectionShape(Shape):
    """One correction: what was and what is, field by field; ``can`` is what the asker may do with it."""

    id = fields.String()
    task = fields.String()
    element = fields.String()
    element_name = Spoken()
    step = fields.String(allow_none=True)
    status = fields.String(validate=validate.OneOf((correcting.PROPOSED, correcting.MADE, correcting.REFUSED)))
    reason = fields.String()
    opinion = fields.String(allow_none=True)
    proposed_by = fields.Nested(PersonRef)
    proposed_at = At()
    decided_by = fields.Nested(PersonRef, allow_none=True)
    decided_at = At(allow_none=True)
    changes = fields.List(fields.Nested(Change))
    can = fields.List(fields.String(validate=validate.OneOf(("confirm",))))


class CorrectionForm(Shape):
    """The form of the step, open for writing, and what it recorded."""

    form = Anything(allow_none=True)
    values = Facts()
    context = Facts()


class Correcting(Asking):
    """The answers of the step that should have been others, and why; the rest stays as it was recorded."""

    answers = Facts(required=True)
    reason = fields.String(required=True, validate=validate.Length(max=20_000))


class Deciding(Asking):
    """Whether the second person agrees; refusing needs an opinion."""

    agree = fields.Boolean(required=True)
    opinion = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=20_000))


@door.opens("GET", "/cases/<case_id>/corrections", policy=SIGNED_IN, answer=shapes.page_of(CorrectionShape))
def listed(asked: Asked, case_id: str) -> Any:
    """The corrections of a case, newest first."""
    return _page(asked, case_id)


@door.opens("GET", "/tasks/<task_id>/corrections", policy=SIGNED_IN, answer=CorrectionForm)
def form(asked: Asked, task_id: str) -> Any:
    """What whoever proposes a correction fills in."""
    return corrections.correction_form(asked.db, asked.actor, asked.moment, task_id, asked.language)


@door.opens(
    "POST", "/tasks/<task_id>/corrections", policy=SIGNED_IN, body=Correcting, answer=shapes.page_of(CorrectionShape)
)
def propose(asked: Asked, task_id: str) -> Any:
    """Propose other answers to a completed task; a second person has to agree. Answers the corrections of its case."""
    given = asked.body
    found = correcting.propose(asked.db, asked.actor, asked.moment, task_id, given["answers"], given["reason"])
    return _page(asked, correcting.case_of(asked.db, found))


@door.opens(
    "POST",
    "/corrections/<correction_id>/decision",
    policy=SIGNED_IN,
    body=Deciding,
    answer=shapes.page_of(CorrectionShape),
)
def decide(asked: Asked, correction_id: str) -> Any:
    """Agree to a correction, which makes it, or refuse it with an opinion. Answers the corrections of its case."""
    given = asked.body
    case = correcting.decide(asked.db, asked.actor, asked.moment, correction_id, given["agree"], given["opinion"])
    return _page(asked, case)


def _page(asked: Asked, case_id: str) -> dict[str, Any]:
    return {"items": corrections.corrections(asked.db, asked.actor, asked.moment, case_id), "next": None}
