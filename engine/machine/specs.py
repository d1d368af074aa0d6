"""SpiffWorkflow's specs, built from a blueprint, with our own nodes where SpiffWorkflow's would evaluate Python.

Shared by every case of a definition version, so nothing here may change while a case runs.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any

import SpiffWorkflow.bpmn.workflow as spiff_workflow
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit, SimpleBpmnTask, _EndJoin
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    EndEvent,
    ExclusiveGateway,
    IntermediateCatchEvent,
    ParallelGateway,
    StartEvent,
    SubWorkflowTask,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.operators import Operator
from SpiffWorkflow.util.task import TaskState

from engine.machine.blueprints import Blueprint, Element
from engine.machine.blueprints import Timer as TimerText


class ClosedScriptEngine:
    """SpiffWorkflow's default engine runs Python from a definition; here every way to it ends in an error."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.environment = self

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("a definition tried to reach SpiffWorkflow's script engine")

    validate = evaluate = execute = call_service = _refuse


# BpmnWorkflow falls back to PythonScriptEngine whenever none is given, also after a restore.
spiff_workflow.PythonScriptEngine = ClosedScriptEngine


def _refuse_python(event: str, _arguments: Any) -> None:
    if event in ("exec", "compile") and str(sys._getframe(1).f_globals.get("__name__")).startswith("SpiffWorkflow"):
        raise RuntimeError("SpiffWorkflow tried to run Python")


# The last door: whatever path of SpiffWorkflow is reached some day (a migration evaluates its input, too), no text
# becomes Python there. Stays on in production.
sys.addaudithook(_refuse_python)


class Condition(Operator):
    """The condition of a sequence flow: FEEL over the variables of the case."""

    def __init__(self, text: str) -> None:
        super().__init__(text)

    def _matches(self, node: Any) -> bool:
        return node.workflow.top_workflow.truth(self.args[0], node) is True


class Timer(EventDefinition):
    """A timer that asks the environment for the time, never the machine's clock."""

    def __init__(self, text: TimerText) -> None:
        super().__init__(name=text.text)
        self.text = text

    def has_fired(self, node: Any) -> bool:
        """Only ``live`` fires timers, one by one in due order; any other node's completion asks here in passing."""
        if "due" not in node.internal_data:
            node.internal_data["due"] = node.workflow.top_workflow.due_of(self.text, node).isoformat()
        return bool(node.internal_data.get("fire"))

    def reset(self, node: Any) -> None:
        node.internal_data.pop("due", None)
        node.internal_data.pop("fire", None)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class RuleTask(BpmnSpecMixin):
    """A business rule task: evaluates a decision and keeps its result in a variable."""

    def _run_hook(self, node: Any) -> bool:
        node.workflow.top_workflow.decide(node)
        return True


class ScriptTask(BpmnSpecMixin):
    """A script task: sets variables by FEEL; runs no script of any language."""

    def _run_hook(self, node: Any) -> bool:
        node.workflow.top_workflow.assign(node)
        return True


class Join(ParallelGateway):
    """A parallel gateway that counts tokens per incoming flow (BPMN 2.0.2 section 13.4.1), also in loops.

    SpiffWorkflow's own counts what arrived in earlier rounds of a loop again and fires too early.
    """

    def _update_hook(self, my_task: Any) -> bool:
        scope = my_task.workflow
        tokens = scope.tokens.setdefault(self.name, {})
        if "counted" not in my_task.internal_data:
            my_task.internal_data["counted"] = True
            source = my_task.parent.task_spec.name
            tokens[source] = tokens.get(source, 0) + 1
        needed: Counter[str] = Counter(self._inputs)
        if any(tokens.get(source, 0) < count for source, count in needed.items()):
            my_task._set_state(TaskState.WAITING)
            return False
        for source, count in needed.items():
            tokens[source] -= count
        for other in list(scope.tasks.values()):
            if other.task_spec is self and other is not my_task and other._state == TaskState.WAITING:
                other.cancel()  # its token is counted; this instance goes on for all of them
        my_task._inherit_data()
        return True

    def _run_hook(self, my_task: Any) -> bool:
        return True


class End(EndEvent):
    """An end event that tells the case which end it reached."""

    def _run_hook(self, node: Any) -> Any:
        node.workflow.top_workflow.reach_end(node)
        return super()._run_hook(node)


