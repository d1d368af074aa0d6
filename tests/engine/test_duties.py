"""Separation of duties: each general kind refuses, warns or reports, whoever it is through whom an act is done."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from api import folders
from engine import (
    actors,
    cases,
    definitions,
    duties,
    handing,
    returning,
    separation,
    staffing,
    tables,
    tasks,
    views,
)
from engine import rules as clauses
from engine.actors import Actor
from engine.errors import DefinitionRefused, Forbidden, Refused, Unfit
from engine.store import Store
from tests.engine.casework import Office, agrees
from tests.engine.directory import add_account, add_person, add_post, add_relation
from tests.engine.test_assigning import asks, begun, files
from tests.together import together

TWO = {
    "type": "default",
    "id": "f",
    "schemaVersion": 18,
    "components": [{"type": "person", "key": key, "label": key} for key in ("first", "second")],
}
COMMISSIONER = 'role="organisation_commissioner" at="=case.unit"'
SECRETARY = 'role="branch_secretary" at="=case.unit"'
EITHER = (COMMISSIONER, SECRETARY)
NAMES = '<liuhen:output target="introducers" source="=[first, second]"/>'
ROLE = '<liuhen:caseRole role="introducer" person="=introducers"/>'


def duty(as_: str, **parts: str) -> str:
    more = "".join(f' {name}="{value}"' for name, value in parts.items())
    return f'<liuhen:duty as="{as_}"{more}/>'


def rule(id_: str = "sod_x", enforcement: str = "block", **term: Any) -> dict[str, Any]:
    return {"id": id_, "zh": "规则", "en": "The rule.", "basis": "policy", "enforcement": enforcement, **term}


def procedure(*elements: str, role: str = ROLE, **more: Any) -> dict[str, Any]:
    """A procedure whose subject is whoever starts it, with case roles."""
    found = files(*elements, **{"form_two": TWO, **more})
    found["process.bpmn"] = found["process.bpmn"].replace("<liuhen:subject", f"{role}<liuhen:subject", 1)
    return found


class Rules:
    """The office of the tests, with its own rules of separation."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def publish(self, *rules: dict[str, Any], **labels: Any) -> duties.Published:
        content = json.dumps({"rules": list(rules), **labels}, ensure_ascii=False)
        with self.office.store.transaction() as db:
            moment = self.office.store.moment(db)
            return duties.publish(db, Actor.operator(), moment, content, "for a test")

    def begins(self, *elements: str, by: str = "lin", **more: Any) -> str:
        self.office.publish(procedure(*elements, **more))
        return begun(self.office, by)

    def names(self, case: str, first: str, second: str, by: str = "wu") -> None:
        self.office.completes(by, case, "name", {"first": f"p-{first}", "second": f"p-{second}"})

    def refused(self, by: str, case: str, element: str, **more: Any) -> str:
        with pytest.raises(Refused) as refusal:
            self.office.completes(by, case, element, **more)
        return refusal.value.refusal

    def sees(self, by: str) -> set[str]:
        return {item["element"] for item in self.office.box(by)}


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


@pytest.fixture
def rules(office: Office) -> Rules:
    return Rules(office)


NAMED = rule("sod_03", kind="named", people=["introducer"], mayNot=["checks"])
NAMING = asks("name", COMMISSIONER, form="form_two", more=NAMES)
CHECK = asks("check", *EITHER, more=duty("checks"))


# ---------------------------------------------------------------- who may not act


