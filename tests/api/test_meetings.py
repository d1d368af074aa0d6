"""Meetings over HTTP: who may, what is refused in which words, and that a request that comes twice acts once."""

from __future__ import annotations

from typing import Any

from api import folders
from engine import definitions
from engine.actors import Actor
from tests.api.conftest import Browser, House
from tests.engine.test_meetings import ADMISSION

RECORDER, CHAIR = "wu.zuwei", "zhao.zhishu"


def person(house: House, account: str) -> str:
    return str(house.browser(account).get("/me").json["person"]["id"])


def called_on(house: House, *candidates: str) -> list[str]:
    """Tasks that a meeting decides: one for each candidate, proposed by the commissioner."""
    with house.store.transaction() as db:
        definitions.publish(db, Actor.operator(), house.store.moment(db), folders.read(ADMISSION), "for the tests")
    tasks = []
    for candidate in candidates:
        named = {"candidate": person(house, candidate), "introducer": person(house, CHAIR)}
        asked = {"definition": "admission", "unit": "B071", "data": named}
        case = house.browser(RECORDER).post("/cases", asked)
        assert case.status_code == 201, case.text
        tasks.append(house.task(case.json, "discuss"))
    return tasks


def meeting(house: House, *candidates: str) -> dict[str, Any]:
    """A meeting that the commissioner has called."""
    found = house.browser(RECORDER).post("/meetings", {"tasks": called_on(house, *(candidates or ("lin.ceshi",)))})
    assert found.status_code == 201, found.text
    whole: dict[str, Any] = found.json
    return whole


def entered(house: House, whole: dict[str, Any], agreed: int = 14) -> dict[str, Any]:
    """Everybody is there but the introducer, who leaves for every item; all are for it."""
    wu, where = house.browser(RECORDER), f"/meetings/{whole['id']}"
    rows = [{"person": a["person"]["id"], "status": "present"} for a in whole["attendance"]]
    assert wu.put(f"{where}/attendance", {"attendance": rows}).status_code == 200
    for item in whole["items"]:
        given = {"votes": {"for": agreed, "against": 0}, "decision": "admit", "answers": {"file_no": "7"}}
        assert wu.patch(f"{where}/items/{item['task']}", given).status_code == 200
    last = wu.patch(where, {"chair": person(house, CHAIR), "place": "三楼", "minutes": "一致同意。"})
    assert last.status_code == 200, last.text
    found: dict[str, Any] = last.json
    return found


def _codes(browser: Browser, method: str, path: str, body: Any) -> tuple[int, str]:
    answer = browser.ask(method, path, json=body)
    return answer.status_code, answer.json["code"]


def test_a_meeting_over_http_from_the_candidates_to_the_confirmed_result(house: House) -> None:
    tasks = called_on(house, "lin.ceshi", "he.yangli")
    wu, zhao = house.browser(RECORDER), house.browser(CHAIR)
    offered = wu.get("/meetings/candidates").json["items"]
    assert [(c["task"]["id"], c["name"], c["meets"]["code"], c["agenda"]) for c in offered] == [
        (task, "Branch meeting", "B071", None) for task in tasks
    ]
    body, key = {"tasks": tasks, "held_on": None, "starts_at": "14:30"}, {"Idempotency-Key": "meeting-1"}
    first, again = wu.post("/meetings", body, headers=key), wu.post("/meetings", body, headers=key)
    assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)
    whole = entered(house, first.json)
    assert whole["counts"] == {
        "eligible": 15, "present": 15, "leave": 0, "absent": 0, "exempt": 0, "unsaid": 0, "observers": 0,
    }  # fmt: skip
    assert [(r["person"]["name"], r["rule"]) for r in whole["items"][0]["recused"]] == [("Zhao Zhishu", "adm_aside")]
    assert whole["items"][0]["counted"]["text"] == (
        "present 14 / eligible 15 (1 stood aside), 8 have to be; for 14, 8 are needed: carried"
    )
    seen = wu.get(f"/tasks/{tasks[0]}").json["meeting"]
    assert (seen["name"], seen["agenda"]["meeting"]) == ("Branch meeting", whole["id"])
    assert house.browser("qi.shenji").get(f"/meetings/{whole['id']}").json["can"] == []
    submitted = wu.post(f"/meetings/{whole['id']}/submit", {"rev": whole["rev"]})
    assert (submitted.status_code, submitted.json["status"]) == (200, "submitted"), submitted.text
    (waits,) = zhao.get("/meetings?status=submitted").json["items"]
    assert (waits["id"], waits["asks_me"], waits["items"]) == (whole["id"], True, 2)
    done = zhao.post(f"/meetings/{whole['id']}/confirm")
    assert (done.status_code, done.json["status"], done.json["can"]) == (200, "confirmed", []), done.text
    assert [i["decision_label"] for i in done.json["items"]] == ["Admit", "Admit"]
    late = zhao.post(f"/meetings/{whole['id']}/confirm")
    assert (late.status_code, late.json["code"], late.json["by"]) == (409, "err_meeting_confirmed", "Zhao Zhishu")
    assert [t["element"] for t in wu.get("/tasks").json["items"]] == ["file", "file"]


