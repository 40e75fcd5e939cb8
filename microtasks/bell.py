"""The bell that wakes a worker: one entry in an RQ queue, which says "look at the table" and nothing else.

The rows in the database are the truth. Redis may be empty, wiped or gone: a bell that was not heard costs the few
seconds until a worker looks by itself.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import lru_cache

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DequeueTimeout, DuplicateJobError
from rq.job import Job as Entry

log = logging.getLogger(__name__)

QUEUE = "manyhands"
#: What a plain `rq worker --serializer json manyhands` would call; `flask worker` does the same by itself.
WORK_OFF = "blueprints.commands.worker.work_off"
#: A second ring before the first was heard adds nothing.
ENTRY = "work-is-due"

_ALIVE = "manyhands:worker-is-alive"
_PATIENCE_SECONDS = 0.5


def ring(redis_url: str) -> bool:
    """Wake a worker, after the commit; never fails, and waits a second at most. Return whether it rang."""
    if not redis_url:
        return False
    try:
        _queue(redis_url).enqueue_call(
            WORK_OFF, job_id=ENTRY, unique=True, ttl=60, result_ttl=0, timeout=-1
        )
    except DuplicateJobError:
        return True
    except (RedisError, OSError) as error:
        log.warning("the bell did not ring: %s", error)
        return False
    return True


def listen(redis_url: str, seconds: int) -> bool:
    """Wait for the bell; return whether it rang. Raises Redis' errors: the caller can look without a bell."""
    queue = _queue(redis_url, seconds + 2.0)
    try:
        _, entry = Queue.lpop([queue.key], seconds, connection=queue.connection)
    except DequeueTimeout:
        return False
    queue.connection.delete(Entry.key_for(entry.decode()))
    return True


def is_reachable(redis_url: str) -> bool:
    """Say whether Redis answers."""
    try:
        return bool(redis_url and _queue(redis_url).connection.ping())
    except (RedisError, OSError, ValueError):
        return False


def say_alive(redis_url: str) -> None:
    """Leave a sign of a working worker that fades within half a minute."""
    if redis_url:
        with suppress(RedisError, OSError):
            _queue(redis_url).connection.set(_ALIVE, 1, ex=30)


def is_anybody_alive(redis_url: str) -> bool:
    """Say whether a worker left its sign within the last half minute."""
    try:
        return bool(redis_url and _queue(redis_url).connection.exists(_ALIVE))
    except (RedisError, OSError, ValueError):
        return False


@lru_cache(maxsize=8)
def _queue(redis_url: str, patience: float = _PATIENCE_SECONDS) -> Queue:
    """Return the queue; its connections are opened when used, again after an error, and never cross a fork."""
    connection = Redis.from_url(
        redis_url,
        socket_timeout=patience,
        socket_connect_timeout=_PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )
    return Queue(QUEUE, connection=connection, serializer="json")
