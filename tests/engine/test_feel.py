"""FEEL means what DMN 1.3 says; where it differs, ``docs/feel.md`` says so and a test here does too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.feel import DaysTime, FeelError, Range, YearsMonths
from tests import effort

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 10, 30, tzinfo=SHANGHAI)
D = Decimal

CONTEXT: dict[str, Any] = {
    "n": 5,
    "half": D("0.5"),
    "name": "李明",
    "yes": True,
    "no": False,
    "nothing": None,
    "born_on": date(2008, 3, 2),
    "applied_on": date(2026, 3, 1),
    "received_on": date(2026, 3, 2),
    "list": [1, 2, 3, 4],
    "empty": [],
    "person": {"name": "王芳", "age": 30, "unit": {"code": "A-01"}, "first name": "芳"},
    "people": [{"name": "a", "age": 17}, {"name": "b", "age": 18}, {"name": "c", "age": 40}],
    "first name": "芳",
    "price": 1.1,
}
NAMES = tuple(CONTEXT)


def value(text: str, context: Mapping[str, Any] = CONTEXT) -> Any:
    return feel.compile(text, NAMES).evaluate(context, now=NOW)


def check(text: str, wanted: Any) -> None:
    found = value(text)
    assert found == wanted, text
    assert (found is None) == (wanted is None), text
    assert isinstance(found, bool) == isinstance(wanted, bool), text


def refused(text: str, names: tuple[str, ...] = NAMES) -> FeelError:
    with pytest.raises(FeelError) as refusal:
        feel.compile(text, names).evaluate(CONTEXT, now=NOW)
    return refusal.value


LITERALS = {
    "1": 1,
    "1.50": D("1.5"),
    ".5": D("0.5"),
    "1.2e3": 1200,
    "-1": -1,
    "--1": 1,
    "true": True,
    "null": None,
    '"a"': "a",
    r'"a\"b\\c\n\td"': 'a"b\\c\n\td',
    r'"\u4e2d\U01F600"': "中😀",
    r'"\uD83D\uDE00"': "😀",
    r'"\d+"': r"\d+",
    '{🐎: "😀"}': {"🐎": "😀"},
    "[]": [],
    "[1, [2]]": [1, [2]],
    "{}": {},
    '{a: 1, "b c": 2, d e: 3}': {"a": 1, "b c": 2, "d e": 3},
    '@"2026-03-02"': date(2026, 3, 2),
    '@"10:30:00"': time(10, 30),
    '@"2026-03-02T10:30:00Z"': datetime(2026, 3, 2, 10, 30, tzinfo=UTC),
    '@"2026-03-02T10:30:00@Asia/Shanghai"': NOW,
    '@"P1Y2M"': YearsMonths(14),
    '@"-P1DT2H"': DaysTime(-26 * 3_600_000_000),
    "// a remark\n1 /* another */ + 1": 2,
    "=1 + 1": 2,
}


@pytest.mark.parametrize(("text", "wanted"), LITERALS.items(), ids=LITERALS)
def test_literals(text: str, wanted: Any) -> None:
    check(text, wanted)


ARITHMETIC = {
    "1 + 2 * 3": 7,
    "(1 + 2) * 3": 9,
    "10 - 2 - 3": 5,
    "2 ** 3 ** 2": 64,
    "-2 ** 2": 4,
    "2 * 3 ** 2": 18,
    "7 / 2": D("3.5"),
    "1 / 3": D("0.3333333333333333333333333333333333"),
    "0.1 + 0.2": D("0.3"),
    "price + 1": D("2.1"),
    "1 / 0": None,
    '"a" + "b"': "ab",
    '"a" + 1': None,
    "1 + null": None,
    '"a" - "a"': None,
    "-n": -5,
    '-"a"': None,
    "n ** 0": 1,
    "4 ** 0.5": 2,
    "-1 ** 0.5": None,
    "true + 1": None,
}


@pytest.mark.parametrize(("text", "wanted"), ARITHMETIC.items(), ids=ARITHMETIC)
def test_arithmetic(text: str, wanted: Any) -> None:
    check(text, wanted)


LOGIC = {
    "true and null": None,
    "false and null": False,
    "true or null": True,
    "false or null": None,
    "null and null": None,
    "false and 1": False,
    "true and 1": None,
    '"a" or true': True,
    "true or false and false": True,
    "not(true)": False,
    "not(null)": None,
    "not(1)": None,
    "1 < 2 and 2 < 3": True,
    "n = 5 and n in [1..5] or false": True,
    "null = null": True,
    "null != null": False,
    "null = 0": False,
    "0 != null": True,
    "null > 3": None,
    "3 > null": None,
    '1 = "1"': None,
    '1 < "2"': None,
    "1 = 1.0": True,
    "1 != 2": True,
    '"a" < "b"': True,
    "true < false": None,
    "[1, 2] = [1, 2]": True,
    "[1, 2] = [2, 1]": False,
    "{a: 1, b: 2} = {b: 2, a: 1}": True,
    "{a: 1} = {a: 2}": False,
    "[1..2] = [1..2]": True,
    "[1..2] = (1..2]": False,
    '@"2026-03-02" < @"2026-03-03"': True,
    '@"2026-03-02T00:00:00Z" = @"2026-03-02T08:00:00@Asia/Shanghai"': True,
    '@"10:00:00+08:00" < @"03:00:00Z"': True,
    '@"P1Y" = @"P12M"': True,
    '@"P1Y" = @"P365D"': None,
    "n between 1 and 5": True,
    "n between 6 and 9": False,
    "n between null and 9": None,
    "n between null and 3": False,
    "n between 1 and 9 and yes": True,
}


@pytest.mark.parametrize(("text", "wanted"), LOGIC.items(), ids=LOGIC)
def test_logic_has_three_values(text: str, wanted: Any) -> None:
    check(text, wanted)


MEMBERSHIP = {
    "5 in [1..5]": True,
    "5 in [1..5)": False,
    "5 in [1..5[": False,
    "1 in ]1..5]": False,
    "1 in (1..5]": False,
    "3 in (1..5)": True,
    "5 in (1, 5)": True,
    "5 in (< 3, > 4)": True,
    "5 in > 4": True,
    "5 in (!= 4)": True,
    "5 in [1, 5]": True,
    "5 in list": False,
    "3 in list": True,
    "3 in ([1..2], [3..4])": True,
    "3 in [[1..2], [3..4]]": True,
    '"b" in ["a".."c"]': True,
    'applied_on in [@"2026-01-01"..@"2026-12-31"]': True,
    "null in [1..5]": None,
    "null in (1, null)": True,
    "(< 5).end": 5,
    "3 in [(< 5)]": True,
    "(>= 5) = (>= 5)": True,
    '"a" in [1..5]': None,
    "(3 in list) = true": True,
}


@pytest.mark.parametrize(("text", "wanted"), MEMBERSHIP.items(), ids=MEMBERSHIP)
def test_membership(text: str, wanted: Any) -> None:
    check(text, wanted)


CONTROL = {
    'if n > 3 then "a" else "b"': "a",
    'if null then "a" else "b"': "b",
    "if 1 then 1 else 2": 2,
    "if n < 3 then 1 else if n < 6 then 2 else 3": 2,
    "for i in 1..3 return i * i": [1, 4, 9],
    "for i in 3..1 return i": [3, 2, 1],
    "for i in [1..3] return i": [1, 2, 3],
    "for i in [1, 2], j in 1..i return i * 10 + j": [11, 21, 22],
    "for i in 1..5 return if i = 1 then 1 else i * partial[-1]": [1, 2, 6, 24, 120],
    "for i in empty return i": [],
    "for i in null return i": None,
    'for d in @"2026-02-28"..@"2026-03-01" return d': [date(2026, 2, 28), date(2026, 3, 1)],
    "for p in people return p.name": ["a", "b", "c"],
    "some x in list satisfies x > 3": True,
    "some x in list satisfies x > 9": False,
    "some x in [1, null] satisfies x > 3": None,
    "every x in list satisfies x > 0": True,
    "every x in 1..4 satisfies x < 4": False,
    "every x in empty satisfies x > 0": True,
    "some x in empty satisfies x > 0": False,
    "some x in list, y in list satisfies x + y = 8": True,
    "every p in people satisfies p.age >= 17": True,
}


@pytest.mark.parametrize(("text", "wanted"), CONTROL.items(), ids=CONTROL)
def test_conditions_loops_and_quantifiers(text: str, wanted: Any) -> None:
    check(text, wanted)


STRUCTURES = {
    "list[1]": 1,
    "list[-1]": 4,
    "list[9]": None,
    "list[0]": None,
    "list[n - 3]": 2,
    "list[item > 2]": [3, 4],
    "list[item > 9]": [],
    "empty[1]": None,
    "5[1]": 5,
    "5[2]": None,
    "null[1]": None,
    "people[age >= 18].name": ["b", "c"],
    'people[name = "b"][1].age': 18,
    "people[item.age > 18].name": ["c"],
    "people[age > n + 30].name": ["c"],
    "people[unknown = 1]": [],
    "[{item: 1}, {item: 2}][item > 1]": [{"item": 2}],
    "people.name": ["a", "b", "c"],
    "person.unit.code": "A-01",
    "person.nothing": None,
    "person.nothing.more": None,
    "nothing.more": None,
    "person.first name": "芳",
    'first name + "x"': "芳x",
    "{a: 1, b: a + 1, c: b * 2}.c": 4,
    "{a b: 1, c: a b + 1}.c": 2,
    "[1..5].start": 1,
    "(1..5].start included": False,
    "[1..5].end": 5,
    "[{a: 1, b: 2}, {a: 3}].b": [2, None],
    "for p in people return p[age > 17].name": [[], ["b"], ["c"]],
    "[[1, 2], [3]][1]": [1, 2],
}


@pytest.mark.parametrize(("text", "wanted"), STRUCTURES.items(), ids=STRUCTURES)
def test_lists_contexts_filters_and_paths(text: str, wanted: Any) -> None:
    check(text, wanted)


FUNCTIONS = {
    "(function(a, b) a + b)(1, 2)": 3,
    "{f: function(a: number, b: number) a - b, r: f(b: 1, a: 3)}.r": 2,
    "{f: function(first one) first one + 1, r: f(1)}.r": 2,
    "{x: 1, f: function(y) x + y, r: f(2)}.r": 3,
    'substring(string: "foobar", start position: 4)': "bar",
    'substring(start position: 4, string: "foobar", length: 2)': "ba",
    "sort([3, 1, 2], function(x, y) x > y)": [3, 2, 1],
    "1 instance of number": True,
    '"a" instance of number': False,
    "null instance of Any": False,
    "null instance of null": True,
    "list instance of list<number>": True,
    "list instance of list<string>": False,
    "person instance of context<name: string, age: number>": True,
    "applied_on instance of date": True,
    '@"P1M" instance of years and months duration': True,
    '@"P1D" instance of days and time duration': True,
    "now() instance of date and time": True,
    "[1..2] instance of range<number>": True,
    "(function(x) x) instance of function<Any>->Any": True,
    "(function(a: number) a + 1)(1)": 2,
    '(function(a: number) a + 1)("1")': None,
    "(function(a: number) a + 1)([1])": 2,
    "(function(a: list<number>) a)(1)": [1],
    "(function(a: number, b: string) [a, b])(null, null)": [None, None],
    '(function(a: context<x: number>) a.x)({x: "1"})': None,
    'string((function(a: date and time) a)(@"2026-03-02"))': "2026-03-02T00:00:00Z",
    "is defined(n)": True,
    "is defined(nothing)": True,
    "is defined(unheard_of)": False,
    "is defined(person.name)": True,
    "is defined(person.nothing)": False,
    "is defined(unheard_of.name)": False,
    "if is defined(unheard_of) then unheard_of else 1": 1,
}


@pytest.mark.parametrize(("text", "wanted"), FUNCTIONS.items(), ids=FUNCTIONS)
def test_functions_and_types(text: str, wanted: Any) -> None:
    check(text, wanted)


BUILT_IN = {
    'upper case(["a"])': "A",
    "floor([1.5])": 1,
    'upper case(["a", "b"])': None,
    "context merge({a: 1})": {"a": 1},
    'matches("a\\u000Db", "a.b")': False,
    'matches("hello world", "hello\\ sworld", "x")': True,
    'number("1,000.5", ",", ".")': D("1000.5"),
    'number("1 000,5", " ", ",")': D("1000.5"),
    'number("x")': None,
    "string(1.50)": "1.5",
    "string(100)": "100",
    "string(1E3)": "1000",
    "string(0.0000001)": "0.0000001",
    "string(null)": None,
    'string([1, "a", null, {b: true}])': '[1, "a", null, {b: true}]',
    'string(@"P14M")': "P1Y2M",
    'string(@"PT26H")': "P1DT2H",
    'string(@"2026-03-02T10:30:00@Asia/Shanghai")': "2026-03-02T10:30:00@Asia/Shanghai",
    "string(applied_on)": "2026-03-01",
    'substring("foobar", 3)': "obar",
    'substring("foobar", 3, 3)': "oba",
    'substring("foobar", -2, 1)': "a",
    'substring("\\U01F40Eab", 2)': "ab",
    'string length("李明")': 2,
    'upper case("aBc4")': "ABC4",
    'lower case("aBc4")': "abc4",
    'trim("  a ")': "a",
    'substring before("foobar", "bar")': "foo",
    'substring before("foobar", "xyz")': "",
    'substring after("foobar", "ob")': "ar",
    'substring after("", "a")': "",
    'contains("foobar", "of")': False,
    'starts with("foobar", "fo")': True,
    'ends with("foobar", "r")': True,
    'contains(null, "a")': None,
    'matches("foobar", "^fo*b")': True,
    'matches("FOOBAR", "foo", "i")': True,
    'matches("a\\nb", "a.b")': False,
    'matches("a\\nb", "a.b", "s")': True,
    'matches("ab", "a b", "x")': True,
    'matches("a", "[")': None,
    'matches("a", "a", "q")': None,
    'replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")': "[1=ab][2=]cd",
    'replace("aaa", "a", "\\\\$")': "$$$",
    'replace("Abc", "a", "x", "i")': "xbc",
    'split("John Doe", "\\\\s")': ["John", "Doe"],
    'split("a;b;c;;", ";")': ["a", "b", "c", "", ""],
    'string join(["a", null, "b"], "-")': "a-b",
    'string join(["a", "b"])': "ab",
    "string join([1])": None,
    'extract("references 1234, 1256", "12[0-9]*")': ["1234", "1256"],
    "list contains([1, null], null)": True,
    "count([1, 2])": 2,
    "count([])": 0,
    "count(null)": None,
    "min([3, 1, 2])": 1,
    "min(3, 1, 2)": 1,
    "max([])": None,
    'max([1, "a"])': None,
    'max(@"2026-01-01", @"2026-03-01")': date(2026, 3, 1),
    'min("b", "a")': "a",
    "sum([1, 2, 3])": 6,
    "sum(1, 2)": 3,
    "sum([])": None,
    "sum([1, null])": None,
    'sum([@"P1D", @"PT12H"])': DaysTime(36 * 3_600_000_000),
    "mean([1, 2, 3, 4])": D("2.5"),
    "all([true, null])": None,
    "all([false, null])": False,
    "all([])": True,
    "any([true, null])": True,
    "any([])": False,
    "any(false, true)": True,
    "sublist([4, 5, 6], 1, 2)": [4, 5],
    "sublist([4, 5, 6], -2)": [5, 6],
    "sublist([4, 5, 6], 4)": None,
    "append([1], 2, 3)": [1, 2, 3],
    "append([1], null)": [1, None],
    "concatenate([1, 2], [3])": [1, 2, 3],
    "insert before([1, 3], 1, 2)": [2, 1, 3],
    "insert before([1, 3], -1, 2)": [1, 2, 3],
    "remove([1, 2, 3], 2)": [1, 3],
    "reverse([1, 2, 3])": [3, 2, 1],
    "index of([1, 2, 3, 2], 2)": [2, 4],
    "union([1, 2], [2, 3])": [1, 2, 3],
    "distinct values([1, 2, 1.0, null, null, [1], [1]])": [1, 2, None, [1]],
    "flatten([[1, 2], [[3]], 4])": [1, 2, 3, 4],
    "product([2, 3, 4])": 24,
    "median([8, 2, 5, 3, 4])": 4,
    "median([6, 1, 2, 3])": D("2.5"),
    "median([])": None,
    "stddev([2, 4, 7, 5])": D("2.081665999466132735282297706979931"),
    "mode([6, 3, 9, 6, 6])": [6],
    "mode([6, 1, 9, 6, 1])": [1, 6],
    "sort([3, 1, 2])": [1, 2, 3],
    'sort(["b", "a"])': ["a", "b"],
    'sort([1, "a"])': None,
    "list replace([2, 4, 7], 3, 6)": [2, 4, 6],
    "list replace(1, 1, 5)": [5],
    "list replace([2, 4, 7], function(i, n) i > n, 5)": [2, 4, 5],
    "decimal(1/3, 2)": D("0.33"),
    "decimal(2.5, 0)": 2,
    "decimal(1234, -2)": 1200,
    "floor(-1.5)": -2,
    "floor(1.56, 1)": D("1.5"),
    "ceiling(-1.5)": -1,
    "round up(5.5, 0)": 6,
    "round up(-5.5)": -6,
    "round down(-5.5, 0)": -5,
    "round half up(5.5, 0)": 6,
    "round half up(-5.5, 0)": -6,
    "round half down(5.5, 0)": 5,
    "abs(-10)": 10,
    'abs(@"-P1M")': YearsMonths(1),
    "modulo(-12, 5)": 3,
    "modulo(12, -5)": -3,
    "modulo(10.1, 4.5)": D("1.1"),
    "modulo(1, 0)": None,
    "sqrt(16)": 4,
    "sqrt(-1)": None,
    "odd(5)": True,
    "even(-2)": True,
    "even(1.5)": None,
    "decimal(log(10), 6)": D("2.302585"),
    "decimal(exp(1), 6)": D("2.718282"),
    'get value(person, "name")': "王芳",
    'get value(person, ["unit", "code"])': "A-01",
    'get value(person, "no")': None,
    "get entries({a: 1})": [{"key": "a", "value": 1}],
    'get entries({a: 1})[key = "a"].value': [1],
    'context([{key: "a", value: 1}, {key: "b", value: 2}])': {"a": 1, "b": 2},
    'context put({a: 1}, "b", 2)': {"a": 1, "b": 2},
    'context put({a: {b: 1}}, ["a", "c"], 2)': {"a": {"b": 1, "c": 2}},
    "context merge([{a: 1}, {a: 2, b: 3}])": {"a": 2, "b": 3},
    "day of week(applied_on)": "Sunday",
    "day of year(applied_on)": 60,
    "month of year(applied_on)": "March",
    "week of year(applied_on)": 9,
    'last day of month(@"2024-02-03")': date(2024, 2, 29),
    "before(1, 10)": True,
    "before([1..5), 5)": True,
    "after(10, [1..5])": True,
    "meets([1..5], [5..10])": True,
    "met by([5..10], [1..5])": True,
    "overlaps([1..5], [3..8])": True,
    "overlaps([1..5), [5..8])": False,
    "overlaps before([1..5], [3..8])": True,
    "overlaps after([3..8], [1..5])": True,
    "includes([1..10], 5)": True,
    "during(5, [1..10])": True,
    "starts([1..5], [1..10])": True,
    "started by([1..10], 1)": True,
    "finishes(10, [1..10])": True,
    "finished by([1..10], [5..10])": True,
    "coincides([1..5], [1..5])": True,
    'range("[1..")': None,
    'range(" ( 1 .. 5 ] ")': Range(D(1), D(5), False, True),
    'is(@"P1D", @"P1D")': True,
    'range("[1..5)")': Range(D(1), D(5), True, False),
    'is(@"2026-03-02T00:00:00Z", @"2026-03-02T08:00:00+08:00")': False,
}


@pytest.mark.parametrize(("text", "wanted"), BUILT_IN.items(), ids=BUILT_IN)
def test_built_in_functions(text: str, wanted: Any) -> None:
    check(text, wanted)


DATES = {
    "today()": date(2026, 3, 2),
    "now()": NOW,
    'date("2026-02-30")': None,
    'date("2026-3-2")': None,
    "date(2026, 3, 2)": date(2026, 3, 2),
    "date(2026, 13, 2)": None,
    "date(now())": date(2026, 3, 2),
    'time("10:30:00+08:00").hour': 10,
    'time(10, 30, 1.5, @"PT8H")': time(10, 30, 1, 500_000, timezone(timedelta(hours=8))),
    'time("25:00:00")': None,
    'date and time("2026-03-02T10:30:00")': datetime(2026, 3, 2, 10, 30),  # noqa: DTZ001
    'date and time("2026-03-02")': datetime(2026, 3, 2),  # noqa: DTZ001
    'date and time(@"2026-03-02", @"10:30:00Z")': datetime(2026, 3, 2, 10, 30, tzinfo=UTC),
    'date and time("2026-12-31T24:00:00Z")': datetime(2027, 1, 1, tzinfo=UTC),
    "date and time(applied_on, null)": None,
    'string(@"10:00:00@Etc/UTC")': "10:00:00@Etc/UTC",
    'years and months duration(@"2014-12-31T23:59:59", @"2016-12-31T00:00:01")': YearsMonths(24),
    'date and time(now(), "Europe/Paris").hour': 3,
    'duration("P1Y2M")': YearsMonths(14),
    'duration("P1Y1D")': None,
    'duration("P")': None,
    'duration("PT1.5S")': DaysTime(1_500_000),
    'years and months duration(@"2011-12-22", @"2013-08-24")': YearsMonths(20),
    "years and months duration(born_on, applied_on).years": 17,
    "years and months duration(born_on, received_on).years": 18,
    "years and months duration(received_on, born_on).years": -18,
    "born_on.year": 2008,
    "applied_on.weekday": 7,
    "now().minute": 30,
    "now().timezone": "Asia/Shanghai",
    "now().time offset": DaysTime(8 * 3_600_000_000),
    "applied_on.hour": None,
    '@"P1Y2M".months': 2,
    '@"-P1DT2H3M4.5S".hours': -2,
    '@"-P1DT2H3M4.5S".seconds': D("-4.5"),
    "born_on.age": None,
    # the month is clipped to its last day (regulations count months, not days)
    '@"2026-01-31" + @"P1M"': date(2026, 2, 28),
    '@"2026-08-31" + @"P6M"': date(2027, 2, 28),
    '@"2024-02-29" + @"P1Y"': date(2025, 2, 28),
    '@"2026-03-31" - @"P1M"': date(2026, 2, 28),
    '@"P1M" + @"2026-01-31"': date(2026, 2, 28),
    'received_on + @"P10D"': date(2026, 3, 12),
    'received_on - @"P2D"': date(2026, 2, 28),
    'received_on + @"PT25H"': date(2026, 3, 3),
    "received_on - applied_on": DaysTime(86_400_000_000),
    "(received_on - applied_on).days": 1,
    'now() - @"2026-03-02T00:00:00Z"': DaysTime(2 * 3_600_000_000 + 30 * 60_000_000),
    'now() + @"P1M"': datetime(2026, 4, 2, 10, 30, tzinfo=SHANGHAI),
    '@"23:30:00" + @"PT1H"': time(0, 30),
    '@"10:00:00" - @"09:30:00"': DaysTime(30 * 60_000_000),
    '@"P1Y" + @"P1M"': YearsMonths(13),
    '@"P1Y" * 0.5': YearsMonths(6),
    '2 * @"P1D"': DaysTime(2 * 86_400_000_000),
    '@"P1Y" / 2': YearsMonths(6),
    '@"P1D" / @"PT12H"': 2,
    '@"P1D" / 0': None,
    '@"P1Y" + @"P1D"': None,
    '-@"P1D" < @"PT0S"': True,
    "received_on + 1": None,
    "received_on - null": None,
    "applied_on < received_on": True,
    "applied_on < now()": None,
    '@"2021-03-28T01:30:00@Europe/Paris" + @"PT1H"': datetime(2021, 3, 28, 3, 30, tzinfo=ZoneInfo("Europe/Paris")),
}


@pytest.mark.parametrize(("text", "wanted"), DATES.items(), ids=DATES)
def test_dates_times_and_durations(text: str, wanted: Any) -> None:
    check(text, wanted)


UNARY: list[tuple[str, Any, bool | None]] = [
    ("-", None, True),
    ("", 1, True),
    ("< 5", 4, True),
    ("< 5", 5, False),
    ("<= n", 5, True),
    ("!= 4", 5, True),
    ("= 4", 4, True),
    ("[1..5)", 5, False),
    ("[1..5)", "a", None),
    ("(1..5]", 1, False),
    ("1, 2, > 8", 9, True),
    ("1, 2, > 8", 3, False),
    ('"a", "b"', "b", True),
    ("not(1, 2)", 3, True),
    ("not(1, 2)", 2, False),
    ("not(< 5)", None, None),
    ("null", None, True),
    ("not(null)", None, False),
    ("< 5", None, None),
    ("1", None, False),
    ("true", True, True),
    ("false", True, False),
    ("n", 5, True),
    ("list", 3, True),
    ("list", 9, False),
    ("list", [1, 2, 3, 4], True),
    ("? in [1..5]", 3, True),
    ("? > 2 and ? < 9", 3, True),
    ("? > 2 and ? < 9", 1, False),
    ('starts with(?, "李")', "李明", True),
    ("count(list) > 3", 1, True),
    ("yes", True, True),
    ("some x in list satisfies x = ?", 4, True),
    ('@"2026-03-02"', date(2026, 3, 2), True),
    ('[@"2026-01-01"..@"2026-12-31"]', date(2026, 3, 2), True),
    ('<= applied_on + @"P1M"', date(2026, 4, 1), True),
    ('> @"P6M"', YearsMonths(7), True),
    ("-1", -1, True),
    ("not(?) = false", True, True),
    ("n * 2", 10, True),
]


@pytest.mark.parametrize(("text", "given_value", "wanted"), UNARY, ids=[f"{t} of {v}" for t, v, _ in UNARY])
def test_unary_tests(text: str, given_value: Any, wanted: bool | None) -> None:
    assert feel.compile_unary(text, NAMES).matches(given_value, CONTEXT, now=NOW) is wanted


UNREADABLE: list[tuple[str, str, int]] = [
    ("a + ", "ends too early", 5),
    ("", "empty", 1),
    ("1 2", "unexpected", 3),
    ("foo bar", "unexpected", 5),
    ("(1", "ends too early", 3),
    ("[1, 2", "ends too early", 6),
    ("{a: 1, a: 2}", "occurs twice", 8),
    ("if a then b", "ends too early", 12),
    ("for x in y", "ends too early", 11),
    ('"abc', "closing quote", 1),
    ("a #b", "not understood", 3),
    ("a ，b", "full-width", 3),
    ("n ＞ 3", "full-width", 3),
    ('@"2026-02-30"', "not a valid date", 1),
    ("unheard(1)", "no function named 'unheard'", 1),
    ("contains(1)", "does not take 1", 1),
    ('substring(text: "a", start position: 1)', "named parameters", 1),
    ("1 instance of thing", "expected a type", 15),
    ("? > 1", "unary tests", 1),
    ("then", "expected a value", 1),
    ("not", "missing", 1),
]


@pytest.mark.parametrize(("text", "reason", "column"), UNREADABLE, ids=[t or "nothing" for t, _, _ in UNREADABLE])
def test_what_cannot_be_read_is_refused_with_its_place(text: str, reason: str, column: int) -> None:
    refusal = refused(text)
    assert reason in refusal.text.en
    assert (refusal.line, refusal.column) == (1, column) or not text
    assert refusal.text.zh != refusal.text.en


def test_a_refusal_names_expression_line_column_and_missing_variable_in_both_languages() -> None:
    refusal = refused("n > 3 and\n  unheard_of < 2", ())
    assert refusal.missing == "unheard_of"
    assert (refusal.position, refusal.line, refusal.column) == (12, 2, 3)
    assert refusal.text.en.startswith("line 2, column 3: the variable 'unheard_of' is missing (expression: ")
    assert refusal.text.zh.startswith("第 2 行第 3 列：缺少变量“unheard_of”。（表达式：")
    assert "unheard_of" in str(refusal)


def test_a_variable_is_missing_only_when_it_is_asked_for() -> None:
    assert value("if true then 1 else unheard_of") == 1
    assert value("false and unheard_of") is False
    assert refused("true and unheard_of").missing == "unheard_of"
    assert refused("unheard_of.name").missing == "unheard_of"
    assert refused("list[item = unheard_of]").missing == "unheard_of"


def test_an_expression_knows_its_free_names() -> None:
    read = feel.compile(
        'for p in people return {a: p.age, b: a + n, c: superior(unit, "x")}[b > limit and item.a = 1]',
        ("people", "n", "unit", "superior", "limit"),
    )
    assert read.names == {"people", "n", "unit"}
    assert read.perhaps == {"b", "limit"}
    assert read.functions == {"superior"}
    assert feel.compile("person.unit.code").names == {"person"}
    assert feel.compile("function(a) a + b").names == {"b"}
    assert feel.compile("is defined(x)").names == {"x"}
    assert feel.compile_unary("< limit, ? > other").names == {"limit", "other"}
    assert feel.compile("working days after(d, 5)", ["working days after"]).names == {"d"}


def test_the_longest_name_with_spaces_wins() -> None:
    names = ("a", "a b", "a b c", "days-since")
    context = {"a": 1, "a b": 2, "a b c": 3, "days-since": 4, "b": 10}
    assert feel.compile("a b c + a b + a", names).evaluate(context) == 6
    assert feel.compile("a  b", names).evaluate(context) == 2
    assert feel.compile("days-since + 1", names).evaluate(context) == 5
    assert feel.compile("for a b in [7] return a b", ()).evaluate({}) == [7]
    assert feel.compile("some the x in [7] satisfies the x = 7").evaluate({}) is True


def test_ten_thousand_names_do_not_make_a_text_slow_to_read() -> None:
    def work(count: int) -> int:
        names = ["a " * n + "b" for n in range(1, 200)] + [f"a {n} c" for n in range(count)]
        with effort.at_most(10_000_000) as spent, pytest.raises(FeelError, match="unexpected"):
            feel.compile("a " * 9_000, names)
        return spent.calls

    assert work(10_000) < 3 * work(5_000)


def test_types_of_ones_own_are_named_by_the_caller() -> None:
    grade = feel.Type("grade", "number", allows=lambda value, run: value <= 3)
    types = {"tGrade": grade, "a file.tGrades": feel.Type("grades", "list", (grade,))}
    assert feel.compile("2 instance of tGrade", types=types).evaluate({}) is True
    assert feel.compile('"2" instance of tGrade', types=types).evaluate({}) is False
    assert feel.compile("[2] instance of a file.tGrades and true", types=types).evaluate({}) is True
    assert feel.compile("[[1]] instance of list<a file.tGrades>", types=types).evaluate({}) is True
    taking = feel.compile("(function(g: tGrade) g)(x)", types=types)
    assert [taking.evaluate({"x": x}) for x in (3, 4, [1], "1", None)] == [3, None, 1, None, None]
    with pytest.raises(FeelError, match="expected a type") as refusal:
        feel.compile("1 instance of tGrad", types=types)
    assert (refusal.value.column, refusal.value.reason.zh) == (15, "此处不应出现“tGrad”，应为一个类型。")


def test_names_may_be_chinese() -> None:
    assert feel.compile('申请日期 + @"P1M"').evaluate({"申请日期": date(2026, 1, 31)}) == date(2026, 2, 28)
    assert feel.compile("人.姓名").evaluate({"人": {"姓名": "李明"}}) == "李明"


def test_names_of_built_in_functions_are_free_for_variables() -> None:
    context = {"count": 3, "date": date(2026, 3, 2), "number": "RC-1"}
    assert feel.compile("count > 2").evaluate(context) is True
    assert feel.compile("date.year").evaluate(context) == 2026
    assert feel.compile("case.number").evaluate({"case": {"number": "RC-1"}}) == "RC-1"


def test_functions_of_the_product_are_called_by_name() -> None:
    def superior(unit: str, power: str) -> str:
        return f"{unit} under {power}"

    context = {
        "superior": superior,
        "unit": "u1",
        "unit()": lambda id_: {"name": f"unit {id_}"},
        "working days after": lambda day, n: day + timedelta(days=int(n)),
        "posts": lambda: ({"role": "a"}, {"role": "b"}),
        "half": lambda: 0.5,
    }
    names = tuple(context)
    assert feel.compile('superior(unit, "direct")', names).evaluate(context) == "u1 under direct"
    assert feel.compile("unit(unit).name", names).evaluate(context) == "unit u1"
    assert feel.compile('working days after(@"2026-03-02", 5)', names).evaluate(context) == date(2026, 3, 7)
    assert feel.compile('posts()[role = "b"][1].role', names).evaluate(context) == "b"
    assert feel.compile("half() + 1", names).evaluate(context) == D("1.5")
    assert feel.compile('superior(unit, "direct")').evaluate(context) == "u1 under direct"


def test_a_call_of_a_function_of_the_product_that_does_not_fit_is_refused() -> None:
    context = {"superior": lambda unit, power: unit, "unit": "u1"}
    for text, reason in {
        "superior(unit)": "does not accept these arguments",
        "superior(unit: 1, power: 2)": "positional",
        "unheard(unit)": "no function named 'unheard'",
        "unit(1)": "'unit' is not a function",
    }.items():
        with pytest.raises(FeelError) as refusal:
            feel.compile(text).evaluate(context)
        assert reason in refusal.value.text.en
        assert refusal.value.column == 1


def test_a_fault_inside_a_function_of_the_product_is_not_swallowed() -> None:
    def broken(x: Any) -> Any:
        raise TypeError("inside")

    with pytest.raises(TypeError, match="inside"):
        feel.compile("broken(1)").evaluate({"broken": broken})


def test_an_unknown_function_is_refused_when_names_are_given_else_when_it_is_called() -> None:
    with pytest.raises(FeelError, match="no function"):
        feel.compile("unheard(1)", ("a",))
    late = feel.compile("unheard(1)")
    assert late.functions == {"unheard"}
    assert feel.compile("unheard(1)", ("working days after",)).functions == {"unheard"}
    with pytest.raises(FeelError, match="no function"):
        late.evaluate({})


def test_without_a_clock_now_is_refused() -> None:
    for text in ("now()", "today()"):
        with pytest.raises(FeelError, match="no clock"):
            feel.compile(text).evaluate({})


def test_python_numbers_and_collections_come_in_as_feel_values() -> None:
    context = {"f": 0.1, "i": 2, "t": (1, 2), "d": timedelta(hours=1), "nan": float("nan"), "s": frozenset({"a"})}
    assert feel.compile("f + 0.2").evaluate(context) == D("0.3")
    assert feel.compile("count(t) = i").evaluate(context) is True
    assert feel.compile('d = @"PT1H"').evaluate(context) is True
    assert feel.compile("nan").evaluate(context) is None
    assert feel.compile('s = ["a"]').evaluate(context) is True
    assert isinstance(feel.compile("i").evaluate(context), Decimal)


def test_an_evaluation_does_not_change_what_it_was_given() -> None:
    context = {"list": [3, 1, 2], "c": {"a": 1}}
    for text in ("sort(list)", "append(list, 1)", "reverse(list)", 'context put(c, "b", 2)', "for x in list return x"):
        feel.compile(text).evaluate(context)
    assert context == {"list": [3, 1, 2], "c": {"a": 1}}


# --- JSON ---------------------------------------------------------------------------------------------------------

MARKED = {
    "a date": (date(2026, 3, 2), {"@date": "2026-03-02"}),
    "a time": (time(10, 30), {"@time": "10:30:00"}),
    "a date-time": (NOW, {"@date-time": "2026-03-02T10:30:00@Asia/Shanghai"}),
    "a date-time of an offset": (
        datetime(2026, 3, 2, 10, 30, tzinfo=timezone(timedelta(hours=8))),
        {"@date-time": "2026-03-02T10:30:00+08:00"},
    ),
    "months": (YearsMonths(14), {"@duration": "P1Y2M"}),
    "no months": (YearsMonths(0), {"@duration": "P0M"}),
    "no time": (DaysTime(0), {"@duration": "PT0S"}),
    "days": (DaysTime(-93_784_500_000), {"@duration": "-P1DT2H3M4.5S"}),
    "a fraction": (D("1.5"), {"@number": "1.5"}),
    "a whole number": (D("3.0"), 3),
    "a huge number": (D("1E+6000"), {"@number": "1E+6000"}),
    "a range": (Range(D(1), date(2026, 3, 2), True, False), {"@range": [1, {"@date": "2026-03-02"}, True, False]}),
    "a context that looks like a mark": ({"@date": "x"}, {"@context": {"@date": "x"}}),
    "plain things": ({"a": [1, "x", True, None]}, {"a": [1, "x", True, None]}),
}


@pytest.mark.parametrize(("thing", "stored"), MARKED.values(), ids=MARKED)
def test_freeze_and_thaw_lose_nothing(thing: Any, stored: Any) -> None:
    assert feel.freeze(thing) == stored
    back = feel.thaw(json.loads(json.dumps(stored)))
    assert back == thing
    assert type(back) is type(thing) or isinstance(thing, Decimal)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.text(max_size=20)
    | st.integers(-(10**20), 10**20)
    | st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9)
    | st.dates()
    | st.times()
    | st.datetimes(timezones=st.sampled_from([UTC, SHANGHAI, timezone(timedelta(hours=-3, minutes=-30))]))
    | st.integers(-(10**6), 10**6).map(YearsMonths)
    | st.integers(-(10**15), 10**15).map(DaysTime),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
@settings(max_examples=200)
def test_any_value_survives_json(thing: Any) -> None:
    assert feel.thaw(json.loads(json.dumps(feel.freeze(thing)))) == thing


@given(VALUES)
@settings(max_examples=100)
def test_any_value_passes_through_an_expression_unchanged(thing: Any) -> None:
    assert feel.compile("x").evaluate({"x": thing}) == thing
    assert feel.compile("[x][1] = x").evaluate({"x": thing}) is True


def test_what_cannot_be_stored_is_refused() -> None:
    for thing in (object(), len, D("NaN")):
        with pytest.raises(FeelError) as refusal:
            feel.freeze(thing)
        assert "cannot be stored" in refusal.value.text.en
        assert "不能保存" in refusal.value.text.zh
    with pytest.raises(FeelError):
        feel.thaw({"@date": "2026-02-30"})
    with pytest.raises(FeelError):
        feel.thaw({"@number": "x"})


def test_plain_is_for_people() -> None:
    thing = {"d": date(2026, 3, 2), "n": D("1.5"), "w": D("3.0"), "t": D("0.1"), "m": YearsMonths(1), "at": NOW}
    assert feel.plain(thing) == {
        "d": "2026-03-02",
        "n": 1.5,
        "w": 3,
        "t": 0.1,
        "m": "P1M",
        "at": "2026-03-02T10:30:00@Asia/Shanghai",
    }
    assert feel.plain(1 / D(3)) == "0.3333333333333333333333333333"
    assert isinstance(feel.plain(D("3.0")), int)


@given(st.text(alphabet="ab1 +-*/()[]{}.,:<>=?\"@'\n\\notifheancrs", max_size=40))
@settings(max_examples=400)
def test_any_text_is_an_expression_or_a_refusal(text: str) -> None:
    for reader in (feel.compile, feel.compile_unary):
        said = text
        try:
            said = reader(text).text
        except FeelError as refusal:
            said = refusal.expression
        assert said == text
