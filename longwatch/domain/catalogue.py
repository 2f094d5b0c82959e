"""The service catalogue (ITIL 4: service catalogue management, service request management).

What people may ask for is data, by version: a form, who must agree, what is done to fulfil it, and by when. The rules
of one item stand in the files beside this one: `catalogue_item` (the whole), `catalogue_field` (what is asked),
`catalogue_pattern` (which patterns are safe), `catalogue_condition` (when it needs its approval), `catalogue_form`
(answers), `catalogue_schema` (for programs).

A request's opening carries `item`, `item_version`, `answers` (the plain ones) and, beside them, `answer:<field>` for
each text: the process asks the desk for that version (question `catalogue`), reads it by `read_item`, the answers by
`read_form(item, gathered(command.data))`, and finds by `approval_policy` whether somebody must agree.
"""

from longwatch.domain.catalogue_condition import Condition
from longwatch.domain.catalogue_entries import CatalogueFault
from longwatch.domain.catalogue_field import TEXTS, TYPES, Field, Option, ShownIf
from longwatch.domain.catalogue_form import PREFIX, gathered, read_form, shown, texts_of
from longwatch.domain.catalogue_item import (
    ICONS,
    Approval,
    Audience,
    Item,
    Target,
    approval_policy,
    item_data,
    read_item,
    visible,
)
from longwatch.domain.catalogue_schema import schema_of

__all__ = [
    "ICONS",
    "PREFIX",
    "TEXTS",
    "TYPES",
    "Approval",
    "Audience",
    "CatalogueFault",
    "Condition",
    "Field",
    "Item",
    "Option",
    "ShownIf",
    "Target",
    "approval_policy",
    "gathered",
    "item_data",
    "read_form",
    "read_item",
    "schema_of",
    "shown",
    "texts_of",
    "visible",
]
