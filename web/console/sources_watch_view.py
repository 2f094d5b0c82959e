"""What a source's page shows of how the desk watches over it: heartbeats, what its tool answers, stale marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from integrations.poll import Asking
from integrations.polls import POLLS
from longwatch.domain.heartbeat import exactly
from longwatch.store import polls
from longwatch.store.tables import Source
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_heartbeats import PollRun, SourcePoll
from web.console.badges import Badge
from web.console.fields import Field
from web.console.heartbeats_view import Line, lines
from web.console.people import Viewer
from web.console.times import Moment, Tone, moment

RUNS = 20
"""Reports on the page."""


@dataclass(frozen=True)
class Run:
    """The report of one question."""

    at: Moment
    badge: Badge
    took: str
    seen: int
    opened: int
    cleared: int
    held: int
    remarks: int
    reason: str


@dataclass(frozen=True)
class Asked:
    """How the tool is asked, and what it answered."""

    fields: Sequence[Field]
    hint: str
    there: bool
    active: bool
    wanted: bool
    secret_set: bool
    last_ok: Moment | None
    reason: str
    runs: Sequence[Run]


@dataclass(frozen=True)
class Watch:
    """The part of a source's page that says what must not fall silent. `asked`: none where the tool cannot be."""

    heartbeats: Sequence[Line]
    asked: Asked | None
    stale: Field
    stale_now: int


def watch(session: Session, who: Viewer, source: Source, typed: Mapping[str, str]) -> Watch:
    """How the desk watches over a source; with what was typed into the form where it was refused."""
    asking = POLLS.get(source.kind)
    after = polls.stale_after(session, source.name)
    silent = KnownAlert.source == source.name, KnownAlert.state == "firing", KnownAlert.stale_at.is_not(None)
    return Watch(
        heartbeats=lines(session, who, source.name),
        asked=_asked(session, who, source.name, asking, typed) if asking else None,
        stale=Field(
            "after",
            "Marked stale after",
            hint="Without a word about an alert that fires: 2 h, 1 d. Empty: never. It is shown, and not resolved.",
            value=exactly(after) if after else "",
        ),
        stale_now=session.scalar(select(func.count()).select_from(KnownAlert).where(*silent)) or 0,
    )


def _asked(session: Session, who: Viewer, source: str, asking: Asking, typed: Mapping[str, str]) -> Asked:
    poll = session.get(SourcePoll, source)
    return Asked(
        fields=_fields(asking, typed or _typed_of(poll)),
        hint=asking.hint,
        there=poll is not None,
        active=poll is not None and poll.active,
        wanted=poll is not None and poll.wanted_at is not None,
        secret_set=poll is not None and poll.secret is not None,
        last_ok=moment(poll.last_ok_at, who.now, who.zone) if poll and poll.last_ok_at else None,
        reason=(poll.reason or "") if poll else "",
        runs=[_run(run, who) for run in polls.runs(session, source, RUNS)],
    )


def _fields(asking: Asking, typed: Mapping[str, str]) -> list[Field]:
    def value(name: str) -> str:
        return typed.get(name, "")

    return [
        Field("url", "Address", hint=asking.hint, value=value("url"), required=True),
        Field("scope", asking.scope, hint="Empty: everything.", value=value("scope")),
        Field("every", "Asked every", hint="30 s, 2 min, 1 h", value=value("every"), required=True),
        Field("grace", "Grace", hint="It must be gone for so long, and twice.", value=value("grace"), required=True),
        Field("login", "Login", hint="Empty: the secret is a bearer token.", value=value("login")),
        Field(
            "authority",
            "Certificate of the authority",
            "textarea",
            hint="In PEM, where the tool's certificate is signed by your own.",
            value=value("authority"),
        ),
        Field("any_name", "Its certificate need not bear the name of its host", "check", value=value("any_name")),
    ]


def _typed_of(poll: SourcePoll | None) -> dict[str, str]:
    if poll is None:
        return {"every": "2 min", "grace": "3 min"}
    return {
        "url": poll.url,
        "scope": poll.scope,
        "every": exactly(poll.every),
        "grace": exactly(poll.grace),
        "login": poll.login,
        "authority": poll.authority,
        "any_name": "true" if poll.any_name else "",
    }


def _run(run: PollRun, who: Viewer) -> Run:
    label, tone, icon = _STATES.get(run.state, _STATES["failed"])
    return Run(
        at=moment(run.at, who.now, who.zone),
        badge=Badge(label, tone, icon),
        took=f"{run.milliseconds} ms",
        seen=run.seen,
        opened=run.opened,
        cleared=run.cleared,
        held=run.held,
        remarks=run.remarks,
        reason=run.reason or "",
    )


_STATES: dict[str, tuple[str, Tone, str]] = {
    "complete": ("Complete", "green", "circle-check"),
    "partial": ("Not complete", "amber", "triangle-alert"),
    "failed": ("No answer", "red", "circle-alert"),
}
