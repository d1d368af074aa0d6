"""Clauses of a procedure as objects: what the regulation says, where it is enforced, with which parameters.

A clause has an id, a sentence in both languages, its article and its kind; a parameter is a fact that the regulation
leaves open (local, unsure, policy) with its default. Both are data of the process folder (``rules.json``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, String, bindparam, cast, func, insert, literal, select, update
from sqlalchemy.sql.elements import ColumnElement

from engine import feel, tables, trail
from engine.actors import Actor
from engine.errors import FieldError, Finding, Forbidden, NotFound, Text, Unfit
from engine.store import Moment, Statement, once, recall

CLAUSE_KINDS = ("national", "local", "policy")
PARAMETER_KINDS = ("local", "unsure", "policy")
PARAMETER_TYPES: Mapping[str, Text] = {
    "number": Text("数值", "a number"),
    "boolean": Text("true 或 false", "true or false"),
    "text": Text("文字", "a text"),
    "duration": Text("ISO 8601 时长，如 P1Y", "an ISO 8601 duration such as P1Y"),
    "list": Text("文字列表", "a list of texts"),
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule of the regulation: ``article`` cites it as the office would."""

    id: str
    text: Text
    article: Text
    kind: str
    parameters: tuple[str, ...] = ()
    enforced_by: tuple[str, ...] = ()
    """What enforces it besides the elements that name it: ``engine`` (in every procedure), or decisions by id."""

    def as_view(self) -> dict[str, Any]:
        return {"id": self.id, "text": self.text, "article": self.article}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value an office may set for itself: ``default`` is JSON."""

    id: str
    default: Any
    type: str
    text: Text
    kind: str
    minimum: int | None = None
    """Of a number: the least that an office may set."""
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    """Of a text: what an office may set, nothing else; empty: any text."""
    unit: Text | None = None
    """Of a number: what it counts (days, people)."""
    is_sensitive: bool = False
    """Whether changing it takes two persons."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one definition version."""

    clauses: Mapping[str, Clause] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)

    def defaults(self) -> dict[str, Any]:
        """Parameter id → FEEL value of its default."""
        return {p.id: as_feel(p.type, p.default) for p in self.parameters.values()}


