"""Acts of administration by two persons: proposed by one, confirmed or refused by another, withdrawn, expired."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from api import accounts, checkpoints, directory, duties, handover, posts, shapes
from api.contract import Answer, Asked, Door, may
from api.directory import Trial
from api.handover import HandoverPlan, Leaving
from api.posts import Appointment, Ending
from api.proposing import STATUSES, ProposalShape
from api.shapes import Anything, Asking, Paging, PersonRef, Shape, Spoken, UnitRef
from engine import administration, views
from engine.administration import leaving
from engine.errors import FieldError, Text, Unfit

door = Door("proposals", __name__, description="Acts of administration that take two persons.")

_ACTS = administration.ACTS.values()
PARTIES = may(*sorted({act.proposes for act in _ACTS} | {act.confirms for act in _ACTS} | administration.READS))
PROPOSERS = may(*sorted({act.proposes for act in _ACTS}))
CONFIRMERS = may(*sorted({act.confirms for act in _ACTS}))


class AdministrationAct(Shape):
    """A kind of act that takes two persons: who proposes and who confirms it, and for how many hours it waits."""

    kind = fields.String()
    name = Spoken()
    why = Spoken()
    proposers = fields.List(Spoken())
    confirmers = fields.List(Spoken())
    hours = fields.Integer()


class Line(Shape):
    label = Spoken()
    value = Spoken()


class HandedOver(Shape):
    """A task that a hand-over moved, or did not."""

    id = fields.String()
    case = fields.String()
    number = fields.String()
    element = fields.String()
    name = Spoken()
    unit = fields.Nested(UnitRef)
    before = fields.List(Spoken())
    goes = fields.String(validate=validate.OneOf(leaving.GOES))
    to = fields.Nested(PersonRef, allow_none=True)


class ProposalWhole(ProposalShape):
    """A proposal with its effect as the office stands now, or as it was done; ``mark`` stands for that effect.

    ``hindrance`` says why it could not be done now; ``is_changed``: the effect is another than when it was proposed.
    """

    lines = fields.List(fields.Nested(Line))
    mark = fields.String(allow_none=True)
    is_changed = fields.Boolean()
    hindrance = Spoken(allow_none=True)
    plan = Anything()
    handover = fields.Nested(HandoverPlan, allow_none=True)
    handed_over = fields.List(fields.Nested(HandedOver), allow_none=True)


class ProposalQuery(Paging):
    """``waiting``: only what the asker may decide now."""

    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    kind = fields.String(load_default=None, validate=validate.OneOf(tuple(administration.ACTS)))
    waiting = fields.Boolean(load_default=False)


class Proposing(Asking):
    """``plan`` is the body of the door that does such an act, with ``person`` or ``account`` where its address has it;
    ``preview`` only looks."""

    kind = fields.String(required=True, validate=validate.Length(max=60))
    plan = fields.Dict(keys=fields.String(), required=True)
    reason = fields.String(required=True, validate=validate.Length(max=2000))
    preview = fields.Boolean(load_default=False)


class ProposalConfirmation(Asking):
    """``seen``: the ``mark`` of the effect that was looked at."""

    seen = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=64))


class ProposalRefusal(Asking):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=2000))


class ProposalWithdrawal(Asking):
    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=2000))


@door.opens("GET", "/proposals", policy=PARTIES, answer=shapes.page_of(ProposalShape), query=ProposalQuery)
def find(asked: Asked) -> Any:
    """Proposals that the asker may propose, confirm or watch over, newest first."""
    given = asked.query
    rows, following = administration.proposals(
        asked.db,
        asked.actor,
        status=given["status"],
        kind=given["kind"],
        waiting=given["waiting"],
        cursor=asked.cursor,
        limit=given["limit"],
    )
    return asked.page(views.administration.proposals(asked.db, asked.actor, asked.moment, rows), following)


@door.opens("GET", "/proposals/kinds", policy=PARTIES, answer=shapes.page_of(AdministrationAct))
def kinds(asked: Asked) -> Any:
    """Which acts take two persons, and why."""
    return asked.page(views.administration.acts(asked.store.settings.proposal_hours), None)


@door.opens("GET", "/proposals/<proposal_id>", policy=PARTIES, answer=ProposalWhole)
def read(asked: Asked, proposal_id: str) -> Any:
    """One proposal, with what it would change now."""
    return _whole(asked, administration.read(asked.db, asked.actor, proposal_id))


@door.opens("POST", "/proposals", policy=PROPOSERS, body=Proposing, answer=ProposalWhole, status=201, or_status=200)
def propose(asked: Asked) -> Any:
    """Propose an act to a second person, whether or not it would take one; ``preview`` tries it and stores nothing."""
    given = asked.body
    plan = _plan(asked, given["kind"], {"reason": given["reason"], **given["plan"]})
    if given["preview"]:
        effect, refusal = administration.tried(asked.db, asked.actor, asked.moment, given["kind"], plan)
        found = views.administration.tried(asked.db, asked.actor, asked.moment, given["kind"], effect, refusal)
        return Answer(found, 200)
    term = timedelta(hours=asked.store.settings.proposal_hours)
    row = administration.propose(asked.db, asked.actor, asked.moment, given["kind"], plan, given["reason"], term)
    return _whole(asked, row)


@door.opens(
    "POST", "/proposals/<proposal_id>/confirm", policy=CONFIRMERS, body=ProposalConfirmation, answer=ProposalWhole
)
def confirm(asked: Asked, proposal_id: str) -> Any:
    """The second person lets it take effect, now and as a whole; refused where it can no longer be done."""
    seen = asked.body["seen"]
    return _whole(asked, administration.confirm(asked.db, asked.actor, asked.moment, proposal_id, seen))


@door.opens("POST", "/proposals/<proposal_id>/refuse", policy=CONFIRMERS, body=ProposalRefusal, answer=ProposalWhole)
def refuse(asked: Asked, proposal_id: str) -> Any:
    """The second person does not agree."""
    row = administration.refuse(asked.db, asked.actor, asked.moment, proposal_id, asked.body["reason"])
    return _whole(asked, row)


@door.opens(
    "POST", "/proposals/<proposal_id>/withdraw", policy=PROPOSERS, body=ProposalWithdrawal, answer=ProposalWhole
)
def withdraw(asked: Asked, proposal_id: str) -> Any:
    """Whoever proposed it takes it back."""
    row = administration.withdraw(asked.db, asked.actor, asked.moment, proposal_id, asked.body["reason"])
    return _whole(asked, row)


def _whole(asked: Asked, row: administration.Proposal) -> dict[str, Any]:
    return views.administration.proposal(asked.db, asked.actor, asked.moment, row)


# ---------------------------------------------------------------- plans, as somebody sends them


class OfAccount(Asking):
    account = fields.String(required=True, validate=validate.Length(max=40))
    reason = fields.String(load_default="", validate=validate.Length(max=2000))


class OfPerson(Leaving):
    person = fields.String(required=True, validate=validate.Length(max=40))


class OfParameter(Asking):
    key = fields.String(required=True, validate=validate.Length(max=60))
    name = fields.String(required=True, validate=validate.Length(max=100))
    value = fields.Raw(required=True, allow_none=True)
    reason = fields.String(required=True, validate=validate.Length(max=2000))


class Reorganisation(Trial):
    reason = fields.String(required=True, validate=validate.Length(max=2000))


Maker = Callable[[Asked, Mapping[str, Any]], dict[str, Any]]
_PLANS: Mapping[str, tuple[type[Schema], Maker]] = {
    "post.appoint": (Appointment, posts.appointment),
    "post.end": (Ending, posts.ending),
    "account.disable": (OfAccount, accounts.plan),
    "account.enable": (OfAccount, accounts.plan),
    "account.second_factor": (OfAccount, accounts.plan),
    "person.leave": (OfPerson, lambda asked, given: handover.plan(asked, dict(given), given["person"])),
    "organisation.change": (Reorganisation, directory.plan),
    "duties.publish": (duties.DutyPublication, duties.plan),
    "parameter.set": (OfParameter, lambda _, given: dict(given)),
    "log.key": (checkpoints.KeyRotation, checkpoints.rotation),
    "log.witness": (checkpoints.WitnessChange, checkpoints.witness_plan),
}
"""What is proposed here as well; a link and a key are shown once, by their own doors alone."""


def _plan(asked: Asked, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    if kind not in _PLANS:
        text = Text("请从该操作自己的页面提出。", "Propose this by its own door.")
        raise Unfit(errors=[FieldError("kind", "not_an_option", text)])
    schema, make = _PLANS[kind]
    known = schema(unknown=RAISE)
    loaded: dict[str, Any] = known.load({k: v for k, v in given.items() if k in known.fields or k != "reason"})
    return make(asked, loaded)
