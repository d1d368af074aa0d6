"""The values of FEEL, and what equals, precedes, adds and multiplies (DMN 1.3, section 10.3.2).

null is ``None``, a number ``Decimal`` (34 digits; ``int`` comes in from outside), string ``str``, boolean ``bool``,
date, time and date-time are those of ``datetime``, a list is ``list``, a context ``dict``. The two durations, the
range and the function are defined here. What has no answer is ``None``, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any

from engine.errors import Text
from engine.feel import errors
from engine.feel.errors import FeelError

MAX_TEXT = 100_000
"""Characters in a string that an expression builds."""
MAX_LIST = 100_000
"""Items in a list that an expression builds."""
MAX_RESULT = 100_000
"""Values in a result, however deep."""
MAX_RESULT_TEXT = 1_000_000
"""Characters in all strings of a result."""
MAX_STACK = 300
"""Levels of evaluation, function calls included; well under Python's recursion limit."""

NUMBERS = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""IEEE 754-2008 Decimal128, as DMN 1.3 section 10.3.2.3.1 asks."""

_MOST_MONTHS = 12 * 10**9
_MOST_MICROSECONDS = 10**21


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration, in months (may be negative)."""

    months: int

    def __str__(self) -> str:
        sign, months = ("-", -self.months) if self.months < 0 else ("", self.months)
        years, months = divmod(months, 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return f"{sign}P{text or '0M'}"


@dataclass(frozen=True, slots=True, order=True)
class DaysTime:
    """A days and time duration, in microseconds (may be negative)."""

    microseconds: int

    @classmethod
    def of(cls, delta: timedelta) -> DaysTime:
        return cls((delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds)

    @property
    def delta(self) -> timedelta:
        """As Python's own duration; raises ``OverflowError`` past 10^9 days."""
        return timedelta(microseconds=self.microseconds)

    @property
    def seconds(self) -> Decimal:
        """The whole duration in seconds."""
        return NUMBERS.divide(Decimal(self.microseconds), Decimal(1_000_000))

    def __str__(self) -> str:
        sign, rest = ("-", -self.microseconds) if self.microseconds < 0 else ("", self.microseconds)
        whole, fraction = divmod(rest, 1_000_000)
        minutes, seconds = divmod(whole, 60)
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        if seconds or fraction:
            clock += f"{seconds}" + (f".{fraction:06d}".rstrip("0") if fraction else "") + "S"
        text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
        return f"{sign}P{text or 'T0S'}"


@dataclass(frozen=True, slots=True)
class Range:
    """Values from ``low`` to ``high``; an end of ``None`` is open to infinity."""

    low: Any
    high: Any
    low_included: bool = True
    high_included: bool = True

    def includes(self, value: Any) -> bool | None:
        """Whether the value lies in the range; None where the two cannot be compared."""
        above: bool | None = True
        below: bool | None = True
        if self.low is not None:
            above = order(">=" if self.low_included else ">", value, self.low)
        if self.high is not None:
            below = order("<=" if self.high_included else "<", value, self.high)
        if above is False or below is False:
            return False
        if self.low is None and self.high is None:
            return None
        return None if above is None or below is None else True


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function value; ``call`` takes the arguments in order."""

    name: str
    parameters: tuple[str, ...]
    call: Callable[..., Any]


class Run:
    """One evaluation: the names it may read, its clock, and what it may still spend.

    ``steps`` goes down by one for each node of the expression that may be visited, each turn of a loop again, and
    in built-in functions by one an item and one per 100 characters. ``trace`` takes what was decided on the way, where
    somebody wants to know.
    """

    __slots__ = ("budget", "context", "now", "stack", "steps", "trace")

    def __init__(self, context: Mapping[str, Any], now: datetime | None = None, budget: int = 100_000) -> None:
        self.context = context
        self.now = now
        self.budget = budget
        self.steps = budget
        self.stack = 0
        self.trace: list[Any] | None = None

    def charge(self, steps: int) -> None:
        """Spend steps; raises ``FeelError`` when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise FeelError(errors.BUDGET.format(limit=self.budget))

    @contextmanager
    def deeper(self, levels: int = 1) -> Iterator[None]:
        """One more level of evaluation; raises ``FeelError`` past the bound."""
        self.stack += levels
        try:
            if self.stack > MAX_STACK:
                raise FeelError(errors.CALLS_TOO_DEEP)
            yield
        finally:
            self.stack -= levels

    def within(self, context: Mapping[str, Any]) -> Run:
        """The same evaluation over other names; what the inner one spends must be given back with ``settle``."""
        inner = Run(context, self.now, self.budget)
        inner.steps = self.steps
        inner.stack = self.stack
        inner.trace = self.trace
        return inner

    def settle(self, inner: Run) -> None:
        """Take over what an inner evaluation has left."""
        self.steps = inner.steps

    def new_text(self, text: str) -> str:
        """Account for a string that was built."""
        length = len(text)
        if length > 100:
            if length > MAX_TEXT:
                raise FeelError(errors.TEXT_TOO_LONG.format(limit=MAX_TEXT))
            self.charge(length // 100)
        return text

    def new_list(self, items: list[Any]) -> list[Any]:
        """Account for a list that was built."""
        self.charge(len(items))
        if len(items) > MAX_LIST:
            raise FeelError(errors.LIST_TOO_LONG.format(limit=MAX_LIST))
        return items


_KINDS: dict[type, str] = {
    type(None): "null",
    Decimal: "number",
    int: "number",
    float: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    time: "time",
    datetime: "date and time",
    YearsMonths: "years and months duration",
    DaysTime: "days and time duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}
KNOWN = frozenset(_KINDS) - {int, float}
"""Types that go through an evaluation as they are."""


def kind(value: Any) -> str:
    """The name of the value's FEEL type, or ``unknown``."""
    found = _KINDS.get(type(value))
    if found is None:
        found = "function" if callable(value) else "unknown"
    return found


def adopt(value: Any) -> Any:
    """A Python value as a FEEL value; what FEEL has no word for is null."""
    if type(value) in KNOWN:
        return value
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, float):
        number = Decimal(repr(float(value)))
        return number if number.is_finite() else None
    if isinstance(value, int):
        return NUMBERS.create_decimal(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, timedelta):
        return DaysTime.of(value)
    if isinstance(value, datetime | date | time | Decimal):
        return value
    if isinstance(value, Text):
        return value.as_json()
    if isinstance(value, Mapping):
        return dict(value)
    if callable(value):
        return value
    if isinstance(value, Iterable):
        return list(value)
    return None


def number(value: Any) -> Decimal | None:
    """The value as a number, or None where it is none."""
    t = type(value)
    if t is Decimal:
        return value  # type: ignore[no-any-return]
    if t is int:
        return NUMBERS.create_decimal(value)
    if t is float:
        made = Decimal(repr(value))
        return made if made.is_finite() else None
    return None


def whole(value: Any) -> int | None:
    """The value as a whole number that fits an index, or None."""
    found = number(value)
    if found is None or abs(found) > 10**12:
        return None
    cut = int(found)
    return cut if cut == found else None


# --- equality and order -------------------------------------------------------------------------------------------

PLAIN = frozenset({Decimal, str, bool, int, date, YearsMonths, DaysTime})
"""Types whose values Python compares by ``==`` as FEEL does, where both are of the same one."""
ORDERED = frozenset({Decimal, str, int, date, YearsMonths, DaysTime})
"""Types whose values Python orders as FEEL does, where both are of the same one."""


def equal(a: Any, b: Any, run: Run) -> bool | None:
    """``a = b``: null equals only null; values of two kinds have no answer (DMN 1.3, table 42)."""
    ta = type(a)
    if ta is type(b) and ta in PLAIN:
        return bool(a == b)
    if a is None or b is None:
        return a is b
    one, other = kind(a), kind(b)
    if one != other:
        return None
    if one == "number":
        x, y = number(a), number(b)
        return None if x is None or y is None else x == y
    if one in ("date and time", "time"):
        x_, y_ = _aligned(a, b)
        return bool(x_ == y_)
    if one == "list":
        run.charge(1 + min(len(a), len(b)))
        with run.deeper(3):
            return len(a) == len(b) and all(equal(x, y, run) is True for x, y in zip(a, b, strict=True))
    if one == "context":
        run.charge(1 + min(len(a), len(b)))
        with run.deeper(3):
            return a.keys() == b.keys() and all(equal(v, b[k], run) is True for k, v in a.items())
    if one == "range":
        return (
            a.low_included == b.low_included
            and a.high_included == b.high_included
            and equal(a.low, b.low, run) is True
            and equal(a.high, b.high, run) is True
        )
    return a is b if one == "function" else None


def order(sign: str, a: Any, b: Any) -> bool | None:
    """``a < b`` and its like; null where the two are not of one ordered kind."""
    ta = type(a)
    if not (ta is type(b) and ta in ORDERED):
        one = kind(a)
        if one != kind(b):
            return None
        if one == "number":
            a, b = number(a), number(b)
            if a is None or b is None:
                return None
        elif one in ("date and time", "time"):
            a, b = _aligned(a, b)
        else:
            return None
    if sign == "<":
        return bool(a < b)
    if sign == "<=":
        return bool(a <= b)
    if sign == ">":
        return bool(a > b)
    return bool(a >= b)


def _aligned(a: Any, b: Any) -> tuple[Any, Any]:
    """Two times or date-times made comparable: one without a zone is read in the zone of the other."""
    if isinstance(a, time):
        # A time with a named zone has no offset without a day, so any fixed day serves.
        a, b = datetime.combine(_ANY_DAY, a), datetime.combine(_ANY_DAY, b)
    if a.tzinfo is None and b.tzinfo is not None:
        a = a.replace(tzinfo=b.tzinfo)
    elif b.tzinfo is None and a.tzinfo is not None:
        b = b.replace(tzinfo=a.tzinfo)
    if a.tzinfo is not None and a.tzinfo is b.tzinfo:
        # Python compares two date-times of one named zone by the wall clock, which repeats an hour in autumn.
        a, b = _utc(a), _utc(b)
    return a, b


_ANY_DAY = date(2000, 1, 1)


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


# --- arithmetic ---------------------------------------------------------------------------------------------------


def _months(count: int) -> YearsMonths | None:
    return YearsMonths(count) if abs(count) <= _MOST_MONTHS else None


def _microseconds(count: int) -> DaysTime | None:
    return DaysTime(count) if abs(count) <= _MOST_MICROSECONDS else None


def shift_months(day: Any, months: int) -> Any:
    """A date or date-time some months later; the day is clipped to the last of the month; None out of years 1–9999."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if not 1 <= year <= 9999:
        return None
    return day.replace(year=year, month=month + 1, day=min(day.day, month_length(year, month + 1)))


def month_length(year: int, month: int) -> int:
    """Days in a month of the Gregorian calendar."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def shift_time(moment: Any, microseconds: int) -> Any:
    """A date, time or date-time some microseconds later; a time goes round the clock; None out of years 1–9999."""
    try:
        if isinstance(moment, time):
            since = ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1_000_000 + moment.microsecond
            seconds, rest = divmod((since + microseconds) % 86_400_000_000, 1_000_000)
            return time(seconds // 3600, seconds // 60 % 60, seconds % 60, rest, moment.tzinfo)
        delta = timedelta(microseconds=microseconds)
        if isinstance(moment, datetime):
            if moment.tzinfo is None or moment.tzinfo is UTC:
                return moment + delta
            return (moment.astimezone(UTC) + delta).astimezone(moment.tzinfo)
        return (datetime.combine(moment, time.min) + delta).date()
    except OverflowError:
        return None


def add(a: Any, b: Any, run: Run) -> Any:
    """``a + b`` of DMN 1.3, table 45 (numbers, strings, durations, date and duration)."""
    ta, tb = type(a), type(b)
    if ta is Decimal and tb is Decimal:
        try:
            return NUMBERS.add(a, b)
        except DecimalException:
            return None
    if ta is str and tb is str:
        if len(a) + len(b) > MAX_TEXT:
            raise FeelError(errors.TEXT_TOO_LONG.format(limit=MAX_TEXT))
        return run.new_text(a + b)
    x, y = number(a), number(b)
    if x is not None and y is not None:
        try:
            return NUMBERS.add(x, y)
        except DecimalException:
            return None
    if ta is YearsMonths or ta is DaysTime:
        if ta is tb:
            return _months(a.months + b.months) if ta is YearsMonths else _microseconds(a.microseconds + b.microseconds)
        a, b, ta, tb = b, a, tb, ta
    if tb is YearsMonths and isinstance(a, date):
        return shift_months(a, b.months)
    if tb is DaysTime and isinstance(a, date | time):
        return shift_time(a, b.microseconds)
    return None


def subtract(a: Any, b: Any) -> Any:
    """``a - b`` of DMN 1.3, table 45."""
    ta, tb = type(a), type(b)
    if ta is Decimal and tb is Decimal:
        try:
            return NUMBERS.subtract(a, b)
        except DecimalException:
            return None
    x, y = number(a), number(b)
    if x is not None and y is not None:
        try:
            return NUMBERS.subtract(x, y)
        except DecimalException:
            return None
    if tb is YearsMonths:
        if ta is YearsMonths:
            return _months(a.months - b.months)
        return shift_months(a, -b.months) if isinstance(a, date) else None
    if tb is DaysTime:
        if ta is DaysTime:
            return _microseconds(a.microseconds - b.microseconds)
        return shift_time(a, -b.microseconds) if isinstance(a, date | time) else None
    if isinstance(a, date) and isinstance(b, date):
        if not isinstance(a, datetime):
            a = datetime.combine(a, time.min)
        if not isinstance(b, datetime):
            b = datetime.combine(b, time.min)
        x_, y_ = _aligned(a, b)
        return DaysTime.of(x_ - y_)
    if isinstance(a, time) and isinstance(b, time):
        x_, y_ = _aligned(a, b)
        return DaysTime.of(x_ - y_)
    return None


def multiply(a: Any, b: Any) -> Any:
    """``a * b``: numbers, or a duration and a number."""
    x, y = number(a), number(b)
    if x is not None and y is not None:
        try:
            return NUMBERS.multiply(x, y)
        except DecimalException:
            return None
    if x is not None:
        a, y = b, x
    if y is None:
        return None
    return _scaled(a, lambda count: NUMBERS.multiply(count, y))


def divide(a: Any, b: Any) -> Any:
    """``a / b``: numbers, a duration by a number, or two durations of one kind; null for a divisor of 0."""
    x, y = number(a), number(b)
    if y is not None:
        if y == 0:
            return None
        if x is not None:
            try:
                return NUMBERS.divide(x, y)
            except DecimalException:
                return None
        return _scaled(a, lambda count: NUMBERS.divide(count, y))
    if type(a) is YearsMonths and type(b) is YearsMonths and b.months:
        return NUMBERS.divide(Decimal(a.months), Decimal(b.months))
    if type(a) is DaysTime and type(b) is DaysTime and b.microseconds:
        return NUMBERS.divide(Decimal(a.microseconds), Decimal(b.microseconds))
    return None


def _scaled(duration: Any, change: Callable[[Decimal], Decimal]) -> Any:
    try:
        if type(duration) is YearsMonths:
            count = change(Decimal(duration.months))
            return YearsMonths(int(count)) if abs(count) <= _MOST_MONTHS else None
        if type(duration) is DaysTime:
            count = change(Decimal(duration.microseconds))
            return DaysTime(int(count)) if abs(count) <= _MOST_MICROSECONDS else None
    except DecimalException:
        return None
    return None


def power(a: Any, b: Any, run: Run) -> Any:
    """``a ** b``; null where the result is no number or has more than 6,144 places."""
    run.charge(20)
    x, y = number(a), number(b)
    if x is None or y is None:
        return None
    if y == 0:
        return Decimal(1)
    try:
        return NUMBERS.power(x, y)
    except DecimalException:
        return None


def negate(a: Any) -> Any:
    """``-a``: a number or a duration."""
    x = number(a)
    if x is not None:
        return NUMBERS.minus(x)
    if type(a) is YearsMonths:
        return YearsMonths(-a.months)
    if type(a) is DaysTime:
        return DaysTime(-a.microseconds)
    return None


def contains(collection: list[Any], value: Any, run: Run) -> bool:
    """Whether a list has the value, or a range or list in it does."""
    for item in collection:
        run.charge(1)
        if equal(item, value, run) is True:
            return True
        if type(item) is Range and item.includes(value) is True:
            return True
    return False


def weigh(value: Any) -> None:
    """Raise ``FeelError`` for a result that is too big, too deep, or holds a function."""
    left, letters = MAX_RESULT, MAX_RESULT_TEXT
    pending: list[tuple[Any, int]] = [(value, 0)]
    while pending:
        item, depth = pending.pop()
        left -= 1
        t = type(item)
        if t is str:
            letters -= len(item)
        elif t is list or t is dict:
            if depth >= 64 or len(pending) + len(item) > MAX_RESULT:
                raise FeelError(errors.RESULT_TOO_BIG)
            pending.extend((child, depth + 1) for child in (item if t is list else item.values()))
        elif t is Function or (callable(item) and not isinstance(item, type)):
            raise FeelError(errors.RESULT_FUNCTION)
        if left < 0 or letters < 0:
            raise FeelError(errors.RESULT_TOO_BIG)