def test_refusals_name_the_item_the_rule_and_its_article(lite: House) -> None:
    whole = meeting(lite, "lin.ceshi", "he.yangli")
    wu, where = lite.browser(RECORDER), f"/meetings/{whole['id']}"
    bare = wu.post(f"{where}/submit", {})
    assert (bare.status_code, [e["field"] for e in bare.json["errors"]]) == (422, ["attendance", "chair", "minutes"])
    entered(lite, whole)
    task = whole["items"][1]["task"]
    wu.patch(f"{where}/items/{task}", {"answers": {"file_no": "0"}})
    refused = wu.post(f"{where}/submit", {}).json
    assert (refused["status"], refused["code"], refused["item"]["task"]) == (422, "file_missing", task)
    assert refused["clause"] == {"id": "adm_3", "text": "The file has to be complete.", "article": "art. 22"}
    assert refused["detail"].startswith(f"Item 2 ({refused['item']['case']}): ")
    wu.patch(f"{where}/items/{task}", {"answers": {"file_no": "8"}})
    present = [{"person": a["person"]["id"], "status": "leave"} for a in whole["attendance"][:8]]
    wu.put(f"{where}/attendance", {"attendance": [p for p in present if p["person"] != person(lite, CHAIR)]})
    few = wu.post(f"{where}/submit", {}).json
    assert (few["status"], few["code"], few["clause"]["article"]) == (409, "err_no_quorum", "art. 20")
    assert (few["eligible"], few["needed"]) == (15, 8)
    assert _codes(wu, "PATCH", where, {"rev": 1, "place": "x"}) == (409, "err_meeting_changed")
    alone = wu.patch(where, {"chair": person(lite, RECORDER)})
    assert (alone.status_code, alone.json["errors"][0]["code"]) == (422, "err_recorder_is_chair")
    assert _codes(wu, "PATCH", where, {"starts_at": "25:00"})[0] == 422
    assert _codes(wu, "PATCH", f"{where}/items/{task}", {"votes": {"for": -1}})[0] == 422
    assert _codes(wu, "PATCH", f"{where}/items/0000", {}) == (404, "err_not_found")
    assert _codes(wu, "DELETE", f"{where}/items/0000", None) == (404, "err_not_found")
    assert _codes(wu, "POST", f"{where}/cancel", {"reason": " "})[0] == 422
    assert _codes(wu, "POST", f"{where}/confirm", None) == (409, "err_meeting_status")
    assert _codes(lite.browser(CHAIR), "PATCH", where, {}) == (403, "err_not_recorder")
    assert _codes(lite.browser("li.zuzhi"), "POST", f"{where}/cancel", {"reason": "x"}) == (404, "err_not_found")
    assert _codes(wu, "POST", "/meetings", {"tasks": [task]}) == (409, "err_on_agenda")
    taken = wu.delete(f"{where}/items/{task}")
    assert (taken.status_code, len(taken.json["items"])) == (200, 1)
    assert wu.post(f"{where}/items", {"tasks": [task]}).status_code == 200
    gone = wu.post(f"{where}/cancel", {"reason": "到会不足"})
    assert (gone.status_code, gone.json["status"], gone.json["because"]) == (200, "cancelled", "到会不足")
