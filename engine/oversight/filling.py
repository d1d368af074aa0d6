"""The index of words follows the sealed log, entry by entry, outside the transactions of deeds.

An entry is indexed once it has its place in the log, so that "indexed up to entry N" says what is found: no deed is
slower for it. Of an entry its opinion, reasons, names and answers are kept as far as they stand in it in clear, and of
its attachments name and text; the first entry of a case stands for the case's title, number and summary, which are
written anew with every later entry. Reads are not indexed: whoever searches would find their own searching.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from engine import indexing, reads, tables, trail
from engine.indexing import FILE, Part
from engine.oversight import texts
from engine.store import Store, for_update, insert_or_ignore
from engine.trail import Kind

FORMAT = 1
"""Of the rows; where a release changes it, the index is made anew."""
BATCH: Mapping[bool, int] = {True: 200, False: 2_000}
"""Entries of one transaction, on SQLite (people wait while it writes) and on PostgreSQL."""
AT_ONCE = 5_000
"""Entries of one tick."""

_S, _L, _E, _C, _A, _P = (
    *(tables.search_texts.c, tables.log_leaves.c, tables.entries.c),
    *(tables.cases.c, tables.attachments.c, tables.search_progress.c),
)
CASE_PARTS = ("title", "number", "business_key", "summary")
"""Where the words of the case itself stand, in the text of its first entry."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the index has come: ``size`` entries of ``of`` in the log; ``waiting`` have no place there yet."""

    size: int
    of: int
    waiting: int


def progress(db: Connection) -> Progress:
    row = db.execute(select(_P.size, _P.format)).first()
    size = row.size if row is not None and row.format == FORMAT else 0
    last = db.execute(select(func.max(_L.idx))).scalar()
    waiting = db.execute(select(func.count()).select_from(tables.log_pending)).scalar_one()
    return Progress(size, 0 if last is None else last + 1, waiting)


def tick(store: Store, limit: int = AT_ONCE) -> int:
    """Index what the log has gained, then read attachments; gives how many entries and files that were."""
    most = BATCH[store.is_sqlite]
    done, size = 0, most
    while done < limit and size == most:
        with store.reading() as db:
            batch = _batch(db, most)
        size = len(batch.entries) if batch.format == FORMAT else most
        if not batch.is_empty:
            with store.transaction() as db:
                if not _write(db, batch):
                    break  # another node is at it
            done += len(batch.entries)
    return done + texts.tick(store)


# ---------------------------------------------------------------- read


@dataclass(slots=True)
class _Batch:
    """What the next entries of the log say, worked out before anything is locked."""

    start: int
    format: int
    entries: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    """Place in the log, and what was hashed."""
    new: list[dict[str, Any]] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    """Texts that are written anew, or are of attachments that were erased."""
    files_gone: set[str] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        return not self.entries and self.format == FORMAT


def _batch(db: Connection, most: int) -> _Batch:
    row = db.execute(select(_P.size, _P.format)).first()
    if row is not None and row.format != FORMAT:
        return _Batch(row.size, row.format)
    batch = _Batch(0 if row is None else row.size, FORMAT)
    query = (
        select(_L.idx, _E.text)
        .join_from(tables.log_leaves, tables.entries, (_E.chain == _L.chain) & (_E.seq == _L.seq), isouter=True)
        .where(_L.idx >= batch.start)
        .order_by(_L.idx)
        .limit(most)
    )
    batch.entries = [(found.idx, _body(found.text)) for found in db.execute(query)]
    names = _file_names(db, [body for _, body in batch.entries])
    firsts: dict[str, tuple[int, dict[str, Any]]] = {}
    for id_, body in batch.entries:
        chain = str(body.get("chain", ""))
        if not chain or chain.startswith(reads.CHAINS):
            continue
        if body.get("seq") == 1 and trail.is_of_case(chain):
            firsts[chain] = id_, body
            continue
        parts = [*_said(body), *_files(body, names)]
        values = list(_values(body))
        if parts or values:
            batch.new.append(_text(id_, body, parts, values))
        if body.get("kind") == Kind.VALUES_ERASED.value:
            batch.files_gone |= {str(one["sha256"]) for one in body.get("files") or () if isinstance(one, Mapping)}
    _firsts(db, batch, firsts, names)
    _erased(db, batch)
    return batch


