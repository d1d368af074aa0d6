"""A tree into Python closures.

Each node becomes one function of a ``Scope``. Costs are known before anything runs: a straight piece of expression
is paid for once, the body of a loop, filter or function at each turn. So the running code counts next to nothing,
and still cannot visit more nodes than its budget. Names are resolved here, to a distance in the chain of scopes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.errors import Text
from engine.feel import builtins, errors, nodes, values
from engine.feel.builtins import BUILT_IN, BuiltIn
from engine.feel.errors import FeelError
from engine.feel.types import ALIASES, TYPES, UNFIT, Type
from engine.feel.values import (
    KNOWN,
    MAX_LIST,
    MAX_STACK,
    ORDERED,
    PLAIN,
    DaysTime,
    Function,
    Range,
    Run,
    adopt,
    equal,
    kind,
    number,
    order,
)

_MAX_HEIGHT = 240
_NOTHING: Any = object()


class Scope:
    """One set of bound names: a loop's item, a function's arguments, a context being built, a filter's item."""

    __slots__ = ("parent", "run", "value")

    def __init__(self, run: Run, parent: Scope | None, value: Any) -> None:
        self.run = run
        self.parent = parent
        self.value = value


Do = Callable[[Any], Any]
"""A compiled node: takes the ``Scope`` (``Any`` keeps the closures free of checks for the outermost parent)."""
TestDo = Callable[[Any, Any], Any]
"""A compiled unary test: takes the scope and the value under test."""


@dataclass(slots=True)
class Code:
    """A compiled node, what it costs, how many levels of Python's stack it may take, and its value if constant."""

    do: Do
    cost: int = 1
    height: int = 1
    value: Any = _NOTHING

    @property
    def is_constant(self) -> bool:
        return self.value is not _NOTHING


@dataclass(slots=True)
class Binding:
    """What one level of the scope chain binds: ``kind`` is item, partial, arguments, context, filter or input."""

    kind: str
    names: tuple[str, ...] = ()
    parent: Binding | None = None


