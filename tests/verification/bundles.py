"""Sealed bundles as the format says (docs/bundle.md), made without the product: whole ones, and forged ones.

``Parts`` is a bundle taken apart. A forger changes its files; ``seal`` writes a manifest of them as they are now and
signs it, as only somebody who holds the log's key can; ``packed`` gives the ZIP.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "liuhen.0f1e2d3c"
CASE, OTHER, PUBLISHED = (
    "01990000-0000-7000-8000-00000000000a",
    "01990000-0000-7000-8000-00000000000b",
    "definition:leave",
)
GENESIS = "0" * 64
ATTACHMENT = "入党申请书\n".encode()
DOCUMENT = '{"body":["同意。"],"title":"批复"}'
DEFINITION = {
    "process.bpmn": "<definitions/>",
    "forms/apply.json": '{ "fields": [ {"id": "name", "wide": 1.50} ] , "😀": 1, "\uff5e": 2}\n',
    "texts.zh.json": '{"process": "请假"}',
}


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def leaf(text: str) -> bytes:
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A Merkle tree by the definition of RFC 6962, section 2.1, without any cleverness."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves
        self._known: dict[tuple[int, int], bytes] = {}

    def root(self, start: int = 0, end: int | None = None) -> bytes:
        end = len(self.leaves) if end is None else end
        if end - start == 1:
            return self.leaves[start]
        if (start, end) not in self._known:
            middle = start + _split(end - start)
            self._known[start, end] = node(self.root(start, middle), self.root(middle, end))
        return self._known[start, end]

    def proof(self, index: int, start: int = 0, end: int | None = None) -> list[bytes]:
        end = len(self.leaves) if end is None else end
        if end - start == 1:
            return []
        middle = start + _split(end - start)
        if index < middle:
            return [*self.proof(index, start, middle), self.root(middle, end)]
        return [*self.proof(index, middle, end), self.root(start, middle)]


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


class Signer:
    """A key of the log or of a witness; the same name gives the same key."""

    def __init__(self, name: str, kind: int = 1, seed: str = "") -> None:
        self.name, self.kind = name, kind
        self.key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256((seed or name).encode()).digest())
        self.public = self.key.public_key().public_bytes_raw()

    def mark(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.mark().hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def line(self, body: str, when: int = 1_790_000_000) -> str:
        if self.kind == 1:
            rest = self.key.sign(body.encode())
        else:
            rest = struct.pack(">Q", when) + self.key.sign(f"cosignature/v1\ntime {when}\n{body}".encode())
        return f"— {self.name} {base64.b64encode(self.mark() + rest).decode()}\n"


LOG, STRANGER = Signer(ORIGIN), Signer(ORIGIN, seed="a stranger")
WITNESSES = [Signer("witness.discipline", 4), Signer("witness.it", 4), Signer("witness.city", 4)]


def note(body: str, *signers: Signer) -> bytes:
    return (body + "\n" + "".join(signer.line(body) for signer in signers)).encode()


def checkpoint(size: int, root: bytes, *signers: Signer, origin: str = ORIGIN) -> bytes:
    return note(f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n", *signers)


def commitment(value: Any, salt: str) -> str:
    return sha256(b"\x02" + bytes.fromhex(salt) + canonical(value).encode())


def digest(files: dict[str, str]) -> str:
    total = hashlib.sha256()
    for path in sorted(files):
        text = files[path]
        content = (canonical(json.loads(text)) if path.endswith(".json") else text).encode()
        total.update(f"{path}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


VALUES = {"name": "林测试", "id_number": "110101199003070011", "relatives": [{"name": "王五", "n": 1}], "gone": "x"}
SALTS = {name: sha256(name.encode()) for name in VALUES}


def bodies() -> dict[str, list[dict[str, Any]]]:
    """The entries of two cases and of a definition, not yet chained."""
    person = {"person": "01990000-0000-7000-8000-0000000000ff", "source": "web"}
    begun = {"definition": "leave", "version": 1, "sha256": digest(DEFINITION)}
    sealed = {name: {"pd": commitment(value, SALTS[name])} for name, value in VALUES.items()}
    step = {"task": "t1", "element": "approve"}
    file = {"sha256": sha256(ATTACHMENT), "size": len(ATTACHMENT)}
    name = {"pd": commitment("申请书.pdf", SALTS["name"])}
    issued = {"sha256": sha256(DOCUMENT.encode()), "document": "d1"}
    first: list[dict[str, Any]] = [
        {"kind": "case.started", "answers": {**sealed, "days": 3, "why": '探亲 \u2028 \x7f “引号” "\\ 😀'}, **begun},
        {"kind": "task.opened", "asked": ["post:secretary@u1"], **step},
        {"kind": "attachment.added", "attachment": "a1", "name": name, **file, **step},
        {"kind": "task.completed", "decision": "agree", "signature": {"way": "password"}, **step},
        {"kind": "document.issued", **issued, **step},
        {"kind": "case.ended", "outcome": "granted"},
    ]
    second: list[dict[str, Any]] = [
        {"kind": "case.started", "answers": {"days": 1}, **begun},
        {"kind": "task.opened", **step},
        {"kind": "case.cancelled", "reason": "误报"},
    ]
    published = [{"kind": "definition.published", "version": 1, "sha256": digest(DEFINITION), "note": "first"}]
    return {
        chain: [{"v": 1, "actor": person, **body} for body in some]
        for chain, some in ((CASE, first), (OTHER, second), (PUBLISHED, published))
    }


def chained(given: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    """The text of each entry, each naming the hash of the one before."""
    texts: dict[str, list[str]] = {}
    for chain, some in given.items():
        prev = GENESIS
        texts[chain] = []
        for seq, body in enumerate(some, 1):
            at = body.get("at", f"2026-03-02T01:{seq:02d}:00.000000Z")
            texts[chain].append(canonical({**body, "chain": chain, "seq": seq, "prev": prev, "at": at}))
            prev = leaf(texts[chain][-1]).hex()
    return texts


@dataclass
class Parts:
    """A bundle taken apart; ``extra`` are members of the ZIP beside its files, in whatever shape."""

    files: dict[str, bytes]
    manifest: dict[str, Any]
    extra: list[tuple[zipfile.ZipInfo, bytes]] = field(default_factory=list)

    def edit(self, path: str, change: Callable[[Any], Any]) -> Parts:
        """Change a file of JSON."""
        value = json.loads(self.files[path])
        changed = change(value)
        self.files[path] = canonical(value if changed is None else changed).encode()
        return self

    def lines(self, change: Callable[[list[str]], Any]) -> Parts:
        """Change the lines of ``entries.jsonl``."""
        lines = _lines(self.files)
        changed = change(lines)
        self.files["entries.jsonl"] = "".join(f"{one}\n" for one in (changed or lines)).encode()
        return self

    def seal(self, signer: Signer = LOG) -> Parts:
        """The manifest of what is there now, signed."""
        mine = ("manifest.json", "manifest.note")
        listed = sorted(path for path in self.files if path not in mine)
        self.manifest["files"] = [
            {"path": path, "sha256": sha256(self.files[path]), "size": len(self.files[path])} for path in listed
        ]
        raw = canonical(self.manifest).encode()
        self.files["manifest.json"] = raw
        self.files["manifest.note"] = note(f"liuhen.bundle/v1\n{self.manifest['origin']}\n{sha256(raw)}\n", signer)
        return self

    def packed(self) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(self.files):
                info = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_STORED if path.startswith("attachments/") else zipfile.ZIP_DEFLATED
                archive.writestr(info, self.files[path])
            for info, content in self.extra:
                archive.writestr(info, content)
        return stream.getvalue()


def _lines(files: dict[str, bytes]) -> list[str]:
    return files["entries.jsonl"].decode().split("\n")[:-1]


def parts(
    given: dict[str, list[dict[str, Any]]] | None = None,
    *,
    noise: int = 21,
    log: Signer = LOG,
    witnesses: list[Signer] | None = None,
    quorum: int = 2,
) -> Parts:
    """A whole bundle of these entries; in the log they lie among ``noise`` leaves of others."""
    texts = chained(bodies() if given is None else given)
    witnesses = WITNESSES[:2] if witnesses is None else witnesses
    order = [(chain, seq) for chain, some in texts.items() for seq in range(1, len(some) + 1)]
    leaves: list[bytes] = []
    place: dict[tuple[str, int], int] = {}
    for number, (chain, seq) in enumerate(order):
        leaves += [leaf(f"noise {number} {one}") for one in range(noise // len(order) + number % 2)]
        place[chain, seq] = len(leaves)
        leaves.append(leaf(texts[chain][seq - 1]))
    tree = Tree(leaves)
    proofs = [
        {"chain": c, "seq": s, "index": place[c, s], "hashes": [h.hex() for h in tree.proof(place[c, s])]}
        for c, s in sorted(order)
    ]
    cases = [
        {
            "id": chain,
            "number": f"LV-2026-{number:04d}",
            "definition": "leave",
            "version": 1,
            "seq": len(texts[chain]),
            "head": leaf(texts[chain][-1]).hex(),
        }
        for number, chain in enumerate((one for one in texts if ":" not in one), 1)
    ]
    opened: list[dict[str, Any]] = [
        {"chain": CASE, "seq": 1, "field": f"answers.{name}", "value": value, "salt": SALTS[name]}
        for name, value in VALUES.items()
        if name != "gone"
    ]
    opened.append({"chain": CASE, "seq": 3, "field": "name", "value": "申请书.pdf", "salt": SALTS["name"]})
    files = {
        "entries.jsonl": "".join(f"{texts[c][s - 1]}\n" for c, s in sorted(order)).encode(),
        "proofs.json": canonical({"size": len(leaves), "proofs": proofs}).encode(),
        "checkpoint.txt": checkpoint(len(leaves), tree.root(), log, *witnesses),
        "keys.json": canonical(
            {
                "log": [{"vkey": log.vkey, "from": "2026-01-01T00:00:00Z", "until": None}],
                "witnesses": [{"vkey": witness.vkey} for witness in WITNESSES],
                "quorum": quorum,
            }
        ).encode(),
        "values.json": canonical(opened if CASE in texts and len(texts[CASE]) == 6 else []).encode(),
        f"attachments/{sha256(ATTACHMENT)}": ATTACHMENT,
        f"documents/{sha256(DOCUMENT.encode())}.txt": DOCUMENT.encode(),
        "case/LV-2026-0001.json": b'{"number":"LV-2026-0001"}',
        "forms/t1.json": b"{}",
        "rules.json": b"[]",
        f"timestamps/{len(leaves)}.tsr": b"0",
        "README.txt": "封存包\n".encode(),
        **{f"definition/leave/1/{path}": text.encode() for path, text in DEFINITION.items()},
    }
    manifest = {
        "v": 1,
        "kind": "case",
        "origin": ORIGIN,
        "made_at": "2026-03-03T00:00:00.000000Z",
        "cases": cases,
        "checkpoint": {"size": len(leaves), "root": tree.root().hex()},
    }
    return Parts(files, manifest).seal(log)


# ---------------------------------------------------------------- forgeries


@dataclass(frozen=True)
class Forgery:
    """What somebody did, and every ``(rule, place)`` that a verifier has to name for it."""

    name: str
    made: Callable[[], bytes]
    expected: frozenset[tuple[str, str]]


def _forged(name: str, *expected: tuple[str, str]) -> Callable[[Callable[[], Parts | bytes]], Callable[[], bytes]]:
    def keep(make: Callable[[], Parts | bytes]) -> Callable[[], bytes]:
        def made() -> bytes:
            found = make()
            return found if isinstance(found, bytes) else found.packed()

        FORGERIES.append(Forgery(name, made, frozenset(expected)))
        return made

    return keep


FORGERIES: list[Forgery] = []
GOOD: dict[str, Callable[[], bytes]] = {
    "two cases": lambda: parts().packed(),
    "alone in the log": lambda: parts(noise=0).packed(),
    "a large log": lambda: parts(noise=1000).packed(),
    "one more witness than needed": lambda: parts(witnesses=WITNESSES).packed(),
    "no witness at all": lambda: parts(witnesses=[], quorum=0).packed(),
    "two keys of the log, the older one retired": lambda: _rotated().packed(),
    "a value named without its prefix": lambda: _bare().packed(),
}


def _rotated() -> Parts:
    made = parts()
    older = {"vkey": Signer(ORIGIN, seed="older").vkey, "from": "2025-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
    return made.edit("keys.json", lambda keys: keys["log"].insert(0, older)).seal()


def _bare() -> Parts:
    made = parts()
    return made.edit("values.json", lambda rows: rows[0].update(field=rows[0]["field"].removeprefix("answers."))).seal()


ENTRIES = [(CASE, seq) for seq in range(1, 7)] + [(OTHER, seq) for seq in range(1, 4)] + [(PUBLISHED, 1)]
ATTACHED, PAPER = f"attachments/{sha256(ATTACHMENT)}", f"documents/{sha256(DOCUMENT.encode())}.txt"


def _tampered(path: str, *, seal: bool, content: bytes = b"forged") -> Parts:
    made = parts()
    made.files[path] = content
    return made.seal() if seal else made


def _without(path: str, *, seal: bool = False) -> Parts:
    made = parts()
    del made.files[path]
    return made.seal() if seal else made


def _rewritten(change: Callable[[dict[str, list[dict[str, Any]]]], Any], *, keep_log: bool) -> Parts:
    """The entries rewritten and chained anew; with the old tree's proofs and checkpoint, where the log was not."""
    given = copy.deepcopy(bodies())
    change(given)
    made, whole = parts(given), parts()
    if keep_log:
        for path in ("proofs.json", "checkpoint.txt"):
            made.files[path] = whole.files[path]
        made.manifest["checkpoint"] = whole.manifest["checkpoint"]
    return made.seal()


