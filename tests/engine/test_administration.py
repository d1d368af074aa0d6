"""Acts of administration: proposed by one, confirmed by another; whoever leaves hands over what they hold."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from engine import accounts, actors, administration, couriers, definitions, rules, tables, tasks, trail, views
from engine.administration import Done, Proposal
from engine.errors import Forbidden, NotFound, NotNow, Unfit
from engine.handing import change_signers, consent, entrust, give_back
from engine.store import Store
from tests.engine.casework import Office, agrees, folder
from tests.engine.directory import add_account, add_person, add_post
from tests.engine.test_actors_delegations import absent, column, sentences
from tests.engine.test_handing import Desk
from tests.together import together

CHECKED = {"checked_on": "2026-03-02"}
TERM = timedelta(hours=72)


@pytest.fixture
def office(store: Store) -> Office:
    """Two system administrators, two security administrators and an audit administrator besides."""
    made = Office(store)
    posts = {"sys": "system_admin", "sys2": "system_admin", "sec": "security_admin", "sec2": "security_admin"}
    with store.transaction() as db:
        for name, role in {**posts, "aud": "audit_admin"}.items():
            add_person(db, name)
            add_account(db, name)
            add_post(db, name, role, "W0")
    return made


def performs(office: Office, kind: str, plan: dict[str, Any], by: str = "sys", reason: str = "必要") -> Done:
    found = office.does(administration.perform, by, kind, plan, reason, TERM)
    assert isinstance(found, Done)
    return found


def proposes(office: Office, kind: str, plan: dict[str, Any], by: str = "sys", reason: str = "必要") -> Proposal:
    found = performs(office, kind, plan, by, reason).proposal
    assert found is not None
    return found


def confirms(office: Office, proposal: Proposal, by: str = "sec", seen: str | None = None) -> Proposal:
    found = office.does(administration.confirm, by, proposal.id, seen)
    assert isinstance(found, Proposal)
    return found


def appointment(who: str, role: str = "auditor") -> dict[str, Any]:
    days = {"from_on": "2026-03-02", "to_on": None, "basis": None}
    return {"person": f"p-{who}", "role": role, "unit": "u-W0", **days}


def office_entries(office: Office, kind: str) -> list[dict[str, Any]]:
    with office.store.reading() as db:
        return [e for e in trail.read(db, trail.OFFICE) if e["kind"] == kind]


def held(office: Office, who: str) -> list[str]:
    with office.store.reading() as db:
        found = actors.person(db, f"p-{who}", office.store.moment(db).today)
        return [p.role for p in found.posts] if found else []


def notices(office: Office, who: str) -> list[dict[str, Any]]:
    with office.store.reading() as db:
        return couriers.listed(db, office.actor(who), office.store.moment(db))[0]


# ---------------------------------------------------------------- two persons


def test_an_act_waits_for_its_second_person_and_both_stand_in_the_record(office: Office) -> None:
    waits = proposes(office, "post.appoint", appointment("lin"))
    assert held(office, "lin") == []
    assert proposes(office, "post.appoint", appointment("lin"), reason="又一次").id == waits.id
    with pytest.raises(NotNow) as clash:
        proposes(office, "post.appoint", appointment("lin"), by="sys2")
    assert clash.value.refusal == "err_already_proposed"
    done = confirms(office, waits)
    assert (done.status, done.decided_by, held(office, "lin")) == ("confirmed", "p-sec", ["auditor"])
    (changed,) = office_entries(office, "post.changed")
    assert changed["actor"] == {
        "account": "a-sys",
        "confirmed_by": "p-sec",
        "person": "p-sys",
        "proposal": waits.id,
    } | {"source": "test"}
    (made,), (confirmed,) = office_entries(office, "proposal.made"), office_entries(office, "proposal.confirmed")
    assert (made["actor"]["person"], made["subject"], made["reason"]) == ("p-sys", "p-lin", "必要")
    assert (confirmed["actor"]["person"], confirmed["person"]) == ("p-sec", "p-sys")
    with office.store.reading() as db:
        said = views.speak(db, office.store.moment(db), [{**confirmed, "hash": ""}], None)[0]["sentence"]
        assert trail.verify(db).is_whole
        told = set(db.execute(select(tables.outbox.c.kind, tables.outbox.c.holder)).all())
    assert said.zh == "sec核准了sys提出的“任命有权限的职务”，已生效。"
    with office.store.transaction() as db:
        couriers.resolve(db, office.store.moment(db))
    assert notices(office, "sec2")[0]["link"] == f"/admin/proposals/{waits.id}"
    assert notices(office, "sec2")[0]["text"].zh == "sys提出了一项管理操作，请您核准。"
    assert notices(office, "sys")[0]["text"].zh == "sec处理了您提出的管理操作。"
    assert ("proposal.made", "post:security_admin@u-W0") in told
    assert ("proposal.decided", "person:p-sys") in told


def test_who_may_not_be_the_second_person(office: Office) -> None:
    waits = proposes(office, "account.disable", {"account": "a-sec"})
    for by, code in (("sys", "err_forbidden"), ("sys2", "err_forbidden"), ("aud", "err_forbidden")):
        with pytest.raises(Forbidden) as refused:
            confirms(office, waits, by)
        assert refused.value.refusal == code
    with pytest.raises(Forbidden) as own:
        confirms(office, waits, "sec")
    assert own.value.refusal == "err_own_case", "it is about them"
    with pytest.raises(NotFound):
        confirms(office, waits, "wu")
    program = replace(office.actor("sec2"), key_id="k")
    with office.store.transaction() as db, pytest.raises(Forbidden) as keyed:
        administration.confirm(db, program, office.store.moment(db), waits.id)
    assert keyed.value.refusal == "err_needs_a_person"
    program = replace(office.actor("sys"), key_id="k")
    with office.store.transaction() as db, pytest.raises(Forbidden):
        administration.propose(db, program, office.store.moment(db), "post.end", {}, "x", TERM)
    assert confirms(office, waits, "sec2").status == "confirmed"
    with office.store.reading() as db:
        assert accounts.read(db, "a-sec").disabled_at is not None


def test_what_has_changed_meanwhile_is_refused_and_nothing_is_half_done(office: Office) -> None:
    waits = proposes(office, "post.appoint", appointment("dora", "auditor") | {"person": "p-lin"})
    with office.store.transaction() as db:
        add_post(db, "lin", "system_admin", "W0")
    with pytest.raises(Forbidden) as refused:
        confirms(office, waits)
    assert refused.value.refusal == "sod_20"
    with office.store.reading() as db:
        assert administration.read(db, office.actor("sec"), waits.id).status == "proposed"
    ending = {"person": "p-sys2", "role": "system_admin", "unit": "u-W0", "on": "2026-03-02", "basis": None}
    ends = proposes(office, "post.end", ending)
    with office.store.transaction() as db:
        db.execute(update(tables.posts).where(tables.posts.c.person_id == "p-sys").values(to_on=office.today))
    with pytest.raises(NotNow) as gone:
        confirms(office, ends)
    assert gone.value.refusal == "err_proposer_gone"


def test_a_proposal_is_refused_withdrawn_or_expires(office: Office) -> None:
    waits = proposes(office, "post.appoint", appointment("lin"))
    with pytest.raises(Unfit):
        office.does(administration.refuse, "sec", waits.id, "  ")
    assert office.does(administration.refuse, "sec", waits.id, "人选不宜").status == "refused"
    with pytest.raises(NotNow) as decided:
        confirms(office, waits, "sec2")
    assert decided.value.refusal == "err_already_decided"
    waits = proposes(office, "post.appoint", appointment("lin"))
    with pytest.raises(Forbidden):
        office.does(administration.withdraw, "sys2", waits.id)
    assert office.does(administration.withdraw, "sys", waits.id).status == "withdrawn"
    waits = proposes(office, "post.appoint", appointment("lin"))
    office.tick_to("2026-03-06")
    with office.store.reading() as db:
        assert administration.read(db, office.actor("sys"), waits.id).status == "expired"
    with pytest.raises(NotNow) as expired:
        confirms(office, waits)
    assert expired.value.refusal == "err_proposal_expired"
    kinds = [len(office_entries(office, f"proposal.{k}")) for k in ("refused", "withdrawn", "expired")]
    assert (kinds, held(office, "lin")) == ([1, 1, 1], [])


def test_two_who_confirm_at_once_do_it_once_and_two_offices_at_once_are_never_held(office: Office) -> None:
    waits = proposes(office, "post.appoint", appointment("lin"))
    found = together(*(lambda by=by: confirms(office, waits, by) for by in ("sec", "sec2")))
    assert sorted(type(f).__name__ for f in found) == ["Proposal", "str"]
    assert "err_already_decided" in found
    assert len(office_entries(office, "post.changed")) == 1
    with office.store.transaction() as db:
        add_person(db, "new", "B1")
    roles = ("system_admin", "audit_admin")
    both = [proposes(office, "post.appoint", appointment("new", role)) for role in roles]
    found = together(*(lambda p=p, by=by: confirms(office, p, by) for p, by in zip(both, ("sec", "sec2"), strict=True)))
    assert "sod_20" in found
    assert len(held(office, "new")) == 1


def test_none_of_the_three_offices_is_ever_empty(office: Office) -> None:
    first, second = (proposes(office, "account.disable", {"account": a}, "sys") for a in ("a-sec", "a-sec2"))
    found = together(lambda: confirms(office, first, "sec2"), lambda: confirms(office, second, "sec"))
    refused = {f for f in found if isinstance(f, str)}
    assert len(refused) == 1
    assert refused <= {"err_last_administrator", "err_forbidden", "err_proposer_gone"}
    with pytest.raises(Forbidden) as last:
        performs(office, "account.disable", {"account": "a-aud"})
    assert last.value.refusal == "err_last_administrator"
    ending = {"person": "p-aud", "role": "audit_admin", "unit": "u-W0", "on": "2026-03-02", "basis": None}
    with pytest.raises(Forbidden):
        performs(office, "post.end", ending)
    assert performs(office, "account.disable", {"account": "a-wu"}).proposal is None, "anybody else's takes one person"


def test_a_link_and_a_key_are_good_only_once_they_are_confirmed(office: Office) -> None:
    token, token_hash = accounts.new_token()
    waits = proposes(office, "account.reset", {"account": "a-aud", "hash": token_hash})
    with office.store.reading() as db, pytest.raises(NotFound):
        accounts.find_reset(db, token)
    with pytest.raises(NotNow):
        proposes(office, "account.reset", {"account": "a-aud", "hash": accounts.new_token()[1]})
    confirms(office, waits)
    with office.store.reading() as db:
        assert accounts.find_reset(db, token).id == "a-aud"
        assert administration.read(db, office.actor("sys"), waits.id).plan == {}, "what was secret is kept no longer"
    id_, key, secret = accounts.new_secret()
    plan = {"id": id_, "hash": secret, "name": "出口", "account": None, "is_program": True, "days": 30}
    narrow = performs(office, "key.create", {**plan, "id": "narrow", "name": "窄", "scopes": ["read"]}, "sec")
    assert narrow.proposal is None
    waits = proposes(office, "key.create", {**plan, "scopes": ["cases.read_all", "read"]}, "sec")
    with office.store.reading() as db, pytest.raises(Exception, match="invalid, expired or revoked"):
        accounts.resolve_key(db, office.store.moment(db), key)
    confirms(office, waits, "sys")
    with office.store.reading() as db:
        assert accounts.resolve_key(db, office.store.moment(db), key).actor.may("cases.read_all")
    with office.store.reading() as db:
        program = str(
            db.execute(select(tables.accounts.c.name).where(tables.accounts.c.name.like("program.%"))).scalar()
        )
    again_id, again, hashed = accounts.new_secret()
    more: dict[str, Any] = {
        **plan,
        "id": again_id,
        "hash": hashed,
        "name": "再",
        "account": program,
        "is_program": False,
        "scopes": [],
    }
    assert performs(office, "key.create", more, "sec").proposal is None
    with office.store.reading() as db:
        known = accounts.resolve_key(db, office.store.moment(db), again).actor
    assert known.permissions == frozenset(), "no scopes are not all of them"
    assert known.scopes == {"read", "write"}
    both = {**plan, "id": "both", "name": "两员", "scopes": ["accounts.manage", "trail.verify"]}
    with pytest.raises(Forbidden) as two:
        proposes(office, "key.create", both, "sec")
    assert two.value.refusal == "sod_20"


def test_a_sensitive_parameter_takes_two_and_every_change_says_from_what(office: Office) -> None:
    files = folder("two_steps")
    content = json.loads(files["rules.json"])
    numbers = [p for p in content["parameters"] if p["type"] == "number"]
    name = numbers[0]["id"]
    numbers[0] |= {"minimum": 0, "maximum": 90, "unit": {"zh": "天", "en": "days"}}
    office.publish({**files, "rules.json": json.dumps(content)})
    set_to: dict[str, Any] = {"key": "two_steps", "name": name, "reason": "本地做法"}
    assert performs(office, "parameter.set", {**set_to, "value": 7}, "dora").proposal is None
    with pytest.raises(Unfit) as beyond:
        performs(office, "parameter.set", {**set_to, "value": 91}, "dora")
    assert beyond.value.errors[0].text.en == "it is at most 90"
    numbers[0]["sensitive"] = True
    office.publish({**files, "rules.json": json.dumps(content)})
    waits = proposes(office, "parameter.set", {**set_to, "value": 8}, "dora")
    confirms(office, waits)
    with office.store.reading() as db:
        history = views.administration.parameter_history(db, office.store.moment(db), "two_steps", name)
        assert (
            rules.stored(db, "two_steps", definitions.read(db, "two_steps").rules.parameters[name], office.today) == 8
        )
    assert [(h["was"], h["value"], h["by"]["id"]) for h in history] == [
        (7, 8, "p-dora"),
        (numbers[0]["default"], 7, "p-dora"),
    ]
    assert (history[0]["confirmed_by"]["id"], history[1]["confirmed_by"]) == ("p-sec", None)


# ---------------------------------------------------------------- somebody leaves


def leaving(who: str, **more: Any) -> dict[str, Any]:
    return {"person": f"p-{who}", "reason": "调离", "until": "2026-03-03", **more}


def waiting_for_zhao(office: Office) -> str:
    """A case that waits for zhao alone, checked by wu."""
    with office.store.transaction() as db:
        db.execute(update(tables.posts).where(tables.posts.c.person_id == "p-she").values(to_on=office.today))
    case = office.start()
    office.completes("wu", case, "check", CHECKED, decision="pass")
    office.tick_to("2026-03-03")
    return case


def going(office: Office, plan: dict[str, Any]) -> list[tuple[str, str, str | None, str | None]]:
    with office.store.reading() as db:
        found = administration.survey(db, office.actor("sys"), office.store.moment(db), plan)
    return [(g.held.row["element"], g.goes, g.to, g.rule) for g in found.tasks]


def test_every_open_task_goes_to_somebody_who_may_and_the_rest_ends(office: Office) -> None:
    case = waiting_for_zhao(office)
    approve = office.open(case, "approve")
    office.does(tasks.claim, "zhao", approve)
    absent(office, "zhao", "qian")
    with office.store.transaction() as db:
        accounts.create_key(db, office.actor("zhao"), office.store.moment(db), name="of zhao")
    plan = leaving("zhao")
    assert going(office, plan) == [("approve", "undecided", None, "required")]
    assert going(office, {**plan, "to": "p-wu"}) == [("approve", "refused", "p-wu", "sod_06")]
    for to, code in (("p-zhao", "err_to_oneself"), ("p-sys", "sod_20"), ("p-lin", "err_own_case")):
        assert going(office, {**plan, "to": to})[0][3] == code
    with pytest.raises(Unfit) as refused:
        performs(office, "person.leave", {**plan, "to": "p-wu"})
    assert (refused.value.refusal, refused.value.errors[0].code) == ("err_tasks_left", "sod_06")
    with pytest.raises(NotNow):
        performs(office, "person.leave", {**plan, "to": "p-he", "until": "2026-03-09"})
    assert held(office, "zhao") == ["branch_secretary"]
    waits = proposes(office, "person.leave", {**plan, "to": "p-he"})
    assert column(office, approve, "claimed_by") == ("p-zhao",), "nothing has happened yet"
    other = office.start()
    office.completes("wu", other, "check", {"checked_on": "2026-03-03"}, decision="pass")
    with pytest.raises(NotNow) as changed:
        confirms(office, waits)
    assert changed.value.refusal == "err_effect_changed", "one task more than the second person has seen"
    done = confirms(office, waits, seen=changed.value.details["mark"])
    assert done.outcome is not None
    assert [(t["element"], t["goes"], t["to"]) for t in done.outcome["tasks"]] == [("approve", "to", "p-he")] * 2
    assert sorted(i["case"]["id"] for i in office.box("he") if i["element"] == "approve") == sorted([case, other])
    assert office.box("zhao") == []
    assert sentences(office, case, "tasks.handed_over") == ["sys（经 sec 核准）把zhao的在办任务移交给he：调离"]
    assert held(office, "zhao") == []
    with office.store.reading() as db:
        known = accounts.read(db, "a-zhao")
        (key,) = db.execute(select(tables.keys.c.revoked_at)).scalars()
        (delegation,) = db.execute(select(tables.delegations.c.revoked_at)).scalars()
        assert trail.verify(db).is_whole
    assert None not in (known.disabled_at, key, delegation)
    (left,) = office_entries(office, "person.left")
    assert (left["count"], left["person"], left["account"]) == (2, "p-zhao", "a-zhao")
    agrees(office, case)
    office.does(tasks.complete, "he", approve, {"limit": 200}, decision="approve")
    assert office.sees("he", case)["status"] == "ended"


def test_what_nobody_takes_is_left_on_purpose_and_asked_of_the_superior(office: Office) -> None:
    with office.store.transaction() as db:
        add_person(db, "sun", "B2")
        add_account(db, "sun")
        add_post(db, "sun", "committee_secretary", "C1")
    case = waiting_for_zhao(office)
    approve = office.open(case, "approve")
    waits = proposes(office, "person.leave", leaving("zhao", tasks={approve: {"leave": True}}))
    confirms(office, waits)
    office.tick_to("2026-03-04")
    assert sentences(office, case, "task.unattended") != []
    office.tick_to("2026-03-12")
    assert [i["id"] for i in office.box("sun")] == [approve], "the superior unit is asked"
    agrees(office, case)


def test_what_others_are_asked_for_as_well_stays_with_them_and_what_is_personal_stays_at_all(office: Office) -> None:
    case = office.start()
    check = office.open(case, "check")
    office.does(tasks.claim, "wu", check)
    assert going(office, leaving("wu")) == [("check", "stays", None, None)]
    back = office.start()
    office.completes("he", back, "check", CHECKED, decision="back", opinion="请补正")
    assert office.open(back, "correct")
    assert ("correct", "undecided", None, "err_personal") in going(office, leaving("lin", to="p-he"))
    confirms(office, proposes(office, "person.leave", leaving("wu", until="2026-03-02")))
    assert column(office, check, "claimed_by") == (None,)
    assert [i["id"] for i in office.box("he")] == [check]
    agrees(office, case)
    confirms(office, proposes(office, "person.leave", leaving("lin", until="2026-03-02", leave_rest=True)))
    assert column(office, office.open(back, "correct"), "status") == ("open",)


class TakeBack(Exception):
    """Ends a transaction of which nothing shall stay."""


def test_many_tasks_go_in_as_many_statements_as_few(office: Office) -> None:
    with office.store.transaction() as db:
        db.execute(update(tables.posts).where(tables.posts.c.person_id == "p-he").values(to_on=office.today))
    counts: list[int] = []
    for more in (2, 5):
        for _ in range(more):
            office.start()
        said: list[str] = []

        def hear(_c: Any, _k: Any, statement: str, *_: Any, said: list[str] = said) -> None:
            said.append(statement)

        event.listen(office.store.engine, "before_cursor_execute", hear)
        plan = leaving("wu", to="p-he", until="2026-03-02")
        with suppress(TakeBack), office.store.transaction() as db:
            done = administration.ACTS["person.leave"].do(db, office.actor("sys"), office.store.moment(db), plan)
            raise TakeBack
        event.remove(office.store.engine, "before_cursor_execute", hear)
        counts.append(len(said))
    assert (done["to"], len(set(counts))) == (7, 1), counts


def test_signatures_and_what_was_entrusted_go_along_with_who_leaves(office: Office) -> None:
    with office.store.transaction() as db:
        db.execute(update(tables.posts).where(tables.posts.c.person_id == "p-he").values(to_on=office.today))
    desk = Desk(office)
    desk.does(change_signers, "wu", None, ["p-zhao"], [], "parallel")
    desk.office.does(tasks.draft, "wu", desk.task, {"text": "未完"})
    signature = desk.mine("zhao")
    plan = leaving("zhao", until="2026-03-02", tasks={signature: {"to": "p-wu"}})
    assert ("draft", "refused", "p-wu", "err_own_entry") in going(office, plan), "nobody signs what they do themselves"
    confirms(office, proposes(office, "person.leave", leaving("zhao", until="2026-03-02", to="p-she", leave_rest=True)))
    assert desk.box("zhao") == []
    desk.does(consent, "she", signature, True, None)
    main = desk.task
    confirms(office, proposes(office, "person.leave", leaving("wu", until="2026-03-02", to="p-he")))
    assert [d["values"] for d in drafts(office, "he")] == ['{"text": "未完"}'], "what was typed goes along"
    desk.does(entrust, "he", main, "p-she")
    confirms(office, proposes(office, "person.leave", leaving("he", until="2026-03-02", to="p-lin")))
    desk.does(give_back, "she", desk.mine("she"), {"text": "已成文"}, decision="send")
    assert [d["values"] for d in drafts(office, "lin")] == ['{"text": "已成文"}'], "it comes back to whoever has it now"
    desk.does(tasks.complete, "lin", main, {"text": "已成文"}, "send")
    assert sentences(office, desk.case, "tasks.handed_over")[-1] == "sys（经 sec 核准）把he的在办任务移交给lin：调离"


def drafts(office: Office, who: str) -> list[dict[str, Any]]:
    with office.store.reading() as db:
        return [
            dict(r) for r in db.execute(select(tables.drafts).where(tables.drafts.c.person_id == f"p-{who}")).mappings()
        ]
