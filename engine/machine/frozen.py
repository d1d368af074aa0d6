"""A case as a compact blob, and back; also the form in which the past keeps the frames of sub-processes.

A frame is ``[scope, nodes, past, extras]``, a node ``[number, element, state, flow, facts, locals, inner]`` without
trailing nulls. Ids, not positions: the state outlives releases that would count elements otherwise.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson
import zstandard

from engine import feel
from engine.errors import Incident
from engine.machine import reasons
from engine.machine.blueprints import Blueprint
from engine.machine.live import Live
from engine.machine.packing import pack, padded, unpack, untouched
from engine.machine.specs import READY
from engine.machine.steps import Environment

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
    return _packer().compress(orjson.dumps(state))


_threads = threading.local()


def _packer() -> zstandard.ZstdCompressor:
    """One compressor a thread: making one costs as much as packing a small case."""
    found: zstandard.ZstdCompressor | None = getattr(_threads, "packer", None)
    if found is None:
        found = _threads.packer = zstandard.ZstdCompressor(level=1)
    return found


def _bytes(live: Live, name: str, value: Any) -> bytes:
    kept = live.kept.get(name)
    if kept is None or kept[0] is not value:
        kept = live.kept[name] = value, orjson.dumps(feel.freeze(value))
    return kept[1]


# ---------------------------------------------------------------- thawing


@dataclass(frozen=True, slots=True)
class Round:
    """How far a countersignature has come: its instances have numbers above ``body``."""

    body: int
    asked: int
    tally: Mapping[str, int]
    """Side → how many have come down on it."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What can be read of a frozen case without making it live."""

    variables: dict[str, Any]
    visits: dict[str, int]
    packed: list[Any] | None = field(default=None, repr=False)

    def locals_of(self, node: int, blueprint: Blueprint) -> dict[str, Any]:
        """What only this node sees: the items, counters and writes of the multi-instance instances around it."""
        return _locals(self.packed, node, blueprint) or {} if self.packed is not None else {}

    def round_of(self, node: int) -> Round | None:
        """The countersignature of which this open node is one signature; ``None`` where it is of none."""
        return _round(self.packed, node, 0) if self.packed is not None else None


def _round(packed: list[Any], number: int, body: int) -> Round | None:
    more = packed[3] if len(packed) > 3 else {}
    rows = [padded(r) for r in packed[1]]
    if number in (*(r[0] for r in rows), *(n for n, _ in untouched(more))):
        turns = more.get("turns", ())
        return Round(body, turns[0], dict(turns[6])) if len(turns) > 6 else None
    inner = ((r[0], r[6]) for r in rows if r[6] is not None)
    return next(filter(None, (_round(frame, number, at) for at, frame in inner)), None)


def _locals(packed: list[Any], number: int, blueprint: Blueprint) -> dict[str, Any] | None:
    scope_turns = packed[3].get("turns") if len(packed) > 3 else None
    found: dict[str, Any] | None = None
    rows = [padded(r) for r in packed[1]]
    if len(packed) > 3:
        rows += [[n, None, READY, None, {"i": i}, None, None] for n, i in untouched(packed[3])]
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
        raise Incident("state", reasons.UNKNOWN_FORMAT.format(format=state["v"]))
    return state


def emptied(blob: bytes, variables: Collection[str], mask: Callable[[Any], Any]) -> bytes:
    """A case that is over without some variables, whatever its other values say put through ``mask`` as JSON.

    Its tokens go too: what they remember of themselves is needed by nobody any more.
    """
    state = _unpacked(blob)
    state["vars"] = {k: mask(v) for k, v in state["vars"].items() if k not in variables}
    state.pop("frame", None)
    return _packer().compress(orjson.dumps(state))


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
