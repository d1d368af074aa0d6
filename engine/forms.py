"""Designer-made forms: read and check a schema, decide whether answers fit, resolve it for one reader.

A form is stored as a subset of the form-js schema (``type``, ``components`` …) with types and words of our own. It
knows FEEL for conditions, computed fields, defaults and bounds; of cases, tasks and the directory it knows nothing:
persons and units are looked up through the callables ``person`` and ``unit`` of the context it is given.

The rules that browser and server share are written down in ``tests/vectors/forms/README.md`` and held together by the
vectors beside it. The ones that matter most:

- a field is hidden only when its condition is **exactly true**; null does not hide;
- a hidden field is as if it had not been answered, and nothing is ever taken from the client for a field that is
  hidden, read-only or computed;
- lengths are counted in Unicode code points; a pattern must match the whole text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final, Literal, TypeGuard, cast

import re2

from engine import feel, vocabulary
from engine.errors import DefinitionRefused, FieldError, Finding, Language, Text

Access = Literal["hidden", "read", "write", "required"]

TEXTFIELD_LENGTH: Final = 500
TEXTAREA_LENGTH: Final = 10_000
LONGEST_TEXT: Final = 100_000
"""The largest ``maxLength`` a designer may set, in code points."""
MOST_ROWS: Final = 500
MOST_COMPONENTS: Final = 500
DEEPEST_NESTING: Final = 8
LARGEST_SCHEMA: Final = 256 * 1024
"""In bytes of UTF-8 JSON."""
LONGEST_KEY: Final = 64
MOST_DIGITS: Final = 34
"""Digits of a number, as FEEL has them (DMN 1.3, 10.3.2.3.1)."""

CODES: Final[Mapping[str, Text]] = {
    "required": Text("请填写或选择此项。", "Fill in or choose this."),
    "not_a_text": Text("请填写文字。", "Write a text here."),
    "bad_character": Text(
        "含有不能保存的控制字符，请删除后重新输入。", "Remove the control characters and type again."
    ),
    "too_short": Text("至少填写 {min} 个字，现在是 {length} 个。", "Write at least {min} characters; now {length}."),
    "too_long": Text("最多填写 {max} 个字，现在是 {length} 个。", "Write at most {max} characters; now {length}."),
    "pattern": Text("格式不符合要求，请检查后重填。", "The format does not fit. Check it and write it again."),
    "id_number": Text(
        "公民身份号码有误，请对照证件核对 18 位号码。",
        "This is not a valid ID number. Compare all 18 characters with the card.",
    ),
    "not_a_number": Text("请填写数字，例如 12 或 3.5。", "Write a number, such as 12 or 3.5."),
    "decimals": Text("小数最多 {digits} 位。", "Write at most {digits} decimals."),
    "step": Text("请填写 {step} 的整数倍。", "Write a multiple of {step}."),
    "min": Text("不能小于 {min}。", "Write {min} or more."),
    "max": Text("不能大于 {max}。", "Write {max} or less."),
    "not_a_date": Text("请填写真实的日期，格式为 2026-03-02。", "Write a real date in the form 2026-03-02."),
    "too_early": Text("不能早于 {min}。", "Choose {min} or a later day."),
    "too_late": Text("不能晚于 {max}。", "Choose {max} or an earlier day."),
    "not_a_boolean": Text("请勾选或不勾选，不能填写其他内容。", "Tick or do not tick; nothing else fits."),
    "not_an_option": Text("请从给出的选项中选择。", "Choose one of the listed options."),
    "not_a_list": Text("请填写为列表。", "Give a list here."),
    "not_a_row": Text("此行格式不正确，请删除后重新添加。", "This row cannot be read. Remove it and add it again."),
    "not_a_group": Text(
        "此组内容格式不正确，请刷新后重新填写。", "This group cannot be read. Reload and fill it in again."
    ),
    "too_few": Text("至少需要 {min} 项，现在是 {count} 项。", "Give at least {min}; now {count}."),
    "too_many": Text("最多允许 {max} 项，现在是 {count} 项。", "Give at most {max}; now {count}."),
    "unknown_person": Text("没有找到此人，请重新选择。", "Nobody is known by this. Choose the person again."),
    "unknown_unit": Text("没有找到此组织，请重新选择。", "No unit is known by this. Choose the unit again."),
    "rule": Text("填写的内容不符合本表规则，请检查。", "This does not fit the rule of this form. Check it."),
    "not_computable": Text(
        "此项无法计算，请减少填写的内容；仍然不行请联系流程设计人员。",
        "This cannot be computed. Enter less; if that does not help, tell the designer of the process.",
    ),
}
"""Every code an answer may be refused with, and the sentence that says what to do. Codes are language-neutral."""

_PRESENTATION: Final = frozenset({"text", "separator", "spacer"})
_CONTAINERS: Final = frozenset({"group", "dynamiclist"})
_CHOICES: Final = frozenset({"select", "radio", "checklist"})

_ANY: Final = frozenset({"type", "id", "layout", "properties", "conditional"})
_FIELD: Final = _ANY | {
    "key", "label", "description", "readonly", "disabled", "personal", "validate", "defaultValue",
}  # fmt: skip
_BOX: Final = _ANY | {
    "path", "label", "description", "readonly", "disabled", "personal", "components", "showOutline",
    "verticalAlignment",
}  # fmt: skip
_TEXT_RULES: Final = frozenset({"required", "minLength", "maxLength", "pattern", "patternText", "validationType"})
_OWN_RULE: Final = frozenset({"rule", "ruleText"})

_PROPERTIES: Final[Mapping[str, frozenset[str]]] = {
    "textfield": _FIELD | {"placeholder", "appearance"},
    "textarea": _FIELD | {"placeholder", "appearance"},
    "number": _FIELD | {"placeholder", "appearance", "decimalDigits", "increment", "serializeToString"},
    "datetime": _FIELD | {"subtype", "dateLabel"},
    "checkbox": _FIELD,
    "radio": _FIELD | {"values"},
    "select": _FIELD | {"values", "searchable"},
    "checklist": _FIELD | {"values"},
    "person": _FIELD | {"roles", "statuses", "within"},
    "unit": _FIELD | {"kinds", "within"},
    "expression": _ANY | {"key", "label", "description", "personal", "validate", "expression", "computeOn"},
    "text": _ANY | {"key", "text"},
    "separator": _ANY | {"key"},
    "spacer": _ANY | {"key", "height"},
    "group": _BOX,
    "dynamiclist": _BOX
    | {"validate", "defaultValue", "defaultRepetitions", "allowAddRemove", "disableCollapse", "nonCollapsedItems"},
}
"""What may stand on a component, by type. Anything else is refused: a misspelt condition must not be ignored."""

_VALIDATE: Final[Mapping[str, frozenset[str]]] = {
    "textfield": _TEXT_RULES | {"idNumber"} | _OWN_RULE,
    "textarea": _TEXT_RULES | _OWN_RULE,
    "number": frozenset({"required", "min", "max"}) | _OWN_RULE,
    "datetime": frozenset({"required", "min", "max"}) | _OWN_RULE,
    "checkbox": frozenset({"required"}) | _OWN_RULE,
    "radio": frozenset({"required"}) | _OWN_RULE,
    "select": frozenset({"required"}) | _OWN_RULE,
    "checklist": frozenset({"required", "minItems", "maxItems"}) | _OWN_RULE,
    "person": frozenset({"required"}) | _OWN_RULE,
    "unit": frozenset({"required"}) | _OWN_RULE,
    "expression": _OWN_RULE,
    "dynamiclist": frozenset({"required", "minItems", "maxItems"}) | _OWN_RULE,
}

_REFUSALS: Final[Mapping[str, tuple[Text, Text]]] = {
    "form_not_a_schema": (
        Text("“{name}”应为{kind}。", "“{name}” must be {kind}."),
        Text("请按表单格式改写。", "Write it as the form schema says."),
    ),
    "form_too_large": (
        Text("表单过大（{size}，上限 {limit}）。", "The form is too large ({size}, at most {limit})."),
        Text("请拆分为几个表单。", "Split it into several forms."),
    ),
    "form_too_deep": (
        Text("分组嵌套超过 {limit} 层。", "Groups are nested more than {limit} deep."),
        Text("请减少嵌套。", "Nest less."),
    ),
    "form_unknown_type": (
        Text("不认识的组件类型“{name}”。", "Unknown type of component “{name}”."),
        Text("请使用以下类型之一：{known}。", "Use one of: {known}."),
    ),
    "form_unknown_property": (
        Text("组件上有不认识的属性“{name}”。", "The component has an unknown property “{name}”."),
        Text("请删除或改正；可用：{known}。", "Remove or correct it; known here: {known}."),
    ),
    "form_unknown_rule": (
        Text("validate 中有不认识的规则“{name}”。", "“validate” has an unknown rule “{name}”."),
        Text("请删除或改正；可用：{known}。", "Remove or correct it; known here: {known}."),
    ),
    "form_missing_key": (
        Text("缺少字段名（{name}）。", "The {name} is missing."),
        Text("请填写唯一的字段名。", "Give it a unique name."),
    ),
    "form_bad_key": (
        Text("字段名“{name}”不可用。", "The name “{name}” cannot be used."),
        Text(
            "请以字母开头，只用字母、数字和下划线，最多 64 个字符，且不使用 FEEL 保留字。",
            "Begin with a letter; only letters, digits and underscores, at most 64; no reserved word of FEEL.",
        ),
    ),
    "form_duplicate_key": (
        Text("字段名“{name}”重复。", "The name “{name}” is used twice."),
        Text("同一层内字段名必须唯一。", "A name must be unique in its group."),
    ),
    "form_missing_label": (
        Text("缺少标签（label）。", "The label is missing."),
        Text("请填写中文和英文标签。", "Give a label in Chinese and English."),
    ),
    "form_bad_feel": (
        Text("“{name}”中的 FEEL 表达式有误：{reason}", "The FEEL expression in “{name}” is wrong: {reason}"),
        Text("请改正表达式。", "Correct the expression."),
    ),
    "form_server_only": (
        Text(
            "条件“{name}”调用了只有服务器才有的函数 {function}。", "“{name}” calls {function}, which a browser lacks."
        ),
        Text(
            "请用 liuhen:input 先算出结果，再在条件中使用。",
            "Compute it with liuhen:input and use the result in the condition.",
        ),
    ),
    "form_bad_value": (
        Text("“{name}”的值不可用：{reason}", "The value of “{name}” cannot be used: {reason}"),
        Text("请改正此值。", "Correct the value."),
    ),
    "form_no_options": (
        Text("选择类字段没有选项。", "A field of choice has no options."),
        Text(
            "请在 values 中至少写一个选项（value 和 label）。",
            "Write at least one option (value and label) in “values”.",
        ),
    ),
    "form_duplicate_option": (
        Text("选项“{name}”重复。", "The option “{name}” is given twice."),
        Text("每个选项的 value 必须唯一。", "Give each option a value of its own."),
    ),
    "form_bad_pattern": (
        Text("pattern 不可用：{reason}", "The pattern cannot be used: {reason}"),
        Text(
            "只可使用浏览器和服务器都支持的写法：不含前后断言、反向引用、\\p 和 (?…) 标志。",
            "Use only what browser and server share: no look-around, back-references, \\p or (?…) flags.",
        ),
    ),
    "form_list_in_list": (
        Text("动态列表中不能再放动态列表。", "A dynamic list cannot hold another one."),
        Text("请改为两个列表。", "Make it two lists."),
    ),
    "form_cycle": (
        Text("条件或计算字段互相依赖：{names}。", "Conditions or computed fields depend on each other: {names}."),
        Text("请去掉其中一个依赖。", "Remove one of the dependencies."),
    ),
}
"""Why a schema is refused: what is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. ``path`` is ``a.b`` inside a group and ``rows[].b`` inside a dynamic list."""

    path: str
    type: str
    label: Text
    personal: Literal["S", "SS"] | None = None
    """``S`` personal, ``SS`` sensitive: masked unless asked for, never in notices or the operators' log."""
    options: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Fitted:
    """What ``Form.fit`` found: FEEL values by key, and everything that does not fit, in the order of the form."""

    values: dict[str, Any]
    errors: tuple[FieldError, ...]


