"""A coordinator for fault tests: a browser that signs in, uploads, opens, closes, freezes, and looks again when a line breaks."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

import urllib3
from urllib3.filepost import encode_multipart_formdata

from blueprints.commands._browser import Browser, Page, pool
from tests.faults.houses import await_that

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
#: Pieces in which a large upload travels: over this many seconds anything may happen to it.
_PIECES = 60


@dataclass
class Coordinator:
    """Somebody with an account and a folder of pictures."""

    site: str
    slug: str

    def __post_init__(self) -> None:
        self.lines = pool(2)
        self.browser = Browser(self.site, self.lines)

    def sign_in(self, email: str, password: str) -> None:
        token = self._token("/sign-in")
        form = [("csrf_token", token), ("email", email), ("password", password)]
        assert self.browser.post("/sign-in", form).status == 303

    def upload(
        self, name: str, body: bytes, seconds: float, interrupt: Callable[[], object]
    ) -> int:
        """Send a file until it is there; whoever is cut off looks at the list before sending it again."""
        sent = 0
        while not self.uploads():
            sent += 1
            interrupt()
            self._send(name, body, seconds)
        return sent

    def uploads(self) -> list[str]:
        """The uploads that the campaign's page lists."""
        page = self.get(f"/manage/{self.slug}/sources").text
        return re.findall(rf"/manage/{self.slug}/uploads/([\w-]+)", page)

    def step(self, action: str) -> None:
        """Open or close the campaign; a broken line is tried again, and a step that was done is done."""
        address, done = f"/manage/{self.slug}/state", {303, 409}
        self._until(lambda: self._submit(address, [("action", action)]).status in done)

    def freeze(self) -> str:
        """Ask for one data set; its address."""
        before = self.data_sets()
        ask = [("audience", "team")]
        self._submit(f"/datasets/{self.slug}/freeze", ask)
        self._until(lambda: len(self.data_sets()) > len(before))
        (new,) = set(self.data_sets()) - set(before)
        return new

    def data_sets(self) -> list[str]:
        page = self.get(f"/datasets/{self.slug}/").text
        return sorted(set(re.findall(rf"/datasets/{self.slug}/\d+/", page)))

    def download(self, address: str) -> bytes:
        url = urljoin(self.site, f"{address}data.zip")
        answer = self.lines.request("GET", url, headers=self._headers(url))
        assert answer.status == 200
        return answer.data

    def get(self, address: str) -> Page:
        """Fetch a page; while the server is being started again, try again."""
        pages: list[Page] = []

        def came() -> bool:
            pages.append(self.browser.get(address))
            return not pages[-1].is_broken

        self._until(came)
        assert pages[-1].status == 200, pages[-1].text
        return pages[-1]

    def _submit(self, address: str, fields: list[tuple[str, str]]) -> Page:
        token = self._token(f"/manage/{self.slug}/")
        return self.browser.post(address, [("csrf_token", token), *fields])

    def _send(self, name: str, body: bytes, seconds: float) -> bool:
        """Post the form as a browser does, on a slow line; whether it was acknowledged."""
        address = f"/manage/{self.slug}/upload"
        url = urljoin(self.site, address)
        form = {"csrf_token": self._token(address), "files": (name, body)}
        packed, kind = encode_multipart_formdata(form)
        headers = self._headers(url) | {
            "Content-Type": kind,
            "Content-Length": str(len(packed)),
        }
        pieces = _slowly(packed, seconds)
        try:
            answer = self.lines.request(
                "POST", url, body=pieces, headers=headers, redirect=False
            )
        except urllib3.exceptions.HTTPError:
            return False
        assert answer.status in {303, 503}, answer.data
        return bool(answer.status == 303)

    def _headers(self, url: str) -> dict[str, str]:
        return self.browser._headers(url, b"")

    def _token(self, address: str) -> str:
        found = _TOKEN.search(self.get(address).text)
        assert found, f"{address} has no form"
        return found[1]

    def _until(self, condition: Callable[[], object]) -> None:
        await_that(condition, 60)


def _slowly(body: bytes, seconds: float) -> Iterator[bytes]:
    size = len(body) // _PIECES + 1
    for at in range(0, len(body), size):
        time.sleep(seconds / _PIECES)
        yield body[at : at + size]
