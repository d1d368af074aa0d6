"""Incidents: cases that could not go on, why, and letting them go on once the cause was mended.

A case has at most one incident at a time, so the incident bears the id of its case. Whoever runs the system sees the
case's number and the reason, and nothing else of it.
"""

from __future__ import annotations

import json
from typing import Any

from marshmallow import fields
from sqlalchemy import Select, select

from api import shapes
from api.contract import SIGNED_IN, Asked, Door, may
from api.shapes import At, Shape
from engine import cases, tables, trail
from engine.errors import NotFound

door = Door("incidents", __name__, description="Cases that could not go on.")

RUNNERS = may("directory.manage", "cases.read_all")


class IncidentShape(Shape):
    """One case that stands still."""

    id = fields.String()
    number = fields.String()
    reason = fields.String()
    at = At()


@door.opens("GET", "/incidents", policy=RUNNERS, answer=shapes.page_of(IncidentShape))
def incidents(asked: Asked) -> Any:
    """Every case that stands still, newest first."""
    return asked.page(_told(asked, _FAILED), None)


@door.opens("GET", "/cases/<case_id>/incidents", policy=SIGNED_IN, answer=shapes.page_of(IncidentShape))
def of_case(asked: Asked, case_id: str) -> Any:
    """Why one case stands still; empty where it does not."""
    runs_it = asked.actor.may("directory.manage")
    if not runs_it and cases.scope_of(asked.db, asked.actor, case_id) != "full":
        raise NotFound()
    return asked.page(_told(asked, _FAILED.where(tables.cases.c.id == case_id)), None)


@door.opens("POST", "/incidents/<case_id>/retry", policy=may("directory.manage"), status=204)
def retry(asked: Asked, case_id: str) -> None:
    """Let the case go on: the clock wakes it at its next beat."""
    cases.retry(asked.db, asked.actor, asked.moment, case_id)


_FAILED = (
    select(tables.cases.c.id, tables.cases.c.number, tables.entries.c.text, tables.entries.c.at)
    .join_from(tables.cases, tables.entries, tables.entries.c.chain == tables.cases.c.id)
    .where(tables.cases.c.status == cases.FAILED, tables.entries.c.kind == trail.Kind.CASE_FAILED.value)
    .order_by(tables.entries.c.at.desc(), tables.entries.c.seq.desc())
)


def _told(asked: Asked, query: Select[Any]) -> list[dict[str, Any]]:
    newest: dict[str, dict[str, Any]] = {}
    for row in asked.db.execute(query):
        reason = json.loads(row.text).get("reason", "")
        newest.setdefault(row.id, {"id": row.id, "number": row.number, "reason": reason, "at": row.at})
    return list(newest.values())
