"""The built-in functions (DMN 1.3, section 10.3.4; some of 1.4 and 1.5).

Each takes the ``Run`` first and is null where an argument is of the wrong kind. Work that grows with an argument is
charged to the run. ``is defined`` is no function but a form of the compiler.
"""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DecimalException,
)
from typing import Any

import re2

from engine.feel import errors, temporal, values
from engine.feel.errors import FeelError
from engine.feel.values import (
    MAX_LIST,
    MAX_TEXT,
    NUMBERS,
    DaysTime,
    Function,
    Range,
    Run,
    YearsMonths,
    adopt,
    equal,
    kind,
    number,
    order,
    whole,
)

_ABSENT: Any = object()
"""An argument that was not given; null is one that was."""
HOST_COST = 50
"""Steps of a call of a function of the product: it may ask the database."""
_MAX_PATTERN = 1_000
"""Characters of a regular expression."""
_PATTERN_MEMORY = 256 * 1024


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A built-in function: its forms (parameter names; ``?`` optional, ``...`` repeated) and its work."""

    name: str
    forms: tuple[tuple[str, ...], ...]
    work: Callable[..., Any]

    def takes(self, count: int) -> bool:
        """Whether some form takes this many arguments."""
        for form in self.forms:
            least = sum(not p.endswith("?") for p in form)
            most = MAX_LIST if form and form[-1].endswith("...") else len(form)
            if least <= count <= most:
                return True
        return False

    def ordered(self, given: tuple[str, ...]) -> tuple[str, ...] | None:
        """Named arguments in the order of the first form that has them all; "" stands for one left out."""
        for form in self.forms:
            names = [p.rstrip("?.") for p in form]
            needed = {p for p in form if not p.endswith("?")}
            if set(given) <= set(names) and {p.rstrip(".") for p in needed} <= set(given):
                last = max((names.index(name) for name in given), default=-1)
                return tuple(name if name in given else "" for name in names[: last + 1])
        return None


BUILT_IN: dict[str, BuiltIn] = {}


def _is(name: str, *forms: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def keep(work: Callable[..., Any]) -> Callable[..., Any]:
        split = tuple(tuple(p.strip() for p in form.split(",") if p.strip()) for form in forms)
        BUILT_IN[name] = BuiltIn(name, split, work)
        return work

    return keep


def invoke(run: Run, function: Any, arguments: list[Any], shown: str) -> Any:
    """Call a function value or a function of the product; raises ``FeelError`` where it is none or does not fit."""
    if isinstance(function, Function):
        if len(arguments) != len(function.parameters):
            raise FeelError(errors.ARGUMENT_COUNT.format(name=shown, given=len(arguments)))
        return function.call(*arguments)
    if not callable(function) or isinstance(function, type):
        raise FeelError(errors.NOT_A_FUNCTION.format(name=shown))
    run.charge(HOST_COST)
    try:
        return adopt(function(*arguments))
    except TypeError as fault:
        if _does_not_take(function, arguments):
            raise FeelError(errors.HOST_FAILED.format(name=shown)) from fault
        raise


def _does_not_take(function: Callable[..., Any], arguments: list[Any]) -> bool:
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError:
        return True
    except ValueError:
        return False
    return False


def _cut(value: Any) -> int | None:
    """A number without its fraction."""
    found = number(value)
    return None if found is None or abs(found) > 10**12 else int(found)


# --- conversion (10.3.4.1) ----------------------------------------------------------------------------------------


@_is("date", "from", "year, month, day")
def _date(run: Run, first: Any, month: Any = _ABSENT, day: Any = None) -> Any:
    if month is _ABSENT:
        if isinstance(first, datetime):
            return first.date()
        if isinstance(first, date):
            return first
        return temporal.read_date(first) if type(first) is str else None
    y, m, d = whole(first), whole(month), whole(day)
    if y is None or m is None or d is None:
        return None
    try:
        return date(y, m, d)
    except (ValueError, OverflowError):
        return None


@_is("time", "from", "hour, minute, second, offset?")
def _time(run: Run, first: Any, minute: Any = _ABSENT, second: Any = None, offset: Any = None) -> Any:
    if minute is _ABSENT:
        if isinstance(first, datetime):
            return first.timetz()
        if isinstance(first, time):
            return first
        if isinstance(first, date):
            return time(tzinfo=UTC)
        return temporal.read_time(first) if type(first) is str else None
    h, m, s = whole(first), whole(minute), number(second)
    if h is None or m is None or s is None or (offset is not None and type(offset) is not DaysTime):
        return None
    try:
        zone = None if offset is None else temporal.fixed(offset.delta)
        return time(h, m, int(s), int((s - int(s)) * 1_000_000), zone)
    except (ValueError, OverflowError):
        return None


@_is("date and time", "from", "date, time", "from, timezone")
def _date_time(run: Run, first: Any, clock: Any = _ABSENT) -> Any:
    if clock is _ABSENT:
        if isinstance(first, datetime):
            return first
        if isinstance(first, date):
            return datetime.combine(first, time.min)
        return temporal.read_date_time(first) if type(first) is str else None
    if isinstance(first, date) and isinstance(clock, time):
        day = first.date() if isinstance(first, datetime) else first
        return datetime.combine(day, clock)
    if isinstance(first, datetime) and type(clock) is str:
        there = temporal.read_time(f"00:00:00@{clock}")
        if there is None or first.tzinfo is None:
            return None
        try:
            return first.astimezone(there.tzinfo)
        except OverflowError:
            return None
    return None


@_is("duration", "from")
def _duration(run: Run, text: Any) -> Any:
    if type(text) is YearsMonths or type(text) is DaysTime:
        return text
    return temporal.read_duration(text) if type(text) is str else None


@_is("years and months duration", "from, to")
def _years_months(run: Run, start: Any, end: Any) -> Any:
    if not isinstance(start, date) or not isinstance(end, date):
        return None
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return YearsMonths(months)


@_is("number", "from, grouping separator?, decimal separator?")
def _number(run: Run, text: Any, grouping: Any = None, point: Any = None) -> Any:
    if type(text) is not str:
        return number(text)
    if grouping is not None and grouping not in (" ", ",", "."):
        return None
    if point is not None and (point not in (",", ".") or point == grouping):
        return None
    if len(text) > 6_200:
        return None
    if grouping:
        text = text.replace(grouping, "")
    if point:
        text = text.replace(point, ".")
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return NUMBERS.create_decimal(text)
    except DecimalException:
        return None


_NUMBER = re2.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,6})?")


@_is("string", "from")
def _string(run: Run, value: Any) -> Any:
    return temporal.write(value, run)


# --- boolean (10.3.4.2) -------------------------------------------------------------------------------------------


@_is("not", "negand")
def _not(run: Run, value: Any) -> Any:
    return not value if type(value) is bool else None


@_is("is", "value1, value2")
def _same(run: Run, a: Any, b: Any) -> Any:
    if kind(a) != kind(b):
        return False
    if isinstance(a, datetime | time):
        return temporal.write(a, run) == temporal.write(b, run)  # the same text, zone included
    return equal(a, b, run) is True


# --- strings (10.3.4.3) -------------------------------------------------------------------------------------------


@_is("substring", "string, start position, length?")
def _substring(run: Run, text: Any, start: Any, length: Any = None) -> Any:
    begin = whole(start)
    if type(text) is not str or begin is None or begin == 0:
        return None
    begin = begin - 1 if begin > 0 else len(text) + begin
    if length is None:
        return run.new_text(text[max(begin, 0) :])
    count = number(length)
    if count is None or abs(count) > 10**9:
        return None
    return run.new_text(text[max(begin, 0) : max(begin + int(count), 0)])


@_is("string length", "string")
def _length(run: Run, text: Any) -> Any:
    return Decimal(len(text)) if type(text) is str else None


@_is("upper case", "string")
def _upper(run: Run, text: Any) -> Any:
    return run.new_text(text.upper()) if type(text) is str else None


@_is("lower case", "string")
def _lower(run: Run, text: Any) -> Any:
    return run.new_text(text.lower()) if type(text) is str else None


@_is("trim", "string")
def _trim(run: Run, text: Any) -> Any:
    return run.new_text(text.strip()) if type(text) is str else None


def _two(a: Any, b: Any, run: Run) -> bool:
    if type(a) is not str or type(b) is not str:
        return False
    run.charge((len(a) + len(b)) // 100)
    return True


@_is("substring before", "string, match")
def _before(run: Run, text: Any, match: Any) -> Any:
    if not _two(text, match, run):
        return None
    head, found, _ = text.partition(match) if match else ("", "", "")
    return run.new_text(head) if found else ""


@_is("substring after", "string, match")
def _after(run: Run, text: Any, match: Any) -> Any:
    if not _two(text, match, run):
        return None
    if not match:
        return text
    _, found, tail = text.partition(match)
    return run.new_text(tail) if found else ""


@_is("contains", "string, match")
def _contains(run: Run, text: Any, match: Any) -> Any:
    return match in text if _two(text, match, run) else None


@_is("starts with", "string, match")
def _starts(run: Run, text: Any, match: Any) -> Any:
    return text.startswith(match) if _two(text, match, run) else None


@_is("ends with", "string, match")
def _ends(run: Run, text: Any, match: Any) -> Any:
    return text.endswith(match) if _two(text, match, run) else None


@functools.lru_cache(512)
def _pattern(pattern: str, flags: str) -> Any:
    """A regular expression of linear time, or None where it is none."""
    if len(pattern) > _MAX_PATTERN or any(f not in "smix" for f in flags):
        return None
    options = re2.Options()
    options.max_mem = _PATTERN_MEMORY
    options.log_errors = False
    pattern = _rewritten(pattern, flags)
    inline = "".join(sorted(set(flags) - {"x"}))
    try:
        return re2.compile(f"(?{inline}){pattern}" if inline else pattern, options)
    except (re2.error, UnicodeError):
        return None


def _rewritten(pattern: str, flags: str) -> str:
    """An XPath pattern as RE2 reads it: no white space under flag x, and ``.`` that matches no carriage return."""
    if "x" not in flags and ("." not in pattern or "s" in flags):
        return pattern
    kept, inside, escaped = [], False, False
    for character in pattern:
        if "x" in flags and character in " \t\r\n" and not inside:
            continue
        kept.append(r"[^\n\r]" if character == "." and not (inside or escaped or "s" in flags) else character)
        if not escaped:
            inside = (inside and character != "]") or character == "["
        escaped = character == "\\" and not escaped
    return "".join(kept)


def _compiled(run: Run, text: Any, pattern: Any, flags: Any) -> Any:
    if type(text) is not str or type(pattern) is not str or (flags is not None and type(flags) is not str):
        return None
    run.charge(50 + len(pattern) // 10)
    found = _pattern(pattern, flags or "")
    if found is not None:
        # What it costs to build and to run grows with the size of the program, not of the pattern: (a{1,99}){1,9}.
        size = _size(found)
        run.charge(size // 5 + len(text) * size // 400)
    return found


def _size(pattern: Any) -> int:
    return int(pattern.programsize)


@_is("matches", "input, pattern, flags?")
def _matches(run: Run, text: Any, pattern: Any, flags: Any = None) -> Any:
    found = _compiled(run, text, pattern, flags)
    return None if found is None else found.search(text) is not None


@_is("replace", "input, pattern, replacement, flags?")
def _replace(run: Run, text: Any, pattern: Any, replacement: Any, flags: Any = None) -> Any:
    found = _compiled(run, text, pattern, flags)
    if found is None or type(replacement) is not str:
        return None
    pieces: list[str] = []
    end = length = 0
    for match in found.finditer(text):
        run.charge(1)
        if match.end() == match.start() and match.start() == end and end:
            continue
        put = _filled(replacement, match, found.groups)
        length += len(put) + match.start() - end
        if length > MAX_TEXT:
            raise FeelError(errors.TEXT_TOO_LONG.format(limit=MAX_TEXT))
        pieces += (text[end : match.start()], put)
        end = match.end()
    pieces.append(text[end:])
    return run.new_text("".join(pieces))


def _filled(replacement: str, match: Any, groups: int) -> str:
    """``$1`` is the first group, ``\\$`` a dollar sign (XPath fn:replace)."""
    if "$" not in replacement and "\\" not in replacement:
        return replacement
    made, at = [], 0
    while at < len(replacement):
        character = replacement[at]
        if character == "\\" and at + 1 < len(replacement):
            made.append(replacement[at + 1])
            at += 2
        elif character == "$" and at + 1 < len(replacement) and replacement[at + 1] in "0123456789":
            end = at + 2
            while (
                end < len(replacement)
                and replacement[end] in "0123456789"
                and int(replacement[at + 1 : end + 1]) <= groups
            ):
                end += 1
            group = int(replacement[at + 1 : end])
            made.append((match.group(group) or "") if group <= groups else "")
            at = end
        else:
            made.append(character)
            at += 1
    return "".join(made)


@_is("split", "string, delimiter")
def _split(run: Run, text: Any, delimiter: Any) -> Any:
    found = _compiled(run, text, delimiter, None)
    if found is None:
        return None
    pieces: list[Any] = []
    end = 0
    for match in found.finditer(text):
        run.charge(1)
        if match.end() == match.start():
            continue
        pieces.append(text[end : match.start()])
        end = match.end()
    pieces.append(text[end:])
    return run.new_list(pieces)


@_is("extract", "input, pattern, flags?")
def _extract(run: Run, text: Any, pattern: Any, flags: Any = None) -> Any:
    found = _compiled(run, text, pattern, flags)
    return None if found is None else run.new_list([m.group(0) for m in found.finditer(text) if m.group(0)])


@_is("string join", "list, delimiter?")
def _join(run: Run, items: Any, delimiter: Any = None) -> Any:
    if type(items) is str:
        items = [items]
    if type(items) is not list or (delimiter is not None and type(delimiter) is not str):
        return None
    run.charge(len(items))
    kept = [item for item in items if item is not None]
    if any(type(item) is not str for item in kept):
        return None
    glue = delimiter or ""
    if sum(map(len, kept)) + len(glue) * len(kept) > MAX_TEXT:
        raise FeelError(errors.TEXT_TOO_LONG.format(limit=MAX_TEXT))
    return run.new_text(glue.join(kept))


# --- lists (10.3.4.4) ---------------------------------------------------------------------------------------------


def _items(given: tuple[Any, ...], run: Run) -> list[Any]:
    """``f(list)`` and ``f(a, b, c)`` mean the same."""
    found = given[0] if len(given) == 1 and type(given[0]) is list else list(given)
    run.charge(len(found))
    return found


@_is("list contains", "list, element")
def _list_contains(run: Run, items: Any, element: Any) -> Any:
    if type(items) is not list:
        return None
    run.charge(len(items))
    return any(equal(item, element, run) is True for item in items)


@_is("count", "list")
def _count(run: Run, items: Any) -> Any:
    if type(items) is list:
        return Decimal(len(items))
    return None if items is None else Decimal(1)


def _extreme(run: Run, items: list[Any], sign: str) -> Any:
    if not items:
        return None
    best = items[0]
    if kind(best) in ("boolean", "list", "context", "null", "range", "function"):
        return None
    for item in items[1:]:
        found = order(sign, item, best)
        if found is None:
            return None
        if found:
            best = item
    return best


@_is("min", "list", "c...")
def _min(run: Run, *given: Any) -> Any:
    return _extreme(run, _items(given, run), "<")


@_is("max", "list", "c...")
def _max(run: Run, *given: Any) -> Any:
    return _extreme(run, _items(given, run), ">")


def _numbers(given: tuple[Any, ...], run: Run) -> list[Decimal] | None:
    found = [number(item) for item in _items(given, run)]
    kept = [n for n in found if n is not None]
    return kept if len(kept) == len(found) else None


@_is("sum", "list", "n...")
def _sum(run: Run, *given: Any) -> Any:
    items = _items(given, run)
    if not items:
        return None
    total = items[0] if type(items[0]) in (YearsMonths, DaysTime) else number(items[0])
    for item in items[1:]:
        if total is None or kind(item) != kind(total):
            return None
        total = values.add(total, item, run)
    return total


@_is("mean", "list", "n...")
def _mean(run: Run, *given: Any) -> Any:
    items = _items(given, run)
    return values.divide(_sum(run, items), Decimal(len(items))) if items else None


@_is("product", "list", "n...")
def _product(run: Run, *given: Any) -> Any:
    found = _numbers(given, run)
    if not found:
        return None
    total = Decimal(1)
    for item in found:
        total = values.multiply(total, item)
        if total is None:
            return None
    return total


@_is("median", "list", "n...")
def _median(run: Run, *given: Any) -> Any:
    found = _numbers(given, run)
    if not found:
        return None
    found.sort()
    middle = len(found) // 2
    if len(found) % 2:
        return found[middle]
    return values.divide(values.add(found[middle - 1], found[middle], run), Decimal(2))


@_is("stddev", "list", "n...")
def _stddev(run: Run, *given: Any) -> Any:
    found = _numbers(given, run)
    if not found or len(found) < 2:
        return None
    run.charge(20)
    try:
        mean = NUMBERS.divide(sum(found, Decimal(0)), Decimal(len(found)))
        spread = sum((NUMBERS.power(NUMBERS.subtract(n, mean), 2) for n in found), Decimal(0))
        return NUMBERS.sqrt(NUMBERS.divide(spread, Decimal(len(found) - 1)))
    except DecimalException:
        return None


@_is("mode", "list", "n...")
def _mode(run: Run, *given: Any) -> Any:
    found = _numbers(given, run)
    if found is None:
        return None
    counts: dict[Decimal, int] = {}
    for item in found:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(n for n, c in counts.items() if c == most)


def _logic(run: Run, given: tuple[Any, ...], decisive: bool) -> Any:
    if len(given) == 1 and given[0] is None:
        return None
    answer: bool | None = not decisive
    for item in _items(given, run):
        if item is decisive:
            return decisive
        if item is not (not decisive):
            answer = None
    return answer


@_is("all", "list", "b...")
def _all(run: Run, *given: Any) -> Any:
    return _logic(run, given, False)


@_is("any", "list", "b...")
def _any(run: Run, *given: Any) -> Any:
    return _logic(run, given, True)


@_is("sublist", "list, start position, length?")
def _sublist(run: Run, items: Any, start: Any, length: Any = None) -> Any:
    begin = whole(start)
    if type(items) is not list or begin is None or begin == 0 or abs(begin) > len(items):
        return None
    begin = begin - 1 if begin > 0 else len(items) + begin
    if length is None:
        return run.new_list(items[begin:])
    count = whole(length)
    if count is None or count < 1 or begin + count > len(items):
        return None
    return run.new_list(items[begin : begin + count])


@_is("append", "list, item...")
def _append(run: Run, items: Any, *more: Any) -> Any:
    if items is None:
        return None
    return run.new_list([*(items if type(items) is list else [items]), *more])


@_is("concatenate", "list...")
def _concatenate(run: Run, *lists: Any) -> Any:
    made: list[Any] = []
    for items in lists:
        if items is None:
            return None
        made += items if type(items) is list else [items]
        if len(made) > MAX_LIST:
            raise FeelError(errors.LIST_TOO_LONG.format(limit=MAX_LIST))
    return run.new_list(made)


@_is("insert before", "list, position, newItem")
def _insert(run: Run, items: Any, position: Any, item: Any) -> Any:
    place = whole(position)
    if type(items) is not list or place is None or place == 0 or abs(place) > len(items):
        return None
    made = list(items)
    made.insert(place - 1 if place > 0 else len(items) + place, item)
    return run.new_list(made)


@_is("remove", "list, position")
def _remove(run: Run, items: Any, position: Any) -> Any:
    place = whole(position)
    if type(items) is not list or place is None or place == 0 or abs(place) > len(items):
        return None
    made = list(items)
    del made[place - 1 if place > 0 else place]
    return run.new_list(made)


@_is("list replace", "list, position, newItem", "list, match, newItem")
def _list_replace(run: Run, items: Any, position: Any, item: Any) -> Any:
    if items is None:
        return None
    if type(items) is not list:
        items = [items]
    if isinstance(position, Function):
        made = []
        for old in items:
            hit = invoke(run, position, [old, item], "list replace")
            if type(hit) is not bool:
                return None
            made.append(item if hit else old)
        return run.new_list(made)
    place = _cut(position)
    if place is None or place == 0 or abs(place) > len(items):
        return None
    made = list(items)
    made[place - 1 if place > 0 else place] = item
    return run.new_list(made)


@_is("reverse", "list")
def _reverse(run: Run, items: Any) -> Any:
    return run.new_list(items[::-1]) if type(items) is list else None


@_is("index of", "list, match")
def _index_of(run: Run, items: Any, match: Any) -> Any:
    if type(items) is not list:
        return None
    run.charge(len(items))
    return [Decimal(n) for n, item in enumerate(items, 1) if equal(item, match, run) is True]


@_is("distinct values", "list")
def _distinct(run: Run, items: Any) -> Any:
    if items is None:
        return None
    return _unlike(run, items if type(items) is list else [items])


def _unlike(run: Run, items: list[Any]) -> list[Any]:
    made: list[Any] = []
    seen: set[Any] = set()
    odd: list[Any] = []
    for item in map(adopt, items):  # 1 from outside is an int, and the same as the number 1
        run.charge(1)
        if type(item) in (str, Decimal, bool, date, YearsMonths, DaysTime):
            key = (type(item), item)
            if key in seen:
                continue
            seen.add(key)
        else:
            run.charge(len(odd))
            if any(equal(old, item, run) is True for old in odd):
                continue
            odd.append(item)
        made.append(item)
    return run.new_list(made)


@_is("union", "list...")
def _union(run: Run, *lists: Any) -> Any:
    made = _concatenate(run, *lists)
    return None if made is None else _unlike(run, made)


@_is("flatten", "list")
def _flatten(run: Run, items: Any) -> Any:
    if type(items) is not list:
        return None
    made: list[Any] = []
    pending = [iter(items)]
    while pending:
        for item in pending[-1]:
            run.charge(1)
            if type(item) is list:
                pending.append(iter(item))
                break
            made.append(item)
        else:
            pending.pop()
    return run.new_list(made)


@_is("sort", "list, precedes?")
def _sort(run: Run, items: Any, precedes: Any = None) -> Any:
    if type(items) is not list:
        return None
    run.charge(2 * len(items))
    if precedes is None:
        if any(order("<=", a, b) is None for a, b in itertools.pairwise(items)):
            return None
        return sorted(items, key=functools.cmp_to_key(lambda a, b: -1 if order("<", a, b) else int(a != b)))

    def compared(a: Any, b: Any) -> int:
        run.charge(1)
        if invoke(run, precedes, [a, b], "precedes") is True:
            return -1
        return 1 if invoke(run, precedes, [b, a], "precedes") is True else 0

    return sorted(items, key=functools.cmp_to_key(compared))


# --- numbers (10.3.4.5) -------------------------------------------------------------------------------------------


def _rounded(mode: str) -> Callable[..., Any]:
    def work(run: Run, value: Any, scale: Any = 0) -> Any:
        found, places = number(value), _cut(scale)
        if found is None or places is None or not -6111 <= places <= 6176:
            return None
        exponent = int(found.as_tuple().exponent)
        if -exponent <= places:
            return found
        try:
            return found.quantize(Decimal((0, (1,), -places)), rounding=mode, context=_WIDE)
        except DecimalException:
            return None

    return work


_WIDE = NUMBERS.copy()
_WIDE.prec = 6_400

_is("decimal", "n, scale")(_rounded(ROUND_HALF_EVEN))
_is("floor", "n, scale?")(_rounded(ROUND_FLOOR))
_is("ceiling", "n, scale?")(_rounded(ROUND_CEILING))
_is("round up", "n, scale?")(_rounded(ROUND_UP))
_is("round down", "n, scale?")(_rounded(ROUND_DOWN))
_is("round half up", "n, scale?")(_rounded(ROUND_HALF_UP))
_is("round half down", "n, scale?")(_rounded(ROUND_HALF_DOWN))


@_is("abs", "n")
def _abs(run: Run, value: Any) -> Any:
    found = number(value)
    if found is not None:
        return NUMBERS.abs(found)
    if type(value) is YearsMonths:
        return YearsMonths(abs(value.months))
    return DaysTime(abs(value.microseconds)) if type(value) is DaysTime else None


@_is("modulo", "dividend, divisor")
def _modulo(run: Run, dividend: Any, divisor: Any) -> Any:
    a, b = number(dividend), number(divisor)
    if a is None or b is None or b == 0:
        return None
    try:
        # The sign is the divisor's (dividend - divisor * floor(dividend / divisor)); Python's is the dividend's.
        rest = NUMBERS.remainder(a, b)
        return NUMBERS.add(rest, b) if rest and (rest < 0) != (b < 0) else rest
    except DecimalException:
        return None


def _one(name: str, work: Callable[[Decimal], Decimal]) -> None:
    def call(run: Run, value: Any) -> Any:
        run.charge(20)
        found = number(value)
        if found is None:
            return None
        try:
            made = work(found)
        except DecimalException:
            return None
        return made if made.is_finite() else None

    _is(name, "number")(call)


_one("sqrt", NUMBERS.sqrt)
_one("log", NUMBERS.ln)
_one("exp", NUMBERS.exp)


@_is("odd", "number")
def _odd(run: Run, value: Any) -> Any:
    found = number(value)
    if found is None or found != found.to_integral_value():
        return None
    return _modulo(run, found, Decimal(2)) == 1


@_is("even", "number")
def _even(run: Run, value: Any) -> Any:
    found = number(value)
    if found is None or found != found.to_integral_value():
        return None
    return _modulo(run, found, Decimal(2)) == 0


# --- contexts (10.3.4.6) ------------------------------------------------------------------------------------------


@_is("get value", "m, key", "context, key")
def _get_value(run: Run, context: Any, key: Any) -> Any:
    if type(context) is not dict:
        return None
    if type(key) is list:
        for part in key:
            context = context.get(part) if type(context) is dict and type(part) is str else None
        return adopt(context)
    return adopt(context.get(key)) if type(key) is str else None


@_is("get entries", "m", "context")
def _get_entries(run: Run, context: Any) -> Any:
    if type(context) is not dict:
        return None
    return run.new_list([{"key": k, "value": v} for k, v in context.items()])


@_is("context", "entries")
def _context(run: Run, entries: Any) -> Any:
    if type(entries) is dict:
        entries = [entries]
    if type(entries) is not list:
        return None
    run.charge(len(entries))
    made: dict[str, Any] = {}
    for entry in entries:
        if type(entry) is not dict or type(entry.get("key")) is not str or "value" not in entry:
            return None
        if entry["key"] in made:
            return None
        made[entry["key"]] = entry["value"]
    return made


@_is("context put", "context, key, value", "context, keys, value")
def _context_put(run: Run, context: Any, key: Any, value: Any) -> Any:
    if type(context) is not dict:
        return None
    run.charge(1 + len(context))
    if type(key) is str:
        return {**context, key: value}
    if type(key) is not list or not key or any(type(part) is not str for part in key):
        return None
    if len(key) > 32:
        return None
    if len(key) == 1:
        return {**context, key[0]: value}
    inner = context.get(key[0], {})
    made = _context_put(run, inner, key[1:], value)
    return None if made is None else {**context, key[0]: made}


@_is("context merge", "contexts")
def _context_merge(run: Run, contexts: Any) -> Any:
    if type(contexts) is dict:
        contexts = [contexts]
    if type(contexts) is not list:
        return None
    made: dict[str, Any] = {}
    for context in contexts:
        if type(context) is not dict:
            return None
        run.charge(1 + len(context))
        made.update(context)
    return made


# --- dates (10.3.4.8 and 10.3.4.9) --------------------------------------------------------------------------------

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


@_is("now", "")
def _now(run: Run) -> Any:
    if run.now is None:
        raise FeelError(errors.NO_CLOCK.format(name="now"))
    return run.now


@_is("today", "")
def _today(run: Run) -> Any:
    if run.now is None:
        raise FeelError(errors.NO_CLOCK.format(name="today"))
    return run.now.date()


@_is("day of year", "date")
def _day_of_year(run: Run, day: Any) -> Any:
    return Decimal(day.timetuple().tm_yday) if isinstance(day, date) else None


@_is("day of week", "date")
def _day_of_week(run: Run, day: Any) -> Any:
    return _DAYS[day.weekday()] if isinstance(day, date) else None


@_is("month of year", "date")
def _month_of_year(run: Run, day: Any) -> Any:
    return _MONTHS[day.month - 1] if isinstance(day, date) else None


@_is("week of year", "date")
def _week_of_year(run: Run, day: Any) -> Any:
    return Decimal(day.isocalendar().week) if isinstance(day, date) else None


@_is("last day of month", "date")
def _last_day(run: Run, day: Any) -> Any:
    return day.replace(day=values.month_length(day.year, day.month)) if isinstance(day, date) else None


# --- ranges (10.3.4.7, Allen's relations) -------------------------------------------------------------------------


def _ends_of(value: Any) -> tuple[Any, Any, bool, bool] | None:
    """A range, or a point as the range of itself; None where there is no such thing."""
    if type(value) is Range:
        if value.low is None or value.high is None:
            return None
        return value.low, value.high, value.low_included, value.high_included
    return None if value is None else (value, value, True, True)


def _relation(name: str, judge: Callable[..., bool], *forms: str) -> None:
    def work(run: Run, a: Any, b: Any) -> Any:
        one, other = _ends_of(a), _ends_of(b)
        if one is None or other is None or order("<=", one[0], other[0]) is None:
            return None
        return judge(*one, *other)

    _is(name, *forms)(work)


def _lt(a: Any, b: Any) -> bool:
    return order("<", a, b) is True


def _eq(a: Any, b: Any) -> bool:
    return order("<=", a, b) is True and order(">=", a, b) is True


def _is_before(l1: Any, h1: Any, li1: bool, hi1: bool, l2: Any, h2: Any, li2: bool, hi2: bool) -> bool:
    return _lt(h1, l2) or (_eq(h1, l2) and not (hi1 and li2))


def _starts_not_before(l1: Any, li1: bool, l2: Any, li2: bool) -> bool:
    """The first range begins where the second does or later."""
    return _lt(l2, l1) or (_eq(l1, l2) and (li2 or not li1))


def _ends_not_after(h1: Any, hi1: bool, h2: Any, hi2: bool) -> bool:
    return _lt(h1, h2) or (_eq(h1, h2) and (hi2 or not hi1))


def _is_during(l1: Any, h1: Any, li1: bool, hi1: bool, l2: Any, h2: Any, li2: bool, hi2: bool) -> bool:
    return _starts_not_before(l1, li1, l2, li2) and _ends_not_after(h1, hi1, h2, hi2)


def _is_overlap(l1: Any, h1: Any, li1: bool, hi1: bool, l2: Any, h2: Any, li2: bool, hi2: bool) -> bool:
    return not _is_before(l1, h1, li1, hi1, l2, h2, li2, hi2) and not _is_before(l2, h2, li2, hi2, l1, h1, li1, hi1)


def _overlap_before(l1: Any, h1: Any, li1: bool, hi1: bool, l2: Any, h2: Any, li2: bool, hi2: bool) -> bool:
    begins = _lt(l1, l2) or (_eq(l1, l2) and li1 and not li2)
    return begins and _is_overlap(l1, h1, li1, hi1, l2, h2, li2, hi2) and _ends_not_after(h1, hi1, h2, hi2)


def _is_start(l1: Any, h1: Any, li1: bool, hi1: bool, l2: Any, h2: Any, li2: bool, hi2: bool) -> bool:
    return _eq(l1, l2) and li1 == li2 and _ends_not_after(h1, hi1, h2, hi2)


def _is_finish(l1: Any, h1: Any, li1: bool, hi1: bool, l2: Any, h2: Any, li2: bool, hi2: bool) -> bool:
    return _eq(h1, h2) and hi1 == hi2 and _starts_not_before(l1, li1, l2, li2)


def _is_same_range(l1: Any, h1: Any, li1: bool, hi1: bool, l2: Any, h2: Any, li2: bool, hi2: bool) -> bool:
    return _eq(l1, l2) and _eq(h1, h2) and li1 == li2 and hi1 == hi2


def _turned(judge: Callable[..., bool]) -> Callable[..., bool]:
    return lambda a, b, c, d, e, f, g, h: judge(e, f, g, h, a, b, c, d)


_PAIRS = ("point1, point2", "point, range", "range, point", "range1, range2")
_relation("before", _is_before, *_PAIRS)
_relation("after", _turned(_is_before), *_PAIRS)
_relation("meets", lambda l1, h1, li1, hi1, l2, h2, li2, hi2: _eq(h1, l2) and hi1 and li2, "range1, range2")
_relation("met by", lambda l1, h1, li1, hi1, l2, h2, li2, hi2: _eq(l1, h2) and li1 and hi2, "range1, range2")
_relation("overlaps", _is_overlap, "range1, range2")
_relation("overlaps before", _overlap_before, "range1, range2")
_relation("overlaps after", _turned(_overlap_before), "range1, range2")
_relation("finishes", _is_finish, "point, range", "range1, range2")
_relation("finished by", _turned(_is_finish), "range, point", "range1, range2")
_relation("includes", _turned(_is_during), "range, point", "range1, range2")
_relation("during", _is_during, "point, range", "range1, range2")
_relation("starts", _is_start, "point, range", "range1, range2")
_relation("started by", _turned(_is_start), "range, point", "range1, range2")
_relation("coincides", _is_same_range, "point1, point2", "range1, range2")


@_is("range", "from")
def _range(run: Run, text: Any) -> Any:
    """``range("[1..5)")``: ends are numbers, quoted strings, dates, times or durations."""
    if type(text) is not str:
        return None
    text = text.strip()
    if len(text) < 4 or text[0] not in "[](" or text[-1] not in "[])":
        return None
    low, divider, high = text[1:-1].partition("..")
    ends = [_end_of(part.strip(), run) for part in (low, high)]
    if not divider or ".." in high or order("<=", *ends) is not True:
        return None
    return Range(ends[0], ends[1], text[0] == "[", text[-1] == "]")


def _end_of(text: str, run: Run) -> Any:
    if not text:
        return None
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    if text.startswith('@"') and text.endswith('"'):
        return temporal.read_any(text[2:-1])
    for name in ("date and time", "date", "time", "duration"):
        if text.startswith(f'{name}("') and text.endswith('")'):
            return BUILT_IN[name].work(run, text[len(name) + 2 : -2])
    return _number(run, text)


OF_SINGLES = frozenset(
    {
        "date", "time", "date and time", "duration", "years and months duration", "number", "not", "substring",
        "string length", "upper case", "lower case", "trim", "substring before", "substring after", "contains",
        "starts with", "ends with", "matches", "replace", "split", "extract", "decimal", "floor", "ceiling",
        "round up", "round down", "round half up", "round half down", "abs", "modulo", "sqrt", "log", "exp", "odd",
        "even", "day of week", "day of year", "week of year", "month of year", "last day of month", "range",
        "get entries",
    }
)  # fmt: skip
"""Functions that take no list: a list of one item is that item."""
