"""Expenses: claimed, approved, countersigned where they are large, checked by the accountant, paid by the cashier.

B071: 郑联一 claims, 赵支书 leads the branch; C07 above: seven members, 史会计 and 唐出纳, 孙书记 confirms.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests import offices
from tests.databases import Databases
from tests.stories.conftest import Case, Refusal, Story, telling

EXPENSE, BRANCH = "expense_approval", "B071"
CLAIMANT, LEADER, SECRETARY = "zheng.lianyi", "zhao.zhishu", "sun.shuji"
ACCOUNTANT, CASHIER = "shi.kuaiji", "tang.chuna"
MEMBERS = ("sun.shuji", "shen.fushu", "han.weisan", "yang.weisi", "zhu.weiwu", "qin.weiliu", "you.weiqi")
MONDAY = "2026-03-02"


@pytest.fixture(scope="module")
def office(databases: Databases) -> Iterator[Story]:
    """An office with this procedure alone. The procedure decides alike on both databases, so one is enough."""
    template = offices.with_these(databases, "sqlite", EXPENSE)
    with telling(databases, "sqlite", template) as told:
        yield told


@pytest.fixture
def story(office: Story) -> Iterator[Story]:
    office.at(MONDAY)
    yield office
    office.look_at_refusals()


def receipt(number: str, amount: float, on: str = "2026-02-27", kind: str = "travel") -> dict[str, Any]:
    return {"spent_on": on, "kind": kind, "receipt": number, "amount": amount}


def claims(story: Story, *items: dict[str, Any], by: str = CLAIMANT) -> Case:
    """郑联一提出报销。"""
    return story.person(by).starts(EXPENSE, BRANCH, {"purpose": "赴邻市开会", "items": list(items)})


def does(story: Story, by: str, case: Case, element: str, decision: str | None = None, **more: Any) -> None:
    answer = story.person(by).completes(case, element, more.pop("answers", None), decision, **more)
    assert answer.refused is None, answer.refused


def refused(story: Story, by: str, case: Case, element: str, decision: str | None = None, **more: Any) -> Refusal:
    answer = story.person(by).completes(case, element, more.pop("answers", None), decision, **more)
    assert answer.refused is not None, (element, answer.body)
    return answer.refused


def test_a_small_claim_is_approved_checked_and_paid(story: Story) -> None:
    case = claims(story, receipt("0001", 500), receipt("0002", 300.5))
    assert case.number.startswith("EX-2026-")
    assert case.read()["title"] == "报销：赴邻市开会，800.5 元"
    # 合计由系统算，填报人改不了。
    cheat = story.person(CLAIMANT).starts(
        EXPENSE, BRANCH, {"purpose": "赴邻市开会", "items": [receipt("0003", 5)], "sum_of_receipts": 5000}
    )
    assert cheat.data["total"] == 5
    does(story, LEADER, case, "approve", "agree")
    # 审批过的人不能审核；会计不写金额不能受理，不能多于所报。
    assert refused(story, LEADER, case, "check_receipts", "accept") == "err_not_found"
    silent = refused(story, ACCOUNTANT, case, "check_receipts", "accept")
    assert (silent.code, silent.clause) == ("accepted_missing", "ex_5")
    much = refused(story, ACCOUNTANT, case, "check_receipts", "accept", answers={"accepted": 900})
    assert much.error("accepted")["code"] == "max"
    story.at("2026-03-04")
    does(story, ACCOUNTANT, case, "check_receipts", "accept", answers={"accepted": 750})
    # 支付须与审核的金额一致，不早于审核，不晚于今天；审核的人不能支付。
    pays = {"amount": 750, "paid_on": "2026-03-04"}
    differs = refused(story, CASHIER, case, "pay", answers={**pays, "amount": 800.5})
    assert (differs.code, differs.clause) == ("amount_differs", "ex_5")
    early = refused(story, CASHIER, case, "pay", answers={**pays, "paid_on": "2026-03-03"}).error("paid_on")
    assert early["earliest"] == "2026-03-04"
    assert refused(story, CASHIER, case, "pay", answers={**pays, "paid_on": "2026-03-05"}).error("paid_on")
    assert refused(story, ACCOUNTANT, case, "pay", answers=pays) == "err_not_found"
    does(story, CASHIER, case, "pay", answers=pays)
    assert (case.outcome, case.data["accepted"]) == ("paid", 750)
    # 支付之后不能撤回。
    assert story.person(CLAIMANT).withdraws(case, "算了").refused == "err_case_ended"


def test_a_large_claim_takes_two_thirds_of_the_committee_and_a_second_person(story: Story) -> None:
    case = claims(story, receipt("0101", 6000, kind="meeting"))
    does(story, LEADER, case, "approve", "agree")
    assert case.open_steps() == ["countersign_claim"] * 7
    # 七人中五人同意即够三分之二，其余两人不必再签。
    does(story, MEMBERS[6], case, "countersign_claim", "disagree", opinion="偏高。")
    for member in MEMBERS[:4]:
        does(story, member, case, "countersign_claim", "agree")
        assert "countersign_claim" in case.open_steps()
    does(story, MEMBERS[4], case, "countersign_claim", "agree")
    assert case.open_steps() == ["check_receipts"]
    does(story, ACCOUNTANT, case, "check_receipts", "accept", answers={"accepted": 6000})
    pays = {"amount": 6000, "paid_on": MONDAY}
    does(story, CASHIER, case, "pay", answers=pays)
    assert case.open_steps() == ["pay"]
    assert story.person(CASHIER).confirms(case, "pay").refused is not None
    assert story.person(SECRETARY).confirms(case, "pay").refused is None
    assert case.outcome == "paid"
    # 三人反对即不够三分之二。
    case = claims(story, receipt("0102", 1000.01))
    does(story, LEADER, case, "approve", "agree")
    for member in MEMBERS[:3]:
        assert refused(story, member, case, "countersign_claim", "disagree").error("opinion")["code"] == "required"
        does(story, member, case, "countersign_claim", "disagree", opinion="不必要。")
    assert (case.outcome, case.open_steps()) == ("refused", [])


def test_a_claim_is_returned_by_the_leader_and_by_the_accountant(story: Story) -> None:
    case = claims(story, receipt("0201", 420.5))
    does(story, LEADER, case, "approve", "return", opinion="请写明去哪里。")
    answers = {"purpose": "赴邻市开会", "items": [receipt("0201", 420.5)]}
    does(story, CLAIMANT, case, "correct_claim", answers=answers)
    does(story, LEADER, case, "approve", "agree")
    assert refused(story, ACCOUNTANT, case, "check_receipts", "return").error("opinion")["code"] == "required"
    does(story, ACCOUNTANT, case, "check_receipts", "return", opinion="金额与票据不符。")
    # 补正也要过同样的关；补正之后从头审批。
    again = {**answers, "items": [receipt("0201", 402.5, on="2026-03-09")]}
    assert refused(story, CLAIMANT, case, "correct_claim", answers=again) == "receipt_in_future"
    does(story, CLAIMANT, case, "correct_claim", answers={**answers, "items": [receipt("0201", 402.5)]})
    assert (case.open_steps(), case.data["total"]) == (["approve"], "402.5")
    does(story, LEADER, case, "approve", "agree")
    # 会计不予受理。
    does(story, ACCOUNTANT, case, "check_receipts", "reject", opinion="票据不真实。")
    assert case.outcome == "not_accepted"


def test_what_cannot_be_claimed_and_who_may_not_decide(story: Story) -> None:
    old = claims(story, receipt("1", 50, on="2025-12-01"))
    assert old.refused is not None
    assert (old.refused.code, old.refused.clause) == ("receipt_too_old", "ex_1")
    assert old.refused.error("items")["earliest"] == "2025-12-02"
    assert claims(story, receipt("1", 50), receipt("1", 60)).refused == "receipt_twice"
    assert claims(story, receipt("1", 50, on="2026-03-03")).refused == "receipt_in_future"
    assert claims(story).refused is not None
    assert claims(story, receipt("1", 0)).refused is not None

    # 支部书记的报销由上一级审批；自己不能批。
    case = claims(story, receipt("0301", 80), by=LEADER)
    assert story.person(LEADER).completes(case, "approve", decision="agree").refused is not None
    does(story, SECRETARY, case, "approve", "refuse", opinion="不是因公。")
    assert case.outcome == "refused"
    case = claims(story, receipt("0302", 80))
    assert story.person(LEADER).withdraws(case, "替他撤回").refused == "err_may_not_withdraw"
    assert story.person(CLAIMANT).withdraws(case, "由对方承担。").refused is None
    assert case.outcome == "withdrawn"
