"""Somebody on their way moves to another branch: handed over by a list with hashes, examined, and carried on."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from tests.engine.contents import PDF
from tests.stories import test_recruitment
from tests.stories.test_recruitment import COMMISSIONER, SECRETARY, Journey, Moving, Standing

standing = test_recruitment.standing


def test_an_activist_moves_to_another_branch_and_the_time_is_counted_on(standing: Standing) -> None:
    """S22: handed over by a list with hashes, refused for a missing log, supplied and accepted; 208 days are carried,
    the half-year rhythm stays, the contacts are named anew, and step 7 opens on the day on which it would have."""
    journey = standing(Journey.cultivated)
    case, story = journey.case, journey.story
    journey.does("cultivate", "2027-03-08", period_from="2026-09-10", period_to="2027-03-08")
    paper = {"file": (io.BytesIO(PDF), "考察登记.pdf")}
    where = f"/tasks/{story.person(COMMISSIONER).task(case, 'cultivate')['id']}/attachments"
    assert story.person(COMMISSIONER).raw("POST", where, data=paper).status_code == 201
    story.at("2027-04-06")
    moving = Moving(journey, "2027-04-06", "2027-04-06")
    again = Moving(journey, "2027-04-06", "2027-04-06", by=SECRETARY)
    assert again.case.refused == "transfer_under_way"
    rows = story.person(COMMISSIONER).task(moving.case, "hand_over")["values"]["material_list"]
    assert [row["name"] for row in rows] == ["submit_application.pdf", "determine_activist.pdf", "考察登记.pdf"]
    assert {row["sha256"] for row in rows} == {hashlib.sha256(PDF).hexdigest()}
    assert story.person("lang.zuwei").sees(case).refused == "err_not_found"
    bare = story.person(COMMISSIONER).completes(
        moving.case, "hand_over", {"handed_on": "2027-04-06", "material_list": rows}, "handed_over"
    )
    assert bare.refused == "material_not_handed"
    assert bare.refused.clause == "tr_list"
    moving.hands_over("2027-04-08", paper_list=[{"title": "入党申请书", "pages": 4}])
    assert story.person("lang.zuwei").sees(case)["number"] == case.number
    refusal: dict[str, Any] = {"questions": [{"text": "缺第一次考察的登记表"}]}
    moving.receives("2027-04-12", "refused", "材料不全", **refusal)
    assert moving.case.open_steps() == ["hand_over"]
    assert case.open_steps() == ["cultivate"]
    assert journey.is_a("activist")
    moving.hands_over("2027-04-14")
    moving.receives("2027-04-20")
    assert (moving.case.status, moving.case.outcome) == ("ended", "received")
    journey.moves_to("B121")
    assert case.read()["unit"]["code"] == "B121"
    assert journey.is_a("activist")
    assert case.data["carried_cultivation_days"] == 208
    assert case.open_steps() == ["assign_contacts"]
    assert story.person(COMMISSIONER).box("todo", case=case.id) == []
    members = story.auditor.gets_all("/people", unit="B121", status="full_member")
    contacts = [{"person": m["id"]} for m in members if not m["posts"]][:2]
    journey.does("assign_contacts", "2027-04-21", contacts=contacts)
    log = story.person("lang.zuwei").task(case, "cultivate")
    assert log["due_on"] == "2027-10-11"  # a year from the determination, and the days of grace
    journey.does("cultivate", "2027-09-08", period_from="2027-03-09", period_to="2027-09-08")
    journey.does("hear_opinions", "2027-09-08")
    early = journey.tries("determine_development_target", "2027-09-09").refused
    assert early is not None
    assert [e["earliest"] for e in early.errors] == ["2027-09-10"]
    journey.does("determine_development_target", "2027-09-10")
    journey.does("file_development_target", "2027-09-28", submitted_on="2027-09-16")
    assert case.status == "running"


def test_nobody_is_transferred_before_the_talk_or_while_the_committee_decides(standing: Standing) -> None:
    """Between steps 15 and 17 the old committee completes it; another branch's case is not ours to hand over."""
    journey = standing(Journey.reported)
    story = journey.story
    waits = Moving(journey, "2028-01-12", "2028-01-12").case.refused
    assert waits == "between_vote_and_approval"
    assert waits.clause == "tr_between"
    elsewhere = story.person("lang.zuwei").starts(
        "transfer",
        "B121",
        {
            "person_moved": story.person("lin.ceshi").id,
            "to_unit": story.unit("B072")["id"],
            "reported_on": "2028-01-12",
            "left_on": "2028-01-12",
            "cause": "调动",
        },
    )
    assert elsewhere.refused == "other_branch_holds_it"
    fresh = Journey(story, "he.yangli", "2028-01-12")
    assert Moving(fresh, "2028-01-12", "2028-01-12").case.refused == "apply_anew"


