"""Amazon SNS: signatures of both versions, and addresses that are Amazon's or nobody's."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import sns
from integrations.alert import NotEnvelope
from tests.integrations import amazon_key
from tests.integrations.test_tools import SAMPLES


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("message", [SAMPLES["cloudwatch"]["firing"], amazon_key.confirmation()])
def test_what_amazon_signed_is_known(version: str, message: dict[str, str]) -> None:
    said = json.loads(amazon_key.signed(message, version))

    sns.verify(sns.checked(said), amazon_key.pem())

    for name in ("Message", "TopicArn", "Timestamp"):
        with pytest.raises(sns.Forged):
            sns.verify({**said, name: said[name] + "x"}, amazon_key.pem())


@pytest.mark.parametrize("pem", ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
def test_a_certificate_that_is_none_proves_nothing(pem: str) -> None:
    said = sns.checked(json.loads(amazon_key.signed(SAMPLES["cloudwatch"]["firing"])))

    with pytest.raises(sns.Forged):
        sns.verify(said, pem)


@pytest.mark.parametrize(
    ("address", "amazons"),
    [
        ("https://sns.eu-west-1.amazonaws.com/x.pem", True),
        ("https://sns.cn-north-1.amazonaws.com.cn/x.pem", True),
        ("https://sns.eu-west-1.amazonaws.com:443/x.pem", True),
        ("http://sns.eu-west-1.amazonaws.com/x.pem", False),
        ("https://sns.eu-west-1.amazonaws.com:8443/x.pem", False),
        ("https://sns.eu-west-1.amazonaws.com.evil.example/x.pem", False),
        ("https://sns.eu-west-1.amazonaws.com@evil.example/x.pem", False),
        ("https://evil.example/sns.eu-west-1.amazonaws.com", False),
        ("https://bucket.s3.amazonaws.com/x.pem", False),
        ("https://sns.eu.west.amazonaws.com/x.pem", False),
        ("https://evil.example\\@sns.eu-west-1.amazonaws.com/x.pem", False),
        ("https://[::1]/x", False),
        ("https://sns.eu-west-1.amazonaws.com:port/x", False),
    ],
)
def test_only_amazons_own_addresses_are_asked(address: str, *, amazons: bool) -> None:
    assert sns.is_amazons(address) is amazons


@given(st.text(max_size=60))
def test_no_other_host_slips_through(text: str) -> None:
    assert not sns.is_amazons(f"https://{text}@evil.example/")
    assert not sns.is_amazons(f"https://evil.example/{text}")


@pytest.mark.parametrize("name", ["SigningCertURL", "Message", "TopicArn", "Signature", "SignatureVersion", "Type"])
def test_a_message_without_a_part_is_no_message(name: str) -> None:
    said = json.loads(amazon_key.signed(SAMPLES["cloudwatch"]["firing"]))

    with pytest.raises(NotEnvelope) as refusal:
        sns.checked({key: value for key, value in said.items() if key != name})

    assert refusal.value.field == name