def _body(text: str | None) -> dict[str, Any]:
    """What an entry says; of one that was tampered with, or taken away, nothing."""
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(id_: int, body: Mapping[str, Any], parts: list[Part], values: list[dict[str, Any]]) -> dict[str, Any]:
    spelt: set[int] = set()
    for where, name, text in parts:
        spelt |= indexing.terms(name if where == FILE else text)
    place = {"id": id_, "chain": body["chain"], "seq": body["seq"]}
    return {**place, "parts": parts, "values": values, "terms": sorted(spelt)}


def _firsts(
    db: Connection,
    batch: _Batch,
    firsts: Mapping[str, tuple[int, dict[str, Any]]],
    names: Mapping[str, str],
) -> None:
    """The first entries of the cases of a batch, as far as they are new or the case is called otherwise now."""
    chains = sorted({str(body["chain"]) for _, body in batch.entries if trail.is_of_case(str(body.get("chain", "")))})
    if not chains:
        return
    columns = (_C.id, _C.title, _C.number, _C.business_key, _C.summary)
    cases = {row.id: row for row in db.execute(select(*columns).where(_C.id.in_(chains)))}
    there = select(_S.id, _S.chain, _S.parts).where(_S.chain.in_(chains), _S.seq == 1)
    known = {row.chain: row for row in db.execute(there)}
    for chain in chains:
        if chain not in cases:
            continue
        own = _of_case(cases[chain])
        if chain in known:
            parts = [tuple(part) for part in json.loads(known[chain].parts)]
            if [p for p in parts if p[0] in CASE_PARTS] == own:
                continue
            batch.gone.add(known[chain].id)
        found = firsts.get(chain) or _first(db, chain)
        if found is None:
            continue
        id_, body = found
        known_names = names if chain in firsts else _file_names(db, [body])
        batch.new.append(_text(id_, body, [*own, *_said(body), *_files(body, known_names)], list(_values(body))))


def _first(db: Connection, chain: str) -> tuple[int, dict[str, Any]] | None:
    query = (
        select(_L.idx, _E.text)
        .join_from(tables.log_leaves, tables.entries, (_E.chain == _L.chain) & (_E.seq == _L.seq))
        .where(_L.chain == chain, _L.seq == 1)
    )
    row = db.execute(query).first()
    body = _body(row.text) if row is not None else {}
    return (row.idx, body) if row is not None and body.get("chain") == chain else None


def _erased(db: Connection, batch: _Batch) -> None:
    """Attachments that were erased before their entry was indexed, or while it was."""
    if batch.files_gone:
        named = tables.search_files.c
        chains = {str(body["chain"]) for _, body in batch.entries if body.get("kind") == Kind.VALUES_ERASED.value}
        query = select(named.text_id).join(tables.search_texts, _S.id == named.text_id)
        found = db.execute(query.where(named.sha256.in_(batch.files_gone), _S.chain.in_(chains))).scalars()
        batch.gone |= set(found) - {one["id"] for one in batch.new}


# ---------------------------------------------------------------- what an entry says

_WORDS = ("opinion", "reason", "note", "ground")
_NAMES = ("name", "kind_name", "number", "document", "place")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,10})?")
LONGEST = 20_000
"""Characters of one text of an entry."""


def _of_case(row: Any) -> list[Part]:
    found = [("title", "", str(row.title)), ("number", "", str(row.number))]
    if row.business_key:
        found.append(("business_key", "", str(row.business_key)))
    for line in json.loads(row.summary):
        value = line.get("value")
        if isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != "":
            found.append(("summary", str(line.get("label", "")), str(value)))
    return found


