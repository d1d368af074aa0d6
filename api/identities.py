"""Signing in by a provider of OpenID Connect, and the asker's own identities there.

The browser goes to the provider and comes back to ``/sessions/oidc/{key}/arrival`` with a code; it is sent on to a page
with what became of it behind the ``#``, as a page cannot read the body of an address that it was sent to.
"""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import quote

from flask import Response
from marshmallow import EXCLUDE, fields, validate

from api import contract, sessions, shapes, signing
from api.accounts import MANAGERS
from api.contract import ANYBODY, SIGNED_IN, Answer, Asked, Door
from api.errors import ForeignPage
from api.proposing import ProposalShape, perform, waiting
from api.shapes import Asking, At, Shape
from engine import accounts
from engine.errors import NotFound, NotSignedIn, Refused, Text
from engine.settings import Provider

door = Door("identities", __name__, description="Signing in by a provider of OpenID Connect.")


class IdentityShape(Shape):
    """Who the asker is at a provider; ``provider`` is null where that one is no longer configured."""

    id = fields.String()
    provider = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    issuer = fields.String()
    subject = fields.String()
    linked_at = At()
    used_at = At(allow_none=True)


class Whither(Shape):
    """Where the browser goes on."""

    url = fields.String()


class AtProvider(Asking):
    provider = fields.String(required=True, validate=validate.Length(min=1, max=40))


class Linking(AtProvider):
    password = fields.String(required=True, validate=validate.Length(min=1, max=1000))


class Arrival(Asking):
    """What the provider sends along (OAuth 2.0, 4.1.2; RFC 9207)."""

    others: ClassVar[str] = EXCLUDE
    """Providers send more than they have to."""

    state = fields.String(load_default="", validate=validate.Length(max=200))
    code = fields.String(load_default="", validate=validate.Length(max=2000))
    error = fields.String(load_default="", validate=validate.Length(max=200))
    iss = fields.String(load_default=None, allow_none=True)


@door.opens("POST", "/sessions/oidc", policy=ANYBODY, body=AtProvider, answer=Whither, works="by itself")
def depart(asked: Asked) -> Any:
    """Go to a provider to sign in."""
    if not contract.from_own_site(asked.store.settings):
        raise ForeignPage()
    return _depart(asked, None)


@door.opens("POST", "/me/identities", policy=SIGNED_IN, body=Linking, answer=Whither, works="by itself")
def link(asked: Asked) -> Any:
    """Go to a provider to link who one is there; asks for the password."""
    signing.prove(asked, asked.body["password"])
    return _depart(asked, asked.actor.account_id)


def _depart(asked: Asked, account_id: str | None) -> Answer:
    store = asked.store
    provider = _provider(asked, asked.body["provider"])
    way = accounts.depart(provider, _redirect_uri(asked, provider))
    with store.transaction() as db:
        browser = accounts.begin_visit(db, provider.key, way.state, way.nonce, way.verifier, account_id)
    return Answer({"url": way.url}, cookies={contract.visit_cookie(store.settings): browser})


@door.opens("GET", "/sessions/oidc/<key>/arrival", policy=ANYBODY, query=Arrival, status=303, works="by itself")
def arrive(asked: Asked, key: str) -> Any:
    """Back from a provider: signs in, or links the identity; sends the browser on to a page."""
    store = asked.store
    cookies: dict[str, str | None] = {contract.visit_cookie(store.settings): None}
    try:
        page, more = _arrive(asked, key)
        cookies |= more
    except Refused as refused:
        page = f"/#refused={quote(refused.refusal)}"
    return Answer(Response(status=303, headers={"Location": page, "Cache-Control": "no-store"}), cookies=cookies)


def _arrive(asked: Asked, key: str) -> tuple[str, dict[str, str | None]]:
    store, sent = asked.store, asked.query
    provider = _provider(asked, key)
    with store.transaction() as db:
        browser = contract.cookie(contract.visit_cookie(store.settings))
        visit = accounts.end_visit(db, sent["state"], browser)
    if visit is None or visit.provider != provider.key:
        raise _strange()
    back = "/me/security" if visit.account_id else "/"
    if sent["error"] or not sent["code"]:
        return f"{back}#refused=err_provider_denied", {}
    if sent["iss"] is not None and sent["iss"] != provider.issuer:
        raise _strange()
    try:
        who = accounts.arrive(provider, _redirect_uri(asked, provider), sent["code"], visit.nonce, visit.verifier)
        if visit.account_id is not None:
            _link(asked, visit.account_id, who)
            return "/me/security#linked", {}
        factor = "provider" if who.had_factor and provider.trusts_factor else None
        with store.transaction() as db:
            done = accounts.sign_in_as(db, store.moment(db), who.issuer, who.subject, factor)
            sessions.end_former(asked, db, done)
        if done.refusal is not None:
            raise done.refusal
    except Refused as refused:
        return f"{back}#refused={quote(refused.refusal)}", {}
    return "/#code" if done.half is not None else "/", sessions.cookies_of(asked, done)


