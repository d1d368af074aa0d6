"""Dates, times, durations and numbers as text, both ways (DMN 1.3, sections 10.3.2.3.4 to 10.3.2.3.8).

Years run from 1 to 9999 and fractions of a second to six digits, as Python's ``datetime`` has them.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from engine.feel.values import DaysTime, Function, Range, Run, YearsMonths, kind, number

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(\.\d{1,18})?(?:(Z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z][A-Za-z0-9_+\-/]{0,63}))?",
    re.ASCII,
)
_MONTHS = re.compile(r"(-)?P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?", re.ASCII)
_SECONDS = re.compile(r"(-)?P(?:(\d{1,9})D)?(T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(\.\d{0,18})?S)?)?", re.ASCII)


@lru_cache(1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def read_date(text: str) -> date | None:
    """``2026-03-02``, or None."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """``10:30:00``, with ``Z``, an offset, or ``@Asia/Shanghai`` behind it; or None."""
    found = _TIME.fullmatch(text)
    if not found:
        return None
    zone: tzinfo | None = None
    if found[5]:
        zone = UTC
    elif found[6]:
        hours, minutes, seconds = int(found[7]), int(found[8]), int(found[9] or 0)
        if hours > 18 or minutes > 59 or seconds > 59:
            return None
        ahead = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        zone = fixed(-ahead if found[6] == "-" else ahead)
    elif found[10]:
        if found[10] not in _zones():
            return None
        zone = ZoneInfo(found[10])
    try:
        fraction = int((found[4] or ".")[1:7].ljust(6, "0"))
        return time(int(found[1]), int(found[2]), int(found[3]), fraction, zone)
    except ValueError:
        return None


def fixed(ahead: timedelta) -> tzinfo:
    """A zone of one offset."""
    return UTC if not ahead else timezone(ahead)


def read_date_time(text: str) -> datetime | None:
    """``2026-03-02T10:30:00`` with an optional zone; a date alone is its midnight; or None."""
    day, divider, clock = text.partition("T")
    found = read_date(day)
    if found is None:
        return None
    if not divider:
        return datetime.combine(found, time.min)
    if clock.startswith("24:00:00"):  # the end of the day is the beginning of the next (XML Schema)
        clock = "00" + clock[2:]
        try:
            found += timedelta(days=1)
        except OverflowError:
            return None
    moment = read_time(clock)
    return None if moment is None else datetime.combine(found, moment)


def read_duration(text: str) -> YearsMonths | DaysTime | None:
    """``P1Y2M`` or ``P1DT2H3M4.5S``, with ``-`` before it; or None."""
    found = _MONTHS.fullmatch(text)
    if found and (found[2] or found[3]):
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return YearsMonths(-months if found[1] else months)
    found = _SECONDS.fullmatch(text)
    if found and (found[2] or found[4] or found[5] or found[6]) and found[3] != "T":
        seconds = int(found[2] or 0) * 86_400 + int(found[4] or 0) * 3_600 + int(found[5] or 0) * 60
        seconds += int(found[6] or 0)
        microseconds = seconds * 1_000_000 + int((found[7] or ".")[1:7].ljust(6, "0"))
        return DaysTime(-microseconds if found[1] else microseconds)
    return None


def read_any(text: str) -> Any:
    """What ``@"…"`` means, or None."""
    if text.startswith(("P", "-P")):
        return read_duration(text)
    if "T" in text[:11]:
        return read_date_time(text)
    return read_date(text) if _DATE.fullmatch(text) else read_time(text)


def write_number(value: Decimal) -> str:
    """A number without exponent and without trailing zeros."""
    if not value:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _write_zone(zone: tzinfo | None, moment: datetime | None) -> str:
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    ahead = zone.utcoffset(moment)
    if not ahead:
        return "Z"
    sign, seconds = ("-", -ahead) if ahead < timedelta(0) else ("+", ahead)
    whole = int(seconds.total_seconds())
    text = f"{sign}{whole // 3600:02d}:{whole // 60 % 60:02d}"
    return text + (f":{whole % 60:02d}" if whole % 60 else "")


def write_time(value: time, day: datetime | None = None) -> str:
    """ISO 8601 text of a time; a named zone is kept by name."""
    text = f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}"
    if value.microsecond:
        text += f".{value.microsecond:06d}".rstrip("0")
    return text + _write_zone(value.tzinfo, day)


def write_date_time(value: datetime) -> str:
    """ISO 8601 text of a date-time; a named zone is kept by name."""
    return f"{value.date().isoformat()}T{write_time(value.timetz(), value)}"


def write(value: Any, run: Run) -> str | None:
    """What ``string(value)`` gives; null stays null."""
    return None if value is None else _write(value, run, False)


def shown(value: Any, run: Run) -> str:
    """As ``write``, with strings in quotes and null as a word."""
    return _write(value, run, True)


def _write(value: Any, run: Run, inside: bool) -> str:
    run.charge(1)
    if value is None:
        return "null"
    if isinstance(value, str):
        if not inside:
            return value
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return run.new_text(f'"{escaped}"')
    if isinstance(value, bool):
        return "true" if value else "false"
    found = number(value)
    if found is not None:
        return run.new_text(write_number(found))
    if isinstance(value, datetime):
        return write_date_time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return write_time(value)
    if isinstance(value, YearsMonths | DaysTime):
        return str(value)
    if isinstance(value, list | dict | Range):
        return _write_many(value, run)
    return "function" if isinstance(value, Function) else kind(value)


def _write_many(value: Any, run: Run) -> str:
    with run.deeper():
        if isinstance(value, list):
            return run.new_text("[" + ", ".join(_write(item, run, True) for item in value) + "]")
        if isinstance(value, dict):
            return run.new_text("{" + ", ".join(f"{k}: {_write(v, run, True)}" for k, v in value.items()) + "}")
        low = "" if value.low is None else _write(value.low, run, True)
        high = "" if value.high is None else _write(value.high, run, True)
        opening, closing = "[" if value.low_included else "(", "]" if value.high_included else ")"
        return f"{opening}{low}..{high}{closing}"
