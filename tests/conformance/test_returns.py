"""What going back makes void, what it leaves, and what the way straight back lets count again."""

from __future__ import annotations

import pytest

from engine import machine
from tests.conformance.driving import Case
from tests.engine.test_machine import end, par, process, start, sub, task

INSIDE = process(
    start(),
    task("first"),
    sub("inner", start("is"), task("a"), task("b"), end("ie"), flows="is>a a>b b>ie"),
    task("last"),
    end(),
    flows="s>first first>inner inner>last last>e",
)
MANY = process(
    start(),
    task("first"),
    '<bpmn:userTask id="sign"><bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>=3</bpmn:loopCardinality>'
    "</bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>",
    task("last"),
    end(),
    flows="s>first first>sign sign>last last>e",
)


def done(case: Case, *elements: str) -> list[int]:
    """Complete tasks one after the other; gives the numbers of their nodes."""
    numbers = []
    for element in elements:
        numbers.append(case.nodes(element)[0])
        case.complete(element)
    return numbers


def test_what_was_done_inside_a_sub_process_beside_the_step_stays_done() -> None:
    case = Case(INSIDE)
    first, a, b = done(case, "first", "a", "b")
    (node,) = case.nodes("last")
    targets = {t.element: set(t.undone) for t in machine.targets(case.live, node)}
    assert b in targets["b"]
    assert a not in targets["b"]
    assert {a, b} <= targets["a"]
    assert {first, a, b} <= targets["first"]
    step = case.go_back("b", node)
    assert (b in step.voided, a in step.voided) == (True, False)
    assert (case.live.visits["a"], case.live.visits["b"]) == (1, 0)


@pytest.mark.parametrize("to", ["first", "a", "b"])
def test_straight_back_everything_between_counts_again(to: str) -> None:
    case = Case(INSIDE)
    numbers = dict(zip(("first", "a", "b"), done(case, "first", "a", "b"), strict=True))
    before = dict(case.live.visits)
    step = case.go_back(to, case.nodes("last")[0], straight=True)
    assert machine.leads_back(case.live, case.nodes(to)[0])
    again = set(step.voided) - {numbers[to]}
    case.complete(to)
    assert case.open == ["last"]
    assert set(case.step.restored) >= {n for n in again if n in numbers.values()}
    assert {e: n for e, n in case.live.visits.items() if e in numbers} == {e: before[e] for e in numbers}
    assert not machine.leads_back(case.live, case.nodes("last")[0])


def test_instances_that_are_done_become_void_with_those_that_are_open() -> None:
    case = Case(MANY)
    first, one = done(case, "first", "sign")
    node = case.nodes("sign")[0]
    (target,) = machine.targets(case.live, node)
    assert set(target.undone) == {first, one}
    assert len(target.gone) == 2
    step = case.go_back("first", node, straight=True)
    assert set(step.voided) == {first, one}
    assert case.live.visits["sign"] == 0
    case.complete("first")
    assert (case.open, set(case.step.restored), case.live.visits["sign"]) == (["sign", "sign"], {one}, 1)
    node = case.nodes("sign")[0]
    assert one in case.go_back("first", node).voided  # and void once more


def test_tasks_inside_the_instances_of_a_sub_process_become_void_with_it() -> None:
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>=2</bpmn:loopCardinality>"
    inner = sub("inner", start("is"), task("a"), end("ie"), flows="is>a a>ie").replace(
        "</bpmn:subProcess>", f"{loop}</bpmn:multiInstanceLoopCharacteristics></bpmn:subProcess>"
    )
    case = Case(process(start(), inner, task("last"), end(), flows="s>inner inner>last last>e"))
    numbers = done(case, "a", "a")
    step = case.go_back("inner", case.nodes("last")[0])
    assert set(numbers) <= set(step.voided)
    assert case.open == ["a", "a"]


def test_what_undoes_a_completion_is_known_for_the_latest_of_its_step_alone() -> None:
    case = Case(INSIDE)
    first, a = done(case, "first", "a")
    assert machine.undoing(case.live, a) is not None
    (b,) = done(case, "b")
    for number, element in ((first, "first"), (a, "a"), (b, "b")):
        found = machine.undoing(case.live, number)
        assert found is not None
        assert found[0] == element
    case.go_back("first", case.nodes("last")[0])
    assert [machine.undoing(case.live, n) for n in (first, a, b, 10_000)] == [None] * 4


def test_one_instance_of_a_running_loop_cannot_be_undone_by_itself() -> None:
    case = Case(MANY)
    _, one = done(case, "first", "sign")
    assert machine.undoing(case.live, one) is None
    done(case, "sign", "sign")
    found = machine.undoing(case.live, one)
    assert found is not None
    assert found[0] == "sign"


def test_a_token_that_waits_at_the_join_waits_there_again() -> None:
    case = Case(
        process(
            start(),
            par("fork"),
            task("a"),
            task("b"),
            par("join"),
            task("last"),
            end(),
            flows="s>fork fork>a fork>b a>join b>join join>last last>e",
        )
    )
    a, b = done(case, "a", "b")
    step = case.go_back("a", case.nodes("last")[0])
    assert (set(step.voided), case.open) == ({a}, ["a"])
    assert machine.undoing(case.live, b) is not None
    case.complete("a")
    assert case.open == ["last"]
