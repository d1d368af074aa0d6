"""A plan: which element becomes which and what begins anew; what would become of each case, without touching it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from engine import actors, cases, tables, trail
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import FieldError, Text, Unfit
from engine.machine import TASKS, Element
from engine.store import Moment
from engine.versions.difference import difference

KINDS = ("unchanged", "changes", "moves", "redoes", "cannot")
"""What becomes of a case: nothing at all; its steps stand where they stood and say something else; it stands at other
elements; a step begins in place of one that is no more; it stays where it is, and why."""
LARGEST_BATCH = 1_000
"""Cases of one batch of a preview."""
LIVE = (cases.RUNNING, cases.FAILED, "suspended")


@dataclass(frozen=True, slots=True)
class Plan:
    """``mapping``: element → element of the new version; ``redo``: element that is no more → step that begins instead.

    What is not named keeps its id.
    """

    mapping: Mapping[str, str]
    redo: Mapping[str, str]

    @classmethod
    def of(cls, old: Definition, new: Definition, given: Mapping[str, Any]) -> Plan:
        """Read a plan; raises ``Unfit`` with everything that is wrong with it, by element."""
        plan = cls(dict(given.get("mapping") or {}), dict(given.get("redo") or {}))
        errors = [*_mapping_errors(old, new, plan), *_redo_errors(old, new, plan)]
        if errors:
            raise Unfit(errors=errors)
        return plan

    def as_json(self) -> dict[str, Any]:
        return {"mapping": dict(self.mapping), "redo": dict(self.redo)}

    def digest(self, old: Definition, new: Definition) -> str:
        """SHA-256 over both versions and the plan: what an entry says was done."""
        text = trail.canonical({"from": old.sha256, "to": new.sha256, **self.as_json()})
        return hashlib.sha256(text.encode()).hexdigest()


def _wrong(path: str, code: str, zh: str, en: str) -> FieldError:
    return FieldError(path, code, Text(zh, en))


def _mapping_errors(old: Definition, new: Definition, plan: Plan) -> list[FieldError]:
    before, after = old.blueprint.elements, new.blueprint.elements
    found = []
    for id_, target in plan.mapping.items():
        path = f"plan.mapping.{id_}"
        if id_ not in before:
            found.append(_wrong(path, "unknown_element", f"第 {old.version} 版没有 {id_}", _none(old, id_)))
        elif target not in after:
            found.append(_wrong(path, "unknown_element", f"第 {new.version} 版没有 {target}", _none(new, target)))
        elif not _are_alike(before[id_], after[target]):
            zh, en = f"{id_} 与 {target} 类型不同", f"{id_} and {target} are of different kinds"
            found.append(_wrong(path, "other_kind", zh, en))
    return found


def _redo_errors(old: Definition, new: Definition, plan: Plan) -> list[FieldError]:
    before, after = old.blueprint.elements, new.blueprint.elements
    found = []
    for id_, target in plan.redo.items():
        path = f"plan.redo.{id_}"
        if id_ not in before:
            found.append(_wrong(path, "unknown_element", f"第 {old.version} 版没有 {id_}", _none(old, id_)))
        elif id_ in plan.mapping or (id_ in after and _are_alike(before[id_], after[id_])):
            zh, en = (
                f"{id_} 在新版本中有对应的元素，不必重做",
                f"{id_} has a counterpart; nothing is redone in its place",
            )
            found.append(_wrong(path, "has_counterpart", zh, en))
        elif target not in after:
            found.append(_wrong(path, "unknown_element", f"第 {new.version} 版没有 {target}", _none(new, target)))
        elif not _can_begin(after[target]):
            found.append(_wrong(path, "no_step", f"不能从 {target} 开始", f"one cannot begin at {target}"))
    return found


def _none(definition: Definition, id_: str) -> str:
    return f"version {definition.version} has no {id_}"


def _are_alike(was: Element, now: Element) -> bool:
    return was.kind == now.kind or (was.kind in TASKS and now.kind in TASKS)


def _can_begin(element: Element) -> bool:
    return (
        element.kind not in ("startEvent", "boundaryEvent")
        and not element.is_triggered
        and not element.is_compensation
        and element.event.kind != "link"
    )


# ---------------------------------------------------------------- preview


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would become of one case; ``why`` says so where it cannot go."""

    case_id: str
    number: str
    kind: str
    moved: Mapping[str, str]
    redone: Mapping[str, str]
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """One batch: its cases, where the next batch begins, and how many cases there are in all."""

    outlooks: tuple[Outlook, ...]
    after: str | None
    total: int

    @property
    def counts(self) -> dict[str, int]:
        """Cases of this batch by kind."""
        return {kind: sum(o.kind == kind for o in self.outlooks) for kind in KINDS}


