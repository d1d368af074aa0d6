"""Many called cases at once: each in a unit of its own, all in one go, told as a table, urged together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select

from engine import clock, remarks, store, tables, views
from engine.errors import DefinitionRefused, NotFound, Unfit
from engine.store import Store
from tests.engine.casework import Office, agrees
from tests.engine.drawing import ANYONE, ASKED, DONE, model, task, words
from tests.together import together

SIGNED = '<liuhen:output target="signed_on" source="=today"/>'
SUMMARY = (
    '<bpmn:extensionElements><liuhen:summary label="nth" value="=nth"/>'
    '<liuhen:summary label="signed_on" value="=signed_on"/></bpmn:extensionElements>'
)
GIVEN = '<liuhen:output target="nth" source="=null"/><liuhen:output target="signed_on" source="=null"/>'
START = f'<bpmn:startEvent id="asked">{words(ANYONE + GIVEN)}</bpmn:startEvent>'
TERM = '<liuhen:due after="2 working days"/>'
RECEIPT = model("receipt", START, task("sign", SIGNED + TERM), DONE, then="")
RECEIPT["process.bpmn"] = RECEIPT["process.bpmn"].replace('isExecutable="true">', f'isExecutable="true">{SUMMARY}', 1)
NONE_SIGNED = '=count(called cases("receipt")[signed_on != null]) = 0'


def dispatch(units: str, *more: str) -> dict[str, str]:
    """Calls a receipt in each of the units."""
    each = f'inputCollection="={units}" inputElement="where" outputCollection="came" outputElement="=got"'
    loop = f"<bpmn:multiInstanceLoopCharacteristics>{words(f'<liuhen:loopCharacteristics {each}/>')}"
    given = words(
        '<liuhen:input target="nth" source="=loopCounter"/><liuhen:output target="got" source="=result.nth"/>'
    )
    called = (
        '<bpmn:callActivity id="sends" calledElement="receipt" liuhen:unit="=where">'
        f"{given}{loop}</bpmn:multiInstanceLoopCharacteristics></bpmn:callActivity>"
    )
    return model("dispatch_all", ASKED, called, *more, DONE)


def watched() -> dict[str, str]:
    """The same with somebody who may take all of it back until the first one is signed."""
    files = dispatch("[&quot;u-B1&quot;, &quot;u-B2&quot;]")
    watch = (
        "<bpmn:userTask id='watch'>"
        + words(
            '<liuhen:who role="branch_secretary" at="=&quot;u-B1&quot;"/>'
            '<liuhen:outcome value="recall" kind="reject" opinion="optional" when="'
            + NONE_SIGNED.replace('"', "&quot;")
            + '"/><liuhen:outcome value="close" kind="agree"/>'
        )
        + "</bpmn:userTask><bpmn:endEvent id='over'><bpmn:terminateEventDefinition/></bpmn:endEvent>"
        '<bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="watch"/>'
        '<bpmn:sequenceFlow id="f2" sourceRef="watch" targetRef="over"/>'
    )
    files["process.bpmn"] = files["process.bpmn"].replace("</bpmn:process>", f"{watch}</bpmn:process>")
    return files


@pytest.fixture
def office(store: Store) -> Office:
    office = Office(store)
    office.publish(RECEIPT)
    return office


@contextmanager
def counted(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that reaches the database."""
    said: list[str] = []

    def hear(*told: Any) -> None:
        said.append(str(told[2]))

    def heard(run: Callable[..., Any]) -> Callable[..., Any]:
        def do(db: Any, text: str, values: Any) -> Any:
            said.append(text)
            return run(db, text, values)

        return do

    with monkeypatch.context() as patched:
        for name in ("_run", "_run_many"):
            patched.setattr(store, name, heard(getattr(store, name)))
        event.listen(office.store.engine, "before_cursor_execute", hear)
        try:
            yield said
        finally:
            event.remove(office.store.engine, "before_cursor_execute", hear)


def table(office: Office, by: str, case: str) -> list[dict[str, Any]]:
    with office.store.reading() as db:
        return views.called_cases(db, office.actor(by), office.store.moment(db), case)


def test_each_is_handled_in_the_unit_that_its_call_names_and_seen_there_alone(office: Office) -> None:
    office.publish(dispatch("[&quot;u-B2&quot;, &quot;u-B1&quot;]"))
    case = office.start("lin", "dispatch_all")
    first, second = table(office, "otto", case)
    assert [r["unit"]["code"] for r in (first, second)] == ["B2", "B1"]
    assert [r["steps"][0].en for r in (first, second)] == ["sign", "sign"]
    assert (first["due_on"].isoformat(), first["is_late"], first["urged"]) == ("2026-03-04", False, 0)
    assert {line["label"].en: line["value"] for line in first["summary"]} == {"nth": 1}
    assert [t["element"] for t in office.box("qian")] == ["sign"]
    assert office.sees("qian", first["id"])["parent"] is None
    for hidden in (case, second["id"]):
        with pytest.raises(NotFound):
            office.sees("qian", hidden)
    with pytest.raises(NotFound):
        table(office, "qian", case)
    office.completes("qian", first["id"], "sign")
    office.completes("zhao", second["id"], "sign")
    clock.tick(office.store)
    assert office.sees("otto", case)["data"]["came"] == [1, 2]
    for one in (case, first["id"], second["id"]):
        agrees(office, one)


