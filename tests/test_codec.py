"""The engine sees ciphertext only, and keys can be rotated."""

import asyncio

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload

from longwatch.codec import Codec, Undecodable

OLD, NEW = "old-secret-" * 4, "new-secret-" * 4


def sealed(codec: Codec, data: bytes) -> Payload:
    return asyncio.run(codec.encode([Payload(metadata={"encoding": b"json/plain"}, data=data)]))[0]


@given(st.binary(max_size=200))
def test_what_was_encrypted_is_read_again_whole(data: bytes) -> None:
    codec = Codec([NEW])

    clear = codec.open(sealed(codec, data))

    assert (clear.data, clear.metadata["encoding"]) == (data, b"json/plain")


def test_nothing_readable_remains() -> None:
    payload = sealed(Codec([NEW]), b'"Rita Requester cannot print"')

    assert b"Rita" not in payload.SerializeToString()
    assert b"json/plain" not in payload.SerializeToString()


def test_an_older_key_still_reads_after_rotation() -> None:
    payload = sealed(Codec([OLD]), b"x")

    assert Codec([NEW, OLD]).open(payload).data == b"x"


def test_the_newest_key_writes() -> None:
    payload = sealed(Codec([NEW, OLD]), b"x")

    assert Codec([NEW]).open(payload).data == b"x"


def test_an_unknown_key_says_what_to_do() -> None:
    payload = sealed(Codec([OLD]), b"x")

    with pytest.raises(Undecodable, match="LONGWATCH_SECRET_KEY"):
        Codec([NEW]).open(payload)


def test_a_tampered_payload_is_refused() -> None:
    payload = sealed(Codec([NEW]), b"x")
    payload.data = payload.data[:-1] + bytes([payload.data[-1] ^ 1])

    with pytest.raises(InvalidTag):
        Codec([NEW]).open(payload)


def test_what_somebody_else_wrote_is_left_alone() -> None:
    plain = Payload(metadata={"encoding": b"json/plain"}, data=b"1")

    assert Codec([NEW]).open(plain) == plain
