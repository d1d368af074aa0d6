"""The sealed log through its doors: receipts, checkpoints, proofs, the printed page, and the witness over HTTP."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from werkzeug.serving import make_server

from api import cli
from api.app import create_app
from engine import log, publishing
from engine.log import keys, notes, tree, witness
from engine.store import Store
from tests.api.conftest import House
from tests.databases import Databases
from tests.together import together

FINE = {"answers": {"note": "Fine"}, "decision": "agree"}


def test_a_deed_gives_a_receipt_and_its_entry_is_proved(house: House) -> None:
    case = house.case()
    reviewer = house.browser("zhao.zhishu")
    answer = reviewer.post(f"/tasks/{house.task(case, 'review')}/completion", FINE)
    assert answer.status_code == 200, answer.text
    receipt = answer.json["receipt"]
    known = reviewer.get("/trail/keys").json
    note = notes.read(receipt["note"])
    (signed,) = notes.verified(note, [notes.read_key(one["vkey"]) for one in known["log"]])
    assert signed.key.name == known["origin"]
    assert note.body.split("\n")[:5] == [
        "liuhen.receipt/v1",
        known["origin"],
        receipt["chain"],
        str(receipt["seq"]),
        receipt["hash"],
    ]
    started = case["receipt"]  # whoever starts a case gets one as well
    assert (started["chain"], started["seq"]) == (case["id"], 1)
    assert notes.verified(notes.read(started["note"]), [signed.key])
    assert started["note"].split("\n")[2:5] == [case["id"], "1", started["hash"]]
    place = f"/trail/entries/{receipt['chain']}/{receipt['seq']}/proof"
    assert (reviewer.get(place).status_code, reviewer.get(place).json["code"]) == (409, "err_not_sealed_yet")
    assert reviewer.get("/trail/checkpoints").json["items"] == []
    assert reviewer.get("/trail/checkpoints/newest").status_code == 404
    placed = log.seal(house.store)
    proof = reviewer.get(place).json
    assert reviewer.get(f"/trail/entries/{receipt['hash']}/proof").json == proof
    path = [bytes.fromhex(one) for one in proof["hashes"]]
    root = bytes.fromhex(proof["root"])
    assert tree.includes(bytes.fromhex(receipt["hash"]), proof["index"], proof["size"], path, root)
    point = notes.read_checkpoint(notes.read(proof["note"]).body)
    assert (point.origin, point.size, point.root) == (known["origin"], placed, root)

    # More entries: the log grew, and says so.
    house.case(subject="Another stamp")
    log.seal(house.store)
    newest = reviewer.get("/trail/checkpoints/newest").json
    grown = reviewer.get(f"/trail/consistency?from={placed}").json
    assert grown["to"] == newest["size"] > placed
    steps = [bytes.fromhex(one) for one in grown["hashes"]]
    assert tree.extends(placed, root, newest["size"], bytes.fromhex(newest["root"]), steps)
    sizes = [one["size"] for one in reviewer.get("/trail/checkpoints").json["items"]]
    assert sizes == sorted(sizes, reverse=True)
    first = reviewer.get("/trail/checkpoints?limit=1").json
    assert [one["size"] for one in reviewer.get(f"/trail/checkpoints?cursor={first['next']}").json["items"]] == sizes[
        1:
    ]
    assert reviewer.get(f"/trail/checkpoints/{placed}").json["root"] == root.hex()

    # Whoever may not see the case is told no more of its entries than of none at all.
    stranger = house.browser("chen.jijian") if house.office.auditor != "chen.jijian" else house.browser("lin.ceshi")
    for path_ in (
        "/trail/entries/office/1/proof",
        "/trail/entries/office/999/proof",
        f"/trail/entries/{'0' * 64}/proof",
    ):
        assert stranger.get(path_).status_code == 404
    assert house.browser(house.office.auditor).get("/trail/entries/office/1/proof").status_code == 200
    for wrong in ("/trail/checkpoints/0", "/trail/checkpoints/x", f"/trail/entries/{receipt['chain']}/x/proof"):
        assert reviewer.get(wrong).status_code == 404
    assert reviewer.get(f"/trail/consistency?from={newest['size'] + 1}").status_code in (409, 422)
    assert house.anonymous().get("/trail/keys").status_code == 401


def test_a_checkpoint_is_printed_with_a_code_and_without_a_script(lite: House) -> None:
    lite.case()
    log.seal(lite.store)
    reader = lite.browser("lin.ceshi")
    newest = reader.get("/trail/checkpoints/newest").json
    page = reader.get(f"/trail/checkpoints/{newest['size']}/print")
    assert page.mimetype == "text/html"
    assert all(part in page.text for part in (newest["root"], "<svg", "Checkpoint of the sealed log"))
    assert "<script" not in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    said = reader.get(f"/trail/checkpoints/{newest['size']}/print", headers={"Accept-Language": "zh"}).text
    assert "留痕日志检查点" in said


def test_who_looks_after_the_log_sees_where_it_stands_and_an_entry_as_it_was_hashed(
    lite: House, tmp_path: Path
) -> None:
    auditor = lite.browser(lite.office.auditor)
    settings = replace(lite.store.settings, log_folder=str(tmp_path))
    before = auditor.get("/trail/log").json
    assert (before["size"], before["root"], before["places"], before["witnesses"]) == (0, None, [], [])
    assert before["unsealed"] > 0
    assert before["unsealed_since"] <= before["now"]
    case = lite.case()["id"]
    log.seal(lite.store)
    folder_store = Store(settings)
    publishing.tick(folder_store)
    folder_store.close()
    after = auditor.get("/trail/log").json
    newest = auditor.get("/trail/checkpoints/newest").json
    assert (after["size"], after["root"], after["unsealed"]) == (newest["size"], newest["root"], 0)
    assert [one["place"] for one in newest["published"]] == ["folder"]
    assert after["can"] == []
    keeper = lite.browser("zou.anquan").get("/trail/log").json
    assert keeper["can"] == ["propose"]
    assert lite.browser("lin.ceshi").get("/trail/log").status_code == 403

    whole = auditor.get(f"/trail/entries/{case}/1").json
    leaf = hashlib.sha256(b"\0" + whole["text"].encode()).hexdigest()
    assert leaf == whole["hash"] == auditor.get(f"/trail/entries/{case}/1/proof").json["hash"]
    reads = auditor.get(f"/cases/{case}/trail/reads").json["items"]
    assert "entry" in [one["scope"] for one in reads]
    # Whoever has no part in the case reads none of its entries, and nobody but auditors those of the office.
    assert lite.browser("zou.anquan").get(f"/trail/entries/{case}/1").status_code == 404
    assert lite.browser("lin.ceshi").get("/trail/entries/office/1").status_code == 404
    for wrong in (f"{case}/999", f"{case}/x", "nothing/1"):
        assert auditor.get(f"/trail/entries/{wrong}").status_code == 404

    # What somebody was shown, for auditors; that they looked is on record as well.
    person = lite.office.people[lite.office.auditor]["person_id"]
    shown = auditor.get(f"/trail/readers/{person}").json["items"]
    assert {one["person"]["id"] for one in shown} == {person}
    assert case in {one["case"] for one in shown}
    again = auditor.get(f"/trail/readers/{person}?limit=1").json
    assert again["items"][0]["kind"] == "search.made"
    assert auditor.get("/trail/readers/nobody").status_code == 404
    assert lite.browser("lin.ceshi").get(f"/trail/readers/{person}").status_code == 403


# ---------------------------------------------------------------- the witness


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which a server answers."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Offices:
    """Two offices: the first one's log is cosigned by the second one, whose server answers at ``url``."""

    def __init__(self, first: House, second: Store, url: str) -> None:
        self.first, self.second, self.url = first, second, url
        with second.transaction() as db:
            moment = second.moment(db)
            self.cosigner = witness.key(db, second.settings, moment)
        with first.store.transaction() as db:
            moment = first.store.moment(db)
            self.key = keys.current(db, first.store.settings, moment).key
            witness.ask_of(db, moment, self.cosigner.vkey, f"{url}/witness")
        with second.transaction() as db:
            witness.enter(db, second.moment(db), self.key.vkey)

    def newest(self) -> log.Sealed:
        with self.first.store.reading() as db:
            found = log.newest(db)
        assert found is not None
        return found

    def private(self) -> Ed25519PrivateKey:
        with self.first.store.reading() as db:
            return keys.keys(db)[0].private(self.first.store.settings)

    def seen(self) -> int:
        with self.second.reading() as db:
            return witness.logs(db)[0].size

    def asks(self, body: str) -> tuple[int, str]:
        """What the witness answers, through its door."""
        app = self.second_app
        answer = app.test_client().post("/witness/add-checkpoint", data=body.encode())
        return answer.status_code, answer.text

    second_app: Flask


