"""Reviews and gold are found without reading what is neither"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    reviewed, gold = sa.text("clock = 'review'"), sa.text('gold IS NOT NULL')
    with op.batch_alter_table('resolution', schema=None) as batch_op:
        batch_op.create_index('ix_resolution_reviewed', ['card_id'], unique=False, sqlite_where=reviewed, postgresql_where=reviewed)
    with op.batch_alter_table('card', schema=None) as batch_op:
        batch_op.create_index('ix_card_gold', ['stage_id'], unique=False, sqlite_where=gold, postgresql_where=gold)


def downgrade() -> None:
    with op.batch_alter_table('card', schema=None) as batch_op:
        batch_op.drop_index('ix_card_gold')
    with op.batch_alter_table('resolution', schema=None) as batch_op:
        batch_op.drop_index('ix_resolution_reviewed')
