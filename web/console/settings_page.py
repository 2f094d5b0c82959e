"""What the pages of the settings draw: lists, a setting with its versions, and its editor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from longwatch.domain.configuring import may_edit
from longwatch.store import configuration, publishing
from longwatch.store.publishing import Change, Setting
from longwatch.store.tables import Configuration
from web.configuration import text as setting_text
from web.configuration.difference import DiffLine, difference
from web.configuration.form_kinds import holds
from web.configuration.kinds import ALL, Kind, explained
from web.configuration.usage import used_by
from web.console.names import names_of
from web.console.people import Face, Names, Viewer
from web.console.settings_trial import Trial
from web.console.times import Moment, moment
from web.console.words import Badge

LOOKS: Mapping[str, Badge] = {
    configuration.CATALOGUE: Badge("", "blue", icon="package"),
    configuration.APPROVAL_POLICY: Badge("", "green", icon="shield-check"),
    configuration.CHANGE_MODEL: Badge("", "violet", icon="workflow"),
    configuration.QUESTIONNAIRE: Badge("", "amber", icon="gauge"),
    configuration.POLICY: Badge("", "red", icon="timer"),
    configuration.CALENDAR: Badge("", "blue", icon="calendar"),
    configuration.ROUTING: Badge("", "grey", icon="signpost"),
    configuration.AGEING: Badge("", "violet", icon="hourglass"),
    configuration.SIMILAR: Badge("", "red", icon="telescope"),
    configuration.MATRIX: Badge("", "amber", icon="layout-grid"),
    configuration.HOOK: Badge("", "green", icon="link"),
    configuration.CI_MAPPING: Badge("", "violet", icon="arrow-right-left"),
    configuration.CI_IMPORT: Badge("", "blue", icon="boxes"),
    configuration.CI_EXPIRY: Badge("", "amber", icon="file-badge"),
    configuration.ALERT_RULES: Badge("", "red", icon="layers"),
}
IN_FORCE = Badge("In force", "green", icon="circle-check")
OFF = Badge("Switched off", "grey", icon="ban")
OLDER = Badge("Older version", "amber", icon="history")

SAID = {
    publishing.PUBLISHED: "published",
    publishing.SWITCHED_ON: "switched it on",
    publishing.SWITCHED_OFF: "switched it off",
}


@dataclass(frozen=True)
class KindCard:
    """A kind on the first page."""

    name: str
    title: str
    about: str
    count: int
    look: Badge


@dataclass(frozen=True)
class SettingRow:
    """A setting in the list of its kind."""

    name: str
    version: int
    state: Badge
    said: str
    changed: Moment
    by: Face | None


@dataclass(frozen=True)
class VersionRow:
    """A version: when, by whom and why it was published; `used` by how many open tickets, where that is known."""

    version: int
    at: Moment
    by: Face | None
    why: str
    shown: bool
    used: str


@dataclass(frozen=True)
class ChangeRow:
    """A line of the audit log."""

    at: Moment
    by: Face | None
    what: str
    why: str


@dataclass(frozen=True)
class SettingPage:
    """A version of a setting, with what leads to the others."""

    kind: Kind
    name: str
    version: int
    newest: int
    state: Badge
    active: bool
    lines: Sequence[str]
    text: str
    versions: Sequence[VersionRow]
    changes: Sequence[ChangeRow]
    diff: Sequence[DiffLine]
    against: int | None
    may_edit: bool
    as_form: bool


def cards(session: Session) -> list[KindCard]:
    """All kinds, with how many of each are in force."""
    return [
        KindCard(
            kind.name, kind.title, kind.about, len(configuration.all_in_force(session, kind.name)), LOOKS[kind.name]
        )
        for kind in ALL
    ]


def rows(session: Session, who: Viewer, kind: Kind) -> list[SettingRow]:
    """The settings of a kind, in force or not, by name."""
    found = configuration.all_newest(session, kind.name)
    last = {row.name: next(iter(publishing.changes(session, Setting(kind.name, row.name))), None) for row in found}
    names = names_of(session, [change.actor for change in last.values() if change])
    return [_row(kind, row, last[row.name], names, who) for row in found]


def _row(kind: Kind, row: Configuration, change: Change | None, names: Names, who: Viewer) -> SettingRow:
    at = change.at if change else row.created_at
    said = explained(kind, {**row.data, "name": row.name, "version": row.version})[0]
    by = names.face(change.actor if change else None)
    return SettingRow(row.name, row.version, IN_FORCE if row.active else OFF, said, moment(at, who.now, who.zone), by)


@dataclass(frozen=True)
class _Told:
    """A version of a setting with all that is told about it; `found` are its versions, the newest first."""

    kind: Kind
    found: Sequence[Configuration]
    shown: Configuration
    changes: Sequence[Change]
    names: Names
    used: Mapping[int, int] | None


def setting_page(
    session: Session, who: Viewer, kind: Kind, found: Sequence[Configuration], wanted: tuple[int | None, int | None]
) -> SettingPage | None:
    """A setting at a version (the newest, if none is wanted), against another one (the one before).

    None when there is no such version.
    """
    version, against = wanted
    shown = found[0] if version is None else next((row for row in found if row.version == version), None)
    if shown is None:
        return None
    changes = publishing.changes(session, Setting(kind.name, shown.name))
    names = names_of(session, [change.actor for change in changes])
    told = _Told(kind, found, shown, changes, names, used_by(session, kind.name, shown.name))
    return _page(told, _other(found, shown, against), who)


def _page(told: _Told, other: Configuration | None, who: Viewer) -> SettingPage:
    shown, found = told.shown, told.found
    text = setting_text.write(shown.data)
    return SettingPage(
        kind=told.kind,
        name=shown.name,
        version=shown.version,
        newest=found[0].version,
        state=_state(shown, found),
        active=any(row.active for row in found),
        lines=explained(told.kind, {**shown.data, "name": shown.name, "version": shown.version}),
        text=text,
        versions=_versions(told, who),
        changes=[_change(change, told.names, who) for change in told.changes],
        diff=difference(setting_text.write(other.data), text) if other else (),
        against=other.version if other else None,
        may_edit=may_edit(who.actor, told.kind.name),
        as_form=holds(told.kind.name, found[0].data),
    )


def _other(found: Sequence[Configuration], shown: Configuration, against: int | None) -> Configuration | None:
    """The version to compare with: the one named, else the one before."""
    wanted = shown.version - 1 if against is None else against
    return next((row for row in found if row.version == wanted and row is not shown), None)


def _state(shown: Configuration, found: Sequence[Configuration]) -> Badge:
    if not any(row.active for row in found):
        return OFF
    return IN_FORCE if shown is next(row for row in found if row.active) else OLDER


def _versions(told: _Told, who: Viewer) -> list[VersionRow]:
    made = {change.version: change for change in told.changes if change.action == publishing.PUBLISHED}
    return [
        VersionRow(
            row.version,
            moment(row.created_at, who.now, who.zone),
            told.names.face(made[row.version].actor) if row.version in made else None,
            made[row.version].why if row.version in made else "",
            row is told.shown,
            "" if told.used is None else str(told.used.get(row.version, 0)),
        )
        for row in told.found
    ]


def _change(change: Change, names: Names, who: Viewer) -> ChangeRow:
    what = SAID[change.action]
    told = f"{what} version {change.version}" if change.action == publishing.PUBLISHED else what
    return ChangeRow(moment(change.at, who.now, who.zone), names.face(change.actor), told, change.why)


@dataclass(frozen=True)
class Editor:
    """The editor of a setting. `seen` is the newest version its writer saw; what was wrong keeps what was typed."""

    kind: Kind
    name: str
    new: bool
    text: str
    why: str
    seen: int
    error: str = ""
    place: str = ""
    line: int | None = None
    lines: Sequence[str] = ()
    diff: Sequence[DiffLine] = ()
    checked: bool = False
    trial: Trial | None = None
