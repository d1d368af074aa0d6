"""Serving: the schema brought up to date, the processes that answer, and the clock's heartbeat.

The heartbeat only asks whether something is due; what is due is rows, so any number of servers may have one.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import shutil
import socket
from datetime import timedelta
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from granian import Granian
from granian.constants import Interfaces
from sqlalchemy.exc import SQLAlchemyError

from api import events, figures, idempotency, jobs
from engine import (
    accounts,
    attachments,
    beats,
    clock,
    couriers,
    drafts,
    log,
    messages,
    migrations,
    publishing,
    returning,
    settings,
    versions,
)
from engine.accounts import machine_time
from engine.oversight import filling, following
from engine.store import Store, wait_until_ready

_log = logging.getLogger("liuhen")

HEARTBEAT = 5
"""Seconds between two looks at what is due."""
SEALS = 1
"""Seconds between two looks at whether entries wait for their place in the log."""
DEEDS = 200
"""Deeds of the clock between two signs of life."""
ANSWERS_KEPT = timedelta(days=7)
MESSAGES_KEPT = timedelta(days=90)
"""How long operators see what became of a message; what it said was dropped when it was delivered."""
NOTICES_KEPT = timedelta(days=366)
"""How long somebody finds what they were told and never read; what was read is kept as long as messages are."""
THREADS = 4


def serve(store: Store, host: str, port: int, workers: int = 0) -> None:
    """Serve until the process is told to stop.

    ``workers``: processes; 0 chooses one for each core up to four. On SQLite it is always one, because its one writer
    at a time waits in line inside a process, and unfairly between processes.
    """
    wait_until_ready(store)
    migrations.upgrade(store.engine)
    name = f"{socket.gethostname()[:100]}:{os.getpid()}"
    os.environ[figures.FOLDER] = str(_shared(store.settings.data_dir, port))
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
        # Those who wait for a job or an event do nothing but wait; they must not keep the others from being answered.
        blocking_threads=(THREADS if store.is_sqlite else max(2, THREADS // count)) + jobs.WAITING + events.STREAMS,
        # A request that cannot be answered within these waits outside, in the kernel's queue.
        backlog=1024,
        respawn_failed_workers=True,
        log_access=False,
        websockets=False,
        log_dictconfig={"loggers": {"_granian": {"propagate": True}}},  # written by the handler of api/logs.py
        # A worker that got the signal twice (Ctrl-C goes to the whole group) may never say that it has stopped.
        workers_kill_timeout=10,
    )
    heartbeat = BackgroundScheduler(timezone="UTC")
    if not store.settings.is_virtual:
        # Before anybody asks whether this server is ready.
        with store.transaction() as db:
            beats.leave(db, store.moment(db), name, settings.release())
        heartbeat.add_job(beat, "interval", args=[store, name], seconds=HEARTBEAT, max_instances=1, coalesce=True)
    # Apart from the clock: a mail server that is slow must not keep what is due waiting.
    heartbeat.add_job(carry, "interval", args=[store], seconds=HEARTBEAT, max_instances=1, coalesce=True)
    heartbeat.add_job(seal, "interval", args=[store], seconds=SEALS, max_instances=1, coalesce=True)
    heartbeat.add_job(publish, "interval", args=[store], seconds=HEARTBEAT, max_instances=1, coalesce=True)
    heartbeat.add_job(index, "interval", args=[store], seconds=HEARTBEAT, max_instances=1, coalesce=True)
    heartbeat.add_job(oversee, "interval", args=[store], seconds=HEARTBEAT, max_instances=1, coalesce=True)
    heartbeat.add_job(_forget, "interval", args=[store], hours=6, max_instances=1, coalesce=True)
    heartbeat.start()
    try:
        server.serve()
    finally:
        heartbeat.shutdown(wait=True)
        # Where the database has gone before us, the beat grows old by itself.
        with contextlib.suppress(SQLAlchemyError), store.transaction() as db:
            beats.end(db, name)


def beat(store: Store, name: str) -> None:
    """Let the clock act on everything that is due now; a fault is logged and met again at the next beat.

    A server whose database a newer release has upgraded does nothing any more, and falls silent.
    """
    if not _is_current(store):
        return
    acted = DEEDS
    while acted >= DEEDS:
        acted = max(work(store, limit=DEEDS) for work in (clock.tick, versions.tick, drafts.tick))
        if acted:
            _log.info("the clock acted %d times", acted)
        attachments.rescan(store)
        with store.transaction() as db:
            beats.leave(db, store.moment(db), name, settings.release())


def _is_current(store: Store) -> bool:
    with store.reading() as db:
        found = migrations.revision(db)
    if found != migrations.NEWEST:
        _log.error("the database has the schema %s, this release %s: stop this server", found, migrations.NEWEST)
    return found == migrations.NEWEST


def carry(store: Store) -> None:
    """Put notices before people and send what is due; a fault is logged and met again at the next beat."""
    done = couriers.tick(store) if _is_current(store) else 0
    if done:
        _log.info("%d notices and messages were carried", done)


def seal(store: Store) -> None:
    """Give what waits its place in the log; a fault is logged and met again a second later."""
    if log.waits(store) and _is_current(store):
        log.seal(store)


def index(store: Store) -> None:
    """Let what the log has gained be found by words; a fault is logged and met again at the next beat."""
    if _is_current(store):
        filling.tick(store)


def publish(store: Store) -> None:
    """Put the newest checkpoint where it is kept outside this database."""
    if _is_current(store):
        publishing.tick(store)


def oversee(store: Store) -> None:
    """Let findings follow the entries that have come; a fault is logged and met again at the next beat."""
    if _is_current(store):
        following.tick(store)


def _shared(data_dir: Path, port: int) -> Path:
    """An empty folder in which the worker processes keep their figures; one for each server on this machine."""
    folder = data_dir / "figures" / str(port)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _forget(store: Store) -> None:
    if not _is_current(store):
        return
    attachments.sweep(store, machine_time() - attachments.ORPHANED)
    with store.transaction() as db:
        idempotency.forget(db, machine_time() - ANSWERS_KEPT)
        accounts.sweep(db)
        beats.forget(db, store.moment(db))
        returning.forget(db, store.moment(db))
        log.forget(db, store.moment(db))
        now = store.moment(db).now
        messages.forget(db, now - MESSAGES_KEPT)
        couriers.forget(db, now - MESSAGES_KEPT, now - NOTICES_KEPT)
