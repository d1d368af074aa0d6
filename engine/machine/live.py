"""A case while it moves: tokens at elements, in the frames of running scopes, until only the world can go on.

Our own loop over a queue of tokens replaces SpiffWorkflow's walks over everything a case ever did. Variables belong
to the case, not to tokens; inside a multi-instance instance they belong to the instance. What fails stops its own
token (an incident) and nothing else.
"""

from __future__ import annotations

from collections import ChainMap, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from engine import feel
from engine.errors import Incident
from engine.machine import loops, reasons, schedules
from engine.machine.blueprints import ACTIVITIES, CONTAINERS, TASKS, Blueprint, Element, Flow
from engine.machine.packing import pack, touch, untouch
from engine.machine.past import Past
from engine.machine.schedules import Schedule
from engine.machine.specs import CANCELLED, ERROR, STARTED, WAITING, Frame, Node, Specs
from engine.machine.standing import LISTENING, straight_back
from engine.machine.steps import Call, Environment, Fault, Happening, Listen, Open, Throw, Wait
from engine.machine.undone import steps_in
from engine.vocabulary import HOST_NAMES

MAX_NODES = 10_000
"""Tokens one case may hold at once; a 7 kB model can ask for 98,303 when it is started."""
MAX_STEPS = 100_000
"""Automatic steps one deed may cause."""

NOTHING_CAME = ["event", None]
"""What comes with a timer, a condition or a cancellation: ``[name, frozen value]`` as with a message."""


class TooLarge(Incident):
    """The case would outgrow its bounds; the whole move is refused, or else half of it would be left."""


BACK_TO = (*TASKS, "callActivity", *CONTAINERS)
"""What can be gone back to."""


