"""Whether a marking can still end: every token it holds, by whatever way, and no join waits for ever.

Option to complete of van der Aalst's workflow nets (1997), asked of the marking of a running case: from every marking
that can be reached the end can be reached. Control flow only: conditions are free, everybody and everything that is
waited for comes, an event on a boundary may happen or not (one that does not interrupt: at most once a token).
Bounded: beyond ``LARGEST`` markings the answer is that it is not known.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, Literal

from engine.machine.blueprints import CONTAINERS, Blueprint, Element, Flow
from engine.machine.live import Live
from engine.machine.specs import Frame, Node

LARGEST = 20_000
"""Markings looked at."""
WIDEST = 40
"""Tokens in one scope; more is a fork that nothing gathers."""
_GUARDS = 6
"""Conditional flows of one element of which every choice is tried."""

Token = tuple[str, str, tuple[str, ...], tuple[Any, ...]]
"""Element; the flow by which it waits at a join, ``#`` for an instance of a loop, else ""; the boundary events that
have happened beside it; what is inside it."""
Marking = tuple[Token, ...]
Exit = tuple[str, str] | None
"""How a scope was left otherwise than by its end: error or cancel, and the code."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a marking."""

    answer: Literal["sound", "weak", "dead", "unknown"]
    """``weak``: some way ends and some does not; ``dead``: no way ends."""
    waiting: tuple[str, ...] = ()
    """Elements at which a token would wait for ever, in the first marking found that cannot end."""
    path: tuple[str, ...] = ()
    """Elements that tokens come to, one after another, on the shortest way to that marking."""


class _TooLargeError(Exception):
    """More than is looked at."""


def soundness_of(live: Live, largest: int = LARGEST) -> Verdict:
    """The verdict on a case as it stands."""
    if live.completed:
        return Verdict("sound")
    return _explore(live.blueprint, _marking(live.root), largest)


def soundness_of_process(blueprint: Blueprint, largest: int = LARGEST) -> Verdict:
    """The verdict on a process from its beginning: of its start events the worst."""
    entries: list[tuple[Element, ...]] = [blueprint.entries[blueprint.id]] if blueprint.entries[blueprint.id] else []
    entries += [(s,) for s in blueprint.starts if s.event.kind != "none"]
    found = [_explore(blueprint, _sorted((e.id, "", (), ()) for e in begun), largest) for begun in entries]
    order = ("sound", "unknown", "weak", "dead")
    return max(found, key=lambda v: order.index(v.answer)) if found else Verdict("sound")


def _marking(frame: Frame) -> Marking:
    return _sorted(_token(n) for n in frame.tasks.values() if not n.is_arm)


def _token(node: Node) -> Token:
    flow = (node.flow or "") if _gathers(node.workflow.live.blueprint, node.element) else ""
    inside: Marking = ()
    if node.inner is not None and node.inner.is_loop:
        instances = [n for n in node.inner.tasks.values() if n.inner is not None]
        # Instances that stand alike go on alike.
        inside = _sorted({(n.element.id, "#", (), _marking(n.inner)) for n in instances if n.inner is not None})
    elif node.inner is not None:
        inside = _marking(node.inner)
    return node.element.id, flow, (), inside


def _sorted(tokens: Iterable[Token]) -> Marking:
    return tuple(sorted(tokens))


def _gathers(blueprint: Blueprint, element: Element) -> bool:
    return element.kind in ("parallelGateway", "inclusiveGateway") and len(blueprint.incoming[element.id]) > 1


# ---------------------------------------------------------------- what can be reached


def _explore(blueprint: Blueprint, first: Marking, largest: int) -> Verdict:
    before: dict[Marking, list[Marking]] = {first: []}
    stuck: list[Marking] = []
    todo = deque([first])
    walk = _Walk(blueprint)
    try:
        while todo:
            here = todo.popleft()
            if not here:
                continue
            following = {marking if left is None else () for marking, left in walk.after(blueprint.id, here)}
            if not following:
                stuck.append(here)
            for marking in following:
                if marking not in before:
                    if len(before) >= largest:
                        raise _TooLargeError
                    before[marking] = []
                    todo.append(marking)
                before[marking].append(here)
    except _TooLargeError:
        return (
            Verdict("dead", _waits(blueprint, first), _way(blueprint, before, first))
            if first in stuck
            else Verdict("unknown")
        )
    ends: set[Marking] = {()} if () in before else set()
    todo = deque(ends)
    while todo:
        for earlier in before[todo.popleft()]:
            if earlier not in ends:
                ends.add(earlier)
                todo.append(earlier)
    if len(ends) == len(before):
        return Verdict("sound")
    lost = next(iter([*stuck, *(m for m in before if m not in ends)]))
    return Verdict("weak" if first in ends else "dead", _waits(blueprint, lost), _way(blueprint, before, lost))


