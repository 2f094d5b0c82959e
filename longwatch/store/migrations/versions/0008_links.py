"""The place of tickets in queues by importance: priority, raised by age.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The column, filled from the priority: whatever has aged by then says so at its next fact."""
    op.add_column("tickets", sa.Column("queue_rank", sa.Integer(), server_default=sa.text("300"), nullable=False))
    op.execute("UPDATE tickets SET queue_rank = priority * 100")
    with op.batch_alter_table("tickets") as table:
        table.create_index("ix_tickets_queue_rank", ["queue_rank", "opened_at", "number"])


def downgrade() -> None:
    """As before."""
    with op.batch_alter_table("tickets") as table:
        table.drop_index("ix_tickets_queue_rank")
    op.drop_column("tickets", "queue_rank")
