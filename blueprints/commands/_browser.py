"""A browser without scripts: one volunteer's cookies, pages by plain GET and POST, nothing else."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3

from blueprints.commands._forms_reader import Fields

_TIMEOUT = urllib3.Timeout(connect=10, read=60)


@dataclass(frozen=True, slots=True)
class Page:
    """What came back: status 0 says that the line broke and nothing is known."""

    status: int
    text: str = ""
    location: str = ""
    seconds: float = 0.0
    wait: float = 0.0

    @property
    def is_broken(self) -> bool:
        """Whether no answer came, or only that the server is not there."""
        return self.status in {0, 502, 503, 504}


def pool(connections: int) -> urllib3.PoolManager:
    """Open the lines that all browsers share: one for each."""
    return urllib3.PoolManager(
        maxsize=connections, retries=False, timeout=_TIMEOUT, block=False
    )


@dataclass(slots=True)
class Browser:
    """One volunteer's browser on a site."""

    site: str
    pool: urllib3.PoolManager
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str) -> Page:
        """Fetch a page."""
        return self._ask("GET", address)

    def post(self, address: str, fields: Fields) -> Page:
        """Send a form; a redirection is not followed."""
        return self._ask("POST", address, fields)

    def _ask(self, method: str, address: str, fields: Fields | None = None) -> Page:
        url, begun = urljoin(self.site, address), time.monotonic()
        encoded = None if fields is None else _encoded(fields)
        try:
            answer = self.pool.request(
                method, url, body=encoded, headers=self._headers(url, encoded)
            )
        except urllib3.exceptions.HTTPError:
            return Page(0, seconds=time.monotonic() - begun)
        for line in answer.headers.getlist("Set-Cookie"):
            self._keep(line)
        return Page(
            answer.status,
            answer.data.decode("utf-8", "replace"),
            answer.headers.get("Location", ""),
            time.monotonic() - begun,
            _seconds(answer.headers.get("Retry-After", "")),
        )

    def _headers(self, url: str, body: bytes | None) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Accept-Encoding": "gzip"} | ({"Cookie": cookies} if cookies else {})
        if body is None:
            return headers
        parts = urlsplit(url)
        return headers | {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"{parts.scheme}://{parts.netloc}",
            "Referer": url,
        }

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            if morsel.value and morsel["max-age"] != "0":
                self.cookies[name] = morsel.coded_value
            else:
                self.cookies.pop(name, None)


def _encoded(fields: Fields) -> bytes:
    return urlencode(fields).encode()


def _seconds(text: str) -> float:
    return float(text) if text.isdigit() else 0.0
