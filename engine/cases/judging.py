"""Who may not act on an element, asked by what opens it: the duties stand above the cases and make themselves known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from engine.cases.work import Work
from engine.gates import Entered, World
from engine.machine import Element

Among = Callable[[], Collection[str]]
"""Gives the people at whom rules look that hang on what somebody is, and not on what they did in the case."""


@dataclass(frozen=True, slots=True)
class Judge:
    """What the duties say where a case starts and moves."""

    kept_away: Callable[[World, Element, Among], Mapping[str, str]]
    """Everybody whom a rule keeps from an element → the rule."""
    weigh_start: Callable[[World, Element, Entered], None]
    """Raises ``Unfit`` where somebody whom the start form names may not be that."""
    keep: Callable[[Work], None]
    """Writes who has which role in a case that has moved, and who is kept away from its open tasks."""
    is_personal: Callable[[Work, Element], bool]
    """Whether nobody does it for somebody absent."""


_judges: list[Judge] = []


def judged_by(judge: Judge) -> None:
    """From now on the judge is asked."""
    _judges.append(judge)


def forbids(work: Work, element: Element, person: str) -> bool:
    """Whether somebody may not act on an element of the case."""
    return person in kept_away(work, element, lambda: [person])


def kept_away(work: Work, element: Element, among: Among) -> dict[str, str]:
    """Everybody whom a rule keeps from an element → the rule."""
    found: dict[str, str] = {}
    for judge in _judges:
        found |= judge.kept_away(work.world, element, among)
    return found


def weigh_start(world: World, event: Element, entered: Entered) -> None:
    """Raises ``Unfit`` where a duty keeps somebody from being what the start form says."""
    for judge in _judges:
        judge.weigh_start(world, event, entered)


def keep(work: Work) -> None:
    """Bring what the duties keep of a case up to date, with the deed that moved it."""
    for judge in _judges:
        judge.keep(work)


def is_personal(work: Work, element: Element) -> bool:
    """Whether a duty keeps delegates from an element."""
    return any(judge.is_personal(work, element) for judge in _judges)
