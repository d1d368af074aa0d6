"""Whether answers fit: what ``Form.fit`` does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from engine import feel
from engine.errors import FieldError
from engine.feel.values import weigh
from engine.forms.answers import Wrong, is_id_number, is_missing, plainly
from engine.forms.parts import Part, Plan, copy, is_written, kinds_of, known_value
from engine.forms.schema import Access

FEEL_STEPS: Final = 100_000
"""What one evaluation may spend."""
FORM_STEPS: Final = 1_000_000
"""What all evaluations of one form with all its rows may spend together."""
_LIGHT: Final = frozenset({type(None), bool, int, Decimal, str, date, datetime, time, feel.YearsMonths, feel.DaysTime})


@dataclass(frozen=True, slots=True)
class Fitted:
    """What ``Form.fit`` found: FEEL values by key, and everything that does not fit, in the order of the form."""

    values: dict[str, Any]
    errors: tuple[FieldError, ...]


@dataclass(slots=True)
class _Place:
    """One set of values at run time: the form itself, a group, or one row."""

    values: dict[str, Any]
    scope: Mapping[str, Any]
    prefix: str
    order: tuple[int, ...]


class Fitting:
    """One call of ``Form.fit``: first every input by itself, then conditions and computed fields in the order in
    which they depend on each other, then bounds and rules, which see everything."""

    __slots__ = (
        "context",
        "errors",
        "hidden",
        "is_partial",
        "known_keys",
        "left",
        "modes",
        "now",
        "out",
        "plan",
        "scope",
    )

    def __init__(
        self,
        plan: Plan,
        context: Mapping[str, Any],
        modes: Sequence[Access],
        now: datetime | None,
        *,
        is_partial: bool = False,
    ) -> None:
        self.plan = plan
        self.is_partial = is_partial
        self.context = context
        self.modes = modes
        self.now = now
        self.out: dict[str, Any] = {}
        self.scope: dict[str, Any] = {}
        self.left = FORM_STEPS
        self.errors: dict[str, tuple[tuple[int, ...], FieldError]] = {}
        self.hidden: set[str] = set()
        self.known_keys: list[str] = []

    def run(self, answers: Any) -> Fitted:
        given = answers if isinstance(answers, Mapping) else {}
        self._collect(self.plan.parts, given, self.context, self.out, "", (), is_top=True)
        self.scope = {**self.context, **self.out}
        for kind, part, expression in self.plan.order:
            if kind == "hide":
                self._hide(part, expression)
            else:
                self._compute(part, expression)
        for part in self.plan.late:
            self._check_late(part)
        for key in self.known_keys:
            del self.out[key]
        found = sorted(self.errors.values(), key=lambda e: e[0]) if len(self.errors) > 1 else self.errors.values()
        return Fitted(self.out, tuple(e for _, e in found))

    def _collect(
        self,
        parts: Iterable[Part],
        given: Mapping[str, Any],
        known: Mapping[str, Any],
        out: dict[str, Any],
        prefix: str,
        order: tuple[int, ...],
        *,
        is_top: bool = False,
    ) -> bool:
        """Take the answers of ``parts`` into ``out``; whether any of it is new to the context."""
        is_new = False
        for part in parts:
            kind = part.type
            if kind == "group":
                is_new |= self._collect_group(part, given, known, out, prefix, order, is_top)
                continue
            if not part.key:
                continue
            key, mode = part.key, self.modes[part.index]
            if kind == "dynamiclist":
                mine = self._collect_rows(part, given, known, out, prefix, order)
            elif kind == "expression":
                mine = mode != "read"
                out[key] = None if mine else known_value(known, key)
            elif mode == "write" or mode == "required":
                mine = True
                try:
                    out[key] = self._take(part, given.get(key), mode == "required")
                except Wrong as e:
                    out[key] = copy(part.empty)
                    self._fail(part, e, prefix, order)
            else:
                value = known_value(known, key)
                mine = value is None and part.default is not None
                out[key] = self._default(part, prefix, order) if mine else value
            if is_top and not mine:
                self.known_keys.append(key)
            is_new |= mine
        return is_new

    def _collect_group(
        self,
        part: Part,
        given: Mapping[str, Any],
        known: Mapping[str, Any],
        out: dict[str, Any],
        prefix: str,
        order: tuple[int, ...],
        is_top: bool,
    ) -> bool:
        if not part.key:
            return self._collect(part.parts, given, known, out, prefix, order, is_top=is_top)
        inner, before = given.get(part.key), known.get(part.key)
        if inner is not None and not isinstance(inner, Mapping):
            if is_written(part, self.modes):
                self._fail(part, Wrong("not_a_group"), prefix, order)
            inner = None
        values: dict[str, Any] = {}
        out[part.key] = values
        is_new = self._collect(
            part.parts,
            inner or {},
            before if isinstance(before, Mapping) else {},
            values,
            f"{prefix}{part.key}.",
            (*order, part.index),
        )
        if is_top and not is_new:
            self.known_keys.append(part.key)
        return is_new

    def _collect_rows(
        self,
        part: Part,
        given: Mapping[str, Any],
        known: Mapping[str, Any],
        out: dict[str, Any],
        prefix: str,
        order: tuple[int, ...],
    ) -> bool:
        key, mode = part.key, self.modes[part.index]
        before = known_value(known, key)
        if not is_written(part, self.modes):
            mine = before is None and part.default is not None
            out[key] = self._default(part, prefix, order) if mine else before
            return mine
        rows = given.get(key)
        if rows is None or rows == "":
            rows = []
        if not isinstance(rows, list):
            self._fail(part, Wrong("not_a_list"), prefix, order)
            rows = []
        may_grow = part.grows and mode in ("write", "required")
        if may_grow:
            base: list[Any] = []
            if len(rows) > part.most:
                self._fail(part, Wrong("too_many", max=part.most, count=len(rows)), prefix, order)
                rows = rows[: part.most]
            elif self.is_partial:
                pass
            elif not rows and (part.required or mode == "required"):
                self._fail(part, Wrong("required"), prefix, order)
            elif len(rows) < part.fewest and (rows or part.fewest):
                self._fail(part, Wrong("too_few", min=part.fewest, count=len(rows)), prefix, order)
        else:
            if before is None and part.default is not None:
                before = self._default(part, prefix, order)
            base = [r for r in before if isinstance(r, Mapping)] if isinstance(before, list) else []
            count = len(base) if before is not None else part.repetitions
            if len(rows) > count:
                self._fail(part, Wrong("too_many", max=count, count=len(rows)), prefix, order)
            rows = [*rows[:count], *({} for _ in range(count - len(rows)))]
        values: list[dict[str, Any]] = []
        for i, row in enumerate(rows):
            cells: dict[str, Any] = {}
            values.append(cells)
            if not isinstance(row, Mapping):
                path = f"{prefix}{key}[{i}]"
                self.errors[path] = ((*order, part.index, i), Wrong("not_a_row").at(path))
                row = {}
            self._collect(
                part.parts,
                row,
                base[i] if i < len(base) else {},
                cells,
                f"{prefix}{key}[{i}].",
                (*order, part.index, i),
            )
        out[key] = values
        return True

    def _take(self, part: Part, raw: Any, must: bool) -> Any:
        if is_missing(raw):
            if (must or part.required) and not self.is_partial:
                raise Wrong("required")
            return copy(part.empty)
        value = part.take(raw)
        if part.type == "checkbox":
            if value is not True and (must or part.required) and not self.is_partial:
                raise Wrong("required")
        elif part.type == "person":
            self._check_person(part, value)
        elif part.type == "unit":
            self._check_unit(part, value)
        elif part.type == "units":
            self._check_units(part, value)
        elif value == "" and isinstance(value, str):
            if (must or part.required) and not self.is_partial:
                raise Wrong("required")
            return None
        elif part.options and part.type == "checklist" and len(value) < part.fewest and not self.is_partial:
            raise Wrong("too_few", min=part.fewest, count=len(value))
        if part.validate.get("idNumber") and not is_id_number(value, self._today()):
            raise Wrong("id_number")
        return value

    def _today(self) -> date | None:
        """The business date: the office's, where the context has it."""
        today = self.context.get("today")
        if isinstance(today, date):
            return today
        return self.now.date() if self.now else None

    def _check_person(self, part: Part, value: str) -> None:
        """Known, and among those the picker offers: a program that posts an id goes through the same door."""
        found = self._look_up("person", value)
        if found is None:
            raise Wrong("unknown_person")
        statuses, roles = part.source.get("statuses"), part.source.get("roles")
        if statuses and found.get("status") not in statuses:
            raise Wrong("not_an_option")
        area = self._area(part)
        posts = [p for p in found.get("posts") or () if isinstance(p, Mapping) and p.get("role") in (roles or ())]
        places = [p.get("unit") for p in posts] if roles else [found.get("unit")]
        if roles and not posts:
            raise Wrong("not_an_option")
        if area is not None and not any(self._is_within(p, area) for p in places):
            raise Wrong("not_an_option")

    def _check_unit(self, part: Part, value: str) -> None:
        found = self._look_up("unit", value)
        if found is None:
            raise Wrong("unknown_unit")
        kinds = self._kinds(part)
        if kinds is not None and found.get("kind") not in kinds:
            raise Wrong("not_an_option")
        area = self._area(part)
        if area is not None and not self._is_within(value, area):
            raise Wrong("not_an_option")

    def _check_units(self, part: Part, chosen: Sequence[str]) -> None:
        """All of them below the area, and of a kind that the field takes; asked once for each kind."""
        if len(chosen) < part.fewest and not self.is_partial:
            raise Wrong("too_few", min=part.fewest, count=len(chosen))
        below = self.context.get("units below")
        if not callable(below):
            raise Wrong("unknown_unit")  # nobody can vouch for the ids
        area = self._area(part)
        allowed: set[str] = set()
        kinds = self._kinds(part)
        for kind in (None,) if kinds is None else kinds:
            allowed.update(below(area, kind) or ())
        if not allowed.issuperset(chosen):
            raise Wrong("unknown_unit")

    def _look_up(self, function: str, key: Any) -> Mapping[str, Any] | None:
        call = self.context.get(f"{function}()") or self.context.get(function)
        if not callable(call):
            return None  # nobody can vouch for the id, so it is not accepted
        found = call(key)
        return found if isinstance(found, Mapping) else None

    def _kinds(self, part: Part) -> Sequence[str] | None:
        """The kinds of unit that may be chosen, ``None`` for every one; where they cannot be worked out, none."""
        if part.kinds is None:
            return part.source.get("kinds") or None
        return kinds_of(part.kinds, lambda e: self._evaluate(e, self.context))

    def _area(self, part: Part) -> Any:
        """The unit inside which a choice must lie; an expression that gives null allows nobody."""
        if part.within is None:
            return None
        try:
            return self._evaluate(part.within, self.context) or ""
        except feel.FeelError:
            raise Wrong("not_computable") from None

    def _is_within(self, unit: Any, area: Any) -> bool:
        for _ in range(32):
            if unit == area:
                return True
            above = self._look_up("unit", unit) if unit is not None else None
            if above is None:
                return False
            unit = above.get("parent")
        return False

    def _default(self, part: Part, prefix: str, order: tuple[int, ...]) -> Any:
        if not isinstance(part.default, feel.Expression):
            return copy(part.default)
        try:
            return self._evaluate(part.default, self.context)
        except feel.FeelError:
            self._fail(part, Wrong("not_computable"), prefix, order)
            return None

    def _hide(self, part: Part, condition: feel.Expression) -> None:
        for place in self._places(part.scope):
            try:
                is_hidden = self._evaluate(condition, place.scope) is True
            except feel.FeelError:
                self._fail(part, Wrong("not_computable"), place.prefix, place.order)
                is_hidden = False
            if is_hidden:
                self._blank(part, place.values, place.prefix)

    def _blank(self, part: Part, values: dict[str, Any], prefix: str) -> None:
        """Nothing of a hidden part remains: no value, no error."""
        if part.type == "group":
            inner, below = (values[part.key], f"{prefix}{part.key}.") if part.key else (values, prefix)
            self.errors.pop(f"{prefix}{part.key}", None)
            for p in part.parts:
                self._blank(p, inner, below)
        elif part.key:
            path = f"{prefix}{part.key}"
            self.hidden.add(path)
            self._set(values, part.key, copy(part.empty))
            self.errors.pop(path, None)
            if part.type == "dynamiclist":
                for other in [p for p in self.errors if p.startswith(f"{path}[")]:
                    del self.errors[other]

    def _compute(self, part: Part, expression: feel.Expression) -> None:
        only_shown = self.modes[part.index] == "read"
        for place in self._places(part.scope):
            if f"{place.prefix}{part.key}" in self.hidden:
                continue
            if only_shown and place.values.get(part.key) is not None:
                continue  # what the case knows
            try:
                value = self._evaluate(expression, place.scope)
            except feel.FeelError:  # beyond its bounds, or a value such as a function that cannot be written down
                self._fail(part, Wrong("not_computable"), place.prefix, place.order)
            else:
                self._set(place.values, part.key, value)

    def _check_late(self, part: Part) -> None:
        mode = self.modes[part.index]
        if mode == "read" or (mode == "hidden" and part.type != "expression"):
            return
        for place in self._places(part.scope):
            path = f"{place.prefix}{part.key}"
            value = place.values.get(part.key)
            if value is None or path in self.hidden or path in self.errors:
                continue
            try:
                self._check_bounds(part, value, place.scope)
                if part.rule is not None and not self.is_partial and self._evaluate(part.rule, place.scope) is False:
                    raise Wrong("rule", part.rule_text)
            except Wrong as e:
                self._fail(part, e, place.prefix, place.order)
            except feel.FeelError:
                self._fail(part, Wrong("not_computable"), place.prefix, place.order)

    def _check_bounds(self, part: Part, value: Any, scope: Mapping[str, Any]) -> None:
        low, high = self._bound(part, part.low, scope), self._bound(part, part.high, scope)
        is_date = part.type == "datetime"
        if low is not None and value < low:
            if is_date:
                raise Wrong("too_early", earliest=low.isoformat(), min=low.isoformat())
            raise Wrong("min", min=plainly(low))
        if high is not None and value > high:
            raise Wrong("too_late" if is_date else "max", max=high.isoformat() if is_date else plainly(high))

    def _bound(self, part: Part, bound: Any, scope: Mapping[str, Any]) -> Any:
        """A bound that is null, or not of the field's type, bounds nothing."""
        if isinstance(bound, feel.Expression):
            bound = self._evaluate(bound, scope)
        if part.type == "datetime":
            return bound if isinstance(bound, date) and not isinstance(bound, datetime) else None
        return Decimal(bound) if isinstance(bound, (int, Decimal)) and not isinstance(bound, bool) else None

    def _evaluate(self, expression: feel.Expression, scope: Mapping[str, Any]) -> Any:
        # Rows multiply what one expression may spend, and a client decides how many rows there are: what a whole
        # form may spend is bounded too.
        run = feel.Run(scope, self.now, min(FEEL_STEPS, self.left))
        try:
            value = expression.under(run)
            if type(value) not in _LIGHT:
                weigh(value)
        finally:
            self.left -= run.budget - max(run.steps, 0)
        return Decimal(value) if type(value) is int else value

    def _places(self, scope: Part | None) -> list[_Place]:
        """Where the values of a scope live now: once, or once per row."""
        if scope is None:
            return [_Place(self.out, self.scope, "", ())]
        found = []
        for outer in self._places(scope.scope):
            inner = outer.values.get(scope.key)
            if scope.type == "group":
                if isinstance(inner, dict):
                    found.append(
                        _Place(
                            inner,
                            {**outer.scope, **inner},
                            f"{outer.prefix}{scope.key}.",
                            (*outer.order, scope.index),
                        )
                    )
            elif isinstance(inner, list) and is_written(scope, self.modes):
                found += [
                    _Place(
                        row,
                        {**outer.scope, **row},
                        f"{outer.prefix}{scope.key}[{i}].",
                        (*outer.order, scope.index, i),
                    )
                    for i, row in enumerate(inner)
                ]
        return found

    def _set(self, values: dict[str, Any], key: str, value: Any) -> None:
        values[key] = value
        if values is self.out:
            self.scope[key] = value

    def _fail(self, part: Part, wrong: Wrong, prefix: str, order: tuple[int, ...]) -> None:
        path = f"{prefix}{part.key or part.path}"
        self.errors.setdefault(path, ((*order, part.index), wrong.at(path)))
