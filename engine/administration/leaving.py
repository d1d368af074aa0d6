"""Somebody leaves: every open task they hold goes to somebody who may do it, and what else they hold ends.

All of it in one transaction or none of it: a task whose target a duty refuses, or that has no target and was not left
on purpose, keeps everything where it is. What is left stays open, and is asked of whoever takes the place of somebody
who is not there (``cases.vacant``). Nobody casts a ballot or applies for somebody else: such tasks can only be left.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select, update

from engine import accounts, actors, cases, definitions, duties, outbox, tables, trail
from engine.actors import ADMIN_ROLES, Actor
from engine.administration import administrators
from engine.administration.words import Effect, Plan
from engine.cases import listing, parts
from engine.errors import FieldError, NotNow, Stuck, Text, Unfit
from engine.outbox import Notice
from engine.store import Moment, announce, for_update, insert_ignored
from engine.trail import Kind, Link

PERMISSION = "directory.manage"
_T, _C, _K, _O = tables.tasks.c, tables.cases.c, tables.task_candidates.c, tables.posts.c
_D, _A, _X = tables.delegations.c, tables.accounts.c, tables.task_exclusions.c
_AT_ONCE = 500
"""Ids in one statement."""

GOES = ("to", "stays", "left", "undecided", "refused")


# ---------------------------------------------------------------- what somebody holds


@dataclass(frozen=True, slots=True)
class HeldTask:
    """An open task that asks somebody, or that they have claimed."""

    row: Mapping[str, Any]
    """Its columns, and of its case ``number``, ``definition_id``, ``subject_id``."""
    asks: Mapping[str, frozenset[str]]
    """Purpose → the holder texts by which it asks them."""
    everybody: Mapping[str, frozenset[str]]
    """Purpose → all holder texts that it asks."""
    others: Mapping[str, tuple[str, ...]]
    """Purpose → who else can do it."""
    is_personal: bool
    """Whether nobody else may do it for them: a ballot, their own application."""

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def is_only(self) -> bool:
        """Whether nobody else is asked."""
        return any(not self.others[purpose] for purpose in self.asks)

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody else whom it asks."""
        return tuple(dict.fromkeys(p for purpose in self.asks for p in self.others[purpose]))


@dataclass(frozen=True, slots=True)
class Going:
    """What becomes of one task: ``to`` somebody, ``stays`` with the others, is ``left``; or it is ``undecided``, or its
    target is ``refused`` by a ``rule``."""

    held: HeldTask
    goes: str
    to: str | None = None
    rule: str | None = None
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """What somebody holds, and what becomes of it."""

    person: actors.Person
    until: date
    """The first day on which they hold no post any more."""
    posts: tuple[Mapping[str, Any], ...]
    tasks: tuple[Going, ...]
    delegations: tuple[Mapping[str, Any], ...]
    keys: tuple[Mapping[str, Any], ...]
    drafts: int
    views: int
    channels: tuple[Mapping[str, Any], ...]
    account: accounts.Account | None
    meetings: tuple[Mapping[str, Any], ...] = ()
    """Meetings that are not closed and that they record or chair: others of the meeting see to them."""

    @property
    def open_questions(self) -> tuple[Going, ...]:
        """The tasks for which nothing happens yet."""
        return tuple(g for g in self.tasks if g.goes in ("undecided", "refused"))


