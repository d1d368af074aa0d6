"""The requirement graph: decisions, decision services and business knowledge, each with what it requires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine import feel
from engine.decisions.logic import Lambda, Logic, Outcome, Step, Table, evaluate, fit, function, note
from engine.errors import Text
from engine.feel import Run, Type

BUDGET = 1_000_000
"""Steps of one decision with all that it requires."""
_ANSWER = Text("结论", "the answer")
_WRITTEN = {
    "date": feel.compile("date(text)"),
    "time": feel.compile("time(text)"),
    "date and time": feel.compile("date and time(text)"),
    "days and time duration": feel.compile("duration(text)"),
    "years and months duration": feel.compile("duration(text)"),
}
"""What reads a text as a value of a kind that JSON does not have."""


@dataclass(frozen=True, slots=True)
class Need:
    """An input data element that something requires: its name, its type, and the import that it comes through."""

    name: str
    type: Type | None = None
    through: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a function that decisions may call by its name."""

    id: str
    name: str
    logic: Lambda
    knowledge: tuple[Calls, ...] = ()
    depth: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "depth", 1 + max((calls.target.depth for calls in self.knowledge), default=0))

    def bound(self, outer: Run) -> feel.Function:
        """The function over one evaluation; it sees its parameters, the knowledge it requires, and the product's
        own functions, nothing else."""
        made: list[feel.Function] = []

        def call(*arguments: Any) -> Any:
            if not made:  # only now: what is required may be wide, and nobody may call it
                helpers = _functions(outer)
                for calls in self.knowledge:
                    calls.bind(helpers, outer)
                made.append(function(self.logic, outer, helpers, self.id))
            return made[0].call(*arguments)

        return feel.Function(self.name, self.logic.parameters, call)


@dataclass(frozen=True, slots=True)
class Calls:
    """Knowledge, or a decision service, that something calls; ``through`` is the name of the import, or empty."""

    target: Knowledge | Decision
    through: str = ""

    @property
    def name(self) -> str:
        return self.target.name if isinstance(self.target, Knowledge) else self.target.variable

    def bind(self, names: dict[str, Any], run: Run) -> None:
        _put(names, (self.name,), self.target.bound(run), self.through)


@dataclass(frozen=True, slots=True)
class Asks:
    """A decision that another requires; ``through`` is the name of the import that it comes through, or empty."""

    target: Decision
    through: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service (DMN 1.3, section 10.4): what it answers, and what it has to be given."""

    outputs: tuple[Decision, ...]
    needs: tuple[Need, ...] = ()
    given: tuple[Decision, ...] = ()
    """Decisions whose answers come from outside."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Input data first, then input decisions."""
        return (*(need.name for need in self.needs), *(decision.variable for decision in self.given))

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.parameters)

    def wanted(self) -> set[str]:
        """The names that its decisions ask for from outside, those given to it left out."""
        found: set[str] = set()
        seen = {id(decision) for decision in self.given}
        pending = list(self.outputs)
        while pending:
            decision = pending.pop()
            if id(decision) not in seen:
                seen.add(id(decision))
                found |= decision.own
                pending += decision.requires
        return found


