"""Terraform and OpenTofu: the state (version 4), as `terraform state pull` writes it.

A state holds secrets among its attributes: only the few that are named here are read, never all of them. The address
(`module.shop.aws_instance.web[0]`) is the source's key.
"""

import re
from collections.abc import Iterator, Mapping

from integrations.cmdb_document import at, document, each
from integrations.cmdb_mapping import TableMapping
from integrations.cmdb_parts import Part
from integrations.cmdb_record import Raw, Unreadable, address, host, line, link, problem, record

VERSION = 4
_PROVIDER = re.compile(r'provider\["[^"]*?([^/"]+)"\]')
_NO_THINGS = (
    "random",
    "null",
    "tls",
    "local",
    "time",
    "template",
    "external",
    "archive",
    "terraform",
    "http",
    "cloudinit",
)
"""Providers whose resources are values, not things."""

CLASSES: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "aws_instance",
            "google_compute_instance",
            "azurerm_virtual_machine",
            "azurerm_linux_virtual_machine",
            "azurerm_windows_virtual_machine",
            "openstack_compute_instance_v2",
            "hcloud_server",
            "digitalocean_droplet",
            "vsphere_virtual_machine",
            "libvirt_domain",
            "linode_instance",
            "scaleway_instance_server",
            "proxmox_virtual_environment_vm",
        ),
        "virtual-machine",
    ),
    **dict.fromkeys(
        (
            "aws_db_instance",
            "aws_rds_cluster",
            "google_sql_database_instance",
            "azurerm_postgresql_flexible_server",
            "azurerm_mysql_flexible_server",
            "azurerm_mssql_server",
            "digitalocean_database_cluster",
        ),
        "database",
    ),
    **dict.fromkeys(
        ("aws_lb", "aws_alb", "aws_elb", "azurerm_lb", "hcloud_load_balancer", "digitalocean_loadbalancer"),
        "load-balancer",
    ),
    **dict.fromkeys(
        ("aws_eks_cluster", "google_container_cluster", "azurerm_kubernetes_cluster"), "kubernetes-cluster"
    ),
    **dict.fromkeys(("aws_subnet", "google_compute_subnetwork", "hcloud_network_subnet", "azurerm_subnet"), "subnet"),
}
"""What is more than a resource of some cloud."""

_NAMES = ("name", "identifier", "cluster_identifier", "bucket", "function_name", "display_name")
_ADDRESSES = ("private_ip", "private_ip_address", "access_ip_v4", "ipv4_address", "default_ip_address", "ip_address")
_CLOUD_IDS = ("arn", "self_link", "id")


def records(parts: list[Part], _: TableMapping) -> Iterator[Raw]:
    """A record for every managed thing of all states. Raises Unreadable for what is no state of version 4."""
    number = 0
    for part in parts:
        state = document(part)
        if not isinstance(at(state, "resources"), list) or at(state, "version") != VERSION:
            raise Unreadable(f"{part.name} is no Terraform state of version {VERSION}.")
        listed = [one for one in each(state, "resources") if _is_thing(one)]
        known: dict[str, list[str]] = {}
        for resource in listed:
            known[_address(resource)] = [_key(resource, instance) for instance in each(resource, "instances")]
        for resource in listed:
            for instance in each(resource, "instances"):
                number += 1
                yield {**_record(resource, instance, known), "row": number}


def _is_thing(resource: Raw) -> bool:
    return resource.get("mode") == "managed" and str(resource.get("type")).partition("_")[0] not in _NO_THINGS


def _address(resource: Raw) -> str:
    own = f"{resource.get('type')}.{resource.get('name')}"
    return f"{resource['module']}.{own}" if resource.get("module") else own


def _key(resource: Raw, instance: Raw) -> str:
    index = instance.get("index_key")
    shown = f'["{index}"]' if isinstance(index, str) else f"[{index}]" if isinstance(index, int) else ""
    return line(f"{_address(resource)}{shown}", 200)


def _record(resource: Raw, instance: Raw, known: Mapping[str, list[str]]) -> Raw:
    held, key = instance.get("attributes"), _key(resource, instance)
    if not isinstance(held, dict):
        return problem(1, f"{key} has no attributes.")
    class_ = CLASSES.get(str(resource.get("type")), "cloud-resource")
    values: Raw = {"name": _name(held, key), **_TRANSLATE[class_](held)}
    if class_ == "cloud-resource":
        values |= {"type": line(resource.get("type"), 120), "provider": _provider(resource)}
    if class_ == "subnet" and not values.get("cidr"):
        return problem(1, f"{key} does not say its addresses.")
    relations = [
        link("depends_on", end)
        for dependency in dict.fromkeys(_dependencies(instance))
        for end in known.get(dependency, ())
        if end != key
    ]
    return record(class_, key, values, aliases=_aliases(held, values), relations=relations[:500])


