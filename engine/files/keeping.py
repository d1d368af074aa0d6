"""A stream in, checked bytes in the storage out; and the rows that say what is kept."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, insert, select, update

from engine import tables, trail
from engine.errors import FieldError, Refused, Text, Unfit
from engine.files import kinds, naming, scanning, storing
from engine.files.scanning import ScannerAway, Verdict
from engine.settings import Settings
from engine.store import Moment, insert_or_ignore, new_id
from engine.trail import Kind

MARKED = "err_file_classified"
OPEN_LEVELS = ("public", "internal")
"""Levels that an uploader may declare; anything above is no business of this system."""
CLOSED_LEVELS = ("secret", "confidential", "top_secret")

_INFECTED = "err_file_infected"


class TooLarge(Refused):
    """More bytes than one file, or all files of one case, may have."""

    code = "err_file_too_large"
    text = Text("文件过大，上限为 {limit} MB。", "The file is too large; at most {limit} MB.")


class Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that lie in the storage, and that no row names yet."""

    sha256: str
    size: int
    media_type: str
    name: str
    verdict: Verdict


def receive(
    settings: Settings,
    stream: Stream,
    name: str,
    *,
    limit: int | None = None,
    allowed: frozenset[str] | None = None,
    level: str | None = None,
    told: Mapping[str, Any] | None = None,
) -> Kept:
    """Take a file in: by its name first, then its size, its content and the scanner, and only then is it stored.

    ``limit`` in bytes, besides the setting; ``allowed`` extensions, besides our own list; ``level`` is what the
    uploader declares. ``told`` is where a refusal that matters to an auditor is entered (``chain``, ``task`` …): of a
    classified document nothing but that it came. Raises ``Unfit``, ``TooLarge``, ``ScannerAway``, ``StorageAway``.
    """
    if _is_classified(settings, name, level):
        text = Text(
            "涉密文件不得上传本系统，文件未保存。",
            "Classified documents may not be uploaded here. Nothing was stored.",
        )
        raise _refused(MARKED, text, told)
    name = naming.clean(name)
    extension = naming.extension(name)
    kinds.refuse_extension(extension, allowed)
    most = min(settings.file_max, settings.file_max if limit is None else limit)
    with storing.draft(settings) as draft:
        sha256, size = _copied(stream, draft, most)
        draft.flush()
        path = Path(draft.name)
        kinds.refuse_content(path, extension)
        verdict = _scanned(settings, path, {**told, "sha256": sha256, "size": size} if told else None)
        storing.storage(settings).put(sha256, path)
    return Kept(sha256, size, kinds.media_type(extension), name, verdict)


def keep_text(settings: Settings, text: str, name: str, media_type: str) -> Kept:
    """Keep a text that Liuhen itself has written, such as a drawn signature."""
    content = text.encode()
    with storing.draft(settings) as draft:
        draft.write(content)
        draft.flush()
        sha256 = hashlib.sha256(content).hexdigest()
        storing.storage(settings).put(sha256, Path(draft.name))
    return Kept(sha256, len(content), media_type, name, Verdict.CLEAN)


def _is_classified(settings: Settings, name: str, level: str | None) -> bool:
    if level in CLOSED_LEVELS:
        return True
    if level not in (None, "", *OPEN_LEVELS):
        said = Text("没有这个密级。", "There is no such level.")
        raise Unfit(said, errors=[FieldError("level", "not_an_option", said)])
    folded = name.casefold()
    return any(word.casefold() in folded for word in settings.secret_words)


