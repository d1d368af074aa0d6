"""Completed tasks a second over HTTP, and what one completion costs; beside a hand-written baseline in the same run.

    python -m bench.http [--only DATABASE] [--workers N …] [--clients N …] [--rounds N] [--cases N] [--out FILE]

A case has five tasks (``bench/five``). Clients keep their connection, send an idempotency key, and complete one task
after another of cases that were started before. Both servers are the one that ``liuhen serve`` runs, with as many
processes and threads, and both are up all the time: rounds of the one and of the other take turns, so that whatever
else the machine does falls on both. A figure is the median of the rounds, with the least and the greatest.
Durability is as in service: a commit reaches the disk.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
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
from itertools import groupby
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event, select

from api import app as application
from api import demonstration, folders
from api.server import THREADS
from bench import baseline
from bench.telling import ROOT, keep, machine, say, spread
from engine import accounts, migrations, settings, tables
from engine.actors import Actor
from engine.store import Store
from tests.databases import KINDS, Kind, PostgreSQL

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
    """One round of one side: how many completions, in how many seconds, how long each took, and CPU seconds spent."""

    completions: int
    seconds: float
    latencies: list[float]
    """Milliseconds."""
    cpu: float = 0.0
    """Of the server's processes."""
    database_cpu: float | None = None
    """Of PostgreSQL's processes, where they are ours to look at."""

    @property
    def rate(self) -> float:
        return self.completions / self.seconds


def side(rounds: list[Measured]) -> dict[str, Any]:
    """What is written about one side of a configuration."""
    latencies = sorted(value for one in rounds for value in one.latencies)
    done = sum(one.completions for one in rounds)

    def quantile(share: float) -> float:
        return round(latencies[min(len(latencies) - 1, int(len(latencies) * share))], 2)

    database = [one.database_cpu for one in rounds if one.database_cpu is not None]
    return {
        "completions": done,
        "per_second": spread([one.rate for one in rounds], 1),
        "p50_ms": quantile(0.5),
        "p99_ms": quantile(0.99),
        "server_cpu_ms": round(sum(one.cpu for one in rounds) / done * 1000, 3),
        "database_cpu_ms": round(sum(database) / done * 1000, 3) if database else None,
    }


def cpu_of(root: int | None) -> float | None:
    """CPU seconds that a process and everything below it have used so far (Linux; elsewhere ``None``)."""
    if root is None or not Path("/proc/self/stat").exists():
        return None
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    tick = os.sysconf("SC_CLK_TCK")
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        # Its own and its ended children's, user and system (proc_pid_stat(5), fields 14 to 17).
        parents[int(entry.name)] = int(fields[1])
        used[int(entry.name)] = sum(int(value) for value in fields[11:15]) / tick
    total = 0.0
    for pid, seconds in used.items():
        above: int | None = pid
        while above is not None and above != root:
            above = parents.get(above)
        total += seconds if above == root else 0.0
    return total


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
def served(command: list[str], port: int, env: dict[str, str]) -> Iterator[int]:
    """A server on loopback for as long as the block lasts; gives its process."""
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
            yield server.pid
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


