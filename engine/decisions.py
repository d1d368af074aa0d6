"""DMN: reads a file of decisions, evaluates one, and explains which rules fired and with which inputs.

A decision is a table (all hit policies), a literal expression, or a context of expressions; it may require other
decisions and business knowledge of the same file (DMN 1.1 to 1.5; FEEL by ``engine.feel``). What cannot be run
faithfully is refused when it is read, never guessed at later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lxml import etree

from engine import feel
from engine.errors import DefinitionRefused, Finding, Text
from engine.feel import FeelError, Run
from engine.vocabulary import HOST_NAMES, safe_xml

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
        "https://www.omg.org/spec/DMN/20240513/MODEL/",
    }
)
HIT_POLICIES = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"})
AGGREGATORS = frozenset({"SUM", "MIN", "MAX", "COUNT"})
BUDGET = 1_000_000
"""Steps of one decision with all that it requires."""
_LISTS = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})
_FEEL_LANGUAGES = ("feel", "http://www.omg.org/spec/feel/", "https://www.omg.org/spec/feel/")
_FEEL_IN_DMN = ("https://www.omg.org/spec/dmn/", "http://www.omg.org/spec/dmn/")


_OVERLAP = Text(
    "决策 {decision}：规则 {rules} 同时满足，UNIQUE 只允许一条。",
    "decision {decision}: rules {rules} fire together, UNIQUE allows one",
)
_UNLIKE = Text(
    "决策 {decision}：规则 {a} 与 {b} 同时满足而结论不同，ANY 不允许。",
    "decision {decision}: rules {a} and {b} fire together with different answers, ANY forbids it",
)
_NOT_ALLOWED = Text(
    "决策 {decision}：“{column}”的值“{value}”不在允许的范围内。",
    "decision {decision}: {value!r} is not an allowed value of {column!r}",
)
_NOT_OFFERED = Text(
    "决策 {decision} 第 {rule} 条规则：结论“{value}”不在“{column}”的可选值内。",
    "decision {decision}, rule {rule}: the answer {value!r} is not among the values of {column!r}",
)
_PLACE = Text(
    "决策 {decision} 第 {rule} 条规则“{column}”列：{reason}",
    "decision {decision}, rule {rule}, column {column!r}: {reason}",
)


class DecisionError(FeelError):
    """A table that has no single answer: two rules of UNIQUE, two answers of ANY, a value that is not allowed.

    ``decision`` is its id, ``rules`` the 1-based numbers of the rules concerned.
    """

    def __init__(self, reason: Text, decision: str, rules: tuple[int, ...] = ()) -> None:
        super().__init__(reason)
        self.decision = decision
        self.rules = rules


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision said and why.

    ``rules`` are the 1-based numbers of the rules that fired and are in the answer, ``rule_ids`` their ids, ``notes``
    their annotations. ``inputs`` are the values that were looked at: each input expression of the table by its text,
    for other kinds each variable by name. ``requires`` holds the outcomes of the required decisions by id.
    """

    value: Any
    rules: tuple[int, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict)
    rule_ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    requires: Mapping[str, Outcome] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Input:
    """A condition column: the text of its expression, and what may come in (None: anything)."""

    text: str
    label: str
    expression: feel.Expression
    allowed: feel.UnaryTests | None


@dataclass(frozen=True, slots=True)
class Output:
    """A conclusion column: its name, the values it may have from the highest priority down, its default."""

    name: str
    values: tuple[Any, ...] | None
    allowed: feel.UnaryTests | None
    default: feel.Expression | None


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

    @property
    def names(self) -> frozenset[str]:
        found: set[str] = set()
        for column in self.inputs:
            found |= column.expression.names
        for rule in self.rules:
            for _, tests in rule.tests:
                found |= tests.names
            for conclusion in rule.conclusions:
                if conclusion is not None:
                    found |= conclusion.names
        for output in self.outputs:
            if output.default is not None:
                found |= output.default.names
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Entries:
    """A boxed context: named expressions one after the other; ``result`` is the last, unnamed one."""

    entries: tuple[tuple[str, feel.Expression | Table | Entries], ...]
    result: feel.Expression | Table | Entries | None

    @property
    def names(self) -> frozenset[str]:
        found: set[str] = set()
        bound: set[str] = set()
        for name, logic in self.entries:
            found |= logic.names - bound
            bound.add(name)
        if self.result is not None:
            found |= self.result.names - bound
        return frozenset(found)


