"""Compensation (BPMN 2.0.2, 10.7 and 13.5.5)."""

from __future__ import annotations

from tests.conformance.driving import Case


def undo(case: Case, *stopping: str) -> list[list[str]]:
    """What compensation opens, one completion after the other, until something that is not a handler is open."""
    seen = []
    while not case.is_ended and not set(stopping) & set(case.open):
        seen.append(case.open)
        case.complete(case.open[0], result={})
    return seen


def test_what_was_completed_is_undone_and_what_was_not_is_left() -> None:
    case = Case("compensation", {"undo_now": True})
    case.completes("book", "pay")
    assert case.open == ["pack", "refund"]
    case.complete("refund")
    assert case.open == ["cancel_booking", "pack"]
    case.complete("cancel_booking")
    assert case.open == ["after", "pack"]


def test_handlers_run_in_the_reverse_order_of_completion_one_after_the_other() -> None:
    case = Case("compensation_in_order", {"only": False})
    case.completes("one", "two", "three")
    assert case.variables["undone"] is True
    assert case.kinds == [("undo_two", "job")]
    case.complete("undo_two", result={})
    assert case.kinds == [("undo_one", "task")]
    case.complete("undo_one")
    assert case.open == ["after"]


def test_nothing_is_undone_twice() -> None:
    case = Case("compensation_in_order", {"only": False})
    case.completes("one", "two", "three", "undo_two", "undo_one", "after")
    assert case.open == ["again"]
    assert case.complete("again").is_ended


def test_one_activity_may_be_undone_by_itself_and_the_others_later() -> None:
    case = Case("compensation_in_order", {"only": True})
    case.completes("one", "two", "three")
    assert case.open == ["undo_one"]
    assert "undone" not in case.variables
    case.completes("undo_one", "after", "again")
    assert case.variables["undone"] is True
    assert case.open == ["undo_two"]
    assert case.complete("undo_two").is_ended


def test_every_round_of_a_loop_is_undone() -> None:
    case = Case("compensation_in_a_loop", {"more": True})
    case.completes("a", "a")
    case.complete("a", more=False)
    assert undo(case) == [["undo_a"], ["undo_a"], ["undo_a"]]
    assert (case.is_ended, case.step.outcome) == (True, "undone")


def test_a_completed_sub_process_is_undone_by_its_own_handler_or_by_the_handlers_inside_it() -> None:
    case = Case("compensation_of_sub_processes")
    case.completes("one", "two", "three", "check")
    assert undo(case, "after") == [["undo_other"], ["undo_two"], ["undo_one"]]
    assert case.open == ["after"]
    assert case.complete("after").is_ended


def test_one_sub_process_may_be_undone_by_itself() -> None:
    case = Case("compensation_of_one_sub_process")
    case.completes("one", "beside")
    assert case.open == ["undo_one"]
    case.complete("undo_one")
    assert case.open == ["after"]


def test_the_handler_of_an_error_may_undo_what_was_done_in_its_scope() -> None:
    case = Case("compensation_after_an_error")
    case.complete("one")
    case.fail("risky", "E1")
    assert case.open == ["undo_one"]
    case.complete("undo_one")
    assert case.open == ["explain"]
    case.complete("explain")
    assert case.open == ["after"]


def test_every_instance_that_was_completed_is_undone() -> None:
    case = Case("compensation_of_instances", {"items": ["x", "y", "z"]})
    case.completes("a", "a", "a", "check")
    assert set(case.open) == {"undo_a"}
    seen = 0
    units = set()
    while "undo_a" in case.open:
        units.add(case.live.locals_of(case.nodes("undo_a")[0]).get("unit"))
        case.complete("undo_a")
        seen += 1
    assert (seen, case.open) == (3, ["after"])
    assert units == {"x", "y", "z"}


def test_every_round_of_a_standard_loop_is_undone() -> None:
    case = Case("compensation_of_a_looping_task", {"again": True})
    case.completes("a", "a")
    case.complete("a", again=False)
    assert undo(case) == [["undo_a"], ["undo_a"], ["undo_a"]]


def test_an_activity_that_still_runs_is_not_undone() -> None:
    """13.5.5: compensation is for completed activities; a running sub-process is no business of its neighbour's."""
    case = Case("compensation_does_not_reach_what_runs")
    case.completes("one", "trigger")
    assert case.open == ["after", "two"]
    assert case.completes("two", "after").is_ended


def test_a_handler_may_be_a_sub_process() -> None:
    case = Case("compensation_handler_sub_process")
    case.completes("book", "check")
    assert case.open == ["call_hotel"]
    case.complete("call_hotel")
    assert case.open == ["confirm"]
    case.complete("confirm")
    assert case.open == ["after"]


def test_nothing_to_undo_is_passed_at_once() -> None:
    case = Case("compensation_does_not_reach_what_runs")
    case.complete("trigger")
    assert case.open == ["after", "one"]


def test_what_is_thrown_in_a_sub_process_undoes_what_was_done_in_it() -> None:
    case = Case("compensation_inside_a_sub_process")
    case.completes("before", "one")
    assert case.open == ["undo_one"]
    case.complete("undo_one")
    assert case.open == ["two"]
    assert case.complete("two").is_ended


def test_one_activity_is_undone_as_often_as_it_was_done() -> None:
    case = Case("compensation_of_every_round_by_name", {"more": True})
    case.completes("a", "b", "a", "b", "a")
    case.complete("b", more=False)
    assert undo(case, "after") == [["undo_a"], ["undo_a"], ["undo_a"]]
    assert case.complete("after").is_ended
