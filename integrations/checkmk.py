"""Checkmk, by our notification command as a notification script: NOTIFY_ variables, times in microseconds."""

from typing import Any

from integrations import checks
from integrations.alert import Alert
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Checkmk",
    setup="""
# As the site user, copy deploy/longwatch-notify to ~/local/share/check_mk/notifications/longwatch (executable).
# Then Setup > Notifications > Add rule: method "longwatch", parameter 1:
{hook}
""",
    signatures=("longwatch",),
)

_NAMES = checks.Names(
    long_output=("LONGSERVICEOUTPUT", "LONGHOSTOUTPUT"),
    time="TIMET",
    links=("SERVICEURL", "HOSTURL"),
)
_MICRO = 6
"""Digits of NOTIFY_MICROTIME below the second."""

members = checks.members


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a notification is about. Raises Untranslatable."""
    env = Said(member, checks.UNFILLED).part("env")
    micro = env.text("MICROTIME")
    seconds = micro[:-_MICRO] if micro.isdigit() and len(micro) > _MICRO else ""
    what = env.text("WHAT").upper()
    service = "" if what == "HOST" else env.text("SERVICEDESC")
    told = {**env.value, "TIMET": seconds, "SERVICEDESC": service}
    return checks.alert({**member, "env": told}, _NAMES)
