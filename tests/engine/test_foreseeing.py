"""What a completion or a start would lead to, tried on a copy: it says what the deed does, and nothing is written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import tables, views
from engine.errors import Clash, Forbidden, NotFound, NotNow, Unfit
from engine.store import Store
from tests.engine.casework import Office, agrees
from tests.engine.test_assigning import PERSON, asks, begun, files
from tests.engine.test_machine import end, process, xor

CHECKED = {"checked_on": "2026-03-02"}


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def ahead(office: Office, by: str, case: str, element: str, answers: Any = None, **more: Any) -> dict[str, Any]:
    with office.store.reading() as db:
        task = office.open(case, element)
        return views.completion_ahead(
            db, office.actor(by), office.store.moment(db), task, answers=answers or {}, **more
        )


def start_ahead(office: Office, by: str, key: str, unit: str = "B1", **answers: Any) -> dict[str, Any]:
    with office.store.reading() as db:
        return views.start_ahead(db, office.actor(by), office.store.moment(db), key, unit, answers)


def rows(office: Office) -> list[int]:
    with office.store.reading() as db:
        return [db.execute(select(func.count()).select_from(t)).scalar_one() for t in tables.metadata.sorted_tables]


def named(found: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(one["element"], [p["name"].zh for p in one["people"]]) for one in found["next"]]


def test_the_next_step_and_whom_it_would_ask_are_told_and_nothing_is_written(office: Office) -> None:
    case = office.start()
    before = rows(office)
    found = ahead(office, "wu", case, "check", CHECKED, decision="pass")
    assert named(found) == [("approve", ["she", "zhao"])]
    assert found["next"][0]["is_held"], "it may not be approved before the day after"
    assert found["next"][0]["holders"][0].zh == "B1组织 · 支部书记"
    back = ahead(office, "wu", case, "check", CHECKED, decision="back", opinion="不全")
    assert named(back) == [("correct", ["lin"])]
    assert [one["element"] for one in back["chain"]] == ["check", "approve"]
    assert rows(office) == before
    agrees(office, case)
    office.completes("wu", case, "check", CHECKED, decision="pass")
    assert [t["element"] for t in office.sees("otto", case)["open_tasks"]] == ["approve"]


def test_the_end_is_told_with_its_outcome(office: Office) -> None:
    case = office.start()
    office.completes("wu", case, "check", CHECKED, decision="pass")
    office.tick_to("2026-03-03")
    found = ahead(office, "zhao", case, "approve", decision="reject", opinion="不必要")
    assert (found["is_ended"], found["next"], found["outcome_label"].zh) == (True, [], "rejected")


def test_a_second_person_comes_before_anything_opens(office: Office) -> None:
    office.at("2026-03-30")
    case = office.start(asked_on="2026-03-02")
    found = ahead(office, "wu", case, "check", {"checked_on": "2026-03-03"}, decision="pass", reason="出差")
    assert [p["name"].zh for p in found["confirm"]["people"]] == ["she", "zhao"]
    assert (found["next"], found["chain"]) == ([], [])


def test_a_refusal_is_the_refusal_of_the_completion(office: Office) -> None:
    case = office.start()
    with pytest.raises(Unfit) as unfit:
        ahead(office, "wu", case, "check", CHECKED)
    assert [e.path for e in unfit.value.errors] == ["decision"]
    for stranger in ("lin", "qian"):
        with pytest.raises(NotFound):
            ahead(office, stranger, case, "check", CHECKED, decision="pass")
    office.completes("wu", case, "check", CHECKED, decision="pass")
    with pytest.raises(NotNow):
        ahead(office, "zhao", case, "approve", decision="approve")
    task = office.box("wu", "done")[0]["id"]
    with office.store.reading() as db, pytest.raises(Clash):
        views.completion_ahead(db, office.actor("wu"), office.store.moment(db), task, answers={})


def test_nobodys_turn_is_used_up(office: Office) -> None:
    turn = 'rule="rotation" people="N-wu N-he"'
    office.publish(files(asks("a", 'rule="people" people="N-lin"'), asks("b", turn)))
    case = begun(office)
    assert [named(ahead(office, "lin", case, "a")) for _ in range(3)] == [[("b", ["wu"])]] * 3
    office.completes("lin", case, "a")
    assert named(ahead(office, "lin", begun(office), "a")) == [("b", ["he"])]


def test_whom_one_is_about_to_choose_is_told_at_once(office: Office) -> None:
    office.publish(
        files(
            asks("a", 'rule="people" people="N-lin"', form="f"),
            asks("b", 'rule="chosen" task="a" field="handler" role="organisation_commissioner"'),
            asks("c", 'rule="previous" task="a"'),
            f=PERSON,
        )
    )
    case = begun(office)
    found = ahead(office, "lin", case, "a", {"handler": "p-he"})
    assert named(found) == [("b", ["he"])]
    assert [(one["element"], [p["name"].zh for p in one["people"]]) for one in found["chain"]] == [("c", ["lin"])]


def test_before_a_start_the_steps_to_come_are_told_as_far_as_anybody_can_know(office: Office) -> None:
    before = rows(office)
    found = start_ahead(office, "lin", "two_steps")
    assert named(found) == [("check", ["he", "wu"])]
    assert [(one["kind"], one["element"]) for one in found["chain"]] == [("task", "approve")]
    assert rows(office) == before


def test_the_steps_to_come_follow_what_is_entered(office: Office) -> None:
    """A way that hangs on what was entered is decided; one that hangs on what a later step writes is not."""
    ask = (
        '<bpmn:startEvent id="start" liuhen:form="f"><bpmn:extensionElements><liuhen:who anyone="true"/>'
        '<liuhen:output target="amount" source="=amount"/></bpmn:extensionElements></bpmn:startEvent>'
    )
    weigh = '<liuhen:output target="heavy" source="=true"/>'
    text = process(
        ask,
        xor("large"),
        asks("a", 'rule="people" people="N-wu"'),
        asks("b", 'rule="people" people="N-he"', more=weigh),
        xor("is_heavy"),
        asks("c", 'rule="people" people="N-zhao"'),
        asks("d", 'rule="people" people="N-she"'),
        asks("last", 'rule="people" people="N-lin"'),
        end("end"),
        flows="start>large large>a?amount>100 large>b! a>last b>is_heavy is_heavy>c?heavy is_heavy>d! c>last d>last "
        "last>end",
    ).replace('id="p"', 'id="weighing"')
    number = {**PERSON, "components": [{"type": "number", "key": "amount", "label": "amount"}]}
    office.publish({"process.bpmn": text.replace("amount>100", "amount &gt; 100"), "forms/f.json": json.dumps(number)})
    large = start_ahead(office, "lin", "weighing", amount=500)
    assert (named(large), [one["element"] for one in large["chain"]]) == ([("a", ["wu"])], ["last"])
    small = start_ahead(office, "lin", "weighing", amount=5)
    assert named(small) == [("b", ["he"])]
    assert [(one["kind"], one["element"]) for one in small["chain"]] == [("depends", "is_heavy"), ("task", "last")]
    assert [o.zh for o in small["chain"][0]["options"]] == ["c", "d"]


def test_who_may_not_start_is_told_nothing(office: Office) -> None:
    first = '<bpmn:startEvent id="start"><bpmn:extensionElements><liuhen:who role="branch_secretary" at="=case.unit"/>'
    office.publish(files(asks("a", 'rule="leader"'), begin=first + "</bpmn:extensionElements></bpmn:startEvent>"))
    with pytest.raises(Forbidden) as refusal:
        start_ahead(office, "lin", "rules_of")
    assert refusal.value.refusal == "err_may_not_start"
    assert named(start_ahead(office, "zhao", "rules_of")) == [("a", [])]
    with pytest.raises(NotFound):
        start_ahead(office, "zhao", "moon")


def test_a_step_for_which_nobody_is_there_is_said_to_be_vacant(office: Office) -> None:
    office.publish(files(asks("a", 'rule="post" role="organiser"')))
    (one,) = start_ahead(office, "lin", "rules_of")["next"]
    assert (one["is_vacant"], one["people"], one["why"][0].en) == (
        True,
        [],
        "organiser of organisation B1 on 2 March 2026",
    )
