"""Standard loops and multi-instances (BPMN 2.0.2, sections 10.3.8 and 13.3.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine import feel
from engine.errors import Incident
from engine.machine import counting, reasons
from engine.machine.blueprints import TASKS
from engine.machine.specs import STARTED, Frame, Node, Turns
from engine.machine.steps import Happening

if TYPE_CHECKING:
    from engine.machine.live import Live

MAX_WIDTH = 1_000
"""Instances of one multi-instance activity."""


def start(live: Live, body: Node) -> None:
    """Evaluate the collection or cardinality and start the first instance, or all of them."""
    loop = body.loop
    items: list[Any] | None = None
    if loop.kind == "standard":
        total = _count(live, body, loop.maximum) if loop.maximum else -1
    elif loop.collection is not None:
        value = live.evaluate(loop.collection, body)
        if not isinstance(value, list):
            raise Incident(body.element.id, reasons.NO_LIST, {"value": feel.plain(value)})
        _bounded(body, len(value))
        items = [live.frozen(v, body) for v in value]
        total = len(items)
    else:
        total = _count(live, body, loop.cardinality or "=0")
        _bounded(body, total)
    frame = Frame(live, live.specs.scopes[body.element.scope], body, None)
    frame.turns = Turns(total, items, results={} if loop.output else None, tally=_nobody() if loop.count else None)
    body.inner = frame
    body._set_state(STARTED)
    if loop.kind == "standard":
        if not loop.test_before or _goes_on(live, body, frame.turning):
            _start(live, frame, body.element.id)
    elif loop.kind == "parallel":
        frame.base = live.last + 1
        for _ in range(total):
            _start(live, frame, body.element.id)
    elif total:
        _start(live, frame, body.element.id)
    if not frame.tokens:
        _end(live, body)


def instance_done(live: Live, node: Node, *, passed_over: bool = False) -> None:
    """An instance has completed, or was passed over and gives null: start the next, or end the loop."""
    frame, body = node.workflow, node.workflow.body
    turns, loop = frame.turning, body.loop
    gives = None
    if loop.output_element and not passed_over:
        gives = live.frozen(live.evaluate(loop.output_element, node), node)
    turns.completed += 1
    if turns.tally is not None and not passed_over:
        _tally(node, turns.tally)
    if turns.results is not None:
        turns.results[node.facts["i"]] = gives
    if node.element.kind in TASKS:
        body.facts.setdefault("inner", []).append(node.id)
    live.count(node.element.id)
    live.log_compensation(node)
    live.remove(node)
    body.facts.pop("judge", None)
    try:
        more = _judge(live, body, frame)
    except Incident:
        body.facts["judge"] = True  # a retry asks the condition again, not the instance
        raise
    if not more:
        _end(live, body)


def judge_again(live: Live, body: Node) -> None:
    """After an incident of the completion or loop condition."""
    body.facts.pop("judge", None)
    if not _judge(live, body, body.within):
        _end(live, body)


def _judge(live: Live, body: Node, frame: Frame) -> bool:
    """Whether the loop goes on; starts the next instance of a sequential one."""
    turns, loop = frame.turning, body.loop
    if loop.kind == "standard":
        if not _goes_on(live, body, turns):
            return False
        _start(live, frame, body.element.id)
        return True
    if loop.until is not None and live.evaluate(loop.until, body, counts(live, body)) is True:
        return False
    if turns.tally is not None and loop.count is not None:
        out = turns.total - turns.completed
        if loop.count.is_decided(turns.total, out, turns.tally):
            return False
    if loop.kind == "sequential" and turns.started < turns.total:
        _start(live, frame, body.element.id)
    return frame.tokens > 0


def _goes_on(live: Live, body: Node, turns: Turns) -> bool:
    loop = body.loop
    if 0 <= turns.total <= turns.started:
        return False
    if loop.condition is None:
        return turns.total >= 0
    return live.evaluate(loop.condition, body, {"loopCounter": Decimal(turns.started)}) is True


def _start(live: Live, frame: Frame, element: str) -> None:
    live.token(frame, element, i=frame.turning.started)
    frame.turning.started += 1


def _end(live: Live, body: Node) -> None:
    """End a loop: what still runs is terminated, what was given is written."""
    loop, frame = body.loop, body.within
    frame.turning.terminated += len(live.empty(frame))
    count_up(live, body)
    if loop.output:
        live.write(body, loop.output, _results(frame.turning))
    body.workflow.done += frame.done
    body.inner = None
    live.finish_later(body)


def _nobody() -> dict[str, int]:
    """Every side from the start: the order of the sides would tell what was given first."""
    return dict.fromkeys(counting.SIDES, 0)


def _tally(node: Node, tally: dict[str, int]) -> None:
    """Count one opinion, by the outcome that its instance has just written; who gave it is not kept."""
    count = node.loop.count
    outcome = (node.locals or {}).get(f"{node.element.id}_outcome")
    if count is not None and isinstance(outcome, str):
        side = count.sides.get(outcome, "abstain")
        tally[side] += 1


def count_up(live: Live, body: Node) -> None:
    """Write what was counted, at the end of the loop or where an event interrupts it."""
    loop = body.loop
    if loop.count is None:
        return
    turns = body.within.turning
    said = loop.count.verdict(turns.total, turns.tally or {})
    live.write(body, loop.count.result, said)
    live.happenings.append(Happening("counted", body.element.id, {**said, "secret": loop.count.secret or None}))


def counts(live: Live, body: Node) -> dict[str, Any]:
    """The attributes of BPMN 2.0.2, table 10.31, and the output collection as far as it has come."""
    frame, loop = body.within, body.loop
    turns = frame.turning
    found: dict[str, Any] = {
        "loopCounter": Decimal(turns.completed),
        "numberOfInstances": Decimal(turns.total),
        "numberOfActiveInstances": Decimal(frame.tokens),
        "numberOfCompletedInstances": Decimal(turns.completed),
        "numberOfTerminatedInstances": Decimal(turns.terminated),
    }
    if loop.output and loop.until is not None and loop.output in live.names(loop.until):
        found[loop.output] = _results(turns)
    return found


def _results(turns: Turns) -> list[Any]:
    """What the completed instances gave, in the order of the items."""
    return [feel.thaw(v) for _, v in sorted((turns.results or {}).items())]


def turn_locals(node: Node) -> dict[str, Any]:
    """What an instance sees by itself: its counter (from 1) and its item."""
    turns, loop = node.workflow.turning, node.loop
    index = node.facts["i"]
    found: dict[str, Any] = {"loopCounter": Decimal(index + 1)}
    if turns.items is not None and loop.item:
        found[loop.item] = feel.thaw(turns.items[index])
    return found


def _count(live: Live, body: Node, text: str) -> int:
    value = live.evaluate(text if text.startswith("=") else f"={text}", body)
    if not isinstance(value, Decimal) or value != value.to_integral_value() or value < 0:
        raise Incident(
            body.element.id, reasons.NO_NUMBER.format(text=text), {"expression": text, "value": feel.plain(value)}
        )
    return int(value)


def _bounded(body: Node, total: int) -> None:
    if total > MAX_WIDTH:
        raise Incident(body.element.id, reasons.TOO_WIDE.format(total=total, most=MAX_WIDTH))
