"""One export made: who may, what is written into the file, and the entry that says so.

A file is written while the office works, from one consistent view; then its hash enters the trail, and only then does
it leave the house. Whoever sees the whole of a case exports it; many at once, only who reads the whole trail.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import IO, Any

import orjson
from sqlalchemy import ColumnElement, Connection, func, or_, select

from engine import actors, cases, log, tables, trail
from engine.actors import Actor
from engine.errors import FieldError, Language, NotFound, NotNow, Text, Unfit
from engine.exports import bundle, events, ocel, printing, whole, xes
from engine.store import Moment, Store, like
from engine.trail import Kind

FORMATS: Mapping[str, Text] = {
    "json": Text("JSON 数据", "JSON"),
    "xes": Text("XES 事件日志", "XES event log"),
    "ocel": Text("OCEL 事件日志", "OCEL event log"),
    "pdf": Text("PDF 文件", "PDF"),
    "bundle": Text("封存包", "sealed bundle"),
}
MEDIA: Mapping[str, tuple[str, str]] = {
    "json": ("application/json", "json"),
    "xes": ("application/xml", "xes"),
    "ocel": ("application/json", "ocel.json"),
    "pdf": ("application/pdf", "pdf"),
    "bundle": ("application/zip", "bundle.zip"),
}
"""Format → type of content, and how its file's name ends."""
MOST: Mapping[str, int] = {"json": 500, "xes": 5000, "ocel": 5000, "pdf": 1, "bundle": 100}
"""Cases in one file by HTTP; ``liuhen export --all`` has no such bound."""
TRIES = 5
"""How often a bundle is begun anew because somebody acted meanwhile."""
LOGS = ("xes", "ocel")
SEVERAL = "trail.read_all"
"""The permission without which nobody exports many cases."""

