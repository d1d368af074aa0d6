"""Re-elections, postponements and by-elections, told in the demonstration office on the days of the scenarios.

One office per story and SQLite alone: what a procedure decides by itself is the same on every database, and the
engine behind it is tested on both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from api import folders
from engine import tables
from engine.actors import Actor
from engine.store import Store
from tests import apps, offices
from tests.databases import Databases
from tests.stories.conftest import Answer, Case, Story

_BEFORE = datetime(2025, 12, 19, 1, 0, tzinfo=UTC)
STANDING = ("WC0", "C07", "B071", "B072", "GB12")
"""The units of these stories; the others have no term."""
FOLDERS = ("election", "election_ballot", "election_postponement")


@pytest.fixture
def story(databases: Databases) -> Iterator[Story]:
    """The office with nothing but the procedures of elections, on 19 December 2025."""

    def fill(store: Store) -> None:
        with store.transaction() as db:
            store.set_clock(db, _BEFORE)
            # The terms of the other 590 units would begin a case each, and fill every story with their reminders.
            mine = select(tables.units.c.id).where(tables.units.c.code.in_(STANDING))
            states = tables.unit_states
            db.execute(update(states).where(states.c.unit_id.not_in(mine)).values(term_expires_on=None))
        folders.publish_duties(store, Actor.operator(), reason="set up")
        for key in FOLDERS:
            folders.publish(store, Actor.operator(), folders.PROCESSES / key)

    office = offices.built(databases, "sqlite")
    template = databases.template("sqlite", "office_of_elections", fill, base=offices.EMPTY_LIBRARY)
    settings = databases.create("sqlite", template)
    store = Store(settings)
    try:
        with apps.lent(store) as (app, contract):
            told = Story(store, app, contract, office)
            yield told
            told.look_at_refusals()
    finally:
        store.close()
        databases.drop(settings)


USUAL: Mapping[str, str] = {
    "remind_term_expiry": "acknowledged",
    "decide_to_start": "on_time",
    "submit_request_1": "submit",
    "reply_request_1": "approve",
    "nominate_candidates": "nominated",
    "check_candidates": "ok",
    "publicise_candidates": "no_objection",
    "submit_request_2": "submit",
    "reply_request_2": "approve",
    "report_candidate_change": "changed",
    "note_candidate_change": "noted",
    "prepare_meeting": "ready",
    "count_ballots": "counted",
    "report_result": "report",
    "reply_result": "approve",
    "hand_over": "done",
    "archive_election": "complete",
    "submit_postponement": "submit",
    "reply_postponement": "approve",
    "follow_overdue_term": "urged",
}
"""Element → the outcome that a story need not name."""


def method(present: int) -> dict[str, int]:
    """The election method, passed by everybody present."""
    return {"method_for": present, "method_against": 0, "method_abstain": 0}


class Election:
    """A re-election: who does what, and what a complete form looks like. The people of B071 and C07 unless told."""

    COMMISSIONER, SECRETARY = "wu.zuwei", "zhao.zhishu"
    STAFF, SUPERIOR = "jiang.zugan", "sun.shuji"
    SCRUTINEER, TELLER = "feng.jianpiao", "wang.lianer"
    STOOD = ("zhao.zhishu", "wu.zuwei", "zheng.lianyi", "chen.jijian")

    def __init__(self, story: Story, case: Case, unit: str = "B071") -> None:
        self.story, self.case, self.unit = story, case, unit

    # ------------------------------------------------------------ steps

    def tries(
        self,
        who: str,
        element: str,
        on: str,
        answers: Mapping[str, Any],
        decision: str | None = None,
        *,
        case: Case | None = None,
        opinion: str | None = None,
    ) -> Answer:
        self.story.at(on)
        return self.story.person(who).completes(
            case or self.case, element, answers, decision or USUAL.get(element), opinion
        )

    def does(
        self, who: str, element: str, on: str, answers: Mapping[str, Any], decision: str | None = None, **more: Any
    ) -> None:
        """Do a step; where it takes a second person, that person confirms it."""
        second = more.pop("second", None)
        answer = self.tries(who, element, on, answers, decision, **more)
        assert answer.refused is None, (element, answer.refused)
        if answer["task"]["status"] == "confirming":
            by = second or (self.SUPERIOR if who == self.STAFF else self.SECRETARY)
            confirmed = self.story.person(by).confirms(more.get("case") or self.case, element)
            assert confirmed.refused is None, (element, confirmed.refused)

    def id(self, who: str) -> str:
        return self.story.person(who).id

    def ids(self, *who: str) -> list[dict[str, str]]:
        return [{"person": self.id(one)} for one in who]

    def electors(self) -> list[str]:
        """Ids of the full members of the unit, those with a part to play first."""
        found = self.story.auditor.gets_all("/people", unit=self.unit, status="full_member")
        known = [self.id(one) for one in (*self.STOOD, self.SCRUTINEER, self.TELLER)]
        return known + [p["id"] for p in found if p["id"] not in known]

    # ------------------------------------------------------------ forms

    def plan(self, on: str, meeting: str, **more: Any) -> dict[str, Any]:
        return {
            "decided_on": on,
            "plan_kind": "general_meeting",
            "planned_meeting_on": meeting,
            "plan_seats": 3,
            **more,
        }

    def request_1(self, on: str) -> dict[str, Any]:
        content = ["term_state", "conditions", "form_time_agenda", "guiding_idea", "composition", "numbers", "how"]
        return {"submitted_on": on, "document_number": "样七支〔2026〕1号", "content": content}

    def reply(self, on: str, **more: Any) -> dict[str, Any]:
        return {"replied_on": on, "document_number": "样七党〔2026〕8号", **more}

    def candidates(self, *who: str) -> list[dict[str, str]]:
        rows = [{"person": self.id(one), "for_post": "member"} for one in who or self.STOOD]
        return [*rows, {"person": self.id(self.SECRETARY), "for_post": "secretary"}]

    def nomination(self, on: str, *who: str) -> dict[str, Any]:
        return {"nominated_on": on, "source": "members", "participants": 15, "nominees": self.candidates(*who)}

    def check(self, on: str, *who: str) -> dict[str, Any]:
        good = {"rights_ok": True, "seniority_ok": True, "discipline_opinion": "no_objection"}
        return {
            "checked_on": on,
            "discipline_body": "机关纪委",
            "checked": [{"person": self.id(w), **good} for w in who or self.STOOD],
        }

    def request_2(self, on: str, *who: str) -> dict[str, Any]:
        return {"submitted_on": on, "document_number": "样七支〔2026〕2号", "proposed": self.candidates(*who)}

    def preparation(self, on: str, notice: str) -> dict[str, Any]:
        return {
            "prepared_on": on,
            "notice_sent_on": notice,
            "work_report": True,
            "method_draft": True,
            "ballots_ready": True,
        }

    def meeting(self, on: str, present: int, **more: Any) -> dict[str, Any]:
        return {
            "held_on": on,
            "place": "第一会议室",
            "chair": self.id(self.SECRETARY),
            "present_count": present,
            "sign_in": [{"person": p} for p in self.electors()[:present]],
            **method(present),
            "scrutineer_rows": self.ids(self.SCRUTINEER),
            "teller_rows": self.ids(self.TELLER),
            **more,
        }

    def sheet(self, voters: int, votes: Mapping[str, int], valid: int | None = None, **more: Any) -> dict[str, Any]:
        """A count sheet: account name (or person id) → votes for; the rest of the valid ballots are against."""
        good = voters if valid is None else valid
        rows = [
            {
                "votee": self.id(who) if "." in who else who,
                "for_count": n,
                "against_count": good - n,
                "abstain_count": 0,
            }
            for who, n in votes.items()
        ]
        return {
            "ballots_issued": voters,
            "ballots_returned": voters,
            "ballots_valid": good,
            "ballots_invalid": voters - good,
            "count_rows": rows,
            "signed": True,
            **more,
        }

    # ------------------------------------------------------------ stretches, on the days of S28

    def approved(self) -> Election:
        self.does(self.COMMISSIONER, "remind_term_expiry", "2025-12-22", {"is_noted": True})
        self.does(self.COMMISSIONER, "decide_to_start", "2026-02-02", self.plan("2026-02-02", "2026-05-20"))
        self.does(self.COMMISSIONER, "submit_request_1", "2026-02-10", self.request_1("2026-02-10"))
        self.does(self.STAFF, "reply_request_1", "2026-02-26", self.reply("2026-02-26"), "approve")
        return self

    def named(self, *who: str) -> Election:
        self.does(self.COMMISSIONER, "nominate_candidates", "2026-03-20", self.nomination("2026-03-20", *who))
        self.does(self.STAFF, "check_candidates", "2026-04-01", self.check("2026-04-01", *who), "ok")
        self.does(self.COMMISSIONER, "publicise_candidates", "2026-04-16", {"channel": "notice_board"}, "no_objection")
        self.does(self.COMMISSIONER, "submit_request_2", "2026-04-20", self.request_2("2026-04-20", *who), "submit")
        approved = self.reply("2026-05-08", approved=self.candidates(*who))
        self.does(self.STAFF, "reply_request_2", "2026-05-08", approved)
        return self

    def assembled(self, present: int = 13) -> Election:
        self.does(self.COMMISSIONER, "prepare_meeting", "2026-05-12", self.preparation("2026-05-12", "2026-05-12"))
        self.does(self.COMMISSIONER, "hold_election_meeting", "2026-05-20", self.meeting("2026-05-20", present))
        return self

    def ballot(self) -> Case:
        """The count that is open now."""
        cases = self.story.auditor.gets_all("/cases", definition="election_ballot")
        running = [c for c in cases if c["status"] == "running"]
        return Case(self.story, running[0], None)

    def counts(self, answers: Mapping[str, Any], on: str = "2026-05-20") -> Case:
        case = self.ballot()
        self.does(self.TELLER, "count_ballots", on, answers, case=case, second=self.SCRUTINEER)
        return case


@pytest.fixture
def reminded(story: Story) -> Election:
    """B071, whose term ends on 20 June 2026, has been reminded on 20 December 2025."""
    story.at("2025-12-20")
    found = [c for c in story.auditor.gets_all("/cases", definition="election") if c["unit"]["code"] == "B071"]
    return Election(story, Case(story, found[0], None))


def votes(election: Election, *numbers: int) -> dict[str, int]:
    return dict(zip(election.STOOD, numbers, strict=False))


# ---------------------------------------------------------------- S28


def test_a_branch_is_re_elected(reminded: Election) -> None:
    """S28: reminded by the system, two requests and replies, the meeting of 20 May, approval on 8 June, a new term."""
    story, case = reminded.story, reminded.case
    reminded.approved().named().assembled()
    reminded.counts(reminded.sheet(13, votes(reminded, 12, 11, 9, 3), valid=12))
    assert case.open_steps() == ["hold_first_plenary"]
    plenary = {"plenary_on": "2026-05-20", "chair": reminded.id("wu.zuwei"), "present_count": 3, **method(3)}
    counting = {"scrutineer_rows": reminded.ids("zheng.lianyi"), "teller_rows": reminded.ids("wu.zuwei")}
    reminded.does("wu.zuwei", "hold_first_plenary", "2026-05-20", {**plenary, **counting})
    count = reminded.ballot()
    reminded.does(
        "wu.zuwei",
        "count_ballots",
        "2026-05-20",
        reminded.sheet(3, {"zhao.zhishu": 3}),
        case=count,
        second="zheng.lianyi",
    )
    report = {"reported_on": "2026-05-22", "document_number": "样七支〔2026〕3号", "sheets_attached": True}
    reminded.does("wu.zuwei", "report_result", "2026-05-22", report)
    reminded.does("jiang.zugan", "reply_result", "2026-06-08", reminded.reply("2026-06-08"), "approve")
    unit = story.unit("B071")
    assert (unit["term_started_on"], unit["term_expires_on"]) == ("2026-05-20", "2029-05-20")
    handed = {
        "handed_over_on": "2026-06-10",
        "seal_handed": True,
        "accounts_handed": True,
        "files_handed": True,
        "published_on": "2026-06-10",
    }
    rows = [{"person": reminded.id("zheng.lianyi"), "portfolio": "organisation_commissioner"}]
    reminded.does("wu.zuwei", "hand_over", "2026-06-10", {**handed, "portfolios": rows})
    items = ["request_1", "request_2", "method", "minutes", "sheets", "result", "ballots", "handover"]
    reminded.does(
        "zheng.lianyi", "archive_election", "2026-06-12", {"archived_on": "2026-06-12", "items": items}, "complete"
    )
    assert (case.status, case.outcome) == ("ended", "elected")
    assert case.marks == []
    assert {"term.changed", "post.begun", "post.ended"} <= set(case.kinds())
