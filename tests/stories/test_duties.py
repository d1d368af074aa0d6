"""Duties kept apart by rules that are data: whoever has a part in a case does not judge it, by no way round."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from api import folders
from tests.stories.conftest import Answer, Case, Story
from tests.together import together

NOMINATION = Path(__file__).parent / "procedures" / "nomination"
COMMISSIONER, SECRETARY, ORGANISER, OTHER_ORGANISER = "wu.zuwei", "zhao.zhishu", "li.zuzhi", "xu.zuyuan"
COMMITTEE_SECRETARY, NOMINEE, RELATIVE, FIRST = "sun.shuji", "he.yangli", "wang.lianer", "zheng.lianyi"
DEPUTY = "shen.fushu"
OTHERS = ("chen.jijian", SECRETARY, COMMISSIONER)


@pytest.fixture
def office(story: Story) -> Story:
    story.at("2026-05-06")
    story.publishes(NOMINATION)
    return story


def named(office: Story, introducer: str, **more: Any) -> tuple[Case, Answer]:
    """A nomination, and the answer to naming its introducer, beside whom another one stands each time."""
    by = office.person(COMMISSIONER)
    beside = OTHERS[len(office.auditor.gets_all("/cases", definition="nomination")) % len(OTHERS)]
    case = by.starts("nomination", unit="B071", answers={"nominee": office.person(NOMINEE).id})
    assert case.refused is None, case.refused
    return case, by.completes(
        case, "name", {"named": office.person(introducer).id, "beside": office.person(beside).id}, **more
    )


def introduced(office: Story, introducer: str) -> Case:
    case, answer = named(office, introducer)
    assert answer.refused is None, answer.refused
    return case


def has(office: Story, who: str, case: Case, box: str = "todo") -> bool:
    return bool(office.person(who).box(box, case=case.id))


def reports(office: Story, **query: str) -> list[tuple[str, str]]:
    items = office.auditor.gets("/duties/reports", **query)["items"]
    return [(item["kind"], item["rule"]) for item in items]


def test_an_introducer_does_not_check_and_another_does(office: Story) -> None:
    """S11: the task is hidden from whoever is introducer, its door refuses by rule, and somebody else does it."""
    case = introduced(office, ORGANISER)
    assert (has(office, ORGANISER, case), has(office, OTHER_ORGANISER, case)) == (False, True)
    refused = office.person(ORGANISER).completes(case, "check").refused
    assert refused is not None
    assert (refused.status, refused.code, refused.clause) == (403, "sod_03", "sod_03")
    assert refused["why"] == "You have the role introducer in this case."
    task = office.person(OTHER_ORGANISER).task(case, "check")["id"]
    claimed = office.person(ORGANISER).posts(f"/tasks/{task}/claim").refused
    assert claimed is not None
    assert claimed.status == 403
    seen = office.person(ORGANISER).gets(f"/tasks/{task}")
    assert seen["can"] == []
    assert [d["rule"] for d in seen["duties"] if d["why"]] == ["sod_03"]
    assert reports(office, kind="refused", rule="sod_03") == [("refused", "sod_03")] * 2
    assert office.person(OTHER_ORGANISER).completes(case, "check").refused is None
    assert "duty.refused" in case.kinds()


def test_a_delegate_who_is_introducer_does_not_sign_for_the_absent_one(office: Story) -> None:
    """S50: what the delegate may do for the absent organiser ends where they are introducer, and on the last day."""
    absent, delegate = office.person(OTHER_ORGANISER), office.person(COMMITTEE_SECRETARY)
    given = {"to": delegate.id, "from_on": "2026-05-06", "to_on": "2026-05-15", "reason": "出差"}
    made = absent.posts("/delegations", given)
    assert made.refused is None, made.refused
    own, other = introduced(office, COMMITTEE_SECRETARY), introduced(office, FIRST)
    assert has(office, COMMITTEE_SECRETARY, other, "delegated")
    assert not has(office, COMMITTEE_SECRETARY, own, "delegated")
    assert has(office, ORGANISER, own), "others whom the step asks still do it"
    assert delegate.completes(own, "check").refused == "sod_03"
    assert delegate.completes(other, "check").refused is None
    office.at("2026-05-16")
    late = introduced(office, FIRST)
    assert not has(office, COMMITTEE_SECRETARY, late, "delegated")


def test_a_committee_member_who_introduced_is_warned_and_a_second_one_confirms(office: Story) -> None:
    """sod_05: a reason and a second person; the mark stays, and an auditor finds it."""
    case = introduced(office, COMMITTEE_SECRETARY)
    office.person(ORGANISER).completes(case, "check")
    voter = office.person(COMMITTEE_SECRETARY)
    bare = voter.completes(case, "vote").refused
    assert bare is not None
    assert bare.error("reason")["code"] == "sod_05"
    assert bare.clause == "sod_05"
    entered = voter.completes(case, "vote", reason="到会委员不足，已向会议说明")
    assert entered["task"]["status"] == "confirming"
    assert voter.confirms(case, "vote").refused is not None
    assert office.person(DEPUTY).confirms(case, "vote").refused is None
    assert "sod_05" in case.marks
    assert ("warned", "sod_05") in reports(office)
    assert case.outcome == "decided"


def test_a_relative_as_introducer_is_a_warning_or_a_refusal_by_parameter(office: Story) -> None:
    """S10: the office warns; the procedure has a rule whose enforcement hangs on a parameter."""
    _, bare = named(office, RELATIVE)
    assert bare.refused is not None
    assert bare.refused.error("reason")["code"] == "sod_04"
    case, entered = named(office, RELATIVE, reason="没有更了解情况的人")
    assert entered["task"]["status"] == "confirming"
    assert office.person(SECRETARY).confirms(case, "name").refused is None
    assert {"near_introducer", "sod_04"} <= set(case.marks)
    setting = "/definitions/nomination/parameters/prm_relative_introducer"
    office.designer.puts(setting, {"value": "block", "reason": "本地规定"})
    _, blocked = named(office, RELATIVE, reason="没有更了解情况的人")
    assert blocked.refused == "near_introducer"


def test_one_introducer_of_many_is_reported_to_auditors_and_stops_nobody(office: Story) -> None:
    """sod_23: the third open case is reported; whoever is no auditor does not read the list."""
    for _ in range(2):
        introduced(office, FIRST)
    assert reports(office, kind="reported") == []
    case = introduced(office, FIRST)
    (item,) = office.auditor.gets("/duties/reports", kind="reported")["items"]
    assert (item["rule"], item["count"], item["case"]["id"]) == ("sod_23", 3, case.id)
    assert item["people"][0]["id"] == office.person(FIRST).id
    assert case.open_steps() == ["check"]
    assert office.person(COMMISSIONER).gets("/duties/reports").refused == "err_forbidden"


def test_two_checkers_at_the_same_moment_and_one_is_the_introducer(office: Story) -> None:
    case = introduced(office, ORGANISER)
    both = [office.person(name) for name in (ORGANISER, OTHER_ORGANISER)]
    path = f"/cases/{case.id}/steps/check/completion"
    introducer, other = together(*(partial(person.posts, path, {"answers": {}}) for person in both))
    assert other.refused is None
    assert introducer.refused.code in ("sod_03", "err_step_not_open")
    assert case.done_steps() == ["name", "check"]


def test_the_rules_are_read_by_everybody_and_changed_by_few(office: Story) -> None:
    shown = office.person(NOMINEE).gets("/duties")
    assert [r["id"] for r in shown["rules"]][:3] == ["sod_01", "sod_02", "sod_03"]
    assert shown["rules"][1]["basis"].endswith("art. 14")
    content = json.loads((folders.PROCESSES / folders.DUTIES).read_text("utf-8"))
    assert office.designer.posts("/duties", {"content": content, "reason": "先试"}).refused == "err_forbidden"
    found = office.designer.gets("/definitions/nomination/duties", units="true")
    by_rule = {r["id"]: [e["element"] for e in r["elements"]] for r in found["rules"]}
    assert by_rule["sod_03"] == ["check"]
    assert by_rule["near_introducer"] == ["name"]
    assert found["findings"] == []
    assert office.person(COMMISSIONER).gets("/definitions/nomination/duties").refused == "err_forbidden"


def test_a_procedure_whose_decision_one_person_could_close_is_refused(office: Story) -> None:
    files = folders.read(NOMINATION)
    files["process.bpmn"] = files["process.bpmn"].replace('as="votes"', 'as="resolves"')
    checked = office.designer.posts("/definitions/nomination/check", {"files": files})
    assert (checked["ok"], [f["rule"] for f in checked["findings"] if f["severity"] == "error"]) == (
        False,
        ["duty_unconfirmed"],
    )
    refused = office.designer.posts("/definitions", {"files": files, "note": ""}).refused
    assert refused is not None
    assert (refused.status, refused.code) == (422, "err_definition_refused")
