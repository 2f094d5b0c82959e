"""Classes, relations and the history of configuration items."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from longwatch.store.database import Base, Instant
from longwatch.store.tables import Id, Row

Key = String(64)


class CiRelation(Base):
    """One item related to another: `source` does what the type says to `target` (source runs on target)."""

    __tablename__ = "ci_relations"
    row: Mapped[int] = mapped_column(Row, primary_key=True, autoincrement=True)
    type: Mapped[str] = mapped_column(Id)
    source: Mapped[str] = mapped_column(ForeignKey("cis.id"))
    target: Mapped[str] = mapped_column(ForeignKey("cis.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("source", "target", "type"),
        Index("ix_ci_relations_target", "target", "type"),
        Index("ix_ci_relations_type", "type"),
    )


class CiEdge(Base):
    """A way that failure travels, drawn from a relation by the rule of its type: `cause` failing harms `victim`.

    `needed`: how many of the victim's causes of this type must live; none: all of them. Written anew whenever the
    relation, its type, or an item at its ends changes; it holds nothing that does not follow from those.
    """

    __tablename__ = "ci_edges"
    relation: Mapped[int] = mapped_column(Row, ForeignKey("ci_relations.row", ondelete="CASCADE"), primary_key=True)
    cause: Mapped[str] = mapped_column(Id, primary_key=True)
    victim: Mapped[str] = mapped_column(Id)
    type: Mapped[str] = mapped_column(Id)
    needed: Mapped[int | None]

    __table_args__ = (
        Index("ix_ci_edges_cause", "cause", "victim", "type", "needed"),
        Index("ix_ci_edges_victim", "victim", "type", "cause"),
    )


class CiChange(Base):
    """A change of an item or a relation: before, after, by whom, reported by which source in which run.

    `relation` names the relation as `type|source|target` and is empty for changes of the item itself; a change of a
    relation stands under both its ends. `after` is empty once the thing is gone.
    """

    __tablename__ = "ci_changes"
    row: Mapped[int] = mapped_column(Row, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Instant)
    ci: Mapped[str] = mapped_column(Id)
    relation: Mapped[str] = mapped_column(String(400), default="")
    action: Mapped[str] = mapped_column(String(20))  # created | changed | obsolete | revived | merged | flagged ...
    actor: Mapped[str] = mapped_column(Id)
    source: Mapped[str | None] = mapped_column(Id)
    run: Mapped[int | None] = mapped_column(Row)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (Index("ix_ci_changes_ci", "ci", "relation", "row"), Index("ix_ci_changes_at", "at"))


class CiReport(Base):
    """What one source last said of one item, under the source's own key for it. `desk` is what people entered."""

    __tablename__ = "ci_reports"
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    ci: Mapped[str] = mapped_column(ForeignKey("cis.id"), index=True)
    class_: Mapped[str] = mapped_column("class", Id)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    run: Mapped[int | None] = mapped_column(Row)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    missing: Mapped[int] = mapped_column(default=0)  # complete runs since it was last reported
    missing_since: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (Index("ix_ci_reports_run", "source", "run"),)


class CiRelationReport(Base):
    """Which source says that a relation is there, under the key of the item it said so of."""

    __tablename__ = "ci_relation_reports"
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    relation: Mapped[int] = mapped_column(
        Row, ForeignKey("ci_relations.row", ondelete="CASCADE"), primary_key=True, index=True
    )


class CiKey(Base):
    """The digest of what identifies an item by a rule of its class; `source` is whose report holds those values."""

    __tablename__ = "ci_keys"
    key: Mapped[str] = mapped_column(Key, primary_key=True)
    ci: Mapped[str] = mapped_column(ForeignKey("cis.id"), primary_key=True, index=True)
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    source_key: Mapped[str] = mapped_column(String(200), primary_key=True)

    __table_args__ = (Index("ix_ci_keys_source", "source", "source_key"),)


class CiUnique(Base):
    """The digest of a value that only one item may have."""

    __tablename__ = "ci_uniques"
    key: Mapped[str] = mapped_column(Key, primary_key=True)
    ci: Mapped[str] = mapped_column(ForeignKey("cis.id"), index=True)


class CiRun(Base):
    """A delivery of a source: staged to be looked at, then applied or discarded.

    `complete`: what the source does not name in it has vanished there. `position` counts the rows applied.
    """

    __tablename__ = "ci_runs"
    row: Mapped[int] = mapped_column(Row, primary_key=True, autoincrement=True)
    source: Mapped[str] = mapped_column(Id)
    actor: Mapped[str] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(20))  # staging | staged | applying | applied | discarded
    complete: Mapped[bool]
    size: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    applied_at: Mapped[datetime | None] = mapped_column(Instant)


class CiStaged(Base):
    """A row of a delivery and what it would do. `number` is its place in the file, as people count; 0: no row of it."""

    __tablename__ = "ci_staged"
    run: Mapped[int] = mapped_column(Row, ForeignKey("ci_runs.row"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(20))
    held: Mapped[bool] = mapped_column(default=False)  # nothing of it is taken
    label: Mapped[str] = mapped_column(String(200))
    ci: Mapped[str | None] = mapped_column(Id)
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)

    __table_args__ = (Index("ix_ci_staged_verdict", "run", "verdict", "place"),)
