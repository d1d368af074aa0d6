"""A task's term: the day or the minute it ends, what moved it, and the arithmetic that anybody can check.

What was worked out when a task opened is kept with it as facts (``tasks.due_why``), so a parameter that changes later
moves no term that runs, and a calendar that is adjusted moves it by known arithmetic::

    {"term": {"from": "2026-04-02", "what": "opened", "count": 5, "unit": "working_days", "first": false,
              "which": "unit", "clause": "c_due", "changes": [{"kind": "extended", …}], "text": {"zh", "en"},
              "provisional": false},
     "publicity": {…}, "not_after": {…}, "told": [0]}

``end`` in place of ``count`` and ``unit`` is what an expression gave. Times are ISO 8601 with their offset. ``changes``
are pauses that are over and extensions, in their order. Nothing here writes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from engine import calendars
from engine.calendars import Amount, Calendar, OutOfCalendar, end_date, shown
from engine.errors import FieldError, Incident, NotNow, Text
from engine.gates import World, amount_of, counts_first, start_of
from engine.machine import Element
from engine.store import Moment
from engine.vocabulary import keys

REMIND, OVERDUE, ESCALATE = "remind", "overdue", "escalate"
PURPOSES = (REMIND, OVERDUE, ESCALATE)
"""Of the timers that belong to a term."""
_NO_DAY = Text("期限超出日历", "the term leaves the calendar")


@dataclass(frozen=True, slots=True)
class Term:
    """When a task ends: ``on`` is the last day, ``at`` the instant where it is counted in hours."""

    on: date | None = None
    at: datetime | None = None
    why: Mapping[str, Any] | None = None
    """The facts; ``None`` where the task knows no time at all."""

    @property
    def columns(self) -> dict[str, Any]:
        """As the row of a task keeps it."""
        kept = json.dumps(self.why, ensure_ascii=False, sort_keys=True) if self.why else None
        return {"due_on": self.on, "due_at": self.at, "due_why": kept}

    @property
    def facts(self) -> Mapping[str, Any]:
        """How the term itself came about; empty where there is none."""
        found: Mapping[str, Any] = (self.why or {}).get("term", {})
        return found

    @property
    def changes(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.facts.get("changes", ()))

    @property
    def extensions(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(c for c in self.changes if c["kind"] == "extended")

    def said(self, zone: ZoneInfo) -> str | None:
        """The end as entries keep it: a date, or a time in the office's zone."""
        if self.at is not None:
            return self.at.astimezone(zone).isoformat(timespec="minutes")
        return self.on.isoformat() if self.on else None


def of_row(row: Mapping[str, Any]) -> Term:
    """The term that a task's row keeps."""
    return Term(row["due_on"], row["due_at"], _why(row["due_why"]) if row["due_why"] else None)


@lru_cache(maxsize=4096)
def _why(text: str) -> Mapping[str, Any]:
    """Facts are read only, and a page of the worklist reads the same ones over and over."""
    found: Mapping[str, Any] = json.loads(text)
    return found


@dataclass(frozen=True, slots=True)
class Ring:
    """A timer of a term: what for, when, and of an escalation the how manieth word."""

    purpose: str
    at: datetime
    level: int | None = None


# ---------------------------------------------------------------- working it out


def work_out(
    world: World,
    element: Element,
    opened: datetime,
    context: Mapping[str, Any],
    pauses: Sequence[tuple[datetime, datetime]] = (),
) -> Term:
    """The term of a task that opens at ``opened``; ``pauses`` are earlier times during which its clock stood still."""
    words = element.words
    why: dict[str, Any] = {}
    opened = opened.astimezone(world.moment.zone)
    due, publicity, not_after = words.one("due"), words.one("publicity"), words.one("notAfter")
    if publicity is not None:
        span = _span(world, element, {**publicity, "after": publicity["for"]}, opened, context, first="noon")
        why["publicity"] = span
    if not_after is not None:
        is_own = "date" not in not_after and "after" not in not_after
        why["not_after"] = {} if is_own else _span(world, element, not_after, opened, context)
    for name, word in (("publicity", publicity), ("not_after", not_after)):
        if why.get(name) is None:
            why.pop(name, None)
        elif word is not None:
            why[name] |= {part: word[part] for part in ("clause", "outcome") if part in word}
    term = _span(world, element, due, opened, context) if due is not None else None
    if term is None:
        return Term(why=why or None)
    if due is not None and "clause" in due:
        term["clause"] = due["clause"]
    since = _read(term["from"], world) if "from" in term else opened
    term["changes"] = [
        {"kind": "paused", "from": a.isoformat(), "to": b.isoformat()}
        for a, b in _joined(pauses)
        if end_date(a.astimezone(world.moment.zone)) >= end_date(since)
    ]
    return _ended(world, element, {**why, "term": term})


