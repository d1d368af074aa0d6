"""What people see: a case, its diagram and entries, the worklist, one task with its form. Reads only.

Whoever is only the subject of a case sees their own forms, the steps and the status, not what others wrote about
them. What the asker may not see is ``NotFound``, exactly as what is not there. Texts are ``errors.Text``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select

from engine import actors, cases, definitions, forms, gates, machine, tables, trail
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import Language, NotFound, Text
from engine.gates import World, fact
from engine.machine import Element
from engine.store import Moment
from engine.tasks import Done, purposes

_C, _T, _V, _K = tables.cases.c, tables.tasks.c, tables.case_viewers.c, tables.task_candidates.c
_FAR = date(9999, 12, 31)

_CASE_COLUMNS = [c for c in tables.cases.c if c.name != "state"]


class _Names:
    """Names of people and units, asked once per page."""

    def __init__(self, db: Connection, on: date) -> None:
        self._db, self._on = db, on
        self._people: dict[str, Text] = {}
        self._units: dict[str, dict[str, Any]] = {}
        self._kinds: dict[str, str] = {}
        self._holders: dict[str, Text] = {}

    def learn(self, people: Iterable[str | None]) -> None:
        missing = {p for p in people if p and p not in self._people}
        if missing:
            self._people.update(actors.names(self._db, missing))

    def person(self, id_: str | None) -> dict[str, Any] | None:
        if not id_:
            return None
        self.learn([id_])
        return {"id": id_, "name": self._people.get(id_, Text("（已删除）", "(removed)"))}

    def unit(self, id_: str) -> dict[str, Any]:
        if id_ not in self._units:
            known = actors.unit(self._db, id_, self._on) or actors.unit_by(self._db, id_)
            self._units[id_] = {"id": id_, "code": known.code, "name": Text(known.name, known.name_en)}
            self._kinds[id_] = known.kind
        return self._units[id_]

    def _post(self, role: str, unit_id: str) -> Text:
        unit = self.unit(unit_id)
        called = actors.role_name(role, self._kinds[unit_id])
        return Text(f"{unit['name'].zh} · {called.zh}", f"{unit['name'].en} · {called.en}")

    def holder(self, text: str) -> Text:
        if text not in self._holders:
            kind, _, rest = text.partition(":")
            role, _, unit_id = rest.partition("@")
            person = self.person(rest) if kind == "person" else None
            self._holders[text] = person["name"] if person else self._post(role, unit_id)
        return self._holders[text]


# ---------------------------------------------------------------- cases


def case(db: Connection, actor: Actor, moment: Moment, case_id: str) -> dict[str, Any]:
    """One case with its steps, open tasks and data; raises ``NotFound``."""
    row = db.execute(select(tables.cases).where(_C.id == case_id)).mappings().first()
    scope = cases.scope_of(db, actor, case_id) if row is not None else None
    if row is None or scope is None:
        raise NotFound()
    names = _Names(db, moment.today)
    definition = definitions.load(db, row["definition_id"])
    glance = machine.glance(row["state"])
    tasks = db.execute(select(tables.tasks).where(_T.case_id == case_id).order_by(_T.opened_at, _T.node)).all()
    open_tasks = [t for t in tasks if t.status in cases.OPEN_STATUSES]
    return {
        **_case_item(row, definition, names),
        "data": {k: fact(v) for k, v in glance.variables.items()} if scope == "full" else {},
        "summary": _summary(row, definition),
        "marks": sorted({m for t in tasks for m in json.loads(t.marks)}),
        "steps": _steps(definition, tasks, names, scope, moment.zone),
        "open_tasks": [_open_task(db, actor, definition, t, names) for t in open_tasks],
        "can": _can(actor, row, definition, glance),
    }


def _can(actor: Actor, row: Any, definition: Definition, glance: machine.Glance) -> list[str]:
    found = []
    if cases.may_withdraw(actor, row, definition, glance.visits):
        found.append("withdraw")
    if row["status"] == cases.RUNNING and cases.may_cancel(actor, row):
        found.append("cancel")
    if row["status"] == cases.FAILED and "directory.manage" in actor.permissions:
        found.append("retry")
    return found


def _case_item(row: Any, definition: Definition, names: _Names) -> dict[str, Any]:
    return {
        "id": row["id"],
        "number": row["number"],
        "title": row["title"],
        "definition": definition.key,
        "definition_name": definition.name,
        "version": definition.version,
        "status": row["status"],
        "outcome": row["outcome"],
        "outcome_label": definition.text(f"outcome.{row['outcome']}", row["outcome"]) if row["outcome"] else None,
        "unit": names.unit(row["unit_id"]),
        "business_key": row["business_key"],
        "started_by": names.person(row["started_by"]),
        "started_at": row["started_at"],
        "ended_at": row["ended_at"],
    }


def _summary(row: Any, definition: Definition) -> list[dict[str, Any]]:
    return [
        {"label": definition.text(f"summary.{line['label']}", line["label"]), "value": line["value"]}
        for line in json.loads(row["summary"])
    ]


def _steps(
    definition: Definition, tasks: Iterable[Any], names: _Names, scope: str, zone: ZoneInfo
) -> list[dict[str, Any]]:
    by_element: dict[str, list[Any]] = {}
    for task in tasks:
        by_element.setdefault(task.element, []).append(task)
    found = []
    for element in definition.steps():
        mine = by_element.get(element.id, [])
        done = [t for t in mine if t.status == "completed"]
        last = max(done, key=lambda t: t.completed_at) if done else None
        status = "pending"
        if any(t.status in ("open", "confirming") for t in mine):
            status = "open"
        elif any(t.status == "held" for t in mine):
            status = "held"
        elif done:
            status = "done"
        stage = definition.stage_of(element)
        found.append(
            {
                "step": element.words.attribute("step"),
                "element": element.id,
                "name": definition.element_name(element.id),
                "stage": stage.words.attribute("stage") if stage else None,
                "stage_name": definition.element_name(stage.id) if stage else None,
                "status": status,
                "done_on": (last.business_on or last.completed_at.astimezone(zone).date()) if last else None,
                "done_by": names.person(last.completed_by) if last and scope == "full" else None,
                "times": len(done),
            }
        )
    return found


def _open_task(db: Connection, actor: Actor, definition: Definition, task: Any, names: _Names) -> dict[str, Any]:
    purpose = "confirm" if task.status == "confirming" else "act"
    holders = list(
        db.execute(select(_K.holder).where(_K.task_id == task.id, _K.purpose == purpose).order_by(_K.holder)).scalars()
    )
    return {
        "id": task.id,
        "element": task.element,
        "name": definition.element_name(task.element),
        "step": definition.element(task.element).words.attribute("step"),
        "status": task.status,
        "due_on": task.due_on,
        "is_late": bool(task.is_late),
        "holders": [names.holder(h) for h in holders],
        "mine": bool(set(holders) & set(actor.holders)),
    }


def find_cases(
    db: Connection,
    actor: Actor,
    moment: Moment,
    cursor: Any = None,
    limit: int = 50,
    *,
    q: str | None = None,
    status: str | None = None,
    definition: str | None = None,
    unit: str | None = None,
    mine: bool | None = None,
    business_key: str | None = None,
) -> tuple[list[dict[str, Any]], Any]:
    """The cases the actor may see, newest first. ``q`` is looked for in title and number."""
    query = select(*_CASE_COLUMNS).order_by(_C.started_at.desc(), _C.id.desc()).limit(limit + 1)
    if "cases.read_all" not in actor.permissions:
        seen = exists().where(_V.case_id == _C.id, _V.holder.in_(actor.holders))
        query = query.where(seen)
    if q:
        like = f"%{_escaped(q)}%"
        query = query.where(or_(_C.title.like(like, escape="\\"), _C.number.like(like, escape="\\")))
    if status:
        query = query.where(_C.status == status)
    if mine:
        query = query.where(or_(_C.started_by == actor.person_id, _C.subject_id == actor.person_id))
    if business_key:
        query = query.where(_C.business_key == business_key)
    if definition:
        query = query.where(
            _C.definition_id.in_(select(tables.definitions.c.id).where(tables.definitions.c.key == definition))
        )
    if unit:
        query = query.where(_C.unit_id == actors.unit_by(db, unit).id)
    if cursor:
        at, id_ = datetime.fromisoformat(cursor[0]), cursor[1]
        query = query.where(or_(_C.started_at < at, and_(_C.started_at == at, _C.id < id_)))
    rows = db.execute(query).mappings().all()
    names = _Names(db, moment.today)
    names.learn(r["started_by"] for r in rows[:limit])
    items = [
        {**_case_item(r, d, names), "summary": _summary(r, d)}
        for r in rows[:limit]
        for d in [definitions.load(db, r["definition_id"])]
    ]
    last = rows[limit - 1] if len(rows) > limit else None
    return items, [last["started_at"].isoformat(), last["id"]] if last else None


def diagram(db: Connection, actor: Actor, moment: Moment, case_id: str) -> dict[str, Any]:
    """The diagram's XML and, per element, whether it is done, open or held, how often, and its name."""
    row = db.execute(select(_C.definition_id, _C.state).where(_C.id == case_id)).first()
    if row is None or cases.scope_of(db, actor, case_id) is None:
        raise NotFound()
    definition = definitions.load(db, row.definition_id)
    visits = machine.glance(row.state).visits
    elements = {e: {"status": "done", "times": n} for e, n in visits.items()}
    open_rows = db.execute(
        select(_T.element, _T.status).where(_T.case_id == case_id, _T.status.in_(cases.OPEN_STATUSES))
    )
    for task in open_rows:
        status = "held" if task.status == "held" else "open"
        times = visits.get(task.element, 0)
        elements[task.element] = {"status": status, "times": times}
        scope = definition.element(task.element).scope
        while scope in definition.blueprint.elements:
            elements[scope] = {"status": "open", "times": visits.get(scope, 0)}
            scope = definition.element(scope).scope
    return {
        "xml": definition.files["process.bpmn"],
        "elements": elements,
        "texts": diagram_texts(definition),
    }


