"""Conformance by replay: whether everything that was begun in a case has a cause in the flow of its own version.

Computed from the entries and the published definition alone, never from the rows of today. The entries of one deed
(completing a task, a timer that fires, a return) tell which elements were passed and which steps were begun; a step has
a cause where the flow of the version that was in force then leads to it from what the deed passed, or where a return, a
withdrawal, a move, an import or a migration begins it. What has none is a deviation. The state between two deeds can be
stored (``Replay.as_json``), so that only new entries are looked at again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import definitions, reliving
from engine.definitions import Definition
from engine.errors import Text
from engine.machine import TASKS, Blueprint, Element
from engine.reliving import Body, Standing, TaskThen
from engine.trail import Kind

CODES: Mapping[str, Text] = {
    "no_cause": Text("开启了流程没有走到的步骤", "a step was opened that nothing led to"),
    "passed_without_cause": Text("经过了流程没有走到的环节", "an element was passed that nothing led to"),
    "too_often": Text("开启的次数多于流程走到的次数", "a step was opened more often than it was led to"),
    "unknown_element": Text("步骤不在所用版本中", "a step is not in the version in force"),
    "other_version": Text("所记版本不是当时使用的版本", "an entry names another version than the one in force"),
    "never_opened": Text("办理了从未开启的任务", "a task was done that was never opened"),
    "done_again": Text("办理了已经结束的任务", "a task was done that was closed already"),
    "done_while_held": Text("办理了尚不能开启的任务", "a task was done while it was held"),
    "left_open": Text("事项办结时仍有未办结的步骤", "the case ended while steps were open"),
    "no_end": Text("事项办结而流程没有走到终点", "the case ended without coming to an end of the flow"),
    "after_end": Text("事项结束之后又开启了步骤", "a step was opened after the case had ended"),
}
"""Every kind of deviation, in words."""

_DONE = frozenset({Kind.TASK_COMPLETED, Kind.BALLOT_CAST, Kind.TASK_CONFIRMED, Kind.TASK_SIGNED_OFF})
_PUT_ASIDE = frozenset({Kind.TASK_PROPOSED, Kind.TASK_SUBMITTED})
_NAMING = _DONE | _PUT_ASIDE | {Kind.TASK_RETURNED, Kind.CASE_MIGRATED}
"""Entries that name the version in force."""
_CAUSES = _DONE | {
    Kind.CASE_STARTED,
    Kind.TASK_RETURNED,
    Kind.TASK_WITHDRAWN,
    Kind.TASK_UNDONE,
    Kind.TIMER_FIRED,
    Kind.EVENT_CAUGHT,
    Kind.JOB_COMPLETED,
    Kind.CASE_MOVED,
    Kind.INCIDENT_RETRIED,
    Kind.INCIDENT_SKIPPED,
    Kind.CASE_MIGRATED,
}
_BEGUN = frozenset({Kind.TASK_OPENED, Kind.TASK_HELD})
_ANYWHERE = frozenset({Kind.CASE_MIGRATED, Kind.CASE_MIGRATION_UNDONE, Kind.CASE_RETRIED, Kind.TASK_UNDONE})
"""Acts that stand for the whole state of a case: where it may go on is theirs to say, and each is on record itself."""
_EVENTS = frozenset(
    {
        Kind.TIMER_FIRED,
        Kind.EVENT_CAUGHT,
        Kind.EVENT_ESCALATED,
        Kind.ACTIVITY_INTERRUPTED,
        Kind.ACTIVITY_COMPENSATED,
        Kind.INCIDENT_RETRIED,
        Kind.INCIDENT_SKIPPED,
        Kind.JOB_COMPLETED,
        Kind.JOB_FAILED,
        Kind.CASE_STOPPED,
    }
)
"""Entries that name an element at which something happened by itself, or that somebody let go on."""
_WAITING = frozenset(
    {
        *TASKS,
        "serviceTask",
        "receiveTask",
        "callActivity",
        "subProcess",
        "transaction",
        "intermediateCatchEvent",
        "boundaryEvent",
        "eventBasedGateway",
        "parallelGateway",
        "inclusiveGateway",
    }
)
"""Kinds of elements that a token may have come to in an earlier deed than the one in which it is passed."""


@dataclass(frozen=True)
class Deviation:
    """What an entry shows that the flow does not allow; ``expected`` are the elements that would have led there."""

    seq: int
    at: str
    code: str
    element: str
    version: int
    task: str | None = None
    expected: tuple[str, ...] = ()
    actual: tuple[str, ...] = ()
    """The elements that the deed had passed, or what it named instead."""

    def facts(self) -> dict[str, Any]:
        return {"code": self.code, "expected": list(self.expected), "actual": list(self.actual)}


def deviations(db: Connection, zone: ZoneInfo, case_id: str) -> list[Deviation]:
    """Everything in which a case deviates, from its first entry on."""
    return replay(Replay.of(case_id), list(reliving.bodies(db, case_id)), versions(db), zone)


def versions(db: Connection) -> VersionOf:
    """Published versions, each looked up once. What it gives raises ``NotFound``."""
    known: dict[tuple[str, int], Definition] = {}

    def version(key: str, number: int) -> Definition:
        if (key, number) not in known:
            known[key, number] = definitions.read(db, key, number)
        return known[key, number]

    return version


class Flow:
    """Who leads to whom in one version: worked out once for each blueprint."""

    def __init__(self, blueprint: Blueprint) -> None:
        self.blueprint = blueprint
        self._sources: dict[str, frozenset[str]] = {}
        self._behind: dict[str, frozenset[str]] = {}

    def element(self, id_: str) -> Element | None:
        return self.blueprint.elements.get(id_)

    def sources(self, id_: str) -> frozenset[str]:
        """The elements whose passing leads straight to one; the process itself stands for its start."""
        if id_ not in self._sources:
            self._sources[id_] = frozenset(self._find(id_, set()))
        return self._sources[id_]

    def _find(self, id_: str, seen: set[str]) -> Iterator[str]:
        if id_ in seen:
            return
        seen.add(id_)
        bp = self.blueprint
        element = bp.elements[id_]
        yield from (f.source for f in bp.incoming[id_])
        if element.loop is not None and element.loop.kind in ("sequential", "standard"):
            yield id_
        if element.attached_to:
            yield element.attached_to
        for scope, entries in bp.entries.items():
            if element not in entries:
                continue
            if scope == bp.id:
                yield bp.id
                continue
            yield into(scope)
            yield from self._find(scope, seen)
            if bp.elements[scope].loop is not None:
                yield from self._inside(scope)

    def _inside(self, scope: str) -> Iterator[str]:
        return (e.id for e in self.blueprint.elements.values() if e.scope == scope)

    def behind(self, id_: str) -> frozenset[str]:
        """The same, where entries of an older release do not tell which elements were passed: what lies between two
        elements that wait is looked through."""
        if id_ not in self._behind:
            found: set[str] = set()
            todo = [id_]
            seen = {id_}
            while todo:
                for source in self._ways_in(todo.pop()):
                    found.add(source)
                    element = self.blueprint.elements.get(source)
                    if source not in seen and element is not None and element.kind not in TASKS:
                        seen.add(source)
                        todo.append(source)
            self._behind[id_] = frozenset(found)
        return self._behind[id_]

    def _ways_in(self, id_: str) -> Iterable[str]:
        element = self.blueprint.elements[id_]
        inside = self._inside(id_) if element.kind in ("subProcess", "transaction") else ()
        return (*self.sources(id_), *inside)

    @cached_property
    def ends(self) -> frozenset[str]:
        """Elements of the process itself after which nothing comes."""
        bp = self.blueprint
        return frozenset(e for e, flows in bp.outgoing.items() if not flows)

    def may_be_many(self, id_: str) -> bool:
        """Whether one cause may begin an element several times: it, or what holds it, is multi-instance or loops."""
        element = self.blueprint.elements.get(id_)
        while element is not None:
            if element.loop is not None:
                return True
            element = self.blueprint.elements.get(element.scope)
        return False

    def is_event_of(self, id_: str) -> bool:
        """Whether an element begins without a flow: by an event of its scope, or as a compensation handler."""
        element = self.blueprint.elements[id_]
        if element.is_compensation or element.kind == "boundaryEvent":
            return True
        scope = self.blueprint.elements.get(element.scope)
        return element.kind == "startEvent" and scope is not None and scope.is_triggered


def into(scope: str) -> str:
    """What stands for beginning a sub-process among the sources of what it begins with."""
    return f"into {scope}"


VersionOf = Callable[[str, int], Definition]
"""(key of a definition, version) → the definition; raises ``NotFound``."""


@dataclass
class Replay:
    """A case replayed up to one of its entries: what stands, and where a completed step may lead straight back to."""

    standing: Standing
    straight: dict[str, list[str]] = field(default_factory=dict)
    """A step that was returned to → the steps that its completion may lead straight back to."""
    reached: set[str] = field(default_factory=set)
    """Every element that was passed, or begun, at least once."""
    claimed: dict[str, str] = field(default_factory=dict)
    """Open task → when it was claimed last."""
    proposed: dict[str, str] = field(default_factory=dict)
    """Task → when the first person entered it."""

    @classmethod
    def of(cls, case_id: str, state: str | None = None) -> Replay:
        """The beginning of a case, or what ``as_json`` gave."""
        if state is None:
            return cls(Standing(case_id))
        kept = json.loads(state)
        standing = Standing(case_id, **kept["standing"])
        for id_, row in kept["tasks"].items():
            standing.tasks[id_] = TaskThen(id_, **row)
        return cls(standing, kept["straight"], set(kept["reached"]), kept["claimed"], kept["proposed"])

    def as_json(self) -> str:
        """Everything that the next deed is judged by."""
        s = self.standing
        kept = {name: getattr(s, name) for name in _KEPT}
        tasks = {t.id: {name: getattr(t, name) for name in _KEPT_OF_TASKS} for t in s.tasks.values()}
        return json.dumps(
            {
                "standing": kept,
                "tasks": tasks,
                "straight": self.straight,
                "reached": sorted(self.reached),
                "claimed": self._of_open(self.claimed),
                "proposed": self._of_open(self.proposed),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    def _of_open(self, times: Mapping[str, str]) -> dict[str, str]:
        tasks = self.standing.tasks
        return {id_: at for id_, at in times.items() if id_ in tasks and tasks[id_].is_open}


_KEPT = ("seq", "at", "kind", "status", "definition", "version", "unit", "visits", "knows_places", "knows_parts")
_KEPT_OF_TASKS = (
    *("element", "status", "opened_at", "opened_in", "entry", "of_task", "part", "mode", "rule"),
    *("is_void", "is_submitted", "completed_by"),
)


def replay(case: Replay, bodies: Sequence[Body], version_of: VersionOf, zone: ZoneInfo) -> list[Deviation]:
    """Let more entries of a case happen, whole deeds only; gives what deviates from the definitions in force."""
    found: list[Deviation] = []
    for deed in deeds(bodies):
        found += _judge(case, deed, version_of, zone)
    s = case.standing
    # What no deed to come is judged by.
    s.values, s.opinions, s.rules, s.attachments, s.documents, s.called = {}, [], [], {}, {}, {}
    return found


def deeds(bodies: Iterable[Body]) -> Iterator[list[Body]]:
    """Entries of one moment belong together, until something that was begun is followed by another cause."""
    deed: list[Body] = []
    for body in bodies:
        is_next = deed and (
            body["at"] != deed[-1]["at"] or (body["kind"] in _CAUSES and any(b["kind"] in _BEGUN for b in deed))
        )
        if is_next:
            yield deed
            deed = []
        deed.append(body)
    if deed:
        yield deed


@dataclass
class _Deed:
    """What one deed passed, and what it may begin by itself."""

    passed: Counter[str] = field(default_factory=Counter)
    free: set[str] = field(default_factory=set)
    is_free: bool = False
    done: set[str] = field(default_factory=set)
    is_back: bool = False
    """Whether it goes back, or straight to where it came back from: what stood there then is counted anew."""
    goes_straight_from: str | None = None
    """The step that was returned to, where its completion leads straight back."""
    happened: bool = False
    """Whether an event is told that may begin what no flow leads to."""


def _judge(case: Replay, deed: Sequence[Body], version_of: VersionOf, zone: ZoneInfo) -> Iterator[Deviation]:
    standing = case.standing
    known = set(standing.tasks)
    was_open = [t.id for t in standing.tasks.values() if t.is_open]
    before = dict(standing.visits)
    was_over = standing.status in ("ended", "cancelled")
    act = _Deed()
    found: list[Deviation] = []

    def deviates(body: Body, code: str, element: str, **facts: Any) -> None:
        version = standing.version or 0
        found.append(Deviation(body["seq"], body["at"], code, element, version, body.get("task"), **facts))

    for body in deed:
        kind, element = body["kind"], body.get("element", "")
        if kind in _DONE or kind in _PUT_ASIDE:
            task = standing.tasks.get(body.get("task", ""))
            _may_be_done(body, task, standing, deviates)
        named = body.get("from_version" if kind == Kind.CASE_MIGRATED else "version") if kind in _NAMING else None
        if named is not None and named != standing.version:
            deviates(body, "other_version", element, expected=(str(standing.version),), actual=(str(named),))
        reliving.follow(standing, body, zone)
        _learn(case, act, body)
        if kind == Kind.CASE_ENDED:
            left = [t for t in standing.tasks.values() if t.is_open and not t.is_void and t.part is None]
            for one in left:
                deviates(body, "left_open", one.element, actual=(one.id,))
    act.free |= {into(one) for one in act.free}
    if standing.definition is None or standing.version is None:
        return iter(found)
    flow = flow_of(version_of(standing.definition, standing.version))
    told = {e: n - before.get(e, 0) for e, n in standing.visits.items() if n > before.get(e, 0)}
    act.passed = Counter(told)
    begun = [t for id_, t in standing.tasks.items() if id_ not in known and t.part is None and t.of_task is None]
    is_import = deed[0]["kind"] == Kind.CASE_IMPORTED
    if not act.is_free:
        at = {body["seq"]: body for body in deed}
        _causes(case, flow, act, [t for t in begun if not is_import or t.status != "completed"], at, was_over, deviates)
        if standing.knows_places and not is_import and not act.is_back:
            _passings(case, flow, act, deed, deviates)
        ends = [b for b in deed if b["kind"] == Kind.CASE_ENDED]
        if ends and standing.knows_places and not (flow.ends & act.passed.keys()) and not act.happened:
            deviates(ends[0], "no_end", "", expected=tuple(sorted(flow.ends)), actual=tuple(sorted(act.passed)))
    if act.goes_straight_from is not None:
        gone = [standing.tasks[id_].element for id_ in was_open if not standing.tasks[id_].is_open]
        case.straight[act.goes_straight_from] = sorted({*case.straight.get(act.goes_straight_from, ()), *gone})
    case.reached |= act.passed.keys() | {t.element for t in begun}
    return iter(found)


def _may_be_done(body: Body, task: TaskThen | None, standing: Standing, deviates: Callable[..., None]) -> None:
    element = body.get("element", "")
    if task is None:
        if standing.knows_parts:
            deviates(body, "never_opened", element)
    elif task.status == "held":
        deviates(body, "done_while_held", element, actual=(task.status,))
    elif not task.is_open:
        deviates(body, "done_again", element, actual=(task.status,))


def _learn(case: Replay, act: _Deed, body: Body) -> None:
    """What an entry lets a deed begin, beside what its passings lead to."""
    kind, element = body["kind"], body.get("element")
    if kind in _ANYWHERE:
        act.is_free = True
    elif kind == Kind.CASE_STARTED:
        act.free |= {case.standing.case_id}
        if element:
            act.free.add(element)
    elif kind == Kind.CASE_IMPORTED:
        act.free |= set(body.get("begun", ()))
    elif kind in (Kind.TASK_RETURNED, Kind.TASK_WITHDRAWN):
        act.is_back = True
        if "target" in body:
            act.free.add(body["target"])
        if kind == Kind.TASK_WITHDRAWN and element:
            act.free.add(element)
        if body.get("straight"):
            act.goes_straight_from = body["target"]
    elif kind == Kind.CASE_MOVED:
        act.free |= set(body.get("begun", ()))
    elif kind in _EVENTS and element:
        act.free.add(element)
        act.happened = True
    if kind in _DONE and element:
        act.done.add(element)
        if element in case.straight:
            act.is_back = True
            act.free |= set(case.straight.pop(element))
    if kind == Kind.TASK_CLAIMED and body.get("task"):
        case.claimed[body["task"]] = body["at"]
    if kind in _PUT_ASIDE and body.get("task"):
        case.proposed[body["task"]] = body["at"]


def _causes(
    case: Replay,
    flow: Flow,
    act: _Deed,
    begun: Sequence[TaskThen],
    at: Mapping[int, Body],
    was_over: bool,
    deviates: Callable[..., None],
) -> None:
    """Each step that was begun has a cause, and as many as there are of it."""
    times: Counter[str] = Counter()
    for task in begun:
        body = at[task.opened_in]
        if flow.element(task.element) is None:
            deviates(body, "unknown_element", task.element)
            continue
        if was_over:
            deviates(body, "after_end", task.element)
            continue
        if task.element in act.free:
            continue
        expected = flow.sources(task.element) if case.standing.knows_places else flow.behind(task.element)
        led = expected & (act.passed.keys() | act.free)
        if flow.blueprint.id in expected and case.standing.case_id in act.free:
            led |= {flow.blueprint.id}
        if not led and not (flow.is_event_of(task.element) and act.happened):
            deviates(body, "no_cause", task.element, expected=_shown(flow, expected), actual=_shown(flow, act.passed))
            continue
        times[task.element] += 1
        most = sum(act.passed.get(e, 1) for e in led)
        if times[task.element] > max(most, 1) and not flow.may_be_many(task.element) and not act.happened:
            deviates(body, "too_often", task.element, expected=_shown(flow, led), actual=(f"{times[task.element]}×",))


def _passings(case: Replay, flow: Flow, act: _Deed, deed: Sequence[Body], deviates: Callable[..., None]) -> None:
    """Each element that was passed has a cause, too: in the same deed, or earlier where it is one that waits."""
    here = act.passed.keys() | act.free
    is_start = case.standing.case_id in act.free
    teller = next((b for b in deed if "visits" in b), deed[-1])
    for id_ in act.passed:
        element = flow.element(id_)
        if id_ == flow.blueprint.id:
            continue
        if element is None:
            deviates(teller, "unknown_element", id_)
            continue
        if id_ in act.free or id_ in act.done or flow.is_event_of(id_):
            continue
        sources = flow.sources(id_)
        if element.kind in ("subProcess", "transaction"):
            sources |= {e.id for e in flow.blueprint.elements.values() if e.scope == id_}
        if sources & here or (is_start and flow.blueprint.id in sources):
            continue
        if element.kind in _WAITING and (id_ in case.reached or sources & case.reached):
            continue
        deviates(teller, "passed_without_cause", id_, expected=_shown(flow, sources), actual=_shown(flow, act.passed))


def _shown(flow: Flow, elements: Iterable[str]) -> tuple[str, ...]:
    order = {e: n for n, e in enumerate(flow.blueprint.elements)}
    return tuple(sorted((e for e in elements if e in order), key=order.__getitem__))


_flows: dict[str, Flow] = {}


def flow_of(definition: Definition) -> Flow:
    """The flow of a published version: it never changes."""
    if definition.id not in _flows:
        if len(_flows) > 200:
            _flows.clear()
        _flows[definition.id] = Flow(definition.blueprint)
    return _flows[definition.id]
