"""Versions over HTTP: differences, and migrations of running cases previewed, ordered, followed and undone."""

from __future__ import annotations

from typing import Any

import pytest

from engine import versions
from tests.api import errand
from tests.api.conftest import Browser, House

RENAMED = {
    **errand.FILES,
    "process.bpmn": errand.FILES["process.bpmn"]
    .replace('id="review"', 'id="examine"')
    .replace('"review"', '"examine"')
    .replace("review_outcome", "examine_outcome"),
}
WITHOUT = {
    **errand.FILES,
    "process.bpmn": errand.FILES["process.bpmn"]
    .replace('id="record"', 'id="enter"')
    .replace('targetRef="record"', 'targetRef="enter"')
    .replace('sourceRef="record"', 'sourceRef="enter"'),
}
PATH = "/definitions/errand/migrations"


def designer(house: House) -> Browser:
    return house.browser(house.office.designer)


def publish(house: House, files: Any) -> None:
    answer = designer(house).post("/definitions", {"files": files})
    assert (answer.status_code, answer.json["is_new"]) == (201, True), answer.text


def asks(**more: Any) -> dict[str, Any]:
    return {"from": 1, "to": 2, "plan": {"mapping": {"review": "examine"}}, **more}


def test_the_difference_of_two_versions_in_the_readers_language(lite: House) -> None:
    publish(lite, RENAMED)
    found = designer(lite).get("/definitions/errand/diff?from=1&to=2").json
    assert (found["from"], found["to"]) == (1, 2)
    kinds = {c["element"]: c["kind"] for c in found["changes"]}
    assert (kinds["review"], kinds["examine"]) == ("removed", "added")
    assert [(s["old"], s["new"], s["because"]) for s in found["suggestions"]] == [("review", "examine", "neighbours")]
    ways = next(c for c in found["changes"] if c["element"] == "ways")
    assert "ways on and their conditions" in ways["sentences"][0]
    chinese = designer(lite).get("/definitions/errand/diff", headers={"Accept-Language": "zh-CN"}).json
    assert (chinese["from"], chinese["to"]) == (1, 2)
    assert "去向与条件" in next(c for c in chinese["changes"] if c["element"] == "ways")["sentences"][0]
    for path in ("/definitions/nothing/diff", "/definitions/errand/diff?from=1&to=9"):
        assert designer(lite).get(path).status_code == 404
    assert designer(lite).get("/definitions/errand/diff?from=0").status_code == 422
    assert lite.browser("lin.ceshi").get("/definitions/errand/diff").status_code == 403
    same = designer(lite).get("/definitions/errand/diff?from=2&to=2").json
    assert (same["changes"], same["suggestions"]) == ([], [])


def test_a_migration_is_previewed_ordered_followed_and_undone(house: House) -> None:
    case = house.case()
    publish(house, RENAMED)
    preview = designer(house).post(PATH, asks())
    assert (preview.status_code, preview.json["id"]) == (200, None)
    found = preview.json["preview"]
    assert (found["total"], found["after"]) == (1, None)
    assert found["counts"] == {"unchanged": 0, "changes": 0, "moves": 1, "redoes": 0, "cannot": 0}
    (item,) = found["items"]
    assert (item["case"], item["number"], item["kind"], item["why"]) == (case["id"], case["number"], "moves", None)
    assert [(m["old"], m["old_name"], m["new"]) for m in item["moved"]] == [("review", "Review", "examine")]
    assert house.browser("lin.ceshi").get(f"/cases/{case['id']}").json["version"] == 1
    ordered = designer(house).post(PATH, asks(preview=False, reason="renamed"))
    assert ordered.status_code == 202
    id_ = ordered.json["id"]
    running = designer(house).get(f"{PATH}/{id_}").json
    assert (running["status"], running["counts"]["waiting"], running["items"][0]["status"]) == ("running", 1, "waiting")
    versions.tick(house.store)
    done = designer(house).get(f"{PATH}/{id_}").json
    assert (done["status"], done["from"], done["to"], done["reason"]) == ("done", 1, 2, "renamed")
    assert done["plan"] == {"mapping": {"review": "examine"}, "redo": {}}
    assert [(i["case"], i["status"], i["reason"]) for i in done["items"]] == [(case["id"], "moved", None)]
    assert house.browser("lin.ceshi").get(f"/cases/{case['id']}").json["version"] == 2
    assert [m["id"] for m in designer(house).get(PATH).json["items"]] == [id_]
    assert designer(house).post(f"{PATH}/{id_}/undo", {"reason": "too early"}).status_code == 204
    versions.tick(house.store)
    undone = designer(house).get(f"{PATH}/{id_}?status=undone").json
    assert (undone["status"], undone["undone_because"], len(undone["items"])) == ("undone", "too early", 1)
    assert house.browser("lin.ceshi").get(f"/cases/{case['id']}").json["version"] == 1
    again = designer(house).post(f"{PATH}/{id_}/undo", {"reason": "again"})
    assert (again.status_code, again.json["code"]) == (409, "err_migration_undone")


