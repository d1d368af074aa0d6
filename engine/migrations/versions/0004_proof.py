"""Proof: the sealed log; a list of cases is read in order of an index."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from engine.migrations.append_only import seal

revision = "0004"
down_revision = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# SQLite has no such type: sortable ISO 8601 text in UTC.
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
# As INTEGER, the key of a table of SQLite is the table itself and no index beside it.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _sealed_log()
    _reads_on_record()
    _lists_of_cases()
    _records()
    _timers_follow_calendars()
    _meetings_are_signed_by_hand()


def _sealed_log() -> None:
    op.create_table(
        "log_pending",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_pending")),
    )
    op.create_table(
        "log_leaves",
        sa.Column("idx", NUMBER, autoincrement=False, nullable=False),
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("sm3", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("idx", name=op.f("pk_log_leaves")),
        sa.UniqueConstraint("chain", "seq", name=op.f("uq_log_leaves_chain_seq")),
    )
    op.create_table(
        "log_tiles",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("idx", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "idx", name=op.f("pk_log_tiles")),
    )
    op.create_table(
        "log_checkpoints",
        sa.Column("size", NUMBER, autoincrement=False, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoints")),
    )
    op.create_table(
        "log_cosignatures",
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("witness", sa.String(length=200), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["size"], ["log_checkpoints.size"], name=op.f("fk_log_cosignatures_size")),
        sa.PrimaryKeyConstraint("size", "witness", name=op.f("pk_log_cosignatures")),
    )
    op.create_table(
        "log_timestamps",
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["size"], ["log_checkpoints.size"], name=op.f("fk_log_timestamps_size")),
        sa.PrimaryKeyConstraint("size", "authority", name=op.f("pk_log_timestamps")),
    )
    op.create_table(
        "log_keys",
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("public", sa.String(length=64), nullable=False),
        sa.Column("from_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("purpose", "number", name=op.f("pk_log_keys")),
    )
    op.create_table(
        "log_key_secrets",
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "number", name=op.f("pk_log_key_secrets")),
    )
    op.create_table(
        "log_publications",
        sa.Column("place", sa.String(length=220), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("target", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(["size"], ["log_checkpoints.size"], name=op.f("fk_log_publications_size")),
        sa.PrimaryKeyConstraint("place", "size", name=op.f("pk_log_publications")),
    )
    op.create_table(
        "log_places",
        sa.Column("place", sa.String(length=220), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("fault", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_log_places")),
    )
    op.create_table(
        "log_witnesses",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("vkey", sa.String(length=400), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_log_witnesses")),
    )
    op.create_table(
        "witnessed_logs",
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("vkey", sa.String(length=400), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("origin", "vkey", name=op.f("pk_witnessed_logs")),
    )
    op.create_table(
        "witnessed_sizes",
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_witnessed_sizes")),
    )
    seal("log_leaves", [["idx"], ["chain", "seq"]])
    seal("log_tiles", [["level", "idx"]])
    seal("log_checkpoints", [["size"]])
    seal("log_cosignatures", [["size", "witness"]])
    seal("log_timestamps", [["size", "authority"]])
    seal("log_keys", [["purpose", "number"]])
    seal("log_publications", [["place", "size"]])
    _forward_only()
    # What was there before gets its place in the order of time; within a chain that is the chain's own order.
    columns = ("chain", "seq", "hash")
    entries = sa.table("entries", *map(sa.column, (*columns, "at"))).c
    pending = sa.table("log_pending", *map(sa.column, columns))
    there = sa.select(*(entries[name] for name in columns)).order_by(entries.at, entries.chain, entries.seq)
    op.execute(sa.insert(pending).from_select(columns, there))
    _every_entry_waits_for_its_place()


def _timers_follow_calendars() -> None:
    op.add_column("timers", sa.Column("calendar_no", sa.Integer(), nullable=True))
    op.create_index(
        "ix_timers_calendar_no",
        "timers",
        ["calendar_no", "case_id"],
        postgresql_where=sa.text("calendar_no IS NOT NULL"),
        sqlite_where=sa.text("calendar_no IS NOT NULL"),
    )


def _meetings_are_signed_by_hand() -> None:
    with op.batch_alter_table("meetings") as table:
        table.add_column(sa.Column("signed_drawing", sa.Text(), nullable=True))
        table.add_column(sa.Column("signed_sha256", sa.String(length=64), nullable=True))
        table.create_foreign_key(op.f("fk_meetings_signed_sha256"), "files", ["signed_sha256"], ["sha256"])


def _every_entry_waits_for_its_place() -> None:
    """An entry leaves a pending row in its own transaction, whoever writes it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            """
            CREATE FUNCTION liuhen_entry_pending() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO log_pending (chain, seq, hash) VALUES (NEW.chain, NEW.seq, NEW.hash);
                RETURN NULL;
            END $$
            """
        )
        op.execute(
            "CREATE TRIGGER entries_pending AFTER INSERT ON entries "
            "FOR EACH ROW EXECUTE FUNCTION liuhen_entry_pending()"
        )
        op.execute("ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_pending")
        return
    op.execute(
        "CREATE TRIGGER entries_pending AFTER INSERT ON entries "
        "BEGIN INSERT INTO log_pending (chain, seq, hash) VALUES (NEW.chain, NEW.seq, NEW.hash); END"
    )


