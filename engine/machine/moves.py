"""The moves of a case: begin, complete, fail, receive, signal, wake; mend; go back, move, migrate.

Each takes a live case and an environment, moves it to its next rest and says what has changed (``Step``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import feel
from engine.errors import Incident, Text
from engine.machine import loops
from engine.machine.acts import LISTENING
from engine.machine.blueprints import Blueprint, Element
from engine.machine.frozen import freeze, renumbered, thaw, unpack
from engine.machine.live import BACK_TO, Environment, Happening, Live, Open, Step
from engine.machine.packing import pack
from engine.machine.past import Past
from engine.machine.specs import ERROR, STARTED, WAITING, Frame, Node

MAX_FIRED = 10_000
"""Timers one wake may fire."""


class NotThere(Exception):
    """A case cannot go where it was told to; ``text`` says why."""

    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh, en)
        super().__init__(en)


@dataclass(frozen=True, slots=True)
class Target:
    """A step that somebody may go back to, and what that would undo."""

    element: str
    undone: tuple[int, ...]
    """Numbers of completed tasks that become void, the step's own among them."""
    gone: tuple[Open, ...]
    """What is open now and would be no more."""


# ---------------------------------------------------------------- going on


def begin(
    blueprint: Blueprint,
    environment: Environment,
    variables: dict[str, Any],
    start: str | None = None,
    message: Mapping[str, Any] | None = None,
) -> tuple[Live, Step]:
    """Start a case and run it to its first rest; ``start`` names the event that starts it, else the none start."""
    live = Live(blueprint, environment, variables)

    def go() -> None:
        if start is not None and start != blueprint.start.id:
            kind = blueprint.elements[start].event.kind
            event = [kind if kind in ("message", "signal") else "event", feel.freeze(dict(message or {}))]
            live.open_scope(None, blueprint.id)
            for other in [n for n in live.root.tasks.values() if not n.is_arm]:
                live.remove(other)
                _past(live.root).lost(other.id)
            live.ready.clear()
            live.token(live.root, start, None, event)
        elif not blueprint.entries[blueprint.id]:
            raise Incident(blueprint.id, "the process starts by an event only")
        else:
            live.open_scope(None, blueprint.id)

    return live, _move(live, environment, go)


def complete(
    live: Live,
    node: int,
    environment: Environment,
    written: Mapping[str, Any] | None = None,
    result: Any = None,
) -> Step:
    """Complete an open task, job or call by its number. Raises ``KeyError`` where it is not open.

    ``written`` are variables that the completion sets; ``result`` is what a job or a called case gives.
    """
    found = _open(live, node, "task", "job", "call")

    def go() -> None:
        for name, value in (written or {}).items():
            live.write(found, name, value)
        live.close(found)
        if result is not None or found.element.kind in ("serviceTask", "callActivity"):
            found.facts["event"] = ["result", live.frozen(result, found)]
        back = found.facts.pop("back", None)
        if back is None or not _straight_back(live, found, back):
            live.finish_later(found)

    return _move(live, environment, go)


def fail(live: Live, node: int, environment: Environment, error: str, message: str = "") -> Step | None:
    """A BPMN error at an open task, job or call (10.5.6); ``None``, and nothing changed, where nothing catches it."""
    found = _open(live, node, "task", "job", "call")
    caught = False

    def go() -> None:
        nonlocal caught
        caught = live.raise_from(found, "error", error, ["error", {"code": error, "message": message}])

    step = _move(live, environment, go)
    return step if caught else None


def receive(live: Live, node: int, environment: Environment, data: Mapping[str, Any]) -> Step:
    """Deliver a message to a node that listens for it. Raises ``KeyError`` where it does not."""
    listens = live.subscriptions[node]
    found = live.nodes[node]

    def go() -> None:
        live.happenings.append(
            Happening("caught", listens.element, {"kind": "message", "name": listens.name, "key": listens.key})
        )
        live.caught(found, ["message", feel.freeze(dict(data))])

    return _move(live, environment, go)


def signal(live: Live, environment: Environment, name: str, data: Mapping[str, Any]) -> Step:
    """Wake everything in the case that listens for a signal; nothing changes where nothing does."""
    return _move(live, environment, lambda: live.deliver_signal(name, data))


