"""A case while it moves: begin, complete, wake; frozen into a compact blob and thawed again.

Our own loop over flat node tables replaces SpiffWorkflow's walks, which are linear in everything a case ever did and
stop silently below 1,000 levels. Variables belong to the case, not to nodes, so nothing is copied from node to node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import zstandard
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task as Node
from SpiffWorkflow.util.task import TaskFilter, TaskState

from engine import decisions, feel
from engine.errors import Incident
from engine.machine import specs
from engine.machine.blueprints import Blueprint, Timer
from engine.vocabulary import HOST_NAMES

FORMAT = 1
MAX_NODES = 20_000
"""Nodes one case may hold at once; a 7 kB model can ask for 98,303 when it is created."""
MAX_STEPS = 5_000
"""Automatic steps one deed may cause."""

READY, WAITING, FINISHED = TaskState.READY, TaskState.WAITING, TaskState.FINISHED_MASK


@dataclass(frozen=True, slots=True)
class Environment:
    """What a case may see of the world while it moves: the time, and the names FEEL may use."""

    now: datetime
    zone: ZoneInfo
    context: Mapping[str, Any] = field(default_factory=dict)
    decisions: Mapping[str, decisions.Decision] = field(default_factory=dict)

    @property
    def local(self) -> datetime:
        """Now in the office's zone: FEEL's ``today()`` is a business date."""
        return self.now.astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Open:
    """A user task that is open: ``node`` is its number within the case."""

    node: int
    element: str


@dataclass(frozen=True, slots=True)
class Wait:
    """A timer that is waiting."""

    node: int
    element: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """Something the machine did by itself: ``decided``, ``fired`` or ``ended``."""

    verb: str
    element: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """What one move changed: compared before and after, not taken from notifications.

    SpiffWorkflow drops open nodes of interrupted parts without cancelling them, so states cannot be trusted.
    """

    opened: tuple[Open, ...]
    gone: tuple[Open, ...]
    waits: tuple[Wait, ...]
    happenings: tuple[Happening, ...]
    is_ended: bool
    outcome: str | None


class _Nodes(dict[Any, Any]):
    """The nodes of a scope, with a ceiling: creation itself can explode."""

    def __setitem__(self, key: Any, value: Any) -> None:
        if len(self) >= MAX_NODES:
            raise Incident(getattr(value.task_spec, "name", "?"), f"more than {MAX_NODES} nodes")
        super().__setitem__(key, value)


class _Flat:
    """Flat scans instead of tree walks; mixed into the process and its sub-processes."""

    tasks: dict[Any, Any]
    tokens: dict[str, dict[str, int]]
    """Parallel gateway → incoming element → tokens that wait there."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, _Nodes(value) if name == "tasks" else value)

    def get_tasks_iterator(self, first_task: Any = None, **filters: Any) -> Iterator[Any]:
        if first_task is not None:
            return super().get_tasks_iterator(first_task, **filters)  # type: ignore[misc,no-any-return]
        wanted = filters.pop("task_filter", None) or TaskFilter(
            **{k: v for k, v in filters.items() if k in ("state", "manual", "spec_name", "spec_class")}
        )
        return iter([n for n in self.tasks.values() if wanted.matches(n)])

    def update_waiting_tasks(self) -> None:
        for node in [n for n in self.tasks.values() if n._state == WAITING]:
            if node._state == WAITING and node.id in self.tasks:
                node.task_spec._update(node)

    def collect_log_extras(self, dct: Any = None) -> dict[str, Any]:
        return dct or {}


class Scope(_Flat, BpmnSubWorkflow):
    """A running embedded sub-process."""

    def __init__(self, *given: Any, **more: Any) -> None:
        self.tokens = {}
        super().__init__(*given, **more)

    def _task_completed_notify(self, task: Any) -> None:
        self.top_workflow.count(task)
        super()._task_completed_notify(task)


