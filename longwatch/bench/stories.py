"""The stories of everyday incidents, closed and open, from which a full desk is made."""

import random
from dataclasses import dataclass
from datetime import timedelta

from longwatch.bench.lives import Step

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

WRONG = (
    "Mail cannot be sent",
    "Shop front answers slowly",
    "Report of last month is empty",
    "Printer on the third floor jams",
    "VPN drops every few minutes",
    "Password does not work after the change",
    "Orders are shown twice",
    "Backup of the night has failed",
    "Screen stays black after the update",
    "Shared folder cannot be reached",
)
ITEMS = ("db-1", "db-2", "web-1", "web-2", "mail-1", "sw-core", "vpn-1", "print-3")
PEOPLE = ("user:requester", "user:requester2")
AGENTS = ("user:agent", "user:agent2", "user:lead")
SAID = (
    "It began this morning after the coffee break; a colleague beside me sees the same, another one does not.",
    "Thank you. I have tried again just now and it is still there, with the same words on the screen.",
    "We have restarted the service and watch it. Please tell us whether it works for you again.",
    "The log shows time-outs towards the database since half past nine; the team has been told.",
)


@dataclass(frozen=True)
class Story:
    """How an incident begins and what is done to it."""

    opening: Step
    steps: list[Step]


def story(dice: random.Random, *, done: bool) -> Story:
    """A story that ends closed, or one that is still going on."""
    return Story(_opening(dice), _steps(dice, done=done))


def _opening(dice: random.Random) -> Step:
    requester = dice.choice(PEOPLE)
    data = {
        "requester": requester,
        "source": dice.choice(("portal", "api", "phone")),
        "impact": dice.choice((2, 3, 3)),
        "urgency": dice.choice((2, 3, 3)),
        "ci": dice.choice(ITEMS),
        "category": dice.choice(("network", "software", "hardware", None)),
        "tags": sorted(dice.sample(("vip", "month-end", "remote", "branch"), dice.randint(0, 2))),
    }
    return Step(MINUTE, "open", requester, data, {"title": dice.choice(WRONG), "description": dice.choice(SAID)})


def _steps(dice: random.Random, *, done: bool) -> list[Step]:
    """Median six steps with a long tail, as real desks have."""
    agent = dice.choice(AGENTS)
    steps = [Step(dice.randint(1, 20) * MINUTE, "take", agent), Step(dice.randint(1, 30) * MINUTE, "start", agent)]
    steps += [_message(dice, agent) for _ in range(dice.choice((1, 2, 2, 3, 4, 8)))]
    if dice.random() < 1 / 3:
        steps.append(Step(dice.randint(5, 90) * MINUTE, "assign", agent, {"team": dice.choice(("servers", "network"))}))
        steps.append(Step(dice.randint(5, 90) * MINUTE, "take", agent))
    if dice.random() < 1 / 4 or not done:
        steps.append(Step(30 * MINUTE, "hold", agent, {"reason": "awaiting_supplier"}, {"text": dice.choice(SAID)}))
    if done:
        texts = {"text": "The service was restarted and the limit raised; it has held since."}
        steps.append(Step(dice.randint(1, 9) * HOUR, "resolve", agent, {"code": "fixed"}, texts))
    return steps


def _message(dice: random.Random, agent: str) -> Step:
    return Step(
        dice.randint(2, 120) * MINUTE,
        "message",
        agent,
        {"public": dice.random() < 1 / 2},
        {"body": dice.choice(SAID)},
    )
