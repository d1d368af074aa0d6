"""Checkpoints leave the house: a folder, a webhook, a timestamping authority; and what the serving role may not do."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from sqlalchemy import make_url, select

from engine import backups, grants, log, migrations, publishing, tables, trail
from engine.couriers import hooks
from engine.log import notes, stamps
from engine.store import Store
from tests.databases import Databases
from tests.engine.casework import Office
from tests.engine.post_office import Desk
from tests.engine.test_log import agrees, write
from tests.together import together


@pytest.fixture
def mail_desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.stop()


@pytest.fixture
def lite(databases: Databases) -> Iterator[Store]:
    """On SQLite alone: what does not depend on the database."""
    made = databases.create("sqlite")
    found = Store(made)
    yield found
    found.close()
    databases.drop(made)


def later(store: Store, **by: int) -> None:
    with store.transaction() as db:
        store.set_clock(db, store.moment(db).now + timedelta(**by))


def standing(store: Store) -> list[publishing.Standing]:
    with store.reading() as db:
        return publishing.standing(store.settings, db, store.moment(db))


def published(store: Store) -> list[tuple[str, int]]:
    with store.reading() as db:
        rows = db.execute(select(tables.log_publications).order_by(tables.log_publications.c.size))
        return [(row.place, row.size) for row in rows]


def test_a_folder_gets_one_file_for_each_checkpoint(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    store.settings = replace(store.settings, log_folder=str(folder))
    assert publishing.tick(store) == 0  # nothing is sealed yet
    write(store, 3)
    log.seal(store)
    assert sorted(together(lambda: publishing.tick(store), lambda: publishing.tick(store))) == [0, 1]
    (file,) = folder.iterdir()
    assert file.name == "checkpoint-000000000003.txt"
    with store.reading() as db:
        newest = log.newest(db)
        assert newest is not None
        assert file.read_text(encoding="utf-8") == newest.note
    write(store, 1)
    log.seal(store)
    assert publishing.tick(store) == 0  # not more often than the setting says
    later(store, seconds=61)
    assert publishing.tick(store) == 1
    assert published(store) == [("folder", 3), ("folder", 4)]
    assert [(one.size, one.late, one.failures) for one in standing(store)] == [(4, False, 0)]


def test_a_folder_that_holds_another_log_tells_of_the_fork(lite: Store, tmp_path: Path) -> None:
    lite.settings = replace(lite.settings, log_folder=str(tmp_path))
    write(lite, 3)
    log.seal(lite)
    (tmp_path / publishing.file_name(3)).write_text("another\n\n\u2014 x y\n", encoding="utf-8")
    assert publishing.tick(lite) == 0
    assert "another checkpoint of 3" in str(standing(lite)[0].fault)
    # A database that was set back has fewer entries than the folder has seen.
    (tmp_path / publishing.file_name(3)).rename(tmp_path / publishing.file_name(9))
    later(lite, minutes=20)
    assert publishing.tick(lite) == 0
    (one,) = standing(lite)
    assert ("of 9 entries" in str(one.fault), one.failures, one.late) == (True, 2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [publishing.file_name(9)]


def test_a_folder_that_is_away_is_tried_again(lite: Store, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    lite.settings = replace(lite.settings, log_folder=str(blocked / "below"))
    write(lite, 1)
    log.seal(lite)
    assert (publishing.tick(lite), publishing.tick(lite)) == (0, 0)
    assert standing(lite)[0].failures == 1  # it rests
    blocked.unlink()
    assert publishing.tick(lite, now=True) == 1
    assert (standing(lite)[0].failures, standing(lite)[0].fault) == (0, None)


def test_a_webhook_gets_it_signed_and_again_after_a_refusal(lite: Store, mail_desk: Desk) -> None:
    secret = hooks.new_secret()
    given = {"log_webhook": mail_desk.url, "log_webhook_secret": secret, "webhook_hosts": ("127.0.0.1",)}
    lite.settings = replace(lite.settings, **given)  # type: ignore[arg-type]
    write(lite, 2)
    log.seal(lite)
    mail_desk.answers = [(503, b""), (204, b"")]
    assert publishing.tick(lite) == 0
    later(lite, seconds=31)
    assert publishing.tick(lite) == 1
    _, headers, body = mail_desk.kept[-1]
    stamp = int(headers["webhook-timestamp"])
    assert headers["webhook-signature"] == hooks.signature(secret, "checkpoint-2", stamp, body)
    told = json.loads(body)
    assert (told["size"], notes.read_checkpoint(notes.read(told["note"]).body).size) == (2, 2)
    lite.settings = replace(lite.settings, webhook_hosts=())
    write(lite, 1)
    log.seal(lite)
    assert publishing.tick(lite, now=True) == 0  # an address inside the network that nobody named


# ---------------------------------------------------------------- timestamps


@contextmanager
def authority(answer: Callable[[bytes], bytes]) -> Iterator[str]:
    """A timestamping authority on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            reply = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: Any) -> None:
            """Nothing is printed."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


CONFIGURATION = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/cert.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
"""


