"""api/demonstration.py: the imaginary office of 132 units."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from api import demonstration
from engine import accounts, actors, tables, trail
from engine.errors import NotNow
from engine.store import Store
from tests import effort, offices
from tests.databases import Databases, Kind
from tests.engine import directory

ON = date(2026, 3, 2)


@pytest.fixture
def office(databases: Databases, kind: Kind) -> Any:
    """The demonstration office, built once per kind of database and copied."""

    offices.built(databases, kind)
    made = databases.create(kind, offices.EMPTY_LIBRARY)
    store = Store(made)
    yield store
    store.close()
    databases.drop(made)


def names(db: Connection, role: str, code: str, on: date = ON) -> set[str]:
    ids = actors.holders(db, role, actors.unit_by(db, code, on).id, on)
    return {text.zh for text in actors.names(db, ids).values()}


def people(db: Connection, name: str, on: date = ON) -> actors.Person:
    person_id = db.execute(select(tables.people.c.id).where(tables.people.c.name == name)).scalar_one()
    person = actors.person(db, person_id, on)
    assert person is not None
    return person


def test_the_office_has_the_size_of_the_real_one(office: Store) -> None:
    with office.reading() as db:
        kinds = Counter(
            db.execute(select(tables.unit_states.c.kind).where(tables.unit_states.c.to_on.is_(None))).scalars()
        )
        assert kinds["unit"] == 132
        assert kinds["branch"] == 460
        assert kinds["working_committee"] == 1
        assert 11_500 < db.execute(select(func.count()).select_from(tables.people)).scalar_one() < 12_500


def test_the_standing_data_of_the_stories_is_exactly_so(office: Store) -> None:
    with office.reading() as db:

        def unit(code: str) -> actors.Unit:
            return actors.unit_by(db, code, ON)

        def counts(code: str) -> actors.Roster:
            return actors.roster(db, unit(code).id, ON)

        assert unit("WC0").can_approve_members
        assert unit("U07").name == "样例第七单位"
        c07 = unit("C07")
        assert (c07.kind, c07.can_approve_members, counts("C07").members) == ("departmental_committee", True, 126)
        assert (c07.term_started_on, c07.term_expires_on) == (date(2021, 6, 20), date(2026, 6, 20))
        assert names(db, "committee_secretary", "C07") == {"孙书记"}
        assert "李组织" in names(db, "organiser", "C07")
        assert len(names(db, "committee_member", "C07")) == 7
        b071 = unit("B071")
        assert (counts("B071").voting_members, counts("B071").probationary_members) == (15, 1)
        assert b071.has_branch_committee
        assert b071.term_expires_on == date(2026, 6, 20)
        posts = tables.posts.c
        committee = db.execute(select(posts.person_id).where(posts.unit_id == b071.id).distinct()).all()
        assert len(committee) == 3
        assert names(db, "branch_secretary", "B071") == {"赵支书"}
        assert names(db, "organisation_commissioner", "B071") == {"吴组委"}
        assert {"郑联一", "王联二", "冯监票", "陈纪检"} <= names(db, "full_member", "B071")
        assert (counts("B072").full_members, unit("B072").has_branch_committee) == (6, False)
        assert names(db, "branch_secretary", "B072") == {"褚支书"}
        assert (unit("GB12").can_approve_members, counts("GB12").members) == (False, 62)
        assert counts("B121").full_members == 9
        assert unit("T99").kind == "temporary_organisation"
        assert names(db, "applicant", "B071") >= {"林测试", "何样例", "吕示范", "施未满"}
        births = {name: people(db, name).born_on for name in ("林测试", "何样例", "吕示范", "施未满")}
        assert births == {
            "林测试": date(1996, 5, 5),
            "何样例": date(1988, 1, 1),
            "吕示范": date(2008, 2, 14),
            "施未满": date(2008, 8, 29),
        }
        assert actors.relatives(db, people(db, "何样例").id, ON) == (people(db, "王联二").id,)
        assert "周办一" in names(db, "organisation_department", "WC0")
        assert "钱收文" in names(db, "general_office", "WC0")


def test_members_are_approved_where_the_rules_say(office: Store) -> None:
    with office.reading() as db:

        def superior(code: str, competence: str) -> str | None:
            above = actors.superior(db, actors.unit_by(db, code, ON).id, ON, competence)
            return above.code if above else None

        assert superior("B071", "approve_members") == "C07"
        assert superior("B121", "direct") == "GB12"
        assert superior("B121", "approve_members") == "WC0"
        assert superior("C07", "direct") == "WC0"
        assert superior("GB12", "direct") == "WC0"


def test_thresholds_of_members_decide_the_kind_of_organisation(office: Store) -> None:
    with office.reading() as db:
        everybody = actors.find_units(db, actors.Actor.operator(), office.moment(db), kind="general_branch", limit=1000)
        for item in everybody[0]:
            assert 50 <= actors.roster(db, item["id"], ON).members <= 99, item["code"]
        committees = actors.find_units(
            db, actors.Actor.operator(), office.moment(db), kind="departmental_committee", limit=1000
        )
        for item in committees[0]:
            assert actors.roster(db, item["id"], ON).members >= 100, item["code"]
        branches = actors.find_units(db, actors.Actor.operator(), office.moment(db), kind="branch", limit=1000)
        for item in branches[0]:
            assert actors.roster(db, item["id"], ON).full_members >= 3, item["code"]
            assert item["has_branch_committee"] == (actors.roster(db, item["id"], ON).full_members >= 7)


def test_every_branch_has_a_secretary_and_an_organisation_commissioner_who_are_two_of_its_members(
    office: Store,
) -> None:
    with office.reading() as db:
        posts = tables.posts.c
        held: dict[str, dict[str, str]] = {}
        for row in db.execute(select(posts.unit_id, posts.role, posts.person_id)):
            held.setdefault(row.unit_id, {})[row.role] = row.person_id
        home = dict(
            db.execute(
                select(tables.memberships.c.person_id, tables.memberships.c.unit_id).where(
                    tables.memberships.c.status == "full_member"
                )
            ).all()
        )
        branches = db.execute(
            select(tables.unit_states.c.unit_id).where(
                tables.unit_states.c.kind == "branch", tables.unit_states.c.to_on.is_(None)
            )
        ).scalars()
        for branch in branches:
            secretary, commissioner = held[branch]["branch_secretary"], held[branch]["organisation_commissioner"]
            assert secretary != commissioner
            assert home[secretary] == home[commissioner] == branch


def test_nobody_is_two_things_at_once(office: Store) -> None:
    with office.reading() as db:
        memberships = tables.memberships.c
        open_rows = Counter(db.execute(select(memberships.person_id).where(memberships.to_on.is_(None))).scalars())
        assert max(open_rows.values()) == 1
        backwards = select(func.count()).where(memberships.to_on <= memberships.from_on)
        assert db.execute(backwards).scalar_one() == 0
        posts = tables.posts.c
        same = Counter(db.execute(select(posts.person_id, posts.role, posts.unit_id)).all())
        assert max(same.values()) == 1
        admins = [names(db, role, "WC0") for role in ("system_admin", "security_admin", "audit_admin")]
        assert [len(one) for one in admins] == [1, 1, 1]
        assert len(set.union(*admins)) == 3


def test_the_office_already_stood_years_before_the_stories(office: Store) -> None:
    early = date(2020, 7, 1)
    with office.reading() as db:
        assert names(db, "branch_secretary", "B071", early) == {"赵支书"}
        assert actors.roster(db, actors.unit_by(db, "B071", early).id, early).full_members == 15
        assert actors.unit_by(db, "B071", early).term_expires_on == date(2023, 6, 20), "the term before"
        assert names(db, "branch_secretary", "B071", date(2029, 12, 31)) == {"赵支书"}


def test_everybody_printed_can_sign_in(office: Store) -> None:
    printed = {account["name"]: account for account in demonstration.build(office)}
    assert len(printed) >= 25
    assert {"name", "password", "person", "posts", "roles"} <= set(printed["zhao.zhishu"])
    assert printed["zhao.zhishu"]["person"] == "赵支书"
    assert printed["zhao.zhishu"]["roles"] == ["branch_secretary", "full_member"]
    assert printed["lin.ceshi"]["roles"] == ["applicant"]
    roles = {role for account in printed.values() for role in account["roles"]}
    assert {"designer", "auditor", "organiser", "committee_secretary", "organisation_department"} <= roles
    with office.transaction() as db:
        for name in ("zhao.zhishu", "jiang.sheji"):
            done = accounts.sign_in(db, office.moment(db), name, printed[name]["password"], "127.0.0.1")
            assert done.refusal is None
            assert done.actor is not None
            assert done.actor.person_id == printed[name]["person_id"]


def test_a_second_build_does_nothing(office: Store) -> None:
    def everything() -> list[Any]:
        with office.reading() as db:
            return [
                db.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (tables.people, tables.posts, tables.accounts, tables.entries)
            ]

    before = everything()
    assert demonstration.build(office) == demonstration.build(office)
    assert everything() == before


def test_one_entry_records_the_build_with_counts_and_a_digest(office: Store) -> None:
    with office.reading() as db:
        (entry,) = trail.read(db, trail.OFFICE)
        assert entry["kind"] == "office.built"
        assert entry["counts"]["people"] > 11_500
        assert len(entry["digest"]) == 64
        assert trail.verify(db).is_whole


def test_two_builds_give_the_same_office_with_little_work(office: Store, databases: Databases, kind: Kind) -> None:
    made = databases.create(kind)
    again = Store(made)
    with effort.at_most(12_000_000):
        demonstration.build(again)
    digests = []
    for store in (office, again):
        with store.reading() as db:
            digests.append(trail.read(db, trail.OFFICE)[0]["digest"])
    again.close()
    databases.drop(made)
    assert digests[0] == digests[1]


def test_two_nodes_that_build_at_once_make_one_office(store: Store) -> None:
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(demonstration.build(store))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2
    assert answers[0] == answers[1]
    with store.reading() as db:
        assert len(trail.read(db, trail.OFFICE)) == 1


def test_the_demonstration_is_refused_where_another_office_stands(store: Store) -> None:
    with store.transaction() as db:
        directory.build(db)
    with pytest.raises(NotNow) as refused:
        demonstration.build(store)
    assert refused.value.refusal == "err_office_exists"
    assert "空数据库" in refused.value.said.zh
    assert "empty database" in refused.value.said.en


@pytest.mark.parametrize(
    ("number", "said"),
    [(7, "七"), (10, "十"), (12, "十二"), (20, "二十"), (101, "一百零一"), (110, "一百一十"), (132, "一百三十二")],
)
def test_units_are_counted_in_chinese(number: int, said: str) -> None:
    assert demonstration.numeral(number) == said
