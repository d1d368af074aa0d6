"""Gateways, structured and not (BPMN 2.0.2, 10.6 and 13.4)."""

from __future__ import annotations

from itertools import permutations

import pytest

from engine.errors import Incident
from tests.conformance.driving import Case, elements, text_of


def test_an_exclusive_gateway_takes_the_first_true_flow_else_the_default() -> None:
    assert Case("exclusive_gateway", {"amount": 1000}).open == ["large"]
    assert Case("exclusive_gateway", {"amount": 50}).open == ["middle"]
    assert Case("exclusive_gateway", {"amount": 10}).open == ["small"]


def test_an_exclusive_gateway_with_no_true_flow_stops_its_own_path_only() -> None:
    case = Case("exclusive_gateway_without_default", {"amount": 1})
    assert case.kinds == [("beside", "task"), ("choice", "incident")]
    assert elements(case.step.faults) == ["choice"]
    assert "condition" in case.step.faults[0].reason.en
    case.complete("beside")
    assert case.open == ["choice"]


def test_a_gateway_that_stopped_runs_again_when_the_data_are_right() -> None:
    case = Case("exclusive_gateway_without_default", {"amount": 1})
    assert elements(case.retry("choice").faults) == ["choice"]
    case.sets(amount=1000)
    assert "choice" in case.open
    case.retry("choice")
    assert case.open == ["beside", "yes"]
    assert case.completes("yes", "beside").is_ended


def test_a_gateway_that_stopped_is_passed_over_along_the_flow_that_somebody_chose() -> None:
    case = Case("exclusive_gateway_without_default", {"amount": 1})
    case.skip("choice", "choice_to_yes")
    assert case.open == ["beside", "yes"]


def test_an_expression_that_fails_stops_its_own_path_only() -> None:
    case = Case("exclusive_gateway_without_default")
    assert case.kinds == [("beside", "task"), ("choice", "incident")]
    case.sets(amount=500)
    case.retry("choice")
    assert case.completes("beside", "yes").is_ended


def test_an_exclusive_gateway_lets_every_token_through_by_itself() -> None:
    case = Case("exclusive_merge")
    case.complete("a")
    assert case.open == ["b", "c"]
    case.complete("b")
    assert case.open == ["c", "c"]
    case.complete("c", nth=1)
    assert case.open == ["c"]
    assert case.complete("c").is_ended


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_a_parallel_gateway_waits_for_all_its_flows(order: tuple[str, ...]) -> None:
    case = Case("parallel_gateway")
    assert case.open == ["a", "b", "c"]
    case.completes(*order[:2])
    assert case.open == [order[2]]
    case.complete(order[2])
    assert case.open == ["d"]
    assert case.complete("d").is_ended


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_two_tokens_on_one_flow_do_not_make_up_for_the_other_flow(order: tuple[str, ...]) -> None:
    """13.4.1: one token is taken from each incoming flow; what is too much stays, and is no silent stall."""
    case = Case("parallel_join_counts_flows")
    done = []
    for element in order:
        assert "d" not in case.open
        case.complete(element)
        done.append(element)
        if "c" in done and len(done) > 1:
            break
    assert case.open.count("d") == 1
    for element in set(order) - set(done):
        case.complete(element)
    assert case.open == ["d"]
    case.complete("d")
    assert case.kinds == [("join", "incident")]
    assert elements(case.step.faults) == ["join"]
    case.skip("join")
    assert case.open == ["d"]
    assert case.complete("d").is_ended


def test_a_parallel_gateway_may_join_and_fork_at_once() -> None:
    case = Case("parallel_join_and_fork")
    case.complete("a")
    assert case.open == ["b"]
    case.complete("b")
    assert case.open == ["c", "d"]
    assert case.completes("d", "c").is_ended


def test_a_parallel_part_in_a_loop_joins_anew_each_round() -> None:
    case = Case("parallel_in_a_loop", {"more": True})
    for round_ in range(6):
        assert case.open == ["a", "b"]
        first, last = ("a", "b") if round_ % 2 else ("b", "a")
        case.complete(first)
        assert case.open == [last]
        case.complete(last, more=round_ < 5)
    assert case.is_ended


def test_a_join_that_no_token_can_complete_is_an_incident_and_never_a_silent_stall() -> None:
    case = Case("parallel_join_that_starves", {"left": True})
    step = case.complete("a")
    assert case.kinds == [("join", "incident")]
    assert elements(step.faults) == ["join"]
    case.skip("join")
    assert case.open == ["c"]
    assert case.complete("c").is_ended


@pytest.mark.parametrize(("n", "chosen"), [(0, ["c"]), (5, ["a"]), (50, ["a", "b"])])
def test_an_inclusive_gateway_takes_every_true_flow_else_the_default_and_joins_them(n: int, chosen: list[str]) -> None:
    case = Case("inclusive_gateway", {"n": n})
    assert case.open == chosen
    for element in reversed(chosen):
        assert "d" not in case.open
        case.complete(element)
    assert case.open == ["d"]
    assert case.complete("d").is_ended


