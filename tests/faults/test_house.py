"""The house as it is shipped: what is killed comes back, and what is stopped leaves nothing behind."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.houses import Site, await_that, free_port, house, is_alive, kill

pytestmark = pytest.mark.faults


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    folder, port = tmp_path / "instance", free_port()
    with house(folder, port) as process:
        site = Site(process, folder, port)
        await_that(site.answers, 60)
        yield site


def test_a_killed_web_process_is_back_before_a_visitor_notices(site: Site) -> None:
    for _ in range(5):
        before = site.pid("web")
        kill(before)
        started = time.monotonic()
        assert site.answers()
        assert time.monotonic() - started < 2
        await_that(lambda before=before: site.pid("web") != before, 5)


@pytest.mark.parametrize("name", ["worker", "redis"])
def test_what_is_killed_is_started_again(site: Site, name: str) -> None:
    before = site.pid(name)
    kill(before)
    await_that(lambda: site.pid(name) != before, 10)
    assert is_alive(site.pid(name))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_however_the_house_ends_no_process_is_left(site: Site, number: int) -> None:
    pids = [site.pid(name) for name in ("web", "worker", "redis")]
    site.process.send_signal(number)
    site.process.wait(35)
    await_that(lambda: not any(map(is_alive, pids)), 10)
