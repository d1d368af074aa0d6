"""Search over a large office: 1 million entries on PostgreSQL, indexed by the tick, then asked in many ways.

    python -m bench.search [--entries N] [--times N] [--out FILE]

Cases of 20 entries each; six of them have an opinion out of common and rare words. Measured are how many entries the
tick indexes in a second, and what a page of 50 costs in one transaction, p50 and p95, beside one case looked up by its
number. What a completion costs is measured elsewhere (bench/engine.py): it writes no row of the index.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, text

from api import demonstration, folders
from bench.databases import own
from bench.telling import keep, say
from engine import definitions, tables, trail
from engine.actors import Actor
from engine.oversight import filling, search
from engine.oversight.search import Wanted
from engine.store import Moment, Store
from engine.trail import GENESIS, Kind, Link

LENGTH = 20
"""Entries of one case."""
PAGE = 50
BEGIN = datetime(2020, 1, 6, 1, 0, tzinfo=UTC)
COMMON = (
    "同意",
    "材料齐全",
    "符合规定",
    "请按程序办理",
    "情况属实",
    "注意节约",
    "已核对原件",
    "建议批准",
    "按期报送",
    "尽快办理",
)
SINGLE = "党群工作委员会组织人事财务后勤档案会议通知报告计划总结培训考察访问学习检查维修采购合同验收预算决算补贴慰问"
KINDS = (Kind.TASK_OPENED, Kind.TASK_CLAIMED, Kind.TASK_COMPLETED)


def said(chance: random.Random, number: int) -> str:
    """An opinion: a few phrases that everybody writes, a few words of its own, one time in a hundred a rare one."""
    words = chance.sample(COMMON, 2)
    words.append("".join(chance.choices(SINGLE, k=8)))
    if number % 100 == 0:
        words.append(f"第{number}号文件")
    return "，".join(words) + "。"


def fill(store: Store, entries: int) -> tuple[list[str], list[str]]:
    """Cases and entries as they would stand, each with its place in the log; ids of some people and units."""
    chance = random.Random(6)  # noqa: S311 - the same office every time
    demonstration.build(store)
    folders.publish(store, Actor.operator(), folders.PROCESSES / "leave_request")
    with store.reading() as db:
        definition = definitions.read(db, "leave_request")
        units = list(db.execute(select(tables.units.c.id).order_by(tables.units.c.code)).scalars())
        people = list(db.execute(select(tables.people.c.id).order_by(tables.people.c.id).limit(400)).scalars())
        place = (db.execute(select(func.max(tables.log_leaves.c.idx))).scalar() or -1) + 1
        zone = store.moment(db).zone
    columns = ("chain", "seq", "hash", "prev", "text", "kind", "at", "person_id")
    connection = store.engine.raw_connection()
    driver: Any = connection.driver_connection
    for first in range(0, entries // LENGTH, 1000):
        cases, rows, leaves = [], [], []
        for number in range(first, min(first + 1000, entries // LENGTH)):
            at = BEGIN + timedelta(minutes=number * 40)
            link = Link(f"{number:08x}-0000-7000-8000-000000000000", 0, GENESIS)
            who = people[number % len(people)]
            for step in range(LENGTH):
                actor = Actor(None, people[(number + step) % len(people)], "", "")
                kind = KINDS[step % 3] if step else Kind.CASE_STARTED
                facts: dict[str, Any] = {"element": "approve", "note": None}
                if kind is Kind.TASK_COMPLETED:
                    facts["opinion"] = said(chance, number * LENGTH + step)
                trail.add(link, Moment(at + timedelta(minutes=step), zone), actor, kind, **facts)
            title = f"请假：{''.join(chance.choices(SINGLE, k=3))}，{number % 30 + 1}天"
            unit = units[number % len(units)]
            case = (link.chain, f"LV-{at.year}-{number:06d}", definition.id, "ended", unit, who, title)
            cases.append((*case, "[]", who, at, at + timedelta(hours=1), 1, b"", 0, link.seq, link.head))
            rows += [tuple(row[c] for c in columns) for row in link.rows]
            for row in link.rows:
                leaves.append((place, row["chain"], row["seq"], row["hash"]))
                place += 1
        with driver.cursor() as cursor:
            _copy(
                *(cursor, "cases", cases),
                *("id", "number", "definition_id", "status", "unit_id", "subject_id", "title", "summary"),
                *("started_by", "started_at", "ended_at", "rev", "state", "faults", "trail_seq", "trail_head"),
            )
            _copy(cursor, "entries", rows, *columns)
            _copy(cursor, "log_leaves", leaves, "idx", "chain", "seq", "hash")
            cursor.execute("DELETE FROM log_pending")
        driver.commit()
    connection.close()
    return people, units


def _copy(cursor: Any, table: str, rows: list[tuple[Any, ...]], *columns: str) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def measured(store: Store, times: int, ask: Callable[[Connection, int], Any]) -> dict[str, float]:
    """Milliseconds of one look in a transaction of its own: p50, p95; and how much it found."""
    took, found = [], 0
    for nth in range(times):
        with store.reading() as db:
            began = time.perf_counter()
            answer = ask(db, nth)
            took.append((time.perf_counter() - began) * 1000)
            found += len(answer[0]) if isinstance(answer, tuple) else len(answer)
    took.sort()
    return {
        "p50": round(statistics.median(took), 1),
        "p95": round(took[min(len(took) - 1, int(len(took) * 0.95))], 1),
        "found": round(found / times, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--out", type=Path, default=None)
    asked = parser.parse_args()
    with own("search") as store:
        began = time.perf_counter()
        people, units = fill(store, asked.entries)
        say(f"filled in {time.perf_counter() - began:.0f} s")
        began = time.perf_counter()
        while filling.tick(store):
            pass
        seconds = time.perf_counter() - began
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("VACUUM ANALYZE"))
        figures: dict[str, Any] = {"entries": asked.entries, "indexed_per_second": round(asked.entries / seconds)}
        with store.reading() as db:
            moment = store.moment(db)
            for table in ("entries", "search_terms", "search_texts"):
                size = db.execute(text("SELECT pg_total_relation_size(CAST(:name AS regclass))"), {"name": table})
                figures[f"{table}_mb"] = round(size.scalar_one() / 2**20)
            numbers = db.execute(select(tables.cases.c.number).limit(asked.times)).scalars().all()
        say(json.dumps(figures))
        actor = Actor(None, people[0], "", "", permissions=frozenset({search.PERMISSION, "cases.read_all"}))
        chance = random.Random(7)  # noqa: S311
        pairs = ["".join(chance.choices(SINGLE, k=2)) for _ in range(asked.times)]
        own_words = ["".join(chance.choices(SINGLE, k=4)) for _ in range(asked.times)]

        def cases(**wanted: Any) -> Callable[[Connection], Any]:
            return lambda db: search.find_cases(db, actor, moment, Wanted(**wanted), limit=PAGE)

        def entries(**wanted: Any) -> Callable[[Connection], Any]:
            return lambda db: search.find_entries(db, actor, moment, Wanted(**wanted), limit=PAGE)

        ways: dict[str, Callable[[int], Callable[[Connection], Any]]] = {
            "cases, newest": lambda n: cases(),
            "cases, a common word": lambda n: cases(q=COMMON[n % len(COMMON)]),
            "cases, two characters": lambda n: cases(q=pairs[n]),
            "cases, four characters, mostly nowhere": lambda n: cases(q=own_words[n]),
            "cases, a rare word": lambda n: cases(q=f"第{(n * 137 + 3) * 100}号"),
            "cases, two common words": lambda n: cases(q="材料齐全 注意节约"),
            "cases, a common word in a unit": lambda n: cases(q="同意", unit=units[n * 7 % len(units)], below=False),
            "cases, by who did": lambda n: cases(person=people[n]),
            "entries, a common word": lambda n: entries(q=COMMON[n % len(COMMON)]),
            "entries, two characters": lambda n: entries(q=pairs[n]),
            "entries, a common word by a person": lambda n: entries(q="同意", person=people[n]),
            "entries, four characters, mostly nowhere": lambda n: entries(q=own_words[n]),
        }
        plain = select(tables.cases.c.id, tables.cases.c.title)
        one = measured(
            store, asked.times, lambda db, n: db.execute(plain.where(tables.cases.c.number == numbers[n])).all()
        )
        figures["one case by its number"] = one
        say(f"one case by its number: {one}")
        for name, way in ways.items():
            figures[name] = measured(store, asked.times, lambda db, n, way=way: way(n)(db))  # type: ignore[misc]
            say(f"{name}: {figures[name]}")
        seals = measured(
            store,
            asked.times,
            lambda db, n: search.seals_of(db, [f"{n * PAGE + i:08x}-0000-7000-8000-000000000000" for i in range(PAGE)]),
        )
        figures["of these, the integrity of a page"] = seals
        say(f"integrity of a page: {seals}")
        if asked.out:
            keep(asked.out, "search", figures)


if __name__ == "__main__":
    main()
