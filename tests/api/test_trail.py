"""The trail over HTTP: searching it, and whether it is whole."""

from __future__ import annotations

from sqlalchemy import text

from tests.api.conftest import House


def test_an_auditor_searches_every_chain(house: House) -> None:
    case = house.case("lin.ceshi")
    house.case("he.yangli", "A seal")
    auditor = house.browser("qi.shenji")
    started = auditor.get("/trail?kind=case.started").json["items"]
    assert [entry["sentence"] for entry in started] == ["He Yangli started the case.", "Lin Ceshi started the case."]
    lin = house.browser("lin.ceshi").get("/me").json["person"]["id"]
    mine = auditor.get(f"/trail?actor={lin}").json["items"]
    assert {entry["chain"] for entry in mine} == {case["id"]}
    assert auditor.get("/trail?unit=B072").json["items"] == []
    assert auditor.get("/trail?unit=B071&from=2026-03-02&to=2026-03-02").json["items"] != []
    assert auditor.get("/trail?unit=B071&from=2026-03-03").json["items"] == []
    assert auditor.get("/trail?unit=B071&to=2026-03-01").json["items"] == []
    assert [e["chain"] for e in auditor.get(f"/trail?q={case['id']}&kind=case.started").json["items"]] == [case["id"]]
    assert auditor.get("/trail?kind=nothing").status_code == 422


def test_the_search_goes_on_where_its_cursor_says(house: House) -> None:
    house.case()
    auditor = house.browser("qi.shenji")
    whole = auditor.get("/trail").json["items"]
    parts = []
    query: dict[str, object] = {"limit": 1}
    while True:
        part = auditor.get("/trail", query_string=query).json
        parts += part["items"]
        if part["next"] is None:
            break
        query["cursor"] = part["next"]
    assert parts == whole
    assert len(parts) > 2


def test_the_trail_is_whole(house: House) -> None:
    house.case()
    report = house.browser("yu.rizhi").get("/trail/verification").json
    assert report["is_whole"] is True
    assert report["findings"] == []
    assert report["chains"] >= 3
    one = house.browser("qi.shenji").get("/trail/verification?chain=office").json
    assert (one["chains"], one["is_whole"]) == (1, True)


def test_an_entry_that_somebody_changed_in_the_database_is_found(lite: House) -> None:
    case = lite.case()
    with lite.store.transaction() as db:
        db.execute(text("DROP TRIGGER IF EXISTS entries_no_update"))
        for name in db.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
            db.execute(text(f'DROP TRIGGER "{name}"'))
        db.execute(
            text("UPDATE entries SET text = replace(text, 'ER-2026', 'ER-2025') || ' ' WHERE chain = :c AND seq = 1"),
            {"c": case["id"]},
        )
    for language, words in (("en", "the entry was changed"), ("zh-CN", "该条被改动")):
        answer = lite.browser("yu.rizhi").get("/trail/verification", headers={"Accept-Language": language})
        (finding,) = answer.json["findings"]
        assert (finding["chain"], finding["seq"], finding["rule"]) == (case["id"], 1, "changed")
        assert words in finding["message"]