Logic = feel.Expression | Table | Entries


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a function that decisions may call by its name."""

    name: str
    parameters: tuple[str, ...]
    logic: Logic
    requires: tuple[Knowledge, ...]

    def bound(self, outer: Run) -> feel.Function:
        """The function over one evaluation; it sees its parameters and the knowledge it requires, nothing else."""
        helpers = {k.name: k.bound(outer) for k in self.requires}

        def call(*arguments: Any) -> Any:
            with outer.deeper(20):
                run = outer.within({**helpers, **dict(zip(self.parameters, arguments, strict=True))})
                try:
                    return _evaluate(self.logic, run, self.name).value
                finally:
                    outer.settle(run)

        return feel.Function(self.name, self.parameters, call)

    @property
    def names(self) -> frozenset[str]:
        """Free names that neither a parameter nor required knowledge binds."""
        return self.logic.names - set(self.parameters) - {k.name for k in self.requires}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a file, with what it requires."""

    id: str
    name: str
    variable: str
    logic: Logic
    requires: tuple[Decision, ...] = ()
    knowledge: tuple[Knowledge, ...] = ()
    line: int | None = None

    @property
    def hit_policy(self) -> str | None:
        """The hit policy of a table; None for other kinds."""
        return self.logic.hit_policy if isinstance(self.logic, Table) else None

    @property
    def inputs(self) -> frozenset[str]:
        """The names that must come from outside, those of required decisions included."""
        bound = {name for d in self.requires for name in (d.variable, d.name, d.id)}
        found = self.logic.names - bound - {k.name for k in self.knowledge}
        return found.union(*(d.inputs for d in self.requires)) if self.requires else frozenset(found)

    def evaluate(self, context: Mapping[str, Any], *, now: datetime | None = None) -> Outcome:
        """The answer over these names; raises ``FeelError`` (a missing variable, a bound), ``DecisionError``."""
        run = Run(context, now, BUDGET)
        outcome = self._evaluated(run, {})
        feel.weigh(outcome.value)
        return outcome

    def _evaluated(self, run: Run, done: dict[str, Outcome]) -> Outcome:
        requires: dict[str, Outcome] = {}
        inner = run
        if self.requires or self.knowledge:
            names: dict[str, Any] = dict(run.context)
            for required in self.requires:
                if required.id not in done:
                    done[required.id] = required._evaluated(run, done)
                outcome = done[required.id]
                requires[required.id] = outcome
                names.update(dict.fromkeys((required.id, required.name, required.variable), outcome.value))
            for knowledge in self.knowledge:
                names[knowledge.name] = knowledge.bound(run)
            inner = run.within(names)
        try:
            outcome = _evaluate(self.logic, inner, self.id)
        finally:
            if inner is not run:
                run.settle(inner)
        if not requires:
            return outcome
        return Outcome(outcome.value, outcome.rules, outcome.inputs, outcome.rule_ids, outcome.notes, requires)


# --- evaluation ---------------------------------------------------------------------------------------------------


def _evaluate(logic: Logic, run: Run, decision: str) -> Outcome:
    if isinstance(logic, Table):
        return _decide(logic, run, decision)
    if isinstance(logic, Entries):
        return Outcome(_entries(logic, run, decision), inputs=_seen(logic.names, run))
    return Outcome(logic.under(run), inputs=_seen(logic.names, run))


def _seen(names: Iterable[str], run: Run) -> dict[str, Any]:
    values = {name: run.context.get(name) for name in sorted(names)}
    return {name: value for name, value in values.items() if not callable(value)}


def _entries(logic: Entries, run: Run, decision: str) -> Any:
    made: dict[str, Any] = {}
    inner = run.within({**run.context})
    try:
        for name, part in logic.entries:
            made[name] = _evaluate(part, inner, decision).value
            inner.context = {**inner.context, name: made[name]}
        return made if logic.result is None else _evaluate(logic.result, inner, decision).value
    finally:
        run.settle(inner)


