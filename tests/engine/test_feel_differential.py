"""The server's FEEL and the browser's (feelin) agree, except where ``docs/feel.md`` says that they do not.

Both evaluate the corpus of ``test_feel.py`` and a generated one. Needs node and ``web/node_modules`` and is skipped,
saying so, without them.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import feel
from engine.feel import DaysTime, FeelError, YearsMonths
from tests.engine import test_feel as corpus

ROOT = Path(__file__).parents[2]
FEELIN = ROOT / "web/node_modules/feelin/dist/index.js"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(
    NODE is None or not FEELIN.exists(),
    reason="the comparison with the browser's FEEL needs node and an installed web/node_modules",
)

CLOCK = {"now()", "today()", "date(now())"}
"""feelin reads the machine's clock, so whatever asks for it is not compared."""

DIFFERENT: dict[str, str] = {
    # text: why (each is explained in docs/feel.md)
    r'"\u4e2d\U01F600"': "long escapes",
    "n = 5 and n in [1..5] or false": "feelin takes what follows `in` as far as it can, `or` included",
    '1 < "2"': "feelin compares across kinds",
    "true < false": "feelin compares across kinds",
    '@"P1Y" = @"P365D"': "feelin compares the two kinds of duration",
    "n between null and 3": "feelin: null where one end is null",
    '"a" in [1..5]': "feelin compares across kinds",
    "if 1 then 1 else 2": "feelin: a number is true",
    'for d in @"2026-02-28"..@"2026-03-01" return d': "feelin: no ranges of dates in loops",
    "some x in [1, null] satisfies x > 3": "feelin: null counts as false",
    "null instance of null": "feelin: fewer types",
    "list instance of list<number>": "feelin: fewer types",
    "list instance of list<string>": "feelin: fewer types",
    "[1..2] instance of range<number>": "feelin: fewer types",
    "(function(a: number) a + 1)([1])": "feelin: declared types change no value",
    "(function(a: list<number>) a)(1)": "feelin: declared types change no value",
    '(function(a: context<x: number>) a.x)({x: "1"})': "feelin: declared types change no value",
    'string((function(a: date and time) a)(@"2026-03-02"))': "feelin: declared types change no value",
    "is defined(n)": "feelin: no such function",
    "is defined(nothing)": "feelin: no such function",
    "is defined(unheard_of)": "feelin: no such function",
    "is defined(person.name)": "feelin: no such function",
    "is defined(person.nothing)": "feelin: no such function",
    "is defined(unheard_of.name)": "feelin: no such function",
    "string(1E3)": "feelin: no exponents",
    "string(0.0000001)": "feelin: writes exponents",
    'trim("  a ")': "feelin: no such function",
    'matches("ab", "a b", "x")': "feelin: no flag x",
    'matches("hello world", "hello\\ sworld", "x")': "feelin: no flag x",
    'replace("aaa", "a", "\\\\$")': "feelin: JavaScript's replacement",
    'extract("references 1234, 1256", "12[0-9]*")': "feelin: no such function",
    'max(@"2026-01-01", @"2026-03-01")': "feelin: only numbers",
    'min("b", "a")': "feelin: only numbers",
    'sum([@"P1D", @"PT12H"])': "feelin: only numbers",
    "sublist([4, 5, 6], 4)": "feelin: an empty list",
    "insert before([1, 3], -1, 2)": "feelin counts from the front",
    "distinct values([1, 2, 1.0, null, null, [1], [1]])": "feelin drops lists",
    "sort([3, 1, 2])": "feelin: needs a function",
    'sort(["b", "a"])': "feelin: needs a function",
    "round up(-5.5)": "feelin: needs a scale",
    "even(1.5)": "feelin: false",
    'get value(person, ["unit", "code"])': "feelin: one key only",
    'last day of month(@"2024-02-03")': "feelin: no such function",
    "overlaps before([1..5], [3..8])": "feelin: no such function",
    "overlaps after([3..8], [1..5])": "feelin: no such function",
    "during(5, [1..10])": "feelin: no such function",
    "starts([1..5], [1..10])": "feelin: no such function",
    "started by([1..10], 1)": "feelin: no such function",
    "finishes(10, [1..10])": "feelin: no such function",
    "finished by([1..10], [5..10])": "feelin: no such function",
    "coincides([1..5], [1..5])": "feelin: no such function",
    'range("[1..5)")': "feelin: no such function",
    'range(" ( 1 .. 5 ] ")': "feelin: no such function",
    'date and time("2026-12-31T24:00:00Z")': "feelin: no hour 24",
    'time(10, 30, 1.5, @"PT8H")': "feelin: whole seconds",
    'duration("P1Y1D")': "feelin: mixed durations",
    'years and months duration(@"2011-12-22", @"2013-08-24")': "feelin keeps days in it",
    '@"-P1DT2H3M4.5S".seconds': "feelin: whole seconds",
    'received_on + @"PT25H"': "feelin: a date-time",
    '@"P1Y" * 0.5': "feelin: no durations times numbers",
    '2 * @"P1D"': "feelin: no durations times numbers",
    '@"P1Y" / 2': "feelin: no durations times numbers",
    '@"P1D" / @"PT12H"': "feelin: no durations times numbers",
    '-@"P1D" < @"PT0S"': "feelin: no negative of a duration",
    " of 1": "feelin: an empty cell is no test",
    "[1..5) of a": "feelin: false instead of null",
    "not(< 5) of None": "feelin: null is not less, so not less is true",
    "< 5 of None": "feelin: false instead of null",
    "list of [1, 2, 3, 4]": "feelin: a list equals no list",
}


