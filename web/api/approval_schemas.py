"""The shapes of what the API says of approvals."""

from marshmallow import Schema, fields


class VoteOut(Schema):
    """What somebody said; `by` is the delegate, if one said it."""

    person = fields.String()
    by = fields.String()
    decision = fields.String(metadata={"description": "approve, refuse or abstain"})
    at = fields.String()
    comment = fields.String(allow_none=True)
    content = fields.String(metadata={"description": "the hash of what the voter saw"})
    weight = fields.Integer()
    veto = fields.Boolean()
    entitled = fields.List(fields.String())


class SilentOut(Schema):
    """Somebody who has not voted."""

    person = fields.String()
    delegate = fields.String(allow_none=True)
    absent = fields.Boolean()
    until = fields.String(allow_none=True)
    weight = fields.Integer()
    veto = fields.Boolean()
    entitled = fields.List(fields.String())


class StageOut(Schema):
    """A stage, and what it still needs."""

    id = fields.String()
    title = fields.String()
    status = fields.String(metadata={"description": "waiting, open, blocked, granted, refused, expired or recalled"})
    rule = fields.String()
    of = fields.String()
    approvers = fields.List(fields.String())
    have = fields.Integer()
    need = fields.Integer(allow_none=True)
    missing = fields.Integer(allow_none=True)
    text = fields.String()
    due = fields.String(allow_none=True)
    fallback_called = fields.Boolean()
    votes = fields.List(fields.Nested(VoteOut))
    silent = fields.List(fields.Nested(SilentOut))
    left_out = fields.List(fields.Dict())


class ApprovalOut(Schema):
    """How an approval stands. Only `ticket`, `status` none and empty lists where nothing was put up for approval."""

    ticket = fields.String()
    status = fields.String(metadata={"description": "none, open, blocked, granted, refused, expired or recalled"})
    stage = fields.String(allow_none=True, metadata={"description": "the stage that is open"})
    policy = fields.String()
    version = fields.Integer()
    round = fields.Integer()
    content = fields.String(metadata={"description": "the hash of what is voted on; send it with your vote"})
    reason = fields.String(allow_none=True)
    emergency = fields.Boolean()
    people = fields.Dict(metadata={"description": "how many different people approved, and must"})
    excluded = fields.List(fields.Dict())
    stages = fields.List(fields.Nested(StageOut))
    allowed_actions = fields.List(fields.String())


class VoiceOut(Schema):
    """A voice in a stage: whose, why, until when, and what it said."""

    ticket = fields.String()
    kind = fields.String()
    title = fields.String(allow_none=True)
    stage = fields.String()
    stage_title = fields.String()
    round = fields.Integer()
    person = fields.String()
    for_ = fields.String(data_key="for", metadata={"description": "whose voice it is: another's for a delegate"})
    why = fields.String()
    status = fields.String(metadata={"description": "open, voted or closed"})
    decision = fields.String(allow_none=True)
    voted_by = fields.String(allow_none=True)
    asked_at = fields.String()
    due = fields.String()


class VoicesOut(Schema):
    """A page of voices."""

    items = fields.List(fields.Nested(VoiceOut))
    next = fields.String(allow_none=True)
