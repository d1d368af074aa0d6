"""The trail: the entries of the whole office for auditors, and whether it is whole."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import Asked, Door, may
from api.shapes import Anything, At, Clause, On, Paging, Shape, Spoken
from engine import trail

door = Door("trail", __name__, description="Who did what, each entry sealing the one before.")

AUDITORS = may("trail.read_all")
VERIFIERS = may("trail.verify", "trail.read_all")


class EntryActor(Shape):
    """Whoever acted; ``person_id`` is null for the clock and for commands."""

    person_id = fields.String(allow_none=True)
    name = Spoken()
    post = Spoken(allow_none=True)


class Change(Shape):
    """One answer that the act gave; ``value`` is null where it is personal and not for the asker."""

    field = fields.String()
    label = Spoken()
    value = Anything(allow_none=True)


class EntryShape(Shape):
    """One entry, as a sentence and in its parts; ``hash`` seals it and ``prev`` the one before."""

    chain = fields.String()
    seq = fields.Integer()
    at = At()
    kind = fields.String()
    sentence = Spoken()
    actor = fields.Nested(EntryActor, allow_none=True)
    element = fields.String(allow_none=True)
    element_name = Spoken(allow_none=True)
    step = fields.String(allow_none=True)
    task = fields.String(allow_none=True)
    business_on = On(allow_none=True)
    decision = fields.String(allow_none=True)
    decision_label = Spoken(allow_none=True)
    opinion = fields.String(allow_none=True)
    reason = Spoken(allow_none=True)
    marks = fields.List(fields.String())
    changes = fields.List(fields.Nested(Change))
    clause = fields.Nested(Clause, allow_none=True)
    hash = fields.String()
    prev = fields.String()


class Break(Shape):
    """One place where the trail is not whole."""

    chain = fields.String()
    seq = fields.Integer()
    rule = fields.String()
    message = fields.String()


class Verification(Shape):
    """How much was recomputed, and everything that does not fit."""

    chains = fields.Integer()
    entries = fields.Integer()
    is_whole = fields.Boolean()
    findings = fields.List(fields.Nested(Break))


class ReadingQuery(Paging):
    limit = fields.Integer(load_default=200, validate=validate.Range(min=1, max=1000))


class VerificationQuery(shapes.Asking):
    chain = fields.String(load_default=None, validate=validate.Length(max=60))


@door.opens("GET", "/trail/verification", policy=VERIFIERS, answer=Verification, query=VerificationQuery)
def verify(asked: Asked) -> Any:
    """Recompute every hash and link, of one chain or of all."""
    report = trail.verify(asked.db, asked.query["chain"])
    return {
        "chains": report.chains,
        "entries": report.entries,
        "is_whole": report.is_whole,
        "findings": [finding.as_json(asked.language) for finding in report.findings],
    }
