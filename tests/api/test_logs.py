"""The operators' log: every line says which request, and none says anything about people."""

from __future__ import annotations

import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from api import logs
from api.app import create_app
from engine.errors import NotNow, Text
from engine.settings import Settings
from tests.api.conftest import House


@pytest.fixture
def written(lite: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """What is logged from now on, in the form that a setting names."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level

    def start(form: str) -> io.StringIO:
        settings: Settings = replace(lite.store.settings, log=form)
        logs.configure(settings)
        stream = io.StringIO()
        monkeypatch.setattr(sys, "stderr", stream)
        return stream

    yield start
    logging.captureWarnings(False)
    root.handlers[:] = before
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_is_one_line_of_json(lite: House, written: Any) -> None:
    stream = written("json")
    answer = lite.browser("lin.ceshi").post(
        "/cases",
        {"definition": "errand", "unit": "B071", "data": {"subject": "A private matter"}},
        headers={"X-Request-Id": "from-the-proxy.1"},
    )
    assert answer.headers["X-Request-Id"] == "from-the-proxy.1"
    (line,) = [line for line in lines(stream) if line["logger"] == "liuhen.request"]
    assert set(line) == {"at", "level", "logger", "message", "request", "account", "case", "door", "status", "ms"}
    assert line["request"] == "from-the-proxy.1"
    assert line["case"] == answer.json["id"]
    assert (line["door"], line["status"], line["level"]) == ("POST /api/v1/cases", 201, "info")
    assert 0 < line["ms"] < 60_000
    assert line["account"]
    assert "private" not in stream.getvalue()
    task = lite.task(answer.json, "review")
    lite.browser("zhao.zhishu").post(
        f"/tasks/{task}/completion", {"answers": {"note": "Between us"}, "decision": "agree", "opinion": "Among us"}
    )
    done = lines(stream)[-1]
    assert (done["task"], done["case"]) == (task, answer.json["id"])
    assert "us" not in {word for line in stream.getvalue().splitlines() for word in line.split()}


@pytest.mark.parametrize("given", ["", "x" * 65, "two words", "<script>", "流痕", "a\tb"])
def test_an_id_that_is_none_is_not_taken(lite: House, given: str) -> None:
    headers = {"X-Request-Id": given.encode().decode("latin-1")}
    made = lite.app.test_client().get("/health/live", headers=headers).headers["X-Request-Id"]
    assert made != given
    assert logs.REQUEST_ID.fullmatch(made)


def test_every_request_has_an_id_of_its_own(lite: House) -> None:
    client = lite.app.test_client()
    made = {client.get(path).headers["X-Request-Id"] for path in ("/health/live", "/api/v1/me", "/api/v1/nothing", "/")}
    assert len(made) == 4


def test_people_are_told_of_what_failed_alone(lite: House, written: Any) -> None:
    stream = written("text")
    client = lite.app.test_client()
    client.get("/api/v1/me")
    assert stream.getvalue() == ""
    app = create_app(lite.store)
    app.view_functions["health.live"] = _broken  # type: ignore[assignment]
    _broken.is_public = True  # type: ignore[attr-defined]
    answer = app.test_client().get("/health/live", headers={"X-Request-Id": "r-7"})
    assert answer.status_code == 500
    said = stream.getvalue()
    assert "ERROR liuhen.request GET /health/live 500 request=r-7 ms=" in said
    assert "ERROR liuhen fault " in said
    assert "builtins.ValueError" in said
    assert "test_logs.py:" in said
    assert "Zhang San" not in said


def _broken() -> None:
    raise ValueError("Zhang San has no number")


def test_what_libraries_warn_of_is_a_line_like_any_other(lite: House, written: Any) -> None:
    stream = written("json")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("a library speaks to its own future", stacklevel=1)
    (line,) = lines(stream)
    assert (line["logger"], line["level"]) == ("py.warnings", "warning")
    assert "its own future" in line["message"]


def test_the_words_of_an_exception_are_told_only_where_they_can_hold_nothing_personal(
    lite: House, written: Any
) -> None:
    stream = written("json")
    log = logging.getLogger("liuhen")
    for fault in (
        ValueError("Zhang San"),
        IntegrityError("INSERT", {"name": "Zhang San"}, Exception("Key (name)=(Zhang San) already exists")),
        OperationalError("SELECT", {"name": "Zhang San"}, Exception("database is locked")),
        ConnectionRefusedError(111, "Connection refused"),
        NotNow(Text("尚不能办理", "not yet")),
    ):
        try:
            try:
                raise fault
            except Exception as e:
                raise RuntimeError("Zhang San again") from e
        except RuntimeError as e:
            log.error("fault %s", "1", exc_info=e)
    assert "Zhang" not in stream.getvalue()
    told = [line["exception"][-1].get("said") for line in lines(stream)]
    assert told == [None, None, "database is locked", "Connection refused", "not yet"]
    assert {line["exception"][0]["kind"] for line in lines(stream)} == {"builtins.RuntimeError"}
