"""Messages and signals at the door: who may send, what is delivered before the answer, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from engine import definitions, messages
from engine.actors import Actor
from tests.api.conftest import Browser, House
from tests.engine.drawing import ASKED, DONE, call, event, model, named, receive, task
from tests.engine.drawing import by as caused_by

GOT = '<liuhen:output target="got" source="=message.value"/>'
ADMINISTRATOR = "xie.xitong"

MODELS = (
    model("waits", ASKED, receive("hear", "news", "=&quot;k&quot;", GOT), DONE, declared=named("news")),
    model(
        "listens",
        ASKED,
        event("intermediateCatchEvent", "hear", caused_by("signal", "alarm")),
        DONE,
        declared=named("alarm", kind="signal"),
    ),
    model("helper", ASKED, task("work"), DONE),
    model("caller", ASKED, call("calls", "helper"), DONE),
)


@pytest.fixture(autouse=True)
def published(request: pytest.FixtureRequest) -> None:
    house: House = request.getfixturevalue("house" if "house" in request.fixturenames else "lite")
    with house.store.transaction() as db:
        for files in MODELS:
            definitions.publish(db, Actor.operator(), house.store.moment(db), files, "for the tests")


def start(house: House, definition: str, name: str = "lin.ceshi") -> str:
    answer = house.browser(name).post("/cases", {"definition": definition, "unit": "B071", "data": {}})
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


def case(house: House, id_: str, name: str = "lin.ceshi") -> dict[str, Any]:
    found: dict[str, Any] = house.browser(name).get(f"/cases/{id_}").json
    return found


def program(house: House) -> Browser:
    return house.worker(messages.PERMISSION)


def test_a_message_is_delivered_before_its_request_is_answered(house: House) -> None:
    waiting = start(house, "waits")
    sent = {"name": "news", "key": "k", "data": {"value": {"n": 12.5, "on": "2026-03-02"}}, "time_to_live": "P7D"}
    answer = program(house).post("/messages", sent)
    assert (answer.status_code, list(answer.json)) == (201, ["id"])
    seen = case(house, waiting)
    assert (seen["status"], seen["data"]["got"]) == ("ended", {"n": "12.5", "on": "2026-03-02"})
    # Nobody waits any more: the next one is kept.
    kept = house.browser(ADMINISTRATOR).post("/messages", sent).json["id"]
    listed = house.browser(ADMINISTRATOR).get("/messages?status=pending").json["items"]
    assert [(m["id"], m["kind"], m["name"]) for m in listed] == [(kept, "message", "news")]
    assert not {"data", "key"} & set(listed[0])
    assert start_and_see(house) == "ended"


def start_and_see(house: House) -> str:
    """The case is started and given what waits for it: its starter's next look finds it ended."""
    return str(case(house, start(house, "waits"))["status"])


def test_a_signal_reaches_everybody_who_listens(house: House) -> None:
    listening = [start(house, "listens") for _ in range(3)]
    assert program(house).post("/signals", {"name": "alarm", "data": {"a": 1}}).status_code == 201
    assert {case(house, one)["status"] for one in listening} == {"ended"}


def test_a_request_that_comes_twice_sends_once(house: House) -> None:
    first, second = start(house, "waits"), start(house, "waits")
    sender, headers = program(house), {"Idempotency-Key": "k-1"}
    ids = {sender.post("/messages", {"name": "news", "key": "k"}, headers=headers).json["id"] for _ in range(3)}
    assert len(ids) == 1
    assert [case(house, one)["status"] for one in (first, second)] == ["ended", "running"]


def test_only_whoever_may_sends_and_looks(lite: House) -> None:
    body = {"name": "news", "key": "k"}
    for asker in (lite.browser("lin.ceshi"), lite.browser("zhao.zhishu"), lite.worker("write")):
        assert asker.post("/messages", body).status_code == 403
        assert asker.post("/signals", {"name": "alarm"}).status_code == 403
    assert lite.browser("lin.ceshi").get("/messages").status_code == 403
    assert program(lite).get("/messages").status_code == 403
    assert lite.browser(lite.office.auditor).get("/messages").status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"name": "news", "key": "k" * 201}, "key"),
        ({"name": "news", "key": 7}, "key"),
        ({"name": "news", "data": [1]}, "data"),
        ({"name": "news", "data": {"text": "x" * 66_000}}, "data"),
        ({"name": "news", "time_to_live": "soon"}, "time_to_live"),
        ({"name": "news", "time_to_live": "P1Y"}, "time_to_live"),
        ({"name": "news", "time_to_live": "-P1D"}, "time_to_live"),
        ({"name": "news", "time_to_live": "P9999999D"}, "time_to_live"),
        ({"name": "news", "more": 1}, "more"),
    ],
)
def test_a_message_that_does_not_fit_is_refused(lite: House, body: dict[str, Any], field: str) -> None:
    answer = program(lite).post("/messages", body)
    assert answer.status_code == 422, answer.text
    assert field in {e["field"] for e in answer.json["errors"]}
    assert lite.browser(ADMINISTRATOR).get("/messages").json["items"] == []


def test_a_body_beyond_all_bounds_is_not_even_read(lite: House) -> None:
    assert program(lite).post("/messages", {"name": "news", "data": {"x": "y" * 100_000}}).status_code == 413


def test_a_case_names_what_called_it_and_what_it_called(house: House) -> None:
    caller = start(house, "caller")
    seen = case(house, caller)
    (called,) = seen["called"]
    assert seen["parent"] is None
    inside = case(house, called["id"])
    assert (inside["number"], inside["parent"]["id"], inside["called"]) == (called["number"], caller, [])
    tasks = {t["element"]: t["id"] for t in inside["open_tasks"]}
    done = house.browser("zhao.zhishu").post(f"/tasks/{tasks['work']}/completion", {"answers": {}})
    assert done.status_code == 200, done.text
    assert case(house, caller)["status"] == "ended"  # delivered before the answer
