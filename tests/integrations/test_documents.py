"""What docs/integrations promises to people who write sending scripts is what the parsers do."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from integrations import KINDS, generic
from integrations.alert import NotEnvelope
from integrations.alertmanager import alert as alertmanager_alert
from tests.integrations.payloads import as_bytes, spoilt
from tests.integrations.test_generic import SAMPLE

DOCS = Path(__file__).parents[2] / "docs" / "integrations"
SCHEMA = Draft202012Validator(json.loads((DOCS / "generic.schema.json").read_text()))


def examples() -> list[Any]:
    text = (DOCS / "generic.md").read_text()
    blocks = re.findall(r"(?s)```json\n(.*?)```", text) + re.findall(r"(?s)-d '\n(.*?)'", text)
    return [json.loads(block) for block in blocks]


def test_every_example_is_translated_and_fits_the_schema() -> None:
    assert len(examples()) == 3
    for example in examples():
        SCHEMA.validate(example)
        for member in generic.members(as_bytes(example)):
            assert generic.alert(member).title


def test_the_end_in_the_examples_belongs_to_its_beginning() -> None:
    ended, _, begun = [
        [generic.alert(member) for member in generic.members(as_bytes(example))] for example in examples()
    ]

    assert begun[0].fingerprint == ended[0].fingerprint
    assert (begun[0].state, ended[0].state) == ("firing", "resolved")


def test_every_field_of_the_table_is_in_the_schema() -> None:
    table = (DOCS / "generic.md").read_text().split("## Fields")[1].split("## Answers")[0]
    names = {name for row in re.findall(r"(?m)^\| (`.*?`[^|]*) \|", table) for name in re.findall(r"`(\w+)`", row)}

    assert names == set(SCHEMA.schema["$defs"]["alert"]["properties"]) == set(SAMPLE)


@pytest.mark.parametrize("word", ["critical", "page", "error", "warning", "info", "none"])
def test_the_severities_named_for_alertmanager_are_known(word: str) -> None:
    member = {"status": "firing", "labels": {"alertname": "A", "severity": word}}

    severity = alertmanager_alert(member).severity

    assert severity == {"page": "critical", "none": "info"}.get(word, word)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_described(kind: str) -> None:
    assert f"| `{kind}` |" in (DOCS.parent / "monitoring.md").read_text()


@settings(max_examples=150, deadline=None)
@given(spoilt({**SAMPLE, "labels": {"a": "b"}}).filter(lambda body: body) | st.just(SAMPLE))
def test_what_the_schema_refuses_the_parser_refuses(body: dict[str, Any]) -> None:
    if SCHEMA.is_valid(json.loads(json.dumps(body))):
        return

    with pytest.raises(NotEnvelope):
        generic.members(as_bytes(body))
