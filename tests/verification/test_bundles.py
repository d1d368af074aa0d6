"""``tools/verify_bundle.py``: whole bundles pass, every forgery is found and placed, nothing makes it fall over."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.verification import bundles
from tests.verification.bundles import CASE, FORGERIES, GOOD, LOG, STRANGER, WITNESSES, Forgery
from tools import verify_bundle

TOOL = Path(verify_bundle.__file__)

# RFC 8032, section 7.1: secret key, public key, message, signature.
VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
)


def _found(raw: bytes, *keys: verify_bundle.Key, elsewhere: bytes | None = None) -> set[tuple[str, str]]:
    report = verify_bundle.verify(io.BytesIO(raw), list(keys), elsewhere)
    return {(one["rule"], one["place"]) for one in report.findings}


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_vectors_of_rfc_8032(public: str, message: str, signature: str) -> None:
    key, said, signed = (bytes.fromhex(part) for part in (public, message, signature))
    assert verify_bundle.is_signed(key, said, signed)
    assert not verify_bundle.is_signed(key, said + b"x", signed)
    assert not verify_bundle.is_signed(key, said, signed[:32] + bytes(32))
    # Malleability: S + L is the same point, and no signature.
    larger = int.from_bytes(signed[32:], "little") + verify_bundle.L
    assert not verify_bundle.is_signed(key, said, signed[:32] + larger.to_bytes(32, "little"))


@pytest.mark.parametrize("name", GOOD)
def test_a_whole_bundle_passes(name: str) -> None:
    report = verify_bundle.verify(io.BytesIO(GOOD[name]()), [verify_bundle.read_key(LOG.vkey)])
    assert report.findings == []
    assert report.checked["entries"] == report.checked["proofs"] == 10
    assert report.checked["values"] == 4
    assert {"timestamps", "commitments", "truth"} <= {one["rule"] for one in report.unchecked}


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.name)
def test_a_forgery_is_found_and_placed(forgery: Forgery) -> None:
    assert forgery.expected <= _found(forgery.made())


def test_a_bundle_forged_whole_passes_until_a_key_is_pinned() -> None:
    made = bundles.parts(log=STRANGER, witnesses=[], quorum=0).packed()
    report = verify_bundle.verify(io.BytesIO(made), [])
    assert report.findings == []
    assert {"no_pinned_key", "no_witness"} <= {one["rule"] for one in report.unchecked}
    places = {("manifest_signature", "manifest.note"), ("checkpoint_signature", "checkpoint.txt")}
    assert places <= _found(made, verify_bundle.read_key(LOG.vkey))


def test_a_pinned_witness_has_to_have_cosigned_whatever_the_bundle_says_of_its_quorum() -> None:
    city = verify_bundle.read_key(WITNESSES[2].vkey)
    assert _found(bundles.parts(quorum=0).packed(), city) == {("witnesses", "checkpoint.txt")}
    assert _found(bundles.parts(witnesses=WITNESSES).packed(), city) == set()


def test_a_checkpoint_from_elsewhere_shows_a_fork() -> None:
    made = bundles.parts()
    ours = made.files["checkpoint.txt"]
    size, root = made.manifest["checkpoint"]["size"], bytes.fromhex(made.manifest["checkpoint"]["root"])
    assert _found(made.packed(), elsewhere=ours) == set()
    fork = bundles.checkpoint(size, bytes(32), LOG)
    assert _found(made.packed(), elsewhere=fork) == {("fork", "--checkpoint")}
    for other in (bundles.checkpoint(size, root, STRANGER), b"nothing"):
        assert _found(made.packed(), elsewhere=other) == {("foreign_checkpoint", "--checkpoint")}
    report = verify_bundle.verify(io.BytesIO(made.packed()), [], bundles.checkpoint(size + 5, bytes(32), LOG))
    assert report.findings == []
    assert "other_size" in {one["rule"] for one in report.unchecked}


def test_random_damage_is_a_finding_and_never_a_traceback() -> None:
    raw = bundles.parts().packed()
    dice = random.Random(7)  # noqa: S311 - a test, repeatable
    for _ in range(60):
        damaged = bytearray(raw)
        for _ in range(dice.choice((1, 3, 40))):
            damaged[dice.randrange(len(raw))] = dice.randrange(256)
        verify_bundle.verify(io.BytesIO(bytes(damaged)), [])
    words: list[object] = [None, True, -1, 1e999, "", "x", [], {}, [[]], {"a": {}}, 10**400, "\ud800", ["x"]]
    for path in ("manifest.json", "keys.json", "proofs.json", "values.json"):
        for _ in range(15):
            made = bundles.parts()
            value = json.loads(made.files[path])
            _spoil(value, dice, words)
            made.files[path] = json.dumps(value).encode()
            verify_bundle.verify(io.BytesIO(made.packed()), [])


def _spoil(value: object, dice: random.Random, words: list[object]) -> None:
    if isinstance(value, dict) and value:
        key = dice.choice(list(value))
        if isinstance(value[key], dict | list) and value[key] and dice.random() < 0.8:
            _spoil(value[key], dice, words)
        else:
            value[key] = dice.choice(words)
    elif isinstance(value, list) and value:
        at = dice.randrange(len(value))
        if isinstance(value[at], dict | list) and value[at] and dice.random() < 0.8:
            _spoil(value[at], dice, words)
        else:
            value[at] = dice.choice(words)


def test_the_command_speaks_both_languages_and_says_what_it_cannot_know(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(bundles.parts().packed())
    bad.write_bytes(next(one for one in FORGERIES if one.name == "a value swapped").made())

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "-S", str(TOOL), *arguments], capture_output=True, encoding="utf-8"
        )

    done = run(str(good), "--key", LOG.vkey, "--language", "zh")
    assert (done.returncode, done.stderr) == (0, "")
    assert "所检查的一切相符" in done.stdout
    assert "RFC 3161" in done.stdout
    done = run(str(bad), "--language", "en")
    assert done.returncode == 1
    assert f"{CASE}:1:answers.id_number: [value]" in done.stdout
    assert "no --key was given" in done.stdout
    answer = json.loads(run(str(bad), "--json").stdout)
    assert (answer["ok"], [one["rule"] for one in answer["findings"]]) == (False, ["value"])
    for wrong in ((str(tmp_path / "none.zip"),), (str(good), "--key", "x"), ()):
        assert run(*wrong).returncode == 2
