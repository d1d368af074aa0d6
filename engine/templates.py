"""Templates of official documents: texts with holes that FEEL fills, in both languages; data, and nothing that acts.

A template (``documents/<name>.json``) has a ``title``, a ``body`` of paragraphs and perhaps a ``note``. A text is
``{"zh": …, "en": …}`` or one text for both; ``{expression}`` in it is a hole, ``{{`` and ``}}`` are braces. A
paragraph may have a condition (``when``) or come once for each item of a list (``each``, ``as``). A hole without a
value is a fault: no document goes out with a gap in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine import feel
from engine.errors import DefinitionRefused, Finding, Language, Text
from engine.vocabulary import HOST_NAMES

MOST_PARAGRAPHS = 500
LONGEST_TEXT = 20_000
MOST_FILLED = 2_000
"""Paragraphs of one document."""

KINDS: Mapping[str, tuple[Text, str]] = {
    "resolution": (Text("决议", "resolution"), "决议"),
    "decision": (Text("决定", "decision"), "决"),
    "order": (Text("命令（令）", "order"), "令"),
    "communique": (Text("公报", "communiqué"), "公报"),
    "announcement": (Text("公告", "announcement"), "公告"),
    "public_notice": (Text("通告", "public notice"), "通告"),
    "opinion": (Text("意见", "opinion"), "意"),
    "notice": (Text("通知", "notice"), "通"),
    "circular": (Text("通报", "circular"), "通报"),
    "report": (Text("报告", "report"), "报"),
    "request": (Text("请示", "request for instructions"), "请"),
    "reply": (Text("批复", "reply"), "复"),
    "motion": (Text("议案", "motion"), "案"),
    "letter": (Text("函", "letter"), "函"),
    "minutes": (Text("纪要", "minutes"), "纪"),
}
"""The fifteen legal kinds (《党政机关公文处理工作条例》第八条), each with what follows a body's own code in its numbers
where the designer says nothing else."""
UPWARD = frozenset({"request", "report"})
"""Kinds that go up: beside the number stands who signed them."""
WITHOUT_HEAD_WORD = frozenset({"letter", "minutes"})
"""Kinds whose head is the name of the body without the word 文件 (GB/T 9704-2012, 10)."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a text, and the expression whose value stands there."""

    expression: feel.Expression


