"""A key that plays Amazon's, with its certificate, for tests."""

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from integrations import sns

CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-test.pem"
CONFIRM = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=abc"


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


@cache
def pem() -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key().public_key())
    made = made.serial_number(1).not_valid_before(begin).not_valid_after(begin + timedelta(days=3_650))
    return made.sign(key(), hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def signed(message: dict[str, Any], version: str = "1") -> bytes:
    """The message as Amazon would sign it."""
    text = {**message, "SignatureVersion": version, "SigningCertURL": CERTIFICATE}
    digest = hashes.SHA1() if version == "1" else hashes.SHA256()
    mark = key().sign(sns.signed({k: v for k, v in text.items() if isinstance(v, str)}), padding.PKCS1v15(), digest)
    return json.dumps({**text, "Signature": base64.b64encode(mark).decode()}).encode()


def confirmation() -> dict[str, Any]:
    return {
        "Type": "SubscriptionConfirmation",
        "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
        "Token": "2336412f37f",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:alerts",
        "Message": "You have chosen to subscribe to the topic.",
        "SubscribeURL": CONFIRM,
        "Timestamp": "2026-11-22T15:04:05.000Z",
    }
