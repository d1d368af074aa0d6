"""Accounts of people: found, created, closed and opened again; a password, a second factor, sessions that end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import Asked, Door, may
from api.handover import NumberedPerson
from api.people import PostRef
from api.proposing import ProposalShape, perform, waiting
from api.shapes import Asking, At, Paging, Shape, UnitRef
from engine import accounts, actors, trail, views

door = Door("accounts", __name__, description="Accounts of people, for whoever manages them.")

MANAGERS = may("accounts.manage")
READERS = may("accounts.manage", "permissions.read")


class AccountItem(Shape):
    """Somebody and the state of their account; ``locked`` after failed sign-ins, ``none``: they have no account."""

    id = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    person = fields.Nested(NumberedPerson)
    unit = fields.Nested(UnitRef, allow_none=True)
    posts = fields.List(fields.Nested(PostRef))
    state = fields.String(validate=validate.OneOf(views.administration.STATES))
    is_administrator = fields.Boolean()
    has_second_factor = fields.Boolean()
    language = fields.String(allow_none=True)
    created_at = At(allow_none=True)
    disabled_at = At(allow_none=True)
    locked_until = At(allow_none=True)
    sessions = fields.Integer()
    seen_at = At(allow_none=True)


class AccountQuery(Paging):
    q = fields.String(load_default="", validate=validate.Length(max=200))
    person = fields.String(load_default=None, validate=validate.Length(max=40))
    unit = fields.String(load_default=None, validate=validate.Length(max=40))
    state = fields.String(load_default=None, validate=validate.OneOf(views.administration.STATES))


class NewAccount(Asking):
    """For whom (id or number), and by which name they sign in."""

    person = fields.String(required=True, validate=validate.Length(max=40))
    name = fields.String(required=True, validate=validate.Length(max=100))
    language = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(("zh", "en")))
    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=2000))


class Reasoned(Asking):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=2000))


class AccountWithLink(Shape):
    """``link`` is shown this once: by it the person sets a password, until ``until``."""

    account = fields.Nested(AccountItem)
    link = fields.String()
    until = At()


class Ended(Shape):
    ended = fields.Integer()


@door.opens("GET", "/accounts", policy=READERS, answer=shapes.page_of(AccountItem), query=AccountQuery)
def find(asked: Asked) -> Any:
    """People and their accounts, by number; ``person`` is one of them, ``unit`` means it and everything below."""
    given = asked.query
    return asked.page(
        *views.administration.find_accounts(
            asked.db,
            asked.moment,
            q=given["q"],
            person=given["person"],
            unit=given["unit"],
            state=given["state"],
            cursor=asked.cursor,
            limit=given["limit"],
        )
    )


@door.opens(
    "POST",
    "/accounts",
    policy=MANAGERS,
    body=NewAccount,
    answer=AccountWithLink,
    status=201,
    or_status=202,
    or_answer=ProposalShape,
    idempotent=False,
)
def create(asked: Asked) -> Any:
    """An account for somebody, and the link by which they set their password; nobody else ever knows it.

    An administrator's takes a second person: ``once`` is the link.
    """
    given = asked.body
    token, token_hash = accounts.new_token()
    plan = {
        "person": actors.person_by(asked.db, given["person"], asked.moment.today).id,
        "name": given["name"].strip().lower(),
        "language": given["language"],
        "hash": token_hash,
    }
    done = perform(asked, "account.create", plan, given["reason"])
    link = accounts.link(asked.store.settings.base_url, token)
    if done.proposal is not None:
        return waiting(asked, done, {"once": link})
    return _linked(asked, done.outcome["account"], link, done.outcome["until"])


@door.opens("GET", "/accounts/<account_id>", policy=READERS, answer=AccountItem)
def read(asked: Asked, account_id: str) -> Any:
    """One account."""
    return views.administration.account(asked.db, asked.moment, account_id)


@door.opens(
    "POST",
    "/accounts/<account_id>/disabling",
    policy=MANAGERS,
    body=Reasoned,
    answer=AccountItem,
    or_status=202,
    or_answer=ProposalShape,
)
def disable(asked: Asked, account_id: str) -> Any:
    """Close an account: its sessions end and its keys stop now. An administrator's takes a second person."""
    return _act(asked, "account.disable", account_id)


