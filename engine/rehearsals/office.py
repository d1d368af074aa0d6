"""The small imaginary office in which a rehearsal is played: what its designer states, or one made for the procedure.

Where no people are stated, every post and status that the files of the procedure name is held, in every unit that would
have it, by one person, who is called ``role@code``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table, insert

from engine import tables
from engine.actors import ADMIN_ROLES, POST_ROLES, STATUSES, UNIT_KINDS, leader_role, role_name
from engine.definitions import Definition
from engine.errors import Text
from engine.rehearsals.reading import Rehearsal, Step, places_of
from engine.store import new_id

LONG_AGO = date(2010, 1, 1)
BORN = date(1985, 5, 4)

UNITS: Mapping[str, Mapping[str, Any]] = {
    "W1": {"kind": "working_committee", "approves": True},
    "U1": {"kind": "unit", "under": "W1"},
    "C1": {"kind": "departmental_committee", "under": "U1", "approves": True},
    "D1": {"kind": "discipline_committee", "under": "C1"},
    "G1": {"kind": "general_branch", "under": "C1"},
    "B1": {"kind": "branch", "under": "C1", "committee": True},
    "B2": {"kind": "branch", "under": "G1", "committee": True},
}
"""The units of an office of which nothing else was said, by code."""

_BRANCHES = frozenset({"branch", "joint_branch", "temporary_organisation"})
_COMMITTEES = frozenset({"working_committee", "grassroots_committee", "departmental_committee"})
_OF_BRANCHES = frozenset(
    {
        "branch_secretary",
        "branch_deputy_secretary",
        "organisation_commissioner",
        "publicity_commissioner",
        "discipline_commissioner",
        "branch_group_leader",
        "dues_collector",
    }
)
_OF_COMMITTEES = frozenset(
    {
        "committee_member",
        "standing_committee_member",
        "committee_secretary",
        "fulltime_deputy_secretary",
        "organiser",
        "organisation_department",
    }
)
_WORD = re.compile(r"[a-z][a-z_]+")
_PLACE = re.compile(r"@?([a-z][a-z_]+)@([A-Za-z0-9_\-]+)(#\d{1,2})?")


class Unknown(LookupError):
    """A name that the office of the rehearsal does not have."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass
class Office:
    """Ids by the names that a rehearsal uses."""

    units: dict[str, str] = field(default_factory=dict)
    """Code → id."""
    above: dict[str, str | None] = field(default_factory=dict)
    """Code → code of the unit above."""
    people: dict[str, str] = field(default_factory=dict)
    """Name → id."""
    holders: dict[str, list[str]] = field(default_factory=dict)
    """``role@code`` → names."""

    def person(self, name: str, unit: str | None = None) -> str:
        """The id of somebody: by name, by ``role@code``, or by a role, in ``unit`` or the nearest unit above it.

        Raises ``Unknown``.
        """
        if name in self.people:
            return self.people[name]
        if "@" not in name and unit is not None:
            at: str | None = unit
            while at is not None:
                if len(self.holders.get(f"{name}@{at}", ())) == 1:
                    return self.people[self.holders[f"{name}@{at}"][0]]
                at = self.above.get(at)
        found = self.holders.get(name, [])
        if len(found) == 1:
            return self.people[found[0]]
        if found:
            among = ", ".join(found)
            raise Unknown(Text(f"{name} 有多人：{among}，请写姓名", f"{name} is held by {among}: name one of them"))
        known = ", ".join(sorted(self.people)[:12])
        raise Unknown(Text(f"没有人员 {name}；有 {known}", f"nobody is called {name}; there are {known}"))

    def unit(self, code: str) -> str:
        """The id of a unit; raises ``Unknown``."""
        if code not in self.units:
            known = ", ".join(self.units)
            raise Unknown(Text(f"没有组织 {code}；有 {known}", f"there is no unit {code}; there are {known}"))
        return self.units[code]

    def code_of(self, unit_id: str) -> str | None:
        return next((code for code, id_ in self.units.items() if id_ == unit_id), None)

    def name_of(self, person_id: str | None) -> str:
        return next((name for name, id_ in self.people.items() if id_ == person_id), str(person_id))

    def meant(self, value: Any) -> Any:
        """A value of a rehearsal with ids for names: ``@name`` is a person or unit, ``@@`` an @ that is none."""
        if isinstance(value, Mapping):
            return {key: self.meant(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.meant(one) for one in value]
        if not isinstance(value, str) or not value.startswith("@"):
            return value
        if value.startswith("@@"):
            return value[1:]
        return self.units.get(value[1:]) or self.person(value[1:])


def build(db: Connection, playing: Sequence[Definition], steps: Sequence[Step], rehearsal: Rehearsal) -> Office:
    """Put the office of a rehearsal into an empty database; raises ``Unknown``.

    ``playing`` are the procedures that take part, ``steps`` all that are played in this office.
    """
    said = rehearsal.office
    units = said.get("units") or UNITS
    people = said.get("people")
    if people is None:
        people = {place: _posted(place, units) for place in _places(playing, steps, rehearsal, units)}
    office = Office()
    office.units = {code: new_id() for code in units}
    office.above = {code: unit.get("under") for code, unit in units.items()}
    office.people = {name: new_id() for name in people}
    for name, person in people.items():
        for place in places_of(person):
            office.holders.setdefault(place, []).append(name)
    rows = _rows(office, units, people)
    for table, made in rows.items():
        if made:
            db.execute(insert(table), made)
    return office


def _rows(office: Office, units: Mapping[str, Any], people: Mapping[str, Any]) -> dict[Table, list[dict[str, Any]]]:
    """The rows of every table, parents first."""
    since = datetime(LONG_AGO.year, 1, 1, tzinfo=UTC)
    found: dict[Table, list[dict[str, Any]]] = {
        tables.units: [{"id": id_, "code": code} for code, id_ in office.units.items()],
        tables.unit_states: [_state(office, code, unit) for code, unit in units.items()],
        tables.people: [],
        tables.memberships: [],
        tables.posts: [],
        tables.relations: [],
        tables.accounts: [],
    }
    for number, (name, person) in enumerate(people.items(), start=1):
        id_ = office.people[name]
        facts = person if isinstance(person, Mapping) else {}
        called = spoken(facts.get("name") or name)
        row = {"id": id_, "number": f"P{number:04d}", "name": called.zh, "name_en": called.en}
        born = date.fromisoformat(facts["born"]) if "born" in facts else BORN
        found[tables.people].append({**row, "gender": facts.get("gender", "female"), "born_on": born})
        for place in places_of(person):
            role, _, code = place.partition("@")
            at = {"id": new_id(), "person_id": id_, "unit_id": office.unit(code), "from_on": LONG_AGO}
            if role in STATUSES:
                is_suspended = bool(facts.get("suspended"))
                found[tables.memberships].append({**at, "status": role, "rights_suspended": is_suspended})
            else:
                found[tables.posts].append({**at, "role": role})
        for other, kind in facts.get("relatives", {}).items():
            relative = {"id": new_id(), "person_id": id_, "relative_id": office.person(other), "kind": str(kind)}
            found[tables.relations].append({**relative, "declared_on": LONG_AGO})
        if facts.get("account", True):
            account = {"id": new_id(), "name": f"p{number:04d}", "person_id": id_}
            found[tables.accounts].append({**account, "password_hash": "-", "created_at": since})
    return found


def _state(office: Office, code: str, unit: Mapping[str, Any]) -> dict[str, Any]:
    under, kind = unit.get("under"), unit["kind"]
    return {
        "unit_id": office.units[code],
        "from_on": LONG_AGO,
        "name": unit.get("name") or f"{UNIT_KINDS[kind].zh} {code}",
        "name_en": unit.get("name") or f"{UNIT_KINDS[kind].en} {code}",
        "kind": kind,
        "parent_id": office.unit(under) if under else None,
        "can_approve_members": bool(unit.get("approves")),
        "has_branch_committee": bool(unit.get("committee")),
        "term_started_on": date.fromisoformat(unit["termFrom"]) if "termFrom" in unit else None,
        "term_expires_on": date.fromisoformat(unit["termTo"]) if "termTo" in unit else None,
        "status": "active",
    }


# ---------------------------------------------------------------- an office that nobody stated


def _places(
    playing: Sequence[Definition], steps: Sequence[Step], rehearsal: Rehearsal, units: Mapping[str, Any]
) -> list[str]:
    """Every ``role@code`` that somebody holds, in a settled order."""
    files = [file for definition in playing for file in definition.files.items()]
    said = list(_texts([step.said for step in steps]))
    named = {word for path, text in files if _counts(path) for word in _WORD.findall(text)}
    named |= {word for text in said for word in _WORD.findall(text)}
    roles = [role for role in POST_ROLES if role in named and role not in ADMIN_ROLES]
    statuses = [status for status in STATUSES if status in named]
    found: dict[str, None] = {}
    for code, unit in units.items():
        kind = unit["kind"]
        for role in dict.fromkeys((leader_role(kind), *(role for role in roles if _fits(role, kind)))):
            if role is not None:
                found[f"{role}@{code}"] = None
        if kind in _BRANCHES:
            found |= {f"{status}@{code}": None for status in statuses}
    # Whom a step names besides them: a second applicant, a post of which the procedure itself does not speak.
    for text in said:
        match = _PLACE.fullmatch(text)
        if match is not None and match[2] in units and match[1] in {*POST_ROLES, *STATUSES}:
            found[f"{match[1]}@{match[2]}{match[3] or ''}"] = None
    return [place for place in found if place not in rehearsal.vacant]


def _fits(role: str, kind: str) -> bool:
    """Whether an office would have such a post in such a unit: a branch has no organiser, a committee no collector."""
    if role in _OF_BRANCHES:
        return kind in _BRANCHES or kind == "general_branch"
    if role in _OF_COMMITTEES:
        return kind in _COMMITTEES or (kind == "general_branch" and role == "committee_member")
    return kind not in _BRANCHES and kind != "general_branch"


def _posted(place: str, units: Mapping[str, Any]) -> list[str]:
    """Whoever holds a post of a branch is a member there."""
    place = place.partition("#")[0]
    role, _, code = place.partition("@")
    is_member = role not in STATUSES and units[code]["kind"] in _BRANCHES
    return [place, f"full_member@{code}"] if is_member else [place]


def _counts(path: str) -> bool:
    return path.endswith((".bpmn", ".dmn")) or path in ("rules.json", "duties.json")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield str(key)
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def spoken(name: str) -> Text:
    """What somebody is called who is known by the post."""
    role, _, rest = name.partition("@")
    known = role_name(role)
    return Text(f"{known.zh} {rest}", f"{known.en} {rest}") if rest else Text(name, name)