class Live(_Flat, BpmnWorkflow):
    """A running case in memory. One writer at a time: SpiffWorkflow has no lock anywhere."""

    def __init__(
        self, blueprint: Blueprint, environment: Environment, variables: dict[str, Any], deserializing: bool = False
    ) -> None:
        self.blueprint = blueprint
        self.environment = environment
        self.variables = variables
        self.visits: dict[str, int] = {}
        self.last_number = 0
        self.happenings: list[Happening] = []
        self.outcome: str | None = None
        self.written: set[str] = set()
        """The variables that the last move wrote by itself."""
        self.seen_by: set[str] = set()
        """Kept for the host while the case is in memory: holders that were told of it. Not part of the state."""
        self.tokens = {}
        super().__init__(
            blueprint.specs.process,
            subprocess_specs=blueprint.specs.inner,
            script_engine=specs.ClosedScriptEngine(),
            deserializing=deserializing,
        )

    # ------------------------------------------------ called by our nodes (specs.py)

    def truth(self, text: str, node: Any) -> Any:
        return self.evaluate(text, node.task_spec.name)

    def evaluate(self, text: str, element: str) -> Any:
        """FEEL over the case: its variables before the environment's names."""
        try:
            return compiled(text).evaluate({**self.environment.context, **self.variables}, now=self.environment.local)
        except feel.FeelError as e:
            raise Incident(element, str(e), {"expression": text}) from e

    def due_of(self, timer: Timer, node: Any) -> datetime:
        element = node.task_spec.name
        text = timer.text[1:] if timer.text.startswith("=") else f'@"{timer.text}"'
        value = self.evaluate(text, element)
        now, zone = self.environment.now, self.environment.zone
        if isinstance(value, feel.YearsMonths | feel.DaysTime):
            context = {"start": now.astimezone(zone), "wait": value}
            value = compiled("start + wait").evaluate(context, now=now)
        if isinstance(value, datetime):
            return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=zone).astimezone(UTC)
        raise Incident(element, f"the timer gives {value!r}, which is no date, time or duration")

    def decide(self, node: Any) -> None:
        element = self.blueprint.elements[node.task_spec.name]
        key = element.words.attribute("decision") or ""
        try:
            answer = self.environment.decisions[key].evaluate(
                {**self.environment.context, **self.variables}, now=self.environment.local
            )
        except feel.FeelError as e:
            raise Incident(element.id, str(e), {"decision": key}) from e
        self._write(element.words.attribute("result") or "", answer.value)
        facts = {"decision": key, "value": answer.value, "rules": answer.rules, "inputs": answer.inputs}
        self.happenings.append(Happening("decided", element.id, facts))

    def assign(self, node: Any) -> None:
        element = self.blueprint.elements[node.task_spec.name]
        for output in element.words.all("output"):
            self._write(output["target"], self.evaluate(output["source"][1:], element.id))

    def reach_end(self, node: Any) -> None:
        element = self.blueprint.elements[node.task_spec.name]
        for output in element.words.all("output"):
            self._write(output["target"], self.evaluate(output["source"][1:], element.id))
        if element.scope == self.blueprint.id:
            self.outcome = element.words.attribute("outcome") or element.id
        self.happenings.append(Happening("ended", element.id))

    def _write(self, variable: str, value: Any) -> None:
        self.variables[variable] = value
        self.written.add(variable)

    def count(self, node: Any) -> None:
        name = node.task_spec.name
        if name in self.blueprint.elements:
            self.visits[name] = self.visits.get(name, 0) + 1

    # ------------------------------------------------ SpiffWorkflow's hooks

    def _task_completed_notify(self, task: Any) -> None:
        self.count(task)
        super()._task_completed_notify(task)

    def create_subprocess(self, my_task: Any, spec_name: str) -> Any:
        scope = Scope(self.subprocess_specs[spec_name], parent_task_id=my_task.id, top_workflow=self)
        self.subprocesses[my_task.id] = scope
        return scope

    # ------------------------------------------------ the loop

    def scopes(self) -> list[Any]:
        """The process and its running sub-processes, outermost first."""
        return [self, *sorted((s for s in self.subprocesses.values() if not s.completed), key=lambda s: s.depth)]

    def run(self) -> None:
        """Run everything that needs nobody, until only people and timers are left."""
        steps, moved = 0, True
        while moved:
            moved = False
            self._forget_finished_scopes()
            # Outermost first: an interrupting event has to stop its sub-process before that runs on.
            for scope in self.scopes():
                if scope is not self and scope.parent_task_id not in self.subprocesses:
                    continue
                while ready := [n for n in scope.tasks.values() if n._state == READY and not n.task_spec.manual]:
                    for node in ready:
                        if node._state != READY or node.id not in scope.tasks:
                            continue
                        node.run()
                        moved = True
                        steps += 1
                        if steps > MAX_STEPS:
                            raise Incident(node.task_spec.name, f"more than {MAX_STEPS} automatic steps at once")
                if scope is not self:
                    parent = self.get_task_from_id(scope.parent_task_id)
                    parent.task_spec._update(parent)
                    moved = moved or parent._state == READY

    def _forget_finished_scopes(self) -> None:
        """Drop sub-processes whose activity is over; a cancelled one would raise in every later step."""
        for id_ in list(self.subprocesses):
            scope = self.subprocesses.get(id_)
            if scope is None:
                continue
            owner = self._find(id_)
            if owner is None or owner._state & FINISHED:
                self._forget(id_)

    def _forget(self, id_: Any) -> None:
        scope = self.subprocesses.pop(id_, None)
        for inner in list(self.subprocesses):
            if scope is not None and inner in scope.tasks:
                self._forget(inner)

    def _find(self, id_: Any) -> Any:
        for scope in (self, *self.subprocesses.values()):
            if id_ in scope.tasks:
                return scope.tasks[id_]
        return None

    def nodes(self, state: int) -> list[Any]:
        return [n for scope in self.scopes() for n in scope.tasks.values() if n._state == state]

    def number(self, node: Any) -> int:
        """The node's own number within the case, given when it is first seen and kept for ever."""
        if "n" not in node.internal_data:
            self.last_number += 1
            node.internal_data["n"] = self.last_number
        return int(node.internal_data["n"])

    def open(self) -> dict[int, Open]:
        found = [n for n in self.nodes(READY) if n.task_spec.manual]
        return {self.number(n): Open(self.number(n), n.task_spec.name) for n in found}

    def waits(self) -> tuple[Wait, ...]:
        found = [
            Wait(self.number(n), n.task_spec.name, datetime.fromisoformat(n.internal_data["due"]))
            for n in self.nodes(WAITING)
            if "due" in n.internal_data
        ]
        return tuple(sorted(found, key=lambda w: (w.due, w.node)))


