"""engine/accounts/second_factor.py: codes by time, each taken once; recovery codes; who may switch it on and off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pyotp
import pytest
from sqlalchemy import func, select, update

from engine import accounts, actors, outbox, sealing, tables, trail
from engine.accounts import second_factor
from engine.actors import Actor
from engine.errors import Forbidden, NotFound, NotNow, NotSignedIn, Throttled
from engine.store import Store
from tests.engine.test_accounts import HOME, fill
from tests.together import together

KEY = "the office's secret key, 32 letters"
START = datetime(2026, 3, 2, 1, 0, 10, tzinfo=UTC)


class Phone:
    """The authenticator app of 赵, and the machine's clock that all of it hangs on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = START
        self.secret = ""
        monkeypatch.setattr(second_factor, "machine_time", lambda: self.now)

    def code(self, periods: int = 0) -> str:
        """The code of now, or of so many periods later."""
        return pyotp.TOTP(self.secret).at(self.now + timedelta(seconds=second_factor.PERIOD * periods))


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Phone:
    return Phone(monkeypatch)


def asker(store: Store, account: str) -> Actor:
    with store.reading() as db:
        row = db.execute(select(tables.accounts).where(tables.accounts.c.id == account)).one()
        return actors.of_account(db, row, store.moment(db), "web")


def enrol(store: Store, account: str, phone: Phone, token: str | None = None) -> tuple[str, ...]:
    """Switch it on with the code of the period before; gives the recovery codes."""
    actor = asker(store, account)
    with store.transaction() as db:
        moment = store.moment(db)
        made = accounts.begin_second_factor(db, actor, moment, KEY, "Liuhen")
        phone.secret = made.secret
        assert made.uri.startswith("otpauth://totp/Liuhen:zhao?secret=")
        taken = accounts.confirm_second_factor(db, actor, moment, KEY, phone.code(-1), HOME, keep_token=token)
    assert taken.refusal is None
    return taken.recovery_codes


def step(store: Store, half: str | None, code: str) -> accounts.SignIn:
    with store.transaction() as db:
        return accounts.settle_code(db, store.moment(db), KEY, half or "", code, HOME)


def half(store: Store) -> str:
    done = first_step(store)
    assert (done.token, done.refusal) == (None, None)
    assert done.half is not None
    return done.half


def first_step(store: Store) -> accounts.SignIn:
    """The password was right: it is hashed in other tests."""
    with store.transaction() as db:
        return accounts.settle(db, store.moment(db), accounts.look_up(db, "zhao", HOME), proven=True)


def kinds(store: Store) -> list[str]:
    with store.reading() as db:
        return [entry["kind"] for entry in trail.read(db, trail.OFFICE)]


def test_a_code_is_asked_for_after_the_password_and_taken_once(store: Store, phone: Phone) -> None:
    account = fill(store)
    here, there = first_step(store), first_step(store)
    actor = asker(store, account)
    with store.transaction() as db:
        accounts.begin_second_factor(db, actor, store.moment(db), KEY, "Liuhen")
    assert first_step(store).token is not None, "what is not confirmed does not count"
    codes = enrol(store, account, phone, here.token)
    assert len(set(codes)) == accounts.RECOVERY_CODES

    with store.reading() as db:
        moment = store.moment(db)
        assert accounts.resolve(db, moment, here.token or "").factor == "totp"
        with pytest.raises(NotSignedIn):
            accounts.resolve(db, moment, there.token or "")
        stored = str([db.execute(select(t)).all() for t in (tables.second_factors, tables.recovery_codes)])
        said = str(list(trail.read(db, trail.OFFICE)))
        for hidden in (phone.secret, phone.code(-1), *codes):
            assert hidden not in stored + said
            assert hidden.replace("-", "") not in stored + said

    first, other = half(store), half(store)
    with store.reading() as db, pytest.raises(NotSignedIn):
        accounts.resolve(db, store.moment(db), first)  # half a session opens nothing
    assert step(store, first, phone.code(-1)).refusal is not None, "the code that switched it on is used up"
    code = phone.code()
    done = step(store, first, f" {code[:3]} {code[3:]}")
    assert done.refusal is None
    with store.reading() as db:
        assert accounts.resolve(db, store.moment(db), done.token or "").factor == "totp"
    replayed = step(store, other, code).refusal
    assert isinstance(replayed, NotSignedIn)
    assert replayed.refusal == "err_wrong_code"
    assert step(store, other, phone.code(2)).refusal is not None, "too far ahead"
    assert step(store, other, phone.code(1)).refusal is None, "a clock that is ahead by a period"
    again = step(store, other, phone.code(1)).refusal
    assert again is not None
    assert again.refusal == "err_half_session", "a half session is good once"
    assert kinds(store) == ["account.created", "factor.enrolled"]


def test_of_two_uses_at_the_same_moment_one_wins(store: Store, phone: Phone) -> None:
    codes = enrol(store, fill(store), phone)
    for code in (phone.code(), codes[0]):
        halves = [half(store), half(store)]
        done = together(*[partial(step, store, mine, code) for mine in halves])
        assert sorted(one.refusal is None for one in done) == [False, True]
    one = half(store)
    done = together(*[partial(step, store, one, code) for code in codes[1:3]])
    assert sorted(one.refusal is None for one in done) == [False, True], "half a session becomes one session"