def test_what_cannot_go_is_said_in_the_readers_language_and_stops_the_migration(lite: House) -> None:
    first, second = lite.case(), lite.case(subject="Another stamp")
    publish(lite, {**errand.FILES, "process.bpmn": errand.FILES["process.bpmn"].replace('"review"', '"look"')
                   .replace("review_outcome", "look_outcome")})  # fmt: skip
    plan = {"from": 1, "to": 2, "plan": {}}
    for language, word in (("en", "the new version has no"), ("zh-CN", "新版本没有")):
        items = designer(lite).post(PATH, plan, headers={"Accept-Language": language}).json["preview"]["items"]
        assert [i["kind"] for i in items] == ["cannot", "cannot"]
        assert word in items[0]["why"]
    id_ = designer(lite).post(PATH, {**plan, "preview": False, "reason": "tried"}).json["id"]
    versions.tick(lite.store)
    found = designer(lite).get(f"{PATH}/{id_}").json
    assert (found["status"], found["counts"]["refused"], found["counts"]["waiting"]) == ("stopped", 1, 1)
    assert "the new version has no" in found["items"][0]["reason"]
    assert designer(lite).post(f"{PATH}/{id_}/run", {"retry": True}).status_code == 204
    versions.tick(lite.store)
    assert designer(lite).get(f"{PATH}/{id_}").json["counts"]["refused"] == 1
    assert {first["number"], second["number"]} == {i["number"] for i in found["items"]}


def test_cases_and_units_may_be_chosen_and_batches_follow_each_other(lite: House) -> None:
    cases = sorted((lite.case(subject=f"Stamp {n}") for n in range(3)), key=lambda c: str(c["id"]))
    publish(lite, RENAMED)
    ids = [c["id"] for c in cases]
    first = designer(lite).post(PATH, asks(limit=2)).json["preview"]
    assert ([i["case"] for i in first["items"]], first["after"], first["total"]) == (ids[:2], ids[1], 3)
    rest = designer(lite).post(PATH, asks(limit=2, after=first["after"])).json["preview"]
    assert ([i["case"] for i in rest["items"]], rest["after"]) == (ids[2:], None)
    assert designer(lite).post(PATH, asks(cases=[ids[0]])).json["preview"]["total"] == 1
    assert designer(lite).post(PATH, asks(unit="B071")).json["preview"]["total"] == 3
    assert designer(lite).post(PATH, asks(unit="C07")).json["preview"]["total"] == 3
    assert designer(lite).post(PATH, asks(unit="NOWHERE")).status_code == 404
    id_ = designer(lite).post(PATH, asks(cases=[ids[0]], preview=False, reason="one first")).json["id"]
    versions.tick(lite.store)
    page = designer(lite).get(f"{PATH}/{id_}?limit=1").json
    assert (len(page["items"]), page["next"]) == (1, None)
    assert [lite.browser("lin.ceshi").get(f"/cases/{i}").json["version"] for i in ids] == [2, 1, 1]


