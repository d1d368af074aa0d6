"""Loaded by every Python process of a chaos node: now and then it dies just before or just after a commit.

These are the instants at which a deed can be half done, or done and not answered; a kill from outside rarely meets
them. ``LIUHEN_CHAOS_DEATHS`` is the chance of either, at each commit.
"""

import os
import random
import signal
from typing import Any

_CHANCE = float(os.environ.get("LIUHEN_CHAOS_DEATHS", "0"))


def _maybe_die(*_: Any) -> None:
    if random.random() < _CHANCE:  # noqa: S311 - chances, not secrets
        os.killpg(0, signal.SIGKILL)  # the node's own group: nodes.py gives each node one


if _CHANCE > 0:
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.pool import Pool

    event.listen(Engine, "commit", _maybe_die)
    event.listen(Pool, "checkin", _maybe_die)