@pytest.fixture
def offices(lite: House, databases: Databases) -> Iterator[Offices]:
    settings = databases.create("sqlite")
    second = Store(settings)
    app = create_app(second)
    lite.store.settings = replace(lite.store.settings, webhook_hosts=("127.0.0.1",), log_seconds=1)
    with served(app) as url:
        found = Offices(lite, second, url)
        found.second_app = app
        yield found
    second.close()
    databases.drop(settings)


def grow(offices: Offices) -> log.Sealed:
    offices.first.case()
    log.seal(offices.first.store)
    return offices.newest()


def test_another_office_cosigns_as_the_log_grows(offices: Offices) -> None:
    store = offices.first.store
    first = grow(offices)
    assert publishing.tick(store) == 1
    assert publishing.tick(store, now=True) == 0  # it has this one
    second = grow(offices)
    with store.transaction() as db:
        store.set_clock(db, store.moment(db).now.replace(hour=5))
    assert publishing.tick(store) == 1
    assert offices.seen() == second.size > first.size
    shown = offices.first.browser("lin.ceshi").get(f"/trail/checkpoints/{second.size}").json
    assert (shown["witnesses"], shown["is_witnessed"]) == ([offices.cosigner.name], True)
    assert [one["place"] for one in shown["published"]] == [f"witness:{offices.cosigner.name}"]
    both = [offices.key, offices.cosigner]
    assert [one.key for one in notes.verified(notes.read(shown["note"]), both)] == both
    told = offices.first.browser("lin.ceshi").get("/trail/keys").json
    assert (told["witnesses"], told["quorum"]) == ([{"vkey": offices.cosigner.vkey}], 1)