class Baseline:
    """The hand-written completion, behind the same server with as many processes and threads as Liuhen has."""

    path, body = "/tasks/{task}/completion", {"answers": ANSWERS}

    def __init__(self, url: str, cases: int) -> None:
        self._url = url
        self._firsts = baseline.prepare(url, cases)

    def command(self, port: int, kind: Kind, workers: int) -> tuple[list[str], dict[str, str]]:
        threads = THREADS if kind == "sqlite" else max(2, THREADS // workers)
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1"]
        command += ["--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads), "--no-ws"]
        return [*command, "--log-level", "error", "bench.baseline:create"], {"BASELINE_URL": self._url}

    def client(self, port: int, _number: int) -> Client:
        return Client(port, {"Authorization": "Bearer token"})

    def cases(self, _client: Client, count: int) -> list[str]:
        """The first tasks of so many new cases."""
        return [self._firsts.pop() for _ in range(count)]


class Liuhen:
    """Liuhen as ``liuhen serve`` runs it."""

    path, body = "/api/v1/tasks/{task}/completion", {"answers": ANSWERS, "decision": "agree"}

    def __init__(self, env: dict[str, str], sessions: list[tuple[str, str]]) -> None:
        self._env, self._sessions = env, sessions
        self.started = 0

    def command(self, port: int, kind: Kind, workers: int) -> tuple[list[str], dict[str, str]]:
        command = [sys.executable, "-m", "api", "serve", "--host", "127.0.0.1", "--port", str(port)]
        return [*command, "--workers", str(workers)], self._env

    def client(self, port: int, number: int) -> Client:
        return Client(port, headers(self._sessions[number]))

    def cases(self, client: Client, count: int) -> list[str]:
        self.started += count
        return [start_case(client.post, "WC0") for _ in range(count)]


Side = Baseline | Liuhen


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


def a_round(which: Side, people: list[Client], cases: int, server: int, database: int | None) -> Measured:
    """So many cases from their first tasks to their ends, by all clients at once."""
    firsts = [which.cases(person, len(range(number, cases, len(people)))) for number, person in enumerate(people)]
    before, database_before = cpu_of(server), cpu_of(database)
    done = together(
        [
            partial(walk, person, part, which.path, which.body)
            for person, part in zip(people, firsts, strict=True)
            if part
        ]
    )
    after, database_after = cpu_of(server), cpu_of(database)
    done.cpu = (after or 0.0) - (before or 0.0)
    if database_before is not None and database_after is not None:
        done.database_cpu = database_after - database_before
    return done


def compare(
    kind: Kind, sides: tuple[Baseline, Liuhen], workers: int, clients: list[int], asked: Asked, database: int | None
) -> dict[str, dict[str, Any]]:
    """Both servers with so many processes, and every number of clients."""
    found: dict[str, dict[str, Any]] = {}
    both: tuple[Side, ...] = sides
    with contextlib.ExitStack() as stack:
        ports, pids = [], []
        for which in both:
            ports.append(free_port())
            command, env = which.command(ports[-1], kind, workers)
            pids.append(stack.enter_context(served(command, ports[-1], env)))
        for number in clients:
            people = [[which.client(port, n) for n in range(number)] for which, port in zip(both, ports, strict=True)]
            rounds: tuple[list[Measured], list[Measured]] = ([], [])
            for turn in range(asked.rounds + 1):
                for place, which in enumerate(both):
                    done = a_round(which, people[place], max(asked.cases, number), pids[place], database)
                    if turn:  # the first is for prepared statements, threads and caches
                        rounds[place].append(done)
            for person in (*people[0], *people[1]):
                person.close()
            ratios = [ours.rate / theirs.rate for theirs, ours in zip(*rounds, strict=True)]
            found[f"{workers}x{number}"] = {
                "workers": workers,
                "clients": number,
                "baseline": side(rounds[0]),
                "liuhen": side(rounds[1]),
                "ratio": spread(ratios, 3),
            }
            say(f"{kind}, {workers} processes, {number} clients: ratio {found[f'{workers}x{number}']['ratio']}")
    return found


@dataclass(frozen=True)
class Asked:
    """How much is measured."""

    rounds: int
    cases: int
    workers: list[int]
    clients: list[int]


@contextlib.contextmanager
def heard(statements: list[str]) -> Iterator[None]:
    """Whatever psycopg executes while the block lasts."""
    plain = psycopg.Cursor.execute

    def listening(cursor: Any, query: Any, *rest: Any, **more: Any) -> Any:
        statements.append(str(query))
        return plain(cursor, query, *rest, **more)

    psycopg.Cursor.execute = listening  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        psycopg.Cursor.execute = plain  # type: ignore[method-assign]


def count_statements(house: settings.Settings, session: tuple[str, str]) -> dict[str, float]:
    """SQL statements and commits of one completion in steady state: the second to fourth task of a warm case."""
    store = Store(house)
    client = application.create_app(store).test_client()
    client.set_cookie("liuhen", session[0])
    statements: list[str] = []
    commits: list[int] = []
    # The hot statements go past SQLAlchemy: what counts is what the drivers are given.
    event.listen(store.engine, "commit", lambda _: commits.append(1))
    if store.is_sqlite:
        event.listen(store.engine, "connect", lambda opened, _: opened.set_trace_callback(statements.append))
        event.listen(store.engine, "checkout", lambda opened, *_: opened.set_trace_callback(statements.append))

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
            with heard(statements):
                following = post(Liuhen.path.format(task=task), Liuhen.body)["next_task"]
            # SQLite says a statement once more for each trigger that it sets off.
            said = [one for one, _ in groupby(statements) if one.split()[0] not in ("BEGIN", "COMMIT", "--")]
            seen.append((len(said), len(commits), said))
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


def measure(kind: Kind, server: PostgreSQL | None, folder: Path, asked: Asked) -> dict[str, Any]:
    """One kind of database, every configuration."""
    folder.mkdir(parents=True)

    def fresh(name: str) -> str:
        if server is None:
            return f"sqlite:///{folder / name}.db"
        database = f"liuhen_bench_{os.getpid()}_{name}"
        server.run(f'CREATE DATABASE "{database}"')
        return server.url(database)

    url = fresh("liuhen")
    env = {"LIUHEN_DATABASE_URL": url, "LIUHEN_DATA_DIR": str(folder), "LIUHEN_SECRET_KEY": "b" * 48}
    house = settings.read({**env, "LIUHEN_CLOCK": "system"})
    say(f"{kind}: the demonstration office")
    sessions = prepare_liuhen(house, max(asked.clients))
    cost = count_statements(house, sessions[0])
    before = stored_bytes(url)
    workers = [1] if kind == "sqlite" else asked.workers
    most = sum(max(asked.cases, number) for number in asked.clients) * (asked.rounds + 1) * len(workers)
    sides = (Baseline(fresh("baseline"), most), Liuhen(env, sessions))
    found: dict[str, Any] = {}
    for count in workers:
        found |= compare(kind, sides, count, asked.clients, asked, postmaster(server))
    return {
        "configurations": found,
        "statements_per_completion": round(cost["statements"], 1),
        "commits_per_completion": round(cost["commits"], 1),
        "bytes_per_finished_case": round((stored_bytes(url) - before) / sides[1].started),
    }


def postmaster(server: PostgreSQL | None) -> int | None:
    """The process above PostgreSQL's own, where it runs on this machine."""
    if server is None or os.environ.get("LIUHEN_TEST_PG_URL"):
        return None
    with psycopg.connect(server.url("postgres").replace("+psycopg", "")) as db:
        backend = Path(f"/proc/{db.info.backend_pid}/stat")
        return int(backend.read_text().rpartition(")")[2].split()[1]) if backend.exists() else None


def table(rows: dict[str, dict[str, Any]]) -> str:
    """What is printed for people."""
    names = ["", "processes", "clients", "baseline/s", "Liuhen/s", "(least–greatest)", "ratio", "(least–greatest)"]
    names += ["p50 ms", "p99 ms", "CPU ms", "of the database"]
    lines: list[list[str]] = [names]
    for kind, row in rows.items():
        for one in row["configurations"].values():
            ours, ratio = one["liuhen"], one["ratio"]
            rate = ours["per_second"]
            cells = [kind, one["workers"], one["clients"], one["baseline"]["per_second"]["median"], rate["median"]]
            cells += [f"({rate['least']}–{rate['greatest']})", ratio["median"]]
            cells += [f"({ratio['least']}–{ratio['greatest']})", ours["p50_ms"], ours["p99_ms"]]
            cells += [ours["server_cpu_ms"], ours["database_cpu_ms"] or ""]
            lines.append([str(cell) for cell in cells])
    widths = [max(len(line[i]) for line in lines) + 2 for i in range(len(names))]
    drawn = ["".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    for kind, row in rows.items():
        drawn.append(
            f"{kind}: {row['statements_per_completion']} statements and {row['commits_per_completion']} commits a "
            f"completion, {row['bytes_per_finished_case']} bytes a finished case"
        )
    return "\n".join(drawn)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each side, one after the other")
    parser.add_argument("--cases", type=int, default=24, help="cases of five tasks in a round")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="processes (on SQLite always one)")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4, 8])
    parser.add_argument("--only", choices=KINDS, help="one kind of database")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    given = parser.parse_args()
    asked = Asked(given.rounds, given.cases, given.workers, given.clients)
    rows: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="liuhen-bench-") as folder:
        for kind in [given.only] if given.only else KINDS:
            server = PostgreSQL.found(durable=True) if kind == "postgresql" else None
            try:
                rows[kind] = measure(kind, server, Path(folder) / kind, asked)
            finally:
                if server is not None:
                    server.drop_all(f"liuhen_bench_{os.getpid()}_")
                    server.stop()
    print(f"\n{asked.rounds} rounds of {asked.cases} cases of 5 tasks; {machine()}\n")
    print(table(rows))
    keep(given.out, "http", {"rounds": asked.rounds, "cases": asked.cases, **rows})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
