"""The schema's history (Alembic). ``upgrade`` brings a database to what ``engine/tables.py`` says."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

FOLDER = Path(__file__).parent

LOCK = 0x11_0E_11
"""The advisory lock that lets one node at a time migrate a PostgreSQL database."""


def configuration() -> Config:
    """Alembic's settings without an ``alembic.ini``: the package is wherever it was installed."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply the missing migrations in one transaction.

    Safe when several nodes start at once: the second waits and then finds nothing to do. SQLite's
    ``BEGIN IMMEDIATE`` (see ``engine/store.py``) is the lock there, an advisory lock on PostgreSQL.
    """
    config = configuration()
    with engine.begin() as db:
        if db.dialect.name == "postgresql":
            # The serving connections give up on a lock after seconds; a node that waits for another
            # node's migration must not.
            db.execute(text("SET LOCAL lock_timeout = 0"))
            db.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        config.attributes["connection"] = db
        command.upgrade(config, revision)
