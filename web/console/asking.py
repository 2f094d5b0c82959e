"""From a form to the ticket: what was typed is read strictly, asked of the rules, and kept when they say no."""

from collections.abc import Mapping
from dataclasses import dataclass

from marshmallow import ValidationError
from werkzeug.exceptions import NotFound

from longwatch.domain.ticket import read_line
from longwatch.store import tickets
from web.action_kinds import schemas_of
from web.actions import Fields, read
from web.commands import Result, ask
from web.console.form_values import first_wrong, raw_of, typed_in
from web.console.people import Viewer
from web.console.view_models import Refusal
from web.console.words import BACKGROUND
from web.desk import desk
from web.fields import Strict

CONTROLS = frozenset({"csrf_token", "token", "version", "then", "audience"})
"""Inputs of the forms that are no fields of the action."""


ASIDE = BACKGROUND | {"MessageAdded"}
"""What others may do to a ticket without making a press on it stale."""

PARKED = "The desk could not decide this. It is set aside, and those who run the desk can see it in the inbox."


@dataclass(frozen=True)
class Asked:
    """What became of a form: the result of the rules, or why it never reached them (`refusal`), and what was typed."""

    action: str
    result: Result | None
    refusal: Refusal | None
    typed: Mapping[str, str]


def ask_by_form(who: Viewer, number: str, action: str, form: Mapping[str, str]) -> Asked:
    """Asks what the form says. Raises NotFound for an action nobody knows, Absent for a ticket not to be seen."""
    typed = typed_in(form, CONTROLS)
    schema = schemas_of(number).get(action)
    if schema is None:
        raise NotFound
    try:
        fields = _read(who, schema, action, typed)
    except ValidationError as error:
        return Asked(action, None, _invalid(action, error, typed, form), typed)
    key = f"page:{form['token'][:64]}" if form.get("token") else None
    result = ask(
        who.actor, number, action, fields.data, fields.texts, key=key, expected_version=version_seen(who, number, form)
    )
    if result.outcome in ("refused", "forbidden", "parked"):
        reason = PARKED if result.outcome == "parked" else result.reason or "The rules say no."
        return Asked(action, result, Refusal(action, reason, result.field, _kept(typed, form)), typed)
    return Asked(action, result, None, typed)


def _read(who: Viewer, schema: Strict, action: str, typed: Mapping[str, str]) -> Fields:
    raw = raw_of(schema, typed, who.zone)
    if action == "message":
        raw["public"] = "true" if raw.pop("public", "") == "true" else "false"
    with desk().store.reading() as session:
        return read(session, schema, raw)


def _invalid(action: str, error: ValidationError, typed: Mapping[str, str], form: Mapping[str, str]) -> Refusal:
    name, reason = first_wrong(error)
    return Refusal(
        action, reason, name.partition(".")[0] if name[-1:].isdecimal() else name or None, _kept(typed, form)
    )


def _kept(typed: Mapping[str, str], form: Mapping[str, str]) -> Mapping[str, str]:
    return {**typed, "audience": form.get("audience", "public")}


def version_seen(who: Viewer, number: str, form: Mapping[str, str]) -> int | None:
    """The version to insist on: the one the person saw, if other people changed the ticket since.

    What the desk did by itself meanwhile (clocks, alerts, answers) is no reason to send a person back.
    """
    seen = form.get("version", "")
    if not seen.isdecimal() or len(seen) > 9:  # noqa: PLR2004 - more lines than any journal has
        return None
    with desk().store.reading() as session:
        since = [read_line(line) for line in tickets.journal(session, number, after=int(seen))]
    others = [fact for fact in since if fact.actor.startswith("user:") and fact.actor != who.actor.id]
    return int(seen) if any(fact.type not in ASIDE for fact in others) else None
