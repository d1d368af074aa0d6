"""Messages and signals between cases: in either order, at the same moment, once, and nobody in anybody's way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from engine import clock, messages, tables, tasks, trail
from engine.actors import Actor
from engine.errors import Forbidden, Unfit
from engine.store import Moment, Store
from tests.engine.casework import Office
from tests.engine.directory import add_membership
from tests.engine.drawing import ASKED, DONE, IN_B1, by, event, model, named, receive, task, words

PROGRAM = Actor(
    "a-program", None, "程序", "Program", permissions=frozenset({messages.PERMISSION}), source="api", key_id="k"
)

GOT = '<liuhen:output target="got" source="=message.value"/>'
WAITS = model("waits", ASKED, receive("hear", "news", "=case.unit", GOT), DONE, declared=named("news"))
LATER = model(
    "later", ASKED, task("prepare"), receive("hear", "news", "=case.number", GOT), DONE, declared=named("news")
)
LISTENS = model(
    "listens",
    ASKED,
    event(
        "intermediateCatchEvent", "hear", by("signal", "alarm"), '<liuhen:output target="got" source="=signal.value"/>'
    ),
    f"""<bpmn:endEvent id="done">{
        words(
            '<liuhen:writesDirectory what="membership" person="=case.started_by" unit="=case.unit" '
            'status="full_member" from="=today"/>'
        )
    }</bpmn:endEvent>""",
    declared=named("alarm", kind="signal"),
)
THROWS = model(
    "throws",
    ASKED,
    event("intermediateThrowEvent", "call_out", by("signal", "alarm"), '<liuhen:input target="value" source="=7"/>'),
    event("intermediateCatchEvent", "hear_own", by("signal", "alarm")),
    DONE,
    declared=named("alarm", kind="signal"),
)
BEGINS = model(
    "begins",
    event(
        "startEvent",
        "came",
        by("message", "application"),
        IN_B1 + '<liuhen:output target="who" source="=message.who"/>',
    ),
    task("look"),
    DONE,
    declared=named("application"),
)


@pytest.fixture
def office(store: Store) -> Office:
    office = Office(store, "asks_and_hears", "answers_requests")
    for files in (WAITS, LATER, LISTENS, THROWS, BEGINS):
        office.publish(files)
    return office


def deed(office: Office, act: Callable[[Connection, Moment], Any]) -> Any:
    """What an edge does: one transaction, and what it made deliverable afterwards."""
    with office.store.transaction() as db:
        found = act(db, office.store.moment(db))
    messages.after(office.store, db)
    return found


def send(office: Office, name: str = "news", key: str = "u-B1", value: Any = 1, **more: Any) -> str:
    """A message of a program, as the door sends it."""
    data = more.pop("data", {"value": value})
    return str(deed(office, lambda db, at: messages.send(db, PROGRAM, at, name, key, data, **more)))


def signal(office: Office, value: Any = 1) -> str:
    return str(deed(office, lambda db, at: messages.broadcast(db, PROGRAM, at, "alarm", {"value": value})))


def status(office: Office, message: str) -> str:
    with office.store.reading() as db:
        query = select(tables.messages.c.status).where(tables.messages.c.id == message)
        return str(db.execute(query).scalar_one())


def got(office: Office, case: str) -> Any:
    return office.sees("otto", case)["data"].get("got")


def number_of(office: Office, case: str) -> str:
    return str(office.sees("otto", case)["number"])


def together(*acts: Callable[[], Any]) -> None:
    """Let several act at the same moment; what one of them raises is raised."""
    gate, faults = threading.Barrier(len(acts)), list[Exception]()

    def run(act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            act()
        except Exception as e:  # noqa: BLE001 - handed to the test
            faults.append(e)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def kinds(office: Office, case: str) -> list[str]:
    return [e["kind"] for e in office.entries("otto", case)]


# ---------------------------------------------------------------- in either order


def test_a_request_starts_its_answer_and_the_reply_comes_home(office: Office) -> None:
    asking = office.start("lin", "asks_and_hears")
    assert messages.deliver(office.store) == 1
    assert [t["element"] for t in office.box("zhao")] == ["decide"]
    answering = office.box("zhao")[0]["case"]["id"]
    seen = office.sees("zhao", answering)
    assert (seen["business_key"], seen["started_by"]["id"]) == (number_of(office, asking), "clock")
    office.completes("zhao", answering, "decide", decision="yes")
    assert messages.deliver(office.store) == 1
    seen = office.sees("otto", asking)
    assert (seen["status"], seen["outcome"]) == ("ended", "heard")
    assert seen["data"] == {"answer": "yes", "asked_on": "2026-03-02"}
    with office.store.reading() as db:
        assert trail.verify(db).is_whole
        rows = db.execute(select(tables.messages.c.status, tables.messages.c.data)).all()
    assert rows == [("delivered", "{}"), ("delivered", "{}")]


def test_a_message_that_comes_first_waits_for_its_receiver(office: Office) -> None:
    case = office.start("lin", "later")
    message = send(office, key=number_of(office, case), value="早")
    assert status(office, message) == "pending"
    with office.store.reading() as db:
        task_id = db.execute(select(tables.tasks.c.id).where(tables.tasks.c.case_id == case)).scalar_one()
    deed(office, lambda db, at: tasks.complete(db, office.actor("zhao"), at, task_id, {}))
    assert (got(office, case), status(office, message)) == ("早", "delivered")


def test_a_receiver_that_comes_first_is_given_its_message_at_once(office: Office) -> None:
    case = office.start("lin", "waits")
    message = send(office, value=3)
    assert (got(office, case), status(office, message)) == (3, "delivered")
    heard = next(e for e in office.entries("otto", case) if e["kind"] == "event.caught")
    assert heard["element"] == "hear"
    with office.store.reading() as db:
        bodies = trail.read(db, case)
    assert next(b for b in bodies if b["kind"] == "event.caught")["message"] == message


def test_another_key_is_another_message(office: Office) -> None:
    case = office.start("lin", "waits")
    message = send(office, key="u-B2")
    assert (got(office, case), status(office, message)) == (None, "pending")


def test_sender_and_receiver_of_the_same_moment_find_each_other(office: Office) -> None:
    for value in range(8):
        case = office.start("lin", "later")
        number, task_id = number_of(office, case), office.open(case, "prepare")

        def complete(task_id: str = task_id) -> None:
            deed(office, lambda db, at: tasks.complete(db, office.actor("zhao"), at, task_id, {}))

        def post(number: str = number, value: int = value) -> None:
            send(office, key=number, value=value)

        together(complete, post)
        assert got(office, case) == value


# ---------------------------------------------------------------- once


def test_many_nodes_deliver_each_message_once(office: Office) -> None:
    waiting = [office.start("lin", "waits") for _ in range(6)]
    with office.store.transaction() as db:
        at = office.store.moment(db)
        sent = [messages.send(db, PROGRAM, at, "news", "u-B1", {"value": n}) for n in range(9)]
    together(*(lambda: messages.deliver(office.store) for _ in range(4)))
    messages.deliver(office.store)
    assert len({got(office, case) for case in waiting} & set(range(9))) == 6
    assert sorted(status(office, message) for message in sent) == ["delivered"] * 6 + ["pending"] * 3
    assert all(kinds(office, case).count("event.caught") == 1 for case in waiting)


def test_a_process_that_dies_after_its_commit_leaves_the_rest_to_the_clock(office: Office) -> None:
    case = office.start("lin", "waits")
    with office.store.transaction() as db:
        message = messages.send(db, PROGRAM, office.store.moment(db), "news", "u-B1", {"value": "kept"})
    # Whoever committed died before it could deliver.
    assert clock.tick(office.store) == 1
    assert clock.tick(office.store) == 0
    assert (got(office, case), status(office, message)) == ("kept", "delivered")


def test_a_process_that_dies_while_it_delivers_has_delivered_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = office.start("lin", "waits")
    with office.store.transaction() as db:
        message = messages.send(db, PROGRAM, office.store.moment(db), "news", "u-B1", {"value": 5})
    whole = messages._settled
    monkeypatch.setattr(messages, "_settled", _dies)
    with pytest.raises(KeyboardInterrupt):
        messages.deliver(office.store)
    assert (got(office, case), status(office, message)) == (None, "pending")
    monkeypatch.setattr(messages, "_settled", whole)
    assert messages.deliver(office.store) == 1
    assert (got(office, case), status(office, message)) == (5, "delivered")
    assert kinds(office, case).count("event.caught") == 1


def _dies(*_: Any) -> None:
    raise KeyboardInterrupt


def test_the_case_that_waits_longest_gets_it(office: Office) -> None:
    first = office.start("lin", "waits")
    office.at("2026-03-03")
    second = office.start("wu", "waits")
    send(office, value="one")
    assert (got(office, first), got(office, second)) == ("one", None)
    send(office, value="two")
    assert got(office, second) == "two"


# ---------------------------------------------------------------- expiring


def test_a_message_expires_at_its_time_with_an_entry(office: Office) -> None:
    message = send(office, time_to_live=timedelta(hours=5))
    office.tick_to("2026-03-04")
    assert status(office, message) == "expired"
    with office.store.reading() as db:
        entry = next(b for b in trail.read(db, trail.OFFICE) if b["kind"] == "message.expired")
    assert datetime.fromisoformat(entry["at"]) == datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert got(office, office.start("lin", "waits")) is None
    assert messages.deliver(office.store) == 0


def test_a_message_lives_as_long_as_its_designer_says(office: Office) -> None:
    files = model(
        "brief",
        ASKED,
        event(
            "intermediateThrowEvent",
            "tell",
            by("message", "news"),
            '<liuhen:input target="value" source="=1"/>',
            'liuhen:timeToLive="PT1H" liuhen:correlationKey="=&quot;nobody&quot;"',
        ),
        task("go_on"),
        DONE,
        declared=named("news"),
    )
    office.publish(files)
    case = office.start("lin", "brief")
    office.tick_to("2026-03-02", 12)
    assert kinds(office, case)[-1] == "message.expired"
    office.completes("zhao", case, "go_on")
    assert office.sees("otto", case)["status"] == "ended"


# ---------------------------------------------------------------- nobody in anybody's way


def test_a_receiver_that_cannot_go_on_stops_alone(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    files = model(
        "cannot",
        ASKED,
        receive("hear", "news", "=case.unit", GOT),
        LISTENS["process.bpmn"].split("</bpmn:intermediateCatchEvent>")[1].split("<bpmn:sequenceFlow")[0],
        declared=named("news"),
    )
    office.publish(files)
    with office.store.transaction() as db:
        add_membership(db, "otto", "B1", "applicant", from_on=office.store.moment(db).today.replace(year=2030))
    in_the_way = office.start("otto", "cannot")
    office.at("2026-03-03")
    other = office.start("lin", "waits")
    message = send(office, value=9)
    assert office.sees("otto", in_the_way)["status"] == "failed"
    assert (got(office, other), status(office, message)) == (9, "delivered")
    assert "cannot be delivered" in caplog.text
    with office.store.reading() as db:
        assert trail.verify(db).is_whole


def test_a_message_with_the_key_of_a_case_under_way_starts_no_second_one(office: Office) -> None:
    first = send(office, "application", "A-1", data={"who": "lin"})
    second = send(office, "application", "A-1", data={"who": "wu"})
    assert (status(office, first), status(office, second)) == ("delivered", "pending")
    box = office.box("zhao")
    assert len(box) == 1
    send(office, "application", "A-2", data={"who": "he"})
    send(office, "application", "", data={"who": "she"})
    send(office, "application", "", data={"who": "she"})
    assert len(office.box("zhao")) == 4
    office.completes("zhao", box[0]["case"]["id"], "look")
    assert clock.tick(office.store) == 1
    assert status(office, second) == "delivered"
    assert len(office.box("zhao")) == 4


def test_two_messages_with_one_key_at_the_same_moment_start_one_case(office: Office) -> None:
    together(*(lambda: send(office, "application", "A-1", data={"who": "lin"}) for _ in range(4)))
    messages.deliver(office.store)
    assert len(office.box("zhao")) == 1


def test_a_start_that_fails_is_told_and_its_message_refused(office: Office) -> None:
    office.publish(
        model(
            "nowhere",
            event(
                "startEvent",
                "came",
                by("message", "lost"),
                '<liuhen:who role="branch_secretary" at="=message.unit"/>',
            ),
            DONE,
            declared=named("lost"),
        )
    )
    message = send(office, "lost", "", data={"unit": "B9"})
    assert status(office, message) == "refused"
    with office.store.reading() as db:
        entry = trail.read(db, "definition:nowhere")[-1]
        assert db.execute(select(func.count()).select_from(tables.cases)).scalar() == 0
    assert (entry["kind"], entry["element"], entry["message"]) == ("case.start_refused", "came", message)
    assert clock.tick(office.store) == 0


# ---------------------------------------------------------------- signals


def test_a_signal_reaches_everybody_in_batches_and_one_that_fails_hinders_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "BATCH", 40)
    with office.store.transaction() as db:
        add_membership(db, "otto", "B1", "applicant", from_on=office.store.moment(db).today.replace(year=2030))
    listening = [office.start("lin", "listens") for _ in range(150)]
    in_the_way = office.start("otto", "listens")
    listening += [office.start("wu", "listens") for _ in range(149)]
    with office.store.transaction() as db:
        message = messages.broadcast(db, PROGRAM, office.store.moment(db), "alarm", {"value": "x"})
    assert messages.deliver(office.store, limit=100) == 99
    with office.store.reading() as db:
        assert db.execute(select(tables.messages.c.cursor).where(tables.messages.c.id == message)).scalar()
    together(*(lambda: messages.deliver(office.store) for _ in range(3)))
    messages.deliver(office.store)
    assert status(office, message) == "delivered"
    with office.store.reading() as db:
        c = tables.cases.c
        ended = db.execute(select(func.count()).select_from(tables.cases).where(c.status == "ended")).scalar()
        marks = db.execute(select(func.count()).select_from(tables.deliveries)).scalar()
        caught = db.execute(
            select(func.count()).select_from(tables.entries).where(tables.entries.c.kind == "event.caught")
        ).scalar()
    assert (ended, marks, caught) == (299, 300, 299)
    assert office.sees("otto", in_the_way)["status"] == "failed"


def test_whoever_cannot_take_a_signal_now_gets_it_later(office: Office) -> None:
    case = office.start("lin", "listens")
    with office.store.transaction() as db:
        db.execute(update(tables.cases).where(tables.cases.c.id == case).values(status="suspended"))
    message = signal(office, "kept")
    assert (got(office, case), status(office, message)) == (None, "delivered")
    assert clock.tick(office.store) == 0
    with office.store.transaction() as db:
        db.execute(update(tables.cases).where(tables.cases.c.id == case).values(status="running"))
    assert clock.tick(office.store) == 1
    assert (got(office, case), office.sees("otto", case)["status"]) == ("kept", "ended")


def test_a_signal_reaches_whoever_listened_when_it_was_thrown(office: Office) -> None:
    before = office.start("lin", "listens")
    with office.store.transaction() as db:
        messages.broadcast(db, PROGRAM, office.store.moment(db), "alarm", {"value": 1})
    office.at("2026-03-03")
    after = office.start("wu", "listens")
    messages.deliver(office.store)
    assert (got(office, before), got(office, after)) == (1, None)


def test_a_case_hears_not_the_signal_that_it_threw_before_it_listened(office: Office) -> None:
    other = office.start("lin", "listens")
    thrower = office.start("wu", "throws")
    messages.deliver(office.store)
    assert (got(office, other), office.sees("otto", thrower)["status"]) == (7, "running")


# ---------------------------------------------------------------- from outside


def test_only_whoever_may_sends_from_outside(office: Office) -> None:
    for verb, more in ((messages.send, ("news", "k", {})), (messages.broadcast, ("news", {}))):
        with pytest.raises(Forbidden):
            office.does(verb, "zhao", *more)


def test_what_does_not_fit_is_refused_field_by_field(office: Office) -> None:
    with pytest.raises(Unfit) as refusal:
        send(office, "", "k" * 201, data={"text": "字" * 30_000}, time_to_live=timedelta(days=400))
    assert [e.path for e in refusal.value.errors] == ["time_to_live", "name", "key", "data"] or {
        e.path for e in refusal.value.errors
    } == {"name", "key", "data", "time_to_live"}
    with pytest.raises(Unfit):
        deed(office, lambda db, at: messages.broadcast(db, PROGRAM, at, "n" * 201, {}))
    with office.store.reading() as db:
        assert db.execute(select(tables.messages.c.id)).all() == []


def test_json_from_outside_becomes_plain_values(office: Office) -> None:
    case = office.start("lin", "waits")
    given = {"n": 1.1, "day": {"@date": "2026-03-02"}, "list": [True, None, 12], "text": "=1+1"}
    send(office, value=given)
    assert got(office, case) == {**given, "n": "1.1"}  # exact, as every number of a case


def test_the_list_says_nothing_personal_and_old_messages_are_forgotten(office: Office) -> None:
    office.start("lin", "waits")
    sent = [send(office, value=n) for n in range(3)]
    with office.store.reading() as db:
        items, cursor = messages.listed(db, "pending", None, 1)
        rest, end = messages.listed(db, "pending", cursor, 1)
    assert [i["id"] for i in (*items, *rest)] == [sent[2], sent[1]]
    assert end is None
    assert not {"data", "key"} & set(items[0])
    office.at("2026-05-01")
    with office.store.transaction() as db:
        assert messages.forget(db, office.store.moment(db).now) == 1
        assert db.execute(select(func.count()).select_from(tables.messages)).scalar() == 2