def wake(live: Live, environment: Environment) -> Step:
    """Fire the timers that are due, in due order, each run to its rest before the next; look at conditions."""
    return _move(live, environment, lambda: None)


def is_wake_due(live: Live, now: datetime) -> bool:
    """Whether some timer of the case is due."""
    return any(w.due <= now for w in live.waits())


# ---------------------------------------------------------------- mending


def halt(
    live: Live, node: int, environment: Environment, reason: str, details: Mapping[str, Any] | None = None
) -> Step:
    """An open node cannot go on, says the host: it becomes an incident."""
    found = _open(live, node, "task", "job", "call")
    return _move(live, environment, lambda: live.fault(found, Incident(found.element.id, reason, dict(details or {}))))


def retry(live: Live, node: int, environment: Environment) -> Step:
    """Let an incident's node act again."""
    found = _open(live, node, "incident")

    def go() -> None:
        over = "over" in found.facts or "judge" in found.facts
        _mended(live, found)
        if found.is_arm:
            live.attempt(found, live.listen)
        else:
            live.ready.append((found, "complete" if over else "arrive"))

    return _move(live, environment, go)


def skip(live: Live, node: int, environment: Environment, flow: str | None = None) -> Step:
    """Pass over an incident's node: on along ``flow``, else along its default, else along every flow it has.

    Raises ``NotThere`` where the flow is not one of the node's, or a gateway leaves it open which one is meant.
    """
    found = _open(live, node, "incident")
    flows = live.blueprint.outgoing[found.element.id]
    chosen = [f for f in flows if f.id == flow]
    if flow is not None and not chosen:
        raise NotThere(f"{found.element.id} 没有连线 {flow}", f"{found.element.id} has no flow {flow}")
    if flow is None:
        chosen = [f for f in flows if f.is_default] or list(flows)
        if len(chosen) > 1 and found.element.kind in ("exclusiveGateway", "inclusiveGateway", "eventBasedGateway"):
            raise NotThere("请选择走哪一条连线", "choose the flow to go on by")

    def go() -> None:
        _mended(live, found)
        if found.is_arm:
            live.remove(found)
        elif "for" in found.facts or found.workflow.is_loop:
            live.leave(found)
        else:
            if found.inner is not None:
                live.empty(found.inner)
                found.inner = None
            live.go(found, chosen)

    return _move(live, environment, go)


def set_variables(live: Live, environment: Environment, values: Mapping[str, Any]) -> Step:
    """Set variables of the case, as a mending does; conditions are looked at."""

    def go() -> None:
        live.variables.update(values)
        live.written.update(values)

    return _move(live, environment, go)


def _mended(live: Live, node: Node) -> None:
    live.close(node)
    node.facts.pop("fault", None)
    node._set_state(STARTED)


# ---------------------------------------------------------------- going back


def targets(live: Live, node: int) -> tuple[Target, ...]:
    """The steps that an open node may go back to: those that led to it, in the order in which they were done."""
    acting = live.nodes[node]
    found: dict[str, Target] = {}
    for frame, standing in _chain(acting):
        if frame.past is None:
            continue
        past = frame.past
        for element, id_ in past.latest.items():
            undone = past.closure(id_)
            gone = [t for i in undone for t in past.firings[i].produced if t not in past.consumer]
            if standing.id not in gone:
                continue
            open_ = tuple(o for t in sorted(gone) if t in live.nodes for o in _inside(live, live.nodes[t]))
            void = tuple(sorted(v for i in undone for v in _voided(past.firings[i])))
            first = past.firings[id_]
            if isinstance(first.inner, list) and first.inner and isinstance(first.inner[0], str):
                for step in _steps_within(first.inner):
                    found[step] = Target(step, void, open_)
            else:
                found[element] = Target(element, void, open_)
    order = list(live.blueprint.elements)
    return tuple(sorted(found.values(), key=lambda t: (t.undone[0] if t.undone else 0, order.index(t.element))))


