"""The tools that can be asked what is not well, by their kind as a source."""

from integrations import poll_alertmanager, poll_icinga2
from integrations.poll import Asking

POLLS: dict[str, Asking] = {"alertmanager": poll_alertmanager.ASKING, "icinga2": poll_icinga2.ASKING}
