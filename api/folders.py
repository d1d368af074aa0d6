"""Process folders on disk: read as text, and published where they changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine import definitions, duties, rehearsals, separation
from engine.actors import Actor
from engine.definitions import Published
from engine.store import Moment, Store

_HERE = Path(__file__).resolve().parent
PROCESSES = _HERE / "processes" if (_HERE / "processes").is_dir() else _HERE.parent / "processes"
"""What is shipped: inside an installed package, or the clone's own."""

_ASIDE = frozenset({"year.json"})
"""Files beside a definition that are no part of it: what a year of it looks like (``api/history``)."""
_PARTS = ("*.bpmn", "*.dmn", "*.json", "README.md", "forms/*.json", "documents/*.json", "rehearsals/*.json")


def read(folder: Path) -> dict[str, str]:
    """The files of a process folder: path inside it → text. Files that no process has are left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for pattern in _PARTS
        for path in sorted(folder.glob(pattern))
        if path.name not in _ASIDE
    }


def all_in(folder: Path = PROCESSES) -> list[Path]:
    """The process folders in a folder, by name."""
    return sorted(path.parent for path in folder.glob("*/process.bpmn"))


def publish(store: Store, actor: Actor, folder: Path, note: str = "", moment: Moment | None = None) -> Published:
    """Publish one folder in a transaction of its own; the newest version stays where nothing changed.

    Its rehearsals are played first. ``moment`` is now where nothing is said. Raises ``DefinitionRefused``.
    """
    files = read(folder)
    rehearse_new(store, files)
    with store.transaction() as db:
        return definitions.publish(db, actor, moment or store.moment(db), files, note)


def rehearse_new(store: Store, files: Mapping[str, Any]) -> None:
    """Play the rehearsals of files that are about to be published and are not the newest version already.

    Outside the transaction that publishes: nobody waits for it. Raises ``DefinitionRefused``; what else is wrong with
    the files is said by publishing them.
    """
    if not rehearsals.files(files):
        return
    definition, _ = definitions.check(files)
    if definition is None:
        return
    with store.reading() as db:
        if definitions.is_newest(db, definition):
            return
        rules = separation.written(db)
    rehearsals.must_pass(definition, store.settings.zone, rules)


def duties_beside(folder: Path) -> str | None:
    """The office-wide rules of separation that lie beside a process folder, else those that are shipped."""
    found = next((one for one in (folder.resolve().parent / DUTIES, PROCESSES / DUTIES) if one.is_file()), None)
    return None if found is None else found.read_text(encoding="utf-8")


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
