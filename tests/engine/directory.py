"""A small directory for tests of the engine: one line of subordination, a handful of people, half-open periods."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, insert

from engine import tables
from engine.store import new_id

FIRST = date(2020, 1, 1)


def add_unit(db: Connection, code: str, kind: str, parent: str | None = None, **more: Any) -> str:
    """A unit whose id is ``u-<code>``; its state holds from ``from_on`` (2020) on."""
    unit_id = f"u-{code}"
    db.execute(insert(tables.units).values(id=unit_id, code=code))
    add_state(db, code, kind, parent, **more)
    return unit_id


def add_state(db: Connection, code: str, kind: str, parent: str | None = None, **more: Any) -> None:
    """One more period of a unit."""
    db.execute(
        insert(tables.unit_states).values(
            {
                "unit_id": f"u-{code}",
                "from_on": FIRST,
                "name": f"{code}组织",
                "name_en": f"organisation {code}",
                "kind": kind,
                "parent_id": f"u-{parent}" if parent else None,
                **more,
            }
        )
    )


def add_person(db: Connection, name: str, unit: str | None = None, status: str = "full_member", **more: Any) -> str:
    """A person whose id is ``p-<name>``, a member of ``unit`` (a code) since 2020 unless told otherwise."""
    person_id = f"p-{name}"
    db.execute(
        insert(tables.people).values(
            id=person_id,
            number=f"N-{name}",
            name=name,
            name_en=f"{name} (en)",
            born_on=more.pop("born_on", date(1990, 5, 5)),
            phone="000-0000",
        )
    )
    if unit is not None:
        add_membership(db, name, unit, status, **more)
    return person_id


def add_membership(db: Connection, name: str, unit: str, status: str = "full_member", **more: Any) -> None:
    """One more membership row."""
    row = {"from_on": FIRST, "to_on": None, "rights_suspended": False, **more}
    db.execute(
        insert(tables.memberships).values(
            id=f"m-{name}-{row['from_on']}", person_id=f"p-{name}", unit_id=f"u-{unit}", status=status, **row
        )
    )


def add_account(db: Connection, name: str) -> None:
    """An account ``a-<name>``, by which nobody can sign in with a password."""
    row = {"id": f"a-{name}", "name": name, "person_id": f"p-{name}", "password_hash": "-"}
    db.execute(insert(tables.accounts).values(**row, created_at=datetime(2020, 1, 1, tzinfo=UTC)))


def add_post(db: Connection, name: str, role: str, unit: str, **more: Any) -> str:
    """A post held since 2020 unless told otherwise; answers with its id."""
    row = {"person_id": f"p-{name}", "unit_id": f"u-{unit}", "from_on": FIRST, "to_on": None, **more}
    post_id = new_id()
    db.execute(insert(tables.posts).values(id=post_id, role=role, **row))
    return post_id


def add_relation(db: Connection, name: str, relative: str, declared_on: date = FIRST) -> None:
    """``name`` declares ``relative`` a relative."""
    db.execute(
        insert(tables.relations).values(
            id=f"r-{name}-{relative}",
            person_id=f"p-{name}",
            relative_id=f"p-{relative}",
            kind="cousin",
            declared_on=declared_on,
        )
    )


def build(db: Connection) -> None:
    """WC0 ▸ U07 ▸ C07 ▸ B071, and WC0 ▸ U12 ▸ GB12 ▸ B121; 赵 leads B071, 孙 C07, 许 administers."""
    add_unit(db, "WC0", "working_committee", can_approve_members=True)
    add_unit(db, "U07", "unit", "WC0")
    add_unit(db, "C07", "departmental_committee", "U07", can_approve_members=True)
    add_unit(db, "B071", "branch", "C07", has_branch_committee=True)
    add_unit(db, "U12", "unit", "WC0")
    add_unit(db, "GB12", "general_branch", "U12")
    add_unit(db, "B121", "branch", "GB12")
    for name in ("赵", "吴", "郑"):
        add_person(db, name, "B071")
    add_person(db, "卫", "B071", "probationary_member")
    add_person(db, "林", "B071", "applicant")
    add_person(db, "停", "B071", rights_suspended=True)
    add_person(db, "孙", "B071")
    add_person(db, "许", "B121")
    add_post(db, "赵", "branch_secretary", "B071")
    add_post(db, "孙", "committee_secretary", "C07")
    add_post(db, "许", "system_admin", "WC0")
