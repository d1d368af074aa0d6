"""Signing in with a name and a password, in three parts; and the password asked again as a signature."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from engine import tables, trail
from engine.accounts import second_factor, throttling
from engine.accounts.hashing import NOBODY, matches, sha256
from engine.accounts.keeping import read
from engine.accounts.real_time import machine_time
from engine.accounts.rows import ACCOUNT, ACCOUNT_BY_NAME, ACCOUNT_COLUMNS, Account, account_of
from engine.accounts.sessions import open_session
from engine.accounts.throttling import FREE_FAILURES
from engine.actors import Actor, of_account
from engine.errors import Forbidden, NotSignedIn, Refused, Text, Throttled
from engine.store import Moment


@dataclass(frozen=True, slots=True)
class SignIn:
    """What became of a try to sign in: a token, ``half`` of one where a code is still to come, or a ``refusal`` for the
    edge to raise after COMMIT."""

    token: str | None = None
    """For the cookie; nothing but its SHA-256 is stored."""
    csrf: str | None = None
    actor: Actor | None = None
    account: Account | None = None
    refusal: Refused | None = None
    factor: str | None = None
    half: str | None = None
    """For a cookie of its own; good for ``HALF_LIFE`` and for nothing but ``settle_code``."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody says they are ``name``: what there is to check it against."""

    name: str
    account: Account | None
    password_hash: str
    subjects: throttling.Subjects
    """Throttled subjects: the key of their row and the failures that cost nothing."""
    wait: int
    """Seconds until another try is allowed; 0 means now."""


WRONG_CREDENTIALS = "err_wrong_credentials"
HALF_LIFE = timedelta(minutes=5)
"""How long somebody who has given the password may look for the code."""

_H = tables.half_sessions.c
_HALF = (
    select(*ACCOUNT_COLUMNS)
    .join_from(tables.half_sessions, tables.accounts, tables.accounts.c.id == _H.account_id)
    .where(_H.hash == bindparam("hash"), _H.expires_at > bindparam("now", type_=_H.expires_at.type))
)


def _wrong_credentials(retry_after: int = 0) -> NotSignedIn:
    """The same answer whether the name is unknown, the password wrong or the account closed."""
    said = Text("账号名或密码不正确。", "The account name or the password is wrong.")
    if retry_after:
        return NotSignedIn(said, code=WRONG_CREDENTIALS, retry_after=retry_after)
    return NotSignedIn(said, code=WRONG_CREDENTIALS)


def look_up(db: Connection, name: str, address: str) -> Claim:
    """First part of signing in; reads only."""
    name = name.strip().lower()[:100]
    row = db.execute(ACCOUNT_BY_NAME, {"name": name}).first()
    usable = row is not None and row.disabled_at is None
    subjects = (
        (sha256(f"pair:{name}\n{address}"), FREE_FAILURES["pair"]),
        (sha256(f"account:{name}"), FREE_FAILURES["account"]),
        (sha256(f"address:{address}"), FREE_FAILURES["address"]),
    )
    return Claim(
        name,
        account_of(row) if row is not None and usable else None,
        row.password_hash if row is not None and usable else NOBODY,
        subjects,
        throttling.wait(db, subjects),
    )


def proves(claim: Claim, password: str) -> bool:
    """Second part: 70 ms of Argon2id for known and unknown names alike; no database. At most two at once."""
    if claim.wait:
        return False
    return matches(claim.password_hash, password) and claim.account is not None


def settle(db: Connection, moment: Moment, claim: Claim, proven: bool, source: str = "web") -> SignIn:
    """Third part: open the session, or count the failure. The edge commits either, then raises ``refusal``."""
    if claim.wait:
        return SignIn(refusal=Throttled(retry_after=claim.wait))
    if not proven or claim.account is None:
        return SignIn(refusal=_wrong_credentials(_count(db, moment, claim)))
    # Not the address: who guesses for others could otherwise clear the count with one account of their own.
    throttling.forget(db, [subject for subject, _ in claim.subjects[:2]])
    row = db.execute(ACCOUNT, {"id": claim.account.id}).one()
    if row.disabled_at is not None or row.password_hash != claim.password_hash:
        return SignIn(refusal=_wrong_credentials())  # changed while the password was being hashed
    return admit(db, moment, row, source)