Pieces = tuple[str | Hole, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A text of a template in both languages, in pieces."""

    zh: Pieces
    en: Pieces

    @property
    def names(self) -> frozenset[str]:
        return frozenset(n for p in (*self.zh, *self.en) if isinstance(p, Hole) for n in p.expression.names)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; ``level`` 1 to 4 is a heading of that level (GB/T 9704-2012, 7.3.3), 0 is text."""

    text: Written
    level: int = 0
    when: feel.Expression | None = None
    each: feel.Expression | None = None
    item: str = "item"

    @property
    def names(self) -> frozenset[str]:
        """The names that it needs from outside."""
        inner = self.text.names | (self.when.names if self.when else frozenset())
        if self.each is not None:
            inner = (inner - {self.item, "index"}) | self.each.names
        return inner


@dataclass(frozen=True, slots=True)
class Template:
    """A template as it was read."""

    title: Written | None
    body: tuple[Paragraph, ...]
    note: Written | None = None
    names: frozenset[str] = field(default_factory=frozenset)


class Gap(Exception):
    """A hole or a condition that has no value that a document could say."""

    def __init__(self, expression: str, text: Text) -> None:
        super().__init__(text.en)
        self.expression = expression
        self.text = text


# ---------------------------------------------------------------- reading


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def say(self, rule: str, where: str, text: Text, remedy: Text) -> None:
        self.findings.append(Finding(self.file, rule, text, remedy, None, where or None))

    def wrong(self, where: str, zh: str, en: str) -> None:
        self.say(
            "document_template",
            where,
            Text(f"{where or '模板'}：{zh}", f"{where or 'template'}: {en}"),
            Text("按手册“公文”一节改正", "correct it as the manual says under “Official documents”"),
        )

    def expression(self, text: Any, where: str) -> feel.Expression | None:
        if not isinstance(text, str) or not text.startswith("="):
            self.wrong(where, "应是以 = 开头的 FEEL 表达式", "needs a FEEL expression that starts with =")
            return None
        return self.feel(text[1:], where)

    def feel(self, text: str, where: str) -> feel.Expression | None:
        try:
            return feel.compile(text, HOST_NAMES)
        except feel.FeelError as e:
            self.say(
                "feel_error",
                where,
                Text(f"{where}：{e.text.zh}", f"{where}: {e.text.en}"),
                Text("改正表达式", "correct the expression"),
            )
            return None

    def written(self, given: Any, where: str) -> Written | None:
        if isinstance(given, str):
            given = {"zh": given}
        said = isinstance(given, Mapping) and all(isinstance(given.get(k, ""), str) for k in ("zh", "en"))
        if not said or not given.get("zh") or set(given) - {"zh", "en"}:
            self.wrong(where, '应为文字，或 {"zh", "en"}', 'needs a text, or {"zh", "en"}')
            return None
        if max(len(given["zh"]), len(given.get("en", ""))) > LONGEST_TEXT:
            self.wrong(where, f"超过 {LONGEST_TEXT} 个字符", f"is longer than {LONGEST_TEXT} characters")
            return None
        zh = self.pieces(given["zh"], where)
        return Written(zh, self.pieces(given["en"], where) if given.get("en") else zh)

    def pieces(self, text: str, where: str) -> Pieces:
        found: list[str | Hole] = []
        at, plain = 0, ""
        while at < len(text):
            if text[at : at + 2] in ("{{", "}}"):
                plain += text[at]
                at += 2
            elif text[at] == "{":
                end = _end_of_hole(text, at)
                if end is None:
                    self.wrong(where, "{ 没有对应的 }", "a { without its }")
                    return ()
                expression = self.feel(text[at + 1 : end], where)
                if expression is not None:
                    found += [plain, Hole(expression)]
                plain, at = "", end + 1
            elif text[at] == "}":
                self.wrong(where, "} 没有对应的 {；要写花括号请写两个", "a } without its {; write two for a brace")
                return ()
            else:
                plain += text[at]
                at += 1
        return tuple(p for p in (*found, plain) if p != "")


_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def _end_of_hole(text: str, start: int) -> int | None:
    """Where the brace that opens at ``start`` is closed; braces of contexts and in strings count for themselves."""
    depth, at = 0, start
    while at < len(text):
        if text[at] == '"':
            string = _STRING.match(text, at)
            if string is None:
                return None
            at = string.end()
            continue
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
        at += 1
    return None


_PARTS = {"title", "body", "note"}
_OF_PARAGRAPH = {"zh", "en", "level", "when", "each", "as"}
_ITEM = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")


def read(schema: Mapping[str, Any], file: str) -> Template:
    """Read one template; raises ``DefinitionRefused`` with everything that is wrong with it."""
    reader = _Reader(file)
    for name in sorted(set(schema) - _PARTS):
        reader.wrong(str(name), "没有这一项", "there is no such part")
    title = reader.written(schema["title"], "title") if "title" in schema else None
    note = reader.written(schema["note"], "note") if schema.get("note") else None
    given = schema.get("body")
    if not isinstance(given, list) or not given or len(given) > MOST_PARAGRAPHS:
        reader.wrong(
            "body", f"应为 1 至 {MOST_PARAGRAPHS} 段的列表", f"needs a list of 1 to {MOST_PARAGRAPHS} paragraphs"
        )
        given = []
    body = [p for n, one in enumerate(given, 1) if (p := _paragraph(reader, one, f"body {n}")) is not None]
    if reader.findings:
        raise DefinitionRefused(reader.findings)
    names = {n for p in body for n in p.names} | (title.names if title else set()) | (note.names if note else set())
    return Template(title, tuple(body), note, frozenset(names))


def _paragraph(reader: _Reader, given: Any, where: str) -> Paragraph | None:
    if isinstance(given, str):
        given = {"zh": given}
    if not isinstance(given, Mapping):
        reader.wrong(where, "应为文字或对象", "needs a text or an object")
        return None
    for name in sorted(set(given) - _OF_PARAGRAPH):
        reader.wrong(f"{where} {name}", "没有这一项", "there is no such part")
    text = reader.written({k: given[k] for k in ("zh", "en") if k in given}, where)
    level, item = given.get("level", 0), given.get("as", "item")
    if type(level) is not int or not 0 <= level <= 4:
        reader.wrong(f"{where} level", "应为 0 至 4", "has to be 0 to 4")
        level = 0
    if not isinstance(item, str) or not _ITEM.match(item):
        reader.wrong(f"{where} as", "应为标识符", "has to be an identifier")
        item = "item"
    when = reader.expression(given["when"], f"{where} when") if "when" in given else None
    each = reader.expression(given["each"], f"{where} each") if "each" in given else None
    return None if text is None else Paragraph(text, level, when, each, item)


# ---------------------------------------------------------------- filling


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its holes filled."""

    title: Text | None
    body: tuple[tuple[int, Text], ...]
    """Level and text of each paragraph."""
    note: Text | None


def fill(template: Template, context: Mapping[str, Any], now: datetime) -> Filled:
    """The texts of a template over these names; raises ``Gap`` where something has no value, and ``FeelError``."""
    body: list[tuple[int, Text]] = []
    for paragraph in template.body:
        for inner in _items(paragraph, context, now):
            if paragraph.when is not None and paragraph.when.evaluate(inner, now=now) is not True:
                continue
            written = paragraph.text
            lines = _lines(_said(written.zh, inner, now, "zh"), _said(written.en, inner, now, "en"))
            body += [(paragraph.level, text) for text in lines]
            if len(body) > MOST_FILLED:
                raise Gap("", Text(f"超过 {MOST_FILLED} 段", f"more than {MOST_FILLED} paragraphs"))
    return Filled(
        filled(template.title, context, now) if template.title else None,
        tuple(body),
        filled(template.note, context, now) if template.note else None,
    )


def filled(written: Written, context: Mapping[str, Any], now: datetime) -> Text:
    """One line of text in both languages."""
    return Text(one_line(_said(written.zh, context, now, "zh")), one_line(_said(written.en, context, now, "en")))


def one_line(text: str) -> str:
    """A text without breaks and without characters that are not seen."""
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """A text without control and formatting characters, which could turn what is read into something else."""
    kept = (c for c in text.replace("\t", " ") if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return "".join(kept)


def _items(paragraph: Paragraph, context: Mapping[str, Any], now: datetime) -> Iterator[Mapping[str, Any]]:
    if paragraph.each is None:
        yield context
        return
    found = paragraph.each.evaluate(context, now=now)
    if found is None:
        return
    for index, item in enumerate(found if isinstance(found, list | tuple) else [found], 1):
        yield {**context, paragraph.item: item, "index": Decimal(index)}


def _said(pieces: Sequence[str | Hole], context: Mapping[str, Any], now: datetime, language: Language) -> str:
    return "".join(
        piece if isinstance(piece, str) else say(piece.expression.evaluate(context, now=now), language, piece)
        for piece in pieces
    )


def say(value: Any, language: Language, hole: Hole | None = None) -> str:
    """A FEEL value as an official document writes it: dates in words, lists with their commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
    if isinstance(value, int | Decimal):
        return feel.text(value)
    if isinstance(value, datetime):
        return f"{day(value.date(), language)}{'' if language == 'zh' else ', '}{value:%H:%M}"
    if isinstance(value, date):
        return day(value, language)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(say(v, language, hole) for v in value)
    expression = hole.expression.text if hole is not None else ""
    if value is None:
        raise Gap(expression, Text(f"“{expression}”没有值", f"“{expression}” has no value"))
    raise Gap(expression, Text(f"“{expression}”不是文字、数字或日期", f"“{expression}” is no text, number or date"))


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day(on: date, language: Language) -> str:
    """A date as documents write it: 2026年3月2日, without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    if language == "zh":
        return f"{on.year}年{on.month}月{on.day}日"
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def _lines(zh: str, en: str) -> list[Text]:
    """The paragraphs of a text that somebody typed with breaks; where the languages differ in number, as they come."""
    left = [one_line(line) for line in clean(zh).split("\n") if line.strip()]
    right = [one_line(line) for line in clean(en).split("\n") if line.strip()]
    longest = max(len(left), len(right))
    left += [""] * (longest - len(left))
    right += [""] * (longest - len(right))
    return [Text(a or b, b or a) for a, b in zip(left, right, strict=True)]


def number(code: str, year: int, serial: int) -> str:
    """机关代字〔年〕号: the full year in hexagonal brackets, no leading zero, no 第 (GB/T 9704-2012, 7.2.5)."""
    return f"{code}〔{year}〕{serial}号"
