"""Media: one small interface over a folder or an S3 bucket, so that nothing else asks which it is."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from microtasks.storage.folder import FolderStore
from microtasks.storage.store import StorageError, Store, Stored

__all__ = [
    "FolderStore",
    "StorageError",
    "Store",
    "Stored",
    "open_store",
]


def open_store(place: str | Path) -> Store:
    """Open the store at `s3://bucket/prefix`, or in a folder, which is made if it is missing."""
    if str(place).startswith("s3://"):
        from microtasks.storage.bucket import BucketStore  # boto3 takes half a second

        parts = urlsplit(str(place))
        return BucketStore(parts.netloc, parts.path)
    return FolderStore(Path(place))
