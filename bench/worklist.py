"""A page of the worklist where a million tasks are open: milliseconds over the whole door, and what PostgreSQL does.

    python -m bench.worklist [--tasks N] [--asks N] [--out FILE]

The demonstration office (132 units, 12,000 people) on PostgreSQL, with tasks written by the million in SQL. Who asks is
ten groups at once: posts in units and the office, and a membership; one of the groups alone is asked for a tenth of all
tasks. Every figure is the time of one HTTP request inside one process, from the request to the answer's bytes.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Connection, Table, TextClause, func, select, text

from api import app as application
from api import demonstration, folders
from bench import databases
from bench.telling import ROOT, keep, machine, say, spread
from engine import accounts, actors, cases, tables
from engine.actors import Actor
from engine.store import Store
from engine.views import worklist

FIVE = ROOT / "bench" / "five"
LIMIT = 20.0
"""Milliseconds that the 95th of a hundred pages may take, in the median of the rounds."""
GROUPS = 10
TASKS_OF_A_CASE = 4

ANSWERS = {"amount": 1200, "reason": "Chairs for the meeting room 会议室座椅", "needed_on": "2027-01-15"}

_POST = "(hashtext(t.id) & 2147483647) % :holders"
"""Which of the posts a task is asked of: any, but always the same."""


def _like(table: Table, differs: dict[str, str], source: str) -> TextClause:
    """Rows like one that the engine wrote itself, but for some columns; so that no column is forgotten."""
    names = [c.name for c in table.c]
    values = [differs.get(name, f"like_it.{name}") for name in names]
    said = f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)} "
    return text(said + f"FROM {table.name} like_it, {source} WHERE like_it.id = :like")


def fill(store: Store, count: int, person: str) -> None:
    """A million tasks like the first one of a real case, each asked of one of the posts that there are."""
    with store.transaction() as db:
        actor, moment = _actor(db, store, person), store.moment(db)
        case = cases.start(db, actor, moment, definition="five", answers=ANSWERS, unit=_unit_of(db, person))
    with store.transaction() as db:
        task = db.execute(select(tables.tasks.c.id).where(tables.tasks.c.case_id == case)).scalar_one()
        say("cases")
        db.execute(
            _like(
                tables.cases,
                {
                    "id": "'b-' || lpad(n::text, 12, '0')",
                    "number": "'B-2026-' || lpad(n::text, 9, '0')",
                    "title": "'采购 ' || n || ' 号：' || (ARRAY['办公椅','投影仪','书柜','空调'])[1 + n % 4]",
                    "started_by": "p.ids[1 + n % array_length(p.ids, 1)]",
                },
                "generate_series(1, :cases) n, (SELECT array_agg(person_id ORDER BY person_id) AS ids FROM posts) p",
            ),
            {"cases": count // TASKS_OF_A_CASE + 1, "like": case},
        )
        say("tasks")
        db.execute(
            text(
                "CREATE TEMPORARY TABLE asked AS SELECT row_number() OVER (ORDER BY role, unit_id) - 1 AS nth, "
                "unit_id, 'post:' || role || '@' || unit_id AS holder, min(person_id) AS person_id FROM posts "
                "GROUP BY role, unit_id"
            )
        )
        holders = db.execute(text("SELECT count(*) FROM asked")).scalar_one()
        db.execute(
            _like(
                tables.tasks,
                {
                    "id": "t.id",
                    "case_id": "'b-' || lpad((1 + n / :each)::text, 12, '0')",
                    "node": "1000 + n % :each",
                    "unit_id": "a.unit_id",
                    "opened_at": "like_it.opened_at - random() * interval '60 days'",
                    "due_on": "CASE WHEN random() < 0.6 THEN CAST(:now AS date) + (random() * 90)::int - 20 END",
                    # One of ten has been claimed, by somebody who holds the post.
                    "claimed_by": "CASE WHEN n % 10 = 3 THEN a.person_id END",
                },
                "generate_series(0, :tasks - 1) n, LATERAL (SELECT 't-' || lpad(n::text, 12, '0') AS id OFFSET 0) t "
                f"JOIN asked a ON a.nth = {_POST}",
            ),
            {"each": TASKS_OF_A_CASE, "now": moment.now, "tasks": count, "holders": holders, "like": task},
        )
        say("whom they ask")
        db.execute(text(f"{_ASK} a.holder {_LISTED} JOIN asked a ON a.nth = {_POST} {_OURS}"), {"holders": holders})
    _analyse(store)


_ASK = (
    "INSERT INTO task_candidates (is_listed, purpose, definition_key, task_id, due_key, opened_at, unit_id, "
    "claimed_by, holder) SELECT true, 'act', 'five', t.id, coalesce(t.due_on, '9999-12-31'), t.opened_at, t.unit_id, "
    "t.claimed_by,"
)
_LISTED = "FROM tasks t"
_OURS = "WHERE t.id LIKE 't-%'"


def _analyse(store: Store) -> None:
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("VACUUM ANALYZE"))


def with_groups(store: Store, person: str) -> int:
    """Make somebody ten groups, of which one is asked for a tenth of all tasks; gives how many tasks wait for them."""
    with store.transaction() as db:
        moment = store.moment(db)
        office = actors.root(db, moment.today)
        if office is None:
            raise RuntimeError("no office")
        own = set(_actor(db, store, person).holders)
        free = db.execute(
            text("SELECT DISTINCT role, unit_id FROM posts WHERE unit_id <> :office ORDER BY unit_id, role"),
            {"office": office.id},
        ).all()
        wanted = [row for row in free if f"post:{row.role}@{row.unit_id}" not in own][:: max(1, len(free) // GROUPS)]
        for number, row in enumerate(wanted[: GROUPS - len(own)]):
            db.execute(
                tables.posts.insert().values(
                    id=f"bench-{number}",
                    person_id=person,
                    role=row.role,
                    unit_id=row.unit_id,
                    from_on=moment.today.replace(year=moment.today.year - 1),
                )
            )
        actor = _actor(db, store, person)
        if len(actor.holders) != GROUPS:
            raise RuntimeError(f"{len(actor.holders)} groups")
        widest = f"{_ASK} :holder {_LISTED} {_OURS} AND hashtext(t.id) % 10 = 0 ON CONFLICT DO NOTHING"
        db.execute(text(widest), {"holder": actor.posts[0].holder})
        k = tables.task_candidates.c
        count = select(func.count(k.task_id.distinct())).where(k.holder.in_(actor.holders))
        waiting: int = db.execute(count).scalar_one()
    _analyse(store)
    return waiting


def _actor(db: Connection, store: Store, person: str) -> Actor:
    account = db.execute(select(tables.accounts).where(tables.accounts.c.person_id == person)).one()
    return actors.of_account(db, account, store.moment(db), "bench")


def _unit_of(db: Connection, person: str) -> str:
    p = tables.posts.c
    return str(db.execute(select(p.unit_id).where(p.person_id == person).limit(1)).scalar_one())


# ---------------------------------------------------------------- measuring


FLOOR = "who asks, nothing else"
"""The least that a request can be, to hold the others against."""
FAR = "a hundred pages on"
PAGES = ("first page", "by arrival", "one procedure, overdue", "a unit and below", FAR)
"""What the limit is about."""


class Asking:
    """One signed-in browser that asks inside this process."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def get(self, path: str) -> tuple[float, dict[str, Any]]:
        begun = time.perf_counter()
        answer = self._client.get(f"/api/v1{path}")
        body = answer.get_data()
        took = (time.perf_counter() - begun) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code} {body.decode()[:300]}")
        return took, json.loads(body)


