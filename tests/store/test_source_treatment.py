"""How a source wants its alerts treated is judged before it is kept."""

import pytest

from longwatch.store import source_treatment, sources
from longwatch.store.database import Store
from longwatch.store.source_treatment import read
from longwatch.store.sources import BadSource
from longwatch.store.tables import Source


def test_what_is_said_is_kept_and_what_is_empty_is_as_usual(store: Store) -> None:
    with store.writing() as session:
        sources.add(store, session, "generic", "probe", {"hold_down": 30})
        source_treatment.save(session, "probe", {"hold_down": None, "storm_rate": 600, "auto_resolve": "never"})

    with store.reading() as session:
        assert session.get_one(Source, "probe").settings == {"storm_rate": 600, "auto_resolve": "never"}


@pytest.mark.parametrize(
    "said",
    [
        {"hold_down": "soon"},
        {"hold_down": -1},
        {"flap_count": 31},
        {"storm_rate": True},
        {"auto_resolve": "maybe"},
        {"hold_up": 5},
    ],
)
def test_what_makes_no_sense_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(BadSource):
        read(said)


def test_a_source_that_is_not_there_is_named(store: Store) -> None:
    with store.writing() as session, pytest.raises(BadSource, match="probe"):
        source_treatment.save(session, "probe", {})