@_forged("a byte of an attachment", ("changed", ATTACHED), ("attachment", ATTACHED))
def _() -> Parts:
    return _tampered(ATTACHED, seal=False)


@_forged("an attachment swapped, and the manifest signed again", ("attachment", ATTACHED))
def _() -> Parts:
    return _tampered(ATTACHED, seal=True)


@_forged(
    "an attachment swapped for another under its own hash",
    ("attachment_stray", f"attachments/{sha256(b'other')}"),
)
def _() -> Parts:
    made = _without(ATTACHED)
    made.files[f"attachments/{sha256(b'other')}"] = b"other"
    return made.seal()


@_forged("a document swapped", ("document", PAPER))
def _() -> Parts:
    return _tampered(PAPER, seal=True)


@_forged("a document that nobody issued", ("document_stray", f"documents/{sha256(b'x')}.txt"))
def _() -> Parts:
    return _tampered(f"documents/{sha256(b'x')}.txt", seal=True, content=b"x")


@_forged("the diagram changed", ("definition", "definition/leave/1"))
def _() -> Parts:
    return _tampered("definition/leave/1/process.bpmn", seal=True)


@_forged("a form of the procedure changed", ("definition", "definition/leave/1"))
def _() -> Parts:
    return _tampered("definition/leave/1/forms/apply.json", seal=True, content=b'{"fields":[]}')


