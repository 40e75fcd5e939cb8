"""Reads a card's page as a browser without scripts does: the form, its fields and buttons, or why there is no card."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from microtasks.simulation import Control, Raw

Fields = list[tuple[str, str]]


@dataclass(slots=True)
class CardForm:
    """A `<form data-card>`: where it goes, what it carries unseen, and what may be pressed or filled in."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    pressed: list[str] = field(default_factory=list)
    ticked: list[str] = field(default_factory=list)
    typed: str = ""
    actions: set[str] = field(default_factory=set)
    picture: str = ""

    @property
    def key(self) -> str:
        """The lease's key."""
        return self.hidden.get("key", "")

    @property
    def control(self) -> Control | None:
        """How the answer is given; None if this reader knows no such way."""
        if self.pressed:
            return Control("one", tuple(self.pressed))
        if self.ticked:
            return Control("many", tuple(self.ticked))
        if self.typed:
            return Control("number" if self.typed == "number" else "text")
        return None

    def answered(self, value: Raw) -> Fields:
        """Return the fields that an answer sends."""
        fields = [*self.hidden.items(), *(("value", part) for part in value)]
        return [*fields, ("action", "answer")] if "answer" in self.actions else fields

    def acted(self, action: str) -> Fields:
        """Return the fields that another button of the card sends."""
        return [*self.hidden.items(), ("action", action)]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page of the deck holds: a card, or the reason (`outlook`) why there is none."""

    card: CardForm | None
    outlook: str


def read(page: str) -> Sheet:
    """Read a page of the deck."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return Sheet(reader.card, reader.outlook)


class _Reader(HTMLParser):
    """Listens to the tags of a page; only what stands inside the card's form is taken for the card's."""

    def __init__(self) -> None:
        super().__init__()
        self.card: CardForm | None = None
        self.outlook = ""
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.outlook = found.get("data-outlook") or self.outlook
        if tag == "form" and "data-card" in found and self.card is None:
            self.card, self._inside = CardForm(found.get("action", "")), True
        elif self.card is not None and self._inside:
            _take(self.card, tag, found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def _take(card: CardForm, tag: str, found: dict[str, str]) -> None:
    name, value, sort = found.get("name"), found.get("value", ""), found.get("type", "")
    if tag == "img":
        card.picture = card.picture or found.get("src", "")
    elif tag == "input" and sort == "hidden":
        card.hidden[name or ""] = value
    elif name == "action":
        card.actions.add(value)
    elif name != "value":
        return
    elif tag == "button" or sort == "radio":
        card.pressed.append(value)
    elif sort == "checkbox":
        card.ticked.append(value)
    else:
        numeric = found.get("inputmode") in {"numeric", "decimal"} or sort == "number"
        card.typed = "number" if numeric else "text"
