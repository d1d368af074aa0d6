"""What somebody who owns the database can do to the record, at random; and where a verification has to point.

Every attack is made inside a transaction with the triggers off, looked at through the same connection, and rolled
back. ``Told`` says which evidence shows it: the database alone, a checkpoint that a witness holds, or a receipt.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, insert, select, text, update

from engine import definitions, log, tables, trail, verifying
from engine.actors import Actor
from engine.log import keys, notes, sealing, tree
from engine.store import Store
from engine.tables import APPEND_ONLY
from engine.trail import Kind
from engine.verifying import Report
from tests.engine.casework import Office

Evidence = Literal["database", "witness", "receipt"]
Place = tuple[str, int]
_E, _L, _C, _P, _T = (
    tables.entries,
    tables.log_leaves,
    tables.log_checkpoints,
    tables.log_pending,
    tables.tasks,
)


@dataclass
class Told:
    """What was done: at which of these places a finding has to stand, and by which evidence."""

    places: set[Place]
    by: Evidence = "database"
    rules: set[str] = field(default_factory=set)
    """Where it is not empty: one of the findings has one of these names."""


class Scene:
    """An office at work, its log sealed several times, and what others hold of it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        office = Office(store)
        self.cases = [office.start(phone=f"1380000{n:04d}", amount=n + 1) for n in range(6)]
        self._seal()
        for case in self.cases[:4]:
            office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
        office.tick_to("2026-03-03")
        self._noise(250)
        self._seal()
        for case in self.cases[:2]:
            office.completes("zhao", case, "approve", {"limit": 5}, decision="approve")
        office.tick_to("2026-03-04")
        self._seal()
        self._noise(3)
        self._seal()
        self.cases.append(office.start(phone="13900000000"))
        self._noise(1)
        with store.reading() as db:
            held = keys.keys(db)[0]
            self.stolen = held.private(store.settings), held.key
            newest = log.newest(db)
            assert newest is not None
            self.witnessed = newest.note
            self.receipts = {(r.chain, r.seq): self._receipt(r) for r in db.execute(select(_E)).all()}
            self.unsealed = [(r.chain, r.seq) for r in db.execute(select(_P.c.chain, _P.c.seq))]

    def _noise(self, entries: int) -> None:
        with self.store.transaction() as db:
            moment = self.store.moment(db)
            for number in range(entries):
                trail.append(db, moment, Actor.clock(), kind=Kind.PHRASES_CHANGED, note=str(number))

    def _seal(self) -> None:
        assert sealing.seal(self.store) > 0

    def _receipt(self, row: Any) -> str:
        private, key = self.stolen
        body = notes.receipt(key.name, row.chain, row.seq, row.hash, trail.instant(row.at))
        return notes.together(body, [notes.sign(private, key, body)])

    @contextmanager
    def attacked(self) -> Iterator[Connection]:
        """A superuser's connection: no trigger stands in the way; nothing of it stays."""
        with self.store.engine.connect() as db:
            began = db.begin()
            defenceless(db)
            yield db
            began.rollback()

    def verified(self, db: Connection, told: Told, place: Place | None = None) -> Report:
        since = self.witnessed if told.by == "witness" else None
        given = [self.receipts[place]] if told.by == "receipt" and place in self.receipts else []
        return verifying.look(db, self.store.settings, since=since, receipts=given)


def defenceless(db: Connection) -> None:
    """Every trigger is off."""
    if db.dialect.name == "postgresql":
        for name in (*APPEND_ONLY, "log_pending"):
            db.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        return
    for name in db.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
        db.execute(text(f'DROP TRIGGER "{name}"'))


# ---------------------------------------------------------------- what an attacker writes


def bodies(db: Connection, chain: str) -> list[dict[str, Any]]:
    return [{k: v for k, v in one.items() if k != "hash"} for one in trail.read(db, chain, limit=10_000)]


def rewrite(db: Connection, chain: str, said: list[dict[str, Any]]) -> None:
    """The chain anew: positions, links, hashes and head are all as they should be."""
    db.execute(delete(_E).where(_E.c.chain == chain))
    prev = trail.GENESIS
    rows = []
    for seq, body in enumerate(said, 1):
        written = trail.canonical({**body, "chain": chain, "seq": seq, "prev": prev})
        hash_ = trail.seal(written)
        rows.append(_row({**body, "chain": chain, "seq": seq, "prev": prev}, written, hash_))
        prev = hash_
    db.execute(insert(_E), rows)
    _head(db, chain, len(rows), prev)


