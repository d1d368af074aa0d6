"""Accounts, sessions and keys: how somebody proves who they are.

Passwords are Argon2id (RFC 9106) with OWASP's first set for 19 MiB; a session is an opaque 256-bit token of which only
the SHA-256 is stored; an API key is ``lh_<id>_<secret>``, shown once, stored as the SHA-256 of its secret.

Sessions, throttles and expiry of keys live on the machine's time, not on the office's clock: a rehearsal that moves
the virtual clock by a year would sign everybody out and let everybody guess again.

A sign-in that fails has to be counted, so it does not raise: it answers with a ``SignIn`` whose ``refusal`` the edge
raises after it has committed. The hashing takes 70 ms of a core; an edge that must not hold the database meanwhile
calls the three parts (``look_up`` in a reading, ``proves`` without a database, ``settle`` in a transaction) itself.
"""

from sqlalchemy import Connection

from engine.accounts import sessions, throttling
from engine.accounts.hashing import LONGEST, SHORTEST
from engine.accounts.keeping import (
    account_row,
    change_password,
    create,
    disable,
    enable,
    read,
    reset_password,
    set_language,
)
from engine.accounts.programs import KEY_LIFE, KEY_LIFE_MAX, SCOPES, create_key, keys, resolve_key, revoke_key
from engine.accounts.real_time import machine_time
from engine.accounts.rows import Account
from engine.accounts.sessions import (
    ABSOLUTE,
    IDLE,
    TOUCH_AFTER,
    Session,
    fits,
    open_session,
    resolve,
    revoke_sessions,
    sessions_of,
    sign_out,
    touch,
)
from engine.accounts.signing_in import (
    WRONG_CREDENTIALS,
    Claim,
    SignIn,
    look_up,
    proves,
    settle,
    settle_proof,
    sign_in,
    unblock,
)
from engine.accounts.throttling import FORGET_AFTER, FREE_FAILURES, LONGEST_DELAY


def sweep(db: Connection) -> int:
    """Throw away sessions that have ended and failures that are forgotten; answers with how many rows."""
    return sessions.sweep(db) + throttling.sweep(db)


__all__ = [
    "ABSOLUTE",
    "FORGET_AFTER",
    "FREE_FAILURES",
    "IDLE",
    "KEY_LIFE",
    "KEY_LIFE_MAX",
    "LONGEST",
    "LONGEST_DELAY",
    "SCOPES",
    "SHORTEST",
    "TOUCH_AFTER",
    "WRONG_CREDENTIALS",
    "Account",
    "Claim",
    "Session",
    "SignIn",
    "account_row",
    "change_password",
    "create",
    "create_key",
    "disable",
    "enable",
    "fits",
    "keys",
    "look_up",
    "machine_time",
    "open_session",
    "proves",
    "read",
    "reset_password",
    "resolve",
    "resolve_key",
    "revoke_key",
    "revoke_sessions",
    "sessions_of",
    "set_language",
    "settle",
    "settle_proof",
    "sign_in",
    "sign_out",
    "sweep",
    "touch",
    "unblock",
]
