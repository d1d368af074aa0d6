"""What a change of the organisation would lead to, in words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from engine import definitions
from engine.reorganising import Outlook, TaskChange
from engine.store import Moment
from engine.views.naming import Names

MOST_ITEMS = 200
"""Items of a list that are spelled out; ``total`` counts all."""


def outlook(db: Connection, moment: Moment, found: Outlook) -> dict[str, Any]:
    """Tasks, steps, duties and delegations that a change touches; those that would have nobody first."""
    names = Names(db, moment.today)

    def task(one: TaskChange) -> dict[str, Any]:
        row = one.task
        definition = definitions.load(db, row["definition_id"])
        return {
            "id": row["id"],
            "case": row["case_id"],
            "number": row["number"],
            "element": row["element"],
            "name": definition.element_name(row["element"]),
            "unit": names.unit(row["unit_id"]),
            "is_left": one.is_left,
            "before": [names.person(p) for p in one.before],
            "after": [names.person(p) for p in one.after],
        }

    tasks = sorted(found.tasks, key=lambda one: not one.is_left)
    names.learn(p for one in tasks[:MOST_ITEMS] for p in (*one.before, *one.after))
    return {
        "on": found.on,
        "tasks": {"items": [task(one) for one in tasks[:MOST_ITEMS]], "total": len(tasks)},
        "left": sum(one.is_left for one in tasks),
        "steps": {
            "items": [
                {
                    "definition": one.definition.key,
                    "definition_name": one.definition.name,
                    "element": one.element.id,
                    "name": one.definition.element_name(one.element.id),
                    "unit": names.unit(one.unit),
                    "holders": [names.holder(h) for h in one.holders],
                }
                for one in found.steps[:MOST_ITEMS]
            ],
            "total": len(found.steps),
        },
        "duties": {
            "items": [
                {
                    "rule": one.rule,
                    "definition": one.definition.key,
                    "definition_name": one.definition.name,
                    "element": one.element.id,
                    "name": one.definition.element_name(one.element.id),
                    "other": one.definition.element_name(one.other),
                    "unit": names.unit(one.unit),
                }
                for one in found.duties[:MOST_ITEMS]
            ],
            "total": len(found.duties),
        },
        "delegations": {
            "items": [
                {
                    "id": one["id"],
                    "from": names.person(one["from_person_id"]),
                    "to": names.person(one["to_person_id"]),
                    "until": one["to_on"],
                }
                for one in found.delegations[:MOST_ITEMS]
            ],
            "total": len(found.delegations),
        },
        "is_more": found.is_more,
    }
