"""Lives of incidents and alert groups, as people, tools and time make them. Each returns the ticket it is about."""

from datetime import timedelta
from typing import Any

from longwatch.domain.alerts import group_id
from tests.workflows.skipping import SkippingDesk

GROUP = group_id("prometheus", "prometheus/ci/db-1")
GRAVE = {"impact": 1, "urgency": 1}
ME = "user:dispatcher"
THEM = "user:requester"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def alert(state: str = "firing", fingerprint: str = "f1", severity: str = "critical") -> dict[str, Any]:
    """An alert about the orders database; `desk.alerts` dates it."""
    return {
        "fingerprint": fingerprint,
        "state": state,
        "title": "Disk full on db-1",
        "severity": severity,
        "text": "",
        "starts_at": None,
        "ends_at": None,
        "links": [],
    }


async def simple(desk: SkippingDesk) -> str:
    """Taken, started, resolved, confirmed."""
    number = await desk.open(description="Nothing arrives since nine.", expected_result="Mail arrives.")
    await desk.ask(number, "take", ME)
    await desk.ask(number, "start", ME)
    await desk.pass_time(5 * MINUTE)
    await desk.ask(number, "resolve", ME, code="fixed", text="Restarted it.")
    await desk.ask(number, "confirm", THEM)
    return number


async def first_contact(desk: SkippingDesk) -> str:
    """Resolved straight from new, closed by itself, sealed."""
    number = await desk.open(ci=None, category="network")
    await desk.ask(number, "resolve", ME, code="user_error", text="Told how.")
    await desk.pass_time(60 * DAY)
    return number


async def withdrawn(desk: SkippingDesk) -> str:
    """Cancelled by its requester and sealed."""
    number = await desk.open(**GRAVE)
    await desk.ask(number, "cancel", THEM, reason="It works again.")
    await desk.pass_time(20 * DAY)
    return number


async def unattended(desk: SkippingDesk) -> str:
    """Every rung runs, every promise is missed."""
    number = await desk.open(**GRAVE)
    await desk.pass_time(20 * HOUR)
    return number


async def held(desk: SkippingDesk) -> str:
    """Each kind of hold, lifted by a date, a reply, a person."""
    number = await desk.open()
    await desk.ask(number, "take", ME)
    until = await desk.now() + 3 * DAY
    await desk.ask(number, "hold", ME, reason="planned_until", until=until.isoformat())
    await desk.pass_time(4 * DAY)
    await desk.ask(number, "hold", ME, reason="awaiting_requester", text="Which floor?")
    await desk.pass_time(6 * HOUR)
    await desk.ask(number, "message", THEM, body="The third.", public=True)
    await desk.ask(number, "hold", ME, reason="awaiting_supplier")
    await desk.pass_time(2 * DAY)
    await desk.ask(number, "resume", ME)
    return number


async def passed_around(desk: SkippingDesk) -> str:
    """From team to team and back, judged anew, refused things."""
    number = await desk.open()
    for turn in range(6):
        await desk.ask(number, "assign", ME, team=["network", "databases", "servers"][turn % 3])
        await desk.pass_time(20 * MINUTE)
    await desk.ask(number, "confirm", THEM)
    await desk.ask(number, "prioritise", ME, impact=1, urgency=1)
    await desk.ask(number, "escalate", ME, reason="Nobody moves.")
    await desk.ask(number, "tag", ME, tags=["vip", "mail"])
    await desk.ask(number, "relate_ci", ME, ci="db-1")
    await desk.ask(number, "link", ME, type="related", ticket="INC-000099")
    await desk.ask(number, "tag", ME, tags=["mail", "vip"])
    await desk.ask(number, "message", ME, body="A note.", public=False)
    return number


async def busy(desk: SkippingDesk) -> str:
    """Escalated, held and answered many times, resolved, reopened, resolved, closed by itself, sealed."""
    number = await desk.open(**GRAVE)
    await desk.pass_time(20 * MINUTE)
    await desk.ask(number, "take", ME)
    for turn in range(6):
        await desk.ask(number, "message", ME, body=f"Looking into it, {turn}.", public=True)
        await desk.ask(number, "hold", ME, reason="awaiting_requester", text="Which floor?")
        await desk.pass_time(10 * MINUTE)
        await desk.ask(number, "message", THEM, body=f"The third, {turn}.", public=True)
    await desk.ask(number, "resolve", ME, code="fixed", text="Restarted it.")
    await desk.pass_time(2 * HOUR)
    await desk.ask(number, "reopen", THEM, reason="Down again.")
    await desk.ask(number, "resolve", ME, code="fixed", text="Replaced it.")
    await desk.pass_time(40 * DAY)
    return number


async def lost(desk: SkippingDesk) -> str:
    """Its workflow was lost over several rungs and came back from the journal."""
    number = await desk.open(**GRAVE)
    await desk.pass_time(8 * MINUTE)
    await desk.lose(number)
    await desk.env.sleep(20 * MINUTE)
    await desk.settle()
    await desk.ask(number, "take", ME)
    return number


