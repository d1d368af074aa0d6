"""Files by content hash: names, what is taken and what is not, the scanner, the folder and the bucket."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import files, tables
from engine.errors import Unfit
from engine.files import Folder, Kept, ScannerAway, StorageAway, TooLarge, Verdict
from engine.settings import Settings
from engine.store import Store
from tests import databases
from tests.engine import outside_files
from tests.engine.contents import DOCX, DOCX_WITH_MACROS, GIF, JPEG, OFD, OLE, OLE_WITH_MACROS, PDF, PNG, zipped

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    return databases.settings("sqlite:///:memory:", tmp_path)


def take(house: Settings, name: str, content: bytes, **more: Any) -> Kept:
    return files.receive(house, io.BytesIO(content), name, **more)


def stored(house: Settings, kept: Kept) -> bytes:
    return b"".join(files.storage(house).read(kept.sha256, 0, kept.size))


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("简历.pdf", "简历.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\报告.docx", "报告.docx"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("con.txt", "_con.txt"),
        ("e\u0301.png", "é.png"),
        ("  .pdf", "pdf"),
        ('a<b>"c|d?.png', "a_b__c_d_.png"),
        ("", "file"),
        ("...", "file"),
        ("a\u200b\u2066b.png", "ab.png"),
    ],
)
def test_a_name_is_something_to_show_and_never_a_path(given: str, kept: str) -> None:
    assert files.clean(given) == kept


def test_a_long_name_keeps_its_extension() -> None:
    kept = files.clean("党" * 300 + ".pdf")
    assert kept.endswith(".pdf")
    assert len(kept.encode()) <= 200


# ---------------------------------------------------------------- what is taken


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.png", PNG, "image/png"),
        ("a.JPG", JPEG, "image/jpeg"),
        ("a.gif", GIF, "image/gif"),
        ("a.pdf", PDF, "application/pdf"),
        ("a.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("公文.ofd", OFD, "application/ofd"),
        ("a.doc", OLE, "application/msword"),
        ("a.txt", "姓名".encode(), "text/plain"),
        ("a.csv", "姓名,年龄".encode("gb18030"), "text/csv"),
    ],
)
def test_what_agrees_with_its_name_is_kept_under_its_hash(
    house: Settings, name: str, content: bytes, media_type: str
) -> None:
    kept = take(house, name, content)
    assert (kept.media_type, kept.size, kept.verdict) == (media_type, len(content), Verdict.UNSCANNED)
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert stored(house, kept) == content
    assert not list((house.data_dir / "files" / "incoming").iterdir())


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ", "err_file_type"),
        ("a.html", b"<script>", "err_file_type"),
        ("a.svg", b"<svg/>", "err_file_type"),
        ("a.docm", DOCX_WITH_MACROS, "err_file_type"),
        ("a", PNG, "err_file_type"),
        ("a.png", JPEG, "err_file_disagrees"),
        ("a.png", b"<html>", "err_file_disagrees"),
        ("a.pdf", PNG, "err_file_disagrees"),
        ("a.xlsx", DOCX, "err_file_disagrees"),
        ("a.docx", zipped("evil.exe"), "err_file_disagrees"),
        ("a.docx", zipped("word/document.xml", "../../x"), "err_file_disagrees"),
        ("a.docx", b"PK\x03\x04" + bytes(100), "err_file_disagrees"),
        ("a.docx", DOCX_WITH_MACROS, "err_file_macros"),
        ("a.xls", OLE_WITH_MACROS, "err_file_macros"),
        ("a.doc", PDF, "err_file_disagrees"),
        ("a.txt", b"a\x00b", "err_file_disagrees"),
        ("a.txt", b"\xff\xfe\xff", "err_file_disagrees"),
        ("a.pdf", b"", "err_file_empty"),
    ],
)
def test_what_is_something_else_than_it_says_is_refused_and_not_stored(
    house: Settings, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(Unfit) as refused:
        take(house, name, content)
    assert refused.value.refusal == code
    assert refused.value.errors[0].path == "file"
    assert list(files.storage(house).kept()) == []


def test_the_directory_of_a_zip_that_would_fill_the_memory_is_not_read(house: Settings) -> None:
    huge = bytearray(DOCX)
    at = huge.rfind(b"PK\x05\x06")
    huge[at + 12 : at + 16] = (1 << 30).to_bytes(4, "little")
    with pytest.raises(Unfit, match="err_file_disagrees"):
        take(house, "a.docx", bytes(huge))


def test_a_file_larger_than_allowed_is_refused_while_it_comes(house: Settings) -> None:
    small = replace(house, file_max=1 << 20)
    with pytest.raises(TooLarge):
        files.receive(small, _Endless(), "a.txt")
    with pytest.raises(TooLarge):
        take(house, "a.txt", b"x" * 11, limit=10)
    assert not list((house.data_dir / "files" / "incoming").iterdir())


class _Endless:
    """Somebody who never stops sending."""

    def read(self, size: int, /) -> bytes:
        return b"x" * size


def test_only_the_types_of_the_step_are_taken(house: Settings) -> None:
    with pytest.raises(Unfit, match="err_file_type"):
        take(house, "a.png", PNG, allowed=frozenset({"pdf"}))
    assert take(house, "a.pdf", PDF, allowed=frozenset({"pdf"})).media_type == "application/pdf"


@pytest.mark.parametrize(
    ("name", "level"),
    [("关于人事的请示【秘密】.pdf", None), ("机密文件.pdf", None), ("TOP SECRET plan.pdf", None), ("a.pdf", "secret")],
)
def test_a_classified_document_is_refused_before_it_is_read(house: Settings, name: str, level: str | None) -> None:
    class Unread:
        def read(self, size: int, /) -> bytes:
            raise AssertionError("it was read")

    with pytest.raises(Unfit) as refused:
        files.receive(house, Unread(), name, level=level, told={"chain": "c-1", "task": "t"})
    assert refused.value.refusal == files.MARKED
    # That it came is told; nothing of what came.
    recorded = refused.value.recorded or {}
    assert set(recorded) == {"chain", "task", "kind", "code", "reason"}
    assert (recorded["kind"], recorded["code"]) == ("attachment.refused", files.MARKED)


def test_a_pledge_to_keep_secrets_is_no_secret(house: Settings) -> None:
    assert take(house, "保守秘密承诺书.pdf", PDF, level="internal").size == len(PDF)
    with pytest.raises(Unfit):
        take(house, "a.pdf", PDF, level="whatever")


# ---------------------------------------------------------------- the scanner


@pytest.mark.parametrize("over", ["tcp", "unix"])
def test_the_scanner_is_asked_before_anything_is_stored(house: Settings, tmp_path: Path, over: str) -> None:
    with outside_files.scanner(str(tmp_path / "clamd") if over == "unix" else None) as address:
        watched = replace(house, scanner=address)
        assert take(watched, "a.pdf", PDF).verdict is Verdict.CLEAN
        with pytest.raises(Unfit) as refused:
            take(watched, "b.pdf", PDF + outside_files.EICAR, told={"chain": "c-1"})
        assert refused.value.refusal == "err_file_infected"
        assert refused.value.recorded is not None
        assert refused.value.recorded["found"] == "Eicar-Signature"
        assert len(list(files.storage(watched).kept())) == 1


def test_without_its_scanner_a_file_is_refused_or_kept_from_everybody(house: Settings) -> None:
    away = replace(house, scanner="tcp://127.0.0.1:1")
    with pytest.raises(ScannerAway):
        take(away, "a.pdf", PDF)
    assert list(files.storage(away).kept()) == []
    patient = replace(away, scanner_away="quarantine")
    bad = take(patient, "b.pdf", PDF + outside_files.EICAR)
    good = take(patient, "a.pdf", PDF)
    assert (bad.verdict, good.verdict) == (Verdict.WAITING, Verdict.WAITING)
    waiting = [(bad.sha256, bad.size), (good.sha256, good.size)]
    assert files.rescan(patient, waiting) == []
    with outside_files.scanner() as address:
        said = files.rescan(replace(patient, scanner=address), waiting)
    assert [one.verdict for one in said] == [Verdict.INFECTED, Verdict.CLEAN]


# ---------------------------------------------------------------- the folder


def test_the_same_bytes_are_kept_once_and_read_in_part(house: Settings) -> None:
    first, second = take(house, "a.pdf", PDF), take(house, "另一个.pdf", PDF)
    assert first.sha256 == second.sha256
    assert len(list(files.storage(house).kept())) == 1
    assert b"".join(files.storage(house).read(first.sha256, 5, 3)) == PDF[5:8]
    folder = files.storage(house)
    assert isinstance(folder, Folder)
    assert stat.S_IMODE(folder.place(first.sha256).stat().st_mode) & 0o077 == 0


def test_bytes_that_are_not_there_are_a_fault_of_the_storage(house: Settings) -> None:
    with pytest.raises(StorageAway):
        files.storage(house).read("0" * 64, 0, 1)


def test_a_process_killed_while_it_receives_leaves_no_half_file(house: Settings, tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from engine import files; from tests import databases\n"
        "class Dying:\n"
        "    parts = [b'%PDF-1.4', b'']\n"
        "    def read(self, size):\n"
        "        part = self.parts.pop(0)\n"
        "        return part or os.kill(os.getpid(), 9)\n"
        "files.receive(databases.settings('sqlite://', Path(sys.argv[1])), Dying(), 'a.pdf')\n"
    )
    died = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=Path(__file__).parents[2])
    assert died.returncode == -9
    assert list(files.storage(house).kept()) == []
    left = list((tmp_path / "files" / "incoming").iterdir())
    assert len(left) == 1
    files.sweep(house, set, LATER)
    assert not left[0].exists()


def test_a_sweep_takes_what_no_row_names_and_leaves_what_is_young(house: Settings) -> None:
    known, loose = take(house, "a.pdf", PDF), take(house, "b.png", PNG)
    assert files.sweep(house, lambda hashes: {known.sha256}, LONG_AGO) == 0
    assert files.sweep(house, lambda hashes: {known.sha256}, LATER) == 1
    assert [sha256 for sha256, _ in files.storage(house).kept()] == [known.sha256]
    assert stored(house, known) == PDF
    take(house, "b.png", PNG)
    assert len(list(files.storage(house).kept())) == 2, loose


def test_bytes_put_again_while_they_are_swept_stay(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, folder = take(house, "a.pdf", PDF), files.storage(house)
    assert isinstance(folder, Folder)
    place = folder.place(kept.sha256)
    before = datetime.now(UTC) - timedelta(hours=1)
    os.utime(place, (before.timestamp() - 60, before.timestamp() - 60))
    moved = os.replace

    def slow(source: Any, target: Any) -> None:
        monkeypatch.setattr(os, "replace", moved)
        if Path(target).name.startswith("going-"):
            take(house, "a.pdf", PDF)  # somebody uploads the same between the look and the taking away
        moved(source, target)

    monkeypatch.setattr(os, "replace", slow)
    assert not folder.discard(kept.sha256, before)
    assert stored(house, kept) == PDF


# ---------------------------------------------------------------- the bucket


@pytest.fixture
def bucket() -> Iterator[outside_files.Storage]:
    with outside_files.bucket() as made:
        yield made


def in_bucket(house: Settings, made: outside_files.Storage, secret: str = outside_files.SECRET) -> Settings:
    where = f"s3://files/office?endpoint={made.url}&region=cn-north-1"
    return replace(house, files=where, files_key=outside_files.KEY, files_secret=secret)


def test_a_bucket_keeps_reads_lists_and_discards(house: Settings, bucket: outside_files.Storage) -> None:
    office = in_bucket(house, bucket)
    kept = take(office, "a.pdf", PDF)
    assert list(bucket.objects) == [f"office/{kept.sha256[:2]}/{kept.sha256[2:]}"]
    assert stored(office, kept) == PDF
    assert b"".join(files.storage(office).read(kept.sha256, 5, 3)) == PDF[5:8]
    assert [sha256 for sha256, _ in files.storage(office).kept()] == [kept.sha256]
    assert files.sweep(office, lambda hashes: set(), LONG_AGO) == 0
    assert files.sweep(office, lambda hashes: set(), LATER) == 1
    assert bucket.objects == {}
    assert bucket.refused == 0
    with pytest.raises(StorageAway):
        stored(office, kept)


def test_a_bucket_refuses_another_key(house: Settings, bucket: outside_files.Storage) -> None:
    with pytest.raises(StorageAway):
        take(in_bucket(house, bucket, secret="guessed"), "a.pdf", PDF)
    assert bucket.objects == {}
    assert bucket.refused > 0


# ---------------------------------------------------------------- rows


def test_the_better_verdict_of_the_same_bytes_counts(store: Store) -> None:
    kept = Kept("a" * 64, 3, "text/plain", "a.txt", Verdict.WAITING)
    for verdict in (Verdict.WAITING, Verdict.CLEAN, Verdict.UNSCANNED):
        with store.transaction() as db:
            files.record(db, store.moment(db), replace(kept, verdict=verdict))
    with store.reading() as db:
        assert db.execute(select(tables.files.c.verdict)).scalars().all() == ["clean"]
