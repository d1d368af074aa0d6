"""Reads on record: who was shown a case, who knew a value before an entry, and what one was shown oneself."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import SIGNED_IN, Asked, Door, may
from api.shapes import At, Paging, PersonRef, Shape, Spoken
from engine import actors
from engine.reads import PURPOSES
from engine.views import readers

door = Door("reads", __name__, description="Who was shown what.")

AUDITORS = may("trail.read_all")


class ReadShape(Shape):
    """One read on record: what was shown to whom, how far the case had come, on what ground, and the entry."""

    chain = fields.String()
    seq = fields.Integer()
    at = At()
    kind = fields.String()
    sentence = Spoken()
    person = fields.Nested(PersonRef, allow_none=True)
    purpose = fields.String(validate=validate.OneOf(PURPOSES))
    purpose_label = Spoken()
    via = fields.List(Spoken())
    scope = fields.String(allow_none=True)
    seen = fields.Integer()
    fields_ = fields.List(fields.String(), data_key="fields", attribute="fields")
    case = fields.String()
    number = fields.String(allow_none=True)
    hash = fields.String()


class KnowerShape(Shape):
    """Somebody who knew a value, and since when: they wrote it, or were shown it (``read``)."""

    person = fields.Nested(PersonRef)
    at = At()
    how = fields.String(validate=validate.OneOf(("wrote", "read")))
    entry = fields.Integer(allow_none=True)
    read = fields.Nested(ReadShape, allow_none=True)
    decided = fields.Boolean()


class Knowers(Shape):
    """Who knew a value before an entry. ``known_in`` is the entry in which it was written."""

    field = fields.String()
    label = Spoken()
    known_in = fields.Integer()
    before = fields.Integer()
    items = fields.List(fields.Nested(KnowerShape))


class KnowersQuery(shapes.Asking):
    field = fields.String(required=True, validate=validate.Length(max=200))
    before = fields.Integer(load_default=None, validate=validate.Range(min=1, max=shapes.LARGEST))


@door.opens("GET", "/cases/<case_id>/trail/reads", policy=AUDITORS, answer=shapes.page_of(ReadShape), query=Paging)
def of_case(asked: Asked, case_id: str) -> Any:
    """Who was shown the case, newest first; the auditor's own reads among them."""
    return asked.page(
        *readers.of_case(asked.db, asked.actor, asked.moment, case_id, asked.cursor, asked.query["limit"])
    )


@door.opens("GET", "/cases/<case_id>/trail/knowers", policy=AUDITORS, answer=Knowers, query=KnowersQuery)
def knowers(asked: Asked, case_id: str) -> Any:
    """Who knew the value of a field before an entry: who wrote it, and who was shown it in time."""
    given = asked.query
    return readers.knowers(asked.db, asked.actor, asked.moment, case_id, given["field"], given["before"])


@door.opens("GET", "/trail/readers/<person>", policy=AUDITORS, answer=shapes.page_of(ReadShape), query=Paging)
def of_person(asked: Asked, person: str) -> Any:
    """What somebody (id or number) was shown, newest first; that the auditor looked goes on record as well."""
    found = actors.person_by(asked.db, person, asked.moment.today).id
    return asked.page(*readers.of_person(asked.db, found, asked.moment, asked.cursor, asked.query["limit"]))


@door.opens("GET", "/me/reads", policy=SIGNED_IN, answer=shapes.page_of(ReadShape), query=Paging)
def own(asked: Asked) -> Any:
    """What oneself was shown, newest first."""
    return asked.page(
        *readers.of_person(asked.db, asked.actor.person_id or "", asked.moment, asked.cursor, asked.query["limit"])
    )
