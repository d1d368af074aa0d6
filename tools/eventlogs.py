"""Event logs compared with the entries themselves, by a process miner that is no part of Liuhen (pm4py, AGPL-3.0).

``run.py eventlogs`` runs the two halves in two environments, so that neither knows the other::

    python -m tools.eventlogs count FILE        with Liuhen: the directly-follows relation, counted in SQL
    python tools/eventlogs.py compare FOLDER    with pm4py alone: what it finds in log.xes and log.ocel.json

Both count what was done (``lifecycle:transition`` = ``complete``) in the order of the entries of each case.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

Pairs = dict[str, int]
"""``a ▸ b`` → how often b was done next after a."""


def count(target: Path) -> None:
    """The relation as SQL counts it, over the kinds of entries; with how many cases and entries there are."""
    from sqlalchemy import func, select

    from engine import settings, tables
    from engine.exports.events import COMPLETE
    from engine.store import Store

    entries, cases = tables.entries.c, tables.cases.c
    before = func.lag(entries.kind).over(partition_by=entries.chain, order_by=entries.seq).label("before")
    done = (
        select(entries.kind, before)
        .join_from(tables.entries, tables.cases, cases.id == entries.chain)
        .where(entries.kind.in_([kind.value for kind in COMPLETE]))
        .subquery()
    )
    pairs = select(done.c.before, done.c.kind, func.count()).where(done.c.before.is_not(None))
    of_cases = select(func.count()).select_from(tables.entries).where(entries.chain.in_(select(cases.id)))
    store = Store(settings.read())
    with store.reading() as db:
        found = {
            "cases": db.execute(select(func.count()).select_from(tables.cases)).scalar_one(),
            "events": db.execute(of_cases).scalar_one(),
            "pairs": {
                _pair(a, b): n for a, b, n in db.execute(pairs.group_by(done.c.before, done.c.kind)).tuples().all()
            },
        }
    store.close()
    target.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def _pair(a: str, b: str) -> str:
    return f"{a} ▸ {b}"


def compare(folder: Path) -> int:
    """What pm4py finds in both logs beside what SQL counted; 0 where all of it is the same."""
    pm4py = importlib.import_module("pm4py")  # of the other environment: nothing here knows its types
    wanted = json.loads((folder / "counted.json").read_text(encoding="utf-8"))
    xes = pm4py.read_xes(str(folder / "log.xes"))
    done = xes[xes["lifecycle:transition"] == "complete"]
    ocel = pm4py.read_ocel2_json(str(folder / "log.ocel.json"))
    flat = pm4py.ocel_flattening(ocel, "case")
    flat_done = flat[flat["transition"] == "complete"]
    logs = {
        "XES": (xes["case:concept:name"].nunique(), len(xes), _follows(pm4py, done, "liuhen:kind", "liuhen:seq")),
        "OCEL": (flat["case:concept:name"].nunique(), len(flat), _follows(pm4py, flat_done, "kind", "seq")),
    }
    wrong = 0
    for name, (cases, events, pairs) in logs.items():
        print(f"{name}: {cases} cases, {events} events, {len(pairs)} pairs, {sum(pairs.values())} times")
        for what, found, said in (("cases", cases, wanted["cases"]), ("events", events, wanted["events"])):
            if found != said:
                wrong += 1
                print(f"  {what}: {found}, SQL counts {said}")
        for pair in sorted(pairs.keys() | wanted["pairs"].keys()):
            if pairs.get(pair, 0) != wanted["pairs"].get(pair, 0):
                wrong += 1
                print(f"  {pair}: {pairs.get(pair, 0)}, SQL counts {wanted['pairs'].get(pair, 0)}")
    print(f"SQL: {wanted['cases']} cases, {wanted['events']} events, {len(wanted['pairs'])} pairs")
    print("the same" if wrong == 0 else f"{wrong} differences")
    return min(wrong, 1)


def _follows(pm4py: Any, log: Any, activity: str, order: str) -> Pairs:
    """The directly-follows relation of a log over one of its attributes; entries of one instant keep their order."""
    log = log.sort_values(["case:concept:name", order], kind="stable")
    found = pm4py.discover_dfg(
        log, activity_key=activity, case_id_key="case:concept:name", timestamp_key="time:timestamp"
    )[0]
    return {_pair(a, b): int(n) for (a, b), n in found.items()}


if __name__ == "__main__":
    word, place = sys.argv[1], Path(sys.argv[2])
    if word == "count":
        count(place)
    else:
        sys.exit(compare(place))