def test_many_go_in_together(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    spent = {}
    for count in (16, 128):
        office.publish(dispatch(f"for n in 1..{count} return if n &lt; 3 then &quot;u-B1&quot; else &quot;u-B2&quot;"))
        with counted(office, monkeypatch) as said:
            case = office.start("lin", "dispatch_all")
        spent[count] = len(said)
        assert len(table(office, "otto", case)) == count
    # 112 cases more: their rows go in by sixty-fours, and nothing is asked for one of them alone.
    assert spent[128] - spent[16] < 56, spent


def test_one_that_cannot_be_called_keeps_nobody_else_waiting(office: Office) -> None:
    office.publish(dispatch("[&quot;u-B1&quot;, &quot;nowhere&quot;, &quot;u-B2&quot;]"))
    case = office.start("lin", "dispatch_all")
    assert [r["unit"]["code"] for r in table(office, "otto", case)] == ["B1", "B2"]
    assert office.sees("otto", case)["incidents"] == 1
    (stopped,) = office.sees("otto", case)["open_incidents"]
    assert stopped["reason"].en == "liuhen:unit gives no unit that there is"
    i = tables.incidents.c
    with office.store.reading() as db:
        assert db.execute(select(i.element).where(i.case_id == case)).scalars().all() == ["sends"]


def test_what_outlives_its_call_goes_on_by_itself_and_the_others_are_cancelled(office: Office) -> None:
    files = watched()
    two = RECEIPT["process.bpmn"].replace(DONE, task("read") + DONE)
    two = two.replace('sourceRef="sign" targetRef="done"', 'sourceRef="sign" targetRef="read"')
    flow = '<bpmn:sequenceFlow id="to_done_2" sourceRef="read" targetRef="done"/>'
    office.publish({"process.bpmn": two.replace("</bpmn:process>", f"{flow}</bpmn:process>")})
    named = 'liuhen:unit="=where" liuhen:outlives="=signed_on != null"'
    office.publish({"process.bpmn": files["process.bpmn"].replace('liuhen:unit="=where"', named)})
    case = office.start("lin", "dispatch_all")
    first, second = (r["id"] for r in table(office, "otto", case))
    office.completes("qian", second, "sign")
    office.completes("zhao", case, "watch", decision="close")
    assert office.sees("otto", case)["status"] == "ended"
    assert [office.sees("otto", r)["status"] for r in (first, second)] == ["cancelled", "running"]
    office.completes("qian", second, "read")
    assert clock.tick(office.store) == 0  # nobody waits for its answer
    assert office.sees("otto", second)["status"] == "ended"
    assert [r["status"] for r in table(office, "lin", case)] == ["cancelled", "ended"]
    broken = files["process.bpmn"].replace('liuhen:unit="=where"', 'liuhen:unit="=where" liuhen:outlives="=1 +"')
    with pytest.raises(DefinitionRefused):
        office.publish({"process.bpmn": broken})


def test_everybody_is_urged_at_once_and_not_again_so_soon(office: Office) -> None:
    office.publish(dispatch("[&quot;u-B1&quot;, &quot;u-B2&quot;]"))
    case = office.start("lin", "dispatch_all")
    urge = partial(office.does, remarks.urge_called)
    assert urge("lin", case, late_only=True) == (0, 0)
    with pytest.raises(NotFound):
        urge("qian", case)
    assert sum(n for n, _ in together(partial(urge, "lin", case), partial(urge, "lin", case))) == 2
    assert [r["urged"] for r in table(office, "otto", case)] == [1, 1]
    office.tick_to("2026-03-05")
    assert [r["is_late"] for r in table(office, "lin", case)] == [True, True]
    office.completes("qian", table(office, "lin", case)[1]["id"], "sign", reason="出差")
    assert urge("lin", case, late_only=True) == (1, 0)
    assert urge("lin", case) == (0, 1)


def test_what_hangs_on_called_cases_holds_until_the_deed_is_done(office: Office) -> None:
    office.publish(watched())
    case = office.start("lin", "dispatch_all")
    receipts = [r["id"] for r in table(office, "otto", case)]

    recall = partial(office.completes, "zhao", case, "watch", decision="recall")
    sign = partial(office.completes, "qian", receipts[1], "sign")
    recalled, signed = (not isinstance(one, str) for one in together(recall, sign))
    assert recalled != signed  # one of them, whoever was first
    if signed:
        with pytest.raises(Unfit) as refused:
            recall()
        assert refused.value.errors[0].code == "outcome_not_allowed"
        office.completes("zhao", case, "watch", decision="close")
    assert [office.sees("otto", r)["status"] for r in receipts].count("cancelled") == (1 if signed else 2)


def test_a_list_shows_what_somebody_sent_and_not_each_of_what_it_called(office: Office) -> None:
    office.publish(dispatch("[&quot;u-B1&quot;, &quot;u-B2&quot;]"))
    sent = office.start("lin", "dispatch_all")
    called = {row["id"] for row in table(office, "otto", sent)}

    def listed(name: str, limit: int = 50, **wanted: Any) -> list[str]:
        found, cursor = [], None
        with office.store.reading() as db:
            while True:
                actor, moment = office.actor(name), office.store.moment(db)
                items, cursor = views.find_cases(db, actor, moment, cursor, limit, **wanted)
                found += [item["id"] for item in items]
                if cursor is None:
                    return found

    for name in ("lin", "otto"):  # who sent it; who may read every case
        assert listed(name) == listed(name, status="running") == [sent]
        assert set(listed(name, called=True)) == {sent, *called}
        assert listed(name, limit=1, called=True) == listed(name, called=True), "page by page"
        assert set(listed(name, definition="receipt")) == called
        assert listed(name, definition="receipt", called=False) == []
    (number,) = {row["number"] for row in table(office, "otto", sent) if row["unit"]["code"] == "B2"}
    (own,) = listed("qian")  # nothing hides from whoever sees it alone
    assert own in called
    assert listed("otto", q=number.lower()) == [own]
    assert listed("qian", q="SW-2000-999999") == []
    assert [item["case"]["id"] for item in office.box("lin", "started")] == []
