"""Events that are thrown and caught inside one case (BPMN 2.0.2, 10.5 and 13.5)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.conformance.driving import Case, text_of

# ---------------------------------------------------------------- none, end, terminate


def test_none_events_are_passed_at_once() -> None:
    case = Case("none_events")
    assert case.open == ["a"]
    step = case.complete("a")
    assert (step.is_ended, step.outcome, step.error) == (True, "done", None)


def test_a_terminate_end_takes_everything_away() -> None:
    case = Case("terminate")
    step = case.complete("a")
    assert step.is_ended
    assert sorted(o.element for o in step.gone) == ["a", "b", "c"]


def test_a_terminate_end_in_a_sub_process_ends_that_sub_process_and_what_is_in_it() -> None:
    case = Case("terminate_in_a_sub_process")
    assert case.open == ["a", "b", "c"]
    case.complete("a")
    assert case.open == ["d"]
    assert case.complete("d").is_ended


@pytest.mark.parametrize(
    ("kind", "outcome", "thrown"),
    [
        ("none", "plain", []),
        ("message", "told", [("message", "Told", "A-7", {"text": "done"})]),
        ("signal", "signalled", [("signal", "Done", "", {"text": "A-7"})]),
        ("escalation", "escalated", []),
        ("compensation", "undone", []),
        ("terminate", "stopped", []),
    ],
)
def test_a_case_ends_with_whichever_end_event_it_reaches(kind: str, outcome: str, thrown: list[Any]) -> None:
    case = Case("end_events_of_every_kind", {"order": "A-7"})
    step = case.complete("a", kind=kind)
    assert (step.is_ended, step.outcome, step.error) == (True, outcome, None)
    assert [(t.kind, t.name, t.key, t.data) for t in step.throws] == thrown


# ---------------------------------------------------------------- errors


def test_an_error_end_that_nothing_catches_ends_the_case_with_its_code() -> None:
    case = Case("error_end_uncaught")
    step = case.complete("a")
    assert (step.is_ended, step.error) == (True, "E1")
    assert sorted(o.element for o in step.gone) == ["a", "b"]


def test_a_boundary_event_of_the_code_comes_before_one_of_all_codes() -> None:
    case = Case("error_caught")
    case.complete("a", code=1)
    assert (case.open, case.variables["caught"]) == (["handle_one"], "E1")
    case = Case("error_caught")
    case.complete("a", code=2)
    assert (case.open, case.variables["caught"]) == (["handle_any"], "E2")
    assert case.completes("handle_any", "after").is_ended


def test_an_error_interrupts_everything_in_the_sub_process_that_it_leaves() -> None:
    case = Case("error_caught")
    step = case.complete("a", code=3)
    assert sorted(o.element for o in step.gone) == ["a", "beside"]


def test_an_error_that_the_inner_scope_does_not_catch_goes_to_the_outer() -> None:
    case = Case("error_passes_to_the_outer")
    assert case.open == ["a", "beside"]
    case.complete("a")
    assert case.open == ["handle_one"]
    assert case.complete("handle_one").is_ended


def test_an_error_interrupts_only_the_instance_that_threw_it() -> None:
    case = Case("error_in_one_of_two_instances", {"bad": False})
    case.complete("a", nth=1, bad=True)
    assert case.open == ["a", "handle"]
    case.complete("a", bad=False)
    assert case.open == ["after", "handle"]
    assert case.completes("after", "handle").is_ended


# ---------------------------------------------------------------- escalation


def test_an_escalation_is_heard_without_interrupting() -> None:
    case = Case("escalation_caught")
    step = case.complete("a")
    assert case.open == ["b", "note"]
    assert step.gone == tuple(o for o in step.gone if o.element == "a")
    assert case.variables["heard"] == "LATE"
    case.complete("note")
    assert case.open == ["b"]


def test_an_escalation_end_may_interrupt_the_sub_process_around_it() -> None:
    case = Case("escalation_caught")
    case.completes("a", "b")
    assert case.open == ["note", "stop"]
    assert case.completes("stop", "note").is_ended


def test_an_escalation_is_caught_once_at_the_innermost_catcher() -> None:
    case = Case("escalation_caught")
    case.completes("a", "b")
    assert "outer_note" not in case.open


def test_an_escalation_event_without_a_code_catches_what_no_other_event_does() -> None:
    case = Case("escalation_catch_all")
    case.complete("a")
    assert case.open == ["b", "handle_any"]
    assert case.completes("b", "handle_any").is_ended


def test_an_escalation_may_interrupt_the_scope_that_threw_it() -> None:
    case = Case("escalation_interrupting_throw")
    case.complete("a")
    assert case.open == ["handle"]
    assert case.complete("handle").is_ended


def test_an_escalation_that_nothing_catches_is_noted_and_goes_on() -> None:
    case = Case("escalation_uncaught")
    assert case.open == ["a"]
    assert case.happened("escalated") == ["raised"]
    step = case.complete("a")
    assert (step.is_ended, step.error) == (True, None)


# ---------------------------------------------------------------- links


@pytest.mark.parametrize("left", [True, False])
def test_a_link_goes_on_where_the_link_of_its_name_is_caught(left: bool) -> None:
    case = Case("link_events", {"left": left})
    case.complete("a" if left else "b")
    assert case.open == ["c"]
    assert case.complete("c").is_ended


def test_a_link_may_close_a_loop() -> None:
    case = Case("link_events_in_a_loop", {"more": True})
    for _ in range(4):
        assert case.open == ["a"]
        case.complete("a")
    assert case.complete("a", more=False).is_ended


# ---------------------------------------------------------------- conditions


def test_a_condition_that_is_already_true_is_passed_at_once() -> None:
    assert Case("conditional_catch", {"stock": 6}).open == ["a", "b"]


def test_a_condition_is_looked_at_when_data_are_edited() -> None:
    case = Case("conditional_catch", {"stock": 0})
    assert case.open == ["a"]
    case.sets(stock=5)
    assert case.open == ["a"]
    case.sets(stock=6)
    assert case.open == ["a", "b"]


def test_a_condition_is_looked_at_when_the_case_itself_writes() -> None:
    case = Case("conditional_catch", {"stock": 0})
    case.complete("a")
    assert case.open == ["b"]
    assert case.complete("b").is_ended


def test_a_condition_is_looked_at_when_somebody_completes_with_data() -> None:
    case = Case(_boundary("task", "conditional", False), {"order": 1, "is_true": False})
    case.sets(is_true=True)
    assert case.open == ["a", "handle"]
    case = Case("conditional_boundary", {"stock": 9})
    case.complete("a", stock=1)
    assert case.open == ["b"]


def test_a_condition_fires_once_until_it_was_false_again() -> None:
    case = Case("conditional_boundary", {"stock": 9})
    assert case.open == ["a"]
    case.sets(stock=4)
    assert case.open == ["a", "order"]
    case.sets(stock=3)
    assert case.open == ["a", "order"]
    case.sets(stock=7)
    case.sets(stock=2)
    assert case.open == ["a", "order", "order"]
    case.sets(stock=0)
    assert case.open == ["close", "order", "order"]
    case.sets(stock=9)
    case.sets(stock=1)
    assert case.open == ["close", "order", "order"]


def test_a_boundary_condition_that_is_true_at_once_fires_when_it_is_armed() -> None:
    assert Case("conditional_boundary", {"stock": 2}).open == ["a", "order"]
    assert Case("conditional_boundary", {"stock": 0}).open[0] == "close"


# ---------------------------------------------------------------- boundary events of every kind on every host

DEFINITIONS = {
    "message": '<bpmn:messageEventDefinition messageRef="message_Nudge" />',
    "signal": '<bpmn:signalEventDefinition signalRef="signal_Alarm" />',
    "timer": "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>",
    "conditional": "<bpmn:conditionalEventDefinition><bpmn:condition>=is_true</bpmn:condition>"
    "</bpmn:conditionalEventDefinition>",
    "error": '<bpmn:errorEventDefinition errorRef="error_E1" />',
}
FIRE: dict[str, Callable[[Case], Any]] = {
    "message": lambda case: case.receive("event"),
    "signal": lambda case: case.signal("Alarm"),
    "timer": lambda case: case.after(hours=1),
    "conditional": lambda case: case.sets(is_true=True),
    "error": lambda case: case.fail("a", "E1"),
}
HOSTS = {
    "task": ["a"],
    "service_task": ["a"],
    "call_activity": ["a"],
    "sub_process": ["a", "beside"],
    "multi_instance": ["a", "a", "a"],
    "sequential_multi_instance": ["a"],
    "standard_loop": ["a"],
}


def _boundary(host: str, kind: str, interrupting: bool) -> str:
    text = text_of(f"boundary_on_{host}")
    text = text.replace(DEFINITIONS["message"], DEFINITIONS[kind])
    text = text.replace(
        '  <bpmn:process id="',
        '  <bpmn:signal id="signal_Alarm" name="Alarm" />\n  <bpmn:error id="error_E1" errorCode="E1" />\n'
        '  <bpmn:process id="',
    )
    if kind != "message":
        text = text.replace(' liuhen:correlationKey="=order"', "")
    return text if interrupting else text.replace('id="event"', 'id="event" cancelActivity="false"')


DATA = {"order": "A-7", "items": ["x", "y", "z"], "is_true": False, "again": False}


@pytest.mark.parametrize(("host", "kind"), list(itertools.product(HOSTS, DEFINITIONS)))
def test_an_interrupting_boundary_event_takes_its_activity_away(host: str, kind: str) -> None:
    case = Case(_boundary(host, kind, True), DATA)
    assert case.open == HOSTS[host]
    if kind == "error" and host == "sub_process":
        assert case.fail("beside", "E2") is None
    FIRE[kind](case)
    assert (case.open, case.waits, case.listens) == (["handle"], [], [])
    assert sorted(o.element for o in case.step.gone) == HOSTS[host]
    assert case.complete("handle").is_ended


@pytest.mark.parametrize(("host", "kind"), list(itertools.product(HOSTS, [k for k in DEFINITIONS if k != "error"])))
def test_a_non_interrupting_boundary_event_leaves_its_activity_alone(host: str, kind: str) -> None:
    case = Case(_boundary(host, kind, False), DATA)
    FIRE[kind](case)
    assert case.open == [*HOSTS[host], "handle"]
    assert not case.step.gone
    if kind in ("message", "signal"):
        FIRE[kind](case)
        assert case.open == [*HOSTS[host], "handle", "handle"]
    while "after" not in case.open:
        case.complete(next(element for element in case.open if element in HOSTS[host]))
    assert (case.waits, case.listens) == ([], [])
    while not case.is_ended:
        case.complete(case.open[0])


@pytest.mark.parametrize(("host", "kind"), list(itertools.product(HOSTS, DEFINITIONS)))
def test_an_activity_that_ends_by_itself_disarms_its_boundary_events(host: str, kind: str) -> None:
    case = Case(_boundary(host, kind, True), DATA)
    while "a" in case.open or "beside" in case.open:
        case.complete(case.open[0])
    assert (case.open, case.waits, case.listens) == (["after"], [], [])
    case.signal("Alarm")
    case.sets(is_true=True)
    case.after(days=30)
    assert case.open == ["after"]


def test_a_boundary_event_may_have_several_ways_on() -> None:
    case = Case("boundary_with_several_ways_on")
    case.receive("event")
    assert case.open == ["a", "b", "c"]
    assert case.completes("a", "b", "c").is_ended


def test_boundary_events_on_one_activity_do_not_hinder_each_other() -> None:
    case = Case("boundary_events_together")
    case.receive("nudged")
    case.after(hours=1)
    case.receive("nudged")
    assert case.open == ["a", "nudge", "nudge", "remind"]
    case.signal("Called_off")
    assert case.open == ["call_off", "nudge", "nudge", "remind"]
    assert (case.waits, case.listens) == ([], [])
    assert case.completes("call_off", "nudge", "nudge", "remind").is_ended


def test_late_boundary_timers_fire_in_due_order_and_the_interrupting_one_ends_it() -> None:
    case = Case("boundary_events_together")
    case.after(hours=10)
    assert case.happened("fired") == ["reminded", "expired"]
    assert case.open == ["expire", "remind"]


def test_boundary_events_sit_on_receive_tasks_too() -> None:
    case = Case("boundary_on_receive_task")
    assert [x[0] for x in case.listens] == ["answer", "called_off"]
    case.after(days=1)
    case.after(days=1)
    assert case.open == ["remind", "remind"]
    case.receive("answer", {"text": "yes"})
    assert (case.open, case.listens, case.waits) == (["after", "remind", "remind"], [], [])
    case = Case("boundary_on_receive_task")
    case.receive("called_off")
    assert (case.open, case.listens, case.waits) == (["call_off"], [], [])
    case = Case("boundary_on_receive_task")
    case.after(days=8)
    assert case.happened("fired") == ["reminded", "reminded", "expired"]
    assert (case.open, case.listens) == (["expire", "remind", "remind"], [])


def test_two_tokens_at_a_task_have_boundary_events_of_their_own() -> None:
    case = Case("task_entered_twice")
    assert (case.open, len(case.waits), len(case.listens)) == (["a", "a"], 2, 2)
    case.complete("a", nth=1)
    assert (case.open, len(case.waits), len(case.listens)) == (["a", "b"], 1, 1)
    case.receive("nudged")
    case.after(hours=1)
    assert (case.open, case.waits, case.listens) == (["b", "c", "d"], [], [])


def test_an_error_that_nothing_catches_does_not_let_time_act_unseen() -> None:
    """``fail`` answers ``None`` only where nothing has changed, also when a timer is due at that moment."""
    case = Case("boundary_events_together")
    case.now = case.now + timedelta(hours=5)
    step = case.fail("a", "E1")
    if step is None:
        assert case.open == ["a"]
        case.wake()
    assert case.open == ["expire", "remind"]