def diagram_texts(definition: Definition) -> dict[str, Text]:
    """Names of elements, lanes and flows for a diagram in the reader's language."""
    found = {e.id: definition.element_name(e.id) for e in definition.blueprint.elements.values() if e.name}
    for id_, (name, _) in definition.blueprint.lanes.items():
        found[id_] = definition.text(f"lane.{id_}", name)
    for flow in definition.blueprint.flows:
        key = f"flow.{flow.id}"
        if any(key in texts for texts in definition.texts.values()):
            found[flow.id] = definition.text(key)
    return found


# ---------------------------------------------------------------- entries


def entries(
    db: Connection, actor: Actor, moment: Moment, case_id: str, after: int = 0, limit: int = 200
) -> tuple[list[dict[str, Any]], int | None]:
    """The entries of a case as sentences, oldest first. The subject sees that steps were done, not what was said."""
    row = db.execute(select(*_CASE_COLUMNS).where(_C.id == case_id)).mappings().first()
    scope = cases.scope_of(db, actor, case_id) if row is not None else None
    if row is None or scope is None:
        raise NotFound()
    found = trail.read(db, case_id, after, limit + 1)
    definition = definitions.load(db, row["definition_id"])
    spoken = speak(db, moment, found[:limit], definition)
    if scope == "own":
        spoken = [e if _is_own(e, actor) else _reduced(e) for e in spoken]
    return spoken, found[limit - 1]["seq"] if len(found) > limit else None


