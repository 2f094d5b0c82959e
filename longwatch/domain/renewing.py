"""Lead times: how many days before its end an item asks to be renewed, by class of configuration item.

    {"days": {"certificate": 30, "contract": 60}}

A class holds for all below it unless one of those says otherwise. Nothing is asked for classes that are not named.
"""

from collections.abc import Mapping
from typing import Any

from longwatch.domain.entries import Fault, top

MOST_DAYS = 3_650
"""Ten years."""
MOST_CLASSES = 200


class LeadTimesFault(Fault):
    """The lead times would not do what they say. `reason` is a sentence, `field` names the entry at fault."""


def read_lead_times(data: Any) -> Mapping[str, int]:
    """Days before the end, by class. Raises LeadTimesFault."""
    entries = top(data, LeadTimesFault, "lead times")
    entries.only("days")
    days = entries.part("days")
    if len(days.data) > MOST_CLASSES:
        raise LeadTimesFault(f"There are at most {MOST_CLASSES} classes here.", "days")
    return {class_: days.number(class_, 0, MOST_DAYS) for class_ in days.data}
