"""Deny by default: every route states who may come in, and the web does not start while one is silent.

A view carries its policy by decorator, below the route: `@blueprint.get("/")` then `@policies.signed_in`. Views that
others made (static files) are given one by `policies.state(app, endpoint, policy)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

from longwatch.domain.roles import STAFF
from longwatch.domain.ticket import Actor
from web.auth.identity import current_actor

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "longwatch_policy"


class NoPolicy(Exception):  # noqa: N818 - named for who reads it
    """A route says nothing of who may come in; the text names it."""


@dataclass(frozen=True)
class Policy:
    """Who may come in. `anyone`: also those who have not signed in; `roles` empty: everybody who has."""

    name: str
    anyone: bool = False
    roles: tuple[str, ...] = ()

    def admits(self, actor: Actor | None) -> bool:
        """Whether the actor may come in. Objects behind the door are judged when they are fetched."""
        if self.anyone:
            return True
        return actor is not None and (not self.roles or any(role in self.roles for role in actor.roles))


ANYONE = Policy("anyone", anyone=True)
SIGNED_IN = Policy("signed in")
DESK = Policy("staff", roles=(*STAFF, "auditor"))


def anyone(view: View) -> View:
    """Open to the world."""
    return _marked(view, ANYONE)


def signed_in(view: View) -> View:
    """Open to everybody who has signed in; what they see there depends on what is theirs."""
    return _marked(view, SIGNED_IN)


def staff(view: View) -> View:
    """Open to those who work at the desk, and to auditors."""
    return _marked(view, DESK)


def only(*roles: str) -> Callable[[View], View]:
    """Open to holders of one of the roles."""
    return lambda view: _marked(view, Policy(" or ".join(roles), roles=roles))


def _marked(view: View, policy: Policy) -> View:
    setattr(view, _MARK, policy)
    return view


def state(app: Flask, endpoint: str, policy: Policy) -> None:
    """States the policy of a view that others made."""
    app.extensions.setdefault("longwatch_policies", {})[endpoint] = policy


def of(app: Flask, endpoint: str) -> Policy | None:
    """The policy of an endpoint."""
    stated: dict[str, Policy] = app.extensions.setdefault("longwatch_policies", {})
    if endpoint not in stated:
        found = getattr(app.view_functions[endpoint], _MARK, None)
        if found is None:
            return None
        stated[endpoint] = found
    return stated[endpoint]


def check(app: Flask) -> None:
    """Raises NoPolicy naming every route that states none."""
    silent = sorted({rule.rule for rule in app.url_map.iter_rules() if of(app, rule.endpoint) is None})
    if silent:
        raise NoPolicy(f"These routes state no policy: {', '.join(silent)}")


def enforce() -> None:
    """Before every request: whom the policy does not admit gets 401 (not signed in) or 403."""
    if request.endpoint is None:
        return  # no such route: 404 follows
    policy = of(current_app, request.endpoint)
    if policy is None:
        abort(403)
    if policy.anyone:
        return
    actor = current_actor()
    if actor is None:
        abort(401)
    if not policy.admits(actor):
        abort(403)
