"""The schema's history: an office of the first release goes on under this one, with every row and every hash."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from api import server
from engine import adjusting, backups, calendars, cases, clock, migrations, tables, trail
from engine.adjusting import Adjustment
from engine.errors import Refused
from engine.store import Store
from tests.corpus import keep, office
from tests.databases import Databases, Kind
from tests.engine.casework import agrees
from tests.engine.directory import add_person, add_post
from tests.together import together

FIRST = keep.DATABASES / "0001-2.backup"
"""An office that the first release made: tests/corpus/office.py."""


LANDED = {"0001_initial.py": "dcef291f1646cc568b2633df366650a9a3f59b714f74c8228f66ac74910ef007"}
"""Migrations that databases have been through, with their SHA-256: what is to change is another one."""


@pytest.fixture
def first(databases: Databases, kind: Kind) -> Iterator[Store]:
    """That office, still with the schema of the first release."""
    made = databases.blank(kind)
    store = Store(made)
    migrations.upgrade(store.engine, "0001")
    with store.transaction() as db:
        backups._load(db, FIRST, backups.silent)
    yield store
    store.close()
    databases.drop(made)


def sealed(db: Connection) -> set[str]:
    """The tables on which a trigger refuses changes, also while a replica is being filled."""
    query = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_update'"
    if db.dialect.name == "postgresql":
        query = (
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgenabled = 'A' AND t.tgname LIKE '%_append_only'"
        )
    return set(db.execute(text(query)).scalars())


def rows(db: Connection) -> dict[str, list[dict[str, Any]]]:
    """Everything, as the database gives it."""
    found = {}
    for name in inspect(db).get_table_names():
        result = db.execute(text(f'SELECT * FROM "{name}"'))
        found[name] = sorted((dict(row) for row in result.mappings()), key=repr)
    return found


def missing(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that are not there any more with every value that they had."""
    names = before[0].keys() if before else ()
    left = [{name: row.get(name) for name in names} for row in after]
    return [row for row in before if row not in left]


