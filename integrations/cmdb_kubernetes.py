"""Kubernetes: `kubectl get nodes,namespaces,deployments,pods,services,ingresses -A -o json`, one file or several.

The output does not say which cluster it is of: the source's name serves, unless the mapping's constants name one. Keys
are kind, namespace and name, so that what is rolled out anew stays the same item. A service depends on the workload
its selector meets, an ingress makes its host names lead to services, a pod is a container that a workload has members.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from integrations.cmdb_document import at, document, each
from integrations.cmdb_mapping import TableMapping
from integrations.cmdb_parts import Part
from integrations.cmdb_record import Raw, Unreadable, address, host, line, link, problem, record, whole

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")
_HASHED = re.compile(r"(.+)-[a-z0-9]{5,10}\Z")
_SIZE = re.compile(r"([0-9]+)(Ki|Mi|Gi|Ti)?\Z")
_MB = {"Ki": 1 / 1024, "Mi": 1, "Gi": 1024, "Ti": 1024 * 1024, None: 1 / 1024 / 1024}
_PASSED_OVER = ("ReplicaSet", "Endpoints", "EndpointSlice", "Event", "ConfigMap", "Secret", "ServiceAccount")


class _Cluster:
    """What the objects need to know of one another."""

    def __init__(self, name: str, objects: list[Raw]) -> None:
        self.name = name
        self.objects = objects
        self.there = {_key(one) for one in objects}
        self.workloads = [one for one in objects if one.get("kind") in WORKLOADS]

    def has(self, key: str) -> bool:
        """Whether the delivery holds it."""
        return key in self.there

    def served_by(self, namespace: str, selector: Any) -> Iterator[Raw]:
        """The workloads whose pods a selector meets."""
        if not isinstance(selector, dict) or not selector:
            return
        for one in self.workloads:
            labels = at(one, "spec", "template", "metadata", "labels")
            same = isinstance(labels, dict) and selector.items() <= labels.items()
            if same and at(one, "metadata", "namespace") == namespace:
                yield one


def records(parts: list[Part], mapping: TableMapping) -> Iterator[Raw]:
    """The records of a cluster, itself first. Raises Unreadable."""
    name = line(mapping.constants.get("cluster"), 120) or "kubernetes"
    cluster = _Cluster(name, [one for part in parts for one in _objects(document(part), part.name)])
    yield record("kubernetes-cluster", f"cluster/{name}", {"name": name, "product": "Kubernetes"}, relations=[], row=1)
    for number, one in enumerate(cluster.objects, 1):
        yield from _records(one, cluster, number)


def _objects(value: Any, name: str) -> Iterator[Raw]:
    """The objects of a list, or the only one. Those in lists of one kind do not always say which."""
    kind = at(value, "kind")
    if not isinstance(kind, str):
        raise Unreadable(f"{name} is no output of kubectl: it has no kind.")
    if not isinstance(at(value, "items"), list):
        yield value
        return
    for one in each(value, "items"):
        yield one if one.get("kind") else {**one, "kind": kind.removesuffix("List")}


def _records(one: Raw, cluster: _Cluster, number: int) -> Iterator[Raw]:
    kind, name = str(one.get("kind")), line(at(one, "metadata", "name"), 200)
    translate = _KINDS.get(kind)
    if kind in _PASSED_OVER:
        return
    if translate is None or not name:
        yield problem(number, f"Objects of kind {kind[:60]} are not imported." if name else "It has no name.")
        return
    for made in translate(one, name, cluster):
        yield {**made, "row": number}


def _node(one: Raw, name: str, cluster: _Cluster) -> Iterator[Raw]:
    info, provider = at(one, "status", "nodeInfo"), line(at(one, "spec", "providerID"), 200)
    cloud = provider.split(":", 1)[0] if "://" in provider else ""
    found = {str(each_.get("type")): line(each_.get("address"), 200) for each_ in each(one, "status", "addresses")}
    fqdn = next((host(text) for text in (name, found.get("Hostname"), found.get("InternalDNS")) if _dotted(text)), None)
    values = {
        "name": name,
        "fqdn": fqdn,
        "uuid": _uuid(at(info, "systemUUID")),
        "cloud_id": provider.rsplit("/", 1)[-1] if cloud in ("aws", "gce", "azure", "openstack", "hcloud") else "",
        "os": line(at(info, "osImage"), 120),
        "cpu_count": whole(at(one, "status", "capacity", "cpu")),
        "memory_mb": _memory(at(one, "status", "capacity", "memory")),
        "ip": address(found.get("InternalIP")),
        "site": _zone(one),
    }
    aliases = [name, *(host(text) or address(text) or "" for text in found.values())]
    relations = [link("member_of", f"cluster/{cluster.name}")]
    class_ = "virtual-machine" if cloud else "server"
    yield record(class_, _key(one), values, aliases=aliases, relations=relations)


def _namespace(one: Raw, name: str, cluster: _Cluster) -> Iterator[Raw]:
    values = {"name": name, "cluster": cluster.name}
    yield record("kubernetes-namespace", _key(one), values, relations=[link("part_of", f"cluster/{cluster.name}")])


def _workload(one: Raw, name: str, cluster: _Cluster) -> Iterator[Raw]:
    namespace = _namespace_of(one)
    containers = at(one, "spec", "template", "spec") or at(one, "spec", "jobTemplate", "spec", "template", "spec")
    values = {
        "name": name,
        "cluster": cluster.name,
        "namespace": namespace,
        "kind": one["kind"],
        "replicas": whole(at(one, "spec", "replicas")) if at(one, "spec", "replicas") is not None else None,
        "image": _image(containers),
    }
    relations = [link("runs_on", f"cluster/{cluster.name}")]
    if cluster.has(f"namespace/{namespace}"):
        relations.append(link("part_of", f"namespace/{namespace}"))
    yield record("kubernetes-workload", _key(one), values, relations=relations)


def _pod(one: Raw, name: str, cluster: _Cluster) -> Iterator[Raw]:
    if at(one, "status", "phase") in ("Succeeded", "Failed"):
        return
    values = {
        "name": name,
        "uuid": _uuid(at(one, "metadata", "uid")),
        "image": _image(at(one, "spec")),
        "ip": address(at(one, "status", "podIP")) if at(one, "spec", "hostNetwork") is not True else None,
    }
    node, owner = line(at(one, "spec", "nodeName"), 200), _owner(one, cluster)
    relations = [link("runs_on", f"node/{node}")] if cluster.has(f"node/{node}") else []
    relations += [link("member_of", owner)] if owner else []
    yield record("container", _key(one), values, relations=relations)


def _owner(pod: Raw, cluster: _Cluster) -> str | None:
    """The workload a pod belongs to: a deployment stands behind its replica set."""
    namespace = _namespace_of(pod)
    for owner in each(pod, "metadata", "ownerReferences"):
        kind, name = str(owner.get("kind")), str(owner.get("name"))
        if kind == "ReplicaSet" and (hashed := _HASHED.match(name)):
            kind, name = "Deployment", hashed[1]
        key = f"{kind.lower()}/{namespace}/{name}"
        if cluster.has(key):
            return key
    return None


def _service(one: Raw, name: str, cluster: _Cluster) -> Iterator[Raw]:
    namespace = _namespace_of(one)
    values = {"name": line(f"{name}.{namespace}.{cluster.name}", 200)}
    backing = cluster.served_by(namespace, at(one, "spec", "selector"))
    relations = [link("depends_on", _key(workload)) for workload in backing]
    yield record("technical-service", _key(one), values, relations=relations)


def _ingress(one: Raw, _: str, cluster: _Cluster) -> Iterator[Raw]:
    namespace = _namespace_of(one)
    hosts: dict[str, list[str]] = {}
    for rule in each(one, "spec", "rules"):
        name = host(rule.get("host"))
        if name is None or name.startswith("*"):
            continue
        services = [
            line(at(path, "backend", "service", "name") or at(path, "backend", "serviceName"), 200)
            for path in each(rule, "http", "paths")
        ]
        keys = [f"service/{namespace}/{service}" for service in services]
        hosts.setdefault(name.lower(), []).extend(key for key in keys if cluster.has(key))
    for name, keys in hosts.items():
        relations = [link("resolves_to", key) for key in dict.fromkeys(keys)]
        values = {"name": name, "domain": name}
        yield record("domain-name", f"{_key(one)}/{name}", values, aliases=[name], relations=relations)


_KINDS: Mapping[str, Callable[[Raw, str, _Cluster], Iterator[Raw]]] = {
    "Node": _node,
    "Namespace": _namespace,
    **dict.fromkeys(WORKLOADS, _workload),
    "Pod": _pod,
    "Service": _service,
    "Ingress": _ingress,
}


def _key(one: Raw) -> str:
    parts = (str(one.get("kind")).lower(), at(one, "metadata", "namespace"), at(one, "metadata", "name"))
    return "/".join(str(part) for part in parts if part)


def _namespace_of(one: Raw) -> str:
    return line(at(one, "metadata", "namespace"), 63) or "default"


def _image(spec: Any) -> str:
    return next((line(one.get("image"), 300) for one in each(spec, "containers")), "")


def _zone(one: Raw) -> str:
    labels = at(one, "metadata", "labels")
    names = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")
    return next((line(at(labels, name), 120) for name in names if at(labels, name)), "")


def _dotted(text: str | None) -> bool:
    return bool(text) and "." in str(text) and host(text) is not None


def _memory(value: Any) -> int | None:
    found = _SIZE.match(str(value))
    return whole(int(found[1]) * _MB[found[2]]) if found else None


def _uuid(value: Any) -> str:
    text = line(value, 60).lower()
    return text if re.fullmatch(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", text) else ""
