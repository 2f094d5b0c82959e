"""A desk whose source can be told: alerts as they are known, an incident before them, and what its ledger says."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.back_calls import Telling
from activities.back_channel import tell_tools
from longwatch.domain.case_links_state import Merging
from longwatch.domain.incident_state import AlertLink, State
from longwatch.domain.ticket import Fact
from longwatch.messages import INCIDENT, Deliver, decider
from longwatch.settings import Settings
from longwatch.store import back_ledger, sources, states
from longwatch.store.back_settings import Wish, set_back
from longwatch.store.database import Store
from longwatch.store.tables import Delivery, Process
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_back_channel import BackCall

NUMBER, GROUP, SOURCE = "INC-000001", "alerts-00000000000000000001", "monitor"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANN = "user:agent"
TELLS = ("acknowledged", "resolved", "reopened")

FACTS: dict[str, Fact] = {
    "taken": Fact("Assigned", AT, ANN, {"team": "t", "person": ANN, "automatic": False, "responds": True}),
    "started": Fact("Started", AT, ANN, {"status": "in_progress", "responds": True}),
    "dispatched": Fact("Assigned", AT, "user:dispatcher", {"automatic": False, "responds": False}),
    "routed": Fact("Assigned", AT, "system:desk", {"automatic": True, "responds": False}),
    "noted": Fact("MessageAdded", AT, ANN, {"public": False, "responds": False}),
    "resolved": Fact("Resolved", AT, ANN, {"code": "fixed", "automatic": False}),
    "resolved with parent": Fact("Resolved", AT, "process:INC-000009", {"code": "fixed", "automatic": True}),
    "cleared": Fact("Resolved", AT, f"process:{GROUP}", {"code": "cleared", "automatic": True}),
    "confirmed": Fact("Closed", AT, "user:requester", {"automatic": False}),
    "closed by time": Fact("Closed", AT, "system:timer", {"automatic": True}),
    "reopened": Fact("Reopened", AT, "user:requester", {"why": "reopen"}),
    "fires again": Fact("Reopened", AT, f"process:{GROUP}", {"why": "alert fires again"}),
    "cancelled": Fact("Cancelled", AT, ANN, {}),
    "acknowledged in the tool": Fact("AlertChanged", AT, f"process:{GROUP}", {"event": "acknowledged"}),
}


def here(settings: Settings) -> Settings:
    """Settings of a desk that may call tools on this machine."""
    return replace(settings, outbound_networks="127.0.0.0/8, ::1/128")


class BackDesk:
    """One source with a back channel and, until told otherwise, one firing alert behind one incident."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        url: str = "https://tool.example",
        source_kind: str = "alertmanager",
        **wish: Any,
    ) -> None:
        self.store = store
        self.settings = here(settings)
        self.seq = 1
        self.state = State(number=NUMBER, alert=AlertLink(GROUP, 1, "firing", "critical"))
        wanted = {"kind": "alertmanager", "address": url, "tells": TELLS}
        with store.writing() as session:
            sources.add(store, session, source_kind, SOURCE)
            set_back(store, session, settings.secret_keys, SOURCE, Wish(**{**wanted, **wish}))
        self.fires("disk")

    def write(self, work: Any) -> Any:
        with self.store.writing() as session:
            return work(session)

    def fires(
        self, fingerprint: str, state: str = "firing", source: str = SOURCE, group: str = GROUP, **labels: str
    ) -> None:
        """What is known of an alert from now on."""

        def known(session: Session) -> None:
            now = self.store.now(session)
            session.merge(
                KnownAlert(
                    source=source,
                    fingerprint=fingerprint,
                    group=group,
                    state=state,
                    severity="critical",
                    title=f"{fingerprint} is bad",
                    labels={"alertname": fingerprint, "host": "db-1"},
                    reason="",
                    first_at=now,
                    last_at=now,
                    changed_at=now,
                    inbox=1,
                    position=0,
                )
            )

        self.write(known)

    def labelled(self, fingerprint: str, **labels: str) -> None:
        """From now on a known alert has these labels."""

        def change(session: Session) -> None:
            session.get_one(KnownAlert, (SOURCE, fingerprint)).labels = labels

        self.write(change)

    def another_source(self, name: str) -> None:
        """A source without a back channel."""
        self.write(lambda session: sources.add(self.store, session, "generic", name))

    def happens(self, *facts: str) -> list[str]:
        """Facts of the incident are journalled; the words that follow, newest last."""
        before = len(self.rows())
        for name in facts:
            self.seq += 1
            self.write(
                lambda session, fact=FACTS[name]: tell_tools(
                    session, self.state, self.seq, fact, self.store.now(session)
                )
            )
        return [f"{row.what} {row.fingerprint}" for row in self.rows()[before:]]

    def merged_in(self, number: str, group: str) -> None:
        """Another incident, with alerts of its own, was merged into this one."""
        other = State(number=number, alert=AlertLink(group, 1, "firing", "error"))
        text = states.dump(decider(INCIDENT), other)

        def known(session: Session) -> None:
            session.add(Process(id=number, kind=INCIDENT, version=1, head="", state=text))

        self.write(known)
        self.state = replace(self.state, merging=Merging(followers=(number,)))

    def rows(self) -> list[BackCall]:
        with self.store.reading() as session:
            rows = list(session.scalars(select(BackCall).order_by(BackCall.row)))
            session.expunge_all()
            return rows

    def last(self) -> BackCall:
        return self.rows()[-1]

    def delivery(self, identity: str) -> Delivery:
        with self.store.reading() as session:
            row = session.query(Delivery).filter_by(id=identity).one()
            session.expunge(row)
            return row

    def tell(self, row: BackCall | None = None) -> str:
        """Carries a row out, as a worker does; the newest unless told."""
        return Telling(self.store, self.settings).tell_tool(Deliver((row or self.last()).id, back=True))

    def tell_all(self) -> None:
        for row in self.rows():
            if row.state == back_ledger.DUE:
                self.tell(row)

    def give_up(self, reason: str = "activity ScheduleToClose timeout") -> None:
        Telling(self.store, self.settings).tool_not_told(Deliver(self.last().id, reason=reason, back=True))

    def make_longer(self, row: BackCall) -> None:
        Telling(self.store, self.settings).make_longer(Deliver(row.id, back=True))
