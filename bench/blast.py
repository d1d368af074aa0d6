"""How long it takes to try every running case against a draft: seconds, over the clock's own tick.

    python -m bench.blast [--cases N] [--out FILE]

The demonstration office on PostgreSQL, one case of the leave request started by the engine and copied by the thousand
with its open task; the draft renames the step at which all of them stand, and adds a step behind it.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from api import demonstration, folders
from bench import databases
from bench.telling import ROOT, keep, machine, say
from engine import actors, cases, definitions, drafts, tables
from engine.actors import Actor
from engine.store import Store

KEY = "leave_request"
LIMIT = 60.0
"""Seconds that 5,000 cases may take."""
ANSWERS = {"kind": "annual", "years_worked": 4}


def fill(store: Store, count: int, person: str) -> None:
    """So many running cases that stand at the approval."""
    with store.transaction() as db:
        moment = store.moment(db)
        actor = Actor(None, person, "", "", memberships=actors.memberships_of(db, person, moment.today))
        day = moment.today.replace(year=moment.today.year + 1, month=3, day=9).isoformat()
        answers = {**ANSWERS, "from_on": day, "to_on": day}
        unit = actor.memberships[0].unit_id
        case = cases.start(db, actor, moment, definition=KEY, unit=unit, answers=answers)
    with store.transaction() as db:
        for table, column in ((tables.cases, "id"), (tables.tasks, "case_id")):
            rows = db.execute(select(table).where(table.c[column] == case)).mappings().all()
            for n in range(count - 1):
                db.execute(insert(table), [_copied(table.name, dict(row), n) for row in rows])


def _copied(table: str, row: dict[str, Any], n: int) -> dict[str, Any]:
    if table == "cases":
        return {**row, "id": f"b-{n:08d}", "number": f"B-2026-{n:08d}"}
    return {**row, "id": f"b-{n:08d}-{row['node']}", "case_id": f"b-{n:08d}"}


def measure(store: Store, person: str) -> dict[str, Any]:
    """Begin a draft, change it, and try every case against it."""
    with store.transaction() as db:
        moment = store.moment(db)
        actor = Actor(None, person, "", "", permissions=frozenset({"definitions.publish"}))
        files = dict(definitions.read(db, KEY).files)
        files["process.bpmn"] = files["process.bpmn"].replace('id="approve" name="审批"', 'id="approve" name="批准"')
        draft = drafts.create(db, actor, moment, files, "", version=1)
        drafts.begin_trial(db, actor, moment, draft, {})
    began = time.perf_counter()
    while drafts.tick(store, limit=200):
        pass
    took = time.perf_counter() - began
    with store.reading() as db:
        trial = drafts.trial(db, draft)
    if trial is None or trial.status != "done":
        raise RuntimeError(f"the cases were not all tried: {trial}")
    return {"cases": trial.done, "seconds": round(took, 1), "counts": dict(trial.counts), "limit": LIMIT}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--cases", type=int, default=5_000)
    asked.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    given = asked.parse_args()
    with databases.own("blast") as store:
        say("the office")
        found = demonstration.build(store)
        folders.publish(store, Actor.operator(), folders.PROCESSES / KEY)
        people = {str(one["name"]): str(one["person_id"]) for one in found}
        say("cases")
        fill(store, given.cases, people["lin.ceshi"])
        say("trying them")
        told = measure(store, people["jiang.sheji"])
    print(machine())
    print(json.dumps(told, indent=2))
    keep(given.out, "blast", told)
    return 0 if told["seconds"] <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
