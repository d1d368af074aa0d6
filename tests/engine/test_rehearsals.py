"""Rehearsals: what a designer may write, how it is played, and what is said where it goes otherwise."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api import folders
from engine import definitions, rehearsals
from engine.definitions import Definition
from engine.errors import DefinitionRefused, Finding
from engine.rehearsals import Report

ZONE = ZoneInfo("Asia/Shanghai")
HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:liuhen="urn:liuhen:bpmn:1"'
    ' targetNamespace="urn:liuhen:test"><bpmn:message id="ask" name="ask"/><bpmn:message id="told" name="told"/>'
    '<bpmn:signal id="stop" name="stop"/><bpmn:error id="no_money" errorCode="no_money"/>'
)
PROCESS = f"""{HEAD}
<bpmn:process id="purchase" isExecutable="true">
  <bpmn:extensionElements>
    <liuhen:subject person="=buyer"/><liuhen:withdrawal until="pay" outcome="withdrawn"/>
  </bpmn:extensionElements>
  <bpmn:startEvent id="asked" liuhen:form="ask"><bpmn:extensionElements>
    <liuhen:who anyone="true"/><liuhen:output target="buyer" source="=buyer"/>
    <liuhen:output target="amount" source="=amount"/>
  </bpmn:extensionElements></bpmn:startEvent>
  <bpmn:userTask id="look" liuhen:step="1"><bpmn:extensionElements>
    <liuhen:who role="branch_secretary" at="=case.unit"/>
    <liuhen:confirm role="organisation_commissioner" at="=case.unit" when="=amount &gt; 100"/>
    <liuhen:outcome value="agree" kind="agree"/><liuhen:outcome value="back" kind="return"/>
    <liuhen:attachments min="1" types="pdf" outcome="agree" clause="c_1"/>
    <liuhen:signature by="either" outcome="agree"/>
    <liuhen:due after="2 working hours"/><liuhen:extend by="P1D"/>
    <liuhen:gate at="completion" condition="=amount &lt; prm_most" code="too_much" clause="c_1"/>
  </bpmn:extensionElements></bpmn:userTask>
  <bpmn:exclusiveGateway id="looked" default="on"/>
  <bpmn:userTask id="mend">
    <bpmn:extensionElements><liuhen:who person="=buyer"/></bpmn:extensionElements></bpmn:userTask>
  <bpmn:callActivity id="check" calledElement="budget_check"><bpmn:extensionElements>
    <liuhen:output target="left" source="=result.left"/>
  </bpmn:extensionElements></bpmn:callActivity>
  <bpmn:serviceTask id="pay" liuhen:jobType="payment"><bpmn:extensionElements>
    <liuhen:output target="receipt" source="=result.receipt"/>
  </bpmn:extensionElements></bpmn:serviceTask>
  <bpmn:boundaryEvent id="unpaid" attachedToRef="pay">
    <bpmn:errorEventDefinition errorRef="no_money"/></bpmn:boundaryEvent>
  <bpmn:sendTask id="tell" messageRef="ask" liuhen:correlationKey="=case.number"><bpmn:extensionElements>
    <liuhen:input target="amount" source="=amount"/>
  </bpmn:extensionElements></bpmn:sendTask>
  <bpmn:receiveTask id="hear" messageRef="told" liuhen:correlationKey="=case.number"><bpmn:extensionElements>
    <liuhen:output target="ratio" source="=100 / message.parts"/>
  </bpmn:extensionElements></bpmn:receiveTask>
  <bpmn:boundaryEvent id="stopped" attachedToRef="hear">
    <bpmn:signalEventDefinition signalRef="stop"/></bpmn:boundaryEvent>
  <bpmn:endEvent id="bought" liuhen:outcome="bought"/>
  <bpmn:endEvent id="dropped" liuhen:outcome="dropped"/>
  <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="look"/>
  <bpmn:sequenceFlow id="f2" sourceRef="look" targetRef="looked"/>
  <bpmn:sequenceFlow id="back" sourceRef="looked" targetRef="mend">
    <bpmn:conditionExpression>=look_outcome = "back"</bpmn:conditionExpression></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="again" sourceRef="mend" targetRef="look"/>
  <bpmn:sequenceFlow id="on" sourceRef="looked" targetRef="check"/>
  <bpmn:sequenceFlow id="f3" sourceRef="check" targetRef="pay"/>
  <bpmn:sequenceFlow id="f4" sourceRef="pay" targetRef="tell"/>
  <bpmn:sequenceFlow id="f5" sourceRef="tell" targetRef="hear"/>
  <bpmn:sequenceFlow id="f6" sourceRef="hear" targetRef="bought"/>
  <bpmn:sequenceFlow id="f7" sourceRef="unpaid" targetRef="dropped"/>
  <bpmn:sequenceFlow id="f8" sourceRef="stopped" targetRef="dropped"/>
