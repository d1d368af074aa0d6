"""Returned, taken back and moved, over HTTP."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from engine import definitions, tables
from engine.actors import Actor
from engine.store import new_id
from tests.api import errand
from tests.api.conftest import Browser, House

FINE = {"answers": {"note": "Fine"}, "decision": "agree"}


def _with_a_return(house: House, words: str = '<liuhen:return to="review" mode="ask" clause="er_2"/>') -> None:
    """The errand whose last step may be returned to the first."""
    text = errand.FILES["process.bpmn"].replace(
        '<liuhen:who role="organisation_commissioner"', f'{words}<liuhen:who role="organisation_commissioner"'
    )
    with house.store.transaction() as db:
        definitions.publish(
            db, Actor.operator(), house.store.moment(db), {**errand.FILES, "process.bpmn": text}, "with a return"
        )


def _second_admin(house: House) -> Browser:
    """A second system administrator, beside xie.xitong."""
    accounts, posts = tables.accounts.c, tables.posts
    with house.store.transaction() as db:
        first, second = (
            db.execute(select(accounts.person_id).where(accounts.name == name)).scalar_one()
            for name in ("xie.xitong", "he.yangli")
        )
        post = (
            db.execute(select(posts).where(posts.c.person_id == first, posts.c.role == "system_admin")).mappings().one()
        )
        db.execute(insert(posts).values({**post, "id": new_id(), "person_id": second}))
    return house.browser("he.yangli")


def test_an_approver_sees_where_to_return_and_what_that_undoes_and_returns(house: House) -> None:
    _with_a_return(house)
    case = house.case()
    zhao, wu = house.browser("zhao.zhishu"), house.browser("wu.zuwei")
    review = house.task(case, "review")
    assert zhao.post(f"/tasks/{review}/completion", {**FINE, "opinion": "In order"}).status_code == 200
    record = house.task(case, "record")
    assert "return" in wu.get(f"/tasks/{record}").json["can"]
    seen = wu.get(f"/tasks/{record}/returns")
    assert seen.status_code == 200
    assert (seen.json["mode"], seen.json["clause"]["id"]) == ("ask", "er_2")
    (target,) = seen.json["targets"]
    assert (target["to"], target["name"], target["step"], target["kind"]) == ("review", "Review", "1", "step")
    assert ([p["name"] for p in target["goes_to"]], target["redone"]) == (["Zhao Zhishu"], 1)
    assert [(v["task"], v["by"]["name"], v["decision_label"], v["opinion"]) for v in target["void"]] == [
        (review, "Zhao Zhishu", "Agree", "In order")
    ]
    assert [(g["task"], g["name"]) for g in target["gone"]] == [(record, "Record")]
    blank = wu.post(f"/tasks/{record}/return", {"to": "review", "opinion": " "})
    assert (blank.status_code, [e["field"] for e in blank.json["errors"]]) == (422, ["opinion"])
    body, key = {"to": "review", "opinion": "The date is missing", "straight": True}, {"Idempotency-Key": "back-1"}
    first = wu.post(f"/tasks/{record}/return", body, headers=key)
    again = wu.post(f"/tasks/{record}/return", body, headers=key)
    assert (first.status_code, again.status_code, again.json) == (200, 200, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    done = first.json
    assert (done["task"]["status"], done["target"], done["straight"]) == (
        "returned",
        {"element": "review", "name": "Review"},
        True,
    )
    assert (done["now_with"], [v["task"] for v in done["void"]]) == (["Zhao Zhishu"], [review])
    late = wu.post(f"/tasks/{record}/return", body)
    assert (late.status_code, late.json["code"], late.json["by"]) == (409, "err_already_returned", "Wu Zuwei")
    entries = house.browser("qi.shenji").get(f"/cases/{case['id']}/trail").json["items"]
    assert [e["kind"] for e in entries].count("task.returned") == 1
    assert [e["is_void"] for e in entries if e["kind"] == "task.completed"] == [True]
    (item,) = zhao.get("/tasks").json["items"]
    assert zhao.get(f"/tasks/{item['id']}").json["values"]["note"] == "Fine"
    assert zhao.post(f"/tasks/{item['id']}/completion", FINE).status_code == 200
    assert [i["element"] for i in wu.get("/tasks").json["items"]] == ["record"]


def test_without_the_designers_word_there_is_nowhere_to_return_to(lite: House) -> None:
    case = lite.case()
    lite.browser("zhao.zhishu").post(f"/tasks/{lite.task(case, 'review')}/completion", FINE)
    record, wu = lite.task(case, "record"), lite.browser("wu.zuwei")
    assert wu.get(f"/tasks/{record}/returns").json["targets"] == []
    answer = wu.post(f"/tasks/{record}/return", {"to": "review", "opinion": "Again"})
    assert (answer.status_code, answer.json["code"]) == (409, "err_no_return")


def test_a_completion_is_taken_back_in_time_and_not_later(house: House) -> None:
    case = house.case()
    zhao, wu = house.browser("zhao.zhishu"), house.browser("wu.zuwei")
    review = house.task(case, "review")
    zhao.post(f"/tasks/{review}/completion", FINE)
    (item,) = zhao.get("/tasks?box=done").json["items"]
    assert (item["id"], item["can_withdraw"], item["void_at"]) == (review, True, None)
    assert wu.post(f"/tasks/{review}/withdrawal", {"reason": "Not mine"}).status_code == 403
    assert house.browser("chu.zhishu").post(f"/tasks/{review}/withdrawal", {"reason": "x"}).status_code == 404
    back = zhao.post(f"/tasks/{review}/withdrawal", {"reason": "The wrong note"})
    assert (back.status_code, back.json["target"]["element"]) == (200, "review")
    assert back.json["next_task"]["element"] == "review"
    assert wu.get("/tasks").json["items"] == []
    (item,) = [i for i in zhao.get("/tasks?box=done").json["items"] if i["id"] == review]
    assert (item["can_withdraw"], item["void_at"] is not None) == (False, True)
    again = house.task(case, "review")
    zhao.post(f"/tasks/{again}/completion", FINE)
    wu.post(f"/tasks/{house.task(case, 'record')}/completion", {"answers": {"note": "Stamped"}})
    late = zhao.post(f"/tasks/{again}/withdrawal", {"reason": "Too late"})
    assert (late.status_code, late.json["code"], late.json["by"]) == (409, "err_already_acted", "Wu Zuwei")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": 7},
        {"reason": "x" * 2001},
        {"reason": "x", "cancel": "all"},
        {"reason": "x", "cancel": ["1"] * 101},
        {"reason": "x", "start": [None]},
        {"reason": "x", "start": ["'; drop table cases --"]},
        {"reason": "x", "cancel": ["99999999999999999999"], "start": ["record"]},
        {"reason": "x", "more": True},
    ],
)
def test_a_move_that_makes_no_sense_is_refused(lite: House, body: dict[str, object]) -> None:
    case = lite.case()
    assert lite.browser("xie.xitong").post(f"/cases/{case['id']}/moves", body).status_code == 422


def test_two_administrators_move_a_case(house: House) -> None:
    case = house.case()
    path = f"/cases/{case['id']}/moves"
    review, xie, auditor = house.task(case, "review"), house.browser("xie.xitong"), house.browser("qi.shenji")
    body = {"cancel": [review], "start": ["record"], "reason": "The reviewer has left"}
    seen = xie.post(path, {**body, "preview": True}).json
    assert (seen["move"], seen["preview"]["sound"], seen["preview"]["ends"]) == (None, "sound", False)
    assert [(g["task"], g["name"]) for g in seen["preview"]["gone"]] == [(review, "Review")]
    assert [o["element"] for o in seen["preview"]["opened"]] == ["record"]
    assert xie.get(path).json["items"] == []
    proposed = xie.post(path, body)
    assert proposed.status_code == 200
    move = proposed.json["move"]
    (item,) = xie.get(path).json["items"]
    assert (item["id"], item["status"], item["can_confirm"]) == (move, "proposed", False)
    assert auditor.post(path, body).status_code == 403
    assert auditor.post(f"{path}/{move}/confirmation", {"agree": True}).status_code == 403
    own = xie.post(f"{path}/{move}/confirmation", {"agree": True})
    assert (own.status_code, own.json["code"]) == (403, "err_own_entry")
    second = _second_admin(house)
    done = second.post(f"{path}/{move}/confirmation", {"agree": True})
    assert (done.status_code, done.json["items"][0]["status"]) == (200, "done")
    assert [t["element"] for t in auditor.get(f"/cases/{case['id']}").json["open_tasks"]] == ["record"]
    twice = second.post(f"{path}/{move}/confirmation", {"agree": True})
    assert (twice.status_code, twice.json["code"]) == (409, "err_already_decided")
    assert auditor.get(path).json["items"][0]["decided_by"]["name"]
