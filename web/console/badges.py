"""A word for people: with an icon and a tone."""

from dataclasses import dataclass

from web.console.times import Tone


@dataclass(frozen=True)
class Badge:
    """A word with an icon and a tone."""

    label: str
    tone: Tone
    icon: str