def go_back(
    live: Live, environment: Environment, element: str, frame_of: int | None = None, straight: bool = False
) -> Step:
    """Undo the latest execution of a step and everything that came of it; what ran beside it stays.

    ``frame_of``: the node that asks, which says which instance of a multi-instance is meant. With ``straight`` the
    reopened step, once completed again, leads straight back to what was undone. Raises ``NotThere``.
    """
    wanted = live.blueprint.elements.get(element)
    if wanted is None or wanted.kind not in BACK_TO:
        raise NotThere(f"{element} 不是可以退回的步骤", f"{element} is no step to go back to")
    acting = live.nodes.get(frame_of) if frame_of is not None else None
    return _move(live, environment, lambda: _go_back(live, wanted, acting, straight))


def _go_back(live: Live, wanted: Element, acting: Node | None, straight: bool) -> None:
    frame = live.root
    for scope in _path(live.blueprint, wanted):
        frame = _enter(live, frame, scope, acting)
    past = _past(frame)
    firing = past.latest.get(wanted.id)
    if firing is None:
        if any(n.element.id == wanted.id for n in frame.tasks.values()):
            raise NotThere(f"{wanted.id} 正在办理，不必退回", f"{wanted.id} is open already")
        raise NotThere(f"{wanted.id} 尚未办过，不能退回", f"{wanted.id} has not been done; there is nothing to undo")
    step = past.firings[firing]
    own = step.consumed
    saved = _undo(live, frame, firing)
    for token in saved["again"]:
        node = _again(live, frame, token)
        if token in own and straight:
            node.facts["back"] = saved["package"]


def _path(blueprint: Blueprint, element: Element) -> list[Element]:
    """The sub-processes around an element, outermost first."""
    found: list[Element] = []
    while element.scope in blueprint.elements:
        element = blueprint.elements[element.scope]
        found.insert(0, element)
    return found


def _enter(live: Live, frame: Frame, scope: Element, acting: Node | None) -> Frame:
    """The frame of a sub-process: the running one, or the last one brought back as it stood."""
    around = [f for f, _ in _chain(acting)] if acting is not None else []
    running = [n for n in _nodes_of(frame, scope.id) if n.inner is not None]
    mine = [n for n in running if n.inner in around]
    if mine or len(running) == 1:
        return (mine or running)[0].within
    if running:
        raise NotThere(f"{scope.id} 有多个实例在办，请从其中一个退回", f"{scope.id} runs several times; say from which")
    past = _past(frame)
    firing = past.latest.get(scope.id)
    kept = past.firings[firing].inner if firing is not None else None
    if firing is None or kept is None:
        raise NotThere(f"{scope.id} 尚未办过，不能退回", f"{scope.id} has not been done; there is nothing to undo")
    if not (kept and isinstance(kept[0], str)):
        raise NotThere(
            f"{scope.id} 是多实例，只能整体退回", f"{scope.id} ran several times; go back to the whole of it"
        )
    own = past.firings[firing].consumed
    saved = _undo(live, frame, firing)
    entered = frame
    for token in saved["again"]:
        if token not in own:
            _again(live, frame, token)
            continue
        node = _stand(live, frame, token, STARTED)
        live.arm_boundaries(node)
        entered = unpack(live, renumbered(live, kept), node)
        _arm_triggers(live, entered)
        _reopened(live, entered)
    return entered


def _nodes_of(frame: Frame, element: str) -> list[Node]:
    """The nodes at an element, those of a loop's instances among them."""
    found = []
    for node in frame.tasks.values():
        if node.element.id == element:
            found += list(node.inner.tasks.values()) if node.inner is not None and node.inner.is_loop else [node]
    return found


def _arm_triggers(live: Live, frame: Frame) -> None:
    """A scope that runs again listens again for what begins its event sub-processes."""
    there = {n.element.id for n in frame.tasks.values() if n.is_arm}
    for start in live.blueprint.triggers[frame.spec.name]:
        if start.event.kind in LISTENING and start.id not in there:
            live.arm(frame, start.id, None)


