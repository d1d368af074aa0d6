"""The witness: this office cosigns the logs of others, each only as far as it has seen it grow and never change.

The protocol is C2SP tlog-witness, ``add-checkpoint``: the size that was cosigned last, the proof that the new tree
begins with it, and the new checkpoint; the answer is one signature line (``cosignature/v1``). What was cosigned is kept
before it is answered and moves forward only, whoever asks at the same moment. Nobody signs in for it: what counts is
the signature under the checkpoint, by a key that an administrator has entered.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine import tables
from engine.errors import Clash, Forbidden, NotFound, NotNow, Refused, Text, Unfit
from engine.log import keys, notes, tree
from engine.log.notes import Checkpoint, Key, Malformed, Note
from engine.settings import Settings
from engine.store import Moment, Store, for_update, insert_or_ignore

LARGEST = 32 << 10
"""Bytes of a request: 63 hashes, a checkpoint and its signatures have much less."""
_OLD = re.compile(r"old (0|[1-9][0-9]{0,17})")

_W, _S = tables.witnessed_logs.c, tables.witnessed_sizes.c


class Unreadable(Refused):
    """The request is none of the protocol."""

    code = "err_witness_request"
    text = Text("请求不符合见证协议：{why}", "This is no request to a witness: {why}")


class Unknown(NotFound):
    """The witness does not cosign a log of this name."""

    code = "err_witness_log"
    text = Text("本单位不见证此日志。", "This office does not witness that log.")


class NotItsKey(Forbidden):
    """No signature of a key that the witness knows of that log."""

    code = "err_witness_key"
    text = Text("检查点没有该日志的有效签名。", "The checkpoint bears no signature of that log's keys.")


class Elsewhere(Clash):
    """The witness has cosigned another size last, or another tree of the same size."""

    code = "err_witness_size"
    text = Text("上次见证的规模为 {size}。", "The size that was cosigned last is {size}.")


class NotGrown(Unfit):
    """The proof does not hold: the new tree does not begin with what was cosigned."""

    code = "err_witness_proof"
    text = Text("证明不成立：新的日志并非由已见证的日志增长而来。", "The log did not grow from what was cosigned.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was read."""

    old: int
    proof: tuple[bytes, ...]
    text: str
    note: Note
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A log that is cosigned: its keys, and how far."""

    origin: str
    vkeys: tuple[str, ...]
    size: int
    root: str | None
    at: datetime | None


def read(body: bytes) -> Asked:
    """Read a request; raises ``Unreadable``."""
    try:
        head, found, text = body.decode().partition("\n\n")
        old, *lines = head.split("\n")
        size = _OLD.fullmatch(old)
        if not found or size is None or len(lines) > tree.LONGEST or len(body) > LARGEST:
            raise Malformed("old size, proof, empty line, checkpoint")
        proof = tuple(base64.b64decode(line, validate=True) for line in lines)
        if any(len(one) != 32 for one in proof):
            raise Malformed("a hash has 32 bytes")
        note = notes.read(text)
        checkpoint = notes.read_checkpoint(note.body)
        if int(size[1]) > checkpoint.size:
            raise Malformed("the old size is larger than the new one")
        if checkpoint.size == 0 and checkpoint.root != tree.EMPTY:
            raise Malformed("an empty tree has another root")
    except (UnicodeDecodeError, binascii.Error, Malformed) as e:
        raise Unreadable(why=Text(str(e), str(e))) from e
    return Asked(int(size[1]), proof, text, note, checkpoint)


def cosign(store: Store, body: bytes) -> str:
    """One request: the signature line. Raises ``Unreadable``, ``Unknown``, ``NotItsKey``, ``Elsewhere``, ``NotGrown``.

    Whoever has no key of a known log gets no further than a look: the transaction that writes begins behind it.
    """
    asked = read(body)
    with store.reading() as db:
        _known(db, asked)
    with store.transaction() as db:
        return advance(db, store.settings, store.moment(db), asked)


def advance(db: Connection, settings: Settings, moment: Moment, asked: Asked) -> str:
    """Judge a request, keep how far the log was seen, and sign."""
    _known(db, asked)
    new = asked.checkpoint
    last = _locked(db, new.origin)
    size, root = (0, tree.EMPTY) if last is None else (last.size, bytes.fromhex(last.root))
    if asked.old != size or (new.size == size and new.root != root):
        raise Elsewhere(size=str(size))
    if not tree.extends(size, root, new.size, new.root, asked.proof):
        raise NotGrown()
    holder = keys.current(db, settings, moment, keys.WITNESS)
    line = notes.cosign(holder.private(settings), holder.key, asked.note.body, int(moment.now.timestamp()))
    seen: dict[str, Any] = {"size": new.size, "root": new.root.hex(), "at": moment.now, "note": asked.text}
    if last is None:
        db.execute(insert(tables.witnessed_sizes).values(origin=new.origin, **seen))
    else:
        db.execute(update(tables.witnessed_sizes).where(_S.origin == new.origin).values(**seen))
    return f"{line}\n"


def _known(db: Connection, asked: Asked) -> None:
    """Raises ``Unknown`` and ``NotItsKey``."""
    rows = db.execute(select(_W.vkey).where(_W.origin == asked.checkpoint.origin, _W.ended_at.is_(None))).scalars()
    known = [notes.read_key(vkey) for vkey in rows]
    if not known:
        raise Unknown()
    try:
        signed = notes.verified(asked.note, known)
    except Malformed as e:
        raise NotItsKey() from e
    if not signed:
        raise NotItsKey()


def _locked(db: Connection, origin: str) -> Any:
    """How far a log was cosigned; nobody else moves it until the transaction ends."""
    if for_update(db):
        # One row of the log's keys stands for it while it was never cosigned.
        first = select(_W.vkey).where(_W.origin == origin).order_by(_W.vkey).limit(1)
        db.execute(first.with_for_update())
    return db.execute(select(_S.size, _S.root).where(_S.origin == origin)).first()


# ---------------------------------------------------------------- which logs


def key_of_log(vkey: str) -> Key:
    """The key of a log that is to be cosigned; raises ``Unfit``."""
    return _fitting(vkey, notes.LOG)


def key_of_witness(vkey: str) -> Key:
    """The key of a witness that is to be asked; raises ``Unfit``."""
    return _fitting(vkey, notes.WITNESS)


def _fitting(vkey: str, kind: int) -> Key:
    try:
        key = notes.read_key(vkey)
    except Malformed as e:
        raise Unfit(
            Text("这不是验证公钥（名称+哈希+Base64）。", "This is no verifier key (name+hash+base64)."),
            code="err_log_vkey",
        ) from e
    if key.kind != kind:
        raise Unfit(
            Text(
                "公钥的类别不符：日志与见证各有各的公钥。",
                "A key of the other kind: logs and witnesses have their own.",
            ),
            code="err_log_vkey",
        )
    return key


def enter(db: Connection, moment: Moment, vkey: str) -> Key:
    """Cosign this log from now on, or by this key as well."""
    key = key_of_log(vkey)
    given = {"origin": key.name, "vkey": key.vkey, "added_at": moment.now}
    if db.execute(insert_or_ignore(db, tables.witnessed_logs).values(**given).returning(_W.origin)).first() is None:
        again = update(tables.witnessed_logs).where(_W.origin == key.name, _W.vkey == key.vkey, _W.ended_at.isnot(None))
        if db.execute(again.values(ended_at=None)).rowcount == 0:
            raise NotNow(Text("此公钥已登记。", "This key is entered already."), code="err_log_known")
    return key


def strike(db: Connection, moment: Moment, vkey: str) -> Key:
    """A key of a log is no longer taken; how far it was cosigned stays on record."""
    key = key_of_log(vkey)
    ended = update(tables.witnessed_logs).where(_W.origin == key.name, _W.vkey == key.vkey, _W.ended_at.is_(None))
    if db.execute(ended.values(ended_at=moment.now)).rowcount == 0:
        raise NotFound()
    return key


def logs(db: Connection) -> list[Witnessed]:
    """Every log that is cosigned."""
    found: dict[str, list[str]] = {}
    for row in db.execute(select(_W.origin, _W.vkey).where(_W.ended_at.is_(None)).order_by(_W.origin, _W.added_at)):
        found.setdefault(row.origin, []).append(row.vkey)
    sizes = {row.origin: row for row in db.execute(select(_S.origin, _S.size, _S.root, _S.at))}
    return [
        Witnessed(
            origin, tuple(vkeys), seen.size if seen else 0, seen.root if seen else None, seen.at if seen else None
        )
        for origin, vkeys in found.items()
        for seen in [sizes.get(origin)]
    ]


# ---------------------------------------------------------------- who cosigns this log


def ask_of(db: Connection, moment: Moment, vkey: str, url: str) -> Key:
    """This witness is asked to cosign from now on; the same name again takes its new key or address."""
    key = key_of_witness(vkey)
    table = tables.log_witnesses
    given = {"vkey": key.vkey, "url": url.rstrip("/"), "added_at": moment.now, "ended_at": None}
    if db.execute(update(table).where(table.c.name == key.name).values(**given)).rowcount == 0:
        db.execute(insert(table).values(name=key.name, **given))
    return key


def ask_no_more(db: Connection, moment: Moment, name: str) -> None:
    """This witness is not asked any more; what it has cosigned stays."""
    table = tables.log_witnesses
    ended = update(table).where(table.c.name == name, table.c.ended_at.is_(None)).values(ended_at=moment.now)
    if db.execute(ended).rowcount == 0:
        raise NotFound()


@dataclass(frozen=True, slots=True)
class Witness:
    """Who is asked to cosign this log: the name of their key, the key, where they are asked, since when."""

    name: str
    vkey: str
    url: str
    since: datetime


def witnesses(db: Connection) -> list[Witness]:
    """Everybody who is asked to cosign this log, in the order of their names."""
    of = tables.log_witnesses.c
    query = select(of.name, of.vkey, of.url, of.added_at).where(of.ended_at.is_(None)).order_by(of.name)
    return [Witness(row.name, row.vkey, row.url, row.added_at) for row in db.execute(query)]


def key(db: Connection, settings: Settings, moment: Moment) -> Key:
    """The key by which this office cosigns."""
    return keys.current(db, settings, moment, keys.WITNESS).key
