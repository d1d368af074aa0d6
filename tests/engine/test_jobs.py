"""Work for outside programs: taken for a time, given back once, tried again, or an incident."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from engine import accounts, cases, clock, jobs, machine, tables, views
from engine.actors import Actor
from engine.errors import Forbidden, NotFound, Refused
from engine.jobs import Taken
from engine.store import Store, new_id
from tests.engine.casework import Office
from tests.together import together

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:liuhen="urn:liuhen:bpmn:1" targetNamespace="urn:t">
  <bpmn:error id="e_closed" errorCode="closed"/>
  <bpmn:process id="{key}" name="外办" isExecutable="true">
    <bpmn:startEvent id="asked">
      <bpmn:extensionElements>
        <liuhen:who anyone="true"/>
        <liuhen:output target="amount" source="=12.50"/>
        <liuhen:output target="wanted_on" source="=date(&quot;2026-03-09&quot;)"/>
      </bpmn:extensionElements>
    </bpmn:startEvent>
"""


def process(body: str, key: str = "paying") -> dict[str, str]:
    """A procedure that anybody starts, with ``amount`` and ``wanted_on`` set."""
    return {"process.bpmn": f"{_HEAD.format(key=key)}{body}</bpmn:process></bpmn:definitions>"}


PAY = """
    <bpmn:sequenceFlow id="f1" sourceRef="asked" targetRef="pay"/>
    <bpmn:serviceTask id="pay" name="付款" liuhen:jobType="pay" {more}>
      <bpmn:extensionElements>
        <liuhen:input target="amount" source="=amount"/>
        <liuhen:input target="on" source="=wanted_on"/>
        <liuhen:output target="receipt" source="=result.receipt"/>
        <liuhen:output target="paid" source="=result.paid + 0.1"/>
      </bpmn:extensionElements>
    </bpmn:serviceTask>
"""
CAUGHT = """
    <bpmn:boundaryEvent id="shut" attachedToRef="pay"><bpmn:errorEventDefinition errorRef="e_closed"/>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f9" sourceRef="shut" targetRef="closed"/>
    <bpmn:endEvent id="closed" liuhen:outcome="closed"/>
"""
LATE = """
    <bpmn:boundaryEvent id="late" attachedToRef="pay"><bpmn:timerEventDefinition>
      <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P1D</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f8" sourceRef="late" targetRef="given_up"/>
    <bpmn:endEvent id="given_up" liuhen:outcome="given_up"/>
"""
END = """
    <bpmn:sequenceFlow id="f2" sourceRef="pay" targetRef="done"/>
    <bpmn:endEvent id="done" liuhen:outcome="paid"/>
"""

PROGRAM = replace(
    Actor("a-program", None, "程序", "Program", source="api"), permissions=frozenset({"jobs.work"}), key_id="k1"
)
OTHER = replace(PROGRAM, key_id="k2")


@pytest.fixture
def office(store: Store) -> Office:
    office = Office(store)
    office.publish(process(PAY.format(more='liuhen:retries="2" liuhen:timeout="PT2M"') + CAUGHT + LATE + END))
    return office


def take(office: Office, type_: str = "pay", most: int = 1, worker: str = "w", actor: Actor = PROGRAM) -> list[Taken]:
    with office.store.transaction() as db:
        return jobs.take(db, actor, office.store.moment(db), type_, most=most, worker=worker)


def does(office: Office, verb: Any, job: Taken | str, *args: Any, actor: Actor = PROGRAM, **more: Any) -> Any:
    with office.store.transaction() as db:
        id_ = job if isinstance(job, str) else job.id
        return verb(db, actor, office.store.moment(db), id_, *args, **more)


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.said.zh != caught.value.said.en
    return caught.value.refusal


def later(office: Office, **by: float) -> None:
    with office.store.transaction() as db:
        office.store.set_clock(db, office.store.moment(db).now + timedelta(**by))


def row(office: Office, job: Taken) -> Any:
    with office.store.reading() as db:
        return db.execute(select(tables.jobs).where(tables.jobs.c.id == job.id)).one()


def incidents(office: Office, case: str) -> list[dict[str, Any]]:
    with office.store.reading() as db:
        actor = replace(office.actor("otto"), permissions=frozenset({"cases.read_all", "cases.mend"}))
        return views.incidents_of(db, actor, office.store.moment(db), case)[0]


