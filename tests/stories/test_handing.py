"""Handing over, told over HTTP: a secretary on leave, a paper that goes from hand to hand, and who has to sign it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.stories.conftest import Case, Story
from tests.together import together

PAPER = Path(__file__).parent / "procedures" / "paper"
LIN, SECRETARY, COMMISSIONER = "lin.ceshi", "zhao.zhishu", "wu.zuwei"
DEPUTY, ADMIN, ABOVE = "chen.jijian", "xie.xitong", "sun.shuji"
TEXT = {"text": "请示"}


@pytest.fixture
def office(story: Story) -> Story:
    story.at("2026-03-02")
    story.publishes(PAPER)
    return story


def begun(office: Story) -> Case:
    return office.person(LIN).starts("paper", unit="B071")


def absent(office: Story, who: str, to: str, until: str, **more: Any) -> Any:
    body = {"to": office.person(to).id, "to_on": until, "reason": "年休假", **more}
    return office.person(who).posts("/delegations", body)


def sentences(case: Case, kind: str) -> list[str]:
    return [e["sentence"] for e in case.trail() if e["kind"] == kind]


# ---------------------------------------------------------------- absence


def test_a_secretary_on_leave_is_stood_in_for_and_both_hear_of_it(office: Story) -> None:
    case, zhao, sun = begun(office), office.person(SECRETARY), office.person(ABOVE)
    office.person(COMMISSIONER).completes(case, "draft", TEXT, decision="send")
    body = {"to": sun.id, "to_on": "2026-03-10", "reason": "年休假"}
    seen = zhao.posts("/delegations/preview", body)
    assert [t["case"] for t in seen["along"]] == [case.id]
    assert zhao.gets("/delegations")["items"] == [], "a preview writes nothing"
    made = zhao.posts("/delegations", body)
    assert (made["state"], made["from"]["id"], made["to"]["id"]) == ("current", zhao.id, sun.id)
    assert zhao.posts("/delegations", body).refused == "err_delegation_overlap"
    (item,) = sun.box("delegated")
    assert (item["element"], item["acting_for"]["id"]) == ("sign", zhao.id)
    assert sun.task(case, "sign")["why_me"]["for"]["id"] == zhao.id
    sun.completes(case, "sign")
    assert sentences(case, "task.completed")[-1] == "Sun Shuji for Zhao Zhishu completed “Sign”."
    assert case.open_steps() == ["vote"]
    assert [i["element"] for i in sun.box()] == [], "a vote is nobody else's"
    assert zhao.completes(case, "vote").refused is None
    assert case.outcome == "sent"
    entries = office.auditor.gets("/trail", kind="delegation.changed")["items"]
    assert "Sun Shuji acts for Zhao Zhishu" in entries[-1]["sentence"]


def test_a_delegation_ends_by_its_day_and_by_being_revoked_by_either_side(office: Story) -> None:
    case, zhao, sun = begun(office), office.person(SECRETARY), office.person(ABOVE)
    office.person(COMMISSIONER).completes(case, "draft", TEXT, decision="send")
    absent(office, SECRETARY, ABOVE, "2026-03-03")
    office.at("2026-03-04")
    assert sun.box() == []
    again = absent(office, SECRETARY, ABOVE, "2026-03-08")
    assert len(sun.box()) == 1
    assert sun.posts(f"/delegations/{again['id']}/revocation", {"reason": " "}).refused == "err_unfit"
    sun.posts(f"/delegations/{again['id']}/revocation", {"reason": "本人也要外出"})
    assert sun.box() == []
    assert zhao.gets("/delegations")["items"] == []
    states = [d["state"] for d in zhao.gets("/delegations", over=True)["items"]]
    assert states == ["revoked", "over"]
    told = [item["text"] for item in sun.gets("/notices")["items"] if item["kind"] == "delegation.set"]
    assert told[0] == "From 2026-03-04 to 2026-03-08, Sun Shuji acts for Zhao Zhishu."


def test_who_may_not_delegate(office: Story) -> None:
    zhao, lin, xie = office.person(SECRETARY), office.person(LIN), office.person(ADMIN)
    sun = office.person(ABOVE).id
    others = {"from": zhao.id, "to": sun, "to_on": "2026-03-08", "reason": "培训"}
    assert lin.posts("/delegations", others).refused == "err_delegation_of_others"
    assert absent(office, SECRETARY, ADMIN, "2026-03-08").refused == "sod_20"
    assert absent(office, SECRETARY, SECRETARY, "2026-03-08").refused.error("to")["code"] == "err_delegation_to_oneself"
    past = absent(office, SECRETARY, ABOVE, "2026-03-08", from_on="2026-03-01")
    assert past.refused.error("from_on")["code"] == "err_delegation_past"
    made = xie.posts("/delegations", {**others, "document_no": "工委〔2026〕8号"})
    assert made["approved_by"]["id"] == xie.id
    assert lin.gets(f"/delegations/{made['id']}").refused == "err_not_found"


# ---------------------------------------------------------------- from hand to hand


def test_a_paper_is_transferred_and_whoever_gave_it_away_keeps_a_record(office: Story) -> None:
    case, wu, chen = begun(office), office.person(COMMISSIONER), office.person(DEPUTY)
    task = wu.task(case, "draft")
    assert "transfer" in task["can"]
    verbs = {v["verb"]: v for v in wu.gets(f"/tasks/{task['id']}/verbs")["items"]}
    assert verbs["transfer"]["is_possible"]
    assert "cannot take it back" in verbs["transfer"]["effect"]
    people = wu.gets(f"/tasks/{task['id']}/verbs/transfer/people", q="Chen")["items"]
    assert [p["id"] for p in people] == [chen.id]
    outside = {"to": office.person(ABOVE).id, "reason": "忙"}
    assert wu.posts(f"/tasks/{task['id']}/transfer", outside).refused == "err_out_of_reach"
    wu.posts(f"/tasks/{task['id']}/transfer", {"to": chen.id, "reason": "本周外出"})
    assert wu.box() == []
    assert [(i["status"], i["part"]) for i in wu.box("done")] == [("transferred", "transfer")]
    assert chen.task(case, "draft")["parts"][0]["opinion"] == "本周外出"
    assert sentences(case, "task.transferred") == ["Wu Zuwei transferred “Draft” to Chen Jijian: 本周外出"]
    chen.completes(case, "draft", TEXT, decision="send")
    zhao = office.person(SECRETARY)
    refused = zhao.posts(f"/tasks/{zhao.task(case, 'sign')['id']}/delegation", {"to": chen.id})
    assert refused.refused == "err_action_not_allowed"


def test_a_paper_is_entrusted_comes_back_and_is_completed_by_whoever_entrusted_it(office: Story) -> None:
    case, wu, chen = begun(office), office.person(COMMISSIONER), office.person(DEPUTY)
    main = wu.task(case, "draft")["id"]
    wu.posts(f"/tasks/{main}/delegation", {"to": chen.id, "opinion": "请补全"})
    (item,) = chen.box()
    assert item["part"] == "entrust"
    assert chen.posts(f"/tasks/{item['id']}/completion", {"answers": TEXT}).refused == "err_is_a_part"
    back = chen.posts(f"/tasks/{item['id']}/giving-back", {"answers": TEXT, "opinion": "已补全"})
    assert back["now_with"] == ["Wu Zuwei"]
    mine = wu.gets(f"/tasks/{main}")
    assert (mine["values"], mine["parts"][0]["opinion"]) == (TEXT, "已补全")
    wu.completes(case, "draft", TEXT, decision="send")
    assert case.open_steps() == ["sign"]


def test_signers_hold_a_paper_and_one_who_does_not_agree_sends_it_back(office: Story) -> None:
    case, wu, chen = begun(office), office.person(COMMISSIONER), office.person(DEPUTY)
    zhao = office.person(SECRETARY)
    main = wu.task(case, "draft")["id"]
    asked = {"add": [chen.id, zhao.id], "mode": "after", "opinion": "请核稿"}
    wu.posts(f"/tasks/{main}/signers", asked)
    waiting = wu.completes(case, "draft", TEXT, decision="send")
    assert waiting["task"]["status"] == "waiting"
    (mine,) = chen.box()
    whole = chen.gets(f"/tasks/{mine['id']}")
    assert (whole["own_part"]["asked"], whole["values"]) == ("请核稿", TEXT)
    silent = chen.posts(f"/tasks/{mine['id']}/consent", {"agree": False}).refused
    assert silent is not None
    assert silent.error("opinion")["code"] == "required"
    chen.posts(f"/tasks/{mine['id']}/consent", {"agree": False, "opinion": "依据不足"})
    assert wu.gets(f"/tasks/{main}")["values"] == TEXT
    wu.completes(case, "draft", {"text": "补充依据"}, decision="send")
    again = {p.name: p.box()[0]["id"] for p in (chen, zhao)}
    answers = together(
        lambda: chen.raw("POST", f"/tasks/{again[chen.name]}/consent", json={"agree": True}).status_code,
        lambda: zhao.raw("POST", f"/tasks/{again[zhao.name]}/consent", json={"agree": True}).status_code,
    )
    assert answers == [200, 200]
    assert case.open_steps() == ["sign"]
    assert case.kinds().count("signer.signed") == 3


def test_a_request_that_comes_twice_adds_a_signer_once(office: Story) -> None:
    case, wu, chen = begun(office), office.person(COMMISSIONER), office.person(DEPUTY)
    main = wu.task(case, "draft")["id"]
    key = {"Idempotency-Key": "sign-once"}
    body = {"add": [chen.id], "mode": "before"}
    answers = [wu.raw("POST", f"/tasks/{main}/signers", headers=key, json=body) for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 200]
    assert len(chen.box()) == 1
    wu.posts(f"/tasks/{main}/signers", {"remove": [chen.id], "reason": "不必"})
    assert chen.box() == []
    assert [i["id"] for i in wu.box()] == [main]


def test_two_people_hand_it_over_at_the_same_moment_and_it_goes_once(office: Story) -> None:
    case, wu, chen = begun(office), office.person(COMMISSIONER), office.person(DEPUTY)
    sun, zhao = office.person(ABOVE), office.person(SECRETARY)
    absent(office, COMMISSIONER, ABOVE, "2026-03-10")
    main = wu.task(case, "draft")["id"]
    assert "transfer" not in sun.gets(f"/tasks/{main}")["can"], "a delegate does not hand it on"
    refused = sun.posts(f"/tasks/{main}/transfer", {"to": chen.id, "reason": "忙"})
    assert refused.refused == "err_delegates_on"
    answers = together(
        lambda: wu.raw("POST", f"/tasks/{main}/delegation", json={"to": chen.id}).status_code,
        lambda: wu.raw("POST", f"/tasks/{main}/transfer", json={"to": zhao.id, "reason": "忙"}).status_code,
    )
    assert min(answers) == 200
    assert max(answers) in (404, 409)
    if answers[0] == 200:
        assert [i["status"] for i in wu.box("delegated")] == ["waiting"]
        (part,) = chen.box()
        answers = together(
            lambda: chen.raw("POST", f"/tasks/{part['id']}/giving-back", json={"answers": TEXT}).status_code,
            lambda: wu.raw("POST", f"/tasks/{main}/taking-back", json={"reason": "我来办"}).status_code,
        )
        assert sorted(answers) == [200, 409]
        assert case.open_steps() == ["draft"]
        wu.completes(case, "draft", TEXT, decision="send")
    else:
        zhao.completes(case, "draft", TEXT, decision="send")
    assert case.open_steps() == ["sign"]


def test_a_delegate_signs_for_somebody_absent_and_nobody_signs_what_they_asked_for(office: Story) -> None:
    case, wu, chen = begun(office), office.person(COMMISSIONER), office.person(DEPUTY)
    zhao = office.person(SECRETARY)
    absent(office, DEPUTY, SECRETARY, "2026-03-10")
    main = wu.task(case, "draft")["id"]
    wu.posts(f"/tasks/{main}/signers", {"add": [chen.id], "mode": "before"})
    assert wu.completes(case, "draft", TEXT, decision="send").refused == "err_waiting_for_others"
    part = zhao.box("delegated")[0]["id"]
    assert zhao.posts(f"/tasks/{part}/consent", {"agree": True})["now_with"] == ["Wu Zuwei"]
    assert sentences(case, "signer.signed") == ["Zhao Zhishu for Chen Jijian agreed to “Draft”."]
    cannot = wu.posts(f"/tasks/{main}/signers", {"remove": [chen.id], "reason": "不必"})
    assert cannot.refused == "err_no_signer"
    wu.completes(case, "draft", TEXT, decision="send")
    assert case.open_steps() == ["sign"]
    signed = [
        (line["name"], line["by"]["name"], line["decision_label"])
        for line in zhao.gets(f"/cases/{case.id}/sheet")["signed"]
    ]
    assert signed == [("Draft (before)", "Zhao Zhishu", "agreed"), ("Draft", "Wu Zuwei", "Send")]