def survey(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Handover:
    """What somebody holds and what would become of it. Reads only. Needs ``directory.manage``.

    ``plan``: ``person``, and where said ``to``, ``tasks`` (id → ``{to}`` or ``{leave: true}``), ``leave_rest``,
    ``until`` (ISO). Raises ``NotFound``, ``Unfit``.
    """
    actor.require(PERMISSION)
    person = actors.person_by(db, plan["person"], moment.today)
    until = date.fromisoformat(plan["until"]) if plan.get("until") else moment.today
    held = _tasks(db, moment, person)
    account = db.execute(select(_A.id).where(_A.person_id == person.id)).scalar()
    return Handover(
        person,
        until,
        tuple(_posts(db, person.id, until)),
        tuple(_goings(db, actor, moment, person.id, held, plan)),
        tuple(_delegations(db, moment, person.id)),
        tuple(_keys(db, account)),
        _count(db, tables.drafts, person.id),
        _count(db, tables.saved_views, person.id),
        tuple(_channels(db, person.id)),
        accounts.read(db, account) if account else None,
        tuple(_meetings(db, person.id)),
    )


def _tasks(db: Connection, moment: Moment, person: actors.Person) -> list[HeldTask]:
    members = [m.holder for m in actors.memberships_of(db, person.id, moment.today)]
    posts = [p.holder for p in person.posts]
    own = frozenset([actors.holder_of(person.id), *posts, *members])
    asked = select(_K.task_id).where(_K.holder.in_(sorted(own)))
    query = (
        select(
            tables.tasks,
            _C.number,
            _C.definition_id.label("case_definition_id"),
            _C.subject_id,
            _C.started_at.label("case_started_at"),
        )
        .join_from(tables.tasks, tables.cases, _C.id == _T.case_id)
        .where(_C.status.in_(("running", "suspended", "failed")), _T.status.in_(cases.OPEN_STATUSES))
        .where(_T.id.in_(asked))
        .order_by(_C.number, _T.id)
    )
    rows = [dict(r) for r in db.execute(query).mappings()]
    ids = [r["id"] for r in rows]
    asks: dict[str, dict[str, set[str]]] = {}
    for part_ in _parts(ids):
        for k in db.execute(select(_K.task_id, _K.holder, _K.purpose).where(_K.task_id.in_(part_))):
            asks.setdefault(k.task_id, {}).setdefault(k.purpose, set()).add(k.holder)
    excluded: dict[str, set[str]] = {}
    for part_ in _parts(ids):
        for x in db.execute(select(_X.task_id, _X.person_id).where(_X.task_id.in_(part_))):
            excluded.setdefault(x.task_id, set()).add(x.person_id)
    every = {h for by_purpose in asks.values() for holders in by_purpose.values() for h in holders}
    reach = actors.reachable(db, every, moment.today)
    found = []
    for row in rows:
        holders = asks.get(row["id"], {})
        mine = {purpose: frozenset(h & own) for purpose, h in holders.items() if h & own}
        if row["claimed_by"] == person.id and "act" in holders:
            mine.setdefault("act", frozenset())
        away = {person.id, *excluded.get(row["id"], ())}
        others = {purpose: tuple(sorted({p for h in holders[purpose] for p in reach[h]} - away)) for purpose in mine}
        everybody = {purpose: frozenset(h) for purpose, h in holders.items()}
        found.append(HeldTask(row, mine, everybody, others, _is_personal(db, row, person.id)))
    return found


def _is_personal(db: Connection, row: Mapping[str, Any], person: str) -> bool:
    definition = definitions.load(db, row["case_definition_id"])
    element = definition.element(row["element"])
    own_case = row["subject_id"] == person and json.loads(row["why"]) == [actors.holder_of(person)]
    return element.is_secret or own_case or element.id in duties.bound(db, definition).personal


def _posts(db: Connection, person: str, until: date) -> list[Mapping[str, Any]]:
    query = select(tables.posts).where(_O.person_id == person, or_(_O.to_on.is_(None), _O.to_on > until))
    return [dict(r) for r in db.execute(query.order_by(_O.from_on, _O.role)).mappings()]


def _delegations(db: Connection, moment: Moment, person: str) -> list[Mapping[str, Any]]:
    query = select(tables.delegations).where(
        or_(_D.from_person_id == person, _D.to_person_id == person), _D.revoked_at.is_(None), _D.to_on >= moment.today
    )
    return [dict(r) for r in db.execute(query.order_by(_D.id)).mappings()]


def _keys(db: Connection, account: str | None) -> list[Mapping[str, Any]]:
    k = tables.keys.c
    query = select(k.id, k.name).where(k.account_id == account, k.revoked_at.is_(None)).order_by(k.name)
    return [dict(r) for r in db.execute(query).mappings()] if account else []


def _count(db: Connection, table: Any, person: str) -> int:
    found: int = db.execute(select(func.count()).select_from(table).where(table.c.person_id == person)).scalar_one()
    return found


def _channels(db: Connection, person: str) -> list[Mapping[str, Any]]:
    """The ways by which somebody has chosen to be told."""
    kept, channel = tables.notice_preferences.c, tables.channels.c
    ways = db.execute(select(kept.ways).where(kept.person_id == person)).scalar()
    ids = sorted(json.loads(ways)) if ways else []
    query = select(channel.id, channel.name).where(channel.id.in_(ids)).order_by(channel.name)
    return [dict(r) for r in db.execute(query).mappings()]


def _meetings(db: Connection, person: str) -> list[Mapping[str, Any]]:
    m = tables.meetings.c
    query = select(m.id, m.name, m.held_on, m.recorder_id, m.chair_id).where(
        or_(m.recorder_id == person, m.chair_id == person), m.status.in_(("draft", "submitted"))
    )
    return [dict(r) for r in db.execute(query.order_by(m.held_on, m.id)).mappings()]


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    known = list(dict.fromkeys(ids))
    for start in range(0, len(known), _AT_ONCE):
        yield known[start : start + _AT_ONCE]


# ---------------------------------------------------------------- where it goes


def _goings(
    db: Connection, actor: Actor, moment: Moment, person: str, held: Sequence[HeldTask], plan: Plan
) -> list[Going]:
    said: Mapping[str, Mapping[str, Any]] = plan.get("tasks") or {}
    usual = plan.get("to")
    wanted: list[tuple[HeldTask, str | None, bool]] = []
    for task in held:
        own = said.get(task.id, {})
        is_theirs = task.is_only or task.row["claimed_by"] == person
        target = own.get("to") or (usual if is_theirs and not own.get("leave") and not task.is_personal else None)
        wanted.append((task, target, bool(own.get("leave"))))
    targets = {to for _, to, _ in wanted if to}
    unfit = {to: why for to in sorted(targets) if (why := _hindrance(db, moment, person, to)) is not None}
    judged = _judged(db, actor, moment, [(task, to) for task, to, _ in wanted if to and to not in unfit])
    found = []
    for task, to, is_left in wanted:
        refusal: Refusal | None = unfit.get(to or "") or judged.get((task.id, to or ""))
        if task.is_personal and to:
            refusal = "err_personal", _PERSONAL
        if to and refusal is None:
            found.append(Going(task, "to", to))
        elif to and refusal is not None and plan.get("leave_rest"):
            found.append(Going(task, "left", None, *refusal))
        elif to and refusal is not None:
            found.append(Going(task, "refused", to, *refusal))
        elif not task.is_only:
            found.append(Going(task, "stays"))
        elif is_left or plan.get("leave_rest"):
            found.append(Going(task, "left", why=_PERSONAL if task.is_personal else None))
        else:
            rule, open_ = ("err_personal", _PERSONAL) if task.is_personal else ("required", _UNDECIDED)
            found.append(Going(task, "undecided", None, rule, open_))
    return found


_PERSONAL = Text(
    "投票、本人的申请等只能由本人办理，不能移交，只能留下。",
    "Ballots, own applications and the like are done by nobody else; they can only be left.",
)
_UNDECIDED = Text("请指定接办人，或留给上级处理。", "Choose who takes it over, or leave it to the superior unit.")


def _hindrance(db: Connection, moment: Moment, person: str, to: str) -> tuple[str, Text] | None:
    """Why somebody can take over nothing at all."""
    known = actors.person(db, to, moment.today)
    if known is None:
        return "err_person_not_found", Text("没有这一人员。", "There is no such person.")
    if to == person:
        return "err_to_oneself", Text("不能移交给离任者本人。", "Nothing goes to whoever leaves.")
    if not actors.can_sign_in(db, to):
        return "err_cannot_sign_in", Text("该人员没有可用的账号。", "That person has no account to sign in with.")
    if any(p.role in ADMIN_ROLES for p in known.posts):
        text = Text("系统、安全、审计管理员没有业务待办。", "System, security and audit administrators have no tasks.")
        return "sod_20", text
    if not known.posts and known.membership is None:
        return "err_not_of_the_office", Text("该人员不属于本单位。", "That person does not belong to the office.")
    return None


Refusal = tuple[str, Text]


def _judged(
    db: Connection, actor: Actor, moment: Moment, pairs: Sequence[tuple[HeldTask, str]]
) -> dict[tuple[str, str], Refusal]:
    """(task, target) → what keeps the target from it: a duty, the case being about them, or what they did in it."""
    found: dict[tuple[str, str], Refusal] = {}
    by_case: dict[str, list[tuple[HeldTask, str]]] = {}
    for task, to in pairs:
        row = task.row
        if row["subject_id"] == to:
            found[task.id, to] = "err_own_case", Text("事项所关于的是该人员本人。", "The case is about that person.")
        elif "confirm" in task.asks and row["status"] == "confirming" and row["claimed_by"] == to:
            said = Text("填报人不能复核自己所填。", "Whoever entered it does not confirm it.")
            found[task.id, to] = "err_own_entry", said
        elif row["part"] == parts.SIGN and (why := _signs_already(db, row, to)) is not None:
            found[task.id, to] = why
        elif _is_bound(db, row):
            by_case.setdefault(row["case_id"], []).append((task, to))
    for ids in _parts(by_case):
        query = select(tables.cases, trail.HEAD_AT.label("head_at")).where(_C.id.in_(ids))
        for case in db.execute(query).mappings():
            found |= _by_duties(db, actor, moment, dict(case), by_case[case["id"]])
    return found


def _is_bound(db: Connection, row: Mapping[str, Any]) -> bool:
    """Whether any duty speaks of the step; where none does the case need not be looked at."""
    definition = definitions.load(db, row["case_definition_id"])
    element = definition.element(row["element"])
    return bool(element.words.all("otherThan")) or element.id in duties.bound(db, definition).by_element


def _by_duties(
    db: Connection, actor: Actor, moment: Moment, case: Mapping[str, Any], pairs: Sequence[tuple[HeldTask, str]]
) -> dict[tuple[str, str], Refusal]:
    found: dict[tuple[str, str], Refusal] = {}
    work = cases.copy(db, actor, moment, case)
    for task, to in pairs:
        node = task.row["node"]
        work.world.local = work.live.locals_of(node) if node is not None else {}
        try:
            bars = duties.bars(work.world, work.definition.element(task.row["element"]), [to])
        except Stuck as e:
            found[task.id, to] = e.refusal, e.said
            continue
        bar = next((b for b in bars if b.enforcement == "block"), None)
        if bar is not None:
            found[task.id, to] = bar.rule, bar.text
    return found


def _signs_already(db: Connection, row: Mapping[str, Any], to: str) -> Refusal | None:
    """Nobody signs twice, nor what is their own."""
    columns = (_T.id, _T.part, _T.status, _T.why, _T.void_at, _T.completed_by, _T.claimed_by)
    same = select(*columns).where(or_(_T.of_task == row["of_task"], _T.id == row["of_task"]))
    for row_ in db.execute(same).mappings():
        other = dict(row_)
        if other["part"] is None and to in (other["claimed_by"], row["asked_by"]):
            text = Text("不能签署自己办理的任务。", "Nobody signs what they do themselves.")
            return "err_own_entry", text
        if other["part"] == parts.SIGN and other["id"] != row["id"] and other["void_at"] is None:
            signs = other["status"] != "cancelled" and parts.signer(other) == to
            if signs or other["completed_by"] == to:
                return "err_signs_already", Text("该人员已在加签人之列。", "That person has been added already.")
    return None


def candidates(
    db: Connection, actor: Actor, moment: Moment, person: str, task_id: str, people: Iterable[str]
) -> dict[str, Refusal | None]:
    """For each of some people what keeps them from taking over one task, if anything. Raises ``Unfit``."""
    actor.require(PERMISSION)
    leaver = actors.person_by(db, person, moment.today)
    task = next((t for t in _tasks(db, moment, leaver) if t.id == task_id), None)
    if task is None:
        text = Text("该人员没有这一任务。", "That person does not hold this task.")
        raise Unfit(text, errors=[FieldError("task", "err_not_held", text)])
    wanted = list(people)
    if task.is_personal:
        return dict.fromkeys(wanted, ("err_personal", _PERSONAL))
    found: dict[str, Refusal | None] = {p: _hindrance(db, moment, leaver.id, p) for p in wanted}
    judged = _judged(db, actor, moment, [(task, p) for p, why in found.items() if why is None])
    return {p: why or judged.get((task.id, p)) for p, why in found.items()}


# ---------------------------------------------------------------- the act


def look(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> Effect:
    """What the hand-over would change."""
    found = survey(db, actor, moment, plan)
    going = {goes: [g for g in found.tasks if g.goes == goes] for goes in GOES}
    names = actors.names(db, [g.to for g in going["to"] if g.to])
    by_target: dict[str, int] = {}
    for one in going["to"]:
        by_target[one.to or ""] = by_target.get(one.to or "", 0) + 1
    lines = [(Text("人员", "person"), Text(found.person.name, found.person.name_en))]
    lines += [
        (Text("移交给", "goes to"), Text(f"{names[p].zh}：{n} 项", f"{names[p].en}: {n} tasks"))
        for p, n in by_target.items()
        if p in names
    ]
    for label, count in (
        (Text("仍由其他人办理", "stays with others"), len(going["stays"])),
        (Text("留给上级处理", "left to the superior unit"), len(going["left"])),
        (Text("尚不能移交", "cannot go yet"), len(found.open_questions)),
        (Text("终止任职", "posts that end"), len(found.posts)),
        (Text("终止委托", "delegations that end"), len(found.delegations)),
        (Text("吊销密钥", "keys revoked"), len(found.keys)),
    ):
        if count:
            lines.append((label, Text(f"{count} 项", str(count))))
    if found.account is not None and found.account.disabled_at is None:
        lines.append((Text("停用账号", "account disabled"), Text(found.account.name, found.account.name)))
    facts = {
        "person": found.person.id,
        "until": found.until.isoformat(),
        "tasks": sorted([g.held.id, g.goes, g.to or ""] for g in found.tasks),
        "posts": sorted(p["id"] for p in found.posts),
        "delegations": sorted(d["id"] for d in found.delegations),
        "keys": sorted(k["id"] for k in found.keys),
    }
    summary = Text("{person}离任移交（{count} 项任务）", "{person} leaves: {count} tasks handed over").format(
        person=found.person.text, count=len(going["to"])
    )
    return Effect(summary, facts, tuple(lines), found.person.id, found)


def carry_out(db: Connection, actor: Actor, moment: Moment, plan: Plan) -> dict[str, Any]:
    """Hand everything over; gives the tasks with whom they asked before and ask now.

    Raises ``Unfit`` with an error for each task that cannot go, and then nothing has changed; ``NotNow`` for a day to
    come, ``Forbidden`` for the last administrator of a kind.
    """
    actor.require(PERMISSION)
    actor.require("accounts.manage")
    person = actors.person_by(db, plan["person"], moment.today)
    _lock(db, moment, person)
    found = survey(db, actor, moment, plan)
    _must_be_legal(db, moment, found)
    going = [g for g in found.tasks if g.goes == "to"]
    released = [g for g in found.tasks if g.goes == "stays"]
    reason = str(plan["reason"])
    _hand_over(db, actor, moment, found, going, reason)
    _release(db, actor, moment, person.id, released, reason)
    _bring_worklists_up_to_date(db, {g.held.row["case_id"] for g in (*going, *released)})
    _end_delegations(db, actor, moment, found, reason)
    _end_posts(db, found)
    if found.account is not None:
        accounts.revoke_keys_of(db, actor, moment, found.account.id)
        if found.account.disabled_at is None:
            accounts.disable(db, actor, moment, found.account.id)
    kept = tables.notice_preferences
    db.execute(delete(kept).where(kept.c.person_id == person.id))  # nothing is mailed to somebody who has left
    holders = [actors.holder_of(person.id), *(actors.holder(p["role"], p["unit_id"]) for p in found.posts)]
    cases.look_at(db, moment, holders)
    counts = {goes: sum(g.goes == goes for g in found.tasks) for goes in ("to", "stays", "left")}
    trail.append(
        db,
        moment,
        actor,
        kind=Kind.PERSON_LEFT,
        person=person.id,
        until=found.until.isoformat(),
        count=counts["to"],
        stays=counts["stays"],
        left=[g.held.id for g in found.tasks if g.goes == "left"],
        posts=[{"role": p["role"], "unit": p["unit_id"]} for p in found.posts],
        delegations=[d["id"] for d in found.delegations],
        keys=[k["id"] for k in found.keys],
        account=found.account.id if found.account else None,
        reason=plan["reason"],
    )
    return {"tasks": [_outcome(g) for g in found.tasks], **counts}


def _outcome(one: Going) -> dict[str, Any]:
    row = one.held.row
    return {
        "id": row["id"],
        "case": row["case_id"],
        "number": row["number"],
        "definition": row["case_definition_id"],
        "element": row["element"],
        "unit": row["unit_id"],
        "before": json.loads(row["why"]),
        "goes": one.goes,
        "to": one.to,
    }


def _lock(db: Connection, moment: Moment, person: actors.Person) -> None:
    """The person, then their cases in one order: nothing of theirs moves while it is handed over."""
    if not for_update(db):
        return
    db.execute(select(tables.people.c.id).where(tables.people.c.id == person.id).with_for_update())
    for ids in _parts(sorted({t.row["case_id"] for t in _tasks(db, moment, person)})):
        db.execute(select(_C.id).where(_C.id.in_(ids)).order_by(_C.id).with_for_update()).all()


def _must_be_legal(db: Connection, moment: Moment, found: Handover) -> None:
    if found.until > moment.today:
        raise NotNow(
            Text("离任移交须在离任当日或之后办理。", "The hand-over is done on the day itself or later."),
            code="err_too_early",
        )
    errors = [FieldError(f"tasks.{g.held.id}", g.rule or "required", g.why or _UNDECIDED) for g in found.open_questions]
    if errors:
        raise Unfit(
            Text(
                "有 {count} 项任务不能移交，未做任何更改。", "{count} tasks cannot be handed over. Nothing was changed."
            ).format(count=len(errors)),
            code="err_tasks_left",
            errors=errors,
        )
    roles = {p["role"] for p in found.posts} & ADMIN_ROLES
    if roles:
        trail.hold(db, trail.OFFICE)
        administrators.keep_one(db, moment, found.person.id, roles)


# ---------------------------------------------------------------- tasks go


@dataclass
class _Change:
    """What is written of tasks that go to somebody."""

    tasks: list[dict[str, Any]] = field(default_factory=list)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    viewers: list[dict[str, Any]] = field(default_factory=list)


def _hand_over(
    db: Connection, actor: Actor, moment: Moment, found: Handover, going: Sequence[Going], reason: str
) -> None:
    """Statements for all tasks together, however many there are; one entry for each case."""
    if not going:
        return
    person = found.person.id
    own = frozenset(h for g in going for holders in g.held.asks.values() for h in holders)
    change = _Change()
    for one in going:
        _change_task(change, one, person, moment)
    gone = delete(tables.task_candidates).where(
        _K.task_id == bindparam("task"), _K.purpose == bindparam("what"), _K.holder == bindparam("who")
    )
    db.execute(gone, _gone(going, person))
    db.execute(_INSERT_CANDIDATE, change.candidates)
    db.execute(
        update(tables.tasks)
        .where(_T.id == bindparam("task"))
        .values(
            claimed_by=bindparam("new_claim"),
            why=bindparam("new_why"),
            grounds=bindparam("new_grounds"),
            rev=_T.rev + 1,
        ),
        change.tasks,
    )
    asked = [{"main": g.held.id, "new": g.to} for g in going if g.held.row["status"] == "waiting"]
    if asked:  # what comes back to whoever asked for it comes back to whoever has the task now
        query = update(tables.tasks).where(_T.of_task == bindparam("main"), _T.asked_by == person)
        db.execute(query.values(asked_by=bindparam("new")), asked)
    db.execute(insert_ignored(tables.case_viewers), change.viewers)
    _move_drafts(db, person, going)
    _note_cases(db, actor, moment, Kind.TASKS_HANDED_OVER, person, going, reason)
    _tell(db, actor, moment, person, going)
    announce(db, own | {actors.holder_of(g.to) for g in going if g.to} | {actors.holder_of(person)})


_INSERT_CANDIDATE = insert_ignored(tables.task_candidates)


def _replaced(one: Going, person: str) -> set[str]:
    """The purposes for which the task asks somebody else alone from now on."""
    held = one.held
    return {p for p in held.asks if not held.others[p] or (p == "act" and held.row["claimed_by"] == person)} or set(
        held.asks
    )


def _gone(going: Iterable[Going], person: str) -> list[dict[str, Any]]:
    rows = []
    for one in going:
        mine = _replaced(one, person)
        for purpose, holders in one.held.asks.items():
            meant = one.held.everybody[purpose] if purpose in mine else holders & {actors.holder_of(person)}
            rows += [{"task": one.held.id, "what": purpose, "who": h} for h in sorted(meant)]
    return rows


def _change_task(change: _Change, one: Going, person: str, moment: Moment) -> None:
    row, to = one.held.row, str(one.to)
    holder = actors.holder_of(to)
    replaced = _replaced(one, person)
    why, grounds = row["why"], row["grounds"]
    if "act" in replaced:
        ground = {"holder": holder, "rule": "handover", "on": moment.today.isoformat(), "by": person}
        why, grounds = json.dumps([holder]), json.dumps([ground])
    claim = row["claimed_by"]
    if claim == person:
        claim = to if row["status"] == "waiting" else None if row["status"] == "open" else claim
    change.tasks.append({"task": one.held.id, "new_claim": claim, "new_why": why, "new_grounds": grounds})
    change.candidates += [
        {"task_id": one.held.id, "holder": holder, "purpose": p, "is_listed": False} for p in sorted(replaced)
    ]
    viewer = {"case_id": row["case_id"], "holder": holder, "scope": "full"}
    change.viewers.append({**viewer, "started_at": row["case_started_at"], "is_below": False})


def _release(db: Connection, actor: Actor, moment: Moment, person: str, released: Sequence[Going], reason: str) -> None:
    """What others are asked for as well goes on with them: a claim is dropped, and a place by name."""
    if not released:
        return
    ids = [g.held.id for g in released]
    for part_ in _parts(ids):
        claimed = update(tables.tasks).where(_T.id.in_(part_), _T.claimed_by == person, _T.status == "open")
        db.execute(claimed.values(claimed_by=None, rev=_T.rev + 1))
        mine = delete(tables.task_candidates).where(_K.task_id.in_(part_), _K.holder == actors.holder_of(person))
        db.execute(mine)
    _note_cases(db, actor, moment, Kind.TASKS_RELEASED, person, [g for g in released if _let_go(g, person)], reason)
    announce(db, {h for g in released for holders in g.held.everybody.values() for h in holders})


def _let_go(one: Going, person: str) -> dict[str, Any]:
    """What becomes of a task that others have, as ``engine/reliving.py`` reads it; nothing where nothing changes."""
    told: dict[str, Any] = {}
    mine = actors.holder_of(person)
    for purpose, name in (("act", "asked"), ("confirm", "confirmers")):
        if mine in one.held.everybody.get(purpose, ()):
            told[name] = sorted(one.held.everybody[purpose] - {mine})
    if one.held.row["claimed_by"] == person and one.held.row["status"] == "open":
        told["claimed_by"] = ""
    return told


def _bring_worklists_up_to_date(db: Connection, case_ids: Collection[str]) -> None:
    for part_ in _parts(sorted(case_ids)):
        listing.follow_many(db, part_)


def _move_drafts(db: Connection, person: str, going: Iterable[Going]) -> None:
    """What was typed so far goes along with its task, unless whoever gets it has a draft of their own."""
    draft = tables.drafts.c
    rows = [{"task": g.held.id, "new": g.to} for g in going]
    other = tables.drafts.alias()
    taken = exists().where(other.c.task_id == draft.task_id, other.c.person_id == bindparam("new"))
    query = update(tables.drafts).where(draft.task_id == bindparam("task"), draft.person_id == person, ~taken)
    db.execute(query.values(person_id=bindparam("new")), rows)


def _note_cases(
    db: Connection,
    actor: Actor,
    moment: Moment,
    kind: Kind,
    person: str,
    going: Sequence[Going],
    reason: str,
) -> None:
    """One entry in each case: which of its tasks went to whom, or back to the others whom they ask."""
    by_case: dict[str, list[Going]] = {}
    for one in going:
        by_case.setdefault(one.held.row["case_id"], []).append(one)
    links: list[Link] = []
    for ids in _parts(sorted(by_case)):
        query = select(_C.id, _C.trail_seq, _C.trail_head, trail.HEAD_AT.label("head_at")).where(_C.id.in_(ids))
        for case in db.execute(query):
            link = Link(case.id, case.trail_seq, case.trail_head, case.head_at)
            own = by_case[case.id]
            trail.add(
                link,
                moment,
                actor,
                kind,
                person=person,
                tasks=[_facts_of(g) for g in own],
                changed={g.held.id: _retold(g, person) if g.to else _let_go(g, person) for g in own},
                handed_to=list(dict.fromkeys(actors.holder_of(g.to) for g in own if g.to)),
                reason=reason,
            )
            links.append(link)
    trail.write_many(db, links)


def _facts_of(one: Going) -> dict[str, Any]:
    facts = {"task": one.held.id, "element": one.held.row["element"]}
    return {**facts, "to": one.to} if one.to else facts


def _retold(one: Going, person: str) -> dict[str, Any]:
    """What becomes of a task, as ``engine/reliving.py`` reads it: whom it asks now, and whose it is."""
    replaced, holder = _replaced(one, person), actors.holder_of(str(one.to))
    told: dict[str, Any] = {}
    for purpose, name in (("act", "asked"), ("confirm", "confirmers")):
        if purpose in one.held.asks:
            others = one.held.everybody[purpose] - {actors.holder_of(person)}
            told[name] = [holder] if purpose in replaced else sorted(others)
    row = one.held.row
    if row["claimed_by"] == person and row["status"] in ("open", "waiting"):
        told["claimed_by"] = one.to if row["status"] == "waiting" else ""
    return told


def _tell(db: Connection, actor: Actor, moment: Moment, person: str, going: Iterable[Going]) -> None:
    counts: dict[str, int] = {}
    for one in going:
        counts[one.to or ""] = counts.get(one.to or "", 0) + 1
    for to, count in counts.items():
        outbox.tell(
            db,
            moment,
            Notice.TASKS_HANDED_OVER,
            [actors.holder_of(to)],
            facts={"by": person, "count": count},
            besides=actor.person_id,
        )


# ---------------------------------------------------------------- what else ends


def _end_delegations(db: Connection, actor: Actor, moment: Moment, found: Handover, reason: str) -> None:
    ids = [d["id"] for d in found.delegations]
    if not ids:
        return
    db.execute(
        update(tables.delegations)
        .where(_D.id.in_(ids))
        .values(revoked_at=moment.now, revoked_by=actor.person_id, revoked_because=reason)
    )
    for one in found.delegations:
        days = {"from_on": one["from_on"].isoformat(), "to_on": one["to_on"].isoformat()}
        trail.append(
            db,
            moment,
            actor,
            kind=Kind.DELEGATION_CHANGED,
            change="revoked",
            delegation=one["id"],
            person=one["from_person_id"],
            handed_to=[actors.holder_of(one["to_person_id"])],
            **days,
        )
        sides = {one["from_person_id"], one["to_person_id"]} - {found.person.id}
        outbox.tell(
            db,
            moment,
            Notice.DELEGATION_REVOKED,
            [actors.holder_of(p) for p in sorted(sides)],
            facts={"for": one["from_person_id"], "to": one["to_person_id"], **days},
            besides=actor.person_id,
        )


def _end_posts(db: Connection, found: Handover) -> None:
    """Posts end; those that have not begun by then are never held."""
    mine = and_(_O.person_id == found.person.id, or_(_O.to_on.is_(None), _O.to_on > found.until))
    db.execute(delete(tables.posts).where(mine, _O.from_on >= found.until))
    db.execute(update(tables.posts).where(mine).values(to_on=found.until))
