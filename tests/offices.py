"""The demonstration office as a template of databases: made once per kind, then copied for every test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from api import demonstration, folders
from engine import accounts, tables
from engine.actors import Actor
from engine.errors import DefinitionRefused
from engine.store import Store
from tests.databases import Databases, Kind

EMPTY_LIBRARY = "office"
"""The template of the office before any procedure was published."""
PROCEDURES = "office_with_procedures"
"""The template of the office with every folder of ``processes/`` published."""


class Office:
    """What tests know of the office: who signs in there."""

    def __init__(self, found: list[dict[str, Any]], ids: Mapping[str, str]) -> None:
        self.people = {str(one["name"]): one for one in found}
        """Account name → what ``setup`` prints of it."""
        self.accounts = dict(ids)
        """Account name → id of the account."""
        by_role = {role: str(one["name"]) for one in reversed(found) for role in one["roles"]}
        self.auditor = by_role["auditor"]
        self.designer = by_role["designer"]

    def sign_in(self, store: Store, name: str) -> tuple[str, str]:
        """Token and CSRF token of a new session of somebody.

        Not by the password: hashing it for every person of every test would take longer than the tests.
        """
        with store.transaction() as db:
            return accounts.open_session(db, self.accounts[name])


_made: dict[tuple[int, Kind], Office] = {}


def built(databases: Databases, kind: Kind) -> Office:
    """The office without procedures; ``databases.create(kind, EMPTY_LIBRARY)`` copies it."""

    def fill(store: Store) -> None:
        found = demonstration.build(store)
        with store.reading() as db:
            rows = db.execute(select(tables.accounts.c.name, tables.accounts.c.id)).all()
        _made[id(databases), kind] = Office(found, {row.name: row.id for row in rows})

    databases.template(kind, EMPTY_LIBRARY, fill)
    return _made[id(databases), kind]


def with_procedures(databases: Databases, kind: Kind) -> Office:
    """The office with its procedures; ``databases.create(kind, PROCEDURES)`` copies it."""

    def fill(store: Store) -> None:
        publish(store, *(folder.name for folder in folders.all_in()))
        with store.transaction() as db:
            # What a procedure begins by itself (an election before each of 600 terms ends) would fill every story that
            # lets years pass; stories of those procedures publish them in an office of their own.
            db.execute(update(tables.starts).where(tables.starts.c.kind == "timer").values(due_at=None))

    office = built(databases, kind)
    databases.template(kind, PROCEDURES, fill, base=EMPTY_LIBRARY)
    return office


def with_these(databases: Databases, kind: Kind, *keys: str) -> str:
    """A template: the office with nothing but these folders of ``processes/``, in their order."""
    built(databases, kind)
    return databases.template(kind, f"office with {' '.join(keys)}", lambda s: publish(s, *keys), base=EMPTY_LIBRARY)


def publish(store: Store, *keys: str) -> None:
    """Publish folders of ``processes/`` and the rules of separation they rest on."""
    folders.publish_duties(store, Actor.operator(), reason="set up")
    for key in keys:
        try:
            folders.publish(store, Actor.operator(), folders.PROCESSES / key)
        except DefinitionRefused as e:
            raise AssertionError([finding.as_json("en") for finding in e.findings]) from e
