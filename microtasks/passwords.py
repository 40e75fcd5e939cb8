"""Passwords: which are taken, and how they are kept (Argon2id, so that a stolen table costs much to try)."""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from microtasks.errors import InvalidInput

SHORTEST = 8
LONGEST = 4096

#: Argon2id with 19 MiB and two passes: about 20 ms here.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

#: What people type first when asked for eight characters; compared without case, digits and marks at the ends.
_WORN = frozenset(
    [
        "abcdefgh",
        "access",
        "account",
        "adminadmin",
        "administrator",
        "asdfasdf",
        "asdfghjk",
        "asdfghjkl",
        "baseball",
        "basketball",
        "bienvenue",
        "butterfly",
        "campaign",
        "changeit",
        "changeme",
        "charlie",
        "chocolate",
        "computer",
        "contraseña",
        "dragon",
        "einloggen",
        "elephant",
        "flower",
        "football",
        "freedom",
        "hallohallo",
        "hellohello",
        "hunter",
        "iloveyou",
        "internet",
        "jennifer",
        "jesuschrist",
        "letmein",
        "liverpool",
        "manyhands",
        "master",
        "michelle",
        "microtask",
        "microtasks",
        "monkey",
        "motdepasse",
        "mustang",
        "myspace",
        "nothing",
        "passphrase",
        "passw",
        "passwd",
        "password",
        "passwort",
        "princess",
        "qazwsxedc",
        "qwerasdf",
        "qwert",
        "qwertyui",
        "qwertyuiop",
        "qwertz",
        "qwertzui",
        "qwertzuiop",
        "samantha",
        "secret",
        "secretsecret",
        "shadow",
        "starwars",
        "summer",
        "sunshine",
        "superman",
        "testtest",
        "tasksite",
        "trustno",
        "uiopuiop",
        "user",
        "username",
        "volunteer",
        "volunteers",
        "welcome",
        "whatever",
        "winter",
        "zxcvbnm",
        "zxcvbnmm",
    ]
)
_RUNS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "1q2w3e4r5t6y7u8i9o0p",
)
_SUBSTITUTES = str.maketrans("@4301$5!7", "aaeolssit")


def check(password: str) -> str:
    """Return the password in its one written form (NFC), or refuse it with a sentence."""
    password = unicodedata.normalize("NFC", password)
    if len(password) < SHORTEST:
        raise InvalidInput(f"Use at least {SHORTEST} characters.", "password")
    if len(password) > LONGEST:
        raise InvalidInput(f"Use at most {LONGEST} characters.", "password")
    if _is_worn(password.lower()):
        raise InvalidInput(
            "That is among the first passwords that anybody would try. Use several words.",
            "password",
        )
    return password


def _is_worn(password: str) -> bool:
    edges = "0123456789!?.,-_*#$@ "
    bare = password.strip(edges)
    plain = bare.translate(_SUBSTITUTES)
    if not bare or {bare, plain, password} & _WORN:
        return True
    return any(password in run or password[::-1] in run for run in _RUNS)


def hashed(password: str, hasher: PasswordHasher = HASHER) -> str:
    """Return what is kept of a new password, once `check` has taken it."""
    return hasher.hash(check(password))


def hashed_again(password: str, hasher: PasswordHasher = HASHER) -> str:
    """Return what is kept, by today's settings, of a password that was taken long ago."""
    return hasher.hash(unicodedata.normalize("NFC", password))


def fits(kept: str, password: str, hasher: PasswordHasher = HASHER) -> bool:
    """Say whether this is the password of which `kept` was made."""
    password = unicodedata.normalize("NFC", password)
    try:
        return len(password) <= LONGEST and hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str, hasher: PasswordHasher = HASHER) -> bool:
    """Say whether `kept` was made with weaker settings than today's."""
    return hasher.check_needs_rehash(kept)


def waste_time(password: str, hasher: PasswordHasher = HASHER) -> None:
    """Take as long as `fits`: an unknown address must not answer faster than a known one."""
    fits(_nobodys(hasher), password, hasher)


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    return hasher.hash("no account has this password")
