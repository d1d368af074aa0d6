"""A meeting as it stands: its agenda, who was there, who leaves for an item, and what it fills into each form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine import actors, cases, definitions, duties, files, gates, machine, tables
from engine.actors import Actor
from engine.definitions import Definition
from engine.demands import Signature
from engine.errors import Incident, NotFound, Text
from engine.gates import World
from engine.machine import Element
from engine.meetings.rules import NO_RULE, SIDES, Counted, Rule, count, rule_of
from engine.store import Moment, Statement, for_update

DRAFT, SUBMITTED, CONFIRMED, CANCELLED = "draft", "submitted", "confirmed", "cancelled"
ATTENDED = ("present", "leave", "absent", "exempt")
MOST = 200
"""Cases on one agenda."""

_M, _A, _I = tables.meetings.c, tables.meeting_attendance.c, tables.meeting_items.c
_MEETING = Statement(select(tables.meetings).where(_M.id == bindparam("meeting")))
_LOCK = Statement(select(_M.id).where(_M.id == bindparam("meeting")).with_for_update())
_ATTENDANCE = Statement(
    select(_A.person_id, _A.has_vote, _A.status, _A.reason)
    .where(_A.meeting_id == bindparam("meeting"))
    .order_by(_A.place, _A.person_id)
)
_T, _C = tables.tasks.c, tables.cases.c
_ITEMS = Statement(
    select(
        tables.meeting_items,
        *[c.label(f"task__{c.name}") for c in _T],
        *[c.label(f"case__{c.name}") for c in _C],
    )
    .join_from(tables.meeting_items, tables.tasks, _T.id == _I.task_id)
    .join(tables.cases, _C.id == _I.case_id)
    .where(_I.meeting_id == bindparam("meeting"))
    .order_by(_I.place, _I.task_id)
)

IS_SUBJECT = Text("是本事项所关于的人。", "The case is about them.")


@dataclass(frozen=True, slots=True)
class Recused:
    """Somebody who leaves for one item; ``rule`` is null where the recorder says so."""

    person: str
    why: Text
    rule: str | None = None


@dataclass
class Item:
    """One case on the agenda."""

    row: Mapping[str, Any]
    task: Mapping[str, Any]
    case: Mapping[str, Any]
    world: World
    element: Element
    rule: Rule
    is_lost: bool = False
    """Its case moved to a version in which no meeting decides the step."""

    @property
    def id(self) -> str:
        return str(self.row["task_id"])

    @property
    def number(self) -> int:
        return int(self.row["place"]) + 1

    @property
    def definition(self) -> Definition:
        return self.world.definition

    @property
    def votes(self) -> dict[str, int | None]:
        kept = json.loads(self.row["votes"])
        return {side: kept.get(side) for side in SIDES}


UNSIGNED: Mapping[str, Any] = {"signed_at": None, "signed_drawing": None, "signed_sha256": None}


def signed(moment: Moment, signature: Signature) -> dict[str, Any]:
    """The columns that keep by what a recorder signed."""
    kept = signature.kept
    return {
        "signed_at": moment.now,
        "signed_drawing": signature.drawing,
        "signed_sha256": kept.sha256 if kept is not None else None,
    }


@dataclass
class Sheet:
    """A whole meeting."""

    db: Connection
    row: Mapping[str, Any]
    attendance: Sequence[Any]
    items: list[Item]

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def name(self) -> Text:
        return Text.of(json.loads(self.row["name"]))

    @property
    def held_on(self) -> date:
        day: date = self.row["held_on"]
        return day

    @property
    def signature(self) -> Signature | None:
        """By which its recorder signed the results when they submitted them."""
        at, drawing = self.row["signed_at"], self.row["signed_drawing"]
        if at is None or drawing is None:
            return Signature("password", at=at) if at is not None else None
        return Signature("drawing", drawing, files.kept(self.db, self.row["signed_sha256"], "signature.svg"), at)

    @cached_property
    def voters(self) -> list[str]:
        """Who is counted as eligible."""
        return [a["person_id"] for a in self.attendance if a["has_vote"] and a["status"] != "exempt"]

    @cached_property
    def present(self) -> list[str]:
        """The voters who are there."""
        return [a["person_id"] for a in self.attendance if a["has_vote"] and a["status"] == "present"]

    def people(self, status: str, *, voters: bool | None = None) -> list[str]:
        return [
            a["person_id"]
            for a in self.attendance
            if a["status"] == status and (voters is None or a["has_vote"] == voters)
        ]

    def recused(self, item: Item) -> list[Recused]:
        """Who leaves for an item: whom it is about, whom a rule keeps from voting, whom the recorder names."""
        voters = set(self.voters)
        found: dict[str, Recused] = {}
        subject = item.case["subject_id"]
        if subject in voters:
            found[subject] = Recused(subject, IS_SUBJECT)
        if item.rule.duty is not None:
            try:
                barred = duties.kept_from(item.world, item.element, item.rule.duty, voters)
            except Incident as e:
                raise cases.stuck(item.definition, e) from e
            for person, bar in barred.items():
                found.setdefault(person, Recused(person, bar.text, bar.rule))
        for one in json.loads(item.row["recused"]):
            if one["person"] in voters:
                found.setdefault(one["person"], Recused(one["person"], Text.of(one["reason"])))
        return sorted(found.values(), key=lambda one: self.voters.index(one.person))

    def count(self, item: Item) -> Counted:
        """The arithmetic of an item as it stands; votes as the step's form adds them up."""
        recused = [one.person for one in self.recused(item)]
        plain = count(item.rule, self.voters, self.present, recused, item.votes)
        return count(item.rule, self.voters, self.present, recused, _added_up(self, item, plain))

    def answers(self, item: Item, counted: Counted | None = None) -> dict[str, Any]:
        """The answers to the step's form: what the recorder typed, and what the meeting fills in."""
        counted = counted or self.count(item)
        typed = json.loads(item.row["answers"])
        return {**typed, **filled(self, item, counted, typed)}


