"""How much work something is, counted instead of timed: a slow machine does the same work as a fast one.

The unit is one call that Python code makes, or that C makes of a Python function, in the thread that counts.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

HANGS = 300.0
"""Seconds of real time after which counted work counts as hanging in one single call, which no count can see."""


class _Exhausted(BaseException):
    """The budget is spent; no ``except Exception`` on the way out may swallow it."""


class Effort:
    """What was spent: ``calls``."""

    calls = 0


@contextmanager
def at_most(budget: int, what: str = "this") -> Iterator[Effort]:
    """What is done takes at most ``budget`` calls, or it ends in the middle with an ``AssertionError``.

    A budget is five times what is counted today or more: it is there for what explodes, not for what grows a little.
    """
    spent = Effort()
    refusal = f"{what} took more than {budget:,} calls"

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call" or event == "c_call":
            spent.calls += 1
            if spent.calls > budget:
                sys.setprofile(None)
                raise _Exhausted

    before = sys.getprofile()
    with _alarmed():
        sys.setprofile(count)
        try:
            yield spent
        except _Exhausted:
            raise AssertionError(refusal) from None
        finally:
            sys.setprofile(before)
    assert spent.calls <= budget, refusal


@contextmanager
def _alarmed() -> Iterator[None]:
    """After ``HANGS`` seconds the whole run is stopped: a signal, so that a call into C ends as well."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, HANGS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
