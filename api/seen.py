"""Which doors show the content of cases, and what their answers put on record; every other door says why it does not.

One table. A door that gives content and stands in neither list fails a rule of the house (tests/test_house.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine import cases, tables, trail
from engine.errors import Text
from engine.reads import Read
from engine.store import Statement
from engine.trail import Kind

Path = Mapping[str, str]
Looked = Callable[[Connection, Any, Path, Any], Read | None]
"""``(db, asked, path, what is answered)`` → what was shown."""

_A, _C, _D = tables.attachments.c, tables.cases.c, tables.documents.c
_NUMBER = Statement(select(_C.number).where(_C.id == bindparam("case")))
_FILE = Statement(select(_A.case_id, _A.sha256, _A.task_id).where(_A.id == bindparam("id")))
_PAPER = Statement(select(_D.case_id, _D.kind, _D.number, _D.sha256).where(_D.id == bindparam("id")))
_CASE_OF = Statement(select(tables.tasks.c.case_id, tables.tasks.c.element).where(tables.tasks.c.id == bindparam("id")))


def _whole(db: Connection, asked: Any, path: Path, data: Any) -> Read:
    """The case: everything that it holds for whoever sees all of it, else their own part."""
    return _case(db, asked, path, Kind.CASE_READ, covers=(Kind.OUTLINE_READ.value,))


def _outline(db: Connection, asked: Any, path: Path, data: Any) -> Read:
    return _case(db, asked, path, Kind.OUTLINE_READ)


def _case(db: Connection, asked: Any, path: Path, kind: Kind, covers: tuple[str, ...] = ()) -> Read:
    case = path["case_id"]

    def later() -> dict[str, Any]:
        row = _NUMBER.first(db, {"case": case}) or {}
        return {"name": str(row.get("number", "")), "scope": cases.scope_of(db, asked.actor, case)}

    return Read(kind, (case,), covers=covers, later=later)


def _task(db: Connection, asked: Any, path: Path, data: Any) -> Read | None:
    """The form of a task: by name every field of it, and of what it was shown with, that held something."""
    row = _CASE_OF.first(db, {"id": path["task_id"]})
    if row is None or not isinstance(data, Mapping):
        return None
    held = {**(data.get("context") or {}), **(data.get("values") or {})}
    fields = sorted(name for name, value in held.items() if value not in (None, "", [], {}))
    name = data.get("name")
    facts = {"task": path["task_id"], "element": row["element"], "fields": fields}
    said = name.as_json() if isinstance(name, Text) else str(name or row["element"])
    return Read(Kind.TASK_READ, (row["case_id"],), {**facts, "name": said})


def _file(db: Connection, asked: Any, path: Path, data: Any) -> Read | None:
    row = _FILE.first(db, {"id": path["attachment_id"]})
    if row is None or row["case_id"] is None:  # of a case that has not begun: nobody but who uploaded it sees it
        return None
    facts = {"attachment": path["attachment_id"], "sha256": row["sha256"], "task": row["task_id"]}
    return Read(Kind.FILE_READ, (row["case_id"],), {k: v for k, v in facts.items() if v})


def _document(db: Connection, asked: Any, path: Path, data: Any) -> Read | None:
    row = _PAPER.first(db, {"id": path["document_id"]})
    if row is None:
        return None
    facts = {
        "document": path["document_id"],
        "kind_name": row["kind"],
        "number": row["number"],
        "sha256": row["sha256"],
    }
    name = data.get("kind_name") if isinstance(data, Mapping) else None
    if isinstance(name, Text):
        facts["kind_name"] = name.as_json()
    return Read(Kind.DOCUMENT_READ, (row["case_id"],), {k: v for k, v in facts.items() if v})


def _meeting(db: Connection, asked: Any, path: Path, data: Any) -> Read:
    items = data.get("items", []) if isinstance(data, Mapping) else []
    found = tuple(str(item["case"]["id"]) for item in items if isinstance(item.get("case"), Mapping))
    name = data.get("name")
    said = name.as_json() if isinstance(name, Text) else str(name or "")
    return Read(Kind.MEETING_READ, found, {"meeting": path["meeting_id"], "name": said})


_CASES, _ENTRIES = Text("事项", "the cases"), Text("留痕", "the trail")
_FIGURES = Text("统计明细", "the list behind a figure")


def _search(name: Text, case_of: Callable[[Mapping[str, Any]], Any]) -> Looked:
    def look(db: Connection, asked: Any, path: Path, data: Any) -> Read:
        """A list: which cases stand on the page, and by which filters; the words themselves are committed to."""
        items = data["items"]
        found = dict.fromkeys(str(one) for item in items if (one := case_of(item)) is not None)
        given = {k: str(v) for k, v in asked.query.items() if v is not None and k not in ("cursor", "limit")}
        words = {k: given.pop(k) for k in ("q", "business_key", "value") if k in given}
        facts = {"name": name.as_json(), "count": len(items), "filters": given, "fields": []}
        return Read(Kind.SEARCH_MADE, tuple(found), {k: v for k, v in facts.items() if v != {}}, words)

    return look


def _chain(item: Mapping[str, Any]) -> Any:
    chain = str(item["chain"])
    return chain if trail.is_of_case(chain) else None


def _entry(db: Connection, asked: Any, path: Path, data: Any) -> Read | None:
    """One entry as it was hashed, with the fields whose values stand in it; only those of cases tell of a case."""
    chain = path["chain"]
    if not trail.is_of_case(chain):
        return None
    row = _NUMBER.first(db, {"case": chain}) or {}
    answers = json.loads(data["text"]).get("answers", {})
    fields = sorted(
        name for name, value in answers.items() if not (isinstance(value, Mapping) and set(value) == {"pd"})
    )
    name = f"{row.get('number', '')} #{path['seq']}"
    return Read(Kind.CASE_READ, (chain,), {"name": name, "scope": "entry", "fields": fields})


_READS = Text("查阅记录", "the reads on record")


def _reader(db: Connection, asked: Any, path: Path, data: Any) -> Read:
    """What somebody else was shown: the cases on the page, and whose reads they are."""
    found = dict.fromkeys(str(item["case"]) for item in data["items"])
    facts = {"name": _READS.as_json(), "count": len(data["items"]), "filters": {"person": path["person"]}, "fields": []}
    return Read(Kind.SEARCH_MADE, tuple(found), facts)


_FINDINGS = Text("审计发现", "the findings")


def _finding(db: Connection, asked: Any, path: Path, data: Any) -> Read:
    return Read(Kind.SEARCH_MADE, (data["case"]["id"],), {"name": _FINDINGS.as_json(), "count": 1, "fields": []})


SHOWN: Mapping[str, Looked] = {
    "GET /cases": _search(_CASES, lambda item: item["id"]),
    "GET /cases/<case_id>": _whole,
    "GET /cases/<case_id>/attachments": _outline,
    "GET /cases/<case_id>/called": _outline,
    "GET /cases/<case_id>/comments": _whole,
    "GET /cases/<case_id>/copies": _outline,
    "GET /cases/<case_id>/corrections": _whole,
    "GET /cases/<case_id>/diagram": _outline,
    "GET /cases/<case_id>/documents": _outline,
    "GET /cases/<case_id>/incidents": _outline,
    "GET /cases/<case_id>/moves": _outline,
    "GET /cases/<case_id>/rules": _whole,
    "GET /cases/<case_id>/sheet": _whole,
    "GET /cases/<case_id>/trail": _whole,
    "GET /cases/<case_id>/trail/at": _whole,
    "GET /cases/<case_id>/trail/differences": _whole,
    "GET /cases/<case_id>/trail/knowers": _whole,
    "GET /cases/<case_id>/trail/moments": _outline,
    "GET /cases/<case_id>/trail/reads": _outline,
    "GET /cases/<case_id>/trail/screen": _whole,
    "GET /cases/<case_id>/records": _outline,
    "GET /tasks/<task_id>": _task,
    "GET /tasks/<task_id>/corrections": _task,
    "GET /attachments/<attachment_id>/content": _file,
    "GET /attachments/<attachment_id>/preview": _file,
    "GET /documents/<document_id>": _document,
    "GET /documents/<document_id>/pdf": _document,
    "GET /meetings/<meeting_id>": _meeting,
    "GET /findings": _search(_FINDINGS, lambda item: item["case"]["id"]),
    "GET /findings/<finding>": _finding,
    "GET /clauses/cases": _search(_CASES, lambda item: item["id"]),
    "GET /insights/cases": _search(_FIGURES, lambda item: item["id"]),
    "GET /insights/tasks": _search(_FIGURES, lambda item: item["case"]["id"]),
    "GET /search/cases": _search(_CASES, lambda item: item["id"]),
    "GET /search/entries": _search(_ENTRIES, _chain),
    "GET /trail": _search(_ENTRIES, _chain),
    "GET /trail/entries/<chain>/<seq>": _entry,
    "GET /trail/readers/<person>": _reader,
}
"""Doors whose answers are put on record."""

_OWN_ENTRY = "it leaves an entry of its own"
_OWN_BOX = "one's own box: the entries that opened, copied or handed over each task say whom they asked"
_CHOICE = "what may be done with a task whose form is on record"

_HASHES = "hashes and signatures, and nothing that was hashed"

_SUMS = "sums, without any case"

EXEMPT: Mapping[str, str] = {
    "GET /clauses": _SUMS,
    "GET /findings/counts": _SUMS,
    "GET /findings/limits": "numbers of the office",
    "GET /insights": _SUMS,
    "GET /insights/diagram": "the drawing of a version, without anything of a case",
    "GET /insights/report": _SUMS,
    "GET /insights/report/pdf": _SUMS,
    "GET /insights/steps": _SUMS,
    "GET /insights/units": _SUMS,
    "GET /insights/waits": _SUMS,
    "GET /trail/log": _HASHES,
    "GET /trail/checkpoints": _HASHES,
    "GET /trail/checkpoints/<size>": _HASHES,
    "GET /trail/checkpoints/<size>/print": _HASHES,
    "GET /trail/entries/<entry>/proof": _HASHES,
    "GET /trail/entries/<chain>/<seq>/proof": _HASHES,
    "GET /trail/consistency": _HASHES,
    "GET /trail/keys": _HASHES,
    "GET /trail/verification": "how much was recomputed, and where it does not fit",
    "GET /cases/<case_id>/export": _OWN_ENTRY,
    "GET /exports": _OWN_ENTRY,
    "GET /search/export": _OWN_ENTRY,
    "GET /search/choices": "names of fields, steps and columns, and how much is indexed",
    "GET /cases/<case_id>/trail/diagram": "the drawing of a version, without anything of the case",
    "GET /tasks": _OWN_BOX,
    "GET /tasks/counts": _OWN_BOX,
    "GET /notices": "one's own notices: numbers, steps and days, never an answer",
    "GET /notices/unread": "a number",
    "GET /events": "that something has changed, never what",
    "GET /tasks/<task_id>/returns": _CHOICE,
    "GET /tasks/<task_id>/verbs": _CHOICE,
    "GET /tasks/<task_id>/verbs/<verb>/people": _CHOICE,
    "GET /tasks/batch/preview": _OWN_BOX,
    "GET /meetings": "names and days of meetings, without their agenda",
    "GET /meetings/candidates": _OWN_BOX,
    "GET /incidents": "where cases stand still, for whoever runs the system: numbers and steps, never an answer",
    "GET /messages": "kinds and times, never what a message carries",
    "GET /document-numbers": "the register of numbers: what is published of a document",
    "GET /document-series": "the register of numbers: what is published of a document",
    "GET /duties/reports": "entries of the trail about duties, for whoever audits them",
    "GET /holds": "which cases are held, and why, for those who keep records",
    "GET /retention/due": "numbers of cases whose time is over, for those who keep records",
    "GET /people/<person>/handover": "titles of the tasks that are handed over, with an entry when they are",
    "GET /me/reads": "one's own reads",
}
"""Doors near cases that are not put on record, each with the reason."""


OFFICE = frozenset(
    {
        *("accounts", "calendars", "channels", "clock", "definitions", "delegations", "duties", "keys", "me", "people"),
        *("permissions", "phrases", "posts", "proposals", "retention", "sessions", "settings", "units", "views"),
        *("vocabulary", "log", "openapi.json", "drafts", "library", "distribution-lists"),
    }
)
"""First words of addresses whose doors tell of the office, its procedures and accounts, and of no case."""


def what_is_shown(place: str, db: Connection, asked: Any, path: Path, data: Any) -> Read | None:
    """What an answer puts on record; ``None`` where its door is exempt."""
    look = SHOWN.get(place)
    return look(db, asked, path, data) if look is not None and asked.asker is not None else None
