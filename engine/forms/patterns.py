"""Regular expressions that mean the same to RE2 and to a browser."""

from __future__ import annotations

import re
from typing import Final

from engine.forms.answers import WHITE

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
_JS_SPACE: Final = "".join(f"\\x{{{ord(c):x}}}" for c in WHITE)


class Unshared(Exception):
    """A pattern that browser and server would not read alike."""


_REPEATS: Final = frozenset("*+?{")


def shared_pattern(pattern: str) -> str:
    """The same pattern for RE2 as ``new RegExp("^(?:…)$", "u")`` reads it; raises ``Unshared`` where they differ.

    Written out: ``\\d``, ``\\w`` (ASCII in both), ``\\s`` (JavaScript's blanks), ``.`` (no line terminator) and
    ``\\uXXXX``. Refused: look-around, back-references, named groups, flags, ``\\p``, and escapes of letters that only
    one of them knows.
    """
    if len(pattern) > 1000:
        raise Unshared("> 1000")
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
                raise Unshared(f"\\{e}")
        elif in_class:
            if c == "[":
                raise Unshared("[[")
            if c == "-" and (_is_set(pattern[i - 2 : i]) or _is_set(pattern[i + 1 : i + 3])):
                raise Unshared(pattern[i - 2 : i + 3])  # no range in JavaScript
            in_class = c != "]"
            out.append(c)
        elif c == "[":
            in_class = True
            out.append(c)
            if pattern[i + 1 : i + 2] == "^":
                i += 1
                out.append("^")
            if pattern[i + 1 : i + 2] == "]":  # empty in JavaScript, a literal bracket in RE2
                raise Unshared("[]")
        elif c == "(" and pattern[i + 1 : i + 2] == "?" and pattern[i + 2 : i + 3] != ":":
            raise Unshared(pattern[i : i + 4])
        elif c == ".":
            out.append(r"[^\n\r\x{2028}\x{2029}]")
        elif c == "{" and not re.match(r"\{[0-9]{1,4}(?:,[0-9]{0,4})?\}", pattern[i:]):
            raise Unshared("{")
        elif c in "}]" and (c == "]" or not _closes_a_count(pattern, i)):
            raise Unshared(c)
        else:
            out.append(c)
        i += 1
        if not in_class and (c in "^$" or out[-1] in (r"\b", r"\B")) and pattern[i : i + 1] in _REPEATS:
            raise Unshared(pattern[max(i - 2, 0) : i + 1])  # RE2 repeats an assertion, JavaScript does not
    return "".join(out)


def _is_set(escape: str) -> bool:
    return len(escape) == 2 and escape[0] == "\\" and escape[1] in "dwsDWS"


def _closes_a_count(pattern: str, at: int) -> bool:
    return re.search(r"\{[0-9]{1,4}(?:,[0-9]{0,4})?$", pattern[:at]) is not None