@lru_cache(maxsize=20_000)
def compiled(text: str) -> feel.Expression:
    """A FEEL expression of a published definition, parsed once per process."""
    return feel.compile(text, HOST_NAMES)


# ---------------------------------------------------------------- the moves


def begin(blueprint: Blueprint, environment: Environment, variables: dict[str, Any]) -> tuple[Live, Step]:
    """Start a case and run it to its first rest."""
    live = _guard(blueprint.id, lambda: Live(blueprint, environment, variables))
    return live, _move(live, environment, {}, lambda: None)


def complete(live: Live, node: int, environment: Environment) -> Step:
    """Complete an open user task by its number. Raises ``KeyError`` where it is not open."""
    before = live.open()
    if node not in before:
        raise KeyError(node)
    found = next(n for n in live.nodes(READY) if n.internal_data.get("n") == node)
    return _move(live, environment, before, found.run)


def wake(live: Live, environment: Environment) -> Step:
    """Fire the timers that are due, in due order, each run to its rest before the next."""
    return _move(live, environment, live.open(), lambda: None)


def is_wake_due(live: Live, now: datetime) -> bool:
    """Whether some timer of the case is due."""
    return any(w.due <= now for w in live.waits())


def _move(live: Live, environment: Environment, before: Mapping[int, Open], act: Callable[[], Any]) -> Step:
    live.environment = environment
    live.happenings = []
    live.written = set()

    def go() -> None:
        act()
        live.run()
        _fire_due(live, environment)

    _guard(live.blueprint.id, go)
    after = live.open()
    return Step(
        opened=tuple(o for n, o in after.items() if n not in before),
        gone=tuple(o for n, o in before.items() if n not in after),
        waits=live.waits(),
        happenings=tuple(live.happenings),
        is_ended=bool(live.completed),
        outcome=live.outcome,
    )


def _fire_due(live: Live, environment: Environment) -> None:
    """Late timers fire at once; one that a move arms for a past instant fires with that move."""
    fired = 0
    while due := [w for w in live.waits() if w.due <= environment.now]:
        fired += 1
        if fired > MAX_STEPS:
            raise Incident(due[0].element, f"more than {MAX_STEPS} timers at once")
        node = next(n for n in live.nodes(WAITING) if n.internal_data.get("n") == due[0].node)
        live.happenings.append(Happening("fired", due[0].element, {"due": due[0].due}))
        node.internal_data["fire"] = True
        node.task_spec._update(node)
        live.run()


