"""A backup holds everything, in a file that says so itself, and goes back into an empty database of either kind."""

from __future__ import annotations

import errno
import os
import random
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard
from sqlalchemy import insert, select, text, update

from engine import backups, migrations, tables, trail
from engine.actors import Actor
from engine.errors import Refused
from engine.settings import Settings
from engine.store import Store
from tests.databases import KINDS, Databases, Kind
from tests.engine.casework import Office


@pytest.fixture
def office(store: Store) -> Office:
    office = Office(store)
    office.start()
    office.completes("wu", office.start("he"), "check", {"checked_on": "2026-03-02"}, decision="pass")
    return office


@pytest.fixture(params=KINDS, ids=lambda kind: f"into-{kind}")
def target(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Store]:
    """A database without a single table."""
    made: Settings = databases.blank(request.param)
    store = Store(made)
    yield store
    store.close()
    databases.drop(made)


@pytest.fixture
def empty(databases: Databases) -> Iterator[Store]:
    made = databases.blank("sqlite")
    store = Store(made)
    yield store
    store.close()
    databases.drop(made)


def rows(store: Store) -> dict[str, set[Any]]:
    """Everything that a backup holds."""
    with store.reading() as db:
        return {
            table.name: {tuple(row) for row in db.execute(select(table))}
            for table in tables.metadata.sorted_tables
            if table.name not in backups.PASSING
        }


def is_empty(store: Store) -> bool:
    with store.reading() as db:
        return migrations.revision(db) is None or not any(rows(store).values())


def test_everything_comes_back_and_a_case_goes_on(office: Office, target: Store, tmp_path: Path) -> None:
    told: list[tuple[str, int, bool]] = []
    file = tmp_path / "office.backup"
    made = backups.make(office.store, "1.2.3", file, lambda *done: told.append(done))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["office.backup"]
    assert (made.version, made.schema, made.made_at) == ("1.2.3", migrations.NEWEST, "2026-03-02T01:00:00.000000Z")
    assert made.report.is_whole
    assert made.report.entries == made.tables["entries"] > 5
    assert ("cases", 2, True) in told
    assert [table for table, _, is_all in told if is_all] == list(made.tables)

    contents, report = backups.restore(target, file, backups.silent)
    assert contents == made
    assert report == made.report
    assert rows(target) == rows(office.store)
    assert {name: len(found) for name, found in rows(target).items()} == made.tables

    again = Office.__new__(Office)
    again.store = target
    with target.reading() as db:
        case = db.execute(select(tables.cases.c.id).where(tables.cases.c.started_by == "p-he")).scalar_one()
    again.tick_to("2026-03-04")
    again.completes("zhao", case, "approve", {"limit": 1}, decision="approve")
    assert again.sees("zhao", case)["status"] == "ended"
    with target.reading() as db:
        assert trail.verify(db).is_whole


def test_what_only_concerns_the_servers_that_run_now_is_left_out(office: Office, empty: Store, tmp_path: Path) -> None:
    with office.store.transaction() as db:
        at = office.store.moment(db).now
        db.execute(insert(tables.beats), {"server": "h:1", "version": "1", "started_at": at, "at": at})
        db.execute(insert(tables.throttles), {"subject": "x", "failures": 1, "updated_at": at})
    made = backups.make(office.store, "1", tmp_path / "b", backups.silent)
    assert not backups.PASSING & set(made.tables)
    backups.restore(empty, tmp_path / "b", backups.silent)
    gone = backups.PASSING - {"log_pending"}  # the entries that had no place in the log wait for it here as well
    with empty.reading() as db:
        assert [db.execute(select(tables.metadata.tables[name])).first() for name in gone] == [None] * len(gone)


def test_a_case_may_come_before_the_one_that_called_it(office: Office, target: Store, tmp_path: Path) -> None:
    first, second = sorted([office.start(), office.start()])
    with office.store.transaction() as db:
        db.execute(update(tables.cases).where(tables.cases.c.id == first).values(parent_id=second, parent_node=3))
    backups.make(office.store, "1", tmp_path / "b", backups.silent)
    backups.restore(target, tmp_path / "b", backups.silent)
    with target.reading() as db:
        found = db.execute(
            select(tables.cases.c.parent_id, tables.cases.c.parent_node).where(tables.cases.c.id == first)
        )
        assert found.one() == (second, 3)


