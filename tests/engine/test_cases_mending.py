"""What stops a path, and how it is mended: tried again, passed over, data corrected; always with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from engine import cases, clock, machine, tables, tasks, trail, views
from engine.actors import Actor
from engine.errors import Forbidden, NotFound, Refused, Unfit
from engine.store import Store, new_id
from tests.engine.casework import Office
from tests.engine.directory import add_membership, add_post
from tests.together import together

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:liuhen="urn:liuhen:bpmn:1" targetNamespace="urn:t">
  <bpmn:process id="{key}" name="修复" isExecutable="true">
    <bpmn:startEvent id="asked">
      <bpmn:extensionElements>
        <liuhen:who anyone="true"/>
        {start}
      </bpmn:extensionElements>
    </bpmn:startEvent>
"""


def process(key: str, body: str, start: str = "", **files: Any) -> dict[str, Any]:
    head = _HEAD.format(key=key, start=start)
    return {"process.bpmn": f"{head}{body}</bpmn:process></bpmn:definitions>", **files}


COUNTS = '<liuhen:output target="many" source="=100000000"/><liuhen:output target="since" source="=today"/>'
FORKS = """
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="both"/>
    <bpmn:parallelGateway id="both"/>
    <bpmn:sequenceFlow id="f2" sourceRef="both" targetRef="count"/>
    <bpmn:sequenceFlow id="f3" sourceRef="both" targetRef="look"/>
    <bpmn:scriptTask id="count" name="计数"><bpmn:extensionElements>
      <liuhen:output target="counted" source="=count(for i in 1..many return i)"/>
    </bpmn:extensionElements></bpmn:scriptTask>
    <bpmn:userTask id="look" name="查看"><bpmn:extensionElements>
      <liuhen:who role="branch_secretary" at="=case.unit"/>
    </bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="f4" sourceRef="count" targetRef="counted_end"/>
    <bpmn:sequenceFlow id="f5" sourceRef="look" targetRef="looked_end"/>
    <bpmn:endEvent id="counted_end"/><bpmn:endEvent id="looked_end"/>
"""
CHOOSES = """
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="ways"/>
    <bpmn:exclusiveGateway id="ways" name="走向"/>
    <bpmn:sequenceFlow id="left" name="向左" sourceRef="ways" targetRef="left_end">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=many = 1</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="right" sourceRef="ways" targetRef="right_end">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=many = 2</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:endEvent id="left_end" liuhen:outcome="left"/><bpmn:endEvent id="right_end" liuhen:outcome="right"/>
"""
ASKS_NOBODY = """
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="judge"/>
    <bpmn:userTask id="judge" name="评议"><bpmn:extensionElements>
      <liuhen:who person="=holders(&quot;discipline_commissioner&quot;, case.unit)"/>
    </bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="judge" targetRef="judged"/>
    <bpmn:endEvent id="judged"/>
"""
WAITS = """
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="a_day"/>
    <bpmn:intermediateCatchEvent id="a_day"><bpmn:timerEventDefinition>
      <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P1D</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f2" sourceRef="a_day" targetRef="written"/>
    <bpmn:endEvent id="written"><bpmn:extensionElements>
      <liuhen:writesDirectory what="membership" person="=case.started_by" unit="=case.unit" status="full_member"
          from="=today"/>
    </bpmn:extensionElements></bpmn:endEvent>
"""


@pytest.fixture
def office(store: Store) -> Office:
    office = Office(store)
    office.publish(process("forking", FORKS, COUNTS))
    office.publish(process("choosing", CHOOSES, COUNTS))
    office.publish(process("judging", ASKS_NOBODY))
    office.publish(process("waiting", WAITS))
    with store.transaction() as db:
        add_post(db, "dora", "designer", "W0")
    return office


def mender(office: Office, name: str = "otto") -> Actor:
    return replace(office.actor(name), permissions=frozenset({"cases.mend"}))


def mends(office: Office, verb: Any, *args: Any, by: str = "otto", **more: Any) -> Any:
    with office.store.transaction() as db:
        return verb(db, mender(office, by), office.store.moment(db), *args, **more)


def standing(office: Office, case: str, by: Actor | None = None, everything: bool = False) -> list[dict[str, Any]]:
    with office.store.reading() as db:
        actor = by or mender(office)
        return views.incidents_of(db, actor, office.store.moment(db), case, everything=everything)[0]


def variables(office: Office, case: str) -> Mapping[str, Any]:
    with office.store.reading() as db:
        state = db.execute(select(tables.cases.c.state).where(tables.cases.c.id == case)).scalar_one()
    return machine.glance(state).variables


