"""Re-elections, postponements and by-elections, told in the demonstration office on the days of the scenarios.

One office per story and SQLite alone: what a procedure decides by itself is the same on every database, and the
engine behind it is tested on both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest
from sqlalchemy import select, update

from api import folders
from engine import actors, definitions, tables
from engine.store import Store
from tests import apps, offices
from tests.databases import Databases
from tests.stories.conftest import Answer, Case, Story, telling

_BEFORE = datetime(2025, 12, 19, 1, 0, tzinfo=UTC)
STANDING = ("WC0", "C07", "B071", "B072", "GB12")
"""The units of these stories; the others have no term."""
FOLDERS = ("election_ballot", "election_postponement", "election_approval", "by_election")


def office_of(databases: Databases) -> str:
    """A template: the office with nothing but the procedures of elections, on 19 December 2025."""

    def fill(store: Store) -> None:
        with store.transaction() as db:
            store.set_clock(db, _BEFORE)
            # The terms of the other 590 units would begin a case each, and fill every story with their reminders.
            mine = select(tables.units.c.id).where(tables.units.c.code.in_(STANDING))
            states = tables.unit_states
            db.execute(update(states).where(states.c.unit_id.not_in(mine)).values(term_expires_on=None))
        offices.publish(store, *FOLDERS)

    offices.built(databases, "sqlite")
    return databases.template("sqlite", "office_of_elections", fill, base=offices.EMPTY_LIBRARY)


def walked(databases: Databases, walk: str) -> str:
    """A template: the re-election of B071 after a stretch of its way (a method of ``Election``) and those before it."""

    def fill(store: Store) -> None:
        with apps.lent(store) as (app, contract):
            told = Story(store, app, contract, offices.built(databases, "sqlite"))
            told.at("2025-12-20")
            getattr(Election.of(told), walk)()
        no_more_reminders(store)

    at = WALKS.index(walk)
    base = walked(databases, WALKS[at - 1]) if at else office_of(databases)
    return databases.template("sqlite", f"elections_{walk}", fill, base=base)


WALKS = ("approved", "named", "assembled", "counted")


@pytest.fixture
def story(databases: Databases) -> Iterator[Story]:
    with telling(databases, "sqlite", office_of(databases)) as told:
        yield told


@pytest.fixture
def approved(databases: Databases) -> Iterator[Election]:
    """The meeting of B071 has been approved (26 February)."""
    with telling(databases, "sqlite", walked(databases, "approved")) as told:
        yield Election.of(told)


@pytest.fixture
def named(databases: Databases) -> Iterator[Election]:
    """Its candidates have been approved (8 May)."""
    with telling(databases, "sqlite", walked(databases, "named")) as told:
        yield Election.of(told)


@pytest.fixture
def assembled(databases: Databases) -> Iterator[Election]:
    """Thirteen of fifteen are present on 20 May, and the ballots are being counted."""
    with telling(databases, "sqlite", walked(databases, "assembled")) as told:
        yield Election.of(told)


@pytest.fixture
def counted(databases: Databases) -> Iterator[Election]:
    """Three members are elected with 12, 11 and 9 of 12 valid ballots; the plenary comes next."""
    with telling(databases, "sqlite", walked(databases, "counted")) as told:
        yield Election.of(told)


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
    STOOD: tuple[str, ...] = ("zhao.zhishu", "wu.zuwei", "zheng.lianyi", "chen.jijian")

    def __init__(self, story: Story, case: Case, unit: str = "B071") -> None:
        self.story, self.case, self.unit = story, case, unit

    @classmethod
    def of(cls, story: Story, unit: str = "B071") -> Election:
        """The re-election of a unit that is under way, or else begins on the day of the story."""
        return cls(story, Case(story, elections(story, unit)[-1], None), unit)

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
        reason: str | None = None,
    ) -> Answer:
        self.story.at(on)
        return self.story.person(who).completes(
            case or self.case, element, answers, decision or USUAL.get(element), opinion, reason
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
        return {"submitted_on": on, "content": content}

    def reply(self, on: str, **more: Any) -> dict[str, Any]:
        return {"replied_on": on, **more}

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
        return {"submitted_on": on, "proposed": self.candidates(*who)}

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

    def counted(self) -> Election:
        self.counts(self.sheet(13, votes(self, 12, 11, 9, 3), valid=12))
        return self

    def plenary(self, on: str = "2026-05-20") -> None:
        """The three elect the secretary; one of them counts, another looks on."""
        form = {"plenary_on": on, "chair": self.id("wu.zuwei"), "present_count": 3, **method(3)}
        counting = {"scrutineer_rows": self.ids("zheng.lianyi"), "teller_rows": self.ids("wu.zuwei")}
        self.does("wu.zuwei", "hold_first_plenary", on, {**form, **counting})
        sheet = self.sheet(3, {"zhao.zhishu": 3})
        self.does("wu.zuwei", "count_ballots", on, sheet, case=self.ballot(), second="zheng.lianyi")

    def report(self, on: str) -> dict[str, Any]:
        return {"reported_on": on, "sheets_attached": True}

    def counts(self, answers: Mapping[str, Any], on: str = "2026-05-20") -> Case:
        case = self.ballot()
        self.does(self.TELLER, "count_ballots", on, answers, case=case, second=self.SCRUTINEER)
        return case


def elections(story: Story, unit: str) -> list[dict[str, Any]]:
    """The re-elections of a unit, as the auditor lists them, the oldest first."""
    found = story.auditor.gets_all("/cases", definition="election_approval")
    return sorted((c for c in found if c["unit"]["code"] == unit), key=lambda c: c["number"])


def holders(story: Story, role: str, unit: str) -> set[str]:
    """Ids of those who hold a post today."""
    with story.store.reading() as db:
        on = story.store.moment(db).today
        return set(actors.holders(db, role, actors.unit_by(db, unit, on).id, on))


def no_more_reminders(store: Store) -> None:
    """The timer that looks at every unit's term every day sleeps: where a story has been reminded it is not needed."""
    with store.transaction() as db:
        db.execute(update(tables.starts).values(due_at=None))


