"""An item is found by what people write, when it is the only one they can mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmdb import hints
from cmdb.hints import ci_named
from longwatch.store.database import Store


@pytest.mark.parametrize(
    ("text", "ci"),
    [
        ("web-1 is slow.", "web-1"),
        ("Cannot reach WEB-1.example.net:443!", "web-1"),
        ("10.0.0.11 does not answer", "db-1"),
        ("web-1 (web-1.example.net) is down", "web-1"),
        ("web-1 and web-2 are slow", None),
        ("the database is slow", None),
        ("web-11 is slow", None),
        ("", None),
    ],
)
def test_one_item_is_named_or_none(store: Store, text: str, ci: str | None) -> None:
    with store.reading() as session:
        assert ci_named(session, [text, None]) == ci


@given(st.text())
def test_words_are_names_without_their_full_stop(text: str) -> None:
    assert all(word == word.lower() and word[-1] not in ".:-" for word in hints._words(text))
