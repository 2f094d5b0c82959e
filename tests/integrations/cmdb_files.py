"""Deliveries as files: samples as tools write them, and some made for a test."""

import zipfile
from pathlib import Path
from typing import Any

from integrations.cmdb_kinds import KINDS
from integrations.cmdb_mapping import read_mapping
from integrations.cmdb_parts import parts

DATA = Path(__file__).parent / "data" / "cmdb"


def translated(kind: str, path: Path, mapping: Any = None) -> list[dict[str, Any]]:
    """All records of a file."""
    return list(KINDS[kind].translate(parts(path), read_mapping(mapping)))


def by_key(kind: str, path: Path, mapping: Any = None) -> dict[str, dict[str, Any]]:
    """The records that could be read, by their keys."""
    return {one["source_key"]: one for one in translated(kind, path, mapping) if "source_key" in one}


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    """A zip of files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return path
