"""Clumsy and hostile people at the doors: nothing is a fault, nothing is lost, nothing is told to strangers."""

from __future__ import annotations

from typing import Any

import pytest

from engine import accounts, cases
from engine.actors import Actor
from tests.api import errand
from tests.api.conftest import House


def test_what_waits_for_a_second_person_is_not_put_back(lite: House) -> None:
    case = lite.case()
    answers = {"answers": {"note": "n"}}
    zhao, wu = lite.browser("zhao.zhishu"), lite.browser("wu.zuwei")
    zhao.post(f"/tasks/{lite.task(case, 'review')}/completion", {**answers, "decision": "agree"})
    task = lite.task(case, "record")
    assert wu.post(f"/tasks/{task}/completion", answers).json["task"]["status"] == "confirming"
    refused = wu.post(f"/tasks/{task}/release")
    assert (refused.status_code, refused.json["code"]) == (409, "err_awaiting_confirmation")
    assert [item["id"] for item in zhao.get("/tasks").json["items"]] == [task]
    assert zhao.post(f"/tasks/{task}/confirmation", {"agree": True}).json["case"]["status"] == "ended"


def _files(**changed: Any) -> dict[str, Any]:
    return {"files": {**errand.OBJECTS, **{name.replace("_json", ".json"): text for name, text in changed.items()}}}


@pytest.mark.parametrize(
    "rules",
    [
        "[" * 100_000,
        '{"clauses": 5}',
        '{"parameters": [5]}',
        '{"clauses": [{"id": "er_1", "zh": "\\ud800", "en": "x", "article": "x", "kind": "local"}]}',
        '{"clauses": [{"id": "er_1", "zh": "\\u0000", "en": "x", "article": "x", "kind": "local"}]}',
    ],
)
def test_a_hostile_rulebook_is_a_finding(lite: House, rules: str) -> None:
    answer = lite.browser(lite.office.designer).post("/definitions", _files(rules_json=rules))
    assert answer.status_code == 422, answer.text
    assert {finding["rule"] for finding in answer.json["findings"]} & {"json_malformed", "not_text"}


def test_the_longest_names_fit_the_database(house: House) -> None:
    files = _files()["files"]
    files["process.bpmn"] = (
        files["process.bpmn"]
        .replace('name="办事"', f'name="{"长" * 1000}"')
        .replace('liuhen:title="=&quot;办事：&quot; + subject"', "")
    )
    del files["texts.zh.json"], files["texts.en.json"]
    answer = house.browser(house.office.designer).post("/definitions", {"files": files})
    assert answer.status_code == 201, answer.text
    assert house.case()["title"] == "长" * 300


def test_a_body_is_not_nested_deeper_than_anybody_writes(lite: House) -> None:
    task = lite.task(lite.case(), "review")
    zhao = lite.browser("zhao.zhishu")
    for depth in (41, 300, 900, 100_000):
        for opening, inside, closing in (("[", "", "]"), ('{"a":', "1", "}")):
            body = '{"answers":{"note":' + opening * depth + inside + closing * depth + "}}"
            answer = zhao.ask("PUT", f"/tasks/{task}/draft", data=body, content_type="application/json")
            assert (answer.status_code, answer.json["code"]) == (400, "err_malformed")
    deep = '{"answers":{"note":' + "[" * 30 + "]" * 30 + "}}"
    assert zhao.ask("PUT", f"/tasks/{task}/draft", data=deep, content_type="application/json").status_code == 204
    assert zhao.get(f"/tasks/{task}").status_code == 200


def test_a_cursor_is_good_for_its_own_list_alone(lite: House) -> None:
    for number in range(3):
        lite.case(subject=f"stamp {number}")
    zhao = lite.browser("zhao.zhishu")
    cursor = zhao.get("/tasks?limit=1").json["next"]
    assert zhao.get(f"/tasks?limit=2&cursor={cursor}").status_code == 200
    for other in ("/tasks?sort=opened", "/tasks?sort=completed", "/tasks?q=stamp", "/cases?limit=1"):
        answer = zhao.get(f"{other}&cursor={cursor}")
        assert (answer.status_code, answer.json["code"]) == (422, "err_cursor"), other


@pytest.mark.parametrize(
    "origin", ["http://[", "http://[::1", "]", "null", "//", "http://evil", "http://localhost@evil"]
)
def test_an_origin_that_is_none_is_a_foreign_page(lite: House, origin: str) -> None:
    task = lite.task(lite.case(), "review")
    answer = lite.browser("zhao.zhishu").post(f"/tasks/{task}/claim", headers={"Origin": origin})
    assert (answer.status_code, answer.json["code"]) == (403, "err_csrf")


def test_whoever_manages_keys_gets_none_of_somebody_who_sees_cases(lite: House) -> None:
    answer = lite.browser("zou.anquan").post("/keys", {"name": "spy", "account": "zhao.zhishu"})
    assert (answer.status_code, answer.json["code"]) == (403, "err_key_of_another")
    assert lite.browser("zhao.zhishu").get("/keys").json["items"] == []
    assert lite.browser("zou.anquan").post("/keys", {"name": "own"}).status_code == 201
    lite.program("qi.shenji", "read")  # an operator at the command line may
    with lite.store.transaction() as db:
        accounts.create_key(db, Actor.operator(), lite.store.moment(db), name="exchange")
    (program,) = [
        k["account"] for k in lite.browser("zou.anquan").get("/keys").json["items"] if k["name"] == "exchange"
    ]
    assert lite.browser("zou.anquan").post("/keys", {"name": "second", "account": program}).status_code == 201


def test_a_case_that_stands_still_is_not_withdrawn_too_late(lite: House) -> None:
    case = lite.case()
    task = lite.task(case, "review")
    lite.browser("zhao.zhishu").post(f"/tasks/{task}/completion", {"answers": {"note": "n"}, "decision": "agree"})
    with lite.store.transaction() as db:
        cases.fail(db, lite.store.moment(db), case["id"], "a test")
    answer = lite.browser("lin.ceshi").post(f"/cases/{case['id']}/withdrawal", {"reason": "too late"})
    assert (answer.status_code, answer.json["code"]) == (409, "err_too_late_to_withdraw")
