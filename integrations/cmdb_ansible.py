"""Ansible: the facts that `setup` gathers, from a cache folder (jsonfile) or from `ansible -m setup --tree`.

One file is one host, named as the inventory names it: that name is the source's key. Newer releases mark the files
with `s1_` and wrap what they hold.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from integrations.cmdb_document import at, document
from integrations.cmdb_mapping import TableMapping
from integrations.cmdb_parts import Part
from integrations.cmdb_record import Raw, Unreadable, address, host, line, problem, record, whole

_NOTHING = re.compile(
    r"(na|n/a|none|null|unknown|not (specified|available|applicable|settable)|default string|"
    r"to be filled by o\.?e\.?m\.?|system (serial number|product name|manufacturer)|[0. -]*|x{3,}|123456789.*)\Z",
    re.IGNORECASE,
)
"""What makers of boards leave in their fields."""
_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\Z", re.IGNORECASE)
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(GB|TB|MB)\Z")
_GB = {"MB": 1 / 1024, "GB": 1, "TB": 1024}
_DISK = re.compile(r"(sd|vd|hd|xvd|nvme|mmcblk)")
_HIDDEN = ("docker", "veth", "br-", "virbr", "cni", "flannel", "lo")


def records(parts: list[Part], _: TableMapping) -> Iterator[Raw]:
    """A record for every host; a file that is none is told as a problem and harms itself alone."""
    for number, part in enumerate(parts, 1):
        try:
            yield _record(_facts(document(part)), _inventory_name(part.name), number)
        except Unreadable as error:
            yield problem(number, str(error))


def _inventory_name(file: str) -> str:
    return file.removeprefix("s1_").removesuffix(".json")


def _facts(value: Any) -> dict[str, Any]:
    if isinstance(value, dict) and isinstance(value.get("__payload__"), str):
        try:
            value = json.loads(value["__payload__"])
        except (ValueError, RecursionError):
            raise Unreadable("What the cache holds is no well-formed JSON.") from None
    found = at(value, "ansible_facts") or value
    if not isinstance(found, dict) or not any(str(name).startswith("ansible_") for name in found):
        raise Unreadable("It holds no facts: no name in it begins with ansible_.")
    return found


def _record(facts: dict[str, Any], name: str, number: int) -> Raw:
    if facts.get("ansible_net_hostname"):
        return _network(facts, name, number)
    guest = facts.get("ansible_virtualization_role") == "guest"
    fqdn = _fqdn(facts, name)
    values = {
        "name": line(facts.get("ansible_hostname"), 200) or name,
        "fqdn": fqdn,
        "serial": "" if guest else _real(facts.get("ansible_product_serial"), 120),
        "uuid": _uuid(facts.get("ansible_product_uuid")),
        "model": _real(facts.get("ansible_product_name"), 120),
        "vendor": _real(facts.get("ansible_system_vendor"), 120),
        "os": line(f"{line(facts.get('ansible_distribution'), 60)} {_version(facts)}", 120),
        "os_version": line(facts.get("ansible_distribution_version"), 60),
        "cpu_count": whole(facts.get("ansible_processor_vcpus") or facts.get("ansible_processor_count")),
        "memory_mb": whole(facts.get("ansible_memtotal_mb")),
        "disk_gb": _disk(facts.get("ansible_devices")),
        "ip": address(at(facts, "ansible_default_ipv4", "address") or at(facts, "ansible_default_ipv6", "address")),
    }
    aliases = [name, host(facts.get("ansible_hostname")), host(facts.get("ansible_nodename")), fqdn, *_addresses(facts)]
    class_ = _container(facts) or ("virtual-machine" if guest else "hypervisor" if _hosts(facts) else "server")
    return record(class_, name, values, aliases=[alias for alias in aliases if alias], row=number)


def _network(facts: dict[str, Any], name: str, number: int) -> Raw:
    """What the modules of network devices gather."""
    addresses = facts.get("ansible_net_all_ipv4_addresses")
    values = {
        "name": line(facts["ansible_net_hostname"], 200),
        "fqdn": host(name) if "." in name else None,
        "serial": _real(facts.get("ansible_net_serialnum"), 120),
        "model": _real(facts.get("ansible_net_model"), 120),
        "firmware": line(facts.get("ansible_net_version"), 60),
        "management_ip": address(name) or address(addresses[0] if isinstance(addresses, list) and addresses else ""),
    }
    return record("network-device", name, values, aliases=[name, host(values["name"]) or ""], row=number)


def _container(facts: dict[str, Any]) -> str | None:
    kinds = ("docker", "podman", "container", "lxc", "containerd")
    guest = facts.get("ansible_virtualization_role") == "guest"
    return "container" if guest and facts.get("ansible_virtualization_type") in kinds else None


def _hosts(facts: dict[str, Any]) -> bool:
    kinds = ("kvm", "xen", "VMware", "hyperv")
    return facts.get("ansible_virtualization_role") == "host" and facts.get("ansible_virtualization_type") in kinds


def _fqdn(facts: dict[str, Any], name: str) -> str | None:
    found = host(facts.get("ansible_fqdn"))
    if found and "." in found and not found.startswith("localhost"):
        return found.lower()
    return name.lower() if "." in name and host(name) else None


def _version(facts: dict[str, Any]) -> str:
    return line(facts.get("ansible_distribution_major_version") or facts.get("ansible_distribution_version"), 20)


def _real(value: Any, longest: int) -> str:
    """The text, unless it stands for nothing."""
    text = line(value, longest)
    return "" if _NOTHING.match(text) else text


def _uuid(value: Any) -> str:
    text = line(value, 60).lower()
    return text if _UUID.match(text) and len(set(text)) > 3 else ""  # noqa: PLR2004 - all zeros or letters f


def _disk(devices: Any) -> int | None:
    """Gigabytes of all disks."""
    if not isinstance(devices, dict):
        return None
    sizes = [_SIZE.match(str(at(one, "size"))) for name, one in devices.items() if _DISK.match(str(name))]
    total = sum(float(size[1]) * _GB[size[2]] for size in sizes if size)
    return whole(total) or None


def _addresses(facts: dict[str, Any]) -> Iterable[str]:
    """Addresses by which others may know the host; those of bridges inside it are everybody's."""
    listed = facts.get("ansible_interfaces")
    for name in listed if isinstance(listed, list) else []:
        text = str(name)
        if not text.startswith(_HIDDEN):
            found = address(at(facts, f"ansible_{text.replace('-', '_')}", "ipv4", "address"))
            if found and not found.startswith("127."):
                yield found
