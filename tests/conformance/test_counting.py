"""Countersignatures: when they are carried, when they end, and that only totals are kept of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import machine
from engine.machine import counting
from engine.machine.counting import Count, Share
from tests.conformance.driving import Case, read

SIGNERS = {"signers": ["x", "y", "z", "u", "v"]}
MODEL = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:liuhen="urn:liuhen:bpmn:1" targetNamespace="urn:liuhen:conformance">
  <bpmn:process id="countersigned" isExecutable="true">
    <bpmn:startEvent id="begin" />
    <bpmn:userTask id="sign">
      <bpmn:extensionElements>
        <liuhen:outcome value="yes" kind="agree" /><liuhen:outcome value="no" kind="reject" />
        <liuhen:outcome value="none" kind="neutral" />
      </bpmn:extensionElements>
      <bpmn:multiInstanceLoopCharacteristics {sequential}>
        <bpmn:extensionElements>
          <liuhen:loopCharacteristics inputCollection="=signers" inputElement="signer" />
          <liuhen:countersign result="counted" {word} />
        </bpmn:extensionElements>
      </bpmn:multiInstanceLoopCharacteristics>
    </bpmn:userTask>
    {more}
    <bpmn:userTask id="after" /><bpmn:endEvent id="done" />
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="sign" />
    <bpmn:sequenceFlow id="f2" sourceRef="sign" targetRef="after" />
    <bpmn:sequenceFlow id="f3" sourceRef="after" targetRef="done" />
  </bpmn:process>
</bpmn:definitions>"""
CLOSING = """<bpmn:boundaryEvent id="closes" attachedToRef="sign"><bpmn:timerEventDefinition>
  <bpmn:timeDuration>P3D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
  <bpmn:sequenceFlow id="f4" sourceRef="closes" targetRef="after" />"""


def begun(word: str, *, sequential: bool = False, more: str = "", signers: Any = None) -> Case:
    told = 'isSequential="true"' if sequential else ""
    model = MODEL.format(word=word, sequential=told, more=more)
    return Case(model, SIGNERS if signers is None else {"signers": signers})


def sign(case: Case, *outcomes: str) -> None:
    for outcome in outcomes:
        case.complete("sign", sign_outcome=outcome)


def counted(case: Case) -> dict[str, Any]:
    """The result, its numbers as whole ones."""
    found = case.variables["counted"]
    return {k: v if isinstance(v, bool) else int(v) for k, v in found.items()}


@pytest.mark.parametrize(
    ("word", "outcomes", "passed"),
    [
        ('rule="all"', ["yes"] * 5, True),
        ('rule="all"', ["yes", "no"], False),
        ('rule="all"', ["none"], False),
        ('rule="all" early="false"', ["no", "yes", "yes", "yes", "yes"], False),
        ('rule="any"', ["no", "no", "yes"], True),
        ('rule="any"', ["no", "none", "no", "no", "no"], False),
        ('rule="share" share="2/3"', ["yes", "yes", "yes", "yes"], True),
        ('rule="share" share="2/3"', ["no", "no"], False),
        ('rule="share" share="&gt;60%"', ["yes", "no", "yes", "yes", "yes"], True),
        ('rule="share" share="&gt;60%"', ["no", "yes", "none"], False),
        ('rule="vote" share="&gt;1/2"', ["yes", "yes", "no", "none", "none"], False),
        ('rule="vote" share="&gt;1/2" base="cast"', ["yes", "yes", "no", "none", "none"], True),
        ('rule="vote" share="&gt;1/2" base="eligible"', ["yes", "yes", "yes", "no", "no"], True),
        ('rule="vote" share="3/5" secret="true"', ["yes", "yes", "yes", "no", "no"], True),
    ],
)
def test_it_ends_as_soon_as_its_rule_is_decided(word: str, outcomes: list[str], passed: bool) -> None:
    case = begun(word)
    sign(case, *outcomes[:-1])
    assert case.open == ["sign"] * (6 - len(outcomes))
    sign(case, outcomes[-1])
    assert case.open == ["after"]
    said = counted(case)
    assert said["passed"] is passed
    tally = {"agree": outcomes.count("yes"), "against": outcomes.count("no"), "abstain": outcomes.count("none")}
    assert said == {**said, **tally, "asked": 5, "voted": len(outcomes), "absent": 5 - len(outcomes)}
    assert [h.verb for h in case.step.happenings] == ["counted"]


