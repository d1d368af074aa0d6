"""Running cases tried against a draft before it is published: batch by batch, by the clock of any server.

Nothing of a case is touched. What a killed server had not written is tried again by the next.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from engine import definitions, tables, versions
from engine.actors import Actor
from engine.definitions import Definition
from engine.drafts import keeping
from engine.drafts.keeping import LIVE, designer, held, must_be_open
from engine.errors import DefinitionRefused, NotNow, Text
from engine.store import Moment, Store, for_update, new_id
from engine.versions import Outlook, Plan

_log = logging.getLogger("liuhen.drafts")

BATCH = 100
"""Cases that are tried between two writes of the progress."""
RUNNING, DONE, FAILED = "running", "done", "failed"
_V, _W = tables.draft_previews.c, tables.draft_previewed.c


@dataclass(frozen=True, slots=True)
class Trial:
    """How far the running cases of a draft have been tried, and what would become of them."""

    id: str
    status: str
    rev: int
    files_hash: str
    plan: Mapping[str, Any]
    at: datetime
    done_at: datetime | None
    total: int
    counts: Mapping[str, int]
    units: Mapping[str, Mapping[str, int]]
    """Unit → kind → cases."""
    fault: Text | None

    @property
    def done(self) -> int:
        return sum(self.counts.values())


def begin(db: Connection, actor: Actor, moment: Moment, id_: str, plan: Mapping[str, Any]) -> None:
    """Begin to try every running case of a draft's procedure against its files as they are saved.

    In place of what was tried before. Raises ``DefinitionRefused`` where the draft does not pass its check.
    """
    person = designer(actor)
    draft = held(db, id_)
    must_be_open(draft)
    checked, findings = definitions.check(keeping.files_of(db, id_, draft.rev))
    if checked is None:
        raise DefinitionRefused(findings)
    total = keeping.reach(db, checked.key).cases
    before = select(_V.id).where(_V.draft_id == id_)
    db.execute(delete(tables.draft_previewed).where(_W.preview_id.in_(before)))
    db.execute(delete(tables.draft_previews).where(_V.draft_id == id_))
    db.execute(
        insert(tables.draft_previews).values(
            id=new_id(),
            draft_id=id_,
            rev=draft.rev,
            files_hash=draft.files_hash,
            plan=json.dumps({k: dict(plan.get(k) or {}) for k in ("mapping", "redo")}, ensure_ascii=False),
            status=RUNNING if total else DONE,
            total=total,
            after="",
            by_id=person,
            at=moment.now,
            done_at=None if total else moment.now,
        )
    )


def read(db: Connection, id_: str) -> Trial | None:
    """The trial of a draft; null where none was begun."""
    keeping.read(db, id_)
    row = db.execute(select(tables.draft_previews).where(_V.draft_id == id_)).first()
    if row is None:
        return None
    counted = select(_W.unit_id, _W.kind, func.count().label("count")).where(_W.preview_id == row.id)
    units: dict[str, dict[str, int]] = {}
    counts = dict.fromkeys(versions.KINDS, 0)
    for one in db.execute(counted.group_by(_W.unit_id, _W.kind)):
        units.setdefault(one.unit_id, {})[one.kind] = one[2]
        counts[one.kind] += one[2]
    fault = Text.of(json.loads(row.fault)) if row.fault else None
    plan = json.loads(row.plan)
    return Trial(
        row.id, row.status, row.rev, row.files_hash, plan, row.at, row.done_at, row.total, counts, units, fault
    )


def tried(
    db: Connection,
    trial: Trial,
    *,
    kind: str | None = None,
    unit: str | None = None,
    after: str | None = None,
    limit: int = 200,
) -> tuple[list[dict[str, Any]], str | None]:
    """What would become of each case, by its id, and where the list goes on."""
    query = select(tables.draft_previewed).where(_W.preview_id == trial.id).order_by(_W.case_id)
    if kind is not None:
        query = query.where(_W.kind == kind)
    if unit is not None:
        query = query.where(_W.unit_id == unit)
    if after is not None:
        query = query.where(_W.case_id > after)
    rows = db.execute(query.limit(limit + 1)).mappings().all()
    found = [{**row, **json.loads(row["detail"])} for row in rows[:limit]]
    return found, rows[limit - 1]["case_id"] if len(rows) > limit else None


# ---------------------------------------------------------------- by the clock


def tick(store: Store, limit: int = 200) -> int:
    """Try the next cases of every draft that is being tried; gives how many."""
    with store.reading() as db:  # peek without the write lock
        active = list(db.execute(select(_V.id).where(_V.status == RUNNING).order_by(_V.at, _V.id)).scalars())
    done = 0
    for trial in active:
        while done < limit:
            found = _batch(store, trial)
            if found is None:
                break
            done += found
    return done


def _batch(store: Store, trial: str) -> int | None:
    """Try the next cases of one draft; null where it is done. Looking takes no lock: only writing what came of it."""
    with store.reading() as db:
        row = db.execute(select(tables.draft_previews).where(_V.id == trial, _V.status == RUNNING)).first()
        if row is None:
            return None
        fault: str | None = None
        try:
            rows = _outlooks(db, store.moment(db), row)
        except Exception as e:  # noqa: BLE001 - whatever it is stands in the way of this draft alone
            _log.error("a draft cannot be tried: %s", type(e).__name__, exc_info=e)
            rows, fault = [], _fault(e)
    with store.transaction() as db:
        mine = (_V.id == trial) & (_V.status == RUNNING) & (_V.after == row.after)
        if for_update(db):
            db.execute(select(_V.id).where(mine).with_for_update())
        end: dict[str, Any] = {"after": rows[-1]["case_id"]} if rows else {"status": FAILED if fault else DONE}
        if not rows:
            end |= {"done_at": store.moment(db).now, "fault": fault}
        if not db.execute(update(tables.draft_previews).where(mine).values(**end)).rowcount:
            return 0 if rows else None  # another server was first, or it was begun anew
        if rows:
            db.execute(insert(tables.draft_previewed), rows)
    return len(rows) or None


def _fault(e: Exception) -> str:
    """The words of a fault that nobody foresaw may be personal; its kind is not."""
    return json.dumps({"zh": type(e).__name__, "en": type(e).__name__})


def _outlooks(db: Connection, moment: Moment, row: Any) -> list[dict[str, Any]]:
    draft = keeping.read(db, row.draft_id)
    new, _ = definitions.check(keeping.files_of(db, row.draft_id, row.rev))
    if new is None:
        raise NotNow()
    batch = _next(db, draft.key, row.after)
    by_version: dict[str, list[Mapping[str, Any]]] = {}
    for case in batch:
        by_version.setdefault(case["definition_id"], []).append(case)
    actor = Actor(None, row.by_id, "", "", source="clock")
    plan, found = json.loads(row.plan), []
    for definition_id, rows in by_version.items():
        old = definitions.load(db, definition_id)
        units = {r["id"]: r["unit_id"] for r in rows}
        tried_ = versions.outlooks(db, actor, moment, old, new, _applied(plan, old, new), rows)
        found += [_told(row.id, one, old, new, units[one.case_id]) for one in tried_]
    return sorted(found, key=lambda r: str(r["case_id"]))


def _next(db: Connection, key: str, after: str) -> Sequence[Mapping[str, Any]]:
    case = tables.cases.c
    query = (
        select(tables.cases)
        .join(tables.definitions, tables.definitions.c.id == case.definition_id)
        .where(tables.definitions.c.key == key, case.status.in_(LIVE), case.id > after)
        .order_by(case.id)
        .limit(BATCH)
    )
    return [dict(row) for row in db.execute(query).mappings()]


def _applied(plan: Mapping[str, Any], old: Definition, new: Definition) -> Plan:
    """What of a plan can be said of one version: cases of several are tried together."""
    mine = {k: {a: b for a, b in plan[k].items() if a in old.blueprint.elements} for k in ("mapping", "redo")}
    return Plan.of(old, new, mine)


def _told(trial: str, one: Outlook, old: Definition, new: Definition, unit: str) -> dict[str, Any]:
    def named(pairs: Mapping[str, str]) -> list[dict[str, Any]]:
        return [
            {"old": a, "old_name": old.element_name(a).as_json(), "new": b, "new_name": new.element_name(b).as_json()}
            for a, b in pairs.items()
        ]

    detail = {
        "moved": named(one.moved),
        "redone": named(one.redone),
        "why": one.why.as_json() if one.why is not None else None,
    }
    return {
        "preview_id": trial,
        "case_id": one.case_id,
        "number": one.number,
        "version": old.version,
        "unit_id": unit,
        "kind": one.kind,
        "detail": json.dumps(detail, ensure_ascii=False),
    }
