"""Distribution lists (发文范围): named lists of units to which an office sends. The newest version of each counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select

from engine import tables
from engine.actors.directory import below
from engine.errors import Text

_L = tables.distribution_lists.c
_NEWER = tables.distribution_lists.alias("newer")
IS_NEWEST: ColumnElement[bool] = _L.version == (
    select(func.max(_NEWER.c.version))
    .where(_NEWER.c.id == _L.id)
    .correlate(tables.distribution_lists)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class ListVersion:
    """What a list held from a moment until its next version; ``units``: ids, in the order of their codes."""

    id: str
    version: int
    unit_id: str
    name: Text
    units: tuple[str, ...]
    is_closed: bool
    reason: str
    by_id: str | None
    at: datetime
    sha256: str
    """Of the stored content, as the entry about this version says."""


def content_of(name: Text, units: Iterable[str], *, is_closed: bool) -> str:
    """A version as it is stored and hashed: canonical JSON."""
    held = {"name": name.as_json(), "units": list(units), "closed": is_closed}
    return json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def list_from(row: Mapping[str, Any]) -> ListVersion:
    held = json.loads(row["content"])
    return ListVersion(
        row["id"],
        row["version"],
        row["unit_id"],
        Text.of(held["name"]),
        tuple(held["units"]),
        held["closed"],
        row["reason"],
        row["by_id"],
        row["at"],
        hashlib.sha256(row["content"].encode()).hexdigest(),
    )


def lists_of(db: Connection, unit_id: str) -> list[ListVersion]:
    """The lists of an office that are in use, by name."""
    query = select(tables.distribution_lists).where(_L.unit_id == unit_id, IS_NEWEST)
    found = [list_from(dict(row)) for row in db.execute(query).mappings()]
    return sorted((one for one in found if not one.is_closed), key=lambda one: (one.name.zh, one.id))


def offered_lists(db: Connection, unit_id: str, on: date) -> list[dict[str, Any]]:
    """The same as FEEL sees them: of each the units that still stand below the office on a day."""
    lists = lists_of(db, unit_id)
    if not lists:
        return []
    standing = {u.id for u in below(db, unit_id, on, None)}
    return [
        {
            "id": one.id,
            "name": one.name.zh,
            "name_en": one.name.en,
            "version": one.version,
            "units": [unit for unit in one.units if unit in standing],
        }
        for one in lists
    ]


def write_list(
    db: Connection, list_id: str, version: int, unit_id: str, content: str, reason: str, by_id: str | None, at: datetime
) -> ListVersion:
    """The next version of a list; the caller has checked it, and writes the entry."""
    row = {
        "id": list_id,
        "version": version,
        "unit_id": unit_id,
        "content": content,
        "reason": reason,
        "by_id": by_id,
        "at": at,
    }
    db.execute(insert(tables.distribution_lists).values(**row))
    return list_from(row)
