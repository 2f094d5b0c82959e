"""Nagios, by our notification command; with enable_environment_macros=1 it needs no arguments but the address."""

from typing import Any

from integrations import checks
from integrations.alert import Alert
from integrations.tool import Tool

TOOL = Tool(
    label="Nagios",
    setup="""
# Copy deploy/longwatch-notify to the monitoring host, e.g. /usr/local/bin.
# nagios.cfg:
enable_environment_macros=1

# commands.cfg:
define command {
  command_name notify-longwatch
  command_line /usr/local/bin/longwatch-notify nagios {hook}
}

# contacts.cfg:
define contact {
  contact_name                   longwatch
  service_notification_period    24x7
  host_notification_period       24x7
  service_notification_options   w,u,c,r,f,s
  host_notification_options      d,u,r,f,s
  service_notification_commands  notify-longwatch
  host_notification_commands     notify-longwatch
}
""",
    signatures=("longwatch",),
)

_NAMES = checks.Names()

members = checks.members


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a notification is about. Raises Untranslatable."""
    return checks.alert(member, _NAMES)
