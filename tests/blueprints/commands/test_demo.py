"""The demonstration can be loaded, killed, loaded again, and is loaded once."""

from __future__ import annotations

import stat
from collections import Counter
from dataclasses import replace

from sqlalchemy import func, select

from blueprints._database import db
from blueprints.commands import _demonstration, _stocking
from blueprints.commands.demonstration.shows import shows
from microtasks import passwords
from microtasks.models import (
    Account,
    Answer,
    Campaign,
    CampaignState,
    DataSet,
    Organisation,
    Report,
    Source,
)


def load(runner):
    result = runner.invoke(args=["demo", "--small"])
    assert result.exit_code == 0, result.output
    return result.output


def test_each_of_the_three_users_finds_their_side_and_only_once(app, runner):
    load(runner)
    note = app.config["MANYHANDS"].instance / "demonstration.txt"
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    email, password = note.read_text(encoding="utf-8").split()[-2:]
    with app.app_context():
        account = db.session.scalars(select(Account)).one()
        assert account.email == email
        assert passwords.fits(account.password_hash, password)
        assert not account.is_operator
        assert db.session.scalars(select(Organisation)).one().approved_at
        states = Counter(db.session.scalars(select(Campaign.state)))
        assert states == {CampaignState.open: 2, CampaignState.closed: 1}
        data_set = db.session.scalars(select(DataSet)).one()
        assert data_set.is_public
        assert data_set.key
        assert data_set.campaign.state == CampaignState.closed
        assert db.session.scalar(select(func.count(Report.id))) == 1
        assert db.session.scalar(select(func.count(Answer.id))) >= 6
    assert "before" in load(runner)
    with app.app_context():
        assert db.session.scalar(select(func.count(Campaign.id))) == 3


def test_what_was_killed_goes_on_where_it_was(app, runner):
    config = app.config["MANYHANDS"]
    first = shows(small=True)[0]
    with app.app_context():
        owner = _demonstration.coordinator(config, "http://127.0.0.1:8000")
        made = _stocking.campaign_of(owner.organisation, first.recipe, owner.account)
        _stocking.stock(made, first.make().files)
        assert not _demonstration.is_loaded()
    load(runner)
    with app.app_context():
        assert _demonstration.is_loaded()
        assert db.session.scalar(select(func.count(Account.id))) == 1
        assert db.session.scalar(select(func.count(Campaign.id))) == 3
        sources = select(func.count(Source.id)).where(Source.campaign_id == made.number)
        assert db.session.scalar(sources) == 4


def test_a_public_site_has_no_demonstration(app, runner):
    config = replace(app.config["MANYHANDS"], public_url="https://example.org")
    app.config["MANYHANDS"] = config
    result = runner.invoke(args=["demo", "--small"])
    assert result.exit_code == 1
    with app.app_context():
        assert db.session.scalar(select(func.count(Account.id))) == 0