def _way(blueprint: Blueprint, before: dict[Marking, list[Marking]], lost: Marking) -> tuple[str, ...]:
    """The shortest way from the first marking to a lost one: markings are found in the order of their distance, so the
    one that a marking was found from comes first among those before it."""
    markings = [lost]
    while before[markings[-1]]:
        found = before[markings[-1]][0]
        if found in markings:
            break
        markings.append(found)
    markings.reverse()
    told = [_standing(markings[0])]
    told += [_standing(there) - _standing(here) for here, there in pairwise(markings)]
    return tuple(one for new in told for one in sorted(new.elements(), key=list(blueprint.elements).index))


def _standing(marking: Marking) -> Counter[str]:
    """How many tokens stand at each element, those inside others too."""
    found: Counter[str] = Counter()
    for id_, mark, _, inside in marking:
        if mark != "#":
            found[id_] += 1
        found += _standing(inside)
    return found


def _waits(blueprint: Blueprint, marking: Marking) -> tuple[str, ...]:
    """The joins at which tokens stand, else everything that stands."""

    def every(tokens: Marking) -> Iterator[Token]:
        for token in tokens:
            yield token
            yield from every(token[3])

    tokens = list(every(marking))
    joins = [t[0] for t in tokens if t[1] not in ("", "#")]
    found = joins or [t[0] for t in tokens]
    return tuple(e for e in blueprint.elements if e in found)


