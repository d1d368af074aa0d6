"""Whatever a designer writes, it ends soon, takes little memory and reaches nothing of Python."""

from __future__ import annotations

import inspect
import sys
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest

from engine import feel
from engine.feel import FeelError
from tests import effort

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
CALLS = 6_000_000
"""For one expression; the largest of all takes 1.2 million, most take a hundredth."""

DOUBLED = '(for i in 1..40 return if i = 1 then "aaaaaaaa" else partial[-1] + partial[-1])[-1]'
LONG = '(for i in 1..13 return if i = 1 then "aaaaaaaa" else partial[-1] + partial[-1])[-1]'
SHARED = "(for i in 1..60 return if i = 1 then [1, 1] else [partial[-1], partial[-1]])[-1]"
DEEP = "(for i in 1..300 return if i = 1 then [] else [partial[-1]])[-1]"

REFUSED = {
    # loops
    "a loop to a trillion": "for i in 1..1000000000000 return i",
    "a loop to a trillion backwards": "for i in 1000000000000..1 return i",
    "loops in loops": "for i in 1..100000 return for j in 1..i return j",
    "one loop over two huge ranges": "count(for i in 1..10000, j in 1..10000 return i*j)",
    "an outer loop whose body never runs": "for i in 1..1000000000, j in [] return 1",
    "all days of all years": 'for d in @"0001-01-01"..@"9999-12-31" return d',
    "some over a huge range": "some i in 1..1000000000 satisfies i < 0",
    "every over a huge range": "every i in 1..1000000000 satisfies i > 0",
    "some over two huge ranges": "some i in 1..100000, j in 1..100000 satisfies i + j < 0",
    "a hundred iterators": "for " + ", ".join(f"i{n} in 1..2" for n in range(100)) + " return 1",
    "a thousand iterators": "for " + ", ".join(f"i{n} in 1..2" for n in range(1000)) + " return 1",
    "a filter in a loop": "{a: for i in 1..1000 return i, b: for i in 1..1000 return a[item = i]}",
    "partial results of partial results": "for i in 1..100000 return partial",
    # strings and lists that double
    "a string that doubles": DOUBLED,
    "a string of sums": '{a: "xxxxxxxxxx", b: a+a+a+a+a+a+a+a+a+a, c: b+b+b+b+b+b+b+b+b+b, d: c+c+c+c+c+c+c+c+c+c,'
    " e: d+d+d+d+d+d+d+d+d+d, f: e+e+e+e+e+e+e+e+e+e}",
    "a list that doubles": "for i in 1..100 return if i = 1 then [1, 1] else concatenate(partial[-1], partial[-1])",
    "a result of shared lists": SHARED,
    "the text of shared lists": f"string({SHARED})",
    "two trees of shared lists compared": f"{{a: {SHARED}, b: {SHARED}, c: a = b}}.c",
    "shared lists flattened": f"flatten({SHARED})",
    "contexts that double": "(for i in 1..40 return if i = 1 then {a: 1} else {a: partial[-1], b: partial[-1]})[-1]",
    "a deep list as a result": DEEP,
    "the text of a deep list": f"{{a: {DEEP}, c: string(a)}}.c",
    "a path through a deep list": f"{{a: {DEEP}, c: a.x}}.c",
    "two deep lists compared": f"{{a: {DEEP}, b: {DEEP}, c: a = b}}.c",
    "a join of long strings": f"{{s: {LONG}, r: string join(for i in 1..1000 return s)}}.r",
    "a replacement that multiplies": f'{{s: {LONG}, r: replace(s, "a", s)}}.r',
    "long strings cut again and again": f"{{s: {LONG}, r: for i in 1..100000 return substring(s, 2)}}.r",
    "long strings searched again and again": f'{{s: {LONG}, r: for i in 1..100000 return contains(s, "b")}}.r',
    "long strings changed again and again": f"{{s: {LONG}, r: for i in 1..5000 return upper case(s)}}.r",
    "quadratic distinct values": "distinct values(for i in 1..3000 return [i])",
    "a long sort": "sort(for i in 1..30000 return modulo(i * 7919, 104729))",
    "a sort with a function": "sort(for i in 1..9000 return modulo(i * 7919, 104729), function(a, b) a < b)",
    "contexts put into contexts": 'for i in 1..60000 return context put({a: {b: 1}}, ["a", "b"], i)',
    # functions
    "a function that calls itself": "{f: function(g, x) g(g, x + 1), a: f(f, 1)}.a",
    "a function that calls itself twice": "{f: function(g, x) [g(g, x + 1), g(g, x + 2)], a: f(f, 1)}.a",
    "a tree of calls": "{f: function(g, n) if n = 0 then 1 else g(g, n - 1) + g(g, n - 1), a: f(f, 20)}.a",
    "a function called by a sort": "{f: function(g, x) sort([1, 2], function(a, b) g(g, x) = 1), a: f(f, 1)}.a",
    "the omega combinator": "(function(f) f(f))(function(f) f(f))",
    "a function as the result": "function(x) x",
    # numbers
    "powers in a loop": "for i in 1..100000 return 1.00000000012345678901234567890123 ** (i + 0.5)",
    "logarithms in a loop": "for i in 1..100000 return log(i / 3)",
    "a long product": "product(for i in 1..60000 return i)",
    "a literal of 19,000 digits": "1" * 19_000,
    "a literal with a huge exponent": "1e999999999999",
    # texts
    "a megabyte of text": "1 + " * 250_000 + "1",
    "a chain of powers": "2" + "**2" * 6_000,
    "deep parentheses": "(" * 9_000 + "1" + ")" * 9_000,
    "open brackets": "[" * 10_000,
    "open braces": "{a:" * 6_000,
    "minus signs": "-" * 15_000 + "1",
    "not of not": "not(" * 3_000 + "true" + ")" * 3_000,
    "conditions in conditions": "if " * 5_000 + "true",
    "conditions in the first branch": "if true then " * 900 + "1",
    "loops in the text of loops": "for i in 1..2 return " * 900 + "1",
    "functions in functions": "function(x) " * 1_000 + "x",
    "a long path": "a" + ".b" * 9_000,
    "a long chain of filters": "a" + "[1]" * 5_000,
    "a long chain of calls": "f" + "()" * 5_000,
    "types in types": "1 instance of " + "list<" * 3_000 + "number" + ">" * 3_000,
    "sums in parentheses": "(1+" * 4_000 + "1" + ")" * 4_000,
    "all operators in parentheses": "(1 or 1 and 1 = 1 + 1 * 1 ** " * 60 + "1" + ")" * 60,
    "an open comment": "/*/" * 6_000,
    "an open string of backslashes": '"' + "\\" * 9_999,
    "a null character": "a\x00b",
    "half a surrogate pair": '"\\uD800"',
    # regular expressions
    "a catastrophic regular expression on a long text": "{s: "
    + LONG
    + ', r: for i in 1..9999 return matches(s, "^(a+)+$")}.r',
    "a big program on a long text": f'{{s: {LONG}, r: for i in 1..9 return matches(s, "(a{{1,100}}){{1,9}}b")}}.r',
    "big programs one after the other": 'for i in 1..10000 return matches("a", "(a{1,100}){1,9}" + string(i))',
    # Python
    "the class of a name": "__class__",
    "the built-ins of Python": "__builtins__",
    "an import": '__import__("os").system("id")',
    "eval": 'eval("1")',
    "open": 'open("/etc/passwd")',
    "a method of a context": "x.keys()",
    "a method of a string": '"".join(["a"])',
    "the globals of a built-in function": "count.__globals__",
    "the globals of a function of the product": "host.__globals__.x()",
    "a zone out of its folder": '@"2020-01-01T00:00:00@../../etc/passwd"',
    "an external function": 'function(x) external {java: {class: "java.lang.Runtime"}}',
}

