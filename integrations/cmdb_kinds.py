"""The kinds of deliveries there are: which files each is, and who translates it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from integrations import (
    cmdb_ansible,
    cmdb_csv,
    cmdb_json,
    cmdb_kubernetes,
    cmdb_netbox,
    cmdb_prometheus,
    cmdb_terraform,
)
from integrations.cmdb_mapping import TableMapping
from integrations.cmdb_parts import Part
from integrations.cmdb_record import Raw

Translate = Callable[[list[Part], TableMapping], Iterator[Raw]]


@dataclass(frozen=True)
class Kind:
    """A kind of delivery. `mapped`: columns are mapped to fields. `fetched`: the tool can be asked by address."""

    name: str
    title: str
    about: str
    translate: Translate
    mapped: bool = False
    fetched: bool = False


ALL = (
    Kind("csv", "CSV table", "one file, any delimiter and encoding", cmdb_csv.records, mapped=True, fetched=True),
    Kind(
        "json",
        "JSON",
        "a list, an object with a list, or one object a line",
        cmdb_json.records,
        mapped=True,
        fetched=True,
    ),
    Kind("netbox", "NetBox", "answers of its API, one file each, or its address", cmdb_netbox.records, fetched=True),
    Kind(
        "prometheus",
        "Prometheus",
        "/api/v1/targets or files of file_sd, as JSON",
        cmdb_prometheus.records,
        fetched=True,
    ),
    Kind("ansible", "Ansible facts", "the fact cache: a folder, or a zip of it", cmdb_ansible.records),
    Kind(
        "kubernetes",
        "Kubernetes",
        "kubectl get nodes,namespaces,deployments,pods,services,ingresses -A -o json",
        cmdb_kubernetes.records,
    ),
    Kind("terraform", "Terraform state", "terraform state pull: version 4", cmdb_terraform.records, fetched=True),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in ALL}
