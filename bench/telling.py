"""How measurements are put: on what, how far apart, and where they are kept."""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def spread(values: list[float], digits: int) -> dict[str, float]:
    return {
        "median": round(statistics.median(values), digits),
        "least": round(min(values), digits),
        "greatest": round(max(values), digits),
    }


def say(sentence: str) -> None:
    print(f"  … {sentence}", file=sys.stderr, flush=True)


def machine() -> str:
    """What it ran on."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def keep(out: Path, name: str, found: dict[str, Any]) -> None:
    """Write one measurement beside the others of the same file."""
    kept = json.loads(out.read_text()) if out.exists() else {}
    out.parent.mkdir(parents=True, exist_ok=True)
    kept[name] = {"machine": machine(), **found}
    out.write_text(json.dumps(kept, indent=2) + "\n")
    print(f"\nwritten to {out}")
