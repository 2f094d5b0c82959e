"""Edited calendars that open tickets are to be told of; changes of settings found by their subject.

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

from longwatch.store.database import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The news, and an index of the audit log."""
    op.create_table(
        "calendar_news",
        sa.Column("calendar", sa.String(120), nullable=False),
        sa.Column("cause", sa.String(120), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("after", sa.String(120), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("calendar", "cause"),
    )
    with op.batch_alter_table("calendar_news") as table:
        table.create_index(
            "ix_calendar_news_due",
            ["due_at"],
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
    with op.batch_alter_table("audit") as table:
        table.create_index("ix_audit_subject", ["subject", "row"])


def downgrade() -> None:
    """As before."""
    with op.batch_alter_table("audit") as table:
        table.drop_index("ix_audit_subject")
    op.drop_table("calendar_news")
