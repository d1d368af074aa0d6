"""An upgrade with old and new side by side: the database of an earlier build goes on under this one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import backups, migrations, tables
from engine.store import Store
from tests.chaos import procedure
from tests.corpus import keep, office
from tests.databases import Databases, Kind

KEPT = [pytest.param(path, id=path.stem) for path in keep.database_files()]


@pytest.fixture
def empty(databases: Databases, kind: Kind) -> Iterator[Store]:
    made = databases.blank(kind)
    store = Store(made)
    yield store
    store.close()
    databases.drop(made)


def statuses(store: Store) -> Counter[str]:
    with store.reading() as db:
        return Counter(db.execute(select(tables.cases.c.status)).scalars())


def where_they_wait(store: Store) -> Counter[Any]:
    """How many tasks of each element are in each status, and what the clock waits for."""
    t = tables.tasks.c
    with store.reading() as db:
        found = Counter((row.element, row.status) for row in db.execute(select(t.element, t.status)))
        return found + Counter(db.execute(select(tables.timers.c.purpose)).scalars())


@pytest.mark.parametrize("kept", KEPT)
def test_the_cases_of_an_earlier_build_end_beside_those_of_today(kept: Path, empty: Store) -> None:
    contents, report = backups.restore(empty, kept, backups.silent)
    assert report.is_whole
    assert contents.schema in migrations.known()
    before = statuses(empty)
    assert before["running"] >= 7
    today = office.at(empty)
    # A case of today under the definition of then, and one under a version of today.
    today.start()
    changed = procedure.FILES["process.bpmn"].replace('name="风暴"', 'name="风暴（新）"')
    today.publish({**procedure.FILES, "process.bpmn": changed})
    new = office.started(today, "storm")
    with empty.reading() as db:
        versions = (
            db.execute(
                select(tables.definitions.c.version)
                .join(tables.cases, tables.cases.c.definition_id == tables.definitions.c.id)
                .where(tables.definitions.c.key == procedure.KEY)
            )
            .scalars()
            .all()
        )
    assert {1, 2} <= set(versions)
    office.finish(empty)
    after = statuses(empty)
    assert after == {"ended": before["ended"] + before["running"] + 2, "cancelled": before["cancelled"]}
    assert today.sees("lin", new)["outcome"] == "done"
    assert office.is_whole(empty)


def test_the_office_that_is_kept_is_as_this_build_makes_it(store: Store, empty: Store) -> None:
    office.build(store)
    backups.restore(empty, keep.database_files()[-1], backups.silent)
    assert where_they_wait(empty) == where_they_wait(store), "run: python -m tests.corpus.keep"
    assert statuses(empty) == statuses(store)
