"""Prometheus: what it scrapes, by its targets API (/api/v1/targets) or by files of file_sd (JSON or YAML).

Many targets of one host are one item: its exporters are no items of their own. An instance that is a web address (as
blackbox probes are named) is a domain name. Targets that Prometheus found in Kubernetes are left to that importer. What
it scrapes on its own machine (localhost) is called by that machine's name, which the targets API tells; files do not,
so there it is left out: localhost is another machine for everybody.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import yaml

from integrations.cmdb_document import at, each, parsed
from integrations.cmdb_mapping import TableMapping
from integrations.cmdb_parts import Part
from integrations.cmdb_record import Raw, Unreadable, address, host, line, problem, record

LARGEST = 32 * 1024 * 1024
ENVIRONMENT = ("environment", "env", "stage")
SITE = ("site", "datacenter", "dc")
TARGETS = "/api/v1/targets"


def records(parts: list[Part], _: TableMapping) -> Iterator[Raw]:
    """A record for every host and every probed name. Raises Unreadable."""
    made: dict[str, Raw] = {}
    number = 0
    for part in parts:
        for name, labels in _targets(_read(part), part.name):
            number += 1
            if _is_loopback(name):
                continue
            found = _record(name, labels, number)
            key = found.get("source_key")
            if key is None:
                yield found
            elif key in made:
                _join(made[key], found)
            else:
                made[key] = found
    yield from made.values()


def _read(part: Part) -> Any:
    with part.open() as file:
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise Unreadable(f"{part.name} is larger than {LARGEST // 1024 // 1024} MB.")
    if not part.name.endswith((".yml", ".yaml")):
        return parsed(raw, part.name)
    try:
        return yaml.safe_load(raw)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(f"{part.name} is no well-formed YAML.") from error


def _targets(value: Any, name: str) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """What is called a target, and its labels."""
    if isinstance(value, dict) and isinstance(at(value, "data", "activeTargets"), list):
        for target in each(value, "data", "activeTargets"):
            found = at(target, "discoveredLabels")
            if not any(str(label).startswith("__meta_kubernetes_") for label in found or {}):
                labels = _labels(target)
                yield _at_home(labels.get("instance") or at(found, "__address__"), target.get("globalUrl")), labels
    elif isinstance(value, list) and all(isinstance(group, dict) and "targets" in group for group in value):
        for group in value:
            labels = _labels(group)
            listed = group["targets"] if isinstance(group["targets"], list) else [None]
            yield from ((one, labels) for one in listed)
    else:
        raise Unreadable(f"{name} is neither an answer of {TARGETS} nor a file of file_sd.")


def _at_home(name: Any, reached_at: Any) -> Any:
    """The target; of one on Prometheus's own machine the address at which others reach it."""
    if not _is_loopback(name) or not isinstance(reached_at, str):
        return name
    return reached_at.partition("://")[2].partition("/")[0] or name


def _is_loopback(name: Any) -> bool:
    found = _host_of(line(name, 500)) or ""
    return found == "localhost" or found.startswith("127.") or found == "::1"


def _labels(told: Mapping[str, Any]) -> Mapping[str, Any]:
    found = told.get("labels")
    return found if isinstance(found, dict) else {}


def _record(target: Any, labels: Mapping[str, Any], number: int) -> Raw:
    text = line(target, 500)
    if not text:
        return problem(number, "A target without a name.")
    shared: Raw = {"environment": _first(labels, ENVIRONMENT), "site": _first(labels, SITE)}
    name = _host_of(text)
    if name is None:
        return problem(number, f"{text[:100]} names no host.")
    if "://" in text and not address(name):
        values = {"name": name, "domain": name, **shared}
        return record("domain-name", name, values, aliases=[name], row=number)
    fqdn = name if "." in name and not address(name) else None
    values = {"name": name if address(name) else name.partition(".")[0], "fqdn": fqdn, "ip": address(name), **shared}
    return record("server", name, values, aliases=[name, text], row=number)


def _host_of(text: str) -> str | None:
    try:
        name = urlsplit(text if "://" in text else f"//{text}").hostname or ""
    except ValueError:
        return None
    return address(name) or host(name)


def _first(labels: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((line(labels[name], 60) for name in names if labels.get(name)), "")


def _join(made: Raw, found: Raw) -> None:
    """What another target says of the same host."""
    made["attributes"] = {**found["attributes"], **made["attributes"]}
    made["aliases"] = list(dict.fromkeys([*made["aliases"], *found["aliases"]]))[:50]
