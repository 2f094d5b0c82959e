"""Who is there: sign-in with server-side sessions for people, bearer tokens for programs."""

from flask import Flask

from web.auth import guard, identity, sign_in


def register(app: Flask) -> None:
    """Wires sign-in, the forgery guard and the rate limit into the app."""
    identity.register(app)
    guard.register(app)
    sign_in.register(app)