def test_a_log_that_lost_an_answer_goes_on_from_what_the_witness_has(offices: Offices) -> None:
    store = offices.first.store
    grow(offices)
    with store.reading() as db:
        (place,) = publishing.places(store.settings, db)
    # The witness cosigned, and nobody heard of it.
    place.put(store, offices.newest(), 0)
    grow(offices)
    assert publishing.tick(store) == 1
    assert offices.seen() == offices.newest().size


def request(old: int, proof: list[bytes], note: str) -> str:
    return f"old {old}\n" + "".join(f"{base64.b64encode(one).decode()}\n" for one in proof) + f"\n{note}"


def forged(offices: Offices, size: int, root: bytes, key: Any = None) -> str:
    """A checkpoint of the first office's log, signed by its own key: what whoever has stolen it can make."""
    point = notes.Checkpoint(offices.key.name, size, root)
    private = key or offices.private()
    of = notes.Key(offices.key.name, notes.LOG, private.public_key().public_bytes_raw())
    return notes.together(point.body, [notes.sign(private, of, point.body)])


def test_a_witness_refuses_whatever_is_not_growth(offices: Offices) -> None:
    store = offices.first.store
    seen = grow(offices)
    assert offices.asks(request(0, [], forged(offices, 3, b"x" * 32)))[0] == 200  # it has nothing to compare it with
    # A log that was rewritten, with the key: the true tree is another one than the one that was cosigned.
    assert offices.asks(request(0, [], seen.note)) == (409, "3\n")
    with store.reading() as db:
        _, proof = log.growth(db, 3)
    assert offices.asks(request(3, proof, seen.note))[0] == 422
    assert publishing.tick(store) == 0
    with store.reading() as db:
        (place,) = publishing.standing(store.settings, db, store.moment(db))
    assert "did not grow" in str(place.fault)
    assert offices.seen() == 3
    # Set back to an older size, another tree of the same size.
    assert offices.asks(request(2, [], forged(offices, 2, b"y" * 32))) == (409, "3\n")
    assert offices.asks(request(3, [], forged(offices, 3, b"y" * 32)))[0] == 409
    # Another key, a log that it does not know, no request at all.
    other = Ed25519PrivateKey.generate()
    assert offices.asks(request(3, [], forged(offices, 4, b"x" * 32, other)))[0] == 403
    assert offices.asks(request(3, [], seen.note.replace("\n", "0\n", 1)))[0] == 404
    assert offices.asks(request(3, [], seen.note.replace(f"\n{seen.size}\n", f"\n{seen.size + 1}\n")))[0] == 403
    for bad in ("", "old 3", "old 03\n\n" + seen.note, "new 3\n\n" + seen.note, "old 3\nAAAA\n\n" + seen.note):
        assert offices.asks(bad)[0] == 400
    assert offices.asks(request(seen.size + 1, [], seen.note))[0] == 400
    assert offices.asks("x" * 40_000)[0] == 413
    assert offices.seen() == 3


