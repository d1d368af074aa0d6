"""BPMN text in, a checked blueprint out. What cannot be run faithfully is refused here, with line and remedy.

The specs are built by ourselves (``acts.build``): SpiffWorkflow 3.2's parser is recursive, drops sequence flows without
an id, and reads a dozen constructs as something else without a word. ``shape`` checks what was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from lxml import etree

from engine import vocabulary
from engine.errors import Finding, Text
from engine.machine import acts, counting, schedules, shape
from engine.machine.blueprints import (
    ACTIVITIES,
    CONTAINERS,
    EVENTS,
    GATEWAYS,
    TASKS,
    Blueprint,
    Element,
    Event,
    Flow,
    Loop,
    Timer,
)
from engine.vocabulary import BPMN
from engine.xml import line_of

MAX_NODES, MAX_FLOWS = 1_000, 4_000
"""Elements and sequence flows of one process."""
MAX_NESTING = 8
MAX_WORDS = 1_000
"""Extension elements of one element."""
MAX_ID, MAX_NAME = 100, 300
"""Characters of an element's id and of its name."""
NODES = (*ACTIVITIES, *GATEWAYS, *EVENTS)
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
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "property",
    "ioSpecification",
    "dataInputAssociation",
    "dataOutputAssociation",
    "dataOutput",
    "dataInput",
    "outputSet",
    "inputSet",
    "category",
    "performer",
    "humanPerformer",
    "potentialOwner",
    "resourceRole",
    "auditing",
    "monitoring",
    "rendering",
    "supportedInterfaceRef",
    "correlationSubscription",
)
_EVENTS = {
    "timerEventDefinition": "timer",
    "messageEventDefinition": "message",
    "signalEventDefinition": "signal",
    "conditionalEventDefinition": "conditional",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "compensateEventDefinition": "compensation",
    "cancelEventDefinition": "cancel",
    "linkEventDefinition": "link",
    "terminateEventDefinition": "terminate",
}
_ALLOWED = {  # which events may stand where (BPMN 2.0.2, tables 10.84 to 10.93)
    "startEvent": ("none", "timer", "message", "signal", "conditional"),
    "triggered": ("timer", "message", "signal", "conditional", "error", "escalation"),
    "intermediateCatchEvent": ("timer", "message", "signal", "conditional", "link"),
    "intermediateThrowEvent": ("none", "message", "signal", "escalation", "compensation", "link"),
    "boundaryEvent": (
        "timer",
        "message",
        "signal",
        "conditional",
        "error",
        "escalation",
        "compensation",
        "cancel",
    ),
    "endEvent": (
        "none",
        "terminate",
        "message",
        "signal",
        "error",
        "escalation",
        "compensation",
        "cancel",
    ),
}
_REFS = {
    "message": ("messageRef", "message"),
    "signal": ("signalRef", "signal"),
    "error": ("errorRef", "error"),
    "escalation": ("escalationRef", "escalation"),
}


@dataclass
class Reading:
    """One file being read: what it declares, what was found wrong, the blueprint as it grows."""

    root: etree._Element
    file: str
    findings: list[Finding] = field(default_factory=list)
    declared: dict[str, dict[str, etree._Element]] = field(default_factory=dict)
    """Kind (message, signal, …) → id → root element."""
    flows: list[Flow] = field(default_factory=list)
    xml: dict[str, etree._Element] = field(default_factory=dict)
    """Element, flow and scope id → where it stands."""
    compensations: dict[str, str] = field(default_factory=dict)
    """Boundary event id → handler id, by association."""

    def failed(self) -> bool:
        return any(f.severity == "error" for f in self.findings)

    def say(
        self,
        rule: str,
        element: etree._Element | None,
        text: Text,
        remedy: Text,
        id_: str | None = None,
        severity: str = "error",
    ) -> None:
        line = None if element is None else line_of(element)
        shown = id_ if id_ is not None or element is None else element.get("id")
        found = Finding(self.file, rule, text, remedy, line, shown)
        if severity == "warning":
            found = Finding(self.file, rule, text, remedy, line, shown, "warning")
        self.findings.append(found)


