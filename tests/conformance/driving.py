"""A case walked by a short script of moves, twice at once: live, and frozen and thawed before every move.

Every move is done on both and everything that can be seen of them is compared, so each conformance test is a
persistence test as well. Knows the machine's verbs and nothing of its inside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine import machine
from engine.decisions import Decision
from engine.errors import Finding
from engine.machine import Blueprint, Environment, Live, Open, Step
from engine.xml import safe_xml

DIAGRAMS = Path(__file__).parent / "diagrams"
ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""Noon of a Monday in the office."""


def text_of(model: str) -> str:
    """The BPMN text of ``diagrams/<model>.bpmn``."""
    return (DIAGRAMS / f"{model}.bpmn").read_text("utf-8")


def read(text: str) -> tuple[Blueprint | None, list[Finding]]:
    """BPMN text as the publisher reads it."""
    return machine.read(safe_xml(text.encode(), "process.bpmn"), "process.bpmn")


def blueprint_of(text: str) -> Blueprint:
    """BPMN text that is expected to run."""
    found, findings = read(text)
    assert found is not None, [(f.rule, f.element, f.line, f.text.en) for f in findings]
    return found


def elements(opened: Iterable[Any]) -> list[str]:
    """The sorted elements of opens, waits, listens, faults or happenings."""
    return sorted(o.element for o in opened)


