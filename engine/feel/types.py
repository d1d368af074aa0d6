"""Types (DMN 1.3, sections 7.3.3 and 10.3.2.9): those of FEEL, those written ``list<number>``, and a file's own.

A type answers two questions: whether a value is of it (``instance of``), and what a value becomes where the type is
declared (a parameter, an input, a decision).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from engine.feel.values import Function, Run, kind

UNFIT: Any = object()
"""What ``Type.coerced`` answers where the value cannot be of the type."""


@dataclass(frozen=True, slots=True)
class Type:
    """A type: its name as written, the kind of value it is of (``Any`` for every kind), and what is inside.

    ``of`` is the type of a list's items, of a range's ends, or of a function's parameters, ``entries`` those of a
    context by key; ``allows`` judges a value of that kind (the allowed values of an item definition).
    """

    name: str
    kind: str
    of: tuple[Type, ...] = ()
    entries: Mapping[str, Type] = field(default_factory=dict)
    allows: Callable[[Any, Run], bool] | None = None

    def has(self, value: Any, run: Run, *, allowed: bool = False) -> bool:
        """Whether the value is of this type; ``allowed`` asks for its allowed values as well. null is of ``null``."""
        if self.kind == "Any":
            return value is not None
        if kind(value) != self.kind:
            return False
        if allowed and self.allows is not None and not self.allows(value, run):
            return False
        return not (self.of or self.entries) or self._has_inside(value, run, allowed)

    def _has_inside(self, value: Any, run: Run, allowed: bool) -> bool:
        with run.deeper(3):
            if self.kind == "list":
                run.charge(1 + len(value))
                return all(item is None or self.of[0].has(item, run, allowed=allowed) for item in value)
            if self.kind == "context":
                run.charge(1 + len(self.entries))
                return all(
                    key in value and (value[key] is None or inner.has(value[key], run, allowed=allowed))
                    for key, inner in self.entries.items()
                )
            if self.kind == "range":
                return all(end is None or self.of[0].has(end, run) for end in (value.low, value.high))
            return isinstance(value, Function) and len(value.parameters) == len(self.of)

    def coerced(self, value: Any, run: Run) -> Any:
        """The value where this type is declared, else ``UNFIT``: null fits every type, a list of one is its item and
        the reverse, a date is its midnight (UTC) where a date-time is wanted (section 10.3.2.9.4)."""
        if value is None or self.has(value, run, allowed=True):
            return value
        if self.kind == "list":
            item = self.of[0].coerced(value, run) if self.of and type(value) is not list else UNFIT
            return UNFIT if item is UNFIT else [item]
        if type(value) is list and len(value) == 1:
            return self.coerced(value[0], run)
        if self.kind == "date and time" and isinstance(value, date) and not isinstance(value, datetime):
            return datetime.combine(value, time.min, UTC)
        return UNFIT


TYPES: Mapping[str, Type] = {
    name: Type(name, name)
    for name in (
        "number", "string", "boolean", "date", "time", "date and time", "days and time duration",
        "years and months duration", "list", "context", "range", "function", "Any", "null",
    )
}  # fmt: skip
"""The types of FEEL by name."""

ALIASES: Mapping[str, str] = {
    "day time duration": "days and time duration",
    "dayTimeDuration": "days and time duration",
    "year month duration": "years and months duration",
    "yearMonthDuration": "years and months duration",
    "date time": "date and time",
    "dateTime": "date and time",
    "any": "Any",
    "Null": "null",
}
"""Other names that modelling tools write."""