def read(root: etree._Element, file: str, is_published: bool = False) -> tuple[Blueprint | None, list[Finding]]:
    """Read one executable process; the blueprint is ``None`` where a finding is an error.

    What was published by an earlier release (``is_published``) is built whatever is found, where it can be built.
    """
    reading = Reading(root, file)
    process = _process(reading)
    if process is None:
        return None, reading.findings
    _declarations(reading)
    _name_the_nameless(process)
    blueprint = Blueprint(
        process.get("id") or "", process.get("name") or "", _documentation(process), vocabulary.read(process)
    )
    reading.findings += vocabulary.check(process, file)
    reading.xml[blueprint.id] = process
    _read_scope(reading, process, blueprint, depth=0, lane=None)
    blueprint.flows = tuple(reading.flows)
    if len(blueprint.elements) > MAX_NODES or len(reading.flows) > MAX_FLOWS:
        reading.say(
            "too_many_elements",
            process,
            Text(
                f"流程超过 {MAX_NODES} 个元素或 {MAX_FLOWS} 条连线",
                f"more than {MAX_NODES} elements or {MAX_FLOWS} flows",
            ),
            Text("拆分为几个流程，用调用活动相连", "split it into several processes and call them"),
        )
    if not reading.failed() or is_published:
        is_whole = shape.check(reading, blueprint, is_published)
    if reading.failed() and not (is_published and is_whole):
        return None, reading.findings
    blueprint.specs = acts.build(blueprint)
    return blueprint, reading.findings


def _process(reading: Reading) -> etree._Element | None:
    root = reading.root
    if etree.QName(root).localname != "definitions" or etree.QName(root).namespace != BPMN:
        reading.say(
            "not_bpmn",
            root,
            Text("不是 BPMN 2.0 文件", "not a BPMN 2.0 file"),
            Text("根元素应为 bpmn:definitions", "the root has to be bpmn:definitions"),
        )
        return None
    executable = [p for p in root.iter(f"{{{BPMN}}}process") if p.get("isExecutable") == "true"]
    if len(executable) != 1:
        reading.say(
            "one_process",
            root,
            Text(
                f"可执行的流程应恰有一个，实有 {len(executable)} 个",
                f"{len(executable)} executable processes; one is needed",
            ),
            Text(
                "一个文件夹一个流程：其余的池设为不可执行，或放进各自的文件夹，以消息相连",
                "one folder, one process: let the other pools be not executable, or give each its folder and connect "
                "them by messages",
            ),
        )
        return None
    if not executable[0].get("id"):
        reading.say(
            "no_id", executable[0], Text("流程没有 id", "the process has no id"), Text("补上 id", "give it an id")
        )
        return None
    return executable[0]


def _declarations(reading: Reading) -> None:
    for child in reading.root.iterchildren(f"{{{BPMN}}}*"):
        kind = etree.QName(child).localname
        if kind.startswith("global"):
            _unsupported(reading, child)
        if kind in ("message", "signal", "error", "escalation") and child.get("id"):
            reading.declared.setdefault(kind, {})[child.get("id") or ""] = child


def _name_the_nameless(process: etree._Element) -> None:
    """Elements and flows may lack an id (it is optional in BPMN): they get one from their place, always the same."""
    taken = {n.get("id") for n in process.iter("*")}
    numbers: dict[str, int] = {}
    for node in process.iter(*(f"{{{BPMN}}}{t}" for t in (*NODES, "sequenceFlow"))):
        tag = etree.QName(node).localname
        numbers[tag] = numbers.get(tag, 0) + 1
        if not node.get("id"):
            made = f"{tag}_{numbers[tag]}"
            while made in taken:
                made += "_"
            taken.add(made)
            node.set("id", made)