@dataclass(slots=True)
class Compiler:
    """One text's names, found on the way."""

    source: str
    known: frozenset[str]
    is_complete: bool = False
    """Whether ``known`` are all names there are, so that a function not among them is a mistake."""
    types: Mapping[str, Type] = field(default_factory=dict)
    """Types by name, besides those of FEEL."""
    free: set[str] = field(default_factory=set)
    perhaps: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    uses_input: bool = False

    def code(self, node: nodes.Node, scope: Binding | None) -> Code:
        made = _COMPILE[type(node)](self, node, scope)
        if made.height > _MAX_HEIGHT:
            raise self.error(errors.TOO_DEEP.format(limit=64), node.at)
        return made

    def error(self, reason: Text, at: int, missing: str | None = None) -> FeelError:
        return FeelError(reason, self.source, at, missing)

    def located(self, fault: FeelError, at: int) -> FeelError:
        """The fault with a place, if it has none yet."""
        if fault.position is None:
            fault.expression, fault.position = self.source, at
        return fault

    # --- leaves --------------------------------------------------------------------------------------------------

    def literal(self, node: nodes.Literal, scope: Binding | None) -> Code:
        value = node.value
        return Code(lambda s: value, value=value)

    def input(self, node: nodes.Input, scope: Binding | None) -> Code:
        self.uses_input = True
        distance, level = 0, scope
        while level is not None and level.kind != "input":
            distance, level = distance + 1, level.parent
        if level is None:
            raise self.error(errors.NO_INPUT, node.at)

        def read(s: Any) -> Any:
            for _ in range(distance):
                s = s.parent
            return s.value

        return Code(read)

    def name(self, node: nodes.Name, scope: Binding | None) -> Code:
        name, at = node.name, node.at
        filters: list[int] = []
        distance, level = 0, scope
        while level is not None:
            if level.kind == "filter":
                filters.append(distance)
                if name == "item":
                    return Code(_bound(distance, filters, name, None))
            elif name in level.names:
                index = level.names.index(name) if level.kind == "arguments" else None
                if level.kind == "context":
                    return Code(_bound(distance, filters, name, name))
                if level.kind == "partial":
                    return Code(_partial(distance, filters))
                return Code(_bound(distance, filters, name, index))
            distance, level = distance + 1, level.parent
        (self.perhaps if filters else self.free).add(name)
        if filters:
            return Code(self._free_in_filter(name, at, tuple(filters)), cost=1 + len(filters))
        missing = errors.MISSING.format(name=name)
        source = self.source

        def read(s: Any) -> Any:
            try:
                value = s.run.context[name]
            except KeyError:
                raise FeelError(missing, source, at, name) from None
            return value if type(value) in KNOWN else adopt(value)

        return Code(read)

    def _free_in_filter(self, name: str, at: int, filters: tuple[int, ...]) -> Do:
        def read(s: Any) -> Any:
            among_contexts, scope, distance = False, s, 0
            for step in filters:
                while distance < step:
                    scope, distance = scope.parent, distance + 1
                item = scope.value
                if type(item) is dict:
                    among_contexts = True
                    if name in item:
                        value = item[name]
                        return value if type(value) in KNOWN else adopt(value)
                elif item is not None:
                    value = _property(item, name, s.run)
                    if value is not None:
                        return value
            try:
                value = s.run.context[name]
            except KeyError:
                if among_contexts:
                    return None
                raise self.error(errors.MISSING.format(name=name), at, name) from None
            return value if type(value) in KNOWN else adopt(value)

        return read

    # --- operators -----------------------------------------------------------------------------------------------

    def negation(self, node: nodes.Negation, scope: Binding | None) -> Code:
        of = self.code(node.of, scope)
        do = of.do
        if of.is_constant:
            value = values.negate(of.value)
            return Code(lambda s: value, value=value)
        return Code(lambda s: values.negate(do(s)), of.cost + 1, of.height + 2)

    def arithmetic(self, node: nodes.Arithmetic, scope: Binding | None) -> Code:
        first = self.code(node.first, scope)
        rest = [(sign, self.code(part, scope)) for sign, part in node.rest]
        cost = first.cost + sum(c.cost for _, c in rest) + len(rest)
        height = max(first.height, *(c.height for _, c in rest)) + 2
        start, at = first.do, node.at
        operations = tuple((_ARITHMETIC[sign], c.do) for sign, c in rest)

        if len(operations) == 1:
            work, other = operations[0]

            def once(s: Any) -> Any:
                try:
                    return work(start(s), other(s), s.run)
                except FeelError as fault:
                    raise self.located(fault, at) from None

            return Code(once, cost, height)

        def chain(s: Any) -> Any:
            value = start(s)
            try:
                for work, other in operations:
                    value = work(value, other(s), s.run)
            except FeelError as fault:
                raise self.located(fault, at) from None
            return value

        return Code(chain, cost, height)

    def logic(self, node: nodes.Logic, scope: Binding | None) -> Code:
        parts = [self.code(part, scope) for part in node.parts]
        dos = tuple(c.do for c in parts)
        cost, height = sum(c.cost for c in parts) + 1, max(c.height for c in parts) + 1
        decisive = node.sign == "or"

        def decide(s: Any) -> Any:
            answer: bool | None = not decisive
            for do in dos:
                value = do(s)
                if value is decisive:
                    return decisive
                if value is not (not decisive):
                    answer = None
            return answer

        return Code(decide, cost, height)

    def comparison(self, node: nodes.Comparison, scope: Binding | None) -> Code:
        left, right = self.code(node.left, scope), self.code(node.right, scope)
        cost, height = left.cost + right.cost + 1, max(left.height, right.height) + 4
        return Code(self._compared(node.sign, left.do, right, node.at), cost, height)

    def _compared(self, sign: str, left: Do, right_code: Code, at: int) -> Do:
        right = right_code.do
        if sign in ("=", "!="):
            wanted = sign == "="

            def same(s: Any) -> Any:
                a, b = left(s), right(s)
                t = type(a)
                if t is type(b) and t in PLAIN:
                    return (a == b) is wanted
                try:
                    found = equal(a, b, s.run)
                except FeelError as fault:
                    raise self.located(fault, at) from None
                return found if wanted or found is None else not found

            return same
        work = _ORDERS[sign]

        def ordered(s: Any) -> Any:
            a, b = left(s), right(s)
            t = type(a)
            if t is type(b) and t in ORDERED:
                return work(a, b)
            return order(sign, a, b)

        return ordered

    def between(self, node: nodes.Between, scope: Binding | None) -> Code:
        value, low, high = (self.code(n, scope) for n in (node.value, node.low, node.high))
        do, bottom, top = value.do, low.do, high.do

        def within(s: Any) -> Any:
            v = do(s)
            above, below = order(">=", v, bottom(s)), order("<=", v, top(s))
            if above is False or below is False:
                return False
            return None if above is None or below is None else True

        return Code(within, value.cost + low.cost + high.cost + 2, max(value.height, low.height, high.height) + 2)

    def membership(self, node: nodes.Membership, scope: Binding | None) -> Code:
        value = self.code(node.value, scope)
        tests = [self.test(test, scope, in_unary=False) for test in node.tests]
        do, checks = value.do, tuple(check for check, _, _ in tests)
        cost = value.cost + sum(c for _, c, _ in tests) + 1
        height = max(value.height, *(h for _, _, h in tests)) + 1
        if len(checks) == 1:
            only = checks[0]
            return Code(lambda s: only(s, do(s)), cost, height)

        def among(s: Any) -> Any:
            return any_of(checks, s, do(s))

        return Code(among, cost, height)

    def condition(self, node: nodes.Condition, scope: Binding | None) -> Code:
        branches = [(self.code(test, scope), self.code(then, scope)) for test, then in node.branches]
        last = self.code(node.otherwise, scope)
        pairs = tuple((test.do, then.do) for test, then in branches)
        otherwise = last.do
        cost = sum(test.cost + then.cost for test, then in branches) + last.cost + 1
        height = max(last.height, *(max(test.height, then.height) for test, then in branches)) + 1

        def choose(s: Any) -> Any:
            for test, then in pairs:
                if test(s) is True:
                    return then(s)
            return otherwise(s)

        return Code(choose, cost, height)

    # --- loops ---------------------------------------------------------------------------------------------------

    def _iterators(
        self, iterators: list[nodes.Iterator], scope: Binding | None
    ) -> tuple[list[Callable[[Any], Iterable[Any] | None]], Binding, int, int]:
        domains = []
        inner = Binding("item")
        cost, height = 0, 0
        for iterator in iterators:
            over = self.code(iterator.over, scope)
            to = self.code(iterator.to, scope) if iterator.to else None
            domains.append(self._domain(over.do, to.do if to else None))
            cost += over.cost + (to.cost if to else 0)
            height = max(height, over.height, to.height if to else 0)
            scope = inner = Binding("item", (iterator.name,), scope)
        return domains, inner, cost, height + len(iterators) + 2

    def _domain(self, over: Do, to: Do | None) -> Callable[[Any], Iterable[Any] | None]:
        if to is None:
            return lambda s: _iterable(over(s))
        return lambda s: _steps(over(s), to(s))

    def loop(self, node: nodes.Loop, scope: Binding | None) -> Code:
        outer = Binding("partial", ("partial",), scope)
        domains, inner, cost, height = self._iterators(node.iterators, outer)
        body = self.code(node.body, inner)
        do, each, last, at = body.do, body.cost + 1, len(domains) - 1, node.at

        def turn(s: Any, level: int, found: list[Any]) -> bool:
            items = domains[level](s)
            if items is None:
                return False
            run = s.run
            for item in items:
                if level < last:
                    run.charge(1)
                    if not turn(Scope(run, s, item), level + 1, found):
                        return False
                else:
                    run.steps -= each
                    if run.steps < 0 or len(found) >= MAX_LIST:
                        raise FeelError(_spent(run, found))
                    found.append(do(Scope(run, s, item)))
            return True

        def repeat(s: Any) -> Any:
            found: list[Any] = []
            try:
                return found if turn(Scope(s.run, s, found), 0, found) else None
            except FeelError as fault:
                raise self.located(fault, at) from None

        return Code(repeat, cost + 1, max(height, body.height) + len(domains) + 3)

    def quantifier(self, node: nodes.Quantifier, scope: Binding | None) -> Code:
        domains, inner, cost, height = self._iterators(node.iterators, scope)
        body = self.code(node.body, inner)
        do, each, last, at = body.do, body.cost + 1, len(domains) - 1, node.at
        decisive = node.sign == "some"

        def turn(s: Any, level: int) -> bool | None:
            items = domains[level](s)
            if items is None:
                return None
            run = s.run
            answer: bool | None = not decisive
            for item in items:
                if level < last:
                    run.charge(1)
                    value = turn(Scope(run, s, item), level + 1)
                else:
                    run.steps -= each
                    if run.steps < 0:
                        raise FeelError(errors.BUDGET.format(limit=run.budget))
                    value = do(Scope(run, s, item))
                if value is decisive:
                    return decisive
                if value is not (not decisive):
                    answer = None
            return answer

        def decide(s: Any) -> Any:
            try:
                return turn(s, 0)
            except FeelError as fault:
                raise self.located(fault, at) from None

        return Code(decide, cost + 1, max(height, body.height) + len(domains) + 3)

    def filter(self, node: nodes.Filter, scope: Binding | None) -> Code:
        of = self.code(node.of, scope)
        condition = self.code(node.condition, Binding("filter", (), scope))
        base, test, each, at = of.do, condition.do, condition.cost + 1, node.at
        cost, height = of.cost + 1, max(of.height, condition.height) + 2
        if type(condition.value) is Decimal:
            place = values.whole(condition.value)

            def pick(s: Any) -> Any:
                return _item(_listed(base(s)), place)

            return Code(pick, cost, height)

        def select(s: Any) -> Any:
            items = _listed(base(s))
            if items is None:
                return None
            run = s.run
            if not items:
                return _of_empty(test, s)
            found = []
            first = True
            for item in items:
                run.steps -= each
                if run.steps < 0:
                    raise self.error(errors.BUDGET.format(limit=run.budget), at)
                answer = test(Scope(run, s, item if type(item) in KNOWN else adopt(item)))
                if answer is True:
                    found.append(item)
                elif first and type(answer) in (Decimal, int):
                    return _item(items, values.whole(answer))
                first = False
            return found

        return Code(select, cost, height)

    # --- structures ----------------------------------------------------------------------------------------------

    def list(self, node: nodes.ListNode, scope: Binding | None) -> Code:
        items = [self.code(item, scope) for item in node.items]
        dos = tuple(c.do for c in items)
        cost, height = sum(c.cost for c in items) + 1, max((c.height for c in items), default=0) + 2
        return Code(lambda s: [do(s) for do in dos], cost, height)

    def context(self, node: nodes.ContextNode, scope: Binding | None) -> Code:
        names: tuple[str, ...] = ()
        parts: list[tuple[str, Do]] = []
        cost, height = 1, 0
        for key, value in node.entries:
            code = self.code(value, Binding("context", names, scope))
            parts.append((key, code.do))
            names = (*names, key)
            cost, height = cost + code.cost, max(height, code.height)

        def build(s: Any) -> Any:
            made: dict[str, Any] = {}
            inner = Scope(s.run, s, made)
            for key, do in parts:
                made[key] = do(inner)
            return made

        return Code(build, cost, height + 1)

    def range(self, node: nodes.RangeNode, scope: Binding | None) -> Code:
        low, high = self.code(node.low, scope), self.code(node.high, scope)
        if node.is_half:
            return self._half(node, low, high)
        bottom, top, opened, closed = low.do, high.do, node.low_included, node.high_included

        def build(s: Any) -> Any:
            a, b = bottom(s), top(s)
            if a is not None and b is not None and order("<=", a, b) is None:
                return None
            return Range(a, b, opened, closed)

        if low.is_constant and high.is_constant:
            made = build(None)
            return Code(lambda s: made, value=made)
        return Code(build, low.cost + high.cost + 1, max(low.height, high.height) + 2)

    def _half(self, node: nodes.RangeNode, low: Code, high: Code) -> Code:
        """``(< 5)`` as a value: a range with one end."""
        bottom, top, opened, closed = low.do, high.do, node.low_included, node.high_included

        def build(s: Any) -> Any:
            a, b = bottom(s), top(s)
            return None if a is None and b is None else Range(a, b, opened, closed)

        return Code(build, low.cost + high.cost + 1, max(low.height, high.height) + 2)

    def path(self, node: nodes.Path, scope: Binding | None) -> Code:
        of = self.code(node.of, scope)
        do, name, at = of.do, node.name, node.at

        def read(s: Any) -> Any:
            base = do(s)
            if type(base) is dict:
                value = base.get(name)
                return value if type(value) in KNOWN else adopt(value)
            try:
                return _property(base, name, s.run)
            except FeelError as fault:
                raise self.located(fault, at) from None

        return Code(read, of.cost + 1, of.height + 2)

    def instance_of(self, node: nodes.InstanceOf, scope: Binding | None) -> Code:
        value = self.code(node.value, scope)
        do, wanted, at = value.do, self._type(node.type), node.at

        def check(s: Any) -> Any:
            try:
                return wanted.has(do(s), s.run)
            except FeelError as fault:
                raise self.located(fault, at) from None

        return Code(check, value.cost + 1, value.height + 4)

    def _type(self, written: nodes.Type) -> Type:
        of = tuple(self._type(inner) for inner in written.of)
        found = self.types.get(written.name) or TYPES.get(ALIASES.get(written.name, written.name))
        if found is None:
            raise self.error(errors.UNEXPECTED.format(found=written.name, expected=errors.A_TYPE), written.at)
        if not of:
            return found
        if written.name == "context":
            return Type(written.name, "context", entries=dict(zip(written.keys, of, strict=True)))
        return Type(written.name, written.name, of)

    # --- functions -----------------------------------------------------------------------------------------------

    def definition(self, node: nodes.Definition, scope: Binding | None) -> Code:
        body = self.code(node.body, Binding("arguments", tuple(node.parameters), scope))
        do, cost, height, parameters = body.do, body.cost + 1, body.height + 4, tuple(node.parameters)
        declared = [(n, self._type(t)) for n, t in enumerate(node.types) if t is not None]

        def make(s: Any) -> Any:
            run = s.run

            def call(*arguments: Any) -> Any:
                run.charge(cost)
                run.stack += height
                try:
                    if run.stack > MAX_STACK:
                        raise FeelError(errors.CALLS_TOO_DEEP)
                    for place, wanted in declared:
                        value = wanted.coerced(adopt(arguments[place]), run)
                        if value is UNFIT:
                            return None
                        arguments = (*arguments[:place], value, *arguments[place + 1 :])
                    return do(Scope(run, s, arguments))
                finally:
                    run.stack -= height

            return Function("function", parameters, call)

        return Code(make, 1, height)

    def call(self, node: nodes.Call, scope: Binding | None) -> Code:
        function = node.function
        if isinstance(function, nodes.Name):
            name = function.name
            if not self._is_bound(name, scope):
                if name == "is defined" and len(node.arguments) == 1:
                    return self._is_defined(node.arguments[0], scope)
                if name in BUILT_IN:
                    return self._built_in(node, BUILT_IN[name], scope)
                return self._host(node, name, scope)
        target = self.code(function, scope)
        shown = function.name if isinstance(function, nodes.Name | nodes.Path) else "function"
        if node.named is not None:
            given = {key: self.code(value, scope) for key, value in node.named.items()}
            codes, keys = list(given.values()), tuple(given)
        else:
            codes, keys = [self.code(value, scope) for value in node.arguments], ()
        do, dos, at = target.do, tuple(c.do for c in codes), node.at

        def invoke(s: Any) -> Any:
            called = do(s)
            arguments = [argument(s) for argument in dos]
            try:
                if keys:
                    arguments = _in_order(called, keys, arguments, shown)
                return builtins.invoke(s.run, called, arguments, shown)
            except FeelError as fault:
                raise self.located(fault, at) from None

        cost = target.cost + sum(c.cost for c in codes) + 1
        return Code(invoke, cost, max([target.height, *(c.height for c in codes)]) + 3)

    def _is_bound(self, name: str, scope: Binding | None) -> bool:
        while scope is not None:
            if name in scope.names:
                return True
            scope = scope.parent
        return False

    def _built_in(self, node: nodes.Call, built_in: BuiltIn, scope: Binding | None) -> Code:
        if node.named is not None:
            ordered = built_in.ordered(tuple(node.named))
            if ordered is None:
                given = ", ".join(node.named)
                raise self.error(errors.ARGUMENT_NAME.format(name=built_in.name, given=given), node.at)
            arguments = [node.named[key] if key else nodes.Literal(node.at, None) for key in ordered]
        else:
            arguments = node.arguments
            if not built_in.takes(len(arguments)):
                raise self.error(errors.ARGUMENT_COUNT.format(name=built_in.name, given=len(arguments)), node.at)
        codes = [self.code(argument, scope) for argument in arguments]
        work, dos, at = built_in.work, tuple(c.do for c in codes), node.at
        cost, height = sum(c.cost for c in codes) + 1, max((c.height for c in codes), default=0) + 5
        if built_in.name in builtins.OF_SINGLES:
            dos = tuple(_single(code) for code in codes)
        if len(dos) == 1:
            only = dos[0]

            def one(s: Any) -> Any:
                try:
                    return work(s.run, only(s))
                except FeelError as fault:
                    raise self.located(fault, at) from None

            return Code(one, cost, height)

        def many(s: Any) -> Any:
            try:
                return work(s.run, *[do(s) for do in dos])
            except FeelError as fault:
                raise self.located(fault, at) from None

        return Code(many, cost, height)

    def _host(self, node: nodes.Call, name: str, scope: Binding | None) -> Code:
        unknown = errors.UNKNOWN_FUNCTION.format(name=name)
        if self.is_complete and name not in self.known and f"{name}()" not in self.known:
            raise self.error(unknown, node.at)
        self.hosts.add(name)
        keys = tuple(node.named or ())
        codes = [self.code(argument, scope) for argument in (node.named.values() if node.named else node.arguments)]
        dos, at, source = tuple(c.do for c in codes), node.at, self.source
        called = f"{name}()"

        def ask(s: Any) -> Any:
            context = s.run.context
            function = context.get(called)
            if function is None:
                function = context.get(name)
            if function is None:
                raise FeelError(unknown, source, at, name)
            arguments = [do(s) for do in dos]
            try:
                if keys:
                    arguments = _in_order(function, keys, arguments, name)
                return builtins.invoke(s.run, function, arguments, name)
            except FeelError as fault:
                raise self.located(fault, at) from None

        return Code(ask, sum(c.cost for c in codes) + 1, max((c.height for c in codes), default=0) + 4)

    def _is_defined(self, node: nodes.Node, scope: Binding | None) -> Code:
        """``is defined(x)``, ``is defined(x.y)``: whether the name is there; asks without needing it."""
        code = self.code(node, scope)
        if isinstance(node, nodes.Path):
            inner = self._is_defined(node.of, scope)
            there, base, name = inner.do, self.code(node.of, scope).do, node.name

            def has(s: Any) -> Any:
                if not there(s):
                    return False
                value = base(s)
                return name in value if type(value) is dict else _property(value, name, s.run) is not None

            return Code(has, code.cost + inner.cost + 1, code.height + inner.height + 2)
        do = code.do

        def known(s: Any) -> Any:
            try:
                do(s)
            except FeelError as fault:
                if fault.missing is None:
                    raise
                return False
            return True

        return Code(known, code.cost + 1, code.height + 1)

    # --- unary tests ---------------------------------------------------------------------------------------------

    def test(self, node: nodes.Node, scope: Binding | None, in_unary: bool) -> tuple[TestDo, int, int]:
        """A test as a function of scope and value; with its cost and height."""
        at = node.at
        if isinstance(node, nodes.Test):
            than = self.code(node.than, scope)
            return self._than(node.sign, than), than.cost + 1, than.height + 3
        before, self.uses_input = self.uses_input, False
        code = self.code(node, scope)
        mentions, self.uses_input = self.uses_input, before or self.uses_input
        do, wanted = code.do, code.value
        if mentions and in_unary:
            return lambda s, v: _boolean(do(s)), code.cost, code.height + 1
        if type(wanted) in PLAIN:
            t = type(wanted)

            def same(s: Any, v: Any) -> Any:
                return v == wanted if type(v) is t else equal(v, wanted, s.run)

            return same, 1, 3
        if type(wanted) is Range:
            return _in_range(wanted), 1, 4
        judges = in_unary and isinstance(node, _BOOLEAN)

        def match(s: Any, v: Any) -> Any:
            try:
                return _fits(v, do(s), s.run, judges)
            except FeelError as fault:
                raise self.located(fault, at) from None

        return match, code.cost + 1, code.height + 5

    def _than(self, sign: str, than: Code) -> TestDo:
        do = than.do
        if sign in ("=", "!="):
            wanted = sign == "="

            def same(s: Any, v: Any) -> Any:
                found = equal(v, do(s), s.run)
                return found if wanted or found is None else not found

            return same
        work, bound = _ORDERS[sign], than.value
        if type(bound) in ORDERED:
            t = type(bound)
            return lambda s, v: work(v, bound) if type(v) is t else order(sign, v, bound)
        return lambda s, v: order(sign, v, do(s))


