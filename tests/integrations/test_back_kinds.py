"""The table of tools that can be told; what is said of an incident in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import KINDS as SOURCES
from integrations.back_call import comment, is_ours
from integrations.back_kinds import KINDS, suited
from tests.integrations.back_answers import Played, access, answer, behind, told

USUAL = {"host": "db-1", "service": "disk", "alertname": "DiskFull"}


def test_every_kind_of_source_is_offered_its_own_tool_first_and_strangers_never() -> None:
    assert next(iter(suited("zabbix"))) == "zabbix"
    assert list(suited("generic")) == ["pagerduty", "opsgenie"]
    assert all(set(kind.suits) <= set(SOURCES) for kind in KINDS.values())


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize("what", ["acknowledged", "resolved", "closed", "reopened"])
def test_every_kind_knows_what_to_do_with_every_word(name: str, what: str) -> None:
    kind = KINDS[name]

    played = Played(kind.tell(access("https://tool.example", secret="s"), told(what), behind(labels=USUAL)), [])

    assert played.asks[0].url.startswith("https://tool.example")


@given(by=st.text(max_size=30), what=st.sampled_from(["acknowledged", "resolved", "reopened", "closed", "extended"]))
def test_our_own_words_are_known_again_when_they_come_back(by: str, what: str) -> None:
    assert is_ours(f"Comment: {comment(told(what, by=by))}")


@pytest.mark.parametrize("text", ["", "on it", "[longwatch]", "[longwatch 0123456789AB]", "longwatch 0123456789ab"])
def test_other_words_are_not_ours(text: str) -> None:
    assert not is_ours(text)


def test_an_answer_of_nothing_is_understood() -> None:
    assert Played(KINDS["pagerduty"].try_out(access("https://x.example", secret="s")), [answer()]).result.text
