"""Health: alive, ready, and in figures. Figures are for this machine and for administrators alone."""

import ipaddress
import time
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from longwatch.store import figures, outcomes
from longwatch.store.database import Store
from web import policies
from web.auth.identity import by_token
from web.desk import desk

LATENCIES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

blueprint = Blueprint("health", __name__)


class Business:
    """The desk in figures, read from the database at each scrape."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The gauges; none of them while the database is away, and `longwatch_database_up` is 0 then."""
        up = GaugeMetricFamily("longwatch_database_up", "Whether the database answers.")
        try:
            with self._store.reading() as session:
                now = self._store.now(session)
                found = figures.read(session, now)
                went = list(outcomes.figures(session, now))
        except SQLAlchemyError:
            up.add_metric([], 0)
            return [up]
        up.add_metric([], 1)
        return [up, _tickets(found.open), *(_gauge(*figure) for figure in found.plain()), *_labelled(went)]


def _labelled(found: Iterable[outcomes.Figure]) -> list[GaugeMetricFamily]:
    """Figures of one name in one family, as the exposition format wants it; a family without figures is named too."""
    families = {
        name: GaugeMetricFamily(name, meaning, labels=labels) for name, (meaning, labels) in outcomes.FAMILIES.items()
    }
    for one in found:
        families[one.name].add_metric(one.of, one.value)
    return list(families.values())


def register(app: Flask) -> None:
    """Adds the routes and counts every request."""
    registry = CollectorRegistry(auto_describe=False)
    counted = Counter(
        "longwatch_http_requests", "Answers by route and status.", ["route", "method", "status"], registry=registry
    )
    took = Histogram(
        "longwatch_http_seconds", "Time to answer, seconds.", ["route"], buckets=LATENCIES, registry=registry
    )
    registry.register(Business(desk_of(app)))
    app.extensions["longwatch_metrics"] = registry

    def begin() -> None:
        g.began = time.perf_counter()

    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        counted.labels(route, request.method, str(response.status_code)).inc()
        took.labels(route).observe(time.perf_counter() - g.get("began", time.perf_counter()))
        return response

    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(count)
    app.register_blueprint(blueprint)


def desk_of(app: Flask) -> Store:
    """The database of an app that is being made."""
    store: Store = app.extensions["longwatch"].store
    return store


@blueprint.get("/healthz")
@policies.anyone
def alive() -> Response:
    """The process lives."""
    return jsonify({"alive": True})


@blueprint.get("/readyz")
@policies.anyone
def ready() -> Any:
    """Database, engine and worker answer; 503 while one of them does not.

    Tickets and alerts are accepted with the database alone.
    """
    found = {"database": _database(), **desk().loops.ready()}
    parts = ("database", "engine", "worker")
    is_ready = all(found.get(part) is True for part in parts)
    return jsonify({"ready": is_ready, **found}), 200 if is_ready else 503


def _database() -> bool:
    try:
        with desk().store.reading() as session:
            session.execute(text("SELECT count(*) FROM counters"))
    except SQLAlchemyError:
        return False
    return True


@blueprint.get("/metrics")
@policies.anyone
def metrics() -> Response:
    """Figures for Prometheus: to this machine, or to the token of an administrator."""
    if not _from_here() and not _administrator():
        abort(403)
    registry: CollectorRegistry = desk_registry()
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def desk_registry() -> CollectorRegistry:
    """What is counted in this process."""
    registry: CollectorRegistry = current_app.extensions["longwatch_metrics"]
    return registry


def _from_here() -> bool:
    """Whether this machine itself asks; what came through a proxy did not."""
    try:
        near = ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    return near and not any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))


def _administrator() -> bool:
    actor = by_token(request.headers.get("Authorization", ""))
    return actor is not None and "admin" in actor.roles


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, about)
    family.add_metric([], value)
    return family


def _tickets(counts: Iterable[tuple[str, int, int]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily("longwatch_open_tickets", "Open tickets.", labels=["status", "priority"])
    for status, priority, count in counts:
        family.add_metric([status, f"P{priority}"], count)
    return family
