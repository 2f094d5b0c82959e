"""What became of tickets, for reports.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

from longwatch.store.database import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table; a ticket's row comes with its next fact, or with `longwatch rebuild`."""
    op.create_table(
        "outcomes",
        sa.Column("ticket", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("type", sa.String(20), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(120), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=False),
        sa.Column("incidents", sa.Integer(), nullable=False),
        sa.Column("recurrences", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_outcomes")),
    )
    op.create_index("ix_outcomes_ended", "outcomes", ["kind", "ended_at"])


def downgrade() -> None:
    """Without it."""
    op.drop_index("ix_outcomes_ended", "outcomes")
    op.drop_table("outcomes")
