#!/usr/bin/env python3
"""Verify a sealed bundle of Liuhen 流痕 on a machine that has never seen Liuhen: Python 3.9 and nothing else.

    python3 verify_bundle.py BUNDLE.zip [--key VKEY ...] [--checkpoint FILE] [--language zh|en] [--json]

Exit status: 0 everything fits; 1 something does not, each with its place; 2 wrong usage. The format, and what each rule
means, is written down in docs/bundle.md. No network, no file but the bundle (and the checkpoint that is named) is read.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import contextlib
import hashlib
import io
import json
import os
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

# ---------------------------------------------------------------- Ed25519 (RFC 8032, section 5.1)

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, p: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _add(found, p)
        p = _add(p, p)
        number >>= 1
    return found


def _recover_x(y: int, sign: int) -> int | None:
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def _decoded(text: bytes) -> Point | None:
    number = int.from_bytes(text, "little")
    y = number & ((1 << 255) - 1)
    x = _recover_x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


_BASE_Y = 4 * pow(5, P - 2, P) % P
_BASE_X = _recover_x(_BASE_Y, 0) or 0
BASE: Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % P)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature is good (RFC 8032, section 5.1.7)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = _decoded(public), _decoded(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = _times(s, BASE), _add(r, _times(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# ---------------------------------------------------------------- signed notes (C2SP signed-note, tlog-cosignature)

SIGNED, COSIGNED = 1, 4


@dataclass(frozen=True)
class Key:
    """A verification key: the name that stands in notes, and 32 bytes."""

    name: str
    public: bytes
    kind: int

    def mark(self, kind: int) -> bytes:
        """The four bytes by which a signature line says which key made it."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([kind]) + self.public).digest()[:4]


def read_key(text: str) -> Key:
    """``name+hash+base64(kind || public)``; raises ``ValueError``."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not parts[0]:
        raise ValueError(text)
    raw = base64.b64decode(parts[2], validate=True)
    if len(raw) != 33 or raw[0] not in (SIGNED, COSIGNED):
        raise ValueError(text)
    key = Key(parts[0], raw[1:], raw[0])
    if key.mark(raw[0]).hex() != parts[1].lower():
        raise ValueError(text)
    return key


@dataclass
class Note:
    """A signed text: what was signed, and ``(name, four bytes, the rest)`` of each signature line."""

    body: str
    lines: list[tuple[str, bytes, bytes]]

    def is_signed_by(self, key: Key) -> bool:
        mark, body = key.mark(SIGNED), self.body.encode()
        return any(n == key.name and m == mark and is_signed(key.public, body, s) for n, m, s in self.lines)

    def cosignatures(self, key: Key) -> list[int | None]:
        """Of a witness: the time of each of its lines, or ``None`` where the line is false."""
        found: list[int | None] = []
        for name, mark, rest in self.lines:
            if name != key.name or mark != key.mark(COSIGNED):
                continue
            when = struct.unpack(">Q", rest[:8])[0] if len(rest) == 72 else 0
            said = f"cosignature/v1\ntime {when}\n{self.body}".encode()
            found.append(when if len(rest) == 72 and is_signed(key.public, said, rest[8:]) else None)
        return found


def read_note(raw: bytes) -> Note:
    """Raises ``ValueError`` for what is no signed note."""
    text = raw.decode("utf-8")
    body, blank, signatures = text.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise ValueError("not a signed note")
    lines = []
    for line in signatures[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—" or not parts[1]:
            raise ValueError("not a signature line")
        signature = base64.b64decode(parts[2], validate=True)
        if len(signature) < 5:
            raise ValueError("a signature that is too short")
        lines.append((parts[1], signature[:4], signature[4:]))
    return Note(body + "\n", lines)


def read_checkpoint(raw: bytes) -> tuple[Note, str, int, bytes]:
    """``(note, origin, size, root)``; raises ``ValueError``."""
    note = read_note(raw)
    lines = note.body.split("\n")
    if len(lines) < 4 or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]):
        raise ValueError("not a checkpoint")
    root = base64.b64decode(lines[2], validate=True)
    if len(root) != 32:
        raise ValueError("not a root")
    return note, lines[0], int(lines[1]), root


# ---------------------------------------------------------------- the tree (RFC 6962, section 2.1)


def leaf(text: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\x00" + text).digest()


def root_from(hash_: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root to which a proof of inclusion leads (RFC 9162, section 2.1.3.2), or ``None`` where it is no proof."""
    if not 0 <= index < size:
        return None
    place, last = index, size - 1
    for other in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            hash_ = hashlib.sha256(b"\x01" + other + hash_).digest()
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            hash_ = hashlib.sha256(b"\x01" + hash_ + other).digest()
        place, last = place >> 1, last >> 1
    return hash_ if last == 0 else None


