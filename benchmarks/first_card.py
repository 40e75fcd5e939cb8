"""What the first card costs on a thin line: bytes over the wire of its page, stylesheet, scripts and icon, without its picture.

Each answer is counted as it travels, status line, headers and compressed body, to a browser that takes brotli and gzip.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from html.parser import HTMLParser
from posixpath import dirname, join, normpath
from urllib.parse import urlsplit

import brotli

from benchmarks import _site
from benchmarks.result import Result

RECIPE = """
title = "First card"
description = "Say what each message asks for."
[[stage]]
name = "need"
slice = { mode = "fields", columns = ["message"] }
question = { kind = "choice", text = "What is asked for?", options = ["water", "food", "medical help", "shelter", "nothing"] }
"""
ALLOWED_KB = 50
_IMPORT = re.compile(rb"""\b(?:from|import)\s*["'](\.[^"']+)["']""")
_REQUEST = """GET {path} HTTP/1.1\r
Host: {host}\r
User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36\r
Accept: text/html,application/xhtml+xml,image/avif,image/webp,*/*;q=0.8\r
Accept-Encoding: br, gzip\r
Accept-Language: en-GB,en;q=0.9\r
Connection: close\r
\r
"""


class Needed(HTMLParser):
    """Gathers what a browser fetches for a page before its pictures: stylesheets, scripts, icons."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        wanted = {"stylesheet", "icon", "modulepreload", "preload", "manifest"}
        if tag == "script" and "src" in found:
            self.addresses.append(found["src"])
        elif tag == "link" and wanted & set(found.get("rel", "").split()):
            self.addresses.append(found["href"])


def fetch(site: str, path: str) -> tuple[int, bytes]:
    """Fetch an address; return the bytes that travelled and the body unpacked."""
    parts = urlsplit(site)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as line:
        line.sendall(_REQUEST.format(path=path, host=parts.netloc).encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{path}: {head[:60]!r}")
    if b"content-encoding: br" in head.lower():
        body = brotli.decompress(body)
    elif b"content-encoding" in head.lower():
        raise RuntimeError(f"{path}: not the encoding that a browser prefers")
    return len(answer), body


def weigh(site: str, page: str) -> dict[str, int]:
    """Return the weight of a page and of all that it and its scripts name."""
    weights: dict[str, int] = {}
    ahead = [page]
    while ahead:
        path = ahead.pop()
        if path in weights:
            continue
        weights[path], body = fetch(site, path)
        if path == page:
            reader = Needed()
            reader.feed(body.decode())
            ahead += reader.addresses
        elif urlsplit(path).path.endswith(".js"):
            ahead += [
                normpath(join(dirname(path), name.decode()))
                for name in _IMPORT.findall(body)
            ]
    return weights


def measure() -> Iterator[Result]:
    """Weigh a newcomer's first card."""
    with _site.empty() as config:
        deck = f"/c/{_site.campaign(RECIPE, _site.messages(20)).slug}/work"
        with _site.served(config) as site:
            weights = weigh(site, deck)
    kinds = {"page": deck, "stylesheet": ".css", "scripts": ".js", "icon": ".svg"}
    for name, ending in kinds.items():
        total = sum(
            weight
            for path, weight in weights.items()
            if urlsplit(path).path.endswith(ending)
        )
        yield Result(f"first_card_{name}", total / 1000, "kB")
    whole = sum(weights.values()) / 1000
    yield Result("first_card", whole, "kB", "allowed", ALLOWED_KB)
    yield Result("first_card_requests", len(weights), "requests")
