"""What many rows of the directory were when one act wrote them, so that each of them can be looked at again later.

An import has one entry for thousands of rows. The entry names the SHA-256 of a manifest: one line for each row that the
act wrote, with the hash of what the row says. The manifest is a row of ``directory_manifests``, which nothing changes.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Set
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from engine import tables
from engine.store import insert_or_ignore

KEYS: Mapping[str, tuple[str, ...]] = {
    "units": ("id",),
    "unit_states": ("unit_id", "from_on"),
    "people": ("id",),
    "memberships": ("id",),
    "posts": ("id",),
    "relations": ("id",),
}
"""The tables of the directory, and by what a row of each is told from the others."""
_OWN: Mapping[str, Set[str]] = {"posts": {"looked_at"}}
"""Columns in which the engine keeps its own place: they say nothing of the directory."""

Place = tuple[str, str]
"""A row: its table and its key."""
Line = tuple[str, str]
"""The hash of what a row says, and the person it is of ("" where it is of none)."""


def key_of(table: str, row: Mapping[str, Any]) -> str:
    """The key of a row as text."""
    return " ".join(str(_plain(row[name])) for name in KEYS[table])


def rows(db: Connection, table: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every row of a table: its key, the hash of what it says (half of SHA-256, in hex), and the row."""
    known: Table = getattr(tables, table)
    skipped = _OWN.get(table, frozenset())
    for row in map(dict[str, Any], db.execute(select(known)).mappings()):
        said = {name: _plain(value) for name, value in row.items() if name not in skipped}
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        yield key_of(table, row), hashlib.sha256(text.encode()).hexdigest()[:32], row


def record(db: Connection, wrote: Mapping[str, Set[str]] | None = None) -> str:
    """Keep a manifest of the rows with these keys (table → keys; ``None``: of all), as they stand now; its SHA-256.

    Nothing but what the act itself wrote belongs into it: else it would vouch for what somebody else had changed.
    """
    lines = [
        f"{table}\t{key}\t{digest}\t{row.get('person_id') or ''}"
        for table in KEYS
        if wrote is None or wrote.get(table)
        for key, digest, row in rows(db, table)
        if wrote is None or key in wrote[table]
    ]
    content = "\n".join(sorted(lines)).encode()
    sha256 = hashlib.sha256(content).hexdigest()
    kept = {"sha256": sha256, "content": zlib.compress(content)}
    db.execute(insert_or_ignore(db, tables.directory_manifests).values(**kept))
    return sha256


LARGEST = 1 << 30
"""Bytes of a manifest: a million rows have a tenth of it."""


def read(db: Connection, sha256: str) -> dict[Place, Line] | None:
    """The lines of a manifest; ``None`` where it is not there, or is not what its hash says."""
    of = tables.directory_manifests.c
    packed = db.execute(select(of.content).where(of.sha256 == sha256)).scalar()
    if packed is None:
        return None
    try:
        unpacked = zlib.decompressobj()
        content = unpacked.decompress(packed, LARGEST)
    except zlib.error:
        return None
    if hashlib.sha256(content).hexdigest() != sha256:
        return None
    found: dict[Place, Line] = {}
    for line in content.decode().split("\n") if content else ():
        table, key, digest, person = line.split("\t")
        found[table, key] = digest, person
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
