"""The door to configuration items, and the errors that all its routes share."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from cmdb.answers import standing_for
from cmdb.items import BadItem, StaleItem
from cmdb.modelling import BadModel
from cmdb.reconcile import BadRun
from longwatch.store.tables import Ci
from web.api.doors import Door
from web.errors import Problem

blueprint = Door("cis", __name__, description="What tickets are about")

EDITORS = ("admin", "cmdb-editor")


@contextmanager
def refusals() -> Iterator[None]:
    """What the CMDB refuses, as the API says it."""
    try:
        yield
    except (BadItem, BadModel) as problem:
        raise Problem(422, str(problem), {problem.field: [str(problem)]}) from problem
    except StaleItem as problem:
        raise Problem(412, str(problem)) from problem
    except BadRun as problem:
        raise Problem(409, str(problem)) from problem


def there(session: Session, identity: str) -> Ci:
    """The item of this id; of one that was merged, the item it is part of now. Raises Problem (404)."""
    item = standing_for(session, identity)
    if item is None:
        raise Problem(404, f"There is no configuration item {identity[:40]}.")
    return item
