"""The moves of a case: begin, complete, fail, receive, signal, wake; mend; go back, move.

Each takes a live case and an environment, moves it to its next rest and says what has changed (``Step``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine import feel
from engine.errors import Incident, Text
from engine.machine import loops, reasons
from engine.machine.blueprints import Blueprint, Element
from engine.machine.live import BACK_TO, Live
from engine.machine.packing import pack, renumbered, unpack
from engine.machine.schedules import Schedule
from engine.machine.specs import COMPLETED, STARTED, Frame, Node
from engine.machine.standing import NotThere, arm_triggers, past_of, reopened, stand
from engine.machine.steps import Environment, Happening, Open, Renewed, Step
from engine.machine.undone import (
    count,
    count_frame,
    count_node,
    is_packed,
    latest_in,
    steps_at,
    steps_in,
    steps_of,
    steps_within,
    targets_within,
)

MAX_FIRED = 10_000
"""Timers one wake may fire."""


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
            live.open_scope(None, blueprint.id, start, event)
        elif not blueprint.entries[blueprint.id]:
            raise Incident(blueprint.id, reasons.EVENTS_ONLY)
        else:
            live.open_scope(None, blueprint.id)

    return live, to_rest(live, environment, go)


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
        live.finish_later(found)

    return to_rest(live, environment, go)


def fail(live: Live, node: int, environment: Environment, error: str, message: str = "") -> Step | None:
    """A BPMN error at an open task, job or call (10.5.6); ``None``, and nothing changed, where nothing catches it."""
    found = _open(live, node, "task", "job", "call")

    def go() -> None:
        if not live.raise_from(found, "error", error, ["error", {"code": error, "message": message}]):
            raise _Uncaught

    try:
        return to_rest(live, environment, go)
    except _Uncaught:  # before anything moved: a timer that is due must not fire unseen
        return None


class _Uncaught(Exception):
    pass


def receive(live: Live, node: int, environment: Environment, data: Mapping[str, Any]) -> Step:
    """Deliver a message to a node that listens for it. Raises ``KeyError`` where it does not."""
    listens = live.subscriptions[node]
    found = live.nodes[node]

    def go() -> None:
        live.happenings.append(
            Happening("caught", listens.element, {"kind": "message", "name": listens.name, "key": listens.key})
        )
        live.caught(found, ["message", feel.freeze(dict(data))])

    return to_rest(live, environment, go)


def signal(live: Live, environment: Environment, name: str, data: Mapping[str, Any]) -> Step:
    """Wake everything in the case that listens for a signal; nothing changes where nothing does."""
    return to_rest(live, environment, lambda: live.deliver_signal(name, data))


def wake(live: Live, environment: Environment) -> Step:
    """Fire the timers that are due, in due order, each run to its rest before the next; look at conditions."""
    return to_rest(live, environment, lambda: None)


Then = Callable[[datetime, int | None], Environment]
"""The world at an earlier moment, with the calendars of a number, or those that hold now (``None``)."""


def renewals(live: Live, then: Then) -> tuple[Renewed, ...]:
    """Which timers calendars other than theirs move; nothing changes.

    A timer is worked out twice for the moment at which it was set, by its calendars and by others: where the two
    differ the second counts, so that what else has happened meanwhile moves nothing. What cannot be worked out any
    more stays.
    """
    found, present = [], live.environment
    try:
        for wait in live.waits():
            node = live.nodes[wait.node]
            if wait.calendars is None:
                continue
            set_at = datetime.fromisoformat(node.facts["set"])
            try:
                live.environment = then(set_at, wait.calendars)
                was = live.schedule(node)
                live.environment = then(set_at, None)
                now = live.schedule(node)
            except Incident:
                continue
            if was.due != now.due:
                found.append(Renewed(wait.node, wait.element, wait.due, now.due))
    finally:
        live.environment = present
    return tuple(found)


def renew(live: Live, environment: Environment, then: Then, calendars: int) -> tuple[Step, tuple[Renewed, ...]]:
    """Every timer that rests on earlier calendars follows those of a number; what is due by them fires at once."""
    moved = renewals(live, then)
    new = {one.node: one.new for one in moved}

    def follow() -> None:
        for wait in live.waits():
            if wait.calendars is not None:
                live.set_timer(live.nodes[wait.node], Schedule(new.get(wait.node, wait.due)), calendars)

    return to_rest(live, environment, follow), moved


def delay(live: Live, environment: Environment, by: timedelta) -> tuple[Step, tuple[Renewed, ...]]:
    """Every timer that counts a length fires so much later; one that names a day keeps it, and fires if it is due."""
    moved = tuple(
        Renewed(wait.node, wait.element, wait.due, wait.due + by)
        for wait in live.waits()
        if (timer := live.nodes[wait.node].element.timer) is not None and timer.kind == "duration"
    )

    def follow() -> None:
        for one in moved:
            node = live.nodes[one.node]
            if "set" in node.facts:  # what it is worked out from by other calendars moves along
                node.facts["set"] = (datetime.fromisoformat(node.facts["set"]) + by).isoformat()
            live.set_timer(node, Schedule(one.new), live.timers[one.node].calendars)

    return to_rest(live, environment, follow), moved


# ---------------------------------------------------------------- mending


def halt(
    live: Live, node: int, environment: Environment, reason: Text | str, details: Mapping[str, Any] | None = None
) -> Step:
    """An open node cannot go on, says the host: it becomes an incident."""
    found = _open(live, node, "task", "job", "call")
    return to_rest(
        live, environment, lambda: live.fault(found, Incident(found.element.id, reason, dict(details or {})))
    )


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

    return to_rest(live, environment, go)


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
        elif "for" in found.facts:
            live.leave(found)
        elif found.workflow.is_loop:
            live.hollow(found)
            loops.instance_done(live, found, passed_over=True)
        else:
            live.hollow(found)
            live.go(found, chosen)

    return to_rest(live, environment, go)


def set_variables(live: Live, environment: Environment, values: Mapping[str, Any]) -> Step:
    """Set variables of the case, as a mending does; conditions are looked at."""

    def go() -> None:
        live.variables.update(values)
        live.written.update(values)

    return to_rest(live, environment, go)


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
            void = {v for i in undone for v in steps_of(past.firings[i])}
            void |= {v for t in gone if t in live.nodes for v in steps_at(live.nodes[t])}
            inner = past.firings[id_].inner
            if is_packed(inner):
                if any(n.inner is not None for n in _nodes_of(frame, element)):
                    continue  # a later run of it is going on: its steps are what a return means
                for step, below in targets_within(inner):
                    found[step] = Target(step, tuple(sorted(void - set(steps_within(inner)) | below)), open_)
            else:
                found[element] = Target(element, tuple(sorted(void)), open_)
    order = list(live.blueprint.elements)
    return tuple(sorted(found.values(), key=lambda t: (t.undone[0] if t.undone else 0, order.index(t.element))))


def undoing(live: Live, number: int) -> tuple[str, int | None] | None:
    """What ``go_back`` has to be told to undo a completed task: its step, and a node that says which frame is meant.

    ``None`` where it cannot be undone any more: it is not the latest execution of its step, or is one instance of a
    multi-instance that is still running.
    """
    for frame in live.frames():
        if frame.past is not None and (element := latest_in(frame.past, number)) is not None:
            return element, next((n.id for n in frame.tasks.values()), None)
    return None


def leads_back(live: Live, node: int) -> bool:
    """Whether an open step, once completed, leads straight back to where it was returned from."""
    return node in live.nodes and any("back" in standing.facts for _, standing in _chain(live.nodes[node]))


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
    return to_rest(live, environment, lambda: _go_back(live, wanted, acting, straight))


def _go_back(live: Live, wanted: Element, acting: Node | None, straight: bool) -> None:
    frame = live.root
    for scope in _path(live.blueprint, wanted):
        frame = _enter(live, frame, scope, acting, straight)
    past = past_of(frame)
    firing = past.latest.get(wanted.id)
    if firing is None:
        if any(n.element.id == wanted.id for n in frame.tasks.values()):
            raise NotThere(f"{wanted.id} 正在办理，不必退回", f"{wanted.id} is open already")
        raise NotThere(f"{wanted.id} 尚未办过，不能退回", f"{wanted.id} has not been done; there is nothing to undo")
    step = past.firings[firing]
    own = step.consumed
    saved = _undo(live, frame, firing)
    if any(n._state == COMPLETED for n in frame.tasks.values()):
        raise NotThere(
            f"该子流程因错误而离开，{wanted.id} 与此错误无关；请退回到引起错误的步骤",
            f"an error left this sub-process, and {wanted.id} did not lead to it; go back to a step that did",
        )
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


def _enter(live: Live, frame: Frame, scope: Element, acting: Node | None, straight: bool) -> Frame:
    """The frame of a sub-process: the running one, or the last one brought back as it stood."""
    around = [f for f, _ in _chain(acting)] if acting is not None else []
    running = [n for n in _nodes_of(frame, scope.id) if n.inner is not None]
    mine = [n for n in running if n.inner in around]
    if mine or len(running) == 1:
        return (mine or running)[0].within
    if running:
        raise NotThere(f"{scope.id} 有多个实例在办，请从其中一个退回", f"{scope.id} runs several times; say from which")
    past = past_of(frame)
    firing = past.latest.get(scope.id)
    kept = past.firings[firing].inner if firing is not None else None
    if firing is None or kept is None:
        raise NotThere(f"{scope.id} 尚未办过，不能退回", f"{scope.id} has not been done; there is nothing to undo")
    if not is_packed(kept):
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
        node = stand(live, frame, token, STARTED)
        live.arm_boundaries(node)
        if straight:
            node.facts["back"] = saved["package"]
        entered = unpack(live, renumbered(live, kept), node)
        arm_triggers(live, entered)
        reopened(live, entered)
        # What was done inside stands as it was; the step that is meant is undone next.
        standing = set(steps_in(entered))
        live.voided = [n for n in live.voided if n not in standing]
        count_frame(live, entered, 1)
    return entered


def _nodes_of(frame: Frame, element: str) -> list[Node]:
    """The nodes at an element, those of a loop's instances among them."""
    found = []
    for node in frame.tasks.values():
        if node.element.id == element:
            found += list(node.inner.tasks.values()) if node.inner is not None and node.inner.is_loop else [node]
    return found


