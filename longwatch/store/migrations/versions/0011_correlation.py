"""How groups of alerts came to be, storms, and what orders the words about an alert.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

from longwatch.store.database import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Groups that live already are known by their routes; they need no line here."""
    _order()
    _groups()
    _storms()


def _order() -> None:
    """No alert was known before this release: nothing has to be filled in."""
    with op.batch_alter_table("alerts") as alerts:
        alerts.add_column(sa.Column("starts", ROW, nullable=True))
        alerts.add_column(sa.Column("ends", ROW, nullable=True))
        alerts.add_column(sa.Column("told", ROW, nullable=False))
    new = sa.text("state = 'new'")
    op.create_index("ix_inbox_new_source", "inbox", ["source", "row"], sqlite_where=new, postgresql_where=new)


def _groups() -> None:
    op.create_table(
        "correlated_groups",
        sa.Column("group", sa.String(120), nullable=False),
        sa.Column("base", sa.String(120), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ci", sa.String(120), nullable=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("rule", sa.String(120), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("treat", sa.JSON(), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("group", name=op.f("pk_correlated_groups")),
    )
    op.create_index("ix_correlated_groups_base", "correlated_groups", ["base", "begun_at"])
    op.create_index("ix_correlated_groups_ci", "correlated_groups", ["ci", "begun_at"])
    op.create_index("ix_correlated_groups_begun", "correlated_groups", ["begun_at", "group"])


def _storms() -> None:
    op.create_table(
        "alert_storms",
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("minute", Instant(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("hot_at", Instant(), nullable=True),
        sa.Column("begun_at", Instant(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_alert_storms")),
    )
    op.create_table(
        "storm_folds",
        sa.Column("storm", sa.String(120), nullable=False),
        sa.Column("base", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("storm", "base", name=op.f("pk_storm_folds")),
    )


def downgrade() -> None:
    """Without them."""
    for table in ("storm_folds", "alert_storms", "correlated_groups"):
        op.drop_table(table)
    op.drop_index("ix_inbox_new_source", "inbox")
    with op.batch_alter_table("alerts") as alerts:
        for column in ("told", "ends", "starts"):
            alerts.drop_column(column)