def _undo(live: Live, frame: Frame, firing: int) -> dict[str, Any]:
    """Take an execution back with all that came of it; gives the tokens that stand again, and what a way straight
    back needs."""
    past = _past(frame)
    undone = past.closure(firing)
    firings = [past.firings[i] for i in sorted(undone)]
    kept = [[f.element, f.consumed, f.produced, f.step, f.inner] for f in firings]
    tokens = {t: past.tokens[t] for f in firings for t in (*f.consumed, *f.produced)}
    for f in firings:
        live.voided += _voided(f)
        if f.element in live.visits and f.step is not None:
            live.visits[f.element] = max(0, live.visits[f.element] - 1)
    again, gone = past.undo(undone)
    living = []
    for token in gone:
        node = live.nodes.get(token)
        if node is not None:
            inner = pack(node.inner) if node.inner is not None else None
            living.append([token, node.element.id, node.flow, inner])
            live.cancel(node)
    package = {
        "firings": kept,
        "tokens": [[t, *at] for t, at in tokens.items()],
        "living": living,
        "again": again,
    }
    return {"again": again, "package": package}


def _voided(firing: Any) -> list[int]:
    found = [firing.step] if firing.step is not None else []
    if isinstance(firing.inner, list) and firing.inner:
        if isinstance(firing.inner[0], str):
            found += _voided_within(firing.inner)
        else:
            found += firing.inner
    return found


def _voided_within(packed: list[Any]) -> list[int]:
    found: list[int] = []
    if packed[2] is not None:
        for _, _, _, step, *inner in packed[2][0]:
            if step is not None:
                found.append(step)
            if inner and inner[0]:
                found += _voided_within(inner[0]) if isinstance(inner[0][0], str) else inner[0]
    return found


def _steps_within(packed: list[Any]) -> Iterator[str]:
    """The steps of a packed frame that can be gone back to: the latest execution of each is in its past."""
    for element, _, _, step, *inner in packed[2][0] if packed[2] is not None else ():
        if step is None:
            continue
        if inner and inner[0] and isinstance(inner[0][0], str):
            yield from _steps_within(inner[0])
        else:
            yield element


def _again(live: Live, frame: Frame, token: int) -> Node:
    """A token that stands again acts as if it had just arrived: a task opens, a join waits, a timer counts anew."""
    node = _stand(live, frame, token, None)
    live.ready.append((node, "arrive"))
    return node


def _stand(live: Live, frame: Frame, token: int, state: int | None) -> Node:
    past = _past(frame)
    element, flow = past.tokens[token]
    live.last += 1
    node = Node(frame, live.specs.elements[element], live.last, flow)
    live.nodes[node.id] = node
    frame.tokens += 1
    past.rename(token, node.id)
    if state is not None:
        node._set_state(state)
    return node


def _reopened(live: Live, frame: Frame) -> None:
    """Say of everything in a frame that was brought back that it has opened."""
    for node in frame.tasks.values():
        if node.id in live.opens:
            live.before.setdefault(node.id, None)
        if node.inner is not None:
            _reopened(live, node.inner)
    live._waits = live._listens = None


def _straight_back(live: Live, node: Node, package: Mapping[str, Any]) -> bool:
    """Redo what a return undid, its step being completed anew; false where something has moved meanwhile."""
    frame = node.workflow
    past = frame.past
    if past is None:
        return False
    flows = {t: (e, f) for t, e, f in package["tokens"]}
    own = package["firings"][0][1]
    standing: dict[int, Node] = {}
    for token in package["again"]:
        element, flow = flows[token]
        found = [n for n in frame.tasks.values() if n.element.id == element and n.flow == flow and not n.is_arm]
        if token in own:
            found = [node]
        if len(found) != 1 or (found[0] is not node and found[0]._state != WAITING):
            return False
        standing[token] = found[0]
    for token, (element, flow) in flows.items():
        if token not in standing and token not in past.tokens:
            past.born(token, element, flow)
    for token, one in standing.items():
        past.rename(one.id, token)
    for element, consumed, produced, step, inner in package["firings"]:
        mine = node.id if step is not None and consumed == own else step
        past.fire(element, consumed, produced, mine, inner)
    made = []
    for token, element, _flow, inner in package["living"]:
        one = _stand(live, frame, token, None)
        if inner is None:
            live.ready.append((one, "arrive"))
        else:
            one._set_state(STARTED)
            live.arm_boundaries(one)
            _reopened(live, unpack(live, renumbered(live, inner), one))
        made.append(element)
    live.disarm(node)
    live.count(node.element.id)
    for one in standing.values():
        live.remove(one)
    return True


