"""What tools write of their things, on samples in their own words."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import cmdb_netbox
from integrations.cmdb_kinds import KINDS
from integrations.cmdb_mapping import read_mapping
from integrations.cmdb_parts import Part
from integrations.cmdb_record import Unreadable
from tests.integrations.cmdb_files import DATA, by_key, translated

TOOLS = ("netbox", "prometheus", "ansible", "kubernetes", "terraform")
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "results",
                    "url",
                    "id",
                    "name",
                    "items",
                    "kind",
                    "metadata",
                    "spec",
                    "resources",
                    "version",
                    "instances",
                    "attributes",
                    "type",
                    "mode",
                    "data",
                    "activeTargets",
                    "labels",
                    "targets",
                    "ansible_facts",
                    "ansible_hostname",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


def ends(one: dict[str, Any]) -> set[tuple[str, str]]:
    return {(each["type"], each["to"]["source_key"]) for each in one["relations"]}


def test_netbox_tells_devices_machines_and_networks() -> None:
    found = by_key("netbox", DATA / "netbox")

    hypervisor = found["device-17"]
    assert hypervisor["class"] == "hypervisor"
    assert hypervisor["attributes"] == {
        "name": "hv-17.example.net",
        "fqdn": "hv-17.example.net",
        "site": "WAW1",
        "vendor": "Dell",
        "model": "PowerEdge R650",
        "serial": "7HX2K53",
        "asset_tag": "A-1017",
        "state": "live",
        "ip": "10.0.4.17",
        "os": "Proxmox VE 8",
    }
    assert ends(hypervisor) == {("located_in", "rack-9"), ("member_of", "cluster-3")}
    assert found["device-18"]["class"] == "switch"
    assert found["device-18"]["attributes"]["management_ip"] == "10.0.0.18"
    assert ends(found["vm-70"]) == {("runs_on", "cluster-3")}
    assert found["interface-501"]["attributes"]["speed_mbit"] == 10_000
    assert "mac" not in found["interface-502"]["attributes"]
    assert ends(found["vm-interface-600"]) == {("part_of", "vm-70")}
    assert found["address-33"]["relations"] == [
        {"type": "has_address", "to": {"source_key": "vm-interface-600"}, "reverse": True}
    ]


@pytest.mark.parametrize(
    ("role", "class_"),
    [("ToR Switch", "switch"), ("Core Router", "router"), ("DB server", "server"), ("Wireless AP", "access-point")],
)
def test_a_role_tells_the_class(role: str, class_: str) -> None:
    assert cmdb_netbox.class_of({"role": {"name": role, "slug": role.lower().replace(" ", "-")}}) == class_


def test_prometheus_tells_hosts_once_and_probed_names() -> None:
    found = by_key("prometheus", DATA / "prometheus_targets.json")

    assert set(found) == {"app-1.example.net", "10.1.2.3", "shop.example.net"}
    assert found["app-1.example.net"]["attributes"] == {
        "name": "app-1",
        "fqdn": "app-1.example.net",
        "environment": "production",
    }
    assert "app-1.example.net:9187" in found["app-1.example.net"]["aliases"]
    assert found["shop.example.net"]["class"] == "domain-name"


def test_files_of_service_discovery_are_read_as_yaml_and_json(tmp_path: Path) -> None:
    found = by_key("prometheus", DATA / "file_sd.yml")
    (tmp_path / "sd.json").write_text('[{"targets": ["app-2.example.net:9100", ":"], "labels": {"env": "x"}}]')

    assert set(found) == {"app-2.example.net", "app-3.example.net", "192.0.2.9"}
    assert found["app-3.example.net"]["attributes"]["site"] == "waw1"
    assert [one.get("source_key") for one in translated("prometheus", tmp_path / "sd.json")] == [
        None,
        "app-2.example.net",
    ]


def test_ansible_tells_machines_without_what_boards_leave_unsaid() -> None:
    found = by_key("ansible", DATA / "ansible")

    assert found["app-1.example.net"]["class"] == "hypervisor"
    assert found["app-1.example.net"]["attributes"] == {
        "name": "app-1",
        "fqdn": "app-1.example.net",
        "serial": "4Q7TXK3",
        "uuid": "4c4c4544-0051-3710-8054-b4c04f584b33",
        "model": "PowerEdge R640",
        "vendor": "Dell Inc.",
        "os": "Debian 13",
        "os_version": "13.1",
        "cpu_count": 16,
        "memory_mb": 64213,
        "disk_gb": 2685,
        "ip": "10.0.6.1",
    }
    assert "172.17.0.1" not in found["app-1.example.net"]["aliases"]
    assert found["guest-1"]["class"] == "virtual-machine"
    assert not {"serial", "uuid", "fqdn"} & set(found["guest-1"]["attributes"])
    assert found["sw-edge"]["class"] == "network-device"


def test_kubernetes_tells_what_runs_where() -> None:
    found = by_key("kubernetes", DATA / "kubernetes", {"constants": {"cluster": "prod-1"}})

    node = "node/ip-10-0-1-5.eu-central-1.compute.internal"
    assert found[node]["class"] == "virtual-machine"
    assert found[node]["attributes"]["cloud_id"] == "i-0abc123def4567890"
    assert found[node]["attributes"]["memory_mb"] == 15692
    assert found["deployment/shop/web"]["attributes"]["cluster"] == "prod-1"
    assert ends(found["deployment/shop/web"]) == {("runs_on", "cluster/prod-1"), ("part_of", "namespace/shop")}
    assert ends(found["pod/shop/web-5d4f7c9b8-abcde"]) == {("runs_on", node), ("member_of", "deployment/shop/web")}
    assert ends(found["service/shop/web"]) == {("depends_on", "deployment/shop/web")}
    assert ends(found["ingress/shop/web/k8s-shop.example.net"]) == {("resolves_to", "service/shop/web")}
    assert "pod/shop/migrate-28" not in found


def test_terraform_tells_things_and_no_secrets() -> None:
    found = by_key("terraform", DATA / "terraform.tfstate")

    assert set(found) == {
        "aws_instance.web[0]",
        "aws_instance.web[1]",
        "module.net.aws_subnet.a",
        "aws_db_instance.orders",
        'aws_s3_bucket.assets["eu"]',
    }
    assert found["aws_instance.web[0]"]["attributes"]["cloud_id"] == "i-0fff0000000000001"
    assert found["aws_instance.web[0]"]["aliases"] == ["shop-web-0"]
    assert ends(found["aws_instance.web[0]"]) == {("depends_on", "module.net.aws_subnet.a")}
    assert found["aws_db_instance.orders"]["attributes"]["fqdn"] == "orders.abc.eu-central-1.rds.amazonaws.com"
    assert found['aws_s3_bucket.assets["eu"]']["class"] == "cloud-resource"
    assert "hunter2" not in json.dumps(found)
    assert "secret-token" not in json.dumps(found)


@pytest.mark.parametrize("kind", TOOLS)
@given(JUNK)
def test_whatever_is_delivered_is_translated_or_refused_in_words(kind: str, value: Any) -> None:

    part = Part("any.json", lambda: BytesIO(json.dumps(value).encode()))
    try:
        found = list(KINDS[kind].translate([part], read_mapping(None)))
    except Unreadable:
        return
    assert all(isinstance(one["row"], int) for one in found)


def test_what_a_file_calls_localhost_is_nobody_in_particular(tmp_path: Path) -> None:
    (tmp_path / "sd.json").write_text('[{"targets": ["localhost:9090", "127.0.0.1:9100", "[::1]:1", "app-2:9100"]}]')

    assert [one["source_key"] for one in translated("prometheus", tmp_path / "sd.json")] == ["app-2"]
