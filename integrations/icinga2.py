"""Icinga 2, by our notification command; its configuration says which variables it is given."""

from typing import Any

from integrations import checks
from integrations.alert import Alert
from integrations.tool import Tool

TOOL = Tool(
    label="Icinga 2",
    setup="""
# Copy deploy/longwatch-notify to the monitoring host, e.g. /usr/local/bin, then in Icinga 2's configuration:
object NotificationCommand "longwatch" {
  command = [ "/usr/local/bin/longwatch-notify", "icinga2", "{hook}" ]
  env = {
    ICINGA_NOTIFICATIONTYPE = "$notification.type$"
    ICINGA_NOTIFICATIONAUTHOR = "$notification.author$"
    ICINGA_NOTIFICATIONCOMMENT = "$notification.comment$"
    ICINGA_HOSTNAME = "$host.name$"
    ICINGA_HOSTDISPLAYNAME = "$host.display_name$"
    ICINGA_HOSTADDRESS = "$address$"
    ICINGA_HOSTSTATE = "$host.state$"
    ICINGA_HOSTOUTPUT = "$host.output$"
    ICINGA_SERVICENAME = "$service.name$"
    ICINGA_SERVICESTATE = "$service.state$"
    ICINGA_SERVICEOUTPUT = "$service.output$"
    ICINGA_TIMET = "$icinga.timet$"
  }
}
object User "longwatch" { enable_notifications = true }
apply Notification "longwatch" to Service {
  command = "longwatch"
  users = [ "longwatch" ]
  assign where true
}
apply Notification "longwatch" to Host {
  command = "longwatch"
  users = [ "longwatch" ]
  assign where true
}
""",
    signatures=("longwatch",),
)

_NAMES = checks.Names(display="HOSTDISPLAYNAME", service="SERVICENAME")

members = checks.members


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a notification is about. Raises Untranslatable."""
    return checks.alert(member, _NAMES)
