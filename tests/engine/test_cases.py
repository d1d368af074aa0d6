"""Cases from start to end: who may start, what is refused and recorded, and what holds after any walk."""

from __future__ import annotations

import random
import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from engine import actors, cases, clock, definitions, rules, tables, tasks, trail, views
from engine.actors import Actor
from engine.errors import Forbidden, NotFound, NotNow, Unfit
from engine.store import Moment, Store
from tests.engine.casework import Office, agrees, folder
from tests.engine.directory import add_post
from tests.engine.test_machine import end, process, random_process, start, task, timer


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def with_people(bpmn: str, key: str) -> dict[str, str]:
    """A bare model as a process folder: whoever started it does every task."""
    who = '<bpmn:extensionElements><liuhen:who person="=case.started_by"/></bpmn:extensionElements></bpmn:userTask>'
    return {"process.bpmn": _filled(bpmn.replace('<bpmn:process id="p"', f'<bpmn:process id="{key}"'), who)}


def _filled(text: str, who: str) -> str:
    parts = text.split("<bpmn:userTask ")
    return parts[0] + "".join(
        f"<bpmn:userTask {head.removesuffix('/')}>{who}{rest}"
        for head, _, rest in (p.partition(">") for p in parts[1:])
    )


def test_the_number_of_a_case_counts_without_gaps(office: Office) -> None:
    numbers = [office.sees("otto", office.start())["number"] for _ in range(3)]
    assert numbers == ["TS-2026-000001", "TS-2026-000002", "TS-2026-000003"]
    with pytest.raises(Unfit):
        office.start(amount=-1)
    assert office.sees("otto", office.start())["number"] == "TS-2026-000004"


def test_numbers_are_given_once_under_load(office: Office) -> None:
    found: list[str] = []

    def many() -> None:
        found.extend(office.start() for _ in range(5))

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = sorted(office.sees("otto", c)["number"] for c in found)
    assert numbers == [f"TS-2026-{n:06d}" for n in range(1, 21)]


def test_a_start_that_does_not_fit_leaves_no_case(office: Office) -> None:
    with pytest.raises(Unfit) as refusal:
        office.start(asked_on="2026-03-09")
    assert (refusal.value.refusal, refusal.value.clause) == ("err_date_future", "c_order")
    assert refusal.value.recorded is not None
    assert refusal.value.recorded["chain"] == "definition:two_steps"
    with office.store.reading() as db:
        assert db.execute(select(tables.cases.c.id)).all() == []
    with pytest.raises(NotFound):
        office.start(definition="nothing")
    with pytest.raises(NotFound):
        office.start(unit="B9")


def test_only_those_whom_the_start_event_asks_may_start(office: Office) -> None:
    files = folder("two_steps")
    files["process.bpmn"] = files["process.bpmn"].replace(
        '<liuhen:who anyone="true" />', '<liuhen:who role="branch_secretary" at="=case.unit" />'
    )
    office.publish(files)
    with pytest.raises(Forbidden) as refusal:
        office.start(by="lin")
    assert refusal.value.refusal == "err_may_not_start"
    with pytest.raises(Forbidden):
        office.start(by="qian", unit="B1")
    office.start(by="zhao")


def test_the_unit_may_be_left_out_where_only_one_is_possible(office: Office) -> None:
    with office.store.transaction() as db:
        case = cases.start(
            db,
            office.actor("lin"),
            office.store.moment(db),
            definition="two_steps",
            answers={"subject_line": "椅", "asked_on": "2026-03-02", "amount": 1},
        )
    assert office.sees("otto", case)["unit"]["code"] == "B1"
    with office.store.transaction() as db:
        add_post(db, "he", "committee_member", "C1")
    with pytest.raises(Unfit) as refusal:
        office.does(cases.start, "he", definition="two_steps", answers={})
    assert [e.path for e in refusal.value.errors] == ["unit"]


