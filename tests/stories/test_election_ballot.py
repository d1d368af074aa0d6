"""Counting the ballots of a re-election: void votes, ties, seats that stay empty, who has a majority."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.stories.conftest import telling
from tests.stories.test_election_approval import Election, decision, votes, walked


@pytest.fixture
def assembled(databases: Databases) -> Iterator[Election]:
    """Thirteen of fifteen are present on 20 May, and the ballots of B071 are being counted."""
    with telling(databases, "sqlite", walked(databases, "assembled")) as told:
        yield Election.of(told)


def test_more_ballots_than_electors_are_void_and_kept(assembled: Election) -> None:
    """S31: 14 ballots of 13 electors; the first sheet stays as evidence, the second round elects."""
    count = assembled.ballot()
    void = {"ballots_issued": 13, "ballots_returned": 14, "signed": True}
    assembled.counts(void)
    assert count.open_steps() == ["count_ballots"]
    assert count.summary["Round"] == 2
    wrong = assembled.sheet(13, votes(assembled, 12, 11, 9, 3), valid=12)
    for change, code in (
        ({"ballots_issued": 14}, "issued_more_than_present"),
        ({"ballots_invalid": 0}, "ballots_do_not_add_up"),
        ({"count_rows": wrong["count_rows"][:3]}, "candidate_missing"),
        ({"count_rows": [*wrong["count_rows"], wrong["count_rows"][0]]}, "votee_twice"),
    ):
        refused = assembled.tries("wang.lianer", "count_ballots", "2026-05-20", {**wrong, **change}, case=count).refused
        assert refused is not None, code
        assert code in {e["code"] for e in refused.errors}, refused
        assert "el_13" in {e["clause"] for e in refused.errors}
    assembled.counts(wrong)
    assert count.outcome == "elected"
    returned = [r["returned"] for r in count.data["ballot_log"]]
    assert returned == [14, 13]


def test_a_tie_at_the_last_seat_is_decided_among_the_tied(assembled: Election) -> None:
    """S32, first: 10, 8, 8, 8 of 13 for three seats: one is elected, three stand again for two seats."""
    count = assembled.counts(assembled.sheet(13, votes(assembled, 10, 8, 8, 8)))
    assert count.open_steps() == ["count_ballots"]
    assert (count.data["open_seats"], len(count.data["candidates"])) == (2, 3)
    second = dict(zip(assembled.STOOD[1:], (7, 6, 0), strict=True))
    outsider = {**second, assembled.electors()[9]: 1}
    refused = assembled.tries("wang.lianer", "count_ballots", "2026-05-20", assembled.sheet(13, outsider), case=count)
    assert refused.refused == "second_ballot_among_tied"
    assembled.counts(assembled.sheet(13, second))
    assert (count.outcome, len(count.data["elected"])) == ("elected", 3)


def test_too_few_elected_means_a_further_election(assembled: Election) -> None:
    """S32, second: 10, 9, 5, 4: two of three (0.67 < 0.8) are too few to reduce; the third is elected anew."""
    story, day = assembled.story, "2026-05-20"
    count = assembled.counts(assembled.sheet(13, votes(assembled, 10, 9, 5, 4)))
    assert count.open_steps() == ["decide_on_missing"]
    consent = {"consent_kind": "electors", "consent_for": 13, "further_candidates": []}
    refused = assembled.tries("wang.lianer", "decide_on_missing", day, consent, "reduce_seats", case=count).refused
    assert refused is not None
    assert refused.clause == "el_14_reduce"
    left = {"further_candidates": assembled.ids("zheng.lianyi", "chen.jijian")}
    assembled.does(
        "wang.lianer", "decide_on_missing", day, left, "further_election", case=count, second="feng.jianpiao"
    )
    assembled.counts(assembled.sheet(13, {"zheng.lianyi": 9, "chen.jijian": 4}))
    assert count.outcome == "elected"
    assert count.data["elected"][-1] == assembled.id("zheng.lianyi")
    assert story.person("wu.zuwei").sees(count)["number"] == count.number


@pytest.mark.parametrize(("base", "is_elected"), [("present_electors", True), ("eligible_electors", False)])
def test_seven_of_thirteen_are_elected_by_one_base_and_not_by_the_other(
    assembled: Election, base: str, is_elected: bool
) -> None:
    """S37: present 13, eligible 15, seven for: more than half of those present, not of those eligible."""
    path = "/definitions/election_ballot/parameters/prm_el_majority_base"
    said = assembled.story.designer.puts(path, {"value": base, "reason": "按上级组织部门的答复"})
    assert said.refused is None
    count = assembled.counts(assembled.sheet(13, votes(assembled, 12, 11, 7, 3)))
    assert (count.outcome == "elected") is is_elected
    assert (assembled.id("zheng.lianyi") in count.data["elected"]) is is_elected


def test_exactly_half_is_not_elected() -> None:
    """Rulebook 2.4: 6 of 12 are not elected, 7 are; of eligible electors it takes more."""
    rows = [{"votee": "a", "for_count": 7}, {"votee": "b", "for_count": 6}]
    given = {"ballot_kind": "first", "rows_now": rows, "voters": 12, "eligible": 15}
    carried = decision("election_ballot", "dmn_el_elected", **given, prm_el_majority_base="present_electors")
    assert [r["votee"] for r in carried] == ["a"]
    assert decision("election_ballot", "dmn_el_elected", **given, prm_el_majority_base="eligible_electors") == []