HARMLESS: dict[str, tuple[str, Any]] = {
    "a tower of powers": ("9**9**9**9**9", None),
    "a power of a power": ("9**(9**9)", None),
    "a power of nearly one": ("1.0000000001 ** 99999999999999999999", None),
    "a product out of bounds": ("1E6000 * 1E6000", None),
    "a quotient out of bounds": ("1E6000 / 1E-6000", None),
    "a range to 10^30": ("for i in 1..1E30 return i", None),
    "an index of 10^30": ("[1][1E30]", None),
    "a place of 10^300": ('substring("abc", 1E300)', None),
    "a huge duration": ('duration("P999999999D") * 1E30', None),
    "a day after the last": ('date("9999-12-31") + duration("P1D")', None),
    "the year 10^20": ("date(1E20, 1, 1)", None),
    "a number of 19,000 digits": ('number("' + "1" * 19_000 + '")', None),
    "a zone that is a file": ('time("10:00:00@/etc/passwd")', None),
    "a regular expression that is none": ('matches("aaaa", "(")', None),
    "a regular expression too big to build": ('matches("a", "((((a{1,1000}){1,1000}){1,1000}){1,1000})")', None),
    "a regular expression too long": ('matches("aaaa", "' + "(a|b)*" * 400 + 'c")', None),
    "a catastrophic regular expression": ('matches("' + "a" * 5_000 + '!", "^(a+)+$")', False),
    "the class of a context": ("x.__class__.__mro__", None),
    "the class of a string": ('"".__class__', None),
    "the class by its key": ('get value(x, "__class__")', None),
    "the class of a function of the product": ("host.__class__", None),
    "a format string": ('"{0.__class__}"', "{0.__class__}"),
    "a chain of ten thousand sums": ("1" + "+1" * 9_990, 9_991),
    "a chain of two thousand conditions": ("true" + " and true" * 2_000, True),
    "nine hundred branches": ("if false then 1 else " * 900 + "1", 1),
    "five thousand comments": ("/**/" * 4_900 + "1", 1),
    "recursion within bounds": ("{f: function(g, n) if n = 0 then 1 else n * g(g, n - 1), a: f(f, 12)}.a", 479_001_600),
}


