"""Signed notes and what the log says in them: checkpoints, cosignatures of witnesses, receipts.

The forms are those of C2SP, read by other people's tools as well: signed-note (keys and signature lines),
tlog-checkpoint (origin, size, root), tlog-cosignature (cosignature/v1). https://c2sp.org
Signatures are Ed25519 (RFC 8032); a key says by its first byte what it signs.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG, WITNESS = 0x01, 0x04
"""Signature types: a note as it stands, and a cosignature with its time."""
DASH = "\u2014"
LONGEST = 1 << 16
"""Characters of a note."""
MOST_SIGNATURES = 100
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_NAME = re.compile(r"[^\s+]{1,200}")


class Malformed(ValueError):
    """This is no note, no key, or no checkpoint; the words say what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Key:
    """Who signs: a name, what it signs (``LOG`` or ``WITNESS``), and the 32 bytes of its public key."""

    name: str
    kind: int
    public: bytes

    @property
    def mark(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as text: ``name+mark+base64``."""
        return f"{self.name}+{self.mark.hex()}+{_base64(bytes([self.kind]) + self.public)}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note, as far as it can be read without the key."""

    name: str
    mark: bytes
    signed: bytes
    """What follows the mark: 64 bytes, or 8 bytes of time and 64."""
    line: str


@dataclass(frozen=True, slots=True)
class Note:
    """``body`` ends with a newline and is what was signed."""

    body: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: so many leaves with this root."""

    origin: str
    size: int
    root: bytes
    more: tuple[str, ...] = ()
    """Lines that follow, of which this office's own log has none."""

    @property
    def body(self) -> str:
        lines = (self.origin, str(self.size), _base64(self.root), *self.more)
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that holds; ``time`` (seconds since 1970) is there where a witness gave one."""

    key: Key
    time: int | None
    line: str


def name_fits(name: str) -> bool:
    """Whether a key may be called so: no white space and no plus."""
    return _NAME.fullmatch(name) is not None and name.isprintable()


def read_key(vkey: str) -> Key:
    """The key of a text such as ``vkey`` gives; raises ``Malformed``."""
    name, _, rest = vkey.strip().partition("+")
    mark, _, packed = rest.partition("+")
    raw = _unpacked(packed, "the key is not Base64")
    if not name_fits(name) or len(raw) != 33 or raw[0] not in (LOG, WITNESS):
        raise Malformed("a key is written name+hash+base64, of Ed25519")
    key = Key(name, raw[0], raw[1:])
    if key.mark.hex() != mark:
        raise Malformed("the hash in the key is not that of the key")
    return key


# ---------------------------------------------------------------- made


def sign(private: Ed25519PrivateKey, key: Key, body: str) -> str:
    """The signature line of a log under a body."""
    return _line(key, private.sign(body.encode()))


def cosign(private: Ed25519PrivateKey, key: Key, body: str, time: int) -> str:
    """The signature line of a witness under a checkpoint; ``time`` in seconds since 1970."""
    return _line(key, time.to_bytes(8, "big") + private.sign(_cosigned(body, time)))


def together(body: str, lines: Iterable[str]) -> str:
    """A note: the body, an empty line, and the signature lines."""
    return "\n".join((body, *lines, ""))


def instant(at: datetime) -> str:
    """An instant as entries write it: RFC 3339, UTC, microseconds."""
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"


def receipt(origin: str, chain: str, seq: int, hash_: str, at: str) -> str:
    """The body of a receipt: this entry is there."""
    return f"liuhen.receipt/v1\n{origin}\n{chain}\n{seq}\n{hash_}\n{at}\n"


def bundle(origin: str, sha256: str) -> str:
    """The body of the note that seals an archive: its manifest has this hash."""
    return f"liuhen.bundle/v1\n{origin}\n{sha256}\n"


def _line(key: Key, signed: bytes) -> str:
    return f"{DASH} {key.name} {_base64(key.mark + signed)}"


def _cosigned(body: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{body}".encode()


# ---------------------------------------------------------------- read


def read(text: str) -> Note:
    """The body of a note and its signature lines, which nobody has looked at yet; raises ``Malformed``."""
    if len(text) > LONGEST:
        raise Malformed("the note is too long")
    head, found, tail = text.rpartition("\n\n")
    if not found or not tail.endswith("\n") or not head:
        raise Malformed("a note is a text, an empty line and signature lines")
    if any((ord(c) < 32 and c != "\n") or 0xD800 <= ord(c) < 0xE000 for c in text):
        raise Malformed("a note holds no control characters")
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Malformed("there are too many signatures")
    return Note(f"{head}\n", tuple(read_line(line) for line in lines))


def read_line(line: str) -> Signature:
    """One signature line; raises ``Malformed``."""
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != DASH or not name_fits(parts[1]):
        raise Malformed("a signature line is a dash, a name and Base64")
    raw = _unpacked(parts[2], "a signature is not Base64")
    if len(raw) < 5:
        raise Malformed("a signature is too short")
    return Signature(parts[1], raw[:4], raw[4:], line)


def verified(note: Note, keys: Sequence[Key]) -> list[Signed]:
    """The signatures that hold under one of the keys; those of others are passed over.

    Raises ``Malformed`` where a signature that names one of the keys does not hold.
    """
    known = {(key.name, key.mark): key for key in keys}
    found: dict[tuple[str, bytes], Signed] = {}
    for one in note.signatures:
        key = known.get((one.name, one.mark))
        if key is None or (one.name, one.mark) in found:
            continue
        time, signature, message = None, one.signed, note.body.encode()
        if key.kind == WITNESS:
            time = int.from_bytes(one.signed[:8], "big")
            signature, message = one.signed[8:], _cosigned(note.body, time)
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
        except InvalidSignature as e:
            raise Malformed(f"the signature of {one.name} does not hold") from e
        found[one.name, one.mark] = Signed(key, time, one.line)
    return list(found.values())


def read_checkpoint(body: str) -> Checkpoint:
    """The checkpoint that is the body of a note; raises ``Malformed``."""
    origin, *lines = body.removesuffix("\n").split("\n")
    if len(lines) < 2 or not origin or not _SIZE.fullmatch(lines[0]) or not all(lines):
        raise Malformed("a checkpoint is an origin, a size and a root")
    root = _unpacked(lines[1], "the root is not Base64")
    if len(root) != 32:
        raise Malformed("a root has 32 bytes")
    return Checkpoint(origin, int(lines[0]), root, tuple(lines[2:]))


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unpacked(text: str, why: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as e:
        raise Malformed(why) from e
    if _base64(raw) != text:  # one text for one value
        raise Malformed(why)
    return raw
