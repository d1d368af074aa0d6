"""Probes and figures for whoever runs Liuhen; outside ``/api``, and without any content of a case."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from api import contract, figures, shapes
from engine import beats
from engine.store import Store

door = Blueprint("health", __name__)

LONGEST_SILENCE = timedelta(seconds=60)
"""A clock that has not looked at what is due for so long stands still."""


@door.get("/health/live")
@contract.public
def live() -> Response:
    """The process answers."""
    return _said({"status": "live"})


@door.get("/health/ready")
@contract.public
def ready() -> Response:
    """The database answers and has the schema of this release, the clock beats and the disk takes a file; else 503."""
    store = contract.the_store()
    failing, now = examine(store)
    if failing:
        return _said({"status": "not ready", "failing": failing}, 503)
    return _said({"status": "ready", "now": now})


@door.get("/metrics")
@contract.public
def metrics() -> Response:
    """Requests, what is open, late or stuck, the database and the release; in Prometheus' text format."""
    return Response(figures.text(contract.the_store()), content_type="text/plain; version=0.0.4; charset=utf-8")


def examine(store: Store) -> tuple[list[str], object]:
    """What keeps this server from working (``database``, ``schema``, ``clock``, ``disk``), and the time."""
    failing: list[str] = []
    now = None
    try:
        with store.reading() as db:
            if not figures.is_current(db):
                failing.append("schema")
            else:
                now = store.moment(db).now
                beat = beats.newest(db)
                if not store.settings.is_virtual and (beat is None or now - beat > LONGEST_SILENCE):
                    failing.append("clock")
    except SQLAlchemyError:
        failing.append("database")
    if not is_writable(store.settings.data_dir):
        failing.append("disk")
    return failing, now


def is_writable(folder: Path) -> bool:
    """Whether a small file can be stored in a folder: it is there, ours, and not full."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0" * 4096)
            file.flush()
    except OSError:
        return False
    return True


def _said(what: dict[str, object], status: int = 200) -> Response:
    return Response(shapes.as_json(what), status, mimetype="application/json")