def _decide(table: Table, run: Run, decision: str) -> Outcome:
    values = [column.expression.under(run) for column in table.inputs]
    for column, value in zip(table.inputs, values, strict=True):
        if column.allowed is not None and value is not None and column.allowed.under(value, run) is not True:
            raise DecisionError(_NOT_ALLOWED.format(decision=decision, column=column.text, value=value), decision)
    inputs = {column.text: value for column, value in zip(table.inputs, values, strict=True)}
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
        except FeelError as fault:
            _place(fault, decision, rule.number, output.name)
            raise
        answer.append(value)
        if output.allowed is not None and value is not None and output.allowed.under(value, run) is not True:
            raise DecisionError(
                _NOT_OFFERED.format(decision=decision, rule=rule.number, column=output.name, value=value),
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
        return (
            [_shape(table, answer)] if table.hit_policy in _LISTS and not table.aggregation else _shape(table, answer)
        )
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
                _NOT_OFFERED.format(decision=decision, rule=rule, column=output.name, value=value), decision, (rule,)
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


# --- reading ------------------------------------------------------------------------------------------------------


def read(xml: bytes, file: str) -> dict[str, Decision]:
    """All decisions of a DMN file by id; raises ``DefinitionRefused`` with every finding of the file."""
    reader = _Reader(safe_xml(xml, file), file)
    found = reader.decisions()
    if reader.findings:
        raise DefinitionRefused(sorted(reader.findings, key=lambda f: f.line or 0))
    return found


_IGNORED = frozenset(
    {
        "association",
        "businessContextElement",
        "description",
        "DMNDI",
        "elementCollection",
        "extensionElements",
        "group",
        "inputData",
        "itemDefinition",
        "knowledgeSource",
        "organizationUnit",
        "performanceIndicator",
        "textAnnotation",
    }
)
_NOT_LOGIC = frozenset(
    {
        "variable", "informationRequirement", "knowledgeRequirement", "authorityRequirement", "question",
        "allowedAnswers", "description", "extensionElements", "usingProcess", "usingTask", "decisionMaker",
        "decisionOwner", "impactedPerformanceIndicator", "supportedObjective", "formalParameter",
    }
)  # fmt: skip


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _line(element: Any) -> int | None:
    """The line in the file; lxml's published types are wrong about it."""
    line: int | None = element.sourceline
    return line


class _Reader:
    """One file on its way to decisions; collects findings instead of stopping at the first."""

    def __init__(self, root: etree._Element, file: str) -> None:
        self.root = root
        self.file = file
        self.findings: list[Finding] = []
        self.space = etree.QName(root).namespace or ""
        self.by_id: dict[str, etree._Element] = {}
        self.made: dict[str, Decision | None] = {}
        self.knowledge: dict[str, Knowledge | None] = {}
        self.names: frozenset[str] = frozenset()
        self.path: list[str] = []

    def refuse(self, element: etree._Element, rule: str, text: Text, remedy: Text, about: str | None = None) -> None:
        self.findings.append(Finding(self.file, rule, text, remedy, _line(element), about))

    def children(self, element: etree._Element, *names: str) -> list[etree._Element]:
        return [
            child
            for child in element
            if etree.QName(child).namespace == self.space and (not names or _local(child) in names)
        ]

    def child(self, element: etree._Element, name: str) -> etree._Element | None:
        found = self.children(element, name)
        return found[0] if found else None

    def text(self, element: etree._Element | None) -> str:
        """The content of the ``text`` child."""
        inner = None if element is None else self.child(element, "text")
        return "" if inner is None else "".join(str(t) for t in inner.itertext()).strip()

    # --- the file ------------------------------------------------------------------------------------------------

    def decisions(self) -> dict[str, Decision]:
        if _local(self.root) != "definitions" or self.space not in NAMESPACES:
            self.refuse(
                self.root,
                "dmn_not_dmn",
                Text("不是 DMN 1.1–1.5 文件", "this is not a DMN 1.1 to 1.5 file"),
                Text("用 DMN 建模工具另存", "save it from a DMN modeller"),
            )
            return {}
        self._language(self.root)
        self._index()
        names: set[str] = set(HOST_NAMES)
        for element in self.children(self.root, "inputData", "decision", "businessKnowledgeModel"):
            names |= {self._variable(element), element.get("name") or "", element.get("id") or ""}
            names |= {p.get("name") or "" for p in element.iter(f"{{{self.space}}}formalParameter")}
        self.names = frozenset(names - {""})
        for element in self.children(self.root):
            kind = _local(element)
            if kind not in _IGNORED and kind not in ("decision", "businessKnowledgeModel"):
                self.refuse(
                    element,
                    "dmn_unknown_element",
                    Text(f"不支持 {kind}", f"{kind} is not supported"),
                    Text("删除它，或改写为决策", "remove it, or write it as a decision"),
                    element.get("id"),
                )
        found = {}
        for element in self.children(self.root, "decision"):
            id_ = element.get("id")
            if not id_:
                self.refuse(
                    element,
                    "dmn_no_id",
                    Text("决策没有 id", "a decision has no id"),
                    Text("加上 id", "give it an id"),
                )
                continue
            decision = self._decision(id_, element)
            if decision is not None:
                found[id_] = decision
        return found

    def _index(self) -> None:
        for element in self.root.iter():
            id_ = element.get("id")
            if id_ is None or etree.QName(element).namespace != self.space:
                continue
            if id_ in self.by_id:
                self.refuse(
                    element,
                    "dmn_duplicate_id",
                    Text(f"id {id_} 出现两次", f"the id {id_} occurs twice"),
                    Text("改名或删除其中一个", "rename or remove one of the two"),
                    id_,
                )
            self.by_id[id_] = element

    def _variable(self, element: etree._Element) -> str:
        variable = self.child(element, "variable")
        name = variable.get("name") if variable is not None else None
        return name or element.get("name") or element.get("id") or ""

    def _language(self, element: etree._Element, about: str | None = None) -> bool:
        language = (element.get("expressionLanguage") or "feel").strip().lower()
        if language.startswith(_FEEL_LANGUAGES) or (language.startswith(_FEEL_IN_DMN) and "feel" in language):
            return True
        self.refuse(
            element,
            "dmn_not_feel",
            Text(f"不支持表达式语言 {language}", f"the expression language {language} is not supported"),
            Text("只写 FEEL", "write FEEL only"),
            about,
        )
        return False

    # --- decisions and knowledge ---------------------------------------------------------------------------------

    def _decision(self, id_: str, element: etree._Element) -> Decision | None:
        if id_ in self.made:
            return self.made[id_]
        if self._circle(id_, element):
            return None
        self.path.append(id_)
        requires: list[Decision] = []
        for requirement in self.children(element, "informationRequirement"):
            for wanted in self.children(requirement, "requiredDecision", "requiredInput"):
                target = self._target(wanted, id_, "decision" if _local(wanted) == "requiredDecision" else "inputData")
                if target is not None and _local(target) == "decision":
                    decision = self._decision(target.get("id") or "", target)
                    if decision is not None:
                        requires.append(decision)
        knowledge = self._required_knowledge(element, id_)
        logic = self._only_logic(element, id_)
        self.path.pop()
        made = None
        if logic is not None:
            made = Decision(
                id_,
                element.get("name") or id_,
                self._variable(element),
                logic,
                tuple(requires),
                knowledge,
                _line(element),
            )
        self.made[id_] = made
        return made

    def _circle(self, id_: str, element: etree._Element) -> bool:
        if id_ not in self.path and len(self.path) < 32:
            return False
        circle = " → ".join([*self.path[-8:], id_])
        self.refuse(
            element,
            "dmn_circle",
            Text(f"决策互相依赖或依赖过深：{circle}", f"decisions require each other, or too deeply: {circle}"),
            Text("去掉其中一个依赖", "remove one of the requirements"),
            id_,
        )
        return True

    def _target(self, wanted: etree._Element, about: str, kind: str) -> etree._Element | None:
        href = wanted.get("href") or ""
        target = self.by_id.get(href[1:]) if href.startswith("#") else None
        if target is None or _local(target) != kind:
            self.refuse(
                wanted,
                "dmn_unknown_requirement",
                Text(f"{about} 依赖的 {href} 不在本文件中", f"{about} requires {href}, which is not in this file"),
                Text("改正引用，或把它放进同一文件", "correct the reference, or put it into the same file"),
                about,
            )
            return None
        return target

    def _required_knowledge(self, element: etree._Element, about: str) -> tuple[Knowledge, ...]:
        found = []
        for requirement in self.children(element, "knowledgeRequirement"):
            for wanted in self.children(requirement, "requiredKnowledge"):
                target = self._target(wanted, about, "businessKnowledgeModel")
                if target is not None:
                    knowledge = self._knowledge(target.get("id") or "", target)
                    if knowledge is not None:
                        found.append(knowledge)
        return tuple(found)

    def _knowledge(self, id_: str, element: etree._Element) -> Knowledge | None:
        if id_ in self.knowledge:
            return self.knowledge[id_]
        if self._circle(id_, element):
            return None
        self.path.append(id_)
        requires = self._required_knowledge(element, id_)
        function = self.child(element, "encapsulatedLogic")
        made = None
        if function is None or function.get("kind", "FEEL") != "FEEL":
            self.refuse(
                element,
                "dmn_unknown_logic",
                Text(f"{id_} 没有 FEEL 函数", f"{id_} has no FEEL function"),
                Text("写 encapsulatedLogic，kind 为 FEEL", "write encapsulatedLogic of kind FEEL"),
                id_,
            )
        else:
            logic = self._only_logic(function, id_)
            parameters = tuple(p.get("name") or "" for p in self.children(function, "formalParameter"))
            if logic is not None:
                made = Knowledge(self._variable(element), parameters, logic, requires)
        self.path.pop()
        self.knowledge[id_] = made
        return made

    # --- logic ---------------------------------------------------------------------------------------------------

    def _only_logic(self, element: etree._Element, about: str) -> Logic | None:
        found = [child for child in self.children(element) if _local(child) not in _NOT_LOGIC]
        if len(found) == 1:
            return self._logic(found[0], about)
        self.refuse(
            element,
            "dmn_no_logic",
            Text(f"{about} 没有（或有多个）决策逻辑", f"{about} has no logic, or more than one"),
            Text("写一个决策表或 FEEL 表达式", "write one decision table or FEEL expression"),
            about,
        )
        return None

    def _logic(self, element: etree._Element, about: str) -> Logic | None:
        kind = _local(element)
        if kind == "decisionTable":
            return self._table(element, about)
        if kind == "literalExpression" and self.child(element, "importedValues") is None:
            return self._compiled(element, about, Text("表达式", "expression"))
        if kind == "context":
            return self._context(element, about)
        self.refuse(
            element,
            "dmn_unknown_logic",
            Text(f"{about}：不支持 {kind}", f"{about}: {kind} is not supported"),
            Text("改用决策表、FEEL 表达式或上下文", "use a decision table, a FEEL expression or a context"),
            about,
        )
        return None

    def _context(self, element: etree._Element, about: str) -> Entries | None:
        entries: list[tuple[str, Logic]] = []
        result: Logic | None = None
        complete = True
        outer = self.names
        for entry in self.children(element, "contextEntry"):
            variable = self.child(entry, "variable")
            logic = self._only_logic(entry, about)
            if logic is None:
                complete = False
            elif variable is None or not variable.get("name"):
                result = logic
            else:
                entries.append((variable.get("name") or "", logic))
                self.names = self.names | {variable.get("name") or ""}
        self.names = outer
        return Entries(tuple(entries), result) if complete else None

    def _compiled(
        self, element: etree._Element, about: str, where: Text, text: str | None = None
    ) -> feel.Expression | None:
        text = self.text(element) if text is None else text
        found: feel.Expression | None = self._tried(element, about, where, feel.compile, text)
        return found

    def _tests(self, element: etree._Element, about: str, where: Text) -> feel.UnaryTests | None:
        found: feel.UnaryTests | None = self._tried(element, about, where, feel.compile_unary, self.text(element))
        return found

    def _tried(self, element: etree._Element, about: str, where: Text, compiler: Callable[..., Any], text: str) -> Any:
        if not self._language(element, about):
            return None
        try:
            return compiler(text, self.names)
        except FeelError as fault:
            self.refuse(
                element,
                "dmn_bad_feel",
                _WHERE.format(decision=about, where=where, reason=fault.text),
                Text("改正这个单元格的 FEEL", "correct the FEEL of this cell"),
                about,
            )
            return None

    # --- tables --------------------------------------------------------------------------------------------------

    def _table(self, element: etree._Element, about: str) -> Table | None:
        before = len(self.findings)
        policy = element.get("hitPolicy") or "UNIQUE"
        aggregation = element.get("aggregation")
        if policy not in HIT_POLICIES:
            self.refuse(
                element,
                "dmn_unknown_hit_policy",
                Text(f"{about}：不支持命中策略 {policy}", f"{about}: the hit policy {policy} is not supported"),
                Text(f"改为 {'、'.join(sorted(HIT_POLICIES))}", f"use one of {', '.join(sorted(HIT_POLICIES))}"),
                about,
            )
        inputs = [self._input(n, column, about) for n, column in enumerate(self.children(element, "input"), 1)]
        ranked = policy in ("PRIORITY", "OUTPUT ORDER")
        columns = self.children(element, "output")
        outputs = [self._output(n, column, about, ranked, len(columns)) for n, column in enumerate(columns, 1)]
        names = [output.name for output in outputs if output is not None]
        if not columns or len(set(names)) != len(names):
            self.refuse(
                element,
                "dmn_outputs",
                Text(f"{about}：没有输出列，或输出列重名", f"{about}: no output column, or two of one name"),
                Text("每个输出列取不同的名称", "give each output column its own name"),
                about,
            )
        if ranked and all(output is None or output.values is None for output in outputs):
            self.refuse(
                element,
                "dmn_no_priorities",
                Text(f"{about}：{policy} 需要列出输出值的次序", f"{about}: {policy} needs the output values in order"),
                Text("在输出列写 outputValues，优先的在前", "write outputValues on the output, the highest first"),
                about,
            )
        if aggregation and (policy != "COLLECT" or aggregation not in AGGREGATORS or len(columns) != 1):
            self.refuse(
                element,
                "dmn_aggregation",
                Text(f"{about}：不能按 {aggregation} 汇总", f"{about}: cannot aggregate by {aggregation}"),
                Text("汇总只用于 COLLECT 且只有一个输出列", "aggregation needs COLLECT and one output column"),
                about,
            )
        labels = [i.label if i is not None else str(n) for n, i in enumerate(inputs, 1)]
        rules = [
            self._rule(n, rule, about, labels, names, len(columns))
            for n, rule in enumerate(self.children(element, "rule"), 1)
        ]
        if len(self.findings) > before:
            return None
        return Table(
            tuple(i for i in inputs if i is not None),
            tuple(o for o in outputs if o is not None),
            tuple(r for r in rules if r is not None),
            policy,
            aggregation,
        )

    def _input(self, number: int, column: etree._Element, about: str) -> Input | None:
        inner = self.child(column, "inputExpression")
        text = self.text(inner)
        label = column.get("label") or text or str(number)
        where = Text(f"第 {number} 个条件列“{label}”", f"input column {number} {label!r}")
        expression = self._compiled(column if inner is None else inner, about, where, text)
        values = self.child(column, "inputValues")
        allowed = None
        if values is not None and self.text(values):
            allowed = self._tests(values, about, where)
        return None if expression is None else Input(text, label, expression, allowed)

    def _output(self, number: int, column: etree._Element, about: str, ranked: bool, count: int) -> Output | None:
        name = column.get("name") or ("" if count > 1 else column.get("label") or about)
        where = Text(f"第 {number} 个输出列“{name}”", f"output column {number} {name!r}")
        if not name:
            self.refuse(
                column,
                "dmn_outputs",
                Text(f"{about}：{where.zh}没有名称", f"{about}: {where.en} has no name"),
                Text("给输出列取名", "name the output column"),
                about,
            )
            return None
        values = self.child(column, "outputValues")
        text = self.text(values)
        allowed, order = None, None
        if values is not None and text:
            allowed = self._tests(values, about, where)
            if ranked:
                listed = self._compiled(values, about, where, f"[{text}]")
                order = tuple(listed.evaluate({})) if listed is not None and not listed.names else None
        default = self.child(column, "defaultOutputEntry")
        by_default = None
        if default is not None and self.text(default):
            by_default = self._compiled(default, about, where)
        return Output(name, order, allowed, by_default)

    def _rule(
        self, number: int, rule: etree._Element, about: str, labels: list[str], names: list[str], outputs: int
    ) -> Rule | None:
        conditions = self.children(rule, "inputEntry")
        conclusions = self.children(rule, "outputEntry")
        if len(conditions) != len(labels) or len(conclusions) != outputs:
            self.refuse(
                rule,
                "dmn_rule_shape",
                Text(
                    f"{about} 第 {number} 条规则的单元格数与列数不符",
                    f"{about}: rule {number} does not have one cell for each column",
                ),
                Text("补齐或删除单元格", "add or remove cells"),
                about,
            )
            return None
        tests = []
        for index, (cell, label) in enumerate(zip(conditions, labels, strict=True)):
            where = Text(f"第 {number} 条规则，条件列“{label}”", f"rule {number}, input column {label!r}")
            test = self._tests(cell, about, where)
            if test is not None and not test.is_any:
                tests.append((index, test))
        answers: list[feel.Expression | None] = []
        for index, cell in enumerate(conclusions):
            name = names[index] if index < len(names) else str(index + 1)
            where = Text(f"第 {number} 条规则，输出列“{name}”", f"rule {number}, output column {name!r}")
            answers.append(self._compiled(cell, about, where) if self.text(cell) else None)
        notes = [self.text(a) for a in self.children(rule, "annotationEntry")]
        description = self.child(rule, "description")
        if description is not None and description.text:
            notes.insert(0, description.text.strip())
        return Rule(
            number, rule.get("id") or str(number), tuple(tests), tuple(answers), "; ".join(n for n in notes if n)
        )


_WHERE = Text("{decision}，{where}：{reason}", "{decision}, {where}: {reason}")
