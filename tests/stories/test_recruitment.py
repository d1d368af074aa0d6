"""Member recruitment from the letter to the full member, told in the demonstration office.

The dates and refusals are those of the office's scenarios. A ``Journey`` knows who does which step and what a
complete form looks like, so that a story names only what matters to it: the day, the outcome, the odd answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.stories.conftest import Answer, Case, Story

RECRUITMENT = "recruitment"
BRANCH, COMMISSIONER, SECRETARY, DEPUTY = "B071", "wu.zuwei", "zhao.zhishu", "chen.jijian"
ORGANISER, COMMITTEE_SECRETARY, UPPER = "li.zuzhi", "sun.shuji", "zhou.banyi"
FIRST, SECOND = "zheng.lianyi", "wang.lianer"

APPLICANTS: Mapping[str, tuple[str, str, str, str]] = {
    "lin.ceshi": ("林测试", "999999199605050027", "1996-05-05", "female"),
    "he.yangli": ("何样例", "999999198801010036", "1988-01-01", "male"),
    "lyu.shifan": ("吕示范", "999999200802140019", "2008-02-14", "male"),
    "shi.weiman": ("施未满", "999999200808290042", "2008-08-29", "female"),
}

LONG = "谈话围绕入党动机、学习工作情况、家庭和社会关系展开，申请人如实回答了各项问题，态度端正，愿意接受组织的培养教育和考察，谈话情况良好。"


def letter(story: Story, applicant: str, on: str, **more: Any) -> dict[str, Any]:
    """The start form of an applicant, dated ``on``."""
    name, number, born_on, gender = APPLICANTS[applicant]
    return {
        "applicant": story.person(applicant).id,
        "person_name": name,
        "id_number": number,
        "born_on": born_on,
        "gender": gender,
        "ethnic_group": "汉族",
        "education": "bachelor",
        "social_stratum": "intellectual",
        "organisation_basis": "work_or_study_unit",
        "is_league_member": False,
        "accepts_conditions": True,
        "no_relatives": True,
        "applied_on": on,
        **more,
    }


class Journey:
    """One person's way; ``moves`` the clock to a day and does the step with a complete form."""

    def __init__(self, story: Story, applicant: str = "lin.ceshi", on: str = "2026-03-02", **more: Any) -> None:
        self.story = story
        self.applicant = applicant
        story.at(on)
        self.case: Case = story.person(applicant).starts(RECRUITMENT, BRANCH, letter(story, applicant, on, **more))
        assert self.case.refused is None, self.case.refused

    # ------------------------------------------------------------ one step

    def tries(
        self,
        element: str,
        on: str,
        decision: str | None = None,
        *,
        by: str | None = None,
        opinion: str | None = None,
        reason: str | None = None,
        today: str | None = None,
        **answers: Any,
    ) -> Answer:
        """Do a step on a day; ``today`` where it is entered on another day than it happened."""
        actor, form, usual = STEPS[element]
        self.story.at(today or on)
        return self.story.person(by or self.someone(actor)).completes(
            self.case, element, {**form(self, on), **answers}, decision or usual, opinion, reason
        )

    def does(self, element: str, on: str, decision: str | None = None, **more: Any) -> None:
        """Do a step and, where a second person has to confirm, confirm it."""
        answer = self.tries(element, on, decision, **more)
        assert answer.refused is None, (element, answer.refused)
        if answer["task"]["status"] == "confirming":
            confirmed = self.story.person(self.second(element)).confirms(self.case, element)
            assert confirmed.refused is None, (element, confirmed.refused)

    def someone(self, actor: str) -> str:
        return self.applicant if actor == "applicant" else actor

    def second(self, element: str) -> str:
        return COMMITTEE_SECRETARY if STEPS[element][0] == ORGANISER else SECRETARY

    def people(self, *accounts: str) -> list[dict[str, str]]:
        return [{"person": self.story.person(account).id} for account in accounts]

    def is_a(self, status: str) -> bool:
        """Whether the directory has the person in that status today."""
        name = APPLICANTS[self.applicant][0]
        found = self.story.auditor.gets("/people", q=name, unit=BRANCH, status=status)
        return self.story.person(self.applicant).id in [person["id"] for person in found["items"]]

    # ------------------------------------------------------------ stretches of the way, on the days of S01

    def talked(self) -> Journey:
        self.does("submit_application", "2026-03-02")
        self.does("hold_first_talk", "2026-03-20")
        return self

    def cultivated(self) -> Journey:
        self.talked()
        self.does("recommend_activist", "2026-09-08")
        self.does("determine_activist", "2026-09-10")
        self.does("file_activist", "2026-09-24", submitted_on="2026-09-11")
        self.does("assign_contacts", "2026-09-24")
        return self

    def observed(self) -> Journey:
        self.cultivated()
        self.does("cultivate", "2027-03-08", period_from="2026-09-10", period_to="2027-03-08")
        self.does("cultivate", "2027-09-08", period_from="2027-03-09", period_to="2027-09-08")
        return self

    def targeted(self) -> Journey:
        self.observed()
        self.does("hear_opinions", "2027-09-13")
        self.does("determine_development_target", "2027-09-15")
        self.does("file_development_target", "2027-09-28", submitted_on="2027-09-16")
        self.does("publicise_target", "2027-10-15", from_on="2027-10-11")
        return self

    def prepared(self) -> Journey:
        self.targeted()
        self.does("assign_introducers", "2027-10-18")
        self.does("review_background", "2027-10-29")
        self.does("train", "2027-11-10")
        return self

    def reviewed(self) -> Journey:
        self.prepared()
        self.does("review_in_branch_committee", "2027-11-15")
        return self

    def formed(self) -> Journey:
        self.reviewed()
        self.does("pre_review", "2027-12-06", received_on="2027-11-16")
        self.does("fill_membership_form", "2027-12-15")
        self.does("give_introducer_opinion_1", "2027-12-16")
        self.does("give_introducer_opinion_2", "2027-12-16")
        return self

    def voted(self) -> Journey:
        self.formed()
        self.does("hold_branch_meeting", "2027-12-20")
        return self

    def reported(self) -> Journey:
        self.voted()
        self.does("report_resolution", "2027-12-22")
        self.does("receive_resolution", "2027-12-23")
        self.does("hold_committee_talk", "2028-01-10")
        return self

    def received(self) -> Journey:
        self.reported()
        self.does("approve_in_committee", "2028-01-20")
        self.does("file_with_upper_department", "2028-01-24", submitted_on="2028-01-21")
        self.does("assign_to_branch_group", "2028-01-26")
        return self

    def probation_over(self) -> Journey:
        self.received()
        self.does("take_oath", "2028-02-15")
        self.does("observe_probationer", "2028-03-20")
        self.does("observe_probationer", "2028-06-20")
        self.does("observe_probationer", "2028-09-20")
        self.does("apply_for_conversion", "2028-12-05")
        self.does("publicise_conversion", "2028-12-15", from_on="2028-12-11")
        self.does("observe_probationer", "2028-12-18")
        return self

    def converted(self) -> Journey:
        self.probation_over()
        self.does("hear_conversion_opinions", "2028-12-19")
        self.does("hold_conversion_meeting", "2028-12-21", present_count=13, ballots_for=12, ballots_against=1)
        self.does("report_conversion", "2028-12-22")
        self.does("approve_conversion", "2029-02-08")
        return self


