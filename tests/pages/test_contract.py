"""The types of the pages are those that the server prints."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.pages.conftest import Desk

WEB = Path(__file__).parents[2] / "web"


def test_the_types_of_the_pages_are_what_the_server_says(desk: Desk) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node here to print the types with")
    document = desk.app.test_client().get("/api/v1/openapi.json").get_data()
    done = subprocess.run(
        [node, "contract.mjs", "-", "--check"], cwd=WEB, input=document, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
