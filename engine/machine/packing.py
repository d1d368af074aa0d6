"""A running frame as plain JSON: for the state of the case, and for the past of the frame around it.

A frame is ``[scope, nodes, past, extras]``, a node ``[number, element, state, flow, facts, locals, inner]`` without
trailing nulls. Ids, not positions: the state outlives releases that would count elements otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
    nodes = frame.tasks.values() if frame.turns is None else frame.touched.values()
    rows = [_row(node) for node in nodes]
    past = frame.past.pack(n.id for n in frame.tasks.values()) if frame.past is not None else None
    more: dict[str, Any] = {}
    if frame.done:
        more["done"] = frame.done
    if frame.turns is not None:
        turns = frame.turns
        more["turns"] = [
            turns.total,
            turns.items,
            turns.started,
            turns.completed,
            turns.terminated,
            list(turns.results.items()) if turns.results is not None else None,
            *([turns.tally] if turns.tally is not None else []),
        ]
        more["of"] = frame.body.element.id
        if frame.base:
            more["base"] = frame.base
            more["open"] = f"{frame.untouched:x}"
    return [frame.spec.name, rows, past, more] if more else [frame.spec.name, rows, past]


def untouch(node: Node) -> None:
    """An instance of a parallel multi-instance that is as it was made needs a bit, not a row."""
    frame, index = node.workflow, node.facts.get("i", -1)
    plain = node._state == READY and node.locals is None and len(node.facts) == 1
    if plain and frame.base and node.id == frame.base + index:
        frame.untouched |= 1 << index
        frame.touched.pop(node.id, None)


def touch(node: Node) -> None:
    """Something happens to an instance: it is packed by itself from now on, as long as it is there."""
    frame, index = node.workflow, node.facts.get("i", -1)
    if frame.base and node.id == frame.base + index:
        frame.untouched &= ~(1 << index)
    if node.id in frame.tasks:
        frame.touched[node.id] = node


def untouched(more: Mapping[str, Any]) -> list[tuple[int, int]]:
    """``(number, index)`` of the instances that a packed loop keeps as bits."""
    if "base" not in more:
        return []
    base, bits = more["base"], int(more["open"], 16)
    return [(base + i, i) for i in range(bits.bit_length()) if bits >> i & 1]


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
    if "turns" in more:
        total, items, started, completed, terminated, results, *tally = more["turns"]
        kept = None if results is None else {int(i): v for i, v in results}
        frame.turns = Turns(total, items, started, completed, terminated, kept, dict(tally[0]) if tally else None)
        frame.base = more.get("base", 0)
    for number, element, state, flow, facts, own, inner in map(padded, _all_rows(more, rows, owner)):
        node = Node(frame, live.specs.elements[element], number, flow, state)
        node.facts = dict(facts) if facts else {}
        if own is not None:
            node.locals = {k: feel.thaw(v) for k, v in own.items()}
        live.nodes[number] = node
        if frame.turns is not None:
            frame.touched[number] = node
            untouch(node)
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
    plain = untouched(more)
    if not plain or owner is None:
        return rows
    element = owner.element.id
    return sorted([*rows, *([n, element, READY, None, {"i": i}] for n, i in plain)], key=lambda r: r[0])


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
            live.timers[number] = Wait(number, element.id, datetime.fromisoformat(facts["due"]), facts.get("calendars"))
        elif element.kind in ("parallelGateway", "inclusiveGateway"):
            live.merging[number] = node
            if element.kind == "inclusiveGateway":
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
        yield from (number for number, _ in untouched(packed[3]))


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
    if rest and "base" in rest[0]:
        # New numbers need not follow one another: each instance gets a row of its own.
        body = rest[0]["of"]
        made += [[to[n], body, READY, None, {"i": i}] for n, i in untouched(rest[0])]
        rest = [{k: v for k, v in rest[0].items() if k not in ("base", "open")}]
    return [scope, made, past, *rest]