def _row(body: dict[str, Any], written: str, hash_: str) -> dict[str, Any]:
    return {
        "chain": body["chain"],
        "seq": body["seq"],
        "hash": hash_,
        "prev": body["prev"],
        "text": written,
        "kind": body["kind"],
        "at": datetime.fromisoformat(body["at"]),
        "person_id": body["actor"].get("person"),
        "task_id": body.get("task"),
    }


def _head(db: Connection, chain: str, seq: int, head: str) -> None:
    db.execute(update(tables.cases).where(tables.cases.c.id == chain).values(trail_seq=seq, trail_head=head))
    db.execute(update(tables.chains).where(tables.chains.c.id == chain).values(seq=seq, head=head))


def relog(db: Connection, scene: Scene | None) -> None:
    """The log follows the entries: leaves, tiles and checkpoints; signed with the stolen key, else with another one."""
    there = {(r.chain, r.seq): r.hash for r in db.execute(select(_E.c.chain, _E.c.seq, _E.c.hash))}
    old = db.execute(select(_L.c.idx, _L.c.chain, _L.c.seq).order_by(_L.c.idx)).all()
    left = [(r.idx, r.chain, r.seq) for r in old if (r.chain, r.seq) in there]
    db.execute(delete(_L))
    leaves = [bytes.fromhex(there[chain, seq]) for _, chain, seq in left]
    rows = [
        {"idx": n, "chain": chain, "seq": seq, "hash": there[chain, seq], "sm3": None}
        for n, (_, chain, seq) in enumerate(left)
    ]
    db.execute(insert(_L), rows)
    db.execute(delete(tables.log_tiles))
    edge, roots = tree.Edge(), {0: tree.EMPTY}
    for n, one in enumerate(leaves, 1):
        edge.push(one)
        roots[n] = edge.root()
    for n in range(len(leaves) // 256):
        full = leaves[256 * n : 256 * n + 256]
        tile = {"level": 0, "idx": n, "root": tree.perfect(full).hex(), "hashes": b"".join(full)}
        db.execute(insert(tables.log_tiles).values(**tile))
    if scene is not None:
        private, key = scene.stolen
    else:
        private = Ed25519PrivateKey.generate()
        key = keys.keys(db)[0].key
    signed = db.execute(select(_C.c.size, _C.c.at).order_by(_C.c.size)).all()
    db.execute(delete(tables.log_cosignatures))
    db.execute(delete(_C))
    for row in signed:
        size = sum(idx < row.size for idx, _, _ in left)
        point = notes.Checkpoint(key.name, size, roots[size])
        note = notes.together(point.body, [notes.sign(private, key, point.body)])
        db.execute(insert(_C).values(size=size, root=point.root.hex(), at=row.at, note=note))


def _falsified(body: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Another content of the same shape, which no row contradicts."""
    return {**body, "note": f"forged {dice.random()}"}


# ---------------------------------------------------------------- the attacks

Attack = Callable[[Scene, Connection, random.Random], tuple[Told, Place | None]]
ATTACKS: dict[str, Attack] = {}


def attack(run: Attack) -> Attack:
    ATTACKS[run.__name__] = run
    return run


def _some(scene: Scene, db: Connection, dice: random.Random, sealed: bool = True) -> tuple[str, int, int]:
    """A chain, a position in it, and its length."""
    chain = dice.choice([*scene.cases[:-1], "office"] if sealed else scene.cases)
    last: int = db.execute(select(_E.c.seq).where(_E.c.chain == chain).order_by(_E.c.seq.desc())).scalars().first() or 0
    return chain, dice.randint(1, last), last


def _around(chain: str, seq: int) -> set[Place]:
    return {(chain, seq), (chain, seq + 1)}


@attack
def a_word_in_an_entry(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    chain, seq, _ = _some(scene, db, dice)
    said = bodies(db, chain)[seq - 1]
    db.execute(_at(chain, seq).values(text=trail.canonical(_falsified(said, dice))))
    return Told({(chain, seq)}, rules={"changed"}), None


@attack
def an_entry_and_its_hash(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    chain, seq, _ = _some(scene, db, dice)
    written = trail.canonical(_falsified(bodies(db, chain)[seq - 1], dice))
    db.execute(_at(chain, seq).values(text=written, hash=trail.seal(written)))
    return Told({(chain, seq)}, rules={"rewritten"}), None


@attack
def a_search_column(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    chain, seq, _ = _some(scene, db, dice)
    column = dice.choice(({"person_id": "p-he-2"}, {"kind": "task.claimed2"}, {"task_id": "t-other"}))
    db.execute(_at(chain, seq).values(**column))
    return Told({(chain, seq)}, rules={"copy_changed"}), None


@attack
def an_entry_dated_back(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    """Of the third day, to the first: with everything computed again, and the key stolen."""
    chain = dice.choice(scene.cases[:2])
    said = bodies(db, chain)
    seq = len(said)
    for body in said[seq - 2 :]:
        body["at"] = said[0]["at"]
    rewrite(db, chain, said)
    relog(db, scene)
    return Told({(chain, seq), (chain, seq - 1)}, rules={"backdated"}), None


@attack
def an_entry_removed(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    chain, seq, _ = _some(scene, db, dice)
    db.execute(delete(_E).where(_E.c.chain == chain, _E.c.seq == seq))
    return Told({(chain, seq)}, rules={"removed"}), None


@attack
def a_tail_cut_and_the_head_moved_back(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    chain, seq, last = _some(scene, db, dice)
    seq = max(2, seq)
    said = bodies(db, chain)[: seq - 1]
    rewrite(db, chain, said)
    return Told({(chain, n) for n in range(seq, last + 1)}, rules={"removed"}), None


@attack
def a_whole_chain_removed(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    chain = dice.choice(scene.cases)
    db.execute(delete(_E).where(_E.c.chain == chain))
    _head(db, chain, 0, trail.GENESIS)
    return Told({(chain, n) for n in range(10)}), None


@attack
def an_entry_appended(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    """Past the trigger that tells the log."""
    chain, _, last = _some(scene, db, dice)
    said = bodies(db, chain)
    rewrite(db, chain, [*said, _falsified(said[-1], dice)])
    return Told({(chain, last + 1)}, rules={"unlogged"}), None


@attack
def an_entry_put_between(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    chain, seq, last = _some(scene, db, dice)
    said = bodies(db, chain)
    rewrite(db, chain, [*said[:seq], _falsified(said[seq - 1], dice), *said[seq:]])
    return Told({(chain, n) for n in range(seq + 1, last + 2)}, rules={"rewritten", "unlogged"}), None


@attack
def two_entries_in_each_others_place(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    chain, _, last = _some(scene, db, dice)
    seq = dice.randint(1, last - 1)
    for old, new in ((seq, 99_999), (seq + 1, seq), (99_999, seq + 1)):
        db.execute(_at(chain, old).values(seq=new))
    return Told(_around(chain, seq), rules={"reordered"}), None


@attack
def two_entries_swapped_and_chained_anew(
    scene: Scene, db: Connection, dice: random.Random
) -> tuple[Told, Place | None]:
    chain, _, last = _some(scene, db, dice)
    seq = dice.randint(1, last - 1)
    said = bodies(db, chain)
    said[seq - 1], said[seq] = said[seq], said[seq - 1]
    rewrite(db, chain, said)
    return Told(_around(chain, seq), rules={"rewritten"}), None


@attack
def a_chain_rewritten_with_its_head(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    chain, seq, _ = _some(scene, db, dice)
    said = bodies(db, chain)
    said[seq - 1] = _falsified(said[seq - 1], dice)
    rewrite(db, chain, said)
    return Told({(chain, seq)}, rules={"rewritten"}), None


@attack
def the_log_rewritten_without_its_key(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    chain, seq, _ = _some(scene, db, dice)
    said = bodies(db, chain)
    said[seq - 1] = _falsified(said[seq - 1], dice)
    rewrite(db, chain, said)
    relog(db, None)
    return Told({("log", n) for n in _sizes(db)}, rules={"checkpoint"}), None


@attack
def the_log_rewritten_with_its_key(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    chain, seq, _ = _some(scene, db, dice)
    said = bodies(db, chain)
    said[seq - 1] = _falsified(said[seq - 1], dice)
    rewrite(db, chain, said)
    relog(db, scene)
    return Told({("log", n) for n in (0, *_sizes(db))}, "witness", {"forked"}), None


@attack
def a_sealed_tail_cut_with_the_key(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    """As after the restore of an old backup: everything fits, and something is missing."""
    *_, keep, last = _sizes(db)
    rows = db.execute(select(_L.c.chain, _L.c.seq).where(_L.c.idx >= keep)).all()
    for row in rows:
        db.execute(delete(_E).where(_E.c.chain == row.chain, _E.c.seq == row.seq))
    db.execute(delete(_L).where(_L.c.idx >= keep))
    after = min(row.seq for row in rows)  # and what came later, which waits
    db.execute(delete(_E).where(_E.c.chain == "office", _E.c.seq >= after))
    db.execute(delete(_P).where(_P.c.chain == "office"))
    newest = db.execute(select(_E.c.seq, _E.c.hash).where(_E.c.chain == "office").order_by(_E.c.seq.desc())).first()
    assert newest is not None
    _head(db, "office", newest.seq, newest.hash)
    db.execute(delete(_C).where(_C.c.size > keep))
    return Told({("log", keep), ("log", last)}, "witness", {"rolled_back"}), None


@attack
def a_leaf_removed(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    index = dice.randrange(_sizes(db)[-1])
    row = db.execute(select(_L.c.chain, _L.c.seq).where(_L.c.idx == index)).one()
    db.execute(delete(_L).where(_L.c.idx == index))
    return Told({(row.chain, row.seq)}, rules={"unlogged"}), None


@attack
def a_leaf_changed(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    index = dice.randrange(_sizes(db)[-1])
    row = db.execute(select(_L.c.chain, _L.c.seq).where(_L.c.idx == index)).one()
    db.execute(update(_L).where(_L.c.idx == index).values(hash=trail.seal(str(dice.random()))))
    return Told({(row.chain, row.seq)}, rules={"rewritten"}), None


@attack
def a_tile_changed(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    packed = bytearray(db.execute(select(tables.log_tiles.c.hashes)).scalars().first() or b"")
    packed[dice.randrange(len(packed))] ^= 1
    db.execute(update(tables.log_tiles).values(hashes=bytes(packed)))
    return Told({("log", 0)}, rules={"tile"}), None


@attack
def a_checkpoint_changed(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    size = dice.choice(_sizes(db))
    note = db.execute(select(_C.c.note).where(_C.c.size == size)).scalar_one()
    change = dice.choice(
        (
            {"root": trail.seal("x")},
            {"note": note.replace("\n", "x\n", 1)},
            {"note": note[:-10] + "AAAAAAAA=\n"},
            {"note": "nothing"},
        )
    )
    db.execute(update(_C).where(_C.c.size == size).values(**change))
    return Told({("log", size)}, rules={"checkpoint"}), None


@attack
def the_newest_checkpoint_removed(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    sizes = _sizes(db)
    db.execute(delete(_C).where(_C.c.size == sizes[-1]))
    return Told({("log", sizes[-2])}, rules={"unsigned"}), None


@attack
def an_entry_hidden_from_the_log(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    chain, seq = dice.choice(scene.unsealed)
    db.execute(delete(_P).where(_P.c.chain == chain, _P.c.seq == seq))
    return Told({(chain, seq)}, rules={"unlogged"}), None


@attack
def an_unsealed_entry_removed_whole(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    """The window that no log closes: only whoever holds the receipt can tell."""
    chain = "office"
    last = max(seq for one, seq in scene.unsealed if one == chain)
    db.execute(delete(_P).where(_P.c.chain == chain, _P.c.seq == last))
    row = db.execute(select(_E.c.prev).where(_E.c.chain == chain, _E.c.seq == last)).one()
    db.execute(delete(_E).where(_E.c.chain == chain, _E.c.seq == last))
    _head(db, chain, last - 1, row.prev)
    return Told({(chain, last)}, "receipt", {"receipt"}), (chain, last)


@attack
def a_task_changed(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    rows = db.execute(select(_T.c.id, _T.c.case_id, _T.c.status)).all()
    row = dice.choice(rows)
    change: dict[str, Any] = {"status": "cancelled" if row.status != "cancelled" else "open"}
    if row.status == "completed":
        change = dice.choice((change, {"decision": "refuse"}, {"completed_by": "p-qian"}, {"opinion": "同意"}))
    elif row.status == "open":
        change = dice.choice((change, {"claimed_by": "p-qian"}))
    db.execute(update(_T).where(_T.c.id == row.id).values(**change))
    return Told(_every(db, row.case_id), rules={"unexplained"}), None


@attack
def a_task_added(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    row = dict(dice.choice(db.execute(select(_T)).mappings().all()))
    db.execute(insert(_T).values(**{**row, "id": f"forged-{dice.random()}", "node": 9999}))
    return Told(_every(db, row["case_id"]), rules={"unexplained"}), None


@attack
def a_case_changed(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    case = dice.choice(scene.cases)
    change = dice.choice(({"status": "cancelled"}, {"outcome": "granted2"}, {"unit_id": "u-B2"}))
    db.execute(update(tables.cases).where(tables.cases.c.id == case).values(**change))
    return Told(_every(db, case), rules={"unexplained"}), None


@attack
def a_value_swapped(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    answers = tables.answers
    row = dice.choice(db.execute(select(answers)).mappings().all())
    values = json.loads(row["values"])
    name = dice.choice(sorted(values))
    values[name] = "forged"
    db.execute(update(answers).where(answers.c.task_id == row["task_id"]).values(values=json.dumps(values)))
    return Told(_every(db, row["case_id"]), rules={"value"}), None


@attack
def a_value_and_its_salt_swapped(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    answers = tables.answers
    rows = db.execute(select(answers).where(answers.c.salts != "{}")).mappings().all()
    row = dice.choice(rows)
    salts, values = json.loads(row["salts"]), json.loads(row["values"])
    name = dice.choice(sorted(salts))
    salts[name], values[name] = trail.new_salt(), "13700000000"
    db.execute(
        update(answers)
        .where(answers.c.task_id == row["task_id"])
        .values(values=json.dumps(values), salts=json.dumps(salts))
    )
    return Told(_every(db, row["case_id"]), rules={"value"}), None


@attack
def a_definition_changed(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    files = tables.definition_files
    row = dice.choice(db.execute(select(files)).mappings().all())
    mine = (files.c.definition_id == row["definition_id"], files.c.path == row["path"])
    content = (
        row["content"].replace("{", '{"forged": 1, ', 1) if row["path"].endswith(".json") else row["content"] + " "
    )
    db.execute(update(files).where(*mine).values(content=content))
    return Told({("definition:two_steps", 1)}, rules={"definition"}), None


@attack
def a_definition_and_its_hash_changed(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    files = tables.definition_files
    path = dice.choice(("process.bpmn", "texts.zh.json"))
    content = "<forged/>" if path.endswith("bpmn") else "{}"
    db.execute(update(files).where(files.c.path == path).values(content=content))
    rows = db.execute(select(files.c.path, files.c.content)).all()
    digest = definitions.digest({row.path: row.content for row in rows})
    db.execute(update(tables.definitions).values(sha256=digest))
    return Told({("definition:two_steps", 1)}, rules={"definition"}), None


@attack
def a_parameter_set_in_the_table(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    row = {
        "definition_key": "two_steps",
        "name": f"limit_{dice.randint(1, 9)}",
        "value": "9",
        "reason": "",
        "set_by": None,
    }
    with_day = {**row, "from_on": scene.store.moment(db).today}
    db.execute(insert(tables.parameters).values(**with_day))
    return Told({("parameters", 0)}, rules={"unexplained"}), None


@attack
def rules_of_separation_put_in(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    row = {"version": 7, "content": "{}", "sha256": "0" * 64, "reason": "", "published_by": None}
    db.execute(insert(tables.duty_rules).values(**row, published_at=scene.store.moment(db).now - timedelta(days=1)))
    return Told({("duty_rules", 0)}, rules={"unexplained"}), None


@attack
def a_unit_put_on_a_distribution_list(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    unit = db.execute(select(tables.units.c.id).limit(1)).scalar_one()
    row = {"id": "list", "version": 1, "unit_id": unit, "reason": "", "at": scene.store.moment(db).now}
    content = {"closed": False, "name": {"zh": "甲", "en": "A"}, "units": [unit]}
    db.execute(insert(tables.distribution_lists).values(**row, content=json.dumps(content)))
    return Told({("distribution_lists", 0)}, rules={"unexplained"}), None


@attack
def a_holiday_put_into_the_calendar(scene: Scene, db: Connection, dice: random.Random) -> tuple[Told, Place | None]:
    row = {
        "number": 1,
        "id": "cv",
        "calendar_id": "office",
        "year": 2026,
        "reason": "",
        "at": scene.store.moment(db).now,
    }
    db.execute(insert(tables.calendar_versions).values(**row))
    return Told({("calendar_versions", 0)}, rules={"unexplained"}), None


def _at(chain: str, seq: int) -> Any:
    return update(_E).where(_E.c.chain == chain, _E.c.seq == seq)


def _sizes(db: Connection) -> list[int]:
    return list(db.execute(select(_C.c.size).order_by(_C.c.size)).scalars())


def _every(db: Connection, chain: str) -> set[Place]:
    return {(chain, seq) for seq in db.execute(select(_E.c.seq).where(_E.c.chain == chain)).scalars()}
