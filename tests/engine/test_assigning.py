"""Whom a step asks by the rules that a designer picks, why, and what becomes of a step that nobody can do."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from engine import actors, cases, definitions, tables, tasks, views
from engine.errors import DefinitionRefused, Forbidden, NotNow, Unfit
from engine.store import Store, new_id
from tests.engine.casework import Office, agrees
from tests.engine.directory import add_account, add_person, add_post
from tests.engine.test_machine import end, process, start
from tests.together import together

PERSON = {
    "type": "default",
    "id": "f",
    "schemaVersion": 18,
    "components": [{"type": "person", "key": "handler", "label": "handler"}],
}
TEXT = {**PERSON, "components": [{"type": "textfield", "key": "note", "label": "note"}]}
SUBJECT = '<bpmn:extensionElements><liuhen:subject person="=case.started_by"/></bpmn:extensionElements>'


def asks(id_: str, *whos: str, more: str = "", form: str = "") -> str:
    """A user task with some rules, as the designer writes them."""
    words = "".join(f"<liuhen:who {who}/>" for who in whos)
    form = f'liuhen:form="{form}"' if form else ""
    return (
        f'<bpmn:userTask id="{id_}" {form}><bpmn:extensionElements>{words}{more}</bpmn:extensionElements>'
        "</bpmn:userTask>"
    )


def files(*elements: str, key: str = "rules_of", begin: str = "", **forms: Any) -> dict[str, Any]:
    """A procedure of steps in a row."""
    ids = [e.split('id="')[1].split('"')[0] for e in elements]
    flows = " ".join(f"{a}>{b}" for a, b in zip(["start", *ids], [*ids, "end"], strict=True))
    text = process(begin or start("start"), *elements, end("end"), flows=flows).replace('id="p"', f'id="{key}"')
    head = f'<bpmn:process id="{key}" isExecutable="true">'
    text = text.replace(head, head + SUBJECT)
    return {"process.bpmn": text, **{f"forms/{name}.json": form for name, form in forms.items()}}


def begun(office: Office, by: str = "lin", key: str = "rules_of", unit: str = "B1", **answers: Any) -> str:
    with office.store.transaction() as db:
        return cases.start(db, office.actor(by), office.store.moment(db), definition=key, unit=unit, answers=answers)


def row(office: Office, case: str, element: str) -> dict[str, Any]:
    t = tables.tasks
    with office.store.reading() as db:
        found = db.execute(select(t).where(t.c.case_id == case, t.c.element == element).order_by(t.c.node.desc()))
        return dict(found.mappings().first() or {})


def asked(office: Office, case: str, element: str) -> list[str]:
    return list(json.loads(row(office, case, element)["why"]))


def ground(office: Office, case: str, element: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row(office, case, element)["grounds"])[0]
    return found


def findings(office: Office, *elements: str, **more: Any) -> set[str]:
    return {f.rule for f in definitions.check(files(*elements, **more))[1] if f.severity == "error"}


@pytest.fixture
def office(store: Store) -> Office:
    made = Office(store)
    with store.transaction() as db:
        add_person(db, "chief", "B2")
        add_account(db, "chief")
        add_post(db, "chief", "committee_secretary", "C1")
    return made


# ---------------------------------------------------------------- the rules


RULES: list[tuple[str, list[str], dict[str, Any]]] = [
    ('rule="post" role="branch_secretary"', ["post:branch_secretary@u-B1"], {"unit": "u-B1"}),
    ('rule="post" role="branch_secretary" unit="starter"', ["post:branch_secretary@u-B2"], {"unit": "u-B2"}),
    ('rule="post" role="branch_secretary" unit="subject"', ["post:branch_secretary@u-B2"], {}),
    ('rule="leader"', ["post:committee_secretary@u-C1"], {"person": "p-qian", "level": 1}),
    ('rule="leader" level="2"', ["post:committee_secretary@u-W0"], {"level": 2}),
    (
        'rule="superior" competence="approve_members" role="organiser"',
        ["post:organiser@u-C1"],
        {"competence": "approve_members", "of": "u-B1"},
    ),
    ('rule="superior" competence="office" role="organiser"', ["post:organiser@u-W0"], {}),
    (
        'rule="people" people="N-wu, branch_secretary@B2"',
        ["person:p-wu", "post:branch_secretary@u-B2"],
        {"rule": "people"},
    ),
    ('rule="pool" role="branch_secretary"', ["post:branch_secretary@u-B1"], {"rule": "pool"}),
]


def test_every_rule_finds_whom_it_means_and_says_by_what_it_went(office: Office) -> None:
    """qian of B2, who leads it, starts in B1: so the first leader above is that of the committee."""
    for number, (who, holders, facts) in enumerate(RULES):
        office.publish(files(asks("a", who), key=f"rule_{number}"))
        case = begun(office, "qian", key=f"rule_{number}")
        assert asked(office, case, "a") == holders, who
        found = ground(office, case, "a")
        assert {k: found[k] for k in facts} == facts, who
        assert (found["holder"], found["on"]) == (holders[0], "2026-03-02")


def test_who_is_led_has_the_leader_of_the_own_unit(office: Office) -> None:
    office.publish(files(asks("a", 'rule="leader"'), asks("b", 'rule="leader" of="subject" level="2"')))
    case = begun(office, "lin")
    assert asked(office, case, "a") == ["post:branch_secretary@u-B1"]
    office.completes("zhao", case, "a")
    assert asked(office, case, "b") == ["post:committee_secretary@u-C1"]


def test_who_did_a_step_does_another_one(office: Office) -> None:
    office.publish(
        files(
            asks("a", 'rule="post" role="branch_secretary"'),
            asks("b", 'rule="previous" task="a"'),
            asks("c", 'rule="previous" task="start"'),
        )
    )
    case = begun(office)
    office.completes("she", case, "a")
    assert asked(office, case, "b") == ["person:p-she"]
    assert ground(office, case, "b")["step"] == "a"
    office.completes("she", case, "b")
    assert asked(office, case, "c") == ["person:p-lin"]
    agrees(office, case)


def test_whom_an_earlier_step_names_is_asked(office: Office) -> None:
    office.publish(
        files(
            asks("a", 'rule="post" role="branch_secretary"', form="f"),
            asks("b", 'rule="answer" task="a" field="handler"'),
            f=PERSON,
        )
    )
    case = begun(office)
    office.completes("zhao", case, "a", {"handler": "p-he"})
    assert asked(office, case, "b") == ["person:p-he"]
    assert ground(office, case, "b")["by"] == "p-zhao"


def test_somebody_is_chosen_among_those_whom_the_rule_offers_and_nobody_else(office: Office) -> None:
    office.publish(
        files(
            asks("a", 'rule="post" role="branch_secretary"', form="f"),
            asks("b", 'rule="chosen" task="a" field="handler" role="organisation_commissioner"'),
            f=PERSON,
        )
    )
    case = begun(office)
    for handler, code in ((None, "required"), ("p-lin", "not_an_option")):
        with pytest.raises(Unfit) as refusal:
            office.completes("zhao", case, "a", {"handler": handler})
        assert [(e.path, e.code) for e in refusal.value.errors] == [("handler", code)]
    office.completes("zhao", case, "a", {"handler": "p-wu"})
    assert asked(office, case, "b") == ["person:p-wu"]
    assert {k: ground(office, case, "b")[k] for k in ("rule", "step", "by")} == {
        "rule": "chosen",
        "step": "a",
        "by": "p-zhao",
    }


def test_a_pool_is_claimed_from_before_anything_is_done(office: Office) -> None:
    office.publish(files(asks("a", 'rule="pool" role="branch_secretary"')))
    case = begun(office)
    with pytest.raises(NotNow) as refusal:
        office.completes("zhao", case, "a")
    assert refusal.value.refusal == "err_claim_first"
    office.does(tasks.claim, "zhao", office.open(case, "a"))
    with pytest.raises(NotNow):
        office.completes("she", case, "a")
    office.completes("zhao", case, "a")
    assert row(office, case, "a")["completed_by"] == "p-zhao"


def test_a_lanes_rules_and_the_steps_own_are_asked_together(office: Office) -> None:
    text = files(asks("a", 'rule="lane"', 'rule="people" people="N-lin"'))["process.bpmn"]
    lane = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l"><bpmn:extensionElements>'
        '<liuhen:who rule="post" role="branch_secretary"/></bpmn:extensionElements>'
        "<bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
    )
    office.publish({"process.bpmn": text.replace(SUBJECT, SUBJECT + lane)})
    case = begun(office)
    assert asked(office, case, "a") == ["post:branch_secretary@u-B1", "person:p-lin"]
    assert ground(office, case, "a")["lane"] == "l"


# ---------------------------------------------------------------- in turn


def rotation(office: Office, who: str = 'rule="rotation" role="organisation_commissioner"', more: str = "") -> None:
    office.publish(files(asks("a", who, more=more)))


def turn(office: Office) -> str:
    (holder,) = asked(office, begun(office), "a")
    return holder.removeprefix("person:p-")


def test_the_holders_of_a_post_are_asked_in_turn(office: Office) -> None:
    rotation(office)
    assert [turn(office) for _ in range(5)] == ["he", "wu", "he", "wu", "he"]
    found = ground(office, begun(office), "a")
    assert (found["rule"], found["turn"], found["of_many"]) == ("rotation", 6, 2)


def test_cases_that_start_at_the_same_moment_take_turns_fairly(office: Office) -> None:
    """Whatever the order in which they come, nobody has two turns more than another."""
    rotation(office, 'rule="rotation" people="N-wu N-he N-zhao"')
    for _ in range(4):
        assert all(isinstance(found, str) for found in together(*(partial(begun, office) for _ in range(4))))
    t = tables.tasks
    with office.store.reading() as db:
        rows = db.execute(select(t.c.why, t.c.grounds)).all()
    counts = Counter(json.loads(r.why)[0] for r in rows)
    assert sum(counts.values()) == 16
    assert max(counts.values()) - min(counts.values()) <= 1
    assert sorted(json.loads(r.grounds)[0]["turn"] for r in rows) == list(range(1, 17))


def test_who_is_away_or_cannot_sign_in_loses_the_turn_and_gets_the_next(office: Office) -> None:
    rotation(office, 'rule="rotation" people="N-wu N-he N-zhao"')
    d, a = tables.delegations, tables.accounts
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        days = {"from_on": moment.today, "to_on": moment.today, "reason": "-", "created_at": moment.now, "scope": "{}"}
        db.execute(insert(d).values(id=new_id(), from_person_id="p-wu", to_person_id="p-lin", **days))
        db.execute(update(a).where(a.c.person_id == "p-he").values(disabled_at=moment.now))
    assert [turn(office), turn(office)] == ["zhao", "zhao"]
    with office.store.transaction() as db:
        db.execute(delete(d))
        db.execute(update(a).values(disabled_at=None))
    assert [turn(office) for _ in range(4)] == ["wu", "he", "zhao", "wu"]


def test_whom_a_duty_keeps_away_is_passed_over(office: Office) -> None:
    rotation(
        office,
        'rule="rotation" people="N-wu N-he"',
        '<liuhen:otherThan person="=case.started_by" code="sod_06"/>',
    )
    assert ground(office, begun(office, "wu"), "a")["holder"] == "person:p-he"
    assert ground(office, begun(office, "wu"), "a")["holder"] == "person:p-he"
    assert ground(office, begun(office, "lin"), "a")["holder"] == "person:p-wu"


# ---------------------------------------------------------------- nobody available


VACANT = '<liuhen:vacancy to="organisation_commissioner" after="P2D"/>'


def vacate(office: Office, *people: str, unit: str = "B1", role: str = "branch_secretary") -> None:
    """They hold the post no more since yesterday."""
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        for name in people:
            for post in actors.post_ids(db, f"p-{name}", role, f"u-{unit}", moment.today):
                actors.end_post(db, moment, post, actors.day_before(moment.today))


def kinds(office: Office, case: str) -> list[str]:
    return [e["kind"] for e in office.entries("otto", case)]


def test_an_empty_post_asks_its_deputies_at_once_and_is_never_passed_over(office: Office) -> None:
    office.publish(files(asks("a", 'rule="post" role="branch_secretary"', more=VACANT)))
    vacate(office, "zhao", "she")
    case = begun(office)
    assert asked(office, case, "a") == ["post:branch_secretary@u-B1", "post:organisation_commissioner@u-B1"]
    assert "task.unattended" in kinds(office, case)
    assert [t["id"] for t in office.box("wu")] == [office.open(case, "a")]
    office.tick_to("2026-04-01")
    assert len(asked(office, case, "a")) == 2, "the deputies are there: nobody above is asked"
    assert kinds(office, case).count("task.unattended") == 1
    assert row(office, case, "a")["status"] == "open"
    office.completes("he", case, "a")
    agrees(office, case)


def test_after_the_term_the_superior_unit_is_asked_with_a_note(office: Office) -> None:
    office.publish(files(asks("a", 'rule="post" role="branch_secretary"')))
    vacate(office, "zhao", "she")
    case = begun(office)
    task = office.open(case, "a")
    assert office.box("chief") == []
    office.tick_to("2026-03-04", 23)
    assert office.box("chief") == []
    office.tick_to("2026-03-05")
    assert [t["id"] for t in office.box("chief")] == [task]
    assert kinds(office, case)[-1] == "task.superior_asked"
    assert "organisation C1 · committee secretary" in office.entries("otto", case)[-1]["sentence"].en
    last = json.loads(row(office, case, "a")["grounds"])[-1]
    assert (last["rule"], last["unit"], last["is_superior"]) == ("vacancy", "u-C1", True)
    with office.store.reading() as db:
        kept = db.execute(select(tables.outbox.c.holder).where(tables.outbox.c.kind == "task.unattended")).scalars()
        assert set(kept) == {"post:system_admin@u-W0", "post:committee_secretary@u-C1"}
    with office.store.transaction() as db:
        add_post(db, "lin", "branch_secretary", "B1")
    assert [t["id"] for t in office.box("lin")] == [task], "the post is filled again: no deed is needed"
    office.completes("chief", case, "a")
    agrees(office, case)


def test_a_post_that_is_filled_in_time_asks_nobody_above(office: Office) -> None:
    office.publish(files(asks("a", 'rule="post" role="branch_secretary"')))
    vacate(office, "zhao", "she")
    case = begun(office)
    with office.store.transaction() as db:
        add_post(db, "lin", "branch_secretary", "B1")
    office.tick_to("2026-03-10")
    assert asked(office, case, "a") == ["post:branch_secretary@u-B1"]
    assert office.box("chief") == []


def test_where_nobody_in_the_whole_line_can_act_it_stays_open_and_is_looked_at_again(office: Office) -> None:
    office.publish(files(asks("a", 'rule="post" role="branch_secretary"')))
    vacate(office, "zhao", "she")
    vacate(office, "chief", unit="C1", role="committee_secretary")
    case = begun(office)
    office.tick_to("2026-03-12")
    assert row(office, case, "a")["status"] == "open"
    assert kinds(office, case).count("task.unattended") == 1
    with office.store.transaction() as db:
        add_post(db, "chief", "committee_secretary", "W0")
    office.tick_to("2026-03-14")
    assert [t["element"] for t in office.box("chief")] == ["a"]


def test_holders_without_an_account_or_kept_away_by_a_duty_are_nobody(office: Office) -> None:
    more = VACANT + '<liuhen:otherThan person="=case.started_by" code="sod_01"/>'
    office.publish(files(asks("a", 'rule="post" role="branch_secretary"', more=more)))
    with office.store.transaction() as db:
        db.execute(delete(tables.accounts).where(tables.accounts.c.person_id == "p-she"))
    case = begun(office, "zhao")
    assert asked(office, case, "a")[1:] == ["post:organisation_commissioner@u-B1"]
    with pytest.raises(Forbidden) as refusal:
        office.completes("zhao", case, "a")
    assert refusal.value.refusal == "sod_01"
    assert len(asked(office, begun(office, "lin"), "a")) == 1


def test_a_task_whose_post_ends_while_it_is_open_is_found_by_the_clock(office: Office) -> None:
    office.publish(files(asks("a", 'rule="post" role="branch_secretary"', more=VACANT)))
    with office.store.transaction() as db:
        posts = actors.post_ids(db, "p-zhao", "branch_secretary", "u-B1", office.store.moment(db).today)
        others = actors.post_ids(db, "p-she", "branch_secretary", "u-B1", office.store.moment(db).today)
    case, elsewhere = begun(office), begun(office, unit="B2")
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        for post in posts:
            actors.end_post(db, moment, post, moment.today.replace(day=10))
        for post in others:
            actors.end_post(db, moment, post, moment.today.replace(day=12))
    office.tick_to("2026-03-11")
    assert len(asked(office, case, "a")) == 1, "one of the two is still there"
    office.tick_to("2026-03-12")
    assert len(asked(office, case, "a")) == 2
    assert [t["case"]["id"] for t in office.box("wu")] == [case]
    assert len(asked(office, elsewhere, "a")) == 1
    agrees(office, case)


# ---------------------------------------------------------------- what cannot be published


@pytest.mark.parametrize(
    ("who", "rule"),
    [
        ('rule="nobody"', "unknown_choice"),
        ('rule="post"', "who_incomplete"),
        ('rule="post" role="branch_king"', "unknown_role"),
        ('rule="post" role="branch_secretary" unit="moon"', "unknown_name"),
        ('rule="post" role="branch_secretary" people="N-lin"', "who_part_unused"),
        ('rule="superior" role="branch_secretary"', "who_incomplete"),
        ('rule="leader" level="0"', "bad_level"),
        ('rule="lane"', "lane_asks_nobody"),
        ('rule="people"', "who_incomplete"),
        ('rule="people" people="branch_king@B1"', "unknown_role"),
        ('rule="answer" variable="moon"', "unknown_name"),
        ('rule="answer" task="start"', "who_incomplete"),
        ('rule="previous" task="moon"', "unknown_element"),
        ('rule="previous" task="a"', "no_earlier_step"),
        ('rule="previous" task="end"', "no_earlier_step"),
        ('rule="chosen" task="start" field="handler"', "who_incomplete"),
        ('rule="chosen" task="start" field="handler" role="organiser"', "no_person_field"),
        ('rule="rotation"', "who_incomplete"),
    ],
)
def test_a_rule_that_cannot_be_worked_out_is_not_published(who: str, rule: str) -> None:
    found = [f for f in definitions.check(files(asks("a", who)))[1] if f.severity == "error"]
    assert rule in {f.rule for f in found}
    assert all(f.remedy.zh and f.remedy.en for f in found)


@pytest.mark.parametrize(
    ("word", "rule"),
    [
        ('to="branch_king"', "unknown_role"),
        ('superior="branch_king"', "unknown_role"),
        ('after="3 days"', "not_a_duration"),
        ('until="P3D"', "unknown_word"),
    ],
)
def test_a_vacancy_is_checked_too(word: str, rule: str) -> None:
    step = asks("a", 'rule="post" role="branch_secretary"', more=f"<liuhen:vacancy {word}/>")
    assert rule in {f.rule for f in definitions.check(files(step))[1]}


def test_people_who_are_not_there_are_told_when_it_is_published(office: Office) -> None:
    found = office.publish(files(asks("a", 'rule="people" people="N-lin N-moon branch_secretary@B9"')))
    assert [f.rule for f in found.findings if f.rule == "unknown_person"] == ["unknown_person"] * 2
    with pytest.raises(DefinitionRefused):
        office.publish(files(asks("a", 'rule="post"')))


# ---------------------------------------------------------------- why me


def test_who_stands_in_for_somebody_hears_for_whom_and_until_when(office: Office) -> None:
    office.publish(files(asks("a", 'rule="post" role="branch_secretary"')))
    case = begun(office)
    task = office.open(case, "a")
    with office.store.transaction() as db:
        moment = office.store.moment(db)
        until = moment.today.replace(day=20)
        days = {"from_on": moment.today, "to_on": until, "reason": "-", "created_at": moment.now, "scope": "{}"}
        db.execute(insert(tables.delegations).values(id=new_id(), from_person_id="p-zhao", to_person_id="p-he", **days))
    with office.store.reading() as db:
        moment = office.store.moment(db)
        found = {by: views.task(db, office.actor(by), moment, task, "en")["why_me"] for by in ("zhao", "he", "otto")}
    assert found["otto"] is None, "whoever only reads it is not asked"
    assert (found["zhao"]["rule"], found["zhao"]["for"], found["zhao"]["until"]) == ("post", None, None)
    assert found["zhao"]["text"].zh == "B1组织的支部书记（2026-03-02 在任）"
    mine = found["he"]
    assert (mine["rule"], mine["for"]["id"], mine["until"]) == ("delegation", "p-zhao", until)
    assert mine["text"].en == (
        "For zhao (en), delegated until 20 March 2026: branch secretary of organisation B1 on 2 March 2026"
    )
