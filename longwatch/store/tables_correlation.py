"""What correlation keeps besides its rules: how each living group came to be, and which sources are in a storm."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from longwatch.store.database import Base, Instant
from longwatch.store.tables import Id


class CorrelatedGroup(Base):
    """How an alert group came to be. It stands until the group is sealed; what comes then begins another one.

    `base` is the digest of what its alerts have in common, `treat` what its rule says of how they are treated.
    """

    __tablename__ = "correlated_groups"
    group: Mapped[str] = mapped_column(Id, primary_key=True)
    base: Mapped[str] = mapped_column(Id)
    source: Mapped[str] = mapped_column(Id)  # of the first alert
    key: Mapped[str] = mapped_column(Text)
    ci: Mapped[str | None] = mapped_column(Id)
    title: Mapped[str] = mapped_column(String(300))  # of the first alert
    rule: Mapped[str | None] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(Text)
    treat: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    begun_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        Index("ix_correlated_groups_base", "base", "begun_at"),
        Index("ix_correlated_groups_ci", "ci", "begun_at"),
        Index("ix_correlated_groups_begun", "begun_at", "group"),
    )


class AlertStorm(Base):
    """How many new groups a source makes a minute, and since when it is too many. One row per source.

    `counted` is of the minute that began at `minute`, `before` of the one before it. `begun_at` and `key` are empty
    while there is no storm.
    """

    __tablename__ = "alert_storms"
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    minute: Mapped[datetime] = mapped_column(Instant)
    counted: Mapped[int]
    before: Mapped[int]
    hot_at: Mapped[datetime | None] = mapped_column(Instant)  # when it was last at half the bound, or above it
    begun_at: Mapped[datetime | None] = mapped_column(Instant)
    key: Mapped[str | None] = mapped_column(Text)


class StormFold(Base):
    """A group that a source would have made, had its alerts not been folded into a storm."""

    __tablename__ = "storm_folds"
    storm: Mapped[str] = mapped_column(Id, primary_key=True)  # the group of the storm
    base: Mapped[str] = mapped_column(Id, primary_key=True)
