"""Meetings as people see them: the list, the tasks that one can be called on, one meeting with its arithmetic."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, exists, or_, select

from engine import cases, definitions, demands, gates, machine, meetings, tables
from engine.actors import Actor
from engine.definitions import Definition
from engine.errors import Incident, NotFound, Text
from engine.gates import World
from engine.machine import Element
from engine.meetings import CANCELLED, CONFIRMED, DRAFT, SUBMITTED, Counted, Item, Recused, Sheet
from engine.store import Moment
from engine.views.entries import readable
from engine.views.naming import CASE_COLUMNS, Names
from engine.views.worklist import of_case, task_item

_M, _I = tables.meetings.c, tables.meeting_items.c
_T, _C, _K, _X = tables.tasks.c, tables.cases.c, tables.task_candidates.c, tables.task_exclusions.c
STATUSES = {
    DRAFT: Text("草稿", "draft"),
    SUBMITTED: Text("待主持人确认", "waits for the chair"),
    CONFIRMED: Text("已确认", "confirmed"),
    CANCELLED: Text("已取消", "cancelled"),
}
ATTENDED = {
    "present": Text("出席", "present"),
    "leave": Text("请假", "absent with leave"),
    "absent": Text("缺席", "absent without leave"),
    "exempt": Text("不计入应到", "not counted as eligible"),
}


def found(
    db: Connection, actor: Actor, moment: Moment, *, status: str | None = None, cursor: Any = None, limit: int = 50
) -> tuple[list[dict[str, Any]], Any]:
    """The meetings that the actor keeps, chairs or may read, newest first."""
    query = select(tables.meetings).order_by(_M.id.desc()).limit(limit + 1)
    if "cases.read_all" not in actor.permissions:
        query = query.where(or_(_M.recorder_id == actor.person_id, _M.chair_id == actor.person_id))
    if status is not None:
        query = query.where(_M.status == status)
    if cursor:
        query = query.where(_M.id < cursor[0])
    rows = [dict(row) for row in db.execute(query).mappings()]
    shown = rows[:limit]
    ids = [row["id"] for row in shown]
    items: dict[str, int] = {}
    for meeting_id in db.execute(select(_I.meeting_id).where(_I.meeting_id.in_(ids))).scalars():
        items[meeting_id] = items.get(meeting_id, 0) + 1
    names = Names(db, moment.today)
    names.learn([p for row in shown for p in (row["recorder_id"], row["chair_id"])])
    lines = [{**_head(row, names), "items": items.get(row["id"], 0), "asks_me": _asks(actor, row)} for row in shown]
    return lines, ([shown[-1]["id"]] if len(rows) > limit else None)


def _asks(actor: Actor, row: Mapping[str, Any]) -> bool:
    return bool(row["status"] == SUBMITTED and row["chair_id"] == actor.person_id)


def _head(row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    return {
        "id": row["id"],
        "kind": row["kind"],
        "name": Text.of(json.loads(row["name"])),
        "status": row["status"],
        "status_label": STATUSES[row["status"]],
        "unit": names.unit(row["unit_id"]),
        "held_on": row["held_on"],
        "starts_at": row["starts_at"],
        "place": row["place"],
        "recorder": names.person(row["recorder_id"]),
        "chair": names.person(row["chair_id"]),
    }


# ---------------------------------------------------------------- what a meeting can be called on

MOST = 200


def candidates(db: Connection, actor: Actor, moment: Moment) -> list[dict[str, Any]]:
    """Open tasks that ask the actor and that a meeting decides, oldest first; ``group`` is equal where one agenda can
    take them, ``agenda`` is the open agenda on which one is already."""
    kept_away = exists().where(_X.task_id == _T.id, _X.person_id == actor.person_id)
    mine = and_(
        _K.purpose == "act",
        _K.is_listed,
        _K.holder.in_(actor.holders),
        _T.status == "open",
        ~kept_away.correlate_except(tables.task_exclusions),
    )
    joined = (
        select(_C.definition_id, _T.element)
        .join_from(tables.task_candidates, tables.tasks, _T.id == _K.task_id)
        .join(tables.cases, _C.id == _T.case_id)
        .where(mine)
        .distinct()
    )
    steps = [
        (row.definition_id, row.element)
        for row in db.execute(joined)
        if meetings.rule_of(definitions.load(db, row.definition_id).element(row.element)) is not None
    ]
    if not steps:
        return []
    query = (
        select(tables.tasks, *[c.label(f"case__{c.name}") for c in CASE_COLUMNS], _C.state.label("state"))
        .join_from(tables.tasks, tables.cases, _T.case_id == _C.id)
        .where(
            exists().where(_K.task_id == _T.id, mine),
            or_(*(and_(_C.definition_id == definition, _T.element == element) for definition, element in steps)),
        )
        .order_by(_T.opened_at, _T.id)
        .limit(MOST)
    )
    rows = [dict(row) for row in db.execute(query).mappings()]
    names = Names(db, moment.today)
    names.meet(actor)
    agendas = _agendas(db, [row["id"] for row in rows])
    lines = []
    for row in rows:
        definition = definitions.load(db, row["case__definition_id"])
        element = definition.element(row["element"])
        rule = meetings.rule_of(element)
        glance = machine.glance(row["state"])
        world = World(db, actor, moment, definition, cases.case_facts(of_case(row), moment), dict(glance.variables))
        world.local = glance.locals_of(row["node"], definition.blueprint)
        if rule is None:
            continue
        try:
            unit = world.evaluate(rule.at, world.context(), element.id) if rule.at else row["case__unit_id"]
        except Incident:
            continue  # whoever completes the task is told of the fault of its definition
        listed = agendas.get(row["id"])
        lines.append(
            {
                "task": task_item(db, moment, row, of_case(row), names),
                "kind": rule.kind,
                "name": definition.text(f"meeting.{rule.kind}", rule.kind),
                "meets": names.unit(unit),
                "group": f"{rule.kind}@{unit}",
                "agenda": _agenda(db, moment, listed, actor, names) if listed else None,
            }
        )
    return lines


def _agendas(db: Connection, task_ids: list[str]) -> dict[str, dict[str, Any]]:
    query = select(_I.task_id, tables.meetings).join_from(tables.meeting_items, tables.meetings, _M.id == _I.meeting_id)
    rows = db.execute(query.where(_I.task_id.in_(task_ids), _I.is_open)).mappings()
    return {row["task_id"]: dict(row) for row in rows}


def _agenda(db: Connection, moment: Moment, row: Mapping[str, Any], actor: Actor, names: Names) -> dict[str, Any]:
    """An agenda as whoever may not see the meeting is told of it: when, of what kind, and who keeps it."""
    may = meetings.may_take_over(db, actor, moment, row)
    return {
        "meeting": row["id"] if may or meetings.may_see(actor, row) else None,
        "may_take_over": may,
        "name": Text.of(json.loads(row["name"])),
        "held_on": row["held_on"],
        "status": row["status"],
        "recorder": names.person(row["recorder_id"]),
    }


def of_task(
    db: Connection,
    actor: Actor,
    moment: Moment,
    row: Mapping[str, Any],
    definition: Definition,
    element: Element,
    names: Names,
) -> dict[str, Any] | None:
    """What the page of a task says of meetings: that one decides the step, and on whose agenda the task is."""
    rule = meetings.rule_of(element)
    if rule is None or row["status"] not in cases.OPEN_STATUSES:
        return None
    listed = meetings.open_agenda(db, row["id"])
    return {
        "kind": rule.kind,
        "name": definition.text(f"meeting.{rule.kind}", rule.kind),
        "agenda": _agenda(db, moment, listed, actor, names) if listed else None,
    }


# ---------------------------------------------------------------- one meeting


def meeting(db: Connection, actor: Actor, moment: Moment, meeting_id: str) -> dict[str, Any]:
    """A whole meeting for its recorder, its chair, and whoever may read every case; raises ``NotFound``."""
    row = meetings.find(db, meeting_id)
    if not meetings.may_see(actor, row):
        raise NotFound()
    sheet = meetings.sheet_of(db, actor, moment, row)
    names = Names(db, moment.today)
    names.learn([a["person_id"] for a in sheet.attendance])
    items = [_item(db, actor, sheet, item, names) for item in sheet.items]
    head = _head(row, names)
    attendance = [
        {
            "person": names.person(a["person_id"]),
            "has_vote": bool(a["has_vote"]),
            "status": a["status"],
            "status_label": ATTENDED.get(a["status"]),
            "reason": a["reason"],
        }
        for a in sheet.attendance
    ]
    return {
        **head,
        "items": items,
        "attendance": attendance,
        "counts": {
            "eligible": len(sheet.voters),
            "present": len(sheet.present),
            "leave": len(sheet.people("leave", voters=True)),
            "absent": len(sheet.people("absent", voters=True)),
            "exempt": len(sheet.people("exempt", voters=True)),
            "unsaid": sum(1 for a in sheet.attendance if a["has_vote"] and a["status"] is None),
            "observers": len(sheet.people("present", voters=False)),
        },
        "minutes": row["minutes"],
        "skeleton": skeleton(sheet, head, items, names),
        "rev": row["rev"],
        "because": row["because"],
        "created_at": row["created_at"],
        "submitted_at": row["submitted_at"],
        "confirmed_at": row["confirmed_at"],
        "closed_at": row["closed_at"],
        "signature": _signature(sheet.items),
        "signed_at": row["signed_at"],
        "can": [
            *_can(actor, row),
            *(["take_over"] if meetings.may_take_over(db, actor, moment, row) else []),
        ],
    }


def _signature(items: Sequence[Item]) -> list[str]:
    """How the recorder signs what was decided, by one signature for all; none where no step wants one.

    Where two steps want it in different ways the first one's are given: the refusal names the other.
    """
    wanted = [found for item in items if (found := demands.ways(item.element, item.row["decision"]))]
    if not wanted:
        return []
    common = [way for way in wanted[0] if all(way in found for found in wanted)]
    return [str(way) for way in common or wanted[0]]


def _can(actor: Actor, row: Mapping[str, Any]) -> list[str]:
    is_recorder, is_chair = actor.person_id == row["recorder_id"], actor.person_id == row["chair_id"]
    if row["status"] == DRAFT:
        return ["edit", "submit", "cancel"] if is_recorder else []
    if row["status"] == SUBMITTED:
        return [*(["send_back", "cancel"] if is_recorder else []), *(["confirm", "send_back"] if is_chair else [])]
    return []


_CLOSED = {
    "completed": Text("已由他人办结", "completed meanwhile"),
    "returned": Text("已被退回", "returned meanwhile"),
    "cancelled": Text("已不需要办理", "no longer needed"),
    "confirming": Text("已填报，待第二人复核", "entered meanwhile; waits for a second person"),
    "waiting": Text("已请他人办理或签署", "others were asked to do or to sign it"),
    "held": Text("暂不能办理", "it cannot be done yet"),
}
_LOST = Text("不再由会议表决", "no longer decided in a meeting")


def _item(db: Connection, actor: Actor, sheet: Sheet, item: Item, names: Names) -> dict[str, Any]:
    definition, element = item.definition, item.element
    is_live = sheet.row["status"] in (DRAFT, SUBMITTED)
    counted = sheet.count(item) if is_live else _kept(item)
    hindrance = None
    if is_live and item.is_lost:
        hindrance = _LOST
    elif is_live and item.task["status"] != "open":
        hindrance = _CLOSED.get(item.task["status"], _CLOSED["cancelled"])
    decision = item.row["decision"] if is_live else item.task["decision"]
    clause = definition.clause(item.rule.clause)
    choices = gates.outcome_choices(item.world, element, gates.reading_context(item.world, element)) if is_live else []
    typed = json.loads(item.row["answers"])
    return {
        "task": item.id,
        "number": item.number,
        "case": {"id": item.case["id"], "number": item.case["number"], "title": item.case["title"]},
        "name": definition.element_name(element.id),
        "step": element.words.attribute("step"),
        "definition_name": definition.name,
        "hindrance": hindrance,
        "is_secret": item.rule.is_secret,
        "recused": [
            {**_aside(item, one), "person": names.person(one.person), "why": one.why, "rule": one.rule}
            for one in sheet.recused(item)
        ],
        "counted": {**counted.as_json(), "text": arithmetic(counted)},
        "votes": item.votes if is_live else {side: counted.votes.get(side) for side in meetings.SIDES},
        "decision": decision,
        "decision_label": gates.outcome_label(definition, element.id, decision) if decision else None,
        "outcomes": choices,
        "outcome_computed": element.words.attribute("outcomeFrom") is not None,
        "opinion": item.row["opinion"],
        "reason": item.row["reason"],
        "answers": typed,
        "lines": _lines(item, typed, names),
        "filled": sorted(set(meetings.fields_filled(item).values()) - _free(item)),
        "proposed": sorted(_free(item)),
        "clause": clause.as_view() if clause else None,
    }


def _free(item: Item) -> set[str]:
    """Fields that the meeting proposes and the recorder may write otherwise."""
    return {field for what, field in item.rule.fills.items() if what == "resolution"}


def _aside(item: Item, one: Recused) -> dict[str, Any]:
    """Whether the recorder said that somebody stands aside, and in which words."""
    given = {g["person"]: g["reason"] for g in json.loads(item.row["recused"])}
    return {"is_given": one.person in given, "reason": given.get(one.person)}


def _kept(item: Item) -> Counted:
    """The arithmetic as it stood when the meeting was confirmed; of a cancelled one nothing was counted."""
    kept = json.loads(item.row["counted"] or "{}")
    return Counted(
        kept.get("eligible", 0),
        kept.get("present", 0),
        kept.get("recused", 0),
        kept.get("needed_present"),
        kept.get("needed_for"),
        kept.get("votes", {}),
    )


def _lines(item: Item, typed: Mapping[str, Any], names: Names) -> list[dict[str, Any]]:
    """What the recorder typed into the step's form, as a person reads it."""
    form = item.definition.forms.get(item.element.words.attribute("form") or "")
    if form is None:
        return []
    fields = {f.path: f for f in form.fields}
    return [
        {
            "label": fields[name].label if name in fields else Text(name, name),
            "value": readable(value, name, fields, names),
        }
        for name, value in typed.items()
        if value not in (None, "", [], {})
    ]


