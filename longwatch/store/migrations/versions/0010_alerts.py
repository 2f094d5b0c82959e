"""Alerts as they stand, their groups, and the incidents these asked for.

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

from longwatch.store.database import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The tables; a group's lines come with its next fact, or with `longwatch rebuild`."""
    _alerts()
    _groups()
    _episodes()
    _days()


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("fingerprint", sa.String(300), nullable=False),
        sa.Column("group", sa.String(120), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("severity", sa.String(20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("ci", sa.String(120), nullable=True),
        sa.Column("host", sa.String(300), nullable=True),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("rule", sa.String(120), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.Column("fired", sa.Integer(), nullable=False),
        sa.Column("stale_at", Instant(), nullable=True),
        sa.Column("inbox", ROW, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "fingerprint", name=op.f("pk_alerts")),
    )
    op.create_index("ix_alerts_group", "alerts", ["group", "fingerprint"])
    op.create_index("ix_alerts_last", "alerts", ["last_at", "source", "fingerprint"])
    firing = sa.text("state = 'firing'")
    op.create_index(
        "ix_alerts_firing",
        "alerts",
        ["last_at", "source", "fingerprint"],
        sqlite_where=firing,
        postgresql_where=firing,
    )
    op.create_index("ix_alerts_ci", "alerts", ["ci", "last_at"])


def _groups() -> None:
    op.create_table(
        "alert_groups",
        sa.Column("group", sa.String(120), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ci", sa.String(120), nullable=True),
        sa.Column("link", sa.String(20), nullable=False),
        sa.Column("rule", sa.String(120), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("incident", sa.String(120), nullable=True),
        sa.Column("severity", sa.String(20), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("firing", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("transients", sa.Integer(), nullable=False),
        sa.Column("flaps", sa.Integer(), nullable=False),
        sa.Column("first_seen", Instant(), nullable=True),
        sa.Column("last_seen", Instant(), nullable=True),
        sa.Column("since", Instant(), nullable=True),
        sa.Column("until", Instant(), nullable=True),
        sa.Column("parked_by", sa.String(120), nullable=True),
        sa.Column("parked_text", sa.Text(), nullable=True),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("group", name=op.f("pk_alert_groups")),
    )
    live = {"sqlite_where": sa.text("sealed = 0"), "postgresql_where": sa.text("NOT sealed")}
    parked = sa.text("link = 'parked'")
    op.create_index("ix_alert_groups_last", "alert_groups", ["last_seen", "group"])
    op.create_index("ix_alert_groups_changed", "alert_groups", ["changed_at"])
    op.create_index(
        "ix_alert_groups_parked", "alert_groups", ["until", "group"], sqlite_where=parked, postgresql_where=parked
    )
    op.create_index("ix_alert_groups_live", "alert_groups", ["last_seen", "group"], **live)
    op.create_index("ix_alert_groups_ci", "alert_groups", ["ci", "group"], **live)
    op.create_index("ix_alert_groups_incident", "alert_groups", ["incident"])


def _episodes() -> None:
    op.create_table(
        "alert_episodes",
        sa.Column("group", sa.String(120), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("incident", sa.String(120), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("cleared_at", Instant(), nullable=True),
        sa.Column("touched", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("group", "episode", name=op.f("pk_alert_episodes")),
    )
    op.create_index("ix_alert_episodes_asked", "alert_episodes", ["asked_at", "group"])
    op.create_index("ix_alert_episodes_incident", "alert_episodes", ["incident"])


def _days() -> None:
    op.create_table(
        "alert_days",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("group", sa.String(120), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("deliveries", sa.Integer(), nullable=False),
        sa.Column("transients", sa.Integer(), nullable=False),
        sa.Column("flaps", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "group", name=op.f("pk_alert_days")),
    )
    op.create_index("ix_alert_days_group", "alert_days", ["group"])


def downgrade() -> None:
    """Without them."""
    for table in ("alert_days", "alert_episodes", "alert_groups", "alerts"):
        op.drop_table(table)
