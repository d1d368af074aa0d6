"""Figures over a million tasks: how long each part of the page of insights takes on PostgreSQL, for a month and a year.

    python -m bench.insights [--tasks N] [--out FILE]

The demonstration office with the tasks of ``bench.worklist``, three of four of them done within the last year. Every
figure is asked of the rows themselves; nothing was added up before.
"""

from __future__ import annotations

import argparse
import os
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, text

from api import demonstration, folders
from bench import databases, worklist
from bench.telling import ROOT, keep, machine, say
from engine import tables
from engine.actors import Actor
from engine.oversight import figures
from engine.oversight.figures import Question
from engine.store import Store

_DONE = (
    "UPDATE tasks SET status = 'completed', opened_at = done.at - random() * interval '9 days', "
    "completed_at = done.at, "
    "taken_at = CASE WHEN random() < 0.6 THEN done.at - random() * interval '2 days' END, "
    "wait_seconds = (random() * 200000)::int, work_seconds = (random() * 60000)::int, "
    "completed_by = coalesce(claimed_by, 'p-' || substr(tasks.id, 12)) "
    "FROM (SELECT id, CAST(:now AS timestamptz) - random() * interval '365 days' AS at FROM tasks) done "
    "WHERE done.id = tasks.id AND tasks.id LIKE 't-%' AND right(tasks.id, 1) < '8' AND right(tasks.id, 1) <> '3'"
)
_SPREAD = "UPDATE cases SET started_at = CAST(:now AS timestamptz) - random() * interval '365 days' WHERE id LIKE 'b-%'"


def measure(store: Store, actor: Actor) -> dict[str, dict[str, float]]:
    """Seconds of each part, by period; each asked twice, the second time counts."""
    found: dict[str, dict[str, float]] = {}
    for name, days in (("month", 30), ("year", 365)):
        for part, ask in (
            ("overview", figures.overview),
            ("steps", figures.steps),
            ("units", figures.units),
            ("waits", figures.waits),
        ):
            for _ in range(2):
                with store.reading() as db:
                    moment = store.moment(db)
                    question = Question(moment.today - timedelta(days=days - 1), moment.today)
                    began = time.perf_counter()
                    ask(db, actor, moment, question)
                    took = time.perf_counter() - began
            found.setdefault(part, {})[name] = round(took, 2)
            say(f"{part}, a {name}: {took:.2f} s")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    asked = parser.parse_args()
    with databases.own("insights") as store:
        people = demonstration.build(store)
        folders.publish(store, Actor.operator(), worklist.FIVE)
        by_role = {role: str(one["name"]) for one in people for role in one["roles"]}
        asker = next(str(p["name"]) for p in people if p["posts"])
        with store.reading() as db:
            accounts = {r.name: r.person_id for r in db.execute(select(tables.accounts))}
        worklist.fill(store, asked.tasks, accounts[asker])
        say("three of four are done")
        with store.transaction() as db:
            now = store.moment(db).now
            db.execute(text(_SPREAD), {"now": now})
            db.execute(text(_DONE), {"now": now})
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("VACUUM ANALYZE tasks"))
            db.execute(text("VACUUM ANALYZE cases"))
        with store.reading() as db:
            auditor = worklist._actor(db, store, accounts[by_role["auditor"]])
        load = round(os.getloadavg()[0], 1)
        seconds = measure(store, auditor)
    print(f"{asked.tasks} tasks; {machine()}; load {load} before")
    for part, one in seconds.items():
        print(f"{part:10} " + "  ".join(f"{name} {value:6.2f} s" for name, value in one.items()))
    keep(asked.out, "insights", {"tasks": asked.tasks, "load": load, "seconds": seconds})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
