"""Server processes on one database, and whoever kills them: only what was started here, by its own process group."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from engine.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DEATHS = 0.002
"""The chance that a node dies just before a commit, and the same just after it."""


class Node:
    """One ``liuhen serve`` with one worker, in a process group of its own."""

    def __init__(self, house: Settings, log: Path, deaths: float = DEATHS) -> None:
        self.port = _free_port()
        self._log = log
        self._environment = {
            **os.environ,
            "LIUHEN_DATABASE_URL": house.database_url,
            "LIUHEN_DATA_DIR": str(house.data_dir),
            "LIUHEN_SECRET_KEY": house.secret_key,
            "LIUHEN_CLOCK": "system",
            "LIUHEN_ZONE": house.zone.key,
            "LIUHEN_CHAOS_DEATHS": str(deaths),
            "PYTHONPATH": str(Path(__file__).parent / "failpoints"),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "api", "serve", "--port", str(self.port), "--workers", "1"],
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def is_dead(self) -> bool:
        """Whether it has ended by itself: at a commit, if not by a fault."""
        return self._process is not None and self._process.poll() is not None

    @property
    def answers(self) -> bool:
        """Whether the node serves and reaches its database."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of one answer; raises ``OSError`` where nobody listens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def wait(self, seconds: float = 180) -> None:
        """Until it answers; raises ``TimeoutError`` with what it had to say."""
        deadline = time.monotonic() + seconds
        while not self.answers:
            if self.is_dead:
                self.start()
            if time.monotonic() > deadline:
                raise TimeoutError(f"a node does not answer:\n{self._log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        """As a power cut would: the whole group at once, nothing is said."""
        self._send(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """It holds what it holds and says nothing: a long garbage collection, a swapped machine."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        self._send(signal.SIGCONT)

    def stop(self) -> None:
        """As an operator would; killed where that takes too long."""
        if self._process is None:
            return
        self.resume()
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(60)
        self.kill()

    def _send(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):  # the group has ended by itself
            os.killpg(self._process.pid, number)


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@dataclass
class Damage:
    """What was done to the nodes."""

    kills: int = 0
    deaths: int = 0
    pauses: int = 0
    cuts: int = 0


class Storm:
    """Kills and pauses nodes and, on PostgreSQL, cuts their connections, until told to stop."""

    def __init__(self, nodes: list[Node], house: Settings, seed: int) -> None:
        self.nodes, self.house = nodes, house
        self.done = Damage()
        self.over = threading.Event()
        self._chance = random.Random(seed)  # noqa: S311 - chances, not secrets

    def run(self) -> None:
        """Every node answers when this returns."""
        # Where one node is all there is, nothing is done between a kill and the next answer.
        shortest, longest = (0.8, 2.5) if len(self.nodes) > 1 else (1.0, 3.5)
        while not self.over.wait(self._chance.uniform(shortest, longest)):
            for node in self.nodes:
                if node.is_dead:
                    self.done.deaths += 1
                    node.start()
            self._strike()
        for node in self.nodes:
            node.wait()

    def _strike(self) -> None:
        node = self._chance.choice(self.nodes)
        many = any(other.answers for other in self.nodes if other is not node)
        way = self._chance.choices(("kill", "pause", "cut"), (6, 1, 3) if many else (1, 0, 0))[0]
        if way == "cut":
            self.done.cuts += self._cut()
        elif way == "pause":
            self.done.pauses += 1
            node.pause()
            time.sleep(self._chance.uniform(0.2, 1.5))
            node.resume()
        else:
            self.done.kills += 1
            node.kill()
            time.sleep(self._chance.uniform(0, 0.5))
            node.start()
            if not many:
                node.wait()  # with all of them down there would be nothing to go wrong

    def _cut(self) -> int:
        url = make_url(self.house.database_url).set(drivername="postgresql")
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as db:
            rows = db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.3"
            )
            return len(rows.fetchall())
