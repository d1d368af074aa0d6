"""Every entry of every chain: its hash, its link, its copies in the columns, and its leaf in the log."""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, func, select, text

from engine import tables, trail
from engine.verifying.report import Progress, Report

Body = Mapping[str, Any]
Watch = Callable[[str, Sequence[tuple[Body, str]]], None]
"""(chain, its entries with their hashes), once for each chain: what rests on it."""

TOLERANCE = timedelta(minutes=5)
"""By so much the clocks of two nodes may differ, and a deed may take, before a time is called wrong."""
BATCH = 500
"""Leaves that the sequencer places at once while others wait (``engine/log/sealing.py``)."""

_AT = {
    "sqlite": "e.at",
    "postgresql": "to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
}
_ORDER = {"sqlite": "e.chain, e.seq", "postgresql": 'e.chain COLLATE "C", e.seq'}
_ROWS = """
SELECT e.chain, e.seq, e.hash, e.prev, e.text, e.kind, {at}, e.person_id, e.task_id, l.idx, l.hash
FROM entries e LEFT JOIN log_leaves l ON l.chain = e.chain AND l.seq = e.seq {where} ORDER BY {order}
"""


class Times:
    """Between which checkpoints a leaf was placed, as instants in the form of entries."""

    def __init__(self, checkpoints: Sequence[tuple[int, datetime]]) -> None:
        self.sizes = [size for size, _ in checkpoints]
        self.latest = [trail.instant(at + TOLERANCE) for _, at in checkpoints]
        self.earliest: list[str] = []
        # While a backlog was worked off, an entry may be older than the checkpoint before its own: it waited in line.
        quiet, before = "", 0
        for size, at in checkpoints:
            self.earliest.append(quiet)
            if size - before < BATCH:
                quiet = trail.instant(at - TOLERANCE)
            before = size
        self.now_earliest = quiet

    def around(self, index: int) -> tuple[str, str] | None:
        place = bisect.bisect_right(self.sizes, index)
        return (self.earliest[place], self.latest[place]) if place < len(self.sizes) else None


def verify(
    db: Connection, report: Report, times: Times, chain: str | None, watch: Watch | None, progress: Progress
) -> int:
    """Recompute chain by chain; gives how many entries have a leaf."""
    heads = _heads(db, chain)
    pending = _pending(db, chain)
    total = db.execute(_count(chain)).scalar_one()
    kind = db.dialect.name
    query = text(
        _ROWS.format(at=_AT[kind], order=_ORDER[kind], where="" if chain is None else "WHERE e.chain = :chain")
    )
    rows = db.execute(query, {} if chain is None else {"chain": chain}, execution_options={"yield_per": 5000})
    seen: set[str] = set()
    placed = 0
    for name, some in _by_chain(iter(rows)):
        seen.add(name)
        report.chains += 1
        placed += _chain(report, name, some, heads.get(name), times, pending, watch)
        if report.chains % 200 == 0:
            progress("entries", report.entries, total)
    for name, (seq, _) in heads.items():
        # A chain that is no case's may have been made without an entry; no case is.
        if name not in seen and (seq > 0 or ("-" in name and ":" not in name)):
            report.find(name, 1, "removed", "整条留痕链被删除", "every entry of the chain is gone")
    for name, seq in sorted(pending):
        report.find(
            *(name, seq, "removed", "等待入日志的记录已不在"), "an entry that waited for its place in the log is gone"
        )
    progress("entries", report.entries, total)
    return placed


def _count(chain: str | None) -> Any:
    found = select(func.count()).select_from(tables.entries)
    return found if chain is None else found.where(tables.entries.c.chain == chain)


def _pending(db: Connection, chain: str | None) -> set[tuple[str, int]]:
    table = tables.log_pending.c
    query = select(table.chain, table.seq)
    return {(row[0], row[1]) for row in db.execute(query if chain is None else query.where(table.chain == chain))}


def _heads(db: Connection, chain: str | None) -> dict[str, tuple[int, str]]:
    cases = select(tables.cases.c.id, tables.cases.c.trail_seq, tables.cases.c.trail_head)
    others = select(tables.chains.c.id, tables.chains.c.seq, tables.chains.c.head)
    if chain is not None:
        cases, others = cases.where(tables.cases.c.id == chain), others.where(tables.chains.c.id == chain)
    return {row[0]: (row[1], row[2]) for query in (cases, others) for row in db.execute(query)}


def _by_chain(rows: Iterator[Any]) -> Iterator[tuple[str, list[Any]]]:
    some: list[Any] = []
    for row in rows:
        if some and row[0] != some[0][0]:
            yield some[0][0], some
            some = []
        some.append(row)
    if some:
        yield some[0][0], some


