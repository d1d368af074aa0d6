"""Units, people, posts and keys over HTTP: what the pickers are fed with, and who may change a post."""

from __future__ import annotations

from tests.api.conftest import House


def test_a_unit_is_found_by_id_and_by_code(lite: House) -> None:
    browser = lite.browser("lin.ceshi")
    unit = browser.get("/units/B071").json
    assert unit == browser.get(f"/units/{unit['id']}").json
    assert (unit["kind"], unit["kind_name"], unit["status"]) == ("branch", "branch", "active")
    assert [above["code"] for above in unit["ancestors"]] == ["C07", "U07", "WC0"]
    assert unit["roster"]["full_members"] == 15


def test_units_are_searched_by_name_code_kind_and_parent(lite: House) -> None:
    browser = lite.browser("lin.ceshi")
    assert [unit["code"] for unit in browser.get("/units?q=B07&limit=2").json["items"]] == ["B071", "B072"]
    assert len(browser.get("/units?kind=working_committee").json["items"]) == 1
    assert {unit["code"] for unit in browser.get("/units?parent=C07").json["items"]} >= {"B071", "D07"}


def test_the_structure_is_read_as_of_a_day(lite: House) -> None:
    admin, posts = lite.browser("xie.xitong"), "/units/B071/posts"
    assert admin.get("/units/B071?on=2026-01-01").json["name"] == admin.get("/units/B071").json["name"]
    assert admin.get("/units/B071?on=1950-01-01").status_code == 404
    assert admin.get("/units?on=1950-01-01").json["items"] == []
    held = admin.get(posts).json
    [secretary] = [post for post in held["items"] if post["role"] == "branch_secretary"]
    assert (secretary["person"]["name"], secretary["state"], secretary["to_on"]) == ("Zhao Zhishu", "current", None)
    assert held["open_tasks"] >= secretary["open_tasks"] >= 0
    assert all(post["state"] == "coming" for post in admin.get(f"{posts}?on=1950-01-01").json["items"])
    *later, founded = admin.get("/units/B071/history").json["items"]
    assert (founded["changed"], founded["parent"]["code"]) == (["founded"], "C07")
    assert [(state["changed"], state["to_on"]) for state in later] == [(["term"], None)]
    assert founded["to_on"] == later[0]["from_on"] == later[0]["term_started_on"]
    [project] = admin.get("/units/changes?since=2026-01-01&until=2026-12-31").json["items"]
    assert (project["unit"]["code"], project["changed"]) == ("T99", ["founded"])
    assert admin.get("/units/changes?since=2026-12-31&until=2026-01-01").status_code == 422
    words = admin.get("/units/words").json
    assert {"id": "drafter", "name": "drafter"} in words["roles"]
    assert {"id": "branch", "name": "branch"} in words["kinds"]
    for path in (posts, "/units/B071/history", "/units/changes?since=2026-01-01&until=2026-12-31"):
        assert lite.browser("zhao.zhishu").get(path).status_code == 403


def test_a_change_is_tried_by_either_of_the_two_who_answer_for_it(lite: House) -> None:
    secretary = lite.browser("zhao.zhishu").get("/me").json["person"]["id"]
    tried = {"changes": [{"kind": "rename", "unit": "B072", "name": "样例第七单位青年党支部"}]}
    for name in ("xie.xitong", "zou.anquan"):
        assert lite.browser(name).post("/directory/trials", tried).json["left"] == 0
    assert lite.browser("yu.rizhi").post("/directory/trials", tried).status_code == 403
    [account] = lite.browser("xie.xitong").get(f"/accounts?person={secretary}").json["items"]
    assert (account["name"], account["state"]) == ("zhao.zhishu", "active")
    assert lite.browser("zhao.zhishu").get("/accounts").status_code == 403