def test_whoever_has_a_role_does_not_see_the_step_and_is_refused_at_its_door(office: Office, rules: Rules) -> None:
    rules.publish(NAMED)
    case = rules.begins(NAMING, CHECK)
    rules.names(case, "zhao", "lin")
    assert "check" not in rules.sees("zhao")
    assert "check" in rules.sees("she")
    assert "check" in rules.sees("wu")
    task = office.open(case, "check")
    with pytest.raises(Forbidden) as refusal:
        office.does(tasks.claim, "zhao", task)
    assert (refusal.value.refusal, refusal.value.clause) == ("sod_03", "sod_03")
    assert refusal.value.details["why"].en == "You have the role introducer in this case."
    assert refusal.value.recorded is not None
    assert refusal.value.recorded["people"] == ["p-zhao"]
    assert rules.refused("zhao", case, "check") == "sod_03"
    with office.store.reading() as db:
        seen = views.task(db, office.actor("zhao"), office.store.moment(db), task, "en")
        other = views.task(db, office.actor("she"), office.store.moment(db), task, "en")
    assert (seen["can"], seen["duties"][0]["rule"]) == ([], "sod_03")
    assert "complete" in other["can"]
    assert other["duties"][0]["why"] is None
    office.completes("she", case, "check")
    agrees(office, case)


def test_one_role_is_no_bar_to_another_and_nothing_is_without_the_rule(office: Office, rules: Rules) -> None:
    rules.publish(rule("sod_03", kind="named", people=["introducer"], mayNot=["decides"]))
    case = rules.begins(NAMING, CHECK)
    rules.names(case, "zhao", "lin")
    office.completes("zhao", case, "check")


def test_a_new_version_of_the_rules_binds_what_is_under_way(office: Office, rules: Rules) -> None:
    case = rules.begins(NAMING, CHECK)
    rules.names(case, "zhao", "lin")
    rules.publish(NAMED)
    assert rules.refused("zhao", case, "check") == "sod_03"
    rules.publish()
    office.completes("zhao", case, "check")


def test_nobody_checks_their_own_case_nor_that_of_a_relative(office: Office, rules: Rules) -> None:
    own = rule("sod_01", kind="own_case", mayNot=["checks"])
    near = rule("sod_04", kind="relative", people=["subject"], mayNot=["checks"], relations=["cousin"])
    rules.publish(own, near)
    with office.store.transaction() as db:
        add_relation(db, "wu", "zhao")
    case = rules.begins(CHECK, by="wu", role="")
    assert rules.refused("wu", case, "check") == "sod_01"
    assert rules.refused("zhao", case, "check") == "sod_04"
    assert {"wu", "zhao"}.isdisjoint(n for n in ("wu", "zhao", "she", "he") if "check" in rules.sees(n))
    office.completes("she", case, "check")


def test_of_relatives_only_the_kinds_that_the_rule_names_are_kept_away(office: Office, rules: Rules) -> None:
    rules.publish(rule("sod_04", kind="relative", people=["subject"], mayNot=["checks"], relations=["spouse"]))
    with office.store.transaction() as db:
        add_relation(db, "wu", "zhao")
    office.completes("zhao", rules.begins(CHECK, by="wu", role=""), "check")


DRAFT, SIGN = asks("draft", *EITHER, more=duty("drafts")), asks("sign", *EITHER, more=duty("signs"))
APART = rule("sod_11", kind="apart", groups=[["drafts"], ["signs"]])


def test_who_drafted_does_not_sign_whoever_confirmed_it_neither(office: Office, rules: Rules) -> None:
    rules.publish(APART)
    confirmed = duty("drafts") + f"<liuhen:confirm {SECRETARY}/>"
    case = rules.begins(asks("draft", COMMISSIONER, more=confirmed), SIGN, role="")
    office.completes("wu", case, "draft")
    office.does(tasks.confirm, "zhao", office.open(case, "draft"), True)
    assert rules.refused("wu", case, "sign") == "sod_11"
    assert rules.refused("zhao", case, "sign") == "sod_11"
    assert "sign" not in rules.sees("zhao")
    office.completes("she", case, "sign")


