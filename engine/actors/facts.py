"""What FEEL may ask of the directory, as of the business date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
)

from engine.actors.directory import below, full_years, holders, person, relatives, roster, standing, superior, unit
from engine.actors.lists import offered_lists
from engine.actors.words import Person, Unit


def host_functions(db: Connection, on: date) -> dict[str, Callable[..., Any]]:
    """Functions that FEEL may call, answering as of one business date and asking the database once per question.

    ``superior(unit, competence)`` → unit id; ``person(id)``, ``unit(id)`` → contexts, ``units(kinds)`` → a list of them
    without counts of members; ``holders(role, unit)``, ``relatives(person)`` → lists of ids.
    ``distribution lists(unit)`` → a list of ``{id, name, name_en, version, units}``.
    What is not there is null, never an error: FEEL decides what null means.
    """
    known: dict[tuple[str, ...], Any] = {}

    def once(key: tuple[str, ...], ask: Callable[[], Any]) -> Any:
        if key not in known:
            known[key] = ask()
        return known[key]

    def ask_superior(unit_id: Any, competence: Any = "direct") -> Any:
        if not isinstance(unit_id, str) or competence not in ("approve_members", "direct", "office"):
            return None
        above = once(("superior", unit_id, competence), lambda: superior(db, unit_id, on, competence))
        return above.id if above else None

    def ask_person(person_id: Any) -> Any:
        if not isinstance(person_id, str):
            return None
        return once(("person", person_id), lambda: _person_context(person(db, person_id, on), on))

    def ask_unit(unit_id: Any) -> Any:
        if not isinstance(unit_id, str):
            return None
        return once(("unit", unit_id), lambda: _unit_context(db, unit_id, on))

    def ask_units(kinds: Any = None) -> Any:
        wanted = tuple(kinds) if isinstance(kinds, list) else (kinds,) if isinstance(kinds, str) else None
        if kinds is not None and wanted is None:
            return None
        found = once(("units",), lambda: [(u.kind, _unit_facts(u)) for u in standing(db, on)])
        return [facts for kind, facts in found if wanted is None or kind in wanted]

    def ask_holders(role: Any, unit_id: Any) -> Any:
        if not isinstance(role, str) or not isinstance(unit_id, str):
            return None
        return once(("holders", role, unit_id), lambda: list(holders(db, role, unit_id, on)))

    def ask_relatives(person_id: Any) -> Any:
        if not isinstance(person_id, str):
            return None
        return once(("relatives", person_id), lambda: list(relatives(db, person_id, on)))

    def ask_below(unit_id: Any, kind: Any = None) -> Any:
        if not isinstance(unit_id, str) or not (kind is None or isinstance(kind, str)):
            return None
        return once(("below", unit_id, kind or ""), lambda: [u.id for u in below(db, unit_id, on, kind)])

    def ask_lists(unit_id: Any) -> Any:
        if not isinstance(unit_id, str):
            return None
        return once(("lists", unit_id), lambda: offered_lists(db, unit_id, on))

    return {
        "superior": ask_superior,
        "person": ask_person,
        "unit": ask_unit,
        "units": ask_units,
        "holders": ask_holders,
        "relatives": ask_relatives,
        "units below": ask_below,
        "distribution lists": ask_lists,
    }


def _person_context(known: Person | None, on: date) -> dict[str, Any] | None:
    if known is None:
        return None
    return {
        "id": known.id,
        "number": known.number,
        "name": known.name,
        "born_on": known.born_on,
        "age": full_years(known.born_on, on) if known.born_on else None,
        "status": known.status,
        "since": known.membership.from_on if known.membership else None,
        "unit": known.unit_id,
        "is_full_member": known.is_full_member,
        "rights_suspended": known.rights_suspended,
        "has_vote": known.has_vote,
        "posts": [{"role": p.role, "unit": p.unit_id} for p in known.posts],
    }


def _unit_context(db: Connection, unit_id: str, on: date) -> dict[str, Any] | None:
    known = unit(db, unit_id, on)
    if known is None:
        return None
    counts = roster(db, unit_id, on, known.kind)
    return {
        **_unit_facts(known),
        "full_members": counts.full_members,
        "voting_members": counts.voting_members,
        "probationary_members": counts.probationary_members,
    }


def _unit_facts(known: Unit) -> dict[str, Any]:
    return {
        "id": known.id,
        "code": known.code,
        "name": known.name,
        "kind": known.kind,
        "parent": known.parent_id,
        "can_approve_members": known.can_approve_members,
        "has_branch_committee": known.has_branch_committee,
        "status": known.status,
        "term_started_on": known.term_started_on,
        "term_years": known.term_years,
        "term_expires_on": known.term_expires_on,
    }
