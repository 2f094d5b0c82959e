"""Signals that must not fall silent, and what the tools are asked.

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op
from longwatch.store.database import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    row = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('heartbeats',
    sa.Column('row', row, autoincrement=True, nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('signal', sa.String(length=200), nullable=False),
    sa.Column('interval', sa.Integer(), nullable=False),
    sa.Column('grace', sa.Integer(), nullable=False),
    sa.Column('severity', sa.String(length=20), nullable=False),
    sa.Column('ci', sa.String(length=120), nullable=True),
    sa.Column('guards', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('since', Instant(), nullable=False),
    sa.Column('seen_at', Instant(), nullable=True),
    sa.Column('due_at', Instant(), nullable=False),
    sa.Column('beats', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('row', name=op.f('pk_heartbeats')),
    sa.UniqueConstraint('source', 'signal', name='uq_heartbeats_signal')
    )
    op.create_index(
        'ix_heartbeats_due', 'heartbeats', ['due_at'], unique=False,
        sqlite_where=sa.text("state <> 'missing'"), postgresql_where=sa.text("state <> 'missing'"),
    )
    op.create_table('watches',
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_watches'))
    )
    op.create_table('source_staleness',
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('after', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('source', name=op.f('pk_source_staleness'))
    )
    op.create_table('source_polls',
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('login', sa.String(length=200), nullable=False),
    sa.Column('secret', sa.Text(), nullable=True),
    sa.Column('authority', sa.Text(), nullable=False),
    sa.Column('any_name', sa.Boolean(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('every', sa.Integer(), nullable=False),
    sa.Column('grace', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('wanted_at', Instant(), nullable=True),
    sa.Column('last_at', Instant(), nullable=True),
    sa.Column('last_ok_at', Instant(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('source', name=op.f('pk_source_polls'))
    )
    op.create_table('poll_runs',
    sa.Column('row', row, autoincrement=True, nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('milliseconds', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.Column('opened', sa.Integer(), nullable=False),
    sa.Column('cleared', sa.Integer(), nullable=False),
    sa.Column('held', sa.Integer(), nullable=False),
    sa.Column('remarks', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('row', name=op.f('pk_poll_runs'))
    )
    op.create_index('ix_poll_runs_source', 'poll_runs', ['source', 'row'], unique=False)
    op.create_table('poll_notes',
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('fingerprint', sa.String(length=300), nullable=False),
    sa.Column('gone_at', Instant(), nullable=True),
    sa.Column('polls', sa.Integer(), nullable=False),
    sa.Column('told', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('source', 'fingerprint', name=op.f('pk_poll_notes'))
    )


def downgrade() -> None:
    for table in ('poll_notes', 'poll_runs', 'source_polls', 'source_staleness', 'watches', 'heartbeats'):
        op.drop_table(table)