def any_of(checks: tuple[TestDo, ...], s: Any, value: Any) -> bool | None:
    """Three-valued or over unary tests."""
    answer: bool | None = False
    for check in checks:
        found = check(s, value)
        if found is True:
            return True
        if found is not False:
            answer = None
    return answer


_BOOLEAN = (nodes.Comparison, nodes.Logic, nodes.Between, nodes.Membership, nodes.Quantifier, nodes.Call)

_ARITHMETIC: dict[str, Callable[[Any, Any, Run], Any]] = {
    "+": values.add,
    "-": lambda a, b, run: values.subtract(a, b),
    "*": lambda a, b, run: values.multiply(a, b),
    "/": lambda a, b, run: values.divide(a, b),
    "**": values.power,
}
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPILE: dict[type, Callable[[Compiler, Any, Binding | None], Code]] = {
    nodes.Literal: Compiler.literal,
    nodes.Input: Compiler.input,
    nodes.Name: Compiler.name,
    nodes.Negation: Compiler.negation,
    nodes.Arithmetic: Compiler.arithmetic,
    nodes.Logic: Compiler.logic,
    nodes.Comparison: Compiler.comparison,
    nodes.Between: Compiler.between,
    nodes.Membership: Compiler.membership,
    nodes.Condition: Compiler.condition,
    nodes.Loop: Compiler.loop,
    nodes.Quantifier: Compiler.quantifier,
    nodes.Filter: Compiler.filter,
    nodes.ListNode: Compiler.list,
    nodes.ContextNode: Compiler.context,
    nodes.RangeNode: Compiler.range,
    nodes.Path: Compiler.path,
    nodes.InstanceOf: Compiler.instance_of,
    nodes.Definition: Compiler.definition,
    nodes.Call: Compiler.call,
}


