"""A whole database in one file that says what it holds, and back: into an empty database of either kind.

The file is one Zstandard frame (RFC 8878) of JSON lines: a first line (format, schema, release, time), then for each
table its columns, its rows (arrays) and a line with their number and SHA-256, then a last line with all of these, what
the trail's verification found, and the SHA-256 of every line before it. Instants are RFC 3339 in UTC, bytes are Base64.
It is written from one consistent view while the office works. What only concerns the servers that run now (sessions,
throttles, links that reset a password, heartbeats, messages on their way out) is left out. See
docs/decisions/0010-one-portable-backup.md.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import sqlalchemy as sa
import zstandard
from sqlalchemy import Column, Connection, Table, func, insert, inspect, select, update

from engine import log, migrations, tables, trail
from engine.errors import Refused, Text
from engine.store import Moment, Store

FORMAT = 1
PASSING = frozenset(
    {
        "sessions",
        "half_sessions",
        "throttles",
        "password_resets",
        "reset_requests",
        "provider_visits",
        "beats",
        "notice_deliveries",
        "log_pending",
        # Made anew from the entries and the attachments.
        *("search_texts", "search_terms", "search_values", "search_files", "search_progress", "file_texts"),
    }
)
"""Tables that a backup leaves out."""
BATCH = 1000
LEVEL = 6
"""Of compression: higher ones cost time and save little."""

Progress = Callable[[str, int, bool], None]
"""Told the table, how many of its rows are done, and whether these are all."""


def silent(table: str, rows: int, is_all: bool) -> None:
    """Progress that nobody looks at."""


class Damaged(Refused):
    """The file is not a backup, or not a whole one."""

    code = "err_backup_damaged"
    text = Text(
        "备份文件已损坏或不完整：{place}。请换用另一份备份。", "This is no whole backup: {place}. Use another copy."
    )


class NotEmpty(Refused):
    """A backup is restored into an empty database alone."""

    code = "err_database_not_empty"
    text = Text(
        "数据库不是空的（{table} 中已有数据）。请新建一个空数据库，把 LIUHEN_DATABASE_URL 指向它，再恢复。",
        "The database is not empty ({table} has rows). Make an empty one, point LIUHEN_DATABASE_URL to it, try again.",
    )


class OtherRelease(Refused):
    """The file or the database has a schema that this release cannot restore into."""

    code = "err_backup_other_release"
    text = Text(
        "备份由 {version} 版本制作（结构 {schema}），本版本不认识。请安装该版本或更新的版本后恢复。",
        "The backup was made by release {version} (schema {schema}), unknown to this one. Restore it with that release"
        " or a newer one.",
    )


class OlderRelease(Refused):
    """The database has a schema that this release cannot write down whole."""

    code = "err_database_older_release"
    text = Text(
        "数据库的结构（{schema}）中有本版本不认识的内容：{what}。请用写入它的版本备份。",
        "The database (schema {schema}) holds what this release does not know: {what}. Make the backup with the"
        " release that wrote it.",
    )


class Exists(Refused):
    """A backup never overwrites a file."""

    code = "err_file_exists"
    text = Text("{path} 已存在，请另取文件名。", "{path} exists already. Choose another name.")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds."""

    schema: str
    version: str
    made_at: str
    """RFC 3339, UTC."""
    made_from: str
    """``sqlite`` or ``postgresql``."""
    tables: Mapping[str, int]
    """Rows by table."""
    report: trail.Report


# ---------------------------------------------------------------- out


def make(store: Store, release: str, path: Path, progress: Progress) -> Contents:
    """Store everything in ``path`` while others work, read it back, and give what it holds.

    Raises ``Exists`` and ``OlderRelease``; ``OSError`` where the disk is full or the folder is missing; ``Damaged``
    where what was written does not come back. In none of these cases is there a file.
    """
    if path.exists():
        raise Exists(path=str(path))
    draft = path.with_name(f"{path.name}.part")
    try:
        draft.unlink(missing_ok=True)  # of a backup that was killed
        # Personal data: for its owner alone from the first byte on, and never through somebody else's link.
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with store.reading() as db:
                _write(db, store.moment(db), release, file, progress)
            file.flush()
            os.fsync(file.fileno())
        contents = examine(draft)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return contents


