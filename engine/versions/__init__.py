"""Versions of a procedure: how two differ, and moving running cases from one to another, with preview and undo.

``difference`` compares two versions element by element, ``plans`` says which element becomes which and looks at what
would become of each case without touching it, ``running`` moves the cases one by one as work of the clock.
"""

from engine.versions.difference import Aspect, Change, Difference, Suggestion, difference, on_diagram
from engine.versions.plans import KINDS, LARGEST_BATCH, Outlook, Plan, Preview, outlooks, preview
from engine.versions.running import (
    Progress,
    go_on,
    migrations,
    progress,
    results,
    start,
    tick,
    undo,
)

__all__ = [
    "KINDS",
    "LARGEST_BATCH",
    "Aspect",
    "Change",
    "Difference",
    "Outlook",
    "Plan",
    "Preview",
    "Progress",
    "Suggestion",
    "difference",
    "go_on",
    "migrations",
    "on_diagram",
    "outlooks",
    "preview",
    "progress",
    "results",
    "start",
    "tick",
    "undo",
]
