"""The activity that asks one tool: every question leaves a report, whatever became of it."""

import time
from datetime import datetime
from typing import Any

from temporalio import activity

from activities.reconcile_fetching import NO_ANSWER, fetch
from activities.reconciling import Question, answered, unanswered
from integrations.outbound import networks_of
from integrations.poll import Answer
from integrations.polls import POLLS
from longwatch.settings import Settings
from longwatch.store.database import Store
from longwatch.store.tables import Source
from longwatch.store.tables_heartbeats import PollRun, SourcePoll


class Reconciling:
    """Asks the tools of one desk."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._networks = networks_of(settings.outbound_networks)

    @activity.defn(name="ask_source", no_thread_cancel_exception=True)
    def ask_source(self, source: str) -> dict[str, Any]:
        """Asks the source's tool; tells what the report says, nothing where it is asked no longer.

        A tool that does not answer is reported and asked again when its time comes; trouble of the desk's own database
        is raised, so that the engine tries again.
        """
        with self._store.reading() as session:
            poll, known = session.get(SourcePoll, source), session.get(Source, source)
            at = self._store.now(session)
        if poll is None or known is None or not (poll.active and known.active) or poll.kind not in POLLS:
            return {}
        began = time.monotonic()
        try:
            told: Answer | str = self._asked(poll, at)
        except NO_ANSWER as problem:
            told = str(problem)
        question = Question(poll, at, int((time.monotonic() - began) * 1_000))
        with self._store.writing() as session:
            if isinstance(told, str):
                return _as_data(unanswered(session, question, told))
            return _as_data(answered(self._store, session, question, told))

    def _asked(self, poll: SourcePoll, at: datetime) -> Answer:
        asking = POLLS[poll.kind]
        bodies = fetch(self._networks, self._settings.secret_keys, asking, poll)
        return asking.read(bodies, at, poll.grace)


def _as_data(run: PollRun) -> dict[str, Any]:
    names = ("state", "reason", "seen", "opened", "cleared", "held", "remarks")
    return {name: getattr(run, name) for name in names}
