"""Cases outlive releases: what an earlier build froze thaws and goes on to the same end as a case begun today."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

import orjson
import pytest
import zstandard

from engine import machine
from engine.errors import Incident
from tests.corpus import keep
from tests.corpus.scenarios import WAITING, Walk

KEPT = [
    pytest.param(state, id=f"{path.stem}-{name}")
    for path in keep.state_files()
    for name, state in json.loads(path.read_text("utf-8"))["states"].items()
]


@pytest.mark.parametrize("is_late", [False, True], ids=["done", "late"])
@pytest.mark.parametrize("kept", KEPT)
def test_a_state_of_an_earlier_build_goes_on_as_if_it_had_begun_today(kept: dict[str, Any], is_late: bool) -> None:
    now = datetime.fromisoformat(kept["now"])
    thawed = Walk.thawed(kept["model"], base64.b64decode(kept["state"]), now)
    assert thawed.seen() == kept["seen"], "something was lost, or is read in another way"
    fresh = Walk.begun(kept["model"], kept["given"], kept["moves"])
    assert thawed.seen() == fresh.seen()
    assert thawed.finish(kept["closing"], is_late) == fresh.finish(kept["closing"], is_late)
    assert thawed.live.completed


@pytest.mark.parametrize("kept", KEPT)
def test_it_is_stored_again_in_the_present_form_without_loss(kept: dict[str, Any]) -> None:
    now = datetime.fromisoformat(kept["now"])
    thawed = Walk.thawed(kept["model"], base64.b64decode(kept["state"]), now)
    again = Walk.thawed(kept["model"], machine.freeze(thawed.live), now)
    assert again.seen() == kept["seen"]
    assert machine.glance(base64.b64decode(kept["state"])).variables == thawed.live.variables


def test_the_corpus_holds_what_this_build_stores_at_every_kind_of_wait_point() -> None:
    assert set(keep.missing()) == set(), "run: python -m tests.corpus.keep"


def test_a_wait_point_is_one() -> None:
    for name, scenario in WAITING.items():
        walk = Walk.begun((keep.MODELS / f"{scenario.model}.bpmn").read_text("utf-8"), scenario.given, scenario.moves)
        seen = walk.seen()
        assert bool(seen["open"] or seen["waits"] or seen["listens"] or name == "condition") != (name == "ended"), name


def test_a_state_of_a_later_build_is_refused_and_not_guessed_at() -> None:
    state: dict[str, Any] = next(iter(json.loads(keep.state_files()[-1].read_text("utf-8"))["states"].values()))
    found = orjson.loads(zstandard.ZstdDecompressor().decompress(base64.b64decode(state["state"])))
    later = zstandard.ZstdCompressor().compress(orjson.dumps({**found, "v": machine.FORMAT + 1}))
    with pytest.raises(Incident, match="not known to this release"):
        Walk.thawed(state["model"], later, datetime.fromisoformat(state["now"]))
