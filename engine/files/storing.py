"""Where bytes lie, under the SHA-256 of their content: a folder on this machine, or a bucket that speaks S3.

Written once and whole: a file appears under its hash complete or not at all.
"""

from __future__ import annotations

import contextlib
import os
import ssl
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from engine.errors import Refused, Text
from engine.settings import Settings

if TYPE_CHECKING:
    from minio import Minio

CHUNK = 1 << 18


class StorageAway(Refused):
    """The storage of attachments does not answer, or lacks what it should have."""

    code = "err_storage_away"
    text = Text("附件存储暂时不可用，请稍后再试。", "The storage of attachments cannot be reached. Try again later.")


class Storage(Protocol):
    """Bytes by hash."""

    def put(self, sha256: str, path: Path) -> None:
        """Keep the bytes of a file on this machine, also where they are kept already: that makes them young again."""

    def read(self, sha256: str, start: int, length: int) -> Parts:
        """``length`` bytes from ``start`` on; raises ``StorageAway`` where they are not there."""

    def kept(self) -> Iterator[tuple[str, datetime]]:
        """Every hash, and since when its bytes lie there."""

    def discard(self, sha256: str, before: datetime) -> bool:
        """Take bytes away that have not been put again since ``before``."""


def draft(settings: Settings) -> Any:
    """A file on this machine that nobody else sees and that goes away when it is closed."""
    folder = settings.data_dir / "files" / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.NamedTemporaryFile(dir=folder)


class Folder:
    """``files/ab/cdef…`` in the data folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def place(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:]

    def put(self, sha256: str, path: Path) -> None:
        target = self.place(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        # A copy of its own, on the same file system, on the disk before it has its name; then the name, in one step.
        handle, whole = tempfile.mkstemp(dir=self.root / "incoming")
        try:
            with os.fdopen(handle, "wb") as new, path.open("rb") as old:
                while part := old.read(CHUNK):
                    new.write(part)
                new.flush()
                os.fsync(new.fileno())
            os.replace(whole, target)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(whole)
            raise
        _sync_folder(target.parent)

    def read(self, sha256: str, start: int, length: int) -> Parts:
        try:
            file = self.place(sha256).open("rb")
        except FileNotFoundError as e:
            raise StorageAway() from e
        return Parts(file, start, length)

    def kept(self) -> Iterator[tuple[str, datetime]]:
        for folder in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            for path in folder.iterdir():
                with contextlib.suppress(FileNotFoundError):
                    yield folder.name + path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def discard(self, sha256: str, before: datetime) -> bool:
        place = self.place(sha256)
        aside = self.root / "incoming" / f"going-{sha256}"
        try:
            os.replace(place, aside)
        except FileNotFoundError:
            return False
        # Somebody may have put the same bytes again between the look and now: theirs stay.
        if datetime.fromtimestamp(aside.stat().st_mtime, UTC) >= before:
            with contextlib.suppress(FileExistsError):
                os.link(aside, place)
            os.unlink(aside)
            return False
        os.unlink(aside)
        return True


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows opens no folders; its file system keeps names by itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Parts:
    """Some bytes, part by part. Closed by whoever asked for them: a generator that never began would close nothing."""

    def __init__(self, source: Any, start: int, length: int) -> None:
        self._source, self._left = source, length
        if start:
            source.seek(start)

    def __iter__(self) -> Parts:
        return self

    def __next__(self) -> bytes:
        part = self.read(CHUNK)
        if not part:
            raise StopIteration
        return part

    def read(self, size: int, /) -> bytes:
        with _reached():
            part: bytes = self._source.read(min(size, self._left))
        self._left -= len(part)
        if not part:
            self.close()
        return part

    def close(self) -> None:
        self._source.close()


class Bucket:
    """A bucket of S3-compatible storage; requests are signed with AWS Signature Version 4."""

    def __init__(self, settings: Settings) -> None:
        # Loaded where it is needed: an office without a bucket does not wait for it at every start.
        import urllib3
        from minio import Minio

        where = urlsplit(settings.files)
        asked = dict(parse_qsl(where.query))
        endpoint = urlsplit(asked["endpoint"])
        self.bucket = where.netloc
        self.prefix = f"{where.path.strip('/')}/" if where.path.strip("/") else ""
        self._client: Minio = Minio(
            endpoint=endpoint.netloc,
            access_key=settings.files_key,
            secret_key=settings.files_secret,
            secure=endpoint.scheme == "https",
            region=asked.get("region", "us-east-1"),
            http_client=urllib3.PoolManager(
                timeout=urllib3.Timeout(connect=5, read=60),
                retries=urllib3.Retry(total=2, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
                ssl_context=ssl.create_default_context(),
            ),
        )

    def _name(self, sha256: str) -> str:
        return f"{self.prefix}{sha256[:2]}/{sha256[2:]}"

    def put(self, sha256: str, path: Path) -> None:
        with _reached(), path.open("rb") as file:
            self._client.put_object(self.bucket, self._name(sha256), file, path.stat().st_size)

    def read(self, sha256: str, start: int, length: int) -> Parts:
        with _reached():
            answer = self._client.get_object(self.bucket, self._name(sha256), offset=start, length=length)
        return Parts(answer, 0, length)

    def kept(self) -> Iterator[tuple[str, datetime]]:
        with _reached():
            for found in self._client.list_objects(self.bucket, prefix=self.prefix or None, recursive=True):
                sha256 = (found.object_name or "").removeprefix(self.prefix).replace("/", "")
                if len(sha256) == 64 and found.last_modified is not None:
                    yield sha256, found.last_modified

    def discard(self, sha256: str, before: datetime) -> bool:
        with _reached():
            since = self._client.stat_object(self.bucket, self._name(sha256)).last_modified
            if since is None or since >= before:
                return False
            self._client.remove_object(self.bucket, self._name(sha256))
        return True


@contextlib.contextmanager
def _reached() -> Iterator[None]:
    """What the client of the bucket raises, as our refusal."""
    try:
        yield
    except Exception as e:
        if type(e).__module__.partition(".")[0] in ("minio", "urllib3"):
            raise StorageAway() from e
        raise


@lru_cache(maxsize=8)
def storage(settings: Settings) -> Storage:
    """The storage of an office."""
    if settings.files:
        return Bucket(settings)
    root = settings.data_dir / "files"
    (root / "incoming").mkdir(parents=True, exist_ok=True)
    return Folder(root)