def test_a_recovery_code_is_good_once_and_is_told(store: Store, phone: Phone) -> None:
    account = fill(store)
    codes = enrol(store, account, phone)
    assert step(store, half(store), codes[0].upper().replace("-", " ")).refusal is None
    used = step(store, half(store), codes[0]).refusal
    assert used is not None
    assert used.refusal == "err_wrong_code"
    with store.reading() as db:
        assert accounts.second_factor_of(db, account)["recovery_left"] == accounts.RECOVERY_CODES - 1
        told = db.execute(select(tables.outbox.c.kind, tables.outbox.c.holder, tables.outbox.c.facts)).all()
    assert ("account.recovery_used", "person:p-赵", '{"left": 9}') in [tuple(row) for row in told]
    assert set(outbox.OF_ACCOUNTS) <= set(outbox.URGENT)

    actor = asker(store, account)
    with store.transaction() as db:
        moment = store.moment(db)
        assert accounts.renew_recovery_codes(db, actor, moment, KEY, "000000", HOME).refusal is not None
        new = accounts.renew_recovery_codes(db, actor, moment, KEY, codes[1], HOME).recovery_codes
    assert step(store, half(store), codes[2]).refusal is not None, "the old ones are void"
    assert step(store, half(store), new[0]).refusal is None
    assert kinds(store).count("factor.recovered") == 2
    assert "factor.renewed" in kinds(store)


def test_guessing_codes_costs_time_and_the_right_password_does_not_clear_it(store: Store, phone: Phone) -> None:
    enrol(store, fill(store), phone)
    mine = half(store)
    for _ in range(second_factor.FREE_FAILURES["code"]):
        assert step(store, mine, "000000").refusal is not None
    blocked = step(store, half(store), phone.code()).refusal
    assert isinstance(blocked, Throttled)
    assert kinds(store) == ["account.created", "factor.enrolled", "account.blocked"]
    with store.transaction() as db:
        past = datetime.now(UTC) - timedelta(seconds=1)
        db.execute(update(tables.throttles).values(blocked_until=past))
    assert step(store, mine, phone.code()).refusal is None
    with store.reading() as db:
        assert db.execute(select(func.max(tables.throttles.c.failures))).scalar_one() == 5, "those of the address stay"


def test_half_a_session_ends_by_time_by_a_new_password_and_with_the_account(store: Store, phone: Phone) -> None:
    account = fill(store)
    enrol(store, account, phone)
    late = half(store)
    with store.transaction() as db:
        db.execute(update(tables.half_sessions).values(expires_at=datetime.now(UTC)))
    closed = half(store)
    for ended in (late, "never was", ""):
        refused = step(store, ended, phone.code()).refusal
        assert refused is not None
        assert refused.refusal == "err_half_session"
    with store.transaction() as db:
        assert accounts.sweep(db) == 1
        accounts.disable(db, Actor.operator(), store.moment(db), account)
    assert step(store, closed, phone.code()).token is None


def test_it_is_switched_off_with_a_code_and_reset_by_an_administrator(store: Store, phone: Phone) -> None:
    account = fill(store)
    actor = asker(store, account)
    with store.transaction() as db:
        moment = store.moment(db)
        with pytest.raises(NotNow, match="err_second_factor_not_begun"):
            accounts.confirm_second_factor(db, actor, moment, KEY, "000000", HOME, keep_token=None)
        with pytest.raises(NotNow, match="err_second_factor_off"):
            accounts.remove_second_factor(db, actor, moment, KEY, "000000", HOME, keep_token=None)
        with pytest.raises(NotNow, match="err_second_factor_off"):
            accounts.reset_second_factor(db, Actor.operator(), moment, account)
    enrol(store, account, phone)
    with store.transaction() as db:
        moment = store.moment(db)
        with pytest.raises(NotNow, match="err_second_factor_on"):
            accounts.begin_second_factor(db, actor, moment, KEY, "Liuhen")
        assert accounts.remove_second_factor(db, actor, moment, KEY, "000000", HOME, keep_token=None).refusal
        assert accounts.remove_second_factor(db, actor, moment, KEY, phone.code(), HOME, keep_token=None).factor
    assert first_step(store).token is not None
    enrol(store, account, phone)
    waiting = half(store)
    with store.transaction() as db:
        moment = store.moment(db)
        with pytest.raises(Forbidden):
            accounts.reset_second_factor(db, actor, moment, account)
        with pytest.raises(NotFound):
            accounts.reset_second_factor(db, Actor.operator(), moment, "nobody")
        accounts.reset_second_factor(db, Actor.operator(), moment, account)
    assert step(store, waiting, phone.code()).refusal is not None
    assert first_step(store).token is not None
    assert kinds(store)[1:] == ["factor.enrolled", "factor.removed", "factor.enrolled", "factor.reset"]


def test_under_another_secret_key_only_a_recovery_code_helps(store: Store, phone: Phone) -> None:
    account = fill(store)
    codes = enrol(store, account, phone)
    other = "another secret key of 32 letters, or more"
    mine = half(store)
    with store.transaction() as db:
        moment = store.moment(db)
        assert (accounts.unreadable(db, KEY), accounts.unreadable(db, other)) == ([], [account])
        done = accounts.settle_code(db, moment, other, mine, phone.code(), HOME)
        assert done.refusal is not None
        assert done.refusal.refusal == "err_second_factor_sealed"
        assert accounts.settle_code(db, moment, other, mine, codes[0], HOME).token is not None
    sealed = sealing.seal(KEY, "a purpose", "a row", b"x")
    for purpose, row in (("another", "a row"), ("a purpose", "another")):
        with pytest.raises(sealing.CannotOpen):
            sealing.opened(KEY, purpose, row, sealed)
