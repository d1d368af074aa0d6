"""Signing in and out, and who the asker is."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate
from sqlalchemy import Connection

from api import contract, signing
from api.contract import ANYBODY, ENROLLING, SIGNED_IN, Answer, Asked, Door
from api.errors import ForeignPage
from api.people import PostRef
from api.shapes import Asking, At, Shape, Spoken
from engine import accounts, couriers
from engine.errors import NotSignedIn, Text
from engine.store import Moment

door = Door("sessions", __name__, description="Signing in and out, and who the asker is.")


class Credentials(Asking):
    """The name of an account and its password."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    password = fields.String(required=True, validate=validate.Length(min=1, max=1000))


class AccountRef(Shape):
    id = fields.String()
    name = fields.String()


class MyPerson(Shape):
    id = fields.String()
    name = Spoken()
    name_en = fields.String()


class MyMembership(Shape):
    """A status that the asker has in a branch."""

    unit = fields.String()
    status = fields.String()


class Me(Shape):
    """Who is asking. ``csrf`` is what unsafe requests of a browser repeat in X-CSRF-Token; null for a program."""

    account = fields.Nested(AccountRef)
    person = fields.Nested(MyPerson, allow_none=True)
    posts = fields.List(fields.Nested(PostRef))
    memberships = fields.List(fields.Nested(MyMembership))
    permissions = fields.List(fields.String())
    language = fields.String(validate=validate.OneOf(("zh", "en")))
    csrf = fields.String(allow_none=True)
    must_enrol = fields.Boolean()
    """Whether nothing else is open until a second factor is on."""
    today = fields.Date()
    is_virtual_clock = fields.Boolean()


class HalfSignedIn(Shape):
    """The password was right, and the account has a second factor: ``POST /sessions/code`` within ``seconds``."""

    needs = fields.String(validate=validate.OneOf(("code",)))
    seconds = fields.Integer()


class SignInCode(Asking):
    """A code of the app, or a recovery code."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=100))


class ProviderRef(Shape):
    key = fields.String()
    name = fields.String()


class Ways(Shape):
    """How one may sign in here, besides with a password."""

    providers = fields.List(fields.Nested(ProviderRef))
    mails_resets = fields.Boolean()


class MySession(Shape):
    """One session; ``factor`` is the second factor it was opened with."""

    id = fields.String()
    created_at = At()
    seen_at = At()
    factor = fields.String(allow_none=True, validate=validate.OneOf(("totp", "recovery", "provider")))
    is_current = fields.Boolean()


class Sessions(Shape):
    items = fields.List(fields.Nested(MySession))
    next = fields.String(allow_none=True)


class NewPassword(Asking):
    old = fields.String(required=True, validate=validate.Length(max=1000))
    new = fields.String(required=True, validate=validate.Length(max=1000))


class Language(Asking):
    language = fields.String(required=True, validate=validate.OneOf(("zh", "en")))


@door.opens("GET", "/sessions/ways", policy=ANYBODY, answer=Ways)
def ways(asked: Asked) -> Any:
    """How one may sign in here besides with a password, and whether a forgotten one is reset by mail."""
    return {
        "providers": [{"key": one.key, "name": one.name} for one in asked.store.settings.providers],
        "mails_resets": couriers.can_mail(asked.db),
    }


@door.opens(
    "POST",
    "/sessions",
    policy=ANYBODY,
    body=Credentials,
    answer=Me,
    status=201,
    or_status=202,
    or_answer=HalfSignedIn,
    works="by itself",
)
def sign_in(asked: Asked) -> Any:
    """Sign in: answers who one is, and sets the session's cookie; or asks for the code of a second factor.

    The password is hashed between two transactions, so that nobody waits for the database meanwhile. A failure is
    counted, and committed, before it is refused.
    """
    store = asked.store
    _own_page(asked)
    with store.reading() as db:
        claim = accounts.look_up(db, asked.body["name"], asked.address)
    proven = accounts.proves(claim, asked.body["password"])
    with store.transaction() as db:
        moment = store.moment(db)
        done = accounts.settle(db, moment, claim, proven)
        end_former(asked, db, done)
    return signed_in(asked, moment, done)


@door.opens("POST", "/sessions/code", policy=ANYBODY, body=SignInCode, answer=Me, status=201, works="by itself")
def sign_in_with_code(asked: Asked) -> Any:
    """The second step of signing in: a code of the app, or a recovery code."""
    store = asked.store
    _own_page(asked)
    half = contract.cookie(contract.half_cookie(store.settings))
    with store.transaction() as db:
        moment = store.moment(db)
        secret = store.settings.secret_key
        done = accounts.settle_code(db, moment, secret, half, asked.body["code"], asked.address)
        end_former(asked, db, done)
    return signed_in(asked, moment, done)


def _own_page(asked: Asked) -> None:
    if not contract.from_own_site(asked.store.settings):
        raise ForeignPage(Text("请从本系统的登录页面登录。", "Sign in from the sign-in page of this system."))


def end_former(asked: Asked, db: Connection, done: accounts.SignIn) -> None:
    """The browser has a new session; the token it had before must not stay good."""
    before = contract.session_token(asked.store.settings)
    if done.token and before:
        accounts.sign_out(db, before)


def signed_in(asked: Asked, moment: Moment, done: accounts.SignIn) -> Answer:
    """What a sign-in answers with, once it is committed: who one is, or that a code is still to come."""
    if done.refusal is not None:
        raise done.refusal
    cookies = cookies_of(asked, done)
    if done.half is not None:
        needs = {"needs": "code", "seconds": int(accounts.HALF_LIFE.total_seconds())}
        return Answer(needs, status=202, cookies=cookies)
    if done.account is None or done.actor is None:
        raise RuntimeError("a sign-in without a refusal gives a session")
    session = accounts.Session("", done.account, done.actor, done.csrf, False, done.factor)
    return Answer(_me(session, moment, asked), cookies=cookies)


def cookies_of(asked: Asked, done: accounts.SignIn) -> dict[str, str | None]:
    """The cookies that a sign-in sets."""
    settings = asked.store.settings
    if done.half is not None:
        return {contract.half_cookie(settings): done.half}
    return {contract.session_cookie(settings): done.token, contract.half_cookie(settings): None}


@door.opens("DELETE", "/sessions/current", policy=ENROLLING, status=204, idempotent=False)
def sign_out(asked: Asked) -> Any:
    """Sign out: the session ends here and now."""
    token = contract.session_token(asked.store.settings)
    if token:
        accounts.sign_out(asked.db, token)
    return Answer(None, cookies={contract.session_cookie(asked.store.settings): None})


@door.opens("GET", "/me", policy=ENROLLING, answer=Me)
def me(asked: Asked) -> Any:
    """Who is asking: posts, permissions, language."""
    if asked.session is None:
        raise NotSignedIn()
    return _me(asked.session, asked.moment, asked)


@door.opens("GET", "/me/sessions", policy=SIGNED_IN, answer=Sessions)
def sessions(asked: Asked) -> Any:
    """The asker's own sessions, newest first."""
    token = contract.session_token(asked.store.settings)
    return asked.page(accounts.sessions_of(asked.db, asked.actor, token), None)


