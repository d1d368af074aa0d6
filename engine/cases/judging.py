"""Who may not act on an element, asked by what opens it: the duties stand above the cases and make themselves known."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.cases.work import Work
from engine.errors import Forbidden
from engine.machine import Element

Refuse = Callable[[Work, Element, Iterable[str | None]], None]
"""Raises ``Forbidden`` where one of the people may not act."""

_judges: list[Refuse] = []


def judged_by(refuse: Refuse) -> None:
    """From now on ``refuse`` is asked whom a task that opens may not ask."""
    _judges.append(refuse)


def forbids(work: Work, element: Element, person: str) -> bool:
    """Whether somebody may not act on an element of the case."""
    try:
        for refuse in _judges:
            refuse(work, element, [person])
    except Forbidden:
        return True
    return False
