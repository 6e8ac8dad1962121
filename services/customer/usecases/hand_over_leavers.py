"""Hand over what leavers leave: none of their customers stays behind."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.customer.store.owners import lock_in_hands_of
from services.customer.store.people import leavers_with_customers
from services.customer.store.tables import Customer
from services.customer.usecases.hand_overs import HANDED_OVER, hand_over
from services.customer.usecases.moves import Owner
from services.customer.usecases.successors import successor_of
from services.kit.unit_of_work import UnitOfWork


def hand_over_leavers(work: UnitOfWork) -> None:
    """Every leaver's customers go to who takes over; where nobody is there they stay, until somebody is.

    Asked whenever something new is heard of the people, so that it does not matter what is heard first: who leaves, who takes
    over, or who leads the department. Mostly there is no leaver with customers, or one. No limit applies.
    """
    takers = takers_from_leavers(work)
    hand_over_to(work, takers, lock_in_hands_of(work.session, *takers))


def takers_from_leavers(work: UnitOfWork) -> dict[UUID, Owner]:
    """Leaver → who takes over what he or she still looks after. Ask before any customer is locked."""
    takers = ((leaver.id, successor_of(work, leaver)) for leaver in leavers_with_customers(work.session))
    return {leaver_id: taker for leaver_id, taker in takers if taker is not None}


def hand_over_to(work: UnitOfWork, takers: Mapping[UUID, Owner], customers: Sequence[Customer]) -> None:
    """Of these customers, locked, those of leavers to their takers."""
    for leaver_id, taker in takers.items():
        hand_over(work, [each for each in customers if each.owner_id == leaver_id], taker, rule=HANDED_OVER)
