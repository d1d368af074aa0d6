#!/usr/bin/env python3
"""Liuhen's one front door. Needs Python 3.11 and nothing else.

    python3 run.py           from a fresh clone to a served demonstration office, http://127.0.0.1:8080
                             (PORT= and HOST= choose another address)
    python3 run.py setup     only install and build
    python3 run.py test      everything that is checked, on SQLite and PostgreSQL, in a real browser
    python3 run.py check     formatting, lint, types, import contracts, the web's lint and types
    python3 run.py bench     measure; prints a table and writes var/bench.json
    python3 run.py year      a year of the office through its doors, and a reckoning (--scale 0.01, --on postgresql)
    python3 run.py chaos     kill servers under load for ten minutes, look at what is left (or --seconds N)
    python3 run.py conformance   every construct of BPMN, and random walks with many more examples
    python3 run.py fuzz      hostile and broken diagrams, decisions and forms, many more of them
    python3 run.py redteam   a thousand random manipulations of the record on each database: each found and placed
    python3 run.py eventlogs a process miner (pm4py, in a folder of its own) reads the event logs; compared with SQL

Everything it installs lies in .venv/, web/node_modules/ and var/ of this folder.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said in a sentence, not as a traceback of something else
    sys.exit("liuhen: Python 3.11 or newer is needed; this is " + sys.version.split()[0])

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

from tools import build_web

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LIUHEN = BIN / ("liuhen.exe" if os.name == "nt" else "liuhen")
VAR = ROOT / "var"

LOCKS = {
    "runtime": ROOT / "requirements.lock",  # serves
    "test": ROOT / "requirements-test.lock",  # the same, and the tools of the tests
    "node": ROOT / "requirements-node.lock",  # Node in a wheel, for systems without one
}

LONG_SUITES = {
    "chaos": ("tests/chaos",),
    "fuzz": ("tests/conformance/test_fuzz.py", "tests/engine/test_decisions_fuzz.py"),
    "conformance": ("tests/conformance",),
    "redteam": ("tests/redteam",),
}
"""What takes long, by its word; ``LIUHEN_EXAMPLES`` says how many examples its random tests try."""
LONG_STORM = "600"
"""Seconds of chaos where it is asked for by its word; ``test`` does about half a minute of it."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SPARTICUZ = "@sparticuz/chromium@141.0.0"
"""Chromium inside an npm package: for Linux where nothing else can be installed."""

STARTED = time.monotonic()


class Stop(Exception):
    """It does not go on; the message says what to do."""


def say(sentence: str) -> None:
    """A line of progress with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:6.1f} s] {sentence}", flush=True)


def quietly(command: Sequence[str | Path], failure: str, *, env: Mapping[str, str] | None = None) -> str:
    """Run and answer what it printed; where it fails show all of it and stop with ``failure``."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env=dict(env) if env is not None else None,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as e:
        raise Stop(f"{failure} ({e})") from e
    if done.returncode != 0:
        print(done.stdout + done.stderr, file=sys.stderr)
        raise Stop(f"{failure} (exit status {done.returncode}; its own words are above)")
    return done.stdout


# ---------------------------------------------------------------- installing


def make_venv() -> None:
    """``.venv`` with this Python, made again where the one there does not run."""
    if PYTHON.exists():
        seen = subprocess.run(
            [str(PYTHON), "-c", "import sys, pip; print(sys.version_info >= (3, 11))"], capture_output=True
        )
        if seen.stdout.strip() == b"True":
            return
        say("the Python in .venv does not work any more; making .venv again")
        shutil.rmtree(VENV)
    try:
        import ensurepip
        import venv
    except ImportError:
        name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise Stop(f"this Python cannot make virtual environments. Run: sudo apt-get install -y {name}") from None
    del ensurepip, venv
    say(f"making .venv with Python {sys.version.split()[0]}")
    quietly(
        [sys.executable, "-m", "venv", VENV], "could not make .venv: is this folder writable and the disk not full?"
    )


