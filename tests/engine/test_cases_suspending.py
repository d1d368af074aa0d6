"""A case stands still and goes on: tasks, terms, timers, messages, called cases, who may, and two at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine import cases, clock, handing, messages, moving, remarks, tables, tasks, verifying
from engine.actors import Actor
from engine.errors import Clash, Forbidden, NotFound, NotNow, Refused, Unfit
from engine.store import Store
from tests.engine.casework import Office, agrees
from tests.engine.directory import add_person, add_post
from tests.engine.drawing import named
from tests.engine.test_machine import end, par, process, start, timer
from tests.engine.test_returning import step
from tests.together import together

PROGRAM = Actor("a-p", None, "程序", "Program", permissions=frozenset({messages.PERMISSION}), source="api", key_id="k")
MAY = '<bpmn:extensionElements><liuhen:suspension role="branch_secretary" at="=case.unit"/></bpmn:extensionElements>'
HELPER = process(start(), step("help", "he", '<liuhen:due after="P4D"/>'), end(), flows="s>help help>e")
WORK = process(
    start(),
    par("all"),
    step("a", "wu", '<liuhen:due after="P10D"/><liuhen:remind before="P2D"/>'),
    timer("intermediateCatchEvent", "waits", "P5D"),
    step("later", "he"),
    timer("intermediateCatchEvent", "day", "2026-03-09"),
    step("on_day", "he"),
    '<bpmn:receiveTask id="hears" messageRef="news"><bpmn:extensionElements>'
    '<liuhen:output target="got" source="=message.value"/></bpmn:extensionElements></bpmn:receiveTask>',
    '<bpmn:callActivity id="calls" calledElement="helper"/>',
    end(),
    flows="s>all all>a all>waits all>day all>hears all>calls waits>later day>on_day "
    "a>e later>e on_day>e hears>e calls>e",
)
FILES = {
    "process.bpmn": WORK.replace(
        '<bpmn:process id="p" isExecutable="true">', f'{named("news")}<bpmn:process id="work" isExecutable="true">{MAY}'
    )
}


@pytest.fixture
def office(store: Store) -> Office:
    made = Office(store)
    with store.transaction() as db:
        add_person(db, "xu")
        add_post(db, "xu", "system_admin", "W0")
    made.publish({"process.bpmn": HELPER.replace('id="p"', 'id="helper"')})
    made.publish(FILES)
    return made


def begin(office: Office) -> str:
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        return cases.start(db, office.actor("lin"), moment, definition="work", unit="B1", business_key="K1")


def opened(office: Office, case: str) -> list[str]:
    return sorted(t["element"] for t in office.sees("otto", case)["open_tasks"])


def refusal(office: Office, verb: Any, by: str, *args: Any, **more: Any) -> Refused:
    with pytest.raises(Refused) as e:
        office.does(verb, by, *args, **more)
    return e.value


def test_a_case_stands_still_and_goes_on(office: Office) -> None:
    case = begin(office)
    (child,) = office.sees("otto", case)["called"]
    task = office.open(case, "a")
    office.tick_to("2026-03-04")
    assert office.sees("zhao", case)["can"].count("suspend") == 1
    office.does(cases.suspend, "zhao", case, "举报核查")
    agrees(office, case)
    agrees(office, child["id"])

    # Everybody sees it; nobody does anything.
    seen = office.sees("wu", case)
    assert (seen["status"], seen["suspension"]["by"]["id"], seen["suspension"]["reason"]) == (
        "suspended",
        "p-zhao",
        "举报核查",
    )
    assert "resume" not in seen["can"]
    (item,) = office.box("wu")
    assert (item["marks"], item["due"]["state"], item["due_on"]) == (["suspended"], "paused", date(2026, 3, 12))
    said = refusal(office, tasks.complete, "wu", task, {})
    assert (type(said), said.refusal) == (NotNow, "err_case_suspended")
    assert "2026-03-04 09:00 暂停：举报核查" in said.said.zh
    assert (said.details["reason"], said.details["at"][:10]) == ("举报核查", "2026-03-04")
    for verb, args in ((tasks.claim, ()), (handing.transfer, ("p-he", "请代"))):
        assert refusal(office, verb, "wu", task, *args).refusal == "err_case_suspended"
    assert refusal(office, remarks.urge, "lin", task).refusal == "err_case_suspended"
    assert refusal(office, moving.propose, "xu", case, (), ("a",), "试").refusal == "err_case_suspended"
    assert refusal(office, tasks.complete, "he", office.open(child["id"], "help"), {}).refusal == "err_case_suspended"

    # Time passes: nothing rings, nothing fires, a message waits.
    with office.store.transaction() as db:
        messages.send(db, PROGRAM, office.store.moment(db), "news", "", {"value": 7})
    office.tick_to("2026-03-20")
    assert opened(office, case) == ["a"]
    assert {"task.overdue", "task.reminded", "timer.fired"}.isdisjoint(e["kind"] for e in office.entries("otto", case))

    office.does(cases.resume, "she", case, "核查完毕")
    assert opened(office, case) == ["a", "on_day"]  # a day is a day: it has come
    agrees(office, case)
    agrees(office, child["id"])
    shown = office.sees("wu", case)
    (mine,) = [t for t in shown["open_tasks"] if t["element"] == "a"]
    assert (shown["status"], shown["suspension"], mine["due_on"]) == ("running", None, date(2026, 3, 28))
    assert office.sees("otto", child["id"])["status"] == "running"
    clock.tick(office.store)
    assert office.sees("otto", case)["data"]["got"] == 7
    office.tick_to("2026-03-22")
    assert "later" not in opened(office, case)  # two days of five had passed when it stood still
    office.tick_to("2026-03-23", hour=10)
    assert opened(office, case) == ["a", "later", "on_day"]
    office.tick_to("2026-03-26", hour=10)
    assert [e["kind"] for e in office.entries("otto", case)].count("task.reminded") == 1
    told = {(n["kind"], n["holder"]) for n in notices(office, case)}
    assert {
        ("case.suspended", "person:p-wu"),
        ("case.suspended", "person:p-lin"),
        ("case.resumed", "person:p-wu"),
    } <= told
    office.completes("wu", case, "a")
    assert verifying.verify(office.store).findings == []


def notices(office: Office, case: str) -> list[dict[str, Any]]:
    box = tables.outbox
    with office.store.reading() as db:
        return [dict(r) for r in db.execute(select(box).where(box.c.case_id == case)).mappings()]


def test_who_may_suspend_is_said_and_everybody_else_is_refused(office: Office) -> None:
    case = begin(office)
    (child,) = office.sees("otto", case)["called"]
    assert isinstance(refusal(office, cases.suspend, "wu", case, "不想办"), Forbidden)
    assert isinstance(refusal(office, cases.suspend, "qian", case, "不相干"), NotFound)
    assert isinstance(refusal(office, cases.suspend, "zhao", case, "  "), Unfit)
    assert refusal(office, cases.resume, "zhao", case, "恢复").refusal == "err_not_suspended"
    office.does(cases.suspend, "xu", case, "系统维护")  # without seeing it
    assert isinstance(refusal(office, cases.suspend, "zhao", case, "再来"), Clash)
    assert refusal(office, cases.resume, "xu", child["id"], "恢复").refusal == "err_suspended_through"
    assert isinstance(refusal(office, cases.resume, "wu", case, "继续"), Forbidden)
    office.does(cases.resume, "xu", case, "维护完毕")
    assert office.sees("otto", case)["status"] == "running"


def test_of_two_at_once_one_was_first(office: Office) -> None:
    case = begin(office)

    def does(verb: Any, by: str, *args: Any) -> Any:
        return lambda: office.does(verb, by, *args) or "done"

    task = office.open(case, "a")
    found = together(does(cases.suspend, "zhao", case, "一"), does(cases.suspend, "she", case, "二"))
    assert sorted(found) == ["done", "err_case_suspended"]
    found = together(does(cases.resume, "zhao", case, "一"), does(cases.resume, "she", case, "二"))
    assert sorted(found) == ["done", "err_not_suspended"]
    found = together(
        does(cases.suspend, "zhao", case, "三"), lambda: office.does(tasks.complete, "wu", task) and "done"
    )
    assert found in (["done", "done"], ["done", "err_case_suspended"])
    agrees(office, case)