def _chain(
    report: Report,
    name: str,
    rows: list[Any],
    head: tuple[int, str] | None,
    times: Times,
    pending: set[tuple[str, int]],
    watch: Watch | None,
) -> int:
    sha256, loads = hashlib.sha256, orjson.loads
    expected, before, last_at, placed, last_index = 1, trail.GENESIS, "", 0, -1
    bodies: list[tuple[Body, str]] = []
    for _, seq, hash_, prev, said, kind, at, person, task, index, leaf in rows:
        report.entries += 1
        raw = said.encode("utf-8", "surrogatepass")
        if seq != expected:
            report.find(
                *(name, expected, "removed", "缺少第 {a} 至 {b} 条", "entries {a} to {b} are missing"),
                a=expected,
                b=seq - 1,
            )
        if sha256(b"\x00" + raw).hexdigest() != hash_:
            report.find(
                *(name, seq, "changed", "内容与其哈希不符：该条被改动"),
                "the text does not give its hash: the entry was changed",
            )
        try:
            body = loads(raw)
            where = body["chain"], body["seq"]
        except (ValueError, KeyError, TypeError):
            body, where = {}, None
        if where != (name, seq):
            report.find(
                *(name, seq, "reordered", "内容所记的链或序号与所在位置不符：被插入或调换"),
                "the text names another chain or position: inserted or reordered",
            )
        else:
            written = body.get("at", "")
            if (
                body.get("kind") != kind
                or body.get("prev") != prev
                or written != at
                or (body.get("actor") or {}).get("person") != person
                or body.get("task") != task
            ):
                report.find(
                    name, seq, "copy_changed", "检索列与内容不符", "a search column differs from the hashed text"
                )
            if written < last_at:
                report.find(
                    name, seq, "backdated", "时间早于前一条", "its time lies before that of the entry before it"
                )
            last_at = written
            bodies.append((body, hash_))
        if prev != before and seq == expected:
            report.find(
                *(name, seq, "unlinked", "与前一条不相接：此处或前一条被替换"),
                "it does not continue the entry before it: one of the two was replaced",
            )
        if index is None:
            _unplaced(report, name, seq, at, times, pending)
        else:
            placed += 1
            pending.discard((name, seq))  # a restored backup makes entries wait that have their place
            _placed(report, name, seq, at, times, (index, leaf, hash_), last_index)
            last_index = max(last_index, index)
        before, expected = hash_, seq + 1
    _end(report, name, expected - 1, before, head)
    if watch is not None:
        watch(name, bodies)
    return placed


def _placed(
    report: Report, name: str, seq: int, at: str, times: Times, leaf: tuple[int, str, str], last_index: int
) -> None:
    index, kept, hash_ = leaf
    if kept != hash_:
        report.find(
            *(name, seq, "rewritten", "日志第 {n} 片叶子是另一条：入日志后被改写，链也重新计算过"),
            "leaf {n} of the log is another entry: it was rewritten after it had been logged, and its chain with it",
            n=index,
        )
    if index < last_index:
        report.find(
            *(name, seq, "log_order", "日志中的位置先于前一条"),
            "the log holds it before the entry that it continues",
        )
    around = times.around(index)
    if around is None:
        return
    if at < around[0]:
        report.find(
            *(name, seq, "backdated", "所记时间 {at} 早于此前的检查点：事后补入而倒填时间"),
            "its time {at} lies before a checkpoint that was signed before it came: dated back",
            at=at,
        )
    elif at > around[1]:
        report.find(
            *(name, seq, "postdated", "所记时间 {at} 晚于收入它的检查点"),
            "its time {at} lies after the checkpoint that holds it",
            at=at,
        )


def _unplaced(report: Report, name: str, seq: int, at: str, times: Times, pending: set[tuple[str, int]]) -> None:
    if (name, seq) not in pending:
        report.find(
            *(name, seq, "unlogged", "既不在日志中，也不在等待之列：被藏起或绕过触发器插入"),
            "neither in the log nor waiting for it: hidden from it, or inserted past the triggers",
        )
        return
    pending.discard((name, seq))
    report.waiting += 1
    if at < times.now_earliest:
        report.find(
            *(name, seq, "unsealed", "早于最近的检查点，却仍未入日志"),
            "older than the newest checkpoint, and still not in the log",
        )


def _end(report: Report, name: str, last: int, hash_: str, head: tuple[int, str] | None) -> None:
    if head is None:
        report.find(name, last, "headless", "没有对应的事项", "no case or chain keeps its head")
    elif head[0] != last:
        report.find(
            *(name, min(head[0], last) + 1, "removed" if head[0] > last else "inserted"),
            "链尾应在第 {a} 条，实为第 {b} 条",
            "the chain should end at {a} but ends at {b}",
            a=head[0],
            b=last,
        )
    elif head[1] != hash_:
        report.find(name, head[0], "unlinked", "链尾哈希与所存不符", "the last hash differs from the kept head")