def _said(body: Mapping[str, Any]) -> Iterator[Part]:
    for name in (*_WORDS, *_NAMES):
        for text in dict.fromkeys(_spoken(body.get(name))):
            yield (name if name in _WORDS else "name"), name, text[:LONGEST]
    for name, value in _answers(body):
        if isinstance(value, str) and value and not _ID.fullmatch(value):
            yield "answer", name, value[:LONGEST]


def _spoken(value: Any) -> Iterator[str]:
    """A text of an entry, or both languages of what the engine said; a commitment says nothing."""
    if isinstance(value, str) and value.strip() and not _ID.fullmatch(value):
        yield value
    elif isinstance(value, Mapping) and set(value) == {"zh", "en"}:
        yield from (str(value[one]) for one in ("zh", "en"))


def _answers(body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every answer that stands in clear: its field (rows of a list by the field's path) and its value."""
    answers = body.get("answers")
    if isinstance(answers, Mapping):
        for name, value in answers.items():
            yield from _leaves(str(name), value)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        if set(value) != {"pd"}:
            for name, inner in value.items():
                yield from _leaves(f"{path}.{name}", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(path, inner)
    elif value is not None:
        yield path, value


def _values(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Answers as they are found by field: exactly, or numbers between two bounds."""
    places: dict[str, int] = {}
    for name, value in _answers(body):
        said = ("true" if value else "false") if isinstance(value, bool) else str(value)
        place = places.get(name, 0)
        places[name] = place + 1
        if len(name) <= 200 and place < 100:
            number = float(said) if _NUMBER.fullmatch(said) else None
            yield {"field": name, "place": place, "said": indexing.folded(said)[:200], "number": number}


def _file_names(db: Connection, bodies: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The names of the attachments that some entries name; those that were erased have none any more."""
    wanted = {id_ for body in bodies for id_, _ in _attached(body)}
    if not wanted:
        return {}
    return {row.id: row.name for row in db.execute(select(_A.id, _A.name).where(_A.id.in_(wanted)))}


def _attached(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if body.get("kind") == Kind.ATTACHMENT_ADDED.value and body.get("attachment"):
        yield str(body["attachment"]), str(body.get("sha256", ""))
    for one in body.get("evidence") or ():
        if isinstance(one, Mapping) and one.get("attachment"):
            yield str(one["attachment"]), str(one.get("sha256", ""))


def _files(body: Mapping[str, Any], names: Mapping[str, str]) -> list[Part]:
    return [(FILE, names[id_], sha256) for id_, sha256 in _attached(body) if id_ in names]


# ---------------------------------------------------------------- written


def _write(db: Connection, batch: _Batch) -> bool:
    """Write a batch where nobody has come before; whether it was."""
    db.execute(insert_or_ignore(db, tables.search_progress).values(id=1, size=0, format=FORMAT))
    query = select(_P.size, _P.format)
    row = db.execute(query.with_for_update() if for_update(db) else query).one()
    if (row.size, row.format) != (batch.start, batch.format):
        return False
    if batch.format != FORMAT:
        for table in (tables.search_texts, tables.search_terms, tables.search_values, tables.search_files):
            db.execute(delete(table))
        db.execute(update(tables.search_progress).values(size=0, format=FORMAT))
        return True
    indexing.drop(db, batch.gone)
    indexing.put(db, batch.new)
    indexing.forget_files(db, batch.files_gone)
    db.execute(update(tables.search_progress).values(size=batch.entries[-1][0] + 1))
    return True


def made_anew(db: Connection) -> None:
    """Let the tick make the whole index again."""
    db.execute(insert_or_ignore(db, tables.search_progress).values(id=1, size=0, format=0))
    db.execute(update(tables.search_progress).values(format=0))
