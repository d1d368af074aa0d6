"""Add to the corpus what the present build stores, where it differs from what is kept.

    python -m tests.corpus.keep             add files
    python -m tests.corpus.keep --replace   the newest files are of a build that nobody runs: put these in their place

A file of a build that somebody runs is never written again.
"""

from __future__ import annotations

import base64
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import zstandard

from engine import backups, machine, migrations, settings
from engine.store import Store
from tests import databases
from tests.corpus import office, scenarios
from tests.corpus.scenarios import MODELS

__all__ = ["MODELS", "database_files", "main", "missing", "state_files"]

STATES = Path(__file__).parent / "states"
DATABASES = Path(__file__).parent / "databases"


def _numbered(folder: Path) -> list[Path]:
    return sorted(folder.glob("*-*.*"), key=lambda path: [int(part) for part in path.stem.split("-")])


def state_files() -> list[Path]:
    """``states/<format>-<n>.json``, oldest first: a case at every kind of wait point."""
    return _numbered(STATES)


def database_files() -> list[Path]:
    """``databases/<schema>-<n>.backup``, oldest first: an office with cases at many points of two procedures."""
    return _numbered(DATABASES)


def _next(folder: Path, prefix: str, suffix: str) -> Path:
    numbers = [int(path.stem.split("-")[1]) for path in _numbered(folder) if path.stem.startswith(f"{prefix}-")]
    return folder / f"{prefix}-{max(numbers, default=0) + 1}.{suffix}"


def missing(files: list[Path] | None = None) -> dict[str, Any]:
    """The wait points at which the present build stores what no file holds."""
    kept: dict[str, list[Any]] = {}
    for path in state_files() if files is None else files:
        for name, state in json.loads(path.read_text("utf-8"))["states"].items():
            kept.setdefault(name, []).append(_plain(state))
    return {name: state for name, state in scenarios.present().items() if _plain(state) not in kept.get(name, [])}


def _plain(state: Mapping[str, Any]) -> dict[str, Any]:
    """A state without its compression: another version of the library packs the same in another way."""
    packed = base64.b64decode(state["state"])
    unpacked = orjson.loads(zstandard.ZstdDecompressor().decompress(packed))
    return json.loads(json.dumps({**state, "state": unpacked}))  # type: ignore[no-any-return]


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--replace"]):
        print(__doc__)
        return 2
    replaced = (state_files()[-1:], database_files()[-1:]) if arguments else ([], [])
    states = missing([path for path in state_files() if path not in replaced[0]])
    has_office = any(path.stem.startswith(f"{migrations.NEWEST}-") for path in database_files())
    made: list[Path] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if states:
            file = {"format": machine.FORMAT, "release": settings.release(), "states": states}
            made.append(folder / "states.json")
            made[-1].write_text(json.dumps(file, indent=1, ensure_ascii=False) + "\n", "utf-8")
        if states or arguments or not has_office:
            made.append(folder / "office.backup")
            _keep_office(folder, made[-1])
        # Only what was made takes the place of something: where this build has a fault, the corpus stays as it was.
        for path in (*replaced[0], *replaced[1]):
            path.unlink()
        for path in made:
            is_office = path.suffix == ".backup"
            target = (
                _next(DATABASES, migrations.NEWEST, "backup")
                if is_office
                else _next(STATES, str(machine.FORMAT), "json")
            )
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, target)
            print(f"kept {target.relative_to(STATES.parent)}")
    if not made:
        print("the corpus holds everything that this build stores")
    return 0


def _keep_office(folder: Path, target: Path) -> None:
    store = Store(databases.settings(f"sqlite:///{folder}/liuhen.db", folder))
    migrations.upgrade(store.engine)
    office.build(store)
    backups.make(store, settings.release(), target, backups.silent)
    store.close()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