def test_people_are_found_by_whoever_may_look(lite: House) -> None:
    found = lite.browser("zhao.zhishu").get("/people?q=吴组委").json["items"]
    assert [(p["name"], p["unit"]["code"]) for p in found] == [("Wu Zuwei", "B071")]
    assert {post["role"] for post in found[0]["posts"]} >= {"organisation_commissioner", "publicity_commissioner"}
    assert not {"phone", "born_on"} & set(found[0])
    assert lite.browser("lin.ceshi").get("/people?q=吴组委").json["items"] == []
    by_role = lite.browser("zhao.zhishu").get("/people?role=organiser&unit=C07").json["items"]
    assert {p["name"] for p in by_role} == {"Li Zuzhi", "Xu Zuyuan"}
    applicants = lite.browser("zhao.zhishu").get("/people?unit=B071&status=applicant,activist").json["items"]
    assert len(applicants) == 6


def test_posts_are_listed_of_a_person_or_at_a_unit(lite: House) -> None:
    browser = lite.browser("zhao.zhishu")
    me = browser.get("/me").json["person"]["id"]
    assert [(p["role"], p["unit"]["code"]) for p in browser.get(f"/posts?person={me}").json["items"]] == [
        ("branch_secretary", "B071")
    ]
    at = browser.get("/posts?unit=B071&role=branch_secretary").json["items"]
    assert [p["person"]["id"] for p in at] == [me]
    assert browser.get("/posts?unit=B071").status_code == 422
    assert browser.get("/posts?role=king&unit=B071").status_code == 422


def test_a_post_is_given_and_taken_with_an_entry(house: House) -> None:
    admin = house.browser("xie.xitong")
    lin = house.browser("lin.ceshi").get("/me").json["person"]["id"]
    body = {"person": lin, "role": "records_officer", "unit": "B071"}
    given = admin.post("/posts", {**body, "basis": "Document 7"})
    assert (given.status_code, given.json["role_name"], given.json["unit"]["code"]) == (201, "records officer", "B071")
    assert admin.post("/posts", body).json["code"] == "err_post_overlap"
    assert house.browser("lin.ceshi").get("/me").json["posts"][0]["role"] == "records_officer"
    admin.put("/clock", {"now": "2026-04-01T09:00:00"})
    assert admin.post("/posts/ending", body).status_code == 204
    assert house.browser("lin.ceshi").get("/me").json["posts"] == []
    assert admin.post("/posts/ending", body).status_code == 404
    entries = house.browser("qi.shenji").get("/trail?kind=post.changed").json["items"]
    assert [entry["reason"] for entry in entries] == [None, "Document 7"]


def test_nobody_holds_two_of_the_three_administrator_posts(lite: House) -> None:
    admin = lite.browser("xie.xitong")
    me = admin.get("/me").json["person"]["id"]
    answer = admin.post("/posts", {"person": me, "role": "audit_admin", "unit": "WC0"})
    assert (answer.status_code, answer.json["code"]) == (403, "sod_20")
    assert answer.json["held"] == "system administrator"


def test_a_key_is_shown_once_works_and_stops(house: House) -> None:
    browser = house.browser("zhao.zhishu")
    made = browser.post("/keys", {"name": "reports", "scopes": ["read"], "days": 10})
    assert made.status_code == 201
    key = {"Authorization": f"Bearer {made.json['key']}", "Accept-Language": "en"}
    program = house.anonymous()
    assert program.get("/me", headers=key).json["person"]["name"] == "Zhao Zhishu"
    (listed,) = browser.get("/keys").json["items"]
    assert (listed["name"], listed["scopes"], listed["account"]) == ("reports", ["read"], "zhao.zhishu")
    assert made.json["key"] not in browser.get("/keys").text
    assert browser.post("/keys", {"name": "reports"}).json["code"] == "err_key_exists"
    assert browser.post("/keys", {"name": "x", "account": "wu.zuwei"}).status_code == 403
    assert house.browser("wu.zuwei").get("/keys").json["items"] == []
    assert browser.delete(f"/keys/{made.json['id']}").status_code == 204
    assert program.get("/me", headers=key).status_code == 401


def test_a_key_cannot_make_another_key(lite: House) -> None:
    answer = lite.program("zhao.zhishu").post("/keys", {"name": "another"})
    assert (answer.status_code, answer.json["code"]) == (403, "err_key_makes_key")
