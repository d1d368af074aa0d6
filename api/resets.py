"""A forgotten password: asked for by name, set by the link that came by mail or from an administrator."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import contract
from api.contract import ANYBODY, Answer, Asked, Door
from api.errors import ForeignPage
from api.shapes import Asking
from engine import accounts

door = Door("resets", __name__, description="A forgotten password.")


class Forgotten(Asking):
    """The name of the account."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))


class PasswordByLink(Asking):
    """What stands behind the ``#`` of the link, and the new password."""

    token = fields.String(required=True, validate=validate.Length(min=1, max=200))
    password = fields.String(required=True, validate=validate.Length(min=1, max=1000))


@door.opens("POST", "/password-resets", policy=ANYBODY, body=Forgotten, status=202, works="by itself")
def ask(asked: Asked) -> Any:
    """Ask for a link by mail; the answer is the same whether the account is known, has an address, or neither."""
    _own_page(asked)
    with asked.store.transaction() as db:
        refusal = accounts.ask_reset(db, asked.store.moment(db), asked.body["name"], asked.address)
    if refusal is not None:
        raise refusal
    return Answer(None)


@door.opens("POST", "/password-resets/completion", policy=ANYBODY, body=PasswordByLink, status=204, works="by itself")
def complete(asked: Asked) -> Any:
    """Set the new password by a link; every session of the account ends. The link is good once."""
    _own_page(asked)
    store, token = asked.store, asked.body["token"]
    with store.reading() as db:
        account = accounts.find_reset(db, token)
    hashed = accounts.new_hash(account, asked.body["password"])
    with store.transaction() as db:
        accounts.use_reset(db, store.moment(db), token, hashed)
    return Answer(None)


def _own_page(asked: Asked) -> None:
    if not contract.from_own_site(asked.store.settings):
        raise ForeignPage()
