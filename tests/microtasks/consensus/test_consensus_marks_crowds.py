"""Real crowds' marks: the default may not fall back behind what it reached (see docs/decisions/022)."""

from __future__ import annotations

import numpy as np
import pytest

from microtasks.crowd_file import read_answers, read_truth
from microtasks.questions import answer_type
from tests import crowds
from tests.microtasks.consensus import planted


@pytest.mark.parametrize(
    ("name", "of", "apart", "limit", "least"),
    [
        ("spots_cells", "points", planted.straight, 3.0, 0.88),
        ("pedestrians_a", "boxes", planted.unlike, 0.5, 0.92),
    ],
)
def test_a_crowd_finds_what_is_there(name, of, apart, limit, least):
    kind, folder = answer_type(of), crowds.folder(name)
    ballots = read_answers(folder / "answers.csv", kind)
    decisions = kind.estimate(None, ballots).decisions
    columns = len(next(b.value[0] for b in ballots if b.value))
    known = read_truth(folder / "truth.csv", kind)
    truth = {t: np.array(v, dtype=float).reshape(-1, columns) for t, v in known.items()}
    found = {
        t: np.array(decisions[t].value, dtype=float).reshape(-1, columns) for t in truth
    }
    assert planted.f1(found, truth, apart, limit) >= least
