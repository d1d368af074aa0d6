"""A new password for who has forgotten theirs: by a link that is good once, from an administrator or by mail.

Of the link's token only the SHA-256 is stored. Whoever asks at the public door is answered the same, and the same row
is written, whether the name is known or not: what is different happens afterwards, at the heartbeat (``couriers``).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from engine import outbox, tables, trail
from engine.accounts import throttling
from engine.accounts.hashing import check_password, hashed, sha256
from engine.accounts.keeping import PROGRAM, read
from engine.accounts.real_time import machine_time
from engine.accounts.rows import ACCOUNT, ACCOUNT_BY_NAME, ACCOUNT_COLUMNS, NOBODY_YET, Account, account_of
from engine.accounts.sessions import revoke_sessions
from engine.actors import Actor, holder_of, of_account
from engine.errors import NotFound, NotNow, Refused, Text, Throttled
from engine.outbox import Notice
from engine.store import Moment, for_update, new_id
from engine.trail import Kind

LINK_LIFE = timedelta(hours=24)
"""Of a link that an administrator hands over."""
MAIL_LIFE = timedelta(minutes=30)
"""Of a link that went by mail."""
FREE_REQUESTS = {"reset": 3, "reset_address": 10}
"""Requests without a delay: for one name from anywhere, and from one address."""
GIVE_UP = timedelta(minutes=30)
"""A request whose mail could not be sent for so long is forgotten: nobody waits for it any more."""
FIRST_PAUSE = timedelta(seconds=30)

_P, _Q = tables.password_resets.c, tables.reset_requests.c
_RESET = (
    select(*ACCOUNT_COLUMNS)
    .join_from(tables.password_resets, tables.accounts, tables.accounts.c.id == _P.account_id)
    .where(_P.hash == bindparam("hash"), _P.expires_at > bindparam("now", type_=_P.expires_at.type))
)
_DUE = select(_Q.id, _Q.account_id, _Q.at, _Q.attempts).where(_Q.next_at <= bindparam("now", type_=_Q.next_at.type))


def link(base_url: str, token: str) -> str:
    """The address to hand over; the token stands behind the ``#``, which no server and no log sees."""
    return f"{base_url}/reset#{token}"


def new_token() -> tuple[str, str]:
    """``(token, hash)`` of a link that is begun later: handed over now, good from then on."""
    token = secrets.token_urlsafe(32)
    return token, sha256(token)


def begin_reset(
    db: Connection, actor: Actor, moment: Moment, account_id: str, made: str | None = None
) -> tuple[str, datetime]:
    """An administrator begins a reset: ``(token, until)``, to be handed over as ``link``. Needs ``accounts.manage``.

    An older link by an administrator is void from now on; password and sessions stay until the link is used. ``made``:
    the hash of a token that ``new_token`` gave before, which is not given again. Raises ``NotFound``, ``NotNow``
    (closed account, account of a program).
    """
    actor.require("accounts.manage")
    account = read(db, account_id)
    if account.disabled_at is not None or account.name.startswith(PROGRAM):
        raise NotNow(
            Text("该账号已停用，或属于程序，不能重置密码。", "The account is closed, or of a program."),
            code="err_account_closed",
        )
    return _begin(db, actor, moment, account, "link", LINK_LIFE, made=made)


def ask_reset(db: Connection, moment: Moment, name: str, address: str) -> Refused | None:
    """Somebody at the public door has forgotten a password; gives ``Throttled`` to raise after COMMIT, or nothing."""
    name = name.strip().lower()[:100]
    subjects = (
        (sha256(f"reset:{name}"), FREE_REQUESTS["reset"]),
        (sha256(f"reset address:{address}"), FREE_REQUESTS["reset_address"]),
    )
    wait = throttling.wait(db, subjects)
    row = db.execute(ACCOUNT_BY_NAME, {"name": name}).first()
    if wait:
        return Throttled(retry_after=wait)
    throttling.count(db, moment, subjects)
    usable = row is not None and row.disabled_at is None and not row.name.startswith(PROGRAM)
    now = machine_time()
    db.execute(
        insert(tables.reset_requests).values(
            id=new_id(),
            account_id=row.id if row is not None and usable else None,
            at=now,
            attempts=0,
            next_at=now,
        )
    )
    return None


@dataclass(frozen=True, slots=True)
class Request:
    """A link that somebody asked for, and that is to be written now."""

    id: str
    account: Account
    is_first: bool
    """Nothing of it could be sent before."""


