"""What people see: a case, its diagram and entries, the worklist, one task with its form. Reads only.

Whoever is only the subject of a case sees their own forms, the steps and the status, not what others wrote about
them. What the asker may not see is ``NotFound``, exactly as what is not there. Texts are ``errors.Text``.
"""

from engine.views import administration, documents, duties, meetings
from engine.views.ahead import completion_ahead, start_ahead
from engine.views.batches import preview as batch_preview
from engine.views.called import called_cases
from engine.views.cases import case, case_items, diagram, diagram_texts, find_cases, standing
from engine.views.choices import offer
from engine.views.entries import entries, speak
from engine.views.handing import delegation_effect, people_to_hand_to, verbs
from engine.views.incidents import incidents, incidents_of
from engine.views.moves import move_preview, moves
from engine.views.naming import Versions
from engine.views.remarks import attachment, attachments, comment, comments, copies
from engine.views.sheets import qr_code, sheet
from engine.views.structure import CHANGES as UNIT_CHANGES
from engine.views.structure import changes_between, open_tasks, posts_at, unit_states
from engine.views.tasks import done, returned, returns, task
from engine.views.trials import outlook
from engine.views.worklist import BOXES, CLAIMS, SORTS, box, counts, total

__all__ = [
    "BOXES",
    "CLAIMS",
    "SORTS",
    "UNIT_CHANGES",
    "Versions",
    "administration",
    "attachment",
    "attachments",
    "batch_preview",
    "box",
    "called_cases",
    "case",
    "case_items",
    "changes_between",
    "comment",
    "comments",
    "completion_ahead",
    "copies",
    "counts",
    "delegation_effect",
    "diagram",
    "diagram_texts",
    "documents",
    "done",
    "duties",
    "entries",
    "find_cases",
    "incidents",
    "incidents_of",
    "meetings",
    "move_preview",
    "moves",
    "offer",
    "open_tasks",
    "outlook",
    "people_to_hand_to",
    "posts_at",
    "qr_code",
    "returned",
    "returns",
    "sheet",
    "speak",
    "standing",
    "start_ahead",
    "task",
    "total",
    "unit_states",
    "verbs",
]
