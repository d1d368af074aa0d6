"""Personal values erased on a ground by two persons, without a broken proof; and how long what is done is kept.

An entry holds a salted commitment to a personal value (engine/trail.py). Erasing destroys value and salt wherever they
live; the entry stays as it was hashed, verifies as before, and reads "erased, by whom, on what ground". Nothing is
erased by itself: terms of retention say what is due, and people decide. A legal hold wins.

What is erased, what stays and why is listed table by table in docs/decisions/0018-exports-holds-and-erasure.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Table, delete, exists, func, insert, or_, select, text, update

from engine import cases, definitions, holds, indexing, machine, tables, trail
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import FieldError, Forbidden, NotFound, NotNow, Text, Unfit
from engine.store import Moment, like, new_id
from engine.trail import Kind

GONE = "＊＊＊"
"""What stands where an erased value was told again."""
LONGEST_KEPT = 200
"""Years that a term of retention may have."""

_A, _C, _T, _D, _F = (
    *(tables.answers.c, tables.cases.c, tables.tasks.c, tables.drafts.c),
    tables.attachments.c,
)


@dataclass(frozen=True, slots=True)
class Value:
    """One personal value that is still there: where it lies, what it is called, and the commitment in its entry."""

    task_id: str
    """``answers.task_id``: a task, a correction, or the case itself for its start form."""
    element: str
    field: str
    label: Text
    value: Any
    commitment: str


# ---------------------------------------------------------------- what there is


def values_of(db: Connection, case_id: str, fields: Iterable[str] = ()) -> list[Value]:
    """The personal values of a case that are still there; of these fields, or all."""
    wanted = set(fields)
    definition_id = db.execute(select(_C.definition_id).where(_C.id == case_id)).scalar()
    if definition_id is None:
        raise NotFound()
    present = definitions.load(db, definition_id)
    found = []
    for row, own, element in cases.given_answers(db, case_id, present):
        form = own.forms.get(row["form"])
        labels = form.labels if form is not None else {}
        values, salts = json.loads(row["values"]), json.loads(row["salts"])
        found += [
            Value(
                *(row["task_id"], element, name, labels.get(name, Text(name, name))),
                *(values[name], trail.commitment(values[name], salt)),
            )
            for name, salt in salts.items()
            if not wanted or name in wanted
        ]
    return found


def survey(db: Connection, actor: Actor, case_id: str) -> dict[str, Any]:
    """What could be erased of a case: the fields with how often each was entered, never their values; and what keeps
    it from being erased. For whoever keeps the records and sees the whole case; raises ``Forbidden``, ``NotFound``.
    """
    actor.require(holds.PERMISSION)
    if cases.scope_of(db, actor, case_id) != "full":
        raise NotFound()
    by_field: dict[str, list[Value]] = {}
    for value in values_of(db, case_id):
        by_field.setdefault(value.field, []).append(value)
    held = [h for h in holds.of_case(db, case_id) if h["lifted_at"] is None]
    return {
        "fields": [{"field": f, "label": v[0].label, "times": len(v)} for f, v in sorted(by_field.items())],
        "attachments": len(_attachments(db, case_id)),
        "is_open": _status(db, case_id) not in (cases.ENDED, cases.CANCELLED),
        "is_held": bool(held),
    }


def _status(db: Connection, case_id: str) -> str:
    status = db.execute(select(_C.status).where(_C.id == case_id)).scalar()
    if status is None:
        raise NotFound()
    return str(status)


# ---------------------------------------------------------------- erased


def erase(
    db: Connection,
    actor: Actor,
    moment: Moment,
    case_id: str,
    fields: Iterable[str],
    ground: str,
    *,
    with_files: bool = False,
) -> str:
    """Destroy personal values of a case, of some fields or all; gives the id of the erasure.

    ``with_files``: the case's attachments too, their names and (with the next clean-up) their bytes, as far as no other
    case has the same file. Raises ``Held``, ``NotNow`` (the case is open: the values are needed), ``Forbidden`` (one's
    own case), ``NotFound``, ``Unfit`` where there is nothing to erase.
    """
    holds.lock(db, case_id)
    said = holds.given(ground)
    row = db.execute(select(tables.cases).where(_C.id == case_id)).mappings().first()
    if row is None:
        raise NotFound()
    holds.refuse(db, case_id)
    if row["status"] not in (cases.ENDED, cases.CANCELLED):
        raise NotNow(
            Text(
                "事项尚未办结，办理还需要这些信息。",
                "The case has not ended: these values are needed to go on with it.",
            ),
            code="err_case_open",
        )
    if actor.person_id is not None and actor.person_id in (row["subject_id"], row["started_by"]):
        raise Forbidden(
            Text("不能删除本人事项中的信息。", "Nobody erases what is of their own case."), code="err_own_case"
        )
    undoable = select(tables.undo_states.c.task_id).where(tables.undo_states.c.case_id == case_id)
    if db.execute(undoable).first() is not None:
        raise NotNow(
            Text("刚办结的步骤仍可撤销，请稍后再试。", "What was just done can still be undone. Try again later."),
            code="err_undo_open",
        )
    names = tuple(dict.fromkeys(fields))
    found = values_of(db, case_id, names)
    attached = _attachments(db, case_id) if with_files else []
    if not found and not attached:
        text_ = Text("没有可删除的个人信息。", "There are no personal values to erase.")
        raise Unfit(text_, code="err_nothing_to_erase", errors=[FieldError("fields", "err_nothing_to_erase", text_)])
    id_ = new_id()
    db.execute(
        insert(tables.erasures).values(
            id=id_,
            case_id=case_id,
            ground=said,
            by_id=actor.person_id,
            confirmed_by=actor.confirmed_by,
            count=len(found),
            files=len(attached),
            at=moment.now,
        )
    )
    if db.dialect.name == "sqlite":
        db.execute(text("PRAGMA secure_delete=ON"))  # what is overwritten is not left in the file
    _from_answers(db, id_, found)
    _from_state(db, dict(row), found)
    _from_rows(db, case_id, found)
    if attached:
        db.execute(delete(tables.attachments).where(_F.id.in_([a["id"] for a in attached])))
    indexing.forget_case(db, case_id, with_files=bool(attached))
    trail.append(
        db,
        moment,
        actor,
        chain=case_id,
        kind=Kind.VALUES_ERASED,
        erasure=id_,
        reason=said,
        count=len(found) + len(attached),
        erased=[{"task": v.task_id, "field": v.field, "pd": v.commitment} for v in found],
        files=[{"attachment": a["id"], "sha256": a["sha256"]} for a in attached],
    )
    return id_


def _attachments(db: Connection, case_id: str) -> list[dict[str, Any]]:
    query = select(_F.id, _F.sha256, _F.name).where(_F.case_id == case_id).order_by(_F.id)
    return [dict(row) for row in db.execute(query).mappings()]


def _from_answers(db: Connection, erasure_id: str, found: Iterable[Value]) -> None:
    """Value and salt go together, after the rows by which the trigger lets them."""
    by_row: dict[str, list[str]] = {}
    for value in found:
        by_row.setdefault(value.task_id, []).append(value.field)
    for task_id, fields in by_row.items():
        rows = [{"task_id": task_id, "field": f, "erasure_id": erasure_id} for f in fields]
        db.execute(insert(tables.erased_answers), rows)
        row = db.execute(select(_A["values"], _A.salts).where(_A.task_id == task_id)).one()
        kept = {
            name: orjson.dumps({k: v for k, v in json.loads(stored).items() if k not in fields}).decode()
            for name, stored in (("values", row[0]), ("salts", row[1]))
        }
        db.execute(update(tables.answers).where(_A.task_id == task_id).values(**kept))


# ---------------------------------------------------------------- wherever else they live


def _from_state(db: Connection, row: Mapping[str, Any], found: Iterable[Value]) -> None:
    """The variables that were written from an erased field go; in what else the state says, the words do."""
    found = list(found)
    definition = definitions.load(db, row["definition_id"])
    names = {v.field for v in found}
    tainted = names | _written_from(definition, names)
    words = _words(found)
    state = machine.emptied(row["state"], tainted, lambda value: _masked(value, words))
    changed: dict[str, Any] = {
        "state": state,
        "title": _struck(row["title"], words),
        "summary": json.dumps(_masked(json.loads(row["summary"]), words), ensure_ascii=False),
        "business_key": _struck(row["business_key"], words) if row["business_key"] else row["business_key"],
        "rev": row["rev"] + 1,
    }
    db.execute(update(tables.cases).where(_C.id == row["id"]).values(**changed))


def _written_from(definition: Definition, names: set[str]) -> set[str]:
    """The variables that a completed element writes from any of these."""
    known, grown = set(names), True
    while grown:
        grown = False
        for element in definition.blueprint.elements.values():
            for output in element.words.all("output"):
                used = machine.compiled(output["source"].removeprefix("=")).names
                if output["target"] not in known and not known.isdisjoint(used):
                    known.add(output["target"])
                    grown = True
    return known - names


def _words(found: Iterable[Value]) -> tuple[str, ...]:
    """The erased texts that are looked for elsewhere, longest first: not those so short or plain that they say
    nothing about anybody.
    """
    texts = {t for value in found for t in _leaves(value.value)}
    telling = {t for t in texts if len(t) >= 5 or (len(t) >= 2 and not t.isascii())}
    return tuple(sorted(telling, key=lambda t: (-len(t), t)))


def _leaves(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)


def _masked(value: Any, words: tuple[str, ...]) -> Any:
    """JSON without the erased texts; keys stay."""
    if isinstance(value, str):
        return _struck(value, words)
    if isinstance(value, Mapping):
        if len(value) == 1 and any(v in words for v in value.values() if isinstance(v, str)):
            return None  # a date or a number as the machine keeps it: struck out, it would be none
        return {k: _masked(v, words) for k, v in value.items()}
    if isinstance(value, list):
        return [_masked(v, words) for v in value]
    return value


def _struck(said: str, words: tuple[str, ...]) -> str:
    for word in words:
        said = said.replace(word, GONE)
    return said


_JSON = (
    *((tables.outbox, "facts"), (tables.notices, "facts"), (tables.notice_deliveries, "facts")),
    *((tables.incidents, "details"), (tables.jobs, "data"), (tables.corrections, "values"), (tables.moves, "plan")),
    *((tables.meeting_items, "answers"),),
)
"""JSON of a case that may repeat what somebody entered."""


def _from_rows(db: Connection, case_id: str, found: Iterable[Value]) -> None:
    words = _words(found)
    of_case = select(_T.id).where(_T.case_id == case_id)
    db.execute(delete(tables.drafts).where(_D.task_id.in_(of_case)))
    db.execute(update(tables.tasks).where(_T.case_id == case_id).values(pending=None))
    moved = tables.migrated_cases.c
    # A move to another version that nobody can undo any more needs not know what was before.
    db.execute(update(tables.migrated_cases).where(moved.case_id == case_id).values(state=None, before=None))
    messages = tables.messages
    of_messages = (messages.c.from_case == case_id) | (messages.c.to_case == case_id)
    for table, column, of_table in (
        *((table, column, table.c.case_id == case_id) for table, column in _JSON),
        (messages, "data", of_messages),
    ):
        _rewrite(db, table, column, of_table, words)
    # Answers that were given to requests about the case, kept for a day so that a repeated one is answered alike.
    kept = tables.idempotency.c
    db.execute(delete(tables.idempotency).where(kept.body.like(like(case_id), escape="\\")))


def _rewrite(db: Connection, table: Table, column: str, which: Any, words: tuple[str, ...]) -> None:
    if not words:
        return
    keys = list(table.primary_key.columns)
    said = table.c[column]
    forms_of = [spelt for word in words for spelt in dict.fromkeys((word, _escaped(word)))]
    holding = or_(*(said.like(like(spelt), escape="\\") for spelt in forms_of))
    for row in db.execute(select(*keys, said).where(which, holding)).all():
        new = json.dumps(_masked(json.loads(row[-1]), words), ensure_ascii=False)
        same = [key == value for key, value in zip(keys, row[:-1], strict=True)]
        db.execute(update(table).where(*same).values({column: new}))


def _escaped(word: str) -> str:
    """A text as JSON in ASCII writes it."""
    return json.dumps(word)[1:-1]


# ---------------------------------------------------------------- read


def of_case(db: Connection, case_id: str) -> list[dict[str, Any]]:
    """What was erased of a case: when, by whom, on what ground, and the fields."""
    erased, gone = tables.erasures, tables.erased_answers.c
    found = []
    for row in db.execute(select(erased).where(erased.c.case_id == case_id).order_by(erased.c.id)).mappings():
        fields = select(gone.task_id, gone.field).where(gone.erasure_id == row["id"]).order_by(gone.field, gone.task_id)
        found.append({**row, "fields": [dict(f) for f in db.execute(fields).mappings()]})
    return found


def erased_in(db: Connection, case_ids: Iterable[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """``(answers.task_id, field)`` → who erased it, who confirmed, and on what ground; of some cases."""
    erased, gone = tables.erasures.c, tables.erased_answers.c
    query = (
        select(gone.task_id, gone.field, erased.by_id, erased.confirmed_by, erased.ground, erased.at)
        .join_from(tables.erased_answers, tables.erasures, erased.id == gone.erasure_id)
        .where(erased.case_id.in_(list(case_ids)))
    )
    return {(r["task_id"], r["field"]): dict(r) for r in db.execute(query).mappings()}


# ---------------------------------------------------------------- how long things are kept


def keep_for(db: Connection, actor: Actor, moment: Moment, key: str, years: int | None, ground: str) -> str:
    """Say how many years what a procedure leaves behind is kept after a case has ended (``None``: for ever).

    Raises ``Forbidden``, ``NotFound``, ``Unfit``.
    """
    actor.require(holds.PERMISSION)
    definition = definitions.read(db, key)
    said = holds.given(ground)
    if years is not None and not 0 < years <= LONGEST_KEPT:
        wrong = Text(f"请填 1 至 {LONGEST_KEPT} 年。", f"Give 1 to {LONGEST_KEPT} years.")
        raise Unfit(errors=[FieldError("years", "out_of_range", wrong)])
    trail.hold(db, trail.OFFICE)
    id_ = new_id()
    db.execute(
        insert(tables.retention_terms).values(
            id=id_, definition_key=key, years=years, ground=said, set_by=actor.person_id, at=moment.now
        )
    )
    term = Text("永久", "for ever") if years is None else Text(f"{years} 年", f"{years} years")
    trail.append(
        *(db, moment, actor),
        kind=Kind.RETENTION_CHANGED,
        definition=key,
        name=definition.name.as_json(),
        term=term.as_json(),
        years=years,
        reason=said,
    )
    return id_


def terms(db: Connection) -> dict[str, dict[str, Any]]:
    """Definition key → the term in force."""
    rows = db.execute(select(tables.retention_terms).order_by(tables.retention_terms.c.id)).mappings()
    return {row["definition_key"]: dict(row) for row in rows}


def due(db: Connection, moment: Moment, cursor: Any = None, limit: int = 50) -> tuple[list[dict[str, Any]], Any]:
    """Ended cases whose term of retention is over and of which personal values are still there, oldest end first.

    A case under a hold is among them, and says so: it is not erased before the hold is lifted.
    """
    ends = {
        key: moment.midnight(_years_before(moment.today, term["years"]))
        for key, term in terms(db).items()
        if term["years"] is not None
    }
    if not ends:
        return [], None
    keys, held = tables.definitions.c, tables.holds.c
    over = or_(*((keys.key == key) & (_C.ended_at < before) for key, before in ends.items()))
    salted = exists().where(_A.case_id == _C.id, _A.salts != "{}")
    standing = select(func.count()).where(held.case_id == _C.id, held.lifted_at.is_(None)).scalar_subquery()
    query = (
        select(_C.id, _C.number, _C.unit_id, _C.ended_at, keys.key, standing.label("holds"))
        .join_from(tables.cases, tables.definitions, keys.id == _C.definition_id)
        .where(over, salted, _C.status.in_((cases.ENDED, cases.CANCELLED)))
        .order_by(_C.ended_at, _C.id)
        .limit(limit + 1)
    )
    if cursor:
        at = datetime.fromisoformat(cursor[0])
        query = query.where(or_(_C.ended_at > at, (_C.ended_at == at) & (_C.id > cursor[1])))
    rows = [dict(row) for row in db.execute(query).mappings()]
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], [last["ended_at"].isoformat(), last["id"]] if last else None


def _years_before(day: date, years: int) -> date:
    year = max(day.year - years, 1)
    return date(year, 2, 28) if (day.month, day.day) == (2, 29) else date(year, day.month, day.day)