def _read_scope(reading: Reading, scope: etree._Element, blueprint: Blueprint, depth: int, lane: str | None) -> None:
    """Depth is bounded by ``MAX_NESTING``, so this recursion is too."""
    if depth > MAX_NESTING:
        reading.say(
            "too_deep",
            scope,
            Text(f"子流程嵌套超过 {MAX_NESTING} 层", f"sub-processes nested deeper than {MAX_NESTING}"),
            Text("改为平铺的阶段", "flatten the stages"),
        )
        return
    lanes = _lanes(reading, scope, blueprint)
    defaults = {d for n in scope.iterchildren("*") if (d := n.get("default"))}
    for node in scope.iterchildren("*"):
        tag, namespace = etree.QName(node).localname, etree.QName(node).namespace
        if namespace != BPMN or tag in SILENT or tag.endswith("LoopCharacteristics"):
            if namespace == BPMN and tag == "sequenceFlow":
                _read_flow(reading, node, defaults)
            elif namespace == BPMN and tag == "association":
                reading.compensations[node.get("sourceRef") or ""] = node.get("targetRef") or ""
            continue
        if tag not in NODES:
            _unsupported(reading, node)
            continue
        if not _read_node(reading, node, tag, scope, blueprint, lanes, lane):
            continue
        reading.findings += vocabulary.check(node, reading.file)
        if tag in CONTAINERS:
            _read_scope(reading, node, blueprint, depth + 1, lanes.get(node.get("id") or "", lane))


def _read_node(
    reading: Reading,
    node: etree._Element,
    tag: str,
    scope: etree._Element,
    blueprint: Blueprint,
    lanes: Mapping[str, str],
    lane: str | None,
) -> bool:
    id_ = node.get("id") or ""
    if id_ in blueprint.elements or id_ == blueprint.id:
        reading.say(
            "duplicate_id",
            node,
            Text(f"id {id_} 重复", f"id {id_} occurs twice"),
            Text("给它一个唯一的 id", "give it an id of its own"),
        )
        return False
    if len(id_) > MAX_ID or len(node.get("name") or "") > MAX_NAME:
        reading.say(
            "too_long",
            node,
            Text(
                f"id 超过 {MAX_ID} 个字符，或名称超过 {MAX_NAME} 个",
                f"an id over {MAX_ID} or a name over {MAX_NAME} characters",
            ),
            Text("缩短它", "shorten it"),
            id_[:MAX_ID],
        )
        return False
    words = node.find(f"{{{BPMN}}}extensionElements")
    if words is not None and len(words) > MAX_WORDS:
        reading.say(
            "too_many_words",
            node,
            Text(f"{id_} 写了超过 {MAX_WORDS} 个词", f"{id_} has more than {MAX_WORDS} words"),
            Text("拆分为几个元素", "divide it into several elements"),
        )
        return False
    _refuse_parts(reading, node, tag, id_)
    is_triggered = node.get("triggeredByEvent") == "true"
    in_triggered = scope.get("triggeredByEvent") == "true"
    attached = node.get("attachedToRef") if tag == "boundaryEvent" else None
    is_interrupting = (node.get("isInterrupting") if tag == "startEvent" else node.get("cancelActivity")) != "false"
    blueprint.elements[id_] = Element(
        id=id_,
        kind=tag,
        name=node.get("name") or "",
        documentation=_documentation(node),
        line=line_of(node),
        scope=scope.get("id") or "",
        words=vocabulary.read(node),
        lane=lanes.get(id_, lane),
        attached_to=attached,
        is_interrupting=is_interrupting,
        event=_event(reading, node, tag, in_triggered) if tag in EVENTS else Event(),
        loop=_loop(reading, node, id_),
        called=node.get("calledElement") if tag == "callActivity" else None,
        is_triggered=is_triggered,
        is_compensation=node.get("isForCompensation") == "true",
        message=_message_of(reading, node, tag),
    )
    reading.xml[id_] = node
    return True


