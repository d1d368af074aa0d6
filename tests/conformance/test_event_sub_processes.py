"""Event sub-processes (BPMN 2.0.2, 10.3.5 and 13.5.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conformance.driving import Case, elements, text_of

DEFINITIONS = {
    "message": '<bpmn:messageEventDefinition messageRef="message_Nudge" />',
    "signal": '<bpmn:signalEventDefinition signalRef="signal_Alarm" />',
    "timer": "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>",
    "conditional": "<bpmn:conditionalEventDefinition><bpmn:condition>=is_true</bpmn:condition>"
    "</bpmn:conditionalEventDefinition>",
}
FIRE: dict[str, Callable[[Case], Any]] = {
    "message": lambda case: case.receive("event"),
    "signal": lambda case: case.signal("Alarm"),
    "timer": lambda case: case.after(hours=1),
    "conditional": lambda case: case.sets(is_true=True),
}


def handler(model: str, kind: str, interrupting: bool) -> str:
    text = text_of(model).replace(DEFINITIONS["message"], DEFINITIONS[kind])
    text = text.replace(
        '  <bpmn:process id="', '  <bpmn:signal id="signal_Alarm" name="Alarm" />\n  <bpmn:process id="', 1
    )
    return text if interrupting else text.replace('id="event"', 'id="event" isInterrupting="false"')


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_an_interrupting_handler_takes_the_place_of_the_process(kind: str) -> None:
    case = Case(handler("event_sub_process", kind, True), {"is_true": False})
    assert case.open == ["a", "b"]
    case.complete("a")
    FIRE[kind](case)
    assert (case.open, elements(case.step.gone)) == (["handle"], ["b"])
    assert (case.waits, case.listens) == ([], [])
    case.signal("Alarm")
    case.sets(is_true=False)
    case.sets(is_true=True)
    assert case.open == ["handle"]
    assert case.complete("handle").is_ended


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_a_handler_that_does_not_interrupt_runs_beside_the_process(kind: str) -> None:
    case = Case(handler("event_sub_process", kind, False), {"is_true": False})
    FIRE[kind](case)
    assert (case.open, case.step.gone) == (["a", "b", "handle"], ())
    case.completes("a", "b")
    assert (case.open, case.is_ended) == (["handle"], False)
    assert case.complete("handle").is_ended


@pytest.mark.parametrize("kind", ["message", "signal", "conditional"])
def test_a_handler_that_does_not_interrupt_may_run_several_times_at_once(kind: str) -> None:
    case = Case(handler("event_sub_process", kind, False), {"is_true": False})
    for _ in range(3):
        FIRE[kind](case)
        case.sets(is_true=False)
    assert case.open == ["a", "b", "handle", "handle", "handle"]
    case.completes("handle", "a", "b", "handle")
    assert case.complete("handle").is_ended


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_a_handler_lives_as_long_as_its_scope(kind: str) -> None:
    case = Case(handler("event_sub_process_nested", kind, True), {"is_true": False})
    case.completes("a", "b")
    assert (case.open, case.waits, case.listens) == (["after"], [], [])
    case.signal("Alarm")
    case.sets(is_true=True)
    case.after(days=3)
    assert case.open == ["after"]
    assert case.complete("after").is_ended


@pytest.mark.parametrize("kind", DEFINITIONS)
@pytest.mark.parametrize("interrupting", [True, False])
def test_what_follows_a_sub_process_waits_for_its_handlers(kind: str, interrupting: bool) -> None:
    case = Case(handler("event_sub_process_nested", kind, interrupting), {"is_true": False})
    FIRE[kind](case)
    if interrupting:
        assert case.open == ["handle"]
    else:
        assert case.open == ["a", "b", "handle"]
        case.completes("a", "b")
        assert case.open == ["handle"]
        assert (case.waits, case.is_ended) == ([], False)
    case.complete("handle")
    assert (case.open, case.waits, case.listens) == (["after"], [], [])
    assert case.complete("after").is_ended


def test_an_error_goes_to_the_handler_inside_before_the_boundary_event() -> None:
    case = Case("event_sub_process_error", {"bad": True, "worse": False})
    step = case.complete("a")
    assert (case.open, elements(step.gone)) == (["handle"], ["a", "beside"])
    assert case.variables["why"] == "E1"
    case.complete("handle")
    assert case.open == ["after"]
    assert case.complete("after").is_ended


def test_an_error_in_a_handler_is_not_caught_by_that_handler() -> None:
    case = Case("event_sub_process_error", {"bad": True, "worse": True})
    case.completes("a", "handle")
    assert case.open == ["outer_handle"]
    assert case.complete("outer_handle").is_ended


def test_the_handler_of_a_code_comes_before_the_handler_of_all_codes() -> None:
    case = Case("event_sub_process_errors_by_code")
    case.fail("work", "E1")
    assert case.open == ["handle_one"]
    case = Case("event_sub_process_errors_by_code")
    case.fail("work", "E2")
    assert case.open == ["handle_any"]
    assert case.complete("handle_any").is_ended


def test_an_escalation_goes_to_a_handler_inside_and_the_scope_runs_on() -> None:
    case = Case("event_sub_process_escalation")
    case.complete("a")
    assert (case.open, case.variables["code"]) == (["b", "handle"], "LATE")


def test_an_escalation_may_start_a_handler_that_interrupts() -> None:
    case = Case("event_sub_process_escalation")
    case.complete("a")
    case.complete("b")
    assert "stop" in case.open
    assert not {"a", "b", "c", "outer_handle"} & set(case.open)
    while not case.is_ended:
        assert "outer_handle" not in case.open
        case.complete(case.open[0])


def test_an_escalation_from_a_handler_leaves_the_scope() -> None:
    case = Case("event_sub_process_escalates")
    case.receive("event")
    assert case.open == ["a", "handle", "note"]
    assert case.completes("a", "handle", "note").is_ended


def test_of_several_handlers_that_interrupt_only_one_runs() -> None:
    case = Case("event_sub_processes_together")
    case.receive("by_message")
    assert case.open == ["handle_stop"]
    case.after(hours=5)
    assert case.open == ["handle_stop"]
    assert case.complete("handle_stop").is_ended


def test_a_handler_that_does_not_interrupt_leaves_the_others_armed() -> None:
    case = Case("event_sub_processes_together")
    case.receive("by_nudge")
    assert case.open == ["a", "handle_nudge"]
    case.after(hours=1)
    assert "handle_late" in case.open
    assert "a" not in case.open


def test_a_handler_has_boundary_events_of_its_own() -> None:
    case = Case("event_sub_process_with_local_boundary")
    case.receive("event")
    case.after(minutes=30)
    case.receive("event")
    assert case.open == ["a", "handle", "handle"]
    case.after(minutes=30)
    assert case.open == ["a", "handle", "remind"]
    case.after(minutes=30)
    assert case.open == ["a", "remind", "remind"]
    assert case.completes("remind", "a", "remind").is_ended


def test_every_instance_of_a_multi_instance_has_its_own_handler() -> None:
    case = Case("event_sub_process_in_instances", {"items": ["x", "y", "z"]})
    assert [x[3] for x in case.listens] == ["x", "y", "z"]
    case.receive("event", nth=1)
    assert case.open == ["a", "a", "handle"]
    assert [x[3] for x in case.listens] == ["x", "z"]
    case.completes("a", "handle", "a")
    assert case.open == ["after"]


def test_a_timer_that_repeats_starts_its_handler_each_time() -> None:
    case = Case("event_sub_process_cycle")
    for count in (1, 2, 3):
        case.after(hours=1)
        assert case.open == ["a", *["handle"] * count]
    assert case.waits == []
    case.after(hours=9)
    assert case.completes("handle", "handle", "handle", "a").is_ended
