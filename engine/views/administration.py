"""Administration in words: proposals with their effect, what a leaver holds, accounts and their state, permissions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, and_, bindparam, exists, func, or_, select

from engine import accounts, actors, administration, definitions, tables, trail
from engine.actors import ADMIN_ROLES, PERMISSIONS, Actor
from engine.administration import ACTS, Effect, Going, Handover, Proposal
from engine.definitions import Definition
from engine.errors import Refused, Text
from engine.store import Moment, like
from engine.views.naming import Names

_A, _P, _S, _T, _O = (
    tables.accounts.c,
    tables.people.c,
    tables.sessions.c,
    tables.throttles.c,
    tables.posts.c,
)

# ---------------------------------------------------------------- acts and proposals


def acts(hours: int) -> list[dict[str, Any]]:
    """The kinds of acts that take two persons, and who they are."""
    return [
        {
            "kind": act.kind,
            "name": act.name,
            "why": act.why,
            "proposers": [actors.role_name(r) for r in administration.roles_with(act.proposes)],
            "confirmers": [actors.role_name(r) for r in administration.roles_with(act.confirms)],
            "hours": hours,
        }
        for act in ACTS.values()
    ]


def proposals(db: Connection, actor: Actor, moment: Moment, rows: Sequence[Proposal]) -> list[dict[str, Any]]:
    """Proposals as a list shows them."""
    names = Names(db, moment.today)
    names.learn(p for r in rows for p in (r.proposed_by, r.decided_by, r.subject_id))
    return [_proposal(actor, moment, row, names) for row in rows]


def proposal(db: Connection, actor: Actor, moment: Moment, row: Proposal) -> dict[str, Any]:
    """One proposal with what it would change now, or what it changed."""
    (item,) = proposals(db, actor, moment, [row])
    effect, refusal = administration.effect_now(db, actor, moment, row)
    return {**item, **_effect(db, moment, row.shown, effect, refusal, row)}


def tried(
    db: Connection, actor: Actor, moment: Moment, kind: str, effect: Effect, refusal: Refused | None
) -> dict[str, Any]:
    """The same of an act that nobody has proposed yet."""
    act, names = ACTS[kind], Names(db, moment.today)
    shown = administration.shown(effect)
    item = {
        "id": None,
        "kind": kind,
        "kind_name": act.name,
        "status": None,
        "status_name": None,
        "summary": effect.summary,
        "reason": None,
        "subject": names.person(effect.subject),
        "proposed_by": None,
        "proposed_at": None,
        "expires_at": None,
        "decided_by": None,
        "decided_at": None,
        "opinion": None,
        "confirmers": [actors.role_name(r) for r in administration.roles_with(act.confirms)],
        "can": [],
    }
    return {**item, **_effect(db, moment, shown, effect, refusal, None)}


def _proposal(actor: Actor, moment: Moment, row: Proposal, names: Names) -> dict[str, Any]:
    act = ACTS[row.kind]
    status = "expired" if row.status == "proposed" and row.expires_at <= moment.now else row.status
    can = []
    if status == "proposed":
        if administration.why_not(actor, row, act) is None:
            can = ["confirm", "refuse"]
        elif row.proposed_by == actor.person_id and actor.key_id is None:
            can = ["withdraw"]
    return {
        "id": row.id,
        "kind": row.kind,
        "kind_name": act.name,
        "status": status,
        "status_name": administration.STATUSES[status],
        "summary": Text.of(row.shown["summary"]),
        "reason": row.reason,
        "subject": names.person(row.subject_id),
        "proposed_by": names.person(row.proposed_by),
        "proposed_at": row.proposed_at,
        "expires_at": row.expires_at,
        "decided_by": names.person(row.decided_by),
        "decided_at": row.decided_at,
        "opinion": row.opinion,
        "confirmers": [actors.role_name(r) for r in administration.roles_with(act.confirms)],
        "can": can,
    }


def _effect(
    db: Connection,
    moment: Moment,
    shown: Mapping[str, Any],
    effect: Effect | None,
    refusal: Refused | None,
    row: Proposal | None,
) -> dict[str, Any]:
    lines = administration.shown(effect)["lines"] if effect is not None else shown["lines"]
    mark = administration.mark_of(effect) if effect is not None else None
    detail = effect.detail if effect is not None else None
    plan = {k: v for k, v in row.plan.items() if k not in administration.SECRETS} if row is not None else {}
    return {
        "lines": [{"label": Text.of(label), "value": Text.of(value)} for label, value in lines],
        "mark": mark,
        "is_changed": row is not None and mark is not None and mark != row.effect,
        "hindrance": refusal.said if refusal is not None else None,
        "plan": plan,
        "handover": handover(db, moment, detail) if isinstance(detail, Handover) else None,
        "handed_over": _handed_over(db, moment, row.outcome) if row is not None and row.outcome else None,
    }


# ---------------------------------------------------------------- somebody leaves


def handover(db: Connection, moment: Moment, found: Handover) -> dict[str, Any]:
    """What somebody holds, and what becomes of it."""
    names = Names(db, moment.today)
    urgent = sorted(found.tasks, key=lambda g: _FIRST.index(g.goes))
    # Of a large pool that others keep it is enough to know how many there are.
    shown = [g for n, g in enumerate(urgent) if g.goes != "stays" or n < MOST_TASKS]
    people = [p for g in shown for p in (g.to, *g.held.people)]
    people += [d[side] for d in found.delegations for side in ("from_person_id", "to_person_id")]
    units = [str(g.held.row["unit_id"]) for g in shown] + [p["unit_id"] for p in found.posts]
    names.expect(people, units, [])
    known = _Definitions(db)
    account = found.account
    return {
        "person": {"id": found.person.id, "number": found.person.number, "name": found.person.text},
        "posts_until": found.until,
        "posts": [
            {
                "id": p["id"],
                "role": p["role"],
                "role_name": names.role(p["role"], p["unit_id"]),
                "unit": names.unit(p["unit_id"]),
                "from_on": p["from_on"],
                "to_on": p["to_on"],
            }
            for p in found.posts
        ],
        "tasks": [_going(g, names, known) for g in shown],
        "tasks_total": len(found.tasks),
        "delegations": [
            {
                "id": d["id"],
                "from": names.person(d["from_person_id"]),
                "to": names.person(d["to_person_id"]),
                "from_on": d["from_on"],
                "to_on": d["to_on"],
            }
            for d in found.delegations
        ],
        "keys": list(found.keys),
        "drafts": found.drafts,
        "views": found.views,
        "channels": list(found.channels),
        "meetings": [
            {
                "id": m["id"],
                "name": Text.of(json.loads(m["name"])),
                "held_on": m["held_on"],
                "role": "recorder" if m["recorder_id"] == found.person.id else "chair",
            }
            for m in found.meetings
        ],
        "account": {"id": account.id, "name": account.name, "state": _state_of(account)} if account else None,
        "refused": len(found.open_questions),
    }


MOST_TASKS = 500
_FIRST = ("refused", "undecided", "to", "left", "stays")


class _Definitions:
    def __init__(self, db: Connection) -> None:
        self._db = db
        self._known: dict[str, Definition] = {}

    def __getitem__(self, id_: str) -> Definition:
        if id_ not in self._known:
            self._known[id_] = definitions.load(self._db, id_)
        return self._known[id_]


def _going(one: Going, names: Names, known: _Definitions) -> dict[str, Any]:
    held, row = one.held, one.held.row
    definition = known[row["case_definition_id"]]
    return {
        "id": row["id"],
        "case": row["case_id"],
        "number": row["number"],
        "definition_name": definition.name,
        "element": row["element"],
        "name": definition.element_name(row["element"]),
        "unit": names.unit(row["unit_id"]),
        "due_on": row["due_on"],
        "status": row["status"],
        "part": row["part"],
        "is_claimed": row["claimed_by"] is not None,
        "is_only": held.is_only,
        "can_hand_over": not held.is_personal,
        "candidates": [names.person(p) for p in held.people],
        "goes": one.goes,
        "to": names.person(one.to),
        "rule": one.rule,
        "why": one.why,
    }


def _handed_over(db: Connection, moment: Moment, outcome: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """What a hand-over did, as it was then."""
    if "tasks" not in outcome:
        return None
    names, known = Names(db, moment.today), _Definitions(db)
    rows = outcome["tasks"]
    names.expect([r["to"] for r in rows], [r["unit"] for r in rows], [h for r in rows for h in r["before"]])
    return [
        {
            "id": r["id"],
            "case": r["case"],
            "number": r["number"],
            "element": r["element"],
            "name": known[r["definition"]].element_name(r["element"]),
            "unit": names.unit(r["unit"]),
            "before": [names.holder(h) for h in r["before"]],
            "goes": r["goes"],
            "to": names.person(r["to"]),
        }
        for r in rows
    ]


# ---------------------------------------------------------------- accounts

STATES = ("active", "disabled", "locked", "none")


def find_accounts(
    db: Connection,
    moment: Moment,
    *,
    q: str = "",
    person: str | None = None,
    unit: str | None = None,
    state: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[dict[str, Any]], str | None]:
    """People with the state of their accounts, by number: found by their name, number or the account's name.

    ``person`` (id or number) is one of them; ``unit`` (id or code) is it and everything below; programs' accounts are
    none of theirs.
    """
    query = (
        select(_P.id.label("person_id"), _P.number, _P.name.label("person_name"), _P.name_en, *_ACCOUNT)
        .outerjoin_from(tables.people, tables.accounts, _A.person_id == _P.id)
        .where(_P.number.not_like("program.%"))
        .order_by(_P.number)
        .limit(limit + 1)
    )
    values: dict[str, Any] = {"on": moment.today}
    for number, word in enumerate(q.split()[:5]):
        values[f"w{number}"] = like(word)
        pattern = bindparam(f"w{number}", type_=String)
        columns = (_P.name, _P.name_en, _P.number, _A.name)
        query = query.where(or_(*(c.ilike(pattern, escape="\\") for c in columns)))
    if person is not None:
        query = query.where(or_(_P.id == person, _P.number == person))
    if unit is not None:
        below = sorted(actors.subtree(db, actors.unit_by(db, unit, moment.today).id, moment.today))
        m = tables.memberships.c
        belongs = exists().where(m.person_id == _P.id, actors.holds_on(m), m.unit_id.in_(below))
        holds = exists().where(_O.person_id == _P.id, actors.holds_on(_O), _O.unit_id.in_(below))
        query = query.where(or_(belongs, holds))
    locked = _locked(db) if state == "locked" else {}
    query = {
        "active": query.where(_A.id.is_not(None), _A.disabled_at.is_(None)),
        "disabled": query.where(_A.disabled_at.is_not(None)),
        "locked": query.where(_A.id.in_(sorted(locked))),
        "none": query.where(_A.id.is_(None)),
    }.get(state or "", query)
    if cursor:
        query = query.where(_P.number > cursor)
    rows = [dict(r) for r in db.execute(query, values).mappings()]
    page = rows[:limit]
    return _accounts(db, moment, page), page[-1]["number"] if len(rows) > limit else None


_ACCOUNT = (_A.id, _A.name, _A.language, _A.created_at, _A.disabled_at)


def account(db: Connection, moment: Moment, account_id: str) -> dict[str, Any]:
    """One account; raises ``NotFound``."""
    known = accounts.read(db, account_id)
    query = select(_P.id.label("person_id"), _P.number, _P.name.label("person_name"), _P.name_en, *_ACCOUNT)
    query = query.join_from(tables.people, tables.accounts, _A.person_id == _P.id).where(_A.id == known.id)
    return _accounts(db, moment, [dict(r) for r in db.execute(query).mappings()])[0]


def _accounts(db: Connection, moment: Moment, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    shown = {p["id"]: p for p in actors.shown_people(db, moment, [r["person_id"] for r in rows])}
    ids = [r["id"] for r in rows if r["id"]]
    seen = {
        r.account_id: (r.count, r.seen_at)
        for r in db.execute(
            select(_S.account_id, func.count().label("count"), func.max(_S.seen_at).label("seen_at"))
            .where(_S.account_id.in_(ids), _S.expires_at > accounts.machine_time())
            .group_by(_S.account_id)
        )
    }
    f = tables.second_factors.c
    factors = set(db.execute(select(f.account_id).where(f.account_id.in_(ids), f.confirmed_at.is_not(None))).scalars())
    until = _locked_until(db, {r["name"]: r["id"] for r in rows if r["id"]})
    found = []
    for row in rows:
        person = shown[row["person_id"]]
        sessions, seen_at = seen.get(row["id"], (0, None))
        locked = until.get(row["id"])
        state = "none" if not row["id"] else "disabled" if row["disabled_at"] else "locked" if locked else "active"
        found.append(
            {
                "id": row["id"],
                "name": row["name"],
                "person": {"id": row["person_id"], "number": row["number"], "name": person["name"]},
                "unit": person["unit"],
                "posts": person["posts"],
                "state": state,
                "is_administrator": any(p["role"] in ADMIN_ROLES for p in person["posts"]),
                "has_second_factor": row["id"] in factors,
                "language": row["language"],
                "created_at": row["created_at"],
                "disabled_at": row["disabled_at"],
                "locked_until": locked,
                "sessions": sessions,
                "seen_at": seen_at,
            }
        )
    return found


def _subject(name: str) -> str:
    return hashlib.sha256(f"account:{name}".encode()).hexdigest()


def _blocked(db: Connection) -> dict[str, datetime]:
    rows = db.execute(select(_T.subject, _T.blocked_until).where(_T.blocked_until > accounts.machine_time()))
    return {r.subject: r.blocked_until for r in rows}


def _locked(db: Connection) -> dict[str, datetime]:
    """Account id → until when nobody may sign in to it, of every account for which that holds now."""
    blocked = _blocked(db)
    if not blocked:
        return {}
    rows = db.execute(select(_A.id, _A.name)).all()
    return {r.id: blocked[_subject(r.name)] for r in rows if _subject(r.name) in blocked}


def _locked_until(db: Connection, by_name: Mapping[str, str]) -> dict[str, datetime]:
    wanted = {_subject(name): id_ for name, id_ in by_name.items()}
    query = select(_T.subject, _T.blocked_until).where(
        _T.subject.in_(sorted(wanted)), _T.blocked_until > accounts.machine_time()
    )
    return {wanted[r.subject]: r.blocked_until for r in db.execute(query)}


def _state_of(known: accounts.Account) -> str:
    return "disabled" if known.disabled_at else "active"


# ---------------------------------------------------------------- permissions


def permissions(db: Connection, moment: Moment) -> list[dict[str, Any]]:
    """The posts in the office itself that give permissions, which, and who holds them today."""
    root = actors.root(db, moment.today)
    holding = {role: actors.holders(db, role, root.id, moment.today) if root else () for role in PERMISSIONS}
    names = actors.names(db, [p for people in holding.values() for p in people])
    return [
        {
            "role": role,
            "role_name": actors.role_name(role),
            "is_administrator": role in ADMIN_ROLES,
            "permissions": [{"id": one, "text": actors.PERMISSION_NAMES[one]} for one in sorted(given)],
            "holders": [{"id": p, "name": names[p]} for p in holding[role]],
        }
        for role, given in PERMISSIONS.items()
    ]


# ---------------------------------------------------------------- history


def post_history(
    db: Connection,
    moment: Moment,
    *,
    person: str | None = None,
    unit: str | None = None,
    role: str | None = None,
    limit: int = 200,
) -> list[dict[str, Any]]:
    """Every period of posts, of a person or at a unit, newest first."""
    query = select(_O.id, _O.person_id, _O.role, _O.unit_id, _O.from_on, _O.to_on, _O.basis)
    if person is not None:
        query = query.where(_O.person_id == person)
    if unit is not None:
        query = query.where(_O.unit_id == unit)
    if role is not None:
        query = query.where(_O.role == role)
    rows = db.execute(query.order_by(_O.from_on.desc(), _O.id.desc()).limit(limit)).all()
    names = Names(db, moment.today)
    names.expect([r.person_id for r in rows], [r.unit_id for r in rows], [])
    return [
        {
            "id": r.id,
            "role": r.role,
            "role_name": names.role(r.role, r.unit_id),
            "unit": names.unit(r.unit_id),
            "person": names.person(r.person_id),
            "from_on": r.from_on,
            "to_on": r.to_on,
            "basis": r.basis,
        }
        for r in rows
    ]


def parameter_history(db: Connection, moment: Moment, key: str, name: str) -> list[dict[str, Any]]:
    """Who changed a parameter of a procedure when, from which value and why, newest first: as the trail has it."""
    e = tables.entries.c
    query = select(e.seq, e.hash, e.at, e.person_id, e.text).where(
        and_(e.chain == f"definition:{key}", e.kind == trail.Kind.PARAMETER_CHANGED.value)
    )
    rows = [(r, json.loads(r.text)) for r in db.execute(query.order_by(e.seq.desc()))]
    own = [(r, body) for r, body in rows if body.get("name") == name]
    names = Names(db, moment.today)
    names.learn(r.person_id for r, _ in own)
    return [
        {
            "at": r.at,
            "by": names.person(r.person_id),
            "confirmed_by": names.person(body["actor"].get("confirmed_by")),
            "was": json.loads(body["was"]) if "was" in body else _was(own, n),
            "value": json.loads(body["value"]),
            "reason": body.get("reason", ""),
            "seq": r.seq,
            "hash": r.hash,
        }
        for n, (r, body) in enumerate(own)
    ]


def _was(own: Sequence[tuple[Any, Mapping[str, Any]]], n: int) -> Any:
    """The value before, where its entry does not say: what the change before had set."""
    return json.loads(own[n + 1][1]["value"]) if n + 1 < len(own) else None