@door.opens("DELETE", "/me/sessions/<session_id>", policy=SIGNED_IN, status=204, idempotent=False)
def end_session(asked: Asked, session_id: str) -> None:
    """End one of the asker's own sessions."""
    accounts.end_session(asked.db, asked.actor, session_id)


@door.opens("PUT", "/me/language", policy=ENROLLING, body=Language, status=204)
def set_language(asked: Asked) -> None:
    """The language in which the asker is spoken to where a request does not say."""
    accounts.set_language(asked.db, asked.actor, asked.moment, asked.body["language"])


@door.opens(
    "PUT",
    "/me/password",
    policy=SIGNED_IN,
    body=NewPassword,
    status=204,
    idempotent=False,
    before=lambda asked: signing.prove(asked, asked.body["old"]),
    before_where=lambda body: isinstance(body, dict) and bool(body.get("old")),
)
def change_password(asked: Asked) -> None:
    """A new password; every other session of the account ends. A wrong old one counts as a wrong one at a sign-in."""
    token = contract.session_token(asked.store.settings)
    accounts.change_password(
        asked.db, asked.actor, asked.moment, asked.body["old"], asked.body["new"], keep_token=token
    )


def _me(session: accounts.Session, moment: Moment, asked: Asked) -> dict[str, Any]:
    actor = session.actor
    return {
        "account": {"id": session.account.id, "name": session.account.name},
        "person": {"id": actor.person_id, "name": actor.text, "name_en": actor.name_en} if actor.is_person else None,
        "posts": [
            {
                "role": post.role,
                "role_name": post.role_text,
                "unit": {"id": post.unit_id, "code": post.unit_code, "name": post.unit_name},
            }
            for post in actor.posts
        ],
        "memberships": [{"unit": m.unit_id, "status": m.status} for m in actor.memberships],
        "permissions": sorted(actor.permissions),
        "language": session.account.language or asked.language,
        "csrf": session.csrf,
        "must_enrol": contract.must_enrol(asked.store.settings, session),
        "today": moment.today,
        "is_virtual_clock": asked.store.settings.is_virtual,
    }
