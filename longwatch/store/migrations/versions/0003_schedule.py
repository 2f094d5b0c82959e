"""Planned work, freezes and maintenance, as calendars show them; and the secret addresses of calendars.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

from longwatch.store.database import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.String(length=120)


def upgrade() -> None:
    """The tables planned_work, planned_cis, agreed_windows and calendar_feeds."""
    op.create_table(
        "planned_work",
        sa.Column("ticket", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("firm", sa.Boolean(), nullable=False),
        sa.Column("begin", Instant(), nullable=False),
        sa.Column("end", Instant(), nullable=False),
        sa.Column("title_body", ID, nullable=True),
        sa.Column("requester", ID, nullable=True),
        sa.Column("team", ID, nullable=True),
        sa.Column("assignee", ID, nullable=True),
        sa.Column("model", ID, nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_planned_work")),
    )
    op.create_index("ix_planned_work_begin", "planned_work", ["begin", "ticket"])
    op.create_index(
        "ix_planned_work_stands",
        "planned_work",
        ["end", "begin"],
        sqlite_where=sa.text("stands = 1"),
        postgresql_where=sa.text("stands"),
    )
    judged = sa.text("outcome IS NOT NULL")
    op.create_index(
        "ix_planned_work_model", "planned_work", ["model", "outcome"], sqlite_where=judged, postgresql_where=judged
    )
    op.create_table(
        "planned_cis",
        sa.Column("ticket", ID, nullable=False),
        sa.Column("ci", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket"], ["planned_work.ticket"], name=op.f("fk_planned_cis_ticket"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket", "ci", name=op.f("pk_planned_cis")),
    )
    op.create_index("ix_planned_cis_ci", "planned_cis", ["ci", "ticket"])
    op.create_table(
        "agreed_windows",
        sa.Column("row", ROW, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("begin", Instant(), nullable=False),
        sa.Column("end", Instant(), nullable=False),
        sa.Column("times", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("blocking", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_agreed_windows")),
    )
    op.create_index("ix_agreed_windows_end", "agreed_windows", ["end", "begin"])
    op.create_table(
        "calendar_feeds",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("login", ID, nullable=False),
        sa.Column("name", ID, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["people.login"], name=op.f("fk_calendar_feeds_login")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_calendar_feeds")),
    )
    op.create_index("ix_calendar_feeds_login", "calendar_feeds", ["login"])


def downgrade() -> None:
    """Without these tables."""
    for table in ("calendar_feeds", "agreed_windows", "planned_cis", "planned_work"):
        op.drop_table(table)
