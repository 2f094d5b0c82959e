"""Deliveries of sources by page: what each would do, row by row, before anything is written; then applied or not."""

from typing import Any

from flask import abort, flash, redirect, request

from activities import cmdb_importing as importing
from cmdb.judging import VERDICTS
from cmdb.reconcile import discard, preview, runs
from longwatch.store.tables_cmdb import CiRun, CiStaged
from web import policies
from web.auth.identity import the_actor
from web.console.ci_door import EDITORS, blueprint, edits, told, troubles
from web.console.ci_working import begun
from web.console.frame import frame, viewer
from web.console.names import names_of
from web.console.times import moment
from web.desk import desk
from web.rendering import render

TONES = {
    "new": "green",
    "changed": "blue",
    "same": "grey",
    "conflicting": "amber",
    "duplicate": "amber",
    "vanished": "violet",
    "rejected": "red",
}
STATES = {
    "staging": "being laid out",
    "staged": "waits to be looked at",
    "applying": "being applied",
    "applied": "applied",
    "discarded": "thrown away",
}

BUSY = ("staging", "applying")
"""States in which a delivery moves by itself."""


@blueprint.get("/cmdb/runs")
@policies.staff
def deliveries() -> str:
    """The latest deliveries."""
    with desk().store.reading() as session:
        who, found = viewer(session), runs(session)
        names = names_of(session, [run.actor for run in found])
        rows = [
            (run, moment(run.created_at, who.now, who.zone), names.face(run.actor), STATES[run.state]) for run in found
        ]
        busy = any(run.state in BUSY for run in found)
        page = {"rows": rows, "tones": TONES, "edits": edits(who), "busy": busy}
        return render("cmdb_runs.html", "main", **page, **frame(session, who, "/cis"))


@blueprint.get("/cmdb/runs/<int:run>")
@policies.staff
def delivery(run: int) -> str:
    """One delivery and its rows; `?verdict=` narrows them."""
    verdict = request.args.get("verdict", "")
    after = request.args.get("after", "0")
    with desk().store.reading() as session:
        who = viewer(session)
        if session.get(CiRun, run) is None:
            abort(404, "There is no such delivery.")
        wanted = [verdict] if verdict in VERDICTS else []
        found = preview(session, run, wanted, after=int(after) if after.isdigit() else 0, told="told" in request.args)
        context = {
            "run": found.run,
            "rows": [(row, _changes(row)) for row in found.rows],
            "next": found.next,
            "verdict": verdict,
            "verdicts": VERDICTS,
            "tones": TONES,
            "state": STATES[found.run.state],
            "busy": found.run.state in BUSY,
            "percent": 100 if found.run.state == "applied" else found.run.position * 50 // max(1, found.run.size),
            "edits": edits(who),
        }
        return render("cmdb_run.html", "main", **context, **frame(session, who, "/cis"))


@blueprint.post("/cmdb/runs/<int:run>/apply")
@policies.only(*EDITORS)
def carry_out(run: int) -> Any:
    """Applies it; 303 to what became of it, or to how far it is."""
    store, actor, sure = desk().store, the_actor(), bool(request.form.get("even_if_most_vanish"))
    with store.reading() as session:
        source = (session.get(CiRun, run) or abort(404, "There is no such delivery.")).source
    done: object = None
    with troubles() as trouble:
        done = begun(lambda: importing.carry_out(store, source, run, actor, even_if_most_vanish=sure))
    flash(trouble.text or ("Applied." if done is not None else "It is being applied; this page shows how far it is."))
    return redirect(f"/cmdb/runs/{run}", 303)


@blueprint.post("/cmdb/runs/<int:run>/discard")
@policies.only(*EDITORS)
def throw_away(run: int) -> Any:
    """Throws it away."""
    with troubles() as trouble:
        discard(desk().store, run)
    flash(trouble.text or "Thrown away.")
    return redirect("/cmdb/runs", 303)


def _changes(row: CiStaged) -> list[tuple[str, str, str]]:
    """What differs: name, before, after. Of names and relations, those that go and those that come."""
    return [(name, told(pair[0]), told(pair[1])) for name, pair in sorted(row.changes.items())]
