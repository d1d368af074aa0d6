"""BPMN text in, a checked blueprint out. What cannot be run faithfully is refused here, with line and remedy.

The specs are built by ourselves (``specs``): SpiffWorkflow 3.2's parser is recursive, drops sequence flows without an
id, and reads a dozen constructs as something else without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from engine import vocabulary
from engine.errors import Finding, Text
from engine.machine import specs
from engine.machine.blueprints import Blueprint, Element, Flow, Timer
from engine.vocabulary import BPMN
from engine.xml import line_of

MAX_NODES = 500
MAX_NESTING = 8
MAX_PATH = 300
"""Longest simple chain of elements in one scope: SpiffWorkflow predicts recursively."""

ACTIVITIES = ("userTask", "businessRuleTask", "scriptTask", "subProcess")
NODES = (
    *ACTIVITIES,
    "startEvent",
    "endEvent",
    "exclusiveGateway",
    "parallelGateway",
    "intermediateCatchEvent",
    "boundaryEvent",
)
SILENT = (  # carry no behaviour
    "documentation",
    "extensionElements",
    "incoming",
    "outgoing",
    "laneSet",
    "sequenceFlow",
    "textAnnotation",
    "association",
    "group",
)
_RESERVED = ("Start", "End", "Root")


Say = Callable[..., None]


def read(root: etree._Element, file: str) -> tuple[Blueprint | None, list[Finding]]:
    """Read one executable process; the blueprint is ``None`` where a finding is an error."""
    findings: list[Finding] = []

    def say(rule: str, element: etree._Element | None, text: Text, remedy: Text) -> None:
        findings.append(
            Finding(
                file,
                rule,
                text,
                remedy,
                None if element is None else line_of(element),
                None if element is None else element.get("id"),
            )
        )

    process = _process(root, say)
    if process is None:
        return None, findings
    blueprint = Blueprint(
        process.get("id") or "", process.get("name") or "", _documentation(process), vocabulary.read(process)
    )
    findings += vocabulary.check(process, file)
    flows: list[Flow] = []
    _read_scope(process, blueprint, flows, say, file, findings, depth=0, lane=None)
    blueprint.flows = tuple(flows)
    if len(blueprint.elements) > MAX_NODES:
        say(
            "too_many_elements",
            process,
            Text(f"流程有 {len(blueprint.elements)} 个元素，上限 {MAX_NODES}", f"more than {MAX_NODES} elements"),
            Text("拆分为几个流程", "split it into several processes"),
        )
    if not findings or all(f.severity == "warning" for f in findings):
        for scope in [blueprint.id, *(e.id for e in blueprint.of_kind("subProcess"))]:
            _check_shape(blueprint, scope, root, say)
    if any(f.severity == "error" for f in findings):
        return None, findings
    blueprint._before = _befores(blueprint)
    blueprint.specs = specs.build(blueprint)
    return blueprint, findings


def _process(root: etree._Element, say: Say) -> etree._Element | None:
    if etree.QName(root).localname != "definitions" or etree.QName(root).namespace != BPMN:
        say(
            "not_bpmn",
            root,
            Text("不是 BPMN 2.0 文件", "not a BPMN 2.0 file"),
            Text("根元素应为 bpmn:definitions", "the root has to be bpmn:definitions"),
        )
        return None
    for flow in root.iter(f"{{{BPMN}}}messageFlow"):
        _unsupported(flow, say)
    executable = [p for p in root.iter(f"{{{BPMN}}}process") if p.get("isExecutable") == "true"]
    if len(executable) != 1:
        say(
            "one_process",
            root,
            Text(
                f"可执行的流程应恰有一个，实有 {len(executable)} 个",
                f"{len(executable)} executable processes; one is needed",
            ),
            Text("把唯一的流程设为 isExecutable=true", "set isExecutable=true on exactly one process"),
        )
        return None
    if not executable[0].get("id"):
        say("no_id", executable[0], Text("流程没有 id", "the process has no id"), Text("补上 id", "give it an id"))
        return None
    return executable[0]


def _read_scope(
    scope: etree._Element,
    blueprint: Blueprint,
    flows: list[Flow],
    say: Say,
    file: str,
    findings: list[Finding],
    depth: int,
    lane: str | None,
) -> None:
    """Depth is bounded by ``MAX_NESTING``, so this recursion is too."""
    if depth > MAX_NESTING:
        say(
            "too_deep",
            scope,
            Text(f"子流程嵌套超过 {MAX_NESTING} 层", f"sub-processes nested deeper than {MAX_NESTING}"),
            Text("改为平铺的阶段", "flatten the stages"),
        )
        return
    lanes = _lanes(scope, blueprint, file, findings)
    defaults = {d for n in scope.iterchildren("*") if (d := n.get("default"))}
    for node in scope.iterchildren("*"):
        tag, namespace = etree.QName(node).localname, etree.QName(node).namespace
        if namespace != BPMN or tag in SILENT:
            if tag == "sequenceFlow" and namespace == BPMN:
                _read_flow(node, flows, defaults, say)
            continue
        if tag not in NODES:
            _unsupported(node, say)
            continue
        _read_node(node, tag, scope, blueprint, lanes, say, lane)
        findings += vocabulary.check(node, file)
        if tag == "subProcess":
            inner_lane = lanes.get(node.get("id") or "", lane)
            _read_scope(node, blueprint, flows, say, file, findings, depth + 1, inner_lane)


def _read_node(
    node: etree._Element,
    tag: str,
    scope: etree._Element,
    blueprint: Blueprint,
    lanes: Mapping[str, str],
    say: Say,
    lane: str | None,
) -> None:
    id_ = node.get("id") or ""
    if not id_ or id_ in blueprint.elements:
        what = (
            Text("元素没有 id", "an element has no id") if not id_ else Text(f"id {id_} 重复", f"id {id_} occurs twice")
        )
        say("no_id" if not id_ else "duplicate_id", node, what, Text("给它一个唯一的 id", "give it an id of its own"))
        return
    if id_ in _RESERVED or id_.endswith((".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin")):
        say(
            "reserved_id",
            node,
            Text(f"id {id_} 是保留字", f"the id {id_} is reserved"),
            Text("换一个 id", "choose another id"),
        )
        return
    for child in node.iterchildren(f"{{{BPMN}}}*"):
        name = etree.QName(child).localname
        if name == "terminateEventDefinition" and tag == "endEvent":
            continue
        if (
            (name.endswith("EventDefinition") and name != "timerEventDefinition")
            or name.endswith("LoopCharacteristics")
            or (tag != "subProcess" and name not in (*SILENT, "timerEventDefinition"))
        ):
            _unsupported(child, say, id_)
    if node.get("triggeredByEvent") == "true":
        _unsupported(node, say)
    timer = _timer(node, tag, say)
    started = node.find(f"{{{BPMN}}}timerEventDefinition")
    if tag == "startEvent" and started is not None:
        _unsupported(started, say, id_)
    blueprint.elements[id_] = Element(
        id=id_,
        kind=tag,
        name=node.get("name") or "",
        documentation=_documentation(node),
        line=line_of(node),
        scope=scope.get("id") or "",
        words=vocabulary.read(node),
        lane=lanes.get(id_, lane),
        attached_to=node.get("attachedToRef"),
        is_interrupting=node.get("cancelActivity") != "false",
        timer=timer,
        is_terminate=node.find(f"{{{BPMN}}}terminateEventDefinition") is not None,
    )


def _timer(node: etree._Element, tag: str, say: Say) -> Timer | None:
    if tag not in ("intermediateCatchEvent", "boundaryEvent"):
        return None
    definition = node.find(f"{{{BPMN}}}timerEventDefinition")
    if definition is None:
        if not any(etree.QName(c).localname.endswith("EventDefinition") for c in node.iterchildren("*")):
            say(
                "no_event",
                node,
                Text("事件没有定义", "the event has no definition"),
                Text("加上 timerEventDefinition", "add a timerEventDefinition"),
            )
        return None
    for kind in ("timeDate", "timeDuration"):
        part = definition.find(f"{{{BPMN}}}{kind}")
        if part is not None and (part.text or "").strip():
            return Timer("date" if kind == "timeDate" else "duration", (part.text or "").strip())
    say(
        "timer_incomplete",
        node,
        Text("定时事件没有时间，或用了循环时间", "the timer has no time, or a cycle"),
        Text("写上 timeDate 或 timeDuration", "write timeDate or timeDuration"),
    )
    return None


def _read_flow(node: etree._Element, flows: list[Flow], defaults: set[str], say: Say) -> None:
    id_, source, target = node.get("id") or "", node.get("sourceRef") or "", node.get("targetRef") or ""
    if not id_ or not source or not target:
        say(
            "flow_incomplete",
            node,
            Text("连线缺少 id、起点或终点", "a sequence flow lacks id, source or target"),
            Text("在建模工具里重画这条连线", "draw the flow again"),
        )
        return
    expression = node.find(f"{{{BPMN}}}conditionExpression")
    condition = (expression.text or "").strip() if expression is not None else None
    if condition is not None and not condition.startswith("="):
        say(
            "not_an_expression",
            node,
            Text("条件应是以 = 开头的 FEEL 表达式", "a condition has to be a FEEL expression that starts with ="),
            Text(f"写成 ={condition or 'true'}", f"write ={condition or 'true'}"),
        )
    flows.append(
        Flow(
            id_,
            source,
            target,
            condition[1:] if condition else None,
            id_ in defaults,
            line_of(node),
            node.get("name") or "",
        )
    )


def _check_shape(blueprint: Blueprint, scope: str, root: etree._Element, say: Say) -> None:
    """Structure of one scope: one start, ends, flows inside the scope, everything reachable, gateways complete."""
    nodes = {e.id: e for e in blueprint.elements.values() if e.scope == scope}
    xml = {n.get("id"): n for n in root.iter("*") if n.get("id") in (*nodes, scope)}
    flow_xml = {n.get("id"): n for n in root.iter(f"{{{BPMN}}}sequenceFlow")}
    starts = [e for e in nodes.values() if e.kind == "startEvent"]
    if len(starts) != 1:
        say(
            "one_start",
            xml.get(scope),
            Text(f"应恰有一个开始事件，实有 {len(starts)} 个", f"{len(starts)} start events; one is needed"),
            Text("只保留一个开始事件", "keep one start event"),
        )
        return
    outgoing: dict[str, list[Flow]] = {n: [] for n in nodes}
    incoming: dict[str, list[Flow]] = {n: [] for n in nodes}
    for flow in blueprint.flows:
        if flow.source not in nodes and flow.target not in nodes:
            if flow.source not in blueprint.elements or flow.target not in blueprint.elements:
                _astray(flow, flow_xml, say)
            continue
        if flow.source not in nodes or flow.target not in nodes:
            _astray(flow, flow_xml, say)
            continue
        outgoing[flow.source].append(flow)
        incoming[flow.target].append(flow)
    for node in nodes.values():
        out = outgoing[node.id]
        _check_node(node, out, incoming[node.id], nodes, xml, say)
        if node.kind == "exclusiveGateway" and len(out) > 1:
            for flow in out:
                if not flow.is_default and flow.condition is None:
                    say(
                        "flow_without_condition",
                        flow_xml.get(flow.id),
                        Text(f"网关 {node.id} 的连线没有条件", f"a flow out of {node.id} has no condition"),
                        Text("写上条件，或设为默认连线", "give it a condition or make it the default flow"),
                    )
            if not any(f.is_default for f in out):
                say(
                    "gateway_without_default",
                    xml.get(node.id),
                    Text(
                        "网关没有默认连线：条件都不成立时事项会停住",
                        "no default flow: a case would stop where no condition is true",
                    ),
                    Text("把一条连线设为默认", "make one flow the default"),
                )
        elif node.kind != "exclusiveGateway":
            for flow in out:
                if flow.condition is not None:
                    say(
                        "condition_misplaced",
                        flow_xml.get(flow.id),
                        Text(
                            f"{node.id} 不是排他网关，其连线不能有条件",
                            f"{node.id} is no exclusive gateway; its flow cannot have a condition",
                        ),
                        Text("改用排他网关", "put an exclusive gateway there"),
                    )
    _check_reach(nodes, starts[0].id, outgoing, incoming, xml, say)


def _check_node(
    node: Element,
    out: list[Flow],
    into: list[Flow],
    nodes: Mapping[str, Element],
    xml: Mapping[str | None, etree._Element],
    say: Say,
) -> None:
    here = xml.get(node.id)
    if node.kind == "endEvent" and out:
        say(
            "end_goes_on",
            here,
            Text("结束事件不能有出线", "an end event has outgoing flows"),
            Text("删除出线", "remove them"),
        )
    if node.kind in ("startEvent", "boundaryEvent") and into:
        say(
            "event_entered",
            here,
            Text("开始事件和边界事件不能有入线", "a start or boundary event has incoming flows"),
            Text("删除入线", "remove them"),
        )
    if node.kind not in ("exclusiveGateway", "parallelGateway") and len(out) > 1:
        say(
            "implicit_split",
            here,
            Text(f"{node.name or node.id} 有多条出线", f"{node.id} has several outgoing flows"),
            Text("用并行网关或排他网关分开", "put a parallel or exclusive gateway after it"),
        )
    if node.kind != "endEvent" and not out:
        say(
            "no_way_on",
            here,
            Text(f"{node.name or node.id} 之后没有出线", f"nothing follows {node.id}"),
            Text("连到下一步或结束事件", "connect it to a next step or an end event"),
        )
    if node.kind == "boundaryEvent":
        host = nodes.get(node.attached_to or "")
        if host is None or host.kind not in ("userTask", "subProcess"):
            say(
                "boundary_host",
                here,
                Text(
                    "边界事件应附在同一层的用户任务或子流程上",
                    "a boundary event has to sit on a user task or sub-process of its scope",
                ),
                Text("改附着对象", "attach it elsewhere"),
            )
    if node.kind == "businessRuleTask" and not (node.words.attribute("decision") and node.words.attribute("result")):
        say(
            "rule_task_incomplete",
            here,
            Text(
                "业务规则任务缺少 liuhen:decision 或 liuhen:result",
                "a business rule task lacks liuhen:decision or liuhen:result",
            ),
            Text("写上决策与结果变量", "name the decision and the variable"),
        )
    if node.kind == "scriptTask" and not node.words.all("output"):
        say(
            "script_incomplete",
            here,
            Text("脚本任务没有 <liuhen:output>", "a script task has no <liuhen:output>"),
            Text("写上要赋值的变量", "write the variable to set"),
        )


def _check_reach(
    nodes: Mapping[str, Element],
    start: str,
    outgoing: Mapping[str, list[Flow]],
    incoming: Mapping[str, list[Flow]],
    xml: Mapping[str | None, etree._Element],
    say: Say,
) -> None:
    events = {n.attached_to: [] for n in nodes.values() if n.attached_to}  # type: dict[str | None, list[str]]
    for n in nodes.values():
        if n.attached_to:
            events[n.attached_to].append(n.id)

    def ahead(n: str) -> list[str]:
        return [f.target for f in outgoing[n]] + events.get(n, [])

    def behind(n: str) -> list[str]:
        return [f.source for f in incoming[n]] + ([nodes[n].attached_to or ""] if nodes[n].attached_to in nodes else [])

    reached = _walk([start], ahead)
    ending = _walk([n.id for n in nodes.values() if n.kind == "endEvent"], behind)
    for n in nodes.values():
        if n.id not in reached:
            say(
                "unreachable",
                xml.get(n.id),
                Text(f"{n.name or n.id} 永远走不到", f"{n.id} can never be reached"),
                Text("从前面的步骤连线过来，或删除它", "connect it from an earlier step or remove it"),
            )
        elif n.id not in ending and outgoing[n.id]:
            say(
                "never_ends",
                xml.get(n.id),
                Text(f"从 {n.name or n.id} 出发永远到不了结束事件", f"no end event can be reached from {n.id}"),
                Text("加一条通往结束事件的路", "add a way to an end event"),
            )
    if _longest(start, ahead) > MAX_PATH:
        say(
            "path_too_long",
            xml.get(start),
            Text(f"一条路径超过 {MAX_PATH} 个元素", f"a path is longer than {MAX_PATH} elements"),
            Text("用子流程分段", "divide it into sub-processes"),
        )


def _walk(start: list[str], step: Callable[[str], list[str]]) -> set[str]:
    seen, todo = set(start), list(start)
    while todo:
        for n in step(todo.pop()):
            if n not in seen:
                seen.add(n)
                todo.append(n)
    return seen


def _longest(start: str, step: Callable[[str], list[str]]) -> int:
    """Length of the longest depth-first path: what SpiffWorkflow's recursion would take."""
    deepest, on_path, done = 1, {start}, set()  # type: int, set[str], set[str]
    stack = [(start, iter(step(start)))]
    while stack:
        deepest = max(deepest, len(stack))
        n, nexts = stack[-1]
        child = next((c for c in nexts if c not in on_path and c not in done), None)
        if child is None:
            stack.pop()
            on_path.discard(n)
            done.add(n)
        else:
            on_path.add(child)
            stack.append((child, iter(step(child))))
    return deepest


