"""Worklists, told through the doors: what waits, many tasks at once, and undoing them before anything has left."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.app import PREFIX
from engine import accounts, tables
from engine.actors import Actor
from tests.stories.conftest import Case, Person, Story
from tests.together import together

SEAL, FILING = (Path(__file__).parent / "procedures" / name for name in ("seal_request", "filing"))
ASKER, SECRETARY, DEPUTY, COMMISSIONER = "lin.ceshi", "zhao.zhishu", "chen.jijian", "wu.zuwei"


@pytest.fixture
def requests(story: Story) -> list[Case]:
    """Three requests to use the seal, for two, two and five copies."""
    story.publishes(SEAL)
    story.at("2026-03-02")
    asker = story.person(ASKER)
    wanted = (("介绍信", 2), ("证明", 2), ("合同", 5))
    return [asker.starts("seal_request", "B071", {"purpose": what, "copies": n}) for what, n in wanted]


def ids(person: Person, cases: Sequence[Case], element: str = "approve") -> list[str]:
    return [str(person.task(case, element)["id"]) for case in cases]


def does(person: Person, tasks: Sequence[str], decision: str | None = "agree", **more: Any) -> list[dict[str, Any]]:
    items = [{"task": task, **({"decision": decision} if decision else {}), **more} for task in tasks]
    found: list[dict[str, Any]] = person.posts("/tasks/batch", {"items": items})["items"]
    return found


def free_jobs(story: Story) -> int:
    """Jobs that a program could take now."""
    jobs = tables.jobs.c
    with story.store.reading() as db:
        now = story.store.moment(db).now
        query = select(jobs.id).where(jobs.status == "open", jobs.next_at <= now, jobs.type == "seal.register")
        return len(db.execute(query).all())


def held_back(story: Story) -> list[str]:
    """What became of the messages that the procedure throws."""
    messages = tables.messages.c
    with story.store.reading() as db:
        query = select(messages.status).where(messages.name == "seal.used").order_by(messages.id)
        return list(db.execute(query).scalars())


def to_be_told(story: Story, case: Case) -> int:
    """How often somebody has been told that they are asked for a step of a case besides the secretary's own."""
    told, opened = tables.notices.c, tables.tasks.c
    asked = (told.kind == "task.assigned", opened.element != "approve")
    query = select(told.id).join(tables.tasks, opened.id == told.task_id).where(told.case_id == case.id, *asked)
    with story.store.reading() as db:
        return len(set(db.execute(query).scalars()))


def test_the_tasks_beside_each_other_say_where_they_differ(story: Story, requests: list[Case]) -> None:
    secretary = story.person(SECRETARY)
    shown = secretary.gets("/tasks/batch/preview", ids=",".join(ids(secretary, requests)))
    assert [item["allowed"] for item in shown["items"]] == [True, True, True]
    assert [[line["differs"] for line in item["values"]] for item in shown["items"]] == [[True, True]] * 3
    assert [(total["label"], total["value"]) for total in shown["sums"]] == [("Copies", 9)]
    assert [outcome["value"] for outcome in shown["outcomes"]] == ["agree", "refuse"]
    same = secretary.gets("/tasks/batch/preview", ids=",".join(ids(secretary, requests[:2])))
    assert [line["label"] for line in same["common"]] == ["Copies"]
    assert story.person(ASKER).gets("/tasks/batch/preview", ids=ids(secretary, requests)[0]).refused == "err_not_found"


def test_what_is_done_one_by_one_says_so(story: Story, requests: list[Case]) -> None:
    secretary, commissioner = story.person(SECRETARY), story.person(COMMISSIONER)
    does(secretary, ids(secretary, requests[:1]))
    stamps = ids(commissioner, requests[:1], "stamp")
    [item] = commissioner.gets("/tasks/batch/preview", ids=stamps[0])["items"]
    assert (item["allowed"], item["reason"]) == (False, "its step is not meant to be done in a batch")
    [answer] = does(commissioner, stamps, None)
    assert (answer["status"], answer["problem"]["code"]) == (409, "err_no_batch")
    assert requests[0].open_steps() == ["stamp"]


