"""A year of the office: all procedures and units, through the HTTP door on the virtual clock, and a reckoning.

    python -m bench.year [--scale 0.01] [--seed N] [--days 365] [--only KEY …] [--database URL] [--out FILE]

How much a year is at scale 1 stands in ``processes/*/year.json`` (558 recruitments, 86 elections, 300 requests, 1,573
documents to 132 units, 1,800 reports). The exit status is 1 where the reckoning finds anything wrong.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from api import app as application
from api import demonstration, folders, history
from bench.telling import ROOT, keep, machine, say
from engine import migrations, settings
from engine.actors import Actor
from engine.errors import DefinitionRefused
from engine.store import Moment, Store

LAST = date(2026, 10, 30)
"""The last day of the year that is measured: always the same one, so that two measurements are of the same year."""
DEEDS = 680_000
"""Deeds of a whole year: 207,636 receipts of three deeds each, and about 57,000 tasks of everything else. A document
goes to as many of the units as the scale says, so that the receipts grow with its square."""


def office(store: Store, days: int, keys: set[str] | None = None) -> list[str]:
    """The demonstration office with its procedures, published a month before the first day; gives what was refused.

    ``keys``: only these procedures.
    """
    migrations.upgrade(store.engine)
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
            folders.publish(store, Actor.operator(), folder, "measured", history.published(last, folder.name))
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
    life = history.Life(
        store,
        application.create_app(store),
        years,
        history.read_office(folders.PROCESSES / history.OFFICE),
        last=LAST,
        days=given.days,
        scale=given.scale,
        seed=given.seed,
        tell=say,
    )
    cpu, began = time.process_time(), time.perf_counter()
    lived = life.live()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
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
            "reckoning_seconds": round(time.perf_counter() - began, 1),
            "hours_at_scale_1": round(DEEDS * seconds / max(deeds, 1) / 3600, 1),
            "wrong": len(found.findings),
        },
        lived,
        found,
    )


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
        f"({figures['cpu_seconds']} s of one core): {figures['deeds_per_second']} a second; the reckoning took "
        f"{figures['reckoning_seconds']} s; scale 1 would take about {figures['hours_at_scale_1']} hours"
    )
    lines += [f"WRONG: {finding}" for finding in found.findings]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=float, default=0.01, help="1 is a whole year of the office")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=365, help="how long the year is")
    parser.add_argument("--only", nargs="+", metavar="KEY", help="only cases of these procedures are started")
    parser.add_argument("--database", metavar="URL", help="an empty database; else a SQLite file that is thrown away")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="liuhen-year-") as folder:
        url = given.database or f"sqlite:///{folder}/liuhen.db"
        env = {"LIUHEN_DATABASE_URL": url, "LIUHEN_DATA_DIR": folder, "LIUHEN_SECRET_KEY": "y" * 48}
        store = Store(settings.read({**env, "LIUHEN_CLOCK": "virtual"}))
        try:
            figures, lived, found = measure(store, given)
        finally:
            store.close()
    print(table(figures, lived, found))
    keep(given.out, "year", figures)
    return 1 if found.findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
