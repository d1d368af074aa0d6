"""Probes and figures for whoever runs Liuhen; outside ``/api``, and without any content of a case.

The text of ``/metrics`` is the exposition format of Prometheus, version 0.0.4.
"""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from api import contract, shapes
from engine import migrations, tables

door = Blueprint("health", __name__)

_NEWEST = ScriptDirectory.from_config(migrations.configuration()).get_current_head()


@door.get("/health/live")
@contract.public
def live() -> Response:
    """The process answers."""
    return _said({"status": "live"})


@door.get("/health/ready")
@contract.public
def ready() -> Response:
    """The database answers and has the schema of this release; 503 otherwise."""
    store = contract.the_store()
    try:
        with store.reading() as db:
            now = store.moment(db).now
            current = is_current(db)
    except SQLAlchemyError:
        return _said({"status": "no database"}, 503)
    if not current:
        return _said({"status": "the database needs: liuhen serve or liuhen setup"}, 503)
    return _said({"status": "ready", "now": now})


_COUNTS = (
    ("liuhen_cases", "Cases by status.", "status", select(tables.cases.c.status, func.count()).group_by("status")),
    ("liuhen_tasks", "Tasks by status.", "status", select(tables.tasks.c.status, func.count()).group_by("status")),
)
_TIMERS = select(func.count()).select_from(tables.timers)
_ENTRIES = select(func.count()).select_from(tables.entries)


@door.get("/metrics")
@contract.public
def metrics() -> Response:
    """Running cases, open tasks, waiting timers and entries of the trail."""
    lines: list[str] = []
    with contract.the_store().reading() as db:
        for name, text, label, query in _COUNTS:
            lines += [f"# HELP {name} {text}", f"# TYPE {name} gauge"]
            lines += [f'{name}{{{label}="{value}"}} {count}' for value, count in db.execute(query)]
        for name, text, single in (
            ("liuhen_timers", "Timers waiting.", _TIMERS),
            ("liuhen_entries", "Entries of the trail.", _ENTRIES),
        ):
            lines += [f"# HELP {name} {text}", f"# TYPE {name} gauge", f"{name} {db.execute(single).scalar_one()}"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")


def is_current(db: Connection) -> bool:
    """Whether the database has the schema of this release."""
    return MigrationContext.configure(db).get_current_revision() == _NEWEST


def _said(what: dict[str, object], status: int = 200) -> Response:
    return Response(shapes.as_json(what), status, mimetype="application/json")
