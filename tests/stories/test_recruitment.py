"""Member recruitment from the letter to the full member, told in the demonstration office.

The dates and refusals are those of the office's scenarios. A ``Journey`` knows who does which step and what a
complete form looks like, so that a story names only what matters to it: the day, the outcome, the odd answer.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from functools import wraps
from itertools import pairwise
from typing import Any

import pytest

from api import folders
from engine import decisions
from engine.store import Store
from tests import apps, offices
from tests.databases import Databases, Kind
from tests.engine.contents import PDF
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

ON_PAPER = (
    *("submit_application", "determine_activist", "determine_development_target", "review_background", "train"),
    *("review_in_branch_committee", "pre_review", "fill_membership_form", "hold_branch_meeting"),
    *("approve_in_committee", "apply_for_conversion", "hold_conversion_meeting"),
)
"""Steps that demand the paper which the rules name: letter, minutes, conclusion, certificate, form, count sheet."""

RECEIVING: Mapping[str, str] = {
    COMMISSIONER: "lang.zuwei",
    SECRETARY: "peng.zhishu",
    ORGANISER: "dou.zuzhi",
    COMMITTEE_SECRETARY: "bai.shuji",
    "feng.jianpiao": "lang.zuwei",
}
"""Who plays the parts in B121, which stands under a general branch and WC0."""

LONG = (
    "谈话围绕入党动机、学习工作情况、家庭和社会关系展开，申请人如实回答了各项问题，"
    "态度端正，愿意接受组织的培养教育和考察，谈话情况良好。"
)


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


def once(stretch: Callable[[Journey], None]) -> Callable[[Journey], Journey]:
    """A stretch of the way that is walked once, however often it is asked for."""

    @wraps(stretch)
    def walked(journey: Journey) -> Journey:
        if stretch.__name__ not in journey.walked:
            stretch(journey)
            journey.walked.append(stretch.__name__)
        return journey

    return walked


class Journey:
    """One person's way; ``moves`` the clock to a day and does the step with a complete form."""

    def __init__(
        self,
        story: Story,
        applicant: str = "lin.ceshi",
        on: str = "2026-03-02",
        *,
        branch: str = BRANCH,
        cast: Mapping[str, str] | None = None,
    ) -> None:
        self.story = story
        self.applicant = applicant
        self.branch = branch
        self.cast = {"applicant": applicant, **(cast or {})}
        """Who plays the parts of the people of B071 and C07 elsewhere."""
        self.walked: list[str] = []
        self.enclosed: set[str] = set()
        story.at(on)
        self.case: Case = story.person(applicant).starts(RECRUITMENT, branch, letter(story, applicant, on))
        assert self.case.refused is None, self.case.refused

    @classmethod
    def resumed(cls, story: Story, walked: Sequence[str]) -> Journey:
        """The one journey of an office that was copied while it was on its way."""
        journey = cls.__new__(cls)
        journey.story, journey.applicant, journey.branch = story, "lin.ceshi", BRANCH
        journey.cast = {"applicant": "lin.ceshi"}
        journey.walked = list(walked)
        journey.enclosed = set()
        (found,) = story.auditor.gets_all("/cases")
        journey.case = Case(story, found, None)
        return journey

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
        if element in ON_PAPER:
            self.encloses(by or self.someone(actor), element)
        return self.story.person(by or self.someone(actor)).completes(
            self.case, element, {**form(self, on), **answers}, decision or usual, opinion, reason
        )

    def encloses(self, by: str, element: str) -> None:
        """The scan of the paper that a step demands, once for each of its tasks."""
        person = self.story.person(by)
        for item in person.box("todo", case=self.case.id):
            if item["element"] == element and item["status"] == "open" and item["id"] not in self.enclosed:
                scan = {"file": (io.BytesIO(PDF), f"{element}.pdf")}
                assert person.raw("POST", f"/tasks/{item['id']}/attachments", data=scan).status_code == 201
                self.enclosed.add(item["id"])

    def does(self, element: str, on: str, decision: str | None = None, **more: Any) -> None:
        """Do a step and, where a second person has to confirm, confirm it."""
        answer = self.tries(element, on, decision, **more)
        assert answer.refused is None, (element, answer.refused)
        if answer["task"]["status"] == "confirming":
            confirmed = self.story.person(self.second(element)).confirms(self.case, element)
            assert confirmed.refused is None, (element, confirmed.refused)

    def someone(self, actor: str) -> str:
        """The account that plays a part."""
        return self.cast.get(actor, actor)

    def second(self, element: str) -> str:
        return self.someone(COMMITTEE_SECRETARY if STEPS[element][0] == ORGANISER else SECRETARY)

    def id(self, actor: str) -> str:
        """The person id of whoever plays a part."""
        return self.story.person(self.someone(actor)).id

    def people(self, *actors: str) -> list[dict[str, str]]:
        """Rows of a form that asks for people."""
        return [{"person": self.id(actor)} for actor in actors]

    def moves_to(self, branch: str) -> None:
        """From now on the people of B121, its general branch and WC0 play the parts."""
        self.branch = branch
        self.cast |= RECEIVING

    def is_a(self, status: str) -> bool:
        """Whether the directory has the person in that status today."""
        name = APPLICANTS[self.applicant][0]
        found = self.story.auditor.gets("/people", q=name, unit=self.branch, status=status)
        return self.story.person(self.applicant).id in [person["id"] for person in found["items"]]

    # ------------------------------------------------------------ stretches of the way, on the days of S01

    @once
    def talked(self) -> None:
        self.does("submit_application", "2026-03-02")
        self.does("hold_first_talk", "2026-03-20")

    @once
    def cultivated(self) -> None:
        self.talked()
        self.does("recommend_activist", "2026-09-08")
        self.does("determine_activist", "2026-09-10")
        self.does("file_activist", "2026-09-24", submitted_on="2026-09-11")
        self.does("assign_contacts", "2026-09-24")

    @once
    def observed(self) -> None:
        self.cultivated()
        self.does("cultivate", "2027-03-08", period_from="2026-09-10", period_to="2027-03-08")
        self.does("cultivate", "2027-09-08", period_from="2027-03-09", period_to="2027-09-08")

    @once
    def targeted(self) -> None:
        self.observed()
        self.does("hear_opinions", "2027-09-13")
        self.does("determine_development_target", "2027-09-15")
        self.does("file_development_target", "2027-09-28", submitted_on="2027-09-16")
        self.does("publicise_target", "2027-10-15", from_on="2027-10-11")

    @once
    def prepared(self) -> None:
        self.targeted()
        self.does("assign_introducers", "2027-10-18")
        self.does("review_background", "2027-10-29")
        self.does("train", "2027-11-10")

    @once
    def reviewed(self) -> None:
        self.prepared()
        self.does("review_in_branch_committee", "2027-11-15")

    @once
    def formed(self) -> None:
        self.reviewed()
        self.does("pre_review", "2027-12-06", received_on="2027-11-16")
        self.does("fill_membership_form", "2027-12-15")
        self.does("give_introducer_opinion_1", "2027-12-16")
        self.does("give_introducer_opinion_2", "2027-12-16")

    @once
    def voted(self) -> None:
        self.formed()
        self.does("hold_branch_meeting", "2027-12-20")

    @once
    def reported(self) -> None:
        self.voted()
        self.does("report_resolution", "2027-12-22")
        self.does("receive_resolution", "2027-12-23")
        self.does("hold_committee_talk", "2028-01-10")

    @once
    def received(self) -> None:
        self.reported()
        self.does("approve_in_committee", "2028-01-20")
        self.does("file_with_upper_department", "2028-01-24", submitted_on="2028-01-21")
        self.does("assign_to_branch_group", "2028-01-26")

    @once
    def probation_over(self) -> None:
        self.received()
        self.does("take_oath", "2028-02-15")
        self.does("observe_probationer", "2028-03-20")
        self.does("observe_probationer", "2028-06-20")
        self.does("observe_probationer", "2028-09-20")
        self.does("apply_for_conversion", "2028-12-05")
        self.does("publicise_conversion", "2028-12-15", from_on="2028-12-11")
        self.does("observe_probationer", "2028-12-18")

    @once
    def converted(self) -> None:
        self.probation_over()
        self.does("hear_conversion_opinions", "2028-12-19")
        self.does("hold_conversion_meeting", "2028-12-21", present_count=13, ballots_for=12, ballots_against=1)
        self.does("report_conversion", "2028-12-22")
        self.does("approve_conversion", "2029-02-08")


class Clauses:
    """A case read clause by clause, as somebody sees it."""

    def __init__(self, by: Any, case: Case) -> None:
        self.items = {one["id"]: one for one in by.gets(f"/cases/{case.id}/rules")["items"]}
        self.states = {id_: one["state"] for id_, one in self.items.items()}

    def __getitem__(self, clause: str) -> dict[str, Any]:
        found: dict[str, Any] = self.items[clause]
        return found

    def steps(self, clause: str) -> list[str]:
        return [step["element"] for step in self[clause]["steps"] if step["is_done"]]

    def departures(self, clause: str) -> list[str | None]:
        """The steps at which the case departed from a clause."""
        return [entry["element"] for entry in self[clause]["exceptions"]]


class Moving:
    """A transfer of somebody on their way from one branch to another, as the people of both branches do it."""

    def __init__(self, journey: Journey, reported_on: str, left_on: str, to: str = "B121", by: str = "") -> None:
        self.story, self.journey = journey.story, journey
        self.sender = by or journey.someone(COMMISSIONER)
        self.story.at(reported_on)
        self.case: Case = self.story.person(self.sender).starts(
            "transfer", journey.branch, self.report(reported_on, left_on, to)
        )

    def report(self, reported_on: str, left_on: str, to: str) -> dict[str, Any]:
        return {
            "person_moved": self.story.person(self.journey.applicant).id,
            "to_unit": self.story.unit(to)["id"],
            "reported_on": reported_on,
            "left_on": left_on,
            "cause": "工作调动",
        }

    def tries(self, element: str, by: str, decision: str, tick: str, opinion: str | None = None, **more: Any) -> Answer:
        task = self.story.person(by).task(self.case, element)
        rows = [{**row, tick: True} for row in task["values"]["material_list"]]
        return self.story.person(by).completes(self.case, element, {"material_list": rows, **more}, decision, opinion)

    def hands_over(self, on: str, **more: Any) -> None:
        self.story.at(on)
        answer = self.tries("hand_over", self.sender, "handed_over", "is_handed", handed_on=on, **more)
        assert answer.refused is None, answer.refused

    def receives(self, on: str, decision: str = "accepted", opinion: str | None = None, **more: Any) -> None:
        """B121 examines it, by two persons."""
        self.story.at(on)
        answer = self.tries(
            "examine_handover", "lang.zuwei", decision, "is_checked", opinion, received_on=on, remark="逐件核对", **more
        )
        assert answer.refused is None, answer.refused
        assert answer["task"]["status"] == "confirming"
        assert self.story.person("lang.zuwei").confirms(self.case, "examine_handover").refused is not None
        confirmed = self.story.person("peng.zhishu").confirms(self.case, "examine_handover")
        assert confirmed.refused is None, confirmed.refused


