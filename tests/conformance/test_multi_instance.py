"""Multi-instance activities (BPMN 2.0.2, 10.3.7 and 13.3.7)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.driving import Case, elements, text_of

ITEMS = {"items": ["x", "y", "z"]}
KINDS = ("parallel", "sequential")


def units(case: Case, element: str = "a", name: str = "unit") -> list[Any]:
    """The item of every open instance, oldest first."""
    return [case.live.locals_of(node)[name] for node in case.nodes(element)]


def test_parallel_instances_are_all_open_each_with_its_item() -> None:
    case = Case("multi_instance_parallel", ITEMS)
    assert case.open == ["a", "a", "a"]
    assert units(case) == ["x", "y", "z"]
    assert units(case, name="loopCounter") == [1, 2, 3]


def test_sequential_instances_come_one_after_the_other() -> None:
    case = Case("multi_instance_sequential", ITEMS)
    for count, unit in enumerate("xyz", 1):
        assert (units(case), units(case, name="loopCounter")) == ([unit], [count])
        case.complete("a", said=unit.upper())
    assert case.open == ["b"]
    assert case.variables["replies"] == [{"unit": u, "said": u.upper()} for u in "xyz"]


@pytest.mark.parametrize("order", [(0, 0, 0), (2, 1, 0), (1, 1, 0)])
def test_the_replies_stand_in_the_order_of_the_items_whoever_replies_first(order: tuple[int, ...]) -> None:
    case = Case("multi_instance_parallel", ITEMS)
    for nth in order:
        unit = units(case)[nth]
        case.complete("a", nth=nth, said=f"{unit}!")
    assert case.open == ["b"]
    assert case.variables["replies"] == [{"unit": u, "said": f"{u}!"} for u in "xyz"]
    assert case.complete("b").is_ended


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_instance_writes_and_its_item_stay_in_it(kind: str) -> None:
    case = Case(f"multi_instance_{kind}", {**ITEMS, "said": "nobody yet", "unit": "the case's own"})
    case.complete("a", said="hello")
    assert (case.variables["said"], case.variables["unit"]) == ("nobody yet", "the case's own")
    assert "loopCounter" not in case.variables
    case.complete("a", said="hello")
    case.complete("a", said="hello")
    assert (case.variables["said"], case.variables["unit"]) == ("nobody yet", "the case's own")


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_collection_is_passed_at_once(kind: str) -> None:
    case = Case(f"multi_instance_{kind}", {"items": []})
    assert (case.open, case.variables["replies"]) == (["b"], [])


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_that_is_null_is_an_item(kind: str) -> None:
    case = Case(f"multi_instance_{kind}", {"items": [None, "y", None]})
    done = []
    while "a" in case.open:
        done.append(units(case)[0])
        case.complete("a", said=None)
    assert done == [None, "y", None]
    assert case.variables["replies"] == [{"unit": u, "said": None} for u in done]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("items", ["text", 5, {"a": 1}, None])
def test_what_is_no_list_is_an_incident(kind: str, items: Any) -> None:
    case = Case(f"multi_instance_{kind}", {"items": items})
    assert case.kinds == [("a", "incident")]
    assert elements(case.step.faults) == ["a"]
    case.sets(items=["x"])
    case.retry("a")
    assert (case.kinds, units(case)) == ([("a", "task")], ["x"])
    case.complete("a", said=1)
    assert case.complete("b").is_ended


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_of_instances_may_be_computed(kind: str) -> None:
    case = Case(f"multi_instance_{kind}_by_number", {"count": 3})
    assert len(case.open) == (3 if kind == "parallel" else 1)
    case.completes("a", "a", "a")
    assert case.open == ["b"]
    assert Case(f"multi_instance_{kind}_by_number", {"count": 0}).open == ["b"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [-1, "three", None, 10**7])
def test_what_is_no_number_of_instances_is_an_incident(kind: str, count: Any) -> None:
    assert Case(f"multi_instance_{kind}_by_number", {"count": count}).kinds == [("a", "incident")]


CONDITIONS = {
    "any": ("=numberOfCompletedInstances &gt;= 1", 1),
    "all": ("=numberOfCompletedInstances = numberOfInstances", 4),
    "share": ("=numberOfCompletedInstances / numberOfInstances &gt;= 0.5", 2),
    "count": ("=numberOfCompletedInstances = 3", 3),
    "replies": ('=count(replies[item = "no"]) &gt;= 2', 2),
    "left": ("=numberOfInstances - numberOfCompletedInstances = 1", 3),
    "active": ("=numberOfActiveInstances = 1", 3),
}


@pytest.mark.parametrize("name", [n for n in CONDITIONS if n != "active"])
@pytest.mark.parametrize("kind", KINDS)
def test_instances_end_when_enough_are_completed(kind: str, name: str) -> None:
    condition, needed = CONDITIONS[name]
    text = text_of(f"multi_instance_{kind}_until").replace("DONE", condition)
    case = Case(text, {"items": ["w", "x", "y", "z"]})
    for _ in range(needed):
        assert set(case.open) == {"a"}
        before = len(case.open)
        case.complete("a", said="no")
    assert case.open == ["b"]
    if kind == "parallel":
        assert elements(case.step.gone) == ["a"] * before
    assert [r for r in case.variables["replies"] if r is not None] == ["no"] * needed
    assert case.complete("b").is_ended


def test_the_condition_knows_how_many_instances_are_active() -> None:
    condition, needed = CONDITIONS["active"]
    case = Case(text_of("multi_instance_parallel_until").replace("DONE", condition), {"items": ["w", "x", "y", "z"]})
    for _ in range(needed):
        assert set(case.open) == {"a"}
        case.complete("a", said="no")
    assert case.open == ["b"]


def test_an_early_end_keeps_replies_in_the_order_of_the_items() -> None:
    text = text_of("multi_instance_parallel_until").replace("DONE", CONDITIONS["share"][0])
    case = Case(text, {"items": ["w", "x", "y", "z"]})
    case.complete("a", nth=3, said="last")
    case.complete("a", nth=1, said="second")
    assert case.open == ["b"]
    assert [r for r in case.variables["replies"] if r is not None] == ["second", "last"]


def test_a_completion_condition_that_fails_is_an_incident() -> None:
    case = Case(text_of("multi_instance_parallel_until").replace("DONE", "=nobody_set_this &gt; 1"), ITEMS)
    case.complete("a", said=1)
    assert "incident" in {kind for _, kind in case.kinds}
    case.sets(nobody_set_this=2)
    case.retry(next(element for element, kind in case.kinds if kind == "incident"))
    assert "incident" not in {kind for _, kind in case.kinds}


@pytest.mark.parametrize("kind", KINDS)
def test_service_tasks_are_instances_too(kind: str) -> None:
    case = Case(f"multi_instance_{kind}_of_service_tasks", ITEMS)
    while "a" in case.open:
        assert ("a", "job") in case.kinds
        unit = units(case)[-1]
        case.complete("a", nth=len(case.nodes("a")) - 1, result={"text": f"{unit}?"})
    assert case.variables["replies"] == ["x?", "y?", "z?"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_of_one_instance_takes_all_of_them_away(kind: str) -> None:
    case = Case(f"multi_instance_{kind}_of_service_tasks", ITEMS)
    case.complete("a", result={"text": "fine"})
    case.fail("a", "E1")
    assert case.open == ["c"]
    assert case.complete("c").is_ended


@pytest.mark.parametrize("kind", KINDS)
def test_call_activities_are_instances_too_and_each_hands_over_its_item(kind: str) -> None:
    case = Case(f"multi_instance_{kind}_of_calls", ITEMS)
    handed = []
    while "a" in case.open:
        handed += [c.data["who"] for c in case.step.calls]
        case.complete("a", result={"text": units(case)[0] * 2})
    assert handed == ["x", "y", "z"]
    assert case.variables["replies"] == ["xx", "yy", "zz"]
    assert case.waits == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_timer_on_instances_is_one_timer_and_takes_all_of_them_away(kind: str) -> None:
    case = Case(f"multi_instance_{kind}_of_calls", ITEMS)
    case.complete("a", result={"text": "fine"})
    assert [w[0] for w in case.waits] == ["late"]
    case.after(days=1)
    assert (case.open, case.waits) == (["c"], [])
    assert case.complete("c").is_ended


@pytest.mark.parametrize("kind", KINDS)
def test_sub_processes_are_instances_too_with_joins_and_variables_of_their_own(kind: str) -> None:
    case = Case(f"multi_instance_{kind}_of_sub_processes", {**ITEMS, "amount": 7, "total": "the case's own"})
    assert len(case.nodes("a")) == len(case.nodes("b")) == (3 if kind == "parallel" else 1)
    if kind == "parallel":
        case.complete("a", nth=0)
        case.complete("b", nth=1)
        assert len(case.open) == 4
        case.complete("a", nth=1)
        case.complete("b", nth=0)
        assert case.open == ["a", "b"]
    while "c" not in case.open:
        case.complete(case.open[0])
    assert case.open == ["c"]
    assert case.variables["results"] == [7, 7, 7]
    assert case.variables["total"] == "the case's own"
    assert (case.waits, case.listens) == ([], [])


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_task_in_an_instance_writes_is_seen_in_that_instance_only(kind: str) -> None:
    case = Case(f"multi_instance_{kind}_of_sub_processes", {**ITEMS, "amount": 7})
    for amount in (1, 2, 3):
        case.complete("a", amount=amount)
        case.complete("b")
    assert (case.variables["results"], case.variables["amount"]) == ([1, 2, 3], 7)


@pytest.mark.parametrize("kind", KINDS)
def test_boundary_events_sit_on_all_instances_together(kind: str) -> None:
    case = Case(f"multi_instance_{kind}_of_sub_processes", {**ITEMS, "amount": 7})
    assert [x[0] for x in case.listens] == ["nudged"]
    assert [w[0] for w in case.waits] == ["late"]
    case.receive("nudged")
    assert case.open.count("nudge") == 1
    case.complete("a")
    case.after(days=1)
    assert case.open == ["handle", "nudge"]
    assert case.completes("handle", "nudge").is_ended


def test_a_terminate_end_ends_its_own_instance() -> None:
    case = Case("multi_instance_with_ends_inside", ITEMS)
    case.complete("a", nth=1, how="stop")
    assert case.open == ["a", "a", "b", "b"]
    case.completes("b", "b")
    case.complete("a", how="stop")
    case.complete("a", how="stop")
    assert case.open == ["after"]
    assert case.variables["kept"] == ["x", "y", "z"]


def test_an_error_end_in_one_instance_takes_all_of_them_away() -> None:
    case = Case("multi_instance_with_ends_inside", ITEMS)
    case.complete("a", nth=1, how="stop")
    case.complete("a", nth=1, how="fail")
    assert case.open == ["handle"]
    assert case.complete("handle").is_ended


def test_every_instance_may_escalate() -> None:
    case = Case("multi_instance_with_ends_inside", ITEMS)
    for _ in range(3):
        case.complete("a", how="escalate")
    assert case.open == ["b", "b", "b", "note", "note", "note"]
    case.completes("b", "b", "b")
    assert case.open == ["after", "note", "note", "note"]


def test_instances_nest() -> None:
    groups = [{"name": "A", "members": ["1", "2"]}, {"name": "B", "members": []}, {"name": "C", "members": ["3"]}]
    case = Case("multi_instance_nested", {"groups": groups})
    assert case.open == ["a", "a"]
    first, last = (case.live.locals_of(node) for node in case.nodes("a"))
    assert (first["group"]["name"], first["member"], last["group"]["name"], last["member"]) == ("A", "1", "C", "3")
    case.complete("a", nth=1)
    case.complete("a")
    assert units(case, name="member") == ["2"]
    case.complete("a")
    assert case.open == ["after"]
    assert case.variables["totals"] == [["A1", "A2"], [], ["C3"]]
    assert "names" not in case.variables


def test_instances_in_a_loop_start_anew_each_round() -> None:
    case = Case("multi_instance_in_a_loop", {**ITEMS, "more": True})
    for _ in range(3):
        assert units(case) == ["x", "y", "z"]
        for unit in "xyz":
            case.complete("a", said=unit)
        assert case.variables["replies"] == ["x", "y", "z"]
    case.sets(items=["last"], more=True)
    for unit in "xyz":
        case.complete("a", said=unit)
    assert units(case) == ["last"]
    case.sets(more=False)
    assert case.complete("a", said="end").is_ended
    assert case.variables["replies"] == ["end"]


def test_receive_tasks_are_instances_too_each_listening_with_its_own_key() -> None:
    case = Case("multi_instance_of_receive_tasks", ITEMS)
    assert [x[3] for x in case.listens] == ["x", "y", "z"]
    case.receive("a", {"text": "from z"}, nth=2)
    assert [x[3] for x in case.listens] == ["x", "y"]
    case.receive("a", {"text": "from x"}, nth=0)
    case.receive("a", {"text": "from y"}, nth=0)
    assert case.open == ["b"]
    assert case.variables["replies"] == ["from x", "from y", "from z"]


def test_send_tasks_and_scripts_are_instances_too() -> None:
    case = Case("multi_instance_of_send_tasks", ITEMS)
    assert [(t.key, t.data["n"]) for t in case.step.throws] == [("x", 1), ("y", 2), ("z", 3)]
    assert case.open == ["b"]
    case = Case("multi_instance_of_scripts", {"items": [1, 2, 3]})
    assert (case.open, case.variables["squares"]) == (["b"], [1, 4, 9])
    assert "square" not in case.variables


def test_two_tokens_make_two_sets_of_instances() -> None:
    case = Case("multi_instance_entered_twice", ITEMS)
    assert case.open == ["a"] * 6
    assert units(case) == ["x", "y", "z", "x", "y", "z"]
    case.completes("a", "a", "a")
    assert case.open == ["a", "a", "a", "b"]
    case.completes("a", "a", "a")
    assert case.open == ["b", "b"]


def test_boundary_events_inside_an_instance_are_that_instance_s() -> None:
    case = Case("multi_instance_of_sub_processes_with_boundaries_inside", {"items": ["PT1H", "PT2H", "PT3H"]})
    assert [w[1].total_seconds() / 3600 for w in case.waits] == [1, 2, 3]
    case.after(hours=2)
    assert case.open == ["a", "remind", "remind"]
    assert [x[3] for x in case.listens] == ["PT1H", "PT2H"]
    case.receive("fixed", nth=1)
    assert case.open == ["a", "remind"]
    assert case.completes("a", "remind").is_ended


def test_a_thousand_instances_open_and_complete_quickly() -> None:
    case = Case("multi_instance_parallel", {"items": list(range(1000))}, thawing=100)
    assert len(case.open) == 1000
    for node in range(1000):
        case.complete("a", said=node)
    assert case.open == ["b"]
    assert [r["unit"] for r in case.variables["replies"]] == list(range(1000))


def test_a_thousand_instances_in_sequence_stay_quick() -> None:
    case = Case("multi_instance_sequential_by_number", {"count": 1000}, thawing=100)
    for _ in range(999):
        case.complete("a")
    assert case.open == ["a"]
    case.complete("a")
    assert case.open == ["b"]
