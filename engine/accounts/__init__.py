"""Accounts, sessions and keys: how somebody proves who they are.

Passwords are Argon2id (RFC 9106) with OWASP's first set for 19 MiB; a session is an opaque 256-bit token of which only
the SHA-256 is stored; an API key is ``lh_<id>_<secret>``, shown once, stored as the SHA-256 of its secret.

Sessions, throttles and expiry of keys live on the machine's time, not on the office's clock: a rehearsal that moves
the virtual clock by a year would sign everybody out and let everybody guess again.

A sign-in that fails has to be counted, so it does not raise: it answers with a ``SignIn`` whose ``refusal`` the edge
raises after it has committed. The hashing takes 70 ms of a core; an edge that must not hold the database meanwhile
calls the three parts (``look_up`` in a reading, ``proves`` without a database, ``settle`` in a transaction) itself.

Whoever has a second factor gets half a session for the password, and the whole one for a code. One topic a file:
``signing_in``, ``sessions``, ``second_factor``, ``resets`` (a forgotten password), ``identities`` and ``providers``
(OpenID Connect), ``programs`` (keys), ``keeping`` (accounts themselves), ``throttling``, ``hashing``, ``real_time``.
"""

from sqlalchemy import Connection

from engine.accounts import identities, resets, second_factor, sessions, signing_in, throttling
from engine.accounts.hashing import LONGEST, SHORTEST
from engine.accounts.identities import (
    begin_visit,
    end_visit,
    identities_of,
    link_identity,
    sign_in_as,
    unlink_identity,
)
from engine.accounts.keeping import (
    account_row,
    change_password,
    create,
    disable,
    enable,
    named,
    read,
    reset_password,
    set_language,
)
from engine.accounts.programs import (
    KEY_LIFE,
    KEY_LIFE_MAX,
    SCOPES,
    create_key,
    is_of_a_program,
    keys,
    new_secret,
    resolve_key,
    revoke_key,
    revoke_keys_of,
)
from engine.accounts.providers import Identity, arrive, depart
from engine.accounts.real_time import machine_time
from engine.accounts.resets import (
    LINK_LIFE,
    MAIL_LIFE,
    ask_reset,
    begin_by_mail,
    begin_reset,
    find_reset,
    has_requests,
    link,
    new_hash,
    new_token,
    next_request,
    settle_request,
    use_reset,
)
from engine.accounts.rows import Account
from engine.accounts.second_factor import RECOVERY_CODES, Enrolment, Taken, reset_second_factor, unreadable
from engine.accounts.second_factor import begin as begin_second_factor
from engine.accounts.second_factor import confirm as confirm_second_factor
from engine.accounts.second_factor import remove as remove_second_factor
from engine.accounts.second_factor import renew_recovery_codes as renew_recovery_codes
from engine.accounts.second_factor import state as second_factor_of
from engine.accounts.sessions import (
    ABSOLUTE,
    IDLE,
    TOUCH_AFTER,
    Session,
    end_session,
    fits,
    open_session,
    resolve,
    revoke_sessions,
    sessions_of,
    sign_out,
    touch,
)
from engine.accounts.signing_in import (
    HALF_LIFE,
    WRONG_CREDENTIALS,
    Claim,
    SignIn,
    look_up,
    proves,
    settle,
    settle_code,
    settle_proof,
    sign_in,
    unblock,
)
from engine.accounts.throttling import FORGET_AFTER, FREE_FAILURES, LONGEST_DELAY


def sweep(db: Connection) -> int:
    """Throw away what nobody can use any more, sessions, links, visits, failures; answers with how many rows."""
    topics = (sessions, signing_in, second_factor, resets, identities, throttling)
    return sum(topic.sweep(db) for topic in topics)


__all__ = [
    "ABSOLUTE",
    "FORGET_AFTER",
    "FREE_FAILURES",
    "HALF_LIFE",
    "IDLE",
    "KEY_LIFE",
    "KEY_LIFE_MAX",
    "LINK_LIFE",
    "LONGEST",
    "LONGEST_DELAY",
    "MAIL_LIFE",
    "RECOVERY_CODES",
    "SCOPES",
    "SHORTEST",
    "TOUCH_AFTER",
    "WRONG_CREDENTIALS",
    "Account",
    "Claim",
    "Enrolment",
    "Identity",
    "Session",
    "SignIn",
    "Taken",
    "account_row",
    "arrive",
    "ask_reset",
    "begin_by_mail",
    "begin_reset",
    "begin_second_factor",
    "begin_visit",
    "change_password",
    "confirm_second_factor",
    "create",
    "create_key",
    "depart",
    "disable",
    "enable",
    "end_session",
    "end_visit",
    "find_reset",
    "fits",
    "has_requests",
    "identities_of",
    "is_of_a_program",
    "keys",
    "link",
    "link_identity",
    "look_up",
    "machine_time",
    "named",
    "new_hash",
    "new_secret",
    "new_token",
    "next_request",
    "open_session",
    "proves",
    "read",
    "remove_second_factor",
    "renew_recovery_codes",
    "reset_password",
    "reset_second_factor",
    "resolve",
    "resolve_key",
    "revoke_key",
    "revoke_keys_of",
    "revoke_sessions",
    "second_factor_of",
    "sessions_of",
    "set_language",
    "settle",
    "settle_code",
    "settle_proof",
    "settle_request",
    "sign_in",
    "sign_in_as",
    "sign_out",
    "sweep",
    "touch",
    "unblock",
    "unlink_identity",
    "unreadable",
    "use_reset",
]
