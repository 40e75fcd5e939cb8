"""What people call themselves and each other: names and addresses in one written form, or refused."""

from __future__ import annotations

import unicodedata

from email_validator import (
    SPECIAL_USE_DOMAIN_NAMES,
    EmailNotValidError,
    validate_email,
)

from microtasks.errors import InvalidInput

# Addresses inside an organisation's own network (.local, localhost) are addresses too.
SPECIAL_USE_DOMAIN_NAMES.clear()


def name(text: str, field: str = "name", most: int = 120) -> str:
    """Return a name of one line without surrounding space, or refuse it."""
    text = line(text)
    if not text:
        raise InvalidInput("Please give a name.", field)
    return limited(text, field, most)


def line(text: str) -> str:
    """Return text as one line: control and direction-changing characters become nothing or a space."""
    text = unicodedata.normalize("NFC", text)
    kept = (" " if part.isspace() else part for part in text if _is_plain(part))
    return " ".join("".join(kept).split())


def paragraphs(text: str, field: str, most: int) -> str:
    """Return text of several lines without control characters, or refuse it for its length."""
    lines = unicodedata.normalize("NFC", text).splitlines()
    kept = ("".join(filter(_is_plain, part)).rstrip() for part in lines)
    return limited("\n".join(kept).strip(), field, most)


def limited(text: str, field: str, most: int) -> str:
    """Return text that is short enough, or refuse it."""
    if len(text) > most:
        raise InvalidInput(f"Use at most {most} characters.", field)
    return text


def _is_plain(part: str) -> bool:
    # Cf holds the joiners that some scripts cannot do without; of it only the direction overrides go.
    if unicodedata.category(part) in {"Cc", "Cs", "Zl", "Zp"}:
        return part.isspace()
    return part not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def email(text: str) -> str:
    """Return an e-mail address in the one form in which we keep it, or refuse it."""
    try:
        found = validate_email(
            text.strip(), check_deliverability=False, globally_deliverable=False
        )
    except EmailNotValidError:
        raise InvalidInput("That is not an e-mail address.", "email") from None
    return limited(found.normalized.lower(), "email", 254)
