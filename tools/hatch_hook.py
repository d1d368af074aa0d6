"""Hatchling's build hook: the browser's pages and the processes ride in the wheel; its user needs no Node."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools import build_web

ROOT = Path(__file__).resolve().parents[1]


class WebHook(BuildHookInterface):  # type: ignore[type-arg, misc, unused-ignore]
    """Builds ``web/dist`` and puts it beside the code that serves it."""

    def dependencies(self) -> list[str]:
        """Node from the package index only where the system has none: nobody downloads it for nothing."""
        return [] if build_web.system_node() else [build_web.WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the files are collected."""
        build_web.build()
        # An editable install uses web/dist and processes/ of the clone itself.
        if version != "editable":
            build_data["force_include"][str(build_web.DIST)] = "api/web"
            build_data["force_include"][str(ROOT / "processes")] = "api/processes"
