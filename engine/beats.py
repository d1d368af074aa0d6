"""The servers on this database: each leaves a heartbeat whenever its clock has looked at what is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, select, update

from engine import tables
from engine.store import Moment, insert_or_ignore

FORGOTTEN = timedelta(days=1)
"""A server that has been silent for so long is taken off the list; it was killed."""

_MOVE = (
    update(tables.beats)
    .where(tables.beats.c.server == bindparam("name"))
    .values(at=bindparam("now"), version=bindparam("release"))
)
_NEWEST = select(func.max(tables.beats.c.at))


def leave(db: Connection, moment: Moment, server: str, version: str) -> None:
    """The clock of ``server`` (``host:process``) has looked at what is due; ``version`` is its release."""
    if db.execute(_MOVE, {"name": server, "now": moment.now, "release": version}).rowcount == 0:
        row = {"server": server, "version": version, "started_at": moment.now, "at": moment.now}
        db.execute(insert_or_ignore(db, tables.beats), row)


def end(db: Connection, server: str) -> None:
    """``server`` stops."""
    db.execute(delete(tables.beats).where(tables.beats.c.server == server))


def newest(db: Connection) -> datetime | None:
    """When the clock of any server last looked; null where none ever did."""
    at: datetime | None = db.execute(_NEWEST).scalar()
    return at


def forget(db: Connection, moment: Moment) -> None:
    """Take the servers off that were killed long ago."""
    db.execute(delete(tables.beats).where(tables.beats.c.at < moment.now - FORGOTTEN))