def _refuse_parts(reading: Reading, node: etree._Element, tag: str, id_: str) -> None:
    """What stands inside a node, or in its attributes, that would be read as something else."""
    for child in node.iterchildren(f"{{{BPMN}}}*"):
        name = etree.QName(child).localname
        if name in ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics") and tag in ACTIVITIES:
            continue
        if name in _EVENTS and tag in EVENTS:
            continue
        if name in ("dataInputAssociation", "dataOutputAssociation") and (
            child.find(f"{{{BPMN}}}assignment") is not None or child.find(f"{{{BPMN}}}transformation") is not None
        ):
            reading.say(
                "data_mapping",
                child,
                Text(f"{id_}：不执行数据关联中的赋值或转换", f"{id_}: assignments of a data association are not run"),
                Text("改用 <liuhen:input> 和 <liuhen:output>", "use <liuhen:input> and <liuhen:output>"),
                id_,
            )
        if name == "script":
            reading.say(
                "script_text",
                child,
                Text(f"{id_}：不执行脚本文本", f"{id_}: no script text is run"),
                Text("改用 <liuhen:output> 写 FEEL", "use <liuhen:output> with FEEL"),
                id_,
            )
        elif tag not in CONTAINERS and name not in SILENT:
            _unsupported(reading, child, id_)
    for attribute in ("startQuantity", "completionQuantity"):
        if node.get(attribute, "1") != "1":
            reading.say(
                "token_quantity",
                node,
                Text(f"{id_}：不支持 {attribute} 大于 1", f"{id_}: {attribute} other than 1 is not supported"),
                Text("改用并行网关或多实例", "use a parallel gateway or a multi-instance"),
            )
    if node.get("instantiate") == "true":
        reading.say(
            "instantiating",
            node,
            Text(f"{id_}：不能由它启动流程", f"{id_} cannot start a process"),
            Text("改用消息开始事件", "use a message start event"),
        )
    if tag == "eventBasedGateway" and node.get("eventGatewayType", "Exclusive") != "Exclusive":
        reading.say(
            "parallel_event_gateway",
            node,
            Text(f"{id_}：不支持并行事件网关", f"{id_}: a parallel event gateway is not supported"),
            Text("改用并行网关后接各个事件", "use a parallel gateway followed by the events"),
        )
    if node.get("parallelMultiple") == "true":
        reading.say(
            "multiple_event",
            node,
            Text(f"{id_}：不支持并行多重事件", f"{id_}: a parallel multiple event is not supported"),
            Text("改用并行网关和几个事件", "use a parallel gateway and several events"),
        )


def _event(reading: Reading, node: etree._Element, tag: str, in_triggered: bool) -> Event:
    id_ = node.get("id") or ""
    found = [c for c in node.iterchildren(f"{{{BPMN}}}*") if etree.QName(c).localname in _EVENTS]
    if node.find(f"{{{BPMN}}}eventDefinitionRef") is not None:
        reading.say(
            "event_reference",
            node,
            Text(f"{id_}：不支持 eventDefinitionRef", f"{id_}: eventDefinitionRef is not supported"),
            Text("把事件定义写在事件里", "write the event definition inside the event"),
        )
    if len(found) > 1:
        reading.say(
            "multiple_event",
            node,
            Text(f"{id_}：一个事件只能有一个定义", f"{id_}: an event can have one definition"),
            Text("拆成几个事件", "split it into several events"),
        )
    kind = _EVENTS[etree.QName(found[0]).localname] if found else "none"
    place = "triggered" if in_triggered and tag == "startEvent" else tag
    if kind not in _ALLOWED[place]:
        if kind == "none":
            reading.say(
                "no_event",
                node,
                Text(f"事件 {id_} 没有定义", f"the event {id_} has no definition"),
                Text(f"加上：{'、'.join(_ALLOWED[place])}", f"add one of: {', '.join(_ALLOWED[place])}"),
            )
        else:
            reading.say(
                "unsupported",
                node,
                Text(f"{id_}：这里不能用 {kind} 事件", f"{id_}: a {kind} event cannot stand here"),
                Text(f"可用：{'、'.join(_ALLOWED[place])}", f"use one of: {', '.join(_ALLOWED[place])}"),
            )
        return Event(kind)
    if not found:
        return Event()
    definition = found[0]
    if kind == "timer":
        return Event(kind, timer=_timer(reading, node, definition))
    if kind == "conditional":
        text = _text(definition, "condition")
        _must_be_feel(reading, node, text, "condition", needed=True)
        return Event(kind, condition=text)
    if kind == "link":
        name = definition.get("name") or ""
        if not name:
            reading.say(
                "event_incomplete",
                node,
                Text(f"链接事件 {id_} 没有名称", f"the link event {id_} has no name"),
                Text("给 linkEventDefinition 写上 name", "give the linkEventDefinition a name"),
            )
        return Event(kind, name)
    if kind == "compensation":
        if definition.get("waitForCompletion") == "false":
            reading.say(
                "compensation_without_waiting",
                node,
                Text(f"{id_}：不支持不等待的补偿", f"{id_}: compensation that is not waited for is not supported"),
                Text("删除 waitForCompletion=false", "remove waitForCompletion=false"),
            )
        return Event(kind, definition.get("activityRef") or "")
    if kind in _REFS:
        return Event(kind, _referred(reading, node, definition, kind, tag))
    return Event(kind)


