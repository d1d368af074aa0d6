"""The worklist and the approver's verbs over HTTP."""

from __future__ import annotations

from functools import partial

from tests.api.conftest import House
from tests.together import together

FINE = {"answers": {"note": "Fine"}, "decision": "agree"}


def test_a_task_is_in_the_box_of_everybody_who_is_asked(house: House) -> None:
    case = house.case()
    for name in ("zhao.zhishu", "chen.jijian"):
        (item,) = house.browser(name).get("/tasks").json["items"]
        assert item["case"] == {"id": case["id"], "number": case["number"], "title": case["title"]}
        assert (item["element"], item["name"], item["step"]) == ("review", "Review", "1")
        assert (item["status"], item["purpose"], item["age_days"]) == ("open", "act", 0)
        assert item["summary"] == [{"label": "Subject", "value": "A stamp"}]
    for name in ("wu.zuwei", "lin.ceshi", "chu.zhishu", "qi.shenji", "jiang.sheji"):
        assert house.browser(name).get("/tasks").json["items"] == []


def test_a_box_can_be_searched(lite: House) -> None:
    case = lite.case("lin.ceshi", "A stamp")
    lite.case("he.yangli", "A seal")
    browser = lite.browser("zhao.zhishu")
    assert len(browser.get("/tasks?definition=errand").json["items"]) == 2
    assert browser.get("/tasks?definition=other").json["items"] == []
    assert [i["case"]["id"] for i in browser.get(f"/tasks?case={case['id']}").json["items"]] == [case["id"]]
    assert [i["case"]["id"] for i in browser.get("/tasks?q=stamp").json["items"]] == [case["id"]]
    first = browser.get("/tasks?limit=1").json
    rest = browser.get("/tasks", query_string={"limit": 1, "cursor": first["next"]}).json
    assert {i["case"]["title"] for i in first["items"] + rest["items"]} == {"办事：A stamp", "办事：A seal"}
    assert browser.get("/tasks?box=nothing").status_code == 422


def test_a_task_says_what_there_is_to_fill_in_and_to_decide(lite: House) -> None:
    case = lite.case()
    task = lite.browser("zhao.zhishu").get(f"/tasks/{lite.task(case, 'review')}").json
    assert task["form"]["components"][0]["label"] == "Note"
    assert [(o["value"], o["label"], o["kind"], o["opinion"], o["enabled"]) for o in task["outcomes"]] == [
        ("agree", "Agree", "agree", "optional", True),
        ("send_back", "Send back", "return", "required", True),
    ]
    assert task["outcome_computed"] is False
    assert set(task["can"]) == {"complete", "draft", "claim", "return", "attach", "comment", "copy"}
    assert [clause["id"] for clause in task["clauses"]] == ["er_2"]
    in_chinese = lite.browser("zhao.zhishu").get(f"/tasks/{task['id']}", headers={"Accept-Language": "zh"}).json
    assert in_chinese["form"]["components"][0]["label"] == "备注"


def test_completing_says_who_has_the_case_now_and_gives_a_receipt(house: House) -> None:
    case = house.case()
    answer = house.browser("zhao.zhishu").post(f"/tasks/{house.task(case, 'review')}/completion", FINE)
    assert answer.status_code == 200
    done = answer.json
    assert (done["task"]["status"], done["task"]["decision_label"]) == ("completed", "Agree")
    assert (done["case"]["status"], done["next_task"]) == ("running", None)
    assert len(done["now_with"]) == 1
    assert "organisation commissioner" in done["now_with"][0]
    entries = house.browser("qi.shenji").get(f"/cases/{case['id']}/trail").json["items"]
    sealed = next(entry for entry in entries if entry["seq"] == done["receipt"]["seq"])
    assert (sealed["kind"], sealed["hash"]) == ("task.completed", done["receipt"]["hash"])
    assert [i["id"] for i in house.browser("zhao.zhishu").get("/tasks?box=done").json["items"]] == [done["task"]["id"]]


def test_of_two_who_complete_at_the_same_moment_one_is_told_who_was_first(house: House) -> None:
    case = house.case()
    task = house.task(case, "review")
    browsers = [house.browser("zhao.zhishu"), house.browser("chen.jijian")]

    def ask(position: int) -> tuple[int, dict[str, object]]:
        answer = browsers[position].post(f"/tasks/{task}/completion", FINE)
        return answer.status_code, answer.json

    answers = sorted(together(partial(ask, 0), partial(ask, 1)), key=lambda one: one[0])
    assert [status for status, _ in answers] == [200, 409]
    assert answers[1][1]["code"] == "err_already_completed"
    assert answers[1][1]["by"] in ("Zhao Zhishu", "Chen Jijian")
    assert "at" in answers[1][1]


