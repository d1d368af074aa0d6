"""Read one schema: check everything, compile it, order what depends on what."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final, cast

import re2

from engine import feel, vocabulary
from engine.errors import DefinitionRefused, Finding, Text
from engine.forms.answers import (
    BAD_IN_LINE,
    CODES,
    WHITE,
    Wrong,
    is_missing,
    number,
    real_day,
    take_boolean,
    take_date,
    take_id,
    take_id_number,
    take_ids,
    take_nothing,
    take_number,
    take_option,
    take_options,
    take_text,
)
from engine.forms.form import Form
from engine.forms.parts import Event, Part, Plan, is_feel, walk
from engine.forms.patterns import Unshared, shared_pattern
from engine.forms.schema import (
    CONTAINERS,
    DEEPEST_NESTING,
    LARGEST_SCHEMA,
    LONGEST_KEY,
    LONGEST_TEXT,
    MOST_COMPONENTS,
    MOST_ROWS,
    MOST_UNITS,
    PRESENTATION,
    PROPERTIES,
    REFUSALS,
    TEXTAREA_LENGTH,
    TEXTFIELD_LENGTH,
    VALIDATE,
)

_KEY: Final = re.compile(r"[^\W\d_][\w]*")
_RESERVED: Final = frozenset(
    {
        # FEEL's own words (DMN 1.3, 10.3.1.2 and the literals)
        "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "between",
        "instance", "of", "function", "external", "true", "false", "null", "not",
        # names that are not plain properties of an object in a browser
        "constructor", "prototype", "toString", "valueOf", "hasOwnProperty",
    }
)  # fmt: skip


_ASKED: Final[Mapping[str, frozenset[str]]] = {
    "person": frozenset({"person"}),
    "unit": frozenset({"unit"}),
    "units": frozenset({"units below"}),
}
"""The host functions by which an answer of a type is looked up."""


class Reader:
    """Reads one schema; collects findings instead of stopping at the first."""

    def __init__(self, file: str, told: list[Finding] | None = None) -> None:
        self.file = file
        self.told = told
        self.findings: list[Finding] = []
        self.count = 0
        self.parts: list[Part] = []
        self.names: dict[Part | None, dict[str, Part]] = {}

    def read(self, schema: Any) -> Form:
        if not isinstance(schema, Mapping):
            self.refuse("form_not_a_schema", None, name=self.file, kind=Text("对象", "an object"))
            raise DefinitionRefused(self.findings)
        try:
            size = len(json.dumps(schema, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        except (RecursionError, TypeError, ValueError):
            size = LARGEST_SCHEMA + 1
        if size > LARGEST_SCHEMA:
            self.refuse("form_too_large", None, size=f"{size} B", limit=f"{LARGEST_SCHEMA} B")
            raise DefinitionRefused(self.findings)
        if schema.get("type", "default") != "default":
            self.refuse("form_not_a_schema", None, name="type", kind=Text("“default”", "“default”"))
        components = schema.get("components")
        if not isinstance(components, list):
            self.refuse("form_not_a_schema", None, name="components", kind=Text("列表", "a list"))
            raise DefinitionRefused(self.findings)
        parts = self.components(components, None, None, 1)
        if self.count > MOST_COMPONENTS:
            self.refuse("form_too_large", None, size=str(self.count), limit=str(MOST_COMPONENTS))
        if self.told is not None and len(self.parts) == self.count:
            self.told += self.findings
            self.findings = []
        if self.findings:
            raise DefinitionRefused(self.findings)
        for part in self.parts:
            self.compile(part)
        order = self.order() if not self.findings else ()
        if self.findings:
            raise DefinitionRefused(self.findings)
        name = schema.get("id")
        late = tuple(p for p in self.parts if p.rule is not None or p.low is not None or p.high is not None)
        return Form(name if isinstance(name, str) else "", schema.get("schemaVersion", 16), Plan(parts, order, late))

    def refuse(self, rule: str, element: str | None, **values: Any) -> None:
        text, remedy = REFUSALS[rule]
        self.findings.append(Finding(self.file, rule, text.format(**values), remedy.format(**values), element=element))

    def components(
        self, components: Sequence[Any], parent: Part | None, scope: Part | None, depth: int
    ) -> tuple[Part, ...]:
        """First pass: the shape and the names."""
        made = []
        for i, source in enumerate(components):
            self.count += 1
            if self.count > MOST_COMPONENTS:
                break
            where = f"{parent.path + '.' if parent and parent.path else ''}components[{i}]"
            if not isinstance(source, Mapping):
                self.refuse("form_not_a_schema", where, name=where, kind=Text("对象", "an object"))
                continue
            part = self.component(source, where, parent, scope)
            if part is None:
                continue
            made.append(part)
            if part.type in CONTAINERS:
                inner = source.get("components")
                if not isinstance(inner, list):
                    self.refuse("form_not_a_schema", part.path or where, name="components", kind=Text("列表", "a list"))
                elif depth >= DEEPEST_NESTING:
                    self.refuse("form_too_deep", part.path or where, limit=DEEPEST_NESTING)
                else:
                    part.parts = self.components(inner, part, part if part.key else scope, depth + 1)
        return tuple(made)

    def component(self, source: Mapping[str, Any], where: str, parent: Part | None, scope: Part | None) -> Part | None:
        kind = source.get("type")
        name = "path" if kind in ("group", "dynamiclist") else "key"
        key = source.get(name)
        element = key if isinstance(key, str) and key else where
        if not isinstance(kind, str) or kind not in PROPERTIES:
            self.refuse("form_unknown_type", element, name=kind, known=", ".join(PROPERTIES))
            return None
        for p in source:
            if p not in PROPERTIES[kind]:
                self.refuse("form_unknown_property", element, name=p, known=", ".join(sorted(PROPERTIES[kind])))
        if kind in PRESENTATION or (kind == "group" and key in (None, "")):
            key = ""
        elif not isinstance(key, str) or not key:
            self.refuse("form_missing_key", element, name=name)
            return None
        elif not _KEY.fullmatch(key) or key in _RESERVED or len(key) > LONGEST_KEY:
            self.refuse("form_bad_key", element, name=key)
            return None
        path = key
        if key and scope is not None:
            path = f"{scope.path}{'[]' if scope.type == 'dynamiclist' else ''}.{key}"
        part = Part(len(self.parts), kind, key, path if key else "", source, parent, scope)
        self.parts.append(part)
        if key:
            known = self.names.setdefault(scope, {})
            if key in known:
                self.refuse("form_duplicate_key", path, name=key)
            known[key] = part
        if kind == "dynamiclist":
            above = scope
            while above is not None and above.type != "dynamiclist":
                above = above.scope
            if above is not None:
                self.refuse("form_list_in_list", path)
        self.common(part, path or where)
        return part

    def common(self, part: Part, element: str) -> None:
        source = part.source
        label = source.get("label") or source.get("dateLabel")
        if self.is_text(label):
            part.label = Text.of(label)
        elif label not in (None, "") or (part.key and part.type != "group"):
            self.refuse("form_missing_label", element)
        for name in ("description", "placeholder", "text"):
            if source.get(name) not in (None, "") and not self.is_text(source[name]):
                self.wrong_value(
                    element, name, Text("应为文字，或含 zh 和 en 的对象", "write a text, or one with zh and en")
                )
        if part.type == "text":
            if not self.is_text(source.get("text")):
                self.wrong_value(element, "text", Text("不能为空", "must not be empty"))
            elif any(t.lstrip().startswith("=") for t in (Text.of(source["text"]).zh, Text.of(source["text"]).en)):
                self.wrong_value(
                    element, "text", Text("不支持表达式，请用计算字段", "no expression here; use a computed field")
                )
        for name in ("readonly", "disabled", "allowAddRemove"):
            if not isinstance(source.get(name, False), bool):
                self.wrong_value(element, name, Text("应为 true 或 false", "write true or false"))
        part.readonly = source.get("readonly") is True or source.get("disabled") is True
        personal = source.get("personal")
        if personal not in (None, "S", "SS"):
            self.wrong_value(element, "personal", Text("应为 “S” 或 “SS”", "write “S” or “SS”"))
        else:
            above = part.parent.personal if part.parent else None
            part.personal = "SS" if "SS" in (personal, above) else personal or above
        if part.type == "datetime" and source.get("subtype", "date") != "date":
            self.wrong_value(element, "subtype", Text("只支持 “date”", "only “date” is known"))

    @staticmethod
    def is_text(value: Any) -> bool:
        if isinstance(value, Mapping):
            texts = [value.get("zh"), value.get("en")]
            return set(value) <= {"zh", "en"} and any(texts) and all(t is None or isinstance(t, str) for t in texts)
        return isinstance(value, str) and bool(value.strip())

    def wrong_value(self, element: str, name: str, reason: Text) -> None:
        self.refuse("form_bad_value", element, name=name, reason=reason)

    # second pass: what the parts mean, when all names are known

    def compile(self, part: Part) -> None:
        source = part.source
        element = part.path or str(source.get("id") or part.type)
        conditional = source.get("conditional")
        if conditional is not None:
            if not isinstance(conditional, Mapping) or set(conditional) - {"hide"}:
                self.wrong_value(element, "conditional", Text("只能含 hide", "may hold “hide” only"))
            elif conditional.get("hide") not in (None, ""):
                part.hide = self.formula(part, element, "conditional.hide", conditional["hide"])
                if part.hide is not None:
                    for f in sorted(part.hide.functions):
                        self.refuse("form_server_only", element, name="conditional.hide", function=f)
        self.validation(part, element)
        match part.type:
            case "textfield" | "textarea":
                self.text(part, element)
            case "number":
                self.number(part, element)
            case "datetime":
                part.take = take_date
                part.low, part.high = self.date_bound(part, element, "min"), self.date_bound(part, element, "max")
            case "checkbox":
                part.take, part.empty = take_boolean, False
            case "radio" | "select" | "checklist":
                self.choice(part, element)
            case "person" | "unit" | "units":
                self.reference(part, element)
            case "expression":
                if source.get("expression") in (None, ""):
                    self.wrong_value(element, "expression", Text("不能为空", "must not be empty"))
                else:
                    part.expression = self.formula(part, element, "expression", source["expression"])
            case "dynamiclist":
                part.empty = []
                part.grows = source.get("allowAddRemove", True) is not False
                part.fewest, part.most = self.items(part, element, MOST_ROWS)
                part.repetitions = self.whole(
                    element, "defaultRepetitions", source.get("defaultRepetitions", 1), 0, MOST_ROWS
                )
        self.default(part, element)
        self.needs(part)

    def validation(self, part: Part, element: str) -> None:
        given = part.source.get("validate")
        if given is None:
            return
        if not isinstance(given, Mapping):
            self.refuse("form_not_a_schema", element, name="validate", kind=Text("对象", "an object"))
            return
        known = VALIDATE.get(part.type, frozenset())
        for name in given:
            if name not in known:
                self.refuse("form_unknown_rule", element, name=name, known=", ".join(sorted(known)))
        rules = {k: v for k, v in given.items() if v is not None and v != "" and k in known}
        for name in ("required", "idNumber"):
            if not isinstance(rules.get(name, False), bool):
                self.wrong_value(element, f"validate.{name}", Text("应为 true 或 false", "write true or false"))
        if rules.get("validationType", "custom") != "custom":
            self.wrong_value(
                element, "validate.validationType", Text("只支持 “custom”，请用 pattern", "only “custom”; use pattern")
            )
        rules.pop("validationType", None)
        for name in ("patternText", "ruleText"):
            if name in rules and not self.is_text(rules[name]):
                self.wrong_value(
                    element, f"validate.{name}", Text("应为文字，或含 zh 和 en 的对象", "write a text, or zh and en")
                )
        part.required = rules.get("required") is True
        if "rule" in rules:
            part.rule = self.formula(part, element, "validate.rule", rules["rule"])
            part.rule_text = Text.of(rules["ruleText"]) if self.is_text(rules.get("ruleText")) else None
        part.validate = rules

    def text(self, part: Part, element: str) -> None:
        rules = part.validate
        usual = TEXTAREA_LENGTH if part.type == "textarea" else TEXTFIELD_LENGTH
        most = self.whole(element, "validate.maxLength", rules.get("maxLength", usual), 1, LONGEST_TEXT)
        fewest = self.whole(element, "validate.minLength", rules.get("minLength", 0), 0, most)
        pattern = self.pattern(element, rules["pattern"]) if "pattern" in rules else None
        said = Text.of(rules["patternText"]) if self.is_text(rules.get("patternText")) else None
        if rules.get("idNumber") is True:
            part.take = take_id_number
        else:
            part.take = take_text(fewest, most, part.type == "textfield", pattern, said)
            part.validate = {**rules, "maxLength": most}

    def number(self, part: Part, element: str) -> None:
        source = part.source
        digits = source.get("decimalDigits")
        if digits is not None:
            digits = self.whole(element, "decimalDigits", digits, 0, 20)
        step = source.get("increment")
        if step in (None, ""):
            step = None
        else:
            step = number(step)
            if step is None or step <= 0:
                self.wrong_value(element, "increment", Text("应为正数", "write a number above zero"))
        part.take = take_number(digits, step)
        for name in ("min", "max"):
            bound = part.validate.get(name)
            if isinstance(bound, str) and bound.lstrip().startswith("="):
                bound = self.formula(part, element, f"validate.{name}", bound)
            elif bound is not None:
                bound = number(bound)
                if bound is None:
                    self.wrong_value(
                        element,
                        f"validate.{name}",
                        Text("应为数字或以 = 开头的表达式", "write a number or =expression"),
                    )
            if name == "min":
                part.low = bound
            else:
                part.high = bound

    def date_bound(self, part: Part, element: str, name: str) -> Any:
        bound = part.validate.get(name)
        if bound is None:
            return None
        if isinstance(bound, str) and bound.lstrip().startswith("="):
            return self.formula(part, element, f"validate.{name}", bound)
        day = real_day(bound) if isinstance(bound, str) else None
        if day is None:
            self.wrong_value(
                element,
                f"validate.{name}",
                Text("应为 2026-03-02 这样的日期或以 = 开头的表达式", "write a date such as 2026-03-02 or =expression"),
            )
        return day

    def choice(self, part: Part, element: str) -> None:
        values = part.source.get("values")
        options: list[tuple[str, Text]] = []
        for option in values if isinstance(values, list) else ():
            value = option.get("value") if isinstance(option, Mapping) else None
            if not isinstance(value, str) or not value.strip(WHITE) or BAD_IN_LINE.search(value):
                self.wrong_value(
                    element, "values", Text("每个选项的 value 应为非空文字", "each value must be a non-empty text")
                )
                continue
            label = cast(Mapping[str, Any], option).get("label", value)
            if not self.is_text(label):
                self.refuse("form_missing_label", element)
                continue
            if any(value == v for v, _ in options):
                self.refuse("form_duplicate_option", element, name=value)
            options.append((value, Text.of(label)))
        if not isinstance(values, list) or not values:
            self.refuse("form_no_options", element)
        part.options = tuple(options)
        if part.type == "checklist":
            part.empty = []
            part.fewest, part.most = self.items(part, element, len(options))
            part.take = take_options([v for v, _ in options], part.most)
        else:
            part.take = take_option([v for v, _ in options])

    def reference(self, part: Part, element: str) -> None:
        for name in ("roles", "statuses", "kinds"):
            given = part.source.get(name)
            if name == "kinds" and isinstance(given, str):
                part.kinds = self.formula(part, element, name, given)
            elif given is not None and not (
                isinstance(given, list) and given and all(isinstance(g, str) for g in given)
            ):
                self.wrong_value(element, name, Text("应为非空的文字列表", "write a non-empty list of texts"))
        within = part.source.get("within")
        if within not in (None, ""):
            part.within = self.formula(part, element, "within", within)
        if part.type == "units":
            self.several_units(part, element)
        else:
            part.take = take_id(f"unknown_{part.type}")

    def several_units(self, part: Part, element: str) -> None:
        if part.source.get("within") in (None, ""):
            self.refuse("form_no_area", element)
        part.empty = []
        part.fewest, part.most = self.items(part, element, MOST_UNITS)
        part.take = take_ids("unknown_unit", part.most)
        given = part.source.get("groups", [])
        wanted = {"label", "units"}
        if not isinstance(given, list) or not all(isinstance(g, Mapping) and set(g) == wanted for g in given):
            self.wrong_value(element, "groups", Text("应为含 label 和 units 的列表", "write a list of label and units"))
            return
        groups = []
        for group in given:
            if not self.is_text(group["label"]):
                self.refuse("form_missing_label", element)
                continue
            units = self.formula(part, element, "groups", group["units"])
            if units is not None:
                groups.append((Text.of(group["label"]), units))
        part.groups = tuple(groups)
        if part.source.get("lists") not in (None, ""):
            part.lists = self.formula(part, element, "lists", part.source["lists"])

    def items(self, part: Part, element: str, limit: int) -> tuple[int, int]:
        most = self.whole(element, "validate.maxItems", part.validate.get("maxItems", limit), 1, max(limit, 1))
        return self.whole(element, "validate.minItems", part.validate.get("minItems", 0), 0, most), most

    def whole(self, element: str, name: str, value: Any, low: int, high: int) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.wrong_value(
            element, name, Text(f"应为 {low} 至 {high} 的整数", f"write a whole number from {low} to {high}")
        )
        return low

    def pattern(self, element: str, pattern: Any) -> Any:
        try:
            if not isinstance(pattern, str):
                raise Unshared("?")
            options = re2.Options()
            options.log_errors = False
            options.max_mem = 1 << 20
            return re2.compile(shared_pattern(pattern), options)
        except (re2.error, Unshared) as e:
            said = e.args[0] if e.args else "?"
            reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
            self.refuse("form_bad_pattern", element, reason=reason)
            return None

    def default(self, part: Part, element: str) -> None:
        given = part.source.get("defaultValue")
        if given is None:
            return
        if isinstance(given, str) and given.lstrip().startswith("="):
            part.default = self.formula(part, element, "defaultValue", given)
        elif part.type == "dynamiclist":
            if not isinstance(given, list) or not all(isinstance(r, Mapping) for r in given) or len(given) > MOST_ROWS:
                self.wrong_value(element, "defaultValue", Text("应为行的列表", "write a list of rows"))
                return
            # Rows of a default are typed as answers are, cell by cell, once the cells themselves are compiled.
            part.default = given
        elif part.type == "units":
            self.wrong_value(element, "defaultValue", Text("应为 =feel", "write =feel"))
        elif part.type in ("person", "unit"):
            if isinstance(given, str):
                part.default = given
            else:
                self.wrong_value(element, "defaultValue", CODES[f"unknown_{part.type}"])
        elif part.take is not take_nothing and not is_missing(given):
            try:
                part.default = part.take(given)
            except Wrong as e:
                self.wrong_value(element, "defaultValue", e.text)

    def formula(self, part: Part, element: str, name: str, text: Any) -> feel.Expression | None:
        if not isinstance(text, str) or not text.lstrip().startswith("="):
            self.refuse(
                "form_bad_feel",
                element,
                name=name,
                reason=Text("表达式应以 = 开头。", "an expression begins with “=”."),
            )
            return None
        try:
            return feel.compile(text, vocabulary.HOST_NAMES)
        except feel.FeelError as e:
            self.refuse("form_bad_feel", element, name=name, reason=e.text)
            return None

    def resolve(self, name: str, scope: Part | None) -> Part | None:
        """The field that a name means in a scope: the innermost wins; None for a name of the context."""
        while True:
            found = self.names.get(scope, {}).get(name)
            if found is not None or scope is None:
                return found
            scope = scope.scope

    def needs(self, part: Part) -> None:
        """What the expressions of a part want of the context."""
        inner = [e for e in (part.hide, part.expression, part.rule, part.low, part.high) if is_feel(e)]
        # A default and the area of a choice are asked of the context alone: there a field's name is the context's.
        units = (part.lists, part.kinds, *(units for _, units in part.groups))
        outer = [e for e in (part.default, part.within, *units) if is_feel(e)]
        names = {n for e in inner for n in e.names if self.resolve(n, part.scope) is None}
        part.names = frozenset(names.union(*(e.names for e in outer)))
        perhaps = {n for e in inner for n in e.perhaps if self.resolve(n, part.scope) is None}
        part.perhaps = frozenset(perhaps.union(*(e.perhaps for e in outer)))
        called = {f for e in (*inner, *outer) for f in e.functions}
        part.functions = frozenset(called | _ASKED.get(part.type, frozenset()))

    def order(self) -> tuple[Event, ...]:
        """Conditions and computed fields in the order in which they depend on each other."""
        rows: dict[Part, Any] = {}
        sorter: TopologicalSorter[tuple[str, int]] = TopologicalSorter()
        for part in self.parts:
            if isinstance(part.default, list) and part.type == "dynamiclist":
                rows[part] = part.default
            if part.hide is not None:
                sorter.add(("hide", part.index), *self.before(part, part.hide))
            if part.expression is not None:
                own = [e for e in self.settled(part, downwards=False) if e != ("compute", part.index)]
                sorter.add(("compute", part.index), *own, *self.before(part, part.expression))
        for part, given in rows.items():
            part.default = self.default_rows(part, given)
        try:
            found = list(sorter.static_order())
        except CycleError as e:
            names = " → ".join(dict.fromkeys(self.parts[i].path or self.parts[i].type for _, i in e.args[1]))
            self.refuse("form_cycle", self.parts[e.args[1][0][1]].path or None, names=names)
            return ()
        events: list[Event] = []
        for kind, i in found:
            part = self.parts[i]
            if kind == "hide" and part.hide is not None:
                events.append(("hide", part, part.hide))
            elif kind == "compute" and part.expression is not None:
                events.append(("compute", part, part.expression))
        return tuple(events)

    def before(self, part: Part, expression: feel.Expression) -> list[tuple[str, int]]:
        """What must be settled before an expression of ``part`` is evaluated."""
        read = [self.resolve(n, part.scope) for n in sorted(expression.names | expression.perhaps)]
        return [event for target in read if target is not None for event in self.settled(target)]

    def settled(self, part: Part, downwards: bool = True) -> list[tuple[str, int]]:
        """What decides the value of a part: its own and its ancestors' conditions, and everything inside it."""
        found = []
        above: Part | None = part
        while above is not None:
            if above.hide is not None:
                found.append(("hide", above.index))
            above = above.parent
        for p in walk([part]) if downwards else [part]:
            if p.hide is not None and p is not part:
                found.append(("hide", p.index))
            if p.expression is not None:
                found.append(("compute", p.index))
        return found

    def default_rows(self, part: Part, given: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
        made = []
        for row in given:
            cells: dict[str, Any] = {}
            for cell in walk(part.parts):
                raw = row.get(cell.key) if cell.key else None
                if cell.take is take_nothing or cell.scope is not part or is_missing(raw):
                    continue
                try:
                    cells[cell.key] = cell.take(raw)
                except Wrong as e:
                    self.wrong_value(cell.path, "defaultValue", e.text)
            made.append(cells)
        return made