def _copied(stream: Stream, target: Any, most: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while part := stream.read(storing.CHUNK):
        size += len(part)
        if size > most:
            raise TooLarge(limit=max(most >> 20, 1) if most else 0)
        digest.update(part)
        target.write(part)
    if size == 0:
        said = Text("文件是空的。", "The file is empty.")
        raise Unfit(said, code="err_file_empty", errors=[FieldError("file", "err_file_empty", said)])
    return digest.hexdigest(), size


def _scanned(settings: Settings, path: Path, told: Mapping[str, Any] | None) -> Verdict:
    if not settings.scanner:
        return Verdict.UNSCANNED
    try:
        with path.open("rb") as file:
            is_clean, found = scanning.scan(settings.scanner, file)
    except ScannerAway:
        if settings.scanner_away == "quarantine":
            return Verdict.WAITING
        raise
    if is_clean:
        return Verdict.CLEAN
    text = Text("文件含有病毒（{found}），未保存。", "The file holds a virus ({found}). It was not stored.").format(
        found=found
    )
    raise _refused(_INFECTED, text, {**told, "found": found} if told else None)


def _refused(code: str, text: Text, told: Mapping[str, Any] | None) -> Unfit:
    because = {"code": code, "reason": {"zh": text.zh, "en": text.en}}
    recorded = {**told, "kind": Kind.ATTACHMENT_REFUSED, **because} if told else None
    return Unfit(text, code=code, errors=[FieldError("file", code, text)], recorded=recorded)


# ---------------------------------------------------------------- rows


def record(db: Connection, moment: Moment, kept: Kept) -> None:
    """The row of kept bytes; where they were known, the better verdict counts, and they are young again.

    That locks the row: who sweeps at the same moment finds it in use.
    """
    table = tables.files
    db.execute(
        insert_or_ignore(db, table).values(
            sha256=kept.sha256, size=kept.size, media_type=kept.media_type, verdict=kept.verdict.value, at=moment.now
        )
    )
    better = {"verdict": kept.verdict.value} if kept.verdict is Verdict.CLEAN else {}
    db.execute(update(table).where(table.c.sha256 == kept.sha256).values(at=moment.now, **better))


def kept(db: Connection, sha256: str, name: str) -> Kept:
    """Recorded bytes, to be recorded again with something else under a name."""
    row = db.execute(select(tables.files).where(tables.files.c.sha256 == sha256)).one()
    return Kept(sha256, row.size, row.media_type, name, Verdict(row.verdict))


_A, _F = tables.attachments.c, tables.files.c


def enclose(
    db: Connection, moment: Moment, kept: Kept, by: str, case_id: str | None, task_id: str | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Put kept bytes with a case, a task of it, or (both ``None``) with what somebody is about to start.

    Gives the row of the attachment with ``size``, ``media_type`` and ``verdict``, and what an entry says of it: hash,
    size and type, and of the name, which is often somebody's, a salted commitment.
    """
    record(db, moment, kept)
    row = {
        "id": new_id(),
        "case_id": case_id,
        "task_id": task_id,
        "sha256": kept.sha256,
        "name": kept.name,
        "salt": trail.new_salt(),
        "by_id": by,
        "at": moment.now,
        "removed_at": None,
        "removed_by": None,
        "removed_because": None,
    }
    db.execute(insert(tables.attachments).values(**row))
    facts = told(row, kept.size, kept.media_type)
    return {**row, "size": kept.size, "media_type": kept.media_type, "verdict": kept.verdict.value}, facts


def told(row: Mapping[str, Any], size: int, media_type: str) -> dict[str, Any]:
    """What an entry says of an attachment (its row)."""
    return {
        "attachment": row["id"],
        "sha256": row["sha256"],
        "size": size,
        "media_type": media_type,
        "name": {"pd": trail.commitment(row["name"], row["salt"])},
    }


def attached(db: Connection, *, case_id: str | None = None, task_id: str | None = None) -> list[dict[str, Any]]:
    """The attachments of a case, or of one task, that were not removed: their rows with size, type and verdict."""
    query = (
        select(tables.attachments, _F.size, _F.media_type, _F.verdict)
        .join_from(tables.attachments, tables.files, _A.sha256 == _F.sha256)
        .where(_A.removed_at.is_(None))
        .order_by(_A.id)
    )
    if case_id is not None:
        query = query.where(_A.case_id == case_id)
    if task_id is not None:
        query = query.where(_A.task_id == task_id)
    return [dict(row) for row in db.execute(query).mappings()]


def of_steps(db: Connection, case_id: str, elements: Iterable[str]) -> list[dict[str, Any]]:
    """The attachments of some steps of a case as they were last done: what was done and undone is left out."""
    task = tables.tasks.c
    query = (
        select(tables.attachments, _F.size, _F.media_type, _F.verdict)
        .join_from(tables.attachments, tables.files, _A.sha256 == _F.sha256)
        .join(tables.tasks, task.id == _A.task_id)
        .where(_A.case_id == case_id, _A.removed_at.is_(None), task.element.in_(sorted(elements)))
        .where(task.status == "completed", task.void_at.is_(None))
        .order_by(_A.id)
    )
    return [dict(row) for row in db.execute(query).mappings()]


# ---------------------------------------------------------------- chores


@dataclass(frozen=True, slots=True)
class Rescanned:
    """What the scanner said of bytes that waited for it."""

    sha256: str
    verdict: Verdict
    found: str


def rescan(settings: Settings, waiting: Iterable[tuple[str, int]]) -> list[Rescanned]:
    """Show the scanner what is in quarantine, ``(hash, size)``; stops where it is away. No database meanwhile."""
    done: list[Rescanned] = []
    house = storing.storage(settings)
    for sha256, size in waiting:
        try:
            with contextlib.closing(house.read(sha256, 0, size)) as content:
                is_clean, found = scanning.scan(settings.scanner, content)
        except (ScannerAway, storing.StorageAway):
            break
        done.append(Rescanned(sha256, Verdict.CLEAN if is_clean else Verdict.INFECTED, found))
    return done


def sweep(settings: Settings, known: Callable[[list[str]], set[str]], before: datetime) -> int:
    """Take away bytes that no row names and that have lain there since ``before``; gives how many.

    ``known`` says which of some hashes a row names, asked anew at the moment of taking away.
    """
    house = storing.storage(settings)
    old = [sha256 for sha256, since in house.kept() if since < before]
    gone = 0
    for start in range(0, len(old), 500):
        part = old[start : start + 500]
        gone += sum(house.discard(sha256, before) for sha256 in sorted(set(part) - known(part)))
    incoming = settings.data_dir / "files" / "incoming"
    for left in incoming.iterdir() if incoming.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):  # its upload has ended meanwhile
            if datetime.fromtimestamp(left.stat().st_mtime, UTC) < before:
                os.unlink(left)
    return gone
