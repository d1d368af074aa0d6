"""The keys of the log and of the witness: Ed25519, the private part sealed in the database (``engine/sealing.py``).

A key is made when one is first needed, and by one node only. It ends when the next one of its purpose begins; what it
signed until then goes on being verified with it. The origin of a log is the name of its first key and stays so.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select

from engine import sealing, tables
from engine.errors import NotNow, Text
from engine.log import notes
from engine.log.notes import Key
from engine.settings import Settings
from engine.store import Moment, Statement, insert_or_ignore

LOG, WITNESS = "log", "witness"
KINDS = {LOG: notes.LOG, WITNESS: notes.WITNESS}
LEAD = timedelta(seconds=10)
"""A new key begins so long after it was made: by then every process knows it."""
FRESH = 5.0
"""Seconds for which a process relies on the keys that it has read; less than ``LEAD``."""
GONE = timedelta(hours=1)
"""So long after its key has ended, a private part is destroyed."""
_PURPOSE = "log key"

_K, _S = tables.log_keys.c, tables.log_key_secrets.c


class CannotSign(NotNow):
    """The private part of the key is not there, or was sealed under another ``LIUHEN_SECRET_KEY``."""

    code = "err_log_key"
    text = Text(
        "留痕日志的签名私钥无法打开（LIUHEN_SECRET_KEY 已更换？）。请更换日志密钥：liuhen log rotate。",
        "The log's private key cannot be opened (another LIUHEN_SECRET_KEY?). Rotate it: liuhen log rotate.",
    )


@dataclass(frozen=True, slots=True)
class Held:
    """One key of a purpose; ``until`` is when the next one begins."""

    purpose: str
    number: int
    key: Key
    from_at: datetime
    until: datetime | None
    sealed: bytes | None
    """Its private part, while it is kept."""

    def private(self, settings: Settings) -> Ed25519PrivateKey:
        """Raises ``CannotSign``."""
        if self.sealed is None:
            raise CannotSign()
        try:
            raw = sealing.opened(settings.secret_key, _PURPOSE, f"{self.purpose}:{self.number}", self.sealed)
        except sealing.CannotOpen as e:
            raise CannotSign() from e
        return Ed25519PrivateKey.from_private_bytes(raw)


_ALL = Statement(
    select(_K.number, _K.name, _K.public, _K.from_at, _S.sealed)
    .join_from(
        tables.log_keys,
        tables.log_key_secrets,
        (_S.purpose == _K.purpose) & (_S.number == _K.number),
        isouter=True,
    )
    .where(_K.purpose == bindparam("purpose"))
    .order_by(_K.number)
)


def keys(db: Connection, purpose: str = LOG) -> list[Held]:
    """Every key that ever was, oldest first."""
    rows = _ALL.all(db, {"purpose": purpose})
    ends = [*(row["from_at"] for row in rows[1:]), None]
    return [
        Held(
            purpose,
            row["number"],
            Key(row["name"], KINDS[purpose], bytes.fromhex(row["public"])),
            row["from_at"],
            end,
            row["sealed"],
        )
        for row, end in zip(rows, ends, strict=False)  # none where there is no key
    ]


def origin(db: Connection) -> str | None:
    """What the log is called; null before its first key."""
    found: str | None = db.execute(select(_K.name).where(_K.purpose == LOG).order_by(_K.number).limit(1)).scalar()
    return found


def current(db: Connection, settings: Settings, moment: Moment, purpose: str = LOG) -> Held:
    """The key that signs at this moment; made where there is none yet."""
    held = keys(db, purpose)
    if not held:
        name = _first_name(db, settings, moment, purpose)
        _make(db, settings, moment.now, purpose, 1, name)
        held = keys(db, purpose)
    return _at(held, moment.now)


def _at(held: Sequence[Held], at: datetime) -> Held:
    """The first key also signs what is older than itself: a clock that was set back must stop nothing."""
    return next((one for one in reversed(held) if one.from_at <= at), held[0])


def _first_name(db: Connection, settings: Settings, moment: Moment, purpose: str) -> str:
    if purpose == WITNESS:
        return f"{current(db, settings, moment).key.name}/witness"
    return settings.log_origin or f"liuhen.{secrets.token_hex(4)}"


def _make(db: Connection, settings: Settings, from_at: datetime, purpose: str, number: int, name: str) -> None:
    private = Ed25519PrivateKey.generate()
    row = {"purpose": purpose, "number": number}
    public = private.public_key().public_bytes_raw().hex()
    made = {**row, "name": name, "public": public, "from_at": from_at}
    # Two nodes may need the first key at the same moment: the second one waits, and takes that of the first.
    if db.execute(insert_or_ignore(db, tables.log_keys).values(**made)).rowcount == 0:
        return
    sealed = sealing.seal(settings.secret_key, _PURPOSE, f"{purpose}:{number}", private.private_bytes_raw())
    db.execute(insert(tables.log_key_secrets).values(**row, sealed=sealed))


def rotate(db: Connection, settings: Settings, moment: Moment, purpose: str = LOG) -> tuple[Held, Held]:
    """Make the next key, which begins ``LEAD`` from now: the key of before and the new one. The caller tells the trail.

    Raises ``NotNow`` where the newest key has not begun yet: somebody was quicker.
    """
    before = current(db, settings, moment, purpose)
    newest = keys(db, purpose)[-1]
    if newest.from_at > moment.now:
        raise NotNow(
            Text("刚刚更换过密钥，新密钥尚未启用。", "The key was rotated just now; the new one has not begun yet."),
            code="err_log_key_new",
        )
    _make(db, settings, moment.now + LEAD, purpose, newest.number + 1, newest.key.name)
    made = keys(db, purpose)[-1]
    return before, made


def forget(db: Connection, moment: Moment) -> int:
    """Destroy the private parts of keys that ended long enough ago."""
    gone = 0
    for purpose in KINDS:
        for one in keys(db, purpose):
            if one.sealed is not None and one.until is not None and one.until < moment.now - GONE:
                row = (_S.purpose == purpose, _S.number == one.number)
                gone += db.execute(delete(tables.log_key_secrets).where(*row)).rowcount
    return gone


def last_change(db: Connection) -> datetime | None:
    """When the newest key of the log begins or began."""
    at: datetime | None = db.execute(select(func.max(_K.from_at)).where(_K.purpose == LOG)).scalar()
    return at


# ---------------------------------------------------------------- signing at every deed


@dataclass(slots=True)
class _Known:
    """The keys of a database as a process has read them."""

    held: list[Held]
    read_at: float
    """Of the process's own clock, which nobody sets."""
    private: dict[bytes, Ed25519PrivateKey]


_KNOWN: WeakKeyDictionary[Engine, _Known] = WeakKeyDictionary()


def sign(db: Connection, settings: Settings, moment: Moment, at: datetime, body: str) -> str:
    """The line under a body that says what was at ``at``, by the key of that instant. Raises ``CannotSign``.

    What was read a few seconds ago will do: a new key begins later than that.
    """
    known = _KNOWN.get(db.engine)
    if known is None or settings.is_virtual or time.monotonic() - known.read_at > FRESH:
        known = _read(db, settings, moment)
    found = _at(known.held, at)
    # By what is sealed: two databases of one process have different keys of the same number.
    name = hashlib.sha256(found.sealed or b"").digest()
    private = known.private.get(name)
    if private is None:
        private = known.private[name] = found.private(settings)
    return notes.sign(private, found.key, body)


def _read(db: Connection, settings: Settings, moment: Moment) -> _Known:
    current(db, settings, moment)
    before: Any = _KNOWN.get(db.engine)
    known = _Known(keys(db), time.monotonic(), before.private if before else {})
    # A key that this transaction has made is not relied upon by another one: it may still be taken back.
    if all(one.from_at < moment.now for one in known.held[:1]):
        _KNOWN[db.engine] = known
    return known
