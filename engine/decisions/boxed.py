"""Boxed expressions and decision tables of a file, compiled; and the types that its item definitions declare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from engine import feel
from engine.decisions.logic import (
    Choice,
    Entries,
    Input,
    Invocation,
    Items,
    Lambda,
    Logic,
    Output,
    Rule,
    Table,
    Turns,
    Typed,
)
from engine.decisions.source import Source, local
from engine.errors import Text
from engine.feel import FeelError, Run, Type

HIT_POLICIES = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"})
AGGREGATORS = frozenset({"SUM", "MIN", "MAX", "COUNT"})

_TURNS = {"for": "return", "some": "satisfies", "every": "satisfies", "filter": "match"}
_NOT_LOGIC = frozenset(
    {
        "variable", "informationRequirement", "knowledgeRequirement", "authorityRequirement", "question",
        "allowedAnswers", "description", "extensionElements", "usingProcess", "usingTask", "decisionMaker",
        "decisionOwner", "impactedPerformanceIndicator", "supportedObjective", "formalParameter",
        "binding", "column", "parameter",
    }
)  # fmt: skip
_TYPE_WORDS = {**feel.ALIASES, "integer": "number", "long": "number", "double": "number"}
"""Names of types that are not FEEL's: of DMN 1.1, and those that modelling tools wrote before it."""


