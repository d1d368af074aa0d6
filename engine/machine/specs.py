"""The seam to SpiffWorkflow: its specs, workflows and tasks, with our own behaviour and none of its evaluators.

SpiffWorkflow gives the objects and the life of a node (its task states, ``run``, ``complete``, ``cancel``); where a
token goes is said by ``live`` and ``acts``. A finished node leaves its frame at once: SpiffWorkflow's own tree keeps
everything a case ever did, walks it after every step, and stops silently below 1,000 levels.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import SpiffWorkflow.bpmn.workflow as spiff_workflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.event import Event as Signal
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine.machine.blueprints import Element, Loop

if TYPE_CHECKING:
    from engine.machine.live import Live
    from engine.machine.past import Past

T = TypeVar("T")

FUTURE, WAITING, READY = TaskState.FUTURE, TaskState.WAITING, TaskState.READY
STARTED, COMPLETED, ERROR, CANCELLED = TaskState.STARTED, TaskState.COMPLETED, TaskState.ERROR, TaskState.CANCELLED


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


class Spec(TaskSpec):
    """The spec of one element. ``activate`` decides what a token does on arrival; ``_run_hook`` does its work."""

    def __init__(self, scope: Scope, element: Element) -> None:
        super().__init__(scope, element.id, manual=False)
        self.element = element

    def activate(self, live: Live, node: Node) -> None:
        """Called once when a token has arrived; without any waiting the node runs at once."""
        node.run()

    def act(self, live: Live, node: Node) -> None:
        """The element's own work, done when the node runs."""

    # ------------------------------------------------ SpiffWorkflow's hooks

    def _update(self, my_task: Any) -> None:
        self.activate(my_task.workflow.live, my_task)

    def _run(self, my_task: Any) -> bool:
        self.act(my_task.workflow.live, my_task)
        return True

    def _on_complete(self, my_task: Any) -> None:
        my_task.workflow.live.leave(my_task)

    def _on_cancel(self, my_task: Any) -> None:
        pass

    def _on_error(self, my_task: Any) -> None:
        pass

    def serialize(self, serializer: Any, **kwargs: Any) -> Any:
        raise NotImplementedError("specs are built from the definition's own text")


class Scope(WorkflowSpec):
    """The spec of a process or of a sub-process."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


@dataclass(frozen=True, slots=True)
class Specs:
    """What runs: the scopes by id, and the spec of every element."""

    scopes: dict[str, Scope]
    elements: dict[str, Spec]


class Node(Task):
    """A token at an element. ``id`` is its number within the case: ascending, never used again."""

    workflow: Frame
    task_spec: Spec
    id: int
    _state: int

    # SpiffWorkflow's own constructor draws a random id, reads the clock and looks for a parent in the tree.
    def __init__(self, frame: Frame, spec: Spec, number: int, flow: str | None = None, state: int = FUTURE) -> None:
        self.id = number
        self.workflow = frame
        self.task_spec = spec
        self._parent = None
        self._children: list[Any] = []
        self._state = state
        self.triggered = False
        self.flow = flow
        """The id of the sequence flow by which the token came."""
        self.facts: dict[str, Any] = {}
        """What has to outlive a rest: due, key, host, reason, … Plain JSON."""
        self.locals: dict[str, Any] | None = None
        """The variables of a multi-instance instance: its item, its counter, what it wrote."""
        self.inner: Frame | None = None
        """The frame of a running sub-process, or of the instances of a loop."""
        frame.tasks[number] = self

    @property
    def element(self) -> Element:
        return self.task_spec.element

    @property
    def loop(self) -> Loop:
        """The loop of its element; only asked where there is one."""
        return _there(self.element.loop)

    @property
    def within(self) -> Frame:
        """The frame inside it; only asked where it runs."""
        return _there(self.inner)

    # SpiffWorkflow's own builds a log record for every change of state, whether anybody reads it or not.
    def _set_state(self, value: int) -> None:
        self._state = value

    @property
    def is_arm(self) -> bool:
        """A catching event beside the token: on a boundary, behind an event gateway, of an event sub-process."""
        return "arm" in self.facts


class Frame(Workflow):
    """A running scope: the process, one run of a sub-process, or the instances of a loop."""

    tasks: dict[int, Node]

    # SpiffWorkflow's own grows a tree of predicted tasks as it begins.
    def __init__(self, live: Live, scope: Scope, owner: Node | None, past: Past | None) -> None:
        self.spec = scope
        self.data: dict[str, Any] = {}
        self.locks: dict[str, Any] = {}
        self.last_task = None
        self.success = True
        self.tasks = {}
        self.completed = False
        self.completed_event, self.task_removed_event = Signal(), Signal()
        self.live = live
        self.owner = owner
        self.past = past
        """The executions that can be gone back to; none in the frame of a loop's instances."""
        self.tokens = 0
        self.done: list[dict[str, Any]] = []
        """What could be compensated, in the order of completion."""
        self.turns: Turns | None = None
        self.base = 0
        """In the frame of a parallel multi-instance: the number of its first instance; the others follow."""
        self.untouched = 0
        """Bit i: instance i is open and nothing has happened to it. A wide dispatch is packed by this alone."""
        self.touched: dict[int, Node] = {}
        """The nodes of a loop's frame that have to be packed one by one."""

    @property
    def parent(self) -> Frame | None:
        return self.owner.workflow if self.owner is not None else None

    @property
    def is_loop(self) -> bool:
        return self.turns is not None

    @property
    def turning(self) -> Turns:
        """The turns of a loop's frame; only asked of one."""
        return _there(self.turns)

    @property
    def body(self) -> Node:
        """The node that the frame belongs to; only asked of an inner frame."""
        return _there(self.owner)


@dataclass
class Turns:
    """The instances of a loop: its items (frozen), how many were started, completed and terminated, what they gave."""

    total: int
    items: list[Any] | None
    started: int = 0
    completed: int = 0
    terminated: int = 0
    results: dict[int, Any] | None = None
    """Index → frozen value."""
    tally: dict[str, int] | None = None
    """Side → how many; only where opinions are counted."""


def _there(value: T | None) -> T:
    if value is None:
        raise LookupError("a node was taken for one of another kind")
    return value
