"""How a source wants its alerts treated: what its groups are told with every command, and when it is in a storm."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from longwatch.domain.alerts_settings import AUTO_RESOLVE, LONGEST, MOST_COUNTED
from longwatch.store.sources import BadSource, found

SECONDS, COUNT, CHOICE = "seconds", "count", "choice"


@dataclass(frozen=True)
class Entry:
    """One thing that may be said; `usual` is what holds where nothing is."""

    name: str
    label: str
    kind: str
    most: int
    usual: str
    hint: str = ""


ENTRIES = (
    Entry("hold_down", "Must last", SECONDS, LONGEST, "5 s", "An alert that ends sooner opens nothing."),
    Entry("quiet", "Over after silence of", SECONDS, LONGEST, "5 min"),
    Entry("reopen", "Same incident for", SECONDS, LONGEST, "1 h", "Firing again in this time goes on with it."),
    Entry("open_after", "So many together open at once", COUNT, 2_000, "never"),
    Entry("occurrences", "Must fire so often", COUNT, MOST_COUNTED, "once"),
    Entry("within", "within", SECONDS, LONGEST, "no bound"),
    Entry("flap_count", "So many beginnings are flapping", COUNT, MOST_COUNTED, "5", "0: nothing ever is."),
    Entry("flap_within", "counted within", SECONDS, LONGEST, "10 min"),
    Entry("flap_quiet", "Flapping is over after", SECONDS, LONGEST, "10 min"),
    Entry("auto_resolve", "Monitoring resolves", CHOICE, 0, AUTO_RESOLVE[0], "untouched: what no person took."),
    Entry("storm_rate", "New groups a minute before it is a storm", COUNT, 1_000_000, "300", "0: any number."),
)
NAMES = {entry.name: entry for entry in ENTRIES}


def read(given: Mapping[str, object]) -> dict[str, int | str]:
    """What was said, judged; what is empty is left out. Raises BadSource with a sentence."""
    unknown = sorted(set(given) - set(NAMES))
    if unknown:
        raise BadSource(f"Nothing called {unknown[0][:40]} is known of a source.")
    said = {name: value for name, value in given.items() if value not in (None, "")}
    return {entry.name: _judged(entry, said[entry.name]) for entry in ENTRIES if entry.name in said}


def _judged(entry: Entry, value: object) -> int | str:
    if entry.kind == CHOICE:
        if value not in AUTO_RESOLVE:
            raise BadSource(f"{entry.label}: choose one of {', '.join(AUTO_RESOLVE)}.")
        return str(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= entry.most:
        said = "a time such as 30 s, 5 min or 2 h" if entry.kind == SECONDS else f"a whole number up to {entry.most}"
        raise BadSource(f"{entry.label}: write {said}.")
    return value


def save(session: Session, name: str, given: Mapping[str, object]) -> dict[str, int | str]:
    """From the next call on its alerts are treated so. Raises BadSource."""
    source = found(session, name)
    source.settings = read(given)
    return dict(source.settings)
