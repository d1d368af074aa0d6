"""Findings over HTTP: what the entries of some errands show, looked through, set aside and taken up again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import cases, log, tables, trail
from engine.actors import Actor
from engine.oversight import conformance, following
from engine.store import new_id
from engine.trail import Kind
from tests.api.conftest import Browser, House, _opened
from tests.databases import Databases
from tests.together import together

AUDITOR, SECRETARY, COMMISSIONER, ASKER = "qi.shenji", "zhao.zhishu", "wu.zuwei", "lin.ceshi"


def read_on(house: House) -> None:
    """The clock comes by: the log is sealed, and what came is read."""
    log.seal(house.store)
    following.tick(house.store)


def does(house: House, name: str, case: dict[str, Any], element: str, decision: str | None = None) -> None:
    body: dict[str, Any] = {"answers": {"subject": "Again"} if element == "correct" else {"note": "seen"}}
    body |= {"decision": decision, "opinion": "because"} if decision else {}
    answer = house.browser(name).post(f"/tasks/{house.task(case, element)}/completion", body)
    assert answer.status_code == 200, answer.text


def passes(house: House, by: str) -> None:
    assert house.browser(ASKER).post("/clock/advance", {"by": by}).status_code == 200


def kinds(answer: Any) -> dict[str, int]:
    return {one["kind"]: one["count"] for one in answer.json["kinds"] if one["count"]}


@pytest.fixture
def office(house: House) -> tuple[House, list[dict[str, Any]]]:
    """Three errands: one sent back and done at once, one that became overdue, one that is only asked for."""
    quick, late, still = (house.case(subject=subject) for subject in ("Quick", "Late", "Still"))
    does(house, SECRETARY, quick, "review", "send_back")
    does(house, ASKER, quick, "correct")
    passes(house, "PT20M")
    does(house, SECRETARY, quick, "review", "agree")
    house.browser(SECRETARY).get(f"/tasks/{house.task(late, 'review')}")
    does(house, SECRETARY, late, "review", "agree")
    passes(house, "P6D")
    read_on(house)
    return house, [quick, late, still]


def test_what_entries_show_is_listed_counted_and_narrowed(office: tuple[House, list[dict[str, Any]]]) -> None:
    house, (quick, late, _) = office
    auditor = house.browser(AUDITOR)
    counted = auditor.get("/findings/counts")
    assert kinds(counted) == {"returned": 1, "fast": 3, "overdue": 2}
    assert counted.json["total"] == 6
    assert counted.json["read"] == counted.json["entries"] > 0
    first = auditor.get("/findings?limit=4").json
    rest = auditor.get(f"/findings?limit=4&cursor={first['next']}").json
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (4, 2, None)
    whole = [*first["items"], *rest["items"]]
    assert [one["at"] for one in whole] == sorted((one["at"] for one in whole), reverse=True)
    assert len({one["id"] for one in whole}) == 6
    [back] = auditor.get("/findings?kind=returned").json["items"]
    assert (back["case"]["number"], back["element_name"], back["unit"]["code"]) == (quick["number"], "Review", "B071")
    assert back["sentence"].endswith("completed “Review”: Send back.")
    entry = next(e for e in auditor.get(f"/cases/{quick['id']}/trail").json["items"] if e["seq"] == back["seq"])
    assert (entry["hash"], entry["sentence"]) == (back["hash"], back["sentence"])
    # Every count is as long as its list; every filter leaves what it says.
    for one in counted.json["kinds"]:
        assert len(auditor.get(f"/findings?kind={one['kind']}").json["items"]) == one["count"]
    for one in counted.json["people"]:
        assert len(auditor.get(f"/findings?person={one['id']}").json["items"]) == one["count"]
    for query, count in (
        (f"case={late['number']}", 2),
        ("unit=B071", 6),
        ("unit=C07", 6),
        ("unit=B072", 0),
        ("definition=errand&version=1", 6),
        ("version=2", 0),
        ("element=record", 2),
        ("from=2026-03-03", 2),
        ("to=2026-03-03", 4),
        ("clause=er_1", 2),
        ("state=set_aside", 0),
        ("state=all", 6),
    ):
        assert sum(kinds(auditor.get(f"/findings/counts?{query}")).values()) == count
        assert len(auditor.get(f"/findings?{query}").json["items"]) == count, query
    assert auditor.get("/findings?case=ER-2026-0999").status_code == 404
    zh = auditor.get("/findings?kind=overdue", headers={"Accept-Language": "zh"}).json["items"][0]
    assert (zh["kind_name"], zh["clause"]["text"]) == ("逾期", "三日内办结。")


def test_findings_are_for_auditors(lite: House) -> None:
    asked: tuple[Callable[[Browser], Any], ...] = (
        lambda b: b.get("/findings"),
        lambda b: b.get("/findings/counts"),
        lambda b: b.get("/clauses"),
        lambda b: b.get("/clauses/cases?definition=errand&clause=er_1"),
        lambda b: b.put("/findings/limits/fast_seconds", {"value": 5, "reason": "so"}),
    )
    for ask in asked:
        assert ask(lite.browser(SECRETARY)).status_code == 403
        assert ask(lite.browser(AUDITOR)).status_code == 200
    assert lite.browser(AUDITOR).get("/findings/nothing").status_code == 404
    assert lite.browser(AUDITOR).get("/findings/W10").status_code == 404
    empty = lite.browser(AUDITOR).get("/findings/counts").json
    assert (empty["total"], empty["read"]) == (0, 0)


def test_a_finding_is_set_aside_by_one_auditor_and_taken_up_again(office: tuple[House, list[dict[str, Any]]]) -> None:
    house, (quick, *_) = office
    auditor = house.browser(AUDITOR)
    [found] = auditor.get("/findings?kind=returned").json["items"]
    place = f"/findings/{found['id']}"
    sent = {"rev": found["rev"], "reason": "Asked; it was a slip."}
    assert auditor.post(f"{place}/setting-aside", {"rev": found["rev"], "reason": ""}).status_code == 422
    one, other = house.browser(AUDITOR), house.browser(AUDITOR)
    two = together(
        lambda: one.post(f"{place}/setting-aside", sent).status_code,
        lambda: other.post(f"{place}/setting-aside", sent).status_code,
    )
    assert sorted(two) == [200, 409]
    assert auditor.get("/findings?kind=returned").json["items"] == []
    [aside] = auditor.get("/findings?kind=returned&state=set_aside").json["items"]
    assert (aside["set_aside"]["reason"], aside["rev"]) == (sent["reason"], 1)
    assert aside["set_aside"]["by"]["name"]
    again = {"rev": 1, "reason": "It happened once more."}
    assert auditor.post(f"{place}/setting-aside", again).status_code == 409
    assert auditor.post(f"{place}/taking-up", again).json["set_aside"] is None
    assert auditor.post(f"{place}/taking-up", {**again, "rev": 2}).status_code == 409
    assert auditor.get(place).json["rev"] == 2
    said = auditor.get("/trail?chain=findings").json["items"]
    assert [one["kind"] for one in said] == ["finding.taken_up", "finding.set_aside"]
    assert said[1]["sentence"].endswith(f"set a finding in the case {quick['number']} aside: {sent['reason']}")
    read_on(house)
    assert len(auditor.get("/findings?kind=returned").json["items"]) == 1, "reading on makes no second one"


def test_the_office_says_what_is_too_fast(office: tuple[House, list[dict[str, Any]]]) -> None:
    house, _ = office
    auditor = house.browser(AUDITOR)
    limits = {one["name"]: one for one in auditor.get("/findings/limits").json["items"]}
    assert (limits["fast_seconds"]["value"], limits["fast_seconds"]["most"]) == (10, 600)
    fast = auditor.get("/findings?kind=fast").json["items"]
    assert {one["measure"] for one in fast} == {0}
    assert any(one["said"].startswith("took 0 seconds (since") for one in fast)
    assert any("no look at its form is on record" in one["said"] for one in fast)
    changed = auditor.put("/findings/limits/fast_seconds", {"value": 0, "reason": "nothing is"})
    assert changed.json["items"][0]["value"] == 0
    assert auditor.get("/findings?kind=fast").json["items"] == []
    assert auditor.put("/findings/limits/fast_seconds", {"value": 601, "reason": "x"}).status_code == 422
    assert auditor.put("/findings/limits/slow", {"value": 1, "reason": "x"}).status_code == 404
    assert auditor.get("/trail?chain=findings").json["items"][0]["kind"] == "limit.changed"


def test_clauses_are_counted_across_cases(office: tuple[House, list[dict[str, Any]]]) -> None:
    house, found = office
    auditor = house.browser(AUDITOR)
    table = auditor.get("/clauses?definition=errand").json
    assert [(one["clause"]["id"], one["counts"]["exception"]) for one in table["items"]] == [("er_1", 2), ("er_2", 0)]
    for one in table["items"]:
        assert sum(one["counts"].values()) == 3
        for state, count in one["counts"].items():
            query = f"definition=errand&clause={one['clause']['id']}&state={state}&unit=C07"
            items = auditor.get(f"/clauses/cases?{query}").json["items"]
            assert len(items) == count
            for case in items:  # as the case itself says
                read = auditor.get(f"/cases/{case['id']}/rules").json["items"]
                assert next(c["state"] for c in read if c["id"] == one["clause"]["id"]) == state
    page = auditor.get("/clauses/cases?definition=errand&clause=er_1&limit=1").json
    after = auditor.get(f"/clauses/cases?definition=errand&clause=er_1&limit=1&cursor={page['next']}").json
    assert {page["items"][0]["id"], after["items"][0]["id"]} == {one["id"] for one in found[:2]}
    assert auditor.get("/clauses?unit=B072").json["items"] == []


# ---------------------------------------------------------------- forged


def forge(house: House, case: str, kind: Kind, **facts: Any) -> int:
    """An entry that nothing the engine does would have written."""
    with house.store.transaction() as db:
        moment = house.store.moment(db)
        return trail.append(db, moment, Actor.clock(), chain=case, kind=kind, **facts).seq


def deviating(house: House, case: str) -> list[tuple[int, str, str]]:
    with house.store.reading() as db:
        found = conformance.deviations(db, house.store.moment(db).zone, case)
    return [(one.seq, one.code, one.element) for one in found]


def test_what_the_flow_does_not_lead_to_is_found_at_its_entry(lite: House) -> None:
    case = lite.case()
    assert deviating(lite, case["id"]) == []
    passes(lite, "PT1M")
    seq = forge(lite, case["id"], Kind.TASK_OPENED, task=new_id(), element="record", asked=["person:x"])
    assert deviating(lite, case["id"]) == [(seq, "no_cause", "record")]
    read_on(lite)
    [found] = lite.browser(AUDITOR).get("/findings?kind=deviation").json["items"]
    assert (found["seq"], found["said"]) == (seq, "a step was opened that nothing led to")
    assert (found["expected"], found["actual"], found["version"]) == (["ways"], [], 1)


@pytest.mark.parametrize(
    ("kind", "facts", "code"),
    [
        (Kind.TASK_OPENED, {"task": "new", "element": "nowhere"}, "unknown_element"),
        (Kind.TASK_OPENED, {"task": "new", "element": "review"}, "no_cause"),
        (Kind.TASK_COMPLETED, {"task": "new", "element": "review", "version": 1}, "never_opened"),
        (Kind.TASK_COMPLETED, {"task": "done", "element": "review", "version": 1}, "done_again"),
        (Kind.TASK_COMPLETED, {"task": "open", "element": "record", "version": 2}, "other_version"),
        (Kind.CASE_WENT_ON, {"visits": {"finished": 1}}, "passed_without_cause"),
        (Kind.CASE_ENDED, {"outcome": "done"}, "left_open"),
        (Kind.CASE_ENDED, {"outcome": "done"}, "no_end"),
    ],
)
def test_each_kind_of_deviation_is_told_apart(
    lite_once: tuple[House, dict[str, Any]], kind: Kind, facts: dict[str, Any], code: str
) -> None:
    house, case = lite_once
    with house.store.reading() as db:
        bodies = trail.read(db, case["id"])
        zone = house.store.moment(db).zone
        tasks = {b["element"]: b["task"] for b in bodies if b["kind"] == "task.opened"}
        named = {"new": "x", "done": tasks["review"], "open": tasks["record"]}
        forged = {"kind": kind, "seq": bodies[-1]["seq"] + 1, "at": "2027-01-01T00:00:00.000000Z", **facts}
        forged |= {"task": named[facts["task"]]} if "task" in facts else {}

        version = conformance.versions(db)
        replayed = conformance.Replay.of(case["id"])
        assert conformance.replay(replayed, bodies, version, zone) == []
        found = conformance.replay(replayed, [forged], version, zone)
    assert code in {one.code for one in found}


@pytest.fixture(scope="module")
def lite_once(databases: Databases) -> Iterator[tuple[House, dict[str, Any]]]:
    """One errand that was reviewed and waits to be recorded."""
    for house in _opened(databases, "sqlite"):
        case = house.case()
        does(house, SECRETARY, case, "review", "agree")
        yield house, case


def test_after_an_end_nothing_is_opened(lite: House) -> None:
    case = lite.case()
    assert lite.browser(ASKER).post(f"/cases/{case['id']}/withdrawal", {"reason": "no more"}).status_code == 200
    passes(lite, "PT1M")
    seq = forge(lite, case["id"], Kind.TASK_OPENED, task=new_id(), element="review", asked=["person:x"])
    assert deviating(lite, case["id"]) == [(seq, "after_end", "review")]


def test_only_new_entries_are_looked_at_and_two_servers_write_once(office: tuple[House, list[dict[str, Any]]]) -> None:
    house, _ = office
    before = _rows(house)
    more = house.case(subject="More")
    does(house, SECRETARY, more, "review", "send_back")
    log.seal(house.store)
    together(lambda: following.tick(house.store), lambda: following.tick(house.store))
    assert _rows(house) == before + 2  # sent back, and at once
    with house.store.reading() as db:
        read, size = following.progress(db)
        assert read == size
        row = db.execute(select(tables.case_replays).where(tables.case_replays.c.case_id == more["id"])).one()
        head = db.execute(select(tables.cases.c.trail_seq).where(tables.cases.c.id == more["id"])).scalar()
    assert row.seq == head
    assert cases.RUNNING in row.state


def _rows(house: House) -> int:
    with house.store.reading() as db:
        return db.execute(select(func.count()).select_from(tables.findings)).scalar_one()