def faults(office: Office, case: str) -> int:
    with office.store.reading() as db:
        return int(db.execute(select(tables.cases.c.faults).where(tables.cases.c.id == case)).scalar_one())


def refused(act: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.said.zh != caught.value.said.en
    return caught.value


# ---------------------------------------------------------------- what stops


def test_what_fails_stops_its_own_path_and_says_why_in_both_languages(office: Office) -> None:
    case = office.start("lin", "forking")
    (incident,) = standing(office, case)
    assert (incident["element"], incident["can"], incident["resolution"]) == ("count", ["retry", "skip"], None)
    assert "1" in incident["reason"].zh
    assert incident["reason"].zh != incident["reason"].en
    assert incident["details"]["expression"].startswith("=count(")
    seen = office.sees("otto", case)
    assert (seen["status"], seen["incidents"]) == ("running", 1)
    assert [i["element"] for i in seen["open_incidents"]] == ["count"]
    with office.store.reading() as db:
        drawn = views.diagram(db, office.actor("otto"), office.store.moment(db), case)["elements"]
        listed = views.find_cases(db, office.actor("otto"), office.store.moment(db))[0]
    assert drawn["count"] == {"status": "stopped", "times": 0}
    assert drawn["look"]["status"] == "open"
    assert [item["incidents"] for item in listed] == [1]
    office.completes("zhao", case, "look")
    assert office.sees("otto", case)["status"] == "running"
    assert [e["kind"] for e in office.entries("otto", case)][-2:] == ["task.completed", "case.went_on"]


def test_who_sees_only_their_own_case_is_told_that_it_stands_but_not_why(office: Office) -> None:
    case = office.start("lin", "forking")
    with office.store.transaction() as db:
        db.execute(
            update(tables.case_viewers).where(tables.case_viewers.c.holder == "person:p-lin").values(scope="own")
        )
    seen = office.sees("lin", case)
    assert (seen["incidents"], seen["open_incidents"]) == (1, [])
    with office.store.reading() as db, pytest.raises(NotFound):
        views.incidents_of(db, office.actor("lin"), office.store.moment(db), case)
    with office.store.reading() as db, pytest.raises(NotFound):
        views.incidents_of(db, mender(office), office.store.moment(db), "nowhere")


def test_one_case_that_fails_hinders_no_other(office: Office) -> None:
    with office.store.transaction() as db:
        add_membership(db, "otto", "B1", "applicant", from_on=date(2030, 1, 1))
    people = ("lin", "wu", "zhao", "he", "she", "qian", "dora")
    before = [office.start(name, "waiting", unit="B2" if name == "qian" else "B1") for name in people[:3]]
    bad = office.start("otto", "waiting", unit="B1")
    after = [office.start(name, "waiting", unit="B2" if name == "qian" else "B1") for name in people[3:]]
    office.tick_to("2026-03-04")
    assert [office.sees("otto", c)["status"] for c in (*before, *after)] == ["ended"] * len(people)
    assert (office.sees("otto", bad)["status"], faults(office, bad)) == ("failed", 1)
    (incident,) = standing(office, bad, by=mender(office, "dora"))
    assert (incident["element"], incident["can"]) == (None, ["retry"])
    assert "err_membership_order" in incident["reason"].zh
    assert clock.tick(office.store) == 0
    with office.store.reading() as db:
        assert trail.verify(db).is_whole


# ---------------------------------------------------------------- trying again


def test_an_incident_is_retried_with_a_reason_and_an_entry(office: Office) -> None:
    case = office.start("lin", "forking")
    (incident,) = standing(office, case)
    mends(office, cases.retry, incident["id"], "looked at it")
    (again,) = standing(office, case)
    assert again["id"] != incident["id"]  # it failed again: one incident after the other
    assert faults(office, case) == 1
    mends(office, cases.set_data, case, {"many": 3}, "a slip of the pen")
    mends(office, cases.retry, again["id"], "the number is right now")
    assert standing(office, case) == []
    assert faults(office, case) == 0
    assert variables(office, case)["counted"] == 3
    office.completes("zhao", case, "look")
    assert office.sees("otto", case)["status"] == "ended"
    told = standing(office, case, everything=True)
    assert [(i["resolution"], i["resolved_by"]["id"], i["can"]) for i in told] == [("retried", "p-otto", [])] * 2
    kinds = [e["kind"] for e in office.entries("otto", case)]
    assert [k for k in kinds if k.startswith(("incident", "case.d", "case.stopped"))] == [
        "case.stopped",
        "incident.retried",
        "case.stopped",
        "case.data_changed",
        "incident.retried",
    ]
    (entry, _) = [e for e in office.entries("otto", case) if e["kind"] == "incident.retried"]
    assert entry["sentence"].en == "otto (en) retried “计数”: looked at it"


def test_mending_is_for_menders_with_a_reason_and_never_in_ones_own_case(office: Office) -> None:
    case = office.start("lin", "forking")
    (incident,) = standing(office, case)
    deeds: list[Callable[[str, str], Any]] = [
        lambda by, reason: mends(office, cases.retry, incident["id"], reason, by=by),
        lambda by, reason: mends(office, cases.skip, incident["id"], reason, by=by),
        lambda by, reason: mends(office, cases.set_data, case, {"many": 1}, reason, by=by),
    ]
    for deed in deeds:
        assert refused(lambda deed=deed: deed("lin", "my own")).refusal == "err_own_case"  # type: ignore[misc]
        with pytest.raises(Unfit) as caught:
            deed("otto", "  ")
        assert caught.value.errors[0].path == "reason"
    with office.store.transaction() as db:
        zhao, moment = office.actor("zhao"), office.store.moment(db)
        for act in (
            lambda: cases.retry(db, zhao, moment, incident["id"], "x"),
            lambda: cases.skip(db, zhao, moment, incident["id"], "x"),
            lambda: cases.set_data(db, zhao, moment, case, {"many": 1}, "x"),
        ):
            with pytest.raises(Forbidden):
                act()
    assert standing(office, case, by=mender(office, "lin"))[0]["can"] == []
    for verb, where in ((cases.retry, new_id()), (cases.skip, new_id())):
        with pytest.raises(NotFound):
            mends(office, verb, where, "x")
    with pytest.raises(NotFound):
        mends(office, cases.set_data, new_id(), {"many": 1}, "x")
    assert faults(office, case) == 1


def test_what_was_mended_is_not_mended_again_and_says_by_whom(office: Office) -> None:
    case = office.start("lin", "forking")
    (incident,) = standing(office, case)
    mends(office, cases.skip, incident["id"], "not needed")
    for verb in (cases.retry, cases.skip):
        found = refused(lambda verb=verb: mends(office, verb, incident["id"], "me too", by="dora"))  # type: ignore[misc]
        assert (found.refusal, found.details["by"].en) == ("err_incident_resolved", "otto (en)")


def test_two_who_retry_at_the_same_moment(office: Office) -> None:
    case = office.start("lin", "forking")
    mends(office, cases.set_data, case, {"many": 3}, "a slip of the pen")
    (incident,) = standing(office, case)
    verbs = (cases.retry, cases.skip)
    found = together(*(partial(mends, office, verbs[n % 2], incident["id"], "now", by="otto") for n in range(4)))
    assert sorted(found) == sorted([case, *["err_incident_resolved"] * 3])
    assert (faults(office, case), standing(office, case)) == (0, [])
    done = [e["kind"] for e in office.entries("otto", case) if e["kind"].startswith("incident.")]
    assert len(done) == 1


def test_a_whole_case_is_retried_and_the_clock_takes_it_up(office: Office) -> None:
    with office.store.transaction() as db:
        add_membership(db, "lin", "B1", "applicant", from_on=date(2030, 1, 1))
    case = office.start("lin", "waiting")
    office.tick_to("2026-03-04")
    (incident,) = standing(office, case)
    assert refused(lambda: mends(office, cases.skip, incident["id"], "on")).refusal == "err_incident_whole_case"
    assert refused(lambda: mends(office, cases.retry, incident["id"], "on", by="lin")).refusal == "err_own_case"
    mends(office, cases.retry, incident["id"], "nothing was mended yet")
    assert (office.sees("otto", case)["status"], faults(office, case)) == ("running", 0)
    clock.tick(office.store)
    (again,) = standing(office, case)
    assert again["id"] != incident["id"]
    with office.store.transaction() as db:
        db.execute(delete(tables.memberships).where(tables.memberships.c.person_id == "p-lin"))
    mends(office, cases.retry, again["id"], "the wrong membership was taken away")
    clock.tick(office.store)
    assert (office.sees("otto", case)["status"], standing(office, case)) == ("ended", [])
    assert refused(lambda: mends(office, cases.retry, again["id"], "on")).refusal == "err_incident_resolved"


def test_a_path_of_a_case_that_has_ended_is_not_mended(office: Office) -> None:
    case = office.start("lin", "forking")
    (incident,) = standing(office, case)
    office.does(cases.cancel, "lin", case, "no longer needed")
    assert standing(office, case) == []
    assert refused(lambda: mends(office, cases.retry, incident["id"], "on")).refusal == "err_incident_resolved"
    assert refused(lambda: mends(office, cases.set_data, case, {"many": 1}, "on")).refusal == "err_case_ended"
    (told,) = standing(office, case, everything=True)
    assert (told["resolution"], faults(office, case)) == ("gone", 0)


# ---------------------------------------------------------------- passing over


def test_an_incident_is_passed_over_by_a_flow_that_is_chosen(office: Office) -> None:
    case = office.start("lin", "choosing")
    (incident,) = standing(office, case)
    assert [(w["flow"], w["name"].zh, w["target"]) for w in incident["ways"]] == [
        ("left", "向左", "left_end"),
        ("right", "right", "right_end"),
    ]
    assert incident["details"]["conditions"] == {"left": "many = 1", "right": "many = 2"}
    for flow in (None, "nowhere", "f1", "'; DROP TABLE cases; --"):
        found = refused(lambda flow=flow: mends(office, cases.skip, incident["id"], "on", flow))  # type: ignore[misc]
        assert (found.refusal, [w["flow"] for w in found.details["flows"]]) == ("err_choose_flow", ["left", "right"])
    mends(office, cases.skip, incident["id"], "the office decided so", "right")
    seen = office.sees("otto", case)
    assert (seen["status"], seen["outcome"], faults(office, case)) == ("ended", "right", 0)
    entry = next(e for e in office.entries("otto", case) if e["kind"] == "incident.skipped")
    assert entry["reason"] == "the office decided so"


# ---------------------------------------------------------------- correcting data


def test_data_are_corrected_in_their_type_and_the_entry_says_from_what_to_what(office: Office) -> None:
    case = office.start("lin", "forking")
    mends(office, cases.set_data, case, {"many": 2.5, "since": "2026-02-28"}, "as the file says")
    assert variables(office, case) == {**variables(office, case), "many": Decimal("2.5"), "since": date(2026, 2, 28)}
    mends(office, cases.set_data, case, {"since": '=@"2026-02-27"', "many": "=1 + 2", "counted": None}, "again")
    assert (variables(office, case)["since"], variables(office, case)["many"]) == (date(2026, 2, 27), 3)
    entries = [e for e in office.entries("otto", case) if e["kind"] == "case.data_changed"]
    assert [(c["field"], c["before"], c["value"]) for c in entries[0]["changes"]] == [
        ("many", 100_000_000, "2.5"),
        ("since", "2026-03-02", "2026-02-28"),
    ]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "err_required"),
        ({"nobody_knows_this": 1}, "err_unknown_variable"),
        ({"case": {"id": "other"}}, "err_unknown_variable"),
        ({"today": "2020-01-01"}, "err_unknown_variable"),
        ({"actor": "p-zhao"}, "err_unknown_variable"),
        ({"many": "three"}, "err_other_type"),
        ({"many": {"@number": "3"}}, "err_other_type"),
        ({"many": [3]}, "err_other_type"),
        ({"since": "yesterday"}, "err_literal"),
        ({"since": 5}, "err_other_type"),
        ({"many": "=1 +"}, "err_literal"),
        ({"many": "=since"}, "err_literal"),
        ({"many": "=holders(1, 2)"}, "err_literal"),
        ({"many": "=function(x) x"}, "err_literal"),
        ({"many": "=count(for i in 1..100000000 return i)"}, "err_literal"),
        ({"many": '=__import__("os")'}, "err_literal"),
        ({f"v{n}": n for n in range(101)}, "err_required"),
    ],
)
def test_data_that_do_not_fit_change_nothing(office: Office, values: dict[str, Any], code: str) -> None:
    case = office.start("lin", "forking")
    before = variables(office, case)
    with pytest.raises(Unfit) as caught:
        mends(office, cases.set_data, case, values, "try")
    assert {e.code for e in caught.value.errors} == {code}
    assert all(e.text.zh != e.text.en for e in caught.value.errors)
    assert variables(office, case) == before


