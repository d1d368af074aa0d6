"""The sequencer: committed entries get their place in the log, in batches, and every batch ends with a checkpoint.

It works outside the transactions of deeds: a deed leaves rows in ``log_pending`` (a trigger), and no deed waits for
another one because of the log. One sequencer works at a time, on whatever node; a batch is one transaction, so that
whoever is killed leaves nothing half done. Before it signs, it reads the last checkpoint again: the log does not put
its name under a tree that somebody has exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from sqlalchemy import Connection, bindparam, delete, func, insert, select, text

from engine import tables
from engine.errors import NotNow, Text
from engine.log import keys, notes, tiles, tree
from engine.log.notes import Checkpoint
from engine.settings import Settings
from engine.store import Moment, Statement, Store, for_update

BATCH = 500
"""Entries; SQLite has one writer, and people wait while it writes."""
LOCK = 0x11_0E_12
"""The advisory lock of PostgreSQL that lets one sequencer at a time work."""
WINDOW = 2.0
"""Seconds that an entry may wait for its place; under load 5."""

_P, _L, _C, _E = tables.log_pending.c, tables.log_leaves.c, tables.log_checkpoints.c, tables.entries.c


class Broken(NotNow):
    """What is kept of the log is not what was signed: nothing is signed on top of it."""

    code = "err_log_broken"
    text = Text(
        "留痕日志与最近签署的检查点不符（{why}），已停止签署。请核验：liuhen verify。",
        "The log is not what its last checkpoint signed ({why}); nothing more is signed. Verify it: liuhen verify.",
    )


_WAITS = select(_P.id).limit(1)
_WAITING = (
    select(_P.id, _P.chain, _P.seq, _P.hash, _L.idx)
    .join_from(tables.log_pending, tables.log_leaves, (_L.chain == _P.chain) & (_L.seq == _P.seq), isouter=True)
    .order_by(_P.id)
    .limit(bindparam("limit"))
)
_WAITING_WITH_TEXT = _WAITING.add_columns(_E.text).outerjoin(
    tables.entries, (_E.chain == _P.chain) & (_E.seq == _P.seq)
)
_INSERT = Statement(insert(tables.log_leaves), "idx", "chain", "seq", "hash", "sm3")
_LAST = select(_C.size, _C.root, _C.at, _C.note).order_by(_C.size.desc()).limit(1)
_OLDEST = (
    select(_E.at)
    .join_from(tables.log_pending, tables.entries, (_E.chain == _P.chain) & (_E.seq == _P.seq))
    .order_by(_P.id)
    .limit(1)
)


def seal(store: Store) -> int:
    """Give every entry that waits its place; how many got one. Nothing where another node is at it.

    Raises ``Broken`` and ``keys.CannotSign``: then everything goes on waiting.
    """
    placed = 0
    while True:
        if not waits(store):
            return placed
        with store.transaction() as db:
            if not _alone(db):
                return placed
            count, is_all = batch(db, store.settings, store.moment(db))
        placed += count
        if is_all:
            return placed


def waits(store: Store) -> bool:
    """Whether an entry waits: a peek without the write lock, as there is nothing to do most of the time."""
    with store.reading() as db:
        return db.execute(_WAITS).first() is not None


def _alone(db: Connection) -> bool:
    """Whether nobody else seals; SQLite's one writer is alone anyhow."""
    return not for_update(db) or bool(
        db.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": LOCK}).scalar()
    )


def batch(db: Connection, settings: Settings, moment: Moment, limit: int | None = None) -> tuple[int, bool]:
    """One batch, of whoever is alone at it: how many entries got their place, and whether nothing waits any more."""
    limit = limit or BATCH
    rows = db.execute(_WAITING_WITH_TEXT if settings.log_sm3 else _WAITING, {"limit": limit}).all()
    if not rows:
        return 0, True
    # A restored backup makes entries wait that have their place already.
    added = list({(row.chain, row.seq): row for row in rows if row.idx is None}.values())
    if added:
        _place(db, settings, moment, added)
    # By their numbers: a row between the first and the last of them may have been committed meanwhile.
    db.execute(delete(tables.log_pending).where(_P.id.in_([row.id for row in rows])))
    return len(added), len(rows) < limit


