"""When a timer event fires: ISO 8601 dates, durations and repeating intervals, and cron, in the office's zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from engine import feel
from engine.errors import Text

_CYCLE = re.compile(r"^R(\d{0,9})/(?:([^/]+)/)?([^/]+)$")
FOREVER = -1


class NoTime(ValueError):
    """A text that is no time; ``text`` says so in both languages."""

    def __init__(self, given: Any) -> None:
        given = str(given)
        given = given if len(given) <= 80 else f"{given[:80]}…"
        self.text = Text(
            f"“{given}”不是日期、时间、时长、R 循环或 cron",
            f"“{given}” is no date, time, duration, repetition (R3/PT1H) or cron",
        )
        super().__init__(self.text.en)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The next instant (UTC), how often after it (``FOREVER``: without end), and the step: ISO duration or cron."""

    due: datetime
    left: int = 0
    every: str = ""


def schedule(value: Any, now: datetime, zone: ZoneInfo) -> Schedule:
    """What a timer's value means from ``now`` on; raises ``NoTime``.

    ``value`` is a FEEL date, date and time, or duration, or a text: an ISO 8601 literal of these,
    ``R[n]/[start/]duration`` (n times in all), or a cron expression of five fields. Dates and times without an offset
    are the office's.
    """
    if isinstance(value, str):
        text = value.strip()
        if cycle := _CYCLE.match(text):
            times, start, every = cycle.groups()
            total = int(times) if times else FOREVER
            if total == 0:
                raise NoTime(value)
            first = _instant(_literal(start, value), zone) if start else _after(now, every, zone, value)
            return Schedule(first, total - 1 if total > 0 else FOREVER, every)
        if len(text.split()) == 5:
            return Schedule(_after(now, text, zone, value), FOREVER, text)
        if text.startswith("P"):
            due = now
            for part in _durations(text, value):
                due = _plus(due, part, zone)
            return Schedule(due)
        value = _literal(text, value)
    if isinstance(value, feel.YearsMonths | feel.DaysTime):
        return Schedule(_plus(now, value, zone))
    return Schedule(_instant(value, zone))


def following(schedule: Schedule, now: datetime, zone: ZoneInfo) -> Schedule | None:
    """The occurrence after ``schedule``; what an endless one missed until ``now`` is passed over."""
    if not schedule.every or schedule.left == 0:
        return None
    due = _after(schedule.due, schedule.every, zone, schedule.every)
    if schedule.left == FOREVER:
        while due <= now:
            # A long outage of a fine cycle: cron and durations both step from the last instant, never from `now`.
            due = _after(due, schedule.every, zone, schedule.every)
        return Schedule(due, FOREVER, schedule.every)
    return Schedule(due, schedule.left - 1, schedule.every)


def check(text: str) -> Text | None:
    """What is wrong with a literal timer text, or ``None``."""
    try:
        schedule(text, datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
    except NoTime as e:
        return e.text
    return None


def _after(start: datetime, every: str, zone: ZoneInfo, given: Any) -> datetime:
    if " " in every:
        due: datetime | None = _cron(every, str(zone)).get_next_fire_time(start, start)
        if due is None:
            raise NoTime(given)
        return due.astimezone(UTC)
    due = start
    for part in _durations(every, given):
        due = _plus(due, part, zone)
    if due <= start:
        raise NoTime(given)
    return due


@lru_cache(maxsize=1_000)
def _cron(text: str, zone: str) -> CronTrigger:
    fields = text.split()
    if fields[2] != "*" and fields[4] != "*":
        raise NoTime(text)  # cron means either of the two, the library both: one of them has to be *
    try:
        # The library counts Monday as 0; cron counts Sunday as 0 and as 7.
        return CronTrigger.from_crontab(" ".join((*fields[:4], _days(fields[4]))), timezone=ZoneInfo(zone))
    except ValueError as e:
        raise NoTime(text) from e


_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def _days(field: str) -> str:
    """The days of the week of a cron field by their names."""
    if field == "*":
        return field
    found: set[int] = set()
    for part in field.lower().split(","):
        days, _, step = part.partition("/")
        first, _, last = days.partition("-")
        low = 0 if days == "*" else _day(first)
        high = 6 if days == "*" or (step and not last) else _day(last or first)
        found.update(range(low, (high if high >= low else high + 7) + 1, int(step or 1)))
    return ",".join(sorted({_DAYS[d % 7] for d in found}))


def _day(text: str) -> int:
    day = _DAYS.index(text) if text in _DAYS else int(text)
    if not 0 <= day <= 7:
        raise ValueError(text)
    return day


_DURATION = re.compile(r"^P(?P<months>(\d+Y)?(\d+M)?)((?P<weeks>\d+)W)?(?P<days>(\d+D)?(T(\d+H)?(\d+M)?([\d.]+S)?)?)$")


def _durations(text: str, given: Any) -> list[Any]:
    """An ISO 8601 duration as FEEL durations: years and months, weeks, days and time, in this order."""
    found = _DURATION.match(text)
    if not found:
        raise NoTime(given)
    parts = [f"P{found['months']}"] if found["months"] else []
    if found["weeks"]:
        parts.append(f"P{int(found['weeks']) * 7}D")
    if found["days"]:
        parts.append(f"P{found['days']}")
    if not parts:
        raise NoTime(given)
    values = [_literal(part, given) for part in parts]
    if not all(isinstance(v, feel.YearsMonths | feel.DaysTime) for v in values):
        raise NoTime(given)
    return values


_LITERAL = re.compile(r"^-?[0-9PT][0-9A-Za-z:.+\-@/_]*$")


def _literal(text: str | None, given: Any) -> Any:
    if not text or not _LITERAL.match(text):
        raise NoTime(given)
    try:
        value = _compiled(f'@"{text}"').evaluate({})
    except feel.FeelError as e:
        raise NoTime(given) from e
    if value is None:
        raise NoTime(given)
    return value


@lru_cache(maxsize=1_000)
def _compiled(text: str) -> feel.Expression:
    return feel.compile(text, ())


_PLUS = _compiled("start + wait")


def _plus(start: datetime, wait: Any, zone: ZoneInfo) -> datetime:
    try:
        value = _PLUS.evaluate({"start": start.astimezone(zone), "wait": wait})
    except feel.FeelError as e:
        raise NoTime(wait) from e
    if not isinstance(value, datetime):
        raise NoTime(wait)
    return value.astimezone(UTC)


def _instant(value: Any, zone: ZoneInfo) -> datetime:
    try:
        if isinstance(value, datetime):
            return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
        if isinstance(value, date):
            return datetime.combine(value, time(), zone).astimezone(UTC)
    except OverflowError as e:  # the first and the last day there are, in some zones
        raise NoTime(value) from e
    raise NoTime(value)
