"""A process that can be run: its elements and flows as the designer drew them, and the specs that run it.

One blueprint per definition version is shared by all its cases; nothing in it changes after it was read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.machine.counting import Count
from engine.vocabulary import Written

TASKS = ("userTask", "manualTask")
"""What somebody is asked to do."""
CONTAINERS = ("subProcess", "transaction")
ACTIVITIES = (
    *TASKS,
    "serviceTask",
    "sendTask",
    "receiveTask",
    "scriptTask",
    "businessRuleTask",
    "callActivity",
    *CONTAINERS,
)
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway")
EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; ``condition`` is FEEL text without the leading ``=``.

    A link event pair is a flow from its throw to its catch event (``is_link``), which nobody drew.
    """

    id: str
    source: str
    target: str
    condition: str | None
    is_default: bool
    line: int | None
    name: str = ""
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """When a timer event fires: ``kind`` is date, duration or cycle, ``text`` a literal or FEEL with ``=``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """What an event waits for or throws (BPMN 2.0.2, section 10.5).

    ``kind``: none, timer, message, signal, conditional, error, escalation, compensation, cancel, link, terminate.
    ``name``: of the message, signal or link; the code of an error or escalation ("" catches every code); the
    activity that a compensation means ("" means the whole scope).
    """

    kind: str = "none"
    name: str = ""
    timer: Timer | None = None
    condition: str | None = None
    """FEEL with its leading ``=``."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A standard loop or a multi-instance activity (BPMN 2.0.2, section 10.3.8). Texts are FEEL with ``=``."""

    kind: str
    """``standard``, ``parallel`` or ``sequential``."""
    cardinality: str | None = None
    collection: str | None = None
    item: str | None = None
    output: str | None = None
    output_element: str | None = None
    until: str | None = None
    """The completion condition of a multi-instance."""
    condition: str | None = None
    """A standard loop goes on while this is true."""
    test_before: bool = False
    maximum: str | None = None
    count: Count | None = None
    """How the opinions of the instances are counted."""


@dataclass(frozen=True, slots=True)
class Element:
    """One flow node as the designer drew it."""

    id: str
    kind: str
    name: str
    documentation: str
    line: int | None
    scope: str
    """Id of the process or sub-process that holds it."""
    words: Written
    lane: str | None = None
    attached_to: str | None = None
    is_interrupting: bool = True
    event: Event = Event()
    loop: Loop | None = None
    called: str | None = None
    """The key of the definition that a call activity calls."""
    is_triggered: bool = False
    """An event sub-process: no flow leads to it, its start event does."""
    is_compensation: bool = False
    """A compensation handler: no flow leads to it either."""
    message: str = ""
    """The message of a send or receive task."""

    @property
    def timer(self) -> Timer | None:
        return self.event.timer

    @property
    def is_secret(self) -> bool:
        """A secret ballot: who gave what is kept nowhere."""
        return self.loop is not None and self.loop.count is not None and self.loop.count.secret

    @property
    def is_terminate(self) -> bool:
        return self.event.kind == "terminate"


