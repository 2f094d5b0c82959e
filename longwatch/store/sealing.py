"""Secrets that must be known in clear again (to check or make signatures) are kept sealed with the desk's own key.

AES-256-GCM; the key is derived from a secret key of the installation and named in the text, so that keys can be
rotated: the newest seals, all known ones open.
"""

import base64
import hashlib
import os
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
"""Bytes, as NIST SP 800-38D recommends for GCM."""


class Unsealable(RuntimeError):  # noqa: N818 - read by operators
    """A secret was sealed with a key that this installation does not hold."""


def seal(keys: Sequence[str], secret: str) -> str:
    """The secret, readable only with the installation's newest key."""
    nonce = os.urandom(NONCE)
    sealed = _cipher(keys[0]).encrypt(nonce, secret.encode(), None)
    return f"{_name(keys[0])}.{base64.b64encode(nonce + sealed).decode()}"


def unseal(keys: Sequence[str], sealed: str) -> str:
    """The secret in clear. Raises Unsealable when the key it was sealed with is not among `keys`."""
    name, _, text = sealed.partition(".")
    for key in keys:
        if _name(key) == name:
            raw = base64.b64decode(text)
            return _cipher(key).decrypt(raw[:NONCE], raw[NONCE:], None).decode()
    raise Unsealable("A secret was sealed with a key that is gone: add the older key to LONGWATCH_SECRET_KEY.")


def _cipher(key: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), length=32, salt=None, info=b"longwatch sealed secrets").derive(key.encode()))


def _name(key: str) -> str:
    return hashlib.sha256(b"seal:" + key.encode()).hexdigest()[:12]
