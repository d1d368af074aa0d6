"""Official documents in words: those of a case, one as it is printed, and the register of numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine import actors, documents, templates
from engine.actors import Actor
from engine.errors import Language, Text
from engine.store import Moment
from engine.views.naming import Names


def of_case(db: Connection, actor: Actor, moment: Moment, case_id: str) -> list[dict[str, Any]]:
    """The documents that a case has issued or received; raises ``NotFound``."""
    names = Names(db, moment.today)
    return [_item(row, actor, names) for row in documents.of_case(db, actor, case_id)]


def one(db: Connection, actor: Actor, moment: Moment, document_id: str, language: Language) -> dict[str, Any]:
    """One document with everything that is printed, in one language; raises ``NotFound``."""
    row = documents.find(db, actor, document_id)
    return {**_item(row, actor, Names(db, moment.today)), "page": page(json.loads(row["content"]), language)}


def page(printed: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """What stands on the page, in its order."""

    def said(text: Any) -> str | None:
        return None if text is None else Text.of(text).spoken(language)

    to = said(printed["addressed"]) or _comma(language).join(said(one["name"]) or "" for one in printed["to"])
    return {
        "language": language,
        "urgency": said(printed["urgency"]),
        "issuers": [said(issuer["name"]) for issuer in printed["issuers"]],
        "has_head_word": printed["has_head_word"],
        "number": printed["number"],
        "signer": said(printed["signer"]) if printed["is_upward"] else None,
        "title": said(printed["title"]),
        "to": to or None,
        "body": [{"level": p["level"], "text": p[language]} for p in printed["body"]],
        "attachments": [{"name": one["name"], "sha256": one.get("sha256")} for one in printed["attachments"]],
        "date": templates.day(date.fromisoformat(printed["date"]), language),
        "note": said(printed["note"]),
        "copies": [said(copy["name"]) for copy in printed["copies"]],
        "printed_on": templates.day(date.fromisoformat(printed["printed_on"]), language),
    }


def _comma(language: Language) -> str:
    return "、" if language == "zh" else ", "


def _item(row: Mapping[str, Any], actor: Actor, names: Names) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("id", "element", "kind", "number", "dated_on", "sha256", "at", "title")},
        **{name: row[name] for name in ("kind_name", "is_void", "void_at", "void_because", "is_whole", "is_received")},
        "case": row["case_id"],
        "unit": names.unit(row["unit_id"]),
        "by": names.person(row["issued_by"]),
        "void_by": names.person(row["void_by"]),
        "can_void": not row["is_void"] and documents.may_void(actor, row),
    }


def series_on_paper(db: Connection, actor: Actor, moment: Moment, unit: str | None) -> list[dict[str, Any]]:
    """The series that began on paper; raises ``Forbidden``."""
    names = Names(db, moment.today)
    return [
        {
            **{name: row[name] for name in ("code", "year", "last", "reason", "at")},
            "unit": names.unit(row["unit_id"]),
            "by": names.person(row["by_id"]),
        }
        for row in documents.series_on_paper(db, actor, unit)
    ]


def register(
    db: Connection, actor: Actor, moment: Moment, cursor: Any = None, limit: int = 50, **wanted: Any
) -> tuple[list[dict[str, Any]], Any]:
    """A part of the register of numbers; raises ``Forbidden``, ``NotFound``."""
    rows, following = documents.register(db, actor, moment, cursor, limit, **wanted)
    names = Names(db, moment.today)
    names.learn(person for row in rows for person in (row["issued_by"], row["void_by"]))
    shown = ("number", "code", "year", "serial", "kind", "kind_name", "title", "dated_on", "sha256", "at")
    return [
        {
            **{name: row[name] for name in (*shown, "is_void", "void_at", "void_because")},
            "document": row["document_id"],
            "case": row["case_id"],
            "case_number": row["case_number"],
            "unit": names.unit(row["unit_id"]),
            "by": names.person(row["issued_by"]),
            "void_by": names.person(row["void_by"]),
        }
        for row in rows
    ], following


def lists(db: Connection, actor: Actor, moment: Moment, *, unit: str | None, closed: bool) -> list[dict[str, Any]]:
    """Distribution lists; raises ``Forbidden``, ``NotFound``."""
    names = Names(db, moment.today)
    found = documents.seen_lists(db, actor, moment, unit=unit, closed=closed)
    names.learn(one.by_id for one in found)
    standing = {one.unit_id: _standing(db, moment, one.unit_id) for one in found}
    return [_listed(one, actor, names, standing[one.unit_id]) for one in found]


def one_list(db: Connection, actor: Actor, moment: Moment, list_id: str) -> dict[str, Any]:
    """One distribution list with its units and every version, the newest first; raises ``NotFound``."""
    versions = documents.versions_of(db, actor, list_id)
    newest = versions[0]
    names = Names(db, moment.today)
    names.expect((v.by_id for v in versions), {u for v in versions for u in v.units}, ())
    standing = _standing(db, moment, newest.unit_id)
    return {
        **_listed(newest, actor, names, standing),
        "name_zh": newest.name.zh,
        "name_en": newest.name.en,
        "units": [{**names.unit(unit), "is_gone": unit not in standing} for unit in newest.units],
        "versions": [_version(one, before, names) for one, before in zip(versions, [*versions[1:], None], strict=True)],
    }


def _standing(db: Connection, moment: Moment, unit_id: str) -> set[str]:
    return {unit.id for unit in actors.below(db, unit_id, moment.today)}


def _listed(one: actors.ListVersion, actor: Actor, names: Names, standing: set[str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "version": one.version,
        "unit": names.unit(one.unit_id),
        "name": one.name,
        "count": len(one.units),
        "missing": sum(unit not in standing for unit in one.units),
        "is_closed": one.is_closed,
        "by": names.person(one.by_id),
        "at": one.at,
        "can_keep": not one.is_closed and documents.may_keep(actor, one.unit_id),
    }


def _version(one: actors.ListVersion, before: actors.ListVersion | None, names: Names) -> dict[str, Any]:
    had, has = set(before.units if before else ()), set(one.units)
    return {
        **{name: getattr(one, name) for name in ("version", "name", "is_closed", "reason", "at")},
        "count": len(one.units),
        "added": [names.unit(unit) for unit in one.units if unit not in had],
        "removed": [names.unit(unit) for unit in (before.units if before else ()) if unit not in has],
        "by": names.person(one.by_id),
    }
