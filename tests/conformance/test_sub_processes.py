"""Embedded sub-processes (BPMN 2.0.2, 10.3.5 and 13.3.4)."""

from __future__ import annotations

from tests.conformance.driving import Case


def test_a_sub_process_ends_when_no_token_is_left_in_it() -> None:
    case = Case("sub_process")
    assert case.open == ["a", "b"]
    case.complete("a")
    assert case.open == ["b"]
    case.complete("b")
    assert case.open == ["c"]
    assert case.complete("c").is_ended


def test_a_sub_process_can_be_entered_again_and_joins_anew() -> None:
    case = Case("sub_process_in_a_loop", {"more": True})
    for _ in range(4):
        assert case.open == ["a", "b"]
        case.complete("b")
        assert case.open == ["a"]
        case.complete("a")
    case.complete("a")
    assert case.complete("b", more=False).is_ended


def test_two_tokens_that_enter_a_sub_process_make_two_instances() -> None:
    case = Case("sub_process_entered_twice")
    case.completes("x", "y")
    assert case.open == ["a", "a"]
    assert len(case.waits) == 2
    case.complete("a", nth=1)
    assert case.open == ["a", "b"]
    case.complete("b")
    assert case.open == ["a", "c"]
    assert len(case.waits) == 1
    case.completes("a", "b")
    assert case.open == ["c", "c"]
    assert case.completes("c", "c").is_ended


def test_a_boundary_event_interrupts_its_own_instance_of_two() -> None:
    case = Case("sub_process_entered_twice")
    case.complete("x")
    case.now = case.now.replace(hour=7)
    case.complete("y")
    case.after(hours=2)
    assert case.open == ["a", "handle"]
    assert [w[1].total_seconds() for w in case.waits] == [3 * 3600]
    case.after(hours=3)
    assert case.open == ["handle", "handle"]
    assert case.completes("handle", "handle").is_ended


def test_an_empty_sub_process_is_passed_at_once() -> None:
    case = Case("sub_process_empty")
    assert case.open == ["a"]
    assert case.complete("a").is_ended


def test_sub_processes_nest_eight_levels_deep() -> None:
    case = Case("sub_process_eight_levels")
    assert case.open == ["a"]
    assert case.complete("a").is_ended


def test_boundary_events_of_inner_and_outer_sub_processes_are_kept_apart() -> None:
    case = Case("sub_process_outputs_and_loops", {"n": 0})
    case.complete("a")
    case.after(hours=1)
    assert case.open == ["a", "remind"]
    assert [w[0] for w in case.waits] == ["expired"]
    case.completes("a", "a")
    assert (case.open, case.variables["n"]) == (["remind"], 3)
    case.complete("remind")
    assert (case.open, case.waits) == (["after"], [])


def test_the_outer_boundary_event_takes_the_inner_sub_process_away_with_everything_in_it() -> None:
    case = Case("sub_process_outputs_and_loops", {"n": 0})
    case.after(hours=1)
    case.after(hours=2)
    assert (case.open, case.waits) == (["expire"], [])
    assert sorted(o.element for o in case.step.gone) == ["a", "remind"]
    assert case.complete("expire").is_ended


def test_when_everything_is_late_the_inner_event_fires_first_if_it_was_due_first() -> None:
    case = Case("sub_process_outputs_and_loops", {"n": 0})
    case.after(hours=9)
    assert case.happened("fired") == ["late", "expired"]
    assert case.open == ["expire"]


def test_instances_of_nested_sub_processes_stay_apart() -> None:
    case = Case("sub_process_nested_twice")
    assert case.open == ["a", "a", "b", "b"]
    assert [x[0] for x in case.listens] == ["stop", "stop"]
    case.complete("a", nth=0)
    case.complete("b", nth=1)
    assert case.open == ["a", "b"]
    case.receive("stop", nth=1)
    assert len(case.open) == 1
    case.complete(case.open[0])
    assert case.open == ["after"]
    assert case.complete("after").is_ended