def test_a_backup_taken_while_people_work_is_of_one_moment(office: Office, empty: Store, tmp_path: Path) -> None:
    over, faults, done = threading.Event(), [], [0]

    def work(by: str) -> None:
        try:
            while not over.is_set():
                case = office.start(by)
                office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
                done[0] += 1
        except Exception as e:  # noqa: BLE001 - handed to the test
            faults.append(e)

    people = [threading.Thread(target=work, args=(name,)) for name in ("lin", "he")]
    for one in people:
        one.start()
    made = []
    try:
        for number in range(3):
            before = done[0]
            made.append(backups.make(office.store, "1", tmp_path / f"{number}", backups.silent))
            while done[0] <= before and not faults:
                over.wait(0.01)
    finally:
        over.set()
        for one in people:
            one.join()
    assert faults == []
    assert [one.report.findings for one in made] == [[], [], []]
    assert made[0].tables["entries"] < made[2].tables["entries"]
    contents, report = backups.restore(empty, tmp_path / "2", backups.silent)
    assert report.is_whole
    with empty.reading() as db:
        assert db.execute(text("SELECT count(*) FROM cases")).scalar() == contents.tables["cases"]
        # Each case has its open task: nothing was cut in the middle of a deed.
        lost = text(
            "SELECT count(*) FROM cases c WHERE c.status = 'running'"
            " AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.case_id = c.id AND t.status IN ('open', 'held'))"
        )
        assert db.execute(lost).scalar() == 0


@pytest.fixture
def kept(databases: Databases, tmp_path: Path) -> Path:
    """A good backup."""
    made = databases.create("sqlite")
    store = Store(made)
    Office(store).start()
    file = tmp_path / "kept"
    backups.make(store, "1", file, backups.silent)
    store.close()
    databases.drop(made)
    return file


def refusal(store: Store, file: Path) -> str:
    """The code with which a restore is refused; nothing is stored by it."""
    with pytest.raises(Refused) as refused:
        backups.restore(store, file, backups.silent)
    assert is_empty(store)
    return refused.value.refusal


@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.7, 0.99, 0.9999])
def test_a_file_that_ends_too_early_is_refused(kept: Path, target: Store, part: float) -> None:
    whole = kept.read_bytes()
    kept.write_bytes(whole[: min(int(len(whole) * part), len(whole) - 1)])
    assert refusal(target, kept) == "err_backup_damaged"


def test_a_file_with_one_wrong_byte_is_refused_wherever_it_is(kept: Path, empty: Store) -> None:
    whole = kept.read_bytes()
    chance = random.Random(7)  # noqa: S311 - chances, not secrets
    places = {*range(8), *range(len(whole) - 8, len(whole)), *(chance.randrange(len(whole)) for _ in range(60))}
    places.discard(5)  # how much memory the reader takes (RFC 8878, 3.1.1.1.2): more than enough is no fault
    for place in sorted(places):
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        kept.write_bytes(changed)
        assert refusal(empty, kept) == "err_backup_damaged", place


def lines_of(file: Path) -> list[bytes]:
    return zstandard.ZstdDecompressor().stream_reader(file.read_bytes()).readall().splitlines(keepends=True)


def pack(file: Path, lines: list[bytes]) -> None:
    file.write_bytes(zstandard.ZstdCompressor(write_checksum=True).compress(b"".join(lines)))


def test_a_file_whose_lines_were_changed_and_packed_again_is_refused(kept: Path, empty: Store) -> None:
    lines = lines_of(kept)
    units = next(n for n, line in enumerate(lines) if line.startswith(b'{"table":"units"'))
    for changed in (
        [*lines[: units + 1], *lines[units + 2 :]],  # a row is gone
        [*lines[: units + 1], lines[units + 1], *lines[units + 1 :]],  # a row comes twice
        [*lines[: units + 1], lines[units + 1].replace(b"B1", b"B9"), *lines[units + 2 :]],
        [lines[0].replace(b'"version":"1"', b'"version":"2"'), *lines[1:]],
        [*lines[: units + 1], b"[1, 2]\n", *lines[units + 2 :]],
        [*lines[: units + 1], b"nothing\n", *lines[units + 2 :]],
        [b"[]\n", *lines[1:]],
        [*lines, b"{}\n"],
        [*lines, b"more"],
        [*lines, b"\n"],
        lines[:-1],
        lines[:1],
        [],
    ):
        pack(kept, changed)
        assert refusal(empty, kept) == "err_backup_damaged"
    pack(kept, lines)
    kept.write_bytes(kept.read_bytes() + b"more")
    assert refusal(empty, kept) == "err_backup_damaged"
    kept.write_bytes(b"SQLite format 3\0" + bytes(100))
    assert refusal(empty, kept) == "err_backup_damaged"


def sealed(lines: list[bytes]) -> list[bytes]:
    """The same with the sums that belong to it: whoever knows how can write them."""
    import hashlib

    out: list[bytes] = []
    held: dict[str, list[Any]] = {}
    mark, count = hashlib.sha256(), 0
    for line in lines[:-1]:
        found = orjson.loads(line)
        if isinstance(found, list):
            mark.update(line)
            count += 1
        elif "table" in found:
            mark, count = hashlib.sha256(), 0
        elif "end" in found:
            held[found["end"]] = [count, mark.hexdigest()]
            line = orjson.dumps({"end": found["end"], "rows": count, "sha256": mark.hexdigest()}) + b"\n"
        out.append(line)
    whole = hashlib.sha256(b"".join(out)).hexdigest()
    return [*out, orjson.dumps({"whole": held, "sha256": whole}) + b"\n"]