def next_request(db: Connection) -> Request | None:
    """The next request that is due; due again after a pause, until ``settle_request`` says that it is done.

    Requests that name nobody, or are too old, are forgotten on the way.
    """
    while True:
        now = machine_time()
        due = _DUE.order_by(_Q.next_at, _Q.id).limit(1)
        row = db.execute(due.with_for_update(skip_locked=True) if for_update(db) else due, {"now": now}).first()
        if row is None:
            return None
        account = read(db, row.account_id) if row.account_id is not None else None
        if account is None or account.disabled_at is not None or now - row.at > GIVE_UP:
            settle_request(db, row.id)
            continue
        pause = FIRST_PAUSE * 2 ** min(row.attempts, 6)
        db.execute(
            update(tables.reset_requests).where(_Q.id == row.id).values(attempts=row.attempts + 1, next_at=now + pause)
        )
        return Request(row.id, account, row.attempts == 0)


def begin_by_mail(db: Connection, moment: Moment, request: Request) -> str:
    """The token of a request, which is nowhere but in the mail that is written of it.

    An older link by mail is void; one that an administrator handed over stays good, or else anybody could void it.
    """
    return _begin(db, NOBODY_YET, moment, request.account, "mail", MAIL_LIFE, is_first=request.is_first)[0]


def settle_request(db: Connection, request_id: str) -> None:
    """The mail is on its way, or there is nowhere to send it."""
    db.execute(delete(tables.reset_requests).where(_Q.id == request_id))


def has_requests(db: Connection) -> bool:
    """Whether a request is due; reads only."""
    return db.execute(_DUE.limit(1), {"now": machine_time()}).first() is not None


def _begin(
    db: Connection,
    actor: Actor,
    moment: Moment,
    account: Account,
    way: str,
    life: timedelta,
    *,
    is_first: bool = True,
    made: str | None = None,
) -> tuple[str, datetime]:
    token, token_hash = ("", made) if made is not None else new_token()
    now = machine_time()
    db.execute(ACCOUNT.with_for_update(), {"id": account.id})
    db.execute(delete(tables.password_resets).where(_P.account_id == account.id, _P.way == way))
    db.execute(
        insert(tables.password_resets).values(
            account_id=account.id, hash=token_hash, way=way, created_at=now, expires_at=now + life
        )
    )
    if is_first:
        trail.append(db, moment, actor, kind=Kind.RESET_BEGUN, account=account.id, subject=account.person_id, way=way)
        outbox.tell(db, moment, Notice.RESET_BEGUN, [holder_of(account.person_id)])
    return token, now + life


# ---------------------------------------------------------------- the new password


def find_reset(db: Connection, token: str) -> Account:
    """Whose password a link sets; reads only. Raises ``NotFound``: used, replaced, too old, unknown."""
    row = db.execute(_RESET, {"hash": sha256(token), "now": machine_time()}).first()
    if row is None or row.disabled_at is not None:
        raise _void()
    return account_of(row)


def new_hash(account: Account, password: str) -> str:
    """The hash of a new password, 70 ms of a core without the database; raises ``Unfit`` for one that does not do."""
    check_password(account.name, password)
    return hashed(password)


def use_reset(db: Connection, moment: Moment, token: str, password_hash: str) -> Account:
    """The link sets the new password, once: every session of the account ends. Raises ``NotFound``."""
    account = find_reset(db, token)
    if db.execute(delete(tables.password_resets).where(_P.hash == sha256(token))).rowcount == 0:
        raise _void()
    db.execute(delete(tables.password_resets).where(_P.account_id == account.id))
    db.execute(update(tables.accounts).where(tables.accounts.c.id == account.id).values(password_hash=password_hash))
    revoke_sessions(db, account.id)
    throttling.forget(db, [sha256(f"account:{account.name}"), sha256(f"reset:{account.name}")])
    trail.append(db, moment, of_account(db, account, moment, "web"), kind=Kind.RESET_DONE, account=account.id)
    outbox.tell(db, moment, Notice.RESET_DONE, [holder_of(account.person_id)])
    return account


def _void() -> NotFound:
    return NotFound(
        Text("此重置链接无效、已使用或已过期，请重新申请。", "This link is unknown, used or expired. Ask for another."),
        code="err_reset_link",
    )


def sweep(db: Connection) -> int:
    """Throw away links whose time is over; answers with how many."""
    return db.execute(delete(tables.password_resets).where(_P.expires_at <= machine_time())).rowcount
