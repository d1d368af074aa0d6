"""Calendars: which days are worked, the office's own and its units'; adjusting them, and the arithmetic of a term."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from marshmallow import RAISE, fields, validate

from api.contract import SIGNED_IN, Asked, Door, may
from api.shapes import Asking, At, On, PersonRef, Shape, Spoken, UnitRef
from engine import actors, adjusting, calendars, definitions
from engine.adjusting import Adjustment, Moved, MovedTimer
from engine.calendars import Book
from engine.errors import FieldError, Text, Unfit

door = Door("calendars", __name__, description="Working days and office hours.")

OFFICE = Text("全机关", "The whole office")


class Hours(Shape):
    since = fields.String()
    until = fields.String()


class CalendarItem(Shape):
    """A calendar that somebody has adjusted, or the office's; ``number`` counts adjustments over all calendars."""

    id = fields.String()
    unit = fields.Nested(UnitRef, allow_none=True)
    name = Spoken()
    number = fields.Integer()
    hours = fields.List(fields.Nested(Hours))
    noticed = fields.List(fields.Integer())
    set_by = fields.Nested(PersonRef, allow_none=True)
    at = At(allow_none=True)


class CalendarList(Shape):
    """``national`` are the first and the last year whose notices came with the product."""

    items = fields.List(fields.Nested(CalendarItem))
    national = fields.List(fields.Integer())
    can_adjust = fields.Boolean()


class CalendarDay(Shape):
    """A day that is not as weeks usually are; ``national`` is what the notice says: worked, off, or nothing."""

    day = On()
    is_worked = fields.Boolean()
    name = fields.String(allow_none=True)
    holiday = Spoken(allow_none=True)
    national = fields.Boolean(allow_none=True)
    own = fields.Boolean()
    calendar = fields.String(allow_none=True)


class AdjustmentDay(Shape):
    day = On()
    is_worked = fields.Boolean(allow_none=True)
    name = fields.String()


class AdjustmentShape(Shape):
    """What was adjusted, when, by whom and why; it stays readable for ever."""

    number = fields.Integer()
    year = fields.Integer(allow_none=True)
    hours = fields.List(fields.Nested(Hours), allow_none=True)
    reason = fields.String()
    basis = fields.String(allow_none=True)
    set_by = fields.Nested(PersonRef, allow_none=True)
    at = At()
    days = fields.List(fields.Nested(AdjustmentDay))


class CalendarYear(CalendarItem):
    """One year of a calendar; ``provisional``: its holiday notice is not known yet."""

    year = fields.Integer()
    provisional = fields.Boolean()
    working_days = fields.Integer()
    days = fields.List(fields.Nested(CalendarDay))
    history = fields.List(fields.Nested(AdjustmentShape))
    can_adjust = fields.Boolean()


class YearQuery(Asking):
    year = fields.Integer(load_default=None, validate=validate.Range(min=1900, max=2999))


class DaySent(Asking):
    """``is_worked`` null: as it would be if nobody had said anything."""

    day = On(required=True)
    is_worked = fields.Boolean(required=True, allow_none=True)
    name = fields.String(load_default="", validate=validate.Length(max=100))


class HoursSent(Asking):
    since = fields.String(required=True, validate=validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$"))
    until = fields.String(required=True, validate=validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$"))


class AdjustmentSent(Asking):
    """Days, or a file of them (``csv``: day,yes or no,name); ``year``: they are the whole notice of that year.

    ``preview`` says what would move, and changes nothing.
    """

    days = fields.List(fields.Nested(DaySent(unknown=RAISE)), load_default=list, validate=validate.Length(max=1000))
    csv = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200_000))
    year = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1900, max=2999))
    hours = fields.List(
        fields.Nested(HoursSent(unknown=RAISE)), load_default=None, allow_none=True, validate=validate.Length(max=6)
    )
    reason = fields.String(load_default="", validate=validate.Length(max=2000))
    basis = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    preview = fields.Boolean(load_default=False)


class MovedCase(Shape):
    id = fields.String()
    number = fields.String()
    title = fields.String()


class MovedTask(Shape):
    """An open task whose term moves; where ``task`` is null, a timer event whose time does."""

    task = fields.String(allow_none=True)
    case = fields.Nested(MovedCase)
    name = Spoken()
    old = fields.String()
    new = fields.String()
    text = Spoken(allow_none=True)


