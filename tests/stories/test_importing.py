"""A recruitment that was begun on paper stands, once it is taken over, exactly where one stands that was done here."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api import paper
from engine import machine, tables
from engine.actors import Actor
from engine.store import Store
from tests import offices
from tests.databases import Databases, Kind
from tests.engine.contents import PDF
from tests.stories.conftest import Story
from tests.stories.test_recruitment import RECRUITMENT, Journey

TODAY = "2027-10-18"


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
                "on": r["business_on"].isoformat(),
                "by": r["completed_by"],
                "confirmed_by": r["confirmed_by"],
                "decision": r["decision"],
                "opinion": r["opinion"],
                "answers": answers.get(r["id"], {}),
            }
            for r in db.execute(done).mappings()
        ]
        start = db.execute(select(tables.answers.c.element).where(a.task_id == case)).scalar_one()
        there = select(t.element).where(t.case_id == case, t.status.in_(("open", "held")))
        at = sorted(db.execute(there).scalars())
    begun = row["started_at"].astimezone(store.settings.zone).date().isoformat()
    first = {"element": start, "on": begun, "answers": answers[case]}
    line = {"key": "纸-2026-071-1", "definition": RECRUITMENT, "unit": "B071", "at": at, "started_on": begun}
    scans = [{"file": f"scan-{n}.pdf"} for n in range(3)]
    return {**line, "started_by": row["started_by"], "steps": [first, *steps], "evidence": scans}


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
    file = tmp_path / "cases.json"
    settings = databases.create(kind, offices.PROCEDURES)
    store = Store(settings)
    try:
        at = datetime.combine(datetime.fromisoformat(TODAY).date(), time(9), settings.zone).astimezone(UTC)
        with store.transaction() as db:
            store.set_clock(db, at)

        def imports(given: dict[str, Any], *, dry_run: bool = False) -> paper.Result:
            file.write_text(json.dumps({"cases": [given]}, ensure_ascii=False), encoding="utf-8")
            (found,) = paper.import_cases(store, Actor.operator(), file, "首日转入", dry_run=dry_run)
            return found

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
    finally:
        store.close()
        databases.drop(settings)