def test_a_job_is_taken_with_its_inputs_and_given_back_with_a_result(office: Office) -> None:
    case = office.start("lin", "paying")
    (job,) = take(office)
    assert (job.type, job.case, job.element, job.data) == ("pay", case, "pay", {"amount": 12.5, "on": "2026-03-09"})
    assert (job.number[:3], job.retries, job.worker) == ("PA-", 2, "w")
    with office.store.reading() as db:
        assert job.deadline - office.store.moment(db).now == timedelta(minutes=2)
    assert take(office) == []
    assert does(office, jobs.complete, job, {"receipt": {"@date": "never"}, "paid": 12.4}) == case
    seen = office.sees("otto", case)
    assert (seen["status"], seen["outcome"]) == ("ended", "paid")
    with office.store.reading() as db:
        state = db.execute(select(tables.cases.c.state).where(tables.cases.c.id == case)).scalar_one()
    variables = machine.glance(state).variables
    assert variables["paid"] == Decimal("12.5")
    assert variables["receipt"] == {"@date": "never"}  # what a program writes is never taken for a mark of ours
    assert row(office, job).status == "done"
    (entry,) = [e for e in office.entries("otto", case) if e["kind"] == "job.completed"]
    assert entry["sentence"].en == "The program “程序” did “付款”."


def test_only_programs_with_the_permission_take_and_give_back(office: Office) -> None:
    office.start("lin", "paying")
    with pytest.raises(Forbidden):
        take(office, actor=office.actor("zhao"))
    (job,) = take(office)
    with pytest.raises(Forbidden):
        does(office, jobs.complete, job, {}, actor=office.actor("zhao"))
    with pytest.raises(Forbidden):
        does(office, jobs.fail, job, "no", actor=office.actor("zhao"))
    with pytest.raises(NotFound):
        does(office, jobs.complete, new_id(), {})


def test_jobs_are_taken_oldest_first_and_each_by_one(office: Office) -> None:
    started = []
    for _ in range(5):
        started.append(office.start("lin", "paying"))
        later(office, seconds=1)
    first, rest = take(office, most=2), take(office, most=10, worker="other")
    assert [j.case for j in (*first, *rest)] == started
    assert take(office, "mail") == []


def test_a_job_whose_time_is_over_is_anybodys(office: Office) -> None:
    office.start("lin", "paying")
    (job,) = take(office, worker="slow")
    later(office, minutes=2)
    assert refusal(lambda: does(office, jobs.complete, job, {}, worker="slow")) == "err_job_lock_expired"
    (again,) = take(office, worker="quick")
    assert again.id == job.id
    assert refusal(lambda: does(office, jobs.complete, job, {}, worker="slow")) == "err_job_not_yours"
    assert refusal(lambda: does(office, jobs.fail, job, "slow", worker="slow")) == "err_job_not_yours"
    assert refusal(lambda: does(office, jobs.complete, job, {}, actor=OTHER)) == "err_job_not_yours"
    # Two programs under one key: without a name the one that is late cannot be told from the other.
    assert refusal(lambda: does(office, jobs.complete, job, {})) == "err_job_whose"
    does(office, jobs.complete, job, {"receipt": 1, "paid": 1}, worker="quick")
    for worker in ("slow", "quick", None):
        with pytest.raises(Refused) as caught:
            does(office, jobs.complete, job, {}, worker=worker)
        assert (caught.value.refusal, caught.value.details["by"]) == ("err_job_done", "quick")


def test_a_job_is_tried_again_until_no_retries_are_left(office: Office) -> None:
    case = office.start("lin", "paying")
    (job,) = take(office)
    does(office, jobs.fail, job, "the bank does not answer")
    assert refusal(lambda: does(office, jobs.complete, job, {})) == "err_job_lock_expired"
    assert take(office) == []
    later(office, seconds=9)
    assert take(office) == []
    later(office, seconds=1)
    (job,) = take(office)
    assert job.retries == 1
    does(office, jobs.fail, job, "the bank does not answer: Lin's account Z-Z", worker="w")
    assert row(office, job).status == "failed"
    assert refusal(lambda: does(office, jobs.complete, job, {})) == "err_job_failed"
    (incident,) = incidents(office, case)
    assert incident["reason"] == jobs.EXHAUSTED
    assert incident["details"]["message"].endswith("Z-Z")
    entries = office.entries("otto", case)
    assert [e["kind"] for e in entries][-3:] == ["job.failed", "job.exhausted", "case.stopped"]
    assert not any("Z-Z" in str(e) for e in entries)
    assert entries[-1]["reason"] == jobs.EXHAUSTED
    assert office.sees("otto", case)["status"] == "running"


