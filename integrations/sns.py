"""Amazon SNS: what its messages are signed with, and which addresses in them may be asked at all.

A certificate or a confirmation is fetched from an Amazon host over HTTPS and from nowhere else: else whoever can post
here could send us where they like.
"""

import base64
import binascii
import re
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from integrations.alert import NotEnvelope

NOTIFICATION = "Notification"
CONFIRMATIONS = ("SubscriptionConfirmation", "UnsubscribeConfirmation")
_HOST = re.compile(r"sns\.[a-z0-9-]{1,40}\.amazonaws\.com(?:\.cn)?", re.ASCII)
_SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATIONS[0]: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    CONFIRMATIONS[1]: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_OPTIONAL = ("Subject",)
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {"1": hashes.SHA1, "2": hashes.SHA256}


class Forged(Exception):  # noqa: N818 - an answer for the sender
    """The message is not what Amazon signed; the text says why."""


def checked(message: Any) -> dict[str, str]:
    """The message, all of whose parts are texts and whose addresses are Amazon's. Raises NotEnvelope."""
    if not isinstance(message, dict) or message.get("Type") not in tuple(_SIGNED):
        raise NotEnvelope("Type is not that of an SNS message; raw message delivery must be off.", "Type")
    wanted = (*_SIGNED[message["Type"]], "Signature", "SignatureVersion", "SigningCertURL")
    for name in wanted:
        if not isinstance(message.get(name), str) and name not in _OPTIONAL:
            raise NotEnvelope(f"{name}: Missing data for required field.", name)
    for name in ("SigningCertURL", "SubscribeURL"):
        if name in wanted and not is_amazons(message[name]):
            raise NotEnvelope(f"{name} is not an address of Amazon SNS.", name)
    if message["SignatureVersion"] not in _HASHES:
        raise NotEnvelope("SignatureVersion is neither 1 nor 2.", "SignatureVersion")
    return {name: value for name, value in message.items() if isinstance(value, str)}


def is_amazons(address: str) -> bool:
    """Whether an address is Amazon SNS itself, over HTTPS, on the usual port, without anything before the host."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    plain = "@" not in parts.netloc and "\\" not in address and address.isprintable()
    return plain and parts.scheme == "https" and port in (None, 443) and bool(_HOST.fullmatch(parts.hostname or ""))


def certificate(pem: str) -> str:
    """The same text, when it is a certificate with an RSA key. Raises Forged for anything else."""
    _key(pem)
    return pem


def verify(message: dict[str, str], pem: str) -> None:
    """Raises Forged unless the certificate's key has signed the message."""
    try:
        signature = base64.b64decode(message["Signature"], validate=True)
    except (ValueError, binascii.Error):
        raise Forged("The signature cannot be read.") from None
    try:
        _key(pem).verify(signature, signed(message), PKCS1v15(), _HASHES[message["SignatureVersion"]]())
    except InvalidSignature:
        raise Forged("The signature is wrong: Amazon did not send this, or not so.") from None


def signed(message: dict[str, str]) -> bytes:
    """The text that Amazon signs: names and values in their order, each on its own line."""
    names = [name for name in _SIGNED[message["Type"]] if name in message]
    return "".join(f"{name}\n{message[name]}\n" for name in names).encode()


def _key(pem: str) -> RSAPublicKey:
    try:
        key = x509.load_pem_x509_certificate(pem.encode(errors="replace")).public_key()
    except ValueError:
        raise Forged("The certificate cannot be read.") from None
    if not isinstance(key, RSAPublicKey):
        raise Forged("The certificate holds no RSA key.")
    return key
