"""The first released schema."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from engine.migrations.append_only import seal

revision = "0001"
down_revision = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# SQLite has no such type: sortable ISO 8601 text in UTC.
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    op.create_table(
        "beats",
        sa.Column("server", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("server", name=op.f("pk_beats")),
    )
    op.create_table(
        "chains",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chains")),
    )
    op.create_table(
        "definitions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_by", sa.String(length=40), nullable=True),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definitions")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_definitions_key_version")),
    )
    op.create_table(
        "drafts",
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("task_id", "person_id", name=op.f("pk_drafts")),
    )
    op.create_table(
        "entries",
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("task_id", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("chain", "seq", name=op.f("pk_entries")),
        sa.UniqueConstraint("hash", name=op.f("uq_entries_hash")),
    )
    op.create_index("ix_entries_at", "entries", ["at"], unique=False)
    op.create_index("ix_entries_person_id_at", "entries", ["person_id", "at"], unique=False)
    op.create_table(
        "idempotency",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_idempotency")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("from_case", sa.String(length=40), nullable=True),
        sa.Column("to_case", sa.String(length=40), nullable=True),
        sa.Column("to_node", sa.Integer(), nullable=True),
        sa.Column("sent_by", sa.String(length=40), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("cursor", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_status_expires_at", "messages", ["status", "expires_at"], unique=False)
    op.create_index("ix_messages_status_name_key", "messages", ["status", "kind", "name", "key"], unique=False)
    op.create_table(
        "numbers",
        sa.Column("series", sa.String(length=80), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_numbers")),
    )
    op.create_table(
        "parameters",
        sa.Column("definition_key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("definition_key", "name", "from_on", name=op.f("pk_parameters")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("gender", sa.String(length=10), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("number", name=op.f("uq_people_number")),
    )
    op.create_index("ix_people_name", "people", ["name"], unique=False)
    op.create_table(
        "throttles",
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", INSTANT, nullable=True),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_throttles")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
    )
    op.create_table(
        "virtual_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("now", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_virtual_clock")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_accounts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
        sa.UniqueConstraint("person_id", name=op.f("uq_accounts_person_id")),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("definition_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("business_key", sa.String(length=200), nullable=True),
        sa.Column("subject_id", sa.String(length=40), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("started_by", sa.String(length=40), nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("wake_at", INSTANT, nullable=True),
        sa.Column("parent_id", sa.String(length=40), nullable=True),
        sa.Column("parent_node", sa.Integer(), nullable=True),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("trail_seq", sa.Integer(), nullable=False),
        sa.Column("trail_head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["definition_id"], ["definitions.id"], name=op.f("fk_cases_definition_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["cases.id"], name=op.f("fk_cases_parent_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_cases_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    op.create_index("ix_cases_definition_id_status", "cases", ["definition_id", "status"], unique=False)
    op.create_index("ix_cases_parent_id", "cases", ["parent_id"], unique=False)
    op.create_index("ix_cases_started_by", "cases", ["started_by"], unique=False)
    op.create_index(
        "ix_cases_status",
        "cases",
        ["status"],
        unique=False,
        postgresql_where=sa.text("status IN ('running', 'suspended', 'failed')"),
        sqlite_where=sa.text("status IN ('running', 'suspended', 'failed')"),
    )
    op.create_index("ix_cases_subject_id", "cases", ["subject_id"], unique=False)
    op.create_index("ix_cases_unit_id", "cases", ["unit_id"], unique=False)
    op.create_index("ix_cases_wake_at", "cases", ["wake_at"], unique=False)
    op.create_table(
        "definition_files",
        sa.Column("definition_id", sa.String(length=40), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["definition_id"], ["definitions.id"], name=op.f("fk_definition_files_definition_id")),
        sa.PrimaryKeyConstraint("definition_id", "path", name=op.f("pk_definition_files")),
    )
    op.create_table(
        "delegations",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("from_person_id", sa.String(length=40), nullable=False),
        sa.Column("to_person_id", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(length=40), nullable=True),
        sa.Column("document_no", sa.String(length=100), nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["from_person_id"], ["people.id"], name=op.f("fk_delegations_from_person_id")),
        sa.ForeignKeyConstraint(["to_person_id"], ["people.id"], name=op.f("fk_delegations_to_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    op.create_index("ix_delegations_to_person_id", "delegations", ["to_person_id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_deliveries_message_id")),
        sa.PrimaryKeyConstraint("message_id", "case_id", name=op.f("pk_deliveries")),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("rights_suspended", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_memberships_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_memberships_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index("ix_memberships_person_id", "memberships", ["person_id"], unique=False)
    op.create_index("ix_memberships_unit_id_status", "memberships", ["unit_id", "status"], unique=False)
    op.create_table(
        "migrations",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("from_id", sa.String(length=40), nullable=False),
        sa.Column("to_id", sa.String(length=40), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("stop_after", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("undone_by", sa.String(length=40), nullable=True),
        sa.Column("undone_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["from_id"], ["definitions.id"], name=op.f("fk_migrations_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["definitions.id"], name=op.f("fk_migrations_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migrations")),
    )
    op.create_index(
        "ix_migrations_status",
        "migrations",
        ["status"],
        unique=False,
        postgresql_where=sa.text("status IN ('running', 'undoing')"),
        sqlite_where=sa.text("status IN ('running', 'undoing')"),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_posts_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_posts_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    op.create_index("ix_posts_person_id", "posts", ["person_id"], unique=False)
    op.create_index("ix_posts_unit_id_role", "posts", ["unit_id", "role"], unique=False)
    op.create_table(
        "relations",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("relative_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_relations_person_id")),
        sa.ForeignKeyConstraint(["relative_id"], ["people.id"], name=op.f("fk_relations_relative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relations")),
    )
    op.create_index("ix_relations_person_id", "relations", ["person_id"], unique=False)
    op.create_index("ix_relations_relative_id", "relations", ["relative_id"], unique=False)
    op.create_table(
        "starts",
        sa.Column("definition_key", sa.String(length=60), nullable=False),
        sa.Column("element", sa.String(length=100), nullable=False),
        sa.Column("definition_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["definition_id"], ["definitions.id"], name=op.f("fk_starts_definition_id")),
        sa.PrimaryKeyConstraint("definition_key", "element", name=op.f("pk_starts")),
    )
    op.create_index("ix_starts_due_at", "starts", ["due_at"], unique=False)
    op.create_index("ix_starts_kind_name", "starts", ["kind", "name"], unique=False)
    op.create_table(
        "unit_states",
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("parent_id", sa.String(length=40), nullable=True),
        sa.Column("dual_parent_id", sa.String(length=40), nullable=True),
        sa.Column("can_approve_members", sa.Boolean(), nullable=False),
        sa.Column("has_branch_committee", sa.Boolean(), nullable=False),
        sa.Column("term_started_on", sa.Date(), nullable=True),
        sa.Column("term_years", sa.Integer(), nullable=True),
        sa.Column("term_expires_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["dual_parent_id"], ["units.id"], name=op.f("fk_unit_states_dual_parent_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_unit_states_parent_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_states_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "from_on", name=op.f("pk_unit_states")),
    )
    op.create_index("ix_unit_states_parent_id", "unit_states", ["parent_id"], unique=False)
    op.create_table(
        "answers",
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("element", sa.String(length=100), nullable=False),
        sa.Column("form", sa.String(length=100), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("salts", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_answers_case_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_answers")),
    )
    op.create_index("ix_answers_case_id", "answers", ["case_id"], unique=False)
    op.create_table(
        "case_viewers",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=140), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_viewers_case_id")),
        sa.PrimaryKeyConstraint("case_id", "holder", name=op.f("pk_case_viewers")),
    )
    op.create_index("ix_case_viewers_holder_case_id", "case_viewers", ["holder", "case_id"], unique=False)
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("node", sa.Integer(), nullable=True),
        sa.Column("element", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("resolved_at", INSTANT, nullable=True),
        sa.Column("resolved_by", sa.String(length=40), nullable=True),
        sa.Column("resolution", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_incidents_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index("ix_incidents_case_id", "incidents", ["case_id"], unique=False)
    op.create_index("ix_incidents_resolved_at_opened_at", "incidents", ["resolved_at", "opened_at"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("node", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(length=100), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("timeout", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=100), nullable=True),
        sa.Column("taken_by", sa.String(length=40), nullable=True),
        sa.Column("lapsed", sa.String(length=100), nullable=True),
        sa.Column("locked_until", INSTANT, nullable=True),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_jobs_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("case_id", "node", name=op.f("uq_jobs_case_id_node")),
    )
    op.create_index(
        "ix_jobs_status",
        "jobs",
        ["status"],
        unique=False,
        postgresql_where=sa.text("status IN ('open', 'failed')"),
        sqlite_where=sa.text("status IN ('open', 'failed')"),
    )
    op.create_index("ix_jobs_type_status_created_at", "jobs", ["type", "status", "created_at", "id"], unique=False)
    op.create_table(
        "keys",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_keys_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        sa.UniqueConstraint("name", name=op.f("uq_keys_name")),
    )
    op.create_table(
        "migrated_cases",
        sa.Column("migration_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("head", sa.String(length=64), nullable=True),
        sa.Column("at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_migrated_cases_case_id")),
        sa.ForeignKeyConstraint(["migration_id"], ["migrations.id"], name=op.f("fk_migrated_cases_migration_id")),
        sa.PrimaryKeyConstraint("migration_id", "case_id", name=op.f("pk_migrated_cases")),
    )
    op.create_index("ix_migrated_cases_case_id", "migrated_cases", ["case_id"], unique=False)
    op.create_index("ix_migrated_cases_status", "migrated_cases", ["migration_id", "status", "case_id"], unique=False)
    op.create_table(
        "moves",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_moves_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_index("ix_moves_case_id", "moves", ["case_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("node", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_subscriptions_case_id")),
        sa.PrimaryKeyConstraint("case_id", "node", name=op.f("pk_subscriptions")),
    )
    op.create_index("ix_subscriptions_name_key", "subscriptions", ["kind", "name", "key"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("node", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("claimed_by", sa.String(length=40), nullable=True),
        sa.Column("completed_by", sa.String(length=40), nullable=True),
        sa.Column("completed_for", sa.String(length=40), nullable=True),
        sa.Column("completed_at", INSTANT, nullable=True),
        sa.Column("confirmed_by", sa.String(length=40), nullable=True),
        sa.Column("business_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.String(length=60), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("held", sa.Text(), nullable=True),
        sa.Column("pending", sa.Text(), nullable=True),
        sa.Column("void_at", INSTANT, nullable=True),
        sa.Column("definition_id", sa.String(length=40), nullable=True),
        sa.Column("done_as", sa.String(length=100), nullable=True),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_tasks_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("case_id", "node", name=op.f("uq_tasks_case_id_node")),
    )
    op.create_index("ix_tasks_completed_by", "tasks", ["completed_by"], unique=False)
    op.create_index("ix_tasks_status_due_on_id", "tasks", ["status", "due_on", "id"], unique=False)
    op.create_table(
        "timers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=40), nullable=True),
        sa.Column("node", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_timers_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
    )
    op.create_index("ix_timers_case_id", "timers", ["case_id"], unique=False)
    op.create_index("ix_timers_due_at", "timers", ["due_at"], unique=False)
    op.create_table(
        "task_candidates",
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=140), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_task_candidates_task_id")),
        sa.PrimaryKeyConstraint("task_id", "holder", "purpose", name=op.f("pk_task_candidates")),
    )
    op.create_index("ix_task_candidates_holder_task_id", "task_candidates", ["holder", "task_id"], unique=False)
    seal("entries", [["chain", "seq"], ["hash"]])
    seal("definitions", [["id"], ["key", "version"]])
    seal("definition_files", [["definition_id", "path"]])
    seal("answers", [["task_id"]])


def downgrade() -> None:
    """A trail is never taken back: restore a backup instead."""
    raise NotImplementedError("restore the backup made before the upgrade")
