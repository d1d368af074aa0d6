"""Identities: who somebody is at a provider of OpenID Connect, by issuer and subject and never by a mail address.

A sign-in never makes an account and never links one: an administrator links an identity, or the person themself while
signed in, with their password. A browser is sent to a provider with a state that comes back once, in the same browser.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine import outbox, tables, trail
from engine.accounts.hashing import sha256
from engine.accounts.keeping import read
from engine.accounts.real_time import machine_time
from engine.accounts.rows import ACCOUNT_COLUMNS
from engine.accounts.signing_in import SignIn, admit
from engine.actors import Actor, holder_of
from engine.errors import FieldError, Forbidden, NotFound, NotNow, NotSignedIn, Text, Unfit
from engine.outbox import Notice
from engine.store import Moment, new_id, part
from engine.trail import Kind

VISIT_LIFE = timedelta(minutes=10)
"""How long somebody may take at the provider."""
LONGEST_ISSUER, LONGEST_SUBJECT = 300, 255

_I, _V = tables.identities.c, tables.provider_visits.c
_ACCOUNT_OF = (
    select(*ACCOUNT_COLUMNS, _I.id.label("identity_id"))
    .join_from(tables.identities, tables.accounts, tables.accounts.c.id == _I.account_id)
    .where(_I.issuer == bindparam("issuer"), _I.subject == bindparam("subject"))
)


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser that was sent to a provider and has come back."""

    provider: str
    nonce: str
    verifier: str
    account_id: str | None
    """Who links an identity; null for a sign-in."""


def begin_visit(
    db: Connection, provider: str, state: str, nonce: str, verifier: str, account_id: str | None = None
) -> str:
    """Remember a browser that is sent to a provider; gives what its cookie holds."""
    browser, now = secrets.token_urlsafe(32), machine_time()
    db.execute(
        insert(tables.provider_visits).values(
            state=sha256(state),
            browser=sha256(browser),
            provider=provider,
            nonce=nonce,
            verifier=verifier,
            account_id=account_id,
            created_at=now,
            expires_at=now + VISIT_LIFE,
        )
    )
    return browser


def end_visit(db: Connection, state: str, browser: str) -> Visit | None:
    """The browser is back: its visit, once; ``None`` for an unknown, used or late state, or another browser."""
    mine = (_V.state == sha256(state)) & (_V.browser == sha256(browser)) & (_V.expires_at > machine_time())
    row = db.execute(select(_V.provider, _V.nonce, _V.verifier, _V.account_id).where(mine)).first()
    if row is None or db.execute(delete(tables.provider_visits).where(mine)).rowcount == 0:
        return None
    return Visit(row.provider, row.nonce, row.verifier, row.account_id)


def sign_in_as(db: Connection, moment: Moment, issuer: str, subject: str, factor: str | None) -> SignIn:
    """Who this identity is linked to signs in; ``factor`` is ``provider`` where a second factor there is trusted."""
    row = db.execute(_ACCOUNT_OF, {"issuer": issuer, "subject": subject}).first()
    if row is None or row.disabled_at is not None:
        return SignIn(
            refusal=NotSignedIn(
                Text(
                    "此身份尚未关联可用的账号：请用账号名和密码登录后自行关联，或联系管理员。",
                    "No open account is linked to this identity. Sign in with your password and link it, or ask an"
                    " administrator.",
                ),
                code="err_identity_unknown",
            )
        )
    db.execute(update(tables.identities).where(_I.id == row.identity_id).values(used_at=machine_time()))
    return admit(db, moment, row, factor=factor)


def link_identity(db: Connection, actor: Actor, moment: Moment, account_id: str, issuer: str, subject: str) -> str:
    """An identity may sign in to an account from now on; gives the link's id.

    One's own account (the door has asked for the password), or any with ``accounts.manage``. Raises ``Unfit``,
    ``NotFound``, ``Forbidden``, ``NotNow`` (linked already).
    """
    _may_change(actor, account_id)
    account = read(db, account_id)
    for name, value, longest in (("issuer", issuer, LONGEST_ISSUER), ("subject", subject, LONGEST_SUBJECT)):
        if not 0 < len(value) <= longest or not value.isprintable():
            said = Text("请填写提供方给出的原值。", "Write exactly what the provider says.")
            raise Unfit(errors=[FieldError(name, "err_identity", said)])
    row = {"id": new_id(), "account_id": account_id, "issuer": issuer, "subject": subject, "linked_at": machine_time()}
    try:
        with part(db):
            db.execute(insert(tables.identities).values(**row))
    except IntegrityError as e:
        raise NotNow(
            Text("此身份已关联到一个账号。", "This identity is linked to an account already."),
            code="err_identity_linked",
        ) from e
    trail.append(db, moment, actor, kind=Kind.IDENTITY_LINKED, account=account_id, identity=row["id"], issuer=issuer)
    outbox.tell(db, moment, Notice.IDENTITY_LINKED, [holder_of(account.person_id)])
    return str(row["id"])


def unlink_identity(db: Connection, actor: Actor, moment: Moment, identity_id: str) -> None:
    """An identity signs in no more: one's own, or any with ``accounts.manage``. Raises ``NotFound``."""
    row = db.execute(select(_I.account_id, _I.issuer).where(_I.id == identity_id)).first()
    if row is None or (row.account_id != actor.account_id and not actor.may("accounts.manage")):
        raise NotFound()
    _may_change(actor, row.account_id)
    db.execute(delete(tables.identities).where(_I.id == identity_id))
    trail.append(
        db, moment, actor, kind=Kind.IDENTITY_UNLINKED, account=row.account_id, identity=identity_id, issuer=row.issuer
    )
    person = read(db, row.account_id).person_id
    outbox.tell(db, moment, Notice.IDENTITY_UNLINKED, [holder_of(person)])


def identities_of(db: Connection, actor: Actor, account_id: str) -> list[dict[str, Any]]:
    """The identities of an account: one's own, or any with ``accounts.manage``."""
    if account_id != actor.account_id:
        actor.require("accounts.manage")
    columns = (_I.id, _I.issuer, _I.subject, _I.linked_at, _I.used_at)
    rows = db.execute(select(*columns).where(_I.account_id == account_id).order_by(_I.linked_at, _I.id))
    return [dict(row) for row in rows.mappings()]


def _may_change(actor: Actor, account_id: str) -> None:
    if actor.key_id is not None:
        raise Forbidden(Text("程序不能关联身份。", "A program links no identity."), code="err_program_links_nothing")
    if account_id != actor.account_id:
        actor.require("accounts.manage")


def sweep(db: Connection) -> int:
    """Throw away visits that nobody came back from; answers with how many."""
    return db.execute(delete(tables.provider_visits).where(_V.expires_at <= machine_time())).rowcount
