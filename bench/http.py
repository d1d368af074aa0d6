"""Completed tasks a second over HTTP, and what one completion costs; beside a hand-written baseline in the same run.

    python -m bench.http [--cases N] [--clients N] [--rounds N] [--out FILE]

A case has five tasks (``bench/five``). Clients keep their connection, send an idempotency key, and complete one task
after another of cases that were started before. Both servers are the one that ``liuhen serve`` runs, with as many
processes. Durability is as in service: a commit reaches the disk.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event, select

from api import app as application
from api import demonstration, folders
from bench import baseline
from engine import accounts, migrations, settings, tables
from engine.actors import Actor
from engine.store import Store
from tests.databases import KINDS, Kind, PostgreSQL

ROOT = Path(__file__).resolve().parents[1]
FIVE = ROOT / "bench" / "five"
ANSWERS = {"amount": 1200, "reason": "Chairs for the meeting room 会议室座椅", "needed_on": "2027-01-15"}


# ---------------------------------------------------------------- a client


class Client:
    """One keep-alive connection; knows just enough HTTP to cost little beside what it measures."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")
        self._head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    def post(self, path: str, body: Any) -> dict[str, Any]:
        """The answer's JSON; raises ``RuntimeError`` for anything but 2xx."""
        content = json.dumps(body).encode()
        self._socket.sendall(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {uuid.uuid4()}\r\n{self._head}Content-Length: {len(content)}\r\n\r\n".encode()
            + content
        )
        status = int(self._file.readline().split()[1])
        length = 0
        while (line := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        answer = self._file.read(length)
        if not 200 <= status < 300:
            raise RuntimeError(f"POST {path}: {status} {answer.decode()[:500]}")
        read: dict[str, Any] = json.loads(answer)
        return read

    def close(self) -> None:
        self._file.close()
        self._socket.close()


@dataclass
class Measured:
    """One run: how many completions, in how many seconds, and how long each took (milliseconds)."""

    completions: int
    seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        return self.completions / self.seconds

    def quantile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    def as_json(self) -> dict[str, float]:
        return {
            "completions": self.completions,
            "seconds": round(self.seconds, 3),
            "per_second": round(self.rate, 1),
            "p50_ms": round(self.quantile(0.5), 2),
            "p99_ms": round(self.quantile(0.99), 2),
        }


def together(jobs: list[Callable[[list[float]], None]]) -> Measured:
    """Run the clients at once; each adds its latencies to a list of its own."""
    latencies: list[list[float]] = [[] for _ in jobs]
    faults: list[BaseException] = []

    def run(job: Callable[[list[float]], None], into: list[float]) -> None:
        try:
            job(into)
        except BaseException as e:  # noqa: BLE001 - raised below, in the thread that waits
            faults.append(e)

    threads = [threading.Thread(target=run, args=pair) for pair in zip(jobs, latencies, strict=True)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if faults:
        raise faults[0]
    every = [value for part in latencies for value in part]
    return Measured(len(every), seconds, every)


def walk(client: Client, firsts: list[str], path: str, body: dict[str, Any], into: list[float]) -> None:
    """Complete every task of some cases, from their first tasks on."""
    for first in firsts:
        task: str | None = first
        while task:
            asked = time.perf_counter()
            answer = client.post(path.format(task=task), body)
            into.append((time.perf_counter() - asked) * 1000)
            following = answer["next_task"]
            task = following["id"] if following else None


# ---------------------------------------------------------------- servers


@contextlib.contextmanager
def served(command: list[str], port: int, env: dict[str, str]) -> Iterator[None]:
    """A server on loopback for as long as the block lasts."""
    with tempfile.TemporaryFile() as output:
        server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stdout=output, stderr=output)
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    if server.poll() is not None or time.monotonic() > deadline:
                        output.seek(0)
                        raise RuntimeError(f"{command} did not start:\n{output.read().decode()[-3000:]}") from None
                    time.sleep(0.1)
            time.sleep(1.5)  # every worker is there, not only the first
            yield
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def share(things: list[str], clients: int) -> list[list[str]]:
    return [things[number::clients] for number in range(clients)]


# ---------------------------------------------------------------- the two sides


def measure_baseline(url: str, kind: Kind, cases: int, clients: int) -> Measured:
    """The hand-written completion behind the same server with as many processes and threads as Liuhen has."""
    from api.server import THREADS

    firsts = baseline.prepare(url, cases + clients)
    workers = 1 if kind == "sqlite" else min(4, os.cpu_count() or 1)
    threads = THREADS if kind == "sqlite" else max(2, THREADS // workers)
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads), "--no-ws"]
    with served([*command, "--log-level", "error", "bench.baseline:create"], port, {"BASELINE_URL": url}):
        people = [Client(port, {"Authorization": "Bearer token"}) for _ in range(clients)]
        path = "/tasks/{task}/completion"
        for person, first in zip(people, firsts[cases:], strict=True):  # warm: prepared statements, threads, caches
            walk(person, [first], path, {"answers": ANSWERS}, [])
        measured = together(
            [
                partial(walk, person, part, path, {"answers": ANSWERS})
                for person, part in zip(people, share(firsts[:cases], clients), strict=True)
            ]
        )
        for person in people:
            person.close()
    return measured


