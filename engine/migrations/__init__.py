"""The schema's history (Alembic). ``upgrade`` brings a database to what ``engine/tables.py`` says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from engine.errors import Refused, Text

FOLDER = Path(__file__).parent

LOCK = 0x11_0E_11
"""The advisory lock that lets one node at a time migrate a PostgreSQL database."""


def configuration() -> Config:
    """Alembic's settings without an ``alembic.ini``: the package is wherever it was installed."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


class NewerSchema(Refused):
    """A newer release has upgraded the database: this one would not fill in what that one reads."""

    code = "err_schema_newer"
    text = Text(
        "数据库已由更新的版本升级（结构 {schema}），本版本不能再使用它。请安装该版本。",
        "A newer release has upgraded the database (schema {schema}); this one can no longer use it. Install that one.",
    )


def upgrade(engine: Engine, to: str = "head") -> None:
    """Apply the missing migrations in one transaction.

    Safe when several nodes start at once: the second waits and then finds nothing to do. SQLite's
    ``BEGIN IMMEDIATE`` (see ``engine/store.py``) is the lock there, an advisory lock on PostgreSQL.
    Raises ``NewerSchema``.
    """
    config = configuration()
    with _unhindered(engine) as db, db.begin():
        if db.dialect.name == "postgresql":
            # The serving connections give up on a lock after seconds; a node that waits for another
            # node's migration must not.
            db.execute(text("SET LOCAL lock_timeout = 0"))
            db.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        if (found := revision(db)) is not None and found not in known():
            raise NewerSchema(schema=found)
        config.attributes["connection"] = db
        command.upgrade(config, to)
        if db.dialect.name == "sqlite" and (broken := db.execute(text("PRAGMA foreign_key_check")).first()):
            raise RuntimeError(f"a row of {broken[0]} refers to a row of {broken[2]} that is not there")


@contextmanager
def _unhindered(engine: Engine) -> Iterator[Connection]:
    """A connection on which SQLite lets one table take another's place (sqlite.org/lang_altertable.html, section 7)."""
    with engine.connect() as db:
        if db.dialect.name != "sqlite":
            yield db
            return
        # On the driver's connection: a transaction, in which SQLite would not hear of it, has not begun.
        driver: Any = db.connection.dbapi_connection
        (was,) = driver.execute("PRAGMA foreign_keys").fetchone()
        (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("PRAGMA busy_timeout=600000")  # another node's migration takes as long as it takes
        try:
            yield db
        finally:
            driver.execute(f"PRAGMA busy_timeout={patience}")
            driver.execute(f"PRAGMA foreign_keys={was}")


NEWEST: str = ScriptDirectory.from_config(configuration()).get_current_head() or ""
"""The revision of this release."""


def revision(db: Connection) -> str | None:
    """The revision of a database; null where it has no table of ours."""
    found: str | None = MigrationContext.configure(db).get_current_revision()
    return found


def known() -> list[str]:
    """Every revision that this release can bring to its own, oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()][::-1]
