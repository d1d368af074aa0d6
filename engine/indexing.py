"""What is found by words: the terms of a text, and the rows by which a text is found.

A term is two neighbouring characters where one of them is not ASCII (so that two Chinese characters are enough), three
letters of a word in ASCII, or a whole word of one or two. It is kept as its CRC-32; a text that has every term of what
is looked for is looked at again, letter by letter. The same rows serve SQLite and PostgreSQL.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, insert, select, text

from engine import tables
from engine.store import for_update, insert_or_ignore

FILE = "file"
"""The part of an entry that is an attachment: its text stands in ``file_texts`` under the hash that the part holds."""
MOST_TERMS = 60_000
"""Terms of one text; what follows in a longer one is not found."""

_S, _T, _V, _F, _X = (
    *(tables.search_texts.c, tables.search_terms.c, tables.search_values.c, tables.search_files.c),
    tables.file_texts.c,
)
_RUN = re.compile(r"[^\W_]+")
_ASCII = re.compile(r"[\x00-\x7f]+")

_Row = TypeVar("_Row")
Part = tuple[str, str, str]
"""Where a text stands (``opinion``, ``answer``, …), under which name, and the text."""


# ---------------------------------------------------------------- terms


@lru_cache(maxsize=20_000)
def _folded(character: str) -> str:
    for made in (unicodedata.normalize("NFKC", character).casefold(), character.casefold(), character.lower()):
        if len(made) == 1:
            return made
    return character


def folded(text: str) -> str:
    """The text without differences of case and width, as long as it was: places in it are places in the text."""
    return text.lower() if text.isascii() else "".join(map(_folded, text))


def term(characters: str) -> int:
    """The number under which a term is kept: a signed integer of 32 bits."""
    return zlib.crc32(characters.encode("utf-8", "surrogatepass")) - (1 << 31)


def terms(text: str) -> set[int]:
    """The terms of a text."""
    return {term(one) for one in _spelt(folded(text))}


def terms_of_words(words: str) -> set[int]:
    """The terms that a text must have to hold these words; none where they are too short to be looked for.

    A short word within a longer run of letters is no term of its own there, so it counts only where it stands alone.
    """
    found = set(_spelt(folded(words)))
    long = {one for one in found if len(one) > 1 and not (one.isascii() and len(one) < 3)}
    return {term(one) for one in long or {one for one in found if one.isascii()}}


def _spelt(text: str) -> Iterator[str]:
    for run in _RUN.finditer(text):
        word = run.group()
        if not word.isascii():
            for a, b in pairwise(word):
                if not (a.isascii() and b.isascii()):
                    yield a + b
        for part in _ASCII.finditer(word):
            letters = part.group()
            if len(letters) < 3:
                yield letters
            else:
                yield from (letters[n : n + 3] for n in range(len(letters) - 2))


# ---------------------------------------------------------------- rows


def put(db: Connection, texts: Sequence[Mapping[str, Any]]) -> None:
    """Write what some entries say: ``{"id", "chain", "seq", "parts", "values", "terms"}``, none of which is there.

    ``terms`` are those of the parts, worked out before the transaction. Attachments among them wait to be read.
    """
    if not texts:
        return
    columns = ("id", "chain", "seq")
    rows = [{**{c: t[c] for c in columns}, "parts": json.dumps(t["parts"], ensure_ascii=False)} for t in texts]
    db.execute(insert(tables.search_texts), rows)
    _put_terms(db, [(one, t["id"]) for t in texts for one in t["terms"]])
    values = [{"text_id": t["id"], "chain": t["chain"], **value} for t in texts for value in t.get("values", ())]
    if values:
        db.execute(insert(tables.search_values), values)
    named = sorted({(part[2], t["id"]) for t in texts for part in t["parts"] if part[0] == FILE})
    if named:
        # In the order of their hashes: two who write the same ones would wait for each other.
        waiting = [{"sha256": s, "status": "waiting", "content": "", "tries": 0} for s in sorted({s for s, _ in named})]
        db.execute(insert_or_ignore(db, tables.file_texts), waiting)
        db.execute(insert_or_ignore(db, tables.search_files), [{"sha256": s, "text_id": i} for s, i in named])
        read = select(_X.sha256, _X.content).where(_X.sha256.in_({s for s, _ in named}), _X.status == "read")
        content: dict[str, str] = {row.sha256: row.content for row in db.execute(read)}
        _put_terms(db, [(one, i) for s, i in named if s in content for one in file_terms(content[s])])


_MANY_TERMS = text(
    "INSERT INTO search_terms (term, text_id) SELECT * FROM unnest(CAST(:terms AS integer[]), CAST(:ids AS bigint[])) "
    "ON CONFLICT DO NOTHING"
)


def _put_terms(db: Connection, rows: Iterable[tuple[int, int]]) -> None:
    made = insert_or_ignore(db, tables.search_terms)
    if for_update(db):  # PostgreSQL takes the whole batch as two values; row by row it would be five times as slow
        for some in _some(sorted(set(rows)), 20_000):
            db.execute(_MANY_TERMS, {"terms": [t for t, _ in some], "ids": [i for _, i in some]})
        return
    for some in _some(sorted(set(rows)), 2000):
        db.execute(made, [{"term": t, "text_id": i} for t, i in some])


def _some(rows: Sequence[_Row], size: int) -> Iterator[Sequence[_Row]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def file_terms(content: str) -> list[int]:
    """The terms of an attachment's text, as many as are kept."""
    return list(islice(dict.fromkeys(term(one) for one in _spelt(folded(content))), MOST_TERMS))


