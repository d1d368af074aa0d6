"""Accounts, sessions and keys: how somebody proves who they are.

Passwords are Argon2id (RFC 9106) with OWASP's first set for 19 MiB; a session is an opaque 256-bit token of which only
the SHA-256 is stored; an API key is ``lh_<id>_<secret>``, shown once, stored as the SHA-256 of its secret.

Sessions, throttles and expiry of keys live on the machine's time, not on the office's clock: a rehearsal that moves
the virtual clock by a year would sign everybody out and let everybody guess again.

A sign-in that fails has to be counted, so it does not raise: it answers with a ``SignIn`` whose ``refusal`` the edge
raises after it has committed. The hashing takes 70 ms of a core; an edge that must not hold the database meanwhile
calls the three parts (``look_up`` in a reading, ``proves`` without a database, ``settle`` in a transaction) itself.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from engine import tables, trail
from engine.actors import ADMIN_ROLES, ALL_PERMISSIONS, PERMISSIONS, Actor, of_account, of_standing, with_standing
from engine.errors import FieldError, Forbidden, NotFound, NotNow, NotSignedIn, Refused, Text, Throttled, Unfit
from engine.store import Moment, Statement, for_update, new_id

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
TOUCH_AFTER = timedelta(minutes=1)
"""``seen_at`` is written at most this often, so that reading a page does not write a row."""

KEY_LIFE = timedelta(days=90)
KEY_LIFE_MAX = timedelta(days=366)

SHORTEST, LONGEST = 12, 128
"""Length of a password in characters."""

SCOPES = frozenset({"read", "write"}) | ALL_PERMISSIONS
"""What a key may be limited to: ``read`` and ``write`` over HTTP, and each permission of the owner by its name."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}[a-z0-9]")
_PROGRAM = "program."
"""How the accounts of programs begin; no person's account may."""

# 19 MiB each: without a cap, twenty people signing in at nine o'clock take 400 MB at once.
_HASHES = threading.BoundedSemaphore(2)
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
# What an unknown name is checked against, so that it takes as long as a known one. Its password is not kept.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$2KYY7GbXT5pUW6iqDYIH3A$kSQ2aKGy9/7ESl2FZ5BXU0LJlM6ll1eFoLzXzCB0eN8"


def machine_time() -> datetime:
    """Now, on the machine's own clock. Only sessions, throttles and keys may use it: see the head of this module."""
    return datetime.now(UTC)


