"""The sealed log: the tree, notes, keys, and the sequencer that gives every entry one place and no second one."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import DBAPIError

from engine import log, tables, trail
from engine.actors import Actor
from engine.errors import NotFound, NotNow
from engine.log import keys, notes, reading, sealing, tiles, tree, witness
from engine.log.notes import Key, Malformed
from engine.store import Statement, Store
from engine.trail import Kind
from tests.together import together

CLOCK = Actor.clock()

# ---------------------------------------------------------------- the tree


def leaf(number: int) -> bytes:
    return hashlib.sha256(b"\x00%d" % number).digest()


LEAVES = [leaf(n) for n in range(300)]


def mth(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, as it stands there; of leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = largest(len(leaves))
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def largest(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = largest(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = largest(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def kept(leaves: list[bytes]) -> tree.Read:
    return lambda height, index: mth(leaves[index << height : (index + 1) << height])


SIZES = st.integers(min_value=1, max_value=len(LEAVES))


@given(SIZES, st.data())
def test_proofs_are_those_of_the_rfc(size: int, data: st.DataObject) -> None:
    leaves = LEAVES[:size]
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    assert tree.root(kept(leaves), size) == mth(leaves)
    inclusion = tree.inclusion(kept(leaves), index, size)
    assert inclusion == path(index, leaves)
    assert tree.includes(leaves[index], index, size, inclusion, mth(leaves))
    growth = tree.consistency(kept(leaves), old, size)
    assert growth == subproof(old, leaves)
    assert tree.extends(old, mth(leaves[:old]), size, mth(leaves), growth)


@given(st.integers(2, len(LEAVES)), st.data())
def test_what_was_changed_is_not_proved(size: int, data: st.DataObject) -> None:
    leaves = LEAVES[:size]
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index))
    inclusion = tree.inclusion(kept(leaves), index, size)
    assert not tree.includes(leaves[index], other, size, inclusion, mth(leaves))
    assert not tree.includes(leaf(-1), index, size, inclusion, mth(leaves))
    assert not tree.includes(leaves[index], index, size, inclusion[:-1], mth(leaves))
    assert not tree.includes(leaves[index], index, size, [*inclusion, leaf(-1)], mth(leaves))
    old = data.draw(st.integers(1, size - 1))
    growth = tree.consistency(kept(leaves), old, size)
    forked = [*leaves[: old - 1], leaf(-1)]
    assert not tree.extends(old, mth(forked), size, mth(leaves), growth)
    assert not tree.extends(old, mth(leaves[:old]), size, mth([*leaves[:-1], leaf(-1)]), growth)
    assert not tree.extends(old, mth(leaves[:old]), size, mth(leaves), growth[:-1])
    assert not tree.extends(size, mth(leaves), old, mth(leaves[:old]), growth)


@given(st.integers(0, len(LEAVES)))
def test_an_edge_grows_as_the_tree_does(size: int) -> None:
    edge = tree.edge(kept(LEAVES[:size]), size)
    for one in LEAVES[size : size + 5]:
        edge.push(one)
    assert edge.root() == mth(LEAVES[: edge.size])


def test_the_known_tree_of_certificate_transparency() -> None:
    """The eight leaves that implementations of RFC 6962 are tested with, and the roots that these have to give."""
    given = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [hashlib.sha256(b"\x00" + bytes.fromhex(one)).digest() for one in given]
    assert leaves[0].hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert [tree.root(kept(leaves[:n]), n).hex() for n in (2, 3, 8)] == [
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    assert tree.EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


# ---------------------------------------------------------------- notes

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key().public_bytes_raw()
KEY = Key("log.example.org", notes.LOG, PUBLIC)
WITNESS = Key("w.example.org/1", notes.WITNESS, PUBLIC)
POINT = notes.Checkpoint("log.example.org", 7, leaf(7))


def test_a_note_of_the_c2sp_document_is_read() -> None:
    """The example of C2SP signed-note: a key of the Go checksum database's own library."""
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    note = notes.read(
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJ"
        "nAM=\n"
    )
    key = notes.read_key(vkey)
    assert key.vkey == vkey
    assert [one.key for one in notes.verified(note, [key])] == [key]


def test_a_checkpoint_carries_the_log_and_its_witness() -> None:
    lines = [notes.sign(PRIVATE, KEY, POINT.body), notes.cosign(PRIVATE, WITNESS, POINT.body, 1_700_000_000)]
    note = notes.read(notes.together(POINT.body, lines))
    assert notes.read_checkpoint(note.body) == POINT
    both = [notes.read_key(key.vkey) for key in (KEY, WITNESS)]
    assert [(one.key, one.time) for one in notes.verified(note, both)] == [(KEY, None), (WITNESS, 1_700_000_000)]
    assert notes.verified(note, []) == []


