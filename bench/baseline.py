"""What a completion would cost without an engine: the statements it cannot do without, written by hand.

Read the session, claim the idempotency key, read case and task for update, write the case (900 bytes of state), the
task, the next task, two chained entries, two pending rows, commit. No permission, no FEEL, no form, no answer kept.
Liuhen's completion is measured against it in the same run, behind the same server.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import psycopg
import uuid_utils
from flask import Flask, Response, request

STATE = os.urandom(450).hex()
"""900 bytes: the order of size of a case's stored state."""

SCHEMA = """
CREATE TABLE sessions (hash VARCHAR(64) PRIMARY KEY, account VARCHAR(40) NOT NULL);
CREATE TABLE idempotency (account VARCHAR(40), key VARCHAR(200), status INTEGER NOT NULL, PRIMARY KEY (account, key));
CREATE TABLE cases (id VARCHAR(40) PRIMARY KEY, state TEXT NOT NULL, rev INTEGER NOT NULL, seq INTEGER NOT NULL,
    head VARCHAR(64) NOT NULL);
CREATE TABLE tasks (id VARCHAR(40) PRIMARY KEY, case_id VARCHAR(40) NOT NULL, step INTEGER NOT NULL,
    status VARCHAR(20) NOT NULL, completed_by VARCHAR(40));
CREATE INDEX ix_tasks ON tasks (case_id);
CREATE TABLE entries (chain VARCHAR(40), seq INTEGER, hash VARCHAR(64) NOT NULL, prev VARCHAR(64) NOT NULL,
    text TEXT NOT NULL, PRIMARY KEY (chain, seq));
CREATE TABLE pending (id VARCHAR(40) PRIMARY KEY, case_id VARCHAR(40) NOT NULL, text TEXT NOT NULL)
"""

STEPS = 5


class Cursor(Protocol):
    """What both drivers' cursors can do."""

    def execute(self, statement: str, values: Sequence[Any] = ...) -> Any: ...
    def fetchone(self) -> Any: ...


class Database:
    """One connection for each thread; SQLite's writers wait in line."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite:///")
        self._url = url.removeprefix("sqlite:///") if self.is_sqlite else url.replace("+psycopg", "")
        self._local = threading.local()
        self._writer: Any = threading.Lock() if self.is_sqlite else contextlib.nullcontext()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Cursor]:
        if not hasattr(self._local, "connection"):
            self._local.connection = self._open()
        connection = self._local.connection
        with self._writer:
            cursor = connection.cursor()
            if self.is_sqlite:
                cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def _open(self) -> Any:
        if not self.is_sqlite:
            return psycopg.connect(self._url, prepare_threshold=2)
        connection = sqlite3.connect(self._url, isolation_level=None, timeout=10)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=4000", "cache_size=-16384"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def said(self, statement: str) -> str:
        """A statement in the driver's own way of marking values."""
        return statement if self.is_sqlite else statement.replace("?", "%s")


def new_id() -> str:
    return str(uuid_utils.uuid7())


def prepare(url: str, cases: int) -> list[str]:
    """Make the tables and so many cases; answers the id of the first task of each."""
    database = Database(url)
    firsts = []
    with database.transaction() as db:
        for statement in SCHEMA.split(";"):
            db.execute(statement)
        db.execute(database.said("INSERT INTO sessions VALUES (?, ?)"), [hashlib.sha256(b"token").hexdigest(), "me"])
        for _ in range(cases):
            case, task = new_id(), new_id()
            db.execute(database.said("INSERT INTO cases VALUES (?, ?, 1, 0, ?)"), [case, STATE, "0" * 64])
            db.execute(database.said("INSERT INTO tasks VALUES (?, ?, 1, 'open', NULL)"), [task, case])
            firsts.append(task)
    return firsts


def create() -> Flask:
    """The application, as the server starts it: the database's URL is in ``BASELINE_URL``."""
    app = Flask("baseline")
    database = Database(os.environ["BASELINE_URL"])
    said = database.said
    lock = "" if database.is_sqlite else " FOR UPDATE OF c"
    ask_session = said("SELECT account FROM sessions WHERE hash = ?")
    claim = said("INSERT INTO idempotency VALUES (?, ?, 200)")
    ask_task = said(
        "SELECT c.id, c.state, c.rev, c.seq, c.head, t.step, t.status FROM tasks t JOIN cases c ON c.id = t.case_id "
        f"WHERE t.id = ?{lock}"
    )
    write_case = said("UPDATE cases SET state = ?, rev = rev + 1, seq = ?, head = ? WHERE id = ? AND rev = ?")
    write_task = said("UPDATE tasks SET status = 'completed', completed_by = ? WHERE id = ? AND status = 'open'")
    open_task = said("INSERT INTO tasks VALUES (?, ?, ?, 'open', NULL)")
    append = said("INSERT INTO entries VALUES (?, ?, ?, ?, ?)")
    put_off = said("INSERT INTO pending VALUES (?, ?, ?)")

    @app.get("/health/live")
    def live() -> str:
        return "alive"

    @app.post("/tasks/<task>/completion")
    def complete(task: str) -> Response:
        answers = request.get_json()
        token = request.headers["Authorization"].removeprefix("Bearer ")
        with database.transaction() as db:
            db.execute(ask_session, [hashlib.sha256(token.encode()).hexdigest()])
            (account,) = db.fetchone()
            db.execute(claim, [account, request.headers["Idempotency-Key"]])
            db.execute(ask_task, [task])
            case, _state, rev, seq, head, step, status = db.fetchone()
            if status != "open":
                return Response(status=409)
            following = new_id() if step < STEPS else None
            for kind in ("task.completed", "task.opened"):
                seq += 1
                entry = json.dumps({"prev": head, "seq": seq, "kind": kind, "by": account, "answers": answers})
                previous, head = head, hashlib.sha256(entry.encode()).hexdigest()
                db.execute(append, [case, seq, head, previous, entry])
            db.execute(write_case, [STATE, seq, head, case, rev])
            db.execute(write_task, [account, task])
            if following:
                db.execute(open_task, [following, case, step + 1])
            for _ in range(2):
                db.execute(put_off, [new_id(), case, "{}"])
        return Response(json.dumps({"next_task": following and {"id": following}}), mimetype="application/json")

    return app
