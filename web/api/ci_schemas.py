"""The shapes of what the API tells of configuration items and their model."""

from marshmallow import Schema, fields


class CiOut(Schema):
    """A configuration item."""

    id = fields.String()
    name = fields.String()
    class_ = fields.String(data_key="class")
    criticality = fields.Integer(allow_none=True)
    owner_team = fields.String(allow_none=True)
    service = fields.String(allow_none=True)
    state = fields.String(allow_none=True)
    users = fields.Integer(allow_none=True)
    needs = fields.Dict()
    attributes = fields.Dict()
    aliases = fields.List(fields.String())
    complaints = fields.List(fields.String(), metadata={"description": "why it does not fit its class"})
    obsolete_at = fields.String(allow_none=True)
    ended_at = fields.String(allow_none=True)
    merged_into = fields.String(allow_none=True)
    version = fields.Integer()
    created_at = fields.String()
    updated_at = fields.String(allow_none=True)


class CisOut(Schema):
    """A page of configuration items."""

    items = fields.List(fields.Nested(CiOut))
    next = fields.String(allow_none=True)


class StepOut(Schema):
    """A step of the way that failure takes: the item, and the type of relation it came by."""

    ci = fields.String()
    name = fields.String()
    by = fields.String(allow_none=True)


class AffectedOut(Schema):
    """An item that fails too, and why."""

    id = fields.String()
    name = fields.String()
    class_ = fields.String(data_key="class")
    criticality = fields.Integer(allow_none=True)
    distance = fields.Integer()
    path = fields.List(fields.Nested(StepOut))


class ImpactOut(Schema):
    """What else is affected when an item fails (`down`), or what it relies on (`up`)."""

    ci = fields.String()
    direction = fields.String()
    criticality = fields.Integer(allow_none=True, metadata={"description": "of the most critical item hit, 1 (high)"})
    own_criticality = fields.Integer(allow_none=True)
    critical = fields.String(allow_none=True)
    service = fields.String(allow_none=True)
    services = fields.List(fields.String())
    users = fields.Integer()
    affected = fields.List(fields.String())
    affected_count = fields.Integer()
    items = fields.List(fields.Nested(AffectedOut))


class RelationOut(Schema):
    """A relation as one of its items sees it."""

    id = fields.Integer()
    type = fields.String()
    label = fields.String()
    outward = fields.Boolean()
    ci = fields.String()
    name = fields.String()
    class_ = fields.String(data_key="class")
    sources = fields.List(fields.String())


class RelationsOut(Schema):
    """The relations of an item."""

    items = fields.List(fields.Nested(RelationOut))


class CiChangeOut(Schema):
    """A change of an item or relation."""

    id = fields.Integer()
    at = fields.String()
    action = fields.String()
    actor = fields.String()
    source = fields.String(allow_none=True)
    run = fields.Integer(allow_none=True)
    relation = fields.String(allow_none=True)
    before = fields.Dict(allow_none=True)
    after = fields.Dict(allow_none=True)


class CiHistoryOut(Schema):
    """A page of changes, the newest first."""

    items = fields.List(fields.Nested(CiChangeOut))
    next = fields.Integer(allow_none=True)


class DefinitionOut(Schema):
    """A class or a type of relation, as it is written, with what it has from above."""

    id = fields.String()
    version = fields.Integer()
    definition = fields.Dict()
    effective = fields.Dict()
    items = fields.Integer()


class DefinitionsOut(Schema):
    """All of them."""

    items = fields.List(fields.Nested(DefinitionOut))


class MigrationOut(Schema):
    """What a change of a class does to its items."""

    written = fields.Boolean()
    items = fields.Integer(metadata={"description": "items looked at"})
    misfits = fields.Dict(metadata={"description": "items that would not fit, and why"})
    mended = fields.List(fields.String())


class CiRunOut(Schema):
    """A delivery of a source."""

    id = fields.Integer()
    source = fields.String()
    actor = fields.String()
    state = fields.String()
    complete = fields.Boolean()
    size = fields.Integer()
    progress = fields.Integer(metadata={"description": "per cent applied"})
    counts = fields.Dict()
    note = fields.String()
    created_at = fields.String()
    applied_at = fields.String(allow_none=True)


class CiRunsOut(Schema):
    """The latest deliveries."""

    items = fields.List(fields.Nested(CiRunOut))


class CiRowOut(Schema):
    """A row of a delivery and what it would do, or did."""

    place = fields.Integer()
    row = fields.Integer()
    verdict = fields.String()
    held = fields.Boolean()
    label = fields.String()
    ci = fields.String(allow_none=True)
    changes = fields.Dict()
    reasons = fields.List(fields.String())


class CiRowsOut(CiRunOut):
    """A delivery with a page of its rows."""

    items = fields.List(fields.Nested(CiRowOut))
    next = fields.Integer(allow_none=True)


class DriftItemOut(Schema):
    """What differs in one item."""

    ci = fields.String()
    name = fields.String()
    kind = fields.String()
    differences = fields.List(fields.List(fields.Raw()))


class DriftOut(Schema):
    """What differs between two instants, or two sources."""

    items = fields.List(fields.Nested(DriftItemOut))
    more = fields.Boolean()
