"""People at work during the storm: each deed has a key and a mark of its own, and is sent again until it is answered.

The mark (the opinion, the reason, or the business key) finds the deed in the trail afterwards.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.chaos import procedure
from tests.chaos.nodes import Node

Fate = Literal["acknowledged", "refused", "unknown"]
PATIENCE = 30.0
"""Seconds for which somebody sends the same deed again."""
MOST_CASES = 6
"""Running cases of one starter: few, so that many people meet at one case."""


@dataclass
class Deed:
    """What somebody tried, and what became of it as far as they know."""

    mark: str
    verb: str
    by: str
    target: str
    fate: Fate = "unknown"
    status: int = 0
    answer: Any = None
    tries: int = 0
    is_late: bool = False
    """A try was given up while its node might still have been at work."""


@dataclass
class Notes:
    """What everybody did, and what was wrong with the answers."""

    deeds: list[Deed] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    reads: int = 0
    lost: int = 0
    """Answers that never came, or that were thrown away on purpose."""
    lock: threading.Lock = field(default_factory=threading.Lock)


class Person:
    """A client that acts as one after another of the office's people, at one after another of the nodes."""

    def __init__(self, nodes: list[Node], keys: dict[str, str], notes: Notes, over: threading.Event, seed: int) -> None:
        self._nodes, self._keys, self._notes, self._over = nodes, keys, notes, over
        self._chance = random.Random(seed)  # noqa: S311 - chances, not secrets
        self._connections: dict[int, http.client.HTTPConnection] = {}

    def run(self) -> None:
        try:
            while not self._over.is_set():
                self._act()
        finally:
            for connection in self._connections.values():
                connection.close()

    # ------------------------------------------------------------ what they do

    def _act(self) -> None:
        chosen = self._chance.random()
        starter = self._chance.choice(procedure.STARTERS)
        if chosen < 0.15:
            running = self._read(starter, "/cases?status=running&limit=200")
            if running is not None and len(running) < MOST_CASES:
                self._deed(
                    "start", starter, "/cases", {"definition": procedure.KEY, "unit": procedure.UNIT, "data": {}}
                )
        elif chosen < 0.17:
            if running := self._read(starter, "/cases?status=running&mine=true&limit=200"):
                case = self._chance.choice(running)["id"]
                self._deed("withdraw", starter, f"/cases/{case}/withdrawal", {}, target=case)
        else:
            person = self._chance.choice(list(self._keys))
            if items := self._read(person, "/tasks?limit=50"):
                self._at(person, self._chance.choice(items))

    def _at(self, person: str, item: dict[str, Any]) -> None:
        task, chosen = item["id"], self._chance.random()
        path = f"/tasks/{task}"
        if item["purpose"] == "confirm":
            self._deed("confirm", person, f"{path}/confirmation", {"agree": chosen < 0.85}, target=task)
        elif chosen < 0.08:
            self._deed("claim", person, f"{path}/claim", None, target=task)
        elif chosen < 0.13 and item["claimed_by"]:
            self._deed("release", person, f"{path}/release", None, target=task)
        elif chosen < 0.18:
            self._deed("draft", person, f"{path}/draft", {"answers": {"x": chosen}}, target=task, method="PUT")
        elif item["element"] == "check" and chosen < 0.3:
            self._deed("return", person, f"{path}/return", {}, target=task)
        elif item["element"] not in ("left", "right") or chosen < 0.5:  # these are left to their timers now and then
            decision = {"decision": "pass"} if item["element"] == "check" else {}
            self._deed("complete", person, f"{path}/completion", decision, target=task)

    # ------------------------------------------------------------ how they do it

    def _read(self, person: str, path: str) -> list[dict[str, Any]] | None:
        """The items of a list; ``None`` where nobody answers."""
        try:
            status, answer = self._ask(self._chance.choice(self._nodes), person, "GET", path)
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
            return None
        with self._notes.lock:
            self._notes.reads += 1
        if status >= 500 and status != 503:
            self._wrong(f"GET {path} answered {status}: {answer}")
        return list(answer["items"]) if status == 200 else None

    def _deed(
        self, verb: str, person: str, path: str, body: dict[str, Any] | None, target: str = "", method: str = "POST"
    ) -> None:
        mark = uuid.uuid4().hex
        where = {"start": "business_key", "withdraw": "reason"}.get(verb, "opinion")
        if body is not None and verb != "draft":
            body = {**body, where: mark}
        deed = Deed(mark, verb, person, target)
        with self._notes.lock:
            self._notes.deeds.append(deed)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            deed.tries += 1
            try:
                status, answer = self._ask(self._chance.choice(self._nodes), person, method, path, body, mark)
            except ConnectionRefusedError:
                time.sleep(0.2)  # nobody was there to be asked
                continue
            except (OSError, http.client.HTTPException) as e:
                self._lost()
                # Whoever hung up is dead and does nothing any more; who is only silent may still act.
                deed.is_late = deed.is_late or isinstance(e, TimeoutError)
                time.sleep(0.05)
                continue
            if status == 503:
                time.sleep(0.1)
                continue
            if self._chance.random() < 0.03 and deed.status == 0:
                self._lost()
                deed.status, deed.answer = status, answer
                continue  # as if it had not come
            self._settle(deed, status, answer)
            return

    def _settle(self, deed: Deed, status: int, answer: Any) -> None:
        thrown_away, said = deed.status, deed.answer
        deed.status, deed.answer = status, answer
        if status >= 500:
            self._wrong(f"{deed.verb} {deed.target} answered {status}: {answer}")
            return
        if 200 <= status < 300:
            deed.fate = "acknowledged"
        else:
            deed.fate = "unknown" if deed.is_late else "refused"
        if 200 <= thrown_away < 300 and (thrown_away, said) != (status, answer):
            self._wrong(f"{deed.verb} {deed.target} was answered {thrown_away} {said}, and again {status} {answer}")

    def _ask(
        self, node: Node, person: str, method: str, path: str, body: dict[str, Any] | None = None, key: str = ""
    ) -> tuple[int, Any]:
        connection = self._connections.setdefault(
            node.port, http.client.HTTPConnection("127.0.0.1", node.port, timeout=12)
        )
        headers = {"Authorization": f"Bearer {self._keys[person]}", "Accept-Language": "en"}
        if key:
            headers["Idempotency-Key"] = key
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            sent = json.dumps(body).encode() if body is not None else None
            connection.request(method, f"/api/v1{path}", sent, headers)
            response = connection.getresponse()
            raw = response.read()
            return response.status, json.loads(raw) if raw else None
        except (OSError, http.client.HTTPException):
            connection.close()
            raise

    def _lost(self) -> None:
        with self._notes.lock:
            self._notes.lost += 1

    def _wrong(self, what: str) -> None:
        with self._notes.lock:
            self._notes.wrong.append(what)
