"""The migrations build what the models say, on both databases."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.orm import Session

from microtasks.models import Base


def test_models_and_migrations_agree(session_on_each: Session) -> None:
    with session_on_each.connection() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        ours = [
            change
            for change in compare_metadata(context, Base.metadata)
            if "alembic_version" not in repr(change)
        ]
    assert ours == []
