"""What a record would do to the CMDB, judged against what is known: the same for a preview and for the real thing.

new: no item matches. changed, same: one does. conflicting: a better source says otherwise (the rest is taken), or a
value is another item's, or the class is of another kind (nothing is taken). duplicate: two rows mean one item, or one
row two. rejected: it is broken. vanished: the source reports it no longer.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cmdb.batch import Batch, Key, Thing, default_key
from cmdb.keys import identity_keys, unique_keys
from cmdb.matching import Match, class_of, match, related
from cmdb.naming import Names, foremost, names_of, said
from cmdb.precedence import ALIASES, Report, Settled, difference, settle
from cmdb.records import Record
from cmdb.snapshot import values_of
from cmdb.values import coerced, complaints

NEW, CHANGED, SAME, CONFLICTING = "new", "changed", "same", "conflicting"
DUPLICATE, REJECTED, VANISHED = "duplicate", "rejected", "vanished"
VERDICTS = (NEW, CHANGED, SAME, CONFLICTING, DUPLICATE, VANISHED, REJECTED)
HELD = (DUPLICATE, REJECTED)


@dataclass(frozen=True)
class Judgement:
    """The verdict on a record. `held`: nothing of it is taken. `said`: its report differs from the source's last.

    `heard`: the source named the item just now.
    """

    verdict: str
    thing: Thing | None = None
    report: Report | None = None
    settled: Settled | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    held: bool = False
    said: bool = True
    heard: bool = True
    aliases: Mapping[str, int] = field(default_factory=dict)


def judge(batch: Batch, record: Record, new_id: Callable[[Record], str]) -> Judgement:
    """The verdict; a record that is not held is counted in from then on, so that the next ones see it."""
    known = batch.model.tree.known(record.class_)
    if known is None or known.abstract:
        kind = "abstract: name one of its subclasses" if known else "not known"
        return _held(REJECTED, f"The class {record.class_[:80]} is {kind}.")
    record = replace(record, values=coerced(known, record.values))
    wrong = [f"{name}: {reason}" for name, reason in complaints(known, record.values) if name in record.values]
    if wrong:
        return _held(REJECTED, *wrong)
    found = match(batch, record)
    refused = _refusal(batch, record, found)
    if refused is not None:
        return refused
    judged = _weighed(batch, record, found.thing, new_id)
    if not judged.held:
        _count_in(batch, judged, record.number)
    return judged


def _refusal(batch: Batch, record: Record, found: Match) -> Judgement | None:
    if found.several:
        return _held(DUPLICATE, f"It may be {' or '.join(found.several[:5])}: merge them, or name it more exactly.")
    thing = found.thing
    if thing is None:
        return None
    key = (batch.source, record.source_key or default_key(batch.model, record))
    fresh = key not in thing.reports
    if fresh and thing.id in batch.claimed:
        return _held(DUPLICATE, f"Row {batch.claimed[thing.id]} is about the same item, {thing.id}.", thing=thing)
    others = [k for k, r in thing.reports.items() if k[0] == batch.source and k != key and not r.missing]
    if fresh and others:
        return _held(DUPLICATE, f"{batch.source} knows {thing.id} as {others[0][1]} already.", thing=thing)
    if not related(batch.model.tree, record.class_, class_of(thing)):
        return _held(CONFLICTING, f"{thing.id} is a {class_of(thing)}, not a {record.class_}.", thing=thing)
    return None


def _held(verdict: str, *reasons: str, thing: Thing | None = None) -> Judgement:
    return Judgement(verdict, thing, reasons=reasons, held=True)


def _weighed(batch: Batch, record: Record, thing: Thing | None, new_id: Callable[[Record], str]) -> Judgement:
    values, reasons = _usable(batch, record)
    key: Key = (batch.source, record.source_key or default_key(batch.model, record))
    report = Report(*key, record.class_, {**values, ALIASES: list(record.aliases)})
    last = thing.reports.get(key) if thing else None
    others = [each for at, each in thing.reports.items() if at != key] if thing else []
    reports = [*others, report]
    settled = settle(batch.model.tree, reports)
    wrong = [*_misfits(batch, settled, thing), *_taken_values(batch, settled, thing)]
    if wrong:
        verdict = CONFLICTING if all(clash for _, clash in wrong) else REJECTED
        return Judgement(verdict, thing, reasons=tuple(reason for reason, _ in wrong), held=True)
    thing = thing or Thing(new_id(record))
    aliases = names_of(batch.model.tree, thing.id, settled, reports, thing.aliases)
    changes = changes_of(settled, thing, aliases)
    losing = list(_losing(batch.source, settled, last))
    new_word = last != report
    verdict = NEW if thing.ci is None else CONFLICTING if losing and new_word else CHANGED if changes else SAME
    reasons += [*_contested(batch, thing, aliases), *losing]
    return Judgement(verdict, thing, report, settled, changes, tuple(reasons), said=new_word, aliases=aliases)


def _usable(batch: Batch, record: Record) -> tuple[dict[str, Any], list[str]]:
    """The values without those that point nowhere, and why those are left out."""
    team = record.values.get("owner_team")
    if team is None or team in batch.teams:
        return record.values, []
    rest = {name: value for name, value in record.values.items() if name != "owner_team"}
    return rest, [f"There is no team called {str(team)[:80]}; the owner is left out."]


def _misfits(batch: Batch, settled: Settled, thing: Thing | None) -> Iterator[tuple[str, bool]]:
    """What would not fit the class; what does not fit already is no fault of this record."""
    found = list(complaints(batch.model.tree.get(settled.class_), settled.values))
    before: set[str] = set()
    if found and thing is not None and thing.ci is not None:
        before = {name for name, _ in complaints(batch.model.tree.get(thing.ci.class_), values_of(thing.ci))}
    return ((f"{name}: {reason}", False) for name, reason in found if name not in before)


def _taken_values(batch: Batch, settled: Settled, thing: Thing | None) -> Iterator[tuple[str, bool]]:
    for digest, name in unique_keys(batch.model.tree.get(settled.class_), settled.values).items():
        holder = batch.by_unique.get(digest)
        if holder is not None and (thing is None or holder != thing.id):
            yield f"{name}: {str(settled.values[name])[:80]} is {holder}'s already.", True


def _contested(batch: Batch, thing: Thing, names: Names) -> Iterator[str]:
    """A sentence for each name that other items in use have too, unless it means this one all the same."""
    for name, rank in sorted(names.items()):
        others = {one.id: one.claim(name) for one in batch.by_alias.get(name, {}).values() if one is not thing}
        claimed = {**others, thing.id: (False, rank)}
        if any(not gone for gone, _ in others.values()) and foremost(claimed) != {thing.id}:
            yield said(name, thing.id, claimed, sorted(others))


def changes_of(settled: Settled, thing: Thing, names: Names) -> dict[str, Any]:
    """What is new about a thing, old and new value by name; of its names those that go and those that come."""
    if thing.ci is None:
        before: dict[str, Any] = {}
    else:
        before = {**values_of(thing.ci), "class": thing.ci.class_}
        before |= {"obsolete": True} if thing.ci.obsolete_at else {}
    changes = difference(before, {**settled.values, "class": settled.class_})
    old, new = ({name for name in found if name != thing.id.lower()} for found in (thing.aliases, names))
    if old != new:
        changes[ALIASES] = [sorted(old - new), sorted(new - old)]
    return changes


def _losing(source: str, settled: Settled, last: Report | None) -> Iterator[str]:
    for name, others in settled.lost.items():
        if source in others and (last is None or last.values.get(name) != others[source]):
            winner = settled.by[name]
            yield f"{name} stays {settled.values[name]!s:.80}: the word of {winner} goes before that of {source}."


def _count_in(batch: Batch, judged: Judgement, number: int) -> None:
    thing, report, settled = judged.thing, judged.report, judged.settled
    assert thing is not None
    assert report is not None
    assert settled is not None
    key = (report.source, report.key)
    known = batch.model.tree.get(report.class_)
    thing.reports[key] = replace(report, missing=0)
    thing.keys[key] = identity_keys(known, report.values)
    batch.rename(thing, judged.aliases)
    batch.add(thing)
    for digest in unique_keys(batch.model.tree.get(settled.class_), settled.values):
        batch.by_unique[digest] = thing.id
    batch.claimed[thing.id] = number
