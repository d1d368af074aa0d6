"""The library over HTTP: reading, publishing, rules and parameters."""

from __future__ import annotations

import json
from typing import Any

from tests.api import errand
from tests.api.conftest import House


def test_the_library_says_what_one_may_start(lite: House) -> None:
    (item,) = lite.browser("lin.ceshi").get("/definitions").json["items"]
    assert item == {
        "key": "errand",
        "version": 1,
        "name": "Errand",
        "description": "Somebody asks for something.",
        "can_start": True,
    }
    in_chinese = lite.browser("lin.ceshi").get("/definitions", headers={"Accept-Language": "zh-CN"}).json["items"]
    assert in_chinese[0]["name"] == "办事"


def test_a_definition_says_what_starting_it_asks_for(lite: House) -> None:
    found = lite.browser("lin.ceshi").get("/definitions/errand").json
    assert [version["version"] for version in found["versions"]] == [1]
    assert [unit["code"] for unit in found["start"]["units"]] == ["B071"]
    assert found["start"]["form"]["components"][0]["label"] == "Subject"
    assert [(step["step"], step["stage"]) for step in found["steps"]] == [("1", None), ("2", None)]
    assert lite.browser("lin.ceshi").get("/definitions/nothing").status_code == 404


def test_a_version_is_read_with_the_files_as_they_were_published(lite: House) -> None:
    version = lite.browser("jiang.sheji").get("/definitions/errand/versions/1").json
    assert version["files"]["process.bpmn"] == errand.FILES["process.bpmn"]
    assert set(version["files"]) == set(errand.FILES)
    assert version["note"] == "for the tests"
    assert lite.browser("jiang.sheji").get("/definitions/errand/versions/2").status_code == 404


def test_publishing_stores_the_next_version(house: House) -> None:
    designer = house.browser("jiang.sheji")
    same = designer.post("/definitions", {"files": errand.FILES})
    assert (same.status_code, same.json["version"], same.json["is_new"]) == (201, 1, False)
    files = {**errand.FILES, "README.md": "What this is for.\n"}
    answer = designer.post("/definitions", {"files": files, "note": "With a page"})
    assert (answer.status_code, answer.json["key"], answer.json["version"]) == (201, "errand", 2)
    versions = designer.get("/definitions/errand").json["versions"]
    assert [(version["version"], version["note"]) for version in versions] == [(2, "With a page"), (1, "for the tests")]
    entries = house.browser("qi.shenji").get("/trail?chain=definition:errand").json["items"]
    assert [entry["kind"] for entry in entries] == ["definition.published", "definition.published"]


def test_a_rehearsal_that_differs_keeps_a_folder_from_being_published(house: House) -> None:
    designer = house.browser("jiang.sheji")
    step = {"start": {"subject": "Chairs"}, "by": "full_member@B1", "open": ["review"]}
    good = {**errand.FILES, "rehearsals/good.json": {"title": {"zh": "好", "en": "good"}, "steps": [step]}}
    bad = {**good, "rehearsals/bad.json": {"steps": [step, {"open": ["nothing"]}]}}
    wrong = {**good, "rehearsals/bad.json": {"steps": [step, {"held": ["review"]}]}}
    alone = {**good, "rehearsals/bad.json": {"with": ["nobody"], "steps": [step]}}
    both = {**good, "rehearsals/both.json": {"with": ["leave_request"], "steps": [{**step, "in": "leave_request"}]}}
    for files, rule in (
        (bad, "rehearsal_unknown_name"),
        (wrong, "rehearsal_differs"),
        (alone, "rehearsal_no_procedure"),
        (both, "rehearsal_unknown_name"),  # what is shipped takes part, and has no such step
    ):
        answer = designer.post("/definitions", {"files": files})
        assert (answer.status_code, answer.json["code"]) == (422, "err_definition_refused")
        assert [f["rule"] for f in answer.json["findings"]] == [rule]
    assert len(designer.get("/definitions/errand").json["versions"]) == 1
    assert designer.post("/definitions/errand/check", {"files": bad}).json["ok"] is False
    assert designer.post("/definitions/errand/check", {"files": alone}).json["ok"] is False
    assert designer.post("/definitions/errand/check", {"files": wrong}).json["ok"] is True

    told = designer.post("/definitions/errand/rehearsals", {"files": wrong}).json
    assert (told["passed"], told["acts"]) == (False, 3)
    failed, passed = told["rehearsals"]
    assert (failed["file"], failed["step"], failed["passed"]) == ("rehearsals/bad.json", 2, False)
    assert "held" in failed["message"]
    assert (passed["title"], passed["passed"], passed["message"]) == ("good", True, None)
    assert told["coverage"]["elements"] > len(told["coverage"]["missed_elements"]) > 0
    unread = designer.post("/definitions/errand/rehearsals", {"files": bad})
    assert unread.json["findings"][0]["rule"] == "rehearsal_unknown_name"

    assert designer.post("/definitions", {"files": good}).json["version"] == 2
    assert designer.post("/definitions/errand/rehearsals", {}).json["passed"] is True
    refused = house.browser("lin.ceshi").post("/definitions/errand/rehearsals", {"files": good})
    assert refused.status_code == 403