def votes(election: Election, *numbers: int) -> dict[str, int]:
    return dict(zip(election.STOOD, numbers, strict=False))


# ---------------------------------------------------------------- S28


def test_a_branch_is_re_elected(counted: Election) -> None:
    """S28: reminded by the system, two requests and replies, the meeting of 20 May, approval on 8 June, a new term."""
    story, case = counted.story, counted.case
    first = case.trail()[0]
    assert (first["kind"], first["actor"], first["at"][:10]) == ("case.started", None, "2025-12-20")
    assert case.open_steps() == ["hold_first_plenary"]
    counted.plenary()
    counted.does("wu.zuwei", "report_result", "2026-05-22", counted.report("2026-05-22"))
    counted.does("jiang.zugan", "reply_result", "2026-06-08", counted.reply("2026-06-08"))
    unit = story.unit("B071")
    assert (unit["term_started_on"], unit["term_expires_on"]) == ("2026-05-20", "2029-05-20")
    handed = {"seal_handed": True, "accounts_handed": True, "files_handed": True, "published_on": "2026-06-10"}
    rows = [{"person": counted.id("zheng.lianyi"), "portfolio": "organisation_commissioner"}]
    counted.does("wu.zuwei", "hand_over", "2026-06-10", {"handed_over_on": "2026-06-10", **handed, "portfolios": rows})
    items = ["request_1", "request_2", "method", "minutes", "sheets", "result", "ballots"]
    lacking = {"archived_on": "2026-06-12", "items": items}
    refused = counted.tries("zheng.lianyi", "archive_election", "2026-06-12", lacking).refused
    assert refused is not None
    assert refused.clause == "el_20"
    lacking["items"] = [*items, "handover"]
    counted.does("zheng.lianyi", "archive_election", "2026-06-12", lacking)
    assert (case.status, case.outcome, case.marks) == ("ended", "elected", [])
    assert holders(story, "organisation_commissioner", "B071") == {counted.id("zheng.lianyi")}
    kinds = case.kinds()
    assert kinds.count("term.changed") == 1
    assert kinds.count("document.issued") == 6, "two requests, two replies, the report and its reply, each numbered"
    assert {"post.begun", "post.ended", "case.called"} <= set(kinds)
    archived = next(e for e in reversed(case.trail()) if e["kind"] in ("task.completed", "task.confirmed"))
    hashes = next(c["value"] for c in archived["changes"] if c["field"] == "archive_hashes").splitlines()
    papers = story.auditor.gets_all(f"/cases/{case.id}/documents")
    assert {line.split()[1] for line in hashes} == {p["sha256"] for p in papers}, "what is archived is sealed by hash"


# ---------------------------------------------------------------- what is refused on the way


def test_the_plan_keeps_to_the_term_the_seats_and_the_kind_of_meeting(story: Story) -> None:
    """Before the expiry; three to seven seats in a branch; no delegates' meeting of fifteen; not much too early."""
    story.at("2025-12-20")
    no_more_reminders(story.store)
    election = Election.of(story)
    election.does("wu.zuwei", "remind_term_expiry", "2025-12-22", {"is_noted": True})
    for more, code, clause in (
        ({"planned_meeting_on": "2026-06-21"}, "meeting_after_expiry", "el_02a"),
        ({"plan_seats": 2}, "seats_out_of_range", "el_seats"),
        ({"plan_seats": 8}, "seats_out_of_range", "el_seats"),
        ({"plan_kind": "delegates_meeting", "scattered": False}, "delegates_not_allowed", "el_04"),
        ({"planned_meeting_on": None}, "plan_incomplete", "el_02"),
    ):
        plan = {**election.plan("2026-02-02", "2026-05-20"), **more}
        refused = election.tries("wu.zuwei", "decide_to_start", "2026-02-02", plan).refused
        assert refused is not None, more
        assert (refused.code, refused.clause) == (code, clause), refused
    story.at("2026-02-02")
    again = story.person("wu.zuwei").starts("election_approval", "B071", {"opened_because": "reminded"}).refused
    assert again is not None
    assert again.code == "election_already_open"
    close = {"decided_on": "2026-02-02", "plan_kind": "general_meeting", "closing_decision_no": "样七党〔2026〕12号"}
    election.does("wu.zuwei", "decide_to_start", "2026-02-02", close, "close", opinion="并入第二支部")
    assert (election.case.status, election.case.outcome) == ("ended", "closed")