def openssl(folder: Path) -> Callable[[bytes], bytes]:
    """What OpenSSL's own authority answers, with a certificate made here."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of the tests")])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(cert.public_bytes(pem))
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))

    def answer(question: bytes) -> bytes:
        (folder / "question").write_bytes(question)
        command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "question", "-out", "answer"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return (folder / "answer").read_bytes()

    return answer


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here to be the authority")
def test_an_authority_says_when_a_checkpoint_was_there(lite: Store, tmp_path: Path) -> None:
    write(lite, 2)
    log.seal(lite)
    with authority(openssl(tmp_path)) as url:
        lite.settings = replace(lite.settings, log_timestamps=url, webhook_hosts=("127.0.0.1",))
        assert publishing.tick(lite) == 1
        write(lite, 1)
        log.seal(lite)
        later(lite, hours=23)
        assert publishing.tick(lite) == 0  # once a day
        later(lite, hours=1)
        assert publishing.tick(lite) == 1
    with lite.reading() as db:
        rows = db.execute(tables.log_timestamps.select().order_by(tables.log_timestamps.c.size)).all()
        point = log.checkpoint(db, 2)
    assert [(row.size, row.authority) for row in rows] == [(2, url), (3, url)]
    (tmp_path / "token").write_bytes(rows[0].token)
    body = notes.read(point.note).body
    for content, is_right in ((body, True), (body.replace("\n2\n", "\n3\n"), False)):
        (tmp_path / "body").write_text(content, encoding="utf-8")
        command = ["openssl", "ts", "-verify", "-token_in", "-in", "token", "-data", "body", "-CAfile", "cert.pem"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode == 0) is is_right, done.stderr


def answered(imprint: bytes, nonce: bytes, status: int = 0, with_token: bool = True) -> bytes:
    """A TimeStampResp as far as the log reads it."""
    info = stamps._der(0x30, b"\x02\x01\x01" + imprint + nonce)
    token = stamps._der(0x30, stamps._der(0xA0, stamps._der(0x30, stamps._der(0x04, info))))
    return stamps._der(0x30, stamps._der(0x30, bytes([2, 1, status])) + (token if with_token else b""))


def test_an_answer_to_another_question_is_no_token() -> None:
    asked = stamps.Question.about(b"a checkpoint", 77)
    other = stamps.Question.about(b"another one", 78)
    assert hashlib.sha256(b"a checkpoint").digest() in asked.der
    assert stamps.token(answered(asked.imprint, asked.nonce), asked)
    for wrong in (
        answered(other.imprint, asked.nonce),
        answered(asked.imprint, other.nonce),
        answered(asked.imprint, asked.nonce, status=2),
        answered(asked.imprint, asked.nonce, with_token=False),
        b"",
        b"<html>",
        b"\x30\x84\xff\xff\xff\xff",
        answered(asked.imprint, asked.nonce)[:-3],
        b"\x30\x80" * 40,
    ):
        with pytest.raises(stamps.NoToken):
            stamps.token(wrong, asked)


# ---------------------------------------------------------------- backups, grants


def test_a_restored_office_goes_on_with_its_log(lite: Store, databases: Databases, tmp_path: Path) -> None:
    write(lite, 20)
    log.seal(lite)
    write(lite, 2)
    backups.make(lite, "1", tmp_path / "kept", backups.silent)
    made = databases.blank("sqlite")
    other = Store(made)
    try:
        backups.restore(other, tmp_path / "kept", backups.silent)
        with other.reading() as db:
            assert log.waiting(db).count == 2
        assert log.seal(other) == 2
        assert agrees(other) == 22
    finally:
        other.close()
        databases.drop(made)


def test_the_serving_role_changes_nothing_that_was_written(databases: Databases) -> None:
    """On PostgreSQL: the office works under a role that can neither change nor take away what it has written."""
    made = databases.create("postgresql")
    owner = Store(made)
    role = "liuhen_test_app"
    url = make_url(made.database_url).set(drivername="postgresql")
    try:
        office = Office(owner)
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as db:
            db.execute(f"DROP ROLE IF EXISTS {role}")
            db.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'imaginary'")
            for statement in grants.statements(role):
                db.execute(statement)
        serving = Store(replace(made, database_url=_as(made.database_url, role)))
        try:
            migrations.upgrade(serving.engine)  # as every server does at its start: there is nothing to do
            office.store = serving
            case = office.start()
            office.completes("wu", case, "check", {"checked_on": "2026-03-02"}, decision="pass")
            assert log.seal(serving) > 0
            with serving.reading() as read:
                assert trail.verify(read).is_whole
        finally:
            serving.close()
        as_role = url.set(username=role, password="imaginary")
        with psycopg.connect(as_role.render_as_string(hide_password=False), autocommit=True) as db:
            rights = "SELECT has_table_privilege(%s, %s, 'UPDATE, DELETE, TRUNCATE, TRIGGER')"
            held = [name for name in tables.APPEND_ONLY if db.execute(rights, (role, name)).fetchone() != (False,)]
            assert held == []
            for table in ("entries", "log_leaves", "log_checkpoints"):
                for refused in (
                    f"DELETE FROM {table}",
                    f"TRUNCATE {table} CASCADE",
                    f"ALTER TABLE {table} DISABLE TRIGGER ALL",
                    f"DROP TABLE {table} CASCADE",
                    f"ALTER TABLE {table} OWNER TO {role}",
                ):
                    _refused(db, refused)
            _refused(db, "UPDATE entries SET text = 'x' WHERE seq = 1")
            _refused(db, "INSERT INTO entries SELECT * FROM entries ON CONFLICT (hash) DO UPDATE SET text = 'x'")
            _refused(db, "SET session_replication_role = replica")
            _refused(db, "DELETE FROM witnessed_sizes")
            for function in ("liuhen_append_only", "liuhen_entry_pending"):
                body = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
                _refused(db, f"CREATE OR REPLACE FUNCTION {function}() {body}")
    finally:
        owner.close()
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as db:
            db.execute(f"DROP OWNED BY {role}")
            db.execute(f"DROP ROLE {role}")
        databases.drop(made)


def _as(database_url: str, role: str) -> str:
    return make_url(database_url).set(username=role, password="imaginary").render_as_string(hide_password=False)


def _refused(db: psycopg.Connection[Any], statement: str) -> None:
    with pytest.raises(psycopg.Error) as e:
        db.execute(statement)
    assert e.value.sqlstate in ("42501", "23001"), (statement, e.value)


def test_no_role_of_any_name_gets_rights() -> None:
    for bad in ("", "Robert'); DROP TABLE entries", "a b", "x" * 70):
        with pytest.raises(Exception, match="err_unfit"):
            grants.statements(bad)
