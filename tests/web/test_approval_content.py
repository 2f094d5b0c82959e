"""What is voted on in words: everything the hash covers is shown, and what changed is shown word by word."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from longwatch.domain.approval import content_of
from longwatch.domain.change import change
from longwatch.domain.incident import incident
from longwatch.domain.problem import problem
from longwatch.domain.request import request
from longwatch.domain.ticket import Actor, stamp
from longwatch.store.tickets import bodies_in
from tests.domain.change_desk import THREE, ChangeDesk
from tests.domain.incident_desk import ref
from tests.domain.problem_desk import MANAGER, RISK, ProblemDesk
from tests.domain.request_desk import DEAR, RequestDesk
from tests.web.test_times import NOON, WARSAW
from web.console.approval_content import Part, changes, parts_of
from web.console.approval_words import vocabulary
from web.console.conversation import Reader
from web.console.people import Names, Viewer

WHO = Viewer(Actor("user:pia", roles=("approver",)), "Pia", NOON, WARSAW)
NAMES = Names(people={"kim": "Kim"}, teams={"net": "Network"}, cis={"db-1": "Orders database"})
READER = Reader(WHO, NAMES, {"b1": "First\nsecond", "gone": None})


def shown(**content: Any) -> list[tuple[str, str]]:
    return [(part.label, part.text) for part in parts_of(content, READER)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"plan": {"body": "b1", "sha256": "x"}}, [("Implementation plan", "First\nsecond")]),
        ({"plan": {"body": "gone", "sha256": "x"}}, [("Implementation plan", "(These words were erased.)")]),
        ({"cis": ["db-1", "web-9"]}, [("Configuration items", "Orders database\nweb-9")]),
        ({"implementer": "user:kim", "team": "net"}, [("Implementer", "Kim"), ("Team", "Network")]),
        ({"window": {"begin": stamp(NOON), "end": None}}, [("Window", "Begins: Sun 22 Nov, 13:00 CET")]),
        ({"emergency": True, "tested": False, "score": 0}, [("Emergency", "yes"), ("Tested", "no"), ("Score", "0")]),
        ({"tasks": [{"title": "Stop", "id": "a", "team": "net"}]}, [("Tasks", "Stop (Team: Network)")]),
        (
            {"steps": {"on_failure": "halt", "tasks": [{"title": "Stop", "limit": 90, "back_out": {"title": "Go"}}]}},
            [("Tasks", "On failure: halt\n1. Stop (Limit: 1 min; Back-out: Go)")],
        ),
        (
            {"texts": {"plan": {"body": "b1", "sha256": "x"}, "test": {"body": "b1", "sha256": "x"}}},
            [("Implementation plan", "First\nsecond"), ("Test plan", "First\nsecond")],
        ),
        ({"answers": {"backout": "tested"}}, [("Backout", "tested")]),
        ({"nothing": None, "empty": "", "none": [], "blank": {}}, []),
    ],
)
def test_each_kind_of_entry_has_words(content: dict[str, Any], said: list[tuple[str, str]]) -> None:
    assert shown(**content) == said


def test_a_ticket_whose_rules_say_nothing_shows_what_was_asked() -> None:
    state = SimpleNamespace(title={"body": "b1", "sha256": "x"}, ci="db-1")

    content = incident.voted_on(state)

    assert [part.label for part in parts_of(content, READER)] == ["Title", "Configuration item"]


def test_answers_to_a_form_stand_under_their_questions_in_its_words() -> None:
    form = [
        {
            "id": "model",
            "label": "Which one?",
            "type": "choice",
            "options": [{"value": "light", "label": "Light"}],
        },
        {"id": "replaces", "label": "Instead of which?", "type": "ci"},
    ]
    terms = {"title": "New laptop", "form": form}
    state = SimpleNamespace(order=SimpleNamespace(item="laptop", terms=terms))
    why = {"body": "b1", "sha256": "x"}
    content = {"item": "laptop", "answers": {"model": "light", "replaces": "db-1", "why": why}}

    told = [(part.label, part.text) for part in parts_of(content, READER, vocabulary(state))]

    assert told == [
        ("What is asked for", "New laptop"),
        ("Which one?", "Light"),
        ("Instead of which?", "Orders database"),
        ("Why", "First\nsecond"),
    ]


def test_answers_to_a_questionnaire_stand_under_its_questions() -> None:
    questions = [{"id": "backout", "text": "How is it taken back?", "answers": [{"id": "hard", "text": "Hardly"}]}]
    state = SimpleNamespace(basis={"questionnaire": {"questions": questions}})

    [told] = parts_of({"answers": {"backout": "hard"}}, READER, vocabulary(state))

    assert (told.label, told.text) == ("How is it taken back?", "Hardly")


def part(name: str, text: str) -> Part:
    return Part(name, name.capitalize(), tuple(text.split("\n")))


def test_only_what_changed_is_told_word_by_word() -> None:
    before = [part("plan", "Stop the server at ten"), part("why", "Old"), part("gone", "Bye")]
    now = [part("plan", "Stop the database at ten"), part("why", "Old"), part("new", "Hello")]

    told = [(one.label, [(piece.kind, piece.text) for piece in one.pieces]) for one in changes(before, now)]

    assert told == [
        ("Plan", [("same", "Stop the "), ("gone", "server "), ("new", "database "), ("same", "at ten")]),
        ("New", [("new", "Hello")]),
        ("Gone", [("gone", "Bye")]),
    ]


TEXT = some.text(alphabet="ab \n<", max_size=30)


@given(TEXT, TEXT)
def test_what_stayed_and_came_is_the_new_text_and_what_stayed_and_went_the_old(old: str, new: str) -> None:
    found = changes([part("plan", old)], [part("plan", new)])

    if old == new:
        assert found == []
    else:
        pieces = found[0].pieces
        assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new
        assert "".join(piece.text for piece in pieces if piece.kind != "new") == old


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(some.dictionaries(some.text(min_size=1, max_size=6), JSON, max_size=4))
def test_no_content_breaks_the_page(content: dict[str, Any]) -> None:
    for one in parts_of(content, READER):
        assert one.text == "\n".join(one.lines)


def change_put_up() -> tuple[Any, Any]:
    return change, ChangeDesk().before_the_board(title=ref("t"), description=ref("d"), tasks=THREE).state


def problem_put_up() -> tuple[Any, Any]:
    desk = ProblemDesk().known(title=ref("t"), description=ref("d"))
    desk.ask(MANAGER, "request_risk_acceptance", **RISK)
    return problem, desk.state


def request_put_up() -> tuple[Any, Any]:
    answers = {**DEAR, "why": ref("w")}
    return request, RequestDesk().ordered(answers, title=ref("t"), description=ref("d")).state


@pytest.mark.parametrize("put_up", [change_put_up, problem_put_up, request_put_up])
def test_whatever_the_votes_of_a_process_are_about_is_shown(put_up: Callable[[], tuple[Any, Any]]) -> None:
    rules, state = put_up()
    content = rules.voted_on(state)
    bodies = bodies_in(content)

    told = parts_of(content, Reader(WHO, NAMES, {body: f"Words of {body}." for body in bodies}), vocabulary(state))

    assert content_of(content) == state.approval.content
    words = "\n".join(part.text for part in told)
    assert [body for body in bodies if f"Words of {body}." not in words] == []
    said = {part.name for part in told}
    hidden = {name for name, value in content.items() if value} - said - {"texts", "answers"}
    assert hidden == set()