def _referred(reading: Reading, node: etree._Element, definition: etree._Element, kind: str, tag: str) -> str:
    """The name or code that an event definition refers to; a catching error or escalation may mean every code."""
    id_, attribute = node.get("id") or "", _REFS[kind][0]
    ref = (definition.get(attribute) or "").rpartition(":")[2]
    may_lack = kind in ("error", "escalation") and tag in ("boundaryEvent", "startEvent")
    if not ref:
        if not may_lack:
            reading.say(
                "event_incomplete",
                node,
                Text(f"{id_} 没有 {attribute}", f"{id_} lacks {attribute}"),
                Text(f"写上 {attribute}", f"write {attribute}"),
            )
        return ""
    declared = reading.declared.get(kind, {}).get(ref)
    if declared is None:
        reading.say(
            "undeclared",
            node,
            Text(f"{id_} 引用的 {ref} 没有声明", f"{id_} refers to {ref}, which is not declared"),
            Text(f"在 definitions 中加上 <bpmn:{kind} id=…>", f"add <bpmn:{kind} id=…> to the definitions"),
        )
        return ""
    name = declared.get({"error": "errorCode", "escalation": "escalationCode"}.get(kind, "name")) or ""
    if not name and not may_lack:
        name = declared.get("name") or ref if kind in ("error", "escalation") else ""
    if not name and kind in ("message", "signal"):
        reading.say(
            "event_incomplete",
            declared,
            Text(f"{ref} 没有名称", f"{ref} has no name"),
            Text("给它写上 name", "give it a name"),
            id_,
        )
    return name or (declared.get("name") or ref)


def _message_of(reading: Reading, node: etree._Element, tag: str) -> str:
    if tag not in ("sendTask", "receiveTask"):
        return ""
    return _referred(reading, node, node, "message", tag)


def _timer(reading: Reading, node: etree._Element, definition: etree._Element) -> Timer | None:
    for tag, kind in (("timeDate", "date"), ("timeDuration", "duration"), ("timeCycle", "cycle")):
        text = _text(definition, tag)
        if text is None:
            continue
        if not text.startswith("=") and (wrong := schedules.check(text)) is not None:
            reading.say(
                "timer_unreadable",
                node,
                wrong,
                Text(
                    "写成 2026-03-02、P14D、R3/PT1H、0 9 * * 1-5，或以 = 开头的 FEEL",
                    "write 2026-03-02, P14D, R3/PT1H, 0 9 * * 1-5, or FEEL that starts with =",
                ),
            )
        return Timer(kind, text)
    reading.say(
        "timer_incomplete",
        node,
        Text("定时事件没有时间", "the timer has no time"),
        Text("写上 timeDate、timeDuration 或 timeCycle", "write timeDate, timeDuration or timeCycle"),
    )
    return None