def read(text: str, file: str) -> tuple[Rules, list[Finding]]:
    """Read ``rules.json``; what is wrong with it comes back as findings."""
    findings: list[Finding] = []

    def say(rule: str, what: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> None:
        findings.append(Finding(file, rule, Text(zh, en), Text(remedy_zh, remedy_en), element=what or None))

    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as e:
        say("json_malformed", "", f"不是合法的 JSON：{e}", f"not JSON: {e}", "改正语法", "correct the syntax")
        return Rules(), findings
    if not isinstance(data, dict):
        say("json_malformed", "", "应为对象", "an object is needed", '写成 {"clauses": []}', 'write {"clauses": []}')
        return Rules(), findings
    for name in ("parameters", "clauses"):
        items = data.get(name, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            say("json_malformed", name, f"{name} 应为对象的列表", f"{name} is a list of objects", "改正", "correct it")
            return Rules(), findings
    parameters: dict[str, Parameter] = {}
    for item in data.get("parameters", []):
        id_ = str(item.get("id", ""))
        if not id_ or id_ in parameters:
            say(
                "duplicate_id",
                id_,
                "参数没有 id 或重复",
                "a parameter without id, or twice",
                "给它唯一的 id",
                "give it its own id",
            )
            continue
        if item.get("type") not in PARAMETER_TYPES or item.get("kind") not in PARAMETER_KINDS:
            say(
                "unknown_choice",
                id_,
                f"参数 {id_} 的 type 或 kind 不认识",
                f"type or kind of parameter {id_} is not known",
                f"type：{'、'.join(PARAMETER_TYPES)}；kind：{'、'.join(PARAMETER_KINDS)}",
                f"type: {', '.join(PARAMETER_TYPES)}; kind: {', '.join(PARAMETER_KINDS)}",
            )
            continue
        defect = misfit(item["type"], item.get("default"))
        if defect is not None:
            say(
                "parameter_default",
                id_,
                f"参数 {id_}：{defect.zh}",
                f"parameter {id_}: {defect.en}",
                "改默认值",
                "change the default",
            )
            continue
        made = Parameter(
            id_,
            item.get("default"),
            item["type"],
            Text.of(item),
            item["kind"],
            item.get("minimum"),
            item.get("maximum"),
            tuple(item.get("choices", ())) if isinstance(item.get("choices", []), list) else (),
            Text.of(item["unit"]) if item.get("unit") else None,
            item.get("sensitive") is True,
        )
        defect = _range_defect(made) or beyond(made, made.default)
        if defect is not None:
            say(
                "parameter_range",
                id_,
                f"参数 {id_}：{defect.zh}",
                f"parameter {id_}: {defect.en}",
                "改正取值范围或默认值",
                "correct the range or the default",
            )
            continue
        parameters[id_] = made
    clauses: dict[str, Clause] = {}
    for item in data.get("clauses", []):
        id_ = str(item.get("id", ""))
        if not id_ or id_ in clauses:
            say(
                "duplicate_id",
                id_,
                "条款没有 id 或重复",
                "a clause without id, or twice",
                "给它唯一的 id",
                "give it its own id",
            )
            continue
        if not item.get("zh") or not item.get("en") or not item.get("article") or item.get("kind") not in CLAUSE_KINDS:
            say(
                "clause_incomplete",
                id_,
                f"条款 {id_} 缺少 zh、en、article 或 kind",
                f"clause {id_} lacks zh, en, article or kind",
                f"补全；kind：{'、'.join(CLAUSE_KINDS)}",
                f"complete it; kind: {', '.join(CLAUSE_KINDS)}",
            )
            continue
        for name in item.get("parameters", []):
            if name not in parameters:
                say(
                    "unknown_parameter",
                    id_,
                    f"条款 {id_} 引用了没有的参数 {name}",
                    f"clause {id_} names the unknown parameter {name}",
                    "加上该参数或删除引用",
                    "add the parameter or remove the name",
                )
        enforced = item.get("enforcedBy", [])
        clauses[id_] = Clause(
            id_,
            Text.of(item),
            Text.of(item["article"]),
            item["kind"],
            tuple(item.get("parameters", [])),
            tuple(enforced) if isinstance(enforced, list) else (str(enforced),),
        )
    return Rules(clauses, parameters), findings


def misfit(type_: str, value: Any) -> Text | None:
    """Why a JSON value is not of a parameter's type, or ``None``."""
    fits = {
        "number": isinstance(value, int) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
        "text": isinstance(value, str),
        "duration": isinstance(value, str) and _is_duration(value),
        "list": isinstance(value, list) and all(isinstance(v, str) for v in value),
    }
    if fits[type_]:
        return None
    return Text(f"应为{PARAMETER_TYPES[type_].zh}", f"{PARAMETER_TYPES[type_].en} is needed")


def _range_defect(parameter: Parameter) -> Text | None:
    """Why a range cannot be one, or ``None``."""
    bounds = [b for b in (parameter.minimum, parameter.maximum) if b is not None]
    if any(misfit("number", b) is not None for b in bounds) or (bounds and parameter.type != "number"):
        return Text("minimum、maximum 须为数值参数的整数", "minimum and maximum are numbers, of a number")
    if parameter.choices and (parameter.type != "text" or misfit("list", list(parameter.choices)) is not None):
        return Text("choices 须为文字参数的文字列表", "choices are texts, of a text")
    return None


def beyond(parameter: Parameter, value: Any) -> Text | None:
    """Why a value of the right type is not one that an office may set, or ``None``."""
    if parameter.type == "number":
        if parameter.minimum is not None and value < parameter.minimum:
            return Text(f"不得小于 {parameter.minimum}", f"it is at least {parameter.minimum}")
        if parameter.maximum is not None and value > parameter.maximum:
            return Text(f"不得大于 {parameter.maximum}", f"it is at most {parameter.maximum}")
    if parameter.choices and value not in parameter.choices:
        return Text(f"可选：{'、'.join(parameter.choices)}", f"one of {', '.join(parameter.choices)}")
    return None


def as_text(value: Any) -> str:
    """The JSON of a value, as entries and people read it."""
    return json.dumps(value, ensure_ascii=False)


def as_feel(type_: str, value: Any) -> Any:
    """The FEEL value of a parameter."""
    if type_ == "duration":
        return feel.compile(f'@"{value}"').evaluate({})
    return value


def _is_duration(text: str) -> bool:
    try:
        return isinstance(feel.compile(f'@"{text}"').evaluate({}), feel.YearsMonths | feel.DaysTime)
    except feel.FeelError:
        return False


_P = tables.parameters.c


def set_for(key: ColumnElement[str]) -> ColumnElement[str]:
    """What an office has set for a procedure, in a statement that asks for something else as well (``told``)."""
    line = _P.name + literal(" ") + cast(_P.from_on, String) + literal(" ") + _P.value
    lines = func.aggregate_strings(line, "\n")
    return select(lines).where(_P.definition_key == key).correlate_except(tables.parameters).scalar_subquery()


_SET = Statement(select(set_for(bindparam("key")).label("lines")))
_ASKED = "parameters"


def told(db: Connection, key: str, lines: str | None) -> None:
    """What ``set_for`` gave in this transaction: nobody need ask again."""
    recall(db, (_ASKED, key), lines)


def values(db: Connection, key: str, rules: Rules, on: date) -> dict[str, Any]:
    """Every parameter of a definition as FEEL values: the office's own where it has set one, as of a date."""
    found = rules.defaults()
    lines: str | None = once(db, (_ASKED, key), lambda: (_SET.first(db, {"key": key}) or {})["lines"])
    # JSON has no line of its own within a value.
    was_set = sorted((line.split(" ", 2) for line in (lines or "").split("\n") if line), key=lambda one: one[1])
    for name, from_on, value in was_set:
        parameter = rules.parameters.get(name)
        if parameter is not None and from_on <= on.isoformat():
            found[name] = as_feel(parameter.type, json.loads(value))
    return found


def stored(db: Connection, key: str, parameter: Parameter, on: date) -> Any:
    """What a parameter is set to as of a date, as JSON: the office's own value, else its default."""
    table = tables.parameters.c
    own = select(table.value).where(table.definition_key == key, table.name == parameter.id, table.from_on <= on)
    value = db.execute(own.order_by(table.from_on.desc()).limit(1)).scalar()
    return parameter.default if value is None else json.loads(value)


def set_parameter(
    db: Connection, actor: Actor, moment: Moment, key: str, rules: Rules, name: str, value: Any, reason: str
) -> None:
    """Set an office's own value from today on; designers only, with a reason, recorded on the definition's chain."""
    if "definitions.publish" not in actor.permissions:
        raise Forbidden()
    parameter = rules.parameters.get(name)
    if parameter is None:
        raise NotFound()
    defect = misfit(parameter.type, value) or beyond(parameter, value)
    errors = [] if defect is None else [FieldError("value", "wrong_type", defect)]
    if not reason.strip():
        errors.append(FieldError("reason", "required", Text("请说明理由。", "Give a reason.")))
    if errors:
        raise Unfit(errors=errors)
    chain = f"definition:{key}"
    trail.hold(db, chain)
    was = as_text(stored(db, key, parameter, moment.today))
    table = tables.parameters
    place = {"definition_key": key, "name": name, "from_on": moment.today}
    row = {"value": as_text(value), "reason": reason, "set_by": actor.person_id}
    same_day = update(table).where(*(table.c[k] == v for k, v in place.items())).values(**row)
    if db.execute(same_day).rowcount == 0:
        db.execute(insert(table).values(**place, **row))
    trail.append(
        db,
        moment,
        actor,
        chain=chain,
        kind=trail.Kind.PARAMETER_CHANGED,
        name=name,
        was=was,
        value=row["value"],
        reason=reason,
    )
