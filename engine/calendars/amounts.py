"""Lengths of time as a designer writes them, and what they lead to: ``P1M``, ``5 working days``, ``2 working hours``.

A number may be the name of a variable or a parameter. Months are those of the calendar, clipped to the last day
(2026-01-31 + 1 month = 2026-02-28).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, TypeVar

from engine.calendars.days import PROVISIONAL, Calendar, OutOfCalendar
from engine.errors import Text
from engine.feel.values import DaysTime, YearsMonths, shift_months

Unit = Literal["days", "months", "working_days", "hours", "working_hours"]

_UNITS: dict[str, tuple[Unit, int]] = {
    "day": ("days", 1),
    "week": ("days", 7),
    "month": ("months", 1),
    "half year": ("months", 6),
    "year": ("months", 12),
    "working day": ("working_days", 1),
    "hour": ("hours", 1),
    "working hour": ("working_hours", 1),
}
_ISO = re.compile(r"^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(\d+)H)?$")
_WRITTEN = re.compile(
    r"^\s*(?:(?P<iso>P[0-9T]\S*)(?:\s+(?P<working>working)(?:\s+(?:days?|hours?))?)?"
    r"|(?P<count>[0-9]{1,5}|[A-Za-z_][A-Za-z0-9_]{0,99})"
    r"(?:\s+(?P<unit>days?|weeks?|months?|half years?|years?|working days?|hours?|working hours?))?)\s*$"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A length of time: ``5 working_days``."""

    count: int
    unit: Unit

    @property
    def in_hours(self) -> bool:
        return self.unit in ("hours", "working_hours")

    @property
    def needs_calendar(self) -> bool:
        return self.unit in ("working_days", "working_hours")

    def __neg__(self) -> Amount:
        return Amount(-self.count, self.unit)

    def after(self, start: date, calendar: Calendar, include_start: bool = False) -> date:
        """Where it ends; ``start`` is a date, or a time in the office's zone for lengths in hours.

        A date where hours are counted means the opening of the office, or its closing where they are counted back.
        Raises ``OutOfCalendar``.
        """
        if self.in_hours:
            at = local(start, calendar, is_end=self.count < 0)
            if self.unit == "working_hours":
                return calendar.add_working_time(at, self.count * 3600)
            return _shifted(at, timedelta(hours=self.count))
        day = start.date() if isinstance(start, datetime) else start
        if self.unit == "working_days":
            return calendar.add_working_days(day, self.count, include_start)
        if self.unit == "months":
            found = shift_months(day, self.count)
            if found is None:
                raise OutOfCalendar(f"{self.count} months from {day} leave the calendar")
            day = found
        else:
            day = _shifted(day, timedelta(days=self.count))
        return _shifted(day, timedelta(days=-1)) if include_start and self.count > 0 else day

    @property
    def text(self) -> Text:
        """``5 个工作日``, ``5 working days``."""
        count, one = abs(self.count), abs(self.count) == 1
        zh = {
            "days": "天",
            "months": "个月",
            "working_days": "个工作日",
            "hours": "小时",
            "working_hours": "个工作小时",
        }[self.unit]
        en = {
            "days": "day",
            "months": "month",
            "working_days": "working day",
            "hours": "hour",
            "working_hours": "working hour",
        }[self.unit]
        return Text(f"{count} {zh}", f"{count} {en}{'' if one else 's'}")

    def explain(self, start: date, calendar: Calendar, include_start: bool = False) -> Text:
        """The arithmetic in words: ``2026-04-02 + 5 working days, without 4–6 Apr = 2026-04-10``."""
        end = self.after(start, calendar, include_start)
        if self.unit == "working_days":
            day = start.date() if isinstance(start, datetime) else start
            return calendar.explain(day, self.count, include_start)
        zh: list[str] = []
        en: list[str] = []
        if self.unit == "working_hours":
            first, last = min(end_date(start), end_date(end)), max(end_date(start), end_date(end))
            zh, en = calendar.departures(first, last)
            hours = "、".join(f"{a:%H:%M}–{b:%H:%M}" for a, b in calendar.hours)
            zh.insert(0, f"办公时间 {hours}")
            en.insert(0, f"office hours {hours.replace('、', ', ')}")
            if calendar.is_provisional(first) or calendar.is_provisional(last):
                zh.append(PROVISIONAL.zh)
                en.append(PROVISIONAL.en)
        elif self.unit == "months" and end_date(end).day != end_date(start).day and not include_start:
            zh.append("该月没有这一日，取月末")
            en.append("that month has no such day: its last")
        if include_start and not self.in_hours:
            zh.append("起始日计入")
            en.append("counting the first day")
        if self.in_hours:
            start = local(start, calendar, is_end=self.count < 0)
        sign = "-" if self.count < 0 else "+"
        return Text(
            f"{shown(start)} {sign} {self.text.zh}{''.join('，' + t for t in zh)} = {shown(end)}",
            f"{shown(start)} {sign} {self.text.en}{''.join(', ' + t for t in en)} = {shown(end)}",
        )