def test_lists_hold_what_the_asker_may_see_and_go_on_by_cursor(office: Office) -> None:
    made = [office.start(subject_line=f"第{i}件") for i in range(7)]
    with office.store.reading() as db:
        moment = office.store.moment(db)
        assert views.find_cases(db, office.actor("qian"), moment)[0] == []
        found: list[str] = []
        cursor = None
        while True:
            items, cursor = views.find_cases(db, office.actor("wu"), moment, cursor, 3)
            found += [i["id"] for i in items]
            if cursor is None:
                break
        assert found == made[::-1]
        tasks_found: list[str] = []
        while True:
            items, cursor = views.box(db, office.actor("wu"), moment, "todo", cursor, 2)
            tasks_found += [i["case"]["id"] for i in items]
            if cursor is None:
                break
        assert sorted(tasks_found) == sorted(made)
        (hit,) = views.find_cases(db, office.actor("wu"), moment, q="第3")[0]
        assert hit["title"] == "两步审批 第3件"
        assert views.find_cases(db, office.actor("wu"), moment, q="%")[0] == []


@pytest.mark.parametrize("seed", range(12))
def test_after_any_walk_rows_machine_and_trail_agree(office: Office, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a repeatable walk, no secret
    key = f"walk{seed}"
    office.publish(with_people(random_process(seed).replace("coin", str(chance.randint(1, 6))), key))
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        case = cases.start(db, office.actor("lin"), moment, definition=key, unit="B1")
    for _ in range(40):
        agrees(office, case)
        todo = office.box("lin")
        if todo:
            office.does(tasks.complete, "lin", chance.choice(todo)["id"])
        elif clock.tick(office.store, until=_next_wake(office, case)) == 0:
            break
    agrees(office, case)


def _next_wake(office: Office, case: str) -> Any:
    with office.store.reading() as db:
        wake_at = db.execute(select(tables.cases.c.wake_at).where(tables.cases.c.id == case)).scalar_one()
        return wake_at or office.store.moment(db).now


def test_two_clocks_fire_a_timer_once(office: Office) -> None:
    text = process(start(), timer("intermediateCatchEvent", "t", "P1D"), task("a"), end(), flows="s>t t>a a>e")
    office.publish(with_people(text, "waits"))
    made = []
    for _ in range(6):
        with office.store.transaction() as db:
            made.append(cases.start(db, office.actor("lin"), office.store.moment(db), definition="waits", unit="B1"))
    office.at("2026-03-04")
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(clock.tick(office.store))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 6
    for case in made:
        assert [e["kind"] for e in office.entries("otto", case)].count("timer.fired") == 1


def test_a_step_that_asks_nobody_stops_its_path_with_an_incident(office: Office) -> None:
    files = with_people(
        process(start(), timer("intermediateCatchEvent", "t", "P1D"), task("a"), end(), flows="s>t t>a a>e"), "breaks"
    )
    files["process.bpmn"] = files["process.bpmn"].replace('person="=case.started_by"', 'person="=nobody"')
    office.publish(_with_variable(files))
    with office.store.transaction() as db:
        case = cases.start(db, office.actor("lin"), office.store.moment(db), definition="breaks", unit="B1")
    office.tick_to("2026-03-04")
    assert office.sees("otto", case)["status"] == "running"
    assert [e["kind"] for e in office.entries("otto", case)] == ["case.started", "timer.fired", "case.stopped"]
    with office.store.reading() as db:
        [incident] = db.execute(select(tables.incidents)).all()
        assert db.execute(select(tables.cases.c.faults).where(tables.cases.c.id == case)).scalar_one() == 1
    assert (incident.case_id, incident.element, incident.resolved_at) == (case, "a", None)


def _with_variable(files: dict[str, str]) -> dict[str, str]:
    words = '<bpmn:extensionElements><liuhen:output target="nobody" source="=null"/></bpmn:extensionElements>'
    text = files["process.bpmn"].replace(
        '<bpmn:startEvent id="s"/>', f'<bpmn:startEvent id="s">{words}</bpmn:startEvent>'
    )
    return {**files, "process.bpmn": text}


def test_a_case_row_that_moved_meanwhile_is_not_overwritten(office: Office) -> None:
    """Belt and braces behind the lock: the version column decides."""
    case = office.start()

    def moved_behind_its_back(db: Connection, actor: Actor, moment: Moment) -> None:
        work = cases.take(db, actor, moment, case)
        db.execute(update(tables.cases).where(tables.cases.c.id == case).values(rev=tables.cases.c.rev + 1))
        cases.settle(work, None)

    with pytest.raises(RuntimeError):
        office.does(moved_behind_its_back, "wu")
    assert office.sees("otto", case)["status"] == "running"


def test_a_rolled_back_deed_is_not_remembered_by_the_live_case(office: Office) -> None:
    case = office.start()
    office.does(tasks.claim, "wu", office.open(case, "check"))

    class PowerCut(Exception):
        pass

    def completes_and_is_cut(db: Connection, actor: Actor, moment: Moment) -> None:
        tasks.complete(db, actor, moment, office.open(case, "check"), {"checked_on": "2026-03-02"}, "pass")
        raise PowerCut

    with pytest.raises(PowerCut):
        office.does(completes_and_is_cut, "wu")
    assert [t["element"] for t in office.box("wu")] == ["check"]
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    assert office.sees("otto", case)["open_tasks"][0]["element"] == "approve"


def test_whoever_started_it_for_another_may_cancel_it_with_a_reason(office: Office) -> None:
    files = folder("two_steps")
    files["process.bpmn"] = files["process.bpmn"].replace(
        '<liuhen:subject person="=case.started_by" />', '<liuhen:subject person="=&quot;p-lin&quot;" />'
    )
    office.publish(files)
    case = office.start(by="he")
    with pytest.raises(Forbidden):
        office.does(cases.cancel, "wu", case, "误报")
    with pytest.raises(NotFound):
        office.does(cases.cancel, "qian", case, "误报")
    office.does(cases.cancel, "he", case, "误报")
    assert office.sees("wu", case)["status"] == "cancelled"
    with pytest.raises(NotNow):
        office.does(cases.cancel, "he", case, "误报")
    assert [s["status"] for s in office.sees("wu", case)["steps"]] == ["pending"] * 3


def test_a_parameter_changes_what_the_next_deed_is_judged_by(office: Office) -> None:
    case = office.start()
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        found = definitions.read(db, "two_steps")
        for value, reason in (("five", "放宽"), (30, " ")):
            with pytest.raises(Unfit):
                rules.set_parameter(
                    db, office.actor("dora"), moment, "two_steps", found.rules, "late_days", value, reason
                )
        with pytest.raises(Forbidden):
            rules.set_parameter(db, office.actor("wu"), moment, "two_steps", found.rules, "late_days", 30, "放宽")
        rules.set_parameter(db, office.actor("dora"), moment, "two_steps", found.rules, "late_days", 30, "放宽")
    office.at("2026-03-12")
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    with office.store.reading() as db:
        assert trail.read(db, "definition:two_steps")[-1]["kind"] == "parameter.changed"


def test_a_withdrawal_writes_the_directory_where_the_process_says_so(office: Office) -> None:
    files = folder("two_steps")
    word = (
        '<liuhen:writesDirectory what="membership" person="=case.started_by" unit="=case.unit" '
        'status="withdrawn" from="=today" />'
    )
    files["process.bpmn"] = files["process.bpmn"].replace(
        '<liuhen:withdrawal until="approve"', f'{word}<liuhen:withdrawal until="approve"'
    )
    office.publish(files)
    case = office.start()
    office.does(cases.withdraw, "lin", case, "不再申请")
    with office.store.reading() as db:
        known = actors.person(db, "p-lin", office.store.moment(db).today)
    assert known is not None
    assert known.status == "withdrawn"
    assert "membership.changed" in [e["kind"] for e in office.entries("otto", case)]


def directory_words(*words: str) -> dict[str, str]:
    """``two_steps``, whose first step writes the directory."""
    files = folder("two_steps")
    at = '<liuhen:outcome value="pass"'
    assert files["process.bpmn"].count(at) == 1
    files["process.bpmn"] = files["process.bpmn"].replace(at, "".join(words) + at)
    return files


TERM = (
    '<liuhen:writesDirectory what="term" unit="=case.unit" from="=checked_on" '
    'until="=years after(checked_on, 3)" outcome="pass"/>'
)
POST = (
    '<liuhen:writesDirectory what="post" person="=[&quot;p-she&quot;]" unit="=case.unit" '
    'role="organisation_commissioner" from="=checked_on" replaces="true" outcome="pass"/>'
)


def test_a_step_writes_the_term_of_a_unit_and_who_holds_its_posts(office: Office) -> None:
    """From the date of the act: the term of three years, and she instead of wu and he; each with its own entry."""
    office.publish(directory_words(TERM, POST))
    case = office.start()
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    with office.store.reading() as db:
        known = actors.unit_by(db, "B1", date(2026, 3, 2))
        assert (known.term_started_on, known.term_expires_on) == (date(2026, 3, 2), date(2029, 3, 2))
        assert actors.holders(db, "organisation_commissioner", "u-B1", date(2026, 3, 2)) == ("p-she",)
        assert len(actors.holders(db, "organisation_commissioner", "u-B1", date(2026, 3, 1))) == 2
    told = [e for e in office.entries("otto", case) if e["kind"] in ("term.changed", "post.begun", "post.ended")]
    assert [e["kind"] for e in told] == ["term.changed", "post.ended", "post.ended", "post.begun"]
    assert "2026-03-02 至 2029-03-02" in told[0]["sentence"].zh
    assert "组织委员" in told[3]["sentence"].zh


@pytest.mark.parametrize(
    ("word", "rule"),
    [
        (TERM.replace('until="=years after(checked_on, 3)"', ""), "writes_incomplete"),
        (TERM.replace('what="term"', 'what="term" role="branch_secretary"'), "writes_incomplete"),
        (POST.replace('role="organisation_commissioner"', ""), "writes_incomplete"),
        (POST.replace('role="organisation_commissioner"', 'role="introducer"'), "unknown_role"),
        (
            '<liuhen:writesDirectory what="membership" unit="=case.unit" person="=actor" from="=today"/>',
            "writes_incomplete",
        ),
    ],
)
def test_each_change_of_the_directory_has_its_own_parts(word: str, rule: str) -> None:
    definition, found = definitions.check(directory_words(word))
    assert definition is None
    assert rule in {f.rule for f in found}


def test_a_term_that_ends_before_it_begins_is_refused(office: Office) -> None:
    office.publish(directory_words(TERM.replace("3)", "-3)")))
    case = office.start()
    with pytest.raises(Unfit):
        office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    assert [t["element"] for t in office.box("wu")] == ["check"]


def test_a_clause_may_say_that_the_engine_or_a_decision_enforces_it() -> None:
    files = folder("two_steps")
    rules_text = files["rules.json"].replace('"kind": "policy"', '"kind": "policy", "enforcedBy": ["dmn_gone"]', 1)
    definition, found = definitions.check({**files, "rules.json": rules_text})
    assert definition is None
    assert [f.rule for f in found] == ["unknown_decision"]


def test_an_older_version_is_no_way_around_a_newer_rule(office: Office) -> None:
    changed = folder("two_steps")
    changed["README.md"] = "# two"
    office.publish(changed)
    given = {"subject_line": "椅", "asked_on": "2026-03-02", "amount": 1}
    with pytest.raises(NotNow) as refusal:
        office.does(cases.start, "lin", definition="two_steps", version=1, unit="B1", answers=given)
    assert refusal.value.refusal == "err_version_superseded"
    office.does(cases.start, "lin", definition="two_steps", version=2, unit="B1", answers=given)


def test_who_may_not_pass_the_first_gate_learns_nothing_from_the_next(office: Office) -> None:
    files = folder("two_steps")
    gates_ = (
        '<liuhen:gate at="start" condition="=false" code="not_you" field="amount" />'
        '<liuhen:gate at="start" condition="=false" code="secret_of_another" field="amount" />'
    )
    files["process.bpmn"] = files["process.bpmn"].replace(
        '<liuhen:who anyone="true" />', f'<liuhen:who anyone="true" />{gates_}'
    )
    office.publish(files)
    with pytest.raises(Unfit) as refusal:
        office.start()
    assert [e.code for e in refusal.value.errors] == ["not_you"]
