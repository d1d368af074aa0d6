"""Absence: whoever stands in for somebody does what their posts ask, in their name, for some days, and one level."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine import cases, returning, tables, tasks, views
from engine.actors import delegations
from engine.actors.delegations import Row, Wanted
from engine.errors import Clash, Forbidden, NotFound, NotNow, Unfit
from engine.store import Store
from tests.engine.casework import Office, agrees, folder
from tests.engine.directory import add_post
from tests.together import together

CHECKED = {"checked_on": "2026-03-02"}


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def absent(office: Office, whose: str, to: str, *, days: int = 9, by: str | None = None, **more: Any) -> Row:
    today = office.today
    wanted = Wanted(
        f"p-{whose}",
        f"p-{to}",
        more.pop("from_on", today),
        more.pop("to_on", today + timedelta(days=days)),
        more.pop("reason", "出差"),
        **more,
    )
    found = office.does(delegations.delegate, by or whose, wanted)
    assert isinstance(found, Row)
    return found


def column(office: Office, task: str, *names: str) -> tuple[Any, ...]:
    with office.store.reading() as db:
        query = select(*(tables.tasks.c[name] for name in names)).where(tables.tasks.c.id == task)
        return tuple(db.execute(query).one())


def sentences(office: Office, case: str, kind: str) -> list[str]:
    return [e["sentence"].zh for e in office.entries("otto", case) if e["kind"] == kind]


# ---------------------------------------------------------------- acting for somebody


def test_a_delegate_does_what_is_asked_of_the_absent_and_the_record_says_for_whom(office: Office) -> None:
    case = office.start()
    assert office.box("qian") == []
    absent(office, "wu", "qian")
    (item,) = office.box("qian")
    assert item["element"] == "check"
    assert item["acting_for"]["id"] == "p-wu"
    assert office.sees("qian", case)["status"] == "running", "whoever has to decide may look"
    check = office.open(case, "check")
    office.does(tasks.claim, "qian", check)
    assert column(office, check, "claimed_by") == ("p-wu",), "a claim is that of the absent person"
    assert office.box("he") == [], "nobody else of the pool has it now"
    office.does(tasks.complete, "qian", check, CHECKED, decision="pass")
    assert column(office, check, "completed_by", "completed_for") == ("p-qian", "p-wu")
    assert sentences(office, case, "task.completed") == ["qian 代 wu 办结了“审核”：通过。"]
    (entry,) = [e for e in office.entries("otto", case) if e["kind"] == "task.completed"]
    assert (entry["actor"]["person_id"], entry["acting_for"]["id"]) == ("p-qian", "p-wu")
    assert [i["id"] for i in office.box("qian", "done")] == [check]
    assert [i["id"] for i in office.box("wu", "done")] == [check]
    agrees(office, case)


def test_who_is_asked_themselves_acts_for_nobody(office: Office) -> None:
    case = office.start()
    absent(office, "wu", "he")
    check = office.open(case, "check")
    office.does(tasks.complete, "he", check, CHECKED, decision="pass")
    assert column(office, check, "completed_by", "completed_for") == ("p-he", None)


def test_a_delegation_begins_and_ends_on_its_days_and_by_being_revoked(office: Office) -> None:
    case = office.start()
    check = office.open(case, "check")
    row = absent(office, "wu", "qian", from_on=date(2026, 3, 4), to_on=date(2026, 3, 5))
    for day, asked in (("2026-03-03", False), ("2026-03-04", True), ("2026-03-05", True), ("2026-03-06", False)):
        office.at(day)
        assert bool(office.box("qian")) is asked
    with pytest.raises(NotFound):
        office.does(tasks.claim, "qian", check)
    with pytest.raises(NotNow) as over:
        office.does(delegations.revoke, "wu", row.id, "回来了")
    assert over.value.refusal == "err_delegation_over"
    again = absent(office, "wu", "qian")
    assert office.box("qian") != []
    office.does(delegations.revoke, "qian", again.id, "我也要出差")
    assert office.box("qian") == []
    with pytest.raises(NotFound):
        office.does(tasks.complete, "qian", check, CHECKED, decision="pass")


def test_what_the_absent_person_is_today_counts(office: Office) -> None:
    office.start()
    absent(office, "wu", "qian")
    with office.store.transaction() as db:
        db.execute(update(tables.posts).where(tables.posts.c.person_id == "p-wu").values(to_on=office.today))
    assert office.box("qian") == [], "a post that ended takes its delegation along"


def test_one_level_only(office: Office) -> None:
    office.start()
    absent(office, "wu", "qian")
    absent(office, "qian", "zhao")
    assert office.box("qian") != []
    assert office.box("zhao") == [], "what qian does for wu is not passed on"


def test_only_the_procedures_and_acts_that_were_delegated(office: Office) -> None:
    office.publish(
        {**folder("two_steps"), "process.bpmn": folder("two_steps")["process.bpmn"].replace("two_steps", "other")}
    )
    other, mine = office.start(definition="other"), office.start()
    absent(office, "wu", "qian", definitions=("other",))
    assert [i["case"]["id"] for i in office.box("qian")] == [other]
    with pytest.raises(NotFound):
        office.does(tasks.claim, "qian", office.open(mine, "check"))
    absent(office, "he", "qian", actions=("confirm",))
    assert [i["case"]["id"] for i in office.box("qian")] == [other]
    with pytest.raises(NotFound):
        office.does(tasks.complete, "qian", office.open(mine, "check"), CHECKED, decision="pass")


def test_a_duty_holds_for_the_delegate_and_for_whom_they_act(office: Office) -> None:
    """Whoever checked may not approve, neither themselves nor through somebody else (S50)."""
    case = office.start()
    office.at("2026-03-04")
    with office.store.transaction() as db:
        add_post(db, "wu", "branch_secretary", "B1")
    office.completes("wu", case, "check", {"checked_on": "2026-03-03"}, decision="pass")
    approve = office.open(case, "approve")
    absent(office, "zhao", "wu")
    with pytest.raises(Forbidden) as checked:
        office.does(tasks.complete, "wu", approve, {"limit": 1}, decision="approve")
    assert checked.value.refusal == "sod_06"
    absent(office, "wu", "qian")
    with pytest.raises(Forbidden) as through:
        office.does(tasks.complete, "qian", approve, {"limit": 1}, decision="approve")
    assert through.value.refusal == "sod_06"
    office.does(tasks.complete, "she", approve, {"limit": 1}, decision="approve")
    assert office.sees("otto", case)["outcome"] == "approved"


def test_what_was_done_for_somebody_forbids_both(office: Office) -> None:
    case = office.start()
    office.at("2026-03-04")
    absent(office, "wu", "zhao")
    office.completes("zhao", case, "check", {"checked_on": "2026-03-03"}, decision="pass")
    with pytest.raises(Forbidden):
        office.completes("zhao", case, "approve", {"limit": 1}, decision="approve")


def test_of_several_absent_people_the_one_whom_no_duty_keeps_away(office: Office) -> None:
    case = office.start()
    office.at("2026-03-04")
    with office.store.transaction() as db:
        add_post(db, "he", "branch_secretary", "B1")
    office.completes("he", case, "check", {"checked_on": "2026-03-03"}, decision="pass")
    approve = office.open(case, "approve")
    absent(office, "he", "qian")
    absent(office, "zhao", "qian")
    office.does(tasks.complete, "qian", approve, {"limit": 1}, decision="approve")
    assert column(office, approve, "completed_by", "completed_for") == ("p-qian", "p-zhao")


def test_who_entered_it_for_somebody_is_no_second_person_and_nor_is_that_somebody(office: Office) -> None:
    case = office.start()
    office.at("2026-04-01")
    with office.store.transaction() as db:
        add_post(db, "wu", "branch_secretary", "B1")
    absent(office, "wu", "qian")
    late = {"checked_on": "2026-03-03"}
    office.completes("qian", case, "check", late, decision="pass", reason="补录")
    check = office.open(case, "check")
    assert office.box("wu") == []
    for somebody in ("wu", "qian"):
        with pytest.raises(Forbidden):
            office.does(tasks.confirm, somebody, check, True)
    absent(office, "zhao", "lin")
    (item,) = office.box("lin")
    assert item["acting_for"]["id"] == "p-zhao"
    office.does(tasks.confirm, "lin", check, True)
    names = ("completed_by", "completed_for", "confirmed_by", "confirmed_for")
    assert column(office, check, *names) == ("p-qian", "p-wu", "p-lin", "p-zhao")
    agrees(office, case)


def test_taken_back_by_the_delegate_while_it_lasts_and_afterwards_by_the_absent_person(office: Office) -> None:
    case = office.start()
    row = absent(office, "wu", "qian")
    check = office.open(case, "check")
    office.does(tasks.complete, "qian", check, CHECKED, decision="pass")
    office.does(returning.withdraw, "qian", check, "填错了")
    again = office.open(case, "check")
    assert column(office, again, "claimed_by") == ("p-wu",)
    office.does(tasks.complete, "qian", again, CHECKED, decision="pass")
    office.does(delegations.revoke, "wu", row.id, "回来了")
    with pytest.raises(Forbidden) as over:
        office.does(returning.withdraw, "qian", again, "填错了")
    assert over.value.refusal == "err_delegation_over"
    office.does(returning.withdraw, "wu", again, "填错了")
    assert office.sees("otto", case)["open_tasks"][0]["element"] == "check"
    agrees(office, case)


def test_what_may_not_be_delegated_waits_for_the_person(office: Office) -> None:
    text = folder("two_steps")["process.bpmn"].replace(
        '<liuhen:outcome value="pass" kind="agree" />',
        '<liuhen:actions delegable="false" /><liuhen:outcome value="pass" kind="agree" />',
    )
    office.publish({**folder("two_steps"), "process.bpmn": text})
    case = office.start()
    absent(office, "wu", "qian")
    check = office.open(case, "check")
    assert office.box("qian") == []
    with pytest.raises(NotFound):
        office.does(tasks.complete, "qian", check, CHECKED, decision="pass")
    office.does(tasks.complete, "wu", check, CHECKED, decision="back", opinion="请补正")
    absent(office, "lin", "qian")
    assert office.box("qian") == [], "nobody corrects somebody's own application for them"
    with pytest.raises(NotFound):
        office.sees("qian", case)


def test_delegate_and_absent_person_at_the_same_moment(office: Office) -> None:
    case = office.start()
    absent(office, "wu", "qian")
    check = office.open(case, "check")

    def done(by: str) -> Any:
        return lambda: office.does(tasks.complete, by, check, CHECKED, decision="pass")

    answers = together(done("wu"), done("qian"))
    assert sum(isinstance(a, tasks.Done) for a in answers) == 1
    assert sum(isinstance(a, Clash) or a == "err_already_completed" for a in map(_code, answers)) == 1
    agrees(office, case)


def _code(answer: Any) -> Any:
    return getattr(answer, "refusal", answer)


# ---------------------------------------------------------------- setting up


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"to": "wu"}, "err_delegation_to_oneself"),
        ({"from_on": date(2026, 3, 1)}, "err_delegation_past"),
        ({"from_on": date(2026, 3, 9), "to_on": date(2026, 3, 8)}, "err_dates_reversed"),
        ({"days": 400}, "err_delegation_too_long"),
        ({"reason": " "}, "required"),
        ({"definitions": ("unknown",)}, "err_definition_not_found"),
        ({"definitions": ()}, "err_definition_not_found"),
        ({"actions": ("sign",)}, "err_delegation_actions"),
    ],
)
def test_a_delegation_that_cannot_be(office: Office, more: dict[str, Any], code: str) -> None:
    with pytest.raises(Unfit) as refused:
        absent(office, "wu", **{"to": "qian", **more})
    assert [e.code for e in refused.value.errors] == [code]


def test_nobody_delegates_for_others_but_who_keeps_the_directory(office: Office) -> None:
    with pytest.raises(Forbidden):
        absent(office, "wu", "qian", by="zhao")
    with office.store.transaction() as db:
        add_post(db, "dora", "system_admin", "W0")
    with pytest.raises(Unfit) as without:
        absent(office, "wu", "qian", by="dora")
    assert [e.path for e in without.value.errors] == ["document_no"]
    row = absent(office, "wu", "qian", by="dora", document_no="党组〔2026〕3号")
    assert row.approved_by == "p-dora"
    with pytest.raises(Forbidden) as administrator:
        absent(office, "zhao", "dora")
    assert administrator.value.refusal == "sod_20"


def test_not_to_two_for_the_same_and_not_to_somebody_who_is_absent(office: Office) -> None:
    absent(office, "wu", "qian", definitions=("two_steps",))
    with pytest.raises(NotNow) as twice:
        absent(office, "wu", "zhao")
    assert twice.value.refusal == "err_delegation_overlap"
    with pytest.raises(NotNow) as on:
        absent(office, "zhao", "wu")
    assert on.value.refusal == "err_delegates_on"
    absent(office, "wu", "zhao", from_on=date(2026, 4, 1), to_on=date(2026, 4, 2))


def test_two_delegations_of_one_person_at_the_same_moment(office: Office) -> None:
    def one(to: str) -> Any:
        return lambda: absent(office, "wu", to)

    answers = together(one("qian"), one("zhao"))
    assert sum(isinstance(a, Row) for a in answers) == 1


def test_who_cannot_sign_in_is_no_delegate(office: Office) -> None:
    with office.store.transaction() as db:
        db.execute(update(tables.accounts).values(disabled_at=office.store.moment(db).now))
    with pytest.raises(Unfit) as refused:
        absent(office, "wu", "qian")
    assert [e.code for e in refused.value.errors] == ["err_cannot_sign_in"]


def test_only_both_sides_and_who_keeps_the_directory_see_it(office: Office) -> None:
    row = absent(office, "wu", "qian")
    with office.store.reading() as db:
        moment = office.store.moment(db)
        for name in ("wu", "qian"):
            assert delegations.delegation(db, office.actor(name), row.id) == row
            assert delegations.delegations(db, office.actor(name), moment)[0] == [row]
        with pytest.raises(NotFound):
            delegations.delegation(db, office.actor("zhao"), row.id)
        assert delegations.delegations(db, office.actor("zhao"), moment)[0] == []
        with pytest.raises(Forbidden):
            delegations.delegations(db, office.actor("wu"), moment, "office")


def test_beforehand_one_sees_which_tasks_go_along(office: Office) -> None:
    text = folder("two_steps")["process.bpmn"].replace(
        '<liuhen:outcome value="pass" kind="agree" />',
        '<liuhen:actions delegable="false" /><liuhen:outcome value="pass" kind="agree" />',
    )
    first = office.start()
    office.publish({**folder("two_steps"), "process.bpmn": text})
    second = office.start()
    wanted = Wanted("p-wu", "p-qian", office.today, office.today, "出差")
    with office.store.reading() as db:
        found = views.delegation_effect(db, office.store.moment(db), wanted)
    assert [t["case"] for t in found["along"]] == [first]
    assert [t["case"] for t in found["stays"]] == [second]
    assert len(found["notes"]) == 2


def test_the_usual_request_asks_nothing_more(office: Office) -> None:
    assert office.actor("qian").delegations == ()
    absent(office, "wu", "qian")
    (one,) = office.actor("qian").delegations
    assert one.holders == ("person:p-wu", "post:organisation_commissioner@u-B1")
    assert not any(h.startswith("member:") for h in one.holders)
    assert [d.holder for d in office.actor("qian").deputed] == list(one.holders)


def test_a_delegate_sees_no_case_of_the_absent_but_what_is_to_do(office: Office) -> None:
    case = office.start()
    office.completes("wu", case, "check", CHECKED, decision="pass")
    absent(office, "wu", "qian")
    with office.store.reading() as db:
        assert cases.scope_of(db, office.actor("wu"), case) == "full"
        assert cases.scope_of(db, office.actor("qian"), case) is None