def test_one_after_the_other_ends_with_the_first_who_disagrees() -> None:
    case = begun('rule="all"', sequential=True)
    sign(case, "yes")
    assert case.open == ["sign"]
    sign(case, "no")
    assert (case.open, counted(case)["passed"]) == (["after"], False)


def test_a_vote_without_its_quorum_carries_nothing() -> None:
    case = begun('rule="vote" share="&gt;1/2" quorum="4/5"', more=CLOSING)
    sign(case, "yes", "yes", "yes")
    case.after(days=3)
    assert case.open == ["after"]
    assert counted(case) == {
        **counted(case),
        "passed": False,
        "quorum_met": False,
        "agree": 3,
        "voted": 3,
        "absent": 2,
    }


def test_a_vote_that_is_closed_in_time_counts_who_voted() -> None:
    case = begun('rule="vote" share="&gt;1/2" quorum="&gt;1/2"', more=CLOSING)
    sign(case, "yes", "no", "yes")
    case.after(days=3)
    assert counted(case) == {**counted(case), "passed": True, "needed": 2, "absent": 2}


def test_nobody_asked_carries_nothing() -> None:
    case = begun('rule="all"', signers=[])
    assert (case.open, counted(case)["passed"]) == (["after"], False)


def test_nothing_of_a_secret_ballot_tells_who_gave_what() -> None:
    """The same totals in another order leave the same state, byte for byte, but for the order of the tasks."""
    first, second = begun('rule="vote" share="1/2" secret="true"'), begun('rule="vote" share="1/2" secret="true"')
    sign(first, "yes", "no", "none")
    sign(second, "none", "yes", "no")
    assert machine.freeze(first.live) == machine.freeze(second.live)
    assert first.step.happenings == second.step.happenings


@pytest.mark.parametrize(
    ("word", "rule"),
    [
        ('rule="share"', "countersign_rule"),
        ('rule="all" share="1/2"', "countersign_rule"),
        ('rule="all" secret="true"', "countersign_rule"),
        ('rule="share" share="3/2"', "countersign_share"),
        ('rule="share" share="many"', "countersign_share"),
        ('rule="vote" share="1/2" quorum="1/0"', "countersign_share"),
        ('rule="most"', "unknown_choice"),
    ],
)
def test_a_rule_that_cannot_be_counted_is_refused(word: str, rule: str) -> None:
    _, findings = read(MODEL.format(word=word, sequential="", more=""))
    assert rule in {f.rule for f in findings if f.severity == "error"}


def test_a_task_without_two_sides_cannot_be_countersigned() -> None:
    text = MODEL.format(word='rule="all"', sequential="", more="").replace('kind="reject"', 'kind="neutral"')
    _, findings = read(text)
    assert "countersign_outcomes" in {f.rule for f in findings}


def test_shares_are_exact() -> None:
    assert counting.share("2/3") == Share(Fraction(2, 3), False)
    assert counting.share("> 1/2") == Share(Fraction(1, 2), True)
    assert counting.share(">=80%") == Share(Fraction(4, 5), False)
    assert [Share(Fraction(2, 3), False).needed(n) for n in (3, 4, 6, 15)] == [2, 3, 4, 10]
    assert [Share(Fraction(1, 2), True).needed(n) for n in (15, 16)] == [8, 9]
    assert [Share(Fraction(4, 5), False).needed(n) for n in (15, 120)] == [12, 96]
    assert [counting.share(t) for t in ("0.5", ">100%", "5/4", "a/b", "")] == [None] * 5


@given(
    st.sampled_from(counting.RULES),
    st.sampled_from(counting.BASES),
    st.fractions(0, 1, max_denominator=20),
    st.lists(st.sampled_from(counting.SIDES), min_size=1, max_size=12),
)
def test_what_is_decided_early_would_not_have_come_out_otherwise(
    rule: str, base: str, part: Fraction, opinions: list[str]
) -> None:
    count = Count(rule, "counted", {}, share=Share(part, False), base=base)
    asked = len(opinions)
    final = {side: opinions.count(side) for side in counting.SIDES}
    for given_ in range(asked):
        tally = {side: opinions[:given_].count(side) for side in counting.SIDES}
        if count.is_decided(asked, asked - given_, tally):
            assert count.verdict(asked, tally)["passed"] == count.verdict(asked, final)["passed"]
