"""A person with a browser that runs no scripts: reads pages, fills in the forms they hold, follows where they lead."""

from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

VOID = ("input", "use", "meta", "link", "br")


class Form:
    """A form as it stands on the page: where it goes, and what it holds."""

    def __init__(self, action: str, method: str) -> None:
        self.action = action
        self.method = method
        self.fields: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        name = given.get("name", "")
        if tag == "input" and name and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self._form.fields[name] = given.get("value", "") or self._form.fields.get(name, "")
        elif tag == "select":
            self._select = name
            self._form.choices[name] = []
        elif tag == "option" and self._select:
            self._form.choices[self._select].append(given.get("value", ""))
            if "selected" in given:
                self._form.fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            self._form.fields[name] = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


def forms_of(html: str) -> list[Form]:
    """All forms of a page, in order."""
    parser = _Forms()
    parser.feed(html)
    return parser.forms


class Person:
    """Somebody at a browser."""

    def __init__(self, client: FlaskClient, login: str | None = None) -> None:
        self.client = client
        self.page = ""
        self.status = 0
        self.where = ""
        if login is not None:
            self.go("/sign-in")
            self.send("/sign-in/demo", login=login)

    def go(self, path: str, **headers: str) -> str:
        """Opens a page; follows redirects."""
        return self._see(self.client.get(path, headers=headers, follow_redirects=True))

    def form(self, action: str) -> Form:
        """The form of the page that goes to this address (up to its query)."""
        return next(form for form in forms_of(self.page) if form.action.partition("?")[0] == action)

    def forms(self) -> list[str]:
        """Where the page's forms go."""
        return [form.action.partition("?")[0] for form in forms_of(self.page)]

    def send(self, action: str, *, htmx: bool = False, **typed: str) -> str:
        """Fills in a form of the page and sends it; follows redirects."""
        form = self.form(action)
        return self.send_again(form, htmx=htmx, **typed)

    def send_again(self, form: Form, *, htmx: bool = False, **typed: str) -> str:
        """Sends a form that was on a page, also when the page has changed since."""
        headers = {"HX-Request": "true"} if htmx else {}
        data = {**form.fields, **typed}
        return self._see(self.client.post(form.action, data=data, headers=headers, follow_redirects=True))

    def _see(self, response: TestResponse) -> str:
        self.status = response.status_code
        self.where = response.request.path
        self.page = response.get_data(as_text=True)
        return self.page