@door.opens(
    "POST",
    "/accounts/<account_id>/enabling",
    policy=MANAGERS,
    body=Reasoned,
    answer=AccountItem,
    or_status=202,
    or_answer=ProposalShape,
)
def enable(asked: Asked, account_id: str) -> Any:
    """Open a closed account again. An administrator's takes a second person."""
    return _act(asked, "account.enable", account_id)


@door.opens(
    "POST",
    "/accounts/<account_id>/second-factor-reset",
    policy=MANAGERS,
    body=Reasoned,
    answer=AccountItem,
    or_status=202,
    or_answer=ProposalShape,
)
def reset_factor(asked: Asked, account_id: str) -> Any:
    """Take away the second factor of somebody who has lost it. An administrator's takes a second person."""
    return _act(asked, "account.second_factor", account_id)


@door.opens(
    "POST",
    "/accounts/<account_id>/password-reset",
    policy=MANAGERS,
    body=Reasoned,
    answer=AccountWithLink,
    or_status=202,
    or_answer=ProposalShape,
    idempotent=False,
)
def reset_password(asked: Asked, account_id: str) -> Any:
    """A link by which somebody sets a new password, to be handed to them. An administrator's takes a second person:
    ``once`` is the link, good as soon as it has been confirmed."""
    plan, token = _reset_plan(account_id)
    done = perform(asked, "account.reset", plan, asked.body["reason"])
    link = accounts.link(asked.store.settings.base_url, token)
    if done.proposal is not None:
        return waiting(asked, done, {"once": link})
    return _linked(asked, account_id, link, done.outcome["until"])


@door.opens("POST", "/accounts/<account_id>/unlocking", policy=MANAGERS, answer=AccountItem)
def unlock(asked: Asked, account_id: str) -> Any:
    """Forget the failed sign-ins of an account."""
    accounts.unblock(asked.db, asked.actor, asked.moment, account_id)
    return views.administration.account(asked.db, asked.moment, account_id)


@door.opens("DELETE", "/accounts/<account_id>/sessions", policy=MANAGERS, answer=Ended)
def end_sessions(asked: Asked, account_id: str) -> Any:
    """End every session of an account now; its person signs in again."""
    known = accounts.read(asked.db, account_id)
    ended = accounts.revoke_sessions(asked.db, known.id)
    trail.append(
        asked.db,
        asked.moment,
        asked.actor,
        kind=trail.Kind.ACCOUNT_CHANGED,
        account=known.id,
        subject=known.person_id,
        what="sessions_ended",
    )
    return {"ended": ended}


def _act(asked: Asked, kind: str, account_id: str) -> Any:
    accounts.read(asked.db, account_id)
    done = perform(asked, kind, plan(asked, {"account": account_id, **asked.body}), asked.body["reason"])
    if done.proposal is not None:
        return waiting(asked, done)
    return views.administration.account(asked.db, asked.moment, account_id)


def plan(asked: Asked, given: Mapping[str, Any]) -> dict[str, Any]:
    """The plan of an act on an account."""
    return {"account": accounts.read(asked.db, given["account"]).id}


def _reset_plan(account_id: str) -> tuple[dict[str, Any], str]:
    token, token_hash = accounts.new_token()
    return {"account": account_id, "hash": token_hash}, token


def _linked(asked: Asked, account_id: str, link: str, until: Any) -> dict[str, Any]:
    item = views.administration.account(asked.db, asked.moment, account_id)
    return {"account": item, "link": link, "until": until}
