"""Acts that begin at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from engine.errors import Refused


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What acts give that begin at the same moment, a refusal as its code; a fault is raised."""
    start = threading.Barrier(len(acts))

    def act(one: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return one()
        except Refused as e:
            return e.refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))