class Boxed(Source):
    """Logic of one file. ``names`` are the names in scope, ``types`` the types by the names they have here."""

    def __init__(self, root: etree._Element, file: str) -> None:
        super().__init__(root, file)
        self.names: frozenset[str] = frozenset()
        self.types: dict[str, Type] = {}
        self.own_types: dict[str, Type] = {}
        self.offered: dict[str, etree._Element] = {}
        """Allowed values by the name of the type that has them."""
        self.is_spent = False
        self._texts: dict[tuple[Any, ...], Any] = {}

    # --- types ---------------------------------------------------------------------------------------------------

    def read_types(self) -> None:
        """Item definitions (section 7.3.3), whatever their order in the file."""
        elements: dict[str, etree._Element] = {}
        for element in self.children(self.root, "itemDefinition"):
            name = element.get("name") or ""
            if name in elements or not name:
                self._bad_type(
                    element,
                    Text(f"itemDefinition 没有名称或重名：{name}", f"an item definition without a name, or two {name}"),
                )
            else:
                elements[name] = element
        pending: list[str] = []

        def known(name: str, at: etree._Element) -> Type | None:
            if name in elements and name not in self.types:
                if name in pending or len(pending) > 30:
                    circle = " → ".join([*pending[-8:], name])
                    self._bad_type(at, Text(f"类型互相定义：{circle}", f"types define each other: {circle}"))
                    return None
                pending.append(name)
                made = self._item(elements[name], name, known)
                pending.pop()
                if made is not None:
                    self.own_types[name] = self.types[name] = made
            return self._named_type(name, at, complain=name not in elements)

        for name, element in elements.items():
            known(name, element)

    def _item(
        self, element: etree._Element, name: str, known: Callable[[str, etree._Element], Type | None]
    ) -> Type | None:
        components = self.children(element, "itemComponent")
        reference = self.child(element, "typeRef")
        base: Type | None = feel.TYPES["Any"]
        if components:
            entries: dict[str, Type] = {}
            for component in components:
                if not component.get("name"):
                    self._bad_type(
                        component, Text(f"类型 {name} 有无名的部分", f"a part of the type {name} has no name")
                    )
                made = self._item(component, f"{name}.{component.get('name') or ''}", known)
                if made is not None:
                    entries[component.get("name") or ""] = made
            base = Type(name, "context", entries=entries)
        elif reference is not None:
            base = known((reference.text or "").strip(), reference)
        elif self.child(element, "functionItem") is not None:
            base = feel.TYPES["function"]
        if base is None:
            return None
        base = self._limited(base, name, element, "allowedValues")
        if element.get("isCollection") == "true":
            base = Type(name, "list", (base,) if base.kind != "Any" else ())
        return self._limited(base, name, element, "typeConstraint")

    def _limited(self, base: Type, name: str, element: etree._Element, part: str) -> Type:
        values = self.child(element, part)
        if values is None or not self.text(values):
            return Type(name, base.kind, base.of, base.entries, base.allows)
        tests = self._tests(values, name, Text("允许的值", "allowed values"))
        if tests is None:
            return base
        if tests.names:
            self._bad_type(
                values,
                Text(
                    f"类型 {name} 允许的值里不能用变量：{'、'.join(sorted(tests.names))}",
                    f"the allowed values of the type {name} use variables: {', '.join(sorted(tests.names))}",
                ),
            )
        self.offered[name] = values
        inner = base.allows

        def allows(value: Any, run: Run) -> bool:
            return (inner is None or inner(value, run)) and tests.under(value, run) is True

        return Type(name, base.kind, base.of, base.entries, allows)

    def _named_type(self, written: str, at: etree._Element, complain: bool = True) -> Type | None:
        for name in (written, written.partition(":")[2]):
            found = self.types.get(name) or feel.TYPES.get(_TYPE_WORDS.get(name, name))
            if found is not None:
                return found
        if complain:
            self._bad_type(at, Text(f"没有名为 {written[:80]} 的类型", f"there is no type called {written[:80]}"))
        return None

    def _bad_type(self, at: etree._Element, text: Text) -> None:
        remedy = Text(
            "改正 typeRef，或写一个同名的 itemDefinition",
            "correct the typeRef, or write an itemDefinition of that name",
        )
        self.refuse(at, "dmn_bad_type", text, remedy)

    def type_of(self, element: etree._Element | None) -> Type | None:
        """The type that an element declares for its values; None for any."""
        written = element.get("typeRef") if element is not None else None
        if not written or element is None:
            return None
        found = self._named_type(written.strip(), element)
        return None if found is None or found.kind == "Any" else found

    def parameters(self, element: etree._Element) -> tuple[tuple[str, ...], tuple[Type | None, ...]]:
        """The formal parameters of a function and their types."""
        found = self.children(element, "formalParameter")
        names = tuple(p.get("name") or "" for p in found)
        if len(set(names)) < len(names) or "" in names:
            self.refuse(
                element,
                "dmn_bad_parameter",
                Text("参数没有名称或重名", "a parameter without a name, or two of one name"),
                Text("给每个参数取不同的名称", "give each parameter its own name"),
            )
        return names, tuple(self.type_of(p) for p in found)

    # --- logic ---------------------------------------------------------------------------------------------------

    def logic_of(self, element: etree._Element) -> list[etree._Element]:
        """The children that are logic."""
        return [child for child in self.children(element) if local(child) not in _NOT_LOGIC]

    def only_logic(self, element: etree._Element, about: str) -> Logic | None:
        found = self.logic_of(element)
        if len(found) == 1:
            return self._logic(found[0], about)
        self.no_logic(element, about)
        return None

    def no_logic(self, element: etree._Element, about: str) -> None:
        self.refuse(
            element,
            "dmn_no_logic",
            Text(f"{about} 没有（或有多个）决策逻辑", f"{about} has no logic, or more than one"),
            Text("写一个决策表或 FEEL 表达式", "write one decision table or FEEL expression"),
            about,
        )

    def _logic(self, element: etree._Element, about: str) -> Logic | None:
        made = self._boxed(element, about)
        declared = self.type_of(element) if local(element) in ("literalExpression", "invocation") else None
        return made if made is None or declared is None else Typed(made, declared)

    def _boxed(self, element: etree._Element, about: str) -> Logic | None:
        kind = local(element)
        if kind == "decisionTable":
            return self._table(element, about)
        if kind == "literalExpression" and self.child(element, "importedValues") is None:
            return self._compiled(element, about, Text("表达式", "expression"))
        if kind == "context":
            return self._context(element, about)
        if kind == "relation":
            return self._relation(element, about)
        if kind == "list":
            return self._items(self.logic_of(element), about)
        if kind == "functionDefinition" and element.get("kind", "FEEL") == "FEEL":
            return self.function(element, about)
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
        return self.only_logic(element if part is None else part, about)

    def _items(self, elements: list[etree._Element], about: str) -> Items | None:
        made = [self._logic(element, about) for element in elements]
        kept = tuple(logic for logic in made if logic is not None)
        return Items(kept) if len(kept) == len(made) else None

    def _relation(self, element: etree._Element, about: str) -> Items | None:
        columns = [(column.get("name") or "", self.type_of(column)) for column in self.children(element, "column")]
        rows: list[Logic] = []
        for row in self.children(element, "row"):
            cells = self._items(self.logic_of(row), about)
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
            entries = ((name, cell, type_) for (name, type_), cell in zip(columns, cells.items, strict=True))
            rows.append(Entries(tuple(entries), None))
        return Items(tuple(rows))

    def function(self, element: etree._Element, about: str, result: Type | None = None) -> Lambda | None:
        """A boxed function definition (section 10.2.1.7)."""
        parameters, types = self.parameters(element)
        outer = self.names
        self.names = outer | set(parameters)
        body = self.only_logic(element, about)
        self.names = outer
        return None if body is None else Lambda(about, parameters, body, types if any(types) else (), result)

    def _invocation(self, element: etree._Element, about: str) -> Invocation | None:
        bindings = self.children(element, "binding")
        made = [(self.child(binding, "parameter"), self.only_logic(binding, about)) for binding in bindings]
        called = self.logic_of(element)
        function = self._logic(called[0], about) if len(called) == 1 else self.only_logic(element, about)
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
        entries: list[tuple[str, Logic, Type | None]] = []
        result: Logic | None = None
        complete = True
        outer = self.names
        for entry in self.children(element, "contextEntry"):
            variable = self.child(entry, "variable")
            logic = self.only_logic(entry, about)
            if logic is None:
                complete = False
            elif variable is None or not variable.get("name"):
                result = logic
            else:
                entries.append((variable.get("name") or "", logic, self.type_of(variable)))
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
        if not self.language(element, about):
            return None
        key = (compiler, text, self.names)
        if key in self._texts:
            return self._texts[key]
        try:
            found = compiler(text, self.names, self.types)
        except FeelError as fault:
            if not self.is_spent:  # what is too much is said once, not for every cell that follows
                self.refuse(
                    element,
                    "dmn_bad_feel",
                    _WHERE.format(decision=about, where=where, reason=fault.text),
                    Text("改正这个单元格的 FEEL", "correct the FEEL of this cell"),
                    about,
                )
            self.is_spent = feel.is_spent()
            return None
        self._texts[key] = found
        return found

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
        return None if expression is None else Input(text, label, expression, allowed, self.type_of(inner))

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
        values, type_ = self.child(column, "outputValues"), self.type_of(column)
        if ranked and type_ is not None and not self.text(values):
            values = self.offered.get(type_.name, values)
        text = self.text(values)
        allowed, order = None, None
        if values is not None and text:
            allowed = self._tests(values, about, where)
            if ranked:
                order = self._ordered(values, about, where, text)
        default = self.child(column, "defaultOutputEntry")
        by_default = None
        if default is not None and self.text(default):
            by_default = self._compiled(default, about, where)
        return Output(name, order, allowed, by_default, type_)

    def _ordered(self, values: etree._Element, about: str, where: Text, text: str) -> tuple[Any, ...] | None:
        """Output values as a list, the highest priority first."""
        listed = self._compiled(values, about, where, f"[{text}]")
        if listed is None or listed.names:
            return None
        try:
            found = listed.evaluate({})
        except FeelError as fault:
            self.refuse(
                values,
                "dmn_bad_feel",
                _WHERE.format(decision=about, where=where, reason=fault.text),
                Text("输出值只写字面量", "write literals as output values"),
                about,
            )
            return None
        return tuple(found) if isinstance(found, list) else None

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
