"""The office and the procedure that the storm goes over: parallel ways, returns, a second person, a message that has to
arrive, timers of seconds."""

from __future__ import annotations

from sqlalchemy import insert

from engine import accounts, definitions, tables
from engine.actors import Actor
from engine.store import Store
from tests.engine.directory import add_person, add_post, add_unit

KEY = "storm"
UNIT = "B1"
STARTERS = ("lin", "he", "lyu")
CHECKERS = ("wu", "zuo")
SECRETARIES = ("zhao", "chen")
LONGEST_WAIT = 6.0
"""Seconds of the longest timer of the procedure."""

FILES = {
    "process.bpmn": """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:liuhen="urn:liuhen:bpmn:1" targetNamespace="urn:storm">
  <bpmn:message id="word" name="Word"/>
  <bpmn:process id="storm" name="风暴" isExecutable="true" liuhen:numberPrefix="ST">
    <bpmn:extensionElements>
      <liuhen:subject person="=case.started_by"/>
      <liuhen:withdrawal until="record" outcome="withdrawn"/>
    </bpmn:extensionElements>
    <bpmn:startEvent id="asked">
      <bpmn:extensionElements><liuhen:who anyone="true"/></bpmn:extensionElements>
    </bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="check"/>
    <bpmn:userTask id="check" name="审核">
      <bpmn:extensionElements>
        <liuhen:who role="organisation_commissioner" at="=case.unit"/>
        <liuhen:outcome value="pass" kind="agree"/>
        <liuhen:outcome value="back" kind="return" opinion="required"/>
        <liuhen:remind at="=now() + duration(&quot;PT2S&quot;)"/>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="check" targetRef="ways"/>
    <bpmn:exclusiveGateway id="ways" default="f3"/>
    <bpmn:sequenceFlow id="f3" sourceRef="ways" targetRef="split"/>
    <bpmn:sequenceFlow id="f4" sourceRef="ways" targetRef="correct">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=check_outcome = "back"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:userTask id="correct" name="补正">
      <bpmn:extensionElements><liuhen:who person="=case.started_by"/></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f5" sourceRef="correct" targetRef="check"/>
    <bpmn:parallelGateway id="split"/>
    <bpmn:sequenceFlow id="f6" sourceRef="split" targetRef="left"/>
    <bpmn:sequenceFlow id="f7" sourceRef="split" targetRef="right"/>
    <bpmn:userTask id="left" name="左">
      <bpmn:extensionElements>
        <liuhen:who role="organisation_commissioner" at="=case.unit"/>
        <liuhen:remind at="=now() + duration(&quot;PT1S&quot;)"/>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:boundaryEvent id="left_waits" attachedToRef="left" cancelActivity="false">
      <bpmn:timerEventDefinition>
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT2S</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f8" sourceRef="left_waits" targetRef="notice"/>
    <bpmn:userTask id="notice" name="知悉">
      <bpmn:extensionElements><liuhen:who person="=case.started_by"/></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f9" sourceRef="notice" targetRef="noticed"/>
    <bpmn:endEvent id="noticed"/>
    <bpmn:userTask id="right" name="右">
      <bpmn:extensionElements><liuhen:who role="branch_secretary" at="=case.unit"/></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:boundaryEvent id="right_is_over" attachedToRef="right">
      <bpmn:timerEventDefinition>
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT6S</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f10" sourceRef="right_is_over" targetRef="together"/>
    <bpmn:sequenceFlow id="f17" sourceRef="split" targetRef="tell"/>
    <bpmn:sequenceFlow id="f18" sourceRef="split" targetRef="hear"/>
    <bpmn:intermediateThrowEvent id="tell" liuhen:correlationKey="=case.id">
      <bpmn:messageEventDefinition messageRef="word"/>
    </bpmn:intermediateThrowEvent>
    <bpmn:sequenceFlow id="f19" sourceRef="tell" targetRef="told"/>
    <bpmn:endEvent id="told"/>
    <bpmn:intermediateCatchEvent id="hear" liuhen:correlationKey="=case.id">
      <bpmn:messageEventDefinition messageRef="word"/>
    </bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f20" sourceRef="hear" targetRef="join"/>
    <bpmn:sequenceFlow id="f11" sourceRef="left" targetRef="join"/>
    <bpmn:sequenceFlow id="f12" sourceRef="right" targetRef="together"/>
    <bpmn:exclusiveGateway id="together"/>
    <bpmn:sequenceFlow id="f13" sourceRef="together" targetRef="join"/>
    <bpmn:parallelGateway id="join"/>
    <bpmn:sequenceFlow id="f14" sourceRef="join" targetRef="a_while"/>
    <bpmn:intermediateCatchEvent id="a_while">
      <bpmn:timerEventDefinition>
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT1S</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f15" sourceRef="a_while" targetRef="record"/>
    <bpmn:userTask id="record" name="登记">
      <bpmn:extensionElements>
        <liuhen:who role="organisation_commissioner" at="=case.unit"/>
        <liuhen:confirm role="branch_secretary" at="=case.unit"/>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f16" sourceRef="record" targetRef="finished"/>
    <bpmn:endEvent id="finished" liuhen:outcome="done"/>
  </bpmn:process>
</bpmn:definitions>
"""
}


def build(store: Store) -> dict[str, str]:
    """The office, its people with a key each, and the procedure; gives the keys by name."""
    with store.transaction() as db:
        moment = store.moment(db)
        add_unit(db, "W0", "working_committee", can_approve_members=True)
        add_unit(db, UNIT, "branch", "W0", has_branch_committee=True)
        for name in (*STARTERS, *CHECKERS, *SECRETARIES):
            add_person(db, name, UNIT)
            row = accounts.account_row(moment, name=name, person_id=f"p-{name}", password="for-tests-only-2026")
            db.execute(insert(tables.accounts), row)
        for name in CHECKERS:
            add_post(db, name, "organisation_commissioner", UNIT)
        for name in SECRETARIES:
            add_post(db, name, "branch_secretary", UNIT)
        definitions.publish(db, Actor.operator(), moment, FILES)
        people = (*STARTERS, *CHECKERS, *SECRETARIES)
        return {
            name: accounts.create_key(db, Actor.operator(), moment, name=f"of {name}", account=name)[1]
            for name in people
        }
