"""Whether the trail is whole, and what rests on it: chains, sealed log, files, answers, and the rows of today.

``chains`` recomputes every entry and finds its leaf, ``sealed`` the tree and what was signed about it, ``kept`` the
bytes and values that entries name by their hashes, ``rows`` what the entries say that cases, tasks and the directory
have to be. Nothing here changes anything. What no log can know, the report says.
"""

from engine.verifying.offline import PAGE, TOOL, place
from engine.verifying.report import Progress, Report, silent
from engine.verifying.whole import look, verify

__all__ = ["PAGE", "TOOL", "Progress", "Report", "look", "place", "silent", "verify"]