def _link(asked: Asked, account_id: str, who: accounts.Identity) -> None:
    """Only in the session of the very person who set out."""
    token = contract.session_token(asked.store.settings)
    with asked.store.transaction() as db:
        moment = asked.store.moment(db)
        session = accounts.resolve(db, moment, token or "")
        if session.account.id != account_id:
            raise _strange()
        accounts.link_identity(db, session.actor, moment, account_id, who.issuer, who.subject)


@door.opens("GET", "/me/identities", policy=SIGNED_IN, answer=shapes.page_of(IdentityShape))
def identities(asked: Asked) -> Any:
    """Who the asker is at providers."""
    if asked.actor.account_id is None:
        raise NotSignedIn()
    return asked.page(_spoken(asked, asked.actor.account_id), None)


@door.opens("DELETE", "/me/identities/<identity_id>", policy=SIGNED_IN, status=204)
def unlink(asked: Asked, identity_id: str) -> None:
    """The identity signs in no more."""
    _unlink(asked, asked.actor.account_id or "", identity_id)


# ---------------------------------------------------------------- by whoever manages accounts


class LinkedByOthers(Asking):
    """``subject`` as the provider names the person; an administrator never guesses it."""

    provider = fields.String(required=True, validate=validate.Length(min=1, max=40))
    subject = fields.String(required=True, validate=validate.Length(min=1, max=255))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=2000))


@door.opens("GET", "/accounts/<account_id>/identities", policy=MANAGERS, answer=shapes.page_of(IdentityShape))
def identities_of(asked: Asked, account_id: str) -> Any:
    """Who somebody is at providers."""
    return asked.page(_spoken(asked, accounts.read(asked.db, account_id).id), None)


@door.opens(
    "POST", "/accounts/<account_id>/identities", policy=MANAGERS, body=LinkedByOthers, answer=ProposalShape, status=202
)
def link_of(asked: Asked, account_id: str) -> Any:
    """Link an identity to somebody's account: always takes a second person."""
    plan = {
        "account": accounts.read(asked.db, account_id).id,
        "issuer": _provider(asked, asked.body["provider"]).issuer,
        "subject": asked.body["subject"],
    }
    return waiting(asked, perform(asked, "account.identity", plan, asked.body["reason"]))


@door.opens("DELETE", "/accounts/<account_id>/identities/<identity_id>", policy=MANAGERS, status=204)
def unlink_of(asked: Asked, account_id: str, identity_id: str) -> None:
    """The identity signs in no more."""
    _unlink(asked, accounts.read(asked.db, account_id).id, identity_id)


def _unlink(asked: Asked, account_id: str, identity_id: str) -> None:
    if identity_id not in {row["id"] for row in accounts.identities_of(asked.db, asked.actor, account_id)}:
        raise NotFound()
    accounts.unlink_identity(asked.db, asked.actor, asked.moment, identity_id)


def _spoken(asked: Asked, account_id: str) -> list[dict[str, Any]]:
    known = {one.issuer: one for one in asked.store.settings.providers}
    items = []
    for row in accounts.identities_of(asked.db, asked.actor, account_id):
        provider = known.get(row["issuer"])
        items.append({**row, "provider": provider and provider.key, "name": provider and provider.name})
    return items


def _provider(asked: Asked, key: str) -> Provider:
    for one in asked.store.settings.providers:
        if one.key == key:
            return one
    raise NotFound(Text("没有配置这个身份提供方。", "No such provider is configured."), code="err_provider_unknown")


def _redirect_uri(asked: Asked, provider: Provider) -> str:
    return f"{asked.store.settings.base_url}/api/v1/sessions/oidc/{provider.key}/arrival"


def _strange() -> NotSignedIn:
    return NotSignedIn(
        Text("登录已超时，或不是从本浏览器发起的；请重试。", "Too late, or not begun in this browser. Try again."),
        code="err_provider_state",
    )