@_forged("a file of the procedure left out", ("definition", "definition/leave/1"))
def _() -> Parts:
    return _without("definition/leave/1/texts.zh.json", seal=True)


@_forged("a version of the procedure that was never published", ("definition_stray", "definition/leave/2"))
def _() -> Parts:
    return _tampered("definition/leave/2/process.bpmn", seal=True)


@_forged("a file left out", ("missing", "rules.json"))
def _() -> Parts:
    return _without("rules.json")


@_forged("a file put in", ("extra", "case/LV-2026-0002.json"))
def _() -> Parts:
    return _tampered("case/LV-2026-0002.json", seal=False)


@_forged("the readable copy changed", ("changed", "case/LV-2026-0001.json"))
def _() -> Parts:
    return _tampered("case/LV-2026-0001.json", seal=False)


@_forged("the manifest's list mended, not its signature", ("manifest_signature", "manifest.note"))
def _() -> Parts:
    made = parts()
    signed = made.files["manifest.note"]
    made.files["rules.json"] = b"[1]"
    made.seal().files["manifest.note"] = signed
    return made


@_forged("signed by a stranger", ("manifest_signature", "manifest.note"))
def _() -> Parts:
    return parts().seal(STRANGER)


@_forged("no signature", ("manifest_signature", "manifest.note"))
def _() -> Parts:
    return _without("manifest.note")