def test_nobody_jumps_to_the_meeting_and_no_candidate_counts_or_checks(approved: Election) -> None:
    """Before reply 2 there is no meeting (2.8); sod_10 keeps a candidate from the check, sod_08 from counting."""
    story, case = approved.story, approved.case
    story.at("2026-03-02")
    meeting = approved.meeting("2026-03-02", 13)
    refused = story.person("wu.zuwei").completes(case, "hold_election_meeting", meeting).refused
    assert refused is not None
    assert (refused.status, refused.code) == (409, "err_step_not_open")
    assert "reply_request_2" in refused.missing
    approved.named()
    approved.does("wu.zuwei", "prepare_meeting", "2026-05-12", approved.preparation("2026-05-12", "2026-05-12"))
    wrong = approved.meeting("2026-05-20", 13, scrutineer_rows=approved.ids("chen.jijian"))
    refused = approved.tries("wu.zuwei", "hold_election_meeting", "2026-05-20", wrong).refused
    assert refused is not None
    assert {e["code"] for e in refused.errors} == {"sod_08", "counter_is_candidate"}


def test_request_2_needs_a_surplus_of_a_fifth_and_checked_candidates(approved: Election) -> None:
    three = ("zhao.zhishu", "wu.zuwei", "zheng.lianyi")
    day = "2026-04-20"
    approved.does("wu.zuwei", "nominate_candidates", "2026-03-20", approved.nomination("2026-03-20", *three))
    pending = approved.check("2026-04-01", *three)
    pending["checked"][2]["discipline_opinion"] = "pending"
    refused = approved.tries("jiang.zugan", "check_candidates", "2026-04-01", pending).refused
    assert refused is not None
    assert (refused.code, refused.clause) == ("discipline_opinion_open", "el_07")
    approved.does("jiang.zugan", "check_candidates", "2026-04-01", approved.check("2026-04-01", *three))
    too_soon = approved.tries("wu.zuwei", "publicise_candidates", "2026-04-03", {"channel": "notice_board"}).refused
    assert too_soon is not None
    assert (too_soon.clause, too_soon["earliest"]) == ("el_07p", "2026-04-09")
    approved.does("wu.zuwei", "publicise_candidates", "2026-04-16", {"channel": "notice_board"})
    refused = approved.tries("wu.zuwei", "submit_request_2", day, approved.request_2(day, *three)).refused
    assert refused is not None
    assert (refused.code, refused.clause) == ("surplus_too_small", "el_13s")
    assert "3 seats need 4" in refused.detail
    refused = approved.tries("wu.zuwei", "submit_request_2", day, approved.request_2(day, *approved.STOOD)).refused
    assert refused is not None
    assert refused.code == "candidate_not_checked"


# ---------------------------------------------------------------- S30, S36


def test_four_fifths_have_to_be_present_and_nobody_votes_for_the_absent(named: Election) -> None:
    """S30: 11 of 15 is no meeting, 12 is. S36: somebody on leave who is on the sign-in list, and a wrong count."""
    day = "2026-05-20"
    named.does("wu.zuwei", "prepare_meeting", "2026-05-12", named.preparation("2026-05-12", "2026-05-12"))
    eleven = named.meeting(day, 11, next_meeting_on="2026-05-30")
    named.does("wu.zuwei", "hold_election_meeting", day, eleven)
    assert "prepare_meeting" in named.case.open_steps()
    assert "hold_election_meeting" not in named.case.open_steps()
    named.does("wu.zuwei", "prepare_meeting", "2026-05-22", named.preparation("2026-05-22", "2026-05-22"))
    day = "2026-05-30"
    twelve = named.meeting(day, 12)
    proxy = {**twelve, "absent_members": [{"person": twelve["sign_in"][8]["person"], "absent_reason": "出差"}]}
    refused = named.tries("wu.zuwei", "hold_election_meeting", day, proxy).refused
    assert refused is not None
    assert (refused.code, refused.clause) == ("absent_signed_in", "el_24")
    refused = named.tries(
        "wu.zuwei", "hold_election_meeting", day, {**twelve, "present_count": 13, **method(13)}
    ).refused
    assert refused is not None
    assert refused.code == "present_list_mismatch"
    refused = named.tries("wu.zuwei", "hold_election_meeting", day, {**twelve, "sign_in": []}).refused
    assert refused is not None
    assert refused.code == "sign_in_missing"
    named.does("wu.zuwei", "hold_election_meeting", day, twelve)
    assert named.ballot()["unit"]["code"] == "B071"


# ---------------------------------------------------------------- S33


