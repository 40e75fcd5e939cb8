"""What every slicer can do: a new way of slicing is a new file with one subclass, registered by its mode."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from microtasks.errors import RecipeError


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of a picture in source pixels, origin at the top left."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text seen in a picture: the region that shows it, and the points x, y its words stand along."""

    region: Region
    baseline: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """One slice of a source: a region of its picture, or some of its fields.

    `name` is unique within source and stage and stays the same when the source is sliced again; it goes into
    data sets, never to volunteers. A line of text has a `baseline` of points x, y in source pixels.
    """

    name: str
    order: int
    region: Region | None = None
    fields: tuple[str, ...] = ()
    baseline: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a slicer may know of a source: the size of its picture, or the names of its fields.

    `fields` are the columns that say something, `blank` those that the record has but that are empty: slicers
    see names, never values. Both stay empty for a picture, whose manifest columns are not for volunteers.
    `lines` are the lines of text that were seen in the picture, in any order; None if nobody looked.
    """

    width: int | None = None
    height: int | None = None
    fields: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    lines: tuple[Line, ...] | None = None

    @classmethod
    def record(cls, columns: Mapping[str, str]) -> Subject:
        """Return what slicers may know of a record with these columns."""
        said = tuple(name for name, text in columns.items() if text.strip())
        return cls(fields=said, blank=tuple(n for n in columns if n not in said))

    @property
    def size(self) -> tuple[int, int] | None:
        """The picture's width and height, or None for a record."""
        if self.width is None or self.height is None:
            return None
        return self.width, self.height


class Slicer(ABC):
    """A way of cutting a source into pieces."""

    mode: ClassVar[str]
    #: The keys a recipe's `slice` may give besides `mode`, each with one line of meaning.
    settings: ClassVar[Mapping[str, str]] = {}
    #: The kinds of source this slicer takes: "image", "record".
    takes: ClassVar[frozenset[str]]
    #: Whether somebody must look for lines of text in the picture before it can be cut.
    needs_lines: ClassVar[bool] = False
    #: DESIGN section 6: the share of a source that one volunteer may see unless the recipe says otherwise.
    exposure: ClassVar[float] = 1.0

    def refuse_unknown(self, settings: Mapping[str, Any]) -> None:
        """Raise RecipeError for a key that this way of slicing does not know."""
        for key in settings:
            if key != "mode" and key not in self.settings:
                known = ", ".join(self.settings) or "nothing"
                raise RecipeError(
                    f"slice `{self.mode}` does not know `{key}`; it knows {known}",
                    f"slice.{key}",
                )

    @abstractmethod
    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings completed with their defaults, or raise RecipeError naming the key."""

    @abstractmethod
    def cut(self, subject: Subject, settings: Mapping[str, Any]) -> Iterator[Piece]:
        """Yield the pieces of one source in reading order; raise InvalidInput if it cannot be cut so."""

    @abstractmethod
    def shares(self, subject: Subject, piece: Piece) -> dict[str, float]:
        """Name the parts of the source that the piece shows, each with its share (0..1) of the whole."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A slicer's mode with its checked settings, as a stage keeps it."""

    mode: str
    settings: Mapping[str, Any] = field(default_factory=dict)
