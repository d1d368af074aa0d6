"""Working days of the office: weekends, national holidays and the weekends worked in exchange (调休).

Knows dates only: no database, no clock, no case. The national days come from the package ``chinesecalendar``, which
carries the yearly notices of the State Council's General Office; a year without a notice has weekends only and is
*provisional*.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import chinese_calendar

from engine.errors import Text

_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()
_FAR = 1_000_000
"""The largest number of working days anybody may add; more than the calendar holds in either direction."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAYS_ZH = "一二三四五六日"


class OutOfCalendar(ValueError):
    """The day asked for lies outside the years 1 to 9999."""


class Calendar:
    """Which days are worked. Immutable; every question costs a few binary searches, however long the span.

    ``holidays``: days off by notice, weekends inside a holiday included. ``working_weekends``: Saturdays and Sundays
    that are worked. ``years``: first and last year for which notices are known, both inclusive; outside them a day is
    provisional. ``days_off`` and ``working_days`` are the office's own exceptions and win over the notices; a date in
    both is worked.
    """

    __slots__ = ("_off", "_off_weekdays", "_on", "_on_weekends", "years")

    def __init__(
        self,
        holidays: Iterable[date] = (),
        working_weekends: Iterable[date] = (),
        years: tuple[int, int] | None = None,
        *,
        days_off: Iterable[date] = (),
        working_days: Iterable[date] = (),
    ) -> None:
        own_off, own_on = frozenset(days_off), frozenset(working_days)
        off = ((frozenset(holidays) - frozenset(working_weekends)) | own_off) - own_on
        on = (frozenset(working_weekends) - own_off) | own_on
        self.years = years
        self._off = off
        self._on = on
        # What departs from "Monday to Friday", as sorted ordinals: the only days that need to be looked up.
        self._off_weekdays = sorted(d.toordinal() for d in off if d.weekday() < 5)
        self._on_weekends = sorted(d.toordinal() for d in on if d.weekday() >= 5)

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on ``day``."""
        return day in self._on or (day.weekday() < 5 and day not in self._off)

    def is_provisional(self, day: date) -> bool:
        """Whether no notice is known for the year of ``day``, so that its holidays may still change the answer."""
        return self.years is None or not self.years[0] <= day.year <= self.years[1]

    def add_working_days(self, start: date, n: int, include_start: bool = False) -> date:
        """The last day of a period of ``n`` working days that begins on ``start``.

        By default counting begins on the day after ``start``; with ``include_start`` the first working day on or
        after ``start`` is day one. A negative ``n`` counts backwards; ``n = 0`` gives ``start`` itself. The answer for
        any other ``n`` is a working day. Raises ``OutOfCalendar`` beyond the years 1 to 9999.
        """
        if n == 0:
            return start
        if abs(n) > _FAR:
            raise OutOfCalendar(f"{n} working days from {start} leave the calendar")
        at = start.toordinal()
        if n > 0:
            goal = self._worked_until(at - 1 if include_start else at) + n
            low, high = at, min(_LAST, at + 2 * n + len(self._off_weekdays) + 7)
            found = low + bisect_left(range(low, high + 1), goal, key=self._worked_until)
            if found > high:
                raise OutOfCalendar(f"{n} working days from {start} leave the calendar")
        else:
            # The k-th working day before `start` is the first day on which the count of days before it is short by k.
            goal = self._worked_until(at if include_start else at - 1) + n + 1
            low, high = max(_FIRST, at + 2 * n - len(self._off_weekdays) - 7), at
            found = low + bisect_left(range(low, high + 1), goal, key=self._worked_until)
            if goal <= self._worked_until(low - 1):
                raise OutOfCalendar(f"{n} working days from {start} leave the calendar")
        return date.fromordinal(found)

    def working_days_between(self, start: date, end: date, include_start: bool = False) -> int:
        """How many working days lie after ``start`` up to and including ``end``; negative if ``end`` is earlier.

        The reverse of ``add_working_days``: for a working day ``end`` after ``start``,
        ``add_working_days(start, working_days_between(start, end)) == end``. With ``include_start`` the day ``start``
        itself counts too if it is worked.
        """
        a, b = start.toordinal(), end.toordinal()
        if b < a:
            return self._worked_until(b - 1) - self._worked_until(a if include_start else a - 1)
        return self._worked_until(b) - self._worked_until(a - 1 if include_start else a)

    def explain(self, start: date, n: int, include_start: bool = False) -> Text:
        """The arithmetic of ``add_working_days`` in words.

        ``2026-04-02 + 5 working days, without 4–6 Apr = 2026-04-10``: holidays on the way are named, plain weekends
        are not; weekends that are worked are named; a result that rests on a year without a notice says so.
        """
        end = self.add_working_days(start, n, include_start)
        first, last = (start, end) if end >= start else (end, start)
        off, on = [], []
        for i in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(i)
            if day in self._off:
                off.append(day)
            elif day in self._on and day.weekday() >= 5:
                on.append(day)
        # A holiday that is all weekend changes nothing and is not worth a word.
        runs = [r for r in _runs(off) if any(d.weekday() < 5 for d in r)]
        zh, en = [], []
        if runs:
            zh.append("不含" + "、".join(_span(r[0], r[-1], start.year).zh for r in runs))
            en.append("without " + ", ".join(_span(r[0], r[-1], start.year).en for r in runs))
        if on:
            zh.append("含上班的" + "、".join(f"{_day(d, start.year).zh}（周{_WEEKDAYS_ZH[d.weekday()]}）" for d in on))
            en.append("with " + ", ".join(f"{_WEEKDAYS[d.weekday()]} {_day(d, start.year).en}" for d in on) + " worked")
        if include_start:
            zh.append("起始日计入")
            en.append("counting the first day")
        if self.is_provisional(last) or self.is_provisional(first):
            zh.append("放假安排尚未公布，暂按周末推算")
            en.append("provisional: no holiday notice yet")
        sign, count = ("-", -n) if n < 0 else ("+", n)
        unit = "working day" if count == 1 else "working days"
        return Text(
            f"{start} {sign} {count} 个工作日{''.join('，' + t for t in zh)} = {end}",
            f"{start} {sign} {count} {unit}{''.join(', ' + t for t in en)} = {end}",
        )

    def functions(self) -> dict[str, Callable[..., Any]]:
        """Host functions for FEEL, by the names that designers write; a wrong argument gives null.

        ``working days after(from, n, include start?)``, ``working days between(from, to, include start?)``,
        ``is working day(day)``.
        """

        def after(start: Any = None, n: Any = None, include_start: Any = False) -> date | None:
            day, count = _as_date(start), _as_int(n)
            if day is None or count is None or not isinstance(include_start, bool):
                return None
            try:
                return self.add_working_days(day, count, include_start)
            except OutOfCalendar:
                return None

        def between(start: Any = None, end: Any = None, include_start: Any = False) -> Decimal | None:
            a, b = _as_date(start), _as_date(end)
            if a is None or b is None or not isinstance(include_start, bool):
                return None
            return Decimal(self.working_days_between(a, b, include_start))

        def worked(day: Any = None) -> bool | None:
            d = _as_date(day)
            return None if d is None else self.is_working_day(d)

        return {"working days after": after, "working days between": between, "is working day": worked}

    def _worked_until(self, ordinal: int) -> int:
        """Working days from 0001-01-01 (a Monday) up to and including the day of that ordinal."""
        weeks, rest = divmod(ordinal, 7)
        plain = weeks * 5 + min(rest, 5)
        return plain - bisect_right(self._off_weekdays, ordinal) + bisect_right(self._on_weekends, ordinal)


def office(*, days_off: Iterable[date] = (), working_days: Iterable[date] = ()) -> Calendar:
    """The national calendar, with the office's own extra days off and working days."""
    own_off, own_on = frozenset(days_off), frozenset(working_days)
    return _national() if not own_off and not own_on else _build(own_off, own_on)


