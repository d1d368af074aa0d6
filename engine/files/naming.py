"""What a file may be called: the user's name is something to show, never a path."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
"""Bytes of UTF-8, so that every file system takes it back."""
_SEPARATORS = re.compile(r"[/\\]")
# What Windows keeps for devices, whatever the extension.
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def clean(name: str) -> str:
    """The name of an uploaded file as it is kept: the last part of a path, in NFC, nothing invisible, 200 bytes.

    Control characters and those that turn the direction of writing (U+202E makes ``gpj.exe`` of ``exe.jpg``) go;
    what Windows refuses becomes ``_``; a name of which nothing is left becomes ``file``.
    """
    name = unicodedata.normalize("NFC", _SEPARATORS.split(name)[-1])
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    name = _FORBIDDEN.sub("_", name).strip().strip(".").strip()
    if _RESERVED.match(name):
        name = f"_{name}"
    stem, dot, last = name.rpartition(".")
    ending = f".{last}" if dot and len(last) <= 16 else ""
    if not ending:
        stem = name
    while stem and len((stem + ending).encode()) > LONGEST:
        stem = stem[:-1]
    return (stem.rstrip() + ending) if stem else f"file{ending}"


def extension(name: str) -> str:
    """``pdf`` of ``报告.PDF``; empty where there is none."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if dot and stem and last.isascii() else ""
