"""What was asked for last is kept; what was not makes room."""

from web.remembered import Remembered


def test_what_was_not_asked_for_the_longest_makes_room() -> None:
    remembered = Remembered(2)
    remembered.put("a", 1)
    remembered.put("b", 2)
    assert remembered.get("a") == 1

    remembered.put("c", 3)

    assert [remembered.get(key) for key in "abc"] == [1, None, 3]


def test_a_new_value_takes_the_place_of_the_old() -> None:
    remembered = Remembered(2)
    remembered.put("a", 1)
    remembered.put("a", 2)

    assert remembered.get("a") == 2


def test_what_is_forgotten_is_gone() -> None:
    remembered = Remembered()
    remembered.put("a", 1)

    remembered.forget()

    assert remembered.get("a") is None
