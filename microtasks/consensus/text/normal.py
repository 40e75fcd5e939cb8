"""When two texts say the same: always up to white space and composition, and up to what a campaign chose to ignore.

A key is for comparing only; what is exported is what somebody typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from microtasks.errors import InvalidInput

#: What may be ignored, with one line of meaning each.
IGNORABLE = {
    "case": "capital and small letters",
    "space": "where words are parted",
    "punctuation": "all punctuation but the apostrophe within a word; a dash or stroke parts words",
    "diacritics": "accents, vowel points and other marks above and below letters",
    "numerals": "which script's digits are used, and signs that part thousands",
}
_PARTING = re.compile(r"[-‐‑‒–—―/\\_]+")
_APOSTROPHES = re.compile(r"(?<=\w)[’ʼ＇`´](?=\w)")
_OUTER_APOSTROPHES = re.compile(r"(?<!\w)'|'(?!\w)")
_THOUSANDS = re.compile(r"(?<=[0-9])[,٬'’](?=[0-9]{3}(?![0-9]))")
#: Combining classes of marks that make another letter (nukta, kana voicing, virama): never taken for accents.
_LETTER_MARKS = {0, 7, 8, 9}


@dataclass(frozen=True, slots=True)
class Rules:
    """What two answers may differ in and still be the same."""

    ignore: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name in sorted(self.ignore):
            if name not in IGNORABLE:
                known = ", ".join(IGNORABLE)
                raise InvalidInput(
                    f"{name!r} cannot be ignored; there are: {known}", "ignore"
                )

    def key(self, text: str) -> str:
        """Return what two texts must share to be the same; a key's key is the key itself."""
        return _key(text, self.ignore)


def rules(names: Iterable[str]) -> Rules:
    """Read rules from their names, such as `["case", "space"]`; unknown ones raise InvalidInput."""
    return Rules(frozenset(name.strip() for name in names if name.strip()))


def folded(text: str) -> str:
    """Return a text in NFC, with every run of white space one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


@lru_cache(maxsize=1 << 16)
def _key(text: str, ignore: frozenset[str]) -> str:
    # A step may bring out what an earlier one looks for (a folded letter decomposes): repeat until nothing moves.
    for _ in range(4):
        found = _step(text, ignore)
        if found == text:
            break
        text = found
    return text


def _step(text: str, ignore: frozenset[str]) -> str:
    if "numerals" in ignore:
        text = _THOUSANDS.sub("", _western(text))
    if "case" in ignore:
        text = text.casefold()
    if "diacritics" in ignore:
        text = _bare(text)
    if "punctuation" in ignore:
        text = _unpointed(text)
    text = folded(text)
    return text.replace(" ", "") if "space" in ignore else text


def _western(text: str) -> str:
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text
    )


def _bare(text: str) -> str:
    if text.isascii():
        return text
    return "".join(
        sign
        for sign in unicodedata.normalize("NFD", text)
        if unicodedata.combining(sign) in _LETTER_MARKS
    )


def _unpointed(text: str) -> str:
    if text.isalnum():
        return text
    text = _APOSTROPHES.sub("'", unicodedata.normalize("NFC", text))
    text = _OUTER_APOSTROPHES.sub("", _PARTING.sub(" ", text))
    return "".join(
        sign
        for sign in text
        if sign == "'" or not unicodedata.category(sign).startswith("P")
    )
