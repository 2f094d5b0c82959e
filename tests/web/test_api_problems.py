"""Problems at the API: logged by the desk, understood, and told to what they caused."""

from typing import Any

from tests.web.conftest import Program, WebDesk


def logged(program: Program, **changes: Any) -> str:
    answer = program.post("/problems", {"title": "Mail stops every Monday", "ci": "mail-1", **changes})
    assert answer.status_code == 201
    return str(answer.get_json()["number"])


def done(program: Program, number: str, action: str, **fields: Any) -> dict[str, Any]:
    answer = program.post(f"/tickets/{number}/actions/{action}", fields)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_problem_is_logged_and_offers_what_can_be_done(desk: WebDesk) -> None:
    program = desk.api("problem-manager")
    number = logged(program)

    shown = program.get(f"/tickets/{number}").get_json()

    assert (shown["kind"], shown["status"]) == ("problem", "logged")
    offered = [action if isinstance(action, str) else action["name"] for action in shown["allowed_actions"]]
    assert {"assess", "investigate", "publish_workaround", "not_reproducible"} <= set(offered)


def test_requesters_log_no_problems(desk: WebDesk) -> None:
    assert desk.api("requester").post("/problems", {"title": "It is slow"}).status_code == 403


def test_its_cause_is_recorded_with_whys_and_what_contributed(desk: WebDesk) -> None:
    program = desk.api("problem-manager")
    number = logged(program)
    done(program, number, "assess", impact=2, urgency=2)
    done(program, number, "investigate")

    whys = ["Nobody rotates the logs.", "Nobody knew of them."]
    done(program, number, "record_cause", text="The disk fills up.", why=whys, contributing=["No alarm."])
    shown = done(program, number, "known_error", symptom="No mail on Mondays.", cis=["mail-1"])

    assert shown["status"] == "known_error"


def test_six_whys_are_one_too_many(desk: WebDesk) -> None:
    program = desk.api("problem-manager")
    number = logged(program)

    answer = program.post(f"/tickets/{number}/actions/record_cause", {"text": "x", "why": ["y"] * 6})

    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["why"])


def test_a_risk_is_accepted_until_a_day_in_the_future(desk: WebDesk) -> None:
    program = desk.api("problem-manager")
    number = logged(program)
    done(program, number, "assess", impact=3, urgency=3)
    path = f"/tickets/{number}/actions/request_risk_acceptance"

    past = program.post(path, {"reason": "It is retired soon.", "review_at": "2001-01-01T00:00:00Z"})
    never = program.post(path, {"reason": "It is retired soon."})

    assert (past.status_code, never.status_code) == (422, 422)
    assert "in the future" in past.get_json()["errors"]["review_at"][0]
