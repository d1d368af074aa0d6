"""The virtual clock: what falls due is done, in order, before the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from api.app import create_app
from api.clock import later
from api.contract import session_cookie
from engine.store import Store
from tests.api.conftest import House


def test_moving_the_clock_does_everything_that_falls_due_on_the_way(house: House) -> None:
    case = house.case()
    house.browser("zhao.zhishu").post(
        f"/tasks/{house.task(case, 'review')}/completion", {"answers": {"note": "Fine"}, "decision": "agree"}
    )
    wu = house.browser("wu.zuwei")
    assert wu.get("/clock").json["today"] == "2026-03-02"
    moved = wu.put("/clock", {"now": "2026-03-20T09:00:00"})
    assert moved.status_code == 200
    assert (moved.json["today"], moved.json["now"]) == ("2026-03-20", "2026-03-20T09:00:00.000+08:00")
    assert moved.json["acted"] >= 1
    (item,) = wu.get("/tasks").json["items"]
    assert (item["due_on"], item["is_late"], item["age_days"]) == ("2026-03-05", True, 18)
    entries = house.browser("qi.shenji").get(f"/cases/{case['id']}/trail").json["items"]
    overdue = next(entry for entry in entries if entry["kind"] == "task.overdue")
    assert overdue["at"].startswith("2026-03-06T00:00:00")


def test_the_clock_is_let_on_by_a_duration(lite: House) -> None:
    browser = lite.browser("zhao.zhishu")
    assert browser.post("/clock/advance", {"by": "P1M"}).json["today"] == "2026-04-02"
    assert browser.post("/clock/advance", {"by": "PT20H"}).json["today"] == "2026-04-03"
    for wrong in ("P", "PT", "1M", "P1.5D", "-P1D", "P1H", "P9999999Y", "P300Y", ""):
        assert browser.post("/clock/advance", {"by": wrong}).status_code == 422, wrong
    assert browser.get("/clock").json["today"] == "2026-04-03"


@pytest.mark.parametrize(
    ("by", "then"),
    [
        ("P1M", "2026-02-28T09:00:00"),
        ("P1Y1M", "2027-02-28T09:00:00"),
        ("P2W", "2026-02-14T09:00:00"),
        ("P1DT15H30M", "2026-02-02T00:30:00"),
        ("P12M", "2027-01-31T09:00:00"),
    ],
)
def test_a_duration_is_added_as_the_calendar_says(by: str, then: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    assert later(datetime(2026, 1, 31, 9, tzinfo=zone), by) == datetime.fromisoformat(then).replace(tzinfo=zone)


@pytest.mark.parametrize(
    "now", ["yesterday", "2026-13-01T00:00:00Z", "1900-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 5]
)
def test_a_time_that_is_none_is_refused(lite: House, now: object) -> None:
    assert lite.browser("zhao.zhishu").put("/clock", {"now": now}).status_code == 422


def test_whoever_moves_the_clock_leaves_an_entry(lite: House) -> None:
    lite.browser("zhao.zhishu").put("/clock", {"now": "2026-03-03T09:00:00"})
    (entry,) = lite.browser("qi.shenji").get("/trail?kind=clock.moved").json["items"]
    assert entry["actor"]["name"] == "Zhao Zhishu"
    assert "2026-03-03" in entry["sentence"]


def test_an_office_with_a_real_clock_has_no_such_door(lite: House) -> None:
    store = Store(replace(lite.store.settings, clock="system"))
    token, csrf = lite.office.sign_in(store, "zhao.zhishu")
    client = create_app(store).test_client()
    client.set_cookie(session_cookie(store.settings), token)
    for answer in (
        client.get("/api/v1/clock"),
        client.put("/api/v1/clock", json={"now": "2026-03-20T09:00:00"}, headers={"X-CSRF-Token": csrf}),
        client.post("/api/v1/clock/advance", json={"by": "P1D"}, headers={"X-CSRF-Token": csrf}),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (404, "err_no_virtual_clock")
    store.close()
