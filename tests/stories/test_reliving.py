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
