"""Timers: dates, durations, cycles and cron, on time and late (BPMN 2.0.2, 10.5.4 and 13.5.2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine import feel
from tests.conformance.driving import NOON, Case, elements, text_of

HOUR = timedelta(hours=1)


def timed(element: str, said: str, model: str = "timer_catch", **variables: Any) -> Case:
    """A case of a model whose first timer is replaced: ``element`` is timeDate, timeDuration or timeCycle."""
    xml = text_of(model)
    for old in ("<bpmn:timeDuration>PT1H</bpmn:timeDuration>", "<bpmn:timeCycle>R3/PT1H</bpmn:timeCycle>"):
        xml = xml.replace(old, f"<bpmn:{element}>{said}</bpmn:{element}>", 1)
    return Case(xml, variables)


def test_a_timer_fires_at_its_time_and_not_before() -> None:
    case = timed("timeDuration", "PT1H")
    assert case.waits == [("pause", HOUR)]
    case.after(minutes=59, seconds=59)
    assert (case.open, case.happened("fired")) == ([], [])
    case.after(seconds=1)
    assert (case.open, case.waits, case.happened("fired")) == (["a"], [], ["pause"])
    assert case.complete("a").is_ended


@pytest.mark.parametrize(
    ("element", "text", "due"),
    [
        ("timeDuration", "P1M", datetime(2026, 4, 2, 4, tzinfo=UTC)),
        ("timeDuration", "P2W", NOON + timedelta(days=14)),
        ("timeDuration", "P1Y2M3DT4H", datetime(2027, 5, 5, 8, tzinfo=UTC)),
        ("timeDate", "2026-05-01T12:00:00Z", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("timeDate", "2026-05-01T12:00:00+08:00", datetime(2026, 5, 1, 4, tzinfo=UTC)),
        ("timeDate", "2026-05-01T12:00:00", datetime(2026, 5, 1, 4, tzinfo=UTC)),
        ("timeDate", "2026-05-01", datetime(2026, 4, 30, 16, tzinfo=UTC)),
        ("timeDate", "=day", datetime(2026, 4, 30, 16, tzinfo=UTC)),
        ("timeDate", '=day + duration("P1D")', datetime(2026, 5, 1, 16, tzinfo=UTC)),
        ("timeDate", "=moment", datetime(2026, 5, 1, 4, tzinfo=UTC)),
        ("timeDate", "=text", datetime(2026, 6, 1, 4, tzinfo=UTC)),
        ("timeDuration", "=span", NOON + timedelta(days=2)),
        ("timeDuration", '="PT" + string(hours) + "H"', NOON + timedelta(hours=5)),
        ("timeCycle", "R3/PT1H", NOON + HOUR),
        ("timeCycle", "0 9 * * *", datetime(2026, 3, 3, 1, tzinfo=UTC)),
        ("timeCycle", "30 8 * * 1", datetime(2026, 3, 9, 0, 30, tzinfo=UTC)),
    ],
)
def test_what_a_timer_may_say(element: str, text: str, due: datetime) -> None:
    case = timed(
        element,
        text,
        day=date(2026, 5, 1),
        moment=datetime(2026, 5, 1, 4, tzinfo=UTC),
        text="2026-06-01T12:00:00+08:00",
        span=feel.compile('duration("P2D")').evaluate({}),
        hours=5,
    )
    assert [(w.element, w.due) for w in case.step.waits] == [("pause", due)]
    case.now = due - timedelta(seconds=1)
    assert not case.wake().opened
    case.now = due
    case.wake()
    assert (case.open, case.waits) == (["a"], [])


@pytest.mark.parametrize("text", ["=1", '="tomorrow"', "=nobody_set_this", "=[]", "=null"])
def test_what_is_no_time_is_an_incident(text: str) -> None:
    case = timed("timeDuration", text)
    assert case.kinds == [("pause", "incident")]
    assert elements(case.step.faults) == ["pause"]
    case.skip("pause")
    assert case.open == ["a"]


def test_a_timer_that_was_no_time_is_armed_when_it_is_retried() -> None:
    case = timed("timeDate", "=day")
    assert case.kinds == [("pause", "incident")]
    case.sets(day=date(2026, 5, 1))
    case.retry("pause")
    assert (case.open, case.waits[0][0]) == ([], "pause")


def test_a_boundary_timer_that_is_no_time_leaves_its_task_in_an_incident_and_not_unguarded() -> None:
    case = timed("timeCycle", "=nobody_set_this", "timer_cycle_boundary")
    assert "incident" in {kind for _, kind in case.kinds}
    case.sets(nobody_set_this="R2/PT1H")
    case.retry(next(element for element, kind in case.kinds if kind == "incident"))
    assert (case.kinds, case.waits) == ([("a", "task")], [("reminded", HOUR)])


@pytest.mark.parametrize("text", ["2020-01-01", '=date("2020-01-01")'])
def test_a_date_in_the_past_fires_as_soon_as_the_clock_looks(text: str) -> None:
    case = timed("timeDate", text)
    if not case.open:
        assert [w.element for w in case.step.waits] == ["pause"]
        case.wake()
    assert (case.open, case.waits) == (["a"], [])


def test_a_cycle_fires_as_often_as_it_says() -> None:
    case = Case("timer_cycle_boundary")
    for count in (1, 2, 3):
        assert case.waits == [("reminded", HOUR)]
        case.after(hours=1)
        assert case.open == ["a", *["remind"] * count]
    assert case.waits == []
    case.after(days=3)
    assert case.open == ["a", "remind", "remind", "remind"]
    assert case.completes("remind", "a", "remind", "remind", "after").is_ended


def test_a_cycle_stops_when_its_task_is_completed_and_what_it_started_goes_on() -> None:
    case = Case("timer_cycle_boundary")
    case.after(hours=1)
    case.complete("a")
    assert (case.open, case.waits) == (["after", "remind"], [])
    case.after(hours=5)
    assert case.open == ["after", "remind"]
    assert case.completes("after", "remind").is_ended


def test_a_cycle_without_end_goes_on_and_on() -> None:
    case = timed("timeCycle", "R/P1D", "timer_cycle_boundary")
    for count in range(1, 6):
        case.after(days=1)
        assert case.open == ["a", *["remind"] * count]
    assert case.waits == [("reminded", timedelta(days=1))]


def test_a_cycle_may_begin_at_a_time() -> None:
    case = timed("timeCycle", "R2/2026-03-05T09:00:00+08:00/P1D", "timer_cycle_boundary")
    dues = []
    while case.waits:
        case.now += case.waits[0][1]
        dues.append(case.now)
        case.wake()
    assert dues == [datetime(2026, 3, 5, 1, tzinfo=UTC), datetime(2026, 3, 6, 1, tzinfo=UTC)]
    assert case.open == ["a", "remind", "remind"]


def test_cron_fires_by_the_office_s_clock() -> None:
    case = timed("timeCycle", "0 9 * * 1-5", "timer_cycle_boundary")
    dues = []
    for _ in range(5):
        case.now += case.waits[0][1]
        dues.append(case.now)
        case.wake()
    assert dues == [datetime(2026, 3, day, 1, tzinfo=UTC) for day in (3, 4, 5, 6, 9)]


def test_a_late_cycle_of_a_number_catches_up_and_keeps_its_beat() -> None:
    case = Case("timer_cycle_boundary")
    case.after(hours=2, minutes=30)
    case.wake()
    assert case.open == ["a", "remind", "remind"]
    assert case.waits == [("reminded", timedelta(minutes=30))]
    case.after(days=9)
    case.wake()
    assert (case.open.count("remind"), case.waits) == (3, [])


def test_a_late_cycle_without_end_does_not_burst() -> None:
    """After a year's outage nobody wants three hundred reminders: what was missed is passed over."""
    case = timed("timeCycle", "R/P1D", "timer_cycle_boundary")
    case.after(days=365, hours=1)
    case.wake()
    assert case.open.count("remind") <= 2
    assert case.waits == [("reminded", timedelta(hours=23))]


def test_late_timers_fire_in_the_order_they_were_due() -> None:
    case = Case("timers_late")
    assert [w[0] for w in case.waits] == ["first", "second", "third"]
    case.after(hours=30)
    assert case.happened("fired")[:3] == ["first", "second", "third"]
    assert {"a", "b"} <= set(case.open)
    case.after(hours=1)
    assert case.open == ["a", "b", "c"]
    assert case.completes("a", "b", "c").is_ended


def test_a_late_timer_that_interrupts_keeps_the_later_one_from_firing() -> None:
    case = Case("timer_interrupts_a_timer")
    case.after(hours=9)
    assert (case.open, case.happened("fired"), case.waits) == (["handle"], ["expired"], [])
    assert case.complete("handle").is_ended