def test_an_inclusive_gateway_without_a_true_flow_is_an_incident() -> None:
    case = Case("inclusive_gateway_without_default", {"n": -1})
    assert case.kinds == [("fork", "incident")]
    case.sets(n=11)
    case.retry("fork")
    assert case.open == ["a", "b"]
    assert case.completes("a", "b").is_ended


def test_an_inclusive_join_waits_for_a_token_that_may_still_come() -> None:
    case = Case("inclusive_join_unstructured", {"comes": True})
    case.complete("a")
    assert case.open == ["b"]
    case.complete("b")
    assert case.open == ["c"]
    assert case.complete("c").is_ended


def test_an_inclusive_join_goes_on_when_the_token_it_waited_for_went_elsewhere() -> None:
    case = Case("inclusive_join_unstructured", {"comes": False})
    case.complete("a")
    assert case.open == ["b"]
    case.complete("b")
    assert case.open == ["c"]
    assert case.complete("c").is_ended
    assert case.step.outcome == "joined"


def test_an_inclusive_join_does_not_wait_for_a_token_that_can_no_longer_come() -> None:
    case = Case("inclusive_join_unstructured", {"comes": False})
    case.complete("b")
    assert case.open == ["a"]
    case.complete("a")
    assert case.open == ["c"]


def test_an_inclusive_join_waits_for_a_loop_upstream() -> None:
    case = Case("inclusive_join_upstream_loop", {"more": True})
    case.complete("a")
    for _ in range(3):
        assert case.open == ["b"]
        case.complete("b")
    case.complete("b", more=False)
    assert case.open == ["c"]
    assert case.complete("c").is_ended


def test_an_inclusive_join_does_not_wait_for_itself_in_a_loop() -> None:
    case = Case("inclusive_join_own_loop", {"more": True})
    for _ in range(4):
        assert case.open == ["a"]
        case.complete("a")
    assert case.complete("a", more=False).is_ended


def test_an_inclusive_pair_in_a_loop_may_choose_anew_each_round() -> None:
    case = Case("inclusive_in_a_loop", {"more": True, "wide": True})
    assert case.open == ["a", "b"]
    case.completes("b", "a")
    assert case.open == ["a", "b"]
    case.complete("a")
    case.complete("b", wide=False)
    assert case.open == ["b"]
    case.complete("b", wide=True)
    assert case.open == ["a", "b"]
    case.complete("b", more=False)
    assert case.complete("a").is_ended


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_the_second_of_two_inclusive_joins_waits_for_the_first(order: tuple[str, ...]) -> None:
    """13.4.3: a token that waits at the first join may still come to the second."""
    case = Case("inclusive_joins_in_a_row")
    for element in order:
        assert "d" not in case.open
        case.complete(element)
    assert case.open == ["d"]
    assert case.complete("d").is_ended


def test_inclusive_joins_that_wait_for_each_other_are_an_incident() -> None:
    """13.4.3 gives no answer to a vicious circle: both wait. Nobody is left waiting without a word."""
    case = Case("inclusive_joins_in_a_circle")
    case.complete("a")
    assert case.open == ["b"]
    case.complete("b")
    assert not case.is_ended
    assert {kind for _, kind in case.kinds} == {"incident"}
    assert set(case.open) <= {"left", "right"}


@pytest.mark.parametrize("late", [False, True])
def test_an_inclusive_join_counts_on_the_way_past_a_boundary_event(late: bool) -> None:
    case = Case("inclusive_join_after_boundary")
    case.complete("a")
    assert case.open == ["b"]
    if late:
        case.after(hours=1)
        assert case.open == ["c"]
        case.complete("c")
    else:
        case.complete("b")
    assert case.open == ["d"]
    assert case.complete("d").is_ended


def test_joins_of_two_instances_of_one_sub_process_do_not_mix() -> None:
    case = Case("inclusive_join_in_a_sub_process")
    assert case.open == ["a", "a", "b", "b"]
    case.complete("a", nth=0)
    case.complete("b", nth=1)
    assert case.open == ["a", "b"]
    case.complete("a")
    assert case.open == ["b", "c"]
    case.complete("b")
    assert case.open == ["c", "c"]
    case.completes("c", "c")
    assert case.open == ["d", "d"]
    assert case.completes("d", "d").is_ended


@pytest.mark.parametrize(("event", "then"), [("answered", "a"), ("refused", "b")])
def test_the_first_message_at_an_event_gateway_wins(event: str, then: str) -> None:
    case = Case("event_gateway")
    assert [x[0] for x in case.listens] == ["answered", "called_off", "refused"]
    assert [w[0] for w in case.waits] == ["expired"]
    case.receive(event)
    assert (case.open, case.listens, case.waits) == ([then], [], [])
    case.signal("Called_off")
    case.after(days=30)
    assert case.open == [then]
    assert case.complete(then).is_ended