def _befores(blueprint: Blueprint) -> dict[str, tuple[str, ...]]:
    """For every user task, the user tasks that lie before it, sub-processes entered through their start."""
    back: dict[str, set[str]] = {e: set() for e in blueprint.elements}
    first = {e.scope: e.id for e in blueprint.of_kind("startEvent")}
    last: dict[str, list[str]] = {}
    for e in blueprint.of_kind("endEvent"):
        last.setdefault(e.scope, []).append(e.id)
    for flow in blueprint.flows:
        sources = last.get(flow.source, [flow.source])
        back[first.get(flow.target, flow.target)].update(sources)
    for e in blueprint.of_kind("boundaryEvent"):
        if e.attached_to:
            back[e.id].add(first.get(e.attached_to, e.attached_to))
    found = {}
    tasks = [e.id for e in blueprint.of_kind("userTask")]
    for task in tasks:
        reached = _walk([task], lambda n: list(back[n]))
        found[task] = tuple(t for t in tasks if t in reached and t != task)
    return found


def _lanes(scope: etree._Element, blueprint: Blueprint, file: str, findings: list[Finding]) -> dict[str, str]:
    found: dict[str, str] = {}
    for lane_set in scope.findall(f"{{{BPMN}}}laneSet"):
        for lane in lane_set.iter(f"{{{BPMN}}}lane"):
            id_ = lane.get("id") or ""
            blueprint.lanes[id_] = (lane.get("name") or "", vocabulary.read(lane))
            findings += vocabulary.check(lane, file)
            for ref in lane.findall(f"{{{BPMN}}}flowNodeRef"):
                found[(ref.text or "").strip()] = id_
    return found


def _documentation(node: etree._Element) -> str:
    return "\n".join((d.text or "").strip() for d in node.findall(f"{{{BPMN}}}documentation"))


def _astray(flow: Flow, flow_xml: Mapping[str | None, etree._Element], say: Say) -> None:
    say(
        "flow_astray",
        flow_xml.get(flow.id),
        Text(f"连线 {flow.id} 的起点或终点不在同一层", f"flow {flow.id} leaves its scope or points nowhere"),
        Text("只在同一流程或子流程内连线", "connect elements of one process or sub-process"),
    )


def _unsupported(node: etree._Element, say: Say, element: str | None = None) -> None:
    name = etree.QName(node).localname
    if node.get("triggeredByEvent") == "true":
        name = "subProcess triggeredByEvent"
    say(
        "unsupported",
        node,
        Text(
            f"{element + '：' if element else ''}还不能忠实地运行 {name}",
            f"{element + ': ' if element else ''}{name} cannot be run faithfully yet",
        ),
        Text("改用已支持的元素，见 docs/bpmn.md", "use a supported element instead, see docs/bpmn.md"),
    )
