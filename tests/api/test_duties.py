"""The rules of separation over HTTP: who reads them, who publishes them, and what an appointment has to keep."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api import doctor, folders
from tests.api.conftest import House
from tests.engine.directory import add_post

SECURITY, SYSTEM, AUDITOR, DESIGNER = "zou.anquan", "xie.xitong", "qi.shenji", "jiang.sheji"


@pytest.fixture
def content() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folders.PROCESSES / folders.DUTIES).read_text("utf-8"))
    return found


def publish(house: House, content: Any) -> int:
    """Proposed by the security administrator, confirmed by the system administrator; gives the version."""
    waits = house.browser(SECURITY).post("/duties", {"content": content, "reason": "设立"})
    assert waits.status_code == 202, waits.text
    done = house.browser(SYSTEM).post(f"/proposals/{waits.json['id']}/confirm", {})
    assert done.status_code == 200, done.text
    return int(house.browser(AUDITOR).get("/duties").json["version"])


def test_rules_are_published_once_and_read_in_the_askers_language(house: House, content: dict[str, Any]) -> None:
    nothing = {"version": 0, "rules": [], "versions": [], "content": None}
    assert house.browser("lin.ceshi").get("/duties").json == nothing
    once = {"headers": {"Idempotency-Key": "the-rules"}}
    sent = {"content": content, "reason": "设立"}
    first = house.browser(SECURITY).post("/duties", sent, **once)
    assert (first.status_code, first.json["status"]) == (202, "proposed")
    assert house.browser(SECURITY).post("/duties", sent, **once).json == first.json
    assert house.browser(AUDITOR).get("/duties").json["version"] == 0, "one person alone publishes none"
    assert publish(house, content) == 1
    assert house.browser(SECURITY).post("/duties", sent).json == {"version": 1, "is_new": False}
    shown = house.browser("lin.ceshi").get("/duties").json
    assert (shown["version"], len(shown["rules"]), shown["versions"][0]["reason"]) == (1, 24, "设立")
    assert shown["rules"][4]["terms"][0] == {
        "kind": "named",
        "kind_name": "whoever has a role in the case",
        "enforcement": "warn",
        "enforcement_name": "warned: needs a reason and a second person",
        "people": ["introducer"],
        "duties": ["votes"],
    }
    for language, basis in (("zh", "本系统的规定"), ("en", "policy of the office")):
        spoken = house.browser("lin.ceshi").get("/duties", headers={"Accept-Language": language}).json
        assert spoken["rules"][0]["basis"] == basis


def test_rules_that_cannot_be_read_are_refused_with_a_remedy_each(house: House, content: dict[str, Any]) -> None:
    security = house.browser(SECURITY)
    content["rules"][0]["kind"] = "magic"
    refused = security.post("/duties", {"content": content, "reason": "试"})
    assert (refused.status_code, refused.json["code"]) == (422, "err_definition_refused")
    assert [(f["rule"], f["element"], bool(f["remedy"])) for f in refused.json["findings"]] == [
        ("unknown_choice", "sod_01", True)
    ]
    assert security.post("/duties", {"content": "{", "reason": "试"}).status_code == 422
    assert security.post("/duties", {"content": '{"rules": []}', "reason": "  "}).status_code == 422
    assert security.post("/duties", {"content": 3, "reason": "试"}).status_code == 422
    for name in (DESIGNER, SYSTEM, AUDITOR, "lin.ceshi"):
        assert house.browser(name).post("/duties", {"content": '{"rules": []}', "reason": "试"}).status_code == 403
    assert house.browser(SECURITY).get("/duties").json["version"] == 0


def test_an_appointment_against_a_rule_cites_it_and_an_old_one_is_a_complaint(house: House, content: Any) -> None:
    publish(house, content)
    accountant = house.browser(AUDITOR).get("/posts?unit=C07&role=dues_accountant").json["items"][0]["person"]["id"]
    wanted = {"person": accountant, "role": "dues_cashier", "unit": "C07"}
    refused = house.browser(SYSTEM).post("/posts", wanted)
    assert (refused.status_code, refused.json["code"]) == (403, "sod_14")
    assert refused.json["clause"]["article"].startswith("Rules on the Collection")
    assert "posts_exclude" not in [c.rule for c in doctor.examine(house.store)]
    committee = _unit(house, "C07")
    with house.store.transaction() as db:
        add_post(db, "x", "dues_cashier", "x", person_id=accountant, unit_id=committee)
    assert [c.rule for c in doctor.examine(house.store)].count("posts_exclude") == 1


def _unit(house: House, code: str) -> str:
    return str(house.browser(AUDITOR).get(f"/units/{code}").json["id"])


def test_reports_are_for_auditors_and_come_in_parts(lite: House) -> None:
    assert lite.browser(AUDITOR).get("/duties/reports").json == {"items": [], "next": None}
    assert lite.browser(AUDITOR).get("/duties/reports?kind=whispered").status_code == 422
    assert lite.browser(AUDITOR).get("/duties/reports?rule=%25").status_code == 422
    assert lite.browser(SECURITY).get("/duties/reports").status_code == 403
    assert lite.anonymous().get("/duties/reports").status_code == 401
    assert lite.browser(DESIGNER).get("/definitions/nothing/duties").status_code == 404
