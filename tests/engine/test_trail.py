"""The trail: sealed entries, and a verification that says where somebody touched them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from engine import trail
from engine.store import Store
from tests.engine.casework import Office


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


@pytest.fixture
def case(office: Office) -> str:
    """A case with seven entries."""
    case = office.start()
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    office.tick_to("2026-03-03")
    office.completes("zhao", case, "approve", {"limit": 5}, decision="approve")
    return case


def as_administrator(db: Connection) -> None:
    """What somebody with the database's own rights can do: the triggers no longer stand in the way."""
    if db.dialect.name == "postgresql":
        db.execute(text("ALTER TABLE entries DISABLE TRIGGER ALL"))
    else:
        names = db.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entries'"))
        for name in names.scalars().all():
            db.execute(text(f'DROP TRIGGER "{name}"'))


def found(office: Office, chain: str | None = None) -> list[tuple[str, int]]:
    with office.store.reading() as db:
        return [(b.rule, b.seq) for b in trail.verify(db, chain).findings]


def tamper(office: Office, *statements: tuple[str, dict[str, Any]]) -> None:
    with office.store.transaction() as db:
        as_administrator(db)
        for statement, values in statements:
            db.execute(text(statement), values)


def test_an_untouched_trail_is_whole(office: Office, case: str) -> None:
    with office.store.reading() as db:
        report = trail.verify(db)
    assert report.is_whole
    assert (report.chains, report.entries) == (2, 8)


@pytest.mark.parametrize("statement", ["UPDATE entries SET kind = 'x'", "DELETE FROM entries"])
def test_the_database_refuses_to_change_or_delete_entries(office: Office, case: str, statement: str) -> None:
    with pytest.raises(DBAPIError), office.store.transaction() as db:
        db.execute(text(statement))
    assert found(office) == []


def test_a_changed_entry_is_found_where_it_stands(office: Office, case: str) -> None:
    change = "UPDATE entries SET text = replace(text, '\"pass\"', '\"back\"') WHERE chain = :c AND seq = 3"
    tamper(office, (change, {"c": case}))
    assert found(office) == [("changed", 3)]


def test_a_changed_search_column_is_found(office: Office, case: str) -> None:
    tamper(office, ("UPDATE entries SET person_id = 'p-he' WHERE chain = :c AND seq = 3", {"c": case}))
    assert found(office) == [("copy_changed", 3)]


def test_a_removed_entry_is_found(office: Office, case: str) -> None:
    tamper(office, ("DELETE FROM entries WHERE chain = :c AND seq = 3", {"c": case}))
    assert found(office) == [("removed", 4)]


def test_a_cut_tail_is_found(office: Office, case: str) -> None:
    tamper(office, ("DELETE FROM entries WHERE chain = :c AND seq >= 6", {"c": case}))
    assert found(office) == [("removed", 6)]


def test_a_removed_chain_is_found(office: Office, case: str) -> None:
    tamper(office, ("DELETE FROM entries WHERE chain = :c", {"c": case}))
    assert found(office) == [("removed", 1)]


def test_reordered_entries_are_found(office: Office, case: str) -> None:
    swap = "UPDATE entries SET seq = :to WHERE chain = :c AND seq = :of"
    steps = [(3, 99), (4, 3), (99, 4)]
    tamper(office, *((swap, {"c": case, "of": of, "to": to}) for of, to in steps))
    rules = found(office)
    assert ("reordered", 3) in rules
    assert ("reordered", 4) in rules


def test_an_inserted_entry_is_found_even_when_it_seals_itself(office: Office, case: str) -> None:
    with office.store.reading() as db:
        last = trail.read(db, case)[-1]
    body = {k: v for k, v in last.items() if k != "hash"} | {"seq": last["seq"] + 1, "prev": last["hash"]}
    forged = trail.canonical(body)
    insert = (
        "INSERT INTO entries (chain, seq, hash, prev, text, kind, at, person_id, task_id) "
        "SELECT chain, :seq, :hash, hash, :text, kind, at, person_id, task_id FROM entries "
        "WHERE chain = :c AND seq = :last"
    )
    values = {"c": case, "seq": body["seq"], "last": last["seq"], "hash": trail.seal(forged), "text": forged}
    tamper(office, (insert, values))
    assert found(office) == [("inserted", last["seq"] + 1)]


def test_a_rewritten_chain_with_its_old_head_is_found(office: Office, case: str) -> None:
    """Whoever edits an entry and recomputes everything after it still meets the head that the case keeps."""
    with office.store.reading() as db:
        bodies = trail.read(db, case)
    prev, statements = trail.GENESIS, []
    for body in bodies:
        old = body.pop("hash")
        body["prev"] = prev
        if body["seq"] == 3:
            body["decision"] = "back"
        forged = trail.canonical(body)
        statements.append(
            (
                "UPDATE entries SET text = :text, prev = :prev, hash = :hash WHERE hash = :old",
                {"text": forged, "prev": prev, "hash": trail.seal(forged), "old": old},
            )
        )
        prev = trail.seal(forged)
    tamper(office, *statements)
    assert found(office) == [("unlinked", len(bodies))]


def test_every_deed_leaves_its_entry_in_the_same_transaction(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the entry cannot be written, the deed has not happened."""

    def fails(*_: Any) -> None:
        raise RuntimeError("disk full")

    case = office.start()
    monkeypatch.setattr(trail, "write", fails)
    with pytest.raises(RuntimeError):
        office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    monkeypatch.undo()
    assert [t["element"] for t in office.box("wu")] == ["check"]
    office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
    assert found(office) == []


def test_personal_values_open_their_commitments(office: Office) -> None:
    case = office.start(phone="010-5550001")
    with office.store.reading() as db:
        sealed = trail.read(db, case)[0]["answers"]["phone"]["pd"]
        row = db.execute(text("SELECT salts FROM answers WHERE case_id = :c"), {"c": case}).scalar_one()
    salt = json.loads(row)["phone"]
    assert trail.commitment("010-5550001", salt) == sealed
    assert trail.commitment("010-5550002", salt) != sealed


@pytest.mark.parametrize("name", ["at", "seq", "prev", "chain", "v"])
def test_no_fact_stands_where_an_entry_speaks_of_itself(office: Office, case: str, name: str) -> None:
    with office.store.transaction() as db:
        link, moment = trail.hold(db, trail.OFFICE), office.store.moment(db)
        with pytest.raises(TypeError, match=name):
            trail.add(link, moment, office.actor("lin"), trail.Kind.COMMENT_ADDED, **{name: "1"})
    assert found(office) == []


def test_entries_hold_nothing_inexact() -> None:
    for value in (1.5, 2**53, {1: 2}, object()):
        with pytest.raises(TypeError):
            trail.canonical({"value": value})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abcdefgh_", min_size=1), inner),
    max_leaves=20,
)


@given(json_values)
def test_canonical_json_reads_back_as_it_was(value: Any) -> None:
    assert json.loads(trail.canonical(value)) == value
