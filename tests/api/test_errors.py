"""Refusals on the wire: the table of numbers, and problem details in the asker's language."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from api import errors as wire
from api import shapes
from engine import errors
from engine.errors import FieldError, Finding, Refused, Text
from tests.api.conftest import House


def test_every_refusal_has_a_row_in_the_table() -> None:
    classes = {
        found
        for module in (errors, wire)
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, Refused)
    }
    assert classes <= set(wire.STATUS)
    assert set(wire.STATUS.values()) <= set(wire.TITLES)


def test_a_refusal_without_a_row_has_the_number_of_the_class_above_it() -> None:
    class VeryLate(errors.NotNow):
        """Too late."""

    assert wire.status_of(VeryLate()) == 409


@pytest.mark.parametrize(
    ("language", "title", "detail"),
    [
        ("zh-CN", "没有找到", "没有单位“XYZ”。"),
        ("zh", "没有找到", "没有单位“XYZ”。"),
        ("en", "Not found", "There is no unit XYZ."),
        ("en-GB,en;q=0.8", "Not found", "There is no unit XYZ."),
        ("fr, en;q=0.5, zh;q=0.4", "Not found", "There is no unit XYZ."),
        ("fr", "没有找到", "没有单位“XYZ”。"),
        ("", "没有找到", "没有单位“XYZ”。"),
        (";;q=nonsense", "没有找到", "没有单位“XYZ”。"),
    ],
)
def test_a_refusal_speaks_the_askers_language(lite: House, language: str, title: str, detail: str) -> None:
    answer = lite.browser("zhao.zhishu").get("/units/XYZ", headers={"Accept-Language": language})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json == {
        "type": "urn:liuhen:problem:err_unit_not_found",
        "title": title,
        "status": 404,
        "detail": detail,
        "code": "err_unit_not_found",
        "errors": [],
        "clause": None,
        "unit": "XYZ",
    }


def test_texts_in_details_speak_the_language_too() -> None:
    refused = errors.NotNow(
        code="err_step_not_open",
        clause="mr_07",
        errors=[FieldError("", "err_early", Text("太早", "too early"), "mr_07", "2026-04-01")],
        missing=[{"element": "talk", "name": Text("谈话", "Talk")}],
    )
    token = shapes.speaking.set("en")
    problem = wire.problem(refused)
    shapes.speaking.reset(token)
    assert problem["missing"] == [{"element": "talk", "name": "Talk"}]
    assert problem["errors"] == [
        {"field": "", "code": "err_early", "message": "too early", "clause": "mr_07", "earliest": "2026-04-01"}
    ]
    assert problem["clause"]["id"] == "mr_07"


def test_a_refused_definition_says_every_finding() -> None:
    finding = Finding(
        "process.bpmn", "unknown_word", Text("没有", "no such word"), Text("删除", "remove it"), 7, "task_a"
    )
    token = shapes.speaking.set("en")
    problem = wire.problem(errors.DefinitionRefused([finding]))
    shapes.speaking.reset(token)
    assert problem["findings"] == [
        {
            "file": "process.bpmn",
            "line": 7,
            "element": "task_a",
            "rule": "unknown_word",
            "severity": "error",
            "message": "no such word",
            "remedy": "remove it",
        }
    ]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "err_no_such_address"),
        ("DELETE", "/units", 405, "err_method"),
        ("POST", "/units/", 404, "err_no_such_address"),
    ],
)
def test_what_no_door_answers_is_a_problem_too(lite: House, method: str, path: str, status: int, code: str) -> None:
    for language, is_english in (("en", True), ("zh-CN", False)):
        answer = lite.anonymous().ask(method, path, headers={"Accept-Language": language})
        assert (answer.status_code, answer.mimetype, answer.json["code"]) == (status, "application/problem+json", code)
        assert answer.json["detail"].isascii() is is_english


def test_every_sentence_of_a_wrong_shape_is_in_the_askers_language(lite: House) -> None:
    body: dict[str, Any] = {"person": 1, "role": "king", "from_on": "x", "to_on": 3, "basis": "x" * 201, "more": 1}
    answer = lite.browser("xie.xitong").post("/posts", body, headers={"Accept-Language": "zh-CN"})
    messages = [error["message"] for error in answer.json["errors"]]
    assert len(messages) == 7
    assert messages.count("格式不符。") == 0
    assert not any(word in message for message in messages for word in ("valid", "Longer", "Must", "Missing"))


def test_a_locked_database_is_busy_not_faulty() -> None:
    refused = wire.refusal_of(OperationalError("UPDATE", {}, Exception("database is locked")))
    assert (wire.status_of(refused), refused.details) == (503, {"retry_after": 1})
