"""Figures for ``/metrics``: requests as they are answered, added up over the worker processes, and rows as they are.

Labels are patterns of doors, statuses and kinds that the product itself names; nothing that anybody typed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from sqlalchemy import Connection, ScalarSelect, Select, event, func, select
from sqlalchemy.exc import SQLAlchemyError

from engine import beats, log, migrations, publishing, settings, tables
from engine.store import Moment, Store

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable under which prometheus_client looks for the folder that worker processes share."""

# When a counter was made is a series of its own to prometheus_client; nobody reads it.
disable_created_metrics()  # type: ignore[no-untyped-call]
_HERE = CollectorRegistry()
_REQUESTS = Counter("liuhen_requests", "Requests answered, by door and status.", ("door", "status"), registry=_HERE)
_SECONDS = Histogram(
    "liuhen_request_seconds",
    "Time to answer a request, by door.",
    ("door",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_HERE,
)
_CONNECTIONS = Gauge(
    "liuhen_database_connections_in_use",
    "Connections to the database that requests hold, of all worker processes of this server.",
    registry=_HERE,
    multiprocess_mode="livesum",
)


def answered(door: str, status: int, seconds: float) -> None:
    """Count one request."""
    _REQUESTS.labels(door, str(status)).inc()
    _SECONDS.labels(door).observe(seconds)


def watch(store: Store) -> None:
    """Count the connections that are in use; once for each store."""
    if not event.contains(store.engine, "checkout", _taken):
        event.listen(store.engine, "checkout", _taken)
        event.listen(store.engine, "checkin", _given_back)


def _taken(*_: Any) -> None:
    _CONNECTIONS.inc()


def _given_back(*_: Any) -> None:
    _CONNECTIONS.dec()


def text(store: Store) -> bytes:
    """Everything, in Prometheus' exposition format 0.0.4."""
    folder = os.environ.get(FOLDER)
    registry = CollectorRegistry()
    if folder is None:
        registry.register(_Requests())
    else:
        _bury(Path(folder))
        MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
    registry.register(_Rows(store))
    return generate_latest(registry)


def _bury(folder: Path) -> None:
    """What killed worker processes held is held no longer."""
    if os.name == "nt":  # there, signal 0 ends a process
        return
    for file in folder.glob("gauge_live*.db"):
        pid = file.stem.rpartition("_")[2]
        if not Path(f"/proc/{pid}").exists() and not _is_alive(int(pid)):
            mark_process_dead(int(pid), str(folder))  # type: ignore[no-untyped-call]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class _Requests(Collector):
    """What this one process has counted."""

    def collect(self) -> Iterator[Any]:
        yield from _HERE.collect()


# ---------------------------------------------------------------- rows

_CASES, _TASKS, _JOBS, _MESSAGES = tables.cases.c, tables.tasks.c, tables.jobs.c, tables.messages.c
LIVE_CASES = ("running", "suspended", "failed")
OPEN_TASKS = ("held", "open", "confirming")
LIVE_JOBS = ("open", "failed")
DELIVERIES = ("waiting", "failed", "unknown")
_DELIVERIES = tables.notice_deliveries.c

_BY_KIND: Mapping[str, tuple[str, str, tuple[str, ...], Select[Any]]] = {
    "liuhen_cases": (
        "Cases that have not ended, by status.",
        "status",
        LIVE_CASES,
        select(_CASES.status, func.count()).where(_CASES.status.in_(LIVE_CASES)).group_by(_CASES.status),
    ),
    "liuhen_tasks": (
        "Tasks that have not been completed, by status.",
        "status",
        OPEN_TASKS,
        select(_TASKS.status, func.count()).where(_TASKS.status.in_(OPEN_TASKS)).group_by(_TASKS.status),
    ),
    "liuhen_jobs": (
        "Jobs of outside programs that are not done; failed ones have no retries left.",
        "status",
        LIVE_JOBS,
        select(_JOBS.status, func.count()).where(_JOBS.status.in_(LIVE_JOBS)).group_by(_JOBS.status),
    ),
    "liuhen_notice_deliveries": (
        "Messages of channels, by status: failed were refused; unknown may have arrived and are not repeated.",
        "status",
        DELIVERIES,
        select(_DELIVERIES.status, func.count()).where(_DELIVERIES.status.in_(DELIVERIES)).group_by(_DELIVERIES.status),
    ),
    "liuhen_messages_pending": (
        "Messages and signals that have not reached their receivers.",
        "kind",
        ("message", "signal", "return"),
        select(_MESSAGES.kind, func.count()).where(_MESSAGES.status == "pending").group_by(_MESSAGES.kind),
    ),
}


def _count(table: Any, *where: Any) -> ScalarSelect[Any]:
    return select(func.count()).select_from(table).where(*where).scalar_subquery()


_SINGLE: Mapping[str, tuple[str, Any]] = {
    "liuhen_incidents_open": (
        "Paths of cases that could not go on.",
        _count(tables.incidents, tables.incidents.c.resolved_at.is_(None)),
    ),
    "liuhen_timers": ("Timers waiting.", _count(tables.timers)),
    "liuhen_channels_resting": (
        "Channels whose server does not answer, or does not know us.",
        _count(tables.channels, tables.channels.c.failures > 0, tables.channels.c.disabled_at.is_(None)),
    ),
    "liuhen_outbox": ("Notices that are still to be put before people.", _count(tables.outbox)),
}
_ALL_SINGLE = select(*(query.label(name) for name, (_, query) in _SINGLE.items()))


def oldest_due(db: Connection, moment: Moment) -> datetime | None:
    """The instant for which the longest overdue work of the clock was due; null where nothing is."""
    found = [
        db.execute(select(func.min(_CASES.wake_at)).where(_CASES.status == "running")).scalar(),
        db.execute(select(func.min(tables.starts.c.due_at))).scalar(),
    ]
    return min((at for at in found if at is not None and at <= moment.now), default=None)


def is_current(db: Connection) -> bool:
    """Whether the database has the schema of this release."""
    return migrations.revision(db) == migrations.NEWEST


class _Rows(Collector):
    """What the database holds; without one, only that there is none."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Any]:
        pool = self._store.engine.pool
        limit = getattr(pool, "size", lambda: 1)() + max(0, getattr(pool, "_max_overflow", 0))
        yield _single("liuhen_database_connections_limit", "Connections that one worker process may hold.", limit)
        about = GaugeMetricFamily("liuhen_build", "The release that answers.", labels=("version", "schema"))
        about.add_metric((settings.release(), migrations.NEWEST), 1)
        yield about
        try:
            with self._store.reading() as db:
                rows = list(self._rows(db))
        except SQLAlchemyError:
            rows = [_single("liuhen_database_up", "Whether the database answers and has the right schema.", 0)]
        yield from rows

    def _rows(self, db: Connection) -> Iterator[Any]:
        current = is_current(db)
        yield _single("liuhen_database_up", "Whether the database answers and has the right schema.", int(current))
        if not current:
            return
        moment = self._store.moment(db)
        for name, (said, label, values, query) in _BY_KIND.items():
            counts: dict[str, int] = {row[0]: row[1] for row in db.execute(query)}
            family = GaugeMetricFamily(name, said, labels=(label,))
            for value in values:
                family.add_metric((value,), counts.get(value, 0))
            yield family
        single = db.execute(_ALL_SINGLE).one()
        for (name, (said, _)), count in zip(_SINGLE.items(), single, strict=True):
            yield _single(name, said, count)
        due = oldest_due(db, moment)
        late = 0.0 if due is None else (moment.now - due).total_seconds()
        yield _single("liuhen_due_late_seconds", "How late the longest overdue work of the clock is.", late)
        waiting, newest = log.waiting(db), log.newest(db)
        unsealed = 0.0 if waiting.since is None else max(0.0, (moment.now - waiting.since).total_seconds())
        yield _single("liuhen_log_unsealed", "Entries that have no place in the sealed log yet.", waiting.count)
        yield _single("liuhen_log_unsealed_seconds", "How long the oldest of them has waited.", unsealed)
        yield _single("liuhen_log_size", "Entries under the newest checkpoint.", newest.size if newest else 0)
        behind = GaugeMetricFamily(
            "liuhen_log_place_behind", "Entries that a place outside the database does not cover.", labels=("place",)
        )
        for place in publishing.standing(self._store.settings, db, moment):
            behind.add_metric((place.name,), (newest.size if newest else 0) - place.size)
        yield behind
        beat = beats.newest(db)
        if beat is not None and not self._store.settings.is_virtual:
            lag = max(0.0, (moment.now - beat).total_seconds())
            yield _single("liuhen_clock_lag_seconds", "Since the clock of any server last looked at what is due.", lag)


def _single(name: str, said: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, said, value=value)
