"""The tree of classes: what is shipped, what is inherited, and what a broken tree does not break."""

from cmdb.classes import ROOT, Tree
from cmdb.model import shipped
from cmdb.modelling import check_class, check_relation
from cmdb.relation_types import edges, read_type

NAMED = (
    *("business-service", "application-service", "application", "database", "server", "virtual-machine", "hypervisor"),
    *("container", "cluster", "kubernetes-workload", "network-device", "interface", "firewall", "load-balancer"),
    *("storage", "backup", "certificate", "domain-name", "ip-address", "subnet", "site", "rack", "power-feed"),
    *("cloud-account", "cloud-resource", "saas", "software-product", "licence", "contract", "supplier"),
    *("end-user-device", "printer", "phone", "document", "team", "environment"),
)


def tree() -> Tree:
    return Tree({one["id"]: {name: value for name, value in one.items() if name != "id"} for one in shipped("classes")})


def test_at_least_forty_classes_with_items_are_shipped() -> None:
    found = tree()

    assert [name for name in NAMED if name not in found] == []
    assert len([one for one in found if not one.abstract]) >= 40


def test_everything_shipped_passes_the_check_that_administrators_face() -> None:
    found = tree()

    for one in shipped("classes"):
        check_class(found, one["id"], {name: value for name, value in one.items() if name != "id"})
    for one in shipped("relations"):
        check_relation(found, one["id"], {name: value for name, value in one.items() if name != "id"})


def test_a_class_has_what_those_above_it_have() -> None:
    switch = tree().get("switch")

    assert switch.line == ("ci", "network", "network-device", "switch")
    assert switch.attributes["serial"].unique
    assert switch.attributes["serial"].owner == "network-device"
    assert switch.attributes["description"].owner == ROOT
    assert switch.initial == "live"


def test_the_nearest_rules_of_identification_count() -> None:
    found = tree()

    assert found.get("server").identify[0] == ("compute", ("serial",))
    assert found.get("document").identify[0] == ("ci", ("name", "class", "site"))


def test_an_unknown_class_is_like_the_root_and_loses_nothing() -> None:
    found = tree().get("spaceship")

    assert (found.id, found.abstract) == ("spaceship", False)
    assert "description" in found.attributes


def test_parents_in_a_circle_or_missing_hang_below_the_root() -> None:
    circle = Tree(
        {"a": {"parent": "b", "label": "A"}, "b": {"parent": "a", "label": "B"}, "c": {"parent": "gone", "label": "C"}}
    )

    assert circle.get("c").line == (ROOT, "c")
    assert all(one.line[0] == ROOT for one in circle)


def test_the_first_rule_that_fits_the_classes_says_how_failure_travels() -> None:
    found = tree()
    type_ = read_type("connects_to", next(one for one in shipped("relations") if one["id"] == "connects_to"))

    def way(source: str, target: str) -> list[tuple[str, str]]:
        return [(e.cause, e.victim) for e in edges(type_.rule(found, source, target), "first", "second", {})]

    assert way("server", "switch") == [("second", "first")]
    assert way("switch", "server") == [("first", "second")]
    assert way("switch", "router") == []


def test_an_items_own_need_goes_before_the_rules() -> None:
    type_ = read_type("member_of", next(one for one in shipped("relations") if one["id"] == "member_of"))
    rule = type_.rule(tree(), "server", "cluster")

    assert [edge.needed for edge in edges(rule, "s", "c", {})] == [1]
    assert [edge.needed for edge in edges(rule, "s", "c", {"c": 2})] == [2]
