"""Who has a voice in which approval, who is away, and who stands in for them.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

from longwatch.store.database import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.String(length=120)


def upgrade() -> None:
    """The tables voices, absences and deputies."""
    op.create_table(
        "voices",
        sa.Column("ticket", ID, nullable=False),
        sa.Column("stage", ID, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("holder", ID, nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("stage_title", ID, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("voted_by", ID, nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "stage", "person", name=op.f("pk_voices")),
    )
    op.create_index("ix_voices_person", "voices", ["person", "status", "due_at", "ticket", "stage"])
    still_open = sa.text("status = 'open'")
    op.create_index(
        "ix_voices_open",
        "voices",
        ["due_at", "ticket", "stage", "person"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_table(
        "absences",
        sa.Column("row", ROW, autoincrement=True, nullable=False),
        sa.Column("login", ID, nullable=False),
        sa.Column("begins_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("delegate", ID, nullable=True),
        sa.Column("entered_by", ID, nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["people.login"], name=op.f("fk_absences_login")),
        sa.ForeignKeyConstraint(["delegate"], ["people.login"], name=op.f("fk_absences_delegate")),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_login", "absences", ["login", "begins_at"])
    op.create_table(
        "deputies",
        sa.Column("login", ID, nullable=False),
        sa.Column("deputy", ID, nullable=False),
        sa.Column("named_by", ID, nullable=False),
        sa.Column("named_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["people.login"], name=op.f("fk_deputies_login")),
        sa.ForeignKeyConstraint(["deputy"], ["people.login"], name=op.f("fk_deputies_deputy")),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_deputies")),
    )


def downgrade() -> None:
    """Without these tables."""
    for table in ("deputies", "absences", "voices"):
        op.drop_table(table)