# ---------------------------------------------------------------- JSON as entries write it

DEEPEST = 64
_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
HEX = re.compile(r"[0-9a-f]{64}")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


def parsed(raw: bytes) -> Any:
    """JSON without NaN; raises ``ValueError`` for everything that cannot be read, nesting without end included."""

    def refuse(word: str) -> Any:
        raise ValueError(word)

    try:
        return json.loads(raw.decode("utf-8"), parse_constant=refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def canonical(value: Any) -> str:
    """Keys in order, no blanks, integers below 2**53, no fractions; raises ``ValueError`` for what has no such form."""
    _fits(value, DEEPEST)
    return _WRITER.encode(value)


def _fits(value: Any, depth: int) -> None:
    if depth < 0:
        raise ValueError("nested too deeply")
    if isinstance(value, float) or (isinstance(value, int) and abs(value) >= 2**53):
        raise ValueError("not a number that an entry may hold")
    if isinstance(value, dict):
        for one in value.values():
            _fits(one, depth - 1)
    elif isinstance(value, list):
        for one in value:
            _fits(one, depth - 1)


# ---------------------------------------------------------------- what is said

SAID = {
    "archive": ("压缩包不能用：{why}", "the archive cannot be used: {why}"),
    "manifest": ("清单 manifest.json 缺失或不能读", "manifest.json is missing or cannot be read"),
    "missing": ("清单所列的文件不在包中", "a file that the manifest lists is not there"),
    "extra": ("清单没有列出此文件", "the manifest does not list this file"),
    "changed": ("文件内容与清单所记的哈希不符", "the file does not have the hash that the manifest lists"),
    "keys": ("keys.json 不能读", "keys.json cannot be read"),
    "manifest_signature": (
        "清单的签名不成立：不是本包清单的，或没有一把认可的日志密钥签过",
        "the manifest is not signed: not this one, or by none of the accepted log keys",
    ),
    "checkpoint": ("检查点不能读，或与清单不符", "the checkpoint cannot be read, or is not the manifest's"),
    "checkpoint_signature": (
        "检查点没有被任何认可的日志密钥签过",
        "the checkpoint is signed by none of the accepted log keys",
    ),
    "cosignature": ("见证方的联署不成立", "a witness's cosignature is false"),
    "witnesses": (
        "有效联署 {found} 个，应有 {wanted} 个",
        "{found} witnesses cosigned the checkpoint, {wanted} have to",
    ),
    "fork": (
        "与别处取得的检查点大小相同而根不同：日志分叉或被重写",
        "a checkpoint of the same size from elsewhere has another root: the log was forked or rewritten",
    ),
    "foreign_checkpoint": (
        "别处取得的检查点不是这份日志的，或签名不成立",
        "the checkpoint from elsewhere is not of this log, or not signed by it",
    ),
    "unreadable": ("不是一条合规范的记录", "not an entry in canonical form"),
    "reordered": ("次序颠倒或重复", "out of order, or there twice"),
    "removed": ("此处缺少记录", "entries are missing here"),
    "added": ("清单没有提到的记录", "an entry that the manifest does not speak of"),
    "unlinked": (
        "与前一条不相接：此条或前一条被改动",
        "it does not continue the entry before it: one of the two was changed",
    ),
    "backdated": ("时间早于前一条", "its time lies before that of the entry before it"),
    "postdated": ("时间晚于本包的制作时间", "its time lies after the making of the bundle"),
    "head": ("末条的哈希与清单所记不符", "the last hash is not the one that the manifest names"),
    "case": ("清单所记的流程或版本与发起记录不符", "the manifest names another procedure than the first entry"),
    "proofs": ("proofs.json 不能读，或不是这个检查点的", "proofs.json cannot be read, or is of another checkpoint"),
    "unproved": ("没有存在证明", "there is no proof that the log holds it"),
    "proof": ("存在证明不成立：日志里不是这一条", "the proof fails: the log holds something else"),
    "proof_stray": ("证明所指的记录不在包中，或重复", "a proof of an entry that is not there, or a second one"),
    "log_order": ("在日志中的位置先于前一条", "the log holds it before the entry that it continues"),
    "values": ("values.json 不能读", "values.json cannot be read"),
    "value": ("公开的值与记录中的承诺不符", "the value does not open the commitment in the entry"),
    "value_stray": ("公开的值没有对应的承诺", "no commitment belongs to the value"),
    "attachment": ("附件的内容与其哈希不符", "the attachment does not have the hash it is named by"),
    "attachment_stray": ("没有记录提到这个附件", "no entry speaks of the attachment"),
    "document": ("公文的内容与其哈希不符", "the document does not have the hash it is named by"),
    "document_stray": ("没有记录提到这件公文", "no entry speaks of the document"),
    "definition": ("流程文件与记录所记的哈希不符", "the procedure's files do not have the hash that the entries name"),
    "definition_stray": ("没有记录提到这个流程版本", "no entry speaks of this version of a procedure"),
}

UNSAID = {
    "no_pinned_key": (
        "没有给出 --key：签名只对照包内自带的密钥，换了密钥的整包伪造查不出来。请向可信的人核对密钥：{keys}",
        (
            "no --key was given: signatures were compared with the keys inside the bundle alone, so a bundle that was "
            "forged whole with another key is not noticed. Compare the key with somebody you trust: {keys}"
        ),
    ),
    "no_witness": (
        "没有见证方联署：持有日志密钥的人若重写全部日志，凭本包查不出来",
        "no witness cosigned: whoever holds the log key could have rewritten the whole log unseen",
    ),
    "timestamps": (
        "未检查 RFC 3161 时间戳 {count} 个；可用 openssl ts -verify 检查",
        "{count} RFC 3161 timestamps were not checked; openssl ts -verify does it",
    ),
    "other_size": (
        "别处取得的检查点大小为 {other}，本包为 {size}：大小不同，本工具无法比较（liuhen verify --since 可以）",
        (
            "the checkpoint from elsewhere has size {other}, the bundle's {size}: of different sizes, which this tool "
            "cannot compare (liuhen verify --since can)"
        ),
    ),
    "attachment_absent": (
        "记录提到的附件有 {count} 个不在包中，其内容未检查",
        "{count} attachments that entries speak of are not in the bundle, and were not checked",
    ),
    "definition_absent": (
        "{key} 第 {version} 版的流程文件不在包中，未检查",
        "the files of {key} version {version} are not in the bundle, and were not checked",
    ),
    "commitments": (
        "有 {count} 个承诺没有公开其值（不供导出人查看，或已依法删除），未检查",
        "{count} commitments were not opened (the exporter may not see the values, or they were erased)",
    ),
    "readable_copies": (
        "case/、forms/、rules.json 和 PDF 是便于阅读的副本：只由清单签名保证未变，未与记录逐项对照",
        (
            "case/, forms/, rules.json and PDF are copies for reading: the manifest's signature keeps them unchanged, "
            "but they were not compared with the entries"
        ),
    ),
    "truth": (
        "任何日志都不能证明：内容本身真实；当时没有记下的事；在写入日志之前就被删去的记录",
        (
            "no log can prove that what was entered is true, what was never written down, or what was removed before "
            "it reached the log"
        ),
    ),
}


@dataclass
class Report:
    """What was checked, what does not fit and where, and what could not be checked."""

    language: str
    checked: dict[str, int] = field(default_factory=dict)
    findings: list[dict[str, str]] = field(default_factory=list)
    unchecked: list[dict[str, str]] = field(default_factory=list)

    def find(self, rule: str, place: str, **facts: Any) -> None:
        said = SAID[rule][0 if self.language == "zh" else 1].format(**facts)
        self.findings.append({"rule": rule, "place": place, "message": said})

    def skip(self, rule: str, **facts: Any) -> None:
        said = UNSAID[rule][0 if self.language == "zh" else 1].format(**facts)
        self.unchecked.append({"rule": rule, "message": said})

    def count(self, what: str, number: int = 1) -> None:
        self.checked[what] = self.checked.get(what, 0) + number


# ---------------------------------------------------------------- the archive

MOST_FILES = 200_000
MOST_BYTES = 8 << 30
MOST_JSON = 1 << 30
MOST_RATIO = 1000
SMALL = 16 << 20
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._,=@()+~-]*(/[A-Za-z0-9_][A-Za-z0-9._,=@()+~-]*)*")


