"""Distribution lists (发文范围): kept by who keeps an office's documents or the directory, every version for ever.

A form offers them; a case keeps the units it was sent to and never the list, so that no later version changes a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from engine import actors, tables, trail
from engine.actors import Actor
from engine.actors.lists import IS_NEWEST, ListVersion, content_of, list_from, write_list
from engine.documents.numbers import KEEPERS
from engine.errors import Clash, FieldError, Forbidden, NotFound, NotNow, Text, Unfit
from engine.store import Moment, new_id

_L = tables.distribution_lists.c

MOST = 1_000
"""Units that one list holds: as many as a field takes."""
_NOT_YOURS = Text(
    "只有本机关的公文管理人员、办公厅（室）工作人员和组织管理人员可以维护发文范围。",
    "Only document clerks and staff of the body's general office, and whoever keeps the directory, keep its lists.",
)


def may_keep(actor: Actor, unit_id: str) -> bool:
    """Whether somebody keeps the lists of an office."""
    return actor.may("directory.manage") or any(p.unit_id == unit_id and p.role in KEEPERS for p in actor.posts)


def seen_lists(
    db: Connection, actor: Actor, moment: Moment, *, unit: str | None = None, closed: bool = False
) -> list[ListVersion]:
    """The lists in use (or those that were ``closed``) of the offices whose lists somebody keeps or audits, by name.

    Raises ``Forbidden``, ``NotFound`` (no such unit, or another's).
    """
    everywhere = actor.may("directory.manage") or actor.may("trail.read_all")
    mine = {post.unit_id for post in actor.posts if post.role in KEEPERS}
    if not everywhere and not mine:
        raise Forbidden(_NOT_YOURS, code="err_not_keeper")
    query = select(tables.distribution_lists).where(IS_NEWEST)
    if unit:
        wanted = actors.unit_by(db, unit, moment.today).id
        if not everywhere and wanted not in mine:
            raise NotFound()
        query = query.where(_L.unit_id == wanted)
    elif not everywhere:
        query = query.where(_L.unit_id.in_(sorted(mine)))
    found = [list_from(dict(row)) for row in db.execute(query).mappings()]
    return sorted((v for v in found if v.is_closed == closed), key=lambda v: (v.unit_id, v.name.zh, v.id))


def versions_of(db: Connection, actor: Actor, list_id: str) -> list[ListVersion]:
    """Every version of a list, the newest first; raises ``NotFound`` for whoever neither keeps nor audits it."""
    query = select(tables.distribution_lists).where(_L.id == list_id).order_by(_L.version.desc())
    found = [list_from(dict(row)) for row in db.execute(query).mappings()]
    if not found or not (may_keep(actor, found[0].unit_id) or actor.may("trail.read_all")):
        raise NotFound()
    return found


def begin_list(
    db: Connection, actor: Actor, moment: Moment, unit: str, name: Text, units: Sequence[str], reason: str
) -> ListVersion:
    """An office has a new list. Raises ``NotFound``, ``Forbidden``, ``Unfit``, ``NotNow`` (the name is taken)."""
    owner = actors.unit_by(db, unit, moment.today).id
    if not may_keep(actor, owner):
        raise Forbidden(_NOT_YOURS, code="err_not_keeper")
    chosen = _checked(db, moment, owner, name, units)
    trail.hold(db, trail.OFFICE)  # two of one name at the same moment are written one after the other
    _is_free(db, owner, name, None)
    made = _write(db, actor, moment, new_id(), 1, owner, content_of(name, chosen, is_closed=False), reason)
    _tell(db, actor, moment, trail.Kind.LIST_BEGUN, made, added=chosen)
    return made


def change_list(
    db: Connection,
    actor: Actor,
    moment: Moment,
    list_id: str,
    version: int,
    name: Text,
    units: Sequence[str],
    reason: str,
) -> ListVersion:
    """The next version of a list; ``version`` is the one that was looked at.

    Raises ``NotFound``, ``Forbidden``, ``Unfit``, ``Clash`` where somebody else was first, ``NotNow`` where it is
    closed or the name is taken.
    """
    before = _newest(db, actor, list_id, version)
    chosen = _checked(db, moment, before.unit_id, name, units)
    _is_free(db, before.unit_id, name, list_id)
    content = content_of(name, chosen, is_closed=False)
    if content == content_of(before.name, before.units, is_closed=False):
        return before
    made = _write(db, actor, moment, list_id, version + 1, before.unit_id, content, reason)
    was, now = set(before.units), set(chosen)
    _tell(
        *(db, actor, moment, trail.Kind.LIST_CHANGED, made),
        added=[u for u in chosen if u not in was],
        removed=[u for u in before.units if u not in now],
    )
    return made


def close_list(db: Connection, actor: Actor, moment: Moment, list_id: str, version: int, reason: str) -> ListVersion:
    """A list is no longer offered; its versions stay. Raises as ``change_list`` does."""
    before = _newest(db, actor, list_id, version)
    if not reason.strip():
        raise Unfit(errors=[FieldError("reason", "required", Text("请说明停用的理由。", "Say why it is closed."))])
    content = content_of(before.name, before.units, is_closed=True)
    made = _write(db, actor, moment, list_id, version + 1, before.unit_id, content, reason)
    _tell(db, actor, moment, trail.Kind.LIST_CLOSED, made)
    return made


def _newest(db: Connection, actor: Actor, list_id: str, version: int) -> ListVersion:
    trail.hold(db, trail.OFFICE)
    newest = versions_of(db, actor, list_id)[0]
    if not may_keep(actor, newest.unit_id):
        raise Forbidden(_NOT_YOURS, code="err_not_keeper")
    if newest.version != version:
        raise Clash(code="err_list_changed", version=newest.version)
    if newest.is_closed:
        raise NotNow(Text("此发文范围已经停用。", "This list is closed."), code="err_list_closed")
    return newest


def _checked(db: Connection, moment: Moment, owner: str, name: Text, units: Sequence[str]) -> list[str]:
    """The units in the order of their codes; raises ``Unfit``."""
    wrong = []
    if not name.zh.strip():
        wrong.append(FieldError("name", "required", Text("请填写名称。", "Give it a name.")))
    if len(name.zh) > 100 or len(name.en) > 100:
        wrong.append(FieldError("name", "too_long", Text("名称最多 100 个字。", "A name has at most 100 characters.")))
    wanted = set(units)
    if not wanted:
        wrong.append(FieldError("units", "required", Text("请选择单位。", "Choose the units.")))
    if len(wanted) > MOST:
        said = Text("最多 {most} 个单位。", "At most {most} units.").format(most=MOST)
        wrong.append(FieldError("units", "too_many", said))
    standing = [u.id for u in actors.below(db, owner, moment.today)]
    if not wanted.issubset(standing):
        said = Text("只能选择本机关之下现有的单位。", "Choose among the units that stand below the body today.")
        wrong.append(FieldError("units", "unknown_unit", said))
    if wrong:
        raise Unfit(errors=wrong)
    return [unit for unit in standing if unit in wanted]


def _is_free(db: Connection, owner: str, name: Text, but: str | None) -> None:
    for one in actors.lists_of(db, owner):
        if one.id != but and one.name.zh == name.zh:
            raise NotNow(
                Text("本机关已有名为“{name}”的发文范围。", "The body has a list called “{name}” already."),
                code="err_list_name_taken",
                name=name.zh,
            )


def _write(
    db: Connection, actor: Actor, moment: Moment, list_id: str, version: int, owner: str, content: str, reason: str
) -> ListVersion:
    return write_list(db, list_id, version, owner, content, reason.strip(), actor.person_id, moment.now)


def _tell(
    db: Connection,
    actor: Actor,
    moment: Moment,
    kind: trail.Kind,
    made: ListVersion,
    added: Iterable[str] = (),
    removed: Iterable[str] = (),
) -> None:
    facts: dict[str, Any] = {
        "list": made.id,
        "version": made.version,
        "unit": made.unit_id,
        "name": made.name.as_json(),
        "count": len(made.units),
        "sha256": made.sha256,
        "added": sorted(added),
        "removed": sorted(removed),
        "reason": made.reason,
    }
    trail.append(db, moment, actor, kind=kind, **{k: v for k, v in facts.items() if v not in ("", [])})