def _undo(live: Live, frame: Frame, firing: int) -> dict[str, Any]:
    """Take an execution back with all that came of it; gives the tokens that stand again, and what a way straight
    back needs."""
    past = past_of(frame)
    undone = past.closure(firing)
    firings = [past.firings[i] for i in sorted(undone)]
    kept = [[f.element, f.consumed, f.produced, f.step, f.inner] for f in firings]
    tokens = {t: past.tokens[t] for f in firings for t in (*f.consumed, *f.produced)}
    for f in firings:
        live.voided += steps_of(f)
        count(live, f.element, f.step, f.inner, -1)
    again, gone = past.undo(undone)
    living = []
    for token in gone:
        node = live.nodes.get(token)
        if node is not None:
            inner = pack(node.inner) if node.inner is not None else None
            done = node.facts.get("inner")
            living.append([token, node.element.id, node.flow, inner, *([done] if done else [])])
            live.voided += steps_at(node)
            count_node(live, node, -1)
            live.cancel(node)
    package = {
        "firings": kept,
        "tokens": [[t, *at] for t, at in tokens.items()],
        "living": living,
        "again": again,
    }
    return {"again": again, "package": package}


def _again(live: Live, frame: Frame, token: int) -> Node:
    """A token that stands again acts as if it had just arrived: a task opens, a join waits, a timer counts anew."""
    node = stand(live, frame, token, None)
    live.ready.append((node, "arrive"))
    return node


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
            thrower = live.nodes.get(node.facts.get("for", 0))
            if thrower is not None and thrower.id not in taken:
                live.compensate_next(thrower)  # a handler that is taken away counts as done
            pairs.setdefault(id(node.workflow), (node.workflow, [], []))[1].append(number)
        for id_ in wanted:
            frame = _frame_for(live, live.blueprint.elements[id_], frames)
            node = live.token(frame, id_, passed=True)
            pairs.setdefault(id(frame), (frame, [], []))[2].append(node.id)
        for frame, consumed, produced in pairs.values():
            if consumed:
                past_of(frame).fire("", consumed, produced)
        for frame in {id(f): f for f in frames}.values():
            if frame.is_loop and frame.owner is not None and not frame.tokens:
                live.attempt(frame.owner, _loop_over)
            elif frame.tokens == 0 and not frame.is_loop:
                live.end_if_empty(frame)

    return to_rest(live, environment, go)


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


# ---------------------------------------------------------------- one move


def _open(live: Live, node: int, *kinds: str) -> Node:
    found = live.opens.get(node)
    if found is None or found.kind not in kinds:
        raise KeyError(node)
    return live.nodes[node]


def to_rest(live: Live, environment: Environment, act: Callable[[], Any]) -> Step:
    """Act, run to the next rest with every timer that is due, and say what has changed."""
    live.environment = environment
    live.fresh()
    try:
        act()
        live.run()
        _fire_due(live)
    except (Incident, NotThere, KeyError, _Uncaught):
        raise
    except RecursionError as e:
        raise Incident(live.blueprint.id, reasons.TOO_DEEP) from e
    except Exception as e:
        raise Incident(live.blueprint.id, reasons.FAULTY.format(kind=type(e).__name__)) from e
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
        restored=tuple(sorted(set(live.restored))),
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
            raise Incident(wait.element, reasons.TOO_MANY_TIMERS.format(most=MAX_FIRED))
        node = live.nodes[wait.node]
        live.happenings.append(Happening("fired", wait.element, {"due": wait.due}))
        live.attempt(node, lambda n: live.caught(n, None))
        live.run()