class Unusable(Exception):
    """The archive cannot be used at all; place and reason."""


class Archive:
    """The files of the bundle, each read when it is asked for, and never more of it than it says it has."""

    def __init__(self, stream: BinaryIO) -> None:
        try:
            self.zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error, OverflowError) as e:
            raise Unusable("", f"not a ZIP ({type(e).__name__})") from None
        self.files: dict[str, zipfile.ZipInfo] = {}
        infos = self.zip.infolist()
        if len(infos) > MOST_FILES:
            raise Unusable("", f"more than {MOST_FILES} files")
        if sum(info.file_size for info in infos) > MOST_BYTES:
            raise Unusable("", "too large when unpacked")
        for info in infos:
            name = info.orig_filename
            if len(name) > 400 or not NAME.fullmatch(name) or info.flag_bits & 0x1:
                raise Unusable(_shown(name), "a name or a kind of file that no bundle has")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Unusable(name, "packed in a way that no bundle is")
            if name in self.files:
                raise Unusable(name, "the same name twice")
            if info.file_size > SMALL and info.file_size > MOST_RATIO * max(info.compress_size, 1):
                raise Unusable(name, "far larger than what it is packed from")
            self.files[name] = info

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file; raises ``Unusable`` where they are not as the archive says."""
        try:
            with self.zip.open(self.files[name]) as stream:
                while chunk := stream.read(1 << 20):
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError, struct.error) as e:
            raise Unusable(name, f"cannot be unpacked ({type(e).__name__})") from None

    def read(self, name: str) -> bytes:
        """A whole file; raises ``Unusable``, also where it is too large for one that is read at once."""
        if self.files[name].file_size > MOST_JSON:
            raise Unusable(name, "too large")
        return b"".join(self.chunks(name))

    def json(self, name: str) -> Any:
        """Raises ``ValueError`` where it is not there or no JSON."""
        if name not in self.files:
            raise ValueError(name)
        return parsed(self.read(name))


def _shown(name: str) -> str:
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in name[:100])


# ---------------------------------------------------------------- the checks


@dataclass
class Entry:
    """One entry: its line, what it says, and its hash."""

    line: int
    body: dict[str, Any]
    hash: bytes

    @property
    def place(self) -> str:
        return f"{self.body['chain']}:{self.body['seq']}"


@dataclass
class Bundle:
    """What has been read so far."""

    archive: Archive
    report: Report
    pinned: list[Key]
    manifest: dict[str, Any] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    log_keys: list[Key] = field(default_factory=list)
    witnesses: list[Key] = field(default_factory=list)
    quorum: int = 0
    size: int = -1
    root: bytes = b""
    entries: list[Entry] = field(default_factory=list)


def verify(stream: BinaryIO, pinned: list[Key], elsewhere: bytes | None = None, language: str = "en") -> Report:
    """Everything that can be checked of one bundle; never raises for what the bundle holds."""
    report = Report(language)
    try:
        bundle = Bundle(Archive(stream), report, pinned)
        if _manifest(bundle):
            _keys(bundle)
            _manifest_note(bundle)
            _checkpoint(bundle, elsewhere)
            _entries(bundle)
            _chains(bundle)
            _proofs(bundle)
            _values(bundle)
            _kept_by_hash(bundle)
            _definitions(bundle)
            _limits(bundle)
    except Unusable as e:
        report.find("archive", e.args[0], why=e.args[1])
    return report


def _manifest(bundle: Bundle) -> bool:
    archive, report = bundle.archive, bundle.report
    try:
        manifest = archive.json("manifest.json")
        listed = {one["path"]: one for one in manifest["files"]}
        ok = (
            manifest["v"] == 1
            and manifest["kind"] == "case"
            and len(listed) == len(manifest["files"])
            and isinstance(manifest["origin"], str)
            and isinstance(manifest["made_at"], str)
            and all(isinstance(path, str) for path in listed)
            and all(isinstance(one["sha256"], str) and isinstance(one["size"], int) for one in listed.values())
            and all(
                isinstance(case["id"], str) and isinstance(case["seq"], int) and isinstance(case["head"], str)
                for case in manifest["cases"]
            )
            and isinstance(manifest["checkpoint"]["size"], int)
            and isinstance(manifest["checkpoint"]["root"], str)
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        ok = False
    if not ok:
        report.find("manifest", "manifest.json")
        return False
    bundle.manifest = manifest
    for path in sorted({*listed, *archive.files} - {"manifest.json", "manifest.note"}):
        if path not in archive.files:
            report.find("missing", _shown(path))
        elif path not in listed:
            report.find("extra", path)
        else:
            total, hash_ = 0, hashlib.sha256()
            for chunk in archive.chunks(path):
                hash_.update(chunk)
                total += len(chunk)
            bundle.hashes[path] = hash_.hexdigest()
            report.count("files")
            if total != listed[path]["size"] or hash_.hexdigest() != listed[path]["sha256"]:
                report.find("changed", path)
    return True


def _keys(bundle: Bundle) -> None:
    try:
        keys = bundle.archive.json("keys.json")
        bundle.log_keys = [read_key(one["vkey"]) for one in keys["log"]]
        bundle.witnesses = [read_key(one["vkey"]) for one in keys["witnesses"]]
        if type(keys["quorum"]) is not int:
            raise TypeError
        bundle.quorum = keys["quorum"]
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        bundle.report.find("keys", "keys.json")
        bundle.log_keys, bundle.witnesses, bundle.quorum = [], [], 0
    pinned = [key for key in bundle.pinned if key.kind == SIGNED]
    if pinned:
        bundle.log_keys = pinned


def _manifest_note(bundle: Bundle) -> None:
    archive, report = bundle.archive, bundle.report
    digest = hashlib.sha256(archive.read("manifest.json")).hexdigest()
    wanted = f"liuhen.bundle/v1\n{bundle.manifest['origin']}\n{digest}\n"
    try:
        note = read_note(archive.read("manifest.note")) if "manifest.note" in archive.files else None
    except (ValueError, binascii.Error):
        note = None
    if note is None or note.body != wanted or not any(note.is_signed_by(key) for key in bundle.log_keys):
        report.find("manifest_signature", "manifest.note")
    else:
        report.count("signatures")


def _checkpoint(bundle: Bundle, elsewhere: bytes | None) -> None:
    archive, report, said = bundle.archive, bundle.report, bundle.manifest["checkpoint"]
    bundle.size, bundle.root = said["size"], _root(said["root"])
    try:
        note, origin, size, root = read_checkpoint(archive.read("checkpoint.txt"))
    except (ValueError, KeyError, binascii.Error):
        report.find("checkpoint", "checkpoint.txt")
        return
    if (origin, size, root) != (bundle.manifest["origin"], bundle.size, bundle.root):
        report.find("checkpoint", "checkpoint.txt")
    bundle.size, bundle.root = size, root
    if any(note.is_signed_by(key) for key in bundle.log_keys):
        report.count("signatures")
    else:
        report.find("checkpoint_signature", "checkpoint.txt")
    pinned = [key for key in bundle.pinned if key.kind == COSIGNED]
    good = 0
    for key in pinned or bundle.witnesses:
        times = note.cosignatures(key)
        if None in times:
            report.find("cosignature", key.name)
        elif times:
            good += 1
    report.count("cosignatures", good)
    wanted = len(pinned) or bundle.quorum
    if good < wanted:
        report.find("witnesses", "checkpoint.txt", found=good, wanted=wanted)
    if good == 0:
        report.skip("no_witness")
    if elsewhere is not None:
        _compare(bundle, elsewhere)


def _root(text: str) -> bytes:
    """A root as the manifest writes it: hexadecimal, or base64 as in the checkpoint."""
    try:
        return bytes.fromhex(text) if HEX.fullmatch(text) else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""


def _compare(bundle: Bundle, elsewhere: bytes) -> None:
    try:
        note, origin, size, root = read_checkpoint(elsewhere)
        is_ours = origin == bundle.manifest["origin"] and any(note.is_signed_by(key) for key in bundle.log_keys)
    except (ValueError, binascii.Error):
        is_ours = False
    if not is_ours:
        bundle.report.find("foreign_checkpoint", "--checkpoint")
    elif size != bundle.size:
        bundle.report.skip("other_size", other=size, size=bundle.size)
    elif root != bundle.root:
        bundle.report.find("fork", "--checkpoint")
    else:
        bundle.report.count("checkpoints")


def _entries(bundle: Bundle) -> None:
    raw = bundle.archive.read("entries.jsonl") if "entries.jsonl" in bundle.archive.files else b""
    lines = raw.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    for number, line in enumerate(lines, 1):
        body = _entry(line)
        if body is None:
            bundle.report.find("unreadable", f"entries.jsonl:{number}")
        else:
            bundle.entries.append(Entry(number, body, leaf(line)))
    bundle.report.count("entries", len(bundle.entries))


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        body = parsed(line)
        fits = (
            isinstance(body, dict)
            and canonical(body).encode() == line
            and body["v"] == 1
            and isinstance(body["chain"], str)
            and isinstance(body["kind"], str)
            and isinstance(body["actor"], dict)
            and type(body["seq"]) is int
            and body["seq"] >= 1
            and bool(HEX.fullmatch(body["prev"]))
            and bool(INSTANT.fullmatch(body["at"]))
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return body if fits else None


def _chains(bundle: Bundle) -> None:
    report = bundle.report
    cases = {case["id"]: case for case in bundle.manifest["cases"]}
    made_at = bundle.manifest["made_at"][:19]
    by_chain: dict[str, list[Entry]] = {}
    for entry in bundle.entries:
        by_chain.setdefault(entry.body["chain"], []).append(entry)
        if entry.body["at"][:19] > made_at:
            report.find("postdated", entry.place)
    for chain, entries in by_chain.items():
        if chain not in cases and chain != "office" and ":" not in chain:
            for entry in entries:
                report.find("added", entry.place)
            continue
        _chain(report, entries, is_whole=chain in cases)
    for chain, case in cases.items():
        report.count("chains")
        entries = by_chain.get(chain, [])
        last = max((entry.body["seq"] for entry in entries), default=0)
        if last < case["seq"]:
            report.find("removed", f"{chain}:{last + 1}")
        elif last > case["seq"]:
            report.find("added", f"{chain}:{case['seq'] + 1}")
        elif entries and entries[-1].hash.hex() != case["head"]:
            report.find("head", f"{chain}:{last}")
        _named(report, case, entries)


def _chain(report: Report, entries: list[Entry], is_whole: bool) -> None:
    expected, prev, last_at = 1, "0" * 64, ""
    for position, entry in enumerate(entries):
        seq = entry.body["seq"]
        if not is_whole and position == 0:
            expected, prev = seq, entry.body["prev"]  # taken out of a chain of which the rest is not here
        if seq < expected:
            report.find("reordered", entry.place)
            continue
        if seq > expected and is_whole:
            report.find("removed", f"{entry.body['chain']}:{expected}")
        if seq == expected and entry.body["prev"] != prev:
            report.find("unlinked", entry.place)
        if entry.body["at"] < last_at:
            report.find("backdated", entry.place)
        expected, prev, last_at = seq + 1, entry.hash.hex(), entry.body["at"]


def _named(report: Report, case: dict[str, Any], entries: list[Entry]) -> None:
    """The manifest calls the procedure what the case's own entries call it."""
    begun = next((e.body for e in entries if e.body["seq"] == 1), None)
    if begun is None or not isinstance(begun.get("definition"), str):
        return
    went_on = any(e.body["kind"] in ("case.migrated", "case.migration_undone") for e in entries)
    if case.get("definition") != begun["definition"] or (
        not went_on and "version" in begun and case.get("version") != begun["version"]
    ):
        report.find("case", case["id"])