def _loop(reading: Reading, node: etree._Element, id_: str) -> Loop | None:
    standard = node.find(f"{{{BPMN}}}standardLoopCharacteristics")
    if standard is not None:
        condition = _text(standard, "loopCondition")
        maximum = standard.get("loopMaximum")
        _must_be_feel(reading, node, condition, "loopCondition", needed=False)
        if condition is None and not maximum:
            reading.say(
                "loop_incomplete",
                node,
                Text(f"{id_}：循环没有条件也没有上限", f"{id_}: the loop has neither a condition nor a maximum"),
                Text("写上 loopCondition 或 loopMaximum", "write loopCondition or loopMaximum"),
            )
        if maximum is not None and not maximum.isdigit():
            reading.say(
                "loop_incomplete",
                node,
                Text(f"{id_}：loopMaximum 应为整数", f"{id_}: loopMaximum has to be a whole number"),
                Text("写一个整数", "write a whole number"),
            )
        return Loop("standard", condition=condition, test_before=standard.get("testBefore") == "true", maximum=maximum)
    many = node.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    if many is None:
        return None
    reading.findings += vocabulary.check(many, reading.file)
    for part in many.iterchildren(f"{{{BPMN}}}*"):
        if etree.QName(part).localname not in (
            "extensionElements",
            "documentation",
            "loopCardinality",
            "completionCondition",
        ):
            reading.say(
                "loop_data",
                part,
                Text(f"{id_}：多实例中的 {etree.QName(part).localname} 不被执行", f"{id_}: {part.tag} is not run"),
                Text("改用 <liuhen:loopCharacteristics>", "use <liuhen:loopCharacteristics>"),
                id_,
            )
    if many.get("behavior", "All") != "All":
        reading.say(
            "loop_behavior",
            node,
            Text(f"{id_}：不支持多实例的 behavior", f"{id_}: the behavior of a multi-instance is not supported"),
            Text("删除 behavior；用完成条件结束", "remove it; end by a completion condition"),
        )
    words = vocabulary.read(many).one("loopCharacteristics") or {}
    cardinality, until = _text(many, "loopCardinality"), _text(many, "completionCondition")
    _must_be_feel(reading, node, until, "completionCondition", needed=False)
    if cardinality is not None and not cardinality.startswith("=") and not cardinality.isdigit():
        _must_be_feel(reading, node, cardinality, "loopCardinality", needed=True)
    if (cardinality is None) == ("inputCollection" not in words):
        reading.say(
            "loop_incomplete",
            node,
            Text(f"{id_}：多实例应写集合或个数之一", f"{id_}: a multi-instance needs a collection or a cardinality"),
            Text(
                "写 <liuhen:loopCharacteristics inputCollection=…> 或 loopCardinality",
                "write <liuhen:loopCharacteristics inputCollection=…> or loopCardinality",
            ),
        )
    if ("outputCollection" in words) != ("outputElement" in words):
        reading.say(
            "loop_incomplete",
            node,
            Text(
                f"{id_}：outputCollection 与 outputElement 应同时写",
                f"{id_}: outputCollection and outputElement belong together",
            ),
            Text("补上另一个", "add the other"),
        )
    return Loop(
        "sequential" if many.get("isSequential") == "true" else "parallel",
        cardinality=cardinality,
        collection=words.get("inputCollection"),
        item=words.get("inputElement"),
        output=words.get("outputCollection"),
        output_element=words.get("outputElement"),
        until=until,
        count=_count(reading, node, many, id_),
    )


def _count(reading: Reading, node: etree._Element, many: etree._Element, id_: str) -> counting.Count | None:
    """The ``countersign`` of a multi-instance task."""
    word = vocabulary.read(many).one("countersign")
    if word is None:
        return None
    sides = counting.sides(vocabulary.read(node).all("outcome"))
    if etree.QName(node).localname not in TASKS or not {"agree", "against"} <= set(sides.values()):
        reading.say(
            "countersign_outcomes",
            node,
            Text(
                f"{id_}：会签应写在用户任务上，且办理结果中有同意（agree）和不同意（reject）",
                f"{id_}: a countersignature needs a user task with outcomes of the kinds agree and reject",
            ),
            Text("补上 <liuhen:outcome kind=…>", "add <liuhen:outcome kind=…>"),
        )
    for name in ("share", "quorum"):
        if name in word and counting.share(word[name]) is None:
            reading.say(
                "countersign_share",
                many,
                Text(f"{id_}：{name} 的“{word[name]}”不是比例", f"{id_}: {name} {word[name]!r} is no share"),
                Text("写成 2/3、>1/2 或 >=80%", "write 2/3, >1/2 or >=80%"),
                id_,
            )
    rule, secret = word.get("rule", "all"), word.get("secret") == "true"
    if (rule in ("share", "vote")) != ("share" in word) or (secret and rule != "vote"):
        reading.say(
            "countersign_rule",
            many,
            Text(
                f"{id_}：share 用于 share 和 vote，secret 只用于 vote",
                f"{id_}: share belongs to the rules share and vote, secret to vote alone",
            ),
            Text("补上 share，或改用其他规则", "add share, or choose another rule"),
            id_,
        )
    given = counting.share(word.get("share", ">1/2")) or counting.Share(Fraction(1, 2), True)
    return counting.Count(
        rule,
        word.get("result", f"{id_}_count"),
        sides,
        share=given,
        quorum=counting.share(word["quorum"]) if "quorum" in word else None,
        base=word.get("base", "present"),
        early=word.get("early") != "false",
        secret=secret,
    )


