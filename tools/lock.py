"""Write the lock files anew from ``pyproject.toml``: exact versions with hashes, for every platform, no address.

    python tools/lock.py             keep what is locked, add what is missing
    python tools/lock.py --upgrade   the newest that pyproject.toml allows

Needs ``uv`` on PATH or beside this Python.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

LOCKS: dict[str, list[str]] = {
    "requirements.lock": ["pyproject.toml", "--group", "build"],
    "requirements-test.lock": ["pyproject.toml", "--group", "build", "--group", "test", "-c", "requirements.lock"],
    "requirements-node.lock": ["--group", "node"],
}


def main() -> int:
    beside = Path(sys.executable).parent / "uv"
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv is None:
        print("uv is missing: pip install uv", file=sys.stderr)
        return 1
    for name, what in LOCKS.items():
        command = [uv, "pip", "compile", "--quiet", *what, "--universal", "--python-version", "3.11"]
        command += [
            "--generate-hashes",
            "--no-emit-index-url",
            "--no-header",
            "--no-annotate",
            *sys.argv[1:],
            "-o",
            name,
        ]
        subprocess.run(command, cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
