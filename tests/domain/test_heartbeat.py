"""What counts as a sign of life, and when silence is an alert."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwatch.domain import heartbeat
from longwatch.domain.heartbeat import BadHeartbeat

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NAMES = st.text("abcxyz_.-", min_size=1, max_size=8)


def test_a_dead_man_alert_is_known_by_its_labels() -> None:
    labels = {"alertname": "Watchdog", "cluster": "a", "severity": "none"}

    assert heartbeat.is_beat("alertname=Watchdog", "f00d", labels)
    assert heartbeat.is_beat("cluster = a , alertname=Watchdog", "f00d", labels)
    assert not heartbeat.is_beat("alertname=Watchdog, cluster=b", "f00d", labels)


def test_any_other_text_is_a_fingerprint() -> None:
    assert heartbeat.is_beat("backup/db-1", "backup/db-1", {})
    assert not heartbeat.is_beat("backup/db-1", "backup/db-2", {"backup/db-1": ""})


def test_any_call_is_no_alerts_own_signal() -> None:
    assert not heartbeat.is_beat(heartbeat.ANY, "", {})


def test_what_comes_the_way_of_alerts_vouches_for_them_and_a_job_does_not() -> None:
    vouching = [signal for signal in (heartbeat.ANY, "alertname=Watchdog", "backup") if heartbeat.vouches(signal)]

    assert vouching == [heartbeat.ANY, "alertname=Watchdog"]


@given(st.dictionaries(NAMES, NAMES, min_size=1, max_size=4), st.dictionaries(NAMES, NAMES, max_size=4))
def test_labels_are_read_as_they_are_written(wanted: dict[str, str], more: dict[str, str]) -> None:
    signal = ", ".join(f"{name}={value}" for name, value in wanted.items())

    assert heartbeat.labels_of(signal) == wanted
    assert heartbeat.is_beat(signal, "any", {**more, **wanted})
    assert heartbeat.is_beat(signal, "any", more) == (more | wanted == more)


@given(st.text(max_size=40), st.text(max_size=10))
def test_no_text_breaks_the_match(signal: str, fingerprint: str) -> None:
    assert heartbeat.is_beat(signal, fingerprint, {"a": "b"}) in (True, False)


def test_silence_is_an_alert_after_interval_and_grace() -> None:
    assert heartbeat.due(NOON, 300, 60) == NOON + timedelta(seconds=360)


@pytest.mark.parametrize(
    ("signal", "interval", "grace", "severity"),
    [
        ("x" * 201, 60, 0, "critical"),
        ("two\nlines", 60, 0, "critical"),
        ("alertname=Watchdog, and more", 60, 0, "critical"),
        ("a", 9, 0, "critical"),
        ("a", 33 * 86_400, 0, "critical"),
        ("a", 60, -1, "critical"),
        ("a", 60, 8 * 86_400, "critical"),
        ("a", 60, 0, "shouting"),
    ],
)
def test_what_cannot_be_expected_is_told(signal: str, interval: int, grace: int, severity: str) -> None:
    with pytest.raises(BadHeartbeat):
        heartbeat.check(signal, interval, grace, severity)


@pytest.mark.parametrize(
    ("expected_at", "missed"),
    [(-20, False), (-9, True), (0, True), (30, True), (59, True), (61, False)],
)
def test_what_was_to_come_while_we_were_away_is_not_missed(expected_at: int, *, missed: bool) -> None:
    """Away for an hour from noon; minutes; ten minutes of grace."""
    due_at = NOON + timedelta(minutes=expected_at) + timedelta(minutes=10)

    assert heartbeat.missed_with_us(due_at, 600, NOON, NOON + timedelta(hours=1)) == missed


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0 s"), (59, "59 s"), (60, "1 min"), (3_599, "59 min"), (7_500, "2 h 5 min"), (273_600, "3 d 4 h")],
)
def test_durations_are_told_in_words(seconds: int, words: str) -> None:
    assert heartbeat.span(seconds) == words


@pytest.mark.parametrize(
    ("words", "seconds"),
    [("90", 90), ("90 s", 90), ("5min", 300), ("2 h 30 min", 9_000), ("1 D", 86_400), (" 10 s ", 10)],
)
def test_durations_are_read_as_people_write_them(words: str, seconds: int) -> None:
    assert heartbeat.seconds_of(words) == seconds


@pytest.mark.parametrize("words", ["", "soon", "5 minutes", "-5", "1.5 h", "5 min and more", "\u0665 s", "5 x"])
def test_what_is_no_duration_is_told(words: str) -> None:
    with pytest.raises(BadHeartbeat):
        heartbeat.seconds_of(words)


@given(st.integers(0, 10_000_000))
def test_a_duration_in_words_is_read_back_to_its_smaller_unit(seconds: int) -> None:
    read = heartbeat.seconds_of(heartbeat.span(seconds))

    assert read <= seconds
    assert heartbeat.span(read) == heartbeat.span(seconds)


@given(st.integers(0, 10_000_000))
def test_a_form_loses_no_second(seconds: int) -> None:
    assert heartbeat.seconds_of(heartbeat.exactly(seconds)) == seconds
