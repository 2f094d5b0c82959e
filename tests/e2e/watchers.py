"""Monit and Nagios as processes of the test: each watches a file that says how a thing is, and calls our notification
command when that changes.
"""

import getpass
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from longwatch.up import Part
from tests.conftest import free_port

NOTIFY = Path(__file__).parents[2] / "deploy" / "longwatch-notify"
CHECK = """#!/bin/sh
state=$(cat {state})
echo "state $state"
exit $state
"""


def program(name: str, package: str) -> str:
    """A program. Skips the test where it is missing; in continuous integration that is a failure."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/bin")
    if found:
        return found
    reason = f"{name} is not installed: apt install {package}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class Thing:
    """What is watched: 0 is well, 2 is critical."""

    def __init__(self, folder: Path, name: str) -> None:
        self._file = folder / f"{name}.state"
        self.check = folder / f"{name}-check"
        self.set(0)
        self.check.write_text(CHECK.format(state=self._file))
        self.check.chmod(0o755)

    def set(self, state: int) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(str(state))
        new.rename(self._file)


def command(folder: Path, tool: str, hook: str) -> str:
    """Our notification command, by this Python, keeping what it cannot send in the test's own folder."""
    return f"/usr/bin/env LONGWATCH_SPOOL={folder / 'spool'} {sys.executable} {NOTIFY} {tool} {hook}"


@contextmanager
def monit(folder: Path, hook: str, service: str) -> Iterator[Thing]:
    """A Monit that looks every second."""
    folder.mkdir()
    thing, call = Thing(folder, service), command(folder, "monit", hook)
    config = folder / "monitrc"
    config.write_text(
        f"set daemon 1\nset log {folder / 'monit.log'}\nset pidfile {folder / 'monit.pid'}\n"
        f"set idfile {folder / 'monit.id'}\nset statefile {folder / 'monit.state'}\n"
        f"check program {service} with path {thing.check}\n"
        f'  if status != 0 then exec "{call}"\n    else if succeeded then exec "{call}"\n'
    )
    config.chmod(0o600)
    with running(Part("monit", [program("monit", "monit"), "-I", "-c", str(config)], folder / "out.log")):
        yield thing


@contextmanager
def nagios(folder: Path, hook: str, host: str) -> Iterator[Thing]:
    """A Nagios that looks every second at one service of one host."""
    folder.mkdir()
    thing, call = Thing(folder, host), command(folder, "nagios", hook)
    (folder / "checks").mkdir()
    (folder / "objects.cfg").write_text(OBJECTS.format(host=host, check=thing.check, call=call))
    user = getpass.getuser()
    (folder / "nagios.cfg").write_text(CONFIG.format(folder=folder, user=user, port=free_port()))
    line = [program("nagios4", "nagios4-core"), str(folder / "nagios.cfg")]
    with running(Part("nagios", line, folder / "out.log")):
        yield thing


@contextmanager
def running(part: Part) -> Iterator[None]:
    part.start()
    try:
        yield
    finally:
        part.stop()


CONFIG = """
cfg_file={folder}/objects.cfg
log_file={folder}/nagios.log
object_cache_file={folder}/objects.cache
precached_object_file={folder}/objects.precache
status_file={folder}/status.dat
state_retention_file={folder}/retention.dat
temp_file={folder}/nagios.tmp
temp_path={folder}
check_result_path={folder}/checks
lock_file={folder}/nagios.lock
log_archive_path={folder}
query_socket={folder}/nagios.qh
command_file={folder}/nagios.cmd
nagios_user={user}
nagios_group={user}
interval_length=1
enable_notifications=1
enable_environment_macros=1
execute_service_checks=1
execute_host_checks=0
check_external_commands=0
service_inter_check_delay_method=n
max_service_check_spread=1
"""
OBJECTS = """
define timeperiod {{
  timeperiod_name always
  alias always
  sunday 00:00-24:00
  monday 00:00-24:00
  tuesday 00:00-24:00
  wednesday 00:00-24:00
  thursday 00:00-24:00
  friday 00:00-24:00
  saturday 00:00-24:00
}}
define command {{
  command_name look
  command_line {check}
}}
define command {{
  command_name notify-longwatch
  command_line {call}
}}
define contact {{
  contact_name longwatch
  service_notification_period always
  host_notification_period always
  service_notification_options w,u,c,r
  host_notification_options d,u,r
  service_notification_commands notify-longwatch
  host_notification_commands notify-longwatch
}}
define host {{
  host_name {host}
  address 127.0.0.1
  max_check_attempts 1
  active_checks_enabled 0
  check_period always
  notification_period always
  notification_interval 0
  contacts longwatch
}}
define service {{
  host_name {host}
  service_description Queries
  check_command look
  check_interval 1
  retry_interval 1
  max_check_attempts 1
  check_period always
  notification_period always
  notification_interval 0
  notification_options w,u,c,r
  contacts longwatch
}}
"""
