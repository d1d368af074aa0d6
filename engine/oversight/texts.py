"""The text of attachments: read by the tick, file by file, so that words in a PDF or DOCX find the case.

Read in a process of its own (``extracting``), bounded in bytes, pages, characters and time. A file that gives no text
is told as unread with the reason, and nobody waits for it. Nothing is read of what the scanner holds back.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, update

from engine import files, indexing, tables
from engine.errors import Text
from engine.files import StorageAway, Verdict
from engine.oversight import extracting
from engine.settings import Settings
from engine.store import Store

MOST_BYTES = 40 << 20
MOST_CHARACTERS = 200_000
MOST_SECONDS = 30.0
"""Until the process that reads a file is ended, whatever it is at."""
TRIES = 3
"""How often a file is begun; one that takes the server down with it is left alone then."""
AT_ONCE = 20
"""Files of one tick."""

_X, _F = tables.file_texts.c, tables.files.c
_KINDS: Mapping[str, str] = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "text/plain": "plain",
    "text/csv": "plain",
}
REASONS: Mapping[str, Text] = {
    "no_reader": Text("此类文件不取文字", "files of this type give no text"),
    "too_large": Text("文件过大", "too large"),
    "encrypted": Text("文件已加密", "encrypted"),
    "hostile": Text("文件含有不接受的内容", "it holds what is not accepted"),
    "broken": Text("文件无法解析", "it cannot be parsed"),
    "slow": Text("读取超时", "reading it took too long"),
    "no_text": Text("文件中没有文字（可能是扫描件）", "no text in it (a scan, perhaps)"),
    "infected": Text("文件被隔离", "held back by the scanner"),
    "missing": Text("存储中没有该文件", "its bytes are not in the storage"),
    "cut": Text("只取了前一部分文字", "only its first part was read"),
    "pages": Text("只取了前一部分页", "only its first pages were read"),
}


@dataclass(frozen=True, slots=True)
class Read:
    """What came of one file: its text (pages apart by form feeds), or why there is none."""

    content: str
    pages: int | None
    reason: str | None

    @property
    def status(self) -> str:
        return "read" if self.content else "unread"


def tick(store: Store, limit: int = AT_ONCE) -> int:
    """Read attachments that wait for it, oldest first; gives how many. No transaction is open while one is read."""
    done = 0
    while done < limit:
        with store.reading() as db:
            sha256 = db.execute(_WAITING).scalar()
        if sha256 is None:
            return done
        with store.transaction() as db:
            found = _begin(db, sha256)
        if found is None:
            continue
        try:
            read = _read(store.settings, found)
        except StorageAway:
            return done
        with store.transaction() as db:
            _end(db, store.moment(db).now, sha256, read)
        done += 1
    return done


_WAITING = (
    select(_X.sha256)
    .join_from(tables.file_texts, tables.files, _F.sha256 == _X.sha256, isouter=True)
    .where(_X.status == "waiting", func.coalesce(_F.verdict, "") != Verdict.WAITING.value)
    .order_by(_X.tries, _X.sha256)
    .limit(1)
)


def _begin(db: Connection, sha256: str) -> Mapping[str, Any] | None:
    """Count a try before it is made: who is killed by a file does not begin with it for ever."""
    tries = db.execute(select(_X.tries).where(_X.sha256 == sha256, _X.status == "waiting")).scalar()
    if tries is None:
        return None
    if tries >= TRIES:
        gone = {"status": "unread", "reason": "broken"}
        db.execute(update(tables.file_texts).where(_X.sha256 == sha256).values(**gone))
        return None
    db.execute(update(tables.file_texts).where(_X.sha256 == sha256).values(tries=tries + 1))
    row = db.execute(select(tables.files).where(_F.sha256 == sha256)).mappings().first()
    return dict(row) if row is not None else {"sha256": sha256, "size": 0, "media_type": "", "verdict": ""}


def _end(db: Connection, now: Any, sha256: str, read: Read) -> None:
    values = {"status": read.status, "reason": read.reason, "content": read.content, "pages": read.pages, "at": now}
    changed = update(tables.file_texts).where(_X.sha256 == sha256, _X.status == "waiting").values(**values)
    # Erased meanwhile: there is no row, and nothing is put where it was.
    if db.execute(changed).rowcount == 1 and read.content:
        indexing.put_file(db, sha256, read.content)


def _read(settings: Settings, row: Mapping[str, Any]) -> Read:
    kind = _KINDS.get(row["media_type"])
    if not row["size"]:
        return Read("", None, "missing")
    if row["verdict"] == Verdict.INFECTED.value:
        return Read("", None, "infected")
    if kind is None:
        return Read("", None, "no_reader")
    if row["size"] > MOST_BYTES:
        return Read("", None, "too_large")
    with contextlib.closing(files.storage(settings).read(row["sha256"], 0, row["size"])) as parts:
        content = b"".join(parts)
    return read(kind, content)


def read(kind: str, content: bytes, seconds: float = MOST_SECONDS) -> Read:
    """The text of a file: ``pdf``, ``docx`` or ``plain``."""
    if kind == "plain":
        text = _decoded(content)
        return Read(_clean(text[:MOST_CHARACTERS]), None, "cut" if len(text) > MOST_CHARACTERS else None)
    command = [sys.executable, "-I", str(Path(extracting.__file__)), kind, str(MOST_CHARACTERS)]
    is_slow = False
    try:
        done = subprocess.run(  # noqa: S603 - our own file; what is read comes by its standard input
            command, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds
        )
        written = done.stdout
    except subprocess.TimeoutExpired as e:
        written, is_slow = e.stdout or b"", True
    return _gathered(written, is_slow=is_slow)


def _gathered(written: bytes, *, is_slow: bool) -> Read:
    """What came of the pages; where the end did not come, the process was ended over one of them."""
    pages: list[str] = []
    end = "slow"
    for line in written.splitlines():
        with contextlib.suppress(ValueError):
            told = json.loads(line)
            if "text" in told:
                pages.append(_clean(str(told["text"])))
            else:
                end = told["end"]
    if end == "slow" and not is_slow:
        end = "slow" if pages else "broken"
    text = "\f".join(pages)
    if not text.strip():
        return Read("", len(pages) or None, end or "no_text")
    return Read(text, len(pages), end)


def _clean(text: str) -> str:
    """No character that a database refuses, and no form feed of the file's own."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return content.decode("utf-8", "replace")


# ---------------------------------------------------------------- told


def counts(db: Connection) -> dict[str, int]:
    """How many attachments were read, were not, and wait: ``{"read", "unread", "waiting"}``."""
    query = select(_X.status, func.count().label("files")).group_by(_X.status)
    found: dict[str, int] = {row.status: row.files for row in db.execute(query)}
    return {status: int(found.get(status, 0)) for status in ("read", "unread", "waiting")}
