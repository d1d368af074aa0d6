"""Accounts: created, closed, opened again; their language and their password."""

from __future__ import annotations

import hmac
import re
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine import tables, trail
from engine.accounts.hashing import check_password, hashed, matches, unfit_password
from engine.accounts.rows import ACCOUNT, ACCOUNT_BY_NAME, Account, account_of
from engine.accounts.sessions import revoke_others, revoke_sessions
from engine.actors import Actor
from engine.errors import FieldError, Forbidden, NotFound, NotNow, Text, Unfit
from engine.store import Moment, new_id

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}[a-z0-9]")
PROGRAM = "program."
"""How the accounts of programs begin; no person's account may."""

_A = tables.accounts.c


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
    if not _NAME.fullmatch(name) or name.startswith(PROGRAM):
        raise Unfit(
            errors=[
                FieldError(
                    "name",
                    "err_account_name",
                    Text(
                        "账号名须为 2 至 64 位小写字母、数字、点、下划线或短横线。",
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
            Text("该账号名已被使用，或该人员已有账号。", "The name is taken, or the person already has an account."),
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
    check_password(name, password)
    return {
        "id": new_id(),
        "name": name,
        "person_id": person_id,
        "password_hash": hashed(password),
        "language": language,
        "created_at": moment.now,
        "disabled_at": None,
    }


def read(db: Connection, account_id: str) -> Account:
    """One account. Raises ``NotFound``."""
    row = db.execute(ACCOUNT, {"id": account_id}).first()
    if row is None:
        raise NotFound()
    return account_of(row)


def named(db: Connection, name: str) -> Account:
    """The account of a name. Raises ``NotFound``."""
    row = db.execute(ACCOUNT_BY_NAME, {"name": name.strip().lower()}).first()
    if row is None:
        raise NotFound(
            Text("没有账号“{account}”。", "There is no account {account}."), code="err_account_not_found", account=name
        )
    return account_of(row)


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
    row = db.execute(ACCOUNT, {"id": actor.account_id}).first()
    if row is None or actor.key_id is not None:
        raise Forbidden(Text("只有登录的本人可以修改密码。", "Only the person signed in changes the password."))
    if not matches(row.password_hash, old):
        raise Forbidden(Text("原密码不正确。", "The old password is wrong."), code="err_wrong_password")
    check_password(row.name, new)
    if hmac.compare_digest(old.encode(), new.encode()):
        raise unfit_password("err_password_same", Text("新密码与原密码相同。", "The new password is the old one."))
    set_password(db, actor, moment, row.id, new, "password")
    revoke_others(db, row.id, keep_token)


def reset_password(db: Connection, actor: Actor, moment: Moment, account_id: str, new: str) -> None:
    """A new password given by an administrator; ends every session of the account. Needs ``accounts.manage``."""
    actor.require("accounts.manage")
    known = read(db, account_id)
    check_password(known.name, new)
    set_password(db, actor, moment, account_id, new, "password_reset")
    revoke_sessions(db, account_id)


def set_password(db: Connection, actor: Actor, moment: Moment, account_id: str, new: str, what: str) -> None:
    db.execute(update(tables.accounts).where(_A.id == account_id).values(password_hash=hashed(new)))
    trail.append(db, moment, actor, kind=trail.Kind.ACCOUNT_CHANGED, account=account_id, what=what)
