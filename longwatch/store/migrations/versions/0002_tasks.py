"""Tasks of tickets, as lists show them; what signs the calls to the tools that do some; open tickets by their kind.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

from longwatch.store.database import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.String(length=120)


def upgrade() -> None:
    """The tables tasks and hook_secrets, and the index that the list of each process walks."""
    where_open = {"sqlite_where": sa.text("open = 1"), "postgresql_where": sa.text("open")}
    op.create_index("ix_tickets_open_kind", "tickets", ["kind", "due_at", "number"], **where_open)
    op.create_table(
        "tasks",
        sa.Column("ticket", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("back_out", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("hook", ID, nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("unsettled", sa.Boolean(), nullable=False),
        sa.Column("team", ID, nullable=True),
        sa.Column("person", ID, nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=True),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("ticket", "id", name=op.f("pk_tasks")),
    )
    unsettled = {"sqlite_where": sa.text("unsettled = 1"), "postgresql_where": sa.text("unsettled")}
    op.create_index("ix_tasks_person", "tasks", ["person", "due_at", "ticket", "id"], **unsettled)
    op.create_index("ix_tasks_team", "tasks", ["team", "due_at", "ticket", "id"], **unsettled)
    op.create_index("ix_tasks_due", "tasks", ["due_at", "ticket", "id"], **unsettled)
    op.create_index("ix_tasks_hook", "tasks", ["hook", "ticket", "id"])
    op.create_index("ix_tasks_of_person", "tasks", ["person", "ticket"])
    op.create_index("ix_tasks_of_team", "tasks", ["team", "ticket"])
    op.create_table(
        "hook_secrets",
        sa.Column("hook", ID, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("set_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("hook", name=op.f("pk_hook_secrets")),
    )


def downgrade() -> None:
    """Without these tables."""
    op.drop_index("ix_tickets_open_kind", "tickets")
    for table in ("hook_secrets", "tasks"):
        op.drop_table(table)
