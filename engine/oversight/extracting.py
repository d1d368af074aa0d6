"""The text of one PDF or DOCX, read in a process of its own that is stopped where it takes too long or too much.

``python extracting.py pdf|docx <most characters>`` reads the file from its standard input and writes a line of JSON for
each page (``{"text": …}``; a DOCX is one page) and one at the end (``{"end": null | reason}``). Whoever started it
keeps the pages that came where the end did not. Imports nothing of Liuhen: a hostile file meets as little as possible.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

MOST_MEMORY = 1 << 30
"""Bytes of address space."""
MOST_SECONDS = 20
"""Of the processor."""
MOST_PAGES = 500
MOST_XML = 30 << 20
"""Bytes that a part of a DOCX may have when it is unpacked; parts that say less and have more are bombs."""
MOST_PARTS = 5000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCX = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml")


class Unread(Exception):
    """Why a file gives no text: ``too_large``, ``encrypted``, ``hostile``, ``broken``."""


def bound() -> None:
    """Take from this process what a hostile file would use; Windows has no such bounds, and its time alone is bound."""
    try:
        import resource
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, MOST_SECONDS)):
        _, hard = resource.getrlimit(what)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file


def pages_of_pdf(file: BinaryIO) -> Iterator[str]:
    """The text of each page; raises ``Unread``, and whatever a broken file makes the reader raise."""
    import pypdf

    reader = pypdf.PdfReader(file, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unread("encrypted")
    for number, page in enumerate(reader.pages):
        if number == MOST_PAGES:
            raise Unread("pages")
        yield page.extract_text()


def pages_of_docx(file: BinaryIO) -> Iterator[str]:
    """The text of the document and of its notes; raises ``Unread``."""
    from lxml import etree

    with zipfile.ZipFile(file) as archive:
        if len(archive.infolist()) > MOST_PARTS:
            raise Unread("too_large")
        there = set(archive.namelist())
        if _DOCX[0] not in there:
            raise Unread("broken")
        found = []
        for name in _DOCX:
            if name not in there:
                continue
            if archive.getinfo(name).flag_bits & 1:
                raise Unread("encrypted")
            with archive.open(name) as part:
                content = part.read(MOST_XML + 1)
            if len(content) > MOST_XML:
                raise Unread("too_large")
            parser = etree.XMLParser(
                resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
            )
            root = etree.fromstring(content, parser)
            information: Any = root.getroottree().docinfo
            if information.doctype:
                raise Unread("hostile")
            found.append(_text(root))
        yield "\n".join(found)


def _text(root: Any) -> str:
    written: list[str] = []
    for one in root.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}p"):
        if one.tag == f"{_W}t":
            written.append(one.text or "")
        else:
            written.append("\n" if one.tag in (f"{_W}p", f"{_W}br") else "\t")
    return "".join(written).strip()


_READERS = {"pdf": pages_of_pdf, "docx": pages_of_docx}


def main(kind: str, most: int) -> int:
    bound()
    file = io.BytesIO(sys.stdin.buffer.read())
    left, end = most, None
    try:
        for page in _READERS[kind](file):
            _say({"text": page[:left]})
            left -= len(page)
            if left <= 0:
                end = "cut"
                break
    except Unread as e:
        end = str(e)
    except Exception:  # noqa: BLE001 - whatever a broken file makes its reader raise; MemoryError among it
        end = "broken"
    _say({"end": end})
    return 0


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], int(sys.argv[2])))
