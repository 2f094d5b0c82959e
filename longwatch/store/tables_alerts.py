"""What is known of alerts now: each one, the group it stands in, and the incidents the groups asked for."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from longwatch.store.database import Base, Instant
from longwatch.store.tables import Id, Row, partial


class KnownAlert(Base):
    """One condition of one source, as it was last told. Written when calls are split, in the same transaction.

    `state`: firing | resolved. `again` and `fired` count deliveries and beginnings; `inbox` and `position` say where
    the last delivery stands, as it came.
    """

    __tablename__ = "alerts"
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(300), primary_key=True)
    group: Mapped[str] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text)
    ci: Mapped[str | None] = mapped_column(Id)
    host: Mapped[str | None] = mapped_column(String(300))  # the name its item goes by at the tool, as the tool gives it
    labels: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    rule: Mapped[str | None] = mapped_column(Id)  # of the correlation that put it into its group
    reason: Mapped[str] = mapped_column(Text)  # why it stands in that group, in words
    first_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)  # of the last delivery, by our clock
    changed_at: Mapped[datetime] = mapped_column(Instant)  # of the last change of state, by our clock
    again: Mapped[int] = mapped_column(default=0)
    fired: Mapped[int] = mapped_column(default=0)
    stale_at: Mapped[datetime | None] = mapped_column(Instant)  # firing without a word since: marked, never resolved
    inbox: Mapped[int] = mapped_column(Row)
    position: Mapped[int]
    starts: Mapped[int | None] = mapped_column(Row)  # milliseconds since 1970 by the tool's clock, as are `ends`:
    ends: Mapped[int | None] = mapped_column(Row)  # they order what is said of one alert
    told: Mapped[int] = mapped_column(Row, default=0)  # and when we received what stands, by ours

    __table_args__ = (
        Index("ix_alerts_group", "group", "fingerprint"),
        Index("ix_alerts_last", "last_at", "source", "fingerprint"),
        partial("ix_alerts_firing", "last_at", "source", "fingerprint", where="state = 'firing'"),
        Index("ix_alerts_ci", "ci", "last_at"),
    )


class GroupLine(Base):
    """The line of an alert group in lists. Written by the journal alone; every column follows from the recorded state.

    `link`: idle | pending | parked | firing | flapping | quiet | cleared. `until`: when what it waits for is due.
    `title`: that of the worst alert. `flaps`: how often its alerts fired again. `changed_at`: of its last fact.
    """

    __tablename__ = "alert_groups"
    group: Mapped[str] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(Id)
    key: Mapped[str] = mapped_column(Text)
    ci: Mapped[str | None] = mapped_column(Id)
    link: Mapped[str] = mapped_column(String(20))
    rule: Mapped[str | None] = mapped_column(Id)  # of the correlation that gathered it last
    reason: Mapped[str | None] = mapped_column(Text)  # why these alerts belong together, in words
    incident: Mapped[str | None] = mapped_column(Id)
    severity: Mapped[str | None] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text, default="")
    firing: Mapped[int]
    members: Mapped[int] = mapped_column(default=0)  # alerts it knows, firing or not
    alerts: Mapped[int]  # deliveries so far
    transients: Mapped[int]
    flaps: Mapped[int] = mapped_column(default=0)
    first_seen: Mapped[datetime | None] = mapped_column(Instant)
    last_seen: Mapped[datetime | None] = mapped_column(Instant)
    since: Mapped[datetime | None] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)
    parked_by: Mapped[str | None] = mapped_column(Id)  # a change, a maintenance window, a person, the tool itself
    parked_text: Mapped[str | None] = mapped_column(Text)
    sealed: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int]

    __table_args__ = (
        Index("ix_alert_groups_last", "last_seen", "group"),
        Index("ix_alert_groups_changed", "changed_at"),
        partial("ix_alert_groups_parked", "until", "group", where="link = 'parked'"),
        partial("ix_alert_groups_live", "last_seen", "group", where="NOT sealed", sqlite="sealed = 0"),
        partial("ix_alert_groups_ci", "ci", "group", where="NOT sealed", sqlite="sealed = 0"),
        Index("ix_alert_groups_incident", "incident"),
    )


class Episode(Base):
    """One incident that an alert group asked for. Written by the journal alone."""

    __tablename__ = "alert_episodes"
    group: Mapped[str] = mapped_column(Id, primary_key=True)
    episode: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Id)
    incident: Mapped[str | None] = mapped_column(Id)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    cleared_at: Mapped[datetime | None] = mapped_column(Instant)
    touched: Mapped[bool]  # a person took the incident: the alert led to work

    __table_args__ = (
        Index("ix_alert_episodes_asked", "asked_at", "group"),
        Index("ix_alert_episodes_incident", "incident"),
    )


class AlertDay(Base):
    """What an alert group went through on one day (UTC). Written by the journal alone, for reports of noise.

    `transients`: alerts that ended within the hold-down; `flaps`: alerts that fired again.
    """

    __tablename__ = "alert_days"
    day: Mapped[str] = mapped_column(String(10), primary_key=True)  # 2026-11-22
    group: Mapped[str] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(Id)
    deliveries: Mapped[int]
    transients: Mapped[int]
    flaps: Mapped[int]

    __table_args__ = (Index("ix_alert_days_group", "group"),)
