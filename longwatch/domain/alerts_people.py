"""What people may do with an alert group: snooze it, and wake it again. All else they do with the incident."""

from datetime import datetime, timedelta

from longwatch.domain.alerts_draft import Draft
from longwatch.domain.alerts_parking import ends, park
from longwatch.domain.alerts_state import State
from longwatch.domain.ticket import Action, Actor, Command, Refused, instant

MAY_SNOOZE = ("admin", "lead", "dispatcher", "agent")
"""The roles whose holders may snooze a group."""
LONGEST_SNOOZE = timedelta(days=30)

SNOOZE = Action("snooze", "Snooze", ("until", "reason"), ("until", "reason"))
UNSNOOZE = Action("unsnooze", "Wake")
_ACTIONS = {SNOOZE.name: SNOOZE, UNSNOOZE.name: UNSNOOZE}


def may(actor: Actor, action: str, requester: str | None = None) -> bool:  # noqa: ARG001 - asked as of every kind
    """Whether a person's roles admit the action; nothing but snoozing is a person's."""
    return action in _ACTIONS and actor.kind == "person" and any(role in MAY_SNOOZE for role in actor.roles)


def allowed(state: State, actor: Actor) -> list[Action]:
    """What this actor may do with the group now."""
    if not state.group or state.sealed or not may(actor, SNOOZE.name):
        return []
    return [SNOOZE, UNSNOOZE] if state.snoozed else [SNOOZE]


def judge(state: State, command: Command) -> None:
    """Raises Refused unless a machine asks, or a person for what people may do here."""
    if command.actor.kind != "person":
        if command.action in _ACTIONS:
            raise Refused("Only people snooze alerts.")
        return
    if command.action not in _ACTIONS:
        raise Refused("Alert groups follow the monitoring; people act on the incident.")
    if not may(command.actor, command.action):
        raise Refused(f"Your roles do not allow you to {command.action} alerts: ask an agent.")
    if not state.group or state.sealed:
        raise Refused("Nothing has fired here for long: there is nothing to snooze.")


def snooze(draft: Draft, command: Command) -> None:
    """Nothing of it is asked for or told until then. Snoozed again, the later word counts. Raises Refused."""
    reason = str(command.data.get("reason") or "").strip()
    if not reason:
        raise Refused("Say why: others will ask where the alert has gone.", "reason")
    park(draft, _until(command), command.actor.id, reason)


def _until(command: Command) -> datetime:
    try:
        until = instant(command.data["until"])
    except (KeyError, TypeError, ValueError):
        raise Refused("Say until when.", "until") from None
    if until <= command.at:
        raise Refused("That is past already.", "until")
    if until > command.at + LONGEST_SNOOZE:
        raise Refused(f"Alerts are snoozed for at most {LONGEST_SNOOZE.days} days.", "until")
    return until


def unsnooze(draft: Draft, command: Command) -> None:
    """What still fires is judged now. Raises Refused where nobody has snoozed it."""
    if not draft.state.snoozed:
        raise Refused("It is not snoozed.")
    draft.note("Woken")
    ends(draft, command.at)
