"""Separation of duties: the rules of the office, what they bind in a procedure, and what auditors look through."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from api import shapes
from api.contract import SIGNED_IN, Asked, Door, may
from api.definitions import READERS
from api.proposing import ProposalShape, perform, waiting
from api.shapes import Asking, At, FindingShape, Paging, PersonRef, Shape, Spoken, UnitRef
from engine import definitions, duties, separation, views

door = Door("duties", __name__, description="Who may not do what: the rules of separation of duties.")

AUDITORS = may("trail.read_all")
ENFORCEMENTS = (*separation.ENFORCEMENTS, "parameter")
REPORTED = ("refused", "warned", "reported")


class DutyTerm(Shape):
    """One general kind by which a rule is enforced, and whom and what it concerns."""

    kind = fields.String(validate=validate.OneOf(tuple(separation.KINDS)))
    kind_name = Spoken()
    enforcement = fields.String(validate=validate.OneOf(ENFORCEMENTS))
    enforcement_name = Spoken()
    people = fields.List(Spoken())
    duties = fields.List(Spoken())


class DutyRule(Shape):
    """One rule of separation; ``basis`` cites the regulation or says that it is the office's policy."""

    id = fields.String()
    text = Spoken()
    basis = Spoken()
    is_offices = fields.Boolean()
    terms = fields.List(fields.Nested(DutyTerm))


class DutyVersion(Shape):
    """One version of the office-wide rules, and why it was published."""

    version = fields.Integer()
    reason = fields.String()
    published_at = At()
    sha256 = fields.String()


class DutyRules(Shape):
    """The office-wide rules that hold now; ``version`` is 0 where none were published.

    ``content``: the file as it was published, for whoever may publish the next one.
    """

    version = fields.Integer()
    content = fields.String(allow_none=True)
    rules = fields.List(fields.Nested(DutyRule))
    versions = fields.List(fields.Nested(DutyVersion))


class DutyElement(Shape):
    element = fields.String()
    name = Spoken()
    step = fields.String(allow_none=True)


class DutyGap(Shape):
    """Units (``count`` in all, the first are named) where nobody is there, or too few different people are."""

    elements = fields.List(fields.Nested(DutyElement))
    is_vacant = fields.Boolean()
    count = fields.Integer()
    units = fields.List(fields.Nested(UnitRef))


class DutyBound(DutyRule):
    """A rule with the steps on which it is enforced, and the units that cannot keep it."""

    elements = fields.List(fields.Nested(DutyElement))
    gaps = fields.List(fields.Nested(DutyGap))


class DefinitionDuties(Shape):
    """The rules that hold in a procedure; ``other_gaps``: confirmations that some units have too few people for."""

    version = fields.Integer()
    rules = fields.List(fields.Nested(DutyBound))
    other_gaps = fields.List(fields.Nested(DutyGap))
    findings = fields.List(fields.Nested(FindingShape))


class DutyCase(Shape):
    id = fields.String()
    number = fields.String()
    title = Spoken()


class DutyReport(Shape):
    """Something that was refused, done in spite of a warning, or only reported."""

    at = At()
    kind = fields.String(validate=validate.OneOf(REPORTED))
    rule = fields.String()
    text = Spoken(allow_none=True)
    case = fields.Nested(DutyCase)
    definition = fields.String()
    element = fields.String(allow_none=True)
    element_name = Spoken(allow_none=True)
    by = fields.Nested(PersonRef, allow_none=True)
    people = fields.List(fields.Nested(PersonRef))
    count = fields.Integer(allow_none=True)
    reason = fields.String(allow_none=True)
    seq = fields.Integer()
    hash = fields.String()


class ReportQuery(Paging):
    kind = fields.String(load_default=None, validate=validate.OneOf(REPORTED))
    rule = fields.String(load_default=None, validate=validate.Regexp(r"^[A-Za-z0-9_.-]{1,60}$"))


class UnitsQuery(Asking):
    """``units``: also try over the directory which units have the people; that takes a while."""

    units = fields.Boolean(load_default=False)


def _is_file(value: Any) -> None:
    if not isinstance(value, (str, dict)):
        raise ValidationError("Not a valid string.")


class DutyPublication(Asking):
    """The whole of a ``duties.json``, as text or as its object, and why."""

    content = fields.Raw(required=True, validate=_is_file)
    reason = fields.String(required=True, validate=validate.Length(max=2000))


class DutyPublished(Shape):
    version = fields.Integer()
    is_new = fields.Boolean()


@door.opens("GET", "/duties", policy=SIGNED_IN, answer=DutyRules)
def rules(asked: Asked) -> Any:
    """The office-wide rules of separation, in the asker's language."""
    return views.duties.office(asked.db, with_content=duties.PUBLISH in asked.actor.permissions)


@door.opens(
    "POST",
    "/duties",
    policy=may(duties.PUBLISH),
    body=DutyPublication,
    answer=DutyPublished,
    status=201,
    or_status=202,
    or_answer=ProposalShape,
)
def publish(asked: Asked) -> Any:
    """Propose the next version of the office-wide rules to a second person; refused with every finding.

    It binds from the confirmation on. The very same rules as the newest version are that version still.
    """
    wanted = plan(asked, asked.body)
    newest = duties.is_newest(asked.db, wanted["content"])
    if newest is not None:
        return {"version": newest, "is_new": False}
    return waiting(asked, perform(asked, "duties.publish", wanted, asked.body["reason"]))


def plan(asked: Asked, given: Mapping[str, Any]) -> dict[str, Any]:
    """The plan of a publication: the file as text."""
    content = given["content"]
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=2)
    return {"content": text, "reason": given["reason"]}


@door.opens("GET", "/duties/reports", policy=AUDITORS, answer=shapes.page_of(DutyReport), query=ReportQuery)
def reports(asked: Asked) -> Any:
    """What was refused, done in spite of a warning, or reported, newest first."""
    given = asked.query
    items, following = views.duties.reports(
        asked.db, asked.moment, kind=given["kind"], rule=given["rule"], cursor=asked.cursor, limit=given["limit"]
    )
    return asked.page(items, following)


@door.opens("GET", "/definitions/<key>/duties", policy=READERS, answer=DefinitionDuties, query=UnitsQuery)
def of_definition(asked: Asked, key: str) -> Any:
    """Where each rule is enforced in the newest version of a procedure, and whether every unit can keep it."""
    found = definitions.read(asked.db, key)
    shown = views.duties.of_definition(asked.db, asked.moment, found, with_units=asked.query["units"])
    return {**shown, "findings": [finding.as_json(asked.language) for finding in shown["findings"]]}
