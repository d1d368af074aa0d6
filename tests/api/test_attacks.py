"""Clumsy and hostile people at the doors: nothing is a fault, nothing is lost, nothing is told to strangers."""

from __future__ import annotations

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
