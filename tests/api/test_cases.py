"""Starting, searching, reading and ending cases over HTTP."""

from __future__ import annotations

from functools import partial

import pytest

from tests.api.conftest import House
from tests.together import together


def test_whoever_starts_a_case_is_given_it(house: House) -> None:
    case = house.case("lin.ceshi", "A stamp")
    assert case["number"] == "ER-2026-000001"
    assert case["title"] == "办事：A stamp"
    assert (case["definition"], case["definition_name"], case["version"]) == ("errand", "Errand", 1)
    assert (case["status"], case["outcome"], case["ended_at"]) == ("running", None, None)
    assert case["unit"]["code"] == "B071"
    assert case["started_by"]["name"] == "Lin Ceshi"
    assert case["started_at"] == "2026-03-02T09:00:00.000+08:00"
    assert case["summary"] == [{"label": "Subject", "value": "A stamp"}]
    assert [(step["element"], step["status"]) for step in case["steps"]] == [
        ("review", "open"),
        ("record", "pending"),
        ("correct", "pending"),
    ]
    assert [(task["element"], task["mine"]) for task in case["open_tasks"]] == [("review", False)]
    assert case["can"] == ["withdraw"]


def test_answers_that_do_not_fit_start_nothing(house: House) -> None:
    browser = house.browser("lin.ceshi")
    body = {"definition": "errand", "unit": "B071", "data": {"subject": "x" * 51}}
    answer = browser.post("/cases", body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == ["subject"]
    assert browser.get("/cases").json["items"] == []


def test_what_does_not_exist_cannot_be_started(lite: House) -> None:
    browser = lite.browser("lin.ceshi")
    assert browser.post("/cases", {"definition": "nothing", "data": {}}).status_code == 404
    assert browser.post("/cases", {"definition": "errand", "version": 9, "data": {}}).status_code == 404
    assert browser.post("/cases", {"definition": "errand", "unit": "B999", "data": {}}).status_code == 404


def test_24_identical_starts_at_the_same_moment_start_one_case(house: House) -> None:
    browsers = [house.browser("lin.ceshi") for _ in range(24)]
    body = {"definition": "errand", "unit": "B071", "data": {"subject": "Once"}}

    def ask(position: int) -> tuple[int, bytes]:
        answer = browsers[position].post("/cases", body, headers={"Idempotency-Key": "start-1"})
        return answer.status_code, answer.data

    answers = set(together(*(partial(ask, position) for position in range(24))))
    assert [status for status, _ in answers] == [201], answers
    assert len(browsers[0].get("/cases").json["items"]) == 1


def test_everybody_finds_the_cases_they_may_see_newest_first(house: House) -> None:
    for subject in ("One", "Two", "Three"):
        house.case("lin.ceshi", subject)
    house.case("he.yangli", "Four")
    own = house.browser("lin.ceshi").get("/cases?limit=2").json
    rest = house.browser("lin.ceshi").get("/cases", query_string={"limit": 2, "cursor": own["next"]}).json
    assert [c["title"] for c in own["items"] + rest["items"]] == ["办事：Three", "办事：Two", "办事：One"]
    assert rest["next"] is None
    assert len(house.browser("zhao.zhishu").get("/cases").json["items"]) == 4
    assert house.browser("chu.zhishu").get("/cases").json["items"] == []
    auditor = house.browser("qi.shenji")
    assert len(auditor.get("/cases").json["items"]) == 4
    assert [c["title"] for c in auditor.get("/cases?q=Fou").json["items"]] == ["办事：Four"]
    assert auditor.get("/cases?q=%25").json["items"] == []
    assert len(auditor.get("/cases?unit=B071&status=running&definition=errand").json["items"]) == 4
    assert auditor.get("/cases?status=ended").json["items"] == []
    assert auditor.get("/cases?unit=B072").json["items"] == []


@pytest.mark.parametrize("path", ["", "/diagram", "/trail"])
def test_a_case_that_is_not_ones_own_is_not_there(lite: House, path: str) -> None:
    case = lite.case()
    there = lite.browser("chu.zhishu").get(f"/cases/{case['id']}{path}")
    nowhere = lite.browser("chu.zhishu").get(f"/cases/nothing{path}")
    assert there.status_code == 404
    assert there.data == nowhere.data


def test_the_diagram_shows_how_far_the_case_has_come(lite: House) -> None:
    case = lite.case()
    diagram = lite.browser("lin.ceshi").get(f"/cases/{case['id']}/diagram").json
    assert "<bpmn:definitions" in diagram["xml"]
    assert diagram["elements"]["asked"] == {"status": "done", "times": 1}
    assert diagram["elements"]["review"]["status"] == "open"
    assert diagram["texts"]["review"] == "Review"


def test_the_entries_of_a_case_are_sentences_in_the_readers_language(lite: House) -> None:
    case = lite.case()
    auditor = lite.browser("qi.shenji")
    first = auditor.get(f"/cases/{case['id']}/trail?limit=1").json
    assert [entry["kind"] for entry in first["items"]] == ["case.started"]
    assert first["items"][0]["sentence"] == "Lin Ceshi started the case."
    assert first["items"][0]["prev"] == "0" * 64
    more = auditor.get(f"/cases/{case['id']}/trail", query_string={"cursor": first["next"]}).json
    assert more["items"][0]["prev"] == first["items"][0]["hash"]
    assert more["next"] is None
    chinese = auditor.get(f"/cases/{case['id']}/trail", headers={"Accept-Language": "zh-CN"}).json
    assert chinese["items"][0]["sentence"] == "林测试发起了事项。"


def test_the_person_a_case_is_about_may_take_it_back_until_it_was_reviewed(house: House) -> None:
    case = house.case()
    path = f"/cases/{case['id']}/withdrawal"
    assert house.browser("zhao.zhishu").post(path, {"reason": "No"}).status_code == 403
    assert house.browser("lin.ceshi").post(path, {"reason": " "}).status_code == 422
    answer = house.browser("lin.ceshi").post(path, {"reason": "I changed my mind"})
    assert (answer.status_code, answer.json["status"], answer.json["outcome"]) == (200, "cancelled", "withdrawn")
    assert answer.json["open_tasks"] == []
    again = house.browser("lin.ceshi").post(path, {"reason": "Again"})
    assert (again.status_code, again.json["code"]) == (409, "err_case_ended")


def test_knocking_at_a_step_before_its_turn_is_refused_and_recorded(house: House) -> None:
    case = house.case()
    answer = house.browser("wu.zuwei").post(f"/cases/{case['id']}/steps/record/completion", {"answers": {}})
    assert answer.status_code in (404, 409)
    answer = house.browser("zhao.zhishu").post(f"/cases/{case['id']}/steps/record/completion", {"answers": {}})
    assert (answer.status_code, answer.json["code"]) == (409, "err_step_not_open")
    assert answer.json["missing"] == [{"element": "review", "step": "1", "name": "Review"}]
    entries = house.browser("qi.shenji").get(f"/cases/{case['id']}/trail").json["items"]
    attempt = entries[-1]
    assert attempt["kind"] == "bypass.attempted"
    assert attempt["actor"]["name"] == "Zhao Zhishu"
    assert house.browser("yu.rizhi").get("/trail/verification").json["is_whole"] is True


def test_an_open_step_can_be_completed_by_its_element(lite: House) -> None:
    case = lite.case()
    answer = lite.browser("zhao.zhishu").post(
        f"/cases/{case['id']}/steps/review/completion", {"answers": {"note": "Fine"}, "decision": "agree"}
    )
    assert answer.status_code == 200
    assert answer.json["task"]["decision"] == "agree"
