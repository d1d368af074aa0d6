"""What stands beside the steps of a case: attachments, comments, copies, phrases, and what a step demands of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from engine import cases, demands, files, gates, remarks, tables
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import NotFound
from engine.files import Verdict
from engine.machine import Element
from engine.store import Moment
from engine.tasks import Asks
from engine.views.naming import Names
from engine.vocabulary import keys

_GIVEN = (Verdict.CLEAN, Verdict.UNSCANNED)


def attachments(db: Connection, actor: Actor, moment: Moment, case_id: str) -> list[dict[str, Any]]:
    """The attachments of a case and those handed on to it by the case that called it, for whoever sees all of it; for
    whoever sees their part, their own.
    """
    scope = cases.scope_of(db, actor, case_id)
    if scope is None:
        raise NotFound()
    rows = files.attached(db, case_id=case_id)
    if scope != "full":
        rows = [row for row in rows if row["by_id"] == actor.person_id]
    else:
        rows = [*handed(db, case_id), *rows]
    return shown(db, rows, Names(db, moment.today), actor)


def handed(db: Connection, case_id: str) -> list[dict[str, Any]]:
    """The attachments that the calling case hands on to a called one."""
    found = cases.handed_steps(db, case_id)
    return files.of_steps(db, *found) if found else []


def shown(db: Connection, rows: Iterable[Mapping[str, Any]], names: Names, actor: Actor) -> list[dict[str, Any]]:
    """Rows of attachments as a person sees them."""
    rows = list(rows)
    names.learn(row["by_id"] for row in rows)
    return [attachment(row, names, actor) for row in rows]


def attachment(row: Mapping[str, Any], names: Names, actor: Actor) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("id", "name", "size", "media_type", "sha256", "verdict", "at")},
        "case": row["case_id"],
        "task": row["task_id"],
        "by": names.person(row["by_id"]),
        "mine": row["by_id"] == actor.person_id,
        "previews": files.previews(row["media_type"]) and row["verdict"] in _GIVEN,
    }


def of_task(
    db: Connection,
    actor: Actor,
    moment: Moment,
    row: Mapping[str, Any],
    definition: Definition,
    element: Element,
    can: list[str],
    names: Names,
    asks: Asks,
) -> dict[str, Any]:
    """What the view of a task says of files and words: its attachments, its demands, the asker's draft, the verbs."""
    wanted = demands.enclosures(element)
    clause = definition.clause(wanted.clause)
    ways = demands.ways(element)
    attached = files.attached(db, task_id=row["id"])
    is_full = cases.scope_of(db, actor, row["case_id"]) == "full"
    if not is_full:
        attached = [one for one in attached if one["by_id"] == actor.person_id]
    may = set(can)
    verbs = []
    if "complete" in may:
        verbs += ["attach"] if wanted.most != 0 else []
        verbs += [{"password": "sign_with_password", "drawing": "sign_drawing"}[way] for way in ways]
    if is_full and actor.person_id:
        verbs.append("comment")
    did = actor.person_id is not None and actor.person_id in (
        row["completed_by"],
        row["confirmed_by"],
        row["completed_for"],
    )
    if did or may & {"complete", "claim", "confirm"}:
        verbs.append("copy")
    until = None
    is_running = row["case__status"] == cases.RUNNING and row["status"] in ("open", "confirming")
    if is_running and actor.person_id and not asks:
        until = remarks.urged_until(db, moment, row["id"])
        verbs.append("remind")
    return {
        "attachments": shown(db, attached, names, actor),
        "demands": {
            "least": wanted.least,
            "least_for": [gates.outcome_label(definition, element.id, o) for o in wanted.outcomes if wanted.least],
            "most": wanted.most,
            "types": sorted(wanted.types & set(files.EXTENSIONS)) if wanted.types else sorted(files.EXTENSIONS),
            "clause": clause.as_view() if clause else None,
            "signature": list(ways),
            "signed_outcomes": list(keys((element.words.one("signature") or {}).get("outcome"))),
        },
        "draft": _draft(row) if "draft" in may else None,
        "urged_until": until,
        "verbs": verbs,
    }


def _draft(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the asker has typed besides the answers, on whatever machine; the answers are among the values."""
    if row["draft__at"] is None:
        return None
    return {name: row[f"draft__{name}"] for name in ("decision", "opinion", "reason", "at")}


def comments(db: Connection, actor: Actor, moment: Moment, case_id: str) -> list[dict[str, Any]]:
    """What was said to a case, in its order; for whoever sees the whole of it."""
    if cases.scope_of(db, actor, case_id) != "full":
        raise NotFound()
    table = tables.comments
    rows = db.execute(select(table).where(table.c.case_id == case_id).order_by(table.c.id)).mappings().all()
    names = Names(db, moment.today)
    names.learn(p for row in rows for p in (row["person_id"], *json.loads(row["mentions"])))
    return [comment(dict(row), names) for row in rows]


def comment(row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    mentions = row["mentions"] if isinstance(row["mentions"], list) else json.loads(row["mentions"])
    return {
        **{name: row[name] for name in ("id", "text", "at")},
        "case": row["case_id"],
        "task": row["task_id"],
        "by": names.person(row["person_id"]),
        "mentions": [names.person(p) for p in mentions],
    }


def copies(db: Connection, actor: Actor, moment: Moment, case_id: str) -> list[dict[str, Any]]:
    """Who has a copy of a case, newest first; for whoever sees the whole of it."""
    if cases.scope_of(db, actor, case_id) != "full":
        raise NotFound()
    table = tables.copies
    rows = db.execute(select(table).where(table.c.case_id == case_id).order_by(table.c.id.desc())).mappings().all()
    names = Names(db, moment.today)
    names.learn(p for row in rows for p in (row["person_id"], row["by_id"]))
    return [
        {
            **{name: row[name] for name in ("id", "note", "at", "read_at")},
            "task": row["task_id"],
            "to": names.person(row["person_id"]),
            "by": names.person(row["by_id"]),
        }
        for row in rows
    ]
