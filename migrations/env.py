"""How Alembic finds the tables and the database: both come from the running application."""

from __future__ import annotations

from alembic import context
from flask import current_app

from microtasks.models import Base

engine = current_app.extensions["migrate"].db.engine


def include_name(name: str | None, type_: str, parents: object) -> bool:
    """Compare what our models name and nothing else that may live in the same database."""
    return type_ != "table" or name in Base.metadata.tables


if context.is_offline_mode():
    raise SystemExit("migrations run against a database; there is no offline mode")

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=False,
        include_name=include_name,
        user_module_prefix="models.",
    )
    with context.begin_transaction():
        context.run_migrations()
