"""Assignment rules as a designer writes them on ``<liuhen:who>``: which parts each needs, and what is wrong with one.

Static: whom a rule means in a case is worked out where its task opens (``cases.asking``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine import actors, forms, machine
from engine.errors import Text
from engine.machine import Element
from engine.vocabulary import keys

AFTER = re.compile(r"^P\d{1,3}D$")
"""A term of a vacancy: working days."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule has to say (each of ``needs`` is one of several ways) and may say."""

    needs: tuple[tuple[str, ...], ...]
    may: tuple[str, ...] = ()


RULES: Mapping[str, Rule] = {
    "post": Rule((("role",),), ("unit",)),
    "leader": Rule((), ("of", "level", "role")),
    "superior": Rule((("competence",), ("role",)), ("unit",)),
    "lane": Rule(()),
    "people": Rule((("people",),)),
    "answer": Rule((("variable", "task"),), ("field",)),
    "chosen": Rule((("task",), ("field",), ("role", "people")), ("unit",)),
    "previous": Rule((("task",),)),
    "pool": Rule((("role", "people"),), ("unit",)),
    "rotation": Rule((("role", "people"),), ("unit",)),
}

UNITS = ("case", "starter", "subject")
"""What ``unit`` may be besides a variable."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing wrong with a rule, and what to do."""

    rule: str
    text: Text
    remedy: Text


def problems(
    who: Mapping[str, str],
    blueprint: machine.Blueprint,
    element: Element | None,
    where: str,
    variables: frozenset[str] | set[str],
    form_of: Callable[[Element], forms.Form | None],
) -> Iterator[Wrong]:
    """Everything wrong with a ``who`` that has a ``rule``; an unknown rule is told by the vocabulary."""
    rule = RULES.get(who["rule"])
    if rule is None:
        return
    said = {name for name in who if name not in ("rule", "clause")}
    for ways in rule.needs:
        if not said & set(ways):
            yield _incomplete(where, who["rule"], ways)
    if "task" in who and "field" not in who and who["rule"] == "answer":
        yield _incomplete(where, who["rule"], ("field",))
    extra = said - {name for ways in rule.needs for name in ways} - set(rule.may)
    for name in sorted(extra):
        yield Wrong(
            "who_part_unused",
            Text(f"{where}：规则 {who['rule']} 不用 {name}", f"{where}: the rule {who['rule']} has no use for {name}"),
            Text("删除它，或换一种规则", "remove it, or use another rule"),
        )
    if "role" in who and who["role"] not in actors.ROLES:
        yield unknown_role(where, who["role"])
    if "unit" in who and who["unit"] not in UNITS and who["unit"] not in variables:
        yield _unknown_variable(where, who["unit"], f"{'、'.join(UNITS)}", ", ".join(UNITS))
    if "variable" in who and who["variable"] not in variables:
        yield _unknown_variable(where, who["variable"], "事项变量", "a variable of the case")
    if (who.get("of") == "subject" or who.get("unit") == "subject") and blueprint.words.one("subject") is None:
        yield Wrong(
            "no_subject",
            Text(f"{where}：流程没有说明事项关于谁", f"{where}: the process does not say whom a case is about"),
            Text("在流程上写 <liuhen:subject person=…>", "write <liuhen:subject person=…> on the process"),
        )
    if who.get("level", "1").isdigit() and not 1 <= int(who.get("level", "1")) <= 9:
        yield Wrong(
            "bad_level",
            Text(f"{where}：没有第 {who['level']} 级领导", f"{where}: there is no leader on level {who['level']}"),
            Text("写 1 到 9", "write 1 to 9"),
        )
    if who["rule"] == "lane" and (element is None or element.lane is None or not _lane_rules(blueprint, element)):
        yield Wrong(
            "lane_asks_nobody",
            Text(f"{where}：没有写明办理人的泳道", f"{where}: it is in no lane that says who acts"),
            Text("放进有 <liuhen:who> 的泳道，或换一种规则", "put it in a lane with <liuhen:who>, or use another rule"),
        )
    yield from _of_people(who, where)
    if "task" in who:
        yield from _of_step(who, blueprint, element, where, form_of)