def test_a_json_file_may_be_given_as_an_object(lite: House) -> None:
    designer = lite.browser("jiang.sheji")
    answer = designer.post("/definitions", {"files": errand.OBJECTS})
    assert (answer.status_code, answer.json["version"]) == (201, 1)
    files = designer.get("/definitions/errand/versions/1").json["files"]
    assert json.loads(files["forms/ask.json"]) == errand.OBJECTS["forms/ask.json"]


def _broken() -> dict[str, Any]:
    process = errand.FILES["process.bpmn"].replace('role="branch_secretary"', 'roll="branch_secretary"')
    return {**errand.FILES, "process.bpmn": process}


def test_what_could_not_be_run_is_refused_with_every_finding(house: House) -> None:
    designer = house.browser("jiang.sheji")
    for language, word in (("en", "attribute"), ("zh-CN", "属性")):
        answer = designer.post("/definitions", {"files": _broken()}, headers={"Accept-Language": language})
        assert (answer.status_code, answer.json["code"]) == (422, "err_definition_refused")
        found = next(f for f in answer.json["findings"] if f["rule"] == "unknown_word")
        assert (found["file"], found["element"]) == ("process.bpmn", "review")
        assert found["line"] > 1
        assert word in found["message"]
        assert found["remedy"]
    assert designer.get("/definitions/errand").json["version"] == 1


def test_checking_says_the_same_and_stores_nothing(lite: House) -> None:
    designer = lite.browser("jiang.sheji")
    fine = designer.post("/definitions/errand/check", {"files": errand.FILES}).json
    assert (fine["ok"], fine["key"], fine["findings"]) == (True, "errand", [])
    broken = designer.post("/definitions/errand/check", {"files": _broken()})
    assert (broken.status_code, broken.json["ok"]) == (200, False)
    assert broken.json["findings"]
    unpublished = designer.post("/definitions", {"files": errand.FILES, "publish": False})
    assert (unpublished.status_code, unpublished.json["version"]) == (200, None)


def test_files_that_are_no_texts_are_refused(lite: House) -> None:
    answer = lite.browser("jiang.sheji").post("/definitions", {"files": {"process.bpmn": 1}})
    assert (answer.status_code, answer.json["code"]) == (422, "err_unfit")


def test_a_program_publishes_with_the_designers_key(lite: House) -> None:
    program = lite.program("jiang.sheji", "read", "write", "definitions.publish")
    files = {**errand.FILES, "README.md": "By a program.\n"}
    assert program.post("/definitions", {"files": files}).status_code == 201
    limited = lite.program("jiang.sheji", "read", "write")
    assert limited.post("/definitions", {"files": files}).json["code"] == "err_forbidden"


def test_every_clause_says_where_it_is_enforced(lite: House) -> None:
    items = lite.browser("lin.ceshi").get("/definitions/errand/rules").json["items"]
    assert [(c["id"], c["text"], c["article"], c["kind"]) for c in items] == [
        ("er_1", "Done within three days.", "Rules art. 1", "local"),
        ("er_2", "Nobody reviews their own case.", "Rules art. 2", "policy"),
    ]
    assert [(e["element"], e["name"], e["step"]) for e in items[0]["enforced_by"]] == [("record", "Record", "2")]
    assert [e["element"] for e in items[1]["enforced_by"]] == ["review", "record"]


def test_the_office_sets_its_own_value_of_a_parameter_with_a_reason(house: House) -> None:
    designer = house.browser("jiang.sheji")
    path = "/definitions/errand/parameters/prm_er_days"
    assert designer.put(path, {"value": 5, "reason": "  "}).status_code == 422
    assert designer.put(path, {"value": "five", "reason": "More time"}).status_code == 422
    assert designer.put(path.replace("days", "nothing"), {"value": 5, "reason": "x"}).status_code == 404
    answer = designer.put(path, {"value": 5, "reason": "More time"})
    assert (answer.status_code, answer.json["default"], answer.json["value"]) == (200, 3, 5)
    (item,) = house.browser("lin.ceshi").get("/definitions/errand/parameters").json["items"]
    assert (item["id"], item["text"], item["type"], item["value"]) == ("prm_er_days", "Days", "number", 5)
    entries = house.browser("qi.shenji").get("/trail?kind=parameter.changed").json["items"]
    assert entries[0]["reason"] == "More time"


def test_the_words_of_a_designer_are_printed(lite: House) -> None:
    found = lite.browser("jiang.sheji").get("/vocabulary").json
    words = {word["name"]: word for word in found["words"]}
    assert found["namespace"] == "urn:liuhen:bpmn:1"
    assert "userTask" in words["who"]["on"]
    assert [part["name"] for part in words["who"]["parts"]][:2] == ["role", "at"]
    assert "superior" in {function["name"] for function in found["functions"]}
