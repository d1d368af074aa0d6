"""Live updates: server-sent events that tell a signed-in page that something of theirs has changed, and how many wait.

One listener a process, whatever the number of open pages. An event carries counts and nothing of any case; a page that
cannot have a stream, or loses it, asks for the counts now and then.
"""

from __future__ import annotations

import json
import logging
import signal
import socket
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

from flask import Response, request

from api.contract import SIGNED_IN, Asked, Door, session_token
from engine import accounts, views
from engine.actors import Actor
from engine.errors import NotSignedIn, Text, Throttled
from engine.store import Store

door = Door("events", __name__, description="What has changed for whoever is signed in.")
_log = logging.getLogger("liuhen.events")

STREAMS = 48
"""Streams that one process keeps open; whoever comes later asks now and then."""
HEARTBEAT = 15.0
"""Seconds after which a silent stream says that it is still there."""
LIFE = 300.0
"""Seconds after which a stream ends, and the page opens another one."""
TOGETHER = 0.3
"""Seconds for which changes are gathered into one event."""
REMEMBERED = 1_000
"""Announcements that a page may have missed while it had no stream."""
AGAIN = 5.0
"""Seconds until the listener tries again after its connection was lost."""


class Hub:
    """What one process hears, and the streams that wait for it."""

    def __init__(self, store: Store) -> None:
        self.id = uuid.uuid4().hex[:8]
        self._store = store
        self._changed = threading.Condition()
        self._number = 0
        self._heard: deque[tuple[int, frozenset[str] | None]] = deque(maxlen=REMEMBERED)
        self._open = 0
        self._listener: threading.Thread | None = None

    def enter(self) -> bool:
        """Take one of the seats; false where there is none."""
        with self._changed:
            if self._open >= STREAMS or self._store.closed.is_set():
                return False
            self._open += 1
            if self._listener is None:
                self._store.heard.append(self.hear)
                self._listener = threading.Thread(target=self._listen, name="liuhen-events", daemon=True)
                self._listener.start()
            return True

    def leave(self) -> None:
        with self._changed:
            self._open -= 1

    def hear(self, said: str) -> None:
        """An announcement: holders, one a line, or ``*`` for everybody."""
        holders = None if said == "*" else frozenset(said.split("\n"))
        with self._changed:
            self._number += 1
            self._heard.append((self._number, holders))
            self._changed.notify_all()

    def now(self) -> int:
        """The number of the newest announcement."""
        with self._changed:
            return self._number

    def since(self, last: str | None) -> int | None:
        """Where a page that was here before goes on; ``None`` where it may have missed something."""
        hub, _, number = (last or "").partition("-")
        with self._changed:
            if hub != self.id or not number.isdigit() or int(number) > self._number:
                return None
            oldest = self._heard[0][0] if self._heard else self._number + 1
            return int(number) if int(number) >= oldest - 1 else None

    def wait(self, after: int, holders: frozenset[str], seconds: float) -> tuple[int, bool | None]:
        """Wait for an announcement after a number that means one of the holders: ``(newest number, whether)``.

        ``None``: something has changed that nobody says more of.
        """
        until = time.monotonic() + seconds
        with self._changed:
            while not self._store.closed.is_set():
                new = [who for number, who in self._heard if number > after]
                if any(who is not None and not who.isdisjoint(holders) for who in new):
                    return self._number, True
                if None in new:
                    return self._number, None
                after = self._number
                left = until - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(min(left, 1.0))
            return after, False

    def wake(self) -> None:
        """Let every stream look at once whether it is over."""
        with self._changed:
            self._changed.notify_all()

    def _listen(self) -> None:
        while not self._store.closed.is_set():
            try:
                self._store.listen(self.hear)
            except Exception as e:  # noqa: BLE001 - whatever keeps it from hearing, it listens again
                _log.warning("nothing is heard of other processes: %s", type(e).__name__)
                self.hear("*")
                self._store.closed.wait(AGAIN)