def renewed(world: World, element: Element, term: Term, context: Mapping[str, Any]) -> Term:
    """The same term by the calendar that ``world`` has now; an expression is asked again."""
    if not term.facts:
        return term
    facts = dict(term.facts)
    if "end" in facts:
        value = _value(world, element, element.words.one("due") or {}, context)
        if value is None:
            return term
        facts["end"] = _written(value)
    return _ended(world, element, {**(term.why or {}), "term": facts})


def changed(world: World, element: Element, term: Term, change: Mapping[str, Any]) -> Term:
    """The term after a pause that is over or an extension."""
    facts = {**term.facts, "changes": [*term.changes, dict(change)]}
    return _ended(world, element, {**(term.why or {}), "term": facts})


def paused(since: datetime, until: datetime) -> dict[str, Any]:
    """The change that a pause made."""
    return {"kind": "paused", "from": since.isoformat(), "to": until.isoformat()}


def extension(
    world: World, element: Element, text: str, context: Mapping[str, Any], by: str | None, reason: str
) -> dict[str, Any]:
    """The change that an extension makes; ``text`` is the length that the designer allows."""
    amount = amount_of(world, element, text, context)
    if amount is None or amount.count <= 0:
        raise Incident(element.id, _NO_EXTENSION, {"amount": text})
    at = world.moment.local.isoformat()
    return {"kind": "extended", "count": amount.count, "unit": amount.unit, "by": by, "reason": reason, "at": at}


_NO_EXTENSION = Text("延长的期间不是正数", "the length of the extension is not positive")


def _span(
    world: World,
    element: Element,
    word: Mapping[str, str],
    opened: datetime,
    context: Mapping[str, Any],
    first: str = "false",
) -> dict[str, Any] | None:
    """A word's time as facts; ``None`` where a value it needs is not known."""
    if "date" in word:
        value = _value(world, element, word, context)
        return None if value is None else {"end": _written(value)}
    amount = amount_of(world, element, word["after"], context)
    start = start_of(world, word, context, opened)
    if amount is None or start is None:
        return None
    counted = counts_first(word, start, first)
    which = word.get("calendar", "unit")
    if amount.in_hours and not isinstance(start, datetime):
        start = calendars.local(start, _calendar(world, which, amount)).replace(tzinfo=world.moment.zone)
    if not amount.in_hours:
        start = end_date(start)
    return {
        "from": _written(start),
        "what": word.get("from", "opened"),
        "count": amount.count,
        "unit": amount.unit,
        "first": counted,
        "which": which,
    }


def _value(world: World, element: Element, word: Mapping[str, str], context: Mapping[str, Any]) -> date | None:
    """What an expression says of a day; a time means its day in the office, and one without a zone is the office's."""
    value = world.evaluate(word["date"], context, element.id) if "date" in word else None
    if isinstance(value, datetime):
        value = (value if value.tzinfo is None else value.astimezone(world.moment.zone)).date()
    return value if isinstance(value, date) else None


def _calendar(world: World, which: str, amount: Amount) -> Calendar:
    return world.calendar_of(which) if amount.needs_calendar else calendars.national()


