"""Search over everything that was done: cases and entries, by whom, where, when, how decided, and by words.

Words are looked for in titles, numbers, summaries, opinions, reasons, answers in clear, names and text of attachments;
every word that is given has to be there, as it is given, two characters at least. What stands in entries that are not
indexed yet is not found, which every answer says (``Progress``). For whoever reads the whole trail.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal, or_, select, tuple_

from engine import actors, definitions, indexing, reads, tables, trail, views
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import FieldError, Text, Unfit
from engine.indexing import FILE, Part
from engine.oversight import filling, texts
from engine.store import Moment, like
from engine.trail import Kind
from engine.views.naming import CASE_COLUMNS

PERMISSION = "trail.read_all"
HOWS = ("did", "could", "saw", "about", "started")
"""What somebody has to do with a case: did something in it, could have done a step, was shown it, it is about them, or
they started it."""
MARKS = ("late", "late_entry", "imported", "returned")
"""Marks that every procedure knows; procedures have more of their own."""
RARE = 2_000
"""Texts up to which all that hold some words are looked up beforehand; what stands in more is met soon anyhow."""
MOST_WORDS = 8
ROUNDS = 6
"""How often a page is filled up where terms met and the words did not."""
MOST_HITS = 3
"""Places that a case shows; the others are counted."""
AROUND = 36
"""Characters that a place shows on either side of the words."""

_C, _E, _T, _S, _W, _V = (
    *(tables.cases.c, tables.entries.c, tables.tasks.c),
    *(tables.search_texts.c, tables.search_terms.c, tables.search_values.c),
)
_D, _R, _X, _L, _K, _O = (
    *(tables.definitions.c, tables.case_reads.c, tables.file_texts.c),
    *(tables.log_leaves.c, tables.case_viewers.c, tables.posts.c),
)
Of = Literal["cases", "entries"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; ``None`` and empty is anything. ``since`` and ``until`` are days, both among them."""

    q: str = ""
    person: str | None = None
    how: str = "did"
    unit: str | None = None
    below: bool = True
    definition: str | None = None
    version: int | None = None
    step: str | None = None
    kind: str | None = None
    since: date | None = None
    until: date | None = None
    when: str = "started"
    """Of a case: whether the days are those of its start or of its end."""
    status: str | None = None
    mark: str | None = None
    decision: str | None = None
    field: str | None = None
    value: str | None = None
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Indexed:
    """What can be found by words: entries in the index, entries of the log, entries without a place in the log yet,
    and attachments that were read, that gave no text, and that wait."""

    entries: int
    of: int
    waiting: int
    files_read: int
    files_unread: int
    files_waiting: int


def indexed(db: Connection) -> Indexed:
    found, of_files = filling.progress(db), texts.counts(db)
    return Indexed(*(found.size, found.of, found.waiting), *(of_files[one] for one in ("read", "unread", "waiting")))


# ---------------------------------------------------------------- words


@dataclass(frozen=True, slots=True)
class _Word:
    """Some characters without a space that have to stand somewhere as they are."""

    folded: str
    terms: tuple[int, ...]
    """Rarest first."""
    ids: tuple[int, ...] | None
    """Every text with all of its terms; ``None`` where these are more than ``RARE``."""


def _words(db: Connection, q: str) -> tuple[_Word, ...]:
    """Raises ``Unfit`` where a word is too short to be found, or they are too many."""
    given = list(dict.fromkeys(indexing.folded(q).split()))
    if len(given) > MOST_WORDS:
        said = Text("一次最多 {most} 个词。", "At most {most} words at once.").format(most=MOST_WORDS)
        raise Unfit(said, errors=[FieldError("q", "too_many", said)])
    found = []
    for word in given:
        spelt = indexing.terms_of_words(word)
        if not spelt:
            said = Text(
                "“{word}”太短或没有文字，请输入至少两个字。", "“{word}” is too short: give at least two characters."
            ).format(word=word)
            raise Unfit(said, code="err_word_too_short", errors=[FieldError("q", "err_word_too_short", said)])
        terms = tuple(sorted(spelt, key=lambda one: (_count(db, one), one)))
        some = tuple(db.execute(_texts(terms).limit(RARE + 1)).scalars())
        found.append(_Word(word, terms, some if len(some) <= RARE else None))
    return tuple(found)


