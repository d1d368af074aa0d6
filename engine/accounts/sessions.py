"""Sessions: opaque tokens of browsers, of which only the SHA-256 is stored."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from engine import tables
from engine.accounts.hashing import sha256
from engine.accounts.real_time import machine_time
from engine.accounts.rows import Account, account_in
from engine.actors import Actor, of_standing, with_standing
from engine.errors import NotFound, NotSignedIn
from engine.store import Moment, Statement

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
TOUCH_AFTER = timedelta(minutes=1)
"""``seen_at`` is written at most this often, so that reading a page does not write a row."""

_A, _S = tables.accounts.c, tables.sessions.c
_SHOWN = 16
"""Letters of a session's hash that are its id where people see it."""


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
    factor: str | None = None
    """The second factor it was opened with: ``totp``, ``recovery`` or ``provider``; null for none."""
    created_at: datetime | None = None


_SESSION = Statement(
    with_standing(
        select(
            tables.sessions.c.hash,
            tables.sessions.c.csrf,
            tables.sessions.c.seen_at,
            tables.sessions.c.expires_at,
            tables.sessions.c.created_at.label("opened_at"),
            tables.sessions.c.factor,
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
_TOUCH_KEY = update(tables.keys).where(tables.keys.c.id == bindparam("key")).values(used_at=bindparam("now"))


def open_session(db: Connection, account_id: str, factor: str | None = None) -> tuple[str, str]:
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
            hash=sha256(token),
            account_id=account_id,
            csrf=csrf,
            created_at=now,
            seen_at=now,
            expires_at=now + ABSOLUTE,
            factor=factor,
        )
    )
    return token, csrf


def resolve(db: Connection, moment: Moment, token: str, source: str = "web") -> Session:
    """Who holds this token. Reads only; raises ``NotSignedIn`` for an unknown, idle, expired or revoked one."""
    rows = _SESSION.all(db, {"hash": sha256(token), "on": moment.today})
    now = machine_time()
    if not rows:
        raise NotSignedIn()
    row = rows[0]
    if row["disabled_at"] is not None or row["expires_at"] <= now or row["seen_at"] <= now - IDLE:
        raise NotSignedIn()
    actor = of_standing(db, moment, rows, row["id"], row["person_id"], source)
    return Session(
        row["hash"],
        account_in(row),
        actor,
        row["csrf"],
        now - row["seen_at"] >= TOUCH_AFTER,
        row["factor"],
        row["opened_at"],
    )


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
    db.execute(delete(tables.sessions).where(tables.sessions.c.hash == sha256(token)))


def revoke_sessions(db: Connection, account_id: str) -> int:
    """End every session of an account; answers with how many there were."""
    db.execute(delete(tables.half_sessions).where(tables.half_sessions.c.account_id == account_id))
    return db.execute(delete(tables.sessions).where(_S.account_id == account_id)).rowcount


def revoke_others(db: Connection, account_id: str, keep_token: str | None) -> None:
    """End every session of an account but the one of this token."""
    db.execute(delete(tables.half_sessions).where(tables.half_sessions.c.account_id == account_id))
    others = (_S.account_id == account_id) & (_S.hash != sha256(keep_token or ""))
    db.execute(delete(tables.sessions).where(others))


def set_factor(db: Connection, token: str | None, factor: str | None) -> None:
    """From now on a session counts as opened with this second factor."""
    db.execute(update(tables.sessions).where(_S.hash == sha256(token or "")).values(factor=factor))


def sessions_of(db: Connection, actor: Actor, token: str | None = None) -> list[dict[str, Any]]:
    """The actor's own sessions that go on, newest first (the list a person revokes from)."""
    now = machine_time()
    rows = db.execute(
        select(_S.hash, _S.created_at, _S.seen_at, _S.factor)
        .where(_S.account_id == actor.account_id, _S.expires_at > now, _S.seen_at > now - IDLE)
        .order_by(_S.created_at.desc())
    )
    return [
        {
            "id": r.hash[:_SHOWN],
            "created_at": r.created_at,
            "seen_at": r.seen_at,
            "factor": r.factor,
            "is_current": token is not None and r.hash == sha256(token),
        }
        for r in rows
    ]


def end_session(db: Connection, actor: Actor, session_id: str) -> None:
    """End one of the actor's own sessions, by its id in ``sessions_of``. Raises ``NotFound``."""
    if actor.account_id is None or actor.key_id is not None or len(session_id) != _SHOWN:
        raise NotFound()
    mine = (_S.account_id == actor.account_id) & (func.substr(_S.hash, 1, _SHOWN) == session_id)
    if db.execute(delete(tables.sessions).where(mine)).rowcount == 0:
        raise NotFound()


def sweep(db: Connection) -> int:
    """Throw away sessions that have ended; answers with how many there were."""
    now = machine_time()
    ended = (tables.sessions.c.expires_at <= now) | (tables.sessions.c.seen_at <= now - IDLE)
    return db.execute(delete(tables.sessions).where(ended)).rowcount