def run(text: str) -> Any:
    def host(x: Any) -> Any:
        return x

    return feel.compile(text).evaluate({"x": {"a": 1}, "host": host}, now=NOW)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_an_attack_is_refused_with_a_sentence_in_both_languages(text: str) -> None:
    with effort.at_most(CALLS), pytest.raises(FeelError) as refusal:
        run(text)
    assert refusal.value.text.zh != refusal.value.text.en
    assert refusal.value.expression == text
    assert refusal.value.line is not None
    assert len(refusal.value.text.en) < 500


@pytest.mark.parametrize(("text", "value"), HARMLESS.values(), ids=HARMLESS)
def test_what_only_looks_dangerous_has_a_value(text: str, value: Any) -> None:
    with effort.at_most(CALLS):
        found = run(text)
    assert found == value


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_an_attack_in_a_cell_of_a_table_is_contained_too(text: str) -> None:
    found: bool | str | None
    with effort.at_most(CALLS):
        try:
            found = feel.compile_unary(text).matches(1, {"x": {"a": 1}}, now=NOW)
        except FeelError as refusal:
            found = refusal.text.zh
    assert isinstance(found, bool | str | None)


def test_no_attack_takes_more_than_sixty_megabytes() -> None:
    for name in ("a string that doubles", "a result of shared lists", "one loop over two huge ranges", "a long sort"):
        tracemalloc.start()
        with pytest.raises(FeelError):
            run(REFUSED[name])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 60_000_000, name


def test_the_budget_counts_every_turn_of_a_loop() -> None:
    loop = feel.compile("count(for i in 1..100 return i + 1)")
    assert loop.evaluate({}, budget=1_000) == 100
    with pytest.raises(FeelError, match="more than 300 steps"):
        loop.evaluate({}, budget=300)


def test_a_straight_expression_is_paid_for_before_it_runs() -> None:
    with pytest.raises(FeelError, match="more than 5 steps"):
        feel.compile("1 + 2 + 3 + 4 + a").evaluate({"a": 1}, budget=5)


def test_the_same_bound_holds_wherever_on_the_stack_the_caller_stands() -> None:
    """Deep in the stack of a server a deep expression is still refused or computed, never a ``RecursionError``."""
    deepest = "(" * 60 + "1" + ")" * 60
    calls = "{f: function(g, n) if n = 0 then 1 else n * g(g, n - 1), a: f(f, 12)}.a"

    def at_depth(frames: int, text: str) -> Any:
        return at_depth(frames - 1, text) if frames else run(text)

    spare = 350
    used = len(inspect.stack(0))
    assert at_depth(sys.getrecursionlimit() - used - spare, deepest) == 1
    assert at_depth(sys.getrecursionlimit() - used - spare, calls) == 479_001_600
    for near in (40, 80, 120):
        try:
            value = at_depth(sys.getrecursionlimit() - used - near, calls)
        except FeelError as refusal:
            value = refusal.reason.en
        assert value == 479_001_600 or "nested" in str(value)


def test_a_host_function_is_paid_for() -> None:
    asked: list[int] = []
    with pytest.raises(FeelError, match="steps"):
        feel.compile("for i in 1..100000 return host(i)").evaluate({"host": asked.append})
    assert len(asked) <= 2_000


def test_nothing_but_a_context_entry_is_read_from_a_foreign_object() -> None:
    class Foreign:
        secret = "s"

    for text in ("x.secret", "x.__class__", "x[1].secret", 'get value(x, "secret")', "string(x)"):
        assert feel.compile(text).evaluate({"x": Foreign()}) is None
    with pytest.raises(FeelError):
        feel.compile("x()").evaluate({"x": Foreign})