def admit(db: Connection, moment: Moment, row: Any, source: str = "web", factor: str | None = None) -> SignIn:
    """What the person of an account gets who has shown who they are: a session, or half of one.

    ``factor``: the second factor that was shown too; without one, whoever has a second factor gets half a session.
    """
    if factor is None and second_factor.is_on(db, row.id):
        half, now = secrets.token_urlsafe(32), machine_time()
        db.execute(
            insert(tables.half_sessions).values(
                hash=sha256(half), account_id=row.id, created_at=now, expires_at=now + HALF_LIFE
            )
        )
        return SignIn(account=account_of(row), half=half)
    token, csrf = open_session(db, row.id, factor)
    return SignIn(token, csrf, of_account(db, row, moment, source), account_of(row), factor=factor)


def settle_code(
    db: Connection, moment: Moment, secret_key: str, half: str, code: str, address: str, source: str = "web"
) -> SignIn:
    """The second step: a code of the app or a recovery code makes a whole session of a half one.

    The edge commits, then raises ``refusal``.
    """
    row = db.execute(_HALF, {"hash": sha256(half), "now": machine_time()}).first()
    if row is None or row.disabled_at is not None:
        return SignIn(refusal=_too_late())
    if second_factor.is_on(db, row.id):
        taken = second_factor.take(db, moment, secret_key, row.id, code, address)
        if taken.refusal is not None:
            return SignIn(refusal=taken.refusal)
    else:
        return SignIn(refusal=_too_late())  # reset meanwhile: the password alone opens a session now
    if db.execute(delete(tables.half_sessions).where(_H.hash == sha256(half))).rowcount == 0:
        return SignIn(refusal=_too_late())
    done = admit(db, moment, row, source, taken.factor)
    if taken.factor == "recovery" and done.actor is not None:
        second_factor.told_recovery(db, done.actor, moment, row.id)
    return done


def _too_late() -> NotSignedIn:
    return NotSignedIn(
        Text("登录已超时，请重新输入密码。", "That took too long. Enter your password again."), code="err_half_session"
    )


def sweep(db: Connection) -> int:
    """Throw away half sessions that nobody finished; answers with how many."""
    return db.execute(delete(tables.half_sessions).where(_H.expires_at <= machine_time())).rowcount


def sign_in(db: Connection, moment: Moment, name: str, password: str, address: str, source: str = "web") -> SignIn:
    """The three parts in one transaction; see the head of this module."""
    claim = look_up(db, name, address)
    return settle(db, moment, claim, proves(claim, password), source)


def settle_proof(db: Connection, moment: Moment, claim: Claim, proven: bool) -> Refused | None:
    """What somebody signed in proves again, as a signature: counted and throttled as a sign-in is.

    Gives the refusal, ``Throttled`` or ``Forbidden``, for the edge to raise after it has committed.
    """
    if claim.wait:
        return Throttled(retry_after=claim.wait)
    if not proven or claim.account is None:
        delay = _count(db, moment, claim)
        text = Text("密码不正确，未予办理。", "The password is wrong; nothing was done.")
        if delay:
            return Forbidden(text, code="err_wrong_password", retry_after=delay)
        return Forbidden(text, code="err_wrong_password")
    throttling.forget(db, [subject for subject, _ in claim.subjects[:2]])
    row = db.execute(ACCOUNT, {"id": claim.account.id}).one()
    if row.disabled_at is not None or row.password_hash != claim.password_hash:
        return Forbidden(Text("密码刚刚被修改，请重试。", "The password was changed just now. Try again."))
    return None


def _count(db: Connection, moment: Moment, claim: Claim) -> int:
    known = claim.account.id if claim.account is not None else None
    return throttling.count(db, moment, claim.subjects, known, ("pair", "account"))


def unblock(db: Connection, actor: Actor, moment: Moment, account_id: str) -> None:
    """Forget the failures of an account from anywhere. Needs ``accounts.manage``."""
    actor.require("accounts.manage")
    known = read(db, account_id)
    throttling.forget(db, [sha256(f"account:{known.name}")])
    trail.append(db, moment, actor, kind=trail.Kind.ACCOUNT_CHANGED, account=account_id, what="unblocked")