_PRESENT = Text("出席 {present} / 应到 {eligible}", "present {present} / eligible {eligible}")
_RECUSED = Text("（回避 {recused}）", " ({recused} stood aside)")
_QUORUM = Text("，须 {needed} 人到会", ", {needed} have to be")
_VOTES = Text("；赞成 {agreed}，须 {needed} 票", "; for {agreed}, {needed} are needed")
_NEEDS = Text("；须赞成 {needed} 票", "; {needed} votes for are needed")
_IS = {
    True: Text("：通过", ": carried"),
    False: Text("：未通过", ": not carried"),
    None: Text("", ""),
}
_NO_QUORUM = Text("：到会人数不足", ": no quorum")


def arithmetic(counted: Counted) -> Text:
    """The arithmetic of an item in words: who is there, how many have to be, how many agreed, how many have to."""
    parts = [_PRESENT.format(present=counted.present, eligible=counted.eligible)]
    if counted.recused:
        parts.append(_RECUSED.format(recused=counted.recused))
    if counted.needed_present is not None:
        parts.append(_QUORUM.format(needed=counted.needed_present))
    if not counted.is_quorate:
        parts.append(_NO_QUORUM)
    elif counted.needed_for is not None and counted.votes.get("for") is not None:
        parts.append(_VOTES.format(agreed=counted.votes["for"], needed=counted.needed_for))
        parts.append(_IS[counted.is_carried])
    elif counted.needed_for is not None:
        parts.append(_NEEDS.format(needed=counted.needed_for))
    return Text("".join(p.zh for p in parts), "".join(p.en for p in parts))


