"""FEEL (DMN 1.3, section 10): the one language in which a designer writes what the product computes.

    feel.compile("for_count * 2 > eligible_count").evaluate({"for_count": 4, "eligible_count": 7})   # True

A text is parsed once into closures without side effects, bounded by construction: length, nesting, steps, size of
strings, lists, numbers and results. Nothing of Python can be reached from it. ``docs/feel.md`` lists what is
supported, the bounds, and where it differs from the specification.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from decimal import DecimalException
from functools import lru_cache
from typing import Any

from engine.feel import errors, temporal
from engine.feel.builtins import BUILT_IN
from engine.feel.compiler import Binding, Code, Compiler, Scope, any_of
from engine.feel.errors import FeelError
from engine.feel.frozen import freeze, from_json, plain, thaw
from engine.feel.lexer import MAX_LENGTH
from engine.feel.parser import MAX_DEPTH, Parser
from engine.feel.types import ALIASES, TYPES, UNFIT, Type
from engine.feel.values import (
    KNOWN,
    DaysTime,
    Function,
    Range,
    Run,
    YearsMonths,
    adopt,
    equal,
    kind,
    number,
    order,
    weigh,
)

__all__ = [
    "ALIASES",
    "MAX_DEPTH",
    "MAX_LENGTH",
    "MOST_PIECES",
    "TYPES",
    "UNFIT",
    "DaysTime",
    "Expression",
    "FeelError",
    "Function",
    "Range",
    "Run",
    "Type",
    "UnaryTests",
    "YearsMonths",
    "adopt",
    "compile",
    "compile_unary",
    "equal",
    "freeze",
    "from_json",
    "is_spent",
    "kind",
    "limited",
    "missing",
    "order",
    "plain",
    "text",
    "thaw",
    "weigh",
]

_FUNCTIONS = (*tuple(BUILT_IN), "is defined")
_SCALARS = KNOWN - {list, dict, Range, Function}


class Expression:
    """A compiled expression.

    ``names`` are the variables it needs, ``perhaps`` those that stand in a filter and may be entries of its items,
    ``functions`` the functions of the product that it calls.
    """

    __slots__ = ("_code", "functions", "names", "perhaps", "text")

    def __init__(self, text: str, code: Code, compiler: Compiler) -> None:
        self.text = text
        self._code = code
        self.names = frozenset(compiler.free)
        self.perhaps = frozenset(compiler.perhaps)
        self.functions = frozenset(compiler.hosts)

    def evaluate(self, context: Mapping[str, Any], *, now: datetime | None = None, budget: int = 100_000) -> Any:
        """The value over these names; ``now`` (aware, in the zone of the office) is what ``now()`` answers.

        Raises ``FeelError`` for a variable that is missing and for a bound that is exceeded.
        """
        value = self.under(Run(context, now, budget))
        if type(value) in _SCALARS:
            return value
        if type(value) is int:
            return number(value)
        try:
            weigh(value)
        except FeelError as fault:
            fault.expression, fault.position = self.text, 0
            raise
        return value

    def under(self, run: Run) -> Any:
        """The value as part of a larger evaluation, which weighs the whole result; it may be a function."""
        code = self._code
        run.steps -= code.cost
        try:
            if run.steps < 0:
                raise FeelError(errors.BUDGET.format(limit=run.budget))
            return code.do(Scope(run, None, None))
        except FeelError as fault:
            if not fault.expression:
                fault.expression, fault.position = self.text, 0
            raise
        except RecursionError:
            raise FeelError(errors.CALLS_TOO_DEEP, self.text, 0) from None
        except DecimalException:
            raise FeelError(errors.NUMBER_FAULT, self.text, 0) from None

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


class UnaryTests:
    """A compiled condition cell: ``< 5``, ``[1..5)``, ``"a", "b"``, ``not(…)``, ``-``, or an expression with ``?``."""

    __slots__ = ("_checks", "_cost", "_negated", "functions", "names", "perhaps", "text")

    def __init__(self, text: str, checks: tuple[Any, ...], cost: int, negated: bool, compiler: Compiler) -> None:
        self.text = text
        self._checks = checks
        self._cost = cost
        self._negated = negated
        self.names = frozenset(compiler.free)
        self.perhaps = frozenset(compiler.perhaps)
        self.functions = frozenset(compiler.hosts)

    @property
    def is_any(self) -> bool:
        """Whether it is ``-``: true of everything."""
        return not self._checks

    def matches(
        self, value: Any, context: Mapping[str, Any], *, now: datetime | None = None, budget: int = 100_000
    ) -> bool | None:
        """Whether the value passes; None where that cannot be said."""
        return self.under(adopt(value), Run(context, now, budget))

    def under(self, value: Any, run: Run) -> bool | None:
        """``matches`` as part of a larger evaluation."""
        checks = self._checks
        if not checks:
            return True
        run.steps -= self._cost
        try:
            if run.steps < 0:
                raise FeelError(errors.BUDGET.format(limit=run.budget))
            scope = Scope(run, None, value)
            found = checks[0](scope, value) if len(checks) == 1 else any_of(checks, scope, value)
        except FeelError as fault:
            if not fault.expression:
                fault.expression, fault.position = self.text, 0
            raise
        except RecursionError:
            raise FeelError(errors.CALLS_TOO_DEEP, self.text, 0) from None
        except DecimalException:
            raise FeelError(errors.NUMBER_FAULT, self.text, 0) from None
        if self._negated:
            return None if found is None else not found
        return found

    def __repr__(self) -> str:
        return f"UnaryTests({self.text!r})"


def compile(  # noqa: A001
    text: str, names: Iterable[str] = (), types: Mapping[str, Type] | None = None
) -> Expression:
    """Read an expression; a leading ``=`` is ignored.

    ``names`` are the variables and functions that the context will hold. Needed for names with spaces. Where names
    without spaces are given too, they count as all there are, and a function that is neither built in nor among them
    is refused now, else when it is called. ``types`` are those that the text may name besides FEEL's own. Raises
    ``FeelError``.
    """
    parser, compiler = _prepared(text, names, types)
    try:
        code = compiler.code(parser.expression(), None)
    except RecursionError:
        raise FeelError(errors.TOO_DEEP.format(limit=MAX_DEPTH), text, 0) from None
    return Expression(text, code, compiler)


def compile_unary(text: str, names: Iterable[str] = (), types: Mapping[str, Type] | None = None) -> UnaryTests:
    """Read unary tests (a condition cell of a decision table); ``names`` and ``types`` as for ``compile``."""
    parser, compiler = _prepared(text, names, types)
    scope = Binding("input")
    try:
        nodes, negated = parser.unary_tests()
        tests = [compiler.test(node, scope, in_unary=True) for node in nodes]
    except RecursionError:
        raise FeelError(errors.TOO_DEEP.format(limit=MAX_DEPTH), text, 0) from None
    return UnaryTests(text, tuple(t[0] for t in tests), sum(t[1] for t in tests) + 1, negated, compiler)


def text(value: Any) -> str:
    """The value as ``string(value)`` writes it, strings in quotes; raises ``FeelError`` for one that is too big."""
    return temporal.shown(value, Run({}))


def missing(name: str) -> FeelError:
    """The fault of a variable that is not there."""
    return FeelError(errors.MISSING.format(name=name), missing=name)


MOST_PIECES = 80_000
"""Words, numbers and signs in all texts that are read within one ``limited``; each text counts as five more."""
_left: ContextVar[list[int] | None] = ContextVar("left", default=None)


@contextmanager
def limited() -> Iterator[None]:
    """Read no more than ``MOST_PIECES`` in this block: past that every text is refused. For what a stranger sends."""
    token = _left.set([MOST_PIECES])
    try:
        yield
    finally:
        _left.reset(token)


def is_spent() -> bool:
    """Whether this block may read no more."""
    left = _left.get()
    return left is not None and left[0] < 0


@lru_cache(256)
def _bare(names: frozenset[str]) -> frozenset[str]:
    """Names without the brackets that say of a function that it is one: the same hundreds in every text of a file."""
    return frozenset(name.removesuffix("()") for name in names)


def _prepared(text: str, names: Iterable[str], types: Mapping[str, Type] | None) -> tuple[Parser, Compiler]:
    left = _left.get()
    if left is not None and left[0] < 0:
        raise FeelError(errors.TOO_MUCH.format(limit=MOST_PIECES), text, 0)
    known, types = frozenset(names), types or {}
    parser = Parser(text, _bare(known), _FUNCTIONS, types)
    if left is not None:
        left[0] -= len(parser.tokens) + 5
        if left[0] < 0:
            raise FeelError(errors.TOO_MUCH.format(limit=MOST_PIECES), text, 0)
    return parser, Compiler(text, known, any(" " not in name for name in known), types)