def read(schema: Any, file: str) -> Form:
    """Check a form schema and compile it; raises ``DefinitionRefused`` with all findings at once."""
    return _Reader(file).read(schema)


class Form:
    """A checked, compiled form. Immutable and safe to share between threads."""

    def __init__(
        self, name: str, source: Mapping[str, Any], parts: tuple[_Part, ...], order: tuple[_Event, ...]
    ) -> None:
        self.id = name
        self._source = source
        self._parts = parts
        self._all = tuple(_walk(parts))
        self._order = order
        self._late = tuple(p for p in self._all if p.rule is not None or p.low is not None or p.high is not None)
        self._modes_of: dict[frozenset[tuple[str, str]], tuple[Access, ...]] = {}
        self.fields: tuple[Field, ...] = tuple(
            Field(p.path, p.type, p.label or Text(p.path, p.path), p.personal, p.options)
            for p in self._all
            if p.key and p.type != "group"
        )
        self.personal: dict[str, Literal["S", "SS"]] = {f.path: f.personal for f in self.fields if f.personal}
        self.paths: frozenset[str] = frozenset(p.path for p in self._all if p.key)
        """Every path that an access rule may name: fields, lists and groups."""
        self.names: frozenset[str] = frozenset(n for p in self._all for n in p.names)
        """Variables that the form's expressions need from the context; its own fields are not among them."""
        self.perhaps: frozenset[str] = frozenset(n for p in self._all for n in p.perhaps)
        """Names inside filters that are variables of the context unless the filtered items have them."""
        self.functions: frozenset[str] = frozenset(n for p in self._all for n in p.functions)
        """Host functions that the form's expressions call; ``person`` and ``unit`` where it has such fields."""

    def fit(
        self,
        answers: Mapping[str, Any],
        context: Mapping[str, Any],
        access: Mapping[str, str] = {},
        now: datetime | None = None,
    ) -> Fitted:
        """Turn JSON answers into FEEL values and say what does not fit; never raises on any JSON.

        ``context``: FEEL values and host functions that expressions may use; a name that is also a field is that
        field's present value, which is what a read-only field keeps. ``access``: by path, ``hidden``, ``read``,
        ``write`` or ``required``; the nearest statement counts, ``*`` is for all that have none, default ``write``.

        ``values`` holds every field (null, ``[]`` or ``false`` where empty) except those that only show what the
        context already has. Unknown keys are dropped. A number is a ``Decimal``, a date a ``date``.
        """
        return _Fitting(self, context, self._modes(access), now).run(answers)

    def values(
        self,
        context: Mapping[str, Any],
        access: Mapping[str, str] = {},
        now: datetime | None = None,
    ) -> dict[str, Any]:
        """What the form shows at first: the context's values, else the defaults. FEEL values; hidden fields absent."""
        return _Opening(self, context, self._modes(access), now).run()

    def as_json(
        self,
        language: Language,
        context: Mapping[str, Any],
        access: Mapping[str, str] = {},
        now: datetime | None = None,
        *,
        reveal: bool = False,
    ) -> dict[str, Any]:
        """The form for one reader: texts in one language, hidden fields gone, ``read`` as ``readonly``.

        ``values`` are the opening values as JSON for people (dates as ISO text). Expressions stay, so that a browser
        can preview them; whatever it shows, the server decides. Sensitive (``SS``) values that are only shown are
        masked unless ``reveal``: whoever reveals them records the reading first.
        """
        modes = self._modes(access)
        opening = _Opening(self, context, modes, now).run()
        if not reveal:
            _mask_shown(self._parts, modes, opening)
        return {
            "type": "default",
            "id": self.id,
            "schemaVersion": self._source.get("schemaVersion", 16),
            "components": _resolve(self._parts, modes, language),
            "values": feel.plain(opening),
        }

    def context(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """What a browser needs of the context to preview conditions and computed fields, frozen (``feel.freeze``).

        Only names that the expressions use; none that is a field, so that a hidden field's value does not travel.
        """
        wanted = sorted(self.names | self.perhaps)
        return {n: feel.freeze(context[n]) for n in wanted if n in context and not callable(context[n])}

    def _modes(self, access: Mapping[str, str]) -> tuple[Access, ...]:
        """The access of each part by its index."""
        key = frozenset(access.items())
        known = self._modes_of.get(key)
        if known is None:
            modes: list[Access] = ["write"] * len(self._all)
            _spread(self._parts, access, cast(Access, access.get("*", "write")), False, modes)
            known = tuple(modes)
            if len(self._modes_of) < 256:  # as many as a definition has tasks; never a way to fill the memory
                self._modes_of[key] = known
        return known


def mask(value: Any) -> Any:
    """A sensitive value as it may be shown: ``999999********0019``.

    An ID number keeps six characters in front and four at the end; another number of 8 to 32 digits or Latin letters
    (telephone, bank card, passport) keeps three and four; anything else becomes four stars, so that not even its
    length is told. Lists and contexts are masked inside; null stays null.
    """
    match value:
        case None:
            return None
        case str() if _ID_NUMBER.fullmatch(value):
            return f"{value[:6]}********{value[-4:]}"
        case str() if _NUMBER_LIKE.fullmatch(value):
            return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}"
        case list() | tuple():
            return [mask(v) for v in value]
        case dict():
            return {k: mask(v) for k, v in value.items()}
        case _:
            return "****"


