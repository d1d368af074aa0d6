"""The verbs on a task, told with the two-step procedure."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import cases, returning, tables, tasks, views
from engine.errors import Clash, Forbidden, NotFound, NotNow, Unfit
from engine.store import Store
from tests.engine.casework import Office, folder


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def test_a_case_goes_from_the_start_to_its_end(office: Office) -> None:
    case = office.start()
    assert [t["element"] for t in office.box("wu")] == ["check"]
    assert [t["element"] for t in office.box("he")] == ["check"]
    assert office.box("zhao") == []
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    office.tick_to("2026-03-03")
    office.completes("zhao", case, "approve", {"limit": 5}, decision="approve")
    seen = office.sees("wu", case)
    assert (seen["status"], seen["outcome"], seen["open_tasks"]) == ("ended", "approved", [])
    assert [(s["step"], s["status"]) for s in seen["steps"]][:2] == [("1", "done"), ("2", "done")]
    assert [e["kind"] for e in office.entries("zhao", case)] == [
        "case.started",
        "task.opened",
        "task.completed",
        "task.held",
        "task.opened",
        "task.completed",
        "case.ended",
    ]


def test_a_task_is_held_until_its_day_and_says_so(office: Office) -> None:
    case = office.start()
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    assert office.box("zhao") == []
    with pytest.raises(NotNow) as refusal:
        office.completes("zhao", case, "approve", {"limit": 5}, decision="approve")
    assert (refusal.value.refusal, refusal.value.clause) == ("err_too_early", "c_wait")
    assert refusal.value.details == {"earliest": "2026-03-03"}
    office.tick_to("2026-03-03")
    assert [t["element"] for t in office.box("zhao")] == ["approve"]


def test_the_second_to_complete_hears_who_was_first(office: Office) -> None:
    case = office.start()
    task = office.open(case, "check")
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    with pytest.raises(Clash) as clash:
        office.does(tasks.complete, "he", task, {"checked_on": "2026-03-02"}, "pass")
    assert clash.value.refusal == "err_already_completed"
    assert clash.value.details["by"].zh == "wu"


def test_two_people_at_once_leave_one_completion(office: Office) -> None:
    case = office.start()
    task = office.open(case, "check")
    both = threading.Barrier(2)
    outcomes: list[Any] = []

    def act(who: str) -> None:
        both.wait()
        try:
            outcomes.append(office.does(tasks.complete, who, task, {"checked_on": "2026-03-02"}, "pass"))
        except NotNow as e:
            outcomes.append(e)

    threads = [threading.Thread(target=act, args=(who,)) for who in ("wu", "he")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(o).__name__ for o in outcomes) == ["Clash", "Done"]
    assert [e["kind"] for e in office.entries("wu", case)].count("task.completed") == 1


def test_a_claimed_task_is_closed_to_the_others_until_released(office: Office) -> None:
    case = office.start()
    task = office.open(case, "check")
    office.does(tasks.claim, "wu", task)
    assert office.box("he") == []
    with pytest.raises(Clash) as clash:
        office.does(tasks.claim, "he", task)
    assert clash.value.refusal == "err_claimed"
    with pytest.raises(NotNow):
        office.does(tasks.release, "he", task)
    office.does(tasks.release, "wu", task)
    office.does(tasks.complete, "he", task, {"checked_on": "2026-03-02"}, "pass")


def test_nobody_else_finds_the_task(office: Office) -> None:
    case = office.start()
    task = office.open(case, "check")
    for stranger in ("qian", "dora", "zhao"):
        with pytest.raises(NotFound):
            office.does(tasks.complete, stranger, task, {"checked_on": "2026-03-02"}, "pass")
    for stranger in ("qian", "dora"):
        with pytest.raises(NotFound):
            office.sees(stranger, case)
    assert office.sees("otto", case)["id"] == case


def test_answers_that_do_not_fit_come_back_field_by_field(office: Office) -> None:
    case = office.start()
    with pytest.raises(Unfit) as refusal:
        office.completes("wu", case, "check", {"checked_on": "nonsense"}, decision="pass")
    assert [(e.path, e.code) for e in refusal.value.errors] == [("checked_on", "not_a_date")]
    with pytest.raises(Unfit) as refusal:
        office.completes("wu", case, "check", {"checked_on": "2026-03-02"})
    assert [(e.path, e.code) for e in refusal.value.errors] == [("decision", "required")]


def test_dates_keep_their_order(office: Office) -> None:
    case = office.start()
    for day, code in (("2026-03-01", "err_date_order"), ("2026-03-03", "err_date_future")):
        with pytest.raises(Unfit) as refusal:
            office.completes("wu", case, "check", {"checked_on": day}, decision="pass")
        assert (refusal.value.refusal, refusal.value.clause) == (code, "c_order")


def test_a_late_entry_needs_a_reason_and_a_second_person(office: Office) -> None:
    case = office.start()
    office.tick_to("2026-03-11")
    with pytest.raises(Unfit) as refusal:
        office.completes("wu", case, "check", {"checked_on": "2026-03-03"}, decision="pass")
    assert [(e.path, e.code, e.clause) for e in refusal.value.errors] == [("reason", "late_entry", "c_late")]
    office.completes("wu", case, "check", {"checked_on": "2026-03-03"}, decision="pass", reason="出差")
    task = office.open(case, "check")
    assert office.box("wu") == []
    assert [(t["purpose"], t["marks"]) for t in office.box("zhao")] == [("confirm", ["late_entry"])]
    with pytest.raises(NotFound):
        office.does(tasks.confirm, "wu", task, True)
    office.does(tasks.confirm, "zhao", task, True)
    assert office.sees("zhao", case)["marks"] == ["late_entry"]
    kinds = [e["kind"] for e in office.entries("zhao", case)]
    assert kinds[2:5] == ["task.reminded", "task.proposed", "task.confirmed"]


def test_time_until_the_confirmation_makes_nothing_late(office: Office) -> None:
    """Entered in time and confirmed after the term: no mark, and nobody is asked for a reason."""
    files = folder("two_steps")
    files["process.bpmn"] = files["process.bpmn"].replace(' when="=late_entry"', "")
    office.publish(files)
    case = office.start()
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    task = office.open(case, "check")
    office.tick_to("2026-03-30")
    office.does(tasks.confirm, "zhao", task, True)
    assert "late_entry" not in office.sees("zhao", case)["marks"]
    assert office.sees("zhao", case)["open_tasks"][0]["element"] == "approve"


def test_whoever_entered_it_may_not_confirm_it(office: Office) -> None:
    case = office.start()
    office.tick_to("2026-03-11")
    with office.store.transaction() as db:
        from tests.engine.directory import add_post

        add_post(db, "wu", "branch_secretary", "B1")
    office.completes("wu", case, "check", {"checked_on": "2026-03-03"}, decision="pass", reason="出差")
    with pytest.raises(Forbidden) as refusal:
        office.does(tasks.confirm, "wu", office.open(case, "check"), True)
    assert refusal.value.clause == "c_late"


def test_a_refused_confirmation_gives_it_back_with_nothing_lost(office: Office) -> None:
    case = office.start()
    office.tick_to("2026-03-11")
    office.completes("wu", case, "check", {"checked_on": "2026-03-03"}, decision="pass", reason="出差")
    task = office.open(case, "check")
    with pytest.raises(Unfit):
        office.does(tasks.confirm, "zhao", task, False)
    office.does(tasks.confirm, "zhao", task, False, "日期不对")
    with office.store.reading() as db:
        seen = views.task(db, office.actor("wu"), office.store.moment(db), task, "zh")
    assert (seen["status"], seen["values"]["checked_on"]) == ("open", "2026-03-03")


def test_whoever_checked_may_not_approve(office: Office) -> None:
    from tests.engine.directory import add_post

    with office.store.transaction() as db:
        add_post(db, "wu", "branch_secretary", "B1")
    case = office.start()
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    office.tick_to("2026-03-03")
    with pytest.raises(Forbidden) as refusal:
        office.completes("wu", case, "approve", {"limit": 5}, decision="approve")
    assert (refusal.value.refusal, refusal.value.clause) == ("sod_06", "c_eyes")


def test_a_gate_at_completion_refuses_with_its_clause(office: Office) -> None:
    case = office.start()
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    office.tick_to("2026-03-03")
    with pytest.raises(Unfit) as refusal:
        office.completes("zhao", case, "approve", {"limit": -1}, decision="approve")
    assert (refusal.value.refusal, refusal.value.clause) == ("over_limit", "c_limit")
    assert refusal.value.said.zh == "超过限额。"
    office.completes("zhao", case, "approve", {"limit": -1}, decision="reject", opinion="预算不足")
    assert office.sees("zhao", case)["outcome"] == "rejected"


def test_a_returned_task_goes_to_the_submitter_with_what_was_written(office: Office) -> None:
    case = office.start()
    task = office.open(case, "check")
    with pytest.raises(Unfit) as refusal:
        office.does(returning.return_, "wu", task, None, "", {"checked_on": "2026-03-02"})
    assert [(e.path, e.code) for e in refusal.value.errors] == [("opinion", "required")]
    office.does(returning.return_, "wu", task, None, "缺少报价单", {"checked_on": "2026-03-02"})
    assert [t["element"] for t in office.box("lin")] == ["correct"]
    again = {"subject_line": "办公椅", "asked_on": "2026-03-02", "amount": 99}
    office.completes("lin", case, "correct", again)
    assert [t["element"] for t in office.box("wu")] == ["check"]
    with office.store.reading() as db:
        seen = views.task(db, office.actor("wu"), office.store.moment(db), office.open(case, "check"), "zh")
    assert seen["rev"] == 1


def test_a_step_without_a_way_back_cannot_be_returned(office: Office) -> None:
    case = office.start()
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    office.tick_to("2026-03-03")
    with pytest.raises(NotNow) as refusal:
        office.does(returning.return_, "zhao", office.open(case, "approve"), None, "请补充")
    assert refusal.value.refusal == "err_no_return"


def test_a_step_out_of_turn_is_refused_and_recorded(office: Office) -> None:
    case = office.start()
    with pytest.raises(NotNow) as refusal:
        office.does(tasks.attempt, "wu", case, "approve", {}, "approve")
    assert refusal.value.refusal == "err_step_not_open"
    assert [m["element"] for m in refusal.value.details["missing"]] == ["check"]
    assert refusal.value.recorded is not None
    with office.store.transaction() as db:
        from engine import trail

        trail.append(db, office.store.moment(db), office.actor("wu"), **refusal.value.recorded)
    assert office.entries("wu", case)[-1]["kind"] == "bypass.attempted"
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")


def test_a_draft_belongs_to_who_typed_it(office: Office) -> None:
    case = office.start()
    task = office.open(case, "check")
    office.does(tasks.draft, "wu", task, {"checked_on": "2026-03"})
    office.does(tasks.draft, "wu", task, {"checked_on": "2026-03-02"})
    with office.store.reading() as db:
        moment = office.store.moment(db)
        assert views.task(db, office.actor("wu"), moment, task, "zh")["values"]["checked_on"] == "2026-03-02"
        assert views.task(db, office.actor("he"), moment, task, "zh")["values"].get("checked_on") is None
    assert [t["element"] for t in office.box("wu", "drafts")] == ["check"]


def test_the_subject_sees_the_way_but_not_what_others_wrote(office: Office) -> None:
    case = office.start(phone="010-5550001")
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="back", opinion="缺少报价单")
    seen = office.sees("lin", case)
    assert seen["data"] == {}
    assert [s["done_by"] for s in seen["steps"]] == [None, None, None]
    told = office.entries("lin", case)
    assert all(e["opinion"] is None for e in told if e["actor"] is None)
    with office.store.reading() as db:
        text = db.execute(select(tables.entries.c.text).where(tables.entries.c.chain == case)).scalars().all()
    assert not any("5550001" in t for t in text)


def test_the_subject_may_withdraw_and_the_case_keeps_its_file(office: Office) -> None:
    case = office.start()
    with pytest.raises(NotFound):
        office.does(cases.withdraw, "qian", case, "不再申请")
    with pytest.raises(Unfit):
        office.does(cases.withdraw, "lin", case, " ")
    office.does(cases.withdraw, "lin", case, "不再申请")
    assert (office.sees("wu", case)["status"], office.sees("wu", case)["outcome"]) == ("cancelled", "withdrawn")
    assert office.box("wu") == []
    with pytest.raises(NotNow):
        office.does(cases.withdraw, "lin", case, "再撤一次")


def test_an_overdue_task_is_marked_and_reported(office: Office) -> None:
    case = office.start()
    assert office.tick_to("2026-03-14") == 2
    (task,) = office.box("wu")
    assert (task["is_late"], task["marks"], str(task["due_on"])) == (True, ["late"], "2026-03-12")
    entry = office.entries("zhao", case)[-1]
    assert (entry["kind"], entry["clause"]["id"]) == ("task.overdue", "c_due")
    with pytest.raises(Unfit) as refusal:
        office.completes("wu", case, "check", {"checked_on": "2026-03-13"}, decision="pass")
    assert [(e.path, e.code) for e in refusal.value.errors] == [("reason", "late")]
    office.completes("wu", case, "check", {"checked_on": "2026-03-13"}, decision="pass", reason="当事人出差")
    assert office.sees("zhao", case)["marks"] == ["late"]


def test_closed_tasks_leave_no_candidates_and_no_timers(office: Office) -> None:
    case = office.start()
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    office.tick_to("2026-03-03")
    office.completes("zhao", case, "approve", {"limit": 1}, decision="approve")
    with office.store.reading() as db:
        for table in (tables.task_candidates, tables.timers):
            assert db.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_whoever_may_not_act_may_not_confirm_either(office: Office) -> None:
    files = folder("two_steps")
    files["process.bpmn"] = files["process.bpmn"].replace(
        '<liuhen:notBefore date="=asked_on + duration(&quot;P1D&quot;)" clause="c_wait" />',
        '<liuhen:confirm role="organisation_commissioner" at="=case.unit" />',
    )
    office.publish(files)
    case = office.start()
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    office.completes("zhao", case, "approve", {"limit": 1}, decision="approve")
    task = office.open(case, "approve")
    with pytest.raises(Forbidden) as refusal:
        office.does(tasks.confirm, "wu", task, True)
    assert refusal.value.refusal == "sod_06"
    office.does(tasks.confirm, "he", task, True)
    assert office.sees("he", case)["status"] == "ended"
