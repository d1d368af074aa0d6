"""What is not drawn: forks, merges, starts and ends without a gateway or event; ids (BPMN 2.0.2, 10.5, 13.2, 13.3)."""

from __future__ import annotations

import pytest

from tests.conformance.driving import Case, elements


def test_every_outgoing_flow_of_an_activity_is_taken() -> None:
    case = Case("implicit_fork")
    case.complete("a")
    assert case.open == ["b", "c"]
    case.completes("c", "b")
    assert case.open == ["d"]
    assert case.complete("d").is_ended


def test_every_outgoing_flow_of_a_start_event_is_taken() -> None:
    case = Case("implicit_fork_of_a_start")
    assert case.open == ["a", "b"]
    assert case.completes("a", "b").is_ended


@pytest.mark.parametrize(("n", "taken"), [(0, ["d"]), (5, ["b"]), (50, ["b", "c"])])
def test_conditional_flows_of_an_activity_choose_like_an_inclusive_gateway(n: int, taken: list[str]) -> None:
    case = Case("implicit_choice")
    case.complete("a", n=n)
    assert case.open == taken
    assert case.completes(*taken).is_ended


def test_an_activity_with_conditions_none_of_which_is_true_is_an_incident() -> None:
    case = Case("implicit_choice_without_default")
    step = case.complete("a", n=0)
    assert case.kinds == [("a", "incident")]
    assert elements(step.faults) == ["a"]
    case.skip("a", "a_to_c")
    assert case.open == ["c"]
    assert case.complete("c").is_ended


@pytest.mark.parametrize(("n", "taken"), [(5, ["always"]), (50, ["always", "big"])])
def test_an_unconditional_flow_beside_a_conditional_one_is_always_taken(n: int, taken: list[str]) -> None:
    case = Case("implicit_fork_and_choice")
    case.complete("a", n=n)
    assert case.open == taken
    assert case.completes(*taken).is_ended


def test_where_flows_meet_at_an_activity_each_token_runs_it_by_itself() -> None:
    case = Case("implicit_merge")
    case.complete("a")
    assert case.open == ["b", "c"]
    case.complete("b")
    assert case.open == ["c", "c"]
    assert case.completes("c", "c").is_ended


def test_without_a_start_event_everything_that_nothing_leads_to_starts() -> None:
    """10.5.2: boundary events, handlers of compensation and event sub-processes are begun by something else."""
    case = Case("no_start_event")
    assert case.open == ["a", "b"]
    assert [x[0] for x in case.listens] == ["cancelled_begin"]
    case.completes("a", "b")
    assert case.open == ["c", "c"]
    assert case.completes("c", "c").is_ended


def test_without_an_end_event_a_token_ends_where_it_cannot_go_on() -> None:
    case = Case("no_end_event")
    case.complete("a")
    assert (case.open, case.is_ended) == (["b"], False)
    assert case.complete("b").is_ended


def test_a_process_may_be_a_single_task() -> None:
    case = Case("only_a_task")
    assert case.open == ["a"]
    assert case.complete("a").is_ended


def test_a_sub_process_starts_and_ends_without_events_too() -> None:
    case = Case("implicit_in_a_sub_process")
    assert case.open == ["a", "b"]
    case.completes("a", "c")
    assert case.open == ["b"]
    case.complete("b")
    assert case.open == ["d"]
    assert case.complete("d").is_ended


def test_the_ids_start_root_and_end_are_ids_like_any_other() -> None:
    case = Case("start_and_end_ids")
    assert case.open == ["Root"]
    step = case.complete("Root")
    assert (step.is_ended, step.outcome) == (True, "End")


def test_elements_and_flows_without_ids_get_ids_by_their_place() -> None:
    case, again = Case("without_ids"), Case("without_ids")
    assert case.open == again.open
    assert len(set(case.open)) == 3
    assert "a" in case.open
    others = [element for element in case.open if element != "a"]
    case.completes(*others)
    case.completes("a", "b")
    assert case.is_ended
    assert len({flow.id for flow in case.blueprint.flows}) == 2


def test_a_process_starts_at_its_none_start_where_nobody_names_another() -> None:
    assert Case("several_start_events", {"stock": 10}).open == ["a"]


def test_a_process_starts_at_the_message_that_came_and_takes_its_content() -> None:
    case = Case("several_start_events", {"stock": 10}, start="by_message", message={"number": "A-7"})
    assert (case.open, case.variables["order"]) == (["b"], "A-7")
    assert case.complete("b").is_ended


@pytest.mark.parametrize(("start", "then"), [("by_timer", "d"), ("by_condition", "e")])
def test_a_process_starts_at_the_event_that_fired(start: str, then: str) -> None:
    case = Case("several_start_events", {"stock": 3}, start=start)
    assert (case.open, case.waits, case.listens) == ([then], [], [])


def test_a_process_starts_at_a_signal_and_takes_its_content() -> None:
    case = Case("several_start_events", {"stock": 3}, start="by_signal", message={"name": "harvest"})
    assert (case.open, case.variables["season"]) == (["c"], "harvest")
