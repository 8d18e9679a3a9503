"""Pages as a test reads them: what they say, where they lead, what they ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Attributes = dict[str, str | None]


@dataclass
class Form:
    """A form as it stands in a page; ``fields`` is what it would send."""

    method: str
    action: str
    is_multipart: bool
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)  # also those that are not ticked

    def told(self, changes: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """What is sent once ``changes`` were typed: a value, several, or None."""
        unknown = set(changes) - self.names
        assert not unknown, f"the form has no field {unknown}: {sorted(self.names)}"
        kept = [(name, value) for name, value in self.fields if name not in changes]
        for name, value in changes.items():
            several = value if isinstance(value, list | tuple) else [value]
            kept += [(name, each) for each in several if each is not None]
        return kept


class Reader(HTMLParser):
    """Collects forms, links, elements, and the text that a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.tags: list[tuple[str, Attributes]] = []
        self._open: list[tuple[str, Attributes, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append((tag, told))
        if tag == "form":
            kind = told.get("enctype") == "multipart/form-data"
            method = (told.get("method") or "get").lower()
            self.forms.append(Form(method, told.get("action") or "", kind))
        elif tag in ("input", "select", "textarea", "button"):
            self._control(tag, told)
        if tag in ("a", "option", "select", "textarea", "script", "template"):
            self._open.append((tag, told, []))

    def _control(self, tag: str, told: Attributes) -> None:
        name = told.get("name")
        if not name or not self.forms:
            return
        self.forms[-1].names.add(name)
        kind = told.get("type")
        ticked = kind not in ("checkbox", "radio") or "checked" in told
        if tag == "input" and kind not in ("file", "submit") and ticked:
            default = "on" if kind == "checkbox" else ""
            self.forms[-1].fields.append((name, told.get("value") or default))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            return
        _, told, parts = self._open.pop()
        text = "".join(parts)
        match tag:
            case "a" if told.get("href"):
                self.links.append((told["href"] or "", " ".join(text.split())))
            case "textarea" if told.get("name"):
                whole = text.removeprefix("\n")
                self.forms[-1].fields.append((told["name"] or "", whole))
            case "option" if "selected" in told and self._open:
                value = told.get("value")
                name = self._open[-1][1].get("name") or ""
                self.forms[-1].fields.append((name, text if value is None else value))

    def handle_data(self, data: str) -> None:
        for _, _, parts in self._open:
            parts.append(data)
        unseen = {"textarea", "script", "template"}
        if not unseen.intersection(tag for tag, _, _ in self._open):
            self.said.append(data)


@dataclass
class Page:
    """What came back."""

    status: int
    url: str
    headers: Mapping[str, str]
    content: bytes

    def __post_init__(self) -> None:
        self._reader = Reader()
        if "text/html" in self.headers.get("Content-Type", ""):
            self._reader.feed(self.text)

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    @property
    def path(self) -> str:
        return "/" + self.url.split("/", 3)[3]

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def forms(self) -> Sequence[Form]:
        return self._reader.forms

    @property
    def links(self) -> Sequence[tuple[str, str]]:
        return self._reader.links

    @property
    def tags(self) -> Sequence[tuple[str, Attributes]]:
        return self._reader.tags

    @property
    def words(self) -> str:
        """All that a reader sees, on one line."""
        return " ".join(" ".join(self._reader.said).split())

    def form(self, action: str = "") -> Form:
        """The form that is sent to an address which ends so; "" is this page."""
        found = [each for each in self.forms if _leads_to(each, action)]
        assert found, f"no form to {action!r}: {[f.action for f in self.forms]}"
        return found[0]

    def has_form(self, action: str) -> bool:
        return any(_leads_to(each, action) for each in self.forms)

    @property
    def queries(self) -> int:
        """How often the store was asked for it."""
        return int(self.headers["Server-Timing"].partition('desc="')[2].split()[0])


def _leads_to(form: Form, action: str) -> bool:
    there = form.action.endswith(action) if action else not form.action
    return there and form.method == "post"
