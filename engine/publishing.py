"""Checkpoints of the sealed log leave the house: to a folder, a webhook, witnesses, a timestamping authority.

Only what lies outside this database proves that nobody rewrote it. Each place gets the newest checkpoint, not more
often than ``LIUHEN_LOG_SECONDS``; a place that cannot be reached is tried again, later each time. What was put where is
a row of its own (``log_publications``). Any number of nodes may do this: a place is claimed while an attempt lasts.
"""

from __future__ import annotations

import base64
import logging
import os
import re
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select, update

from engine import log, tables
from engine.accounts import machine_time
from engine.couriers import hooks, wire
from engine.couriers.outcomes import NotSent
from engine.log import notes, stamps
from engine.log.notes import Malformed
from engine.settings import Settings
from engine.store import Moment, Store, for_update, insert_or_ignore

_log = logging.getLogger("liuhen.publishing")

LEASE = timedelta(minutes=2)
"""Longer than an attempt takes."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
DAILY = timedelta(days=1)
LATE = timedelta(minutes=10)
"""A place that is so far behind what it should have is late."""
FOLDER, WEBHOOK, TIMESTAMP, WITNESS = "folder", "webhook", "timestamp", "witness:"

_P, _W = tables.log_places.c, tables.log_witnesses.c


class Fault(Exception):
    """Why a place has not taken a checkpoint: words for operators, without an address."""


class Forked(Fault):
    """A place holds something else under this name: the log was rewritten or set back."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place outside the database, and how checkpoints get there."""

    name: str
    target: str
    every: timedelta
    put: Callable[[Store, log.Sealed, int], None]
    """(store, checkpoint, the newest size that the place has); raises ``Fault``."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a place stands."""

    name: str
    target: str
    size: int
    """The newest that it has; 0 for none."""
    done_at: datetime | None
    failures: int
    fault: str | None
    late: bool


def tick(store: Store, *, now: bool = False) -> int:
    """Give every place that is due the newest checkpoint; how many took it. ``now``: those as well that are not due."""
    with store.reading() as db:
        found = places(store.settings, db)
    return sum(_publish(store, place, now) for place in found)


def is_witness(place: str) -> bool:
    """Whether a place, by its name, is a witness that is asked to cosign."""
    return place.startswith(WITNESS)


def places(settings: Settings, db: Connection) -> list[Place]:
    """Every place that settings and the list of witnesses name."""
    every = timedelta(seconds=settings.log_seconds)
    found = []
    if settings.log_folder:
        found.append(Place(FOLDER, settings.log_folder, every, _into_folder))
    if settings.log_webhook:
        found.append(Place(WEBHOOK, settings.log_webhook, every, _to_webhook))
    asked = select(_W.name, _W.url, _W.vkey).where(_W.ended_at.is_(None)).order_by(_W.name)
    found += [Place(f"{WITNESS}{r.name}", r.url, every, _Asking(r.name, r.url, r.vkey)) for r in db.execute(asked)]
    if settings.log_timestamps:
        found.append(Place(TIMESTAMP, settings.log_timestamps, DAILY, _stamp))
    return found


def standing(settings: Settings, db: Connection, moment: Moment) -> list[Standing]:
    """Where every place stands, and which are late."""
    rows = {row.place: row for row in db.execute(select(tables.log_places))}
    result = []
    for place in places(settings, db):
        row = rows.get(place.name)
        size, done_at = (row.size, row.done_at) if row else (0, None)
        first = select(tables.log_checkpoints.c.at).where(tables.log_checkpoints.c.size > size)
        since = db.execute(first.order_by(tables.log_checkpoints.c.size).limit(1)).scalar()
        due = None if since is None else max(since, (done_at or since)) + place.every
        is_late = due is not None and moment.now > due + LATE
        failures, fault = (row.failures, row.fault) if row else (0, None)
        result.append(Standing(place.name, place.target, size, done_at, failures, fault, is_late))
    return result


