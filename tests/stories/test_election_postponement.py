"""Postponed and early re-elections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.databases import Databases
from tests.stories.conftest import Case, Story, telling
from tests.stories.test_election_approval import Election, elections, no_more_reminders, office_of


@pytest.fixture
def story(databases: Databases) -> Iterator[Story]:
    with telling(databases, "sqlite", office_of(databases)) as told:
        yield told


def postponement(on: str, until: str, **more: Any) -> dict[str, Any]:
    return {
        "submitted_on": on,
        "postponement_kind": "postpone",
        "reason": "critical_task",
        "reason_text": "重大任务期间，多数党员在外执行任务。",
        "requested_until": until,
        **more,
    }


def test_a_re_election_is_postponed_and_the_reminder_follows(story: Story) -> None:
    """S35: within a year it is approved and the term ends later; beyond it takes a special decision."""
    story.at("2025-12-20")
    election = Election.of(story)
    election.does("wu.zuwei", "remind_term_expiry", "2025-12-22", {"is_noted": True})
    plan = {"decided_on": "2026-02-02", "plan_kind": "general_meeting"}
    election.does("wu.zuwei", "decide_to_start", "2026-02-02", plan, "postpone")
    called = Case(story, story.auditor.gets_all("/cases", definition="election_postponement")[0], None)
    day = "2026-02-03"
    refused = election.tries(
        "wu.zuwei", "submit_postponement", day, postponement(day, "2027-08-20"), case=called
    ).refused
    assert refused is not None
    assert (refused.code, refused.clause) == ("needs_special_decision", "el_02a")
    early = postponement(day, "2026-06-20")
    assert election.tries("wu.zuwei", "submit_postponement", day, early, case=called).refused == "not_a_postponement"
    election.does("wu.zuwei", "submit_postponement", day, postponement(day, "2027-01-15"), case=called)
    election.does("jiang.zugan", "reply_postponement", "2026-03-02", election.reply("2026-03-02"), case=called)
    assert (called.status, called.outcome) == ("ended", "postponed")
    assert story.unit("B071")["term_expires_on"] == "2027-01-15"
    assert election.case.open_steps() == ["decide_to_start"]
    election.does("wu.zuwei", "decide_to_start", "2026-03-03", election.plan("2026-03-03", "2027-01-10"))
    assert elections(story, "B071")[-1]["number"] == election.case.number, "under way: no second case"


def test_a_request_to_postpone_comes_back_and_is_made_again(story: Story) -> None:
    """Returned with what is lacking, counted, made again; the term moves only with the approval."""
    no_more_reminders(story.store)
    day = "2025-12-22"
    story.at(day)
    case = story.person("wu.zuwei").starts("election_postponement", "B071")
    asked = Election(story, case)
    asked.does("wu.zuwei", "submit_postponement", day, postponement(day, "2027-01-15"))
    reply = asked.reply("2025-12-24")
    silent = asked.tries("jiang.zugan", "reply_postponement", "2025-12-24", reply, "return_for_correction").refused
    assert silent is not None
    assert silent.error("opinion")["code"] == "required"
    said = {"opinion": "附支委会记录"}
    asked.does("jiang.zugan", "reply_postponement", "2025-12-24", reply, "return_for_correction", **said)
    assert (case.open_steps(), case.data["returns"]) == (["submit_postponement"], 1)
    assert story.unit("B071")["term_expires_on"] == "2026-06-20"
    asked.does("wu.zuwei", "submit_postponement", "2025-12-26", postponement("2025-12-26", "2027-01-15"))
    asked.does("jiang.zugan", "reply_postponement", "2025-12-29", asked.reply("2025-12-29"))
    assert (case.outcome, story.unit("B071")["term_expires_on"]) == ("postponed", "2027-01-15")


def test_an_early_re_election_a_refusal_and_giving_up(story: Story) -> None:
    """Begun by the unit itself: approved as early the term stays; refused, or given up, nothing changes either."""
    no_more_reminders(story.store)
    wu, day = story.person("wu.zuwei"), "2025-12-22"
    story.at(day)
    for decision_, outcome in (("approve", "early"), ("reject", "rejected")):
        case = wu.starts("election_postponement", "B071")
        asked = Election(story, case)
        early = postponement(day, "2026-03-20", postponement_kind="early")
        wrong = {**early, "requested_until": "2026-06-20"}
        assert asked.tries("wu.zuwei", "submit_postponement", day, wrong).refused == "not_earlier"
        asked.does("wu.zuwei", "submit_postponement", day, early)
        asked.does("jiang.zugan", "reply_postponement", day, asked.reply(day), decision_, opinion="研究决定")
        assert (case.status, case.outcome) == ("ended", outcome)
    case = wu.starts("election_postponement", "B071")
    given_up = Election(story, case)
    form = postponement(day, "2027-01-15")
    given_up.does("wu.zuwei", "submit_postponement", day, form, "withdraw", opinion="已能按期换届")
    assert (case.status, case.outcome) == ("ended", "withdrawn")
    assert story.unit("B071")["term_expires_on"] == "2026-06-20"
    stranger = story.person("chu.zhishu").starts("election_postponement", "B071").refused
    assert stranger is not None
    assert stranger.code == "err_may_not_start"
