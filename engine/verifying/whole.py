"""One run over everything, or over one chain."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from engine import trail
from engine.errors import Text
from engine.settings import Settings
from engine.store import Store
from engine.trail import Kind
from engine.verifying import chains, imported, kept, powers, rows, sealed
from engine.verifying.report import Progress, Report, silent

_WAITING = Text(
    "有 {count} 条还没有封入日志：在此之前被删去或改写，日志查不出来（服务运行时约 2 秒内封入）。",
    "{count} entries are not in the log yet: until they are, it does not show that one is removed or rewritten (a "
    "running server seals them within about 2 seconds).",
)
_NEVER = Text(
    "任何日志都不能证明：所填内容是否真实；当时没有记下的事；在封入日志（约 2 秒）之前就被删去、且无人持有回执的记录。",
    "No log can prove that what was entered is true, what was never recorded, or what was removed before it was sealed "
    "(about 2 seconds) where nobody holds a receipt.",
)
TOGETHER = 100
"""Cases whose rows are read in one statement."""


def verify(
    store: Store,
    chain: str | None = None,
    *,
    since: str | None = None,
    receipts: Sequence[str] = (),
    progress: Progress = silent,
) -> Report:
    """Look at every chain, or one, and at all that rests on it; ``since`` and ``receipts`` are signed notes."""
    with store.reading() as db:
        return look(db, store.settings, chain, since=since, receipts=receipts, progress=progress)


def look(
    db: Connection,
    settings: Settings,
    chain: str | None = None,
    *,
    since: str | None = None,
    receipts: Sequence[str] = (),
    progress: Progress = silent,
) -> Report:
    """``verify`` of what a connection sees at one moment."""
    report = Report()
    times = chains.Times(sealed.checkpoints(db))
    resting = _Resting(db, settings, report)
    placed = chains.verify(db, report, times, chain, resting.hear, progress)
    resting.end(is_all=chain is None)
    roots: dict[int, bytes] = {}
    if report.waiting:
        report.unknown.append(_WAITING.format(count=report.waiting))
    if chain is None:
        roots = sealed.verify(db, settings, report, placed, progress)
    if since is not None:
        sealed.since(db, report, since, roots)
    sealed.receipts(db, report, receipts)
    kept.stored(db, settings, report, chain, progress)
    report.unknown.append(_NEVER)
    return report


class _Resting:
    """What rests on chains, looked at for some of them at a time."""

    def __init__(self, db: Connection, settings: Settings, report: Report) -> None:
        self.db, self.zone, self.report = db, settings.zone, report
        self.some: dict[str, list[rows.Body]] = {}
        self.directory = rows.Directory()
        self.published: dict[tuple[str, int], tuple[str, int, str]] = {}

    def hear(self, chain: str, bodies: Sequence[tuple[rows.Body, str]]) -> None:
        for body, _ in bodies:
            self.directory.listen(body)
            if body["kind"] == Kind.DEFINITION_PUBLISHED:
                key = chain.removeprefix("definition:")
                self.published[key, body["version"]] = (chain, body["seq"], body["sha256"])
        if not trail.is_of_case(chain):
            return
        self.some[chain] = [body for body, _ in bodies]
        if len(self.some) == TOGETHER:
            self._look()

    def _look(self) -> None:
        rows.cases(self.db, self.report, self.zone, self.some)
        kept.of_cases(self.db, self.report, self.some)
        self.some = {}

    def end(self, *, is_all: bool) -> None:
        self._look()
        if is_all:
            kept.procedures(self.db, self.report, self.published)
            is_told = imported.verify(self.db, self.report, self.directory)
            self.directory.verify(self.db, self.report, is_told=is_told)
            powers.verify(self.db, self.report, self.directory)
