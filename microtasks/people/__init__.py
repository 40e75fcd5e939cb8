"""People: accounts and their sign-ins, organisations and their members, and volunteers' identities."""

from microtasks.people.accounts import (
    change_email,
    change_name,
    change_password,
    disable,
    make_operator,
    sign_up,
)
from microtasks.people.identities import (
    adopt,
    identity_for,
    identity_ids,
    known_identity,
)
from microtasks.people.invitations import (
    accept,
    invitation_for,
    invite,
    open_invitations,
    withdraw_invitation,
)
from microtasks.people.organisations import (
    change_organisation,
    found,
    remove_member,
    role_of,
    set_role,
)
from microtasks.people.resets import finish_reset, reset_for, start_reset
from microtasks.people.sign_ins import (
    LONGEST,
    TOUCH_EVERY,
    account_of,
    admit,
    live_sign_in,
    recognise,
    sign_in,
    sign_out,
    sign_out_others,
    start_sign_in,
    touch,
)

__all__ = [
    "LONGEST",
    "TOUCH_EVERY",
    "accept",
    "account_of",
    "admit",
    "adopt",
    "change_email",
    "change_name",
    "change_organisation",
    "change_password",
    "disable",
    "finish_reset",
    "found",
    "identity_for",
    "identity_ids",
    "invitation_for",
    "invite",
    "known_identity",
    "live_sign_in",
    "make_operator",
    "open_invitations",
    "recognise",
    "remove_member",
    "reset_for",
    "role_of",
    "set_role",
    "sign_in",
    "sign_out",
    "sign_out_others",
    "sign_up",
    "start_reset",
    "start_sign_in",
    "touch",
    "withdraw_invitation",
]
