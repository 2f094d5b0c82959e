"""What a tool's answer means, and how a call is signed."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.outbound import Answer
from integrations.signing import check
from integrations.webhook_out import TryAgain, Verdict, judged, letter

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def answered(status: int, body: bytes = b"") -> Verdict:
    return judged(Answer(status, "Said", body))


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, b"", Verdict(ok=True, text=None)),
        (204, b"", Verdict(ok=True, text=None)),
        (200, b'{"ok": true, "text": "deployed"}', Verdict(ok=True, text="deployed")),
        (200, b'{"ok": false, "text": "no such app"}', Verdict(ok=False, text="no such app")),
        (200, b'{"text": "deployed"}', Verdict(ok=True, text="deployed")),
        (200, b'{"text": 7}', Verdict(ok=True, text=None)),
        (200, b"ok", Verdict(ok=True, text="ok")),
        (200, b"[1]", Verdict(ok=True, text="[1]")),
        (201, b"\xff", Verdict(ok=True, text="\N{REPLACEMENT CHARACTER}")),
        (202, b"", Verdict(ok=None, text=None)),
        (202, b'{"text": "queued as 17"}', Verdict(ok=None, text="queued as 17")),
        (202, b'{"ok": false, "text": "full"}', Verdict(ok=False, text="full")),
        (301, b"", Verdict(ok=False, text="The tool answered 301 Said.")),
        (404, b"not here", Verdict(ok=False, text="The tool answered 404 Said: not here")),
    ],
)
def test_what_an_answer_means(status: int, body: bytes, verdict: Verdict) -> None:
    assert answered(status, body) == verdict


@pytest.mark.parametrize("ok", ["1", '"true"', "[]"])
def test_an_answer_that_says_neither_yes_nor_no_is_a_failure(ok: str) -> None:
    verdict = answered(200, f'{{"ok": {ok}}}'.encode())

    assert verdict.ok is False
    assert "cannot be understood" in (verdict.text or "")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_tool_that_cannot_now_is_asked_again(status: int) -> None:
    with pytest.raises(TryAgain, match=str(status)):
        answered(status, b"secret page")


@given(st.integers(100, 599), st.binary(max_size=40) | st.text(max_size=900).map(str.encode))
def test_any_answer_is_a_verdict_or_worth_another_try(status: int, body: bytes) -> None:
    try:
        verdict = answered(status, body)
    except TryAgain:
        assert status >= 500 or status in (408, 425, 429)
        return

    assert verdict.text is None or 0 < len(verdict.text) <= 500
    assert verdict.ok is not True or 200 <= status < 300


def test_a_call_carries_a_signature_its_time_and_the_mark_of_its_delivery() -> None:
    headers, body = letter("CHG-000001:7:0:deploy:webhook", "hush", {"task": "a", "data": {"b": 1}}, NOW)

    stamp = headers["x-longwatch-timestamp"]
    expected = hmac.new(b"hush", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["x-longwatch-signature"] == f"sha256={expected}"
    assert datetime.fromtimestamp(int(stamp), UTC) == NOW
    assert headers["Idempotency-Key"] == "CHG-000001:7:0:deploy:webhook"
    assert json.loads(body) == {"task": "a", "data": {"b": 1}}


def test_another_desk_of_ours_would_accept_the_call() -> None:
    headers, body = letter("d", "hush", {"task": "ü"}, NOW)

    assert check("longwatch", "hush", {name.lower(): value for name, value in headers.items()}, body, NOW)


def test_a_repetition_is_the_same_but_for_its_time() -> None:
    first, second = letter("d", "hush", {"a": 1}, NOW), letter("d", "hush", {"a": 1}, NOW.replace(hour=10))

    assert first[1] == second[1]
    assert first[0]["Idempotency-Key"] == second[0]["Idempotency-Key"]
    assert first[0]["x-longwatch-signature"] != second[0]["x-longwatch-signature"]
