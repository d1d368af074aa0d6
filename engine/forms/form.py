"""The form as the rest of the house uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from engine import feel
from engine.errors import Language, Text
from engine.forms.fitting import Fitted, Fitting
from engine.forms.parts import Plan, spread, walk
from engine.forms.schema import Access
from engine.forms.showing import Opening, mask_shown, resolve


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. ``path`` is ``a.b`` inside a group and ``rows[].b`` inside a dynamic list."""

    path: str
    type: str
    label: Text
    personal: Literal["S", "SS"] | None = None
    """``S`` personal, ``SS`` sensitive: masked unless asked for, never in notices or the operators' log."""
    options: tuple[tuple[str, Text], ...] = ()
    must: bool = False
    """Whether the form itself asks for an answer."""


class Form:
    """A checked, compiled form. Immutable and safe to share between threads."""

    def __init__(self, name: str, version: Any, plan: Plan) -> None:
        self.id = name
        self._version = version
        self._plan = plan
        self._all = tuple(walk(plan.parts))
        self._modes_of: dict[frozenset[tuple[str, str]], tuple[Access, ...]] = {}
        self.fields: tuple[Field, ...] = tuple(
            Field(p.path, p.type, p.label or Text(p.path, p.path), p.personal, p.options, p.required)
            for p in self._all
            if p.key and p.type != "group"
        )
        self.personal: dict[str, Literal["S", "SS"]] = {f.path: f.personal for f in self.fields if f.personal}
        self.answers: frozenset[str] = frozenset(_answer_of(f.path) for f in self.fields)
        """What is answered: each field at the top, and each group and list that holds others, as a whole."""
        self.personal_answers: frozenset[str] = frozenset(map(_answer_of, self.personal))
        """The answers that hold anything personal, as entries commit to them: each as a whole."""
        self.sensitive_answers: frozenset[str] = frozenset(
            _answer_of(path) for path, level in self.personal.items() if level == "SS"
        )
        self.labels: Mapping[str, Text] = {f.path: f.label for f in self.fields}
        self.paths: frozenset[str] = frozenset(p.path for p in self._all if p.key)
        """Every path that an access rule may name: fields, lists and groups."""
        self.names: frozenset[str] = frozenset(n for p in self._all for n in p.names)
        """Variables that the form's expressions need from the context; its own fields are not among them."""
        self.perhaps: frozenset[str] = frozenset(n for p in self._all for n in p.perhaps)
        """Names inside filters that are variables of the context unless the filtered items have them."""
        self.functions: frozenset[str] = frozenset(n for p in self._all for n in p.functions)
        """Host functions that the form's expressions call; ``person`` and ``unit`` where it has such fields."""

    def fit(
        self,
        answers: Mapping[str, Any],
        context: Mapping[str, Any],
        access: Mapping[str, str] = {},
        now: datetime | None = None,
        *,
        is_partial: bool = False,
    ) -> Fitted:
        """Turn JSON answers into FEEL values and say what does not fit; never raises on any JSON.

        ``context``: FEEL values and host functions that expressions may use; a name that is also a field is that
        field's present value, which is what a read-only field keeps. ``access``: by path, ``hidden``, ``read``,
        ``write`` or ``required``; the nearest statement counts, ``*`` is for all that have none, default ``write``.

        ``is_partial``: what is required may be missing and the designer's own rules need not hold yet; what is given
        still has to be what its field takes.

        ``values`` holds every field (null, ``[]`` or ``false`` where empty) except those that only show what the
        context already has. Unknown keys are dropped. A number is a ``Decimal``, a date a ``date``.
        """
        return Fitting(self._plan, context, self._modes(access), now, is_partial=is_partial).run(answers)

    def values(
        self,
        context: Mapping[str, Any],
        access: Mapping[str, str] = {},
        now: datetime | None = None,
        answers: Mapping[str, Any] = {},
    ) -> dict[str, Any]:
        """What the form shows at first: ``answers``, else the context's values, else the defaults; no hidden field.

        ``answers`` is what was entered before and is shown again: a draft, or what a second person is to confirm.
        """
        return Opening(self._plan, context, self._modes(access), now).run(answers)

    def as_json(
        self,
        language: Language,
        context: Mapping[str, Any],
        access: Mapping[str, str] = {},
        now: datetime | None = None,
        *,
        answers: Mapping[str, Any] = {},
        reveal: bool = False,
    ) -> dict[str, Any]:
        """The form for one reader: texts in one language, hidden fields gone, ``read`` as ``readonly``.

        ``values`` are the opening values (see ``values``) as JSON for people (dates as ISO text). Expressions stay, so
        that a browser can preview them; whatever it shows, the server decides. Sensitive (``SS``) values that are only
        shown are masked unless ``reveal``: whoever reveals them records the reading first.
        """
        modes = self._modes(access)
        opens = Opening(self._plan, context, modes, now)
        opening = opens.run(answers)
        if not reveal:
            mask_shown(self._plan.parts, modes, opening)
        return {
            "type": "default",
            "id": self.id,
            "schemaVersion": self._version,
            "components": resolve(self._plan.parts, modes, language, opens),
            "values": feel.plain(opening),
        }

    def anew(self, answers: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
        """Answers of before, to be corrected or gone on with, as JSON: nothing is typed twice.

        A list to which nobody adds rows is what the context says now; what was entered in a row that is still there
        stays with it.
        """
        found = dict(answers)
        for part in self._plan.parts:
            rows, before = context.get(part.key), found.get(part.key)
            if part.type == "dynamiclist" and not part.grows and isinstance(rows, list) and isinstance(before, list):
                found[part.key] = [_entered_before(row, before) for row in feel.plain(rows)]
        return found

    def context(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """What a browser needs of the context to preview conditions and computed fields, frozen (``feel.freeze``).

        Only names that the expressions use; none that is a field, so that a hidden field's value does not travel.
        """
        wanted = sorted(self.names | self.perhaps)
        return {n: feel.freeze(context[n]) for n in wanted if n in context and not callable(context[n])}

    def must_be_filled_in(self, access: Mapping[str, str] = {}) -> bool:
        """Whether somebody with this access has a field before them that may not stay empty."""
        modes = self._modes(access)
        return any(
            modes[p.index] == "required" or (p.required and modes[p.index] == "write") for p in self._all if p.key
        )

    def _modes(self, access: Mapping[str, str]) -> tuple[Access, ...]:
        """The access of each part by its index."""
        key = frozenset(access.items())
        known = self._modes_of.get(key)
        if known is None:
            modes: list[Access] = ["write"] * len(self._all)
            spread(self._plan.parts, access, cast(Access, access.get("*", "write")), False, modes)
            known = tuple(modes)
            if len(self._modes_of) < 256:  # as many as a definition has tasks; never a way to fill the memory
                self._modes_of[key] = known
        return known


def only_reading(access: Mapping[str, str]) -> dict[str, str]:
    """The same access for somebody who looks and does not act: what is hidden stays hidden, the rest is read-only."""
    return {"*": "read"} | {path: "hidden" if mode == "hidden" else "read" for path, mode in access.items()}


def _answer_of(path: str) -> str:
    """The answer in which a path lies: ``sessions[].hours`` in ``sessions``."""
    return path.split(".")[0].split("[")[0]


def _entered_before(row: Any, before: list[Any]) -> Any:
    if not isinstance(row, dict):
        return row
    same = (old for old in before if isinstance(old, dict) and all(old.get(key) == row[key] for key in row))
    return {**next(same, {}), **row}
