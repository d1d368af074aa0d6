"""Messages and signals (BPMN 2.0.2, 10.5.1, 13.5.1). Which case a message belongs to is decided outside the machine."""

from __future__ import annotations

import pytest

from engine import machine
from tests.conformance.driving import Case, elements


def test_a_subscription_shows_its_name_and_its_key() -> None:
    case = Case("messages_with_keys", {"first_key": "A-7", "second_key": 7})
    assert [x[:3] for x in case.listens] == [("first", "message", "Reply"), ("second", "message", "Reply")]
    assert [x[3] for x in case.listens] == ["A-7", "7"]


def test_a_message_reaches_only_the_subscription_it_is_delivered_to() -> None:
    case = Case("messages_with_keys", {"first_key": "A-7", "second_key": "A-8"})
    case.receive("second", {"text": "hello"})
    assert (case.open, case.variables["second_text"]) == (["b"], "hello")
    assert "first_text" not in case.variables
    assert "message" not in case.variables
    assert [x[0] for x in case.listens] == ["first"]
    case.receive("first", {"text": "good day"})
    assert case.completes("a", "b").is_ended


def test_a_message_cannot_be_delivered_where_nobody_listens() -> None:
    case = Case("messages_with_keys", {"first_key": "A-7", "second_key": "A-8"})
    (node,) = (x.node for x in case.live.listens() if x.element == "first")
    case.receive("first", {"text": "hello"})
    with pytest.raises(KeyError):
        machine.receive(case.live, node, case.environment, {"text": "again"})


def test_a_key_that_fails_is_an_incident() -> None:
    case = Case("messages_with_keys", {"first_key": "A-7"})
    assert ("second", "incident") in case.kinds
    assert [x[0] for x in case.listens] == ["first"]
    case.sets(second_key="A-8")
    case.retry("second")
    assert [x[3] for x in case.listens] == ["A-7", "A-8"]


def test_content_that_lacks_what_is_wanted_does_not_lose_the_message() -> None:
    """A message whose outputs cannot be computed gives null or an incident, and never an exception."""
    case = Case("messages_with_keys", {"first_key": "A-7", "second_key": "A-8"})
    case.receive("first", {})
    assert case.kinds in ([("a", "task")], [("first", "incident")])


def test_a_message_is_thrown_with_its_key_and_content() -> None:
    case = Case("message_throw", {"order": "A-7", "text": "hello"})
    (thrown,) = case.step.throws
    assert (thrown.element, thrown.kind, thrown.name, thrown.key) == ("tell", "message", "Told", "A-7")
    assert thrown.data == {"text": "hello"}
    assert case.open == ["a"]
    assert case.happened("thrown") == ["tell"]


def test_a_message_that_the_case_throws_goes_outside_first() -> None:
    case = Case("message_to_itself")
    assert [t.name for t in case.step.throws] == ["Told"]
    assert case.open == ["b"]
    case.receive("hears")
    assert case.completes("a", "b").is_ended


def test_a_boundary_message_that_does_not_interrupt_is_heard_again_and_again() -> None:
    case = Case("boundary_with_several_ways_on")
    for count in (1, 2, 3):
        case.receive("event")
        assert case.open == ["a", *["b"] * count, *["c"] * count]


def test_a_signal_reaches_every_catcher_of_the_case_at_once() -> None:
    case = Case("signal_to_several", {"place": "hall"})
    assert [x[0] for x in case.listens] == ["five", "four", "one", "three", "two"]
    case.complete("trigger")
    assert case.open == sorted(["a", "c", "handle", "after", "after_one", "after_two", "after_three", "after_five"])
    assert elements(case.step.gone) == ["b", "trigger"]
    assert case.variables["heard"] == "hall"
    (thrown,) = case.step.throws
    assert (thrown.kind, thrown.name, thrown.data) == ("signal", "Alarm", {"place": "hall"})
    assert sorted({x[0] for x in case.listens}) == ["four", "two"]
    while not case.is_ended:
        case.complete(case.open[0])


def test_a_signal_from_outside_reaches_every_catcher_and_is_not_thrown_again() -> None:
    case = Case("signal_to_several", {"place": "hall"})
    case.signal("Alarm", {"place": "roof"})
    assert case.step.throws == ()
    assert (case.variables["heard"], case.open.count("handle")) == ("roof", 1)
    assert "trigger" in case.open


def test_a_signal_that_nobody_waits_for_changes_nothing() -> None:
    case = Case("signal_to_several", {"place": "hall"})
    before = case.open
    case.signal("Other")
    assert (case.open, case.step.opened, case.step.gone) == (before, (), ())


def test_a_signal_is_not_kept_for_who_comes_later() -> None:
    case = Case("signal_is_not_kept")
    assert (case.open, [x[0] for x in case.listens]) == ([], ["heard"])
    case.signal("Alarm")
    assert case.open == ["a"]


def test_a_signal_may_throw_another() -> None:
    case = Case("signal_that_throws_a_signal")
    case.signal("First")
    assert (case.open, case.listens) == (["a", "b"], [])
    assert [t.name for t in case.step.throws] == ["Second"]
    assert case.completes("a", "b").is_ended