def _place(db: Connection, settings: Settings, moment: Moment, rows: list[Any]) -> None:
    signer = keys.current(db, settings, moment)
    kept = tiles.Tiles(db)
    before = tiles.size(db)
    try:
        edge = tree.edge(kept.read, before)
    except (LookupError, ValueError) as e:
        raise Broken(why=Text("叶子或瓦片缺失", "leaves or tiles are missing")) from e
    at = _proved(db, edge, moment.now)
    leaves = [bytes.fromhex(row.hash) for row in rows]
    for leaf in leaves:
        edge.push(leaf)
    is_double = settings.log_sm3
    places = [
        (before + n, row.chain, row.seq, row.hash, sm3(row.text) if is_double and row.text is not None else None)
        for n, row in enumerate(rows)
    ]
    kept.grow(before, leaves)
    _INSERT.put_in(db, places)
    checkpoint = Checkpoint(signer.key.name, edge.size, edge.root())
    line = notes.sign(signer.private(settings), signer.key, checkpoint.body)
    note = notes.together(checkpoint.body, [line])
    db.execute(
        insert(tables.log_checkpoints).values(size=checkpoint.size, root=checkpoint.root.hex(), at=at, note=note)
    )


def _proved(db: Connection, edge: tree.Edge, now: datetime) -> datetime:
    """The time of the next checkpoint, not before that of the last one; raises ``Broken`` where that does not fit."""
    last = db.execute(_LAST).first()
    if last is None:
        if edge.size:
            raise Broken(why=Text("没有检查点", "there is no checkpoint"))
        return now
    if last.size != edge.size or last.root != edge.root().hex():
        raise Broken(why=Text("叶子或瓦片被改动", "leaves or tiles were changed"))
    try:
        note = notes.read(last.note)
        told = notes.read_checkpoint(note.body)
        signed = notes.verified(note, [one.key for one in keys.keys(db)])
    except notes.Malformed as e:
        raise Broken(why=Text("检查点签名无效", f"its signature: {e}")) from e
    if not signed or (told.size, told.root.hex()) != (last.size, last.root):
        raise Broken(why=Text("检查点未经本日志签署", "it was not signed by this log"))
    before: datetime = last.at
    return max(now, before)


def sm3(text_: str) -> str:
    """SM3 (GB/T 32905-2016) of an entry, with the same byte before it as the leaf hash of RFC 6962 has."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"\x00" + text_.encode())
    return digest.finalize().hex()


def settle(db: Connection) -> None:
    """After a restored backup: what has its place already does not wait for one."""
    placed = select(_L.idx).where(_L.chain == _P.chain, _L.seq == _P.seq).exists()
    db.execute(delete(tables.log_pending).where(placed))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What has no place in the log yet: how many entries, and since when the oldest waits."""

    count: int
    since: datetime | None


def waiting(db: Connection) -> Waiting:
    count = db.execute(select(func.count()).select_from(tables.log_pending)).scalar_one()
    return Waiting(count, db.execute(_OLDEST).scalar() if count else None)


def unsignable(db: Connection, settings: Settings, moment: Moment) -> Text | None:
    """Why the next checkpoint could not be signed; null where it could. Writes nothing."""
    held = keys.keys(db)
    if not held:
        return None  # the first key is made when it is needed
    try:
        keys.valid(held, moment.now).private(settings)
        before = tiles.size(db)
        _proved(db, tree.edge(tiles.Tiles(db).read, before), moment.now)
    except (Broken, keys.CannotSign) as e:
        return e.said
    except (LookupError, ValueError):
        return Text("日志的叶子或瓦片缺失", "leaves or tiles of the log are missing")
    return None