def speak(
    db: Connection, moment: Moment, bodies: list[dict[str, Any]], definition: Definition | None
) -> list[dict[str, Any]]:
    """Entries in words: sentence, actor, element, decision, what was written, clause."""
    names = _Names(db, moment.today)
    names.learn((b.get("actor") or {}).get("person") for b in bodies)
    return [_spoken(body, definition, names) for body in bodies]


def _spoken(body: dict[str, Any], definition: Definition | None, names: _Names) -> dict[str, Any]:
    kind = trail.Kind(body["kind"])
    person = names.person((body.get("actor") or {}).get("person"))
    element = body.get("element")
    label = None
    if definition is not None and element and body.get("decision") and kind is not trail.Kind.DECISION_EVALUATED:
        label = gates.outcome_label(definition, element, body["decision"])
    clause_id = body.get("clause") or next((g.get("clause") for g in body.get("findings", []) if g.get("clause")), None)
    clause = definition.clause(clause_id) if definition is not None else None
    return {
        "chain": body["chain"],
        "seq": body["seq"],
        "at": datetime.fromisoformat(body["at"]),
        "kind": kind.value,
        "sentence": _sentence(kind, body, definition, names, person, label),
        "actor": {"person_id": person["id"], "name": person["name"], "post": None} if person else None,
        "element": element,
        "element_name": definition.element_name(element) if definition is not None and element else None,
        "step": body.get("step"),
        "task": body.get("task"),
        "business_on": body.get("business_on"),
        "decision": body.get("decision"),
        "decision_label": label,
        "opinion": body.get("opinion"),
        "reason": body.get("reason"),
        "marks": body.get("marks", []),
        "changes": _changes(body, definition),
        "clause": clause.as_view() if clause else None,
        "hash": body["hash"],
        "prev": body["prev"],
    }


