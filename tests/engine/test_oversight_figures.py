"""Figures: each is as long as the list it leads to, and what plain counting over the rows gives, on both databases."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any

import pytest
from sqlalchemy import insert, select

from engine import calendars, tables, tasks
from engine.actors import Actor
from engine.errors import Forbidden, Unfit
from engine.oversight import figures, report
from engine.oversight.figures import CASES, TASKS, NotYours, Question
from engine.oversight.report import NoSuchMonth
from engine.store import Moment, Store
from tests.databases import KINDS, Databases, Kind
from tests.engine.casework import Office, folder
from tests.engine.directory import add_account, add_person, add_post, add_unit

NOW = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
PARENTS = {"u-C1": "u-W0", "u-C2": "u-W0", "u-B1": "u-C1", "u-B2": "u-C1", "u-B3": "u-C2"}
"""As of now; u-B9 is no more."""
UNITS = ("u-W0", *PARENTS, "u-B9")
ELEMENTS = ("check", "correct", "approve")


@pytest.fixture(scope="module", params=KINDS)
def office(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Office]:
    """60 cases and 400 tasks of half a year, at random, of two versions of one procedure and of another one."""
    kind: Kind = request.param
    made = databases.create(kind)
    store = Store(made)
    office = Office(store)
    office.publish({**folder("two_steps"), "texts.en.json": '{"process": "Two steps, again"}'})
    office.publish(_renamed(folder("two_steps")))
    with store.transaction() as db:
        add_unit(db, "C2", "grassroots_committee", "W0")
        add_unit(db, "B3", "branch", "C2")
        add_unit(db, "B9", "branch", "C2", to_on=date(2026, 5, 1))
        for name, unit in (("cai", "C1"), ("chief", "W0")):
            add_person(db, name)
            add_account(db, name)
            add_post(db, name, "committee_secretary", unit)
    like = office.start()
    with store.transaction() as db:
        _fill(db, like, random.Random(6))  # noqa: S311
        store.set_clock(db, NOW)
    yield office
    store.close()
    databases.drop(made)


def _renamed(files: Mapping[str, str]) -> dict[str, str]:
    return {path: text.replace('"two_steps"', '"two_more"') for path, text in files.items()}


def _fill(db: Any, like: str, at_random: random.Random) -> None:
    case = dict(db.execute(select(tables.cases).where(tables.cases.c.id == like)).mappings().one())
    task = dict(db.execute(select(tables.tasks).where(tables.tasks.c.case_id == like)).mappings().one())
    versions = db.execute(select(tables.definitions.c.id).order_by(tables.definitions.c.id)).scalars().all()
    assert len(versions) == 3
    begun = NOW - timedelta(days=220)

    def later(at: datetime, days: float) -> datetime:
        return at + timedelta(seconds=int(at_random.uniform(0, days * 86400)), microseconds=999_600)

    found_cases, found_tasks = [], []
    for n in range(60):
        status = at_random.choice(("running", "running", "ended", "ended", "cancelled", "failed"))
        started = later(begun, 215)
        ended = min(later(started, 60), NOW) if status in ("ended", "cancelled") else None
        found_cases.append(
            {
                **case,
                "id": f"c{n:03}",
                "number": f"TS-2026-9{n:03}",
                "definition_id": at_random.choice(versions),
                "unit_id": at_random.choice(UNITS),
                "status": status,
                "started_at": started,
                "ended_at": ended,
                "wake_at": None,
            }
        )
    for n in range(400):
        of = at_random.choice(found_cases)
        status = at_random.choice(("open", "held", "confirming", "completed", "completed", "returned", "cancelled"))
        opened = min(later(of["started_at"], 40), NOW)
        closed = min(later(opened, 20), NOW) if status in ("completed", "returned") else None
        taken = at_random.choice((None, opened + ((closed or NOW) - opened) * at_random.random()))
        is_known = at_random.random() < 0.9
        found_tasks.append(
            {
                **task,
                "id": f"t{n:03}",
                "case_id": of["id"],
                "node": 1000 + n,
                "of_task": f"t{n - 1:03}" if n % 17 == 16 else None,
                "element": at_random.choice(ELEMENTS),
                "status": status,
                "unit_id": at_random.choice(UNITS),
                "opened_at": opened,
                "taken_at": taken,
                "completed_at": closed,
                "completed_by": at_random.choice(("p-wu", "p-zhao", "p-he", "p-she", "p-qian", "p-lin")),
                "due_on": at_random.choice((None, (opened + timedelta(days=at_random.randint(0, 30))).date())),
                "due_at": None if n % 11 else later(opened, 9),
                "is_late": at_random.random() < 0.2,
                "marks": at_random.choice(("[]", '["late"]', '["late_entry"]')),
                "void_at": closed if status == "completed" and n % 5 == 0 else None,
                "wait_seconds": at_random.randint(0, 90_000) if closed and is_known else None,
                "work_seconds": at_random.randint(0, 90_000) if closed and is_known and taken else None,
            }
        )
    db.execute(insert(tables.cases), found_cases)
    db.execute(insert(tables.tasks), found_tasks)


# ---------------------------------------------------------------- the same, plainly


class Rows:
    """Every case and task there is."""

    def __init__(self, office: Office) -> None:
        with office.store.reading() as db:
            self.moment: Moment = office.store.moment(db)
            keys = {r.id: (r.key, r.version) for r in db.execute(select(tables.definitions))}
            self.cases = {r["id"]: dict(r) for r in db.execute(select(tables.cases)).mappings()}
            self.tasks = [dict(r) for r in db.execute(select(tables.tasks)).mappings()]
        for one in self.cases.values():
            one["key"], one["version"] = keys[one["definition_id"]]
        for one in self.tasks:
            one["of"] = self.cases[one["case_id"]]


class Plain:
    """What the figures mean, over rows that were all read."""

    def __init__(self, rows: Rows, question: Question) -> None:
        self.question, self.moment = question, rows.moment
        self._cases, self._tasks = rows.cases, rows.tasks

    def _day(self, at: datetime | None) -> bool:
        if at is None:
            return False
        return self.question.from_on <= at.astimezone(self.moment.zone).date() <= self.question.to_on

    def _is_of(self, case: Mapping[str, Any]) -> bool:
        q = self.question
        return q.definition in (None, case["key"]) and q.version in (None, case["version"])

    def cases(self, figure: str) -> list[dict[str, Any]]:
        q, found = self.question, []
        for one in self._cases.values():
            fits = {
                "started": self._day(one["started_at"]),
                "finished": one["status"] == "ended" and self._day(one["ended_at"]),
                "broken_off": one["status"] == "cancelled" and self._day(one["ended_at"]),
                "open": one["status"] in ("running", "suspended", "failed"),
            }[figure]
            if fits and self._is_of(one) and is_within(one["unit_id"], q.unit, q.reach):
                found.append(one)
        return found

    def tasks(self, figure: str) -> list[dict[str, Any]]:
        q, found = self.question, []
        for one in self._tasks:
            if one["of_task"] or not self._is_of(one["of"]) or not is_within(one["unit_id"], q.unit, q.reach):
                continue
            if q.element not in (None, one["element"]):
                continue
            done = one["status"] in ("completed", "returned") and self._day(one["completed_at"])
            is_open = one["status"] in ("open", "held", "confirming", "waiting")
            term = one["due_on"] is not None or one["due_at"] is not None
            late = one["is_late"] or '"late"' in one["marks"]
            today, now = self.moment.today, self.moment.now
            over = one["is_late"] or (
                one["due_at"] < now if one["due_at"] else one["due_on"] is not None and one["due_on"] < today
            )
            fits = {
                "done": done,
                "waited": done and one["wait_seconds"] is not None,
                "handled": done and one["work_seconds"] is not None,
                "with_term": done and term,
                "kept": done and term and not late,
                "late": done and term and late,
                "returned": done and one["status"] == "returned",
                "redone": done and one["void_at"] is not None,
                "open": is_open,
                "overdue": is_open and over,
                "due_today": is_open and not over and one["due_on"] == today,
            }[figure]
            if fits:
                found.append(one)
        return found


def line(unit: str) -> list[str]:
    return [unit, *(line(PARENTS[unit]) if unit in PARENTS else [])]


def is_within(unit: str, asked: str | None, reach: str) -> bool:
    if asked is None:
        return True
    if reach == "alone":
        return unit == asked
    return (asked in line(unit)) == (reach == "below")


def spread(values: list[int]) -> dict[str, int] | None:
    if not values:
        return None
    values = sorted(values)
    mean = (2 * sum(values) + len(values)) // (2 * len(values))
    return {"mean": mean, **{f"p{p}": values[ceil(len(values) * p / 100) - 1] for p in (50, 90)}}


def seconds(since: datetime, until: datetime) -> int:
    return int(until.timestamp() // 1) - int(since.timestamp() // 1)


def times(plain: Plain, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    rows = [r for r in rows if r["wait_seconds"] is not None]
    if not rows:
        return None
    handled = [r for r in rows if r["work_seconds"] is not None]
    return {
        "people": len({r["completed_by"] for r in rows}),
        "waited": len(rows),
        "handled": len(handled),
        "wait": spread([seconds(r["opened_at"], r["taken_at"] or r["completed_at"]) for r in rows]),
        "wait_office": spread([r["wait_seconds"] for r in rows]),
        "work": spread([seconds(r["taken_at"], r["completed_at"]) for r in handled]),
        "work_office": spread([r["work_seconds"] for r in handled]),
    }


def questions() -> list[Question]:
    at_random = random.Random(11)  # noqa: S311
    found = [Question(date(2026, 2, 1), date(2026, 9, 30))]
    for _ in range(7):
        first = date(2026, 2, 1) + timedelta(days=at_random.randrange(200))
        definition = at_random.choice((None, "two_steps", "two_more"))
        found.append(
            Question(
                first,
                first + timedelta(days=at_random.randrange(120)),
                definition=definition,
                version=at_random.choice((None, 1, 2)) if definition else None,
                unit=at_random.choice((None, *UNITS[:-1])),
                reach=at_random.choice(("below", "below", "alone", "outside")),
            )
        )
    return [q if q.unit else replace(q, reach="below") for q in found]


def listed(office: Office, actor: Actor, find: Any, figure: str, question: Question, limit: int = 37) -> list[Any]:
    """The whole list behind a figure, page by page; it says how long it is."""
    found: list[Any] = []
    cursor = None
    with office.store.reading() as db:
        while True:
            items, cursor, total = find(db, actor, office.store.moment(db), figure, question, cursor, limit)
            found += items
            if cursor is None:
                assert total == len(found)
                return found


def test_every_figure_is_what_plain_counting_gives_and_as_long_as_its_list(office: Office) -> None:
    auditor, rows = office.actor("otto"), Rows(office)
    for question in questions():
        plain = Plain(rows, question)
        with office.store.reading() as db:
            moment = office.store.moment(db)
            whole = figures.overview(db, auditor, moment, question)
            steps = figures.steps(db, auditor, moment, question)
        for figure in CASES:
            expected = plain.cases(figure)
            assert whole["cases"][figure] == len(expected), (figure, question)
            assert {i["id"] for i in listed(office, auditor, figures.list_cases, figure, question)} == {
                r["id"] for r in expected
            }
        for figure in TASKS:
            counted = plain.tasks(figure)
            found = listed(office, auditor, figures.list_tasks, figure, question)
            assert {i["id"] for i in found} == {r["id"] for r in counted}, (figure, question)
            if figure in whole["tasks"]:
                assert whole["tasks"][figure] == len(counted)
                by_step = Counter((r["of"]["key"], r["element"]) for r in counted)
                assert {(s["definition"], s["element"]): s[figure] for s in steps if s[figure]} == by_step
        done = plain.tasks("done")
        assert whole["times"] == (times(plain, done) or whole["times"])
        for step in steps:
            own = [r for r in done if (r["of"]["key"], r["element"]) == (step["definition"], step["element"])]
            assert step["times"] == times(plain, own)
        opened = plain.cases("open")
        for age in whole["ages"]:
            of_age = listed(office, auditor, figures.list_cases, "open", replace(question, age=age["age"]))
            assert len(of_age) == age["count"]
        assert sum(age["count"] for age in whole["ages"]) == len(opened)
        for span in whole["flow"]:
            part = replace(question, from_on=span["from"], to_on=span["to"])
            assert span["started"] == len(Plain(rows, part).cases("started"))


def test_units_and_who_waits_for_whom_add_up_and_lead_to_their_lists(office: Office) -> None:
    auditor, rows = office.actor("otto"), Rows(office)
    for question in questions():
        with office.store.reading() as db:
            moment = office.store.moment(db)
            units = figures.units(db, auditor, moment, question)
            waits = figures.waits(db, auditor, moment, question)
        if question.reach == "outside":
            continue
        plain = Plain(rows, question)
        for figure in ("done", "kept", "open", "overdue"):
            assert sum(unit[figure] for unit in units) == len(plain.tasks(figure))
        for unit in units:
            own = replace(question, unit=unit["of"], reach=unit["reach"])
            alike = Plain(rows, own)
            found = listed(office, auditor, figures.list_tasks, "done", own)
            assert unit["done"] == len(alike.tasks("done")) == len(found)
            assert unit["cases"]["open"] == len(alike.cases("open"))
            people = {r["completed_by"] for r in alike.tasks("waited")}
            assert unit["people"] == len(people)
            assert (unit["times"] is None) == (len(people) < figures.FEWEST)
        for wait in waits:
            link = replace(
                question,
                unit=wait["whom"]["of"],
                reach=wait["whom"]["reach"],
                for_unit=wait["whose"]["of"],
                for_reach=wait["whose"]["reach"],
            )
            assert len(listed(office, auditor, figures.list_tasks, "open", link)) == wait["count"]


def test_whoever_leads_a_unit_sees_it_and_what_is_below_and_nobody_else_sees_anything(office: Office) -> None:
    whole = Question(date(2026, 2, 1), date(2026, 9, 30))
    leader = office.actor("cai")
    with office.store.reading() as db:
        moment = office.store.moment(db)
        own = figures.overview(db, leader, moment, whole)
        assert own["tasks"] == figures.overview(db, office.actor("otto"), moment, replace(whole, unit="C1"))["tasks"]
        everything = figures.overview(db, office.actor("otto"), moment, whole)["tasks"]
        assert figures.overview(db, office.actor("chief"), moment, whole)["tasks"] == everything
        assert figures.overview(db, leader, moment, replace(whole, unit="B1"))["above"][0]["code"] == "C1"
        assert {u["unit"]["code"] for u in figures.units(db, leader, moment, whole)} == {"B1", "B2", "C1"}
        for unit in ("W0", "C2", "B3"):
            with pytest.raises(NotYours):
                figures.overview(db, leader, moment, replace(whole, unit=unit))
            with pytest.raises(NotYours):
                figures.list_tasks(db, leader, moment, "open", replace(whole, for_unit=unit))
        for name in ("wu", "dora", "lin"):
            with pytest.raises(Forbidden):
                figures.units(db, office.actor(name), moment, whole)
        # Outside of what is theirs there is nothing to see but whom their own cases wait for.
        outside = replace(whole, unit="C1", reach="outside")
        assert figures.list_tasks(db, leader, moment, "done", outside)[2] == 0
        assert figures.list_cases(db, leader, moment, "open", outside)[2] == 0
        waits = figures.waits(db, leader, moment, whole)
        assert {w["whose"]["of"] for w in waits} == {"u-B1", "u-B2", "u-C1"}
        [beyond] = [
            w
            for w in waits
            if w["whom"]["of"] == "u-C1" and w["whom"]["reach"] == "outside" and w["whose"]["of"] == "u-B1"
        ]
        link = replace(outside, for_unit="u-B1", for_reach="below")
        items, _, total = figures.list_tasks(db, leader, moment, "open", link)
        assert total == beyond["count"] > 0
        # The number of a case that is not theirs to see, never its title.
        assert {item["case"]["title"] for item in items} == {None}


def test_what_cannot_be_asked_is_refused(office: Office) -> None:
    with pytest.raises(Unfit):
        Question(date(2026, 3, 2), date(2026, 3, 1))
    with pytest.raises(Unfit):
        Question(date(2026, 3, 1), date(2026, 3, 2), element="check")
    with pytest.raises(Unfit):
        figures.buckets(date(2020, 1, 1), date(2026, 1, 1), "week")
    assert figures.buckets(date(2026, 1, 30), date(2026, 3, 2), "month") == [
        (date(2026, 1, 30), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2026, 3, 2)),
    ]


def test_the_report_of_a_month_says_what_the_figures_say_and_prints_in_both_languages(office: Office) -> None:
    rows, auditor = Rows(office), office.actor("otto")
    with office.store.reading() as db:
        moment = office.store.moment(db)
        made = report.report(db, auditor, moment, "2026-06")
        assert report.report(db, office.actor("cai"), moment, "2026-06")["tasks"] != made["tasks"]
        with pytest.raises(NoSuchMonth):
            report.report(db, auditor, moment, "2026-10")
        with pytest.raises(NotYours):
            report.report(db, office.actor("wu"), moment, "2026-06")
    june = Plain(rows, Question(date(2026, 6, 1), date(2026, 6, 30)))
    may = Plain(rows, Question(date(2026, 5, 1), date(2026, 5, 31)))
    for part, plain in ((made, june), (made["before"], may)):
        assert part["tasks"]["done"] == len(plain.tasks("done"))
        assert part["cases"]["started"] == len(plain.cases("started"))
        assert part["times"] == times(plain, plain.tasks("done"))
    assert {meaning["name"] for meaning in made["meanings"]} >= set(made["cases"]) | set(made["tasks"]) - {"with_term"}
    for language in ("zh", "en"):
        assert report.pdf(made, language, moment.zone, moment.now).startswith(b"%PDF-1.7")
    assert [report.percent(1, 3), report.percent(0, 0)] == ["33.3%", "–"]
    assert [report.length(n, "en") for n in (None, 59, 3600, 200_000)] == ["–", "1 min", "1.0 h", "2.3 d"]


def test_a_task_remembers_when_it_was_taken_and_its_office_hours(store: Store) -> None:
    office = Office(store)
    case = office.start()
    task = office.open(case, "check")
    office.at("2026-03-03", 10)
    office.does(tasks.draft, "he", task, {"note": "…"})
    office.at("2026-03-05", 11)
    office.does(tasks.claim, "wu", task)  # it was in hand since the draft
    office.at("2026-03-06", 15)
    office.completes("wu", case, "check", {"checked_on": "2026-03-06"}, decision="pass")
    with store.reading() as db:
        row = db.execute(select(tables.tasks).where(tables.tasks.c.id == task)).one()
        moment = store.moment(db)
        calendar = calendars.book(db).calendar()
    opened, taken, closed = (at.astimezone(moment.zone) for at in (row.opened_at, row.taken_at, row.completed_at))
    assert (taken.day, taken.hour) == (3, 10)
    assert row.wait_seconds == calendar.working_time_between(opened, taken) == 8 * 3600
    assert row.work_seconds == calendar.working_time_between(taken, closed) > 0
    # Whoever does it at once takes it in hand when it is done: it waited, and nobody knows how long they worked.
    approve = office.open(case, "approve")
    office.at("2026-03-09", 9)
    office.completes("zhao", case, "approve", {"limit": 5}, decision="approve")
    with store.reading() as db:
        row = db.execute(select(tables.tasks).where(tables.tasks.c.id == approve)).one()
    assert (row.taken_at, row.work_seconds, row.wait_seconds) == (None, None, 3 * 3600)