def _publish(store: Store, place: Place, now: bool) -> bool:
    with store.reading() as db:  # peek: a writer would keep people waiting
        newest = log.newest(db)
        row = db.execute(select(tables.log_places).where(_P.place == place.name)).first()
        moment = store.moment(db)
    if newest is None or (row is not None and (row.size >= newest.size or (row.next_at > moment.now and not now))):
        return False
    with store.transaction() as db:
        moment = store.moment(db)
        size = _claim(db, place, moment, now)
    if size is None or size >= newest.size:
        return False
    fault = None
    try:
        place.put(store, newest, size)
    except Fault as e:
        fault = e
        (_log.error if isinstance(e, Forked) else _log.warning)("the checkpoint did not get to %s: %s", place.name, e)
    with store.transaction() as db:
        _note(db, place, store.moment(db), newest, fault)
    return fault is None


def _claim(db: Connection, place: Place, moment: Moment, now: bool) -> int | None:
    """The newest size that the place has; null where another node is at it."""
    empty = {"place": place.name, "size": 0, "failures": 0, "next_at": moment.now}
    db.execute(insert_or_ignore(db, tables.log_places).values(**empty))
    query = select(_P.size, _P.next_at).where(_P.place == place.name)
    row = db.execute(query.with_for_update(skip_locked=True) if for_update(db) else query).first()
    if row is None or (row.next_at > moment.now and not now):
        return None
    db.execute(update(tables.log_places).where(_P.place == place.name).values(next_at=moment.now + LEASE))
    size: int = row.size
    return size


def _note(db: Connection, place: Place, moment: Moment, newest: log.Sealed, fault: Fault | None) -> None:
    """What became of an attempt."""
    mine = update(tables.log_places).where(_P.place == place.name)
    if fault is not None:
        failures = db.execute(select(_P.failures).where(_P.place == place.name)).scalar_one() + 1
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 16))
        values = {"failures": failures, "next_at": moment.now + pause, "fault": str(fault)[:200]}
        db.execute(mine.values(**values))
        return
    done = {"place": place.name, "size": newest.size, "at": moment.now, "target": place.target}
    db.execute(insert_or_ignore(db, tables.log_publications).values(**done))
    db.execute(
        mine.where(_P.size <= newest.size).values(
            size=newest.size, done_at=moment.now, failures=0, next_at=moment.now + place.every, fault=None
        )
    )


# ---------------------------------------------------------------- a folder


def file_name(size: int) -> str:
    """What the file of a checkpoint is called; in the order of their names they are in the order of time."""
    return f"checkpoint-{size:012d}.txt"


_FILE = re.compile(r"checkpoint-(\d{12})\.txt")


def _into_folder(store: Store, checkpoint: log.Sealed, _size: int) -> None:
    """One file for each size, whole or not there. A file is never overwritten: another tree of that size is a fork."""
    folder = Path(store.settings.log_folder)
    path = folder / file_name(checkpoint.size)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        largest = max((int(m[1]) for name in os.listdir(folder) if (m := _FILE.fullmatch(name))), default=0)
        if largest > checkpoint.size:
            raise Forked(f"the folder holds a checkpoint of {largest} entries, the database only {checkpoint.size}")
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".checkpoint.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(checkpoint.note)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(draft, 0o644)
            try:
                os.link(draft, path)  # as a rename, but never in the place of another one
            except FileExistsError:
                if _body(path.read_text(encoding="utf-8")) != _body(checkpoint.note):
                    raise Forked(f"the folder holds another checkpoint of {checkpoint.size} entries") from None
        finally:
            os.unlink(draft)
    except OSError as e:
        raise Fault(e.strerror or type(e).__name__) from e


def _body(note: str) -> str:
    return note.rpartition("\n\n")[0]


# ---------------------------------------------------------------- a webhook


