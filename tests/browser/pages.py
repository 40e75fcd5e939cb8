"""Every page of the site, in the states in which people meet it; a rule without its page fails a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

#: What answers GET with something that is no page.
NO_PAGES = {
    "static",
    "site_stylesheet",
    "health.healthz",
    "media.picture",
    "campaigns.picture",
    "campaigns.recipe_file",
    "uploads.refused",
    "datasets.download",
    "crowds.download",
}


@dataclass(frozen=True)
class View:
    """One page in one state: what to call it, its endpoint, where it is, and who looks."""

    name: str
    endpoint: str
    path: str
    who: str = "amina"
    then: Callable[[Page], object] | None = None
    #: On a site where nothing was made yet.
    is_bare: bool = False

    @property
    def is_for_volunteers(self) -> bool:
        """Whether it is met on a phone, between two stops of a bus."""
        return self.endpoint.startswith(("public.", "work.", "accounts.", "resets."))


def send(button: str) -> Callable[[Page], object]:
    """Send a form as it is, past the browser's own checks."""

    def press(page: Page) -> None:
        page.evaluate("for (const form of document.forms) form.noValidate = true")
        page.get_by_role("button", name=button).first.click()
        page.locator("[role=alert]").first.wait_for()

    return press


def unfold(text: str) -> Callable[[Page], object]:
    """Open what lies under a summary."""
    return lambda page: page.locator("summary", has_text=text).first.click()


def _answer(page: Page) -> None:
    page.locator(".option").first.click()
    page.locator(".undo").wait_for()


def _mail(page: Page) -> None:
    page.get_by_label("E-mail address").fill("somebody@example.org")
    page.get_by_role("button", name="Send the link").click()
    page.get_by_role("heading", name="Look into your mail").wait_for()


def _add(page: Page) -> None:
    page.get_by_role("button", name="Add a question").click()
    page.locator("#stages-1-text").wait_for()


