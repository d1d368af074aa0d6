"""The answering body's side (批复), told over HTTP: terms, withdrawals, who may decide, what the asker sees."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from tests.databases import Databases, Kind
from tests.stories import letters as correspondence
from tests.stories.conftest import Story
from tests.stories.letters import FILED, FIVE, PASSED, Letters, all_of


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> Kind:
    """SQLite: what the procedures alone decide is the same on either."""
    kind: Kind = getattr(request, "param", "sqlite")
    return kind


@pytest.fixture
def story(databases: Databases, kind: Kind) -> Iterator[Story]:
    with correspondence.office(databases, kind) as told:
        yield told


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"], indirect=True)
def test_the_asker_sees_how_far_the_answering_body_is(story: Story) -> None:
    """Names of steps and the outcome, nothing that is written there; a stranger sees neither case."""
    letters = Letters(story, "2026-03-02")
    asking = letters.case
    assert "At the superior" not in asking.summary
    reply = letters.answering(letters.sends())

    def seen() -> dict[str, Any]:
        return {line["label"]: line["value"] for line in story.person("song.nigao").sees(asking)["summary"]}

    assert seen()["At the superior"] == f"Sign for ({reply.number})"
    assert seen()["Answer"] == "sent, waiting for the reply"
    letters.received(reply)
    assert seen()["At the superior"] == f"First check ({reply.number})"
    assert story.person("song.nigao").sees(reply).refused == "err_not_found"
    assert story.person("lin.ceshi").sees(asking).refused == "err_not_found"
    story.language = "zh"
    assert seen()["上级办到哪一步"] == f"初审（{reply.number}）"
    story.language = "en"
    letters.does(
        reply, "first_check", {"format_defects": ["no_seal"], "reason_text": "没有用印"}, "returned", opinion="退"
    )
    assert seen()["At the superior"] == f"returned ({reply.number})"
    assert reply.outcome == "closed_returned"
    assert asking.open_steps() == ["draft_request"]


def test_a_late_reply_is_explained_on_the_due_date_without_anybody_asking(story: Story) -> None:
    """S42: ten working days after 18 September end on 9 October, over two holidays; the requester is told why."""
    letters = Letters(story, "2026-09-18")
    reply = letters.answering(letters.sends())
    letters.received(reply)
    letters.accepted(reply)
    letters.assigned(reply)
    assert reply.data["reply_due_on"] == "2026-10-09"
    assert story.person("yu.xuanchuan").task(reply, "handle_request")["due_on"] == "2026-10-09"
    story.at("2026-09-30")
    assert "urge" in reply.open_steps()
    words = {"urged_whom": "宣传部", "reason_of_delay": "须商财政部门", "expected_on": "2026-10-14"}
    letters.does(reply, "urge", words, "urged")
    story.at("2026-10-09T17:29")
    assert letters.case.open_steps() == ["withdraw_request"]
    story.at("2026-10-09T17:30")
    assert letters.case.open_steps() == ["read_delay", "withdraw_request"]
    assert (letters.case.data["delay_reason"], letters.case.data["delay_expected_on"]) == ("须商财政部门", "2026-10-14")
    letters.does(letters.case, "read_delay", {}, "noted")
    story.at("2026-10-14")
    overdue = [e["sentence"] for e in reply.trail() if e["kind"] == "task.overdue"]
    assert overdue
    letters.does(
        reply,
        "handle_request",
        {"facts": "属实", "reply_draft": "同意。", "legal_checked": True},
        "reply_proposed",
        reason="商财政部门",
    )


def test_a_request_is_withdrawn_until_it_is_decided(story: Story) -> None:
    """Before step 14 both cases end and the number is not used again; afterwards the reply goes its way."""
    letters = Letters(story, "2026-03-02")
    number = letters.sends()
    reply = letters.answering(number)
    letters.received(reply)
    letters.does(letters.case, "withdraw_request", {"reason_of_withdrawal": "活动取消"}, "withdraw", opinion="撤回")
    assert (reply.status, reply.outcome) == ("ended", "closed_withdrawn")
    assert (letters.case.status, letters.case.outcome) == ("ended", "closed_withdrawn")
    second = Letters(story, "2026-03-03")
    other = second.sends()
    assert other != number
    reply = second.answering(other)
    second.received(reply)
    second.accepted(reply)
    second.assigned(reply, decision="decide_now")
    without = second.tries(reply, "decide_request", {"decision_text": "同意。"}, "approve_with_conditions")
    assert without.refused == "conditions_missing"
    term = [{"what": "专款专用", "who": "样例第七单位", "by_when": "2026-06-30"}]
    second.does(
        reply, "decide_request", {"decision_text": "同意。", "decided_conditions": term}, "approve_with_conditions"
    )
    second.does(second.case, "withdraw_request", {"reason_of_withdrawal": "不办了"}, "withdraw", opinion="撤回")
    assert reply.open_steps() == ["sign_reply"]
    assert second.case.data["withdrawal_refused"] is True
    second.answers(reply)
    second.does(second.case, "receive_reply", {"received_on": "2026-03-03"}, "receipted")
    assert second.case.open_steps() == ["follow_condition"]
    followed = story.person("song.nigao").task(second.case, "follow_condition")
    assert followed["due_on"] == "2026-06-30"
    second.does(second.case, "follow_condition", {"how": "已专账管理"}, "done")
    assert second.case.open_steps() == ["archive_request"]
    second.does(reply, "archive_reply", {**FILED, "retention": "permanent"}, "archived")
    assert reply.outcome == "closed_replied"


def test_whoever_drafted_does_not_sign_and_whoever_handled_does_not_decide(story: Story) -> None:
    """sod_11 and R3.11: a hold has a date, what is changed after the signature is signed again."""
    letters = Letters(story, "2026-03-02")
    case = letters.case
    letters.does(case, "draft_request", letters.draft(is_major=True), "submit")
    own = letters.tries(case, "check_text", all_of(*PASSED), "pass", by="song.nigao")
    assert own.refused is not None
    assert letters.tries(case, "check_text", all_of(*PASSED[1:]), "pass").refused == "text_check_incomplete"
    letters.does(case, "check_text", {}, "return", opinion="依据不准")
    letters.does(case, "draft_request", letters.draft(is_major=True), "submit")
    letters.does(case, "check_text", all_of(*PASSED), "pass")
    minutes = {"meeting_on": "2026-03-02", "minutes_no": "纪要3", "resolution": "同意", "eligible_count": 7}
    votes = {"present_count": 5, "for_count": 3, "against_count": 1, "abstain_count": 1}
    lost = letters.tries(case, "decide_collectively", {**minutes, **votes}, "agree", by="mao.shouwen")
    assert lost.refused == "not_carried"
    wrong = letters.tries(case, "decide_collectively", {**minutes, **votes, "for_count": 4}, "agree", by="mao.shouwen")
    assert wrong.refused == "counts_differ"
    votes = {"present_count": 6, "for_count": 4, "against_count": 1, "abstain_count": 1}
    letters.does(case, "decide_collectively", {**minutes, **votes}, "agree", by="mao.shouwen")
    assert story.person("mao.shouwen").confirms(case, "decide_collectively").refused is not None
    assert story.person("miao.danwei").confirms(case, "decide_collectively").refused is None
    held = letters.tries(case, "sign_request", {}, "hold", opinion="待核")
    assert held.refused == "hold_without_date"
    letters.does(case, "sign_request", {"held_until": "2026-03-04"}, "hold", opinion="待核")
    assert case.open_steps() == []
    story.at("2026-03-04")
    unsigned = letters.tries(case, "sign_request", {}, "sign")
    assert unsigned.refused is not None
    assert unsigned.refused.error("signed_on")["code"] == "required"
    offered = {o["value"]: o["is_partial"] for o in story.person("miao.danwei").task(case, "sign_request")["outcomes"]}
    assert offered == {"sign": False, "return": True, "hold": True}
    letters.does(case, "sign_request", {"signed_on": "2026-03-04"}, "sign")
    done = all_of("procedure_complete", "format_checked")
    letters.does(case, "release_request", done, "back_to_signer", opinion="金额有误")
    early = letters.tries(case, "sign_request", {"signed_on": "2026-03-01"}, "sign")
    assert early.refused == "err_date_order"
    letters.does(case, "sign_request", {"signed_on": "2026-03-04"}, "sign")
    letters.does(case, "release_request", done, "numbered")
    letters.does(case, "seal_request", {"signature_checked": True, "copies_sealed": 1}, "sent")
    reply = letters.answering(case.data["document_number"])
    letters.received(reply)
    letters.accepted(reply)
    letters.does(
        reply,
        "propose_handling",
        {"lead": "general_office", "co_departments": [], "decision_level": "leader", "proposal": "转办公室。"},
        "proposed",
        by="tao.shoufa",
    )
    letters.does(reply, "instruct", {"instruction": "提交会议。"}, "to_meeting")
    assert reply.data["reply_due_on"] == "2026-04-01"
    asks = {"facts": "须核实", "wanted_text": "请补充预算明细"}
    letters.does(reply, "handle_request", asks, "needs_more", by="tao.shoufa", opinion="补充")
    assert case.open_steps() == ["supplement", "withdraw_request"]
    letters.does(case, "supplement", {"supplied_text": "预算明细见附件。"}, "supplied")
    assert reply.data["supplied"] == "预算明细见附件。"
    letters.does(
        reply,
        "handle_request",
        {"facts": "略", "not_ours_reason": "属组织部"},
        "not_ours",
        by="tao.shoufa",
        opinion="退",
    )
    assert reply.open_steps() == ["propose_handling"]
    letters.assigned(reply, decision="to_meeting", lead="organisation_department")
    story.person("zhou.banyi").claims(reply, "handle_request")
    draft = {"facts": "属实", "reply_draft": "同意。", "legal_checked": True}
    heard = {"co_departments": ["publicity_department", "dues_accountant"]}
    letters.does(reply, "handle_request", {**draft, **heard}, "reply_proposed", by="zhou.banyi")
    letters.does(reply, "co_sign", {}, "disagree", by="yu.xuanchuan", opinion="金额偏高")
    letters.does(reply, "co_sign", {}, "agree", by="yuan.kuaiji")
    assert reply.open_steps() == ["handle_request"]
    letters.does(reply, "handle_request", {**draft, "co_departments": []}, "reply_proposed", by="zhou.banyi")
    bare = letters.tries(reply, "decide_request", {"decision_text": "同意。"}, "approve")
    assert bare.refused == "minutes_missing"
    letters.does(
        reply, "decide_request", {"deferred_to": "2026-03-20", "minutes_no": "纪要4"}, "defer", opinion="待预算"
    )
    story.person("dou.zuzhi").confirms(reply, "decide_request")
    story.at("2026-03-20")
    letters.does(reply, "decide_request", {"decision_text": "同意。", "minutes_no": "纪要5"}, "approve")
    assert story.person("dou.zuzhi").confirms(reply, "decide_request").refused is None
    reply_form = {"reply_title": "关于经费的批复", "reply_text": "同意。", "signed_on": "2026-03-20"}
    assert letters.tries(reply, "sign_reply", reply_form, "sign").refused == "request_not_quoted"
    for opinion in ("措辞不当", "仍须改"):  # returned a second time: nothing of the reply has to be filled in
        letters.does(reply, "sign_reply", {}, "return", opinion=opinion)
        assert reply.open_steps() == ["handle_request"]
        letters.does(reply, "handle_request", {**draft, "co_departments": []}, "reply_proposed", by="zhou.banyi")
        letters.does(reply, "decide_request", {"decision_text": "同意。", "minutes_no": "纪要6"}, "approve")
        assert story.person("dou.zuzhi").confirms(reply, "decide_request").refused is None
    assert reply.data["reply_signed_on"] is None


def test_an_urgent_request_is_counted_in_office_hours(story: Story) -> None:
    """特急: two working hours to sign for it, seven to answer, from Friday afternoon on; S44 besides."""
    letters = Letters(story, "2026-03-06")
    story.at("2026-03-06T16:00")
    task = story.person("song.nigao").task(letters.case, "draft_request")["id"]
    secret = {"file": (io.BytesIO(b"%PDF-1.7"), "机密-经费.pdf")}
    sent = story.person("song.nigao").raw("POST", f"/tasks/{task}/attachments", data=secret)
    assert (sent.status_code, sent.get_json()["code"]) == (422, "err_file_classified")
    assert "经费.pdf" not in str(letters.case.trail())
    number = letters.sends(urgency="most_urgent", urgency_reason="明日防汛")
    reply = letters.answering(number)

    def due(by: str, element: str) -> str:
        return str(story.person(by).task(reply, element)["due"]["at"])

    assert due("fei.wenmi", "sign_for").startswith("2026-03-06T18:00")
    letters.received(reply)
    letters.accepted(reply)
    letters.assigned(reply)
    assert due("yu.xuanchuan", "handle_request").startswith("2026-03-09T16:00")
    story.at("2026-03-09T16:01")
    assert letters.case.open_steps() == ["read_delay", "withdraw_request"]
    assert "研究办理" in letters.case.data["delay_reason"]


def test_what_is_sent_to_the_wrong_body_comes_back(story: Story) -> None:
    """Misdirected: not signed for, and the asker corrects the recipient."""
    letters = Letters(story, "2026-03-02")
    reply = letters.answering(letters.sends())
    silent = letters.tries(reply, "sign_for", {"pages_counted": 1}, "refused_misdirected")
    assert silent.refused is not None
    wrong = {"pages_counted": 1, "misdirected_reason": "应报市工会"}
    letters.does(reply, "sign_for", wrong, "refused_misdirected", opinion="误送")
    assert reply.outcome == "closed_misdirected"
    assert letters.case.open_steps() == ["draft_request"]
    assert letters.case.data["answer_reason"] == "应报市工会"


def test_a_report_is_noted_and_not_answered(story: Story) -> None:
    plain = Letters(story, "2026-03-03", document_kind="report", topic="主题活动开展情况")
    told = {"title": "样例第七单位关于主题活动开展情况的报告", "matter": "活动已开展。"}
    reply = plain.answering(plain.sends(**told))
    plain.received(reply)
    plain.does(reply, "first_check", all_of(*FIVE), "noted")
    assert reply.outcome == "closed_noted"
    assert plain.case.summary["Conclusion"] == "noted"
