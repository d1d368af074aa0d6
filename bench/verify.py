"""``liuhen verify`` over a large trail: a database of its own, entries of the usual size, all of them in the log.

python -m bench.verify --entries 1000000
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from engine import migrations, tables, trail, verifying
from engine.actors import Actor
from engine.log import sealing
from engine.settings import Settings
from engine.store import Moment, Store
from engine.trail import GENESIS, Kind, Link

LENGTH = 20
"""Entries of one chain."""
BEGIN = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


def fill(store: Store, entries: int) -> None:
    """Chains of ``LENGTH`` entries, each sealing the one before, and a checkpoint for every 500 of them."""
    actor = Actor.operator()
    made = 0
    while made < entries:
        with store.transaction() as db:
            moment = Moment(BEGIN + timedelta(seconds=made / 10), store.settings.zone)
            rows, heads = [], []
            for _ in range(500 // LENGTH):
                link = Link(f"bench:{made:09d}", 0, GENESIS)
                for place in range(LENGTH):
                    trail.add(
                        link, moment, actor, Kind.TASK_OPENED, task=f"t-{made}", element="approve", note="x" * 150
                    )
                    made += 1
                    del place
                rows += link.rows
                heads.append({"id": link.chain, "seq": link.seq, "head": link.head})
            db.execute(insert(tables.entries), rows)
            db.execute(insert(tables.chains), heads)
            sealing.batch(db, store.settings, moment)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=None, help="keep the database there, and use it again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = asked.folder or Path(place)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "verify.db"
        settings = Settings(
            database_url=f"sqlite:///{path}",
            data_dir=folder,
            secret_key="bench-" + "x" * 32,
            base_url="http://127.0.0.1",
            clock="system",
            zone=ZoneInfo("Asia/Shanghai"),
        )
        is_new = not path.exists()
        store = Store(settings)
        if is_new:
            migrations.upgrade(store.engine)
            fill(store, asked.entries)
        started, worked = time.perf_counter(), time.process_time()
        report = verifying.verify(store)
        seconds, worked = time.perf_counter() - started, time.process_time() - worked
        store.close()
    looked = f"{report.entries:,} entries, {report.checkpoints:,} checkpoints"
    print(f"{looked}: {seconds:.1f} s, {worked:.1f} s of one core")
    for one in report.findings[:10]:
        print(one.chain, one.seq, one.rule, one.text.en)
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
