"""The second factor: codes by time (TOTP, RFC 6238), each taken once, and recovery codes for who has lost the device.

The secret is sealed with ``LIUHEN_SECRET_KEY`` and shown once, while it is enrolled. A recovery code has 80 bits of
chance, so its SHA-256 tells nobody the code. A wrong code is counted and therefore not raised: each verb gives the
refusal for the edge to raise after it has committed.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyotp
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from engine import outbox, sealing, tables, trail
from engine.accounts import throttling
from engine.accounts.hashing import sha256
from engine.accounts.keeping import read
from engine.accounts.real_time import machine_time
from engine.accounts.sessions import revoke_others, revoke_sessions, set_factor
from engine.actors import Actor, holder_of
from engine.errors import Forbidden, NotNow, NotSignedIn, Refused, Text, Throttled
from engine.outbox import Notice
from engine.store import Moment, insert_or_ignore
from engine.trail import Kind

PERIOD = 30
"""Seconds that a code stands (RFC 6238, section 5.2)."""
DRIFT = 1
"""Periods before and after now whose codes are taken too: clocks differ, and people type slowly."""
RECOVERY_CODES = 10
FREE_FAILURES = {"code": 5, "code_address": 60}
"""Failures without a delay: codes of one account from anywhere, and codes from one address. Strict from anywhere,
because whoever is asked for a code has given the right password."""

_PURPOSE = "liuhen second factors 1"
_F, _R = tables.second_factors.c, tables.recovery_codes.c
_FACTOR = select(_F.account_id, _F.secret, _F.confirmed_at, _F.counter).where(_F.account_id == bindparam("account"))
_FACTOR_LOCKED = _FACTOR.with_for_update()
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: none is taken for another
_ALIKE = str.maketrans("oil", "011")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app is told, once."""

    secret: str
    """Base32."""
    uri: str
    """``otpauth://totp/…``, what a QR code of it says."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a code: taken as ``totp`` or ``recovery``, or the ``refusal`` to raise after COMMIT."""

    factor: str | None = None
    refusal: Refused | None = None
    recovery_codes: tuple[str, ...] = ()
    """New ones, shown this once."""


def is_on(db: Connection, account_id: str) -> bool:
    """Whether the account asks for a code."""
    row = db.execute(_FACTOR, {"account": account_id}).first()
    return row is not None and row.confirmed_at is not None


def state(db: Connection, account_id: str) -> dict[str, Any]:
    """``{is_on, since, recovery_left}`` of an account."""
    row = db.execute(_FACTOR, {"account": account_id}).first()
    since: datetime | None = row.confirmed_at if row is not None else None
    return {"is_on": since is not None, "since": since, "recovery_left": _left(db, account_id) if since else 0}


def unreadable(db: Connection, secret_key: str) -> list[str]:
    """Ids of the accounts whose secret was sealed under another ``LIUHEN_SECRET_KEY``."""
    rows = db.execute(select(_F.account_id, _F.secret).where(_F.confirmed_at.is_not(None)).order_by(_F.account_id))
    return [row.account_id for row in rows if _opened(secret_key, row) is None]


# ---------------------------------------------------------------- switched on and off


def begin(db: Connection, actor: Actor, moment: Moment, secret_key: str, issuer: str) -> Enrolment:
    """A new secret for the actor's own account; it counts once ``confirm`` has taken a code of it.

    Raises ``Forbidden`` (a program), ``NotNow`` (there is one already).
    """
    account_id = _own(actor)
    row = db.execute(_FACTOR_LOCKED, {"account": account_id}).first()
    if row is not None and row.confirmed_at is not None:
        raise NotNow(
            Text("两步验证已经启用，请先停用。", "A second factor is on already. Switch it off first."),
            code="err_second_factor_on",
        )
    secret = pyotp.random_base32()
    sealed = sealing.seal(secret_key, _PURPOSE, account_id, secret.encode())
    db.execute(delete(tables.second_factors).where(_F.account_id == account_id))
    db.execute(
        insert_or_ignore(db, tables.second_factors).values(
            account_id=account_id, secret=sealed, begun_at=machine_time(), confirmed_at=None, counter=0
        )
    )
    name = read(db, account_id).name
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer))