def install(lock: str) -> None:
    """Install one lock file with its hashes; nothing to do where it is installed already."""
    path = LOCKS[lock]
    if _is_marked(lock, path):
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    count = sum(1 for line in lines if line[:1].isalnum())
    say(f"installing {count} Python package{'s' * (count > 1)} ({path.name})")
    quietly(
        [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--require-hashes", "-r", path],
        "pip could not install the packages: is the network up? A mirror is set with PIP_INDEX_URL",
    )
    _mark(lock, path)


def install_liuhen() -> None:
    """Make ``.venv/bin/liuhen``, pointing into this folder."""
    if LIUHEN.exists() and _is_marked("liuhen", ROOT / "pyproject.toml"):
        return
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    quietly(
        [*pip, "--no-deps", "--no-build-isolation", "--no-index", "-e", ROOT],
        "pip could not install Liuhen itself into .venv",
    )
    _mark("liuhen", ROOT / "pyproject.toml")


def _is_marked(name: str, *files: Path) -> bool:
    mark = VENV / f"liuhen-{name}.sha256"
    return mark.exists() and mark.read_text() == _sum(*files)


def _mark(name: str, *files: Path) -> None:
    # In .venv and not in var: who deletes .venv starts anew.
    (VENV / f"liuhen-{name}.sha256").write_text(_sum(*files))


def _sum(*files: Path) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def build_pages() -> None:
    """Build ``web/dist`` with the system's Node, or one from a wheel."""
    if build_web.is_current():
        return
    say(f"building the web with Node {find_node().version}")
    quietly([PYTHON, ROOT / "tools" / "build_web.py"], "the web could not be built")


def find_node() -> build_web.Node:
    """A Node: a new enough one on PATH, else the wheel's in .venv."""
    node = build_web.system_node()
    if node is None:
        if not _is_marked("node", LOCKS["node"]):
            say("no Node 20.19 or newer (with npm) on PATH; getting one for .venv")
        install("node")
        node = build_web.wheel_node([VENV / "Lib" / "site-packages", *VENV.glob("lib/python*/site-packages")])
    if node is None:
        raise Stop("the Node in .venv does not start here: install Node 20.19 or newer, with npm")
    return node


def setup(lock: str = "runtime") -> None:
    """Everything that serving needs. Where the system has Node, the web is built while pip installs."""
    node = None if build_web.is_current() else build_web.system_node()
    if node is None:
        make_venv()
        install(lock)
        build_pages()
    else:
        say(f"building the web with Node {node.version}, beside the rest")
        with tempfile.TemporaryFile() as words:
            web = subprocess.Popen(
                [sys.executable, str(ROOT / "tools" / "build_web.py")], cwd=ROOT, stdout=words, stderr=words
            )
            try:
                make_venv()
                install(lock)
                status = web.wait()
            finally:
                if web.poll() is None:
                    web.terminate()
                    web.wait()
            if status != 0:
                words.seek(0)
                print(words.read().decode("utf-8", "replace"), file=sys.stderr)
                raise Stop(f"the web could not be built (exit status {status}; its own words are above)")
    install_liuhen()


# ---------------------------------------------------------------- serving


def serve() -> int:
    """Install, build, fill the demonstration office, serve until Ctrl-C."""
    host = os.environ.get("HOST") or "127.0.0.1"
    port = _port()
    _expect_free(host, port)
    setup()
    say("preparing the database and the demonstration office")
    env = {**os.environ, "PYTHONUTF8": "1"}
    env.setdefault("LIUHEN_BASE_URL", f"http://{_reachable(host)}:{port}")
    answer = quietly([LIUHEN, "setup", "--demo", "--json"], "the demonstration office could not be prepared", env=env)
    accounts = _accounts(answer)
    say("starting")
    # In a session of its own: Ctrl-C would otherwise reach the server's processes all at once, and each would also
    # be told to stop by the one above it.
    server = subprocess.Popen(
        [str(LIUHEN), "serve", "--host", host, "--port", str(port)], cwd=ROOT, env=env, start_new_session=True
    )
    told: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        if told:
            server.kill()
        elif os.name != "nt" or number != signal.SIGINT:  # on Windows the console has told it already
            server.terminate()
        told.append(number)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)
    address = f"http://{_reachable(host)}:{port}"
    if _wait(server, f"{address}/health/live"):
        _welcome(address, host, accounts)
    status = server.wait()
    if told:
        say("stopped")
        return 0
    raise Stop(f"the server ended by itself (exit status {status}; its own words are above)")


