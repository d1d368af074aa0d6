"""Tokens that stand again: brought back by a return, or by the way straight back from one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import Text
from engine.machine.packing import renumbered, unpack
from engine.machine.past import Firing, Past
from engine.machine.specs import STARTED, WAITING, Frame, Node
from engine.machine.undone import count, count_node, steps_at, steps_of

if TYPE_CHECKING:
    from engine.machine.live import Live

LISTENING = ("timer", "message", "signal", "conditional")
"""Events that wait for something outside the flow; errors, escalations and compensations are found when thrown."""


class NotThere(Exception):
    """A case cannot go where it was told to; ``text`` says why."""

    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh, en)
        super().__init__(en)


def past_of(frame: Frame) -> Past:
    if frame.past is None:
        raise NotThere("多实例内部不能退回", "one cannot go back inside the instances of a loop")
    return frame.past


def stand(live: Live, frame: Frame, token: int, state: int | None) -> Node:
    past = past_of(frame)
    element, flow = past.tokens[token]
    live.last += 1
    node = Node(frame, live.specs.elements[element], live.last, flow)
    live.nodes[node.id] = node
    frame.tokens += 1
    past.rename(token, node.id)
    if state is not None:
        node._set_state(state)
    return node


def arm_triggers(live: Live, frame: Frame, known: Iterable[str] = ()) -> None:
    """A scope that runs again listens again for what begins its event sub-processes."""
    there = {*known, *(n.element.id for n in frame.tasks.values() if n.is_arm)}
    for start in live.blueprint.triggers[frame.spec.name]:
        if start.event.kind in LISTENING and start.id not in there:
            live.arm(frame, start.id, None)


def reopened(live: Live, frame: Frame) -> None:
    """Say of everything in a frame that was brought back that it has opened."""
    for node in frame.tasks.values():
        if node.id in live.opens:
            live.before.setdefault(node.id, None)
        if node.inner is not None:
            reopened(live, node.inner)
    live._waits = live._listens = None


def straight_back(live: Live, node: Node, package: Mapping[str, Any]) -> bool:
    """Redo what a return undid, its step being completed anew; false where something has moved meanwhile."""
    frame = node.workflow
    past = frame.past
    if past is None:
        return False
    flows = {t: (e, f) for t, e, f in package["tokens"]}
    own = package["firings"][0][1]
    standing: dict[int, Node] = {}
    for token in package["again"]:
        element, flow = flows[token]
        found = [n for n in frame.tasks.values() if n.element.id == element and n.flow == flow and not n.is_arm]
        if token in own:
            found = [node]
        if len(found) != 1 or (found[0] is not node and found[0]._state != WAITING):
            return False
        standing[token] = found[0]
    for token, (element, flow) in flows.items():
        if token not in standing and token not in past.tokens:
            past.born(token, element, flow)
    for token, one in standing.items():
        past.rename(one.id, token)
    for element, consumed, produced, step, inner in package["firings"]:
        if step is not None and consumed == own:
            past.fire(element, consumed, produced, node.id, node.facts.pop("inner", inner))
        else:
            live.restored += steps_of(Firing(0, element, consumed, produced, step, inner))
            count(live, element, step, inner, 1)
            past.fire(element, consumed, produced, step, inner)
    for token, _element, _flow, inner, *done in package["living"]:
        one = stand(live, frame, token, None)
        if done:
            one.facts["inner"] = done[0]
        if inner is None:
            live.ready.append((one, "arrive"))
        else:
            one._set_state(STARTED)
            live.arm_boundaries(one)
            reopened(live, unpack(live, renumbered(live, inner), one))
        live.restored += steps_at(one)
        count_node(live, one, 1)
    live.disarm(node)
    live.count(node.element.id)
    for one in standing.values():
        live.remove(one)
    live.end_if_empty(frame)
    return True
