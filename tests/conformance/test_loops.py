"""Standard loops (BPMN 2.0.2, 10.3.7 and 13.3.6) and loops by sequence flow."""

from __future__ import annotations

from engine import machine
from engine.machine import Environment
from tests.conformance.driving import NOON, ZONE, Case, blueprint_of, text_of


def test_a_loop_runs_once_and_then_as_long_as_its_condition_is_true() -> None:
    case = Case("standard_loop", {"again": True})
    for _ in range(4):
        assert case.open == ["a"]
        case.complete("a")
    case.complete("a", again=False)
    assert case.open == ["b"]
    assert case.complete("b").is_ended
    assert Case("standard_loop", {"again": False}).open == ["a"]


def test_a_loop_tested_before_may_not_run_at_all() -> None:
    assert Case("standard_loop_tested_before", {"again": False}).open == ["b"]
    case = Case("standard_loop_tested_before", {"again": True})
    assert case.open == ["a"]
    case.complete("a")
    assert case.open == ["a"]
    case.complete("a", again=False)
    assert case.open == ["b"]


def test_a_loop_stops_at_its_maximum_although_the_condition_is_true() -> None:
    case = Case("standard_loop_with_a_maximum", {"again": True})
    case.completes("a", "a")
    assert case.open == ["a"]
    case.complete("a")
    assert case.open == ["b"]
    case = Case("standard_loop_with_a_maximum", {"again": False})
    case.complete("a")
    assert case.open == ["b"]


def test_a_loop_without_a_condition_runs_to_its_maximum() -> None:
    case = Case("standard_loop_without_a_condition")
    case.completes("a", "a", "a")
    assert case.open == ["b"]


def test_a_loop_counts_its_rounds_from_one() -> None:
    """10.3.7: loopCounter holds the number of the round that runs."""
    case = Case("standard_loop_counter")
    for round_ in range(1, 5):
        assert case.open == ["a"]
        assert case.live.locals_of(case.nodes("a")[0])["loopCounter"] == round_
        case.complete("a")
    assert case.open == ["b"]


def test_a_sub_process_loops_as_a_whole() -> None:
    case = Case("standard_loop_on_a_sub_process", {"again": True})
    for _ in range(3):
        assert case.open == ["a", "b"]
        case.completes("b", "a")
    assert case.open == ["a", "b"]
    case.completes("a")
    assert case.open == ["b"]
    case.complete("b", again=False)
    assert (case.open, case.waits, case.listens) == (["c"], [], [])
    assert case.complete("c").is_ended


def test_a_boundary_event_sits_on_the_loop_and_not_on_a_round() -> None:
    """Its timer runs from the first round on, and interrupting it ends the whole loop."""
    case = Case("standard_loop_on_a_sub_process", {"again": True})
    case.after(hours=3)
    case.completes("a", "b")
    assert [w[1].total_seconds() for w in case.waits] == [2 * 3600]
    case.receive("nudged")
    case.receive("nudged")
    assert case.open == ["a", "b", "note", "note"]
    case.complete("a")
    case.after(hours=2)
    assert case.open == ["note", "note", "too_late"]
    assert case.completes("note", "too_late", "note").is_ended


def test_a_service_task_loops_until_its_result_satisfies() -> None:
    case = Case("standard_loop_on_a_service_task", {"status": "busy"})
    for _ in range(3):
        case.complete("poll", result={"status": "busy"})
        assert case.kinds == [("poll", "job")]
    case.complete("poll", result={"status": "ready"})
    assert case.open == ["a"]


def test_an_error_in_any_round_ends_the_loop() -> None:
    case = Case("standard_loop_on_a_service_task", {"status": "busy"})
    case.complete("poll", result={"status": "busy"})
    case.fail("poll", "BROKEN")
    assert case.open == ["b"]
    assert case.complete("b").is_ended


def test_a_loop_of_a_thousand_automatic_rounds_runs_in_one_move() -> None:
    case = Case("standard_loop_of_scripts", {"n": 0})
    assert (case.open, case.variables["n"]) == (["a"], 1000)


def test_a_loop_of_ten_thousand_rounds_stays_quick() -> None:
    case = Case("standard_loop", {"again": True}, thawing=500)
    for _ in range(10_000):
        case.complete("a")
    assert case.open == ["a"]
    assert len(machine.freeze(case.live)) < 400_000
    case.complete("a", again=False)
    assert case.open == ["b"]


def test_an_endless_automatic_loop_is_an_incident_and_not_a_hang() -> None:
    live, step = machine.begin(
        blueprint_of(text_of("standard_loop_of_scripts")), Environment(NOON, ZONE, {}), {"n": -(10**9)}
    )
    assert [f.element for f in step.faults] == ["count"]
    assert [o.kind for o in live.open().values()] == ["incident"]