ROUNDS = 5
"""How often everything is asked for anew: a machine that others use is slow for seconds at a time."""


def once(ask: Callable[[int], float], count: int) -> dict[str, float]:
    """Milliseconds of a question asked over and over.

    ``cpu`` are those of this process alone, which other work on the machine does not lengthen much.
    """
    before = time.process_time()
    took = sorted(ask(number) for number in range(count))
    return {
        "cpu": (time.process_time() - before) / count * 1000,
        "p50": statistics.median(took),
        "p95": took[min(len(took) - 1, int(len(took) * 0.95))],
        "greatest": took[-1],
    }


def times(ask: Callable[[int], float], count: int) -> dict[str, float]:
    """The same after it was asked a few times to warm up, rounded."""
    for number in range(10):
        ask(number)
    return {name: round(value, 1) for name, value in once(ask, count).items()}


def told(rounds: list[dict[str, float]]) -> dict[str, float]:
    """Of each figure the median of the rounds; of the 95th of a hundred also the least and the greatest."""
    found = {name: round(statistics.median(one[name] for one in rounds), 1) for name in rounds[0]}
    tails = spread([one["p95"] for one in rounds], 1)
    return {**found, "p95_least": tails["least"], "p95_greatest": tails["greatest"]}


def measure(store: Store, client: FlaskClient, asks: int, unit: str) -> dict[str, dict[str, float]]:
    """Every question by name, asked in rounds, one after the other, so that all meet the machine in the same moods."""
    asking = Asking(client)
    cursors: list[str] = [""]
    while len(cursors) <= 100:
        _, page = asking.get(f"/tasks?limit=50{cursors[-1]}")
        if page["next"] is None:
            break
        cursors.append(f"&cursor={page['next']}")
    few = max(5, asks // 20)
    questions: dict[str, tuple[Callable[[int], str], int]] = {
        FLOOR: (lambda _: "/me", asks),
        "first page": (lambda _: "/tasks", asks),
        "by arrival": (lambda _: "/tasks?sort=opened", asks),
        "one procedure, overdue": (lambda _: "/tasks?definition=five&overdue=true", asks),
        "a unit and below": (lambda _: f"/tasks?unit={unit}&below=true", asks),
        "counts of all boxes": (lambda _: "/tasks/counts", asks),
        FAR: (lambda n: f"/tasks?limit=50{cursors[-1 - n % 5]}", asks),
        "search that finds many": (lambda _: "/tasks?q=投影仪", few),
        "search that finds one": (lambda _: "/tasks?q=B-2026-000000777", few),
    }
    for path, _ in questions.values():
        for number in range(10):
            asking.get(path(number))
    # As a server process does when it begins.
    gc.collect()
    gc.freeze()
    found: dict[str, list[dict[str, float]]] = {name: [] for name in questions}
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS}")
        for name, (path, count) in questions.items():
            found[name].append(once(lambda n, path=path: asking.get(path(n))[0], count))  # type: ignore[misc]
    return {name: told(rounds) for name, rounds in found.items()}