def _chain(node: Node) -> Iterator[tuple[Frame, Node]]:
    """The frames around a node, innermost first, each with the node that stands in it."""
    at: Node | None = node
    while at is not None:
        yield at.workflow, at
        at = at.workflow.owner


def _inside(live: Live, node: Node) -> Iterator[Open]:
    if node.id in live.opens:
        yield live.opens[node.id]
    if node.inner is not None:
        for inner in node.inner.tasks.values():
            yield from _inside(live, inner)


def _past(frame: Frame) -> Past:
    if frame.past is None:
        raise NotThere("多实例内部不能退回", "one cannot go back inside the instances of a loop")
    return frame.past


# ---------------------------------------------------------------- an administrator's move


def move(live: Live, environment: Environment, cancel: Iterable[int], start: Iterable[str]) -> Step:
    """Take open nodes away and begin elements of the same scope instead. Raises ``NotThere``.

    Elements are entered as if a flow had led to them; a gateway that merges is entered past its merging.
    """
    taken, wanted = list(cancel), list(start)
    for number in taken:
        if number not in live.nodes:
            raise NotThere(f"没有正在进行的节点 {number}", f"there is no open node {number}")
    for id_ in wanted:
        element = live.blueprint.elements.get(id_)
        if element is None or element.kind in ("startEvent", "boundaryEvent") or element.is_triggered:
            raise NotThere(f"不能从 {id_} 开始", f"one cannot begin at {id_}")
    if not taken and not wanted:
        raise NotThere("没有要移动的内容", "there is nothing to move")

    def go() -> None:
        frames = [live.nodes[n].workflow for n in taken]
        if any(f.is_loop for f in frames) and wanted:
            raise NotThere("多实例须整体移动", "move the whole multi-instance, not one of its instances")
        pairs: dict[int, tuple[Frame, list[int], list[int]]] = {}
        for number in taken:
            node = live.nodes[number]
            if node.workflow.is_loop:
                live.cancel(node)
                continue
            live.cancel(node)
            pairs.setdefault(id(node.workflow), (node.workflow, [], []))[1].append(number)
        for id_ in wanted:
            frame = _frame_for(live, live.blueprint.elements[id_], frames)
            node = live.token(frame, id_, passed=True)
            pairs.setdefault(id(frame), (frame, [], []))[2].append(node.id)
        for frame, consumed, produced in pairs.values():
            if consumed:
                _past(frame).fire("", consumed, produced)
        for frame in {id(f): f for f in frames}.values():
            if frame.is_loop and frame.owner is not None and not frame.tokens:
                live.attempt(frame.owner, _loop_over)
            elif frame.tokens == 0 and not frame.is_loop:
                live._end_if_empty(frame)

    return _move(live, environment, go)


def _loop_over(body: Node) -> None:
    loops.judge_again(body.workflow.live, body)


def _frame_for(live: Live, element: Element, frames: list[Frame]) -> Frame:
    for frame in (*frames, *live.frames()):
        at: Frame | None = frame
        while at is not None:
            if not at.is_loop and at.spec.name == element.scope and not at.completed:
                return at
            at = at.parent
    raise NotThere(
        f"{element.id} 所在的子流程没有在进行，请从该子流程开始",
        f"the sub-process of {element.id} is not running; begin at the sub-process",
    )


# ---------------------------------------------------------------- migration


@dataclass(frozen=True, slots=True)
class Migrated:
    """A case on another version: what became of its nodes."""

    live: Live
    step: Step
    moved: Mapping[str, str]
    """Elements at which something stood → where it stands now, where that differs."""
    redone: tuple[str, ...]
    """Steps of the new version that begin anew in place of one that is no more."""