_MESSAGES = "/manage/sort-flood-messages"
VIEWS = [
    View("home", "public.home", "/", "nobody"),
    View("home-empty", "public.home", "/", "nobody", is_bare=True),
    View("campaign", "public.campaign", "/c/sort-flood-messages/", "nobody"),
    View("campaign-done", "public.campaign", "/c/count-blankets/", "nobody"),
    View("campaign-paused", "public.campaign", "/c/sort-letters-of-1931/", "nobody"),
    View("deck-choice", "work.deck", "/c/sort-flood-messages/work", "nobody"),
    View("deck-choices", "work.deck", "/c/which-needs-are-named/work", "nobody"),
    View("deck-text", "work.deck", "/c/type-the-stock-ledger/work", "nobody"),
    View("deck-picture", "work.deck", "/c/find-houses-after-the-flood/work", "nobody"),
    View(
        "deck-undo",
        "work.deck",
        "/c/find-houses-after-the-flood/work",
        "nobody",
        _answer,
    ),
    View(
        "deck-number", "work.deck", "/c/count-houses/work", "nobody", unfold("Report")
    ),
    View("deck-nothing", "work.deck", "/c/count-blankets/work", "nobody"),
    View("deck-busy", "work.deck", "/c/read-the-last-page/work", "nobody"),
    View("deck-closed", "work.deck", "/c/sort-letters-of-1931/work", "nobody"),
    View("sign-up", "accounts.sign_up", "/sign-up", "nobody"),
    View(
        "sign-up-errors",
        "accounts.sign_up",
        "/sign-up",
        "nobody",
        send("Make the account"),
    ),
    View(
        "sign-up-confirmed", "accounts.confirmed", "/sign-up/{confirmation}", "nobody"
    ),
    View("sign-in", "accounts.sign_in", "/sign-in", "nobody"),
    View("sign-in-errors", "accounts.sign_in", "/sign-in", "nobody", send("Sign in")),
    View("reset-ask", "resets.ask", "/reset", "nobody"),
    View("reset-mailed", "resets.ask", "/reset", "nobody", _mail),
    View("reset", "resets.reset", "/reset/{reset}", "nobody"),
    View("error-404", "public.campaign", "/c/nothing/", "nobody"),
    View("error-403", "campaigns.edit", f"{_MESSAGES}/settings", "vic"),
    View("me", "me.home", "/me"),
    View("me-new", "me.home", "/me", "newa"),
    View("me-errors", "me.home", "/me", "vic", send("Change the password")),
    View("invitation", "invitations.show", "/invitations/{invitation}", "newa"),
    View("organisation-new", "organisations.new", "/organisations/new", "newa"),
    View("organisation", "organisations.show", "/organisations/{organisation}"),
    View(
        "organisation-viewer",
        "organisations.show",
        "/organisations/{organisation}",
        "vic",
    ),
    View("organisation-waiting", "organisations.show", "/organisations/{hills}"),
    View(
        "organisation-edit", "organisations.edit", "/organisations/{organisation}/edit"
    ),
    View("operator", "operator.index", "/operator", "olu", unfold("Take down")),
    View("operator-empty", "operator.index", "/operator", "olu", is_bare=True),
    View("campaigns", "campaigns.index", "/manage/"),
    View("campaigns-new", "campaigns.index", "/manage/", "newa"),
    View("campaigns-empty", "campaigns.index", "/manage/", is_bare=True),
    View("new", "campaigns.new", "/manage/new"),
    View("new-two-questions", "campaigns.new", "/manage/new?from=messages", then=_add),
    View(
        "new-errors", "campaigns.new", "/manage/new", then=send("Create the campaign")
    ),
    View("show", "campaigns.show", f"{_MESSAGES}/"),
    View("show-viewer", "campaigns.show", f"{_MESSAGES}/", "vic"),
    View(
        "show-delete",
        "campaigns.show",
        f"{_MESSAGES}/",
        then=unfold("Delete this campaign"),
    ),
    View("show-bare", "campaigns.show", "/manage/mark-broken-bridges/"),
    View("show-draft", "campaigns.show", "/manage/read-rain-gauges/"),
    View("show-paused", "campaigns.show", "/manage/sort-letters-of-1931/"),
    View("show-taken-down", "campaigns.show", "/manage/name-the-people/"),
    View("show-waiting", "campaigns.show", "/manage/map-the-hill-paths/"),
    View("settings", "campaigns.edit", f"{_MESSAGES}/settings"),
    View("preview", "campaigns.preview", f"{_MESSAGES}/preview?card=1"),
    View("preview-text", "campaigns.preview", f"{_MESSAGES}/preview?stage=2&card=2"),
    View(
        "preview-picture",
        "campaigns.preview",
        "/manage/find-houses-after-the-flood/preview?card=2",
    ),
    View("preview-empty", "campaigns.preview", "/manage/mark-broken-bridges/preview"),
    View("progress", "campaigns.progress", f"{_MESSAGES}/progress"),
    View(
        "progress-empty", "campaigns.progress", "/manage/mark-broken-bridges/progress"
    ),
    View("sources", "uploads.sources", f"{_MESSAGES}/sources"),
    View("sources-empty", "uploads.sources", "/manage/mark-broken-bridges/sources"),
    View("upload", "uploads.add", f"{_MESSAGES}/upload"),
    View("upload-errors", "uploads.add", f"{_MESSAGES}/upload", then=send("Upload")),
    View("upload-taken", "uploads.show", f"{_MESSAGES}/uploads/{{taken}}"),
    View("upload-refused", "uploads.show", f"{_MESSAGES}/uploads/{{refused}}"),
    View(
        "upload-reading", "uploads.show", "/manage/read-rain-gauges/uploads/{reading}"
    ),
    View(
        "review",
        "review.show",
        f"{_MESSAGES}/review",
        "ben",
        unfold("Another answer"),
    ),
    View("review-empty", "review.show", "/manage/count-houses/review", "ben"),
    View("reports", "reports.index", f"{_MESSAGES}/reports"),
    View("reports-empty", "reports.index", "/manage/count-houses/reports"),
    View("data-sets", "datasets.index", "/datasets/sort-flood-messages/"),
    View("data-sets-empty", "datasets.index", "/datasets/count-houses/"),
    View(
        "data-sets-public", "datasets.index", "/datasets/sort-flood-messages/", "nobody"
    ),
    View("data-set", "datasets.show", "/datasets/sort-flood-messages/1/", "nobody"),
    View("data-set-team", "datasets.show", "/datasets/sort-flood-messages/2/"),
    View("data-set-writing", "datasets.show", "/datasets/count-blankets/1/"),
    View("crowds", "crowds.index", "/crowds/"),
    View("crowds-new", "crowds.index", "/crowds/", "newa", unfold("Known truth")),
    View("crowds-errors", "crowds.index", "/crowds/", "newa", send("Decide")),
    View("crowd", "crowds.show", "/crowds/{crowd}/", then=unfold("5 more")),
    View("crowd-refused", "crowds.show", "/crowds/{crowd_refused}/"),
    View("crowd-waiting", "crowds.show", "/crowds/{crowd_waiting}/"),
]