def is_id_number(text: str, today: date | None = None) -> bool:
    """Whether ``text`` is a citizen identification number (GB 11643): a real birth date, MOD 11-2 check character.

    The last ``X`` may be written small. With ``today``, a birth date after it is refused. The region code is not
    looked up: codes are withdrawn, numbers are not.
    """
    if not _ID_NUMBER.fullmatch(text):
        return False
    born = _day(f"{text[6:10]}-{text[10:12]}-{text[12:14]}")
    if born is None or (today is not None and born > today):
        return False
    total = sum(int(c) * w for c, w in zip(text[:17], _ID_WEIGHTS, strict=True))
    return _ID_CHECK[total % 11] == text[17].upper()


# ---------------------------------------------------------------------------------------------- compiled parts


class _Wrong(Exception):
    """One answer that does not fit."""

    def __init__(self, code: str, text: Text | None = None, earliest: str | None = None, **values: Any) -> None:
        self.code = code
        self.text = (text or CODES[code]) if text or not values else CODES[code].format(**values)
        self.earliest = earliest

    def at(self, path: str) -> FieldError:
        return FieldError(path, self.code, self.text, earliest=self.earliest)


_Take = Callable[[Any], Any]
"""A JSON answer that is not missing in, a FEEL value out; raises ``_Wrong``."""


def _take_nothing(raw: Any) -> Any:
    """What is no field has no answer."""
    raise _Wrong("not_an_option")


@dataclass(slots=True, eq=False)
class _Part:
    """One component, compiled. ``index`` counts in the order of the form; ``key`` names the value in its scope."""

    index: int
    type: str
    key: str
    path: str
    source: Mapping[str, Any]
    parent: _Part | None
    scope: _Part | None
    """The nearest enclosing part with values of its own: a group with a path, or a dynamic list."""
    label: Text | None = None
    personal: Literal["S", "SS"] | None = None
    parts: tuple[_Part, ...] = ()
    hide: feel.Expression | None = None
    expression: feel.Expression | None = None
    default: Any = None
    """A FEEL value, or an expression, or None."""
    within: feel.Expression | None = None
    readonly: bool = False
    required: bool = False
    take: _Take = _take_nothing
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


_Event = tuple[Literal["hide", "compute"], _Part, feel.Expression]


def _walk(parts: Iterable[_Part]) -> Iterator[_Part]:
    for part in parts:
        yield part
        yield from _walk(part.parts)


def _spread(
    parts: Iterable[_Part], access: Mapping[str, str], given: Access, readonly: bool, out: list[Access]
) -> None:
    for part in parts:
        mode = cast(Access, access.get(part.path, given)) if part.key else given
        fixed = readonly or part.readonly
        own: Access = "read" if fixed and mode in ("write", "required") else mode
        out[part.index] = own
        # A list that must have rows does not by that make every cell of a row required; a group does.
        passed: Access = "write" if part.type == "dynamiclist" and mode == "required" else mode
        _spread(part.parts, access, passed, fixed, out)


def _is_written(part: _Part, modes: Sequence[Access]) -> bool:
    """Whether anything in ``part`` is taken from the client or computed now."""
    if part.type in _CONTAINERS:
        if part.type == "dynamiclist" and modes[part.index] in ("write", "required"):
            return True
        return any(_is_written(p, modes) for p in part.parts)
    if part.type in _PRESENTATION:
        return False
    return modes[part.index] in ("write", "required") or (part.type == "expression" and modes[part.index] == "hidden")


# ---------------------------------------------------------------------------------------------- fitting


@dataclass(slots=True)
class _Place:
    """One set of values at run time: the form itself, a group, or one row."""

    values: dict[str, Any]
    scope: Mapping[str, Any]
    prefix: str
    order: tuple[int, ...]


