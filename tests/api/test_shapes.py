"""What an answer is written with does what marshmallow does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from marshmallow import Schema, fields, post_dump

from api import shapes
from api.shapes import Anything, At, Facts, On, PersonRef, Shape, Spoken, UnitRef
from api.tasks import Done, TaskItem
from engine.errors import Text
from tests.databases import MORNING


class Everything(Shape):
    """One field of every kind."""

    text = fields.String()
    number = fields.Integer()
    share = fields.Float()
    flag = fields.Boolean()
    said = Spoken()
    at = At()
    on = On()
    anything = Anything()
    facts = Facts()
    one = fields.Nested(UnitRef)
    many = fields.List(fields.Nested(PersonRef, allow_none=True))
    lines = fields.List(Spoken())
    words = fields.List(fields.String())
    by_name = fields.Dict(keys=fields.String(), values=Spoken())
    renamed = fields.String(attribute="under_another_name", data_key="renamed-here")


WHOLE: dict[str, Any] = {
    "text": "text",
    "number": 5,
    "share": 0.5,
    "flag": True,
    "said": Text("文字", "text"),
    "at": datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC),
    "on": date(2026, 3, 2),
    "anything": {"amount": Decimal("1.50"), "label": Text("标签", "label"), "days": [date(2026, 3, 2)]},
    "facts": {"a": 1},
    "one": {"id": "u", "code": "C", "name": Text("单位", "unit"), "more": "than asked for"},
    "many": [{"id": None, "name": Text("甲", "A")}, None],
    "lines": [Text("一", "one"), "the same in both"],
    "words": ["a", 1],
    "by_name": {"k": Text("值", "value")},
    "under_another_name": "found",
}


@pytest.fixture(autouse=True)
def speaking() -> None:
    shapes.zone.set(ZoneInfo("Asia/Shanghai"))
    shapes.speaking.set("en")


@pytest.mark.parametrize("without", ["", *WHOLE])
def test_an_answer_is_written_as_its_shape_dumps_it(without: str) -> None:
    given = {name: value for name, value in WHOLE.items() if name != without}
    schema = Everything()
    assert shapes.writer(schema)(given) == schema.dump(given)
    empty = {**given, without: None} if without else dict.fromkeys(WHOLE)
    assert shapes.writer(schema)(empty) == schema.dump(empty)


def test_a_list_and_an_object_are_written_too() -> None:
    @dataclass
    class Unit:
        id: str
        code: str
        name: Text

    unit = Unit("u", "C", Text("单位", "unit"))
    assert shapes.writer(UnitRef())(unit) == {"id": "u", "code": "C", "name": "unit"}
    assert shapes.writer(UnitRef(many=True))([unit, unit]) == UnitRef(many=True).dump([unit, unit])


def test_a_shape_that_hooks_into_its_dumping_is_left_alone() -> None:
    class Hooked(Schema):
        text = fields.String()

        @post_dump
        def louder(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
            return {name: value.upper() for name, value in data.items()}

    assert shapes.writer(Hooked())({"text": "quiet"}) == {"text": "QUIET"}


def test_what_a_completion_answers_is_written_as_before() -> None:
    item: dict[str, Any] = dict.fromkeys(TaskItem().fields)
    item |= {"id": "t", "status": "completed", "opened_at": MORNING, "marks": ["late"]}
    item["mark_labels"] = {"late": Text("逾期", "late")}
    given = {
        "task": item,
        "case": {"id": "c", "number": "N", "title": "T", "status": "running"},
        "next_task": None,
        "now_with": [Text("甲", "A")],
        "receipt": {"chain": "c", "seq": 3, "hash": "h", "at": MORNING},
    }
    assert shapes.writer(Done())(given) == Done().dump(given)
