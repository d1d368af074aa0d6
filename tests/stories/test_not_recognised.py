"""Whoever was admitted in breach of the rules is not recognised: found, established, approved and announced."""

from __future__ import annotations

from tests.stories import test_recruitment
from tests.stories.test_recruitment import ORGANISER, Journey, Standing, is_not_recognised

standing = test_recruitment.standing


def test_fraud_found_after_the_conversion_is_not_recognised(standing: Standing) -> None:
    """S27: county level or above decides with a number, the branch meeting hears it; nothing that was is deleted."""
    journey = standing(Journey.probation_over).converted()
    journey.does("archive_file", "2029-02-20")
    before = journey.case.trail()
    case = is_not_recognised(journey, 2029)
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