class _Fitting:
    """One call of ``Form.fit``: first every input by itself, then conditions and computed fields in the order in
    which they depend on each other, then bounds and rules, which see everything."""

    __slots__ = ("context", "errors", "form", "hidden", "known_keys", "modes", "now", "out", "scope")

    def __init__(self, form: Form, context: Mapping[str, Any], modes: Sequence[Access], now: datetime | None) -> None:
        self.form = form
        self.context = context
        self.modes = modes
        self.now = now
        self.out: dict[str, Any] = {}
        self.scope: dict[str, Any] = {}
        self.errors: dict[str, tuple[tuple[int, ...], FieldError]] = {}
        self.hidden: set[str] = set()
        self.known_keys: list[str] = []

    def run(self, answers: Any) -> Fitted:
        given = answers if isinstance(answers, Mapping) else {}
        self._collect(self.form._parts, given, self.context, self.out, "", (), is_top=True)
        self.scope = {**self.context, **self.out}
        for kind, part, expression in self.form._order:
            if kind == "hide":
                self._hide(part, expression)
            else:
                self._compute(part, expression)
        for part in self.form._late:
            self._check_late(part)
        for key in self.known_keys:
            del self.out[key]
        found = sorted(self.errors.values(), key=lambda e: e[0]) if len(self.errors) > 1 else self.errors.values()
        return Fitted(self.out, tuple(e for _, e in found))

    def _collect(
        self,
        parts: Iterable[_Part],
        given: Mapping[str, Any],
        known: Mapping[str, Any],
        out: dict[str, Any],
        prefix: str,
        order: tuple[int, ...],
        *,
        is_top: bool = False,
    ) -> bool:
        """Take the answers of ``parts`` into ``out``; whether any of it is new to the context."""
        is_new = False
        for part in parts:
            kind = part.type
            if kind == "group":
                is_new |= self._collect_group(part, given, known, out, prefix, order, is_top)
                continue
            if not part.key:
                continue
            key, mode = part.key, self.modes[part.index]
            if kind == "dynamiclist":
                mine = self._collect_rows(part, given, known, out, prefix, order)
            elif kind == "expression":
                mine = mode != "read"
                out[key] = None if mine else _known(known, key)
            elif mode == "write" or mode == "required":
                mine = True
                try:
                    out[key] = self._take(part, given.get(key), mode == "required")
                except _Wrong as e:
                    out[key] = _copy(part.empty)
                    self._fail(part, e, prefix, order)
            else:
                value = _known(known, key)
                mine = value is None and part.default is not None
                out[key] = self._default(part, prefix, order) if mine else value
            if is_top and not mine:
                self.known_keys.append(key)
            is_new |= mine
        return is_new

    def _collect_group(
        self,
        part: _Part,
        given: Mapping[str, Any],
        known: Mapping[str, Any],
        out: dict[str, Any],
        prefix: str,
        order: tuple[int, ...],
        is_top: bool,
    ) -> bool:
        if not part.key:
            return self._collect(part.parts, given, known, out, prefix, order, is_top=is_top)
        inner, before = given.get(part.key), known.get(part.key)
        if inner is not None and not isinstance(inner, Mapping):
            if _is_written(part, self.modes):
                self._fail(part, _Wrong("not_a_group"), prefix, order)
            inner = None
        values: dict[str, Any] = {}
        out[part.key] = values
        is_new = self._collect(
            part.parts,
            inner or {},
            before if isinstance(before, Mapping) else {},
            values,
            f"{prefix}{part.key}.",
            (*order, part.index),
        )
        if is_top and not is_new:
            self.known_keys.append(part.key)
        return is_new

    def _collect_rows(
        self,
        part: _Part,
        given: Mapping[str, Any],
        known: Mapping[str, Any],
        out: dict[str, Any],
        prefix: str,
        order: tuple[int, ...],
    ) -> bool:
        key, mode = part.key, self.modes[part.index]
        before = _known(known, key)
        if not _is_written(part, self.modes):
            mine = before is None and part.default is not None
            out[key] = self._default(part, prefix, order) if mine else before
            return mine
        rows = given.get(key)
        if rows is None or rows == "":
            rows = []
        if not isinstance(rows, list):
            self._fail(part, _Wrong("not_a_list"), prefix, order)
            rows = []
        may_grow = part.grows and mode in ("write", "required")
        if may_grow:
            base: list[Any] = []
            if len(rows) > part.most:
                self._fail(part, _Wrong("too_many", max=part.most, count=len(rows)), prefix, order)
                rows = rows[: part.most]
            elif not rows and (part.required or mode == "required"):
                self._fail(part, _Wrong("required"), prefix, order)
            elif len(rows) < part.fewest and (rows or part.fewest):
                self._fail(part, _Wrong("too_few", min=part.fewest, count=len(rows)), prefix, order)
        else:
            if before is None and part.default is not None:
                before = self._default(part, prefix, order)
            base = [r for r in before if isinstance(r, Mapping)] if isinstance(before, list) else []
            count = len(base) if before is not None else part.repetitions
            if len(rows) > count:
                self._fail(part, _Wrong("too_many", max=count, count=len(rows)), prefix, order)
            rows = [*rows[:count], *({} for _ in range(count - len(rows)))]
        values: list[dict[str, Any]] = []
        for i, row in enumerate(rows):
            cells: dict[str, Any] = {}
            values.append(cells)
            if not isinstance(row, Mapping):
                path = f"{prefix}{key}[{i}]"
                self.errors[path] = ((*order, part.index, i), _Wrong("not_a_row").at(path))
                row = {}
            self._collect(
                part.parts,
                row,
                base[i] if i < len(base) else {},
                cells,
                f"{prefix}{key}[{i}].",
                (*order, part.index, i),
            )
        out[key] = values
        return True

    def _take(self, part: _Part, raw: Any, must: bool) -> Any:
        if _is_missing(raw):
            if must or part.required:
                raise _Wrong("required")
            return _copy(part.empty)
        value = part.take(raw)
        if part.type == "checkbox":
            if value is not True and (must or part.required):
                raise _Wrong("required")
        elif part.type == "person":
            self._check_person(part, value)
        elif part.type == "unit":
            self._check_unit(part, value)
        elif value == "" and isinstance(value, str):
            if must or part.required:
                raise _Wrong("required")
            return None
        elif part.options and part.type == "checklist" and len(value) < part.fewest:
            raise _Wrong("too_few", min=part.fewest, count=len(value))
        if part.validate.get("idNumber") and not is_id_number(value, self._today()):
            raise _Wrong("id_number")
        return value

    def _today(self) -> date | None:
        """The business date: the office's, where the context has it."""
        today = self.context.get("today")
        if isinstance(today, date):
            return today
        return self.now.date() if self.now else None

    def _check_person(self, part: _Part, value: str) -> None:
        """Known, and among those the picker offers: a program that posts an id goes through the same door."""
        found = self._look_up("person", value)
        if found is None:
            raise _Wrong("unknown_person")
        statuses, roles = part.source.get("statuses"), part.source.get("roles")
        if statuses and found.get("status") not in statuses:
            raise _Wrong("not_an_option")
        area = self._area(part)
        posts = [p for p in found.get("posts") or () if isinstance(p, Mapping) and p.get("role") in (roles or ())]
        places = [p.get("unit") for p in posts] if roles else [found.get("unit")]
        if roles and not posts:
            raise _Wrong("not_an_option")
        if area is not None and not any(self._is_within(p, area) for p in places):
            raise _Wrong("not_an_option")

    def _check_unit(self, part: _Part, value: str) -> None:
        found = self._look_up("unit", value)
        if found is None:
            raise _Wrong("unknown_unit")
        kinds = part.source.get("kinds")
        if kinds and found.get("kind") not in kinds:
            raise _Wrong("not_an_option")
        area = self._area(part)
        if area is not None and not self._is_within(value, area):
            raise _Wrong("not_an_option")

    def _look_up(self, function: str, key: Any) -> Mapping[str, Any] | None:
        call = self.context.get(f"{function}()") or self.context.get(function)
        if not callable(call):
            return None  # nobody can vouch for the id, so it is not accepted
        found = call(key)
        return found if isinstance(found, Mapping) else None

    def _area(self, part: _Part) -> Any:
        """The unit inside which a choice must lie; an expression that gives null allows nobody."""
        if part.within is None:
            return None
        try:
            return part.within.evaluate(self.context, now=self.now) or ""
        except feel.FeelError:
            raise _Wrong("not_computable") from None

    def _is_within(self, unit: Any, area: Any) -> bool:
        for _ in range(32):
            if unit == area:
                return True
            above = self._look_up("unit", unit) if unit is not None else None
            if above is None:
                return False
            unit = above.get("parent")
        return False

    def _default(self, part: _Part, prefix: str, order: tuple[int, ...]) -> Any:
        if not isinstance(part.default, feel.Expression):
            return _copy(part.default)
        try:
            return part.default.evaluate(self.context, now=self.now)
        except feel.FeelError:
            self._fail(part, _Wrong("not_computable"), prefix, order)
            return None

    def _hide(self, part: _Part, condition: feel.Expression) -> None:
        for place in self._places(part.scope):
            try:
                is_hidden = condition.evaluate(place.scope, now=self.now) is True
            except feel.FeelError:
                self._fail(part, _Wrong("not_computable"), place.prefix, place.order)
                is_hidden = False
            if is_hidden:
                self._blank(part, place.values, place.prefix)

    def _blank(self, part: _Part, values: dict[str, Any], prefix: str) -> None:
        """Nothing of a hidden part remains: no value, no error."""
        if part.type == "group":
            inner, below = (values[part.key], f"{prefix}{part.key}.") if part.key else (values, prefix)
            self.errors.pop(f"{prefix}{part.key}", None)
            for p in part.parts:
                self._blank(p, inner, below)
        elif part.key:
            path = f"{prefix}{part.key}"
            self.hidden.add(path)
            self._set(values, part.key, _copy(part.empty))
            self.errors.pop(path, None)
            if part.type == "dynamiclist":
                for other in [p for p in self.errors if p.startswith(f"{path}[")]:
                    del self.errors[other]

    def _compute(self, part: _Part, expression: feel.Expression) -> None:
        if self.modes[part.index] == "read":
            return
        for place in self._places(part.scope):
            if f"{place.prefix}{part.key}" in self.hidden:
                continue
            try:
                value = expression.evaluate(place.scope, now=self.now)
                feel.freeze(value)
            except feel.FeelError:  # beyond its bounds, or a value such as a function that cannot be written down
                self._fail(part, _Wrong("not_computable"), place.prefix, place.order)
            else:
                self._set(place.values, part.key, value)

    def _check_late(self, part: _Part) -> None:
        mode = self.modes[part.index]
        if mode == "read" or (mode == "hidden" and part.type != "expression"):
            return
        for place in self._places(part.scope):
            path = f"{place.prefix}{part.key}"
            value = place.values.get(part.key)
            if value is None or path in self.hidden or path in self.errors:
                continue
            try:
                self._check_bounds(part, value, place.scope)
                if part.rule is not None and part.rule.evaluate(place.scope, now=self.now) is False:
                    raise _Wrong("rule", part.rule_text)
            except _Wrong as e:
                self._fail(part, e, place.prefix, place.order)
            except feel.FeelError:
                self._fail(part, _Wrong("not_computable"), place.prefix, place.order)

    def _check_bounds(self, part: _Part, value: Any, scope: Mapping[str, Any]) -> None:
        low, high = self._bound(part, part.low, scope), self._bound(part, part.high, scope)
        is_date = part.type == "datetime"
        if low is not None and value < low:
            if is_date:
                raise _Wrong("too_early", earliest=low.isoformat(), min=low.isoformat())
            raise _Wrong("min", min=_plainly(low))
        if high is not None and value > high:
            raise _Wrong("too_late" if is_date else "max", max=high.isoformat() if is_date else _plainly(high))

    def _bound(self, part: _Part, bound: Any, scope: Mapping[str, Any]) -> Any:
        """A bound that is null, or not of the field's type, bounds nothing."""
        if isinstance(bound, feel.Expression):
            bound = bound.evaluate(scope, now=self.now)
        if part.type == "datetime":
            return bound if isinstance(bound, date) and not isinstance(bound, datetime) else None
        return Decimal(bound) if isinstance(bound, (int, Decimal)) and not isinstance(bound, bool) else None

    def _places(self, scope: _Part | None) -> list[_Place]:
        """Where the values of a scope live now: once, or once per row."""
        if scope is None:
            return [_Place(self.out, self.scope, "", ())]
        found = []
        for outer in self._places(scope.scope):
            inner = outer.values.get(scope.key)
            if scope.type == "group":
                if isinstance(inner, dict):
                    found.append(
                        _Place(
                            inner,
                            {**outer.scope, **inner},
                            f"{outer.prefix}{scope.key}.",
                            (*outer.order, scope.index),
                        )
                    )
            elif isinstance(inner, list) and _is_written(scope, self.modes):
                found += [
                    _Place(
                        row,
                        {**outer.scope, **row},
                        f"{outer.prefix}{scope.key}[{i}].",
                        (*outer.order, scope.index, i),
                    )
                    for i, row in enumerate(inner)
                ]
        return found

    def _set(self, values: dict[str, Any], key: str, value: Any) -> None:
        values[key] = value
        if values is self.out:
            self.scope[key] = value

    def _fail(self, part: _Part, wrong: _Wrong, prefix: str, order: tuple[int, ...]) -> None:
        path = f"{prefix}{part.key or part.path}"
        self.errors.setdefault(path, ((*order, part.index), wrong.at(path)))


