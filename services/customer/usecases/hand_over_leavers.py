"""Hand over what leavers leave: none of their customers stays behind."""

from services.customer.store.owners import lock_owned_by
from services.customer.store.people import leavers_with_customers
from services.customer.usecases.hand_overs import HANDED_OVER, hand_over
from services.customer.usecases.successors import successor_of
from services.kit.unit_of_work import UnitOfWork


def hand_over_leavers(work: UnitOfWork) -> None:
    """Every leaver's customers go to who takes over; where nobody is there they stay, until somebody is.

    Asked whenever something new is heard of the people, so that it does not matter what is heard first: who leaves, who takes
    over, or who leads the department. Mostly there is no leaver with customers, or one. No limit applies.
    """
    for leaver in leavers_with_customers(work.session):
        taker = successor_of(work, leaver)
        if taker is not None:
            hand_over(work, lock_owned_by(work.session, leaver.id), taker, rule=HANDED_OVER)
