"""Models of other products become files of this one, with a report of what needs a human."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.errors import Text


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about an import: what was taken over as what (``mapped``), left out, or needs a human."""

    file: str
    kind: str
    """``mapped``, ``changed``, ``needs_human`` or ``left_out``."""
    text: Text
    line: int | None = None
    element: str | None = None


_OWN = re.compile(
    r"^(process\.bpmn|[A-Za-z0-9_\-]+\.dmn|forms/[A-Za-z0-9_\-]+\.json|documents/[A-Za-z0-9_\-]+\.json"
    r"|rehearsals/[A-Za-z0-9_\-]+\.json|rules\.json|duties\.json|texts\.(zh|en)\.json|README\.md)$"
)


def translate(files: Mapping[str, str]) -> tuple[dict[str, str], list[Remark]]:
    """The files that a process folder can hold, under the names that it has for them."""
    found: dict[str, str] = {}
    remarks: list[Remark] = []
    diagrams = sorted(p for p in files if p.endswith(".bpmn"))
    first = "process.bpmn" if "process.bpmn" in files else diagrams[0] if diagrams else None
    for path in sorted(files):
        name = PurePosixPath(path)
        place = path
        if path == first:
            place = "process.bpmn"
        elif _OWN.match(path):
            place = path
        elif name.suffix == ".dmn":
            place = re.sub(r"[^A-Za-z0-9_\-]", "_", name.stem) + ".dmn"
        elif name.suffix in (".form", ".json") and name.name != "year.json":
            place = "forms/" + re.sub(r"[^A-Za-z0-9_\-]", "_", name.stem) + ".json"
        else:
            said = Text("流程文件夹里没有它的位置，未导入。", "A process folder has no place for it: left out.")
            remarks.append(Remark(path, "left_out", said))
            continue
        if place in found:
            said = Text("同名文件已有，未导入。", "There is a file of that name already: left out.")
            remarks.append(Remark(path, "left_out", said))
            continue
        if place != path:
            said = Text("导入为 {place}。", "Taken in as {place}.").format(place=place)
            remarks.append(Remark(path, "mapped", said))
        found[place] = files[path]
    return found, remarks
