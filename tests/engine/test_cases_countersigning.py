"""Countersignatures: who signs, that everybody counts once, and that a secret ballot is kept as totals only."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from engine import cases, tables, tasks, views
from engine.errors import DefinitionRefused, Forbidden, NotNow, Unfit
from engine.store import Store
from tests.engine.casework import Office, agrees
from tests.together import together

_MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:liuhen="urn:liuhen:bpmn:1" targetNamespace="urn:t">
  <bpmn:process id="signing" name="会签" isExecutable="true">
    <bpmn:startEvent id="asked"><bpmn:extensionElements><liuhen:who anyone="true"/></bpmn:extensionElements>
    </bpmn:startEvent>
    <bpmn:userTask id="sign" name="会签">
      <bpmn:extensionElements>
        {who}
        <liuhen:outcome value="yes" kind="agree"/><liuhen:outcome value="no" kind="reject" opinion="optional"/>
        <liuhen:outcome value="none" kind="neutral"/>
      </bpmn:extensionElements>
      <bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>
        <liuhen:loopCharacteristics inputCollection="{signers}" inputElement="signer"/>
        <liuhen:countersign result="counted" {word}/>
      </bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="carried" default="to_no"/>
    <bpmn:endEvent id="agreed" liuhen:outcome="carried"/><bpmn:endEvent id="refused" liuhen:outcome="lost"/>
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="sign"/>
    <bpmn:sequenceFlow id="f2" sourceRef="sign" targetRef="carried"/>
    <bpmn:sequenceFlow id="to_no" sourceRef="carried" targetRef="refused"/>
    <bpmn:sequenceFlow id="f3" sourceRef="carried" targetRef="agreed">
      <bpmn:conditionExpression>=counted.passed</bpmn:conditionExpression></bpmn:sequenceFlow>
  </bpmn:process>
</bpmn:definitions>"""
PEOPLE = '=["p-wu", "p-zhao", "p-he"]'.replace('"', "&quot;")
POSTS = '=["organisation_commissioner", "branch_secretary"]'.replace('"', "&quot;")
BY_PERSON = '<liuhen:who person="=signer"/>'
BY_POST = '<liuhen:who role="organisation_commissioner" at="=case.unit"/>'


def begun(office: Office, word: str, *, who: str = BY_PERSON, signers: str = PEOPLE) -> str:
    office.publish({"process.bpmn": _MODEL.format(word=word, who=who, signers=signers)})
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        return cases.start(db, office.actor("lin"), moment, definition="signing", unit="B1", answers={})


def mine(office: Office, name: str) -> str:
    (item,) = office.box(name)
    return str(item["id"])


def signs(office: Office, name: str, decision: str, **more: Any) -> Any:
    return office.does(tasks.complete, name, mine(office, name), {}, decision=decision, **more)


def ended(office: Office, case: str) -> tuple[str, str | None]:
    with office.store.reading() as db:
        c = tables.cases.c
        row = db.execute(select(c.status, c.outcome).where(c.id == case)).one()
        return row.status, row.outcome


def running(office: Office, by: str, case: str) -> Any:
    """The countersignature that runs in a case, as somebody sees it."""
    with office.store.reading() as db:
        (found,) = views.case(db, office.actor(by), office.store.moment(db), case)["countersigns"]
        return found


def test_everybody_signs_and_the_count_decides_the_way(store: Store) -> None:
    office = Office(store)
    case = begun(office, 'rule="share" share="2/3"')
    signs(office, "wu", "yes")
    signs(office, "he", "no", opinion="再议")
    agrees(office, case)
    seen = running(office, "zhao", case)
    assert (seen["asked"], seen["voted"], seen["needed"], seen["agree"], seen["against"]) == (3, 2, 2, 1, 1)
    assert seen["sentence"].zh == "须 2 人同意（应签 3 人）。"
    assert sorted((s["side"] or "", s["opinion"] or "") for s in seen["signers"]) == [
        ("", ""),
        ("against", "再议"),
        ("agree", ""),
    ]
    with store.reading() as db:
        task = views.task(db, office.actor("zhao"), store.moment(db), mine(office, "zhao"), "zh")
    assert task["countersign"]["voted"] == 2
    signs(office, "zhao", "yes")
    agrees(office, case)
    assert ended(office, case) == ("ended", "carried")
    (said,) = [e for e in office.entries("otto", case) if e["kind"] == "vote.counted"]
    assert "应 3，已 3，同意 2，不同意 1，弃权 0；需 2 同意" in said["sentence"].zh


