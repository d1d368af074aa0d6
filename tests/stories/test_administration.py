"""Administration: what one person could misuse alone takes two, and whoever leaves hands over every open task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.stories.conftest import Case, Person, Story
from tests.together import together

SYSTEM, SECURITY, AUDIT = "xie.xitong", "zou.anquan", "yu.rizhi"


def entries(story: Story, kind: str) -> list[dict[str, Any]]:
    return [e for e in story.auditor.gets_all("/trail", chain="office") if e["kind"] == kind]


def proposed(by: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = by.posts(path, body)
    assert answer.refused is None, answer.refused
    assert answer["status"] == "proposed"
    found: dict[str, Any] = answer.body
    return found


def test_a_second_administrator_is_appointed_by_two(story: Story) -> None:
    story.at("2026-03-02")
    admin, security = story.person(SYSTEM), story.person(SECURITY)
    him = admin.gets("/accounts", q="zhao.zhishu")["items"][0]["person"]["id"]
    wanted = {"person": him, "role": "system_admin", "unit": "WC0", "reason": "two are needed"}
    assert admin.posts("/posts", wanted).refused == "sod_20", "who has another post is no administrator"
    someone = next(p["person"] for p in admin.gets("/accounts", state="active", unit="B071")["items"] if not p["posts"])
    waits = proposed(admin, "/posts", {**wanted, "person": someone["number"]})
    assert waits["can"] == ["withdraw"]
    assert admin.gets("/posts", unit="WC0", role="system_admin")["items"][0]["person"]["name"] is not None
    assert len(admin.gets("/posts", unit="WC0", role="system_admin")["items"]) == 1, "nothing has happened yet"
    again = proposed(admin, "/posts", {**wanted, "person": someone["number"], "reason": "said otherwise"})
    assert again["id"] == waits["id"], "the same is not proposed twice"

    assert admin.posts(f"/proposals/{waits['id']}/confirm", {}).refused == "err_forbidden"
    assert story.person("zhao.zhishu").gets("/proposals").refused == "err_forbidden"
    assert security.gets("/proposals", waiting=True)["items"][0]["id"] == waits["id"]
    assert story.person(AUDIT).gets(f"/proposals/{waits['id']}")["can"] == []
    whole = security.gets(f"/proposals/{waits['id']}")
    assert whole["can"] == ["confirm", "refuse"]
    assert any("accounts.manage" in line["value"] for line in whole["lines"])
    done = security.posts(f"/proposals/{waits['id']}/confirm", {"seen": whole["mark"]})
    assert done["status"] == "confirmed"
    assert len(admin.gets("/posts", unit="WC0", role="system_admin")["items"]) == 2
    clash = security.posts(f"/proposals/{waits['id']}/confirm", {})
    assert clash.refused == "err_already_decided"
    (entry,) = entries(story, "proposal.confirmed")
    assert "Zou Anquan" in entry["sentence"]
    assert "Xie Xitong" in entry["sentence"]
    (changed,) = entries(story, "post.changed")
    assert "(confirmed by Zou Anquan)" in changed["sentence"]

    ending = {"person": someone["number"], "role": "system_admin", "unit": "WC0", "reason": "not any more"}
    story.later("P1D")
    waits = proposed(admin, "/posts/ending", ending)
    refused = security.posts(f"/proposals/{waits['id']}/refuse", {"reason": "keep both"})
    assert (refused["status"], refused["opinion"]) == ("refused", "keep both")
    waits = proposed(admin, "/posts/ending", ending)
    assert admin.posts(f"/proposals/{waits['id']}/withdraw", {})["status"] == "withdrawn"
    waits = proposed(admin, "/posts/ending", ending)
    story.later("P3D")
    assert admin.gets(f"/proposals/{waits['id']}")["status"] == "expired"
    assert security.posts(f"/proposals/{waits['id']}/confirm", {}).refused == "err_proposal_expired"
    assert len(entries(story, "proposal.expired")) == 1


def test_two_who_confirm_at_the_same_moment_do_it_once(story: Story) -> None:
    story.at("2026-03-02")
    admin, security = story.person(SYSTEM), story.person(SECURITY)
    account = admin.gets("/accounts", q=SECURITY)["items"][0]
    last = admin.posts(f"/accounts/{account['id']}/disabling", {"reason": "away"})
    assert last.refused == "err_last_administrator"
    designer = admin.gets("/accounts", q=story.office.designer)["items"][0]["person"]
    auditor = admin.gets("/accounts", state="active", unit="B071")["items"]
    someone = next(p["person"] for p in auditor if not p["posts"] and p["person"]["id"] != designer["id"])
    body = {"person": someone["id"], "role": "auditor", "unit": "WC0", "reason": "a second auditor"}
    waits = proposed(admin, "/posts", body)
    path = f"/proposals/{waits['id']}/confirm"
    found = together(lambda: security.raw("POST", path, json={}), lambda: security.raw("POST", path, json={}))
    assert sorted(r.status_code for r in found) == [200, 409]
    assert len(admin.gets("/posts", unit="WC0", role="auditor")["items"]) == 2
    assert len(entries(story, "post.changed")) == 1


SEAL = Path(__file__).parent / "procedures" / "seal_use"


def test_somebody_who_leaves_hands_over_every_open_task(story: Story) -> None:
    story.at("2026-03-02")
    admin, security, zhao = story.person(SYSTEM), story.person(SECURITY), story.person("zhao.zhishu")
    case = zhao_alone(story)
    held = admin.gets(f"/people/{zhao.id}/handover")
    (task,) = [t for t in held["tasks"] if t["case"] == case.id]
    assert (task["number"], task["goes"], task["is_only"]) == (case.number, "undecided", True)
    assert "title" not in task, "administrators see no content of a case"
    assert [p["role"] for p in held["posts"]] == ["branch_secretary"]
    assert zhao.gets(f"/people/{zhao.id}/handover").refused == "err_forbidden"

    takers = f"/people/{zhao.id}/handover/tasks/{task['id']}/people"
    wu, auditor = story.person("wu.zuwei"), story.person(AUDIT)
    told = {p["id"]: p["rule"] for q in ("Wu Zuwei", "Yu Rizhi") for p in admin.gets(takers, q=q)["items"]}
    assert (told[wu.id], told[auditor.id]) == (None, "sod_20"), "administrators have no tasks"
    body: dict[str, Any] = {"reason": "transferred to another office", "leave_rest": False}
    refused = admin.posts(f"/people/{zhao.id}/handover", {**body, "to": auditor.id})
    assert refused.refused == "err_tasks_left"
    assert refused.refused is not None
    assert refused.refused.error(f"tasks.{task['id']}")["code"] == "sod_20"
    seen = admin.posts(f"/people/{zhao.id}/handover", {**body, "to": wu.id, "preview": True})
    assert {(t["goes"], t["to"]["id"]) for t in seen["tasks"] if t["is_only"]} == {("to", wu.id)}
    waits = proposed(admin, f"/people/{zhao.id}/handover", {**body, "to": wu.id})
    assert zhao.box() != []
    whole = security.gets(f"/proposals/{waits['id']}")
    assert whole["handover"]["refused"] == 0
    done = security.posts(f"/proposals/{waits['id']}/confirm", {"seen": whole["mark"]})
    moved = [t for t in done["handed_over"] if t["case"] == case.id]
    assert [(t["goes"], t["to"]["id"]) for t in moved] == [("to", wu.id)]
    assert zhao.gets("/me").refused == "err_not_signed_in", "the account is closed at once"
    assert task["id"] in [i["id"] for i in wu.box()]
    assert "tasks.handed_over" in case.kinds()
    assert admin.gets("/accounts", q="zhao.zhishu", state="disabled")["items"][0]["sessions"] == 0
    assert entries(story, "person.left")[0]["reason"] == body["reason"]
    assert story.person(AUDIT).gets("/trail", chain=case.id)["items"] == [], (
        "of cases the audit administrator reads none"
    )
    assert story.person(AUDIT).gets("/trail", kind="person.left")["items"] != []
    mine = next(i for i in wu.box() if i["id"] == task["id"])
    assert "handed over" in mine["why_me"]["text"]


def zhao_alone(story: Story) -> Case:
    """A case that waits for the secretary of B071 and nobody else."""
    story.publishes(SEAL)
    lin = story.person("lin.ceshi")
    keeper = story.person("wu.zuwei").id
    return lin.starts("seal_use", unit="B071", answers={"paper": "证明", "copies": 2, "keeper": keeper})