</bpmn:process></bpmn:definitions>"""
FORM = {
    "type": "default",
    "id": "ask",
    "components": [
        {"type": "person", "key": "buyer", "label": "Buyer", "validate": {"required": True}},
        {"type": "number", "key": "amount", "label": "Amount", "validate": {"required": True, "min": 1}},
    ],
}
RULES = {
    "clauses": [
        {"id": "c_1", "zh": "甲", "en": "One", "article": "policy", "kind": "policy", "parameters": ["prm_most"]}
    ],
    "parameters": [{"id": "prm_most", "default": 1000, "type": "number", "zh": "上限", "en": "limit", "kind": "local"}],
}
START = {"start": {"buyer": "@full_member@B1", "amount": 50}, "by": "full_member@B1", "on": "2026-03-02"}
AGREES = {"do": "1", "by": "branch_secretary", "outcome": "agree", "files": 1}
PAYS = {"job": "pay", "result": {"receipt": "A-1"}}
CALLS = {"budget_check": {"left": 7}}


def folder(*told: dict[str, Any], **more: Any) -> Definition:
    """The purchase with rehearsals, one file for each; ``more`` are other files of ``rehearsals/``."""
    files: dict[str, Any] = {"process.bpmn": PROCESS, "forms/ask.json": FORM, "rules.json": RULES}
    files |= {f"rehearsals/{n}.json": {"calls": CALLS, **one} for n, one in enumerate(told, start=1)}
    files |= {f"rehearsals/{name}.json": one for name, one in more.items()}
    definition, findings = definitions.check(files)
    assert definition is not None, [f.as_json("en") for f in findings]
    return definition


def played(*steps: dict[str, Any], **more: Any) -> Report:
    return rehearsals.run(folder({"steps": list(steps), **more}), ZONE, None)


def said(report: Report) -> tuple[int, str] | None:
    """Step and English sentence of the first difference."""
    found = next((one.difference for one in report.told if one.difference is not None), None)
    return None if found is None else (found.step, found.text.en)


def findings(definition: Definition) -> list[Finding]:
    with pytest.raises(DefinitionRefused) as refused:
        rehearsals.run(definition, ZONE, None)
    return list(refused.value.findings)


def test_a_rehearsal_walks_through_everything_that_a_procedure_may_meet() -> None:
    bought = played(
        {**START, "open": ["1"], "asked": {"look": ["branch_secretary@B1"]}, "due": {"look": "2026-03-02T11:00"}},
        {
            "do": "1",
            "by": "branch_secretary",
            "outcome": "agree",
            "refused": {"code": "err_attachments_missing", "clause": "c_1"},
        },
        {"claim": "look", "by": "branch_secretary"},
        {"release": "look", "by": "branch_secretary"},
        {"extend": "look", "by": "branch_secretary", "reason": "出差"},
        {"return": "look", "by": "branch_secretary", "opinion": "不清楚", "open": ["mend"]},
        {"do": "mend", "by": "full_member@B1"},
        {**AGREES, "written": {"left": 7, "amount": 50, "look_outcome": "agree"}, "open": []},
        {**PAYS, "sent": [{"name": "ask", "data": {"amount": 50}}], "written": {"receipt": "A-1"}},
        {"message": "told", "key": "=case.number", "data": {"parts": 4}, "written": {"ratio": 25}, "ended": "bought"},
    )
    assert said(bought) is None
    assert bought.acts > 10
    assert set(bought.coverage.missed_elements) == {"unpaid", "stopped", "dropped"}
    assert set(bought.coverage.missed_flows) == {"f7", "f8"}
    dropped = {"steps": [START, AGREES, {"job": "pay", "error": "no_money", "ended": "dropped"}]}
    stopped = {"steps": [START, AGREES, PAYS, {"signal": "stop", "ended": "dropped"}]}
    both = rehearsals.run(folder(dropped, stopped), ZONE, None)
    assert both.passed
    assert {"unpaid", "stopped", "dropped", "f7", "f8"}.isdisjoint(
        both.coverage.missed_elements + both.coverage.missed_flows
    )
    alone = rehearsals.run(folder(dropped, stopped), ZONE, None, only={"rehearsals/2.json"})
    assert [one.file for one in alone.told] == ["rehearsals/2.json"]


def test_what_a_called_procedure_would_give_may_name_people_of_the_rehearsal() -> None:
    """``@name`` stands for the id of a person there too; a name that nobody has is told."""
    people = {"budget_check": {"left": ["@full_member@B1"]}}
    given = played(START, {**AGREES, "written": {"left": ["@full_member@B1"]}}, calls=people)
    assert said(given) is None
    nobody = played(START, AGREES, calls={"budget_check": {"left": "@nobody@B1"}})
    assert not nobody.passed


def test_a_second_person_confirms_and_the_subject_withdraws() -> None:
    dear = {**START, "start": {"buyer": "@full_member@B1", "amount": 500}}
    once = played(dear, {**AGREES, "confirmedBy": "organisation_commissioner", "written": {"left": 7}})
    assert said(once) is None
    steps: list[dict[str, Any]] = [
        {**dear, "note": "很贵"},
        {**AGREES, "open": ["look"]},
        {"confirm": "look", "by": "branch_secretary", "refused": "err_not_found"},
        {"confirm": "look", "by": "organisation_commissioner", "agree": False, "opinion": "再看看"},
        {**AGREES, "files": 0},
        {"recall": "look", "by": "branch_secretary", "reason": "填错了"},
        {"cancel": "不要了", "by": "full_member@B1", "refused": "err_may_not_cancel"},
        {"withdraw": "不要了", "by": "full_member@B1", "ended": "withdrawn"},
    ]
    assert said(played(*steps)) is None


def test_parameters_and_a_vacant_post_are_those_of_the_rehearsal() -> None:
    steps: list[dict[str, Any]] = [START, {**AGREES, "refused": {"code": "too_much", "clause": "c_1"}}]
    assert said(played(*steps, parameters={"prm_most": 10})) is None
    empty = {**START, "asked": {"look": ["branch_deputy_secretary"]}}
    assert said(played(empty, vacant=["branch_secretary@B1"])) is not None


OFFICE = {
    "units": {"C07": {"kind": "departmental_committee", "approves": True}, "B071": {"kind": "branch", "under": "C07"}},
    "people": {
        "li": ["branch_secretary@B071", "full_member@B071"],
        "wang": {"member": "full_member@B071", "born": "1990-01-02", "relatives": {"li": "cousin"}},
    },
}


def test_an_office_is_stated_once_for_all_rehearsals_of_a_folder() -> None:
    steps: list[dict[str, Any]] = [
        {
            "start": {"buyer": "@wang", "amount": 5},
            "by": "wang",
            "asked": {"look": ["li"]},
            "members": {"wang": "full_member@B071"},
        },
        {**AGREES, "by": "branch_secretary"},
    ]
    assert rehearsals.run(folder({"steps": steps}, office=OFFICE), ZONE, None).passed
    unknown = said(played(*steps)) or (0, "")
    assert unknown[0] == 1
    assert unknown[1].startswith("nobody is called wang; there are ")
    assert played(*steps, office=OFFICE).passed


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ({"open": ["mend"]}, 'open: ["mend"] expected, ["look"] found'),
        ({"held": ["look"]}, 'held: ["look"] expected, [] found'),
        ({"due": {"look": "2026-03-03"}}, "the term of look: 2026-03-03 expected, 2026-03-02 found"),
        ({"due": {"pay": "2026-03-03"}}, "pay is not open"),
        (
            {"asked": {"1": ["full_member@B1"]}},
            'whom look asks: ["full_member@B1"] expected, ["branch_secretary@B1"] found',
        ),
        ({"written": {"amount": 51}}, "the variable amount: 51 expected, 50 found"),
        ({"sent": [{"name": "ask"}]}, 'what was sent: {"name": "ask"} expected, [] found'),
        ({"members": {"full_member@B1": "applicant@B1"}}, "applicant@B1 expected, full_member@B1 found"),
        ({"ended": "bought"}, "was to end with bought, but is open at look"),
        ({"incident": "pay"}, "pay was to stand still, and does not"),
        ({"do": "mend", "by": "branch_secretary"}, "“mend” is not open; no step can be skipped. (err_step_not_open)"),
        ({"do": "look", "by": "nobody"}, "nobody is called nobody"),
        ({**AGREES, "refused": "err_own"}, "was to be refused (err_own), and was done"),
        ({**AGREES, "files": 0, "refused": "err_own"}, "was to be refused by err_own, but it was: Attach at least 1"),
        ({"confirm": "mend", "by": "full_member@B1"}, "mend is not open; what is open: look"),
        ({"recall": "mend", "by": "full_member@B1", "reason": "x"}, "mend has not been completed"),
        ({"job": "pay"}, "pay has no job to do"),
        ({"on": "2026-03-01"}, "time only goes on: it is 2026-03-02T09:00"),
        ({"pass": "P999Y"}, "no further than the year 2200"),
    ],
)
def test_what_differs_is_said_with_its_step_and_line(step: dict[str, Any], told: str) -> None:
    report = played(START, {"note": "nothing"}, step, {"ended": "never looked at"})
    assert not report.passed
    number, text = said(report) or (0, "")
    assert number == 3
    assert told in text
    (finding,) = report.findings
    assert (finding.rule, finding.file) == ("rehearsal_differs", "rehearsals/1.json")


def test_a_case_that_stands_still_differs_unless_that_was_expected() -> None:
    number, text = said(played(START, AGREES, calls={})) or (0, "")
    assert number == 2
    assert text.startswith("the case stands still at check: ")
    assert played(START, {**AGREES, "incident": "check"}, {"open": []}, calls={}).passed


def test_lines_are_those_of_the_file() -> None:
    text = '{\n "title": "x",\n "calls": {},\n\n "steps": [\n  START,\n  {"open":\n    []}\n ]\n}'
    text = text.replace("START", json.dumps(START))
    files: dict[str, Any] = {
        "process.bpmn": PROCESS,
        "forms/ask.json": FORM,
        "rules.json": RULES,
        "rehearsals/x.json": text,
    }
    definition, _ = definitions.check(files)
    assert definition is not None
    (finding,) = rehearsals.run(definition, ZONE, None).findings
    assert (finding.line, finding.file) == (7, "rehearsals/x.json")


CIRCLE = {"A": {"kind": "branch", "under": "B"}, "B": {"kind": "branch", "under": "A"}}
MANY = {f"B{n}": {"kind": "branch"} for n in range(51)}
DEEP = json.loads("[" * 60 + "]" * 60)


@pytest.mark.parametrize(
    ("told", "rule", "named"),
    [
        ({}, "rehearsal_empty", "it has no steps"),
        ({"steps": []}, "rehearsal_empty", "it has no steps"),
        ({"steps": {}}, "rehearsal_malformed", "steps has to be a list"),
        ({"steps": ["do"]}, "rehearsal_malformed", "steps[1] has to be an object"),
        ({"step": [], "steps": [START]}, "rehearsal_unknown_word", "step cannot stand here"),
        ({"steps": [{"doo": "look"}]}, "rehearsal_unknown_word", "doo cannot stand here"),
        ({"steps": [{"do": "look", "start": {}, "by": "x"}]}, "rehearsal_two_verbs", "not do and start"),
        ({"steps": [{"do": "look"}]}, "rehearsal_who", "who does it (by)"),
        ({"steps": [{"do": 1, "by": "x"}]}, "rehearsal_malformed", "do has to be a text"),
        ({"steps": [{**AGREES, "files": 21}]}, "rehearsal_malformed", "files has to be a whole number"),
        ({"steps": [{**AGREES, "on": "Monday"}]}, "rehearsal_malformed", "on has to be a day"),
        ({"steps": [{**AGREES, "on": "2026-03-02T09:00+08:00"}]}, "rehearsal_malformed", "on has to be a day"),
        ({"steps": [{**AGREES, "refused": {"rule": "x"}}]}, "rehearsal_unknown_word", "rule cannot stand here"),
        ({"steps": [{"pass": "five days"}]}, "rehearsal_malformed", "pass has to be a length of time"),
        ({"steps": [{"confirm": "look", "by": "x", "agree": "yes"}]}, "rehearsal_malformed", "true or false"),
        ({"steps": [{"asked": {"look": "li"}}]}, "rehearsal_malformed", "asked has to be an object of lists"),
        ({"steps": [{"open": ["lok"]}]}, "rehearsal_unknown_name", "there is no such step: lok"),
        ({"steps": [START], "parameters": {"prm_x": 1}}, "rehearsal_unknown_name", "parameter: prm_x"),
        ({"steps": [START], "calls": {"x": 1}}, "rehearsal_malformed", "calls has to be an object of objects"),
        ({"steps": [START], "office": {"units": {"X": {"kind": "club"}}}}, "rehearsal_unknown_name", "X: club"),
        ({"steps": [START], "office": {"people": {"li": "king@B1"}}}, "rehearsal_unknown_name", "king@B1"),
        ({"steps": [START], "office": {"people": {"a b": []}}}, "rehearsal_unknown_name", "a b"),
        ({"steps": [START], "parameters": {"prm_most": "x"}}, "rehearsal_malformed", "parameter prm_most"),
        ({"steps": [START], "calls": {"X y": {}}}, "rehearsal_unknown_name", "X y"),
        ({"steps": [START], "calls": {"x": {"a b": 1}}}, "rehearsal_unknown_name", "a b"),
        ({"steps": [{**START, "on": "1899-12-31"}]}, "rehearsal_malformed", "on has to be a day"),
        ({"steps": [{**START, "start": {"x": DEEP}}]}, "rehearsal_malformed", "nested deeper than 40"),
        ({"steps": [START], "office": {"units": CIRCLE}}, "rehearsal_malformed", "the unit A is below itself"),
        ({"steps": [START], "office": {"units": MANY}}, "rehearsal_too_large", "more than 50 units"),
        ({"steps": [START], "office": {"people": {"li": {"born": "1990-01-01T09:00"}}}}, "rehearsal_malformed", "born"),
        ({"steps": [START], "office": {"units": []}}, "rehearsal_malformed", "units has to be an object of objects"),
    ],
)
def test_what_is_not_written_as_a_rehearsal_is_refused_with_what_to_do(
    told: dict[str, Any], rule: str, named: str
) -> None:
    found = findings(folder({**told}))
    assert any(f.rule == rule and named in f.text.en for f in found), [f.text.en for f in found]
    assert all(f.line and f.remedy.zh and f.remedy.en for f in found)


CHECK = f"""{HEAD}
<bpmn:process id="budget_check" name="预算核对" isExecutable="true">
  <bpmn:startEvent id="wanted"/>
  <bpmn:userTask id="count" liuhen:step="1"><bpmn:extensionElements>
    <liuhen:who role="organisation_commissioner" at="=case.unit"/>
    <liuhen:outcome value="enough" kind="agree"/><liuhen:output target="left" source="=12"/>
  </bpmn:extensionElements></bpmn:userTask>
  <bpmn:endEvent id="counted"/>
  <bpmn:sequenceFlow id="f1" sourceRef="wanted" targetRef="count"/>
  <bpmn:sequenceFlow id="f2" sourceRef="count" targetRef="counted"/>