async def restless_group(desk: SkippingDesk) -> str:
    """Fires, rests, fires again, three times over; the last time after it was sealed."""
    for rest in (20 * MINUTE, 3 * HOUR, 2 * MINUTE):
        await desk.alerts(GROUP, alert())
        await desk.pass_time(MINUTE)
        await desk.alerts(GROUP, alert("resolved"))
        await desk.pass_time(rest)
    return GROUP


async def crowded_group(desk: SkippingDesk) -> str:
    """Many alerts, doubled, of rising severity, ending one by one."""
    for turn in range(5):
        severity = ("info", "warning", "error", "critical", "critical")[turn]
        await desk.alerts(GROUP, *[alert(fingerprint=f"f{n}", severity=severity) for n in range(10 * turn + 10)])
        await desk.pass_time(2 * MINUTE)
    for turn in range(5):
        await desk.alerts(GROUP, *[alert("resolved", fingerprint=f"f{n}") for n in range(10 * turn, 10 * turn + 10)])
        await desk.pass_time(MINUTE)
    await desk.pass_time(2 * HOUR)
    return GROUP


async def of_an_alert(desk: SkippingDesk) -> str:
    """An incident that monitoring opened, resolved, reopened; then a person took it."""
    await desk.alerts(GROUP, alert())
    await desk.pass_time(MINUTE)
    (number,) = await desk.incidents()
    await desk.alerts(GROUP, alert("resolved"))
    await desk.pass_time(20 * MINUTE)
    await desk.alerts(GROUP, alert())
    await desk.pass_time(MINUTE)
    await desk.ask(number, "take", ME)
    await desk.alerts(GROUP, alert("resolved"))
    await desk.pass_time(20 * MINUTE)
    return number


async def merged(desk: SkippingDesk) -> str:
    """Goes on in another incident, forwards what is written, hears of its end, and is sealed after it."""
    number, other = await desk.open(), await desk.open()
    await desk.ask(number, "message", THEM, body="The third floor.", public=True)
    await desk.ask(number, "merge", ME, into=other)
    await desk.ask(number, "message", THEM, body="And the fourth.", public=True)
    await desk.ask(other, "message", ME, body="We are on it.", public=True)
    await desk.ask(other, "resolve", ME, code="fixed", text="Restarted it.")
    await desk.pass_time(60 * DAY)
    return number


async def taken_in(desk: SkippingDesk) -> str:
    """Takes in another incident and one that withdrew meanwhile, has a child, resolves them all."""
    number, other, child = await desk.open(), await desk.open(), await desk.open()
    await desk.ask(other, "merge", ME, into=number)
    await desk.ask(child, "link", ME, type="child_of", ticket=number)
    await desk.ask(number, "unlink", ME, type="parent_of", ticket=child)
    await desk.ask(child, "link", ME, type="child_of", ticket=number)
    await desk.ask(other, "message", THEM, body="And the fourth.", public=True)
    await desk.ask(number, "resolve", ME, code="fixed", text="Restarted it.")
    await desk.ask(other, "message", THEM, body="Still down.", public=True)
    await desk.ask(number, "merge", ME, into=child)
    return number


async def split(desk: SkippingDesk) -> str:
    """Part of its conversation becomes another incident; a line that is no message splits nothing."""
    number = await desk.open()
    await desk.ask(number, "message", THEM, body="Also the printer is jammed.", public=True)
    lines = [fact["seq"] for fact in await desk.facts(number, "MessageAdded")]
    await desk.ask(number, "split", ME, title="The printer is jammed", messages=lines)
    await desk.ask(number, "split", ME, title="Nothing", messages=[1])
    await desk.ask(number, "resolve", ME, code="fixed", text="Restarted it.")
    return number


async def major(desk: SkippingDesk) -> str:
    """Proposed, declared, late with its updates, mitigated, resolved, back, stood down, reviewed, sealed."""
    staff = {"manager": "user:lead", "communications": "user:agent2", "technical_lead": ME}
    number, child = await desk.open(), await desk.open()
    await desk.ask(child, "link", ME, type="child_of", ticket=number)
    await desk.ask(number, "propose_major", ME, reason="Nobody has mail.")
    await desk.ask(number, "declare_major", "user:lead", **staff, cadence=3600, war_room="https://meet.example.com/1")
    await desk.pass_time(3 * HOUR)
    await desk.ask(number, "stakeholder_update", "user:agent2", text="We restart it at noon.")
    await desk.ask(number, "staff_major", "user:lead", cadence=1800)
    await desk.ask(number, "mitigate", ME, text="Mail flows over the old server.")
    await desk.ask(number, "resolve", "user:agent", code="fixed", text="Restarted it.")
    await desk.ask(number, "reopen", THEM, reason="Down again.")
    await desk.ask(number, "resolve", "user:agent", code="fixed", text="Replaced it.")
    await desk.ask(number, "stand_down", "user:lead", text="It holds.")
    await desk.pass_time(30 * DAY)
    await desk.ask(number, "review_major", "user:lead", text="Watch the disk.", problem=False)
    await desk.pass_time(DAY)
    return number
