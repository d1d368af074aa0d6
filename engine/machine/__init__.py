"""The machine that moves a case: the only place that knows SpiffWorkflow.

Pure: a blueprint, a live or frozen case and an environment in, a ``Step`` out. It reads no clock, no database and no
file, and evaluates nothing but FEEL. SpiffWorkflow's "task" (any element instance) is called *node* here.
"""

from engine.machine.blueprints import Blueprint, Element, Flow, Timer
from engine.machine.live import (
    FORMAT,
    Environment,
    Glance,
    Happening,
    Live,
    Open,
    Step,
    Wait,
    begin,
    compiled,
    complete,
    freeze,
    glance,
    is_wake_due,
    thaw,
    wake,
)
from engine.machine.reading import MAX_PATH, read

__all__ = [
    "FORMAT",
    "MAX_PATH",
    "Blueprint",
    "Element",
    "Environment",
    "Flow",
    "Glance",
    "Happening",
    "Live",
    "Open",
    "Step",
    "Timer",
    "Wait",
    "begin",
    "compiled",
    "complete",
    "freeze",
    "glance",
    "is_wake_due",
    "read",
    "thaw",
    "wake",
]
