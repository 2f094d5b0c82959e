"""How any ticket is opened: what all kinds ask for, read with care."""

from typing import Any

from longwatch.domain import case_input as given
from longwatch.domain import roles
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_moves import LINK_TYPES, MOST_LINKS, MOST_TAGS, RELATIONS
from longwatch.domain.ticket import Refused

SOURCES = ("portal", "console", "api", "monitoring", "mail", "phone", "desk")
"""Where tickets come from; `desk`: from another ticket or from a rule of the desk."""


def open_case(draft: Draft, **special: Any) -> None:
    """Log the ticket, with what is `special` to its kind. Who may only ask for themselves asks for themselves.

    It lives by the rules that were in force when its opening was accepted: a desk that learns new rules meanwhile goes
    on proving its older tickets by theirs. An opening that names no version was accepted under the first.
    """
    data = draft.command.data
    draft.record(
        "Opened",
        rules=given.optional_number(data, "rules", 1, draft.process.rules) or 1,
        number=given.name(data, "number", "which number it has"),
        status=draft.status_after("open"),
        title=given.ref(data, "title", "a title"),
        description=given.optional_ref(data, "description"),
        expected_result=given.optional_ref(data, "expected_result"),
        requester=_requester(draft),
        source=given.choice(data, "source", SOURCES),
        impact=given.optional_scale(data, "impact"),
        urgency=given.optional_scale(data, "urgency"),
        category=given.optional_name(data, "category"),
        ci=given.optional_name(data, "ci"),
        service=given.optional_name(data, "service"),
        tags=given.tags({"tags": data.get("tags") or []}, MOST_TAGS),
        links=given.links(data, LINK_TYPES if roles.is_person(draft.command.actor) else RELATIONS, MOST_LINKS),
        **special,
    )
    quoted = given.quoted(data)
    if quoted is not None:
        draft.record("MessagesQuoted", **quoted)


def _requester(draft: Draft) -> str | None:
    actor = draft.command.actor
    requester = given.optional_name(draft.command.data, "requester")
    if not roles.is_person(actor) or roles.is_staff(actor):
        return requester
    if requester not in (None, actor.id):
        raise Refused(f"You can open {draft.process.kind}s in your own name only.", "requester")
    return actor.id
