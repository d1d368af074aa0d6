"""What a form schema may hold: limits, types, properties and rules, and why one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from engine.errors import Text

Access = Literal["hidden", "read", "write", "required"]
"""What a reader may do with a field in one step."""

TEXTFIELD_LENGTH: Final = 500
TEXTAREA_LENGTH: Final = 10_000
LONGEST_TEXT: Final = 100_000
"""The largest ``maxLength`` a designer may set, in code points."""
MOST_ROWS: Final = 500
MOST_UNITS: Final = 1_000
"""Units that one field may hold: as many as one multi-instance may have instances."""
MOST_COMPONENTS: Final = 500
DEEPEST_NESTING: Final = 8
LARGEST_SCHEMA: Final = 256 * 1024
"""In bytes of UTF-8 JSON."""
LONGEST_KEY: Final = 64
MOST_DIGITS: Final = 34
"""Digits of a number, as FEEL has them (DMN 1.3, 10.3.2.3.1)."""

PRESENTATION: Final = frozenset({"text", "separator", "spacer"})
CONTAINERS: Final = frozenset({"group", "dynamiclist"})
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

PROPERTIES: Final[Mapping[str, frozenset[str]]] = {
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
    "units": _FIELD | {"kinds", "within", "groups", "lists"},
    "expression": _ANY | {"key", "label", "description", "personal", "validate", "expression", "computeOn"},
    "text": _ANY | {"key", "text"},
    "separator": _ANY | {"key"},
    "spacer": _ANY | {"key", "height"},
    "group": _BOX,
    "dynamiclist": _BOX
    | {"validate", "defaultValue", "defaultRepetitions", "allowAddRemove", "disableCollapse", "nonCollapsedItems"},
}
"""What may stand on a component, by type. Anything else is refused: a misspelt condition must not be ignored."""

VALIDATE: Final[Mapping[str, frozenset[str]]] = {
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
    "units": frozenset({"required", "minItems", "maxItems"}) | _OWN_RULE,
    "expression": _OWN_RULE,
    "dynamiclist": frozenset({"required", "minItems", "maxItems"}) | _OWN_RULE,
}

REFUSALS: Final[Mapping[str, tuple[Text, Text]]] = {
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
    "form_no_area": (
        Text("选择多个组织的字段没有 within。", "A field of several units has no “within”."),
        Text(
            '请写明从哪个组织之下选择，例如 "within": "=case.unit"。',
            'Say below which unit to choose, such as "within": "=case.unit".',
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
