"""engine/actors.py: the directory as of a day."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from sqlalchemy import Connection, select, update

from engine import actors, tables
from engine.errors import Forbidden, NotFound, NotNow, Unfit
from engine.store import Store, new_id
from tests.engine import directory
from tests.together import together

ON = date(2026, 3, 2)


def account(name: str) -> SimpleNamespace:
    return SimpleNamespace(id=f"a-{name}", person_id=f"p-{name}")


def actor(db: Connection, store: Store, name: str) -> actors.Actor:
    return actors.of_account(db, account(name), store.moment(db), "web")


# ---------------------------------------------------------------- units


def test_the_superior_for_approving_members_passes_over_a_general_branch(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)

        def code(unit: str, competence: str) -> str | None:
            above = actors.superior(db, f"u-{unit}", ON, competence)
            return above.code if above else None

        assert code("B071", "approve_members") == "C07"
        assert code("B121", "approve_members") == "WC0"
        assert code("B121", "direct") == "GB12"
        assert code("C07", "direct") == "WC0", "a body and its departments are not in the line of organisations"
        assert code("C07", "approve_members") == "WC0"
        assert code("B121", "office") == "WC0"
        assert code("WC0", "office") == "WC0"
        assert code("WC0", "direct") is None
        assert actors.superior(db, "u-nowhere", ON) is None


def test_an_unknown_competence_is_refused(store: Store) -> None:
    with store.transaction() as db, pytest.raises(Unfit, match="err_competence"):
        actors.superior(db, "u-B071", ON, "sideways")


def test_a_dissolved_superior_is_passed_over(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        directory.add_unit(db, "C90", "grassroots_committee", "WC0", can_approve_members=True, status="dissolved")
        directory.add_unit(db, "B901", "branch", "C90")
        above = actors.superior(db, "u-B901", ON, "approve_members")
        assert above is not None
        assert above.code == "WC0"


def test_the_structure_is_read_as_of_the_business_date(store: Store) -> None:
    moved = date(2026, 6, 1)
    with store.transaction() as db:
        directory.build(db)
        directory.add_unit(db, "B072", "branch", "C07", to_on=moved)
        directory.add_state(db, "B072", "branch", "GB12", from_on=moved, name="改隶支部", name_en="moved branch")
        eve = date(2026, 5, 31)
        assert [u.code for u in actors.children(db, "u-C07", eve)] == ["B071", "B072"]
        assert [u.code for u in actors.children(db, "u-C07", moved)] == ["B071"]
        assert [u.code for u in actors.ancestors(db, "u-B072", eve)] == ["C07", "U07", "WC0"]
        assert [u.code for u in actors.ancestors(db, "u-B072", moved)] == ["GB12", "U12", "WC0"]
        before, after = actors.unit(db, "u-B072", eve), actors.unit(db, "u-B072", moved)
        assert before is not None
        assert after is not None
        assert (before.name, after.name) == ("B072组织", "改隶支部")
        assert actors.unit(db, "u-B072", date(2019, 12, 31)) is None
        assert actors.unit_by(db, "B072").name == "改隶支部", "without a day the newest state answers"
        assert actors.unit_by(db, "u-B072", eve).name == "B072组织"


def test_an_unknown_unit_is_refused_in_both_languages(store: Store) -> None:
    with store.transaction() as db, pytest.raises(NotFound) as refused:
        actors.unit_by(db, "B999")
    assert refused.value.said.zh == "没有单位“B999”。"
    assert refused.value.said.en == "There is no unit B999."


def test_the_office_is_whole_until_a_unit_stands_by_itself(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        office, branch = actors.unit_by(db, "WC0", ON), actors.unit_by(db, "B071", ON)
        assert actors.is_whole_office(db, office, ON)
        assert not actors.is_whole_office(db, branch, ON)
        alone = tables.unit_states.c.unit_id == branch.id
        db.execute(update(tables.unit_states).where(alone).values(parent_id=None))
        assert not actors.is_whole_office(db, office, ON)


def test_a_member_whose_rights_are_suspended_counts_but_has_no_vote(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        counts = actors.roster(db, "u-B071", ON)
        assert (counts.full_members, counts.voting_members, counts.probationary_members) == (5, 4, 1)
        assert counts.applicants == 1
        assert counts.members == 6
        assert actors.roster(db, "u-C07", ON) == counts, "a committee counts everything below it"
        assert actors.roster(db, "u-WC0", ON).full_members == 6
        assert actors.roster(db, "u-GB12", date(2019, 1, 1)).full_members == 0


# ---------------------------------------------------------------- people


def test_a_period_holds_from_its_first_day_to_the_day_before_its_end(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        directory.add_post(
            db, "吴", "organisation_commissioner", "B071", from_on=date(2026, 3, 1), to_on=date(2026, 3, 31)
        )

        def held(day: date) -> tuple[str, ...]:
            return actors.holders(db, "organisation_commissioner", "u-B071", day)

        assert held(date(2026, 2, 28)) == ()
        assert held(date(2026, 3, 1)) == ("p-吴",)
        assert held(date(2026, 3, 30)) == ("p-吴",)
        assert held(date(2026, 3, 31)) == ()


def test_holders_of_a_status_are_the_members_in_that_status(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        assert actors.holders(db, "probationary_member", "u-B071", ON) == ("p-卫",)
        assert actors.holders(db, "applicant", "u-B071", ON) == ("p-林",)
        assert actors.people_meant(db, "member:applicant@u-B071", ON) == ("p-林",)
        assert actors.people_meant(db, "post:branch_secretary@u-B071", ON) == ("p-赵",)
        assert actors.people_meant(db, "person:p-郑", ON) == ("p-郑",)
        assert actors.holder("applicant", "u-B071") == "member:applicant@u-B071"
        assert actors.holder("branch_secretary", "u-B071") == "post:branch_secretary@u-B071"


def test_relatives_are_found_whoever_declared_them(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        directory.add_relation(db, "林", "郑", date(2026, 1, 1))
        assert actors.relatives(db, "p-林", ON) == ("p-郑",)
        assert actors.relatives(db, "p-郑", ON) == ("p-林",)
        assert actors.relatives(db, "p-郑", date(2025, 12, 31)) == (), "a declaration counts from its day"


def test_a_person_is_known_as_of_a_day(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        lin = actors.person(db, "p-林", ON)
        assert lin is not None
        assert (lin.status, lin.unit_id, lin.has_vote) == ("applicant", "u-B071", False)
        suspended = actors.person(db, "p-停", ON)
        assert suspended is not None
        assert (suspended.is_full_member, suspended.rights_suspended, suspended.has_vote) == (True, True, False)
        assert actors.person(db, "p-nobody", ON) is None
        assert actors.person_by(db, "N-赵", ON).posts[0].role == "branch_secretary"
        with pytest.raises(NotFound, match="err_person_not_found"):
            actors.person_by(db, "N-nobody", ON)
        assert actors.names(db, ["p-赵", "p-nobody"])["p-赵"].zh == "赵"


def test_who_is_born_on_29_february_is_a_year_older_on_1_march() -> None:
    born = date(2008, 2, 29)
    assert actors.full_years(born, date(2026, 2, 28)) == 17
    assert actors.full_years(born, date(2026, 3, 1)) == 18
    assert actors.full_years(date(2008, 8, 29), date(2026, 8, 29)) == 18


# ---------------------------------------------------------------- host functions


def test_host_functions_answer_as_of_their_business_date(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        directory.add_relation(db, "林", "郑")
        ask = actors.host_functions(db, ON)
        assert ask["superior"]("u-B071", "approve_members") == "u-C07"
        assert ask["holders"]("branch_secretary", "u-B071") == ["p-赵"]
        assert ask["relatives"]("p-林") == ["p-郑"]
        unit = ask["unit"]("u-B071")
        assert (unit["code"], unit["voting_members"], unit["has_branch_committee"]) == ("B071", 4, True)
        assert unit is ask["unit"]("u-B071"), "asked once"
        person = ask["person"]("p-赵")
        assert (person["age"], person["has_vote"]) == (35, True)
        assert person["posts"] == [{"role": "branch_secretary", "unit": "u-B071"}]
        assert "phone" not in person
        early = actors.host_functions(db, date(2019, 1, 1))
        assert early["holders"]("branch_secretary", "u-B071") == []
        assert early["unit"]("u-B071") is None


def test_host_functions_answer_null_to_what_is_not_there(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        ask = actors.host_functions(db, ON)
        assert ask["superior"](None, "direct") is None
        assert ask["superior"]("u-B071", "sideways") is None
        assert ask["person"](None) is None
        assert ask["person"]("p-nobody") is None
        assert ask["unit"](3) is None
        assert ask["holders"](None, None) is None
        assert ask["relatives"](None) is None


# ---------------------------------------------------------------- who is asking


def test_an_actor_holds_what_the_person_holds_today(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        directory.add_post(db, "赵", "organiser", "C07", to_on=date(2026, 3, 1))
        zhao = actor(db, store, "赵")
        assert zhao.holders == ("person:p-赵", "post:branch_secretary@u-B071", "member:full_member@u-B071")
        assert zhao.permissions == frozenset()
        assert zhao.posts[0].role_text.zh == "支部书记"
        assert zhao.as_fact() == {"person": "p-赵", "account": "a-赵", "source": "web"}


def test_permissions_come_only_from_posts_in_the_office_itself(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        directory.add_post(db, "赵", "designer", "C07")
        assert actor(db, store, "赵").permissions == frozenset()
        xu = actor(db, store, "许")
        assert xu.permissions == {
            "directory.manage",
            "accounts.manage",
            "cases.mend",
            "cases.move",
            "cases.suspend",
            "messages.send",
            "channels.manage",
            "phrases.manage",
            "security.confirm",
        }
        with pytest.raises(Forbidden) as refused:
            xu.require("trail.verify")
        assert "trail.verify" in refused.value.said.zh
        key = actors.of_account(
            db, account("许"), store.moment(db), "api", key_id="k", scopes=frozenset({"read", "accounts.manage"})
        )
        assert key.permissions == {"accounts.manage"}, "a key has at most what its scopes say"


def test_the_clock_and_the_operator_are_nobody() -> None:
    assert actors.Actor.clock().holders == ()
    assert actors.Actor.clock().as_fact() == {"source": "clock"}
    assert not actors.Actor.operator().may("cases.read_all")


# ---------------------------------------------------------------- pickers


def test_the_people_picker_shows_no_personal_data(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        items, cursor = actors.find_people(db, actor(db, store, "赵"), store.moment(db), q="林")
        assert cursor is None
        assert [set(item) for item in items] == [{"id", "number", "name", "unit", "posts"}]
        assert items[0]["unit"]["code"] == "B071"


def test_the_people_picker_filters_by_unit_role_and_status(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        asker, moment = actor(db, store, "赵"), store.moment(db)

        def ids(**filters: str) -> set[str]:
            return {item["id"] for item in actors.find_people(db, asker, moment, **filters)[0]}  # type: ignore[arg-type]

        assert ids(unit="GB12") == {"p-许"}
        assert ids(unit="U07", status="applicant") == {"p-林"}
        assert ids(role="branch_secretary") == {"p-赵"}
        assert ids(role="branch_secretary", unit="GB12") == set()
        assert ids(role="probationary_member", unit="C07") == {"p-卫"}
        assert ids(q="N-郑") == {"p-郑"}
        assert ids(q="%") == set(), "a percent sign is a letter, not a wildcard"
        with pytest.raises(NotFound):
            ids(unit="B999")


def test_the_people_picker_goes_on_from_its_cursor(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        asker, moment = actor(db, store, "赵"), store.moment(db)
        seen: list[str] = []
        cursor = None
        while True:
            items, cursor = actors.find_people(db, asker, moment, cursor=cursor, limit=3)
            seen += [item["id"] for item in items]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 8


def test_an_applicant_finds_nobody_but_themselves_and_a_member_the_own_branch(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        moment = store.moment(db)
        own, _ = actors.find_people(db, actor(db, store, "林"), moment)
        assert [item["id"] for item in own] == ["p-林"]
        key = actors.of_account(db, account("林"), moment, "api", key_id="k", scopes=frozenset({"read"}))
        assert actors.find_people(db, key, moment)[0] == own, "a key sees no more than its owner"
        branch, _ = actors.find_people(db, actor(db, store, "郑"), moment)
        assert "p-许" not in {item["id"] for item in branch}
        assert len(branch) == 7


def test_the_unit_picker_goes_down_the_tree_by_code(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        asker, moment = actor(db, store, "林"), store.moment(db)
        below, _ = actors.find_units(db, asker, moment, parent="WC0")
        assert [u["code"] for u in below] == ["U07", "U12"]
        branches, cursor = actors.find_units(db, asker, moment, kind="branch", limit=1)
        assert [u["code"] for u in branches] == ["B071"]
        rest, _ = actors.find_units(db, asker, moment, kind="branch", cursor=cursor)
        assert [u["code"] for u in rest] == ["B121"]
        assert [u["code"] for u in actors.find_units(db, asker, moment, q="gb12")[0]] == ["GB12"]


# ---------------------------------------------------------------- writing


def test_a_new_status_closes_the_row_that_held_and_opens_the_next(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        moment = store.moment(db)
        change = actors.set_membership(db, moment, "p-林", "u-B071", "activist", date(2026, 9, 10), "会议纪要 3 号")
        assert change.changed
        assert change.before is not None
        assert change.before.status == "applicant"
        assert actors.memberships_of(db, "p-林", date(2026, 9, 9))[0].status == "applicant"
        assert actors.memberships_of(db, "p-林", date(2026, 9, 10))[0].status == "activist"
        assert len(actors.memberships_of(db, "p-林", date(2026, 9, 10))) == 1
        same = actors.set_membership(db, moment, "p-林", "u-B071", "activist", date(2026, 10, 1))
        assert not same.changed


def test_two_changes_on_one_day_leave_one_row(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        moment, day = store.moment(db), date(2026, 9, 10)
        actors.set_membership(db, moment, "p-林", "u-B071", "activist", day)
        actors.set_membership(db, moment, "p-林", "u-B121", "activist", day)
        rows = db.execute(
            select(tables.memberships.c.unit_id, tables.memberships.c.to_on)
            .where(tables.memberships.c.person_id == "p-林")
            .order_by(tables.memberships.c.from_on)
        ).all()
        assert [tuple(r) for r in rows] == [("u-B071", day), ("u-B121", None)]


def test_a_membership_is_never_written_under_a_later_one(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        moment = store.moment(db)
        actors.set_membership(db, moment, "p-林", "u-B071", "activist", date(2026, 9, 10))
        with pytest.raises(NotNow) as refused:
            actors.set_membership(db, moment, "p-林", "u-B071", "development_target", date(2026, 9, 9))
        assert refused.value.refusal == "err_membership_order"
        assert "2026-09-10" in refused.value.said.en
        assert "2026-09-10" in refused.value.said.zh


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    steps=strategies.lists(
        strategies.tuples(
            strategies.sampled_from(list(actors.STATUSES)),
            strategies.sampled_from(["u-B071", "u-B121"]),
            strategies.integers(0, 900),
        ),
        max_size=8,
    )
)
def test_whatever_is_written_a_person_has_one_status_at_a_time(store: Store, steps: list[tuple[str, str, int]]) -> None:
    with store.transaction() as db:
        if actors.root(db, ON) is None:
            directory.build(db)
        person = directory.add_person(db, new_id()[-12:])
        moment, written = store.moment(db), 0
        for status, unit, days in steps:
            with suppress(NotNow):
                change = actors.set_membership(db, moment, person, unit, status, ON + timedelta(days=days))
                written += change.changed
                held = actors.memberships_of(db, person, ON + timedelta(days=days))
                assert [(m.status, m.unit_id) for m in held] == [(status, unit)]
        rows = db.execute(
            select(tables.memberships.c.from_on, tables.memberships.c.to_on)
            .where(tables.memberships.c.person_id == person)
            .order_by(tables.memberships.c.from_on)
        ).all()
        assert len(rows) <= written
        assert all(row.to_on is None or row.from_on < row.to_on for row in rows)
        assert all(one.to_on == other.from_on for one, other in pairwise(rows)), "no gap, no overlap"
        assert all(row.to_on is None for row in rows[-1:])


def test_two_cases_that_write_about_one_person_at_once_leave_one_status(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)

    def write(status: str) -> None:
        with store.transaction() as db:
            actors.set_membership(db, store.moment(db), "p-林", "u-B071", status, ON)

    statuses = ("activist", "development_target", "withdrawn", "discontinued")
    assert together(*(partial(write, status) for status in statuses)) == [None] * 4
    with store.reading() as db:
        assert len(actors.memberships_of(db, "p-林", ON)) == 1
        assert len(actors.memberships_of(db, "p-林", date(2026, 3, 1))) == 1


def test_unknown_statuses_people_and_units_are_refused(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        moment = store.moment(db)
        with pytest.raises(Unfit, match="err_unknown_status"):
            actors.set_membership(db, moment, "p-林", "u-B071", "friend", ON)
        with pytest.raises(NotFound, match="err_person_not_found"):
            actors.set_membership(db, moment, "p-nobody", "u-B071", "activist", ON)
        with pytest.raises(NotFound, match="err_unit_not_found"):
            actors.set_membership(db, moment, "p-林", "u-B999", "activist", ON)
        with pytest.raises(NotFound, match="err_person_not_found"):
            actors.appoint(db, moment, "p-nobody", "organiser", "u-C07", ON)
        with pytest.raises(NotFound, match="err_unit_not_found"):
            actors.appoint(db, moment, "p-林", "organiser", "u-C99", ON)
        with pytest.raises(Unfit, match="err_unknown_role"):
            actors.appoint(db, moment, "p-林", "applicant", "u-B071", ON)


def test_a_post_is_not_held_twice_at_the_same_time(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        moment = store.moment(db)
        with pytest.raises(NotNow, match="err_post_overlap"):
            actors.appoint(db, moment, "p-赵", "branch_secretary", "u-B071", ON)
        (post,) = actors.post_ids(db, "p-赵", "branch_secretary", "u-B071", ON)
        actors.end_post(db, moment, post, ON)
        assert actors.holders(db, "branch_secretary", "u-B071", ON) == ()
        again = actors.appoint(db, moment, "p-赵", "branch_secretary", "u-B071", ON, basis="任职通知 1 号")
        assert actors.post_ids(db, "p-赵", "branch_secretary", "u-B071", ON) == (again,)


def test_a_post_that_ends_before_it_starts_is_refused(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        moment = store.moment(db)
        with pytest.raises(Unfit, match="err_dates_reversed"):
            actors.appoint(db, moment, "p-郑", "organiser", "u-C07", ON, to_on=ON)
        (post,) = actors.post_ids(db, "p-赵", "branch_secretary", "u-B071", ON)
        with pytest.raises(Unfit, match="err_dates_reversed"):
            actors.end_post(db, moment, post, directory.FIRST)
        with pytest.raises(NotFound, match="err_post_not_found"):
            actors.end_post(db, moment, "no-such-post", ON)


@pytest.mark.parametrize("role", ["audit_admin", "security_admin", "organiser", "designer"])
def test_an_administrator_holds_no_other_post(store: Store, role: str) -> None:
    with store.transaction() as db:
        directory.build(db)
        moment = store.moment(db)
        with pytest.raises(Forbidden) as refused:
            actors.appoint(db, moment, "p-许", role, "u-WC0", ON)
        assert refused.value.refusal == "sod_20"
        assert "系统管理员" in refused.value.said.zh
        assert "system administrator" in refused.value.said.en
        with pytest.raises(Forbidden, match="sod_20"):
            actors.appoint(db, moment, "p-赵", "audit_admin", "u-WC0", ON)
        actors.appoint(db, moment, "p-郑", "audit_admin", "u-WC0", ON)


def test_every_role_of_a_post_has_a_name_in_both_languages() -> None:
    for role, called in actors.ROLES.items():
        assert called.zh, role
        assert called.en, role
    assert actors.role_name("branch_secretary", "general_branch").zh == "总支书记"
    assert actors.role_name("something_else").zh == "something_else"
    assert actors.kind_name("branch").en == "branch"


def test_a_new_term_begins_and_what_is_written_for_later_takes_it_over(store: Store) -> None:
    """A branch is renamed from October on; the term that begins in May holds before and after that."""
    with store.transaction() as db:
        directory.build(db)
        moment = store.moment(db)
        table, s = tables.unit_states, tables.unit_states.c
        row = dict(db.execute(select(table).where(s.unit_id == "u-B071")).mappings().one())
        db.execute(table.update().where(s.unit_id == "u-B071").values(to_on=date(2026, 10, 1)))
        db.execute(table.insert().values(**{**row, "from_on": date(2026, 10, 1), "name": "更名后的支部"}))
        change = actors.set_term(db, moment, "u-B071", date(2026, 5, 20), date(2029, 5, 20), "EL-2026-000001")
        assert change.changed
        terms = [actors.unit_by(db, "B071", day) for day in (date(2026, 5, 19), date(2026, 5, 20), date(2026, 10, 1))]
        assert [(u.term_started_on, u.term_expires_on) for u in terms[1:]] == [
            (date(2026, 5, 20), date(2029, 5, 20))
        ] * 2
        assert (terms[0].term_started_on, terms[0].term_expires_on) == change.before
        assert terms[2].name == "更名后的支部"
        assert not actors.set_term(db, moment, "u-B071", date(2026, 5, 20), date(2029, 5, 20)).changed


def test_the_end_of_a_running_term_moves_from_today_on(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        moment = store.moment(db)
        actors.set_term(db, moment, "u-B071", date(2025, 6, 20), date(2026, 6, 20))
        actors.set_term(db, moment, "u-B071", None, date(2027, 1, 15))
        known = actors.unit_by(db, "B071", moment.today)
        assert (known.term_started_on, known.term_expires_on) == (date(2025, 6, 20), date(2027, 1, 15))
        with pytest.raises(Unfit):
            actors.set_term(db, moment, "u-B071", None, date(2025, 6, 20))
        with pytest.raises(NotFound):
            actors.set_term(db, moment, "u-B071", date(1999, 1, 1), date(2002, 1, 1))


def test_who_is_elected_holds_the_post_and_whoever_held_it_does_no_more(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        moment, day = store.moment(db), date(2026, 6, 8)
        before = actors.holders(db, "branch_secretary", "u-B071", day)
        assert len(before) == 1
        assert actors.hold_post(db, moment, [], "branch_secretary", "u-B071", day, replaces=True).ended == ()
        change = actors.hold_post(db, moment, ["p-郑"], "branch_secretary", "u-B071", day, replaces=True)
        assert (change.begun, change.ended) == (("p-郑",), before)
        assert actors.holders(db, "branch_secretary", "u-B071", day) == ("p-郑",)
        assert actors.holders(db, "branch_secretary", "u-B071", date(2026, 6, 7)) == before
        again = actors.hold_post(db, moment, ["p-郑", "p-吴"], "branch_secretary", "u-B071", date(2026, 7, 1))
        assert (again.begun, again.ended) == (("p-吴",), ())


def test_units_are_listed_without_counting_their_members(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
        ask = actors.host_functions(db, store.moment(db).today)["units"]
        assert {u["kind"] for u in ask("branch")} == {"branch"}
        assert {u["kind"] for u in ask(["branch", "general_branch"])} == {"branch", "general_branch"}
        assert "WC0" in {u["code"] for u in ask()}
        assert "full_members" not in ask()[0]
        assert ask(3) is None
