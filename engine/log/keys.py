"""The keys of the log and of the witness: Ed25519, the private part sealed in the database (``engine/sealing.py``).

A key is made when one is first needed, and by one node only. It ends when the next one of its purpose begins; what it
signed until then goes on being verified with it. The origin of a log is the name of its first key and stays so.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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
LEAD = timedelta(minutes=2)
"""A new key begins so long after it was made: by then every process knows it."""
FRESH = 60.0
"""Seconds for which a process relies on the keys that it has read; less than ``LEAD``."""
GONE = timedelta(hours=1)
"""So long after its key has ended, a private part is destroyed."""
_NEW = Text("刚刚更换过密钥，新密钥尚未启用。", "The key was replaced just now; the new one has not begun yet.")
_PURPOSE = "log key"
_MADE = "liuhen log key"
"""The transaction of a connection that has made a key."""

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
            raw = sealing.opened(settings.secret_key, _PURPOSE, f"{self.purpose}:{self.key.public.hex()}", self.sealed)
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
    return valid(_some(db, settings, moment, purpose), moment.now)


def _some(db: Connection, settings: Settings, moment: Moment, purpose: str = LOG) -> list[Held]:
    """Every key, of which there is one at least: the first is made here."""
    held = keys(db, purpose)
    if held:
        return held
    made = _make(db, draft(settings, purpose), moment.now, 1, _first_name(db, settings, moment, purpose))
    return [made] if made is not None else keys(db, purpose)


def valid(held: Sequence[Held], at: datetime) -> Held:
    """The first key also signs what is older than itself: a clock that was set back must stop nothing."""
    return next((one for one in reversed(held) if one.from_at <= at), held[0])


def _first_name(db: Connection, settings: Settings, moment: Moment, purpose: str) -> str:
    if purpose == WITNESS:
        return f"{current(db, settings, moment).key.name}/witness"
    return settings.log_origin or f"liuhen.{secrets.token_hex(4)}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A key that is none yet: its public part (hex), and its private part as the database will keep it (Base64)."""

    purpose: str
    public: str
    sealed: str


def draft(settings: Settings, purpose: str = LOG) -> Draft:
    """Make a pair of keys, of which nothing is written."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw().hex()
    sealed = sealing.seal(settings.secret_key, _PURPOSE, f"{purpose}:{public}", private.private_bytes_raw())
    return Draft(purpose, public, base64.b64encode(sealed).decode())


def _make(db: Connection, drafted: Draft, from_at: datetime, number: int, name: str) -> Held | None:
    """Write a key down; null where another node has written one of that number."""
    row = {"purpose": drafted.purpose, "number": number}
    made = {**row, "name": name, "public": drafted.public, "from_at": from_at}
    # Two nodes may need the first key at the same moment: the second one waits, and takes that of the first.
    if db.execute(insert_or_ignore(db, tables.log_keys).values(**made).returning(_K.number)).first() is None:
        return None
    db.info[_MADE] = db.get_transaction()
    sealed = base64.b64decode(drafted.sealed)
    db.execute(insert(tables.log_key_secrets).values(**row, sealed=sealed))
    key = Key(name, KINDS[drafted.purpose], bytes.fromhex(drafted.public))
    return Held(drafted.purpose, number, key, from_at, None, sealed)


def rotate(db: Connection, moment: Moment, drafted: Draft) -> tuple[Held, Held]:
    """The next key, which begins ``LEAD`` from now: the key of before and the new one. The caller tells the trail.

    Raises ``NotNow`` where there is no key yet, or the newest one has not begun: somebody was quicker.
    """
    before = keys(db, drafted.purpose)
    if not before:
        raise NotNow(Text("还没有密钥可更换。", "There is no key yet that could be replaced."), code="err_log_no_key")
    if before[-1].from_at > moment.now:
        raise NotNow(_NEW, code="err_log_key_new")
    made = _make(db, drafted, moment.now + LEAD, before[-1].number + 1, before[-1].key.name)
    if made is None:
        raise NotNow(_NEW, code="err_log_key_new")
    return before[-1], made


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
    private: dict[int, Ed25519PrivateKey] = field(default_factory=dict)


_KNOWN: WeakKeyDictionary[Engine, _Known] = WeakKeyDictionary()


def signer(
    db: Connection, settings: Settings, moment: Moment, at: datetime | None = None
) -> tuple[Key, Ed25519PrivateKey]:
    """The key of the log at an instant, now if none is said, with its private part. Raises ``CannotSign``.

    What was read a minute ago will do: a new key begins later than that.
    """
    known = _KNOWN.get(db.engine)
    if known is None or time.monotonic() - known.read_at > FRESH:
        known = _read(db, settings, moment)
    found = valid(known.held, at or moment.now)
    private = known.private.get(found.number)
    if private is None:
        private = known.private[found.number] = found.private(settings)
    return found.key, private


def _read(db: Connection, settings: Settings, moment: Moment) -> _Known:
    known = _Known(_some(db, settings, moment), time.monotonic())
    # A key that this transaction has made is not relied upon by another one: it may still be taken back.
    if db.info.get(_MADE) is not db.get_transaction():
        _KNOWN[db.engine] = known
    return known


def receipt(
    db: Connection, settings: Settings, moment: Moment, chain: str, seq: int, hash_: str, at: datetime
) -> str | None:
    """The signed receipt of an entry, for whoever left it; null where nothing can be signed: the deed stays done."""
    try:
        key, private = signer(db, settings, moment, at)
    except CannotSign:
        return None
    body = notes.receipt(key.name, chain, seq, hash_, notes.instant(at))
    return notes.together(body, [notes.sign(private, key, body)])