def test_a_write_in_who_counted_is_looked_at_by_the_superior(assembled: Election) -> None:
    """S33: 9 of 13 for 冯监票, who was scrutineer: elected, flagged, and approved only once that was reviewed."""
    rows = {**votes(assembled, 12, 11, 3, 2), "feng.jianpiao": 9}
    count = assembled.counts(assembled.sheet(13, rows))
    assert count.data["flags"] == ["superior_review"]
    assert assembled.id("feng.jianpiao") in count.data["elected"]
    form = {"plenary_on": "2026-05-20", "chair": assembled.id("wu.zuwei"), "present_count": 3, **method(3)}
    counting = {"scrutineer_rows": assembled.ids("feng.jianpiao"), "teller_rows": assembled.ids("wu.zuwei")}
    assembled.does("wu.zuwei", "hold_first_plenary", "2026-05-20", {**form, **counting})
    sheet = assembled.sheet(3, {"zhao.zhishu": 3})
    assembled.does("wu.zuwei", "count_ballots", "2026-05-20", sheet, case=assembled.ballot(), second="feng.jianpiao")
    assembled.does("wu.zuwei", "report_result", "2026-05-22", assembled.report("2026-05-22"))
    reply = assembled.reply("2026-06-08")
    refused = assembled.tries("jiang.zugan", "reply_result", "2026-06-08", reply).refused
    assert refused is not None
    assert (refused.code, refused.clause) == ("flags_not_reviewed", "el_22")
    assembled.does("jiang.zugan", "reply_result", "2026-06-08", {**reply, "flags_reviewed": True})


# ---------------------------------------------------------------- S34


def test_a_candidate_who_drops_out_breaks_the_surplus_or_only_has_to_be_told(named: Election) -> None:
    """S34: four become three for three seats: request 2 again. With five and the parameter, a notice is enough."""
    story, case, day = named.story, named.case, "2026-05-15"
    gone = {"changed_on": day, "dropped": named.id("chen.jijian"), "drop_reason_text": "调离"}
    named.does("wu.zuwei", "report_candidate_change", day, gone)
    assert case.open_steps() == ["nominate_candidates"]
    assert "task.cancelled" in case.kinds(), "the meeting is closed"
    five = (*named.STOOD[:3], "feng.jianpiao", "wang.lianer")
    named.does("wu.zuwei", "nominate_candidates", day, named.nomination(day, *five))
    named.does("jiang.zugan", "check_candidates", "2026-05-18", named.check("2026-05-18", *five))
    named.does("wu.zuwei", "publicise_candidates", "2026-05-26", {"channel": "notice_board"})
    late = "候选人变动，重新报批"
    named.does("wu.zuwei", "submit_request_2", "2026-05-26", named.request_2("2026-05-26", *five), reason=late)
    answer = named.reply("2026-05-28", approved=named.candidates(*five))
    named.does("jiang.zugan", "reply_request_2", "2026-05-28", answer)
    path = "/definitions/election_approval/parameters/prm_el_candidate_drop_policy"
    said = story.designer.puts(path, {"value": "notify_if_surplus_ok", "reason": "上级同意"})
    assert said.refused is None
    nobody = {"changed_on": "2026-05-29", "dropped": named.id("chen.jijian"), "drop_reason_text": "调离"}
    refused = named.tries("wu.zuwei", "report_candidate_change", "2026-05-29", nobody).refused
    assert refused is not None
    assert (refused.code, refused.clause) == ("not_a_candidate", "el_drop")
    named.does("wu.zuwei", "report_candidate_change", "2026-05-29", {**nobody, "dropped": named.id("wang.lianer")})
    assert "note_candidate_change" in case.open_steps()
    assert "prepare_meeting" in case.open_steps()
    named.does("jiang.zugan", "note_candidate_change", "2026-05-29", {})
    assert len(case.data["candidate_ids"]) == 4


# ---------------------------------------------------------------- S35


def test_a_term_that_ran_out_is_followed_up_every_week(approved: Election) -> None:
    """S35: nothing approved, nobody elected on 21 June 2026: the superior is asked, and again a week later."""
    story, case = approved.story, approved.case
    story.at("2026-06-20")
    assert "follow_overdue_term" not in case.open_steps()
    story.at("2026-06-21")
    assert case.open_steps().count("follow_overdue_term") == 1
    approved.does("jiang.zugan", "follow_overdue_term", "2026-06-22", {"urged_how": "已约谈支部书记，限期换届。"})
    for week in ("2026-06-28", "2026-07-05", "2026-07-12"):  # nobody does it: it is renewed, and not piled up
        story.at(week)
        assert case.open_steps().count("follow_overdue_term") == 1, week
    (task,) = [t for t in case.read()["open_tasks"] if t["element"] == "follow_overdue_term"]
    assert task["since"].startswith("2026-07-12")
    assert story.unit("B071")["term_expires_on"] == "2026-06-20"


# ---------------------------------------------------------------- S29


