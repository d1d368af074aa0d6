"""Where the files of a new draft come from: a minimal procedure, another one under a key of its own, a ZIP; and back.

A ZIP holds one folder as ``processes/`` has it. What is exported, imported and exported again is the same, byte for
byte.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath

from engine import definitions
from engine.drafts import translating
from engine.drafts.foreign import Remark
from engine.drafts.keeping import Files
from engine.errors import FieldError, Text, Unfit

_STARTER = Path(__file__).resolve().parent / "starter"
_STARTER_KEY = "new_procedure"
_PARTS = ("*.bpmn", "*.json", "forms/*.json", "rehearsals/*.json")
KEY = re.compile(r"[a-z][a-z0-9_]{1,59}")
MOST_BYTES = 16 << 20
"""Bytes of all files of a ZIP, unpacked."""


@cache
def _starter() -> Mapping[str, str]:
    return {
        path.relative_to(_STARTER).as_posix(): path.read_text(encoding="utf-8")
        for pattern in _PARTS
        for path in sorted(_STARTER.glob(pattern))
    }


def minimal(key: str, name: Text) -> dict[str, str]:
    """A procedure that somebody asks for something in, and their leader handles: start, one task, end."""
    return rekeyed(dict(_starter()), _STARTER_KEY, key, name)


def rekeyed(files: Files, old: str, key: str, name: Text | None = None) -> dict[str, str]:
    """The same procedure under another key, and by another name; raises ``Unfit`` where it can be no key."""
    must_be_key(key)
    found = dict(files)
    found["process.bpmn"] = _renamed(found.get("process.bpmn", ""), old, key, name)
    if name is not None:
        for language in ("zh", "en"):
            path = f"texts.{language}.json"
            found[path] = _with_name(found.get(path, "{}\n"), name.spoken("zh" if language == "zh" else "en"))
    return found


def must_be_key(key: str) -> None:
    """Raises ``Unfit`` where a procedure cannot be called so."""
    if not KEY.fullmatch(key):
        said = Text(
            "流程标识用小写字母、数字和下划线，以字母开头，2 到 60 个字符。",
            "A key has lower case letters, digits and underscores, begins with a letter, and has 2 to 60 characters.",
        )
        raise Unfit(errors=[FieldError("key", "bad_key", said)])


def _renamed(diagram: str, old: str, key: str, name: Text | None) -> str:
    """The text of a diagram with another key; everything else stays as it was written."""
    word = re.escape(old)
    diagram = re.sub(rf'\b(processRef|bpmnElement)="{word}"', rf'\1="{key}"', diagram)
    diagram = re.sub(rf'(targetNamespace="urn:liuhen:process:){word}"', rf'\1{key}"', diagram)
    for part in ("definitions", "diagram", "plane", "collaboration", "pool", "lanes"):
        diagram = re.sub(rf'"{part}_{word}"', f'"{part}_{key}"', diagram)

    def begin(found: re.Match[str]) -> str:
        tag = re.sub(rf'\bid="{word}"', f'id="{key}"', found[0])
        return tag if name is None else re.sub(r'\sname="[^"]*"', lambda _: f' name="{_escaped(name.zh)}"', tag)

    diagram = re.sub(rf'<(?:\w+:)?process\b[^>]*\bid="{word}"[^>]*>', begin, diagram)
    if name is None:
        return diagram
    pool = rf'<(?:\w+:)?participant\b[^>]*\bprocessRef="{re.escape(key)}"[^>]*>'
    return re.sub(
        pool, lambda tag: re.sub(r'\sname="[^"]*"', lambda _: f' name="{_escaped(name.zh)}"', tag[0]), diagram
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _with_name(texts: str, name: str) -> str:
    try:
        found = json.loads(texts)
    except ValueError:
        return texts
    if not isinstance(found, dict):
        return texts
    return json.dumps({**found, "process": name}, ensure_ascii=False, indent=2) + "\n"


# ---------------------------------------------------------------- folders in a ZIP


def packed(key: str, files: Files) -> bytes:
    """A folder in a ZIP: the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(files):
            one = zipfile.ZipInfo(f"{key or 'procedure'}/{path}", (1980, 1, 1, 0, 0, 0))
            one.compress_type, one.external_attr, one.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(one, files[path].encode())
    return out.getvalue()


