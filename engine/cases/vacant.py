"""Tasks that nobody can act on: a post without a holder, holders without an account, everybody kept away by a duty.

Such a task opens all the same and is never passed over. ``<liuhen:vacancy>`` says whom it asks in the unit instead;
after the term the superior unit is asked as well, and so on upwards. Whoever was meant stays asked: a post that is
filled again finds the task there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, bindparam, exists, func, insert, or_, select, update

from engine import actors, outbox, tables
from engine.cases import asking, judging, listing, telling, timing
from engine.cases.asking import Ground
from engine.cases.seeing import let_see
from engine.cases.work import Work
from engine.definitions import Definition
from engine.machine import Element
from engine.outbox import Notice
from engine.store import Moment, Statement, for_update, new_id
from engine.trail import Kind
from engine.vocabulary import keys

PURPOSE = "vacant"
"""The purpose of the timers by which a task is looked at that nobody can act on."""
TERM = "P3D"
"""Working days after which the superior unit is asked, where the designer says nothing else."""
_LOOK, _ASK_ABOVE = 0, 1
_MOST_LEVELS = 20

_T, _K, _O, _W = tables.tasks.c, tables.task_candidates.c, tables.posts.c, tables.timers.c


def word(definition: Definition, element: Element) -> Mapping[str, str]:
    """What the designer says for an element that nobody can act on: its own word, else that of its lane."""
    own = element.words.one("vacancy")
    if own is None and element.lane is not None:
        own = definition.blueprint.lanes[element.lane][1].one("vacancy")
    return own or {}


Reach = Mapping[str, Sequence[str]]
"""Holder text → those whom it means today and who can sign in (``actors.reachable``)."""


def can_act(work: Work, element: Element, holders: Sequence[str], reach: Reach | None = None) -> bool:
    """Whether anybody whom the holder texts mean today can sign in and is kept away by no duty."""
    found = actors.reachable(work.db, holders, work.moment.today) if reach is None else reach
    people = dict.fromkeys(p for h in holders for p in found[h])
    return bool(people) and not people.keys() <= judging.kept_away(work, element, lambda: people).keys()


# ---------------------------------------------------------------- a task opens


def fill(work: Work, task: Mapping[str, Any], reach: Reach | None = None) -> tuple[list[Ground], list[dict[str, Any]]]:
    """Whom an open task asks besides, because nobody whom its rules mean can act; and the timer of what comes next.

    ``task`` has ``id``, ``element``, ``grounds`` (JSON).
    """
    element = work.definition.element(task["element"])
    grounds: list[Ground] = json.loads(task["grounds"])
    holders = [g["holder"] for g in grounds]
    if can_act(work, element, holders, reach):
        return [], []
    rule = word(work.definition, element)
    extra = _instead(work, element, rule, grounds)
    deputies = [g["holder"] for g in extra]
    timers = []
    until = None
    if not deputies or not can_act(work, element, deputies):
        days = int(re.sub(r"\D", "", rule.get("after", TERM)))
        until = work.world.calendar.add_working_days(work.moment.today, days) if days else work.moment.today
        timers = [timing.timer(work, task["id"], None, PURPOSE, work.moment.midnight(until), _ASK_ABOVE)]
    work.note(
        Kind.TASK_UNATTENDED,
        task=task["id"],
        element=element.id,
        asked=holders,
        instead=deputies,
        until=until.isoformat() if until else None,
        clause=rule.get("clause"),
    )
    root = actors.root(work.db, work.moment.today)
    if root is not None:  # whoever keeps the directory can fill the post
        _tell(work, task, [actors.holder(telling.MENDERS, root.id)])
    return extra, timers


def _instead(work: Work, element: Element, rule: Mapping[str, str], grounds: Sequence[Ground]) -> list[Ground]:
    sight = asking.Sight(work.world, element, {})
    known = {g["holder"] for g in grounds}
    found = {}
    for role in keys(rule.get("to")):
        for unit in _units(work, grounds):
            holder = actors.holder(role, unit)
            if holder not in known:
                found[holder] = sight.ground(holder, "vacancy", role=role, unit=unit)
    return list(found.values())


def _units(work: Work, grounds: Sequence[Ground]) -> list[str]:
    """The units in which the rules look for somebody; that of the case where they mean people."""
    return list(dict.fromkeys(g["unit"] for g in grounds if "unit" in g)) or [work.row["unit_id"]]


# ---------------------------------------------------------------- time passes


def ring(work: Work, timer: Any) -> None:
    """The clock looks at a task again: it may have become vacant, or the term for which it was left vacant is over."""
    row = work.db.execute(select(tables.tasks).where(_T.id == timer.task_id)).mappings().first()
    if row is None or row["status"] != "open":
        return
    task = dict(row)
    element = work.definition.element(task["element"])
    work.world.local = work.live.locals_of(task["node"])
    if timer.level == _LOOK:
        extra, timers = fill(work, task)
    else:
        extra, timers = _ask_above(work, element, task)
    work.world.local = {}
    _add(work, task, extra)
    if timers:
        work.db.execute(insert(tables.timers), timers)


def _ask_above(work: Work, element: Element, task: Mapping[str, Any]) -> tuple[list[Ground], list[dict[str, Any]]]:
    """The superior unit is asked as well: the nearest one above in which somebody can act."""
    grounds: list[Ground] = json.loads(task["grounds"])
    if can_act(work, element, json.loads(task["why"])):
        return [], []
    rule = word(work.definition, element)
    found = None
    for start in _units(work, [g for g in grounds if g["rule"] != "vacancy"]):
        found = found or _nearest(work, element, start, rule.get("superior"))
    if found is None:
        # Nobody in the whole line: it stays open and is looked at again; ``doctor`` says so meanwhile.
        again = work.moment.midnight(work.world.calendar.add_working_days(work.moment.today, 1))
        return [], [timing.timer(work, task["id"], None, PURPOSE, again, _ASK_ABOVE)]
    role, unit = found
    ground = asking.Sight(work.world, element, {}).ground(
        actors.holder(role, unit.id), "vacancy", role=role, unit=unit.id, is_superior=True
    )
    work.note(
        Kind.TASK_SUPERIOR_ASKED,
        task=task["id"],
        element=element.id,
        asked=json.loads(task["why"]),
        superior=[ground["holder"]],
        clause=rule.get("clause"),
    )
    _tell(work, task, [ground["holder"]])
    return [ground], []


def _nearest(work: Work, element: Element, unit_id: str, role: str | None) -> tuple[str, actors.Unit] | None:
    on = work.moment.today
    for _ in range(_MOST_LEVELS):
        above = actors.superior(work.db, unit_id, on)
        if above is None:
            return None
        wanted = role or actors.leader_role(above.kind)
        if wanted and can_act(work, element, [actors.holder(wanted, above.id)]):
            return wanted, above
        unit_id = above.id
    return None


def _add(work: Work, task: Mapping[str, Any], extra: Sequence[Ground]) -> None:
    """An open task asks somebody more."""
    why: list[str] = json.loads(task["why"])
    new = [g for g in extra if g["holder"] not in why]
    if not new:
        return
    holders = [g["holder"] for g in new]
    listing.INSERT.insert(work.db, listing.listed(task, holders, work.definition.key))
    work.is_listed = False
    grounds = [*json.loads(task["grounds"]), *new]
    work.db.execute(
        update(tables.tasks)
        .where(_T.id == task["id"])
        .values(why=json.dumps([*why, *holders]), grounds=json.dumps(grounds, ensure_ascii=False), rev=_T.rev + 1)
    )
    let_see(work, holders)


def look_at_opened(work: Work, rows: Sequence[dict[str, Any]], asked: dict[str, list[str]]) -> list[dict[str, Any]]:
    """The same for tasks that are about to be written as open: whom they ask is completed; gives the timers."""
    timers: list[dict[str, Any]] = []
    wanted = [row for row in rows if row["status"] == "open"]
    # A dispatch to many asks the directory once.
    reach = actors.reachable(work.db, [h for row in wanted for h in asked[row["id"]]], work.moment.today)
    for row in wanted:
        extra, more = fill(work, row, reach)
        timers += more
        if extra:
            asked[row["id"]] = [*asked[row["id"]], *(g["holder"] for g in extra)]
            row["why"] = json.dumps(asked[row["id"]])
            row["grounds"] = json.dumps([*json.loads(row["grounds"]), *extra], ensure_ascii=False)
    return timers


def look_at_reopened(work: Work, task_id: str) -> None:
    """The same for a task that was held and opens now."""
    task = dict(work.db.execute(select(tables.tasks).where(_T.id == task_id)).mappings().one())
    extra, timers = fill(work, task)
    _add(work, {**task, "status": "open"}, extra)
    if timers:
        timing.INSERT_TIMERS.insert(work.db, timers)
        timing.wake_by(work, min(t["due_at"] for t in timers))


def _tell(work: Work, task: Mapping[str, Any], holders: Sequence[str]) -> None:
    outbox.tell(
        work.db,
        work.moment,
        Notice.TASK_UNATTENDED,
        holders,
        case_id=work.case_id,
        task_id=task["id"],
        facts={"element": task["element"]},
        besides=work.actor.person_id,
        wait=work.wait,
    )


# ---------------------------------------------------------------- posts end

_ENDED = and_(_O.to_on.is_not(None), _O.looked_at.is_(None))
_NEXT_END = Statement(select(func.min(_O.to_on).label("on")).where(_ENDED))
_MOST_POSTS, _MOST_TASKS = 200, 2_000


def next_end(db: Connection, zone: ZoneInfo) -> datetime | None:
    """When the next post ends that nobody has looked at."""
    on: date | None = (_NEXT_END.first(db, {}) or {}).get("on")
    return datetime(on.year, on.month, on.day, tzinfo=zone) if on else None


def after_posts(db: Connection, moment: Moment) -> bool:
    """Posts have ended: the open tasks that they leave without anybody are woken, each in a deed of its own."""
    query = select(_O.id, _O.role, _O.unit_id).where(_ENDED, _O.to_on <= moment.today).order_by(_O.to_on, _O.id)
    query = query.limit(_MOST_POSTS)
    rows = db.execute(query.with_for_update(skip_locked=True) if for_update(db) else query).all()
    if not rows:
        return False
    look_at(db, moment, [actors.holder(r.role, r.unit_id) for r in rows])
    db.execute(update(tables.posts).where(_O.id.in_([r.id for r in rows])).values(looked_at=moment.now))
    return True


def look_at(db: Connection, moment: Moment, holders: Sequence[str]) -> int:
    """Have the clock look at the open tasks of holders who cannot act any more; gives how many tasks.

    For whoever changes the directory or disables an account. Tasks beyond ``_MOST_TASKS`` are found by ``doctor``.
    """
    found = actors.reachable(db, holders, moment.today)
    vacant = [h for h, people in found.items() if not people]
    if not vacant:
        return 0
    query = (
        select(_T.id, _T.case_id)
        .where(
            *(_T.id == _K.task_id, _K.holder.in_(vacant), _K.purpose == "act", _T.status == "open"),
            ~exists().where(_W.task_id == _T.id, _W.purpose == PURPOSE),  # it is known already
        )
        .distinct()
        .limit(_MOST_TASKS)
    )
    rows = db.execute(query).all()
    if rows:
        timers = [
            {
                "id": new_id(),
                "case_id": r.case_id,
                "task_id": r.id,
                "node": None,
                "purpose": PURPOSE,
                "level": _LOOK,
                "due_at": moment.now,
            }
            for r in rows
        ]
        db.execute(insert(tables.timers), timers)
        cases = tables.cases
        later = or_(cases.c.wake_at.is_(None), cases.c.wake_at > bindparam("now", type_=cases.c.wake_at.type))
        ids = sorted({r.case_id for r in rows})
        wake = update(cases).where(cases.c.id.in_(bindparam("ids", expanding=True)), later)
        db.execute(wake.values(wake_at=moment.now), {"ids": ids, "now": moment.now})
    return len(rows)
