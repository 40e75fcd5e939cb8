"""Deciding and forgetting uploaded crowds: killed at any line and run again, and no bytes stay that no row names."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from microtasks import confined, jobs
from microtasks.crowds import deciding, keeping
from microtasks.crowds.request import ANSWERS, ASKED, Request, pack
from microtasks.jobs import Tools, decide, forget, rows
from microtasks.models import (
    Account,
    AuditLine,
    CrowdState,
    Job,
    JobState,
    UploadedCrowd,
    public_id,
)
from tests import uploading
from tests.cast import person
from tests.conftest import NOON

TABLE = "task,worker,label\nt1,ann,yes\nt1,bob,yes\nt1,cem,no\n"


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return uploading.tools(tmp_path)


@pytest.fixture
def account(session_on_each: Session) -> Account:
    made = person(session_on_each, "Amina")
    session_on_each.commit()
    return made


@pytest.fixture
def send(
    session_on_each: Session, account: Account, tools: Tools, tmp_path: Path
) -> Callable[..., UploadedCrowd]:
    """Sends a table as the page does."""

    def send(table: str = TABLE, **asked: object) -> UploadedCrowd:
        session = session_on_each
        name = public_id()
        files, bundle = tmp_path / name, tmp_path / f"{name}.zip"
        files.mkdir()
        (files / ANSWERS).write_text(table)
        request = Request(name, "choice", **asked)
        pack(request, files, bundle)
        crowd = keeping.receive(session, account, request, "a.csv", bundle, NOON)
        session.commit()
        tools.store.put(bundle)
        keeping.begin(session, crowd.id, NOON)
        session.commit()
        return crowd

    return send


def kept(tmp_path: Path) -> set[str]:
    """The keys of all files in the store."""
    found = (tmp_path / "media" / "kept").rglob("*")
    return {path.name for path in found if path.is_file()}


def latest(session: Session, kind: str) -> Job:
    query = select(Job).where(Job.kind == kind).order_by(Job.id.desc())
    return session.scalars(query.limit(1)).one()


def kill(session: Session, job: Job, steps: Iterator[None], after: int) -> None:
    """Go so many steps, each committed, and then no further."""
    for _, _ in zip(range(after), steps, strict=False):
        session.commit()
    session.rollback()
    steps.close()  # type: ignore[attr-defined]


def test_a_crowd_is_decided_and_its_result_kept(
    session_on_each: Session, tools: Tools, send: Callable[..., UploadedCrowd], tmp_path: Path
) -> None:  # fmt: skip
    crowd = send()
    assert jobs.run(session_on_each, crowd.job_id or 0, tools) == JobState.done
    session_on_each.refresh(crowd)
    assert crowd.state == CrowdState.decided
    assert crowd.told["answers"] == 3
    with tools.store.path(crowd.decided or "") as path, zipfile.ZipFile(path) as archive:  # fmt: skip
        assert archive.read("result.csv").startswith(b"task,label,confidence")
        assert crowd.public_id.encode() in archive.read("crowd.txt")
    assert kept(tmp_path) == {crowd.received, crowd.decided}
    assert list(tools.scratch.iterdir()) == []


def test_the_same_table_sent_twice_is_kept_twice_so_that_one_can_go(
    session_on_each: Session, tools: Tools, send: Callable[..., UploadedCrowd], tmp_path: Path
) -> None:  # fmt: skip
    first, second = send(), send()
    for crowd in (first, second):
        jobs.run(session_on_each, crowd.job_id or 0, tools)
    assert len(kept(tmp_path)) == 4
    keeping.delete(session_on_each, first, NOON)
    session_on_each.commit()
    uploading.run_jobs(session_on_each, tools)
    session_on_each.refresh(second)
    assert kept(tmp_path) == {second.received, second.decided}


@pytest.mark.parametrize("after", [0, 1, 2])
def test_killed_anywhere_and_run_again_it_says_the_same(
    session_on_each: Session, tools: Tools, send: Callable[..., UploadedCrowd], tmp_path: Path, after: int
) -> None:  # fmt: skip
    whole, killed = send(), send()
    jobs.run(session_on_each, whole.job_id or 0, tools)
    job = session_on_each.get_one(Job, killed.job_id)
    kill(session_on_each, job, decide.steps(session_on_each, job, tools), after)
    assert jobs.run(session_on_each, killed.job_id or 0, tools) == JobState.done
    for crowd in (whole, killed):
        session_on_each.refresh(crowd)
    assert killed.told == whole.told
    assert kept(tmp_path) == {
        key for crowd in (whole, killed) for key in (crowd.received, crowd.decided)
    }


@pytest.mark.parametrize("after", [0, 1, 2, 3])
@pytest.mark.parametrize("forgotten", ["first", "meanwhile"])
def test_whoever_deletes_while_it_is_decided_leaves_nothing(
    session_on_each: Session, tools: Tools, send: Callable[..., UploadedCrowd], tmp_path: Path, after: int, forgotten: str
) -> None:  # fmt: skip
    session, crowd = session_on_each, send()
    job = session.get_one(Job, crowd.job_id)
    steps = decide.steps(session, job, tools)
    for _, _ in zip(range(after), steps, strict=False):
        session.commit()
    keeping.delete(session, session.get_one(UploadedCrowd, crowd.id), NOON)
    session.commit()
    if forgotten == "first":
        now = latest(session, "forget")
        assert jobs.run(session, now.id, tools) == JobState.done
    for _ in steps:  # the deciding goes on, since nobody has told it
        session.commit()
    session.commit()
    uploading.run_jobs(session, tools)
    assert kept(tmp_path) == set()
    assert session.scalars(select(UploadedCrowd)).all() == []


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_killed_forgetting_ends_when_it_is_run_again(
    session_on_each: Session, tools: Tools, send: Callable[..., UploadedCrowd], tmp_path: Path, after: int
) -> None:  # fmt: skip
    session, crowd = session_on_each, send()
    jobs.run(session, crowd.job_id or 0, tools)
    keeping.delete(session, crowd, NOON)
    session.commit()
    job = latest(session, "forget")
    kill(session, job, forget.steps(session, job, tools), after)
    uploading.run_jobs(session, tools)
    assert kept(tmp_path) == set()
    assert session.scalars(select(UploadedCrowd)).all() == []


def test_after_a_week_it_goes_by_itself_and_not_before(
    session_on_each: Session, tools: Tools, send: Callable[..., UploadedCrowd], tmp_path: Path
) -> None:  # fmt: skip
    session, number = session_on_each, send().id
    uploading.run_jobs(session, tools)
    assert len(kept(tmp_path)) == 2
    later = NOON + keeping.KEPT - timedelta(seconds=1)
    assert jobs.due(session, later) == []
    late = Tools(tools.store, tools.scratch, lambda: NOON + keeping.KEPT)
    uploading.run_jobs(session, late)
    assert kept(tmp_path) == set()
    assert session.get(UploadedCrowd, number) is None
    told = str([line.detail for line in session.scalars(select(AuditLine))])
    assert "a.csv" not in told


def test_a_faulty_table_is_refused_with_its_place_and_keeps_no_result(
    session_on_each: Session, tools: Tools, send: Callable[..., UploadedCrowd], tmp_path: Path
) -> None:  # fmt: skip
    session, crowd = session_on_each, send("task,worker,label\nt,,yes\n")
    assert jobs.run(session, crowd.job_id or 0, tools) == JobState.done
    session.refresh(crowd)
    assert crowd.state == CrowdState.refused
    assert crowd.reason.startswith("answers.csv, row 2: the worker is empty")
    assert kept(tmp_path) == {crowd.received}


def test_what_takes_too_much_is_refused_with_advice(
    session_on_each: Session, tools: Tools, send: Callable[..., UploadedCrowd], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(deciding, "SECONDS", 0.01)
    session, crowd = session_on_each, send()
    assert jobs.run(session, crowd.job_id or 0, tools) == JobState.done
    session.refresh(crowd)
    assert "flask consensus" in crowd.reason


def test_a_fault_of_ours_is_for_whoever_keeps_the_site(tmp_path: Path) -> None:
    (tmp_path / "asked.json").write_text("{}")
    with pytest.raises(confined.Failed) as caught:
        deciding.decide(tmp_path)
    assert str(caught.value) == "child.py did not finish: return code 1"


def test_a_crowd_that_was_deleted_while_its_bytes_travelled_is_not_begun(
    session_on_each: Session, tools: Tools, send: Callable[..., UploadedCrowd]
) -> None:  # fmt: skip
    session, crowd = session_on_each, send()
    number = crowd.id
    keeping.delete(session, crowd, NOON)
    session.commit()
    assert not keeping.begin(session, number, NOON)
    uploading.run_jobs(session, tools)
    assert not keeping.begin(session, number, NOON)


def test_a_result_may_hold_longer_cells_than_an_answer_may(tmp_path: Path) -> None:
    texts = (" ".join(f"{sign}{n % 97}" for n in range(14_000)) for sign in "ab")
    table = "task,worker,text\n" + "".join(f"t,{n},{text}\n" for n, text in enumerate(texts))  # fmt: skip
    (tmp_path / ANSWERS).write_text(table)
    (tmp_path / ASKED).write_text(json.dumps(Request("crowd", "text").table()))
    assert deciding.decide(tmp_path).told["answers"] == 2
    longest = max(map(len, (tmp_path / deciding.RESULT).read_text().split('"')))
    assert longest > 131_072
    assert not list(tmp_path.glob("*.guarded"))


@pytest.mark.parametrize(
    "table",
    [
        "\0".join(f"column {n}" for n in range(9_000)) + "\n1\n",
        f"task,worker,label\nt,{'w' * 9_000}\0,yes\n,v,no\n",
        "task,worker,label\nt,w\0,yes\0\nt,v\0,no\0\n",
    ],
)
def test_what_is_told_is_short_and_a_database_takes_it(
    session_on_each: Session, tools: Tools, send: Callable[..., UploadedCrowd], table: str
) -> None:  # fmt: skip
    session, crowd = session_on_each, send(table)
    assert jobs.run(session, crowd.job_id or 0, tools) == JobState.done
    session.refresh(crowd)
    assert len(crowd.reason) <= deciding.LONGEST_REFUSAL
    assert "\0" not in crowd.reason
    assert "\\u0000" not in json.dumps(crowd.told)


def test_the_list_of_crowds_leaves_what_it_does_not_show(
    session_on_each: Session, account: Account, send: Callable[..., UploadedCrowd]
) -> None:
    session_on_each.expunge(send())
    (crowd,) = keeping.of(session_on_each, account)
    assert {"reason", "told"} <= inspect(crowd).unloaded


def test_crowds_come_after_all_other_jobs_and_one_at_a_time(
    session_on_each: Session, send: Callable[..., UploadedCrowd]
) -> None:
    session = session_on_each
    first, second = send().job_id or 0, send().job_id or 0
    other = jobs.plan(session, "estimate", now=NOON).id
    assert jobs.due(session, NOON) == [other, first, second]
    assert rows.take(session, first, NOON) is not None
    session.commit()
    assert jobs.due(session, NOON) == [other]
    assert rows.take(session, second, NOON) is None
    silent = NOON + rows.LEASE
    assert jobs.due(session, silent) == [other, first, second]
