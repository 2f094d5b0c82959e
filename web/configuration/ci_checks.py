"""What is judged before a setting of the CMDB is published: mappings, imports, lead times."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from activities.cmdb_import_settings import check_source, mapping_named, read_import
from cmdb.model import Model, model
from integrations.cmdb_mapping import Chosen, TableMapping, read_mapping
from longwatch.domain.renewing import read_lead_times
from web.configuration.checks import Data, SettingFault


def mapping(session: Session, name: str, data: Data) -> None:
    """A mapping of columns: the classes and relations that it names must be there."""
    check_source(name)
    read, known = read_mapping(data), model(session)
    for place, class_ in _classes(read):
        _class(known, class_, place)
    for n, related in enumerate(read.relations):
        if known.type(related.type) is None:
            raise SettingFault(f"There is no type of relation called {related.type}.", f"relations[{n}].type")
        if related.class_ is not None:
            _class(known, related.class_, f"relations[{n}].to.class")


def _classes(read: TableMapping) -> Iterable[tuple[str, str]]:
    if isinstance(read.class_, str):
        return [("class", read.class_)]
    if not isinstance(read.class_, Chosen):
        return []
    said = [("class.values", value) for value in read.class_.values.values()]
    return [*said, *([("class.otherwise", read.class_.otherwise)] if read.class_.otherwise is not None else [])]


def _class(known: Model, class_: object, place: str) -> None:
    found = known.tree.known(class_) if isinstance(class_, str) else None
    if found is None:
        raise SettingFault(f"There is no class called {str(class_)[:60]}.", place)


def scheduled(session: Session, name: str, data: Data) -> None:
    """An import that is asked again and again, and the mapping it names."""
    read = read_import(name, data)
    mapping_named(session, read.mapping)


def expiry(session: Session, _name: str, data: Data) -> None:
    """Lead times; their classes must be there."""
    known = model(session)
    for class_ in read_lead_times(data):
        _class(known, class_, f"days.{class_}")