class EndJoin(_EndJoin):
    """Waits for every branch of its scope. SpiffWorkflow's own sees only 1,000 levels and then stalls silently."""

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        return not any(
            node._state & TaskState.NOT_FINISHED_MASK and node is not my_task and not _is_after(node, self)
            for node in my_task.workflow.tasks.values()
        )


def _is_after(node: Any, join: EndJoin) -> bool:
    """Whether a node is the predicted ``End`` below the join, or another instance of the join."""
    return node.task_spec is join or node.task_spec.name == "End"


class Scope(BpmnProcessSpec):
    """The spec of a process or an embedded sub-process."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        del self.task_specs[f"{name}.EndJoin"], self.task_specs["End"]
        self.end = EndJoin(self, f"{name}.EndJoin")
        self.end.connect(SimpleBpmnTask(self, "End"))


@dataclass(frozen=True, slots=True)
class Specs:
    """What SpiffWorkflow runs: the process, its sub-processes by id, and every node spec numbered for the state."""

    process: Scope
    inner: dict[str, Scope]
    numbers: dict[str, dict[str, int]]
    """Scope id → spec name → number; the state of a case stores the number."""
    names: dict[str, list[str]]


def build(blueprint: Blueprint) -> Specs:
    """Connect the specs of a checked blueprint."""
    scopes = {blueprint.id: Scope(blueprint.id)}
    for element in blueprint.of_kind("subProcess"):
        scopes[element.id] = Scope(element.id)
    made: dict[str, BpmnTaskSpec] = {}
    entry: dict[str, BpmnTaskSpec] = {}
    for element in blueprint.elements.values():
        made[element.id] = entry[element.id] = _make(element, scopes[element.scope])
    events: dict[str, list[Element]] = {}
    for element in blueprint.of_kind("boundaryEvent"):
        events.setdefault(element.attached_to or "", []).append(element)
    for host, attached in events.items():
        scope = scopes[blueprint.elements[host].scope]
        split = BoundaryEventSplit(scope, f"{host}.BoundaryEventSplit")
        join = BoundaryEventJoin(scope, f"{host}.BoundaryEventJoin", split_task=split.name, cancel=True)
        split.connect(made[host])
        made[host].connect(join)
        for event in attached:
            split.connect(made[event.id])
            made[event.id].connect(join)
        entry[host] = split
    for flow in blueprint.flows:
        source, target = made[flow.source], entry[flow.target]
        if isinstance(source, ExclusiveGateway) and flow.condition is not None and not flow.is_default:
            source.connect_if(Condition(flow.condition), target)
        else:
            source.connect(target)
    for element in blueprint.elements.values():
        scope = scopes[element.scope]
        if element.kind == "startEvent":
            scope.start.connect(made[element.id])
        elif element.kind == "endEvent":
            made[element.id].connect(scope.end)
    names = {id_: sorted(scope.task_specs) for id_, scope in scopes.items()}
    return Specs(
        process=scopes[blueprint.id],
        inner={k: v for k, v in scopes.items() if k != blueprint.id},
        numbers={id_: {name: i for i, name in enumerate(ns)} for id_, ns in names.items()},
        names=names,
    )


def _make(element: Element, scope: Scope) -> BpmnTaskSpec:
    match element.kind:
        case "userTask":
            return UserTask(scope, element.id)
        case "businessRuleTask":
            return RuleTask(scope, element.id)
        case "scriptTask":
            return ScriptTask(scope, element.id)
        case "subProcess":
            return SubWorkflowTask(scope, element.id, element.id)
        case "startEvent":
            return StartEvent(scope, element.id, NoneEventDefinition())
        case "endEvent":
            return End(scope, element.id, TerminateEventDefinition() if element.is_terminate else NoneEventDefinition())
        case "exclusiveGateway":
            return ExclusiveGateway(scope, element.id)
        case "parallelGateway":
            return Join(scope, element.id)
        case "intermediateCatchEvent" if element.timer:
            return IntermediateCatchEvent(scope, element.id, Timer(element.timer))
        case "boundaryEvent" if element.timer:
            return BoundaryEvent(scope, element.id, Timer(element.timer), element.is_interrupting)
    raise AssertionError(f"{element.kind} passed the reader")
