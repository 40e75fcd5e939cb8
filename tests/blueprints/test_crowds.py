"""Answers from elsewhere through the pages: sent, decided, shown, downloaded, deleted; and nobody else's business."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from blueprints import _limits
from microtasks.crowds.keeping import QUOTA
from microtasks.models import Job, JobState, UploadedCrowd
from tests.cast import Cast, sign_in
from tests.crowds import folder
from tests.desk import is_inert, payloads, work

Browser = Callable[..., FlaskClient]
SWAP = {"HX-Request": "true"}
ANSWERS = (
    b"task,worker,label\nt1,ann,yes\nt1,bob,yes\nt1,cem,no\nt2,ann,no\nt2,bob,no\n"
)


@pytest.fixture
def amina(browser_of: Browser, cast: Cast) -> FlaskClient:
    return browser_of(cast.amina)


def post(browser: FlaskClient, answers: bytes = ANSWERS, **fields: object):
    form = {"kind": "choice", "repeats": "last", "method": "auto"} | fields
    files = {"answers": (io.BytesIO(answers), "my answers.csv")}
    if truth := form.pop("truth", None):
        files["truth"] = (io.BytesIO(truth), "truth.csv")
    return browser.post("/crowds/", data=form | files)


def send(browser: FlaskClient, answers: bytes = ANSWERS, **fields: object) -> str:
    """Send a table and return the address of its page."""
    answer = post(browser, answers, **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def rows(browser: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = browser.get(address, buffered=True)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def kept(app: Flask) -> list[Path]:
    """The files that the store keeps."""
    return [
        path
        for path in Path(app.config["MANYHANDS"].storage, "kept").rglob("*")
        if path.is_file()
    ]


def test_a_table_is_decided_and_handed_out(app: Flask, amina: FlaskClient) -> None:
    page = send(amina)
    before = amina.get(page, headers=SWAP).text
    assert before.strip().startswith('<section id="crowd"')
    assert 'hx-trigger="every 2s"' in before
    assert "Look again" in before
    assert amina.get(f"{page}result.csv").status_code == 404
    work(app)
    after = amina.get(page, headers=SWAP).text
    assert "hx-trigger" not in after
    assert "Tasks decided" in after
    assert "bob" in after
    found = rows(amina, f"{page}result.csv")
    assert [(row["task"], row["label"]) for row in found] == [("t1", "yes"), ("t2", "no")]  # fmt: skip
    assert [row["worker"] for row in rows(amina, f"{page}workers.csv")] == ["ann", "bob", "cem"]  # fmt: skip
    assert "my answers.csv" in amina.get("/crowds/").text


@pytest.mark.parametrize("name", ["result", "workers"])
def test_a_download_is_a_table_that_no_browser_shows(
    app: Flask, amina: FlaskClient, name: str
) -> None:
    page = send(amina)
    work(app)
    answer = amina.get(f"{page}{name}.csv", buffered=True)
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}.csv"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert amina.get(f"{page}answers.csv").status_code == 404


def test_known_truth_is_compared(app: Flask, amina: FlaskClient) -> None:
    page = send(amina, truth=b"task,label\nt1,yes\nt2,yes\nt9,no\n")
    work(app)
    text = amina.get(page).text
    assert "2 tasks compared" in text
    assert "50.0&nbsp;%" in text
    assert "1 known task" in text


def test_a_real_crowd_comes_back_as_the_command_decides_it(
    app: Flask, amina: FlaskClient, tmp_path: Path
) -> None:
    real = folder("bluebird")
    page = send(
        amina,
        (real / "answers.csv").read_bytes(),
        truth=(real / "truth.csv").read_bytes(),
    )
    work(app)
    out = tmp_path / "result.csv"
    told = app.test_cli_runner().invoke(
        args=["consensus", "--kind", "choice", str(real / "answers.csv"), "--out", str(out)]
    )  # fmt: skip
    assert told.exit_code == 0
    expected = list(csv.DictReader(io.StringIO(out.read_text())))
    assert rows(amina, f"{page}result.csv") == expected
    assert "108 tasks compared" in amina.get(page).text


@pytest.mark.parametrize(
    ("answers", "fields", "said"),
    [
        (b"task;worker;label\n1;a;b\n", {}, "has no column &#39;task&#39;"),
        (b"task,worker,label\nt,w,\n", {}, "row 2, column &#39;label&#39;: the label is empty"),
        (b"task,worker,label\nt,w,many\n", {"kind": "number"}, "&#39;many&#39; is not a number"),
        (b"\xff\xfe\x00", {}, "not UTF-8"),
        (b"task,worker,label\n", {}, "no rows below its header"),
        (ANSWERS, {"method": "magic"}, "There is no method &#39;magic&#39;"),
        (ANSWERS, {"truth": b"task,label\nz,yes\n"}, "No task of the truth"),
        (ANSWERS, {"truth": b"task,label\nt1,\n"}, "truth.csv, row 2"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_with_its_place(
    app: Flask,
    session: Session,
    amina: FlaskClient,
    answers: bytes,
    fields: dict[str, object],
    said: str,
) -> None:
    page = send(amina, answers, **fields)
    work(app)
    text = amina.get(page).text
    assert "could not be decided" in text
    assert said in text
    assert "Send another file" in text
    states = set(session.scalars(select(Job.state).where(Job.kind == "decide")))
    assert states == {JobState.done}, "a faulty file is no fault of the site's"


def test_a_form_without_a_file_or_of_an_unknown_kind_is_refused(
    amina: FlaskClient,
) -> None:
    answer = amina.post("/crowds/", data={"kind": "choice", "repeats": "last"})
    assert answer.status_code == 422
    assert "Choose a file." in answer.text
    assert post(amina, kind="tea leaves").status_code == 422


def test_a_table_may_not_be_larger_than_the_site_takes(
    build: Callable[..., Flask], cast: Cast
) -> None:
    site = build(max_crowd_mb=1, max_crowd_answers=4)
    site.config["WTF_CSRF_ENABLED"] = False
    browser = sign_in(site.test_client(), cast.amina)
    answer = browser.post("/crowds/", environ_overrides={"CONTENT_LENGTH": "3000000"})
    assert answer.status_code == 422
    assert "larger than 1 MiB" in answer.text
    page = send(browser, ANSWERS)
    work(site)
    assert "has 5 rows; at most 4 are taken" in browser.get(page).text


def test_one_account_may_wait_for_a_few_tables_at_a_time(
    app: Flask, amina: FlaskClient
) -> None:
    for _ in range(QUOTA.waiting):
        send(amina)
    before = len(kept(app))
    answer = post(amina)
    assert answer.status_code == 422
    assert "still being decided" in answer.text
    assert len(kept(app)) == before, "what is refused is not kept"
    work(app)
    send(amina)


def test_cells_that_a_spreadsheet_would_run_are_guarded(
    app: Flask, amina: FlaskClient
) -> None:
    page = send(amina, b"task,worker,label\n=1+1,@w,-2\n+1,@w,=cmd\n")
    work(app)
    found = rows(amina, f"{page}result.csv")
    assert [(row["task"], row["label"]) for row in found] == [("'=1+1", "-2"), ("+1", "'=cmd")]  # fmt: skip
    assert rows(amina, f"{page}workers.csv")[0]["worker"] == "'@w"


def test_what_a_table_says_is_never_markup(
    app: Flask, amina: FlaskClient, shared: Path
) -> None:
    hostile = payloads(shared, "xss")[:40]
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(["task", "worker", "label"])
    said = [text for text in hostile if text.strip() and "\0" not in text]
    writer.writerows([f"t{n}", text, text] for n, text in enumerate(said))
    page = send(amina, table.getvalue().encode("utf-8", "ignore"))
    work(app)
    text = amina.get(page).text
    assert "Tasks decided" in text
    assert is_inert(text)


def test_deleting_hides_at_once_and_leaves_nothing(
    app: Flask, session: Session, amina: FlaskClient
) -> None:
    page = send(amina)
    work(app)
    assert len(kept(app)) == 2
    assert amina.post(f"{page}delete").status_code == 303
    assert amina.get(page).status_code == 404
    assert amina.get(f"{page}result.csv").status_code == 404
    assert "my answers.csv" not in amina.get("/crowds/").text
    work(app)
    assert kept(app) == []
    assert session.scalar(select(func.count(UploadedCrowd.id))) == 0


@pytest.fixture
def limited(build: Callable[..., Flask]) -> Iterator[Flask]:
    site = build(ratelimit_enabled=True)
    site.config["WTF_CSRF_ENABLED"] = False
    _limits.limiter.reset()
    yield site
    _limits.limiter.reset()


def test_one_account_sends_so_many_an_hour_and_others_are_not_held_up(
    limited: Flask, cast: Cast
) -> None:
    amina = sign_in(limited.test_client(), cast.amina)
    most = int(_limits.CROWDS.split()[0])
    tries = [amina.post("/crowds/", data={}).status_code for _ in range(most + 1)]
    assert tries == [422] * most + [429]
    ben = sign_in(limited.test_client(), cast.ben)
    assert ben.post("/crowds/", data={}).status_code == 422


def test_eve_strangers_and_operators_see_nothing_of_it(
    app: Flask, client: FlaskClient, amina: FlaskClient, browser_of: Browser, cast: Cast
) -> None:  # fmt: skip
    page = send(amina)
    work(app)
    for other in (cast.eve, cast.mara, cast.olu):
        browser = browser_of(other)
        for address in (page, f"{page}result.csv", f"{page}workers.csv"):
            assert browser.get(address).status_code == 404
        assert browser.post(f"{page}delete").status_code == 404
        assert "my answers.csv" not in browser.get("/crowds/").text
    for address in (page, f"{page}result.csv", "/crowds/"):
        assert client.get(address).headers["Location"].startswith("/sign-in")
    assert amina.get(page).status_code == 200
