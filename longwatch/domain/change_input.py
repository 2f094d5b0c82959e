"""What people send along with a change, read with care: what is amiss is refused by its name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from longwatch.domain import case_input as given
from longwatch.domain.case_state import Ref
from longwatch.domain.change_state import TEXTS
from longwatch.domain.schedule import Window, read_window
from longwatch.domain.tasks import PlanFault, plan_data, read_plan
from longwatch.domain.ticket import Refused, stamp

MOST_CIS, MOST_ANSWERS = 100, 40

Data = Mapping[str, Any]


def window(data: Data, now: datetime, *, begun: bool) -> Window | None:
    """From when to when; nothing while neither is named. Raises Refused."""
    begin, end = given.optional_instant(data, "begin"), given.optional_instant(data, "end")
    if begin is None and end is None:
        return None
    return read_window(stamp(begin) if begin else None, stamp(end) if end else None, now, begun=begun)


def items(data: Data) -> list[str]:
    """The configuration items that are changed, each once. Raises Refused."""
    value = data.get("cis") or []
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MOST_CIS:
        raise Refused(f"cis must be a list of at most {MOST_CIS} configuration items.", "cis")
    return list(dict.fromkeys(given.name({"cis": one}, "cis", "which item") for one in value))


def texts(data: Data) -> dict[str, Ref]:
    """What is said of the plan, in words. Raises Refused."""
    found = {name: given.optional_ref(data, name) for name in TEXTS}
    return {name: ref for name, ref in found.items() if ref is not None}


def answers(data: Data) -> dict[str, str]:
    """Answers to the risk questionnaire, by question; the questionnaire judges them later. Raises Refused."""
    value = data.get("answers") or {}
    if not isinstance(value, Mapping) or len(value) > MOST_ANSWERS:
        raise Refused("answers must be the questionnaire's answers by question.", "answers")
    wrong = next((name for name, said in value.items() if not isinstance(name, str) or not isinstance(said, str)), None)
    if wrong is not None:
        raise Refused("An answer is one of the words offered.", f"answers.{str(wrong)[:100]}")
    return {str(name): str(said) for name, said in sorted(value.items())}


def steps(data: Data) -> dict[str, Any] | None:
    """The plan of tasks, if there is one. Raises Refused naming the entry at fault."""
    if data.get("tasks") in (None, "", {}):
        return None
    try:
        return dict(plan_data(read_plan(data["tasks"])))
    except PlanFault as fault:
        raise Refused(fault.reason, f"tasks.{fault.field}") from fault
