"""Open the database; ``transaction()``. The only place that begins, commits or rolls back.

SQLite and PostgreSQL behave alike: one writer per case (the case row is the lock), nothing lost by a retry.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

import psycopg
import uuid_utils
from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    exc,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy import column as column_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import StaticPool
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import UserDefinedType

from engine import tables
from engine.settings import Settings


def new_id() -> str:
    """An opaque id that sorts by time (UUID version 7, RFC 9562)."""
    return str(uuid_utils.uuid7())


@dataclass(frozen=True, slots=True)
class Moment:
    """The time of one deed: ``now`` is an instant in UTC, ``today`` the business date in the office's zone."""

    now: datetime
    zone: ZoneInfo
    local: datetime = field(init=False, compare=False, repr=False)
    """The same instant in the office's zone: what ``today()`` of FEEL has to mean."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "local", self.now.astimezone(self.zone))

    @property
    def today(self) -> date:
        return self.local.date()

    def midnight(self, day: date) -> datetime:
        """The instant at which a business date begins."""
        try:
            return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)
        except OverflowError:  # the first day there is begins before time does, east of Greenwich
            return datetime.min.replace(tzinfo=UTC)


class Store:
    """The open database of one process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.is_sqlite = settings.database_url.startswith("sqlite")
        # One writer at a time, waiting in line: SQLite's own busy handler is unfair (single commits waited > 1 s).
        self._writer = threading.Lock()
        self.engine = _open(settings)
        self.closed = threading.Event()
        self.heard: list[Callable[[str], None]] = []
        """Who wants to hear what transactions of this process announce (``announce``); on SQLite after the COMMIT."""
        self._drift: timedelta | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One deed: commits at the end, rolls back on any exception. Only a request, a tick or a command begins one."""
        if self.is_sqlite:
            with self._writer, self.engine.begin() as db:
                db.info.pop(_ANNOUNCED, None)  # of a transaction that failed
                yield db
                said = _announcement(db)
            if said is not None:
                for hear in self.heard:
                    hear(said)
        else:
            with self.engine.begin() as db:
                db.info.pop(_ANNOUNCED, None)
                yield db
                flush(db, _announcement(db))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view that never takes the write lock: every statement sees the same moment."""
        options: dict[str, Any] = {"liuhen_readonly": True}
        if not self.is_sqlite:
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.engine.connect().execution_options(**options) as db, db.begin():
            yield db

    def moment(self, db: Connection) -> Moment:
        """The time of the deed that ``db`` is about to do: the virtual clock's, or the database's."""
        return Moment(self._now(db), self.settings.zone)

    def _now(self, db: Connection) -> datetime:
        if self.settings.is_virtual:
            kept: datetime | None = (_VIRTUAL_NOW.first(db, {}) or {}).get("now")
            return kept or datetime.now(UTC)
        if self._drift is None:
            # Nodes agree because all of them follow the database's clock; asked once a process.
            self._drift = (
                timedelta(0)
                if self.is_sqlite
                else db.execute(text("SELECT clock_timestamp()")).scalar_one() - datetime.now(UTC)
            )
        return datetime.now(UTC) + self._drift

    def set_clock(self, db: Connection, now: datetime) -> None:
        """Move the virtual clock (only ``LIUHEN_CLOCK=virtual``)."""
        if not self.settings.is_virtual:
            raise RuntimeError("the clock can be moved only where LIUHEN_CLOCK=virtual")
        clock = tables.virtual_clock
        if db.execute(update(clock).where(clock.c.id == 1).values(now=now)).rowcount == 0:
            db.execute(insert(clock).values(id=1, now=now))

    def listen(self, hear: Callable[[str], None]) -> None:
        """Hear what transactions of every process announce, until ``close``; ``*`` where something may be missed.

        On PostgreSQL by one connection that listens; on SQLite by looking whether the file has changed, as what this
        process itself announces is told to ``heard``. Raises what the database raises.
        """
        if self.is_sqlite:
            self._watch(hear)
            return
        url = self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            hear("*")
            while not self.closed.is_set():
                for notice in connection.notifies(timeout=LOOK):
                    hear(notice.payload)

    def _watch(self, hear: Callable[[str], None]) -> None:
        own = 0

        def count(_said: str) -> None:
            nonlocal own
            own += 1

        self.heard.append(count)
        try:
            with self.engine.connect().execution_options(liuhen_readonly=True) as db:
                version: Any = None
                while not self.closed.wait(LOOK):
                    told, own = own, 0
                    # Outside a transaction: inside one, the version of the file stands still.
                    now = db.connection.dbapi_connection.execute("PRAGMA data_version").fetchone()  # type: ignore[union-attr]
                    if version is not None and now != version and not told:
                        hear("*")
                    version = now
        finally:
            self.heard.remove(count)

    def close(self) -> None:
        self.closed.set()
        self.engine.dispose()


