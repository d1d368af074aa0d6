"""The sheet of a case for printing (审批单): what was filled in, who decided and signed, and the seal of it all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import segno
from sqlalchemy import Connection, select

from engine import cases, definitions, files, forms, gates, machine, tables
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import Language, NotFound, Text
from engine.gates import World
from engine.machine import Element
from engine.store import Moment
from engine.views import remarks
from engine.views.entries import MODES, VERDICTS, readable
from engine.views.naming import CASE_COLUMNS, Names, summary

_T = tables.tasks.c


def sheet(
    db: Connection, actor: Actor, moment: Moment, case_id: str, base_url: str, language: Language
) -> dict[str, Any]:
    """Everything that is printed of a case, for whoever sees the whole of it; raises ``NotFound``."""
    if cases.scope_of(db, actor, case_id) != "full":
        raise NotFound()
    row = db.execute(select(tables.cases).where(tables.cases.c.id == case_id)).mappings().first()
    if row is None:
        raise NotFound()
    definition, names = definitions.load(db, row["definition_id"]), Names(db, moment.today)
    case = {c.name: row[c.name] for c in CASE_COLUMNS}
    glance = machine.glance(row["state"])
    world = World(db, actor, moment, definition, cases.case_facts(case, moment), dict(glance.variables))
    finished = (
        select(tables.tasks)
        .where(_T.case_id == case_id, _T.status.in_(("completed", "returned", "signed")), _T.void_at.is_(None))
        .order_by(_T.completed_at, _T.node.nulls_first(), _T.id)
    )
    done = [dict(t) for t in db.execute(finished).mappings()]
    names.learn(p for t in done for p in (t["completed_by"], t["completed_for"], t["confirmed_by"]))
    address = f"{base_url}/cases/{case_id}"
    return {
        "id": case_id,
        "number": row["number"],
        "title": row["title"],
        "definition_name": definition.name,
        "version": definition.version,
        "status": row["status"],
        "outcome_label": definition.text(f"outcome.{row['outcome']}", row["outcome"]) if row["outcome"] else None,
        "unit": names.unit(row["unit_id"]),
        "started_by": names.person(row["started_by"]),
        "started_at": row["started_at"],
        "ended_at": row["ended_at"],
        "summary": summary(case, definition),
        "forms": _forms(db, world, case_id, [t for t in done if t["part"] is None], names, language),
        "signed": _signed(db, definition, done, names),
        "comments": remarks.comments(db, actor, moment, case_id),
        "attachments": remarks.shown(db, files.attached(db, case_id=case_id), names, actor),
        "seal": {"seq": row["trail_seq"], "hash": row["trail_head"]},
        "address": address,
        "qr": qr_code(address),
        "printed_at": moment.now,
        "printed_by": names.person(actor.person_id),
    }


def qr_code(text: str) -> dict[str, Any]:
    """A QR code (ISO/IEC 18004) as path data in a square of ``size`` modules, its quiet zone included."""
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=2))
    drawn = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return {"size": len(rows), "path": "".join(drawn)}


def _signed(
    db: Connection, definition: Definition, done: Iterable[Mapping[str, Any]], names: Names
) -> list[dict[str, Any]]:
    """One line for each step that was done: who, what, when, and how it was signed."""
    done = list(done)
    table = tables.signatures
    rows = db.execute(select(table).where(table.c.task_id.in_([t["id"] for t in done]))).mappings()
    signatures = {(r["task_id"], r["person_id"]): r for r in rows}
    found = []
    for task in done:
        own = definitions.load(db, task["definition_id"]) if task["definition_id"] else definition
        element = own.element(task["done_as"] or task["element"])
        signature = signatures.get((task["id"], task["completed_by"]))
        is_said = task["decision"] not in (None, "", "done")
        found.append(
            {
                "task": task["id"],
                "step": element.words.attribute("step"),
                "name": _named(own, element, task["mode"]),
                "status": task["status"],
                "by": names.person(task["completed_by"]),
                "acting_for": names.person(task["completed_for"]),
                "confirmed_by": names.person(task["confirmed_by"]),
                "decision_label": _decided(own, element, task) if is_said else None,
                "opinion": task["opinion"],
                "business_on": task["business_on"],
                "at": task["completed_at"],
                "signature": {"way": signature["way"], "drawing": signature["drawing"]} if signature else None,
            }
        )
    return found


def _named(definition: Definition, element: Element, mode: str | None) -> Text:
    name = definition.element_name(element.id)
    if mode is None:
        return name
    return Text(f"{name.zh}（{MODES[mode].zh}）", f"{name.en} ({MODES[mode].en})")


def _decided(definition: Definition, element: Element, task: Mapping[str, Any]) -> Text:
    if task["part"] == cases.parts.SIGN:
        return VERDICTS[task["decision"]]
    return gates.outcome_label(definition, element.id, task["decision"])


def _forms(
    db: Connection,
    world: World,
    case_id: str,
    done: Iterable[Mapping[str, Any]],
    names: Names,
    language: Language,
) -> list[dict[str, Any]]:
    """What was filled in, form by form: the last time each step was done. Sensitive values are masked."""
    table = tables.answers
    kept = {r["task_id"]: r for r in db.execute(select(table).where(table.c.case_id == case_id)).mappings()}
    written = [(case_id, world.definition, None)] + [
        (t["id"], definitions.load(db, t["definition_id"]) if t["definition_id"] else world.definition, t["done_as"])
        for t in done
    ]
    found: dict[str, dict[str, Any]] = {}
    for owner, definition, done_as in written:
        row = kept.get(owner)
        if row is None or row["form"] not in definition.forms:
            continue
        form, element = definition.forms[row["form"]], definition.element(done_as or row["element"])
        access = forms.only_reading(gates.access(element))
        answers = json.loads(row["values"])
        shown = form.as_json(language, world.context(), access, now=world.moment.local, answers=answers)["values"]
        found[element.id] = {
            "element": element.id,
            "step": element.words.attribute("step"),
            "name": definition.element_name(element.id),
            "at": row["at"],
            **_written(form, {k: v for k, v in shown.items() if k in answers}, names),
        }
    return list(found.values())


def _written(form: forms.Form, values: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """``lines`` of label and value, and a table for every list of rows."""
    fields = {f.path: f for f in form.fields}
    lines, lists = [], []
    for name, value in values.items():
        label = fields[name].label if name in fields else Text(name, name)
        columns = [f for f in form.fields if f.path.startswith(f"{name}[].")]
        if columns and isinstance(value, list):
            rows = [
                [readable(row.get(f.path.rpartition(".")[2]), f.path, fields, names) for f in columns]
                for row in value
                if isinstance(row, Mapping)
            ]
            lists.append({"label": label, "columns": [f.label for f in columns], "rows": rows})
        elif value not in (None, "", []):
            lines.append({"label": label, "value": readable(value, name, fields, names)})
    return {"lines": lines, "lists": lists}