def _write(db: Connection, moment: Moment, release: str, file: Any, progress: Progress) -> None:
    whole = hashlib.sha256()
    with zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).stream_writer(file, closefd=False) as packed:

        def put(line: bytes) -> None:
            whole.update(line)
            packed.write(line)

        put(
            _line(
                {
                    "liuhen": "backup",
                    "format": FORMAT,
                    "schema": migrations.revision(db),
                    "version": release,
                    "made_at": trail.instant(moment.now),
                    "made_from": db.dialect.name,
                }
            )
        )
        held: dict[str, list[Any]] = {}
        for table, there in _there(db):
            name = str(table.name)  # SQLAlchemy's own kind of text is none to orjson
            columns = [[str(column.name), _kind(column)] for column in there]
            put(_line({"table": name, "columns": columns}))
            mark, count = hashlib.sha256(), 0
            query = select(*there).order_by(*table.primary_key.columns)
            writers = [_WRITERS.get(kind) for _, kind in columns]
            for batch in db.execute(query, execution_options={"yield_per": BATCH}).partitions():
                lines = b"".join(_line(_written(row, writers)) for row in batch)
                mark.update(lines)
                put(lines)
                count += len(batch)
                progress(name, count, False)
            held[name] = [count, mark.hexdigest()]
            put(_line({"end": name, "rows": count, "sha256": mark.hexdigest()}))
            progress(name, count, True)
        packed.write(_line({"whole": held, "sha256": whole.hexdigest()}))


def _there(db: Connection) -> list[tuple[Table, list[Column[Any]]]]:
    """Every table that is kept, with its columns: those that an older schema has, where it was not upgraded yet.

    Raises ``OlderRelease`` where the database has something that only an older release knows.
    """
    now = migrations.revision(db)
    if now == migrations.NEWEST:
        return [(table, list(table.columns)) for table in _in_order()]
    seen = inspect(db)
    names = set(seen.get_table_names())
    has = {name: {column["name"] for column in seen.get_columns(name)} for name in names - _NOT_OURS}
    ours = {table.name: {column.name for column in table.columns} for table in tables.metadata.sorted_tables}
    strange = [
        name if name not in ours else f"{name}.{column}"
        for name, columns in sorted(has.items())
        for column in sorted(columns - ours.get(name, set()))
    ]
    if strange or now is None:
        raise OlderRelease(schema=str(now), what=", ".join(dict.fromkeys(strange)) or "–")
    return [(t, [c for c in t.columns if c.name in has[t.name]]) for t in _in_order() if t.name in names]


_NOT_OURS = frozenset({"alembic_version"})


def _in_order() -> list[Table]:
    """Every table that is kept: what is referred to first, and the entries last, when the heads of their chains are
    known."""
    kept = [table for table in tables.metadata.sorted_tables if table.name not in PASSING]
    return sorted(kept, key=lambda table: table.name == "entries")


def _line(value: Any) -> bytes:
    return orjson.dumps(value) + b"\n"


def _written(row: Any, writers: list[Callable[[Any], Any] | None]) -> list[Any]:
    return [
        value if writer is None or value is None else writer(value) for value, writer in zip(row, writers, strict=True)
    ]


def _kind(column: Column[Any]) -> str:
    if isinstance(column.type, tables.Instant):
        return "instant"
    return next(name for name, kind in _TYPES.items() if isinstance(column.type, kind))


_TYPES: Mapping[str, Any] = {
    "bytes": sa.LargeBinary,
    "boolean": sa.Boolean,
    "date": sa.Date,
    "integer": sa.Integer,
    "text": sa.String,
    "instant": tables.Instant,
}
_WRITERS: Mapping[str, Callable[[Any], Any]] = {
    "instant": trail.instant,
    "date": date.isoformat,
    "bytes": lambda value: base64.b64encode(value).decode(),
}


def _plain(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(kind.__name__)
        return value

    return read


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "text": _plain(str),
    "integer": _plain(int),
    "boolean": _plain(bool),
    "instant": datetime.fromisoformat,
    "date": date.fromisoformat,
    "bytes": lambda value: base64.b64decode(value, validate=True),
}


# ---------------------------------------------------------------- in