def test_two_parallel_steps_are_kept_apart_whichever_comes_first(office: Office, rules: Rules) -> None:
    """The same person at the same moment at both: one of the two is refused."""
    rules.publish(APART)
    split = '<bpmn:parallelGateway id="split"/>'
    found = procedure(split, DRAFT, SIGN, role="")
    text = found["process.bpmn"].replace('sourceRef="draft" targetRef="sign"', 'sourceRef="split" targetRef="sign"')
    found["process.bpmn"] = text.replace(
        "</bpmn:process>",
        '<bpmn:endEvent id="e2"/><bpmn:sequenceFlow id="x" sourceRef="draft" targetRef="e2"/></bpmn:process>',
    )
    office.publish(found)
    case = begun(office)
    done = together(partial(office.completes, "wu", case, "draft"), partial(office.completes, "wu", case, "sign"))
    assert sorted(one if isinstance(one, str) else "done" for one in done) == ["done", "sod_11"]


def test_who_is_of_the_assessed_unit_does_not_assess(office: Office, rules: Rules) -> None:
    rules.publish(rule("sod_18", kind="foreign_unit", mayNot=["assesses"]))
    with office.store.transaction() as db:
        add_post(db, "zhao", "assessor", "W0")
        add_person(db, "far", "B2")
        add_account(db, "far")
        add_post(db, "far", "assessor", "W0")
    step = asks("assess", "role=\"assessor\" at='=superior(case.unit, &quot;office&quot;)'", more=duty("assesses"))
    case = rules.begins(step, role="")
    assert rules.sees("zhao") == set()
    assert rules.refused("zhao", case, "assess") == "sod_18"
    office.completes("far", case, "assess")


def test_a_duty_that_cannot_be_delegated_stays_with_whoever_is_asked(office: Office, rules: Rules) -> None:
    rules.publish(rule("sod_09", kind="delegation", of=["votes"]))
    case = rules.begins(asks("vote", SECRETARY, more=duty("votes")), asks("note", SECRETARY), role="")
    table = tables.tasks.c
    with office.store.reading() as db:
        assert db.execute(select(table.delegable).where(table.case_id == case)).scalar() is False
    office.completes("zhao", case, "vote")
    with office.store.reading() as db:
        note = select(table.delegable).where(table.case_id == case, table.element == "note")
        assert db.execute(note).scalar() is True


def test_nobody_hands_a_task_to_whom_a_duty_keeps_from_it(office: Office, rules: Rules) -> None:
    rules.publish(NAMED)
    more = duty("checks") + '<liuhen:actions allow="transfer"/>'
    case = rules.begins(NAMING, asks("check", COMMISSIONER, more=more))
    rules.names(case, "zhao", "lin")
    with pytest.raises(Forbidden) as refusal:
        office.does(handing.transfer, "wu", office.open(case, "check"), "p-zhao", "busy")
    assert refusal.value.refusal == "sod_03"


def test_what_was_undone_keeps_nobody_away(office: Office, rules: Rules) -> None:
    rules.publish(APART)
    case = rules.begins(DRAFT, asks("sign", *EITHER, more=duty("signs") + '<liuhen:return to="draft"/>'), role="")
    office.completes("wu", case, "draft")
    office.does(returning.return_, "zhao", office.open(case, "sign"), "draft", "again")
    office.does(tasks.release, "wu", office.open(case, "draft"))
    office.completes("he", case, "draft")
    office.completes("wu", case, "sign")


# ---------------------------------------------------------------- warned, named, given a role


def warned(rules: Rules) -> str:
    rules.publish(rule("sod_05", "warn", kind="named", people=["introducer"], mayNot=["checks"]))
    case = rules.begins(NAMING, CHECK)
    rules.names(case, "zhao", "she")
    return case


def test_a_warning_needs_a_reason_and_a_second_person_and_stays_marked(office: Office, rules: Rules) -> None:
    case = warned(rules)
    assert "check" in rules.sees("zhao")
    with pytest.raises(Unfit) as refusal:
        office.completes("zhao", case, "check")
    assert [(e.path, e.code) for e in refusal.value.errors] == [("reason", "sod_05")]
    office.completes("zhao", case, "check", reason="nobody else is there")
    task = office.open(case, "check")
    with pytest.raises(Forbidden) as own:
        office.does(tasks.confirm, "zhao", task, True)
    assert own.value.refusal == "err_own_entry"
    with pytest.raises(Forbidden) as same:
        office.does(tasks.confirm, "she", task, True)
    assert same.value.refusal == "sod_05"
    office.does(tasks.confirm, "wu", task, True)
    kinds = [e["kind"] for e in office.entries("wu", case)]
    assert "duty.warned" in kinds
    table = tables.tasks.c
    with office.store.reading() as db:
        marks = db.execute(select(table.marks).where(table.case_id == case, table.element == "check")).scalar_one()
    assert json.loads(marks) == ["sod_05"]
    agrees(office, case)