def end_with_the_process(store: Store) -> None:
    """Let the streams of a server process end when it is told to stop, or else it would wait for them.

    The server has its own handlers for the signals; Python writes their numbers to a descriptor besides. Only the main
    thread may ask for that, so the server calls this before it begins to answer.
    """
    told, tells = socket.socketpair()
    tells.setblocking(False)
    signal.set_wakeup_fd(tells.fileno(), warn_on_full_buffer=False)

    def wait() -> None:
        with told, tells:
            while told.recv(1)[0] not in (signal.SIGTERM, signal.SIGINT):
                pass
            store.closed.set()
            hub_of(store).wake()

    threading.Thread(target=wait, name="liuhen-stop", daemon=True).start()


_hubs: WeakKeyDictionary[Store, Hub] = WeakKeyDictionary()
_making = threading.Lock()


def hub_of(store: Store) -> Hub:
    """The hub of the process for a database."""
    with _making:
        found = _hubs.get(store)
        if found is None:
            found = _hubs[store] = Hub(store)
        return found


@door.opens("GET", "/events", policy=SIGNED_IN, works="by itself")
def events(asked: Asked) -> Response:
    """A stream of server-sent events: ``ready`` at once, ``changed`` with the counts of the asker's boxes.

    Whoever comes back says by Last-Event-ID what they have seen. Answers 429 where too many streams are open already:
    ask GET /tasks/counts now and then instead.
    """
    hub, store = hub_of(asked.store), asked.store
    if not hub.enter():
        raise Throttled(
            Text("实时连接已满，稍后自动重试。", "No room for another live connection. It is tried again."),
            retry_after=30,
        )
    token = session_token(store.settings)
    said = _told(store, hub, asked.actor, token, request.headers.get("Last-Event-ID"))
    response = Response(said, mimetype="text/event-stream")
    response.call_on_close(hub.leave)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # a proxy in front hands on every event at once
    return response


def _told(store: Store, hub: Hub, actor: Actor, token: str | None, last: str | None) -> Iterator[bytes]:
    ends = time.monotonic() + LIFE
    known = hub.since(last)
    at = known if known is not None else hub.now()
    seen: Any = None
    yield _event("ready", f"{hub.id}-{at}", {}, retry=2_000)
    if last is not None and known is None:
        yield _event("changed", f"{hub.id}-{at}", _counts(store, actor))
    while time.monotonic() < ends and not store.closed.is_set():
        at, is_mine = hub.wait(at, _holders(actor), HEARTBEAT)
        if token is not None:
            try:
                actor = _still(store, token)
            except NotSignedIn:
                return
        if is_mine is False:
            yield b": still here\n\n"
            continue
        time.sleep(TOGETHER)
        at = hub.now()
        before, seen = seen, _first(store, actor)
        if is_mine or seen != before:
            yield _event("changed", f"{hub.id}-{at}", _counts(store, actor))


def _holders(actor: Actor) -> frozenset[str]:
    return frozenset((*actor.holders, *(one.holder for one in actor.deputed)))


def _still(store: Store, token: str) -> Actor:
    """Who is signed in, with the posts of now; raises ``NotSignedIn``."""
    with store.reading() as db:
        return accounts.resolve(db, store.moment(db), token).actor


def _counts(store: Store, actor: Actor) -> dict[str, Any]:
    with store.reading() as db:
        return {"counts": views.counts(db, actor, store.moment(db))}


def _first(store: Store, actor: Actor) -> Any:
    """What a page would see change: the first of what is to do, and the counts."""
    with store.reading() as db:
        moment = store.moment(db)
        items, _ = views.box(db, actor, moment, sort="opened")
        return [(item["id"], item["rev"]) for item in items], views.counts(db, actor, moment)


def _event(name: str, id_: str, data: dict[str, Any], retry: int | None = None) -> bytes:
    lines = [f"event: {name}", f"id: {id_}", f"data: {json.dumps(data)}"]
    if retry is not None:
        lines.insert(0, f"retry: {retry}")
    return ("\n".join(lines) + "\n\n").encode()
