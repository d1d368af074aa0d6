"""The components of a form, compiled, and what access rules make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeGuard, cast

from engine import feel
from engine.errors import Text
from engine.forms.answers import Take, take_nothing
from engine.forms.schema import CONTAINERS, MOST_ROWS, PRESENTATION, Access


@dataclass(slots=True, eq=False)
class Part:
    """One component, compiled. ``index`` counts in the order of the form; ``key`` names the value in its scope."""

    index: int
    type: str
    key: str
    path: str
    source: Mapping[str, Any]
    parent: Part | None
    scope: Part | None
    """The nearest enclosing part with values of its own: a group with a path, or a dynamic list."""
    label: Text | None = None
    personal: Literal["S", "SS"] | None = None
    parts: tuple[Part, ...] = ()
    hide: feel.Expression | None = None
    expression: feel.Expression | None = None
    default: Any = None
    """A FEEL value, or an expression, or None."""
    within: feel.Expression | None = None
    groups: tuple[tuple[Text, feel.Expression], ...] = ()
    """Units that are chosen together: what a group is called, and which they are."""
    lists: feel.Expression | None = None
    """Kept lists of units, each a context with ``name``, ``name_en`` and ``units``."""
    kinds: feel.Expression | None = None
    """Which kinds of unit may be chosen, where that is worked out; else they stand in the source."""
    readonly: bool = False
    required: bool = False
    take: Take = take_nothing
    empty: Any = None
    low: Any = None
    """Smallest number or earliest date: a value or an expression."""
    high: Any = None
    rule: feel.Expression | None = None
    rule_text: Text | None = None
    fewest: int = 0
    most: int = MOST_ROWS
    repetitions: int = 1
    grows: bool = True
    options: tuple[tuple[str, Text], ...] = ()
    validate: Mapping[str, Any] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    """Variables of the context that its expressions need."""
    perhaps: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()


Event = tuple[Literal["hide", "compute"], Part, feel.Expression]


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole form, compiled: its components, and in which order conditions and computed fields are evaluated."""

    parts: tuple[Part, ...]
    order: tuple[Event, ...]
    late: tuple[Part, ...]
    """Parts with bounds or rules, which see everything else."""


def walk(parts: Iterable[Part]) -> Iterator[Part]:
    for part in parts:
        yield part
        yield from walk(part.parts)


def spread(parts: Iterable[Part], access: Mapping[str, str], given: Access, readonly: bool, out: list[Access]) -> None:
    for part in parts:
        mode = cast(Access, access.get(part.path, given)) if part.key else given
        fixed = readonly or part.readonly
        own: Access = "read" if fixed and mode in ("write", "required") else mode
        out[part.index] = own
        # A list that must have rows does not by that make every cell of a row required; a group does.
        passed: Access = "write" if part.type == "dynamiclist" and mode == "required" else mode
        spread(part.parts, access, passed, fixed, out)


def is_written(part: Part, modes: Sequence[Access]) -> bool:
    """Whether anything in ``part`` is taken from the client or computed now."""
    if part.type in CONTAINERS:
        if part.type == "dynamiclist" and modes[part.index] in ("write", "required"):
            return True
        return any(is_written(p, modes) for p in part.parts)
    if part.type in PRESENTATION:
        return False
    return modes[part.index] in ("write", "required") or (part.type == "expression" and modes[part.index] == "hidden")


def is_shown(part: Part, modes: Sequence[Access]) -> bool:
    if part.type in CONTAINERS and part.parts:
        return any(is_shown(p, modes) for p in part.parts)
    return modes[part.index] != "hidden"


def known_value(known: Mapping[str, Any], key: str) -> Any:
    """What the context has for a field; a host function of the same name is no value."""
    value = known.get(key)
    return None if callable(value) else value


def kinds_of(which: feel.Expression, evaluate: Callable[[feel.Expression], Any]) -> list[str]:
    """Kinds of unit as an expression gives them; what is no list allows none."""
    try:
        found = evaluate(which)
    except feel.FeelError:
        return []
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def copy(value: Any) -> Any:
    """Lists and contexts anew: a default belongs to the form, what comes of it to one case."""
    if isinstance(value, list):
        return [copy(v) for v in value]
    if isinstance(value, dict):
        return {k: copy(v) for k, v in value.items()}
    return value


def is_feel(value: Any) -> TypeGuard[feel.Expression]:
    return isinstance(value, feel.Expression)
