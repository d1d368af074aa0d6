"""What stands still, as whoever runs the system sees and mends it, and as the people of the case see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from api import doctor
from engine import cases, definitions
from engine.actors import Actor
from tests.api.conftest import House
from tests.engine.test_cases_mending import CHOOSES, COUNTS, FORKS, process


def _publish(house: House, *procedures: dict[str, Any]) -> None:
    with house.store.transaction() as db:
        for files in procedures:
            definitions.publish(db, Actor.operator(), house.store.moment(db), files, "for the tests")


def _start(house: House, definition: str, name: str = "lin.ceshi") -> dict[str, Any]:
    answer = house.browser(name).post("/cases", {"definition": definition, "unit": "B071", "data": {}})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_a_whole_case_that_stands_still_is_seen_and_let_go_on(house: House) -> None:
    case, other = house.case(), house.case("he.yangli", "A seal")
    with house.store.transaction() as db:
        cases.fail(db, house.store.moment(db), case["id"], "review: nothing is called x here")
    admin = house.browser("xie.xitong")
    (incident,) = admin.get("/incidents").json["items"]
    assert incident == {
        "id": incident["id"],
        "case": case["id"],
        "number": case["number"],
        "definition": "errand",
        "definition_name": "Errand",
        "element": None,
        "element_name": None,
        "reason": "review: nothing is called x here",
        "details": {},
        "at": "2026-03-02T09:00:00.000+08:00",
        "ways": [],
        "can": ["retry"],
        "resolution": None,
        "resolved_at": None,
        "resolved_by": None,
    }
    assert admin.get("/incidents", query_string={"definition": "other"}).json["items"] == []
    assert admin.get(f"/cases/{case['id']}/incidents").json["items"] == [incident]
    (seen,) = house.browser("zhao.zhishu").get(f"/cases/{case['id']}/incidents").json["items"]
    assert seen == {**incident, "can": []}
    assert house.browser("zhao.zhishu").get(f"/cases/{other['id']}/incidents").json["items"] == []
    assert house.browser("chu.zhishu").get(f"/cases/{case['id']}/incidents").status_code == 404
    assert house.browser("zhao.zhishu").get("/incidents").status_code == 403
    retry = f"/incidents/{incident['id']}/retry"
    assert house.browser("zhao.zhishu").post(retry, {"reason": "mine"}).status_code == 403
    assert admin.post(retry, {}).json["errors"][0]["field"] == "reason"
    answer = admin.post(retry, {"reason": "the designer mended it"})
    assert (answer.status_code, answer.json["items"]) == (200, [])
    assert admin.post("/clock/advance", {"by": "PT1M"}).status_code == 200
    assert admin.get("/incidents").json["items"] == []
    (told,) = admin.get("/incidents", query_string={"all": "true"}).json["items"]
    assert (told["resolution"], told["resolved_by"]["name"], told["can"]) == ("retried", "Xie Xitong", [])
    assert house.browser("lin.ceshi").get(f"/cases/{case['id']}").json["status"] == "running"
    again = admin.post(retry, {"reason": "again"})
    assert (again.status_code, again.json["code"], again.json["by"]) == (409, "err_incident_resolved", "Xie Xitong")


def test_a_path_is_mended_while_the_rest_goes_on(house: House) -> None:
    _publish(house, process("forking", FORKS, COUNTS))
    case = _start(house, "forking")
    admin, auditor = house.browser("xie.xitong"), house.browser(house.office.auditor)
    (incident,) = admin.get("/incidents").json["items"]
    assert (incident["element"], incident["number"]) == ("count", case["number"])
    whole = auditor.get(f"/cases/{case['id']}").json
    assert (whole["incidents"], [i["element"] for i in whole["open_incidents"]]) == (1, ["count"])
    assert auditor.get("/cases").json["items"][0]["incidents"] == 1
    assert auditor.get(f"/cases/{case['id']}/diagram").json["elements"]["count"]["status"] == "stopped"
    for language in ("zh-CN", "en"):
        said = admin.get("/incidents", headers={"Accept-Language": language}).json["items"][0]["reason"]
        assert ("表达式" in said) == (language == "zh-CN")
    data = f"/cases/{case['id']}/data"
    bad = admin.patch(data, {"values": {"many": "x", "nobody": 1}, "reason": "try"})
    assert (bad.status_code, sorted(e["field"] for e in bad.json["errors"])) == (422, ["values.many", "values.nobody"])
    assert admin.patch(data, {"values": {"many": 2}, "reason": " "}).status_code == 422
    assert house.browser("zhao.zhishu").patch(data, {"values": {"many": 2}, "reason": "x"}).status_code == 403
    assert admin.patch("/cases/nowhere/data", {"values": {"many": 2}, "reason": "x"}).status_code == 404
    key = {"Idempotency-Key": "correct-1"}
    first = admin.patch(data, {"values": {"many": 2}, "reason": "as the file says"}, headers=key)
    second = admin.patch(data, {"values": {"many": 2}, "reason": "as the file says"}, headers=key)
    assert (first.status_code, second.headers["Idempotency-Replayed"]) == (200, "true")
    assert [i["id"] for i in first.json["items"]] == [incident["id"]]
    assert admin.post(f"/incidents/{incident['id']}/retry", {"reason": "corrected"}).json["items"] == []
    assert auditor.get(f"/cases/{case['id']}").json["data"]["counted"] == 2
    kinds = [e["kind"] for e in auditor.get(f"/cases/{case['id']}/trail").json["items"]]
    assert kinds.count("case.data_changed") == 1
    (change,) = [e for e in auditor.get(f"/cases/{case['id']}/trail").json["items"] if e["kind"] == "case.data_changed"]
    assert change["changes"] == [{"field": "many", "label": "many", "before": 100_000_000, "value": 2}]


def test_a_way_on_is_chosen_among_those_there_are(lite: House) -> None:
    _publish(lite, process("choosing", CHOOSES, COUNTS))
    case = _start(lite, "choosing")
    admin = lite.browser("xie.xitong")
    (incident,) = admin.get("/incidents").json["items"]
    skip = f"/incidents/{incident['id']}/skip"
    answer = admin.post(skip, {"reason": "the office decided"})
    assert (answer.status_code, answer.json["code"]) == (422, "err_choose_flow")
    assert answer.json["flows"] == incident["ways"]
    assert answer.json["errors"][0]["field"] == "flow"
    assert admin.post(skip, {"reason": "", "flow": "left"}).status_code == 422
    assert admin.post(skip, {"reason": "the office decided", "flow": "left"}).json["items"] == []
    found = lite.browser(lite.office.auditor).get(f"/cases/{case['id']}").json
    assert (found["status"], found["outcome"]) == ("ended", "left")
    assert admin.post(skip, {"reason": "again", "flow": "left"}).json["code"] == "err_incident_resolved"


def test_the_values_of_a_case_are_for_those_who_may_see_it(lite: House) -> None:
    _publish(lite, process("forking", FORKS, COUNTS))
    case = _start(lite, "forking")
    admin = lite.browser("xie.xitong")
    assert "100000000" not in admin.get("/incidents").text
    assert admin.get(f"/cases/{case['id']}").status_code == 404


def test_the_list_of_incidents_goes_on_page_by_page(lite: House) -> None:
    _publish(lite, process("forking", FORKS, COUNTS))
    started = [_start(lite, "forking", name)["id"] for name in ("lin.ceshi", "he.yangli", "lin.ceshi")]
    admin, seen, query = lite.browser("xie.xitong"), [], {"limit": "2"}
    while True:
        page = admin.get("/incidents", query_string=query).json
        seen += [i["case"] for i in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert seen == started[::-1]


def test_a_case_is_suspended_and_resumed_with_a_reason(house: House) -> None:
    case = house.case()
    where = f"/cases/{case['id']}"
    admin, asked = house.browser("xie.xitong"), house.browser("zhao.zhishu")
    assert house.browser("chu.zhishu").post(f"{where}/suspension", {"reason": "x"}).status_code == 404
    refused = asked.post(f"{where}/suspension", {"reason": "not mine to say"})
    assert (refused.status_code, refused.json["code"]) == (403, "err_may_not_suspend")
    assert admin.post(f"{where}/suspension", {"reason": " "}).status_code == 422
    answer = admin.post(f"{where}/suspension", {"reason": "a complaint is looked into"})
    assert (answer.status_code, answer.json) == (
        200,
        {"id": case["id"], "number": case["number"], "status": "suspended"},
    )
    seen = asked.get(where).json
    assert (seen["status"], seen["suspension"]["reason"], seen["can"].count("resume")) == (
        "suspended",
        "a complaint is looked into",
        0,
    )
    (task,) = seen["open_tasks"]
    late = asked.post(f"/tasks/{task['id']}/claim", {})
    assert (late.status_code, late.json["code"]) == (409, "err_case_suspended")
    assert "a complaint is looked into" in late.json["detail"]
    again = admin.post(f"{where}/suspension", {"reason": "twice"})
    assert (again.status_code, again.json["code"]) == (409, "err_case_suspended")
    with house.store.transaction() as db:
        house.store.set_clock(db, house.store.moment(db).now + timedelta(days=31))
    assert "case_suspended" in {one.rule for one in doctor.examine(house.store)}
    assert admin.post(f"{where}/resumption", {"reason": "nothing was found"}).json["status"] == "running"
    twice = admin.post(f"{where}/resumption", {"reason": "nothing was found"})
    assert (twice.status_code, twice.json["code"]) == (409, "err_not_suspended")
