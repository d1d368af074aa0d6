"""A case as a compact blob, and back; also the form in which the past keeps the frames of sub-processes.

A frame is ``[scope, nodes, past, extras]``, a node ``[number, element, state, flow, facts, locals, inner]`` without
trailing nulls. Ids, not positions: the state outlives releases that would count elements otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
import zstandard

from engine import feel
from engine.errors import Incident
from engine.machine.blueprints import Blueprint
from engine.machine.live import Environment, Listen, Live, Open, Wait
from engine.machine.packing import pack
from engine.machine.past import Past
from engine.machine.specs import ERROR, READY, STARTED, WAITING, Frame, Node, Turns

FORMAT = 1
_LARGEST = 64 * 1024 * 1024


def freeze(live: Live) -> bytes:
    """The case as a blob: format version, variables, and where its tokens stand. An ended case keeps no tokens."""
    state: dict[str, Any] = {
        "v": FORMAT,
        "n": live.last,
        "vars": {k: orjson.Fragment(_bytes(live, k, v)) for k, v in live.variables.items()},
        "visits": live.visits,
    }
    if live.outcome is not None:
        state["outcome"] = live.outcome
    if live.error is not None:
        state["error"] = live.error
    if not live.completed:
        state["frame"] = pack(live.root)
    return zstandard.ZstdCompressor(level=1).compress(orjson.dumps(state))


def _bytes(live: Live, name: str, value: Any) -> bytes:
    kept = live.kept.get(name)
    if kept is None or kept[0] is not value:
        kept = live.kept[name] = value, orjson.dumps(feel.freeze(value))
    return kept[1]


# ---------------------------------------------------------------- frames


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
    for number, element, state, flow, facts, own, inner in map(_padded, _all_rows(more, rows, owner)):
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


def _padded(row: list[Any]) -> list[Any]:
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


# ---------------------------------------------------------------- thawing


@dataclass(frozen=True, slots=True)
class Glance:
    """What can be read of a frozen case without making it live."""

    variables: dict[str, Any]
    visits: dict[str, int]
    packed: list[Any] | None = field(default=None, repr=False)

    def locals_of(self, node: int, blueprint: Blueprint) -> dict[str, Any]:
        """What only this node sees: the items, counters and writes of the multi-instance instances around it."""
        return _locals(self.packed, node, blueprint) or {} if self.packed is not None else {}


def _locals(packed: list[Any], number: int, blueprint: Blueprint) -> dict[str, Any] | None:
    scope_turns = packed[3].get("turns") if len(packed) > 3 else None
    found: dict[str, Any] | None = None
    rows = [_padded(r) for r in packed[1]]
    if len(packed) > 3 and "plain" in packed[3]:
        plain = packed[3]["plain"]
        rows += [[n, None, READY, None, {"i": i}, None, None] for n, i in zip(plain[::2], plain[1::2], strict=True)]
    for at, element, _, _, facts, own, inner in rows:
        below = {} if at == number else _locals(inner, number, blueprint) if inner is not None else None
        if below is None:
            continue
        found = {}
        if scope_turns is not None:
            index = (facts or {})["i"]
            found["loopCounter"] = Decimal(index + 1)
            body = blueprint.elements.get(element or packed[3].get("of", ""))
            if scope_turns[1] is not None and body is not None and body.loop is not None and body.loop.item:
                found[body.loop.item] = feel.thaw(scope_turns[1][index])
        if own:
            found.update({k: feel.thaw(v) for k, v in own.items()})
        return {**found, **below}
    return found


def glance(blob: bytes) -> Glance:
    """Variables and visits of a frozen case."""
    state = _unpacked(blob)
    return Glance({k: feel.thaw(v) for k, v in state["vars"].items()}, state["visits"], state.get("frame"))


def _unpacked(blob: bytes) -> Any:
    state = orjson.loads(zstandard.ZstdDecompressor().decompress(blob, max_output_size=_LARGEST))
    if state["v"] != FORMAT:
        raise Incident("state", f"state format {state['v']} is not known to this release")
    return state


def thaw(blueprint: Blueprint, blob: bytes, environment: Environment) -> Live:
    """A live case from its blob; raises ``Incident`` on a format this release does not know."""
    state = _unpacked(blob)
    live = Live(blueprint, environment, {k: feel.thaw(v) for k, v in state["vars"].items()})
    live.last, live.visits = state["n"], state["visits"]
    live.outcome, live.error = state.get("outcome"), state.get("error")
    if "frame" in state:
        unpack(live, state["frame"], None)
    else:
        live.root.completed = True
    return live