def _sentence(
    kind: trail.Kind,
    body: Mapping[str, Any],
    definition: Definition | None,
    names: _Names,
    person: Mapping[str, Any] | None,
    label: Text | None,
) -> Text:
    source = (body.get("actor") or {}).get("source")
    actor = person["name"] if person else Text("时钟", "The clock") if source == "clock" else Text("系统", "The system")
    element = body.get("element")
    is_completion = kind in (trail.Kind.TASK_COMPLETED, trail.Kind.TASK_PROPOSED)
    decision: Any = body.get("decision", "")
    if kind is trail.Kind.DECISION_EVALUATED and definition is not None:
        decision = definition.text(f"decision.{decision}", str(decision))
    elif is_completion:
        shown = label is not None and body.get("decision") != "done"
        decision = Text("：{label}", ": {label}").format(label=label) if shown else Text("", "")
    outcome = body.get("outcome")
    values: dict[str, Any] = {
        "actor": actor,
        "element": definition.element_name(element) if definition is not None and element else element or "",
        "decision": decision,
        "outcome": definition.text(f"outcome.{outcome}", outcome)
        if definition is not None and outcome
        else outcome or "",
        "reason": _reason(body, definition),
        "opinion": body.get("opinion", ""),
        "value": json.dumps(body.get("value"), ensure_ascii=False),
        "to": _listed([names.holder(h) for h in body.get("escalated_to", [])])
        if "escalated_to" in body
        else body.get("to", ""),
        "person": (names.person(body.get("person")) or {}).get("name", ""),
        "status": actors.STATUSES.get(body.get("status", ""), Text("", "")),
        "version": body.get("version", ""),
        "name": body.get("name", ""),
    }
    return trail.SENTENCES[kind].format(**values)


def _reason(body: Mapping[str, Any], definition: Definition | None) -> Any:
    if body.get("reason"):
        return body["reason"]
    findings = body.get("findings", [])
    if findings and definition is not None:
        return _listed(
            [
                gates.EARLIEST.format(on=f["earliest"])
                if f["code"] == "err_too_early" and f.get("earliest")
                else gates.sentence(definition, f["code"], f.get("clause"))
                for f in findings
            ]
        )
    return ""


def _listed(texts: list[Text]) -> Text:
    return Text("、".join(t.zh for t in texts) or "—", ", ".join(t.en for t in texts) or "—")