def preview(
    db: Connection,
    actor: Actor,
    moment: Moment,
    old: Definition,
    new: Definition,
    plan: Plan,
    *,
    only: Sequence[str] | None = None,
    unit: str | None = None,
    after: str | None = None,
    limit: int = LARGEST_BATCH,
) -> Preview:
    """What would become of the running cases of a version, or of some of them, in batches by id; touches nothing."""
    total = db.execute(select(func.count()).select_from(chosen(db, moment, old, only, unit).subquery())).scalar_one()
    query = chosen(db, moment, old, only, unit).add_columns(*(c for c in tables.cases.c if c.name != "id"))
    if after is not None:
        query = query.where(tables.cases.c.id > after)
    rows = db.execute(query.order_by(tables.cases.c.id).limit(min(limit, LARGEST_BATCH) + 1)).mappings().all()
    batch = rows[: min(limit, LARGEST_BATCH)]
    found = outlooks(db, actor, moment, old, new, plan, [dict(row) for row in batch])
    return Preview(tuple(found), batch[-1]["id"] if len(rows) > len(batch) else None, total)


def outlooks(
    db: Connection,
    actor: Actor,
    moment: Moment,
    old: Definition,
    new: Definition,
    plan: Plan,
    rows: Sequence[Mapping[str, Any]],
) -> list[Outlook]:
    """What would become of cases of one version, given by their rows; touches nothing."""
    tasks = cases.open_tasks(db, [r["id"] for r in rows])
    changed = set(difference(old, new).changed)
    return [
        _outlook(cases.at_rest(db, actor, moment, old, row), new, plan, tasks.get(row["id"], []), changed)
        for row in rows
    ]


def chosen(
    db: Connection, moment: Moment, old: Definition, only: Sequence[str] | None, unit: str | None
) -> Select[Any]:
    """The ids of the live cases of a version that are meant: all, these, or those of a unit and all below it."""
    cases_ = tables.cases.c
    query = select(cases_.id).where(cases_.definition_id == old.id, cases_.status.in_(LIVE))
    if only is not None:
        query = query.where(cases_.id.in_(only))
    if unit is not None:
        found = actors.unit_by(db, unit, moment.today)
        query = query.where(cases_.unit_id.in_(actors.subtree(db, found.id, moment.today)))
    return query


def _outlook(
    work: cases.Work, new: Definition, plan: Plan, tasks: Sequence[Mapping[str, Any]], changed: set[str]
) -> Outlook:
    number = work.row["number"]
    try:
        prepared = cases.prepare(work, new, plan.mapping, plan.redo, tasks)
    except cases.NotMovable as e:
        return Outlook(work.case_id, number, "cannot", {}, {}, e.text)
    migrated = prepared.migrated
    step = migrated.step
    if migrated.redone:
        kind = "redoes"
    elif migrated.moved:
        kind = "moves"
    elif (
        changed & set(migrated.stood) or step.opened or step.gone or step.is_ended
        or step.waits != work.waits or step.listens != work.live.listens()
    ):  # fmt: skip
        kind = "changes"
    else:
        kind = "unchanged"
    return Outlook(work.case_id, number, kind, dict(migrated.moved), dict(migrated.redone))
