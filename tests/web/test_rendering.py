"""Addresses of static files change with their content, so that browsers may keep them for ever."""

import pytest

from tests.web.conftest import WebDesk
from web.rendering import asset, keeps_for_ever


def test_an_address_carries_the_digest_of_the_content() -> None:
    assert asset("logo.svg").startswith("/static/logo.svg?v=")
    assert asset("logo.svg") != asset("css/base.css")


@pytest.mark.parametrize(
    ("path", "query", "kept"),
    [
        ("/static/vendor/htmx-2.0.11/htmx.min.js", "", True),
        ("/static/css/base.css", "v=abc", True),
        ("/static/css/base.css", "", False),
        ("/q/open", "v=abc", False),
    ],
)
def test_only_what_names_its_content_is_kept(path: str, query: str, *, kept: bool) -> None:
    assert keeps_for_ever(path, query) is kept


def test_a_versioned_file_is_served_for_a_year(desk: WebDesk) -> None:
    with desk.client().get(asset("css/base.css")) as response:
        assert response.status_code == 200
        assert "max-age=31536000" in response.headers["Cache-Control"]
