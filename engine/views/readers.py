"""Who was shown a case, in words; and who knew a value before something was decided."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine import cases, definitions, reads, reliving, tables
from engine.actors import Actor
from engine.errors import NotFound, Text
from engine.store import Moment
from engine.views.entries import speak
from engine.views.naming import Names
from engine.views.relived import field_label

_C = tables.cases.c
PURPOSES: Mapping[str, Text] = {
    "task": Text("办理任务", "a task of theirs"),
    "own": Text("本人事项", "their own case"),
    "case": Text("参与办理", "a part in the case"),
    "delegation": Text("受托代办", "standing in for somebody"),
    "audit": Text("监督检查", "oversight"),
}


def of_case(
    db: Connection, actor: Actor, moment: Moment, case_id: str, cursor: Any, limit: int
) -> tuple[list[dict[str, Any]], Any]:
    """The reads of a case, newest first; raises ``NotFound``."""
    if cases.scope_of(db, actor, case_id) is None or not db.execute(select(_C.id).where(_C.id == case_id)).first():
        raise NotFound()
    after = (datetime.fromisoformat(cursor[0]), cursor[1], cursor[2]) if cursor else None
    return _page(db, moment, reads.of_case(db, case_id, after, limit + 1), limit)


def of_person(db: Connection, person: str, moment: Moment, cursor: Any, limit: int) -> tuple[list[dict[str, Any]], Any]:
    """What somebody was shown, newest first."""
    after = (datetime.fromisoformat(cursor[0]), cursor[1], cursor[2]) if cursor else None
    return _page(db, moment, reads.of_person(db, person, after, limit + 1), limit)


def _page(
    db: Connection, moment: Moment, rows: Sequence[Mapping[str, Any]], limit: int
) -> tuple[list[dict[str, Any]], Any]:
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        last = shown[-1]
        following = [last["at"].isoformat(), last["chain"], last["seq"]]
    return _spoken(db, moment, shown), following


def _spoken(db: Connection, moment: Moment, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    names = Names(db, moment.today)
    entries = reads.facts_of(db, rows)
    said = dict(zip(entries, speak(db, moment, list(entries.values()), None), strict=True))
    names.learn(row["person_id"] for row in rows)
    query = select(_C.id, _C.number).where(_C.id.in_({row["case_id"] for row in rows}))
    numbers: dict[str, str] = {row.id: row.number for row in db.execute(query)} if rows else {}
    return [
        {
            "chain": row["chain"],
            "seq": row["seq"],
            "at": row["at"],
            "kind": row["kind"],
            "sentence": said[row["chain"], row["seq"]]["sentence"],
            "person": names.person(row["person_id"]),
            "purpose": row["purpose"],
            "purpose_label": PURPOSES[row["purpose"]],
            "via": [names.holder(h) for h in json.loads(row["via"]) if not h.startswith("person:")],
            "scope": row["scope"],
            "seen": row["seen"],
            "fields": json.loads(row["fields"]) if row["fields"] else [],
            "case": row["case_id"],
            "number": numbers.get(row["case_id"]),
            "hash": said[row["chain"], row["seq"]]["hash"],
        }
        for row in rows
    ]


def knowers(db: Connection, actor: Actor, moment: Moment, case_id: str, name: str, seq: int | None) -> dict[str, Any]:
    """Who knew a value before an entry (``None``: by now): who wrote it, and who was shown it; the earliest of each.

    ``decided``: the entry is theirs. Raises ``NotFound`` where there was no such value yet.
    """
    row = db.execute(select(_C.definition_id, _C.trail_seq).where(_C.id == case_id)).first()
    if row is None or cases.scope_of(db, actor, case_id) is None:
        raise NotFound()
    before, then = reliving.read(db, moment.zone, case_id, seq)
    standing = before if seq is not None else then
    if standing is None or (seq is not None and then.seq != seq) or name not in standing.values:
        raise NotFound()
    value = standing.values[name]
    until = datetime.fromisoformat(then.at) if seq is not None else moment.now
    body = next(b for b in reliving.bodies(db, case_id) if b["seq"] == then.seq)
    deciders = {(body.get("actor") or {}).get("person"), (body.get("actor") or {}).get("for")} - {None}
    names = Names(db, moment.today)
    found: dict[str, dict[str, Any]] = {}
    for writer in (value.by, value.acting_for):
        if writer:
            found[writer] = {"at": datetime.fromisoformat(value.at), "how": "wrote", "entry": value.entry, "read": None}
    shown = [r for r in reads.before(db, case_id, value.entry, until) if reads.shows(r, name)]
    first = {r["person_id"]: r for r in reversed(shown)}
    for spoken in _spoken(db, moment, [r for p, r in first.items() if p not in found]):
        found[spoken["person"]["id"]] = {"at": spoken["at"], "how": "read", "entry": None, "read": spoken}
    definition = definitions.read(db, definitions.load(db, row.definition_id).key, standing.version)
    return {
        "field": name,
        "label": field_label(definition, value.element, name),
        "known_in": value.entry,
        "before": then.seq if seq is not None else row.trail_seq + 1,
        "items": [
            {"person": names.person(person), **one, "decided": seq is not None and person in deciders}
            for person, one in sorted(found.items(), key=lambda item: item[1]["at"])
        ],
    }
