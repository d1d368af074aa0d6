"""Filters of a page (worklist, search) that a person keeps under a name; only they see them, and no entry is left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from engine import tables
from engine.actors import Actor
from engine.errors import Forbidden, NotFound, NotNow, Text

MOST = 30
"""Views that one person may keep, of all pages together."""

_V = tables.saved_views.c


def listed(db: Connection, actor: Actor, page: str) -> list[dict[str, Any]]:
    """The person's views of a page in their order: ``{"id", "name", "filter", "position", "page"}``."""
    query = select(_V.id, _V.name, _V.filter, _V.position, _V.page)
    query = query.where(_V.person_id == actor.person_id, _V.page == page)
    rows = db.execute(query.order_by(_V.position, _V.id)).mappings()
    return [{**row, "filter": json.loads(row["filter"])} for row in rows]


def save(
    db: Connection, actor: Actor, page: str, view_id: str, name: str, wanted: Mapping[str, str], position: int
) -> dict[str, Any]:
    """Keep a view under an id of the person's own choice, new or in place of the one that is there."""
    if actor.person_id is None:
        raise Forbidden()
    kept = json.dumps(dict(wanted), ensure_ascii=False, sort_keys=True)
    values = {"name": name, "filter": kept, "position": position, "page": page}
    mine = (_V.person_id == actor.person_id) & (_V.id == view_id)
    if db.execute(update(tables.saved_views).where(mine).values(**values)).rowcount == 0:
        count = select(func.count()).select_from(tables.saved_views).where(_V.person_id == actor.person_id)
        if db.execute(count).scalar_one() >= MOST:
            raise NotNow(
                Text("最多保存 {most} 个视图，请先删除一个。", "At most {most} views are kept. Delete one first."),
                code="err_too_many_views",
                most=MOST,
            )
        db.execute(insert(tables.saved_views).values(person_id=actor.person_id, id=view_id, **values))
    return {"id": view_id, "name": name, "filter": dict(wanted), "position": position, "page": page}


def drop(db: Connection, actor: Actor, view_id: str) -> None:
    """Keep a view no longer; raises ``NotFound``."""
    mine = (_V.person_id == actor.person_id) & (_V.id == view_id)
    if db.execute(delete(tables.saved_views).where(mine)).rowcount == 0:
        raise NotFound()