@dataclass(slots=True)
class _Done:
    """What one evaluation has decided already; again for the names inside each import."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    inside: dict[str, tuple[Run, _Done]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """One decision, or decision service, with what it requires."""

    id: str
    name: str
    variable: str
    logic: Logic | Service
    asks: tuple[Asks, ...] = ()
    knowledge: tuple[Calls, ...] = ()
    needs: tuple[Need, ...] = ()
    type: Type | None = None
    line: int | None = None
    file: str = ""
    own: frozenset[str] = field(init=False)
    """The names that must come from outside, those of required decisions left out."""
    inputs: frozenset[str] = field(init=False)
    """The names that must come from outside, those of required decisions included."""
    depth: int = field(init=False)
    """How many requirements stand in a row below it."""

    def __post_init__(self) -> None:
        bound: set[str] = {calls.through or calls.name for calls in self.knowledge}
        own: set[str] = set()
        for asks in self.asks:
            bound |= {asks.target.id, asks.through} if asks.through else set(asks.target.called)
        for need in self.needs:
            if need.through:
                bound.add(need.through)
                own.add(need.name)
        object.__setattr__(self, "own", frozenset((self.logic.names - bound) | own))
        object.__setattr__(self, "inputs", self.own.union(*(asks.target.inputs for asks in self.asks)))
        below = [asks.target for asks in self.asks]
        if isinstance(self.logic, Service):
            below += self.logic.outputs
        depths = [decision.depth for decision in below] + [calls.target.depth for calls in self.knowledge]
        object.__setattr__(self, "depth", 1 + max(depths, default=0))

    @property
    def called(self) -> tuple[str, str, str]:
        """The names by which others know its answer."""
        return (self.id, self.name, self.variable)

    @property
    def hit_policy(self) -> str | None:
        """The hit policy of a table; None for other kinds."""
        return self.logic.hit_policy if isinstance(self.logic, Table) else None

    @property
    def is_service(self) -> bool:
        return isinstance(self.logic, Service)

    @property
    def requires(self) -> tuple[Decision, ...]:
        """The decisions that this one requires directly."""
        return tuple(asks.target for asks in self.asks)

    def below(self) -> Iterator[Decision]:
        """Every decision that may be evaluated for this one, each once."""
        seen: set[int] = set()
        pending: list[Decision | Knowledge] = [self]
        while pending:
            at = pending.pop()
            if id(at) in seen:
                continue
            seen.add(id(at))
            pending += [calls.target for calls in at.knowledge]
            if isinstance(at, Decision):
                pending += at.requires
                if isinstance(at.logic, Service):
                    pending += at.logic.outputs
                if at is not self:
                    yield at

    def evaluate(self, context: Mapping[str, Any], *, now: datetime | None = None) -> Outcome:
        """The answer over these names; raises ``FeelError`` (a missing variable, a bound), ``DecisionError``."""
        run = Run(context, now, BUDGET)
        trace: list[Step] = []
        run.trace = trace
        outcome = self._evaluated(run, _Done())
        feel.weigh(outcome.value)
        return replace(outcome, steps=tuple(trace)) if trace else outcome

    def from_json(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """JSON of a caller as the values of names: ``{"@date": …}`` as ``feel.thaw`` reads it, and a text where a
        date, a time or a duration is declared. Raises ``FeelError`` for a mark that means nothing."""
        values: dict[str, Any] = {name: feel.thaw(value) for name, value in data.items()}
        declared: dict[str, str] = {}
        for decision in (self, *self.below()):
            needs = decision.logic.needs if isinstance(decision.logic, Service) else decision.needs
            declared |= {need.name: need.type.kind for need in needs if need.type is not None}
            if isinstance(decision.logic, Table):
                declared |= {c.text: c.type.kind for c in decision.logic.inputs if c.type is not None}
        for name, kind in declared.items():
            if type(values.get(name)) is str and kind in _WRITTEN:
                read = _WRITTEN[kind].evaluate({"text": values[name]})
                values[name] = values[name] if read is None else read
        return values

    def bound(self, outer: Run) -> feel.Function:
        """A decision service as a function over one evaluation (section 10.4)."""
        service = self.logic
        if not isinstance(service, Service):
            raise TypeError(f"{self.id} is no decision service")
        parameters = service.parameters

        def call(*arguments: Any) -> Any:
            outer.charge(10)
            with outer.deeper(20):
                inner = outer.within(_functions(outer) | dict(zip(parameters, arguments, strict=True)))
                try:
                    return self._evaluated(inner, _Done()).value
                finally:
                    outer.settle(inner)

        return feel.Function(self.variable, parameters, call)

    def _evaluated(self, run: Run, done: _Done) -> Outcome:
        if isinstance(self.logic, Service):
            outcome = self._served(self.logic, run)
        else:
            outcome = self._decided(self.logic, run, done)
        if self.type is None:
            return outcome
        value = fit(outcome.value, self.type, _ANSWER, run, self.id)
        return outcome if value is outcome.value else replace(outcome, value=value)

    def _decided(self, logic: Logic, run: Run, done: _Done) -> Outcome:
        if not (self.asks or self.knowledge or self.needs):
            return evaluate(logic, run, self.id)
        names: dict[str, Any] = dict(run.context)
        for need in self.needs:
            self._take(need, names, run)
        requires: dict[str, Outcome] = {}
        for asks in self.asks:
            outcome = _asked(asks, run, done)
            requires[asks.target.id] = outcome
            _put(names, asks.target.called, outcome.value, asks.through)
        for calls in self.knowledge:
            calls.bind(names, run)
        inner = run.within(names)
        try:
            outcome = evaluate(logic, inner, self.id)
        finally:
            run.settle(inner)
        return replace(outcome, requires=requires) if requires else outcome

    def _take(self, need: Need, names: dict[str, Any], run: Run) -> None:
        inside = names.get(need.through) if need.through else None
        if isinstance(inside, Mapping) and need.name in inside:
            value = inside[need.name]
        elif need.name in names:
            value = names[need.name]
        else:
            return  # it is missing only for what asks for it
        value = fit(value, need.type, need.name, run, self.id)
        _put(names, (need.name,), value, need.through)

    def _served(self, service: Service, run: Run) -> Outcome:
        done = _Done()
        names: dict[str, Any] = dict(run.context)
        for need in service.needs:
            self._take(need, names, run)
        for decision in service.given:
            name = next((name for name in decision.called[::-1] if name in names), None)
            if name is None:
                raise feel.missing(decision.variable)
            value = fit(names[name], decision.type, decision.variable, run, self.id)
            done.outcomes[id(decision)] = Outcome(value)
        inner = run.within(names)
        requires: dict[str, Outcome] = {}
        try:
            for output in service.outputs:
                requires[output.id] = _asked(Asks(output), inner, done)
        finally:
            run.settle(inner)
        found = {output.variable: requires[output.id].value for output in service.outputs}
        value = next(iter(found.values())) if len(service.outputs) == 1 else found
        seen = {name: names[name] for name in service.parameters if name in names}
        return Outcome(value, inputs=seen, requires=requires)


def _asked(asks: Asks, run: Run, done: _Done) -> Outcome:
    """The outcome of a required decision, evaluated once; through an import it sees the names given for the import."""
    inside = run.context.get(asks.through) if asks.through else None
    if isinstance(inside, Mapping):
        if asks.through not in done.inside:
            done.inside[asks.through] = (run.within({**run.context, **inside}), _Done())
        inner, within = done.inside[asks.through]
        inner.steps = run.steps
        try:
            return _once(asks.target, inner, within)
        finally:
            run.settle(inner)
    return _once(asks.target, run, done)


def _once(decision: Decision, run: Run, done: _Done) -> Outcome:
    found = done.outcomes.get(id(decision))
    if found is None:
        with run.deeper(2):
            found = decision._evaluated(run, done)
        done.outcomes[id(decision)] = found
        note(run, decision.id, decision.name, decision.logic, found)
    return found


def _functions(run: Run) -> dict[str, Any]:
    """The product's own functions among the names."""
    return {name: value for name, value in run.context.items() if callable(value)}


def _put(names: dict[str, Any], called: tuple[str, ...], value: Any, through: str) -> None:
    if not through:
        names.update(dict.fromkeys(called, value))
        return
    inside = names.get(through)
    names[through] = {**(inside if isinstance(inside, Mapping) else {}), **dict.fromkeys(called, value)}
