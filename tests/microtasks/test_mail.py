"""Mails: what they say, and that nothing slips into their headers."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from threading import Thread

import pytest

from microtasks import letters, mail
from microtasks.errors import InvalidInput
from microtasks.models import Role

SENDER = "Manyhands <noreply@localhost>"


def test_without_a_server_a_mail_goes_to_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "manyhands.mail"):
        mail.post_for("", SENDER).post(
            letters.reset("a@b.org", "http://site/reset/xyz")
        )
    assert "a@b.org" in caplog.text
    assert "http://site/reset/xyz" in caplog.text


def test_a_name_cannot_add_a_header() -> None:
    evil = "River\r\nBcc: everybody@b.org\r\n\r\nRelief"
    letter = letters.invitation("a@b.org", evil, Role.viewer, evil, "http://site/x")
    raw = mail.message(letter, SENDER).as_bytes()
    assert b"\nBcc" not in raw
    assert raw.count(b"\nSubject:") == 1


def test_an_address_cannot_add_a_header() -> None:
    with pytest.raises(InvalidInput):
        mail.message(mail.Mail("a@b.org\nBcc: c@b.org", "x", "y"), SENDER)


@pytest.fixture
def server() -> Iterator[tuple[int, list[bytes]]]:
    """A mail server that takes one mail and keeps what it was told."""
    told: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, in_data = listener.accept()[0], False
        with line, line.makefile("rb") as lines:
            line.sendall(b"220 hello\r\n")
            for text in lines:
                told.append(text)
                if in_data and text != b".\r\n":
                    continue
                in_data = text.upper().startswith(b"DATA")
                if text.upper().startswith(b"QUIT"):
                    line.sendall(b"221 bye\r\n")
                    return
                line.sendall(b"354 go on\r\n" if in_data else b"250 good\r\n")

    thread = Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1], told
    thread.join(5)
    listener.close()


def test_with_a_server_the_mail_is_handed_over(server: tuple[int, list[bytes]]) -> None:
    port, told = server
    letter = letters.confirmation("amina@b.org", "http://site/sign-up/xyz")
    mail.post_for(f"smtp://127.0.0.1:{port}", SENDER).post(letter)
    text = b"".join(told).decode()
    assert "rcpt to:<amina@b.org>" in text.lower()
    assert "http://site/sign-up/xyz" in text
    assert "From: Manyhands <noreply@localhost>" in text
