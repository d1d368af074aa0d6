"""Keys of programs: ``lh_<id>_<secret>``, shown once, stored as the SHA-256 of the secret."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from engine import tables, trail
from engine.accounts.hashing import sha256
from engine.accounts.keeping import PROGRAM, account_row
from engine.accounts.real_time import machine_time
from engine.accounts.rows import ACCOUNT_BY_NAME, account_in
from engine.accounts.sessions import TOUCH_AFTER, Session
from engine.actors import ADMIN_ROLES, ALL_PERMISSIONS, PERMISSIONS, Actor, of_standing, with_standing
from engine.errors import FieldError, Forbidden, NotFound, NotNow, NotSignedIn, Text, Unfit
from engine.store import Moment, Statement, new_id

KEY_LIFE = timedelta(days=90)
KEY_LIFE_MAX = timedelta(days=366)

SHORTEST, LONGEST = 12, 128
"""Length of a password in characters."""

SCOPES = frozenset({"read", "write"}) | ALL_PERMISSIONS
"""What a key may be limited to: ``read`` and ``write`` over HTTP, and each permission of the owner by its name."""

_A = tables.accounts.c
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


def create_key(
    db: Connection,
    actor: Actor,
    moment: Moment,
    *,
    name: str,
    scopes: Iterable[str] = (),
    account: str | None = None,
    is_program: bool = False,
    life: timedelta = KEY_LIFE,
    made: tuple[str, str] | None = None,
) -> tuple[str, str]:
    """A key for a program: ``(id, key)``; the key is never shown again.

    It acts as its owner (``account``: an account's name; without one the actor's own account), narrowed to
    ``scopes``; without scopes it may do what the owner may. With ``keys.manage`` one makes them for
    accounts of programs too, an operator for any account.
    An operator who names no account gets a *program account*: it holds no post and gets no task, and may only what
    its scopes say (without scopes: read and write what anybody signed in may).
    ``is_program``: so does a person with ``keys.manage``. ``made``: id and hash of a secret that ``new_secret`` gave
    before; its key is not given again.
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
        row = db.execute(ACCOUNT_BY_NAME, {"name": account.strip().lower()}).first()
        if row is None:
            raise NotFound(
                Text("没有账号“{account}”。", "There is no account {account}."),
                code="err_account_not_found",
                account=account,
            )
        owner = row.id
        if is_of_a_program(account):
            # A program has what its scopes say: without any it would have every permission there is.
            _refuse_two_administrators(wanted)
            wanted = wanted or frozenset({"read", "write"})
    elif actor.account_id is not None and not is_program:
        owner = actor.account_id
    else:
        actor.require("keys.manage")
        _refuse_two_administrators(wanted)
        wanted = wanted or frozenset({"read", "write"})
        owner = _program_account(db, moment, name)
    if owner != actor.account_id:
        actor.require("keys.manage")
        if actor.is_person and not is_program and not is_of_a_program(account):
            # Whoever manages keys sees no case; with a key of somebody who does, they would.
            raise Forbidden(
                Text("只能为本人或程序账号签发密钥。", "A key is made for oneself or for an account of a program."),
                code="err_key_of_another",
            )
    if db.execute(select(_K.id).where(_K.name == name)).first() is not None:
        raise NotNow(Text("已有同名密钥。", "There is already a key of this name."), code="err_key_exists")
    key_id, key, secret_hash = (made[0], "", made[1]) if made is not None else new_secret()
    now = machine_time()
    db.execute(
        insert(tables.keys).values(
            id=key_id,
            name=name,
            account_id=owner,
            hash=secret_hash,
            scopes=json.dumps(sorted(wanted or SCOPES)),
            created_at=now,
            expires_at=now + life,
        )
    )
    trail.append(
        db,
        moment,
        actor,
        kind=trail.Kind.KEY_CREATED,
        key=key_id,
        name=name,
        account=owner,
        scopes=sorted(wanted or SCOPES),
        fingerprint=sha256(secret_hash),
        until=trail.instant(now + life),
    )
    return key_id, key


def new_secret() -> tuple[str, str, str]:
    """``(id, key, hash)`` of a key that is still to be made; the key is shown once, the hash is kept."""
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    return key_id, f"lh_{key_id}_{secret}", sha256(secret)


def is_of_a_program(account: str | None) -> bool:
    """Whether an account's name is that of a program."""
    return (account or "").strip().lower().startswith(PROGRAM)


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
    account = f"{PROGRAM}{sha256(name)[:12]}"
    known = db.execute(ACCOUNT_BY_NAME, {"name": account}).first()
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
        or not hmac.compare_digest(row["hash"], sha256(parts[2]))
        or row["revoked_at"] is not None
        or row["disabled_at"] is not None
        or row["expires_at"] <= now
    ):
        raise NotSignedIn(Text("接口密钥无效、已过期或已吊销。", "The API key is invalid, expired or revoked."))
    scopes = frozenset(json.loads(row["scopes"]))
    actor = of_standing(db, moment, rows, row["id"], row["person_id"], source, key_id=row["key_id"], scopes=scopes)
    if row["name"].startswith(PROGRAM):
        actor = replace(actor, permissions=scopes & ALL_PERMISSIONS)
    stale = row["used_at"] is None or now - row["used_at"] >= TOUCH_AFTER
    return Session(row["key_id"], account_in(row), actor, None, stale)


def keys(db: Connection, actor: Actor) -> list[dict[str, Any]]:
    """Keys without their secrets: every one for ``keys.manage``, else the actor's own."""
    query = select(
        _K.id, _K.name, _A.name.label("account"), _K.scopes, _K.created_at, _K.expires_at, _K.used_at, _K.revoked_at
    ).join_from(tables.keys, tables.accounts, _A.id == _K.account_id)
    if not actor.may("keys.manage"):
        query = query.where(_K.account_id == actor.account_id)
    return [{**r._mapping, "scopes": json.loads(r.scopes)} for r in db.execute(query.order_by(_K.created_at))]


def revoke_keys_of(db: Connection, actor: Actor, moment: Moment, account_id: str) -> None:
    """Every key of an account stops now and for ever: its person leaves. Needs ``accounts.manage``."""
    actor.require("accounts.manage")
    mine = (_K.account_id == account_id) & _K.revoked_at.is_(None)
    for key in db.execute(select(_K.id).where(mine).order_by(_K.id)).scalars().all():
        trail.append(db, moment, actor, kind=trail.Kind.KEY_REVOKED, key=key)
    db.execute(update(tables.keys).where(mine).values(revoked_at=machine_time()))


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
