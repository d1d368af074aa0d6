"""Transactions (BPMN 2.0.2, 10.3.5, 10.5.6 and 13.5.6)."""

from __future__ import annotations

from tests.conformance.driving import Case


def test_a_transaction_that_succeeds_goes_on() -> None:
    case = Case("transaction", {"how": "fine"})
    case.completes("hotel", "flight", "car")
    assert case.open == ["pay"]
    step = case.complete("pay")
    assert (step.is_ended, step.outcome) == (True, "paid")


def test_a_cancelled_transaction_undoes_what_was_done_and_leaves_by_its_cancel_event() -> None:
    case = Case("transaction", {"how": "cancel"})
    case.complete("hotel")
    case.complete("flight")
    assert case.open == ["cancel_flight"]
    case.complete("cancel_flight")
    assert case.open == ["cancel_hotel"]
    case.complete("cancel_hotel")
    assert case.open == ["apologise"]
    assert case.complete("apologise").is_ended


def test_a_cancelled_transaction_undoes_in_the_reverse_order_of_completion() -> None:
    case = Case("transaction", {"how": "cancel"})
    case.completes("hotel", "car", "flight")
    for expected in ("cancel_flight", "cancel_car", "cancel_hotel", "apologise"):
        assert case.open == [expected]
        case.complete(expected)
    assert case.is_ended


def test_an_error_leaves_a_transaction_without_undoing_anything() -> None:
    """A hazard: 10.3.5, the transaction is interrupted without compensation."""
    case = Case("transaction", {"how": "error"})
    case.completes("hotel", "flight")
    assert case.open == ["repair"]
    assert case.complete("repair").is_ended


def test_a_transaction_that_succeeded_may_be_undone_later() -> None:
    case = Case("transaction", {"how": "fine"})
    case.completes("hotel", "flight", "car")
    case.complete("pay", how="late")
    for expected in ("cancel_car", "cancel_flight", "cancel_hotel"):
        assert case.open == [expected]
        case.complete(expected)
    assert case.is_ended


def test_a_cancelled_transaction_with_nothing_to_undo_leaves_at_once() -> None:
    case = Case("transaction_cancelled_with_nothing_to_undo")
    case.complete("a")
    assert case.open == ["apologise"]
    assert case.complete("apologise").is_ended


def test_one_cancelled_instance_undoes_what_it_did_and_takes_all_of_them_away() -> None:
    case = Case("transaction_in_instances", {"items": ["x", "y"], "bad": False})
    case.complete("a", nth=0)
    case.complete("b", bad=True)
    assert "undo_a" in case.open
    case.complete("undo_a")
    assert case.open == ["apologise"]
    assert case.complete("apologise").is_ended
