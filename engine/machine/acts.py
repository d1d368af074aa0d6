"""What each kind of element does with a token (BPMN 2.0.2, chapter 13): one spec class a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.machine import loops
from engine.machine.blueprints import CONTAINERS, TASKS, Blueprint, Element
from engine.machine.specs import READY, STARTED, WAITING, Node, Scope, Spec, Specs
from engine.machine.standing import LISTENING

if TYPE_CHECKING:
    from engine.machine.live import Live


class Activity(Spec):
    """Boundary events begin to listen when the activity begins; a loop begins with its first instance."""

    def activate(self, live: Live, node: Node) -> None:
        if not node.workflow.is_loop:
            if "for" not in node.facts:
                live.arm_boundaries(node)
            if self.element.loop is not None:
                loops.start(live, node)
                return
        self.start(live, node)

    def start(self, live: Live, node: Node) -> None:
        node.run()


class PersonsTask(Activity):
    """A user or manual task is open until somebody completes it."""

    def start(self, live: Live, node: Node) -> None:
        live.open_up(node, READY, "task")


class Answered(Activity):
    """Its outputs are written from what the world answers: a job's result, a called case's, a message."""

    def act(self, live: Live, node: Node) -> None:
        live.assign_event(node)


class ServiceTask(Answered):
    """A job for an outside program."""

    def start(self, live: Live, node: Node) -> None:
        node.facts["data"] = live.inputs(node)
        live.open_up(node, STARTED, "job")


class CallActivity(Answered):
    """A case of another definition; it goes on when that case has ended."""

    def start(self, live: Live, node: Node) -> None:
        data = live.inputs(node)
        live.open_up(node, STARTED, "call")
        live.call(node, data)


class RuleTask(Activity):
    def act(self, live: Live, node: Node) -> None:
        live.decide(node)


class ScriptTask(Activity):
    def act(self, live: Live, node: Node) -> None:
        live.assign(node, {})


class SendTask(Activity):
    def act(self, live: Live, node: Node) -> None:
        live.throw_out(node, "message", self.element.message)


class ReceiveTask(Answered):
    """Waits for its message; as the target of an event gateway it is armed like a catch event."""

    def activate(self, live: Live, node: Node) -> None:
        if node.is_arm:
            live.listen(node)
        elif "event" in node.facts:
            node.run()
        else:
            super().activate(live, node)

    def start(self, live: Live, node: Node) -> None:
        live.listen(node)


class SubProcess(Activity):
    def start(self, live: Live, node: Node) -> None:
        node._set_state(STARTED)
        live.open_scope(node, self.element.id)


class Catch(Spec):
    """Catching events, also as arms on boundaries, behind gateways and of event sub-processes."""

    def activate(self, live: Live, node: Node) -> None:
        if "event" in node.facts or self.element.event.kind not in LISTENING:
            node.run()
        else:
            live.listen(node)

    def act(self, live: Live, node: Node) -> None:
        # What a person entered to start a case has been written before the case began.
        if self.element.kind != "startEvent" or "event" in node.facts:
            live.assign_event(node)


class Throw(Spec):
    """Intermediate throw and end events."""

    def activate(self, live: Live, node: Node) -> None:
        event = self.element.event
        if event.kind == "compensation":
            live.compensate(node, event.name)
        elif event.kind == "cancel":
            live.cancel_transaction(node)
        else:
            node.run()

    def act(self, live: Live, node: Node) -> None:
        event = self.element.event
        if self.element.kind == "endEvent":
            live.reach_end(node)
        if event.kind in ("message", "signal"):
            live.throw_out(node, event.kind, event.name)

    def _on_complete(self, my_task: Any) -> None:
        live: Live = my_task.workflow.live
        event = self.element.event
        if event.kind == "escalation":
            live.escalate(my_task, event.name)
        if my_task.id not in live.nodes:
            return  # an interrupting escalation took its scope away
        if event.kind == "error":
            live.throw_error(my_task, event.name, live.payload(my_task))
        elif event.kind == "terminate":
            live.terminate(my_task)
        elif event.kind == "cancel":
            live.transaction_cancelled(my_task)
        else:
            live.leave(my_task)


class ParallelJoin(Spec):
    """Counts tokens per incoming flow (BPMN 2.0.2, section 13.4.1)."""

    def activate(self, live: Live, node: Node) -> None:
        flows = live.blueprint.incoming[self.element.id]
        if len(flows) < 2 or "passed" in node.facts:
            node.run()
            return
        node._set_state(WAITING)
        live.merging[node.id] = node
        standing: dict[str | None, Node] = {}
        for other in node.workflow.tasks.values():
            if other.task_spec is self and other._state == WAITING:
                standing.setdefault(other.flow, other)
        if all(f.id in standing for f in flows):
            live.join([standing[f.id] for f in flows])


class InclusiveJoin(Spec):
    """Waits while a token elsewhere could still reach an empty incoming flow (BPMN 2.0.2, section 13.4.3)."""

    def activate(self, live: Live, node: Node) -> None:
        if len(live.blueprint.incoming[self.element.id]) < 2 or "passed" in node.facts:
            node.run()
            return
        node._set_state(WAITING)
        live.merging[node.id] = node
        live.stand(node)


class EventGateway(Spec):
    """The first of the events behind it decides the way; the others are then listened for no more."""

    def activate(self, live: Live, node: Node) -> None:
        node._set_state(STARTED)
        for flow in live.blueprint.outgoing[self.element.id]:
            live.arm(node.workflow, flow.target, host=node, flow=flow.id)


def _class_of(element: Element) -> type[Spec]:
    kind = element.kind
    if kind in TASKS:
        return PersonsTask
    if kind in CONTAINERS:
        return SubProcess
    if kind in ("startEvent", "boundaryEvent", "intermediateCatchEvent"):
        return Catch
    if kind in ("intermediateThrowEvent", "endEvent"):
        return Throw
    return {
        "serviceTask": ServiceTask,
        "callActivity": CallActivity,
        "businessRuleTask": RuleTask,
        "scriptTask": ScriptTask,
        "sendTask": SendTask,
        "receiveTask": ReceiveTask,
        "exclusiveGateway": Spec,
        "parallelGateway": ParallelJoin,
        "inclusiveGateway": InclusiveJoin,
        "eventBasedGateway": EventGateway,
    }[kind]


def build(blueprint: Blueprint) -> Specs:
    """The specs of a checked blueprint."""
    scopes = {id_: Scope(id_) for id_ in blueprint.scopes()}
    specs = {e.id: _class_of(e)(scopes[e.scope], e) for e in blueprint.elements.values()}
    for flow in blueprint.flows:
        specs[flow.source].connect(specs[flow.target])
    return Specs(scopes, specs)