# ---------------------------------------------------------------- minutes

_TITLE = Text("{unit} {name} 会议记录", "Minutes: {name}, {unit}")
_WHEN = Text("时间：{on} {at}", "Date and time: {on} {at}")
_WHERE = Text("地点：{place}", "Place: {place}")
_CHAIR = Text("主持人：{chair}    记录人：{recorder}", "Chair: {chair}    Recorder: {recorder}")
_COUNTS = Text(
    "应到有表决权 {eligible} 人，实到 {present} 人，请假 {leave} 人，缺席 {absent} 人。",
    "Entitled to vote: {eligible}; present: {present}; with leave: {leave}; absent: {absent}.",
)
_GROUP = Text("{label}：{people}", "{label}: {people}")
_OBSERVERS = Text("列席（无表决权）", "Observers without a vote")
_ITEM = Text("{number}. {title}（{case}，{step}）", "{number}. {title} ({case}, {step})")
_ASIDE = Text("   回避：{people}", "   Stood aside: {people}")
_RESULT = Text("   {text}", "   {text}")
_DECIDED = Text("   结果：{decision}", "   Result: {decision}")
_OPINION = Text("   意见：{opinion}", "   Opinion: {opinion}")
_SIGNED = Text("主持人（签名）：            记录人（签名）：", "Chair (signature):            Recorder (signature):")


