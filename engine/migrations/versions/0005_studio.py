"""The designer's studio: drafts, their review, and which version starts cases."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from engine.migrations.append_only import seal

revision = "0005"
down_revision = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# SQLite has no such type: sortable ISO 8601 text in UTC.
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
# As INTEGER, the key of a table of SQLite is the table itself and no index beside it.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _search()
    _drafts()
    _newest_versions_are_active()
    _findings()
    _how_long_tasks_take()
    _distribution_lists()
    _directory_manifests()


def _drafts() -> None:
    op.create_table(
        "draft_contents",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_draft_contents")),
    )
    op.create_table(
        "procedure_drafts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("definition_key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("files_hash", sa.String(length=64), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("published_version", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("saved_by", sa.String(length=40), nullable=False),
        sa.Column("edited_by", sa.String(length=40), nullable=True),
        sa.Column("editing_until", INSTANT, nullable=True),
        sa.Column("editing_taken_from", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_drafts")),
    )
    op.create_index("ix_procedure_drafts_definition_key", "procedure_drafts", ["definition_key"], unique=False)
    op.create_table(
        "procedures",
        sa.Column("definition_key", sa.String(length=60), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("folder", sa.String(length=100), nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.Column("retired_by", sa.String(length=40), nullable=True),
        sa.Column("retired_because", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("definition_key", name=op.f("pk_procedures")),
    )
    op.create_table(
        "activations",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("definition_key", sa.String(length=60), nullable=False),
        sa.Column("definition_id", sa.String(length=40), nullable=False),
        sa.Column("units", sa.Text(), nullable=True),
        sa.Column("from_at", INSTANT, nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["definition_id"], ["definitions.id"], name=op.f("fk_activations_definition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activations")),
    )
    op.create_index("ix_activations_definition_key", "activations", ["definition_key", "id"], unique=False)
    op.create_index(
        "ix_activations_from_at",
        "activations",
        ["from_at"],
        unique=False,
        postgresql_where=sa.text("status = 'planned'"),
        sqlite_where=sa.text("status = 'planned'"),
    )
    op.create_table(
        "active_versions",
        sa.Column("definition_key", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("definition_id", sa.String(length=40), nullable=True),
        sa.Column("since", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["definition_id"], ["definitions.id"], name=op.f("fk_active_versions_definition_id")),
        sa.PrimaryKeyConstraint("definition_key", "unit_id", name=op.f("pk_active_versions")),
    )
    op.create_table(
        "draft_comments",
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("resolved_by", sa.String(length=40), nullable=True),
        sa.Column("resolved_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["procedure_drafts.id"], name=op.f("fk_draft_comments_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "no", name=op.f("pk_draft_comments")),
    )
    op.create_table(
        "draft_previews",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("files_hash", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.String(length=40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["procedure_drafts.id"], name=op.f("fk_draft_previews_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_previews")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_draft_previews_draft_id")),
    )
    op.create_table(
        "draft_rehearsals",
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("files_hash", sa.String(length=64), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["procedure_drafts.id"], name=op.f("fk_draft_rehearsals_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "files_hash", name=op.f("pk_draft_rehearsals")),
    )
    op.create_table(
        "draft_reviewers",
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["procedure_drafts.id"], name=op.f("fk_draft_reviewers_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "person_id", name=op.f("pk_draft_reviewers")),
    )
    op.create_table(
        "draft_saves",
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("files_hash", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["procedure_drafts.id"], name=op.f("fk_draft_saves_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "rev", name=op.f("pk_draft_saves")),
    )
    op.create_table(
        "draft_sign_offs",
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("files_hash", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.String(length=40), nullable=False),
        sa.Column("agree", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["procedure_drafts.id"], name=op.f("fk_draft_sign_offs_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "no", name=op.f("pk_draft_sign_offs")),
    )
    op.create_table(
        "draft_previewed",
        sa.Column("preview_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["preview_id"], ["draft_previews.id"], name=op.f("fk_draft_previewed_preview_id")),
        sa.PrimaryKeyConstraint("preview_id", "case_id", name=op.f("pk_draft_previewed")),
    )
    op.create_index("ix_draft_previewed_kind", "draft_previewed", ["preview_id", "kind", "case_id"], unique=False)


def _newest_versions_are_active() -> None:
    """Up to now the newest version of every procedure started its cases."""
    known = sa.table("definitions", *map(sa.column, ("id", "key", "version", "published_at")))
    later = known.alias("later")
    is_newest = ~sa.exists().where(later.c.key == known.c.key, later.c.version > known.c.version)
    columns = ("definition_key", "unit_id", "definition_id", "since")
    there = sa.select(known.c.key, sa.literal(""), known.c.id, known.c.published_at).where(is_newest)
    op.execute(sa.insert(sa.table("active_versions", *map(sa.column, columns))).from_select(columns, there))


def _how_long_tasks_take() -> None:
    """When a task was first taken in hand is known from claims alone: drafts of the time before leave no trace."""
    op.add_column("tasks", sa.Column("taken_at", INSTANT, nullable=True))
    op.add_column("tasks", sa.Column("wait_seconds", sa.Integer(), nullable=True))
    op.add_column("tasks", sa.Column("work_seconds", sa.Integer(), nullable=True))
    for table, column in (("tasks", "completed_at"), ("cases", "ended_at")):
        given = sa.text(f"{column} IS NOT NULL")
        name = f"ix_{table}_{column}"
        op.create_index(name, table, [column], unique=False, postgresql_where=given, sqlite_where=given)
    op.execute(
        "UPDATE tasks SET taken_at = claimed.at FROM (SELECT task_id, min(at) AS at FROM entries "
        "WHERE kind = 'task.claimed' GROUP BY task_id) AS claimed WHERE tasks.id = claimed.task_id"
    )


def _directory_manifests() -> None:
    op.create_table(
        "directory_manifests",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_directory_manifests")),
    )
    seal("directory_manifests", [["sha256"]])


def _distribution_lists() -> None:
    op.create_table(
        "distribution_lists",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=40), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_distribution_lists_unit_id")),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_distribution_lists")),
    )
    op.create_index("ix_distribution_lists_unit_id", "distribution_lists", ["unit_id"], unique=False)
    seal("distribution_lists", [["id", "version"]])


def _search() -> None:
    """What entries and attachments say, to be found by words; the tick fills it from the whole log."""
    op.create_table(
        "search_texts",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_texts")),
        sa.UniqueConstraint("chain", "seq", name=op.f("uq_search_texts_chain_seq")),
    )
    op.create_table(
        "search_files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text_id", NUMBER, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("sha256", "text_id", name=op.f("pk_search_files")),
    )
    op.create_table(
        "search_terms",
        sa.Column("term", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text_id", NUMBER, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("term", "text_id", name=op.f("pk_search_terms")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_values",
        sa.Column("text_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("text_id", "field", "place", name=op.f("pk_search_values")),
    )
    op.create_index("ix_search_values_field_said", "search_values", ["field", "said"])
    op.create_index("ix_search_values_field_number", "search_values", ["field", "number"])
    op.create_table(
        "search_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_progress")),
    )
    op.create_table(
        "file_texts",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_texts")),
    )
    waiting = sa.text("status = 'waiting'")
    op.create_index("ix_file_texts_status", "file_texts", ["status"], postgresql_where=waiting, sqlite_where=waiting)
    op.add_column("saved_views", sa.Column("page", sa.String(length=20), server_default="worklist", nullable=False))


def _findings() -> None:
    """What those who oversee look through; filled from the entries by the clock, those of before as well."""
    op.create_table(
        "findings",
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("definition_key", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("element", sa.String(length=200), nullable=True),
        sa.Column("task_id", sa.String(length=40), nullable=True),
        sa.Column("clause", sa.String(length=100), nullable=True),
        sa.Column("measure", sa.Integer(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("set_aside_at", INSTANT, nullable=True),
        sa.Column("set_aside_by", sa.String(length=40), nullable=True),
        sa.Column("set_aside_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_findings_case_id")),
        sa.PrimaryKeyConstraint("chain", "seq", "kind", "rule", name=op.f("pk_findings")),
    )
    op.create_index("ix_findings_at", "findings", ["at", "chain", "seq", "kind", "rule"], unique=False)
    op.create_index("ix_findings_case_id", "findings", ["case_id"], unique=False)
    op.create_index("ix_findings_clause", "findings", ["clause", "at"], unique=False)
    for name in ("kind", "person_id", "unit_id", "definition_key"):
        op.create_index(f"ix_findings_{name}_at", "findings", [name, "at"], unique=False)
    op.create_table(
        "case_replays",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_replays_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_replays")),
    )
    op.create_table(
        "clause_states",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("clause", sa.String(length=100), nullable=False),
        sa.Column("definition_key", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("exceptions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_clause_states_case_id")),
        sa.PrimaryKeyConstraint("case_id", "clause", name=op.f("pk_clause_states")),
    )
    columns = ["definition_key", "clause", "state"]
    op.create_index("ix_clause_states_definition_key_clause", "clause_states", columns, unique=False)
    op.create_table(
        "oversight_progress",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("leaves", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_oversight_progress")),
    )
    op.create_table(
        "oversight_limits",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=40), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", "no", name=op.f("pk_oversight_limits")),
    )
    seal("oversight_limits", [["name", "no"]])


def downgrade() -> None:
    """A trail is never taken back: restore a backup instead."""
    raise NotImplementedError("restore the backup made before the upgrade")
