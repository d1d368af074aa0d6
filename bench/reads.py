"""What it costs that a read goes on record: CPU milliseconds of a page, without records, on record already, and new.

    python -m bench.reads [--pages N] [--out FILE]

A small office with one case of the request for leave; the page of the case is asked for over the whole door, inside
one process. ``off``: nothing is recorded. ``known``: the read is on record, so one look-up is made. ``new``: every page
is a new record, in a transaction of its own (SQLite with ``synchronous=FULL``, PostgreSQL over a socket). CPU time of
this process is what counts; the time that passed is beside it, as the database of PostgreSQL is another process.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api import seen
from api.app import PREFIX
from api.contract import session_cookie
from bench.telling import keep, say
from engine import reads
from engine.store import Store
from tests import apps, offices
from tests.databases import Databases, Kind

LEAVE = "leave_request"
PAGES = 300
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")
WAYS = ("off", "known", "new")


@contextmanager
def _recording(way: str) -> Iterator[None]:
    """Nothing recorded; or as the product does it; or as if nothing were ever on record already."""
    shown, has = seen.what_is_shown, reads._Recent.has
    if way == "off":
        seen.what_is_shown = lambda *_asked: None
    if way == "new":
        reads._Recent.has = lambda *_asked: False  # type: ignore[method-assign]
    try:
        yield
    finally:
        seen.what_is_shown, reads._Recent.has = shown, has  # type: ignore[method-assign]


def _quantiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {"p50": round(statistics.median(ordered), 2), "p95": round(ordered[int(len(ordered) * 0.95) - 1], 2)}


def measure(kind: Kind, databases: Databases, pages: int) -> dict[str, Any]:
    """The page of a case, in three ways in turn, so that a busy minute falls upon all of them."""
    settings = databases.create(kind, offices.with_these(databases, kind, LEAVE))
    try:
        store = Store(settings)
        with apps.lent(store) as (app, _contract):
            office = offices.built(databases, kind)
            clients = {}
            for name in ("zheng.lianyi", "zhao.zhishu"):
                token, csrf = office.sign_in(store, name)
                client = app.test_client()
                client.set_cookie(session_cookie(store.settings), token)
                clients[name] = client, {"X-CSRF-Token": csrf, "Accept-Language": "en"}
            client, headers = clients["zheng.lianyi"]
            day = {"kind": "annual", "years_worked": 12, "from_on": "2026-03-09", "to_on": "2026-03-11"}
            begun = client.post(
                f"{PREFIX}/cases", json={"definition": LEAVE, "unit": "B071", "data": day}, headers=headers
            )
            if begun.status_code != 201:
                raise SystemExit(begun.get_json())
            path = f"{PREFIX}/cases/{begun.get_json()['id']}"
            client, headers = clients["zhao.zhishu"]
            taken: dict[str, tuple[list[float], list[float]]] = {way: ([], []) for way in WAYS}
            for n in range(pages + 20):
                for way in WAYS:
                    with _recording(way):
                        cpu, real = time.process_time(), time.perf_counter()
                        answer = client.get(path, headers=headers)
                        spent = time.process_time() - cpu, time.perf_counter() - real
                    if answer.status_code != 200:
                        raise SystemExit(answer.get_json())
                    if n >= 20:
                        for values, one in zip(taken[way], spent, strict=True):
                            values.append(one * 1000)
        store.close()
        return {way: {"cpu": _quantiles(cpu), "real": _quantiles(real)} for way, (cpu, real) in taken.items()}
    finally:
        databases.drop(settings)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    found: dict[str, Any] = {}
    databases = Databases()
    for kind in KINDS:
        found[kind] = measure(kind, databases, given.pages)
        for way, taken in found[kind].items():
            say(f"{kind:10} {way:6} cpu {taken['cpu']}  real {taken['real']}")
    if given.out is not None:
        keep(given.out, "reads", found)


if __name__ == "__main__":
    main()
