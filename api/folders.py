"""Process folders on disk: read as text, and published where they changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from engine import definitions, duties, rehearsals, separation
from engine.actors import Actor
from engine.definitions import Definition, Published
from engine.errors import NotFound
from engine.rehearsals import Along
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


def publish(
    store: Store,
    actor: Actor,
    folder: Path,
    note: str = "",
    moment: Moment | None = None,
    together: Collection[Path] = (),
) -> Published:
    """Publish one folder in a transaction of its own; the newest version stays where nothing changed.

    Its rehearsals are played first, along with the folders that are published ``together`` with it. ``moment`` is now
    where nothing is said. Raises ``DefinitionRefused``.
    """
    files = read(folder)
    rehearse_new(store, files, folder.resolve().parent, together)
    with store.transaction() as db:
        return definitions.publish(db, actor, moment or store.moment(db), files, note)


def rehearse_new(
    store: Store, files: Mapping[str, Any], beside: Path | None = None, together: Collection[Path] = ()
) -> None:
    """Play the rehearsals of files that are about to be published and are not the newest version already.

    What else takes part is what is published ``together`` with them, else the newest version, else the folder
    ``beside`` them. Outside the transaction that publishes: nobody waits for it. Raises ``DefinitionRefused``; what
    else is wrong with the files is said by publishing them.
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
        published = published_along(db, definition, beside)
    along = chosen_along(together, published)
    rehearsals.must_pass(definition, store.settings.zone, rules, along)


def published_along(db: Connection, definition: Definition, beside: Path | None = None) -> Along:
    """The procedures that take part in rehearsals: the newest version of each, else the folder ``beside``."""
    found: dict[str, Definition] = {}
    for key in rehearsals.named(definition):
        with suppress(NotFound):
            found[key] = definitions.read(db, key)
    lying = along_beside(beside or PROCESSES)
    return lambda key: found.get(key) or lying(key)


def chosen_along(together: Collection[Path], otherwise: Along) -> Along:
    """The same, where some folders go before: those that are published in one go."""
    lying = {folder.resolve().name: folder.resolve().parent for folder in together}
    return lambda key: (along_beside(lying[key])(key) if key in lying else None) or otherwise(key)


def along_beside(place: Path) -> Along:
    """The procedures whose folders lie in a folder or, where they do not, are shipped; only those that fit."""

    def found(key: str) -> Definition | None:
        return next((one for where in (place, PROCESSES) if (one := _lying(where / key)) is not None), None)

    return found


def _lying(folder: Path) -> Definition | None:
    if not (folder / "process.bpmn").is_file():
        return None
    files = read(folder)
    told = (str(folder), definitions.digest(files))
    if told not in _checked:
        if len(_checked) >= _MOST_KEPT:
            _checked.clear()
        _checked[told] = definitions.check(files)[0]
    return _checked[told]


_checked: dict[tuple[str, str], Definition | None] = {}
"""Folders that took part in rehearsals, by their files: most of them do so several times."""
_MOST_KEPT = 50


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