@pytest.mark.parametrize("name", LANDED)
def test_a_migration_that_has_landed_stays_as_it_is(name: str) -> None:
    content = (migrations.FOLDER / "versions" / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == LANDED[name]


def test_what_was_written_once_stays_so(first: Store) -> None:
    migrations.upgrade(first.engine)
    with first.reading() as db:
        assert sealed(db) == set(tables.APPEND_ONLY)
    for name in ("entries", "definitions", "definition_files", "answers"):  # those that have rows
        with pytest.raises(SQLAlchemyError, match="append-only"), first.transaction() as db:
            db.execute(text(f"DELETE FROM {name}"))


def test_an_upgrade_keeps_every_row_and_every_hash(first: Store) -> None:
    with first.reading() as db:
        before = rows(db)
    migrations.upgrade(first.engine)
    with first.reading() as db:
        after = rows(db)
        report = trail.verify(db)
    # That the clock looks at a task is a timer more, and an earlier hour at which its case wakes.
    changed = {name: missing(before[name], after[name]) for name in before.keys() - {"alembic_version"}}
    woken = changed.pop("cases")
    kept = [{k: v for k, v in row.items() if k != "wake_at"} for row in after["cases"]]
    assert missing([{k: v for k, v in row.items() if k != "wake_at"} for row in woken], kept) == []
    assert {name: lost for name, lost in changed.items() if lost} == {}
    assert {name: len(found) for name, found in before.items() if len(found) != len(after[name])} == {
        "timers": len(after["timers"]) - 2
    }
    assert report.is_whole
    assert report.entries == len(before["entries"]) > 50


def test_an_upgrade_that_was_killed_is_begun_again(first: Store, kind: Kind) -> None:
    with first.reading() as db:
        before = rows(db)
    script = (
        "import os, sys\n"
        "from alembic.operations import Operations\n"
        "from sqlalchemy import create_engine\n"
        "from engine import migrations\n"
        "was = Operations.create_index\n"
        "def killed(self, name, *args, **more):\n"
        "    if name == 'ix_tasks_of_task':\n"
        "        os._exit(9)\n"
        "    return was(self, name, *args, **more)\n"
        "Operations.create_index = killed\n"
        "from engine.store import Store\n"
        "from tests.databases import settings\n"
        "from pathlib import Path\n"
        "migrations.upgrade(Store(settings(sys.argv[1], Path(sys.argv[2]))).engine)\n"
    )
    found = first.settings
    first.engine.dispose()
    ended = subprocess.run(
        [sys.executable, "-c", script, found.database_url, str(found.data_dir)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 9, ended.stderr
    with first.reading() as db:
        assert migrations.revision(db) == "0001"
        assert rows(db) == before
    # Several servers may start again at the same moment.
    other = Store(found)
    together(lambda: migrations.upgrade(first.engine), lambda: migrations.upgrade(other.engine))
    other.close()
    with first.reading() as db:
        assert migrations.revision(db) == migrations.NEWEST
        assert trail.verify(db).is_whole
        if kind == "sqlite":
            assert db.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_the_work_of_the_first_release_goes_on(first: Store) -> None:
    migrations.upgrade(first.engine)
    house = office.at(first)
    with first.reading() as db:
        running = db.execute(select(tables.cases.c.id).where(tables.cases.c.status == cases.RUNNING)).scalars().all()
        query = select(tables.tasks).where(tables.tasks.c.element.in_(("near", "far")))
        found = db.execute(query.where(tables.tasks.c.status == "open")).mappings().all()
    # The worklists: what it waits for, by which rule, until when.
    for case in running:
        agrees(house, case, is_of_old=True)
    mine = {task["id"]: task for task in house.box("wu")}
    near = next(task for task in found if task["element"] == "near")
    far = [task for task in found if task["element"] == "far"]
    shown = mine[near["id"]]
    assert (shown["due_on"], shown["due"]["text"].en, shown["claimed_by"]["id"]) == (
        date(2026, 3, 11),
        "2026-03-11",
        "p-wu",
    )
    assert shown["why_me"] == {
        "rule": "post",
        "text": shown["why"][0],
        "since": None,
        "until": None,
        "for": None,
    }
    assert shown["why"][0].en == "organisation commissioner of organisation B1"
    assert near["id"] in {task["id"] for task in house.box("wu", "drafts")}
    # A day off moves a term that an expression counted in working days.
    with first.transaction() as db:
        add_person(db, "xu")
        add_post(db, "xu", "system_admin", "W0")
    day_off = Adjustment({date(2026, 3, 6): (False, "停电")})
    house.does(adjusting.adjust, "xu", calendars.OFFICE, None, day_off, "线路检修", None)
    adjusting.sweep(first)
    assert {task["id"]: task["due_on"] for task in house.box("wu")}[near["id"]] == date(2026, 3, 12)
    # Nobody with an account has the post that the other step asks; whoever does not need it is not disturbed.
    clock.tick(first)
    noted = {
        case: [str(e["sentence"].en) for e in house.entries("wu", case) if e["kind"] == "task.unattended"]
        for case in running
    }
    assert {case: said for case, said in noted.items() if said} == {
        task["case_id"]: ["Nobody can do “远处” at present; the superior unit is asked on 2026-03-10."] for task in far
    }
    assert len(far) == 2
    office.finish(first)
    assert office.is_whole(first)


def test_a_database_of_a_newer_release_is_left_alone(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with store.transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match="err_schema_newer"):
        migrations.upgrade(store.engine)
    with store.reading() as db:
        before = rows(db)
    server.beat(store, "this:1")
    server.carry(store)
    with store.reading() as db:
        assert rows(db) == before
    assert "9999" in caplog.text


def test_this_release_backs_an_older_schema_up(first: Store, tmp_path: Path) -> None:
    made = backups.make(first, "2", tmp_path / "first.backup", backups.silent)
    assert made.schema == "0001"
    assert made.tables == backups.examine(FIRST).tables
    with first.transaction() as db:
        db.execute(text("CREATE TABLE abandoned (id INTEGER)"))
    with pytest.raises(Refused, match="abandoned"):
        backups.make(first, "2", tmp_path / "second.backup", backups.silent)
    assert not (tmp_path / "second.backup").exists()