# ---------------------------------------------------------------- complete forms

Form = Callable[[Journey, str], dict[str, Any]]


def _vote(journey: Journey, on: str) -> dict[str, Any]:
    return {
        "meeting_on": on,
        "chair": journey.story.person(SECRETARY).id,
        "committee_size": 3,
        "present_count": 3,
        "for_count": 3,
        "against_count": 0,
        "abstain_count": 0,
        "minutes": "集体讨论，一致同意。",
    }


def _meeting(journey: Journey, on: str) -> dict[str, Any]:
    return {
        "meeting_on": on,
        "start_time": "14:30",
        "place": "会议室",
        "chair": journey.story.person(SECRETARY).id,
        "present_count": 12,
        "ballots_for": 11,
        "ballots_against": 1,
        "ballots_abstain": 0,
        "invalid_count": 0,
        "ballot_method": "secret",
        "scrutineers": journey.people("feng.jianpiao"),
        "resolution_text": "主要表现良好；应到、实到人数符合规定；表决结果如上。支部书记：赵支书",
    }


def _conversion(journey: Journey, on: str) -> dict[str, Any]:
    return {**_meeting(journey, on), "motion": "convert_on_time", "breach": "none"}


def _committee(journey: Journey, on: str) -> dict[str, Any]:
    return {
        "meeting_on": on,
        "members_eligible": 7,
        "members_present": 6,
        "for_count": 6,
        "against_count": 0,
        "abstain_count": 0,
        "meets_conditions": True,
        "procedure_complete": True,
    }


