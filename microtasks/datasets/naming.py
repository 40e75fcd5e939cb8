"""Names of columns: ours keep theirs, and a source's own column gives way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

#: What a source's own column is called besides its name when it bears one of ours.
SUFFIX = "_source"


def beside(ours: Iterable[str], own: Sequence[str]) -> list[str]:
    """Return a label for each of the sources' own columns that none of our columns, and no other, bears."""
    taken = set(ours)
    labels = []
    for name in own:
        label = name if name.strip() else "column"
        while label in taken:
            label += SUFFIX
        taken.add(label)
        labels.append(label)
    return labels


def union(tables: Iterable[Sequence[str]]) -> list[str]:
    """Return every column that any source has, in the order in which they first appear."""
    seen: dict[str, None] = {}
    for names in tables:
        seen.update(dict.fromkeys(names))
    return list(seen)