def _dependencies(instance: Raw) -> Iterator[str]:
    found = instance.get("dependencies")
    yield from (one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def _name(held: Raw, key: str) -> str:
    tags = held.get("tags") if isinstance(held.get("tags"), dict) else {}
    said = [at(tags, "Name"), *(held.get(name) for name in _NAMES)]
    return next((text for one in said if (text := line(one, 200))), key)


def _provider(resource: Raw) -> str:
    found = _PROVIDER.search(str(resource.get("provider")))
    return line(found[1] if found else str(resource.get("type")).partition("_")[0], 60)


def _region(held: Raw) -> str:
    arn = str(held.get("arn") or "").split(":")
    said = held.get("region") or held.get("location") or held.get("availability_zone")
    return line(said or (arn[3] if len(arn) > 5 else ""), 60)  # noqa: PLR2004 - arn:aws:service:region:account:what


def _machine(held: Raw) -> Raw:
    name = line(held.get("private_dns") or held.get("fqdn"), 200)
    return {
        "cloud_id": line(held.get("instance_id") or held.get("id"), 200),
        "fqdn": host(name) if "." in name else None,
        "ip": next((ip for one in _ADDRESSES if (ip := address(held.get(one)))), None) or _google(held),
        "model": line(held.get("instance_type") or held.get("machine_type") or held.get("size"), 120),
        "site": line(held.get("availability_zone") or held.get("zone") or held.get("location"), 120),
        "environment": _environment(held),
    }


def _google(held: Raw) -> str | None:
    return next((ip for one in each(held, "network_interface") if (ip := address(one.get("network_ip")))), None)


def _database(held: Raw) -> Raw:
    endpoint = line(held.get("address") or held.get("endpoint") or held.get("fqdn") or held.get("host"), 200)
    port = held.get("port")
    return {
        "engine": line(held.get("engine") or held.get("database_version"), 60),
        "version": line(held.get("engine_version") or held.get("version"), 60),
        "fqdn": host(endpoint.partition(":")[0]),
        "port": port if isinstance(port, int) and 0 < port < 65536 else None,  # noqa: PLR2004 - the range of ports
        "environment": _environment(held),
    }


def _balancer(held: Raw) -> Raw:
    return {
        "fqdn": host(held.get("dns_name")),
        "management_ip": address(held.get("ipv4") or held.get("ip")),
        "environment": _environment(held),
    }


def _cluster(held: Raw) -> Raw:
    url = line(held.get("endpoint") or held.get("fqdn") or held.get("host"), 240)
    return {
        "product": "Kubernetes",
        "version": line(held.get("version") or held.get("kubernetes_version") or held.get("min_master_version"), 60),
        "api_url": url if url.startswith("https://") else f"https://{url}" if url else "",
        "environment": _environment(held),
    }


def _subnet(held: Raw) -> Raw:
    prefixes = held.get("address_prefixes")
    first = prefixes[0] if isinstance(prefixes, list) and prefixes else None
    cidr = line(held.get("cidr_block") or held.get("ip_cidr_range") or held.get("ip_range") or first, 60)
    return {"cidr": cidr, "vrf": line(held.get("vpc_id"), 60), "environment": _environment(held)}


def _resource(held: Raw) -> Raw:
    cloud_id = next((text for one in _CLOUD_IDS if (text := line(held.get(one), 300))), "")
    return {"cloud_id": cloud_id, "region": _region(held), "environment": _environment(held)}


_TRANSLATE = {
    "virtual-machine": _machine,
    "database": _database,
    "load-balancer": _balancer,
    "kubernetes-cluster": _cluster,
    "subnet": _subnet,
    "cloud-resource": _resource,
}


def _environment(held: Raw) -> str:
    tags = held.get("tags") if isinstance(held.get("tags"), dict) else held.get("labels")
    found = (at(tags, name) for name in ("Environment", "environment", "env", "Env"))
    return next((line(one, 60) for one in found if one), "")


def _aliases(held: Raw, values: Raw) -> list[str]:
    said = (held.get("public_ip"), held.get("public_dns"), held.get("public_ip_address"))
    found = [host(one) or address(one) for one in said]
    named = host(values.get("name")) if values.get("ip") else None  # machines go by their names
    return [one for one in (*found, named) if one]
