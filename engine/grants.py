"""What the role under which PostgreSQL is served may do: rows of the trail and of the log it adds and reads, no more.

The role that owns the tables migrates; the role that serves is another one. What it cannot do it cannot be made to do:
change or delete an entry, a leaf or a checkpoint, switch a trigger off, replace a function, own a table.
"""

from __future__ import annotations

import re

from engine import tables
from engine.errors import FieldError, Text, Unfit

FORWARD_ONLY = frozenset({"witnessed_sizes"})
"""Updated by the serving role, and never emptied: a trigger lets it grow only."""


def statements(role: str) -> list[str]:
    """The SQL, for the owner of the tables, once after every release; ``role`` exists already."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role):
        text = Text("角色名只用小写字母、数字和下划线。", "A role is written in small letters, digits and underscores.")
        raise Unfit(errors=[FieldError("role", "pattern", text)])
    appended = sorted(tables.APPEND_ONLY)
    forward = sorted(FORWARD_ONLY)
    others = sorted(set(tables.metadata.tables) - set(appended) - set(forward))
    schema = "public"
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        f"GRANT SELECT ON alembic_version TO {role}",
        f"GRANT SELECT, INSERT ON {', '.join(appended)} TO {role}",
        f"GRANT SELECT, INSERT, UPDATE ON {', '.join(forward)} TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(others)} TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
    ]