</bpmn:process></bpmn:definitions>"""


def check(key: str) -> Definition | None:
    """The procedure that lies beside the purchase."""
    return definitions.check({"process.bpmn": CHECK})[0] if key == "budget_check" else None


WITH = {"with": ["budget_check"], "calls": {}}
COUNTS = {"do": "1", "in": "budget_check", "by": "organisation_commissioner", "outcome": "enough"}


def test_another_procedure_takes_part_and_is_played_too() -> None:
    """A called case is done by its own people; which case a step belongs to is said by key, unit and number."""
    steps: list[dict[str, Any]] = [
        {"start": {}, "in": "budget_check", "by": "branch_secretary@B2", "unit": "B2"},
        START,
        {"in": "budget_check", "open": ["count"]},
        {**AGREES, "open": []},
        {"in": "budget_check@B1", "open": ["1"], "asked": {"1": ["organisation_commissioner"]}},
        {"in": "budget_check#1", "open": ["1"]},
        {**COUNTS, "in": "budget_check@B1#1", "written": {"left": 12}},
        {"written": {"left": 12}},
        {"in": "purchase", "open": []},
    ]
    report = rehearsals.run(folder({"steps": steps, **WITH}), ZONE, None, along=check)
    assert said(report) is None
    gone = [START, {**COUNTS, "in": "budget_check@B2"}]
    report = rehearsals.run(folder({"steps": gone, **WITH}), ZONE, None, along=check)
    assert said(report) == (2, "no case of “预算核对” has been started yet")


def test_the_rehearsals_of_a_changed_partner_are_played_again() -> None:
    definition = folder({"steps": [START, AGREES, {**COUNTS, "written": {"left": 12}}], **WITH})
    assert rehearsals.must_pass(definition, ZONE, None, check).passed
    changed, _ = definitions.check({"process.bpmn": CHECK.replace("=12", "=13")})
    with pytest.raises(DefinitionRefused) as refused:
        rehearsals.must_pass(definition, ZONE, None, lambda key: changed)
    assert [finding.rule for finding in refused.value.findings] == ["rehearsal_differs"]


def test_a_rehearsal_goes_on_from_the_mark_of_another() -> None:
    """What stood at the mark is there again, for each that follows it; and those may be followed in turn."""
    asked = {"steps": [{**START, "mark": "asked"}, {**AGREES, "mark": "agreed"}, PAYS]}
    mended = {"after": "1/asked", "steps": [{"return": "look", "by": "branch_secretary", "opinion": "?", "mark": "x"}]}
    again = {"after": "2/x", "steps": [{"do": "mend", "by": "full_member@B1#2", "refused": "err_not_found"}]}
    unpaid = {"after": "1/agreed", "steps": [{"job": "pay", "error": "no_money", "ended": "dropped"}]}
    files: dict[str, Any] = {"process.bpmn": PROCESS, "forms/ask.json": FORM, "rules.json": RULES}
    told: list[dict[str, Any]] = [{"calls": CALLS, **asked}, mended, again, unpaid]
    files |= {f"rehearsals/{n}.json": one for n, one in enumerate(told, start=1)}
    definition, _ = definitions.check(files)
    assert definition is not None
    whole = rehearsals.run(definition, ZONE, None)
    assert [one.difference for one in whole.told] == [None] * 4
    assert {"mend", "unpaid"}.isdisjoint(whole.coverage.missed_elements)
    alone = rehearsals.run(definition, ZONE, None, only={"rehearsals/3.json"})
    assert (said(alone), [one.file for one in alone.told]) == (None, ["rehearsals/3.json"])
    told[0] = {"calls": CALLS, "steps": [{**START, "open": [], "mark": "asked"}, {**AGREES, "mark": "agreed"}]}
    definition, _ = definitions.check({**files, "rehearsals/1.json": told[0]})
    assert definition is not None
    differs = rehearsals.run(definition, ZONE, None)
    assert [one.difference is None for one in differs.told] == [False] * 4
    assert "did not come to that mark" in differs.findings[1].text.en


@pytest.mark.parametrize(
    ("told", "rule", "named"),
    [
        ({"with": ["gone"]}, "rehearsal_no_procedure", "gone that takes part is not there"),
        ({"with": ["../../etc"]}, "rehearsal_unknown_name", "another procedure: ../../etc"),
        ({"with": [f"p{n}" for n in range(21)]}, "rehearsal_too_large", "more than 20 other procedures"),
        ({"with": ["purchase"]}, "rehearsal_unknown_name", "another procedure: purchase"),
        ({"with": ["budget_check"], "calls": CALLS}, "rehearsal_malformed", "both in with and in calls"),
        ({"steps": [{"in": "budget_check", "open": []}]}, "rehearsal_unknown_name", "no such procedure takes part"),
        ({"steps": [{"in": "@B1", "open": []}]}, "rehearsal_unknown_name", "no such procedure takes part"),
        ({**WITH, "steps": [{"in": "budget_check", "open": ["look"]}]}, "rehearsal_unknown_name", "step: look"),
        ({"steps": [{**START, "mark": "a b"}]}, "rehearsal_unknown_name", "a b"),
        ({"after": "1"}, "rehearsal_unknown_name", "rehearsal with a mark (file/mark): 1"),
        ({"after": "2/asked"}, "rehearsal_unknown_name", "2/asked"),
        ({"after": "1/asked", "steps": [{"open": [], "mark": "asked"}]}, "rehearsal_malformed", "in a circle"),
        ({"after": "base/asked", "unit": "B1"}, "rehearsal_unknown_word", "unit cannot stand in a rehearsal that"),
    ],
)
def test_who_takes_part_and_what_is_followed_has_to_be_there(told: dict[str, Any], rule: str, named: str) -> None:
    written = {"steps": [START], **told}
    files: dict[str, Any] = {"process.bpmn": PROCESS, "forms/ask.json": FORM, "rules.json": RULES}
    files |= {"rehearsals/1.json": written, "rehearsals/base.json": {"steps": [{**START, "mark": "asked"}]}}
    definition, _ = definitions.check(files)
    assert definition is not None
    with pytest.raises(DefinitionRefused) as refused:
        rehearsals.run(definition, ZONE, None, along=check)
    found = refused.value.findings
    assert any(f.rule == rule and named in f.text.en for f in found), [f.text.en for f in found]
    assert all(f.line and f.remedy.zh and f.remedy.en for f in found)
    assert all(re.fullmatch(r"[a-z_0-9]+", key) for key in rehearsals.named(definition))


def test_units_that_are_not_there_differ_before_the_first_step() -> None:
    gone = played(START, office={"people": {"li": "full_member@B9"}})
    assert said(gone) is not None
    assert "there is no unit B9" in (said(gone) or (0, ""))[1]


def test_a_rehearsal_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsals, "MOST_ACTS", 3)
    (finding,) = findings(folder({"steps": [START, {"note": "1"}]}, second={"steps": [START, {"note": "2"}]}))
    assert (finding.rule, finding.file) == ("rehearsal_too_long", "rehearsals/second.json")


def test_the_rules_of_separation_that_are_in_force_hold() -> None:
    rules = (folders.PROCESSES / folders.DUTIES).read_text(encoding="utf-8")
    steps: list[dict[str, Any]] = [
        {**START, "by": "branch_secretary", "start": {"buyer": "@branch_secretary@B1", "amount": 5}},
        AGREES,
    ]
    definition = folder({"steps": steps})
    assert rehearsals.run(definition, ZONE, rules).passed
    bound = PROCESS.replace(
        '<liuhen:who role="branch_secretary"', '<liuhen:duty as="approves"/><liuhen:who role="branch_secretary"'
    )
    checked, _ = definitions.check({**definition.files, "process.bpmn": bound})
    assert checked is not None
    refused = rehearsals.run(checked, ZONE, rules)
    assert "sod_01" in (said(refused) or (0, ""))[1]


def test_what_a_message_or_a_time_starts_is_rehearsed_too() -> None:
    files = folders.read(Path(__file__).parent.parent / "definitions" / "answers_requests")
    told = {
        "steps": [
            {
                "message": "request",
                "key": "1",
                "data": {"unit": "@B1", "from": "X-1", "asked_on": "2026-03-02"},
                "open": ["decide"],
            },
            {
                "do": "decide",
                "by": "branch_secretary",
                "outcome": "yes",
                "sent": [{"name": "reply", "key": "X-1", "data": {"answer": "yes"}}],
            },
        ]
    }
    definition, _ = definitions.check({**files, "rehearsals/x.json": told})
    assert definition is not None
    assert said(rehearsals.run(definition, ZONE, None)) is None


LEAVE = folders.PROCESSES / "leave_request"


@pytest.mark.parametrize("page", ["designing.md", "designing.zh.md"])
def test_the_rehearsal_in_the_manual_is_one_of_the_leave_request(page: str) -> None:
    manual = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
    printed = next(block for block in re.findall(r"```json\n(.*?)```", manual, re.DOTALL) if '"steps"' in block)
    files = {path: text for path, text in folders.read(LEAVE).items() if not path.startswith(rehearsals.FOLDER)}
    definition, _ = definitions.check({**files, "rehearsals/printed.json": printed})
    assert definition is not None
    assert said(rehearsals.run(definition, ZONE, folders.duties_beside(LEAVE))) is None


def test_what_the_readme_of_the_leave_request_lets_one_try_is_so() -> None:
    files = folders.read(LEAVE)
    stricter = json.loads(files["rules.json"])
    stricter["parameters"] = [
        {**p, "default": 2} if p["id"] == "prm_leave_short_days" else p for p in stricter["parameters"]
    ]
    for rules, differ in ((files["rules.json"], []), (json.dumps(stricter), ["rehearsals/short_leave.json"])):
        definition, _ = definitions.check({**files, "rules.json": rules})
        assert definition is not None
        report = rehearsals.run(definition, ZONE, folders.duties_beside(LEAVE))
        assert [one.file for one in report.told if one.difference is not None] == differ
        assert bool(report.coverage.missed_flows) == bool(differ)