def test_whoever_is_not_meant_is_not_warned(office: Office, rules: Rules) -> None:
    case = warned(rules)
    office.completes("wu", case, "check")
    assert "duty.warned" not in [e["kind"] for e in office.entries("wu", case)]


def test_whom_a_form_names_for_a_duty_is_judged_like_whoever_acts(office: Office, rules: Rules) -> None:
    rules.publish(rule("sod_08", kind="named", people=["introducer"], mayNot=["counts"]))
    more = duty("counts", person="=[first, second]", field="second")
    case = rules.begins(NAMING, asks("count", *EITHER, form="form_two", more=more))
    rules.names(case, "zhao", "lin")
    with pytest.raises(Unfit) as refusal:
        office.completes("zhao", case, "count", {"first": "p-wu", "second": "p-zhao"})
    assert [(e.path, e.code) for e in refusal.value.errors] == [("second", "sod_08")]
    office.completes("zhao", case, "count", {"first": "p-wu", "second": "p-he"})


@pytest.mark.parametrize(
    ("term", "first", "second"),
    [
        ({"kind": "different", "people": ["introducer"]}, "zhao", "zhao"),
        ({"kind": "different", "people": ["introducer"], "mustBe": ["full_member"]}, "zhao", "dora"),
        ({"kind": "relative", "people": ["subject"], "mayNotBe": ["introducer"]}, "zhao", "he"),
    ],
)
def test_who_is_given_a_role_differs_qualifies_and_is_no_relative(
    office: Office, rules: Rules, term: dict[str, Any], first: str, second: str
) -> None:
    rules.publish(rule("sod_02", **term))
    with office.store.transaction() as db:
        add_relation(db, "lin", "he")
    case = rules.begins(NAMING)
    answers = {"first": f"p-{first}", "second": f"p-{second}"}
    assert rules.refused("wu", case, "name", answers=answers) == "sod_02"
    rules.names(case, "zhao", "she")


def test_an_organisation_is_not_what_only_a_person_may_be(office: Office, rules: Rules) -> None:
    rules.publish(rule("sod_15", kind="different", people=["payer"], mustBe=["person"]))
    payer = '<liuhen:caseRole role="payer" person="=payer"/>'
    pays = partial(asks, "pay", COMMISSIONER)
    case = rules.begins(pays(more='<liuhen:output target="payer" source="=case.unit"/>'), role=payer)
    assert rules.refused("wu", case, "pay") == "sod_15"
    case = rules.begins(pays(more='<liuhen:output target="payer" source="=actor"/>'), role=payer)
    office.completes("wu", case, "pay")


def test_the_enforcement_of_a_procedures_rule_may_hang_on_a_parameter(office: Office, rules: Rules) -> None:
    parameter = {"id": "prm_x", "type": "text", "default": "warn", "kind": "local", "zh": "甲", "en": "a"}
    own = rule("near", '=if prm_x = "block" then "block" else "warn"', kind="relative", people=["subject"])
    found = procedure(NAMING, asks("next", *EITHER))
    found["duties.json"] = {"rules": [{**own, "mayNotBe": ["introducer"]}]}
    found["rules.json"] = {"parameters": [parameter], "clauses": []}
    office.publish(found)
    with office.store.transaction() as db:
        add_relation(db, "lin", "he")
    case = begun(office)
    answers = {"first": "p-zhao", "second": "p-he"}
    office.completes("wu", case, "name", answers, reason="nobody else knows them")
    assert office.sees("wu", case)["status"] == "running"
    with office.store.transaction() as db:
        definition = definitions.read(db, "rules_of")
        moment = office.store.moment(db)
        clauses.set_parameter(
            db, office.actor("dora"), moment, "rules_of", definition.rules, "prm_x", "block", "our own rule"
        )
    other = begun(office)
    assert rules.refused("wu", other, "name", answers=answers, reason="nobody else") == "near"