def unpacked(data: bytes) -> tuple[dict[str, str], list[Remark]]:
    """The files of a ZIP, without the folder around them, and what was left out; raises ``Unfit``."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            there = [one for one in archive.infolist() if not one.is_dir()]
            if len(there) > 2 * definitions.MAX_FILES or sum(one.file_size for one in there) > MOST_BYTES:
                raise _unreadable(Text("压缩包过大或文件过多。", "The ZIP is too large or has too many files."))
            found = {one.filename: _read(archive, one) for one in there}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as e:
        raise _unreadable(Text("不是可以打开的 ZIP 文件。", "This is no ZIP file that can be opened.")) from e
    return _of_one_folder(found)


def taken_in(name: str, data: bytes) -> tuple[dict[str, str], list[Remark]]:
    """The files of a draft from a file that somebody brings, and what has to be said of them; raises ``Unfit``."""
    if data.startswith(b"PK"):
        files, remarks = unpacked(data)
    else:
        try:
            files, remarks = {PurePosixPath(name).name: data.decode("utf-8-sig")}, []
        except UnicodeDecodeError as e:
            raise _unreadable(Text("不是 UTF-8 文字，也不是 ZIP。", "Neither UTF-8 text nor a ZIP.")) from e
    found, more = translated(files)
    return found, remarks + more


def translated(files: Files) -> tuple[dict[str, str], list[Remark]]:
    """Files as this product has them, from its own or another one's; raises ``Unfit`` where nothing can be used."""
    found, remarks = translating.translate(files)
    if not found:
        raise _unreadable(
            Text("其中没有流程图、决策或表单。", "There is no diagram, decision or form in it."),
        )
    if "process.bpmn" not in found:
        said = Text("没有流程图，以一张最简单的开始。", "It has no diagram: a minimal one begins it.")
        found = {**minimal(_STARTER_KEY, Text("新流程", "New procedure")), **found}
        remarks.append(Remark("process.bpmn", "needs_human", said))
    return found, remarks


def _read(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    """A file of an archive, which may be larger than it says."""
    with archive.open(one) as stream:
        data = stream.read(one.file_size + 1)
    if len(data) > one.file_size:
        raise zipfile.BadZipFile
    return data


def _of_one_folder(found: Mapping[str, bytes]) -> tuple[dict[str, str], list[Remark]]:
    around = _around(found)
    files: dict[str, str] = {}
    remarks: list[Remark] = []
    for name in sorted(found):
        path = name.removeprefix(around)
        parts = PurePosixPath(path).parts
        if not parts or parts[0] == "__MACOSX" or any(p.startswith(".") for p in parts):
            continue
        try:
            files[path] = found[name].decode("utf-8-sig")
        except UnicodeDecodeError:
            said = Text("不是 UTF-8 文字，未导入。", "It is no UTF-8 text and was left out.")
            remarks.append(Remark(path, "left_out", said))
    return files, remarks


def _around(found: Mapping[str, bytes]) -> str:
    """The folder that holds the diagram; empty where none does."""
    diagrams = sorted((n for n in found if n.endswith("process.bpmn")), key=lambda n: (n.count("/"), n))
    diagrams = diagrams or sorted((n for n in found if n.endswith(".bpmn")), key=lambda n: (n.count("/"), n))
    usable = [n for n in diagrams if not n.startswith("__MACOSX/")]
    return usable[0].rpartition("/")[0] + "/" if usable and "/" in usable[0] else ""


def _unreadable(text: Text) -> Unfit:
    return Unfit(errors=[FieldError("file", "unreadable", text)])
