"""Start events: what a publication registers, and cases that begin by a time, a condition, a signal or a message."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from engine import actors, cases, clock, definitions, messages, starts, tables, trail
from engine.errors import DefinitionRefused, NotNow
from engine.store import Store
from tests.engine.casework import Office
from tests.engine.directory import add_post, add_unit
from tests.engine.drawing import ASKED, DONE, IN_B1, by, event, model, named, task, timer
from tests.engine.test_messages import PROGRAM, together

END = '<bpmn:endEvent id="finished"/>'


def timed(kind: str, text: str, key: str = "timed", who: str = IN_B1) -> dict[str, str]:
    return model(key, event("startEvent", "due", timer(kind, text), who), task("act"), DONE)


def on_condition(text: str, key: str = "condition") -> dict[str, str]:
    condition = f'<bpmn:condition xsi:type="bpmn:tFormalExpression">{text}</bpmn:condition>'
    definition = f"<bpmn:conditionalEventDefinition>{condition}</bpmn:conditionalEventDefinition>"
    return model(key, event("startEvent", "true_now", definition, IN_B1), task("act"), DONE)


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def begun(office: Office, key: str = "timed") -> list[str]:
    """When the cases of a definition were started, in the office's time."""
    c = tables.cases.c
    with office.store.reading() as db:
        query = select(c.started_at).join_from(tables.cases, tables.definitions)
        rows = db.execute(query.where(tables.definitions.c.key == key).order_by(c.started_at, c.id)).scalars().all()
    return [at.astimezone(office.store.settings.zone).strftime("%m-%d %H:%M") for at in rows]


def rows(office: Office) -> list[Any]:
    with office.store.reading() as db:
        return list(db.execute(select(tables.starts).order_by(tables.starts.c.element)).all())


def told(office: Office, key: str) -> dict[str, Any]:
    with office.store.reading() as db:
        return trail.read(db, f"definition:{key}")[-1]


# ---------------------------------------------------------------- timers


def test_a_cycle_starts_its_cases_at_its_times(office: Office) -> None:
    office.publish(timed("Cycle", "R3/PT12H"))
    office.tick_to("2026-03-05")
    assert begun(office) == ["03-02 21:00", "03-03 09:00", "03-03 21:00"]
    assert office.box("zhao")[0]["element"] == "act"
    seen = office.sees("zhao", office.box("zhao")[0]["case"]["id"])
    assert (seen["unit"]["code"], seen["started_by"]["id"]) == ("B1", "clock")
    assert rows(office)[0].due_at is None


def test_cron_starts_on_its_days_in_the_zone_of_the_office(office: Office) -> None:
    office.publish(timed("Cycle", "30 8 * * 1"))
    office.tick_to("2026-03-20")
    assert begun(office) == ["03-09 08:30", "03-16 08:30"]


def test_a_time_in_feel_counts_from_the_publication(office: Office) -> None:
    office.publish(timed("Duration", '=duration("PT" + string(5 + 1) + "H")'))
    office.at("2026-03-02", 10)  # the clock first looks an hour later
    office.tick_to("2026-03-03")
    assert begun(office) == ["03-02 15:00"]


def test_what_lay_before_the_publication_does_not_fire(office: Office) -> None:
    office.publish(timed("Date", "2026-01-01"))
    office.publish(timed("Cycle", "R/2026-03-01T07:00:00/P1D", "daily"))
    office.tick_to("2026-03-04")
    assert (begun(office), begun(office, "daily")) == ([], ["03-03 07:00", "03-04 07:00"])


def test_an_endless_cycle_catches_up_once(office: Office) -> None:
    office.publish(timed("Cycle", "R/PT1H"))
    clock.tick(office.store)
    office.at("2026-03-06", 11)
    clock.tick(office.store)
    assert begun(office) == ["03-06 11:00"]
    office.tick_to("2026-03-06", 13)
    assert begun(office) == ["03-06 11:00", "03-06 12:00", "03-06 13:00"]


def test_any_number_of_nodes_start_one_case(office: Office) -> None:
    office.publish(timed("Duration", "PT1H"))
    clock.tick(office.store)
    office.at("2026-03-02", 11)
    together(*(lambda: clock.tick(office.store) for _ in range(4)))
    assert begun(office) == ["03-02 11:00"]