def test_a_form_is_filled_in_once_for_all_and_each_is_judged_by_its_own_gates(story: Story) -> None:
    story.publishes(FILING)
    story.publishes(SEAL)
    story.at("2026-03-06")
    asker, secretary = story.person(ASKER), story.person(SECRETARY)
    received = (("甲文", 2, "2026-03-02"), ("乙文", 7, "2026-03-03"), ("丙文", 4, "2026-03-05"))
    letters = [
        asker.starts("filing", "B071", {"subject": what, "pages": n, "received_on": on}) for what, n, on in received
    ]
    tasks = ids(secretary, letters, "file")
    seen = secretary.gets("/tasks/batch/preview", ids=",".join(tasks))
    assert ([item["allowed"] for item in seen["items"]], seen["shared"]) == ([True] * 3, tasks[0])
    assert (seen["is_plain"], seen["outcomes"]) == (True, [])
    assert [item["opening"]["pages"] for item in seen["items"]] == [2, 7, 4]
    assert {item["opening"]["filed_on"] for item in seen["items"]} == {None}
    # With tasks of another step beside them what has to be filled in stays out, and the others go.
    seal = asker.starts("seal_request", "B071", {"purpose": "介绍信", "copies": 1})
    mixed = secretary.gets("/tasks/batch/preview", ids=",".join([*tasks[:1], *ids(secretary, [seal])]))
    assert [item["allowed"] for item in mixed["items"]] == [False, True]
    assert mixed["items"][0]["reason"].startswith("it has fields to fill in")
    assert (mixed["shared"], mixed["is_plain"]) == (None, False)
    shared = {"filed_on": "2026-03-04", "shelf": "A-3"}
    items = [
        {"task": task, "answers": {**item["opening"], **shared}}
        for task, item in zip(tasks, seen["items"], strict=True)
    ]
    bare = secretary.posts("/tasks/batch", {"items": [{"task": tasks[0], "answers": {}}]})["items"][0]
    assert (bare["status"], {e["field"] for e in bare["problem"]["errors"]}) == (422, {"filed_on", "shelf", "pages"})
    # Somebody does the same at the same moment: each task is done once.
    first, second = together(
        lambda: secretary.posts("/tasks/batch", {"items": items})["items"],
        lambda: secretary.posts("/tasks/batch", {"items": items[:1]})["items"],
    )
    assert sorted([first[0]["status"], second[0]["status"]]) == [200, 409]
    assert (first[1]["status"], first[2]["status"]) == (200, 422)
    early = first[2]["problem"]
    assert (early["code"], early["clause"]["article"]) == ("before_received", "art. 9")
    assert [letter.status for letter in letters] == ["ended", "ended", "running"]
    assert [letter.data["pages"] for letter in letters] == [2, 7, 4]
    assert letters[1].data["shelf"] == "A-3"
    assert secretary.posts(f"/tasks/{tasks[1]}/undo").refused is None
    assert letters[1].open_steps() == ["file"]


def test_a_batch_is_undone_before_anything_has_left(story: Story, requests: list[Case]) -> None:
    secretary, commissioner = story.person(SECRETARY), story.person(COMMISSIONER)
    tasks = ids(secretary, requests)
    answers = does(secretary, tasks, opinion="同意用印")
    assert [answer["status"] for answer in answers] == [200, 200, 200]
    assert all(answer["done"]["task"]["undo_until"] for answer in answers)
    assert len(commissioner.box()) == 3  # the house itself goes on at once
    assert (free_jobs(story), held_back(story)) == (0, ["pending"] * 3)
    undone = secretary.posts(f"/tasks/{tasks[0]}/undo")
    assert undone["target"]["element"] == "approve"
    assert requests[0].open_steps() == ["approve"]
    assert len(commissioner.box()) == 2
    assert {task["case"]["id"] for task in story.person(DEPUTY).box()} == {requests[0].id}  # asked again, like before
    story.later("PT1M")
    # Of what was undone nothing ever leaves, of the others everything.
    assert [to_be_told(story, case) for case in requests] == [0, 1, 1]
    assert (free_jobs(story), held_back(story)) == (2, ["undone", "pending", "pending"])
    assert "task.undone" in requests[0].kinds()
    late = secretary.posts(f"/tasks/{tasks[1]}/undo")
    assert late.refused == "err_undo_over"
    assert late.refused["instead"] == "withdrawal"
    assert story.person(DEPUTY).posts(f"/tasks/{tasks[1]}/undo").refused == "err_not_found"


def test_a_case_that_a_batch_has_ended_stands_as_before_when_it_is_undone(story: Story, requests: list[Case]) -> None:
    secretary, case = story.person(SECRETARY), requests[0]
    does(secretary, ids(secretary, [case]))
    story.later("PT1M")
    finish(story, case)
    [task] = ids(secretary, [case], "file")
    [answer] = does(secretary, [task], "filed")
    assert (answer["done"]["case"]["status"], case.status) == ("ended", "ended")
    assert secretary.posts(f"/tasks/{task}/undo").refused is None
    assert (case.status, case.open_steps()) == ("running", ["file"])
    assert [item["case"]["id"] for item in secretary.box(q="介绍信")] == [case.id]
    assert secretary.posts(f"/tasks/{task}/undo").refused == "err_already_void"
    assert secretary.completes(case, "file", {}, decision="filed").refused is None
    assert (case.status, case.outcome) == ("ended", "done")


