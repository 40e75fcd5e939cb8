"""The whole job in a real browser, from an empty site to an opened data set: by mouse, by keyboard alone, without scripts."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from microtasks.models import Lease
from tests.browser import piles
from tests.browser.drivers import Keyboard, Mouse, Plain, current
from tests.browser.piles import OPTIONS, Pile
from tests.browser.site import Site
from tests.cast import PASSWORD, person

pytestmark = pytest.mark.browser

#: What three volunteers say, in turn, of the card that they agree on and of the one that they do not.
SAID = (("water", "water"), ("water", "food"), ("water", "nothing"))


@pytest.mark.parametrize(
    ("way", "pile"),
    [
        pytest.param(Mouse, piles.RECORDS, id="mouse-records"),
        pytest.param(Mouse, piles.PICTURES, id="mouse-pictures"),
        pytest.param(Keyboard, piles.RECORDS, id="keyboard-records"),
        pytest.param(Plain, piles.PICTURES, id="plain-pictures"),
    ],
)
def test_the_whole_job(
    site: Site, tmp_path: Path, way: type[Mouse], pile: Pile
) -> None:
    with site.session() as session:
        person(session, "Olu", is_operator=True)
        session.commit()
    coordinator = way(site)
    join(coordinator)
    describe(coordinator, pile)
    upload(coordinator, pile, tmp_path)
    open_it(coordinator, pile)
    other = coordinator.another()
    approve(other, pile)
    for number in range(len(SAID)):
        volunteer(other, pile, number)
    review(coordinator, pile)
    release(coordinator)
    for _ in range(2):
        enter(other, pile)
        read(site, current(other.page))
        other.answer("nothing")
        gone(other)
    watch(coordinator)
    results = download(coordinator)
    said = [
        (row["source"], row["value"], row["status"], row["method"]) for row in results
    ]
    agreed, contested, reported = pile.names
    assert said == [
        (agreed, "water", "resolved", "blend"),
        (contested, "food", "resolved", "review"),
        (reported, "nothing", "resolved", "blend"),
    ]


def join(who: Mouse) -> None:
    """Sign up and found an organisation."""
    who.goto("/")
    who.link("Sign up")
    who.fill("Your name", "Amina")
    who.fill("E-mail address", "amina@example.org")
    who.fill("Password", PASSWORD)
    who.button("Make the account")
    who.link("Found an organisation")
    who.fill("Name", "River Relief")
    who.button("Found it")
    expect(who.page.get_by_text("Not approved yet")).to_be_visible()


def describe(who: Mouse, pile: Pile) -> None:
    """Fill in the form of a new campaign."""
    who.link("New campaign")
    who.fill("Title", pile.title)
    who.fill("In one sentence", "Say what is asked for.")
    who.fill("Instructions", "Look at it **whole**.")
    who.fill("Question", pile.question)
    who.fill("Answers to choose from", "\n".join(OPTIONS))
    who.choose("What one card shows", pile.cut)
    if pile.columns:
        who.fill("Columns to show", pile.columns)
    who.fill("People, at least", "2")
    who.fill("People, at most", "3")
    who.fill("Certainty, in %", "60")
    who.button("Create the campaign")
    expect(who.page.get_by_role("heading", name=pile.title)).to_be_visible()


def upload(who: Mouse, pile: Pile, folder: Path) -> None:
    """Send the files, watch them being read, and see what was taken and what was not."""
    who.link("Add pictures or records")
    who.attach("Files", [pile.write(folder)])
    who.button("Upload")
    expect(
        who.page.get_by_text("A worker begins with them in a moment")
    ).to_be_visible()
    who.site.work()
    who.await_swap(who.page.get_by_text("3 sources became 3 cards."))
    expect(who.page.get_by_role("heading", name="1 not taken")).to_be_visible()
    for part in pile.refused:
        expect(
            who.page.get_by_role("table").get_by_text(part, exact=True)
        ).to_be_visible()


def open_it(who: Mouse, pile: Pile) -> None:
    """Look at the cards as volunteers will, then let them in."""
    who.link("Preview the cards")
    expect(who.page.get_by_text("Card ", exact=False).first).to_be_visible()
    expect(who.page.locator(".option").first).to_be_disabled()
    who.link("Overview")
    who.button("Open the campaign")
    expect(who.page.get_by_text("Until then only members see it")).to_be_visible()


def approve(operator: Mouse, pile: Pile) -> None:
    """Let everybody see the organisation's campaigns."""
    operator.goto("/sign-in")
    operator.fill("E-mail address", "olu@example.org")
    operator.fill("Password", PASSWORD)
    operator.button("Sign in")
    operator.link("Operator")
    operator.unfold("Approve")
    operator.button("Approve River Relief")
    expect(operator.page.get_by_text("River Relief is approved")).to_be_visible()