class Committee(Election):
    """C07 and its discipline committee D07: 李组织 enters, 孙书记 confirms; WC0 is the superior."""

    COMMISSIONER, SECRETARY = "li.zuzhi", "sun.shuji"
    STAFF, SUPERIOR = "zhou.banyi", "bai.shuji"
    SCRUTINEER, TELLER = "cao.dangan", "xu.zuyuan"
    STOOD = ("sun.shuji", "shen.fushu", "han.weisan", "yang.weisi", "zhu.weiwu", "qin.weiliu", "you.weiqi")

    def candidates(self, *who: str) -> list[dict[str, str]]:
        """Nine for seven seats, four for the three of the discipline committee; 沈副书 is to lead it as a deputy."""
        members = [*who, "jiang.zugan", "miao.danwei"]
        discipline = ["shen.fushu", "zheng.lianyi", "wang.lianer", "feng.jianpiao"]
        posts = {"secretary": "sun.shuji", "deputy": "shen.fushu", "discipline_secretary": "shen.fushu"}
        rows = [(w, "member") for w in members] + [(w, "discipline_member") for w in discipline]
        rows += [(w, post) for post, w in posts.items()]
        return [{"person": self.id(w), "for_post": post} for w, post in rows]


def test_a_departmental_committee_is_re_elected_with_its_discipline_committee(story: Story) -> None:
    """S29: 9 candidates for 7 seats and 4 for 3; the discipline plenary first; its secretary is a deputy secretary."""
    story.at("2025-12-20")
    no_more_reminders(story.store)
    c07 = Committee.of(story, "C07")
    case, day = c07.case, "2026-01-12"
    c07.does("li.zuzhi", "remind_term_expiry", "2026-01-05", {"is_noted": True})
    plan = c07.plan(day, "2026-05-20", plan_seats=7, plan_discipline_seats=3, plan_deputy_posts=1)
    too_many = {**plan, "plan_discipline_seats": 9}
    refused = c07.tries("li.zuzhi", "decide_to_start", day, too_many).refused
    assert refused is not None
    assert refused.code == "discipline_seats_out_of_range"
    c07.does("li.zuzhi", "decide_to_start", day, plan)
    c07.does("li.zuzhi", "submit_request_1", "2026-01-20", c07.request_1("2026-01-20"))
    c07.does("zhou.banyi", "reply_request_1", "2026-02-03", c07.reply("2026-02-03"))
    nominated = {**c07.nomination("2026-03-02"), "source": "sub_organisations", "nominees": c07.candidates(*c07.STOOD)}
    c07.does("li.zuzhi", "nominate_candidates", "2026-03-02", nominated)
    all_ = list(dict.fromkeys(row["person"] for row in c07.candidates(*c07.STOOD)))
    good = {"rights_ok": True, "seniority_ok": True, "discipline_opinion": "no_objection"}
    checked = {
        "checked_on": "2026-03-16",
        "discipline_body": "纪检监察工委",
        "checked": [{"person": p, **good} for p in all_],
    }
    c07.does("zhou.banyi", "check_candidates", "2026-03-16", checked)
    c07.does("li.zuzhi", "publicise_candidates", "2026-03-24", {"channel": "notice_board"})
    asked = {**c07.request_2("2026-04-08"), "proposed": c07.candidates(*c07.STOOD)}
    eight = {**asked, "proposed": [r for r in asked["proposed"] if r["person"] != c07.id("you.weiqi")]}
    refused = c07.tries("li.zuzhi", "submit_request_2", "2026-04-08", eight).refused
    assert refused is not None
    assert (refused.code, refused.clause) == ("surplus_too_small", "el_13s")
    assert "7 need 9" in refused.detail
    c07.does("li.zuzhi", "submit_request_2", "2026-04-08", asked)
    reply = c07.reply("2026-05-06", approved=asked["proposed"])
    c07.does("zhou.banyi", "reply_request_2", "2026-05-06", reply)
    c07.does("li.zuzhi", "prepare_meeting", "2026-05-12", c07.preparation("2026-05-12", "2026-05-12"))
    day = "2026-05-20"
    meeting = {**c07.meeting(day, 0), "sign_in": [], "present_count": 104, **method(104)}
    c07.does("li.zuzhi", "hold_election_meeting", day, meeting)
    for_members = dict(
        zip([*c07.STOOD, "jiang.zugan", "miao.danwei"], (104, 103, 99, 98, 97, 96, 95, 20, 12), strict=True)
    )
    c07.counts(c07.sheet(104, for_members), day)
    for_discipline = {"shen.fushu": 104, "zheng.lianyi": 100, "wang.lianer": 90, "feng.jianpiao": 10}
    c07.counts(c07.sheet(104, for_discipline), day)
    assert case.open_steps() == ["hold_discipline_plenary"], "before the plenary of the committee"
    counting = {"scrutineer_rows": c07.ids("wang.lianer"), "teller_rows": c07.ids("zheng.lianyi")}
    plenary = {"plenary_on": day, "chair": c07.id("zheng.lianyi"), "present_count": 3, **method(3), **counting}
    c07.does("li.zuzhi", "hold_discipline_plenary", day, plenary)
    sheet = c07.sheet(3, {"shen.fushu": 3})
    c07.does("zheng.lianyi", "count_ballots", day, sheet, case=c07.ballot(), second="wang.lianer")
    assert case.open_steps() == ["hold_first_plenary"]
    counting = {"scrutineer_rows": c07.ids("han.weisan"), "teller_rows": c07.ids("yang.weisi")}
    plenary = {"plenary_on": day, "chair": c07.id("han.weisan"), "present_count": 7, **method(7), **counting}
    c07.does("li.zuzhi", "hold_first_plenary", day, plenary)
    for elected in ("sun.shuji", "shen.fushu"):
        sheet = c07.sheet(7, {elected: 7})
        c07.does("yang.weisi", "count_ballots", day, sheet, case=c07.ballot(), second="han.weisan")
    c07.does("li.zuzhi", "report_result", "2026-05-22", c07.report("2026-05-22"))
    kinds = {(r["for_post"], r["report_kind"]) for rows in case.data["report_rows"] for r in rows}
    assert ("member", "for_filing") in kinds
    assert {("secretary", "for_approval"), ("deputy", "for_approval"), ("discipline_secretary", "for_approval")} < kinds
    c07.does("zhou.banyi", "reply_result", "2026-06-08", c07.reply("2026-06-08"))
    assert case.marks == []
    assert (story.unit("C07")["term_started_on"], story.unit("C07")["term_expires_on"]) == ("2026-05-20", "2031-05-20")
    assert story.unit("D07")["term_expires_on"] == "2031-05-20", "the discipline committee has a term of its own"
    assert holders(story, "discipline_commissioner", "D07") == {
        c07.id(w) for w in ("shen.fushu", "zheng.lianyi", "wang.lianer")
    }