def _proofs(bundle: Bundle) -> None:
    report = bundle.report
    given: dict[tuple[str, int], tuple[int, list[bytes]]] = {}
    strays = []
    try:
        proofs = bundle.archive.json("proofs.json")
        if proofs["size"] != bundle.size:
            raise ValueError("of another checkpoint")
        for one in proofs["proofs"]:
            key = (one["chain"], one["seq"])
            if type(one["index"]) is not int or not isinstance(key[0], str) or type(key[1]) is not int:
                raise TypeError
            if not all(HEX.fullmatch(h) for h in one["hashes"]):
                raise ValueError("no hash")
            if key in given:
                strays.append(key)
            given[key] = one["index"], [bytes.fromhex(h) for h in one["hashes"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        report.find("proofs", "proofs.json")
        return
    placed: dict[str, tuple[int, int]] = {}
    there = set()
    for entry in bundle.entries:
        chain, seq = entry.body["chain"], entry.body["seq"]
        there.add((chain, seq))
        if (chain, seq) not in given:
            report.find("unproved", entry.place)
            continue
        index, path = given[chain, seq]
        if root_from(entry.hash, index, bundle.size, path) != bundle.root:
            report.find("proof", entry.place)
            continue
        report.count("proofs")
        before = placed.get(chain)
        if before is not None and before[0] < seq and index <= before[1]:
            report.find("log_order", entry.place)
        placed[chain] = seq, index
    for chain, seq in [*strays, *(key for key in given if key not in there)]:
        report.find("proof_stray", f"{_shown(chain)}:{seq}")


def _values(bundle: Bundle) -> None:
    report = bundle.report
    bodies = {(e.body["chain"], e.body["seq"]): e.body for e in bundle.entries}
    sealed = sum(_commitments(body) for body in bodies.values())
    opened = set()
    try:
        given = bundle.archive.json("values.json") if "values.json" in bundle.archive.files else []
        rows = [(one["chain"], one["seq"], one["field"], one["value"], bytes.fromhex(one["salt"])) for one in given]
        if not all(isinstance(r[0], str) and type(r[1]) is int and isinstance(r[2], str) for r in rows):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        report.find("values", "values.json")
        return
    for chain, seq, name, value, salt in rows:
        place = f"{_shown(chain)}:{seq}:{name}"
        found = _at(bodies.get((chain, seq), {}), name)
        if found is None:
            report.find("value_stray", place)
            continue
        opened.add((chain, seq, name))
        try:
            text = canonical(value).encode()
        except (ValueError, RecursionError):
            text = b""
        if not text or hashlib.sha256(b"\x02" + salt + text).hexdigest() != found:
            report.find("value", place)
        else:
            report.count("values")
    if sealed > len(opened):
        report.skip("commitments", count=sealed - len(opened))


def _at(body: Any, path: str) -> str | None:
    """The commitment at ``answers.name``, or at ``name`` of the answers alone."""
    for start in (path, f"answers.{path}"):
        found = _down(body, start)
        if isinstance(found, dict) and isinstance(found.get("pd"), str):
            return str(found["pd"])
    return None


def _down(value: Any, path: str) -> Any:
    if path == "":
        return value
    if isinstance(value, list):
        first, _, rest = path.partition(".")
        is_place = re.fullmatch(r"[0-9]{1,6}", first) and int(first) < len(value)
        return _down(value[int(first)], rest) if is_place else None
    if not isinstance(value, dict):
        return None
    if path in value:
        return value[path]
    first, dot, rest = path.partition(".")
    return _down(value.get(first), rest) if dot else None


def _commitments(value: Any) -> int:
    if isinstance(value, dict):
        if set(value) == {"pd"} and isinstance(value["pd"], str):
            return 1
        return sum(_commitments(one) for one in value.values())
    return sum(_commitments(one) for one in value) if isinstance(value, list) else 0


def _kept_by_hash(bundle: Bundle) -> None:
    report = bundle.report
    named: set[str] = set()
    wanted: set[str] = set()
    for entry in bundle.entries:
        _hashes(entry.body, named)
        if entry.body["kind"] == "attachment.added" and isinstance(entry.body.get("sha256"), str):
            wanted.add(entry.body["sha256"])
    there = set()
    for path, hash_ in bundle.hashes.items():
        folder, _, name = path.partition("/")
        if folder == "attachments":
            rule = "attachment"
        elif folder == "documents" and name.endswith(".txt"):
            rule, name = "document", name[:-4]
        else:
            continue
        there.add(name)
        if hash_ != name:
            report.find(rule, path)
        elif name not in named:
            report.find(f"{rule}_stray", path)
        else:
            report.count(f"{rule}s")
    if absent := wanted - there:
        report.skip("attachment_absent", count=len(absent))


def _hashes(value: Any, found: set[str]) -> None:
    if isinstance(value, dict):
        if isinstance(value.get("sha256"), str):
            found.add(value["sha256"])
        for one in value.values():
            _hashes(one, found)
    elif isinstance(value, list):
        for one in value:
            _hashes(one, found)


def _definitions(bundle: Bundle) -> None:
    report = bundle.report
    named: dict[tuple[str, int], set[str]] = {}
    for entry in bundle.entries:
        body = entry.body
        version, sha256 = body.get("version"), body.get("sha256")
        if type(version) is not int or not isinstance(sha256, str):
            continue
        if body["kind"] == "definition.published" and body["chain"].startswith("definition:"):
            named.setdefault((body["chain"].partition(":")[2], version), set()).add(sha256)
        elif isinstance(body.get("definition"), str):
            named.setdefault((body["definition"], version), set()).add(sha256)
    folders: dict[str, dict[str, str]] = {}
    for path in bundle.hashes:
        parts = path.split("/", 3)
        if parts[0] == "definition" and len(parts) == 4:
            folders.setdefault("/".join(parts[:3]), {})[parts[3]] = path
    for folder, files in sorted(folders.items()):
        _, key, version = folder.split("/")
        wanted = named.get((key, int(version))) if re.fullmatch(r"[1-9][0-9]{0,8}", version) else None
        if not wanted:
            report.find("definition_stray", folder)
        elif wanted != {_folder_hash(bundle, files)}:
            report.find("definition", folder)
        else:
            report.count("definitions")
    for key, number in sorted(named):
        if f"definition/{key}/{number}" not in folders:
            report.skip("definition_absent", key=key, version=number)


def _folder_hash(bundle: Bundle, files: dict[str, str]) -> str:
    """SHA-256 over path, length and content of each file in the order of the paths; JSON counts by what it says."""
    total = hashlib.sha256()
    for path in sorted(files):
        content = bundle.archive.read(files[path])
        if path.endswith(".json"):
            with contextlib.suppress(ValueError, RecursionError):  # what is no JSON counts as it is
                said = json.loads(content.decode("utf-8"))
                content = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        total.update(f"{path}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def _limits(bundle: Bundle) -> None:
    report = bundle.report
    if not any(key.kind == SIGNED for key in bundle.pinned):
        shown = ", ".join(f"{key.name} {key.mark(SIGNED).hex()}" for key in bundle.log_keys)
        report.skip("no_pinned_key", keys=shown or "-")
    if stamps := sum(path.startswith("timestamps/") for path in bundle.hashes):
        report.skip("timestamps", count=stamps)
    report.skip("readable_copies")
    report.skip("truth")


# ---------------------------------------------------------------- the command

WORDS = {
    "files": ("文件", "files"),
    "signatures": ("签名", "signatures"),
    "cosignatures": ("见证联署", "cosignatures"),
    "checkpoints": ("别处的检查点", "checkpoints from elsewhere"),
    "entries": ("记录", "entries"),
    "chains": ("事项", "cases"),
    "proofs": ("存在证明", "proofs of inclusion"),
    "values": ("公开的值", "opened values"),
    "attachments": ("附件", "attachments"),
    "documents": ("公文", "documents"),
    "definitions": ("流程版本", "versions of procedures"),
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="verify_bundle.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("bundle", metavar="BUNDLE.zip")
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="a key that you trust, as text")
    parser.add_argument("--checkpoint", metavar="FILE", help="a checkpoint that you have from elsewhere")
    parser.add_argument("--language", default=os.environ.get("LANG", "zh"), help="zh or en")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    language = "zh" if asked.language.lower().startswith("zh") else "en"
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        pinned = [read_key(text) for text in asked.key]
    except (ValueError, binascii.Error):
        print("--key: name+hash+base64", file=sys.stderr)
        return 2
    try:
        elsewhere = None
        if asked.checkpoint:
            with open(asked.checkpoint, "rb") as file:
                elsewhere = file.read(1 << 20)
        with open(asked.bundle, "rb") as file:
            report = verify(file, pinned, elsewhere, language)
    except OSError as e:
        print(f"{e.filename}: {e.strerror}", file=sys.stderr)
        return 2
    if asked.json:
        said = {
            "ok": not report.findings,
            "checked": report.checked,
            "findings": report.findings,
            "unchecked": report.unchecked,
        }
        print(json.dumps(said, ensure_ascii=False, indent=1))
    else:
        _print(report, language == "zh")
    return 1 if report.findings else 0


def _print(report: Report, is_zh: bool) -> None:
    def pick(pair: tuple[str, str]) -> str:
        return pair[0 if is_zh else 1]

    print(pick(("已检查：", "Checked:")))
    for what, number in report.checked.items():
        print(f"  {pick(WORDS[what])}: {number:,}")
    if report.findings:
        print(pick(("不符之处：", "What does not fit:")))
        for one in report.findings:
            print(f"  {one['place'] or '-'}: [{one['rule']}] {one['message']}")
    print(pick(("本工具不能知道的：", "What this cannot know:")))
    for one in report.unchecked:
        print(f"  - {one['message']}")
    if report.findings:
        print(pick((f"结论：不完整，{len(report.findings)} 处不符。", f"NOT WHOLE: {len(report.findings)} findings.")))
    else:
        print(pick(("结论：所检查的一切相符。", "WHOLE: everything that was checked fits.")))


if __name__ == "__main__":
    raise SystemExit(main())
