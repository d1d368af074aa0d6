"""Whoever owns the database: random manipulations, each found and placed, on both kinds of database."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine import verifying
from engine.store import Store
from engine.tables import APPEND_ONLY
from tests.databases import KINDS, Databases
from tests.redteam.attacks import ATTACKS, Scene

EXAMPLES = int(os.environ.get("LIUHEN_ATTACKS", "3"))
"""Random manipulations on each kind of database beyond one of every sort."""


@pytest.fixture(scope="module", params=KINDS)
def scene(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Scene]:
    settings = databases.create(request.param)
    store = Store(settings)
    yield Scene(store)
    store.close()
    databases.drop(settings)


def fault(scene: Scene, name: str, seed: int) -> str | None:
    """Why a verification did not do with one attack what it should."""
    dice = random.Random(f"{name} {seed}")  # noqa: S311 - repeatable
    with scene.attacked() as db:
        told, place = ATTACKS[name](scene, db, dice)
        report = scene.verified(db, told, place)
        found = {(one.chain, one.seq, one.rule) for one in report.findings}
        at = {(chain, seq) for chain, seq, _ in found}
        if not at & told.places:
            return f"{name} {seed}: not found at {sorted(told.places)[:5]}; found {sorted(found)[:5]}"
        rules = {rule for chain, seq, rule in found if (chain, seq) in told.places}
        if told.rules and not rules & told.rules:
            return f"{name} {seed}: called {sorted(rules)}, not {sorted(told.rules)}"
        if told.by != "database":
            alone = verifying.look(db, scene.store.settings)
            if not alone.is_whole:
                return f"{name} {seed}: the database alone tells: {alone.findings[0]}"
    return None


def test_before_anybody_touched_it_everything_is_whole(scene: Scene) -> None:
    report = verifying.verify(scene.store, since=scene.witnessed, receipts=list(scene.receipts.values()))
    assert [(one.chain, one.seq, one.rule) for one in report.findings] == []
    assert report.checkpoints == 4
    assert report.leaves > 256
    assert report.waiting == len(scene.unsealed) > 0


def test_every_sort_of_manipulation_is_found_and_placed(scene: Scene) -> None:
    faults = [said for name in ATTACKS if (said := fault(scene, name, 1))]
    assert faults == []


def test_many_random_manipulations_are_found_and_placed(scene: Scene) -> None:
    dice = random.Random(20260302)  # noqa: S311 - repeatable
    names = [dice.choice(list(ATTACKS)) for _ in range(EXAMPLES)]
    faults = [said for seed, name in enumerate(names, 2) if (said := fault(scene, name, seed))]
    assert faults == []
    report = verifying.verify(scene.store)
    assert report.is_whole  # nothing of it stayed


@pytest.mark.parametrize("table", sorted({"entries", "log_leaves", "log_checkpoints"} & set(APPEND_ONLY)))
def test_triggers_refuse_what_only_a_superuser_can_switch_off(scene: Scene, table: str) -> None:
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {'root' if 'check' in table else 'hash'} = ''"):
        with pytest.raises(DBAPIError):
            _as_replica(scene.store, statement)


def _as_replica(store: Store, statement: str) -> None:
    with store.transaction() as db:
        if db.dialect.name == "postgresql":
            db.execute(text("SET LOCAL session_replication_role = replica"))
        db.execute(text(statement))
