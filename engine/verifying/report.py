"""What a verification says: how much it looked at, every place that does not fit, and what it cannot know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine import trail
from engine.errors import Language, Text

Progress = Callable[[str, int, int], None]
"""(what, so many, of so many)"""

MOST = 10_000
"""Findings that are kept; the rest are counted."""


def silent(what: str, done: int, total: int) -> None:
    """Nobody watches."""


@dataclass
class Report(trail.Report):
    """``unknown`` are sentences about what was not, or cannot be, looked at."""

    leaves: int = 0
    checkpoints: int = 0
    cosignatures: int = 0
    definitions: int = 0
    documents: int = 0
    files: int = 0
    values: int = 0
    cases: int = 0
    rows: int = 0
    waiting: int = 0
    """Entries that are not in the log yet."""
    more: int = 0
    """Findings beyond those that are kept."""
    unknown: list[Text] = field(default_factory=list)

    def find(self, chain: str, seq: int, rule: str, zh: str, en: str, **facts: Any) -> None:
        if len(self.findings) >= MOST:
            self.more += 1
        else:
            super().find(chain, seq, rule, zh, en, **facts)

    def as_json(self, language: Language) -> dict[str, Any]:
        return {
            "chains": self.chains,
            "entries": self.entries,
            "is_whole": self.is_whole,
            "findings": [finding.as_json(language) for finding in self.findings],
            "more_findings": self.more,
            **{name: getattr(self, name) for name in COUNTED},
            "limits": [said.spoken(language) for said in self.unknown],
        }


COUNTED = (
    "leaves",
    "checkpoints",
    "cosignatures",
    "definitions",
    "documents",
    "files",
    "values",
    "cases",
    "rows",
    "waiting",
)