def finish(story: Story, case: Case) -> None:
    """Register and stamp, so that only the filing is left."""
    with story.store.transaction() as db:
        _, key = accounts.create_key(db, Actor.operator(), story.store.moment(db), name="seal", scopes=["jobs.work"])
    client, program = story.app.test_client(use_cookies=False), {"Authorization": f"Bearer {key}"}
    wanted = {"type": "seal.register", "worker": "seal", "max": 5}
    taken = client.post(f"{PREFIX}/jobs/activation", json=wanted, headers=program).get_json()["items"]
    assert [job["case"] for job in taken] == [case.id]
    done = client.post(f"{PREFIX}/jobs/{taken[0]['id']}/completion", json={"data": {}}, headers=program)
    assert done.status_code == 200, done.get_json()
    assert story.person(COMMISSIONER).completes(case, "stamp", {}).refused is None


def test_of_two_who_do_one_list_at_once_each_task_is_done_once(story: Story, requests: list[Case]) -> None:
    people = [story.person(SECRETARY), story.person(DEPUTY)]
    tasks = ids(people[0], requests)
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda person: does(person, tasks), people))
    for first, second in zip(*both, strict=True):
        assert sorted([first["status"], second["status"]]) == [200, 409]
        refused = first["problem"] or second["problem"]
        assert refused["code"] == "err_already_completed"
    assert people[0].box() == people[1].box() == []
    assert [case.open_steps() for case in requests] == [["stamp"]] * 3


def test_what_somebody_has_claimed_is_gone_from_the_others_lists_and_counts(story: Story, requests: list[Case]) -> None:
    secretary, deputy = story.person(SECRETARY), story.person(DEPUTY)
    assert deputy.gets("/tasks/counts")["todo"] == {"count": 3, "is_more": False, "unread": 0}
    assert secretary.claims(requests[0], "approve").refused is None
    assert deputy.gets("/tasks/counts")["todo"]["count"] == 2
    assert [item["case"]["id"] for item in secretary.box(claimed="mine")] == [requests[0].id]
    assert len(secretary.box(claimed="free")) == 2
    assert secretary.releases(requests[0], "approve").refused is None
    assert len(deputy.box()) == 3


def test_a_copy_stands_in_its_own_box_until_it_is_read(story: Story, requests: list[Case]) -> None:
    secretary, commissioner = story.person(SECRETARY), story.person(COMMISSIONER)
    [task] = ids(secretary, requests[2:])
    assert secretary.posts(f"/tasks/{task}/copies", {"to": [commissioner.id]}).refused is None
    [copy] = commissioner.box("copied")
    assert (copy["case"]["id"], copy["is_unread"]) == (requests[2].id, True)
    assert commissioner.gets("/tasks/counts")["copied"] == {"count": 1, "is_more": False, "unread": 1}
    assert commissioner.posts("/copies/read", {"cases": [requests[2].id]})["read"] == 1
    assert [copy["is_unread"] for copy in commissioner.box("copied")] == [False]
    assert commissioner.gets("/tasks/counts")["copied"]["unread"] == 0


def test_a_case_is_started_for_somebody_else_who_is_told_and_sees_it(story: Story) -> None:
    story.publishes(FILING)
    story.at("2026-03-06")
    asker, other = story.person(ASKER), story.person(COMMISSIONER)
    letter = {"subject": "丁文", "pages": 1, "received_on": "2026-03-05"}
    case = asker.starts("filing", "B071", {**letter, "for_whom": other.id})
    assert case.read()["started_for"]["id"] == other.id
    (said,) = [e["sentence"] for e in case.trail() if e["kind"] == "case.started"]
    assert said == "Lin Ceshi, for Wu Zuwei, started the case."
    assert other.gets("/notices", kind="case.started_for")["items"][0]["case"]["id"] == case.id
    assert other.sees(case)["number"] == case.number
    assert story.person(DEPUTY).sees(case).refused == "err_not_found"
    nobody = asker.starts("filing", "B071", {**letter, "for_whom": "nobody"}).refused
    assert nobody is not None
    assert (nobody.status, nobody.errors[0]["field"]) == (422, "for_whom")
    own = asker.starts("filing", "B071", {**letter, "for_whom": asker.id})
    assert own.read()["started_for"] is None
    # Both do it at the same moment: two cases, each in the name of who did it.
    for_them, theirs = together(
        lambda: asker.starts("filing", "B071", {**letter, "for_whom": other.id}),
        lambda: other.starts("filing", "B071", letter),
    )
    assert for_them.number != theirs.number
    assert [one.read()["started_for"] for one in (for_them, theirs)] == [{"id": other.id, "name": "Wu Zuwei"}, None]
