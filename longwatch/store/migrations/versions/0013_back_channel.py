"""What is sent back to the tools.

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

from longwatch.store.database import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The tables."""
    _backs()
    _calls()


def _backs() -> None:
    op.create_table(
        "source_backs",
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("tells", sa.JSON(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_backs")),
    )


def _calls() -> None:
    op.create_table(
        "back_calls",
        sa.Column("row", ROW, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(300), nullable=False),
        sa.Column("incident", sa.String(120), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("fingerprint", sa.String(300), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trying_at", Instant(), nullable=True),
        sa.Column("remote", sa.Text(), nullable=True),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("again", sa.String(300), nullable=True),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_back_calls")),
        sa.UniqueConstraint("id", name=op.f("uq_back_calls_id")),
    )
    op.create_index("ix_back_calls_incident", "back_calls", ["incident", "row"])
    op.create_index("ix_back_calls_source", "back_calls", ["source", "row"])
    op.create_index("ix_back_calls_alert", "back_calls", ["source", "fingerprint", "row"])
    failed = sa.text("state = 'failed'")
    op.create_index("ix_back_calls_failed", "back_calls", ["row"], sqlite_where=failed, postgresql_where=failed)


def downgrade() -> None:
    """Away with them."""
    op.drop_table("back_calls")
    op.drop_table("source_backs")
