"""The key that signs cookies and media addresses: given by the environment, or made once and kept."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from config import Config


def secret_key(config: Config) -> str:
    """Return the configured key, else the instance's own, made on first use."""
    if config.secret_key:
        return config.secret_key
    path = config.instance / "secret_key"
    if not path.exists():
        _create(path)
    return path.read_text(encoding="ascii").strip()


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
