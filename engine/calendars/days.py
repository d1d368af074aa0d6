"""Which days are worked, and from when to when: weekends, national holidays, the weekends worked in exchange (调休).

Knows dates and hours only: no database, no clock, no case. The national days come from the package
``chinesecalendar``, which carries the yearly notices of the State Council's General Office; a year without a notice has
weekends only and is *provisional*.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import chinese_calendar

from engine.errors import Text
from engine.feel.values import shift_months

HOURS: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(14), time(18)))
"""The office hours where nobody has set others."""
_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()
_FAR = 1_000_000
"""The largest number of working days anybody may add; more than the calendar holds in either direction."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAYS_ZH = "一二三四五六日"


class OutOfCalendar(ValueError):
    """The day asked for lies outside the years 1 to 9999."""


class Calendar:
    """Which days are worked, and when. Immutable; a question costs a few binary searches, however long the span.

    ``holidays``: days off by notice, weekends inside a holiday included. ``working_weekends``: Saturdays and Sundays
    that are worked. ``years``: first and last year for which notices are known, both inclusive; outside them a day is
    provisional, unless its year is in ``noticed``. ``days_off`` and ``working_days`` are the office's own exceptions
    and win over the notices; a date in both is worked. ``hours``: from and until, in order, without overlapping.
    """

    __slots__ = ("_day", "_off", "_off_weekdays", "_on", "_on_weekends", "hours", "noticed", "years")

    def __init__(
        self,
        holidays: Iterable[date] = (),
        working_weekends: Iterable[date] = (),
        years: tuple[int, int] | None = None,
        *,
        days_off: Iterable[date] = (),
        working_days: Iterable[date] = (),
        noticed: Iterable[int] = (),
        hours: Sequence[tuple[time, time]] = HOURS,
    ) -> None:
        own_off, own_on = frozenset(days_off), frozenset(working_days)
        off = ((frozenset(holidays) - frozenset(working_weekends)) | own_off) - own_on
        on = (frozenset(working_weekends) - own_off) | own_on
        self.years = years
        self.noticed = frozenset(noticed)
        self.hours = tuple(hours)
        self._day = sum(_seconds(until) - _seconds(since) for since, until in self.hours)
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
        known = self.years is not None and self.years[0] <= day.year <= self.years[1]
        return not known and day.year not in self.noticed

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

    def add_working_time(self, start: datetime, seconds: int) -> datetime:
        """The moment at which so many seconds of office hours after ``start`` are over; negative counts backwards.

        ``start`` is a time in the office's zone, and so is the answer. A term that fills a morning ends at noon, not
        when the afternoon begins. Raises ``OutOfCalendar``.
        """
        start = start.replace(microsecond=0)
        if seconds == 0 or not self._day:
            return start
        day = start.date()
        before = self._worked_until(day.toordinal() - 1)
        goal = before * self._day + self._worked_in(day, start) + seconds
        if seconds > 0:
            days, rest = divmod(goal - 1, self._day)
            on, rest = self.add_working_days(day, days + 1 - before, include_start=True), rest + 1
            return datetime.combine(on, self._at(rest, is_end=True), start.tzinfo)
        days, rest = divmod(goal, self._day)
        back = days + 1 - before
        on = self.add_working_days(day, 1, include_start=True) if back == 1 else self.add_working_days(day, back - 1)
        return datetime.combine(on, self._at(rest, is_end=False), start.tzinfo)

    def working_time_between(self, start: datetime, end: datetime) -> int:
        """Seconds of office hours from ``start`` to ``end``, both in the office's zone; negative backwards."""

        def until(at: datetime) -> int:
            return self._worked_until(at.date().toordinal() - 1) * self._day + self._worked_in(at.date(), at)

        return until(end) - until(start)

    def opens(self, day: date) -> time:
        """When the office hours of a day begin."""
        return self.hours[0][0] if self.hours else time()

    def closes(self, day: date) -> time:
        """When the office hours of a day end."""
        return self.hours[-1][1] if self.hours else time(23, 59)

    def _worked_in(self, day: date, at: datetime) -> int:
        """Seconds worked on a day until a time of it."""
        if not self.is_working_day(day):
            return 0
        now = _seconds(at.time())
        return sum(max(0, min(now, _seconds(until)) - _seconds(since)) for since, until in self.hours)

    def _at(self, worked: int, *, is_end: bool) -> time:
        """The time of a working day at which so many seconds are worked; of two the earlier where a term ends."""
        for since, until in self.hours:
            length = _seconds(until) - _seconds(since)
            if worked < length or (is_end and worked == length):
                return (datetime.combine(date.min, since) + timedelta(seconds=worked)).time()
            worked -= length
        return self.hours[-1][1]

    def explain(self, start: date, n: int, include_start: bool = False) -> Text:
        """The arithmetic of ``add_working_days`` in words.

        ``2026-04-02 + 5 working days, without 4–6 Apr = 2026-04-10``: holidays on the way are named, plain weekends
        are not; weekends that are worked are named; a result that rests on a year without a notice says so.
        """
        end = self.add_working_days(start, n, include_start)
        zh, en = self.departures(start, end)
        if include_start:
            zh.append("起始日计入")
            en.append("counting the first day")
        if self.is_provisional(start) or self.is_provisional(end):
            zh.append(PROVISIONAL.zh)
            en.append(PROVISIONAL.en)
        sign, count = ("-", -n) if n < 0 else ("+", n)
        unit = "working day" if count == 1 else "working days"
        return Text(
            f"{start} {sign} {count} 个工作日{''.join('，' + t for t in zh)} = {end}",
            f"{start} {sign} {count} {unit}{''.join(', ' + t for t in en)} = {end}",
        )

    def departures(self, start: date, end: date) -> tuple[list[str], list[str]]:
        """What of the days from ``start`` to ``end`` is not as weeks usually are, in Chinese and in English."""
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
        return zh, en

    def _worked_until(self, ordinal: int) -> int:
        """Working days from 0001-01-01 (a Monday) up to and including the day of that ordinal."""
        weeks, rest = divmod(ordinal, 7)
        plain = weeks * 5 + min(rest, 5)
        return plain - bisect_right(self._off_weekdays, ordinal) + bisect_right(self._on_weekends, ordinal)


