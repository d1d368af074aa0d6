"""A small procedure for the tests of the doors: somebody asks, the secretary reviews, a second person confirms."""

from __future__ import annotations

import json
from typing import Any

KEY = "errand"

_PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:liuhen="urn:liuhen:bpmn:1"
    id="definitions_errand" targetNamespace="urn:liuhen:process:errand">
  <bpmn:process id="errand" name="办事" isExecutable="true" liuhen:numberPrefix="ER"
      liuhen:title="=&quot;办事：&quot; + subject">
    <bpmn:extensionElements>
      <liuhen:summary label="subject" value="=subject"/>
      <liuhen:subject person="=asker"/>
      <liuhen:withdrawal until="review" clause="er_1"/>
    </bpmn:extensionElements>
    <bpmn:startEvent id="asked" name="提出" liuhen:form="ask">
      <bpmn:extensionElements>
        <liuhen:who anyone="true"/>
        <liuhen:output target="subject" source="=subject"/>
        <liuhen:output target="asker" source="=actor"/>
      </bpmn:extensionElements>
      <bpmn:outgoing>f1</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="review"/>
    <bpmn:userTask id="review" name="审核" liuhen:step="1" liuhen:form="note">
      <bpmn:extensionElements>
        <liuhen:who role="branch_secretary" at="=case.unit"/>
        <liuhen:who role="branch_deputy_secretary" at="=case.unit"/>
        <liuhen:otherThan person="=asker" code="sod_01" clause="er_2"/>
        <liuhen:outcome value="agree" kind="agree"/>
        <liuhen:outcome value="send_back" kind="return" opinion="required"/>
      </bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming>
      <bpmn:incoming>f5</bpmn:incoming>
      <bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="review" targetRef="ways"/>
    <bpmn:exclusiveGateway id="ways" default="f3">
      <bpmn:incoming>f2</bpmn:incoming>
      <bpmn:outgoing>f3</bpmn:outgoing>
      <bpmn:outgoing>f4</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    <bpmn:sequenceFlow id="f3" sourceRef="ways" targetRef="record"/>
    <bpmn:sequenceFlow id="f4" sourceRef="ways" targetRef="correct">
      <bpmn:conditionExpression
          xsi:type="bpmn:tFormalExpression">=review_outcome = "send_back"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:userTask id="correct" name="补正" liuhen:form="ask">
      <bpmn:extensionElements>
        <liuhen:who person="=asker"/>
        <liuhen:output target="subject" source="=subject"/>
      </bpmn:extensionElements>
      <bpmn:incoming>f4</bpmn:incoming>
      <bpmn:outgoing>f5</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f5" sourceRef="correct" targetRef="review"/>
    <bpmn:userTask id="record" name="登记" liuhen:step="2" liuhen:form="note">
      <bpmn:extensionElements>
        <liuhen:who role="organisation_commissioner" at="=case.unit"/>
        <liuhen:confirm role="branch_secretary" at="=case.unit" clause="er_2"/>
        <liuhen:due date="=case.started_on + duration(&quot;P3D&quot;)" clause="er_1"/>
      </bpmn:extensionElements>
      <bpmn:incoming>f3</bpmn:incoming>
      <bpmn:outgoing>f6</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f6" sourceRef="record" targetRef="finished"/>
    <bpmn:endEvent id="finished" name="办结" liuhen:outcome="done">
      <bpmn:incoming>f6</bpmn:incoming>
    </bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""


def _form(id_: str, key: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    component = {"type": "textfield", "id": f"{id_}_{key}", "key": key, "label": {"zh": zh, "en": en}, **more}
    return {"type": "default", "id": id_, "schemaVersion": 16, "components": [component]}


OBJECTS: dict[str, Any] = {
    "process.bpmn": _PROCESS,
    "forms/ask.json": _form("ask", "subject", "事由", "Subject", validate={"required": True, "maxLength": 50}),
    "forms/note.json": _form("note", "note", "备注", "Note", validate={"required": True}),
    "rules.json": {
        "clauses": [
            {
                "id": "er_1",
                "zh": "三日内办结。",
                "en": "Done within three days.",
                "article": "Rules art. 1",
                "kind": "local",
                "parameters": ["prm_er_days"],
            },
            {
                "id": "er_2",
                "zh": "本人不得审核自己的事项。",
                "en": "Nobody reviews their own case.",
                "article": "Rules art. 2",
                "kind": "policy",
                "parameters": [],
            },
        ],
        "parameters": [
            {"id": "prm_er_days", "default": 3, "type": "number", "zh": "办理天数", "en": "Days", "kind": "local"}
        ],
    },
    "texts.zh.json": {
        "process": "办事",
        "outcome.agree": "同意",
        "outcome.send_back": "退回",
        "summary.subject": "事由",
    },
    "texts.en.json": {
        "process": "Errand",
        "documentation": "Somebody asks for something.",
        "element.asked": "Asked",
        "element.review": "Review",
        "element.correct": "Correct",
        "element.record": "Record",
        "element.finished": "Finished",
        "outcome.agree": "Agree",
        "outcome.send_back": "Send back",
        "outcome.done": "Done",
        "summary.subject": "Subject",
    },
}
"""The folder with its JSON files as objects."""

FILES: dict[str, str] = {
    path: file if isinstance(file, str) else json.dumps(file, ensure_ascii=False, indent=2)
    for path, file in OBJECTS.items()
}
"""The folder as it would lie on a disk."""