# --- what the closures use ----------------------------------------------------------------------------------------


def _spent(run: Run, found: list[Any]) -> Text:
    if run.steps < 0:
        return errors.BUDGET.format(limit=run.budget)
    return errors.LIST_TOO_LONG.format(limit=MAX_LIST)


def _boolean(value: Any) -> bool | None:
    return value if type(value) is bool else None


def _bound(distance: int, filters: list[int], name: str, key: str | int | None) -> Do:
    """Read a name bound ``distance`` scopes up, unless an item of a filter in between has it."""
    if filters:
        inner = tuple(filters)

        def through(s: Any) -> Any:
            scope = s
            for step in range(distance + 1):
                if step in inner and type(scope.value) is dict and name in scope.value:
                    return scope.value[name]
                if step < distance:
                    scope = scope.parent
            return scope.value if key is None else scope.value[key]

        return through
    if key is None:
        if distance == 0:
            return lambda s: s.value
        if distance == 1:
            return lambda s: s.parent.value

    def read(s: Any) -> Any:
        for _ in range(distance):
            s = s.parent
        return s.value if key is None else s.value[key]

    return read


def _partial(distance: int, filters: list[int]) -> Do:
    """``partial``: what the loop has so far, as a list of its own."""
    read = _bound(distance, filters, "partial", None)

    def copy(s: Any) -> Any:
        found = read(s)
        s.run.charge(len(found))
        return list(found)

    return copy