def test_data_of_a_case_that_stands_still_are_corrected_before_it_goes_on(office: Office) -> None:
    case = office.start("lin", "forking")
    with office.store.transaction() as db:
        cases.fail(db, office.store.moment(db), case, "for the test")
    mends(office, cases.set_data, case, {"many": 3}, "as the file says")
    assert (office.sees("otto", case)["status"], variables(office, case)["many"]) == ("failed", 3)
    assert len(standing(office, case)) == 2
    whole = next(i for i in standing(office, case) if i["element"] is None)
    path = next(i for i in standing(office, case) if i["element"] == "count")
    assert refused(lambda: mends(office, cases.retry, path["id"], "on")).refusal == "err_case_not_running"
    mends(office, cases.retry, whole["id"], "on")
    mends(office, cases.retry, path["id"], "on")
    assert (standing(office, case), faults(office, case)) == ([], 0)


def _personal() -> dict[str, Any]:
    def field(key: str, **more: Any) -> dict[str, Any]:
        return {"type": "textfield", "id": key, "key": key, "label": {"zh": key, "en": key}, **more}

    form = {"type": "default", "id": "ask", "schemaVersion": 16, "components": [field("phone", personal="S")]}
    start = '<liuhen:output target="called" source="=phone"/><liuhen:output target="copied" source="=called"/>'
    files = process("private", ASKS_NOBODY, start)
    opened = '<bpmn:startEvent id="asked" liuhen:form="ask">'
    return {
        "process.bpmn": files["process.bpmn"].replace('<bpmn:startEvent id="asked">', opened),
        "forms/ask.json": form,
    }


