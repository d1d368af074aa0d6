"""A draft while it is drawn, over HTTP: the names an element may use, and a play of it; nothing is stored."""

from __future__ import annotations

from tests.api.conftest import House

DESIGNER = "jiang.sheji"


def test_a_draft_is_played_step_by_step_and_stores_nothing(lite: House) -> None:
    designer = lite.browser(DESIGNER)
    draft = designer.post("/drafts", {"from": {"nothing": {"key": "tea_order"}}}).json
    at = f"/drafts/{draft['id']}"
    before = designer.post(f"{at}/plays", {"play": {"title": "t", "steps": []}}).json
    assert (before["stopped"], before["frames"][-1]["waiting"]) == (None, [])
    someone = next(one["id"] for one in before["people"] if one["id"].startswith("full_member@B1"))
    begun = [{"by": someone, "start": {"matter": "tea"}}]
    played = designer.post(f"{at}/plays", {"play": {"title": "t", "steps": begun}}).json
    (waiting,) = played["frames"][-1]["waiting"]
    assert (waiting["element"], waiting["status"], waiting["asked"]) == ("handle", "open", ["branch_secretary@B1"])
    over = [*begun, {"do": "handle", "by": someone}, {"pass": "P1D"}]
    refused = designer.post(f"{at}/plays", {"play": {"title": "t", "steps": over}}).json
    assert (refused["stopped"]["step"], len(refused["frames"])) == (2, 2)
    malformed = designer.post(f"{at}/plays", {"play": {"title": "t", "steps": [{"dance": 1}]}})
    assert malformed.json["code"] == "err_definition_refused"
    broken = designer.post(f"{at}/plays", {"files": {"process.bpmn": "<"}, "play": {"steps": []}})
    assert broken.status_code == malformed.status_code
    assert designer.get("/cases").json["items"] == []
    member = lite.browser("lin.ceshi")
    assert member.post(f"{at}/plays", {"play": {"steps": []}}).status_code == 403


def test_names_are_told_to_whoever_may_read_drafts(lite: House) -> None:
    designer = lite.browser(DESIGNER)
    draft = designer.post("/drafts", {"from": {"nothing": {"key": "tea_names"}}}).json
    names = designer.get(f"/drafts/{draft['id']}/names?element=handle").json["names"]
    assert {"name": "today", "from": "given", "element": None, "is_set": True} in names
    assert lite.browser("lin.ceshi").get(f"/drafts/{draft['id']}/names").status_code == 403
    assert designer.get("/drafts/nothing/names").status_code == 404
