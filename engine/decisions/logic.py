"""What decides: tables, boxed expressions and knowledge, compiled; and how each is evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any

from engine import feel
from engine.errors import Text
from engine.feel import FeelError, Run

_LISTS = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})
_OVERLAP = Text(
    "决策 {decision}：规则 {rules} 同时满足，UNIQUE 只允许一条。",
    "decision {decision}: rules {rules} fire together, UNIQUE allows one",
)
_UNLIKE = Text(
    "决策 {decision}：规则 {a} 与 {b} 同时满足而结论不同，ANY 不允许。",
    "decision {decision}: rules {a} and {b} fire together with different answers, ANY forbids it",
)
_NOT_ALLOWED = Text(
    "决策 {decision}：“{column}”的值 {value} 不在允许的范围内。",
    "decision {decision}: {value} is not an allowed value of {column!r}",
)
_NOT_OFFERED = Text(
    "决策 {decision} 第 {rule} 条规则：结论 {value} 不在“{column}”的可选值内。",
    "decision {decision}, rule {rule}: the answer {value} is not among the values of {column!r}",
)
_NOT_FUNCTION = Text(
    "决策 {decision}：调用的不是函数，或参数名不符。",
    "decision {decision}: what is invoked is no function, or has no such parameters",
)
_NOT_OF_TYPE = Text(
    "决策 {decision}：{what}的值 {value} 不是 {type} 类型。",
    "decision {decision}: the value {value} of {what} is not of the type {type}",
)
_RESULT = Text("结论", "the answer")
_PLACE = Text(
    "决策 {decision} 第 {rule} 条规则“{column}”列：{reason}",
    "decision {decision}, rule {rule}, column {column!r}: {reason}",
)


class DecisionError(FeelError):
    """A decision without an answer: two rules of UNIQUE, two answers of ANY, a value that is not allowed.

    ``decision`` is its id, ``rules`` the 1-based numbers of the rules concerned.
    """

    def __init__(self, reason: Text, decision: str, rules: tuple[int, ...] = ()) -> None:
        super().__init__(reason)
        self.decision = decision
        self.rules = rules


@dataclass(frozen=True, slots=True)
class Step:
    """What was decided on the way to an outcome, by a required decision or a table of business knowledge.

    ``id`` and ``name`` are of the decision or the knowledge; the rest is as in ``Outcome``.
    """

    id: str
    name: str
    value: Any
    rules: tuple[int, ...]
    inputs: Mapping[str, Any]
    rule_ids: tuple[str, ...]
    notes: tuple[str, ...]
    hit_policy: str | None


MOST_STEPS = 200
"""Steps that an outcome remembers; a table in a loop may be asked more often."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision said and why.

    ``rules`` are the 1-based numbers of the rules that fired and are in the answer, ``rule_ids`` their ids, ``notes``
    their annotations. ``inputs`` are the values that were looked at: each input expression of the table by its text,
    for other kinds each variable by name. ``requires`` holds the outcomes of the required decisions by id, ``steps``
    everything that was decided before, in the order in which it was.
    """

    value: Any
    rules: tuple[int, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict)
    rule_ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    requires: Mapping[str, Outcome] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Input:
    """A condition column: the text of its expression, what may come in (None: anything), and its type."""

    text: str
    label: str
    expression: feel.Expression
    allowed: feel.UnaryTests | None
    type: feel.Type | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """A conclusion column: its name, the values it may have from the highest priority down, its default, its type."""

    name: str
    values: tuple[Any, ...] | None
    allowed: feel.UnaryTests | None
    default: feel.Expression | None
    type: feel.Type | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: the tests that are not ``-`` with their columns, the conclusions, the id and the annotation."""

    number: int
    id: str
    tests: tuple[tuple[int, feel.UnaryTests], ...]
    conclusions: tuple[feel.Expression | None, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table, compiled."""

    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    hit_policy: str
    aggregation: str | None
    names: frozenset[str] = field(init=False)
    in_cells: tuple[str, ...] = field(init=False)
    """Names that cells mention and that are no column themselves: what else an explanation has to show."""

    def __post_init__(self) -> None:
        cells: set[str] = set()
        for rule in self.rules:
            for _, tests in rule.tests:
                cells |= tests.names
            for conclusion in rule.conclusions:
                cells |= conclusion.names if conclusion is not None else frozenset()
        for output in self.outputs:
            cells |= output.default.names if output.default is not None else frozenset()
        columns = frozenset[str]().union(*(column.expression.names for column in self.inputs))
        object.__setattr__(self, "names", columns | cells)
        object.__setattr__(self, "in_cells", tuple(sorted(cells - {column.text for column in self.inputs})))


@dataclass(frozen=True, slots=True)
class Entries:
    """A boxed context: named logic with its type, each seeing what stands before it; ``result`` is the unnamed last."""

    entries: tuple[tuple[str, Logic, feel.Type | None], ...]
    result: Logic | None

    @property
    def names(self) -> frozenset[str]:
        found: set[str] = set()
        bound: set[str] = set()
        for name, logic, _ in self.entries:
            found |= logic.names - bound
            bound.add(name)
        if self.result is not None:
            found |= self.result.names - bound
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Items:
    """A boxed list, or the rows of a relation."""

    items: tuple[Logic, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset[str]().union(*(item.names for item in self.items))


@dataclass(frozen=True, slots=True)
class Lambda:
    """A boxed function definition."""

    name: str
    parameters: tuple[str, ...]
    body: Logic
    types: tuple[feel.Type | None, ...] = ()
    """One for each parameter, or none at all."""
    result: feel.Type | None = None

    @property
    def names(self) -> frozenset[str]:
        return self.body.names - set(self.parameters)


@dataclass(frozen=True, slots=True)
class Invocation:
    """A boxed invocation: a function, and its arguments by name."""

    function: Logic
    arguments: tuple[tuple[str, Logic], ...]

    @property
    def names(self) -> frozenset[str]:
        return self.function.names.union(*(logic.names for _, logic in self.arguments))


@dataclass(frozen=True, slots=True)
class Choice:
    """A boxed conditional (DMN 1.4)."""

    test: Logic
    then: Logic
    otherwise: Logic

    @property
    def names(self) -> frozenset[str]:
        return self.test.names | self.then.names | self.otherwise.names


@dataclass(frozen=True, slots=True)
class Turns:
    """A boxed iterator (DMN 1.4): ``kind`` is for, some, every or filter."""

    kind: str
    variable: str
    over: Logic
    body: Logic

    @property
    def names(self) -> frozenset[str]:
        if self.kind == "filter":
            return self.over.names  # a name in the condition may be an entry of the item
        return self.over.names | (self.body.names - {self.variable, "partial"})


@dataclass(frozen=True, slots=True)
class Typed:
    """Logic with the type that is declared for its value."""

    logic: Logic
    type: feel.Type

    @property
    def names(self) -> frozenset[str]:
        return self.logic.names


Logic = feel.Expression | Table | Entries | Items | Lambda | Invocation | Choice | Turns | Typed


_SHOWN = (str, bool, int, Decimal, date, time, feel.YearsMonths, feel.DaysTime)
"""Values of names in cells that an explanation repeats; lists and contexts would repeat whole people."""


# --- evaluation ---------------------------------------------------------------------------------------------------


def evaluate(logic: Logic, run: Run, decision: str) -> Outcome:
    """The answer of any logic, explained; ``decision`` is the id that a refusal names."""
    if isinstance(logic, Table):
        return _decide(logic, run, decision)
    return Outcome(_value(logic, run, decision), inputs=_seen(logic.names, run))


def _seen(names: Iterable[str], run: Run) -> dict[str, Any]:
    values = {name: run.context.get(name) for name in sorted(names)}
    return {name: value for name, value in values.items() if not callable(value) and type(value) is not feel.Function}


def note(run: Run, id_: str, name: str, logic: Any, outcome: Outcome) -> None:
    """Remember a step, where the evaluation is to be explained."""
    if run.trace is not None and len(run.trace) < MOST_STEPS:
        policy = logic.hit_policy if isinstance(logic, Table) else None
        said = (outcome.value, outcome.rules, outcome.inputs, outcome.rule_ids, outcome.notes)
        run.trace.append(Step(id_, name, *said, policy))


def fit(value: Any, wanted: feel.Type | None, what: Text | str, run: Run, decision: str) -> Any:
    """The value as the type that is declared for it; raises ``DecisionError`` where it cannot be of it."""
    if wanted is None or value is None or isinstance(value, feel.Function):
        return value  # tools write the type of a function's answer where the type of the function belongs
    made = wanted.coerced(feel.adopt(value), run)
    if made is feel.UNFIT:
        reason = _NOT_OF_TYPE.format(decision=decision, what=what, value=shown(value), type=wanted.name)
        raise DecisionError(reason, decision)
    return made


def shown(value: Any) -> str:
    """A value for a message: its text as FEEL writes it, shortened."""
    try:
        text = feel.text(value)
    except FeelError:
        text = "…"
    return text if len(text) <= 80 else text[:80] + "…"


def _value(logic: Logic, run: Run, decision: str) -> Any:
    if isinstance(logic, feel.Expression):
        return logic.under(run)
    with run.deeper(8):
        if isinstance(logic, Table):
            outcome = _decide(logic, run, decision)
            note(run, decision, decision, logic, outcome)
            return outcome.value
        if isinstance(logic, Entries):
            return _entries(logic, run, decision)
        if isinstance(logic, Items):
            return [_value(item, run, decision) for item in logic.items]
        if isinstance(logic, Lambda):
            return function(logic, run, dict(run.context), decision)
        if isinstance(logic, Invocation):
            return _invoked(logic, run, decision)
        if isinstance(logic, Typed):
            return fit(_value(logic.logic, run, decision), logic.type, _RESULT, run, decision)
        if isinstance(logic, Choice):
            chosen = logic.then if _value(logic.test, run, decision) is True else logic.otherwise
            return _value(chosen, run, decision)
        return _turned(logic, run, decision)


def _among(run: Run, names: Mapping[str, Any], logic: Logic, decision: str) -> Any:
    """The value of logic that sees other names; what it spends is spent."""
    inner = run.within(names)
    try:
        return _value(logic, inner, decision)
    finally:
        run.settle(inner)


def _entries(logic: Entries, run: Run, decision: str) -> Any:
    made: dict[str, Any] = {}
    for name, part, wanted in logic.entries:
        run.charge(1 + len(made))
        value = _among(run, {**run.context, **made}, part, decision)
        made[name] = fit(value, wanted, name, run, decision) if wanted is not None else value
    return made if logic.result is None else _among(run, {**run.context, **made}, logic.result, decision)


def function(logic: Lambda, outer: Run, names: Mapping[str, Any], decision: str) -> feel.Function:
    """The function over one evaluation; it sees these names and its parameters."""

    def call(*arguments: Any) -> Any:
        outer.charge(10)
        with outer.deeper(20):
            bound = dict(zip(logic.parameters, arguments, strict=True))
            for name, wanted in zip(logic.parameters, logic.types, strict=False):
                bound[name] = fit(bound[name], wanted, name, outer, decision)
            value = _among(outer, {**names, **bound}, logic.body, decision)
            return fit(value, logic.result, _RESULT, outer, decision)

    return feel.Function(logic.name, logic.parameters, call)


def _invoked(logic: Invocation, run: Run, decision: str) -> Any:
    function = _value(logic.function, run, decision)
    if not isinstance(function, feel.Function):
        raise FeelError(_NOT_FUNCTION.format(decision=decision))
    given = {name: _value(argument, run, decision) for name, argument in logic.arguments}
    if not given.keys() <= set(function.parameters):
        raise FeelError(_NOT_FUNCTION.format(decision=decision))
    return function.call(*(given.get(name) for name in function.parameters))


def _turned(logic: Turns, run: Run, decision: str) -> Any:
    items = _LISTED.under(run.within({"domain": _value(logic.over, run, decision)}))
    if items is None:
        return None
    found: list[Any] = []
    for item in items:
        run.charge(10)
        names = {**run.context, logic.variable: item}
        if logic.kind == "for":
            names["partial"] = list(found)
        elif logic.kind == "filter" and isinstance(item, dict):
            names.update(item)
        value = _among(run, names, logic.body, decision)
        if logic.kind == "filter":
            found += [item] if value is True else []
        else:
            found.append(value)
    run.new_list(found)
    if logic.kind in ("for", "filter"):
        return found
    return _QUANTIFIED[logic.kind].under(run.within({"values": found}))


_LISTED = feel.compile("for item in domain return item")
_QUANTIFIED = {"some": feel.compile("any(values)"), "every": feel.compile("all(values)")}


def _decide(table: Table, run: Run, decision: str) -> Outcome:
    values = [column.expression.under(run) for column in table.inputs]
    for place, column in enumerate(table.inputs):
        if column.type is not None:
            values[place] = fit(values[place], column.type, column.text, run, decision)
        value = values[place]
        if column.allowed is not None and value is not None and column.allowed.under(value, run) is not True:
            raise DecisionError(
                _NOT_ALLOWED.format(decision=decision, column=column.text, value=shown(value)), decision
            )
    inputs = {column.text: value for column, value in zip(table.inputs, values, strict=True)}
    for name in table.in_cells:
        value = run.context.get(name)
        if isinstance(value, _SHOWN):
            inputs[name] = value
    fired = _fired(table, values, run, decision)
    if not fired:
        return Outcome(_of_no_rule(table, run), inputs=inputs)
    policy = table.hit_policy
    if policy == "UNIQUE" and len(fired) > 1:
        numbers = tuple(rule.number for rule in fired)
        raise DecisionError(_OVERLAP.format(decision=decision, rules=", ".join(map(str, numbers))), decision, numbers)
    answers = [_concluded(table, rule, run, decision) for rule in fired]
    if policy == "ANY":
        for rule, answer in zip(fired[1:], answers[1:], strict=True):
            if feel.equal(list(answer), list(answers[0]), run) is not True:
                pair = (fired[0].number, rule.number)
                raise DecisionError(_UNLIKE.format(decision=decision, a=pair[0], b=pair[1]), decision, pair)
        return _told(fired, _shape(table, answers[0]), inputs)
    if policy in ("PRIORITY", "OUTPUT ORDER"):
        ranked = sorted(
            zip(fired, answers, strict=True), key=lambda pair: _rank(table, pair[1], decision, pair[0].number)
        )
        fired, answers = [rule for rule, _ in ranked], [answer for _, answer in ranked]
    if policy not in _LISTS:
        return _told(fired[:1], _shape(table, answers[0]), inputs)
    value = [_shape(table, answer) for answer in answers]
    if table.aggregation:
        value = _aggregated(table.aggregation, value, run)
    return _told(fired, value, inputs)


def _told(fired: list[Rule], value: Any, inputs: Mapping[str, Any]) -> Outcome:
    return Outcome(
        value,
        tuple(rule.number for rule in fired),
        inputs,
        tuple(rule.id for rule in fired),
        tuple(rule.note for rule in fired if rule.note),
    )


def _place(fault: FeelError, decision: str, rule: int, column: str) -> None:
    """Put the table, the rule and the column into the fault's sentence."""
    fault.reason = _PLACE.format(decision=decision, rule=rule, column=column, reason=fault.reason)


def _fired(table: Table, values: list[Any], run: Run, decision: str) -> list[Rule]:
    first_only = table.hit_policy == "FIRST"
    fired = []
    for rule in table.rules:
        for column, tests in rule.tests:
            try:
                if tests.under(values[column], run) is not True:
                    break
            except FeelError as fault:
                _place(fault, decision, rule.number, table.inputs[column].label)
                raise
        else:
            fired.append(rule)
            if first_only:
                break
    return fired


def _concluded(table: Table, rule: Rule, run: Run, decision: str) -> tuple[Any, ...]:
    answer = []
    for output, conclusion in zip(table.outputs, rule.conclusions, strict=True):
        try:
            value = None if conclusion is None else conclusion.under(run)
            if output.type is not None:
                value = fit(value, output.type, output.name, run, decision)
        except FeelError as fault:
            _place(fault, decision, rule.number, output.name)
            raise
        answer.append(value)
        if output.allowed is not None and value is not None and output.allowed.under(value, run) is not True:
            raise DecisionError(
                _NOT_OFFERED.format(decision=decision, rule=rule.number, column=output.name, value=shown(value)),
                decision,
                (rule.number,),
            )
    return tuple(answer)


def _shape(table: Table, answer: tuple[Any, ...]) -> Any:
    if len(table.outputs) == 1:
        return answer[0]
    return {output.name: value for output, value in zip(table.outputs, answer, strict=True)}


def _of_no_rule(table: Table, run: Run) -> Any:
    if any(output.default is not None for output in table.outputs):
        answer = tuple(None if o.default is None else o.default.under(run) for o in table.outputs)
        default = _shape(table, answer)
        return [default] if table.hit_policy in _LISTS and not table.aggregation else default
    if table.aggregation:
        return _aggregated(table.aggregation, [], run)
    return [] if table.hit_policy in _LISTS else None


def _rank(table: Table, answer: tuple[Any, ...], decision: str, rule: int) -> tuple[int, ...]:
    ranks = []
    for output, value in zip(table.outputs, answer, strict=True):
        if output.values is None:
            continue
        if value not in output.values:
            raise DecisionError(
                _NOT_OFFERED.format(decision=decision, rule=rule, column=output.name, value=shown(value)),
                decision,
                (rule,),
            )
        ranks.append(output.values.index(value))
    return tuple(ranks)


def _aggregated(aggregation: str, values: list[Any], run: Run) -> Any:
    return _AGGREGATE[aggregation].under(run.within({"values": values}))


_AGGREGATE = {
    "SUM": feel.compile("sum(values)"),
    "MIN": feel.compile("min(values)"),
    "MAX": feel.compile("max(values)"),
    "COUNT": feel.compile("count(values)"),
}