HOLIDAYS: Mapping[str, Text] = {
    "New Year's Day": Text("元旦", "New Year's Day"),
    "Spring Festival": Text("春节", "Spring Festival"),
    "Tomb-sweeping Day": Text("清明节", "Tomb-Sweeping Day"),
    "Labour Day": Text("劳动节", "Labour Day"),
    "Dragon Boat Festival": Text("端午节", "Dragon Boat Festival"),
    "Mid-autumn Festival": Text("中秋节", "Mid-Autumn Festival"),
    "National Day": Text("国庆节", "National Day"),
    "Anti-Fascist 70th Day": Text("抗战胜利纪念日", "Victory Day"),
}
"""The holidays by the names that ``national_days`` gives."""
PROVISIONAL = Text("放假安排尚未公布，暂按周末推算", "provisional: no holiday notice yet")


def functions(calendar: Callable[[], Calendar]) -> dict[str, Callable[..., Any]]:
    """Host functions for FEEL, by the names that designers write; a wrong argument gives null.

    ``calendar`` is asked only where a function is called. ``working days after(from, n, include start?)``,
    ``working days between(from, to, include start?)``, ``is working day(day)``, ``working hours after(from, hours)``;
    and, without any calendar, ``months after``, ``half years after`` and ``years after(from, n)``, clipped to the last
    day of a month.
    """

    def after(start: Any = None, n: Any = None, include_start: Any = False) -> date | None:
        day, count = _as_date(start), _as_int(n)
        if day is None or count is None or not isinstance(include_start, bool):
            return None
        try:
            return calendar().add_working_days(day, count, include_start)
        except OutOfCalendar:
            return None

    def between(start: Any = None, end: Any = None, include_start: Any = False) -> Decimal | None:
        a, b = _as_date(start), _as_date(end)
        if a is None or b is None or not isinstance(include_start, bool):
            return None
        return Decimal(calendar().working_days_between(a, b, include_start))

    def worked(day: Any = None) -> bool | None:
        d = _as_date(day)
        return None if d is None else calendar().is_working_day(d)

    def hours(start: Any = None, n: Any = None) -> datetime | None:
        count = _as_int(n)
        if not isinstance(start, datetime) or count is None:
            return None
        try:
            return calendar().add_working_time(start, count * 3600)
        except OutOfCalendar:
            return None

    def later(months: int) -> Callable[..., Any]:
        def shift(start: Any = None, n: Any = None) -> date | None:
            count = _as_int(n)
            return None if count is None or not isinstance(start, date) else shift_months(start, count * months)

        return shift

    return {
        "working days after": after,
        "working days between": between,
        "is working day": worked,
        "working hours after": hours,
        "months after": later(1),
        "half years after": later(6),
        "years after": later(12),
    }


def national_days() -> tuple[Mapping[date, str], Mapping[date, str]]:
    """The days off and the weekends worked, by notice: day → the English name of the holiday."""
    return chinese_calendar.holidays, chinese_calendar.workdays


@lru_cache(maxsize=1)
def national() -> Calendar:
    """The calendar of the national notices alone."""
    return build({}, (), HOURS)


def build(own: Mapping[date, bool], noticed: Iterable[int], hours: Sequence[tuple[time, time]]) -> Calendar:
    """The national calendar with days of one's own (day → worked?), years whose notice was brought in, and hours."""
    holidays, worked = national_days()
    return Calendar(
        holidays,
        worked,
        (min(holidays).year, max(holidays).year),
        days_off=[day for day, is_worked in own.items() if not is_worked],
        working_days=[day for day, is_worked in own.items() if is_worked],
        noticed=noticed,
        hours=hours,
    )


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


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
