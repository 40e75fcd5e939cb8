"""Organisations: their names, roles and last owner."""

from __future__ import annotations

from contextlib import suppress
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from microtasks import database, people
from microtasks.errors import InvalidInput, NotFound, WrongState
from microtasks.models import Account, Membership, Organisation, Role
from tests.cast import Cast, assemble
from tests.conftest import NOON, open_session


def test_whoever_founds_an_organisation_owns_it(session_on_each: Session) -> None:
    cast = assemble(session_on_each)
    made = people.found(session_on_each, cast.vic, "  Hill\nAid ", "We help.", now=NOON)
    assert made.name == "Hill Aid"
    assert people.role_of(cast.vic, made) is Role.owner
    assert people.role_of(cast.eve, made) is None
    assert people.role_of(None, made) is None


def test_a_name_is_taken_once_however_it_is_written(
    session: Session, cast: Cast
) -> None:
    with pytest.raises(InvalidInput) as refused:
        people.found(session, cast.eve, "river relief", now=NOON)
    assert refused.value.field == "name"
    people.change_organisation(session, cast.river, "RIVER RELIEF", "")
    with pytest.raises(InvalidInput):
        people.change_organisation(session, cast.others, "River Relief", "")


def test_roles_change_and_memberships_end(session: Session, cast: Cast) -> None:
    people.set_role(
        session, cast.river, cast.ben.public_id, Role.manager, by=cast.amina, now=NOON
    )
    assert people.role_of(cast.ben, cast.river) is Role.manager
    people.remove_member(
        session, cast.river, cast.ben.public_id, by=cast.amina, now=NOON
    )
    session.expire_all()
    assert people.role_of(cast.ben, cast.river) is None


def test_the_last_owner_stays(session: Session, cast: Cast) -> None:
    for leave in (
        lambda: people.set_role(
            session,
            cast.river,
            cast.amina.public_id,
            Role.viewer,
            by=cast.amina,
            now=NOON,
        ),
        lambda: people.remove_member(
            session, cast.river, cast.amina.public_id, by=cast.amina, now=NOON
        ),
    ):
        with pytest.raises(WrongState):
            leave()
    people.set_role(
        session, cast.river, cast.mara.public_id, Role.owner, by=cast.amina, now=NOON
    )
    people.remove_member(
        session, cast.river, cast.amina.public_id, by=cast.mara, now=NOON
    )


def test_members_of_other_organisations_are_not_found(
    session: Session, cast: Cast
) -> None:
    with pytest.raises(NotFound):
        people.remove_member(
            session, cast.river, cast.eve.public_id, by=cast.amina, now=NOON
        )


def test_two_owners_who_remove_each_other_at_once_leave_one(each_database: str) -> None:
    with open_session(each_database) as session:
        cast = assemble(session)
        people.set_role(
            session,
            cast.river,
            cast.mara.public_id,
            Role.owner,
            by=cast.amina,
            now=NOON,
        )
        session.commit()
        ids = [
            (cast.amina.id, cast.mara.public_id),
            (cast.mara.id, cast.amina.public_id),
        ]
        river = cast.river.id
        session.rollback()  # reading these began a transaction
        start = Barrier(2)

        def remove(by: int, whom: str) -> None:
            with open_session(each_database) as own:
                start.wait()
                with suppress(WrongState):
                    database.transact(
                        own,
                        lambda s: people.remove_member(
                            s,
                            s.get(Organisation, river),
                            whom,
                            by=s.get(Account, by),
                            now=NOON,
                        ),
                    )
                own.close()
                own.get_bind().dispose()

        threads = [Thread(target=remove, args=each) for each in ids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        owners = select(Membership).where(
            Membership.organisation_id == river, Membership.role == Role.owner
        )
        session.rollback()
        assert len(session.scalars(owners).all()) == 1
        session.close()
        session.get_bind().dispose()
