"""engine/accounts/resets.py: a forgotten password, by a link from an administrator or by mail, good once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, insert, select, update

from engine import accounts, couriers, tables, trail
from engine.accounts import resets
from engine.actors import Actor
from engine.couriers import Preferences, mail
from engine.errors import Forbidden, NotFound, NotNow, NotSignedIn, Throttled, Unfit
from engine.store import Store
from tests.engine.post_office import Post
from tests.engine.test_accounts import HOME, PASSWORD, fill, sign_in
from tests.together import together

NEW = "quite another long phrase"


def set_password(store: Store, token: str, hashed: str = "$a hash") -> str:
    with store.transaction() as db:
        return accounts.use_reset(db, store.moment(db), token, hashed).name


def begun(store: Store, account: str) -> str:
    with store.transaction() as db:
        return accounts.begin_reset(db, Actor.operator(), store.moment(db), account)[0]


def ask(store: Store, name: str, address: str = HOME) -> str | None:
    with store.transaction() as db:
        refusal = accounts.ask_reset(db, store.moment(db), name, address)
    return refusal.refusal if refusal else None


def count(store: Store, table: str) -> int:
    with store.reading() as db:
        return db.execute(select(func.count()).select_from(tables.metadata.tables[table])).scalar_one()


def test_an_administrators_link_sets_a_new_password_once(store: Store) -> None:
    account = fill(store)
    session = sign_in(store, "zhao", PASSWORD)
    assert session.actor is not None
    with store.transaction() as db:
        moment = store.moment(db)
        with pytest.raises(Forbidden):
            accounts.begin_reset(db, session.actor, moment, account)
        with pytest.raises(NotFound):
            accounts.begin_reset(db, Actor.operator(), moment, "nobody")
        older, until = accounts.begin_reset(db, Actor.operator(), moment, account)
        assert timedelta(hours=23) < until - datetime.now(UTC) <= accounts.LINK_LIFE
        assert accounts.link("https://office.example", older) == f"https://office.example/reset#{older}"
    token = begun(store, account)
    with store.reading() as db:
        accounts.resolve(db, store.moment(db), session.token or "")  # a link alone ends nothing
        stored = str(db.execute(select(tables.password_resets)).all()) + str(list(trail.read(db, trail.OFFICE)))
        assert token not in stored
        with pytest.raises(NotFound, match="err_reset_link"):
            accounts.find_reset(db, older)
        known = accounts.find_reset(db, token)
        for unfit in ("short", "my name is zhao!"):
            with pytest.raises(Unfit):
                accounts.new_hash(known, unfit)
        hashed = accounts.new_hash(known, NEW)
    done = together(*[partial(set_password, store, token, hashed)] * 2)
    assert sorted(done) == ["err_reset_link", "zhao"]
    with store.reading() as db, pytest.raises(NotSignedIn):
        accounts.resolve(db, store.moment(db), session.token or "")
    assert sign_in(store, "zhao", NEW).token is not None
    with store.reading() as db:
        entries = [(e["kind"], e.get("way")) for e in trail.read(db, trail.OFFICE)]
        told = db.execute(select(tables.outbox.c.kind)).scalars().all()
    assert entries == [
        ("account.created", None),
        ("password.reset_begun", "link"),
        ("password.reset_begun", "link"),
        ("password.reset", None),
    ]
    assert sorted(told) == ["account.password_reset", "account.reset_begun", "account.reset_begun"]


def test_a_link_ends_by_time_and_with_the_account(store: Store) -> None:
    account = fill(store)
    token = begun(store, account)
    with store.transaction() as db:
        db.execute(update(tables.password_resets).values(expires_at=datetime.now(UTC)))
        with pytest.raises(NotFound, match="err_reset_link"):
            accounts.use_reset(db, store.moment(db), token, "$a hash")
        assert accounts.sweep(db) == 1
    token = begun(store, account)
    with store.transaction() as db:
        accounts.disable(db, Actor.operator(), store.moment(db), account)
    with pytest.raises(NotFound, match="err_reset_link"):
        set_password(store, token)
    with store.transaction() as db, pytest.raises(NotNow, match="err_account_closed"):
        accounts.begin_reset(db, Actor.operator(), store.moment(db), account)


def test_known_and_unknown_names_leave_the_same_row_and_are_throttled_alike(store: Store) -> None:
    fill(store)
    free = resets.FREE_REQUESTS["reset"]
    for name in (" Zhao ", "nobody"):
        assert [ask(store, name, "192.0.2.9") for _ in range(free + 1)] == [None] * free + [Throttled.code]
    assert count(store, "reset_requests") == 2 * free
    with store.reading() as db:
        rows = db.execute(select(tables.reset_requests.c.account_id, tables.reset_requests.c.attempts)).all()
        assert {(row.account_id is None, row.attempts) for row in rows} == {(True, 0), (False, 0)}
        assert [entry["kind"] for entry in trail.read(db, trail.OFFICE)] == ["account.created"]


def test_the_link_goes_by_mail_where_the_address_is_known(store: Store, post: Post) -> None:
    account = fill(store)
    ask(store, "zhao")
    ask(store, "nobody")
    couriers.tick(store)
    assert count(store, "reset_requests") == 0, "without a channel there is nowhere to send it"
    assert count(store, "password_resets") == 0
    handed = begun(store, account)

    with store.transaction() as db:
        moment, operator = store.moment(db), replace(Actor.operator(), permissions=frozenset({"channels.manage"}))
        settings = {"host": "127.0.0.1", "port": post.port, "security": "none", "sender": "office@office.example"}
        channel = couriers.add(
            db,
            operator,
            moment,
            store.settings,
            kind="mail",
            name="Mail",
            audience=None,
            settings=settings,
            secrets={},
        )[0]
        couriers.keep(db, "p-赵", Preferences(mail="zhao@office.example"), (), (channel,))
    ask(store, "zhao")
    post.refuses["data"] = "451 4.3.0 later"
    couriers.tick(store)  # the request waits, and is written anew with another token
    del post.refuses["data"]
    assert count(store, "reset_requests") == 1
    with store.reading() as db:
        by_mail = select(tables.password_resets).where(tables.password_resets.c.way == "mail")
        first = db.execute(by_mail).one().hash
    with store.transaction() as db:
        db.execute(update(tables.reset_requests).values(next_at=datetime.now(UTC)))
    kept = len(post.kept)
    couriers.tick(store)
    letters = [letter for letter in post.kept[kept:] if letter["Subject"] == "重置流痕密码"]
    (letter,) = letters
    assert letter["To"] == "zhao@office.example"
    assert mail.ADDRESS.fullmatch(str(letter["To"]))
    text = letter.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    token = text.split("/reset#")[1].split()[0]
    assert f"{store.settings.base_url}/reset#{token}" in text
    assert "30" in text
    assert count(store, "reset_requests") == 0
    with store.reading() as db:
        row = db.execute(by_mail).one()
        assert row.hash != first
        assert row.expires_at - row.created_at == accounts.MAIL_LIFE
        begun_ = [e for e in trail.read(db, trail.OFFICE) if e["kind"] == "password.reset_begun"]
        assert [(e["way"], e["account"]) for e in begun_] == [("link", account), ("mail", account)]
        assert accounts.find_reset(db, handed).name == "zhao", "whoever asks at the door voids no administrator's link"
        assert token not in str(begun_)
    assert set_password(store, token) == "zhao"
    assert count(store, "password_resets") == 0


def test_a_request_that_is_too_old_is_forgotten(store: Store) -> None:
    account = fill(store)
    long_ago = datetime.now(UTC) - resets.GIVE_UP - timedelta(minutes=1)
    with store.transaction() as db:
        row = {"id": "r", "account_id": account, "at": long_ago, "attempts": 3, "next_at": long_ago}
        db.execute(insert(tables.reset_requests).values(**row))
        assert accounts.next_request(db) is None
    assert count(store, "reset_requests") == count(store, "password_resets") == 0
