"""Encrypts what Temporal stores: the engine's database and its web page show only ciphertext.

AES-256-GCM; the key is derived from a secret key of the installation, its id travels in the payload's metadata, so that
keys can be rotated: the newest encrypts, all known ones decrypt.
"""

import hashlib
import os
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

ENCODING = b"binary/encrypted"
NONCE = 12
"""Bytes, as NIST SP 800-38D recommends for GCM."""


def opened(codec: "Codec", message: Message) -> None:
    """Puts every payload of an engine's message in clear, in place, however deep it lies in it."""
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            found = list(value.values()) if field.message_type.fields_by_name["value"].message_type else []
        else:
            found = list(value) if field.is_repeated else [value]
        for inner in found:
            if isinstance(inner, Payload):
                inner.CopyFrom(codec.open(inner))
            else:
                opened(codec, inner)


class Undecodable(RuntimeError):  # noqa: N818 - read by operators
    """A payload was encrypted with a key this installation does not hold."""


class Codec(PayloadCodec):
    """The payload codec of one installation."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._keys = {_key_id(secret): AESGCM(_derive(secret)) for secret in secret_keys}
        self._newest = _key_id(secret_keys[0])

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypts whole payloads, metadata included."""
        return [self._seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypts what `encode` made and leaves everything else alone. Raises Undecodable for an unknown key."""
        return [self.open(payload) for payload in payloads]

    def _seal(self, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE)
        data = self._keys[self._newest].encrypt(nonce, payload.SerializeToString(), None)
        return Payload(metadata={"encoding": ENCODING, "key": self._newest.encode()}, data=nonce + data)

    def open(self, payload: Payload) -> Payload:
        """One payload in clear."""
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        name = payload.metadata["key"].decode()
        if name not in self._keys:
            raise Undecodable(f"No key with id {name}: add the older key to LONGWATCH_SECRET_KEY, after the newest.")
        clear = self._keys[name].decrypt(payload.data[:NONCE], payload.data[NONCE:], None)
        return Payload.FromString(clear)


def _derive(secret: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=b"longwatch payload codec").derive(secret.encode())


def _key_id(secret: str) -> str:
    return hashlib.sha256(b"id:" + secret.encode()).hexdigest()[:12]
