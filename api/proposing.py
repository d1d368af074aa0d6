"""What a door answers whose act may take two persons: what was done, or the proposal that waits for the second one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import fields, validate

from api.contract import Answer, Asked
from api.shapes import At, PersonRef, Shape, Spoken
from engine import administration, views
from engine.administration import Done, Plan

STATUSES = tuple(administration.STATUSES)
CAN = ("confirm", "refuse", "withdraw")


class ProposalShape(Shape):
    """An act of administration that waits for its second person, or did; ``can`` is what the asker may do with it.

    ``once`` is shown this once to whoever proposed it (a link, a key): it is good only when it has been confirmed.
    """

    sometimes = frozenset({"once"})

    id = fields.String(allow_none=True)
    kind = fields.String(validate=validate.OneOf(tuple(administration.ACTS)))
    kind_name = Spoken()
    status = fields.String(validate=validate.OneOf(STATUSES), allow_none=True)
    status_name = Spoken(allow_none=True)
    summary = Spoken()
    reason = fields.String(allow_none=True)
    subject = fields.Nested(PersonRef, allow_none=True)
    proposed_by = fields.Nested(PersonRef, allow_none=True)
    proposed_at = At(allow_none=True)
    expires_at = At(allow_none=True)
    decided_by = fields.Nested(PersonRef, allow_none=True)
    decided_at = At(allow_none=True)
    opinion = fields.String(allow_none=True)
    confirmers = fields.List(Spoken())
    can = fields.List(fields.String(validate=validate.OneOf(CAN)))
    once = fields.String()


def perform(asked: Asked, kind: str, plan: Plan, reason: str | None) -> Done:
    """Do an act, or propose it where it takes two persons."""
    term = timedelta(hours=asked.store.settings.proposal_hours)
    return administration.perform(asked.db, asked.actor, asked.moment, kind, plan, reason or "", term)


def waiting(asked: Asked, done: Done, more: Mapping[str, Any] | None = None) -> Answer:
    """202: the act was proposed and waits."""
    if done.proposal is None:
        raise RuntimeError("what was done waits for nobody")
    (item,) = views.administration.proposals(asked.db, asked.actor, asked.moment, [done.proposal])
    return Answer({**item, **(more or {})}, 202)
