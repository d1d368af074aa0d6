"""Whom an element asks: its assignment rules as holders, as of today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import actors, gates
from engine.cases.faults import NOBODY
from engine.cases.work import Work
from engine.errors import Incident, Text
from engine.gates import World
from engine.machine import Element

NAMES_NOBODY = Text("办理人规则今天没有指向任何人", "the assignment rule names nobody today")


def asked(world: World, element: str, who: Mapping[str, str], context: Mapping[str, Any]) -> list[str]:
    """The holders that one assignment rule means, as of today."""
    if "person" in who:
        people = world.evaluate(who["person"], context, element)
        return [actors.holder_of(p) for p in _texts(people)]
    units = world.evaluate(who.get("at", "=null"), context, element)
    return [actors.holder(who["role"], u) for u in _texts(units)] if "role" in who else []


def _texts(value: Any) -> list[str]:
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str) and v]


def candidates(work: Work, element: Element) -> list[str]:
    """Everybody whom the element's rules ask; nobody at all is a fault of the definition."""
    return asked_of(work.world, element)


def asked_of(world: World, element: Element) -> list[str]:
    """The same, for a case that is only looked at."""
    context = gates.reading_context(world, element)
    found = [h for who in world.definition.whos(element) for h in asked(world, element.id, who, context)]
    if not found:
        raise Incident(element.id, NAMES_NOBODY, {"cause": NOBODY})
    return list(dict.fromkeys(found))