def test_answers_that_do_not_fit_are_refused_field_by_field(lite: House) -> None:
    case = lite.case()
    answer = lite.browser("zhao.zhishu").post(
        f"/tasks/{lite.task(case, 'review')}/completion", {"answers": {}, "decision": "agree"}
    )
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == ["note"]


def test_a_task_that_changed_meanwhile_is_not_overwritten(lite: House) -> None:
    case = lite.case()
    task = lite.task(case, "review")
    browser = lite.browser("zhao.zhishu")
    rev = browser.get(f"/tasks/{task}").json["rev"]
    assert browser.post(f"/tasks/{task}/claim").status_code == 200
    answer = browser.post(f"/tasks/{task}/completion", {**FINE, "rev": rev})
    assert (answer.status_code, answer.json["code"]) == (409, "err_task_changed")


def test_whoever_claims_a_task_has_it_until_they_put_it_back(house: House) -> None:
    case = house.case()
    task = house.task(case, "review")
    zhao, chen = house.browser("zhao.zhishu"), house.browser("chen.jijian")
    assert zhao.post(f"/tasks/{task}/claim").json["claimed_by"]["name"] == "Zhao Zhishu"
    second = chen.post(f"/tasks/{task}/claim")
    assert (second.status_code, second.json["code"], second.json["by"]) == (409, "err_claimed", "Zhao Zhishu")
    assert chen.post(f"/tasks/{task}/completion", FINE).status_code == 409
    assert chen.post(f"/tasks/{task}/release").status_code == 409
    assert zhao.post(f"/tasks/{task}/release").json["claimed_by"] is None
    assert chen.post(f"/tasks/{task}/completion", FINE).status_code == 200


def test_a_draft_is_seen_by_nobody_else(lite: House) -> None:
    case = lite.case()
    task = lite.task(case, "review")
    zhao, chen = lite.browser("zhao.zhishu"), lite.browser("chen.jijian")
    assert zhao.put(f"/tasks/{task}/draft", {"answers": {"note": "Not yet"}}).status_code == 204
    assert zhao.get(f"/tasks/{task}").json["values"]["note"] == "Not yet"
    assert chen.get(f"/tasks/{task}").json["values"].get("note") != "Not yet"
    assert [i["id"] for i in zhao.get("/tasks?box=drafts").json["items"]] == [task]


def test_a_case_sent_back_comes_again_with_what_was_written(house: House) -> None:
    case = house.case()
    task = house.task(case, "review")
    zhao = house.browser("zhao.zhishu")
    assert zhao.post(f"/tasks/{task}/return", {"opinion": " ", "answers": {"note": "x"}}).status_code == 422
    answer = zhao.post(f"/tasks/{task}/return", {"opinion": "Say which stamp", "answers": {"note": "x"}})
    assert answer.status_code == 200
    lin = house.browser("lin.ceshi")
    (item,) = lin.get("/tasks").json["items"]
    assert item["element"] == "correct"
    again = lin.post(f"/tasks/{item['id']}/completion", {"answers": {"subject": "The round stamp"}})
    assert again.status_code == 200
    assert [i["element"] for i in zhao.get("/tasks").json["items"]] == ["review"]


def test_what_needs_a_second_person_is_done_when_they_agree(house: House) -> None:
    case = house.case()
    house.browser("zhao.zhishu").post(f"/tasks/{house.task(case, 'review')}/completion", FINE)
    task = house.task(case, "record")
    wu, zhao = house.browser("wu.zuwei"), house.browser("zhao.zhishu")
    entered = wu.post(f"/tasks/{task}/completion", {"answers": {"note": "Stamped"}})
    assert (entered.status_code, entered.json["task"]["status"]) == (200, "confirming")
    seen = zhao.get(f"/tasks/{task}").json
    assert (seen["purpose"], seen["can"]) == ("confirm", ["confirm", "comment", "copy"])
    assert (seen["pending"]["by"]["name"], seen["pending"]["values"]) == ("Wu Zuwei", {"note": "Stamped"})
    assert wu.post(f"/tasks/{task}/confirmation", {"agree": True}).status_code in (403, 404)
    answer = zhao.post(f"/tasks/{task}/confirmation", {"agree": True})
    assert (answer.status_code, answer.json["case"]["status"]) == (200, "ended")
    ended = house.browser("lin.ceshi").get(f"/cases/{case['id']}").json
    assert (ended["status"], ended["outcome"], ended["outcome_label"]) == ("ended", "done", "Done")


