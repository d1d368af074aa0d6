"""A running frame as plain JSON: for the state of the case, and for the past of the frame around it.

A frame is ``[scope, nodes, past, extras]``, a node ``[number, element, state, flow, facts, locals, inner]`` without
trailing nulls. Ids, not positions: the state outlives releases that would count elements otherwise.
"""

from __future__ import annotations

from typing import Any

from engine import feel
from engine.machine.specs import READY, Frame, Node


def pack(frame: Frame) -> list[Any]:
    """A frame with everything in it as plain JSON."""
    rows: list[Any] = []
    plain: list[int] = []
    for node in frame.tasks.values():
        if frame.turns is not None and _is_untouched(node):
            plain += (node.id, node.facts["i"])
        else:
            rows.append(_row(node))
    past = frame.past.pack(n.id for n in frame.tasks.values()) if frame.past is not None else None
    more: dict[str, Any] = {}
    if frame.done:
        more["done"] = frame.done
    if frame.locals is not None:
        more["locals"] = {k: feel.freeze(v) for k, v in frame.locals.items()}
    if frame.turns is not None:
        turns = frame.turns
        more["turns"] = [
            turns.total,
            turns.items,
            turns.started,
            turns.completed,
            turns.terminated,
            list(turns.results.items()) if turns.results is not None else None,
        ]
        more["plain"] = plain
        more["of"] = frame.owner.element.id if frame.owner is not None else ""
    return [frame.spec.name, rows, past, more] if more else [frame.spec.name, rows, past]


def _is_untouched(node: Node) -> bool:
    return node._state == READY and node.locals is None and len(node.facts) == 1


def _row(node: Node) -> list[Any]:
    row: list[Any] = [
        node.id,
        node.element.id,
        node._state,
        node.flow,
        node.facts or None,
        {k: feel.freeze(v) for k, v in node.locals.items()} if node.locals is not None else None,
        pack(node.inner) if node.inner is not None else None,
    ]
    while row[-1] is None:
        row.pop()
    return row
