"""Drafts over HTTP: begun in every way, saved by one person at a time, restored, compared, exported and taken in."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Browser, House

DESIGNER = "jiang.sheji"


def begun(browser: Browser, origin: dict[str, Any]) -> dict[str, Any]:
    answer = browser.post("/drafts", {"from": origin})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_a_draft_from_nothing_can_be_published_as_it_is(lite: House) -> None:
    designer = lite.browser(DESIGNER)
    draft = begun(designer, {"nothing": {"key": "club_room", "name_zh": "借用活动室", "name_en": "Club room"}})
    assert (draft["state"], draft["rev"], draft["based_on"], draft["name"]) == ("draft", 1, None, "Club room")
    assert designer.post(f"/drafts/{draft['id']}/check", {}).json == {"key": "club_room", "ok": True, "findings": []}
    played = designer.post(f"/drafts/{draft['id']}/rehearsals", {}).json
    assert (played["passed"], played["coverage"]["missed_elements"]) == (True, [])
    refused = designer.post("/drafts", {"from": {"nothing": {"key": "Club Room"}}})
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "bad_key")
    assert designer.post("/drafts", {"from": {}}).status_code == 422


def test_drafts_are_for_designers(lite: House) -> None:
    member, auditor = lite.browser("lin.ceshi"), lite.browser(lite.office.auditor)
    assert member.get("/drafts").status_code == 403
    assert auditor.post("/drafts", {"from": {"nothing": {"key": "club_room"}}}).status_code == 403
    assert lite.browser(DESIGNER).get("/drafts/nothing").status_code == 404
