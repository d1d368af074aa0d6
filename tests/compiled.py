"""What SQLAlchemy has compiled for one database of a test run serves for all the others of its kind.

A server of Liuhen has one database and compiles each statement once; a test run has thousands, and would compile the
same statements anew for each, which takes longer than running them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.util import LRUCache

from engine import store
from engine.settings import Settings

MOST = 3000
"""Statements; all that the tests ask are fewer."""

_known: dict[str, tuple[Dialect, LRUCache[Any, Any]]] = {}
"""Name of a dialect → the dialect of the first engine that has connected, and what was compiled for it."""


def share() -> None:
    """From now on, for every ``Store`` of this process."""
    open_ = store._open

    def opened(settings: Settings) -> Engine:
        made = open_(settings)
        known = _known.get(made.dialect.name)
        if known is None:
            # Not before it has asked the server what it is.
            event.listen(made, "first_connect", lambda *_: _remember(made))
        else:
            made.dialect, made._compiled_cache = known
            made.pool._dialect = made.dialect
        return made

    store._open = opened


def _remember(engine: Engine) -> None:
    if engine.dialect.name not in _known:
        engine._compiled_cache = LRUCache(MOST)
        _known[engine.dialect.name] = engine.dialect, engine._compiled_cache
