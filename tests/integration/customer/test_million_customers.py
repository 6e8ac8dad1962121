"""What the benches measure on is a company as it could be: so many due, the rest planned for later, every name found."""

from collections import Counter

from sqlalchemy import func, select

from services.customer.domain.funnel import judge
from services.customer.domain.search_terms import search_terms
from services.customer.store.tables import Contact, Customer, CustomerSearch
from services.customer.usecases.moves import facts_of, funnel_policy
from services.kit.caller import Caller
from tests.bench.million_customers import AS_OF, SALESPEOPLE, fill
from tests.integration.customer.office import Office

CUSTOMERS = 4_000


def test_some_are_due_for_a_fall_and_the_others_have_a_later_day(office: Office) -> None:
    fill(office.database.engine, CUSTOMERS, due_share=0.05)
    office.today = AS_OF
    with office.begin(Caller.system("bench"))() as work:
        customers = work.session.scalars(select(Customer)).all()
        facts, policy = facts_of(work, customers), funnel_policy(work)
        verdicts = {customer.id: judge(facts[customer.id], policy, AS_OF) for customer in customers}
        assert len(customers) == CUSTOMERS == work.session.scalars(select(func.count()).select_from(Contact)).one()
        found_by = {row.customer_id: row.keys for row in work.session.scalars(select(CustomerSearch))}
    due = {customer.id for customer in customers if customer.next_look_on is not None and customer.next_look_on <= AS_OF}
    assert due == {customer_id for customer_id, verdict in verdicts.items() if verdict.fall is not None}
    assert due == {customer_id for customer_id, verdict in verdicts.items() if not verdict.is_empty}
    assert 0.04 < len(due) / CUSTOMERS < 0.06
    tiers = Counter(customer.tier for customer in customers)
    assert 0.13 < tiers["pool"] / CUSTOMERS < 0.17
    assert set(tiers) == {"contract", "trial", "intent", "silent", "pool"}
    assert 0.95 * SALESPEOPLE < len({customer.owner_id for customer in customers} - {None}) <= SALESPEOPLE
    for customer in customers[::100]:
        assert tuple(found_by[customer.id]) == search_terms(customer.name).keys
