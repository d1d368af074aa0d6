"""What goes into a move and what comes out of it: the environment, and the step with everything that changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine import decisions
from engine.errors import Text


@dataclass(frozen=True, slots=True)
class Environment:
    """What a case may see of the world while it moves: the time, and the names FEEL may use.

    ``resting`` asks something and says by which calendars it was answered: their number, or ``None`` where none was
    asked.
    """

    now: datetime
    zone: ZoneInfo
    context: Mapping[str, Any] = field(default_factory=dict)
    decisions: Mapping[str, decisions.Decision] = field(default_factory=dict)
    resting: Callable[[Callable[[], Any]], tuple[Any, int | None]] = lambda ask: (ask(), None)

    @property
    def local(self) -> datetime:
        """Now in the office's zone: FEEL's ``today()`` is a business date."""
        return self.now.astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Open:
    """A node that the world has to go on with: ``kind`` is task, job, call or incident."""

    node: int
    element: str
    kind: str = "task"


@dataclass(frozen=True, slots=True)
class Wait:
    """A timer that is waiting; ``calendars`` is the number of those by which its time was worked out."""

    node: int
    element: str
    due: datetime
    calendars: int | None = None


@dataclass(frozen=True, slots=True)
class Renewed:
    """A timer whose time other calendars move."""

    node: int
    element: str
    old: datetime
    new: datetime


@dataclass(frozen=True, slots=True)
class Listen:
    """A subscription: ``kind`` message or signal; ``key`` is the correlation key of a message, "" where it has none."""

    node: int
    element: str
    kind: str
    name: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Throw:
    """A message or signal for other cases; ``time_to_live`` is a FEEL duration or ``None``."""

    element: str
    kind: str
    name: str
    key: str
    data: Mapping[str, Any]
    time_to_live: Any = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call activity that asks for a case of another definition."""

    node: int
    element: str
    definition: str
    version: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """A path that could not go on; its node is open as an incident."""

    node: int
    element: str
    reason: Text
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happening:
    """What the machine did by itself: decided, counted, fired, caught, thrown, escalated, interrupted, compensated,
    ended."""

    verb: str
    element: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """What one move changed. ``waits`` and ``listens`` are all there are now; the rest is this move's."""

    opened: tuple[Open, ...]
    gone: tuple[Open, ...]
    waits: tuple[Wait, ...]
    listens: tuple[Listen, ...]
    throws: tuple[Throw, ...]
    calls: tuple[Call, ...]
    faults: tuple[Fault, ...]
    happenings: tuple[Happening, ...]
    voided: tuple[int, ...]
    """Numbers of completed tasks that were undone."""
    restored: tuple[int, ...]
    """Numbers of undone tasks that count again: a step that was returned from was reached straight."""
    is_ended: bool
    outcome: str | None
    error: str | None
    """The code of an error end event that nothing in the case caught."""
