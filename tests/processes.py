"""Which tests go one after the other in one process, where there are several (pytest-xdist)."""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling

_KIND = re.compile(r"\[(?:.*-)?(sqlite|postgresql)\b")


class ByWhatIsShared(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a process tests that share something made once; the largest groups first, single tests at the end."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


def group(nodeid: str) -> str:
    """The name of the group of a test, from its id; a test of its own is a group of its own."""
    file = nodeid.partition("::")[0]
    if file.startswith("tests/chaos/"):
        return "tests/chaos"  # two storms at once leave no core for anybody
    if file == "tests/test_house.py" or file.startswith("tests/pages/"):
        return file  # the house is read once, and what pages look at was made once for the file
    if file.startswith("tests/stories/"):
        kind = _KIND.search(nodeid)
        return f"{file} {kind[1] if kind else ''}"  # so were the cases where stories begin
    return nodeid
