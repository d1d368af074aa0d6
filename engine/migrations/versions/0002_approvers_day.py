"""The approver's day: handing over, countersigning, duties, terms, worklists, notices, files and words."""

import json
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.migrations.append_only import seal

revision = "0002"
down_revision = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# SQLite has no such type: sortable ISO 8601 text in UTC.
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    _new_tables()
    _changed_tables()
    _data()
    # Last: building an index of many rows takes less time than keeping it up to date while they change.
    _indexes_of_changed_tables()


# ---------------------------------------------------------------- schema: new tables


def _new_tables() -> None:
    op.create_table(
        "channels",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("open_until", INSTANT, nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.Column("error_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint("name", name=op.f("uq_channels_name")),
    )
    op.create_table(
        "duty_rules",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("published_by", sa.String(length=40), nullable=True),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_duty_rules")),
    )
    op.create_table(
        "files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_files")),
    )
    op.create_index(
        "ix_files_verdict",
        "files",
        ["verdict"],
        unique=False,
        postgresql_where=sa.text("verdict = 'waiting'"),
        sqlite_where=sa.text("verdict = 'waiting'"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=140), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=True),
        sa.Column("task_id", sa.String(length=40), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("besides", sa.String(length=40), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("ready_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", "holder", name=op.f("pk_outbox")),
    )
    op.create_table(
        "phrases",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrases")),
    )
    op.create_index("ix_phrases_person_id", "phrases", ["person_id", "place"], unique=False)
    op.create_table(
        "reminders",
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.String(length=40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_reminders")),
    )
    op.create_table(
        "rotations",
        sa.Column("series", sa.String(length=170), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "person_id", name=op.f("pk_rotations")),
    )
    op.create_table(
        "calendar_versions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("calendar_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("hours", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=True),
        sa.Column("set_by", sa.String(length=40), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_calendar_versions_unit_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_calendar_versions")),
        sa.UniqueConstraint("id", name=op.f("uq_calendar_versions_id")),
    )
    op.create_table(
        "notice_deliveries",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("notice_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=True),
        sa.Column("task_id", sa.String(length=40), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("sent_with", sa.String(length=40), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_notice_deliveries_channel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_deliveries")),
    )
    op.create_index(
        "ix_notice_deliveries_channel_id_status_id", "notice_deliveries", ["channel_id", "status", "id"], unique=False
    )
    op.create_index(
        "ix_notice_deliveries_waiting",
        "notice_deliveries",
        ["channel_id", "next_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('waiting', 'sending')"),
        sqlite_where=sa.text("status IN ('waiting', 'sending')"),
    )
    op.create_table(
        "notice_preferences",
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=True),
        sa.Column("quiet_from", sa.String(length=5), nullable=True),
        sa.Column("quiet_to", sa.String(length=5), nullable=True),
        sa.Column("digest_at", sa.String(length=5), nullable=True),
        sa.Column("ways", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notice_preferences_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_preferences")),
    )
    op.create_table(
        "saved_views",
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_saved_views_person_id")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_saved_views")),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=True),
        sa.Column("task_id", sa.String(length=40), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.String(length=40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("removed_by", sa.String(length=40), nullable=True),
        sa.Column("removed_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachments_case_id")),
        sa.ForeignKeyConstraint(["sha256"], ["files.sha256"], name=op.f("fk_attachments_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_case_id", "attachments", ["case_id"], unique=False)
    op.create_index("ix_attachments_sha256", "attachments", ["sha256"], unique=False)
    op.create_index("ix_attachments_task_id", "attachments", ["task_id"], unique=False)
    op.create_table(
        "calendar_days",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_worked", sa.Boolean(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["calendar_versions.number"], name=op.f("fk_calendar_days_number")),
        sa.PrimaryKeyConstraint("number", "day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "case_roles",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_roles_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_case_roles_person_id")),
        sa.PrimaryKeyConstraint("case_id", "role", "person_id", name=op.f("pk_case_roles")),
    )
    op.create_index("ix_case_roles_person_id_role", "case_roles", ["person_id", "role"], unique=False)
    op.create_table(
        "comments",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=40), nullable=True),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mentions", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_comments_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index("ix_comments_case_id", "comments", ["case_id"], unique=False)
    op.create_table(
        "copies",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=40), nullable=True),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_copies_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copies")),
    )
    op.create_index("ix_copies_case_id", "copies", ["case_id"], unique=False)
    op.create_index("ix_copies_person_id_at", "copies", ["person_id", "at", "id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=True),
        sa.Column("task_id", sa.String(length=40), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notices_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notices_person_id")),
        sa.PrimaryKeyConstraint("id", "person_id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_person_id_id", "notices", ["person_id", "id"], unique=False)
    op.create_index(
        "ix_notices_person_id_unread",
        "notices",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL"),
        sqlite_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "signatures",
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("drawing", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_signatures_case_id")),
        sa.ForeignKeyConstraint(["sha256"], ["files.sha256"], name=op.f("fk_signatures_sha256")),
        sa.PrimaryKeyConstraint("task_id", "person_id", name=op.f("pk_signatures")),
    )
    op.create_index("ix_signatures_case_id", "signatures", ["case_id"], unique=False)
    op.create_table(
        "undo_states",
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_undo_states_case_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_undo_states")),
    )
    op.create_table(
        "task_exclusions",
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_task_exclusions_person_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_task_exclusions_task_id")),
        sa.PrimaryKeyConstraint("task_id", "person_id", name=op.f("pk_task_exclusions")),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("effect", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=True),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    for name, is_unique in (("mark", True), ("expires_at", False)):
        op.create_index(
            f"ix_proposals_{name}",
            "proposals",
            [name],
            unique=is_unique,
            postgresql_where=sa.text("status = 'proposed'"),
            sqlite_where=sa.text("status = 'proposed'"),
        )
    seal("calendar_versions", [["number"], ["id"]])
    seal("calendar_days", [["number", "day"]])
    seal("duty_rules", [["version"]])
    op.create_table(
        "half_sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_half_sessions_account_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_half_sessions")),
    )
    op.create_index("ix_half_sessions_account_id", "half_sessions", ["account_id"], unique=False)
    op.create_table(
        "second_factors",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_second_factors_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id")),
        sa.PrimaryKeyConstraint("account_id", "hash", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "password_resets",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_password_resets_account_id")),
        sa.PrimaryKeyConstraint("account_id", "way", name=op.f("pk_password_resets")),
        sa.UniqueConstraint("hash", name=op.f("uq_password_resets_hash")),
    )
    op.create_table(
        "reset_requests",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_reset_requests_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset_requests")),
    )
    op.create_index("ix_reset_requests_next_at", "reset_requests", ["next_at"], unique=False)
    op.create_table(
        "identities",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("linked_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_identities_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identities_issuer_subject")),
    )
    op.create_index("ix_identities_account_id", "identities", ["account_id"], unique=False)
    op.create_table(
        "provider_visits",
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_provider_visits_account_id")),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_provider_visits")),
    )
    _meetings()


def _meetings() -> None:
    op.create_table(
        "meetings",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("recorder_id", sa.String(length=40), nullable=False),
        sa.Column("chair_id", sa.String(length=40), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.String(length=5), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_meetings_unit_id")),
        sa.ForeignKeyConstraint(["recorder_id"], ["people.id"], name=op.f("fk_meetings_recorder_id")),
        sa.ForeignKeyConstraint(["chair_id"], ["people.id"], name=op.f("fk_meetings_chair_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_index("ix_meetings_recorder_id", "meetings", ["recorder_id"], unique=False)
    op.create_index("ix_meetings_chair_id", "meetings", ["chair_id"], unique=False)
    op.create_table(
        "meeting_attendance",
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("has_vote", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_attendance_meeting_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_meeting_attendance_person_id")),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name=op.f("pk_meeting_attendance")),
    )
    op.create_table(
        "meeting_items",
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("votes", sa.Text(), nullable=False),
        sa.Column("decision", sa.String(length=60), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("recused", sa.Text(), nullable=False),
        sa.Column("counted", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_items_meeting_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_meeting_items_task_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_meeting_items_case_id")),
        sa.PrimaryKeyConstraint("meeting_id", "task_id", name=op.f("pk_meeting_items")),
    )
    op.create_index(
        "uq_meeting_items_task_id",
        "meeting_items",
        ["task_id"],
        unique=True,
        postgresql_where=sa.text("is_open"),
        sqlite_where=sa.text("is_open"),
    )


# ---------------------------------------------------------------- schema: what changes in tables of 0001
# Never a sealed table in batch_alter_table: SQLite would copy it, and the copy has no triggers.


def _changed_tables() -> None:
    op.add_column("delegations", sa.Column("created_by", sa.String(length=40), nullable=True))
    op.add_column("delegations", sa.Column("created_at", INSTANT, nullable=True))
    op.add_column("delegations", sa.Column("revoked_by", sa.String(length=40), nullable=True))
    op.add_column("delegations", sa.Column("revoked_because", sa.Text(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE delegations SET created_at = from_on || 'T00:00:00.000000Z'")
    else:
        op.execute("UPDATE delegations SET created_at = CAST(from_on AS TIMESTAMP) AT TIME ZONE 'UTC'")
    with op.batch_alter_table("delegations") as table:
        table.alter_column("created_at", existing_type=INSTANT, nullable=False)

    op.add_column("drafts", sa.Column("decision", sa.String(length=60), nullable=True))
    op.add_column("drafts", sa.Column("opinion", sa.Text(), nullable=True))
    op.add_column("drafts", sa.Column("reason", sa.Text(), nullable=True))

    op.add_column("messages", sa.Column("ready_at", INSTANT, nullable=True))

    op.add_column("posts", sa.Column("looked_at", INSTANT, nullable=True))
    op.add_column("sessions", sa.Column("factor", sa.String(length=10), nullable=True))

    op.drop_index("ix_task_candidates_holder_task_id", table_name="task_candidates")
    op.add_column("task_candidates", sa.Column("is_listed", sa.Boolean(), server_default="0", nullable=False))
    op.add_column("task_candidates", sa.Column("due_key", sa.Date(), server_default="9999-12-31", nullable=False))
    op.add_column("task_candidates", sa.Column("opened_at", INSTANT, nullable=True))
    op.add_column("task_candidates", sa.Column("definition_key", sa.String(length=60), nullable=True))
    op.add_column("task_candidates", sa.Column("unit_id", sa.String(length=40), nullable=True))
    op.add_column("task_candidates", sa.Column("claimed_by", sa.String(length=40), nullable=True))
    op.add_column("task_candidates", sa.Column("has_exclusions", sa.Boolean(), server_default="0", nullable=False))

    op.drop_index("ix_tasks_completed_by", table_name="tasks")
    with op.batch_alter_table("tasks") as table:
        table.alter_column("node", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("of_task", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("part", sa.String(length=10), nullable=True))
        table.add_column(sa.Column("asked_by", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("mode", sa.String(length=10), nullable=True))
        table.add_column(sa.Column("rule", sa.String(length=5), nullable=True))
        table.add_column(sa.Column("delegable", sa.Boolean(), server_default="1", nullable=False))
        table.add_column(sa.Column("confirmed_for", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("grounds", sa.Text(), server_default="[]", nullable=False))
        table.add_column(sa.Column("due_at", INSTANT, nullable=True))
        table.add_column(sa.Column("due_why", sa.Text(), nullable=True))
        table.add_column(sa.Column("paused_at", INSTANT, nullable=True))
        table.add_column(sa.Column("calendar_no", sa.Integer(), nullable=True))
        table.add_column(sa.Column("undo_until", INSTANT, nullable=True))

    op.add_column("timers", sa.Column("level", sa.Integer(), nullable=True))


def _indexes_of_changed_tables() -> None:
    op.create_index("ix_delegations_from_person_id", "delegations", ["from_person_id"], unique=False)
    op.create_index("ix_drafts_person_id", "drafts", ["person_id"], unique=False)
    op.create_index(
        "ix_entries_duties",
        "entries",
        ["at", "hash"],
        unique=False,
        postgresql_where=sa.text("kind IN ('duty.refused', 'duty.reported', 'duty.warned')"),
        sqlite_where=sa.text("kind IN ('duty.refused', 'duty.reported', 'duty.warned')"),
    )
    op.create_index(
        "ix_messages_ready_at",
        "messages",
        ["ready_at"],
        unique=False,
        postgresql_where=sa.text("ready_at IS NOT NULL"),
        sqlite_where=sa.text("ready_at IS NOT NULL"),
    )
    op.create_index(
        "ix_posts_to_on",
        "posts",
        ["to_on"],
        unique=False,
        postgresql_where=sa.text("to_on IS NOT NULL AND looked_at IS NULL"),
        sqlite_where=sa.text("to_on IS NOT NULL AND looked_at IS NULL"),
    )
    op.create_index(
        "ix_task_candidates_due",
        "task_candidates",
        ["holder", "is_listed", "due_key", "task_id"],
        unique=False,
        postgresql_include=["purpose", "claimed_by", "definition_key", "unit_id", "opened_at", "has_exclusions"],
    )
    op.create_index(
        "ix_task_candidates_opened",
        "task_candidates",
        ["holder", "is_listed", "opened_at", "task_id"],
        unique=False,
        postgresql_include=["purpose", "claimed_by", "definition_key", "unit_id", "due_key", "has_exclusions"],
    )
    op.create_index("ix_tasks_completed_by", "tasks", ["completed_by", "completed_at", "id"], unique=False)
    op.create_index(
        "ix_tasks_calendar_no",
        "tasks",
        ["calendar_no", "case_id"],
        unique=False,
        postgresql_where=sa.text("status IN ('held', 'open', 'confirming') AND calendar_no IS NOT NULL"),
        sqlite_where=sa.text("status IN ('held', 'open', 'confirming') AND calendar_no IS NOT NULL"),
    )
    op.create_index(
        "ix_tasks_completed_for",
        "tasks",
        ["completed_for", "completed_at", "id"],
        unique=False,
        postgresql_where=sa.text("completed_for IS NOT NULL"),
        sqlite_where=sa.text("completed_for IS NOT NULL"),
    )
    op.create_index(
        "ix_tasks_confirmed_by",
        "tasks",
        ["confirmed_by", "completed_at", "id"],
        unique=False,
        postgresql_where=sa.text("confirmed_by IS NOT NULL"),
        sqlite_where=sa.text("confirmed_by IS NOT NULL"),
    )
    op.create_index(
        "ix_tasks_asked_by",
        "tasks",
        ["asked_by"],
        unique=False,
        postgresql_where=sa.text("asked_by IS NOT NULL"),
        sqlite_where=sa.text("asked_by IS NOT NULL"),
    )
    op.create_index(
        "ix_tasks_of_task",
        "tasks",
        ["of_task"],
        unique=False,
        postgresql_where=sa.text("of_task IS NOT NULL"),
        sqlite_where=sa.text("of_task IS NOT NULL"),
    )


# ---------------------------------------------------------------- data


OPEN = ("held", "open", "confirming")
"""What a task's status was while it waited for somebody."""
BATCH = 1000


def _data() -> None:
    _list_candidates()
    _explain_open_tasks()


def _list_candidates() -> None:
    """Whom an open task asks carries what a worklist sorts and filters by."""
    candidates = sa.table(
        "task_candidates",
        *map(sa.column, ("task_id", "purpose", "is_listed", "due_key")),
        *map(sa.column, ("opened_at", "definition_key", "unit_id", "claimed_by")),
    ).c
    tasks = sa.table(
        "tasks",
        *map(sa.column, ("id", "case_id", "status", "unit_id", "opened_at", "claimed_by")),
        sa.column("due_on", sa.Date()),
    ).c
    cases = sa.table("cases", *map(sa.column, ("id", "status", "definition_id"))).c
    definitions = sa.table("definitions", *map(sa.column, ("id", "key"))).c
    waits = sa.or_(
        sa.and_(candidates.purpose == "act", tasks.status == "open"),
        sa.and_(candidates.purpose == "confirm", tasks.status == "confirming"),
    )
    op.execute(
        sa.update(candidates.task_id.table)
        .where(
            tasks.id == candidates.task_id,
            cases.id == tasks.case_id,
            definitions.id == cases.definition_id,
            tasks.status.in_(OPEN),
        )
        .values(
            {
                candidates.is_listed: sa.and_(cases.status == "running", waits),
                candidates.due_key: sa.func.coalesce(tasks.due_on, sa.literal(date(9999, 12, 31), sa.Date())),
                candidates.opened_at: tasks.opened_at,
                candidates.definition_key: definitions.key,
                candidates.unit_id: tasks.unit_id,
                candidates.claimed_by: tasks.claimed_by,
            }
        )
    )


def _explain_open_tasks() -> None:
    """An open task keeps for each whom it asks by which rule, and how its term came about.

    The day as of which a post was looked at was not kept: a ground has no ``on`` then. A term was always what an
    expression said, by the calendar without adjustments (``calendar_no`` 0), so that adjustments move it like others.
    The clock looks at tasks that nobody can do, as it does at those that open now.
    """
    db = op.get_bind()
    names = ("id", "case_id", "status", "opened_at", "why", "grounds", "due_why", "calendar_no")
    table = sa.table("tasks", *map(sa.column, names), sa.column("due_on", sa.Date()))
    tasks = table.c
    waiting = (
        sa.select(tasks.id, tasks.case_id, tasks.status, tasks.opened_at, tasks.why, tasks.due_on)
        .where(tasks.status.in_(OPEN), tasks.id > sa.bindparam("after"))
        .order_by(tasks.id)
        .limit(BATCH)
    )
    explain = table.update().where(tasks.id == sa.bindparam("task"))
    explain = explain.values({name: sa.bindparam(name) for name in ("grounds", "due_why", "calendar_no")})
    can_act = _who_can_act(db)
    after = ""
    while rows := db.execute(waiting, {"after": after}).all():
        after = rows[-1].id
        asked = {row.id: json.loads(row.why) for row in rows}
        db.execute(
            explain,
            [
                {
                    "task": row.id,
                    "grounds": json.dumps([_ground(holder) for holder in asked[row.id]]),
                    "due_why": json.dumps(_term(row.due_on)) if row.due_on else None,
                    "calendar_no": 0 if row.due_on or row.status == "held" else None,
                }
                for row in rows
            ],
        )
        _have_looked_at(db, [row for row in rows if row.status == "open" and can_act.isdisjoint(asked[row.id])])


def _who_can_act(db: sa.Connection) -> set[str]:
    """Every holder text that somebody with an account is, or was: at posts that have ended the clock looks anyway."""
    accounts = sa.table("accounts", *map(sa.column, ("person_id", "disabled_at"))).c
    posts = sa.table("posts", *map(sa.column, ("person_id", "role", "unit_id"))).c
    members = sa.table("memberships", *map(sa.column, ("person_id", "status", "unit_id", "to_on"))).c
    has_account = sa.and_(accounts.disabled_at.is_(None), accounts.person_id.is_not(None))
    people = db.execute(sa.select(accounts.person_id).where(has_account)).scalars()
    held = db.execute(sa.select(posts.role, posts.unit_id).where(posts.person_id == accounts.person_id, has_account))
    member = db.execute(
        sa.select(members.status, members.unit_id).where(
            members.person_id == accounts.person_id, members.to_on.is_(None), has_account
        )
    )
    return {
        *(f"person:{person}" for person in people),
        *(f"post:{role}@{unit}" for role, unit in held),
        *(f"member:{status}@{unit}" for status, unit in member),
    }


def _have_looked_at(db: sa.Connection, rows: Sequence[Any]) -> None:
    """At the next beat the clock looks at these tasks."""
    if not rows:
        return
    names = ("id", "case_id", "task_id", "purpose", "level", "due_at")
    cases = sa.table("cases", *map(sa.column, ("id", "status", "wake_at")))
    db.execute(
        sa.table("timers", *map(sa.column, names)).insert(),
        [
            {
                "id": str(uuid.uuid4()),
                "case_id": row.case_id,
                "task_id": row.id,
                "purpose": "vacant",
                "level": 0,
                "due_at": row.opened_at,
            }
            for row in rows
        ],
    )
    wake = cases.update().where(
        cases.c.id == sa.bindparam("case"),
        cases.c.status == "running",
        sa.or_(cases.c.wake_at.is_(None), cases.c.wake_at > sa.bindparam("at")),
    )
    db.execute(wake.values(wake_at=sa.bindparam("at")), [{"case": row.case_id, "at": row.opened_at} for row in rows])


def _ground(holder: str) -> dict[str, str]:
    kind, _, rest = holder.partition(":")
    if kind == "person":
        return {"holder": holder, "rule": "person"}
    role, _, unit = rest.partition("@")
    return {"holder": holder, "rule": "post", "role": role, "unit": unit}


def _term(due_on: date) -> dict[str, Any]:
    day = due_on.isoformat()
    return {"term": {"changes": [], "end": day, "provisional": False, "text": {"en": day, "zh": day}}}


def downgrade() -> None:
    """A trail is never taken back: restore a backup instead."""
    raise NotImplementedError("restore the backup made before the upgrade")
