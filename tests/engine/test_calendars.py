"""Working days: golden dates of the 2026 notice, the office's own exceptions, arithmetic that holds for any day."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import calendars, feel, vocabulary
from engine.calendars import OFFICE as OFFICE_ID
from engine.calendars import Amount, Book, Calendar, OutOfCalendar

ZONE = ZoneInfo("Asia/Shanghai")
VECTORS = Path(__file__).parent.parent / "vectors"

OFFICE = calendars.national()

OFF_2026 = [
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
]
WORKED_WEEKENDS_2026 = [
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
]


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def test_the_days_of_2026_are_those_of_the_notice() -> None:
    off = {d for first, last in OFF_2026 for d in days(first, last)}
    for day in days(date(2026, 1, 1), date(2026, 12, 31)):
        expected = day in WORKED_WEEKENDS_2026 or (day.weekday() < 5 and day not in off)
        assert OFFICE.is_working_day(day) is expected, day


def test_2026_has_248_working_days() -> None:
    assert sum(OFFICE.is_working_day(d) for d in days(date(2026, 1, 1), date(2026, 12, 31))) == 248
    assert OFFICE.working_days_between(date(2026, 1, 1), date(2026, 12, 31), include_start=True) == 248


@pytest.mark.parametrize(
    ("start", "n", "including", "excluding"),
    [
        (date(2026, 3, 2), 5, date(2026, 3, 6), date(2026, 3, 9)),
        (date(2026, 2, 11), 5, date(2026, 2, 24), date(2026, 2, 25)),
        (date(2026, 2, 12), 5, date(2026, 2, 25), date(2026, 2, 26)),
        (date(2026, 9, 21), 5, date(2026, 9, 28), date(2026, 9, 29)),
        (date(2026, 9, 28), 5, date(2026, 10, 9), date(2026, 10, 10)),
        (date(2026, 4, 30), 5, date(2026, 5, 9), date(2026, 5, 11)),
        (date(2026, 5, 6), 5, date(2026, 5, 11), date(2026, 5, 12)),
        (date(2026, 9, 18), 7, date(2026, 9, 28), date(2026, 9, 29)),
    ],
)
def test_a_period_ends_where_the_rulebook_says(start: date, n: int, including: date, excluding: date) -> None:
    assert OFFICE.add_working_days(start, n, include_start=True) == including
    assert OFFICE.add_working_days(start, n) == excluding
    assert OFFICE.working_days_between(start, excluding) == n
    assert OFFICE.working_days_between(start, including, include_start=True) == n


def test_a_period_may_begin_on_a_day_off() -> None:
    saturday = date(2026, 3, 7)
    assert OFFICE.add_working_days(saturday, 1) == date(2026, 3, 9)
    assert OFFICE.add_working_days(saturday, 1, include_start=True) == date(2026, 3, 9)
    assert OFFICE.add_working_days(saturday, -1) == date(2026, 3, 6)
    assert OFFICE.add_working_days(saturday, 0) == saturday


def test_years_without_a_notice_have_weekends_only_and_are_provisional() -> None:
    assert OFFICE.is_working_day(date(2027, 1, 1))
    assert not OFFICE.is_working_day(date(2027, 1, 2))
    assert OFFICE.is_provisional(date(2027, 1, 1))
    assert not OFFICE.is_provisional(date(2026, 12, 31))
    assert not OFFICE.is_provisional(date(2004, 1, 1))
    assert OFFICE.is_provisional(date(2003, 12, 31))


def test_an_office_may_have_days_of_its_own() -> None:
    own = calendars.build(
        {date(2026, 3, 4): False, date(2026, 5, 9): False, date(2026, 3, 7): True}, (), calendars.HOURS
    )
    assert not own.is_working_day(date(2026, 3, 4))
    assert not own.is_working_day(date(2026, 5, 9)), "own day off wins over a worked weekend of the notice"
    assert own.is_working_day(date(2026, 3, 7))
    assert own.add_working_days(date(2026, 3, 2), 5) == date(2026, 3, 9)
    assert OFFICE.is_working_day(date(2026, 3, 4)), "the national calendar has not changed"


def test_the_arithmetic_is_told_in_words() -> None:
    told = OFFICE.explain(date(2026, 4, 2), 5)
    assert told.en == "2026-04-02 + 5 working days, without 4–6 Apr = 2026-04-10"
    assert told.zh == "2026-04-02 + 5 个工作日，不含4月4日至6日 = 2026-04-10"
    plain = OFFICE.explain(date(2026, 3, 2), 1)
    assert plain.en == "2026-03-02 + 1 working day = 2026-03-03"
    worked = OFFICE.explain(date(2026, 4, 30), 5, include_start=True)
    assert worked.en == (
        "2026-04-30 + 5 working days, without 1–5 May, with Sat 9 May worked, counting the first day = 2026-05-09"
    )
    assert worked.zh == "2026-04-30 + 5 个工作日，不含5月1日至5日，含上班的5月9日（周六），起始日计入 = 2026-05-09"
    assert OFFICE.explain(date(2026, 12, 31), 2).en.endswith(", provisional: no holiday notice yet = 2027-01-04")
    assert OFFICE.explain(date(2025, 12, 31), 1).en == (
        "2025-12-31 + 1 working day, without 1–3 Jan 2026, with Sun 4 Jan 2026 worked = 2026-01-04"
    )
    assert OFFICE.explain(date(2026, 4, 10), -5).en == "2026-04-10 - 5 working days, without 4–6 Apr = 2026-04-02"


def test_designers_call_the_calendar_by_name() -> None:
    call = calendars.functions(lambda: OFFICE)
    assert call["working days after"](date(2026, 4, 2), Decimal(5)) == date(2026, 4, 10)
    assert call["working days after"](date(2026, 4, 30), Decimal(5), True) == date(2026, 5, 9)
    assert call["working days between"](date(2026, 4, 2), date(2026, 4, 10)) == Decimal(5)
    assert call["is working day"](date(2026, 5, 9)) is True
    assert call["is working day"](date(2026, 5, 10)) is False


def test_designers_call_the_calendar_in_feel() -> None:
    functions = calendars.functions(lambda: OFFICE)

    def answer(text: str) -> object:
        return feel.compile(text, functions).evaluate({**functions, "n": Decimal(5)})

    assert answer('=working days after(date("2026-04-02"), n)') == date(2026, 4, 10)
    assert answer('=working days after(date("2026-04-30"), n, true)') == date(2026, 5, 9)
    assert answer('=working days between(date("2026-04-02"), date("2026-04-10"))') == 5
    assert answer('=working days after(date("2026-04-02"), 5) >= date("2026-04-10")') is True
    assert answer('=is working day(date("2026-10-10"))') is True
    assert answer("=working days after(null, 5)") is None


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-01-31", "P1M", "2026-02-28"),
        ("2026-08-31", "P6M", "2027-02-28"),
        ("2026-11-30", "P3M", "2027-02-28"),
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2026-03-10", "P3M", "2026-06-10"),
        ("2026-03-10", "P6M", "2026-09-10"),
    ],
)
def test_terms_in_months_end_on_the_day_or_the_last_of_the_month(start: str, duration: str, end: str) -> None:
    added = feel.compile(f'=date("{start}") + duration("{duration}")').evaluate({})
    assert added == date.fromisoformat(end)


@pytest.mark.parametrize(
    "arguments",
    [(), (None, 5), ("2026-04-02", 5), (date(2026, 4, 2), "5"), (date(2026, 4, 2), Decimal("1.5")),
     (date(2026, 4, 2), Decimal("NaN")), (date(2026, 4, 2), Decimal("1e30")), (date(2026, 4, 2), 10**30),
     (date(2026, 4, 2), True), (date(2026, 4, 2), 5, "yes"), (date(9999, 12, 30), 5), (date(1, 1, 2), -5)],
)  # fmt: skip
def test_a_wrong_argument_gives_null_and_not_a_fault(arguments: tuple[object, ...]) -> None:
    assert calendars.functions(lambda: OFFICE)["working days after"](*arguments) is None


def test_the_ends_of_the_calendar_are_refused() -> None:
    with pytest.raises(OutOfCalendar):
        OFFICE.add_working_days(date(9999, 12, 30), 5)
    with pytest.raises(OutOfCalendar):
        OFFICE.add_working_days(date(1, 1, 2), -5)
    assert Calendar().add_working_days(date(1, 1, 2), -1) == date(1, 1, 1)
    assert Calendar().add_working_days(date(9999, 12, 30), 1) == date(9999, 12, 31)


def step_by_step(calendar: Calendar, start: date, n: int, include_start: bool) -> date:
    """The same by walking: slow and obviously right."""
    step = timedelta(days=1 if n > 0 else -1)
    left, day = abs(n), start if include_start else start + step
    while True:
        left -= calendar.is_working_day(day)
        if left == 0:
            return day
        day += step


near = st.dates(date(2003, 1, 1), date(2028, 12, 31))
some_days = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 6, 30)), max_size=25)


@given(near, st.integers(-300, 300).filter(bool), st.booleans(), some_days, some_days)
def test_counting_at_once_agrees_with_counting_day_by_day(
    start: date, n: int, include_start: bool, off: frozenset[date], on: frozenset[date]
) -> None:
    calendar = calendars.build({**dict.fromkeys(off, False), **dict.fromkeys(on, True)}, (), calendars.HOURS)
    assert calendar.add_working_days(start, n, include_start) == step_by_step(calendar, start, n, include_start)


@given(near, near, st.booleans())
def test_the_days_between_are_the_days_counted(a: date, b: date, include_start: bool) -> None:
    counted = sum(map(OFFICE.is_working_day, days(min(a, b), max(a, b))))
    if not include_start:
        counted -= OFFICE.is_working_day(a)
    assert OFFICE.working_days_between(a, b, include_start) == (counted if a <= b else -counted)


@given(near, st.integers(1, 400))
def test_there_and_back_again(start: date, n: int) -> None:
    end = OFFICE.add_working_days(start, n)
    assert OFFICE.working_days_between(start, end) == n
    assert OFFICE.is_working_day(end)


# ---------------------------------------------------------------- the official calendars

NOTICES = [json.loads(p.read_text("utf-8")) for p in sorted((VECTORS / "calendars").glob("*.json"))]


@pytest.mark.parametrize("notice", NOTICES, ids=lambda n: str(n["year"]))
def test_every_day_is_as_the_notice_of_its_year_says(notice: dict[str, Any]) -> None:
    year = notice["year"]
    off = {d for span in notice["off"] for d in days(date.fromisoformat(span["from"]), date.fromisoformat(span["to"]))}
    worked = {date.fromisoformat(d) for d in notice["worked"]}
    for day in days(date(year, 1, 1), date(year, 12, 31)):
        assert OFFICE.is_working_day(day) is (day in worked or (day.weekday() < 5 and day not in off)), day
        assert not OFFICE.is_provisional(day)


def test_the_notices_of_seven_years_are_kept() -> None:
    assert [n["year"] for n in NOTICES] == list(range(2020, 2027))


def test_a_reply_within_ten_working_days_over_the_national_day() -> None:
    assert OFFICE.add_working_days(date(2026, 9, 18), 10) == date(2026, 10, 9)
    assert Calendar().add_working_days(date(2026, 9, 18), 10) == date(2026, 10, 2), "a calendar of weekends alone"


# ---------------------------------------------------------------- lengths of time


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-01-31", "P1M", "2026-02-28"),
        ("2026-08-31", "P6M", "2027-02-28"),
        ("2026-08-31", "1 half year", "2027-02-28"),
        ("2026-11-30", "3 months", "2027-02-28"),
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2026-03-10", "P3M", "2026-06-10"),
        ("2026-03-10", "P1Y6M", "2027-09-10"),
        ("2026-04-02", "5 working days", "2026-04-10"),
        ("2026-04-02", "P5D working", "2026-04-10"),
        ("2026-04-02", "P5D", "2026-04-07"),
        ("2026-04-02", "2 weeks", "2026-04-16"),
        ("2026-04-03T16:00", "4 working hours", "2026-04-07T11:00"),
        ("2026-04-03T16:00", "PT2H working hours", "2026-04-03T18:00"),
        ("2026-04-03T16:00", "PT4H", "2026-04-03T20:00"),
        ("2026-04-03T12:30", "7 working hours", "2026-04-07T12:00"),
        ("2026-04-04", "1 working hour", "2026-04-07T10:00"),
    ],
)
def test_a_length_of_time_leads_to_a_day_or_a_minute(start: str, length: str, end: str) -> None:
    written = calendars.read_amount(length)
    assert vocabulary.AMOUNT.match(length)
    assert written is not None
    amount = written.amount()
    assert amount is not None
    begun = datetime.fromisoformat(start) if "T" in start else date.fromisoformat(start)
    ended = amount.after(begun, OFFICE)
    assert ended == (datetime.fromisoformat(end) if "T" in end else date.fromisoformat(end))
    assert amount.explain(begun, OFFICE).en.endswith(f"= {calendars.shown(ended)}")


@pytest.mark.parametrize("wrong", ["", "5", "five days ago", "P1M2D", "PT", "5 moons", "-3 days", "P1M working"])
def test_what_is_no_length_of_time_is_not_read(wrong: str) -> None:
    assert calendars.read_amount(wrong) is None


def test_the_number_of_a_length_may_be_a_parameter() -> None:
    written = calendars.read_amount("prm_days working days")
    assert written is not None
    assert written.name == "prm_days"
    assert written.amount(Decimal(7)) == Amount(7, "working_days")
    assert written.amount(feel.compile('@"P2M"').evaluate({})) == Amount(2, "months")
    assert written.amount(feel.compile('@"P3D"').evaluate({})) == Amount(3, "working_days")
    for no_number in (None, "seven", Decimal("1.5"), True):
        assert written.amount(no_number) is None


def test_a_variable_may_hold_the_whole_length_in_words() -> None:
    written = calendars.read_amount("handle_term")
    assert written is not None
    assert written.amount("2 working hours") == Amount(2, "working_hours")
    for no_length in ("soon", "other_term", "n days", Decimal(3)):
        assert written.amount(no_length) is None


def test_recurrences_by_half_years_and_years_end_on_the_last_of_the_month() -> None:
    functions = calendars.functions(lambda: OFFICE)

    def answer(text: str) -> object:
        return feel.compile(text, functions).evaluate(functions)

    assert answer('=half years after(date("2026-08-31"), 1)') == date(2027, 2, 28)
    assert answer('=half years after(date("2026-08-31"), 3)') == date(2028, 2, 29)
    assert answer('=years after(date("2024-02-29"), 1)') == date(2025, 2, 28)
    assert answer('=years after(date("2024-02-29"), 4)') == date(2028, 2, 29)
    assert answer('=months after(date("2026-01-31"), 1)') == date(2026, 2, 28)
    assert answer('=years after("2024", 1)') is None


# ---------------------------------------------------------------- office hours

minutes = st.integers(-3_000, 3_000).filter(bool)
at_work = st.builds(datetime.combine, st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.times(), st.just(ZONE)).map(
    lambda at: at.replace(microsecond=0)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@given(at_work, minutes)
def test_working_time_there_is_working_time_between(start: datetime, count: int) -> None:
    end = OFFICE.add_working_time(start, count * 60)
    assert OFFICE.working_time_between(start, end) == count * 60
    assert OFFICE.is_working_day(end.date())


@given(at_work, st.integers(1, 500), st.integers(1, 500))
def test_working_time_adds_up(start: datetime, first: int, second: int) -> None:
    both = OFFICE.add_working_time(start, (first + second) * 60)
    assert OFFICE.add_working_time(OFFICE.add_working_time(start, first * 60), second * 60) == both


def test_an_office_may_have_other_hours() -> None:
    early = calendars.build({}, (), [(time(8), time(12))])
    assert early.add_working_time(at("2026-04-03T11:00"), 2 * 3600) == at("2026-04-07T09:00")
    assert OFFICE.add_working_time(at("2026-04-03T11:00"), 2 * 3600) == at("2026-04-03T15:00")
    assert OFFICE.add_working_time(at("2026-04-03T11:00"), -3 * 3600) == at("2026-04-02T17:00")
    assert OFFICE.add_working_time(at("2026-04-03T09:00"), 0) == at("2026-04-03T09:00")


# ---------------------------------------------------------------- the days that the office keeps itself


def test_the_nearest_unit_that_says_something_about_a_day_counts() -> None:
    day, other = date(2026, 4, 13), date(2026, 4, 14)
    book = Book().adjusted(OFFICE_ID, {day: (False, "停电"), other: (False, "")}).adjusted("c1", {day: (True, "")})
    assert not book.calendar().is_working_day(day)
    assert book.calendar(["b1", "c1", "w0"]).is_working_day(day)
    assert not book.calendar(["b1", "c1", "w0"]).is_working_day(other)
    assert book.calendar(["b2", "w0"]) is book.calendar(), "whoever has no days of their own shares the office's"
    again = book.adjusted("c1", {day: (None, "")})
    assert not again.calendar(["c1"]).is_working_day(day), "taken back: as the office says"
    assert (Book().number, book.number, again.number) == (0, 2, 3)


def test_a_year_whose_notice_was_brought_in_is_provisional_no_more() -> None:
    new_year = date(2027, 1, 1)
    book = Book().adjusted(OFFICE_ID, {new_year: (False, "元旦")}, 2027)
    assert OFFICE.is_provisional(new_year)
    assert not book.calendar().is_provisional(new_year)
    assert book.calendar().is_provisional(date(2028, 1, 1))
    assert book.calendar().add_working_days(date(2026, 12, 31), 2) == date(2027, 1, 5)