def test_a_worker_may_say_how_often_and_when_it_is_tried_again(office: Office) -> None:
    case = office.start("lin", "paying")
    (job,) = take(office)
    does(office, jobs.fail, job, "later", retries=9, backoff=timedelta(0))
    (job,) = take(office)
    assert job.retries == 9
    does(office, jobs.fail, job, "never", retries=0)
    assert [i["element"] for i in incidents(office, case)] == ["pay"]


def test_waits_grow_and_are_bounded() -> None:
    waits = [jobs._backoff(n).total_seconds() for n in range(12)]
    assert waits[:4] == [10, 20, 40, 80]
    assert waits[-1] == 3600


def test_an_error_of_the_program_is_thrown_at_the_task(office: Office) -> None:
    case, other = office.start("lin", "paying"), office.start("wu", "paying")
    first, second = take(office, most=2)
    does(office, jobs.fail, first, "the account is closed", error="closed")
    assert office.sees("otto", case)["outcome"] == "closed"
    assert row(office, first).status == "done"
    assert refusal(lambda: does(office, jobs.complete, first, {})) == "err_job_done"
    does(office, jobs.fail, second, "?", error="never_heard_of")
    (incident,) = incidents(office, other)
    assert "never_heard_of" in incident["reason"].en
    assert "never_heard_of" in incident["reason"].zh
    assert row(office, second).status == "failed"


def test_an_error_that_nobody_catches_leaves_due_timers_to_the_clock(office: Office) -> None:
    case = office.start("lin", "paying")
    with office.store.transaction() as db:
        (job,) = jobs.take(db, PROGRAM, office.store.moment(db), "pay", most=1, worker="w", timeout=timedelta(days=1))
    later(office, hours=23)
    does(office, jobs.fail, job, "?", error="never_heard_of")
    later(office, hours=2)
    clock.tick(office.store)
    assert [i["element"] for i in incidents(office, case)] == ["pay"]  # its boundary timer went with the path


def test_a_job_of_a_path_that_was_left_is_no_longer_needed(office: Office) -> None:
    interrupted, withdrawn = office.start("lin", "paying"), office.start("wu", "paying")
    with office.store.transaction() as db:
        taken = jobs.take(db, PROGRAM, office.store.moment(db), "pay", most=2, worker="w", timeout=timedelta(days=2))
    of_case = {job.case: job for job in taken}
    office.tick_to("2026-03-03", hour=10)
    assert office.sees("otto", interrupted)["outcome"] == "given_up"
    assert refusal(lambda: does(office, jobs.complete, of_case[interrupted], {})) == "err_job_cancelled"
    assert refusal(lambda: does(office, jobs.fail, of_case[withdrawn], "late")) == "err_job_cancelled"
    assert take(office, most=9) == []


def test_jobs_of_a_case_that_stands_still_are_not_handed_out(office: Office) -> None:
    case, other = office.start("lin", "paying"), office.start("wu", "paying")
    (job,) = take(office)
    for id_ in (case, other):
        with office.store.transaction() as db:
            cases.fail(db, office.store.moment(db), id_, "for the test")
    assert take(office) == []
    assert refusal(lambda: does(office, jobs.complete, job, {})) == "err_case_not_running"


def test_a_result_that_does_not_fit_stops_the_path_and_is_not_lost(office: Office) -> None:
    counts = PAY.format(more="").replace("result.paid + 0.1", "count(for i in 1..result.paid return i)")
    office.publish(process(counts + END, "counting"))
    case = office.start("lin", "counting")
    (job,) = take(office)
    does(office, jobs.complete, job, {"receipt": "r2", "paid": 10_000_000})
    assert row(office, job).status == "done"
    (incident,) = incidents(office, case)
    assert incident["reason"].zh != incident["reason"].en
    assert incident["details"]["expression"].startswith("=count(")
    assert refusal(lambda: does(office, jobs.complete, job, {})) == "err_job_done"


