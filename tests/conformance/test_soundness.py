"""Whether a marking can still end, asked of small nets whose answers are known."""

from __future__ import annotations

import pytest

from engine import machine
from engine.machine import soundness
from engine.xml import safe_xml
from tests.engine.test_machine import end, par, process, start, sub, task, xor


def answer(*elements: str, flows: str, largest: int = soundness.LARGEST) -> tuple[str, tuple[str, ...]]:
    found, findings = machine.read(safe_xml(process(*elements, flows=flows).encode(), "process.bpmn"), "process.bpmn")
    assert found is not None, findings
    verdict = soundness.soundness_of_process(found, largest)
    return verdict.answer, verdict.waiting


def inc(id_: str) -> str:
    return f'<bpmn:inclusiveGateway id="{id_}"/>'


def ends(id_: str, definition: str) -> str:
    return end(id_, f"<bpmn:{definition}EventDefinition/>")


def test_a_line_and_a_loop_end() -> None:
    assert answer(start(), task("a"), end(), flows="s>a a>e") == ("sound", ())
    looped = answer(start(), task("a"), xor("x"), end(), flows="s>a a>x x>a?true x>e!")
    assert looped == ("sound", ())


def test_a_fork_is_gathered_by_a_join_of_its_kind() -> None:
    assert answer(start(), par("f"), task("a"), task("b"), par("j"), end(), flows="s>f f>a f>b a>j b>j j>e") == (
        "sound",
        (),
    )
    assert answer(start(), inc("f"), task("a"), task("b"), inc("j"), end(), flows="s>f f>a?x f>b! a>j b>j j>e") == (
        "sound",
        (),
    )


def test_a_choice_into_a_parallel_join_waits_for_ever() -> None:
    assert answer(start(), xor("x"), task("a"), task("b"), par("j"), end(), flows="s>x x>a?y x>b! a>j b>j j>e") == (
        "dead",
        ("j",),
    )


def test_an_inclusive_choice_into_a_parallel_join_may_wait_for_ever() -> None:
    assert answer(start(), inc("x"), task("a"), task("b"), par("j"), end(), flows="s>x x>a?y x>b?z a>j b>j j>e") == (
        "weak",
        ("j",),
    )


def test_a_terminate_end_event_ends_what_would_wait() -> None:
    elements = (start(), par("f"), task("a"), task("b"), par("j"), xor("x"), ends("t", "terminate"), end())
    found = answer(*elements, flows="s>f f>a f>b a>j b>x x>t?y x>j! j>e")
    assert found == ("sound", ())


def test_a_sub_process_ends_with_its_last_token() -> None:
    inside = sub("q", start("qs"), par("qf"), task("a"), task("b"), end("qe"), flows="qs>qf qf>a qf>b a>qe b>qe")
    assert answer(start(), inside, end(), flows="s>q q>e") == ("sound", ())
    stuck = sub(
        "q",
        start("qs"),
        xor("qx"),
        task("a"),
        task("b"),
        par("qj"),
        end("qe"),
        flows="qs>qx qx>a?y qx>b! a>qj b>qj qj>qe",
    )
    assert answer(start(), stuck, end(), flows="s>q q>e") == ("dead", ("qj",))


def test_an_interrupting_boundary_event_is_a_way_out() -> None:
    stuck = sub("q", start("qs"), xor("qx"), task("a"), task("b"), par("qj"), flows="qs>qx qx>a?y qx>b! a>qj b>qj")
    timer = (
        '<bpmn:boundaryEvent id="late" attachedToRef="q"><bpmn:timerEventDefinition>'
        "<bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )
    assert answer(start(), stuck, timer, end(), flows="s>q q>e late>e") == ("sound", ())
    beside = timer.replace('attachedToRef="q"', 'attachedToRef="q" cancelActivity="false"')
    assert answer(start(), stuck, beside, end(), flows="s>q q>e late>e") == ("dead", ("qj",))


@pytest.mark.parametrize("width", [3, 16])
def test_what_is_too_large_is_not_known(width: int) -> None:
    branches = [f"b{i}" for i in range(width)]
    flows = " ".join(["s>f", *(f"f>{b} {b}>j" for b in branches), "j>e"])
    found = answer(start(), par("f"), *map(task, branches), par("j"), end(), flows=flows)
    assert found[0] == ("sound" if width == 3 else "unknown")