def _changes(body: Mapping[str, Any], definition: Definition | None) -> list[dict[str, Any]]:
    answers = body.get("answers")
    if not isinstance(answers, Mapping):
        return []
    labels: dict[str, Text] = {}
    if definition is not None and body.get("element") in definition.blueprint.elements:
        form = definition.forms.get(definition.element(body["element"]).words.attribute("form") or "")
        labels = {f.path: f.label for f in form.fields} if form else {}
    return [
        {
            "field": name,
            "label": labels.get(name, Text(name, name)),
            "value": Text("（个人信息，已封存）", "(personal, sealed)") if isinstance(v, Mapping) and "pd" in v else v,
        }
        for name, v in answers.items()
    ]


def _is_own(entry: Mapping[str, Any], actor: Actor) -> bool:
    return bool(entry["actor"]) and entry["actor"]["person_id"] == actor.person_id


def _reduced(entry: dict[str, Any]) -> dict[str, Any]:
    """What the subject of a case sees of an entry by others: that it happened, and when."""
    silent: dict[str, Any] = dict.fromkeys(("actor", "business_on", "decision", "decision_label", "opinion", "reason"))
    sentence = _HAPPENED.format(element=entry["element_name"] or Text("", ""))
    return {**entry, **silent, "changes": [], "marks": [], "sentence": sentence}


_HAPPENED = Text("办理记录：{element}", "Progress: {element}")


# ---------------------------------------------------------------- worklists

_JOINED = select(tables.tasks, *[c.label(f"case__{c.name}") for c in _CASE_COLUMNS]).join_from(
    tables.tasks, tables.cases, _T.case_id == _C.id
)


def box(
    db: Connection,
    actor: Actor,
    moment: Moment,
    box: str = "todo",
    cursor: Any = None,
    limit: int = 50,
    *,
    definition: str | None = None,
    case: str | None = None,
    due_before: date | None = None,
    q: str | None = None,
    sort: str | None = None,
) -> tuple[list[dict[str, Any]], Any]:
    """One box of the worklist: ``todo``, ``done``, ``started`` or ``drafts``, with a cursor for the next part."""
    query = _boxed(actor, box)
    if query is None:
        return [], None
    if definition:
        query = query.where(
            _C.definition_id.in_(select(tables.definitions.c.id).where(tables.definitions.c.key == definition))
        )
    if case:
        query = query.where(_C.id == case)
    if due_before:
        query = query.where(_T.due_on < due_before)
    if q:
        like = f"%{_escaped(q)}%"
        query = query.where(
            or_(_C.title.like(like, escape="\\"), _C.number.like(like, escape="\\"), _C.summary.like(like, escape="\\"))
        )
    by_done = box == "done" if sort in (None, "due") else sort == "completed"
    if by_done:
        key: Any = func.coalesce(_T.completed_at, _T.opened_at)
        query = query.order_by(key.desc(), _T.id.desc())
        if cursor:
            at = datetime.fromisoformat(cursor[0])
            query = query.where(or_(key < at, and_(key == at, _T.id < cursor[1])))
    elif sort == "opened":
        query = query.order_by(_T.opened_at.desc(), _T.id.desc())
        if cursor:
            at = datetime.fromisoformat(cursor[0])
            query = query.where(or_(_T.opened_at < at, and_(_T.opened_at == at, _T.id < cursor[1])))
    else:
        key = func.coalesce(_T.due_on, _FAR)
        query = query.order_by(key, _T.id)
        if cursor:
            on = date.fromisoformat(cursor[0])
            query = query.where(or_(key > on, and_(key == on, _T.id > cursor[1])))
    rows = db.execute(query.limit(limit + 1)).mappings().all()
    names = _Names(db, moment.today)
    items = [_task_item(db, moment, r, names) for r in rows[:limit]]
    if len(rows) <= limit:
        return items, None
    last = rows[limit - 1]
    if by_done:
        return items, [(last["completed_at"] or last["opened_at"]).isoformat(), last["id"]]
    if sort == "opened":
        return items, [last["opened_at"].isoformat(), last["id"]]
    return items, [(last["due_on"] or _FAR).isoformat(), last["id"]]


