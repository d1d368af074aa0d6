"""Whom a step asks and why, what comes next, and what becomes of a step that nobody can do: told over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.stories.conftest import Case, Story
from tests.together import together

SEAL = Path(__file__).parent / "procedures" / "seal_use"
LIN, LEADER, COMMISSIONER, DEPUTY, ABOVE, ADMIN = (
    *("lin.ceshi", "zhao.zhishu", "wu.zuwei"),
    *("chen.jijian", "sun.shuji", "xie.xitong"),
)


@pytest.fixture
def office(story: Story) -> Story:
    story.at("2026-03-02")
    story.publishes(SEAL)
    return story


def paper(office: Story, keeper: str = COMMISSIONER, copies: int = 2) -> dict[str, Any]:
    return {"paper": "证明", "copies": copies, "keeper": office.person(keeper).id}


def begun(office: Story, **more: Any) -> Case:
    return office.person(LIN).starts("seal_use", unit="B071", answers=paper(office, **more))


def steps(found: Any) -> list[tuple[str, list[str]]]:
    return [(one["element"], [p["name"] for p in one["people"]]) for one in found]


def test_who_will_handle_it_is_told_before_it_is_started_and_follows_what_is_typed(office: Story) -> None:
    lin = office.person(LIN)
    body = {"definition": "seal_use", "unit": "B071", "data": {"copies": 2}}
    few = lin.posts("/cases/preview", body)
    assert steps(few["next"]) == [("agree", ["Zhao Zhishu"])]
    assert [one["element"] for one in few["chain"]] == ["seal", "register"]
    assert few["chain"][1]["people"] == [], "whoever seals it registers it, and nobody knows who that will be"
    many = lin.posts("/cases/preview", {**body, "data": paper(office, copies=50)})
    assert [one["element"] for one in many["chain"]] == ["weigh", "seal", "register"]
    assert steps(many["chain"])[:2] == [("weigh", ["Sun Shuji"]), ("seal", ["Chen Jijian", "Wu Zuwei"])]
    assert lin.gets("/cases")["items"] == []
    assert begun(office).number.endswith("000001"), "no number was used up"


def test_from_the_leader_to_whoever_sealed_it_everybody_hears_why(office: Story) -> None:
    case, zhao, wu = begun(office), office.person(LEADER), office.person(COMMISSIONER)
    (item,) = zhao.box()
    assert item["why_me"] == {
        "rule": "leader",
        "text": "branch secretary of Branch 1 of Sample Unit 7 on 2 March 2026: leader of Lin Ceshi, level 1",
        "since": "2026-03-02",
        "until": None,
        "for": None,
    }
    task = zhao.task(case, "agree")
    assert task["why"] == [item["why_me"]["text"]]
    seen = zhao.posts(f"/tasks/{task['id']}/preview", {"decision": "agree"})
    assert steps(seen["next"]) == [("seal", ["Chen Jijian", "Wu Zuwei"])]
    assert zhao.posts(f"/tasks/{task['id']}/preview", {"decision": "refuse", "opinion": "No"})["is_ended"] is True
    zhao.completes(case, "agree", decision="agree")
    assert wu.task(case, "seal")["why_me"]["text"] == "Wu Zuwei: chosen by Lin Ceshi in “Asked”"
    office.language = "zh"
    deputy = office.person(DEPUTY).task(case, "seal")["why_me"]["text"]
    assert deputy == "样例第七单位第一党支部的支部副书记（2026-03-02 在任）：可认领的人员之一"
    office.language = "en"
    wu.claims(case, "seal")
    wu.completes(case, "seal")
    assert wu.task(case, "register")["why_me"]["text"] == "Wu Zuwei: did “Seal it”"
    wu.completes(case, "register")
    assert case.outcome == "sealed"


def test_what_the_rules_do_not_offer_is_refused(office: Story) -> None:
    lin, zhao = office.person(LIN), office.person(LEADER)
    offered = lin.gets("/definitions/seal_use")["start"]["form"]["components"][2]
    assert (offered["type"], [v["label"] for v in offered["values"]]) == ("select", ["Wu Zuwei"])
    wrong = lin.starts("seal_use", unit="B071", answers=paper(office, keeper=LEADER))
    assert wrong.refused == "err_unfit"
    assert wrong.refused.error("keeper")["code"] == "not_an_option"
    case = begun(office)
    task = zhao.task(case, "agree")["id"]
    undecided = zhao.posts(f"/tasks/{task}/preview", {})
    assert undecided.refused is not None
    assert undecided.refused.error("decision")["code"] == "required"
    stranger = office.person(DEPUTY).posts(f"/tasks/{task}/preview", {"decision": "agree"})
    assert stranger.refused is not None
    assert stranger.refused.status == 404
    zhao.completes(case, "agree", decision="agree")
    assert office.person(DEPUTY).completes(case, "seal").refused == "err_claim_first"
    can = office.person(DEPUTY).task(case, "seal")["can"]
    assert ("claim" in can, "complete" in can) == (True, False)
    for body in ({"definition": "moon"}, {"definition": "seal_use", "unit": "B999"}):
        nowhere = lin.posts("/cases/preview", {**body, "data": {}})
        assert nowhere.refused is not None
        assert nowhere.refused.status == 404


def test_of_two_who_claim_from_the_pool_at_the_same_moment_one_has_it(office: Story) -> None:
    case = begun(office)
    office.person(LEADER).completes(case, "agree", decision="agree")
    both = [office.person(COMMISSIONER), office.person(DEPUTY)]
    task = both[0].task(case, "seal")["id"]
    answers = together(*(lambda person=person: person.posts(f"/tasks/{task}/claim") for person in both))
    assert sorted(a.refused.code if a.refused else "" for a in answers) == ["", "err_claimed"]


def test_a_change_of_the_organisation_is_tried_first_and_nobody_is_lost_when_it_is_made(office: Story) -> None:
    case, admin = begun(office), office.person(ADMIN)
    ending = {"person": office.person(LEADER).id, "role": "branch_secretary", "unit": "B071", "on": "2026-03-03"}
    trial = {"changes": [{"kind": "end_post", **ending}]}
    found = admin.posts("/directory/trials", trial)
    assert found["left"] == 1
    assert [(t["number"], t["is_left"]) for t in found["tasks"]["items"]] == [(case.number, True)]
    assert ("seal_use", "agree") not in [(s["definition"], s["element"]) for s in found["steps"]["items"]]
    assert office.person(LEADER).posts("/directory/trials", trial).refused == "err_forbidden"
    assert admin.posts("/directory/trials", {"changes": []}).refused == "err_unfit"
    nobody = admin.posts("/directory/trials", {"changes": [{"kind": "leave", "person": "moon"}]})
    assert nobody.refused == "err_person_not_found"
    assert [t["case"]["id"] for t in office.person(LEADER).box()] == [case.id], "it was only tried"

    assert admin.posts("/posts/ending", ending).refused is None
    office.at("2026-03-03")
    assert office.person(LEADER).box() == []
    assert case.kinds()[-1] == "task.unattended"
    office.at("2026-03-05")
    assert office.person(ABOVE).box() == []
    office.at("2026-03-06")
    (item,) = office.person(ABOVE).box()
    assert "nobody below could do it" in item["why_me"]["text"]
    assert case.kinds()[-1] == "task.superior_asked"
    appointed = {"person": office.person(DEPUTY).id, "role": "branch_secretary", "unit": "B071"}
    assert admin.posts("/posts", appointed).refused is None
    assert [t["id"] for t in office.person(DEPUTY).box()] == [item["id"]]
    office.person(DEPUTY).completes(case, "agree", decision="agree")
    assert case.open_steps() == ["seal"]
