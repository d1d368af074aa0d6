"""Why a task asks whom it asks, in words: the rule, the post and the day as of which it was worked out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from engine.actors import PURPOSES, Actor
from engine.definitions import Definition
from engine.errors import Text
from engine.views.naming import Names

Row = Mapping[str, Any]


def grounds_of(row: Row) -> Mapping[str, Mapping[str, Any]]:
    """Holder → why it is asked; of holders that somebody added by hand there is nothing."""
    return _grounds(row["grounds"] or "[]")


@lru_cache(maxsize=4096)
def _grounds(text: str) -> Mapping[str, Mapping[str, Any]]:
    """Tasks that ask the same people on one day keep the same text, and a page reads it many times over."""
    return {g["holder"]: g for g in json.loads(text)}


@lru_cache(maxsize=4096)
def asked(text: str) -> tuple[str, ...]:
    """The holders in the ``why`` of a row."""
    return tuple(json.loads(text))


def named_in(rows: Iterable[Row]) -> tuple[set[str], set[str]]:
    """Ids of the people and units that the grounds of some rows speak of, to ask for them at once."""
    people: set[str] = set()
    units: set[str] = set()
    for row in rows:
        for ground in grounds_of(row).values():
            people |= {ground[k] for k in ("person", "by") if k in ground}
            units |= {ground[k] for k in ("unit", "of") if k in ground}
    return people, units


def sentences(row: Row, definition: Definition, names: Names) -> list[Text]:
    """One sentence for everybody whom a task asks."""

    def say() -> list[Text]:
        known = grounds_of(row)
        return [sentence(known[h], definition, names) if h in known else names.holder(h) for h in asked(row["why"])]

    return names.once(("why", row["grounds"], row["why"], definition.id), say)


def why_me(
    row: Row, definition: Definition, actor: Actor, names: Names, acting_for: str | None = None
) -> dict[str, Any] | None:
    """``{rule, text, since, until, for}``: why the asker may do the task; ``None`` where it does not ask them."""
    known, why = grounds_of(row), asked(row["why"])
    held = names.once(("held", actor.account_id), lambda: frozenset(actor.holders))
    own = next((holder for holder in why if holder in held), None)
    if own is not None:
        place = ("why me", row["grounds"], own, definition.id)
        return names.once(place, lambda: _reason(own, known.get(own), definition, names))
    for delegation in actor.delegations:
        if acting_for not in (None, delegation.person_id) or not row["delegable"]:
            continue
        if not any(delegation.covers(definition.key, purpose) for purpose in PURPOSES):
            continue
        for holder in why:
            if holder in delegation.holders:
                found = _reason(holder, known.get(holder), definition, names)
                person = {"id": delegation.person_id, "name": delegation.name}
                text = _DEPUTED.format(name=delegation.name, until=day(delegation.until), why=found["text"])
                return {**found, "rule": "delegation", "text": text, "until": delegation.until, "for": person}
    return None


def _reason(holder: str, ground: Row | None, definition: Definition, names: Names) -> dict[str, Any]:
    if ground is None:
        return {"rule": "added", "text": names.holder(holder), "since": None, "until": None, "for": None}
    text = sentence(ground, definition, names)
    since = date.fromisoformat(ground["on"]) if "on" in ground else None
    return {"rule": ground["rule"], "text": text, "since": since, "until": None, "for": None}


def sentence(ground: Row, definition: Definition, names: Names) -> Text:
    """Why one holder is asked."""
    # The first release did not keep the day.
    on = day(date.fromisoformat(ground["on"])) if "on" in ground else None
    kind, _, rest = ground["holder"].partition(":")
    if kind == "person":
        who, held = names.holder(ground["holder"]), Text("", "")
    else:
        role, _, unit = rest.partition("@")
        who = _OF_UNIT.format(unit=names.unit(unit)["name"], role=names.role(role, unit))
        held = _HELD.format(on=on) if on else Text("", "")
    rule = ground["rule"]
    if rule == "person":
        return _BY_PROCEDURE.format(who=who)
    if rule == "superior":
        return _SUPERIOR[ground.get("competence", "direct")].format(
            who=who, of=names.unit(ground["of"])["name"], held=held
        )
    if rule == "vacancy":
        return _VACANCY[bool(ground.get("is_superior"))].format(who=who, held=held)
    said = _SAID.get(rule, _SAID["post"])
    step = ground.get("step")
    return said.format(
        who=who,
        held=held,
        of=_name(names, ground.get("person")),
        by=_name(names, ground.get("by")),
        level=ground.get("level", 1),
        turn=ground.get("turn", ""),
        many=ground.get("of_many", ""),
        step=definition.element_name(step) if step else Text("", ""),
    )


def _name(names: Names, id_: str | None) -> Text:
    person = names.person(id_)
    return person["name"] if person else Text("", "")


@lru_cache(maxsize=1024)
def day(on: date) -> Text:
    """A day as people say it: ``2026-03-03``, ``3 March 2026``."""
    return Text(on.isoformat(), f"{on.day} {_MONTHS[on.month - 1]} {on.year}")


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_OF_UNIT = Text("{unit}的{role}", "{role} of {unit}")
_HELD = Text("（{on} 在任）", " on {on}")
_DEPUTED = Text("受{name}委托办理，至{until}：{why}", "For {name}, delegated until {until}: {why}")
_BY_PROCEDURE = Text("{who}：由流程按事项内容指定", "{who}: named by the procedure from what the case holds")
_SUPERIOR: Mapping[str, Text] = {
    "approve_members": Text(
        "{who}{held}：{of}的上级中最近的有审批权的组织",
        "{who}{held}: the nearest organisation above {of} that may approve members",
    ),
    "direct": Text("{who}{held}：{of}的直接上级", "{who}{held}: the organisation directly above {of}"),
    "office": Text("{who}{held}：{of}所属的工委", "{who}{held}: the office to which {of} belongs"),
}
_VACANCY: Mapping[bool, Text] = {
    False: Text("{who}{held}：原定的办理人暂缺", "{who}{held}: whoever is meant is not there"),
    True: Text(
        "{who}{held}：下级暂无人可办，期满后请上级", "{who}{held}: nobody below could do it, so the superior was asked"
    ),
}
_SAID: Mapping[str, Text] = {
    "transfer": Text("{who}：由{by}转办", "{who}: transferred by {by}"),
    "handover": Text("{who}：{by}离任移交", "{who}: handed over by {by}, who left"),
    "entrust": Text("{who}：受{by}委派", "{who}: entrusted by {by}"),
    "sign": Text("{who}：由{by}请求加签", "{who}: asked to sign by {by}"),
    "post": Text("{who}{held}", "{who}{held}"),
    "leader": Text("{who}{held}：{of}的第 {level} 级领导", "{who}{held}: leader of {of}, level {level}"),
    "people": Text("{who}{held}：流程中点名", "{who}{held}: named in the procedure"),
    "answer": Text("{who}：由“{step}”填报", "{who}: named in “{step}”"),
    "chosen": Text("{who}：由{by}在“{step}”中选定", "{who}: chosen by {by} in “{step}”"),
    "previous": Text("{who}：办理过“{step}”", "{who}: did “{step}”"),
    "pool": Text("{who}{held}：可认领的人员之一", "{who}{held}: one of those who may claim it"),
    "rotation": Text("{who}：轮到第 {turn} 次（{many} 人轮流）", "{who}: turn {turn}, of {many} who take turns"),
}