def table(found: dict[str, dict[str, float]]) -> str:
    lines = [f"{'milliseconds':28} {'CPU':>8} {'p50':>8} {'p95':>8} {'least':>8} {'greatest':>8} {'limit':>7}"]
    for name, one in found.items():
        limit = f"{LIMIT:7.0f}" if name in PAGES else ""
        missed = "  missed" if name in PAGES and one["p95"] > LIMIT else ""
        figures = " ".join(f"{one[figure]:8.1f}" for figure in ("cpu", "p50", "p95", "p95_least", "p95_greatest"))
        lines.append(f"{name:28} {figures} {limit}{missed}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--asks", type=int, default=100, help="of each page in each of the rounds")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    asked = parser.parse_args()
    with databases.own("worklist") as store:
        say("the office")
        people = demonstration.build(store)
        folders.publish(store, Actor.operator(), FIVE)
        asker = next(p["name"] for p in people if p["posts"])
        with store.reading() as db:
            account = db.execute(select(tables.accounts).where(tables.accounts.c.name == asker)).one()
        fill(store, asked.tasks, account.person_id)
        waiting = with_groups(store, account.person_id)
        with store.transaction() as db:
            token, _ = accounts.open_session(db, account.id)
            unit = _unit_of(db, account.person_id)
        client = application.create_app(store).test_client()
        client.set_cookie("liuhen", token)
        with store.reading() as db:
            plan = worklist.plan(db, _actor(db, store, account.person_id), store.moment(db))
        before = os.getloadavg()[0]
        found = measure(store, client, asked.asks, unit)
    print(f"\n{asked.tasks} open tasks, {waiting} of them for the asker, who is {GROUPS} groups; {machine()}")
    load = [round(before, 1), round(os.getloadavg()[0], 1)]
    print(f"load of the machine: {load[0]} before, {load[1]} after\n")
    print(table(found))
    about = {"tasks": asked.tasks, "for_the_asker": waiting, "load": load}
    keep(asked.out, "worklist", {**about, "milliseconds": found, "plan": plan})
    return int(any(found[name]["p95"] > LIMIT for name in PAGES))


if __name__ == "__main__":
    raise SystemExit(main())
