"""The bell: it wakes who listens, adds up to one ring, and its loss harms nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from microtasks import bell, private_redis


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with private_redis.serving() as url:
        yield url


@pytest.fixture(autouse=True)
def _empty(redis_url: str) -> None:
    Redis.from_url(redis_url).flushall()


def test_a_ring_is_heard_once(redis_url: str) -> None:
    assert bell.ring(redis_url)
    assert bell.listen(redis_url, 1)
    assert not bell.listen(redis_url, 1)


def test_many_rings_before_one_is_heard_are_one(redis_url: str) -> None:
    assert all(bell.ring(redis_url) for _ in range(50))
    assert bell.listen(redis_url, 1)
    assert not bell.listen(redis_url, 1)


def test_the_bell_rings_again_after_it_was_heard(redis_url: str) -> None:
    for _ in range(3):
        assert bell.ring(redis_url)
        assert bell.listen(redis_url, 1)


def test_the_bell_rings_again_after_redis_was_wiped(redis_url: str) -> None:
    bell.ring(redis_url)
    Redis.from_url(redis_url).flushall()
    assert bell.ring(redis_url)
    assert bell.listen(redis_url, 1)


def test_ringing_without_redis_fails_nothing(tmp_path: Path) -> None:
    assert not bell.ring("")
    assert not bell.ring(f"unix://{tmp_path}/nobody.sock")
    assert not bell.ring("redis://127.0.0.1:1/0")


def test_listening_without_redis_says_so_at_once(tmp_path: Path) -> None:
    with pytest.raises(RedisError):
        bell.listen(f"unix://{tmp_path}/nobody.sock", 1)


def test_the_private_redis_is_open_to_its_owner_alone_and_leaves_nothing() -> None:
    with private_redis.serving() as url:
        socket = Path(url.removeprefix("unix://"))
        assert socket.parent.stat().st_mode & 0o777 == 0o700
        assert bell.is_reachable(url)
    assert not socket.parent.exists()
    assert not bell.is_reachable(url)


def test_a_socket_fits_its_address_however_deep_the_folder_for_passing_files_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("deep" * 20)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    with private_redis.serving() as url:
        assert bell.is_reachable(url)
