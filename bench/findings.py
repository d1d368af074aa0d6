"""Findings where a million entries were written: how fast they are read, and milliseconds of a page and of its counts.

    python -m bench.findings [--entries N] [--read N]

The demonstration office on PostgreSQL, one finished case copied in SQL until its entries are as many as asked for. The
clock reads ``--read`` of them as it does at every beat (replay, timing, clauses); findings for the rest are written in
SQL, one for every twelve entries, over all units and kinds, so that pages are measured over the whole.
"""

from __future__ import annotations

import argparse
import os
import time
from functools import partial

from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from api import app as application
from api import demonstration, folders
from bench import databases
from bench.telling import machine, say
from bench.worklist import ANSWERS, FIVE, Asking, _actor, _unit_of, times
from engine import accounts, cases, log, tables, tasks
from engine.actors import Actor
from engine.oversight import following
from engine.oversight.findings import KINDS
from engine.store import Store

AUDITOR = "qi.shenji"
TIMES = 30


def fill(store: Store, case: str, entries: int) -> int:
    """Copies of a case with its entries and their places in the log; gives how many entries one has."""
    with store.transaction() as db:
        length: int = db.execute(select(tables.cases.c.trail_seq).where(tables.cases.c.id == case)).scalar_one()
        count = entries // length
        differs = {
            "id": "'c0000000-' || lpad(n::text, 9, '0')",
            "number": "'B-2026-' || lpad(n::text, 9, '0')",
            "unit_id": "u.ids[1 + n % array_length(u.ids, 1)]",
        }
        names = [c.name for c in tables.cases.c]
        values = ", ".join(differs.get(name, f"like_it.{name}") for name in names)
        say("cases")
        db.execute(
            text(
                f"INSERT INTO cases ({', '.join(names)}) SELECT {values} FROM cases like_it, generate_series(1, :n) n, "
                "(SELECT array_agg(id ORDER BY id) AS ids FROM units) u WHERE like_it.id = :case"
            ),
            {"n": count, "case": case},
        )
        say("entries")
        db.execute(text("ALTER TABLE entries DISABLE TRIGGER entries_pending"))
        db.execute(
            text(
                "INSERT INTO entries (chain, seq, hash, prev, text, kind, at, person_id, task_id) "
                "SELECT c.id, e.seq, md5(c.id || e.seq) || md5(e.seq || c.id), e.prev, replace(e.text, :case, c.id), "
                "e.kind, e.at + (substr(c.id, 10)::int % 300) * interval '1 day', e.person_id, e.task_id "
                "FROM entries e, cases c WHERE e.chain = :case AND c.id LIKE 'c0000000-%'"
            ),
            {"case": case},
        )
        db.execute(text("ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_pending"))
        say("leaves")
        db.execute(
            text(
                "INSERT INTO log_leaves (idx, chain, seq, hash) SELECT (SELECT max(idx) FROM log_leaves) + "
                "row_number() OVER (ORDER BY chain, seq), chain, seq, hash FROM entries WHERE chain LIKE 'c0000000-%'"
            )
        )
    return length


def find(store: Store, after: int, key: str) -> None:
    """One finding for every twelve entries that were not read."""
    kinds = [k for k in KINDS if k not in ("fast", "backdated")]
    with store.transaction() as db:
        db.execute(
            text(
                "INSERT INTO findings (chain, seq, kind, rule, at, case_id, definition_key, version, unit_id, "
                "person_id, element, facts, rev) SELECT e.chain, e.seq, "
                "(CAST(:kinds AS text[]))[1 + l.idx % :n], '', e.at, e.chain, :key, 1, c.unit_id, e.person_id, NULL, "
                '\'{"code":"no_cause"}\', 0 FROM log_leaves l JOIN entries e ON e.chain = l.chain AND e.seq = l.seq '
                "JOIN cases c ON c.id = e.chain WHERE l.idx >= :after AND l.idx % 12 = 0 ON CONFLICT DO NOTHING"
            ),
            {"kinds": kinds, "n": len(kinds), "key": key, "after": after},
        )
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("VACUUM ANALYZE"))


def begun(store: Store, person: str) -> str:
    """One case whose first steps its starter has completed."""
    with store.transaction() as db:
        actor, moment = _actor(db, store, person), store.moment(db)
        case = cases.start(db, actor, moment, definition="five", answers=ANSWERS, unit=_unit_of(db, person))
    for _ in range(3):
        with store.transaction() as db:
            actor, moment = _actor(db, store, person), store.moment(db)
            wanted = select(tables.tasks.c.id).where(tables.tasks.c.case_id == case, tables.tasks.c.status == "open")
            tasks.complete(
                db, actor, moment, db.execute(wanted.limit(1)).scalar_one(), answers=ANSWERS, decision="agree"
            )
    log.seal(store)
    return case


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--read", type=int, default=20_000)
    asked = parser.parse_args()
    with databases.own("findings") as store:
        say("the office")
        people = demonstration.build(store)
        folders.publish(store, Actor.operator(), FIVE)
        asker = next(p["name"] for p in people if p["posts"])
        accounts_ = tables.accounts.c
        with store.reading() as db:
            account = db.execute(select(tables.accounts).where(accounts_.name == asker)).one()
            auditor = db.execute(select(accounts_.id).where(accounts_.name == AUDITOR)).scalar_one()
        length = fill(store, begun(store, account.person_id), asked.entries)
        say("read on as the clock does")
        before = time.perf_counter()
        read = following.tick(store, limit=asked.read)
        seconds = time.perf_counter() - before
        with store.reading() as db:
            after, size = following.progress(db)
        say("findings")
        find(store, after, "five")
        with store.transaction() as db:
            token, _ = accounts.open_session(db, auditor)
            unit = _unit_of(db, account.person_id)
            there = db.execute(select(func.count()).select_from(tables.findings)).scalar_one()
        client = application.create_app(store).test_client()
        client.set_cookie("liuhen", token)
        found = measure(client, unit, account.person_id)
    print(f"{size} entries in cases of {length}, {there} findings; {machine()}; load {os.getloadavg()[0]:.1f}")
    print(f"read on: {read / seconds:.0f} entries a second ({read} in {seconds:.1f} s)")
    for name, one in found.items():
        print(f"{name:28} p50 {one['p50']:7.1f} ms   p95 {one['p95']:7.1f} ms")
    return 0


def measure(client: FlaskClient, unit: str, person: str) -> dict[str, dict[str, float]]:
    asking = Asking(client)
    cursor = ""
    for _ in range(20):
        cursor = f"&cursor={asking.get(f'/findings?limit=50{cursor}')[1]['next']}"
    pages = {
        "who asks, nothing else": "/me",
        "first page": "/findings",
        "one kind": "/findings?kind=returned",
        "a unit and below": f"/findings?unit={unit}",
        "one person": f"/findings?person={person}",
        "a month": "/findings?from=2026-12-01&to=2026-12-31",
        "a thousand lines on": f"/findings?limit=50{cursor}",
        "counts of everything": "/findings/counts",
        "counts of a unit": f"/findings/counts?unit={unit}",
        "clauses": "/clauses",
    }
    return {name: times(partial(_one, asking, path), TIMES) for name, path in pages.items()}


def _one(asking: Asking, path: str, _: int) -> float:
    return asking.get(path)[0]


if __name__ == "__main__":
    raise SystemExit(main())
