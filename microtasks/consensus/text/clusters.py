"""What a reader takes for one character: a letter with its marks, a syllable of Hangul, a flag, a joined emoji.

An approximation of the extended grapheme clusters of Unicode's UAX 29 by what the standard library knows of each
character; a test compares it with a full implementation over many scripts.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

JOINER, NON_JOINER = "\u200d", "\u200c"
#: Signs that stand before the letter they belong to (Arabic number signs, Syriac abbreviation and the like).
_PREPENDED = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd"
)
#: Viramas that bind the next consonant to their own (UAX 29, GB9c).
_BINDING = frozenset("\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d")
#: Thai and Lao vowels that are letters to Unicode, but never begin a cluster.
_TRAILING = frozenset("\u0e33\u0eb3\uff9e\uff9f")


def clusters(text: str) -> list[str]:
    """Cut a text into grapheme clusters; joined together they are the text again."""
    if text.isascii() and "\r" not in text:
        return list(text)
    found: list[str] = []
    for sign in text:
        if found and _belongs(found[-1], sign):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def _belongs(before: str, sign: str) -> bool:
    last = before[-1]
    if last == "\r" or unicodedata.category(last) in {"Cc", "Zl", "Zp"}:
        return last + sign == "\r\n"
    if _extends(sign) or last in _PREPENDED:
        return unicodedata.category(sign) != "Cc"
    if last == JOINER and _is_picture(sign):
        return _is_picture(before[0])
    if _is_flag(sign):
        return _is_flag(before[0]) and len(before) == 1
    return _continues(_syllable(last), _syllable(sign)) or _is_bound(before, sign)


@lru_cache(maxsize=4096)
def _extends(sign: str) -> bool:
    # Joiners, emoji modifiers and tags extend whatever stands before them, as marks do.
    return (
        unicodedata.category(sign) in {"Mn", "Me", "Mc"}
        or sign in _TRAILING
        or sign in (JOINER, NON_JOINER)
        or "\U0001f3fb" <= sign <= "\U0001f3ff"
        or "\U000e0020" <= sign <= "\U000e007f"
    )


def _is_bound(before: str, sign: str) -> bool:
    # A consonant after a virama of its own script, with nothing but joiners and marks between.
    if unicodedata.category(sign) != "Lo":
        return False
    tail = before.rstrip(JOINER)
    return tail[-1:] in _BINDING and ord(sign) // 128 == ord(tail[-1]) // 128


def _is_picture(sign: str) -> bool:
    return sign in "©®‼⁉™ℹ〰〽㊗㊙" or (
        unicodedata.category(sign) in {"So", "Cn", "Sm", "Po"}
        and ("\u2190" <= sign <= "\u2bff" or "\U0001f000" <= sign <= "\U0001faff")
    )


def _is_flag(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"


def _syllable(sign: str) -> str:
    """Return the part that a Hangul sign plays: L, V, T, LV or LVT; empty for other signs."""
    code = ord(sign)
    if 0xAC00 <= code <= 0xD7A3:
        return "LVT" if (code - 0xAC00) % 28 else "LV"
    if 0x1100 <= code <= 0x115F or 0xA960 <= code <= 0xA97C:
        return "L"
    if 0x1160 <= code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6:
        return "V"
    if 0x11A8 <= code <= 0x11FF or 0xD7CB <= code <= 0xD7FB:
        return "T"
    return ""


def _continues(before: str, part: str) -> bool:
    if before == "L":
        return part not in {"", "T"}
    if before in {"LV", "V"}:
        return part in {"V", "T"}
    return before in {"LVT", "T"} and part == "T"