def test_whoever_writes_the_sums_anew_is_found_by_the_trail(kept: Path, empty: Store) -> None:
    lines = lines_of(kept)
    entries = next(n for n, line in enumerate(lines) if line.startswith(b'{"table":"entries"'))
    entry = next(n for n, line in enumerate(lines) if n > entries and b"case.started" in line)
    lines[entry] = lines[entry].replace(b"p-lin", b"p-wu_")
    pack(kept, sealed(lines))
    contents, report = backups.restore(empty, kept, backups.silent)
    assert not contents.report.is_whole
    assert not report.is_whole


def test_a_value_of_another_kind_is_refused(kept: Path, empty: Store) -> None:
    lines = lines_of(kept)
    chains = next(n for n, line in enumerate(lines) if line.startswith(b'{"table":"chains"'))
    row = orjson.loads(lines[chains + 1])
    for wrong in ([*row[:1], "3", *row[2:]], [*row[:1], True, *row[2:]], [7, *row[1:]]):
        pack(kept, sealed([*lines[: chains + 1], orjson.dumps(wrong) + b"\n", *lines[chains + 2 :]]))
        assert refusal(empty, kept) == "err_backup_damaged"
    unknown = lines[chains].replace(b'"integer"', b'"complex"')
    pack(kept, sealed([*lines[:chains], unknown, *lines[chains + 1 :]]))
    assert refusal(empty, kept) == "err_backup_damaged"


NEWEST = f'"schema":"{migrations.NEWEST}"'.encode()


@pytest.mark.parametrize(("old", "new"), [(NEWEST, b'"schema":"9999"'), (b'"format":1', b'"format":2')])
def test_a_backup_of_a_newer_release_is_refused(kept: Path, empty: Store, old: bytes, new: bytes) -> None:
    lines = lines_of(kept)
    assert old in lines[0]
    pack(kept, sealed([lines[0].replace(old, new), *lines[1:]]))
    assert refusal(empty, kept) == "err_backup_other_release"


def test_a_database_that_is_not_empty_is_left_alone(kept: Path, office: Office) -> None:
    before = rows(office.store)
    with pytest.raises(backups.NotEmpty, match="has rows"):
        backups.restore(office.store, kept, backups.silent)
    assert rows(office.store) == before


def test_a_migrated_database_without_rows_is_empty(kept: Path, target: Store) -> None:
    migrations.upgrade(target.engine)
    assert backups.restore(target, kept, backups.silent)[1].is_whole


def test_a_database_of_another_schema_is_not_empty(kept: Path, empty: Store) -> None:
    migrations.upgrade(empty.engine)
    with empty.transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(backups.NotEmpty):
        backups.restore(empty, kept, backups.silent)


def test_a_file_that_is_there_is_not_overwritten(kept: Path, office: Office) -> None:
    before = kept.read_bytes()
    with pytest.raises(backups.Exists):
        backups.make(office.store, "1", kept, backups.silent)
    assert kept.read_bytes() == before


def test_a_backup_that_cannot_be_written_leaves_no_file(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileNotFoundError):
        backups.make(office.store, "1", tmp_path / "no" / "folder", backups.silent)

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        backups.make(office.store, "1", tmp_path / "b", backups.silent)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_backup_left_is_replaced_and_a_link_there_is_not_followed(office: Office, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("somebody's")
    (tmp_path / "b.part").symlink_to(elsewhere)
    assert backups.make(office.store, "1", tmp_path / "b", backups.silent).report.is_whole
    assert elsewhere.read_text() == "somebody's"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "elsewhere"]


def test_a_broken_trail_is_kept_as_it_is_and_told(office: Office, empty: Store, tmp_path: Path, kind: Kind) -> None:
    with office.store.transaction() as db:
        if kind == "sqlite":
            for name in db.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
                db.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            db.execute(text("ALTER TABLE entries DISABLE TRIGGER ALL"))
        db.execute(text("DELETE FROM entries WHERE kind = 'task.opened'"))
    made = backups.make(office.store, "1", tmp_path / "b", backups.silent)
    assert {one.rule for one in made.report.findings} >= {"removed"}
    assert backups.restore(empty, tmp_path / "b", backups.silent)[1].findings == made.report.findings


def test_the_restored_trail_is_still_append_only(office: Office, target: Store, tmp_path: Path) -> None:
    backups.make(office.store, "1", tmp_path / "b", backups.silent)
    backups.restore(target, tmp_path / "b", backups.silent)
    with pytest.raises(Exception, match="append-only"), target.transaction() as db:
        db.execute(text("DELETE FROM entries"))
    with target.transaction() as db:
        trail.append(db, target.moment(db), Actor.operator(), kind=trail.Kind.OFFICE_BUILT)
    with target.reading() as db:
        assert trail.verify(db).is_whole
