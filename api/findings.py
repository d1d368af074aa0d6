"""Findings for auditors: what entries show that somebody should look at, and clause by clause across all cases."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import Asked, Door, may
from api.shapes import Asking, At, Clause, On, Paging, PersonRef, Shape, Spoken, UnitRef
from engine.oversight import findings, listing
from engine.views.clauses import STATES

door = Door("findings", __name__, description="What those who oversee should look at.")

AUDITORS = may("trail.read_all")


class FindingCase(Shape):
    id = fields.String()
    number = fields.String()
    title = Spoken()


class FindingDefinition(Shape):
    key = fields.String()
    name = Spoken()


class SetAside(Shape):
    """When, by whom and why a finding was set aside."""

    at = At()
    by = fields.Nested(PersonRef, allow_none=True)
    reason = fields.String()


class AuditFinding(Shape):
    """What an entry shows; ``chain`` and ``seq`` are its place, ``sentence`` says it, ``said`` what is the matter.

    ``expected`` and ``actual`` belong to a deviation from the definition in force: what would have led there, and what
    had been passed. ``measure``: seconds of what was done fast, days of what was dated earlier.
    """

    id = fields.String()
    kind = fields.String(validate=validate.OneOf(tuple(findings.KINDS)))
    kind_name = Spoken()
    rule = fields.String()
    said = Spoken(allow_none=True)
    sentence = Spoken(allow_none=True)
    reason = Spoken(allow_none=True)
    at = At()
    chain = fields.String()
    seq = fields.Integer()
    hash = fields.String()
    case = fields.Nested(FindingCase)
    definition = fields.Nested(FindingDefinition)
    version = fields.Integer()
    unit = fields.Nested(UnitRef)
    person = fields.Nested(PersonRef, allow_none=True)
    element = fields.String(allow_none=True)
    element_name = Spoken(allow_none=True)
    clause = fields.Nested(Clause, allow_none=True)
    measure = fields.Integer(allow_none=True)
    expected = fields.List(Spoken())
    actual = fields.List(Spoken())
    rev = fields.Integer()
    set_aside = fields.Nested(SetAside, allow_none=True)


class KindCount(Shape):
    kind = fields.String(validate=validate.OneOf(tuple(findings.KINDS)))
    name = Spoken()
    count = fields.Integer()


class UnitCount(UnitRef):
    count = fields.Integer()


class PersonCount(PersonRef):
    count = fields.Integer()


class DefinitionCount(FindingDefinition):
    count = fields.Integer()


class FindingCounts(Shape):
    """How many findings a list with the same filters holds, by kind, and the places that have most.

    ``read`` of ``entries`` entries of the sealed log have been looked through so far.
    """

    total = fields.Integer()
    kinds = fields.List(fields.Nested(KindCount))
    units = fields.List(fields.Nested(UnitCount))
    people = fields.List(fields.Nested(PersonCount))
    definitions = fields.List(fields.Nested(DefinitionCount))
    read = fields.Integer()
    entries = fields.Integer()


class FindingFilters(Asking):
    """``person``: id or number; ``unit``: id or code, with everything below; ``case``: id or number."""

    kind = fields.String(load_default=None, validate=validate.OneOf(tuple(findings.KINDS)))
    person = fields.String(load_default=None, validate=validate.Length(max=40))
    unit = fields.String(load_default=None, validate=validate.Length(max=40))
    definition = fields.String(load_default=None, validate=validate.Length(max=60))
    version = fields.Integer(load_default=None, validate=validate.Range(min=1, max=shapes.LARGEST))
    case = fields.String(load_default=None, validate=validate.Length(max=60))
    element = fields.String(load_default=None, validate=validate.Length(max=200))
    clause = fields.String(load_default=None, validate=validate.Length(max=100))
    rule = fields.String(load_default=None, validate=validate.Length(max=100))
    since = On(load_default=None, data_key="from")
    until = On(load_default=None, data_key="to")
    state = fields.String(load_default="open", validate=validate.OneOf(("open", "set_aside", "all")))


class FindingQuery(Paging, FindingFilters):
    pass


class FindingDecision(Asking):
    """``rev`` as the finding was read: whoever was first is not overruled unseen."""

    rev = fields.Integer(required=True, validate=validate.Range(min=0, max=shapes.LARGEST))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=2000))


class AuditLimit(Shape):
    """A number of the office, and between which values it lies."""

    name = fields.String(validate=validate.OneOf(tuple(findings.LIMITS)))
    text = Spoken()
    value = fields.Integer()
    usual = fields.Integer()
    least = fields.Integer()
    most = fields.Integer()


class AuditLimits(Shape):
    items = fields.List(fields.Nested(AuditLimit))


class AuditLimitChange(Asking):
    value = fields.Integer(required=True, validate=validate.Range(min=0, max=shapes.LARGEST))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=2000))


def _wanted(asked: Asked) -> listing.Wanted:
    return listing.Wanted(**{k: v for k, v in asked.query.items() if k not in ("cursor", "limit")})


@door.opens("GET", "/findings", policy=AUDITORS, answer=shapes.page_of(AuditFinding), query=FindingQuery)
def listed(asked: Asked) -> Any:
    """What entries show that somebody should look at, newest first."""
    items, after = listing.listed(asked.db, asked.moment, _wanted(asked), asked.cursor, asked.query["limit"])
    return asked.page(items, after)


@door.opens("GET", "/findings/counts", policy=AUDITORS, answer=FindingCounts, query=FindingFilters)
def counts(asked: Asked) -> Any:
    """How many there are of each kind, and where most of them are."""
    return listing.counts(asked.db, asked.moment, _wanted(asked))


@door.opens("GET", "/findings/limits", policy=AUDITORS, answer=AuditLimits)
def limits(asked: Asked) -> Any:
    """From which numbers on something is a finding."""
    return _limits(listing.limits(asked.db))


@door.opens("PUT", "/findings/limits/<name>", policy=AUDITORS, body=AuditLimitChange, answer=AuditLimits)
def set_limit(asked: Asked, name: str) -> Any:
    """Give a number of the office another value, with a reason; an entry says so."""
    given = asked.body
    return _limits(listing.set_limit(asked.db, asked.actor, asked.moment, name, given["value"], given["reason"]))


def _limits(values: dict[str, int]) -> dict[str, Any]:
    return {
        "items": [
            {
                "name": name,
                "text": limit.text,
                "value": values[name],
                "usual": limit.usual,
                "least": limit.least,
                "most": limit.most,
            }
            for name, limit in findings.LIMITS.items()
        ]
    }


@door.opens("GET", "/findings/<finding>", policy=AUDITORS, answer=AuditFinding)
def read(asked: Asked, finding: str) -> Any:
    """One finding."""
    return listing.one(asked.db, asked.moment, finding)


@door.opens("POST", "/findings/<finding>/setting-aside", policy=AUDITORS, body=FindingDecision, answer=AuditFinding)
def set_aside(asked: Asked, finding: str) -> Any:
    """Looked into, and nothing more is to be done: an entry says who, when and why. The finding stays."""
    given = asked.body
    return listing.set_aside(asked.db, asked.actor, asked.moment, finding, given["rev"], given["reason"])


@door.opens("POST", "/findings/<finding>/taking-up", policy=AUDITORS, body=FindingDecision, answer=AuditFinding)
def take_up(asked: Asked, finding: str) -> Any:
    """What was set aside is open again, with a reason."""
    given = asked.body
    return listing.take_up(asked.db, asked.actor, asked.moment, finding, given["rev"], given["reason"])


# ---------------------------------------------------------------- clause by clause, across cases


class ClauseCounts(Shape):
    """In how many cases of a procedure a clause stands how; ``departures`` are the entries that depart from it."""

    definition = fields.Nested(FindingDefinition)
    clause = fields.Nested(Clause)
    counts = fields.Dict(keys=fields.String(validate=validate.OneOf(STATES)), values=fields.Integer())
    departures = fields.Integer()


class ClauseTable(Shape):
    """``read`` of ``entries`` entries of the sealed log have been looked through so far."""

    items = fields.List(fields.Nested(ClauseCounts))
    read = fields.Integer()
    entries = fields.Integer()


class ClauseQuery(Asking):
    definition = fields.String(load_default=None, validate=validate.Length(max=60))
    unit = fields.String(load_default=None, validate=validate.Length(max=40))
    state = fields.String(load_default="exception", validate=validate.OneOf(STATES))


class ClauseCasesQuery(Paging):
    definition = fields.String(required=True, validate=validate.Length(max=60))
    clause = fields.String(required=True, validate=validate.Length(max=100))
    unit = fields.String(load_default=None, validate=validate.Length(max=40))
    state = fields.String(load_default="exception", validate=validate.OneOf(STATES))


class ClauseCase(FindingCase):
    status = fields.String()
    started_at = At()
    unit = fields.Nested(UnitRef)
    exceptions = fields.Integer()


@door.opens("GET", "/clauses", policy=AUDITORS, answer=ClauseTable, query=ClauseQuery)
def clauses(asked: Asked) -> Any:
    """Every clause across all cases: met, departed from, open, not applicable; those that stand as asked for first."""
    return listing.clause_table(asked.db, asked.moment, **asked.query)


@door.opens("GET", "/clauses/cases", policy=AUDITORS, answer=shapes.page_of(ClauseCase), query=ClauseCasesQuery)
def clause_cases(asked: Asked) -> Any:
    """The cases in which a clause stands so."""
    given = asked.query
    items, after = listing.cases_of_clause(
        *(asked.db, asked.moment, given["definition"], given["clause"], given["state"], given["unit"]),
        *(asked.cursor, given["limit"]),
    )
    return asked.page(items, after)