@pytest.mark.parametrize(
    "data",
    [
        {"receipt": {"@number": "NaN"}, "paid": {"@number": "Infinity"}},
        {"receipt": {"@range": [1]}, "paid": [[[[[]]]]]},
        {"receipt": "=date(1)", "paid": "=1/0"},
        {"receipt": 2**52, "paid": 1e308},
        {"receipt": {"__class__": {"__init__": 1}}, "paid": True},
        {"receipt": ["x" * 1000] * 100, "paid": None},
        {"receipt": "\u202e\ufeff", "case": {"id": "other"}, "actor": "p-zhao"},
        {},
    ],
)
def test_a_hostile_result_is_a_value_or_an_incident_never_a_fault(office: Office, data: dict[str, Any]) -> None:
    case = office.start("lin", "paying")
    (job,) = take(office)
    does(office, jobs.complete, job, data)
    assert row(office, job).status == "done"
    seen = office.sees("otto", case)
    assert seen["status"] == "ended" or incidents(office, case)


def test_a_timeout_that_is_none_stops_the_path(office: Office) -> None:
    office.publish(process(PAY.format(more='liuhen:timeout="=amount"') + END, "mistimed"))
    case = office.start("lin", "mistimed")
    (incident,) = incidents(office, case)
    assert incident["reason"].en.startswith("timeout")
    office.publish(process(PAY.format(more='liuhen:timeout="=duration(&quot;PT90S&quot;)"') + END, "timed"))
    office.start("lin", "timed")
    (job,) = take(office)
    with office.store.reading() as db:
        assert job.deadline - office.store.moment(db).now == timedelta(seconds=90)


# ---------------------------------------------------------------- at the same moment


def test_workers_at_the_same_moment_never_get_the_same_job(office: Office) -> None:
    for _ in range(12):
        office.start("lin", "paying")

    def work(number: int) -> Callable[[], Any]:
        return lambda: [j.id for _ in range(4) for j in take(office, worker=f"w{number}")]

    found = [id_ for ids in together(*map(work, range(4))) for id_ in ids]
    assert len(found) == len(set(found)) == 12


def test_two_who_give_back_the_same_job_at_the_same_moment(office: Office) -> None:
    case = office.start("lin", "paying")
    (job,) = take(office)
    give = [lambda: does(office, jobs.complete, job, {"receipt": 1, "paid": 1})] * 4
    assert sorted(together(*give)) == sorted([case, *["err_job_done"] * 3])
    assert [e["kind"] for e in office.entries("otto", case)].count("job.completed") == 1


def test_giving_back_against_the_end_of_the_time(office: Office) -> None:
    """Whether the slow one or the next one comes first, the job is done once."""
    for _ in range(6):
        case = office.start("lin", "paying")
        (job,) = take(office, worker="slow")

        def expire_and_take() -> Any:
            later(office, minutes=3)
            found = take(office, worker="quick")
            for one in found:
                does(office, jobs.complete, one, {"receipt": "quick", "paid": 1}, worker="quick")
            return [one.id for one in found]

        slow, quick = together(
            lambda job=job: does(office, jobs.complete, job, {"receipt": "slow", "paid": 1}, worker="slow"),  # type: ignore[misc]
            expire_and_take,
        )
        assert (slow == case) != (quick == [job.id])
        assert [e["kind"] for e in office.entries("otto", case)].count("job.completed") == 1


def test_giving_back_against_a_withdrawal(office: Office) -> None:
    office.publish(process(PAY.format(more="") + END, "cancellable"))
    for _ in range(4):
        case = office.start("lin", "cancellable")
        (job,) = take(office)

        def cancel(case: str = case) -> Any:
            office.does(cases.cancel, "lin", case, "no longer needed")
            return "cancelled"

        given, gone = together(
            lambda job=job: does(office, jobs.complete, job, {"receipt": 1, "paid": 1}),  # type: ignore[misc]
            cancel,
        )
        assert (given, gone) in ((case, "err_case_ended"), ("err_job_cancelled", "cancelled"))


def test_the_entry_names_the_key_of_the_program(office: Office) -> None:
    case = office.start("lin", "paying")
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        _, key = accounts.create_key(db, Actor.operator(), moment, name="the bank's program", scopes=["jobs.work"])
    with office.store.reading() as db:
        program = accounts.resolve_key(db, office.store.moment(db), key).actor
    assert program.permissions == {"jobs.work"}
    (job,) = take(office, actor=program)
    does(office, jobs.complete, job, {"receipt": 1, "paid": 1}, actor=program)
    assert any("the bank's program" in e["sentence"].en for e in office.entries("otto", case))
