"""A leave that was returned, corrected and countersigned, relived at every one of its moments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests import offices
from tests.databases import Databases, Kind
from tests.stories.conftest import Case, Story, telling
from tests.stories.test_leave_request import APPLICANT, HEAD, LEADER, LEAVE, PERSONNEL, asks, does

STRANGER = "feng.jianpiao"


@pytest.fixture
def story(kind: Kind, databases: Databases) -> Iterator[Story]:
    with telling(databases, kind, offices.with_these(databases, kind, LEAVE)) as told:
        yield told


def as_it_is(story: Story, case: Case) -> dict[str, Any]:
    """What the live case says, in the words of a relived one."""
    live = story.auditor.gets(f"/cases/{case.id}")
    drawn = story.auditor.gets(f"/cases/{case.id}/diagram")["elements"]
    return {
        "status": live["status"],
        "outcome": live["outcome"],
        "version": live["version"],
        "elements": drawn,
        "open": sorted((t["element"], t["due_on"], tuple(t["holders"]), t["is_late"]) for t in live["open_tasks"]),
        "people": [[p["name"] for p in t["people"]] for t in live["open_tasks"]],
        "acts": [(a["element"], a["by"]["name"], a["decision_label"], a["is_void"]) for a in live["acts"]],
    }


def as_it_was(story: Story, case: Case, seq: int) -> dict[str, Any]:
    then = story.auditor.gets(f"/cases/{case.id}/trail/at", entry=seq)
    return {
        "status": then["status"],
        "outcome": then["outcome"],
        "version": then["version"],
        "elements": then["elements"],
        "open": sorted(
            (t["element"], (t["due"] or {}).get("on"), tuple(t["holders"]), t["is_late"]) for t in then["open_tasks"]
        ),
        "people": [[p["name"] for p in t["people"]] for t in then["open_tasks"]],
        "acts": [(a["element"], a["by"]["name"], a["decision_label"], a["is_void"]) for a in then["done"]],
    }


def test_who_was_shown_what_is_on_record_before_it_is_shown(story: Story) -> None:
    story.at("2026-03-02")
    case = asks(story, "personal", "2026-03-16", "2026-03-20", reason="搬家")
    auditor, path = story.auditor, f"/cases/{case.id}/trail"

    def reads() -> list[dict[str, Any]]:
        return [r for r in auditor.gets(f"{path}/reads")["items"] if r["person"]["id"] != auditor.id]

    leader, personnel, head = (story.person(name) for name in (LEADER, PERSONNEL, HEAD))
    before = len(reads())
    leader.gets(f"/cases/{case.id}")
    for part in ("", "/diagram", "/trail", "/documents", "/attachments"):  # all of it is one record
        leader.gets(f"/cases/{case.id}{part}")
    (one,) = reads()[: len(reads()) - before]
    assert (one["kind"], one["person"]["id"], one["purpose"], one["scope"]) == ("case.read", leader.id, "task", "full")
    assert one["via"] == [leader.gets(f"/cases/{case.id}")["open_tasks"][0]["holders"][0]]
    assert one["seen"] == len(case.trail())
    assert one["sentence"] == f"{one['person']['name']} read the case {case.number}."
    task = leader.task(case, "approve")
    assert (reads()[0]["kind"], reads()[0]["fields"]) == ("task.read", sorted(reads()[0]["fields"]))
    assert {"from_on", "to_on"} <= set(reads()[0]["fields"])
    own = story.person(APPLICANT)
    own.gets(f"/cases/{case.id}")
    assert (reads()[0]["person"]["id"], reads()[0]["purpose"], reads()[0]["scope"]) == (own.id, "own", "own")
    assert leader.gets("/me/reads")["items"][0]["kind"] == "task.read"

    # The same again within the window leaves nothing; once the case has moved, or later, it does.
    shown = len(reads())
    leader.gets(f"/cases/{case.id}")
    leader.gets(f"/tasks/{task['id']}")
    assert len(reads()) == shown
    story.later("PT6M")
    leader.gets(f"/cases/{case.id}")
    assert len(reads()) == shown + 1
    does(story, LEADER, case, "approve", "return", opinion="请写明谁接手。")
    leader.gets(f"/cases/{case.id}")
    assert len(reads()) == shown + 2
    assert reads()[0]["seen"] == len(case.trail())

    # Lists say which cases stood on the page; the words that were searched for are committed to.
    head.gets("/cases", q=case.number)
    found = head.gets("/me/reads")["items"]
    assert [r["kind"] for r in found] == ([] if not head.gets("/cases", q=case.number)["items"] else ["search.made"])

    # What one did oneself, and what the auditor looked at, are there too.
    everybody = auditor.gets(f"{path}/reads")["items"]
    assert {"audit"} == {r["purpose"] for r in everybody if r["person"]["id"] == auditor.id}

    # Who knew the last day of the leave before the leader returned it?
    returned = next(e["seq"] for e in case.trail() if e["kind"] == "task.completed")
    knew = auditor.gets(f"{path}/knowers", field="to_on", before=returned)
    assert knew["known_in"] == 1
    assert [(k["person"]["id"], k["how"], k["decided"]) for k in knew["items"] if k["person"]["id"] != auditor.id] == [
        (own.id, "wrote", False),
        (leader.id, "read", True),
    ]
    assert auditor.gets(f"{path}/knowers", field="no_such", before=returned).refused == "err_not_found"
    assert auditor.gets(f"{path}/knowers", field="to_on", before=1).refused == "err_not_found", "nobody could know yet"
    assert leader.gets(f"{path}/reads").refused == "err_forbidden"
    assert leader.gets(f"{path}/knowers", field="to_on").refused == "err_forbidden"
    assert auditor.gets("/cases/nowhere/trail/reads").refused == "err_not_found"
    assert personnel.gets("/me/reads")["items"] == []


def test_a_case_is_relived_at_each_of_its_moments(story: Story) -> None:
    story.at("2026-03-02")
    case = asks(story, "personal", "2026-03-16", "2026-03-20", reason="搬家")
    moments: dict[int, dict[str, Any]] = {}

    def look() -> None:
        moments[len(case.trail())] = as_it_is(story, case)

    look()
    does(story, LEADER, case, "approve", "return", opinion="请写明谁接手。")
    look()
    answers = {"kind": "personal", "from_on": "2026-03-16", "to_on": "2026-03-19", "reason": "搬家"}
    does(story, APPLICANT, case, "correct_request", answers=answers)
    look()
    story.at("2026-03-06")  # the approval is late meanwhile
    look()
    does(story, LEADER, case, "approve", "agree", reason="出差，刚回来。")
    look()
    does(story, PERSONNEL, case, "countersign_leave", "agree")
    does(story, HEAD, case, "countersign_leave", "agree")
    look()
    story.at("2026-03-20")
    does(story, APPLICANT, case, "report_back", answers={"back_on": "2026-03-20"})
    look()
    assert case.status == "ended"
    for seq, live in moments.items():
        assert as_it_was(story, case, seq) == live, f"after entry {seq}"

    # Who wrote what, and what stood there before.
    auditor, path = story.auditor, f"/cases/{case.id}/trail"
    first, *_, last = (auditor.gets(f"{path}/at", entry=seq) for seq in moments)
    until = {v["field"]: v for v in first["values"]}["to_on"]
    assert (until["value"], until["by"]["id"], until["entry"]) == ("2026-03-20", story.person(APPLICANT).id, 1)
    assert {v["field"]: v["value"] for v in last["values"]}["to_on"] == "2026-03-19"
    assert [o["text"] for o in last["opinions"]] == ["请写明谁接手。"]
    seqs = sorted(moments)
    between = auditor.gets(f"{path}/differences", **{"from": seqs[0], "to": seqs[2]})["items"]
    assert [(d["before"], d["after"]) for d in between if d.get("field") == "to_on"] == [("2026-03-20", "2026-03-19")]
    assert auditor.gets(f"{path}/differences", **{"from": seqs[2], "to": seqs[2]})["items"] == []
    newest = auditor.gets(f"{path}/at")
    assert newest["entry"]["seq"] == newest["last"] == seqs[-1]
    assert [d["after"] for d in newest["changes"] if d["what"] == "status"] == ["ended"]

    # The screen at the decision: the form then, who might act, what could be decided.
    sent_back = next(e["seq"] for e in case.trail() if e["kind"] == "task.completed")
    screen = auditor.gets(f"{path}/screen", entry=sent_back)
    assert (screen["by"]["id"], screen["opinion"]) == (story.person(LEADER).id, "请写明谁接手。")
    assert [o["value"] for o in screen["options"] if o["is_chosen"]] == ["return"]
    assert {"agree", "refuse"} <= {o["value"] for o in screen["options"]}
    assert {v["field"]: v["value"] for v in screen["known"]}["to_on"] == "2026-03-20", "not what was corrected later"
    assert [p["id"] for one in screen["asked"] for p in one["people"]] == [story.person(LEADER).id]
    applied = auditor.gets(f"{path}/screen", entry=1)
    assert applied["values"]["to_on"] == "2026-03-20"
    assert applied["form"]["components"]
    assert {a["access"] for a in applied["access"]} == {"write"}
    assert auditor.gets(f"{path}/screen", entry=2).refused == "err_not_found", "nobody acted on a form there"
    assert story.person(APPLICANT).gets(f"{path}/screen", entry=sent_back).refused == "err_not_found"

    # Every entry is a moment; what somebody decided, what was late.
    ticks = auditor.gets(f"{path}/moments")["items"]
    assert [t["seq"] for t in ticks] == list(range(1, seqs[-1] + 1))
    assert {t["kind"]: t["mark"] for t in ticks} | {"task.completed": "act", "task.overdue": "late"} == {
        t["kind"]: t["mark"] for t in ticks
    }
    drawing = auditor.gets(f"{path}/diagram", version=newest["version"])
    assert "<bpmn:" in drawing["xml"] or "<definitions" in drawing["xml"]

    # The person whom it is about sees their own part; a stranger nothing; no moment is invented.
    own = story.person(APPLICANT).gets(f"{path}/at", entry=seqs[0])
    assert own["status"] == "running"
    for where, query in (
        ("at", {}),
        ("moments", {}),
        ("differences", {"from": 1, "to": 2}),
        ("diagram", {"version": 1}),
    ):
        assert story.person(STRANGER).gets(f"{path}/{where}", **query).refused == "err_not_found"
    assert auditor.gets(f"{path}/at", entry=seqs[-1] + 1).refused == "err_not_found"
    assert auditor.gets(f"{path}/differences", **{"from": 1, "to": 99_999}).refused == "err_not_found"
    assert auditor.gets(f"{path}/diagram", version=99).refused == "err_not_found"
