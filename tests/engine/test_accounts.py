"""engine/accounts/: passwords, sessions, throttles, keys."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import argon2
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection, select, update

from engine import accounts, actors, tables, trail
from engine.accounts import hashing
from engine.actors import Actor
from engine.errors import Forbidden, NotFound, NotNow, NotSignedIn, Throttled, Unfit
from engine.store import Store
from tests.engine import directory
from tests.together import together

PASSWORD = "a long enough phrase"
HOME = "192.0.2.7"


def fill(store: Store) -> str:
    """The small directory and the account ``zhao`` of 赵; answers with the account's id."""
    with store.transaction() as db:
        directory.build(db)
        return accounts.create(
            db, Actor.operator(), store.moment(db), name="zhao", person_id="p-赵", password=PASSWORD, language="zh"
        )


def sign_in(store: Store, name: str, password: str, address: str = HOME) -> accounts.SignIn:
    with store.transaction() as db:
        return accounts.sign_in(db, store.moment(db), name, password, address)


def is_wrong(done: accounts.SignIn) -> bool:
    return done.refusal is not None and done.refusal.refusal == accounts.WRONG_CREDENTIALS


def age_session(db: Connection, **values: datetime) -> None:
    db.execute(update(tables.sessions).values(**values))


def chain(store: Store) -> list[str]:
    with store.reading() as db:
        return [entry["kind"] for entry in trail.read(db, trail.OFFICE)]


# ---------------------------------------------------------------- accounts


def test_an_account_is_created_with_an_entry_and_without_the_password_anywhere(store: Store) -> None:
    account = fill(store)
    assert chain(store) == ["account.created"]
    with store.reading() as db:
        row = db.execute(select(tables.accounts)).one()
        assert row.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        entry = trail.read(db, trail.OFFICE)[0]
        assert (entry["account"], entry["subject"]) == (account, "p-赵")
        assert PASSWORD not in str(entry) + str(row)
        assert accounts.read(db, account).name == "zhao"


@pytest.mark.parametrize("password", ["eleven char", "x" * 129, "aaaaaaaaaaaabbb", "my name is zhao!"])
def test_a_password_that_is_short_long_or_simple_is_refused(store: Store, password: str) -> None:
    fill(store)
    with store.transaction() as db, pytest.raises(Unfit) as refused:
        accounts.reset_password(
            db, Actor.operator(), store.moment(db), db.execute(select(tables.accounts.c.id)).scalar_one(), password
        )
    (error,) = refused.value.errors
    assert error.path == "password"
    assert error.text.zh
    assert error.text.en


def test_a_second_account_for_a_name_or_a_person_is_refused(store: Store) -> None:
    fill(store)
    for name, person in (("zhao", "p-吴"), ("zhao.two", "p-赵")):
        with store.transaction() as db, pytest.raises(NotNow, match="err_account_exists"):
            accounts.create(db, Actor.operator(), store.moment(db), name=name, person_id=person, password=PASSWORD)


@pytest.mark.parametrize("name", ["a", "赵", "program.x", "with space"])
def test_an_account_name_that_does_not_do_is_refused(store: Store, name: str) -> None:
    with store.transaction() as db:
        directory.build(db)
        with pytest.raises(Unfit) as refused:
            accounts.create(db, Actor.operator(), store.moment(db), name=name, person_id="p-赵", password=PASSWORD)
        assert refused.value.errors[0].path == "name"


def test_who_does_not_manage_accounts_creates_none(store: Store) -> None:
    fill(store)
    with store.transaction() as db:
        moment = store.moment(db)
        zhao = actors.of_account(db, db.execute(select(tables.accounts)).one(), moment, "web")
        with pytest.raises(Forbidden):
            accounts.create(db, zhao, moment, name="wu", person_id="p-吴", password=PASSWORD)
        with pytest.raises(NotFound, match="err_person_not_found"):
            accounts.create(db, Actor.operator(), moment, name="wu", person_id="p-nobody", password=PASSWORD)