def test_too_much_with_one_person_is_reported_and_stops_nobody(office: Office, rules: Rules) -> None:
    term = {"kind": "concentration", "people": ["introducer"], "moreThan": 1}
    rules.publish(rule("sod_23", "report", **term))
    office.publish(procedure(NAMING, CHECK))
    seen = []
    for _ in range(2):
        case = begun(office)
        rules.names(case, "zhao", "she")
        seen.append([e["kind"] for e in office.entries("wu", case)].count("duty.reported"))
    assert seen == [0, 2]
    with office.store.reading() as db:
        found, following = views.duties.reports(db, office.store.moment(db), kind="reported", rule="sod_23", limit=1)
        rest, end = views.duties.reports(db, office.store.moment(db), kind="reported", cursor=following, limit=5)
    assert {found[0]["people"][0]["id"], rest[0]["people"][0]["id"]} == {"p-zhao", "p-she"}
    assert (len(rest), end, found[0]["count"]) == (1, None, 2)


def test_several_of_one_family_in_a_unit_are_reported(office: Office, rules: Rules) -> None:
    term = {"kind": "concentration", "people": ["subject"], "family": True, "moreThan": 1}
    rules.publish(rule("sod_23", "report", **term))
    with office.store.transaction() as db:
        add_relation(db, "lin", "he")
    office.publish(procedure(CHECK, role=""))
    first, other, second = begun(office, "lin"), begun(office, "wu"), begun(office, "he")
    reported = ["duty.reported" in [e["kind"] for e in office.entries("otto", c)] for c in (first, other, second)]
    assert reported == [False, False, True]


# ---------------------------------------------------------------- at publish


def test_a_procedure_that_cannot_keep_a_rule_is_not_published(office: Office, rules: Rules) -> None:
    """One click closes a collective decision; what is drafted again is not signed again."""
    rules.publish(
        rule("sod_06", kind="second_person", of=["resolves"]),
        rule("sod_13", kind="followed_by", of=["drafts"], by=["signs"]),
    )
    bad = procedure(asks("decide", *EITHER, more=duty("resolves")), DRAFT, asks("last", *EITHER), role="")
    with pytest.raises(DefinitionRefused) as refusal:
        office.publish(bad)
    assert {f.rule for f in refusal.value.findings if f.severity == "error"} == {
        "duty_unconfirmed",
        "duty_not_followed",
    }
    assert all(f.remedy.zh and f.line for f in refusal.value.findings if f.severity == "error")
    when = f'<liuhen:confirm {SECRETARY} when="=late_entry"/>'
    with pytest.raises(DefinitionRefused):
        office.publish(procedure(asks("decide", *EITHER, more=duty("resolves") + when), role=""))
    sure = duty("resolves") + f"<liuhen:confirm {SECRETARY}/>"
    office.publish(procedure(asks("decide", *EITHER, more=sure), DRAFT, SIGN, role=""))


def test_a_draft_may_be_dropped_where_it_has_to_be_signed_before_it_is_sealed(office: Office, rules: Rules) -> None:
    rules.publish(rule("sod_13", kind="followed_by", of=["drafts"], by=["signs"], before=["seals"]))
    seal = asks("seal", *EITHER, more=duty("seals"))
    office.publish(procedure(DRAFT, SIGN, seal, role=""))
    with pytest.raises(DefinitionRefused) as refusal:
        office.publish(procedure(SIGN, DRAFT, seal, role=""))
    assert {f.rule for f in refusal.value.findings if f.severity == "error"} == {"duty_not_followed"}
    office.publish(procedure(SIGN, seal, DRAFT, asks("last", *EITHER), role=""))
    with pytest.raises(DefinitionRefused):
        office.publish(procedure(DRAFT, asks("last", *EITHER), role=""))


