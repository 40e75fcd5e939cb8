"""Every setting: its default, the environment variable that sets it, and what it means."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


def setting(default: Any, meaning: str) -> Any:
    """Declare a setting; `docs/operating.md` is checked against these meanings."""
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True)
class Config:
    """The site's settings. The environment variable of each has the same name in capitals."""

    database_url: str = setting(
        "", "SQLAlchemy address of the database; unset: SQLite in INSTANCE_PATH"
    )
    redis_url: str = setting(
        "", "Redis that wakes the workers; unset: a private one that `make run` starts"
    )
    storage_url: str = setting(
        "",
        "where media live: a folder, or s3://bucket/prefix; unset: INSTANCE_PATH/media",
    )
    secret_key: str = setting(
        "", "signs cookies and media addresses; unset: made once in INSTANCE_PATH"
    )
    secret_key_fallbacks: str = setting(
        "", "older secret keys, separated by commas, that are still believed"
    )
    instance_path: str = setting(
        "instance", "the folder in which the embedded defaults live"
    )
    host: str = setting("127.0.0.1", "the address that the web server listens on")
    port: int = setting(8000, "the port that the web server listens on")
    public_url: str = setting(
        "",
        "the site's address for visitors; https turns on Secure cookies and HSTS and turns the demonstration off",
    )
    trusted_proxies: int = setting(
        0,
        "how many proxies stand before the site; their X-Forwarded headers are believed",
    )
    mail_url: str = setting(
        "", "smtp://user:password@host:port for mails; unset: mails go to the log"
    )
    mail_from: str = setting("Manyhands <noreply@localhost>", "the sender of mails")
    ratelimit_enabled: bool = setting(
        True, "false for load tests: no request is refused for coming too often"
    )
    max_upload_mb: int = setting(2048, "the largest upload taken in one go, in MiB")
    max_crowd_mb: int = setting(
        50, "the largest table of answers from elsewhere that is decided, in MiB"
    )
    max_crowd_answers: int = setting(
        1_000_000, "the most answers that such a table may have"
    )
    web_threads: int = setting(8, "threads of one web process")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Config:
        """Read the settings that are set; an empty variable counts as unset."""
        given: dict[str, Any] = {}
        for known in fields(cls):
            if text := environ.get(known.name.upper(), "").strip():
                given[known.name] = _converted(known.name, known.default, text)
        return cls(**given)

    @property
    def instance(self) -> Path:
        """The instance folder as an absolute path."""
        return Path(self.instance_path).resolve()

    @property
    def database(self) -> str:
        """The database's address, with the embedded default."""
        return self.database_url or f"sqlite:///{self.instance / 'manyhands.sqlite'}"

    @property
    def storage(self) -> str:
        """The store's address, with the embedded default."""
        return self.storage_url or str(self.instance / "media")

    @property
    def is_https(self) -> bool:
        """Whether visitors come over https: what makes cookies Secure and sends HSTS."""
        return self.public_url.startswith("https://")


def _converted(name: str, default: Any, text: str) -> Any:
    if isinstance(default, bool):
        return text.lower() not in {"false", "0", "no", "off"}
    if isinstance(default, int):
        try:
            return int(text)
        except ValueError:
            raise SystemExit(
                f"{name.upper()} must be a whole number, not {text!r}"
            ) from None
    return text


def flask_settings(config: Config, secret_key: str) -> dict[str, Any]:
    """What Flask and its extensions want to be told, from our settings."""
    cookie = "__Host-session" if config.is_https else "session"
    return {
        "SECRET_KEY": secret_key,
        "SECRET_KEY_FALLBACKS": [
            key for key in config.secret_key_fallbacks.split(",") if key
        ],
        "SQLALCHEMY_DATABASE_URI": config.database,
        "SESSION_COOKIE_NAME": cookie,
        "SESSION_COOKIE_SECURE": config.is_https,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": 2**20,  # any form's; where files go, uploads raise it
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": config.is_https,
        "RATELIMIT_ENABLED": config.ratelimit_enabled,
        "RATELIMIT_STORAGE_URI": _limiter_storage(config.redis_url),
        "RATELIMIT_HEADERS_ENABLED": True,
        "COMPRESS_MIMETYPES": [
            "text/html",
            "text/css",
            "text/javascript",
            "image/svg+xml",
            "application/json",
            "text/csv",
        ],
    }


def _limiter_storage(redis_url: str) -> str:
    """Name our Redis as the limiter's library does; without one, each process counts for itself."""
    if redis_url.startswith("unix://"):
        return f"redis+{redis_url}"
    return redis_url or "memory://"