class _Walk:
    """The moves of a marking by a process."""

    def __init__(self, blueprint: Blueprint) -> None:
        self.blueprint = blueprint
        self.ways_of: dict[str, list[tuple[Flow, ...]]] = {}

    def after(self, scope: str, marking: Marking) -> Iterator[tuple[Marking, Exit]]:
        """Every marking of a scope that one move leads to, or how the scope is left."""
        if len(marking) > WIDEST:
            raise _TooLargeError
        for i, token in enumerate(marking):
            if i and marking[i - 1] == token:
                continue
            rest = marking[:i] + marking[i + 1 :]
            for made, left in self._acts(token):
                if left is None:
                    yield _sorted([*rest, *made]), None
                elif left[0] == "terminate":
                    yield (), None
                else:
                    yield self._caught(scope, left)
        yield from self._joins(marking)
        for start in self.blueprint.triggers[scope]:
            if start.is_interrupting and not any(t[0] == start.scope for t in marking):
                yield self._triggered(start), None

    def _triggered(self, start: Element) -> Marking:
        return ((start.scope, "", (), ((start.id, "", (), ()),)),)

    def _caught(self, scope: str, left: tuple[str, str]) -> tuple[Marking, Exit]:
        """An error thrown in a scope: its own event sub-process catches it, else it goes outwards."""
        if left[0] == "error":
            starts = [s for s in self.blueprint.triggers[scope] if s.event.kind == "error"]
            found = next((s for s in starts if s.event.name in (left[1], "")), None)
            if found is not None:
                return self._triggered(found), None
        return (), left

    # ------------------------------------------------ one token

    def _acts(self, token: Token) -> Iterator[tuple[list[Token], Exit]]:
        """What one token may become."""
        id_, flow, fired, inside = token
        element = self.blueprint.elements[id_]
        if flow:
            return  # at a join: it goes on with the others
        for event in self.blueprint.boundaries.get(id_, ()):
            if event.event.kind in ("compensation", "cancel"):
                continue
            if event.is_interrupting:
                yield from ((made, None) for made in self._left_by(event))
            elif event.id not in fired:
                beside = (id_, flow, tuple(sorted((*fired, event.id))), inside)
                yield from (([beside, *made], None) for made in self._left_by(event))
        if inside and inside[0][1] == "#":
            yield from self._turns(element, token)
        elif inside:
            for inner, left in self._inside(id_, inside):
                yield from self._becomes(element, (id_, flow, fired, inner) if inner else None, left)
        elif element.kind in CONTAINERS:
            begun = _sorted((e.id, "", (), ()) for e in self.blueprint.entries[id_])
            if element.loop is not None:
                yield from ((made, None) for made in self._goes(element))
                if begun:
                    yield [(id_, flow, fired, ((id_, "#", (), begun),))], None
            elif begun:
                yield [(id_, flow, fired, begun)], None
            else:
                yield from ((made, None) for made in self._goes(element))
        elif element.kind == "endEvent" and element.event.kind in ("terminate", "error", "cancel"):
            yield [], (element.event.kind, element.event.name)
        else:
            yield from ((made, None) for made in self._goes(element))

    def _becomes(self, element: Element, token: Token | None, left: Exit) -> Iterator[tuple[list[Token], Exit]]:
        """The token of a scope after a move inside it: it is still running, has ended, or is left otherwise."""
        if left is None and token is not None:
            yield [token], None
            return
        if left is None:
            yield from ((made, None) for made in self._goes(element))
            return
        kind, code = left
        events = [b for b in self.blueprint.boundaries.get(element.id, ()) if b.event.kind == kind]
        found = next((b for b in events if kind == "cancel" or b.event.name in (code, "")), None)
        if found is not None:
            yield from ((made, None) for made in self._left_by(found))
        elif kind == "cancel":
            yield from ((made, None) for made in self._goes(element))
        else:
            yield [], left

    def _inside(self, scope: str, inside: Marking) -> Iterator[tuple[Marking, Exit]]:
        yield from self.after(scope, inside)

    def _turns(self, element: Element, token: Token) -> Iterator[tuple[list[Token], Exit]]:
        """The instances of a loop: each goes on by itself; how many there will be is free."""
        id_, flow, fired, instances = token
        begun = _sorted((e.id, "", (), ()) for e in self.blueprint.entries[id_])
        for i, (_, _, _, inner) in enumerate(instances):
            others = instances[:i] + instances[i + 1 :]
            for marking, left in self._inside(id_, inner):
                if left is not None:
                    yield from self._becomes(element, None, left)
                elif marking:
                    yield [(id_, flow, fired, _sorted({*others, (id_, "#", (), marking)}))], None
                else:
                    if others:
                        yield [(id_, flow, fired, others)], None
                    else:
                        yield from ((made, None) for made in self._goes(element))
                    if begun and element.loop is not None and element.loop.kind != "parallel":
                        yield [(id_, flow, fired, _sorted({*others, (id_, "#", (), begun)}))], None

    def _left_by(self, event: Element) -> Iterator[list[Token]]:
        yield from self._goes(event)

    def _goes(self, element: Element) -> Iterator[list[Token]]:
        for flows in self._ways(element):
            yield [self._arrives(f) for f in flows]

    def _arrives(self, flow: Flow) -> Token:
        target = self.blueprint.elements[flow.target]
        return target.id, flow.id if _gathers(self.blueprint, target) else "", (), ()

    def _ways(self, element: Element) -> list[tuple[Flow, ...]]:
        """The choices among an element's outgoing flows (``Live.ways`` with every condition free)."""
        known = self.ways_of.get(element.id)
        if known is None:
            known = self.ways_of[element.id] = list(dict.fromkeys(self._choices(element)))
        return known

    def _choices(self, element: Element) -> Iterator[tuple[Flow, ...]]:
        flows = self.blueprint.outgoing[element.id]
        if not flows:
            yield ()
            return
        if element.kind in ("exclusiveGateway", "eventBasedGateway") and len(flows) > 1:
            yield from ((f,) for f in flows)
            return
        plain = tuple(f for f in flows if f.condition is None and not f.is_default)
        guarded = tuple(f for f in flows if f.condition is not None and not f.is_default)
        default = tuple(f for f in flows if f.is_default)
        if element.kind == "parallelGateway" or not (guarded or default):
            yield flows
            return
        if len(guarded) > _GUARDS:
            raise _TooLargeError
        for size in range(1, len(guarded) + 1):
            for some in combinations(guarded, size):
                yield tuple(f for f in flows if f in some or f in plain)
        if default or plain:
            yield (*plain, *default)

    # ------------------------------------------------ joins

    def _joins(self, marking: Marking) -> Iterator[tuple[Marking, Exit]]:
        for id_ in dict.fromkeys(t[0] for t in marking if t[1] not in ("", "#")):
            element = self.blueprint.elements[id_]
            full = {t[1] for t in marking if t[0] == id_}
            if element.kind == "parallelGateway":
                if len(full) < len(self.blueprint.incoming[id_]):
                    continue
            elif self._may_still_come(id_, full, marking):
                continue
            rest = list(marking)
            for flow in full:
                rest.remove((id_, flow, (), ()))
            for made in self._goes(element):
                yield _sorted([*rest, *made]), None

    def _may_still_come(self, gateway: str, full: set[str], marking: Marking) -> bool:
        """BPMN 2.0.2, section 13.4.3."""
        upstream = self.blueprint.upstream[gateway]
        for token in marking:
            reach = upstream.get(token[0])
            if token[0] != gateway and reach and reach - full and not reach & full:
                return True
        return False
