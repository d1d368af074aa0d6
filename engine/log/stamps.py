"""Timestamps of RFC 3161 over a checkpoint: the question to an authority, and whether its answer is one to it.

Only the few fields that tie an answer to its question are read here (section 2.4): status, imprint, nonce. The
authority's own signature is judged by whoever verifies, with the certificates that they trust.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
"""A MessageImprint of SHA-256 (RFC 8017, B.1) up to the hash itself."""
_SEQUENCE, _INTEGER, _OCTETS, _CONTEXT_0 = 0x30, 0x02, 0x04, 0xA0
_DEEPEST = 12


class NoToken(Exception):
    """The answer holds no token, or one to another question."""


@dataclass(frozen=True, slots=True)
class Question:
    """A TimeStampReq (section 2.4.1), and what an answer to it has to repeat."""

    der: bytes
    imprint: bytes
    nonce: bytes

    @classmethod
    def about(cls, content: bytes, nonce: int) -> Question:
        """Ask for the time of ``content``, by its hash, with the certificate in the answer."""
        imprint = SHA256 + hashlib.sha256(content).digest()
        number = _der(_INTEGER, nonce.to_bytes(nonce.bit_length() // 8 + 1, "big"))
        return cls(_der(_SEQUENCE, b"\x02\x01\x01" + imprint + number + b"\x01\x01\xff"), imprint, number)


def token(answer: bytes, asked: Question) -> bytes:
    """The TimeStampToken of a TimeStampResp (section 2.4.2); raises ``NoToken``."""
    try:
        (whole,) = _parts(answer)
        status, *tokens = _parts(whole[1])
        number = next(_parts(status[1]))
    except (ValueError, StopIteration) as e:
        raise NoToken("this is no answer of a timestamping authority") from e
    if number[0] != _INTEGER or number[1] not in (b"\x00", b"\x01"):
        raise NoToken(f"the authority refused: status {number[1].hex()}")
    if len(tokens) != 1:
        raise NoToken("there is no token in the answer")
    tag, content, raw = tokens[0]
    if tag != _SEQUENCE or not _told(content, asked):
        raise NoToken("the token is about something else")
    return raw


def _told(content: bytes, asked: Question) -> bool:
    """Whether the TSTInfo inside a token has the imprint and the nonce of the question, next to each other or not."""
    return any(asked.imprint in info and asked.nonce in info for info in _octets(content, 0))


def _octets(content: bytes, depth: int) -> Iterator[bytes]:
    """What stands in OCTET STRINGs: a token signs its TSTInfo as one (RFC 5652, 5.2)."""
    if depth > _DEEPEST:
        return
    try:
        parts = list(_parts(content))
    except ValueError:
        return
    for tag, inner, _ in parts:
        if tag == _OCTETS:
            yield inner
        elif tag & 0x20:
            yield from _octets(inner, depth + 1)


def _parts(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """(tag, content, the whole of it) of each value of DER in a row; raises ``ValueError``."""
    place = 0
    while place < len(content):
        if place + 2 > len(content) or content[place] & 0x1F == 0x1F:
            raise ValueError("no DER")
        tag, length, start = content[place], content[place + 1], place + 2
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4 or start + count > len(content):
                raise ValueError("no DER")
            length, start = int.from_bytes(content[start : start + count], "big"), start + count
        end = start + length
        if end > len(content):
            raise ValueError("no DER")
        yield tag, content[start:end], content[place:end]
        place = end


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
