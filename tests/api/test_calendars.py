"""Calendars over HTTP: everybody reads them, whoever manages the office adjusts them, anybody tries the arithmetic."""

from __future__ import annotations

import pytest

from tests.api.conftest import House

ADMINISTRATOR = "xie.xitong"
NOTICE = "日期,班休,名称\n2027-01-01,休,元旦\n2027-01-03,班,\n"


def test_everybody_reads_the_calendar_of_the_office(lite: House) -> None:
    browser = lite.browser("lin.ceshi")
    listed = browser.get("/calendars").json
    assert [(c["id"], c["name"], c["number"]) for c in listed["items"]] == [("office", "The whole office", 0)]
    assert (listed["national"], listed["can_adjust"]) == ([2004, 2026], False)
    year = browser.get("/calendars/office?year=2026").json
    assert (year["working_days"], year["provisional"], len(year["days"])) == (248, False, 39)
    assert year["days"][0] == {
        "day": "2026-01-01",
        "is_worked": False,
        "name": None,
        "holiday": "New Year's Day",
        "national": False,
        "own": False,
        "calendar": None,
    }
    assert year["hours"] == [{"since": "09:00", "until": "12:00"}, {"since": "14:00", "until": "18:00"}]
    assert browser.get("/calendars/office?year=2027").json["provisional"] is True
    assert browser.get("/calendars/B071").json["unit"]["code"] == "B071"
    assert browser.get("/calendars/nowhere").status_code == 404


def test_an_adjustment_is_seen_made_once_and_stays_readable(house: House) -> None:
    admin = house.browser(ADMINISTRATOR)
    sent = {"csv": NOTICE, "year": 2027, "reason": "2027年放假通知", "basis": "国办发明电"}
    seen = admin.post("/calendars/office/days", {**sent, "preview": True})
    assert (seen.json["number"], [d["day"] for d in seen.json["days"]]) == (None, ["2027-01-01", "2027-01-03"])
    assert house.browser("lin.ceshi").get("/calendars/office?year=2027").json["provisional"] is True
    again = {"headers": {"Idempotency-Key": "notice-2027"}}
    first = admin.post("/calendars/office/days", sent, **again)
    assert admin.post("/calendars/office/days", sent, **again).json == first.json
    assert first.json["number"] == 1
    unit = admin.post(
        "/calendars/C07/days",
        {"days": [{"day": "2027-01-04", "is_worked": False, "name": "搬迁"}], "reason": "搬迁"},
    )
    assert unit.json["number"] == 2
    reader = house.browser("lin.ceshi")
    year = reader.get("/calendars/office?year=2027").json
    assert (year["provisional"], year["noticed"]) == (False, [2027])
    assert [(d["day"], d["is_worked"], d["own"]) for d in year["days"]] == [
        ("2027-01-01", False, True),
        ("2027-01-03", True, True),
    ]
    (change,) = year["history"]
    assert (change["reason"], change["basis"], change["set_by"]["name"]) == (
        "2027年放假通知",
        "国办发明电",
        "Xie Xitong",
    )
    below = reader.get("/calendars/B071?year=2027").json["days"]
    assert [(d["day"], d["calendar"] == "office") for d in below] == [
        ("2027-01-01", True),
        ("2027-01-03", True),
        ("2027-01-04", False),
    ]
    assert [c["number"] for c in reader.get("/calendars").json["items"]] == [1, 2]
    (entry, _) = house.browser("qi.shenji").get("/trail?kind=calendar.changed").json["items"]
    assert entry["sentence"] in (
        "Xie Xitong adjusted the calendar: 2027年放假通知",
        "Xie Xitong adjusted the calendar: 搬迁",
    )


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"days": [], "reason": "x"}, 422, "days"),
        ({"days": [{"day": "2026-04-08", "is_worked": False}], "reason": " "}, 422, "reason"),
        ({"csv": "2026-04-31,off", "reason": "x"}, 422, "csv[0]"),
        ({"hours": [{"since": "14:00", "until": "09:00"}], "reason": "x"}, 422, "hours"),
        ({"hours": [{"since": "9", "until": "10:00"}], "reason": "x"}, 422, "hours[0].since"),
        ({"days": [{"day": "soon", "is_worked": False}], "reason": "x"}, 422, "days[0].day"),
    ],
)
def test_an_adjustment_that_is_wrong_changes_nothing(
    lite: House, sent: dict[str, object], status: int, field: str
) -> None:
    refused = lite.browser(ADMINISTRATOR).post("/calendars/office/days", sent)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (status, field)
    assert lite.browser(ADMINISTRATOR).get("/calendars").json["items"][0]["number"] == 0


def test_nobody_else_adjusts_a_calendar(lite: House) -> None:
    sent = {"days": [{"day": "2026-04-08", "is_worked": False}], "reason": "x"}
    for name in ("lin.ceshi", "zhao.zhishu", "qi.shenji", "jiang.sheji"):
        assert lite.browser(name).post("/calendars/office/days", sent).status_code == 403


def test_anybody_tries_the_arithmetic(lite: House) -> None:
    browser = lite.browser("lin.ceshi")

    def ask(query: str) -> tuple[object, ...]:
        found = browser.get(f"/calendars/office/arithmetic?{query}").json
        return found["on"], found["at"], found["text"], found["provisional"]

    assert ask("from=2026-04-02&days=5") == (
        "2026-04-10",
        None,
        "2026-04-02 + 5 working days, without 4–6 Apr = 2026-04-10",
        False,
    )
    assert ask("from=2026-04-10&days=-5")[0] == "2026-04-02"
    assert ask("from=2026-09-18&days=10")[0] == "2026-10-09"
    assert ask("from=2026-01-31&length=P1M")[2] == (
        "2026-01-31 + 1 month, that month has no such day: its last = 2026-02-28"
    )
    assert ask("from=2026-04-03&at=16:00&length=4 working hours")[:2] == ("2026-04-07", "11:00")
    assert ask("from=2026-12-31&days=2")[3] is True
    assert browser.get("/calendars/office/arithmetic?from=2026-04-02&length=soon").status_code == 422
    assert browser.get("/calendars/office/arithmetic?from=9999-12-30&days=9").status_code == 422
    assert browser.get("/calendars/office/arithmetic?days=9").status_code == 422
