"""What comes next, before anything is done: the next tasks with those whom they ask, and the steps that follow.

The steps that follow are read off the diagram: each task is taken to be agreed to, and a way whose condition hangs on
something that nobody has entered yet is told as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from engine import foreseeing, gates, machine
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import Incident
from engine.foreseeing import Ahead, Opened
from engine.machine import Element, Flow
from engine.store import Moment
from engine.views.grounds import sentence
from engine.views.naming import Names

MOST_NAMES = 5
"""People whom a step names; the others are counted."""
MOST_STEPS = 60


def completion_ahead(db: Connection, actor: Actor, moment: Moment, task_id: str, **entered: Any) -> dict[str, Any]:
    """What completing a task with these answers would lead to; raises what completing it would raise."""
    return _spoken(db, moment, foreseeing.completion(db, actor, moment, task_id, **entered))


def start_ahead(
    db: Connection, actor: Actor, moment: Moment, definition: str, unit: str | None, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """The first tasks of a case that somebody is about to start, and the steps after them."""
    found = foreseeing.start(db, actor, moment, definition=definition, unit=unit, answers=answers)
    return _spoken(db, moment, found)


def _spoken(db: Connection, moment: Moment, found: Ahead) -> dict[str, Any]:
    definition, names = found.work.definition, Names(db, moment.today)
    voices = _Voices(db, moment, definition, names)
    first = [o.element.id for o in found.opened]
    chain = [] if found.confirm else _chain(found, [*first, *found.calls])
    outcome = found.outcome
    return {
        "confirm": voices.of_holders(found.confirm) if found.confirm else None,
        "next": [voices.of_task(o) for o in found.opened] + [voices.of_call(c) for c in found.calls],
        "is_ended": found.is_ended,
        "outcome_label": definition.text(f"outcome.{outcome}", outcome) if found.is_ended and outcome else None,
        "chain": [voices.of_link(one) for one in chain],
    }


@dataclass
class _Voices:
    """Steps in words, with the people behind the posts."""

    db: Connection
    moment: Moment
    definition: Definition
    names: Names

    def of_holders(self, holders: Iterable[str]) -> dict[str, Any]:
        """Whom holder texts mean: the posts, up to ``MOST_NAMES`` people, and how many more there are."""
        texts = list(dict.fromkeys(holders))
        people = foreseeing.people(self.db, self.moment, texts)
        self.names.learn(people[:MOST_NAMES])
        return {
            "holders": [self.names.holder(h) for h in texts],
            "people": [self.names.person(p) for p in people[:MOST_NAMES]],
            "more": max(0, len(people) - MOST_NAMES),
        }

    def _step(self, element: str, **more: Any) -> dict[str, Any]:
        known = self.definition.element(element)
        stage = self.definition.stage_of(known)
        nobody: dict[str, Any] = {"holders": [], "people": [], "more": 0}
        plain: dict[str, Any] = {"due_on": None, "is_held": False, "is_vacant": False, "why": [], "options": []}
        return {
            "element": element,
            "name": self.definition.element_name(element),
            "step": known.words.attribute("step"),
            "stage_name": self.definition.element_name(stage.id) if stage else None,
            "kind": "task",
            **nobody,
            **plain,
            **more,
        }

    def of_task(self, opened: Opened) -> dict[str, Any]:
        why = [sentence(g, self.definition, self.names) for g in opened.grounds]
        return self._step(
            opened.element.id,
            **self.of_holders(g["holder"] for g in opened.grounds),
            due_on=opened.due_on,
            is_held=opened.is_held,
            is_vacant=opened.is_vacant,
            why=why or ([opened.why] if opened.why else []),
        )

    def of_call(self, element: str) -> dict[str, Any]:
        return self._step(element, kind="case")

    def of_link(self, link: _Link) -> dict[str, Any]:
        if link.kind == "depends":
            options = [self.definition.element_name(e) for e in link.options]
            return self._step(link.element, kind="depends", options=options)
        if link.kind == "task" and link.opened is not None:
            return self.of_task(link.opened)
        return self._step(link.element, kind=link.kind)


# ---------------------------------------------------------------- the steps that follow


@dataclass(frozen=True, slots=True)
class _Link:
    """One step of the chain, or a place where it is not known yet how it goes on."""

    element: str
    kind: str
    """``task``, ``case`` (another procedure), ``depends``."""
    opened: Opened | None = None
    options: tuple[str, ...] = ()


@dataclass
class _Walk:
    """A walk over the diagram; ``unknown`` are the names that somebody has yet to fill."""

    found: Ahead
    context: dict[str, Any]
    unknown: set[str]
    seen: set[str] = field(default_factory=set)
    chain: list[_Link] = field(default_factory=list)

    @property
    def definition(self) -> Definition:
        return self.found.work.definition

    def after(self, element: str, stop: str | None = None) -> None:
        """Everything behind an element, until ``stop``."""
        blueprint = self.definition.blueprint
        out = blueprint.outgoing[element]
        if not out:
            scope = blueprint.elements[element].scope
            if scope in blueprint.elements and blueprint.elements[scope].kind in ("subProcess", "transaction"):
                self.after(scope, stop)
            return
        kind = blueprint.elements[element].kind
        ways = list(out)
        if kind == "eventBasedGateway":
            self._depends(element, ways, stop)
            return
        if kind in ("exclusiveGateway", "inclusiveGateway") or any(f.condition for f in out):
            decided = self._decided(ways)
            if decided is None:
                self._depends(element, ways, stop)
                return
            ways = decided
        if len(ways) == 1:
            self.at(ways[0].target, stop)
            return
        meeting = self._meeting([w.target for w in ways])
        for way in ways:
            self.at(way.target, meeting or stop)
        if meeting is not None and meeting != stop:
            self.at(meeting, stop)

    def at(self, element: str, stop: str | None) -> None:
        """An element is reached."""
        if element == stop or element in self.seen or len(self.chain) >= MOST_STEPS:
            return
        self.seen.add(element)
        known = self.definition.element(element)
        if known.kind in machine.TASKS:
            self._task(known)
        elif known.kind == "callActivity":
            self.chain.append(_Link(element, "case"))
        elif inside := self.definition.blueprint.entries.get(element):
            for entry in inside:
                self.at(entry.id, stop)
            if self.definition.blueprint.outgoing[element] and not self._left(element):
                self.after(element, stop)
            return
        self.write(known)
        self.after(element, stop)

    def _left(self, scope: str) -> bool:
        """Whether the walk has already gone on behind a sub-process, from an end inside it."""
        return all(f.target in self.seen for f in self.definition.blueprint.outgoing[scope])

    def _task(self, element: Element) -> None:
        work = self.found.work
        opened = Opened(element)
        if not self._hangs_on_unknown(element):
            opened = foreseeing.asked(work, element, self.found.entered, self.found.did)
            opened = Opened(element, opened.grounds, None, False, opened.is_vacant)
        self.chain.append(_Link(element.id, "task", opened))

    def _hangs_on_unknown(self, element: Element) -> bool:
        """Whether whom it asks is known only once something ahead of it is done."""
        ahead = {link.element for link in self.chain} | {o.element.id for o in self.found.opened}
        for who in self.definition.whos(element):
            if who.get("task") in ahead or who.get("variable") in self.unknown or who.get("unit") in self.unknown:
                return True
            for part in ("at", "person"):
                if part in who and machine.compiled(who[part].removeprefix("=")).names & self.unknown:
                    return True
        loop = element.loop
        return loop is not None and any(
            text and machine.compiled(text.removeprefix("=")).names & self.unknown
            for text in (loop.collection, loop.cardinality)
        )

    def write(self, element: Element) -> None:
        """What an element writes is not known any more; a task is taken to be agreed to."""
        words = element.words
        self.unknown |= {o["target"] for o in words.all("output") if "target" in o}
        results = [words.attribute("result"), (words.one("vote") or {}).get("result")]
        if element.loop is not None:
            results += [element.loop.output, element.loop.count.result if element.loop.count else None]
        self.unknown |= {name for name in results if name}
        if element.kind in machine.TASKS:
            name = f"{element.id}_outcome"
            if words.attribute("outcomeFrom") is None:
                self.unknown.discard(name)
                self.context[name] = _agreed(element)
            else:
                self.unknown.add(name)

    def _decided(self, ways: list[Flow]) -> list[Flow] | None:
        """The flows that will be taken; ``None`` where a condition hangs on what nobody knows yet."""
        work = self.found.work
        taken, default = [], [w for w in ways if w.is_default]
        for way in ways:
            if way.is_default:
                continue
            if way.condition is None:
                taken.append(way)
                continue
            if machine.compiled(way.condition).names & self.unknown:
                return None
            try:
                if work.world.evaluate("=" + way.condition, self.context, way.source) is True:
                    taken.append(way)
            except Incident:
                return None
        source = self.definition.element(ways[0].source)
        if source.kind == "exclusiveGateway" and taken:
            return taken[:1]
        return taken or default or None

    def _depends(self, gateway: str, ways: list[Flow], stop: str | None) -> None:
        """It is not known which way: what each begins with, and on from where they meet."""
        meeting = self._meeting([w.target for w in ways])
        options = [first for w in ways if (first := self._first(w.target, meeting)) is not None]
        if len(set(options)) > 1:
            self.chain.append(_Link(gateway, "depends", options=tuple(dict.fromkeys(options))))
        for way in ways:  # what any of them may write is not known behind them
            for element in self._behind(way.target):
                if meeting is None or element != meeting:
                    self.unknown |= {o["target"] for o in self.definition.element(element).words.all("output")}
        if meeting is not None and meeting != stop:
            self.at(meeting, stop)
        elif meeting is None:
            on = [w for w in ways if not self._is_end(w.target)]
            if len(on) == 1:  # the others are over at once: this is the way that it goes on, if it does
                self.at(on[0].target, stop)

    def _is_end(self, element: str) -> bool:
        first = self._first(element, None)
        return first is None or self.definition.element(first).kind == "endEvent"

    def _behind(self, element: str) -> list[str]:
        """Everything that can be reached from an element in its scope, nearest first; itself included."""
        blueprint = self.definition.blueprint
        seen, todo = {element: None}, [element]
        while todo:
            for flow in blueprint.outgoing[todo.pop(0)]:
                if flow.target not in seen:
                    seen[flow.target] = None
                    todo.append(flow.target)
        return list(seen)

    def _meeting(self, targets: list[str]) -> str | None:
        """The nearest element that every way comes to."""
        first, *others = [self._behind(t) for t in targets]
        common = set(first).intersection(*others) - self.seen
        return next((e for e in first if e in common), None)

    def _first(self, element: str, meeting: str | None) -> str | None:
        """The first step or end on a way."""
        blueprint = self.definition.blueprint
        for one in self._behind(element):
            if one == meeting:
                return None
            if blueprint.elements[one].kind in (*machine.TASKS, "callActivity", "endEvent", "subProcess"):
                return one
        return None


def _agreed(element: Element) -> str:
    """The outcome by which a task goes on as everybody hopes."""
    offered = element.words.all("outcome")
    for kind in ("agree", "neutral"):
        for outcome in offered:
            if outcome.get("kind") == kind:
                return outcome["value"]
    return offered[0]["value"] if offered else "done"


def _chain(found: Ahead, first: list[str]) -> list[_Link]:
    """The steps behind those that open next, in the order of the diagram."""
    if not first:
        return []
    work = found.work
    walk = _Walk(found, gates.reading_context(work.world, work.definition.element(first[0])), set())
    elements = [work.definition.element(e) for e in first]
    walk.seen |= set(first)
    for element in elements:
        walk.write(element)
    for element in elements:
        walk.after(element.id)
    return walk.chain
