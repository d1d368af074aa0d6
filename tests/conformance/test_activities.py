"""Tasks and call activities (BPMN 2.0.2, 10.3 and 13.3.2, 13.3.3), and paths that cannot go on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine import decisions, machine
from tests.conformance.driving import Case, elements

SIZE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="sizes" name="sizes" namespace="urn:sizes">
  <decision id="size" name="size">
    <decisionTable hitPolicy="UNIQUE">
      <input id="i1"><inputExpression id="x1"><text>amount</text></inputExpression></input>
      <output id="o1" name="size" />
      <rule id="r1"><inputEntry id="e1"><text>&gt;= 100</text></inputEntry><outputEntry id="v1"><text>"large"</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="e2"><text>[10..100)</text></inputEntry><outputEntry id="v2"><text>"small"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""  # noqa: E501


def test_user_and_manual_tasks_wait_for_somebody() -> None:
    case = Case("user_and_manual_task")
    assert case.kinds == [("a", "task")]
    step = case.complete("a", seen=True)
    assert case.kinds == [("b", "task")]
    assert (elements(step.opened), elements(step.gone)) == (["b"], ["a"])
    assert case.variables["seen"] is True
    assert case.complete("b").is_ended


def test_a_node_keeps_its_number_and_no_number_comes_twice() -> None:
    case = Case("ten_thousand_steps", {"n": 9990})
    seen: set[int] = set()
    while not case.is_ended:
        (node,) = case.nodes("a")
        assert node not in seen
        assert node > max(seen, default=0)
        seen.add(node)
        case.complete("a")
    assert len(seen) == 10


def test_what_is_closed_cannot_be_completed_again() -> None:
    case = Case("user_and_manual_task")
    (node,) = case.nodes("a")
    case.complete("a")
    with pytest.raises(KeyError):
        machine.complete(case.lives[0], node, case.environment)
    case = Case("user_and_manual_task")
    with pytest.raises(KeyError):
        machine.complete(case.live, 10**6, case.environment)


def test_a_service_task_is_a_job_whose_result_is_taken_over() -> None:
    case = Case("service_task", {"price": 4})
    assert case.kinds == [("charge", "job")]
    case.complete("charge", result={"number": "R-1"})
    assert (case.open, case.variables["receipt"]) == (["paid"], "R-1")
    assert case.complete("paid").is_ended


def test_an_error_of_a_job_goes_to_the_boundary_event_of_its_code_before_the_one_of_all_codes() -> None:
    case = Case("service_task", {"price": 4})
    case.fail("charge", "DECLINED", "no funds")
    assert (case.open, case.variables["why"]) == (["other_card"], "no funds")
    case = Case("service_task", {"price": 4})
    case.fail("charge", "ON_FIRE", "smoke")
    assert (case.open, case.variables["code"]) == (["call_us"], "ON_FIRE")


def test_an_error_that_nothing_catches_changes_nothing() -> None:
    case = Case("service_task_uncaught")
    assert case.fail("charge", "DECLINED") is None
    assert case.kinds == [("charge", "job")]
    case.complete("charge", result={})
    assert case.open == ["paid"]


def test_what_cannot_go_on_is_an_incident_until_it_is_retried_or_passed_over() -> None:
    case = Case("service_task_uncaught")
    step = case.halt("charge")
    assert case.kinds == [("charge", "incident")]
    assert elements(step.faults) == ["charge"]
    assert step.faults[0].reason.en == "out of retries"
    case.retry("charge")
    assert case.kinds == [("charge", "job")]
    case.halt("charge")
    case.skip("charge")
    assert case.kinds == [("paid", "task")]
    assert case.complete("paid").is_ended


def test_a_task_that_halts_keeps_its_boundary_events_when_it_is_retried() -> None:
    case = Case("boundary_events_together")
    case.halt("a")
    assert case.kinds == [("a", "incident")]
    case.retry("a")
    case.receive("nudged")
    assert case.open == ["a", "nudge"]
    case.signal("Called_off")
    assert case.open == ["call_off", "nudge"]


def test_a_send_task_throws_its_message_and_goes_on() -> None:
    case = Case("send_task", {"order": "A-7", "what": "reply", "day": date(2026, 5, 1)})
    assert case.open == ["wait"]
    (thrown,) = case.step.throws
    assert (thrown.element, thrown.kind, thrown.name, thrown.key) == ("ask", "message", "Question", "A-7")
    assert thrown.data == {"text": "please reply", "day": date(2026, 5, 1)}
    assert str(thrown.time_to_live) in ("P3D", "3 days, 0:00:00")
    assert case.complete("wait").throws == ()


def test_a_receive_task_listens_and_takes_the_content() -> None:
    case = Case("receive_task", {"order": "A-7"})
    assert case.listens == [("answer", "message", "Answer", "A-7")]
    assert case.open == []
    case.receive("answer", {"text": "yes"})
    assert (case.open, case.listens, case.variables["text"]) == (["a"], [], "yes")
    assert case.complete("a").is_ended


def test_a_script_task_computes_everything_before_it_writes_anything() -> None:
    case = Case("script_task", {"price": 3, "pieces": 4, "total": "old"})
    assert case.open == ["a", "beside"]
    assert (case.variables["total"], case.variables["before"]) == (12, "old")


def test_a_script_that_fails_stops_its_own_path_only_and_writes_nothing() -> None:
    case = Case("script_task", {"price": 3, "pieces": 4})
    assert case.kinds == [("beside", "task"), ("compute", "incident")]
    assert "total" not in case.variables
    case.complete("beside")
    case.sets(total=1, pieces=2)
    case.retry("compute")
    assert (case.open, case.variables["total"], case.variables["before"]) == (["a"], 6, 1)
    assert case.complete("a").is_ended


def test_a_script_that_fails_may_be_passed_over() -> None:
    case = Case("script_task", {"price": 3})
    case.skip("compute")
    assert case.open == ["a", "beside"]
    assert "total" not in case.variables


def test_a_rule_task_evaluates_its_decision() -> None:
    rules = decisions.read(SIZE.encode(), "sizes.dmn")
    case = Case("rule_task", {"amount": Decimal(500)}, decisions=rules)
    assert (case.open, case.variables["verdict"]) == (["a"], "large")
    assert case.happened("decided") == ["judge"]
    assert case.complete("a").is_ended


def test_a_decision_that_fails_stops_its_own_path() -> None:
    case = Case("rule_task", {}, decisions=decisions.read(SIZE.encode(), "sizes.dmn"))
    assert case.kinds == [("judge", "incident")]
    case.sets(amount=Decimal(10))
    case.retry("judge")
    assert (case.open, case.variables["verdict"]) == (["a"], "small")


def test_a_decision_without_a_rule_for_what_it_is_asked_stops_its_own_path() -> None:
    case = Case("rule_task", {"amount": Decimal(5)}, decisions=decisions.read(SIZE.encode(), "sizes.dmn"))
    assert case.kinds == [("judge", "incident")]
    assert "verdict" not in case.variables


def test_a_call_activity_calls_and_takes_the_called_case_s_result() -> None:
    case = Case("call_activity", {"file": "plan.pdf"})
    assert case.kinds == [("review", "call")]
    (call,) = case.step.calls
    assert (call.element, call.definition, call.version, call.data) == ("review", "review", 3, {"document": "plan.pdf"})
    assert call.node == case.nodes("review")[0]
    case.complete("review", result={"verdict": "fine"})
    assert (case.open, case.variables["verdict"]) == (["a"], "fine")
    assert case.waits == []


def test_a_call_activity_without_a_version_calls_the_newest() -> None:
    (call,) = Case("call_of_the_newest").step.calls
    assert (call.version, call.data) == (None, {})


def test_an_error_of_the_called_case_is_caught_at_the_call_activity() -> None:
    case = Case("call_activity", {"file": "plan.pdf"})
    case.fail("review", "REFUSED")
    assert (case.open, case.waits) == (["b"], [])
    case = Case("call_activity", {"file": "plan.pdf"})
    assert case.fail("review", "OTHER") is None


def test_an_interrupted_call_activity_is_gone() -> None:
    case = Case("call_activity", {"file": "plan.pdf"})
    step = case.after(days=3)
    assert case.open == ["c"]
    assert [(o.element, o.kind) for o in step.gone] == [("review", "call")]


def test_a_case_of_ten_thousand_automatic_and_human_steps_stays_quick() -> None:
    case = Case("ten_thousand_steps", {"n": 0}, thawing=500)
    for _ in range(9_999):
        case.complete("a")
    assert case.open == ["a"]
    assert len(machine.freeze(case.live)) < 400_000
    assert case.complete("a").is_ended
    assert case.variables["n"] == 10_000


def test_what_only_documents_changes_nothing() -> None:
    """Lanes, black-box pools, message flows, data objects, stores and associations, groups, annotations."""
    case = Case("documentation_only")
    assert case.open == ["a"]
    assert case.blueprint.elements["a"].lane == "lane_inner"
    assert case.complete("a").is_ended
