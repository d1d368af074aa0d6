"""A signature as it comes in: a password is proved, a drawing kept, before the transaction of what it signs.

The password is hashed without a database, and a wrong one is counted and committed by itself, as at a sign-in. It is
in no entry and no log, and of the request only a keyed digest is kept (``api.idempotency``).
"""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, fields, validate

from api.contract import Asked
from api.shapes import Asking
from engine import accounts, demands, files
from engine.demands import Signature
from engine.errors import FieldError, Forbidden, NotSignedIn, Refused, Text, Unfit


class SignatureShape(Asking):
    """The asker's password again, or a drawing: path data of SVG (``M x y L x y …``) in a field of 600 x 200."""

    password = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1000))
    drawing = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=demands.LONGEST_DRAWING))


def field() -> Any:
    """The member ``signature`` of a body."""
    return fields.Nested(SignatureShape(unknown=RAISE), load_default=None, allow_none=True)


def is_signed(sent: Any) -> bool:
    return isinstance(sent, dict) and bool(sent.get("signature"))


def read(asked: Asked) -> Signature:
    """The signature in a body; raises ``Unfit``, ``Forbidden`` (a wrong password) or ``Throttled``."""
    given = asked.body["signature"]
    if bool(given["password"]) == bool(given["drawing"]):
        said = Text("请输入密码，或手写签名。", "Enter your password, or sign by hand.")
        raise Unfit(said, errors=[FieldError("signature", "required", said)])
    if given["drawing"]:
        path = demands.read_drawing(given["drawing"])
        kept = files.keep_text(asked.store.settings, demands.svg(path), "signature.svg", "image/svg+xml")
        return Signature("drawing", path, kept)
    prove(asked, given["password"])
    return Signature("password")


def prove(asked: Asked, password: str) -> None:
    """The asker's own password again; raises ``Forbidden`` for a wrong one, which is counted, or ``Throttled``."""
    session = asked.session
    if session is None or session.actor.key_id is not None:
        raise Forbidden(
            Text("程序没有密码，不能以密码签名。", "A program has no password to sign with."), code="err_program_signs"
        )
    with asked.store.reading() as db:
        claim = accounts.look_up(db, session.account.name, asked.address)
    proven = accounts.proves(claim, password)
    with asked.store.transaction() as db:
        refusal = accounts.settle_proof(db, asked.store.moment(db), claim, proven)
    if refusal is not None:
        raise refusal


def still_signed_in(refusal: Refused) -> Refused:
    """A wrong code of somebody signed in: forbidden, as a page that is told 401 would ask them to sign in again."""
    if isinstance(refusal, NotSignedIn):
        return Forbidden(refusal.said, code=refusal.refusal, **refusal.details)
    return refusal