# ---------------------------------------------------------------- accounts


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it may be shown: never with its hash."""

    id: str
    name: str
    person_id: str
    language: str | None
    disabled_at: datetime | None


def create(
    db: Connection,
    actor: Actor,
    moment: Moment,
    *,
    name: str,
    person_id: str,
    password: str,
    language: str | None = None,
) -> str:
    """An account for a person; answers with its id. Needs ``accounts.manage``.

    Raises ``Unfit`` (name, password, language), ``NotFound`` (person), ``NotNow`` (name or person already has one).
    """
    actor.require("accounts.manage")
    name = name.strip().lower()
    if not _NAME.fullmatch(name) or name.startswith(_PROGRAM):
        raise Unfit(
            errors=[
                FieldError(
                    "name",
                    "err_account_name",
                    Text(
                        "账户名须为 2 至 64 位小写字母、数字、点、下划线或短横线。",
                        "An account name has 2 to 64 lower-case letters, digits, dots, underscores or hyphens.",
                    ),
                )
            ]
        )
    if language not in (None, "zh", "en"):
        raise Unfit(
            errors=[FieldError("language", "err_language", Text("语言只能是 zh 或 en。", "The language is zh or en."))]
        )
    if db.execute(select(tables.people.c.id).where(tables.people.c.id == person_id)).first() is None:
        raise NotFound(
            Text("没有人员“{person}”。", "There is no person {person}."), code="err_person_not_found", person=person_id
        )
    taken = select(_A.name).where((_A.name == name) | (_A.person_id == person_id))
    if db.execute(taken).first() is not None:
        raise NotNow(
            Text("该账户名已被使用，或该人员已有账户。", "The name is taken, or the person already has an account."),
            code="err_account_exists",
        )
    row = account_row(moment, name=name, person_id=person_id, password=password, language=language)
    db.execute(insert(tables.accounts), row)
    trail.append(db, moment, actor, kind=trail.Kind.ACCOUNT_CREATED, account=row["id"], subject=person_id)
    return str(row["id"])


def account_row(
    moment: Moment, *, name: str, person_id: str, password: str, language: str | None = None
) -> dict[str, Any]:
    """The row of a new account, hashed and ready to insert; raises ``Unfit`` for a password that does not do."""
    _check_password(name, password)
    return {
        "id": new_id(),
        "name": name,
        "person_id": person_id,
        "password_hash": _hashed(password),
        "language": language,
        "created_at": moment.now,
        "disabled_at": None,
    }


def read(db: Connection, account_id: str) -> Account:
    """One account. Raises ``NotFound``."""
    row = db.execute(_ACCOUNT, {"id": account_id}).first()
    if row is None:
        raise NotFound()
    return _account(row)


def disable(db: Connection, actor: Actor, moment: Moment, account_id: str) -> None:
    """Close an account: its sessions end now, its keys stop. Needs ``accounts.manage``."""
    actor.require("accounts.manage")
    read(db, account_id)
    db.execute(
        update(tables.accounts).where(_A.id == account_id, _A.disabled_at.is_(None)).values(disabled_at=moment.now)
    )
    revoke_sessions(db, account_id)
    trail.append(db, moment, actor, kind=trail.Kind.ACCOUNT_CHANGED, account=account_id, what="disabled")


def enable(db: Connection, actor: Actor, moment: Moment, account_id: str) -> None:
    """Open a closed account again. Needs ``accounts.manage``."""
    actor.require("accounts.manage")
    read(db, account_id)
    db.execute(update(tables.accounts).where(_A.id == account_id).values(disabled_at=None))
    trail.append(db, moment, actor, kind=trail.Kind.ACCOUNT_CHANGED, account=account_id, what="enabled")


def set_language(db: Connection, actor: Actor, moment: Moment, language: str) -> None:
    """The language of the actor's own account: ``zh`` or ``en``."""
    if language not in ("zh", "en"):
        raise Unfit(
            errors=[FieldError("language", "err_language", Text("语言只能是 zh 或 en。", "The language is zh or en."))]
        )
    db.execute(update(tables.accounts).where(_A.id == actor.account_id).values(language=language))


def change_password(
    db: Connection, actor: Actor, moment: Moment, old: str, new: str, keep_token: str | None = None
) -> None:
    """The actor's own password. Every other session of the account ends; ``keep_token``'s stays.

    Raises ``Forbidden`` for a wrong old password, ``Unfit`` for a new one that does not do.
    """
    row = db.execute(_ACCOUNT, {"id": actor.account_id}).first()
    if row is None or actor.key_id is not None:
        raise Forbidden(Text("只有登录的本人可以修改密码。", "Only the person signed in changes the password."))
    if not _matches(row.password_hash, old):
        raise Forbidden(Text("原密码不正确。", "The old password is wrong."), code="err_wrong_password")
    _check_password(row.name, new)
    if hmac.compare_digest(old.encode(), new.encode()):
        raise _unfit_password("err_password_same", Text("新密码与原密码相同。", "The new password is the old one."))
    _set_password(db, actor, moment, row.id, new, "password")
    ended = delete(tables.sessions).where(tables.sessions.c.account_id == row.id)
    if keep_token is not None:
        ended = ended.where(tables.sessions.c.hash != _sha256(keep_token))
    db.execute(ended)


def reset_password(db: Connection, actor: Actor, moment: Moment, account_id: str, new: str) -> None:
    """A new password given by an administrator; ends every session of the account. Needs ``accounts.manage``."""
    actor.require("accounts.manage")
    known = read(db, account_id)
    _check_password(known.name, new)
    _set_password(db, actor, moment, account_id, new, "password_reset")
    revoke_sessions(db, account_id)


def _set_password(db: Connection, actor: Actor, moment: Moment, account_id: str, new: str, what: str) -> None:
    db.execute(update(tables.accounts).where(_A.id == account_id).values(password_hash=_hashed(new)))
    trail.append(db, moment, actor, kind=trail.Kind.ACCOUNT_CHANGED, account=account_id, what=what)


