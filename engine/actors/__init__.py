"""The directory: units, posts, people and memberships as of a date; who is asking, and whom a rule means.

Every period is half open, ``[from_on, to_on)``, and ``to_on`` null means without end. Whoever asks says for which
day: rules are evaluated with the structure as of the business date, never with the structure of today.

A *holder* is the text by which tasks and cases name whoever may act:

    person:<person id>                  one person
    post:<role>@<unit id>               whoever holds the post
    member:<status>@<branch id>         whoever is a member of the branch in that status

The functions that write (``set_membership``, ``appoint``, ``end_post``) change rows and answer with what they
changed; the caller writes the entry, because only the caller knows by which act the directory changed.
"""

from engine.actors.asking import of_account, of_standing
from engine.actors.delegations import asked_instead, can_sign_in
from engine.actors.directory import (
    absent,
    ancestors,
    children,
    find,
    full_years,
    holders,
    holds_on,
    means,
    memberships_of,
    names,
    people,
    people_meant,
    person,
    person_by,
    reachable,
    related,
    relatives,
    root,
    roster,
    subtree,
    superior,
    unit,
    unit_by,
    units,
    with_standing,
)
from engine.actors.facts import host_functions
from engine.actors.picking import find_people, find_units, shown_people, unit_item
from engine.actors.words import (
    ADMIN_ROLES,
    ALL_PERMISSIONS,
    NEVER_APPROVE_KINDS,
    PERMISSIONS,
    POST_ROLES,
    PURPOSES,
    ROLES,
    STATUSES,
    UNIT_KINDS,
    UNIT_STATUSES,
    Actor,
    Delegation,
    Deputed,
    Person,
    Post,
    Roster,
    Unit,
    exclude,
    holder,
    holder_of,
    kind_name,
    leader_role,
    role_name,
)
from engine.actors.writing import appoint, day_before, end_post, incompatible, post_ids, set_membership

__all__ = [
    "ADMIN_ROLES",
    "ALL_PERMISSIONS",
    "NEVER_APPROVE_KINDS",
    "PERMISSIONS",
    "POST_ROLES",
    "PURPOSES",
    "ROLES",
    "STATUSES",
    "UNIT_KINDS",
    "UNIT_STATUSES",
    "Actor",
    "Delegation",
    "Deputed",
    "Person",
    "Post",
    "Roster",
    "Unit",
    "absent",
    "ancestors",
    "appoint",
    "asked_instead",
    "can_sign_in",
    "children",
    "day_before",
    "end_post",
    "exclude",
    "find",
    "find_people",
    "find_units",
    "full_years",
    "holder",
    "holder_of",
    "holders",
    "holds_on",
    "host_functions",
    "incompatible",
    "kind_name",
    "leader_role",
    "means",
    "memberships_of",
    "names",
    "of_account",
    "of_standing",
    "people",
    "people_meant",
    "person",
    "person_by",
    "post_ids",
    "reachable",
    "related",
    "relatives",
    "role_name",
    "root",
    "roster",
    "set_membership",
    "shown_people",
    "subtree",
    "superior",
    "unit",
    "unit_by",
    "unit_item",
    "with_standing",
    "units",
]