def _added_up(sheet: Sheet, item: Item, plain: Counted) -> dict[str, int | None]:
    """The votes as the form has them: written opinions of absent voters are counted in by its own expressions."""
    vote, form = item.element.words.one("vote"), _form(item)
    if vote is None or form is None or item.votes["for"] is None:
        return item.votes
    try:
        context = gates.reading_context(item.world, item.element)
        fitted = form.fit(sheet.answers(item, plain), context, gates.access(item.element), now=item.world.moment.local)
    except Incident:
        return item.votes  # completing it says what is wrong with the definition
    values = {side: fitted.values.get(vote[side]) for side in SIDES if side in vote}
    whole = {side: int(v) for side, v in values.items() if isinstance(v, Decimal) and v == v.to_integral_value()}
    return {**item.votes, **whole}


def _form(item: Item) -> Any:
    return item.definition.forms.get(item.element.words.attribute("form") or "")


def fields_filled(item: Item) -> dict[str, str]:
    """What the meeting fills → the field; what a form works out by itself is left alone."""
    form = _form(item)
    if form is None:
        return {}
    types = {field.path: field.type for field in form.fields}
    lists = {path for path in form.paths if any(other.startswith(f"{path}[].") for other in types)}
    return {
        what: field
        for what, field in item.rule.fills.items()
        if types.get(field, "expression") != "expression" or field in lists
    }


