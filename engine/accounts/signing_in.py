"""Signing in with a name and a password, in three parts; and the password asked again as a signature."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from engine import trail
from engine.accounts import throttling
from engine.accounts.hashing import NOBODY, matches, sha256
from engine.accounts.keeping import read
from engine.accounts.rows import ACCOUNT, ACCOUNT_BY_NAME, Account, account_of
from engine.accounts.sessions import open_session
from engine.accounts.throttling import FREE_FAILURES
from engine.actors import Actor, of_account
from engine.errors import Forbidden, NotSignedIn, Refused, Text, Throttled
from engine.store import Moment


@dataclass(frozen=True, slots=True)
class SignIn:
    """What became of a try to sign in: either a token, or a ``refusal`` for the edge to raise after COMMIT."""

    token: str | None = None
    """For the cookie; nothing but its SHA-256 is stored."""
    csrf: str | None = None
    actor: Actor | None = None
    account: Account | None = None
    refusal: Refused | None = None


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


def _wrong_credentials(retry_after: int = 0) -> NotSignedIn:
    """The same answer whether the name is unknown, the password wrong or the account closed."""
    said = Text("账户名或密码不正确。", "The account name or the password is wrong.")
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
    token, csrf = open_session(db, claim.account.id)
    return SignIn(token, csrf, of_account(db, row, moment, source), claim.account)


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
        text = Text("密码不正确，未能签名。", "The password is wrong; nothing was signed.")
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