def test_what_is_still_out_when_it_is_decided_is_asked_no_more(store: Store) -> None:
    office = Office(store)
    case = begun(office, 'rule="all"')
    signs(office, "wu", "no", opinion="不妥")
    assert ended(office, case) == ("ended", "lost")
    assert office.box("zhao") == office.box("he") == []
    agrees(office, case)


def test_nobody_counts_twice_in_whatever_posts(store: Store) -> None:
    office = Office(store)
    begun(office, 'rule="vote" share="&gt;1/2"', who=BY_POST, signers=POSTS)
    first, second = (i["id"] for i in office.box("wu"))
    office.does(tasks.complete, "wu", first, {}, decision="yes")
    with pytest.raises(Forbidden) as refusal:
        office.does(tasks.complete, "wu", second, {}, decision="yes")
    assert refusal.value.refusal == "err_signed_already"
    office.does(tasks.complete, "he", second, {}, decision="no")


def test_the_last_two_sign_at_the_same_moment_and_both_count(store: Store) -> None:
    office = Office(store)
    case = begun(office, 'rule="vote" share="&gt;1/2"')
    ids = {name: mine(office, name) for name in ("wu", "zhao", "he")}
    office.does(tasks.complete, "wu", ids["wu"], {}, decision="no")
    acts = [
        lambda name=name: office.does(tasks.complete, name, ids[name], {}, decision="yes") for name in ("zhao", "he")
    ]
    assert [isinstance(done, tasks.Done) for done in together(*acts)] == [True, True]
    assert ended(office, case) == ("ended", "carried")
    agrees(office, case)


def test_a_secret_ballot_leaves_totals_and_nothing_else(store: Store) -> None:
    office = Office(store)
    case = begun(office, 'rule="vote" share="1/2" secret="true"')
    task = mine(office, "zhao")
    with store.reading() as db:
        shown = views.task(db, office.actor("zhao"), store.moment(db), task, "en")
    assert {outcome["opinion"] for outcome in shown["outcomes"]} == {"none"}, (
        "no words are asked for, so none are refused"
    )
    assert "draft" not in shown["can"]
    with pytest.raises(NotNow) as draft:
        office.does(tasks.draft, "zhao", task, {"any": "thing"})
    assert draft.value.refusal == "err_secret_ballot"
    with pytest.raises(Unfit) as opinion:
        signs(office, "zhao", "no", opinion="我不同意")
    assert [e.code for e in opinion.value.errors] == ["secret_ballot"]
    signs(office, "zhao", "no")
    seen = running(office, "wu", case)
    assert (seen["asked"], seen["voted"], seen["agree"], seen["against"], seen["signers"]) == (3, 1, None, None, [])
    for name in ("wu", "he"):
        signs(office, name, "yes")
    assert ended(office, case) == ("ended", "carried")
    with store.reading() as db:
        rows = db.execute(select(tables.tasks.c.decision, tables.tasks.c.opinion)).all()
        entries = [json.loads(t) for t in db.execute(select(tables.entries.c.text)).scalars()]
        kept = db.execute(select(tables.answers.c["values"])).scalars().all()
    assert [tuple(r) for r in rows] == [(None, None)] * 3
    cast = [e for e in entries if e["kind"] == "ballot.cast"]
    assert len(cast) == 3
    assert all("decision" not in e and "answers" not in e for e in cast)
    assert not any("no" in json.loads(v).values() for v in kept)
    (counted,) = [e for e in entries if e["kind"] == "vote.counted"]
    assert (counted["agree"], counted["against"], counted["passed"], counted["secret"]) == (2, 1, True, True)
    agrees(office, case)


@pytest.mark.parametrize(
    "word",
    ['<liuhen:output target="x" source="=decision"/>', '<liuhen:confirm role="branch_secretary" at="=case.unit"/>'],
)
def test_what_would_tell_a_secret_ballot_is_refused_at_publish(store: Store, word: str) -> None:
    office = Office(store)
    with pytest.raises(DefinitionRefused) as refusal:
        begun(office, 'rule="vote" share="1/2" secret="true"', who=BY_PERSON + word)
    assert "secret_ballot_tells" in {f.rule for f in refusal.value.findings}
