"""Every rule of separation that is shipped: each keeps somebody away, warns or reports, by each of its terms."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from api import folders
from engine import handing, separation, tasks, views
from engine.errors import DefinitionRefused, Forbidden, NotFound
from engine.separation import Rule, Seat, Term
from engine.store import Store
from tests.engine.casework import Office
from tests.engine.directory import add_relation
from tests.engine.test_actors_delegations import absent
from tests.engine.test_assigning import asks, begun
from tests.engine.test_duties import CHECK, COMMISSIONER, EITHER, NAMED, NAMING, Rules, duty, procedure

TESTS = Path(__file__).parents[1]
SHIPPED: list[dict[str, Any]] = json.loads((folders.PROCESSES / folders.DUTIES).read_text("utf-8"))["rules"]
PAYS = asks("name", COMMISSIONER, more='<liuhen:output target="introducers" source="=case.unit"/>')

KEPT_BY = {
    "confirmation": ("engine/test_tasks.py", "test_whoever_entered_it_may_not_confirm_it"),
    "totals": ("engine/test_cases_countersigning.py", "test_a_secret_ballot_leaves_totals_and_nothing_else"),
    "returns": ("engine/test_returning.py", "test_every_round_of_a_step_that_came_after_is_void"),
    "versions": ("engine/test_definitions.py", "test_the_same_files_are_the_same_version"),
    "two_persons": ("engine/test_moving.py", "test_nobody_confirms_their_own_proposal"),
    "visibility": ("engine/test_tasks.py", "test_nobody_else_finds_the_task"),
}
"""A mechanism of the product that keeps a rule: the test in which it refuses somebody."""


@pytest.fixture
def office(store: Store) -> Office:
    made = Office(store)
    with store.transaction() as db:
        add_relation(db, "lin", "zhao")
    return made


def has(role: str) -> str:
    return f'<liuhen:caseRole role="{role}" person="=introducers"/>'


class Trial:
    """The office with one of the shipped rules alone: which rule somebody meets who breaks it by one of its terms."""

    def __init__(self, rules: Rules) -> None:
        self.rules, self.office = rules, rules.office

    def acts(self, who: str, term: Term, *, by: str = "lin", role: str = "") -> str:
        """Whoever may not, tries to do a step with the duty; whoever has ``role`` was named before."""
        act = asks("act", *EITHER, more=duty(term.duties[0]))
        case = self.rules.begins(*([NAMING, act] if role else [act]), by=by, role=has(role) if role else "")
        if role:
            self.rules.names(case, "wu" if who == "wu" else "lin", "she")
        return self.rules.refused(who, case, "act")

    def own_case(self, term: Term) -> str:
        return self.acts("wu", term, by="wu")

    def named(self, term: Term) -> str:
        return self.acts("wu", term, role=term.people[0])

    def relative(self, term: Term) -> str:
        if term.be:
            case = self.rules.begins(NAMING, role=has(term.be[0]))
            return self.rules.refused("wu", case, "name", answers={"first": "p-zhao", "second": "p-she"})
        role = term.people[0]
        return self.acts("zhao", term, role="" if role == separation.SUBJECT else role)

    def apart(self, term: Term) -> str:
        (one, *_), (other, *_) = term.groups[:2]
        steps = (asks("one", *EITHER, more=duty(one)), asks("two", *EITHER, more=duty(other)))
        case = self.rules.begins(*steps, role="")
        self.office.completes("wu", case, "one")
        return self.rules.refused("wu", case, "two")

    def different(self, term: Term) -> str:
        step = PAYS if "person" in term.qualities else NAMING
        answers = {} if step is PAYS else {"first": "p-she", "second": "p-she"}
        return self.rules.refused("wu", self.rules.begins(step, role=has(term.people[0])), "name", answers=answers)

    def delegation(self, term: Term) -> str:
        """Whoever stands in for somebody is not led to it, and at its door there is nothing for them."""
        absent(self.office, "she", "he")
        case = self.rules.begins(asks("act", 'person="=&quot;p-she&quot;"', more=duty(term.duties[0])), role="")
        task = self.office.open(case, "act")
        with pytest.raises(NotFound):
            self.office.does(tasks.claim, "he", task)
        with self.office.store.reading() as db:
            moment = self.office.store.moment(db)
            seen = views.task(db, self.office.actor("she"), moment, task, "en")
        return str(seen["duties"][0]["rule"])

    def foreign_unit(self, term: Term) -> str:
        return self.acts("wu", term, role=term.people[0] if term.people else "")

    def concentration(self, term: Term) -> str:
        by = ("lin", "zhao") if term.family else ("lin",) * (term.more_than + 1)
        role = "" if term.people[0] == separation.SUBJECT else has(term.people[0])
        self.office.publish(procedure(*([NAMING, CHECK] if role else [CHECK]), role=role))
        for one in by:
            case = begun(self.office, one)
            if role:
                self.rules.names(case, "he", "she")
        with self.office.store.reading() as db:
            (item, *_), _ = views.duties.reports(db, self.office.store.moment(db), kind="reported")
        return str(item["rule"])

    def posts(self, term: Term, rules: separation.RuleSet) -> str:
        one, other = (term.alone[0], "branch_secretary") if term.alone else (term.groups[0][0], term.groups[1][0])
        kind = term.unit_kinds[0] if term.unit_kinds else "branch"
        found = separation.clash(rules, Seat(one, "u", kind, 100), Seat(other, "u", kind, 100))
        return found.id if found is not None else ""

    def published(self, key: str, finding: str) -> bool:
        with pytest.raises(DefinitionRefused) as refusal:
            self.office.publish(procedure(asks("act", *EITHER, more=duty(key)), role=""))
        return finding in {f.rule for f in refusal.value.findings if f.severity == "error"}


def alone(written: dict[str, Any], number: int) -> dict[str, Any]:
    """A rule with one of its terms, so that nothing else keeps anybody away."""
    head: dict[str, Any] = {
        name: written[name] for name in ("id", "zh", "en", "basis", "enforcement") if name in written
    }
    part = {name: value for name, value in written.items() if name not in head}
    return {**head, "terms": [written["terms"][number] if "terms" in written else part]}


def meets(trial: Trial, rules: separation.RuleSet, rule: Rule, term: Term) -> str:
    """The rule that somebody meets."""
    if term.kind == "elsewhere":
        file, test = KEPT_BY[term.by[0]]
        return rule.id if f"def {test}(" in (TESTS / file).read_text("utf-8") else ""
    if term.kind == "second_person":
        return rule.id if trial.published(term.duties[0], "duty_unconfirmed") else ""
    if term.kind == "followed_by":
        return rule.id if trial.published(term.duties[0], "duty_not_followed") else ""
    if term.kind == "posts":
        return trial.posts(term, rules)
    breaks: Callable[[Term], str] = getattr(trial, term.kind)
    return breaks(term)


def test_each_rule_is_met_by_whoever_breaks_it(office: Office) -> None:
    trial = Trial(Rules(office))
    shipped, _ = separation.read(json.dumps({"rules": SHIPPED}))
    met = {}
    for rule, written in zip(shipped.rules, SHIPPED, strict=True):
        for number, term in enumerate(rule.terms):
            trial.rules.publish(alone(written, number))
            met[rule.id, number] = meets(trial, shipped, rule, term)
    assert met == {(rule.id, number): rule.id for rule in shipped.rules for number, _ in enumerate(rule.terms)}
    assert len({id_ for id_, _ in met}) == 24


def test_there_is_no_way_round_a_duty(office: Office) -> None:
    """Not by claiming, in a batch, for somebody absent, nor by having it transferred, entrusted or to be signed."""
    rules = Rules(office)
    rules.publish(NAMED)
    allowed = '<liuhen:actions allow="transfer entrust add_signer"/>'
    case = rules.begins(NAMING, asks("check", *EITHER, more=duty("checks") + allowed))
    rules.names(case, "zhao", "lin")
    absent(office, "she", "qian")
    absent(office, "he", "zhao")
    task = office.open(case, "check")
    ways = {
        "claim": partial(office.does, tasks.claim, "zhao", task),
        "completion": partial(office.does, tasks.complete, "zhao", task),
        "batch": partial(office.does, tasks.complete_in_batch, "zhao", task, timedelta(0)),
        "transfer": partial(office.does, handing.transfer, "wu", task, "p-zhao", "busy"),
        "entrusting": partial(office.does, handing.entrust, "wu", task, "p-zhao"),
        "signing": partial(office.does, handing.change_signers, "wu", task, add=["p-zhao"], mode="parallel"),
    }
    for name, way in ways.items():
        with pytest.raises(Forbidden) as refusal:
            way()
        assert refusal.value.refusal == "sod_03", name
    assert {box: [i["element"] for i in office.box("zhao", box)] for box in ("todo", "delegated")} == {
        "todo": [],
        "delegated": [],
    }
    office.does(tasks.complete, "qian", task)