def _is_missing(raw: Any) -> bool:
    """Nothing was answered: absent, null, an empty or blank text, an empty list."""
    if raw is None or raw == []:
        return True
    return isinstance(raw, str) and not raw.strip(_WHITE)


def _known(known: Mapping[str, Any], key: str) -> Any:
    """What the context has for a field; a host function of the same name is no value."""
    value = known.get(key)
    return None if callable(value) else value


def _plainly(number: Decimal) -> str:
    return f"{number:f}"


def _copy(value: Any) -> Any:
    """Lists and contexts anew: a default belongs to the form, what comes of it to one case."""
    if isinstance(value, list):
        return [_copy(v) for v in value]
    if isinstance(value, dict):
        return {k: _copy(v) for k, v in value.items()}
    return value


# ---------------------------------------------------------------------------------------------- one answer

_WHITE: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What counts as blank: JavaScript's ``trim`` (ECMA-262, WhiteSpace and LineTerminator), not Python's ``strip``."""
# NUL cannot be stored in PostgreSQL, a lone surrogate in no UTF-8, and bidirectional overrides make a name read as
# another. Line feed and tab are allowed; whether a line feed is, the field says.
_BAD_CHARACTER: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_BAD_IN_LINE: Final = re.compile(_BAD_CHARACTER.pattern[:-1] + "\n\u2028\u2029]")
_DATE: Final = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_ID_NUMBER: Final = re.compile(r"[0-9]{17}[0-9Xx]")
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK: Final = "10X98765432"
_NUMBER_LIKE: Final = re.compile(r"\+?[0-9A-Za-z]{8,32}")


def _day(text: str) -> date | None:
    """A real day written YYYY-MM-DD, years 1000 to 9999."""
    if not _DATE.fullmatch(text):  # fromisoformat alone would also take 20260302 and 2026-W10-1
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(raw: Any) -> Decimal | None:
    """A finite number of at most 34 digits from a JSON number or its decimal text, in its shortest form."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return Decimal(raw) if abs(raw) < 10**MOST_DIGITS else None
    if isinstance(raw, float):
        raw = repr(raw)
        value = Decimal(raw)
        if not value.is_finite():
            return None
    elif isinstance(raw, Decimal):
        value = raw
        if not value.is_finite():
            return None
    elif isinstance(raw, str):
        raw = raw.strip(_WHITE)
        if len(raw) > 2 * MOST_DIGITS + 2 or not _DECIMAL.fullmatch(raw):
            return None
        value = Decimal(raw)
    else:
        return None
    sign, digits, exponent = cast(tuple[int, tuple[int, ...], int], value.as_tuple())  # finite: a whole exponent
    while exponent < 0 and digits and digits[-1] == 0:
        digits, exponent = digits[:-1], exponent + 1
    if not digits or not any(digits):
        return Decimal(0)
    if len(digits) + max(exponent, 0) > MOST_DIGITS or -exponent > MOST_DIGITS:
        return None
    return Decimal((sign, (*digits, *(0,) * exponent), 0)) if exponent > 0 else Decimal((sign, digits, exponent))


