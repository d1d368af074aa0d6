"""Whatever is sent to whatever door, nothing becomes a fault: hostile values in every body, query and address."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from api.app import guarded
from api.contract import Spec
from engine import actors
from tests.api.conftest import Browser, House

TEXTS = (
    "",
    " ",
    "x" * 5000,
    "' OR 1=1 --",
    "%' ESCAPE '",
    "\\",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "{actor.__class__}",
    "{0}",
    "\u202e\ufeff",
    "😀" * 50,
    "9999-12-31",
    "0001-01-01",
    "2026-02-30",
    "=1/0",
    "-1",
    "99999999999999999999",
    "NaN",
    "null",
)
VALUES: tuple[Any, ...] = (
    *TEXTS,
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    10**30,
    1e308,
    0.1,
    [],
    [[[]]],
    {},
    {"": {"": None}},
    ["x"],
)


POSTS = {
    "designer": "jiang.sheji",
    "auditor": "qi.shenji",
    "system_admin": "xie.xitong",
    "security_admin": "zou.anquan",
    "audit_admin": "yu.rizhi",
}
"""Who holds each post that gives permissions."""


def _asker(house: House, spec: Spec) -> Browser:
    """Somebody whom the door lets in."""
    needs = spec.policy.permissions
    if spec.policy.scope is not None:
        return house.worker(spec.policy.scope)
    holder = (POSTS[role] for role, given in actors.PERMISSIONS.items() if needs and needs & given)
    return house.browser(next(holder, "zhao.zhishu"))


def _filled(path: str, values: dict[str, str]) -> str:
    return re.sub(r"<(?:int:)?(\w+)>", lambda found: quote(values.get(found[1], "x"), safe=""), path)


def _routes(house: House) -> Iterator[tuple[str, str, Spec]]:
    for route, spec in guarded(house.app).items():
        method, path = route.split(" ", 1)
        # Signing in hashes a password each time, and signing out ends the session that knocks.
        if "/sessions" not in path and path != "/api/v1/openapi.json":
            yield method, path.removeprefix("/api/v1"), spec


def _known(house: House) -> dict[str, str]:
    case = house.case()
    return {
        "case_id": case["id"],
        "task_id": house.task(case, "review"),
        "element": "record",
        "key": "errand",
        "version": "1",
        "name": "prm_er_days",
        "unit": "B071",
        "key_id": "0000000000000000",
    }


def _good(spec: Spec) -> dict[str, Any]:
    """A body that has at least every required member."""
    if spec.body is None:
        return {}
    usual: dict[str, Any] = {
        "items": [{"task": "x"}],
        "files": {"process.bpmn": "x"},
        "now": "2026-03-02T09:00:00",
        "by": "PT1S",
        "agree": True,
        "answers": {},
        "data": {},
        "definition": "errand",
        "person": "P000101",
        "role": "records_officer",
        "unit": "B071",
        "language": "en",
        "old": "x",
        "new": "y",
        "value": 3,
        "reason": "x",
        "opinion": "x",
        "name": "x",
        "type": "x",
        "worker": "x",
        "message": "x",
        "values": {"subject": "x"},
        "from": 1,
        "to": 2,
        "key": "x",
    }
    wanted = [field.data_key or name for name, field in spec.body.fields.items() if field.required]
    return {name: usual.get(name, "x") for name in wanted}


def test_no_address_is_a_fault(house: House) -> None:
    known = _known(house)
    for method, path, spec in _routes(house):
        browser = _asker(house, spec)
        names = re.findall(r"<(?:int:)?(\w+)>", path)
        for hostile in TEXTS if names else ():
            for name in names:
                address = _filled(path, {**known, name: hostile})
                answer = browser.ask(method, address, **({"json": _good(spec)} if spec.body else {}))
                assert answer.status_code < 500, (method, address, answer.text)


def test_no_query_is_a_fault(house: House) -> None:
    known = _known(house)
    for method, path, spec in _routes(house):
        if spec.query is None:
            continue
        address, browser = _filled(path, known), _asker(house, spec)
        for name, field in spec.query.fields.items():
            for hostile in TEXTS:
                answer = browser.ask(method, address, query_string={field.data_key or name: hostile})
                assert answer.status_code < 500, (address, name, hostile, answer.text)


def test_no_body_is_a_fault(house: House) -> None:
    known, members = _known(house), itertools.count()
    for method, path, spec in _routes(house):
        if spec.body is None:
            continue
        address, browser = _filled(path, known), _asker(house, spec)
        for hostile in VALUES:
            answer = browser.ask(method, address, json=hostile)
            assert answer.status_code < 500, (address, hostile, answer.text)
        for name in [field.data_key or name for name, field in spec.body.fields.items()]:
            member = next(members)  # every third value, and of the next member the others
            for hostile in VALUES[member % 3 :: 3]:
                answer = browser.ask(method, address, json={**_good(spec), name: hostile})
                assert answer.status_code < 500, (address, name, hostile, answer.text)


def test_no_answer_to_a_form_is_a_fault(house: House) -> None:
    for hostile in VALUES:
        browser = house.browser("lin.ceshi")
        body = {"definition": "errand", "unit": "B071", "data": {"subject": hostile, str(hostile)[:50]: hostile}}
        started = browser.post("/cases", body)
        assert started.status_code < 500, (hostile, started.text)
    case = house.case()
    task = house.task(case, "review")
    for hostile in VALUES:
        browser = house.browser("zhao.zhishu")
        for body in (
            {"answers": {"note": hostile}, "decision": "nothing"},
            {"answers": {"note": "x"}, "decision": str(hostile)[:60], "opinion": str(hostile), "reason": str(hostile)},
        ):
            answer = browser.post(f"/tasks/{task}/completion", body)
            assert answer.status_code < 500, (hostile, answer.text)
        answer = browser.put(f"/tasks/{task}/draft", {"answers": {"note": hostile}})
        assert answer.status_code < 500, (hostile, answer.text)
