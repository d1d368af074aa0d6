"""The statutory clock: terms and their arithmetic, pauses, extensions, escalation; calendars adjusted under way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from functools import partial
from typing import Any

import pytest
from sqlalchemy import exc, select, update

from engine import adjusting, calendars, clock, definitions, extending, rules, tables, tasks, views
from engine.adjusting import Adjustment
from engine.errors import Forbidden, NotFound, NotNow, Unfit
from engine.store import Store
from tests.databases import Databases
from tests.engine import casework
from tests.engine.casework import Office, agrees
from tests.engine.directory import add_person, add_post
from tests.engine.test_machine import end, par, process, start, timer
from tests.engine.test_returning import Desk, step
from tests.together import together

SPARE_DAY = Adjustment({date(2026, 4, 8): (False, "停电检修")})


def _office(store: Store) -> Office:
    made = Office(store)
    with store.transaction() as db:
        add_person(db, "xu")
        add_post(db, "xu", "system_admin", "W0")
    made.at("2026-04-02")
    return made


@pytest.fixture
def office(store: Store) -> Office:
    return _office(store)


@pytest.fixture
def lite(databases: Databases) -> Iterator[Office]:
    """The same on SQLite alone, for what does not depend on the database."""
    settings = databases.create("sqlite", casework.template(databases, "sqlite"))
    store = Store(settings)
    yield _office(store)
    store.close()
    databases.drop(settings)


def one(office: Office, words: str, files: Mapping[str, str] | None = None) -> Desk:
    """A case of a single step ``a`` for wu."""
    return Desk(office, step("a", "wu", words), flows="s>a a>e", files=files)


def due(desk: Desk, element: str = "a", by: str = "wu") -> dict[str, Any]:
    """What ``by`` reads of the term of a task."""
    office = desk.office
    with office.store.reading() as db:
        found = views.task(db, office.actor(by), office.store.moment(db), desk.task(element), "en")
    return dict(found["due"] or {})


def entry(desk: Desk, kind: str) -> dict[str, Any]:
    (found,) = [e for e in desk.office.entries("otto", desk.case) if e["kind"] == kind]
    return dict(found)


def told(desk: Desk, kind: str) -> list[str]:
    """The holders of the notices of a kind, each as often as it was told."""
    box = tables.outbox.c
    with desk.office.store.reading() as db:
        return sorted(db.execute(select(box.holder).where(box.case_id == desk.case, box.kind == kind)).scalars())


def adjust(office: Office, adjustment: Adjustment, unit: str | None = None, by: str = "xu") -> int:
    """Adjust a calendar, and let the terms follow."""
    calendar = f"u-{unit}" if unit else calendars.OFFICE
    number: int = office.does(
        adjusting.adjust, by, calendar, f"u-{unit}" if unit else None, adjustment, "线路检修", "办字〔2026〕3号"
    )
    adjusting.sweep(office.store)
    return number


# ---------------------------------------------------------------- the arithmetic


def test_a_term_is_worked_out_and_told_in_words(lite: Office) -> None:
    desk = one(lite, '<liuhen:due after="5 working days"/>')
    (item,) = lite.box("wu")
    shown = due(desk)
    assert (shown["on"], shown["state"], shown["provisional"]) == (date(2026, 4, 10), "running", False)
    assert shown["text"].en == "2026-04-02 + 5 working days, without 4–6 Apr = 2026-04-10"
    assert shown["text"].zh == "2026-04-02 + 5 个工作日，不含4月4日至6日 = 2026-04-10"
    assert shown["remaining"].en == "5 working days left"
    assert item["due"]["text"] == shown["text"]
    assert item["due_on"] == date(2026, 4, 10)
    lite.at("2026-04-09")
    assert due(desk)["state"] == "near"
    lite.at("2026-04-10")
    assert due(desk)["remaining"].zh == "今天到期"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ('after="P1M" from="begun"', "2026-02-28"),
        ('after="1 half year" from="begun"', "2026-07-31"),
        ('after="2 half years" from="begun"', "2027-01-31"),
        ('after="n weeks" from="started"', "2026-04-23"),
        ('after="5 working days" countFirst="true"', "2026-04-09"),
        ('after="5 working days" countFirst="noon"', "2026-04-09"),
        ('after="P10D" from="begun" countFirst="true"', "2026-02-09"),
        ('date="=begun + duration(&quot;P1M&quot;)"', "2026-02-28"),
        ('date="=date and time(&quot;2026-02-28T20:00:00&quot;)"', "2026-02-28"),
        ('date="=date and time(&quot;2026-02-28T20:00:00Z&quot;)"', "2026-03-01"),
        ('after="3 months" from="unknown"', None),
    ],
)
def test_a_designer_says_how_long_and_from_when(lite: Office, words: str, expected: str | None) -> None:
    given = (
        '<liuhen:input target="begun" source="=date(&quot;2026-01-31&quot;)"/><liuhen:input target="n" source="=3"/>'
        '<liuhen:input target="unknown" source="=null"/>'
    )
    desk = one(lite, f"{given}<liuhen:due {words}/>")
    assert str(desk.row("a", "open")["due_on"] or "") == (expected or "")


def test_the_first_day_does_not_count_where_it_began_in_the_afternoon(lite: Office) -> None:
    lite.at("2026-04-02", 14)
    desk = one(lite, '<liuhen:due after="5 working days" countFirst="noon"/>')
    assert due(desk)["on"] == date(2026, 4, 10)


def test_an_urgent_term_ends_at_a_minute_of_office_hours(office: Office) -> None:
    office.at("2026-04-03", 16)
    desk = one(office, '<liuhen:due after="4 working hours"/><liuhen:remind before="PT1H working"/>')
    shown = due(desk)
    assert shown["at"].astimezone(office.store.settings.zone).isoformat() == "2026-04-07T11:00:00+08:00"
    assert shown["remaining"].en == "4 h left"
    assert shown["text"].en == (
        "2026-04-03 16:00 + 4 working hours, office hours 09:00–12:00, 14:00–18:00, without 4–6 Apr = 2026-04-07 11:00"
    )
    office.tick_to("2026-04-07", 10)
    assert told(desk, "task.reminded") == ["person:p-wu"]
    office.tick_to("2026-04-07", 11)
    assert due(desk)["state"] == "near" or desk.row("a", "open")["is_late"]
    office.tick_to("2026-04-07", 12)
    assert (due(desk)["state"], due(desk)["remaining"].zh) == ("late", "逾期 1 小时")
    with pytest.raises(Unfit):
        desk.does("wu", "a")
    desk.does("wu", "a", reason="停电")


def test_a_term_that_cannot_be_known_is_none(lite: Office) -> None:
    desk = one(lite, '<liuhen:due after="5 working days" from="unknown"/>'
               '<liuhen:input target="unknown" source="=null"/><liuhen:extend by="P1D"/>')  # fmt: skip
    assert due(desk) == {}
    with pytest.raises(NotNow) as refused:
        lite.does(extending.extend, "wu", desk.task("a"), "来不及")
    assert refused.value.refusal == "err_no_term"


# ---------------------------------------------------------------- reminders and escalation

ESCALATED = (
    '<liuhen:due after="5 working days"/><liuhen:remind before="2 working days"/>'
    '<liuhen:escalate role="branch_secretary" at="=case.unit"/>'
    '<liuhen:escalate after="2 days" person="=&quot;p-qian&quot;"/>'
    '<liuhen:escalate after="3 working days" person="=&quot;p-dora&quot;"/>'
)


def test_whoever_is_late_is_reminded_and_reported_level_by_level_each_once(office: Office) -> None:
    desk = one(office, ESCALATED)
    office.tick_to("2026-04-08")
    assert told(desk, "task.reminded") == ["person:p-wu"]
    office.tick_to("2026-04-10", 23)
    assert told(desk, "task.overdue") == []
    office.tick_to("2026-04-11")
    secretary = f"post:branch_secretary@{desk.row('a', 'open')['unit_id']}"
    assert told(desk, "task.overdue") == ["person:p-wu", secretary]
    assert told(desk, "task.escalated") == []
    office.tick_to("2026-04-13")
    assert told(desk, "task.escalated") == ["person:p-qian"]
    assert office.sees("qian", desk.case)["number"], "whoever is told may see the case"
    # A clock that goes back and comes again, and servers at the same moment, tell nobody twice.
    office.at("2026-04-01")
    clock.tick(office.store)
    office.at("2026-05-20")
    together(*[partial(clock.tick, office.store)] * 3)
    clock.tick(office.store)
    assert told(desk, "task.escalated") == ["person:p-dora", "person:p-qian"]
    assert len(told(desk, "task.overdue")) == 2
    assert [k for k in desk.kinds() if k.startswith("task.")].count("task.escalated") == 2
    desk.does("wu", "a", reason="漏看了")
    assert "late" in json.loads(desk.row("a", "completed")["marks"])


def test_what_fell_due_while_no_server_ran_is_told_at_once_when_one_runs_again(lite: Office) -> None:
    desk = one(lite, ESCALATED)
    lite.at("2026-06-01")
    clock.tick(lite.store)
    assert told(desk, "task.escalated") == ["person:p-dora", "person:p-qian"]
    assert due(desk)["on"] == date(2026, 4, 10), "the date is what it was"
    assert desk.row("a", "open")["is_late"]


# ---------------------------------------------------------------- the clock stands still


def test_the_clock_stands_still_while_another_step_is_open(office: Office) -> None:
    flows = "s>w w>a w>x a>j x>j j>e"
    words = '<liuhen:due after="5 working days"/><liuhen:pause while="x"/>' + '<liuhen:remind before="2 working days"/>'
    desk = Desk(office, par("w"), step("a", "wu", words), step("x", "zhao", ""), par("j"), flows=flows)
    shown = due(desk)
    assert (shown["state"], shown["remaining"].zh) == ("paused", "暂停计时")
    office.tick_to("2026-04-20")
    assert desk.row("a", "open")["is_late"] is False, "nothing rings while it stands still"
    assert told(desk, "task.overdue") == told(desk, "task.reminded") == []
    desk.does("zhao", "x")
    shown = due(desk)
    assert (shown["on"], shown["paused_since"]) == (date(2026, 4, 27), None)
    assert shown["text"].en.endswith("= 2026-04-10; paused from 2026-04-02 to 2026-04-20: until 2026-04-27")
    assert [k for k in desk.kinds() if k in ("task.paused", "task.resumed")] == ["task.paused", "task.resumed"]
    said = entry(desk, "task.resumed")["sentence"].en
    assert said == "The clock of “a” goes on; its term moved from 2026-04-10 to 2026-04-27."
    office.tick_to("2026-04-28")
    assert desk.row("a", "open")["is_late"]


def test_the_time_for_correcting_an_application_does_not_count(lite: Office) -> None:
    """The step opens anew each time; its term counts from the start of the case, without what the applicant took."""
    outcomes = '<liuhen:outcome value="back" kind="return"/><liuhen:outcome value="yes" kind="agree"/>'
    words = f'{outcomes}<liuhen:due after="10 working days" from="started"/><liuhen:pause while="fix"/>'
    flows = 's>a a>g g>fix?a_outcome="back" g>e! fix>a'
    desk = Desk(lite, step("a", "wu", words), '<bpmn:exclusiveGateway id="g"/>', step("fix", "lin", ""), flows=flows)
    assert due(desk)["on"] == date(2026, 4, 17)
    lite.at("2026-04-08")
    desk.does("wu", "a", decision="back", opinion="缺材料")
    lite.at("2026-04-15")
    desk.does("lin", "fix")
    assert due(desk)["on"] == date(2026, 4, 24), "5 of 10 working days were left on the 15th, 7 days stood still"


def test_a_pause_by_a_condition_ends_when_the_condition_does(lite: Office) -> None:
    flows = "s>w w>a w>x a>j x>j j>e"
    ask = '<liuhen:output target="asked" source="=false"/>'
    words = '<liuhen:due after="3 working days"/><liuhen:pause when="=asked != false" />'
    desk = Desk(lite, par("w"), step("a", "wu", words), step("x", "zhao", ask), par("j"), flows=flows)
    assert due(desk)["state"] == "paused"
    desk.does("zhao", "x")
    shown = due(desk)
    assert (shown["state"], shown["on"]) == ("running", date(2026, 4, 8)), "a pause of no day moves nothing"
    agrees(lite, desk.case)


# ---------------------------------------------------------------- more time


def test_a_term_is_extended_once_with_a_reason_by_whoever_may(office: Office) -> None:
    extend = '<liuhen:extend by="P3M" role="branch_secretary" at="=case.unit"/>'
    desk = one(office, f'<liuhen:due after="P3M"/><liuhen:notAfter/>{extend}')
    task = desk.task("a")
    with pytest.raises(NotFound):
        office.does(extending.extend, "qian", task, "来不及")
    with pytest.raises(Forbidden) as refused:
        office.does(extending.extend, "wu", task, "来不及")
    assert refused.value.refusal == "err_may_not_extend"
    office.tick_to("2026-07-03")
    assert desk.row("a", "open")["is_late"]
    with pytest.raises(NotNow) as over:
        desk.does("wu", "a", reason="晚了")
    assert (over.value.refusal, over.value.details["latest"]) == ("err_too_late", "2026-07-02")
    with pytest.raises(Unfit):
        office.does(extending.extend, "zhao", task, "  ")
    office.does(extending.extend, "zhao", task, "委员出差，不足法定人数")
    shown = due(desk)
    assert (shown["on"], shown["state"], shown["extended"]) == (date(2026, 10, 2), "running", 1)
    assert shown["extensions"][0]["reason"] == "委员出差，不足法定人数"
    assert shown["text"].zh == "2026-04-02 + 3 个月 = 2026-07-02；延长 3 个月 = 2026-10-02"
    assert json.loads(desk.row("a", "open")["marks"]) == ["extended", "late"], "what was late stays marked"
    assert told(desk, "task.extended") == ["person:p-wu"]
    with pytest.raises(NotNow) as again:
        office.does(extending.extend, "zhao", task, "还是来不及")
    assert again.value.refusal == "err_extended_already"
    desk.does("wu", "a")
    agrees(office, desk.case)


def test_of_two_who_extend_at_the_same_moment_one_does(office: Office) -> None:
    desk = one(office, '<liuhen:due after="P3M"/><liuhen:extend by="P1M"/>')
    task = desk.task("a")
    answers = together(*[partial(office.does, extending.extend, "wu", task, "来不及")] * 2)
    assert sorted(map(str, answers)) == ["None", "err_extended_already"]
    assert due(desk)["on"] == date(2026, 8, 2)


def test_a_decision_extends_the_terms_of_other_steps(lite: Office) -> None:
    outcomes = '<liuhen:outcome value="more" kind="agree"/><liuhen:outcome value="no" kind="reject"/>'
    decides = f'{outcomes}<liuhen:extends task="a" by="10 working days" outcome="more"/>'
    flows = "s>w w>a w>x w>y a>j x>j y>j j>e"
    steps = (step("a", "wu", '<liuhen:due after="P1M"/>'), step("x", "zhao", decides), step("y", "zhao", decides))
    desk = Desk(lite, par("w"), *steps, par("j"), flows=flows)
    desk.does("zhao", "x", decision="no", opinion="不必")
    assert due(desk)["on"] == date(2026, 5, 2)
    desk.does("zhao", "y", decision="more")
    assert due(desk)["on"] == date(2026, 5, 18), "10 working days after 2 May: 9 May is worked, 3 to 5 May are not"


# ---------------------------------------------------------------- not before its end


@pytest.mark.parametrize(("hour", "first"), [(9, "2026-04-10"), (14, "2026-04-11")])
def test_a_publicity_period_has_to_be_over(lite: Office, hour: int, first: str) -> None:
    lite.at("2026-04-02", hour)
    desk = one(lite, '<liuhen:publicity for="5 working days"/>')
    assert due(desk)["earliest"] == first
    lite.at(str(date.fromordinal(date.fromisoformat(first).toordinal() - 1)), 23)
    with pytest.raises(NotNow) as refused:
        desk.does("wu", "a")
    assert (refused.value.refusal, refused.value.details["earliest"]) == ("err_publicity_running", first)
    lite.at(first, 0)
    desk.does("wu", "a")


PARAMETER = {
    "rules.json": json.dumps(
        {
            "clauses": [],
            "parameters": [
                {"id": "prm_days", "default": 5, "type": "number", "zh": "公示期", "en": "Publicity", "kind": "local"}
            ],
        }
    )
}


def test_a_stage_that_runs_keeps_the_value_it_began_with(lite: Office) -> None:
    words = '<liuhen:publicity for="prm_days working days"/><liuhen:due after="prm_days working days"/>'
    desk = Desk(lite, step("a", "wu", words), step("b", "wu", words), flows="s>a a>b b>e", files=PARAMETER)
    with lite.store.transaction() as db:
        moment = lite.store.moment(db)
        definition = definitions.load(db, db.execute(select(tables.cases.c.definition_id)).scalars().all()[-1])
        rules.set_parameter(
            db, lite.actor("dora"), moment, "back", definition.rules, "prm_days", 7, "区里规定七个工作日"
        )
    assert (due(desk)["earliest"], due(desk)["on"]) == ("2026-04-10", date(2026, 4, 10))
    lite.at("2026-04-10")
    desk.does("wu", "a")
    assert due(desk, "b")["earliest"] == "2026-04-21"
    assert due(desk, "b")["on"] == date(2026, 4, 21)


def test_a_step_opens_so_long_after_a_date_of_the_case(lite: Office) -> None:
    desk = one(lite, '<liuhen:notBefore after="P1M" from="started"/>')
    assert desk.row("a", "held")["status"] == "held"
    lite.tick_to("2026-05-02")
    desk.does("wu", "a")


# ---------------------------------------------------------------- a calendar is adjusted


def test_an_adjustment_is_seen_beforehand_and_moves_every_open_term(office: Office) -> None:
    desk = one(office, '<liuhen:due after="5 working days"/><liuhen:remind before="1 working day"/>')
    months = one(office, '<liuhen:due after="P1M"/>')
    with office.store.reading() as db:
        moment = office.store.moment(db)
        seen = adjusting.preview(db, office.actor("xu"), moment, calendars.OFFICE, SPARE_DAY)
        with pytest.raises(Forbidden):
            adjusting.preview(db, office.actor("wu"), moment, calendars.OFFICE, SPARE_DAY)
    assert [(m.task["case_id"], str(m.old.on), str(m.new.on)) for m in seen.moved] == [
        (desk.case, "2026-04-10", "2026-04-13")
    ]
    assert due(desk)["on"] == date(2026, 4, 10), "a preview changes nothing"
    assert adjust(office, SPARE_DAY) == 1
    assert due(desk)["on"] == date(2026, 4, 13)
    assert due(desk)["text"].zh == "2026-04-02 + 5 个工作日，不含4月4日至6日、4月8日 = 2026-04-13"
    assert due(months)["on"] == date(2026, 5, 2)
    assert entry(desk, "task.term_changed")["sentence"].en == (
        "The calendar was adjusted; the term of “a” moved from 2026-04-10 to 2026-04-13: 线路检修"
    )
    assert told(desk, "task.term_changed") == ["person:p-wu"]
    assert "task.term_changed" not in months.kinds()
    assert office.box("wu")[0]["due_on"] == date(2026, 4, 13), "the worklist follows"
    office.tick_to("2026-04-11")
    assert not desk.row("a", "open")["is_late"]
    assert told(desk, "task.reminded") == ["person:p-wu"]
    assert adjusting.sweep(office.store) == 0
    agrees(office, desk.case)


def test_a_term_by_an_expression_moves_with_the_calendar_it_asked(lite: Office) -> None:
    desk = one(lite, '<liuhen:due date="=working days after(case.started_on, 5)"/>')
    adjust(lite, SPARE_DAY)
    assert desk.row("a", "open")["due_on"] == date(2026, 4, 13)
    assert desk.kinds().count("task.term_changed") == 1
    adjust(lite, Adjustment({date(2026, 4, 8): (None, "")}))
    assert desk.row("a", "open")["due_on"] == date(2026, 4, 10), "taken back, it is as it was"


def timed(office: Office, when: str) -> Desk:
    """Wu does ``a``; beside it a boundary event opens ``late`` when its time has come, and another one in any case."""
    return Desk(
        office,
        step("a", "wu"),
        timer("boundaryEvent", "due", when, 'attachedToRef="a" cancelActivity="false"'),
        timer("boundaryEvent", "fixed", "P5D", 'attachedToRef="a" cancelActivity="false"'),
        step("late", "lin"),
        step("told", "lin"),
        end("e2"),
        end("e3"),
        flows="s>a a>e due>late late>e2 fixed>told told>e3",
    )


def timers(desk: Desk) -> list[tuple[str, int | None]]:
    """When the timer events of the case fire, and the number of the calendars that each rests on."""
    t = tables.timers.c
    with desk.office.store.reading() as db:
        rows = db.execute(select(t.due_at, t.calendar_no).where(t.case_id == desk.case, t.purpose == "node")).all()
    return sorted((r.due_at.astimezone(desk.office.store.settings.zone).isoformat()[:10], r.calendar_no) for r in rows)


def test_a_timer_event_follows_the_calendar_that_its_time_was_worked_out_by(office: Office) -> None:
    desk = timed(office, "=working days after(today, 5)")
    assert timers(desk) == [("2026-04-07", None), ("2026-04-10", 0)]
    with office.store.reading() as db:
        moment = office.store.moment(db)
        seen = adjusting.preview(db, office.actor("xu"), moment, calendars.OFFICE, SPARE_DAY)
    (moved,) = seen.timers
    assert (moved.case["id"], moved.element) == (desk.case, "due")
    assert (seen.moved, seen.open, seen.looked_at) == ((), 1, 1)
    assert timers(desk) == [("2026-04-07", None), ("2026-04-10", 0)], "a preview changes nothing"
    adjust(office, SPARE_DAY)
    assert timers(desk) == [("2026-04-07", None), ("2026-04-13", 1)]
    assert entry(desk, "timer.moved")["sentence"].en == (
        "The calendar was adjusted; the time of “due” moved from 2026-04-10 00:00 to 2026-04-13 00:00: 线路检修"
    )
    assert adjusting.sweep(office.store) == 0, "once"
    office.tick_to("2026-04-12")
    assert desk.open == ["a", "told"]
    office.tick_to("2026-04-13")
    assert desk.open == ["a", "late", "told"]
    assert timers(desk) == []


def test_a_timer_that_is_due_by_the_new_calendar_fires_at_once(lite: Office) -> None:
    adjust(lite, SPARE_DAY)
    desk = timed(lite, "=working days after(case.started_on, 5)")
    lite.tick_to("2026-04-10")
    assert desk.open == ["a", "told"]
    adjust(lite, Adjustment({date(2026, 4, 8): (None, "")}))
    assert desk.open == ["a", "late", "told"]
    assert timers(desk) == []


def test_a_timer_moves_by_calendars_alone(lite: Office) -> None:
    """What else its expression would say today, later and of other values, moves nothing."""
    desk = timed(lite, "=working days after(today, 3)")
    lite.tick_to("2026-04-03")
    adjust(lite, Adjustment({date(2026, 5, 20): (False, "停电检修")}))
    assert ("2026-04-08", 1) in timers(desk)
    adjust(lite, SPARE_DAY)
    assert ("2026-04-09", 2) in timers(desk)
    assert desk.kinds().count("timer.moved") == 1


def test_a_timer_set_by_the_old_calendar_on_another_server_follows_too(office: Office) -> None:
    desk = timed(office, "=working days after(today, 5)")
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        adjusting.adjust(db, office.actor("xu"), moment, calendars.OFFICE, None, SPARE_DAY, "线路检修")
    clock.tick(office.store)
    assert ("2026-04-13", 1) in timers(desk)


def test_the_notice_of_a_year_ends_what_was_provisional(lite: Office) -> None:
    lite.at("2026-12-30")
    desk = one(lite, '<liuhen:due after="5 working days"/>')
    assert due(desk)["provisional"]
    assert due(desk)["on"] == date(2027, 1, 6)
    adjust(lite, Adjustment({date(2027, 1, 1): (False, "元旦"), date(2027, 1, 3): (True, "")}, year=2027))
    assert not due(desk)["provisional"]
    assert due(desk)["on"] == date(2027, 1, 6)
    assert "with Sun 3 Jan 2027 worked" in due(desk)["text"].en
    assert "task.term_changed" not in desk.kinds(), "no day was moved"


def test_a_unit_has_days_of_its_own_and_others_do_not(office: Office) -> None:
    mine = one(office, '<liuhen:due after="5 working days"/>')
    whole = one(office, '<liuhen:due after="5 working days" calendar="office"/>')
    unit = mine.row("a", "open")["unit_id"].removeprefix("u-")
    with office.store.reading() as db:
        above = db.execute(select(tables.unit_states.c.parent_id).where(tables.unit_states.c.unit_id == f"u-{unit}"))
        parent = above.scalars().one().removeprefix("u-")
    adjust(office, SPARE_DAY, parent)
    assert (due(mine)["on"], due(whole)["on"]) == (date(2026, 4, 13), date(2026, 4, 10))
    adjust(office, Adjustment({date(2026, 4, 8): (True, "照常上班")}), unit)
    assert due(mine)["on"] == date(2026, 4, 10)


def test_a_term_that_another_server_worked_out_by_the_old_calendar_follows_too(office: Office) -> None:
    """A task that was opened while the calendar was being adjusted rests on the calendar before."""
    desk = one(office, '<liuhen:due after="5 working days"/>')
    adjust(office, SPARE_DAY)
    with office.store.transaction() as db:
        db.execute(update(tables.tasks).values(calendar_no=0))
    assert clock.tick(office.store) == 1
    assert desk.row("a", "open")["calendar_no"] == 1
    assert desk.kinds().count("task.term_changed") == 1


def test_two_adjustments_at_the_same_moment_take_their_numbers_in_turn(office: Office) -> None:
    desk = one(office, '<liuhen:due after="5 working days"/>')
    days = [Adjustment({date(2026, 4, d): (False, "")}) for d in (8, 9)]
    made = together(*[partial(adjust, office, a) for a in days])
    assert sorted(made) == [1, 2]
    adjusting.sweep(office.store)
    assert due(desk)["on"] == date(2026, 4, 14)


def test_office_hours_can_be_set(lite: Office) -> None:
    desk = one(lite, '<liuhen:due after="8 working hours"/>')
    adjust(lite, Adjustment(hours=((time(8), time(12)),)))
    assert due(desk)["at"].astimezone(lite.store.settings.zone) == datetime(
        2026, 4, 7, 9, tzinfo=lite.store.settings.zone
    ), "three hours on the 2nd, four on the 3rd, one on the 7th"


@pytest.mark.parametrize(
    ("adjustment", "code"),
    [
        (Adjustment(), "required"),
        (Adjustment({date(2026, 4, 8): (False, "")}, year=2031), "err_other_year"),
        (Adjustment(hours=((time(14), time(18)), (time(9), time(15)))), "err_hours"),
        (Adjustment(hours=((time(18), time(9)),)), "err_hours"),
    ],
)
def test_an_adjustment_that_makes_no_sense_is_refused(lite: Office, adjustment: Adjustment, code: str) -> None:
    with pytest.raises(Unfit) as refused:
        adjust(lite, adjustment)
    assert code in {e.code for e in refused.value.errors}


def test_an_adjustment_is_for_whoever_manages_the_office_and_is_never_changed(office: Office) -> None:
    with pytest.raises(Forbidden):
        adjust(office, SPARE_DAY, by="zhao")
    adjust(office, SPARE_DAY)
    for table in (tables.calendar_versions, tables.calendar_days):
        with pytest.raises(exc.DatabaseError), office.store.transaction() as db:
            db.execute(update(table).values(number=9))


def test_a_file_of_days_is_read_line_by_line() -> None:
    read = adjusting.read_csv("日期,班休,名称\n2027-01-01,休,元旦\n2027/01/03,班\n2027-01-04,,\n")
    assert read == {
        date(2027, 1, 1): (False, "元旦"),
        date(2027, 1, 3): (True, ""),
        date(2027, 1, 4): (None, ""),
    }
    with pytest.raises(Unfit) as refused:
        adjusting.read_csv("2027-01-01,off,New Year\n2027-13-01,off\n2027-01-01,on\n2027-01-02,perhaps")
    assert [e.path for e in refused.value.errors] == ["csv[1]", "csv[2]", "csv[3]"]


# ---------------------------------------------------------------- what a designer got wrong


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("<liuhen:due/>", "term_incomplete"),
        ('<liuhen:due after="P1M" date="=today"/>', "term_incomplete"),
        ('<liuhen:due after="soon enough"/>', "not_an_amount"),
        ('<liuhen:due after="nothing_known working days"/>', "unknown_name"),
        ('<liuhen:due after="P1M" from="nothing_known"/>', "unknown_name"),
        ('<liuhen:remind before="P1D"/>', "term_missing"),
        ('<liuhen:due after="P1M"/><liuhen:pause/>', "term_incomplete"),
        ('<liuhen:due after="P1M"/><liuhen:pause while="nowhere"/>', "unknown_element"),
        ('<liuhen:notBefore after="P1D"/>', "term_incomplete"),
        ('<liuhen:extends task="nowhere" by="P1D"/>', "unknown_element"),
    ],
)
def test_the_publisher_says_what_is_wrong_with_a_term(lite: Office, words: str, rule: str) -> None:
    text = process(start(), step("a", "wu", words), end(), flows="s>a a>e")
    _, findings = definitions.check({"process.bpmn": text})
    assert rule in {f.rule for f in findings}, findings


def test_terms_of_an_earlier_shape_are_left_alone(lite: Office) -> None:
    """A row without facts keeps its day, whatever becomes of the calendar."""
    desk = one(lite, '<liuhen:due after="5 working days"/>')
    with lite.store.transaction() as db:
        db.execute(update(tables.tasks).values(due_why=None, calendar_no=None))
    adjust(lite, SPARE_DAY)
    assert due(desk)["on"] == date(2026, 4, 10)
    assert due(desk)["text"] is None
    lite.does(tasks.complete, "wu", desk.task("a"))
