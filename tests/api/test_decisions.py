"""A decision over HTTP: evaluated, explained, refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api import errand
from tests.api.conftest import House
from tests.api.test_hostile import VALUES

_SPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_DMN = f"""<definitions xmlns="{_SPACE}" id="file" name="f" namespace="urn:errand:grades">
  <inputData id="on" name="on"><variable name="on" typeRef="date"/></inputData>
  <decision id="late" name="How late">
    <informationRequirement><requiredInput href="#on"/></informationRequirement>
    <decisionTable hitPolicy="FIRST">
      <input><inputExpression><text>on</text></inputExpression></input>
      <output name="late"/>
      <rule id="r1"><inputEntry><text>&lt; today</text></inputEntry>
        <outputEntry><text>prm_er_days</text></outputEntry>
        <annotationEntry><text>the parameter says by how much</text></annotationEntry></rule>
      <rule id="r2"><inputEntry><text>-</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <decision id="grade" name="Grade">
    <informationRequirement><requiredDecision href="#late"/></informationRequirement>
    <literalExpression><text>{{points: 10 - late, scale: [1..10], half: bonus / 2}}</text></literalExpression>
  </decision>
  <decision id="both" name="Both">
    <decisionTable>
      <input><inputExpression><text>n</text></inputExpression></input>
      <output name="r"/>
      <rule id="b1"><inputEntry><text>&gt; 1</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
      <rule id="b2"><inputEntry><text>&gt; 2</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <decision id="kin" name="Kin"><literalExpression><text>count(relatives(someone))</text></literalExpression></decision>
</definitions>"""


@pytest.fixture
def graded(lite: House) -> House:
    answer = lite.browser("jiang.sheji").post("/definitions", {"files": {**errand.FILES, "grades.dmn": _DMN}})
    assert answer.status_code == 201, answer.text
    return lite


def _ask(house: House, key: str, who: str = "jiang.sheji", **data: Any) -> Any:
    return house.browser(who).post(f"/decisions/{key}/evaluation", {"data": data})


def test_a_decision_is_evaluated_with_every_rule_that_fired_on_the_way(graded: House) -> None:
    answer = _ask(graded, "grade", on="2026-02-28", bonus=1)
    assert answer.status_code == 200, answer.text
    assert answer.json == {
        "definition": "errand",
        "version": 2,
        "decision": "grade",
        "name": "Grade",
        "hit_policy": None,
        "value": {"points": 7, "scale": {"start": 1, "end": 10}, "half": 0.5},
        "rules": [],
        "rule_ids": [],
        "notes": [],
        "inputs": {"bonus": 1, "late": 3},
        "steps": [
            {
                "decision": "late",
                "name": "How late",
                "hit_policy": "FIRST",
                "value": 3,
                "rules": [1],
                "rule_ids": ["r1"],
                "notes": ["the parameter says by how much"],
                "inputs": {"on": "2026-02-28", "today": "2026-03-02", "prm_er_days": 3},
            }
        ],
    }


@pytest.mark.parametrize("key", ["late", "errand.late"])
def test_the_key_may_name_the_definition(graded: House, key: str) -> None:
    for on in ("2026-03-02", {"@date": "2026-03-02"}):
        answer = _ask(graded, key, who="qi.shenji", on=on)
        assert (answer.status_code, answer.json["value"], answer.json["rules"]) == (200, 0, [2])


@pytest.mark.parametrize("key", ["nothing", "errand.nothing", "nothing.late", "."])
def test_a_decision_that_is_not_there_is_not_found(graded: House, key: str) -> None:
    assert _ask(graded, key).status_code == 404


def test_whoever_may_not_read_procedures_is_refused(graded: House) -> None:
    answer = _ask(graded, "late", who="lin.ceshi", on="2026-03-02")
    assert (answer.status_code, answer.json["code"]) == (403, "err_forbidden")


def test_a_missing_value_is_named_with_its_place(graded: House) -> None:
    answer = _ask(graded, "grade", on="2026-02-28")
    assert (answer.status_code, answer.json["code"]) == (422, "err_unfit")
    (error,) = answer.json["errors"]
    assert (error["field"], error["code"]) == ("data.bonus", "missing")
    assert "column 43: the variable 'bonus' is missing" in error["message"]
    chinese = graded.browser("jiang.sheji").post(
        "/decisions/grade/evaluation", {"data": {"on": "2026-02-28"}}, headers={"Accept-Language": "zh-CN"}
    )
    assert "缺少变量“bonus”" in chinese.json["errors"][0]["message"]


def test_a_table_without_a_single_answer_names_its_rules(graded: House) -> None:
    answer = _ask(graded, "both", n=3)
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "no_answer")
    assert "rules 1, 2 fire together, UNIQUE allows one" in answer.json["errors"][0]["message"]
    assert _ask(graded, "late", on=5).json["errors"][0]["code"] == "no_answer"
    assert _ask(graded, "late", on={"@date": "never"}).json["errors"][0]["code"] == "failed"


def test_only_who_may_read_every_case_asks_about_people(graded: House) -> None:
    answer = _ask(graded, "kin", someone="P000101")
    assert (answer.status_code, answer.json["code"]) == (403, "err_forbidden")
    assert "relatives() about people" in answer.json["detail"]
    assert _ask(graded, "kin", who="qi.shenji", someone="P000101").json["value"] == 0


def test_a_key_that_several_procedures_hold_has_to_name_one(graded: House) -> None:
    process = errand.FILES["process.bpmn"].replace('id="errand"', 'id="errand_two"')
    other = {**errand.FILES, "process.bpmn": process, "grades.dmn": _DMN}
    assert graded.browser("jiang.sheji").post("/definitions", {"files": other}).status_code == 201
    answer = _ask(graded, "both", n=1)
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "ambiguous")
    assert "errand.both, errand_two.both" in answer.json["errors"][0]["message"]
    assert _ask(graded, "errand_two.both", n=2).json["definition"] == "errand_two"


def test_no_value_is_a_fault(graded: House) -> None:
    browser = graded.browser("jiang.sheji")
    for hostile in VALUES:
        for data in ({"n": hostile}, {"on": hostile, "bonus": hostile}, {"today": hostile, "on": {"@date": hostile}}):
            for key in ("late", "grade", "both"):
                answer = browser.post(f"/decisions/{key}/evaluation", {"data": data})
                assert answer.status_code in (200, 400, 422), (key, data, answer.text)