def _iterable(value: Any) -> Iterable[Any] | None:
    if type(value) is list:
        return value
    if value is None:
        return None
    if type(value) is Range:
        if not (value.low_included and value.high_included):
            return None
        return _steps(value.low, value.high)
    return [value]


def _steps(low: Any, high: Any) -> Iterable[Any] | None:
    """``low..high`` one by one, upwards or downwards: whole numbers or days."""
    if isinstance(low, date) and isinstance(high, date) and not isinstance(low, datetime):
        if isinstance(high, datetime):
            return None
        return _days(low, high)
    a, b = number(low), number(high)
    if a is None or b is None or a != a.to_integral_value() or b != b.to_integral_value():
        return None
    if abs(a) > 10**18 or abs(b) > 10**18:
        return None
    first, last = int(a), int(b)
    return map(Decimal, range(first, last + 1) if first <= last else range(first, last - 1, -1))


def _days(low: date, high: date) -> Iterable[date]:
    step = timedelta(days=1 if low <= high else -1)
    day = low
    for _ in range(abs((high - low).days)):
        yield day
        day += step
    yield day


def _listed(value: Any) -> list[Any] | None:
    return value if type(value) is list or value is None else [value]


def _item(items: list[Any] | None, place: int | None) -> Any:
    """``list[1]`` is the first, ``list[-1]`` the last; null outside."""
    if items is None or place is None or place == 0 or abs(place) > len(items):
        return None
    value = items[place - 1 if place > 0 else place]
    return value if type(value) in KNOWN else adopt(value)