_C = tables.cases.c


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported, and how it is told.

    ``cases`` are ids; ``None``: every case, which only the command line asks for. ``with_names``: an event log names
    people; otherwise it has a pseudonym for each.
    """

    format: str
    cases: tuple[str, ...] | None
    purpose: str
    language: Language = "zh"
    with_names: bool = False


@dataclass(slots=True)
class Made:
    """A finished file, and what its entry says of it. ``file`` stands at its beginning."""

    file: IO[bytes]
    format: str
    sha256: str
    size: int
    cases: int
    name: str
    media_type: str
    receipts: list[trail.Receipt] = field(default_factory=list)


class TooMany(Unfit):
    """More cases than one file by HTTP may hold."""

    code = "err_too_many_cases"
    text = Text(
        "共 {found} 个事项，一次最多导出 {most} 个。请缩小范围，或由管理员在服务器上用 liuhen export --all 导出。",
        "There are {found} cases; one file holds at most {most}. Narrow the search, or have the operator run "
        "liuhen export --all.",
    )


# ---------------------------------------------------------------- which cases


def find(
    db: Connection,
    actor: Actor,
    moment: Moment,
    format_: str,
    *,
    definition: str | None = None,
    unit: str | None = None,
    status: str | None = None,
    since: date | None = None,
    until: date | None = None,
    q: str | None = None,
) -> tuple[str, ...]:
    """The cases that a search finds, by when they were started; ``since`` and ``until`` are days of that.

    Raises ``Forbidden``, ``TooMany``, and ``Unfit`` where there are none.
    """
    actor.require(SEVERAL)
    query = select(_C.id).order_by(_C.started_at, _C.id)
    if definition:
        own = select(tables.definitions.c.id).where(tables.definitions.c.key == definition)
        query = query.where(_C.definition_id.in_(own))
    if unit:
        query = query.where(_C.unit_id == actors.unit_by(db, unit).id)
    if status:
        query = query.where(_C.status == status)
    if since:
        query = query.where(_C.started_at >= moment.midnight(since))
    if until:
        query = query.where(_C.started_at < moment.midnight(until + timedelta(days=1)))
    if q:
        query = query.where(or_(_C.title.like(like(q), escape="\\"), _C.number.like(like(q), escape="\\")))
    found = db.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    if found == 0:
        none = Text("没有符合条件的事项。", "No case is found by this.")
        raise Unfit(none, code="err_no_cases", errors=[FieldError("q", "err_no_cases", none)])
    if found > MOST[format_]:
        raise TooMany(found=found, most=MOST[format_])
    return tuple(db.execute(query).scalars())


# ---------------------------------------------------------------- made


@contextmanager
def made(store: Store, actor: Actor, wanted: Wanted) -> Iterator[Made]:
    """Write a file and its entry; the file is gone when this ends. Raises ``NotFound``, ``Unfit`` without a purpose.

    Opens its own transactions: a reading one in which the file is written, then one for the entry.
    """
    folder = store.settings.data_dir / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    # Personal data: a file without a name, which nobody else opens and a killed process leaves nothing of.
    with tempfile.TemporaryFile(dir=folder) as file:
        for attempt in range(TRIES):
            _seal(store, wanted)
            file.seek(0)
            file.truncate()
            try:
                with store.reading() as db:
                    moment = store.moment(db)
                    _may(db, actor, wanted)
                    _for_something(wanted)
                    count, name = _write(db, store, actor, moment, wanted, file)
                break
            except NotNow as e:  # somebody has acted between the sealing and the reading
                if e.code != bundle.NOT_SEALED or attempt == TRIES - 1:
                    raise
        file.seek(0, 2)
        size, sha256 = file.tell(), _digest(file)
        _, ending = MEDIA[wanted.format]
        done = Made(file, wanted.format, sha256, size, count, f"{name}.{ending}", MEDIA[wanted.format][0])
        with store.transaction() as db:
            done.receipts = _tell(db, actor, store.moment(db), wanted, done)
        file.seek(0)
        yield done


def _for_something(wanted: Wanted) -> None:
    if not wanted.purpose.strip():
        raise Unfit(errors=[FieldError("purpose", "required", Text("请说明用途。", "Say what it is for."))])


def _seal(store: Store, wanted: Wanted) -> None:
    """Give what was just done its place in the log, so that the proof goes with it. A bundle is none without."""
    if wanted.format in LOGS:
        return
    try:
        log.seal(store)
    except (log.CannotSign, log.Broken):
        if wanted.format == "bundle":
            raise


def _may(db: Connection, actor: Actor, wanted: Wanted) -> None:
    if wanted.cases is None:
        if actor.source != "command":
            actor.require(SEVERAL)
        return
    if len(wanted.cases) > 1:
        actor.require(SEVERAL)
    if actor.source == "command":
        there = set(db.execute(select(_C.id).where(_C.id.in_(wanted.cases))).scalars())
        if there != set(wanted.cases):
            raise NotFound()
        return
    if any(cases.scope_of(db, actor, one) != "full" for one in wanted.cases):
        raise NotFound()


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while part := file.read(1 << 20):
        digest.update(part)
    return digest.hexdigest()


def _write(
    db: Connection, store: Store, actor: Actor, moment: Moment, wanted: Wanted, file: IO[bytes]
) -> tuple[int, str]:
    if wanted.format in LOGS:
        return _log(db, store, moment, wanted, file), _name(db, moment, wanted)
    if wanted.cases is None:
        text = Text("此格式不能导出全部事项。", "Not every case is exported in this format at once.")
        raise Unfit(text, errors=[FieldError("format", "not_an_option", text)])
    reader = actor if actor.source != "command" else _operator_reads(actor)
    address = store.settings.base_url
    if wanted.format == "bundle":
        bundle.write(db, store.settings, reader, moment, wanted.cases, file)
        return len(wanted.cases), _name(db, moment, wanted)
    if wanted.format == "pdf":
        found = whole.case(db, reader, moment, wanted.cases[0], address)
        file.write(printing.pdf(found, wanted.language, store.settings.zone))
        return 1, _name(db, moment, wanted)
    for number, one in enumerate(wanted.cases):
        found = whole.case(db, reader, moment, one, address)
        if len(wanted.cases) > 1:
            file.write(b"[" if number == 0 else b",\n")
        file.write(orjson.dumps(found.shown, option=0 if len(wanted.cases) > 1 else orjson.OPT_INDENT_2))
    file.write(b"]\n" if len(wanted.cases) > 1 else b"\n")
    return len(wanted.cases), _name(db, moment, wanted)


def _operator_reads(actor: Actor) -> Actor:
    """Whoever runs the server holds its database; a file of a case is made as whoever reads every case would see it."""
    return replace(actor, permissions=actor.permissions | {"cases.read_all", "trail.read_all"})


def _log(db: Connection, store: Store, moment: Moment, wanted: Wanted, file: IO[bytes]) -> int:
    voice = events.Voice(wanted.language, events.pseudonyms(store.settings.secret_key), wanted.with_names)
    units: dict[str, str] = {}

    def unit(id_: str) -> str:
        if id_ not in units:
            known = actors.unit(db, id_, moment.today) or actors.unit_by(db, id_)
            units[id_] = known.text.spoken(wanted.language)
        return units[id_]

    found: Iterator[events.Trace] = events.traces(db, voice, _which(wanted))
    if wanted.format == "xes":
        return xes.write(file.write, found, unit, _name(db, moment, wanted))[0]
    with tempfile.TemporaryFile(dir=store.settings.data_dir / "exports") as waiting:
        return ocel.write(file.write, found, unit, waiting)[0]


def _which(wanted: Wanted) -> ColumnElement[bool] | None:
    return None if wanted.cases is None else _C.id.in_(wanted.cases)


def _name(db: Connection, moment: Moment, wanted: Wanted) -> str:
    if wanted.cases is not None and len(wanted.cases) == 1:
        return str(db.execute(select(_C.number).where(_C.id == wanted.cases[0])).scalar_one())
    return f"cases-{moment.today.isoformat()}"


# ---------------------------------------------------------------- told


def _tell(db: Connection, actor: Actor, moment: Moment, wanted: Wanted, done: Made) -> list[trail.Receipt]:
    """An entry on each case; where every case was exported, one of the office."""
    facts: dict[str, Any] = {
        "format": done.format,
        "sha256": done.sha256,
        "size": done.size,
        "reason": wanted.purpose.strip(),
        "names": wanted.with_names or None,
    }
    if wanted.cases is None or len(wanted.cases) > 1:
        of_all = trail.append(db, moment, actor, kind=Kind.CASES_EXPORTED, count=done.cases, **facts)
        if wanted.cases is None:
            return [of_all]
        facts["together_with"] = done.cases
    # In the order in which everybody locks cases: two exports of the same ones would wait for each other.
    return [
        trail.append(db, moment, actor, chain=one, kind=Kind.CASE_EXPORTED, **facts) for one in sorted(wanted.cases)
    ]