# ---------------------------------------------------------------- what others hear of

CHANNEL = "liuhen"
LOOK = 1.0
"""Seconds between two looks at whether another process has written to a SQLite file."""
_ANNOUNCED = "liuhen announced"
_LONGEST_ANNOUNCEMENT = 7_500
"""Bytes; PostgreSQL takes 8,000."""


def announce(db: Connection, holders: Iterable[str]) -> None:
    """Once this transaction has committed, whoever these holders are hears that something of theirs has changed."""
    db.info.setdefault(_ANNOUNCED, set()).update(holders)


def _announcement(db: Connection) -> str | None:
    said = db.info.pop(_ANNOUNCED, None)
    if not said:
        return None
    text_ = "\n".join(sorted(said))
    return text_ if len(text_.encode()) <= _LONGEST_ANNOUNCEMENT else "*"


# ---------------------------------------------------------------- what a transaction has read

_KNOWN = "liuhen known"
_MOST_KNOWN = 20_000
_REMEMBERED = frozenset(
    {
        *("units", "unit_states", "people", "memberships", "posts", "relations", "delegations", "accounts"),
        *("parameters", "duty_rules", "calendar_versions", "documents", "active_versions", "procedures"),
    }
)
"""Tables of which ``once`` remembers rows: a transaction that writes one of them forgets what it has read."""

_Answer = TypeVar("_Answer")


def once(db: Connection, question: tuple[Hashable, ...], ask: Callable[[], _Answer]) -> _Answer:
    """The answer to a question that may be asked several times in one transaction: asked of the database once.

    Only of tables in ``_REMEMBERED``, and nothing that a caller changes. What another transaction commits meanwhile is
    seen by the next one, as if this one had been quicker.
    """
    known = db.info.setdefault(_KNOWN, {})
    if question not in known:
        if len(known) >= _MOST_KNOWN:
            known.clear()
        answer = ask()
        # Asked for again: what was asked may have written, and then nothing is known any more.
        db.info.setdefault(_KNOWN, {})[question] = answer
        return answer
    found: _Answer = known[question]
    return found


def recall(db: Connection, question: tuple[Hashable, ...], answer: object) -> None:
    """Remember the answer to a question of ``once`` that came along with something else."""
    db.info.setdefault(_KNOWN, {})[question] = answer


def several(
    db: Connection,
    about: tuple[Hashable, ...],
    wanted: Iterable[str],
    ask: Callable[[list[str]], Mapping[str, _Answer]],
) -> dict[str, _Answer]:
    """``once`` for many questions of one kind: those that were not asked yet are asked together.

    What has no answer is left out, and remembered as well.
    """
    known = db.info.setdefault(_KNOWN, {})
    ids = list(dict.fromkeys(wanted))
    missing = [id_ for id_ in ids if (*about, id_) not in known]
    if missing:
        if len(known) >= _MOST_KNOWN:
            known.clear()
            missing = ids
        answers = ask(missing)
        known.update({(*about, id_): answers.get(id_) for id_ in missing})
    return {id_: known[*about, id_] for id_ in ids if known[*about, id_] is not None}


def forget(db: Connection) -> None:
    """What was read is not known any more."""
    db.info.pop(_KNOWN, None)


# ---------------------------------------------------------------- statements of the hot path

DIALECTS = ("sqlite", "postgresql")
_ROWS_AT_ONCE = 8
"""Rows that go into one INSERT; more are the driver's own business."""

_Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement in the words of one database: its text, its values in their order, its columns."""

    text: str
    values: tuple[tuple[str, _Convert | None], ...]
    """Names in the order of the placeholders; a name twice is sent twice."""
    constants: Mapping[str, Any]
    columns: tuple[str, ...]
    results: tuple[tuple[int, _Convert], ...]
    """Columns that come back in another form than the driver's: their places, and how what is not null is read."""

    names: frozenset[str]
    """Every table whose name stands in the text."""

    def arguments(self, given: Mapping[str, Any]) -> list[Any]:
        if self.constants:
            given = {**self.constants, **given}
        return [given[name] if to is None else to(given[name]) for name, to in self.values]

    def row(self, found: Sequence[Any]) -> dict[str, Any]:
        row = dict(zip(self.columns, found, strict=True))
        for place, to in self.results:
            value = found[place]
            if value is not None:
                row[self.columns[place]] = to(value)
        return row

    @property
    def ignores(self) -> bool:
        """Whether it does nothing where a row is there already."""
        return "ON CONFLICT" in self.text

    def text_for(self, rows: int) -> str:
        """An INSERT of so many rows."""
        start = self.text.index(" VALUES (") + len(" VALUES ")
        depth, end = 0, start
        for end in range(start, len(self.text)):
            depth += {"(": 1, ")": -1}.get(self.text[end], 0)
            if depth == 0:
                break
        one = self.text[start : end + 1]
        return self.text[:start] + ", ".join([one] * rows) + self.text[end + 1 :]