def test_what_the_second_person_does_not_agree_to_goes_back_to_the_first(lite: House) -> None:
    case = lite.case()
    lite.browser("zhao.zhishu").post(f"/tasks/{lite.task(case, 'review')}/completion", FINE)
    task = lite.task(case, "record")
    lite.browser("wu.zuwei").post(f"/tasks/{task}/completion", {"answers": {"note": "Stamped"}})
    answer = lite.browser("zhao.zhishu").post(
        f"/tasks/{task}/confirmation", {"agree": False, "opinion": "Not stamped at all"}
    )
    assert (answer.status_code, answer.json["task"]["status"]) == (200, "open")
    assert [i["id"] for i in lite.browser("wu.zuwei").get("/tasks").json["items"]] == [task]


def test_a_task_that_is_not_ones_own_is_not_there(lite: House) -> None:
    case = lite.case()
    task = lite.task(case, "review")
    for name in ("chu.zhishu", "jiang.sheji", "xie.xitong"):
        browser = lite.browser(name)
        answers = [
            browser.get(f"/tasks/{task}"),
            browser.post(f"/tasks/{task}/claim"),
            browser.post(f"/tasks/{task}/completion", FINE),
            browser.post(f"/tasks/{task}/confirmation", {"agree": True}),
            browser.post(f"/tasks/{task}/return", {"opinion": "x"}),
            browser.put(f"/tasks/{task}/draft", {"answers": {}}),
        ]
        assert [answer.status_code for answer in answers] == [404] * 6
        nowhere = browser.get("/tasks/nothing")
        assert {answer.data for answer in answers} == {nowhere.data}


def test_nobody_reviews_their_own_case(lite: House) -> None:
    case = lite.case("zhao.zhishu", "My own stamp")
    answer = lite.browser("zhao.zhishu").post(f"/tasks/{lite.task(case, 'review')}/completion", FINE)
    assert (answer.status_code, answer.json["code"]) == (403, "sod_01")
    assert answer.json["clause"] == {"id": "er_2", "text": "Nobody reviews their own case.", "article": "Rules art. 2"}


def test_many_tasks_are_completed_at_once_and_each_is_answered_by_itself(house: House) -> None:
    mine = house.case("zhao.zhishu", "My own")
    cases = [house.case("lin.ceshi", subject) for subject in ("One", "Two")]
    tasks = [house.task(case, "review") for case in (*cases, mine)]
    zhao = house.browser("zhao.zhishu")
    items = [{"task": task, **FINE} for task in (*tasks, "nothing")]
    items[1] = {"task": tasks[1], "answers": {}, "decision": "agree"}
    key = {"Idempotency-Key": "batch-1"}
    answer = zhao.post("/tasks/batch", {"items": items}, headers=key)
    assert answer.status_code == 200
    done = answer.json["items"]
    assert [(one["task"], one["status"]) for one in done] == list(
        zip((*tasks, "nothing"), (200, 422, 403, 404), strict=True)
    )
    assert done[0]["done"]["task"]["status"] == "completed"
    assert done[0]["problem"] is None
    assert done[1]["problem"]["errors"][0]["field"] == "note"
    assert done[2]["problem"]["clause"]["text"] == "Nobody reviews their own case."
    items[1] = {"task": tasks[1], **FINE}
    again = zhao.post("/tasks/batch", {"items": items}, headers=key).json["items"]
    assert [one["status"] for one in again] == [200, 200, 403, 404]
    assert again[0] == done[0]
    without = zhao.post("/tasks/batch", {"items": items[:1]}).json["items"]
    assert (without[0]["status"], without[0]["problem"]["code"]) == (409, "err_already_completed")


def test_a_batch_has_a_least_and_a_largest_size(lite: House) -> None:
    zhao = lite.browser("zhao.zhishu")
    assert zhao.post("/tasks/batch", {"items": []}).status_code == 422
    assert zhao.post("/tasks/batch", {"items": [{"task": "x"}] * 201}).status_code == 422
    assert zhao.post("/tasks/batch", {"items": [{"task": "x", "more": 1}]}).status_code == 422
