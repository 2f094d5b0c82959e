"""The pages people work in: queue, ticket, new incident, notifications, inbox, portal."""

from flask import Flask

from web import live
from web.console import (
    account,
    alerts,
    approvals,
    calendar,
    calendar_feeds,
    calendar_windows,
    catalogue,
    change_pages,
    frame,
    heartbeats,
    history,
    inbox,
    items,
    major,
    new,
    notifications,
    queue,
    report_coverage,
    report_noise,
    request_answers,
    settings,
    settings_edit,
    settings_form,
    sources,
    sources_back,
    sources_mapping,
    sources_treat,
    sources_watch,
    tasks,
    ticket,
)


def register(app: Flask) -> None:
    """Adds the pages' routes, and what their templates draw from."""
    frame.register(app)
    live.register(app)
    for part in (
        queue,
        alerts,
        report_noise,
        report_coverage,
        ticket,
        new,
        change_pages,
        request_answers,
        tasks,
        notifications,
        inbox,
        items,
        major,
        account,
        history,
        approvals,
        calendar,
        calendar_feeds,
        calendar_windows,
        catalogue,
        settings,
        settings_edit,
        settings_form,
        sources,
        sources_back,
        sources_mapping,
        sources_treat,
        sources_watch,
        heartbeats,
    ):
        app.register_blueprint(part.blueprint)
