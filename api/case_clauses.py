"""A case read clause by clause, for whoever may see the whole case."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api.contract import SIGNED_IN, Asked, Door
from api.shapes import Clause, Shape, Spoken
from api.trail import EntryShape
from engine import rules
from engine.views import clauses

door = Door("case clauses", __name__, description="A case read clause by clause.")


class ClauseStep(Shape):
    """A step that enforces the clause, and whether it was done or is in hand."""

    element = fields.String()
    step = fields.String(allow_none=True)
    name = Spoken()
    is_done = fields.Boolean()
    is_open = fields.Boolean()


class ReadClause(Clause):
    """One clause as it stands in a case: the entries that show that it was kept, and those that depart from it.

    ``more`` counts further entries that show it.
    """

    kind = fields.String(validate=validate.OneOf(rules.CLAUSE_KINDS))
    state = fields.String(validate=validate.OneOf(clauses.STATES))
    parameters = fields.List(fields.String())
    steps = fields.List(fields.Nested(ClauseStep))
    evidence = fields.List(fields.Nested(EntryShape))
    more = fields.Integer()
    exceptions = fields.List(fields.Nested(EntryShape))


class CaseClauses(Shape):
    """Every clause of the case's procedure, in the order of its rules, and how many stand how."""

    number = fields.String()
    counts = fields.Dict(keys=fields.String(validate=validate.OneOf(clauses.STATES)), values=fields.Integer())
    items = fields.List(fields.Nested(ReadClause))


@door.opens("GET", "/cases/<case_id>/rules", policy=SIGNED_IN, answer=CaseClauses)
def read(asked: Asked, case_id: str) -> Any:
    """Each clause of the case's procedure: met, departed from, open or not applicable, with its entries."""
    return clauses.case_clauses(asked.db, asked.actor, asked.moment, case_id)
