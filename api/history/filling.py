"""Fills in a form of which nobody told anything: what it opens with, and the first fitting value where one is required.

A form is taken as the door shows it to whoever fills it in, so that nothing is known here that a browser would not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

WORDS = "已按规定办理，情况属实。"
"""What people write where they have to write something."""

Ask = Callable[[str, Mapping[str, Any]], Any]
"""A FEEL text over names beside those that are always there."""
Choose = Callable[[Mapping[str, Any], Mapping[str, Any]], list[str]]
"""A picker of people or units, and the answers so far → ids to choose from."""


def fill(
    form: Mapping[str, Any] | None,
    values: Mapping[str, Any],
    told: Mapping[str, Any],
    today: date,
    ask: Ask,
    choose: Choose,
) -> dict[str, Any]:
    """The answers to a form: what was told, what it opened with, and what it requires besides."""
    if form is None:
        return dict(told)
    return _Sheet(told, today, ask, choose).fill(form["components"], values, dict(told))


class _Sheet:
    def __init__(self, told: Mapping[str, Any], today: date, ask: Ask, choose: Choose) -> None:
        self.told = told
        self.today = today
        self.ask = ask
        self.choose = choose
        self.all: dict[str, Any] = {}

    def fill(
        self, components: Iterable[Mapping[str, Any]], values: Mapping[str, Any], out: dict[str, Any]
    ) -> dict[str, Any]:
        """The answers of one scope; ``out`` holds those that are given already."""
        components = list(components)
        # A field that nobody has filled in yet is null in a condition.
        known = {**dict.fromkeys(part["key"] for part in components if part.get("key")), **values, **out}
        for part in components:
            kind, name = part["type"], part.get("key") or part.get("path")
            if self._is_hidden(part, known):
                continue
            if kind == "group":
                inner = part["components"]
                if name:
                    out[name] = self.fill(inner, values.get(name) or {}, dict(out.get(name) or {}))
                else:
                    self.fill(inner, values, out)
            elif kind in ("text", "separator", "spacer", "expression") or part.get("readonly") or not name:
                continue
            elif name not in out:
                value = self._rows(part, values.get(name)) if kind == "dynamiclist" else values.get(name)
                if value is None or value == "":
                    value = self._fitting(part, known)
                if value is not None:
                    out[name] = value
            known.update(out)
        return out

    def _is_hidden(self, part: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
        condition = part.get("conditional", {}).get("hide")
        return condition is not None and self.ask(condition, known) is True

    def _rows(self, part: Mapping[str, Any], opened: Any) -> list[dict[str, Any]] | None:
        rules = part.get("validate", {})
        rows = [dict(row) for row in opened or ()]
        least = int(rules.get("minItems", 1 if rules.get("required") else 0))
        rows += [{} for _ in range(least - len(rows))]
        return [self.fill(part["components"], row, {}) for row in rows]

    def _fitting(self, part: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
        """The first value that a component takes; None where it requires none."""
        rules = part.get("validate", {})
        if part["type"] == "checkbox":
            return bool(rules.get("required"))
        if not rules.get("required"):
            return None
        match part["type"]:
            case "textfield" | "textarea":
                text = WORDS * (1 + int(rules.get("minLength", 0)) // len(WORDS))
                return text[: int(rules.get("maxLength", len(text)))]
            case "number":
                return max(self._bound(rules.get("min"), known) or 0, 1)
            case "datetime":
                low = self._bound(rules.get("min"), known)
                return max(low, self.today.isoformat()) if isinstance(low, str) else self.today.isoformat()
            case "select" | "radio":
                return part["values"][0]["value"]
            case "checklist":
                return [one["value"] for one in part["values"][: int(rules.get("minItems", 1))]]
            case "person" | "unit":
                return next(iter(self.choose(part, known)), None)
            case "units":
                return self.choose(part, known)[: int(rules.get("minItems", 1))]
        return None

    def _bound(self, bound: Any, known: Mapping[str, Any]) -> Any:
        return self.ask(bound, known) if isinstance(bound, str) and bound.startswith("=") else bound