def confirm(
    db: Connection, actor: Actor, moment: Moment, secret_key: str, code: str, address: str, keep_token: str | None
) -> Taken:
    """The first code of a new secret switches the second factor on; gives the recovery codes.

    Every other session of the account ends; ``keep_token``'s goes on as one that had the second factor.
    """
    account_id = _own(actor)
    subjects = _subjects(account_id, address)
    wait = throttling.wait(db, subjects)
    if wait:
        return Taken(refusal=Throttled(retry_after=wait))
    row = db.execute(_FACTOR_LOCKED, {"account": account_id}).first()
    if row is None or row.confirmed_at is not None:
        raise NotNow(
            Text("请先重新开始启用两步验证。", "Begin to switch the second factor on first."),
            code="err_second_factor_not_begun",
        )
    step = _step_of(_opened(secret_key, row), code, row.counter)
    if step is None:
        return _failed(db, moment, account_id, subjects)
    throttling.forget(db, [subjects[0][0]])
    db.execute(
        update(tables.second_factors)
        .where(_F.account_id == account_id)
        .values(confirmed_at=machine_time(), counter=step)
    )
    codes = _new_codes(db, account_id)
    revoke_others(db, account_id, keep_token)
    set_factor(db, keep_token, "totp")
    trail.append(db, moment, actor, kind=Kind.FACTOR_ENROLLED, account=account_id)
    _tell(db, moment, Notice.FACTOR_ENROLLED, account_id)
    return Taken("totp", recovery_codes=codes)


def remove(
    db: Connection, actor: Actor, moment: Moment, secret_key: str, code: str, address: str, keep_token: str | None
) -> Taken:
    """The actor's own second factor is switched off; whoever calls this has proved the password before."""
    account_id = _own(actor)
    taken = take(db, moment, secret_key, account_id, code, address)
    if taken.refusal is None:
        _forget(db, account_id)
        revoke_others(db, account_id, keep_token)
        set_factor(db, keep_token, None)
        trail.append(db, moment, actor, kind=Kind.FACTOR_REMOVED, account=account_id)
        _tell(db, moment, Notice.FACTOR_REMOVED, account_id)
    return taken


def renew_recovery_codes(
    db: Connection, actor: Actor, moment: Moment, secret_key: str, code: str, address: str
) -> Taken:
    """Ten new recovery codes; the old ones are void."""
    account_id = _own(actor)
    taken = take(db, moment, secret_key, account_id, code, address)
    if taken.refusal is not None:
        return taken
    codes = _new_codes(db, account_id)
    trail.append(db, moment, actor, kind=Kind.RECOVERY_CODES_RENEWED, account=account_id)
    return Taken(taken.factor, recovery_codes=codes)


def reset_second_factor(db: Connection, actor: Actor, moment: Moment, account_id: str) -> None:
    """An administrator takes away the second factor of somebody who has lost it. Needs ``accounts.manage``.

    Every session of the account ends. Raises ``NotFound``, ``NotNow`` (there is none).
    """
    actor.require("accounts.manage")
    person = read(db, account_id).person_id
    if not is_on(db, account_id):
        raise NotNow(
            Text("该账号没有启用两步验证。", "The account has no second factor."), code="err_second_factor_off"
        )
    _forget(db, account_id)
    revoke_sessions(db, account_id)
    trail.append(db, moment, actor, kind=Kind.FACTOR_RESET, account=account_id, subject=person)
    _tell(db, moment, Notice.FACTOR_REMOVED, account_id)


# ---------------------------------------------------------------- taking a code


def take(db: Connection, moment: Moment, secret_key: str, account_id: str, code: str, address: str) -> Taken:
    """Take a code of the app or a recovery code, each once; two at the same moment wait for one another."""
    subjects = _subjects(account_id, address)
    wait = throttling.wait(db, subjects)
    if wait:
        return Taken(refusal=Throttled(retry_after=wait))
    row = db.execute(_FACTOR_LOCKED, {"account": account_id}).first()
    if row is None or row.confirmed_at is None:
        raise NotNow(Text("没有启用两步验证。", "There is no second factor."), code="err_second_factor_off")
    typed = re.sub(r"[\s-]", "", code)[:40]
    if re.fullmatch(r"[0-9]{6}", typed, re.ASCII):
        secret = _opened(secret_key, row)
        if secret is None:
            return Taken(
                refusal=NotNow(
                    Text(
                        "系统密钥已更换，无法验证此验证码；请使用恢复码，或请管理员重置两步验证。",
                        "The office has another secret key and cannot check this code. Use a recovery code, or ask an"
                        " administrator to reset your second factor.",
                    ),
                    code="err_second_factor_sealed",
                )
            )
        step = _step_of(secret, typed, row.counter)
        if step is not None:
            db.execute(update(tables.second_factors).where(_F.account_id == account_id).values(counter=step))
            throttling.forget(db, [subjects[0][0]])
            return Taken("totp")
    else:
        mark = _mark(account_id, typed)
        used = update(tables.recovery_codes).where(_R.account_id == account_id, _R.hash == mark, _R.used_at.is_(None))
        if db.execute(used.values(used_at=machine_time())).rowcount == 1:
            throttling.forget(db, [subjects[0][0]])
            return Taken("recovery")
    return _failed(db, moment, account_id, subjects)