@_forged("a signature that is no note", ("manifest_signature", "manifest.note"))
def _() -> Parts:
    made = parts()
    made.files["manifest.note"] = b"\xff\xfe"
    return made


@_forged("no manifest", ("manifest", "manifest.json"))
def _() -> Parts:
    return _without("manifest.json")


@_forged("a manifest nested without end", ("manifest", "manifest.json"))
def _() -> Parts:
    made = parts()
    made.files["manifest.json"] = b"[" * 200_000
    return made


@_forged("a manifest of another kind", ("manifest", "manifest.json"))
def _() -> Parts:
    made = parts()
    made.manifest["v"] = 2
    return made.seal()


@_forged("a word in an entry", ("unlinked", f"{OTHER}:2"), ("proof", f"{OTHER}:1"))
def _() -> Parts:
    def change(lines: list[str]) -> None:
        [at] = [n for n, line in enumerate(lines) if '"days":1' in line]
        lines[at] = lines[at].replace('"days":1', '"days":9')

    return parts().lines(change).seal()


@_forged("the last entry changed", ("head", f"{OTHER}:3"), ("proof", f"{OTHER}:3"))
def _() -> Parts:
    return parts().lines(lambda lines: [line.replace("误报", "属实") for line in lines]).seal()


@_forged(
    "a case rewritten, its chain and head computed again",
    *(("proof", f"{CASE}:{seq}") for seq in range(4, 7)),
)
def _() -> Parts:
    return _rewritten(lambda given: given[CASE][3].update(decision="refuse"), keep_log=True)


