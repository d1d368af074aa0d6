"""engine/accounts/identities.py: who somebody is at a provider; linked by an administrator or by themself."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import select, update

from engine import accounts, tables, trail
from engine.actors import Actor
from engine.errors import Forbidden, NotFound, NotNow, Unfit
from engine.store import Store
from tests.engine.test_accounts import PASSWORD, fill
from tests.engine.test_accounts_second_factor import Phone, asker, enrol, phone
from tests.together import together

__all__ = ["phone"]

ISSUER = "https://login.example"


def link(store: Store, actor: Actor, account: str, subject: str = "s-1") -> str:
    with store.transaction() as db:
        return accounts.link_identity(db, actor, store.moment(db), account, ISSUER, subject)


def arrive(store: Store, subject: str, factor: str | None = None) -> accounts.SignIn:
    with store.transaction() as db:
        return accounts.sign_in_as(db, store.moment(db), ISSUER, subject, factor)


def test_an_identity_signs_in_only_where_it_is_linked(store: Store, phone: Phone) -> None:
    account = fill(store)
    with store.transaction() as db:
        moment = store.moment(db)
        other = accounts.create(db, Actor.operator(), moment, name="wu", person_id="p-吴", password=PASSWORD)
    zhao, wu = asker(store, account), asker(store, other)
    unknown = arrive(store, "s-1").refusal
    assert unknown is not None
    assert unknown.refusal == "err_identity_unknown"
    with pytest.raises(Forbidden):
        link(store, wu, account)
    with pytest.raises(NotFound):
        link(store, Actor.operator(), "nobody")
    with pytest.raises(Unfit):
        link(store, zhao, account, "")

    done = together(partial(link, store, zhao, account), partial(link, store, wu, other))
    assert done.count("err_identity_linked") == 1, "an identity is linked to one account"
    with store.transaction() as db:
        moment = store.moment(db)
        mine = next(one for one in done if one != "err_identity_linked")
        loser = zhao if done[0] == "err_identity_linked" else wu
        with pytest.raises(NotFound):
            accounts.unlink_identity(db, loser, moment, mine)
        accounts.unlink_identity(db, Actor.operator(), moment, mine)
    own = link(store, zhao, account)
    with pytest.raises(NotNow, match="err_identity_linked"):
        link(store, Actor.operator(), other)
    signed = arrive(store, "s-1")
    assert signed.actor == zhao
    with store.reading() as db:
        (listed,) = accounts.identities_of(db, zhao, account)
        assert (listed["id"], listed["subject"]) == (own, "s-1")
        assert listed["used_at"] is not None
        with pytest.raises(Forbidden):
            accounts.identities_of(db, wu, account)
        entries = [e for e in trail.read(db, trail.OFFICE) if e["kind"].startswith("identity.")]
        assert [e["kind"] for e in entries] == ["identity.linked", "identity.unlinked", "identity.linked"]
        assert "s-1" not in str(entries)

    enrol(store, account, phone)
    assert arrive(store, "s-1").half is not None, "the provider does not stand for the second factor"
    assert arrive(store, "s-1", "provider").token is not None, "where it is trusted, it does"
    with store.transaction() as db:
        accounts.disable(db, Actor.operator(), store.moment(db), account)
    assert arrive(store, "s-1", "provider").token is None


def test_a_browser_comes_back_once_and_it_is_the_same_one(store: Store) -> None:
    account = fill(store)
    with store.transaction() as db:
        browser = accounts.begin_visit(db, "oidc", "state", "nonce", "verifier", account)
        stored = str(db.execute(select(tables.provider_visits.c.state, tables.provider_visits.c.browser)).all())
        assert browser not in stored
        assert "state" not in stored

    def back(state: str = "state", cookie: str = browser) -> bool:
        with store.transaction() as db:
            visit = accounts.end_visit(db, state, cookie)
        if visit is not None:
            assert (visit.provider, visit.nonce, visit.verifier, visit.account_id) == (
                "oidc",
                "nonce",
                "verifier",
                account,
            )
        return visit is not None

    assert not back(state="another")
    assert not back(cookie="another")
    assert sorted(together(back, back)) == [False, True]
    with store.transaction() as db:
        late = accounts.begin_visit(db, "oidc", "late", "nonce", "verifier")
        db.execute(update(tables.provider_visits).values(expires_at=datetime.now(UTC)))
    assert not back("late", late)
    with store.transaction() as db:
        assert accounts.sweep(db) == 1
