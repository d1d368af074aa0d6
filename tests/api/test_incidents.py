"""Cases that could not go on, as whoever runs the system sees and mends them."""

from __future__ import annotations

from engine import cases
from tests.api.conftest import House


def test_a_case_that_stands_still_is_seen_and_let_go_on(house: House) -> None:
    case, other = house.case(), house.case("he.yangli", "A seal")
    with house.store.transaction() as db:
        cases.fail(db, house.store.moment(db), case["id"], "review: nothing is called x here")
    admin = house.browser("xie.xitong")
    (incident,) = admin.get("/incidents").json["items"]
    assert incident == {
        "id": case["id"],
        "number": case["number"],
        "reason": "review: nothing is called x here",
        "at": "2026-03-02T09:00:00.000+08:00",
    }
    assert admin.get(f"/cases/{case['id']}/incidents").json["items"] == [incident]
    assert house.browser("zhao.zhishu").get(f"/cases/{case['id']}/incidents").json["items"] == [incident]
    assert house.browser("zhao.zhishu").get(f"/cases/{other['id']}/incidents").json["items"] == []
    assert house.browser("chu.zhishu").get(f"/cases/{case['id']}/incidents").status_code == 404
    assert house.browser("zhao.zhishu").get("/incidents").status_code == 403
    assert house.browser("zhao.zhishu").post(f"/incidents/{case['id']}/retry").status_code == 403
    assert admin.post(f"/incidents/{case['id']}/retry").status_code == 204
    assert admin.post("/clock/advance", {"by": "PT1M"}).status_code == 200
    assert admin.get("/incidents").json["items"] == []
    assert house.browser("lin.ceshi").get(f"/cases/{case['id']}").json["status"] == "running"
    again = admin.post(f"/incidents/{case['id']}/retry")
    assert (again.status_code, again.json["code"]) == (409, "err_not_failed")
