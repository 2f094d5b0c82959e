"""Checking an installation: doctor."""

import argparse

from longwatch.commands.frame import Program, say
from longwatch.settings import Settings


def register(program: Program) -> None:
    """Adds the command."""
    checking = program.add("doctor", "check the installation, and say what is wrong and what to do", _doctor)
    checking.set_defaults(makes_key=False)


def _doctor(settings: Settings, _: argparse.Namespace) -> int:
    from longwatch.doctor import examine  # noqa: PLC0415 - only this command pays for loading it

    findings = examine(settings)
    for finding in findings:
        say(f"{'ok   ' if finding.well else 'WRONG'}  {finding.what}: {finding.text}")
        if finding.advice:
            say(f"       -> {finding.advice}")
    wrong = sum(not finding.well for finding in findings)
    say(f"{len(findings)} checks, {wrong} wrong." if wrong else f"{len(findings)} checks, all well.")
    return 1 if wrong else 0