def prepare_liuhen(house: settings.Settings, clients: int) -> list[tuple[str, str]]:
    """The demonstration office with the five-task process; answers token and CSRF token of each client's session."""
    store = Store(house)
    migrations.upgrade(store.engine)
    found = demonstration.build(store)
    folders.publish(store, Actor.operator(), FIVE)
    with store.reading() as db:
        ids = {row.name: row.id for row in db.execute(select(tables.accounts.c.name, tables.accounts.c.id))}
    names = [str(one["name"]) for one in found]
    sessions = []
    for number in range(clients):
        with store.transaction() as db:
            sessions.append(accounts.open_session(db, ids[names[number % len(names)]]))
    store.close()
    return sessions


def headers(session: tuple[str, str]) -> dict[str, str]:
    return {"Cookie": f"liuhen={session[0]}", "X-CSRF-Token": session[1]}


def start_case(post: Callable[[str, Any], dict[str, Any]], unit: str) -> str:
    """Start one case; answers the id of its first task."""
    started = post("/api/v1/cases", {"definition": "five", "unit": unit, "data": ANSWERS})
    task: str = started["open_tasks"][0]["id"]
    return task


def measure_liuhen(env: dict[str, str], sessions: list[tuple[str, str]], cases: int) -> Measured:
    """Liuhen as ``liuhen serve`` runs it."""
    port = free_port()
    command = [sys.executable, "-m", "api", "serve", "--host", "127.0.0.1", "--port", str(port)]
    path, body = "/api/v1/tasks/{task}/completion", {"answers": ANSWERS, "decision": "agree"}
    with served(command, port, env):
        people = [Client(port, headers(session)) for session in sessions]
        firsts = []
        for number, person in enumerate(people):
            walk(person, [start_case(person.post, "WC0")], path, body, [])  # warm
            firsts.append([start_case(person.post, "WC0") for _ in range(cases // len(people) + (number == 0))])
        measured = together(
            [partial(walk, person, part, path, body) for person, part in zip(people, firsts, strict=True)]
        )
        for person in people:
            person.close()
    return measured


def count_statements(house: settings.Settings, session: tuple[str, str]) -> dict[str, float]:
    """SQL statements and commits of one completion in steady state: the second to fourth task of a warm case."""
    store = Store(house)
    client = application.create_app(store).test_client()
    client.set_cookie("liuhen", session[0])
    statements: list[str] = []
    commits: list[int] = []
    event.listen(store.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    event.listen(store.engine, "commit", lambda _: commits.append(1))

    def post(path: str, body: Any) -> dict[str, Any]:
        answer = client.post(
            path, json=body, headers={"X-CSRF-Token": session[1], "Idempotency-Key": str(uuid.uuid4())}
        )
        if answer.status_code >= 300:
            raise RuntimeError(f"POST {path}: {answer.status_code} {answer.get_data(as_text=True)[:500]}")
        read: dict[str, Any] = answer.get_json()
        return read

    seen: list[tuple[int, int, list[str]]] = []
    for _ in range(2):
        task: str | None = start_case(post, "WC0")
        seen = []
        while task:
            statements.clear()
            commits.clear()
            following = post(f"/api/v1/tasks/{task}/completion", {"answers": ANSWERS, "decision": "agree"})["next_task"]
            seen.append((len(statements), len(commits), list(statements)))
            task = following["id"] if following else None
    store.close()
    middle = seen[1:4]
    if os.environ.get("SHOW_STATEMENTS"):
        print("\n".join(f"  {' '.join(statement.split())[:160]}" for statement in middle[1][2]))
    return {
        "statements": statistics.mean(count for count, _, _ in middle),
        "commits": statistics.mean(count for _, count, _ in middle),
    }


def stored_bytes(url: str) -> int:
    """The size of the database, compacted, without the remembered answers (they are forgotten after days)."""
    if url.startswith("sqlite:///"):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy.db"
            with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as db:
                db.execute("VACUUM INTO ?", [str(copy)])
            with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as db:
                db.execute("DELETE FROM idempotency")
                db.execute("VACUUM")
            return copy.stat().st_size
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as db:
        db.execute("VACUUM FULL")
        row = db.execute(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'idempotency'"
        ).fetchall()
        return int(row[0][0])


def measure(kind: Kind, server: PostgreSQL | None, folder: Path, cases: int, clients: int) -> dict[str, Any]:
    """One kind of database: the baseline and Liuhen, one after the other."""
    folder.mkdir(parents=True)

    def fresh(name: str) -> str:
        if server is None:
            return f"sqlite:///{folder / name}.db"
        database = f"liuhen_bench_{os.getpid()}_{name}"
        server.run(f'CREATE DATABASE "{database}"')
        return server.url(database)

    say(f"{kind}: the baseline")
    hand_written = measure_baseline(fresh("baseline"), kind, cases, clients)
    url = fresh("liuhen")
    env = {"LIUHEN_DATABASE_URL": url, "LIUHEN_DATA_DIR": str(folder), "LIUHEN_SECRET_KEY": "b" * 48}
    house = settings.read({**env, "LIUHEN_CLOCK": "system"})
    say(f"{kind}: the demonstration office")
    sessions = prepare_liuhen(house, clients)
    cost = count_statements(house, sessions[0])
    before = stored_bytes(url)
    say(f"{kind}: Liuhen")
    liuhen = measure_liuhen(env, sessions, cases)
    finished = cases + 1 + clients
    return {
        "baseline": hand_written.as_json(),
        "liuhen": liuhen.as_json(),
        "ratio": round(liuhen.rate / hand_written.rate, 3),
        "statements_per_completion": round(cost["statements"], 1),
        "commits_per_completion": round(cost["commits"], 1),
        "bytes_per_finished_case": round((stored_bytes(url) - before) / finished),
    }


def say(sentence: str) -> None:
    print(f"  … {sentence}", file=sys.stderr, flush=True)


def table(rows: dict[str, dict[str, Any]]) -> str:
    """What is printed for people."""
    names = ("", "baseline/s", "Liuhen/s", "ratio", "p50 ms", "p99 ms", "statements", "commits", "bytes a case")
    lines: list[tuple[str, ...]] = [names]
    for kind, row in rows.items():
        liuhen = row["liuhen"]
        numbers = (
            row["baseline"]["per_second"],
            liuhen["per_second"],
            row["ratio"],
            liuhen["p50_ms"],
            liuhen["p99_ms"],
        )
        costs = (row["statements_per_completion"], row["commits_per_completion"], row["bytes_per_finished_case"])
        lines.append((kind, *(str(number) for number in (*numbers, *costs))))
    widths = [max(len(line[i]) for line in lines) + 2 for i in range(len(names))]
    return "\n".join("".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=160, help="cases of five tasks in each run")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--only", choices=KINDS, help="one kind of database")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    asked = parser.parse_args()
    rows: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="liuhen-bench-") as folder:
        for kind in [asked.only] if asked.only else KINDS:
            server = PostgreSQL.found(durable=True) if kind == "postgresql" else None
            try:
                rows[kind] = measure(kind, server, Path(folder) / kind, asked.cases, asked.clients)
            finally:
                if server is not None:
                    server.drop_all(f"liuhen_bench_{os.getpid()}_")
                    server.stop()
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"\n{asked.clients} clients, {asked.cases} cases of 5 tasks, {machine}\n")
    print(table(rows))
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps({"clients": asked.clients, "cases": asked.cases, **rows}, indent=2) + "\n")
    print(f"\nwritten to {asked.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
