"""What alembic runs: the migrations, on the connection that `upgrade` brought along."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table="alert_schema")
with context.begin_transaction():
    context.run_migrations()
