"""The house in a real browser: one server for the run, a page for each person of a test.

``visit("zhao.zhishu")`` is somebody signed in, in front of the inbox. A test fails when any of its pages wrote an error
to the console, threw one, or broke the content security policy. Nothing here waits for time; everything waits for
what a person would see.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, ViewportSize, WebError, expect
from werkzeug.serving import make_server

from api import folders
from api.app import PREFIX, create_app
from api.contract import session_cookie
from api.pages import BUILT
from engine.actors import Actor
from engine.store import Store
from tests import offices
from tests.databases import Databases
from tests.offices import Office

PROCEDURES = Path(__file__).parent / "procedures"
DESK: ViewportSize = {"width": 1366, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

Language = Literal["zh", "en"]

# How long something may take to appear before the test gives up: a busy machine is not a broken page.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever stands in this folder needs a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.pages)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's own Chromium: ``CHROMIUM``, else what is on the path, else what playwright has installed."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    # Containers often have no user namespaces and a tiny /dev/shm; without these two Chromium does not start there.
    args = {**browser_type_launch_args, "args": ["--no-sandbox", "--disable-dev-shm-usage"]}
    return {**args, "executable_path": found} if found else args


class Desk:
    """The served house: where it is, who signs in, what day it is; and deeds that are not what a test looks at."""

    def __init__(self, store: Store, office: Office, app: Flask, url: str) -> None:
        self.store = store
        self.office = office
        self.app = app
        self.url = url
        self._people: dict[str, tuple[FlaskClient, dict[str, str]]] = {}

    def does(self, name: str, method: str, path: str, body: Any = None) -> Any:
        """One request of somebody, through the HTTP door but without a browser; must succeed."""
        if name not in self._people:
            token, csrf = self.office.sign_in(self.store, name)
            client = self.app.test_client()
            client.set_cookie(session_cookie(self.store.settings), token)
            self._people[name] = client, {"X-CSRF-Token": csrf, "Accept-Language": "zh-CN"}
        client, headers = self._people[name]
        response = client.open(PREFIX + path, method=method, json=body, headers=headers)
        assert response.status_code < 400, response.get_json()
        return response.get_json(silent=True)

    def is_asked_for_a_trip(self, to: str, days_ahead: int = 3) -> str:
        """Zheng Lianyi asks to travel; the id of the case."""
        first = self.today + timedelta(days=days_ahead)
        data = {
            "trip_to": to,
            "purpose": "参加全市组织工作会议并作交流发言",
            "starts_on": first.isoformat(),
            "ends_on": (first + timedelta(days=2)).isoformat(),
            "transport": "train",
            "chief": self.office.people["feng.jianpiao"]["person_id"],
            "costs": [{"item": "车票", "amount": "553.50"}],
            "promise": True,
        }
        return str(self.does("zheng.lianyi", "POST", "/cases", {"definition": "trip_request", "data": data})["id"])

    def completes(self, name: str, case: str, answers: dict[str, Any], decision: str | None = None) -> None:
        """Somebody does their task of a case."""
        [task] = self.does(name, "GET", f"/tasks?case={case}")["items"]
        body = {"answers": answers} | ({"decision": decision} if decision else {})
        self.does(name, "POST", f"/tasks/{task['id']}/completion", body)

    def is_reviewed(self, case: str) -> None:
        """Wu Zuwei passes the request."""
        self.completes("wu.zuwei", case, {"reviewed_on": self.today.isoformat()}, "pass")

    def is_approved(self, case: str) -> None:
        """Zhao Zhishu grants it and Chen Jijian confirms."""
        self.completes("zhao.zhishu", case, {"approved_on": self.today.isoformat(), "granted": 500}, "agree")
        [task] = self.does("chen.jijian", "GET", f"/tasks?case={case}")["items"]
        self.does("chen.jijian", "POST", f"/tasks/{task['id']}/confirmation", {"agree": True})

    def lets_pass(self, by: str) -> None:
        """The office's clock goes on by an ISO 8601 duration."""
        self.does("wu.zuwei", "POST", "/clock/advance", {"by": by})

    @property
    def today(self) -> date:
        with self.store.reading() as db:
            return self.store.moment(db).today


