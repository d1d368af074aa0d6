"""A process that can be run: its elements and flows as the designer drew them, and the specs that run it.

One blueprint per definition version is shared by all its cases; nothing in it changes after it was read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.vocabulary import Written


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; ``condition`` is FEEL text without the leading ``=``."""

    id: str
    source: str
    target: str
    condition: str | None
    is_default: bool
    line: int | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """When a timer event fires: ``kind`` is date or duration, ``text`` an ISO 8601 literal or FEEL with ``=``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Element:
    """One flow node as the designer drew it."""

    id: str
    kind: str
    name: str
    documentation: str
    line: int | None
    scope: str
    """Id of the process or sub-process that holds it."""
    words: Written
    lane: str | None = None
    attached_to: str | None = None
    is_interrupting: bool = True
    timer: Timer | None = None
    is_terminate: bool = False


@dataclass
class Blueprint:
    """A process that can be run: its elements in document order, its flows, and the shared specs."""

    id: str
    name: str
    documentation: str
    words: Written
    elements: dict[str, Element] = field(default_factory=dict)
    flows: tuple[Flow, ...] = ()
    lanes: dict[str, tuple[str, Written]] = field(default_factory=dict)
    """Lane id → name, words."""
    specs: Any = None
    """``specs.Specs``: SpiffWorkflow's objects; nobody outside ``machine/`` looks inside."""

    def of_kind(self, *kinds: str) -> tuple[Element, ...]:
        return tuple(e for e in self.elements.values() if e.kind in kinds)

    def before(self, element: str) -> tuple[str, ...]:
        """Ids of the user tasks from which ``element`` can be reached without passing it, in document order."""
        return self._before[element]

    @property
    def start(self) -> Element:
        """The start event of the process."""
        return next(e for e in self.elements.values() if e.kind == "startEvent" and e.scope == self.id)

    _before: dict[str, tuple[str, ...]] = field(default_factory=dict)
