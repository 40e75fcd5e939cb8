from __future__ import annotations

import json
import random

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks.consensus import agreement, masi
from tests import crowds

# The reliability data of Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", sections C to E:
# four observers, twelve units; his results are 0.743 (nominal), 0.815 (ordinal) and 0.849 (interval).
OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
UNITS = {
    str(unit): [int(row[unit]) for row in OBSERVERS if row[unit] != "."]
    for unit in range(12)
}


@pytest.mark.parametrize(
    ("alpha", "published"),
    [
        (agreement.nominal, 0.743),
        (agreement.ordinal, 0.815),
        (agreement.interval, 0.849),
    ],
)
def test_alpha_is_the_published_one(alpha, published):
    assert alpha(UNITS) == pytest.approx(published, abs=0.0005)


@given(
    st.lists(
        st.lists(st.integers(1, 4), min_size=1, max_size=6), min_size=2, max_size=8
    ).filter(
        lambda units: len({x for unit in units if len(unit) > 1 for x in unit}) > 1
    )
)
@settings(max_examples=60, deadline=None)
def test_alpha_is_that_of_the_package_krippendorff(units):
    answers = {str(index): unit for index, unit in enumerate(units)}
    pairable = [unit for unit in units if len(unit) > 1]
    grades = sorted({value for unit in pairable for value in unit})
    counts = np.array([[unit.count(g) for g in grades] for unit in pairable])
    for level in ("nominal", "ordinal", "interval"):
        theirs = krippendorff.alpha(
            value_counts=counts, value_domain=grades, level_of_measurement=level
        )
        assert getattr(agreement, level)(answers) == pytest.approx(theirs, abs=1e-12)


def masi_distance(one: set[str], other: set[str]) -> float:
    if one == other:
        return 0.0
    overlap = len(one & other) / len(one | other)
    if one <= other or other <= one:
        return 1 - overlap * 2 / 3
    return 1 - overlap / 3


def test_alpha_of_sets_is_that_of_the_package_with_the_distances_of_masi():
    rng = random.Random(3)
    units = [
        [frozenset(rng.sample("abcde", rng.randrange(4))) for _ in range(5)]
        for _ in range(12)
    ]
    domain = sorted({each for unit in units for each in unit}, key=sorted)
    apart = {
        (i, j): masi_distance(set(one), set(other)) ** 0.5
        for i, one in enumerate(domain)
        for j, other in enumerate(domain)
    }
    counts = np.array([[unit.count(each) for each in domain] for unit in units])

    def metric(v1, v2, **_):
        return np.array([[apart[int(i), int(j)] for j in v2.ravel()] for i in v1.ravel()]) ** 2  # fmt: skip

    theirs = krippendorff.alpha(
        value_counts=counts,
        value_domain=list(range(len(domain))),
        level_of_measurement=metric,
    )
    ours = agreement.sets({str(n): unit for n, unit in enumerate(units)})
    assert ours == pytest.approx(theirs, abs=1e-5)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("", "", 0),
        ("ab", "ab", 0),
        ("", "a", 1),
        ("a", "b", 1),
        ("a", "ab", 1 - 1 / 2 * 2 / 3),
        ("ab", "bc", 1 - 1 / 3 / 3),
    ],
)
def test_distances_of_sets_are_passonneaus(one, other, distance):
    table = masi.ticks([set(one), set(other)])
    found = masi.distances((table[0] * table[1]).sum(), table[0].sum(), table[1].sum())
    assert found / masi.UNIT == pytest.approx(distance, abs=1e-6)


def test_sets_that_share_some_options_agree_more_than_their_equality_says():
    rows = crowds.raw("medrel_a", "answers.csv")[:6000]
    answers: dict[str, list[frozenset[str]]] = {}
    for row in rows:
        answers.setdefault(row["task"], []).append(frozenset(json.loads(row["label"])))
    by_sets, by_equality = agreement.sets(answers), agreement.nominal(answers)
    assert 0 < by_equality < by_sets < 1


def test_interval_alpha_does_not_feel_a_shift_nor_ordinal_alpha_a_stretch():
    moved = {unit: [value + 1e6 for value in given] for unit, given in UNITS.items()}
    assert agreement.interval(moved) == pytest.approx(agreement.interval(UNITS))
    bent = {unit: [value**3 for value in given] for unit, given in UNITS.items()}
    assert agreement.ordinal(bent) == agreement.ordinal(UNITS)


@pytest.mark.parametrize("alpha", [agreement.nominal, agreement.ordinal, agreement.interval])  # fmt: skip
@given(seed=st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_the_order_of_tasks_and_answers_changes_no_bit(alpha, seed):
    rng = random.Random(seed)
    mixed = {unit: rng.sample(given, len(given)) for unit, given in UNITS.items()}
    names = rng.sample(sorted(mixed), len(mixed))
    assert alpha({name: mixed[name] for name in names}) == alpha(UNITS)


@given(seed=st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_alpha_of_sets_feels_neither_order_nor_spelling(seed):
    rng = random.Random(seed)
    units = [[rng.sample("abcd", rng.randrange(4)) for _ in range(3)] for _ in range(9)]
    spelt = dict(zip("abcd", rng.sample("wxyz", 4), strict=True))
    renamed = [[[spelt[x] for x in given] for given in unit] for unit in units]
    rng.shuffle(renamed)
    first = agreement.sets(dict(enumerate(units)))
    assert agreement.sets(dict(enumerate(renamed))) == first


def test_perfect_agreement_is_one():
    assert agreement.nominal({"t": ["a", "a"], "u": ["b", "b"]}) == 1
    assert agreement.ordinal({"t": [1, 1], "u": [2, 2]}) == 1
    assert agreement.sets({"t": [["a"], ["a"]], "u": [[], []]}) == 1


@pytest.mark.parametrize(
    "answers", [{}, {"t": [1]}, {"t": [1], "u": [2]}, {"t": [1, 1], "u": [1, 1]}]
)
def test_alpha_is_undefined_without_pairs_or_without_variety(answers):
    assert agreement.nominal(answers) is None
    assert agreement.ordinal(answers) is None
    assert agreement.interval(answers) is None
    as_sets = {task: [[str(x)] for x in given] for task, given in answers.items()}
    assert agreement.sets(as_sets) is None


def test_the_mean_leaves_out_what_is_undefined():
    assert agreement.mean([0.5, None, 0.7]) == pytest.approx(0.6)
    assert agreement.mean([None]) is None
