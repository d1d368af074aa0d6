"""The asker's own second factor: switched on with an app and a code, off with password and code, recovery codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from marshmallow import fields, validate

from api import contract, signing
from api.contract import ENROLLING, SIGNED_IN, Answer, Asked, Door
from api.shapes import Asking, At, Shape
from engine import accounts, views
from engine.errors import Forbidden, NotSignedIn, Text

door = Door("second_factor", __name__, description="The asker's own second factor.")

FRESH = timedelta(minutes=10)
"""Whoever has signed in within so long is not asked for the password again to switch a second factor on."""


class SecondFactor(Shape):
    """Whether a code is asked for; ``is_demanded`` by a post of the asker."""

    is_on = fields.Boolean()
    since = At(allow_none=True)
    recovery_left = fields.Integer()
    is_demanded = fields.Boolean()
    asks_password = fields.Boolean()
    """Whether the password is needed to switch it on: the sign-in was too long ago."""


class QrCode(Shape):
    """Path data in a square of ``size`` modules."""

    size = fields.Integer()
    path = fields.String()


class Enrolment(Shape):
    """The new secret, shown this once."""

    secret = fields.String()
    uri = fields.String()
    qr = fields.Nested(QrCode)


class RecoveryCodes(Shape):
    """Each good for one sign-in; shown this once."""

    recovery_codes = fields.List(fields.String())


def _password(**more: Any) -> Any:
    return fields.String(validate=validate.Length(max=1000), **more)


class BeginSecondFactor(Asking):
    password = _password(load_default=None, allow_none=True)


class ConfirmSecondFactor(Asking):
    code = fields.String(required=True, validate=validate.Length(min=1, max=100))


class SecondFactorProof(Asking):
    """The password, and a code of the app or a recovery code."""

    password = _password(required=True)
    code = fields.String(required=True, validate=validate.Length(min=1, max=100))


@door.opens("GET", "/me/second-factor", policy=ENROLLING, answer=SecondFactor)
def read(asked: Asked) -> Any:
    """Whether the asker has a second factor, and has to have one."""
    if asked.actor.account_id is None:
        raise NotSignedIn()
    roles = {post.role for post in asked.actor.posts}
    return {
        **accounts.second_factor_of(asked.db, asked.actor.account_id),
        "is_demanded": bool(roles & asked.store.settings.second_factor),
        "asks_password": not _is_fresh(asked.session),
    }


@door.opens(
    "POST",
    "/me/second-factor",
    policy=ENROLLING,
    body=BeginSecondFactor,
    answer=Enrolment,
    status=201,
    idempotent=False,
    before=lambda asked: signing.prove(asked, asked.body["password"]),
    before_where=lambda body: isinstance(body, dict) and bool(body.get("password")),
)
def begin(asked: Asked) -> Any:
    """A new secret: it counts once a code of it was given. An older one that was never confirmed is void."""
    if not asked.body["password"] and not _is_fresh(asked.session):
        raise Forbidden(Text("请输入密码。", "Enter your password."), code="err_password_needed")
    settings = asked.store.settings
    host = urlsplit(settings.base_url).hostname or ""
    issuer = "Liuhen" if host in ("127.0.0.1", "localhost", "") else f"Liuhen {host}"
    made = accounts.begin_second_factor(asked.db, asked.actor, asked.moment, settings.secret_key, issuer)
    return {"secret": made.secret, "uri": made.uri, "qr": views.qr_code(made.uri)}


@door.opens(
    "POST",
    "/me/second-factor/confirmation",
    policy=ENROLLING,
    body=ConfirmSecondFactor,
    answer=RecoveryCodes,
    works="by itself",
)
def confirm(asked: Asked) -> Any:
    """The first code switches it on. Every other session of the account ends."""
    token = contract.session_token(asked.store.settings)
    return {"recovery_codes": _by_code(asked, accounts.confirm_second_factor, keep_token=token).recovery_codes}


@door.opens(
    "POST", "/me/second-factor/removal", policy=SIGNED_IN, body=SecondFactorProof, status=204, works="by itself"
)
def remove(asked: Asked) -> Any:
    """Switch it off, with password and code. Every other session of the account ends."""
    signing.prove(asked, asked.body["password"])
    _by_code(asked, accounts.remove_second_factor, keep_token=contract.session_token(asked.store.settings))
    return Answer(None)


@door.opens(
    "POST",
    "/me/second-factor/recovery-codes",
    policy=SIGNED_IN,
    body=SecondFactorProof,
    answer=RecoveryCodes,
    works="by itself",
)
def renew(asked: Asked) -> Any:
    """Ten new recovery codes, with password and code; the old ones are void."""
    signing.prove(asked, asked.body["password"])
    return {"recovery_codes": _by_code(asked, accounts.renew_recovery_codes).recovery_codes}


def _by_code(asked: Asked, act: Callable[..., accounts.Taken], **more: Any) -> accounts.Taken:
    """What an act makes of the code in the body; a wrong code is counted and committed before it is refused."""
    store, code = asked.store, asked.body["code"]
    with store.transaction() as db:
        moment = store.moment(db)
        taken = act(db, asked.actor, moment, store.settings.secret_key, code, asked.address, **more)
    if taken.refusal is not None:
        raise signing.still_signed_in(taken.refusal)
    return taken


def _is_fresh(session: accounts.Session | None) -> bool:
    opened = session.created_at if session is not None else None
    return opened is not None and accounts.machine_time() - opened < FRESH
