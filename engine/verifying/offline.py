"""Where the offline verifiers lie: in the clone under ``tools/``, where Liuhen was installed beside the exports."""

from __future__ import annotations

from pathlib import Path

_ENGINE = Path(__file__).parents[1]
PLACES = (_ENGINE / "exports", _ENGINE.parent / "tools")
TOOL, PAGE = "verify_bundle.py", "verify.html"


def place(name: str) -> Path:
    """The file of one of them; raises ``FileNotFoundError``."""
    for folder in PLACES:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(2, "not installed", name)