def _port() -> int:
    given = os.environ.get("PORT") or "8080"
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise Stop(f"PORT is {given!r}: write a number such as 8080")
    return int(given)


def _expect_free(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as e:
        raise Stop(f"HOST is {host!r}, which is no address of this machine ({e}): write 127.0.0.1 or 0.0.0.0") from e
    with socket.socket(family, kind, protocol) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as e:
            raise Stop(
                f"{host}:{port} cannot be used ({e.strerror}). Choose another: PORT={port + 1} python3 run.py"
            ) from e


def _reachable(host: str) -> str:
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _wait(server: subprocess.Popen[bytes], url: str) -> bool:
    deadline = time.monotonic() + 60
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with opener.open(url, timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def _accounts(answer: str) -> list[dict[str, object]]:
    try:
        read = json.loads(answer)
        found = read["accounts"] if isinstance(read, dict) else read
        return [dict(account) for account in found]
    except (ValueError, TypeError, KeyError) as e:
        print(answer, file=sys.stderr)
        raise Stop("liuhen setup --demo --json did not print the accounts") from e


def _welcome(address: str, host: str, accounts: list[dict[str, object]]) -> None:
    say(f"ready: {address}")
    rows = []
    for account in accounts:
        roles = account.get("roles") or account.get("posts") or ""
        said = ", ".join(str(role) for role in roles) if isinstance(roles, list) else str(roles)
        rows.append(
            (str(account.get("name", "")), str(account.get("password", "")), f"{account.get('person', '')}  {said}")
        )
    print(f"\n  Liuhen 流痕   {address}\n\n  Sign in as (imaginary people):")
    widths = [max((len(row[i]) for row in rows), default=0) for i in (0, 1)]
    for name, password, who in rows:
        print(f"    {name:<{widths[0]}}  {password:<{widths[1]}}  {who}")
    if host != "127.0.0.1" and _reachable(host) != host:
        print("\n  Everybody on this network can reach it, and these passwords are printed here: no real data.")
    print("\n  Ctrl-C stops it.\n", flush=True)


# ---------------------------------------------------------------- checking


def check() -> list[str]:
    """Run every check that is not a test; answers the names of those that failed."""
    find_node()
    checks: list[tuple[str, list[str | Path]]] = [
        ("formatting", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."]),
        ("lint", [PYTHON, "-m", "ruff", "check", "--quiet", "--output-format", "concise", "."]),
        ("types", [PYTHON, "-m", "mypy", "--no-error-summary"]),
        ("import contracts", [BIN / "lint-imports", "--no-cache"]),
        ("printed docs", [PYTHON, ROOT / "tools" / "print_docs.py", "--check"]),
        ("web lint and types", [PYTHON, ROOT / "tools" / "build_web.py", "check"]),
        ("web unit tests", [PYTHON, ROOT / "tools" / "build_web.py", "test"]),
    ]
    failed = []
    with ThreadPoolExecutor(_processes()) as pool:
        for name, done in zip([name for name, _ in checks], pool.map(_checked, [c for _, c in checks]), strict=True):
            say(name)
            # Shown only where it fails: what passes is silent.
            if done.returncode != 0:
                sys.stdout.buffer.write(done.stdout)
                sys.stdout.flush()
                failed.append(name)
                say(f"{name}: FAILED")
    return failed


def _checked(command: Sequence[str | Path]) -> subprocess.CompletedProcess[bytes]:
    """A command that has ended, with what it said."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=_quiet_env(),
        check=False,
    )


def test(arguments: Sequence[str]) -> int:
    """Everything, with half a minute of chaos beside it, on several cores at once; the last line is pytest's."""
    setup("test")
    env = {**_quiet_env(), "CHROMIUM": str(find_browser())}
    failed = check()
    if failed:
        say(f"failed before the tests: {', '.join(failed)}")
    say("tests")
    several = ["-n", str(_processes()), "--dist", "loadscope"]
    done = subprocess.run([str(PYTHON), "-m", "pytest", "-q", *several, *arguments], cwd=ROOT, env=env)
    return done.returncode or (1 if failed else 0)


def _processes() -> int:
    """Processes for the tests: one for each core, and no more than four, each of which has databases of its own."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, 4)


def long_suite(name: str, arguments: Sequence[str]) -> int:
    """One of the suites that take long, where the clone has it."""
    if not has_suite(name):
        raise Stop(f"there is no {name} suite in this version; there are: {', '.join(words())}")
    setup("test")
    if name == "chaos" and not any(word.startswith("--seconds") for word in arguments):
        arguments = ["--seconds", LONG_STORM, *arguments]
    env = {**os.environ}
    env.setdefault("LIUHEN_EXAMPLES", "2000")
    env.setdefault("LIUHEN_ATTACKS", "1000")
    return subprocess.run(
        [str(PYTHON), "-m", "pytest", "-q", "-o", "faulthandler_timeout=0", *LONG_SUITES[name], *arguments],
        cwd=ROOT,
        env=env,
    ).returncode


def has_suite(name: str) -> bool:
    """Whether the clone holds any test of a suite."""
    places = [ROOT / place for place in LONG_SUITES[name]]
    return any(place.is_file() or any(place.glob("**/test_*.py")) for place in places)


def bench(arguments: Sequence[str]) -> int:
    """The benchmark; it brings its own databases."""
    setup("test")
    if arguments:  # those of the measurement over HTTP
        return subprocess.run([str(PYTHON), "-m", "bench.http", *arguments], cwd=ROOT).returncode
    wanted = ("bench.engine", "bench.http", "bench.worklist", "bench.year")
    parts = [subprocess.run([str(PYTHON), "-m", part], cwd=ROOT).returncode for part in wanted]
    return max(parts)


def year(arguments: Sequence[str]) -> int:
    """A year of the office, scaled; in a database of its own."""
    setup("test")
    return subprocess.run([str(PYTHON), "-m", "bench.year", *arguments], cwd=ROOT).returncode


PM4PY = "pm4py==2.7.23"
"""AGPL-3.0 and 550 MB: installed for this one comparison, never a part or a dependency of the product."""


def eventlogs(arguments: Sequence[str]) -> int:
    """Event logs as another hand's process miner reads them, beside what SQL counts.

    Of the database that ``LIUHEN_DATABASE_URL`` names, else of the demonstration office in one of its own.
    """
    if arguments:
        raise Stop("eventlogs takes no argument: LIUHEN_DATABASE_URL names the database")
    setup()
    folder = VAR / "eventlogs"
    folder.mkdir(parents=True, exist_ok=True)
    env = {**os.environ, "PYTHONUTF8": "1"}
    if not env.get("LIUHEN_DATABASE_URL"):
        env |= {"LIUHEN_DATABASE_URL": f"sqlite:///{folder / 'office.db'}", "LIUHEN_DATA_DIR": str(folder)}
        say("preparing the demonstration office")
        quietly([LIUHEN, "setup", "--demo", "--json"], "the demonstration office could not be prepared", env=env)
    for form, name in (("xes", "log.xes"), ("ocel", "log.ocel.json")):
        # A second export has the first one's entries in it: the log is what stands in the database when it is made.
        quietly(
            [LIUHEN, "export", "--all", "--format", form, "--output", folder / name, "--purpose", "eventlogs"],
            f"the {form} log could not be exported",
            env=env,
        )
    quietly([PYTHON, "-m", "tools.eventlogs", "count", folder / "counted.json"], "SQL could not count", env=env)
    miner = folder / "venv" / BIN.name / PYTHON.name
    if not miner.exists() or subprocess.run([str(miner), "-c", "import pm4py"], capture_output=True).returncode != 0:
        say(f"installing {PM4PY} into var/eventlogs (half a gigabyte)")
        quietly([sys.executable, "-m", "venv", folder / "venv"], "could not make var/eventlogs/venv")
        quietly(
            [miner, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", PM4PY],
            "pip could not install pm4py: is the network up?",
        )
    say("reading both logs")
    return subprocess.run([str(miner), "tools/eventlogs.py", "compare", str(folder)], cwd=ROOT).returncode


def _quiet_env() -> dict[str, str]:
    """For checks and tests: what Python compiles once is kept, as the tests start some hundred processes of Liuhen."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    kept.setdefault("PYTHONPYCACHEPREFIX", str(VAR / "bytecode"))
    return {**kept, "PYTHONUTF8": "1", "npm_config_update_notifier": "false"}


# ---------------------------------------------------------------- a browser for the tests of the pages


def find_browser() -> Path:
    """A Chromium: CHROMIUM=, on PATH, installed by apt-get (as root), or from npm as the last resort."""
    given = os.environ.get("CHROMIUM")
    if given:
        if not _runs(Path(given)):
            raise Stop(f"CHROMIUM is {given!r}, which does not start: write the path of a Chromium, or unset it")
        return Path(given)
    found = _browser_on_path()
    is_root_linux = sys.platform == "linux" and os.getuid() == 0 and shutil.which("apt-get") is not None
    fonts = _has_chinese_font()
    if is_root_linux and (found is None or not fonts):
        wanted = [*(["chromium"] if found is None else []), *([] if fonts else ["fonts-noto-cjk"])]
        say(f"installing {' and '.join(wanted)} with apt-get, for the tests of the pages")
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "update", "-q"],
            ["apt-get", "install", "-q", "-y", "--no-install-recommends", *wanted],
        ):
            done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode != 0:
                print(done.stdout)
                say(f"{' '.join(command[:2])} failed (exit status {done.returncode})")
                break
        found = _browser_on_path()
    elif not fonts:
        say("no Chinese font here: the pages' screenshots will show boxes (apt-get install fonts-noto-cjk)")
    if found is None and sys.platform == "linux":
        found = _browser_from_npm()
    if found is None:
        raise Stop("the tests of the pages need Chromium: install it (apt-get install chromium), or set CHROMIUM=path")
    return found


def _browser_on_path() -> Path | None:
    for name in BROWSERS:
        path = shutil.which(name)
        if path and _runs(Path(path)):
            return Path(path)
    return None


def _browser_from_npm() -> Path | None:
    folder = VAR / "chromium"
    kept = folder / "path"
    if kept.exists() and _runs(Path(kept.read_text())):
        return Path(kept.read_text())
    node = find_node()
    say(f"getting {SPARTICUZ} from npm, for the tests of the pages")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}')
    ask = "import('@sparticuz/chromium').then(async m => console.log(await m.default.executablePath()))"
    try:
        quietly(
            [*node.npm, "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", SPARTICUZ], "npm"
        )
        env = {**os.environ, "TMPDIR": str(folder)}
        done = subprocess.run([str(node.node), "-e", ask], cwd=folder, env=env, capture_output=True, text=True)
    except (Stop, OSError) as e:
        say(f"that did not work: {e}")
        return None
    path = Path(done.stdout.strip() or "/nonexistent")
    if not _runs(path):
        say(f"the Chromium from npm does not start here: {done.stderr.strip()[-300:]}")
        return None
    kept.write_text(str(path))
    return path


