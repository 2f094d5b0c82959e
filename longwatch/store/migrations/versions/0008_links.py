"""The place of tickets in queues by importance, raised by age; which incidents are major ones.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The columns, filled from the priority: whatever has aged by then says so at its next fact."""
    op.add_column("tickets", sa.Column("queue_rank", sa.Integer(), server_default=sa.text("300"), nullable=False))
    op.add_column("tickets", sa.Column("major", sa.String(20), nullable=True))
    op.execute("UPDATE tickets SET queue_rank = priority * 100")
    some = sa.text("major IS NOT NULL")
    with op.batch_alter_table("tickets") as table:
        table.create_index("ix_tickets_queue_rank", ["queue_rank", "opened_at", "number"])
        table.create_index(
            "ix_tickets_major", ["major", "opened_at", "number"], sqlite_where=some, postgresql_where=some
        )


def downgrade() -> None:
    """As before."""
    with op.batch_alter_table("tickets") as table:
        table.drop_index("ix_tickets_major")
        table.drop_index("ix_tickets_queue_rank")
    op.drop_column("tickets", "major")
    op.drop_column("tickets", "queue_rank")