def test_delegates_are_elected_with_a_surplus_and_an_objection_is_looked_into(story: Story) -> None:
    """The way over a delegates' meeting: allowed only where scattered, credentials, publicity, quorum of delegates."""
    story.at("2025-12-20")
    no_more_reminders(story.store)
    c07 = Committee.of(story, "C07")
    case, day = c07.case, "2026-01-12"

    def refused(element: str, on: str, answers: Mapping[str, Any], decision: str | None = None, **more: Any) -> str:
        found = c07.tries("li.zuzhi", element, on, answers, decision, **more).refused
        assert found is not None
        return str(found.code)

    c07.does("li.zuzhi", "remind_term_expiry", "2026-01-05", {"is_noted": True})
    seats = {"plan_seats": 7, "plan_discipline_seats": 3, "plan_deputy_posts": 1, "plan_kind": "delegates_meeting"}
    plan = c07.plan(day, "2026-05-20", **seats)
    assert refused("decide_to_start", day, {**plan, "scattered": False}) == "delegates_not_allowed"
    c07.does("li.zuzhi", "decide_to_start", day, {**plan, "scattered": True})
    day, asked = "2026-01-20", c07.request_1("2026-01-20")
    assert refused("submit_request_1", day, asked) == "delegates_missing"
    c07.does("li.zuzhi", "submit_request_1", day, {**asked, "delegate_count": 60})
    c07.does("zhou.banyi", "reply_request_1", "2026-02-03", c07.reply("2026-02-03"))

    day = "2026-03-02"
    elected = {"elected_on": day, "delegate_candidates": 72, "delegates_elected": 60}
    few, many = {**elected, "delegate_candidates": 71}, {**elected, "delegates_elected": 61}
    assert refused("elect_delegates", day, few, "credentials_ok") == "delegate_surplus_too_small"
    assert refused("elect_delegates", day, many, "credentials_ok") == "too_many_delegates"
    c07.does("li.zuzhi", "elect_delegates", day, elected, "revote", opinion="第三支部未差额提名")
    c07.does(
        "li.zuzhi",
        "elect_delegates",
        "2026-03-04",
        {**elected, "elected_on": "2026-03-04"},
        "replace",
        opinion="一名代表调离",
    )
    day = "2026-03-05"
    c07.does("li.zuzhi", "elect_delegates", day, {**elected, "elected_on": day}, "credentials_ok")
    assert case.data["delegates_count"] == 60

    nominated = {**c07.nomination(day), "source": "sub_organisations", "nominees": c07.candidates(*c07.STOOD)}
    c07.does("li.zuzhi", "nominate_candidates", day, nominated)
    people = list(dict.fromkeys(row["person"] for row in c07.candidates(*c07.STOOD)))
    good = {"rights_ok": True, "seniority_ok": True, "discipline_opinion": "no_objection"}
    for day, shown, outcome in (
        ("2026-03-06", "2026-03-16", "objection"),
        ("2026-03-17", "2026-03-25", "no_objection"),
    ):
        checked = {
            "checked_on": day,
            "discipline_body": "纪检监察工委",
            "checked": [{"person": p, **good} for p in people],
        }
        c07.does("zhou.banyi", "check_candidates", day, checked)
        notice = {"channel": "notice_board"}
        assert refused("publicise_candidates", day, notice, "no_objection") == "err_publicity_running"
        if outcome == "objection":
            assert refused("publicise_candidates", shown, notice, outcome) == "required"  # without saying which
            more = {"opinion": "来信反映一名候选人"}
            c07.does("li.zuzhi", "publicise_candidates", shown, {**notice, "objections": "一件"}, outcome, **more)
            assert case.open_steps() == ["check_candidates"]
        else:
            c07.does("li.zuzhi", "publicise_candidates", shown, notice, outcome)
    asked = {**c07.request_2("2026-04-08"), "proposed": c07.candidates(*c07.STOOD)}
    c07.does("li.zuzhi", "submit_request_2", "2026-04-08", asked)
    c07.does("zhou.banyi", "reply_request_2", "2026-05-06", c07.reply("2026-05-06", approved=asked["proposed"]))
    ready = {**c07.preparation("2026-05-12", "2026-05-12"), "request_3_number": "样七请〔2026〕9号"}
    c07.does("li.zuzhi", "prepare_meeting", "2026-05-12", ready)
    for day, present in (("2026-05-20", 47), ("2026-06-05", 48)):  # four fifths of 60 delegates, not of 126 members
        later = {"next_meeting_on": "2026-06-05"} if present < 48 else {}
        meeting = {**c07.meeting(day, 0, **later), "sign_in": [], "present_count": present, **method(present)}
        c07.does("li.zuzhi", "hold_election_meeting", day, meeting)
        if present < 48:
            assert "hold_election_meeting" not in case.open_steps()
            again = {**c07.preparation("2026-05-25", "2026-05-25"), "request_3_number": "样七请〔2026〕9号"}
            c07.does("li.zuzhi", "prepare_meeting", "2026-05-25", again)
    assert c07.ballot().data["voters"] == 48


