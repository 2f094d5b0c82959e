"""Running the desk, whole or in parts: up, web, worker, engine."""

import argparse
import asyncio

from longwatch import engine, seed, up
from longwatch.commands.frame import Program, opened
from longwatch.settings import Settings
from longwatch.store import migrate


def register(program: Program) -> None:
    """Adds the commands."""
    program.add("up", "run the whole desk: engine, worker and web", _up)
    program.add("web", "run the web server", _web)
    program.add("worker", "run the worker and the relay", _worker)
    program.add("engine", "run the embedded engine alone", _engine)


def _up(settings: Settings, _: argparse.Namespace) -> int:
    with opened(settings) as store:
        migrate.upgrade(store.engine)
        demo = settings.demo
        (seed.demo if demo else seed.basics)(store)
        if demo:
            seed.windows(store)
    return up.run(settings)


def _web(settings: Settings, _: argparse.Namespace) -> int:
    from web.server import serve  # noqa: PLC0415 - only this command pays for loading the web

    serve(settings)
    return 0


def _worker(settings: Settings, _: argparse.Namespace) -> int:
    from workflows.worker import serve  # noqa: PLC0415 - likewise

    asyncio.run(serve(settings))
    return 0


def _engine(settings: Settings, _: argparse.Namespace) -> int:
    part = up.Part("engine", engine.command(settings), settings.data / "engine.log")
    return up.alone(part, lambda: asyncio.run(engine.prepare(settings)))
