"""What FEEL refuses, with the place in the expression and a sentence in both languages."""

from __future__ import annotations

from engine.errors import Text

_SHOWN = 120
"""Characters of an expression that a message repeats."""


class FeelError(Exception):
    """An expression that cannot be read, or cannot be evaluated.

    ``reason`` is the sentence alone, ``text`` is the sentence with line, column and expression, ``missing`` is the
    name of the variable that was not there. ``position`` counts characters from 0, ``line`` and ``column`` from 1.
    """

    def __init__(
        self, reason: Text, expression: str = "", position: int | None = None, missing: str | None = None
    ) -> None:
        super().__init__(reason.en)
        self.reason = reason
        self.expression = expression
        self.position = position
        self.missing = missing

    @property
    def line(self) -> int | None:
        """The line of the defect, from 1."""
        if self.position is None or not self.expression:
            return None
        return self.expression.count("\n", 0, self.position) + 1

    @property
    def column(self) -> int | None:
        """The column of the defect, from 1."""
        if self.position is None or not self.expression:
            return None
        return self.position - (self.expression.rfind("\n", 0, self.position) + 1) + 1

    @property
    def text(self) -> Text:
        """The whole sentence: where, what, in which expression."""
        zh, en = self.reason.zh, self.reason.en
        if self.line is not None:
            zh, en = f"第 {self.line} 行第 {self.column} 列：{zh}", f"line {self.line}, column {self.column}: {en}"
        if self.expression:
            shown = self.expression if len(self.expression) <= _SHOWN else self.expression[:_SHOWN] + "…"
            zh, en = f"{zh}（表达式：{shown}）", f"{en} (expression: {shown})"
        return Text(zh, en)

    def __str__(self) -> str:
        return self.text.en


TOO_LONG = Text(
    "表达式有 {length} 个字符，最多 {limit} 个。", "the expression has {length} characters, at most {limit}"
)
TOO_DEEP = Text("表达式嵌套过深，最多 {limit} 层。", "the expression is nested too deeply, at most {limit} levels")
CALLS_TOO_DEEP = Text("函数调用嵌套过深。", "function calls are nested too deeply")
TOO_MUCH = Text(
    "流程中全部表达式合计超过 {limit} 个词，请缩短决策表或拆分流程。",
    "all expressions of the process together have more than {limit} words; shorten its tables or split it",
)
EMPTY = Text("表达式是空的。", "the expression is empty")
BAD_CHARACTER = Text("不能识别的字符“{found}”。", "character {found!r} is not understood")
FULL_WIDTH = Text(
    "不能识别的全角字符“{found}”，请改用半角“{meant}”。",
    "full-width character {found!r} is not understood; write {meant!r}",
)
OPEN_TEXT = Text("字符串没有结束引号。", "the string has no closing quote")
OPEN_COMMENT = Text("注释没有结束。", "the comment is not closed")
BAD_ESCAPE = Text("字符串中的转义“{found}”无效。", "the escape {found!r} in the string is not valid")
BAD_LITERAL = Text("“{found}”不是有效的日期、时间或时长。", "{found!r} is not a valid date, time or duration")
UNEXPECTED = Text("此处不应出现“{found}”，应为{expected}。", "{found!r} is unexpected here; expected {expected}")
UNEXPECTED_END = Text("表达式不完整，应为{expected}。", "the expression ends too early; expected {expected}")
A_VALUE = Text("一个值", "a value")
AN_END = Text("运算符或表达式结尾", "an operator or the end of the expression")
A_NAME = Text("一个名称", "a name")
A_TYPE = Text("一个类型", "a type")
UNKNOWN_FUNCTION = Text("没有名为“{name}”的函数。", "there is no function named {name!r}")
NOT_A_FUNCTION = Text("“{name}”不是函数。", "{name!r} is not a function")
ARGUMENT_COUNT = Text(
    "函数“{name}”的参数个数不对：给出 {given} 个。", "function {name!r} does not take {given} argument(s)"
)
ARGUMENT_NAME = Text(
    "函数“{name}”没有这样的命名参数：{given}。", "function {name!r} has no such named parameters: {given}"
)
NAMED_HOST = Text("函数“{name}”只接受按顺序给出的参数。", "function {name!r} takes positional arguments only")
HOST_FAILED = Text("函数“{name}”不接受这些参数。", "function {name!r} does not accept these arguments")
EXTERNAL = Text("不允许外部函数。", "external functions are not allowed")
TWICE = Text("名称“{name}”出现两次。", "the name {name!r} occurs twice")
NO_INPUT = Text("“?”只能用于条件单元格（一元测试）。", "'?' has a meaning only in unary tests")
MISSING = Text("缺少变量“{name}”。", "the variable {name!r} is missing")
NO_CLOCK = Text("此处没有时钟，不能使用 {name}()。", "there is no clock here, {name}() cannot be used")
BUDGET = Text("计算步数超过上限 {limit}。", "the evaluation took more than {limit} steps")
LIST_TOO_LONG = Text("列表超过 {limit} 项。", "a list has more than {limit} items")
TEXT_TOO_LONG = Text("字符串超过 {limit} 个字符。", "a string has more than {limit} characters")
RESULT_TOO_BIG = Text("结果过大。", "the result is too big")
RESULT_FUNCTION = Text("结果不能是函数。", "a function cannot be a result")
NOT_STORABLE = Text("类型为“{kind}”的值不能保存。", "a value of type {kind!r} cannot be stored")
NUMBER_FAULT = Text("数值运算出错。", "a number could not be computed")
