"""Writers of one process take turns, so that SQLite's own waiting is left to other processes.

SQLite lets whoever asks at the right moment write next: under many threads, one can be passed over until its patience
ends. A lock of ours lets them in one after the other, and nobody asks in vain.
"""

from __future__ import annotations

import os
import threading

from sqlalchemy import Connection
from sqlalchemy.pool import ConnectionPoolEntry

#: How long a writer waits for its turn (seconds); then it asks SQLite, which has a patience of its own.
PATIENCE = 10.0

_HOLDS = "holds_the_turn"


class WriteTurns:
    """One engine's turns. A forked child begins with a free lock of its own: it has none of its parent's threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        os.register_at_fork(after_in_child=self._renew)

    def take(self, connection: Connection) -> None:
        """Wait for the turn to write; whoever waited too long goes on without."""
        if self._lock.acquire(timeout=PATIENCE):
            connection.info[_HOLDS] = self._lock

    def give(self, connection: Connection) -> None:
        """Let the next one write, if it was this connection's turn."""
        self._release(connection.info)

    def give_of(self, record: ConnectionPoolEntry) -> None:
        """The same for a connection that comes back to its pool, however it ended."""
        self._release(record.info)

    def _release(self, info: dict[str, object]) -> None:
        if info.pop(_HOLDS, None) is self._lock:
            self._lock.release()

    def _renew(self) -> None:
        self._lock = threading.Lock()