def _take_text(fewest: int, most: int, is_line: bool, pattern: Any, pattern_text: Text | None) -> _Take:
    bad = _BAD_IN_LINE if is_line else _BAD_CHARACTER

    def take(raw: Any) -> str:
        if not isinstance(raw, str):
            raise _Wrong("not_a_text")
        text = raw.strip(_WHITE) if is_line else raw.replace("\r\n", "\n").replace("\r", "\n")
        if bad.search(text):
            raise _Wrong("bad_character")
        length = len(text)
        if length > most:
            raise _Wrong("too_long", max=most, length=length)
        if length < fewest:
            raise _Wrong("too_short", min=fewest, length=length)
        if pattern is not None and pattern.fullmatch(text) is None:
            raise _Wrong("pattern", pattern_text)
        return text

    return take


def _take_id_number(raw: Any) -> str:
    """Only its shape as a text; the check follows where the date is known."""
    if not isinstance(raw, str):
        raise _Wrong("not_a_text")
    return raw.strip(_WHITE).upper()[:64]


def _take_number(digits: int | None, step: Decimal | None) -> _Take:
    def take(raw: Any) -> Decimal:
        value = _number(raw)
        if value is None:
            raise _Wrong("not_a_number")
        exponent = value.as_tuple().exponent
        if digits is not None and isinstance(exponent, int) and -exponent > digits:
            raise _Wrong("decimals", digits=digits)
        if step is not None and not _is_multiple(value, step):
            raise _Wrong("step", step=_plainly(step))
        return value

    return take


def _is_multiple(value: Decimal, step: Decimal) -> bool:
    # As integers: the default decimal context would round a quotient of more than 28 digits.
    a, b = value.as_integer_ratio(), step.as_integer_ratio()
    return (a[0] * b[1]) % (b[0] * a[1]) == 0


def _take_date(raw: Any) -> date:
    day = _day(raw) if isinstance(raw, str) else None
    if day is None:
        raise _Wrong("not_a_date")
    return day