def _boxed(actor: Actor, box: str) -> Any:
    me = actor.person_id
    if me is None:
        return None
    if box == "todo":
        asked = select(_K.task_id).where(_K.holder.in_(actor.holders))
        act = and_(
            _T.status == "open",
            or_(_T.claimed_by.is_(None), _T.claimed_by == me),
            _T.id.in_(asked.where(_K.purpose == "act")),
        )
        second = and_(_T.status == "confirming", _T.claimed_by != me, _T.id.in_(asked.where(_K.purpose == "confirm")))
        return _JOINED.where(or_(act, second), _C.status == cases.RUNNING)
    if box == "done":
        return _JOINED.where(_T.status == "completed", or_(_T.completed_by == me, _T.confirmed_by == me))
    if box == "started":
        mine = or_(_C.started_by == me, _C.subject_id == me)
        return _JOINED.where(mine, _T.status.in_(cases.OPEN_STATUSES))
    if box == "drafts":
        drafted = select(tables.drafts.c.task_id).where(tables.drafts.c.person_id == me)
        return _JOINED.where(_T.id.in_(drafted), _T.status.in_(cases.OPEN_STATUSES))
    # Copies and delegations do not exist yet, so nobody has any.
    return None


def _task_item(db: Connection, moment: Moment, row: Any, names: _Names) -> dict[str, Any]:
    definition = definitions.load(db, row["case__definition_id"])
    element = definition.element(row["element"])
    stage = definition.stage_of(element)
    case_row = {k.removeprefix("case__"): v for k, v in row.items() if k.startswith("case__")}
    decision = row["decision"]
    return {
        "id": row["id"],
        "case": {"id": case_row["id"], "number": case_row["number"], "title": case_row["title"]},
        "definition": definition.key,
        "definition_name": definition.name,
        "element": element.id,
        "name": definition.element_name(element.id),
        "step": element.words.attribute("step"),
        "stage": stage.words.attribute("stage") if stage else None,
        "unit": names.unit(row["unit_id"]),
        "status": row["status"],
        "purpose": "confirm" if row["status"] == "confirming" else "act",
        "opened_at": row["opened_at"],
        "age_days": max((moment.now - row["opened_at"]).days, 0),
        "due_on": row["due_on"],
        "is_late": bool(row["is_late"]),
        "claimed_by": names.person(row["claimed_by"]) if row["status"] == "open" else None,
        "summary": _summary(case_row, definition),
        "why": [names.holder(h) for h in json.loads(row["why"])],
        "marks": json.loads(row["marks"]),
        "decision": decision,
        "decision_label": gates.outcome_label(definition, element.id, decision) if decision else None,
        "completed_at": row["completed_at"],
        "rev": row["rev"],
    }


