"""What a file may be: its extension is on our list, and its content agrees with it.

Sniffing alone decides nothing: no sniffer sees a script behind an image, and every ZIP looks like a document. So the
extension has to be one of ``EXTENSIONS``, the first bytes have to fit it, and of a ZIP the directory (never more: it
is not unpacked) has to be that of such a document. Documents with macros are refused.
"""

from __future__ import annotations

import codecs
import mmap
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

import puremagic

from engine.errors import FieldError, Text, Unfit

Family = Literal["magic", "zip", "ole", "text"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its media type, how its content is looked at, and for a ZIP a member that it has to have."""

    media_type: str
    family: Family
    member: str = ""
    alike: frozenset[str] = frozenset()
    """The extensions that a sniffer may give it."""


def _magic(media_type: str, *alike: str) -> Kind:
    return Kind(media_type, "magic", alike=frozenset(alike))


_OFFICE = "application/vnd.openxmlformats-officedocument."

EXTENSIONS: Mapping[str, Kind] = {
    "pdf": _magic("application/pdf", "pdf"),
    "png": _magic("image/png", "png"),
    "jpg": _magic("image/jpeg", "jpg", "jpeg", "jpe", "jfif"),
    "jpeg": _magic("image/jpeg", "jpg", "jpeg", "jpe", "jfif"),
    "gif": _magic("image/gif", "gif"),
    "webp": _magic("image/webp", "webp"),
    "heic": _magic("image/heic", "heic", "heif"),
    "tif": _magic("image/tiff", "tif", "tiff"),
    "tiff": _magic("image/tiff", "tif", "tiff"),
    "ofd": Kind("application/ofd", "zip", "OFD.xml"),
    "docx": Kind(f"{_OFFICE}wordprocessingml.document", "zip", "word/"),
    "xlsx": Kind(f"{_OFFICE}spreadsheetml.sheet", "zip", "xl/"),
    "pptx": Kind(f"{_OFFICE}presentationml.presentation", "zip", "ppt/"),
    "odt": Kind("application/vnd.oasis.opendocument.text", "zip", "content.xml"),
    "ods": Kind("application/vnd.oasis.opendocument.spreadsheet", "zip", "content.xml"),
    "doc": Kind("application/msword", "ole"),
    "xls": Kind("application/vnd.ms-excel", "ole"),
    "ppt": Kind("application/vnd.ms-powerpoint", "ole"),
    "wps": Kind("application/vnd.ms-works", "ole"),
    "et": Kind("application/vnd.ms-excel", "ole"),
    "dps": Kind("application/vnd.ms-powerpoint", "ole"),
    "txt": Kind("text/plain", "text"),
    "csv": Kind("text/csv", "text"),
}
"""Every extension that is taken, and what its content has to be."""

PREVIEWS = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})
"""What a browser shows by itself and that cannot act: raster images, and PDF in the browser's own viewer."""

_HEAD = 4096
_TAIL = 65_557  # the end record of a ZIP and the longest comment behind it
_LARGEST_DIRECTORY = 1 << 20
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_MACROS_IN_OLE = "_VBA_PROJECT".encode("utf-16-le")
_MACROS_IN_ZIP = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")


def media_type(extension: str) -> str:
    """The media type of an extension that is taken."""
    return EXTENSIONS[extension].media_type


def previews(media_type: str) -> bool:
    return media_type in PREVIEWS


def refuse_extension(extension: str, allowed: frozenset[str] | None = None) -> None:
    """Raises ``Unfit`` where files of this extension are not taken at all, or not here."""
    if extension in EXTENSIONS and (allowed is None or extension in allowed):
        return
    taken = sorted(allowed & set(EXTENSIONS)) if allowed is not None else sorted(EXTENSIONS)
    raise _unfit(
        "err_file_type",
        Text("不接受这种类型的文件。可上传：{taken}。", "Files of this type are not taken. These are: {taken}.").format(
            taken=", ".join(taken)
        ),
    )


def refuse_content(path: Path, extension: str) -> None:
    """Raises ``Unfit`` where the content is not what the extension says, or could run something."""
    kind = EXTENSIONS[extension]
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(0)
        fits = {"magic": _is_alike, "zip": _is_document, "ole": _is_ole, "text": _is_text}[kind.family]
        if not fits(kind, head, file):
            raise _unfit(
                "err_file_disagrees",
                Text(
                    "文件内容不是 {extension} 格式，请用正确的格式重新保存后上传。",
                    "The content is not {extension}. Save it in that format and upload it again.",
                ).format(extension=extension),
            )


def _is_alike(kind: Kind, head: bytes, file: IO[bytes]) -> bool:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return False
    return not kind.alike.isdisjoint(one.extension.lstrip(".").lower() for one in found)


def _is_document(kind: Kind, head: bytes, file: IO[bytes]) -> bool:
    if not head.startswith(b"PK\x03\x04") or not _has_small_directory(file):
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
        return False
    if any(name.lower().rsplit("/", 1)[-1] in _MACROS_IN_ZIP for name in names):
        raise _has_macros()
    if any(name.startswith("/") or ".." in name.split("/") for name in names):
        return False
    return any(name == kind.member or (kind.member.endswith("/") and name.startswith(kind.member)) for name in names)


def _has_small_directory(file: IO[bytes]) -> bool:
    """Reading the directory of a ZIP must not fill the memory: its end record says how large it is."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    file.seek(0)
    return 0 <= at <= len(tail) - 22 and int(struct.unpack_from("<I", tail, at + 12)[0]) <= _LARGEST_DIRECTORY


def _is_ole(kind: Kind, head: bytes, file: IO[bytes]) -> bool:
    if not head.startswith(_OLE):
        return False
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        if whole.find(_MACROS_IN_OLE) >= 0:
            raise _has_macros()
    return True


def _is_text(kind: Kind, head: bytes, file: IO[bytes]) -> bool:
    return any(_decodes(file, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    reader = codecs.getincrementaldecoder(encoding)()
    try:
        while part := file.read(1 << 16):
            said = reader.decode(part)
            if any(c < " " and c not in "\t\r\n\f" for c in said):
                return False
        reader.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _has_macros() -> Unfit:
    return _unfit(
        "err_file_macros",
        Text(
            "文件含有宏，请另存为不含宏的文件后上传。",
            "The file holds macros. Save it without macros and upload it again.",
        ),
    )


def _unfit(code: str, text: Text) -> Unfit:
    return Unfit(text, code=code, errors=[FieldError("file", code, text)])
