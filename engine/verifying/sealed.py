"""The log: its leaves, the tree over them, every checkpoint with its signatures, and evidence from elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text

from engine import tables
from engine.errors import Text
from engine.log import keys, notes, reading, tree
from engine.log.notes import Key, Malformed
from engine.settings import Settings
from engine.verifying.report import Progress, Report

LOG = "log"
WIDTH = 256
_C, _L, _T, _O, _W = (
    tables.log_checkpoints.c,
    tables.log_leaves.c,
    tables.log_tiles.c,
    tables.log_cosignatures.c,
    tables.log_witnesses.c,
)


def checkpoints(db: Connection) -> list[tuple[int, datetime]]:
    """``(size, at)``, smallest first."""
    return [(row.size, row.at) for row in db.execute(select(_C.size, _C.at).order_by(_C.size))]


def verify(db: Connection, settings: Settings, report: Report, placed: int, progress: Progress) -> dict[int, bytes]:
    """The whole tree again from its leaves; gives the root at the size of each checkpoint.

    ``placed`` is how many leaves the entries accounted for.
    """
    notes_ = {row.size: row for row in db.execute(select(_C.size, _C.root, _C.at, _C.note).order_by(_C.size))}
    roots = _tree(db, report, set(notes_), progress)
    if report.leaves != placed:
        _orphans(db, report)
    _signed(db, report, notes_, roots)
    _cosigned(db, settings, report, notes_)
    return roots


def _tree(db: Connection, report: Report, sizes: set[int], progress: Progress) -> dict[int, bytes]:
    edge, roots, tiles = tree.Edge(), {0: tree.EMPTY}, _Tiles(db, report)
    total = max(sizes, default=0)
    expected = 0
    for index, hash_ in db.execute(select(_L.idx, _L.hash).order_by(_L.idx), execution_options={"yield_per": 5000}):
        if index != expected:
            report.find(
                *(LOG, expected, "log_gap", "日志缺少第 {a} 至 {b} 片叶子"),
                "leaves {a} to {b} of the log are missing",
                a=expected,
                b=index - 1,
            )
        leaf = _bytes(hash_)
        edge.push(leaf)
        tiles.add(leaf)
        expected = index + 1
        if edge.size in sizes:
            roots[edge.size] = edge.root()
        if edge.size % 50_000 == 0:
            progress(LOG, edge.size, total)
    report.leaves = edge.size
    tiles.end()
    if edge.size > total and edge.size:
        report.find(
            *(LOG, total, "unsigned", "第 {a} 片起的叶子没有检查点签署"),
            "no checkpoint signs the leaves from {a} on",
            a=total,
        )
    progress(LOG, edge.size, total)
    return roots


def _bytes(hash_: str) -> bytes:
    try:
        return bytes.fromhex(hash_)
    except ValueError:
        return hashlib.sha256(hash_.encode()).digest()  # no hash at all: then no root fits


class _Tiles:
    """The kept tiles beside what they have to be."""

    def __init__(self, db: Connection, report: Report) -> None:
        self.report = report
        self.levels: list[list[bytes]] = []
        self.counts: list[int] = []
        query = select(_T.level, _T.idx, _T.root, _T.hashes).order_by(_T.level, _T.idx)
        self.kept = {(row.level, row.idx): (row.root, hashlib.sha256(row.hashes).digest()) for row in db.execute(query)}

    def add(self, hash_: bytes, level: int = 0) -> None:
        if level == len(self.levels):
            self.levels.append([])
            self.counts.append(0)
        self.levels[level].append(hash_)
        if len(self.levels[level]) < WIDTH:
            return
        hashes, self.levels[level] = self.levels[level], []
        index, root = self.counts[level], tree.perfect(hashes)
        self.counts[level] += 1
        kept = self.kept.pop((level, index), None)
        if kept != (root.hex(), hashlib.sha256(b"".join(hashes)).digest()):
            self._wrong(level, index)
        self.add(root, level + 1)

    def end(self) -> None:
        for level, index in self.kept:
            self._wrong(level, index)

    def _wrong(self, level: int, index: int) -> None:
        self.report.find(
            *(LOG, index * WIDTH ** (level + 1), "tile", "第 {level} 层第 {index} 块瓦片与叶子不符或缺失"),
            "tile {index} of level {level} is missing, or not that of the leaves",
            level=level,
            index=index,
        )


def _orphans(db: Connection, report: Report) -> None:
    query = text(
        "SELECT l.chain, l.seq, l.idx FROM log_leaves l LEFT JOIN entries e ON e.chain = l.chain AND e.seq = l.seq "
        "WHERE e.chain IS NULL ORDER BY l.idx"
    )
    for chain, seq, index in db.execute(query):
        report.find(
            *(chain, seq, "removed", "日志第 {n} 片叶子记有此条，而记录已不在"),
            "leaf {n} of the log is this entry, which is gone",
            n=index,
        )


def _signed(db: Connection, report: Report, kept: dict[int, Any], roots: dict[int, bytes]) -> None:
    known = [one.key for one in keys.keys(db)]
    last: datetime | None = None
    for size, row in kept.items():
        report.checkpoints += 1
        why = _fault(row, known, roots.get(size))
        if why is not None:
            report.find(
                *(LOG, size, "checkpoint", "大小为 {size} 的检查点不成立：{why}"),
                "the checkpoint of size {size} does not hold: {why}",
                size=size,
                why=why,
            )
        if last is not None and row.at < last:
            report.find(
                *(LOG, size, "checkpoint", "检查点的时间早于前一个"),
                "the time of the checkpoint lies before that of the one before it",
            )
        last = row.at


_NO_SIGNATURE = Text("没有本日志的签名", "it bears no signature of this log")
_OTHER_BODY = Text("签署的大小或根与所存不符", "what was signed has another size or root than the row")
_OTHER_ROOT = Text("叶子算出的根与之不同", "the leaves give another root")
_NO_LEAVES = Text("日志没有这么多叶子", "the log has not so many leaves")


def _fault(row: Any, known: Sequence[Key], root: bytes | None) -> Text | None:
    try:
        note = notes.read(row.note)
        told = notes.read_checkpoint(note.body)
        signed = notes.verified(note, known)
    except Malformed as e:
        return Text(str(e), str(e))
    if not signed:
        return _NO_SIGNATURE
    if (told.size, told.root.hex()) != (row.size, row.root):
        return _OTHER_BODY
    if root is None:
        return _NO_LEAVES
    return None if root == told.root else _OTHER_ROOT


def _cosigned(db: Connection, settings: Settings, report: Report, kept: dict[int, Any]) -> None:
    known = {}
    for vkey in db.execute(select(_W.vkey)).scalars():
        try:
            key = notes.read_key(vkey)
        except Malformed:
            report.find(LOG, 0, "witness", "一个见证方的密钥不能读", "the key of a witness cannot be read")
            continue
        known[key.name] = key
    counted: dict[int, int] = {}
    for row in db.execute(select(_O.size, _O.witness, _O.line).order_by(_O.size)):
        witness = known.get(row.witness)
        if witness is None or row.size not in kept:
            continue
        try:
            body = notes.read(kept[row.size].note).body
            good = notes.verified(notes.read(notes.together(body, [row.line])), [witness])
        except Malformed:
            good = []
        if good:
            report.cosignatures += 1
            counted[row.size] = counted.get(row.size, 0) + 1
        else:
            report.find(
                *(LOG, row.size, "cosignature", "见证方 {name} 对大小 {size} 的联署不成立"),
                "the cosignature of {name} under size {size} does not hold",
                name=row.witness,
                size=row.size,
            )
    wanted = reading.quorum(db, settings)
    newest = max(kept, default=0)
    seen = max((size for size, count in counted.items() if count >= wanted), default=0)
    if not wanted:
        report.unknown.append(
            Text(
                "没有见证方：盗用日志密钥的人若重写全部记录和日志，只有本库之外保存的检查点能查出来。",
                "There is no witness: whoever stole the log's key and rewrote everything is shown only by a checkpoint "
                "that was kept outside this database.",
            )
        )
    elif seen < newest:
        said = Text(
            "最近 {count} 条尚未得到足够见证方联署，重写它们只有库外的检查点能查出来。",
            "The newest {count} entries are not cosigned by enough witnesses yet.",
        )
        report.unknown.append(said.format(count=newest - seen))


# ---------------------------------------------------------------- evidence from elsewhere


def since(db: Connection, report: Report, raw: str, roots: dict[int, bytes]) -> None:
    """Whether the log still begins with what a checkpoint from elsewhere says. ``roots`` may lack its size."""
    try:
        note = notes.read(raw)
        told = notes.read_checkpoint(note.body)
        signed = notes.verified(note, [one.key for one in keys.keys(db)])
    except Malformed as e:
        report.find(LOG, 0, "evidence", "所给检查点不能用：{why}", "the given checkpoint cannot be used: {why}", why=e)
        return
    if not signed or told.origin != keys.origin(db):
        report.find(
            *(LOG, told.size, "forked", "所给检查点不是现有日志密钥所签：密钥被替换，或不是这份日志的"),
            "the given checkpoint is not signed by the keys that are kept here: they were replaced, or it is another "
            "log's",
        )
        return
    root = roots.get(told.size) or _root_at(db, told.size)
    if root is None:
        report.find(
            *(
                LOG,
                report.leaves,
                "rolled_back",
                "别处的检查点有 {size} 条，本库的日志只有 {have} 条：尾部被截去或退回旧备份",
            ),
            "the checkpoint from elsewhere has {size} entries, the log here only {have}: its tail was cut, or an old "
            "backup put back",
            size=told.size,
            have=report.leaves,
        )
    elif root != told.root:
        report.find(
            *(LOG, _first_difference(db, told.size), "forked", "别处的检查点（{size} 条）与本库的日志分叉：日志被重写"),
            "the log is not the one of which a checkpoint of {size} entries was kept elsewhere: it was rewritten",
            size=told.size,
        )


def _root_at(db: Connection, size: int) -> bytes | None:
    edge = tree.Edge()
    query = select(_L.hash).where(_L.idx < size).order_by(_L.idx)
    for hash_ in db.execute(query, execution_options={"yield_per": 5000}).scalars():
        edge.push(_bytes(hash_))
    return edge.root() if edge.size == size else None


def _first_difference(db: Connection, size: int) -> int:
    """Nobody can say where from a root alone; the largest checkpoint below that still stands bounds it."""
    found = db.execute(select(_C.size).where(_C.size < size).order_by(_C.size.desc()).limit(1)).scalar()
    return int(found or 0)


def receipts(db: Connection, report: Report, raws: Iterator[str] | Sequence[str]) -> None:
    """Whether the entries are there for which somebody holds a receipt."""
    known = [one.key for one in keys.keys(db)]
    entries = tables.entries.c
    for raw in raws:
        try:
            note = notes.read(raw)
            lines = note.body.split("\n")
            if lines[0] != "liuhen.receipt/v1" or len(lines) != 7:
                raise Malformed("it is no receipt")
            if not notes.verified(note, known):
                raise Malformed("it is not signed by this log")
            _, _, chain, place, hash_, at, _ = lines
            seq = int(place)
        except ValueError as e:
            report.find(LOG, 0, "evidence", "所给回执不能用：{why}", "the given receipt cannot be used: {why}", why=e)
            continue
        row = db.execute(select(entries.hash).where(entries.chain == chain, entries.seq == seq)).first()
        if row is None or row.hash != hash_:
            report.find(
                *(chain, seq, "receipt", "持有 {at} 回执的记录已被删除或改写"),
                "the entry of {at} for which somebody holds a receipt is gone, or another one now",
                at=at,
            )