def task(db: Connection, actor: Actor, moment: Moment, task_id: str, language: Language) -> dict[str, Any]:
    """One task with its form, what the actor has typed, and what they can do; raises ``NotFound``."""
    query = select(tables.tasks, *[c.label(f"case__{c.name}") for c in tables.cases.c])
    query = query.join_from(tables.tasks, tables.cases, _T.case_id == _C.id).where(_T.id == task_id)
    row = db.execute(query).mappings().first()
    if row is None:
        raise NotFound()
    asks = purposes(db, actor, task_id)
    did = actor.person_id is not None and actor.person_id in (row["completed_by"], row["confirmed_by"])
    if not asks and not did and cases.scope_of(db, actor, row["case_id"]) != "full":
        raise NotFound()
    names = _Names(db, moment.today)
    definition = definitions.load(db, row["case__definition_id"])
    element = definition.element(row["element"])
    case_row = {k.removeprefix("case__"): v for k, v in row.items() if k.startswith("case__")}
    variables = machine.glance(row["case__state"]).variables
    world = World(db, actor, moment, definition, cases.case_facts(case_row, moment), dict(variables))
    is_open = row["status"] in cases.OPEN_STATUSES
    context = gates.reading_context(world, element) if is_open else world.context()
    pending = json.loads(row["pending"]) if row["pending"] else None
    may_act = is_open and "act" in asks
    form, values = _form(db, world, element, row, actor, context, language, pending, may_act)
    return {
        **_task_item(db, moment, row, names),
        "documentation": _documentation(definition, element),
        "form": form,
        "values": values,
        "context": _form_context(definition, element, context),
        "outcomes": gates.outcome_choices(world, element, context) if is_open else [],
        "outcome_computed": element.words.attribute("outcomeFrom") is not None,
        "business_date": gates.business_window(world, element, context) if is_open else None,
        "can": _can_do(row, element, asks, actor, case_row),
        "pending": _pending(pending, values, definition, element, names) if pending else None,
        "held": _held(row, definition),
        "clauses": [c.as_view() for c in definitions.clauses_of(definition, element)],
    }