@dataclass(slots=True)
class _Part:
    """One table of a file: its columns (name, kind) and the rows that follow."""

    table: str
    columns: list[tuple[str, str]]
    rows: Iterator[list[Any]]


class _File:
    """A backup while it is read: every sum is compared on the way, the last one when no part is left."""

    def __init__(self, path: Path, progress: Progress) -> None:
        self.header: dict[str, Any] = {}
        self.counts: dict[str, int] = {}
        self._sums: dict[str, list[Any]] = {}
        self._whole = hashlib.sha256()
        self._number = 0
        self._lines = _lines(path)
        self._progress = progress

    def parts(self) -> Iterator[_Part]:
        """The tables, one after another; the rows of one have to be taken before the next is asked for."""
        self.header = self._object(self._next())
        if self.header.get("liuhen") != "backup" or not {"schema", "version", "made_at"} <= set(self.header):
            raise self._unreadable()
        if self.header.get("format") != FORMAT:
            raise OtherRelease(version=str(self.header["version"]), schema=str(self.header["schema"]))
        while True:
            so_far = self._whole.hexdigest()
            opened = self._object(self._next())
            if "whole" in opened:
                if opened != {"whole": self._sums, "sha256": so_far}:
                    raise Damaged(place=_SUM.format(table="*"))
                if next(self._lines, None) is not None:
                    raise Damaged(place=_MORE)
                return
            try:
                name, columns = str(opened["table"]), [(str(c), str(kind)) for c, kind in opened["columns"]]
                readers = [_READERS[kind] for _, kind in columns]
            except (KeyError, TypeError, ValueError) as e:
                raise self._unreadable() from e
            self.counts[name] = 0
            yield _Part(name, columns, self._rows(name, readers))
            if name not in self._sums:
                raise RuntimeError(f"the rows of {name} were not taken")

    def _rows(self, name: str, readers: list[Callable[[Any], Any]]) -> Iterator[list[Any]]:
        mark = hashlib.sha256()
        while not (raw := self._next()).startswith(b"{"):
            mark.update(raw)
            # Counted before the row is handed out: whoever takes the last one may ask how many there were.
            self.counts[name] += 1
            if self.counts[name] % BATCH == 0:
                self._progress(name, self.counts[name], False)
            try:
                values = orjson.loads(raw)
                row = [None if value is None else read(value) for value, read in zip(values, readers, strict=True)]
            except (ValueError, TypeError) as e:
                raise self._unreadable() from e
            yield row
        self._sums[name] = [self.counts[name], mark.hexdigest()]
        if self._object(raw) != {"end": name, "rows": self.counts[name], "sha256": mark.hexdigest()}:
            raise Damaged(place=_SUM.format(table=name))
        self._progress(name, self.counts[name], True)

    def _next(self) -> bytes:
        raw = next(self._lines, None)
        if raw is None:
            raise Damaged(place=_CUT)
        self._number += 1
        self._whole.update(raw)
        return raw

    def _object(self, raw: bytes) -> dict[str, Any]:
        try:
            found = orjson.loads(raw)
        except ValueError as e:
            raise self._unreadable() from e
        if not isinstance(found, dict):
            raise self._unreadable()
        return found

    def _unreadable(self) -> Damaged:
        return Damaged(place=_AT.format(line=self._number))


