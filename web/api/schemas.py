"""The shapes of answers, for the description of the API. Answers are made by hand: lists must be quick."""

from marshmallow import Schema, fields


class WaitingOut(Schema):
    """What a ticket waits for."""

    what = fields.String()
    until = fields.String(allow_none=True)
    who = fields.String(allow_none=True)


class StretchOut(Schema):
    """A stretch that a clock counted, stood still in, or will count."""

    from_ = fields.String(data_key="from")
    to = fields.String()
    seconds = fields.Integer()
    reason = fields.String()
    calendar = fields.String()


class ClockOut(Schema):
    """A service level clock; times in seconds of working time, instants in UTC."""

    clock = fields.String()
    state = fields.String(metadata={"description": "running, paused, met or breached"})
    due = fields.String(allow_none=True)
    since = fields.String(allow_none=True)
    target = fields.Integer()
    elapsed = fields.Integer()
    left = fields.Integer()
    calendar = fields.String()
    why = fields.List(fields.String())
    lines = fields.List(fields.Nested(StretchOut), metadata={"description": "up to the deadline; adds up to target"})


class AlarmOut(Schema):
    """The nearest deadline."""

    at = fields.String()
    name = fields.String()


class HoldOut(Schema):
    """Why nobody works on it now."""

    reason = fields.String()
    until = fields.String(allow_none=True)
    since = fields.String()


class TicketLineOut(Schema):
    """A ticket as lists show it."""

    number = fields.String()
    kind = fields.String()
    title = fields.String(allow_none=True)
    status = fields.String()
    open = fields.Boolean()
    priority = fields.Integer(metadata={"description": "1 (gravest) to 5"})
    impact = fields.Integer(allow_none=True)
    urgency = fields.Integer(allow_none=True)
    level = fields.Integer(metadata={"description": "hierarchic escalation"})
    assignee = fields.String(allow_none=True)
    team = fields.String(allow_none=True)
    requester = fields.String(allow_none=True)
    ci = fields.String(allow_none=True)
    service = fields.String(allow_none=True)
    category = fields.String(allow_none=True)
    source = fields.String()
    tags = fields.List(fields.String())
    hold = fields.Nested(HoldOut, allow_none=True)
    version = fields.Integer()
    processing = fields.Boolean(metadata={"description": "something accepted for it is not decided yet"})
    opened_at = fields.String()
    updated_at = fields.String()
    resolved_at = fields.String(allow_none=True)
    closed_at = fields.String(allow_none=True)
    next_alarm = fields.Nested(AlarmOut, allow_none=True)
    waiting_for = fields.List(fields.Nested(WaitingOut))
    clocks = fields.List(fields.Nested(ClockOut))
    allowed_actions = fields.List(fields.String())


class ActionOut(Schema):
    """Something the asker may do now."""

    name = fields.String()
    label = fields.String()
    fields_ = fields.List(fields.String(), data_key="fields")
    required = fields.List(fields.String())


class LinkOut(Schema):
    """A relation to another ticket."""

    type = fields.String()
    ticket = fields.String()
    status = fields.String(allow_none=True)
    title = fields.String(allow_none=True)


class TicketOut(TicketLineOut):
    """A ticket."""

    description = fields.String(allow_none=True)
    expected_result = fields.String(allow_none=True)
    actions = fields.List(fields.Nested(ActionOut))
    links = fields.List(fields.Nested(LinkOut))
    alert = fields.Dict(allow_none=True)
    merged_into = fields.String(allow_none=True, metadata={"description": "the ticket it goes on in"})
    weight = fields.Integer(metadata={"description": "what its age adds to its importance; a priority is worth 100"})
    reopen_count = fields.Integer()
    resolution = fields.String(allow_none=True)
    policy = fields.Dict(allow_none=True)
    approval = fields.String(metadata={"description": "what became of its approval; none while it is not decided"})
    tasks = fields.Dict(metadata={"description": "its tasks and back-outs, as they stand"})
    incident = fields.Dict(
        metadata={"description": "of an incident: the major incident axis with who acts, a workaround offered"}
    )
    change = fields.Dict(metadata={"description": "of a change: plan, risk, what stands in its way, outcome"})
    request = fields.Dict(metadata={"description": "of a service request: the catalogue item and what was answered"})
    problem = fields.Dict(metadata={"description": "of a problem: cause, workaround, change and exit"})


class TicketsOut(Schema):
    """A page of a list."""

    items = fields.List(fields.Nested(TicketLineOut))
    next = fields.String(allow_none=True)


class CommandOut(Schema):
    """A command and what became of it."""

    id = fields.String()
    ticket = fields.String()
    action = fields.String()
    actor = fields.String()
    accepted_at = fields.String()
    outcome = fields.String(metadata={"description": "processing, applied, refused, stale or parked"})
    reason = fields.String(allow_none=True)
    field = fields.String(allow_none=True)
    version = fields.Integer(allow_none=True)
    settled_at = fields.String(allow_none=True)


class AcceptedOut(Schema):
    """Saved, and being processed."""

    command = fields.String()
    ticket = fields.String()
    outcome = fields.String()


class FactOut(Schema):
    """A line of the journal; `hash` covers `text` together with `prev`."""

    seq = fields.Integer()
    at = fields.String()
    actor = fields.String()
    command = fields.String()
    type = fields.String()
    data = fields.Dict()
    text = fields.String()
    prev = fields.String()
    hash = fields.String()


class JournalOut(Schema):
    """A page of a journal, with the words its lines refer to by body id."""

    items = fields.List(fields.Nested(FactOut))
    texts = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True))
    next = fields.String(allow_none=True)


class MessageOut(Schema):
    """Something written into a ticket."""

    seq = fields.Integer()
    at = fields.String()
    author = fields.String()
    origin = fields.String(metadata={"description": "the ticket it was written in; another one's after a merge"})
    public = fields.Boolean()
    text = fields.String(allow_none=True)


class MessagesOut(Schema):
    """The conversation."""

    items = fields.List(fields.Nested(MessageOut))


class ClocksOut(Schema):
    """The clocks of a ticket."""

    items = fields.List(fields.Nested(ClockOut))


class LinksOut(Schema):
    """The relations of a ticket."""

    items = fields.List(fields.Nested(LinkOut))


class TicketWaitingOut(Schema):
    """What a ticket waits for: people and dates, questions to the desk, commands not decided yet."""

    items = fields.List(fields.Nested(WaitingOut))
    questions = fields.List(fields.Dict())
    commands = fields.List(fields.Nested(CommandOut))


class ProofOut(Schema):
    """Whether journal, recorded state, texts and replayed history agree."""

    number = fields.String()
    version = fields.Integer()
    head = fields.String()
    lines = fields.Integer()
    holds = fields.Boolean()
    problems = fields.List(fields.String())
    replayed = fields.Integer(allow_none=True)


class InboxItemOut(Schema):
    """Something that waits or was set aside: what, since when, and why."""

    what = fields.String()
    id = fields.String()
    about = fields.String()
    since = fields.String()
    why = fields.String()


class InboxOut(Schema):
    """Everything that waits, the oldest first, and how many of each."""

    items = fields.List(fields.Nested(InboxItemOut))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