class Case:
    """One case of a model, driven in lockstep on two twins: one lives on, one is frozen and thawed before each move.

    ``model`` names a file in ``diagrams/``, or is BPMN text. ``now`` is its clock; ``step`` the last move's step.
    ``thawing`` thaws the second twin only every so many moves, for walks of thousands of moves.
    """

    def __init__(
        self,
        model: str,
        variables: Mapping[str, Any] | None = None,
        *,
        start: str | None = None,
        message: Mapping[str, Any] | None = None,
        decisions: Mapping[str, Decision] | None = None,
        now: datetime = NOON,
        thawing: int = 1,
    ) -> None:
        text = model if model.lstrip().startswith("<") else text_of(model)
        self.blueprint = blueprint_of(text)
        self.has_conditions = "conditionalEventDefinition" in text
        self.now = now
        self.decisions = decisions or {}
        self.thawing = thawing
        self.moves = 0
        self.before: set[Open] = set()
        twins = [
            machine.begin(self.blueprint, self.environment, dict(variables or {}), start=start, message=message)
            for _ in range(2)
        ]
        self.lives = [live for live, _ in twins]
        self.step: Step = self._compared([step for _, step in twins])

    # ------------------------------------------------ what can be seen

    @property
    def environment(self) -> Environment:
        return Environment(self.now, ZONE, {}, self.decisions)

    @property
    def live(self) -> Live:
        return self.lives[0]

    @property
    def open(self) -> list[str]:
        """Sorted elements of what is open: tasks, jobs, calls and incidents."""
        return elements(self.live.open().values())

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """Sorted elements and kinds of what is open."""
        return sorted((o.element, o.kind) for o in self.live.open().values())

    @property
    def waits(self) -> list[tuple[str, timedelta]]:
        """Timers by due time: element, and how long from now."""
        return sorted(((w.element, w.due - self.now) for w in self.live.waits()), key=lambda w: (w[1], w[0]))

    @property
    def listens(self) -> list[tuple[str, str, str, str]]:
        """Sorted subscriptions: element, kind, name, key."""
        return sorted((x.element, x.kind, x.name, x.key) for x in self.live.listens())

    @property
    def is_ended(self) -> bool:
        return self.step.is_ended

    @property
    def variables(self) -> Mapping[str, Any]:
        return self.live.variables

    def happened(self, verb: str) -> list[str]:
        """The elements of one verb's happenings in the last move, in their order."""
        return [h.element for h in self.step.happenings if h.verb == verb]

    def nodes(self, element: str) -> list[int]:
        """The open nodes of an element, oldest first."""
        return sorted(n for n, o in self.live.open().items() if o.element == element)

    # ------------------------------------------------ moves

    def complete(self, element: str, *, nth: int = 0, result: Any = None, **written: Any) -> Step:
        node = self._node(element, nth)
        return self._move(lambda x: machine.complete(x, node, self.environment, written, result))

    def completes(self, *elements: str) -> Step:
        """Several completions one after the other; the last step."""
        for element in elements:
            self.complete(element)
        return self.step

    def fail(self, element: str, error: str, message: str = "", *, nth: int = 0) -> Step | None:
        """A BPMN error at an open node; ``None`` where nothing catches it, and then nothing may have changed."""
        node = self._node(element, nth)
        lives = self._thawed()
        blobs = [machine.freeze(x) for x in lives]
        steps = [machine.fail(x, node, self.environment, error, message) for x in lives]
        self.lives = lives
        if steps[0] is None or steps[1] is None:
            assert steps == [None, None]
            assert [machine.freeze(x) for x in lives] == blobs
            return None
        self.step = self._compared([s for s in steps if s is not None])
        return self.step

    def halt(self, element: str, reason: str = "out of retries", *, nth: int = 0) -> Step:
        node = self._node(element, nth)
        return self._move(lambda x: machine.halt(x, node, self.environment, reason, {"tries": 3}))

    def retry(self, element: str, *, nth: int = 0) -> Step:
        node = self._node(element, nth)
        return self._move(lambda x: machine.retry(x, node, self.environment))

    def skip(self, element: str, flow: str | None = None, *, nth: int = 0) -> Step:
        node = self._node(element, nth)
        return self._move(lambda x: machine.skip(x, node, self.environment, flow))

    def receive(self, element: str, data: Mapping[str, Any] | None = None, *, nth: int = 0) -> Step:
        """A message delivered to a listening node of ``element``."""
        nodes = sorted(x.node for x in self.live.listens() if x.element == element and x.kind == "message")
        assert len(nodes) > nth, f"{element} does not listen; {self.listens}"
        return self._move(lambda x: machine.receive(x, nodes[nth], self.environment, dict(data or {})))

    def signal(self, name: str, data: Mapping[str, Any] | None = None) -> Step:
        return self._move(lambda x: machine.signal(x, self.environment, name, dict(data or {})))

    def wake(self) -> Step:
        """The clock looks at the case at its present time."""
        return self._move(lambda x: machine.wake(x, self.environment))

    def after(self, **span: float) -> Step:
        """Time passes (``hours=3``), then the clock looks at the case."""
        self.now += timedelta(**span)
        return self.wake()

    def sets(self, **values: Any) -> Step:
        return self._move(lambda x: machine.set_variables(x, self.environment, values))

    def go_back(self, element: str, frame_of: int | None = None, *, straight: bool = False) -> Step:
        return self._move(lambda x: machine.go_back(x, self.environment, element, frame_of, straight))

    def move(self, cancel: Iterable[int] = (), start: Iterable[str] = ()) -> Step:
        cancelled, started = tuple(cancel), tuple(start)
        return self._move(lambda x: machine.move(x, self.environment, cancelled, started))

    # ------------------------------------------------ the lockstep

    def _node(self, element: str, nth: int) -> int:
        nodes = self.nodes(element)
        assert len(nodes) > nth, f"{element} is not open; open: {self.open}"
        return nodes[nth]

    def _thawed(self) -> list[Live]:
        self.moves += 1
        if self.moves % self.thawing:
            return self.lives
        blob = machine.freeze(self.lives[1])
        again = machine.thaw(self.blueprint, blob, self.environment)
        assert machine.freeze(again) == blob
        return [self.lives[0], again]

    def _move(self, verb: Callable[[Live], Step]) -> Step:
        self.lives = self._thawed()
        self.step = self._compared([verb(x) for x in self.lives])
        return self.step

    def _compared(self, steps: list[Step]) -> Step:
        """Both twins did and show the same, and the step says exactly what changed."""
        live, thawed = self.lives
        assert steps[0] == steps[1]
        assert live.open() == thawed.open()
        assert tuple(live.waits()) == tuple(thawed.waits())
        assert tuple(live.listens()) == tuple(thawed.listens())
        assert live.variables == thawed.variables
        assert live.visits == thawed.visits
        step = steps[0]
        now = set(live.open().values())
        assert set(step.opened) == now - self.before, "opened is not what is newly open"
        assert set(step.gone) == self.before - now, "gone is not what was open before"
        assert tuple(step.waits) == tuple(live.waits())
        assert tuple(step.listens) == tuple(live.listens())
        assert step.is_ended == live.completed
        assert all(f.reason.zh and f.reason.en for f in step.faults)
        assert {f.node for f in step.faults} <= {o.node for o in now if o.kind == "incident"}
        assert {c.node for c in step.calls} <= {o.node for o in now if o.kind == "call"}
        if step.is_ended:
            assert not now
            assert not step.waits
            assert not step.listens
        else:
            assert now or step.waits or step.listens or self.has_conditions, "it rests and nothing can ever move it"
        self.before = now
        return step
