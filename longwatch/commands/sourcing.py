"""Sources: the tools that may send, their keys, who may use them, and what to copy into the tool."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from longwatch.commands.frame import Program, Refusal, furnished_store, say
from longwatch.domain.ticket import Actor
from longwatch.settings import Settings
from longwatch.store import audit, sealing, source_counts, source_treatment, sources
from longwatch.store.inbox import Call, keep

OPERATOR = Actor("system:command-line", "system")
DAY = 24 * 3600
SHORTEST_SECRET = 16


def register(program: Program) -> None:
    """Adds the commands."""
    program.group("source", "monitoring tools that may send")
    adding = program.add("source add", "let a tool send; prints only the path of its hook, this once", _add)
    adding.add_argument("--kind", required=True, metavar="K", help="what sends: alertmanager, zabbix, generic ...")
    adding.add_argument("--name", required=True, metavar="N", help="what the desk calls it")
    adding.add_argument("--hold-down", type=_seconds, metavar="S", help="seconds alerts must last to open an incident")
    adding.add_argument("--quiet", type=_seconds, metavar="S", help="seconds of silence until they count as over")
    adding.add_argument("--reopen", type=_seconds, metavar="S", help="seconds in which they continue an incident")
    program.add("source list", "list the tools that may send, and what came of them", _list)
    program.add("source kinds", "list the kinds of tools that can send", _kinds)
    setup = _of_one(program, "source setup", "print what to copy into the tool", _setup)
    setup.add_argument("--key", default="KEY", metavar="K", help="the source's key, to be filled in")
    rotating = _of_one(program, "source rotate", "make a new key; prints only the path of its hook", _rotate)
    rotating.add_argument("--overlap", type=_hours, default=168, metavar="H", help="hours the old key still opens")
    _of_one(program, "source on", "let a source send again", _on)
    _of_one(program, "source off", "let a source send no more", _off)
    _register_protection(program)
    treating = _of_one(program, "source treat", "say how the alerts of a source are judged", _treat)
    treating.add_argument("said", nargs="*", metavar="NAME=VALUE", help="hold_down=30 storm_rate=600; none: as usual")
    testing = _of_one(program, "source test", "send a test alert through the inbox", _test)
    testing.add_argument("--over", action="store_true", help="end the test alert that was sent")


def _register_protection(program: Program) -> None:
    guarding = _of_one(program, "source protect", "say from where a source may send, and how it signs", _protect)
    guarding.add_argument(
        "--network", action="append", default=[], metavar="A", help="an address or network; may repeat"
    )
    guarding.add_argument(
        "--signature", default="", metavar="S", help="longwatch, grafana or sentry; none when left out"
    )
    guarding.add_argument("--secret-stdin", action="store_true", help="read the secret from standard input")
    mapping = _of_one(program, "source map", "say where in the JSON of a mapped source things stand", _map)
    mapping.add_argument("file", type=Path, metavar="FILE", help="JSON: title, identity, state, severity, host ...")


def _of_one(program: Program, name: str, about: str, handler: Any) -> argparse.ArgumentParser:
    parser = program.add(name, about, handler)
    parser.add_argument("name", metavar="NAME")
    return parser


def _seconds(text: str) -> int:
    if not text.isdigit() or int(text) > 30 * DAY:
        raise argparse.ArgumentTypeError(f"{text!r} must be whole seconds, at most 30 days")
    return int(text)


def _hours(text: str) -> int:
    if not text.isdigit() or int(text) > 24 * 90:
        raise argparse.ArgumentTypeError(f"{text!r} must be whole hours, at most 90 days")
    return int(text)


def _add(settings: Settings, options: argparse.Namespace) -> int:
    from integrations import KINDS  # noqa: PLC0415 - only these commands pay for loading them

    if options.kind not in KINDS:
        raise Refusal(f"There is no kind of source called {options.kind}. Kinds are: {', '.join(sorted(KINDS))}.")
    given = {"hold_down": options.hold_down, "quiet": options.quiet, "reopen": options.reopen}
    chosen = {name: seconds for name, seconds in given.items() if seconds is not None}
    with furnished_store(settings) as store, _refusals(), store.writing() as session:
        key = sources.add(store, session, options.kind, options.name, chosen)
    say(f"/hooks/{options.kind}/{key}")
    return 0


def _treat(settings: Settings, options: argparse.Namespace) -> int:
    said = dict(text.partition("=")[::2] for text in options.said)
    given = {name: int(value) if value.isdecimal() else value for name, value in said.items()}
    with furnished_store(settings) as store, _refusals(), store.writing() as session:
        now = source_treatment.save(session, options.name, given)
        audit.note(store, session, OPERATOR, "treat source", f"source:{options.name}", data=now)
    say(" ".join(f"{name}={value}" for name, value in now.items()) or "as usual")
    return 0


def _list(settings: Settings, _: argparse.Namespace) -> int:
    with furnished_store(settings) as store, store.reading() as session:
        counts = source_counts.counts(session)
        for source in sources.every(session):
            chosen = " ".join(f"{name}={value}" for name, value in sorted(source.settings.items())) or "as usual"
            count = counts.get(source.name)
            came = f"{count.calls} calls, {count.alerts} alerts, {count.refused} refused" if count else "never sent"
            say(f"{source.name}  {source.kind}  {'active' if source.active else 'off'}  {chosen}  {came}")
    return 0


def _kinds(_: Settings, __: argparse.Namespace) -> int:
    from integrations import KINDS  # noqa: PLC0415 - only these commands pay for loading them

    for kind, translator in sorted(KINDS.items()):
        say(f"{kind:14}  {translator.TOOL.label}")
    return 0


def _setup(settings: Settings, options: argparse.Namespace) -> int:
    from integrations import KINDS  # noqa: PLC0415 - only these commands pay for loading them

    with furnished_store(settings) as store, _refusals(), store.reading() as session:
        source = sources.found(session, options.name)
    say(KINDS[source.kind].TOOL.configuration(settings.base_url, source.kind, source.name, options.key))
    return 0


def _rotate(settings: Settings, options: argparse.Namespace) -> int:
    with furnished_store(settings) as store, _refusals(), store.writing() as session:
        kind = sources.found(session, options.name).kind
        key = sources.rotate(store, session, options.name, timedelta(hours=options.overlap))
        if not options.overlap:
            sources.forget_old_keys(session, options.name)
    say(f"/hooks/{kind}/{key}")
    return 0


def _on(settings: Settings, options: argparse.Namespace) -> int:
    return _switched(settings, options.name, active=True)


def _off(settings: Settings, options: argparse.Namespace) -> int:
    return _switched(settings, options.name, active=False)


def _switched(settings: Settings, name: str, *, active: bool) -> int:
    with furnished_store(settings) as store, _refusals(), store.writing() as session:
        sources.switch(session, name, active=active)
    say(f"{name} may send {'again' if active else 'no more'}.")
    return 0


def _protect(settings: Settings, options: argparse.Namespace) -> int:
    from integrations.signing import STYLES  # noqa: PLC0415 - only these commands pay for loading them

    if options.signature and options.signature not in STYLES:
        raise Refusal(f"There is no signature called {options.signature}. They are: {', '.join(STYLES)}.")
    secret = sys.stdin.readline().rstrip("\r\n") if options.secret_stdin else ""
    if options.secret_stdin and len(secret) < SHORTEST_SECRET:
        raise Refusal(f"A secret needs at least {SHORTEST_SECRET} characters.")
    with furnished_store(settings) as store, _refusals(), store.writing() as session:
        setup = sources.setup(session, options.name)
        setup.networks = sources.networks(options.network)
        setup.signature = options.signature or None
        setup.secret = sealing.seal(settings.secret_keys, secret) if secret else setup.secret
        if setup.signature and not setup.secret:
            raise Refusal("A signature needs a secret: give it with --secret-stdin.")
    say(f"{options.name} is protected.")
    return 0


def _map(settings: Settings, options: argparse.Namespace) -> int:
    from integrations import mapped  # noqa: PLC0415 - only these commands pay for loading them

    try:
        given = json.loads(options.file.read_text())
        mapping = mapped.checked({str(name): str(value) for name, value in dict(given).items()})
    except (OSError, ValueError, TypeError) as problem:
        raise Refusal(f"{options.file} is no mapping: {problem}") from None
    with furnished_store(settings) as store, _refusals(), store.writing() as session:
        sources.setup(session, options.name).mapping = mapping
    say(f"{options.name} is mapped: {', '.join(mapping)}.")
    return 0


def _test(settings: Settings, options: argparse.Namespace) -> int:
    alert = sources.test_alert(options.name, over=options.over)
    with furnished_store(settings) as store, _refusals(), store.writing() as session:
        sources.found(session, options.name)
        keep(store, session, [Call(options.name, "generic", json.dumps(alert), 1)])
    say("It is in the inbox; a running desk takes it from there.")
    return 0


@contextmanager
def _refusals() -> Iterator[None]:
    """What the store refuses becomes the command's one clear line."""
    try:
        yield
    except sources.BadSource as problem:
        raise Refusal(str(problem)) from None
