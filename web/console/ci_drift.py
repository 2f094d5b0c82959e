"""What has drifted: between two instants, or between what two sources say."""

from collections.abc import Iterable
from itertools import islice

from flask import request
from sqlalchemy import select

from cmdb import past
from cmdb.past import Drift
from longwatch.store.tables_cmdb import CiReport
from web import policies
from web.console.ci_door import blueprint, instant_of, told
from web.console.frame import frame, viewer
from web.console.times import exact
from web.desk import desk
from web.rendering import render

SHOWN = 200
KINDS = {"came": "only there afterwards", "went": "only there before", "changed": "differs"}


@blueprint.get("/cmdb/drift")
@policies.staff
def drift() -> str:
    """The report that was asked for: `?from=&to=` or `?source=&other=`."""
    args = request.args
    with desk().store.reading() as session:
        who = viewer(session)
        first, second = instant_of(args.get("from"), who), instant_of(args.get("to"), who)
        source, other = args.get("source", ""), args.get("other", "")
        found: Iterable[Drift] = ()
        title = ""
        if first is not None:
            second = second or who.now
            found = past.between(session, first, second)
            title = f"{exact(first, who.zone)} to {exact(second, who.zone)}"
        elif source and other:
            found, title = past.sources_apart(session, source, other), f"{source} beside {other}"
        some = list(islice(found, SHOWN + 1))
        rows = [
            (one, KINDS[one.kind], [(name, told(old), told(new)) for name, old, new in one.differences])
            for one in some[:SHOWN]
        ]
        sources = list(session.scalars(select(CiReport.source).distinct().order_by(CiReport.source)))
        asked = {"first": args.get("from", ""), "second": args.get("to", ""), "source": source, "other": other}
        context = {"rows": rows, "title": title, "more": len(some) > SHOWN, "sources": sources, **asked}
        return render("cmdb_drift.html", "main", **context, **frame(session, who, "/cis"))