def unknown_role(where: str, role: str) -> Wrong:
    """No such post or status."""
    near = ", ".join(sorted(r for r in actors.ROLES if r[:4] == role[:4])[:6])
    zh, en = (f"改用：{near}", f"use one of: {near}") if near else ("改正职务标识", "correct the identifier")
    return Wrong("unknown_role", Text(f"{where}：没有职务 {role}", f"{where}: there is no post {role}"), Text(zh, en))


def problems_of_vacancy(word: Mapping[str, str], where: str) -> Iterator[Wrong]:
    """Everything wrong with a ``vacancy``."""
    for role in (*keys(word.get("to")), *keys(word.get("superior"))):
        if role not in actors.POST_ROLES:
            yield unknown_role(where, role)
    if "after" in word and not AFTER.match(word["after"]):
        yield Wrong(
            "not_a_duration",
            Text(f"{where} 的 after 应为若干个工作日", f"{where}: after has to be working days"),
            Text("写成 P3D", "write P3D"),
        )


def named(who: Mapping[str, str]) -> tuple[str, ...]:
    """The numbers of people, and ``role@code`` of posts, in ``people``."""
    return tuple(who.get("people", "").replace(",", " ").split())


def _of_people(who: Mapping[str, str], where: str) -> Iterator[Wrong]:
    for one in named(who):
        role, at, _ = one.partition("@")
        if at and role not in actors.POST_ROLES:
            yield unknown_role(where, role)


def _of_step(
    who: Mapping[str, str],
    blueprint: machine.Blueprint,
    element: Element | None,
    where: str,
    form_of: Callable[[Element], forms.Form | None],
) -> Iterator[Wrong]:
    step = blueprint.elements.get(who["task"])
    if step is None:
        yield Wrong(
            "unknown_element",
            Text(f"{where}：没有名为 {who['task']} 的元素", f"{where}: there is no element called {who['task']}"),
            Text("改正名称，或补上它", "correct the name, or add it"),
        )
        return
    if step.kind not in (*machine.TASKS, "startEvent") or (element is not None and step.id == element.id):
        yield Wrong(
            "no_earlier_step",
            Text(f"{where}：{step.id} 不是由人办理的前一步", f"{where}: {step.id} is no earlier step done by people"),
            Text("写开始事件或前面任务的标识", "name the start event or an earlier task"),
        )
        return
    if "field" not in who:
        return
    form = form_of(step)
    kinds = {f.path.removesuffix("[]"): f.type for f in form.fields} if form is not None else {}
    if kinds.get(who["field"]) != "person":
        yield Wrong(
            "no_person_field",
            Text(
                f"{where}：{step.id} 的表单没有人员项 {who['field']}",
                f"{where}: the form of {step.id} has no field {who['field']} that takes a person",
            ),
            Text("在该步骤的表单中加上这个人员项", "add a field of the type person to that step's form"),
        )


def _incomplete(where: str, rule: str, ways: tuple[str, ...]) -> Wrong:
    return Wrong(
        "who_incomplete",
        Text(f"{where}：规则 {rule} 须写 {' 或 '.join(ways)}", f"{where}: the rule {rule} needs {' or '.join(ways)}"),
        Text(f"补上 {ways[0]}=…", f"add {ways[0]}=…"),
    )


def _unknown_variable(where: str, name: str, zh: str, en: str) -> Wrong:
    return Wrong(
        "unknown_name",
        Text(f"{where}：这里没有名为 {name} 的值", f"{where}: nothing is called {name} here"),
        Text(f"写 {zh}，或先用 <liuhen:output> 写入它", f"write {en}, or write it by <liuhen:output> before"),
    )


def _lane_rules(blueprint: machine.Blueprint, element: Element) -> bool:
    words = blueprint.lanes[element.lane or ""][1]
    return any(who.get("rule") != "lane" for who in words.all("who"))


def choices(blueprint: machine.Blueprint, element: Element) -> dict[str, list[Mapping[str, str]]]:
    """The fields of an element's form by which it is chosen who does a later step: field → the rules that read it."""
    found: dict[str, list[Mapping[str, str]]] = {}
    words = [e.words for e in blueprint.elements.values()] + [lane[1] for lane in blueprint.lanes.values()]
    for one in words:
        for who in one.all("who"):
            if who.get("rule") == "chosen" and who.get("task") == element.id:
                found.setdefault(who["field"], []).append(who)
    return found