def _form(
    db: Connection,
    world: World,
    element: Element,
    row: Any,
    actor: Actor,
    context: Mapping[str, Any],
    language: Language,
    pending: Mapping[str, Any] | None,
    may_act: bool,
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    form = world.definition.forms.get(element.words.attribute("form") or "")
    if form is None:
        return None, {}
    access = gates.access(element)
    answers: dict[str, Any] = {}
    kept = db.execute(select(tables.answers.c["values"]).where(tables.answers.c.task_id == row["id"])).scalar()
    if kept is not None:
        answers, access = json.loads(kept), forms.only_reading(access)
    elif pending is not None:
        answers, access = pending["answers"], forms.only_reading(access)
    elif may_act:
        drafted = db.execute(
            select(tables.drafts.c["values"]).where(
                tables.drafts.c.task_id == row["id"], tables.drafts.c.person_id == actor.person_id
            )
        ).scalar()
        answers = json.loads(drafted) if drafted else _earlier(db, row, world)
    else:
        access = forms.only_reading(access)
    shown = form.as_json(language, context, access, now=world.moment.local, answers=answers)
    values: dict[str, Any] = shown.pop("values")
    return shown, values


def _earlier(db: Connection, row: Any, world: World) -> dict[str, Any]:
    """What was entered when the step was done before, where it is being corrected: nothing is typed twice."""
    last = db.execute(
        select(_T.id, _T.element, _T.decision)
        .where(_T.case_id == row["case_id"], _T.status == "completed")
        .order_by(_T.completed_at.desc(), _T.node.desc())
        .limit(1)
    ).first()
    if last is None:
        return {}
    offered = world.definition.element(last.element).words.all("outcome")
    kind = next((o.get("kind") for o in offered if o.get("value") == last.decision), None)
    if kind != "return" and last.element != row["element"]:
        return {}
    before = db.execute(
        select(tables.answers.c["values"])
        .where(tables.answers.c.case_id == row["case_id"], tables.answers.c.element == row["element"])
        .order_by(tables.answers.c.at.desc())
        .limit(1)
    ).scalar()
    return json.loads(before) if before else {}


def _form_context(definition: Definition, element: Element, context: Mapping[str, Any]) -> dict[str, Any]:
    """Only the names that the form's own expressions use leave the server."""
    form = definition.forms.get(element.words.attribute("form") or "")
    if form is None:
        return {}
    return form.context(context)


def _documentation(definition: Definition, element: Element) -> Text | None:
    key = f"documentation.{element.id}"
    if not element.documentation and not any(key in texts for texts in definition.texts.values()):
        return None
    return definition.text(key, element.documentation)


def _can_do(row: Any, element: Element, asks: set[str], actor: Actor, case_row: Any) -> list[str]:
    if case_row["status"] != cases.RUNNING:
        return []
    mine = row["claimed_by"] == actor.person_id
    if row["status"] == "confirming":
        return ["confirm"] if "confirm" in asks and not mine else []
    if row["status"] != "open" or "act" not in asks:
        return []
    if row["claimed_by"] is not None and not mine:
        return []
    found = ["complete", "draft", "release" if mine else "claim"]
    if any(o.get("kind") == "return" for o in element.words.all("outcome")):
        found.append("return")
    return found


def _pending(
    pending: Mapping[str, Any], values: Mapping[str, Any], definition: Definition, element: Element, names: _Names
) -> dict[str, Any]:
    decision = pending["decision"]
    return {
        "by": names.person(pending["by"]),
        "at": datetime.fromisoformat(pending["at"]),
        "values": values,
        "decision": decision,
        "decision_label": gates.outcome_label(definition, element.id, decision) if decision else None,
        "opinion": pending["opinion"],
        "reason": pending["reason"],
    }


def _held(row: Any, definition: Definition) -> list[dict[str, Any]]:
    if row["status"] != "held" or not row["held"]:
        return []
    found = []
    for item in json.loads(row["held"]):
        clause = definition.clause(item.get("clause"))
        early = item["code"] == "err_too_early" and item.get("earliest")
        found.append(
            {
                "code": item["code"],
                "message": gates.EARLIEST.format(on=item["earliest"])
                if early
                else gates.sentence(definition, item["code"], item.get("clause")),
                "clause": clause.as_view() if clause else None,
                "earliest": date.fromisoformat(item["earliest"]) if item.get("earliest") else None,
            }
        )
    return found


_AFTER = (
    select(tables.tasks, *[c.label(f"case__{c.name}") for c in _CASE_COLUMNS], _K.holder, _K.purpose)
    .join_from(tables.tasks, tables.cases, _T.case_id == _C.id)
    .outerjoin(tables.task_candidates, _K.task_id == _T.id)
    .where(_T.case_id == bindparam("case"), or_(_T.id == bindparam("task"), _T.status.in_(cases.OPEN_STATUSES)))
    .order_by(_T.opened_at, _T.id, _K.holder)
)


def done(db: Connection, actor: Actor, moment: Moment, what: Done) -> dict[str, Any]:
    """What a verb led to: the task, the case, the asker's next task in it or who has it now, and the receipt."""
    names = _Names(db, moment.today)
    rows: dict[str, Any] = {}
    asked: dict[str, dict[str, list[str]]] = {}
    """Task id → purpose → holders."""
    for r in db.execute(_AFTER, {"case": what.case_id, "task": what.task_id}).mappings():
        rows[r["id"]] = r
        if r["holder"] is not None:
            asked.setdefault(r["id"], {}).setdefault(r["purpose"], []).append(r["holder"])
    row = rows[what.task_id]
    others = [r for r in rows.values() if r["status"] in ("open", "confirming")]

    def wanted(other: Any) -> list[str]:
        return asked.get(other["id"], {}).get("confirm" if other["status"] == "confirming" else "act", [])

    def is_mine(other: Any) -> bool:
        holds = other["claimed_by"] == actor.person_id
        free = other["claimed_by"] is None or holds if other["status"] == "open" else not holds
        return free and bool(set(wanted(other)) & set(actor.holders))

    mine = next((r for r in others if is_mine(r)), None)
    now_with = list(dict.fromkeys(names.holder(h) for r in others for h in wanted(r)))
    return {
        "task": _task_item(db, moment, row, names),
        "case": {
            "id": row["case__id"],
            "number": row["case__number"],
            "status": row["case__status"],
            "title": row["case__title"],
        },
        "next_task": _task_item(db, moment, mine, names) if mine is not None else None,
        "now_with": now_with,
        "receipt": {
            "chain": what.receipt.chain,
            "seq": what.receipt.seq,
            "hash": what.receipt.hash,
            "at": what.receipt.at,
        },
    }


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
