"""One case as readable JSON: everything that whoever sees the whole case sees, its labels in both languages.

The shape is ``liuhen.case/1`` (docs/exporting.md). Sentences are ``{"zh", "en"}``, instants RFC 3339 in UTC, business
dates ISO 8601, ids opaque. ``entries`` holds each entry twice: in words, and as the very ``text`` that was hashed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from engine import cases, definitions, erasing, forms, gates, holds, tables, trail, views
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import NotFound, Text
from engine.exports import proof
from engine.store import Moment
from engine.views import clauses
from engine.views.naming import CASE_COLUMNS, Names, Versions

FORMAT = "liuhen.case/1"
DECIDED = ("dmn", "gate")
_C, _A, _T = tables.cases.c, tables.answers.c, tables.tasks.c


@dataclass(frozen=True, slots=True)
class Whole:
    """A case as it is exported: ``shown`` in words, and what of the chain and its values lies behind them."""

    id: str
    number: str
    definition: Definition
    versions: tuple[Definition, ...]
    """Every version that the case was on, the present one last."""
    seq: int
    head: str
    shown: dict[str, Any]
    texts: tuple[tuple[int, str, str], ...]
    """``(seq, hash, text)`` of every entry."""


def case(db: Connection, actor: Actor, moment: Moment, case_id: str, base_url: str) -> Whole:
    """Everything of one case, for whoever sees the whole of it; raises ``NotFound``."""
    row = db.execute(select(*CASE_COLUMNS).where(_C.id == case_id)).mappings().first()
    if row is None or cases.scope_of(db, actor, case_id) != "full":
        raise NotFound()
    definition = definitions.load(db, row["definition_id"])
    names = Names(db, moment.today)
    texts = _texts(db, case_id)
    bodies = [{**json.loads(text), "hash": hash_} for _, hash_, text in texts]
    versions = Versions(db, case_id, definition)
    shown = views.case(db, actor, moment, case_id)
    sheet = views.sheet(db, actor, moment, case_id, base_url, "zh")
    said, _ = views.entries(db, actor, moment, case_id, limit=len(texts) or 1)
    for one, (_, _, text) in zip(said, texts, strict=True):
        one["text"] = text
    for unwanted in ("now", "can", "acts", "open_incidents", "countersigns"):
        shown.pop(unwanted, None)
    whole = {
        "format": FORMAT,
        "made_at": moment.now,
        "made_by": names.person(actor.person_id),
        "case": {**shown, "address": sheet["address"]},
        "definition": _definition(definition),
        "steps": sheet["signed"],
        "forms": sheet["forms"],
        "answers": answers(db, case_id, definition, is_open=opens(actor)),
        "decisions": list(_decisions(bodies, definition)),
        "rules": clauses.case_clauses(db, actor, moment, case_id) if definition.rules.clauses else None,
        "attachments": [_without(a, ("mine", "previews")) for a in sheet["attachments"]],
        "documents": _documents(db, actor, moment, case_id),
        "comments": sheet["comments"],
        "copies": views.copies(db, actor, moment, case_id),
        "holds": holds.of_case(db, case_id),
        "erasures": erasing.of_case(db, case_id),
        "entries": said,
        "proof": proof.shown(db, case_id, row["trail_seq"], row["trail_head"]),
    }
    known = {definition.id: definition, **{d.id: d for d in (versions.at(b["seq"]) for b in bodies)}}
    ordered = tuple(sorted(known.values(), key=lambda d: d.version))
    return Whole(
        *(case_id, row["number"], definition, ordered, row["trail_seq"], row["trail_head"]),
        shown=plain(whole),
        texts=texts,
    )


def plain(value: Any) -> Any:
    """Any value of the engine as JSON without a language: a text in both."""
    if isinstance(value, Text):
        return value.as_json()
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    if isinstance(value, datetime):
        return trail.instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    return gates.fact(value)


def _texts(db: Connection, case_id: str) -> tuple[tuple[int, str, str], ...]:
    entries = tables.entries.c
    query = select(entries.seq, entries.hash, entries.text).where(entries.chain == case_id).order_by(entries.seq)
    return tuple((r.seq, r.hash, r.text) for r in db.execute(query))


def _definition(definition: Definition) -> dict[str, Any]:
    return {
        "key": definition.key,
        "version": definition.version,
        "name": definition.name,
        "sha256": definition.sha256,
        "published_at": definition.published_at,
        "note": definition.note,
        "files": [
            {"path": path, "sha256": hashlib.sha256(content.encode()).hexdigest()}
            for path, content in sorted(definition.files.items())
        ],
    }


def opens(actor: Actor) -> bool:
    """Whether sensitive values are given as they are: to whoever reads the whole trail. Others get them masked."""
    return "trail.read_all" in actor.permissions


def told(form: forms.Form | None, values: Mapping[str, Any], *, is_open: bool) -> dict[str, Any]:
    """Answers as they leave the house."""
    closed: Collection[str] = form.sensitive_answers if form is not None and not is_open else ()
    return {name: forms.mask(value) if name in closed else value for name, value in values.items()}


def answers(db: Connection, case_id: str, definition: Definition, *, is_open: bool) -> list[dict[str, Any]]:
    """What was entered, form by form and each time: labels in both languages, and which values are personal."""
    found = []
    for row, own, element in cases.given_answers(db, case_id, definition):
        form = own.forms.get(row["form"])
        private: Collection[str] = form.personal_answers if form is not None else ()
        labels = form.labels if form is not None else {}
        values = told(form, json.loads(row["values"]), is_open=is_open)
        found.append(
            {
                "task": row["task_id"],
                "element": element,
                "name": own.element_name(element),
                "form": row["form"],
                "at": row["at"],
                "values": [
                    {
                        "field": name,
                        "label": labels.get(name, Text(name, name)),
                        "is_personal": name in private,
                        "value": value,
                    }
                    for name, value in values.items()
                ],
            }
        )
    return found


def _decisions(bodies: Iterable[Mapping[str, Any]], definition: Definition) -> Iterable[dict[str, Any]]:
    """Which decisions were asked, with what, and which of their rules fired."""
    for body in bodies:
        asked = list(body.get("gates", ()))
        if body["kind"] == trail.Kind.DECISION_EVALUATED:
            asked.append(body)
        for one in asked:
            name = one.get("decision")
            yield {
                "seq": body["seq"],
                "at": body["at"],
                "element": body.get("element"),
                "name": definition.element_name(body["element"]) if body.get("element") else None,
                "decision": name,
                "decision_name": definition.text(f"decision.{name}", name) if name else None,
                "condition": one.get("condition"),
                "allowed": one.get("allowed"),
                "inputs": one.get("inputs"),
                "rules": one.get("rules"),
                "codes": one.get("codes"),
                "value": one.get("value"),
            }


def _documents(db: Connection, actor: Actor, moment: Moment, case_id: str) -> list[dict[str, Any]]:
    return [_without(d, ("can_void",)) for d in views.documents.of_case(db, actor, moment, case_id)]


def _without(given: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {k: v for k, v in given.items() if k not in set(names)}