def test_a_duty_that_no_rule_knows_is_told(office: Office, rules: Rules) -> None:
    rules.publish(NAMED)
    found = office.publish(procedure(asks("check", *EITHER, more=duty("chekcs")), role=""))
    assert "duty_unknown" in {f.rule for f in found.findings}


@pytest.mark.parametrize(
    ("own", "finding"),
    [
        (rule(kind="named", people=["nobody_known"], mayNot=["check"]), "role_unknown"),
        (rule(kind="named", people=["introducer"], mayNot=["chekc"]), "duty_unknown"),
        (rule(kind="named", people=["introducer"]), "duty_incomplete"),
        (rule(kind="made_up"), "unknown_choice"),
        (rule("x", "forbid", kind="named", people=["introducer"], mayNot=["check"]), "unknown_choice"),
        (rule("x", "=nothing_here", kind="named", people=["introducer"], mayNot=["check"]), "unknown_name"),
        (rule(kind="apart", groups=[["check"]]), "duty_incomplete"),
        (rule(kind="elsewhere", by="magic"), "unknown_choice"),
        ({**rule(kind="apart", groups=[["a"], ["b"]]), "basis": None}, "duty_incomplete"),
        ({**rule(kind="apart", groups=[["a"], ["b"]]), "id": ""}, "duplicate_id"),
        (rule(kind="concentration", people=["introducer"], moreThan=0), "duty_incomplete"),
        (rule(kind="different", people=["introducer"], mustBe=["tall"]), "unknown_choice"),
        (rule(kind="named", people="introducer", mayNot=["check"]), "not_an_identifier"),
    ],
)
def test_the_rules_of_a_procedure_are_checked(own: dict[str, Any], finding: str) -> None:
    found = procedure(NAMING, CHECK)
    found["duties.json"] = {"rules": [own]}
    definition, findings = definitions.check(found)
    assert definition is None
    assert finding in {f.rule for f in findings if f.severity == "error"}


@pytest.mark.parametrize("text", ["[", "[]", '{"rules": 3}', '{"rules": [], "roles": 1}', '{"rules": [], "more": 1}'])
def test_a_file_of_rules_that_cannot_be_read_says_so(text: str) -> None:
    found, findings = separation.read(text)
    assert found.rules == ()
    assert findings


def test_a_step_of_a_procedure_may_be_named_by_its_own_rules(office: Office, rules: Rules) -> None:
    found = procedure(NAMING, asks("check", *EITHER))
    found["duties.json"] = {"rules": [rule("own", kind="named", people=["introducer"], mayNot=["check"])]}
    office.publish(found)
    case = begun(office)
    rules.names(case, "zhao", "lin")
    assert rules.refused("zhao", case, "check") == "own"


def test_units_that_have_too_few_people_are_told_before_any_case(office: Office, rules: Rules) -> None:
    """B1 has two commissioners and two secretaries, B2 one secretary: nobody there could confirm, or sign."""
    rules.publish(APART)
    more = duty("drafts") + f"<liuhen:confirm {SECRETARY}/>"
    begin = f'<bpmn:startEvent id="start"><bpmn:extensionElements><liuhen:who {SECRETARY}/></bpmn:extensionElements>'
    steps = (asks("draft", *EITHER, more=more), asks("sign", SECRETARY, more=duty("signs")))
    office.publish(procedure(*steps, role="", begin=begin + "</bpmn:startEvent>"))
    with office.store.reading() as db:
        definition = definitions.read(db, "rules_of")
        found = staffing.gaps(db, office.store.moment(db), definition)
        told = staffing.findings(db, office.store.moment(db), definition)
    assert {(g.rule, g.is_vacant, tuple(u.code for u in g.units)) for g in found} == {
        ("confirmation", False, ("B2",)),
        ("sod_11", False, ("B2",)),
    }
    assert all("B2" in f.text.en and f.severity == "warning" for f in told)


