"""A form for one reader: opening values and resolved components."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from engine import feel
from engine.errors import Language, Text
from engine.forms.answers import mask
from engine.forms.parts import Part, Plan, copy, is_shown, is_written, kinds_of, known_value
from engine.forms.schema import CONTAINERS, PRESENTATION, VALIDATE, Access


class Opening:
    """The values a form opens with."""

    def __init__(self, plan: Plan, context: Mapping[str, Any], modes: Sequence[Access], now: datetime | None) -> None:
        self.plan = plan
        self.context = context
        self.modes = modes
        self.now = now

    def run(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        known = {**self.context, **answers} if answers else self.context
        out = self._values(self.plan.parts, known)
        for kind, part, expression in self.plan.order:
            if kind != "hide" and self.modes[part.index] == "read":
                self._compute(part, expression, known, out)
        return out

    def _compute(self, part: Part, expression: feel.Expression, known: Mapping[str, Any], out: dict[str, Any]) -> None:
        """What is computed and only shown is worked out over what the form shows, where the case does not know it."""
        for values, scope in self._places(part.scope, known, out):
            if part.key in values and values[part.key] is None:
                try:
                    values[part.key] = expression.evaluate(scope, now=self.now)
                except feel.FeelError:
                    continue  # shown as not known: nothing rests on it

    def _places(
        self, scope: Part | None, known: Mapping[str, Any], out: dict[str, Any]
    ) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """The values that stand in a scope, once or once per row, and what an expression sees there."""
        if scope is None:
            yield out, {**known, **out}
            return
        for values, seen in self._places(scope.scope, known, out):
            inner = values.get(scope.key)
            for one in inner if isinstance(inner, list) else [inner]:
                if isinstance(one, dict):
                    yield one, {**seen, **one}

    def _values(self, parts: Iterable[Part], known: Mapping[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for part in parts:
            if part.type == "group":
                if not part.key:
                    out.update(self._values(part.parts, known))
                elif is_shown(part, self.modes):
                    inner = known.get(part.key)
                    out[part.key] = self._values(part.parts, inner if isinstance(inner, Mapping) else {})
            elif not part.key or not is_shown(part, self.modes):
                continue
            elif part.type == "dynamiclist":
                out[part.key] = self._rows(part, known_value(known, part.key))
            elif part.type == "expression":
                if self.modes[part.index] == "read":
                    out[part.key] = known_value(known, part.key)
            else:
                value = known_value(known, part.key)
                out[part.key] = self._default(part) if value is None else value
        return out

    def _rows(self, part: Part, rows: Any) -> list[dict[str, Any]]:
        if rows is None:
            rows = self._default(part)
        if rows is None:
            rows = [{} for _ in range(part.repetitions)] if is_written(part, self.modes) else []
        if not isinstance(rows, list):
            return []
        return [self._values(part.parts, row) for row in rows if isinstance(row, Mapping)]

    def _default(self, part: Part) -> Any:
        if isinstance(part.default, feel.Expression):
            try:
                return part.default.evaluate(self.context, now=self.now)
            except feel.FeelError:
                return None
        return copy(part.default)

    def units(self, which: feel.Expression) -> list[str]:
        """The units of a group; none where it cannot be worked out, so that nothing is offered by mistake."""
        try:
            found = which.evaluate(self.context, now=self.now)
        except feel.FeelError:
            return []
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

    def lists(self, which: feel.Expression, language: Language) -> list[dict[str, Any]]:
        """Kept lists of units that a field offers; none where they cannot be worked out."""
        try:
            found = which.evaluate(self.context, now=self.now)
        except feel.FeelError:
            return []
        return [
            {"label": Text.of({"zh": one.get("name"), "en": one.get("name_en")}).spoken(language), "units": units}
            for one in (found if isinstance(found, list) else [])
            if isinstance(one, Mapping)
            and isinstance(units := one.get("units"), list)
            and all(isinstance(unit, str) for unit in units)
        ]

    def kinds(self, which: feel.Expression) -> list[str]:
        return kinds_of(which, lambda e: e.evaluate(self.context, now=self.now))


def mask_shown(parts: Iterable[Part], modes: Sequence[Access], values: Any) -> None:
    """Mask in place what is sensitive and only shown."""
    if not isinstance(values, dict):
        return
    for part in parts:
        if part.type == "group":
            mask_shown(part.parts, modes, values.get(part.key) if part.key else values)
        elif part.type == "dynamiclist":
            for row in values.get(part.key) or ():
                mask_shown(part.parts, modes, row)
        elif part.personal == "SS" and part.key in values and modes[part.index] == "read":
            values[part.key] = mask(values[part.key])


_KEPT: Final = (
    "layout", "appearance", "decimalDigits", "increment", "searchable", "roles", "statuses", "kinds", "within",
    "showOutline", "verticalAlignment", "height", "disableCollapse", "nonCollapsedItems",
)  # fmt: skip


def resolve(
    parts: Iterable[Part], modes: Sequence[Access], language: Language, opening: Opening
) -> list[dict[str, Any]]:
    """The components for one reader; ``opening`` knows the context in which groups of units are worked out."""
    out = []
    for part in parts:
        if not is_shown(part, modes):
            continue
        source, mode = part.source, modes[part.index]
        made: dict[str, Any] = {"type": part.type}
        if "id" in source:
            made["id"] = source["id"]
        if part.key:
            made["path" if part.type in CONTAINERS else "key"] = part.key
        if part.label is not None:
            made["label"] = part.label.spoken(language)
        for name in ("description", "placeholder", "text"):
            if source.get(name):
                made[name] = Text.of(source[name]).spoken(language)
        for name in _KEPT:
            if name in source:
                made[name] = source[name]
        if isinstance(made.get("appearance"), Mapping):
            made["appearance"] = {k: Text.of(v).spoken(language) for k, v in made["appearance"].items()}
        if part.options:
            made["values"] = [{"value": v, "label": label.spoken(language)} for v, label in part.options]
        if part.groups and mode in ("write", "required"):
            made["groups"] = [
                {"label": label.spoken(language), "units": opening.units(which)} for label, which in part.groups
            ]
        if part.lists is not None and mode in ("write", "required"):
            made["lists"] = opening.lists(part.lists, language)
        if part.kinds is not None:
            made["kinds"] = opening.kinds(part.kinds)
        if part.personal:
            made["personal"] = part.personal
        if part.hide is not None:
            made["conditional"] = {"hide": source["conditional"]["hide"]}
        if part.type == "datetime":
            made["subtype"] = "date"
        if part.type in CONTAINERS:
            made["components"] = resolve(part.parts, modes, language, opening)
        if part.type == "dynamiclist":
            made["defaultRepetitions"] = part.repetitions
            made["allowAddRemove"] = part.grows and mode in ("write", "required")
        if part.type == "expression" and mode != "read":
            made["expression"] = source["expression"]
        if part.type not in PRESENTATION and part.type != "expression" and mode == "read":
            made["readonly"] = True
        if part.type in VALIDATE and mode in ("write", "required"):
            validate = {k: v for k, v in part.validate.items() if k not in ("patternText", "ruleText")}
            for name in ("patternText", "ruleText"):
                if name in part.validate:
                    validate[name] = Text.of(part.validate[name]).spoken(language)
            if mode == "required":
                validate["required"] = True
            if validate:
                made["validate"] = validate
        out.append(made)
    return out
