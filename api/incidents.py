"""Incidents: paths and cases that could not go on, why, and mending them, each time with a reason.

Whoever mends sees the case's number and what the incident says, and nothing else of the case.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import SIGNED_IN, Asked, Door, may
from api.shapes import Asking, At, Facts, Paging, PersonRef, Shape, Spoken
from engine import cases, views

door = Door("incidents", __name__, description="What could not go on, and mending it.")

RUNNERS = may("cases.mend", "cases.read_all")
MENDERS = may("cases.mend")


class Way(Shape):
    """A flow by which one can go on from the element that stopped."""

    flow = fields.String()
    name = Spoken()
    target = fields.String()
    target_name = Spoken()


class IncidentShape(Shape):
    """One path that stands still, or with ``element`` null a whole case.

    ``details``: the expression, the decision or the job; values of the case only for those who may see it whole.
    """

    id = fields.String()
    case = fields.String()
    number = fields.String()
    definition = fields.String()
    definition_name = Spoken()
    element = fields.String(allow_none=True)
    element_name = Spoken(allow_none=True)
    reason = Spoken()
    details = Facts()
    at = At()
    ways = fields.List(fields.Nested(Way))
    can = fields.List(fields.String(validate=validate.OneOf(("retry", "skip"))))
    resolution = fields.String(allow_none=True)
    resolved_at = At(allow_none=True)
    resolved_by = fields.Nested(PersonRef, allow_none=True)


class IncidentQuery(Paging):
    """``all``: also what was mended."""

    all = fields.Boolean(load_default=False)


class OfficeQuery(IncidentQuery):
    definition = fields.String(load_default=None, validate=validate.Length(max=60))


class Mending(Asking):
    """Why: what was mended, or why it may go on like this."""

    reason = fields.String(required=True, validate=validate.Length(max=2000))


class Skipping(Mending):
    """``flow``: the flow to go on by, where the element has several."""

    flow = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))


class Correction(Mending):
    """New values by the names of variables: JSON, or a FEEL literal such as ``=@"2026-03-02"``."""

    values = Facts(required=True)


@door.opens("GET", "/incidents", policy=RUNNERS, answer=shapes.page_of(IncidentShape), query=OfficeQuery)
def incidents(asked: Asked) -> Any:
    """Everything that stands still, newest first."""
    given = asked.query
    return asked.page(
        *views.incidents(
            asked.db,
            asked.actor,
            asked.moment,
            asked.cursor,
            given["limit"],
            definition=given["definition"],
            everything=given["all"],
        )
    )


@door.opens(
    "GET", "/cases/<case_id>/incidents", policy=SIGNED_IN, answer=shapes.page_of(IncidentShape), query=IncidentQuery
)
def of_case(asked: Asked, case_id: str) -> Any:
    """What stands still in one case; for those who mend and those who may see the whole case."""
    return asked.page(
        *views.incidents_of(
            asked.db,
            asked.actor,
            asked.moment,
            case_id,
            asked.cursor,
            asked.query["limit"],
            everything=asked.query["all"],
        )
    )


@door.opens(
    "POST", "/incidents/<incident_id>/retry", policy=MENDERS, body=Mending, answer=shapes.page_of(IncidentShape)
)
def retry(asked: Asked, incident_id: str) -> Any:
    """Let it go on where it stopped; answers what still stands still in the case."""
    return _still(asked, cases.retry(asked.db, asked.actor, asked.moment, incident_id, asked.body["reason"]))


@door.opens(
    "POST", "/incidents/<incident_id>/skip", policy=MENDERS, body=Skipping, answer=shapes.page_of(IncidentShape)
)
def skip(asked: Asked, incident_id: str) -> Any:
    """Pass over the element that stopped; answers what still stands still in the case."""
    given = asked.body
    case = cases.skip(asked.db, asked.actor, asked.moment, incident_id, given["reason"], given["flow"])
    return _still(asked, case)


@door.opens(
    "PATCH",
    "/cases/<case_id>/data",
    policy=MENDERS,
    body=Correction,
    answer=shapes.page_of(IncidentShape),
    max_body=256 * 1024,
)
def correct(asked: Asked, case_id: str) -> Any:
    """Correct variables of a case; answers what still stands still in it."""
    cases.set_data(asked.db, asked.actor, asked.moment, case_id, asked.body["values"], asked.body["reason"])
    return _still(asked, case_id)


def _still(asked: Asked, case_id: str) -> Any:
    return asked.page(*views.incidents_of(asked.db, asked.actor, asked.moment, case_id, limit=200))
