"""What a person sees of a card, and nothing else of its source: the region of a picture, or some fields of a record."""

from __future__ import annotations

from dataclasses import dataclass

from microtasks import stages
from microtasks.models import Card, SourceKind
from microtasks.questions.kind import Question


@dataclass(frozen=True, slots=True)
class Face:
    """A card as it is shown: its question, and a picture's size or a record's fields in their order."""

    kind: SourceKind
    question: Question
    width: int = 0
    height: int = 0
    fields: tuple[tuple[str, str], ...] = ()


def face(card: Card) -> Face:
    """Return what may be shown of a card."""
    question = stages.question(card.stage)
    if card.source.kind == SourceKind.image:
        return Face(
            SourceKind.image, question, card.region["width"], card.region["height"]
        )
    texts = dict(card.source.columns)
    shown = [(name, texts.get(name, "")) for name in card.region["fields"]]
    return Face(
        SourceKind.record,
        question,
        fields=tuple(pair for pair in shown if pair[1].strip()),
    )