def _of_empty(test: Do, s: Any) -> Any:
    """What a filter of an empty list is: null for a position, else the empty list."""
    try:
        answer = test(Scope(s.run, s, {}))
    except FeelError as fault:
        if fault.missing is None:
            raise
        return []
    return None if type(answer) in (Decimal, int) else []


def _property(value: Any, name: str, run: Run) -> Any:
    """``value.name``: an entry of a context, a part of a date or duration, or the same of each item of a list."""
    if type(value) is dict:
        found = value.get(name)
        return found if type(found) in KNOWN else adopt(found)
    if type(value) is list:
        run.charge(1 + len(value))
        with run.deeper(3):
            return [_property(item, name, run) for item in value]
    reader = _PROPERTIES.get((kind(value), name))
    return None if reader is None else reader(value)


def _offset(value: Any) -> Any:
    ahead = value.utcoffset() if value.tzinfo is not None else None
    return None if ahead is None else DaysTime.of(ahead)


def _zone_name(value: Any) -> Any:
    return getattr(value.tzinfo, "key", None)


def _sign(count: int) -> int:
    return -1 if count < 0 else 1


def _part(value: DaysTime, unit: int, modulus: int | None) -> Decimal:
    count = abs(value.microseconds) // 1_000_000 // unit
    return Decimal(_sign(value.microseconds) * (count % modulus if modulus else count))


