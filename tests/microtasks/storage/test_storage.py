from __future__ import annotations

import hashlib
import io
import os
import threading
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from microtasks.errors import NotFound
from microtasks.storage import FolderStore, Store, Stored, open_store
from microtasks.storage.bucket import BucketStore

BODY = b"a page of 1905" * 1000
KEY = hashlib.sha256(BODY).hexdigest()


@pytest.fixture(scope="module")
def bucket() -> str:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        environment.setenv("AWS_ACCESS_KEY_ID", "tests")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "tests")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        boto3.client("s3").create_bucket(Bucket="media")
        yield "s3://media"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store(tmp_path / "media")
    return open_store(f"{request.getfixturevalue('bucket')}/{tmp_path.name}")


def test_a_file_is_kept_under_the_hash_of_its_bytes(store):
    assert store.put(io.BytesIO(BODY)) == Stored(KEY, len(BODY))
    assert store.exists(KEY)
    with store.open(KEY) as file:
        assert file.read() == BODY


def test_a_path_is_kept_like_a_stream_and_stays_where_it_is(store, tmp_path):
    source = tmp_path / "scan.jpg"
    source.write_bytes(BODY)
    assert store.put(source).sha256 == KEY
    assert source.read_bytes() == BODY


def test_a_kept_file_can_be_used_as_a_local_path(store):
    store.put(io.BytesIO(BODY))
    with store.path(KEY) as path:
        assert path.read_bytes() == BODY


def test_the_same_bytes_twice_are_one_file(store):
    assert store.put(io.BytesIO(BODY)) == store.put(io.BytesIO(BODY))
    store.delete(KEY)
    assert not store.exists(KEY)


def test_an_empty_file_is_a_file(store):
    stored = store.put(io.BytesIO())
    with store.open(stored.sha256) as file:
        assert file.read() == b""


def test_what_is_not_there_is_not_found_and_may_be_deleted(store):
    store.delete(KEY)
    with pytest.raises(NotFound):
        store.open(KEY)
    with pytest.raises(NotFound), store.path(KEY):
        pass


@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "", KEY.upper(), KEY + "/x", KEY[:63] + "\n"]
)
def test_what_is_no_hash_is_not_found(store, key):
    with pytest.raises(NotFound):
        store.open(key)
    with pytest.raises(NotFound):
        store.exists(key)


def test_the_cache_gives_back_the_last_bytes(store):
    assert store.cached("stage7/card.jpg") is None
    store.cache("stage7/card.jpg", b"first")
    store.cache("stage7/card.jpg", b"second")
    assert store.cached("stage7/card.jpg") == b"second"


def test_dropping_part_of_the_cache_leaves_the_rest_and_the_originals(store):
    store.put(io.BytesIO(BODY))
    for name in ("one/a.jpg", "one/deep/b.jpg", "one2/c.jpg", "two.jpg"):
        store.cache(name, b"x")
    store.drop_cache("one")
    store.drop_cache("two.jpg")
    store.drop_cache("nothing")
    held = [
        n
        for n in ("one/a.jpg", "one/deep/b.jpg", "one2/c.jpg", "two.jpg")
        if store.cached(n)
    ]
    assert held == ["one2/c.jpg"]
    assert store.exists(KEY)


@pytest.mark.parametrize(
    "name", ["../kept/x", "/etc/passwd", "a/../b", "", "a//b", ".hidden"]
)
def test_a_cache_name_cannot_leave_the_cache(store, name):
    for ask in (store.cached, store.drop_cache, lambda n: store.cache(n, b"")):
        with pytest.raises(ValueError, match="no name for the cache"):
            ask(name)


def test_many_at_once_keep_one_file(store):
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(store.put(io.BytesIO(BODY))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [Stored(KEY, len(BODY))] * 8


class Breaking(io.RawIOBase):
    """A stream that breaks off in the middle."""

    def __init__(self) -> None:
        self.pieces = [BODY]

    def read(self, size: int = -1) -> bytes:
        if self.pieces:
            return self.pieces.pop()
        raise OSError("the line broke")


def test_a_stream_that_breaks_off_leaves_nothing(store):
    with pytest.raises(OSError, match="the line broke"):
        store.put(Breaking())
    assert not store.exists(KEY)


def test_a_folder_holds_nothing_but_whole_files_in_two_levels(tmp_path):
    store = FolderStore(tmp_path)
    store.put(io.BytesIO(BODY))
    with pytest.raises(OSError, match="the line broke"):
        store.put(Breaking())
    files = [
        os.path.relpath(path, tmp_path)
        for path in tmp_path.rglob("*")
        if path.is_file()
    ]
    assert files == [f"kept/{KEY[:2]}/{KEY[2:4]}/{KEY}"]


def test_a_file_too_large_for_one_request_goes_up_in_parts(bucket):
    body = os.urandom(9 << 20)
    store = BucketStore("media", "parts", largest_put=1 << 20)
    stored = store.put(io.BytesIO(body))
    with store.path(stored.sha256) as path:
        assert path.read_bytes() == body