def test_a_probationer_moves_two_months_before_the_expiry_and_is_put_off(standing: Standing) -> None:
    """S23: the receiving branch may put it off for at most six months; the conversion counts from the expiry."""
    journey = standing(Journey.received)
    journey.does("take_oath", "2028-02-15")
    for on in ("2028-03-20", "2028-06-20", "2028-09-20"):
        journey.does("observe_probationer", on)
    case, story = journey.case, journey.story
    moving = Moving(journey, "2028-10-12", "2028-10-15")
    moving.hands_over("2028-10-16")
    moving.receives("2028-10-20")
    assert case.open_steps() == ["assign_to_branch_group"]
    assert journey.tries("assign_to_branch_group", "2028-10-21").refused is not None
    journey.moves_to("B121")
    assert journey.is_a("probationary_member")
    journey.does("assign_to_branch_group", "2028-10-21")
    # The oath was taken and three quarters were observed where she was before.
    assert case.open_steps() == ["observe_probationer"]
    journey.does("apply_for_conversion", "2028-12-05")
    journey.does("publicise_conversion", "2028-12-15", from_on="2028-12-11")
    journey.does("observe_probationer", "2028-12-18")
    journey.does("hear_conversion_opinions", "2028-12-19")
    few: dict[str, Any] = {"present_count": 8, "ballots_for": 8, "ballots_against": 0}
    journey.does("hold_conversion_meeting", "2028-12-21", **few, motion="postpone")
    meeting = story.person("lang.zuwei").task(case, "hold_conversion_meeting")
    assert meeting["due_on"] == "2029-06-19"
    late = journey.tries("hold_conversion_meeting", "2029-06-20", **few, motion="postpone", reason="再推迟")
    assert late.refused == "conversion_option_not_allowed"
    journey.does("hold_conversion_meeting", "2029-06-20", **few, reason="推迟讨论期满")
    journey.does("report_conversion", "2029-06-21")
    story.person("ge.zongzhi").completes(
        case, "deliberate_conversion", {"deliberated_on": "2029-06-21", "general_branch_opinion": "同意"}, "forwarded"
    )
    journey.does("approve_conversion", "2029-07-10")
    assert case.data["seniority_start_on"] == "2028-12-20"


def test_a_transfer_is_called_off_and_the_branch_goes_on(standing: Standing) -> None:
    """Who stays after all is not handed over: the case goes on where it is, and may be transferred later."""
    journey = standing(Journey.cultivated)
    story = journey.story
    moving = Moving(journey, "2026-10-12", "2026-10-15")
    silent = story.person(COMMISSIONER).completes(moving.case, "hand_over", {"handed_on": "2026-10-12"}, "called_off")
    assert silent.refused is not None
    assert silent.refused.error("opinion")["code"] == "required"
    off = story.person(COMMISSIONER).completes(
        moving.case, "hand_over", {"handed_on": "2026-10-12"}, "called_off", opinion="调动取消"
    )
    assert off.refused is None
    assert (moving.case.status, moving.case.outcome) == ("ended", "called_off")
    assert journey.case.open_steps() == ["cultivate"]
    again = Moving(journey, "2026-11-02", "2026-11-02")
    assert again.case.refused is None
    assert again.case.outcome != "received"


def test_who_leaves_within_three_months_is_held_and_handed_over(standing: Standing) -> None:
    """S16: no form is issued to whoever leaves; on the day the branch hands over instead of taking it up again."""
    journey = standing(Journey.reviewed)
    case, leaving = journey.case, {"leaving_within_3_months": True, "leaving_on": "2028-01-15"}
    journey.does("pre_review", "2027-11-20", "hold_leaving_within_3_months", received_on="2027-11-16", **leaving)
    assert case.open_steps() == ["hold_for_leaving"]
    journey.story.at("2028-01-17")
    moving = Moving(journey, "2028-01-17", "2028-01-17")
    assert moving.case.refused is None
    moving.hands_over("2028-01-18")
    moving.receives("2028-01-20")
    assert (moving.case.outcome, case.read()["unit"]["code"], case.status) == ("received", "B121", "running")
    assert case.open_steps() == ["assign_contacts"]
