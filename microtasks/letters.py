"""What our mails say."""

from __future__ import annotations

from microtasks.mail import Mail
from microtasks.models import Role
from microtasks.people import names


def reset(to: str, link: str) -> Mail:
    """Write the mail that lets somebody set a new password."""
    return Mail(
        to,
        "A new password for Manyhands",
        "Somebody, hopefully you, asked for a new password for this address.\n\n"
        f"Set it here within an hour; the link works once:\n{link}\n\n"
        "If it was not you, leave this mail alone: nothing has changed.\n",
    )


def confirmation(to: str, link: str) -> Mail:
    """Write the mail that lets somebody go on signing up."""
    return Mail(
        to,
        "Go on signing up for Manyhands",
        "Somebody, hopefully you, wants an account with this address.\n\n"
        f"Choose a name and a password here within a day:\n{link}\n\n"
        "If it was not you, leave this mail alone: no account was made.\n",
    )


def already_here(to: str, link: str) -> Mail:
    """Write the mail to somebody who signs up a second time."""
    return Mail(
        to,
        "You have an account at Manyhands",
        "Somebody, hopefully you, wanted an account with this address. There is one already.\n\n"
        f"Sign in, or ask for a new password, here:\n{link}\n",
    )


def invitation(to: str, organisation: str, role: Role, inviter: str, link: str) -> Mail:
    """Write the mail that makes its reader a member."""
    organisation, inviter = names.line(organisation), names.line(inviter)
    return Mail(
        to,
        f"{organisation} invites you to Manyhands",
        f"{inviter} invites you to work in {organisation} as {role}.\n\n"
        f"Accept here within two weeks; the link works once:\n{link}\n\n"
        "If you do not know them, leave this mail alone.\n",
    )