def _take_boolean(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise _Wrong("not_a_boolean")
    return raw


def _take_id(code: str) -> _Take:
    def take(raw: Any) -> str:
        if not isinstance(raw, str) or len(raw) > 200 or _BAD_IN_LINE.search(raw):
            raise _Wrong(code)
        return raw

    return take


def _take_option(options: Sequence[str]) -> _Take:
    allowed = frozenset(options)

    def take(raw: Any) -> str:
        if not isinstance(raw, str) or raw not in allowed:
            raise _Wrong("not_an_option")
        return raw

    return take


def _take_options(options: Sequence[str], most: int) -> _Take:
    allowed = frozenset(options)

    def take(raw: Any) -> list[str]:
        if not isinstance(raw, list):
            raise _Wrong("not_a_list")
        if any(not isinstance(v, str) or v not in allowed for v in raw):
            raise _Wrong("not_an_option")
        chosen = [v for v in options if v in raw]  # each once, in the order of the form
        if len(chosen) > most:
            raise _Wrong("too_many", max=most, count=len(chosen))
        return chosen

    return take


# ---------------------------------------------------------------------------------------------- showing


class _Opening:
    """The values a form opens with."""

    def __init__(self, form: Form, context: Mapping[str, Any], modes: Sequence[Access], now: datetime | None) -> None:
        self.form = form
        self.context = context
        self.modes = modes
        self.now = now

    def run(self) -> dict[str, Any]:
        return self._values(self.form._parts, self.context)

    def _values(self, parts: Iterable[_Part], known: Mapping[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for part in parts:
            if part.type == "group":
                if not part.key:
                    out.update(self._values(part.parts, known))
                elif _is_shown(part, self.modes):
                    inner = known.get(part.key)
                    out[part.key] = self._values(part.parts, inner if isinstance(inner, Mapping) else {})
            elif not part.key or not _is_shown(part, self.modes):
                continue
            elif part.type == "dynamiclist":
                out[part.key] = self._rows(part, _known(known, part.key))
            elif part.type == "expression":
                if self.modes[part.index] == "read":
                    out[part.key] = _known(known, part.key)
            else:
                value = _known(known, part.key)
                out[part.key] = self._default(part) if value is None else value
        return out

    def _rows(self, part: _Part, rows: Any) -> list[dict[str, Any]]:
        if rows is None:
            rows = self._default(part)
        if rows is None:
            rows = [{} for _ in range(part.repetitions)] if _is_written(part, self.modes) else []
        if not isinstance(rows, list):
            return []
        return [self._values(part.parts, row) for row in rows if isinstance(row, Mapping)]

    def _default(self, part: _Part) -> Any:
        if isinstance(part.default, feel.Expression):
            try:
                return part.default.evaluate(self.context, now=self.now)
            except feel.FeelError:
                return None
        return _copy(part.default)


def _is_shown(part: _Part, modes: Sequence[Access]) -> bool:
    if part.type in _CONTAINERS and part.parts:
        return any(_is_shown(p, modes) for p in part.parts)
    return modes[part.index] != "hidden"


def _mask_shown(parts: Iterable[_Part], modes: Sequence[Access], values: Any) -> None:
    """Mask in place what is sensitive and only shown."""
    if not isinstance(values, dict):
        return
    for part in parts:
        if part.type == "group":
            _mask_shown(part.parts, modes, values.get(part.key) if part.key else values)
        elif part.type == "dynamiclist":
            for row in values.get(part.key) or ():
                _mask_shown(part.parts, modes, row)
        elif part.personal == "SS" and part.key in values and modes[part.index] == "read":
            values[part.key] = mask(values[part.key])


_KEPT: Final = (
    "layout", "appearance", "decimalDigits", "increment", "searchable", "roles", "statuses", "kinds", "within",
    "showOutline", "verticalAlignment", "height", "disableCollapse", "nonCollapsedItems",
)  # fmt: skip


def _resolve(parts: Iterable[_Part], modes: Sequence[Access], language: Language) -> list[dict[str, Any]]:
    """The components for one reader."""
    out = []
    for part in parts:
        if not _is_shown(part, modes):
            continue
        source, mode = part.source, modes[part.index]
        made: dict[str, Any] = {"type": part.type}
        if "id" in source:
            made["id"] = source["id"]
        if part.key:
            made["path" if part.type in _CONTAINERS else "key"] = part.key
        if part.label is not None:
            made["label"] = part.label.spoken(language)
        for name in ("description", "placeholder", "text"):
            if source.get(name):
                made[name] = Text.of(source[name]).spoken(language)
        for name in _KEPT:
            if name in source:
                made[name] = source[name]
        if isinstance(made.get("appearance"), Mapping):
            made["appearance"] = {k: Text.of(v).spoken(language) for k, v in made["appearance"].items()}
        if part.options:
            made["values"] = [{"value": v, "label": label.spoken(language)} for v, label in part.options]
        if part.personal:
            made["personal"] = part.personal
        if part.hide is not None:
            made["conditional"] = {"hide": source["conditional"]["hide"]}
        if part.type == "datetime":
            made["subtype"] = "date"
        if part.type in _CONTAINERS:
            made["components"] = _resolve(part.parts, modes, language)
        if part.type == "dynamiclist":
            made["defaultRepetitions"] = part.repetitions
            made["allowAddRemove"] = part.grows and mode in ("write", "required")
        if part.type == "expression" and mode != "read":
            made["expression"] = source["expression"]
        if part.type not in _PRESENTATION and part.type != "expression" and mode == "read":
            made["readonly"] = True
        if part.type in _VALIDATE and mode in ("write", "required"):
            validate = {k: v for k, v in part.validate.items() if k not in ("patternText", "ruleText")}
            for name in ("patternText", "ruleText"):
                if name in part.validate:
                    validate[name] = Text.of(part.validate[name]).spoken(language)
            if mode == "required":
                validate["required"] = True
            if validate:
                made["validate"] = validate
        out.append(made)
    return out


# ---------------------------------------------------------------------------------------------- reading

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
_ESCAPES: Final = {
    "d": "[0-9]",
    "D": "[^0-9]",
    "w": "[0-9A-Za-z_]",
    "W": "[^0-9A-Za-z_]",
    "t": r"\t",
    "n": r"\n",
    "r": r"\r",
    "f": r"\f",
    "v": r"\v",
    "b": r"\b",
    "B": r"\B",
}
_JS_SPACE: Final = "".join(f"\\x{{{ord(c):x}}}" for c in _WHITE)


class _Reader:
    """Reads one schema; collects findings instead of stopping at the first."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.count = 0
        self.parts: list[_Part] = []
        self.names: dict[_Part | None, dict[str, _Part]] = {}

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
        if self.findings:
            raise DefinitionRefused(self.findings)
        for part in self.parts:
            self.compile(part)
        order = self.order() if not self.findings else ()
        if self.findings:
            raise DefinitionRefused(self.findings)
        name = schema.get("id")
        return Form(name if isinstance(name, str) else "", schema, parts, order)

    def refuse(self, rule: str, element: str | None, **values: Any) -> None:
        text, remedy = _REFUSALS[rule]
        self.findings.append(Finding(self.file, rule, text.format(**values), remedy.format(**values), element=element))

    def components(
        self, components: Sequence[Any], parent: _Part | None, scope: _Part | None, depth: int
    ) -> tuple[_Part, ...]:
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
            if part.type in _CONTAINERS:
                inner = source.get("components")
                if not isinstance(inner, list):
                    self.refuse("form_not_a_schema", part.path or where, name="components", kind=Text("列表", "a list"))
                elif depth >= DEEPEST_NESTING:
                    self.refuse("form_too_deep", part.path or where, limit=DEEPEST_NESTING)
                else:
                    part.parts = self.components(inner, part, part if part.key else scope, depth + 1)
        return tuple(made)

    def component(
        self, source: Mapping[str, Any], where: str, parent: _Part | None, scope: _Part | None
    ) -> _Part | None:
        kind = source.get("type")
        name = "path" if kind in ("group", "dynamiclist") else "key"
        key = source.get(name)
        element = key if isinstance(key, str) and key else where
        if not isinstance(kind, str) or kind not in _PROPERTIES:
            self.refuse("form_unknown_type", element, name=kind, known=", ".join(_PROPERTIES))
            return None
        for p in source:
            if p not in _PROPERTIES[kind]:
                self.refuse("form_unknown_property", element, name=p, known=", ".join(sorted(_PROPERTIES[kind])))
        if kind in _PRESENTATION or (kind == "group" and key in (None, "")):
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
        part = _Part(len(self.parts), kind, key, path if key else "", source, parent, scope)
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

    def common(self, part: _Part, element: str) -> None:
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

    def compile(self, part: _Part) -> None:
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
                part.take = _take_date
                part.low, part.high = self.date_bound(part, element, "min"), self.date_bound(part, element, "max")
            case "checkbox":
                part.take, part.empty = _take_boolean, False
            case "radio" | "select" | "checklist":
                self.choice(part, element)
            case "person" | "unit":
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

    def validation(self, part: _Part, element: str) -> None:
        given = part.source.get("validate")
        if given is None:
            return
        if not isinstance(given, Mapping):
            self.refuse("form_not_a_schema", element, name="validate", kind=Text("对象", "an object"))
            return
        known = _VALIDATE.get(part.type, frozenset())
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

    def text(self, part: _Part, element: str) -> None:
        rules = part.validate
        usual = TEXTAREA_LENGTH if part.type == "textarea" else TEXTFIELD_LENGTH
        most = self.whole(element, "validate.maxLength", rules.get("maxLength", usual), 1, LONGEST_TEXT)
        fewest = self.whole(element, "validate.minLength", rules.get("minLength", 0), 0, most)
        pattern = self.pattern(element, rules["pattern"]) if "pattern" in rules else None
        said = Text.of(rules["patternText"]) if self.is_text(rules.get("patternText")) else None
        if rules.get("idNumber") is True:
            part.take = _take_id_number
        else:
            part.take = _take_text(fewest, most, part.type == "textfield", pattern, said)
            part.validate = {**rules, "maxLength": most}

    def number(self, part: _Part, element: str) -> None:
        source = part.source
        digits = source.get("decimalDigits")
        if digits is not None:
            digits = self.whole(element, "decimalDigits", digits, 0, 20)
        step = source.get("increment")
        if step in (None, ""):
            step = None
        else:
            step = _number(step)
            if step is None or step <= 0:
                self.wrong_value(element, "increment", Text("应为正数", "write a number above zero"))
        part.take = _take_number(digits, step)
        for name in ("min", "max"):
            bound = part.validate.get(name)
            if isinstance(bound, str) and bound.lstrip().startswith("="):
                bound = self.formula(part, element, f"validate.{name}", bound)
            elif bound is not None:
                bound = _number(bound)
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

    def date_bound(self, part: _Part, element: str, name: str) -> Any:
        bound = part.validate.get(name)
        if bound is None:
            return None
        if isinstance(bound, str) and bound.lstrip().startswith("="):
            return self.formula(part, element, f"validate.{name}", bound)
        day = _day(bound) if isinstance(bound, str) else None
        if day is None:
            self.wrong_value(
                element,
                f"validate.{name}",
                Text("应为 2026-03-02 这样的日期或以 = 开头的表达式", "write a date such as 2026-03-02 or =expression"),
            )
        return day

    def choice(self, part: _Part, element: str) -> None:
        values = part.source.get("values")
        options: list[tuple[str, Text]] = []
        for option in values if isinstance(values, list) else ():
            value = option.get("value") if isinstance(option, Mapping) else None
            if not isinstance(value, str) or not value.strip(_WHITE) or _BAD_IN_LINE.search(value):
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
            part.take = _take_options([v for v, _ in options], part.most)
        else:
            part.take = _take_option([v for v, _ in options])

    def reference(self, part: _Part, element: str) -> None:
        for name in ("roles", "statuses", "kinds"):
            given = part.source.get(name)
            if given is not None and not (isinstance(given, list) and given and all(isinstance(g, str) for g in given)):
                self.wrong_value(element, name, Text("应为非空的文字列表", "write a non-empty list of texts"))
        within = part.source.get("within")
        if within not in (None, ""):
            part.within = self.formula(part, element, "within", within)
        part.take = _take_id(f"unknown_{part.type}")

    def items(self, part: _Part, element: str, limit: int) -> tuple[int, int]:
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
                raise _Unshared("?")
            options = re2.Options()
            options.log_errors = False
            options.max_mem = 1 << 20
            return re2.compile(_shared_pattern(pattern), options)
        except (re2.error, _Unshared) as e:
            said = e.args[0] if e.args else "?"
            reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
            self.refuse("form_bad_pattern", element, reason=reason)
            return None

    def default(self, part: _Part, element: str) -> None:
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
        elif part.type in ("person", "unit"):
            if isinstance(given, str):
                part.default = given
            else:
                self.wrong_value(element, "defaultValue", CODES[f"unknown_{part.type}"])
        elif part.take is not _take_nothing and not _is_missing(given):
            try:
                part.default = part.take(given)
            except _Wrong as e:
                self.wrong_value(element, "defaultValue", e.text)

    def formula(self, part: _Part, element: str, name: str, text: Any) -> feel.Expression | None:
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

    def resolve(self, name: str, scope: _Part | None) -> _Part | None:
        """The field that a name means in a scope: the innermost wins; None for a name of the context."""
        while True:
            found = self.names.get(scope, {}).get(name)
            if found is not None or scope is None:
                return found
            scope = scope.scope

    def needs(self, part: _Part) -> None:
        """What the expressions of a part want of the context."""
        inner = [e for e in (part.hide, part.expression, part.rule, part.low, part.high) if _is_feel(e)]
        # A default and the area of a choice are asked of the context alone: there a field's name is the context's.
        outer = [e for e in (part.default, part.within) if _is_feel(e)]
        names = {n for e in inner for n in e.names if self.resolve(n, part.scope) is None}
        part.names = frozenset(names.union(*(e.names for e in outer)))
        perhaps = {n for e in inner for n in e.perhaps if self.resolve(n, part.scope) is None}
        part.perhaps = frozenset(perhaps.union(*(e.perhaps for e in outer)))
        called = {f for e in (*inner, *outer) for f in e.functions}
        part.functions = frozenset(called | {part.type} if part.type in ("person", "unit") else called)

    def order(self) -> tuple[_Event, ...]:
        """Conditions and computed fields in the order in which they depend on each other."""
        rows: dict[_Part, Any] = {}
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
        events: list[_Event] = []
        for kind, i in found:
            part = self.parts[i]
            if kind == "hide" and part.hide is not None:
                events.append(("hide", part, part.hide))
            elif kind == "compute" and part.expression is not None:
                events.append(("compute", part, part.expression))
        return tuple(events)

    def before(self, part: _Part, expression: feel.Expression) -> list[tuple[str, int]]:
        """What must be settled before an expression of ``part`` is evaluated."""
        read = [self.resolve(n, part.scope) for n in sorted(expression.names | expression.perhaps)]
        return [event for target in read if target is not None for event in self.settled(target)]

    def settled(self, part: _Part, downwards: bool = True) -> list[tuple[str, int]]:
        """What decides the value of a part: its own and its ancestors' conditions, and everything inside it."""
        found = []
        above: _Part | None = part
        while above is not None:
            if above.hide is not None:
                found.append(("hide", above.index))
            above = above.parent
        for p in _walk([part]) if downwards else [part]:
            if p.hide is not None and p is not part:
                found.append(("hide", p.index))
            if p.expression is not None:
                found.append(("compute", p.index))
        return found

    def default_rows(self, part: _Part, given: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
        made = []
        for row in given:
            cells: dict[str, Any] = {}
            for cell in _walk(part.parts):
                raw = row.get(cell.key) if cell.key else None
                if cell.take is _take_nothing or cell.scope is not part or _is_missing(raw):
                    continue
                try:
                    cells[cell.key] = cell.take(raw)
                except _Wrong as e:
                    self.wrong_value(cell.path, "defaultValue", e.text)
            made.append(cells)
        return made


def _is_feel(value: Any) -> TypeGuard[feel.Expression]:
    return isinstance(value, feel.Expression)


class _Unshared(Exception):
    """A pattern that browser and server would not read alike."""


def _shared_pattern(pattern: str) -> str:
    """The same pattern for RE2 as ``new RegExp("^(?:…)$", "u")`` reads it; raises ``_Unshared`` where they differ.

    Written out: ``\\d``, ``\\w`` (ASCII in both), ``\\s`` (JavaScript's blanks), ``.`` (no line terminator) and
    ``\\uXXXX``. Refused: look-around, back-references, named groups, flags, ``\\p``, and escapes of letters that only
    one of them knows.
    """
    if len(pattern) > 1000:
        raise _Unshared("> 1000")
    out: list[str] = []
    i, in_class = 0, False
    while i < len(pattern):
        c = pattern[i]
        if c == "\\":
            i += 1
            e = pattern[i : i + 1]
            if e == "s":
                out.append(_JS_SPACE if in_class else f"[{_JS_SPACE}]")
            elif e == "S" and not in_class:
                out.append(f"[^{_JS_SPACE}]")
            elif e in ("d", "w") and in_class:
                out.append(_ESCAPES[e][1:-1])
            elif e in _ESCAPES and not (in_class and e in "DWbB"):
                out.append(_ESCAPES[e])
            elif e == "u" and (code := re.match(r"u(?:([0-9A-Fa-f]{4})|\{([0-9A-Fa-f]{1,6})\})", pattern[i:])):
                out.append(f"\\x{{{code[1] or code[2]}}}")
                i += len(code[0]) - 1
            elif e and (e in "^$\\.*+?()[]{}|/" or (e == "-" and in_class)):
                out.append(f"\\{e}" if e != "/" else "/")
            else:
                raise _Unshared(f"\\{e}")
        elif in_class:
            if c == "[":
                raise _Unshared("[[")
            if c == "-" and (_is_set(pattern[i - 2 : i]) or _is_set(pattern[i + 1 : i + 3])):
                raise _Unshared(pattern[i - 2 : i + 3])  # no range in JavaScript
            in_class = c != "]"
            out.append(c)
        elif c == "[":
            in_class = True
            out.append(c)
            if pattern[i + 1 : i + 2] == "^":
                i += 1
                out.append("^")
            if pattern[i + 1 : i + 2] == "]":  # empty in JavaScript, a literal bracket in RE2
                raise _Unshared("[]")
        elif c == "(" and pattern[i + 1 : i + 2] == "?" and pattern[i + 2 : i + 3] != ":":
            raise _Unshared(pattern[i : i + 4])
        elif c == ".":
            out.append(r"[^\n\r\x{2028}\x{2029}]")
        elif c == "{" and not re.match(r"\{[0-9]{1,4}(?:,[0-9]{0,4})?\}", pattern[i:]):
            raise _Unshared("{")
        elif c in "}]" and (c == "]" or not _closes_a_count(pattern, i)):
            raise _Unshared(c)
        else:
            out.append(c)
        i += 1
    return "".join(out)


def _is_set(escape: str) -> bool:
    return len(escape) == 2 and escape[0] == "\\" and escape[1] in "dwsDWS"


def _closes_a_count(pattern: str, at: int) -> bool:
    return re.search(r"\{[0-9]{1,4}(?:,[0-9]{0,4})?$", pattern[:at]) is not None
