"""Mails: plain letters, and the two ways they leave the house: into the log, or through a mail server."""

from __future__ import annotations

import logging
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

from microtasks.people import names

log = logging.getLogger("manyhands.mail")


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter to one address."""

    to: str
    subject: str
    text: str


class Post(Protocol):
    """Whatever takes a mail away."""

    def post(self, mail: Mail) -> None:
        """Take the mail away, or raise OSError."""


@dataclass(frozen=True, slots=True)
class LogPost:
    """Writes mails into the log: nothing to install, and links in them can be followed from there."""

    def post(self, mail: Mail) -> None:
        """Write the mail into the log."""
        log.info("mail to %s: %s | %s", mail.to, mail.subject, mail.text)


#: Mail servers of this machine are spoken to in clear.
_HERE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class SmtpPost:
    """Hands mails to a server: smtp:// (encrypted where the server offers it) or smtps://."""

    url: str
    sender: str

    def post(self, mail: Mail) -> None:
        """Hand the mail to the server."""
        parts = urlsplit(self.url)
        host, context = parts.hostname or "localhost", ssl.create_default_context()
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(
                host, parts.port or 465, None, timeout=20, context=context
            )
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=20)
        with server:
            server.ehlo()
            if parts.scheme != "smtps" and server.has_extn("starttls"):
                server.starttls(context=context)
            elif parts.scheme != "smtps" and parts.username and host not in _HERE:
                # A password never crosses a line that others can read.
                raise smtplib.SMTPNotSupportedError(f"{host} offers no encryption")
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message(mail, self.sender))


def message(mail: Mail, sender: str) -> EmailMessage:
    """Write the mail as a message in which no header can be slipped in."""
    letter = EmailMessage()
    letter["From"] = sender
    letter["To"] = names.email(mail.to)
    letter["Subject"] = names.line(mail.subject)
    letter["Date"] = formatdate()
    letter["Message-ID"] = make_msgid(domain=_domain(sender))
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(mail.text)
    return letter


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def post_for(url: str, sender: str) -> Post:
    """Return the way out that MAIL_URL names; none named: the log."""
    return SmtpPost(url, sender) if url else LogPost()
