"""NetBox: devices, virtual machines, interfaces, addresses, sites and racks, as its API answers (releases 3 and 4).

A delivery is the API's answers, each a page ({"count", "next", "results"}) or a plain list; what an object is, is told
by its own `url`. NetBox's ids are the source's keys: `device-17` is the same thing as long as NetBox says so.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from integrations.cmdb_document import at, document
from integrations.cmdb_mapping import TableMapping
from integrations.cmdb_parts import Part
from integrations.cmdb_record import Raw, Unreadable, address, host, line, link, problem, record, whole

PATHS = (
    "/api/dcim/sites/",
    "/api/dcim/racks/",
    "/api/dcim/devices/",
    "/api/virtualization/virtual-machines/",
    "/api/dcim/interfaces/",
    "/api/virtualization/interfaces/",
    "/api/ipam/ip-addresses/",
)
"""What is asked for, in this order."""

_OBJECT = re.compile(r"/api/([a-z-]+/[a-z-]+)/[0-9]+/?\Z")
_STATES = {"active": "live", "decommissioning": "live", "planned": "planned", "staged": "planned"}
_STATES |= {"offline": "maintenance", "failed": "maintenance", "staging": "planned", "retired": "retired"}
_ROLES = (
    ("firewall", "firewall"),
    ("load-balancer|loadbalancer|adc", "load-balancer"),
    ("vpn", "vpn-gateway"),
    ("access-point|wireless|wifi", "access-point"),
    ("router|gateway|edge", "router"),
    ("switch|leaf|spine|distribution", "switch"),
    ("hypervisor|esx|virtuali[sz]ation|compute-node", "hypervisor"),
    ("storage|nas|san|filer", "storage"),
    ("ups", "ups"),
    ("pdu|power", "power-feed"),
    ("printer", "printer"),
    ("network|console", "network-device"),
)
"""What the name of a role tells of the class; what tells nothing is a server."""
NETWORK = ("firewall", "load-balancer", "vpn-gateway", "access-point", "router", "switch", "network-device")
COMPUTE = ("server", "hypervisor")
_VIRTUAL = ("virtual", "lag", "bridge")


def records(parts: list[Part], _: TableMapping) -> Iterator[Raw]:
    """The records of all answers. Raises Unreadable for what is no answer of NetBox."""
    number, clusters = 0, set[str]()
    for part in parts:
        for item in results(document(part), part.name):
            number += 1
            yield from _clusters(item, clusters, number)
            yield _record(item, number)


def results(answer: Any, name: str) -> list[Any]:
    """The objects of a page, of a list, or of a list of pages. Raises Unreadable."""
    if isinstance(answer, dict) and isinstance(answer.get("results"), list):
        found: list[Any] = answer["results"]
        return found
    if isinstance(answer, list):
        pages = [one for one in answer if isinstance(one, dict) and isinstance(one.get("results"), list)]
        return [item for page in pages for item in page["results"]] if pages else answer
    raise Unreadable(f"{name} is no answer of NetBox: it has no results.")


def _record(item: Any, number: int) -> Raw:
    url = item.get("url") if isinstance(item, dict) else None
    kind = _OBJECT.search(str(url).partition("?")[0])
    if kind is None or not isinstance(item.get("id"), int):
        return problem(number, "It has no id and url, as NetBox's objects have.")
    translate = _KINDS.get(kind.group(1))
    if translate is None:
        return problem(number, f"Objects of {kind.group(1)} are not imported.")
    name = line(item.get("name") or item.get("address") or item.get("display"), 200)
    if not name:
        return problem(number, f"{kind.group(1)} {item['id']} has no name.")
    return {**translate(item, name), "row": number}


def class_of(device: Raw) -> str:
    """The class of a device, by the name of its role."""
    role = device.get("role") or device.get("device_role")
    words = f"{at(role, 'slug') or ''} {at(role, 'name') or ''}".lower()
    return next((class_ for pattern, class_ in _ROLES if re.search(rf"\b({pattern})", words)), "server")


def _device(item: Raw, name: str) -> Raw:
    class_ = class_of(item)
    ip = address(at(item, "primary_ip", "address"))
    values: Raw = {"name": name, "site": _name(item, "site"), "vendor": _name(item, "device_type", "manufacturer")}
    values |= {"state": _state(item), "description": line(item.get("description"), 1000)}
    if class_ not in ("ups", "power-feed"):
        values["model"] = line(at(item, "device_type", "model") or at(item, "device_type", "display"), 120)
    if class_ != "power-feed":
        values["serial"] = line(item.get("serial"), 120)
    if class_ in (*NETWORK, *COMPUTE, "printer"):
        values |= {"asset_tag": line(item.get("asset_tag"), 60), "fqdn": _fqdn(name)}
    if class_ in NETWORK:
        values["management_ip"] = ip
    elif class_ in (*COMPUTE, "printer"):
        values["ip"] = ip
    if class_ in COMPUTE:
        values["os"] = _name(item, "platform")
    relations = [_to("located_in", "rack", item) or _to("located_in", "site", item)]
    relations.append(_to("member_of", "cluster", item))
    return record(class_, f"device-{item['id']}", values, aliases=_names(name), relations=_there(relations))


def _machine(item: Raw, name: str) -> Raw:
    values = {
        "name": name,
        "site": _name(item, "site"),
        "state": _state(item),
        "description": line(item.get("description"), 1000),
        "os": _name(item, "platform"),
        "cpu_count": whole(item.get("vcpus")),
        "memory_mb": whole(item.get("memory")),
        "ip": address(at(item, "primary_ip", "address")),
        "fqdn": _fqdn(name),
        "serial": line(item.get("serial"), 120),
    }
    relations = [_to("runs_on", "cluster", item), _to("runs_on", "device", item)]
    return record("virtual-machine", f"vm-{item['id']}", values, aliases=_names(name), relations=_there(relations))


def _interface(item: Raw, name: str) -> Raw:
    owner = "device" if isinstance(item.get("device"), dict) else "virtual_machine"
    holder = _name(item, owner)
    speed = whole(item.get("speed"))
    values = {
        "name": line(f"{holder} {name}", 200),
        "device": line(holder, 120),
        "mac": _mac(item),
        "speed_mbit": speed // 1000 if speed else None,  # NetBox counts in kbit/s
        "enabled": item.get("enabled") if isinstance(item.get("enabled"), bool) else None,
        "description": line(item.get("description"), 1000),
    }
    key = f"interface-{item['id']}" if owner == "device" else f"vm-interface-{item['id']}"
    return record("interface", key, values, relations=_there([_to("part_of", owner, item)]))


def _address(item: Raw, name: str) -> Raw:
    ip = address(name)
    if ip is None:
        return problem(1, f"{name} is no address.")
    values = {"name": ip, "address": ip, "vrf": _name(item, "vrf"), "description": line(item.get("description"), 1000)}
    relations = []
    kind = "interface" if item.get("assigned_object_type") == "dcim.interface" else "vm-interface"
    if str(item.get("assigned_object_type")).endswith("interface") and isinstance(item.get("assigned_object_id"), int):
        relations.append(link("has_address", f"{kind}-{item['assigned_object_id']}", reverse=True))
    return record("ip-address", f"address-{item['id']}", values, relations=relations)


def _site(item: Raw, name: str) -> Raw:
    values = {
        "name": name,
        "state": _state(item),
        "address": line(item.get("physical_address"), 500),
        "time_zone": line(item.get("time_zone"), 60),
        "description": line(item.get("description"), 1000),
    }
    return record("site", f"site-{item['id']}", values, aliases=[], relations=[])


def _rack(item: Raw, name: str) -> Raw:
    values = {"name": name, "site": _name(item, "site"), "height": whole(item.get("u_height")), "state": _state(item)}
    return record("rack", f"rack-{item['id']}", values, relations=_there([_to("located_in", "site", item)]))


def _clusters(item: Any, told: set[str], number: int) -> Iterator[Raw]:
    """Clusters are told by those who run on them."""
    cluster = at(item, "cluster")
    name = line(at(cluster, "name"), 200)
    if name and isinstance(cluster.get("id"), int) and (key := f"cluster-{cluster['id']}") not in told:
        told.add(key)
        yield record("cluster", key, {"name": name}, relations=[], row=number)


_KINDS: dict[str, Callable[[Raw, str], Raw]] = {
    "dcim/sites": _site,
    "dcim/racks": _rack,
    "dcim/devices": _device,
    "virtualization/virtual-machines": _machine,
    "dcim/interfaces": _interface,
    "virtualization/interfaces": _interface,
    "ipam/ip-addresses": _address,
}


def _name(item: Raw, *path: str) -> str:
    found = at(item, *path)
    return line(at(found, "name") or at(found, "display") or at(found, "slug"), 120)


def _state(item: Raw) -> str | None:
    return _STATES.get(str(at(item, "status", "value") or item.get("status")))


def _fqdn(name: str) -> str | None:
    return host(name) if "." in name else None


def _names(name: str) -> list[str]:
    found = host(name)
    return [found] if found else []


def _mac(item: Raw) -> str:
    """Interfaces without hardware of their own borrow the address of one that has some."""
    if str(at(item, "type", "value")) in _VIRTUAL:
        return ""
    return line(item.get("mac_address") or at(item, "primary_mac_address", "mac_address"), 40)


def _to(type_: str, what: str, item: Raw) -> Raw | None:
    number = at(item, what, "id")
    return link(type_, f"{what.replace('virtual_machine', 'vm')}-{number}") if isinstance(number, int) else None


def _there(relations: list[Raw | None]) -> list[Raw]:
    return [one for one in relations if one is not None]
