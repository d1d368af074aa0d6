"""Meetings: many cases on one agenda, attendance, quorum and recusals, completed together by two confirmations."""

from engine.meetings.agenda import add, attend, change, create, decide, open_agenda, put_in_order, take_off
from engine.meetings.deciding import cancel, confirm, send_back, submit
from engine.meetings.rules import SIDES, Counted, Rule, count, rule_of
from engine.meetings.sheets import (
    ATTENDED,
    CANCELLED,
    CONFIRMED,
    DRAFT,
    MOST,
    SUBMITTED,
    Item,
    Recused,
    Sheet,
    fields_filled,
    find,
    may_see,
    resolution,
    sheet_of,
)
from engine.meetings.taking_over import may_take_over, take_over

__all__ = [
    "ATTENDED",
    "CANCELLED",
    "CONFIRMED",
    "DRAFT",
    "MOST",
    "SIDES",
    "SUBMITTED",
    "Counted",
    "Item",
    "Recused",
    "Rule",
    "Sheet",
    "add",
    "attend",
    "cancel",
    "change",
    "confirm",
    "count",
    "create",
    "decide",
    "fields_filled",
    "find",
    "may_see",
    "may_take_over",
    "open_agenda",
    "put_in_order",
    "resolution",
    "rule_of",
    "send_back",
    "sheet_of",
    "submit",
    "take_off",
    "take_over",
]
