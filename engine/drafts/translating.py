"""Models of other products become files of this one, with a report of what needs a human."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from engine.drafts import foreign
from engine.drafts.foreign import Remark
from engine.errors import Text

_OWN = re.compile(
    r"^(process\.bpmn|[A-Za-z0-9_\-]+\.dmn|forms/[A-Za-z0-9_\-]+\.json|documents/[A-Za-z0-9_\-]+\.json"
    r"|rehearsals/[A-Za-z0-9_\-]+\.json|rules\.json|duties\.json|texts\.(zh|en)\.json|README\.md)$"
)


_ASIDE = ("year.json", "package.json")
"""Files that lie beside a model and are no part of it."""


def translate(files: Mapping[str, str]) -> tuple[dict[str, str], list[Remark]]:
    """The files that a process folder can hold, under the names that it has for them, in its own words."""
    found: dict[str, str] = {}
    remarks: list[Remark] = []
    diagrams = sorted(p for p in files if p.endswith((".bpmn", ".bpmn20.xml")))
    first = "process.bpmn" if "process.bpmn" in files else diagrams[0] if diagrams else None
    for path in sorted(files):
        place, content = _place(path, first), files[path]
        if place is not None and place.startswith("forms/") and path != place:
            made = foreign.form(content)
            place, content = (None, content) if made is None else (place, made)
        if place is None or place in found:
            said = _NO_PLACE if place is None else _TWICE
            remarks.append(Remark(path, "left_out", said))
            continue
        if place != path:
            remarks.append(Remark(path, "mapped", _TAKEN.format(place=place)))
        found[place] = content
    if "process.bpmn" in found:
        names = {p[6:-5].removesuffix("-schema"): p[6:-5] for p in found if p.startswith("forms/")}
        made_ = foreign.diagram(found["process.bpmn"], "process.bpmn", names)
        found["process.bpmn"] = made_.text
        found |= made_.forms
        remarks += made_.remarks
    return found, remarks


def _place(path: str, first: str | None) -> str | None:
    """Where a file lies in a process folder; null where it has no place there."""
    name = PurePosixPath(path)
    stem = re.sub(r"[^A-Za-z0-9_\-]", "_", name.stem)
    if path == first:
        return "process.bpmn"
    if _OWN.match(path):
        return path
    if name.suffix == ".dmn":
        return f"{stem}.dmn"
    if name.suffix in (".form", ".json") and name.name not in _ASIDE and not name.stem.endswith("-uischema"):
        return f"forms/{stem}.json"
    return None


_NO_PLACE = Text("流程文件夹里没有它的位置，未导入。", "A process folder has no place for it: left out.")
_TWICE = Text("同名文件已有，未导入。", "There is a file of that name already: left out.")
_TAKEN = Text("导入为 {place}。", "Taken in as {place}.")