def skeleton(sheet: Sheet, head: Mapping[str, Any], items: list[dict[str, Any]], names: Names) -> Text:
    """Minutes with every fact that the meeting knows, for the recorder to go on from. Totals only, no one's vote."""
    none = Text("（待填）", "(to be filled in)")
    lines = [
        _TITLE.format(unit=head["unit"]["name"], name=head["name"]),
        _WHEN.format(on=sheet.held_on.isoformat(), at=sheet.row["starts_at"] or ""),
        _WHERE.format(place=sheet.row["place"] or none),
        _CHAIR.format(chair=(head["chair"] or {}).get("name", none), recorder=head["recorder"]["name"]),
        _COUNTS.format(
            eligible=len(sheet.voters),
            present=len(sheet.present),
            leave=len(sheet.people("leave", voters=True)),
            absent=len(sheet.people("absent", voters=True)),
        ),
    ]
    for status, label in ATTENDED.items():
        people = sheet.people(status, voters=True)
        if people:
            lines.append(_GROUP.format(label=label, people=_people(people, names)))
    observers = sheet.people("present", voters=False)
    if observers:
        lines.append(_GROUP.format(label=_OBSERVERS, people=_people(observers, names)))
    for item, shown in zip(sheet.items, items, strict=True):
        case = shown["case"]
        lines.append(_EMPTY)
        lines.append(_ITEM.format(number=item.number, title=case["title"], case=case["number"], step=shown["name"]))
        if shown["recused"]:
            lines.append(_ASIDE.format(people=_people([one["person"]["id"] for one in shown["recused"]], names)))
        counted = sheet.count(item) if sheet.row["status"] in (DRAFT, SUBMITTED) else _kept(item)
        lines.append(_RESULT.format(text=meetings.resolution(sheet, item, counted)))
        if shown["decision_label"]:
            lines.append(_DECIDED.format(decision=shown["decision_label"]))
        if item.row["opinion"]:
            lines.append(_OPINION.format(opinion=item.row["opinion"]))
    lines += [_EMPTY, _SIGNED]
    return Text("\n".join(line.zh.rstrip() for line in lines), "\n".join(line.en.rstrip() for line in lines))


_EMPTY = Text("", "")


def _people(ids: list[str], names: Names) -> Text:
    known = [names.person(id_) for id_ in ids]
    said = [one["name"] for one in known if one is not None]
    return Text("、".join(n.zh for n in said), ", ".join(n.en for n in said))
