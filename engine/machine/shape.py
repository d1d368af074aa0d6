"""Whether what was read can be run: flows inside their scope, everything reachable, gateways and events complete."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from engine.errors import Text
from engine.machine.blueprints import ACTIVITIES, CONTAINERS, TASKS, Blueprint, Element, Flow

if TYPE_CHECKING:
    from engine.machine.reading import Reading

_MERGING = ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway")
_NO_CONDITIONS = ("parallelGateway", "eventBasedGateway", "startEvent", "boundaryEvent", "intermediateCatchEvent")


def check(reading: Reading, blueprint: Blueprint, is_published: bool = False) -> bool:
    """Say everything that is wrong with the shape; work out who follows whom where nothing is, or where that can be
    worked out all the same (``is_published``). Gives whether it was."""
    _links(reading, blueprint)
    _flows_stay_inside(reading, blueprint)
    if reading.failed() and not (is_published and _is_connected(blueprint)):
        return False
    _compensations(reading, blueprint)
    blueprint.connect()
    for element in blueprint.elements.values():
        _check_flows(reading, blueprint, element)
        _check_place(reading, blueprint, element)
        _check_words(reading, blueprint, element)
    for scope in blueprint.scopes():
        _check_starts(reading, blueprint, scope)
    if reading.failed() and not is_published:
        return False
    for scope in blueprint.scopes():
        _check_reach(reading, blueprint, scope)
    blueprint.before_ = befores(blueprint)
    return True


def _is_connected(blueprint: Blueprint) -> bool:
    """Every flow connects two elements of one scope, and every boundary event sits on one that is there."""
    elements = blueprint.elements
    return all(
        f.source in elements and f.target in elements and elements[f.source].scope == elements[f.target].scope
        for f in blueprint.flows
    ) and all(e.attached_to in elements for e in blueprint.of_kind("boundaryEvent"))


def _links(reading: Reading, blueprint: Blueprint) -> None:
    """A link throw event leads to the catch event of its name in the same scope (BPMN 2.0.2, section 10.5.5)."""
    catches: dict[tuple[str, str], list[Element]] = {}
    for event in blueprint.of_kind("intermediateCatchEvent"):
        if event.event.kind == "link":
            catches.setdefault((event.scope, event.event.name), []).append(event)
    made: list[Flow] = []
    thrown = set()
    for event in blueprint.of_kind("intermediateThrowEvent"):
        if event.event.kind != "link":
            continue
        place = (event.scope, event.event.name)
        thrown.add(place)
        found = catches.get(place, [])
        if len(found) != 1:
            reading.say(
                "link_unpaired",
                reading.xml[event.id],
                Text(
                    f"链接 {event.event.name} 在同一层应恰有一个捕获事件，实有 {len(found)} 个",
                    f"the link {event.event.name} needs one catch event in its scope; there are {len(found)}",
                ),
                Text("补上或删去捕获事件", "add or remove catch events"),
            )
        else:
            made.append(Flow(f"{event.id}~", event.id, found[0].id, None, False, event.line, is_link=True))
    for place, events in catches.items():
        if place not in thrown:
            reading.say(
                "link_unpaired",
                reading.xml[events[0].id],
                Text(f"没有通往链接 {place[1]} 的抛出事件", f"nothing throws the link {place[1]}"),
                Text("补上抛出事件，或删除它", "add a throw event, or remove it"),
            )
    blueprint.flows = (*blueprint.flows, *made)


def _flows_stay_inside(reading: Reading, blueprint: Blueprint) -> None:
    for flow in blueprint.flows:
        source, target = blueprint.elements.get(flow.source), blueprint.elements.get(flow.target)
        if source is None or target is None or source.scope != target.scope:
            reading.say(
                "flow_astray",
                reading.xml.get(flow.id),
                Text(f"连线 {flow.id} 的起点或终点不在同一层", f"flow {flow.id} leaves its scope or points nowhere"),
                Text("只在同一流程或子流程内连线", "connect elements of one process or sub-process"),
            )


def _compensations(reading: Reading, blueprint: Blueprint) -> None:
    """A compensation boundary event leads to its handler by an association, not by a flow (section 10.7)."""
    used = set()
    for event in blueprint.of_kind("boundaryEvent"):
        if event.event.kind != "compensation":
            continue
        handler = blueprint.elements.get(reading.compensations.get(event.id, ""))
        if handler is None or not handler.is_compensation or handler.scope != event.scope:
            reading.say(
                "compensation_without_handler",
                reading.xml[event.id],
                Text(f"{event.id} 没有连到补偿活动", f"{event.id} leads to no compensation activity"),
                Text(
                    "用关联线连到 isForCompensation=true 的活动",
                    "connect it by an association to an activity with isForCompensation=true",
                ),
            )
            continue
        used.add(handler.id)
        blueprint.handlers[event.attached_to or ""] = handler
    for element in blueprint.elements.values():
        if element.is_compensation and element.id not in used:
            reading.say(
                "compensation_unused",
                reading.xml[element.id],
                Text(f"补偿活动 {element.id} 没有补偿事件", f"no compensation event leads to {element.id}"),
                Text("在被补偿的活动上加补偿边界事件", "put a compensation event on the activity it compensates"),
            )
        ref = element.event.name if element.event.kind == "compensation" and element.kind != "boundaryEvent" else ""
        if ref and ref not in blueprint.elements:
            reading.say(
                "undeclared",
                reading.xml[element.id],
                Text(f"没有活动 {ref}", f"there is no activity {ref}"),
                Text("改正 activityRef", "correct activityRef"),
            )


def _check_flows(reading: Reading, blueprint: Blueprint, element: Element) -> None:
    here, out, into = reading.xml[element.id], blueprint.outgoing[element.id], blueprint.incoming[element.id]
    kind = element.kind
    if kind == "endEvent" and out:
        _say(
            reading,
            "end_goes_on",
            element,
            "结束事件不能有出线",
            "an end event has outgoing flows",
            "删除出线",
            "remove them",
        )
    if (kind in ("startEvent", "boundaryEvent") or element.is_triggered or element.is_compensation) and into:
        _say(
            reading,
            "event_entered",
            element,
            f"{element.id} 不能有入线",
            f"{element.id} cannot have incoming flows",
            "删除入线",
            "remove them",
        )
    if (element.is_triggered or element.is_compensation) and out:
        _say(
            reading,
            "handler_goes_on",
            element,
            f"{element.id} 不能有出线",
            f"{element.id} cannot have outgoing flows",
            "删除出线",
            "remove them",
        )
    if kind == "boundaryEvent" and element.event.kind == "compensation":
        if out:
            _say(
                reading,
                "compensation_flow",
                element,
                f"补偿事件 {element.id} 不能有出线",
                f"the compensation event {element.id} cannot have outgoing flows",
                "改用关联线连到补偿活动",
                "connect it by an association",
            )
        return
    if not out and kind in ("startEvent", "boundaryEvent", "eventBasedGateway"):
        _say(
            reading,
            "no_way_on",
            element,
            f"{element.name or element.id} 之后没有出线",
            f"nothing follows {element.id}",
            "连到下一步或结束事件",
            "connect it to a next step or an end event",
        )
    for flow in out:
        if flow.condition is not None and kind in _NO_CONDITIONS:
            reading.say(
                "condition_misplaced",
                reading.xml.get(flow.id),
                Text(f"{element.id} 的连线不能有条件", f"a flow out of {element.id} cannot have a condition"),
                Text("改用排他或包容网关", "put an exclusive or inclusive gateway there"),
            )
        if flow.condition is not None and flow.is_default:
            reading.say(
                "default_with_condition",
                reading.xml.get(flow.id),
                Text(f"默认连线 {flow.id} 不能有条件", f"the default flow {flow.id} cannot have a condition"),
                Text("删除条件", "remove the condition"),
            )
    if kind == "exclusiveGateway" and len(out) > 1:
        for flow in out:
            if not flow.is_default and flow.condition is None:
                reading.say(
                    "flow_without_condition",
                    reading.xml.get(flow.id),
                    Text(f"网关 {element.id} 的连线没有条件", f"a flow out of {element.id} has no condition"),
                    Text("写上条件，或设为默认连线", "give it a condition or make it the default flow"),
                )
    guarded = any(f.condition is not None for f in out)
    certain = any(f.condition is None for f in out)
    if guarded and not certain:
        reading.say(
            "gateway_without_default",
            here,
            Text(
                f"{element.id} 没有默认连线：条件都不成立时在此停住，成为故障",
                f"{element.id} has no default flow: where no condition is true it stops there as an incident",
            ),
            Text("把一条连线设为默认", "make one flow the default"),
            severity="warning",
        )
    given = reading.xml[element.id].get("default")
    if given and given not in {f.id for f in out}:
        _say(
            reading,
            "unknown_default",
            element,
            f"{element.id} 的默认连线 {given} 不是它的出线",
            f"the default flow {given} does not leave {element.id}",
            "改正 default",
            "correct default",
        )
    if kind == "eventBasedGateway":
        _check_event_gateway(reading, blueprint, element, out)


def _check_event_gateway(reading: Reading, blueprint: Blueprint, element: Element, out: Iterable[Flow]) -> None:
    for flow in out:
        target = blueprint.elements[flow.target]
        fits = target.kind == "receiveTask" or (target.kind == "intermediateCatchEvent" and target.event.kind != "link")
        if not fits or len(blueprint.incoming[target.id]) != 1 or target.id in blueprint.boundaries or target.loop:
            _say(
                reading,
                "event_gateway_target",
                element,
                f"事件网关 {element.id} 之后只能是捕获事件或接收任务，且它们没有其他入线、边界事件或循环",
                f"after the event gateway {element.id} only catch events and receive tasks may stand, without other "
                "incoming flows, boundary events or loops",
                "在网关后放捕获事件",
                "put catch events after it",
            )
            return


def _check_place(reading: Reading, blueprint: Blueprint, element: Element) -> None:
    if element.kind == "boundaryEvent":
        host = blueprint.elements.get(element.attached_to or "")
        if host is None or host.kind not in ACTIVITIES or host.scope != element.scope or host.is_triggered:
            _say(
                reading,
                "boundary_host",
                element,
                "边界事件应附在同一层的活动上",
                "a boundary event has to sit on an activity of its scope",
                "改附着对象",
                "attach it elsewhere",
            )
        elif element.event.kind == "cancel" and host.kind != "transaction":
            _say(
                reading,
                "cancel_outside",
                element,
                "取消事件只能附在事务子流程上",
                "a cancel event can only sit on a transaction",
                "改用错误事件",
                "use an error event",
            )
        elif element.event.kind in ("error", "cancel") and not element.is_interrupting:
            _say(
                reading,
                "must_interrupt",
                element,
                f"{element.event.kind} 边界事件必须中断活动",
                f"an {element.event.kind} boundary event has to interrupt",
                "删除 cancelActivity=false",
                "remove cancelActivity=false",
            )
    if element.kind == "endEvent" and element.event.kind == "cancel":
        scope = blueprint.elements.get(element.scope)
        if scope is None or scope.kind != "transaction":
            _say(
                reading,
                "cancel_outside",
                element,
                "取消结束事件只能在事务子流程里",
                "a cancel end event can only stand in a transaction",
                "改用错误结束事件",
                "use an error end event",
            )
    if element.is_triggered and element.loop is not None:
        _say(
            reading,
            "loop_on_event_sub_process",
            element,
            "事件子流程不能循环",
            "an event sub-process cannot loop",
            "删除循环标记",
            "remove the loop",
        )
    if element.kind == "callActivity" and not element.called:
        _say(
            reading,
            "call_incomplete",
            element,
            f"调用活动 {element.id} 没有 calledElement",
            f"the call activity {element.id} lacks calledElement",
            "写上被调用流程的标识",
            "write the key of the called definition",
        )


def _check_words(reading: Reading, blueprint: Blueprint, element: Element) -> None:
    words = element.words
    if element.kind == "businessRuleTask" and not (words.attribute("decision") and words.attribute("result")):
        _say(
            reading,
            "rule_task_incomplete",
            element,
            "业务规则任务缺少 liuhen:decision 或 liuhen:result",
            "a business rule task lacks liuhen:decision or liuhen:result",
            "写上决策与结果变量",
            "name the decision and the variable",
        )
    if element.kind == "scriptTask" and not words.all("output"):
        _say(
            reading,
            "script_incomplete",
            element,
            "脚本任务没有 <liuhen:output>",
            "a script task has no <liuhen:output>",
            "写上要赋值的变量",
            "write the variable to set",
        )
    if element.kind == "serviceTask" and not words.attribute("jobType"):
        _say(
            reading,
            "service_incomplete",
            element,
            "服务任务缺少 liuhen:jobType",
            "a service task lacks liuhen:jobType",
            "写上作业类型",
            "write the type of its job",
        )


def _check_starts(reading: Reading, blueprint: Blueprint, scope: str) -> None:
    here = reading.xml[scope]
    starts = [e for e in blueprint.of_kind("startEvent") if e.scope == scope]
    holder = blueprint.elements.get(scope)
    if holder is not None and holder.is_triggered:
        if len(starts) != 1:
            _say(
                reading,
                "one_start",
                holder,
                f"事件子流程 {scope} 应恰有一个开始事件，实有 {len(starts)} 个",
                f"the event sub-process {scope} needs one start event; it has {len(starts)}",
                "只保留一个开始事件",
                "keep one start event",
            )
        elif starts[0].event.kind == "error" and not starts[0].is_interrupting:
            _say(
                reading,
                "must_interrupt",
                starts[0],
                "错误开始事件必须中断",
                "an error start event has to interrupt",
                "删除 isInterrupting=false",
                "remove isInterrupting=false",
            )
        return
    plain = [s for s in starts if s.event.kind == "none"]
    if holder is not None and len(plain) < len(starts):
        reading.say(
            "start_of_sub_process",
            here,
            Text(f"子流程 {scope} 只能以无类型开始事件开始", f"the sub-process {scope} can only begin by a none start"),
            Text("改为无类型开始事件，或设为事件子流程", "use a none start event, or make it an event sub-process"),
        )
    if len(plain) > 1:
        reading.say(
            "one_start",
            here,
            Text(f"应只有一个无类型开始事件，实有 {len(plain)} 个", f"{len(plain)} none start events; one is allowed"),
            Text("只保留一个", "keep one of them"),
        )
    if not starts and not blueprint.entries[scope]:
        reading.say(
            "one_start",
            here,
            Text("没有可以开始的元素", "there is nothing to begin with"),
            Text("加上开始事件", "add a start event"),
        )


def _check_reach(reading: Reading, blueprint: Blueprint, scope: str) -> None:
    nodes = {e.id: e for e in blueprint.elements.values() if e.scope == scope}
    starts = [e.id for e in nodes.values() if e.kind == "startEvent"] or [e.id for e in blueprint.entries[scope]]
    starts += [e.id for e in nodes.values() if e.is_triggered]

    def ahead(n: str) -> list[str]:
        found = [f.target for f in blueprint.outgoing[n]]
        found += [b.id for b in blueprint.boundaries.get(n, ())]
        return [*found, blueprint.handlers[n].id] if n in blueprint.handlers else found

    def behind(n: str) -> list[str]:
        host = nodes[n].attached_to
        return [f.source for f in blueprint.incoming[n]] + ([host] if host in nodes else [])

    reached = _walk(starts, ahead)
    ending = _walk([n for n in nodes if not blueprint.outgoing[n]], behind)
    for n in nodes.values():
        if n.id not in reached:
            _say(
                reading,
                "unreachable",
                n,
                f"{n.name or n.id} 永远走不到",
                f"{n.id} can never be reached",
                "从前面的步骤连线过来，或删除它",
                "connect it from an earlier step or remove it",
            )
        elif n.id not in ending:
            _say(
                reading,
                "never_ends",
                n,
                f"从 {n.name or n.id} 出发永远到不了结束",
                f"no end can be reached from {n.id}",
                "加一条通往结束事件的路",
                "add a way to an end event",
            )


def _walk(start: list[str], step: Callable[[str], list[str]]) -> set[str]:
    seen, todo = set(start), list(start)
    while todo:
        for n in step(todo.pop()):
            if n not in seen:
                seen.add(n)
                todo.append(n)
    return seen


def befores(blueprint: Blueprint) -> dict[str, tuple[str, ...]]:
    """For every task, the tasks that lie before it; sub-processes are entered where their tokens begin."""
    back: dict[str, set[str]] = {e: set() for e in blueprint.elements}
    ends: dict[str, list[str]] = {s: [] for s in blueprint.scopes()}
    for element in blueprint.elements.values():
        if not blueprint.outgoing[element.id] and not element.is_compensation and not element.is_triggered:
            ends[element.scope].append(element.id)

    def first(id_: str) -> list[str]:
        found, todo = [], [id_]
        while todo:
            at = todo.pop()
            if blueprint.elements[at].kind in CONTAINERS:
                todo += [e.id for e in blueprint.entries[at]]
            else:
                found.append(at)
        return found

    def last(id_: str) -> list[str]:
        found, todo = [], [id_]
        while todo:
            at = todo.pop()
            if blueprint.elements[at].kind in CONTAINERS:
                todo += ends[at]
            else:
                found.append(at)
        return found

    for flow in blueprint.flows:
        for target in first(flow.target):
            back[target].update(last(flow.source))
    for event in blueprint.of_kind("boundaryEvent"):
        if event.attached_to:
            back[event.id].update(first(event.attached_to))
    for triggers in blueprint.triggers.values():
        for start in triggers:
            around = blueprint.elements[start.scope].scope
            back[start.id].update(e for entry in blueprint.entries.get(around, ()) for e in first(entry.id))
    tasks = [e.id for e in blueprint.of_kind(*TASKS)]
    found = {}
    for task in tasks:
        reached = _walk([task], lambda n: list(back[n]))
        found[task] = tuple(t for t in tasks if t in reached and t != task)
    return found


def _say(reading: Reading, rule: str, element: Element, zh: str, en: str, remedy_zh: str, remedy_en: str) -> None:
    reading.say(rule, reading.xml[element.id], Text(zh, en), Text(remedy_zh, remedy_en))