def _to_webhook(store: Store, checkpoint: log.Sealed, _size: int) -> None:
    """``{type, size, root, at, note}``, signed as every webhook is (``engine/couriers/hooks.py``)."""
    house = store.settings
    what = {
        "type": "log.checkpoint",
        "size": checkpoint.size,
        "root": checkpoint.root,
        "at": notes.instant(checkpoint.at),
        "note": checkpoint.note,
    }
    given = {"url": house.log_webhook, "key": house.log_webhook_secret}
    try:
        hooks.send(given, f"checkpoint-{checkpoint.size}", what, machine_time(), house.webhook_hosts)
    except NotSent as e:
        raise Fault(e.words) from e


# ---------------------------------------------------------------- witnesses


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks one witness to cosign (C2SP tlog-witness)."""

    name: str
    url: str
    vkey: str

    def __call__(self, store: Store, checkpoint: log.Sealed, size: int) -> None:
        reply = self._ask(store, checkpoint, size)
        if reply.status == 409:  # it has seen more or less than we know, as after an answer that was lost
            told = reply.body.decode("ascii", "replace").strip()
            if not told.isdigit():
                raise Forked("the witness has cosigned another tree")
            if int(told) > checkpoint.size:
                raise Forked(f"the witness has cosigned {told} entries, the database has only {checkpoint.size}")
            if int(told) == size:
                raise Forked(f"the witness has cosigned another tree of {told} entries")
            reply = self._ask(store, checkpoint, int(told))
        if reply.status == 422:
            raise Forked("the witness says that the log did not grow from what it has cosigned")
        if reply.status != 200:
            raise Fault(f"HTTP {reply.status}")
        self._keep(store, checkpoint, reply.body)

    def _ask(self, store: Store, checkpoint: log.Sealed, old: int) -> wire.Reply:
        with store.reading() as db:
            _, proof = log.growth(db, old, checkpoint.size)
        lines = "".join(f"{base64.b64encode(one).decode()}\n" for one in proof)
        body = f"old {old}\n{lines}\n{checkpoint.note}".encode()
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        try:
            return wire.post(f"{self.url}/add-checkpoint", body, headers, store.settings.webhook_hosts)
        except wire.WrongTarget as e:
            raise Fault(e.text.en) from e
        except (wire.Unreachable, wire.Doubtful) as e:
            raise Fault(str(e)) from e

    def _keep(self, store: Store, checkpoint: log.Sealed, body: bytes) -> None:
        """Its cosignature, if it is one: whatever else is in the answer is passed over."""
        key = notes.read_key(self.vkey)
        try:
            answered = notes.read(_body(checkpoint.note) + "\n\n" + body.decode())
            signed = [one for one in notes.verified(answered, [key]) if one.time is not None]
        except (Malformed, UnicodeDecodeError) as e:
            raise Fault(f"its answer is no cosignature: {e}") from e
        if not signed:
            raise Fault("its answer is not signed by the key that it should have")
        with store.transaction() as db:
            row = {"size": checkpoint.size, "witness": key.name, "line": signed[0].line, "at": store.moment(db).now}
            db.execute(insert_or_ignore(db, tables.log_cosignatures).values(**row))


# ---------------------------------------------------------------- a timestamping authority


def _stamp(store: Store, checkpoint: log.Sealed, _size: int) -> None:
    """A token of RFC 3161 over the body of the checkpoint; which time it says is for the verifier to read."""
    house = store.settings
    asked = stamps.Question.about(_body(checkpoint.note).encode() + b"\n", secrets.randbits(63))
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        reply = hooks.posted(house.log_timestamps, asked.der, headers, house.webhook_hosts)
    except NotSent as e:
        raise Fault(e.words) from e
    if reply.status != 200:
        raise Fault(f"HTTP {reply.status}")
    try:
        token = stamps.token(reply.body, asked)
    except stamps.NoToken as e:
        raise Fault(str(e)) from e
    with store.transaction() as db:
        row = {"size": checkpoint.size, "authority": house.log_timestamps[:200], "token": token}
        db.execute(insert_or_ignore(db, tables.log_timestamps).values(**row, at=store.moment(db).now))
