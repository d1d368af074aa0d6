"""Every entry of every chain: its hash, its link, its copies in the columns, and its leaf in the log."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

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
    heads = trail.heads(db, chain)
    pending = _pending(db, chain)
    total = db.execute(_count(chain)).scalar_one()
    kind = db.dialect.name
    query = text(
        _ROWS.format(at=_AT[kind], order=_ORDER[kind], where="" if chain is None else "WHERE e.chain = :chain")
    )
    rows = db.execute(query, {} if chain is None else {"chain": chain}, execution_options={"yield_per": 5000})
    seen: set[str] = set()
    placed = 0
    for name, some in groupby(rows, itemgetter(0)):
        seen.add(name)
        placed += _chain(report, name, some, heads.get(name), times, pending, watch)
        if report.chains % 200 == 0:
            progress("entries", report.entries, total)
    trail.find_missing(report, heads, seen)
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


def _chain(
    report: Report,
    name: str,
    rows: Iterable[Any],
    head: tuple[int, str] | None,
    times: Times,
    pending: set[tuple[str, int]],
    watch: Watch | None,
) -> int:
    walk = trail.Walk(report, name)
    placed, last_index = 0, -1
    bodies: list[tuple[Body, str]] = []
    for _, seq, hash_, prev, said, kind, at, person, task, index, leaf in rows:
        body = walk.take(seq, hash_, prev, said, kind, at, person, task)
        if body is not None:
            bodies.append((body, hash_))
        if index is None:
            _unplaced(report, name, seq, at, times, pending)
        else:
            placed += 1
            pending.discard((name, seq))  # a restored backup makes entries wait that have their place
            _placed(report, name, seq, at, times, (index, leaf, hash_), last_index)
            last_index = max(last_index, index)
    walk.end(head)
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
