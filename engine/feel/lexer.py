"""Text into tokens (DMN 1.3, section 10.3.1.2). Linear in the length of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.feel import errors
from engine.feel.errors import FeelError

MAX_LENGTH = 20_000
"""Characters of one expression."""

KEYWORDS = frozenset(
    {
        "and", "between", "else", "every", "external", "false", "for", "function", "if", "in", "instance",
        "null", "or", "return", "satisfies", "some", "then", "true",
    }
)  # fmt: skip
"""Words that are no names. ``of``, ``not`` and ``item`` may be parts of names."""

_TOKEN = re.compile(
    r"""
      (?P<space>\s+|//[^\n]*)
    | (?P<comment>/\*)
    | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<name>(?:[^\W\d]|[\U00010000-\U000EFFFF])(?:\w|[\U00010000-\U000EFFFF])*)
    | (?P<text>")
    | (?P<symbol>\.\.|\*\*|->|<=|>=|!=|[-+*/=<>()\[\]{},:.?@'’])
    """,
    re.VERBOSE,
)
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_FULL_WIDTH = dict(zip("，（）“”＞＜＝：。［］｛｝＋－＊／？；", ',()"">=<:.[]{}+-*/?;', strict=False)) | {
    "＞": ">",
    "＜": "<",
    "＝": "=",
    "：": ":",
    "。": ".",
    "【": "[",
    "】": "]",
    "、": ",",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: ``kind`` is number, name, text, symbol or end; ``text`` is its (unescaped) content."""

    kind: str
    text: str
    at: int
    end: int


def tokens(source: str) -> list[Token]:
    """All tokens, the last of kind ``end``; raises ``FeelError`` with the position of what is not understood."""
    if len(source) > MAX_LENGTH:
        raise FeelError(errors.TOO_LONG.format(length=len(source), limit=MAX_LENGTH), source, 0)
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            character = source[at]
            meant = _FULL_WIDTH.get(character)
            reason = errors.FULL_WIDTH if meant else errors.BAD_CHARACTER
            raise FeelError(reason.format(found=character, meant=meant), source, at)
        kind = str(match.lastgroup)
        end = match.end()
        if kind == "comment":
            close = source.find("*/", end)
            if close < 0:
                raise FeelError(errors.OPEN_COMMENT, source, at)
            end = close + 2
        elif kind == "text":
            whole = _TEXT.match(source, at)
            if whole is None:
                raise FeelError(errors.OPEN_TEXT, source, at)
            end = whole.end()
            found.append(Token("text", _unescaped(whole[1], source, at), at, end))
        elif kind != "space":
            found.append(Token(kind, match.group(), at, end))
        at = end
    found.append(Token("end", "", len(source), len(source)))
    return found


def _unescaped(body: str, source: str, at: int) -> str:
    if "\\" in body:

        def meaning(match: re.Match[str]) -> str:
            code = match[1]
            if code[0] in "uU" and len(code) > 1:
                point = int(code[1:], 16)
                if point <= 0x10FFFF:
                    return chr(point)
            elif code in _ESCAPES:
                return _ESCAPES[code]
            elif code not in "uU":
                return "\\" + code  # kept as it stands, so that a regular expression may be written "\d"
            raise FeelError(errors.BAD_ESCAPE.format(found=match[0]), source, at)

        body = _ESCAPE.sub(meaning, body)
        if any("\ud800" <= c <= "\udfff" for c in body):
            try:
                body = body.encode("utf-16", "surrogatepass").decode("utf-16")
            except UnicodeDecodeError:
                raise FeelError(errors.BAD_ESCAPE.format(found="\\u"), source, at) from None
    return body
