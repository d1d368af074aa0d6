"""Acts of administration: which take two persons, and how one of them proposes and the other confirms; who leaves.

The office has three administrators who exclude one another (三员分立). What one of them could misuse alone is proposed
and takes effect when a second person, of another of the three offices, confirms it.
"""

from engine.administration.acts import ACTS
from engine.administration.administrators import administrator_posts, keep_one
from engine.administration.leaving import Going, Handover, candidates, survey
from engine.administration.proposing import (
    READS,
    confirm,
    effect_now,
    expire,
    mark_of,
    may_read,
    next_expiry,
    perform,
    proposals,
    propose,
    read,
    refuse,
    roles_with,
    shown,
    tried,
    why_not,
    withdraw,
)
from engine.administration.words import SECRETS, STATUSES, Act, Done, Effect, Plan, Proposal

__all__ = [
    "ACTS",
    "READS",
    "SECRETS",
    "STATUSES",
    "Act",
    "Done",
    "Effect",
    "Going",
    "Handover",
    "Plan",
    "Proposal",
    "administrator_posts",
    "candidates",
    "confirm",
    "effect_now",
    "expire",
    "keep_one",
    "mark_of",
    "may_read",
    "next_expiry",
    "perform",
    "proposals",
    "propose",
    "read",
    "refuse",
    "roles_with",
    "shown",
    "survey",
    "tried",
    "why_not",
    "withdraw",
]
