"""Drafts over HTTP: begun in every way, saved by one person at a time, restored, compared, exported and taken in."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from sqlalchemy import select

from api import folders
from api.app import PREFIX
from engine import actors, drafts, tables
from tests.api import errand
from tests.api.conftest import Browser, House
from tests.together import together

DESIGNER, SECOND = "jiang.sheji", "dou.zuzhi"


def begun(browser: Browser, origin: dict[str, Any]) -> dict[str, Any]:
    answer = browser.post("/drafts", {"from": origin})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def second_designer(house: House) -> Browser:
    """Somebody else who may publish, too."""
    with house.store.transaction() as db:
        moment = house.store.moment(db)
        account = select(tables.accounts.c.person_id).where(tables.accounts.c.name == SECOND)
        root = actors.root(db, moment.today)
        assert root is not None
        actors.appoint(db, moment, db.execute(account).scalar_one(), "designer", root.id, moment.today)
    return house.browser(SECOND)


def exported(browser: Browser, draft: str) -> bytes:
    answer = browser.client.get(f"{PREFIX}/drafts/{draft}/export", headers=browser.headers)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    return bytes(answer.data)


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


def test_what_somebody_else_saved_or_edits_is_never_written_over(house: House) -> None:
    one, other = house.browser(DESIGNER), second_designer(house)
    draft = begun(one, {"version": {"key": errand.KEY}})
    at = f"/drafts/{draft['id']}"
    assert (draft["based_on"], draft["newest"], draft["running"]) == (1, 1, 0)
    assert one.post(f"{at}/editing", {}).json["edited_by"]["name"] == draft["owner"]["name"]
    taken = other.post(f"{at}/editing", {})
    assert (taken.status_code, taken.json["code"]) == (409, "err_draft_edited_by_other")
    assert taken.json["by"] == draft["owner"]["name"]
    mine = other.put(f"{at}/files", {"rev": 1, "files": {"README.md": "mine"}})
    assert mine.json["code"] == "err_draft_edited_by_other"
    assert other.post(f"{at}/editing", {"take_over": True}).status_code == 200
    told = one.post(f"{at}/editing", {})
    assert (told.status_code, told.json["code"]) == (409, "err_draft_edited_by_other")
    assert one.delete(f"{at}/editing").status_code == 204, "and it is still the other one's"
    saved = other.put(f"{at}/files", {"rev": 1, "files": {"README.md": "What it is for\n"}, "note": "a page"})
    assert (saved.status_code, saved.json["rev"], saved.json["edited_by"]["id"]) == (
        200,
        2,
        saved.json["saved_by"]["id"],
    )
    other.delete(f"{at}/editing")
    late = one.put(f"{at}/files", {"rev": 1, "files": {"README.md": "late"}})
    assert (late.status_code, late.json["code"], late.json["rev"]) == (409, "err_draft_saved_by_other", 2)

    def save(browser: Browser, text: str) -> int:
        return browser.put(f"{at}/files", {"rev": 2, "files": {"README.md": text}}).status_code

    assert sorted(together(lambda: save(one, "one"), lambda: save(other, "other"))) == [200, 409]
    same = one.get(at).json["files"]["README.md"]
    assert one.put(f"{at}/files", {"rev": 3, "files": {"README.md": same}}).json["rev"] == 3, "no change is no save"
    removed = one.put(f"{at}/files", {"rev": 3, "files": {"README.md": None}})
    assert removed.json["rev"] == 4
    assert one.post(f"{at}/saves/2/restoration").json["rev"] == 5
    assert one.get(at).json["files"]["README.md"] == "What it is for\n"
    saves = one.get(f"{at}/saves").json["items"]
    assert [(s["rev"], s["changed"]) for s in saves[:4]] == [(n, ["README.md"]) for n in (5, 4, 3, 2)]
    assert one.post(f"{at}/saves/9/restoration").status_code == 404
    for path in ("../x", "/etc/x", "a/./b"):
        assert one.put(f"{at}/files", {"rev": 5, "files": {path: ""}}).status_code == 422, path
    assert one.post(f"{at}/withdrawal", {"reason": " "}).status_code == 422
    assert one.post(f"{at}/withdrawal", {"reason": "not needed"}).json["state"] == "withdrawn"
    closed = one.put(f"{at}/files", {"rev": 5, "files": {"README.md": ""}})
    assert (closed.status_code, closed.json["code"]) == (409, "err_draft_closed")
    assert one.get("/drafts").json["items"] == []
    assert [d["id"] for d in one.get("/drafts?state=all&q=what+it+IS").json["items"]] == [draft["id"]]


def test_a_folder_goes_out_and_comes_back_byte_by_byte(lite: House) -> None:
    designer = lite.browser(DESIGNER)
    draft = begun(designer, {"template": "leave_request"})
    assert designer.get("/drafts/templates").json["items"][0]["key"] == "by_election"
    first = exported(designer, draft["id"])
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        found = {name.removeprefix("leave_request/"): archive.read(name).decode() for name in archive.namelist()}
    assert found == folders.read(folders.PROCESSES / "leave_request")
    again = designer.post("/drafts/import", data={"file": (io.BytesIO(first), "leave_request.zip")})
    assert (again.status_code, again.json["report"], again.json["key"]) == (201, [], "leave_request")
    assert exported(designer, again.json["id"]) == first
    own = begun(designer, {"copy": {"draft": draft["id"], "key": "holiday", "name_zh": "休假", "name_en": "Holiday"}})
    assert designer.post(f"/drafts/{own['id']}/check", {}).json["ok"], "the same under another key"
    assert designer.post(f"/drafts/{own['id']}/rehearsals", {}).json["passed"]
    assert (own["key"], own["name"]) == ("holiday", "Holiday")
    for name, data in (("x.zip", b"PK\x03\x04 no zip"), ("x.bpmn", b"\xff\xfe"), ("x.txt", b"hello")):
        refused = designer.post("/drafts/import", data={"file": (io.BytesIO(data), name)})
        assert refused.status_code == 422, name


def test_a_version_is_reviewed_published_activated_taken_back_and_retired(house: House) -> None:
    one, other = house.browser(DESIGNER), second_designer(house)
    house.case()
    draft = begun(one, {"version": {"key": errand.KEY}})
    at, me = f"/drafts/{draft['id']}", draft["owner"]["id"]
    diagram = one.get(at).json["files"]["process.bpmn"]
    changed = diagram.replace('id="review" name="', 'id="review" name="再')
    assert changed != diagram
    assert one.put(f"{at}/files", {"rev": 1, "files": {"process.bpmn": changed}}).status_code == 200
    difference = one.get(f"{at}/diff").json
    assert (difference["from"], difference["running"], difference["units"]) == (1, 1, 1)
    assert difference["elements"] == {"review": "changed"}

    wanted = other.get("/me").json["person"]["id"]
    own = one.post(f"{at}/review", {"reviewers": [me]})
    assert (own.status_code, own.json["errors"][0]["code"]) == (422, "err_own_work")
    assert one.post(f"{at}/review", {"reviewers": [wanted], "note": "see"}).json["state"] == "in_review"
    early = one.post(f"{at}/publication", {"note": "as agreed"})
    assert (early.status_code, early.json["code"]) == (409, "err_not_signed_off")
    assert one.post(f"{at}/sign-off", {"agree": True}).json["code"] == "err_own_work"
    assert other.post(f"{at}/comments", {"element": "review", "text": "Which review?"}).json["no"] == 1
    assert other.post(f"{at}/sign-off", {"agree": False}).status_code == 422, "say why not"
    assert other.post(f"{at}/sign-off", {"agree": False, "note": "the name"}).status_code == 200
    assert "did not agree" in one.post(f"{at}/publication", {"note": "as agreed"}).json["detail"]
    seen = other.get(at).json["files_hash"]
    again = changed.replace('name="再', 'name="复')
    assert one.put(f"{at}/files", {"rev": 2, "files": {"process.bpmn": again}}).status_code == 200
    stale = other.post(f"{at}/sign-off", {"agree": True, "files_hash": seen})
    assert stale.json["code"] == "err_draft_saved_by_other"
    assert other.post(f"{at}/sign-off", {"agree": True}).json["sign_offs"][-1]["valid"]
    settled = [f"{at}/comments/1/resolution"] * 2
    assert sorted(b.post(p).status_code for b, p in zip((one, other), settled, strict=True)) == [204, 409]

    assert one.post(f"{at}/preview", {}).status_code == 202
    assert drafts.tick(house.store) == 1
    tried = one.get(f"{at}/preview").json
    assert (tried["status"], tried["done"], tried["of"], tried["is_current"]) == ("done", 1, 1, True)
    assert tried["items"][0]["kind"] in ("unchanged", "changes")
    told = one.get(f"{at}/checklist").json
    assert (told["may_publish"], told["sign_offs"]["missing"], told["open_comments"]) == (True, [], 0)
    assert one.post(f"{at}/publication", {"note": " "}).status_code == 422

    def publish(browser: Browser) -> int:
        return browser.post(f"{at}/publication", {"note": "as agreed"}).status_code

    assert sorted(together(lambda: publish(one), lambda: publish(other))) == [201, 409]
    assert house.case()["version"] == 2
    entries = house.browser(house.office.auditor).get(f"/trail?chain=definition:{errand.KEY}").json["items"]
    assert {"draft.sent_to_review", "draft.not_agreed", "draft.signed_off"} <= {e["kind"] for e in entries}

    back = f"/definitions/{errand.KEY}/activation"
    assert one.post(back, {"version": 1, "reason": "a mistake"}).json == {"is_active": True}
    assert house.case()["version"] == 1
    assert one.post(back, {"version": 1, "reason": "again"}).json["code"] == "err_active_already"
    unit = house.case()["unit"]["id"]
    assert one.post(back, {"version": 2, "reason": "tried here first", "units": [unit]}).status_code == 200
    assert house.case()["version"] == 2
    item = one.get("/library?q=ERRAND").json["items"][0]
    assert [(v["version"], v["active"]) for v in item["versions"]] == [(2, "units"), (1, "everywhere")]
    planned = one.post(back, {"version": 2, "reason": "from then on", "from": "2100-01-01T00:00:00+08:00"})
    assert (planned.status_code, planned.json["is_active"]) == (202, False)
    plan = one.get("/library").json["items"][0]["plans"][0]
    gone = f"/definitions/{errand.KEY}/activations/{plan['id']}/withdrawal"
    assert [one.post(gone, {"reason": "not yet"}).status_code for _ in range(2)] == [204, 409]

    retirement = f"/definitions/{errand.KEY}/retirement"
    assert house.browser("lin.ceshi").post(retirement, {"reason": "I want to"}).status_code == 403
    assert one.post(retirement, {"reason": "replaced"}).status_code == 204
    assert one.post(retirement, {"reason": "replaced"}).json["code"] == "err_retired_already"
    refused = house.browser("lin.ceshi").post("/cases", {"definition": errand.KEY, "data": {"subject": "x"}})
    assert (refused.status_code, refused.json["code"]) == (409, "err_retired")
    assert one.get("/library?state=retired").json["items"][0]["retired_because"] == "replaced"
    assert one.delete(retirement, json={"reason": "needed again"}).status_code == 204
    assert house.case()["version"] == 2