@_forged("the log rewritten with the stolen key", ("witnesses", "checkpoint.txt"))
def _() -> Parts:
    given = bodies()
    given[CASE][3]["decision"] = "refuse"
    return parts(given, witnesses=[])


@_forged(
    "the log rewritten, the old cosignatures kept",
    *(("cosignature", one.name) for one in WITNESSES[:2]),
    ("witnesses", "checkpoint.txt"),
)
def _() -> Parts:
    given = bodies()
    given[CASE][3]["decision"] = "refuse"
    made = parts(given, witnesses=[])
    old = parts().files["checkpoint.txt"].decode().splitlines(keepends=True)[-2:]
    made.files["checkpoint.txt"] += "".join(old).encode()
    return made.seal()


@_forged("the log rewritten by somebody without its key", ("checkpoint_signature", "checkpoint.txt"))
def _() -> Parts:
    made = parts(log=STRANGER)
    made.files["keys.json"] = parts().files["keys.json"]
    return made.seal()


@_forged("one witness too few", ("witnesses", "checkpoint.txt"))
def _() -> Parts:
    return parts(witnesses=WITNESSES[:1])


@_forged("the same witness twice", ("witnesses", "checkpoint.txt"))
def _() -> Parts:
    return parts(witnesses=[WITNESSES[0], WITNESSES[0]])


@_forged(
    "an entry in the middle removed",
    ("removed", f"{CASE}:3"),
    ("proof_stray", f"{CASE}:3"),
    *[("value_stray", f"{CASE}:3:name"), ("attachment_stray", ATTACHED)],
)
def _() -> Parts:
    return parts().lines(lambda lines: [line for line in lines if "attachment.added" not in line]).seal()


@_forged("the last entry removed", ("removed", f"{CASE}:6"), ("proof_stray", f"{CASE}:6"))
def _() -> Parts:
    return parts().lines(lambda lines: [line for line in lines if "case.ended" not in line]).seal()


@_forged("a case left out", ("removed", f"{OTHER}:1"), *(("proof_stray", f"{OTHER}:{seq}") for seq in (1, 2, 3)))
def _() -> Parts:
    return parts().lines(lambda lines: [line for line in lines if f'"chain":"{OTHER}"' not in line]).seal()


@_forged(
    "the tail cut and the manifest's head moved back",
    ("proof_stray", f"{OTHER}:3"),
)
def _() -> Parts:
    made = parts().lines(lambda lines: [line for line in lines if "case.cancelled" not in line])
    [case] = [case for case in made.manifest["cases"] if case["id"] == OTHER]
    [last] = [line for line in _lines(made.files) if f'"chain":"{OTHER}"' in line and '"seq":2' in line]
    case.update(seq=2, head=leaf(last).hex())
    return made.seal()


@_forged("an entry put in", ("added", f"{OTHER}:4"), ("unproved", f"{OTHER}:4"))
def _() -> Parts:
    def change(lines: list[str]) -> None:
        [at] = [n for n, line in enumerate(lines) if "case.cancelled" in line]
        body = json.loads(lines[at])
        body |= {"seq": 4, "prev": leaf(lines[at]).hex()}
        lines.insert(at + 1, canonical(body))

    return parts().lines(change).seal()


