"""Programs at the door: taking work, waiting for it, giving it back; and who is kept out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api import jobs
from engine import definitions
from engine.actors import Actor
from tests.api.conftest import Browser, House
from tests.engine.test_jobs import CAUGHT, END, PAY, process

WORKER = {"type": "pay", "worker": "w1"}


@pytest.fixture(autouse=True)
def published(request: pytest.FixtureRequest) -> None:
    house: House = request.getfixturevalue("house" if "house" in request.fixturenames else "lite")
    with house.store.transaction() as db:
        files = process(PAY.format(more="") + CAUGHT + END)
        definitions.publish(db, Actor.operator(), house.store.moment(db), files, "for the tests")


def start(house: House, name: str = "lin.ceshi") -> dict[str, Any]:
    answer = house.browser(name).post("/cases", {"definition": "paying", "unit": "B071", "data": {}})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def take(program: Browser, **more: Any) -> list[dict[str, Any]]:
    answer = program.post("/jobs/activation", {**WORKER, **more})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json["items"]
    return found


def test_a_program_does_a_job(house: House) -> None:
    case = start(house)
    program = house.worker("jobs.work")
    (job,) = take(program, max=5, timeout="PT30S")
    assert job == {
        "id": job["id"],
        "type": "pay",
        "case": case["id"],
        "number": case["number"],
        "element": "pay",
        "data": {"amount": 12.5, "on": "2026-03-09"},
        "retries": 3,
        "deadline": "2026-03-02T09:00:30.000+08:00",
        "worker": "w1",
    }
    assert take(program) == []
    done = f"/jobs/{job['id']}/completion"
    answer = program.post(done, {"data": {"receipt": "R-1", "paid": 12.4}})
    assert (answer.status_code, answer.json) == (200, {"id": job["id"], "case": case["id"]})
    again = program.post(done, {"data": {"receipt": "R-1", "paid": 12.4}})
    assert (again.status_code, again.json["code"], again.json["by"]) == (409, "err_job_done", "w1")
    seen = house.browser(house.office.auditor).get(f"/cases/{case['id']}").json
    assert (seen["status"], seen["data"]["receipt"], seen["data"]["paid"]) == ("ended", "R-1", "12.5")


def test_a_job_fails_until_somebody_has_to_mend_it(house: House) -> None:
    case = start(house)
    program, admin = house.worker("jobs.work"), house.browser("xie.xitong")
    for left in (2, 1, 0):
        (job,) = take(program)
        assert job["retries"] == left + 1
        answer = program.post(f"/jobs/{job['id']}/failure", {"message": "no answer", "backoff": 0, "worker": "w1"})
        assert answer.status_code == 200, answer.text
    assert take(program) == []
    (incident,) = admin.get("/incidents").json["items"]
    assert (incident["details"]["message"], incident["details"]["job"]) == ("no answer", job["id"])
    assert incident["case"] == case["id"]
    admin.post(f"/incidents/{incident['id']}/retry", {"reason": "the bank answers again"})
    (again,) = take(program)
    assert (again["id"], again["retries"]) == (job["id"], 3)
    program.post(f"/jobs/{job['id']}/failure", {"message": "closed", "error": "closed"})
    assert house.browser(house.office.auditor).get(f"/cases/{case['id']}").json["outcome"] == "closed"


def test_a_failed_job_that_is_passed_over_is_offered_no_more(lite: House) -> None:
    case = start(lite)
    program, admin = lite.worker("jobs.work"), lite.browser("xie.xitong")
    (job,) = take(program)
    program.post(f"/jobs/{job['id']}/failure", {"message": "never", "retries": 0})
    (incident,) = admin.get("/incidents").json["items"]
    assert admin.post(f"/incidents/{incident['id']}/skip", {"reason": "paid in cash"}).json["items"] == []
    assert lite.browser(lite.office.auditor).get(f"/cases/{case['id']}").json["status"] == "ended"
    answer = program.post(f"/jobs/{job['id']}/completion", {"data": {}})
    assert (answer.status_code, answer.json["code"]) == (409, "err_job_cancelled")


@pytest.mark.parametrize("scopes", [(), ("read",), ("read", "write"), ("write", "cases.mend"), ("trail.read_all",)])
def test_a_key_without_the_scope_gets_no_work(lite: House, scopes: tuple[str, ...]) -> None:
    start(lite)
    answer = lite.worker(*scopes).post("/jobs/activation", WORKER)
    assert (answer.status_code, answer.json["code"]) == (403, "err_scope")


def test_a_key_for_work_is_good_for_nothing_else(lite: House) -> None:
    case = start(lite)
    program = lite.worker("jobs.work")
    for path in ("/cases", f"/cases/{case['id']}", "/tasks", "/people", "/incidents"):
        assert program.get(path).status_code == 403, path
    assert program.post("/cases", {"definition": "paying", "data": {}}).status_code == 403
    assert lite.browser("zhao.zhishu").post("/jobs/activation", WORKER).json["needs"] == ["jobs.work"]
    # Work for programs is no person's: no post gives it, so no key of a person has it.
    assert lite.program("xie.xitong", "jobs.work").post("/jobs/activation", WORKER).status_code == 403


def test_a_late_worker_is_told_that_it_is_late(lite: House) -> None:
    start(lite)
    program, admin = lite.worker("jobs.work"), lite.browser("xie.xitong")
    (job,) = take(program, timeout=1)
    admin.post("/clock/advance", {"by": "PT2S"})
    answer = program.post(f"/jobs/{job['id']}/completion", {"data": {}})
    assert (answer.status_code, answer.json["code"]) == (409, "err_job_lock_expired")
    (again,) = take(lite.worker("jobs.work"), worker="w2")
    assert again["id"] == job["id"]
    for names in ({}, {"worker": "w1"}, {"worker": "w2"}):
        answer = program.post(f"/jobs/{job['id']}/completion", {"data": {}, **names})
        assert (answer.status_code, answer.json["code"], answer.json["by"]) == (409, "err_job_not_yours", "w2")
    assert program.post("/jobs/nowhere/completion", {"data": {}}).status_code == 404
    assert program.post("/jobs/nowhere/failure", {"message": "?"}).status_code == 404


def test_a_request_that_comes_twice_takes_and_gives_once(house: House) -> None:
    start(house)
    start(house, "he.yangli")
    program, key = house.worker("jobs.work"), {"Idempotency-Key": "take-1"}
    first = program.post("/jobs/activation", WORKER, headers=key).json
    assert len(first["items"]) == 1
    assert program.post("/jobs/activation", WORKER, headers=key).json == first
    other = program.post("/jobs/activation", {**WORKER, "max": 2}, headers=key)
    assert (other.status_code, other.json["code"]) == (422, "err_idempotency_key_reused")
    (rest,) = take(program)
    empty = {"Idempotency-Key": "take-2"}
    assert program.post("/jobs/activation", WORKER, headers=empty).json["items"] == []
    start(house, "lin.ceshi")  # an empty answer is not an answer that is kept
    assert len(program.post("/jobs/activation", WORKER, headers=empty).json["items"]) == 1
    done, key = f"/jobs/{rest['id']}/completion", {"Idempotency-Key": "done-1"}
    body: dict[str, Any] = {"data": {"receipt": "R", "paid": 1}}
    assert program.post(done, body, headers=key).status_code == 200
    replayed = program.post(done, body, headers=key)
    assert (replayed.status_code, replayed.headers["Idempotency-Replayed"]) == (200, "true")


@pytest.mark.parametrize(
    "body",
    [
        {"type": "pay"},
        {"worker": "w"},
        {"type": "", "worker": "w"},
        {"type": "pay", "worker": ""},
        {"type": "pay", "worker": "w" * 101},
        {**WORKER, "max": 0},
        {**WORKER, "max": 101},
        {**WORKER, "max": "many"},
        {**WORKER, "wait": 31},
        {**WORKER, "wait": -1},
        {**WORKER, "timeout": "5 minutes"},
        {**WORKER, "timeout": "P1M"},
        {**WORKER, "timeout": -1},
        {**WORKER, "timeout": "P2D"},
        {**WORKER, "timeout": 0},
        {**WORKER, "timeout": 1e308},
        {**WORKER, "timeout": True},
        {**WORKER, "typ": "pay"},
    ],
)
def test_an_activation_that_does_not_fit_takes_nothing(lite: House, body: dict[str, Any]) -> None:
    start(lite)
    program = lite.worker("jobs.work")
    answer = program.post("/jobs/activation", body)
    assert answer.status_code == 422, answer.text
    assert answer.json["errors"]
    assert len(take(program)) == 1


def test_a_result_is_bounded(lite: House) -> None:
    start(lite)
    program = lite.worker("jobs.work")
    (job,) = take(program)
    done = f"/jobs/{job['id']}/completion"
    assert program.post(done, {"data": {"receipt": "x" * 256 * 1024}}).status_code == 413
    assert program.post(done, {"data": []}).status_code == 422
    assert program.post(done, {"data": {}, "variables": {"paid": 1}}).status_code == 422
    assert program.post(done, data=b'{"data": {"paid": NaN}}', content_type="application/json").status_code == 400
    assert program.post(done, data=b'{"data": {"paid": "\\u0000"}}', content_type="application/json").status_code == 400
    assert program.post(f"/jobs/{job['id']}/failure", {"message": "x" * 2001}).status_code == 422
    assert program.post(f"/jobs/{job['id']}/failure", {"message": "x", "retries": -1}).status_code == 422
    assert program.post(f"/jobs/{job['id']}/failure", {"message": "x", "backoff": "P31D"}).status_code == 422
    assert program.post(done, {"data": {"receipt": "x" * 1000, "paid": 1}}).status_code == 200


# ---------------------------------------------------------------- waiting

PATIENCE = 120.0
"""Seconds of a test that would hang; nothing is decided by them."""


class Clock:
    """The time of those who wait for a job: it passes while one of them sleeps, and each sleeps until ``go``."""

    def __init__(self) -> None:
        self.now = 0.0
        self.go = threading.Event()
        self._asleep = threading.Semaphore(0)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self._asleep.release()
        assert self.go.wait(PATIENCE)
        self.now += seconds

    def until_asleep(self, count: int = 1) -> None:
        for _ in range(count):
            assert self._asleep.acquire(timeout=PATIENCE)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(jobs, "time", clock)
    yield clock
    clock.go.set()


def test_who_waits_is_given_the_job_that_comes_and_holds_nothing_meanwhile(house: House, clock: Clock) -> None:
    program = house.worker("jobs.work")
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(take, program, wait=20)
        clock.until_asleep()
        pool: Any = house.store.engine.pool
        assert (waiting.done(), pool.checkedout()) == (False, 0)
        case = start(house)  # somebody else writes, and is not kept waiting
        clock.go.set()
        (job,) = waiting.result(PATIENCE)
    assert (job["case"], clock.now) == (case["id"], jobs.LOOK), "at the next look"


def test_who_waits_in_vain_is_answered_in_time(lite: House, clock: Clock) -> None:
    clock.go.set()
    assert take(lite.worker("jobs.work"), wait=1) == []
    assert clock.now == 1


def test_only_so_many_wait_at_once(lite: House, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_seats", threading.BoundedSemaphore(1))
    first, *others = [lite.worker("jobs.work") for _ in range(3)]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(take, first, wait=2)
        clock.until_asleep()
        assert [take(other, wait=2) for other in others] == [[], []]
        assert (waiting.done(), clock.now) == (False, 0)
        clock.go.set()
        assert waiting.result(PATIENCE) == []
    assert clock.now == 2


def test_those_who_wait_for_the_same_job_share_it_fairly(house: House, clock: Clock) -> None:
    programs = [house.worker("jobs.work") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(take, program, wait=jobs.LONGEST_WAIT) for program in programs]
        clock.until_asleep(4)
        started = {start(house, name)["id"] for name in ("lin.ceshi", "he.yangli")}
        clock.go.set()
        found = [job["case"] for one in waiting for job in one.result(PATIENCE)]
    assert sorted(found) == sorted(started)
