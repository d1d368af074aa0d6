"""The ``story`` driver: a story speaks the domain and goes through the HTTP door only.

A story is told about the demonstration office, on a virtual clock, once on SQLite and once on PostgreSQL::

    def test_whoever_talks_with_the_applicant_needs_the_letter_first(story):
        story.at("2026-03-02")  # 09:00 of that business date; runs all that falls due
        lin, zhao = story.person("lin.xia"), story.person("zhao.zhishu")  # account names of the office
        case = lin.starts("recruitment", unit="B071", answers={"letter_on": "2026-03-01"})
        zhao.completes(case, "hold_first_talk", {"talked_on": "2026-03-02"}, decision="done")
        assert zhao.completes(case, "determine_activist", {}).refused == "err_step_not_open"
        assert case.open_steps() == ["hold_first_talk"]

``story``
    ``story.at("2026-03-02")`` or ``story.at("2026-03-02T15:30")`` moves the office's clock (``PUT /clock``);
    ``story.later("P1M")`` moves it on (``POST /clock/advance``); ``story.today`` is the business date as ISO text.
    ``story.person(account)`` is somebody signed in (once, kept); ``story.auditor`` reads everything;
    ``story.publishes(key_or_folder)`` publishes ``processes/<key>`` or any folder, by the designer;
    ``story.unit("B071")`` is the unit as ``GET /units`` shows it.

a person
    ``starts(definition, unit=…, answers={…}, business_key=None, version=None)`` → the case
    ``completes(case, element, answers, decision=None, opinion=None, reason=None)`` → an answer; completes the task of
    that element in the person's own box, and where there is none, knocks at the step itself (the bypass attempt)
    ``confirms(case, element, agree=True, opinion=None)`` → an answer
    ``claims(case, element)``, ``releases(case, element)``, ``drafts(case, element, answers)``
    ``returns(case, element, opinion, to=None)``, ``withdraws(case, reason)``, ``cancels(case, reason)`` → an answer
    ``box("todo")`` → the items; ``sees(case)`` → the case as this person sees it, or a refused answer
    ``task(case, element)`` → ``GET /tasks/{id}`` of the person's task of that element
    ``gets(path, **query)``, ``posts(path, body)``, ``puts(path, body)``, ``deletes(path)`` → an answer: any other door
    ``raw(method, path, …)`` → the answer as it is: for files
    ``id`` (person id), ``name`` (account), ``holders``: for forms that ask for a person use ``story.person(x).id``

an answer
    ``.refused`` is ``None``, or the problem details: ``.status``, ``.code``, ``.detail``, ``.errors``, ``.clause``,
    ``.missing``, any other member by ``[...]``; it equals its code (``answer.refused == "sod_03"``);
    ``error("field")`` is the entry of ``errors`` for one field. ``answer[...]`` is the body otherwise.
    **A refusal that nobody looks at fails the story** at the next act or at its end, with the problem printed.

a case (as the auditor reads it, fresh at every question)
    ``.id``, ``.number``, ``.refused``, ``.status``, ``.outcome``, ``.marks`` (of the case and its tasks), ``.data``,
    ``.summary``, ``.open_steps()`` (element ids open or awaiting a confirmation, sorted), ``.held_steps()``,
    ``.done_steps()`` (element ids in the order they were done), ``.step(element)`` (the entry of ``steps``),
    ``.trail()`` (items), ``.kinds()`` (their kinds in order), ``.read()`` (the whole shape)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from api import folders
from api.app import PREFIX
from api.contract import session_cookie
from engine.store import Store
from tests import apps, conforming, offices, relived
from tests.databases import Databases, Kind
from tests.offices import Office
from tests.printed import Contract


class Refusal:
    """The problem details of a refusal; equals its code."""

    def __init__(self, told: str, problem: Mapping[str, Any]) -> None:
        self.told = told
        self.problem = problem
        self.is_seen = False

    @property
    def status(self) -> int:
        return int(self.problem["status"])

    @property
    def code(self) -> str:
        return str(self.problem["code"])

    @property
    def detail(self) -> str:
        return str(self.problem["detail"])

    @property
    def errors(self) -> list[dict[str, Any]]:
        return list(self.problem["errors"])

    @property
    def clause(self) -> str | None:
        """The id of the clause that the refusal enforces."""
        clause = self.problem["clause"]
        return None if clause is None else str(clause["id"])

    @property
    def missing(self) -> list[str]:
        """The elements that have to be done before."""
        return [str(item["element"]) for item in self.problem.get("missing", [])]

    def error(self, field: str) -> dict[str, Any]:
        """The entry of ``errors`` for one field; fails with all of them where there is none."""
        found = [error for error in self.errors if error["field"] == field]
        assert found, f"no error on {field}: {self.errors}"
        return found[0]

    def __getitem__(self, member: str) -> Any:
        return self.problem[member]

    def __contains__(self, member: str) -> bool:
        return member in self.problem

    def __eq__(self, other: object) -> bool:
        return self.code == other if isinstance(other, str) else self is other

    def __hash__(self) -> int:
        return hash(self.code)

    def __repr__(self) -> str:
        return f"<refused {self.status} {self.code}: {self.detail} {self.errors or ''}>"


class Answer:
    """What a door answered: the body, or the refusal."""

    def __init__(self, body: Any, refusal: Refusal | None) -> None:
        self.body = body
        self._refusal = refusal

    @property
    def refused(self) -> Refusal | None:
        if self._refusal is not None:
            self._refusal.is_seen = True
        return self._refusal

    def __getitem__(self, member: str) -> Any:
        assert self._refusal is None, repr(self._refusal)
        return self.body[member]

    def __repr__(self) -> str:
        return repr(self._refusal or self.body)


class Case(Answer):
    """A case, read by the auditor at every question."""

    def __init__(self, story: Story, body: Any, refusal: Refusal | None) -> None:
        super().__init__(body, refusal)
        self._story = story

    @property
    def id(self) -> str:
        return str(self["id"])

    @property
    def number(self) -> str:
        return str(self["number"])

    def read(self) -> dict[str, Any]:
        """The case as the auditor sees it now."""
        found: dict[str, Any] = self._story.auditor.gets(f"/cases/{self.id}").body
        return found

    @property
    def status(self) -> str:
        return str(self.read()["status"])

    @property
    def outcome(self) -> str | None:
        outcome: str | None = self.read()["outcome"]
        return outcome

    @property
    def marks(self) -> list[str]:
        return list(self.read()["marks"])

    @property
    def data(self) -> dict[str, Any]:
        return dict(self.read()["data"])

    @property
    def summary(self) -> dict[str, Any]:
        return {line["label"]: line["value"] for line in self.read()["summary"]}

    def open_steps(self) -> list[str]:
        """Elements with a task that is open or waits for its second person, sorted, each as often as it is open."""
        return sorted(task["element"] for task in self.read()["open_tasks"] if task["status"] != "held")

    def held_steps(self) -> list[str]:
        """Elements with a task that a gate or a date keeps closed."""
        return sorted(task["element"] for task in self.read()["open_tasks"] if task["status"] == "held")

    def done_steps(self) -> list[str]:
        """Elements in the order in which their tasks were completed."""
        done = [e for e in self.trail() if e["kind"] == "task.completed"]
        return [str(entry["element"]) for entry in done]

    def step(self, element: str) -> dict[str, Any]:
        """The entry of ``steps`` for one element."""
        found: list[dict[str, Any]] = [s for s in self.read()["steps"] if s["element"] == element]
        assert found, f"{element} is no step of {self.number}"
        return found[0]

    def trail(self) -> list[dict[str, Any]]:
        """Every entry of the case, oldest first."""
        return self._story.auditor.gets_all(f"/cases/{self.id}/trail")

    def kinds(self) -> list[str]:
        return [str(entry["kind"]) for entry in self.trail()]


class Person:
    """Somebody signed in, at their own browser."""

    def __init__(self, story: Story, name: str, token: str, csrf: str) -> None:
        self._story = story
        self.name = name
        self._csrf = csrf
        self._client = story.app.test_client()
        self._client.set_cookie(session_cookie(story.store.settings), token)

    @property
    def id(self) -> str:
        """The person's id, as forms hold it."""
        return str(self.gets("/me")["person"]["id"])

    # ------------------------------------------------------------ any door

    def gets(self, path: str, **query: Any) -> Answer:
        return self._asks("GET", path, query_string=query)

    def posts(self, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        return self._asks("POST", path, json=body)

    def puts(self, path: str, body: Mapping[str, Any]) -> Answer:
        return self._asks("PUT", path, json=body)

    def patches(self, path: str, body: Mapping[str, Any]) -> Answer:
        return self._asks("PATCH", path, json=dict(body))

    def deletes(self, path: str, **query: Any) -> Answer:
        return self._asks("DELETE", path, query_string=query)

    def raw(self, method: str, path: str, headers: Mapping[str, str] | None = None, **request: Any) -> TestResponse:
        """The answer as it is, refused or not: for files, which are no JSON."""
        given = {"X-CSRF-Token": self._csrf, "Accept-Language": self._story.language, **(headers or {})}
        response = self._client.open(PREFIX + path, method=method, headers=given, buffered=True, **request)
        self._story.contract.holds_for(response)
        return response

    def gets_all(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every item of a list, page by page."""
        items: list[dict[str, Any]] = []
        while True:
            page = self.gets(path, **query)
            items += page["items"]
            if page["next"] is None:
                return items
            query["cursor"] = page["next"]

    def _asks(self, method: str, path: str, **request: Any) -> Answer:
        self._story.look_at_refusals()
        headers = {"X-CSRF-Token": self._csrf, "Accept-Language": self._story.language}
        response = self._client.open(PREFIX + path, method=method, headers=headers, **request)
        self._story.contract.holds_for(response)
        return self._story.answered(f"{self.name}: {method} {path}", response)

    # ------------------------------------------------------------ cases

    def starts(
        self,
        definition: str,
        unit: str | None = None,
        answers: Mapping[str, Any] | None = None,
        business_key: str | None = None,
        version: int | None = None,
    ) -> Case:
        """Start a case; ``unit`` is an id or a code."""
        body: dict[str, Any] = {"definition": definition, "data": dict(answers or {})}
        given = {"unit": unit, "business_key": business_key, "version": version}
        body.update({name: value for name, value in given.items() if value is not None})
        answer = self.posts("/cases", body)
        return Case(self._story, answer.body, answer._refusal)

    def sees(self, case: Case) -> Answer:
        """The case as this person sees it."""
        return self.gets(f"/cases/{case.id}")

    def withdraws(self, case: Case, reason: str) -> Answer:
        return self.posts(f"/cases/{case.id}/withdrawal", {"reason": reason})

    def cancels(self, case: Case, reason: str) -> Answer:
        return self.posts(f"/cases/{case.id}/cancellation", {"reason": reason})

    # ------------------------------------------------------------ tasks

    def box(self, box: str = "todo", **query: Any) -> list[dict[str, Any]]:
        """The items of one of the person's boxes."""
        return self.gets_all("/tasks", box=box, **query)

    def task(self, case: Case, element: str) -> Answer:
        """The person's own task of that element, whole; fails where there is none."""
        found = self._find(case, element)
        assert found is not None, f"{self.name} has no task {element} in {case.number}: {case.open_steps()}"
        return self.gets(f"/tasks/{found}")

    def completes(
        self,
        case: Case,
        element: str,
        answers: Mapping[str, Any] | None = None,
        decision: str | None = None,
        opinion: str | None = None,
        reason: str | None = None,
    ) -> Answer:
        """Complete the task of that element; without one in the own box this knocks at the step itself."""
        body: dict[str, Any] = {"answers": dict(answers or {})}
        given = {"decision": decision, "opinion": opinion, "reason": reason}
        body.update({name: value for name, value in given.items() if value is not None})
        found = self._find(case, element)
        if found is None:
            return self.posts(f"/cases/{case.id}/steps/{element}/completion", body)
        return self.posts(f"/tasks/{found}/completion", body)

    def confirms(self, case: Case, element: str, agree: bool = True, opinion: str | None = None) -> Answer:
        """Confirm, as the second person, what the first entered."""
        body: dict[str, Any] = {"agree": agree}
        if opinion is not None:
            body["opinion"] = opinion
        return self._acts(case, element, "confirmation", body)

    def claims(self, case: Case, element: str) -> Answer:
        return self._acts(case, element, "claim")

    def releases(self, case: Case, element: str) -> Answer:
        return self._acts(case, element, "release")

    def returns(self, case: Case, element: str, opinion: str, to: str | None = None) -> Answer:
        return self._acts(case, element, "return", {"opinion": opinion, "to": to})

    def drafts(self, case: Case, element: str, answers: Mapping[str, Any]) -> Answer:
        found = self._task_of(case, element)
        return self.puts(f"/tasks/{found}/draft", {"answers": dict(answers)})

    def _acts(self, case: Case, element: str, verb: str, body: Mapping[str, Any] | None = None) -> Answer:
        return self.posts(f"/tasks/{self._task_of(case, element)}/{verb}", body)

    def _task_of(self, case: Case, element: str) -> str:
        """The person's task of that element, or, where there is none, anybody's: to be refused at its door."""
        found = self._find(case, element)
        if found is None:
            tasks = [t for t in case.read()["open_tasks"] if t["element"] == element]
            assert tasks, f"nobody has a task {element} in {case.number}: {case.open_steps()}"
            found = str(tasks[0]["id"])
        return found

    def _find(self, case: Case, element: str) -> str | None:
        found = [item["id"] for item in self.box("todo", case=case.id) if item["element"] == element]
        return str(found[0]) if found else None


class Story:
    """One story in the demonstration office, on a virtual clock."""

    def __init__(self, store: Store, app: Flask, contract: Contract, office: Office) -> None:
        self.store = store
        self.app = app
        self.office = office
        self.contract = contract
        self.language = "en"
        self._people: dict[str, Person] = {}
        self._refusals: list[Refusal] = []

    def person(self, name: str) -> Person:
        """Somebody by the name of their account, signed in at their first word and kept."""
        if name not in self._people:
            assert name in self.office.accounts, f"no account {name}; there are {sorted(self.office.accounts)}"
            self._people[name] = Person(self, name, *self.office.sign_in(self.store, name))
        return self._people[name]

    @property
    def auditor(self) -> Person:
        return self.person(self.office.auditor)

    @property
    def designer(self) -> Person:
        return self.person(self.office.designer)

    def at(self, when: str) -> None:
        """Move the office's clock: a date means 09:00 of that day in the office."""
        at = when if "T" in when else f"{when}T09:00:00"
        answer = self.auditor.puts("/clock", {"now": at})
        assert answer.refused is None, answer.refused

    def later(self, by: str) -> None:
        """Let time pass: an ISO 8601 duration such as P1M or PT2H."""
        answer = self.auditor.posts("/clock/advance", {"by": by})
        assert answer.refused is None, answer.refused

    @property
    def today(self) -> str:
        return str(self.auditor.gets("/me")["today"])

    def unit(self, code: str) -> dict[str, Any]:
        """A unit as ``GET /units/{code}`` shows it."""
        found: dict[str, Any] = self.auditor.gets(f"/units/{code}").body
        return found

    def publishes(self, key_or_folder: str | Path) -> Answer:
        """The designer publishes ``processes/<key>``, or any folder."""
        folder = key_or_folder if isinstance(key_or_folder, Path) else folders.PROCESSES / key_or_folder
        return self.designer.posts("/definitions", {"files": folders.read(folder), "note": "story"})

    def answered(self, told: str, response: TestResponse) -> Answer:
        """Keep a refusal until somebody looks at it."""
        body: Any = response.get_json(silent=True)
        if response.status_code < 400:
            return Answer(body, None)
        assert response.mimetype == "application/problem+json", (told, response.status_code, response.data[:500])
        refusal = Refusal(told, body)
        assert refusal.status != 500, (told, body)
        self._refusals.append(refusal)
        return Answer(body, refusal)

    def look_at_refusals(self) -> None:
        """Fail where a refusal went by unnoticed."""
        unseen = [r for r in self._refusals if not r.is_seen]
        assert not unseen, f"{unseen[0].told} was refused and nobody looked: {unseen[0]}"


@contextmanager
def telling(databases: Databases, kind: Kind, template: str) -> Iterator[Story]:
    """A story in a fresh copy of a template of the office; it fails where a refusal was not looked at."""
    settings = databases.create(kind, template)
    store = Store(settings)
    try:
        with apps.lent(store) as (app, contract):
            told = Story(store, app, contract, offices.built(databases, kind))
            yield told
            told.look_at_refusals()
            assert relived.everywhere(store) == [], "a case told by its entries is the case as it is"
            assert conforming.everywhere(store) == [], "nothing is begun that its definition does not lead to"
    finally:
        store.close()
        databases.drop(settings)


@pytest.fixture
def story(kind: Kind, databases: Databases) -> Iterator[Story]:
    """A story in a fresh copy of the office with all its procedures."""
    offices.with_procedures(databases, kind)
    with telling(databases, kind, offices.PROCEDURES) as told:
        yield told
