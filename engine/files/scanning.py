"""A virus scanner beside Liuhen, by ClamAV's protocol (clamd, INSTREAM): over TCP or a socket of this machine."""

from __future__ import annotations

import socket
import struct
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from engine.errors import Refused, Text

TIMEOUT = 60.0
"""Seconds that the scanner may keep silent."""
_CHUNK = 1 << 16


class Verdict(StrEnum):
    """What is known of stored bytes."""

    CLEAN = "clean"
    UNSCANNED = "unscanned"
    """No scanner is set: nobody has looked."""
    WAITING = "waiting"
    """In quarantine until the scanner is there again."""
    INFECTED = "infected"


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class ScannerAway(Refused):
    """The virus scanner does not answer; nothing was stored."""

    code = "err_scanner_away"
    text = Text(
        "病毒扫描服务暂时不可用，文件未保存，请稍后再试。",
        "The virus scanner cannot be reached. Nothing was stored; try again later.",
    )


def scan(address: str, file: Readable) -> tuple[bool, str]:
    """Whether a file is clean, and the name of what was found in it; raises ``ScannerAway``.

    ``zINSTREAM``: chunks with their length in four bytes, a length of zero at the end, and one answer:
    ``stream: OK``, ``stream: NAME FOUND``, anything else is a fault of the scanner.
    """
    try:
        with _connected(address) as link:
            link.sendall(b"zINSTREAM\0")
            while part := file.read(_CHUNK):
                link.sendall(struct.pack("!L", len(part)) + part)
            link.sendall(struct.pack("!L", 0))
            said = _answer(link)
    except OSError as e:
        raise ScannerAway() from e
    if said.endswith(" OK"):
        return True, ""
    if said.endswith(" FOUND"):
        return False, said.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerAway()


def _connected(address: str) -> socket.socket:
    url = urlsplit(address)
    if url.scheme == "unix":
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(TIMEOUT)
        try:
            link.connect(url.path)
        except OSError:
            link.close()
            raise
        return link
    return socket.create_connection((url.hostname or "", url.port or 3310), timeout=TIMEOUT)


def _answer(link: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < 1000 and (part := link.recv(1000)):
        said += part
    return said.rstrip(b"\0").decode("ascii", "replace").strip()
