"""Classes, relations and the history of configuration items.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op
from longwatch.store.database import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('ci_aliases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rank', sa.Integer(), server_default='1', nullable=False))
        batch_op.drop_constraint('pk_ci_aliases', type_='primary')
        batch_op.create_primary_key('pk_ci_aliases', ['alias', 'ci'])

    op.create_table('ci_changes',
    sa.Column('row', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('ci', sa.String(length=120), nullable=False),
    sa.Column('relation', sa.String(length=400), nullable=False),
    sa.Column('action', sa.String(length=20), nullable=False),
    sa.Column('actor', sa.String(length=120), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=True),
    sa.Column('run', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('before', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('after', sa.JSON(none_as_null=True), nullable=True),
    sa.PrimaryKeyConstraint('row', name=op.f('pk_ci_changes'))
    )
    with op.batch_alter_table('ci_changes', schema=None) as batch_op:
        batch_op.create_index('ix_ci_changes_at', ['at'], unique=False)
        batch_op.create_index('ix_ci_changes_ci', ['ci', 'relation', 'row'], unique=False)

    op.create_table('ci_runs',
    sa.Column('row', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('actor', sa.String(length=120), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('complete', sa.Boolean(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('applied_at', Instant(), nullable=True),
    sa.PrimaryKeyConstraint('row', name=op.f('pk_ci_runs'))
    )
    op.create_table('ci_keys',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('ci', sa.String(length=120), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('source_key', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['ci'], ['cis.id'], name=op.f('fk_ci_keys_ci')),
    sa.PrimaryKeyConstraint('key', 'ci', 'source', 'source_key', name=op.f('pk_ci_keys'))
    )
    with op.batch_alter_table('ci_keys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ci_keys_ci'), ['ci'], unique=False)
        batch_op.create_index('ix_ci_keys_source', ['source', 'source_key'], unique=False)

    op.create_table('ci_relations',
    sa.Column('row', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('type', sa.String(length=120), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('target', sa.String(length=120), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['source'], ['cis.id'], name=op.f('fk_ci_relations_source')),
    sa.ForeignKeyConstraint(['target'], ['cis.id'], name=op.f('fk_ci_relations_target')),
    sa.PrimaryKeyConstraint('row', name=op.f('pk_ci_relations')),
    sa.UniqueConstraint('source', 'target', 'type', name=op.f('uq_ci_relations_source_target_type'))
    )
    with op.batch_alter_table('ci_relations', schema=None) as batch_op:
        batch_op.create_index('ix_ci_relations_target', ['target', 'type'], unique=False)
        batch_op.create_index('ix_ci_relations_type', ['type'], unique=False)

    op.create_table('ci_reports',
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('ci', sa.String(length=120), nullable=False),
    sa.Column('class', sa.String(length=120), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('run', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('seen_at', Instant(), nullable=False),
    sa.Column('missing', sa.Integer(), nullable=False),
    sa.Column('missing_since', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['ci'], ['cis.id'], name=op.f('fk_ci_reports_ci')),
    sa.PrimaryKeyConstraint('source', 'key', name=op.f('pk_ci_reports'))
    )
    with op.batch_alter_table('ci_reports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ci_reports_ci'), ['ci'], unique=False)
        batch_op.create_index('ix_ci_reports_run', ['source', 'run'], unique=False)

    op.create_table('ci_staged',
    sa.Column('run', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(length=20), nullable=False),
    sa.Column('held', sa.Boolean(), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('ci', sa.String(length=120), nullable=True),
    sa.Column('record', sa.JSON(), nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['run'], ['ci_runs.row'], name=op.f('fk_ci_staged_run')),
    sa.PrimaryKeyConstraint('run', 'place', name=op.f('pk_ci_staged'))
    )
    with op.batch_alter_table('ci_staged', schema=None) as batch_op:
        batch_op.create_index('ix_ci_staged_verdict', ['run', 'verdict', 'place'], unique=False)

    op.create_table('ci_uniques',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('ci', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['ci'], ['cis.id'], name=op.f('fk_ci_uniques_ci')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_ci_uniques'))
    )
    with op.batch_alter_table('ci_uniques', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ci_uniques_ci'), ['ci'], unique=False)

    op.create_table('ci_edges',
    sa.Column('relation', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cause', sa.String(length=120), nullable=False),
    sa.Column('victim', sa.String(length=120), nullable=False),
    sa.Column('type', sa.String(length=120), nullable=False),
    sa.Column('needed', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['relation'], ['ci_relations.row'], name=op.f('fk_ci_edges_relation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('relation', 'cause', name=op.f('pk_ci_edges'))
    )
    with op.batch_alter_table('ci_edges', schema=None) as batch_op:
        batch_op.create_index('ix_ci_edges_cause', ['cause', 'victim', 'type', 'needed'], unique=False)
        batch_op.create_index('ix_ci_edges_victim', ['victim', 'type', 'cause'], unique=False)

    op.create_table('ci_relation_reports',
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('relation', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['relation'], ['ci_relations.row'], name=op.f('fk_ci_relation_reports_relation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('source', 'key', 'relation', name=op.f('pk_ci_relation_reports'))
    )
    with op.batch_alter_table('ci_relation_reports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ci_relation_reports_relation'), ['relation'], unique=False)

    with op.batch_alter_table('cis', schema=None) as batch_op:
        batch_op.add_column(sa.Column('state', sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column('users', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('needs', sa.JSON(), server_default='{}', nullable=False))
        batch_op.add_column(sa.Column('attributes', sa.JSON(), server_default='{}', nullable=False))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('updated_at', Instant(), nullable=True))
        batch_op.add_column(sa.Column('ended_at', Instant(), nullable=True))
        batch_op.add_column(sa.Column('obsolete_at', Instant(), nullable=True))
        batch_op.add_column(sa.Column('merged_into', sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column('complaints', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('words', sa.Text(), server_default='', nullable=False))
        batch_op.create_index('ix_cis_class', ['class', 'name', 'id'], unique=False)
        batch_op.create_index('ix_cis_merged_into', ['merged_into'], unique=False, sqlite_where=sa.text('merged_into IS NOT NULL'), postgresql_where=sa.text('merged_into IS NOT NULL'))
        batch_op.create_index('ix_cis_name', ['name', 'id'], unique=False)
    op.execute("UPDATE cis SET words = lower(id || ' ' || name), class = replace(class, ' ', '-')")



def downgrade() -> None:
    with op.batch_alter_table('ci_relation_reports', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ci_relation_reports_relation'))

    op.drop_table('ci_relation_reports')
    with op.batch_alter_table('ci_edges', schema=None) as batch_op:
        batch_op.drop_index('ix_ci_edges_victim')
        batch_op.drop_index('ix_ci_edges_cause')

    op.drop_table('ci_edges')
    with op.batch_alter_table('ci_uniques', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ci_uniques_ci'))

    op.drop_table('ci_uniques')
    with op.batch_alter_table('ci_staged', schema=None) as batch_op:
        batch_op.drop_index('ix_ci_staged_verdict')

    op.drop_table('ci_staged')
    with op.batch_alter_table('ci_reports', schema=None) as batch_op:
        batch_op.drop_index('ix_ci_reports_run')
        batch_op.drop_index(batch_op.f('ix_ci_reports_ci'))

    op.drop_table('ci_reports')
    with op.batch_alter_table('ci_relations', schema=None) as batch_op:
        batch_op.drop_index('ix_ci_relations_type')
        batch_op.drop_index('ix_ci_relations_target')

    op.drop_table('ci_relations')
    with op.batch_alter_table('ci_keys', schema=None) as batch_op:
        batch_op.drop_index('ix_ci_keys_source')
        batch_op.drop_index(batch_op.f('ix_ci_keys_ci'))

    op.drop_table('ci_keys')
    op.drop_table('ci_runs')
    with op.batch_alter_table('ci_changes', schema=None) as batch_op:
        batch_op.drop_index('ix_ci_changes_ci')
        batch_op.drop_index('ix_ci_changes_at')

    op.drop_table('ci_changes')
    with op.batch_alter_table('cis', schema=None) as batch_op:
        batch_op.drop_index('ix_cis_name')
        batch_op.drop_index('ix_cis_merged_into', sqlite_where=sa.text('merged_into IS NOT NULL'), postgresql_where=sa.text('merged_into IS NOT NULL'))
        batch_op.drop_index('ix_cis_class')
    for column in ('words', 'complaints', 'merged_into', 'obsolete_at', 'ended_at', 'updated_at', 'version', 'attributes', 'needs', 'users', 'state'):
        op.drop_column('cis', column)
    op.execute("DELETE FROM ci_aliases WHERE EXISTS (SELECT 1 FROM ci_aliases AS other WHERE other.alias = "
               "ci_aliases.alias AND (other.rank, other.ci) < (ci_aliases.rank, ci_aliases.ci))")
    with op.batch_alter_table('ci_aliases', schema=None) as batch_op:
        batch_op.drop_constraint('pk_ci_aliases', type_='primary')
        batch_op.create_primary_key('pk_ci_aliases', ['alias'])
        batch_op.drop_column('rank')
