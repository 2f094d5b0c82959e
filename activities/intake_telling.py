"""What alert groups are told of a slice of calls: alerts, a chunk to a command, and what tools remark on them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.correlation import Group, Place, routes_of
from activities.correlation_known import Told
from activities.intake_translating import Part
from integrations.alert import Alert
from integrations.back_call import is_ours
from longwatch.domain.ticket import stamp
from longwatch.messages import ALERT_GROUP
from longwatch.store.acceptance import Request
from longwatch.store.tables import Source
from longwatch.store.tables_heartbeats import Heartbeat
from longwatch.store.tables_intake import AlertRemark

CHUNK = 200
"""Alerts in one command,"""
CHUNK_CHARACTERS = 200_000
"""and how long it may be: far under the engine's payload limit."""
FRAME = 400
"""Characters that an alert takes beside its words, about."""
TEXT = 2_000
"""Characters of an alert's text that its group is told; the inbox keeps all of it."""
MOST_REASONS = 5
FLAPPING = {"flap_count": 5, "flap_within": 600, "flap_quiet": 600}
"""When an alert counts as flapping, unless its source says otherwise: beginnings, seconds, seconds."""


class Treatments:
    """How groups are to be treated: by what their source says, by what was asked for, by the rule that made them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._sources: dict[str, dict[str, Any]] = {}

    def of(self, group: Group) -> dict[str, Any]:
        """The settings that go with every command to the group."""
        if group.source not in self._sources:
            self._sources[group.source] = source_settings(self._session, group.source)
        return {**self._sources[group.source], **group.treat}


def source_settings(session: Session, name: str) -> dict[str, Any]:
    """How a source wants its groups treated; planned work is asked for always."""
    source = session.get(Source, name)
    asked: dict[str, Any] = {"ask_planned": True}
    if ask_trusted(session, name):
        asked["ask_trusted"] = True
    return {**FLAPPING, **(source.settings if source else {}), **asked}


def ask_trusted(session: Session, source: str) -> bool:
    """Whether the ends that a source tells are believed only while its signs of life are there."""
    guards = select(Heartbeat.row).where(Heartbeat.source == source, Heartbeat.guards).limit(1)
    return session.scalar(guards) is not None


def requests(session: Session, source: str, parts: Sequence[Part], told: Iterable[Told]) -> list[Request]:
    """The commands that parts of a source's calls become: one per group and chunk, over all calls; then the remarks.

    A storm's calls are about many groups each. What a group is told of all of them at once is one step of it, not many.
    """
    treatments = Treatments(session)
    of_group: dict[str, list[Told]] = {}
    for each in told:
        of_group.setdefault(each.place.group.id, []).append(each)
    made = [request for some in of_group.values() for request in _alerts(source, some, treatments)]
    remarks = [remark for part in parts for remark in part.remarks]
    known = routes_of(session, source, {remark.fingerprint for remark in remarks})
    return made + [
        _remarked(remark, known[remark.fingerprint].group, treatments)
        for remark in remarks
        if remark.fingerprint in known and not is_ours(remark.text)  # what we told the tool is no news
    ]


def about(group: Group, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What every command says of its group."""
    return {"group": group.id, "source": group.source, "key": group.key, "ci": group.ci, "settings": dict(settings)}


def told_of(alert: Alert, received: str) -> dict[str, Any]:
    """What an alert group is told of an alert; `received` is a stamp."""
    return {
        "fingerprint": alert.fingerprint,
        "state": alert.state,
        "title": alert.title,
        "severity": alert.severity,
        "text": alert.text[:TEXT],
        "starts_at": None if alert.starts_at is None else stamp(alert.starts_at),
        "ends_at": None if alert.ends_at is None else stamp(alert.ends_at),
        "links": list(alert.links),
        "at": received,
    }


def _alerts(source: str, some: Sequence[Told], treatments: Treatments) -> Iterator[Request]:
    """The mark is where the first of these alerts stands in the inbox: it is split once, and no other begins there."""
    group, first = some[0].place.group, some[0]
    said = about(group, treatments.of(group)) | why(each.place for each in some)
    words = (
        {**told_of(each.alert, stamp(each.received)), "fingerprint": group.named(source, each.alert.fingerprint)}
        for each in some
    )
    for number, chunk in enumerate(_chunks(words)):
        mark = f"inbox:{first.inbox}:{first.position}:{group.id}:{number}"
        yield Request(group.id, ALERT_GROUP, "alerts", f"source:{source}", {**said, "alerts": chunk}, key=mark)


def why(places: Iterable[Place]) -> dict[str, Any]:
    """The rule and the reason that brought new alerts here; nothing where all were here before."""
    new = [place for place in places if place.new]
    reasons = list(dict.fromkeys(place.reason for place in new))
    return {"rule": new[0].rule, "reason": " ".join(reasons[:MOST_REASONS])} if new else {}


def _remarked(remark: AlertRemark, group: Group, treatments: Treatments) -> Request:
    source = remark.source
    said = {
        **about(group, treatments.of(group)),
        "about": remark.about,
        "fingerprint": group.named(source, remark.fingerprint),
        "author": remark.author,
        "text": remark.text[:TEXT],
        "at": stamp(remark.at),
    }
    mark = f"inbox:{remark.inbox}:{remark.position}:remark"
    return Request(group.id, ALERT_GROUP, "remark", f"source:{source}", said, key=mark)


def _chunks(alerts: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    room = CHUNK_CHARACTERS
    for alert in alerts:
        length = FRAME + len(alert["title"]) + len(alert["text"]) + sum(map(len, alert["links"]))
        if chunk and (len(chunk) == CHUNK or room < length):
            yield chunk
            chunk, room = [], CHUNK_CHARACTERS
        chunk.append(alert)
        room -= length
    if chunk:
        yield chunk
