"""What an edited setting leaves to be done, and how changes of settings are found in the audit log."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from longwatch.store.database import Base, Instant
from longwatch.store.tables import Audit, Id, partial


class CalendarNews(Base):
    """Why a calendar's hours may be others now, until all open tickets that count by it were told.

    `cause` is its new version or new zone tables; `after` the last ticket looked at, `told` how many were told.
    """

    __tablename__ = "calendar_news"
    calendar: Mapped[str] = mapped_column(Id, primary_key=True)
    cause: Mapped[str] = mapped_column(Id, primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Instant)
    after: Mapped[str] = mapped_column(Id, default="")
    told: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (partial("ix_calendar_news_due", "due_at", where="done_at IS NULL"),)


Index("ix_audit_subject", Audit.subject, Audit.row)
