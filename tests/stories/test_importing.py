"""What was begun on paper stands, once it is taken over, exactly where the same stands that was done here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api import paper
from engine import machine, tables
from engine.actors import Actor
from engine.store import Store
from tests import apps, offices
from tests.databases import Databases, Kind
from tests.engine.contents import PDF
from tests.stories import letters as correspondence
from tests.stories.conftest import Case, Story, telling
from tests.stories.letters import PASSED, REPLY, REQUEST, Letters, all_of
from tests.stories.test_election_approval import Election, office_of, walked
from tests.stories.test_recruitment import RECRUITMENT, Journey

TODAY = "2027-10-18"
Imports = Callable[..., paper.Result]


def on_paper(store: Store, case: str) -> dict[str, Any]:
    """A case as the paper of an office says it: each step with its day, who did it, the outcome and the answers."""
    t, a = tables.tasks.c, tables.answers.c
    with store.reading() as db:
        row = db.execute(select(tables.cases).where(tables.cases.c.id == case)).mappings().one()
        answers = {
            r.task_id: json.loads(r["values"]) for r in _rows(db, select(tables.answers).where(a.case_id == case))
        }
        done = select(tables.tasks).where(t.case_id == case, t.status == "completed").order_by(t.completed_at, t.node)
        steps = [
            {
                "element": r["element"],
                "on": (r["business_on"] or r["completed_at"].astimezone(store.settings.zone).date()).isoformat(),
                "by": r["completed_by"],
                "confirmed_by": r["confirmed_by"],
                "decision": r["decision"],
                "opinion": r["opinion"],
                "answers": answers.get(r["id"], {}),
            }
            for r in db.execute(done).mappings()
        ]
        start = db.execute(select(tables.answers.c.element).where(a.task_id == case)).scalar()
        there = select(t.element).where(t.case_id == case, t.status.in_(("open", "held")))
        at = sorted(db.execute(there).scalars())
    begun = row["started_at"].astimezone(store.settings.zone).date().isoformat()
    first = {"element": start, "on": begun, "answers": answers.get(case, {})}
    line = {"key": "纸-2026-071-1", "definition": RECRUITMENT, "unit": "B071", "at": at, "started_on": begun}
    scans = [{"file": f"scan-{n}.pdf"} for n in range(3)]
    return {**line, "started_by": row["started_by"], "steps": [first, *steps], "evidence": scans}


@contextmanager
def elsewhere(databases: Databases, template: str, day: str, folder: Path) -> Iterator[tuple[Store, Imports]]:
    """A fresh office on a day, and how lines are taken over there: the store, and line → what became of it."""
    settings = databases.create("sqlite", template)
    store = Store(settings)
    file = folder / "cases.json"

    def imports(given: dict[str, Any], *, dry_run: bool = False) -> paper.Result:
        file.write_text(json.dumps({"cases": [given]}, ensure_ascii=False), encoding="utf-8")
        (found,) = paper.import_cases(store, Actor.operator(), file, "首日转入", dry_run=dry_run)
        return found

    try:
        at = datetime.combine(datetime.fromisoformat(day).date(), time(9), settings.zone).astimezone(UTC)
        with store.transaction() as db:
            store.set_clock(db, at)
        yield store, imports
    finally:
        store.close()
        databases.drop(settings)


def _rows(db: Any, query: Any) -> list[Any]:
    return list(db.execute(query).mappings())


def variables(store: Store, case: str) -> dict[str, Any]:
    with store.reading() as db:
        state = db.execute(select(tables.cases.c.state).where(tables.cases.c.id == case)).scalar_one()
    return dict(machine.glance(state).variables)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_recruitment_begun_on_paper_goes_on_from_where_it_stood(
    story: Story, databases: Databases, kind: Kind, tmp_path: Path
) -> None:
    journey = Journey(story).targeted()
    line = on_paper(story.store, journey.case.id)
    assert line["at"]
    for scan in line["evidence"]:
        (tmp_path / scan["file"]).write_bytes(PDF)
    with elsewhere(databases, offices.PROCEDURES, TODAY, tmp_path) as (store, imports):
        # 少一步、日期不足一年、票数不够：与在系统中办理时一样不行
        without = [s for s in line["steps"] if s["element"] != "file_activist"]
        faults = imports({**line, "steps": without}).faults
        assert "import_step_not_open" in {f.rule for f in faults}, faults
        early = [
            {**s, "on": "2027-08-15", "answers": {**s["answers"], "meeting_on": "2027-08-15"}}
            if s["element"] == "determine_development_target"
            else s
            for s in line["steps"]
        ]
        refused = imports({**line, "steps": early})
        assert refused.is_refused
        assert next(f.element for f in refused.faults if f.severity == "error") == "determine_development_target"

        dry = imports(line, dry_run=True)
        assert not dry.is_refused, dry.faults
        taken = imports(line)
        assert taken.is_new, taken.faults
        case = str(taken.case_id)
        assert variables(store, case) == variables(story.store, journey.case.id)
        with store.reading() as db:
            t = tables.tasks.c
            query = select(t.element).where(t.case_id == case, t.status.in_(("open", "held")))
            assert sorted(db.execute(query).scalars()) == line["at"]
        assert not imports(line).is_new


def test_a_term_of_office_begun_on_paper_goes_on_to_its_election(databases: Databases, tmp_path: Path) -> None:
    with telling(databases, "sqlite", walked(databases, "named")) as told:
        election = Election.of(told)
        line = on_paper(told.store, election.case.id)
        known = variables(told.store, election.case.id)
        wu, stranger = election.id("wu.zuwei"), election.id("jiang.zugan")
    # The system has begun it, and nobody fills in a form for that: on paper somebody did.
    begun = {"element": "evt_begun", "on": "2025-12-22", "answers": {"opened_because": "term_ends"}}
    line |= {"key": "换-071", "definition": "election_approval", "started_on": "2025-12-22", "started_by": wu}
    line |= {"steps": [begun, *line["steps"][1:]], "evidence": []}
    with elsewhere(databases, office_of(databases), "2026-05-09", tmp_path) as (store, imports):
        # 当日不在职的人办的，拒绝；写明理由的转入并注明
        other = [{**s, "by": stranger} if s["element"] == "submit_request_1" else s for s in line["steps"]]
        refused = imports({**line, "steps": other}, dry_run=True)
        assert [(f.rule, f.element) for f in refused.faults if f.severity == "error"] == [
            ("import_not_asked", "submit_request_1")
        ]
        few = [
            {**s, "answers": {**s["answers"], "proposed": s["answers"]["proposed"][2:]}}
            if s["element"] == "submit_request_2"
            else s
            for s in line["steps"]
        ]
        assert "el_13s" in {f.clause for f in imports({**line, "steps": few}, dry_run=True).faults}
        dry = imports(line, dry_run=True)
        assert not dry.is_refused, dry.faults
        taken = imports(line)
        assert taken.is_new, taken.faults
        assert variables(store, str(taken.case_id)).keys() == known.keys() - {"expiring"}  # what the timer looked at
        with apps.lent(store) as (app, contract):
            here = Story(store, app, contract, offices.built(databases, "sqlite"))
            goes_on = Election(here, Case(here, here.auditor.gets(f"/cases/{taken.case_id}"), None))
            assert goes_on.case.open_steps() == line["at"]
            goes_on.assembled().counted()
            goes_on.plenary()
            goes_on.does("wu.zuwei", "report_result", "2026-05-22", goes_on.report("2026-05-22"))
            goes_on.does("jiang.zugan", "reply_result", "2026-06-08", goes_on.reply("2026-06-08"))
            assert here.unit("B071")["term_expires_on"] == "2029-05-20"


def test_a_request_begun_on_paper_is_signed_here(databases: Databases, tmp_path: Path) -> None:
    with correspondence.office(databases) as told:
        letters = Letters(told, "2026-03-02")
        letters.does(letters.case, "draft_request", letters.draft(), "submit")
        letters.does(letters.case, "check_text", all_of(*PASSED), "pass")
        line = {**on_paper(told.store, letters.case.id), "key": "请-07", "definition": REQUEST, "unit": "U07"}
        known = variables(told.store, letters.case.id)
    template = offices.with_these(databases, "sqlite", REQUEST, REPLY)
    line["evidence"] = []
    with elsewhere(databases, template, "2026-03-03", tmp_path) as (store, imports):
        two = [
            {**s, "answers": {**s["answers"], "single_matter": False}} if s["element"] == "draft_request" else s
            for s in line["steps"]
        ]
        assert imports({**line, "steps": two}, dry_run=True).is_refused
        taken = imports(line)
        assert taken.is_new, taken.faults
        assert variables(store, str(taken.case_id)) == known
