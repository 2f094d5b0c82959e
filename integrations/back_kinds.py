"""The kinds of tools that can be told what became of their alerts: the one table behind forms, calls and documents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from integrations import back_events, back_icinga2, back_silence, back_zabbix
from integrations.back_call import Access, Behind, Exchange, Told


@dataclass(frozen=True)
class Choice:
    """Something about a tool that can be on or off."""

    name: str
    label: str


@dataclass(frozen=True)
class Kind:
    """A kind of tool. Words are for the form; an empty `who` or `proof` means that there is none.

    `stands`: what it does there hides the alert until it ends (a silence). `suits`: sources of these kinds have what it
    needs; none: any has.
    """

    label: str
    tell: Callable[[Access, Told, Behind], Exchange]
    try_out: Callable[[Access], Exchange]
    address: str
    who: str = ""
    proof: str = ""
    open: bool = False
    """It may be used without credentials."""
    usual: str = ""
    """The address where none is given."""
    stands: bool = False
    suits: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()


KINDS: Mapping[str, Kind] = {
    "alertmanager": Kind(
        "Prometheus Alertmanager: a silence",
        back_silence.alertmanager,
        back_silence.try_alertmanager,
        "https://alertmanager.example:9093, without /api",
        who="For basic authentication; empty where the tool asks for none",
        proof="Password; or a bearer token, where no user is named",
        open=True,
        stands=True,
        suits=("alertmanager",),
    ),
    "grafana": Kind(
        "Grafana: a silence",
        back_silence.grafana,
        back_silence.try_grafana,
        "https://grafana.example",
        proof="Token of a service account that may write silences",
        stands=True,
        suits=("grafana",),
    ),
    "zabbix": Kind(
        "Zabbix: acknowledge and message",
        back_zabbix.tell,
        back_zabbix.try_out,
        "https://zabbix.example, the address of its frontend",
        proof="API token of a user of the desk's own",
        suits=("zabbix",),
        choices=(
            Choice("close", "Close the problem when the incident is resolved, where its trigger allows it"),
            Choice("in_body", "Zabbix before 6.4: send the token in the body"),
        ),
    ),
    "icinga2": Kind(
        "Icinga 2: acknowledgement",
        back_icinga2.tell,
        back_icinga2.try_out,
        "https://icinga.example:5665",
        who="ApiUser with actions/acknowledge-problem and actions/remove-acknowledgement",
        proof="Its password",
        suits=("icinga2",),
    ),
    "pagerduty": Kind(
        "As PagerDuty Events API v2",
        back_events.pagerduty,
        back_events.try_pagerduty,
        f"{back_events.PAGERDUTY}, or that of a tool that speaks alike",
        proof="Routing key",
        usual=back_events.PAGERDUTY,
    ),
    "opsgenie": Kind(
        "As Opsgenie's alert API",
        back_events.opsgenie,
        back_events.try_opsgenie,
        f"{back_events.OPSGENIE}, or that of a tool that speaks alike",
        proof="API key",
        usual=back_events.OPSGENIE,
    ),
}
"""By the names that settings use."""


def suited(source: str) -> dict[str, Kind]:
    """The kinds that a source of this kind may use, its own first."""
    fitting = {name: kind for name, kind in KINDS.items() if not kind.suits or source in kind.suits}
    return dict(sorted(fitting.items(), key=lambda pair: not pair[1].suits))