def _count(db: Connection, term: int) -> int:
    some = select(literal(1)).where(_W.term == term).limit(5 * RARE).subquery()
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())


def _texts(terms: Sequence[int]) -> Select[Any]:
    """Texts that have every one of some terms, newest first."""
    return select(_W.text_id).where(_W.term == terms[0], *_also(_W.text_id, terms[1:])).order_by(_W.text_id.desc())


def _also(text_id: ColumnElement[Any], terms: Iterable[int]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for term in terms:
        named = tables.search_terms.alias()
        found.append(exists().where(named.c.term == term, named.c.text_id == text_id))
    return found


# ---------------------------------------------------------------- what is asked of a case


def _of_cases(db: Connection, moment: Moment, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is asked of the case itself, words and days apart. Raises ``Unfit``, ``NotFound``."""
    fits: list[ColumnElement[bool]] = []
    if wanted.definition:
        own = select(_D.id).where(_D.key == wanted.definition)
        fits.append(_C.definition_id.in_(own if wanted.version is None else own.where(_D.version == wanted.version)))
    elif wanted.version is not None:
        raise _needs("definition", Text("请先选择流程。", "Choose a procedure first."))
    if wanted.unit:
        unit = actors.unit_by(db, wanted.unit).id
        fits.append(_C.unit_id.in_(actors.subtree(db, unit, moment.today)) if wanted.below else _C.unit_id == unit)
    if wanted.status:
        fits.append(_C.status == wanted.status)
    if wanted.field:
        fits.append(_C.id.in_(_holding(wanted)))
    elif wanted.value or wanted.least is not None or wanted.most is not None:
        raise _needs("field", Text("请填写字段。", "Name the field."))
    return fits


def _needs(field: str, said: Text) -> Unfit:
    return Unfit(said, errors=[FieldError(field, "required", said)])


def _holding(wanted: Wanted) -> Select[Any]:
    found = select(_V.chain).where(_V.field == wanted.field)
    if wanted.value:
        found = found.where(_V.said == indexing.folded(wanted.value.strip())[:200])
    if wanted.least is not None:
        found = found.where(_V.number >= wanted.least)
    if wanted.most is not None:
        found = found.where(_V.number <= wanted.most)
    return found


def _with_person(db: Connection, moment: Moment, wanted: Wanted) -> list[ColumnElement[bool]]:
    if not wanted.person:
        return []
    person = actors.person_by(db, wanted.person, moment.today).id
    if wanted.how == "about":
        return [_C.subject_id == person]
    if wanted.how == "started":
        return [_C.started_by == person]
    if wanted.how == "saw":
        shown = select(_R.case_id).where(_R.person_id == person, _R.kind != Kind.SEARCH_MADE.value)
        return [_C.id.in_(shown)]
    if wanted.how == "could":
        return [_could(db, moment, person)]
    did = select(_E.chain).where(_E.person_id == person)
    stood_in = select(_T.case_id).where(_T.completed_for == person)
    return [or_(_C.id.in_(did), _C.id.in_(stood_in))]


def _could(db: Connection, moment: Moment, person: str) -> ColumnElement[bool]:
    """Cases of which a step was asked of somebody: by name, or by a post while they held it."""
    own = actors.holder_of(person)
    ways = [_asked(own, [])]
    held = select(_O.role, _O.unit_id, _O.from_on, _O.to_on).where(_O.person_id == person)
    for row in db.execute(held):
        then = [or_(_T.completed_at.is_(None), _T.completed_at >= moment.midnight(row.from_on))]
        if row.to_on is not None:
            then.append(_T.opened_at < moment.midnight(row.to_on))
        ways.append(_asked(f"post:{row.role}@{row.unit_id}", then))
    return or_(*ways)


def _asked(holder: str, then: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    seen = select(_K.case_id).where(_K.holder == holder)
    asked = _T.why.like(like(json.dumps(holder)), escape="\\")
    return _C.id.in_(select(_T.case_id).where(_T.case_id.in_(seen), asked, *then))


def _of_tasks(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is asked of a task: of one of the case's, or of that of the entry."""
    fits: list[ColumnElement[bool]] = []
    if wanted.step:
        fits.append(or_(_T.element == wanted.step, _T.done_as == wanted.step))
    if wanted.decision:
        fits.append(_T.decision == wanted.decision)
    if wanted.mark == "late":
        fits.append(or_(_T.is_late, _T.marks.like(like('"late"'), escape="\\")))
    elif wanted.mark == "returned":
        fits.append(_T.status == "returned")
    elif wanted.mark and wanted.mark != "imported":
        fits.append(_T.marks.like(like(json.dumps(wanted.mark)), escape="\\"))
    return fits


_IMPORTED = exists().where(tables.imported_cases.c.case_id == _C.id)


# ---------------------------------------------------------------- cases


def find_cases(
    db: Connection, actor: Actor, moment: Moment, wanted: Wanted, cursor: Any = None, limit: int = 50
) -> tuple[list[dict[str, Any]], Any]:
    """Cases, those that began last first: lines of a list with where the words stand and whether the trail is whole.

    Raises ``Forbidden``, ``Unfit``, ``NotFound`` (no such person or unit).
    """
    actor.require(PERMISSION)
    words = _words(db, wanted.q)
    fits = [*_of_cases(db, moment, wanted), *_with_person(db, moment, wanted)]
    tasks = _of_tasks(wanted)
    if tasks:
        fits.append(_C.id.in_(select(_T.case_id).where(*tasks)))
    if wanted.mark == "imported":
        fits.append(_IMPORTED)
    if wanted.kind:
        fits.append(exists().where(_E.chain == _C.id, _E.kind == wanted.kind))
    day = _C.ended_at if wanted.when == "ended" else _C.started_at
    fits += _within(moment, day, wanted)
    fits += [_says(db, word) for word in words]
    place = (datetime.fromisoformat(cursor[0]), cursor[1]) if cursor else None
    query = select(*CASE_COLUMNS).where(*fits).order_by(_C.started_at.desc(), _C.id.desc()).limit(limit + 1)
    found: list[Any] = []
    hits: dict[str, list[dict[str, Any]]] = {}
    for _ in range(ROUNDS):
        here = query
        if place:
            at = tuple_(literal(place[0], _C.started_at.type), literal(place[1], _C.id.type))
            here = query.where(tuple_(_C.started_at, _C.id) < at)
        rows = db.execute(here).mappings().all()
        some = _hits(db, [row["id"] for row in rows], words)
        hits |= some
        is_last = len(rows) <= limit
        kept = [row for row in rows if not words or row["id"] in some]
        found += kept
        if is_last or len(found) > limit:
            break
        place = rows[-1]["started_at"], rows[-1]["id"]
    page = found[:limit]
    following = None
    if len(found) > limit:
        following = [page[-1]["started_at"].isoformat(), page[-1]["id"]]
    elif not is_last and place is not None:
        following = [place[0].isoformat(), place[1]]
    seals = seals_of(db, [row["id"] for row in page])
    items = [
        {**item, "seal": seals[item["id"]], "hits": hits.get(item["id"], [])[:MOST_HITS]}
        | {"more_hits": max(0, len(hits.get(item["id"], [])) - MOST_HITS)}
        for item in views.case_items(db, moment, page)
    ]
    return items, following


def _within(moment: Moment, column: ColumnElement[Any], wanted: Wanted) -> list[ColumnElement[bool]]:
    fits = []
    if wanted.since:
        fits.append(column >= moment.midnight(wanted.since))
    if wanted.until:
        fits.append(column < moment.midnight(wanted.until + timedelta(days=1)))
    return fits


def _says(db: Connection, word: _Word) -> ColumnElement[bool]:
    """The case has a text with the terms of a word."""
    if word.ids is None:
        # OFFSET keeps PostgreSQL from turning this into a join over every text that has the terms, which it takes for
        # few: what stands in many texts is met soon on the way from the newest case.
        holding = select(literal(1)).where(_S.chain == _C.id, *_also(_S.id, word.terms)).correlate(tables.cases)
        return holding.offset(0).exists()
    chains = db.execute(select(_S.chain).distinct().where(_S.id.in_(word.ids))).scalars().all()
    return _C.id.in_(chains)


def _hits(db: Connection, chains: Sequence[str], words: Sequence[_Word]) -> dict[str, list[dict[str, Any]]]:
    """Where the words stand in some cases; a case in which one of them stands nowhere is left out."""
    if not words or not chains:
        return {}
    ways = [and_(*_also(_S.id, word.terms)) for word in words]
    query = select(_S.id, _S.chain, _S.seq).where(_S.chain.in_(chains), or_(*ways)).order_by(_S.chain, _S.seq)
    rows = db.execute(query).all()
    said = indexing.said(db, [row.id for row in rows])
    folded = [word.folded for word in words]
    met: dict[str, set[str]] = {}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        for part in said[row.id]:
            shown, here = _shown(part, folded)
            if here:
                met.setdefault(row.chain, set()).update(here)
                found.setdefault(row.chain, []).append({**shown, "entry": row.seq})
    return {chain: some for chain, some in found.items() if len(met[chain]) == len(folded)}


def _shown(part: Part, words: Sequence[str]) -> tuple[dict[str, Any], set[str]]:
    """A part as far as it says some of the words, and which: a piece around the first of them, with their places."""
    where, name, text = part
    if where == FILE and (found := _around(name, words))[1]:
        inside = _around(text, words)
        if not inside[1]:
            return {"where": "file_name", "name": name, "page": None, **found[0]}, found[1]
    shown, met = _around(text, words)
    if not met:
        return {}, met
    page = text.count("\f", 0, shown.pop("start")) + 1 if where == FILE and "\f" in text else None
    shown.pop("start", None)
    return {"where": where, "name": name, "page": page, **shown}, met


def _around(text: str, words: Sequence[str]) -> tuple[dict[str, Any], set[str]]:
    folded = indexing.folded(text)
    places = {word: at for word in words if (at := folded.find(word)) >= 0}
    if not places:
        return {}, set()
    first = min(places.values())
    start, stop = max(0, first - AROUND), min(len(text), first + AROUND + max(map(len, words)))
    piece = "".join(" " if c in "\n\t\f\r" else c for c in text[start:stop])
    marks = []
    for word in words:
        at = folded.find(word, start, stop)
        while at >= 0:
            marks.append([at - start, at - start + len(word)])
            at = folded.find(word, at + len(word), stop)
    cut = {"before": start > 0, "after": stop < len(text)}
    return {"text": piece, "marks": _joined(marks), "start": first, **cut}, set(places)


def _joined(marks: Iterable[list[int]]) -> list[list[int]]:
    """Marks in their order; what overlaps is one."""
    found: list[list[int]] = []
    for start, stop in sorted(marks):
        if found and start <= found[-1][1]:
            found[-1][1] = max(found[-1][1], stop)
        else:
            found.append([start, stop])
    return found


# ---------------------------------------------------------------- entries


def find_entries(
    db: Connection, actor: Actor, moment: Moment, wanted: Wanted, cursor: Any = None, limit: int = 50
) -> tuple[list[dict[str, Any]], Any]:
    """Entries, the newest first: each in words, with its case, where the words stand, and whether it is sealed.

    With words in the order of the log, else of time. Raises ``Forbidden``, ``Unfit``, ``NotFound``.
    """
    actor.require(PERMISSION)
    words = _words(db, wanted.q)
    fits = _of_cases(db, moment, wanted)
    if wanted.person and wanted.how == "did":
        fits.append(_E.person_id == actors.person_by(db, wanted.person, moment.today).id)
    else:
        fits += _with_person(db, moment, wanted)
    if wanted.mark == "imported":
        fits.append(_IMPORTED)
    if wanted.kind:
        fits.append(_E.kind == wanted.kind)
    fits += _within(moment, _E.at, wanted)
    columns = (_E.chain, _E.seq, _E.at, _E.hash, _E.text, _C.number, _C.title, _C.definition_id)
    source = tables.entries.outerjoin(tables.cases, _C.id == _E.chain)
    tasks = _of_tasks(wanted)
    if tasks:
        source = source.join(tables.tasks, _T.id == _E.task_id)
        fits += tasks
    if words:
        return _by_words(db, moment, words, select(*columns).where(*fits), source, cursor, limit)
    if not wanted.kind:
        fits.append(_E.chain.not_like(f"{reads.CHAINS}%"))
    if cursor:
        at, chain, seq = cursor
        fits.append(tuple_(_E.at, _E.chain, _E.seq) < (datetime.fromisoformat(at), chain, seq))
    query = select(*columns).select_from(source).where(*fits)
    rows = db.execute(query.order_by(_E.at.desc(), _E.chain.desc(), _E.seq.desc()).limit(limit + 1)).all()
    page = rows[:limit]
    following = [page[-1].at.isoformat(), page[-1].chain, page[-1].seq] if len(rows) > limit else None
    return _entry_items(db, moment, page, {}), following


def _by_words(
    db: Connection,
    moment: Moment,
    words: Sequence[_Word],
    query: Select[Any],
    source: Any,
    cursor: Any,
    limit: int,
) -> tuple[list[dict[str, Any]], Any]:
    terms = tuple(dict.fromkeys(term for word in words for term in word.terms))
    rare = [set(word.ids) for word in words if word.ids is not None]
    folded = [word.folded for word in words]
    query = query.add_columns(_S.id.label("place"))
    if rare:
        joined = source.join(tables.search_texts, (_S.chain == _E.chain) & (_S.seq == _E.seq))
        left = [term for word in words if word.ids is None for term in word.terms]
        query = query.where(_S.id.in_(set.intersection(*rare)), *_also(_S.id, left))
    else:
        first = min(words, key=lambda word: _count(db, word.terms[0])).terms[0]
        named = tables.search_terms.alias("named")
        joined = source.join(tables.search_texts, (_S.chain == _E.chain) & (_S.seq == _E.seq)).join(
            named, named.c.text_id == _S.id
        )
        query = query.where(named.c.term == first, *_also(_S.id, [term for term in terms if term != first]))
    query = query.select_from(joined).order_by(_S.id.desc()).limit(limit + 1)
    place = cursor
    found: list[Any] = []
    hits: dict[int, list[dict[str, Any]]] = {}
    for _ in range(ROUNDS):
        rows = db.execute(query if place is None else query.where(_S.id < place)).all()
        said = indexing.said(db, [row.place for row in rows])
        for row in rows:
            met: set[str] = set()
            shown = []
            for part in said.get(row.place, []):
                one, here = _shown(part, folded)
                if here:
                    met |= here
                    shown.append({**one, "entry": row.seq})
            if len(met) == len(folded):
                found.append(row)
                hits[row.place] = shown
        is_last = len(rows) <= limit
        if is_last or len(found) > limit:
            break
        place = rows[-1].place
    page = found[:limit]
    following = page[-1].place if len(found) > limit else None if is_last else place
    return _entry_items(db, moment, page, {(row.chain, row.seq): hits[row.place] for row in page}), following


def _entry_items(
    db: Connection, moment: Moment, rows: Sequence[Any], hits: Mapping[tuple[str, int], list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    places = _places(db, [(row.chain, row.seq) for row in rows])
    versions: dict[str, views.Versions] = {}
    known: dict[str, Definition | None] = {"": None}
    said: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        definition = _definition_of(db, row, versions)
        about = definition.id if definition is not None else ""
        known[about] = definition
        said.setdefault(about, []).append({**json.loads(row.text), "hash": row.hash})
    spoken = {
        (one["chain"], one["seq"]): one
        for about, bodies in said.items()
        for one in views.speak(db, moment, bodies, known[about])
    }
    items = []
    for row in rows:
        key = row.chain, row.seq
        place, shown = places.get(key), hits.get(key, [])
        state = "waiting" if place is None else "sealed"
        if trail.seal(row.text) != row.hash or (place is not None and place[1] != row.hash):
            state = "broken"
        case = {"id": row.chain, "number": row.number, "title": row.title} if row.number is not None else None
        items.append(
            {
                **spoken[key],
                "case": case,
                "seal": {"state": state, "place": place[0] if place else None, "entries": 1},
                "hits": shown[:MOST_HITS],
                "more_hits": max(0, len(shown) - MOST_HITS),
            }
        )
    return items


def _definition_of(db: Connection, row: Any, versions: dict[str, views.Versions]) -> Definition | None:
    """The version by which an entry is put into words: the case's as it was then."""
    if row.definition_id is not None:
        if row.chain not in versions:
            versions[row.chain] = views.Versions(db, row.chain, definitions.load(db, row.definition_id))
        return versions[row.chain].at(row.seq)
    if row.chain.startswith("definition:"):
        return definitions.read(db, row.chain.removeprefix("definition:"))
    return None


def _places(db: Connection, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], tuple[int, str]]:
    """Entry → its place in the log, and the hash there."""
    if not keys:
        return {}
    query = select(_L.chain, _L.seq, _L.idx, _L.hash).where(tuple_(_L.chain, _L.seq).in_(keys))
    return {(row.chain, row.seq): (row.idx, row.hash) for row in db.execute(query)}


def seals_of(db: Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Whether the chains of some cases are whole, and their newest entries in the log: ``sealed``, ``waiting`` or
    ``broken``."""
    if not ids:
        return {}
    heads = {
        row.id: (row.trail_seq, row.trail_head)
        for row in db.execute(select(_C.id, _C.trail_seq, _C.trail_head).where(_C.id.in_(ids)))
    }
    rows = db.execute(select(tables.entries).where(_E.chain.in_(ids)).order_by(_E.chain, _E.seq))
    broken = {found.chain for found in trail.verify_rows(rows, heads).findings}
    places = _places(db, [(id_, seq) for id_, (seq, _) in heads.items()])
    seals = {}
    for id_, (seq, head) in heads.items():
        place = places.get((id_, seq))
        if place is not None and place[1] != head:
            broken.add(id_)
        state = "broken" if id_ in broken else "waiting" if place is None else "sealed"
        seals[id_] = {"state": state, "place": place[0] if place else None, "entries": seq}
    return seals


# ---------------------------------------------------------------- what there is to choose from


def choices(db: Connection, actor: Actor, definition: str | None) -> dict[str, Any]:
    """Fields that can be searched by, and the steps and marks of a procedure: ``{"fields", "steps", "marks"}``."""
    actor.require(PERMISSION)
    fields = db.execute(select(_V.field).distinct().order_by(_V.field).limit(500)).scalars().all()
    known = definitions.read(db, definition) if definition else None
    steps: list[dict[str, Any]] = []
    labels: dict[str, Text] = {}
    if known is not None:
        steps = [{"element": e.id, "name": known.element_name(e.id)} for e in known.steps()]
        for form in known.forms.values():
            labels |= form.labels
    return {
        "fields": [
            {"field": name, "label": labels.get(name, Text(name, name))}
            for name in fields
            if known is None or name.partition(".")[0] in labels or name in labels
        ],
        "steps": steps,
        "marks": list(MARKS),
    }
