"""The worklist over HTTP: counts, filters, saved views, live updates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from api import events
from engine import actors
from tests.api.conftest import House

FINE = {"answers": {"note": "Fine"}, "decision": "agree"}


def test_the_counts_of_all_boxes_follow_what_is_done(house: House) -> None:
    case = house.case()
    secretary = house.browser("zhao.zhishu")
    before = secretary.get("/tasks/counts").json
    assert before["todo"] == {"count": 1, "is_more": False, "unread": 0}
    assert before["done"] == {"count": 0, "is_more": False, "unread": 0}
    secretary.post(f"/tasks/{house.task(case, 'review')}/completion", FINE)
    after = secretary.get("/tasks/counts").json
    assert (after["todo"]["count"], after["done"]["count"]) == (0, 1)
    assert house.browser("lin.ceshi").get("/tasks/counts").json["started"]["count"] == 1


def test_a_box_is_narrowed_by_everything_that_a_page_asks(lite: House) -> None:
    case = lite.case("lin.ceshi", "A stamp")
    lite.case("he.yangli", "A seal")
    browser = lite.browser("zhao.zhishu")

    def found(query: str) -> list[str]:
        answer = browser.get(f"/tasks?{query}")
        assert answer.status_code == 200, answer.json
        return [item["case"]["number"] for item in answer.json["items"]]

    unit = browser.get("/tasks").json["items"][0]["unit"]
    starter = browser.get(f"/tasks?case={case['id']}").json["items"][0]["started_by"]
    assert len(found("definition=errand&step=1")) == 2
    assert found("definition=errand&step=99") == []
    assert found(f"starter={starter['id']}") == [case["number"]]
    assert len(found(f"unit={unit['code']}")) == 2
    with lite.store.reading() as db:
        root = actors.root(db, lite.store.moment(db).today)
    office = root.code if root is not None else ""
    assert found(f"unit={office}") == []
    assert len(found(f"unit={office}&below=true")) == 2
    assert found("overdue=true") == []
    assert len(found("overdue=false")) == 2
    assert found("arrived_to=2026-03-01") == []
    assert len(found("arrived_from=2026-03-02&arrived_to=2026-03-02")) == 2
    assert found("claimed=mine") == []
    assert len(found("claimed=free")) == 2
    assert found("mark=late_entry") == []
    assert found(f"q={case['number'].lower()}") == [case["number"]]
    assert found("q=STAMP") == [case["number"]]
    assert browser.get("/tasks?total=true&limit=1").json["total"] == 2
    for wrong in ("step=1", "sort=nothing", "claimed=everybody", "unit=none", "arrived_from=yesterday"):
        assert browser.get(f"/tasks?{wrong}").status_code in (404, 422), wrong


def test_what_others_wrote_is_found_by_whoever_may_read_it(lite: House) -> None:
    case = lite.case("lin.ceshi", "A stamp")
    secretary = lite.browser("zhao.zhishu")
    secretary.post(f"/tasks/{lite.task(case, 'review')}/completion", {**FINE, "opinion": "unprecedented"})
    assert [i["case"]["id"] for i in secretary.get("/tasks?box=done&q=unprecedented").json["items"]] == [case["id"]]


def test_a_page_goes_on_where_it_was_while_tasks_come_and_go(lite: House) -> None:
    for number in range(5):
        lite.case("lin.ceshi", f"Thing {number}")
    browser = lite.browser("zhao.zhishu")
    first = browser.get("/tasks?limit=2&sort=opened").json
    lite.case("lin.ceshi", "Later")
    second = browser.get("/tasks", query_string={"limit": 4, "sort": "opened", "cursor": first["next"]}).json
    titles = [i["case"]["title"] for i in first["items"] + second["items"]]
    assert titles == [f"办事：Thing {n}" for n in (4, 3, 2, 1, 0)]


def test_a_view_is_kept_for_its_owner_alone(lite: House) -> None:
    browser, other = lite.browser("zhao.zhishu"), lite.browser("chen.jijian")
    given = {"name": "催办", "filter": {"box": "todo", "overdue": True, "q": "印章"}, "position": 1}
    assert browser.put("/views/mine", given).status_code == 200
    assert browser.put("/views/mine", {**given, "name": "急件"}).status_code == 200
    (view,) = browser.get("/views").json["items"]
    assert view == {
        "id": "mine",
        "name": "急件",
        "filter": {"box": "todo", "overdue": "true", "q": "印章"},
        "position": 1,
        "page": "worklist",
    }
    assert other.get("/views").json["items"] == []
    assert other.delete("/views/mine").status_code == 404
    assert browser.put("/views/mine", {**given, "filter": {"nonsense": 1}}).status_code == 422
    assert browser.put("/views/no_such%20id", given).status_code == 422
    for number in range(29):
        assert browser.put(f"/views/v{number}", given).status_code == 200
    full = browser.put("/views/v99", given)
    assert (full.status_code, full.json["code"]) == (409, "err_too_many_views")
    assert browser.delete("/views/mine").status_code == 204
    assert len(browser.get("/views").json["items"]) == 29


# ---------------------------------------------------------------- live


def told(stream: Iterator[Any]) -> tuple[str, str, Any]:
    """The next event of a stream: its name, its id and its data."""
    for chunk in stream:
        lines = dict(line.split(": ", 1) for line in chunk.decode().strip().splitlines() if not line.startswith(":"))
        if lines:
            return lines["event"], lines["id"], json.loads(lines["data"])
    raise AssertionError("the stream has ended")


def test_a_page_hears_of_what_changed_without_asking(house: House) -> None:
    secretary = house.browser("zhao.zhishu")
    answer = secretary.client.get("/api/v1/events")
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    stream = iter(answer.response)
    assert told(stream)[0] == "ready"
    house.case()
    name, last, data = told(stream)
    while data["counts"]["todo"]["count"] == 0:  # the listener says once that it has begun
        name, last, data = told(stream)
    assert (name, data["counts"]["todo"]) == ("changed", {"count": 1, "is_more": False, "unread": 0})
    answer.close()
    house.case()
    again = secretary.client.get("/api/v1/events", headers={"Last-Event-ID": last})
    stream = iter(again.response)
    assert told(stream)[0] == "ready"
    assert told(stream)[2]["counts"]["todo"]["count"] == 2
    again.close()


def test_nobody_hears_without_signing_in_and_nobody_beyond_the_last_seat(lite: House) -> None:
    assert lite.anonymous().get("/events").status_code == 401
    browser = lite.browser("zhao.zhishu")
    hub = events.hub_of(lite.store)
    taken = 0
    while hub.enter():
        taken += 1
    refused = browser.get("/events")
    assert (refused.status_code, refused.json["code"]) == (429, "err_throttled")
    assert taken == events.STREAMS
    for _ in range(taken):
        hub.leave()
