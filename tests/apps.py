"""The application, put together once in a process and lent to one test after another: to make one takes longer than
most tests. Whoever changes an app, or wants it with other pages or settings, makes their own with ``create_app``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from api import contract, figures
from api.app import create_app
from engine.store import Store
from tests.printed import Contract

_idle: list[tuple[Flask, Contract]] = []


@contextmanager
def lent(store: Store) -> Iterator[tuple[Flask, Contract]]:
    """An app with its doors in front of ``store``, and its printed contract; behind no other store meanwhile."""
    assert not store.settings.is_secure, "the headers of an app depend on it: make your own"
    if _idle:
        app, printed = _idle.pop()
        figures.watch(store)
        app.extensions[contract._HOUSE] = store
    else:
        app = create_app(store)
        printed = Contract(app)
    try:
        yield app, printed
    finally:
        app.extensions[contract._HOUSE] = None  # whoever asks it now is refused loudly
        _idle.append((app, printed))
