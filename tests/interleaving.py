"""Two transactions at once, in an order that a test chooses: only PostgreSQL lets them really overlap."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.conftest import open_session


def elsewhere(url: str, deed: Callable[[Session], Any]) -> Any:
    """Do something in a transaction of its own and commit it."""
    with open_session(url) as session:
        try:
            done = deed(session)
            session.commit()
        finally:
            session.close()
            session.get_bind().dispose()
    return done


def just_before(session: Session, words: str, deed: Callable[[], object]) -> None:
    """Let something happen right before this session's next statement that contains these words."""
    engine, left = session.get_bind().engine, [deed]

    def look(*call: Any) -> None:
        if words in call[2] and left:
            left.pop()()

    event.listen(engine, "before_cursor_execute", look)


def during(session: Session, url: str, deed: Callable[[Session], Any]) -> Any:
    """Let something begin while this session's transaction is open; it may have to wait for the commit."""
    with ThreadPoolExecutor(1) as threads:
        begun = threads.submit(elsewhere, url, deed)
        wait([begun], timeout=1)
        session.commit()
        return begun.result(20)
