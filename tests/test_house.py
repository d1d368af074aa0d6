"""The rules of the house that are cheaper to run than to remember."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from lxml import etree
from sqlalchemy import Column, Engine, String, Table, delete, insert, inspect, select, text, update
from sqlalchemy.exc import IntegrityError

import api
import engine
from api import seen
from api.app import create_app
from engine import errors, migrations, tables
from engine.store import Store
from tests.databases import Databases, Kind
from tools import print_docs, third_party

ROOT = Path(__file__).resolve().parents[1]
PROCESSES = sorted(folder for folder in (ROOT / "processes").iterdir() if folder.is_dir())
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LETTERS = re.compile(r"[A-Za-z]")


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Every Python file below some folders: its path in the repository and its syntax tree."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), parsed(path)


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file; a dozen rules look at the same ones."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Every node of a file."""
    return tuple(ast.walk(tree))


@pytest.fixture(scope="module", autouse=True)
def _forgotten() -> Iterator[None]:
    """The trees of the whole house are not kept while other tests run."""
    yield
    parsed.cache_clear()
    nodes.cache_clear()


def tracked() -> list[Path]:
    """The text files that belong to the project: what git keeps, and what is new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:  # an unpacked source archive
        found = [path for path in ROOT.rglob("*") if not {"node_modules", ".venv", "var"} & set(path.parts)]
    return [path for path in found if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def calls(tree: ast.Module, *names: str) -> Iterator[ast.Call]:
    """The calls of ``x.name(…)`` for some names."""
    for node in nodes(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            yield node


def imports(tree: ast.Module) -> Iterator[str]:
    """The modules that a file imports, wherever in it."""
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def every_subclass(kind: type[Any]) -> set[type[Any]]:
    """All classes below one, in everything that ``engine`` and ``api`` define."""
    for package in (engine, api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found: set[type[Any]] = set()
    waiting = [kind]
    while waiting:
        for below in waiting.pop().__subclasses__():
            if below not in found and below.__module__.split(".")[0] in ("engine", "api"):
                found.add(below)
                waiting.append(below)
    return found


# ---------------------------------------------------------------- the schema


def shape(database: Engine) -> dict[str, Any]:
    """What a database looks like from outside: tables, columns, keys and indexes, in a comparable form."""
    seen = inspect(database)

    def sorted_by_name(things: Any) -> list[dict[str, Any]]:
        kept = (
            {k: {o: str(v[o]) for o in v} if k.startswith("dialect") else v for k, v in thing.items() if k != "comment"}
            for thing in things
        )
        return sorted(kept, key=lambda thing: str(thing.get("name")))

    return {
        table: {
            # Where in its table a column stands means nothing: those of later migrations stand at the end.
            "columns": sorted_by_name({**column, "type": str(column["type"])} for column in seen.get_columns(table)),
            "primary key": seen.get_pk_constraint(table),
            "foreign keys": sorted_by_name(seen.get_foreign_keys(table)),
            "unique": sorted_by_name(seen.get_unique_constraints(table)),
            "indexes": sorted_by_name(seen.get_indexes(table)),
        }
        for table in sorted(seen.get_table_names())
        if table != "alembic_version"
    }


def test_the_migrations_and_the_tables_page_give_the_same_schema(databases: Databases, kind: Kind) -> None:
    migrated, declared = (Store(databases.blank(kind)) for _ in range(2))
    migrations.upgrade(migrated.engine)
    tables.metadata.create_all(declared.engine)

    assert shape(migrated.engine) == shape(declared.engine)
    assert len(shape(migrated.engine)) == len(tables.metadata.tables)

    for store in (migrated, declared):
        store.close()
        databases.drop(store.settings)


def test_nodes_that_start_together_migrate_once(databases: Databases, kind: Kind) -> None:
    made = databases.blank(kind)
    faults: list[Exception] = []

    def start() -> None:
        store = Store(made)
        try:
            migrations.upgrade(store.engine)
        except Exception as e:  # noqa: BLE001 - handed to the test
            faults.append(e)
        finally:
            store.close()

    nodes = [threading.Thread(target=start) for _ in range(4)]
    for node in nodes:
        node.start()
    for node in nodes:
        node.join()

    assert faults == []
    store = Store(made)
    with store.reading() as db:
        assert db.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1
    store.close()
    databases.drop(made)


def test_there_is_one_line_of_migrations() -> None:
    numbers = sorted(path.name[:4] for path in (ROOT / "engine/migrations/versions").glob("[0-9]*.py"))
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]


EXAMPLES: dict[type[Any], Any] = {int: 1, str: "x", bytes: b"x", bool: True, date: date(2026, 3, 2)}


def example(column: Column[Any]) -> Any:
    """Any value that a column takes."""
    if isinstance(column.type, tables.Instant):
        return datetime(2026, 3, 2, tzinfo=UTC)
    return EXAMPLES[column.type.python_type]


def put_a_row(store: Store, table: Table) -> None:
    """Any row that the table takes; rows it refers to are made first."""
    row = {}
    for column in table.columns:
        if not column.nullable:
            row[column.name] = example(column)
    for key in table.foreign_keys:
        if not key.parent.nullable:
            with store.reading() as db:
                is_there = db.execute(select(key.column)).first()
            if not is_there:
                put_a_row(store, key.column.table)
    with store.transaction() as db:
        db.execute(insert(table).values(row))


@pytest.mark.parametrize("name", tables.APPEND_ONLY)
def test_a_row_of_an_append_only_table_stays_as_it_was_written(store: Store, name: str) -> None:
    table = tables.metadata.tables[name]
    put_a_row(store, table)
    changed = next(c for c in table.columns if isinstance(c.type, String) and not c.foreign_keys)
    key = next(iter(table.primary_key.columns)).name
    attempts: list[Any] = [update(table).values({changed.name: "y"}), delete(table)]
    if store.is_sqlite:
        columns = ", ".join(f'"{c.name}"' for c in table.columns)
        attempts += [text(f'INSERT OR REPLACE INTO {name} SELECT {columns} FROM {name} WHERE "{key}" IS NOT NULL')]
    else:
        attempts += [text(f"TRUNCATE {name} CASCADE")]

    with store.reading() as db:
        before = db.execute(select(table)).all()
    for attempt in attempts:
        with pytest.raises(IntegrityError, match="append-only"), store.transaction() as db:
            db.execute(attempt)
    with store.reading() as db:
        assert db.execute(select(table)).all() == before != []


def test_on_postgresql_not_even_a_replica_may_change_an_entry(databases: Databases) -> None:
    made = databases.create("postgresql")
    store = Store(made)
    put_a_row(store, tables.entries)
    with store.engine.connect() as db:
        db.execute(text("SET LOCAL session_replication_role = replica"))
        with pytest.raises(IntegrityError, match="append-only"):
            db.execute(delete(tables.entries))
    store.close()
    databases.drop(made)


def test_an_upgrade_is_never_taken_back(databases: Databases, kind: Kind) -> None:
    made = databases.create(kind)
    store = Store(made)
    config = migrations.configuration()
    with store.engine.begin() as db:
        config.attributes["connection"] = db
        with pytest.raises(NotImplementedError, match="backup"):
            command.downgrade(config, "base")
    store.close()
    databases.drop(made)


# ---------------------------------------------------------------- who may know and do what


def test_only_the_store_begins_commits_or_rolls_back() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, tree in sources("engine", "api", "processes")
        for call in calls(tree, "commit", "rollback", "begin", "begin_nested")
        if path != "engine/store.py"
        and not path.startswith("engine/migrations/")
        and ast.unparse(call.func) != "machine.begin"
    ]
    assert found == []


def test_time_is_an_argument() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, tree in sources("engine", "api")
        for call in calls(tree, "now", "utcnow", "today", "time", "localtime")
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in ("datetime", "date", "time")
        # How long a session or a blocked account lasts is real time, also where the virtual clock moves.
        and path not in ("engine/store.py", "engine/accounts/real_time.py")
    ]
    assert found == []


def test_one_package_knows_spiffworkflow() -> None:
    found = [
        path
        for path, tree in sources("engine", "api", "tools", "bench")
        if any(name.split(".")[0] == "SpiffWorkflow" for name in imports(tree))
        and not path.startswith("engine/machine/")
        # What Liuhen is measured against runs Python, in a process of its own that nothing of the product knows.
        and path != "bench/naive.py"
    ]
    assert found == []
    assert [
        path for path, tree in sources("engine", "api") if any(n.split(".")[0] == "bench" for n in imports(tree))
    ] == []


def test_nothing_a_designer_wrote_is_run_as_python() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in sources("engine", "api")
        for node in nodes(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec", "compile")
        # What is generated there are the doors' own shapes: names of their fields, and nothing that comes from outside.
        and path != "api/shapes.py"
    ]
    assert found == []


def test_there_is_no_attic() -> None:
    attics = {"utils", "util", "common", "helpers", "helper", "services", "service", "models", "manager", "managers"}
    found = [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if {part.split(".")[0] for part in path.relative_to(ROOT).parts} & (attics | {"base", "misc", "lib"})
    ]
    assert found == []


def test_the_front_door_needs_only_the_standard_library() -> None:
    for name in ("run.py", "tools/build_web.py"):
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        needed = {module.split(".")[0] for module in imports(tree)} - set(sys.stdlib_module_names)
        assert needed <= {"tools"}, name


CLOCKS = {"thread_time", "process_time", "perf_counter", "monotonic", "clock_gettime", "timeit", "setitimer", "alarm"}
WAITERS = {"tests/databases.py", "tests/effort.py"}
"""What may look at a clock, to stop waiting for a server or for a call that hangs; the tests of chaos may as well."""


def clocks(tree: ast.Module) -> Iterator[int]:
    """The lines of a file that look at a clock, and those with a deadline of a random test: none has one (conftest)."""
    for node in nodes(tree):
        names: list[str] = []
        if isinstance(node, ast.Attribute):
            names = ["timeit" if ast.unparse(node) == "time.time" else node.attr]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "settings":
            names = ["alarm" for word in node.keywords if word.arg == "deadline"]
        if {name.removesuffix("_ns") for name in names} & CLOCKS:
            assert isinstance(node, ast.stmt | ast.expr)
            yield node.lineno


def test_no_test_measures_seconds() -> None:
    """A slow machine is not a fault: what work costs is counted (tests/effort.py)."""
    found = [
        f"{path}:{line}"
        for path, tree in sources("tests")
        if path not in WAITERS and not path.startswith("tests/chaos/")
        for line in clocks(tree)
    ]
    assert found == []
    known = ast.parse("import timeit\nt = time.perf_counter_ns()\nfrom time import monotonic\nsettings(deadline=200)")
    assert sorted(clocks(known)) == [1, 2, 3, 4]


PROMISES = {"races"}
"""Tests of the engine that are named after a promise of several modules, not after one module."""


def test_every_test_of_the_engine_is_named_after_what_it_tests() -> None:
    known = {path.stem for path in (ROOT / "engine").iterdir() if not path.name.startswith(("_", "."))} | PROMISES
    for path in sorted((ROOT / "tests/engine").glob("test_*.py")):
        subject = path.stem.removeprefix("test_")
        assert any(subject == name or subject.startswith(f"{name}_") for name in known), path.name


# ---------------------------------------------------------------- what is said


def test_every_refusal_has_a_status_and_a_sentence_in_both_languages() -> None:
    from api.errors import STATUS, TITLES

    for kind in {errors.Refused} | every_subclass(errors.Refused):
        assert kind in STATUS, f"{kind.__module__}.{kind.__name__} has no row in api/errors.py"
        assert STATUS[kind] in TITLES, f"{STATUS[kind]} has no title in api/errors.py"
        assert CHINESE.search(kind.text.zh), kind
        assert LETTERS.search(kind.text.en), kind
        assert not CHINESE.search(kind.text.en), kind
        assert kind.code.startswith("err_"), kind


def test_every_kind_of_entry_has_a_sentence_in_both_languages() -> None:
    from engine.trail import SENTENCES, Kind

    for kind in Kind:
        said = SENTENCES[kind]
        assert CHINESE.search(said.zh), kind
        assert not CHINESE.search(said.en), kind
        assert set(re.findall(r"{(\w+)}", said.zh)) == set(re.findall(r"{(\w+)}", said.en)), kind
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", kind.value), "subject first, then the verb in the past tense"
    assert set(SENTENCES) == set(Kind)


def test_every_sentence_in_the_code_is_in_both_languages() -> None:
    for path, tree in sources("engine", "api"):
        for node in nodes(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text"):
                continue
            said = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if len(said) != 2 or not all(said):
                continue
            fields = [set(re.findall(r"{(\w+)[^}]*}", sentence)) for sentence in said]
            assert not CHINESE.search(re.sub(r"“[^”]*”", "", said[1])), (
                f"{path}:{node.lineno} English with Chinese in it"
            )
            assert fields[0] == fields[1], f"{path}:{node.lineno} the languages name different things"


def test_every_door_that_shows_cases_puts_it_on_record_or_says_why_not(store: Store) -> None:
    app = create_app(store)
    specs = [getattr(app.view_functions[rule.endpoint], "spec", None) for rule in app.url_map.iter_rules()]
    doors = {spec.place for spec in specs if spec is not None and spec.place.startswith("GET ")}
    told = {*seen.SHOWN, *seen.EXEMPT}
    assert sorted(d for d in doors - told if d.removeprefix("GET /").split("/")[0] not in seen.OFFICE) == []
    assert told - doors == set(), "no such door"
    assert not set(seen.SHOWN) & set(seen.EXEMPT)
    assert all(len(reason) > 10 or reason == "a number" for reason in seen.EXEMPT.values())


def test_printed_documents_are_current() -> None:
    assert print_docs.stale() == [], "run: python tools/print_docs.py"


def test_every_word_a_designer_may_write_is_in_the_manual() -> None:
    from engine import vocabulary

    assert vocabulary.as_markdown() in (ROOT / "docs/designing.md").read_text(encoding="utf-8")


def test_every_document_for_users_is_there_in_both_languages() -> None:
    for name in ("README", "docs/designing", "docs/approving", "docs/auditing", "docs/operating"):
        english, chinese = ROOT / f"{name}.md", ROOT / f"{name}.zh.md"
        assert len(CHINESE.findall(chinese.read_text(encoding="utf-8"))) > 200, chinese
        assert len(LETTERS.findall(english.read_text(encoding="utf-8"))) > 1000, english


def test_links_between_documents_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "processes").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target):
                assert (path.parent / target).exists(), f"{path.relative_to(ROOT)} links to {target}"


# ---------------------------------------------------------------- the processes


@pytest.fixture(params=PROCESSES, ids=lambda folder: folder.name)
def process(request: pytest.FixtureRequest) -> Path:
    """Each folder of processes/."""
    folder: Path = request.param
    return folder


def test_a_process_is_a_whole_folder_of_data(process: Path) -> None:
    for name in ("process.bpmn", "README.md", "rules.json", "texts.zh.json", "texts.en.json"):
        assert (process / name).is_file(), f"{process.name}/{name}"
    kinds = {path.suffix for path in process.rglob("*") if path.is_file()}
    assert kinds <= {".bpmn", ".dmn", ".json", ".md"}, "a process is data only"
    assert list((ROOT / "tests/stories").glob(f"test_{process.name}*.py")), f"{process.name} has no story"


def test_a_process_speaks_both_languages(process: Path) -> None:
    spoken = {name: json.loads((process / f"texts.{name}.json").read_text(encoding="utf-8")) for name in ("zh", "en")}
    # Names of elements stand in the diagram in Chinese, so texts.zh.json need not repeat them.
    assert set(spoken["zh"]) <= set(spoken["en"])
    drawn = read_all(process, "//*[local-name()='documentation']/parent::*[local-name()!='process']/@id")
    assert {"documentation", *(f"documentation.{element}" for element in drawn)} <= set(spoken["en"])
    for key, said in spoken["en"].items():
        # A term may stand beside its translation, as 无 does in "write 无 where there is nothing".
        assert len(CHINESE.findall(said)) <= len(said) // 10, key
        assert LETTERS.search(said), key
    for clause in json.loads((process / "rules.json").read_text(encoding="utf-8"))["clauses"]:
        assert CHINESE.search(clause["zh"]), clause["id"]
        assert clause["en"], clause["id"]
        assert not CHINESE.search(clause["en"]), clause["id"]


def read_all(process: Path, xpath: str) -> set[str]:
    """What an XPath finds in the diagram of a process."""
    found = etree.parse(str(process / "process.bpmn")).xpath(xpath)
    assert isinstance(found, list)
    return {str(value) for value in found}


def test_every_ending_of_a_process_is_told_by_a_story(process: Path) -> None:
    story = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests/stories").glob(f"test_{process.name}*.py")
    )
    endings = read_all(process, "//*[local-name()='endEvent']/@*[local-name()='outcome']")
    untold = [outcome for outcome in sorted(endings) if f'"{outcome}"' not in story]
    assert untold == []


def test_python_knows_no_procedure() -> None:
    """Not one task of a shipped process is named in the engine or at the doors."""
    steps = {step for folder in PROCESSES for step in read_all(folder, "//*[local-name()='userTask']/@id")}
    found = []
    for path, tree in sources("engine", "api"):
        said = {node.value for node in nodes(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        # The demonstration office plays live cases for people to look at: it acts, it decides nothing.
        if path != "api/demonstration.py":
            found += [f"{path}: {step}" for step in sorted(said & steps)]
    assert found == []


# ---------------------------------------------------------------- what the project keeps


def test_no_file_names_a_registry_or_somebodys_machine() -> None:
    hosts = [
        ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
    ]
    forbidden = re.compile(
        "|".join(
            [
                *(re.escape(host) for host in hosts),
                r'"resolved":\s*"http',
                "--(?:extra-)?" + "index-url",
                r'https?://[^\s"]+\.(?:whl|tgz|tar\.gz)',
                r"(?<![\w.}])/(?:" + "|".join(("home", "Users")) + r")/\w+/",
                r"(?<![\w.}])/" + "root" + "/",
            ]
        )
    )
    found = []
    for path in tracked():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if forbidden.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_nothing_is_left_to_be_done_later_in_the_code() -> None:
    later = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix in (".py", ".ts", ".tsx", ".css", ".bpmn", ".dmn", ".json", ".sql")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if later.search(line)
    ]
    assert found == []


def test_the_locks_hold_every_dependency_with_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    def locked(name: str) -> dict[str, str]:
        held = {}
        for entry in (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
            match = re.match(r"([a-z0-9.-]+)==(\S+)", entry)
            assert match, entry
            assert "--hash=sha256:" in entry, entry
            held[match[1]] = match[2]
        return held

    def named(requirements: list[str]) -> set[str]:
        return {re.split(r"[\[<>=;, ]", entry)[0].lower().replace("_", "-") for entry in requirements}

    serving, testing = locked("requirements.lock"), locked("requirements-test.lock")
    groups = project["dependency-groups"]
    assert named(project["project"]["dependencies"]) | named(groups["build"]) <= set(serving)
    assert named(groups["test"]) <= set(testing)
    assert serving.items() <= testing.items(), "the tests run what is served"
    assert named(groups["node"]) == set(locked("requirements-node.lock"))


def test_what_is_imported_is_declared() -> None:
    """A package that only happens to be installed with another goes away with it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    def named(requirements: list[str]) -> set[str]:
        return {re.split(r"[\[<>=;, ]", entry)[0].lower().replace("_", "-") for entry in requirements}

    # Werkzeug is half of Flask, kept and released with it.
    serving = named(project["project"]["dependencies"]) | {"werkzeug"}
    testing = serving | named([entry for group in project["dependency-groups"].values() for entry in group])
    distributions = metadata.packages_distributions()
    missing = set()
    for folders, declared in ((("engine", "api"), serving), (("tests", "tools", "bench"), testing)):
        for path, tree in sources(*folders):
            for module in {name.split(".")[0] for name in imports(tree)} - set(sys.stdlib_module_names):
                origins = {name.lower().replace("_", "-") for name in distributions.get(module, [])} - {"liuhen"}
                if origins and not origins & declared:
                    missing.add(f"{path}: {module}")
    assert missing == set()


def test_every_dependency_has_its_line_in_the_decisions() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    web = json.loads((ROOT / "web/package.json").read_text(encoding="utf-8"))
    said = (ROOT / "docs/decisions/0008-dependencies.md").read_text(encoding="utf-8")
    names = [re.split(r"[\[<>=;, ]", entry)[0] for entry in project["project"]["dependencies"]]
    names += [re.split(r"[\[<>=;, ]", entry)[0] for group in project["dependency-groups"].values() for entry in group]
    names += [*web["dependencies"], *web["devDependencies"]]
    assert [name for name in names if f"`{name}`" not in said] == []


def test_the_notices_name_every_part_of_others() -> None:
    assert third_party.stale() == [], "run: python tools/third_party.py"
