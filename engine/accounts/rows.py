"""The row of an account, as every topic of this word reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from engine import tables
from engine.actors import Actor


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it may be shown: never with its hash."""

    id: str
    name: str
    person_id: str
    language: str | None
    disabled_at: datetime | None


NOBODY_YET = Actor(None, None, "未登录者", "Somebody not signed in", source="web")

_A = tables.accounts.c
ACCOUNT_COLUMNS = (_A.id, _A.name, _A.person_id, _A.language, _A.disabled_at, _A.password_hash)
ACCOUNT = select(*ACCOUNT_COLUMNS).where(_A.id == bindparam("id"))
ACCOUNT_BY_NAME = select(*ACCOUNT_COLUMNS).where(_A.name == bindparam("name"))


def account_of(row: Any) -> Account:
    return Account(row.id, row.name, row.person_id, row.language, row.disabled_at)


def account_in(row: Mapping[str, Any]) -> Account:
    return Account(row["id"], row["name"], row["person_id"], row["language"], row["disabled_at"])
