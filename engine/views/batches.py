"""Many tasks done at once: which may be, why others may not, and where those that may differ from one another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from engine import cases, definitions, gates, tables, tasks
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import NotFound, Text
from engine.machine import Element
from engine.store import Moment
from engine.views.naming import CASE_COLUMNS, Names
from engine.views.worklist import hindrance, of_case, task_item

MOST = 200

_C, _T = tables.cases.c, tables.tasks.c

_NOT_OPEN = Text("现在不能办理", "it cannot be done now")
_CLAIMED = Text("已被他人认领", "somebody else has claimed it")


def preview(db: Connection, actor: Actor, moment: Moment, ids: Sequence[str]) -> dict[str, Any]:
    """Tasks beside each other: of each its summary lines with those marked that differ, and whether it may go along.

    ``common`` are the lines that all share, ``sums`` the totals of lines that are numbers, ``outcomes`` the decisions
    that all offer. Raises ``NotFound`` where one of the tasks is not the asker's.
    """
    rows = _rows(db, ids)
    names = Names(db, moment.today)
    names.meet(actor)
    items: list[dict[str, Any]] = []
    offered: list[list[dict[str, Any]]] = []
    for id_ in dict.fromkeys(ids):
        row = rows.get(id_)
        if row is None or "act" not in tasks.purposes(db, actor, id_):
            raise NotFound()
        definition = definitions.load(db, row["case__definition_id"])
        element = definition.element(row["element"])
        reason = hindrance(definition, element) or _now(db, actor, moment, row)
        if reason is None:
            offered.append(_outcomes(definition, element))
        item = task_item(db, moment, row, of_case(row), names)
        items.append({"task": item, "allowed": reason is None, "reason": reason})
    lines = _lines([dict(item["task"]) for item in items])
    for item, own in zip(items, lines, strict=True):
        item["values"] = own
    shared = [o for o in offered[0] if all(o in other for other in offered)] if offered else []
    return {
        "items": items,
        "common": [line for line in lines[0] if not line["differs"]] if lines else [],
        "sums": _sums(lines),
        "outcomes": shared,
    }


def _rows(db: Connection, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    query = (
        select(tables.tasks, *[c.label(f"case__{c.name}") for c in CASE_COLUMNS])
        .join_from(tables.tasks, tables.cases, _T.case_id == _C.id)
        .where(_T.id.in_(ids))
    )
    return {row["id"]: dict(row) for row in db.execute(query).mappings()}


def _now(db: Connection, actor: Actor, moment: Moment, row: Mapping[str, Any]) -> Text | None:
    if row["status"] != "open" or row["case__status"] != cases.RUNNING:
        return _NOT_OPEN
    claimed = row["claimed_by"]
    if claimed not in (None, actor.person_id) and tasks.claimant(db, moment, row["id"]) is not None:
        return _CLAIMED
    return None


def _outcomes(definition: Definition, element: Element) -> list[dict[str, Any]]:
    """The decisions of a step; one that hangs on a condition is found out when it is chosen."""
    return [
        {
            "value": outcome["value"],
            "label": gates.outcome_label(definition, element.id, outcome["value"]),
            "kind": outcome.get("kind", "neutral"),
            "opinion": outcome.get("opinion", "optional"),
        }
        for outcome in element.words.all("outcome")
    ]


def _lines(items: Sequence[Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
    """The summary lines of each, with those marked in which it is not like all the others."""
    every = [{str(line["label"]): json.dumps(line["value"], default=str) for line in item["summary"]} for item in items]

    def differs(label: str) -> bool:
        return len({one.get(label) for one in every}) > 1

    return [
        [
            {"label": line["label"], "value": line["value"], "differs": differs(str(line["label"]))}
            for line in i["summary"]
        ]
        for i in items
    ]


def _sums(lines: Sequence[Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """The totals of lines that are numbers in every task that has them."""
    found: dict[str, tuple[Text, list[Any]]] = {}
    for own in lines:
        for line in own:
            found.setdefault(str(line["label"]), (line["label"], []))[1].append(line["value"])
    return [
        {"label": label, "value": sum((Decimal(str(v)) for v in values), Decimal(0))}
        for label, values in found.values()
        if len(values) > 1 and all(isinstance(v, int | float | Decimal) and not isinstance(v, bool) for v in values)
    ]