# ---------------------------------------------------------------- after the result; other ends


def test_a_result_is_returned_posts_are_not_approved_and_a_vote_is_declared_void(counted: Election) -> None:
    """Each way back: the report again, the plenary again, the whole assembly again."""
    case = counted.case
    counted.plenary()
    counted.does("wu.zuwei", "report_result", "2026-05-22", counted.report("2026-05-22"))
    reply = counted.reply("2026-05-25")
    silent = counted.tries("jiang.zugan", "reply_result", "2026-05-25", reply, "return_for_correction").refused
    assert silent is not None
    assert silent.error("opinion")["code"] == "required"
    said = {"opinion": "缺计票结果报告单"}
    counted.does("jiang.zugan", "reply_result", "2026-05-25", reply, "return_for_correction", **said)
    assert case.open_steps() == ["report_result"]
    counted.does("wu.zuwei", "report_result", "2026-05-26", counted.report("2026-05-26"))
    reply = counted.reply("2026-05-28")
    counted.does("jiang.zugan", "reply_result", "2026-05-28", reply, "not_approve", opinion="另行酝酿书记人选")
    assert case.open_steps() == ["hold_first_plenary"]
    counted.plenary("2026-05-29")
    counted.does("wu.zuwei", "report_result", "2026-05-29", counted.report("2026-05-29"))
    reply = counted.reply("2026-06-01")
    counted.does("jiang.zugan", "reply_result", "2026-06-01", reply, "order_new_vote", opinion="程序违反规定")
    assert case.open_steps() == ["prepare_meeting", "report_candidate_change"]
    assert counted.story.unit("B071")["term_expires_on"] == "2026-06-20"


def test_a_branch_without_a_committee_elects_its_secretary_directly(story: Story) -> None:
    """B072 has six full members: no committee, no plenary; one candidate for the one post."""
    members = story.auditor.gets_all("/people", unit="B072", status="full_member")
    with story.store.transaction() as db:
        mine = select(tables.units.c.id).where(tables.units.c.code == "B072").scalar_subquery()
        states = tables.unit_states
        db.execute(update(states).where(states.c.unit_id == mine).values(term_expires_on=date(2026, 6, 30)))
    story.at("2026-01-05")
    no_more_reminders(story.store)
    chu, pan = "chu.zhishu", "pan.fushu"
    answers = {"opened_because": "term_ends"}
    stranger = story.person("wu.zuwei").starts("election_approval", "B072", answers).refused
    assert stranger is not None
    assert stranger.code == "err_may_not_start"
    b072 = Election.of(story, "B072")
    b072.SECRETARY, b072.STOOD, b072.SCRUTINEER, b072.TELLER = pan, (chu,), "", ""
    b072.does(chu, "remind_term_expiry", "2026-01-05", {"is_noted": True})
    b072.does(chu, "decide_to_start", "2026-01-06", {**b072.plan("2026-01-06", "2026-06-10"), "plan_seats": 0})
    b072.does(chu, "submit_request_1", "2026-01-07", b072.request_1("2026-01-07"))
    b072.does("jiang.zugan", "reply_request_1", "2026-01-08", b072.reply("2026-01-08"), "reject", opinion="时间过早")
    assert b072.case.open_steps() == ["decide_to_start"]
    close = {"decided_on": "2026-01-12", "plan_kind": "general_meeting"}
    refused = b072.tries(chu, "decide_to_start", "2026-01-12", close, "close", opinion="并入第一支部").refused
    assert refused is not None
    assert (refused.code, refused.clause) == ("closing_decision_missing", "el_merged")
    b072.does(chu, "decide_to_start", "2026-01-12", {**b072.plan("2026-01-12", "2026-06-10"), "plan_seats": 0})
    b072.does(chu, "submit_request_1", "2026-01-13", b072.request_1("2026-01-13"))
    b072.does("jiang.zugan", "reply_request_1", "2026-01-14", b072.reply("2026-01-14"))
    secretary = [{"person": b072.id(chu), "for_post": "secretary"}]
    nominated = {**b072.nomination("2026-01-15"), "nominees": secretary}
    b072.does(chu, "nominate_candidates", "2026-01-15", nominated)
    b072.does("jiang.zugan", "check_candidates", "2026-01-16", b072.check("2026-01-16", chu))
    b072.does(chu, "publicise_candidates", "2026-01-26", {"channel": "meeting"})
    b072.does(chu, "submit_request_2", "2026-01-26", {**b072.request_2("2026-01-26"), "proposed": secretary})
    b072.does("jiang.zugan", "reply_request_2", "2026-01-27", b072.reply("2026-01-27", approved=secretary))
    story.at("2026-05-27")
    b072.does(chu, "prepare_meeting", "2026-05-27", b072.preparation("2026-05-27", "2026-05-27"))
    ids = [p["id"] for p in members]
    present = {"held_on": "2026-06-10", "place": "会议室", "chair": b072.id(pan), "present_count": 5, **method(5)}
    others = [i for i in ids if i not in (b072.id(chu), b072.id(pan))]
    signed = [{"person": i} for i in [b072.id(chu), b072.id(pan), *others[:3]]]
    counting = {"scrutineer_rows": [{"person": others[0]}], "teller_rows": b072.ids(pan)}
    b072.does(chu, "hold_election_meeting", "2026-06-10", {**present, "sign_in": signed, **counting})
    count = b072.ballot()
    assert count.data["vote_for"] == "secretary"
    assert count.open_steps() == ["count_ballots"]