# ---------------------------------------------------------------- posts, and the rules themselves


def test_posts_that_exclude_each_other_are_not_given_to_one_person(office: Office, rules: Rules) -> None:
    rules.publish(
        rule("sod_14", kind="posts", groups=[["dues_accountant"], ["dues_cashier"]]),
        rule("sod_99", kind="posts", groups=[["drafter"], ["signer"]], membersFrom=100),
        rule("sod_98", kind="posts", alone=["auditor"]),
    )

    def appoints(role: str, unit: str = "u-B1", person: str = "p-lin") -> str | None:
        with office.store.transaction() as db:
            moment = office.store.moment(db)
            try:
                actors.appoint(db, moment, person, role, unit, moment.today)
            except Forbidden as e:
                return e.refusal
        return None

    assert appoints("dues_accountant") is None
    assert appoints("dues_cashier") == "sod_14"
    assert appoints("dues_cashier", "u-B2") is None
    assert appoints("drafter") is None
    assert appoints("signer") is None
    assert appoints("drafter", "u-W0", "p-otto") == "sod_98"
    with office.store.transaction() as db:
        add_post(db, "lin", "dues_cashier", "B1")
    with office.store.reading() as db:
        assert [r.id for _, r in duties.posts_held(db, office.store.moment(db))] == ["sod_14"]


def test_rules_are_published_by_whoever_may_with_a_reason_and_an_entry(office: Office, rules: Rules) -> None:
    assert rules.publish(NAMED) == duties.Published(1, is_new=True)
    assert rules.publish(NAMED) == duties.Published(1, is_new=False)
    assert rules.publish(APART) == duties.Published(2, is_new=True)
    content = json.dumps({"rules": [NAMED]})
    with office.store.transaction() as db, pytest.raises(Forbidden):
        duties.publish(db, office.actor("dora"), office.store.moment(db), content, "mine")
    with office.store.transaction() as db, pytest.raises(Unfit):
        duties.publish(db, Actor.operator(), office.store.moment(db), content, " ")
    with office.store.transaction() as db, pytest.raises(DefinitionRefused):
        duties.publish(db, Actor.operator(), office.store.moment(db), "{", "broken")
    with office.store.reading() as db:
        shown = views.duties.office(db)
        kinds = [e["kind"] for e in map(json.loads, db.execute(select(tables.entries.c.text)).scalars())]
    assert (shown["version"], [v["version"] for v in shown["versions"]]) == (2, [2, 1])
    assert kinds.count("duties.published") == 2


def test_the_rules_that_are_shipped_are_all_there_and_can_be_read() -> None:
    found, findings = separation.read((folders.PROCESSES / folders.DUTIES).read_text("utf-8"))
    assert findings == []
    assert [r.id for r in found.rules] == [f"sod_{n:02}" for n in range(1, 25)]
    kinds = {t.kind for r in found.rules for t in r.terms}
    assert kinds == set(separation.KINDS)
    used = {d for r in found.rules for t in r.terms for g in (t.duties, *t.groups) for d in g if t.kind != "posts"}
    assert used <= set(found.duties)


def test_a_case_that_is_only_looked_at_forbids_the_same(office: Office, rules: Rules) -> None:
    rules.publish(NAMED)
    case = rules.begins(NAMING, CHECK)
    rules.names(case, "zhao", "lin")
    with office.store.reading() as db:
        shown = views.duties.of_definition(
            db, office.store.moment(db), definitions.read(db, "rules_of"), with_units=True
        )
    assert [(r["id"], [e["element"] for e in r["elements"]]) for r in shown["rules"]] == [("sod_03", ["check"])]
    with office.store.transaction() as db:
        work = cases.take(db, office.actor("wu"), office.store.moment(db), case)
        assert duties.forbidden_people(work.world, work.definition.element("check")) == {
            "p-zhao": "sod_03",
            "p-lin": "sod_03",
        }