def _runs(browser: Path) -> bool:
    try:
        done = subprocess.run([str(browser), "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _has_chinese_font() -> bool:
    try:
        return bool(
            subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, timeout=60).stdout.strip()
        )
    except (OSError, subprocess.SubprocessError):
        return sys.platform != "linux"


# ---------------------------------------------------------------- the words


def words() -> list[str]:
    """What this clone can be asked to do."""
    return [
        "serve",
        "setup",
        "test",
        "check",
        "bench",
        "year",
        "eventlogs",
        *(name for name in LONG_SUITES if has_suite(name)),
    ]


def main(arguments: list[str]) -> int:
    word, rest = (arguments[0], arguments[1:]) if arguments else ("serve", [])
    os.chdir(ROOT)
    if word in ("-h", "--help", "help"):
        print(__doc__)
        return 0
    if word == "test":
        return test(rest)
    if word == "bench":
        return bench(rest)
    if word == "year":
        return year(rest)
    if word == "eventlogs":
        return eventlogs(rest)
    if word in LONG_SUITES:
        return long_suite(word, rest)
    if word not in ("serve", "setup", "check") or rest:
        raise Stop(f"{' '.join(arguments)!r} is nothing this can do; there are: {', '.join(words())}")
    if word == "serve":
        return serve()
    if word == "setup":
        setup()
        say("installed and built")
        return 0
    setup("test")
    failed = check()
    say(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        status = main(sys.argv[1:])
    except (Stop, build_web.NoWeb) as e:
        print(f"\nliuhen: {e}", file=sys.stderr)
        status = 1
    except KeyboardInterrupt:
        print("\nliuhen: stopped", file=sys.stderr)
        status = 130
    raise SystemExit(status)
