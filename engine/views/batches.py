"""Many tasks done at once: which may be, why others may not, and where those that may differ from one another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from engine import cases, definitions, gates, machine, tables, tasks
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import Incident, Language, NotFound, Text
from engine.gates import World
from engine.machine import Element
from engine.store import Moment
from engine.views.naming import CASE_COLUMNS, Names
from engine.views.worklist import hindrance, of_case, task_item

MOST = 200

_C, _T = tables.cases.c, tables.tasks.c

_NOT_OPEN = Text("现在不能办理", "it cannot be done now")
_CLAIMED = Text("已被他人认领", "somebody else has claimed it")
_MIXED = Text(
    "有必填项，只能与同一版本、同一步骤的任务一起批量办理",
    "it has fields to fill in: only together with tasks of the same step and version",
)
_UNSHOWN = Text("表单无法显示，请逐件办理", "its form cannot be shown; do it by itself")


def preview(db: Connection, actor: Actor, moment: Moment, ids: Sequence[str], language: Language) -> dict[str, Any]:
    """Tasks beside each other: of each its summary lines with those marked that differ, and whether it may go along.

    ``common`` are the lines that all share, ``sums`` the totals of lines that are numbers, ``outcomes`` the decisions
    that all offer; ``is_plain``: none of them has any, so that completing them is all there is. ``shared`` is the task
    whose form is filled in once for all, where all are of one step of one version; ``opening`` what the form of each
    shows at first. Raises ``NotFound`` where one of the tasks is not the asker's.
    """
    rows = _rows(db, ids)
    names = Names(db, moment.today)
    names.meet(actor)
    items: list[dict[str, Any]] = []
    steps: list[tuple[Definition, Element]] = []
    for id_ in dict.fromkeys(ids):
        row = rows.get(id_)
        if row is None or "act" not in tasks.purposes(db, actor, id_):
            raise NotFound()
        definition = definitions.load(db, row["case__definition_id"])
        element = definition.element(row["element"])
        reason = hindrance(definition, element) or _now(db, actor, moment, row)
        steps.append((definition, element))
        item = task_item(db, moment, row, of_case(row), names)
        items.append({"task": item, "allowed": reason is None, "reason": reason, "opening": None})
    shared = _share_form(db, actor, moment, items, steps, rows, language)
    offered = [_outcomes(*step) for item, step in zip(items, steps, strict=True) if item["allowed"]]
    lines = _lines([dict(item["task"]) for item in items])
    for item, own in zip(items, lines, strict=True):
        item["values"] = own
    common = [o for o in offered[0] if all(o in other for other in offered)] if offered else []
    return {
        "items": items,
        "common": [line for line in lines[0] if not line["differs"]] if lines else [],
        "sums": _sums(lines),
        "outcomes": common,
        "is_plain": bool(offered) and not any(offered),
        "shared": shared,
    }


def _share_form(
    db: Connection,
    actor: Actor,
    moment: Moment,
    items: Sequence[dict[str, Any]],
    steps: Sequence[tuple[Definition, Element]],
    rows: Mapping[str, Mapping[str, Any]],
    language: Language,
) -> str | None:
    """The first of the tasks that may go along, where all of them fill in one form; else those that have something to
    fill in are left out."""
    going = [(item, *step) for item, step in zip(items, steps, strict=True) if item["allowed"]]
    is_one = len({(definition.id, element.id) for _, definition, element in going}) == 1
    if is_one and _form(*going[0][1:]) is None:
        return None
    for item, definition, element in going:
        if not is_one:
            if _asks(definition, element):
                item |= {"allowed": False, "reason": _MIXED}
            continue
        try:
            item["opening"] = _opening(db, actor, moment, rows[item["task"]["id"]], definition, element, language)
        except Incident:
            item |= {"allowed": False, "reason": _UNSHOWN}
    return next((str(item["task"]["id"]) for item, *_ in going if item["allowed"]), None) if is_one else None


def _form(definition: Definition, element: Element) -> Any:
    return definition.forms.get(element.words.attribute("form") or "")


def _asks(definition: Definition, element: Element) -> bool:
    """Whether something has to be filled in: a field that may not stay empty, or the date of the act."""
    form = _form(definition, element)
    if form is None:
        return False
    return form.must_be_filled_in(gates.access(element)) or element.words.one("businessDate") is not None


def _opening(
    db: Connection,
    actor: Actor,
    moment: Moment,
    row: Mapping[str, Any],
    definition: Definition,
    element: Element,
    language: Language,
) -> dict[str, Any]:
    """What the form of one task shows before anything is typed."""
    glance = machine.glance(row["case__state"])
    world = World(db, actor, moment, definition, cases.case_facts(of_case(row), moment), dict(glance.variables))
    world.local = glance.locals_of(row["node"], definition.blueprint)
    context = gates.reading_context(world, element)
    shown = _form(definition, element).as_json(language, context, gates.access(element), now=moment.local)
    values: dict[str, Any] = shown["values"]
    return values


def _rows(db: Connection, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    query = (
        select(tables.tasks, *[c.label(f"case__{c.name}") for c in CASE_COLUMNS], _C.state.label("case__state"))
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
    if element.words.attribute("outcomeFrom") is not None:
        return []
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