def test_a_signal_or_a_timer_may_win_at_an_event_gateway() -> None:
    case = Case("event_gateway")
    case.signal("Called_off")
    assert (case.open, case.listens, case.waits) == (["c"], [], [])
    case = Case("event_gateway")
    case.after(days=7)
    assert (case.open, case.listens, case.waits) == (["d"], [], [])


def test_an_event_gateway_in_a_loop_is_armed_anew() -> None:
    case = Case("event_gateway_in_a_loop")
    for _ in range(3):
        assert [x[0] for x in case.listens] == ["reply"]
        assert [w[1].days for w in case.waits] == [7]
        case.after(days=7)
        assert (case.open, case.listens) == (["remind"], [])
        case.complete("remind")
    case.receive("reply", {"text": "yes"})
    assert (case.open, case.variables["text"]) == (["a"], "yes")
    assert case.complete("a").is_ended


def test_of_two_late_timers_at_an_event_gateway_the_earlier_wins() -> None:
    case = Case("event_gateway_race_of_timers", {"is_ready": False})
    case.after(days=3)
    assert (case.happened("fired"), case.open) == (["first"], ["b"])


def test_a_condition_that_is_already_true_wins_at_an_event_gateway_at_once() -> None:
    case = Case("event_gateway_race_of_timers", {"is_ready": True})
    assert (case.open, case.waits) == (["c"], [])


def test_a_condition_that_turns_true_wins_at_an_event_gateway() -> None:
    case = Case("event_gateway_race_of_timers", {"is_ready": False})
    case.sets(is_ready=True)
    assert (case.open, case.waits) == (["c"], [])


def test_a_model_that_doubles_its_tokens_is_refused_as_an_incident_and_not_a_hang() -> None:
    gates = "".join(f'<bpmn:parallelGateway id="g{n}" />' for n in range(16))
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{n}_{twice}" sourceRef="g{n}" targetRef="m{n}" />'
        f'<bpmn:sequenceFlow id="f{n}_{twice}_on" sourceRef="m{n}" targetRef="{f"g{n + 1}" if n < 15 else "a"}" />'
        if twice
        else f'<bpmn:sequenceFlow id="f{n}_{twice}" sourceRef="g{n}" targetRef="m{n}" />'
        for n in range(16)
        for twice in (0, 1)
    )
    merges = "".join(f'<bpmn:exclusiveGateway id="m{n}" />' for n in range(16))
    text = text_of("only_a_task").replace("</bpmn:process>", f"{gates}{merges}{flows}</bpmn:process>")
    with pytest.raises(Incident, match="10000"):
        Case(text)


def test_two_tokens_at_an_event_gateway_wait_each_for_itself() -> None:
    case = Case("event_gateway_for_two_tokens")
    assert ([x[0] for x in case.listens], len(case.waits)) == (["answered", "answered"], 2)
    case.receive("answered", nth=1)
    assert (case.open, len(case.listens), len(case.waits)) == (["a"], 1, 1)
    case.after(days=7)
    assert (case.open, case.listens, case.waits) == (["a", "b"], [], [])
    assert case.completes("a", "b").is_ended


def test_an_inclusive_join_waits_for_what_may_come_past_a_link() -> None:
    case = Case("inclusive_join_past_a_link")
    case.complete("a")
    assert case.open == ["b"]
    case.complete("b")
    assert case.open == ["c"]
    assert case.complete("c").is_ended


@pytest.mark.parametrize("answers", [True, False])
def test_an_inclusive_join_waits_for_what_may_come_past_an_event_gateway(answers: bool) -> None:
    case = Case("inclusive_join_past_an_event_gateway")
    case.complete("a")
    assert case.open == []
    if answers:
        case.receive("answered")
    else:
        case.after(days=7)
    assert case.open == ["c"]
    assert case.complete("c").is_ended


def test_an_inclusive_join_waits_for_what_is_being_undone() -> None:
    case = Case("inclusive_join_past_compensation")
    case.complete("book")
    assert case.open == ["a", "cancel_booking"]
    case.complete("a")
    assert case.open == ["cancel_booking"]
    case.complete("cancel_booking")
    assert case.open == ["c"]
    assert case.complete("c").is_ended


def test_an_inclusive_join_does_not_wait_for_a_branch_beside_it_that_may_come_round_again() -> None:
    """13.4.3: a token that could reach a flow that is empty, but also one that is full, holds nothing up."""
    case = Case("inclusive_join_beside_a_branch_that_loops", {"both": False, "more": True})
    assert case.open == ["a", "x"]
    case.complete("a")
    assert case.live.visits["gather"] == 1
    case.complete("x", both=True)
    assert case.open == ["a", "b", "x"]
    case.completes("x", "b")
    case.complete("a", both=False)
    assert case.open == ["a", "x"]
    case.complete("x", more=False)
    assert case.complete("a").is_ended


def test_a_condition_that_gives_null_is_not_true() -> None:
    assert Case("exclusive_gateway", {"amount": None}).open == ["small"]
    assert Case("exclusive_gateway_without_default", {"amount": None}).kinds[1] == ("choice", "incident")
    assert Case("inclusive_gateway", {"n": None}).open == ["c"]
