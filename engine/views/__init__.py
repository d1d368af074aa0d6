"""What people see: a case, its diagram and entries, the worklist, one task with its form. Reads only.

Whoever is only the subject of a case sees their own forms, the steps and the status, not what others wrote about
them. What the asker may not see is ``NotFound``, exactly as what is not there. Texts are ``errors.Text``.
"""

from engine.views.cases import case, diagram, diagram_texts, find_cases
from engine.views.entries import entries, speak
from engine.views.incidents import incidents, incidents_of
from engine.views.moves import move_preview, moves
from engine.views.naming import Versions
from engine.views.tasks import box, done, returned, returns, task

__all__ = [
    "Versions",
    "box",
    "case",
    "diagram",
    "diagram_texts",
    "done",
    "entries",
    "find_cases",
    "incidents",
    "incidents_of",
    "move_preview",
    "moves",
    "returned",
    "returns",
    "speak",
    "task",
]
