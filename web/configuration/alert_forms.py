"""Rules of correlation as a form: a list of rules whose order counts."""

from collections.abc import Mapping

from longwatch.domain.alerts_order import SEVERITIES
from longwatch.domain.alerts_settings import AUTO_RESOLVE
from longwatch.domain.correlating_rules import OPENING, TERMS
from web.configuration.forms import Form, Group, Question

SELECTS: Mapping[str, list[tuple[str, str]]] = {
    "severities": [(name, name) for name in SEVERITIES],
    "auto_resolve": [(name, name) for name in AUTO_RESOLVE],
    "opening": [(name, name) for name in OPENING],
}
"""Choices that stand fast."""

_SPAN = "For example 30 min, 4 h, 2 d."
_LINES = "A line each."
_GLOBS = "A line each; * stands for anything."
_GROUP = f"A line each: {', '.join(TERMS)}, label:NAME."

_RULE = Group(
    "rules",
    "rule",
    (
        Question("name", "Name", required=True),
        Question("when.sources", "From these sources", "list", "textarea", _GLOBS),
        Question("when.labels", "With these labels", "pairs", "textarea", "A line each: team = shop*"),
        Question(
            "when.severities", "Of these severities", "list", "textarea", f"A line each: {', '.join(SEVERITIES)}."
        ),
        Question("when.classes", "About items of these classes", "list", "textarea", _LINES),
        Question("when.services", "Of these services", "list", "textarea", _GLOBS),
        Question("when.words", "With one of these words in the title", "list", "textarea", _LINES),
        Question(
            "when.hours.weekly", "Received at these times", "weekly", "textarea", "A line each: mon-fri 08:00-18:00"
        ),
        Question("when.hours.zone", "Time zone of these times", hint="For example Europe/Warsaw."),
        Question("group", "Belong together by the same", "list", "textarea", _GROUP),
        Question("across", "Also across sources", "flag", "select", options="flags"),
        Question("within", "Only so long after the first", "span", hint=f"{_SPAN} Empty: as long as it lasts."),
        Question("neighbourhood", "Join what fires upstream, steps", "whole", hint="1 to 5 steps; empty: never."),
        Question("similar", "Join titles so much alike, percent", "whole", hint="30 to 100; empty: never."),
        Question("open", "Open incidents", control="select", options="opening", hint="never: kept and listed only."),
        Question("treat.severity", "Counts as", control="select", options="severities"),
        Question("treat.hold_down", "Must last", "span", hint=_SPAN),
        Question("treat.quiet", "Over after silence of", "span", hint=_SPAN),
        Question("treat.reopen", "Same incident for", "span", hint=_SPAN),
        Question("treat.open_after", "So many together open at once", "whole"),
        Question("treat.occurrences", "Must fire so often", "whole"),
        Question("treat.within", "within", "span", hint=_SPAN),
        Question("treat.flap_count", "So many beginnings are flapping", "whole", hint="0: never."),
        Question("treat.flap_within", "within", "span", hint=_SPAN),
        Question("treat.flap_quiet", "Flapping is over after", "span", hint=_SPAN),
        Question("treat.auto_resolve", "Monitoring resolves", control="select", options="auto_resolve"),
    ),
)

RULES = Form((), (_RULE,))