def test_of_two_who_ask_at_the_same_moment_one_is_told_the_size(offices: Offices) -> None:
    seen = grow(offices)
    answers = together(
        lambda: offices.asks(request(0, [], seen.note)),
        lambda: offices.asks(request(0, [], forged(offices, 2, b"x" * 32))),
    )
    statuses = sorted(status for status, _ in answers)
    assert statuses == [200, 409]
    assert offices.seen() in (2, seen.size)


def test_a_witness_that_is_struck_out_is_not_asked_and_a_key_that_ended_is_not_taken(offices: Offices) -> None:
    seen = grow(offices)
    with offices.second.transaction() as db:
        witness.strike(db, offices.second.moment(db), offices.key.vkey)
    assert offices.asks(request(0, [], seen.note))[0] == 404
    with offices.first.store.transaction() as db:
        witness.ask_no_more(db, offices.first.store.moment(db), offices.cosigner.name)
    assert publishing.tick(offices.first.store) == 0


# ---------------------------------------------------------------- keys and witnesses: by two persons, or the operator


def test_the_next_key_takes_two_persons(lite: House) -> None:
    guard, auditor = lite.browser("zou.anquan"), lite.browser("yu.rizhi")
    before = guard.get("/trail/keys").json["log"][-1]["vkey"]
    wanted = {"kind": "log.key", "plan": {"purpose": "log"}, "reason": "somebody left"}
    assert lite.browser("xie.xitong").post("/proposals", wanted).status_code == 403
    made = guard.post("/proposals", wanted)
    assert made.status_code == 201, made.text
    assert "hash" not in made.text
    assert guard.get("/trail/keys").json["log"][-1]["vkey"] == before
    place = f"/proposals/{made.json['id']}/confirm"
    assert guard.post(place, {}).status_code == 403
    assert auditor.post(place, {}).status_code == 200
    known = guard.get("/trail/keys").json["log"]
    assert (known[0]["vkey"], len(known), known[0]["until"]) == (before, 2, known[1]["from"])
    told = lite.browser(lite.office.auditor).get("/trail?kind=log.key_changed").json["items"]
    assert "gave the log" in told[0]["sentence"]
    assert "somebody left" in told[0]["sentence"]
    # A receipt of this minute is still of the old key.
    case = lite.case()
    answer = lite.browser("zhao.zhishu").post(f"/tasks/{lite.task(case, 'review')}/completion", FINE)
    (signed,) = notes.verified(
        notes.read(answer.json["receipt"]["note"]), [notes.read_key(one["vkey"]) for one in known]
    )
    assert signed.key.vkey == before


