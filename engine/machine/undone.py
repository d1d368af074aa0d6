"""Which completed tasks an undoing makes void: those of an execution, of a running frame, of a packed one.

Numbers of nodes; the tasks inside a sub-process and the instances of a loop count with the execution around them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine.machine.blueprints import TASKS
from engine.machine.past import Firing, Past
from engine.machine.specs import COMPLETED, Frame, Node

if TYPE_CHECKING:
    from engine.machine.live import Live


def steps_of(firing: Firing) -> list[int]:
    """The completed tasks of one execution, its own among them."""
    own = [firing.step] if firing.step is not None else []
    return own + _steps_of_inner(firing.inner)


def steps_at(node: Node) -> list[int]:
    """The tasks that were completed inside a node that still runs."""
    found = list(node.facts["inner"]) if _are_numbers(node.facts.get("inner")) else []
    return found + steps_in(node.inner) if node.inner is not None else found


def steps_in(frame: Frame) -> list[int]:
    """The tasks that were completed in a running frame and can be gone back to, or lie within what can."""
    found = [s for f in frame.past.firings.values() for s in steps_of(f)] if frame.past is not None else []
    return found + [s for node in frame.tasks.values() for s in steps_at(node)]


def steps_within(packed: list[Any]) -> list[int]:
    """The same of a packed frame."""
    found: list[int] = []
    for _, _, _, step, *inner in packed[2][0] if packed[2] is not None else ():
        found += [step] if step is not None else []
        found += _steps_of_inner(inner[0]) if inner else []
    for row in packed[1]:
        if len(row) > 4 and row[4] and _are_numbers(row[4].get("inner")):
            found += row[4]["inner"]
        if len(row) > 6 and row[6] is not None:
            found += steps_within(row[6])
    return found


def targets_within(packed: list[Any]) -> Iterator[tuple[str, set[int]]]:
    """The steps of a packed frame that can be gone back to, each with what of the frame becomes void by it."""
    if packed[2] is None:
        return
    past = Past.unpack(packed[2], ())
    thrown = {row[0] for row in packed[1] if row[2] == COMPLETED}
    for element, id_ in past.latest.items():
        closure = past.closure(id_)
        if not thrown <= {t for i in closure for t in past.firings[i].produced}:
            continue  # it would leave the error standing by which the sub-process was left
        void = {s for i in closure for s in steps_of(past.firings[i])}
        inner = past.firings[id_].inner
        if is_packed(inner):
            for step, below in targets_within(inner):
                yield step, void - set(steps_within(inner)) | below
        else:
            yield element, void


def latest_within(packed: list[Any], number: int) -> str | None:
    """The step of a packed frame whose latest execution completed a task."""
    if packed[2] is None:
        return None
    past = Past.unpack(packed[2], ())
    return latest_in(past, number)


def latest_in(past: Past, number: int) -> str | None:
    """The step whose latest execution completed a task: its own, or that of the multi-instance it was part of."""
    for element, id_ in past.latest.items():
        firing = past.firings[id_]
        if is_packed(firing.inner):
            if (found := latest_within(firing.inner, number)) is not None:
                return found
        elif number in steps_of(firing):
            return element
    return None


def count(live: Live, element: str, step: int | None, inner: Any, by: int) -> None:
    """Count an execution, and those inside it, among the visits: ``by`` is 1, or -1 where it is undone."""
    times = 1 if step is not None else 0
    if _are_numbers(inner) and live.blueprint.elements[element].kind in TASKS:
        times += len(inner)
    if times and element in live.visits:
        live.visits[element] = max(0, live.visits[element] + by * times)
    if is_packed(inner) and inner[2] is not None:
        for below, _, _, its, *more in inner[2][0]:
            count(live, below, its, more[0] if more else None, by)


def count_frame(live: Live, frame: Frame, by: int) -> None:
    """The same of everything that was done in a running frame."""
    for firing in frame.past.firings.values() if frame.past is not None else ():
        count(live, firing.element, firing.step, firing.inner, by)
    for node in frame.tasks.values():
        count_node(live, node, by)


def count_node(live: Live, node: Node, by: int) -> None:
    numbers = node.facts.get("inner")
    if _are_numbers(numbers):
        count(live, node.element.id, None, numbers, by)
    if node.inner is not None:
        count_frame(live, node.inner, by)


def is_packed(inner: Any) -> bool:
    return isinstance(inner, list) and bool(inner) and isinstance(inner[0], str)


def _are_numbers(inner: Any) -> bool:
    return isinstance(inner, list) and bool(inner) and isinstance(inner[0], int)


def _steps_of_inner(inner: Any) -> list[int]:
    if is_packed(inner):
        return steps_within(inner)
    return list(inner) if _are_numbers(inner) else []
