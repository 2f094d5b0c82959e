"""What tools wrote when they ran: Prometheus 2.42, ansible-core 2.19, Terraform 1.11, kubectl 1.32.

Taken as they wrote it, but for host names, and for what facts tell of users, keys and the environment of a machine. Of
Kubernetes it is what the client writes of single objects, since no cluster ran; Terraform ran without a provider.
"""

from tests.integrations.cmdb_files import DATA, by_key, translated

WRITTEN = DATA / "written"


def test_prometheus_calls_its_own_machine_by_its_name() -> None:
    found = by_key("prometheus", WRITTEN / "prometheus_targets.json")

    assert set(found) == {"shop.example.net", "app-2.example.net", "monitor-1"}
    assert found["app-2.example.net"]["attributes"]["environment"] == "production"
    assert found["monitor-1"]["attributes"] == {"name": "monitor-1"}
    assert found["monitor-1"]["aliases"] == ["monitor-1", "monitor-1:19390"]
    assert "127.0.0.1" not in str(found)


def test_a_container_is_no_server_and_firmware_that_says_nothing_is_left_out() -> None:
    found = by_key("ansible", WRITTEN / "ansible")

    assert found["app-2.example.net"]["class"] == "container"
    assert found["app-2.example.net"]["attributes"] == {
        "name": "app-2",
        "fqdn": "app-2.example.net",
        "os": "Debian 12",
        "os_version": "12.11",
        "cpu_count": 2,
        "memory_mb": 24105,
        "disk_gb": 256,
        "ip": "192.0.2.2",
    }


def test_terraform_tells_no_item_of_what_is_none_and_never_a_secret() -> None:
    assert translated("terraform", WRITTEN / "terraform.tfstate") == []


def test_kubectl_tells_objects_one_a_file_and_never_a_secret() -> None:
    found = by_key("kubernetes", WRITTEN / "kubernetes", {"constants": {"cluster": "prod-1"}})

    assert found["deployment/web/shop"]["attributes"]["replicas"] == 3
    assert found["service/web/shop"]["relations"] == [
        {"type": "depends_on", "to": {"source_key": "deployment/web/shop"}}
    ]
    assert found["ingress/web/shop/shop.example.net"]["class"] == "domain-name"
    assert not any("secret" in key for key in found)
    assert "s3cret" not in str(found)