def test_a_witness_takes_two_persons_and_an_address_that_may_be_reached(lite: House) -> None:
    guard, auditor = lite.browser("zou.anquan"), lite.browser("yu.rizhi")
    other = notes.Key("w.example.org", notes.WITNESS, b"k" * 32).vkey

    def ask(**plan: str) -> Any:
        return guard.post("/proposals", {"kind": "log.witness", "plan": plan, "reason": "vouching"})

    assert ask(act="ask", vkey=other, url="http://10.0.0.1/witness").status_code == 422
    assert ask(act="ask", vkey="no key", url="https://w.example.org").status_code == 422
    assert ask(act="begin", vkey=other).status_code == 422  # the key of a witness, not of a log
    made = ask(act="ask", vkey=other, url="https://w.example.org/")
    assert auditor.post(f"/proposals/{made.json['id']}/confirm", {}).status_code == 200
    assert guard.get("/trail/keys").json["witnesses"] == [{"vkey": other}]
    made = ask(act="release", vkey=other)
    assert auditor.post(f"/proposals/{made.json['id']}/confirm", {}).status_code == 200
    assert guard.get("/trail/keys").json["witnesses"] == []


def test_the_operator_sees_and_does_it_at_the_command_line(
    lite: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lite.case()
    house = lite.store.settings
    monkeypatch.setattr("engine.settings.read", lambda: replace(house, log_folder=str(tmp_path / "out")))

    def run(*given: str) -> tuple[int, Any]:
        status = cli.main(["--language", "en", "log", *given, "--json"])
        return status, json.loads(capsys.readouterr().out or "null")

    assert run("status")[1]["unsealed"] > 0
    status, told = run("publish")
    assert (status, told["behind"]) == (0, [])
    assert [path.name for path in (tmp_path / "out").iterdir()] == [publishing.file_name(told["size"])]
    assert run("status")[1]["places"][0]["size"] == told["size"]
    _, known = run("keys")
    assert notes.read_key(known["log"][0]["vkey"]).kind == notes.LOG
    assert notes.read_key(known["witness"]).kind == notes.WITNESS
    assert run("rotate", "--reason", "a drill")[0] == 0
    assert len(run("keys")[1]["log"]) == 2
    assert run("rotate", "--reason", "again at once")[0] == 1
    other = notes.Key("other.example.org", notes.LOG, b"k" * 32).vkey
    assert run("cosign", "add", other)[0] == 0
    assert run("cosign", "add", other)[0] == 1
    assert [one["origin"] for one in run("cosign", "list")[1]] == ["other.example.org"]
    assert run("cosign", "end", other)[0] == 0
    beside = notes.Key("w.example.org", notes.WITNESS, b"k" * 32).vkey
    assert run("witness", "add", beside, "--url", "ftp://w.example.org")[0] == 1
    assert run("witness", "add", beside, "--url", "https://w.example.org/witness")[0] == 0
    assert [one["name"] for one in run("witness", "list")[1]] == ["w.example.org"]
    assert run("witness", "end", beside)[0] == 0
    assert cli.main(["db", "grants", "--role", "no such role;"]) == 1
    capsys.readouterr()
    assert cli.main(["db", "grants"]) == 0
    assert "GRANT SELECT, INSERT ON answers" in capsys.readouterr().out
