"""Zabbix: `event.acknowledge` through its JSON-RPC, as a user of the desk's own.

Zabbix does not notify the user who made an update, so with a user of its own the desk does not hear its own words. A
message is looked for before it is written, since Zabbix would write it twice; acknowledging twice changes nothing.
"""

from typing import Any

from integrations import words
from integrations.back_call import (
    ACKNOWLEDGED,
    CLOSED,
    REOPENED,
    RESOLVED,
    Access,
    Ask,
    Behind,
    Declined,
    Done,
    Exchange,
    Told,
    comment,
    post,
    understood,
)

CLOSE, ACKNOWLEDGE, MESSAGE, UNACKNOWLEDGE = 1, 2, 4, 16
"""What `event.acknowledge` does, as a sum of these."""
_ACTIONS = {
    ACKNOWLEDGED: ACKNOWLEDGE | MESSAGE,
    RESOLVED: MESSAGE,
    CLOSED: MESSAGE,
    REOPENED: UNACKNOWLEDGE | MESSAGE,
}
_DONE = {
    ACKNOWLEDGE | MESSAGE: "Acknowledged.",
    MESSAGE: "A message was added.",
    UNACKNOWLEDGE | MESSAGE: "The acknowledgement was taken back.",
}
_MANUAL = "manual clos"
"""Zabbix's words when a trigger does not allow problems to be closed by hand hold these."""


_STRANGER = "not authori"
"""and when it did not find a token these; older ones do not look for it in the header."""


class _RpcFault(Declined):
    """Zabbix understood the request and said no."""


def tell(access: Access, told: Told, alert: Behind) -> Exchange:
    """Acknowledges the problem's event, or says what became of the incident."""
    event = alert.fingerprint
    if not (event.isascii() and event.isdigit()):
        raise Declined("The alert's identity is no event of Zabbix.")
    if told.again and (yield from _said_before(access, told, event)):
        return Done("It had been said already.", event)
    action = _ACTIONS[told.what]
    if told.what in (RESOLVED, CLOSED) and access.options.get("close"):
        return (yield from _closed(access, told, event))
    yield from _acknowledge(access, told, event, action)
    return Done(_DONE[action], event)


def try_out(access: Access) -> Exchange:
    """Whether the token is taken: how many problems it sees."""
    seen = yield from _asked(access, "problem.get", {"countOutput": True})
    return Done(f"Zabbix answered: the token sees {words.line(str(seen), 20)} problems.")


def _closed(access: Access, told: Told, event: str) -> Exchange:
    try:
        yield from _acknowledge(access, told, event, CLOSE | MESSAGE)
    except _RpcFault as fault:
        if _MANUAL not in str(fault):
            raise
        yield from _acknowledge(access, told, event, MESSAGE)
        return Done("A message was added; its trigger does not allow that problems are closed by hand.", event)
    return Done("The problem was closed.", event)


def _acknowledge(access: Access, told: Told, event: str, action: int) -> Any:
    params = {"eventids": [event], "action": action, "message": comment(told)}
    return (yield from _asked(access, "event.acknowledge", params))


def _said_before(access: Access, told: Told, event: str) -> Any:
    asked = {"eventids": [event], "output": ["eventid"], "selectAcknowledges": ["message"]}
    problems = yield from _asked(access, "problem.get", asked)
    written = [each for problem in _objects(problems) for each in _objects(problem.get("acknowledges"))]
    return comment(told) in [each.get("message") for each in written]


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _asked(access: Access, method: str, params: dict[str, Any]) -> Any:
    """One call; its result. Raises Declined with Zabbix's own words."""
    answer = understood((yield _request(access, method, params)))
    said = answer if isinstance(answer, dict) else {}
    fault = said.get("error")
    if fault is not None:
        named = [str(fault.get(name, "")) for name in ("message", "data")] if isinstance(fault, dict) else [str(fault)]
        said_no = words.line(" ".join(named), 300)
        older = _STRANGER in said_no.lower() and not access.options.get("in_body")
        hint = " Before 6.4 it takes the token in the body alone: choose so." if older else ""
        raise _RpcFault(f"Zabbix says: {said_no}{hint}")
    if "result" not in said:
        raise Declined("Something answered, but not as Zabbix does. Is this the address of its frontend?")
    return said["result"]


def _request(access: Access, method: str, params: dict[str, Any]) -> Ask:
    content: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params, "id": 1}
    headers = {"Content-Type": "application/json-rpc"}
    if access.options.get("in_body"):
        content["auth"] = access.secret
    else:
        headers["Authorization"] = f"Bearer {access.secret}"
    base = access.address.rstrip("/")
    return post(base if base.endswith(".php") else f"{base}/api_jsonrpc.php", headers, content)