def test_what_falls_due_happens_in_due_order(office: Office) -> None:
    office.publish(timed("Duration", "PT3H"))
    office.publish(timed("Duration", "PT1H", "sooner"))
    case = office.start("lin")
    with office.store.transaction() as db:
        message = messages.send(db, PROGRAM, office.store.moment(db), "nothing", "", {})
    office.tick_to("2026-04-10")
    with office.store.reading() as db:
        expired = next(b for b in trail.read(db, trail.OFFICE) if b["kind"] == "message.expired")
    assert (begun(office, "sooner"), begun(office)) == (["03-02 10:00"], ["03-02 12:00"])
    assert expired["message"] == message
    assert datetime.fromisoformat(expired["at"]) == datetime(2026, 4, 1, 1, tzinfo=UTC)
    assert [e["kind"] for e in office.entries("otto", case)][-1] == "task.overdue"


def test_a_start_that_fails_is_told_and_the_cycle_goes_on(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    late = 'at="=if today &lt; date(&quot;2026-03-04&quot;) then &quot;B9&quot; else &quot;B1&quot;"'
    office.publish(timed("Cycle", "R/P1D", who=f'<liuhen:who role="branch_secretary" {late}/>'))
    office.publish(timed("Cycle", "R/P1D", "other"))
    office.tick_to("2026-03-03", 10)
    assert (begun(office), begun(office, "other")) == ([], ["03-03 09:00"])
    assert (told(office, "timed")["kind"], told(office, "timed")["element"]) == ("case.start_refused", "due")
    assert "starts no case" in caplog.text
    office.tick_to("2026-03-04", 10)
    assert begun(office) == ["03-04 09:00"]


def test_a_time_that_is_none_is_told_once(office: Office) -> None:
    office.publish(timed("Date", '="no day"'))
    office.tick_to("2026-03-06")
    with office.store.reading() as db:
        kinds = [b["kind"] for b in trail.read(db, "definition:timed")]
    assert kinds == ["definition.published", "case.start_refused"]


# ---------------------------------------------------------------- conditions


def test_a_condition_starts_a_case_when_it_turns_true_and_not_before_it_was_false(office: Office) -> None:
    office.publish(on_condition('=today = date("2026-03-04") or day of week(today) = "Sunday"'))
    office.tick_to("2026-03-10")
    assert begun(office, "condition") == ["03-04 00:00", "03-08 00:00"]


def test_a_condition_sees_the_directory(office: Office) -> None:
    office.publish(on_condition('=count(holders("discipline_commissioner", "u-B1")) &gt; 0'))
    assert starts.look(office.store) == 0
    with office.store.transaction() as db:
        add_post(db, "wu", "discipline_commissioner", "B1")
    together(*(lambda: clock.tick(office.store) for _ in range(3)))
    assert clock.tick(office.store) == 0
    assert begun(office, "condition") == ["03-02 09:00"]


def test_a_condition_that_cannot_be_evaluated_is_told_once_a_day(office: Office) -> None:
    office.publish(on_condition("=date(2026, 13, 45).year.month(1) &gt; 0"))
    for _ in range(3):
        clock.tick(office.store)
    with office.store.reading() as db:
        refused = [b for b in trail.read(db, "definition:condition") if b["kind"] == "case.start_refused"]
    assert len(refused) <= 1


# ---------------------------------------------------------------- signals and messages


def test_a_signal_starts_every_process_that_begins_with_it(office: Office) -> None:
    keeps = '<liuhen:output target="n" source="=signal.n"/>'
    for key in ("one", "two"):
        office.publish(
            model(
                key,
                event("startEvent", "heard", by("signal", "alarm"), IN_B1 + keeps),
                DONE,
                declared=named("alarm", kind="signal"),
            )
        )
    with office.store.transaction() as db:
        messages.broadcast(db, PROGRAM, office.store.moment(db), "alarm", {"n": 4})
    together(*(lambda: clock.tick(office.store) for _ in range(3)))
    assert (len(begun(office, "one")), len(begun(office, "two"))) == (1, 1)
    with office.store.reading() as db:
        case = db.execute(select(tables.cases.c.id)).scalars().first()
    assert office.sees("otto", str(case))["data"] == {"n": 4}


def test_two_definitions_that_begin_with_one_message_are_warned_of(office: Office) -> None:
    def begins(key: str) -> dict[str, str]:
        return model(key, event("startEvent", "came", by("message", "m"), IN_B1), DONE, declared=named("m"))

    assert [f.rule for f in office.publish(begins("one")).findings] == []
    assert [f.rule for f in office.publish(begins("two")).findings] == ["message_starts_others"]


# ---------------------------------------------------------------- one case for each

EACH = (
    '<liuhen:who role="branch_secretary" at="=branch.code"/>'
    '<liuhen:forEach inputCollection="={collection}" inputElement="branch" occasion="={occasion}"/>'
    '<liuhen:output target="until" source="=branch.term_expires_on"/>'
)
ENDING = (
    "units(&quot;branch&quot;)[item.term_expires_on != null and today &gt;= months after(item.term_expires_on, -6)]"
)
BY_TERM = "branch.code + &quot;/&quot; + string(branch.term_expires_on)"


def for_each(
    collection: str = ENDING, occasion: str = BY_TERM, text: str = "R/2026-03-02T06:00:00/P1D"
) -> dict[str, str]:
    who = EACH.format(collection=collection, occasion=occasion)
    return model("terms", event("startEvent", "due", timer("Cycle", text), who), task("act"), DONE)


def term(office: Office, unit: str, until: str) -> None:
    with office.store.transaction() as db:
        actors.set_term(db, office.store.moment(db), f"u-{unit}", None, date.fromisoformat(until))


def units_of(office: Office, key: str = "terms") -> list[tuple[str, str]]:
    """Unit and business key of each case, in the order of the business keys."""
    c = tables.cases.c
    with office.store.reading() as db:
        query = select(c.unit_id, c.business_key).join_from(tables.cases, tables.definitions)
        found = db.execute(query.where(tables.definitions.c.key == key).order_by(c.business_key)).all()
    return [(r.unit_id, r.business_key) for r in found]


def test_each_branch_whose_term_ends_has_one_case_in_its_own_unit(office: Office) -> None:
    """Six months before the term ends, once; a term that was moved, or the next one, is another occasion."""
    office.publish(for_each())
    term(office, "B1", "2026-09-05")
    term(office, "B2", "2026-09-10")
    office.tick_to("2026-03-05")
    assert units_of(office) == [("u-B1", "B1/2026-09-05")]
    assert begun(office, "terms") == ["03-05 06:00"]
    case = office.box("zhao")[0]["case"]["id"]
    seen = office.sees("zhao", case)
    assert (seen["unit"]["code"], seen["data"]["until"]) == ("B1", "2026-09-05")
    office.publish(for_each(text="R/2026-03-02T07:00:00/P1D") | {"README.md": "another version"})
    office.tick_to("2026-03-12")
    assert units_of(office) == [("u-B1", "B1/2026-09-05"), ("u-B2", "B2/2026-09-10")]
    term(office, "B1", "2026-09-13")
    office.tick_to("2026-03-14")
    assert [key for _, key in units_of(office)] == ["B1/2026-09-05", "B1/2026-09-13", "B2/2026-09-10"]


def test_several_nodes_start_one_case_for_each(office: Office) -> None:
    office.publish(for_each())
    for unit in ("B1", "B2"):
        term(office, unit, "2026-09-01")
    clock.tick(office.store)
    office.at("2026-03-03")
    together(*(lambda: clock.tick(office.store) for _ in range(4)))
    clock.tick(office.store)
    assert units_of(office) == [("u-B1", "B1/2026-09-01"), ("u-B2", "B2/2026-09-01")]


def test_what_cannot_begin_stands_in_no_others_way_and_is_tried_again(office: Office) -> None:
    """The first of three has no unit: told on the definition's chain, the others begin, and it does the day after."""
    office.publish(for_each("[{code: &quot;B0&quot;}, {code: &quot;B1&quot;}, {code: &quot;B2&quot;}]", "branch.code"))
    office.tick_to("2026-03-03", 7)
    assert units_of(office) == [("u-B1", "B1"), ("u-B2", "B2")]
    last = told(office, "terms")
    assert (last["kind"], last["occasion"]) == ("case.start_refused", "B0")
    with office.store.transaction() as db:
        add_unit(db, "B0", "branch", "C1")
    office.tick_to("2026-03-04", 7)
    assert units_of(office) == [("u-B0", "B0"), ("u-B1", "B1"), ("u-B2", "B2")]


def test_many_items_have_one_case_each_though_one_of_them_cannot_begin(office: Office) -> None:
    many = "for n in 1..20 return {code: if n = 10 then &quot;B0&quot; else &quot;B1&quot;, n: n}"
    office.publish(for_each(many, "string(branch.n)"))
    office.tick_to("2026-03-03", 7)
    assert sorted(int(key) for _, key in units_of(office)) == [n for n in range(1, 21) if n != 10]
    assert told(office, "terms")["occasion"] == "10"


def test_an_occasion_that_is_no_text_is_told_and_nothing_begins(office: Office) -> None:
    office.publish(for_each("[{code: &quot;B1&quot;}]", "null"))
    office.tick_to("2026-03-03", 7)
    assert units_of(office) == []
    assert told(office, "terms")["kind"] == "case.start_refused"


def test_only_a_timer_that_starts_the_process_looks_at_a_collection(office: Office) -> None:
    word = '<liuhen:forEach inputCollection="=[1]" inputElement="n" occasion="=string(n)"/>'
    on_signal = model(
        "each", event("startEvent", "came", by("signal", "s"), IN_B1 + word), DONE, declared=named("s", kind="signal")
    )
    assert "for_each_without_timer" in {f.rule for f in definitions.check(on_signal)[1]}
    with pytest.raises(DefinitionRefused):
        office.publish(on_signal)
    misspelt = for_each(occasion="brunch.code")
    assert "unknown_name" in {f.rule for f in definitions.check(misspelt)[1]}


# ---------------------------------------------------------------- publishing


def test_a_new_version_replaces_the_starts_of_the_one_before(office: Office) -> None:
    office.publish(timed("Cycle", "R/P1D"))
    office.tick_to("2026-03-02", 15)
    before = rows(office)[0]
    office.publish(timed("Cycle", "R/P1D") | {"README.md": "the same timer"})
    after = rows(office)[0]
    assert (after.due_at, after.state) == (before.due_at, before.state)
    assert after.definition_id != before.definition_id
    office.publish(timed("Cycle", "R/PT2H"))
    office.tick_to("2026-03-02", 18)
    assert begun(office) == ["03-02 17:00"]
    office.publish(model("timed", ASKED, task("act"), DONE))
    assert rows(office) == []


def test_an_event_that_starts_cases_says_where_and_asks_nobody(office: Office) -> None:
    files = timed("Duration", "P1D", who='<liuhen:who person="=actor"/>')
    definition, findings = definitions.check(files)
    assert definition is None
    assert "start_without_unit" in {f.rule for f in findings}
    with pytest.raises(DefinitionRefused):
        office.publish(files)
    asking = timed("Duration", "P1D", who=IN_B1 + '<liuhen:gate at="start" condition="=true" code="c"/>')
    assert "start_asks_nobody" in {f.rule for f in definitions.check(asking)[1]}
    keyed = model(
        "keyed",
        event("startEvent", "came", by("message", "m"), IN_B1, 'liuhen:correlationKey="=today"'),
        DONE,
        declared=named("m"),
    )
    assert "start_with_key" in {f.rule for f in definitions.check(keyed)[1]}


def test_nobody_starts_by_hand_what_only_events_start(office: Office) -> None:
    office.publish(timed("Duration", "P1D"))
    with pytest.raises(NotNow) as refusal:
        office.start("lin", "timed")
    assert refusal.value.refusal == "err_starts_by_event"
    with office.store.reading() as db:
        assert cases.start_units(db, office.actor("lin"), office.store.moment(db), definitions.read(db, "timed")) == []
