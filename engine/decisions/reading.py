"""A DMN file into decisions; every finding of the file at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from engine import feel
from engine.decisions.graph import Decision
from engine.decisions.logic import (
    Choice,
    Entries,
    Input,
    Invocation,
    Items,
    Knowledge,
    Lambda,
    Logic,
    Output,
    Rule,
    Table,
    Turns,
)
from engine.errors import DefinitionRefused, Finding, Text
from engine.feel import FeelError
from engine.vocabulary import HOST_NAMES
from engine.xml import safe_xml

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
_FEEL_LANGUAGES = ("feel", "http://www.omg.org/spec/feel/", "https://www.omg.org/spec/feel/")
_FEEL_IN_DMN = ("https://www.omg.org/spec/dmn/", "http://www.omg.org/spec/dmn/")


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
_TURNS = {"for": "return", "some": "satisfies", "every": "satisfies", "filter": "match"}
_NOT_LOGIC = frozenset(
    {
        "variable", "informationRequirement", "knowledgeRequirement", "authorityRequirement", "question",
        "allowedAnswers", "description", "extensionElements", "usingProcess", "usingTask", "decisionMaker",
        "decisionOwner", "impactedPerformanceIndicator", "supportedObjective", "formalParameter",
        "binding", "column", "parameter",
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
        before = len(self.findings)
        logic = self._only_logic(element, id_)
        self.path.pop()
        made = None
        if logic is None and len(self.findings) == before:
            self._no_logic(element, id_)
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
        self._no_logic(element, about)
        return None

    def _no_logic(self, element: etree._Element, about: str) -> None:
        self.refuse(
            element,
            "dmn_no_logic",
            Text(f"{about} 没有（或有多个）决策逻辑", f"{about} has no logic, or more than one"),
            Text("写一个决策表或 FEEL 表达式", "write one decision table or FEEL expression"),
            about,
        )

    def _logic(self, element: etree._Element, about: str) -> Logic | None:
        kind = _local(element)
        if kind == "decisionTable":
            return self._table(element, about)
        if kind == "literalExpression" and self.child(element, "importedValues") is None:
            return self._compiled(element, about, Text("表达式", "expression"))
        if kind == "context":
            return self._context(element, about)
        if kind == "relation":
            return self._relation(element, about)
        if kind == "list":
            return self._items([child for child in self.children(element) if _local(child) not in _NOT_LOGIC], about)
        if kind == "functionDefinition" and element.get("kind", "FEEL") == "FEEL":
            return self._lambda(element, about)
        if kind == "invocation":
            return self._invocation(element, about)
        if kind == "conditional":
            test, then, otherwise = (self._part(element, name, about) for name in ("if", "then", "else"))
            if test is None or then is None or otherwise is None:
                return None
            return Choice(test, then, otherwise)
        if kind in _TURNS:
            return self._turns(element, kind, about)
        self.refuse(
            element,
            "dmn_unknown_logic",
            Text(f"{about}：不支持 {kind}", f"{about}: {kind} is not supported"),
            Text("改用决策表、FEEL 表达式或上下文", "use a decision table, a FEEL expression or a context"),
            about,
        )
        return None

    def _part(self, element: etree._Element, name: str, about: str) -> Logic | None:
        """The logic inside a named part of a boxed expression."""
        part = self.child(element, name)
        return self._only_logic(element if part is None else part, about)

    def _items(self, elements: list[etree._Element], about: str) -> Items | None:
        made = [self._logic(element, about) for element in elements]
        kept = tuple(logic for logic in made if logic is not None)
        return Items(kept) if len(kept) == len(made) else None

    def _relation(self, element: etree._Element, about: str) -> Items | None:
        columns = [column.get("name") or "" for column in self.children(element, "column")]
        rows: list[Logic] = []
        for row in self.children(element, "row"):
            cells = self._items([c for c in self.children(row) if _local(c) not in _NOT_LOGIC], about)
            if cells is None:
                return None
            if len(cells.items) != len(columns):
                self.refuse(
                    row,
                    "dmn_rule_shape",
                    Text(
                        f"{about}：一行的单元格数与列数不符", f"{about}: a row does not have one cell for each column"
                    ),
                    Text("补齐或删除单元格", "add or remove cells"),
                    about,
                )
                return None
            rows.append(Entries(tuple(zip(columns, cells.items, strict=True)), None))
        return Items(tuple(rows))

    def _lambda(self, element: etree._Element, about: str) -> Lambda | None:
        body = self._only_logic(element, about)
        parameters = tuple(p.get("name") or "" for p in self.children(element, "formalParameter"))
        return None if body is None else Lambda(about, parameters, body)

    def _invocation(self, element: etree._Element, about: str) -> Invocation | None:
        bindings = self.children(element, "binding")
        made = [(self.child(binding, "parameter"), self._only_logic(binding, about)) for binding in bindings]
        called = [child for child in self.children(element) if _local(child) not in _NOT_LOGIC]
        function = self._logic(called[0], about) if len(called) == 1 else self._only_logic(element, about)
        arguments = tuple(
            (parameter.get("name") or "", logic) for parameter, logic in made if parameter is not None and logic
        )
        return Invocation(function, arguments) if function and len(arguments) == len(bindings) else None

    def _turns(self, element: etree._Element, kind: str, about: str) -> Turns | None:
        variable = element.get("iteratorVariable") or "item"
        over = self._part(element, "in", about)
        outer = self.names
        self.names = outer | {variable}
        body = self._part(element, _TURNS[kind], about)
        self.names = outer
        return None if over is None or body is None else Turns(kind, variable, over, body)

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