def _check_password(name: str, password: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise _unfit_password(
            "err_password_length",
            Text(f"密码须为 {SHORTEST} 至 {LONGEST} 个字符。", f"A password has {SHORTEST} to {LONGEST} characters."),
        )
    if len(set(password)) < 5 or name.lower() in password.lower():
        raise _unfit_password(
            "err_password_weak",
            Text(
                "密码过于简单：请至少使用 5 种不同字符，且不要包含账户名。",
                "The password is too simple: use at least 5 different characters and not the account's name.",
            ),
        )


def _unfit_password(code: str, text: Text) -> Unfit:
    return Unfit(errors=[FieldError("password", code, text)])


def _hashed(password: str) -> str:
    with _HASHES:
        return _HASHER.hash(password)


def _matches(hashed: str, password: str) -> bool:
    # A megabyte of "password" must not keep a core busy.
    if len(password) > LONGEST:
        hashed, password = _NOBODY, ""
    with _HASHES:
        try:
            return _HASHER.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


# ---------------------------------------------------------------- signing in


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
    subjects: tuple[tuple[str, int], ...]
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


FREE_FAILURES = {"pair": 5, "account": 20, "address": 60}
"""Failures without a delay: of one account from one address, of one account from anywhere, from one address.
The pair is strict; the account alone is generous, or else anybody could lock anybody out."""
LONGEST_DELAY = 900
FORGET_AFTER = timedelta(hours=12)

_A = tables.accounts.c
_T = tables.throttles.c
_ACCOUNT_COLUMNS = (_A.id, _A.name, _A.person_id, _A.language, _A.disabled_at, _A.password_hash)
_ACCOUNT = select(*_ACCOUNT_COLUMNS).where(_A.id == bindparam("id"))
_ACCOUNT_BY_NAME = select(*_ACCOUNT_COLUMNS).where(_A.name == bindparam("name"))
_THROTTLES = select(_T.subject, _T.failures, _T.blocked_until, _T.updated_at).where(
    _T.subject.in_(bindparam("subjects", expanding=True))
)
_THROTTLES_LOCKED = _THROTTLES.order_by(_T.subject).with_for_update()
_INSERT_THROTTLE_PG = insert_pg(tables.throttles).on_conflict_do_nothing(index_elements=["subject"])
_INSERT_THROTTLE_SQLITE = insert_sqlite(tables.throttles).on_conflict_do_nothing(index_elements=["subject"])


def _account(row: Any) -> Account:
    return Account(row.id, row.name, row.person_id, row.language, row.disabled_at)


def _account_in(row: Mapping[str, Any]) -> Account:
    return Account(row["id"], row["name"], row["person_id"], row["language"], row["disabled_at"])


def look_up(db: Connection, name: str, address: str) -> Claim:
    """First part of signing in; reads only."""
    name = name.strip().lower()[:100]
    row = db.execute(_ACCOUNT_BY_NAME, {"name": name}).first()
    usable = row is not None and row.disabled_at is None
    subjects = (
        (_sha256(f"pair:{name}\n{address}"), FREE_FAILURES["pair"]),
        (_sha256(f"account:{name}"), FREE_FAILURES["account"]),
        (_sha256(f"address:{address}"), FREE_FAILURES["address"]),
    )
    now = machine_time()
    until = [
        r.blocked_until
        for r in db.execute(_THROTTLES, {"subjects": [s for s, _ in subjects]})
        if r.blocked_until is not None and r.blocked_until > now
    ]
    wait = int((max(until) - now).total_seconds()) + 1 if until else 0
    return Claim(
        name,
        _account(row) if row is not None and usable else None,
        row.password_hash if row is not None and usable else _NOBODY,
        subjects,
        wait,
    )


def proves(claim: Claim, password: str) -> bool:
    """Second part: 70 ms of Argon2id for known and unknown names alike; no database. At most two at once."""
    if claim.wait:
        return False
    return _matches(claim.password_hash, password) and claim.account is not None


def settle(db: Connection, moment: Moment, claim: Claim, proven: bool, source: str = "web") -> SignIn:
    """Third part: open the session, or count the failure. The edge commits either, then raises ``refusal``."""
    if claim.wait:
        return SignIn(refusal=Throttled(retry_after=claim.wait))
    if not proven or claim.account is None:
        return SignIn(refusal=_count_failure(db, moment, claim))
    # Not the address: who guesses for others could otherwise clear the count with one account of their own.
    own = [subject for subject, _ in claim.subjects[:2]]
    if for_update(db):
        db.execute(_THROTTLES_LOCKED, {"subjects": own})
    db.execute(delete(tables.throttles).where(_T.subject.in_(own)))
    row = db.execute(_ACCOUNT, {"id": claim.account.id}).one()
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
        counted = _count_failure(db, moment, claim)
        text = Text("密码不正确，未能签名。", "The password is wrong; nothing was signed.")
        return Forbidden(text, code="err_wrong_password", **counted.details)
    own = [subject for subject, _ in claim.subjects[:2]]
    if for_update(db):
        db.execute(_THROTTLES_LOCKED, {"subjects": own})
    db.execute(delete(tables.throttles).where(_T.subject.in_(own)))
    row = db.execute(_ACCOUNT, {"id": claim.account.id}).one()
    if row.disabled_at is not None or row.password_hash != claim.password_hash:
        return Forbidden(Text("密码刚刚被修改，请重试。", "The password was changed just now. Try again."))
    return None


def _count_failure(db: Connection, moment: Moment, claim: Claim) -> Refused:
    now = machine_time()
    kept = _throttled(db, claim, now)
    longest = 0
    for position, (subject, free) in enumerate(claim.subjects):
        row = kept.get(subject)
        if row is None:
            continue  # somebody signed in with the right password meanwhile, which forgets the failures
        failures = 1 if now - row.updated_at > FORGET_AFTER else row.failures + 1
        delay = 0 if failures < free else min(2 ** min(failures - free, 20), LONGEST_DELAY)
        longest = max(longest, delay)
        db.execute(
            update(tables.throttles)
            .where(_T.subject == subject)
            .values(failures=failures, blocked_until=now + timedelta(seconds=delay) if delay else None, updated_at=now)
        )
        if failures == free and claim.account is not None and position < 2:
            # Once per block, not once per try: guessing must not be able to fill the trail.
            trail.append(
                db,
                moment,
                _NOBODY_YET,
                kind=trail.Kind.ACCOUNT_BLOCKED,
                account=claim.account.id,
                failures=failures,
                scope="pair" if position == 0 else "account",
            )
    return _wrong_credentials(longest)


def _throttled(db: Connection, claim: Claim, now: datetime) -> dict[str, Any]:
    """The rows of a claim's subjects, made where they are missing, and locked until the end of the transaction.

    Always in the order of their keys: two failures at once that lock in different orders wait for each other.
    """
    subjects = sorted(subject for subject, _ in claim.subjects)
    new = [{"subject": subject, "failures": 0, "blocked_until": None, "updated_at": now} for subject in subjects]
    if for_update(db):
        for row in new:
            db.execute(_INSERT_THROTTLE_PG, row)
        return {r.subject: r for r in db.execute(_THROTTLES_LOCKED, {"subjects": subjects})}
    for row in new:
        db.execute(_INSERT_THROTTLE_SQLITE, row)
    return {r.subject: r for r in db.execute(_THROTTLES, {"subjects": subjects})}


_NOBODY_YET = Actor(None, None, "未登录者", "Somebody not signed in", source="web")


def sweep(db: Connection) -> int:
    """Throw away sessions that have ended and failures that are forgotten; answers with how many rows."""
    now = machine_time()
    ended = (tables.sessions.c.expires_at <= now) | (tables.sessions.c.seen_at <= now - IDLE)
    forgotten = select(_T.subject).where(_T.updated_at < now - FORGET_AFTER).order_by(_T.subject)
    if for_update(db):
        forgotten = forgotten.with_for_update(skip_locked=True)  # whoever is failing right now keeps their rows
    subjects = list(db.execute(forgotten.limit(10_000)).scalars())
    return (
        db.execute(delete(tables.sessions).where(ended)).rowcount
        + db.execute(delete(tables.throttles).where(_T.subject.in_(subjects))).rowcount
    )


def unblock(db: Connection, actor: Actor, moment: Moment, account_id: str) -> None:
    """Forget the failures of an account from anywhere. Needs ``accounts.manage``."""
    actor.require("accounts.manage")
    known = read(db, account_id)
    db.execute(delete(tables.throttles).where(_T.subject == _sha256(f"account:{known.name}")))
    trail.append(db, moment, actor, kind=trail.Kind.ACCOUNT_CHANGED, account=account_id, what="unblocked")


# ---------------------------------------------------------------- sessions


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in, or a program with its key: who asks, and what the door has to know."""

    hash: str
    account: Account
    actor: Actor
    csrf: str | None
    """The token that every unsafe request of a browser repeats in a header; ``None`` for a program's key."""
    is_stale: bool
    """``touch`` would move ``seen_at`` now."""


_SESSION = Statement(
    with_standing(
        select(
            tables.sessions.c.hash,
            tables.sessions.c.csrf,
            tables.sessions.c.seen_at,
            tables.sessions.c.expires_at,
            _A.id,
            _A.name,
            _A.person_id,
            _A.language,
            _A.disabled_at,
        ).join_from(tables.sessions, tables.accounts, _A.id == tables.sessions.c.account_id),
        _A.person_id,
    ).where(tables.sessions.c.hash == bindparam("hash"))
)
_TOUCH = update(tables.sessions).where(tables.sessions.c.hash == bindparam("key")).values(seen_at=bindparam("now"))


def open_session(db: Connection, account_id: str) -> tuple[str, str]:
    """A new session of an account: ``(token, csrf)``. Used at signing in, and by tests of the door."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    now = machine_time()
    db.execute(
        delete(tables.sessions).where(
            tables.sessions.c.account_id == account_id,
            (tables.sessions.c.expires_at <= now) | (tables.sessions.c.seen_at <= now - IDLE),
        )
    )
    db.execute(
        insert(tables.sessions).values(
            hash=_sha256(token),
            account_id=account_id,
            csrf=csrf,
            created_at=now,
            seen_at=now,
            expires_at=now + ABSOLUTE,
        )
    )
    return token, csrf


def resolve(db: Connection, moment: Moment, token: str, source: str = "web") -> Session:
    """Who holds this token. Reads only; raises ``NotSignedIn`` for an unknown, idle, expired or revoked one."""
    rows = _SESSION.all(db, {"hash": _sha256(token), "on": moment.today})
    now = machine_time()
    if not rows:
        raise NotSignedIn()
    row = rows[0]
    if row["disabled_at"] is not None or row["expires_at"] <= now or row["seen_at"] <= now - IDLE:
        raise NotSignedIn()
    actor = of_standing(db, moment, rows, row["id"], row["person_id"], source)
    return Session(row["hash"], _account_in(row), actor, row["csrf"], now - row["seen_at"] >= TOUCH_AFTER)


def touch(db: Connection, session: Session) -> None:
    """Somebody is still there; call where ``session.is_stale``."""
    if session.csrf is None:
        db.execute(_TOUCH_KEY, {"key": session.hash, "now": machine_time()})
    else:
        db.execute(_TOUCH, {"key": session.hash, "now": machine_time()})


def fits(session: Session, csrf: str | None) -> bool:
    """Whether the token sent with an unsafe request is the session's own."""
    return session.csrf is None or (csrf is not None and hmac.compare_digest(session.csrf.encode(), csrf.encode()))


def sign_out(db: Connection, token: str) -> None:
    """End one session; an unknown token is no error."""
    db.execute(delete(tables.sessions).where(tables.sessions.c.hash == _sha256(token)))


def revoke_sessions(db: Connection, account_id: str) -> int:
    """End every session of an account; answers with how many there were."""
    return db.execute(delete(tables.sessions).where(tables.sessions.c.account_id == account_id)).rowcount


def sessions_of(db: Connection, actor: Actor) -> list[dict[str, Any]]:
    """The actor's own sessions, newest first (the list a person revokes from)."""
    rows = db.execute(
        select(tables.sessions.c.hash, tables.sessions.c.created_at, tables.sessions.c.seen_at)
        .where(tables.sessions.c.account_id == actor.account_id)
        .order_by(tables.sessions.c.created_at.desc())
    )
    return [{"id": r.hash[:16], "created_at": r.created_at, "seen_at": r.seen_at} for r in rows]


# ---------------------------------------------------------------- keys of programs

_K = tables.keys.c
_KEY = Statement(
    with_standing(
        select(
            _K.id.label("key_id"),
            _K.hash,
            _K.scopes,
            _K.expires_at,
            _K.used_at,
            _K.revoked_at,
            _A.id,
            _A.name,
            _A.person_id,
            _A.language,
            _A.disabled_at,
        ).join_from(tables.keys, tables.accounts, _A.id == _K.account_id),
        _A.person_id,
    ).where(_K.id == bindparam("key"))
)
_TOUCH_KEY = update(tables.keys).where(_K.id == bindparam("key")).values(used_at=bindparam("now"))


def create_key(
    db: Connection,
    actor: Actor,
    moment: Moment,
    *,
    name: str,
    scopes: Iterable[str] = (),
    account: str | None = None,
    life: timedelta = KEY_LIFE,
) -> tuple[str, str]:
    """A key for a program: ``(id, key)``; the key is never shown again.

    It acts as its owner (``account``: an account's name; without one the actor's own account), narrowed to
    ``scopes``; without scopes it may do what the owner may. With ``keys.manage`` one makes them for
    accounts of programs too, an operator for any account.
    An operator who names no account gets a *program account*: it holds no post and gets no task, and may only what
    its scopes say (without scopes: read and write what anybody signed in may).
    Raises ``Unfit``, ``Forbidden``, ``NotFound``, ``NotNow`` (name taken).
    """
    if actor.key_id is not None:
        # A key of few scopes would otherwise make itself one of many.
        raise Forbidden(
            Text("接口密钥不能再签发密钥。", "A program with a key makes no keys."), code="err_key_makes_no_keys"
        )
    name = name.strip()
    if not 1 <= len(name) <= 100:
        raise Unfit(
            errors=[
                FieldError("name", "err_key_name", Text("请填写密钥名称。", "Write a name of at most 100 letters."))
            ]
        )
    wanted = frozenset(scopes)
    unknown = sorted(wanted - SCOPES)
    if unknown:
        raise Unfit(
            Text("没有权限范围“{unknown}”；可用：{known}。", "There is no scope {unknown}; there are {known}."),
            code="err_unknown_scope",
            unknown=", ".join(unknown),
            known=", ".join(sorted(SCOPES)),
        )
    if not timedelta(0) < life <= KEY_LIFE_MAX:
        raise Unfit(
            errors=[
                FieldError(
                    "expires_at",
                    "err_key_life",
                    Text("密钥有效期最长一年。", "A key lives at most one year."),
                )
            ]
        )
    trail.hold(db, trail.OFFICE)
    if account is not None:
        row = db.execute(_ACCOUNT_BY_NAME, {"name": account.strip().lower()}).first()
        if row is None:
            raise NotFound(
                Text("没有账户“{account}”。", "There is no account {account}."),
                code="err_account_not_found",
                account=account,
            )
        owner = row.id
    elif actor.account_id is not None:
        owner = actor.account_id
    else:
        actor.require("keys.manage")
        _refuse_two_administrators(wanted)
        wanted = wanted or frozenset({"read", "write"})
        owner = _program_account(db, moment, name)
    if owner != actor.account_id:
        actor.require("keys.manage")
        if actor.is_person and not (account or "").strip().lower().startswith(_PROGRAM):
            # Whoever manages keys sees no case; with a key of somebody who does, they would.
            raise Forbidden(
                Text("只能为本人或程序账户签发密钥。", "A key is made for oneself or for an account of a program."),
                code="err_key_of_another",
            )
    if db.execute(select(_K.id).where(_K.name == name)).first() is not None:
        raise NotNow(Text("已有同名密钥。", "There is already a key of this name."), code="err_key_exists")
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    now = machine_time()
    db.execute(
        insert(tables.keys).values(
            id=key_id,
            name=name,
            account_id=owner,
            hash=_sha256(secret),
            scopes=json.dumps(sorted(wanted or SCOPES)),
            created_at=now,
            expires_at=now + life,
        )
    )
    trail.append(
        db, moment, actor, kind=trail.Kind.KEY_CREATED, key=key_id, account=owner, scopes=sorted(wanted or SCOPES)
    )
    return key_id, f"lh_{key_id}_{secret}"


def _refuse_two_administrators(scopes: frozenset[str]) -> None:
    if sum(bool(PERMISSIONS[role] & scopes) for role in ADMIN_ROLES) > 1:
        raise Forbidden(
            Text(
                "一个密钥不能同时具有系统、安全、审计管理员中两者的权限（三员分立）。",
                "One key cannot have the permissions of two of the system, security and audit administrators.",
            ),
            code="sod_20",
        )


def _program_account(db: Connection, moment: Moment, name: str) -> str:
    """An account for a program: a row of ``people`` without membership or post, a password that nobody knows."""
    person_id = new_id()
    account = f"{_PROGRAM}{_sha256(name)[:12]}"
    known = db.execute(_ACCOUNT_BY_NAME, {"name": account}).first()
    if known is not None:
        return str(known.id)
    db.execute(
        insert(tables.people).values(
            id=person_id, number=account, name=f"程序 {name}"[:100], name_en=f"Program {name}"[:100]
        )
    )
    row = account_row(moment, name=account, person_id=person_id, password=secrets.token_urlsafe(48))
    db.execute(insert(tables.accounts), row)
    return str(row["id"])


def resolve_key(db: Connection, moment: Moment, key: str, source: str = "api") -> Session:
    """Who acts with this key (``lh_<id>_<secret>``). Reads only; raises ``NotSignedIn``."""
    parts = key.split("_", 2)
    if len(parts) != 3 or parts[0] != "lh":
        raise NotSignedIn()
    rows = _KEY.all(db, {"key": parts[1], "on": moment.today})
    now = machine_time()
    row = rows[0] if rows else None
    if (
        row is None
        or not hmac.compare_digest(row["hash"], _sha256(parts[2]))
        or row["revoked_at"] is not None
        or row["disabled_at"] is not None
        or row["expires_at"] <= now
    ):
        raise NotSignedIn(Text("接口密钥无效、已过期或已吊销。", "The API key is invalid, expired or revoked."))
    scopes = frozenset(json.loads(row["scopes"]))
    actor = of_standing(db, moment, rows, row["id"], row["person_id"], source, key_id=row["key_id"], scopes=scopes)
    if row["name"].startswith(_PROGRAM):
        actor = replace(actor, permissions=scopes & ALL_PERMISSIONS)
    stale = row["used_at"] is None or now - row["used_at"] >= TOUCH_AFTER
    return Session(row["key_id"], _account_in(row), actor, None, stale)


def keys(db: Connection, actor: Actor) -> list[dict[str, Any]]:
    """Keys without their secrets: every one for ``keys.manage``, else the actor's own."""
    query = select(
        _K.id, _K.name, _A.name.label("account"), _K.scopes, _K.created_at, _K.expires_at, _K.used_at, _K.revoked_at
    ).join_from(tables.keys, tables.accounts, _A.id == _K.account_id)
    if not actor.may("keys.manage"):
        query = query.where(_K.account_id == actor.account_id)
    return [{**r._mapping, "scopes": json.loads(r.scopes)} for r in db.execute(query.order_by(_K.created_at))]


def revoke_key(db: Connection, actor: Actor, moment: Moment, id_or_name: str) -> None:
    """A key stops now and for ever: one's own, or any with ``keys.manage``. Raises ``NotFound``."""
    row = db.execute(
        select(_K.id, _K.account_id, _K.revoked_at).where((_K.id == id_or_name) | (_K.name == id_or_name))
    ).first()
    if row is None or (row.account_id != actor.account_id and not actor.may("keys.manage")):
        raise NotFound(Text("没有这一密钥。", "There is no such key."), code="err_key_not_found")
    if row.revoked_at is None:
        db.execute(update(tables.keys).where(_K.id == row.id).values(revoked_at=machine_time()))
        trail.append(db, moment, actor, kind=trail.Kind.KEY_REVOKED, key=row.id)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
