"""A year of the office: all procedures and units, through the HTTP door on the virtual clock, and a reckoning.

    python -m bench.year [--scale 0.01] [--seed N] [--days 365] [--only KEY …] [--on postgresql | --database URL]

How much a year is at scale 1 stands in ``processes/*/year.json`` (558 recruitments, 86 elections, 300 requests, 1,573
documents to 132 units, 1,800 reports). Beside the deeds stands the least that a request can be, in the same process on
the same database: it asks who is signed in and nothing else. The exit status is 1 where the reckoning finds anything
wrong; a year that was interrupted leaves nothing behind, and begins again.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from api import app as application
from api import demonstration, folders, history
from api.contract import session_cookie
from bench.telling import ROOT, keep, machine, say
from engine import accounts, definitions, migrations, settings, tables
from engine.actors import Actor
from engine.errors import DefinitionRefused
from engine.store import Moment, Store
from tests.databases import KINDS, Kind, PostgreSQL

LAST = date(2026, 10, 30)
"""The last day of the year that is measured: always the same one, so that two measurements are of the same year."""
BARE = 300
"""How often the least request is asked."""


def office(store: Store, days: int, keys: set[str] | None = None) -> list[str]:
    """The demonstration office with its procedures, published a month before the first day; gives what was refused.

    ``keys``: only these procedures.
    """
    migrations.upgrade(store.engine)
    with store.reading() as db:
        if db.execute(select(tables.units.c.id).limit(1)).first() is not None:
            raise SystemExit("there is an office in this database already: a year is measured in an empty one")
    demonstration.build(store)
    with store.reading() as db:
        now = Moment(store.moment(db).now, store.settings.zone)
    last = Moment(now.now - (now.today - LAST) + timedelta(days=365 - days), now.zone)
    folders.publish_duties(store, Actor.operator(), reason="measured", moment=history.published(last))
    refused = []
    for folder in folders.all_in():
        if keys is not None and folder.name not in keys:
            continue
        try:
            # Their rehearsals are played by tests, and by whoever publishes; here they would take longer than the year.
            with store.transaction() as db:
                definitions.publish(
                    db, Actor.operator(), history.published(last, folder.name), folders.read(folder), "measured"
                )
        except DefinitionRefused as e:
            refused.append(f"{folder.name} was not published: {e.findings[0].text.en}")
    return refused


def told(only: list[str] | None) -> list[history.Told]:
    """What ``year.json`` tells of every procedure; of those named alone, and of what they call."""
    found = history.years()
    return found if only is None else [one for one in found if one.key in only or not one.cases]


def measure(store: Store, given: argparse.Namespace) -> tuple[dict[str, Any], history.Lived, history.Reckoning]:
    years = told(given.only)
    say("the demonstration office")
    refused = office(store, given.days, {one.key for one in years} if given.only else None)
    app = application.create_app(store)
    life = history.Life(
        store,
        app,
        years,
        history.read_office(folders.PROCESSES / history.OFFICE),
        last=LAST,
        days=given.days,
        scale=given.scale,
        seed=given.seed,
        tell=say,
    )
    load, bare = os.getloadavg()[0], bare_requests(store, app)
    cpu, began = time.process_time(), time.perf_counter()
    lived = life.live()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    bare += bare_requests(store, app)
    least = statistics.median(bare)
    began = time.perf_counter()
    found = history.reckon(store, lived)
    found.findings += refused
    deeds = sum(lived.done.values())
    return (
        {
            "scale": given.scale,
            "seed": given.seed,
            "days": (lived.last - lived.first).days,
            "cases": sum(found.cases.values()),
            "tasks": found.tasks,
            "entries": found.entries,
            "deeds": deeds,
            "requests": lived.requests,
            "seconds": round(seconds, 1),
            "cpu_seconds": round(cpu, 1),
            "deeds_per_second": round(deeds / seconds, 1),
            "cpu_ms_a_deed": round(cpu * 1000 / max(deeds, 1), 1),
            "cpu_ms_a_bare_request": round(least, 2),
            "deed_of_the_bare_request": round(cpu * 1000 / max(deeds, 1) / least, 1),
            "load": [round(load, 1), round(os.getloadavg()[0], 1)],
            "reckoning_seconds": round(time.perf_counter() - began, 1),
            "wrong": len(found.findings),
        },
        lived,
        found,
    )


def bare_requests(store: Store, app: Flask) -> list[float]:
    """CPU milliseconds of requests that ask who is signed in and nothing else."""
    with store.transaction() as db:
        account = db.execute(select(tables.accounts.c.id).order_by(tables.accounts.c.name).limit(1)).scalar_one()
        token, _ = accounts.open_session(db, account)
    client = app.test_client()
    client.set_cookie(session_cookie(store.settings), token)
    found = []
    for _ in range(BARE):
        began = time.process_time()
        answer = client.get(f"{application.PREFIX}/me")
        found.append((time.process_time() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"the bare request was answered {answer.status_code}")
    return found


@contextmanager
def database(kind: Kind, url: str | None, folder: str) -> Iterator[str]:
    """The database of the year: the one that was given, else one of its own that is thrown away."""
    if url is not None or kind == "sqlite":
        yield url or f"sqlite:///{folder}/liuhen.db"
        return
    server = PostgreSQL.found(durable=True)
    name = f"liuhen_bench_{os.getpid()}_year"
    try:
        server.run(f'CREATE DATABASE "{name}"')
        yield server.url(name)
    finally:
        server.drop_all(f"liuhen_bench_{os.getpid()}_")
        server.stop()


def table(figures: Mapping[str, Any], lived: history.Lived, found: history.Reckoning) -> str:
    """What is printed for people."""
    lines = [f"\n{lived.first} … {lived.last}, scale {figures['scale']}, seed {figures['seed']}; {machine()}\n"]
    lines += [f"{count:>9,}  cases of {key}" for key, count in sorted(found.cases.items())]
    lines += [f"{count:>9,}  {status}" for status, count in sorted(found.statuses.items())]
    lines += [f"{count:>9,}  {outcome}" for outcome, count in sorted(found.outcomes.items())]
    lines += [
        f"{found.tasks:>9,}  tasks, {found.open_tasks:,} of them open, {found.late_tasks:,} late",
        f"{found.entries:>9,}  entries in {found.chains:,} chains",
        f"{found.notices:>9,}  notices; {found.people:,} people have done something",
    ]
    lines += [f"{count:>9,}  {deed}" for deed, count in sorted(lived.done.items())]
    lines += [f"{count:>9,}  refused as expected: {code}" for code, count in sorted(lived.refused.items())]
    lines += [
        f"{count:>9,}  put off to the day a refusal named: {code}" for code, count in sorted(lived.put_off.items())
    ]
    lines += [f"{count:>9,}  not started, nobody there: {key}" for key, count in sorted(lived.nobody.items())]
    lines.append("")
    lines += [f"{told:>9,} {'=' if told == there else '≠'} {there:<9,} {what}" for what, told, there in found.compared]
    lines.append(
        f"\n{figures['deeds']:,} deeds with {figures['requests']:,} requests in {figures['seconds']} s "
        f"({figures['cpu_seconds']} s of one core): {figures['deeds_per_second']} a second; a deed, whatever it asks "
        f"besides, is {figures['deed_of_the_bare_request']} bare requests; the reckoning took "
        f"{figures['reckoning_seconds']} s; at the smallest scales most of it is the clock that goes through every day"
    )
    lines += [f"WRONG: {finding}" for finding in found.findings]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=float, default=0.01, help="1 is a whole year of the office")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=365, help="how long the year is")
    parser.add_argument("--only", nargs="+", metavar="KEY", help="only cases of these procedures are started")
    parser.add_argument("--on", choices=KINDS, default="sqlite", help="a database of its own that is thrown away")
    parser.add_argument("--database", metavar="URL", help="an empty database that is kept")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="liuhen-year-") as folder,
        database(given.on, given.database, folder) as url,
    ):
        env = {"LIUHEN_DATABASE_URL": url, "LIUHEN_DATA_DIR": folder, "LIUHEN_SECRET_KEY": "y" * 48}
        store = Store(settings.read({**env, "LIUHEN_CLOCK": "virtual"}))
        try:
            figures, lived, found = measure(store, given)
        finally:
            store.close()
        kind = "sqlite" if store.is_sqlite else "postgresql"
    print(table(figures, lived, found))
    kept = json.loads(given.out.read_text()).get("year", {}) if given.out.exists() else {}
    kept = {one: figures for one, figures in kept.items() if one in KINDS}
    keep(given.out, "year", kept | {kind: figures})
    return 1 if found.findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