def put_file(db: Connection, sha256: str, content: str) -> None:
    """What an attachment says is found as what the entries say that name it."""
    found = db.execute(select(_F.text_id).where(_F.sha256 == sha256)).scalars().all()
    spelt = file_terms(content)
    _put_terms(db, [(one, id_) for id_ in found for one in spelt])


def said(db: Connection, ids: Iterable[int]) -> dict[int, list[Part]]:
    """What some texts say, each attachment with its text."""
    query = select(_S.id, _S.parts).where(_S.id.in_(list(ids)))
    parts: dict[int, list[Part]] = {row.id: [tuple(p) for p in json.loads(row.parts)] for row in db.execute(query)}
    wanted = {p[2] for some in parts.values() for p in some if p[0] == FILE}
    texts: dict[str, str] = {}
    if wanted:
        of_files = select(_X.sha256, _X.content).where(_X.sha256.in_(wanted))
        texts = {row.sha256: row.content for row in db.execute(of_files)}
    return {
        id_: [(w, name, texts.get(text, "")) if w == FILE else (w, name, text) for w, name, text in some]
        for id_, some in parts.items()
    }


def drop(db: Connection, ids: Iterable[int]) -> None:
    """Nothing of these texts is found any more, and nothing of them is left."""
    for id_, parts in said(db, ids).items():
        spelt = {one for _, name, text in parts for one in terms(text) | terms(name)}
        for some in _some(sorted(spelt), 500):
            db.execute(delete(tables.search_terms).where(_T.text_id == id_, _T.term.in_(some)))
        db.execute(delete(tables.search_values).where(_V.text_id == id_))
        db.execute(delete(tables.search_files).where(_F.text_id == id_))
        db.execute(delete(tables.search_texts).where(_S.id == id_))


def forget_case(db: Connection, case_id: str, *, with_files: bool) -> None:
    """What was erased of a case is found no more: its title and summary, and its attachments where they went too.

    The tick writes anew what is left, as soon as it comes to the entry that says so.
    """
    query = select(_S.id).where(_S.chain == case_id)
    named = select(_F.text_id, _F.sha256).join(tables.search_texts, _S.id == _F.text_id).where(_S.chain == case_id)
    files = db.execute(named).all() if with_files else []
    drop(db, {*db.execute(query.where(_S.seq == 1)).scalars(), *(row.text_id for row in files)})
    if with_files:
        forget_files(db, {row.sha256 for row in files})


def forget_files(db: Connection, hashes: Iterable[str]) -> None:
    """The text of attachments that no case has any more is gone, too."""
    attached = tables.attachments.c
    for sha256 in sorted(hashes):
        if db.execute(select(attached.id).where(attached.sha256 == sha256).limit(1)).first() is None:
            db.execute(delete(tables.file_texts).where(_X.sha256 == sha256))
