"""Signing in and out, and who the asker is."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api import contract
from api.contract import ANYBODY, SIGNED_IN, Answer, Asked, Door
from api.errors import ForeignPage
from api.people import PostRef
from api.shapes import Asking, At, Shape, Spoken
from engine import accounts
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
    today = fields.Date()
    is_virtual_clock = fields.Boolean()


class MySession(Shape):
    id = fields.String()
    created_at = At()
    seen_at = At()


class Sessions(Shape):
    items = fields.List(fields.Nested(MySession))
    next = fields.String(allow_none=True)


class NewPassword(Asking):
    old = fields.String(required=True, validate=validate.Length(max=1000))
    new = fields.String(required=True, validate=validate.Length(max=1000))


class Language(Asking):
    language = fields.String(required=True, validate=validate.OneOf(("zh", "en")))


@door.opens("POST", "/sessions", policy=ANYBODY, body=Credentials, answer=Me, status=201, works="by itself")
def sign_in(asked: Asked) -> Any:
    """Sign in: answers who one is, and sets the session's cookie.

    The password is hashed between two transactions, so that nobody waits for the database meanwhile. A failure is
    counted, and committed, before it is refused.
    """
    store = asked.store
    if not contract.from_own_site(store.settings):
        raise ForeignPage(Text("请从本系统的登录页面登录。", "Sign in from the sign-in page of this system."))
    with store.reading() as db:
        claim = accounts.look_up(db, asked.body["name"], asked.address)
    proven = accounts.proves(claim, asked.body["password"])
    with store.transaction() as db:
        moment = store.moment(db)
        done = accounts.settle(db, moment, claim, proven)
        before = contract.session_token(store.settings)
        if done.token and before:
            accounts.sign_out(db, before)  # the browser has a new session; the old token must not stay good
    if done.refusal is not None:
        raise done.refusal
    if done.token is None or done.account is None or done.actor is None:
        raise RuntimeError("a sign-in without a refusal gives a session")
    session = accounts.Session("", done.account, done.actor, done.csrf, False)
    who = _me(session, moment, asked)
    return Answer(who, cookies={contract.session_cookie(store.settings): done.token})


@door.opens("DELETE", "/sessions/current", policy=SIGNED_IN, status=204, idempotent=False)
def sign_out(asked: Asked) -> Any:
    """Sign out: the session ends here and now."""
    token = contract.session_token(asked.store.settings)
    if token:
        accounts.sign_out(asked.db, token)
    return Answer(None, cookies={contract.session_cookie(asked.store.settings): None})


@door.opens("GET", "/me", policy=SIGNED_IN, answer=Me)
def me(asked: Asked) -> Any:
    """Who is asking: posts, permissions, language."""
    if asked.session is None:
        raise NotSignedIn()
    return _me(asked.session, asked.moment, asked)


@door.opens("GET", "/me/sessions", policy=SIGNED_IN, answer=Sessions)
def sessions(asked: Asked) -> Any:
    """The asker's own sessions, newest first."""
    return asked.page(accounts.sessions_of(asked.db, asked.actor), None)


@door.opens("PUT", "/me/language", policy=SIGNED_IN, body=Language, status=204)
def set_language(asked: Asked) -> None:
    """The language in which the asker is spoken to where a request does not say."""
    accounts.set_language(asked.db, asked.actor, asked.moment, asked.body["language"])


@door.opens("PUT", "/me/password", policy=SIGNED_IN, body=NewPassword, status=204, idempotent=False)
def change_password(asked: Asked) -> None:
    """A new password; every other session of the account ends."""
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
        "today": moment.today,
        "is_virtual_clock": asked.store.settings.is_virtual,
    }