class Live:
    """A case in memory. Whoever sees an exception from a move drops it and thaws the stored state again."""

    def __init__(self, blueprint: Blueprint, environment: Environment, variables: dict[str, Any]) -> None:
        self.blueprint = blueprint
        self.specs: Specs = blueprint.specs
        self.environment = environment
        self.variables = variables
        self.visits: dict[str, int] = {}
        """Element → how often it was completed and not undone."""
        self.outcome: str | None = None
        self.error: str | None = None
        self.last = 0
        self.nodes: dict[int, Node] = {}
        self.ready: deque[tuple[Node, str]] = deque()
        self.opens: dict[int, Open] = {}
        self.timers: dict[int, Wait] = {}
        self.subscriptions: dict[int, Listen] = {}
        self.conditions: dict[int, Node] = {}
        self.joins: dict[int, Node] = {}
        """Tokens that stand at inclusive gateways."""
        self.merging: dict[int, Node] = {}
        """Tokens that wait at any gateway for others."""
        self.root = Frame(self, self.specs.scopes[blueprint.id], None, Past())
        self.seen_by: set[str] = set()
        """Kept for the host while the case is in memory: holders that were told of it. Not part of the state."""
        self.kept: dict[str, tuple[Any, bytes]] = {}
        """Variable → its value and its frozen bytes: what has not changed is not frozen again."""
        self._waits: tuple[Wait, ...] | None = None
        self._listens: tuple[Listen, ...] | None = None
        self.fresh()

    def fresh(self) -> None:
        """Forget what the move before this one did."""
        self.happenings: list[Happening] = []
        self.throws: list[Throw] = []
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.voided: list[int] = []
        self.restored: list[int] = []
        self.written: set[str] = set()
        """The variables that the last move wrote by itself."""
        self.before: dict[int, Open | None] = {}
        """Node → how it was open before this move, where that has changed."""
        self.steps = 0
        self.dirty = True
        """Whether a condition may have turned."""

    # ------------------------------------------------ what stands where

    @property
    def completed(self) -> bool:
        return bool(self.root.completed)

    def open(self) -> dict[int, Open]:
        return dict(self.opens)

    def waits(self) -> tuple[Wait, ...]:
        if self._waits is None:
            self._waits = tuple(sorted(self.timers.values(), key=lambda w: (w.due, w.node)))
        return self._waits

    def listens(self) -> tuple[Listen, ...]:
        if self._listens is None:
            self._listens = tuple(sorted(self.subscriptions.values(), key=lambda s: s.node))
        return self._listens

    def locals_of(self, node: int) -> dict[str, Any]:
        """The variables that only this node sees: those of the multi-instance instances around it."""
        found = self.nodes.get(node)
        return {} if found is None else dict(ChainMap(*self._own(found)))

    def siblings_since(self, node: int) -> int | None:
        """For an instance of a loop: every instance of the same round has a number above this one; else ``None``."""
        found = self.nodes.get(node)
        return found.workflow.body.id if found is not None and found.workflow.is_loop else None

    def handed_over(self, node: int) -> dict[str, Any]:
        """The inputs of an open job, frozen."""
        return dict(self.nodes[node].facts.get("data", {}))

    def frames(self) -> Iterator[Frame]:
        """Every running frame, outermost first."""
        todo = [self.root]
        while todo:
            frame = todo.pop()
            yield frame
            todo += [n.inner for n in frame.tasks.values() if n.inner is not None]

    # ------------------------------------------------ tokens

    def token(self, frame: Frame, element: str, flow: str | None = None, event: Any = None, **facts: Any) -> Node:
        """A new token at an element; it acts when its turn comes."""
        node = self._new(frame, element, flow, facts)
        if event is not None:
            node.facts["event"] = event
        if self.blueprint.walked is not None:
            self.blueprint.walked.update((element, flow or element))
        frame.tokens += 1
        if frame.past is not None:
            frame.past.born(node.id, element, flow)
        self.ready.append((node, "arrive"))
        return node

    def arm(self, frame: Frame, element: str, host: Node | None, flow: str | None = None) -> Node:
        """A catching event beside the tokens: it listens as long as its host, or its frame, is there."""
        node = self._new(frame, element, flow, {"arm": host.id if host is not None else 0})
        self.listen(node)
        return node

    def _new(self, frame: Frame, element: str, flow: str | None, facts: dict[str, Any]) -> Node:
        if len(self.nodes) >= MAX_NODES:
            raise TooLarge(element, reasons.TOO_MANY_NODES.format(most=MAX_NODES))
        self.last += 1
        node = Node(frame, self.specs.elements[element], self.last, flow)
        node.facts = facts
        self.nodes[node.id] = node
        if frame.turns is not None:
            frame.touched[node.id] = node
        return node

    def remove(self, node: Node) -> None:
        """Take a node out of everything that knows it."""
        frame = node.workflow
        del frame.tasks[node.id]
        del self.nodes[node.id]
        frame.touched.pop(node.id, None)
        if "arm" not in node.facts:
            frame.tokens -= 1
        self.close(node)

    def close(self, node: Node) -> None:
        """A node that is neither open nor listening any more."""
        number = node.id
        if node.workflow.turns is not None:
            touch(node)
        if number in self.opens:
            self._opened(number, None)
        if self.timers.pop(number, None) is not None:
            self._waits = None
        if self.subscriptions.pop(number, None) is not None:
            self._listens = None
        self.conditions.pop(number, None)
        self.joins.pop(number, None)
        self.merging.pop(number, None)

    def open_up(self, node: Node, state: int, kind: str) -> None:
        node._set_state(state)
        self._opened(node.id, Open(node.id, node.element.id, kind))
        if node.workflow.turns is not None:
            untouch(node)

    def _opened(self, number: int, now: Open | None) -> None:
        self.before.setdefault(number, self.opens.get(number))
        if now is None:
            del self.opens[number]
        else:
            self.opens[number] = now

    def cancel(self, node: Node) -> None:
        """Take a node away with everything inside it and everything that listens on its behalf."""
        self.hollow(node)
        self.disarm(node)
        node._set_state(CANCELLED)
        if node.id in self.nodes:
            self.remove(node)

    def hollow(self, node: Node) -> None:
        """Take everything inside a node away; the node itself stays."""
        if node.inner is not None:
            self.empty(node.inner)
            node.inner = None

    def disarm(self, host: Node) -> None:
        for arm in self.arms(host):
            self.remove(arm)

    def arms(self, host: Node) -> list[Node]:
        element = host.element
        if element.id not in self.blueprint.boundaries and element.kind != "eventBasedGateway":
            return []
        return [n for n in host.workflow.tasks.values() if n.facts.get("arm") == host.id]

    # ------------------------------------------------ the loop

    def run(self) -> None:
        """Move every token that needs nobody, until only people, programs, messages and time are left."""
        while True:
            while self.ready:
                node, action = self.ready.popleft()
                if self.nodes.get(node.id) is node:
                    self.steps += 1
                    if self.steps > MAX_STEPS:
                        self.fault(node, Incident(node.element.id, reasons.TOO_MANY_STEPS))
                        self.steps = MAX_STEPS // 2
                        continue
                    self.attempt(node, node.task_spec._update if action == "arrive" else _complete)
            if self._join_inclusive():
                continue
            if self.dirty:
                self.dirty = False
                if self._look_at_conditions():
                    continue
            if not self.ready:
                break
        self._look_for_stuck()

    def attempt(self, node: Node, act: Callable[[Node], Any]) -> None:
        """Let a node act; what it cannot do stops it there and leaves everything else going."""
        try:
            act(node)
        except TooLarge:
            raise
        except Incident as e:
            self.fault(node, e)

    def fault(self, node: Node, e: Incident) -> None:
        if node.id not in self.nodes and node.workflow.owner is not None:
            node = node.workflow.owner  # the instance is done; what its loop makes of it failed
        self.disarm(node)
        self.close(node)
        if "judge" not in node.facts:
            self.hollow(node)
        node.facts["fault"] = e.reason
        self.open_up(node, ERROR, "incident")
        self.faults.append(Fault(node.id, node.element.id, e.text, e.context))

    def finish_later(self, node: Node) -> None:
        """Complete a node in its own turn, so that what fails there is its own incident."""
        node.facts["over"] = True
        self.ready.append((node, "complete"))

    def leave(self, node: Node) -> None:
        """The way on from a completed node (called by SpiffWorkflow's ``complete``)."""
        if "for" in node.facts:
            self._handled(node)
        elif node.workflow.is_loop:
            loops.instance_done(self, node)
        elif "back" not in node.facts or not straight_back(self, node, node.facts.pop("back")):
            self.go(node, self.ways(node))

    def go(self, node: Node, ways: Iterable[Flow]) -> None:
        """Consume a node and put a token at the end of each way."""
        frame, element = node.workflow, node.element
        self.disarm(node)
        self.count(element.id)
        if element.loop is None:
            self.log_compensation(node)
        made = [self.token(frame, f.target, f.id).id for f in ways]
        inner = node.facts.pop("inner", None)
        self.remove(node)
        if frame.past is not None:
            step = node.id if element.kind in BACK_TO else None
            frame.past.fire(element.id, [node.id], made, step, inner)
        self.end_if_empty(frame)

    def ways(self, node: Node) -> list[Flow]:
        """The flows that a completed node takes (BPMN 2.0.2, sections 13.3.1 and 13.4)."""
        flows = self.blueprint.outgoing[node.element.id]
        kind = node.element.kind
        if kind == "exclusiveGateway" and len(flows) > 1:
            for flow in flows:
                if flow.condition is not None and not flow.is_default and self._is_true(flow, node):
                    return [flow]
            return self._default(flows, node)
        plain = [f for f in flows if f.condition is None and not f.is_default]
        guarded = [f for f in flows if f.condition is not None and not f.is_default]
        if kind == "parallelGateway" or not (guarded or len(plain) < len(flows)):
            return list(flows)
        true = {f.id for f in guarded if self._is_true(f, node)}
        taken = [f for f in flows if f.id in true or f in plain]
        if true or (plain and not any(f.is_default for f in flows)):
            return taken
        return [*plain, *self._default(flows, node)]

    def _is_true(self, flow: Flow, node: Node) -> bool:
        return self.evaluate(f"={flow.condition}", node) is True

    def _default(self, flows: Iterable[Flow], node: Node) -> list[Flow]:
        found = [f for f in flows if f.is_default]
        if not found:
            tried = {f.id: f.condition for f in flows if f.condition is not None}
            raise Incident(node.element.id, reasons.NO_WAY, {"conditions": tried})
        return found

    def count(self, element: str) -> None:
        self.visits[element] = self.visits.get(element, 0) + 1

    # ------------------------------------------------ scopes

    def open_scope(self, owner: Node | None, scope: str, start: str | None = None, event: Any = None) -> Frame:
        """Begin a process or sub-process: its event sub-processes listen, its tokens stand at its entries.

        ``start`` is the start event that began it, with what came with it, where it is not the none start.
        """
        frame = self.root if owner is None else Frame(self, self.specs.scopes[scope], owner, Past())
        if owner is not None:
            owner.inner = frame
        for trigger in self.blueprint.triggers[scope]:
            if trigger.event.kind in LISTENING:
                self.arm(frame, trigger.id, None)
        if owner is not None and "start" in owner.facts:
            start, event = owner.facts["start"], owner.facts.get("event")
        if start is not None:
            self.token(frame, start, event=event)
        else:
            for entry in self.blueprint.entries[scope]:
                self.token(frame, entry.id)
        self.end_if_empty(frame)
        return frame

    def end_if_empty(self, frame: Frame) -> None:
        """A scope without tokens has ended; what only listens in it listens no more."""
        if frame.tokens or frame.completed or frame.is_loop:
            return
        for arm in list(frame.tasks.values()):
            self.remove(arm)
        frame.completed = True
        owner = frame.owner
        if owner is None:
            return
        if owner.workflow.past is not None:
            owner.facts["inner"] = pack(frame)
        elif steps := steps_in(frame):
            owner.workflow.body.facts.setdefault("inner", []).extend(steps)
        owner.facts["done"] = frame.done
        owner.inner = None
        self.finish_later(owner)

    def empty(self, frame: Frame) -> list[int]:
        """Take every node of a frame away; gives the numbers of the tokens."""
        tokens = [n.id for n in frame.tasks.values() if not n.is_arm]
        for node in list(frame.tasks.values()):
            if node.id in self.nodes:
                self.cancel(node)
        return tokens

    def terminate(self, end: Node) -> None:
        """A terminate end event ends its own scope at once (BPMN 2.0.2, section 13.5.6)."""
        frame = end.workflow
        self.count(end.element.id)
        tokens = self.empty(frame)
        if frame.past is not None:
            frame.past.fire(end.element.id, tokens, [])
        self.end_if_empty(frame)

    # ------------------------------------------------ joins

    def join(self, standing: list[Node]) -> None:
        """Merge tokens that stand at a gateway, and go on as one."""
        first = standing[0]
        frame = first.workflow
        ways = self.ways(first)  # before anything is consumed: a condition may fail
        self.count(first.element.id)
        made = [self.token(frame, f.target, f.id).id for f in ways]
        for node in standing:
            self.remove(node)
        if frame.past is not None:
            frame.past.fire(first.element.id, [n.id for n in standing], made)
        self.end_if_empty(frame)

    def _join_inclusive(self) -> bool:
        waiting = [node for _, node in sorted(self.joins.items())]
        for node in waiting:
            here = [n for n in waiting if n.task_spec is node.task_spec and n.workflow is node.workflow]
            standing: dict[str | None, Node] = {}
            for other in here:
                standing.setdefault(other.flow, other)
            if self._may_still_come(node, {str(f) for f in standing}):
                continue
            together = list(standing.values())
            for one in here:
                del self.joins[one.id]
            self.attempt(together[0], self._joining(together))
            if together[0]._state != ERROR:
                self.stand(together[0])
            return True
        return False

    def _joining(self, standing: list[Node]) -> Callable[[Node], None]:
        return lambda _: self.join(standing)

    def stand(self, gate: Node) -> None:
        """Look at the tokens that stand at an inclusive gateway, unless one of them is an incident."""
        at = [n for n in gate.workflow.tasks.values() if n.task_spec is gate.task_spec]
        if not any(n._state == ERROR for n in at):
            self.joins.update((n.id, n) for n in at if n._state == WAITING)

    def _may_still_come(self, gate: Node, full: set[str]) -> bool:
        upstream = self.blueprint.upstream[gate.element.id]
        for node in gate.workflow.tasks.values():
            if node.element.id == gate.element.id or node.is_arm:
                continue
            reach = upstream.get(node.element.id)
            if reach and reach - full and not reach & full:
                return True
        return False

    def _look_for_stuck(self) -> None:
        """Every token of a scope stands at a gateway and waits: none can come from anywhere else."""
        for _, node in sorted(self.merging.items()):
            tokens = [n for n in node.workflow.tasks.values() if not n.is_arm]
            if all(n.id in self.merging for n in tokens):
                self.fault(node, Incident(node.element.id, reasons.NEVER_COMES))

    # ------------------------------------------------ expressions and variables

    def _own(self, node: Node) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        at: Node | None = node
        while at is not None:
            if at.locals is not None:
                found.append(at.locals)
            frame: Frame = at.workflow
            if frame.is_loop:
                found.append(loops.turn_locals(at))
            at = frame.owner
        return found

    def _seen(self, node: Node, more: Mapping[str, Any] | None = None) -> ChainMap[str, Any]:
        own = self._own(node)
        maps = [dict(more), *own] if more else own
        return ChainMap(*maps, self.variables, self.environment.context)  # type: ignore[arg-type]

    def names(self, text: str) -> frozenset[str]:
        return frozenset(compiled(text[1:]).names)

    def evaluate(self, text: str, node: Node, more: Mapping[str, Any] | None = None) -> Any:
        """FEEL text with its ``=`` over what a node sees: its own, the case's variables, the environment's names."""
        try:
            return compiled(text[1:]).evaluate(self._seen(node, more), now=self.environment.local)
        except feel.FeelError as e:
            raise Incident(node.element.id, e.text, {"expression": text}) from e

    def frozen(self, value: Any, node: Node) -> Any:
        try:
            return feel.freeze(value)
        except feel.FeelError as e:
            raise Incident(node.element.id, e.text) from e

    def write(self, node: Node, variable: str, value: Any) -> None:
        """Set a variable where the node's writes belong: its own instance, the one around it, else the case."""
        at: Node | None = node
        while at is not None:
            loop = at.element.loop
            if at.workflow.is_loop and loop is not None and loop.kind != "standard":
                if at.locals is None:
                    at.locals = {}
                at.locals[variable] = value
                return
            at = at.workflow.owner
        self.variables[variable] = value
        self.written.add(variable)
        self.dirty = True

    def assign(self, node: Node, given: Mapping[str, Any]) -> None:
        """Obey the element's outputs: all are evaluated before the first is written."""
        outputs = node.element.words.all("output")
        values = [(o["target"], self.evaluate(o["source"], node, given)) for o in outputs]
        for name, value in values:
            self.frozen(value, node)
            self.write(node, name, value)

    def payload(self, node: Node) -> dict[str, Any]:
        """What came with the event that woke a node: ``{name: value}``."""
        event = node.facts.get("event")
        return {} if event is None else {event[0]: feel.thaw(event[1])}

    def assign_event(self, node: Node) -> None:
        if node.element.words.all("output"):
            self.assign(node, self.payload(node))

    def inputs(self, node: Node) -> dict[str, Any]:
        """The element's inputs, frozen: what is handed to a job, a called case or a receiver."""
        return {
            i["target"]: self.frozen(self.evaluate(i["source"], node), node) for i in node.element.words.all("input")
        }

    def decide(self, node: Node) -> None:
        element = node.element
        key = element.words.attribute("decision") or ""
        decision = self.environment.decisions.get(key)
        if decision is None:
            raise Incident(element.id, reasons.NO_DECISION.format(decision=key), {"decision": key})
        try:
            answer = decision.evaluate(self._seen(node), now=self.environment.local)
        except feel.FeelError as e:
            raise Incident(element.id, e.text, {"decision": key}) from e
        if answer.value is None and not answer.rules:
            inputs = {k: feel.plain(v) for k, v in answer.inputs.items()}
            raise Incident(element.id, reasons.NO_RULE.format(decision=key), {"decision": key, "inputs": inputs})
        self.frozen(answer.value, node)
        self.write(node, element.words.attribute("result") or "", answer.value)
        facts = {"decision": key, "value": answer.value, "rules": answer.rules, "inputs": answer.inputs}
        facts["steps"] = answer.steps
        self.happenings.append(Happening("decided", element.id, facts))

    def reach_end(self, node: Node) -> None:
        self.assign(node, {})
        element = node.element
        if element.scope == self.blueprint.id:
            self.outcome = element.words.attribute("outcome") or element.id
        self.happenings.append(Happening("ended", element.id))

    # ------------------------------------------------ listening

    def arm_boundaries(self, host: Node) -> None:
        for event in self.blueprint.boundaries.get(host.element.id, ()):
            if event.event.kind in LISTENING:
                self.arm(host.workflow, event.id, host)

    def listen(self, node: Node) -> None:
        """Begin to wait for the node's event: a timer, a subscription, or a condition."""
        element, event = node.element, node.element.event
        kind = "message" if element.kind == "receiveTask" else event.kind
        if kind == "timer":
            when, by = self.environment.resting(lambda: self.schedule(node))
            # A cycle goes on by its own steps, whatever the calendars say.
            self.set_timer(node, when, by if not when.every else None)
        elif kind == "conditional":
            node.facts["was"] = False
            self.conditions[node.id] = node
            self.dirty = True
        else:
            name = element.message if element.kind == "receiveTask" else event.name
            key = self.correlation(node) if kind == "message" else ""
            if key:
                node.facts["key"] = key
            self.subscriptions[node.id] = Listen(node.id, element.id, kind, name, key)
            self._listens = None
        node._set_state(WAITING)

    def correlation(self, node: Node) -> str:
        text = node.element.words.attribute("correlationKey")
        if text is None:
            return ""
        value = feel.plain(self.evaluate(text, node))
        if value is None or isinstance(value, list | dict):
            raise Incident(node.element.id, reasons.NO_KEY, {"expression": text, "value": value})
        return str(value)[:200]

    def schedule(self, node: Node) -> Schedule:
        """When the node's timer fires, set at this moment."""
        text = node.element.timer.text if node.element.timer is not None else ""
        value = self.evaluate(text, node) if text.startswith("=") else text
        try:
            return schedules.schedule(value, self.environment.now, self.environment.zone)
        except schedules.NoTime as e:
            raise Incident(node.element.id, e.text, {"expression": text}) from e

    def set_timer(self, node: Node, when: Schedule, calendars: int | None = None) -> None:
        """Wait until then; what rests on calendars remembers on which, and when it was set."""
        node.facts["due"] = when.due.isoformat()
        if calendars is not None:
            node.facts["calendars"] = calendars
            node.facts.setdefault("set", self.environment.now.isoformat())
        if when.every:
            node.facts["left"], node.facts["every"] = when.left, when.every
        self.timers[node.id] = Wait(node.id, node.element.id, when.due, calendars)
        self._waits = None

    def _look_at_conditions(self) -> bool:
        """Fire the conditional events whose condition has turned true."""
        fired = False
        for _, node in sorted(self.conditions.items()):
            if node.id not in self.conditions:
                continue
            try:
                now = self.evaluate(node.element.event.condition or "=false", node) is True
            except Incident as e:
                self.fault(node, e)
                continue
            was, node.facts["was"] = node.facts.get("was"), now
            if now and not was:
                fired = True
                self.happenings.append(Happening("caught", node.element.id))
                self.caught(node, None)
        return fired

    def caught(self, node: Node, event: list[Any] | None) -> None:
        """What a node listened for has happened; ``event`` is [name, frozen value]."""
        arm = node.facts.get("arm")
        if arm is None:
            self.close(node)
            if event is not None:
                node.facts["event"] = event
            self.finish_later(node)
        elif node.element.kind == "startEvent":
            self._trigger(node.workflow, node.element, event, node)
        elif node.element.kind == "boundaryEvent":
            self.leave_by(self.nodes[arm], node.element, event, node)
        else:
            self._choose(self.nodes[arm], node, event)

    def _choose(self, gateway: Node, chosen: Node, event: list[Any] | None) -> None:
        frame = gateway.workflow
        made = self.token(frame, chosen.element.id, chosen.flow, event or NOTHING_CAME)
        self.disarm(gateway)
        self.count(gateway.element.id)
        self.remove(gateway)
        if frame.past is not None:
            frame.past.fire(gateway.element.id, [gateway.id], [made.id])

    def leave_by(self, host: Node, event: Element, payload: list[Any] | None, arm: Node | None = None) -> None:
        """A boundary event fires: it interrupts its activity, or a token leaves beside it."""
        frame = host.workflow
        made = self.token(frame, event.id, None, payload or NOTHING_CAME)
        if not event.is_interrupting:
            if frame.past is not None:
                frame.past.beside(made.id, host.id)
            if arm is not None:
                self._rearm(arm)
            return
        inner = pack(host.inner) if host.inner is not None and not host.inner.is_loop and frame.past else None
        self.happenings.append(Happening("interrupted", host.element.id, {"by": event.id}))
        if host.inner is not None and host.inner.is_loop:
            loops.count_up(self, host)
        self.cancel(host)
        if frame.past is not None:
            step = host.id if host.element.kind in BACK_TO else None
            frame.past.fire(host.element.id if step else event.id, [host.id], [made.id], step, inner)

    def _trigger(self, frame: Frame, start: Element, event: list[Any] | None, arm: Node | None = None) -> None:
        """An event sub-process begins: in place of everything else in its scope, or beside it."""
        consumed: list[int] | None = None
        if start.is_interrupting:
            consumed = self.empty(frame)
        elif arm is not None:
            self._rearm(arm)
        made = self.token(frame, start.scope, None, event or NOTHING_CAME, start=start.id)
        if frame.past is not None and consumed is not None:
            frame.past.fire(start.id, consumed, [made.id])

    def _rearm(self, arm: Node) -> None:
        """A non-interrupting event listens on; a timer only as long as its cycle goes on."""
        if arm.element.event.kind != "timer":
            return
        zone, now = self.environment.zone, self.environment.now
        facts = arm.facts
        at = Schedule(datetime.fromisoformat(facts["due"]), facts.get("left", 0), facts.get("every", ""))
        after = schedules.following(at, now, zone)
        if after is None:
            self.remove(arm)
        else:
            self.set_timer(arm, after)

    # ------------------------------------------------ throwing

    def throw_out(self, node: Node, kind: str, name: str) -> None:
        """A message or signal leaves for other cases; a signal also reaches every catcher of this one."""
        data = {k: feel.thaw(v) for k, v in self.inputs(node).items()}
        key = self.correlation(node) if kind == "message" else ""
        text = node.element.words.attribute("timeToLive")
        lives = None
        if text is not None:
            lives = self.evaluate(text if text.startswith("=") else f'=@"{text}"', node)
            if not isinstance(lives, feel.YearsMonths | feel.DaysTime):
                raise Incident(node.element.id, reasons.NO_DURATION.format(text=text), {"expression": text})
        self.throws.append(Throw(node.element.id, kind, name, key, data, lives))
        self.happenings.append(Happening("thrown", node.element.id, {"kind": kind, "name": name, "key": key}))
        if kind == "signal":
            self.deliver_signal(name, data)

    def deliver_signal(self, name: str, data: Mapping[str, Any]) -> int:
        """Wake every node that listens for a signal; gives how many there were."""
        found = [s for s in self.listens() if s.kind == "signal" and s.name == name]
        payload = ["signal", feel.freeze(dict(data))]
        for one in found:
            node = self.nodes.get(one.node)
            if node is not None and one.node in self.subscriptions:
                self.happenings.append(Happening("caught", one.element, {"kind": "signal", "name": name}))
                self.caught(node, payload)
        return len(found)

    def call(self, node: Node, data: Mapping[str, Any]) -> None:
        version = node.element.words.attribute("version")
        given = {k: feel.thaw(v) for k, v in data.items()}
        key = node.element.called or ""
        self.calls.append(Call(node.id, node.element.id, key, int(version) if version else None, given))

    def throw_error(self, end: Node, code: str, given: Mapping[str, Any]) -> None:
        """An error end event: caught by the nearest scope around it, else it ends the case (10.5.6)."""
        data = ["error", {"code": code, "message": str(given.get("message", ""))}]
        self.count(end.element.id)
        if self.raise_from(end, "error", code, data):
            return
        self.error = code
        self.empty(self.root)
        self.end_if_empty(self.root)

    def escalate(self, node: Node, code: str) -> None:
        """An escalation goes outwards to whoever catches it; nobody has to."""
        self.happenings.append(Happening("escalated", node.element.id, {"code": code}))
        self.raise_from(node, "escalation", code, ["error", {"code": code, "message": ""}])

    def raise_from(self, node: Node, kind: str, code: str, data: list[Any]) -> bool:
        """Find the catcher of an error or escalation, inner before outer, a code of its own before a catch-all."""
        frame: Frame = node.workflow
        if self._catch_at(node, kind, code, data):
            return True
        inside = node
        while True:
            if not frame.is_loop and not inside.element.is_triggered:
                starts = [s for s in self.blueprint.triggers[frame.spec.name] if s.event.kind == kind]
                found = _catcher(starts, code)
                if found is not None:
                    self.happenings.append(Happening("caught", found.id, {"code": code}))
                    self._trigger(frame, found, data)
                    return True
            if frame.owner is None:
                return False
            inside, frame = frame.owner, frame.owner.workflow
            if self._catch_at(inside, kind, code, data):
                return True

    def _catch_at(self, host: Node, kind: str, code: str, data: list[Any]) -> bool:
        if host.workflow.is_loop:
            return False  # the events sit on the activity, which is the owner of its instances
        events = [b for b in self.blueprint.boundaries.get(host.element.id, ()) if b.event.kind == kind]
        found = _catcher(events, code)
        if found is None:
            return False
        self.happenings.append(Happening("caught", found.id, {"code": code}))
        self.leave_by(host, found, data)
        return True

    # ------------------------------------------------ compensation (BPMN 2.0.2, section 10.7)

    def log_compensation(self, node: Node) -> None:
        """Remember a completed activity that can be compensated: by its handler, or by what completed inside it."""
        if node.element.kind not in ACTIVITIES:
            return
        inner = node.facts.pop("done", None)
        record: dict[str, Any] = {"e": node.element.id}
        if node.element.id not in self.blueprint.handlers:
            if not inner:
                return
            record["in"] = inner
        if node.workflow.is_loop:
            # The handler sees what the instance saw (10.7: the snapshot of its data).
            seen = ChainMap(*([node.locals] if node.locals is not None else []), loops.turn_locals(node))
            record["l"] = {k: feel.freeze(v) for k, v in seen.items()}
        node.workflow.done.append(record)

    def compensate(self, node: Node, activity: str) -> None:
        """Run the handlers of what completed in this scope, last first; the throwing event waits for them."""
        frame = node.workflow
        if frame.owner is not None and frame.owner.element.is_triggered:
            frame = frame.owner.workflow  # thrown in an event sub-process: it means the scope around it
        taken = [r for r in frame.done if not activity or r["e"] == activity]
        frame.done[:] = [r for r in frame.done if r not in taken]
        node.facts["todo"] = [h for record in reversed(taken) for h in _handlers(record, {})]
        node._set_state(STARTED)
        self.compensate_next(node)

    def compensate_next(self, node: Node) -> None:
        todo = node.facts["todo"]
        if not todo:
            self.finish_later(node)
            return
        activity, seen = todo.pop(0)
        handler = self.blueprint.handlers[activity]
        self.happenings.append(Happening("compensated", activity, {"by": handler.id}))
        made = self.token(node.workflow, handler.id)
        made.facts["for"] = node.id
        if seen:
            made.locals = {k: feel.thaw(v) for k, v in seen.items()}

    def _handled(self, node: Node) -> None:
        thrower = self.nodes.get(node.facts["for"])
        frame = node.workflow
        self.count(node.element.id)
        self.remove(node)
        if frame.past is not None:
            frame.past.lost(node.id)
        if thrower is not None:
            self.compensate_next(thrower)

    def cancel_transaction(self, end: Node) -> None:
        """A cancel end event: what runs is stopped, what completed is compensated, then the boundary event fires."""
        frame = end.workflow
        for node in list(frame.tasks.values()):
            if node is not end and node.id in self.nodes:
                self.cancel(node)
                if frame.past is not None:
                    frame.past.lost(node.id)
        self.compensate(end, "")

    def transaction_cancelled(self, end: Node) -> None:
        self.count(end.element.id)
        owner = end.workflow.body
        host = owner.workflow.body if owner.workflow.is_loop else owner
        event = next((b for b in self.blueprint.boundaries.get(host.element.id, ()) if b.event.kind == "cancel"), None)
        if event is not None:
            self.leave_by(host, event, None)
        else:
            self.terminate(end)


def _handlers(record: Mapping[str, Any], seen: Mapping[str, Any]) -> list[list[Any]]:
    """``[activity, what its instance saw]`` in the order of compensation: the last completed first."""
    own = {**seen, **record.get("l", {})}
    if "in" not in record:
        return [[str(record["e"]), own]]
    return [h for inner in reversed(record["in"]) for h in _handlers(inner, own)]


def _catcher(events: Iterable[Element], code: str) -> Element | None:
    found = list(events)
    return next((e for e in found if e.event.name == code), next((e for e in found if not e.event.name), None))


def _complete(node: Node) -> None:
    """A node's own work, where it is not yet done, and the way on."""
    if "judge" in node.facts:
        loops.judge_again(node.workflow.live, node)
    elif node.element.kind in CONTAINERS or (node.element.loop is not None and not node.workflow.is_loop):
        node.complete()
    else:
        node.run()


@lru_cache(maxsize=20_000)
def compiled(text: str) -> feel.Expression:
    """A FEEL expression of a published definition, parsed once per process."""
    return feel.compile(text, HOST_NAMES)