_AT = Text("第 {line} 行无法读取", "line {line} cannot be read")
_SUM = Text("{table} 的校验和不符", "the sum of {table} differs")
_CUT = Text("文件提前结束", "the file ends too early")
_MORE = Text("结尾之后还有内容", "something follows its end")
_PACKED = Text("压缩数据有误", "the packed data is not right")


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file; a last one that does not end is none."""
    rest = b""
    packed = zstandard.ZstdDecompressor().decompressobj()
    with path.open("rb") as file:
        while chunk := file.read(1 << 16):
            if packed.eof:
                raise Damaged(place=_MORE)
            try:
                *ended, rest = (rest + packed.decompress(chunk)).split(b"\n")
            except zstandard.ZstdError as e:
                raise Damaged(place=_PACKED) from e
            yield from (line + b"\n" for line in ended)
    if rest or not packed.eof:
        raise Damaged(place=_CUT)
    if packed.unused_data:
        raise Damaged(place=_MORE)


def examine(path: Path, progress: Progress = silent) -> Contents:
    """Read a whole file, compare every sum, verify every chain of its trail; raises ``Damaged``."""
    file = _File(path, progress)
    heads: dict[str, tuple[int, str]] = {}
    report = trail.Report()
    for part in file.parts():
        names = [name for name, _ in part.columns]
        rows = (SimpleNamespace(**dict(zip(names, row, strict=True))) for row in part.rows)
        if part.table == "cases":
            heads |= {row.id: (row.trail_seq, row.trail_head) for row in rows}
        elif part.table == "chains":
            heads |= {row.id: (row.seq, row.head) for row in rows}
        elif part.table == "entries":
            report = trail.verify_rows(rows, heads)
        deque(part.rows, maxlen=0)  # read to the end, whatever it is
    return Contents(
        schema=str(file.header["schema"]),
        version=str(file.header["version"]),
        made_at=str(file.header["made_at"]),
        made_from=str(file.header.get("made_from", "")),
        tables=file.counts,
        report=report,
    )


def restore(store: Store, path: Path, progress: Progress) -> tuple[Contents, trail.Report]:
    """Put a backup into the empty database of ``store``, bring it to the schema of this release, verify the trail.

    Raises ``Damaged``, ``NotEmpty`` and ``OtherRelease``; then the database is as empty as before.
    """
    contents = examine(path)
    with store.reading() as db:
        is_blank = _is_blank(db, contents)
    if is_blank:
        migrations.upgrade(store.engine, contents.schema)
    with store.transaction() as db:
        _is_blank(db, contents)
        _load(db, path, progress)
    migrations.upgrade(store.engine)
    with store.transaction() as db:
        log.settle(db)
    with store.reading() as db:
        return contents, trail.verify(db)


def _is_blank(db: Connection, contents: Contents) -> bool:
    """Whether ``db`` still has no tables; raises ``NotEmpty`` or ``OtherRelease`` where it cannot take the backup."""
    if contents.schema not in migrations.known():
        raise OtherRelease(version=contents.version, schema=contents.schema)
    there = set(inspect(db).get_table_names())
    for table in tables.metadata.sorted_tables:
        if table.name not in there or table.name in PASSING:
            continue
        # Only that there is a row: an older schema has not all the columns of this one.
        if db.execute(select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
            raise NotEmpty(table=table.name)
    now = migrations.revision(db)
    if now is not None and now != contents.schema:
        raise NotEmpty(table="alembic_version")
    return now is None


def _load(db: Connection, path: Path, progress: Progress) -> None:
    """Put every row of a file into an empty database that has the schema of the file; raises ``Damaged``."""
    file = _File(path, progress)
    for part in file.parts():
        target = Table(
            part.table, sa.MetaData(), *(Column(name, _TYPES[kind], nullable=True) for name, kind in part.columns)
        )
        keys = inspect(db).get_pk_constraint(part.table)["constrained_columns"]
        # A row may refer to one that comes later in its own table: such columns are filled when all are there.
        own = sorted(
            {
                column
                for key in inspect(db).get_foreign_keys(part.table)
                if key["referred_table"] == part.table
                for column in key["constrained_columns"]
            }
        )
        later: list[dict[str, Any]] = []
        batch: list[dict[str, Any]] = []
        names = [name for name, _ in part.columns]
        for values in part.rows:
            row = dict(zip(names, values, strict=True))
            if any(row[name] is not None for name in own):
                later.append({f"new_{name}": row[name] for name in own} | {f"is_{name}": row[name] for name in keys})
                row |= dict.fromkeys(own)
            batch.append(row)
            if len(batch) == BATCH:
                db.execute(insert(target), batch)
                batch = []
        if batch:
            db.execute(insert(target), batch)
        if later:
            fill = update(target).where(*(target.c[name] == sa.bindparam(f"is_{name}") for name in keys))
            db.execute(fill.values({name: sa.bindparam(f"new_{name}") for name in own}), later)
        stored = db.execute(select(func.count()).select_from(target)).scalar_one()
        if stored != file.counts[part.table]:
            raise Damaged(place=f"{part.table}: {stored} ≠ {file.counts[part.table]}")