@_forged("an entry of a case that the bundle is not about", ("added", "stray:1"), ("unproved", "stray:1"))
def _() -> Parts:
    body = {**bodies()[CASE][1], "chain": "stray", "seq": 1, "prev": GENESIS, "at": "2026-03-02T01:00:00.000000Z"}
    return parts().lines(lambda lines: [*lines, canonical(body)]).seal()


@_forged(
    "two entries in each other's place",
    ("removed", f"{OTHER}:2"),
    ("reordered", f"{OTHER}:2"),
    *[("head", f"{OTHER}:3")],
)
def _() -> Parts:
    def change(lines: list[str]) -> None:
        at = next(n for n, line in enumerate(lines) if f'"chain":"{OTHER}"' in line) + 1
        lines[at], lines[at + 1] = lines[at + 1], lines[at]

    return parts().lines(change).seal()


@_forged("an entry there twice", ("reordered", f"{CASE}:2"))
def _() -> Parts:
    return parts().lines(lambda lines: [*lines[:2], lines[1], *lines[2:]]).seal()


@_forged(
    "an entry dated back, and everything computed again with the stolen key",
    ("backdated", f"{CASE}:4"),
    ("witnesses", "checkpoint.txt"),
)
def _() -> Parts:
    given = bodies()
    given[CASE][3]["at"] = "2026-03-01T00:00:00.000000Z"
    return parts(given, witnesses=[])


@_forged("an entry from after the bundle", ("postdated", f"{OTHER}:3"))
def _() -> Parts:
    given = bodies()
    given[OTHER][2]["at"] = "2027-01-01T00:00:00.000000Z"
    return parts(given)


@_forged("a line that is no entry", ("unreadable", "entries.jsonl:11"))
def _() -> Parts:
    return parts().lines(lambda lines: [*lines, '{"v":1}']).seal()


@_forged("an entry with blanks", ("unreadable", "entries.jsonl:11"))
def _() -> Parts:
    return parts().lines(lambda lines: [*lines, lines[0].replace('":', '": ', 1)]).seal()


@_forged("the same key twice in an entry", ("unreadable", "entries.jsonl:11"))
def _() -> Parts:
    return parts().lines(lambda lines: [*lines, '{"actor":{},' + lines[0][1:]]).seal()


@_forged("absurd numbers", *(("unreadable", f"entries.jsonl:{n}") for n in (11, 12, 13, 14)))
def _() -> Parts:
    def change(lines: list[str]) -> list[str]:
        some = ("1e999", "9" * 5000, "NaN", "1.0")
        return [*lines, *(lines[-1].replace('"v":1', f'"v":{word}') for word in some)]

    return parts().lines(change).seal()


@_forged("an entry nested without end", ("unreadable", "entries.jsonl:11"))
def _() -> Parts:
    return parts().lines(lambda lines: [*lines, '{"v":' + "[" * 100_000 + "]" * 100_000 + "}"]).seal()


@_forged("bytes that are no text", ("unreadable", "entries.jsonl:11"))
def _() -> Parts:
    made = parts()
    made.files["entries.jsonl"] += b"\xff\xfe\n"
    return made.seal()


@_forged("a proof left out", ("unproved", f"{CASE}:2"))
def _() -> Parts:
    return parts().edit("proofs.json", lambda value: value["proofs"].pop(1) and None).seal()


@_forged("a proof with another hash", ("proof", f"{CASE}:1"))
def _() -> Parts:
    return parts().edit("proofs.json", lambda v: v["proofs"][0]["hashes"].__setitem__(0, "ab" * 32)).seal()


@_forged("a proof that is too long", ("proof", f"{CASE}:1"))
def _() -> Parts:
    return parts().edit("proofs.json", lambda v: v["proofs"][0]["hashes"].append("ab" * 32)).seal()


@_forged("a proof of another place", ("proof", f"{CASE}:1"))
def _() -> Parts:
    return parts().edit("proofs.json", lambda v: v["proofs"][0].update(index=v["proofs"][0]["index"] + 1)).seal()


@_forged("a proof beyond the log", ("proof", f"{CASE}:1"))
def _() -> Parts:
    return parts().edit("proofs.json", lambda v: v["proofs"][0].update(index=10**15)).seal()


