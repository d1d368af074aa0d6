"""Probes and figures: what an operator's instruments read, and when a server says that it is not ready."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, text, update

from api import figures
from api.app import create_app
from engine import beats, tables
from engine.store import Store, new_id
from tests.api.conftest import House
from tests.databases import Databases, Kind


def figures_of(store: Store) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample of ``/metrics`` by name and labels."""
    answer = create_app(store).test_client().get("/metrics")
    assert answer.mimetype == "text/plain"
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def sample(found: dict[Any, float], name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def ready(store: Store) -> tuple[int, list[str]]:
    answer = create_app(store).test_client().get("/health/ready")
    return answer.status_code, (answer.json or {}).get("failing", [])


def test_what_is_open_is_counted(house: House) -> None:
    case = house.case()
    house.case("he.yangli", "A seal")
    found = figures_of(house.store)
    assert sample(found, "liuhen_cases", status="running") == 2
    assert sample(found, "liuhen_cases", status="failed") == 0
    assert sample(found, "liuhen_tasks", status="open") == 2
    assert sample(found, "liuhen_incidents_open") == 0
    assert sample(found, "liuhen_database_up") == 1
    assert sample(found, "liuhen_due_late_seconds") == 0
    now = None
    with house.store.transaction() as db:
        now = house.store.moment(db).now
        db.execute(update(tables.cases).where(tables.cases.c.id == case["id"]).values(wake_at=now - timedelta(hours=1)))
        incident = {"id": new_id(), "case_id": case["id"], "element": "review", "reason": "for the test"}
        db.execute(insert(tables.incidents), {**incident, "opened_at": now})
        job = {"id": new_id(), "case_id": case["id"], "node": 99, "element": "x", "type": "mail", "data": "{}"}
        db.execute(insert(tables.jobs), {**job, "status": "failed", "retries": 0, "next_at": now, "created_at": now})
        message = {"id": new_id(), "kind": "message", "name": "n", "data": "{}", "at": now, "status": "pending"}
        db.execute(insert(tables.messages), {**message, "expires_at": now})
    found = figures_of(house.store)
    assert sample(found, "liuhen_incidents_open") == 1
    assert sample(found, "liuhen_jobs", status="failed") == 1
    assert sample(found, "liuhen_jobs", status="open") == 0
    assert sample(found, "liuhen_messages_pending", kind="message") == 1
    assert sample(found, "liuhen_messages_pending", kind="signal") == 0
    assert sample(found, "liuhen_due_late_seconds") == 3600


def test_requests_are_counted_by_door_and_status_and_never_by_what_is_asked_for(lite: House) -> None:
    case = lite.case()
    asker = lite.browser("lin.ceshi")
    door = "GET /api/v1/cases/<case_id>"
    before = figures_of(lite.store)
    assert asker.get(f"/cases/{case['id']}").status_code == 200
    assert asker.get("/cases/of-a-person-called-Zhang").status_code == 404
    assert lite.app.test_client().get("/api/v1/nothing/of/a/person").status_code == 404
    after = figures_of(lite.store)

    def added(name: str, **labels: str) -> float:
        return sample(after, name, **labels) - before.get((name, frozenset(labels.items())), 0)

    assert added("liuhen_requests_total", door=door, status="200") == 1
    assert added("liuhen_requests_total", door=door, status="404") == 1
    assert added("liuhen_requests_total", door="none", status="404") == 1
    assert added("liuhen_request_seconds_count", door=door) == 2
    told = lite.app.test_client().get("/metrics").text
    assert case["id"] not in told
    assert case["number"] not in told
    assert "Zhang" not in told
    doors = {f"{method} {rule.rule}" for rule in lite.app.url_map.iter_rules() for method in rule.methods or ()}
    new = {dict(labels)["door"] for name, labels in set(after) - set(before) if "request" in name}
    assert new <= doors | {"none"}


def test_every_figure_is_in_the_manual_in_both_languages(lite: House) -> None:
    store = Store(replace(lite.store.settings, clock="system"))
    with store.transaction() as db:
        beats.leave(db, store.moment(db), "host:1", "1.0")
    told = create_app(store).test_client().get("/metrics").text
    store.close()
    names = {family.name for family in text_string_to_metric_families(told)} - {"liuhen_requests"}
    assert len(names) > 12
    for name in ("operating.md", "operating.zh.md"):
        manual = (Path(__file__).parents[2] / "docs" / name).read_text(encoding="utf-8")
        assert {figure for figure in names if f"`{figure}" not in manual} == set()


def test_the_release_is_told(lite: House) -> None:
    found = figures_of(lite.store)
    ((_, labels),) = [key for key in found if key[0] == "liuhen_build"]
    assert set(dict(labels)) == {"version", "schema"}


def test_a_server_is_ready_where_everything_works(house: House) -> None:
    assert ready(house.store) == (200, [])


def test_a_server_without_a_database_is_not_ready_and_says_so_in_its_figures(databases: Databases, kind: Kind) -> None:
    made = databases.create(kind)
    gone = (
        made.database_url.replace("liuhen.db", "no/such/folder.db")
        if kind == "sqlite"
        else made.database_url.replace("/liuhen_test_", "/there_is_no_liuhen_test_")
    )
    store = Store(replace(made, database_url=gone))
    if kind == "sqlite":  # the store makes the folder of a new office; here it is taken away under it
        (made.data_dir / "no" / "such").rmdir()
    assert ready(store) == (503, ["database"])
    assert create_app(store).test_client().get("/health/live").status_code == 200
    found = figures_of(store)
    assert sample(found, "liuhen_database_up") == 0
    assert not [name for name, _ in found if name in ("liuhen_cases", "liuhen_tasks")]
    store.close()
    databases.drop(made)


def test_a_server_with_an_older_schema_is_not_ready(store: Store) -> None:
    with store.transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert ready(store) == (503, ["schema"])
    assert sample(figures_of(store), "liuhen_database_up") == 0


def test_a_server_whose_clock_stands_still_is_not_ready(databases: Databases, kind: Kind) -> None:
    made = databases.create(kind)
    store = Store(replace(made, clock="system"))
    assert ready(store) == (503, ["clock"])
    with store.transaction() as db:
        beats.leave(db, store.moment(db), "host:1", "1.0")
        beats.leave(db, store.moment(db), "host:1", "1.0")
    assert ready(store) == (200, [])
    assert 0 <= sample(figures_of(store), "liuhen_clock_lag_seconds") < 60
    with store.transaction() as db:
        db.execute(update(tables.beats).values(at=store.moment(db).now - timedelta(minutes=5)))
    assert ready(store) == (503, ["clock"])
    assert sample(figures_of(store), "liuhen_clock_lag_seconds") >= 300
    with store.transaction() as db:
        db.execute(update(tables.beats).values(at=store.moment(db).now - timedelta(days=5)))
        beats.leave(db, store.moment(db), "host:2", "1.0")
        beats.forget(db, store.moment(db))
    with store.reading() as db:
        assert db.execute(tables.beats.select()).one().server == "host:2"
    with store.transaction() as db:
        beats.end(db, "host:2")
        assert beats.newest(db) is None
    store.close()
    databases.drop(made)


def test_a_server_that_cannot_store_a_file_is_not_ready(databases: Databases, tmp_path: Path) -> None:
    made = databases.create("sqlite")
    file = tmp_path / "file"
    file.write_text("no folder")
    store = Store(replace(made, data_dir=file))
    assert ready(store) == (503, ["disk"])
    store.close()
    databases.drop(made)


def test_the_figures_of_worker_processes_are_added_up(
    lite: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess
    import sys

    count = (
        "from api import figures; figures.answered('GET /x', 200, 0.02); figures._taken();"
        "print(figures._CONNECTIONS is not None)"
    )
    monkeypatch.setenv(figures.FOLDER, str(tmp_path))
    for _ in range(2):
        subprocess.run([sys.executable, "-c", count], check=True, capture_output=True)
    found = figures_of(lite.store)
    assert sample(found, "liuhen_requests_total", door="GET /x", status="200") == 2
    assert sample(found, "liuhen_request_seconds_bucket", door="GET /x", le="0.025") == 2
    # Both processes have ended: what they held is held no longer.
    assert not list(tmp_path.glob("gauge_livesum_*.db"))
