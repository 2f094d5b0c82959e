"""A company of any size, made up: the same for the same seed. For benchmarks, demonstrations and tests of size.

It is built as companies are: sites with racks and power, networks, hypervisors in clusters that carry virtual machines,
databases and applications on them, services on top; a few things connected in circles, as nobody would draw them.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

SHARES = (
    ("site", 1),
    ("rack", 20),
    ("power-feed", 40),
    ("network-device", 60),
    ("switch", 120),
    ("storage", 20),
    ("cluster", 30),
    ("hypervisor", 120),
    ("server", 250),
    ("virtual-machine", 2500),
    ("kubernetes-workload", 600),
    ("database", 700),
    ("application", 1500),
    ("interface", 1600),
    ("ip-address", 1600),
    ("certificate", 300),
    ("contract", 100),
    ("end-user-device", 300),
    ("application-service", 110),
    ("business-service", 29),
)
"""Items of each class in ten thousand."""
TEN_THOUSAND = 10_000

HOMES: dict[str, tuple[tuple[str, str], ...]] = {
    "rack": (("located_in", "site"),),
    "power-feed": (("located_in", "site"),),
    "network-device": (("located_in", "rack"), ("powered_by", "power-feed"), ("powered_by", "power-feed")),
    "switch": (("located_in", "rack"), ("powered_by", "power-feed"), ("powered_by", "power-feed")),
    "storage": (("located_in", "rack"), ("powered_by", "power-feed"), ("powered_by", "power-feed")),
    "cluster": (("located_in", "site"),),
    "hypervisor": (
        ("member_of", "cluster"),
        ("located_in", "rack"),
        ("connects_to", "switch"),
        ("powered_by", "power-feed"),
    ),
    "server": (("located_in", "rack"), ("connects_to", "switch"), ("powered_by", "power-feed")),
    "virtual-machine": (("runs_on", "cluster"), ("stored_on", "storage"), ("managed_by", "application")),
    "kubernetes-workload": (("runs_on", "cluster"), ("uses", "database")),
    "database": (("runs_on", "virtual-machine"), ("stored_on", "storage"), ("secured_by", "certificate")),
    "application": (("runs_on", "virtual-machine"), ("runs_on", "virtual-machine"), ("depends_on", "database")),
    "interface": (("part_of", "server"), ("connects_to", "switch")),
    "certificate": (("covered_by", "contract"),),
    "end-user-device": (("connects_to", "switch"), ("located_in", "site")),
    "application-service": (("depends_on", "application"), ("depends_on", "application"), ("depends_on", "database")),
    "business-service": (("depends_on", "application-service"), ("depends_on", "application-service")),
}
"""What an item of a class is related to, once each."""

FILLERS = (
    ("application", "uses", "application"),
    ("virtual-machine", "monitored_by", "application"),
    ("interface", "connects_to", "interface"),
    ("virtual-machine", "backed_up_by", "storage"),
    ("kubernetes-workload", "uses", "application"),
)
"""What makes up the number of relations asked for. Uses among applications run in circles."""


@dataclass
class _Company:
    dice: random.Random
    numbers: dict[str, int]
    links: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    count: int = 0

    def relate(self, source: str, type_: str, target: str) -> None:
        """One relation more, unless it is there, or leads back to where it begins."""
        links = self.links.setdefault(source, set())
        if source != target and (type_, target) not in links:
            links.add((type_, target))
            self.count += 1

    def any(self, class_: str) -> str:
        """Some item of a class."""
        return key_of(class_, self.dice.randrange(self.numbers[class_]))


def key_of(class_: str, number: int) -> str:
    """The name of an item, and its key."""
    return f"{class_}-{number + 1:05d}"


def company(items: int = 10_000, relations: int = 40_000, seed: int = 20261122) -> Iterator[dict[str, Any]]:
    """Records of a delivery: so many items with so many relations between them."""
    made = _Company(random.Random(seed), _numbers(items))  # noqa: S311 - the same company every time
    for class_, number in made.numbers.items():
        for one in range(number):
            for type_, target in HOMES.get(class_, ()):
                made.relate(key_of(class_, one), type_, _near(made, class_, one, target))
    fillers = [filler for filler in FILLERS if filler[0] in made.numbers and filler[2] in made.numbers]
    tries = relations * 20
    while made.count < relations and tries:
        tries -= 1
        source, type_, target = made.dice.choice(fillers)
        made.relate(made.any(source), type_, made.any(target))
    for class_, number in made.numbers.items():
        for one in range(number):
            yield _record(made, class_, one)


def _numbers(items: int) -> dict[str, int]:
    numbers = {class_: max(1, items * share // TEN_THOUSAND) for class_, share in SHARES}
    numbers["virtual-machine"] += items - sum(numbers.values())
    return numbers


def _near(made: _Company, class_: str, one: int, target: str) -> str:
    """A neighbour: things stand together, so that a rack's failure does not reach the whole company."""
    spread = made.numbers[target] * one // made.numbers[class_]
    return key_of(target, min(made.numbers[target] - 1, max(0, spread + made.dice.randint(-2, 2))))


def _record(made: _Company, class_: str, one: int) -> dict[str, Any]:
    key = key_of(class_, one)
    links = [{"type": type_, "to": {"source_key": target}} for type_, target in sorted(made.links.get(key, ()))]
    attributes = {"name": key, "environment": made.dice.choice(("production", "test"))} | _own(made, class_, one)
    return {"class": class_, "source_key": key, "attributes": attributes, "relations": links}


def _own(made: _Company, class_: str, one: int) -> dict[str, Any]:
    dice = made.dice
    found: dict[str, Any] = {}
    if class_ in ("server", "virtual-machine", "hypervisor"):
        found = {
            "fqdn": f"{key_of(class_, one)}.example.net",
            "cpu_count": dice.choice((2, 4, 8, 16)),
            "os": "Debian 13",
        }
    if class_ in ("server", "hypervisor", "switch", "network-device", "storage"):
        found |= {"serial": f"SN{class_[:2].upper()}{one:07d}"}
    if class_ == "ip-address":
        found = {"address": f"10.{one // 65536}.{one // 256 % 256}.{one % 256}"}
    if class_ == "interface":
        found = {"mac": f"02:00:00:{one // 65536:02x}:{one // 256 % 256:02x}:{one % 256:02x}"}
    if class_ == "certificate":
        found = {"expires": f"2027-{one % 12 + 1:02d}-{one % 28 + 1:02d}"}
    if class_ == "business-service":
        found = {"users": dice.randint(10, 20_000), "criticality": dice.choice((1, 1, 2, 3))}
    if class_ == "cluster":
        found = {"needs": {"member_of": 2}}
    if class_ == "kubernetes-workload":
        found = {"cluster": f"k8s-{one % 7}", "namespace": f"team-{one % 40}", "kind": "Deployment"}
    return found
