"""Whether a case that is relived at its last entry is the case as it is: rows against entries, field by field."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select

from engine import definitions, machine, reliving, tables
from engine.store import Moment, Store

MOST = 60
"""Cases of one story that are relived: the newest ones."""


def everywhere(store: Store) -> list[str]:
    """What differs in the cases of a database."""
    with store.reading() as db:
        newest = select(tables.cases.c.id).order_by(tables.cases.c.id.desc()).limit(MOST)
        found = [differences(db, store.moment(db), case) for case in db.execute(newest).scalars()]
    return [one for some in found for one in some]


_T, _K, _I = tables.tasks.c, tables.task_candidates.c, tables.incidents.c


def differences(db: Connection, moment: Moment, case_id: str) -> list[str]:
    """What the entries of a case say otherwise than its rows; empty where they agree."""
    case = db.execute(select(tables.cases).where(tables.cases.c.id == case_id)).mappings().one()
    then = reliving.read(db, moment.zone, case_id)[1]
    definition = definitions.load(db, case["definition_id"])
    found: list[str] = []

    def same(what: str, told: Any, row: Any) -> None:
        if told != row:
            found.append(f"{case_id} {what}: told {told!r}, is {row!r}")

    same("seq", then.seq, case["trail_seq"])
    same("status", then.status, case["status"])
    same("outcome", then.outcome, case["outcome"])
    same("version", then.version, definition.version)
    same("unit", then.unit, case["unit_id"])
    same("ended", then.ended_at is None, case["ended_at"] is None)
    asked: dict[tuple[str, str], set[str]] = {}
    mine = select(_K.task_id, _K.purpose, _K.holder).join(tables.tasks, _T.id == _K.task_id)
    for k in db.execute(mine.where(_T.case_id == case_id)):
        asked.setdefault((k.task_id, k.purpose), set()).add(k.holder)
    rows = db.execute(select(tables.tasks).where(_T.case_id == case_id)).mappings().all()
    same("tasks", sorted(then.tasks), sorted(r["id"] for r in rows))
    for row in rows:
        task = then.tasks.get(row["id"])
        if task is None:
            continue
        name = f"{row['element']} {row['part'] or ''} ({row['id']})"
        same(f"{name} status", task.status, row["status"])
        same(f"{name} element", task.element, row["element"])
        same(f"{name} void", task.is_void, row["void_at"] is not None)
        same(f"{name} part", (task.of_task, task.part, task.mode), (row["of_task"], row["part"], row["mode"]))
        if row["status"] in reliving.OPEN:
            same(f"{name} asks", set(task.asked), asked.get((row["id"], "act"), set()))
            same(f"{name} asks to confirm", set(task.confirmers), asked.get((row["id"], "confirm"), set()))
            alone = row["claimed_by"] and task.asked == [f"person:{row['claimed_by']}"]
            if not alone or task.claimed_by:
                same(f"{name} claimed", task.claimed_by, row["claimed_by"])
            same(f"{name} late", task.is_late, bool(row["is_late"]))
            same(f"{name} due", (task.due_on or "")[:10], row["due_on"].isoformat() if row["due_on"] else "")
            same(f"{name} paused", task.is_paused, row["paused_at"] is not None)
        elif row["status"] != "cancelled":
            same(f"{name} by", task.completed_by, row["completed_by"])
            same(f"{name} for", task.completed_for, row["completed_for"])
            same(f"{name} decision", task.decision, row["decision"])
            same(f"{name} confirmed by", task.confirmed_by, row["confirmed_by"])
            same(f"{name} on", task.business_on, row["business_on"].isoformat() if row["business_on"] else None)
            same(f"{name} opinion", task.opinion, row["opinion"])
            same(f"{name} at", task.completed_at is None, row["completed_at"] is None)
        same(f"{name} marks", sorted(set(task.marks) | {"late"}), sorted({*json.loads(row["marks"]), "late"}))
    glance = machine.glance(case["state"])
    same("visits", then.visits, {e: n for e, n in glance.visits.items() if n})
    open_incidents = select(_I.id).where(_I.case_id == case_id, _I.resolved_at.is_(None))
    same("incidents", sorted(then.incidents), sorted(db.execute(open_incidents).scalars()))
    return found
