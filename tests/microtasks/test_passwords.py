"""Passwords: what is taken and refused, and what is kept of them."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from hypothesis import given, settings
from hypothesis import strategies as st

from microtasks import passwords
from microtasks.errors import InvalidInput

#: As weak as Argon2 allows: for tests of what is kept, not of how strong it is.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.mark.parametrize(
    "worn",
    [
        "password",
        "Password123",
        "p@ssw0rd!",
        "12345678",
        "qwertyuiop",
        "manyhands1",
        "zyxwvuts",
        "        ",
    ],
)
def test_a_password_that_anybody_would_try_is_refused(worn: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        passwords.check(worn)
    assert refused.value.field == "password"


def test_seven_characters_are_refused_and_eight_taken() -> None:
    with pytest.raises(InvalidInput):
        passwords.check("herons7")
    assert passwords.check("herons78") == "herons78"


@pytest.mark.parametrize("length", [64, 128, 4096])
def test_long_passwords_are_taken_whole(length: int) -> None:
    kept = passwords.hashed("x" * length, CHEAP)
    assert passwords.fits(kept, "x" * length, CHEAP)
    assert not passwords.fits(kept, "x" * (length - 1), CHEAP)


def test_endless_passwords_are_refused() -> None:
    with pytest.raises(InvalidInput):
        passwords.check("x" * 4097)


def test_nothing_beyond_72_bytes_is_cut_off() -> None:
    kept = passwords.hashed("x" * 72 + "A", CHEAP)
    assert not passwords.fits(kept, "x" * 72 + "B", CHEAP)


def test_what_stands_behind_a_nul_counts() -> None:
    kept = passwords.hashed("nul\0tail-one", CHEAP)
    assert not passwords.fits(kept, "nul\0tail-two", CHEAP)


def test_the_same_letters_typed_on_another_keyboard_are_the_same_password() -> None:
    kept = passwords.hashed(unicodedata.normalize("NFC", "café café"), CHEAP)
    assert passwords.fits(kept, unicodedata.normalize("NFD", "café café"), CHEAP)


def test_each_sample_is_either_refused_or_fits_itself_alone(
    shared: Path,
) -> None:
    samples = shared / "data/badinput/generated/fields/password.jsonl"
    refused = 0
    for line in samples.read_text().splitlines():
        password = json.loads(line)
        try:
            kept = passwords.hashed(password, CHEAP)
        except InvalidInput:
            refused += 1
        else:
            assert passwords.fits(kept, password, CHEAP)
            assert not passwords.fits(kept, password + "x", CHEAP)
    assert (
        refused == 2
    )  # a word that everybody knows, and the name of the site with a year


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=8, max_size=40), st.text(min_size=8, max_size=40))
def test_only_the_same_text_fits(one: str, other: str) -> None:
    kept = passwords.hashed_again(one, CHEAP)
    alike = unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)
    assert passwords.fits(kept, one, CHEAP)
    assert passwords.fits(kept, other, CHEAP) == alike


def test_what_is_kept_is_argon2id_as_costly_as_we_promise() -> None:
    told = extract_parameters(passwords.hashed("seven quiet herons"))
    assert told.type is Type.ID
    assert told.memory_cost >= 19456
    assert told.time_cost >= 2


def test_a_weaker_hash_is_outdated_and_a_broken_one_fits_nothing() -> None:
    assert passwords.is_outdated(passwords.hashed("seven quiet herons", CHEAP))
    assert not passwords.is_outdated(passwords.hashed("seven quiet herons"))
    assert not passwords.fits("not a hash", "seven quiet herons")