def told_recovery(db: Connection, actor: Actor, moment: Moment, account_id: str) -> None:
    """A sign-in by a recovery code: an entry, and a notice that says how many are left."""
    left = _left(db, account_id)
    trail.append(db, moment, actor, kind=Kind.RECOVERY_CODE_USED, account=account_id, left=left)
    _tell(db, moment, Notice.RECOVERY_CODE_USED, account_id, left=left)


def _step_of(secret: str | None, code: str, taken: int) -> int | None:
    """The time step whose code this is, later than the last that was taken (RFC 6238, section 5.2); ``None``: wrong."""
    if secret is None:
        return None
    typed = re.sub(r"[\s-]", "", code)[:40]
    otp, now = pyotp.TOTP(secret), int(machine_time().timestamp()) // PERIOD
    found = [
        step
        for step in range(now - DRIFT, now + DRIFT + 1)
        if hmac.compare_digest(otp.generate_otp(step).encode(), typed.encode()) and step > taken
    ]
    return found[0] if found else None


def _failed(db: Connection, moment: Moment, account_id: str, subjects: throttling.Subjects) -> Taken:
    delay = throttling.count(db, moment, subjects, account_id, ("code",))
    said = Text("验证码不正确或已用过。", "The code is wrong, or was used already.")
    if delay:
        return Taken(refusal=NotSignedIn(said, code="err_wrong_code", retry_after=delay))
    return Taken(refusal=NotSignedIn(said, code="err_wrong_code"))


def _subjects(account_id: str, address: str) -> throttling.Subjects:
    return (
        (sha256(f"code:{account_id}"), FREE_FAILURES["code"]),
        (sha256(f"code address:{address}"), FREE_FAILURES["code_address"]),
    )


# ---------------------------------------------------------------- rows


def _own(actor: Actor) -> str:
    if actor.account_id is None or actor.key_id is not None:
        raise Forbidden(
            Text("只有登录的本人可以设置两步验证。", "Only the person signed in sets up a second factor."),
            code="err_second_factor_own",
        )
    return actor.account_id


def _opened(secret_key: str, row: Any) -> str | None:
    try:
        return sealing.opened(secret_key, _PURPOSE, row.account_id, row.secret).decode()
    except sealing.CannotOpen:
        return None


def _new_codes(db: Connection, account_id: str) -> tuple[str, ...]:
    db.execute(delete(tables.recovery_codes).where(_R.account_id == account_id))
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(16)) for _ in range(RECOVERY_CODES)]
    rows = [{"account_id": account_id, "hash": _mark(account_id, code)} for code in codes]
    db.execute(insert(tables.recovery_codes), rows)
    return tuple("-".join(code[n : n + 4] for n in range(0, 16, 4)) for code in codes)


def _mark(account_id: str, code: str) -> str:
    return sha256(f"{account_id}\n{code.lower().translate(_ALIKE)}")


def _left(db: Connection, account_id: str) -> int:
    return db.execute(select(func.count()).where(_R.account_id == account_id, _R.used_at.is_(None))).scalar_one()


def _forget(db: Connection, account_id: str) -> None:
    db.execute(delete(tables.recovery_codes).where(_R.account_id == account_id))
    db.execute(delete(tables.second_factors).where(_F.account_id == account_id))
    throttling.forget(db, [sha256(f"code:{account_id}")])


def _tell(db: Connection, moment: Moment, kind: Notice, account_id: str, **facts: Any) -> None:
    outbox.tell(db, moment, kind, [holder_of(read(db, account_id).person_id)], facts=facts)


def sweep(db: Connection) -> int:
    """Throw away secrets that were begun and never confirmed; answers with how many."""
    old = (_F.confirmed_at.is_(None)) & (_F.begun_at < machine_time() - timedelta(days=1))
    return db.execute(delete(tables.second_factors).where(old)).rowcount
