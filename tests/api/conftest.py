"""The house as a browser or a program sees it: ``house`` on both databases, ``lite`` on SQLite alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import PREFIX
from api.contract import session_cookie
from engine import accounts, definitions, log
from engine.actors import Actor
from engine.store import Store, new_id
from tests import apps, offices
from tests.api import errand
from tests.databases import Databases, Kind
from tests.offices import Office
from tests.printed import Contract


class Reply:
    """An answer that was compared with the printed contract."""

    def __init__(self, response: TestResponse) -> None:
        self.status_code = response.status_code
        self.headers = response.headers
        self.mimetype = response.mimetype
        self.data = response.data
        self.text = response.data.decode("utf-8", "replace")
        self.json: Any = response.get_json(silent=True)


class Browser:
    """Somebody at a browser, or nobody yet; every answer is compared with the printed contract."""

    def __init__(self, house: House, client: FlaskClient, headers: dict[str, str]) -> None:
        self.house = house
        self.client = client
        self.headers = headers

    def ask(self, method: str, path: str, **request: Any) -> Reply:
        headers = {**self.headers, **request.pop("headers", {})}
        response = self.client.open(PREFIX + path, method=method, headers=headers, **request)
        self.house.contract.holds_for(response)
        return Reply(response)

    def get(self, path: str, **request: Any) -> Reply:
        return self.ask("GET", path, **request)

    def post(self, path: str, body: Any = None, **request: Any) -> Reply:
        return self.ask("POST", path, **({"json": body} if body is not None else {}), **request)

    def patch(self, path: str, body: Any, **request: Any) -> Reply:
        return self.ask("PATCH", path, json=body, **request)

    def put(self, path: str, body: Any, **request: Any) -> Reply:
        return self.ask("PUT", path, json=body, **request)

    def delete(self, path: str, **request: Any) -> Reply:
        return self.ask("DELETE", path, **request)


class House:
    """One office with its doors."""

    def __init__(self, store: Store, office: Office, app: Flask, contract: Contract) -> None:
        self.store = store
        self.office = office
        self.app = app
        self.contract = contract

    def anonymous(self) -> Browser:
        return Browser(self, self.app.test_client(), {"Accept-Language": "en"})

    def browser(self, name: str) -> Browser:
        """Somebody signed in, by the name of the account."""
        token, csrf = self.office.sign_in(self.store, name)
        client = self.app.test_client()
        client.set_cookie(session_cookie(self.store.settings), token)
        return Browser(self, client, {"Accept-Language": "en", "X-CSRF-Token": csrf})

    def case(self, name: str = "lin.ceshi", subject: str = "A stamp") -> dict[str, Any]:
        """An errand that somebody of B071 has started."""
        answer = self.browser(name).post(
            "/cases", {"definition": errand.KEY, "unit": "B071", "data": {"subject": subject}}
        )
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json
        return found

    def task(self, case: dict[str, Any], element: str) -> str:
        """The id of the open task of an element, as the auditor sees it."""
        found = self.browser(self.office.auditor).get(f"/cases/{case['id']}").json["open_tasks"]
        return str(next(task["id"] for task in found if task["element"] == element))

    def program(self, account: str, *scopes: str) -> Browser:
        """A program with a key that acts as somebody."""
        with self.store.transaction() as db:
            name = f"{account} {' '.join(scopes)}"
            _, key = accounts.create_key(
                db, Actor.operator(), self.store.moment(db), name=name, scopes=scopes, account=account
            )
        headers = {"Accept-Language": "en", "Authorization": f"Bearer {key}"}
        return Browser(self, self.app.test_client(use_cookies=False), headers)

    def worker(self, *scopes: str) -> Browser:
        """A program with an account of its own, which may only what its scopes say."""
        name = f"program {' '.join(scopes)} {new_id()}"
        with self.store.transaction() as db:
            _, key = accounts.create_key(db, Actor.operator(), self.store.moment(db), name=name, scopes=scopes)
        headers = {"Accept-Language": "en", "Authorization": f"Bearer {key}"}
        return Browser(self, self.app.test_client(use_cookies=False), headers)


def _publish(store: Store) -> None:
    with store.transaction() as db:
        definitions.publish(db, Actor.operator(), store.moment(db), errand.FILES, "for the tests")
        log.keys.current(db, store.settings, store.moment(db))  # as of a server that has done something before


def _opened(databases: Databases, kind: Kind) -> Iterator[House]:
    office = offices.built(databases, kind)
    databases.template(kind, "errand", _publish, base=offices.EMPTY_LIBRARY)
    settings = databases.create(kind, "errand")
    store = Store(settings)
    with apps.lent(store) as (app, contract):
        yield House(store, office, app, contract)
    store.close()
    databases.drop(settings)


@pytest.fixture
def house(databases: Databases, kind: Kind) -> Iterator[House]:
    """The office on both databases."""
    yield from _opened(databases, kind)


@pytest.fixture
def lite(databases: Databases) -> Iterator[House]:
    """The office on SQLite, for what does not depend on the database."""
    yield from _opened(databases, "sqlite")