def test_an_order_that_comes_twice_is_one_migration(house: House) -> None:
    house.case()
    publish(house, RENAMED)
    body, key = asks(preview=False, reason="renamed"), {"Idempotency-Key": "once"}
    first = designer(house).post(PATH, body, headers=key)
    second = designer(house).post(PATH, body, headers=key)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json == second.json
    assert len(designer(house).get(PATH).json["items"]) == 1


def test_only_designers_may_and_only_what_makes_sense(lite: House) -> None:
    lite.case()
    publish(lite, RENAMED)
    for name in ("lin.ceshi", lite.office.auditor):
        browser = lite.browser(name)
        assert browser.post(PATH, asks()).status_code == 403
        assert browser.get(PATH).status_code == 403
        assert browser.post(f"{PATH}/x/run", {}).status_code == 403
        assert browser.post(f"{PATH}/x/undo", {"reason": "x"}).status_code == 403
    limited = lite.program(lite.office.designer, "read", "write")
    assert limited.post(PATH, asks()).status_code == 403
    mine = designer(lite)
    assert mine.post(PATH, asks(preview=False)).status_code == 422
    assert mine.post(PATH, asks(preview=False, reason="x", to=1)).status_code == 422
    assert mine.post(PATH, asks(to=9)).status_code == 404
    assert mine.post(PATH.replace("errand", "nothing"), asks()).status_code == 404
    wrong = mine.post(PATH, asks(plan={"mapping": {"review": "nobody"}, "redo": {"record": "ways"}}))
    assert wrong.status_code == 422
    assert {e["field"] for e in wrong.json["errors"]} == {"plan.mapping.review", "plan.redo.record"}
    nobody = mine.post(PATH, asks(preview=False, reason="x", cases=["no-such-case"]))
    assert (nobody.status_code, nobody.json["code"]) == (409, "err_nothing_to_migrate")
    for path in (f"{PATH}/no-such-id", f"{PATH}/{'x' * 300}"):
        assert mine.get(path).status_code == 404
        assert mine.post(f"{path}/run", {}).status_code == 404
        assert mine.post(f"{path}/undo", {"reason": "x"}).status_code == 404


@pytest.mark.parametrize(
    "more",
    [
        {"preview": "false"},
        {"preview": 0},
        {"preview": None},
        {"from": True},
        {"from": 2**40},
        {"to": "2"},
        {"plan": []},
        {"plan": {"mapping": {"review": 1}}},
        {"plan": {"mapping": {"review": "\u0000"}}},
        {"plan": {"mapping": {f"e{n}": "x" for n in range(2000)}}},
        {"plan": {"other": {}}},
        {"cases": []},
        {"cases": [1]},
        {"cases": ["x" * 100]},
        {"unit": ["B071"]},
        {"limit": 0},
        {"limit": 10**9},
        {"after": 5},
        {"stop_after": 0},
        {"reason": "x" * 5000},
        {"surprise": True},
    ],
)
def test_hostile_orders_are_refused(lite: House, more: dict[str, Any]) -> None:
    publish(lite, RENAMED)
    answer = designer(lite).post(PATH, asks(**more))
    assert answer.status_code in (400, 422), answer.text


def test_a_step_that_is_no_more_is_redone(lite: House) -> None:
    case = lite.case()
    task = lite.task(case, "review")
    answer = lite.browser("zhao.zhishu").post(
        f"/tasks/{task}/completion", {"answers": {"note": "Fine"}, "decision": "agree"}
    )
    if answer.status_code != 200:
        pytest.fail(answer.text)
    publish(lite, WITHOUT)
    plan = {"from": 1, "to": 2, "plan": {"redo": {"record": "enter"}}}
    (item,) = designer(lite).post(PATH, plan).json["preview"]["items"]
    assert (item["kind"], item["redone"][0]["old_name"]) == ("redoes", "Record")
    designer(lite).post(PATH, {**plan, "preview": False, "reason": "recorded elsewhere"})
    versions.tick(lite.store)
    seen = lite.browser(lite.office.auditor).get(f"/cases/{case['id']}").json
    assert [t["element"] for t in seen["open_tasks"]] == ["enter"]
