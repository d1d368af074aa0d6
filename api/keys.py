"""API keys of programs: one's own, or every one for whoever manages keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import fields, validate

from api import shapes
from api.contract import SIGNED_IN, Asked, Door
from api.proposing import ProposalShape, perform, waiting
from api.shapes import Asking, At, Shape
from engine import accounts
from engine.errors import Forbidden, Text

door = Door("keys", __name__, description="API keys of programs.")


class KeyShape(Shape):
    """A key without its secret."""

    id = fields.String()
    name = fields.String()
    account = fields.String()
    scopes = fields.List(fields.String())
    created_at = At()
    expires_at = At()
    used_at = At(allow_none=True)
    revoked_at = At(allow_none=True)


class NewKeyShape(Shape):
    """A new key: ``key`` is never shown again."""

    id = fields.String()
    name = fields.String()
    key = fields.String()


class NewKey(Asking):
    """What the program is called, what it may do at most, and for how many days. ``is_program``: it acts by itself,
    not for whoever makes the key; ``reason`` is for a second person, where it takes one."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    scopes = fields.List(
        fields.String(validate=validate.OneOf(sorted(accounts.SCOPES))),
        load_default=list,
        validate=validate.Length(max=20),
    )
    account = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))
    is_program = fields.Boolean(load_default=False)
    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=2000))
    days = fields.Integer(load_default=accounts.KEY_LIFE.days, validate=validate.Range(min=1, max=366))


@door.opens("GET", "/keys", policy=SIGNED_IN, answer=shapes.page_of(KeyShape))
def keys(asked: Asked) -> Any:
    """The asker's own keys, or every key for whoever manages them."""
    return asked.page(accounts.keys(asked.db, asked.actor), None)


@door.opens(
    "POST",
    "/keys",
    policy=SIGNED_IN,
    body=NewKey,
    answer=NewKeyShape,
    status=201,
    or_status=202,
    or_answer=ProposalShape,
    idempotent=False,
)
def add(asked: Asked) -> Any:
    """A new key, shown this once. A program cannot make itself another one.

    A program's key with scopes of administrators, auditors or designers takes a second person: ``once`` is the key,
    good as soon as it has been confirmed.
    """
    if asked.actor.key_id is not None:
        raise Forbidden(
            Text("接口密钥不能签发新的密钥，请本人登录后办理。", "A key cannot make keys; sign in yourself."),
            code="err_key_makes_key",
        )
    given = asked.body
    if given["is_program"] or accounts.is_of_a_program(given["account"]):
        return _of_a_program(asked, given)
    id_, key = accounts.create_key(
        asked.db,
        asked.actor,
        asked.moment,
        name=given["name"],
        scopes=given["scopes"],
        account=given["account"],
        life=timedelta(days=given["days"]),
    )
    return {"id": id_, "name": given["name"], "key": key}


def _of_a_program(asked: Asked, given: Mapping[str, Any]) -> Any:
    id_, key, secret_hash = accounts.new_secret()
    plan = {
        "id": id_,
        "hash": secret_hash,
        "name": given["name"].strip(),
        "account": given["account"],
        "is_program": given["is_program"],
        "scopes": sorted(set(given["scopes"])),
        "days": given["days"],
    }
    done = perform(asked, "key.create", plan, given["reason"])
    if done.proposal is not None:
        return waiting(asked, done, {"once": key})
    return {"id": id_, "name": plan["name"], "key": key}


@door.opens("DELETE", "/keys/<key_id>", policy=SIGNED_IN, status=204)
def revoke(asked: Asked, key_id: str) -> None:
    """The key stops now and for ever."""
    accounts.revoke_key(asked.db, asked.actor, asked.moment, key_id)