class Statement:
    """A statement of the hot path: written with SQLAlchemy, compiled once a database, run by the driver itself.

    What SQLAlchemy does for each execution (parameters, events, a result) takes longer than the database takes for the
    statement. Values are bound by name: ``bindparam`` in the statement, ``columns`` of an INSERT.
    """

    def __init__(self, made: Any, *columns: str) -> None:
        self._made = made
        self._columns = columns
        self._compiled: dict[str, _Compiled] = {}
        self._texts: dict[tuple[str, int], str] = {}
        self._is_select = bool(getattr(made, "is_select", False))

    def all(self, db: Connection, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Every row, by the names of its columns."""
        known = self._for(db.dialect)
        _reads(db, known.text, known.names)
        if not self._is_select:
            _forget_if(db, known.names)
        row = known.row
        return [row(found) for found in _run(db, known.text, known.arguments(values)).fetchall()]

    def first(self, db: Connection, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The first row, or ``None``."""
        known = self._for(db.dialect)
        _reads(db, known.text, known.names)
        found = _run(db, known.text, known.arguments(values)).fetchone()
        return None if found is None else known.row(found)

    def run(self, db: Connection, values: Mapping[str, Any]) -> int:
        """Do it now; answers how many rows it met."""
        known = self._for(db.dialect)
        _reads(db, known.text, known.names)
        if not self._is_select:
            _forget_if(db, known.names)
        met: int = _run(db, known.text, known.arguments(values)).rowcount
        return met

    def explain(self, db: Connection, values: Mapping[str, Any]) -> list[str]:
        """How the database does it, line by line, in its own words; it is done for that."""
        flush(db)
        known = self._for(db.dialect)
        how = "EXPLAIN QUERY PLAN" if db.dialect.name == "sqlite" else "EXPLAIN (ANALYZE, BUFFERS)"
        return [str(line[-1]) for line in _run(db, f"{how} {known.text}", known.arguments(values)).fetchall()]

    def write(self, db: Connection, values: Mapping[str, Any], rows: int | None = None) -> None:
        """Do it before anything is read and before the commit: what a deed writes goes to PostgreSQL in one statement.

        Its parts do not see one another, so no row is written twice this way: ``run`` the second. ``rows``: how many
        rows it has to meet; another number is a fault.
        """
        known = self._for(db.dialect)
        gathered: _Gathered | None = db.info.get(_GATHERED)
        if gathered is not None:
            if getattr(self._made, "is_update", False):
                gathered.update(self, known, known.arguments(values), rows)
                return
            flush(db)
        _put(db, known, known.text, known.arguments(values), rows)

    def insert(self, db: Connection, rows: Sequence[Mapping[str, Any]], *, is_apart: bool = False) -> None:
        """Insert rows that all have the same columns, as ``write`` does; a few go in one statement.

        ``is_apart``: none of them is among those that wait to be written.
        """
        known = self._for(db.dialect)
        gathered: _Gathered | None = db.info.get(_GATHERED)
        if gathered is not None:
            _forget_if(db, known.names)
            gathered.insert(self, known, [known.arguments(row) for row in rows])
            return
        pending: _Pending | None = db.info.get(_PENDING)
        # A text of its own for every number of rows would be parsed each time; and whether a row is there already
        # shows only once those before it are.
        is_doubtful = known.ignores and not is_apart and pending and self._made.table.name in pending.tables
        if rows and (len(rows) > _ROWS_AT_ONCE or is_doubtful):
            flush(db)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = rows[start : start + _ROWS_AT_ONCE]
            place = (db.dialect.name, len(part))
            said = self._texts.get(place)
            if said is None:
                said = self._texts[place] = known.text_for(len(part))
            values = [value for row in part for value in known.arguments(row)]
            if len(rows) > _ROWS_AT_ONCE:
                _forget_if(db, known.names)
                _run(db, said, values)
            else:
                _put(db, known, said, values, None)
                if (pending := db.info.get(_PENDING)) is not None:
                    pending.tables.add(self._made.table.name)

    def put_in(self, db: Connection, rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows that are given as the values of one INSERT each, in as few statements as their texts allow."""
        known, start = self._for(db.dialect), 0
        for size in _SIZES:
            while len(rows) - start >= size:
                place = (db.dialect.name, size)
                said = self._texts.get(place)
                if said is None:
                    said = self._texts[place] = known.text_for(size)
                _run(db, said, [value for row in rows[start : start + size] for value in row])
                start += size

    def change(self, db: Connection, given: Sequence[Sequence[Any]], rows: int | None) -> None:
        """Do it for each of the given values; ``rows``: how many rows they have to meet together."""
        known = self._for(db.dialect)
        met = _run_many(db, known.text, given)
        if rows is not None and met != rows:
            raise RuntimeError(f"{known.text} met {met} rows, not {rows}")

    @property
    def place(self) -> int:
        """The place of its table among all tables, those that others refer to first."""
        return _PLACES[self._made.table.name]

    def _for(self, dialect: Dialect) -> _Compiled:
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = _compile(self._made, self._columns, dialect)
        return known


_VIRTUAL_NOW = Statement(select(tables.virtual_clock.c.now))


def _compile(made: Any, columns: Sequence[str], dialect: Dialect) -> _Compiled:
    # Values by place, in both databases: a driver need not look for names at every execution.
    by_place: Any = dialect if dialect.name == "sqlite" else type(dialect)(paramstyle="format")  # type: ignore[call-arg]
    compiled = made.compile(dialect=by_place, column_keys=list(columns) or None)
    asked = {name for name, bind in compiled.binds.items() if bind.required}
    # Lists of constants and separators are written into the text only here.
    whole = compiled.construct_expanded_state(dict.fromkeys(asked))
    names = tuple(whole.positiontup or ())
    converts = {n: b.type.dialect_impl(by_place).bind_processor(by_place) for n, b in compiled.binds.items()}
    is_select = getattr(made, "is_select", False)
    # Of what writes, the columns of RETURNING.
    fields = list(made.selected_columns if is_select else getattr(made, "exported_columns", ()))
    found = [(i, f.type.dialect_impl(by_place).result_processor(by_place, None)) for i, f in enumerate(fields)]
    return _Compiled(
        whole.statement,
        tuple((name, converts.get(name)) for name in names),
        {name: value for name, value in whole.parameters.items() if name in names and name not in asked},
        tuple(str(f.key) for f in fields),
        tuple((i, to) for i, to in found if to is not None),
        _tables_in(whole.statement),
    )


_WORD = re.compile(r"\w+")


@lru_cache(maxsize=2048)
def _tables_in(said: str) -> frozenset[str]:
    """The tables whose names stand in a statement: all that it can read, and some that it does not."""
    return _ALL_TABLES.intersection(_WORD.findall(said))


_ALL_TABLES = frozenset(tables.metadata.tables)
_PLACES = {table.name: place for place, table in enumerate(tables.metadata.sorted_tables)}
_SIZES = (64, 8, 1)
"""How many rows go into one INSERT of what was gathered: few sizes, so that few texts are parsed."""


@dataclass(slots=True)
class _Gathered:
    """What many deeds of one kind have still to write, by statement."""

    rows: dict[Statement, list[list[Any]]] = field(default_factory=dict)
    changes: dict[Statement, list[list[Any]]] = field(default_factory=dict)
    met: dict[Statement, int | None] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def insert(self, statement: Statement, known: _Compiled, rows: list[list[Any]]) -> None:
        self.rows.setdefault(statement, []).extend(rows)
        self.names |= known.names

    def update(self, statement: Statement, known: _Compiled, values: list[Any], rows: int | None) -> None:
        self.changes.setdefault(statement, []).append(values)
        met = self.met.get(statement, 0)
        self.met[statement] = None if rows is None or met is None else met + rows
        self.names |= known.names

    def write(self, db: Connection) -> None:
        """Rows that others refer to first; what changes rows after all rows are there."""
        rows, changes, met = self.rows, self.changes, self.met
        self.rows, self.changes, self.met, self.names = {}, {}, {}, set()
        for statement in sorted(rows, key=lambda one: one.place):
            statement.put_in(db, rows[statement])
        for statement, given in changes.items():
            statement.change(db, given, met[statement])


_GATHERED = "liuhen gathered"


@contextmanager
def gathered(db: Connection) -> Iterator[None]:
    """While many deeds of one kind are done in one transaction, what they insert and update goes in together.

    It is written before anything is read that could show it, and at the end. Nothing that one of them inserts may be
    what another one deletes by ``write`` without reading.
    """
    flush(db)
    if _GATHERED in db.info:
        yield
        return
    db.info[_GATHERED] = _Gathered()
    try:
        yield
        flush(db)
    finally:
        db.info.pop(_GATHERED, None)


@dataclass(slots=True)
class _Pending:
    """What a transaction has still to write."""

    texts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    rows: list[int | None] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)
    """Where rows are inserted."""
    names: set[str] = field(default_factory=set)
    """Every table that is written, or read for it."""


def _put(db: Connection, known: _Compiled, said: str, values: Sequence[Any], rows: int | None) -> None:
    _forget_if(db, known.names)
    if db.dialect.name == "sqlite":
        met = _run(db, said, values).rowcount
        if rows is not None and met != rows:
            raise RuntimeError(f"{said} met {met} rows, not {rows}")
        return
    pending = db.info.get(_PENDING)
    if pending is None:
        pending = db.info[_PENDING] = _Pending()
    pending.texts.append(said)
    pending.values.extend(values)
    pending.rows.append(rows)
    pending.names |= known.names


_PENDING = "liuhen pending"


def _flush_for(db: Connection, names: frozenset[str]) -> None:
    """Before something reads some tables: what waits to be written is written where it could be seen there."""
    pending: _Pending | None = db.info.get(_PENDING)
    together: _Gathered | None = db.info.get(_GATHERED)
    if any(waiting is not None and not waiting.names.isdisjoint(names) for waiting in (pending, together)):
        flush(db)


def _forget_if(db: Connection, names: frozenset[str]) -> None:
    if not _REMEMBERED.isdisjoint(names):
        forget(db)


def _reads(db: Connection, said: str, names: frozenset[str]) -> None:
    """Before a SELECT. Whoever has waited for a lock sees what others wrote meanwhile."""
    _flush_for(db, names)
    if "FOR UPDATE" in said:
        forget(db)


def flush(db: Connection, announcement: str | None = None) -> None:
    """Write what is still to be written; the parts of one statement all see the rows as they were before it.

    ``announcement`` goes along with them, and out with the COMMIT.
    """
    together: _Gathered | None = db.info.get(_GATHERED)
    if together is not None:
        together.write(db)
    pending: _Pending | None = db.info.pop(_PENDING, None)
    if pending is None:
        if announcement is not None:
            _run(db, f"SELECT {_NOTIFY}", [announcement])
        return
    counted = tuple(number for number, rows in enumerate(pending.rows) if rows is not None)
    values = pending.values if announcement is None else [*pending.values, announcement]
    met = _run(db, _together(tuple(pending.texts), counted, announcement is not None), values).fetchone()
    wanted = tuple(rows for rows in pending.rows if rows is not None)
    if wanted and tuple(met)[: len(wanted)] != wanted:
        raise RuntimeError(f"met {met} rows, not {wanted}: {[pending.texts[number] for number in counted]}")


@lru_cache(maxsize=256)
def _together(texts: tuple[str, ...], counted: tuple[int, ...], announces: bool = False) -> str:
    """Several writing statements as one (PostgreSQL: data-modifying statements in WITH)."""
    parts = [f"w{n} AS ({text}{' RETURNING 1' if n in counted else ''})" for n, text in enumerate(texts)]
    met = ", ".join(f"(SELECT count(*) FROM w{number})" for number in counted) or "0"  # noqa: S608 - numbers
    return f"WITH {', '.join(parts)} SELECT {met}{f', {_NOTIFY}' if announces else ''}"


_NOTIFY = f"pg_notify('{CHANNEL}', %s)"


@lru_cache(maxsize=2048)
def _numbered(said: str) -> str:
    """``%s`` as ``$1``, ``$2`` …: the driver reads a text with many values anew at every execution otherwise."""
    first, *others = said.split("%s")
    return "".join([first, *(f"${n}{text}" for n, text in enumerate(others, 1))]).replace("%%", "%")


def _run(db: Connection, said: str, values: Sequence[Any]) -> Any:
    connection: Any = db.connection.dbapi_connection
    try:
        if db.dialect.name == "sqlite":
            return connection.execute(said, values)
        return psycopg.RawCursor(connection).execute(_numbered(said), values)
    except Exception as e:
        if not isinstance(e, _errors(db)):
            raise
        raise _refused(db, connection, said, e) from e


def _run_many(db: Connection, said: str, given: Sequence[Sequence[Any]]) -> int:
    """Do it for each of the given values; gives how many rows they met together."""
    connection: Any = db.connection.dbapi_connection
    try:
        if db.dialect.name == "sqlite":
            met: int = connection.executemany(said, given).rowcount
            return met
        cursor = psycopg.RawCursor(connection)
        cursor.executemany(_numbered(said), given)
        return cursor.rowcount
    except Exception as e:
        if not isinstance(e, _errors(db)):
            raise
        raise _refused(db, connection, said, e) from e


def _errors(db: Connection) -> type[Exception]:
    driver: Any = db.dialect.loaded_dbapi
    found: type[Exception] = driver.Error
    return found


def _refused(db: Connection, connection: Any, said: str, e: Exception) -> BaseException:
    """What the driver raised, as if SQLAlchemy had run it. The values may be personal: they are in no message."""
    gone = db.dialect.is_disconnect(cast(Any, e), connection, None)
    if gone:
        db.invalidate(e)
    return exc.DBAPIError.instance(
        said, None, e, _errors(db), hide_parameters=True, connection_invalidated=gone, dialect=db.dialect
    )


@contextmanager
def part(db: Connection) -> Iterator[None]:
    """A part of a deed that may fail by itself: what it wrote is taken back, the rest of the deed stays."""
    flush(db)
    with db.begin_nested():
        try:
            yield
            flush(db)
        except BaseException:
            db.info.pop(_PENDING, None)
            if _GATHERED in db.info:
                db.info[_GATHERED] = _Gathered()
            raise


def _listen(engine: Engine) -> None:
    """What every transaction keeps in mind about what it has read, and has still to write."""

    @event.listens_for(engine, "begin")
    def _begins(db: Connection) -> None:
        forget(db)

    @event.listens_for(engine, "rollback_savepoint")
    def _taken_back(db: Connection, _name: str, _context: Any) -> None:
        forget(db)

    @event.listens_for(engine, "before_cursor_execute")
    def _before(db: Connection, _cursor: Any, said: str, _values: Any, context: Any, _many: Any) -> None:
        if context is not None and context.compiled is not None and context.compiled.statement.is_select:
            _reads(db, said, _tables_in(said))
            return
        flush(db)
        _forget_if(db, _tables_in(said))

    event.listen(engine, "commit", flush)


def for_update(db: Connection) -> bool:
    """Whether rows are locked one by one (PostgreSQL) or the whole database is (SQLite)."""
    return db.dialect.name == "postgresql"


def insert_or_ignore(db: Connection, table: Table) -> Any:
    """An INSERT that does nothing where the row is there already; both databases have it, each in its own words.

    Whoever asks whether it wrote the row adds ``returning``: PostgreSQL's driver counts nothing for an INSERT.
    """
    make = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    return make(table).on_conflict_do_nothing()


def insert_ignored(table: Table) -> Any:
    """The same as a ``Statement`` wants it, before the database is known: both say ON CONFLICT DO NOTHING."""
    return postgresql.insert(table).on_conflict_do_nothing()


def among(dialect: str, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The column is one of many texts that are bound as one value: a ``Statement`` has no list of any length."""
    if dialect == "postgresql":
        return column == func.any(bindparam(name, type_=Texts()))
    return column.in_(select(column_("value")).select_from(func.json_each(bindparam(name, type_=String()))))


def many(dialect: str, values: Iterable[str]) -> Any:
    """Many texts as the value that ``among`` and ``each_of`` bind."""
    if dialect == "postgresql":
        return "{" + ",".join(f'"{_quoted(value)}"' for value in values) + "}"
    return json.dumps(list(values))


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"') if "\\" in text or '"' in text else text


class Texts(UserDefinedType[str]):
    """An array of PostgreSQL as one text: its driver takes ten times as long to put a list into words."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        return "VARCHAR[]"


def each_of(name: str, called: str) -> Any:
    """Many texts of PostgreSQL that are bound as one value, as rows of one column that is named as the table is."""
    return func.unnest(bindparam(name, type_=Texts())).table_valued(called).render_derived(name=called)


def like(text: str) -> str:
    """The pattern that LIKE finds a text with, anywhere; the escape character is the backslash."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _open(settings: Settings) -> Engine:
    url = settings.database_url
    if url.startswith("sqlite:///"):
        path = url.removeprefix("sqlite:///")
        if path and path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        arguments: dict[str, Any] = {"timeout": 10, "check_same_thread": False}
        engine = (
            # A database in memory is its one connection: it is gone with it, and nobody else can open it.
            create_engine(url, poolclass=StaticPool, connect_args=arguments)
            if path == ":memory:"
            # Last in, first out: a connection that was not the last to write has to throw its cached pages away.
            else create_engine(url, pool_use_lifo=True, connect_args=arguments)
        )

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # we say BEGIN ourselves; pysqlite's own loses updates silently
            for pragma in (
                "journal_mode=WAL",
                "synchronous=FULL",  # a trail must survive power loss
                "busy_timeout=10000",
                "wal_autocheckpoint=4000",  # 16 MB: pages that every deed writes go into the file once, not every 40
                "cache_size=-16384",  # KiB
                "foreign_keys=ON",
                "trusted_schema=OFF",
            ):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def _begin(db: Connection) -> None:
            readonly = db.get_execution_options().get("liuhen_readonly")
            _run(db, "BEGIN" if readonly else "BEGIN IMMEDIATE", ())

        _listen(engine)
        return engine
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=20,
        connect_args={
            "connect_timeout": 5,  # a host that says nothing is as good as none
            # Compiling a statement of ours (jit) takes longer than any of them runs.
            "options": "-c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c timezone=UTC -c jit=off",
            "prepare_threshold": 2,
        },
    )

    @event.listens_for(engine, "checkin")
    def _rests(_connection: Any, record: Any) -> None:
        record.info.pop(_PENDING, None)  # what a transaction that failed would have written
        record.info[_RESTED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _is_there(connection: Any, record: Any, _fairy: Any) -> None:
        # Asking before every transaction whether the server is still there costs as much as a statement of the deed.
        rested = record.info.get(_RESTED)
        if rested is None or time.monotonic() - rested < REST:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as e:
            raise exc.DisconnectionError from e

    _listen(engine)
    return engine


REST = 1.0
"""Seconds that a connection may have rested before it is asked whether it is still there."""
_RESTED = "liuhen rested"


def wait_until_ready(store: Store, seconds: float = 10.0) -> None:
    """Wait for a database that is still starting; raises the last error after ``seconds``."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with store.reading() as db:
                db.execute(text("SELECT 1"))
            return
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