def to_feelin(value: Any) -> Any:
    """JSON in which dates and durations are ``{"@": text}``."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple):
        return [to_feelin(item) for item in value]
    if isinstance(value, Mapping):
        return {key: to_feelin(item) for key, item in value.items()}
    if isinstance(value, feel.Range):
        return {"start": to_feelin(value.low), "end": to_feelin(value.high)}
    return {"@": "function" if isinstance(value, feel.Function) else feel.plain(value)}


def ask_feelin(questions: list[dict[str, Any]]) -> list[Any]:
    answer = subprocess.run(
        [str(NODE), str(Path(__file__).with_name("feelin.mjs")), str(FEELIN)],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return [found["value"] if "value" in found else f"fault: {found['fault']}" for found in json.loads(answer.stdout)]


def ours(work: Callable[[], Any]) -> Any:
    try:
        return to_feelin(work())
    except FeelError as fault:
        return f"fault: {fault}"


def agree(a: Any, b: Any) -> bool:
    """Equal, numbers to nine digits (JavaScript has 15, we have 34)."""
    numbers = (int, float)
    if isinstance(a, numbers) and isinstance(b, numbers) and not isinstance(a, bool) and not isinstance(b, bool):
        return abs(a - b) <= 1e-9 * max(1, abs(a))
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(agree, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(agree(a[key], b[key]) for key in a)
    return type(a) is type(b) and bool(a == b)


def test_both_give_the_same_value_except_where_the_documents_say_so() -> None:
    tables = (
        corpus.LITERALS, corpus.ARITHMETIC, corpus.LOGIC, corpus.MEMBERSHIP, corpus.CONTROL,
        corpus.STRUCTURES, corpus.FUNCTIONS, corpus.BUILT_IN, corpus.DATES,
    )  # fmt: skip
    context = to_feelin(corpus.CONTEXT)
    texts = [t for table in tables for t in table if not t.startswith("=") and not any(c in t for c in CLOCK)]
    texts = [t for t in texts if "now()" not in t]
    answers = ask_feelin([{"text": t, "context": context} for t in texts])
    different = {
        text
        for text, theirs in zip(texts, answers, strict=True)
        if not agree(ours(lambda t=text: corpus.value(t)), theirs)  # type: ignore[misc]
    }
    cells = ask_feelin([{"text": t, "context": context, "value": to_feelin(v)} for t, v, _ in corpus.UNARY])
    different |= {
        f"{text} of {value}"
        for (text, value, wanted), theirs in zip(corpus.UNARY, cells, strict=True)
        if not agree(wanted, theirs)
    }
    assert different == set(DIFFERENT)


CONTEXT: dict[str, Any] = {
    "n": 5,
    "m": -2,
    "z": 0,
    "s": "abc",
    "t": "b",
    "yes": True,
    "no": False,
    "nil": None,
    "l": [1, 2, 3],
    "e": [],
    "d1": date(2026, 1, 31),
    "d2": date(2024, 2, 29),
    "p": YearsMonths(1),
    "q": DaysTime(3 * 86_400_000_000),
    "c": {"x": 1, "y": "u", "w": {"v": 2}},
    "rows": [{"x": 1, "y": "a"}, {"x": 2, "y": "b"}, {"x": 3}],
}
LEAVES = {
    "number": ("n", "m", "z", "1", "2", "0.5", "10", "c.x", "count(l)", "c.w.v", "l[1]", "nil"),
    "list": ("l", "e", "[1, 2]", "[3]", "rows.x"),
    "string": ("s", "t", '"abc"', '"李明"', '""', "c.y", "nil"),
    "date": ("d1", "d2", '@"2026-03-01"', 'date("2025-12-31")'),
    "boolean": ("yes", "no", "true", "nil", "n > 3", "m <= 0", 's = "abc"', "nil = null", "d1 < d2"),
    "period": ("p", "q", '@"P1Y"', '@"P10D"', '@"-P1M"'),
}
SHAPES = {
    "number": (
        "({number} + {number})", "({number} - {number})", "({number} * {number})", "({number} / {number})",
        "{number} * {number} + {number}", "-{number0}", "(if {boolean} then {number} else ({number}))", "sum({list})",
        "max({list})", "count({list})", "abs({number})", "floor({number})", "modulo({number}, {number0})",
        "{list0}[{place}]", "string length({string})", "{date0}.year", "{date0}.month", "{date0}.day",
    ),
    "list": (
        "[{number}, {number}]", "(for i in {list} return i + {number0})", "({list})[item > {number0}]",
        "concatenate({list}, {list})", "reverse({list})", "append({list}, {number0})", "rows[x > {number0}].x",
        "flatten([{list}])", "union({list0}, {list0})", "distinct values({list0})",
    ),
    "string": (
        "({string} + {string})", "upper case({string})", "substring({string}, {place})", "string({number0})",
        "(if {boolean} then {string} else ({string}))", "substring before({string}, {string0})", "string({date0})",
    ),
    "date": ("({date} + {period})", "({date} - {period})"),
    "boolean": (
        "({boolean} and {boolean})", "({boolean} or {boolean})", "not({boolean})", "({number} < {number})",
        "({number} <= {number})", "({number} > {number})", "({number} = {number})", "({number} != {number})",
        "({date} < {date})", "({date} >= {date})", "({date} = {date})", "({string} = {string})",
        "({string} != {string})", "(some i in {list0} satisfies i > 1)", "(every i in {list0} satisfies i > 1)",
        "(n in [1..5])", "(c.x between -1 and 3)", "({number} in (1, 2, > 3))", "contains({string}, {string0})",
        "list contains({list}, {number0})",
    ),
}  # fmt: skip


def generated(chance: random.Random, kind: str, depth: int) -> str:
    if depth <= 0 or kind == "period":
        return chance.choice(LEAVES[kind])
    text = chance.choice(SHAPES[kind])
    for part in ("number", "list", "string", "date", "boolean", "period"):
        while f"{{{part}0}}" in text:
            text = text.replace(f"{{{part}0}}", generated(chance, part, 0), 1)
        while f"{{{part}}}" in text:
            text = text.replace(f"{{{part}}}", generated(chance, part, depth - 1), 1)
    while "{place}" in text:
        text = text.replace("{place}", chance.choice(("1", "2", "-1", "n")), 1)
    return text


def test_both_give_the_same_value_for_three_thousand_generated_expressions() -> None:
    chance = random.Random(20260302)  # noqa: S311 (a corpus that is the same each time)
    made = (generated(chance, chance.choice(list(SHAPES)), chance.randint(1, 3)) for _ in range(6_000))
    texts = list(dict.fromkeys(made))
    assert len(texts) > 3_000
    context = to_feelin(CONTEXT)
    answers = ask_feelin([{"text": text, "context": context} for text in texts])
    names = tuple(CONTEXT)
    different = []
    for text, theirs in zip(texts, answers, strict=True):
        mine = ours(lambda t=text: feel.compile(t, names).evaluate(CONTEXT))  # type: ignore[misc]
        if not agree(mine, theirs):
            different.append((text, mine, theirs))
    assert different == []
