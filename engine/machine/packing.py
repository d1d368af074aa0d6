"""A running frame as plain JSON: for the state of the case, and for the past of the frame around it.

A frame is ``[scope, nodes, past, extras]``, a node ``[number, element, state, flow, facts, locals, inner]`` without
trailing nulls. Ids, not positions: the state outlives releases that would count elements otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine import feel
from engine.machine.past import Past
from engine.machine.specs import ERROR, READY, STARTED, WAITING, Frame, Node, Turns
from engine.machine.steps import Listen, Open, Wait

if TYPE_CHECKING:
    from engine.machine.live import Live


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


def unpack(live: Live, packed: list[Any], owner: Node | None) -> Frame:
    """Build a frame and everything in it; every node listens and is open again as it was."""
    scope, rows, past, *rest = packed
    more: dict[str, Any] = rest[0] if rest else {}
    frame = Frame(live, live.specs.scopes[scope], owner, None)
    if owner is None:
        live.root = frame
    else:
        owner.inner = frame
    frame.done = list(more.get("done", ()))
    if "locals" in more:
        frame.locals = {k: feel.thaw(v) for k, v in more["locals"].items()}
    if "turns" in more:
        total, items, started, completed, terminated, results = more["turns"]
        kept = None if results is None else {int(i): v for i, v in results}
        frame.turns = Turns(total, items, started, completed, terminated, kept)
    for number, element, state, flow, facts, own, inner in map(padded, _all_rows(more, rows, owner)):
        node = Node(frame, live.specs.elements[element], number, flow, state)
        node.facts = dict(facts) if facts else {}
        if own is not None:
            node.locals = {k: feel.thaw(v) for k, v in own.items()}
        live.nodes[number] = node
        if not node.is_arm:
            frame.tokens += 1
        if inner is not None:
            unpack(live, inner, node)
    if past is not None:
        there = ((n.id, n.element.id, n.flow) for n in frame.tasks.values() if not n.is_arm)
        frame.past = Past.unpack(past, there)
    for node in frame.tasks.values():
        attach(live, node)
    return frame


def _all_rows(more: dict[str, Any], rows: list[Any], owner: Node | None) -> Iterable[list[Any]]:
    plain = more.get("plain")
    if not plain or owner is None:
        return rows
    element = owner.element.id
    untouched = [[n, element, READY, None, {"i": i}] for n, i in zip(plain[::2], plain[1::2], strict=True)]
    return sorted([*rows, *untouched], key=lambda r: r[0])


def padded(row: list[Any]) -> list[Any]:
    return row + [None] * (7 - len(row))


def attach(live: Live, node: Node) -> None:
    """Let a node that was built from its row be open, or listen, as its state and facts say."""
    element, facts, number = node.element, node.facts, node.id
    if node._state == ERROR:
        live.opens[number] = Open(number, element.id, "incident")
    elif node._state == READY:
        live.opens[number] = Open(number, element.id, "task")
    elif node._state == STARTED and node.inner is None and (element.loop is None or node.workflow.is_loop):
        kind = {"serviceTask": "job", "callActivity": "call"}.get(element.kind)
        if kind is not None:
            live.opens[number] = Open(number, element.id, kind)
    elif node._state == WAITING:
        if "due" in facts:
            live.timers[number] = Wait(number, element.id, datetime.fromisoformat(facts["due"]))
        elif element.kind == "inclusiveGateway":
            live.stand(node)
        elif element.kind == "receiveTask":
            live.subscriptions[number] = Listen(number, element.id, "message", element.message, facts.get("key", ""))
        elif element.event.kind == "conditional":
            live.conditions[number] = node
        elif element.event.kind in ("message", "signal"):
            name = element.event.name
            live.subscriptions[number] = Listen(number, element.id, element.event.kind, name, facts.get("key", ""))


def renumbered(live: Live, packed: list[Any]) -> list[Any]:
    """A packed frame whose living nodes have numbers of their own: numbers are never used twice."""
    mapping: dict[int, int] = {0: 0}
    for number in sorted(_numbers(packed)):
        live.last += 1
        mapping[number] = live.last
    return _renumber(packed, mapping)


def _numbers(packed: list[Any]) -> Iterator[int]:
    for row in packed[1]:
        yield row[0]
        if len(row) > 6 and row[6] is not None:
            yield from _numbers(row[6])
    if len(packed) > 3:
        yield from packed[3].get("plain", [])[::2]


def _renumber(packed: list[Any], to: dict[int, int]) -> list[Any]:
    scope, rows, past, *rest = packed
    made = []
    for row in rows:
        new = [to[row[0]], *row[1:]]
        if len(new) > 4 and new[4]:
            facts = dict(new[4])
            for name in ("arm", "for"):
                if name in facts:
                    facts[name] = to.get(facts[name], facts[name])
            new[4] = facts
        if len(new) > 6 and new[6] is not None:
            new[6] = _renumber(new[6], to)
        made.append(new)
    if past is not None:
        firings = [[e, [to.get(t, t) for t in c], [to.get(t, t) for t in p], *m] for e, c, p, *m in past[0]]
        past = [firings, past[1]]
    if rest and "plain" in rest[0]:
        plain = rest[0]["plain"]
        rest = [{**rest[0], "plain": [to[n] if at % 2 == 0 else n for at, n in enumerate(plain)]}]
    return [scope, made, past, *rest]
