"""Drafts without HTTP: models of other products are put into the words of this one, with a report."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from engine import definitions, drafts
from engine.drafts import foreign
from engine.errors import Text, Unfit

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:flowable="http://flowable.org/bpmn"
    xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="t">
"""


def model(attributes: str, task: str, condition: str, inside: str = "") -> str:
    """A request that is approved or not, as another product has it."""
    return f"""{_HEAD}  <bpmn:process id="Travel-Request" name="Travel" isExecutable="true">
    <bpmn:startEvent id="asked" name="Asked"><bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="approve" name="Approve" {attributes}>
      <bpmn:extensionElements>{task}</bpmn:extensionElements>
      <bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="which" default="d2">
      <bpmn:incoming>b</bpmn:incoming><bpmn:outgoing>c</bpmn:outgoing><bpmn:outgoing>d2</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    {inside}
    <bpmn:endEvent id="yes" name="Yes"><bpmn:incoming>c</bpmn:incoming></bpmn:endEvent>
    <bpmn:endEvent id="no" name="No"><bpmn:incoming>d2</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="a" sourceRef="asked" targetRef="approve"/>
    <bpmn:sequenceFlow id="b" sourceRef="approve" targetRef="which"/>
    <bpmn:sequenceFlow id="c" sourceRef="which" targetRef="yes">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="d2" sourceRef="which" targetRef="no"/>
  </bpmn:process>
</bpmn:definitions>
"""


_FIELDS = """<camunda:formData><camunda:formField id="approved" label="Approved?" type="boolean"/>
<camunda:formField id="why" label="Why" type="string"/></camunda:formData>
<camunda:taskListener class="x.Y" event="create"/>"""
_ZEEBE = """<zeebe:assignmentDefinition assignee="=boss"/><zeebe:formDefinition formId="decide"/>
<zeebe:ioMapping><zeebe:output source="=approved" target="approved"/></zeebe:ioMapping>"""
_FORM = json.dumps({"components": [{"type": "checkbox", "key": "approved", "label": "Approved?"}], "exporter": {}})
_SCHEMA = json.dumps({"type": "object", "title": "Decide", "properties": {"approved": {"type": "boolean"}}})


@pytest.mark.parametrize(
    ("files", "who", "condition"),
    [
        (
            {"a/m.bpmn": model('camunda:assignee="${initiator}"', _FIELDS, "${approved == true}")},
            '<liuhen:who person="=case.started_by"/>',
            "=approved = true",
        ),
        (
            {"m.bpmn": model("", _ZEEBE, "=approved"), "decide.form": _FORM},
            '<liuhen:who rule="answer" variable="boss"/>',
            "=approved",
        ),
        (
            {"m.bpmn": model('flowable:candidateGroups="branch_secretary,hr"', "", "${!approved || x != 'a'}")},
            '<liuhen:who role="branch_secretary" at="=case.unit"/>',
            '=not(approved) or x != "a"',
        ),
        (
            {
                "m.bpmn": model(
                    "",
                    '<spiff:properties><spiff:property name="formJsonSchemaFilename" value="decide-schema.json"/>'
                    "</spiff:properties>",
                    "approved == True and not late",
                ),
                "decide-schema.json": _SCHEMA,
                "decide-uischema.json": "{}",
            },
            "",
            "=approved = true and not(late)",
        ),
    ],
    ids=("camunda 7", "camunda 8", "flowable", "spiffarena"),
)
def test_a_model_of_another_product_is_said_in_our_words(files: dict[str, str], who: str, condition: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    found, report = drafts.taken_in("model.zip", out.getvalue())
    diagram = found["process.bpmn"]
    assert who in diagram
    assert f">{condition}<" in diagram.replace("&quot;", '"')
    assert 'id="travel_request"' in diagram
    for foreign_word in ("camunda", "zeebe", "flowable", "spiff"):
        assert f"{foreign_word}:" not in diagram
    assert all(one.file for one in report)
    assert {one.kind for one in report} >= {"mapped", "changed"}
    _, findings = definitions.check(found)
    unread = {"xml_malformed", "unknown_file", "no_process", "unknown_word", "json_malformed"}
    assert not unread & {one.rule for one in findings}, findings


def test_the_report_names_line_and_element_of_what_needs_a_human() -> None:
    inside = '<bpmn:scriptTask id="sums" scriptFormat="groovy"><bpmn:script>x</bpmn:script></bpmn:scriptTask>'
    _, report = drafts.translated({"m.bpmn": model('camunda:candidateGroups="hr"', _FIELDS, "${check(x)}", inside)})
    human = {(one.element, one.line) for one in report if one.kind == "needs_human"}
    assert {element for element, _ in human} == {"approve", "sums", "c"}
    assert all(line for _, line in human)
    assert any(one.kind == "left_out" and "taskListener" in one.text.en for one in report)


def test_a_model_in_our_own_words_is_not_touched() -> None:
    own = drafts.minimal("club_room", Text("活动室", "Club room"))
    assert drafts.translated(own) == (own, [])
    assert foreign.as_feel("=x > 1") == ("=x > 1", True)
    assert foreign.as_feel("${f(x)}")[1] is False


def test_a_form_alone_begins_with_a_minimal_diagram() -> None:
    found, report = drafts.taken_in("ask.form", _FORM.encode())
    assert set(found) >= {"process.bpmn", "forms/ask.json"}
    assert [one.kind for one in report] == ["mapped", "needs_human"]
    with pytest.raises(Unfit):
        drafts.taken_in("readme.txt", b"hello")
    with pytest.raises(Unfit):
        drafts.must_be_key("Nein")


def test_a_zip_that_says_less_than_it_holds_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("process.bpmn", "x" * (drafts.MOST_BYTES + 1))
    with pytest.raises(Unfit):
        drafts.taken_in("bomb.zip", out.getvalue())
