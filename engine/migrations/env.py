"""Alembic runs this file; it works on the connection that ``engine.migrations.upgrade`` hands in."""

from alembic import context

from engine import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    compare_type=True,
    render_item=context.config.attributes.get("render_item"),
    # On PostgreSQL the caller's transaction holds the lock; a transaction per migration would let it go.
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
