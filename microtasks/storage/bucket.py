"""Media in an S3 bucket, served through the site and never from an address of the bucket."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from microtasks.errors import NotFound
from microtasks.storage.store import (
    StorageError,
    Stored,
    check_key,
    check_name,
    copy,
)

#: What S3 takes in one request; beyond, a file goes up in parts, each with its own checksum.
LARGEST_PUT = 4 << 30
_MISSING = {"404", "NoSuchKey", "NotFound"}


class BucketStore:
    """Files as `prefix/kept/<sha256>`, pictures that can be made again as `prefix/cache/<name>`.

    The endpoint and the credentials come from the standard AWS environment (AWS_ENDPOINT_URL and its kin).
    """

    def __init__(
        self, bucket: str, prefix: str = "", largest_put: int = LARGEST_PUT
    ) -> None:
        self._largest_put = largest_put
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        retries = Config(retries={"max_attempts": 4, "mode": "standard"})
        self._client: Any = boto3.client("s3", config=retries)

    def put(self, source: Path | BinaryIO) -> Stored:
        """Keep a file, and believe that it is kept only when the bucket says its size and checksum."""
        if isinstance(source, Path):
            with source.open("rb") as file:
                return self.put(file)

        with tempfile.TemporaryFile() as whole:
            stored = copy(source, whole)
            if not self.exists(stored.sha256):
                whole.seek(0)
                self._upload(stored, whole)
        return stored

    def open(self, key: str) -> BinaryIO:
        """Open a kept file for reading, or raise NotFound."""
        return self._get(self._place(key))

    @contextmanager
    def path(self, key: str) -> Iterator[Path]:
        """Fetch a kept file into a temporary one, gone when it is no longer needed, or raise NotFound."""
        with tempfile.NamedTemporaryFile(prefix="manyhands-") as local:
            with self.open(key) as body:
                copied = copy(body, cast(BinaryIO, local))
            if copied.sha256 != key:
                raise StorageError(f"the bucket gave other bytes for {key}")
            local.flush()
            yield Path(local.name)

    def exists(self, key: str) -> bool:
        """Say whether a file is kept."""
        try:
            self._client.head_object(Bucket=self._bucket, Key=self._place(key))
        except ClientError as error:
            if _is_missing(error):
                return False
            raise
        return True

    def delete(self, key: str) -> None:
        """Forget a kept file; it need not exist."""
        self._client.delete_object(Bucket=self._bucket, Key=self._place(key))

    def cached(self, name: str) -> bytes | None:
        """Return what the cache holds under a name, if it holds it."""
        try:
            with self._get(self._cache_place(name)) as body:
                return body.read()
        except NotFound:
            return None

    def cache(self, name: str, body: bytes) -> None:
        """Put bytes that can be made again under a name."""
        self._client.put_object(
            Bucket=self._bucket, Key=self._cache_place(name), Body=body
        )

    def drop_cache(self, prefix: str) -> None:
        """Forget all of the cache below a name."""
        place = self._cache_place(prefix)
        self._client.delete_object(Bucket=self._bucket, Key=place)
        pages = self._client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=f"{place}/"):
            keys = [each["Key"] for each in page.get("Contents", [])]
            if keys:
                self._client.delete_objects(
                    Bucket=self._bucket,
                    Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True},
                )

    def _place(self, key: str) -> str:
        return f"{self._prefix}kept/{check_key(key)}"

    def _cache_place(self, name: str) -> str:
        return f"{self._prefix}cache/{check_name(name)}"

    def _get(self, place: str) -> BinaryIO:
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=place)["Body"]
        except ClientError as error:
            if _is_missing(error):
                raise NotFound("there is no such file") from error
            raise
        return cast(BinaryIO, body)

    def _upload(self, stored: Stored, whole: BinaryIO) -> None:
        """Send a file and compare what the bucket then says of it."""
        place = {"Bucket": self._bucket, "Key": self._place(stored.sha256)}
        checksum = base64.b64encode(bytes.fromhex(stored.sha256)).decode()
        at_once = stored.size <= self._largest_put
        if at_once:
            self._client.put_object(**place, Body=whole, ChecksumSHA256=checksum)
        else:
            parts = {"ChecksumAlgorithm": "SHA256"}
            self._client.upload_fileobj(whole, *place.values(), ExtraArgs=parts)

        head = self._client.head_object(**place, ChecksumMode="ENABLED")
        # Of a file in parts the bucket says a checksum of checksums, and some buckets say none.
        said = head.get("ChecksumSHA256", checksum) if at_once else checksum
        if head["ContentLength"] != stored.size or said != checksum:
            self._client.delete_object(**place)
            raise StorageError(f"the bucket holds other bytes for {stored.sha256}")


def _is_missing(error: ClientError) -> bool:
    return error.response.get("Error", {}).get("Code") in _MISSING
