"""A ticket's evidence in one file, in clear: an auditor checks it on any installation, without a key or a network."""

import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from longwatch import __version__
from longwatch.codec import Codec, opened
from longwatch.domain.ticket import Line
from workflows.evidence import Evidence, Recorded, Text

FORMAT = 1
LARGEST = 512 * 1024 * 1024
"""Bytes that the parts of a bundle may unpack to."""

READ_ME = """This is the evidence of one ticket of a Longwatch service desk.

  journal.jsonl   what became of it, one fact a line, each with the hash of the line before it
  state.json      its state as the desk recorded it: nothing but the fold of those facts
  texts.json      what people wrote, with salt and digest; an erased text has only its digest left
  histories/      what the workflow engine recorded of it, decrypted

`longwatch verify THIS.zip` checks all of it, on any installation. The chain can be checked by hand: the hash of a
line is SHA-256 over the hash of the line before it (64 zeros before the first), a line feed, and its text, all as
UTF-8. A text's digest, which the facts carry, is SHA-256 over its salt and its words.
"""


class BadBundle(Exception):  # noqa: N818 - named for who reads it
    """A file is no bundle, or cannot be written; the text says why."""


def write(path: Path, evidence: Evidence, secret_keys: tuple[str, ...]) -> None:
    """Writes a bundle. Raises BadBundle if the file exists or cannot be written."""
    codec = Codec(secret_keys)
    try:
        with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", READ_ME)
            archive.writestr("bundle.json", _text(_head(evidence)))
            archive.writestr("journal.jsonl", "".join(_line(line) for line in evidence.lines))
            archive.writestr("state.json", evidence.recorded.state if evidence.recorded else "")
            archive.writestr("texts.json", _text([asdict(text) for text in evidence.texts]))
            for run, history in evidence.histories.items():
                if history is not None:
                    archive.writestr(f"histories/{run}.json", _in_clear(history, codec).to_json())
    except OSError as problem:
        raise BadBundle(f"{path} cannot be written: {problem.strerror}. Name a file that does not exist yet.") from None


def read(path: Path) -> Evidence:
    """The evidence in a bundle. Raises BadBundle."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise BadBundle(
                    f"{path} unpacks to more than {LARGEST // 1024**2} MB; that is no bundle of one ticket."
                )
            return _evidence(archive)
    except OSError as problem:
        raise BadBundle(f"{path} cannot be read: {problem.strerror}.") from None
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, UnicodeDecodeError) as problem:
        raise BadBundle(f"{path} is no bundle of Longwatch, or was damaged: {problem}") from None


def _evidence(archive: zipfile.ZipFile) -> Evidence:
    head = json.loads(archive.read("bundle.json"))
    if head["format"] != FORMAT:
        raise BadBundle(f"This bundle has format {head['format']}; this Longwatch reads format {FORMAT}.")
    runs = {run: f"histories/{run}.json" for run in head["runs"]}
    there = set(archive.namelist())
    return Evidence(
        ticket=head["ticket"],
        kind=head["kind"],
        lines=[Line(**json.loads(line)) for line in archive.read("journal.jsonl").decode().splitlines()],
        recorded=Recorded(head["version"], head["head"], archive.read("state.json").decode()),
        texts=[Text(**text) for text in json.loads(archive.read("texts.json"))],
        runs=list(runs),
        histories={
            run: WorkflowHistory.from_json(head["ticket"], archive.read(name).decode()) if name in there else None
            for run, name in runs.items()
        },
    )


def _head(evidence: Evidence) -> dict[str, Any]:
    recorded = evidence.recorded
    return {
        "format": FORMAT,
        "ticket": evidence.ticket,
        "kind": evidence.kind,
        "version": recorded.version if recorded else 0,
        "head": recorded.head if recorded else "",
        "runs": evidence.runs,
        "made_by": f"longwatch {__version__}",
    }


def _line(line: Line) -> str:
    return json.dumps(asdict(line), sort_keys=True) + "\n"


def _text(data: Any) -> str:
    return json.dumps(data, indent=2, sort_keys=True) + "\n"


def _in_clear(history: WorkflowHistory, codec: Codec) -> WorkflowHistory:
    events = []
    for event in history.events:
        clear = HistoryEvent()
        clear.CopyFrom(event)
        opened(codec, clear)
        events.append(clear)
    return WorkflowHistory(history.workflow_id, events)
