"""An office on a PostgreSQL of its own, as it is set up where people work, thrown away after it was measured."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from engine import migrations, settings
from engine.store import Store
from tests.databases import PostgreSQL


@contextmanager
def own(name: str) -> Iterator[Store]:
    """An empty database with the newest schema, whose commits reach the disk; ``name`` tells it from other measures'.

    What tests set up else (a virtual clock) is not there: it is asked for in every request.
    """
    server, mine = PostgreSQL.found(durable=True), f"liuhen_bench_{os.getpid()}_"
    try:
        server.run(f'CREATE DATABASE "{mine}{name}"')
        with tempfile.TemporaryDirectory(prefix="liuhen-bench-") as folder:
            url = server.url(mine + name)
            store = Store(settings.read({"LIUHEN_DATABASE_URL": url, "LIUHEN_DATA_DIR": folder}))
            try:
                migrations.upgrade(store.engine)
                yield store
            finally:
                store.close()
    finally:
        server.drop_all(mine)
        server.stop()
