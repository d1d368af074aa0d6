"""What the log answers: its checkpoints with their cosignatures, its keys, and proofs of inclusion and of growth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from engine import tables
from engine.errors import NotFound, NotNow, Text, Unfit
from engine.log import keys, notes, tiles, tree
from engine.settings import Settings

_C, _L, _O, _W = (
    tables.log_checkpoints.c,
    tables.log_leaves.c,
    tables.log_cosignatures.c,
    tables.log_witnesses.c,
)
_COLUMNS = (_C.size, _C.root, _C.at, _C.note)
_NEWEST = select(*_COLUMNS).order_by(_C.size.desc()).limit(1)
_LEAF = select(_L.idx, _L.hash, _L.sm3).where(_L.chain == bindparam("chain"), _L.seq == bindparam("seq"))


@dataclass(frozen=True, slots=True)
class Sealed:
    """A checkpoint: so many entries, their root (hex), when, and the signed note with every cosignature."""

    size: int
    root: str
    at: datetime
    note: str
    witnesses: tuple[str, ...]
    """The names of those that have cosigned it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The place of an entry, the size of the tree in which it is proved, and the path from the leaf to the root."""

    index: int
    size: int
    hashes: tuple[bytes, ...]
    hash: str
    """Of the leaf, which is that of the entry (hex)."""
    sm3: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {"index": self.index, "size": self.size, "hashes": [one.hex() for one in self.hashes]}


def newest(db: Connection) -> Sealed | None:
    """The newest checkpoint."""
    return next(iter(_sealed(db, [db.execute(_NEWEST).first()])), None)


def checkpoint(db: Connection, size: int) -> Sealed:
    """The checkpoint of so many entries; raises ``NotFound``: not every size was signed."""
    row = db.execute(select(*_COLUMNS).where(_C.size == size)).first()
    if row is None:
        raise NotFound()
    return _sealed(db, [row])[0]


def checkpoints(db: Connection, before: int | None = None, limit: int = 50) -> list[Sealed]:
    """The newest ones first, smaller than ``before``."""
    query = select(*_COLUMNS).order_by(_C.size.desc()).limit(limit)
    if before is not None:
        query = query.where(_C.size < before)
    return _sealed(db, db.execute(query).all())


def witnessed(db: Connection, quorum: int) -> Sealed | None:
    """The newest checkpoint that so many witnesses have cosigned."""
    if quorum < 1:
        return None
    enough = select(_O.size).group_by(_O.size).having(func.count() >= quorum).order_by(_O.size.desc()).limit(1)
    size = db.execute(enough).scalar()
    return None if size is None else checkpoint(db, size)


def _sealed(db: Connection, rows: Iterable[Any]) -> list[Sealed]:
    found = [row for row in rows if row is not None]
    lines: dict[int, dict[str, str]] = defaultdict(dict)
    asked = select(_O.size, _O.witness, _O.line).where(_O.size.in_([row.size for row in found])).order_by(_O.witness)
    for row in db.execute(asked) if found else ():
        lines[row.size][row.witness] = row.line
    return [
        Sealed(
            row.size,
            row.root,
            row.at,
            row.note + "".join(f"{line}\n" for line in lines[row.size].values()),
            tuple(lines[row.size]),
        )
        for row in found
    ]


def proof(db: Connection, chain: str, seq: int, size: int | None = None) -> Proof:
    """That an entry is in the tree of ``size`` leaves, the newest checkpoint's if none is said.

    Raises ``NotNow`` where the entry has no place yet, or one behind that size, and ``NotFound`` where it is none.
    """
    leaf = db.execute(_LEAF, {"chain": chain, "seq": seq}).first()
    signed = db.execute(select(func.max(_C.size))).scalar() or 0
    if leaf is None:
        entries = tables.entries.c
        if db.execute(select(entries.seq).where(entries.chain == chain, entries.seq == seq)).first() is None:
            raise NotFound()
        raise _not_yet()
    asked = signed if size is None else _within(size, signed)
    if leaf.idx >= asked:
        raise _not_yet()
    path = tree.inclusion(tiles.Tiles(db).read, leaf.idx, asked)
    return Proof(leaf.idx, asked, tuple(path), leaf.hash, leaf.sm3)


def proofs(db: Connection, places: Sequence[tuple[str, int]], size: int) -> dict[tuple[str, int], Proof]:
    """``proof`` of many entries in one tree; those that have no place in it are left out."""
    kept = tiles.Tiles(db)
    found = {}
    for chain, seq in places:
        leaf = db.execute(_LEAF, {"chain": chain, "seq": seq}).first()
        if leaf is not None and leaf.idx < size:
            path = tree.inclusion(kept.read, leaf.idx, size)
            found[chain, seq] = Proof(leaf.idx, size, tuple(path), leaf.hash, leaf.sm3)
    return found


def growth(db: Connection, old: int, size: int | None = None) -> tuple[int, list[bytes]]:
    """The size of the larger tree, and the proof that it begins with the first ``old`` leaves."""
    signed = db.execute(select(func.max(_C.size))).scalar() or 0
    asked = signed if size is None else _within(size, signed)
    if not 0 <= old <= asked:
        raise Unfit(Text("起点应不大于终点。", "The old size is not larger than the new one."), code="err_log_size")
    return asked, tree.consistency(tiles.Tiles(db).read, old, asked)


def _within(size: int, signed: int) -> int:
    if size > signed:
        raise _not_yet()
    return size


def _not_yet() -> NotNow:
    return NotNow(
        Text("这一条尚未封入日志，请稍后再试。", "It has no place in the log yet. Try again in a moment."),
        code="err_not_sealed_yet",
    )


def quorum(db: Connection, settings: Settings) -> int:
    """How many witnesses make a checkpoint count as witnessed; 0 where nobody is asked."""
    asked: int = db.execute(select(func.count()).where(_W.ended_at.is_(None))).scalar_one()
    return min(asked, settings.log_quorum or asked // 2 + 1) if asked else 0


def witness_keys(db: Connection) -> list[notes.Key]:
    """The keys of the witnesses that are asked, in the order of their names."""
    rows = db.execute(select(_W.vkey).where(_W.ended_at.is_(None)).order_by(_W.name))
    return [notes.read_key(vkey) for vkey in rows.scalars()]


def all_keys(db: Connection, settings: Settings) -> dict[str, Any]:
    """``keys.json`` of an archive: the keys of the log with their times, those of the witnesses, and how many count."""
    return {
        "log": [
            {
                "vkey": one.key.vkey,
                "from": notes.instant(one.from_at),
                "until": None if one.until is None else notes.instant(one.until),
            }
            for one in keys.keys(db)
        ],
        "witnesses": [{"vkey": key.vkey} for key in witness_keys(db)],
        "quorum": quorum(db, settings),
    }