@pytest.fixture(scope="session")
def desk(databases: Databases) -> Iterator[Desk]:
    """The demonstration office with its procedures, and the trip request, served on a free port."""
    assert (BUILT / "index.html").is_file(), "build the pages first: python3 run.py setup"
    office = offices.with_procedures(databases, "sqlite")
    settings = databases.create("sqlite", offices.PROCEDURES)
    store = Store(settings)
    folders.publish(store, Actor.operator(), PROCEDURES / "trip_request")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", 0, _later, threaded=True)
    store = Store(replace(settings, base_url=f"http://127.0.0.1:{server.server_port}"))
    app = create_app(store)
    server.app = app
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Desk(store, office, app, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()
    store.close()
    databases.drop(settings)


def _later(*_: Any) -> Any:
    raise RuntimeError("nobody asks before the app stands behind the port")


# A refused request is news for the person, not a fault of the page; Chromium reports it on the console all the same.
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (401|403|404|409|422|429)")


class Seats:
    """Browsers as people left them, for whoever comes next: their cookies and what was kept are gone.

    What they have loaded stays, as at home; reading every script anew was half of what a visit took.
    """

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._free: dict[tuple[str, bool, bool], list[BrowserContext]] = {}

    def take(self, language: Language, *, phone: bool, dark: bool) -> BrowserContext:
        free = self._free.setdefault((language, phone, dark), [])
        if free:
            return free.pop()
        context = self._browser.new_context(
            base_url=self._url,
            locale="zh-CN" if language == "zh" else "en-GB",
            viewport=PHONE if phone else DESK,
            has_touch=phone,
            is_mobile=phone,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        return context

    def leave(self, context: BrowserContext, language: Language, *, phone: bool, dark: bool) -> None:
        """Nothing of who sat there stays."""
        context.clear_cookies()
        first = context.new_page()
        cleaner = context.new_cdp_session(first)
        cleaner.send("Storage.clearDataForOrigin", {"origin": self._url, "storageTypes": "local_storage,indexeddb"})
        cleaner.detach()
        for page in context.pages:
            page.close()
        self._free[language, phone, dark].append(context)

    def close(self) -> None:
        for free in self._free.values():
            for context in free:
                context.close()


@pytest.fixture(scope="session")
def seats(browser: Browser, desk: Desk) -> Iterator[Seats]:
    found = Seats(browser, desk.url)
    yield found
    found.close()


@dataclass
class Visits:
    """The people of one test, each in a browser of their own."""

    seats: Seats
    desk: Desk
    taken: list[Callable[[], None]] = field(default_factory=list)
    """How each browser is left."""
    problems: list[str] = field(default_factory=list)

    def __call__(
        self,
        name: str | None = None,
        *,
        phone: bool = False,
        language: Language = "zh",
        dark: bool = False,
        at: str = "/",
    ) -> Page:
        """A page of somebody (or nobody) at ``at``; they are signed in already."""
        context = self.seats.take(language, phone=phone, dark=dark)

        def leave() -> None:
            context.remove_listener("console", self._heard)
            context.remove_listener("weberror", self._threw)
            self.seats.leave(context, language, phone=phone, dark=dark)

        self.taken.append(leave)
        context.on("console", self._heard)
        context.on("weberror", self._threw)
        if name is not None:
            token, _ = self.desk.office.sign_in(self.desk.store, name)
            cookie = session_cookie(self.desk.store.settings)
            context.add_cookies([{"name": cookie, "value": token, "url": self.desk.url, "httpOnly": True}])
        page = context.new_page()
        page.goto(at)
        if name is not None:
            expect(page.locator("main h1").first).to_be_visible()
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _REFUSED.match(message.text):
            self.problems.append(f"{message.type} on the console: {message.text}")

    def _threw(self, error: WebError) -> None:
        self.problems.append(f"page error: {error.error}")


@pytest.fixture
def visit(seats: Seats, desk: Desk) -> Iterator[Visits]:
    """Opens pages for people; the test fails with everything any of their browsers complained of."""
    visits = Visits(seats, desk)
    yield visits
    for leave in visits.taken:
        leave()
    assert not visits.problems, "\n".join(visits.problems)


# ---------------------------------------------------------------- what people do again and again


def field_of(page: Page, label: str) -> Locator:
    """The control of a field by its whole label (without the mark of a required one)."""
    return page.get_by_label(re.compile(rf"^{re.escape(label)}\s*\*?$")).first


def pick(page: Page, label: str, word: str) -> None:
    """Choose a person or a unit by typing."""
    box = page.get_by_role("combobox", name=re.compile(rf"^{re.escape(label)}"))
    box.fill(word)
    page.get_by_role("option", name=re.compile(word)).first.click()


Press = Callable[[Locator], None]


def ask_for_a_trip(page: Page, to: str, first: date, last: date, *, press: Press = Locator.click) -> None:
    """Fill in and send the trip request (in Chinese), from any page."""
    page.goto("/start/trip_request")
    field_of(page, "目的地").fill(to)
    field_of(page, "事由").fill("参加全市组织工作会议并作交流发言")
    field_of(page, "出发日期").fill(first.isoformat())
    field_of(page, "返回日期").fill(last.isoformat())
    press(page.get_by_text("火车"))
    pick(page, "带队人", "冯监票")
    page.get_by_role("textbox", name="项目").fill("车票")
    page.get_by_role("textbox", name="金额").fill("553.50")
    page.get_by_label("我承诺按批准的行程出行").check()
    press(page.get_by_role("button", name="发起", exact=True))


def open_task(page: Page, title: str) -> None:
    """From the inbox into the task of a case."""
    page.goto("/")
    page.get_by_role("link", name=re.compile(re.escape(title))).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def decide(page: Page, decision: str, opinion: str | None = None, *, press: Press = Locator.click) -> None:
    """Press a decision, write the opinion where there is one, and send it."""
    press(page.locator(".lh-actions").get_by_role("button", name=decision, exact=True))
    sheet = page.get_by_role("dialog")
    if opinion is not None:
        sheet.get_by_role("textbox").fill(opinion)
    press(sheet.get_by_role("button", name=decision, exact=True))
