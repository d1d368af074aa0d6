"""A running case on another version of its process, element by element.

What is not named keeps its id. Tokens keep their numbers, so everything that hangs on them outside (tasks, jobs,
called cases) stays theirs; timers and subscriptions whose definition is the same go on, others begin anew. Where a
token has no place in the new version the whole migration is refused and nothing has changed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from engine.machine import counting
from engine.machine.blueprints import TASKS, Blueprint, Element
from engine.machine.live import Live
from engine.machine.moves import to_rest
from engine.machine.packing import pack, padded, unpack, untouched
from engine.machine.past import Past
from engine.machine.specs import ERROR, FUTURE, WAITING, Frame, Node
from engine.machine.standing import LISTENING, NotThere
from engine.machine.steps import Environment, Step
from engine.machine.undone import is_packed

_JOINS = ("parallelGateway", "inclusiveGateway")
_OF_WAITING = ("due", "left", "every", "key", "was")
"""Facts of a node that say what it waits for."""


@dataclass(frozen=True, slots=True)
class Migrated:
    """A case on another version: what became of its tokens."""

    live: Live
    step: Step
    """``opened`` and ``gone`` compare the case before and after; nodes that only stand elsewhere now are in neither."""
    stood: tuple[str, ...]
    """The elements of the old version at which something stood, in the order of the nodes."""
    moved: Mapping[str, str]
    """Elements at which something stood → where it stands now, where that differs."""
    redone: Mapping[str, str]
    """Elements that are no more → the step that began anew in their place."""


def migrate(
    live: Live,
    blueprint: Blueprint,
    mapping: Mapping[str, str | None],
    environment: Environment,
    redo: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> Migrated:
    """The same case on another version; ``live`` is left as it was.

    ``mapping``: element of the old version → element of the new one; what is not named keeps its id. ``redo``: element
    that has no counterpart → element of the new version that begins in its place. ``names``: variable → what it is also
    called from now on.

    Raises ``NotThere`` where a token has no place in the new version, ``Incident`` where the new version cannot go on
    with the case at all.
    """
    going = _Going(live.blueprint, blueprint, mapping, redo or {}, names or {})
    # Through JSON: nothing of the live case may be shared with the new one.
    state = going.frame(orjson.loads(orjson.dumps(pack(live.root))), 0)
    fresh = Live(blueprint, environment, going.named(live.variables))
    fresh.last, fresh.outcome, fresh.error = live.last, live.outcome, live.error
    fresh.seen_by, fresh.kept = set(live.seen_by), dict(live.kept)
    for element, times in live.visits.items():
        name = going.to(element) or element
        fresh.visits[name] = fresh.visits.get(name, 0) + times
    unpack(fresh, state, None)
    step = to_rest(fresh, environment, lambda: going.settle(fresh))
    for join in _starved(fresh) - {(owner, going.to(gate) or gate) for owner, gate in _starved(live)}:
        name = _called(blueprint.elements[join[1]])
        raise NotThere(
            f"“{name}”会一直等待一条已不会有人到达的连线，请为相关步骤指定去处或重做的步骤",
            f"“{name}” would wait for a flow on which nothing can come any more; map the steps before it, or let one "
            "be redone",
        )
    opened = [o for n, o in sorted(fresh.opens.items()) if n not in live.opens or live.opens[n].kind != o.kind]
    gone = [o for n, o in sorted(live.opens.items()) if n not in fresh.opens or fresh.opens[n].kind != o.kind]
    step = dataclasses.replace(step, opened=tuple(opened), gone=tuple(gone))
    return Migrated(fresh, step, tuple(dict.fromkeys(going.stood)), going.moved, going.redone)


class _Going:
    """One migration of one case: the two versions, the plan, and what was met on the way."""

    def __init__(
        self,
        old: Blueprint,
        new: Blueprint,
        mapping: Mapping[str, str | None],
        redo: Mapping[str, str],
        names: Mapping[str, str],
    ) -> None:
        self.old, self.new, self.mapping, self.redo, self.names = old, new, mapping, redo, names
        self.stood: list[str] = []
        self.moved: dict[str, str] = {}
        self.redone: dict[str, str] = {}
        self.begun: list[tuple[int, int, str]] = []
        """Owner of the frame, token that was taken away, element that begins instead."""
        self.anew: list[int] = []
        """Nodes that wait for something else now."""
        self.dropped: set[tuple[int, str]] = set()
        """Host (or, of an event sub-process, owner of the frame) and event of the new version whose definition
        differs from what was listened for."""

    def to(self, element: str) -> str | None:
        return self.mapping.get(element, element)

    def named(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        also = {new: variables[old] for old, new in self.names.items() if old in variables and new not in variables}
        return {**variables, **also}

    # ------------------------------------------------ what runs

    def frame(self, packed: list[Any], owner: int) -> list[Any]:
        """A packed frame of the old version as one of the new; ``owner`` is 0 for the process itself."""
        scope, rows, past, *rest = packed
        more = dict(rest[0]) if rest else {}
        name = self._scope(scope)
        taken = {r[0] for r in rows if not _is_arm(r) and self._is_redone(r, name, owner, "turns" in more)}
        elements = {r[0]: r[1] for r in rows}
        made = []
        for row in rows:
            if row[0] in taken:
                continue
            if _is_arm(row):
                host = row[4]["arm"]
                if host in taken or not self._listens_on(row, elements.get(host), name, owner):
                    continue
            else:
                self._check(row[1], row, name)
            made.append(self._row(row))
        if past is not None:
            past = self._past(past, rows, made)
        if "of" in more:
            self._turns(more)
        if "done" in more:
            more["done"] = self._records(more["done"])
        return [name, made, past, more] if more else [name, made, past]

    def _scope(self, scope: str) -> str:
        if scope == self.old.id:
            return self.new.id
        name = self.to(scope)
        if name is None or name not in self.new.specs.scopes:
            raise _no_place(self.old.elements[scope])
        return name

    def _is_redone(self, row: list[Any], scope: str, owner: int, is_loop: bool) -> bool:
        """Whether another step begins in place of a token; of a loop it is asked for the whole, not its instances."""
        if row[1] not in self.redo or is_loop:
            return False
        element, target = self.old.elements[row[1]], self.new.elements.get(self.redo[row[1]])
        if target is None or _scope_of(target, self.new) != scope:
            raise NotThere(
                f"要重做的 {self.redo[element.id]} 与“{_called(element)}”不在同一层",
                f"{self.redo[element.id]}, which is to be redone, does not lie in the scope of “{_called(element)}”",
            )
        if row[4:] and row[4] and "for" in row[4]:
            raise NotThere(
                f"“{_called(element)}”正在补偿，不能改为重做别的步骤",
                f"“{_called(element)}” is compensating; no other step can begin in its place",
            )
        self.stood.append(element.id)
        self.redone[element.id] = target.id
        self.begun.append((owner, row[0], target.id))
        return True

    def _check(self, id_: str, row: list[Any], scope: str) -> None:
        """Whether a token has a place in the new version."""
        was, now = self.old.elements[id_], self.new.elements.get(self.to(id_) or "")
        if now is None:
            raise _no_place(was)
        if now.kind != was.kind and not (now.kind in TASKS and was.kind in TASKS):
            raise NotThere(
                f"“{_called(was)}”在新版本中成了另一种元素（{now.kind}）",
                f"“{_called(was)}” is of another kind in the new version ({now.kind})",
            )
        is_handler = len(row) > 4 and row[4] and "for" in row[4]  # it stands where it is thrown from
        if _scope_of(now, self.new) != scope and not is_handler:
            raise NotThere(
                f"“{_called(was)}”在新版本中位于别的子流程",
                f"“{_called(was)}” lies in another sub-process in the new version",
            )
        if _loop_kind(was) != _loop_kind(now):
            raise NotThere(
                f"“{_called(was)}”正在办理，不能改变它的多实例或循环方式",
                f"“{_called(was)}” is under way; how it repeats cannot change now",
            )
        flow = row[3] if len(row) > 3 else None
        if (
            row[2] == WAITING
            and now.kind in ("parallelGateway", "inclusiveGateway")
            and len(self.new.incoming[now.id]) > 1
        ):
            mapped = self._flow(flow, now.id)
            if all(f.id != mapped for f in self.new.incoming[now.id]):
                raise NotThere(
                    f"在“{_called(was)}”等待的一路，新版本已没有对应的连线",
                    f"what waits at “{_called(was)}” came by a flow that the new version does not have",
                )
        self.stood.append(was.id)
        if now.id != was.id:
            self.moved[was.id] = now.id

    def _row(self, row: list[Any]) -> list[Any]:
        number, id_, state, flow, facts, own, inner = padded(row)
        target = self.to(id_) or id_
        facts = self._facts(facts or {})
        was, now = self.old.elements[id_], self.new.elements[target]
        is_catching = was.kind in ("intermediateCatchEvent", "receiveTask") and "arm" not in facts
        if state == WAITING and is_catching and not _awaits_the_same(was, now):
            facts = {k: v for k, v in facts.items() if k not in _OF_WAITING}
            state = FUTURE
            self.anew.append(number)
        below = self.frame(inner, number) if inner is not None else None
        named = self.named(own) if own is not None else None
        return [number, target, state, self._flow(flow, target), facts or None, named, below]

    def _facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        made = {k: v for k, v in facts.items() if k != "back"}  # the way straight back led through the old version
        if "start" in made:
            made["start"] = self.to(made["start"]) or made["start"]
        if "todo" in made:
            made["todo"] = [[t, seen] for e, seen in made["todo"] if (t := self.to(e)) in self.new.handlers]
        if "done" in made:
            made["done"] = self._records(made["done"])
        if is_packed(made.get("inner")):
            made["inner"] = self._within(made["inner"])
        return made

    def _turns(self, more: dict[str, Any]) -> None:
        """The instances of a loop go on as they were counted."""
        old = more["of"]
        more["of"] = self.to(old) or old
        now = self.new.elements.get(more["of"])
        if now is not None and now.loop is not None and now.loop.output and more["turns"][5] is None:
            more["turns"][5] = []
        counts = now is not None and now.loop is not None and now.loop.count is not None
        if counts != (len(more["turns"]) > 6):
            more["turns"] = [*more["turns"][:6], *([dict.fromkeys(counting.SIDES, 0)] if counts else [])]
        if untouched(more):
            self.stood.append(old)

    def _records(self, done: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """What could be compensated and still can: completed activities that have a handler in the new version."""
        made = []
        for record in done:
            name = self.to(record["e"]) or record["e"]
            inside = self._records(record["in"]) if "in" in record else []
            if inside:
                made.append({**record, "e": name, "in": inside})
            elif "in" not in record and name in self.new.handlers:
                made.append({**record, "e": name})
        return made

    def _flow(self, flow: str | None, target: str) -> str | None:
        """A token keeps the flow by which it came, where the new version has it; else the one from the same source."""
        into = self.new.incoming.get(target, ())
        if flow is None or any(f.id == flow for f in into):
            return flow
        source = next((f.source for f in self.old.flows if f.id == flow), None)
        return next((f.id for f in into if source is not None and f.source == self.to(source)), flow)

    # ------------------------------------------------ what listens

    def _listens_on(self, row: list[Any], host: str | None, scope: str, owner: int) -> bool:
        """Whether a timer, message, signal or condition is still waited for here, and is still the same."""
        was, now = self.old.elements[row[1]], self.new.elements.get(self.to(row[1]) or "")
        if now is None or now.kind != was.kind:
            return False
        if was.kind == "boundaryEvent":
            is_here = now.attached_to == self.to(was.attached_to or "")
        elif was.kind == "startEvent":
            is_here = any(s.id == now.id for s in self.new.triggers.get(scope, ()))
        else:
            gateway = self.to(host or "") or ""
            is_here = any(f.target == now.id for f in self.new.outgoing.get(gateway, ()))
        if is_here and not _awaits_the_same(was, now):
            self.dropped.add((row[4]["arm"] or owner, now.id))
            return False
        return is_here

    def settle(self, live: Live) -> None:
        """Begin what is redone, wait for what is waited for now, look again at every join."""
        frames = {f.owner.id if f.owner is not None else 0: f for f in live.frames()}
        for owner, token, element in self.begun:
            frame = frames[owner]
            node = live.token(frame, element, passed=True)
            if frame.past is not None:
                frame.past.fire("", [token], [node.id])
        for owner, frame in frames.items():
            self._listen_anew(live, frame, owner)
        for number in self.anew:
            live.attempt(live.nodes[number], live.listen)
        for frame in frames.values():
            for node in list(frame.tasks.values()):
                if node._state != WAITING or node.is_arm:
                    continue
                is_single = len(live.blueprint.incoming[node.element.id]) < 2
                if node.element.kind == "parallelGateway" or (node.element.kind == "inclusiveGateway" and is_single):
                    live.joins.pop(node.id, None)
                    live.ready.append((node, "arrive"))

    def _listen_anew(self, live: Live, frame: Frame, owner: int) -> None:
        """Arm what the new version listens for and the old one did not; what has fired before stays silent."""
        there = {n.element.id for n in frame.tasks.values() if n.facts.get("arm") == 0}
        if not frame.is_loop and not _is_interrupted(frame):
            for start in live.blueprint.triggers[frame.spec.name]:
                if start.event.kind in LISTENING and start.id not in there and self._is_new(start, owner):
                    live.arm(frame, start.id, None)
        for node in list(frame.tasks.values()):
            if node.is_arm or frame.is_loop or (node._state in (ERROR, FUTURE) and node.id not in self.anew):
                continue
            listened = {n.element.id for n in frame.tasks.values() if n.facts.get("arm") == node.id}
            if node.element.kind == "eventBasedGateway":
                for flow in live.blueprint.outgoing[node.element.id]:
                    if flow.target not in listened:
                        live.arm(frame, flow.target, node, flow.id)
            if "for" in node.facts:
                continue
            for event in live.blueprint.boundaries.get(node.element.id, ()):
                if event.id not in listened and event.event.kind in LISTENING and self._is_new(event, node.id):
                    live.arm(frame, event.id, node)

    def _is_new(self, event: Element, host: int) -> bool:
        if (host, event.id) in self.dropped:
            return True
        return not any(
            self.to(was.id) == event.id
            and was.kind == event.kind
            and self.to(was.attached_to or "") == (event.attached_to or "")
            for was in self.old.elements.values()
            if was.kind == event.kind
        )

    # ------------------------------------------------ what can be gone back to

    def _past(self, past: list[Any], rows: list[Any], made: list[Any]) -> list[Any]:
        """Executions of steps that are no more, or that would put tokens where there is no place, are folded away."""
        there = ((r[0], r[1], r[3] if len(r) > 3 else None) for r in rows if not _is_arm(r))
        kept = Past.unpack(past, there)
        astray = {t for t, (element, flow) in kept.tokens.items() if not self._can_stand(element, flow)}
        for id_ in sorted(kept.firings):
            firing = kept.firings[id_]
            if is_packed(firing.inner):
                firing.inner = self._within(firing.inner)
            if firing.step is None:
                continue
            closure = kept.closure(id_)
            produced = {t for i in closure for t in kept.firings[i].produced}
            again = {t for i in closure for t in kept.firings[i].consumed} - produced
            if again & astray or not self._is_same_step(firing.element):
                firing.step = None
        kept.latest = {}
        for id_ in sorted(kept.firings):
            firing = kept.firings[id_]
            firing.element = self.to(firing.element) or firing.element
            if firing.step is not None:
                kept.latest[firing.element] = id_
        kept.tokens = {t: (self.to(e) or e, self._flow(f, self.to(e) or e)) for t, (e, f) in kept.tokens.items()}
        kept._fold(sorted(kept.firings))
        return kept.pack(r[0] for r in made)

    def _is_same_step(self, id_: str) -> bool:
        was, now = self.old.elements.get(id_), self.new.elements.get(self.to(id_) or "")
        return was is not None and now is not None and was.kind == now.kind

    def _can_stand(self, id_: str, flow: str | None) -> bool:
        """Whether a token that an undoing would put back has a place in the new version."""
        was, now = self.old.elements.get(id_), self.new.elements.get(self.to(id_) or "")
        if was is None or now is None or now.kind != was.kind:
            return False
        scope = self.to(was.scope) if was.scope in self.old.elements else self.new.id
        if _scope_of(now, self.new) != scope:
            return False
        into = self.new.incoming[now.id]
        is_join = now.kind in _JOINS and len(into) > 1
        return not is_join or any(f.id == self._flow(flow, now.id) for f in into)

    def _within(self, packed: list[Any]) -> list[Any] | None:
        """The frame of a sub-process as it was left; ``None`` where one cannot go back inside it any more."""
        inside = _Going(self.old, self.new, self.mapping, {}, self.names)
        try:
            return inside.frame(packed, 0)
        except NotThere:
            return None


def _is_arm(row: list[Any]) -> bool:
    return len(row) > 4 and bool(row[4]) and "arm" in row[4]


def _awaits_the_same(was: Element, now: Element) -> bool:
    return (
        was.event == now.event
        and was.message == now.message
        and was.words.attribute("correlationKey") == now.words.attribute("correlationKey")
    )


def _loop_kind(element: Element) -> str | None:
    return element.loop.kind if element.loop is not None else None


def _is_interrupted(frame: Frame) -> bool:
    """An interrupting event sub-process runs: its scope listens for nothing else."""
    starts = [n.facts["start"] for n in frame.tasks.values() if n.element.is_triggered and "start" in n.facts]
    elements = frame.live.blueprint.elements
    return any(s in elements and elements[s].is_interrupting for s in starts)


def _scope_of(element: Element, blueprint: Blueprint) -> str:
    return element.scope if element.scope in blueprint.elements else blueprint.id


def _called(element: Element) -> str:
    return element.name or element.id


def _no_place(element: Element) -> NotThere:
    return NotThere(
        f"新版本没有“{_called(element)}”，请指定它对应的元素，或改为重做的步骤",
        f"the new version has no “{_called(element)}”; say which element it becomes, or which step is redone instead",
    )


def _starved(live: Live) -> set[tuple[int, str]]:
    """Parallel joins that would wait for ever: something stands at them or can reach them, but not on every flow."""
    found = set()
    blueprint = live.blueprint
    for frame in live.frames():
        if frame.is_loop:
            continue
        tokens = [n for n in frame.tasks.values() if not n.is_arm]
        for gate in blueprint.of_kind("parallelGateway"):
            upstream = blueprint.upstream.get(gate.id)
            if upstream is None or _scope_of(gate, blueprint) != frame.spec.name:
                continue
            coming = {f for n in tokens for f in _brings(n, gate, upstream)}
            if coming and any(f.id not in coming for f in blueprint.incoming[gate.id]):
                found.add((frame.owner.id if frame.owner is not None else 0, gate.id))
    return found


def _brings(node: Node, gate: Element, upstream: Mapping[str, frozenset[str]]) -> Iterable[str]:
    if node.element.id == gate.id:
        return () if node.flow is None or "passed" in node.facts else (node.flow,)
    return upstream.get(node.element.id, ())
