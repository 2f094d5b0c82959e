"""Outbound hooks from the command line: the tools that automatic tasks call, and the secrets that sign the calls."""

import argparse

from sqlalchemy.orm import Session

from longwatch.commands.frame import Program, Refusal, furnished_store, say
from longwatch.domain.tasks_hook import HookFault, is_hook_name, read_hook
from longwatch.domain.ticket import Actor
from longwatch.settings import Settings
from longwatch.store import audit, configuration, hooks, publishing
from longwatch.store.database import Store

OPERATOR = Actor("system:command-line", "system")


def register(program: Program) -> None:
    """Adds the commands."""
    program.group("hook", "tools that automatic tasks call")
    adding = program.add(
        "hook add", "let tasks call a tool, or change its address; prints only a new hook's secret, this once", _add
    )
    adding.add_argument("--name", required=True, metavar="N", help="what plans call it: small letters, digits, dashes")
    adding.add_argument("--url", required=True, metavar="U", help="where calls go: https://...")
    adding.add_argument("--about", default="", metavar="T", help="a line about it")
    renewing = program.add("hook secret", "make a new secret to sign calls with; prints only it, this once", _renew)
    renewing.add_argument("name", metavar="NAME")
    program.add("hook list", "list the tools that tasks may call", _list)


def _add(settings: Settings, options: argparse.Namespace) -> int:
    if not is_hook_name(options.name):
        raise Refusal(f"{options.name!r} cannot name a hook: small letters, digits, - and _, at most 40.")
    data = {"url": options.url, "about": options.about}
    try:
        read_hook(data)
    except HookFault as fault:
        raise Refusal(f"--{fault.field}: {fault.reason}") from None
    with furnished_store(settings) as store, store.writing() as session:
        publishing.publish(store, session, OPERATOR, publishing.Setting(configuration.HOOK, options.name), data)
        if not hooks.has_secret(session, options.name):
            say(_new_secret(settings, store, session, options.name))
    return 0


def _renew(settings: Settings, options: argparse.Namespace) -> int:
    with furnished_store(settings) as store, store.writing() as session:
        if configuration.in_force(session, configuration.HOOK, options.name) is None:
            raise Refusal(f"There is no hook called {options.name}. `longwatch hook add` adds one.")
        say(_new_secret(settings, store, session, options.name))
    return 0


def _new_secret(settings: Settings, store: Store, session: Session, name: str) -> str:
    secret = hooks.new_secret(store, session, settings.secret_keys, name)
    audit.note(store, session, OPERATOR, "hook secret made", f"{configuration.HOOK}/{name}", data={})
    return secret


def _list(settings: Settings, _: argparse.Namespace) -> int:
    with furnished_store(settings) as store, store.reading() as session:
        for row in configuration.all_in_force(session, configuration.HOOK):
            signed = "signed" if hooks.has_secret(session, row.name) else "has no secret: `longwatch hook secret`"
            say(f"{row.name}  {row.data.get('url')}  {signed}")
    return 0