# ---------------------------------------------------------------- the arithmetic alone


@cache
def procedure(folder: str) -> definitions.Definition:
    definition, findings = definitions.check(folders.read(folders.PROCESSES / folder))
    assert definition is not None, findings
    return definition


def decision(folder: str, key: str, **given: Any) -> Any:
    """What a decision of a folder answers, with the parameters at their defaults."""
    definition = procedure(folder)
    names = {"person": lambda id_: {"has_vote": True}, **definition.rules.defaults(), **given}
    now = datetime(2026, 5, 20, tzinfo=UTC)
    return definition.decisions[key].evaluate({**definition.unset, **names}, now=now).value


def test_the_tables_of_surplus_and_quorum() -> None:
    """Rulebook 2.4: candidates for 3 to 11 seats, electors present of 5 to 120 (S30: 95 and 96 of 120)."""
    for seats, least in ((3, 4), (5, 6), (7, 9), (9, 11), (11, 14)):
        known = {"has_committee": True, "seat_count": seats, "discipline_seat_count": 0, "discipline_member_count": 0}
        posts = {"secretary_count": 1, "deputy_count": 0, "deputy_posts": 0}
        for members, codes in ((least - 1, ["surplus_too_small"]), (least, [])):
            found = decision("election_approval", "dmn_el_surplus", **known, **posts, member_count=members)
            assert [f["code"] for f in found] == codes, (seats, members)
    for eligible, least in ((5, 4), (6, 5), (7, 6), (10, 8), (12, 10), (15, 12), (20, 16), (30, 24), (120, 96)):
        for present, result in ((least - 1, "invalid_meeting"), (least, "valid_meeting")):
            assert (
                decision("election_approval", "dmn_el_quorum", eligible_count=eligible, present_count=present) == result
            )


def test_the_tables_of_seats_meetings_and_delegates() -> None:
    """Rulebook 2.1: sizes by kind of organisation, delegates from 500 members on, their surplus of a fifth."""
    for kind, committee, rule in (
        ("departmental_committee", True, {"years": 5, "least": 5, "most": 11}),
        ("general_branch", True, {"years": 3, "least": 5, "most": 9}),
        ("branch", True, {"years": 3, "least": 3, "most": 7}),
        ("branch", False, {"years": 3, "least": 0, "most": 0}),
    ):
        assert decision("election_approval", "dmn_el_term", org_kind=kind, has_committee=committee) == rule
    for members, scattered, codes in ((499, False, ["delegates_not_allowed"]), (500, False, []), (126, True, [])):
        counts = {"full_members": members, "probationary_members": 0}
        asked = {"plan_kind": "delegates_meeting", "scattered": scattered, "org": "x", "unit": lambda _, c=counts: c}
        assert [f["code"] for f in decision("election_approval", "dmn_el_meeting_type", **asked)] == codes
    for candidates, elected, codes in (
        (119, 100, ["delegate_surplus_too_small"]),
        (120, 100, []),
        (120, 101, ["too_many_delegates"]),
    ):
        asked = {"delegate_seats": 100, "delegate_candidates": candidates, "delegates_elected": elected}
        assert [f["code"] for f in decision("election_approval", "dmn_el_delegates", **asked)] == codes
