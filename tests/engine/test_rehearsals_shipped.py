"""The rehearsals that are shipped: each procedure is played so far that a change of it is met by one of them."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api import folders
from engine import definitions, rehearsals

ZONE = ZoneInfo("Asia/Shanghai")
FEWEST = 0.95
"""The share of the elements of a diagram that its rehearsals come to, at least."""
UNREACHED: dict[str, frozenset[str]] = {}
"""Folder → ways out of a gateway that no rehearsal can bring about; the folder's README says why."""


@pytest.mark.parametrize("folder", folders.all_in(), ids=lambda folder: folder.name)
def test_a_shipped_procedure_is_rehearsed_along_every_way(folder: Path) -> None:
    definition, _ = definitions.check(folders.read(folder))
    assert definition is not None
    along = folders.along_beside(folder.parent)
    coverage = rehearsals.must_pass(definition, ZONE, folders.duties_beside(folder), along).coverage
    elements, flows = definition.blueprint.elements, definition.blueprint.flows
    ways = {flow.id for flow in flows if elements[flow.source].kind.endswith("Gateway")}
    assert ways & set(coverage.missed_flows) == UNREACHED.get(folder.name, frozenset())
    assert len(coverage.missed_elements) <= (1 - FEWEST) * coverage.elements, coverage.missed_elements
