"""Open an account by hand, without a process (spec, customer.md, "Data")."""

from typing import Any
from uuid import UUID

from services.customer.domain.accounts import takes_accounts
from services.customer.store.accounts import take_identifier
from services.customer.store.customers import lock_visible
from services.customer.store.products import customer_of_product
from services.customer.store.tables import Account, Product
from services.customer.usecases.recounts import recount_accounts
from services.customer.usecases.snapshots import account_snapshot
from services.customer.usecases.views import view_under
from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin


def open_account(
    begin: Begin, product_id: UUID, *, identifier: str, signature: str, interface: str, sub_number: str, status: str
) -> dict[str, Any]:
    """For whoever may open accounts, of all customers that he or she sees; what the customer has now may lift it.

    :raises NotFound: ``product_not_found``.
    :raises Conflict: ``account_identifier_taken``, in use or entered in a running process; ``product_without_accounts``;
        ``customer_in_pool``: what nobody looks after is claimed first.
    """
    with begin() as work:
        customer = lock_visible(work.session, work.caller, customer_of_product(work.session, work.caller, product_id))
        if customer.tier == "pool":
            raise Conflict("customer_in_pool", name=customer.name)
        product = work.session.get_one(Product, product_id)
        if not takes_accounts(product.type):
            raise Conflict("product_without_accounts", name=product.name)
        if not take_identifier(work.session, identifier):
            raise Conflict("account_identifier_taken", fields={"identifier": ["taken"]}, identifiers=identifier)
        account = Account(
            id=work.new_id(),
            identifier=identifier,
            product_id=product.id,
            customer_id=customer.id,
            signature=signature,
            interface=interface,
            sub_number=sub_number,
            status=status,
            process_id=None,
            opened_at=work.now,
            version=1,
        )
        work.session.add(account)
        work.publish("account_opened", account.id, account_snapshot(account), version=account.version)
        work.audit("account_opened", ("account", account.id), after={"identifier": identifier, "product": product.name})
        recount_accounts(work, customer)
        return view_under(customer, account, product_name=product.name)