# ---------------------------------------------------------------- signing in


def test_signing_in_gives_a_token_that_is_stored_only_as_its_hash(store: Store) -> None:
    fill(store)
    done = sign_in(store, " Zhao ", PASSWORD)
    assert done.refusal is None
    assert done.token is not None
    assert done.csrf is not None
    assert done.actor is not None
    assert done.actor.holders[0] == "person:p-赵"
    with store.reading() as db:
        row = db.execute(select(tables.sessions)).one()
        assert done.token not in str(row)
        session = accounts.resolve(db, store.moment(db), done.token)
        assert session.actor == done.actor
        assert not session.is_stale
        assert accounts.fits(session, done.csrf)
        assert not accounts.fits(session, None)
        assert not accounts.fits(session, "x" * 43)


def test_an_unknown_name_a_wrong_password_and_a_closed_account_get_the_same_answer(store: Store) -> None:
    account = fill(store)
    wrong = sign_in(store, "zhao", "not the password").refusal
    unknown = sign_in(store, "nobody", "not the password").refusal
    with store.transaction() as db:
        accounts.disable(db, Actor.operator(), store.moment(db), account)
    closed = sign_in(store, "zhao", PASSWORD, "192.0.2.8").refusal
    assert wrong is not None
    assert unknown is not None
    assert closed is not None
    assert wrong.said == unknown.said == closed.said
    assert wrong.refusal == unknown.refusal == closed.refusal == "err_wrong_credentials"
    assert (wrong.said.zh, wrong.said.en) == (
        "账号名或密码不正确。",
        "The account name or the password is wrong.",
    )


