"""A form in which somebody chooses who does a later step: only those whom the rule offers are there to choose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine import actors, cases
from engine.errors import Language
from engine.gates import World
from engine.machine import Element


def offer(shown: dict[str, Any] | None, element: Element, worlds: Iterable[World], language: Language) -> None:
    """Put those who may be chosen into a form as it is shown (``Form.as_json``), in place.

    ``worlds``: the case; before a start one for each unit in which it may be started.
    """
    if shown is None:
        return
    people: dict[str, dict[str, None]] = {}
    db = None
    for world in worlds:
        db = world.db
        for name, found in cases.offered(world, element).items():
            people.setdefault(name, {}).update(dict.fromkeys(found))
    if db is None or not people:
        return
    names = actors.names(db, [p for found in people.values() for p in found])
    for component in shown["components"]:
        offered = people.get(component.get("key", ""))
        if offered is None or component["type"] != "person" or component.get("readonly"):
            continue
        component["type"] = "select"
        component["values"] = [{"value": p, "label": names[p].spoken(language)} for p in offered if p in names]
        component.setdefault("validate", {})["required"] = True
        for part in ("roles", "statuses", "within"):
            component.pop(part, None)
