"""Crowds from elsewhere"""

import sqlalchemy as sa
from alembic import op

from microtasks import models

revision = '0003'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('uploaded_crowd',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('asked', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('received', sa.String(length=64), nullable=False),
    sa.Column('decided', sa.String(length=64), nullable=True),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('told', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('job_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', models.UTCDateTime(), nullable=False),
    sa.Column('until', models.UTCDateTime(), nullable=False),
    sa.Column('deleted_at', models.UTCDateTime(), nullable=True),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_uploaded_crowd_account_id_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_uploaded_crowd_job_id_job')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_uploaded_crowd')),
    sa.UniqueConstraint('public_id', name=op.f('uq_uploaded_crowd_public_id'))
    )
    with op.batch_alter_table('uploaded_crowd', schema=None) as batch_op:
        batch_op.create_index('ix_uploaded_crowd_account_id_created_at', ['account_id', 'created_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('uploaded_crowd', schema=None) as batch_op:
        batch_op.drop_index('ix_uploaded_crowd_account_id_created_at')

    op.drop_table('uploaded_crowd')
