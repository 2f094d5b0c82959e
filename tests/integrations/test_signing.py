"""Signed calls: what was signed is known again, everything else is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import signing

NOW = datetime(2026, 11, 22, 15, 4, 5, tzinfo=UTC)
SECRET, RAW = "the secret of this source", b'{"a": "b"}'


def signed(style: str, at: datetime = NOW) -> dict[str, str]:
    return signing.sign(style, SECRET, str(int(at.timestamp())), RAW)


@pytest.mark.parametrize("style", sorted(signing.STYLES))
def test_what_was_signed_is_known_by_its_mark(style: str) -> None:
    mark = signing.check(style, SECRET, signed(style), RAW, NOW)

    assert mark == signing.check(style, SECRET, signed(style), RAW, NOW)
    assert SECRET not in mark


@pytest.mark.parametrize("style", sorted(signing.STYLES))
def test_another_body_another_secret_or_no_signature_is_refused(style: str) -> None:
    for secret, headers, raw in [
        (SECRET, signed(style), RAW + b" "),
        ("another secret of another one", signed(style), RAW),
        (SECRET, {}, RAW),
        (SECRET, {**signed(style), signing.STYLES[style].signature: "sha256=ünïcode"}, RAW),
    ]:
        with pytest.raises(signing.BadSignature):
            signing.check(style, secret, headers, raw, NOW)


@pytest.mark.parametrize("away", [timedelta(seconds=301), timedelta(seconds=-301), timedelta(days=400)])
def test_a_time_too_far_away_is_refused(away: timedelta) -> None:
    with pytest.raises(signing.BadSignature, match="300 seconds away"):
        signing.check("longwatch", SECRET, signed("longwatch", NOW + away), RAW, NOW)


def test_our_own_way_needs_a_time() -> None:
    headers = {name: value for name, value in signed("longwatch").items() if "signature" in name}

    with pytest.raises(signing.BadSignature, match="must hold Unix seconds"):
        signing.check("longwatch", SECRET, headers, RAW, NOW)


@given(
    st.sampled_from(sorted(signing.STYLES)),
    st.dictionaries(
        st.sampled_from([name for style in signing.STYLES.values() for name in (style.signature, style.stamp)]),
        st.text(max_size=80),
    ),
)
def test_nothing_that_was_guessed_opens(style: str, headers: dict[str, str]) -> None:
    with pytest.raises(signing.BadSignature):
        signing.check(style, SECRET, headers, RAW, NOW)
