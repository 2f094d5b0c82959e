"""Finds the other ends of relations: by id, by the source's own key, by another name, or by what identifies an item."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cmdb.answers import standing_for
from cmdb.edges import chunks
from cmdb.keys import aliases_in, identity_keys
from cmdb.model import Model
from cmdb.naming import Claim, claims, foremost
from cmdb.records import Link
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiKey, CiReport


class NoEnd(ValueError):  # noqa: N818 - named for who reads it
    """The relation cannot be made; the text says why."""


@dataclass
class Coming:
    """Items that rows of this run are about, by what records may call them, as id and class; their claims to names."""

    keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    source_keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    aliases: dict[str, dict[str, Claim]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)


class Ends:
    """Looks up many ends at once."""

    def __init__(self, session: Session, model: Model, source: str, coming: Coming | None = None) -> None:
        self._session = session
        self._model = model
        self._source = source
        self._coming = coming or Coming()
        self._keys: dict[str, set[str]] = {}
        self._source_keys: dict[str, str] = {}
        self._aliases: dict[str, dict[str, Claim]] = {}
        self._classes: dict[str, str] = {}
        self._merged: dict[str, str] = {}

    def load(self, links: Sequence[Link], sources: Iterable[str] = ()) -> None:
        """Everything that the links could mean; `sources` are ids of items whose class is asked for too."""
        named = [link.to for link in links]
        ids = {str(to["id"]) for to in named if to.get("id")} | set(sources)
        self._load_keys(sorted({key for to in named for key in self._possible(to)}))
        self._load_source_keys(sorted({str(to["source_key"]) for to in named if to.get("source_key")}))
        self._aliases |= claims(self._session, {name for to in named for name in _names(to)} - self._aliases.keys())
        ids |= {ci for cis in self._keys.values() for ci in cis}
        ids |= {*self._source_keys.values(), *(ci for claimed in self._aliases.values() for ci in claimed)}
        for some in chunks(sorted(ids - self._classes.keys())):
            found = self._session.execute(select(Ci.id, Ci.class_, Ci.merged_into).where(Ci.id.in_(some))).all()
            for ci, class_, merged in found:
                self._take(ci, class_, merged)

    def _take(self, ci: str, class_: str, merged: str | None) -> None:
        whole = standing_for(self._session, ci) if merged else None
        self._classes[ci] = class_ if whole is None else whole.class_
        if whole is not None:
            self._merged[ci] = whole.id
            self._classes[whole.id] = whole.class_

    def triple(self, ci: str, link: Link) -> tuple[str, str, str]:
        """The relation as type, source and target. Raises NoEnd."""
        type_ = self._model.type(link.type)
        if type_ is None:
            raise NoEnd(f"There is no type of relation called {link.type[:80]}.")
        end = self._end(link.to)
        if end == ci:
            raise NoEnd(f"{type_.label}: an item is not related to itself.")
        begin, end = (end, ci) if link.reverse else (ci, end)
        classes = self._class(begin), self._class(end)
        if not type_.fits(self._model.tree, *classes):
            raise NoEnd(f"A {classes[0]} is not related to a {classes[1]} by “{type_.label}”.")
        return type_.id, begin, end

    def _class(self, ci: str) -> str:
        return self._coming.ids.get(ci) or self._classes[ci]

    def _end(self, to: Mapping[str, Any]) -> str:
        found = self._found(to)
        if not found:
            raise NoEnd(f"There is no item {_said(to)}.")
        if len(found) > 1:
            raise NoEnd(f"{_said(to)} may be {' or '.join(sorted(found)[:3])}.")
        end = next(iter(found))
        return self._merged.get(end, end)

    def _found(self, to: Mapping[str, Any]) -> set[str]:
        coming = self._coming
        if to.get("id"):
            named = str(to["id"])
            return {named} if named in self._classes or named in coming.ids else set()
        if to.get("source_key"):
            key = str(to["source_key"])
            known = self._source_keys.get(key) or coming.source_keys.get(key, ("", ""))[0]
            return {known} if known else set()
        for key in self._possible(to):
            if key in self._keys:
                return self._keys[key]
            if key in coming.keys:
                return {coming.keys[key][0]}
        for name in _names(to):
            if claimed := {**self._aliases.get(name, {}), **coming.aliases.get(name, {})}:
                return foremost(claimed)
        return set()

    def _possible(self, to: Mapping[str, Any]) -> list[str]:
        """The keys that the named values make for the class, or any below it, rule by rule."""
        class_ = to.get("class")
        if not isinstance(class_, str) or class_ not in self._model.tree or to.get("id") or to.get("source_key"):
            return []
        tree = self._model.tree
        made = [identity_keys(tree.get(below), to) for below in (class_, *tree.below(class_))]
        return list(dict.fromkeys(key for keys in made for key in keys))

    def _load_keys(self, keys: Sequence[str]) -> None:
        for some in chunks([key for key in keys if key not in self._keys]):
            for key, ci in self._session.execute(select(CiKey.key, CiKey.ci).where(CiKey.key.in_(some))):
                self._keys.setdefault(key, set()).add(ci)

    def _load_source_keys(self, keys: Sequence[str]) -> None:
        for some in chunks([key for key in keys if key not in self._source_keys]):
            wanted = select(CiReport.key, CiReport.ci).where(CiReport.source == self._source, CiReport.key.in_(some))
            self._source_keys.update((key, ci) for key, ci in self._session.execute(wanted))


def _names(to: Mapping[str, Any]) -> list[str]:
    """The other names by which an end may be meant. A bare name counts where no class says more."""
    said = [to.get("alias"), None if to.get("class") else to.get("name")]
    return [*(name.strip().lower() for name in said if isinstance(name, str) and name.strip()), *aliases_in(to)]


def _said(to: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in to.items())[:200]
