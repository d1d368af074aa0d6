"""The table of what runs names tests that exist, and the manual is printed from it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.conformance.table import STATES, TABLE, as_markdown, where
from tools import print_docs

HERE = Path(__file__).parent
ROWS = [row for rows in TABLE.values() for row in rows]


def test_every_construct_names_a_test_that_exists() -> None:
    tests = {
        (path.name, node.name)
        for path in HERE.glob("test_*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    assert [where(row) for row in ROWS if where(row) not in tests] == []


def test_every_refused_construct_has_a_model() -> None:
    models = [HERE / "diagrams" / f"refused_{row.test}.bpmn" for row in ROWS if row.state == "refused"]
    assert [path.name for path in models if not path.is_file()] == []


def test_every_row_is_complete_and_in_both_languages() -> None:
    for row in ROWS:
        assert row.state in STATES
        assert row.since
        assert row.en
        assert re.search(r"[\u4e00-\u9fff]", row.zh) or row.zh.isascii()
    assert len({row.en for row in ROWS}) == len(ROWS)


def test_the_manual_prints_the_table() -> None:
    manual = (HERE.parents[1] / "docs/bpmn.md").read_text("utf-8")
    assert as_markdown() in manual
    assert print_docs.printed(manual) == manual