def _forward_only() -> None:
    """What was cosigned of another log never becomes smaller, and never another tree of the same size."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            """
            CREATE FUNCTION liuhen_forward_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'UPDATE' AND NEW.origin = OLD.origin
                   AND (NEW.size > OLD.size OR (NEW.size = OLD.size AND NEW.root = OLD.root)) THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION '% moves forward only: % refused', TG_TABLE_NAME, TG_OP
                    USING ERRCODE = 'restrict_violation';
            END $$
            """
        )
        op.execute(
            "CREATE TRIGGER witnessed_sizes_forward BEFORE UPDATE OR DELETE ON witnessed_sizes "
            "FOR EACH ROW EXECUTE FUNCTION liuhen_forward_only()"
        )
        op.execute(
            "CREATE TRIGGER witnessed_sizes_no_truncate BEFORE TRUNCATE ON witnessed_sizes "
            "FOR EACH STATEMENT EXECUTE FUNCTION liuhen_forward_only()"
        )
        for trigger in ("forward", "no_truncate"):
            op.execute(f"ALTER TABLE witnessed_sizes ENABLE ALWAYS TRIGGER witnessed_sizes_{trigger}")
        return
    refused = "BEGIN SELECT RAISE(ABORT, 'witnessed_sizes moves forward only: {act} refused'); END"
    op.execute(
        "CREATE TRIGGER witnessed_sizes_forward BEFORE UPDATE ON witnessed_sizes "
        "WHEN NOT (NEW.origin = OLD.origin "
        "AND (NEW.size > OLD.size OR (NEW.size = OLD.size AND NEW.root = OLD.root))) " + refused.format(act="UPDATE")
    )
    op.execute(
        "CREATE TRIGGER witnessed_sizes_no_delete BEFORE DELETE ON witnessed_sizes " + refused.format(act="DELETE")
    )
    there = "EXISTS (SELECT 1 FROM witnessed_sizes WHERE origin = NEW.origin)"
    op.execute(
        f"CREATE TRIGGER witnessed_sizes_no_replace BEFORE INSERT ON witnessed_sizes WHEN {there} "
        + refused.format(act="REPLACE")
    )


def _reads_on_record() -> None:
    op.create_table(
        "case_reads",
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=True),
        sa.Column("scope", sa.String(length=10), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_reads_case_id")),
        sa.PrimaryKeyConstraint("chain", "seq", "case_id", name=op.f("pk_case_reads")),
    )
    op.create_index("ix_case_reads_case_id", "case_reads", ["case_id", "at", "chain", "seq"], unique=False)
    op.create_index("ix_case_reads_person_id", "case_reads", ["person_id", "at"], unique=False)
    op.create_table(
        "read_words",
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq", name=op.f("pk_read_words")),
    )
    seal("case_reads", [["chain", "seq", "case_id"]])
    seal("read_words", [["chain", "seq"]])


def _lists_of_cases() -> None:
    """Whoever may see a case finds it by when it was started; what another one called stands behind that one."""
    op.add_column("case_viewers", sa.Column("started_at", INSTANT, nullable=True))
    op.add_column("case_viewers", sa.Column("is_below", sa.Boolean(), server_default="0", nullable=False))
    viewers = sa.table("case_viewers", *map(sa.column, ("case_id", "holder", "started_at", "is_below")))
    cases = sa.table("cases", *map(sa.column, ("id", "parent_id", "started_at"))).c
    of_caller = viewers.alias("of_caller")
    started = sa.select(cases.started_at).where(cases.id == viewers.c.case_id).scalar_subquery()
    op.execute(sa.update(viewers).values(started_at=started))
    called = sa.exists().where(
        cases.id == viewers.c.case_id,
        of_caller.c.case_id == cases.parent_id,
        of_caller.c.holder == viewers.c.holder,
    )
    op.execute(sa.update(viewers).where(called).values(is_below=sa.true()))
    op.drop_index("ix_case_viewers_holder_case_id", table_name="case_viewers")
    with op.batch_alter_table("case_viewers") as table:
        table.alter_column("started_at", existing_type=INSTANT, nullable=False)
    columns = ["holder", "is_below", "started_at", "case_id"]
    op.create_index("ix_case_viewers_holder_is_below", "case_viewers", columns, unique=False)
    op.create_index("ix_cases_started_at", "cases", ["started_at", "id"], unique=False)
    begun = sa.text("parent_id IS NULL AND status IN ('running', 'suspended', 'failed')")
    op.create_index("ix_cases_begun", "cases", ["started_by"], postgresql_where=begun, sqlite_where=begun)


def _records() -> None:
    """Holds, retention and erasure; an answer goes by an erasure and in no other way."""
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.String(length=40), nullable=True),
        sa.Column("placed_at", INSTANT, nullable=False),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.Column("lifted_by", sa.String(length=40), nullable=True),
        sa.Column("lift_confirmed_by", sa.String(length=40), nullable=True),
        sa.Column("lift_ground", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_holds_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index("ix_holds_case_id", "holds", ["case_id"], unique=False)
    standing = sa.text("lifted_at IS NULL")
    op.create_index(
        "ix_holds_standing", "holds", ["id"], unique=False, postgresql_where=standing, sqlite_where=standing
    )
    op.create_table(
        "retention_terms",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("definition_key", sa.String(length=60), nullable=False),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=40), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_terms")),
    )
    op.create_index("ix_retention_terms_definition_key", "retention_terms", ["definition_key", "id"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=40), nullable=True),
        sa.Column("confirmed_by", sa.String(length=40), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_erasures_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index("ix_erasures_case_id", "erasures", ["case_id"], unique=False)
    op.create_table(
        "erased_answers",
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("erasure_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasures.id"], name=op.f("fk_erased_answers_erasure_id")),
        sa.PrimaryKeyConstraint("task_id", "field", name=op.f("pk_erased_answers")),
    )
    seal("retention_terms", [["id"]])
    seal("erasures", [["id"]])
    seal("erased_answers", [["task_id", "field"]])
    _only_erasures_change_answers()


def _only_erasures_change_answers() -> None:
    """An UPDATE of an answer passes where all it does is to take away values and salts that an erasure names.

    What stays has to be as it was, and a value never stays without the salt that it had, nor a salt without its value.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            """
            CREATE FUNCTION liuhen_answers_erased() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.task_id = OLD.task_id AND NEW.case_id = OLD.case_id AND NEW.element = OLD.element
                   AND NEW.form = OLD.form AND NEW.at = OLD.at
                   AND NOT EXISTS (
                       SELECT 1 FROM json_each(NEW.values::json) n
                       LEFT JOIN json_each(OLD.values::json) o ON o.key = n.key
                       WHERE o.value::text IS DISTINCT FROM n.value::text)
                   AND NOT EXISTS (
                       SELECT 1 FROM json_each(NEW.salts::json) n
                       LEFT JOIN json_each(OLD.salts::json) o ON o.key = n.key
                       WHERE o.value::text IS DISTINCT FROM n.value::text)
                   AND NOT EXISTS (
                       SELECT 1 FROM json_each(OLD.values::json) o
                       WHERE o.key NOT IN (SELECT n.key FROM json_each(NEW.values::json) n)
                         AND o.key NOT IN (SELECT e.field FROM erased_answers e WHERE e.task_id = OLD.task_id))
                   AND NOT EXISTS (
                       SELECT 1 FROM json_each(OLD.salts::json) o
                       WHERE o.key IN (SELECT n.key FROM json_each(NEW.values::json) n)
                         AND o.key NOT IN (SELECT s.key FROM json_each(NEW.salts::json) s))
                   AND NOT EXISTS (
                       SELECT 1 FROM json_each(NEW.salts::json) s
                       WHERE s.key NOT IN (SELECT n.key FROM json_each(NEW.values::json) n))
                THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION 'answers is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
            END $$
            """
        )
        op.execute("DROP TRIGGER answers_append_only ON answers")
        op.execute(
            "CREATE TRIGGER answers_append_only BEFORE DELETE ON answers "
            "FOR EACH ROW EXECUTE FUNCTION liuhen_append_only()"
        )
        op.execute(
            "CREATE TRIGGER answers_only_erased BEFORE UPDATE ON answers "
            "FOR EACH ROW EXECUTE FUNCTION liuhen_answers_erased()"
        )
        for trigger in ("append_only", "only_erased"):
            op.execute(f"ALTER TABLE answers ENABLE ALWAYS TRIGGER answers_{trigger}")
        return
    differs = "o.key IS NULL OR o.type IS NOT n.type OR o.value IS NOT n.value"
    op.execute("DROP TRIGGER answers_no_update")
    op.execute(
        f"""
        CREATE TRIGGER answers_no_update BEFORE UPDATE ON answers WHEN NOT (
            NEW.task_id = OLD.task_id AND NEW.case_id = OLD.case_id AND NEW.element = OLD.element
            AND NEW.form = OLD.form AND NEW.at = OLD.at
            AND NOT EXISTS (
                SELECT 1 FROM json_each(NEW."values") n LEFT JOIN json_each(OLD."values") o ON o.key = n.key
                WHERE {differs})
            AND NOT EXISTS (
                SELECT 1 FROM json_each(NEW.salts) n LEFT JOIN json_each(OLD.salts) o ON o.key = n.key
                WHERE {differs})
            AND NOT EXISTS (
                SELECT 1 FROM json_each(OLD."values") o
                WHERE o.key NOT IN (SELECT n.key FROM json_each(NEW."values") n)
                  AND o.key NOT IN (SELECT e.field FROM erased_answers e WHERE e.task_id = OLD.task_id))
            AND NOT EXISTS (
                SELECT 1 FROM json_each(OLD.salts) o
                WHERE o.key IN (SELECT n.key FROM json_each(NEW."values") n)
                  AND o.key NOT IN (SELECT s.key FROM json_each(NEW.salts) s))
            AND NOT EXISTS (
                SELECT 1 FROM json_each(NEW.salts) s
                WHERE s.key NOT IN (SELECT n.key FROM json_each(NEW."values") n))
        )
        BEGIN SELECT RAISE(ABORT, 'answers is append-only: UPDATE refused'); END
        """  # noqa: S608 - no value from outside
    )


def downgrade() -> None:
    """A trail is never taken back: restore a backup instead."""
    raise NotImplementedError("restore the backup made before the upgrade")
