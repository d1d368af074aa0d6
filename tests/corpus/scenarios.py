"""One case at every kind of wait point: how it came there, what can be seen of it, and how it is walked to its end."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine import feel, machine
from engine.machine import Environment, Live, Step
from engine.xml import safe_xml

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
MODELS = Path(__file__).parent / "bpmn"
LONGEST = 400
"""Moves after which a walk that has not come to the end never will."""

GIVEN: Mapping[str, Any] = {
    "since": date(2024, 2, 29),
    "until": datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
    "price": Decimal("12.50"),
    "people": [{"name": "林", "votes": Decimal(3)}, {"name": None, "votes": Decimal(0)}],
    "is_open": True,
    "nothing": None,
}
"""Values of every kind ride along in every case."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A model, what its case is given, and the moves after which it waits: ``(verb, element or name, nth or data)``.

    ``closing`` are the variables with which the walk to the end begins, for loops that would go on for ever.
    """

    model: str
    moves: tuple[tuple[str, str, Any], ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    closing: Mapping[str, Any] = field(default_factory=dict)


def done(*elements: str) -> tuple[tuple[str, str, Any], ...]:
    """Completions one after another."""
    return tuple(("complete", element, 0) for element in elements)


ITEMS = {"items": ["x", "y", "z"], "said": ""}
WAITING: Mapping[str, Scenario] = {
    "user task": Scenario("user_and_manual_task"),
    "intermediate timer": Scenario("timer_catch"),
    "boundary timer": Scenario("call_activity", given={"file": "plan.pdf"}),
    "cycle that fired once": Scenario("timer_cycle_boundary", (("after", "", 3600),)),
    "parallel join, half filled": Scenario("parallel_gateway", done("a", "b")),
    "inclusive join, half filled": Scenario("inclusive_gateway", done("b"), {"n": 11}),
    "inside a sub-process": Scenario("sub_process_nested_twice", done("a", "b")),
    "parallel instances, one done": Scenario("multi_instance_parallel", (("complete", "a", 1),), ITEMS),
    "sequential instances, one done": Scenario("multi_instance_sequential", done("a"), ITEMS),
    "countersigning, one of three": Scenario("countersigning_in_turn", done("sign"), {**ITEMS, "opinion": "yes"}),
    "secret ballot, one cast": Scenario("secret_ballot", done("sign"), {**ITEMS, "opinion": "no"}),
    "message": Scenario("messages_with_keys", (("receive", "second", {"text": "hello"}),), {
        "first_key": "A-7", "second_key": "A-8",
    }),
    "message at a receive task": Scenario("receive_task", given={"order": "A-7"}),
    "message at a boundary": Scenario("boundary_on_task", given={"order": "A-7"}),
    "signal": Scenario("signal_to_several", given={"place": "hall"}),
    "job": Scenario("service_task", given={"price": 4}),
    "jobs of instances": Scenario("multi_instance_parallel_of_service_tasks", done(), ITEMS),
    "call": Scenario("call_of_the_newest"),
    "event gateway": Scenario("event_gateway"),
    "event sub-process that listens": Scenario("event_sub_process"),
    "event sub-process that runs": Scenario("event_sub_process", (("receive", "event", {}),)),
    "incident": Scenario("exclusive_gateway_without_default", given={"amount": 1}, closing={"amount": 1000}),
    "condition": Scenario("conditional_catch", given={"stock": 0}, closing={"stock": 6}),
    "compensation under way": Scenario("compensation", done("book", "pay"), {"undo_now": True}),
    "compensation by a sub-process": Scenario("compensation_handler_sub_process", done("book", "check", "call_hotel")),
    "transaction that is being cancelled": Scenario("transaction", done("hotel", "flight"), {"how": "cancel"}),
    "third round of a loop": Scenario("standard_loop", done("a", "a"), {"again": True}, {"again": False}),
    "after a return": Scenario("parallel_gateway", (*done("a", "b"), ("go_back", "a", None))),
    "ended": Scenario("only_a_task", done("a")),
}  # fmt: skip


class Walk:
    """A case on its way, told move by move in words that do not depend on how a build numbers its nodes."""

    def __init__(self, model: str) -> None:
        found, findings = machine.read(safe_xml(model.encode(), "process.bpmn"), "process.bpmn")
        assert found is not None, [f.text.en for f in findings]
        self.blueprint = found
        self.now = NOON
        self.told: list[Any] = []
        self.live: Live

    @classmethod
    def begun(cls, model: str, given: Mapping[str, Any], moves: Any) -> Walk:
        """From the start to the wait point."""
        walk = cls(model)
        walk.live, step = machine.begin(walk.blueprint, walk.environment, {**GIVEN, **given})
        walk.tell("begin", "", step)
        for verb, what, more in moves:
            walk.does(verb, what, more)
        return walk

    @classmethod
    def thawed(cls, model: str, state: bytes, now: datetime) -> Walk:
        """From what a build stored."""
        walk = cls(model)
        walk.now = now
        walk.live = machine.thaw(walk.blueprint, state, walk.environment)
        return walk

    @property
    def environment(self) -> Environment:
        return Environment(self.now, ZoneInfo("Asia/Shanghai"))

    def seen(self) -> dict[str, Any]:
        """What waits, and the data."""
        return {
            "open": sorted([o.element, o.kind] for o in self.live.open().values()),
            "waits": sorted([w.element, w.due.isoformat()] for w in self.live.waits()),
            "listens": sorted([x.element, x.kind, x.name, x.key] for x in self.live.listens()),
            "variables": {name: feel.freeze(value) for name, value in sorted(self.live.variables.items())},
            "visits": dict(sorted(self.live.visits.items())),
            "is_ended": self.live.completed,
        }

    def does(self, verb: str, what: str, more: Any = None) -> None:
        """One move: ``complete``, ``retry``, ``skip`` or ``go_back`` to an element; ``receive`` at one; ``signal`` a
        name; ``after`` seconds; ``set`` variables."""
        live, environment = self.live, self.environment
        if verb == "after":
            self.now += timedelta(seconds=more)
            step = machine.wake(live, self.environment)
        elif verb == "receive":
            node = min(x.node for x in live.listens() if x.element == what)
            step = machine.receive(live, node, environment, more)
        elif verb == "signal":
            step = machine.signal(live, environment, what, more)
        elif verb == "set":
            step = machine.set_variables(live, environment, more)
        elif verb == "go_back":
            step = machine.go_back(live, environment, what)
        else:
            node = sorted(n for n, o in live.open().items() if o.element == what)[more or 0]
            kind = live.open()[node].kind
            if verb == "retry":
                step = machine.retry(live, node, environment)
            elif verb == "skip":
                step = machine.skip(live, node, environment)
            elif kind == "task":
                written = {"said": f"of {what}"} if "said" in live.variables else {}
                if "opinion" in live.variables:
                    written[f"{what}_outcome"] = live.variables["opinion"]
                step = machine.complete(live, node, environment, written)
            else:
                step = machine.complete(live, node, environment, {}, {"number": "R-1"})
        self.tell(verb, what, step)

    def tell(self, verb: str, what: str, step: Step) -> None:
        happened = [[h.verb, h.element] for h in step.happenings]
        thrown = [[t.element, t.kind, t.name, t.key] for t in step.throws]
        self.told.append([verb, what, happened, thrown, step.outcome, step.error, self.seen()])

    def finish(self, closing: Mapping[str, Any], is_late: bool) -> list[Any]:
        """Walk to the end and tell how. ``is_late``: messages and time come first, else what is open is done first."""
        self.told = []
        if closing:
            self.does("set", "", dict(closing))
        for verb, what, more in self._next(is_late):
            self.does(verb, what, more)
            assert len(self.told) < LONGEST, "it does not end"
        return self.told

    def _next(self, is_late: bool) -> Iterator[tuple[str, str, Any]]:
        waited, retried = 0, set[str]()
        while not self.live.completed:
            opened = sorted((o.kind != "incident", o.element) for o in self.live.open().values())
            listening = sorted((x.kind != "message", x.element, x.name) for x in self.live.listens())
            outside = bool(listening) or bool(self.live.waits())
            if outside and (not opened or (is_late and waited < 6)):
                waited += 1
                if self.live.waits() and (not listening or waited % 2):
                    due = min(w.due for w in self.live.waits())
                    yield "after", "", max(0.0, (due - self.now).total_seconds())
                else:
                    is_signal, element, name = listening[0]
                    yield ("signal", name, {"place": "roof"}) if is_signal else ("receive", element, {"text": "late"})
            elif opened:
                is_whole, element = opened[0]
                verb = "complete" if is_whole else "skip" if element in retried else "retry"
                if not is_whole:
                    retried.add(element)
                yield verb, element, 0
            else:
                raise AssertionError("it waits for nothing")


def present() -> dict[str, Any]:
    """What this build stores at every wait point."""
    found = {}
    for name, scenario in WAITING.items():
        model = (MODELS / f"{scenario.model}.bpmn").read_text("utf-8")
        walk = Walk.begun(model, scenario.given, scenario.moves)
        found[name] = {
            "model": model,
            "given": dict(scenario.given),
            "moves": [list(move) for move in scenario.moves],
            "closing": dict(scenario.closing),
            "now": walk.now.isoformat(),
            "seen": walk.seen(),
            "state": base64.b64encode(machine.freeze(walk.live)).decode(),
        }
    return found