@pytest.mark.parametrize("change", [("7", "8"), ("log.example.org\n", "log.example.com\n")])
def test_a_note_that_was_changed_does_not_hold(change: tuple[str, str]) -> None:
    signed = notes.together(POINT.body, [notes.sign(PRIVATE, KEY, POINT.body)])
    with pytest.raises(Malformed, match="does not hold"):
        notes.verified(notes.read(signed.replace(*change, 1)), [KEY])


def test_a_cosignature_at_another_time_does_not_hold() -> None:
    raw = base64.b64decode(notes.cosign(PRIVATE, WITNESS, POINT.body, 5).split(" ")[2])
    later = f"\u2014 {WITNESS.name} {base64.b64encode(raw[:4] + (6).to_bytes(8, 'big') + raw[12:]).decode()}"
    with pytest.raises(Malformed, match="does not hold"):
        notes.verified(notes.read(notes.together(POINT.body, [later])), [WITNESS])


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "body\n",
        "body\n\n",
        "body\n\nno signature\n",
        "body\n\n\u2014 name !!!\n",
        "body\n\n\u2014 name AAAAAAA=",
        "bo\tdy\n\n\u2014 name AAAAAAA=\n",
        "x" * 70_000,
    ],
)
def test_what_is_no_note_is_refused(bad: str) -> None:
    with pytest.raises(Malformed):
        notes.read(bad)


@pytest.mark.parametrize(
    "bad",
    ["", "name", "name+00000000+AAAA", KEY.vkey.replace("log.", "lag."), KEY.vkey.replace("+", "+0", 1), "a b+1+2"],
)
def test_what_is_no_key_is_refused(bad: str) -> None:
    with pytest.raises(Malformed):
        notes.read_key(bad)


@pytest.mark.parametrize(
    "bad", ["o\n1\n", "o\n01\nAAAA\n", "o\n-1\nAAAA\n", "o\n1\nAAAA\n", "\n1\nAAAA\n", "o\nx\nAAAA\n"]
)
def test_what_is_no_checkpoint_is_refused(bad: str) -> None:
    with pytest.raises(Malformed):
        notes.read_checkpoint(bad)


