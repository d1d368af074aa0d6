"""Broken and hostile diagrams are refused with findings: no exception, no work without end.

``LIUHEN_EXAMPLES`` says how many diagrams are spoilt; without it some hundreds, always the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import definitions, machine
from engine.errors import Finding, Incident
from engine.machine import Environment
from engine.vocabulary import BPMN, LIUHEN
from tests import effort
from tests.conformance.driving import DIAGRAMS, NOON, ZONE, text_of
from tests.conformance.test_walks import document

EXAMPLES = int(os.environ.get("LIUHEN_EXAMPLES") or 0)
NAMES = sorted(path.stem for path in DIAGRAMS.glob("*.bpmn"))
CALLS = 10_000_000
"""For checking one diagram, or for its first move; the largest of all takes less than two million."""
spoiling = settings(
    max_examples=EXAMPLES * 5 or 400,
    derandomize=not EXAMPLES,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def published(text: str) -> tuple[definitions.Definition | None, tuple[Finding, ...]]:
    """What publishing would say; what it would accept is begun as well, which may stop and may not break."""
    with effort.at_most(CALLS, "the check"):
        definition, findings = definitions.check({"process.bpmn": text})
    assert (definition is None) == any(f.severity == "error" for f in findings)
    for finding in findings:
        assert finding.rule
        assert all((finding.text.zh, finding.text.en, finding.remedy.zh, finding.remedy.en))
        assert len(finding.text.en) + len(finding.text.zh) < 5_000, "a finding repeats a whole file"
    if definition is not None:
        with effort.at_most(CALLS, "the first move"):
            begun(definition.blueprint)
    return definition, findings


def begun(blueprint: machine.Blueprint) -> None:
    environment = Environment(NOON, ZONE, {})
    try:
        live, step = machine.begin(blueprint, environment, {"n": 1, "items": [1, 2]})
    except Incident:
        return
    blob = machine.freeze(live)
    assert machine.freeze(machine.thaw(blueprint, blob, environment)) == blob
    assert step.is_ended == live.completed


# ---------------------------------------------------------------- spoilt diagrams

TAGS = [
    "process",
    "startEvent",
    "endEvent",
    "userTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "scriptTask",
    "businessRuleTask",
    "callActivity",
    "subProcess",
    "transaction",
    "adHocSubProcess",
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "eventBasedGateway",
    "complexGateway",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
    "sequenceFlow",
    "association",
    "laneSet",
    "lane",
    "messageEventDefinition",
    "timerEventDefinition",
    "errorEventDefinition",
    "compensateEventDefinition",
    "cancelEventDefinition",
    "linkEventDefinition",
    "conditionalEventDefinition",
    "terminateEventDefinition",
    "multiInstanceLoopCharacteristics",
    "standardLoopCharacteristics",
    "loopCardinality",
    "completionCondition",
    "condition",
    "conditionExpression",
    "timeDuration",
    "timeCycle",
    "extensionElements",
    "message",
    "signal",
    "error",
    "escalation",
    "dataObjectReference",
    "dataObject",
    "ioSpecification",
    "definitions",
    "collaboration",
    "participant",
    "group",
    "textAnnotation",
    "globalUserTask",
    "flowNodeRef",
]
ATTRIBUTES = [
    "id",
    "name",
    "default",
    "attachedToRef",
    "cancelActivity",
    "isInterrupting",
    "triggeredByEvent",
    "isForCompensation",
    "sourceRef",
    "targetRef",
    "messageRef",
    "signalRef",
    "errorRef",
    "escalationRef",
    "activityRef",
    "calledElement",
    "isSequential",
    "loopMaximum",
    "testBefore",
    "behavior",
    "instantiate",
    "startQuantity",
    "completionQuantity",
    "isExecutable",
    "parallelMultiple",
    "processRef",
    "eventGatewayType",
    "method",
]
WORDS = (
    "jobType",
    "retries",
    "timeout",
    "correlationKey",
    "timeToLive",
    "version",
    "decision",
    "result",
    "form",
    "nonsense",
)
VALUES = (
    "", " ", "0", "-1", "2", "99999999999999999999", "1e9", "true", "false", "maybe", "=", "==", "=1", "=nobody",
    '="a', "=[", "=(((((((", "=for", "=function(x) x", "wrong", "a", "b", "part", "begin", "done", "fork", "join",
    "A-7", "P1D", "P", "PT", "PT0S", "-P1D", "P99999999Y", "R/PT0S", "R0/PT1H", "R-1/P1D", "R99999999999999/PT1S",
    "R3/", "* * * * *", "61 * * * *", "0 0 31 2 *", "*/0 * * * *", "2026-02-30", "99999-01-01",
    "2026-03-02T25:00:00", "0000-00-00", "名字", "\u202e", "𝕏", "a" * 300, "a b", "a.b", "{http://x}y", "__class__",
    "../../etc/passwd", "${x}", "#{x}", "'; drop table cases; --", "<b>", "&amp;", "None",
)  # fmt: skip


def _elements(root: etree._Element) -> list[etree._Element]:
    return list(root.iter(etree.Element))


def spoil(root: etree._Element, way: str, pick: Callable[[Any], Any]) -> None:
    """One change to a tree."""
    element = pick(_elements(root))
    parent = element.getparent()
    if way == "attribute":
        name = pick([*map(str, element.attrib), *ATTRIBUTES, *(f"{{{LIUHEN}}}{w}" for w in WORDS)])
        element.set(name, pick(VALUES))
    elif way == "reference":
        ids = [str(e.get("id")) for e in _elements(root) if "id" in e.attrib]
        name = pick([n for n in ATTRIBUTES if n.endswith("Ref") or n in ("default", "id", "calledElement")])
        element.set(name, pick(ids or ["x"]))
    elif way == "forget" and len(element.attrib):
        del element.attrib[pick(sorted(map(str, element.attrib)))]
    elif way == "text":
        element.text = pick(VALUES)
    elif way == "tag":
        element.tag = f"{{{BPMN}}}{pick(TAGS)}"
    elif way == "namespace":
        element.tag = f"{{urn:other}}{etree.QName(element).localname}"
    elif way == "add":
        etree.SubElement(element, f"{{{BPMN}}}{pick(TAGS)}").set("id", pick(["new", "a", "done", ""]))
    elif parent is None:
        return
    elif way == "remove":
        parent.remove(element)
    elif way == "twice":
        parent.append(etree.fromstring(etree.tostring(element)))
    elif way == "move":
        within: set[Any] = set(element.iter())
        target = pick([e for e in _elements(root) if e not in within])
        target.append(element)
    elif way == "wrap":
        around = etree.Element(f"{{{BPMN}}}{pick(TAGS)}", id="around")
        parent.replace(element, around)
        around.append(element)


WAYS = ["attribute", "reference", "forget", "text", "tag", "namespace", "add", "remove", "twice", "move", "wrap"]


@spoiling
@given(st.data())
def test_a_spoilt_diagram_is_accepted_or_refused_and_nothing_else(data: Any) -> None:
    root = etree.fromstring(text_of(data.draw(st.sampled_from(NAMES))).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        spoil(root, data.draw(st.sampled_from(WAYS)), lambda of: data.draw(st.sampled_from(of)))
    published(etree.tostring(root, encoding="unicode"))


@spoiling
@given(
    st.sampled_from(NAMES),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.sampled_from(["cut", "hole", "junk", "swap"]),
)
def test_a_diagram_cut_to_pieces_is_refused(name: str, one: int, two: int, way: str) -> None:
    text = text_of(name)
    first, last = sorted((one % len(text), two % len(text)))
    published(
        {
            "cut": text[:first],
            "hole": text[:first] + text[last:],
            "junk": text[:first] + text[last:] + text[:last],
            "swap": text[last:] + text[:first],
        }[way]
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_model_is_checked_and_begun(name: str) -> None:
    definition, findings = published(text_of(name))
    assert definition is not None or findings


# ---------------------------------------------------------------- hostile diagrams


def task(id_: str, kind: str = "userTask", inside: str = "") -> str:
    return f'<bpmn:{kind} id="{id_}">{inside}</bpmn:{kind}>'


def flow(source: str, target: str, number: int = 0, condition: str = "") -> str:
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    id_ = f"f_{source}_{target}_{number}"
    return f'<bpmn:sequenceFlow id="{id_}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def throws(id_: str, what: str) -> str:
    return task(id_, "intermediateThrowEvent", f"<bpmn:{what} />")


def starts(id_: str, what: str) -> str:
    """The start of an event sub-process that does not interrupt."""
    return f'<bpmn:startEvent id="{id_}" isInterrupting="false">{what}</bpmn:startEvent>'


def handler(id_: str, inside: str) -> str:
    return f'<bpmn:subProcess id="{id_}" triggeredByEvent="true">{inside}</bpmn:subProcess>'


def doubling(kind: str, stages: int) -> str:
    """Each gateway leads to the next one twice: two to the power of ``stages`` tokens."""
    gates = "".join(task(f"g{n}", f"{kind}Gateway") for n in range(stages))
    merges = "".join(task(f"m{n}", "exclusiveGateway") for n in range(stages))
    flows = "".join(flow(f"g{n}", f"m{n}", twice) for n in range(stages) for twice in (0, 1))
    on = "".join(flow(f"m{n}", f"g{n + 1}") for n in range(stages - 1))
    return document(gates + merges + flows + on + task("last") + flow(f"m{stages - 1}", "last"))


def nested(depth: int, around: str = "subProcess", inside: str = "") -> str:
    body = task("deepest")
    for n in range(depth):
        body = task(f"p{n}", around, inside + body)
    return document(body)


def dense(kind: str, count: int) -> str:
    """Every element leads to every later one."""
    nodes = "".join(task(f"n{n}", kind) for n in range(count))
    return document(nodes + "".join(flow(f"n{a}", f"n{b}") for a in range(count) for b in range(a + 1, count)))


def row(kind: str, count: int) -> str:
    nodes = "".join(task(f"n{n}", kind) for n in range(count))
    return document(nodes + "".join(flow(f"n{n}", f"n{n + 1}") for n in range(count - 1)))


def graph(flows: str, **kinds: str) -> str:
    """Elements by id and kind, and flows written ``s>a a>b``."""
    pairs = [pair.split(">") for pair in flows.split()]
    drawn = [flow(source, target, n) for n, (source, target) in enumerate(pairs)]
    return document("".join(task(id_, kind) for id_, kind in kinds.items()) + "".join(drawn))


def timed(text: str, kind: str = "timeCycle") -> str:
    inside = f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"
    return document(task("a", "intermediateCatchEvent", inside))


def instances(number: str) -> str:
    inside = f"<bpmn:loopCardinality>{number}</bpmn:loopCardinality>"
    return f"<bpmn:multiInstanceLoopCharacteristics>{inside}</bpmn:multiInstanceLoopCharacteristics>"


def many(number: str) -> str:
    return document(task("a", "userTask", instances(number)))


def condition(text: str) -> str:
    return document(task("g", "inclusiveGateway") + task("a") + flow("g", "a", 0, text))


def outputs(count: int) -> str:
    inside = '<liuhen:output target="n" source="=n + 1" />' * count
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


SIGNAL = 'signalEventDefinition signalRef="signal_x"'
ERROR = 'errorEventDefinition errorRef="error_x"'
NUDGE = '<bpmn:messageEventDefinition messageRef="message_x" />'
ODD = "<bpmn:condition>=modulo(n, 2) = 1</bpmn:condition>"

HOSTILE: dict[str, Callable[[], str]] = {
    "token doubling, 14 parallel splits": lambda: doubling("parallel", 14),
    "token doubling, 60 parallel splits": lambda: doubling("parallel", 60),
    "token doubling, inclusive": lambda: doubling("inclusive", 40),
    "sub-processes, 9 levels": lambda: nested(9),
    "sub-processes, 55 levels": lambda: nested(55),
    "sub-processes, 500 levels": lambda: nested(500),
    "transactions, 50 levels": lambda: nested(50, "transaction"),
    "event sub-processes, 50 levels": lambda: nested(50).replace(
        "subProcess id", 'subProcess triggeredByEvent="true" id'
    ),
    "instances of instances": lambda: nested(8, inside=instances("=1000")),
    "dense tasks": lambda: dense("userTask", 150),
    "dense inclusive gateways": lambda: dense("inclusiveGateway", 120),
    "denser inclusive gateways": lambda: dense("inclusiveGateway", 180),
    "dense parallel gateways": lambda: dense("parallelGateway", 120),
    "dense exclusive gateways": lambda: dense("exclusiveGateway", 120),
    "490 inclusive gateways in a row": lambda: row("inclusiveGateway", 490),
    "490 sub-processes in a row": lambda: row("subProcess", 490),
    "a loop without a task": lambda: graph("s>a a>b b>a", s="startEvent", a="exclusiveGateway", b="exclusiveGateway"),
    "a parallel loop without a task": lambda: graph(
        "s>m m>g g>m g>m g>e", s="startEvent", m="exclusiveGateway", g="parallelGateway", e="endEvent"
    ),
    "a parallel loop with a task": lambda: graph(
        "s>m m>a a>g g>m g>m g>e", s="startEvent", m="exclusiveGateway", a="userTask", g="parallelGateway", e="endEvent"
    ),
    "a task that follows itself": lambda: graph("s>a a>a", s="startEvent", a="userTask"),
    "a sub-process in its own flow": lambda: document(
        task("p", "subProcess", task("a") + flow("a", "p")) + flow("p", "a")
    ),
    "a call of itself": lambda: document('<bpmn:callActivity id="a" calledElement="walked" />'),
    "a start event attached to nothing, before a join": lambda: document(
        task("s", "startEvent")
        + task("f", "parallelGateway")
        + task("j", "parallelGateway")
        + flow("s", "f")
        + flow("f", "j")
        + flow("s", "j")
    ).replace('id="s"', 'id="s" attachedToRef=" "', 1),
    "a boundary event on itself": lambda: document('<bpmn:boundaryEvent id="b" attachedToRef="b" />'),
    "boundary events on each other": lambda: document(
        '<bpmn:boundaryEvent id="b" attachedToRef="c" /><bpmn:boundaryEvent id="c" attachedToRef="b" />'
    ),
    "a thousand boundary events": lambda: document(
        task("a")
        + "".join(
            f'<bpmn:boundaryEvent id="b{n}" attachedToRef="a">{NUDGE}</bpmn:boundaryEvent>'
            + task(f"t{n}")
            + flow(f"b{n}", f"t{n}")
            for n in range(240)
        )
    ),
    "five thousand elements": lambda: document("".join(task(f"t{n}") for n in range(5_000))),
    "forty thousand flows": lambda: document(task("a") + task("b") + "".join(flow("a", "b", n) for n in range(40_000))),
    "four thousand flows": lambda: document(task("a") + task("b") + "".join(flow("a", "b", n) for n in range(4_000))),
    "forty thousand words": lambda: document(task("a", "scriptTask", outputs(40_000))),
    "two thousand words": lambda: document(task("a", "scriptTask", outputs(2_000))),
    "a condition of 100 kB": lambda: condition("=n = 1" + " or n = 2" * 11_000),
    "a condition of 100 kB of brackets": lambda: condition("=" + "(" * 50_000 + "1" + ")" * 50_000),
    "a condition of 100 kB of minus signs": lambda: condition("=" + "-" * 100_000 + "1"),
    "a condition of 100 kB of ifs": lambda: condition("=" + "if n = 1 then 1 else " * 5_000 + "2"),
    "a condition of 100 kB of dots": lambda: condition("=n" + ".a" * 50_000),
    "a condition of 100 kB of letters": lambda: condition("=" + "a" * 100_000),
    "a condition of 100 kB of digits": lambda: condition("=n = " + "9" * 100_000),
    "a condition of 100 kB of text": lambda: condition('="' + "a" * 100_000 + '" = "b"'),
    "a condition that is text without end": lambda: condition('="' + "a" * 100_000),
    "powers of powers": lambda: condition("=9 ** 9 ** 9 ** 9 = 1"),
    "a list of lists": lambda: condition("=count(" + "[" * 5_000 + "]" * 5_000 + ") = 1"),
    "a for of fors": lambda: condition("=count(for a in 1..100000, b in 1..100000, c in 1..100000 return a) = 1"),
    "a pattern that goes back and back": lambda: condition('=matches("' + "a" * 5_000 + '!", "(a+)+$")'),
    "a million instances": lambda: many("=1000000"),
    "a thousand instances": lambda: many("=1000"),
    "a number of instances that is computed for ever": lambda: many(
        "=count(for a in 1..1000000, b in 1..1000000 return 1)"
    ),
    "a timer every instant": lambda: timed("R/PT0.000001S"),
    "a timer of no length": lambda: timed("R/PT0S"),
    "a timer that began long ago": lambda: timed("R/0001-01-01T00:00:00Z/PT1S"),
    "a timer that began a while ago": lambda: timed("R/2000-01-01T00:00:00Z/PT1S"),
    "a number of timers that began long ago": lambda: timed("R99999999/1970-01-01T00:00:00Z/PT1S"),
    "a timer of all the years": lambda: timed("P999999999Y", "timeDuration"),
    "a timer of very many repetitions": lambda: timed("R999999999999999999999999/PT1S"),
    "a timer of 100 kB": lambda: timed("R3/PT" + "9" * 100_000 + "S"),
    "a timer of the last year": lambda: timed("9999-12-31T23:59:59-14:00", "timeDate"),
    "a cron that never comes": lambda: timed("0 0 30 2 *"),
    "a cron of very many steps": lambda: timed(",".join(["*/1"] * 20_000) + " * * * *"),
    "an id of a megabyte": lambda: document(task("a" * 1_000_000)),
    "a name of a megabyte": lambda: document(f'<bpmn:userTask id="a" name="{"n" * 1_000_000}" />'),
    "a documentation of a megabyte": lambda: document(
        task("a", "userTask", f"<bpmn:documentation>{'d' * 1_000_000}</bpmn:documentation>")
    ),
    "ids that differ in case only": lambda: document(task("a") + task("A")),
    "ids that are given by position already": lambda: document(
        "<bpmn:userTask /><bpmn:userTask />" + task("userTask_1") + task("userTask_2")
    ),
    "no namespace": lambda: document(task("a")).replace("bpmn:", "").replace("xmlns:bpmn", "xmlns:x"),
    "lanes in lanes": lambda: document(
        '<bpmn:laneSet id="s">'
        + "<bpmn:lane><bpmn:childLaneSet>" * 25
        + "</bpmn:childLaneSet></bpmn:lane>" * 25
        + "</bpmn:laneSet>"
        + task("a")
    ),
    "a lane that holds itself": lambda: document(
        '<bpmn:laneSet><bpmn:lane id="l"><bpmn:flowNodeRef>l</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>' + task("a")
    ),
    "links in a circle": lambda: document(
        "".join(
            task(f"c{n}", "intermediateCatchEvent", f'<bpmn:linkEventDefinition name="{n}" />')
            + throws(f"t{n}", f'linkEventDefinition name="{1 - n}"')
            + flow(f"c{n}", f"t{n}")
            for n in (0, 1)
        )
        + task("a")
        + flow("a", "t0")
    ),
    "a compensation that compensates itself": lambda: document(
        task("a")
        + '<bpmn:boundaryEvent id="b" attachedToRef="a"><bpmn:compensateEventDefinition /></bpmn:boundaryEvent>'
        + '<bpmn:association id="x" sourceRef="b" targetRef="a" />'
        + throws("t", "compensateEventDefinition")
        + flow("a", "t")
    ),
    "a signal that wakes itself": lambda: document(
        task("s", "startEvent")
        + handler("h", starts("hs", f"<bpmn:{SIGNAL} />") + throws("ht", SIGNAL) + flow("hs", "ht"))
        + throws("t", SIGNAL)
        + flow("s", "t")
        + task("a")
        + flow("t", "a")
    ),
    "a condition that makes itself true": lambda: document(
        handler(
            "h",
            starts("hs", f"<bpmn:conditionalEventDefinition>{ODD}</bpmn:conditionalEventDefinition>")
            + task("one", "scriptTask", outputs(1))
            + task("two", "scriptTask", outputs(1))
            + flow("hs", "one")
            + flow("one", "two"),
        )
        + task("a")
    ),
    "an error that is thrown by its handler": lambda: document(
        handler(
            "h",
            task("hs", "startEvent", "<bpmn:errorEventDefinition />")
            + task("he", "endEvent", f"<bpmn:{ERROR} />")
            + flow("hs", "he"),
        )
        + task("s", "startEvent")
        + task("e", "endEvent", f"<bpmn:{ERROR} />")
        + flow("s", "e")
    ).replace("<bpmn:message ", '<bpmn:error id="error_x" errorCode="x" /><bpmn:message ', 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_diagram_is_refused_or_stops(name: str) -> None:
    published(HOSTILE[name]())


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "BPMN",
        "{}",
        "<",
        "<a/>",
        "<?xml version='1.0' encoding='utf-16'?><a/>",
        "<?xml version='1.0' encoding='nonsense'?><a/>",
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        f'<a:definitions xmlns:a="{BPMN}"/>',
        f'<a:definitions xmlns:a="{BPMN}"><a:process isExecutable="true"/></a:definitions>',
        "\ufeff" + text_of("only_a_task"),
        text_of("only_a_task").replace("only_a_task", "\ud800"),
        text_of("only_a_task").replace('id="a"', 'id="a" id="a"'),
        text_of("only_a_task").replace("userTask", "userTask xmlns:bpmn='urn:x'"),
    ],
)
def test_what_is_no_diagram_is_refused(text: str) -> None:
    with effort.at_most(CALLS):
        _, findings = definitions.check({"process.bpmn": text})
    assert all(f.text.zh and f.remedy.en for f in findings)