def enter(who: Mouse, pile: Pile) -> None:
    """Come for the first time, find the campaign and begin."""
    who.become_somebody_else()
    who.goto("/")
    who.link(f"Start with {pile.title}")
    expect(who.page.get_by_role("heading", name=pile.question)).to_be_visible()


def volunteer(who: Mouse, pile: Pile, number: int) -> None:
    """Answer whatever comes, until nothing is left; two people report the third card."""
    enter(who, pile)
    _, contested, reported = pile.names
    while key := current(who.page):
        name = read(who.site, key)
        if name == reported:
            who.unfold("Report")
            who.fill("What is wrong with this card?", "It has a number to call")
            who.button("Send the report")
        else:
            who.answer(SAID[number][name == contested])
        expect(who.page.locator(f"input[value='{key}']")).to_have_count(0)
        focus_waits(who)
    gone(who)


def focus_waits(who: Mouse) -> None:
    """After a swap the focus is at the new card, where the next key is wanted."""
    if isinstance(who, Keyboard) and current(who.page):
        expect(who.page.locator("form[data-card] :focus")).to_have_count(1)


def gone(who: Mouse) -> None:
    """There is no card any more, and the page says so."""
    expect(
        who.page.get_by_role("heading", name="Nothing is left for you here")
    ).to_be_visible()


def read(site: Site, key: str) -> str:
    """Look at a card for three seconds, as people do; return whose it is, which pages never tell."""
    with site.session() as session:
        lease = session.get_one(Lease, key)
        lease.issued_at -= timedelta(seconds=3)
        name = lease.card.source.name
        session.commit()
        session.get_bind().dispose()
    return name


def review(who: Mouse, pile: Pile) -> None:
    """Settle the card that volunteers could not agree on."""
    who.link("Review")
    expect(who.page.get_by_text(f"This one: {pile.names[1]}")).to_be_visible()
    expect(who.page.locator(".tally")).to_have_count(3)
    who.press(who.page.locator(".tally", has_text="food"))
    expect(who.page.get_by_role("heading", name="Nothing to review")).to_be_visible()


def release(who: Mouse) -> None:
    """Let a reported card be served again."""
    who.link("Reports")
    expect(who.page.get_by_text("It has a number to call")).to_have_count(2)
    who.button("Nothing wrong: serve it")
    expect(who.page.get_by_role("heading", name="No reports")).to_be_visible()


def watch(who: Mouse) -> None:
    """See that everything is decided."""
    who.link("Progress")
    expect(who.page.get_by_text("of 3", exact=True)).to_be_visible()
    expect(who.page.get_by_text("Every card has its answers.")).to_be_visible()


def download(who: Mouse) -> list[dict[str, str]]:
    """Close the campaign, freeze it, take the data set and open it."""
    who.link("Overview")
    who.button("Close")
    expect(who.page.get_by_role("button", name="Open again")).to_be_visible()
    who.link("Data sets")
    who.button("For the organisation")
    expect(who.page.get_by_text("Being written")).to_be_visible()
    who.site.work()
    who.await_swap(who.page.get_by_role("link", name="Download"))
    with who.page.expect_download() as saved:
        who.link("Download")
    with zipfile.ZipFile(saved.value.path()) as data_set:
        assert {"table.csv", "answers.csv", "README.md"} <= set(data_set.namelist())
        text = data_set.read("consensus.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