# ---------------------------------------------------------------- complete forms

Form = Callable[[Journey, str], dict[str, Any]]

ARCHIVED = ("membership_form", "letter", "review", "conversion_application", "cultivation")


def _vote(journey: Journey, on: str) -> dict[str, Any]:
    return {
        "meeting_on": on,
        "chair": journey.id(SECRETARY),
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
        "chair": journey.id(SECRETARY),
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
    "publicise_activist": (COMMISSIONER, _publicity, "no_objection"),
    "publicise_before_form": (COMMISSIONER, _publicity, "no_objection"),
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
            "author": j.id(COMMISSIONER),
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
            "conductor": j.id(ORGANISER),
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


# ---------------------------------------------------------------- where a story begins

Standing = Callable[[Callable[[Journey], Journey]], Journey]
STRETCHES = (
    Journey.cultivated,
    Journey.observed,
    Journey.targeted,
    Journey.prepared,
    Journey.reviewed,
    Journey.formed,
    Journey.reported,
    Journey.received,
    Journey.probation_over,
)


def _template(databases: Databases, kind: Kind, stretch: Callable[[Journey], Journey]) -> str:
    """The office with one case that has come so far: walked once per kind of database, then only copied."""
    place = STRETCHES.index(stretch)
    base = _template(databases, kind, STRETCHES[place - 1]) if place else offices.PROCEDURES
    walked = [before.__name__ for before in STRETCHES[:place]]

    def fill(store: Store) -> None:
        with apps.lent(store) as (app, contract):
            story = Story(store, app, contract, offices.with_procedures(databases, kind))
            stretch(Journey.resumed(story, ["talked", *walked]) if place else Journey(story))

    return databases.template(kind, f"recruitment_{stretch.__name__}", fill, base)


@pytest.fixture
def standing(kind: Kind, databases: Databases) -> Iterator[Standing]:
    """``standing(Journey.formed)``: the journey of S01 that has come as far as that, in an office of its own."""
    office = offices.with_procedures(databases, kind)
    told: list[Story] = []
    with ExitStack() as opened:

        def come(stretch: Callable[[Journey], Journey]) -> Journey:
            store = Store(databases.create(kind, _template(databases, kind, stretch)))
            opened.callback(databases.drop, store.settings)
            opened.callback(store.close)
            story = Story(store, *opened.enter_context(apps.lent(store)), office)
            told.append(story)
            walked = [before.__name__ for before in STRETCHES[: STRETCHES.index(stretch) + 1]]
            return Journey.resumed(story, ["talked", *walked])

        yield come
        for story in told:
            story.look_at_refusals()


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
    entries = case.trail()
    kinds = {entry["kind"] for entry in entries}
    assert "gate.warned" not in kinds
    assert kinds >= {"decision.evaluated", "membership.changed"}
    assert [e["seq"] for e in entries] == list(range(1, len(entries) + 1))
    assert all(after["prev"] == before["hash"] for before, after in pairwise(entries))
    assert story.auditor.gets("/trail/verification", chain=case.id)["is_whole"] is True
    read = Clauses(story.auditor, case)
    assert "exception" not in read.states.values()
    assert read.states["mr_15"] == read.states["tmr_mr_approval"] == read.states["sod_06"] == "met"
    # mr_r0_4 is enforced outside this procedure; the others ask only of cases that take another way.
    others = {clause for clause, state in read.states.items() if state != "met"}
    assert others == {"mr_r0_4", "mr_x_withdrawal", "mr_x_not_passed", "mr_x_overdue", "mr_x_return", "sod_21"}
    assert read.steps("mr_15") == ["hold_branch_meeting", "hold_conversion_meeting"]
    shown = read["mr_15"]["evidence"]
    assert all(entry["hash"] in {e["hash"] for e in entries} for entry in shown)
    assert story.person("lin.ceshi").gets(f"/cases/{case.id}/rules").refused == "err_not_found"
    assert story.person("chu.zhishu").gets(f"/cases/{case.id}/rules").refused == "err_not_found"


# ---------------------------------------------------------------- stage 1


def test_nobody_under_age_is_accepted_and_the_earliest_day_is_told(story: Story) -> None:
    """S02: 17 years old is refused with the day from which it would be accepted; the birthday itself counts."""
    story.at("2026-06-08")
    young = story.person("shi.weiman")
    refused = young.starts(RECRUITMENT, BRANCH, letter(story, "shi.weiman", "2026-06-08"))
    assert refused.refused == "under_age"
    assert refused.refused.status == 422
    assert refused.refused.clause == "mr_01"
    assert refused.refused.error("applied_on")["earliest"] == "2026-08-29"
    assert young.box("started") == []
    story.at("2026-08-29")
    office_says = {"value": False, "reason": "生日次日起算"}
    set_on = story.designer.puts("/definitions/recruitment/parameters/prm_age_on_birthday_counts", office_says)
    assert set_on.refused is None
    refused = young.starts(RECRUITMENT, BRANCH, letter(story, "shi.weiman", "2026-08-29"))
    assert refused.refused == "under_age"
    assert refused.refused.error("applied_on")["earliest"] == "2026-08-30"
    kept = story.auditor.gets_all("/trail", kind="case.start_refused")
    assert len(kept) == 2
    assert "施未满" in kept[0]["sentence"] or "Shi Weiman" in kept[0]["sentence"]
    story.designer.puts(
        "/definitions/recruitment/parameters/prm_age_on_birthday_counts", {"value": True, "reason": "生日当日起算"}
    )
    accepted = young.starts(RECRUITMENT, BRANCH, letter(story, "shi.weiman", "2026-08-29"))
    assert accepted.refused is None
    assert accepted.open_steps() == ["submit_application"]


def test_an_application_is_made_once_and_by_nobody_else(story: Story) -> None:
    """One running case per person; a stranger may not hand in somebody's letter; a member may not apply again."""
    Journey(story, "he.yangli")
    twice = story.person("he.yangli").starts(RECRUITMENT, BRANCH, letter(story, "he.yangli", "2026-03-02"))
    assert twice.refused == "duplicate_case"
    for_another = story.person("lyu.shifan").starts(RECRUITMENT, BRANCH, letter(story, "lin.ceshi", "2026-03-02"))
    assert for_another.refused == "applicant_not_self"
    unwilling = story.person("lin.ceshi").starts(
        RECRUITMENT, BRANCH, letter(story, "lin.ceshi", "2026-03-02", accepts_conditions=False)
    )
    assert unwilling.refused == "conditions_not_accepted"
    mistyped = story.person("lin.ceshi").starts(
        RECRUITMENT, BRANCH, letter(story, "lin.ceshi", "2026-03-02", born_on="1996-05-06")
    )
    assert mistyped.refused is not None
    assert {e["code"] for e in mistyped.refused.errors} == {"id_number_mismatch", "born_on_mismatch"}
    entered = story.person(COMMISSIONER).starts(RECRUITMENT, BRANCH, letter(story, "lin.ceshi", "2026-03-02"))
    assert entered.refused is None


def test_a_late_first_talk_is_escalated_and_stays_marked(story: Story) -> None:
    """S03: due on the last day of February; the day after it is late; the talk is still recorded, with a reason."""
    journey = Journey(story, on="2026-01-31")
    journey.does("submit_application", "2026-01-31")
    case = journey.case
    story.at("2026-02-20")
    assert "task.reminded" in case.kinds()
    talk = story.person(COMMISSIONER).task(case, "hold_first_talk")
    assert talk["due_on"] == "2026-02-28"
    story.at("2026-02-28")
    assert "task.overdue" not in case.kinds()
    story.at("2026-03-01")
    assert "task.overdue" in case.kinds()
    overdue = next(e for e in case.trail() if e["kind"] == "task.overdue")
    assert "C07" in overdue["sentence"] or "Departmental Committee" in overdue["sentence"]
    assert "late" in case.marks
    without = journey.tries("hold_first_talk", "2026-03-05")
    assert without.refused is not None
    assert without.refused.error("reason")["code"] == "late"
    journey.does("hold_first_talk", "2026-03-05", reason="春节放假")
    assert "late" in case.marks
    read = Clauses(story.auditor, case)
    assert read.states["tmr_mr_first_talk"] == "exception"
    assert read.departures("tmr_mr_first_talk") == ["hold_first_talk", "hold_first_talk"]
    assert (read.states["mr_02"], read.states["mr_15"]) == ("met", "open")
    assert case.open_steps() == ["recommend_activist"]


def test_a_letter_is_returned_corrected_and_accepted(story: Story) -> None:
    """Return for correction: the applicant corrects, the branch takes it in again."""
    journey = Journey(story)
    whole = {"has_signature": True, "has_date": True, "received_on": "2026-03-02"}
    bare = story.person(COMMISSIONER).completes(journey.case, "submit_application", whole, "accept").refused
    assert bare == "err_attachments_missing"
    assert bare.clause == "mr_01"
    silent = journey.tries("submit_application", "2026-03-02", "return_for_correction")
    assert silent.refused is not None
    assert silent.refused.error("opinion")["code"] == "required"
    unsigned = journey.tries("submit_application", "2026-03-02", has_signature=False)
    assert unsigned.refused == "letter_incomplete"
    journey.does("submit_application", "2026-03-02", "return_for_correction", opinion="没有署名", has_signature=False)
    assert journey.case.open_steps() == ["correct_application"]
    journey.does("correct_application", "2026-03-05")
    journey.does("submit_application", "2026-03-06")
    assert journey.case.data["application_on"] == "2026-03-05"
    assert journey.case.open_steps() == ["hold_first_talk"]


def test_a_letter_may_be_rejected(story: Story) -> None:
    """Reject: the case ends, the person is on record as rejected."""
    journey = Journey(story)
    journey.does("submit_application", "2026-03-02", "reject", opinion="不属于本单位人员")
    assert (journey.case.status, journey.case.outcome) == ("ended", "closed_rejected")
    assert journey.is_a("rejected")


def test_whoever_applies_may_not_take_in_their_own_letter(story: Story) -> None:
    """R0.3 and sod_01: the receipt may not lie before the letter, and the applicant has no part in it."""
    journey = Journey(story)
    early = journey.tries("submit_application", "2026-03-02", received_on="2026-03-01")
    assert early.refused == "err_date_order"
    assert early.refused.error("received_on")["earliest"] == "2026-03-02"
    own = journey.tries("submit_application", "2026-03-02", by="lin.ceshi")
    assert own.refused is not None
    assert own.refused.status in (403, 404)
    tomorrow = journey.tries("submit_application", "2026-03-03", today="2026-03-02")
    assert tomorrow.refused == "err_date_future"


def test_the_person_sees_how_far_it_is_and_not_what_others_wrote(story: Story) -> None:
    """The applicant sees the own form and the steps; nothing of reviews and talks; somebody else sees no case."""
    journey = Journey(story).talked()
    seen = story.person("lin.ceshi").sees(journey.case)
    assert seen["data"] == {}
    assert [s["step"] for s in seen["steps"] if s["status"] == "done"] == ["1", "2"]
    told = "".join(str(entry) for entry in story.person("lin.ceshi").gets_all(f"/cases/{journey.case.id}/trail"))
    assert "谈话围绕" not in told
    assert "999999199605050027" not in told
    assert story.person("lyu.shifan").sees(journey.case).refused == "err_not_found"


# ---------------------------------------------------------------- stages 2 and 3


def test_no_step_can_be_skipped(standing: Standing) -> None:
    """S04: from activist to the branch meeting; the refusal lists what is missing and stays on the trail."""
    journey = standing(Journey.cultivated)
    story = journey.story
    story.at("2027-02-10")
    case = journey.case
    refused = journey.tries("hold_branch_meeting", "2027-02-10", by=SECRETARY).refused
    assert refused == "err_step_not_open"
    assert refused.status == 409
    steps = [element for element in refused.missing if case.step(element)["step"]]
    assert [case.step(element)["step"] for element in steps][-9:] == ["6", "7", "8", "9", "10", "11", "12", "13", "14"]
    assert "bypass.attempted" in case.kinds()
    assert case.open_steps() == ["cultivate"]
    admin = story.person("xie.xitong").completes(case, "hold_branch_meeting", {})
    assert admin.refused is not None
    assert admin.refused.status == 404
    assert case.open_steps() == ["cultivate"]


def test_nobody_becomes_a_target_before_the_year_is_over(standing: Standing) -> None:
    """S05: on 2027-09-09 the step is closed and says from when it opens; the entry of the next day is accepted."""
    journey = standing(Journey.observed)
    story = journey.story
    journey.does("hear_opinions", "2027-09-08")
    assert journey.case.held_steps() == ["determine_development_target"]
    early = journey.tries("determine_development_target", "2027-09-09").refused
    assert early is not None
    assert early.status == 409
    assert early.clause == "tmr_mr_cultivation_minimum"
    assert [e["earliest"] for e in early.errors] == ["2027-09-10"]
    story.at("2027-09-10")
    assert journey.case.open_steps() == ["determine_development_target"]
    dated = journey.tries("determine_development_target", "2027-09-09", today="2027-09-10").refused
    assert dated == "err_too_early"
    assert dated.clause == "mr_07"
    assert dated.error("meeting_on")["earliest"] == "2027-09-10"
    journey.does("determine_development_target", "2027-09-10")
    assert journey.case.open_steps() == ["file_development_target"]


def test_observations_are_not_made_ahead_of_their_half_year(standing: Standing) -> None:
    """Two observations on one day would make the half-year rhythm a formality."""
    journey = standing(Journey.cultivated)
    early = journey.tries("cultivate", "2026-10-10", period_from="2026-09-10", period_to="2026-10-10").refused
    assert early == "observation_too_early"
    assert early.error("assessed_on")["earliest"] == "2027-02-07"
    assert early.clause == "tmr_mr_half_year_observation"


def test_one_person_cannot_close_a_collective_decision(story: Story) -> None:
    """sod_06: the commissioner enters the decision, and may not confirm it; the secretary does."""
    journey = Journey(story).talked()
    journey.does("recommend_activist", "2026-09-08")
    minority = journey.tries("determine_activist", "2026-09-10", for_count=1, against_count=2).refused
    assert minority is not None
    assert minority.clause == "mr_03"
    assert minority.error("decision")["code"] == "outcome_not_allowed"
    miscounted = journey.tries("determine_activist", "2026-09-10", for_count=2).refused
    assert miscounted == "votes_do_not_add_up"
    entered = journey.tries("determine_activist", "2026-09-10")
    assert entered["task"]["status"] == "confirming"
    assert journey.is_a("applicant")
    own = story.person(COMMISSIONER).confirms(journey.case, "determine_activist").refused
    assert own == "sod_06"
    assert story.person(SECRETARY).confirms(journey.case, "determine_activist").refused is None
    assert journey.is_a("activist")


def test_contacts_are_full_members(story: Story) -> None:
    """Step 5: the probationary member of the branch cannot be a contact, nor a third one."""
    journey = Journey(story).talked()
    journey.does("recommend_activist", "2026-09-08")
    journey.does("determine_activist", "2026-09-10")
    journey.does("file_activist", "2026-09-24", submitted_on="2026-09-11")
    three = journey.tries("assign_contacts", "2026-09-24", contacts=journey.people(FIRST, SECOND, SECRETARY)).refused
    assert three == "contact_count"
    probationer = journey.tries("assign_contacts", "2026-09-24", contacts=journey.people("wei.yubei")).refused
    assert probationer == "contact_not_full_member"
    assert probationer.clause == "mr_05"
    journey.does("assign_contacts", "2026-09-24")


def test_a_filing_is_returned_answered_and_noted(story: Story) -> None:
    """Steps 4 and 8 return with observations, and the branch answers them."""
    journey = Journey(story).talked()
    journey.does("recommend_activist", "2026-09-08")
    journey.does("determine_activist", "2026-09-10")
    journey.does(
        "file_activist", "2026-09-20", "returned_with_observations", submitted_on="2026-09-11", opinion="缺推荐记录"
    )
    journey.does("answer_activist_observations", "2026-09-22")
    journey.does("file_activist", "2026-09-24", submitted_on="2026-09-22")
    assert journey.case.open_steps() == ["assign_contacts"]


def test_cultivation_may_be_discontinued(standing: Standing) -> None:
    """Step 6 discontinue: the case ends, with the person's status."""
    journey = standing(Journey.cultivated)
    journey.does(
        "cultivate",
        "2026-12-01",
        "discontinue",
        period_from="2026-09-10",
        period_to="2026-12-01",
        conclusion="discontinue",
        opinion="严重违纪",
    )
    assert (journey.case.status, journey.case.outcome) == ("ended", "discontinued")
    assert journey.is_a("discontinued")


def test_an_activist_who_is_not_ready_is_cultivated_on_or_discontinued(standing: Standing) -> None:
    """Step 7: not yet goes back to cultivation, and a third observation is due before it is tried again."""
    journey = standing(Journey.observed)
    journey.does("hear_opinions", "2027-09-13")
    journey.does("determine_development_target", "2027-09-15", "not_yet", opinion="还需考察")
    assert journey.case.open_steps() == ["cultivate"]
    journey.does("cultivate", "2028-03-09", period_from="2027-09-09", period_to="2028-03-09")
    journey.does("hear_opinions", "2028-03-10")
    journey.does("determine_development_target", "2028-03-13", "discontinue", opinion="不再培养")
    assert (journey.case.status, journey.case.outcome) == ("ended", "discontinued")


def test_publicity_lasts_its_working_days(standing: Standing) -> None:
    """Four working days are too few; the earliest end is told. A founded objection leads back to the branch."""
    journey = standing(Journey.observed)
    journey.does("hear_opinions", "2027-09-13")
    journey.does("determine_development_target", "2027-09-15")
    journey.does("file_development_target", "2027-09-28", submitted_on="2027-09-16")
    short = journey.tries("publicise_target", "2027-10-14", from_on="2027-10-11").refused
    assert short == "publicity_too_short"
    assert short.error("to_on")["earliest"] == "2027-10-15"
    assert short.clause == "tmr_mr_publicity"
    journey.does("publicise_target", "2027-10-15", "objection_founded", from_on="2027-10-11", opinion="反映情况属实")
    assert journey.case.open_steps() == ["hear_opinions"]


def test_a_rule_that_changes_meanwhile_holds_for_the_next_stage(standing: Standing) -> None:
    """S52: seven working days of publicity from now on; the stage that has begun keeps its five."""
    journey = standing(Journey.observed)
    story = journey.story
    journey.does("hear_opinions", "2027-09-13")
    journey.does("determine_development_target", "2027-09-15")
    journey.does("file_development_target", "2027-09-28", submitted_on="2027-09-16")
    story.at("2027-10-12")
    setting = "/definitions/recruitment/parameters/prm_mr_publicity_working_days"
    assert story.designer.puts(setting, {"value": 7, "reason": "上级细则修订"}).refused is None
    short = journey.tries("publicise_target", "2027-10-14", from_on="2027-10-11").refused
    assert short == "publicity_too_short"
    assert short.error("to_on")["earliest"] == "2027-10-15"
    journey.does("publicise_target", "2027-10-15", from_on="2027-10-11")
    later = standing(Journey.received)
    later.story.at("2028-06-01")
    assert later.story.designer.puts(setting, {"value": 7, "reason": "上级细则修订"}).refused is None
    later.does("apply_for_conversion", "2028-12-05")
    seven = later.tries("publicise_conversion", "2028-12-15", from_on="2028-12-11").refused
    assert seven == "publicity_too_short"
    assert seven.error("to_on")["earliest"] == "2028-12-19"
    (changed,) = later.story.auditor.gets_all("/trail", kind="parameter.changed")
    assert "prm_mr_publicity_working_days" in changed["sentence"]


def test_an_office_may_publish_at_every_stage(story: Story) -> None:
    """prm_mr_publicity_stages: activist and before the form as well; a founded objection stops the reception."""
    stages = ["activist", "development_target", "before_form", "conversion"]
    setting = "/definitions/recruitment/parameters/prm_mr_publicity_stages"
    assert story.designer.puts(setting, {"value": stages, "reason": "本地规定"}).refused is None
    journey = Journey(story).talked()
    journey.does("recommend_activist", "2026-09-08")
    journey.does("determine_activist", "2026-09-10")
    journey.does("publicise_activist", "2026-09-18", "objection_founded", from_on="2026-09-14", opinion="情况属实")
    assert journey.case.open_steps() == ["determine_activist"]
    journey.does("determine_activist", "2026-09-20")
    numbers = journey.tries("publicise_activist", "2026-09-28", from_on="2026-09-21", text="电话 13800000000")
    assert numbers.refused == "publicity_personal_data"
    journey.does("publicise_activist", "2026-09-28", from_on="2026-09-21")
    journey.does("file_activist", "2026-09-30", submitted_on="2026-09-29")
    journey.does("assign_contacts", "2026-09-30")
    journey.does("cultivate", "2027-03-18", period_from="2026-09-20", period_to="2027-03-18")
    journey.does("cultivate", "2027-09-18", period_from="2027-03-19", period_to="2027-09-18")
    journey.does("hear_opinions", "2027-09-20")
    journey.does("determine_development_target", "2027-09-20")
    journey.does("file_development_target", "2027-09-28", submitted_on="2027-09-21")
    journey.does("publicise_target", "2027-10-15", from_on="2027-10-11")
    journey.does("assign_introducers", "2027-10-18")
    journey.does("review_background", "2027-10-29")
    journey.does("train", "2027-11-10")
    journey.does("review_in_branch_committee", "2027-11-15")
    journey.does("pre_review", "2027-12-06", received_on="2027-11-16")
    journey.does(
        "publicise_before_form", "2027-12-10", "objection_founded", from_on="2027-12-06", opinion="反映情况属实"
    )
    assert journey.case.open_steps() == ["decide_further_course"]


def test_a_date_before_the_step_before_is_refused_and_a_late_entry_marked(standing: Standing) -> None:
    """S06: a conclusion dated before the filing is refused; one of 46 days ago needs a reason and a second person."""
    journey = standing(Journey.targeted)
    story = journey.story
    before = journey.tries("review_background", "2027-09-01", today="2027-11-20").refused
    assert before == "err_date_order"
    assert before.error("concluded_on")["earliest"] == "2027-09-28"
    old = journey.tries("review_background", "2027-10-05", today="2027-11-20").refused
    assert old is not None
    assert old.error("reason")["code"] == "late_entry"
    assert old.clause == "mr_r0_3" or old.error("reason")["clause"]["id"] == "mr_r0_3"
    entered = journey.tries("review_background", "2027-10-05", today="2027-11-20", reason="材料寄送延误")
    assert entered["task"]["status"] == "confirming"
    assert "review_background" in journey.case.open_steps()
    assert story.person(SECRETARY).confirms(journey.case, "review_background").refused is None
    assert "late_entry" in journey.case.marks
    assert "review_background" not in journey.case.open_steps()
    assert Clauses(story.auditor, journey.case).departures("mr_r0_3") == ["review_background"]


def test_short_training_keeps_the_review_closed_until_it_is_made_up(standing: Standing) -> None:
    """S08: 2 days and 16 hours hold step 12; the third day opens it."""
    journey = standing(Journey.targeted)
    journey.does("assign_introducers", "2027-10-18")
    journey.does("review_background", "2027-10-29")
    journey.does("train", "2027-11-09", sessions=_sessions("2027-11-08", "2027-11-09"))
    case = journey.case
    assert case.held_steps() == ["review_in_branch_committee"]
    assert case.open_steps() == ["supplement_training"]
    refused = journey.tries("review_in_branch_committee", "2027-11-09").refused
    assert refused is not None
    assert refused.status == 409
    assert "training_insufficient" in {refused.code, *(e["code"] for e in refused.errors)}
    journey.does("supplement_training", "2027-11-10")
    assert case.held_steps() == []
    assert case.open_steps() == ["review_in_branch_committee"]
    assert case.data["training_hours"] == 24


def test_a_recorded_day_is_corrected_by_two_persons_and_what_fails_by_it_is_done_again(standing: Standing) -> None:
    """S07: what was entered cannot be edited; a correction record shows both, and short training reopens step 11."""
    journey = standing(Journey.prepared)
    story, case = journey.story, journey.case
    li, sun = story.person(ORGANISER), story.person(COMMITTEE_SECRETARY)
    story.at("2027-11-12")
    task = next(a["task"] for a in li.sees(case)["acts"] if a["element"] == "train")
    kept: dict[str, Any] = li.gets(f"/tasks/{task}")["values"]
    answers = STEPS["train"][1](journey, "2027-11-10")
    edited = li.posts(f"/tasks/{task}/completion", {"answers": answers, "decision": "pass"}).refused
    assert edited is not None
    assert edited.status == 409

    def proposes(by: Any, **more: Any) -> Answer:
        given = {"answers": {**answers, **more}, "reason": "签到表核对有误"}
        found: Answer = by.posts(f"/tasks/{task}/corrections", given)
        return found

    moved = {"sessions": _sessions("2027-11-07", "2027-11-08", "2027-11-10")}
    stranger = proposes(story.person("chu.zhishu"), **moved).refused
    assert stranger == "err_not_found"
    branch = proposes(story.person(COMMISSIONER), **moved).refused
    assert branch == "err_not_yours"
    assert proposes(li).refused == "err_nothing_corrected"
    before_filing = proposes(li, sessions=_sessions("2027-09-01", "2027-11-09", "2027-11-10")).refused
    assert before_filing == "err_date_order"
    assert before_filing.clause == "mr_r0_3"
    assert "correct" in li.gets(f"/tasks/{task}")["can"]
    assert "correct" not in story.person(COMMISSIONER).gets(f"/tasks/{task}")["can"]
    form = li.gets(f"/tasks/{task}/corrections")
    assert [s["held_on"] for s in form["values"]["sessions"]] == ["2027-11-08", "2027-11-09", "2027-11-10"]
    assert story.person(COMMISSIONER).gets(f"/tasks/{task}/corrections").refused == "err_not_found"
    (waits,) = li.posts(f"/tasks/{task}/corrections", {"answers": moved, "reason": "签到表核对有误"})["items"]
    assert (waits["status"], waits["can"]) == ("proposed", [])
    again = proposes(li, **moved).refused
    assert again == "err_correction_waits"
    alone = li.posts(f"/corrections/{waits['id']}/decision", {"agree": True}).refused
    assert alone == "err_own_entry"
    (seen,) = sun.gets(f"/cases/{case.id}/corrections")["items"]
    assert seen["can"] == ["confirm"]
    assert [c["field"] for c in seen["changes"]] == ["sessions"]
    assert sun.posts(f"/corrections/{waits['id']}/decision", {"agree": True}).refused is None
    assert "corrected" in case.marks
    # Three days are still enough: the branch committee goes on.
    assert case.open_steps() == ["review_in_branch_committee"]
    assert li.gets(f"/tasks/{task}")["values"] == kept
    short = proposes(li, sessions=_sessions("2027-11-08", "2027-11-10"))["items"][0]
    refusal = sun.posts(f"/corrections/{short['id']}/decision", {"agree": False}).refused
    assert refusal is not None
    assert refusal.error("opinion")["code"] == "required"
    assert sun.posts(f"/corrections/{short['id']}/decision", {"agree": True}).refused is None
    assert (case.open_steps(), case.held_steps()) == (["train"], [])
    assert case.data["training_hours"] == 16
    made = [e for e in case.trail() if e["kind"] == "correction.made"]
    assert [e["clause"]["id"] for e in made] == ["sod_21", "sod_21"]
    assert Clauses(story.auditor, case).states["sod_21"] == "exception"
    journey.does("train", "2027-11-15", sessions=_sessions("2027-11-13", "2027-11-14", "2027-11-15"))
    assert case.open_steps() == ["review_in_branch_committee"]


def test_introducers_are_two_different_full_members(standing: Standing) -> None:
    """S09: one and a probationary member are refused; so are the same person twice, and one alone."""
    journey = standing(Journey.targeted)

    def assigns(*accounts: str) -> Any:
        rows = [{**row, "consent_on": "2027-10-18"} for row in journey.people(*accounts)]
        return journey.tries("assign_introducers", "2027-10-18", introducers=rows).refused

    alone = assigns(FIRST)
    assert alone == "introducer_count"
    assert alone.clause == "mr_09"
    # His probation ran out in 2026 without a decision of the branch; that makes nobody a full member.
    assert assigns(FIRST, "wei.yubei") == "introducer_not_full_member"
    same = assigns(FIRST, FIRST)
    assert same == "introducer_same_person"
    assert same.clause == "sod_02"
    assert assigns(FIRST, SECOND) is None


def test_a_relative_as_introducer_is_a_warning_that_an_office_may_turn_into_a_refusal(story: Story) -> None:
    """S10: a cousin needs a reason and the secretary's confirmation, and stays marked; with the parameter, refused."""
    journey = Journey(story, "he.yangli").targeted()
    assert "contact_relative" in journey.case.marks
    bare = journey.tries("assign_introducers", "2027-10-18").refused
    assert bare == "relative_needs_reason"
    assert bare.clause == "sod_04"
    setting = "/definitions/recruitment/parameters/prm_mr_relative_introducer"
    story.designer.puts(setting, {"value": "block", "reason": "本地规定"})
    blocked = journey.tries("assign_introducers", "2027-10-18", remark="无其他合适人选").refused
    assert blocked == "introducer_relative"
    assert blocked.clause == "sod_04"
    story.designer.puts(setting, {"value": "warn", "reason": "恢复默认"})
    entered = journey.tries("assign_introducers", "2027-10-18", remark="无其他合适人选")
    assert entered["task"]["status"] == "confirming"
    assert story.person(SECRETARY).confirms(journey.case, "assign_introducers").refused is None
    assert "introducer_relative" in journey.case.marks
    read = Clauses(story.auditor, journey.case)
    assert (read.states["mr_05"], read.states["sod_04"]) == ("exception", "exception")


def test_a_failed_review_ends_the_case_at_once(standing: Standing) -> None:
    """Step 10: who failed may not be admitted; the open preparations are no longer needed."""
    journey = standing(Journey.targeted)
    assert journey.case.open_steps() == ["assign_introducers", "review_background", "train"]
    unclear = journey.tries("review_background", "2027-10-29", conclusion="unclear").refused
    assert unclear is not None
    assert unclear.error("decision")["code"] == "outcome_not_allowed"
    assert unclear.clause == "mr_10"
    journey.does("review_background", "2027-10-29", "return_for_correction", conclusion="unclear", opinion="缺一份回函")
    journey.does("review_background", "2027-11-02", "fail", conclusion="fail", opinion="政治审查不合格")
    assert (journey.case.status, journey.case.outcome) == ("ended", "closed_rejected")
    assert journey.case.open_steps() == []
    assert journey.is_a("rejected")


# ---------------------------------------------------------------- stage 4


def test_introducers_do_not_check_or_talk(standing: Standing) -> None:
    """sod_03: an organiser who is introducer in the case may not pre-review; another one does."""
    journey = standing(Journey.targeted)
    rows = [{**row, "consent_on": "2027-10-18"} for row in journey.people(FIRST, ORGANISER)]
    journey.does("assign_introducers", "2027-10-18", introducers=rows)
    assert "introducer_other_branch" in journey.case.marks
    journey.does("review_background", "2027-10-29")
    journey.does("train", "2027-11-10")
    journey.does("review_in_branch_committee", "2027-11-15")
    own = journey.tries("pre_review", "2027-12-06", received_on="2027-11-16").refused
    assert own == "sod_03"
    assert own.status == 403
    assert own.clause == "sod_03"
    journey.does("pre_review", "2027-12-06", received_on="2027-11-16", by="xu.zuyuan")


def test_pre_review_may_return_hold_and_fail(standing: Standing) -> None:
    """Step 13: a return lists defects; leaving within three months waits; a failure is the branch's to follow up."""
    journey = standing(Journey.reviewed)
    story = journey.story
    bare = journey.tries(
        "pre_review", "2027-11-20", "return_for_correction", received_on="2027-11-16", opinion="缺函调回信"
    ).refused
    assert bare == "defects_missing"
    journey.does(
        "pre_review",
        "2027-11-20",
        "return_for_correction",
        received_on="2027-11-16",
        opinion="缺函调回信",
        defects=[{"item": "缺函调回信"}],
    )
    journey.does("supplement_pre_review", "2027-11-22")
    leaving: dict[str, Any] = {"received_on": "2027-11-22", "leaving_within_3_months": True, "leaving_on": "2028-01-15"}
    passed = journey.tries("pre_review", "2027-11-25", "pass", **leaving).refused
    assert passed is not None
    assert passed.clause == "mr_13"
    journey.does("pre_review", "2027-11-25", "hold_leaving_within_3_months", **leaving)
    journey.does("hold_for_leaving", "2028-01-15", "resume")
    journey.does("pre_review", "2028-01-17", "fail", received_on="2028-01-17", opinion="条件不具备")
    assert journey.case.open_steps() == ["decide_further_course"]
    journey.does("decide_further_course", "2028-01-20", "back_to_activist", opinion="继续培养")
    assert journey.case.open_steps() == ["cultivate"]
    assert journey.is_a("activist")
    assert story.person(COMMISSIONER).task(journey.case, "cultivate")["due_on"] == "2028-08-20"


def test_the_third_return_is_told_to_the_secretary(standing: Standing) -> None:
    """S17: each return lists what lacks, nothing that was entered is lost, and the third is copied to 孙书记."""
    journey = standing(Journey.reviewed)
    sun = journey.story.person(COMMITTEE_SECRETARY)
    day = 20
    for count, lack in enumerate(("缺函调回信", "回信未署名", "回信未盖章"), 1):
        assert sun.box("copied", case=journey.case.id) == []
        returned: dict[str, Any] = {"opinion": lack, "defects": [{"item": lack}], "received_on": f"2027-11-{day - 1}"}
        journey.does("pre_review", f"2027-11-{day}", "return_for_correction", **returned)
        assert journey.case.data["pre_review_returns"] == count
        journey.does("supplement_pre_review", f"2027-11-{day + 1}")
        day += 3
    assert [item["case"]["number"] for item in sun.box("copied")] == [journey.case.number]
    said = [
        e["opinion"] for e in journey.case.trail() if e["kind"] == "task.completed" and e["element"] == "pre_review"
    ]
    assert said == ["缺函调回信", "回信未署名", "回信未盖章"]


def test_a_meeting_without_quorum_is_held_again(standing: Standing) -> None:
    """S12: 7 of 15 are no quorum, 8 are; the case stays at step 15."""
    journey = standing(Journey.formed)
    journey.does("hold_branch_meeting", "2027-12-20", present_count=7, ballots_for=7, ballots_against=0)
    step = journey.case.step("hold_branch_meeting")
    assert step["status"] == "open"
    assert journey.case.open_steps() == ["hold_branch_meeting"]
    assert journey.case.data["branch_vote_result"] == "invalid_meeting"
    assert journey.is_a("development_target")
    too_many = journey.tries("hold_branch_meeting", "2027-12-27", present_count=16, ballots_for=16, ballots_against=0)
    assert too_many.refused == "present_exceeds_eligible"
    assert too_many.refused.clause == "mr_15"
    journey.does("hold_branch_meeting", "2027-12-27", present_count=8, ballots_for=8, ballots_against=0)
    assert journey.case.open_steps() == ["report_resolution"]


def _sits(journey: Journey, element: str, on: str, recorder: str, chair: str, **result: Any) -> dict[str, Any]:
    """The step is decided in a meeting, everybody present and for it; gives the item as it was submitted."""
    story = journey.story
    story.at(on)
    by = story.person(recorder)
    journey.encloses(recorder, element)
    made = by.posts("/meetings", {"tasks": [by.task(journey.case, element)["id"]], "starts_at": "14:30"})
    where = f"/meetings/{made['id']}"
    rows = [{"person": a["person"]["id"], "status": "present"} for a in made["attendance"]]
    if chair not in (a["person"]["id"] for a in made["attendance"]):
        rows.append({"person": chair, "status": "present"})
    counted = by.puts(f"{where}/attendance", {"attendance": rows})["items"][0]["counted"]
    given = {"votes": {"for": counted["present"], "against": 0}, **result}
    assert by.patches(f"{where}/items/{made['items'][0]['task']}", given).refused is None
    said = {"chair": chair, "place": "会议室", "minutes": "逐个讨论，表决通过。"}
    assert by.patches(where, said).refused is None
    submitted = by.posts(f"{where}/submit", {})
    assert submitted.refused is None, submitted.refused
    found: dict[str, Any] = submitted["items"][0]
    name = next(n for n in (SECRETARY, "sun.shuji") if story.person(n).id == chair)
    confirmed = story.person(name).posts(f"{where}/confirm")
    assert confirmed.refused is None, confirmed.refused
    return found


def test_the_assembly_and_the_committee_decide_in_meetings(standing: Standing) -> None:
    """S15: in a meeting each person has a result of their own, with quorum and majority counted."""
    journey = standing(Journey.formed)
    answers: dict[str, Any] = {"scrutineers": journey.people("feng.jianpiao"), "ballot_method": "secret"}
    item = _sits(journey, "hold_branch_meeting", "2027-12-20", "wu.zuwei", journey.id(SECRETARY), answers=answers)
    assert item["counted"]["text"] == "present 15 / eligible 15, 8 have to be; for 15, 8 are needed: carried"
    assert item["clause"]["id"] == "mr_15"
    assert journey.case.open_steps() == ["report_resolution"]
    journey.does("report_resolution", "2027-12-22")
    journey.does("receive_resolution", "2027-12-23")
    journey.does("hold_committee_talk", "2028-01-10")
    answers = {"meets_conditions": True, "procedure_complete": True}
    chair = journey.story.person("sun.shuji").id
    item = _sits(journey, "approve_in_committee", "2028-01-20", "li.zuzhi", chair, answers=answers, decision="approve")
    assert item["counted"]["needed_for"] == 4
    assert journey.is_a("probationary_member")
    assert journey.case.kinds().count("meeting.decided") == 2


def test_only_members_excluded_by_the_rules_are_not_counted(standing: Standing) -> None:
    """1.6: without the superior's consent and the meeting's resolution everyone counts as eligible."""
    journey = standing(Journey.formed)
    story = journey.story
    members = story.person(COMMISSIONER).gets_all("/people", unit=BRANCH, status="full_member")
    away = {"person": members[-1]["id"], "ground": "bedridden"}
    meeting: dict[str, Any] = {"present_count": 8, "ballots_for": 8, "ballots_against": 0}
    bare = journey.tries("hold_branch_meeting", "2027-12-20", **meeting, exclusions=[away]).refused
    assert bare is not None
    assert {e["code"] for e in bare.errors} == {"exclusion_without_consent", "exclusion_not_passed"}
    assert bare.clause == "mr_eligible"
    agreed = {**away, "superior_consent_no": "样机党〔2027〕3号", "meeting_passed_on": "2027-11-30"}
    eight: dict[str, Any] = {"present_count": 8, "ballots_for": 7, "ballots_against": 1}
    journey.does("hold_branch_meeting", "2027-12-20", **eight, exclusions=[agreed])
    # 7 of 14 is half, not more than half.
    assert journey.case.data["branch_vote_result"] == "not_passed"


def test_a_branch_of_six_without_a_committee_needs_four_present(story: Story) -> None:
    """S12, second case: B072 has six members and no committee; exactly half of them is no quorum."""
    story.at("2026-03-02")
    members = story.auditor.gets_all("/people", unit="B072", status="full_member")
    assert len(members) == 6
    first, second = [{"person": m["id"]} for m in members if not m["posts"]][:2]
    cast = {COMMISSIONER: "pan.fushu", SECRETARY: "chu.zhishu", "feng.jianpiao": "pan.fushu"}
    journey = Journey(story, branch="B072", cast=cast).talked()
    six: dict[str, Any] = {"committee_size": 6, "present_count": 6, "for_count": 6}
    journey.does("recommend_activist", "2026-09-08")
    journey.does(
        "determine_activist", "2026-09-10", "not_yet", **{**six, "present_count": 3, "for_count": 3}, opinion="人数不够"
    )
    assert journey.case.data["vote_result"] == "invalid_meeting"
    journey.does("recommend_activist", "2026-09-10")
    journey.does("determine_activist", "2026-09-10", **six)
    journey.does("file_activist", "2026-09-24", submitted_on="2026-09-11")
    journey.does("assign_contacts", "2026-09-24", contacts=[first, second])
    journey.does("cultivate", "2027-03-08", period_from="2026-09-10", period_to="2027-03-08")
    journey.does("cultivate", "2027-09-08", period_from="2027-03-09", period_to="2027-09-08")
    journey.does("hear_opinions", "2027-09-13")
    journey.does("determine_development_target", "2027-09-15", **six)
    journey.does("file_development_target", "2027-09-28", submitted_on="2027-09-16")
    journey.does("publicise_target", "2027-10-15", from_on="2027-10-11")
    consent = {"consent_on": "2027-10-18"}
    journey.does("assign_introducers", "2027-10-18", introducers=[{**first, **consent}, {**second, **consent}])
    journey.does("review_background", "2027-10-29")
    journey.does("train", "2027-11-10")
    journey.does("review_in_branch_committee", "2027-11-15", **six)
    journey.does("pre_review", "2027-12-06", received_on="2027-11-16")
    journey.does("fill_membership_form", "2027-12-15")
    for introducer in (1, 2):
        journey.does(f"give_introducer_opinion_{introducer}", "2027-12-16", by="pan.fushu", copied_from_paper=True)
    journey.does("hold_branch_meeting", "2027-12-20", present_count=3, ballots_for=3, ballots_against=0)
    assert journey.case.data["branch_vote_result"] == "invalid_meeting"
    journey.does("hold_branch_meeting", "2027-12-22", present_count=4, ballots_for=4, ballots_against=0)
    assert journey.case.data["branch_vote_result"] == "passed"
    assert journey.case.marks == []


def test_a_majority_of_those_present_is_not_enough(standing: Standing) -> None:
    """S13: 7 of 15 for is not passed; the branch decides to stay; no new discussion within six months."""
    journey = standing(Journey.formed)
    story = journey.story
    journey.does("hold_branch_meeting", "2027-12-20", present_count=8, ballots_for=7, ballots_against=1)
    assert journey.case.data["branch_vote_result"] == "not_passed"
    assert journey.case.open_steps() == ["decide_further_course"]
    choices = {o["value"] for o in story.person(COMMISSIONER).task(journey.case, "decide_further_course")["outcomes"]}
    assert choices == {"back_to_target", "back_to_activist", "close"}
    journey.does("decide_further_course", "2027-12-22", "back_to_target", opinion="继续作为发展对象")
    assert journey.case.held_steps() == ["review_in_branch_committee"]
    locked = journey.tries("review_in_branch_committee", "2028-06-19").refused
    assert locked is not None
    assert locked.clause == "mr_x_retry"
    assert [e["earliest"] for e in locked.errors] == ["2028-06-20"]
    journey.does("review_in_branch_committee", "2028-06-20")
    assert journey.case.open_steps() == ["pre_review"]


def test_written_opinions_count_when_they_came_in_time(standing: Standing) -> None:
    """S14: 7 ballots and 2 opinions of the day before are 9 for; late ones and those of people present are refused."""
    journey = standing(Journey.formed)
    story = journey.story
    members = story.person(COMMISSIONER).gets_all("/people", unit=BRANCH, status="full_member")
    assert len(members) == 15
    present = [{"person": member["id"]} for member in members[:8]]
    absent = [member["id"] for member in members[8:10]]

    def opinions(people: list[str], day: str = "2027-12-19", at: str = "10:00") -> dict[str, Any]:
        rows = [{"person": p, "received_on": day, "received_time": at, "opinion": "for"} for p in people]
        return {"written_opinions": rows, "present_people": present, "present_count": 8, "ballots_for": 7}

    def meets(**answers: Any) -> Any:
        return journey.tries("hold_branch_meeting", "2027-12-20", **answers).refused

    late = meets(**opinions(absent, "2027-12-20", "14:31"))
    assert late == "written_opinion_too_late"
    assert late.clause == "mr_15"
    assert meets(**opinions([members[0]["id"], absent[0]])) == "written_opinion_of_present"
    assert meets(**opinions([absent[0], absent[0]])) == "written_opinion_twice"
    journey.does("hold_branch_meeting", "2027-12-20", **opinions(absent))
    assert journey.case.data["branch_vote_result"] == "passed"
    assert journey.case.open_steps() == ["report_resolution"]


def test_an_approval_is_extended_once_and_never_beyond_six_months(standing: Standing) -> None:
    """S18: after three months nothing can be approved until the committee extends; probation still counts from the
    branch meeting."""
    journey = standing(Journey.reported)
    case = journey.case
    late = journey.tries("approve_in_committee", "2028-03-21").refused
    assert late is not None
    assert late.error("meeting_on")["code"] == "approval_needs_extension"
    assert late.clause == "tmr_mr_approval"
    assert [e["kind"] for e in case.trail()].count("task.reminded") >= 2
    journey.does(
        "approve_in_committee",
        "2028-03-21",
        "extend_deadline",
        extension_reason="需进一步核实",
        opinion="延长至六个月",
        reason="超过三个月",
    )
    assert case.open_steps() == ["approve_in_committee"]
    again = journey.tries(
        "approve_in_committee", "2028-03-22", "extend_deadline", extension_reason="再延长", opinion="再延长"
    ).refused
    assert again is not None
    assert again.clause == "tmr_mr_approval"
    journey.does("approve_in_committee", "2028-05-20")
    assert case.data["probation_start_on"] == "2027-12-20"
    assert case.data["probation_end_on"] == "2028-12-19"
    assert journey.is_a("probationary_member")


def test_an_approval_that_lapsed_needs_a_new_branch_meeting(standing: Standing) -> None:
    """S19: the day after six months the approval is gone; probation counts from the new meeting."""
    journey = standing(Journey.reported)
    story = journey.story
    story.at("2028-06-20")
    assert journey.case.open_steps() == ["approve_in_committee"]
    story.at("2028-06-21")
    assert journey.case.open_steps() == ["handle_expired_approval"]
    assert journey.tries("approve_in_committee", "2028-06-21").refused == "err_step_not_open"
    fault = next(e for e in journey.case.trail() if e["kind"] == "case.copied")
    assert fault["element"] == "handle_expired_approval"
    assert story.person(UPPER).box("copied") != []
    journey.does("handle_expired_approval", "2028-06-22", "redo_branch_meeting", opinion="重新讨论")
    journey.does("hold_branch_meeting", "2028-07-03")
    journey.does("report_resolution", "2028-07-04")
    journey.does("receive_resolution", "2028-07-05")
    journey.does("hold_committee_talk", "2028-07-06")
    journey.does("approve_in_committee", "2028-07-20")
    assert journey.case.data["probation_start_on"] == "2028-07-03"


def test_an_approval_that_lapsed_may_be_closed(standing: Standing) -> None:
    journey = standing(Journey.reported)
    story = journey.story
    story.at("2028-06-21")
    journey.does("handle_expired_approval", "2028-06-22", "close", opinion="终止")
    assert (journey.case.status, journey.case.outcome) == ("ended", "closed_rejected")


def test_the_committee_rejects_and_the_branch_closes(standing: Standing) -> None:
    """Step 17: without the vote nobody is approved; after a rejection the branch closes the case."""
    journey = standing(Journey.reported)
    same_day = journey.tries("approve_in_committee", "2028-01-10").refused
    assert same_day == "err_too_early"
    outvoted = journey.tries("approve_in_committee", "2028-01-20", for_count=3, against_count=3).refused
    assert outvoted is not None
    assert outvoted.clause == "mr_17"
    incomplete = journey.tries("approve_in_committee", "2028-01-20", procedure_complete=False).refused
    assert incomplete == "conditions_or_procedure_missing"
    journey.does(
        "approve_in_committee", "2028-01-20", "return_for_correction", defects=[{"item": "缺签名"}], opinion="补签名"
    )
    journey.does("supplement_approval", "2028-01-22")
    journey.does("approve_in_committee", "2028-01-25", "reject", for_count=1, against_count=5, opinion="条件不具备")
    journey.does("decide_further_course", "2028-01-28", "close", opinion="不再发展")
    assert (journey.case.status, journey.case.outcome) == ("ended", "closed_rejected")
    assert journey.is_a("rejected")


def test_joining_is_voluntary_until_the_committee_has_approved(standing: Standing) -> None:
    """S21: withdrawn at step 13; the open task goes, the file stays, a new application is a new case."""
    journey = standing(Journey.reviewed)
    story = journey.story
    stranger = story.person("lyu.shifan").withdraws(journey.case, "代为撤回").refused
    assert stranger is not None
    assert stranger.status == 404
    assert story.person("lin.ceshi").withdraws(journey.case, "个人原因").refused is None
    assert journey.case.outcome == "closed_withdrawn"
    assert journey.case.open_steps() == []
    again = story.person("lin.ceshi").starts(RECRUITMENT, BRANCH, letter(story, "lin.ceshi", "2027-11-15"))
    assert again.refused is None
    assert again.data["log_count"] == 0
    joined = Journey(story, "he.yangli", "2027-11-16")
    assert joined.case.refused is None


def test_an_application_may_be_withdrawn_as_long_as_nothing_was_approved(standing: Standing) -> None:
    """The committee has met, and only extended the limit: that is no approval."""
    journey = standing(Journey.reported)
    story = journey.story
    journey.does(
        "approve_in_committee",
        "2028-03-15",
        "extend_deadline",
        extension_reason="需进一步核实",
        opinion="延长至六个月",
    )
    assert story.person("lin.ceshi").withdraws(journey.case, "个人原因").refused is None
    assert journey.case.outcome == "closed_withdrawn"


def test_who_was_received_can_no_longer_withdraw(standing: Standing) -> None:
    journey = standing(Journey.reported)
    story = journey.story
    journey.does("approve_in_committee", "2028-01-20")
    refused = story.person("lin.ceshi").withdraws(journey.case, "改变主意").refused
    assert refused is not None
    assert refused.status == 409
    assert refused.clause == "mr_x_withdrawal"


def test_the_branch_committee_may_send_preparations_back_or_refuse(standing: Standing) -> None:
    """Step 12: a return opens the preparations again; not passing is the branch's to follow up."""
    journey = standing(Journey.prepared)
    journey.does("review_in_branch_committee", "2027-11-15", "return_for_correction", opinion="换一名介绍人")
    assert journey.case.open_steps() == ["assign_introducers", "review_background", "train"]
    journey.does("assign_introducers", "2027-11-16")
    journey.does("review_background", "2027-11-17")
    journey.does("train", "2027-11-18", "repeat", opinion="考核不合格")
    journey.does("train", "2027-11-18")
    journey.does("review_in_branch_committee", "2027-11-20", "not_pass", for_count=0, against_count=3, opinion="不合格")
    journey.does("decide_further_course", "2027-11-22", "close", opinion="不再发展")
    assert (journey.case.status, journey.case.outcome) == ("ended", "closed_rejected")


def test_an_expired_review_is_held_again(standing: Standing) -> None:
    """tmr_mr_review_validity: a conclusion of more than a year ago does not carry step 12."""
    journey = standing(Journey.prepared)
    expired = journey.tries("review_in_branch_committee", "2028-10-30").refused
    assert expired == "review_expired"
    assert expired.clause == "tmr_mr_review_validity"


def test_what_is_incomplete_goes_back_along_the_way_drawn(standing: Standing) -> None:
    """Steps 14, 15a and 16: the form, the report and the talk each have their way back."""
    journey = standing(Journey.reviewed)
    journey.does("pre_review", "2027-12-06", received_on="2027-11-16")
    alien = journey.tries("fill_membership_form", "2027-12-15", by=COMMISSIONER).refused
    assert alien == "filled_by_reason_missing"
    journey.does("fill_membership_form", "2027-12-15")
    journey.does("give_introducer_opinion_1", "2027-12-16", "return_for_correction", opinion="简历不全")
    journey.does("give_introducer_opinion_2", "2027-12-16")
    journey.does("fill_membership_form", "2027-12-17")
    copied = journey.tries("give_introducer_opinion_1", "2027-12-18", by=COMMISSIONER).refused
    assert copied == "opinion_not_own"
    journey.does("give_introducer_opinion_1", "2027-12-18")
    journey.does("give_introducer_opinion_2", "2027-12-18")
    journey.does("hold_branch_meeting", "2027-12-20")
    journey.does("report_resolution", "2027-12-22")
    journey.does(
        "receive_resolution", "2027-12-23", "return_for_correction", defects=[{"item": "缺决议"}], opinion="缺决议"
    )
    journey.does("report_resolution", "2027-12-24")
    journey.does("receive_resolution", "2027-12-27")
    stranger = journey.tries("hold_committee_talk", "2028-01-10", conductor=journey.id(SECRETARY)).refused
    assert stranger == "conductor_not_of_committee"
    introducer = journey.tries("hold_committee_talk", "2028-01-10", conductor=journey.id(FIRST)).refused
    assert introducer is not None
    assert "sod_03" in {e["code"] for e in introducer.errors}
    journey.does("hold_committee_talk", "2028-01-10", "needs_clarification", opinion="一段经历不清")
    journey.does("clarify_matter", "2028-01-12")
    journey.does("hold_committee_talk", "2028-01-14")
    assert journey.case.open_steps() == ["approve_in_committee"]


def test_a_general_branch_deliberates_and_the_working_committee_approves(story: Story) -> None:
    """S20: B121 stands under a general branch that cannot approve; the approval goes to WC0."""
    story.at("2026-03-02")
    members = story.auditor.gets_all("/people", unit="B121", status="full_member")
    first, second = [{"person": m["id"]} for m in members if not m["posts"]][:2]
    cast = {
        COMMISSIONER: "lang.zuwei",
        SECRETARY: "peng.zhishu",
        ORGANISER: "dou.zuzhi",
        COMMITTEE_SECRETARY: "bai.shuji",
        UPPER: "zhou.banyi",
        "feng.jianpiao": "lang.zuwei",
    }
    journey = Journey(story, branch="B121", cast=cast).talked()
    journey.does("recommend_activist", "2026-09-08")
    journey.does("determine_activist", "2026-09-10")
    assert story.person("ge.zongzhi").box("todo", case=journey.case.id) == []
    journey.does("file_activist", "2026-09-24", submitted_on="2026-09-11")
    journey.does("assign_contacts", "2026-09-24", contacts=[first, second])
    journey.does("cultivate", "2027-03-08", period_from="2026-09-10", period_to="2027-03-08")
    journey.does("cultivate", "2027-09-08", period_from="2027-03-09", period_to="2027-09-08")
    journey.does("hear_opinions", "2027-09-13")
    journey.does("determine_development_target", "2027-09-15")
    journey.does("file_development_target", "2027-09-28", submitted_on="2027-09-16")
    journey.does("publicise_target", "2027-10-15", from_on="2027-10-11")
    consent = {"consent_on": "2027-10-18"}
    journey.does("assign_introducers", "2027-10-18", introducers=[{**first, **consent}, {**second, **consent}])
    journey.does("review_background", "2027-10-29")
    journey.does("train", "2027-11-10")
    journey.does("review_in_branch_committee", "2027-11-15")
    journey.does("pre_review", "2027-12-06", received_on="2027-11-16")
    journey.does("fill_membership_form", "2027-12-15")
    paper: dict[str, Any] = {"by": "lang.zuwei", "copied_from_paper": True}
    journey.does("give_introducer_opinion_1", "2027-12-16", **paper)
    journey.does("give_introducer_opinion_2", "2027-12-16", **paper)
    journey.does("hold_branch_meeting", "2027-12-20", present_count=8, ballots_for=8, ballots_against=0)
    journey.does("report_resolution", "2027-12-22")
    assert journey.case.open_steps() == ["deliberate_in_general_branch"]
    approves = story.person("ge.zongzhi").completes(
        journey.case, "approve_in_committee", _committee(journey, "2027-12-23"), "approve"
    )
    assert approves.refused == "err_step_not_open"
    deliberation = {"deliberated_on": "2027-12-23", "general_branch_opinion": "同意"}
    story.at("2027-12-23")
    forwarded = story.person("ge.zongzhi").completes(
        journey.case, "deliberate_in_general_branch", deliberation, "forwarded"
    )
    assert forwarded.refused is None
    journey.does("receive_resolution", "2027-12-24")
    journey.does("hold_committee_talk", "2028-01-10")
    journey.does("approve_in_committee", "2028-01-20")
    assert journey.is_a("probationary_member")
    journey.does("file_with_upper_department", "2028-01-24", submitted_on="2028-01-21")
    assert journey.case.open_steps() == ["assign_to_branch_group"]


def test_a_temporary_organisation_cultivates_but_does_not_receive(story: Story) -> None:
    """S20: T99 takes the application and cultivates; step 12 stays closed there."""
    cast = {
        COMMISSIONER: "ma.zuwei",
        SECRETARY: "lu.linshi",
        ORGANISER: "dou.zuzhi",
        COMMITTEE_SECRETARY: "bai.shuji",
    }
    journey = Journey(story, branch="T99", cast=cast).prepared()
    assert journey.case.held_steps() == ["review_in_branch_committee"]
    refused = journey.tries("review_in_branch_committee", "2027-11-15").refused
    assert refused is not None
    assert "temporary_organisation" in {e["code"] for e in refused.errors}
    # It is dissolved: what it has cultivated goes on elsewhere; the review and the training hold.
    moving = Moving(journey, "2027-11-16", "2027-11-20")
    moving.hands_over("2027-11-17")
    moving.receives("2027-11-18")
    journey.moves_to("B121")
    members = story.auditor.gets_all("/people", unit="B121", status="full_member")
    first, second = [{"person": m["id"]} for m in members if not m["posts"]][:2]
    journey.does("assign_contacts", "2027-11-19", contacts=[first, second])
    assert journey.case.open_steps() == ["assign_introducers"]
    consent = {"consent_on": "2027-11-22"}
    journey.does("assign_introducers", "2027-11-22", introducers=[{**first, **consent}, {**second, **consent}])
    assert journey.case.open_steps() == ["review_in_branch_committee"]


def _decides(decision: str, facts: Mapping[str, Any], file: str | None = None) -> Any:
    """What one of the procedure's decisions says of some facts."""
    path = folders.PROCESSES / RECRUITMENT / f"{file or decision}.dmn"
    return decisions.read(path.read_bytes(), path.name)[decision].evaluate(dict(facts)).value


@pytest.mark.parametrize(
    ("eligible", "present", "votes", "result"),
    [
        (3, 1, 1, "invalid_meeting"),
        (3, 2, 2, "passed"),
        (6, 3, 3, "invalid_meeting"),
        (6, 4, 4, "passed"),
        (6, 6, 3, "not_passed"),
        (7, 4, 4, "passed"),
        (7, 4, 3, "not_passed"),
        (15, 7, 7, "invalid_meeting"),
        (15, 8, 7, "not_passed"),
        (15, 8, 8, "passed"),
        (20, 10, 10, "invalid_meeting"),
        (20, 11, 11, "passed"),
        (20, 20, 10, "not_passed"),
    ],
)
def test_more_than_half_of_all_eligible_voters_carry_a_resolution(
    eligible: int, present: int, votes: int, result: str
) -> None:
    """The boundary table of 1.5: quorum and majority are both of the eligible voters."""
    facts = {"eligible_count": eligible, "present_count": present, "for_count": votes}
    assert _decides("dmn_mr_branch_vote", facts) == result


@pytest.mark.parametrize(
    ("met", "extended", "status"),
    [
        (date(2026, 6, 10), None, "in_time"),
        (date(2026, 6, 11), None, "block_until_extension"),
        (date(2026, 6, 11), date(2026, 6, 1), "extended"),
        (date(2026, 9, 10), date(2026, 6, 1), "extended"),
        (date(2026, 9, 11), date(2026, 6, 1), "expired_redo"),
    ],
)
def test_the_limit_of_approval_counts_calendar_months(met: date, extended: date | None, status: str) -> None:
    """S18 and S19 on their own days: a branch meeting of 2026-03-10."""
    facts = {"approval_clock_on": date(2026, 3, 10), "meeting_on": met, "approval_extended_on": extended}
    assert _decides("dmn_mr_approval_deadline", facts) == status
    found = _decides("dmn_mr_approval_deadline_gate", facts, "dmn_mr_approval_deadline")
    assert (found is None) == (status in ("in_time", "extended"))


@pytest.mark.parametrize(
    ("days", "hours", "exception", "is_enough"),
    [(2, 16, False, False), (3, 12, False, True), (2, 24, False, True), (0, 0, True, True)],
)
def test_three_days_or_twenty_four_hours_are_enough(days: int, hours: int, exception: bool, is_enough: bool) -> None:
    limits = {"prm_mr_training_days": 3, "prm_mr_training_hours": 24}
    facts = {"training_days": days, "training_hours": hours, "training_exception": exception}
    assert (_decides("dmn_mr_training_sufficient", {**facts, **limits}) is None) == is_enough


@pytest.mark.parametrize(
    ("extended_before", "breach", "transferred_in", "allowed"),
    [
        (False, "none", False, {"convert_on_time", "extend_probation", "cancel_probationary"}),
        (False, "minor", False, {"convert_on_time", "extend_probation", "cancel_probationary"}),
        (False, "serious", False, {"cancel_probationary"}),
        (True, "none", False, {"convert_on_time", "cancel_probationary"}),
        (True, "minor", False, {"convert_on_time", "cancel_probationary"}),
        (True, "serious", True, {"cancel_probationary"}),
        (False, "none", True, {"convert_on_time", "extend_probation", "cancel_probationary", "postpone"}),
    ],
)
def test_the_conversion_meeting_may_decide_what_the_rules_leave_open(
    extended_before: bool, breach: str, transferred_in: bool, allowed: set[str]
) -> None:
    facts = {"extended_before": extended_before, "breach": breach, "transferred_in": transferred_in}
    days = {"meeting_on": date(2026, 12, 20), "probation_end_on": date(2026, 11, 30), "cancel_proposed": False}
    assert set(_decides("dmn_mr_conversion_options", {**facts, **days})) == allowed


# ---------------------------------------------------------------- stage 5


def test_nobody_is_converted_before_probation_is_over(standing: Standing) -> None:
    """S24: the meeting opens with the expiry, not three days before."""
    journey = standing(Journey.probation_over)
    story = journey.story
    journey.does("hear_conversion_opinions", "2028-12-18")
    assert journey.case.held_steps() == ["hold_conversion_meeting"]
    early = journey.tries("hold_conversion_meeting", "2028-12-18").refused
    assert early is not None
    assert early.clause == "tmr_mr_probation"
    assert [e["earliest"] for e in early.errors] == ["2028-12-20"]
    story.at("2028-12-20")
    assert journey.case.open_steps() == ["hold_conversion_meeting"]


def test_probation_is_extended_once_and_by_six_to_twelve_months(standing: Standing) -> None:
    """S25: 5 months are refused, 6 are possible, a second extension is not; seniority counts from the end."""
    journey = standing(Journey.probation_over)
    journey.does("hear_conversion_opinions", "2028-12-19")
    extend: dict[str, Any] = {"motion": "extend_probation", "breach": "minor"}
    short = journey.tries("hold_conversion_meeting", "2028-12-21", extension_months=5, **extend).refused
    assert short == "extension_out_of_range"
    assert short.clause == "mr_23"
    journey.does("hold_conversion_meeting", "2028-12-21", extension_months=6, **extend)
    journey.does("report_conversion", "2028-12-22")
    journey.does("approve_conversion", "2029-02-08")
    case = journey.case
    assert case.data["probation_end_on"] == "2029-06-19"
    assert journey.is_a("probationary_member")
    journey.does("observe_probationer", "2029-03-20")
    journey.does("apply_for_conversion", "2029-06-05")
    journey.does("publicise_conversion", "2029-06-15", from_on="2029-06-11")
    journey.does("observe_probationer", "2029-06-18")
    journey.does("hear_conversion_opinions", "2029-06-19")
    second = journey.tries("hold_conversion_meeting", "2029-06-21", extension_months=6, **extend).refused
    assert second is not None
    assert "conversion_option_not_allowed" in {e["code"] for e in second.errors}
    journey.does("hold_conversion_meeting", "2029-06-21")
    journey.does("report_conversion", "2029-06-22")
    journey.does("approve_conversion", "2029-07-10")
    assert case.data["seniority_start_on"] == "2029-06-20"
    journey.does(
        "archive_file", "2029-07-12", "incomplete", items=[{"item": "letter", "present": True}], opinion="材料未齐"
    )
    lacking = journey.tries("archive_file", "2029-07-13", items=[{"item": "letter", "present": True}]).refused
    assert lacking is not None
    assert lacking.clause == "mr_25"
    journey.does("archive_file", "2029-07-15")
    assert (case.status, case.outcome) == ("ended", "converted")


def test_only_somebody_transferred_in_may_be_postponed(standing: Standing) -> None:
    """S23: whoever was there all the time cannot be put off, whatever the form is told."""
    journey = standing(Journey.probation_over)
    journey.does("hear_conversion_opinions", "2028-12-19")
    refused = journey.tries("hold_conversion_meeting", "2028-12-21", motion="postpone", transferred_in=True).refused
    assert refused == "conversion_option_not_allowed"
    assert refused.clause == "mr_23"


def test_probation_is_cancelled_for_a_serious_breach(standing: Standing) -> None:
    """S26: proposed in the seventh month; the meeting need not wait for the expiry; the committee decides."""
    journey = standing(Journey.received)
    journey.does("take_oath", "2028-02-15")
    journey.does("observe_probationer", "2028-03-20")
    journey.does("observe_probationer", "2028-06-20")
    harmless = journey.tries("observe_probationer", "2028-07-10", "propose_cancel", opinion="提出取消").refused
    assert harmless is not None
    assert harmless.clause == "mr_21"
    journey.does("observe_probationer", "2028-07-10", "propose_cancel", breach="serious", opinion="严重违纪")
    assert journey.case.open_steps() == ["hear_conversion_opinions"]
    journey.does("hear_conversion_opinions", "2028-07-12")
    convert = journey.tries("hold_conversion_meeting", "2028-07-15").refused
    assert convert == "conversion_option_not_allowed"
    cancel: dict[str, Any] = {"motion": "cancel_probationary", "breach": "serious"}
    journey.does("hold_conversion_meeting", "2028-07-15", **cancel)
    journey.does("report_conversion", "2028-07-17")
    journey.does(
        "approve_conversion", "2028-08-01", "return_for_correction", defects=[{"item": "缺调查材料"}], opinion="补材料"
    )
    journey.does("supplement_conversion", "2028-08-03")
    journey.does("approve_conversion", "2028-08-10")
    journey.does("archive_file", "2028-08-20")
    assert (journey.case.status, journey.case.outcome) == ("ended", "closed_cancelled")
    assert journey.is_a("cancelled")


def test_a_cancellation_that_is_not_passed_leaves_the_probation_as_it_was(standing: Standing) -> None:
    journey = standing(Journey.received)
    journey.does("observe_probationer", "2028-03-20", "propose_cancel", breach="serious", opinion="提出取消")
    journey.does("hear_conversion_opinions", "2028-03-22")
    cancel: dict[str, Any] = {"motion": "cancel_probationary", "breach": "serious"}
    journey.does("hold_conversion_meeting", "2028-03-25", ballots_for=5, ballots_against=7, **cancel)
    assert journey.case.open_steps() == ["observe_probationer", "take_oath"]
    assert journey.case.held_steps() == ["apply_for_conversion"]


def test_the_branch_discusses_even_without_an_application(standing: Standing) -> None:
    """S24: a missing application is reminded of; after the expiry it is entered as none, and the branch meets."""
    journey = standing(Journey.received)
    for on in ("2028-03-20", "2028-06-20", "2028-09-20", "2028-12-18"):
        journey.does("observe_probationer", on)
    journey.does("take_oath", "2028-12-18", reason="场地原因")
    assert "task.reminded" in journey.case.kinds()
    early = journey.tries("apply_for_conversion", "2028-12-18", "none", by=COMMISSIONER, opinion="未提出").refused
    assert early is not None
    journey.does(
        "apply_for_conversion",
        "2028-12-20",
        "none",
        by=COMMISSIONER,
        opinion="本人未提出",
        filled_by_reason="本人未提出，支部登记",
    )
    journey.does("publicise_conversion", "2028-12-29", from_on="2028-12-25")
    journey.does("hear_conversion_opinions", "2028-12-29")
    assert journey.case.open_steps() == ["hold_conversion_meeting"]


# ---------------------------------------------------------------- not recognised


def is_not_recognised(journey: Journey, year: int) -> Case:
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


def test_a_probationer_who_is_not_recognised_is_no_longer_recruited(standing: Standing) -> None:
    """S27 during probation: the running case ends with it."""
    journey = standing(Journey.received)
    is_not_recognised(journey, 2028)
    assert (journey.case.status, journey.case.outcome) == ("ended", "not_recognised")
    assert journey.case.open_steps() == []
