"""When a task ends, as a reader sees it: the day or the minute, what is left in words, and the arithmetic behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine import cases, terms
from engine.calendars import Amount, Calendar
from engine.errors import Text
from engine.gates import World
from engine.machine import Element
from engine.store import Moment
from engine.views.naming import Names


def due(row: Mapping[str, Any], moment: Moment, calendar: Callable[[], Calendar]) -> dict[str, Any] | None:
    """``{on, at, state, remaining, text, extended, provisional}`` of a task's row; ``None`` where it has no term.

    ``state`` is ``late``, ``near``, ``running``, ``paused``, or ``closed``; the calendar is asked for only where
    working time is counted.
    """
    if row["due_on"] is None:
        return None
    term = terms.of_row(row)
    facts = term.facts
    state, remaining = "closed", None
    if row["status"] in cases.OPEN_STATUSES:
        state, remaining = terms.left(row, term, moment, calendar)
    return {
        "on": row["due_on"],
        "at": row["due_at"],
        "state": state,
        "remaining": remaining,
        "text": Text.of(facts["text"]) if facts.get("text") else None,
        "extended": len(term.extensions),
        "provisional": bool(facts.get("provisional")),
    }


def due_whole(
    world: World, element: Element, row: Mapping[str, Any], moment: Moment, names: Names
) -> dict[str, Any] | None:
    """The same with what moved it, its clause, and from and until when it can be completed."""
    term = terms.of_row(row)
    shown = due(row, moment, lambda: world.calendar)
    bounds = terms.bounds(world, term) if row["status"] in cases.OPEN_STATUSES else {}
    if shown is None and not any(bounds.values()):
        return None
    definition = world.definition
    clause = definition.clause((element.words.one("due") or {}).get("clause"))
    publicity, not_after = bounds.get("publicity"), bounds.get("not_after")
    return {
        **(shown or {"on": None, "at": None, "state": "none", "remaining": None, "text": None, **_NOTHING}),
        "clause": clause.as_view() if clause else None,
        "paused_since": row["paused_at"],
        "earliest": publicity.isoformat() if publicity else None,
        "latest": not_after.isoformat() if not_after else None,
        "extensions": [
            {
                "by": names.person(change.get("by")),
                "at": datetime.fromisoformat(change["at"]),
                "reason": change.get("reason") or "",
                "length": Amount(change["count"], change["unit"]).text,
            }
            for change in term.extensions
        ],
    }


_NOTHING = {"extended": 0, "provisional": False}
