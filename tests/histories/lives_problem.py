"""Lives of problems. Each returns the problem it is about."""

from longwatch.domain.ticket import stamp
from tests.workflows.problems import AGENT, DAY, HOUR, MANAGER, changed, done, known, logged
from tests.workflows.skipping import SkippingDesk


async def solved(desk: SkippingDesk) -> str:
    """A change that fails, one that does not, a recurrence, resolved by hand, closed after its quiet period, sealed."""
    number, _ = await known(desk)
    await changed(desk, number, "failed")
    await changed(desk, number, "successful_with_issues")
    await desk.pass_time(3 * DAY)
    again = await desk.open()
    await done(desk, again, "link", AGENT, type="caused_by", ticket=number)
    await done(desk, number, "hold", MANAGER, reason="awaiting_supplier")
    await desk.pass_time(DAY)
    await done(desk, number, "resume", MANAGER)
    await done(desk, number, "resolve", AGENT, code="supplier_fixed", text="A new firmware.")
    await desk.pass_time(120 * DAY)
    return number


async def accepted(desk: SkippingDesk) -> str:
    """Its risk is refused once, edited while others think, accepted, looked at again, and left as a duplicate."""
    number, _ = await known(desk)
    day = stamp(await desk.now() + 100 * DAY)
    await done(desk, number, "request_risk_acceptance", "user:lead", reason="It is retired soon.", review_at=day)
    await _vote(desk, number, MANAGER, "refuse")
    await done(desk, number, "request_risk_acceptance", "user:lead", reason="It really is.", review_at=day)
    await _vote(desk, number, MANAGER)
    await done(desk, number, "record_cause", AGENT, text="The log fills the disk.")
    await _vote(desk, number, MANAGER)
    await _vote(desk, number, "user:approver2")
    await desk.pass_time(101 * DAY)
    other, _ = await logged(desk, title="The same again")
    await done(desk, number, "duplicate", MANAGER, of=other)
    await desk.pass_time(90 * DAY)
    return number


async def _vote(desk: SkippingDesk, number: str, actor: str, decision: str = "approve") -> None:
    held = (await desk.state(number)).approval
    said = {"comment": "Not without a date."} if decision == "refuse" else {}
    await done(desk, number, "vote", actor, decision=decision, content=held.content, stage=held.stage.id, **said)


async def after_a_major(desk: SkippingDesk) -> str:
    """What a major incident left: closed by time alone once its review was written."""
    number, _ = await logged(desk, major_review=True)
    await done(desk, number, "assess", impact=1, urgency=2, category="mail")
    await done(desk, number, "resolve", AGENT, code="fixed", text="A new disk.")
    await desk.pass_time(60 * DAY)
    await done(desk, number, "review", text="Watch the disks.")
    await desk.pass_time(HOUR)
    return number
