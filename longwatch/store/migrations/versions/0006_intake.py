"""What monitoring intake needs besides its inbox: setups and counters of sources, refused calls, answers of doors.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op
from longwatch.store.database import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('alert_remarks',
    sa.Column('row', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('inbox', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('fingerprint', sa.String(length=300), nullable=False),
    sa.Column('about', sa.String(length=20), nullable=False),
    sa.Column('author', sa.String(length=300), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('row', name=op.f('pk_alert_remarks'))
    )
    op.create_index('ix_alert_remarks_alert', 'alert_remarks', ['source', 'fingerprint', 'row'], unique=False)
    op.create_index('ix_alert_remarks_source', 'alert_remarks', ['source', 'row'], unique=False)
    op.create_index(op.f('ix_alert_remarks_inbox'), 'alert_remarks', ['inbox'], unique=False)
    op.create_table('correlated_tickets',
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('correlation', sa.String(length=300), nullable=False),
    sa.Column('number', sa.String(length=120), nullable=False),
    sa.Column('sys_id', sa.String(length=32), nullable=False),
    sa.Column('group', sa.String(length=120), nullable=False),
    sa.Column('episode', sa.Integer(), nullable=False),
    sa.Column('opened_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('source', 'correlation', name=op.f('pk_correlated_tickets')),
    sa.UniqueConstraint('sys_id', name=op.f('uq_correlated_tickets_sys_id'))
    )
    op.create_index(op.f('ix_correlated_tickets_number'), 'correlated_tickets', ['number'], unique=False)
    op.create_table('opsgenie_requests',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('action', sa.String(length=120), nullable=False),
    sa.Column('alias', sa.Text(), nullable=False),
    sa.Column('alert', sa.String(length=36), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opsgenie_requests'))
    )
    op.create_index('ix_opsgenie_requests_alert', 'opsgenie_requests', ['source', 'alert'], unique=False)
    op.create_table('refused_calls',
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('slot', sa.Integer(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('code', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('source', 'slot', name=op.f('pk_refused_calls'))
    )
    op.create_table('seen_signatures',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_seen_signatures'))
    )
    op.create_index(op.f('ix_seen_signatures_at'), 'seen_signatures', ['at'], unique=False)
    op.create_table('sns_certificates',
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('pem', sa.Text(), nullable=True),
    sa.Column('asked_at', Instant(), nullable=False),
    sa.Column('fetched_at', Instant(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('url', name=op.f('pk_sns_certificates'))
    )
    op.create_table('sns_topics',
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('topic', sa.String(length=300), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('asked_at', Instant(), nullable=False),
    sa.Column('confirmed_at', Instant(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('source', 'topic', name=op.f('pk_sns_topics'))
    )
    op.create_table('source_counts',
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('seen_at', Instant(), nullable=True),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.Column('alerts', sa.Integer(), nullable=False),
    sa.Column('remarks', sa.Integer(), nullable=False),
    sa.Column('tests', sa.Integer(), nullable=False),
    sa.Column('parked', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('refused_at', Instant(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('source', name=op.f('pk_source_counts'))
    )
    op.create_table('source_old_keys',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('until', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_source_old_keys'))
    )
    op.create_index(op.f('ix_source_old_keys_source'), 'source_old_keys', ['source'], unique=False)
    op.create_table('source_setups',
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('networks', sa.JSON(), nullable=False),
    sa.Column('signature', sa.String(length=120), nullable=True),
    sa.Column('secret', sa.Text(), nullable=True),
    sa.Column('mapping', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('source', name=op.f('pk_source_setups'))
    )
    op.create_index('ix_inbox_source', 'inbox', ['source', 'row'], unique=False)
    op.create_index('ix_inbox_held', 'inbox', ['row'], unique=False, sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))


def downgrade() -> None:
    op.drop_index('ix_inbox_held', table_name='inbox')
    op.drop_index('ix_inbox_source', table_name='inbox')
    op.drop_table('source_setups')
    op.drop_table('source_old_keys')
    op.drop_table('source_counts')
    op.drop_table('sns_topics')
    op.drop_table('sns_certificates')
    op.drop_table('seen_signatures')
    op.drop_table('refused_calls')
    op.drop_table('opsgenie_requests')
    op.drop_table('correlated_tickets')
    op.drop_table('alert_remarks')
