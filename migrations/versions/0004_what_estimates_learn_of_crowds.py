"""What estimates learn of crowds"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('stage', schema=None) as batch_op:
        batch_op.add_column(sa.Column('crowd', sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table('standing', schema=None) as batch_op:
        batch_op.add_column(sa.Column('record', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    # Not in a batch: on SQLite that makes the table anew, which cannot be done while others point to it.
    op.drop_column('standing', 'record')
    op.drop_column('stage', 'crowd')