def test_sm3_is_that_of_the_standard() -> None:
    """GB/T 32905-2016, annex A: SM3 of "abc"; and with the byte before it that an entry has."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    other = hashes.Hash(hashes.SM3())
    other.update(b"\x00abc")
    assert log.sm3("abc") == other.finalize().hex()


# ---------------------------------------------------------------- entries get their places


def write(store: Store, count: int, chain: str = trail.OFFICE) -> None:
    with store.transaction() as db:
        moment = store.moment(db)
        link = trail.hold(db, chain)
        for _ in range(count):
            trail.add(link, moment, CLOCK, Kind.CLOCK_MOVED, to="2026-03-02")
        rows = list(link.rows)
        trail.write(db, link)
        db.execute(tables.chains.update().where(tables.chains.c.id == chain), {"seq": link.seq, "head": link.head})
    assert len(rows) == count


def agrees(store: Store) -> int:
    """Every entry has one place, no place is without an entry, and every checkpoint is that of a naive tree."""
    with store.reading() as db:
        entries = {tuple(row) for row in db.execute(text("SELECT chain, seq, hash FROM entries"))}
        rows = db.execute(tables.log_leaves.select().order_by(tables.log_leaves.c.idx)).all()
        points = reading.checkpoints(db, limit=10_000)
        known = [one.key for one in keys.keys(db)]
    assert [row.idx for row in rows] == list(range(len(rows)))
    assert sorted(entries) == sorted((row.chain, row.seq, row.hash) for row in rows)
    leaves = [bytes.fromhex(row.hash) for row in rows]
    for chain in {row.chain for row in rows}:
        assert [row.seq for row in rows if row.chain == chain] == sorted(row.seq for row in rows if row.chain == chain)
    assert points[0].size == len(leaves)
    for point in points:
        note = notes.read(point.note)
        assert notes.read_checkpoint(note.body).root == bytes.fromhex(point.root) == mth(leaves[: point.size])
        assert len(notes.verified(note, known)) == 1
    return len(leaves)


def test_entries_get_their_places(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 100)
    assert log.seal(store) == 0
    write(store, 3)
    with store.reading() as db:
        assert log.waiting(db).count == 3
        with pytest.raises(NotNow):
            log.proof(db, trail.OFFICE, 1)
        with pytest.raises(NotFound):
            log.proof(db, trail.OFFICE, 9)
    assert log.seal(store) == 3
    write(store, 600)
    write(store, 200, "definition:x")
    assert log.seal(store) == 800
    assert agrees(store) == 803
    with store.reading() as db:
        assert log.waiting(db) == log.Waiting(0, None)
        kept_tiles = db.execute(tables.log_tiles.select()).all()
        leaves = [bytes.fromhex(row.hash) for row in db.execute(tables.log_leaves.select()).all()]
        newest = log.newest(db)
        assert newest is not None
        for chain, seq in ((trail.OFFICE, 1), (trail.OFFICE, 600), ("definition:x", 200)):
            proof = log.proof(db, chain, seq)
            assert tree.includes(
                bytes.fromhex(proof.hash), proof.index, proof.size, proof.hashes, bytes.fromhex(newest.root)
            )
            assert list(proof.hashes) == path(proof.index, leaves)
            assert log.proofs(db, [(chain, seq)], 803) == {(chain, seq): proof}
        for old in (0, 3, 256, 700, 803):
            size, growth = log.growth(db, old)
            assert tree.extends(old, mth(leaves[:old]), size, bytes.fromhex(newest.root), growth)
        assert log.proof(db, trail.OFFICE, 1, 3).size == 3
        with pytest.raises(NotNow):
            log.growth(db, 3, 9999)
    assert [(row.level, row.idx, len(bytes(row.hashes))) for row in kept_tiles] == [(0, n, 8192) for n in range(3)]
    assert [row.root for row in kept_tiles] == [mth(leaves[n * 256 : n * 256 + 256]).hex() for n in range(3)]


def test_a_proof_reads_few_tiles(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    """With tiles of two hashes a small tree is as high as a large one with tiles of 256."""
    monkeypatch.setattr(tiles, "WIDTH", 4)
    monkeypatch.setattr(tiles, "HEIGHT", 2)
    monkeypatch.setattr(tiles, "_LEAVES", _narrow(tiles._L.idx, tiles._L.hash))
    monkeypatch.setattr(tiles, "_ROOTS", _narrow(tiles._T.idx, tiles._T.root, tiles._T.level))
    write(store, 300)
    log.seal(store)
    agrees(store)
    with store.reading() as db:
        leaves = [bytes.fromhex(row.hash) for row in db.execute(tables.log_leaves.select()).all()]
        for index in (0, 77, 255, 256, 299):
            there = tiles.Tiles(db)
            assert tree.inclusion(there.read, index, 300) == path(index, leaves)
            assert len(there._read) <= 10
        for old in (1, 64, 255, 299):
            assert tree.consistency(tiles.Tiles(db).read, old, 300) == subproof(old, leaves)


def _narrow(place: Any, what: Any, level: Any = None) -> Statement:
    made = select(what).where(place >= bindparam("first"), place < bindparam("first") + 4).order_by(place)
    return Statement(made if level is None else made.where(level == bindparam("level")))


def test_two_sequencers_give_no_place_twice(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 7)
    write(store, 60)
    other = Store(store.settings)
    try:
        together(lambda: log.seal(store), lambda: log.seal(other), lambda: write(store, 30, "definition:x"))
        log.seal(store)
    finally:
        other.close()
    assert agrees(store) == 90


def test_a_batch_that_is_killed_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    write(store, 5)

    placed = sealing._place

    def die(*given: Any) -> None:
        placed(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sealing, "_place", die)
        with pytest.raises(KeyboardInterrupt):
            log.seal(store)
    with store.reading() as db:
        assert (log.waiting(db).count, log.newest(db), tiles.size(db)) == (5, None, 0)
    assert log.seal(store) == 5
    assert agrees(store) == 5


def test_entries_that_have_their_place_are_not_placed_again(store: Store) -> None:
    """As after a restored backup, which tells of every entry anew."""
    write(store, 4)
    log.seal(store)
    with store.transaction() as db:
        db.execute(text("INSERT INTO log_pending (chain, seq, hash) SELECT chain, seq, hash FROM entries"))
    assert log.seal(store) == 0
    with store.reading() as db:
        assert log.waiting(db).count == 0
    assert agrees(store) == 4


TAMPERING = {
    "a leaf": "UPDATE log_leaves SET hash = '" + "0" * 64 + "' WHERE idx = 2",
    "the last leaf gone": "DELETE FROM log_leaves WHERE idx = 4",
    "a checkpoint's root": "UPDATE log_checkpoints SET root = '" + "0" * 64 + "'",
    "all checkpoints gone": "DELETE FROM log_checkpoints",
    "another tree with its checkpoint": "UPDATE log_checkpoints SET note = replace(note, '5', '6')",
}


@pytest.mark.parametrize("what", TAMPERING)
def test_nothing_is_signed_on_top_of_what_was_changed(store: Store, what: str) -> None:
    write(store, 5)
    log.seal(store)
    with store.transaction() as db:
        for table in ("log_leaves", "log_checkpoints"):
            if db.dialect.name == "postgresql":
                db.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            else:
                found = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
                for name in db.execute(found, {"table": table}).scalars().all():
                    db.execute(text(f'DROP TRIGGER "{name}"'))
        db.execute(text(TAMPERING[what]))
    write(store, 1)
    with pytest.raises(log.Broken):
        log.seal(store)
    with store.reading() as db:
        assert log.waiting(db).count == 1


@pytest.mark.parametrize("table", ["log_leaves", "log_tiles", "log_checkpoints", "log_keys"])
def test_nothing_in_the_log_is_changed_or_taken_away(store: Store, table: str) -> None:
    write(store, 256)
    log.seal(store)
    column = {"log_leaves": "hash", "log_tiles": "root", "log_checkpoints": "note", "log_keys": "name"}[table]
    for statement in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="append-only"), store.transaction() as db:
            db.execute(text(statement))


# ---------------------------------------------------------------- keys


def test_a_key_is_made_once_and_ends_when_the_next_one_begins(store: Store) -> None:
    write(store, 1)
    log.seal(store)
    with store.transaction() as db:
        now = store.moment(db)
        before, made = log.rotate(db, now, keys.draft(store.settings))
        with pytest.raises(NotNow):
            log.rotate(db, now, keys.draft(store.settings))
    assert (before.number, made.number, made.key.name) == (1, 2, before.key.name)
    write(store, 1)
    log.seal(store)  # the new one has not begun
    with store.transaction() as db:
        store.set_clock(db, made.from_at)
    write(store, 1)
    log.seal(store)
    assert agrees(store) == 3
    with store.transaction() as db:
        points = log.checkpoints(db)
        by = [[one.key for one in notes.verified(notes.read(p.note), [before.key, made.key])] for p in points]
        assert by == [[made.key], [before.key], [before.key]]
        told = log.all_keys(db, store.settings)
        assert [(one["vkey"], one["until"] is None) for one in told["log"]] == [
            (before.key.vkey, False),
            (made.key.vkey, True),
        ]
        assert keys.forget(db, store.moment(db)) == 0
        store.set_clock(db, made.from_at + timedelta(hours=2))
        assert keys.forget(db, store.moment(db)) == 1
        assert [one.sealed is None for one in keys.keys(db)] == [True, False]


def test_two_nodes_make_one_first_key(store: Store) -> None:
    other = Store(store.settings)

    def first(of: Store) -> str:
        with of.transaction() as db:
            return keys.current(db, of.settings, of.moment(db)).key.vkey

    try:
        made = together(lambda: first(store), lambda: first(other))
    finally:
        other.close()
    assert made[0] == made[1]


def test_a_log_is_entered_once_struck_and_entered_again(store: Store) -> None:
    write(store, 1)
    log.seal(store)
    with store.transaction() as db:
        moment, (own, *_) = store.moment(db), keys.keys(db)
        entered = witness.enter(db, moment, own.key.vkey)
        with pytest.raises(NotNow, match="err_log_known"):
            witness.enter(db, moment, own.key.vkey)
        witness.strike(db, moment, own.key.vkey)
        assert witness.enter(db, moment, own.key.vkey) == entered
        table = tables.witnessed_logs.c
        assert db.execute(select(table.origin, table.ended_at)).all() == [(own.key.name, None)]


def test_a_key_under_another_secret_signs_nothing(store: Store) -> None:
    write(store, 1)
    log.seal(store)
    write(store, 1)
    moved = Store(dataclasses.replace(store.settings, secret_key="another secret of thirty-two characters"))
    try:
        with pytest.raises(log.CannotSign):
            log.seal(moved)
        with moved.transaction() as db:
            _, made = log.rotate(db, moved.moment(db), keys.draft(moved.settings))
            moved.set_clock(db, made.from_at)
        assert log.seal(moved) == 1
    finally:
        moved.close()
    assert agrees(store) == 2


def test_the_log_is_called_as_the_setting_says(store: Store) -> None:
    named = Store(dataclasses.replace(store.settings, log_origin="approvals.example.org", log_sm3=True))
    try:
        write(named, 2)
        log.seal(named)
        with named.transaction() as db:
            assert log.origin(db) == "approvals.example.org"
            assert keys.current(db, named.settings, named.moment(db), keys.WITNESS).key.name == (
                "approvals.example.org/witness"
            )
            entry = db.execute(tables.entries.select()).first()
            assert entry is not None
            assert log.proof(db, entry.chain, entry.seq).sm3 == log.sm3(entry.text)
    finally:
        named.close()
