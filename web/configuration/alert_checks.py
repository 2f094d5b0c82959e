"""What is judged before rules of correlation are published: their entries, time zones and classes."""

from sqlalchemy.orm import Session

from activities.correlation import ONLY
from cmdb.model import model
from longwatch.domain.correlating_rules import read_rules
from web.configuration.checks import Data, SettingFault, check_zone


def rules(session: Session, name: str, data: Data) -> None:
    """The list of rules; there is one."""
    if name != ONLY:
        raise SettingFault(f"There is one list of rules, called {ONLY}.", "name")
    known = model(session).tree
    for n, rule in enumerate(read_rules(data)):
        if rule.when.hours is not None:
            check_zone(rule.when.hours.zone, f"rules[{n}].when.hours.zone")
        for m, class_ in enumerate(rule.when.classes):
            if known.known(class_) is None:
                raise SettingFault(f"There is no class called {class_[:60]}.", f"rules[{n}].when.classes[{m}]")
