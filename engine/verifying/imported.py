"""The directory, row by row: each row is what the act said that wrote it last, or an entry since then explains it.

What wrote many rows at once (the demonstration office, an import) names a manifest of them
(``engine/actors/manifest.py``); what changes single ones since has an entry that names the person or the unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from engine.actors import manifest
from engine.trail import Kind
from engine.verifying.report import Report
from engine.verifying.rows import Directory, lacking, stray

Row = Mapping[str, Any]
_WROTE = (Kind.OFFICE_BUILT, Kind.OFFICE_IMPORTED)
_TOUCHES: Mapping[Kind, tuple[str, ...]] = {
    Kind.MEMBERSHIP_CHANGED: ("memberships",),
    **dict.fromkeys((Kind.POST_BEGUN, Kind.POST_ENDED, Kind.PERSON_LEFT), ("posts",)),
    # Somebody who leaves by a reorganisation leaves everything; an appointment touches posts alone.
    **dict.fromkeys((Kind.POST_CHANGED, Kind.UNIT_CHANGED), ("memberships", "posts")),
    Kind.PERSON_CHANGED: ("people",),
}
"""What an act may have written of the person whom its entry names."""
_CALLED: Mapping[str, tuple[str, str]] = {
    "units": ("组织", "the unit"),
    "unit_states": ("组织状态", "the state of the unit"),
    "people": ("人员", "the person"),
    "memberships": ("身份", "the membership"),
    "posts": ("任职", "the post"),
    "relations": ("亲属关系", "the relation"),
}
_PROGRAM = "program:"
"""How the numbers of programs begin: their rows come with a key, which has an entry of its own."""


def verify(db: Connection, report: Report, directory: Directory) -> bool:
    """Look at every row; whether entries account for all of them (an office of an earlier build has no manifest)."""
    # A demonstration is built into an empty database, and tells of earlier days afterwards.
    later = directory.of(Kind.OFFICE_IMPORTED, *_TOUCHES, Kind.TERM_CHANGED)
    acts = [*directory.of(Kind.OFFICE_BUILT), *later]
    wrote = [(at, chain, seq, body) for at, (chain, seq, body) in enumerate(acts) if body["kind"] in _WROTE]
    is_whole = bool(wrote) and all("rows" in body for *_, body in wrote)
    said: dict[manifest.Place, tuple[manifest.Line, int, str, int]] = {}
    for at, chain, seq, body in wrote:
        if "rows" not in body:
            continue
        lines = manifest.read(db, body["rows"])
        if lines is None:
            lacking(report, chain, seq, "目录清单", "the manifest of the directory")
            is_whole = False
            continue
        said |= {place: (line, at, chain, seq) for place, line in lines.items()}
    if not said:
        return False
    since = _Since([body for _, _, body in acts])
    for table in manifest.KEYS:
        for key, digest, row in manifest.rows(db, table):
            report.rows += 1
            known = said.pop((table, key), None)
            last = since.of(table, row)
            if known is None:
                if is_whole and last < 0:
                    stray(report, table, key, *_CALLED[table])
            elif digest != known[0][0] and last <= known[1]:
                lacking(report, known[2], known[3], *_CALLED[table])
    for (table, _), ((_, person), at, chain, seq) in said.items():
        # Two changes on one day leave one row, and a post that never began is taken away.
        if since.people.get((table, person), -1) <= at:
            lacking(report, chain, seq, *_CALLED[table])
    return is_whole


class _Since:
    """The last act that may have written a row, by its place in the order of acts; -1 where there is none."""

    def __init__(self, acts: Sequence[Row]) -> None:
        self.people: dict[tuple[str, str], int] = {}
        """(Table, person) → the last act that names them and writes that table."""
        self.units: dict[str, int] = {}
        self.terms: dict[str, int] = {}
        self.founded: dict[str, int] = {}
        """Code of a unit → the act that founded it: its id was made there."""
        for at, body in enumerate(acts):
            for table in _TOUCHES.get(body["kind"], ()):
                if body.get("person"):
                    self.people[table, body["person"]] = at
            if body["kind"] == Kind.TERM_CHANGED:
                self.terms[body["unit"]] = at
            elif body["kind"] == Kind.UNIT_CHANGED:
                self.units |= {body[name]: at for name in ("unit", "into") if body.get(name)}
                if body.get("code"):
                    self.founded[body["code"]] = at

    def of(self, table: str, row: Row) -> int:
        if table == "units":
            if row["code"] in self.founded:  # read before the states of units
                self.units.setdefault(row["id"], self.founded[row["code"]])
            return self.units.get(row["id"], -1)
        if table == "unit_states":
            # What is below a unit that is closed goes to another one.
            near = (row["unit_id"], row["parent_id"])
            return max(self.terms.get(row["unit_id"], -1), *(self.units.get(one, -1) for one in near))
        if table == "people":
            if str(row["number"]).startswith(_PROGRAM):
                return 0
            return self.people.get((table, row["id"]), -1)
        if table in ("memberships", "posts"):
            return max(self.people.get((table, row["person_id"]), -1), self.units.get(row["unit_id"], -1))
        return -1
