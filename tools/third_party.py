"""Write ``THIRD-PARTY.md``: whose work Liuhen stands on, under which licence.

    python tools/third_party.py           write
    python tools/third_party.py --check   say whether it is stale; exit status 1 if it is

Python packages are those of ``requirements.lock`` (read from their installed metadata); packages of the web are those
of ``web/package-lock.json`` that reach the browser, with the full text of their licences, since the build carries them.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "THIRD-PARTY.md"

ELSEWHERE = {"colorama": "BSD-3-Clause"}
"""Licences of packages that the lock names for other platforms than the one the tests run on."""

CLASSIFIED = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0",
}

INTRODUCTION = """# Third-party work

Printed by `tools/third_party.py`; do not edit.

## The watermark of bpmn.io

Diagrams are drawn with bpmn-js and its kin by the bpmn.io project (Camunda Services GmbH). Their licence asks that the
source code responsible for displaying the bpmn.io project watermark, which links back to https://bpmn.io, must not be
removed or changed, and that the watermark is visibly displayed wherever diagrams are shown. Liuhen leaves it where it
is; whoever restyles the pages has to do the same.

"""


def python_packages() -> list[tuple[str, str, str]]:
    """Name, version and licence of everything that serving installs."""
    found = []
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for name, version in re.findall(r"^([a-z0-9.-]+)==(\S+)", lock, re.MULTILINE):
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            found.append((name, version, ELSEWHERE[name]))
            continue
        found.append((name, version, _licence(about)))
    return found


def _licence(about: metadata.PackageMetadata) -> str:
    if "License-Expression" in about:
        return str(about["License-Expression"])
    classifiers = about.get_all("Classifier") or []
    named = [entry.rsplit(" :: ", 1)[1] for entry in classifiers if entry.startswith("License :: ")]
    said = [CLASSIFIED.get(name, name) for name in named if name != "OSI Approved"]
    if said:
        return " / ".join(said)
    written = str(about["License"] or "").strip() if "License" in about else ""
    return written.splitlines()[0] if written else "see the package"


def web_packages() -> list[tuple[str, str, str, str]]:
    """Name, version, licence and licence text of every npm package that the browser gets."""
    found = []
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))
    for place, entry in lock["packages"].items():
        if not place or entry.get("dev") or entry.get("optional") or entry.get("devOptional"):
            continue
        folder = ROOT / "web" / place
        texts = sorted(path for path in folder.glob("*") if re.match(r"(?i)licen[cs]e(\.|$|-)", path.name))
        text = texts[0].read_text(encoding="utf-8").strip().replace("\r\n", "\n") if texts else ""
        found.append((place.rpartition("node_modules/")[2], entry["version"], str(entry.get("license", "")), text))
    return sorted(set(found))


def written() -> str:
    """The whole document."""
    lines = [INTRODUCTION, "## Python packages\n\n| package | version | licence |\n| --- | --- | --- |\n"]
    lines += [f"| {name} | {version} | {licence} |\n" for name, version, licence in python_packages()]
    lines.append("\n## In the browser\n\n| package | version | licence |\n| --- | --- | --- |\n")
    packages = web_packages()
    lines += [f"| {name} | {version} | {licence} |\n" for name, version, licence, _ in packages]
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for name, _, _, text in packages:
        if text:
            texts[text].append(name)
    lines.append("\n## Licence texts of what the browser gets\n")
    for text, names in sorted(texts.items(), key=lambda item: item[1]):
        body = "\n".join(line.rstrip() for line in text.splitlines())
        lines.append(f"\n### {', '.join(names)}\n\n```text\n{body}\n```\n")
    return "".join(lines)


def stale() -> list[str]:
    """The document's name, where it is not what the locks say."""
    is_current = TARGET.exists() and TARGET.read_text(encoding="utf-8") == written()
    return [] if is_current else [TARGET.name]


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        for name in stale():
            print(f"{name} is stale: run python tools/third_party.py")
        return 1 if stale() else 0
    if sys.argv[1:]:
        print(__doc__)
        return 2
    TARGET.write_text(written(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