@dataclass
class Blueprint:
    """A process that can be run: its elements in document order, its flows, and the shared specs."""

    id: str
    name: str
    documentation: str
    words: Written
    elements: dict[str, Element] = field(default_factory=dict)
    flows: tuple[Flow, ...] = ()
    lanes: dict[str, tuple[str, Written]] = field(default_factory=dict)
    """Lane id → name, words."""
    specs: Any = None
    """``specs.Specs``: SpiffWorkflow's objects; nobody outside ``machine/`` looks inside."""

    # What follows is worked out from the elements and flows by ``connect``.
    outgoing: dict[str, tuple[Flow, ...]] = field(default_factory=dict)
    incoming: dict[str, tuple[Flow, ...]] = field(default_factory=dict)
    boundaries: dict[str, tuple[Element, ...]] = field(default_factory=dict)
    """Activity id → the boundary events on it."""
    entries: dict[str, tuple[Element, ...]] = field(default_factory=dict)
    """Scope id → where its tokens begin: its none start event, else every element without a way in."""
    triggers: dict[str, tuple[Element, ...]] = field(default_factory=dict)
    """Scope id → the start events of its event sub-processes."""
    handlers: dict[str, Element] = field(default_factory=dict)
    """Activity id → its compensation handler."""
    upstream: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    """Joining gateway → element of its scope → the incoming flows that a token there can still reach."""
    before_: dict[str, tuple[str, ...]] = field(default_factory=dict)
    walked: set[str] | None = None
    """Ids of the elements and flows that tokens have come to, where somebody wants to know."""

    def of_kind(self, *kinds: str) -> tuple[Element, ...]:
        return tuple(e for e in self.elements.values() if e.kind in kinds)

    def before(self, element: str) -> tuple[str, ...]:
        """Ids of the user tasks from which ``element`` can be reached without passing it, in document order."""
        return self.before_[element]

    @property
    def start(self) -> Element:
        """The none start event of the process; where there is none, one that nobody drew."""
        for element in self.elements.values():
            if element.kind == "startEvent" and element.scope == self.id and element.event.kind == "none":
                return element
        return Element(self.id, "startEvent", self.name, "", None, self.id, Written())

    @property
    def starts(self) -> tuple[Element, ...]:
        """The start events of the process, in document order."""
        return tuple(e for e in self.of_kind("startEvent") if e.scope == self.id)

    def scopes(self) -> tuple[str, ...]:
        return (self.id, *(e.id for e in self.of_kind(*CONTAINERS)))

    def connect(self) -> None:
        """Work out from the elements and flows who follows whom."""
        out: dict[str, list[Flow]] = {e: [] for e in self.elements}
        into: dict[str, list[Flow]] = {e: [] for e in self.elements}
        for flow in self.flows:
            out[flow.source].append(flow)
            into[flow.target].append(flow)
        self.outgoing = {k: tuple(v) for k, v in out.items()}
        self.incoming = {k: tuple(v) for k, v in into.items()}
        events: dict[str, list[Element]] = {}
        for event in self.of_kind("boundaryEvent"):
            events.setdefault(event.attached_to or "", []).append(event)
        self.boundaries = {k: tuple(v) for k, v in events.items()}
        for scope in self.scopes():
            self.entries[scope] = self._entries(scope)
            self.triggers[scope] = tuple(
                start
                for sub in self.of_kind("subProcess")
                if sub.scope == scope and sub.is_triggered
                for start in self.of_kind("startEvent")
                if start.scope == sub.id
            )
        for gateway in self.of_kind("inclusiveGateway", "parallelGateway"):
            if len(into[gateway.id]) > 1:
                self.upstream[gateway.id] = self._upstream(gateway)

    def _entries(self, scope: str) -> tuple[Element, ...]:
        inside = [e for e in self.elements.values() if e.scope == scope]
        starts = [e for e in inside if e.kind == "startEvent"]
        if starts:
            return tuple(e for e in starts if e.event.kind == "none")
        return tuple(
            e
            for e in inside
            if not self.incoming[e.id]
            and e.kind != "boundaryEvent"
            and not e.is_triggered
            and not e.is_compensation
            and not (e.kind == "intermediateCatchEvent" and e.event.kind == "link")
        )

    def _upstream(self, gateway: Element) -> dict[str, frozenset[str]]:
        """BPMN 2.0.2, section 13.4.3: which empty incoming flows a token elsewhere may still reach."""
        found: dict[str, set[str]] = {}
        for flow in self.incoming[gateway.id]:
            seen, todo = {flow.source}, [flow.source]
            while todo:
                here = todo.pop()
                behind = [f.source for f in self.incoming[here]]
                host = self.elements[here].attached_to
                if host:
                    behind.append(host)
                for element in behind:
                    if element not in seen and element != gateway.id:
                        seen.add(element)
                        todo.append(element)
            seen.discard(gateway.id)
            for element in seen:
                found.setdefault(element, set()).add(flow.id)
        return {k: frozenset(v) for k, v in found.items()}