def migrate(live: Live, blueprint: Blueprint, mapping: Mapping[str, str | None], environment: Environment) -> Migrated:
    """The same case on another version; ``live`` is left as it was.

    ``mapping``: element of the old version → element of the new one; what is not named keeps its id. Raises
    ``NotThere`` where a token stands at an element that has no counterpart of its kind.
    """
    moved: dict[str, str] = {}
    redone: list[str] = []
    other = thaw(live.blueprint, freeze(live), environment)

    def to(element: str) -> str | None:
        return mapping.get(element, element)

    def check(node: Node) -> None:
        old, new_id = node.element, to(node.element.id)
        new = blueprint.elements.get(new_id or "")
        if new is None:
            raise NotThere(
                f"新版本没有 {old.id}，请为它指定去处", f"the new version has no {old.id}; say where it goes"
            )
        if new.kind != old.kind or (new.loop is None) != (old.loop is None):
            raise NotThere(f"{old.id} 与 {new.id} 类型不同", f"{old.id} and {new.id} are of different kinds")
        if _scope_of(new, blueprint) != (to(old.scope) if old.scope != live.blueprint.id else blueprint.id):
            raise NotThere(f"{new.id} 在新版本中位于别的子流程", f"{new.id} lies in another sub-process now")
        if new.id != old.id:
            moved[old.id] = new.id

    packed = pack(other.root)
    for node in other.nodes.values():
        if node.is_arm:
            continue
        check(node)
    state = _mapped(packed, to, live.blueprint, blueprint)
    fresh = Live(blueprint, environment, dict(live.variables))
    fresh.last, fresh.visits = live.last, {to(e) or e: n for e, n in live.visits.items()}
    fresh.outcome, fresh.seen_by = live.outcome, set(live.seen_by)
    unpack(fresh, state, None)

    def settle() -> None:
        for frame in list(fresh.frames()):
            _listen_anew(fresh, frame)

    step = _move(fresh, environment, settle)
    return Migrated(fresh, step, moved, tuple(redone))


def _scope_of(element: Element, blueprint: Blueprint) -> str:
    return element.scope if element.scope in blueprint.elements else blueprint.id


def _mapped(packed: list[Any], to: Callable[[str], str | None], old: Blueprint, new: Blueprint) -> list[Any]:
    scope, rows, past, *rest = packed
    made = []
    for row in rows:
        number, element, state, flow, *more = row
        facts = dict(more[0]) if more and more[0] else {}
        if "arm" in facts and not _keeps_listening(old, new, element, to(element)):
            continue
        target = to(element) or element
        if "start" in facts:
            facts["start"] = to(facts["start"]) or facts["start"]
        facts.pop("back", None)
        inner = _mapped(more[2], to, old, new) if len(more) > 2 and more[2] is not None else None
        own = more[1] if len(more) > 1 else None
        made.append([number, target, state, _flow_of(flow, target, old, new), facts or None, own, inner])
    if past is not None:
        past = _past_mapped(past, to, old, new, {r[0]: r for r in made})
    if rest:
        more_ = dict(rest[0])
        if "of" in more_:
            more_["of"] = to(more_["of"]) or more_["of"]
        if "done" in more_:
            more_["done"] = [d for d in more_["done"] if (to(d["e"]) or d["e"]) in new.elements]
        rest = [more_]
    name = new.id if scope == old.id else (to(scope) or scope)
    return [name, made, past, *rest]


def _keeps_listening(old: Blueprint, new: Blueprint, element: str, target: str | None) -> bool:
    """A timer, message, signal or condition is still waited for, and still the same."""
    then, now = old.elements[element], new.elements.get(target or "")
    return now is not None and then.event == now.event and then.kind == now.kind and then.message == now.message


def _flow_of(flow: str | None, element: str, old: Blueprint, new: Blueprint) -> str | None:
    """A token keeps the flow by which it came, where the new version has it; else the one from the same source."""
    if flow is None or any(f.id == flow for f in new.incoming[element]):
        return flow
    source = next((f.source for f in old.flows if f.id == flow), None)
    return next((f.id for f in new.incoming[element] if f.source == source), flow)


