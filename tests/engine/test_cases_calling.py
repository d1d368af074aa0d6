"""Called cases: what goes in and comes back, what interrupts them, and where calling ends."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from engine import cases, clock, tables, trail
from engine.cases import calling
from engine.store import Store
from tests.engine.casework import Office
from tests.engine.drawing import ANYONE, ASKED, DONE, by, call, event, model, named, task, timer, words

IN_OUT = '<liuhen:input target="given" source="=1 + 1"/><liuhen:output target="back" source="=result.made"/>'
MADE = '<liuhen:output target="made" source="=given * 21"/>'
SCRIPT = f'<bpmn:scriptTask id="make">{words(MADE)}</bpmn:scriptTask>'
TAKES = '<liuhen:output target="given" source="=null"/>'
GIVEN = f'<bpmn:startEvent id="asked">{words(ANYONE + TAKES)}</bpmn:startEvent>'
"""A start that says what its process takes: null where nobody calls it."""

CALLER = model("caller", ASKED, call("calls", "helper", IN_OUT), DONE)
HELPER = model("helper", GIVEN, task("work"), SCRIPT, DONE)


@pytest.fixture
def office(store: Store) -> Office:
    office = Office(store)
    office.publish(HELPER)
    office.publish(CALLER)
    return office


def called(office: Office, case: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.sees("otto", case)["called"]
    return found


def incidents(office: Office, case: str) -> list[str]:
    i = tables.incidents.c
    with office.store.reading() as db:
        query = select(i.reason).where(i.case_id == case, i.resolved_at.is_(None)).order_by(i.id)
        return [str(reason) for reason in db.execute(query).scalars()]


def count(office: Office, table: Any = tables.cases) -> int:
    with office.store.reading() as db:
        return int(db.execute(select(func.count()).select_from(table)).scalar_one())


def test_variables_go_in_and_the_result_comes_back(office: Office) -> None:
    case = office.start("lin", "caller")
    (child,) = called(office, case)
    seen = office.sees("lin", child["id"])
    assert (seen["data"]["given"], seen["unit"]["code"], seen["parent"]["id"]) == (2, "B1", case)
    assert (seen["started_by"]["id"], office.sees("lin", case)["parent"]) == ("p-lin", None)
    office.completes("zhao", child["id"], "work")
    assert office.sees("otto", case)["status"] == "running"
    assert clock.tick(office.store) == 1
    seen = office.sees("otto", case)
    assert (seen["status"], seen["data"]["back"]) == ("ended", 42)
    with office.store.reading() as db:
        assert trail.verify(db).is_whole
        kinds = [b["kind"] for b in trail.read(db, case)]
    assert "case.called" in kinds


def test_a_called_case_that_needs_nobody_comes_back_at_once(office: Office) -> None:
    office.publish(model("quick", GIVEN, SCRIPT, DONE))
    office.publish(model("asks_quick", ASKED, call("calls", "quick", IN_OUT), DONE))
    case = office.start("lin", "asks_quick")
    clock.tick(office.store)
    assert office.sees("otto", case)["data"]["back"] == 42


def test_only_whoever_sees_a_case_sees_what_it_called(office: Office) -> None:
    case = office.start("lin", "caller")
    (child,) = called(office, case)
    assert office.sees("zhao", child["id"])["parent"] is None  # asked there, and nowhere else
    assert [c["id"] for c in office.sees("lin", case)["called"]] == [child["id"]]


# ---------------------------------------------------------------- errors

FAILS = model(
    "fails", ASKED, task("work"), event("endEvent", "broken", by("error", "E1")), declared=named("E1", kind="error")
)
CAUGHT = event(
    "boundaryEvent",
    "caught",
    by("error", "E1"),
    '<liuhen:output target="code" source="=error.code"/>',
    'attachedToRef="calls"',
) + (
    '<bpmn:sequenceFlow id="to_mended" sourceRef="caught" targetRef="mended"/>'
    '<bpmn:endEvent id="mended" liuhen:outcome="mended"/>'
)


def test_an_error_of_the_called_case_is_caught_on_the_call(office: Office) -> None:
    office.publish(FAILS)
    office.publish(
        model("catches", ASKED, call("calls", "fails"), DONE, declared=named("E1", kind="error"), then=CAUGHT)
    )
    case = office.start("lin", "catches")
    office.completes("zhao", called(office, case)[0]["id"], "work")
    clock.tick(office.store)
    seen = office.sees("otto", case)
    assert (seen["status"], seen["outcome"], seen["data"]["code"]) == ("ended", "mended", "E1")


def test_an_error_that_nothing_catches_is_an_incident_of_the_call(office: Office) -> None:
    office.publish(FAILS)
    office.publish(model("catches_nothing", ASKED, call("calls", "fails"), DONE))
    case = office.start("lin", "catches_nothing")
    office.completes("zhao", called(office, case)[0]["id"], "work")
    clock.tick(office.store)
    assert office.sees("otto", case)["status"] == "running"
    (reason,) = incidents(office, case)
    assert "E1" in reason
    assert clock.tick(office.store) == 0


def test_a_definition_that_is_not_published_is_an_incident_and_a_warning(office: Office) -> None:
    published = office.publish(model("too_early", ASKED, call("calls", "nothing_yet"), DONE))
    assert [(f.rule, f.severity, f.element) for f in published.findings] == [
        ("called_not_published", "warning", "calls")
    ]
    case = office.start("lin", "too_early")
    (reason,) = incidents(office, case)
    assert "nothing_yet" in reason
    assert "尚未发布" in reason
    assert office.sees("otto", case)["status"] == "running"


def test_a_version_may_be_asked_for(office: Office) -> None:
    office.publish(HELPER | {"README.md": "the second"})
    files = model("asks_first", ASKED, call("calls", "helper"), DONE)
    files["process.bpmn"] = files["process.bpmn"].replace("<bpmn:callActivity", '<bpmn:callActivity liuhen:version="1"')
    office.publish(files)
    newest, first = office.start("lin", "caller"), office.start("lin", "asks_first")
    versions = [office.sees("otto", called(office, c)[0]["id"])["version"] for c in (newest, first)]
    assert versions == [2, 1]


def test_what_cannot_start_leaves_nothing_behind(office: Office) -> None:
    office.publish(
        model(
            "cannot",
            ASKED,
            f"""<bpmn:endEvent id="done">{
                words(
                    '<liuhen:writesDirectory what="membership" person="=null" unit="=case.unit" status="full_member"'
                    ' from="=today"/>'
                )
            }</bpmn:endEvent>""",
        )
    )
    office.publish(model("tries", ASKED, call("calls", "cannot"), DONE))
    before = count(office)
    case = office.start("lin", "tries")
    assert len(incidents(office, case)) == 1
    assert (count(office), called(office, case)) == (before + 1, [])
    with office.store.reading() as db:
        assert trail.verify(db).is_whole


# ---------------------------------------------------------------- interrupting

LATE = event("boundaryEvent", "late", timer("Duration", "P1D"), "", 'attachedToRef="calls"') + (
    '<bpmn:sequenceFlow id="to_given_up" sourceRef="late" targetRef="given_up"/><bpmn:endEvent id="given_up"/>'
)


def test_an_interrupted_call_cancels_its_case_and_what_that_called(office: Office) -> None:
    office.publish(model("between", ASKED, call("calls", "helper"), DONE))
    office.publish(model("hurries", ASKED, call("calls", "between"), DONE, then=LATE))
    case = office.start("lin", "hurries")
    child = called(office, case)[0]["id"]
    grandchild = called(office, child)[0]["id"]
    assert [t["element"] for t in office.box("zhao")] == ["work"]
    office.tick_to("2026-03-04")
    assert office.sees("otto", case)["status"] == "ended"
    assert [office.sees("otto", c)["status"] for c in (child, grandchild)] == ["cancelled", "cancelled"]
    assert office.box("zhao") == []
    assert count(office, tables.messages) == 0


def test_a_cancelled_case_takes_what_it_called_with_it(office: Office) -> None:
    case = office.start("lin", "caller")
    child = called(office, case)[0]["id"]
    office.does(cases.cancel, "lin", case, "no longer needed")
    assert office.sees("otto", child)["status"] == "cancelled"
    assert clock.tick(office.store) == 0


def test_a_called_case_that_somebody_cancels_leaves_an_incident(office: Office) -> None:
    case = office.start("lin", "caller")
    child = called(office, case)[0]
    office.does(cases.cancel, "lin", child["id"], "a mistake")
    clock.tick(office.store)
    (reason,) = incidents(office, case)
    assert child["number"] in reason


def test_an_answer_that_comes_too_late_is_dropped(office: Office) -> None:
    case = office.start("lin", "caller")
    office.completes("zhao", called(office, case)[0]["id"], "work")
    office.does(cases.cancel, "lin", case, "no longer needed")
    assert clock.tick(office.store) == 0
    with office.store.reading() as db:
        assert db.execute(select(tables.messages.c.status)).scalars().all() == ["refused"]


# ---------------------------------------------------------------- many, and deep


def test_many_calls_give_their_results_in_order(office: Office) -> None:
    loop = f"""<bpmn:multiInstanceLoopCharacteristics>{
        words(
            '<liuhen:loopCharacteristics inputCollection="=[3, 1, 2]" inputElement="n" outputCollection="all" '
            'outputElement="=one"/>'
        )
    }</bpmn:multiInstanceLoopCharacteristics>"""
    words_ = '<liuhen:input target="given" source="=n"/><liuhen:output target="one" source="=result.made"/>'
    office.publish(model("many", ASKED, call("calls", "helper", words_, loop), DONE))
    case = office.start("lin", "many")
    for child in reversed(called(office, case)):
        office.completes("zhao", child["id"], "work")
    clock.tick(office.store)
    assert office.sees("otto", case)["data"]["all"] == [63, 21, 42]


def test_a_process_that_calls_itself_stops_at_a_depth(office: Office) -> None:
    office.publish(model("itself", ASKED, call("calls", "itself"), DONE))
    office.start("lin", "itself")
    assert count(office) == calling.MAX_DEPTH + 1
    assert count(office, tables.incidents) == 1


def test_one_deed_calls_so_many_and_no_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "MAX_CALLED", 50)
    twice = call("calls", "twice") + call("again", "twice")
    flow = '<bpmn:sequenceFlow id="also" sourceRef="asked" targetRef="again"/>'
    office.publish(model("twice", ASKED, twice, DONE, then=flow))
    office.start("lin", "twice")
    assert count(office) == 51
