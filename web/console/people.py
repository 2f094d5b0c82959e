"""People, teams and machines as pages name them: by name and initials, never by a bare identifier."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from zlib import crc32

from longwatch.domain.roles import SEES_ALL, may
from longwatch.domain.ticket import Actor
from web.console.times import Tone

TONES: tuple[Tone, ...] = ("blue", "violet", "green", "amber", "grey")
PARTS: Mapping[str, str] = {"team": "Team ", "role": "Everyone who is ", "source": "Monitoring: "}
MACHINES = ("system", "process")
"""Parts of the desk itself: to people they are one."""


@dataclass(frozen=True)
class Face:
    """Somebody on a page: the name in full, two letters and a colour that stays the same."""

    id: str
    name: str
    initials: str
    tone: Tone


@dataclass(frozen=True)
class Names:
    """Names by login, team and configuration item, looked up once for a page."""

    people: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    cis: Mapping[str, str] = field(default_factory=dict)

    def face(self, actor: str | None) -> Face | None:
        """The face of `user:<login>`, `team:<id>`, `role:<name>`, `source:<name>` or `system:<part>`."""
        if not actor:
            return None
        part, _, identity = actor.partition(":")
        if part in MACHINES:
            return Face(actor, "The desk", "··", "grey")
        known = {"user": self.people, "team": self.teams}.get(part, {})
        name = known.get(identity) or f"{PARTS.get(part, '')}{identity or part}"
        return face_of(actor, name)

    def team(self, team: str | None) -> str:
        """The name of a team; empty for none."""
        return self.teams.get(team, team) if team else ""

    def ci(self, ci: str | None) -> str:
        """The name of a configuration item; empty for none."""
        return self.cis.get(ci, ci) if ci else ""


@dataclass(frozen=True)
class Viewer:
    """Who looks: what a page needs to know of the signed-in person, and when they look."""

    actor: Actor
    name: str
    now: datetime
    zone: tzinfo

    @property
    def login(self) -> str:
        """The name they sign in with."""
        return self.actor.id.removeprefix("user:")

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles held now."""
        return self.actor.roles

    @property
    def staff(self) -> bool:
        """Whether they see the whole desk; all others see what they asked for themselves."""
        return any(role in SEES_ALL for role in self.roles)

    @property
    def opens(self) -> bool:
        """Whether they may report something."""
        return may(self.actor, "open", None)

    @property
    def auditor(self) -> bool:
        """Whether they may inspect the engine's history."""
        return bool({"auditor", "admin"}.intersection(self.roles))


def face_of(actor: str, name: str) -> Face:
    """The face of somebody whose name is known."""
    return Face(actor, name, initials(name), TONES[crc32(actor.encode()) % len(TONES)])


def initials(name: str) -> str:
    """Two letters: of first and last word, else the first two of the only one."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalnum()]
    letters = words[0][0] + words[-1][0] if len(words) > 1 else "".join(words)[:2]
    return letters.upper()
