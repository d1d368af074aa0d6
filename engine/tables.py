"""Every table on one page. Plural names; ids are opaque text, instants are UTC, ``*_on`` are business dates.

JSON is kept as text, never as ``jsonb``: what was hashed or frozen has to come back byte for byte.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)


class Instant(TypeDecorator[datetime]):
    """A point in time, always aware and UTC; SQLite keeps it as sortable ISO 8601 text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(32))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return f"{value.isoformat(timespec='microseconds')[:26]}Z" if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(40)
NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""A key without end; as INTEGER it is the table of SQLite itself and no index beside it."""

# ---------------------------------------------------------------- the directory (engine/actors.py)

units = Table(
    "units",
    metadata,
    Column("id", ID, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),  # what people type: C07, B071
)

unit_states = Table(  # the structure as of a date: one row per unit and period, [from_on, to_on)
    "unit_states",
    metadata,
    Column("unit_id", ID, ForeignKey("units.id"), primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("to_on", Date),
    Column("name", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("kind", String(40), nullable=False),  # working_committee, grassroots_committee, branch …
    Column("parent_id", ID, ForeignKey("units.id")),  # line of subordination
    Column("dual_parent_id", ID, ForeignKey("units.id")),
    Column("can_approve_members", Boolean, nullable=False, default=False),
    Column("has_branch_committee", Boolean, nullable=False, default=False),
    Column("term_started_on", Date),
    Column("term_years", Integer),
    Column("term_expires_on", Date),
    Column("status", String(20), nullable=False, default="active"),  # active, merging, dissolved
    Column("basis", String(200)),
    Index("ix_unit_states_parent_id", "parent_id"),
)

people = Table(
    "people",
    metadata,
    Column("id", ID, primary_key=True),
    Column("number", String(40), nullable=False, unique=True),  # the office's own number for the person
    Column("name", String(100), nullable=False),
    Column("name_en", String(100), nullable=False),
    Column("gender", String(10)),
    Column("born_on", Date),
    Column("phone", String(40)),
    Index("ix_people_name", "name"),
)

memberships = Table(  # person x branch x status x period
    "memberships",
    metadata,
    Column("id", ID, primary_key=True),
    Column("person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("unit_id", ID, ForeignKey("units.id"), nullable=False),
    Column("status", String(40), nullable=False),  # applicant, activist … full_member
    Column("from_on", Date, nullable=False),
    Column("to_on", Date),
    Column("rights_suspended", Boolean, nullable=False, default=False),  # 留党察看
    Column("basis", String(200)),
    Index("ix_memberships_person_id", "person_id"),
    Index("ix_memberships_unit_id_status", "unit_id", "status"),
)

relations = Table(  # declared relatives
    "relations",
    metadata,
    Column("id", ID, primary_key=True),
    Column("person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("relative_id", ID, ForeignKey("people.id"), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("declared_on", Date, nullable=False),
    Index("ix_relations_person_id", "person_id"),
    Index("ix_relations_relative_id", "relative_id"),
)

posts = Table(  # person x role x unit x period, with the document it rests on
    "posts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("role", String(60), nullable=False),
    Column("unit_id", ID, ForeignKey("units.id"), nullable=False),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date),
    Column("basis", String(200)),
    Column("looked_at", Instant),  # after its end: when it was looked at which tasks it leaves without anybody
    Index("ix_posts_person_id", "person_id"),
    Index("ix_posts_unit_id_role", "unit_id", "role"),
    Index(  # the ends that are still to be looked at
        "ix_posts_to_on",
        "to_on",
        postgresql_where=text("to_on IS NOT NULL AND looked_at IS NULL"),
        sqlite_where=text("to_on IS NOT NULL AND looked_at IS NULL"),
    ),
)

delegations = Table(
    "delegations",
    metadata,
    Column("id", ID, primary_key=True),
    Column("from_person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("to_person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("scope", Text, nullable=False),  # JSON: {"definitions": [...] or null, "actions": [...] or null}
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False),  # inclusive last day
    Column("reason", Text, nullable=False),
    Column("approved_by", ID),
    Column("document_no", String(100)),
    Column("created_by", ID),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", ID),
    Column("revoked_because", Text),
    Index("ix_delegations_to_person_id", "to_person_id"),
    Index("ix_delegations_from_person_id", "from_person_id"),
)

# ---------------------------------------------------------------- accounts (engine/accounts/)

accounts = Table(
    "accounts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("person_id", ID, ForeignKey("people.id"), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    Column("language", String(5)),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the token; the token itself is nowhere
    Column("account_id", ID, ForeignKey("accounts.id"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("factor", String(10)),  # the second factor it was opened with: totp | recovery | provider; null for none
    Index("ix_sessions_account_id", "account_id"),
)

half_sessions = Table(  # the password was right; the second factor is still to come
    "half_sessions",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the token
    Column("account_id", ID, ForeignKey("accounts.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_half_sessions_account_id", "account_id"),
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("account_id", ID, ForeignKey("accounts.id"), primary_key=True),
    Column("secret", LargeBinary, nullable=False),  # sealed (engine/sealing.py)
    Column("begun_at", Instant, nullable=False),
    Column("confirmed_at", Instant),  # null: shown, and no code of it has come yet; it does not count
    Column("counter", BigInteger, nullable=False),  # the time step of the last code that was taken
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("account_id", ID, ForeignKey("accounts.id"), primary_key=True),
    Column("hash", String(64), primary_key=True),
    Column("used_at", Instant),
)

password_resets = Table(  # one of an account by each way: a newer one ends the older one
    "password_resets",
    metadata,
    Column("account_id", ID, ForeignKey("accounts.id"), primary_key=True),
    Column("way", String(10), primary_key=True),  # link | mail
    Column("hash", String(64), nullable=False, unique=True),  # SHA-256 of the token in the link
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

reset_requests = Table(  # somebody forgot a password; known and unknown names leave the same row
    "reset_requests",
    metadata,
    Column("id", ID, primary_key=True),
    Column("account_id", ID, ForeignKey("accounts.id")),
    Column("at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Index("ix_reset_requests_next_at", "next_at"),
)

identities = Table(  # who somebody is at a provider of OpenID Connect
    "identities",
    metadata,
    Column("id", ID, primary_key=True),
    Column("account_id", ID, ForeignKey("accounts.id"), nullable=False),
    Column("issuer", String(300), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("linked_at", Instant, nullable=False),
    Column("used_at", Instant),
    UniqueConstraint("issuer", "subject"),
    Index("ix_identities_account_id", "account_id"),
)

provider_visits = Table(  # a browser that was sent to a provider, until it comes back, once
    "provider_visits",
    metadata,
    Column("state", String(64), primary_key=True),  # SHA-256
    Column("browser", String(64), nullable=False),  # SHA-256 of what its cookie holds
    Column("provider", String(40), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("account_id", ID, ForeignKey("accounts.id")),  # who links an identity; null for a sign-in
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

keys = Table(  # API keys of programs
    "keys",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("account_id", ID, ForeignKey("accounts.id"), nullable=False),  # the owner acts through it
    Column("hash", String(64), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
)

throttles = Table(
    "throttles",
    metadata,
    Column("subject", String(200), primary_key=True),  # account name and address, hashed
    Column("failures", Integer, nullable=False),
    Column("blocked_until", Instant),
    Column("updated_at", Instant, nullable=False),
)

proposals = Table(  # an act of administration that one person proposed and a second one has to confirm
    "proposals",
    metadata,
    Column("id", ID, primary_key=True),  # in the order of creation
    Column("kind", String(40), nullable=False),
    Column("plan", Text, nullable=False),  # JSON: what is to be done; {} once it is decided
    Column("mark", String(64), nullable=False),  # SHA-256 of kind and plan: the same is not proposed twice
    Column("effect", String(64), nullable=False),  # SHA-256 of what it would have changed when it was proposed
    Column("subject_id", ID),  # the person whom it is about
    Column("shown", Text, nullable=False),  # JSON: the effect in words, as it was proposed
    Column("reason", Text, nullable=False),
    Column("status", String(10), nullable=False),  # proposed, confirmed, refused, withdrawn, expired
    Column("proposed_by", ID, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("decided_by", ID),
    Column("decided_at", Instant),
    Column("opinion", Text),
    Column("outcome", Text),  # JSON: what it changed
    Index(
        "ix_proposals_mark",
        "mark",
        unique=True,
        postgresql_where=text("status = 'proposed'"),
        sqlite_where=text("status = 'proposed'"),
    ),
    Index(
        "ix_proposals_expires_at",
        "expires_at",
        postgresql_where=text("status = 'proposed'"),
        sqlite_where=text("status = 'proposed'"),
    ),
)

# ---------------------------------------------------------------- definitions (engine/definitions.py, rules.py)

definitions = Table(
    "definitions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("key", String(60), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),  # JSON {"zh", "en"}
    Column("sha256", String(64), nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("published_by", ID),
    Column("published_at", Instant, nullable=False),
    UniqueConstraint("key", "version"),
)

definition_files = Table(
    "definition_files",
    metadata,
    Column("definition_id", ID, ForeignKey("definitions.id"), primary_key=True),
    Column("path", String(200), primary_key=True),
    Column("content", Text, nullable=False),
)

parameters = Table(  # the office's own values for what a procedure marks local or unsure
    "parameters",
    metadata,
    Column("definition_key", String(60), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("value", Text, nullable=False),  # JSON
    Column("reason", Text, nullable=False),
    Column("set_by", ID),
)

# ---------------------------------------------------------------- calendars (engine/calendars)

calendar_versions = Table(  # one adjustment of one calendar; never changed, the next one is another row
    "calendar_versions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # over all calendars, without gaps
    Column("id", ID, nullable=False, unique=True),
    Column("calendar_id", ID, nullable=False),  # office, or a unit's id
    Column("unit_id", ID, ForeignKey("units.id")),  # null: the office's own
    Column("year", Integer),  # the year whose holiday notice it brings, complete
    Column("hours", Text),  # JSON [["09:00", "12:00"], …]; null: as before
    Column("reason", Text, nullable=False),
    Column("basis", String(200)),
    Column("set_by", ID),
    Column("at", Instant, nullable=False),
)

calendar_days = Table(  # the days of an adjustment; of a day the newest row counts
    "calendar_days",
    metadata,
    Column("number", Integer, ForeignKey("calendar_versions.number"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("is_worked", Boolean),  # null: as it would be without a day of its own
    Column("name", String(100), nullable=False, default=""),
)

duty_rules = Table(  # the office-wide rules of separation of duties; the newest version holds
    "duty_rules",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),  # duties.json as it was published
    Column("sha256", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("published_by", ID),
    Column("published_at", Instant, nullable=False),
)

# ---------------------------------------------------------------- cases and tasks

cases = Table(
    "cases",
    metadata,
    Column("id", ID, primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("definition_id", ID, ForeignKey("definitions.id"), nullable=False),
    Column("status", String(20), nullable=False),  # running, ended, cancelled, suspended, failed
    Column("outcome", String(60)),
    Column("unit_id", ID, ForeignKey("units.id"), nullable=False),
    Column("business_key", String(200)),
    Column("subject_id", ID),  # the person the case is about
    Column("title", String(300), nullable=False),
    Column("summary", Text, nullable=False),  # JSON list of {"label": {zh, en}, "value"}
    Column("started_by", ID),  # null where no person did: a message, a signal, a time or a condition
    Column("started_for", ID),  # for whom somebody else started it
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("rev", Integer, nullable=False),
    Column("state", LargeBinary, nullable=False),  # machine/state.py, self-describing format version
    Column("wake_at", Instant),  # the minimum of its timers
    Column("parent_id", ID, ForeignKey("cases.id")),  # the case whose call activity started this one
    Column("parent_node", Integer),  # the calling node there
    Column("faults", Integer, nullable=False, default=0),  # open incidents
    Column("trail_seq", Integer, nullable=False),  # position and hash of the newest entry of its chain
    Column("trail_head", String(64), nullable=False),
    Index("ix_cases_definition_id_status", "definition_id", "status"),
    Index("ix_cases_unit_id", "unit_id"),
    Index("ix_cases_wake_at", "wake_at"),
    Index("ix_cases_subject_id", "subject_id"),
    Index("ix_cases_started_by", "started_by"),
    Index("ix_cases_parent_id", "parent_id"),
    Index("ix_cases_started_at", "started_at", "id"),
    Index(
        "ix_cases_ended_at",
        "ended_at",
        postgresql_where=text("ended_at IS NOT NULL"),
        sqlite_where=text("ended_at IS NOT NULL"),
    ),
    Index(  # what somebody has started and is still under way, without the cases that it calls
        "ix_cases_begun",
        "started_by",
        postgresql_where=text("parent_id IS NULL AND status IN ('running', 'suspended', 'failed')"),
        sqlite_where=text("parent_id IS NULL AND status IN ('running', 'suspended', 'failed')"),
    ),
    Index(  # what is under way, counted without what has ended
        "ix_cases_status",
        "status",
        postgresql_where=text("status IN ('running', 'suspended', 'failed')"),
        sqlite_where=text("status IN ('running', 'suspended', 'failed')"),
    ),
)

case_viewers = Table(  # who may see a case: person:<id> or post:<role>@<unit>
    "case_viewers",
    metadata,
    Column("case_id", ID, ForeignKey("cases.id"), primary_key=True),
    Column("holder", String(140), primary_key=True),
    Column("scope", String(10), nullable=False),  # full, or own: their own forms and the status
    Column("started_at", Instant, nullable=False),  # when the case was, by which a list of cases is sorted
    Column("is_below", Boolean, nullable=False, server_default="0"),  # the case was called by one they could see
    Index("ix_case_viewers_holder_is_below", "holder", "is_below", "started_at", "case_id"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", ID, primary_key=True),
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("node", Integer),  # the machine's number for it within the case; null for a part of another task
    Column("element", String(100), nullable=False),
    # held, open, confirming, waiting, completed, returned, cancelled; of a part also signed, given_back, transferred
    Column("status", String(20), nullable=False),
    Column("unit_id", ID, nullable=False),
    Column("of_task", ID),  # the task of which this is a part: a signature, the work entrusted, the giving away
    Column("part", String(10)),  # sign, entrust, transfer
    Column("asked_by", ID),  # who asked for the part
    Column("mode", String(10)),  # of a signature: before, after, parallel
    Column("rule", String(5)),  # of a signature: all, any
    Column("delegable", Boolean, nullable=False, server_default="1"),  # a delegate may do it for somebody who is absent
    Column("opened_at", Instant, nullable=False),
    Column("due_on", Date),
    Column("is_late", Boolean, nullable=False, default=False),
    Column("claimed_by", ID),
    Column("taken_at", Instant),  # when somebody first claimed it or kept a draft
    Column("completed_by", ID),
    Column("completed_for", ID),  # the absent person, where a delegate acted
    Column("completed_at", Instant),
    Column("confirmed_by", ID),
    Column("confirmed_for", ID),  # the absent person, where a delegate confirmed
    # Of one that was done or returned: seconds of office hours until it was taken, and from then on (cases/timing.py).
    Column("wait_seconds", Integer),
    Column("work_seconds", Integer),
    Column("business_on", Date),
    Column("decision", String(60)),
    Column("opinion", Text),
    Column("marks", Text, nullable=False, default="[]"),  # JSON: late_entry, late, …
    Column("why", Text, nullable=False, default="[]"),  # JSON: the holders whom its rules chose
    # JSON: for each of them by which rule, and as of which day.
    Column("grounds", Text, nullable=False, default="[]", server_default="[]"),
    Column("held", Text),  # JSON findings of the gates that keep it from opening
    Column("pending", Text),  # JSON: what the first person entered, waiting for the second
    Column("void_at", Instant),  # completed, then undone by a return, a withdrawal or a move; still readable
    Column("definition_id", ID),  # the version it was done in, where the case has gone to another since
    Column("done_as", String(100)),  # its element there, where that is called otherwise now
    Column("due_at", Instant),  # where the term ends within a day: it is counted in hours
    Column("due_why", Text),  # JSON: how the term was computed, its pauses and extensions (engine/terms.py)
    Column("paused_at", Instant),  # since when its clock stands still
    Column("calendar_no", Integer),  # calendar_versions.number its terms rest on; null: on none
    Column("undo_until", Instant),  # completed: until then nothing of it leaves the house, and it can be undone whole
    Column("rev", Integer, nullable=False, default=1),
    UniqueConstraint("case_id", "node"),
    Index(
        "ix_tasks_of_task",
        "of_task",
        postgresql_where=text("of_task IS NOT NULL"),
        sqlite_where=text("of_task IS NOT NULL"),
    ),
    Index(
        "ix_tasks_asked_by",
        "asked_by",
        postgresql_where=text("asked_by IS NOT NULL"),
        sqlite_where=text("asked_by IS NOT NULL"),
    ),
    Index("ix_tasks_completed_by", "completed_by", "completed_at", "id"),
    Index(
        "ix_tasks_confirmed_by",
        *("confirmed_by", "completed_at", "id"),
        postgresql_where=text("confirmed_by IS NOT NULL"),
        sqlite_where=text("confirmed_by IS NOT NULL"),
    ),
    Index(
        "ix_tasks_completed_for",
        *("completed_for", "completed_at", "id"),
        postgresql_where=text("completed_for IS NOT NULL"),
        sqlite_where=text("completed_for IS NOT NULL"),
    ),
    Index(  # what a new version of a calendar may move
        "ix_tasks_calendar_no",
        "calendar_no",
        "case_id",
        postgresql_where=text("status IN ('held', 'open', 'confirming') AND calendar_no IS NOT NULL"),
        sqlite_where=text("status IN ('held', 'open', 'confirming') AND calendar_no IS NOT NULL"),
    ),
    Index("ix_tasks_status_due_on_id", "status", "due_on", "id"),
    Index(  # what was done in a period, for figures
        "ix_tasks_completed_at",
        "completed_at",
        postgresql_where=text("completed_at IS NOT NULL"),
        sqlite_where=text("completed_at IS NOT NULL"),
    ),
)

task_candidates = Table(  # whom a task asks, with what a worklist sorts and filters by (engine/cases/listing.py)
    "task_candidates",
    metadata,
    Column("task_id", ID, ForeignKey("tasks.id"), primary_key=True),
    Column("holder", String(140), primary_key=True),  # person:<id> or post:<role>@<unit>
    Column("purpose", String(10), primary_key=True),  # act, confirm
    Column("is_listed", Boolean, nullable=False, server_default="0"),  # it waits for them now
    Column("due_key", Date, nullable=False, server_default="9999-12-31"),  # its last day, or the end of time
    Column("opened_at", Instant),
    Column("definition_key", String(60)),
    Column("unit_id", ID),
    Column("claimed_by", ID),
    Column("has_exclusions", Boolean, nullable=False, server_default="0"),  # a duty keeps some of them away from it
    Index(
        "ix_task_candidates_due",
        *("holder", "is_listed", "due_key", "task_id"),
        # So that a filter that few tasks fit is looked for in the index alone.
        postgresql_include=["purpose", "claimed_by", "definition_key", "unit_id", "opened_at", "has_exclusions"],
    ),
    Index(
        "ix_task_candidates_opened",
        *("holder", "is_listed", "opened_at", "task_id"),
        postgresql_include=["purpose", "claimed_by", "definition_key", "unit_id", "due_key", "has_exclusions"],
    ),
)

task_exclusions = Table(  # who is asked by a post, or stands in for somebody, and is kept away by a duty
    "task_exclusions",
    metadata,
    Column("task_id", ID, ForeignKey("tasks.id"), primary_key=True),
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Column("rule", String(100), nullable=False),
)

case_roles = Table(  # what people are in a case (introducer, candidate …), as its variables say
    "case_roles",
    metadata,
    Column("case_id", ID, ForeignKey("cases.id"), primary_key=True),
    Column("role", String(60), primary_key=True),
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Index("ix_case_roles_person_id_role", "person_id", "role"),
)

answers = Table(  # what people wrote; personal values live here alone, entries hold commitments to them
    "answers",
    metadata,
    Column("task_id", ID, primary_key=True),  # a task, or the case itself for the start form
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("element", String(100), nullable=False),
    Column("form", String(100), nullable=False),
    Column("values", Text, nullable=False),
    Column("salts", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_answers_case_id", "case_id"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("task_id", ID, primary_key=True),
    Column("person_id", ID, primary_key=True),
    Column("values", Text, nullable=False),
    Column("decision", String(60)),
    Column("opinion", Text),
    Column("reason", Text),
    Column("at", Instant, nullable=False),
    Index("ix_drafts_person_id", "person_id"),
)

undo_states = Table(  # a case as it was before the deed that ended it, for as long as that can be undone
    "undo_states",
    metadata,
    Column("task_id", ID, primary_key=True),
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("until", Instant, nullable=False),
)

saved_views = Table(  # filters of a page (the worklist, the audit's search) that a person keeps under a name
    "saved_views",
    metadata,
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Column("id", ID, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("filter", Text, nullable=False),  # JSON: what the address of the page says
    Column("position", Integer, nullable=False),
    Column("page", String(20), nullable=False, server_default="worklist"),
)

timers = Table(
    "timers",
    metadata,
    Column("id", ID, primary_key=True),
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("task_id", ID),
    Column("node", Integer),
    Column("purpose", String(20), nullable=False),  # node, remind, overdue, escalate, open, retry
    Column("level", Integer),  # of an escalation: the how manieth
    Column("due_at", Instant, nullable=False),
    Column("calendar_no", Integer),  # calendar_versions.number its time rests on; null: on none
    Index("ix_timers_due_at", "due_at"),
    Index("ix_timers_case_id", "case_id"),
    Index(
        "ix_timers_calendar_no",
        *("calendar_no", "case_id"),
        postgresql_where=text("calendar_no IS NOT NULL"),
        sqlite_where=text("calendar_no IS NOT NULL"),
    ),
)

subscriptions = Table(  # what a case listens for; rows follow the machine's state
    "subscriptions",
    metadata,
    Column("case_id", ID, ForeignKey("cases.id"), primary_key=True),
    Column("node", Integer, primary_key=True),
    Column("element", String(100), nullable=False),
    Column("kind", String(10), nullable=False),  # message, signal
    Column("name", String(200), nullable=False),
    Column("key", String(200), nullable=False, default=""),  # the correlation key of a message
    Column("since", Instant, nullable=False),
    Index("ix_subscriptions_name_key", "kind", "name", "key"),
)

messages = Table(  # thrown messages and signals, written with the deed that threw them, delivered after its COMMIT
    "messages",
    metadata,
    Column("id", ID, primary_key=True),  # ids are in the order of creation
    Column("kind", String(10), nullable=False),  # message, signal, return (a called case answers its caller)
    Column("name", String(200), nullable=False),
    Column("key", String(200), nullable=False, default=""),
    Column("data", Text, nullable=False),  # JSON of frozen FEEL values
    Column("from_case", ID),
    Column("to_case", ID),  # only for kind return
    Column("to_node", Integer),
    Column("sent_by", ID),
    Column("at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ready_at", Instant),  # not delivered before, where the deed that threw it may still be undone
    Column("status", String(10), nullable=False),  # pending, delivered, expired, refused, undone
    Column("cursor", String(80), nullable=False, default=""),  # how far a signal has come
    Index("ix_messages_status_name_key", "status", "kind", "name", "key"),
    Index("ix_messages_status_expires_at", "status", "expires_at"),
    Index(
        "ix_messages_ready_at",
        "ready_at",
        postgresql_where=text("ready_at IS NOT NULL"),
        sqlite_where=text("ready_at IS NOT NULL"),
    ),
)

deliveries = Table(  # which case has received what: each once
    "deliveries",
    metadata,
    Column("message_id", ID, ForeignKey("messages.id"), primary_key=True),
    Column("case_id", ID, primary_key=True),
    Column("at", Instant, nullable=False),
)

starts = Table(  # start events of the newest versions that wait for a time, a message, a signal or a condition
    "starts",
    metadata,
    Column("definition_key", String(60), primary_key=True),
    Column("element", String(100), primary_key=True),
    Column("definition_id", ID, ForeignKey("definitions.id"), nullable=False),
    Column("kind", String(10), nullable=False),  # timer, message, signal, condition
    Column("name", String(200), nullable=False, default=""),
    Column("due_at", Instant),
    Column("state", Text, nullable=False, default="{}"),  # JSON: how often a cycle fired, whether a condition was true
    Index("ix_starts_kind_name", "kind", "name"),
    Index("ix_starts_due_at", "due_at"),
)

occasions = Table(  # what a start event ``forEach`` has started a case for: one occasion, one case, ever
    "occasions",
    metadata,
    Column("definition_key", String(60), primary_key=True),
    Column("element", String(100), primary_key=True),
    Column("occasion", String(200), primary_key=True),
    Column("at", Instant, nullable=False),
)

jobs = Table(  # work for outside programs (service tasks); rows follow the machine's state
    "jobs",
    metadata,
    Column("id", ID, primary_key=True),
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("node", Integer, nullable=False),
    Column("element", String(100), nullable=False),
    Column("type", String(100), nullable=False),
    Column("data", Text, nullable=False),  # JSON: the inputs
    Column("status", String(10), nullable=False),  # open, failed (no retries left), done, cancelled
    Column("retries", Integer, nullable=False),  # left
    Column("failures", Integer, nullable=False, default=0),
    Column("timeout", Integer, nullable=False, default=300),  # seconds a worker may keep it
    Column("worker", String(100)),  # who has it, or gave it back
    Column("taken_by", ID),  # the key by which the worker took it
    Column("lapsed", String(100)),  # the worker before, whose time was over
    Column("locked_until", Instant),
    Column("next_at", Instant, nullable=False),  # not before, after a failure
    Column("failure", Text),
    Column("created_at", Instant, nullable=False),
    Column("closed_at", Instant),
    UniqueConstraint("case_id", "node"),
    Index("ix_jobs_type_status_created_at", "type", "status", "created_at", "id"),
    Index(  # what is left to do, without what was done
        "ix_jobs_status",
        "status",
        postgresql_where=text("status IN ('open', 'failed')"),
        sqlite_where=text("status IN ('open', 'failed')"),
    ),
)

incidents = Table(  # paths of cases that could not go on; the rest of the case did
    "incidents",
    metadata,
    Column("id", ID, primary_key=True),
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("node", Integer),  # null where the whole case stopped
    Column("element", String(100), nullable=False),
    Column("reason", Text, nullable=False),  # JSON {"zh", "en"}
    Column("details", Text, nullable=False, default="{}"),  # JSON: expression, decision, job
    Column("opened_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("resolved_by", ID),
    Column("resolution", String(20)),  # retried, moved_on, gone (its path was left)
    Index("ix_incidents_case_id", "case_id"),
    Index("ix_incidents_resolved_at_opened_at", "resolved_at", "opened_at"),
)

moves = Table(  # an administrator's move of a case, proposed by one person and confirmed by another
    "moves",
    metadata,
    Column("id", ID, primary_key=True),
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("plan", Text, nullable=False),  # JSON
    Column("reason", Text, nullable=False),
    Column("status", String(10), nullable=False),  # proposed, done, refused
    Column("rev", Integer, nullable=False),  # of the case when it was proposed
    Column("proposed_by", ID, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("decided_by", ID),
    Column("decided_at", Instant),
    Index("ix_moves_case_id", "case_id"),
)

corrections = Table(  # other answers to a completed task, proposed by one person and made by another
    "corrections",
    metadata,
    Column("id", ID, primary_key=True),
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("task_id", ID, ForeignKey("tasks.id"), nullable=False),
    Column("values", Text, nullable=False),  # JSON, as they were entered
    Column("reason", Text, nullable=False),
    Column("status", String(10), nullable=False),  # proposed, made, refused
    Column("proposed_by", ID, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("decided_by", ID),
    Column("decided_at", Instant),
    Column("opinion", Text),
    Index("ix_corrections_case_id", "case_id"),
    Index("ix_corrections_task_id", "task_id"),
)

migrations = Table(  # one plan that moves running cases to another version
    "migrations",
    metadata,
    Column("id", ID, primary_key=True),
    Column("from_id", ID, ForeignKey("definitions.id"), nullable=False),
    Column("to_id", ID, ForeignKey("definitions.id"), nullable=False),
    Column("plan", Text, nullable=False),  # JSON
    Column("reason", Text, nullable=False),
    Column("status", String(10), nullable=False),  # running, stopped, done, undoing, undone
    Column("stop_after", Integer, nullable=False),  # refused cases after which it stops
    Column("refused", Integer, nullable=False, default=0),  # since it was started or went on
    Column("created_by", ID, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("undone_by", ID),
    Column("undone_because", Text),
    Index(
        "ix_migrations_status",
        "status",
        postgresql_where=text("status IN ('running', 'undoing')"),
        sqlite_where=text("status IN ('running', 'undoing')"),
    ),
)

migrated_cases = Table(  # what became of each case, and what it was before
    "migrated_cases",
    metadata,
    Column("migration_id", ID, ForeignKey("migrations.id"), primary_key=True),
    Column("case_id", ID, ForeignKey("cases.id"), primary_key=True),
    Column("status", String(10), nullable=False),  # waiting, moved, refused, gone (ended meanwhile), undone, kept
    Column("reason", Text),  # JSON {"zh", "en"}: why it was refused, or not undone
    Column("state", LargeBinary),  # as it was before, for undoing
    Column("before", Text),  # JSON: its rows as they were before, for undoing
    Column("head", String(64)),  # of its trail after the move: undone only while nothing else has happened
    Column("at", Instant),
    Index("ix_migrated_cases_case_id", "case_id"),
    Index("ix_migrated_cases_status", "migration_id", "status", "case_id"),
)

# ---------------------------------------------------------------- the designer's studio (engine/drafts/)

procedures = Table(  # what is kept of a procedure beside its versions
    "procedures",
    metadata,
    Column("definition_key", String(60), primary_key=True),
    Column("owner_id", ID),
    Column("folder", String(100), nullable=False, default=""),  # where the library shows it
    Column("retired_at", Instant),  # nobody starts it; running cases go on
    Column("retired_by", ID),
    Column("retired_because", Text),
)

active_versions = Table(  # which version starts cases: everywhere (unit ""), and in a unit and below where it says so
    "active_versions",
    metadata,
    Column("definition_key", String(60), primary_key=True),
    Column("unit_id", ID, primary_key=True),
    Column("definition_id", ID, ForeignKey("definitions.id")),  # null: none yet
    Column("since", Instant, nullable=False),
)

activations = Table(  # a version is to start cases from a time on; the clock does it
    "activations",
    metadata,
    Column("id", ID, primary_key=True),
    Column("definition_key", String(60), nullable=False),
    Column("definition_id", ID, ForeignKey("definitions.id"), nullable=False),
    Column("units", Text),  # JSON: ids of units; null for everywhere
    Column("from_at", Instant, nullable=False),
    Column("status", String(10), nullable=False),  # planned, done, dropped
    Column("reason", Text, nullable=False),
    Column("by_id", ID, nullable=False),
    Column("at", Instant, nullable=False),
    Column("done_at", Instant),
    Index("ix_activations_definition_key", "definition_key", "id"),
    Index(
        "ix_activations_from_at",
        "from_at",
        postgresql_where=text("status = 'planned'"),
        sqlite_where=text("status = 'planned'"),
    ),
)

procedure_drafts = Table(
    "procedure_drafts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("definition_key", String(60), nullable=False),  # what its diagram is called, or was when it could be read
    Column("name", Text, nullable=False),  # JSON {"zh", "en"}
    Column("state", String(10), nullable=False),  # draft, in_review, published, withdrawn
    Column("rev", Integer, nullable=False),  # of its newest save
    Column("files_hash", String(64), nullable=False),
    Column("based_on", Integer),  # the version that it changes
    Column("published_version", Integer),
    Column("owner_id", ID, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", ID, nullable=False),
    Column("edited_by", ID),
    Column("editing_until", Instant),
    Column("editing_taken_from", ID),  # who has to be told that somebody else edits it now
    Column("reason", Text),  # why it was withdrawn, or what the reviewers were asked
    Index("ix_procedure_drafts_definition_key", "definition_key"),
)

draft_contents = Table(  # what a file of a draft says, kept once
    "draft_contents",
    metadata,
    Column("sha256", String(64), primary_key=True),  # of the text
    Column("content", LargeBinary, nullable=False),  # UTF-8, deflated (zlib)
)

draft_saves = Table(  # every save, whole: an earlier one can be restored
    "draft_saves",
    metadata,
    Column("draft_id", ID, ForeignKey("procedure_drafts.id"), primary_key=True),
    Column("rev", Integer, primary_key=True, autoincrement=False),
    Column("files", Text, nullable=False),  # JSON: path -> SHA-256 of its text
    Column("files_hash", String(64), nullable=False),
    Column("by_id", ID, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

draft_reviewers = Table(
    "draft_reviewers",
    metadata,
    Column("draft_id", ID, ForeignKey("procedure_drafts.id"), primary_key=True),
    Column("person_id", ID, primary_key=True),
    Column("asked_by", ID, nullable=False),
    Column("asked_at", Instant, nullable=False),
)

draft_comments = Table(
    "draft_comments",
    metadata,
    Column("draft_id", ID, ForeignKey("procedure_drafts.id"), primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("rev", Integer, nullable=False),  # of the save that it speaks of
    Column("element", String(200)),
    Column("text", Text, nullable=False),
    Column("by_id", ID, nullable=False),
    Column("at", Instant, nullable=False),
    Column("resolved_by", ID),
    Column("resolved_at", Instant),
)

draft_sign_offs = Table(  # good for as long as the files are those that were signed
    "draft_sign_offs",
    metadata,
    Column("draft_id", ID, ForeignKey("procedure_drafts.id"), primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("rev", Integer, nullable=False),
    Column("files_hash", String(64), nullable=False),
    Column("by_id", ID, nullable=False),
    Column("agree", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

draft_rehearsals = Table(  # what came of playing the rehearsals of a draft, by its files
    "draft_rehearsals",
    metadata,
    Column("draft_id", ID, ForeignKey("procedure_drafts.id"), primary_key=True),
    Column("files_hash", String(64), primary_key=True),
    Column("report", Text, nullable=False),  # JSON
    Column("at", Instant, nullable=False),
)

draft_previews = Table(  # running cases tried against a draft, batch by batch, by the clock
    "draft_previews",
    metadata,
    Column("id", ID, primary_key=True),
    Column("draft_id", ID, ForeignKey("procedure_drafts.id"), nullable=False, unique=True),
    Column("rev", Integer, nullable=False),
    Column("files_hash", String(64), nullable=False),
    Column("plan", Text, nullable=False),  # JSON
    Column("status", String(10), nullable=False),  # running, done, failed
    Column("total", Integer, nullable=False),
    Column("after", ID, nullable=False),  # the last case that was tried
    Column("by_id", ID, nullable=False),
    Column("at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("fault", Text),  # JSON {"zh", "en"}
)

draft_previewed = Table(
    "draft_previewed",
    metadata,
    Column("preview_id", ID, ForeignKey("draft_previews.id"), primary_key=True),
    Column("case_id", ID, primary_key=True),
    Column("number", String(60), nullable=False),
    Column("version", Integer, nullable=False),
    Column("unit_id", ID, nullable=False),
    Column("kind", String(10), nullable=False),  # unchanged, changes, moves, redoes, cannot
    Column("detail", Text, nullable=False),  # JSON: moved, redone, why
    Index("ix_draft_previewed_kind", "preview_id", "kind", "case_id"),
)

rotations = Table(  # whose turn it was: the row of nobody ("") holds the last turn given, and is the lock
    "rotations",
    metadata,
    Column("series", String(170), primary_key=True),  # definition/element
    Column("person_id", ID, primary_key=True),
    Column("turn", Integer, nullable=False),
)

numbers = Table(  # the last number given, per kind and year, without gaps
    "numbers",
    metadata,
    Column("series", String(80), primary_key=True),
    Column("last", Integer, nullable=False),
)

# ---------------------------------------------------------------- what people are told (engine/outbox.py, couriers/)

outbox = Table(  # who is to be told, written with the deed; gone once it has been put before the people it means
    "outbox",
    metadata,
    Column("id", ID, primary_key=True),  # one for everybody who is told of the same; in the order of creation
    Column("holder", String(140), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("case_id", ID),
    Column("task_id", ID),
    Column("facts", Text, nullable=False),  # JSON: ids, dates and words of the office, never personal values
    Column("besides", ID),  # who acted, and need not be told
    Column("at", Instant, nullable=False),
    Column("ready_at", Instant, nullable=False),  # what is undone before is never told
)

notices = Table(  # what one person was told
    "notices",
    metadata,
    Column("id", ID, primary_key=True),
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("case_id", ID, ForeignKey("cases.id")),
    Column("task_id", ID),
    Column("facts", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("read_at", Instant),
    Index("ix_notices_person_id_id", "person_id", "id"),
    Index(
        "ix_notices_person_id_unread",
        "person_id",
        postgresql_where=text("read_at IS NULL"),
        sqlite_where=text("read_at IS NULL"),
    ),
)

channels = Table(  # ways out of the house
    "channels",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(10), nullable=False),  # mail, webhook, wecom, dingtalk
    Column("name", String(100), nullable=False, unique=True),
    Column("audience", String(10), nullable=False),  # people (each by their own choice), office (all of it, or units)
    Column("settings", Text, nullable=False),  # JSON: all but the secrets
    Column("secrets", LargeBinary, nullable=False),  # AES-GCM under a key derived from LIUHEN_SECRET_KEY
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
    Column("failures", Integer, nullable=False, default=0),  # in a row; none of its messages goes out
    Column("open_until", Instant),  # nothing is tried before: the server on the other side does not answer
    Column("error", String(300)),  # the last one, without anything personal
    Column("error_at", Instant),
)

notice_deliveries = Table(  # one message, or one line of a digest, by one channel
    "notice_deliveries",
    metadata,
    Column("id", ID, primary_key=True),  # the key by which a receiver knows a repetition
    Column("channel_id", ID, ForeignKey("channels.id"), nullable=False),
    Column("person_id", ID),  # null where a channel is the office's
    Column("notice_id", ID),
    Column("kind", String(40), nullable=False),
    Column("case_id", ID),
    Column("task_id", ID),
    Column("facts", Text, nullable=False),
    Column("way", String(10), nullable=False),  # at_once, digest, test
    Column("status", String(10), nullable=False),  # waiting, sending, sent, failed, unknown, cancelled
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", Instant, nullable=False),
    Column("lease_until", Instant),  # while it is being sent; past it, whoever sent it was killed
    Column("sent_with", ID),  # the delivery in whose message a line of a digest went out
    Column("error", String(300)),
    Column("at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("again_at", Instant),  # when an operator had it sent again, after it had failed
    Index(  # what is left to do, without what was done
        "ix_notice_deliveries_waiting",
        "channel_id",
        "next_at",
        postgresql_where=text("status IN ('waiting', 'sending')"),
        sqlite_where=text("status IN ('waiting', 'sending')"),
    ),
    Index("ix_notice_deliveries_channel_id_status_id", "channel_id", "status", "id"),
)

notice_preferences = Table(  # how one person wants to be told; no row is the office's usual way
    "notice_preferences",
    metadata,
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Column("mail", String(254)),
    Column("language", String(5)),
    Column("quiet_from", String(5)),  # hh:mm in the office's zone
    Column("quiet_to", String(5)),
    Column("digest_at", String(5)),
    Column("ways", Text, nullable=False),  # JSON: channel id -> kind -> at_once, digest, off
)

# ---------------------------------------------------------------- files and words (engine/files.py, engine/remarks.py)

files = Table(  # bytes that are kept, once each; they lie in the data folder or in a bucket under their hash
    "files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(100), nullable=False),  # what the content is, whatever a name says
    Column("verdict", String(12), nullable=False),  # clean, unscanned (nobody scans here), waiting (quarantined)
    Column("at", Instant, nullable=False),
    Index(
        "ix_files_verdict",
        "verdict",
        postgresql_where=text("verdict = 'waiting'"),
        sqlite_where=text("verdict = 'waiting'"),
    ),
)

attachments = Table(  # a file put with a case, by whom and where; removed means: no longer part of the case
    "attachments",
    metadata,
    Column("id", ID, primary_key=True),  # in the order of creation
    Column("case_id", ID, ForeignKey("cases.id")),  # null until the case for which it was uploaded is started
    Column("task_id", ID),
    Column("sha256", String(64), ForeignKey("files.sha256"), nullable=False),
    Column("name", String(200), nullable=False),  # cleaned; entries hold a salted commitment to it
    Column("salt", String(64), nullable=False),
    Column("by_id", ID, nullable=False),
    Column("at", Instant, nullable=False),
    Column("removed_at", Instant),
    Column("removed_by", ID),
    Column("removed_because", Text),
    Index("ix_attachments_case_id", "case_id"),
    Index("ix_attachments_task_id", "task_id"),
    Index("ix_attachments_sha256", "sha256"),
)

signatures = Table(  # how somebody signed what they completed
    "signatures",
    metadata,
    Column("task_id", ID, primary_key=True),
    Column("person_id", ID, primary_key=True),
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("way", String(10), nullable=False),  # password, drawing
    Column("drawing", Text),  # path data (SVG 1.1, 8.3) in a field of 600 x 200; the file of the hash is made of it
    Column("sha256", String(64), ForeignKey("files.sha256")),
    Column("at", Instant, nullable=False),
    Index("ix_signatures_case_id", "case_id"),
)

comments = Table(
    "comments",
    metadata,
    Column("id", ID, primary_key=True),  # in the order of creation
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("task_id", ID),
    Column("person_id", ID, nullable=False),
    Column("text", Text, nullable=False),
    Column("mentions", Text, nullable=False, default="[]"),  # JSON: ids of people
    Column("at", Instant, nullable=False),
    Index("ix_comments_case_id", "case_id"),
)

copies = Table(  # a case put before somebody who has nothing to do in it (抄送)
    "copies",
    metadata,
    Column("id", ID, primary_key=True),  # in the order of creation
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("task_id", ID),
    Column("person_id", ID, nullable=False),
    Column("by_id", ID),  # null where the procedure says so
    Column("note", Text),
    Column("at", Instant, nullable=False),
    Column("read_at", Instant),
    Index("ix_copies_person_id_at", "person_id", "at", "id"),
    Index("ix_copies_case_id", "case_id"),
)

reminders = Table(  # who urged a task last (催办)
    "reminders",
    metadata,
    Column("task_id", ID, primary_key=True),
    Column("by_id", ID, nullable=False),
    Column("at", Instant, nullable=False),
    Column("times", Integer, nullable=False),
)

phrases = Table(  # what somebody, or everybody in the office, often writes into an opinion
    "phrases",
    metadata,
    Column("id", ID, primary_key=True),
    Column("person_id", ID),  # null: the whole office's
    Column("text", String(200), nullable=False),
    Column("place", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_phrases_person_id", "person_id", "place"),
)

# ---------------------------------------------------------------- meetings (engine/meetings)

meetings = Table(  # many cases decided in one sitting
    "meetings",
    metadata,
    Column("id", ID, primary_key=True),  # in the order of creation
    Column("kind", String(60), nullable=False),
    Column("name", Text, nullable=False),  # JSON {"zh", "en"}: what the kind is called
    Column("unit_id", ID, ForeignKey("units.id"), nullable=False),
    Column("status", String(10), nullable=False),  # draft, submitted, confirmed, cancelled
    Column("recorder_id", ID, ForeignKey("people.id"), nullable=False),
    Column("chair_id", ID, ForeignKey("people.id")),
    Column("held_on", Date, nullable=False),
    Column("starts_at", String(5)),  # hh:mm in the office's zone
    Column("place", String(200)),
    Column("minutes", Text, nullable=False, default=""),
    Column("rev", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    Column("confirmed_at", Instant),
    Column("closed_at", Instant),  # confirmed or cancelled
    Column("because", Text),  # why it was last sent back, or cancelled
    Column("signed_at", Instant),  # when its recorder signed what the steps of the agenda want signed
    Column("signed_drawing", Text),  # how, where not by password: path data (SVG 1.1, 8.3), and the file made of it
    Column("signed_sha256", String(64), ForeignKey("files.sha256")),
    Index("ix_meetings_recorder_id", "recorder_id"),
    Index("ix_meetings_chair_id", "chair_id"),
)

meeting_attendance = Table(
    "meeting_attendance",
    metadata,
    Column("meeting_id", ID, ForeignKey("meetings.id"), primary_key=True),
    Column("person_id", ID, ForeignKey("people.id"), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("has_vote", Boolean, nullable=False),
    Column("status", String(10)),  # present, leave, absent, exempt (not counted as eligible); null: not said yet
    Column("reason", String(300)),
)

meeting_items = Table(  # one case on the agenda, and what was decided of it
    "meeting_items",
    metadata,
    Column("meeting_id", ID, ForeignKey("meetings.id"), primary_key=True),
    Column("task_id", ID, ForeignKey("tasks.id"), primary_key=True),
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("is_open", Boolean, nullable=False),  # the meeting is neither confirmed nor cancelled
    Column("votes", Text, nullable=False),  # JSON {"for", "against", "abstain", "invalid"}: totals and nothing else
    Column("decision", String(60)),
    Column("opinion", Text),
    Column("reason", Text),
    Column("answers", Text, nullable=False),  # JSON: what of the step's form the meeting does not fill
    Column("recused", Text, nullable=False),  # JSON [{"person", "reason"}]: who left besides those a rule keeps away
    Column("counted", Text),  # JSON: the arithmetic as it stood when the meeting was confirmed
    Index(  # on one open agenda at most
        "uq_meeting_items_task_id",
        "task_id",
        unique=True,
        postgresql_where=text("is_open"),
        sqlite_where=text("is_open"),
    ),
)

# ---------------------------------------------------------------- official documents (engine/documents)

documents = Table(  # what a step has issued, as it was issued
    "documents",
    metadata,
    Column("id", ID, primary_key=True),  # in the order of creation
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("task_id", ID, ForeignKey("tasks.id"), nullable=False),
    Column("element", String(100), nullable=False),
    Column("kind", String(60), nullable=False),
    Column("unit_id", ID, ForeignKey("units.id"), nullable=False),  # the body whose number it bears
    Column("number", String(80)),  # null where its kind has none
    Column("dated_on", Date, nullable=False),  # 成文日期
    Column("content", Text, nullable=False),  # the canonical JSON that was hashed: everything that is printed
    Column("sha256", String(64), nullable=False),
    Column("for_subject", Boolean, nullable=False),  # the person the case is about may read it too
    Column("issued_by", ID),
    Column("at", Instant, nullable=False),
    Index("ix_documents_case_id", "case_id"),
    Index("ix_documents_task_id", "task_id"),
)

document_numbers = Table(  # the register: every number that was given; never two of one place in a series
    "document_numbers",
    metadata,
    Column("unit_id", ID, ForeignKey("units.id"), primary_key=True),
    Column("code", String(20), primary_key=True),  # 机关代字
    Column("year", Integer, primary_key=True),
    Column("serial", Integer, primary_key=True, autoincrement=False),
    Column("number", String(80), nullable=False, unique=True),
    Column("kind", String(60), nullable=False),
    Column("document_id", ID, ForeignKey("documents.id"), nullable=False, unique=True),
    Column("at", Instant, nullable=False),
)

document_series = Table(  # series that began on paper: the last number that was given there
    "document_series",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("unit_id", ID, ForeignKey("units.id"), nullable=False),
    Column("last", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by_id", ID),
    Column("at", Instant, nullable=False),
)

distribution_lists = Table(  # named lists of units to which an office sends (发文范围); the newest version counts
    "distribution_lists",
    metadata,
    Column("id", ID, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("unit_id", ID, ForeignKey("units.id"), nullable=False),  # the office whose list it is
    Column("content", Text, nullable=False),  # JSON: name, units, closed
    Column("reason", Text, nullable=False),
    Column("by_id", ID),
    Column("at", Instant, nullable=False),
    Index("ix_distribution_lists_unit_id", "unit_id"),
)

document_events = Table(  # what became of a document: void, and valid again; the newest counts
    "document_events",
    metadata,
    Column("document_id", ID, ForeignKey("documents.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("what", String(10), nullable=False),  # voided, restored
    Column("by_id", ID),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

document_cases = Table(  # with which other cases a document was filed; whoever sees them may read it
    "document_cases",
    metadata,
    Column("case_id", ID, ForeignKey("cases.id"), primary_key=True),
    Column("document_id", ID, ForeignKey("documents.id"), primary_key=True),
    Column("element", String(100), nullable=False),  # the step that put it before somebody
    Column("at", Instant, nullable=False),
    Index("ix_document_cases_document_id", "document_id"),
)

imported_cases = Table(  # cases begun on paper, and marked so for ever (engine/importing.py)
    "imported_cases",
    metadata,
    Column("case_id", ID, ForeignKey("cases.id"), primary_key=True),
    Column("definition_key", String(60), nullable=False),
    Column("source_key", String(200), nullable=False),  # what the line calls it: the same line is the same case
    Column("sha256", String(64), nullable=False),  # of the line as it was read
    Column("source", String(300), nullable=False),  # file and line
    Column("by_id", ID),
    Column("at", Instant, nullable=False),
    UniqueConstraint("definition_key", "source_key"),
)

# ---------------------------------------------------------------- the trail (engine/trail.py)

entries = Table(  # append-only: triggers refuse UPDATE and DELETE
    "entries",
    metadata,
    Column("chain", String(60), primary_key=True),  # a case id, definition:<key>, or office
    Column("seq", Integer, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("prev", String(64), nullable=False),
    Column("text", Text, nullable=False),  # the canonical JSON that was hashed; the columns below are copies
    Column("kind", String(60), nullable=False),
    Column("at", Instant, nullable=False),
    Column("person_id", ID),
    Column("task_id", ID),
    Index("ix_entries_at", "at"),
    Index("ix_entries_person_id_at", "person_id", "at"),
    Index(  # what auditors look through of separation of duties
        "ix_entries_duties",
        *("at", "hash"),
        postgresql_where=text("kind IN ('duty.refused', 'duty.reported', 'duty.warned')"),
        sqlite_where=text("kind IN ('duty.refused', 'duty.reported', 'duty.warned')"),
    ),
)

chains = Table(  # heads of the chains that are not a case
    "chains",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("head", String(64), nullable=False),
)

# ---------------------------------------------------------------- reads on record (engine/reads.py)

case_reads = Table(  # append-only: of an entry on a reader's chain, one row for each case that was shown
    "case_reads",
    metadata,
    Column("chain", String(60), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("case_id", ID, ForeignKey("cases.id"), primary_key=True),
    Column("person_id", ID, nullable=False),
    Column("kind", String(60), nullable=False),
    Column("seen", Integer, nullable=False),  # the newest entry of the case when it was shown
    Column("purpose", String(20), nullable=False),
    Column("via", Text, nullable=False),  # JSON: the holders by which it was theirs to see
    Column("fields", Text),  # JSON: of a form, the fields that held something
    Column("scope", String(10)),
    Column("at", Instant, nullable=False),
    Index("ix_case_reads_case_id", "case_id", "at", "chain", "seq"),
    Index("ix_case_reads_person_id", "person_id", "at"),
)

read_words = Table(  # append-only: the words of a search, to which its entry holds a salted commitment
    "read_words",
    metadata,
    Column("chain", String(60), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
)

# ---------------------------------------------------------------- holds, retention, erasure (engine/erasing.py)

holds = Table(  # a legal hold: nothing of the case is erased, removed or cleaned up while one stands
    "holds",
    metadata,
    Column("id", ID, primary_key=True),  # in the order of creation
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("ground", Text, nullable=False),
    Column("placed_by", ID),
    Column("placed_at", Instant, nullable=False),
    Column("lifted_at", Instant),
    Column("lifted_by", ID),  # who proposed it
    Column("lift_confirmed_by", ID),
    Column("lift_ground", Text),
    Index("ix_holds_case_id", "case_id"),
    Index(
        "ix_holds_standing",
        "id",
        postgresql_where=text("lifted_at IS NULL"),
        sqlite_where=text("lifted_at IS NULL"),
    ),
)

retention_terms = Table(  # how long what a procedure leaves behind is kept after a case has ended; the newest counts
    "retention_terms",
    metadata,
    Column("id", ID, primary_key=True),  # in the order of creation
    Column("definition_key", String(60), nullable=False),
    Column("years", Integer),  # null: for ever
    Column("ground", Text, nullable=False),
    Column("set_by", ID),
    Column("at", Instant, nullable=False),
    Index("ix_retention_terms_definition_key", "definition_key", "id"),
)

erasures = Table(  # personal values that two persons erased, on a ground; the values themselves are nowhere any more
    "erasures",
    metadata,
    Column("id", ID, primary_key=True),  # in the order of creation
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("ground", Text, nullable=False),
    Column("by_id", ID),
    Column("confirmed_by", ID),
    Column("count", Integer, nullable=False),  # answers that are gone
    Column("files", Integer, nullable=False),  # attachments whose bytes are gone
    Column("at", Instant, nullable=False),
    Index("ix_erasures_case_id", "case_id"),
)

erased_answers = Table(  # which answers those were; the trigger on answers lets nothing else go
    "erased_answers",
    metadata,
    Column("task_id", ID, primary_key=True),  # answers.task_id
    Column("field", String(200), primary_key=True),
    Column("erasure_id", ID, ForeignKey("erasures.id"), nullable=False),
)

# ---------------------------------------------------------------- the sealed log (engine/log/)

log_pending = Table(  # entries that have no place in the log yet; a trigger on entries writes them
    "log_pending",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("chain", String(60), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)

log_leaves = Table(  # append-only: the leaves of the Merkle tree (RFC 6962), in their order
    "log_leaves",
    metadata,
    Column("idx", NUMBER, primary_key=True, autoincrement=False),  # from 0 on, without a gap
    Column("chain", String(60), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),  # the leaf hash: that of the entry
    Column("sm3", String(64)),  # SM3(0x00 || text) of the entry, where LIUHEN_LOG_SM3 is on
    UniqueConstraint("chain", "seq"),
)

log_tiles = Table(  # append-only: 256 hashes of one height at a time, written when the last of them is there
    "log_tiles",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),  # 0: of leaves; n: of subtrees of 256**n leaves
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("root", String(64), nullable=False),  # of the 256
    Column("hashes", LargeBinary, nullable=False),  # 256 times 32 bytes
)

log_checkpoints = Table(  # append-only: what the log has signed
    "log_checkpoints",
    metadata,
    Column("size", NUMBER, primary_key=True, autoincrement=False),  # leaves
    Column("root", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("note", Text, nullable=False),  # C2SP signed note, as the log signed it
)

log_cosignatures = Table(  # append-only: witnesses that have seen the log grow and never change
    "log_cosignatures",
    metadata,
    Column("size", BigInteger, ForeignKey("log_checkpoints.size"), primary_key=True),
    Column("witness", String(200), primary_key=True),  # the name of its key
    Column("line", Text, nullable=False),  # the line under the note
    Column("at", Instant, nullable=False),
)

log_timestamps = Table(  # append-only: tokens of a timestamping authority (RFC 3161) over a checkpoint's note
    "log_timestamps",
    metadata,
    Column("size", BigInteger, ForeignKey("log_checkpoints.size"), primary_key=True),
    Column("authority", String(200), primary_key=True),  # its address
    Column("token", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)

log_keys = Table(  # append-only: public keys of Ed25519; one ends when the next one of its purpose begins
    "log_keys",
    metadata,
    Column("purpose", String(10), primary_key=True),  # log, or witness of other logs
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(200), nullable=False),  # the log's origin, the witness's name
    Column("public", String(64), nullable=False),
    Column("from_at", Instant, nullable=False),
)

log_key_secrets = Table(  # the private part of a key; gone some time after the next one has begun
    "log_key_secrets",
    metadata,
    Column("purpose", String(10), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),  # sealed (engine/sealing.py)
)

log_publications = Table(  # append-only: which checkpoint was put where outside this database
    "log_publications",
    metadata,
    Column("place", String(220), primary_key=True),  # folder, webhook, timestamp, witness:<name>
    Column("size", BigInteger, ForeignKey("log_checkpoints.size"), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("target", String(2000), nullable=False),  # the path or the address
)

log_places = Table(  # where a place stands: the newest that it has, and when it is tried again
    "log_places",
    metadata,
    Column("place", String(220), primary_key=True),
    Column("size", BigInteger, nullable=False),  # the newest there
    Column("done_at", Instant),
    Column("failures", Integer, nullable=False),  # in a row
    Column("next_at", Instant, nullable=False),  # not before
    Column("fault", String(200)),
)

log_witnesses = Table(  # who is asked to cosign this log
    "log_witnesses",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("vkey", String(400), nullable=False),
    Column("url", String(2000), nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

witnessed_logs = Table(  # logs of others that this office cosigns, and the keys that it knows of each
    "witnessed_logs",
    metadata,
    Column("origin", String(200), primary_key=True),
    Column("vkey", String(400), primary_key=True),
    Column("added_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

witnessed_sizes = Table(  # how far such a log has been cosigned: moves forward only, a trigger insists
    "witnessed_sizes",
    metadata,
    Column("origin", String(200), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("note", Text, nullable=False),  # the checkpoint, with the signatures that came
)

# ---------------------------------------------------------------- search (engine/indexing.py, engine/oversight/)

search_texts = Table(  # what an entry says in words, in the order of the log; made by the tick, and made anew from rows
    "search_texts",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=False),  # the entry's leaf in the log
    Column("chain", String(60), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("parts", Text, nullable=False),  # JSON [[where, name, text]]; of a file its hash in place of the text
    UniqueConstraint("chain", "seq"),
)

search_files = Table(  # the attachments that an entry names: their text is found as the entry's
    "search_files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("text_id", NUMBER, primary_key=True, autoincrement=False),
)

search_terms = Table(  # two neighbouring characters, or three letters of a word, and the texts that hold them
    "search_terms",
    metadata,
    Column("term", Integer, primary_key=True, autoincrement=False),  # CRC-32 of the characters
    Column("text_id", NUMBER, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

search_values = Table(  # answers that stand in clear in entries, by field
    "search_values",
    metadata,
    Column("text_id", NUMBER, primary_key=True, autoincrement=False),
    Column("field", String(200), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),  # of several, which
    Column("chain", String(60), nullable=False),
    Column("said", String(200), nullable=False),  # folded
    Column("number", Double),
    Index("ix_search_values_field_said", "field", "said"),
    Index("ix_search_values_field_number", "field", "number"),
)

search_progress = Table(  # one row: how far the log has been indexed
    "search_progress",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("size", BigInteger, nullable=False),  # leaves that are done
    Column("format", Integer, nullable=False),  # of the index: another one is made anew
)

file_texts = Table(  # the text of an attachment, once for each content
    "file_texts",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("status", String(10), nullable=False),  # waiting, read, unread
    Column("reason", String(20)),  # why it is unread, or where it was cut
    Column("content", Text, nullable=False),  # pages apart by form feeds
    Column("pages", Integer),
    Column("tries", Integer, nullable=False),
    Column("at", Instant),
    Index(
        "ix_file_texts_status",
        "status",
        postgresql_where=text("status = 'waiting'"),
        sqlite_where=text("status = 'waiting'"),
    ),
)

# ---------------------------------------------------------------- oversight (engine/oversight/)

findings = Table(  # what entries show that somebody who oversees should look at; setting aside is all that is its own
    "findings",
    metadata,
    Column("chain", String(60), primary_key=True),  # the entry that shows it
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(40), primary_key=True),
    Column("rule", String(100), primary_key=True),  # what tells two of one kind at one entry apart; mostly ""
    Column("at", Instant, nullable=False),
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("definition_key", String(60), nullable=False),
    Column("version", Integer, nullable=False),
    Column("unit_id", ID, nullable=False),
    Column("person_id", ID),
    Column("element", String(200)),
    Column("task_id", ID),
    Column("clause", String(100)),  # of the procedure, from which this departs
    Column("measure", Integer),  # seconds that were taken, or days before the day
    Column("facts", Text, nullable=False),  # JSON
    Column("rev", Integer, nullable=False, default=0),
    Column("set_aside_at", Instant),
    Column("set_aside_by", ID),
    Column("set_aside_because", Text),
    Index("ix_findings_at", "at", "chain", "seq", "kind", "rule"),
    Index("ix_findings_kind_at", "kind", "at"),
    Index("ix_findings_case_id", "case_id"),
    Index("ix_findings_person_id_at", "person_id", "at"),
    Index("ix_findings_unit_id_at", "unit_id", "at"),
    Index("ix_findings_definition_key_at", "definition_key", "at"),
    Index("ix_findings_clause", "clause", "at"),
)

case_replays = Table(  # how far the entries of a case have been replayed against its definition, and where that stands
    "case_replays",
    metadata,
    Column("case_id", ID, ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("state", Text, nullable=False),  # JSON (engine/oversight/conformance.py)
)

clause_states = Table(  # each clause of each case: met, exception, open, not_applicable
    "clause_states",
    metadata,
    Column("case_id", ID, ForeignKey("cases.id"), primary_key=True),
    Column("clause", String(100), primary_key=True),
    Column("definition_key", String(60), nullable=False),
    Column("unit_id", ID, nullable=False),
    Column("state", String(20), nullable=False),
    Column("exceptions", Integer, nullable=False),  # entries of the case that depart from it
    Index("ix_clause_states_definition_key_clause", "definition_key", "clause", "state"),
)

oversight_progress = Table(  # how many leaves of the log what follows the entries has read
    "oversight_progress",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("leaves", NUMBER, nullable=False),
)

oversight_limits = Table(  # numbers of the office for those who oversee; the newest counts
    "oversight_limits",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("value", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("set_by", ID),
    Column("at", Instant, nullable=False),
)

# ---------------------------------------------------------------- the doors

idempotency = Table(
    "idempotency",
    metadata,
    Column("account_id", ID, primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request", String(64), nullable=False),  # SHA-256 of method, path and body
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

beats = Table(  # the servers on this database, and when the clock of each last looked at what is due
    "beats",
    metadata,
    Column("server", String(120), primary_key=True),  # host:process
    Column("version", String(40), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("at", Instant, nullable=False),
)

virtual_clock = Table(  # one row, only where LIUHEN_CLOCK=virtual
    "virtual_clock",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("now", Instant, nullable=False),
)

directory_manifests = Table(  # append-only: the rows that one act wrote into the directory, by their hashes
    "directory_manifests",
    metadata,
    Column("sha256", String(64), primary_key=True),  # of the content; the act's entry names it
    Column("content", LargeBinary, nullable=False),  # lines (engine/actors/manifest.py), zlib
)

APPEND_ONLY = (
    "entries",
    "definitions",
    "definition_files",
    "answers",
    "calendar_versions",
    "calendar_days",
    "duty_rules",
    "documents",
    "document_numbers",
    "document_series",
    "distribution_lists",
    "document_events",
    "document_cases",
    "imported_cases",
    "retention_terms",
    "erasures",
    "erased_answers",
    "log_leaves",
    "log_tiles",
    "log_checkpoints",
    "log_cosignatures",
    "log_timestamps",
    "log_keys",
    "log_publications",
    "case_reads",
    "read_words",
    "oversight_limits",
    "directory_manifests",
)
"""Tables whose rows a database trigger keeps from being changed or deleted."""
