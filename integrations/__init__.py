"""One file per tool: what it sends becomes alerts in the desk's own words. Pure translation."""

from typing import Any, Protocol

from integrations import (
    alertmanager,
    apprise,
    azure,
    checkmk,
    cloudevents,
    cloudwatch,
    datadog,
    desk,
    dynatrace,
    elastic,
    gcp,
    generic,
    grafana,
    healthchecks,
    icinga2,
    librenms,
    mapped,
    monit,
    nagios,
    netdata,
    newrelic,
    opsgenie,
    pagerduty,
    prtg,
    sentry,
    servicenow,
    splunk,
    uptime_kuma,
    zabbix,
)
from integrations.alert import Alert
from integrations.tool import Tool


class Translator(Protocol):
    """What every tool's file offers."""

    TOOL: Tool

    def members(self, raw: bytes) -> list[dict[str, Any]]:
        """The alerts of one call, each JSON-clean and standing on its own. Raises NotEnvelope alone."""

    def alert(self, member: dict[str, Any]) -> Alert:
        """The alert that a member is. Raises Untranslatable alone."""


KINDS: dict[str, Translator] = {
    "alertmanager": alertmanager,
    "apprise": apprise,
    "azure": azure,
    "checkmk": checkmk,
    "cloudevents": cloudevents,
    "cloudwatch": cloudwatch,
    "datadog": datadog,
    "dynatrace": dynatrace,
    "elastic": elastic,
    "gcp": gcp,
    "generic": generic,
    "grafana": grafana,
    "healthchecks": healthchecks,
    "icinga2": icinga2,
    "librenms": librenms,
    "mapped": mapped,
    "monit": monit,
    "nagios": nagios,
    "netdata": netdata,
    "newrelic": newrelic,
    "opsgenie": opsgenie,
    "pagerduty": pagerduty,
    "prtg": prtg,
    "sentry": sentry,
    "servicenow": servicenow,
    "splunk": splunk,
    "uptime-kuma": uptime_kuma,
    "zabbix": zabbix,
}
"""The kinds of sources, as they stand in the address of a hook."""

TRANSLATORS: dict[str, Translator] = {**KINDS, desk.KIND: desk}
"""How every call in the inbox is read, also those that the desk writes itself; no source is of that kind."""
