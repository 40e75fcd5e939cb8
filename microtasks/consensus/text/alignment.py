"""Which unit of one line stands where which unit of another does, and all lines of a task laid under one another.

Lines are aligned to the most central one as in ROVER (Fiscus 1997); what several lines insert at one place is
aligned among itself in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rapidfuzz.distance import Levenshtein

#: A line's units as numbers; equal numbers are equal readings.
Line = tuple[int, ...]
#: How unlike two readings are, 0 to 1.
Apart = Callable[[int, int], float]
#: For each column the position of a line's unit there, or -1 for none.
Row = list[int]

#: Replacing costs more the less the readings have in common; leaving out or adding costs one.
_REPLACE, _UNLIKE = 0.3, 1.2
#: Larger blocks without a single equal unit are paired in order: looking closer would cost their product in time.
_LARGEST_BLOCK = 4_000


def rows(lines: Sequence[Line], skeleton: int, apart: Apart) -> list[Row]:
    """Lay lines under one another, aligned to the one at `skeleton`: a row per line, all of one length."""
    base = lines[skeleton]
    placed = [_place(base, line, apart) for line in lines]
    inserting: dict[int, list[int]] = {}
    for k, (_, added) in enumerate(placed):
        for gap in added:
            inserting.setdefault(gap, []).append(k)
    found: list[Row] = [[] for _ in lines]
    begin = 0
    for gap in sorted(inserting):
        extra = _inserted(lines, placed, inserting[gap], gap, apart)
        nothing = [-1] * len(next(iter(extra.values())))
        for k, row in enumerate(found):
            row.extend(placed[k][0][begin:gap])
            row.extend(extra.get(k, nothing))
        begin = gap
    for row, (at, _) in zip(found, placed, strict=True):
        row.extend(at[begin:])
    return found


_Placed = tuple[Row, dict[int, list[int]]]


def _inserted(
    lines: Sequence[Line],
    placed: Sequence[_Placed],
    inserting: Sequence[int],
    gap: int,
    apart: Apart,
) -> dict[int, Row]:
    positions = {k: placed[k][1][gap] for k in inserting}
    parts = [tuple(lines[k][p] for p in positions[k]) for k in inserting]
    longest = max(range(len(parts)), key=lambda n: (len(parts[n]), parts[n], -n))
    laid = rows(parts, longest, apart)
    return {
        k: [positions[k][p] if p >= 0 else -1 for p in row]
        for k, row in zip(inserting, laid, strict=True)
    }


def _place(base: Line, line: Line, apart: Apart) -> _Placed:
    """Return where each unit of the base is in the line, and the line's further units by the gap they stand in."""
    if base == line:
        return list(range(len(base))), {}
    at = [-1] * len(base)
    added: dict[int, list[int]] = {}
    equal = _equal(base, line)
    for a, b, c, d in _blocks(equal, len(base), len(line)):
        gap = a
        for i, j in _paired(base, line, (a, b, c, d), apart):
            if j < 0:
                gap = i + 1
            elif i < 0:
                added.setdefault(gap, []).append(j)
            else:
                at[i], gap = j, i + 1
    for a, b, c in equal:
        at[a:b] = range(c, c + b - a)
    return at, added


def _equal(base: Line, line: Line) -> list[tuple[int, int, int]]:
    return [
        (op.src_start, op.src_end, op.dest_start)
        for op in Levenshtein.opcodes(base, line)
        if op.tag == "equal"
    ]


def _blocks(
    equal: Sequence[tuple[int, int, int]], base: int, line: int
) -> list[tuple[int, int, int, int]]:
    """Return what lies between equal units: ranges of the base and of the line."""
    found: list[tuple[int, int, int, int]] = []
    i = j = 0
    for a, b, c in [*equal, (base, base, line)]:
        if a > i or c > j:
            found.append((i, a, j, c))
        i, j = b, c + b - a
    return found


def _paired(
    base: Line, line: Line, block: tuple[int, int, int, int], apart: Apart
) -> list[tuple[int, int]]:
    """Pair the units of a block; -1 stands for none."""
    a, b, c, d = block
    if b - a == d - c == 1:
        return [(a, c)]
    if a == b or c == d:
        return [(i, -1) for i in range(a, b)] + [(-1, j) for j in range(c, d)]
    if (b - a) * (d - c) > _LARGEST_BLOCK:
        shared = min(b - a, d - c)
        head = [(a + k, c + k) for k in range(shared)]
        tail = [(i, -1) for i in range(a + shared, b)]
        return head + tail + [(-1, j) for j in range(c + shared, d)]
    return [
        (i + a if i >= 0 else -1, j + c if j >= 0 else -1)
        for i, j in _by_likeness(base[a:b], line[c:d], apart)
    ]


def _by_likeness(base: Line, line: Line, apart: Apart) -> list[tuple[int, int]]:
    """Align by edit distance with unlike units costing more to replace; ties go to replacing, then leaving out."""
    costs = [
        [
            0.0 if one == other else _REPLACE + _UNLIKE * apart(one, other)
            for other in line
        ]
        for one in base
    ]
    table = [[float(j) for j in range(len(line) + 1)]]
    for i, row in enumerate(costs):
        above, best = table[-1], [i + 1.0]
        for j, cost in enumerate(row):
            best.append(min(above[j] + cost, above[j + 1] + 1, best[j] + 1))
        table.append(best)
    found = []
    i, j = len(base), len(line)
    while i or j:
        if i and j and table[i][j] == table[i - 1][j - 1] + costs[i - 1][j - 1]:
            i, j = i - 1, j - 1
            found.append((i, j))
        elif i and table[i][j] == table[i - 1][j] + 1:
            i -= 1
            found.append((i, -1))
        else:
            j -= 1
            found.append((-1, j))
    return found[::-1]
