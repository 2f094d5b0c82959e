"""Imports by page and API: a file is sent, mapped, looked at, laid out and applied."""

import io
import json
import re

import pytest

from longwatch.store.configuration import in_force
from longwatch.store.tables import Ci
from tests.integrations.cmdb_files import DATA
from tests.web.conftest import WebDesk
from tests.web.person import Person
from web import importing

CSV = b"Host;Kind;Serial;Sits on\nnew-1;VM;;hv-9\nnew-2;VM;;\n"


def sent(desk: WebDesk, person: Person, kind: str = "csv", raw: bytes = CSV, name: str = "assets.csv") -> str:
    """The page of a file that was sent."""
    page = person.go("/cmdb/imports")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    data = {"kind": kind, "source": "assets", "file": (io.BytesIO(raw), name)}
    data |= {"csrf_token": token[1]} if token else {}
    answer = person.client.post("/cmdb/imports", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def editor(desk: WebDesk) -> Person:
    return Person(desk.client(), "cmdb-editor")


def test_a_table_is_mapped_looked_at_and_laid_out(desk: WebDesk) -> None:
    person = editor(desk)
    where = sent(desk, person)
    first = person.go(where)
    mapping = {"class": "virtual-machine", "key": "Host", "to-0": "name", "to-2": "serial", "to-3": "relation:runs_on"}

    seen = person.send(where, **mapping, go="look")
    laid = person.send(where, **mapping, go="lay_out", save_as="assets")

    assert "Sits on" in first
    assert "virtual-machine" in seen
    assert "name: new-1" in seen
    assert "runs_on alias: hv-9" in seen
    assert person.where.startswith("/cmdb/runs/")
    assert "2 new" in laid
    assert "There is no item alias hv-9" in laid
    with desk.store.reading() as session:
        row = in_force(session, "ci-mapping", "assets")
        assert row is not None
        assert row.data["columns"] == {"Host": "name", "Serial": "serial"}
        assert session.query(Ci).filter_by(name="new-1").count() == 0
    person.go(where)
    assert person.status == 404


def test_a_saved_mapping_is_taken_again(desk: WebDesk) -> None:
    person = editor(desk)
    mapping = {"class": "virtual-machine", "to-0": "name"}
    first = sent(desk, person)
    person.go(first)
    person.send(first, **mapping, go="lay_out", save_as="assets")
    where = sent(desk, person)

    page = person.go(f"{where}?mapping=assets")

    assert "name: new-1" in page


def test_files_of_tools_need_no_mapping(desk: WebDesk) -> None:
    person = editor(desk)
    raw = (DATA / "terraform.tfstate").read_bytes()

    page = person.go(sent(desk, person, "terraform", raw, "terraform.tfstate"))

    assert "shop-web-0" in page
    assert "becomes" not in page


def test_what_cannot_be_read_is_told(desk: WebDesk) -> None:
    person = editor(desk)
    where = sent(desk, person, "kubernetes", b"{}")

    page = person.go(where)

    assert "no output of kubectl" in page
    assert "<script>alert" not in person.go(sent(desk, person, raw=b"Host\n<script>alert(1)</script>\n"))


def test_nobody_finds_another_persons_file(desk: WebDesk) -> None:
    where = sent(desk, editor(desk))
    other = Person(desk.client(), "admin")
    other.go(where)
    assert other.status == 404

    agent = Person(desk.client(), "agent")
    agent.go("/cmdb/imports")
    assert agent.status == 403


def test_the_page_of_imports_says_what_is_wrong(desk: WebDesk) -> None:
    person = editor(desk)
    person.go("/cmdb/imports")

    page = person.send("/cmdb/imports", kind="csv", source="desk")

    assert "A source is named by small letters" in page


def test_the_api_takes_the_file_itself(desk: WebDesk) -> None:
    program = desk.api("cmdb-editor")
    path = "/api/v1/cis/imports?kind=csv&source=assets&apply=true"
    raw = b"class,source_key,name\nserver,a,one\nunicorn,b,two\n"

    first = program.client.post(path, data=raw, headers=program._headers({}))
    again = program.client.post(path, data=raw, headers=program._headers({}))

    assert first.status_code == 201
    assert first.get_json()["runs"][0]["counts"] == {"new": 1, "rejected": 1}
    assert again.get_json()["runs"][0]["counts"] == {"rejected": 1, "same": 1}
    rows = program.get(f"/ci-runs/{again.get_json()['runs'][0]['id']}?told=true").get_json()["items"]
    assert [(row["row"], row["reasons"]) for row in rows] == [(3, ["The class unicorn is not known."])]
    assert [path.name for path in (desk.settings.data / importing.FOLDER).iterdir()] == []


@pytest.mark.parametrize(
    ("query", "raw", "status"),
    [
        ("kind=csv&source=desk", b"name\n", 422),
        ("kind=csv&source=a&mapping=none", b"name\n", 422),
        ("kind=warp&source=a", b"", 422),
        ("kind=json&source=a", b"[", 422),
        ("kind=csv&source=a", b"", 422),
    ],
)
def test_what_cannot_be_imported_is_refused(desk: WebDesk, query: str, raw: bytes, status: int) -> None:
    program = desk.api("cmdb-editor")

    answer = program.client.post(f"/api/v1/cis/imports?{query}", data=raw, headers=program._headers({}))

    assert answer.status_code == status
    assert json.loads(answer.get_data())["message"]


def test_too_large_a_file_is_refused(desk: WebDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "LARGEST", 10)
    program = desk.api("cmdb-editor")

    answer = program.client.post(
        "/api/v1/cis/imports?kind=csv&source=a", data=b"name\n" * 10, headers=program._headers({})
    )

    assert answer.status_code == 413
