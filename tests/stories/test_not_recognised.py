"""Whoever was admitted in breach of the rules is not recognised: found, established, approved and announced."""

from __future__ import annotations

import io
from typing import Any

from tests.engine.contents import PDF
from tests.stories import test_recruitment
from tests.stories.conftest import Case
from tests.stories.test_recruitment import (
    COMMISSIONER,
    COMMITTEE_SECRETARY,
    ORGANISER,
    UPPER,
    Journey,
    Standing,
)

standing = test_recruitment.standing


def _not_recognised(journey: Journey, year: int) -> Case:
    """What was found about a member of B071, from the committee to the branch meeting; gives the case."""
    story = journey.story
    li, sun, zhou, wu = (story.person(name) for name in (ORGANISER, COMMITTEE_SECRETARY, UPPER, COMMISSIONER))
    paper = {"content_type": "multipart/form-data"}

    def attach(by: Any, element: str) -> None:
        where = f"/tasks/{by.task(case, element)['id']}/attachments"
        assert by.raw("POST", where, data={"file": (io.BytesIO(PDF), "材料.pdf")}, **paper).status_code == 201

    story.at(f"{year}-04-02")
    found = {"found_about": story.person(journey.applicant).id, "ground": "false_age", "found_on": f"{year}-04-02"}
    case = li.starts("not_recognised", "C07", {**found, "account": "出生日期与原始档案不一致。"})
    assert case.refused is None, case.refused
    facts = {"verified_on": f"{year}-04-03", "facts": "申请时未满十八周岁。"}
    story.at(f"{year}-04-03")
    bare = li.completes(case, "verify_facts", facts, "established").refused
    assert bare == "err_attachments_missing"
    assert bare.clause == "nr_evidence"
    attach(li, "verify_facts")
    assert li.completes(case, "verify_facts", facts, "established").refused is None
    votes = {"members_eligible": 7, "members_present": 6, "against_count": 0, "abstain_count": 0}
    meeting = {**votes, "for_count": 6, "meeting_on": f"{year}-04-10", "proposal": "报批"}
    story.at(f"{year}-04-10")
    few = {**meeting, "members_present": 3, "for_count": 3}
    lost = li.completes(case, "propose_in_committee", few, "propose").refused
    assert lost is not None
    assert lost.clause == "nr_collective"
    assert li.completes(case, "propose_in_committee", meeting, "propose").refused is None
    assert sun.confirms(case, "propose_in_committee").refused is None
    decision = {"decided_on": f"{year}-04-20", "grounds": "弄虚作假", "referred": True, "referred_to": "纪检组"}
    story.at(f"{year}-04-20")
    early = li.completes(case, "decide_not_recognised", decision, "approve").refused
    assert early is not None
    assert early.status == 404
    unnumbered = zhou.completes(case, "decide_not_recognised", decision, "approve").refused
    assert unnumbered == "decision_no_missing"
    decided = zhou.completes(case, "decide_not_recognised", {**decision, "decision_no": "样组〔2029〕7号"}, "approve")
    assert decided.refused is None
    assert story.person("bai.shuji").confirms(case, "decide_not_recognised").refused is None
    assert case.open_steps() == ["announce"]
    announced = {"informed_on": f"{year}-04-22", "announced_on": f"{year}-04-25", "present_count": 13}
    story.at(f"{year}-04-25")
    attach(wu, "announce")
    assert wu.completes(case, "announce", announced, "announced").refused is None
    assert (case.status, case.outcome) == ("ended", "not_recognised")
    assert journey.is_a("not_recognised")
    return case


def test_fraud_found_after_the_conversion_is_not_recognised(standing: Standing) -> None:
    """S27: county level or above decides with a number, the branch meeting hears it; nothing that was is deleted."""
    journey = standing(Journey.probation_over).converted()
    journey.does("archive_file", "2029-02-20")
    before = journey.case.trail()
    case = _not_recognised(journey, 2029)
    assert journey.case.outcome == "converted"
    assert journey.case.trail() == before
    changed = next(e for e in case.trail() if e["kind"] == "membership.changed")
    assert "不予承认" in str(changed["sentence"]) or "not recognised" in changed["sentence"]
    again = journey.story.person(ORGANISER).starts(
        "not_recognised",
        "C07",
        {
            "found_about": journey.story.person("lin.ceshi").id,
            "ground": "other",
            "found_on": "2029-04-25",
            "account": "再次",
        },
    )
    assert again.refused == "not_a_member"


def test_a_probationer_who_is_not_recognised_is_no_longer_recruited(standing: Standing) -> None:
    """S27 during probation: the running case ends with it."""
    journey = standing(Journey.received)
    _not_recognised(journey, 2028)
    assert (journey.case.status, journey.case.outcome) == ("ended", "not_recognised")
    assert journey.case.open_steps() == []


def test_what_is_not_true_is_dismissed(standing: Standing) -> None:
    """Nothing of the member changes; another committee could not even begin."""
    journey = standing(Journey.received)
    story = journey.story
    story.at("2028-04-02")
    found = {"found_about": story.person(journey.applicant).id, "ground": "other", "found_on": "2028-04-02"}
    elsewhere = story.person("dou.zuzhi").starts("not_recognised", "WC0", {**found, "account": "来信反映。"})
    assert elsewhere.refused == "other_committee"
    li = story.person(ORGANISER)
    case = li.starts("not_recognised", "C07", {**found, "account": "来信反映。"})
    twice = li.starts("not_recognised", "C07", {**found, "account": "来信反映。"})
    assert twice.refused == "under_way"
    facts = {"verified_on": "2028-04-02", "facts": "经查与事实不符。"}
    assert li.completes(case, "verify_facts", facts, "not_established", opinion="不属实").refused is None
    assert (case.status, case.outcome) == ("ended", "dismissed")
    assert journey.is_a("probationary_member")