_DAY = {
    "year": lambda v: Decimal(v.year),
    "month": lambda v: Decimal(v.month),
    "day": lambda v: Decimal(v.day),
    "weekday": lambda v: Decimal(v.isoweekday()),
}
_CLOCK = {
    "hour": lambda v: Decimal(v.hour),
    "minute": lambda v: Decimal(v.minute),
    "second": lambda v: Decimal(v.second) if not v.microsecond else Decimal(v.second) + Decimal(v.microsecond) / 10**6,
    "time offset": _offset,
    "timezone": _zone_name,
}
_PROPERTIES: dict[tuple[str, str], Callable[[Any], Any]] = {
    **{("date", key): work for key, work in _DAY.items()},
    **{("date and time", key): work for key, work in {**_DAY, **_CLOCK}.items()},
    **{("time", key): work for key, work in _CLOCK.items()},
    ("years and months duration", "years"): lambda v: Decimal(_sign(v.months) * (abs(v.months) // 12)),
    ("years and months duration", "months"): lambda v: Decimal(_sign(v.months) * (abs(v.months) % 12)),
    ("days and time duration", "days"): lambda v: _part(v, 86_400, None),
    ("days and time duration", "hours"): lambda v: _part(v, 3_600, 24),
    ("days and time duration", "minutes"): lambda v: _part(v, 60, 60),
    ("days and time duration", "seconds"): lambda v: (
        Decimal(_sign(v.microseconds) * (abs(v.microseconds) % 60_000_000)).scaleb(-6).normalize()
    ),
    ("range", "start"): lambda v: v.low,
    ("range", "end"): lambda v: v.high,
    ("range", "start included"): lambda v: v.low_included,
    ("range", "end included"): lambda v: v.high_included,
}


def _single(code: Code) -> Do:
    """An argument that is no list: a list of one item is that item (DMN 1.3, section 10.3.2.9.4)."""
    do = code.do
    if code.is_constant and type(code.value) is not list:
        return do

    def unwrapped(s: Any) -> Any:
        value = do(s)
        return value[0] if type(value) is list and len(value) == 1 else value

    return unwrapped


def _in_order(called: Any, keys: tuple[str, ...], arguments: list[Any], shown: str) -> list[Any]:
    """Named arguments in the order of the function's parameters; one not named is null."""
    if not isinstance(called, Function):
        raise FeelError(errors.NAMED_HOST.format(name=shown))
    given = dict(zip(keys, arguments, strict=True))
    if not given.keys() <= set(called.parameters):
        raise FeelError(errors.ARGUMENT_NAME.format(name=shown, given=", ".join(keys)))
    return [given.get(name) for name in called.parameters]


def _in_range(wanted: Range) -> TestDo:
    low, high, t = wanted.low, wanted.high, type(wanted.low)
    if t is not type(high) or t not in ORDERED:
        return lambda s, v: wanted.includes(v)
    above = operator.ge if wanted.low_included else operator.gt
    below = operator.le if wanted.high_included else operator.lt
    return lambda s, v: above(v, low) and below(v, high) if type(v) is t else wanted.includes(v)


def _fits(value: Any, found: Any, run: Run, judges: bool) -> bool | None:
    """Whether a value passes a test that is an expression: equal to it, in it, or judged by it."""
    t = type(found)
    if t is Range:
        return bool(found.includes(value)) if found.includes(value) is not None else None
    if t is list:
        if type(value) is list and equal(value, found, run) is True:
            return True
        return values.contains(found, value, run)
    if t is bool and judges and type(value) is not bool:
        return bool(found)
    return equal(value, found, run)
