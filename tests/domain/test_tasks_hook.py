"""A hook is read with care: an address that cannot be called, or would give something away, is refused."""

from typing import Any

import pytest

from longwatch.domain.tasks_hook import Hook, HookFault, is_hook_name, read_hook


def test_a_hook_is_an_address_and_a_line_about_it() -> None:
    read = read_hook({"url": "https://deploy.example.net:8443/tasks?team=1", "about": "Deploys"})

    assert read == Hook("https://deploy.example.net:8443/tasks?team=1", "Deploys")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (None, "hook"),
        ({"url": "https://a", "secret": "x"}, "secret"),
        ({"url": "https://a", "about": "two\nlines"}, "about"),
        ({"url": "https://a", "about": 7}, "about"),
        ({}, "url"),
        ({"url": "ftp://a"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "https://a:0/"}, "url"),
        ({"url": "https://a:99999/"}, "url"),
        ({"url": "https://[::1"}, "url"),
        ({"url": "https://us er@a/"}, "url"),
        ({"url": "https://user:word@a/"}, "url"),
        ({"url": "https://a/#top"}, "url"),
        ({"url": "https://a\r\nX: y/"}, "url"),
        ({"url": "https://bücher.example/"}, "url"),
        ({"url": "https://a/" + "x" * 1000}, "url"),
    ],
)
def test_what_is_no_hook_is_refused_by_the_entry_at_fault(data: Any, field: str) -> None:
    with pytest.raises(HookFault) as fault:
        read_hook(data)

    assert fault.value.field == field
    assert fault.value.reason.endswith(".")


@pytest.mark.parametrize("name", ["", "A", "a b", "a.b", "x" * 41, None, "-a"])
def test_not_everything_names_a_hook(name: object) -> None:
    assert not is_hook_name(name)
