"""Serving: the schema brought up to date, the processes that answer, and the clock's heartbeat.

The heartbeat only asks whether something is due; what is due is rows, so any number of servers may have one.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from datetime import timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from granian import Granian
from granian.constants import Interfaces

from api import idempotency
from engine import accounts, clock, migrations
from engine.accounts import machine_time
from engine.store import Store, wait_until_ready

log = logging.getLogger("liuhen")

HEARTBEAT = 5
"""Seconds between two looks at what is due."""
ANSWERS_KEPT = timedelta(days=7)
THREADS = 4


def serve(store: Store, host: str, port: int, workers: int = 0) -> None:
    """Serve until the process is told to stop.

    ``workers``: processes; 0 chooses one for each core up to four. On SQLite it is always one, because its one writer
    at a time waits in line inside a process, and unfairly between processes.
    """
    wait_until_ready(store)
    migrations.upgrade(store.engine)
    # A forked child would share the database's connections and half of the heartbeat's threads.
    multiprocessing.set_start_method("spawn", force=True)
    count = 1 if store.is_sqlite else workers or min(4, os.cpu_count() or 1)
    server = Granian(
        "api.app:create",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=count,
        blocking_threads=THREADS if store.is_sqlite else max(2, THREADS // count),
        # A request that cannot be answered within these waits outside, in the kernel's queue.
        backlog=1024,
        respawn_failed_workers=True,
        log_access=False,
        websockets=False,
        # A worker that got the signal twice (Ctrl-C goes to the whole group) may never say that it has stopped.
        workers_kill_timeout=10,
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    heartbeat = BackgroundScheduler(timezone="UTC")
    if not store.settings.is_virtual:
        heartbeat.add_job(beat, "interval", args=[store], seconds=HEARTBEAT, max_instances=1, coalesce=True)
    heartbeat.add_job(_forget, "interval", args=[store], hours=6, max_instances=1, coalesce=True)
    heartbeat.start()
    try:
        server.serve()
    finally:
        heartbeat.shutdown(wait=True)


def beat(store: Store) -> None:
    """Let the clock act on everything that is due now; a fault is logged and met again at the next beat."""
    done = clock.tick(store)
    if done:
        log.info("the clock acted %d times", done)


def _forget(store: Store) -> None:
    with store.transaction() as db:
        idempotency.forget(db, machine_time() - ANSWERS_KEPT)
        accounts.sweep(db)