def _joined(pauses: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Pauses in their order, those that overlap as one."""
    found: list[tuple[datetime, datetime]] = []
    for since, until in sorted(pauses):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def _ended(world: World, element: Element, why: Mapping[str, Any]) -> Term:
    """The end of a term by its facts, and the arithmetic in words."""
    try:
        end, text, is_provisional = _reckoned(world, why["term"])
    except OutOfCalendar as e:
        raise Incident(element.id, _NO_DAY, {}) from e
    facts = {**why["term"], "text": text.as_json(), "provisional": is_provisional}
    at = end.astimezone(UTC) if isinstance(end, datetime) else None
    return Term(end_date(end), at, {**why, "term": facts})


def _reckoned(world: World, facts: Mapping[str, Any]) -> tuple[date, Text, bool]:
    if "end" in facts:
        end = _read(facts["end"], world)
        unit, text, needs = "days", Text(shown(end), shown(end)), world.uses_calendar
        calendar = world.calendar if needs else calendars.national()
    else:
        amount, start = Amount(facts["count"], facts["unit"]), _read(facts["from"], world)
        unit, needs = amount.unit, amount.needs_calendar
        calendar = _calendar(world, facts["which"], amount)
        end = amount.after(start, calendar, facts["first"])
        text = amount.explain(start, calendar, facts["first"])
    for change in facts.get("changes", ()):
        if change["kind"] == "paused":
            since, until = _read(change["from"], world), _read(change["to"], world)
            end = _shifted(end, unit, calendar, since, until)
            said = _PAUSED.format(since=shown(end_date(since)), until=shown(end_date(until)), end=shown(end))
        else:
            more = Amount(change["count"], change["unit"])
            needs = needs or more.needs_calendar
            end = more.after(end, _calendar(world, facts.get("which", "unit"), more))
            if isinstance(end, datetime) and end.tzinfo is None:
                end = end.replace(tzinfo=world.moment.zone)
            said = _EXTENDED.format(by=more.text, end=shown(end))
        text = Text(text.zh + said.zh, text.en + said.en)
    return end, text, needs and calendar.is_provisional(end_date(end))


_PAUSED = Text("；{since} 至 {until} 暂停，顺延至 {end}", "; paused from {since} to {until}: until {end}")
_EXTENDED = Text("；延长 {by} = {end}", "; extended by {by} = {end}")


def _shifted(end: date, unit: str, calendar: Calendar, since: Any, until: Any) -> date:
    """The end of a term that stood still: what was left when it stopped is left when it goes on."""
    if isinstance(end, datetime):
        if since >= end:
            return end
        if unit == "working_hours":
            return calendar.add_working_time(until, calendar.working_time_between(since, end))
        later: datetime = end + (until - since)
        return later
    first, last = end_date(since), end_date(until)
    if first > end:
        return end
    if unit == "working_days":
        return calendar.add_working_days(last, calendar.working_days_between(first, end))
    return end + (last - first)


def _written(at: date) -> str:
    return at.isoformat()


def _read(text: str, world: World) -> Any:
    if len(text) == 10:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(world.moment.zone)


# ---------------------------------------------------------------- what rings


def rings(
    world: World, element: Element, term: Term, opened: datetime, context: Mapping[str, Any], is_late: bool = False
) -> list[Ring]:
    """The timers of a term: reminders from today on, its end, and the levels of escalation not yet told."""
    words, moment, found = element.words, world.moment, []
    opened = opened.astimezone(moment.zone)
    for remind in words.all("remind"):
        at = _reminder(world, element, remind, term, opened, context)
        if isinstance(at, datetime):
            if "at" in remind or at >= moment.now:
                found.append(Ring(REMIND, at))
        elif at is not None and at >= moment.today:
            found.append(Ring(REMIND, moment.midnight(at)))
    if term.on is None:
        return found
    over = term.at or _day_after(moment, term.on)
    if over is not None and not is_late:
        found.append(Ring(OVERDUE, over))
    told = (term.why or {}).get("told", ())
    for level, text in enumerate(levels(element)):
        if level not in told and (at := _escalation(world, element, text, term, context)) is not None:
            found.append(Ring(ESCALATE, at, level))
    return found


def _reminder(
    world: World,
    element: Element,
    word: Mapping[str, str],
    term: Term,
    opened: datetime,
    context: Mapping[str, Any],
) -> date | None:
    if "at" in word:
        value = world.evaluate(word["at"], context, element.id)
        return value if isinstance(value, date) else None
    which = word.get("calendar", term.facts.get("which", "unit"))
    if "before" in word:
        end = term.at.astimezone(world.moment.zone) if term.at else term.on
        amount = amount_of(world, element, word["before"], context)
        if end is None or amount is None:
            return None
        return _after(world, element, -amount, end, which)
    amount, start = amount_of(world, element, word["after"], context), start_of(world, word, context, opened)
    return None if amount is None or start is None else _after(world, element, amount, start, which)


def _after(world: World, element: Element, amount: Amount, start: date, which: str) -> date:
    try:
        end = amount.after(start, _calendar(world, which, amount))
    except OutOfCalendar as e:
        raise Incident(element.id, _NO_DAY, {}) from e
    return end.replace(tzinfo=world.moment.zone) if isinstance(end, datetime) and end.tzinfo is None else end


def _escalation(world: World, element: Element, text: str, term: Term, context: Mapping[str, Any]) -> datetime | None:
    """When a level is told: so long after the term is over."""
    amount = amount_of(world, element, text, context)
    end = term.at.astimezone(world.moment.zone) if term.at else term.on
    if amount is None or end is None:
        return None
    at = _after(world, element, amount, end, term.facts.get("which", "unit"))
    return at if isinstance(at, datetime) else _day_after(world.moment, at)


def _day_after(moment: Moment, day: date) -> datetime | None:
    return moment.midnight(day + timedelta(days=1)) if day < date.max else None  # that never comes


def levels(element: Element) -> list[str]:
    """The lengths after which somebody more is told that a task is overdue, in the order written."""
    return list(dict.fromkeys(word["after"] for word in element.words.all("escalate") if "after" in word))


# ---------------------------------------------------------------- what it forbids


def refuse(world: World, row: Mapping[str, Any], outcome: str | None) -> None:
    """A publicity period has to be over, and a last day not to be: raises ``NotNow`` with the clause."""
    term = of_row(row)
    for name in ("publicity", "not_after"):
        span = (term.why or {}).get(name)
        wanted = keys((span or {}).get("outcome"))
        if span is None or (wanted and outcome not in wanted):
            continue
        edge = bounds(world, term)[name]
        if edge is None:
            continue
        now: date = world.moment.local if isinstance(edge, datetime) else world.moment.today
        if name == "publicity" and now < edge:
            raise _not_now("err_publicity_running", _RUNNING.format(on=shown(edge)), span, edge, "earliest")
        if name == "not_after" and now > edge:
            raise _not_now("err_too_late", _TOO_LATE.format(on=shown(edge)), span, edge, "latest")


_RUNNING = Text("公示期未满，最早 {on} 才可以办结。", "The publicity period is running: possible from {on} on.")
_TOO_LATE = Text("已过期限 {on}，不得再办结。", "It was possible until {on}; the time is over.")


def _not_now(code: str, text: Text, span: Mapping[str, Any], edge: date, name: str) -> NotNow:
    clause, day = span.get("clause"), end_date(edge).isoformat()
    errors = (FieldError("", code, text, clause, day if name == "earliest" else None),)
    refusal = NotNow(text, code=code, clause=clause, errors=errors)
    refusal.details = {name: edge.isoformat()}
    return refusal


def bounds(world: World, term: Term) -> dict[str, date | None]:
    """From when (``publicity``) and until when (``not_after``) a task can be completed; ``None``: at any time."""
    why = term.why or {}
    found: dict[str, date | None] = {"publicity": None, "not_after": None}
    if (span := why.get("publicity")) is not None:
        end, _, _ = _reckoned(world, span)
        found["publicity"] = end if isinstance(end, datetime) else end + timedelta(days=1)
    if (span := why.get("not_after")) is not None:
        if "from" in span or "end" in span:
            found["not_after"] = _reckoned(world, span)[0]
        else:
            found["not_after"] = term.at.astimezone(world.moment.zone) if term.at else term.on
    return found


# ---------------------------------------------------------------- what is left


def left(
    row: Mapping[str, Any], term: Term, moment: Moment, calendar: Callable[[], Calendar]
) -> tuple[str, Text | None]:
    """How a term stands (``none``, ``paused``, ``late``, ``near``, ``running``) and what is left of it, in words."""
    if row["paused_at"] is not None and term.on is not None:
        return "paused", Text("暂停计时", "paused")
    if term.on is None:
        return "none", None
    unit = term.facts.get("unit", "days")
    if term.at is not None:
        end = term.at.astimezone(moment.zone)
        seconds = int((end - moment.local).total_seconds())
        if unit == "working_hours":
            seconds = calendar().working_time_between(moment.local, end)
        if moment.now > term.at:
            return "late", _over(_length(abs(seconds)))
        return "near" if seconds < 3 * 3600 else "running", _still(_length(seconds))
    days, noun = (term.on - moment.today).days, Text("天", "day")
    if unit == "working_days":
        days, noun = calendar().working_days_between(moment.today, term.on), Text("个工作日", "working day")
    if moment.today > term.on:
        late = max(abs(days), 1)
        return "late", _over(Text(f"{late} {noun.zh}", f"{late} {noun.en}{'' if late == 1 else 's'}"))
    if moment.today == term.on:
        return "near", Text("今天到期", "due today")
    text = _still(Text(f"{days} {noun.zh}", f"{days} {noun.en}{'' if days == 1 else 's'}"))
    return "near" if days <= _near(term) else "running", text


def _near(term: Term) -> int:
    """Days before its end at which a term is near: three, or one of a short one."""
    facts = term.facts
    count = facts.get("count", 30) if facts.get("unit") in ("days", "working_days") else 30
    return 3 if count > 5 else 1


def _length(seconds: int) -> Text:
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    if hours and minutes:
        return Text(f"{hours} 小时 {minutes} 分钟", f"{hours} h {minutes} min")
    return Text(f"{hours} 小时", f"{hours} h") if hours else Text(f"{minutes} 分钟", f"{minutes} min")


def _over(text: Text) -> Text:
    return Text(f"逾期 {text.zh}", f"{text.en} overdue")


def _still(text: Text) -> Text:
    return Text(f"剩 {text.zh}", f"{text.en} left")