@lru_cache(maxsize=1)
def _national() -> Calendar:
    return _build(frozenset(), frozenset())


def _build(days_off: frozenset[date], working_days: frozenset[date]) -> Calendar:
    holidays: Mapping[date, str] = chinese_calendar.holidays
    worked: Mapping[date, str] = chinese_calendar.workdays
    return Calendar(
        holidays,
        worked,
        (min(holidays).year, max(holidays).year),
        days_off=days_off,
        working_days=working_days,
    )


def _as_date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _as_int(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    if isinstance(value, Decimal) and (not value.is_finite() or abs(value) > _FAR or value != int(value)):
        return None
    return int(value)


def _runs(days: Iterable[date]) -> list[list[date]]:
    """Consecutive days together; ``days`` ascending."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _day(day: date, year: int) -> Text:
    """``4月4日``, ``4 Apr``; with the year where it is not ``year``."""
    zh, en = f"{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]}"
    return Text(zh, en) if day.year == year else Text(f"{day.year}年{zh}", f"{en} {day.year}")


def _span(first: date, last: date, year: int) -> Text:
    """``4月4日至6日``, ``4–6 Apr``."""
    if first == last:
        return _day(first, year)
    a, b = _day(first, year), _day(last, year)
    if (first.year, first.month) == (last.year, last.month):
        return Text(f"{a.zh}至{last.day}日", f"{first.day}–{b.en}")
    return Text(f"{a.zh}至{b.zh}", f"{a.en} – {b.en}")