def _past_mapped(
    past: list[Any], to: Callable[[str], str | None], old: Blueprint, new: Blueprint, living: Mapping[int, Any]
) -> list[Any]:
    """What can be gone back to in the new version: executions of elements that are no more are folded away."""
    kept = Past.unpack(past, ((n, r[1], r[3]) for n, r in living.items()))
    for id_ in sorted(kept.firings):
        firing = kept.firings.get(id_)
        if firing is None:
            continue
        target = to(firing.element)
        element = new.elements.get(target or "")
        was = old.elements.get(firing.element)
        is_same = element is not None and was is not None and element.kind == was.kind
        if isinstance(firing.inner, list) and firing.inner and isinstance(firing.inner[0], str):
            firing.inner = _mapped(firing.inner, to, old, new) if is_same else None
        if not is_same and firing.step is not None:
            if kept.latest.get(firing.element) == id_:
                del kept.latest[firing.element]
            firing.step = None
    for firing in kept.firings.values():
        firing.element = to(firing.element) or firing.element
    kept.tokens = {
        t: (to(e) or e, _flow_of(f, to(e) or e, old, new) if (to(e) or e) in new.elements else f)
        for t, (e, f) in kept.tokens.items()
    }
    kept._fold([i for i, f in kept.firings.items() if f.step is None])
    return kept.pack(living)


def _listen_anew(live: Live, frame: Frame) -> None:
    """Arm what the new version listens for beside the tokens that stand, and is not yet listened for."""
    _arm_triggers(live, frame)
    for node in list(frame.tasks.values()):
        if node.is_arm or node.workflow.is_loop or node._state == ERROR:
            continue
        listened = {n.element.id for n in frame.tasks.values() if n.facts.get("arm") == node.id}
        if node.element.kind == "eventBasedGateway":
            for flow in live.blueprint.outgoing[node.element.id]:
                if flow.target not in listened:
                    live.arm(frame, flow.target, node, flow.id)
        for event in live.blueprint.boundaries.get(node.element.id, ()):
            if event.id not in listened and event.event.kind in LISTENING:
                live.arm(frame, event.id, node)


# ---------------------------------------------------------------- one move


def _open(live: Live, node: int, *kinds: str) -> Node:
    found = live.opens.get(node)
    if found is None or found.kind not in kinds:
        raise KeyError(node)
    return live.nodes[node]


def _move(live: Live, environment: Environment, act: Callable[[], Any]) -> Step:
    live.environment = environment
    live.fresh()
    try:
        act()
        live.run()
        _fire_due(live)
    except (Incident, NotThere, KeyError):
        raise
    except RecursionError as e:
        raise Incident(live.blueprint.id, "the case is nested too deeply to go on") from e
    except Exception as e:
        raise Incident(live.blueprint.id, f"{type(e).__name__}: {e}") from e
    opened, gone = [], []
    for number, was in sorted(live.before.items()):
        now = live.opens.get(number)
        if was is not None and was != now:
            gone.append(was)
        if now is not None and was != now:
            opened.append(now)
    return Step(
        opened=tuple(opened),
        gone=tuple(gone),
        waits=live.waits(),
        listens=live.listens(),
        throws=tuple(live.throws),
        calls=tuple(c for c in live.calls if c.node in live.opens),
        faults=tuple(f for f in live.faults if f.node in live.opens and live.opens[f.node].kind == "incident"),
        happenings=tuple(live.happenings),
        voided=tuple(sorted(set(live.voided))),
        is_ended=live.completed,
        outcome=live.outcome,
        error=live.error,
    )


def _fire_due(live: Live) -> None:
    """Late timers fire at once; one that a move arms for a past instant fires with that move."""
    fired = 0
    while (due := live.waits()) and due[0].due <= live.environment.now:
        wait, fired = due[0], fired + 1
        if fired > MAX_FIRED:
            raise Incident(wait.element, f"more than {MAX_FIRED} timers at once")
        node = live.nodes[wait.node]
        live.happenings.append(Happening("fired", wait.element, {"due": wait.due}))
        if node.facts.get("arm") is None or node.element.event.kind != "timer":
            live.caught(node, None)
        else:
            live.attempt(node, lambda n: live.caught(n, None))
        live.run()
