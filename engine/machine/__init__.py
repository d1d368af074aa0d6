"""The machine that moves a case: the only place that knows SpiffWorkflow.

Pure: a blueprint, a live or frozen case and an environment in, a ``Step`` out. It reads no clock, no database and no
file, and evaluates nothing but FEEL. SpiffWorkflow's "task" (any element instance) is called *node* here.
"""

from engine.machine.blueprints import TASKS, Blueprint, Element, Event, Flow, Loop, Timer
from engine.machine.counting import BASES, Count, Share, share
from engine.machine.frozen import FORMAT, Glance, emptied, freeze, glance, thaw
from engine.machine.live import BACK_TO, Live, compiled
from engine.machine.migrating import Migrated, migrate
from engine.machine.moves import (
    Target,
    begin,
    complete,
    delay,
    fail,
    go_back,
    halt,
    leads_back,
    move,
    receive,
    renew,
    renewals,
    retry,
    set_variables,
    signal,
    skip,
    targets,
    undoing,
    wake,
)
from engine.machine.reading import read
from engine.machine.schedules import NoTime, Schedule, following, schedule
from engine.machine.soundness import Verdict, soundness_of, soundness_of_process
from engine.machine.standing import NotThere
from engine.machine.steps import Call, Environment, Fault, Happening, Listen, Open, Renewed, Step, Throw, Wait

__all__ = [
    "BACK_TO",
    "BASES",
    "FORMAT",
    "TASKS",
    "Blueprint",
    "Call",
    "Count",
    "Element",
    "Environment",
    "Event",
    "Fault",
    "Flow",
    "Glance",
    "Happening",
    "Listen",
    "Live",
    "Loop",
    "Migrated",
    "NoTime",
    "NotThere",
    "Open",
    "Renewed",
    "Schedule",
    "Share",
    "Step",
    "Target",
    "Throw",
    "Timer",
    "Verdict",
    "Wait",
    "begin",
    "compiled",
    "complete",
    "delay",
    "emptied",
    "fail",
    "following",
    "freeze",
    "glance",
    "go_back",
    "halt",
    "leads_back",
    "migrate",
    "move",
    "read",
    "receive",
    "renew",
    "renewals",
    "retry",
    "schedule",
    "set_variables",
    "share",
    "signal",
    "skip",
    "soundness_of",
    "soundness_of_process",
    "targets",
    "thaw",
    "undoing",
    "wake",
]
