"""Process folders on disk: read as text, and published where they changed."""

from __future__ import annotations

from pathlib import Path

from engine import definitions, duties
from engine.actors import Actor
from engine.definitions import Published
from engine.store import Moment, Store

_HERE = Path(__file__).resolve().parent
PROCESSES = _HERE / "processes" if (_HERE / "processes").is_dir() else _HERE.parent / "processes"
"""What is shipped: inside an installed package, or the clone's own."""

_PARTS = ("*.bpmn", "*.dmn", "*.json", "README.md", "forms/*.json", "rehearsals/*.json")


def read(folder: Path) -> dict[str, str]:
    """The files of a process folder: path inside it → text. Files that no process has are left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for pattern in _PARTS
        for path in sorted(folder.glob(pattern))
    }


def all_in(folder: Path = PROCESSES) -> list[Path]:
    """The process folders in a folder, by name."""
    return sorted(path.parent for path in folder.glob("*/process.bpmn"))


def publish(store: Store, actor: Actor, folder: Path, note: str = "", moment: Moment | None = None) -> Published:
    """Publish one folder in a transaction of its own; the newest version stays where nothing changed.

    ``moment`` is now where nothing is said. Raises ``DefinitionRefused``.
    """
    files = read(folder)
    with store.transaction() as db:
        return definitions.publish(db, actor, moment or store.moment(db), files, note)


DUTIES = "duties.json"


def publish_duties(
    store: Store, actor: Actor, file: Path = PROCESSES / DUTIES, reason: str = "", moment: Moment | None = None
) -> duties.Published:
    """Publish the office-wide rules of separation; the newest version stays where nothing changed.

    Raises ``DefinitionRefused``.
    """
    content = file.read_text(encoding="utf-8")
    with store.transaction() as db:
        return duties.publish(db, actor, moment or store.moment(db), content, reason)
