"""The desk's own settings: which kinds there are, and who may change them. Data, by version, the newest in force.

Everything a desk decides by is such a row: policies and calendars of service levels, who gets what, how priorities are
judged, who approves, what is offered, how standard changes are made. Tickets pin the version they run under; calendars
alone are live.
"""

from longwatch.domain.ticket import Actor

POLICY = "policy"
CALENDAR = "calendar"
MATRIX = "matrix"
ROUTING = "routing"
APPROVAL_POLICY = "approval"
CATALOGUE = "catalogue"
CHANGE_MODEL = "change_model"
QUESTIONNAIRE = "risk"
HOOK = "hook"
AGEING = "ageing"
SIMILAR = "similar"
CI_MAPPING = "ci-mapping"
CI_IMPORT = "ci-import"
CI_EXPIRY = "ci-expiry"
ALERT_RULES = "alert-rules"

EDITORS: dict[str, tuple[str, ...]] = {
    POLICY: ("admin",),
    CALENDAR: ("admin",),
    MATRIX: ("admin",),
    ROUTING: ("admin",),
    APPROVAL_POLICY: ("admin", "change-manager"),
    CATALOGUE: ("admin",),
    CHANGE_MODEL: ("admin", "change-manager"),
    QUESTIONNAIRE: ("admin", "change-manager"),
    HOOK: ("admin",),
    AGEING: ("admin",),
    SIMILAR: ("admin", "problem-manager"),
    CI_MAPPING: ("admin", "cmdb-editor"),
    CI_IMPORT: ("admin",),
    CI_EXPIRY: ("admin", "cmdb-editor"),
    ALERT_RULES: ("admin",),
}
"""Who may change which kind. A kind that does not stand here is changed by administrators alone."""

READERS = ("admin", "change-manager", "problem-manager", "cmdb-editor", "auditor")
"""Who may read all settings, their versions and who changed them."""


def may_read(actor: Actor) -> bool:
    """Whether somebody may read the settings."""
    return any(role in READERS for role in actor.roles)


def may_edit(actor: Actor, kind: str) -> bool:
    """Whether somebody may change settings of this kind."""
    return any(role in EDITORS.get(kind, ("admin",)) for role in actor.roles)
