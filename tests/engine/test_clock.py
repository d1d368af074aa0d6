"""What the passing of time does, and what cannot stop it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from engine import cases, clock, tables, tasks, trail
from engine.store import Store
from tests.engine.casework import Office
from tests.engine.directory import add_membership, add_post


def process(body: str, key: str = "waiting") -> dict[str, str]:
    """The files of a procedure that anybody starts, without forms."""
    return {
        "process.bpmn": f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:liuhen="urn:liuhen:bpmn:1" targetNamespace="urn:t">
  <bpmn:process id="{key}" name="等候" isExecutable="true">
    <bpmn:startEvent id="asked">
      <bpmn:extensionElements><liuhen:who anyone="true"/></bpmn:extensionElements>
    </bpmn:startEvent>
    {body}
  </bpmn:process>
</bpmn:definitions>"""
    }


WAITS_AND_WRITES = process("""
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="a_day"/>
    <bpmn:intermediateCatchEvent id="a_day">
      <bpmn:timerEventDefinition>
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P1D</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f2" sourceRef="a_day" targetRef="written"/>
    <bpmn:endEvent id="written">
      <bpmn:extensionElements>
        <liuhen:writesDirectory what="membership" person="=case.started_by" unit="=case.unit" status="full_member"
            from="=today"/>
      </bpmn:extensionElements>
    </bpmn:endEvent>""")

HELD_BY_THE_DIRECTORY = process(
    """
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="meet"/>
    <bpmn:userTask id="meet" name="开会">
      <bpmn:extensionElements>
        <liuhen:who role="branch_secretary" at="=case.unit"/>
        <liuhen:gate at="opening" condition="=count(holders(&quot;discipline_commissioner&quot;, case.unit)) &gt; 0"
            code="nobody_yet"/>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="meet" targetRef="met"/>
    <bpmn:endEvent id="met"/>""",
    "meeting",
)


@pytest.fixture
def office(store: Store) -> Office:
    office = Office(store)
    for files in (WAITS_AND_WRITES, HELD_BY_THE_DIRECTORY):
        office.publish(files)
    return office


def test_a_case_in_the_way_stops_alone_and_says_why(office: Office) -> None:
    with office.store.transaction() as db:
        add_membership(db, "otto", "B1", "applicant", from_on=office.store.moment(db).today.replace(year=2030))
    in_the_way = office.start("otto", "waiting")
    others = [office.start(name, "waiting") for name in ("lin", "wu")]
    office.tick_to("2026-03-04")
    assert [office.sees("otto", case)["status"] for case in (in_the_way, *others)] == ["failed", "ended", "ended"]
    assert "err_membership_order" in office.entries("otto", in_the_way)[-1]["reason"].zh
    assert clock.tick(office.store) == 0
    with office.store.reading() as db:
        assert trail.verify(db).is_whole


def test_a_case_that_has_ended_does_not_fail_any_more(office: Office) -> None:
    case = office.start()
    office.does(cases.withdraw, "lin", case, "no longer needed")
    with office.store.transaction() as db:
        cases.fail(db, office.store.moment(db), case, "said by a clock that was slower")
    assert office.sees("lin", case)["status"] == "cancelled"
    assert office.entries("otto", case)[-1]["kind"] == "task.cancelled"


def test_what_the_directory_holds_back_is_looked_at_every_day(office: Office) -> None:
    case = office.start("lin", "meeting")
    assert office.sees("otto", case)["open_tasks"][0]["status"] == "held"
    office.tick_to("2026-03-05")
    assert office.sees("otto", case)["open_tasks"][0]["status"] == "held"
    with office.store.transaction() as db:
        add_post(db, "wu", "discipline_commissioner", "B1")
    assert office.box("zhao") == []
    office.tick_to("2026-03-06")
    assert [t["element"] for t in office.box("zhao")] == ["meet"]
    office.does(tasks.complete, "zhao", office.open(case, "meet"))
    with office.store.reading() as db:
        assert db.execute(select(func.count()).select_from(tables.timers)).scalar() == 0
    assert office.sees("otto", case)["status"] == "ended"
