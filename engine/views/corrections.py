"""Corrections of what steps of a case recorded: what each changes, who proposed it and who agreed."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select

from engine import cases, correcting, definitions, gates, tables
from engine.actors import Actor
from engine.errors import Language, NotFound, Text
from engine.store import Moment
from engine.views.entries import readable
from engine.views.naming import CASE_COLUMNS, Names

_R, _T, _A = tables.corrections.c, tables.tasks.c, tables.answers.c
_SEALED = Text("（个人信息，已封存）", "(personal, sealed)")


def corrections(db: Connection, actor: Actor, moment: Moment, case_id: str) -> list[dict[str, Any]]:
    """The corrections of a case, newest first; for whoever sees the whole case. Raises ``NotFound``.

    Personal values are told to whoever proposed it and to whoever is asked to confirm it.
    """
    row = db.execute(select(*CASE_COLUMNS).where(tables.cases.c.id == case_id)).mappings().first()
    if row is None or cases.scope_of(db, actor, case_id) != "full":
        raise NotFound()
    definition = definitions.load(db, row["definition_id"])
    query = select(tables.corrections, _T.element, _A["values"].label("first")).join_from(
        tables.corrections, tables.tasks, _T.id == _R.task_id
    )
    query = query.outerjoin(tables.answers, _A.task_id == _R.task_id).where(_R.case_id == case_id)
    rows = [dict(r) for r in db.execute(query.order_by(_R.proposed_at, _R.id)).mappings()]
    names = Names(db, moment.today)
    names.learn(p for r in rows for p in (r["proposed_by"], r["decided_by"]))
    held: dict[str, dict[str, Any]] = {}
    found = []
    for one in rows:
        before = held.setdefault(one["task_id"], json.loads(one["first"] or "{}"))
        after = json.loads(one["values"])
        if one["status"] == correcting.MADE:
            held[one["task_id"]] = after
        may = correcting.may_decide(db, actor, moment, {**one, "case_id": case_id})
        element = definition.blueprint.elements.get(one["element"])
        form = definition.forms.get(element.words.attribute("form") or "") if element is not None else None
        fields = {f.path: f for f in form.fields} if form is not None else {}
        private: Collection[str] = form.personal_answers if form is not None else ()
        tells = may or actor.person_id == one["proposed_by"]
        keys = [k for k in {**before, **after} if before.get(k) != after.get(k) and k in fields]
        found.append(
            {
                **{k: one[k] for k in ("id", "status", "reason", "opinion", "proposed_at", "decided_at", "element")},
                "task": one["task_id"],
                "element_name": definition.element_name(one["element"]),
                "step": element.words.attribute("step") if element is not None else None,
                "proposed_by": names.person(one["proposed_by"]),
                "decided_by": names.person(one["decided_by"]),
                "changes": [
                    {
                        "field": k,
                        "label": fields[k].label,
                        "before": _SEALED if k in private and not tells else readable(before.get(k), k, fields, names),
                        "value": _SEALED if k in private and not tells else readable(after.get(k), k, fields, names),
                    }
                    for k in keys
                ],
                "can": ["confirm"] if may else [],
            }
        )
    return found[::-1]


def correction_form(db: Connection, actor: Actor, moment: Moment, task_id: str, language: Language) -> dict[str, Any]:
    """The form of a completed task, open for writing, with what it recorded; raises as ``correcting.propose`` does."""
    work, element, recorded = correcting.form_of(db, actor, moment, task_id)
    form = work.definition.forms.get(element.words.attribute("form") or "")
    if form is None:
        return {"form": None, "values": {}, "context": {}}
    context = gates.reading_context(work.world, element)
    shown = form.as_json(language, context, gates.access(element), now=moment.local, answers=recorded)
    values = shown.pop("values")
    return {"form": shown, "values": values, "context": form.context(context)}