def filled(sheet: Sheet, item: Item, counted: Counted, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What a meeting writes into the form of a step, as JSON."""
    votes = item.votes
    cast = any(v is not None for v in votes.values())
    known: dict[str, Any] = {
        "date": sheet.held_on.isoformat(),
        "time": sheet.row["starts_at"],
        "place": sheet.row["place"],
        "chair": sheet.row["chair_id"],
        "eligible": counted.eligible,
        "present": counted.present,
        "attendees": sheet.present,
        "recused": [one.person for one in sheet.recused(item)],
        **{side: votes[side] if votes[side] is not None else 0 if cast else None for side in SIDES},
    }
    found: dict[str, Any] = {}
    form = _form(item)
    for what, field in fields_filled(item).items():
        if what == "resolution":
            if not str(typed.get(field) or "").strip():
                found[field] = resolution(sheet, item, counted).zh
        elif isinstance(known[what], list):
            inner = next((f.path for f in form.fields if f.path.startswith(f"{field}[].")), f"{field}[].person")
            key = inner.rpartition(".")[2]
            found[field] = [{key: person} for person in known[what]]
        else:
            found[field] = known[what]
    return found


_RESOLUTION = Text(
    "{on}，{unit}召开{name}，讨论“{title}”。应到有表决权 {eligible} 人，实到 {present} 人{recused}。"
    "赞成 {for} 票，不赞成 {against} 票，弃权 {abstain} 票{invalid}。{result}",
    "On {on} {unit} held a meeting ({name}) on “{title}”. Entitled to vote {eligible}, present {present}{recused}. "
    "For {for}, against {against}, abstaining {abstain}{invalid}. {result}",
)
_RECUSED = Text("（另有 {n} 人回避）", " ({n} more stood aside)")
_INVALID = Text("，无效 {n} 票", ", invalid {n}")
_CARRIED = Text("赞成数达到须有的 {needed} 票，予以通过。", "The votes for reach the {needed} needed: carried.")
_LOST = Text("赞成数未达到须有的 {needed} 票，未予通过。", "The votes for do not reach {needed}: not carried.")
_NOTHING = Text("", "")


def resolution(sheet: Sheet, item: Item, counted: Counted) -> Text:
    """What was decided of one case, in words."""
    unit = actors.unit(item.world.db, sheet.row["unit_id"], sheet.held_on)
    cast = any(n is not None for n in counted.votes.values())
    votes = {
        side: counted.votes.get(side) if counted.votes.get(side) is not None else 0 if cast else "—" for side in SIDES
    }
    carried = counted.is_carried
    result = _NOTHING if carried is None else (_CARRIED if carried else _LOST).format(needed=counted.needed_for)
    return _RESOLUTION.format(
        on=sheet.held_on.isoformat(),
        unit=unit.text if unit is not None else _NOTHING,
        name=sheet.name,
        title=item.case["title"],
        eligible=counted.eligible,
        present=counted.present,
        recused=_RECUSED.format(n=counted.recused) if counted.recused else _NOTHING,
        invalid=_INVALID.format(n=votes["invalid"]) if counted.votes.get("invalid") else _NOTHING,
        result=result,
        **{side: votes[side] for side in ("for", "against", "abstain")},
    )


# ---------------------------------------------------------------- read


def take(db: Connection, meeting_id: str) -> dict[str, Any]:
    """Lock a meeting; raises ``NotFound``."""
    if for_update(db):
        _LOCK.run(db, {"meeting": meeting_id})
    return find(db, meeting_id)


def find(db: Connection, meeting_id: str) -> dict[str, Any]:
    row = _MEETING.first(db, {"meeting": meeting_id})
    if row is None:
        raise NotFound()
    return row


def is_party(actor: Actor, row: Mapping[str, Any]) -> bool:
    """The recorder and the chair: for anybody else there is nothing to do."""
    return actor.person_id is not None and actor.person_id in (row["recorder_id"], row["chair_id"])


def may_see(actor: Actor, row: Mapping[str, Any]) -> bool:
    """The recorder, the chair, and whoever may read every case."""
    return is_party(actor, row) or "cases.read_all" in actor.permissions


def sheet_of(db: Connection, actor: Actor, moment: Moment, row: Mapping[str, Any]) -> Sheet:
    """The whole of a meeting, for whoever may see it."""
    lines = _ITEMS.all(db, {"meeting": row["id"]})
    attendance = _ATTENDANCE.all(db, {"meeting": row["id"]})
    return Sheet(db, row, attendance, [_item(db, actor, moment, line) for line in lines])


def _item(db: Connection, actor: Actor, moment: Moment, line: Mapping[str, Any]) -> Item:
    row = {c.name: line[c.name] for c in tables.meeting_items.c}
    task = {c.name: line[f"task__{c.name}"] for c in _T}
    case = {c.name: line[f"case__{c.name}"] for c in _C}
    definition = definitions.load(db, task["definition_id"] or case["definition_id"])
    element = definition.element(task["done_as"] or task["element"])
    glance = machine.glance(case["state"])
    world = World(db, actor, moment, definition, cases.case_facts(case, moment), dict(glance.variables))
    if task["node"] is not None:
        world.local = glance.locals_of(task["node"], definition.blueprint)
    try:
        rule = rule_of(element, lambda text: world.evaluate(text, world.context(), element.id))
    except Incident as e:
        raise cases.stuck(definition, e) from e
    return Item(row, task, case, world, element, rule or NO_RULE, is_lost=rule is None)


def body(world: World, element: Element, rule: Rule, on: date) -> tuple[str, tuple[str, ...]]:
    """Which unit meets on a step, and who has a vote there on a day."""
    context = world.context(on)
    try:
        unit = world.evaluate(rule.at, context, element.id) if rule.at is not None else world.case.get("unit")
        voters = world.evaluate(rule.voters, context, element.id)
        if not isinstance(unit, str) or not isinstance(voters, list) or not all(isinstance(v, str) for v in voters):
            raise Incident(element.id, _NO_BODY)
    except Incident as e:
        raise cases.stuck(world.definition, e) from e
    return unit, tuple(dict.fromkeys(voters))


_NO_BODY = Text("meeting 的 at、voters 须得出组织和人员", "meeting at and voters have to give a unit and people")
