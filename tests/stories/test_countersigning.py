"""A round of opinions, told over HTTP: who has signed is seen while it runs, and of a secret ballot only how many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.stories.conftest import Case, Story
from tests.together import together

ROUND = Path(__file__).parent / "procedures" / "round_of_opinions"
LIN, ABOVE = "lin.ceshi", "sun.shuji"
SIGNERS = ("wu.zuwei", "zhao.zhishu", "chen.jijian")


@pytest.fixture
def office(story: Story) -> Story:
    story.at("2026-03-02")
    story.publishes(ROUND)
    return story


def begun(office: Story) -> Case:
    rows = [{"who": office.person(name).id} for name in SIGNERS]
    return office.person(LIN).starts("round_of_opinions", unit="B071", answers={"subject": "值班安排", "offices": rows})


def running(office: Story, case: Case, who: str = SIGNERS[0]) -> dict[str, Any]:
    (found,) = office.person(who).gets(f"/cases/{case.id}")["countersigns"]
    return dict(found)


def test_a_round_of_opinions_is_seen_while_it_runs_and_a_ballot_is_not(office: Story) -> None:
    case, sun = begun(office), office.person(ABOVE)
    wu, zhao, chen = (office.person(name) for name in SIGNERS)
    zhao.posts("/delegations", {"to": sun.id, "to_on": "2026-03-05", "reason": "出差"})
    silent = wu.completes(case, "countersign", decision="disagree").refused
    assert silent is not None
    assert silent.error("opinion")["code"] == "required"
    wu.completes(case, "countersign", decision="agree", opinion="可行")
    seen = running(office, case)
    assert (seen["asked"], seen["voted"], seen["needed"], seen["agree"]) == (3, 1, 2, 1)
    assert [(s["by"] or {}).get("name") for s in seen["signers"]] == ["Wu Zuwei", None, None]
    assert seen["signers"][0]["opinion"] == "可行"

    # Whoever is absent, and who stands in for them, sign at the same moment: one opinion counts.
    task = zhao.task(case, "countersign")["id"]
    body = {"answers": {}, "decision": "abstain"}
    answers = together(
        lambda: zhao.raw("POST", f"/tasks/{task}/completion", json=body).status_code,
        lambda: sun.raw("POST", f"/tasks/{task}/completion", json=body).status_code,
    )
    assert sorted(answers) == [200, 409]
    assert running(office, case)["abstain"] == 1
    chen.completes(case, "countersign", decision="agree")

    assert case.open_steps() == ["ballot"] * 3
    assert sun.box("delegated") == [], "nobody votes for another by secret ballot"
    zhao.completes(case, "ballot", decision="disagree")
    seen = running(office, case)
    assert (seen["voted"], seen["agree"], seen["against"], seen["signers"]) == (1, None, None, [])
    assert seen["sentence"] == "It needs more than 1/2 of those who voted. At least 2 have to vote, or it is void."
    told = wu.completes(case, "ballot", decision="agree", opinion="好").refused
    assert told is not None
    assert told.error("opinion")["code"] == "secret_ballot"
    wu.completes(case, "ballot", decision="agree")
    chen.completes(case, "ballot", decision="agree")
    assert case.outcome == "carried"
    assert case.kinds().count("ballot.cast") == 3


def test_nobody_signs_twice_neither_for_somebody_absent(office: Story) -> None:
    case, wu, zhao = begun(office), office.person(SIGNERS[0]), office.person(SIGNERS[1])
    zhao.posts("/delegations", {"to": wu.id, "to_on": "2026-03-05", "reason": "出差"})
    mine, absent = sorted(wu.box(), key=lambda item: item["acting_for"] is not None)
    wu.posts(f"/tasks/{mine['id']}/completion", {"answers": {}, "decision": "agree"})
    refused = wu.posts(f"/tasks/{absent['id']}/completion", {"answers": {}, "decision": "agree"})
    assert refused.refused == "err_signed_already"
    zhao.completes(case, "countersign", decision="agree")
    assert case.open_steps() == ["ballot"] * 3, "two of three are enough"