def test_personal_data_enter_the_entry_as_commitments_only(office: Office) -> None:
    office.publish(_personal())
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        lin = office.actor("lin")
        answers = {"phone": "13800001111"}
        case = cases.start(db, lin, moment, definition="private", version=1, unit="B1", answers=answers)
    mends(office, cases.set_data, case, {"called": "13900002222", "copied": None}, "a new telephone")
    assert variables(office, case)["called"] == "13900002222"
    with office.store.reading() as db:
        texts = db.execute(select(tables.entries.c.text).where(tables.entries.c.chain == case)).scalars().all()
        kept = db.execute(select(tables.answers.c["values"]).where(tables.answers.c.element == "")).scalar_one()
    assert not any("13900002222" in text or "13800001111" in text for text in texts)
    assert "13900002222" in kept
    assert "13800001111" in kept
    (entry,) = [e for e in office.entries("otto", case) if e["kind"] == "case.data_changed"]
    assert [c["value"].en for c in entry["changes"] if c["field"] == "called"] == ["(personal, sealed)"]
    # The next form of the case is not filled with it, and nobody takes it for a task's answers.
    assert standing(office, case)[0]["element"] == "judge"


# ---------------------------------------------------------------- nobody is named


def test_who_is_appointed_heals_a_rule_that_named_nobody_on_the_next_working_day(office: Office) -> None:
    office.at("2026-03-06")  # a Friday
    case = office.start("lin", "judging")
    (incident,) = standing(office, case)
    assert "nobody" in incident["reason"].en
    assert office.sees("otto", case)["open_tasks"] == []
    with office.store.transaction() as db:
        add_post(db, "wu", "discipline_commissioner", "B1", from_on=date(2026, 3, 10))
    office.tick_to("2026-03-09", hour=23)
    assert [i["id"] for i in standing(office, case)] == [incident["id"]]  # looked at, and left as it was
    assert [e["kind"] for e in office.entries("otto", case)].count("case.stopped") == 1
    office.tick_to("2026-03-10", hour=1)
    assert standing(office, case) == []
    assert faults(office, case) == 0
    assert [t["element"] for t in office.box("wu")] == ["judge"]
    healed = next(e for e in office.entries("otto", case) if e["kind"] == "incident.retried")
    assert healed["reason"].zh == "办理人规则已指向人员"
    office.does(tasks.complete, "wu", office.open(case, "judge"))
    assert office.sees("otto", case)["status"] == "ended"
    with office.store.reading() as db:
        assert db.execute(select(func.count()).select_from(tables.timers)).scalar() == 0


def test_what_is_mended_by_hand_is_not_tried_by_the_clock(office: Office) -> None:
    retried, skipped = office.start("lin", "judging"), office.start("wu", "judging")
    with office.store.transaction() as db:
        add_post(db, "he", "discipline_commissioner", "B1")
    mends(office, cases.retry, standing(office, retried)[0]["id"], "appointed today")
    mends(office, cases.skip, standing(office, skipped)[0]["id"], "nobody is needed")
    assert [t["element"] for t in office.box("he")] == ["judge"]
    assert office.sees("otto", skipped)["status"] == "ended"
    with office.store.reading() as db:
        assert db.execute(select(func.count()).select_from(tables.timers)).scalar() == 0
    assert clock.tick(office.store) == 0


def test_a_retry_of_a_rule_that_names_nobody_still_is_one_incident(office: Office) -> None:
    case = office.start("lin", "judging")
    for _ in range(3):
        (incident,) = standing(office, case)
        mends(office, cases.retry, incident["id"], "perhaps")
    assert faults(office, case) == 1
    with office.store.reading() as db:
        assert db.execute(select(func.count()).select_from(tables.timers)).scalar() == 1