@dataclass(frozen=True, slots=True)
class Written:
    """A length as it stands in a definition: the count may be a name."""

    count: int | str
    unit: Unit | None
    factor: int = 1

    @property
    def name(self) -> str | None:
        return self.count if isinstance(self.count, str) else None

    def amount(self, value: Any = None) -> Amount | None:
        """With the value of its name; ``None`` where that is no whole number, no duration and no length in words."""
        if self.name is None:
            return None if self.unit is None else Amount(int(self.count) * self.factor, self.unit)
        if isinstance(value, str):
            said = read_amount(value) if self.unit is None else None
            return said.amount() if said is not None and said.name is None else None
        if isinstance(value, YearsMonths):
            return Amount(value.months, "months")
        if isinstance(value, DaysTime):
            hours, rest = divmod(value.microseconds, 3_600_000_000)
            if rest:
                return None
            if self.unit == "working_days" and hours % 24 == 0:
                return Amount(hours // 24, "working_days")
            if self.unit == "working_hours":
                return Amount(hours, "working_hours")
            return Amount(hours // 24, "days") if hours % 24 == 0 else Amount(hours, "hours")
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or self.unit is None or value != int(value):
            return None
        return Amount(int(value) * self.factor, self.unit) if -100_000 < value < 100_000 else None


def read_amount(text: str) -> Written | None:
    """Read ``P1M``, ``P5D working``, ``5 working days``, ``prm_days working days``; ``None`` where it is no length."""
    found = _WRITTEN.match(text)
    if found is None:
        return None
    if iso := found["iso"]:
        return _read_iso(iso, working=found["working"] is not None)
    count: int | str = int(found["count"]) if found["count"].isdigit() else found["count"]
    if found["unit"] is None:
        return None if isinstance(count, int) else Written(count, None)
    unit, factor = _UNITS[found["unit"].removesuffix("s")]
    return Written(count, unit, factor)


def _read_iso(text: str, *, working: bool) -> Written | None:
    found = _ISO.match(text)
    if found is None:
        return None
    years, months, weeks, days, hours = (int(v) if v else 0 for v in found.groups())
    kinds = [bool(years or months), bool(weeks or days), bool(hours)]
    if sum(kinds) != 1 or (working and (kinds[0] or weeks)):
        return None
    if kinds[0]:
        return Written(years * 12 + months, "months")
    if kinds[1]:
        return Written(weeks * 7 + days, "working_days" if working else "days")
    return Written(hours, "working_hours" if working else "hours")


def months_after(day: date, months: int) -> date:
    """A date some months later, clipped to the last day of the month; raises ``OutOfCalendar``."""
    return Amount(months, "months").after(day, Calendar())


def local(at: date, calendar: Calendar, *, is_end: bool = False) -> datetime:
    """A time in the office's zone; a date means the opening of the office, or its closing."""
    if isinstance(at, datetime):
        return at
    return datetime.combine(at, calendar.closes(at) if is_end else calendar.opens(at))


def end_date(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at


def shown(at: date) -> str:
    """``2026-04-02``, ``2026-04-02 15:30``."""
    return at.strftime("%Y-%m-%d %H:%M") if isinstance(at, datetime) else at.isoformat()


_Day = TypeVar("_Day", bound=date)


def _shifted(day: _Day, by: timedelta) -> _Day:
    try:
        return day + by
    except OverflowError as e:
        raise OutOfCalendar(f"{by} from {day} leaves the calendar") from e
