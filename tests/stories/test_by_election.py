"""By-elections: a vacancy during the term."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.databases import Databases
from tests.stories.conftest import Story, telling
from tests.stories.test_election_approval import Election, holders, no_more_reminders, office_of


@pytest.fixture
def story(databases: Databases) -> Iterator[Story]:
    with telling(databases, "sqlite", office_of(databases)) as told:
        yield told


def test_a_by_election_fills_a_vacancy_or_the_superior_assigns(story: Story) -> None:
    """Two candidates for one seat of a member; a secretary may be assigned; a member may not."""
    no_more_reminders(story.store)
    story.at("2026-03-02")
    vacancy = {"vacant_post": "member", "vacant_seats": 1, "vacant_since": "2026-03-01", "reason": "transferred"}
    wu = story.person("wu.zuwei")
    case = wu.starts("by_election", "B071", vacancy)
    by = Election(story, case)

    def stood(*who: str) -> dict[str, Any]:
        rows = [{"person": by.id(w), "discipline_opinion": "no_objection"} for w in who]
        return {"submitted_on": "2026-03-03", "proposed": rows}

    refused = by.tries("wu.zuwei", "request_by_election", "2026-03-03", stood("zheng.lianyi"), "submit").refused
    assert refused is not None
    assert (refused.code, refused.clause) == ("surplus_too_small", "el_13s")
    two = stood("zheng.lianyi", "chen.jijian")
    by.does("wu.zuwei", "request_by_election", "2026-03-03", two, "submit")
    answer = by.reply("2026-03-10")
    refused = by.tries("jiang.zugan", "reply_by_election", "2026-03-10", answer, "assign").refused
    assert refused is not None
    by.does("jiang.zugan", "reply_by_election", "2026-03-10", answer, "approve")
    by.does("wu.zuwei", "hold_by_election_meeting", "2026-03-16", by.meeting("2026-03-16", 12))
    by.counts(by.sheet(12, {"zheng.lianyi": 10, "chen.jijian": 2}), "2026-03-16")
    reported = {"reported_on": "2026-03-17"}
    by.does("wu.zuwei", "report_by_election", "2026-03-17", reported, "report")
    by.does("jiang.zugan", "reply_result", "2026-03-20", by.reply("2026-03-20"))
    assert (case.status, case.outcome) == ("ended", "elected")
    vacancy = {"vacant_post": "secretary", "vacant_seats": 1, "vacant_since": "2026-03-20", "reason": "transferred"}
    second = wu.starts("by_election", "B071", vacancy)
    by = Election(story, second)
    asked = {"submitted_on": "2026-03-23", "proposed": []}
    by.does("wu.zuwei", "request_by_election", "2026-03-23", asked, "ask_assignment", opinion="没有合适人选")
    assigned = by.reply("2026-03-27", assigned=by.id("feng.jianpiao"))
    by.does("jiang.zugan", "reply_by_election", "2026-03-27", assigned, "assign")
    assert (second.status, second.outcome) == ("ended", "assigned")
    assert {"post.begun", "post.ended"} <= set(second.kinds())
    assert holders(story, "branch_secretary", "B071") == {by.id("feng.jianpiao")}
    vacancy = {**vacancy, "vacant_post": "member", "vacant_since": "2026-03-27"}
    third = wu.starts("by_election", "B071", vacancy)
    by = Election(story, third)
    two = {**stood("zheng.lianyi", "chen.jijian"), "submitted_on": "2026-03-30"}
    by.does("wu.zuwei", "request_by_election", "2026-03-30", two, "submit", second="feng.jianpiao")
    by.does("jiang.zugan", "reply_by_election", "2026-03-31", by.reply("2026-03-31"), "reject", opinion="即将换届")
    assert (third.status, third.outcome) == ("ended", "rejected")
