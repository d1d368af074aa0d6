"""Procedures: official documents with their register of numbers; what started a case once for each; meetings signed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from engine.migrations.append_only import seal

revision = "0003"
down_revision = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# SQLite has no such type: sortable ISO 8601 text in UTC.
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    _documents()
    _imported_cases()
    _occasions()
    _meetings()
    _corrections()
    _notices()
    _cases()


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("element", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("for_subject", sa.Boolean(), nullable=False),
        sa.Column("issued_by", sa.String(length=40), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_documents_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_documents_task_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_documents_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index("ix_documents_case_id", "documents", ["case_id"], unique=False)
    op.create_index("ix_documents_task_id", "documents", ["task_id"], unique=False)
    op.create_table(
        "document_numbers",
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("document_id", sa.String(length=40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_document_numbers_unit_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_document_numbers_document_id")),
        sa.PrimaryKeyConstraint("unit_id", "code", "year", "serial", name=op.f("pk_document_numbers")),
        sa.UniqueConstraint("number", name=op.f("uq_document_numbers_number")),
        sa.UniqueConstraint("document_id", name=op.f("uq_document_numbers_document_id")),
    )
    op.create_table(
        "document_series",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=40), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_document_series_unit_id")),
        sa.PrimaryKeyConstraint("code", "year", name=op.f("pk_document_series")),
    )
    op.create_table(
        "document_events",
        sa.Column("document_id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_document_events_document_id")),
        sa.PrimaryKeyConstraint("document_id", "seq", name=op.f("pk_document_events")),
    )
    op.create_table(
        "document_cases",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("document_id", sa.String(length=40), nullable=False),
        sa.Column("element", sa.String(length=100), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_document_cases_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_document_cases_document_id")),
        sa.PrimaryKeyConstraint("case_id", "document_id", name=op.f("pk_document_cases")),
    )
    op.create_index("ix_document_cases_document_id", "document_cases", ["document_id"], unique=False)
    seal("documents", [["id"]])
    seal("document_numbers", [["unit_id", "code", "year", "serial"], ["number"], ["document_id"]])
    seal("document_series", [["code", "year"]])
    seal("document_events", [["document_id", "seq"]])
    seal("document_cases", [["case_id", "document_id"]])


def _imported_cases() -> None:
    op.create_table(
        "imported_cases",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("definition_key", sa.String(length=60), nullable=False),
        sa.Column("source_key", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.String(length=40), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_imported_cases_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_imported_cases")),
        sa.UniqueConstraint("definition_key", "source_key", name=op.f("uq_imported_cases_definition_key_source_key")),
    )
    seal("imported_cases", [["case_id"], ["definition_key", "source_key"]])


def _occasions() -> None:
    op.create_table(
        "occasions",
        sa.Column("definition_key", sa.String(length=60), nullable=False),
        sa.Column("element", sa.String(length=100), nullable=False),
        sa.Column("occasion", sa.String(length=200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("definition_key", "element", "occasion", name=op.f("pk_occasions")),
    )


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_corrections_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_corrections_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index("ix_corrections_case_id", "corrections", ["case_id"], unique=False)
    op.create_index("ix_corrections_task_id", "corrections", ["task_id"], unique=False)


def _meetings() -> None:
    op.add_column("meetings", sa.Column("signed_at", INSTANT, nullable=True))


def _cases() -> None:
    op.add_column("cases", sa.Column("started_for", sa.String(length=40), nullable=True))


def _notices() -> None:
    op.add_column("notice_deliveries", sa.Column("again_at", INSTANT, nullable=True))


def downgrade() -> None:
    """A trail is never taken back: restore a backup instead."""
    raise NotImplementedError("restore the backup made before the upgrade")