@_forged("proofs of another checkpoint", ("proofs", "proofs.json"))
def _() -> Parts:
    return parts().edit("proofs.json", lambda value: value.update(size=value["size"] + 1)).seal()


@_forged("proofs of the wrong shape", ("proofs", "proofs.json"))
def _() -> Parts:
    return parts().edit("proofs.json", lambda value: value.update(proofs=[1, None])).seal()


@_forged("a value swapped", ("value", f"{CASE}:1:answers.id_number"))
def _() -> Parts:
    return parts().edit("values.json", lambda rows: rows[1].update(value="110101199003070029")).seal()


@_forged("a salt swapped", ("value", f"{CASE}:1:answers.name"))
def _() -> Parts:
    return parts().edit("values.json", lambda rows: rows[0].update(salt="00" * 32)).seal()


@_forged("a value that no entry committed to", ("value_stray", f"{CASE}:1:answers.days"))
def _() -> Parts:
    return parts().edit("values.json", lambda rows: rows[0].update(field="answers.days")).seal()


@_forged("values of the wrong shape", ("values", "values.json"))
def _() -> Parts:
    return parts().edit("values.json", lambda rows: {"a": 1}).seal()


@_forged("a value with a fraction", ("value", f"{CASE}:1:answers.name"))
def _() -> Parts:
    return parts().edit("values.json", lambda rows: rows[0].update(value=1.5)).seal()


@_forged("another procedure in the manifest", ("case", CASE))
def _() -> Parts:
    made = parts()
    made.manifest["cases"][0]["definition"] = "dismissal"
    return made.seal()


@_forged("another root in the manifest", ("checkpoint", "checkpoint.txt"))
def _() -> Parts:
    made = parts()
    made.manifest["checkpoint"]["root"] = "00" * 32
    return made.seal()


@_forged("the checkpoint of another log", ("checkpoint", "checkpoint.txt"))
def _() -> Parts:
    made = parts()
    root = bytes.fromhex(made.manifest["checkpoint"]["root"])
    size = made.manifest["checkpoint"]["size"]
    made.files["checkpoint.txt"] = checkpoint(size, root, LOG, *WITNESSES[:2], origin="liuhen.other")
    return made.seal()


@_forged("a checkpoint that is no note", ("checkpoint", "checkpoint.txt"))
def _() -> Parts:
    return _tampered("checkpoint.txt", seal=True)


@_forged(
    "keys that are no keys",
    ("keys", "keys.json"),
    ("manifest_signature", "manifest.note"),
    ("checkpoint_signature", "checkpoint.txt"),
)
def _() -> Parts:
    return parts().edit("keys.json", lambda keys: keys.update(log=[{"vkey": "a+b+c"}])).seal()


@_forged("no archive", ("archive", ""))
def _() -> bytes:
    return b"PK not at all"


@_forged("half an archive", ("archive", ""))
def _() -> bytes:
    made = parts().packed()
    return made[: len(made) // 2]


@_forged("a name twice", ("archive", "rules.json"))
def _() -> bytes:
    made = parts()
    made.extra.append((zipfile.ZipInfo("Rules.json", (1980, 1, 1, 0, 0, 0)), b"[]"))
    return made.packed().replace(b"Rules.json", b"rules.json")


@_forged("a name that climbs out", ("archive", "../rules.json"))
def _() -> Parts:
    return _tampered("../rules.json", seal=True)


@_forged("a name from the root", ("archive", "/etc/passwd"))
def _() -> Parts:
    return _tampered("/etc/passwd", seal=True)


@_forged("a name of another system", ("archive", "case\\a.json"))
def _() -> Parts:
    return _tampered("case\\a.json", seal=True)


@_forged("a bomb", ("archive", "case/bomb.json"))
def _() -> Parts:
    return _tampered("case/bomb.json", seal=True, content=bytes(64 << 20))


@_forged("packed bytes damaged", ("archive", "entries.jsonl"))
def _() -> bytes:
    raw = bytearray(parts().packed())
    with zipfile.ZipFile(io.BytesIO(bytes(raw))) as archive:
        info = archive.getinfo("entries.jsonl")
    start = info.header_offset + 30 + len(info.filename)
    raw[start + 10 : start + 60] = b"\xff" * 50
    return bytes(raw)
