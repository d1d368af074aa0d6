"""While a designer draws: the names an element sees, a counterexample to soundness, what nobody can ever fill in."""

from __future__ import annotations

import json

from engine import definitions, drawing
from tests.engine.drawing import ANYONE, model, words

FLOW = '<bpmn:sequenceFlow id="{0}" sourceRef="{1}" targetRef="{2}"/>'


SOMETIMES = "<bpmn:conditionExpression>=today = null</bpmn:conditionExpression>"


def task(id_: str, more: str = "", attributes: str = "") -> str:
    return f'<bpmn:userTask id="{id_}" {attributes}>{words(ANYONE + more)}</bpmn:userTask>'


def start(more: str = "") -> str:
    return f'<bpmn:startEvent id="asked">{words(ANYONE + more)}</bpmn:startEvent>'


SPLIT = (
    '<bpmn:exclusiveGateway id="either" default="to_one"/>',
    task("one"),
    '<bpmn:parallelGateway id="both"/>',
    '<bpmn:endEvent id="done"/>',
)
BESIDE = (
    task("other")
    + FLOW.format("to_other", "either", "other").replace("/>", f">{SOMETIMES}</bpmn:sequenceFlow>")
    + FLOW.format("from_other", "other", "both")
)


def test_a_case_that_can_wait_for_ever_is_told_with_the_way_there() -> None:
    checked, _ = definitions.check(model("tea", start(), *SPLIT, then=BESIDE))
    assert checked is not None
    found = {one.rule: one for one in drawing.findings(checked)}
    lost = found["cannot_end"]
    assert (lost.element, lost.severity) == ("both", "warning")
    assert lost.path[:2] == ("asked", "either")
    assert lost.path[-1] == "both"
    assert len({"one", "other"} & set(lost.path)) == 1, "one of the two ways is enough"
    whole, _ = definitions.check(model("tea", start(), task("one"), '<bpmn:endEvent id="done"/>'))
    assert whole is not None
    assert drawing.findings(whole) == []


def test_names_are_told_with_whether_they_surely_have_a_value() -> None:
    written = '<liuhen:output target="tea" source="=1"/>'
    files = model(
        "tea",
        start(written),
        '<bpmn:exclusiveGateway id="either" default="to_last"/>',
        task("last"),
        '<bpmn:endEvent id="done"/>',
        then=task("more", '<liuhen:output target="cake" source="=2"/>')
        + '<bpmn:sequenceFlow id="to_more" sourceRef="either" targetRef="more">'
        "<bpmn:conditionExpression>=tea = 1</bpmn:conditionExpression></bpmn:sequenceFlow>"
        + FLOW.format("from_more", "more", "last"),
    )
    known = {one.name: one for one in drawing.names_at(files, "last")}
    assert (known["tea"].origin, known["tea"].is_set, known["tea"].element) == ("variable", True, "asked")
    assert (known["cake"].is_set, known["cake"].element) == (False, "more")
    assert known["today"].origin == "given"
    assert not {one.name: one for one in drawing.names_at(files, "more")}["cake"].is_set
    assert {one.name: one for one in drawing.names_at(files, "from_more")}["cake"].is_set
    assert drawing.names_at({"process.bpmn": "<not"}, "last")[0].origin == "given", (
        "half a file gives what is always there"
    )


def test_what_is_read_before_it_is_written_and_what_nobody_may_fill_in_is_told() -> None:
    form = {
        "type": "default",
        "components": [{"type": "textfield", "key": "why", "label": "Why", "validate": {"required": True}}],
    }
    files = model(
        "tea",
        start(),
        '<bpmn:exclusiveGateway id="either" default="to_one"/>',
        task(
            "one",
            '<liuhen:output target="cake" source="=2"/><liuhen:field key="*" access="read"/>',
            'liuhen:form="why"',
        ),
        '<bpmn:endEvent id="done"/>',
        then='<bpmn:endEvent id="off"/><bpmn:sequenceFlow id="to_off" sourceRef="either" targetRef="off">'
        "<bpmn:conditionExpression>=cake = 1</bpmn:conditionExpression></bpmn:sequenceFlow>",
    )
    files["forms/why.json"] = json.dumps(form)
    checked, findings = definitions.check(files)
    assert checked is not None, findings
    found = {one.rule: one.element for one in drawing.findings(checked)}
    assert found == {"read_before_set": "to_off", "required_never_filled": "one"}