def _publicity(_: Journey, on: str) -> dict[str, Any]:
    return {"to_on": on, "channel": ["notice_board"], "text": "公示一名同志的基本情况。"}


def _opinions(_: Journey, on: str) -> dict[str, Any]:
    return {
        "meeting_on": on,
        "asked_group": True,
        "asked_contacts": True,
        "members_asked": 6,
        "masses_asked": 6,
        "summary": "一致反映良好。",
    }


def _supplement(_: Journey, on: str) -> dict[str, Any]:
    return {"supplemented_on": on, "items": [{"defect": "缺一份说明", "answer": "已补齐"}]}


def _sessions(*days: str) -> list[dict[str, Any]]:
    return [{"held_on": day, "hours": 8} for day in days]


STEPS: Mapping[str, tuple[str, Form, str | None]] = {
    "submit_application": (
        COMMISSIONER,
        lambda j, on: {"has_signature": True, "has_date": True, "received_on": on},
        "accept",
    ),
    "correct_application": ("applicant", lambda j, on: {"corrected_on": on, "corrected": "补上署名"}, None),
    "hold_first_talk": (
        COMMISSIONER,
        lambda j, on: {
            "talked_on": on,
            "talk_place": "党员活动室",
            "conductors": j.people(SECRETARY),
            "summary": LONG,
            "attitude": "端正",
        },
        "done",
    ),
    "recommend_activist": (
        COMMISSIONER,
        lambda j, on: {
            "kind": "member",
            "meeting_on": on,
            "eligible_count": 15,
            "present_count": 12,
            "for_count": 12,
            "recommendation": "同意推荐",
        },
        "recommended",
    ),
    "determine_activist": (COMMISSIONER, _vote, "determine"),
    "file_activist": (ORGANISER, lambda j, on: {"filed_on": on}, "noted"),
    "answer_activist_observations": (COMMISSIONER, _supplement, None),
    "assign_contacts": (
        COMMISSIONER,
        lambda j, on: {"assigned_on": on, "contacts": j.people(FIRST, SECOND)},
        "assigned",
    ),
    "cultivate": (
        COMMISSIONER,
        lambda j, on: {
            "contact_opinion": "表现好",
            "branch_opinion": "继续培养",
            "conclusion": "continue",
            "assessed_on": on,
        },
        "continue",
    ),
    "hear_opinions": (COMMISSIONER, _opinions, "heard"),
    "determine_development_target": (COMMISSIONER, _vote, "determine"),
    "file_development_target": (ORGANISER, lambda j, on: {"filed_on": on}, "noted"),
    "answer_target_observations": (COMMISSIONER, _supplement, None),
    "publicise_target": (COMMISSIONER, _publicity, "no_objection"),
    "assign_introducers": (
        COMMISSIONER,
        lambda j, on: {
            "assigned_on": on,
            "introducers": [{**row, "consent_on": on} for row in j.people(FIRST, SECOND)],
        },
        "assigned",
    ),
    "review_background": (
        COMMISSIONER,
        lambda j, on: {
            "methods": ["talk", "files"],
            "sources": [{"kind": "unit", "unit": "样例第七单位"}],
            "conclusion": "pass",
            "concluded_on": on,
            "author": j.story.person(COMMISSIONER).id,
            "branch_seal": True,
        },
        "pass",
    ),
    "train": (
        ORGANISER,
        lambda j, on: {
            "organiser_org": "样例工委组织部",
            "sessions": _sessions("2027-11-08", "2027-11-09", "2027-11-10"),
            "finished_on": on,
            "exam_result": "pass",
        },
        "pass",
    ),
    "supplement_training": (
        ORGANISER,
        lambda j, on: {"organiser_org": "样例工委组织部", "sessions": _sessions(on), "finished_on": on},
        "pass",
    ),
    "review_in_branch_committee": (COMMISSIONER, _vote, "pass"),
    "pre_review": (
        ORGANISER,
        lambda j, on: {"checklist": [{"item": "政审材料", "is_ok": True}], "written_result_on": on},
        "pass",
    ),
    "supplement_pre_review": (COMMISSIONER, _supplement, None),
    "hold_for_leaving": (COMMISSIONER, lambda j, on: {"settled_on": on, "circumstances": "调动取消"}, "resume"),
    "fill_membership_form": (
        "applicant",
        lambda j, on: {
            "aspiration": "我志愿加入中国共产党。",
            "resume": [{"from_on": "2014-09-01", "place": "样例大学学习"}],
            "mass_organisations_joined": "共青团",
            "rewards_and_punishments": "无",
            "family_members": [{"name": "林父", "relation": "父亲", "situation": "无"}],
            "matters_to_explain": "无",
            "signed_on": on,
        },
        "complete",
    ),
    "give_introducer_opinion_1": (FIRST, lambda j, on: {"opinion": "愿意介绍", "signed_on": on}, "agree"),
    "give_introducer_opinion_2": (SECOND, lambda j, on: {"opinion": "愿意介绍", "signed_on": on}, "agree"),
    "hold_branch_meeting": (COMMISSIONER, _meeting, None),
    "report_resolution": (
        COMMISSIONER,
        lambda j, on: {"reported_on": on, "materials": ["resolution", "membership_form"]},
        "reported",
    ),
    "receive_resolution": (ORGANISER, lambda j, on: {"received_on": on}, "received"),
    "hold_committee_talk": (
        ORGANISER,
        lambda j, on: {
            "conductor": j.story.person(ORGANISER).id,
            "talked_on": on,
            "content": "谈了入党动机和对党的认识。",
            "opinion_text": "同意接收",
        },
        "recommend",
    ),
    "clarify_matter": (COMMISSIONER, _supplement, None),
    "approve_in_committee": (ORGANISER, _committee, "approve"),
    "supplement_approval": (COMMISSIONER, _supplement, None),
    "handle_expired_approval": (ORGANISER, lambda j, on: {"decided_on": on, "cause": "未及时上会"}, None),
    "file_with_upper_department": (UPPER, lambda j, on: {"filed_on": on}, "noted"),
    "decide_further_course": (COMMISSIONER, lambda j, on: {"decided_on": on, "minutes": "集体研究"}, None),
    "assign_to_branch_group": (COMMISSIONER, lambda j, on: {"assigned_on": on, "informed_on": on}, "assigned"),
    "take_oath": (
        COMMISSIONER,
        lambda j, on: {"oath_on": on, "place": "党员活动室", "organised_by": "机关党委"},
        "done",
    ),
    "observe_probationer": (
        COMMISSIONER,
        lambda j, on: {
            "assessed_on": on,
            "personal_report": "汇报了本季度思想和工作",
            "introducer_opinion": "表现好",
            "branch_opinion": "继续考察",
            "breach": "none",
        },
        "continue",
    ),
    "apply_for_conversion": (
        "applicant",
        lambda j, on: {"applied_on": on, "text": "本人申请按期转正。"},
        "submitted",
    ),
    "publicise_conversion": (COMMISSIONER, _publicity, "no_objection"),
    "hear_conversion_opinions": (COMMISSIONER, _opinions, "heard"),
    "hold_conversion_meeting": (COMMISSIONER, _conversion, None),
    "report_conversion": (
        COMMISSIONER,
        lambda j, on: {"reported_on": on, "materials": ["resolution", "conversion_application"]},
        "reported",
    ),
    "approve_conversion": (ORGANISER, _committee, "approve"),
    "supplement_conversion": (COMMISSIONER, _supplement, None),
    "archive_file": (
        COMMISSIONER,
        lambda j, on: {
            "archived_on": on,
            "items": [{"item": item, "present": True} for item in ARCHIVED],
            "location": "personal_file",
        },
        "complete",
    ),
}
ARCHIVED = ("membership_form", "letter", "review", "conversion_application", "cultivation")


# ---------------------------------------------------------------- S01


def test_a_letter_leads_to_a_full_member(story: Story) -> None:
    """S01: the whole life, on the days of the scenario, without a warning."""
    journey = Journey(story).converted()
    journey.does("archive_file", "2029-02-20")
    case = journey.case
    assert (case.status, case.outcome) == ("ended", "converted")
    assert case.marks == []
    assert case.data["probation_start_on"] == "2027-12-20"
    assert case.data["probation_end_on"] == "2028-12-19"
    assert case.data["seniority_start_on"] == "2028-12-20"
    assert journey.is_a("full_member")
    assert [s["status"] for s in case.read()["steps"] if s["step"]] == ["done"] * 26
    assert "gate.warned" not in case.kinds()