def _guard(element: str, act: Callable[[], Any]) -> Any:
    """Whatever goes wrong inside SpiffWorkflow is an incident of this case; the caller drops the live object."""
    try:
        return act()
    except Incident:
        raise
    except RecursionError as e:
        raise Incident(element, "the case is nested too deeply to go on") from e
    except Exception as e:
        cause = e.__cause__ if isinstance(e.__cause__, Incident) else None
        if cause is not None:
            raise cause from e
        raise Incident(element, f"{type(e).__name__}: {e}") from e


# ---------------------------------------------------------------- the frozen form


def freeze(live: Live) -> bytes:
    """The case as a blob: format version, variables, and only the nodes that cannot be predicted again."""
    index: dict[Any, int] = {}
    scopes = [(live, -1), *((s, s.parent_task_id) for s in sorted(live.subprocesses.values(), key=lambda s: s.depth))]
    rows: list[list[Any]] = []
    for scope, owner in scopes:
        numbers = live.blueprint.specs.numbers[scope.spec.name]
        kept = []
        todo = [scope.task_tree]
        while todo:
            node = todo.pop()
            index[node.id] = len(index)
            parent = index[node.parent.id] if node.parent is not None else -1
            kept.append(
                [
                    parent,
                    numbers[node.task_spec.name],
                    node._state,
                    *([node.internal_data] if node.internal_data else []),
                ]
            )
            # A predicted node below an unfinished one is predicted again by ``thaw``.
            todo += [c for c in reversed(node.children) if node._state & FINISHED or not _is_predicted(c)]
        tokens = {
            join: waiting
            for join, counts in scope.tokens.items()
            if (waiting := {k: n for k, n in counts.items() if n})
        }
        rows.append([scope.spec.name, owner if owner == -1 else index[owner], int(scope.completed), kept, tokens])
    state = {
        "v": FORMAT,
        "n": live.last_number,
        "vars": {k: feel.freeze(v) for k, v in live.variables.items()},
        "visits": live.visits,
        "outcome": live.outcome,
        "scopes": rows,
    }
    return zstandard.ZstdCompressor(level=1).compress(orjson.dumps(state))


@dataclass(frozen=True, slots=True)
class Glance:
    """What can be read of a frozen case without making it live."""

    variables: dict[str, Any]
    visits: dict[str, int]


def glance(blob: bytes) -> Glance:
    """Variables and visits of a frozen case."""
    state = _unpacked(blob)
    return Glance({k: feel.thaw(v) for k, v in state["vars"].items()}, state["visits"])


def _unpacked(blob: bytes) -> Any:
    state = orjson.loads(zstandard.ZstdDecompressor().decompress(blob, max_output_size=64 * 1024 * 1024))
    if state["v"] != FORMAT:
        raise Incident("state", f"state format {state['v']} is not known to this release")
    return state


def thaw(blueprint: Blueprint, blob: bytes, environment: Environment) -> Live:
    """A live case from its blob; raises ``Incident`` on a format this release does not know."""
    state = _unpacked(blob)
    variables = {k: feel.thaw(v) for k, v in state["vars"].items()}
    live = Live(blueprint, environment, variables, deserializing=True)
    live.last_number, live.visits, live.outcome = state["n"], state["visits"], state["outcome"]
    found: list[Any] = []
    for name, owner, completed, rows, tokens in state["scopes"]:
        scope: Any = live
        if owner != -1:
            scope = Scope(
                live.subprocess_specs[name], parent_task_id=found[owner].id, top_workflow=live, deserializing=True
            )
            live.subprocesses[found[owner].id] = scope
            scope.completed_event.connect(found[owner].task_spec._on_subworkflow_completed, found[owner])
        scope.tokens = tokens
        names = blueprint.specs.names[name]
        for parent, number, node_state, *internal in rows:
            node = Node(
                scope, scope.spec.task_specs[names[number]], found[parent] if parent >= 0 else None, state=node_state
            )
            if internal:
                node.internal_data = internal[0]
            if parent < 0:
                scope.task_tree = node
            found.append(node)
        scope.last_task, scope.completed = scope.task_tree, bool(completed)
    for node in found:
        if not node._state & FINISHED:
            node.task_spec._predict(node, mask=TaskState.NOT_FINISHED_MASK)
        if node._state == WAITING and isinstance(node.task_spec, CatchingEvent):
            live.event_manager.add_task(node)
    return live


def _is_predicted(node: Any) -> bool:
    return bool(node._state & (TaskState.MAYBE | TaskState.LIKELY | TaskState.FUTURE))