class Adjusted(Shape):
    """What an adjustment moves or has moved; of ``open`` ones that rest on a calendar ``looked_at`` were tried.

    ``number`` is null for a preview. Terms that are not done at once are done by the clock.
    """

    number = fields.Integer(allow_none=True)
    days = fields.List(fields.Nested(AdjustmentDay))
    moved = fields.List(fields.Nested(MovedTask))
    looked_at = fields.Integer()
    open = fields.Integer()


class ArithmeticQuery(Asking):
    """``length`` is a length of time such as ``P1M`` or ``2 working hours``; else ``days`` working days."""

    since = On(required=True, data_key="from")
    at = fields.String(load_default=None, validate=validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$"))
    days = fields.Integer(load_default=None, validate=validate.Range(min=-10_000, max=10_000))
    length = fields.String(load_default=None, validate=validate.Length(max=60))
    count_first = fields.Boolean(load_default=False)


class Arithmetic(Shape):
    on = On()
    at = fields.String(allow_none=True)
    text = Spoken()
    provisional = fields.Boolean()


@door.opens("GET", "/calendars", policy=SIGNED_IN, answer=CalendarList)
def listed(asked: Asked) -> Any:
    """The office's calendar and those of units that have days of their own."""
    book = calendars.book(asked.db)
    ids = [calendars.OFFICE, *(id_ for id_ in book.own if id_ != calendars.OFFICE)]
    first, last = calendars.national().years or (0, 0)
    return {
        "items": [_item(asked, book, id_) for id_ in ids],
        "national": [first, last],
        "can_adjust": adjusting.PERMISSION in asked.actor.permissions,
    }


@door.opens("GET", "/calendars/<calendar_id>", policy=SIGNED_IN, answer=CalendarYear, query=YearQuery)
def one(asked: Asked, calendar_id: str) -> Any:
    """One year of the office's calendar, or of a unit (its id or code), and everything that was ever adjusted in it."""
    id_, unit = adjusting.calendar_of(asked.db, calendar_id, asked.moment.today)
    book = calendars.book(asked.db)
    line = adjusting.line_of(asked.db, unit, asked.moment.today)
    year = asked.query["year"] or asked.moment.today.year
    calendar = book.calendar(line)
    first, last = date(year, 1, 1), date(year, 12, 31)
    adjustments = calendars.history(asked.db, id_)
    people = actors.names(asked.db, {a["set_by"] for a in adjustments if a["set_by"]})
    return {
        **_item(asked, book, id_),
        "hours": _hours(calendar.hours),
        "year": year,
        "provisional": calendar.is_provisional(first),
        "working_days": calendar.working_days_between(first, last, include_start=True),
        "days": [
            {**day, "holiday": calendars.HOLIDAYS.get(day["holiday"] or "")}
            for day in adjusting.days_of(book, line, year)
        ],
        "history": [
            {
                **a,
                "hours": _hours(a["hours"]) if a["hours"] else None,
                "set_by": {"id": a["set_by"], "name": people[a["set_by"]]} if a["set_by"] in people else None,
            }
            for a in adjustments
        ],
        "can_adjust": adjusting.PERMISSION in asked.actor.permissions,
    }


@door.opens(
    "POST",
    "/calendars/<calendar_id>/days",
    policy=may(adjusting.PERMISSION),
    body=AdjustmentSent,
    answer=Adjusted,
    works="by itself",
)
def adjust(asked: Asked, calendar_id: str) -> Any:
    """Adjust a calendar, or see beforehand which terms that moves; open terms follow at once, the rest by the clock."""
    given = asked.body
    adjustment = _adjustment(given)
    before: dict[str, Any] = {}
    with asked.store.reading() as db:
        moment = asked.store.moment(db)
        id_, unit = adjusting.calendar_of(db, calendar_id, moment.today)
        found = adjusting.preview(db, asked.actor, moment, id_, adjustment)
        before = {
            "number": None,
            "days": [
                {"day": day, "is_worked": is_worked, "name": name}
                for day, (is_worked, name) in sorted(adjustment.days.items())
            ],
            "moved": [
                *(_moved(db, m, moment) for m in found.moved),
                *(_moved_timer(db, m, moment) for m in found.timers),
            ],
            "looked_at": found.looked_at,
            "open": found.open,
        }
    if given["preview"]:
        return before

    def act(own: Asked) -> dict[str, Any]:
        number = adjusting.adjust(own.db, own.actor, own.moment, id_, unit, adjustment, given["reason"], given["basis"])
        return {**before, "number": number}

    done = asked.once(act, _ADJUSTED)
    adjusting.sweep(asked.store, limit=200)
    return done


_ADJUSTED = Adjusted()


@door.opens("GET", "/calendars/<calendar_id>/arithmetic", policy=SIGNED_IN, answer=Arithmetic, query=ArithmeticQuery)
def arithmetic(asked: Asked, calendar_id: str) -> Any:
    """What a length of time from a day leads to, by a calendar, in words that anybody can check."""
    _, unit = adjusting.calendar_of(asked.db, calendar_id, asked.moment.today)
    calendar = calendars.book(asked.db).calendar(adjusting.line_of(asked.db, unit, asked.moment.today))
    given = asked.query
    text = given["length"] or (f"{abs(given['days'])} working days" if given["days"] is not None else "")
    written = calendars.read_amount(text)
    amount = written.amount() if written is not None else None
    if amount is None:
        raise Unfit(errors=[FieldError("length", "err_length", _NO_LENGTH)])
    if given["length"] is None and given["days"] < 0:
        amount = -amount
    start: date = given["since"]
    if given["at"] and amount.in_hours:
        start = calendars.local(start, calendar).replace(hour=int(given["at"][:2]), minute=int(given["at"][3:]))
    try:
        end = amount.after(start, calendar, given["count_first"])
        said = amount.explain(start, calendar, given["count_first"])
    except calendars.OutOfCalendar as e:
        raise Unfit(errors=[FieldError("length", "err_length", _TOO_FAR)]) from e
    return {
        "on": calendars.end_date(end),
        "at": calendars.shown(end)[11:] or None,
        "text": said,
        "provisional": amount.needs_calendar and calendar.is_provisional(calendars.end_date(end)),
    }


_NO_LENGTH = Text(
    "写成 P1M、5 working days 或 2 working hours。", "Write P1M, 5 working days or 2 working hours, for instance."
)
_TOO_FAR = Text("超出了日历。", "That leaves the calendar.")


def _adjustment(given: Mapping[str, Any]) -> Adjustment:
    days = {d["day"]: (d["is_worked"], d["name"]) for d in given["days"]}
    if given["csv"]:
        days |= adjusting.read_csv(given["csv"])
    hours = given["hours"]
    return Adjustment(
        days,
        given["year"],
        tuple((time.fromisoformat(h["since"]), time.fromisoformat(h["until"])) for h in hours) if hours else None,
    )


def _item(asked: Asked, book: Book, id_: str) -> dict[str, Any]:
    own = book.own.get(id_)
    unit = None if id_ == calendars.OFFICE else actors.unit_by(asked.db, id_, asked.moment.today)
    newest = next(iter(calendars.history(asked.db, id_)), None)
    by = newest["set_by"] if newest else None
    people = actors.names(asked.db, {by}) if by else {}
    line = adjusting.line_of(asked.db, unit.id if unit else None, asked.moment.today)
    return {
        "id": id_,
        "unit": {"id": unit.id, "code": unit.code, "name": unit.text} if unit else None,
        "name": unit.text if unit else OFFICE,
        "number": newest["number"] if newest else 0,
        "hours": _hours(book.calendar(line).hours),
        "noticed": sorted(own.noticed) if own else [],
        "set_by": {"id": by, "name": people[by]} if by in people else None,
        "at": newest["at"] if newest else None,
    }


def _hours(hours: Any) -> list[dict[str, str]]:
    return [{"since": f"{since:%H:%M}", "until": f"{until:%H:%M}"} for since, until in hours]


def _moved(db: Any, moved: Moved, moment: Any) -> dict[str, Any]:
    definition = definitions.load(db, moved.case["definition_id"])
    text = moved.new.facts.get("text")
    return {
        "task": moved.task["id"],
        "case": {name: moved.case[name] for name in ("id", "number", "title")},
        "name": definition.element_name(moved.task["element"]),
        "old": (moved.old.said(moment.zone) or "").replace("T", " ")[:16],
        "new": (moved.new.said(moment.zone) or "").replace("T", " ")[:16],
        "text": Text.of(text) if text else None,
    }


def _moved_timer(db: Any, moved: MovedTimer, moment: Any) -> dict[str, Any]:
    definition = definitions.load(db, moved.case["definition_id"])
    old, new = (f"{at.astimezone(moment.zone):%Y-%m-%d %H:%M}" for at in (moved.old, moved.new))
    return {
        "task": None,
        "case": {name: moved.case[name] for name in ("id", "number", "title")},
        "name": definition.element_name(moved.element),
        "old": old,
        "new": new,
        "text": None,
    }
