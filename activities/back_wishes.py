"""What a back channel must be for the kind of tool it tells: judged in one place for pages and command line."""

from dataclasses import replace

from sqlalchemy.orm import Session

from integrations.back_call import CHOICES
from integrations.back_kinds import KINDS, suited
from longwatch.settings import Settings
from longwatch.store.back_settings import Wish, set_back
from longwatch.store.database import Store
from longwatch.store.sources import BadSource, found
from longwatch.store.tables_back_channel import SourceBack


def wished(store: Store, session: Session, settings: Settings, source: str, wish: Wish) -> SourceBack:
    """Sets where the tool behind a source is told, and what. Raises BadSource saying what is wrong."""
    offered = suited(found(session, source).kind)
    kind = offered.get(wish.kind)
    if kind is None:
        raise BadSource(f"Choose how the tool is told: {', '.join(offered)}.")
    strange = [name for name in wish.tells if name not in CHOICES]
    if strange or not wish.tells:
        raise BadSource(f"Choose what it is told, one or more of: {', '.join(CHOICES)}.")
    known = [choice.name for choice in kind.choices]
    if any(name not in known for name in wish.options):
        raise BadSource(f"Of options this tool has: {', '.join(known) or 'none'}.")
    before = session.get(SourceBack, source)
    keeps = before is not None and before.kind == wish.kind and before.secret
    if kind.proof and not kind.open and not wish.secret and not keeps:
        raise BadSource(f"The credentials are missing: {kind.proof}.")
    if kind.who and not kind.open and not wish.user:
        raise BadSource(f"The user is missing: {kind.who}.")
    whole = replace(wish, address=wish.address or kind.usual, user=wish.user if kind.who else "")
    return set_back(store, session, settings.secret_keys, source, whole)


def label_of(kind: str) -> str:
    """How a kind of tool is called."""
    return KINDS[kind].label if kind in KINDS else kind
