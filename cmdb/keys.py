"""By what an item is known: one digest for each identification rule whose values are all there, in order of trust."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from cmdb.classes import CiClass
from longwatch.domain.ticket import canonical

ALIASED = (
    "fqdn",
    "ip",
    "management_ip",
    "cloud_id",
    "uuid",
    "mac",
    "serial",
    "asset_tag",
    "fingerprint",
)
"""Attributes whose values are other names of the item: alerts and people name it so."""

LONGEST_ALIAS = 200


def identity_keys(class_: CiClass, values: Mapping[str, Any]) -> list[str]:
    """`rule:digest` for every rule that the values satisfy, the most trusted rule first."""
    return [key for owner, rule in class_.identify if (key := _key(class_, owner, rule, values)) is not None]


def telling_keys(class_: CiClass, values: Mapping[str, Any]) -> list[str]:
    """Those of the keys that tell things apart by more than what people called them."""
    rules = [(owner, rule) for owner, rule in class_.identify if "name" not in rule]
    return [key for owner, rule in rules if (key := _key(class_, owner, rule, values)) is not None]


def rule_of(key: str) -> str:
    """The rule a key was made by."""
    return key.partition(":")[0]


def unique_keys(class_: CiClass, values: Mapping[str, Any]) -> dict[str, str]:
    """The digest of every value that no other item may have, with the name of its attribute."""
    found = {}
    for attribute in class_.unique:
        value = plain(values.get(attribute.name))
        if value:
            found[_digest(["unique", attribute.owner, attribute.name, value], 20)] = attribute.name
    return found


def aliases_in(values: Mapping[str, Any]) -> Iterator[str]:
    """The other names that an item's own values give it, as they are looked up: lower case, no blanks at the ends."""
    for name in ALIASED:
        value = values.get(name)
        if isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_ALIAS:
            yield value.strip().lower()


def plain(value: Any) -> str:
    """A value as it is compared: texts without case and blanks at their ends; empty for none."""
    if value is None:
        return ""
    return value.strip().casefold() if isinstance(value, str) else str(value)


def _key(class_: CiClass, owner: str, rule: tuple[str, ...], values: Mapping[str, Any]) -> str | None:
    parts = [class_.id if name == "class" else plain(values.get(name)) for name in rule]
    if not all(parts):
        return None
    return f"{_rule(owner, rule)}:{_digest(parts, 20)}"


@lru_cache(maxsize=1_000)
def _rule(owner: str, rule: tuple[str, ...]) -> str:
    return _digest([owner, *rule], 6)


def _digest(parts: list[str], size: int) -> str:
    return hashlib.blake2b(canonical(parts).encode(), digest_size=size).hexdigest()