class Hasher:
    """The hasher of passwords, which keeps what it was asked to compute."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self.asked: list[tuple[argon2.Parameters, str]] = []

    def verify(self, hashed: str, password: str) -> bool:
        self.asked.append((argon2.extract_parameters(hashed), password))
        return self._hasher.verify(hashed, password)


def test_an_unknown_name_takes_the_same_work_as_a_known_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store)
    hasher = Hasher(hashing.HASHER)
    monkeypatch.setattr(hashing, "HASHER", hasher)
    with store.reading() as db:
        known, unknown = accounts.look_up(db, "zhao", HOME), accounts.look_up(db, "nobody", HOME)
    assert not accounts.proves(known, "not the password")
    assert not accounts.proves(unknown, "not the password")
    first, second = hasher.asked
    assert first == second
    assert known.password_hash != unknown.password_hash


def test_failures_are_counted_although_nothing_is_raised_and_then_cost_time(store: Store) -> None:
    fill(store)
    free = accounts.FREE_FAILURES["pair"]
    for _ in range(free):
        assert is_wrong(sign_in(store, "zhao", "not the password"))
    blocked = sign_in(store, "zhao", PASSWORD).refusal
    assert isinstance(blocked, Throttled)
    assert blocked.details["retry_after"] >= 1
    assert "秒" in blocked.said.zh
    assert "seconds" in blocked.said.en
    assert chain(store) == ["account.created", "account.blocked"]
    assert sign_in(store, "zhao", PASSWORD, "192.0.2.200").refusal is None, "the owner elsewhere is not locked out"


def test_an_unknown_name_is_throttled_like_a_known_one_but_leaves_no_entry(store: Store) -> None:
    fill(store)
    for _ in range(accounts.FREE_FAILURES["pair"]):
        sign_in(store, "nobody", "not the password")
    assert isinstance(sign_in(store, "nobody", "not the password").refusal, Throttled)
    assert chain(store) == ["account.created"]


def test_failures_at_the_same_time_are_all_counted(store: Store) -> None:
    fill(store)

    def fail() -> None:
        with store.transaction() as db:
            claim = accounts.look_up(db, "zhao", HOME)
            open_again = accounts.Claim(claim.name, claim.account, claim.password_hash, claim.subjects, 0)
            accounts.settle(db, store.moment(db), open_again, proven=False)

    assert together(*[fail] * 8) == [None] * 8
    with store.reading() as db:
        assert set(db.execute(select(tables.throttles.c.failures)).scalars()) == {8}


def test_the_delay_doubles_with_every_failure_and_has_an_end(store: Store) -> None:
    fill(store)
    waits = []
    with store.transaction() as db:
        moment = store.moment(db)
        for _ in range(accounts.FREE_FAILURES["pair"] + 12):
            claim = accounts.look_up(db, "zhao", HOME)
            free_again = accounts.Claim(claim.name, claim.account, claim.password_hash, claim.subjects, 0)
            refusal = accounts.settle(db, moment, free_again, proven=False).refusal
            assert refusal is not None
            waits.append(refusal.details.get("retry_after", 0))
    assert waits[: accounts.FREE_FAILURES["pair"] + 3] == [0, 0, 0, 0, 1, 2, 4, 8]
    assert waits[-1] == accounts.LONGEST_DELAY


def test_signing_in_forgets_the_failures_of_the_account(store: Store) -> None:
    fill(store)
    for _ in range(3):
        sign_in(store, "zhao", "not the password")
    assert sign_in(store, "zhao", PASSWORD).refusal is None
    for _ in range(accounts.FREE_FAILURES["pair"] - 1):
        sign_in(store, "zhao", "not the password")
    assert sign_in(store, "zhao", PASSWORD).refusal is None


def test_failures_of_yesterday_are_forgotten(store: Store) -> None:
    fill(store)
    for _ in range(accounts.FREE_FAILURES["pair"]):
        sign_in(store, "zhao", "not the password")
    long_ago = datetime.now(UTC) - accounts.FORGET_AFTER - timedelta(minutes=1)
    with store.transaction() as db:
        db.execute(update(tables.throttles).values(updated_at=long_ago, blocked_until=long_ago))
    assert is_wrong(sign_in(store, "zhao", "not the password"))
    with store.transaction() as db:
        assert set(db.execute(select(tables.throttles.c.failures)).scalars()) == {1}
        db.execute(update(tables.throttles).values(updated_at=long_ago))
        assert accounts.sweep(db) == 3


def test_a_password_of_a_megabyte_is_simply_wrong(store: Store) -> None:
    fill(store)
    assert is_wrong(sign_in(store, "zhao", "x" * 1_000_000))


def test_no_more_than_two_passwords_are_hashed_at_once(store: Store) -> None:
    fill(store)
    with store.reading() as db:
        claim = accounts.look_up(db, "zhao", HOME)
    answers: list[bool] = []
    threads = [threading.Thread(target=lambda: answers.append(accounts.proves(claim, PASSWORD))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 6
    assert hashing.HASHES._initial_value == 2  # type: ignore[attr-defined]


# ---------------------------------------------------------------- sessions


def test_a_session_ends_when_idle_when_old_and_when_signed_out(store: Store) -> None:
    fill(store)
    token = sign_in(store, "zhao", PASSWORD).token
    assert token is not None
    now = datetime.now(UTC)

    def is_good() -> bool:
        with store.reading() as db:
            try:
                accounts.resolve(db, store.moment(db), token)
            except NotSignedIn:
                return False
            return True

    assert is_good()
    with store.transaction() as db:
        age_session(db, seen_at=now - timedelta(minutes=29))
    assert is_good()
    with store.transaction() as db:
        session = accounts.resolve(db, store.moment(db), token)
        assert session.is_stale
        accounts.touch(db, session)
        assert not accounts.resolve(db, store.moment(db), token).is_stale
        age_session(db, seen_at=now - timedelta(minutes=31))
    assert not is_good()
    with store.transaction() as db:
        age_session(db, seen_at=now, expires_at=now - timedelta(seconds=1))
    assert not is_good()
    with store.transaction() as db:
        age_session(db, seen_at=now, expires_at=now + timedelta(hours=1))
    assert is_good()
    with store.transaction() as db:
        accounts.sign_out(db, token)
        accounts.sign_out(db, "never was")
    assert not is_good()


def test_moving_the_offices_clock_by_years_signs_nobody_out(store: Store) -> None:
    fill(store)
    token = sign_in(store, "zhao", PASSWORD).token
    assert token is not None
    with store.transaction() as db:
        store.set_clock(db, datetime(2031, 1, 1, tzinfo=UTC))
        assert accounts.resolve(db, store.moment(db), token).account.name == "zhao"


def test_a_closed_account_is_signed_out_everywhere(store: Store) -> None:
    account = fill(store)
    token = sign_in(store, "zhao", PASSWORD).token
    assert token is not None
    with store.transaction() as db:
        accounts.disable(db, Actor.operator(), store.moment(db), account)
        with pytest.raises(NotSignedIn):
            accounts.resolve(db, store.moment(db), token)
        accounts.enable(db, Actor.operator(), store.moment(db), account)
    assert sign_in(store, "zhao", PASSWORD).refusal is None


def test_changing_the_password_ends_every_other_session(store: Store) -> None:
    fill(store)
    here, there = sign_in(store, "zhao", PASSWORD), sign_in(store, "zhao", PASSWORD)
    assert here.token is not None
    assert there.token is not None
    assert here.actor is not None
    with store.transaction() as db:
        moment = store.moment(db)
        assert len(accounts.sessions_of(db, here.actor)) == 2
        with pytest.raises(Forbidden, match="err_wrong_password"):
            accounts.change_password(db, here.actor, moment, "not the password", "another long phrase")
        with pytest.raises(Unfit):
            accounts.change_password(db, here.actor, moment, PASSWORD, PASSWORD)
        accounts.change_password(db, here.actor, moment, PASSWORD, "another long phrase", keep_token=here.token)
        assert accounts.resolve(db, moment, here.token).account.name == "zhao"
        with pytest.raises(NotSignedIn) as refused:
            accounts.resolve(db, moment, there.token)
        assert refused.value.said.zh == "请先登录。"
    assert sign_in(store, "zhao", "another long phrase").refusal is None
    assert "account.changed" in chain(store)


# ---------------------------------------------------------------- keys


def test_a_key_is_shown_once_and_acts_as_its_owner(store: Store) -> None:
    account = fill(store)
    with store.transaction() as db:
        moment = store.moment(db)
        key_id, key = accounts.create_key(db, Actor.operator(), moment, name="payroll", account="zhao", scopes=["read"])
        assert key.startswith(f"lh_{key_id}_")
        assert key not in str(db.execute(select(tables.keys)).one())
        session = accounts.resolve_key(db, moment, key)
        assert session.actor.key_id == key_id
        assert session.actor.scopes == {"read"}
        assert session.actor.person_id == "p-赵"
        assert session.actor.as_fact()["key"] == key_id
        assert session.account.id == account
        assert session.is_stale
        assert accounts.fits(session, None), "a program has no page that could be forged"
        accounts.touch(db, session)
        (listed,) = accounts.keys(db, Actor.operator())
        assert listed["used_at"] is not None
        assert "hash" not in listed


def test_a_key_that_is_wrong_expired_or_revoked_opens_nothing(store: Store) -> None:
    fill(store)
    with store.transaction() as db:
        moment = store.moment(db)
        _, key = accounts.create_key(db, Actor.operator(), moment, name="payroll", account="zhao")
        for wrong in ("", "lh_x", key[:-1] + ("a" if key[-1] != "a" else "b"), "lh__", key.replace("lh_", "xx_")):
            with pytest.raises(NotSignedIn):
                accounts.resolve_key(db, moment, wrong)
        db.execute(update(tables.keys).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
        with pytest.raises(NotSignedIn) as refused:
            accounts.resolve_key(db, moment, key)
        assert "吊销" in refused.value.said.zh
        assert "revoked" in refused.value.said.en
        db.execute(update(tables.keys).values(expires_at=datetime.now(UTC) + timedelta(days=1)))
        accounts.revoke_key(db, Actor.operator(), moment, "payroll")
        with pytest.raises(NotSignedIn):
            accounts.resolve_key(db, moment, key)
        with pytest.raises(NotFound, match="err_key_not_found"):
            accounts.revoke_key(db, Actor.operator(), moment, "no such key")
    assert chain(store) == ["account.created", "key.created", "key.revoked"]


def test_a_program_of_its_own_holds_nothing_but_its_scopes(store: Store) -> None:
    fill(store)
    with store.transaction() as db:
        moment = store.moment(db)
        _, plain = accounts.create_key(db, Actor.operator(), moment, name="archive")
        actor = accounts.resolve_key(db, moment, plain).actor
        assert actor.permissions == frozenset()
        assert actor.posts == ()
        assert actor.scopes == {"read", "write"}
        _, reader = accounts.create_key(
            db, Actor.operator(), moment, name="inspection", scopes=["read", "trail.read_all"]
        )
        assert accounts.resolve_key(db, moment, reader).actor.permissions == {"trail.read_all"}


def test_a_key_never_joins_two_administrators(store: Store) -> None:
    with store.transaction() as db, pytest.raises(Forbidden, match="sod_20"):
        accounts.create_key(
            db, Actor.operator(), store.moment(db), name="all", scopes=["accounts.manage", "trail.verify"]
        )


def test_unknown_scopes_long_lives_and_taken_names_are_refused(store: Store) -> None:
    fill(store)
    with store.transaction() as db:
        moment, operator = store.moment(db), Actor.operator()
        with pytest.raises(Unfit, match="err_unknown_scope"):
            accounts.create_key(db, operator, moment, name="k", account="zhao", scopes=["everything"])
        with pytest.raises(Unfit):
            accounts.create_key(db, operator, moment, name="k", account="zhao", life=timedelta(days=400))
        with pytest.raises(Unfit):
            accounts.create_key(db, operator, moment, name=" ", account="zhao")
        with pytest.raises(NotFound, match="err_account_not_found"):
            accounts.create_key(db, operator, moment, name="k", account="nobody")
        accounts.create_key(db, operator, moment, name="k", account="zhao")
        with pytest.raises(NotNow, match="err_key_exists"):
            accounts.create_key(db, operator, moment, name="k", account="zhao")


def test_a_key_makes_no_keys(store: Store) -> None:
    fill(store)
    with store.transaction() as db:
        moment = store.moment(db)
        _, key = accounts.create_key(db, Actor.operator(), moment, name="few", account="zhao", scopes=["write"])
        with pytest.raises(Forbidden) as refused:
            accounts.create_key(db, accounts.resolve_key(db, moment, key).actor, moment, name="many")
        assert refused.value.refusal == "err_key_makes_no_keys"
        assert refused.value.said.zh == "接口密钥不能再签发密钥。"


def test_nobody_makes_a_key_for_somebody_else_without_the_permission(store: Store) -> None:
    fill(store)
    with store.transaction() as db:
        moment = store.moment(db)
        accounts.create(db, Actor.operator(), moment, name="wu", person_id="p-吴", password=PASSWORD)
        zhao = accounts.sign_in(db, moment, "zhao", PASSWORD, HOME).actor
        assert zhao is not None
        with pytest.raises(Forbidden):
            accounts.create_key(db, zhao, moment, name="k", account="wu")
        key_id, _ = accounts.create_key(db, zhao, moment, name="own")
        wu = accounts.sign_in(db, moment, "wu", PASSWORD, HOME).actor
        assert wu is not None
        assert accounts.keys(db, wu) == []
        with pytest.raises(NotFound):
            accounts.revoke_key(db, wu, moment, key_id)
        accounts.revoke_key(db, zhao, moment, key_id)