def _must_be_feel(reading: Reading, node: etree._Element, text: str | None, what: str, *, needed: bool) -> None:
    if text is None and not needed:
        return
    if text is None or not text.startswith("="):
        reading.say(
            "not_an_expression",
            node,
            Text(
                f"{node.get('id')}：{what} 应是以 = 开头的 FEEL 表达式",
                f"{node.get('id')}: {what} has to be a FEEL expression that starts with =",
            ),
            Text(f"写成 ={text or 'true'}", f"write ={text or 'true'}"),
        )


def _text(node: etree._Element, tag: str) -> str | None:
    found = node.find(f"{{{BPMN}}}{tag}")
    text = (found.text or "").strip() if found is not None else ""
    return text or None


def _read_flow(reading: Reading, node: etree._Element, defaults: set[str]) -> None:
    id_, source, target = node.get("id") or "", node.get("sourceRef") or "", node.get("targetRef") or ""
    if not source or not target:
        reading.say(
            "flow_incomplete",
            node,
            Text("连线缺少起点或终点", "a sequence flow lacks its source or target"),
            Text("在建模工具里重画这条连线", "draw the flow again"),
        )
        return
    if id_ in reading.xml:
        reading.say(
            "duplicate_id",
            node,
            Text(f"id {id_} 重复", f"id {id_} occurs twice"),
            Text("给它一个唯一的 id", "give it an id of its own"),
        )
        return
    condition = _text(node, "conditionExpression")
    if node.find(f"{{{BPMN}}}conditionExpression") is not None:
        _must_be_feel(reading, node, condition, "conditionExpression", needed=True)
    reading.xml[id_] = node
    reading.flows.append(
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


def _lanes(reading: Reading, scope: etree._Element, blueprint: Blueprint) -> dict[str, str]:
    found: dict[str, str] = {}
    for lane_set in scope.findall(f"{{{BPMN}}}laneSet"):
        for lane in lane_set.iter(f"{{{BPMN}}}lane"):
            id_ = lane.get("id") or ""
            blueprint.lanes[id_] = (lane.get("name") or "", vocabulary.read(lane))
            reading.findings += vocabulary.check(lane, reading.file)
            for ref in lane.findall(f"{{{BPMN}}}flowNodeRef"):
                found[(ref.text or "").strip()] = id_
    return found


def _documentation(node: etree._Element) -> str:
    return "\n".join((d.text or "").strip() for d in node.findall(f"{{{BPMN}}}documentation"))


def _unsupported(reading: Reading, node: etree._Element, element: str | None = None) -> None:
    name = etree.QName(node).localname
    zh, en = _INSTEAD.get(name, ("改用已支持的元素，见 docs/bpmn.md", "use a supported element, see docs/bpmn.md"))
    reading.say(
        "unsupported",
        node,
        Text(
            f"{element + '：' if element else ''}不能忠实地运行 {name}",
            f"{element + ': ' if element else ''}{name} cannot be run faithfully",
        ),
        Text(zh, en),
        element,
    )


_INSTEAD = {
    "complexGateway": (
        "改用包容网关，或带完成条件的多实例",
        "use an inclusive gateway, or a multi-instance with a completion condition",
    ),
    "adHocSubProcess": ("改用包容网关或多实例", "use an inclusive gateway or a multi-instance"),
    "globalUserTask": (
        "把任务画进流程，或做成单独的流程来调用",
        "draw the task in the process, or call a process with it",
    ),
    "task": ("说明是用户任务、服务任务还是其他任务", "say whether it is a user task, a service task or another"),
}
